/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memory.h"

/*
 * Faults on entries that are neither empty nor present (mm/memory.c:
 * do_swap_page()).
 *
 * Most name a slot. The page is looked for in the swap cache; if it isn't
 * there, it is read, which makes the fault a major one and lets others run
 * until the disk has answered. The page's lock, which the read holds, is what
 * the fault waits for; afterwards page and entry are looked at again, since
 * much can have happened.
 *
 * May the entry be writable at once? If this is the page's only user: by 6.1's
 * rule, for architectures whose swap entries don't remember that themselves,
 * when the fault's reference is the only one but for the swap cache's, and the
 * cache gives it up. Else it is mapped read-only, and a write goes through
 * do_wp_page().
 *
 * Who waits for the disk gives mmap_lock up, so that other threads may map and
 * unmap meanwhile, and asks for another try (VM_FAULT_RETRY).
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/migrate.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"

/* Entries of no area. */
static vm_fault_t do_non_swap_entry(struct vm_fault *vmf, swp_entry_t entry)
{
	if (is_migration_entry(entry)) {
		fault_resolved(vmf, migration_wait);
		migration_entry_wait(vmf->curr, vmf->vma->vm_mm, vmf->address);
		return 0; /* the access faults again, if it still must */
	}
	if (is_hwpoison_entry(entry))
		return VM_FAULT_HWPOISON;
	if (is_swapin_error_entry(entry))
		return VM_FAULT_SIGBUS;
	printk(vmf->curr->k, "BUG: Bad page map in process %s  pte:%08x",
	       vmf->curr->comm, pte_val(vmf->orig_pte));
	return VM_FAULT_SIGBUS;
}

/* Referenced, perhaps still being read. NULL, and *@ret says why. */
static struct page *find_page(struct vm_fault *vmf, swp_entry_t entry,
			      vm_fault_t *ret)
{
	struct task_struct *curr = vmf->curr;
	struct page *page = swap_cache_get_page(curr, entry, vmf->vma,
						vmf->address);

	if (page && !PageHWPoison(page))
		return page;
	if (page) {
		*ret = VM_FAULT_HWPOISON;
		put_page(curr, page);
		return NULL;
	}
	page = swapin_readahead(vmf, entry);
	if (page) {
		*ret = VM_FAULT_MAJOR;
		count_vm_event(curr->k, PGMAJFAULT);
	} else if (!entry_changed(vmf)) {
		*ret = VM_FAULT_OOM;
	}
	return page;
}

/* Worth the slot: locked memory never goes out, a writer needs no copy. */
static bool should_try_to_free_swap(const struct vm_fault *vmf,
				    const struct page *page)
{
	if (!PageSwapCache(page))
		return false;
	if (vm_swap_full(vmf->curr->k) || vmf->vma->vm_flags & VM_LOCKED ||
	    PageMlocked(page))
		return true;
	return write_fault(vmf) && page_count(page) == 2;
}

/*
 * @page, locked, takes the place of the entry, which becomes vmf->orig_pte.
 * It is the slot's, or a copy that nobody knows of yet.
 */
static void map_swapped_page(struct vm_fault *vmf, struct page *page,
			     swp_entry_t entry, bool is_copy)
{
	struct task_struct *curr = vmf->curr;
	struct vm_area_struct *vma = vmf->vma;
	struct mm_struct *mm = vma->vm_mm;
	pte_t pte = pte_mkyoung(mk_pte(curr->k, page, vma->vm_page_prot));
	bool exclusive;

	swap_free(curr, entry);
	if (should_try_to_free_swap(vmf, page))
		try_to_free_swap(curr, page);
	add_mm_counter_fast(curr, mm, MM_ANONPAGES, 1);
	add_mm_counter_fast(curr, mm, MM_SWAPENTS, -1);
	exclusive = !PageKsm(page) && page_count(page) == 1;
	if (exclusive && write_fault(vmf)) {
		pte = maybe_mkwrite(pte_mkdirty(pte), vma);
		vmf->flags &= ~FAULT_FLAG_WRITE;
	}
	if (is_copy) {
		page_add_new_anon_rmap(curr->k, page, vma, vmf->address);
		lru_cache_add_inactive_or_unevictable(curr->k, page, vma);
	} else {
		page_add_anon_rmap(curr->k, page, vma, vmf->address, exclusive);
	}
	set_pte_at(mm, vmf->address, vmf->pte, pte);
	vmf->orig_pte = pte;
}

