/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between two pictures: see memory_cells.h. While the machine runs, marks of
 * change fade; while it stands, those of the last step stay, and those before
 * go: what a step changed can be studied.
 */
#include "emu/viewer/memory_cells.h"

#include <stdlib.h>
#include <string.h>

#include "emu/live.h"
#include "emu/snapshot/snapshot.h"
#include "emu/viewer/view.h"

#define FADE_MS 900 /* until a mark is gone */

/* Locks and reference bits come and go; they'd make everything flicker. */
#define QUIET_FLAGS (KERNEL_FRAME_LOCKED | KERNEL_FRAME_REFERENCED)

bool frame_changed(const struct kernel_frame *a, const struct kernel_frame *b)
{
	return a->use != b->use || ((a->flags ^ b->flags) & ~QUIET_FLAGS) ||
	       a->order != b->order || a->lru != b->lru ||
	       a->migratetype != b->migratetype || a->mapcount != b->mapcount ||
	       a->cache != b->cache || a->mm != b->mm;
}

void cells_free(struct memory_cells *cells)
{
	snapshot_put(cells->last);
	free(cells->block);
	*cells = (struct memory_cells){0};
}

/* ---- classes ------------------------------------------------------------------------ */

static void count(struct memory_cells *cells, const struct cell_block *block,
		  uint32_t by)
{
	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++)
		cells->count[block->class_of[i]] += by;
}

static void classify(struct memory_cells *cells, const struct snapshot *now,
		     uint32_t n)
{
	struct cell_block *block = &cells->block[n];
	const struct class_source source = {
		.mode = cells->mode,
		.owners = &cells->owners,
		.now = now->cycle,
		.clock_hz = now->clock_hz,
		.changed = block->changed,
	};

	count(cells, block, UINT32_MAX);
	mode_classify(&source, snapshot_frames(now, n), block->class_of);
	count(cells, block, 1);
}

/* ---- changes ---------------------------------------------------------------------------- */

static void mark(struct memory_cells *cells, const struct snapshot *before,
		 const struct snapshot *now, uint32_t n)
{
	const struct kernel_frame *a = snapshot_frames(before, n);
	const struct kernel_frame *b = snapshot_frames(now, n);
	struct cell_block *block = &cells->block[n];

	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
		if (!frame_changed(&a[i], &b[i]))
			continue;
		block->heat[i] = 255;
		block->changed[i] = now->cycle;
		block->hot = true;
		cells->nr_changed++;
	}
}

static void cool(struct cell_block *block, uint64_t by)
{
	block->hot = false;
	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
		block->heat[i] = block->heat[i] > by
					 ? (uint8_t)(block->heat[i] - by)
					 : 0;
		block->hot |= block->heat[i] > 0;
	}
}

static bool is_running(const struct view *view)
{
	return view->live && !view->went_back &&
	       live_status(view->live).state == LIVE_RUNNING;
}

/* By how much marks are fainter than in the last picture, of 255. */
static uint64_t fading(const struct memory_cells *cells,
		       const struct view *view)
{
	if (is_running(view))
		return (view->ms - cells->ms) * 255 / FADE_MS;
	return cells->last != view->now ? 255 : 0;
}

static void cool_all(struct memory_cells *cells, const struct view *view)
{
	uint64_t by = fading(cells, view);

	if (by)
		cells->ms = view->ms;
	for (uint32_t n = 0; by && n < cells->nr_blocks; n++)
		if (cells->block[n].hot)
			cool(&cells->block[n], by < 255 ? by : 255);
}

static void mark_all(struct memory_cells *cells, const struct view *view)
{
	const struct snapshot *before = view->before, *now = view->now;

	cells->nr_changed = 0;
	if (!before || before->nr_blocks != now->nr_blocks)
		return;
	for (uint32_t n = 0; n < cells->nr_blocks; n++)
		if (!snapshot_same_block(before, now, n))
			mark(cells, before, now, n);
}

/* ---- both ------------------------------------------------------------------------------- */

static bool make_room(struct memory_cells *cells, uint32_t nr_blocks)
{
	if (cells->block && cells->nr_blocks == nr_blocks)
		return true;
	cells_free(cells);
	cells->block = calloc(nr_blocks, sizeof(*cells->block));
	cells->nr_blocks = nr_blocks;
	cells->count[0] = nr_blocks * KERNEL_BLOCK_FRAMES;
	return cells->block;
}

bool cells_update(struct memory_cells *cells, const struct view *view,
		  enum memory_mode mode)
{
	struct snapshot *now = view->now;
	bool all;

	if (!make_room(cells, now->nr_blocks))
		return false;
	cool_all(cells, view);
	if (cells->last == now && cells->mode == mode)
		return true;
	all = owners_update(&cells->owners, now) && mode == MODE_PROCESS;
	all |= cells->mode != mode || mode == MODE_CHANGED || !cells->last;
	cells->mode = mode;
	if (cells->last != now)
		mark_all(cells, view);
	for (uint32_t n = 0; n < cells->nr_blocks; n++)
		if (all || !snapshot_same_block(cells->last, now, n))
			classify(cells, now, n);
	snapshot_get(now);
	snapshot_put(cells->last);
	cells->last = now;
	return true;
}
