/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/shmem.h"

/*
 * Files of memory whose pages are out (mm/shmem.c: shmem_writepage(),
 * shmem_swapin_folio(), shmem_unuse()).
 *
 * Where a page was, the file's xarray holds its slot as a value. The page
 * itself is in the swap cache until it is written, belongs to no file then
 * (page->mapping is NULL), and comes back with the first who asks for it:
 * fault, read(), write(), fallocate().
 *
 * The slot stands for the page in all that counts the file's: its blocks, what
 * it was promised. So only the cache's books change hands.
 *
 * Invariants: i_swapped is how many values the xarray holds; a file with any
 * is on shmem_swaplist, for swapoff() to find. A page is in one of the two
 * caches: the change happens under its lock, and doesn't sleep.
 */

#include "kernel/fs/dcache.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/swap_internal.h"

static void account_shmem_page(struct kernel *k, struct page *page, int delta)
{
	mod_page_state(k, page, NR_FILE_PAGES, delta);
	mod_page_state(k, page, NR_SHMEM, delta);
}

static void count_swapped(struct kernel *k, struct inode *inode, int delta)
{
	if (!inode->i_swapped)
		list_add(&inode->i_swaplist, &k->swap.shmem_swaplist);
	inode->i_swapped += (uint32_t)delta;
	if (!inode->i_swapped)
		list_del(&inode->i_swaplist);
}

/* Does the file still have @entry at @index? */
static bool shmem_confirm_swap(const struct address_space *mapping,
			       pgoff_t index, swp_entry_t entry)
{
	return xa_load(&mapping->i_pages, index) == swp_to_radix_entry(entry);
}

/* ---- out -------------------------------------------------------------------------------- */

/* The file has the slot, no longer the page. There is room for it. */
static void shmem_delete_from_page_cache(struct task_struct *curr,
					 struct page *page, swp_entry_t entry)
{
	struct address_space *mapping = page->mapping;

	xa_store(curr, &mapping->i_pages, page->index,
		 swp_to_radix_entry(entry), GFP_NOWAIT);
	mapping->nrpages--;
	account_shmem_page(curr->k, page, -1);
	page->mapping = NULL;
	put_page(curr, page);
}

int shmem_writepage(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping = page->mapping;
	swp_entry_t entry;

	BUG_ON(!PageLocked(page) || page_mapped(page));
	/* By fallocate(), and not written yet: its bytes are zeroes. */
	if (!PageUptodate(page)) {
		clear_highpage(curr, page);
		SetPageUptodate(page);
	}
	/* SHM_LOCK may have come while reclaim had the page in hand. */
	entry = mapping->unevictable ? (swp_entry_t){0} : get_swap_page(curr);
	if (!entry.val)
		goto redirty;
	if (add_to_swap_cache(curr, page, entry,
			      __GFP_HIGH | __GFP_NOMEMALLOC | __GFP_NOWARN,
			      NULL)) {
		put_swap_page(curr, entry);
		goto redirty;
	}
	count_swapped(curr->k, mapping->host, 1);
	swap_shmem_alloc(curr, entry);
	shmem_delete_from_page_cache(curr, page, entry);
	return swap_writepage(curr, page);

redirty:
	set_page_dirty(curr, page);
	return AOP_WRITEPAGE_ACTIVATE;
}

/* ---- in ------------------------------------------------------------------------------------ */

/* @page, locked and read, is the file's at @index again. */
static void shmem_take_back(struct task_struct *curr,
			    struct address_space *mapping, pgoff_t index,
			    struct page *page)
{
	const swp_entry_t entry = page_swap_entry(page);

	/* The slot gives its place: no memory is needed. */
	xa_store(curr, &mapping->i_pages, index, page, GFP_NOWAIT);
	get_page(page);
	page->mapping = mapping;
	page->index = index;
	mapping->nrpages++;
	account_shmem_page(curr->k, page, 1);
	count_swapped(curr->k, mapping->host, -1);
	delete_from_swap_cache(curr, page);
	set_page_dirty(curr, page);
	swap_free(curr, entry);
}

/* The page can't be read: who asks again shall be told the same. */
static void shmem_set_swapin_error(struct task_struct *curr,
				   struct address_space *mapping, pgoff_t index,
				   struct page *page)
{
	const swp_entry_t entry = page_swap_entry(page);

	xa_store(curr, &mapping->i_pages, index,
		 swp_to_radix_entry(make_swapin_error_entry()), GFP_NOWAIT);
	wait_on_page_writeback(curr, page);
	delete_from_swap_cache(curr, page);
	swap_free(curr, entry);
}

/* @page is locked. 0; -EEXIST: it is another's by now; -EIO. */
static int shmem_page_read(struct task_struct *curr,
			   struct address_space *mapping, pgoff_t index,
			   struct page *page, swp_entry_t entry)
{
	wait_on_page_writeback(curr, page);
	if (!PageSwapCache(page) || page_swap_entry(page).val != entry.val ||
	    !shmem_confirm_swap(mapping, index, entry))
		return -EEXIST;
	if (!PageUptodate(page)) {
		shmem_set_swapin_error(curr, mapping, index, page);
		return -EIO;
	}
	shmem_take_back(curr, mapping, index, page);
	return 0;
}

