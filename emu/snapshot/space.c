/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process's mappings and pages: see space.h. Its page tables are read 2 MB
 * at a time, those in which the kernel has written since, and no more than
 * SPACE_TABLES of them for one snapshot; what is left comes with the next.
 * Each stands in a part of its own, so that snapshots share what stayed.
 *
 * Invariant: a byte of changed[] that is clear says that no descriptor in that
 * frame is younger than what we keep of it; whose table it was then doesn't
 * matter, for what a table says of pages is the same in every process.
 */
#include "emu/snapshot/space.h"

#include <stdlib.h>
#include <string.h>

#include "emu/machine_state.h"
#include "emu/snapshot/snapshot.h"
#include "emu/snapshot/source.h"

#define NR_TABLES    2048 /* of 2 MB in 4 GB */
#define SPACE_TABLES 64 /* some 0.3 ms */
#define VMAS_OFTEN   2048 /* more mappings than that are read now and then */
#define VMAS_SELDOM  16
#define FOLLOW_MS    200 /* who has not run for so long is left */

struct kept_table {
	uint32_t word; /* as in struct kernel_table */
	bool seen;
	struct part *part; /* a struct snapshot_table; or NULL */
};

struct space {
	int pid; /* whose it is */
	bool whole; /* this snapshot, whatever it costs */
	uint64_t nr_turns, whole_turn; /* snapshots; that which is to be so */
	uint8_t *changed;
	uint64_t first_pfn;

	int followed; /* while no pid is wished for */
	uint64_t followed_cycle; /* when he was last seen running */

	uint64_t stamp; /* of the mappings */
	uint32_t nr_vmas, age; /* in snapshots */
	struct part *vmas;

	struct kept_table table[NR_TABLES]; /* by address */
	uint32_t nr_found;
	struct kernel_table found[NR_TABLES]; /* now, by address */
	uint32_t cursor; /* of table[]: where to go on */
};

struct space *space_create(const struct ram *ram)
{
	struct space *space = calloc(1, sizeof(*space));

	if (!space)
		return NULL;
	space->first_pfn = ram->base / 4096;
	space->changed = malloc(ram->span_bytes / 4096);
	if (!space->changed) {
		free(space);
		return NULL;
	}
	memset(space->changed, 1, ram->span_bytes / 4096);
	return space;
}

static void forget(struct space *space)
{
	for (int i = 0; i < NR_TABLES; i++) {
		part_put(space->table[i].part);
		space->table[i] = (struct kept_table){0};
	}
	part_put(space->vmas);
	space->vmas = NULL;
	space->cursor = 0;
}

void space_destroy(struct space *space)
{
	if (!space)
		return;
	forget(space);
	free(space->changed);
	free(space);
}

uint8_t *space_changed_tables(struct space *space)
{
	return space->changed;
}

void space_read_all(struct space *space)
{
	space->whole_turn = space->nr_turns + 1;
}

/* ---- whose ------------------------------------------------------------------ */

/*
 * Who runs. Two that take turns many times in the time of a picture would
 * make both unreadable: one who has run lately stays.
 */
static int follow(struct space *space, const struct machine *m)
{
	uint64_t now = m->hw.ops->now(m->hw.ctx);
	int last = kernel_last_process(m->kernel);

	if (now < space->followed_cycle) /* it was another core's */
		now = space->followed_cycle;
	if (last && last == space->followed)
		space->followed_cycle = now;
	if (!space->whole && kernel_has_memory(m->kernel, space->followed) &&
	    now - space->followed_cycle <
		    (uint64_t)m->hw.clock_hz / 1000 * FOLLOW_MS)
		return space->followed;
	if (last || !kernel_has_memory(m->kernel, space->followed)) {
		space->followed = last;
		space->followed_cycle = now;
	}
	return space->followed;
}

int space_turn(struct space *space, const struct machine *m,
	       const struct snapshot_wish *wish)
{
	int pid;

	space->whole = ++space->nr_turns == space->whole_turn;
	pid = wish->pid ? wish->pid : follow(space, m);
	if (pid != space->pid) {
		forget(space);
		space->whole = true;
	}
	space->pid = pid;
	return pid;
}

/* ---- mappings --------------------------------------------------------------- */

static void keep_vma(void *arg, const struct kernel_vma *vma)
{
	struct kernel_vma *to = part_add(arg);

	if (!to)
		return;
	to->start = vma->start;
	to->end = vma->end;
	to->rights = vma->rights;
	to->offset = vma->offset;
	memcpy(to->name, vma->name, sizeof(to->name));
}

/* Names can change alone, when a file is moved: all are read now and then. */
static bool vmas_may_differ(struct space *space,
			    const struct snapshot_source *source)
{
	bool seldom = space->age++ % VMAS_SELDOM == 0;
	uint64_t stamp;

	if (!space->vmas || space->whole || seldom)
		return true;
	if (space->nr_vmas > VMAS_OFTEN)
		return false;
	stamp = kernel_vmas_stamp(source->machine->kernel, space->pid);
	if (stamp == space->stamp)
		return false;
	space->stamp = stamp;
	return true;
}

