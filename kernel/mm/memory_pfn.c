/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/internal.h"

/*
 * Frames that a driver puts into a process's tables itself (mm/memory.c from
 * insert_page() to io_remap_pfn_range()). Of two kinds:
 *
 *	VM_PFNMAP    raw frames, of devices or of RAM: nobody counts them, and
 *	             a frame of RAM may be freed and used again while it is
 *	             still mapped. That is the driver's danger, here as there.
 *	VM_MIXEDMAP  pages with a reference and a count for each entry
 *
 * Invariant: in a private mapping that may be written to, a raw entry is one
 * whose frame is vm_pgoff plus the entry's place (vm_normal_page()); all else
 * there is the process's own copy. So such a mapping is filled in one go, and
 * no copy may come to lie in the very frame that it is a copy of, which can be
 * free by then: collides_with_raw().
 */

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/lib/work.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memory.h"
#include "kernel/mm/rmap.h"

#define VM_RAW (VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP)

/* ---- raw frames ----------------------------------------------------------------- */

/* Those of one table. 0, -ENOMEM, -EBUSY. */
static int remap_pte_range(struct task_struct *curr, struct vm_area_struct *vma,
			   vaddr_t start, vaddr_t end, pfn_t pfn, pgprot_t prot)
{
	struct mm_struct *mm = vma->vm_mm;
	pte_t *pte = pte_alloc_map(curr, mm, pmd_off(mm, start), start);

	if (!pte)
		return -ENOMEM;
	for (vaddr_t vaddr = start; vaddr != end;
	     vaddr += PAGE_SIZE, pte++, pfn++) {
		if (!pte_none(*pte))
			return -EBUSY;
		set_pte_at(mm, vaddr, pte, pfn_pte(pfn, prot));
	}
	charge_work(curr, WORK_PTE, (end - start) >> PAGE_SHIFT);
	return 0;
}

int remap_pfn_range(struct task_struct *curr, struct vm_area_struct *vma,
		    vaddr_t vaddr, pfn_t pfn, uint32_t size, pgprot_t prot)
{
	const vaddr_t end = vaddr + PAGE_ALIGN(size);
	int error = 0;

	if (offset_in_page(vaddr) || vaddr < vma->vm_start || end <= vaddr ||
	    end > vma->vm_end)
		return -EINVAL;
	if (is_cow_mapping(vma->vm_flags)) {
		if (vaddr != vma->vm_start || end != vma->vm_end)
			return -EINVAL;
		vma->vm_pgoff = pfn;
	}
	vma->vm_flags |= VM_RAW;
	for (vaddr_t next; vaddr != end && !error; vaddr = next) {
		next = pmd_addr_end(vaddr, end);
		error = remap_pte_range(curr, vma, vaddr, next, pfn, prot);
		pfn += (next - vaddr) >> PAGE_SHIFT;
	}
	return error;
}

int vm_iomap_memory(struct task_struct *curr, struct vm_area_struct *vma,
		    paddr_t start, uint32_t len)
{
	const uint32_t nr = vma_pages(vma);
	uint32_t pages;

	if (start + len < start)
		return -EINVAL;
	len += offset_in_page((uint32_t)start);
	pages = PAGE_ALIGN(len) >> PAGE_SHIFT;
	if (vma->vm_pgoff > pages || nr > pages - vma->vm_pgoff)
		return -EINVAL;
	return remap_pfn_range(curr, vma, vma->vm_start,
			       (pfn_t)(start >> PAGE_SHIFT) + vma->vm_pgoff,
			       nr << PAGE_SHIFT, vma->vm_page_prot);
}

/* The empty entry for @vaddr; NULL and *@fault where there is none. */
static pte_t *empty_entry(struct task_struct *curr, struct vm_area_struct *vma,
			  vaddr_t vaddr, vm_fault_t *fault)
{
	struct mm_struct *mm = vma->vm_mm;
	pte_t *pte;

	if (vaddr < vma->vm_start || vaddr >= vma->vm_end) {
		*fault = VM_FAULT_SIGBUS;
		return NULL;
	}
	pte = pte_alloc_map(curr, mm, pmd_off(mm, vaddr), vaddr);
	if (!pte)
		*fault = VM_FAULT_OOM;
	else if (!pte_none(*pte)) /* another thread's fault was first */
		*fault = VM_FAULT_NOPAGE;
	else
		return pte;
	return NULL;
}