bool shmem_swapin_reads(struct task_struct *curr,
			const struct address_space *mapping, pgoff_t index)
{
	const void *item = xa_load(&mapping->i_pages, index);
	struct page *page;

	if (!xa_is_value(item) || non_swap_entry(radix_to_swp_entry(item)))
		return false;
	page = lookup_swap_cache(curr, radix_to_swp_entry(item));
	if (page)
		put_page(curr, page);
	return !page;
}

/* By the policy of the file's page, its neighbours on the disk as well. */
static struct page *shmem_swapin(struct task_struct *curr,
				 const struct address_space *mapping,
				 pgoff_t index, swp_entry_t entry)
{
	struct vm_area_struct pvma;
	struct page *page;

	shmem_pseudo_vma_init(&pvma, mapping, index);
	page = swap_cluster_readahead(curr, entry, &pvma, 0);
	shmem_pseudo_vma_destroy(curr, &pvma);
	return page;
}

struct page *shmem_swapin_page(struct task_struct *curr,
			       struct address_space *mapping, pgoff_t index)
{
	const void *item = xa_load(&mapping->i_pages, index);
	swp_entry_t entry;
	struct swap_info_struct *si;
	struct page *page;
	int error;

	if (!xa_is_value(item))
		return ERR_PTR(-EEXIST);
	entry = radix_to_swp_entry(item);
	if (is_swapin_error_entry(entry))
		return ERR_PTR(-EIO);
	si = get_swap_device(curr, entry);
	if (!si)
		return ERR_PTR(-EEXIST);
	page = swap_cache_get_page(curr, entry, NULL, 0);
	if (!page)
		page = shmem_swapin(curr, mapping, index, entry);
	put_swap_device(curr, si);
	if (!page)
		return ERR_PTR(shmem_confirm_swap(mapping, index, entry)
				       ? -ENOMEM
				       : -EEXIST);
	lock_page(curr, page);
	error = shmem_page_read(curr, mapping, index, page, entry);
	if (!error)
		return page;
	unlock_page(curr, page);
	put_page(curr, page);
	return ERR_PTR(error);
}

/* Entries may change while it reads; one that it missed a fault will find. */
void shmem_swapin_readahead(struct task_struct *curr,
			    struct address_space *mapping, pgoff_t start,
			    pgoff_t end)
{
	uint32_t index = start;
	const void *item;

	for (; index < end &&
	       (item = xa_find(&mapping->i_pages, &index, end - 1));
	     index++) {
		struct page *page;

		if (!xa_is_value(item) ||
		    non_swap_entry(radix_to_swp_entry(item)))
			continue;
		page = read_swap_cache_async(curr, radix_to_swp_entry(item),
					     NULL, 0);
		if (page)
			put_page(curr, page);
	}
}

/* ---- given up --------------------------------------------------------------------------------- */

void shmem_free_swap(struct task_struct *curr, struct address_space *mapping,
		     pgoff_t index, void *item)
{
	if (xa_load(&mapping->i_pages, index) != item)
		return;
	xa_erase(curr, &mapping->i_pages, index);
	count_swapped(curr->k, mapping->host, -1);
	shmem_unacct_block(curr->k, mapping);
	free_swap_and_cache(curr, radix_to_swp_entry(item));
}

/* ---- how much ---------------------------------------------------------------------------------- */

uint32_t shmem_partial_swap_usage(const struct address_space *mapping,
				  pgoff_t start, pgoff_t end)
{
	uint32_t index = start, swapped = 0;
	const void *item;

	while (index < end &&
	       (item = xa_find(&mapping->i_pages, &index, end - 1))) {
		swapped += xa_is_value(item);
		index++;
	}
	return swapped;
}

uint32_t shmem_swap_usage(const struct vm_area_struct *vma)
{
	const struct address_space *mapping = vma->vm_file->f_mapping;

	if (!mapping->shmem || !mapping->host->i_swapped)
		return 0;
	return shmem_partial_swap_usage(mapping, vma->vm_pgoff,
					vma->vm_pgoff + vma_pages(vma));
}

/* ---- swapoff() ------------------------------------------------------------------------------------ */

/* All of one file's pages that the area has. 0 or -ENOMEM. */
static int shmem_unuse_inode(struct task_struct *curr, struct inode *inode,
			     uint32_t type)
{
	struct address_space *mapping = &inode->i_data;
	uint32_t index = 0;
	const void *item;

	for (; (item = xa_find(&mapping->i_pages, &index, UINT32_MAX));
	     index++) {
		struct page *page;

		if (!xa_is_value(item) ||
		    swp_type(radix_to_swp_entry(item)) != type)
			continue;
		page = shmem_swapin_page(curr, mapping, index);
		if (PTR_ERR(page) == -ENOMEM)
			return -ENOMEM;
		if (IS_ERR(page))
			continue;
		unlock_page(curr, page);
		put_page(curr, page);
	}
	return 0;
}

int shmem_unuse(struct task_struct *curr, uint32_t type)
{
	struct list_head *list = &curr->k->swap.shmem_swaplist;
	const struct list_head *pos;
	uint32_t nr = 0;
	int error = 0;

	list_for_each(pos, list)
		nr++;
	/* Each in turn from the front; one that has more goes to the back. */
	while (nr-- && !list_empty(list) && !error && !signal_pending(curr)) {
		struct inode *inode = list_first_entry(list, struct inode,
						       i_swaplist);

		list_move_tail(&inode->i_swaplist, list);
		if (!inode->i_count) /* it dies, and gives them up itself */
			continue;
		ihold(inode);
		error = shmem_unuse_inode(curr, inode, type);
		iput(curr, inode);
	}
	return error;
}
