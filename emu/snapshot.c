/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots: see snapshot.h. A block of frames is copied when something in it
 * has changed, and shared by all snapshots until then; the count of references
 * alone is ever written by two threads.
 */
#include "emu/snapshot.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel.h"

#define BLOCK_BYTES (KERNEL_BLOCK_FRAMES * UINT64_C(4096))

struct snapshot_block {
	atomic_uint refs;
	struct kernel_frame frame[KERNEL_BLOCK_FRAMES];
};

/* A snapshot, and what others needn't see of it. */
struct counted {
	atomic_uint refs;
	struct snapshot snapshot; /* ends in an array */
};

struct snapshots {
	uint64_t serial;
	struct hw hw;
	uint64_t first_paddr;
	uint32_t nr_blocks;
	uint32_t refresh; /* the next to be read without need */
	uint8_t *changed; /* by the kernel, since the last one was taken */
	struct snapshot_block **block; /* the newest of each; or NULL */
};

/* ---- references ------------------------------------------------------------ */

static void block_put(struct snapshot_block *block)
{
	if (block && atomic_fetch_sub(&block->refs, 1) == 1)
		free(block);
}

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
	for (uint32_t n = 0; n < snapshot->nr_blocks; n++)
		block_put(snapshot->block[n]);
	free(counted_of(snapshot));
}

const struct kernel_frame *snapshot_frames(const struct snapshot *snapshot,
					   uint32_t n)
{
	return snapshot->block[n]->frame;
}

bool snapshot_same_block(const struct snapshot *a, const struct snapshot *b,
			 uint32_t n)
{
	return a->block[n] == b->block[n];
}

/* ---- the machine's side --------------------------------------------------------- */

struct snapshots *snapshots_create(const struct hw *hw)
{
	struct snapshots *s = calloc(1, sizeof(*s));
	uint64_t end = hw->ram_base + hw->ram_span_bytes;

	if (!s)
		return NULL;
	s->hw = *hw;
	s->first_paddr = hw->ram_base & ~(BLOCK_BYTES - 1);
	s->nr_blocks = (uint32_t)((end - s->first_paddr + BLOCK_BYTES - 1) /
				  BLOCK_BYTES);
	s->changed = malloc(s->nr_blocks);
	s->block = calloc(s->nr_blocks, sizeof(*s->block));
	if (s->changed && s->block) {
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
	for (uint32_t n = 0; s->block && n < s->nr_blocks; n++)
		block_put(s->block[n]);
	free(s->block);
	free(s->changed);
	free(s);
}

uint8_t *snapshots_changed_blocks(struct snapshots *s)
{
	return s->changed;
}

/* Reads block @n anew; the old one stays if nothing is different. */
static bool renew_block(struct snapshots *s, const struct kernel *kernel,
			uint32_t n)
{
	struct snapshot_block *block = malloc(sizeof(*block));

	if (!block)
		return false;
	kernel_frames(kernel, n, block->frame);
	if (s->block[n] &&
	    !memcmp(s->block[n]->frame, block->frame, sizeof(block->frame))) {
		free(block);
		return true;
	}
	atomic_init(&block->refs, 1);
	block_put(s->block[n]);
	s->block[n] = block;
	return true;
}

static bool renew_blocks(struct snapshots *s, const struct kernel *kernel)
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
		if (!renew_block(s, kernel, n))
			return false;
		s->changed[n] = 0;
	}
	return true;
}

struct snapshot *snapshots_take(struct snapshots *s,
				const struct kernel *kernel)
{
	struct counted *counted;
	struct snapshot *snapshot;

	if (!renew_blocks(s, kernel))
		return NULL;
	counted = malloc(sizeof(*counted) +
			 s->nr_blocks * sizeof(counted->snapshot.block[0]));
	if (!counted)
		return NULL;
	atomic_init(&counted->refs, 1);
	snapshot = &counted->snapshot;
	snapshot->serial = ++s->serial;
	snapshot->cycle = s->hw.ops->now(s->hw.ctx);
	snapshot->nr_faults = kernel_nr_faults(kernel);
	snapshot->first_paddr = s->first_paddr;
	snapshot->nr_blocks = s->nr_blocks;
	for (uint32_t n = 0; n < s->nr_blocks; n++) {
		snapshot->block[n] = s->block[n];
		atomic_fetch_add(&s->block[n]->refs, 1);
	}
	return snapshot;
}
