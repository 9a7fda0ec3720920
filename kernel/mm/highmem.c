/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/highmem.h"

/*
 * Mappings of highmem for a while (mm/highmem.c, the kmap_local part). Each
 * core has a few slots of the fixmap; a task's mappings are a stack, the n-th
 * in slot n of the core on which the task runs. When it sleeps its slots are
 * emptied, for the next task begins with slot 0 as well; when it comes back
 * they are filled again, by what kmap_ctrl remembers. So an address means the
 * same page until it is unmapped, as in Linux 6.1.
 *
 * Invariant: slots below the running task's kmap_ctrl.idx show its pages, all
 * others nothing.
 *
 * kmap() and its mappings for all cores, whose caller may have to wait for
 * one, are kmap_high.c's.
 */

#include <string.h>

#include "kernel/arch/arm/touch.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/work.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"

/* ---- the stack of mappings ------------------------------------------------- */

vaddr_t __kmap_local_page(struct task_struct *curr, const struct page *page)
{
	struct kmap_ctrl *ctrl = &curr->kmap_ctrl;
	int idx = ctrl->idx++;

	BUG_ON(idx == KM_MAX_IDX);
	ctrl->pfn[idx] = page_to_pfn(curr->k, page);
	arch_kmap_set(curr, idx, ctrl->pfn[idx]);
	return arch_kmap_slot(curr, idx);
}

void __kunmap_local(struct task_struct *curr, vaddr_t kaddr)
{
	struct kmap_ctrl *ctrl = &curr->kmap_ctrl;

	BUG_ON(!ctrl->idx);
	/* the last one made is the first to go */
	BUG_ON((kaddr & PAGE_MASK) != arch_kmap_slot(curr, ctrl->idx - 1));
	arch_kmap_clear(curr, --ctrl->idx);
}

void kunmap_local_down_to(struct task_struct *curr, int idx)
{
	while (curr->kmap_ctrl.idx > idx)
		arch_kmap_clear(curr, --curr->kmap_ctrl.idx);
}

void __kmap_local_sched_out(struct task_struct *curr)
{
	for (int idx = 0; idx < curr->kmap_ctrl.idx; idx++)
		arch_kmap_clear(curr, idx);
}

void __kmap_local_sched_in(struct task_struct *curr)
{
	for (int idx = 0; idx < curr->kmap_ctrl.idx; idx++)
		arch_kmap_set(curr, idx, curr->kmap_ctrl.pfn[idx]);
}

/* ---- bytes ------------------------------------------------------------------ */

void memcpy_from_page(struct task_struct *curr, void *to,
		      const struct page *page, uint32_t offset, uint32_t len)
{
	vaddr_t kaddr = kmap_local_page(curr, page);

	touch_kernel(curr, kaddr + offset, len, MMU_READ);
	touch_bytes(curr, to, len, MMU_WRITE);
	memcpy(to, kmap_bytes(curr, kaddr + offset), len);
	kunmap_local(curr, kaddr);
	charge_work(curr, WORK_COPY, len);
}

void memcpy_to_page(struct task_struct *curr, struct page *page,
		    uint32_t offset, const void *from, uint32_t len)
{
	vaddr_t kaddr = kmap_local_page(curr, page);

	touch_bytes(curr, from, len, MMU_READ);
	touch_kernel(curr, kaddr + offset, len, MMU_WRITE);
	memcpy(kmap_bytes_mut(curr, kaddr + offset), from, len);
	kunmap_local(curr, kaddr);
	charge_work(curr, WORK_COPY, len);
}

void memcpy_page(struct task_struct *curr, struct page *to, uint32_t to_offset,
		 const struct page *from, uint32_t from_offset, uint32_t len)
{
	vaddr_t source = kmap_local_page(curr, from);

	memcpy_to_page(curr, to, to_offset,
		       kmap_bytes(curr, source + from_offset), len);
	kunmap_local(curr, source);
}

void memzero_page(struct task_struct *curr, struct page *page, uint32_t offset,
		  uint32_t len)
{
	vaddr_t kaddr = kmap_local_page(curr, page);

	touch_kernel(curr, kaddr + offset, len, MMU_WRITE);
	memset(kmap_bytes_mut(curr, kaddr + offset), 0, len);
	kunmap_local(curr, kaddr);
	charge_work(curr, WORK_ZERO, len);
}

uint32_t copy_page_to_iter(struct task_struct *curr, const struct page *page,
			   uint32_t offset, uint32_t len, struct iov_iter *i)
{
	vaddr_t kaddr = kmap_local_page(curr, page);
	uint32_t n = copy_to_iter(curr, i, kmap_bytes(curr, kaddr + offset),
				  len);

	kunmap_local(curr, kaddr);
	return n;
}

uint32_t copy_page_from_iter(struct task_struct *curr, struct page *page,
			     uint32_t offset, uint32_t len, struct iov_iter *i)
{
	vaddr_t kaddr = kmap_local_page(curr, page);
	uint32_t n = copy_from_iter(curr, i,
				    kmap_bytes_mut(curr, kaddr + offset), len);

	kunmap_local(curr, kaddr);
	return n;
}

uint32_t copy_page_from_iter_atomic(struct task_struct *curr, struct page *page,
				    uint32_t offset, uint32_t len,
				    struct iov_iter *i)
{
	vaddr_t kaddr = kmap_local_page(curr, page);
	uint32_t n = copy_from_iter_atomic(
		curr, i, kmap_bytes_mut(curr, kaddr + offset), len);

	kunmap_local(curr, kaddr);
	return n;
}

void clear_highpage(struct task_struct *curr, struct page *page)
{
	vaddr_t kaddr = kmap_atomic(curr, page);

	touch_kernel(curr, kaddr, PAGE_SIZE, MMU_WRITE);
	memset(kmap_bytes_mut(curr, kaddr), 0, PAGE_SIZE);
	kunmap_atomic(curr, kaddr);
	page_code_changed(curr->k, page);
	charge_work(curr, WORK_ZERO, PAGE_SIZE);
}

void copy_highpage(struct task_struct *curr, struct page *to,
		   const struct page *from)
{
	vaddr_t source = kmap_atomic(curr, from);
	vaddr_t target = kmap_atomic(curr, to);

	touch_kernel(curr, source, PAGE_SIZE, MMU_READ);
	touch_kernel(curr, target, PAGE_SIZE, MMU_WRITE);
	memcpy(kmap_bytes_mut(curr, target), kmap_bytes(curr, source),
	       PAGE_SIZE);
	kunmap_atomic(curr, target);
	kunmap_atomic(curr, source);
	page_code_changed(curr->k, to);
	charge_work(curr, WORK_COPY, PAGE_SIZE);
}

/* ---- verification ------------------------------------------------------------ */

unsigned int verify_kmaps(struct kernel *k)
{
	unsigned int nr_errors = 0;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++) {
		const struct kmap_ctrl *ctrl =
			&k->sched.cpus[cpu].curr->kmap_ctrl;

		for (int idx = 0; idx < KM_MAX_IDX; idx++) {
			pfn_t pfn;
			bool mapped = arch_kmap_peek(k, (int)cpu, idx, &pfn);

			if (mapped == (idx < ctrl->idx) &&
			    (!mapped || pfn == ctrl->pfn[idx]))
				continue;
			printk(k, "verify: kmap slot %d of cpu %u shows %#x",
			       idx, cpu, pfn);
			nr_errors++;
		}
	}
	return nr_errors;
}
