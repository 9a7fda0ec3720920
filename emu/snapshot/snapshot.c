/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots: see snapshot.h. A block of frames is copied when something in it
 * has changed, and shared by all snapshots until then; a section is read each
 * time it is wished for, and shared if it says the same as the last time.
 */
#include "emu/snapshot/snapshot.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "emu/machine_state.h"
#include "emu/snapshot/sampler.h"
#include "emu/snapshot/source.h"
#include "emu/snapshot/space.h"

#define BLOCK_BYTES (KERNEL_BLOCK_FRAMES * UINT64_C(4096))

_Static_assert(NR_SECTIONS <= 32, "a bit for each in snapshot_wish.sections");

/* A snapshot, and what others needn't see of it. */
struct counted {
	atomic_uint refs;
	struct snapshot snapshot; /* ends in an array */
};

struct snapshots {
	const struct machine *machine;
	uint64_t serial;
	uint64_t cycle; /* of the last one: cores' clocks differ a little */
	uint64_t first_paddr;
	uint32_t nr_blocks;
	uint32_t refresh; /* the next to be read without need */
	uint8_t *changed; /* by the kernel, since the last one was taken */
	struct part **block; /* the newest of each; or NULL */
	struct part *section[NR_SECTIONS]; /* so are these */
	struct sampler *sampler;
	struct space *space;
};

/* ---- references ------------------------------------------------------------ */

static struct counted *counted_of(struct snapshot *snapshot)
{
	return (struct counted *)((char *)snapshot -
				  offsetof(struct counted, snapshot));
}

struct snapshot *snapshot_get(struct snapshot *snapshot)
{
	if (snapshot)
		atomic_fetch_add(&counted_of(snapshot)->refs, 1);
	return snapshot;
}

void snapshot_put(struct snapshot *snapshot)
{
	if (!snapshot || atomic_fetch_sub(&counted_of(snapshot)->refs, 1) != 1)
		return;
	for (int i = 0; i < NR_SECTIONS; i++)
		part_put(snapshot->section[i]);
	for (uint32_t n = 0; n < snapshot->nr_blocks; n++)
		part_put(snapshot->block[n]);
	for (uint32_t n = 0; n < MAX_SAMPLE_BLOCKS; n++)
		part_put(snapshot->samples[n]);
	free(counted_of(snapshot));
}

const struct snapshot_sample *
snapshot_sample_at(const struct snapshot *snapshot, uint32_t n)
{
	const struct part *block = snapshot->samples[n / SAMPLES_OF_A_BLOCK];

	return (const struct snapshot_sample *)(const void *)block->data +
	       n % SAMPLES_OF_A_BLOCK;
}

const struct kernel_frame *snapshot_frames(const struct snapshot *snapshot,
					   uint32_t n)
{
	return (const void *)snapshot->block[n]->data;
}

bool snapshot_same_block(const struct snapshot *a, const struct snapshot *b,
			 uint32_t n)
{
	return a->block[n] == b->block[n];
}

bool snapshot_same_section(const struct snapshot *a, const struct snapshot *b,
			   enum snapshot_section section)
{
	return (a ? a->section[section] : NULL) ==
	       (b ? b->section[section] : NULL);
}

/* ---- the machine's side --------------------------------------------------------- */

struct snapshots *snapshots_create(const struct machine *machine)
{
	struct snapshots *s = calloc(1, sizeof(*s));
	const struct ram *ram = &machine->ram;
	uint64_t end = ram->base + ram->span_bytes;

	if (!s)
		return NULL;
	s->machine = machine;
	s->first_paddr = ram->base & ~(BLOCK_BYTES - 1);
	s->nr_blocks = (uint32_t)((end - s->first_paddr + BLOCK_BYTES - 1) /
				  BLOCK_BYTES);
	s->changed = malloc(s->nr_blocks);
	s->block = calloc(s->nr_blocks, sizeof(*s->block));
	s->sampler = sampler_create(machine);
	s->space = space_create(ram);
	if (s->changed && s->block && s->sampler && s->space) {
		memset(s->changed, 1, s->nr_blocks);
		return s;
	}
	snapshots_destroy(s);
	return NULL;
}

