/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memory_failure_internal.h"

/*
 * Frames that leave in good health, and frames that come back (the end of
 * mm/memory-failure.c).
 *
 * Soft offlining: memory that has to be corrected too often is given up before
 * it loses anything. A clean page of a file that nobody maps is dropped; what
 * else is in use moves to another frame; a free one leaves the buddy. Nobody is
 * killed, and what can't move stays in use.
 *
 * Unpoisoning is for those who test memory_failure(): it undoes the mark of a
 * frame that nobody has any more. What a program had there stays lost.
 */

#include <errno.h>

#include "kernel/mm/filemap.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/migrate.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/swap.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

static bool is_ram(const struct kernel *k, pfn_t pfn)
{
	return pfn_valid(k, pfn) &&
	       memblock_is_memory(k, (paddr_t)pfn << PAGE_SHIFT);
}

/* ---- out of use ------------------------------------------------------------------ */

/* The last reference goes, and so marked the page doesn't come free. */
static void page_handle_poison(struct task_struct *curr, struct page *page)
{
	SetPageHWPoison(page);
	put_page(curr, page);
	curr->k->memory_failure.num_poisoned_pages++;
}

static int offline_free_page(struct task_struct *curr, struct page *page)
{
	if (!take_page_off_buddy(curr->k, page))
		return -EBUSY;
	prep_new_page(curr, page, 0, 0);
	page_handle_poison(curr, page);
	return 0;
}

/* Gives up the caller's reference. */
static int offline_by_moving(struct task_struct *curr, struct page *page)
{
	struct migration_target_control mtc = {
		.nid = -1,
		.gfp_mask = GFP_USER | __GFP_MOVABLE | __GFP_RETRY_MAYFAIL,
	};
	const pfn_t pfn = page_to_pfn(curr->k, page);
	struct list_head list;
	int left;

	INIT_LIST_HEAD(&list);
	if (!isolate_for_migration(curr, page, &list)) {
		printk(curr->k,
		       "soft offline: %#x: page isolation failed, page count "
		       "%d, flags %#x",
		       pfn, page_count(page), page->flags);
		put_page(curr, page);
		return -EBUSY;
	}
	put_page(curr, page);
	left = migrate_pages(curr, &list, alloc_migration_target, NULL, &mtc,
			     MIGRATE_SYNC, MR_MEMORY_FAILURE, NULL);
	if (!left) {
		page_handle_poison(curr, page);
		return 0;
	}
	printk(curr->k,
	       "soft offline: %#x: page migration failed %d, flags %#x", pfn,
	       left, page->flags);
	putback_movable_pages(curr, &list);
	return left > 0 ? -EBUSY : left;
}

/* Gives up the caller's reference. */
static int offline_page_in_use(struct task_struct *curr, struct page *page)
{
	const pfn_t pfn = page_to_pfn(curr->k, page);
	bool dropped = false;

	if (PageCompound(page) &&
	    (!PageAnon(page) || split_huge_page(curr, page))) {
		printk(curr->k, "soft offline: %#x: thp split failed", pfn);
		put_page(curr, page);
		return -EBUSY;
	}
	lock_page(curr, page);
	wait_on_page_writeback(curr, page);
	if (PageLRU(page) && !PageSwapCache(page))
		dropped = invalidate_inode_page(curr, page);
	unlock_page(curr, page);
	if (!dropped)
		return offline_by_moving(curr, page);
	printk(curr->k, "soft_offline: %#x: invalidated", pfn);
	page_handle_poison(curr, page);
	return 0;
}

static int offline_page(struct task_struct *curr, struct page *page,
			unsigned int flags)
{
	int got;

	if (PageHWPoison(page)) {
		printk(curr->k, "soft_offline_page: %#x page already poisoned",
		       page_to_pfn(curr->k, page));
		if (flags & MF_COUNT_INCREASED)
			put_page(curr, page);
		return 0;
	}
	got = flags & MF_COUNT_INCREASED ? 1 : get_hwpoison_page(curr, page);
	if (got < 0)
		return got;
	return got ? offline_page_in_use(curr, page)
		   : offline_free_page(curr, page);
}

int soft_offline_page(struct task_struct *curr, pfn_t pfn, unsigned int flags)
{
	struct memory_failure_state *state = &curr->k->memory_failure;
	int error;

	if (!is_ram(curr->k, pfn))
		return -ENXIO;
	deferred_init_pfn(curr->k, pfn);
	down_write(curr, &state->mutex);
	error = offline_page(curr, pfn_to_page(curr->k, pfn), flags);
	up_write(curr, &state->mutex);
	return error;
}

/* ---- and in again ----------------------------------------------------------------- */

static int unpoison_page(struct task_struct *curr, struct page *page)
{
	struct kernel *k = curr->k;
	const pfn_t pfn = page_to_pfn(k, page);
	const char *why_not = NULL;

	if (k->memory_failure.hw_memory_failure) {
		printk(k, "Unpoison: Disabled after HW memory failure %#x",
		       pfn);
		return -EOPNOTSUPP;
	}
	if (!PageHWPoison(page))
		why_not = "Page was already unpoisoned";
	else if (!PageHWPoisonTakenOff(page))
		why_not = "Someone grabs the hwpoison page";
	if (why_not) {
		printk(k, "Unpoison: %s %#x", why_not, pfn);
		return -EBUSY;
	}
	ClearPageHWPoison(page);
	put_page(curr, page);
	k->memory_failure.num_poisoned_pages--;
	k->memory_failure.nr_unpoisoned++;
	printk(k, "Unpoison: Software-unpoisoned page %#x", pfn);
	return 0;
}

int unpoison_memory(struct task_struct *curr, pfn_t pfn)
{
	struct memory_failure_state *state = &curr->k->memory_failure;
	int error;

	if (!is_ram(curr->k, pfn))
		return -EIO;
	deferred_init_pfn(curr->k, pfn);
	down_write(curr, &state->mutex);
	error = unpoison_page(curr, pfn_to_page(curr->k, pfn));
	up_write(curr, &state->mutex);
	return error;
}
