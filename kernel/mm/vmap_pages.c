/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmap_area.h"

/*
 * Areas and their page tables (mm/vmalloc.c: vmap_range(), vunmap_range(),
 * vmalloc_to_page()). Mappings are made in init_mm; another address space
 * gets the second-level table when it first touches one of its 2 MB
 * (arch/arm/fault.c), and from then on shares it. So no table is ever taken
 * away again: an empty one waits for the next area.
 */

#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/err.h"

int vmap_page(struct task_struct *curr, vaddr_t kaddr, pfn_t pfn, pgprot_t prot)
{
	pte_t *ptep = pte_alloc_kernel(curr, kaddr);

	if (!ptep)
		return -ENOMEM;
	BUG_ON(!pte_none(*ptep));
	set_pte_at(&curr->k->init_mm, kaddr, ptep, pfn_pte(pfn, prot));
	return 0;
}

int ioremap_page_range(struct task_struct *curr, vaddr_t start, vaddr_t end,
		       paddr_t paddr, pgprot_t prot)
{
	pfn_t pfn = (pfn_t)(paddr >> PAGE_SHIFT);

	for (; start < end; start += PAGE_SIZE)
		if (vmap_page(curr, start, pfn++, prot))
			return -ENOMEM;
	return 0;
}

void vunmap_range_noflush(struct kernel *k, vaddr_t start, vaddr_t end)
{
	while (start < end) {
		const vaddr_t next = pmd_addr_end(start, end);

		if (!pte_lookup(&k->init_mm, start)) {
			start = next; /* it was never filled that far */
			continue;
		}
		for (; start < next; start += PAGE_SIZE)
			pte_clear(&k->init_mm, start,
				  pte_lookup(&k->init_mm, start));
	}
}

pfn_t vmalloc_to_pfn(const struct kernel *k, vaddr_t kaddr)
{
	const pte_t *ptep = pte_lookup(&k->init_mm, kaddr);

	return ptep && pte_present(*ptep) ? pte_pfn(*ptep) : 0;
}

struct page *vmalloc_to_page(const struct kernel *k, vaddr_t kaddr)
{
	const pfn_t pfn = vmalloc_to_pfn(k, kaddr);

	return pfn_valid(k, pfn) ? pfn_to_page(k, pfn) : NULL;
}

static paddr_t kernel_paddr(const struct kernel *k, vaddr_t kaddr)
{
	const struct page *page;

	if (virt_addr_valid(k, kaddr))
		return virt_to_phys(k, kaddr);
	page = vmalloc_to_page(k, kaddr);
	BUG_ON(!page);
	return page_to_phys(k, page) + offset_in_page(kaddr);
}

void *vmap_bytes(const struct kernel *k, vaddr_t kaddr)
{
	return phys_bytes(k, kernel_paddr(k, kaddr));
}

void *vmap_obj(const struct kernel *k, vaddr_t kaddr)
{
	return k->hw.store +
	       (kernel_paddr(k, kaddr) - k->hw.ram_base) * OBJECT_STORE_SCALE;
}
