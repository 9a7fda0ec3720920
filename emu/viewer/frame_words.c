/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One frame in words: see frame_words.h. */
#include "emu/viewer/frame_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/snapshot/snapshot.h"
#include "emu/viewer/view.h"

static bool is_of_program(const struct kernel_frame *frame)
{
	return frame->use == FRAME_ANON || frame->use == FRAME_FILE ||
	       frame->use == FRAME_SHMEM;
}

/* ---- names ------------------------------------------------------------------------ */

const char *frame_use_name(unsigned int use)
{
	static const char *const labels[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) label,
#include "kernel/frame_use.def"
#undef FRAME_USE
	};

	return use < NR_FRAME_USES ? labels[use] : "?";
}

const char *frame_lru_name(unsigned int lru)
{
	static const char *const names[] = {
		[KERNEL_LRU_NONE] = "on no LRU list",
		[KERNEL_LRU_INACTIVE_ANON] = "inactive anon",
		[KERNEL_LRU_ACTIVE_ANON] = "active anon",
		[KERNEL_LRU_INACTIVE_FILE] = "inactive file",
		[KERNEL_LRU_ACTIVE_FILE] = "active file",
		[KERNEL_LRU_UNEVICTABLE] = "unevictable",
	};

	return lru <= KERNEL_LRU_UNEVICTABLE ? names[lru] : "?";
}

const char *frame_migratetype_name(unsigned int migratetype)
{
	static const char *const names[KERNEL_NR_MIGRATETYPES] = {
		"Unmovable",  "Movable", "Reclaimable",
		"HighAtomic", "CMA",     "Isolate",
	};

	return migratetype < KERNEL_NR_MIGRATETYPES ? names[migratetype] : "?";
}

void frame_flags_text(const struct kernel_frame *frame, char *to, size_t size)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} rows[] = {
		{KERNEL_FRAME_DIRTY, "dirty"},
		{KERNEL_FRAME_WRITEBACK, "under writeback"},
		{KERNEL_FRAME_SWAPCACHE, "in the swap cache"},
		{KERNEL_FRAME_LOCKED, "locked"},
		{KERNEL_FRAME_REFERENCED, "referenced"},
		{KERNEL_FRAME_POISONED, "poisoned"},
	};
	size_t n = 0;

	*to = '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && n < size; i++)
		if (frame->flags & rows[i].flag)
			n += (size_t)snprintf(to + n, size - n, "%s%s",
					      n ? ", " : "", rows[i].name);
}

static const char *cache_name(const struct snapshot *snapshot,
			      unsigned int number)
{
	uint32_t nr;
	const struct snapshot_cache *cache = snapshot_caches(snapshot, &nr);

	for (uint32_t i = 0; i < nr; i++)
		if (cache[i].number == number)
			return cache[i].name;
	return NULL;
}

static const struct snapshot_process *
process_of_mm(const struct snapshot *snapshot, uint32_t mm)
{
	uint32_t nr;
	const struct snapshot_process *process = snapshot_processes(snapshot,
								    &nr);

	for (uint32_t i = 0; mm && i < nr; i++)
		if (process[i].mm == mm)
			return &process[i];
	return NULL;
}

void frame_owner(const struct snapshot *snapshot,
		 const struct kernel_frame *frame, char *to, size_t size)
{
	const struct snapshot_process *process = process_of_mm(snapshot,
							       frame->mm);
	const char *cache = frame->cache ? cache_name(snapshot, frame->cache)
					 : NULL;

	*to = '\0';
	if (process)
		snprintf(to, size, "%.15s %d", process->comm, process->pid);
	else if (cache)
		snprintf(to, size, "%s", cache);
	else if (frame->cache)
		snprintf(to, size, "cache %u", frame->cache);
}

const struct kernel_zone_info *frame_zone(const struct snapshot *snapshot,
					  uint64_t pfn, unsigned int node)
{
	uint32_t nr;
	const struct kernel_zone_info *zone = snapshot_zones(snapshot, &nr);

	for (uint32_t i = 0; i < nr; i++)
		if (pfn - zone[i].start_pfn < zone[i].spanned &&
		    (unsigned int)zone[i].node == node)
			return &zone[i];
	return NULL;
}

/* ---- all of it --------------------------------------------------------------------- */

static void __attribute__((format(printf, 2, 3)))
say(struct frame_words *words, const char *format, ...)
{
	va_list args;

	if (words->nr_lines == FRAME_LINES)
		return;
	va_start(args, format);
	vsnprintf(words->line[words->nr_lines++], sizeof(words->line[0]),
		  format, args);
	va_end(args);
}

static void say_use(const struct view *view, const struct kernel_frame *frame,
		    struct frame_words *words)
{
	char owner[40];

	frame_owner(view->now, frame, owner, sizeof(owner));
	say(words, "%s%s%s", frame_use_name(frame->use),
	    *owner ? (frame->mapcount > 1 ? ", of several, one of them "
					  : ", of ")
		   : "",
	    owner);
}

static void say_mapped(const struct kernel_frame *frame,
		       struct frame_words *words)
{
	char flags[80];

	frame_flags_text(frame, flags, sizeof(flags));
	if (is_of_program(frame))
		say(words, "mapped by %u%s page table entr%s", frame->mapcount,
		    frame->mapcount == 255 ? " or more" : "",
		    frame->mapcount == 1 ? "y" : "ies");
	if (frame->lru)
		say(words, "LRU list: %s", frame_lru_name(frame->lru));
	if (*flags)
		say(words, "%s", flags);
}

