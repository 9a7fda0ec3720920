/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Modes of the picture of memory: see memory_modes.h. Class 0 of each is what
 * is no RAM; what a mode isn't about is drawn in quiet colours.
 */
#include "emu/viewer/memory_modes.h"

#include <stdio.h>
#include <string.h>

#include "emu/snapshot/snapshot.h"
#include "emu/viewer/view.h"

static const struct {
	const char *name, *sentence;
	bool by_count;
} modes[NR_MEMORY_MODES] = {
	[MODE_USE] = {"use", "what each frame is used for", false},
	[MODE_FREE] = {"order",
		       "free blocks by their order, large to small; "
		       "and large blocks in use",
		       false},
	[MODE_SLAB] = {"slab", "slabs by the cache they belong to", true},
	[MODE_MOBILITY] = {"mobility",
			   "pageblocks by migrate type; used frames "
			   "brighter than free ones",
			   false},
	[MODE_ZONE] = {"zone",
		       "nodes and zones; used frames brighter than "
		       "free ones",
		       false},
	[MODE_PROCESS] = {"process", "frames of programs by whose they are",
			  true},
	[MODE_LRU] = {"lru",
		      "LRU lists: from inactive (the next to go) to "
		      "active and referenced",
		      false},
	[MODE_MAPPED] = {"maps",
			 "by how many page-table entries map a frame "
			 "(rmap)",
			 false},
	[MODE_STATE] = {"state", "dirty, under writeback, in the swap cache",
			false},
	[MODE_CHANGED] = {"changes",
			  "how long ago, in virtual time, each "
			  "frame was seen to change",
			  false},
};

const char *mode_name(enum memory_mode mode)
{
	return modes[mode].name;
}

const char *mode_sentence(enum memory_mode mode)
{
	return modes[mode].sentence;
}

bool mode_sorts_by_count(enum memory_mode mode)
{
	return modes[mode].by_count;
}

/* ---- whose it is ------------------------------------------------------------------ */

static unsigned int hash_of_mm(uint32_t mm)
{
	return mm * UINT32_C(2654435761) >> 22;
}

/* Its number from 1, as class_of[] has it; 0: nobody's. */
static unsigned int owner_number(const struct memory_owners *owners,
				 uint32_t mm)
{
	unsigned int at = hash_of_mm(mm);

	while (owners->class_of[at % 1024]) {
		unsigned int number = owners->class_of[at % 1024];

		if (owners->owner[number - 1].mm == mm)
			return number;
		at++;
	}
	return 0;
}

static void add_owner(struct memory_owners *owners,
		      const struct snapshot_process *process)
{
	struct memory_owner *owner = &owners->owner[owners->nr++];
	unsigned int at = hash_of_mm(process->mm);

	owner->mm = process->mm;
	owner->pid = process->pid;
	memcpy(owner->comm, process->comm, sizeof(owner->comm));
	while (owners->class_of[at % 1024])
		at++;
	owners->class_of[at % 1024] = (uint8_t)owners->nr;
}

bool owners_update(struct memory_owners *owners,
		   const struct snapshot *snapshot)
{
	uint32_t nr;
	const struct snapshot_process *process = snapshot_processes(snapshot,
								    &nr);
	struct memory_owners fresh = {0};

	for (uint32_t i = 0; i < nr && fresh.nr < MAX_OWNERS; i++)
		if (process[i].mm && !owner_number(&fresh, process[i].mm))
			add_owner(&fresh, &process[i]);
	if (!memcmp(owners, &fresh, sizeof(fresh)))
		return false;
	*owners = fresh;
	return true;
}

/* ---- classes -------------------------------------------------------------------------- */

enum {
	CLASS_NO_RAM,
	CLASS_FIRST
};

/* Modes that are about something else share these two. */
enum {
	CLASS_FREE = CLASS_FIRST,
	CLASS_USED,
	CLASS_OWN
};

static bool is_free(const struct kernel_frame *frame)
{
	return frame->use == FRAME_FREE || frame->use == FRAME_PCP;
}

static bool is_of_program(const struct kernel_frame *frame)
{
	return frame->use == FRAME_ANON || frame->use == FRAME_FILE ||
	       frame->use == FRAME_SHMEM;
}

static unsigned int class_of_use(const struct kernel_frame *frame)
{
	return CLASS_FIRST + frame->use;
}

