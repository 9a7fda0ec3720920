/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

/*
 * A process's memory as viewers see it: its VMAs, and each page of one. Linux
 * has this in /proc/PID/maps, smaps and pagemap (fs/proc/task_mmu.c). Reads
 * everything, changes nothing, not even find_vma()'s cache.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/fs/fs.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/swapops.h"
#include "kernel/task/sched.h"

/* ---- mappings ---------------------------------------------------------------- */

static uint8_t vma_rights(const struct vm_area_struct *vma)
{
	static const struct {
		uint32_t vm;
		uint8_t right;
	} rows[] = {
		{VM_READ, KERNEL_VMA_READ},
		{VM_WRITE, KERNEL_VMA_WRITE},
		{VM_EXEC, KERNEL_VMA_EXEC},
		{VM_SHARED, KERNEL_VMA_SHARED},
		{VM_LOCKED, KERNEL_VMA_LOCKED},
		{VM_PFNMAP, KERNEL_VMA_DEVICE},
		{VM_GROWSDOWN, KERNEL_VMA_GROWS},
	};
	uint8_t rights = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (vma->vm_flags & rows[i].vm)
			rights |= rows[i].right;
	return rights;
}

static void name_vma(const struct kernel *k, const struct vm_area_struct *vma,
		     char *name, size_t size)
{
	char buf[256];
	const char *text = vma->vm_file ? d_path(k->sched.cpus[0].curr,
						 vma->vm_file, buf, sizeof(buf))
					: vma_name(vma);

	snprintf(name, size, "%s", text && !IS_ERR(text) ? text : "");
}

void kernel_for_each_vma(const struct kernel *k, int pid,
			 void (*each)(void *arg, const struct kernel_vma *vma),
			 void *arg)
{
	const struct task_struct *task = find_task_by_pid(k, pid);
	const struct vm_area_struct *vma = NULL;

	if (task && task->mm)
		vma = task->mm->mmap;
	for (; vma; vma = vma->vm_next) {
		struct kernel_vma one = {
			.start = vma->vm_start,
			.end = vma->vm_end,
			.rights = vma_rights(vma),
			.offset = vma->vm_file ? (uint64_t)vma->vm_pgoff
							 << PAGE_SHIFT
					       : 0,
		};

		name_vma(k, vma, one.name, sizeof(one.name));
		each(arg, &one);
	}
}

/* ---- pages ------------------------------------------------------------------------ */

static uint8_t present_flags(const struct mm_struct *mm, pte_t pte)
{
	uint8_t flags = KERNEL_PAGE_PRESENT;

	if (pte_young(pte))
		flags |= KERNEL_PAGE_YOUNG;
	if (pte_dirty(pte))
		flags |= KERNEL_PAGE_DIRTY;
	if (pte_write(pte))
		flags |= KERNEL_PAGE_WRITE;
	if (is_zero_pfn(mm->k, pte_pfn(pte)))
		flags |= KERNEL_PAGE_ZERO;
	return flags;
}

/* What of a page itself matters to who looks at its place. */
static uint8_t kind_flags(const struct kernel *k, pte_t pte)
{
	const struct page *page;
	uint8_t flags = 0;

	if (!pfn_valid(k, pte_pfn(pte)))
		return 0;
	page = compound_head(pfn_to_page(k, pte_pfn(pte)));
	if (PageAnon(page))
		flags |= KERNEL_PAGE_ANON;
	if (page->_mapcount > 0)
		flags |= KERNEL_PAGE_SHARED;
	return flags;
}

static struct kernel_page page_at(struct mm_struct *mm, vaddr_t va)
{
	pmd_t *pmd = pmd_off(mm, va);
	const pte_t pte = pte_at(mm, va);
	struct kernel_page page = {.where = KERNEL_PAGE_NOWHERE};

	if (pte_none(pte))
		return page;
	if (!pte_present(pte)) {
		swp_entry_t entry = pte_to_swp_entry(pte);

		page.flags = is_migration_entry(entry) ? KERNEL_PAGE_MOVING
						       : KERNEL_PAGE_SWAPPED;
		page.where = is_migration_entry(entry)
				     ? swp_offset(entry) & SWP_PFN_MASK
				     : swp_offset(entry);
		page.area = (uint8_t)swp_type(entry);
		return page;
	}
	page.where = pte_pfn(pte);
	page.flags = present_flags(mm, pte);
	if (!(page.flags & KERNEL_PAGE_ZERO))
		page.kind = kind_flags(mm->k, pte);
	if (pmd_trans_huge(*pmd))
		page.kind |= KERNEL_PAGE_HUGE;
	else if (pte_cont(pte_offset(mm->k, pmd, va)))
		page.kind |= KERNEL_PAGE_LARGE;
	return page;
}

void kernel_pages(const struct kernel *k, int pid, vaddr_t start, uint32_t nr,
		  struct kernel_page *page)
{
	const struct task_struct *task = find_task_by_pid(k, pid);
	struct mm_struct *mm = task ? task->mm : NULL;

	for (uint32_t i = 0; i < nr; i++)
		page[i] = (struct kernel_page){.where = KERNEL_PAGE_NOWHERE};
	for (uint32_t i = 0; mm && i < nr; i++) {
		const uint64_t va = start + (uint64_t)i * PAGE_SIZE;

		if (va >= mm->task_size)
			break;
		if (pmd_none(*pmd_off(mm, (vaddr_t)va))) /* on to the next */
			i += (PMD_SIZE - 1 - (va & (PMD_SIZE - 1))) >>
			     PAGE_SHIFT;
		else
			page[i] = page_at(mm, (vaddr_t)va);
	}
}
