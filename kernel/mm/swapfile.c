/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swap_internal.h"

/*
 * What a slot of a swap area is counted for (mm/swapfile.c).
 *
 * swap_map has a count for each slot: of page-table entries and files of
 * memory that name it, and SWAP_HAS_CACHE while a page of the swap cache
 * stands for it. fork copies entries and counts them; whoever faults a page
 * in gives its count up. At zero the slot is free.
 *
 *	0                          free
 *	SWAP_HAS_CACHE             a page was read back by all, and keeps its
 *	                           copy on the disk in case it stays clean
 *	n                          swapped out, n places name it
 *	n | SWAP_HAS_CACHE         the same, and the page is in memory, too
 *	SWAP_MAP_BAD               the disk can't keep anything here
 *
 * An entry that a guest's stray write left in a page table may name anything:
 * whatever comes from an entry is checked, and logged as Linux does.
 *
 * Which slot is taken next is swap_alloc.c's to say, swapon() and swapoff() are
 * in swapon.c and swap_unuse.c.
 */

#include "kernel/block/bio.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/page_flags.h"

_Static_assert(NR_SWAP_TYPES >= MAX_SWAPFILES, "an area for each type");

/* ---- all areas together ------------------------------------------------------------ */

int64_t get_nr_swap_pages(const struct kernel *k)
{
	return k->swap.nr_swap_pages;
}

int64_t total_swap_pages(const struct kernel *k)
{
	return k->swap.total_swap_pages;
}

bool vm_swap_full(const struct kernel *k)
{
	return k->swap.nr_swap_pages * 2 < k->swap.total_swap_pages;
}

void si_swapinfo(const struct kernel *k, uint32_t *total, uint32_t *nr_free)
{
	const struct swap_state *swap = &k->swap;
	uint32_t leaving = 0;

	for (uint32_t type = 0; type < swap->nr_swapfiles; type++) {
		const struct swap_info_struct *si = swap->info[type];

		if (si->flags & SWP_USED && !(si->flags & SWP_WRITEOK))
			leaving += si->inuse_pages;
	}
	*total = (uint32_t)swap->total_swap_pages + leaving;
	*nr_free = (uint32_t)(swap->nr_swap_pages + leaving);
}

/* ---- from an entry to its slot --------------------------------------------------------- */

static struct swap_info_struct *area_of(const struct kernel *k,
					swp_entry_t entry)
{
	const uint32_t type = swp_type(entry);
	struct swap_info_struct *si;

	if (non_swap_entry(entry) || type >= k->swap.nr_swapfiles)
		return NULL;
	si = k->swap.info[type];
	if (!(si->flags & SWP_USED) || !si->swap_map ||
	    swp_offset(entry) >= si->max)
		return NULL;
	return si;
}

struct swap_info_struct *swap_info_get(struct kernel *k, swp_entry_t entry)
{
	struct swap_info_struct *si = area_of(k, entry);

	if (!si)
		printk(k, "%s: Bad swap file entry %08x", "swap_info_get",
		       entry.val);
	else if (si->swap_map[swp_offset(entry)])
		return si;
	else
		printk(k, "%s: Unused swap offset entry %08x", "swap_info_get",
		       entry.val);
	return NULL;
}

struct swap_info_struct *get_swap_device(struct task_struct *curr,
					 swp_entry_t entry)
{
	struct swap_info_struct *si = area_of(curr->k, entry);

	if (!si || si->dying)
		return NULL;
	si->users++;
	return si;
}

void put_swap_device(struct task_struct *curr, struct swap_info_struct *si)
{
	if (!--si->users && si->dying)
		wake_up_all(curr, &si->users_gone);
}

uint32_t swap_slot_sector(const struct swap_info_struct *si, pgoff_t offset)
{
	uint32_t low = 0, high = si->nr_extents;

	/* The last extent that begins at or before @offset. */
	while (high - low > 1) {
		uint32_t middle = (low + high) / 2;

		if (si->extents[middle].start_page <= offset)
			low = middle;
		else
			high = middle;
	}
	return si->extents[low].start_sector +
	       (offset - si->extents[low].start_page) * SECTORS_PER_PAGE;
}

/* ---- counts ------------------------------------------------------------------------------ */

int __swp_swapcount(const struct kernel *k, swp_entry_t entry)
{
	const struct swap_info_struct *si = area_of(k, entry);
	swap_count_t count;

	if (!si)
		return 0;
	count = swap_count(si->swap_map[swp_offset(entry)]);
	if (count == SWAP_MAP_BAD)
		return 0;
	return count == SWAP_MAP_SHMEM ? 1 : count;
}

int page_swapcount(const struct kernel *k, const struct page *page)
{
	return __swp_swapcount(k, page_swap_entry(page));
}

