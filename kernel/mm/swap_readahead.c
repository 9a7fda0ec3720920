/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swap_internal.h"

/*
 * Reading more of swap than was asked for (mm/swap_state.c: swapin_readahead()
 * and below).
 *
 *	seeks cost	the slots around the one wanted, aligned: they were
 *			written together, and come for the price of one
 *	seeks are free	the pages around the address that faulted, wherever
 *			they lie: programs go on to the next page, the order of
 *			slots is that of reclaim
 *
 * How many: as often as pages that came in this way were then used (a hit, by
 * PG_readahead), up to 2^page-cluster; the window shrinks by no more than half
 * each time. No hits at all, and one page is read.
 *
 * Pages that are read ahead wait, unmapped, in the swap cache.
 */

#include "kernel/fs/proc/sysctl_state.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/swap.h"

bool swap_use_vma_readahead(const struct swap_state *swap)
{
	return !swap->no_vma_readahead && !swap->nr_rotate_swap;
}

/* ---- how many ------------------------------------------------------------------------ */

/* @place and @prev: slots, or pages of the address space. */
static uint32_t window(uint32_t prev, uint32_t place, uint32_t hits,
		       uint32_t most, uint32_t prev_window)
{
	uint32_t pages = 4;

	if (!hits) /* one after the other is as good as a hit */
		pages = place == prev + 1 || place == prev - 1 ? 2 : 1;
	while (hits && pages < hits + 2)
		pages *= 2;
	if (pages > most)
		pages = most;
	return pages < prev_window / 2 ? prev_window / 2 : pages;
}

/* 2^page-cluster, and no more than one can read in one go. */
static uint32_t max_window(const struct kernel *k)
{
	const int order = k->sysctl.page_cluster;

	return 1u << (order < 10 ? order : 10);
}

/* ---- neighbours on the disk -------------------------------------------------------------- */

static uint32_t swapin_nr_pages(struct kernel *k, uint32_t offset)
{
	struct swap_state *swap = &k->swap;
	const uint32_t most = max_window(k), hits = swap->ra.hits;

	if (most == 1)
		return 1;
	swap->ra.hits = 0;
	swap->ra.last_pages = window(swap->ra.prev_offset, offset, hits, most,
				     swap->ra.last_pages);
	if (!hits)
		swap->ra.prev_offset = offset;
	return swap->ra.last_pages;
}

/* Reads a page that may be wanted soon; @wanted: that is wanted now. */
static void read_ahead(struct task_struct *curr, swp_entry_t entry,
		       const struct vm_area_struct *vma, vaddr_t vaddr,
		       bool wanted)
{
	bool allocated;
	struct page *page = __read_swap_cache_async(
		curr, entry, GFP_HIGHUSER_MOVABLE, vma, vaddr, &allocated);

	if (!page)
		return;
	if (allocated) {
		if (!wanted) {
			SetPageReadahead(page);
			count_vm_event(curr->k, SWAP_RA);
		}
		swap_readpage(curr, page);
	}
	put_page(curr, page);
}

struct page *swap_cluster_readahead(struct task_struct *curr, swp_entry_t entry,
				    const struct vm_area_struct *vma,
				    vaddr_t vaddr)
{
	const uint32_t type = swp_type(entry), offset = swp_offset(entry);
	const uint32_t mask = swapin_nr_pages(curr->k, offset) - 1;
	uint32_t at = offset & ~mask, end = offset | mask;

	if (!at)
		at = 1; /* the header */
	if (end >= curr->k->swap.info[type]->max)
		end = curr->k->swap.info[type]->max - 1;
	for (; mask && at <= end; at++)
		read_ahead(curr, swp_entry(type, at), vma, vaddr, at == offset);
	return read_swap_cache_async(curr, entry, vma, vaddr);
}

/* ---- neighbours in memory ------------------------------------------------------------------ */

/*
 * A VMA's notes in one word: the page of its last swap-in, the window then,
 * and how many of it were hits since.
 */
#define RA_WIN_SHIFT 6
#define RA_HITS_MAX  ((1u << RA_WIN_SHIFT) - 1)
#define RA_HITS(val) ((val)&RA_HITS_MAX)
#define RA_WIN(val)  ((val) >> RA_WIN_SHIFT & RA_HITS_MAX)
#define RA_ADDR(val) ((val)&PAGE_MASK)
#define RA_ORDER_MAX 3 /* at most 8 pages, where addresses have 32 bits */

