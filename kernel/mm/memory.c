/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memory.h"

/*
 * Page faults (mm/memory.c): what a touched address within a VMA becomes.
 *
 *	entry                touched by   becomes
 *	none, anonymous      read         the shared zero page, read-only
 *	                     write        a page of one's own
 *	none, file           read         the cache's page, and its neighbours
 *	                     write        private: a copy; shared: that page
 *	swapped out          any          the page read back (memory_swap.c)
 *	read-only            write        a copy, or the same page made writable
 *	old, or clean        any, write   young, dirty: ARM has no such bits, so
 *	                                  software takes a fault to set them
 *
 * Concurrency: mmap_lock is held for reading, so VMAs and tables stay, and a
 * pte_t pointer is good for the whole fault. Its content is not: threads fault
 * alongside whenever one of them sleeps. So each handler does all that may
 * sleep first, then looks whether the entry is still what it was.
 *
 * Invariants: a writable entry of a private mapping maps an anonymous page
 * with PG_anon_exclusive; each present entry with a struct page holds one
 * reference and one of its _mapcount, and counts in rss_stat.
 *
 * A second-level table appears with the first entry that it shall hold: a
 * fault that ends in a signal leaves none behind. Files bring one along before
 * they sleep (prealloc_pte), so that installing it can't fail.
 *
 * Left out: NUMA hinting, userfaultfd, device-private memory.
 */

#include <stdio.h>

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/writeback.h"

/* ---- resident pages, counted task by task ------------------------------------------------- */

#define TASK_RSS_EVENTS_THRESH 64

void add_mm_counter_fast(struct task_struct *curr, struct mm_struct *mm,
			 int member, int32_t value)
{
	if (curr->mm == mm)
		curr->rss_stat.count[member] += value;
	else
		add_mm_counter(mm, member, value);
}

void sync_mm_rss(struct task_struct *curr, struct mm_struct *mm)
{
	struct task_rss_stat *stat = &curr->rss_stat;

	for (int i = 0; i < NR_MM_COUNTERS; i++) {
		add_mm_counter(mm, i, stat->count[i]);
		stat->count[i] = 0;
	}
	stat->events = 0;
}

/* Before a fault. */
static void check_sync_rss_stat(struct task_struct *curr)
{
	if (unlikely(curr->rss_stat.events++ > TASK_RSS_EVENTS_THRESH) &&
	    curr->mm)
		sync_mm_rss(curr, curr->mm);
}

/* ---- the books of one fault ---------------------------------------------------------- */

void trace_fault(const struct vm_fault *vmf, const char *how)
{
	const struct kernel *k = vmf->curr->k;
	enum trace_event event = vmf->flags & FAULT_FLAG_USER
					 ? TRACE_page_fault_user
					 : TRACE_page_fault_kernel;

	if (trace_enabled(k, event)) {
		bool thumb;

		trace_event_since(
			k, event, vmf->curr->abort.since,
			"address=0x%08x ip=0x%08x error_code=0x%x %s "
			"pte=0x%08x %s",
			vmf->real_address, task_pc(vmf->curr, &thumb),
			vmf->curr->abort.fsr,
			vmf->flags & FAULT_FLAG_WRITE         ? "write"
			: vmf->flags & FAULT_FLAG_INSTRUCTION ? "fetch"
							      : "read",
			pte_val(pte_at(vmf->vma->vm_mm, vmf->address)), how);
	}
}

struct page *vm_normal_page(const struct vm_area_struct *vma, vaddr_t vaddr,
			    pte_t pte)
{
	const struct kernel *k = vma->vm_mm->k;
	pfn_t pfn = pte_pfn(pte);

	if (unlikely(vma->vm_flags & VM_PFNMAP)) {
		/* Raw frames in a row, unless copied on write. */
		pgoff_t off = (vaddr - vma->vm_start) >> PAGE_SHIFT;

		if (pfn == vma->vm_pgoff + off ||
		    !is_cow_mapping(vma->vm_flags))
			return NULL;
	}
	if (is_zero_pfn(k, pfn))
		return NULL;
	return pte_page(k, pte);
}

/* ---- anonymous memory --------------------------------------------------------------------- */

static vm_fault_t map_zero_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	pte_t entry = pfn_pte(vmf->curr->k->user.zero_pfn, vma->vm_page_prot);
	vm_fault_t ret = check_stable_address_space(vma->vm_mm);

	if (ret)
		return ret;
	set_pte_at(vma->vm_mm, vmf->address, vmf->pte, entry);
	fault_resolved(vmf, anon_zero);
	return 0;
}

