/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_KERNEL_HELPER_SWAP_H
#define TESTS_UNIT_KERNEL_HELPER_SWAP_H

/* Swap areas without a disk: pages get slots, and nothing is ever written. */

#include "tests/unit/kernel/helper_user_mm.h"

#include "kernel/mm/filemap.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swap_internal.h"

/*
 * The next area, of @nr_slots, of which slot *@bad can't be used, on a disk
 * that seeks; NULL: all can, on one that doesn't.
 */
static inline struct swap_info_struct *add_swap_area(struct user_mm *u,
						     int prio,
						     uint32_t nr_slots,
						     const uint32_t *bad)
{
	struct swap_state *swap = &u->k->swap;
	struct swap_info_struct *si = kzalloc_obj(
		u->curr, ARM_SIZEOF_SWAP_INFO_STRUCT, sizeof(*si), GFP_KERNEL);

	if (!swap->nr_swapfiles)
		swap_init(u->curr);
	*si = (struct swap_info_struct){.flags = SWP_USED,
					.type = swap->nr_swapfiles,
					.max = nr_slots,
					.prio = prio};
	address_space_init(&si->cache, NULL);
	assert_int_equal(swap_slots_init(u->curr, si, bad, bad != NULL, bad),
			 0);
	swap->info[swap->nr_swapfiles++] = si;
	swap_add_to_active(swap, si);
	return si;
}

/* Takes the last area away, which nobody uses any more. */
static inline void drop_swap_area(struct user_mm *u,
				  struct swap_info_struct *si)
{
	struct swap_state *swap = &u->k->swap;

	assert_int_equal(si->inuse_pages, 0);
	assert_ptr_equal(swap->info[--swap->nr_swapfiles], si);
	swap->nr_swap_pages -= si->pages;
	swap->total_swap_pages -= si->pages;
	list_del(&si->list);
	del_from_avail_list(si);
	swap_slots_free(u->curr, si);
	kfree_obj(u->curr, si);
}

/*
 * The page at @vaddr gets a slot, which then stands in all page tables. It is
 * locked, and in the swap cache.
 */
static inline struct page *swap_out(struct user_mm *u, vaddr_t vaddr)
{
	struct page *page = page_at(u, vaddr);

	sync_mm_rss(u->curr, u->curr->mm);
	assert_true(trylock_page(page));
	assert_true(add_to_swap(u->curr, page));
	try_to_unmap(u->curr, page, 0);
	assert_false(page_mapped(page));
	return page;
}

#endif
