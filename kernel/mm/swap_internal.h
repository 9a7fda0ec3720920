/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SWAP_INTERNAL_H
#define KERNEL_MM_SWAP_INTERNAL_H

/* What the files of swapping share with each other (mm/swap.h). */

#include "kernel/mm/swapfile.h"

/* ---- mm/swap_alloc.c --------------------------------------------------------- */

/*
 * The books of an area of si->max slots, of which the first and @bad can't be
 * used. 0 or -ENOMEM; what there is by then goes with swap_slots_free().
 */
int swap_slots_init(struct task_struct *curr, struct swap_info_struct *si,
		    const uint32_t *bad, uint32_t nr_bad, bool seeks_cost);
void swap_slots_free(struct task_struct *curr, struct swap_info_struct *si);
/*
 * A slot that only the cache names, which the caller is about to fill; .val 0:
 * all are in use. Doesn't sleep.
 */
#define get_swap_page(curr) get_swap_page_caller(curr, __func__)
swp_entry_t get_swap_page_caller(struct task_struct *curr, const char *caller);
void add_to_avail_list(struct swap_state *swap, struct swap_info_struct *si);
void del_from_avail_list(struct swap_info_struct *si);
/* swapon(), and swapoff() that failed: its slots may be had from now on. */
void swap_add_to_active(struct swap_state *swap, struct swap_info_struct *si);
/* The slot's last count has gone. */
void swap_range_free(struct swap_state *swap, struct swap_info_struct *si,
		     uint32_t offset);

/* ---- mm/swapfile.c -------------------------------------------------------------- */

/* When shall the cached page of a slot go, and the slot with it? */
#define TTRS_ANYWAY   1u
#define TTRS_UNMAPPED 2u /* if nobody maps the page */
#define TTRS_FULL     4u /* if swap is filling up */
/* True: page and slot were freed. Doesn't sleep. */
bool try_to_reclaim_swap(struct task_struct *curr, struct swap_info_struct *si,
			 uint32_t offset, uint32_t flags);
/* The entry's area; NULL, and a line in the log: there is no such slot. */
struct swap_info_struct *swap_info_get(struct kernel *k, swp_entry_t entry);
/* The count of places that name the slot, the cache not being one. */
uint32_t swp_swapcount(struct kernel *k, swp_entry_t entry);
/*
 * The slot will have a page in the cache. 0; -EEXIST: it has, or somebody is
 * about to put one there; -ENOENT: nobody names it any more.
 */
int swapcache_prepare(struct task_struct *curr, swp_entry_t entry);
/* The cache's page for the slot is gone, or didn't come. */
void put_swap_slot(struct task_struct *curr, swp_entry_t entry);
/* Where on the disk the slot is. */
uint32_t swap_slot_sector(const struct swap_info_struct *si, pgoff_t offset);

/* ---- mm/swap_state.c --------------------------------------------------------------- */

/*
 * A page that nobody else has seen gets @entry and goes into the cache, which
 * takes a reference. 0 or -ENOMEM. *@shadow, unless NULL, is what had been
 * left there of the page before (workingset.c).
 */
int add_to_swap_cache(struct task_struct *curr, struct page *page,
		      swp_entry_t entry, gfp_t gfp, void **shadow);
/*
 * The page for @entry with a reference, cached or new; in the latter case it
 * is locked, must be read, and *@allocated is set. NULL: nobody needs it any
 * more, or no memory. May sleep.
 */
struct page *__read_swap_cache_async(struct task_struct *curr,
				     swp_entry_t entry, gfp_t gfp,
				     const struct vm_area_struct *vma,
				     vaddr_t vaddr, bool *allocated);
/* Which way to read ahead: by address, or by place on the disk? */
bool swap_use_vma_readahead(const struct swap_state *swap);

/* ---- mm/page_io.c -------------------------------------------------------------------- */

/*
 * What was written to si->swap_file is on its disk now and out of memory, and
 * si->extents tell where its first si->max pages are: within @span pages,
 * without the header. 0, -ENOMEM, -EIO; -EINVAL: it has holes.
 */
int generic_swapfile_activate(struct task_struct *curr,
			      struct swap_info_struct *si, uint32_t *span);
/* Begins to read a locked page of the cache; the end unlocks it. */
void swap_readpage(struct task_struct *curr, struct page *page);

/* ---- mm/swap_unuse.c -------------------------------------------------------------- */

/* Brings all pages of @si back to memory. 0, -ENOMEM, -EINTR. */
int try_to_unuse(struct task_struct *curr, struct swap_info_struct *si);

#endif
