/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/dcache.h"

/*
 * vm.drop_caches (fs/drop_caches.c): for measurements, all of the page cache
 * that nobody maps, holds or has written to goes, and names that nobody uses.
 */

#include "kernel/mm/filemap.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/swap.h"
#include "kernel/task/sched.h"

/* None of this sleeps, so the list changes by our hand alone. */
static void drop_pagecache_sb(struct task_struct *curr, struct super_block *sb)
{
	struct inode *inode;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list)
		if (!(inode->i_state & I_FREEING))
			invalidate_mapping_pages(curr, &inode->i_data, 0,
						 UINT32_MAX);
}

void drop_pagecache(struct task_struct *curr)
{
	struct super_block *sb;

	list_for_each_entry(sb, &curr->k->vfs.super_blocks, s_all)
		drop_pagecache_sb(curr, sb);
	lru_add_drain(curr);
	count_vm_event(curr->k, DROP_PAGECACHE);
}

/* As long as that brings anything worth while. */
void drop_slab(struct task_struct *curr)
{
	uint32_t freed, shift = 0;

	do {
		const struct pglist_data *pgdat;

		freed = 0;
		for_each_online_pgdat(pgdat, curr->k) freed +=
			shrink_slab(curr, GFP_KERNEL, pgdat->node_id, 0);
	} while (freed >> shift++ > 1);
	count_vm_event(curr->k, DROP_SLAB);
}