vm_fault_t vmf_insert_pfn_prot(struct task_struct *curr,
			       struct vm_area_struct *vma, vaddr_t vaddr,
			       pfn_t pfn, pgprot_t prot)
{
	const uint32_t kind = vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP);
	vm_fault_t fault = VM_FAULT_NOPAGE;
	pte_t *pte;

	if ((kind != VM_PFNMAP && kind != VM_MIXEDMAP) ||
	    (kind == VM_PFNMAP && is_cow_mapping(vma->vm_flags)) ||
	    (kind == VM_MIXEDMAP && pfn_valid(curr->k, pfn)))
		return VM_FAULT_SIGBUS;
	vaddr &= PAGE_MASK;
	pte = empty_entry(curr, vma, vaddr, &fault);
	if (pte)
		set_pte_at(vma->vm_mm, vaddr, pte, pfn_pte(pfn, prot));
	return fault;
}

vm_fault_t vmf_insert_pfn(struct task_struct *curr, struct vm_area_struct *vma,
			  vaddr_t vaddr, pfn_t pfn)
{
	return vmf_insert_pfn_prot(curr, vma, vaddr, pfn, vma->vm_page_prot);
}

/* ---- pages --------------------------------------------------------------------------- */

/* What a program may see of the page allocator's pages: no part of a slab. */
static bool may_insert(const struct page *page)
{
	return !PageAnon(page) && !PageSlab(page) && !PageCompound(page) &&
	       page->_mapcount >= -1;
}

int vm_insert_page(struct task_struct *curr, struct vm_area_struct *vma,
		   vaddr_t vaddr, struct page *page)
{
	vm_fault_t fault = 0;
	pte_t *pte;

	if (vaddr < vma->vm_start || vaddr >= vma->vm_end)
		return -EFAULT;
	if (page_count(page) <= 0 || vma->vm_flags & VM_PFNMAP)
		return -EINVAL;
	vma->vm_flags |= VM_MIXEDMAP;
	if (!may_insert(page))
		return -EINVAL;
	get_page(page); /* a table may have to be waited for */
	vaddr &= PAGE_MASK;
	pte = empty_entry(curr, vma, vaddr, &fault);
	if (!pte) {
		put_page(curr, page);
		return fault == VM_FAULT_OOM ? -ENOMEM : -EBUSY;
	}
	add_mm_counter_fast(curr, vma->vm_mm, mm_counter(page), 1);
	page_add_file_rmap(curr->k, page, vma);
	set_pte_at(vma->vm_mm, vaddr, pte,
		   mk_pte(curr->k, page, vma->vm_page_prot));
	return 0;
}

/* ---- private copies of raw frames ----------------------------------------------------- */

bool collides_with_raw(const struct vm_area_struct *vma, vaddr_t vaddr,
		       const struct page *page)
{
	return unlikely(vma->vm_flags & VM_PFNMAP) &&
	       is_cow_mapping(vma->vm_flags) &&
	       page_to_pfn(vma->vm_mm->k, page) ==
		       vma->vm_pgoff + ((vaddr - vma->vm_start) >> PAGE_SHIFT);
}

/*
 * By the program's own address, as its read would go: of a device these are
 * reads of its registers. What can't be read is 0.
 */
void copy_raw_frame(const struct vm_fault *vmf, struct page *to)
{
	struct task_struct *curr = vmf->curr;
	uint8_t bytes[512];

	for (uint32_t at = 0; at < PAGE_SIZE; at += sizeof(bytes)) {
		for (uint32_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = 0;
		if (vmf->vma->vm_mm == curr->mm)
			copy_from_user_inatomic(curr, bytes, vmf->address + at,
						sizeof(bytes));
		memcpy_to_page(curr, to, at, bytes, sizeof(bytes));
	}
}