#define CLASS_PCP  (CLASS_OWN + KERNEL_NR_ORDERS)
#define CLASS_HELD (CLASS_PCP + 1) /* + order: blocks in use */
static unsigned int class_of_order(const struct kernel_frame *frame)
{
	if (frame->use == FRAME_FREE)
		return CLASS_OWN + frame->order;
	if (frame->use == FRAME_PCP)
		return CLASS_PCP;
	return frame->order ? CLASS_HELD + (frame->order >= 9) : CLASS_USED;
}

/* Number 255 is that of all caches from there on. */
static unsigned int class_of_cache(const struct kernel_frame *frame)
{
	if (frame->use == FRAME_SLAB)
		return frame->cache < NR_CLASSES - CLASS_OWN
			       ? CLASS_OWN + frame->cache
			       : NR_CLASSES - 1;
	return is_free(frame) ? CLASS_FREE : CLASS_USED;
}

static unsigned int class_of_mobility(const struct kernel_frame *frame)
{
	return CLASS_FIRST + frame->migratetype * 2u + !is_free(frame);
}

static unsigned int class_of_zone(const struct kernel_frame *frame)
{
	return CLASS_FIRST + ((frame->node & 3u) * 4 + (frame->zone & 3u)) * 2 +
	       !is_free(frame);
}

#define CLASS_NOBODYS CLASS_OWN
static unsigned int class_of_owner(const struct memory_owners *owners,
				   const struct kernel_frame *frame)
{
	unsigned int number = frame->mm ? owner_number(owners, frame->mm) : 0;

	if (number)
		return CLASS_NOBODYS + number;
	if (is_free(frame))
		return CLASS_FREE;
	return is_of_program(frame) ? CLASS_NOBODYS : CLASS_USED;
}

/* Of each kind four ages: inactive, the same but referenced, active, so. */
#define CLASS_AGES        CLASS_OWN
#define CLASS_UNEVICTABLE (CLASS_AGES + 8)
static unsigned int class_of_lru(const struct kernel_frame *frame)
{
	if (frame->lru == KERNEL_LRU_NONE)
		return is_free(frame) ? CLASS_FREE : CLASS_USED;
	if (frame->lru == KERNEL_LRU_UNEVICTABLE)
		return CLASS_UNEVICTABLE;
	return CLASS_AGES + (frame->lru - KERNEL_LRU_INACTIVE_ANON) * 2u +
	       !!(frame->flags & KERNEL_FRAME_REFERENCED);
}

/* 0, 1, 2, 3 to 4, 5 to 8 and so on. */
#define NR_COUNTS 9
static unsigned int class_of_mapcount(const struct kernel_frame *frame)
{
	unsigned int n = 0;

	if (!is_of_program(frame))
		return is_free(frame) ? CLASS_FREE : CLASS_USED;
	if (frame->mapcount == 1)
		n = 1;
	else if (frame->mapcount)
		n = 33u - (unsigned int)__builtin_clz(frame->mapcount - 1u);
	return CLASS_OWN + (n < NR_COUNTS ? n : NR_COUNTS - 1);
}

enum {
	STATE_CLEAN,
	STATE_DIRTY,
	STATE_WRITEBACK,
	STATE_SWAPCACHE,
	STATE_LOCKED,
	STATE_POISONED,
	NR_STATES
};
static unsigned int class_of_state(const struct kernel_frame *frame)
{
	const uint8_t flags = frame->flags;
	unsigned int state = STATE_CLEAN;

	if (flags & KERNEL_FRAME_POISONED)
		return CLASS_OWN + STATE_POISONED;
	if (!is_of_program(frame))
		return is_free(frame) ? CLASS_FREE : CLASS_USED;
	if (flags & KERNEL_FRAME_WRITEBACK)
		state = STATE_WRITEBACK;
	else if (flags & KERNEL_FRAME_LOCKED)
		state = STATE_LOCKED;
	else if (flags & KERNEL_FRAME_SWAPCACHE)
		state = STATE_SWAPCACHE;
	else if (flags & KERNEL_FRAME_DIRTY)
		state = STATE_DIRTY;
	return CLASS_OWN + state;
}

