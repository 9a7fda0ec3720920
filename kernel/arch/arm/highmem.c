/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/highmem.h"

/*
 * Windows onto highmem, in the fixmap (Linux: arch/arm/include/asm/highmem.h;
 * fixmap.h). Setting a slot up is a descriptor written, taking it down another
 * one, and each time the slot's address leaves this core's TLB: other cores
 * never use it. Bytes behind it are found by asking the MMU. So highmem costs
 * what it does on a board, TLB entries above all, and who forgets the flush
 * reads and writes the frame that was there before.
 *
 * MODEL: the MMU is asked once for each use of a mapping (kmap_bytes()), not
 * for each word. Second-level tables of user space are in lowmem, as without
 * CONFIG_HIGHPTE: many address spaces take more lowmem than under Debian's
 * kernel, which has it.
 */

#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"

static vaddr_t slot_address(int cpu, int idx)
{
	return fix_to_virt(FIX_KMAP_BEGIN + (unsigned int)(cpu * KM_MAX_IDX) +
			   (unsigned int)idx);
}

vaddr_t arch_kmap_slot(const struct task_struct *curr, int idx)
{
	return slot_address(curr->cpu->id, idx);
}

static pte_t *slot_pte(struct task_struct *curr, vaddr_t kaddr)
{
	pte_t *ptep = pte_lookup(&curr->k->init_mm, kaddr);

	BUG_ON(!ptep);
	return ptep;
}

void arch_kmap_set(struct task_struct *curr, int idx, pfn_t pfn)
{
	struct kernel *k = curr->k;
	vaddr_t kaddr = arch_kmap_slot(curr, idx);
	pte_t *ptep = slot_pte(curr, kaddr);

	BUG_ON(!pte_none(*ptep));
	set_pte_at(&k->init_mm, kaddr, ptep, pfn_pte(pfn, page_kernel(k)));
	local_flush_tlb_kernel_page(curr->cpu, kaddr);
}

void arch_kmap_clear(struct task_struct *curr, int idx)
{
	vaddr_t kaddr = arch_kmap_slot(curr, idx);
	pte_t *ptep = slot_pte(curr, kaddr);

	BUG_ON(pte_none(*ptep));
	pte_clear(&curr->k->init_mm, kaddr, ptep);
	local_flush_tlb_kernel_page(curr->cpu, kaddr);
}

bool arch_kmap_peek(const struct kernel *k, int cpu, int idx, pfn_t *pfn)
{
	const pte_t *ptep = pte_lookup(&k->init_mm, slot_address(cpu, idx));

	*pfn = ptep ? pte_pfn(*ptep) : 0;
	return ptep && !pte_none(*ptep);
}

void *arch_kmap_bytes(struct task_struct *curr, vaddr_t kaddr, bool write)
{
	paddr_t paddr = kernel_translate(curr, kaddr,
					 write ? MMU_WRITE : MMU_READ);

	/* only a table that something wrote over can lead elsewhere */
	if (!paddr_is_ram(curr->k, paddr))
		panic(curr->k, "kmap slot 0x%08x leads to 0x%08x, not to RAM",
		      kaddr, (uint32_t)paddr);
	return phys_bytes(curr->k, paddr);
}