static void say_place(const struct view *view, uint64_t pfn,
		      const struct kernel_frame *frame,
		      struct frame_words *words)
{
	const struct kernel_zone_info *zone = frame_zone(view->now, pfn,
							 frame->node);
	uint64_t first = pfn & ~((UINT64_C(1) << frame->order) - 1);

	if (frame->order)
		say(words,
		    "block of order %u: frames 0x%" PRIx64 " to 0x%" PRIx64,
		    frame->order, first,
		    first + (UINT64_C(1) << frame->order) - 1);
	say(words, "pageblock %s, zone %s, node %u",
	    frame_migratetype_name(frame->migratetype), zone ? zone->name : "?",
	    frame->node);
}

void frame_words(const struct view *view, uint64_t pfn,
		 struct frame_words *words)
{
	const struct kernel_frame *frame = view_frame(view->now, pfn);

	words->nr_lines = 0;
	say(words, "frame 0x%05" PRIx64 ", address 0x%08" PRIx64, pfn,
	    pfn << 12);
	if (!frame || !(frame->flags & KERNEL_FRAME_RAM)) {
		say(words, "no RAM");
		return;
	}
	say_use(view, frame, words);
	say_mapped(frame, words);
	say_place(view, pfn, frame, words);
}

/* ---- changes --------------------------------------------------------------------------- */

static void short_state(const struct snapshot *snapshot,
			const struct kernel_frame *frame, char *to, size_t size)
{
	static const char *const keys[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) key,
#include "kernel/frame_use.def"
#undef FRAME_USE
	};
	char owner[40];

	frame_owner(snapshot, frame, owner, sizeof(owner));
	snprintf(to, size, "%s%s%s", keys[frame->use], *owner ? " of " : "",
		 owner);
}

static void add(char *text, size_t size, const char *what)
{
	size_t n = strlen(text);

	snprintf(text + n, size - n, "%s%s", n ? "; " : "", what);
}

/* Flags that came, with a +, and that went, with a −. */
static void add_flags(const struct kernel_frame *from,
		      const struct kernel_frame *to, char *text, size_t size)
{
	struct kernel_frame came = {.flags = to->flags & ~from->flags};
	struct kernel_frame went = {.flags = from->flags & ~to->flags};
	char flags[80], line[90];

	frame_flags_text(&came, flags, sizeof(flags));
	snprintf(line, sizeof(line), "now %s", flags);
	if (*flags)
		add(text, size, line);
	frame_flags_text(&went, flags, sizeof(flags));
	snprintf(line, sizeof(line), "no longer %s", flags);
	if (*flags)
		add(text, size, line);
}

static void add_change(char *text, size_t size, bool changed,
		       const char *format, ...)
	__attribute__((format(printf, 4, 5)));
static void add_change(char *text, size_t size, bool changed,
		       const char *format, ...)
{
	char line[160];
	va_list args;

	if (!changed)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	add(text, size, line);
}

void frame_change_text(const struct snapshot *from, const struct snapshot *to,
		       uint64_t pfn, char *text, size_t size)
{
	const struct kernel_frame *a = view_frame(from, pfn);
	const struct kernel_frame *b = view_frame(to, pfn);
	char was[60], is[60];

	*text = '\0';
	if (!a || !b)
		return;
	short_state(from, a, was, sizeof(was));
	short_state(to, b, is, sizeof(is));
	add_change(text, size, strcmp(was, is) != 0, "%s → %s", was, is);
	add_change(text, size, a->order != b->order, "order %u → %u", a->order,
		   b->order);
	add_change(text, size, a->mapcount != b->mapcount, "mapped %u → %u",
		   a->mapcount, b->mapcount);
	add_change(text, size, a->lru != b->lru, "%s", frame_lru_name(b->lru));
	add_change(text, size, a->migratetype != b->migratetype, "pageblock %s",
		   frame_migratetype_name(b->migratetype));
	add_flags(a, b, text, size);
}

/* ---- who maps it ------------------------------------------------------------------------ */

static void fill_mapper(struct frame_mapper *mapper,
			const struct snapshot_fact *fact)
{
	if (!strcmp(fact->key, "pid"))
		mapper->pid = atoi(fact->value);
	else if (!strcmp(fact->key, "comm"))
		snprintf(mapper->comm, sizeof(mapper->comm), "%.15s",
			 fact->value);
	else if (!strcmp(fact->key, "at"))
		mapper->va = (uint32_t)strtoul(fact->value, NULL, 0);
	else if (!strcmp(fact->key, "vma"))
		snprintf(mapper->vma, sizeof(mapper->vma), "%.79s",
			 fact->value);
}

unsigned int frame_mappers(const struct snapshot *snapshot, uint64_t pfn,
			   struct frame_mapper *mapper, unsigned int room)
{
	uint32_t nr;
	const struct snapshot_fact *fact = snapshot_frame_facts(snapshot, &nr);
	unsigned int n = 0;

	for (uint32_t i = 0; i < nr; i++) {
		if (fact[i].pfn != pfn)
			continue;
		if (!fact[i].depth && !strcmp(fact[i].key, "mapped by") &&
		    n++ < room)
			mapper[n - 1] = (struct frame_mapper){0};
		else if (n && n <= room)
			fill_mapper(&mapper[n - 1], &fact[i]);
		if (!strcmp(fact[i].key, "mappers"))
			n += (unsigned int)atoi(fact[i].value);
	}
	return n;
}