/* Up to 1 ms, 10 ms, … 10 s of virtual time. */
#define NR_AGES 6
static unsigned int class_of_age(const struct class_source *source,
				 const struct kernel_frame *frame,
				 uint64_t changed)
{
	uint64_t limit = source->clock_hz / 1000;
	unsigned int n = 0;

	if (!changed)
		return is_free(frame) ? CLASS_FREE : CLASS_USED;
	for (; n < NR_AGES - 1 && changed + limit < source->now; n++)
		limit *= 10;
	return CLASS_OWN + n;
}

static unsigned int class_of_frame(const struct class_source *source,
				   const struct kernel_frame *frame,
				   unsigned int i)
{
	switch (source->mode) {
	case MODE_FREE:
		return class_of_order(frame);
	case MODE_SLAB:
		return class_of_cache(frame);
	case MODE_MOBILITY:
		return class_of_mobility(frame);
	case MODE_ZONE:
		return class_of_zone(frame);
	case MODE_PROCESS:
		return class_of_owner(source->owners, frame);
	case MODE_LRU:
		return class_of_lru(frame);
	case MODE_MAPPED:
		return class_of_mapcount(frame);
	case MODE_STATE:
		return class_of_state(frame);
	case MODE_CHANGED:
		return class_of_age(source, frame, source->changed[i]);
	default:
		return class_of_use(frame);
	}
}

void mode_classify(const struct class_source *source,
		   const struct kernel_frame frame[KERNEL_BLOCK_FRAMES],
		   uint8_t class_of[KERNEL_BLOCK_FRAMES])
{
	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++)
		class_of[i] = frame[i].flags & KERNEL_FRAME_RAM
				      ? (uint8_t)class_of_frame(source,
								&frame[i], i)
				      : CLASS_NO_RAM;
}

/* ---- colours ------------------------------------------------------------------------- */

colour_t colour_on(colour_t ground)
{
	unsigned int light = (ground >> 16 & 255) * 2 +
			     (ground >> 8 & 255) * 5 + (ground & 255);

	return light > 8 * 120 ? 0x101216 : 0xffffff;
}

/* Half way to the ground: there, but not what this is about. */
static colour_t quiet(const struct palette *palette, colour_t colour)
{
	return colour_mix(colour, palette->panel, 150);
}

static struct class_look *look_like(struct class_look *look, colour_t colour,
				    const char *letter, const char *label)
{
	look->colour = colour;
	snprintf(look->letter, sizeof(look->letter), "%s", letter);
	snprintf(look->label, sizeof(look->label), "%s", label);
	return look;
}

static void look_of_rest(const struct palette *palette, struct class_look *look)
{
	look_like(&look[CLASS_FREE], palette->free, "", "free")->background =
		true;
	look_like(&look[CLASS_USED],
		  colour_mix(palette->free, palette->faint, 150), "",
		  "other use")
		->background = true;
}

static void looks_of_use(const struct palette *palette, struct class_look *look)
{
	static const struct {
		const char *letter, *label;
	} uses[NR_FRAME_USES] = {
		[FRAME_FREE] = {"", "free"},
		[FRAME_PCP] = {"c", "free, on a CPU's list"},
		[FRAME_RESERVED] = {"R", "reserved since boot"},
		[FRAME_SLAB] = {"S", "slab"},
		[FRAME_PGTABLE] = {"T", "page tables"},
		[FRAME_STACK] = {"K", "kernel stacks"},
		[FRAME_ANON] = {"A", "anonymous"},
		[FRAME_FILE] = {"F", "files (page cache)"},
		[FRAME_SHMEM] = {"M", "shared memory, tmpfs"},
		[FRAME_CMA] = {"D", "drivers' (CMA)"},
		[FRAME_KERNEL] = {"k", "other kernel memory"},
		[FRAME_POISONED] = {"X", "memory error"},
	};

	for (unsigned int i = 0; i < NR_FRAME_USES; i++)
		look_like(&look[CLASS_FIRST + i], palette_use(palette, i),
			  uses[i].letter, uses[i].label);
}

static colour_t ramp(const struct palette *palette, unsigned int n,
		     unsigned int of)
{
	return palette->ramp[8 + n * (PALETTE_STEPS - 9) / (of - 1)];
}

static void looks_of_order(const struct palette *palette,
			   struct class_look *look)
{
	char label[40];

