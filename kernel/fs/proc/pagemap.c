/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/pagemap, what each page of an address space is, and clear_refs,
 * which forgets which pages were used (Linux: fs/proc/task_mmu.c).
 *
 * ARM keeps no soft-dirty bit in its entries, so bit 55 of an entry is never
 * set and clear_refs takes a 4 without doing anything.
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/iov_iter.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/swapops.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

/* ---- pagemap ----------------------------------------------------------- */

#define PM_ENTRY_BYTES    sizeof(uint64_t)
#define PM_MMAP_EXCLUSIVE (1ull << 56)
#define PM_FILE           (1ull << 61)
#define PM_SWAP           (1ull << 62)
#define PM_PRESENT        (1ull << 63)

/* Entries collected under one hold of mmap_lock. */
#define PM_BATCH 128u

/* A slot; or the frame of a page that is being moved, where that began. */
static uint64_t swap_to_pagemap_entry(const struct kernel *k, swp_entry_t swap,
				      bool show_pfn)
{
	uint64_t entry = PM_SWAP, offset = swp_offset(swap);

	if (is_migration_entry(swap)) {
		offset &= SWP_PFN_MASK;
		if (!PageAnon(migration_entry_to_page(k, swap)))
			entry |= PM_FILE;
	}
	if (show_pfn)
		entry |= swp_type(swap) | offset << MAX_SWAPFILES_SHIFT;
	return entry;
}

static uint64_t pte_to_pagemap_entry(const struct vm_area_struct *vma,
				     vaddr_t vaddr, pte_t pte, bool show_pfn)
{
	const struct page *page;
	uint64_t entry = PM_PRESENT;

	if (is_swap_pte(pte))
		return swap_to_pagemap_entry(vma->vm_mm->k,
					     pte_to_swp_entry(pte), show_pfn);
	if (!pte_present(pte))
		return 0;
	if (show_pfn)
		entry |= pte_pfn(pte);
	page = vm_normal_page(vma, vaddr, pte);
	if (page && !PageAnon(page))
		entry |= PM_FILE;
	if (page && page_mapcount(page) == 1)
		entry |= PM_MMAP_EXCLUSIVE;
	return entry;
}

static uint64_t pagemap_entry(struct mm_struct *mm, vaddr_t vaddr,
			      bool show_pfn)
{
	const struct vm_area_struct *vma = find_vma(mm, vaddr);

	/* raw frames, and copies of such, look like a hole */
	if (!vma || vaddr < vma->vm_start || vma->vm_flags & VM_PFNMAP)
		return 0;
	return pte_to_pagemap_entry(vma, vaddr, pte_at(mm, vaddr), show_pfn);
}

static void collect(struct seq_file *m, vaddr_t vaddr, uint64_t *batch,
		    uint32_t nr)
{
	struct mm_struct *mm = m->private;

	down_read(m->curr, &mm->mmap_lock);
	for (uint32_t i = 0; i < nr; i++)
		batch[i] = pagemap_entry(mm, vaddr + (i << PAGE_SHIFT),
					 m->admin);
	up_read(m->curr, &mm->mmap_lock);
}

static int32_t read_entries(struct seq_file *m, struct iov_iter *to,
			    int64_t *pos)
{
	const struct mm_struct *mm = m->private;
	const uint32_t end = mm->task_size >> PAGE_SHIFT;
	/* 32 bits, on a 32-bit machine: what lies beyond wraps around */
	uint32_t vpfn = (uint32_t)((uint64_t)*pos / PM_ENTRY_BYTES);
	uint64_t batch[PM_BATCH];
	uint32_t done = 0, nr, bytes;

	while (to->count && vpfn < end) {
		nr = to->count / (uint32_t)PM_ENTRY_BYTES;
		if (nr > PM_BATCH)
			nr = PM_BATCH;
		if (nr > end - vpfn)
			nr = end - vpfn;
		collect(m, vpfn << PAGE_SHIFT, batch, nr);
		bytes = nr * (uint32_t)PM_ENTRY_BYTES;
		if (copy_to_iter(m->curr, to, batch, bytes) < bytes)
			return -EFAULT;
		vpfn += nr;
		*pos += bytes;
		done += bytes;
	}
	return (int32_t)done;
}

