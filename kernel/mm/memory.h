/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MEMORY_H
#define KERNEL_MM_MEMORY_H

/* What the files of page faults share (mm/memory.c). */

#include "kernel/lib/bug.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/internal.h"

/* ---- the books of one fault ------------------------------------------------------- */

/* To who traces faults. */
void trace_fault(const struct vm_fault *vmf, const char *how);

/* @how: a name that lives for ever. */
static inline void tell_fault(const struct vm_fault *vmf, const char *how)
{
	const hw_trace_mask_t traced = TRACE_BIT(TRACE_page_fault_user) |
				       TRACE_BIT(TRACE_page_fault_kernel);

	if (unlikely(vmf->curr->fault))
		vmf->curr->fault->resolution = how;
	if (unlikely(vmf->curr->k->hw.trace_events & traced))
		trace_fault(vmf, how);
}

static inline void hash_resolution(const struct vm_fault *vmf, size_t how)
{
	struct kernel *k = vmf->curr->k;

	run_hash_step(&k->run_hash, RUN_HASH_RESOLVED, sched_clock_cycles(k),
		      vmf->curr->pid, vmf->real_address, (uint32_t)how);
}

/* Counts how it was resolved, and tells who wants to know. */
#define fault_resolved(vmf, how)                                            \
	do {                                                                \
		(vmf)->curr->k->faults.how++;                               \
		hash_resolution(vmf,                                        \
				offsetof(struct kernel_fault_counts, how)); \
		tell_fault(vmf, #how);                                      \
	} while (0)

static inline bool write_fault(const struct vm_fault *vmf)
{
	return vmf->flags & FAULT_FLAG_WRITE;
}

/* Has someone else dealt with it while we slept? */
static inline bool entry_changed(const struct vm_fault *vmf)
{
	return !pte_same(*vmf->pte, vmf->orig_pte);
}

/* ---- mm/memory.c -------------------------------------------------------------------- */

/* A write to what vmf->orig_pte maps read-only. */
vm_fault_t do_wp_page(struct vm_fault *vmf);

/* ---- mm/memory_large.c ---------------------------------------------------------------- */

/*
 * A write to empty memory: 64 KB at once where they are wanted and there is
 * room for them. VM_FAULT_FALLBACK: a page of 4 KB, then. May sleep.
 */
vm_fault_t do_anonymous_block(struct vm_fault *vmf);
/*
 * 16 entries that could be one large page get young and dirty as @entry is,
 * and are one from then on. False: they couldn't, or that isn't wanted.
 */
bool touch_block(struct vm_fault *vmf, pte_t entry);

/* ---- mm/memory_pfn.c ------------------------------------------------------------------ */

/* Would @page at @vaddr of @vma be taken for a raw frame? */
bool collides_with_raw(const struct vm_area_struct *vma, vaddr_t vaddr,
		       const struct page *page);
/* What the program sees at vmf->address, into @to. Doesn't sleep. */
void copy_raw_frame(const struct vm_fault *vmf, struct page *to);

/* ---- mm/memory_swap.c ----------------------------------------------------------------- */

/* vmf->orig_pte is neither empty nor present. */
vm_fault_t do_swap_page(struct vm_fault *vmf);

#endif