/* A page for the fault's place; NULL: out of memory. */
static struct page *alloc_fault_page(const struct vm_fault *vmf)
{
	return alloc_page_vma(vmf->curr, GFP_HIGHUSER_MOVABLE, vmf->vma,
			      vmf->address);
}

/* A zeroed page that no one else knows of; NULL: out of memory. */
static struct page *alloc_zeroed_page(const struct vm_fault *vmf)
{
	struct page *page = alloc_fault_page(vmf);

	if (!page)
		return NULL;
	clear_highpage(vmf->curr, page);
	SetPageUptodate(page);
	return page;
}

/*
 * @page, new, is what @vmf->address shows from now on. A clean entry is one
 * that its first write will make dirty, by a fault.
 */
static void map_new_anon_page(struct vm_fault *vmf, struct page *page,
			      bool dirty)
{
	struct vm_area_struct *vma = vmf->vma;
	struct kernel *k = vmf->curr->k;
	pte_t entry = pte_mkyoung(mk_pte(k, page, vma->vm_page_prot));

	entry = maybe_mkwrite(dirty ? pte_mkdirty(entry) : entry, vma);
	add_mm_counter_fast(vmf->curr, vma->vm_mm, MM_ANONPAGES, 1);
	page_add_new_anon_rmap(k, page, vma, vmf->address);
	lru_cache_add_inactive_or_unevictable(k, page, vma);
	set_pte_at(vma->vm_mm, vmf->address, vmf->pte, entry);
}