	look_of_rest(palette, look);
	look[CLASS_FREE] = (struct class_look){0};
	snprintf(look[CLASS_USED].label, sizeof(label), "in use, order 0");
	for (unsigned int i = 0; i < KERNEL_NR_ORDERS; i++) {
		snprintf(label, sizeof(label), "free, order %u", i);
		look_like(&look[CLASS_OWN + i],
			  ramp(palette, i, KERNEL_NR_ORDERS), "", label);
	}
	look_like(&look[CLASS_PCP], palette->kind[KIND_SKY], "c",
		  "free, on a CPU's list");
	look_like(&look[CLASS_HELD], palette->kind[KIND_GREY], "",
		  "in use, order 1 to 8");
	look_like(&look[CLASS_HELD + 1], palette->kind[KIND_GREEN], "",
		  "in use, order 9 and 10 (huge)");
}

static void looks_of_caches(const struct view *view, struct class_look *look)
{
	const struct palette *palette = view->palette;
	uint32_t nr;
	const struct snapshot_cache *cache = snapshot_caches(view->now, &nr);
	char label[40];

	look_of_rest(palette, look);
	for (unsigned int i = 0; CLASS_OWN + i < NR_CLASSES; i++) {
		snprintf(label, sizeof(label), i ? "cache %u" : "large kmalloc",
			 i);
		look_like(&look[CLASS_OWN + i], palette_hash(palette, i), "",
			  label);
	}
	for (uint32_t i = 0; i < nr; i++)
		if (cache[i].number < NR_CLASSES - 1 - CLASS_OWN)
			snprintf(look[CLASS_OWN + cache[i].number].label,
				 sizeof(label), "%s", cache[i].name);
}

static void looks_of_mobility(const struct palette *palette,
			      struct class_look *look)
{
	static const struct {
		uint8_t kind;
		const char *letter, *label;
	} types[KERNEL_NR_MIGRATETYPES] = {
		{KIND_VERMILLION, "U", "Unmovable"},
		{KIND_SKY, "M", "Movable"},
		{KIND_YELLOW, "R", "Reclaimable"},
		{KIND_PURPLE, "H", "HighAtomic"},
		{KIND_GREEN, "C", "CMA"},
		{KIND_ORANGE, "I", "Isolate"},
	};
	char label[40];

	for (unsigned int i = 0; i < KERNEL_NR_MIGRATETYPES; i++) {
		colour_t colour = palette->kind[types[i].kind];
		struct class_look *at = &look[CLASS_FIRST + 2 * i];

		snprintf(label, sizeof(label), "%s, free", types[i].label);
		look_like(at, quiet(palette, colour), "", label);
		look_like(at + 1, colour, types[i].letter, types[i].label);
	}
}

static void looks_of_zones(const struct view *view, struct class_look *look)
{
	static const uint8_t kinds[] = {KIND_SKY,   KIND_ORANGE,
					KIND_GREEN, KIND_PURPLE,
					KIND_BLUE,  KIND_VERMILLION,
					KIND_TEAL,  KIND_ROSE};
	const struct palette *palette = view->palette;
	char label[40];

	for (unsigned int i = 0; i < 16; i++) {
		colour_t colour = palette->kind[kinds[i % 8]];
		struct class_look *at = &look[CLASS_FIRST + 2 * i];

		snprintf(label, sizeof(label), "node %u, zone %u, free", i / 4,
			 i % 4);
		look_like(at, quiet(palette, colour), "", label);
		snprintf(label, sizeof(label), "node %u, zone %u", i / 4,
			 i % 4);
		look_like(at + 1, colour, "", label);
	}
}

/* The one that is looked at stands out from all others. */
static void looks_of_owners(const struct view *view,
			    const struct memory_owners *owners,
			    struct class_look *look)
{
	const struct palette *palette = view->palette;
	char label[40];

	look_of_rest(palette, look);
	snprintf(look[CLASS_USED].label, sizeof(label), "kernel");
	look_like(&look[CLASS_NOBODYS],
		  colour_mix(palette->kind[KIND_BROWN], palette->panel, 60),
		  "n", "nobody maps it");
	look[CLASS_USED].letter[0] = 'k';
	for (unsigned int i = 0; i < owners->nr; i++) {
		const struct memory_owner *owner = &owners->owner[i];

		snprintf(label, sizeof(label), "%.15s %d", owner->comm,
			 owner->pid);
		look_like(&look[CLASS_NOBODYS + 1 + i],
			  palette_hash(palette, (uint32_t)owner->pid), "",
			  label);
	}
}

