/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swap_internal.h"

/*
 * The swap cache (mm/swap_state.c): pages that have a slot, by slot.
 *
 * A page is in it between two worlds: on its way out, from the moment it gets
 * a slot until nobody maps it and it is written; on its way in, from before
 * it is read, so that two who want the same slot get the same page. It may
 * stay on while it is mapped and clean: then it leaves memory a second time
 * without being written.
 *
 * Invariants: PG_swapcache, page->private and the place in the area's xarray
 * go together, with one reference for the cache; it is counted in
 * NR_SWAPCACHED and NR_FILE_PAGES; SWAP_HAS_CACHE stands in the slot. Whoever
 * slept for a page's lock looks whether it still has that slot.
 *
 * Linux has a tree for each 64 MB of an area, for the sake of its locks; here
 * each area has one.
 */

#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/workingset.h"

int64_t total_swapcache_pages(const struct kernel *k)
{
	return global_page_state(k, NR_SWAPCACHED);
}

struct address_space *swap_address_space(const struct kernel *k,
					 swp_entry_t entry)
{
	return &k->swap.info[swp_type(entry)]->cache;
}

static void account_swapcache(struct kernel *k, struct page *page, int delta)
{
	mod_page_state(k, page, NR_FILE_PAGES, delta);
	mod_page_state(k, page, NR_SWAPCACHED, delta);
}

/* ---- in and out ---------------------------------------------------------------------- */

int add_to_swap_cache(struct task_struct *curr, struct page *page,
		      swp_entry_t entry, gfp_t gfp, void **shadow)
{
	struct address_space *space = swap_address_space(curr->k, entry);
	const pgoff_t index = swp_offset(entry);
	void *old = xa_load(&space->i_pages, index);

	BUG_ON(!PageLocked(page) || PageSwapCache(page));
	BUG_ON(old && !xa_is_value(old));
	/* Nobody else puts a page there: SWAP_HAS_CACHE is ours. */
	if (xa_store(curr, &space->i_pages, index, page, gfp))
		return -ENOMEM;
	if (shadow)
		*shadow = old;
	get_page(page);
	SetPageSwapCache(page);
	page->private = entry.val;
	space->nrpages++;
	account_swapcache(curr->k, page, 1);
	return 0;
}

void __delete_from_swap_cache(struct task_struct *curr, struct page *page,
			      void *shadow)
{
	const swp_entry_t entry = page_swap_entry(page);
	struct address_space *space = swap_address_space(curr->k, entry);

	BUG_ON(!PageLocked(page) || !PageSwapCache(page) ||
	       PageWriteback(page));
	BUG_ON(xa_load(&space->i_pages, swp_offset(entry)) != page);
	space->i_pages.xa_shadows = true;
	/* In place of an entry there is room: this needs no memory. */
	xa_store(curr, &space->i_pages, swp_offset(entry), shadow, GFP_NOWAIT);
	ClearPageSwapCache(page);
	page->private = 0;
	space->nrpages--;
	account_swapcache(curr->k, page, -1);
}

void put_swap_page(struct task_struct *curr, swp_entry_t entry)
{
	put_swap_slot(curr, entry);
}

void delete_from_swap_cache(struct task_struct *curr, struct page *page)
{
	const swp_entry_t entry = page_swap_entry(page);

	__delete_from_swap_cache(curr, page, NULL);
	put_swap_slot(curr, entry);
	put_page(curr, page);
}

bool add_to_swap(struct task_struct *curr, struct page *page)
{
	swp_entry_t entry;

	BUG_ON(!PageLocked(page) || !PageUptodate(page));
	entry = get_swap_page(curr);
	if (!entry.val)
		return false;
	/* Called to free memory: from the reserves, but not to the bottom. */
	if (add_to_swap_cache(curr, page, entry,
			      __GFP_HIGH | __GFP_NOMEMALLOC | __GFP_NOWARN,
			      NULL)) {
		put_swap_slot(curr, entry);
		return false;
	}
	/*
	 * A page that was clean and unmapped could otherwise be dropped now,
	 * with nothing on the disk.
	 */
	set_page_dirty(curr, page);
	return true;
}

void free_swap_cache(struct task_struct *curr, struct page *page)
{
	if (PageSwapCache(page) && !page_mapped(page) && trylock_page(page)) {
		try_to_free_swap(curr, page);
		unlock_page(curr, page);
	}
}

/* ---- looking up ------------------------------------------------------------------------- */

struct page *lookup_swap_cache(struct task_struct *curr, swp_entry_t entry)
{
	struct swap_info_struct *si = get_swap_device(curr, entry);
	struct page *page;

	if (!si)
		return NULL;
	page = find_get_page(&si->cache, swp_offset(entry));
	put_swap_device(curr, si);
	return page;
}

void *get_shadow_from_swap_cache(struct kernel *k, swp_entry_t entry)
{
	void *item = xa_load(&swap_address_space(k, entry)->i_pages,
			     swp_offset(entry));

	return xa_is_value(item) ? item : NULL;
}

/* A page that nobody maps yet goes to the slot that is ours. */
static bool cache_new_page(struct task_struct *curr, struct page *page,
			   swp_entry_t entry, gfp_t gfp)
{
	void *shadow = NULL;
	int error;

	SetPageLocked(page);
	SetPageSwapBacked(page);
	curr->k->swap.nr_arriving++;
	error = add_to_swap_cache(curr, page, entry, gfp & GFP_RECLAIM_MASK,
				  &shadow);
	curr->k->swap.nr_arriving--;
	if (error) {
		put_swap_slot(curr, entry);
		ClearPageSwapBacked(page);
		unlock_page(curr, page);
		return false;
	}
	if (shadow)
		workingset_refault(curr->k, page, shadow);
	lru_cache_add(curr->k, page);
	return true;
}

struct page *__read_swap_cache_async(struct task_struct *curr,
				     swp_entry_t entry, gfp_t gfp,
				     const struct vm_area_struct *vma,
				     vaddr_t vaddr, bool *allocated)
{
	struct page *page;
	int error;

	*allocated = false;
	for (;;) {
		page = lookup_swap_cache(curr, entry);
		if (page)
			return page;
		if (!__swp_swapcount(curr->k, entry))
			return NULL;
		page = vma ? alloc_page_vma(curr, gfp, vma, vaddr)
			   : alloc_page(curr, gfp);
		if (!page)
			return NULL;
		error = swapcache_prepare(curr, entry);
		if (!error)
			break;
		put_page(curr, page);
		if (error != -EEXIST)
			return NULL;
		/*
		 * Another one has marked the slot; if its page isn't there
		 * yet, it waits for the memory of the cache's own tree.
		 */
		page = lookup_swap_cache(curr, entry);
		if (page)
			return page;
		schedule_timeout_uninterruptible(curr, 1);
	}
	if (!cache_new_page(curr, page, entry, gfp)) {
		put_page(curr, page);
		return NULL;
	}
	*allocated = true;
	return page;
}

struct page *read_swap_cache_async(struct task_struct *curr, swp_entry_t entry,
				   const struct vm_area_struct *vma,
				   vaddr_t vaddr)
{
	bool allocated;
	struct page *page = __read_swap_cache_async(
		curr, entry, GFP_HIGHUSER_MOVABLE, vma, vaddr, &allocated);

	if (allocated)
		swap_readpage(curr, page);
	return page;
}