static vm_fault_t do_anonymous_page(struct vm_fault *vmf)
{
	struct page *page;
	vm_fault_t ret;

	vmf->pte = pte_alloc_map(vmf->curr, vmf->vma->vm_mm, vmf->pmd,
				 vmf->address);
	if (!vmf->pte) /* or another thread's fault has made it huge */
		return pmd_none(*vmf->pmd) ? VM_FAULT_OOM : 0;
	if (!write_fault(vmf))
		return map_zero_page(vmf);
	if (anon_vma_prepare(vmf->curr, vmf->vma))
		return VM_FAULT_OOM;
	ret = do_anonymous_block(vmf);
	if (!(ret & VM_FAULT_FALLBACK))
		return ret;
	page = alloc_zeroed_page(vmf);
	if (!page)
		return VM_FAULT_OOM;
	ret = check_stable_address_space(vmf->vma->vm_mm);
	if (ret || entry_changed(vmf)) {
		put_page(vmf->curr, page);
		return ret;
	}
	/* A debugger's write to read-only memory is none of the program's. */
	map_new_anon_page(vmf, page, vmf->vma->vm_flags & VM_WRITE);
	fault_resolved(vmf, anon_new);
	return 0;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* True: there is a table, or one to install. */
static bool bring_table(struct vm_fault *vmf)
{
	struct mm_struct *mm = vmf->vma->vm_mm;

	if (!vmf->pte && !vmf->prealloc_pte) {
		vmf->prealloc_pte = pte_alloc_one(vmf->curr, mm);
		mm->nr_prealloc += vmf->prealloc_pte != NULL;
	}
	return vmf->pte || vmf->prealloc_pte;
}

void install_table(struct vm_fault *vmf)
{
	struct mm_struct *mm = vmf->vma->vm_mm;

	if (vmf->pte)
		return;
	if (pmd_none(*vmf->pmd)) {
		pmd_populate(mm, vmf->pmd, vmf->prealloc_pte);
		vmf->prealloc_pte = NULL;
		mm->nr_prealloc--;
	}
	vmf->pte = pte_offset(mm->k, vmf->pmd, vmf->address);
}

/*
 * vmf->page, locked, has a memory error. If it was clean it can be read anew:
 * VM_FAULT_NOPAGE, and the access faults again.
 */
static vm_fault_t poisoned_fault(struct vm_fault *vmf)
{
	struct task_struct *curr = vmf->curr;
	struct page *page = vmf->page;
	vm_fault_t ret = VM_FAULT_HWPOISON;

	if (page_mapping(page) && page_mapped(page))
		unmap_mapping_pages(curr, page_mapping(page), page->index, 1,
				    false);
	if (invalidate_inode_page(curr, page))
		ret = VM_FAULT_NOPAGE;
	unlock_page(curr, page);
	put_page(curr, page);
	vmf->page = NULL;
	return ret;
}

/* Asks the file. On success vmf->page is referenced and locked. */
static vm_fault_t __do_fault(struct vm_fault *vmf)
{
	vm_fault_t ret;

	if (!bring_table(vmf))
		return VM_FAULT_OOM;
	ret = vmf->vma->vm_ops->fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(vmf->curr, vmf->page);
	if (unlikely(PageHWPoison(vmf->page)))
		return poisoned_fault(vmf);
	return ret | VM_FAULT_LOCKED;
}

static void unlock_and_put(struct task_struct *curr, struct page *page)
{
	unlock_page(curr, page);
	put_page(curr, page);
}

/*
 * Maps a page of the cache at @vaddr, young. Takes over the caller's
 * reference. Also for fault-around, which maps for reading alone.
 */
void do_set_pte(struct vm_fault *vmf, struct page *page, vaddr_t vaddr,
		pte_t *ptep)
{
	struct vm_area_struct *vma = vmf->vma;
	struct kernel *k = vmf->curr->k;
	pte_t entry = pte_mkyoung(mk_pte(k, page, vma->vm_page_prot));

	charge_price(vmf->curr, PRICE_SET_PTE);
	touch_path(vmf->curr, TOUCH_SET_PTE, kbytes_addr(k, ptep),
		   kobj_addr(k, page));
	if (write_fault(vmf) && vaddr == vmf->address)
		entry = maybe_mkwrite(pte_mkdirty(entry), vma);
	add_mm_counter_fast(vmf->curr, vma->vm_mm, mm_counter(page), 1);
	page_add_file_rmap(k, page, vma);
	set_pte_at(vma->vm_mm, vaddr, ptep, entry);
}

/* vmf->page, locked, becomes visible if the entry is still empty. */
static vm_fault_t finish_fault(struct vm_fault *vmf)
{
	/* the file's page isn't what a private one showed before */
	if (!(vmf->vma->vm_flags & VM_SHARED) &&
	    check_stable_address_space(vmf->vma->vm_mm))
		return VM_FAULT_SIGBUS;
	install_table(vmf);
	if (entry_changed(vmf))
		return VM_FAULT_NOPAGE;
	do_set_pte(vmf, vmf->page, vmf->address, vmf->pte);
	return 0;
}

/*
 * 16 pages around the address, as far as they lie in this VMA and this table:
 * those that are in the cache already cost no fault of their own. They begin
 * at an aligned address or, where that is before the VMA, with the VMA; then
 * they reach beyond the next aligned one, as in Linux 6.1.
 * VM_FAULT_NOPAGE: the page asked for was among them.
 */
static vm_fault_t do_fault_around(struct vm_fault *vmf)
{
	const struct vm_area_struct *vma = vmf->vma;
	uint32_t bytes = vmf->curr->k->user.fault_around_bytes;
	vaddr_t from = vmf->address & ~(bytes - 1), to;

	if (from < vma->vm_start)
		from = vma->vm_start;
	to = from + bytes - 1;
	if (to > (from | ~PMD_MASK))
		to = from | ~PMD_MASK;
	if (to > vma->vm_end - 1)
		to = vma->vm_end - 1;
	if (!bring_table(vmf))
		return VM_FAULT_OOM;
	return vma->vm_ops->map_pages(
		vmf, vmf->pgoff - ((vmf->address - from) >> PAGE_SHIFT),
		vmf->pgoff + ((to - vmf->address) >> PAGE_SHIFT));
}

static vm_fault_t do_read_fault(struct vm_fault *vmf)
{
	vm_fault_t ret;

	if (vmf->vma->vm_ops->map_pages &&
	    vmf->curr->k->user.fault_around_bytes > PAGE_SIZE) {
		ret = do_fault_around(vmf);
		if (ret & VM_FAULT_NOPAGE)
			fault_resolved(vmf, file_read);
		if (ret)
			return ret;
	}
	ret = __do_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	ret |= finish_fault(vmf);
	unlock_page(vmf->curr, vmf->page);
	if (ret & (VM_FAULT_NOPAGE | VM_FAULT_ERROR))
		put_page(vmf->curr, vmf->page);
	else
		fault_resolved(vmf, file_read);
	return ret;
}

static vm_fault_t do_cow_fault(struct vm_fault *vmf)
{
	struct task_struct *curr = vmf->curr;
	vm_fault_t ret;

	if (anon_vma_prepare(curr, vmf->vma))
		return VM_FAULT_OOM;
	vmf->cow_page = alloc_fault_page(vmf);
	if (!vmf->cow_page)
		return VM_FAULT_OOM;
	ret = __do_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)) {
		put_page(curr, vmf->cow_page);
		return ret;
	}
	copy_highpage(curr, vmf->cow_page, vmf->page);
	SetPageUptodate(vmf->cow_page);
	install_table(vmf);
	ret |= check_stable_address_space(vmf->vma->vm_mm);
	if ((ret & VM_FAULT_ERROR) || entry_changed(vmf)) {
		put_page(curr, vmf->cow_page);
	} else {
		map_new_anon_page(vmf, vmf->cow_page, true);
		fault_resolved(vmf, file_cow);
	}
	unlock_and_put(curr, vmf->page);
	return ret;
}

