/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_HIGHMEM_H
#define KERNEL_ARCH_ARM_HIGHMEM_H

/*
 * The processor's part of kmap_local_page() (arch/arm/include/asm/highmem.h,
 * kmap_size.h): each core has KM_MAX_IDX slots of the fixmap, and what is
 * read or written there goes through its MMU.
 */

#include <stdbool.h>

#include "kernel/arch/arm/fixmap.h"
#include "kernel/mm/mm_types.h"

/* The kernel's address of slot @idx of the core that @curr runs on. */
vaddr_t arch_kmap_slot(const struct task_struct *curr, int idx);
/* Is it in one of the slots, of any core? */
static inline bool is_kmap_addr(vaddr_t kaddr)
{
	return kaddr >= fix_to_virt(FIX_KMAP_END) &&
	       kaddr < fix_to_virt(FIX_KMAP_BEGIN) + PAGE_SIZE;
}
/* Slot @idx shows @pfn from now on, or nothing. This core's TLB knows. */
void arch_kmap_set(struct task_struct *curr, int idx, pfn_t pfn);
void arch_kmap_clear(struct task_struct *curr, int idx);
/* What slot @idx of core @cpu shows, by its table entry; false: nothing. */
bool arch_kmap_peek(const struct kernel *k, int cpu, int idx, pfn_t *pfn);

/* Host view of what the core finds at @kaddr, up to the page's end. */
void *arch_kmap_bytes(struct task_struct *curr, vaddr_t kaddr, bool write);

#endif