void snapshots_destroy(struct snapshots *s)
{
	if (!s)
		return;
	for (int i = 0; i < NR_SECTIONS; i++)
		part_put(s->section[i]);
	for (uint32_t n = 0; s->block && n < s->nr_blocks; n++)
		part_put(s->block[n]);
	free(s->block);
	space_destroy(s->space);
	free(s->changed);
	sampler_destroy(s->sampler);
	free(s);
}

uint8_t *snapshots_changed_blocks(struct snapshots *s)
{
	return s->changed;
}

uint64_t snapshots_rest(struct snapshots *s, uint64_t cycle)
{
	return sampler_rest(s->sampler, cycle);
}

void snapshots_read_all(struct snapshots *s)
{
	memset(s->changed, 1, s->nr_blocks);
	space_read_all(s->space);
}

uint8_t *snapshots_changed_tables(struct snapshots *s)
{
	return space_changed_tables(s->space);
}

static bool renew_block(struct snapshots *s, uint32_t n)
{
	struct part *block =
		part_create(KERNEL_BLOCK_FRAMES * sizeof(struct kernel_frame));

	if (!block)
		return false;
	kernel_frames(s->machine->kernel, n, (void *)block->data);
	part_renew(&s->block[n], block);
	return true;
}

static bool renew_blocks(struct snapshots *s)
{
	const uint32_t nr_refresh = (s->nr_blocks + SNAPSHOT_REFRESH - 1) /
				    SNAPSHOT_REFRESH;

	for (uint32_t i = 0; i < nr_refresh; i++) {
		s->changed[s->refresh] = 1;
		s->refresh = (s->refresh + 1) % s->nr_blocks;
	}
	for (uint32_t n = 0; n < s->nr_blocks; n++) {
		if (!s->changed[n])
			continue;
		if (!renew_block(s, n))
			return false;
		s->changed[n] = 0;
	}
	return true;
}

static bool renew_sections(struct snapshots *s,
			   const struct snapshot_wish *wish)
{
	static struct part *(*const take[NR_SECTIONS])(
		const struct snapshot_source *) = {
#define SECTION(NAME, name, type, sentence) take_##name,
#include "emu/snapshot/sections.def"
#undef SECTION
	};

	for (int i = 0; i < NR_SECTIONS; i++) {
		const struct snapshot_source source = {s->machine, wish,
						       s->section[i], s->space};
		struct part *fresh;

		if (!(wish->sections & 1u << i))
			continue;
		fresh = take[i](&source);
		if (!fresh)
			return false;
		part_renew(&s->section[i], fresh);
	}
	return true;
}

/* What @s has now, with references of its own. */
static void fill(struct snapshot *snapshot, struct snapshots *s,
		 const struct snapshot_wish *wish)
{
	const struct hw *hw = &s->machine->hw;

	snapshot->serial = ++s->serial;
	if (hw->ops->now(hw->ctx) > s->cycle)
		s->cycle = hw->ops->now(hw->ctx);
	snapshot->cycle = s->cycle;
	snapshot->clock_hz = hw->clock_hz;
	snapshot->nr_faults = kernel_nr_faults(s->machine->kernel);
	snapshot->wish = *wish;
	for (int i = 0; i < NR_SECTIONS; i++)
		if (wish->sections & 1u << i)
			snapshot->section[i] = part_get(s->section[i]);
	snapshot->nr_samples = sampler_blocks(s->sampler, snapshot->samples);
	snapshot->first_paddr = s->first_paddr;
	snapshot->nr_blocks = s->nr_blocks;
	for (uint32_t n = 0; n < s->nr_blocks; n++)
		snapshot->block[n] = part_get(s->block[n]);
}

struct snapshot *snapshots_take(struct snapshots *s,
				const struct snapshot_wish *wish)
{
	struct snapshot_wish what = *wish;
	struct counted *counted;

	what.pid = space_turn(s->space, s->machine, wish);
	if (!renew_blocks(s) || !renew_sections(s, &what))
		return NULL;
	counted = calloc(1, sizeof(*counted) +
				    s->nr_blocks *
					    sizeof(counted->snapshot.block[0]));
	if (!counted)
		return NULL;
	atomic_init(&counted->refs, 1);
	fill(&counted->snapshot, s, wish);
	counted->snapshot.pid = what.pid;
	return &counted->snapshot;
}