/*
 * Asks the file system before a page of a file is written through a mapping.
 * The page is locked before and, on success, after; it may have been
 * truncated while the question slept.
 */
static vm_fault_t do_page_mkwrite(struct vm_fault *vmf)
{
	uint32_t flags = vmf->flags;
	struct page *page = vmf->page;
	vm_fault_t ret;

	vmf->flags |= FAULT_FLAG_WRITE | FAULT_FLAG_MKWRITE;
	unlock_page(vmf->curr, page);
	ret = vmf->vma->vm_ops->page_mkwrite(vmf);
	vmf->flags = flags;
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))
		return ret;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(vmf->curr, page);
	if (page->mapping)
		return ret | VM_FAULT_LOCKED;
	unlock_page(vmf->curr, page);
	return VM_FAULT_NOPAGE; /* gone: the access faults again */
}

/*
 * A locked page has become writable in a shared mapping. Unlocks it. Whoever
 * writes too fast may have to wait, which is done without mmap_lock:
 * VM_FAULT_COMPLETED.
 */
static vm_fault_t fault_dirty_shared_page(struct vm_fault *vmf,
					  struct page *page)
{
	struct address_space *mapping = page_mapping(page);
	struct file *fpin = NULL;

	charge_price(vmf->curr, PRICE_MKWRITE);
	set_page_dirty(vmf->curr, page);
	unlock_page(vmf->curr, page);
	if (!mapping || !vmf->vma->vm_ops->page_mkwrite)
		return 0;
	fpin = maybe_unlock_mmap_for_io(vmf, NULL);
	balance_dirty_pages_ratelimited(vmf->curr, mapping);
	if (!fpin)
		return 0;
	fput(vmf->curr, fpin);
	return VM_FAULT_COMPLETED;
}

static vm_fault_t do_shared_fault(struct vm_fault *vmf)
{
	vm_fault_t ret = __do_fault(vmf), tmp;

	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	if (vmf->vma->vm_ops->page_mkwrite) {
		tmp = do_page_mkwrite(vmf);
		if (!(tmp & VM_FAULT_LOCKED)) {
			put_page(vmf->curr, vmf->page);
			return tmp;
		}
	}
	ret |= finish_fault(vmf);
	if (ret & VM_FAULT_NOPAGE) {
		unlock_and_put(vmf->curr, vmf->page);
		return ret;
	}
	fault_resolved(vmf, file_shared);
	return ret | fault_dirty_shared_page(vmf, vmf->page);
}

static vm_fault_t do_fault(struct vm_fault *vmf)
{
	struct mm_struct *mm = vmf->vma->vm_mm;
	vm_fault_t ret;

	if (!vmf->vma->vm_ops->fault)
		return VM_FAULT_SIGBUS;
	if (!write_fault(vmf))
		ret = do_read_fault(vmf);
	else if (!(vmf->vma->vm_flags & VM_SHARED))
		ret = do_cow_fault(vmf);
	else
		ret = do_shared_fault(vmf);
	if (vmf->prealloc_pte) {
		mm->nr_prealloc--;
		pte_free(vmf->curr, mm, vmf->prealloc_pte);
	}
	return ret;
}

/* ---- writes to write-protected pages ------------------------------------------------------------ */

/* The page may be written in place: by this entry, from now on. */
static void wp_page_reuse(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	pte_t entry = pte_mkyoung(vmf->orig_pte);

	entry = maybe_mkwrite(pte_mkdirty(entry), vma);
	ptep_set_access_flags(vmf->curr, vma, vmf->address, vmf->pte, entry);
	count_vm_event(vmf->curr->k, PGREUSE);
	fault_resolved(vmf, cow_reuse);
}