static uint32_t get_ra(const struct vm_area_struct *vma)
{
	/* To begin with, as if there had been four hits. */
	return vma->swap_readahead_info ? vma->swap_readahead_info : 4;
}

static void set_ra(struct vm_area_struct *vma, vaddr_t vaddr, uint32_t win,
		   uint32_t hits)
{
	vma->swap_readahead_info = (vaddr & PAGE_MASK) | win << RA_WIN_SHIFT |
				   hits;
}

/* First and last page of the window, within the VMA and the table. */
static void clamp_window(const struct vm_area_struct *vma, uint32_t fpfn,
			 uint32_t *start, uint32_t *end)
{
	const uint32_t table = PTRS_PER_PTE;
	uint32_t low = vma->vm_start >> PAGE_SHIFT;
	uint32_t high = vma->vm_end >> PAGE_SHIFT;

	if (low < (fpfn & ~(table - 1)))
		low = fpfn & ~(table - 1);
	if (high > (fpfn & ~(table - 1)) + table)
		high = (fpfn & ~(table - 1)) + table;
	if ((int32_t)(*start - low) < 0)
		*start = low;
	if (*end > high)
		*end = high;
}

/* Forward, backward, or around, as the last two faults went. */
static bool vma_window(const struct vm_fault *vmf, uint32_t *start,
		       uint32_t *end)
{
	const uint32_t fpfn = vmf->address >> PAGE_SHIFT;
	const uint32_t val = get_ra(vmf->vma);
	const uint32_t prev = RA_ADDR(val) >> PAGE_SHIFT;
	uint32_t most = max_window(vmf->curr->k), win;

	if (most > 1u << RA_ORDER_MAX)
		most = 1u << RA_ORDER_MAX;
	if (most == 1)
		return false;
	win = window(prev, fpfn, RA_HITS(val), most, RA_WIN(val));
	set_ra(vmf->vma, vmf->address, win, 0);
	if (win == 1)
		return false;
	if (fpfn == prev + 1)
		*start = fpfn;
	else if (prev == fpfn + 1)
		*start = fpfn - win + 1;
	else
		*start = fpfn - (win - 1) / 2;
	*end = *start + win;
	clamp_window(vmf->vma, fpfn, start, end);
	return true;
}

static struct page *swap_vma_readahead(struct vm_fault *vmf, swp_entry_t entry)
{
	const uint32_t fpfn = vmf->address >> PAGE_SHIFT;
	uint32_t start, end;

	if (!vma_window(vmf, &start, &end))
		return read_swap_cache_async(vmf->curr, entry, vmf->vma,
					     vmf->address);
	for (uint32_t pfn = start; pfn < end; pfn++) {
		/* Each read may sleep; the table stays under mmap_lock. */
		const pte_t pte = vmf->pte[(int32_t)(pfn - fpfn)];

		if (is_swap_pte(pte) && !non_swap_entry(pte_to_swp_entry(pte)))
			read_ahead(vmf->curr, pte_to_swp_entry(pte), vmf->vma,
				   vmf->address, pfn == fpfn);
	}
	return read_swap_cache_async(vmf->curr, entry, vmf->vma, vmf->address);
}

struct page *swapin_readahead(struct vm_fault *vmf, swp_entry_t entry)
{
	return swap_use_vma_readahead(&vmf->curr->k->swap)
		       ? swap_vma_readahead(vmf, entry)
		       : swap_cluster_readahead(vmf->curr, entry, vmf->vma,
						vmf->address);
}

/* ---- did it pay? --------------------------------------------------------------------------- */

struct page *swap_cache_get_page(struct task_struct *curr, swp_entry_t entry,
				 struct vm_area_struct *vma, vaddr_t vaddr)
{
	struct swap_state *swap = &curr->k->swap;
	struct page *page = lookup_swap_cache(curr, entry);
	bool by_vma = vma && swap_use_vma_readahead(swap);
	bool hit;

	if (!page)
		return NULL;
	hit = !PageWriteback(page) && TestClearPageReadahead(page);
	if (by_vma) {
		const uint32_t val = get_ra(vma);
		const uint32_t hits = RA_HITS(val) + hit;

		set_ra(vma, vaddr, RA_WIN(val),
		       hits < RA_HITS_MAX ? hits : RA_HITS_MAX);
	}
	if (hit) {
		count_vm_event(curr->k, SWAP_RA_HIT);
		swap->ra.hits += !by_vma;
	}
	return page;
}