static void unlock_and_put(struct task_struct *curr, struct page *page)
{
	unlock_page(curr, page);
	put_page(curr, page);
}

/*
 * @page is referenced and locked; both are given up. What was one page for
 * several families when it went out, is one for each from now on (ksm_rmap.c).
 */
static vm_fault_t finish_swap_fault(struct vm_fault *vmf, struct page *page,
				    swp_entry_t entry)
{
	struct task_struct *curr = vmf->curr;
	struct page *mine = NULL; /* what the entry shall map */
	vm_fault_t ret = 0;

	/* Has it left the cache, or got another slot, while we slept? */
	if (PageSwapCache(page) && page_swap_entry(page).val == entry.val &&
	    !entry_changed(vmf)) {
		mine = ksm_might_need_to_copy(curr, page, vmf->vma,
					      vmf->address);
		if (!mine)
			ret = VM_FAULT_OOM;
		else if (!PageUptodate(mine))
			ret = VM_FAULT_SIGBUS;
	}
	if (!mine || ret || entry_changed(vmf)) {
		if (mine && mine != page)
			unlock_and_put(curr, mine);
		unlock_and_put(curr, page);
		return ret;
	}
	map_swapped_page(vmf, mine, entry, mine != page);
	unlock_page(curr, mine);
	if (mine != page)
		unlock_and_put(curr, page);
	fault_resolved(vmf, swap_in);
	return 0;
}

/* False: mmap_lock is given up, and the fault must be tried again. */
static bool lock_page_or_retry(struct vm_fault *vmf, struct page *page)
{
	struct task_struct *curr = vmf->curr;
	struct mm_struct *mm = vmf->vma->vm_mm;

	if (trylock_page(page))
		return true;
	if (fault_flag_allow_retry_first(vmf->flags)) {
		up_read(curr, &mm->mmap_lock);
		if (vmf->flags & FAULT_FLAG_KILLABLE)
			wait_on_page_locked_killable(curr, page);
		else
			wait_on_page_locked(curr, page);
		return false;
	}
	if (!(vmf->flags & FAULT_FLAG_KILLABLE)) {
		lock_page(curr, page);
		return true;
	}
	if (!lock_page_killable(curr, page))
		return true;
	up_read(curr, &mm->mmap_lock);
	return false;
}

/* @page is referenced and locked; both are given up. */
static vm_fault_t map_found_page(struct vm_fault *vmf, struct page *page,
				 swp_entry_t entry)
{
	const bool write = write_fault(vmf);
	vm_fault_t error = finish_swap_fault(vmf, page, entry);

	if (error)
		return error;
	/* The entry is there, but not for writing. */
	if (write && write_fault(vmf) && pte_present(vmf->orig_pte))
		return do_wp_page(vmf) & VM_FAULT_ERROR;
	return 0;
}

vm_fault_t do_swap_page(struct vm_fault *vmf)
{
	struct task_struct *curr = vmf->curr;
	const swp_entry_t entry = pte_to_swp_entry(vmf->orig_pte);
	struct swap_info_struct *si;
	struct page *page;
	vm_fault_t ret = 0;

	if (non_swap_entry(entry))
		return do_non_swap_entry(vmf, entry);
	si = get_swap_device(curr, entry);
	if (!si) /* swapoff() has just brought it back */
		return 0;
	page = find_page(vmf, entry, &ret);
	if (page && lock_page_or_retry(vmf, page)) {
		ret |= map_found_page(vmf, page, entry);
	} else if (page) {
		put_page(curr, page);
		ret |= VM_FAULT_RETRY;
	}
	put_swap_device(curr, si);
	return ret;
}