/*
 * The entry is emptied and flushed before it shows the new page: no core may
 * write to the old one while another already reads the new.
 */
static void replace_page(struct vm_fault *vmf, struct page *old)
{
	struct mm_struct *mm = vmf->vma->vm_mm;

	ptep_clear_flush(vmf->curr, vmf->vma, vmf->address, vmf->pte);
	if (old) {
		add_mm_counter_fast(vmf->curr, mm, mm_counter(old), -1);
		page_remove_rmap(vmf->curr->k, old, vmf->vma);
		free_swap_cache(vmf->curr, old);
		put_page(vmf->curr, old);
	}
}

/* Not the raw frame itself, should it be free by now. */
static struct page *alloc_copy_page(const struct vm_fault *vmf)
{
	struct page *page = alloc_fault_page(vmf), *other;

	if (!page || !collides_with_raw(vmf->vma, vmf->address, page))
		return page;
	other = alloc_fault_page(vmf);
	put_page(vmf->curr, page);
	return other;
}

/* What a write to @old shall go to; NULL is the zero page or a raw frame. */
static struct page *alloc_copy(const struct vm_fault *vmf,
			       const struct page *old)
{
	struct page *new;

	if (!old && is_zero_pfn(vmf->curr->k, pte_pfn(vmf->orig_pte)))
		return alloc_zeroed_page(vmf);
	new = alloc_copy_page(vmf);
	if (!new)
		return NULL;
	if (old)
		copy_highpage(vmf->curr, new, old);
	else
		copy_raw_frame(vmf, new);
	SetPageUptodate(new);
	return new;
}

static vm_fault_t wp_page_copy(struct vm_fault *vmf)
{
	struct task_struct *curr = vmf->curr;
	struct page *old = vmf->page, *new;

	if (anon_vma_prepare(curr, vmf->vma))
		return VM_FAULT_OOM;
	if (old)
		get_page(old); /* allocating may sleep */
	new = alloc_copy(vmf, old);
	if (new && !entry_changed(vmf)) {
		replace_page(vmf, old);
		map_new_anon_page(vmf, new, true);
		if (old || !is_zero_pfn(curr->k, pte_pfn(vmf->orig_pte)))
			fault_resolved(vmf, cow_copy);
		else
			fault_resolved(vmf, anon_new);
	} else if (new) {
		put_page(curr, new);
	}
	if (old)
		put_page(curr, old);
	return new ? 0 : VM_FAULT_OOM;
}

/* A shared page of a file, write-protected so that its first write shows. */
static vm_fault_t wp_page_shared(struct vm_fault *vmf)
{
	struct page *page = vmf->page;
	vm_fault_t ret = 0;

	get_page(page);
	lock_page(vmf->curr, page);
	if (vmf->vma->vm_ops && vmf->vma->vm_ops->page_mkwrite) {
		ret = do_page_mkwrite(vmf);
		if (!(ret & VM_FAULT_LOCKED)) {
			put_page(vmf->curr, page);
			return ret;
		}
	}
	if (entry_changed(vmf)) {
		unlock_and_put(vmf->curr, page);
		return 0;
	}
	wp_page_reuse(vmf);
	ret = fault_dirty_shared_page(vmf, page);
	put_page(vmf->curr, page);
	return ret;
}

/*
 * Is this entry all that knows the anonymous page? By Linux 6.1's rule: the
 * page was never shared, or its last reference is ours, the swap cache's being
 * given up if that is all there is beside it. A count of mappings would not
 * do: another's read through /proc/PID/mem or a pipe has references without
 * mapping it. A KSM page never is: ksmd holds no reference to what it may give
 * to another the next moment.
 */
static bool may_reuse_anon(struct task_struct *curr, struct page *page,
			   struct vm_area_struct *vma)
{
	bool alone;

	if (PageAnonExclusive(page))
		return true;
	if (PageKsm(page)) {
		count_vm_event(curr->k, COW_KSM);
		return false;
	}
	if (page_count(page) > 1 + PageSwapCache(page) || !trylock_page(page))
		return false;
	try_to_free_swap(curr, page);
	alone = page_count(page) == 1;
	if (alone)
		page_move_anon_rmap(page, vma);
	unlock_page(curr, page);
	return alone;
}

