/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/dcache.h"

/*
 * vm.drop_caches (fs/drop_caches.c): for measurements, all of the page cache
 * that nobody maps, holds or has written to goes, and names that nobody uses.
 *
 * Linux finds the pages by file system and inode, here the LRU lists know
 * them all.
 */

#include "kernel/mm/filemap.h"
#include "kernel/mm/swap.h"
#include "kernel/task/sched.h"

static bool may_be_dropped(const struct page *page)
{
	return page_mapping(page) && page_is_file_lru(page) &&
	       !PageDirty(page) && !PageWriteback(page) && !page_mapped(page) &&
	       page_count(page) == 1;
}

/* None of this sleeps, so the list changes by our hand alone. */
static void drop_list(struct task_struct *curr, struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, list, lru) {
		if (!may_be_dropped(page) || !trylock_page(page))
			continue;
		get_page(page);
		delete_from_page_cache(curr, page);
		unlock_page(curr, page);
		put_page(curr, page);
	}
}

void drop_pagecache(struct task_struct *curr)
{
	struct lruvec *lruvec = curr->k->user.lruvec;

	for (int nid = 0; nid < NR_LRUVECS; nid++) {
		drop_list(curr, &lruvec[nid].lists[LRU_INACTIVE_FILE]);
		drop_list(curr, &lruvec[nid].lists[LRU_ACTIVE_FILE]);
	}
	count_vm_event(curr->k, DROP_PAGECACHE);
}

void drop_slab(struct task_struct *curr)
{
	while (shrink_dcache(curr, SHRINK_BATCH))
		;
	count_vm_event(curr->k, DROP_SLAB);
}
