/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/page_alloc.h"

/*
 * Reclaim (mm/vmscan.c).
 *
 * MODEL: kswapd does not exist, and direct reclaim frees only file names that
 * no one uses, with their inodes and clean pages (Linux's shrink_slab() on
 * the dentry cache). Pages of files in use and of programs stay.
 */

#include "kernel/state.h"

/* What one call frees at most, in names: as Linux's SHRINK_BATCH. */
#define SHRINK_BATCH 128

void wakeup_kswapd(struct task_struct *curr, struct zone *zone, gfp_t gfp,
		   unsigned int order, enum zone_type highest_zoneidx)
{
	(void)curr;
	(void)zone;
	(void)gfp;
	(void)order;
	(void)highest_zoneidx;
}

/* "Progress" is names freed: their slabs may take some more to be pages. */
uint32_t try_to_free_pages(struct task_struct *curr, struct zonelist *zonelist,
			   unsigned int order, gfp_t gfp)
{
	const struct vfs_state *vfs = &curr->k->vfs;

	(void)zonelist;
	(void)order;
	if (!(gfp & __GFP_FS) || !vfs->shrinker)
		return 0;
	return vfs->shrinker(curr, SHRINK_BATCH);
}