vm_fault_t do_wp_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	const uint32_t shared_write = VM_SHARED | VM_WRITE;
	bool shared = (vma->vm_flags & shared_write) == shared_write;

	vmf->page = vm_normal_page(vma, vmf->address, vmf->orig_pte);
	if (!vmf->page && shared) {
		wp_page_reuse(vmf); /* a device's frames: nothing to note */
		return 0;
	}
	if (vmf->page && PageAnon(vmf->page)) {
		if (may_reuse_anon(vmf->curr, vmf->page, vma)) {
			wp_page_reuse(vmf);
			return 0;
		}
	} else if (shared) {
		return wp_page_shared(vmf);
	}
	return wp_page_copy(vmf);
}

/* ---- the entry is there and allows it: young, dirty, or nothing at all --------------------------- */

static vm_fault_t touch_entry(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	pte_t entry = pte_mkyoung(vmf->orig_pte);

	if (write_fault(vmf))
		entry = pte_mkdirty(entry);
	if (!touch_block(vmf, entry) &&
	    !ptep_set_access_flags(vmf->curr, vma, vmf->address, vmf->pte,
				   entry)) {
		/*
		 * Another thread was here first, and a TLB has kept what it
		 * had of the entry before.
		 */
		flush_tlb_page(vmf->curr, vma, vmf->address);
		fault_resolved(vmf, spurious);
	} else if (!pte_young(vmf->orig_pte)) {
		fault_resolved(vmf, mkyoung);
	} else {
		fault_resolved(vmf, mkdirty);
	}
	return 0;
}

static vm_fault_t handle_pte_fault(struct vm_fault *vmf)
{
	if (!vmf->pte || pte_none(vmf->orig_pte)) {
		if (vma_is_anonymous(vmf->vma))
			return do_anonymous_page(vmf);
		return do_fault(vmf);
	}
	if (!pte_present(vmf->orig_pte))
		return do_swap_page(vmf);
	if (write_fault(vmf) && !pte_write(vmf->orig_pte))
		return do_wp_page(vmf);
	return touch_entry(vmf);
}

/* Those of whole first-level entries; VM_FAULT_FALLBACK: it's for ptes. */
static vm_fault_t handle_pmd_fault(struct vm_fault *vmf)
{
	const struct vm_area_struct *vma = vmf->vma;

	if (likely(pmd_table(*vmf->pmd)))
		return VM_FAULT_FALLBACK;
	if (pmd_trans_huge(*vmf->pmd))
		return do_huge_pmd_fault(vmf);
	if (thp_vma_allowable_orders(vma, vma->vm_flags) & THP_ORDER_PMD)
		return do_huge_pmd_anonymous_page(vmf);
	return VM_FAULT_FALLBACK;
}

/*
 * Once it is over: a fault that is tried again counts then, and as a major one,
 * since it waited. PGMAJFAULT counts reads, where they begin.
 */
static void mm_account_fault(struct task_struct *curr, uint32_t flags,
			     vm_fault_t ret)
{
	count_vm_event(curr->k, PGFAULT);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_RETRY))
		return;
	if (ret & VM_FAULT_MAJOR || flags & FAULT_FLAG_TRIED) {
		curr->maj_flt++;
		if (curr->fault)
			curr->fault->major = true;
	} else {
		curr->min_flt++;
	}
}

vm_fault_t handle_mm_fault(struct task_struct *curr, struct vm_area_struct *vma,
			   vaddr_t vaddr, uint32_t flags)
{
	struct mm_struct *mm = vma->vm_mm;
	struct vm_fault vmf = {
		.curr = curr,
		.vma = vma,
		.address = vaddr & PAGE_MASK,
		.real_address = vaddr,
		.pgoff = vma->vm_pgoff +
			 ((vaddr - vma->vm_start) >> PAGE_SHIFT),
		.flags = flags,
		.pmd = pmd_off(mm, vaddr),
	};
	vm_fault_t ret;

	charge_price(curr, PRICE_MAP);
	touch_path(curr, TOUCH_MAP, kobj_addr(mm->k, vma),
		   kbytes_addr(mm->k, vmf.pmd));
	check_sync_rss_stat(curr);
	if (vma_index_wanted(mm))
		vma_index_build(curr, mm);
	ret = handle_pmd_fault(&vmf);
	if (ret & VM_FAULT_FALLBACK) {
		if (likely(!pmd_none(*vmf.pmd))) {
			vmf.pte = pte_offset(mm->k, vmf.pmd, vaddr);
			vmf.orig_pte = ptep_get(vmf.pte);
		}
		ret = handle_pte_fault(&vmf);
	}
	mm_account_fault(curr, flags, ret);
	return ret;
}
