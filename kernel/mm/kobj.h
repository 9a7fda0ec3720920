/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KOBJ_H
#define KERNEL_MM_KOBJ_H

/*
 * Between kernel virtual addresses of the linear map, physical addresses,
 * frames, and the two kinds of content behind them:
 *  - bytes in guest RAM, which guests and the MMU may read: kbytes();
 *  - the kernel's own structures, in the object store: kobj().
 * Each is one computation. None checks: an address from outside of the kernel
 * is asked about with virt_addr_valid(), a frame number with pfn_valid().
 */

#include "kernel/lib/bug.h"
#include "kernel/mm/mm_types.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"

static inline vaddr_t phys_to_virt(const struct kernel *k, paddr_t paddr)
{
	return (vaddr_t)(paddr - k->arch.phys_offset) + k->arch.page_offset;
}

static inline paddr_t virt_to_phys(const struct kernel *k, vaddr_t kaddr)
{
	return (paddr_t)(kaddr - k->arch.page_offset) + k->arch.phys_offset;
}

/* Host view of RAM at a physical address. */
static inline void *phys_bytes(const struct kernel *k, paddr_t paddr)
{
	return k->hw.ram + (paddr - k->hw.ram_base);
}

/* Host view of RAM at a lowmem address. */
static inline void *kbytes(const struct kernel *k, vaddr_t kaddr)
{
	return phys_bytes(k, virt_to_phys(k, kaddr));
}

/* And back. */
static inline vaddr_t kbytes_addr(const struct kernel *k, const void *bytes)
{
	return phys_to_virt(
		k,
		k->hw.ram_base + (paddr_t)((const uint8_t *)bytes - k->hw.ram));
}

/* The object whose ARM bytes begin at @kaddr, and back. */
static inline void *kobj(const struct kernel *k, vaddr_t kaddr)
{
	return k->hw.store +
	       (virt_to_phys(k, kaddr) - k->hw.ram_base) * OBJECT_STORE_SCALE;
}

static inline vaddr_t kobj_addr(const struct kernel *k, const void *object)
{
	uint64_t offset = (uint64_t)((const uint8_t *)object - k->hw.store);

	return phys_to_virt(k, k->hw.ram_base + offset / OBJECT_STORE_SCALE);
}

/* True for frames of mem_map; a hole between banks has one too. */
static inline bool pfn_valid(const struct kernel *k, pfn_t pfn)
{
	return pfn >= k->mem.map_base_pfn && pfn < k->mem.map_end_pfn;
}

static inline struct page *pfn_to_page(const struct kernel *k, pfn_t pfn)
{
	return k->mem.mem_map + (pfn - k->mem.map_base_pfn);
}

static inline pfn_t page_to_pfn(const struct kernel *k, const struct page *page)
{
	return (pfn_t)(page - k->mem.mem_map) + k->mem.map_base_pfn;
}

static inline paddr_t page_to_phys(const struct kernel *k,
				   const struct page *page)
{
	return (paddr_t)page_to_pfn(k, page) << PAGE_SHIFT;
}

/* Does a user's first-level table begin in it? */
static inline bool is_first_level(const struct kernel *k,
				  const struct page *page)
{
	return PageTable(page) && page->pt_mm && page->pt_mm != &k->init_mm &&
	       page->pt_mm->pgd_paddr == page_to_phys(k, page);
}

/* Beyond the linear map: in ZONE_HIGHMEM, or what of it is movable. */
static inline bool PageHighMem(const struct kernel *k, const struct page *page)
{
	return page_to_pfn(k, page) >= k->mem.max_low_pfn;
}

/* mm/kmap_high.c */
vaddr_t page_high_address(const struct kernel *k, const struct page *page);
/* Of a highmem page what kmap() gave it, 0: nothing. To get one: highmem.h. */
static inline vaddr_t page_address(const struct kernel *k,
				   const struct page *page)
{
	if (unlikely(PageHighMem(k, page)))
		return page_high_address(k, page);
	return phys_to_virt(k, page_to_phys(k, page));
}

/* Is @kaddr an address of the linear map, with RAM behind it? */
static inline bool virt_addr_valid(const struct kernel *k, vaddr_t kaddr)
{
	paddr_t paddr = virt_to_phys(k, kaddr);

	return kaddr >= k->arch.page_offset &&
	       paddr >> PAGE_SHIFT < k->mem.max_low_pfn &&
	       pfn_valid(k, (pfn_t)(paddr >> PAGE_SHIFT));
}

static inline struct page *virt_to_page(const struct kernel *k, vaddr_t kaddr)
{
	return pfn_to_page(k, (pfn_t)(virt_to_phys(k, kaddr) >> PAGE_SHIFT));
}

/* A lowmem page's 4096 bytes in guest RAM; any page: kmap_bytes(). */
static inline void *page_bytes(const struct kernel *k, const struct page *page)
{
	BUG_ON(PageHighMem(k, page));
	return phys_bytes(k, page_to_phys(k, page));
}

static inline struct zone *page_zone(struct kernel *k, const struct page *page)
{
	return &k->mem.node_data[page_to_nid(page)]
			.node_zones[page_zonenum(page)];
}

#endif
