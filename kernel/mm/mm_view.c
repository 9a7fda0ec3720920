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
#include "kernel/mm/vma.h"
#include "kernel/module/module.h"
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
	const char *text = vma->vm_file ? d_path(kernel_cpu(k)->curr,
						 vma->vm_file, buf, sizeof(buf))
					: vma_name(vma);

	snprintf(name, size, "%s", text && !IS_ERR(text) ? text : "");
}

static struct kernel_vma see_vma(const struct kernel *k,
				 const struct vm_area_struct *vma)
{
	struct kernel_vma see = {
		.start = vma->vm_start,
		.end = vma->vm_end,
		.rights = vma_rights(vma),
		.offset = vma->vm_file ? (uint64_t)vma->vm_pgoff << PAGE_SHIFT
				       : 0,
	};

	name_vma(k, vma, see.name, sizeof(see.name));
	return see;
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
		const struct kernel_vma one = see_vma(k, vma);

		each(arg, &one);
	}
}

/* Of the kernel's addresses. */
static struct kernel_vma see_kernel(const struct kernel *k, vaddr_t vaddr)
{
	const struct module *mod = module_address(k, vaddr);
	struct kernel_vma see = {
		.start = vaddr & PAGE_MASK,
		.end = (vaddr & PAGE_MASK) + PAGE_SIZE,
		.rights = KERNEL_VMA_READ | KERNEL_VMA_WRITE | KERNEL_VMA_EXEC,
	};

	if (mod)
		snprintf(see.name, sizeof(see.name), "[%s]", mod->name);
	else
		snprintf(see.name, sizeof(see.name), "%s",
			 see.start == VECTORS_BASE ? "[vectors]" : "[kernel]");
	return see;
}

struct kernel_vma kernel_mapping_at(const struct kernel *k, int pid,
				    vaddr_t vaddr)
{
	const struct task_struct *task = find_task_by_pid(k, pid);
	const struct vm_area_struct *vma = NULL;

	if (vaddr >= k->arch.task_size)
		return see_kernel(k, vaddr);
	if (task && task->mm)
		vma = find_vma_uncached(task->mm, vaddr);
	if (vma && vma->vm_start <= vaddr)
		return see_vma(k, vma);
	return (struct kernel_vma){
		.start = vaddr & PAGE_MASK,
		.end = (vaddr & PAGE_MASK) + PAGE_SIZE,
		.name = "[unmapped]",
	};
}

bool kernel_has_memory(const struct kernel *k, int pid)
{
	const struct task_struct *task = pid ? find_task_by_pid(k, pid) : NULL;

	return task && task->mm;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15) ^ hash >> 29;
}

uint64_t kernel_vmas_stamp(const struct kernel *k, int pid)
{
	const struct task_struct *task = find_task_by_pid(k, pid);
	const struct vm_area_struct *vma = NULL;
	uint64_t hash = (uint64_t)pid;

	if (task && task->mm)
		vma = task->mm->mmap;
	for (; vma; vma = vma->vm_next) {
		hash = mix(hash, (uint64_t)vma->vm_start << 32 | vma->vm_end);
		hash = mix(hash, (uint64_t)vma->vm_flags << 32 | vma->vm_pgoff);
		hash = mix(hash, (uintptr_t)vma->vm_file);
	}
	return hash;
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

static struct kernel_page present_page(const struct mm_struct *mm, pte_t pte,
				       uint8_t size)
{
	struct kernel_page page = {
		.where = pte_pfn(pte),
		.flags = present_flags(mm, pte),
		.kind = size,
	};

	if (!(page.flags & KERNEL_PAGE_ZERO))
		page.kind |= kind_flags(mm->k, pte);
	return page;
}

static struct kernel_page absent_page(pte_t pte)
{
	swp_entry_t entry = pte_to_swp_entry(pte);
	bool moving = is_migration_entry(entry);

	if (is_hwpoison_entry(entry))
		return (struct kernel_page){.where = swp_offset(entry),
					    .flags = KERNEL_PAGE_POISONED};
	return (struct kernel_page){
		.where = moving ? swp_offset(entry) & SWP_PFN_MASK
				: swp_offset(entry),
		.flags = moving ? KERNEL_PAGE_MOVING : KERNEL_PAGE_SWAPPED,
		.area = (uint8_t)swp_type(entry),
	};
}

static struct kernel_page page_of(const struct mm_struct *mm, const pte_t *ptep)
{
	if (pte_none(*ptep))
		return (struct kernel_page){.where = KERNEL_PAGE_NOWHERE};
	if (!pte_present(*ptep))
		return absent_page(*ptep);
	return present_page(mm, *ptep, pte_cont(ptep) ? KERNEL_PAGE_LARGE : 0);
}

/* @nr pages from @va on, all behind one pair of first-level words. */
static void pages_of(struct mm_struct *mm, vaddr_t va, uint32_t nr,
		     struct kernel_page *page)
{
	const pmd_t *pmd = pmd_off(mm, va);
	const pte_t *ptep = pte_lookup(mm, va);

	for (uint32_t i = 0; i < nr; i++, va += PAGE_SIZE) {
		if (ptep)
			page[i] = page_of(mm, ptep + i);
		else if (pmd_none(*pmd))
			page[i] = (struct kernel_page){
				.where = KERNEL_PAGE_NOWHERE};
		else
			page[i] = present_page(mm, huge_subpte(*pmd, va),
					       KERNEL_PAGE_HUGE);
	}
}

static struct mm_struct *mm_of(const struct kernel *k, int pid)
{
	const struct task_struct *task = find_task_by_pid(k, pid);

	return task ? task->mm : NULL;
}

void kernel_pages(const struct kernel *k, int pid, vaddr_t start, uint32_t nr,
		  struct kernel_page *page)
{
	struct mm_struct *mm = mm_of(k, pid);
	uint64_t va = start, end = start + (uint64_t)nr * PAGE_SIZE;

	if (mm && end > mm->task_size)
		end = mm->task_size > va ? mm->task_size : va;
	for (uint32_t i = 0; i < nr; i++)
		if (!mm || va + (uint64_t)i * PAGE_SIZE >= end)
			page[i] = (struct kernel_page){
				.where = KERNEL_PAGE_NOWHERE};
	while (mm && va < end) {
		uint64_t next = (va & PMD_MASK) + PMD_SIZE;
		uint32_t some = (uint32_t)(((next < end ? next : end) - va) >>
					   PAGE_SHIFT);

		pages_of(mm, (vaddr_t)va, some, page);
		page += some;
		va = next;
	}
}

void kernel_for_each_table(const struct kernel *k, int pid,
			   void (*each)(void *arg,
					const struct kernel_table *table),
			   void *arg)
{
	struct mm_struct *mm = mm_of(k, pid);

	for (uint64_t va = 0; mm && va < mm->task_size; va += PMD_SIZE) {
		const pmd_t pmd = *pmd_off(mm, (vaddr_t)va);
		const struct kernel_table table = {
			.start = (vaddr_t)va,
			.word = pmd.pmd[0],
			.pfn = pmd.pmd[0] >> PAGE_SHIFT,
			.huge = pmd_trans_huge(pmd),
		};

		if (!pmd_none(pmd))
			each(arg, &table);
	}
}