struct part *take_vmas(const struct snapshot_source *source)
{
	struct space *space = source->space;
	struct part_writer writer = {
		.element_bytes = sizeof(struct kernel_vma)};

	if (!vmas_may_differ(space, source))
		return part_get(space->vmas);
	kernel_for_each_vma(source->machine->kernel, space->pid, keep_vma,
			    &writer);
	space->nr_vmas = (uint32_t)writer.nr;
	part_put(space->vmas);
	space->vmas = part_done(&writer);
	return part_get(space->vmas);
}

/* ---- pages ------------------------------------------------------------------- */

static void keep_table(void *arg, const struct kernel_table *table)
{
	struct space *space = arg;

	space->found[space->nr_found++] = *table;
	space->table[table->start >> 21].seen = true;
}

static bool is_changed(const struct space *space,
		       const struct kernel_table *table)
{
	const struct kept_table *kept = &space->table[table->start >> 21];

	return !kept->part || kept->word != table->word ||
	       (!table->huge && space->changed[table->pfn - space->first_pfn]);
}

static bool read_table(struct space *space, const struct kernel *k,
		       const struct kernel_table *table)
{
	struct kept_table *kept = &space->table[table->start >> 21];
	struct part *part = part_create(sizeof(struct snapshot_table));
	struct snapshot_table *to;

	if (!part)
		return false;
	to = (void *)part->data;
	to->start = table->start;
	kernel_pages(k, space->pid, table->start, KERNEL_TABLE_PAGES, to->page);
	if (!table->huge)
		space->changed[table->pfn - space->first_pfn] = 0;
	kept->word = table->word;
	part_renew(&kept->part, part);
	return true;
}

/* As many as may be, from where the last snapshot had to leave off. */
static bool read_changed(struct space *space, const struct kernel *k)
{
	uint32_t first = 0, nr_read = 0;

	while (first < space->nr_found &&
	       space->found[first].start >> 21 < space->cursor)
		first++;
	for (uint32_t i = 0; i < space->nr_found; i++) {
		const struct kernel_table *table =
			&space->found[(first + i) % space->nr_found];

		if (!space->whole && !is_changed(space, table))
			continue;
		if (!space->whole && nr_read++ == SPACE_TABLES) {
			space->cursor = table->start >> 21;
			return true;
		}
		if (!read_table(space, k, table))
			return false;
	}
	return true;
}

static struct part *list_tables(struct space *space)
{
	struct part *list;
	struct part **to;
	size_t nr = 0;

	for (int i = 0; i < NR_TABLES; i++)
		nr += space->table[i].part != NULL;
	list = part_create_list(nr);
	if (!list)
		return NULL;
	to = (void *)list->data;
	for (int i = 0; i < NR_TABLES; i++)
		if (space->table[i].part)
			*to++ = part_get(space->table[i].part);
	return list;
}

struct part *take_pages(const struct snapshot_source *source)
{
	struct space *space = source->space;
	const struct kernel *k = source->machine->kernel;

	space->nr_found = 0;
	for (int i = 0; i < NR_TABLES; i++)
		space->table[i].seen = false;
	kernel_for_each_table(k, space->pid, keep_table, space);
	for (int i = 0; i < NR_TABLES; i++)
		if (!space->table[i].seen) {
			part_put(space->table[i].part);
			space->table[i].part = NULL;
		}
	return read_changed(space, k) ? list_tables(space) : NULL;
}

/* ---- what a snapshot has of it -------------------------------------------------- */

static const struct snapshot_table *table_of(const struct part *part)
{
	return (const void *)part->data;
}

const struct snapshot_table *snapshot_table(const struct snapshot *snapshot,
					    uint32_t va)
{
	uint32_t first = 0, nr;
	const struct part **part = (void *)snapshot_pages(snapshot, &nr);

	while (nr) { /* it is among the @nr from @first on, if any */
		const struct snapshot_table *table =
			table_of(part[first + nr / 2]);

		if (va - table->start < KERNEL_TABLE_PAGES * 4096u)
			return table;
		if (va < table->start) {
			nr /= 2;
		} else {
			first += nr / 2 + 1;
			nr -= nr / 2 + 1;
		}
	}
	return NULL;
}

const struct kernel_page *snapshot_page(const struct snapshot *snapshot,
					uint32_t va)
{
	const struct snapshot_table *table = snapshot_table(snapshot, va);

	return table ? &table->page[(va - table->start) / 4096] : NULL;
}

size_t snapshot_table_bytes(const struct snapshot *snapshot,
			    const struct snapshot *before)
{
	uint32_t nr, nr_before = 0, at = 0;
	size_t bytes = 0;
	const struct part **part = (void *)snapshot_pages(snapshot, &nr);
	const struct part **was =
		before ? (void *)snapshot_pages(before, &nr_before) : NULL;

	if (before && snapshot_same_section(snapshot, before, SECTION_PAGES))
		return 0;
	for (uint32_t n = 0; n < nr; n++) {
		while (at < nr_before &&
		       table_of(was[at])->start < table_of(part[n])->start)
			at++;
		if (at == nr_before || was[at] != part[n])
			bytes += sizeof(**part) + part[n]->size_bytes;
	}
	return bytes;
}