int swap_duplicate(struct task_struct *curr, swp_entry_t entry)
{
	struct swap_info_struct *si = swap_info_get(curr->k, entry);
	swap_count_t *map;

	if (!si)
		return -EINVAL;
	map = &si->swap_map[swp_offset(entry)];
	if (swap_count(*map) >= SWAP_MAP_MAX)
		return -ENOMEM;
	++*map;
	swap_slot_changed(&curr->k->swap, si, swp_offset(entry));
	return 0;
}

void swap_shmem_alloc(struct task_struct *curr, swp_entry_t entry)
{
	struct swap_info_struct *si = swap_info_get(curr->k, entry);

	BUG_ON(!si || swap_count(si->swap_map[swp_offset(entry)]));
	si->swap_map[swp_offset(entry)] |= SWAP_MAP_SHMEM;
	swap_slot_changed(&curr->k->swap, si, swp_offset(entry));
}

int swapcache_prepare(struct task_struct *curr, swp_entry_t entry)
{
	struct swap_info_struct *si = area_of(curr->k, entry);
	swap_count_t *map;

	if (!si)
		return -ENOENT;
	map = &si->swap_map[swp_offset(entry)];
	if (*map & SWAP_HAS_CACHE)
		return -EEXIST;
	if (!*map || *map == SWAP_MAP_BAD)
		return -ENOENT;
	*map |= SWAP_HAS_CACHE;
	swap_slot_changed(&curr->k->swap, si, swp_offset(entry));
	return 0;
}

/* What was left of the page goes with the slot. */
static void free_slot(struct task_struct *curr, struct swap_info_struct *si,
		      uint32_t offset)
{
	if (xa_is_value(xa_load(&si->cache.i_pages, offset)))
		xa_erase(curr, &si->cache.i_pages, offset);
	swap_range_free(&curr->k->swap, si, offset);
}

/* The slot's count afterwards. */
static swap_count_t put_count(struct task_struct *curr,
			      struct swap_info_struct *si, uint32_t offset)
{
	swap_count_t *map = &si->swap_map[offset];
	const swap_count_t count = swap_count(*map);

	if (!count || count == SWAP_MAP_BAD) {
		printk(curr->k, "swap_free: Unused swap offset entry %08x",
		       swp_entry(si->type, offset).val);
		return *map;
	}
	if (count == SWAP_MAP_SHMEM)
		*map &= SWAP_HAS_CACHE;
	else
		--*map;
	swap_slot_changed(&curr->k->swap, si, offset);
	if (!*map)
		free_slot(curr, si, offset);
	return *map;
}

void swap_free(struct task_struct *curr, swp_entry_t entry)
{
	struct swap_info_struct *si = swap_info_get(curr->k, entry);

	if (si)
		put_count(curr, si, swp_offset(entry));
}

void free_swap_and_cache(struct task_struct *curr, swp_entry_t entry)
{
	struct swap_info_struct *si;

	if (non_swap_entry(entry))
		return;
	si = swap_info_get(curr->k, entry);
	if (si && put_count(curr, si, swp_offset(entry)) == SWAP_HAS_CACHE)
		try_to_reclaim_swap(curr, si, swp_offset(entry),
				    TTRS_UNMAPPED | TTRS_FULL);
}

void put_swap_slot(struct task_struct *curr, swp_entry_t entry)
{
	struct swap_info_struct *si = swap_info_get(curr->k, entry);
	swap_count_t *map;

	if (!si)
		return;
	map = &si->swap_map[swp_offset(entry)];
	BUG_ON(!(*map & SWAP_HAS_CACHE));
	*map = swap_count(*map);
	swap_slot_changed(&curr->k->swap, si, swp_offset(entry));
	if (!*map)
		free_slot(curr, si, swp_offset(entry));
}

/* ---- copies that nobody needs -------------------------------------------------------------- */

bool try_to_free_swap(struct task_struct *curr, struct page *page)
{
	BUG_ON(!PageLocked(page));
	if (!PageSwapCache(page) || PageWriteback(page) ||
	    page_swapcount(curr->k, page))
		return false;
	delete_from_swap_cache(curr, page);
	SetPageDirty(page);
	return true;
}

bool try_to_reclaim_swap(struct task_struct *curr, struct swap_info_struct *si,
			 uint32_t offset, uint32_t flags)
{
	struct page *page = lookup_swap_cache(curr,
					      swp_entry(si->type, offset));
	bool done = false;

	if (!page)
		return false;
	/* Who holds the lock will look by himself. */
	if (trylock_page(page)) {
		if (flags & TTRS_ANYWAY ||
		    (flags & TTRS_UNMAPPED && !page_mapped(page)) ||
		    (flags & TTRS_FULL && vm_swap_full(curr->k)))
			done = try_to_free_swap(curr, page);
		unlock_page(curr, page);
	}
	put_page(curr, page);
	return done;
}
