/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/fixmap.h"

/*
 * Slots at fixed virtual addresses (Linux: fixmap parts of arch/arm/mm/mmu.c,
 * mm/early_ioremap.c). Until paging_init() their second-level table is bm_pte
 * in the image's .init.data, since nothing can be allocated yet; afterwards
 * the vectors' table serves them. early_ioremap() has seven mappings of up to
 * 32 pages, in fixed slots.
 */

#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"

void early_fixmap_init(struct kernel *k)
{
	vaddr_t bm_pte = image_symbol(k->arch.image, "bm_pte");
	vaddr_t first = fix_to_virt(FIX_BTMAP_BEGIN);

	/* one table must do for all of the boot-time slots */
	BUG_ON(pgd_index(first) != pgd_index(FIXADDR_END - 1));
	pmd_populate_paddr(&k->init_mm, pmd_off(&k->init_mm, first),
			   virt_to_phys(k, bm_pte), k->arch.kernel_pmd);
}

void set_fixmap(struct kernel *k, enum fixed_addresses slot, paddr_t paddr,
		pgprot_t prot)
{
	vaddr_t vaddr = fix_to_virt(slot);
	pte_t *ptep = pte_lookup(&k->init_mm, vaddr);

	BUG_ON(!ptep);
	if (prot.pgprot)
		set_pte_at(&k->init_mm, vaddr, ptep,
			   pfn_pte((pfn_t)(paddr >> PAGE_SHIFT), prot));
	else
		pte_clear(&k->init_mm, vaddr, ptep);
	local_flush_tlb_kernel_page(kernel_cpu(k), vaddr);
}

/* First slot (highest number, lowest address) of the @nr'th mapping. */
static unsigned int btmap_begin(unsigned int nr)
{
	return FIX_BTMAP_BEGIN - NR_FIX_BTMAPS * nr;
}

static vaddr_t early_map(struct kernel *k, paddr_t paddr, uint32_t nr_bytes,
			 pgprot_t prot)
{
	uint32_t offset = offset_in_page(paddr);
	uint32_t nr_pages = PAGE_ALIGN(offset + nr_bytes) >> PAGE_SHIFT;
	unsigned int nr = 0;

	while (nr < FIX_BTMAPS_SLOTS && k->arch.early_slot[nr])
		nr++;
	if (nr == FIX_BTMAPS_SLOTS || !nr_bytes || nr_pages > NR_FIX_BTMAPS)
		return 0;
	for (uint32_t i = 0; i < nr_pages; i++)
		set_fixmap(k, btmap_begin(nr) - i,
			   paddr - offset + (paddr_t)i * PAGE_SIZE, prot);
	k->arch.early_slot[nr] = fix_to_virt(btmap_begin(nr)) + offset;
	return k->arch.early_slot[nr];
}

pgprot_t pgprot_fixmap_io(const struct kernel *k)
{
	return pgprot_device(page_kernel(k));
}

vaddr_t early_ioremap(struct kernel *k, paddr_t paddr, uint32_t nr_bytes)
{
	return early_map(k, paddr, nr_bytes, pgprot_fixmap_io(k));
}

vaddr_t early_memremap(struct kernel *k, paddr_t paddr, uint32_t nr_bytes)
{
	return early_map(k, paddr, nr_bytes, page_kernel(k));
}

void early_iounmap(struct kernel *k, vaddr_t kaddr, uint32_t nr_bytes)
{
	uint32_t nr_pages = PAGE_ALIGN(offset_in_page(kaddr) + nr_bytes) >>
			    PAGE_SHIFT;
	unsigned int nr = 0;

	while (nr < FIX_BTMAPS_SLOTS && k->arch.early_slot[nr] != kaddr)
		nr++;
	BUG_ON(nr == FIX_BTMAPS_SLOTS);
	for (uint32_t i = 0; i < nr_pages; i++)
		set_fixmap(k, btmap_begin(nr) - i, 0, __pgprot(0));
	k->arch.early_slot[nr] = 0;
}
