/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swap_internal.h"

/*
 * Bringing back all that is out, for swapoff() (mm/swapfile.c: try_to_unuse()).
 *
 * A slot doesn't know who names it. So all page tables are searched that may
 * have an entry of the area, those of mmlist, and all files of memory; each
 * entry found gets its page back, as a fault would have done it. What is left
 * in the swap cache then is named by nobody and can go. Meanwhile programs
 * run, fork and exit; so it is done over until nothing is left.
 *
 * A page that can't be read is gone: its entry remembers that from then on
 * (SWP_SWAPIN_ERROR), and who touches it gets SIGBUS.
 */

#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/swap.h"

/* ---- page tables -------------------------------------------------------------------- */

/*
 * @page, locked and on no disk's way, in place of the entry: the slot's, or a
 * copy that nobody knows of yet.
 */
static void unuse_pte(struct task_struct *curr, struct vm_area_struct *vma,
		      vaddr_t vaddr, pte_t *ptep, swp_entry_t entry,
		      struct page *page, bool is_copy)
{
	struct mm_struct *mm = vma->vm_mm;

	add_mm_counter(mm, MM_SWAPENTS, -1);
	if (PageUptodate(page)) {
		get_page(page);
		add_mm_counter(mm, MM_ANONPAGES, 1);
		if (is_copy) {
			page_add_new_anon_rmap(curr->k, page, vma, vaddr);
			lru_cache_add_inactive_or_unevictable(curr->k, page,
							      vma);
		} else {
			page_add_anon_rmap(curr->k, page, vma, vaddr, false);
		}
		set_pte_at(mm, vaddr, ptep,
			   pte_mkold(mk_pte(curr->k, page, vma->vm_page_prot)));
	} else {
		set_pte_at(mm, vaddr, ptep,
			   swp_entry_to_pte(make_swapin_error_entry()));
	}
	swap_free(curr, entry);
}

/* The slot's page, locked, comes back to one entry. 0 or -ENOMEM. May sleep. */
static int unuse_cached(struct task_struct *curr, struct vm_area_struct *vma,
			vaddr_t vaddr, pte_t *ptep, swp_entry_t entry,
			struct page *page)
{
	struct page *mine = ksm_might_need_to_copy(curr, page, vma, vaddr);

	if (!mine)
		return -ENOMEM;
	if (pte_same(*ptep, swp_entry_to_pte(entry)))
		unuse_pte(curr, vma, vaddr, ptep, entry, mine, mine != page);
	if (mine != page) {
		unlock_page(curr, mine);
		put_page(curr, mine);
	}
	return 0;
}

/* 0 or -ENOMEM. May sleep; mmap_lock keeps the table. */
static int unuse_entry(struct task_struct *curr, struct vm_area_struct *vma,
		       vaddr_t vaddr, pte_t *ptep)
{
	const swp_entry_t entry = pte_to_swp_entry(*ptep);
	struct vm_fault vmf = {
		.curr = curr,
		.vma = vma,
		.address = vaddr,
		.real_address = vaddr,
		.pmd = pmd_off(vma->vm_mm, vaddr),
		.pte = ptep,
		.orig_pte = *ptep,
	};
	struct page *page = swap_cache_get_page(curr, entry, vma, vaddr);
	int error = 0;

	if (!page)
		page = swapin_readahead(&vmf, entry);
	if (!page)
		return __swp_swapcount(curr->k, entry) &&
				       pte_same(*ptep, vmf.orig_pte)
			       ? -ENOMEM
			       : 0;
	lock_page(curr, page);
	wait_on_page_writeback(curr, page);
	if (PageSwapCache(page) && page_swap_entry(page).val == entry.val)
		error = unuse_cached(curr, vma, vaddr, ptep, entry, page);
	try_to_free_swap(curr, page);
	unlock_page(curr, page);
	put_page(curr, page);
	return error;
}

static int unuse_vma(struct task_struct *curr, struct vm_area_struct *vma,
		     uint32_t type)
{
	vaddr_t next;
	int error = 0;

	for (vaddr_t vaddr = vma->vm_start; vaddr != vma->vm_end && !error;
	     vaddr = next) {
		const pmd_t *pmd = pmd_off(vma->vm_mm, vaddr);
		pte_t *pte;

		next = pmd_addr_end(vaddr, vma->vm_end);
		if (!pmd_table(*pmd))
			continue;
		pte = pte_offset(curr->k, pmd, vaddr);
		for (; vaddr != next && !error; vaddr += PAGE_SIZE, pte++)
			if (is_swap_pte(*pte) &&
			    swp_type(pte_to_swp_entry(*pte)) == type)
				error = unuse_entry(curr, vma, vaddr, pte);
	}
	return error;
}

static int unuse_mm(struct task_struct *curr, struct mm_struct *mm,
		    uint32_t type)
{
	struct vm_area_struct *vma;
	int error = 0;

	down_read(curr, &mm->mmap_lock);
	for (vma = mm->mmap; vma && !error; vma = vma->vm_next)
		if (vma->anon_vma)
			error = unuse_vma(curr, vma, type);
	up_read(curr, &mm->mmap_lock);
	return error;
}

/*
 * Each mm of the list; the last one visited is held, since it is where the
 * walk goes on. 0, -ENOMEM.
 */
static int unuse_mms(struct task_struct *curr, struct swap_info_struct *si)
{
	const struct list_head *head = &curr->k->init_mm.mmlist;
	const struct list_head *pos = head;
	struct mm_struct *held = NULL;
	int error = 0;

	while (si->inuse_pages && !signal_pending(curr) && !error &&
	       (pos = pos->next) != head) {
		struct mm_struct *mm = list_entry(pos, struct mm_struct,
						  mmlist);

		if (!mmget_not_zero(mm))
			continue;
		if (held)
			mmput(curr, held);
		held = mm;
		error = unuse_mm(curr, mm, si->type);
	}
	if (held)
		mmput(curr, held);
	return error;
}

/* ---- pages that nobody names ----------------------------------------------------------- */

static void unuse_cache(struct task_struct *curr, struct swap_info_struct *si)
{
	for (uint32_t i = 1;
	     i < si->max && si->inuse_pages && !signal_pending(curr); i++) {
		struct page *page;

		if (!si->swap_map[i] || si->swap_map[i] == SWAP_MAP_BAD)
			continue;
		page = lookup_swap_cache(curr, swp_entry(si->type, i));
		if (!page)
			continue;
		lock_page(curr, page);
		wait_on_page_writeback(curr, page);
		try_to_free_swap(curr, page);
		unlock_page(curr, page);
		put_page(curr, page);
	}
}

int try_to_unuse(struct task_struct *curr, struct swap_info_struct *si)
{
	while (si->inuse_pages) {
		int error = shmem_unuse(curr, si->type);

		if (!error)
			error = unuse_mms(curr, si);
		if (error)
			return error;
		unuse_cache(curr, si);
		if (!si->inuse_pages)
			break;
		if (signal_pending(curr))
			return -EINTR;
		/* Who has a slot just now, and sleeps, must come to run. */
		schedule_timeout_uninterruptible(curr, 1);
	}
	return 0;
}
