/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SWAP_H
#define KERNEL_MM_SWAP_H

/*
 * The LRU lists (include/linux/swap.h, mm_inline.h; mm/swap.c): every user
 * page and page-cache page stands on one list of its node. struct lruvec is
 * in user_state.h.
 */

#include "kernel/mm/mm_types.h"
#include "kernel/mm/mmzone.h"
#include "kernel/mm/user_state.h"

/* Empties all lists: at boot. */
void lru_init(struct task_struct *curr);
/*
 * Puts a page that is on no list on the one its flags name, or makes it
 * unevictable, and counts it (NR_INACTIVE_ANON, …). Takes no reference.
 */
void lru_cache_add(struct kernel *k, struct page *page);
/* Within: a page whose PG_lru the caller takes care of joins or leaves. */
void add_page_to_lru_list(struct kernel *k, struct page *page);
void del_page_from_lru_list(struct kernel *k, struct page *page);
/* May it ever be reclaimed? Not while it is locked, by page or by file. */
bool page_evictable(const struct page *page);
/* lru_cache_add() for a new page of @vma; locked memory is unevictable. */
void lru_cache_add_inactive_or_unevictable(struct kernel *k, struct page *page,
					   const struct vm_area_struct *vma);
/*
 * Takes a page off its list. put_page() and __free_pages() call it when the
 * last reference to a page with PG_lru goes.
 */
void __page_cache_release(struct kernel *k, struct page *page);
/*
 * put_page() of each; those whose last reference that was are freed together.
 * Uses @pages as its own.
 */
#define release_pages(curr, pages, nr) \
	release_pages_caller(curr, pages, nr, __func__)
void release_pages_caller(struct task_struct *curr, struct page **pages,
			  uint32_t nr, const char *caller);
/* A second touch makes an inactive page active. */
void mark_page_accessed(struct kernel *k, struct page *page);
void activate_page(struct kernel *k, struct page *page);
/* It won't be needed soon: inactive, as if never referenced. */
void deactivate_page(struct kernel *k, struct page *page);
/*
 * A file's page that nobody maps was to go, and couldn't: reclaim shall meet
 * it soon, or if it is to be written first, when that is over.
 */
void deactivate_file_page(struct kernel *k, struct page *page);
/*
 * An anonymous page whose content may be lost. It stands among the pages of
 * files, since like those it needs no swap to be reclaimed. It goes there
 * together with others, when there are 15 or with lru_add_drain().
 */
void mark_page_lazyfree(struct task_struct *curr, struct page *page);
void lru_add_drain(struct task_struct *curr);
/* Which list the page's flags name. */
enum lru_list page_lru(const struct page *page);

/*
 * A page on its list gets a reference and leaves it, for somebody who will
 * move or free it. False: it is on none.
 */
bool isolate_lru_page(struct kernel *k, struct page *page);
/* The way back, by its flags now; gives up the reference. */
void putback_lru_page(struct task_struct *curr, struct page *page);
/* Written at reclaim's wish: now it is the next to be freed. */
void rotate_reclaimable_page(struct kernel *k, struct page *page);
/* Reclaiming anonymous pages or a file's has just cost @nr_pages of I/O. */
void lru_note_cost(struct kernel *k, int nid, bool file, uint32_t nr_pages);

/* ---- mm/vmscan.c ------------------------------------------------------------- */

/* So many pages are enough for one call of reclaim. */
#define SWAP_CLUSTER_MAX 32u

/* Sleeps a little, for @reason, unless that's no use. */
void reclaim_throttle(struct task_struct *curr, struct pglist_data *pgdat,
		      enum vmscan_throttle_state reason);
/*
 * Reclaims what can be of the isolated pages of @pages, which is empty
 * afterwards: the others are back on their lists. May sleep.
 */
void reclaim_pages(struct task_struct *curr, struct list_head *pages);
/* A page has been written that reclaim had met before. */
void acct_reclaim_writeback(struct task_struct *curr, struct page *page);

/* ---- mm/kswapd.c --------------------------------------------------------------- */

void pgdat_init_kswapd(struct pglist_data *pgdat);

#endif