static void looks_of_lru(const struct palette *palette, struct class_look *look)
{
	static const char *const ages[4] = {"inactive", "inactive, referenced",
					    "active", "active, referenced"};
	static const char *const letters[8] = {"i", "r", "a", "A",
					       "i", "r", "f", "F"};
	char label[40];

	look_of_rest(palette, look);
	snprintf(look[CLASS_USED].label, sizeof(label), "on no list");
	for (unsigned int i = 0; i < 8; i++) {
		colour_t colour = palette->kind[i < 4 ? KIND_ORANGE : KIND_SKY];

		snprintf(label, sizeof(label), "%s %s", i < 4 ? "anon" : "file",
			 ages[i % 4]);
		look_like(&look[CLASS_AGES + i],
			  colour_mix(palette->panel, colour, 94 + 54 * (i % 4)),
			  letters[i], label);
	}
	look_like(&look[CLASS_UNEVICTABLE], palette->kind[KIND_PURPLE], "u",
		  "unevictable");
}

static void looks_of_counts(const struct palette *palette,
			    struct class_look *look)
{
	static const char *const labels[NR_COUNTS] = {
		"mapped nowhere", "once",     "twice",    "3, 4", "5 to 8",
		"9 to 16",        "17 to 32", "33 to 64", "more"};
	static const char *const letters[NR_COUNTS] = {
		"0", "1", "2", "4", "8", "16", "32", "64", "+"};

	look_of_rest(palette, look);
	for (unsigned int i = 0; i < NR_COUNTS; i++)
		look_like(&look[CLASS_OWN + i], ramp(palette, i, NR_COUNTS),
			  letters[i], labels[i]);
}

static void looks_of_states(const struct palette *palette,
			    struct class_look *look)
{
	static const struct {
		uint8_t kind;
		const char *letter, *label;
	} states[NR_STATES] = {
		[STATE_CLEAN] = {KIND_SKY, "", "clean"},
		[STATE_DIRTY] = {KIND_VERMILLION, "D", "dirty"},
		[STATE_WRITEBACK] = {KIND_YELLOW, "W", "under writeback"},
		[STATE_SWAPCACHE] = {KIND_PURPLE, "S", "in the swap cache"},
		[STATE_LOCKED] = {KIND_GREEN, "L", "locked (being read)"},
		[STATE_POISONED] = {KIND_ORANGE, "!", "poisoned"},
	};

	look_of_rest(palette, look);
	for (unsigned int i = 0; i < NR_STATES; i++)
		look_like(&look[CLASS_OWN + i], palette->kind[states[i].kind],
			  states[i].letter, states[i].label);
	look[CLASS_OWN].colour = quiet(palette, palette->kind[KIND_SKY]);
}

static void looks_of_ages(const struct palette *palette,
			  struct class_look *look)
{
	static const char *const labels[NR_AGES] = {
		"in the last ms", "10 ms ago", "100 ms ago",
		"1 s ago",        "10 s ago",  "longer ago"};

	look_of_rest(palette, look);
	snprintf(look[CLASS_USED].label, sizeof(look->label),
		 "not yet, in use");
	snprintf(look[CLASS_FREE].label, sizeof(look->label), "not yet, free");
	for (unsigned int i = 0; i < NR_AGES; i++)
		look_like(&look[CLASS_OWN + i],
			  ramp(palette, NR_AGES - 1 - i, NR_AGES), "",
			  labels[i]);
}

void mode_looks(const struct view *view, enum memory_mode mode,
		const struct memory_owners *owners,
		struct class_look look[NR_CLASSES])
{
	const struct palette *palette = view->palette;

	memset(look, 0, NR_CLASSES * sizeof(*look));
	look[CLASS_NO_RAM].colour = palette->panel;
	switch (mode) {
	case MODE_FREE:
		return looks_of_order(palette, look);
	case MODE_SLAB:
		return looks_of_caches(view, look);
	case MODE_MOBILITY:
		return looks_of_mobility(palette, look);
	case MODE_ZONE:
		return looks_of_zones(view, look);
	case MODE_PROCESS:
		return looks_of_owners(view, owners, look);
	case MODE_LRU:
		return looks_of_lru(palette, look);
	case MODE_MAPPED:
		return looks_of_counts(palette, look);
	case MODE_STATE:
		return looks_of_states(palette, look);
	case MODE_CHANGED:
		return looks_of_ages(palette, look);
	default:
		return looks_of_use(palette, look);
	}
}
