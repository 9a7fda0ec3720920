/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SWAPFILE_H
#define KERNEL_MM_SWAPFILE_H

/*
 * Swap areas and their slots, the swap cache, and the way of a page out and
 * back (include/linux/swap.h's second half; mm/swapfile.c, swap_state.c,
 * page_io.c).
 *
 * A slot's count is the number of entries and other places that name it, plus
 * one while the swap cache holds a page for it.
 */

#include "kernel/mm/swapops.h"

struct address_space;

/* ---- mm/swapfile.c ------------------------------------------------------------------- */

/* Slots that are free, over all areas; those there are. */
int64_t get_nr_swap_pages(const struct kernel *k);
int64_t total_swap_pages(const struct kernel *k);
/* More than half of all is used: then the cache gives slots back early. */
bool vm_swap_full(const struct kernel *k);

/* One more place names the slot. 0, or -ENOMEM: a slot has too many. */
int swap_duplicate(struct task_struct *curr, swp_entry_t entry);
/* One fewer; the last frees it. */
void swap_free(struct task_struct *curr, swp_entry_t entry);
/* The same, for entries that are zapped; the cached page may go with it. */
void free_swap_and_cache(struct task_struct *curr, swp_entry_t entry);
/* How many places name the slot of @page, which is in the swap cache. */
int page_swapcount(const struct kernel *k, const struct page *page);
/*
 * A locked page in the swap cache whose slot nobody names any more leaves it.
 * True: it did, and is dirty, for it has no other copy.
 */
bool try_to_free_swap(struct task_struct *curr, struct page *page);

/* ---- mm/swap_state.c ----------------------------------------------------------------- */

/*
 * Gives a locked, up-to-date anonymous page a slot and puts it into the swap
 * cache, dirty: page->private is the entry. False: no slot, no memory.
 */
bool add_to_swap(struct task_struct *curr, struct page *page);
/* A locked page leaves the cache, which drops its reference and its slot's. */
void delete_from_swap_cache(struct task_struct *curr, struct page *page);
/* The page with a reference; NULL: not cached. */
struct page *lookup_swap_cache(struct task_struct *curr, swp_entry_t entry);

/* ---- mm/page_io.c -------------------------------------------------------------------- */

/*
 * Begins to write a locked page of the swap cache to its slot; unlocks it,
 * and PG_writeback stands until it is there. 0.
 */
int swap_writepage(struct task_struct *curr, struct page *page);

static inline swp_entry_t page_swap_entry(const struct page *page)
{
	return (swp_entry_t){(uint32_t)page->private};
}

#endif