/*
 * Frame numbers are for those who may administer the machine: they would help
 * an attacker who can flip bits in neighbouring rows of memory.
 */
static int32_t pagemap_read(struct task_struct *curr, struct seq_file *m,
			    struct iov_iter *to, int64_t *pos)
{
	struct mm_struct *mm = m->private;
	int32_t ret;

	if (!mm || !mmget_not_zero(mm))
		return 0;
	m->curr = curr;
	if (*pos % (int64_t)PM_ENTRY_BYTES || to->count % PM_ENTRY_BYTES)
		ret = -EINVAL;
	else
		ret = read_entries(m, to, pos);
	mmput(curr, mm);
	return ret;
}

const struct proc_mm_ops proc_pid_pagemap_ops = {.read = pagemap_read};

/* ---- clear_refs -------------------------------------------------------- */

enum clear_refs_types {
	CLEAR_REFS_ALL = 1,
	CLEAR_REFS_ANON,
	CLEAR_REFS_MAPPED,
	CLEAR_REFS_SOFT_DIRTY,
	CLEAR_REFS_MM_HIWATER_RSS,
	CLEAR_REFS_LAST,
};

/*
 * MODEL: each entry is flushed as it ages. Linux leaves that to chance: a page
 * whose entry stays in a TLB may be used without becoming young again.
 */
static void clear_refs_huge(struct task_struct *curr,
			    struct vm_area_struct *vma, pmd_t *pmd,
			    vaddr_t vaddr)
{
	pmdp_clear_flush_young(curr, vma, vaddr, pmd);
	ClearPageReferenced(pte_page(curr->k, pmd_pte(*pmd)));
}

static void clear_refs_vma(struct task_struct *curr, struct vm_area_struct *vma)
{
	for (vaddr_t vaddr = vma->vm_start; vaddr != vma->vm_end;
	     vaddr += PAGE_SIZE) {
		pmd_t *pmd = pmd_off(vma->vm_mm, vaddr);
		pte_t *pte = pte_lookup(vma->vm_mm, vaddr);
		struct page *page = NULL;

		if (pmd_trans_huge(*pmd) && !(vaddr & ~PMD_MASK))
			clear_refs_huge(curr, vma, pmd, vaddr);
		if (pte && pte_present(*pte))
			page = vm_normal_page(vma, vaddr, *pte);
		if (!page)
			continue;
		ptep_clear_flush_young(curr, vma, vaddr, pte);
		ClearPageReferenced(page);
	}
}

static bool type_wants(long type, const struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_PFNMAP)
		return false;
	if (type == CLEAR_REFS_ANON)
		return !vma->vm_file;
	return type == CLEAR_REFS_ALL ||
	       (type == CLEAR_REFS_MAPPED && vma->vm_file);
}

static void clear_refs(struct task_struct *curr, struct mm_struct *mm,
		       long type)
{
	struct vm_area_struct *vma;

	down_write(curr, &mm->mmap_lock);
	if (type == CLEAR_REFS_MM_HIWATER_RSS)
		mm->hiwater_rss = get_mm_rss(mm);
	for (vma = mm->mmap; vma; vma = vma->vm_next)
		if (type_wants(type, vma))
			clear_refs_vma(curr, vma);
	up_write(curr, &mm->mmap_lock);
}

int proc_pid_clear_refs(struct task_struct *curr, struct task_struct *task,
			const char *text)
{
	struct mm_struct *mm = task->mm;
	int type, took = proc_parse_int(text, 10, &type);

	if (took < 0)
		return took;
	if (type < CLEAR_REFS_ALL || type >= CLEAR_REFS_LAST)
		return -EINVAL;
	if (!mm)
		return took;
	mmget(mm);
	clear_refs(curr, mm, type);
	mmput(curr, mm);
	return took;
}
