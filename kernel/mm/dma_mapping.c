/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/dma_mapping.h"

/*
 * Coherent memory (Linux: arch/arm/mm/dma-mapping.c, kernel/dma/remap.c).
 * Devices don't look into the caches, so that memory they share with the
 * kernel is mapped uncached, in the vmalloc area, and used by that mapping
 * alone. ARMv7 lets stores to it be gathered, for "coherent" memory as well as
 * for "write-combining": both are Normal memory without caches.
 *
 * Leaves out what asks for pools (allocations in interrupts), IOMMUs, devices
 * that see less than all of memory, and streaming mappings.
 *
 * MODEL: the linear map's own entries stay as they are, also where Linux
 * changes those of an area of CMA in place: the kernel has a second address of
 * such frames, and doesn't use it.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/err.h"
#include "kernel/mm/dma_contiguous.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/vma.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/mm/vmap_area.h"
#include "kernel/state.h"

/* ---- frames ------------------------------------------------------------------ */

static struct page *alloc_frames(struct task_struct *curr, uint32_t count,
				 gfp_t gfp)
{
	struct page *page;
	vaddr_t linear;

	if (!curr->k->mem.cma.dma_default || !(gfp & __GFP_DIRECT_RECLAIM)) {
		linear = alloc_pages_exact(curr, count << PAGE_SHIFT,
					   (gfp & ~__GFP_COMP) | __GFP_ZERO);
		return linear ? virt_to_page(curr->k, linear) : NULL;
	}
	page = dma_alloc_from_contiguous(curr, count,
					 get_order(count << PAGE_SHIFT),
					 gfp & __GFP_NOWARN);
	for (uint32_t i = 0; page && i < count; i++)
		clear_highpage(curr, page + i);
	return page;
}

static void free_frames(struct task_struct *curr, struct page *page,
			uint32_t count)
{
	if (dma_release_from_contiguous(curr, page, count))
		return;
	for (uint32_t i = 0; i < count; i++)
		__free_pages(curr, page + i, 0);
}

/* ---- addresses ----------------------------------------------------------------- */

static pgprot_t dma_pgprot(pgprot_t prot, uint32_t attrs)
{
	return attrs & DMA_ATTR_WRITE_COMBINE ? pgprot_writecombine(prot)
					      : pgprot_dmacoherent(prot);
}

/* dma_common_contiguous_remap() */
static vaddr_t remap(struct task_struct *curr, const struct page *page,
		     uint32_t count, pgprot_t prot, const char *caller)
{
	struct vm_struct *area = get_vm_area_caller(curr, count << PAGE_SHIFT,
						    VM_DMA_COHERENT, caller);

	if (!area)
		return 0;
	if (ioremap_page_range(curr, area->addr,
			       area->addr + (count << PAGE_SHIFT),
			       page_to_phys(curr->k, page), prot)) {
		vunmap(curr, area->addr);
		return 0;
	}
	return area->addr;
}

vaddr_t dma_alloc_attrs_caller(struct task_struct *curr, uint32_t size,
			       dma_addr_t *handle, gfp_t gfp, uint32_t attrs,
			       const char *caller)
{
	const uint32_t count = PAGE_ALIGN((uint64_t)size) >> PAGE_SHIFT;
	struct page *page;
	vaddr_t kaddr;

	if (!count)
		return 0;
	page = alloc_frames(curr, count, gfp);
	if (!page)
		return 0;
	kaddr = remap(curr, page, count,
		      dma_pgprot(page_kernel(curr->k), attrs), caller);
	if (kaddr)
		*handle = page_to_phys(curr->k, page);
	else
		free_frames(curr, page, count);
	return kaddr;
}

void dma_free_attrs(struct task_struct *curr, uint32_t size, vaddr_t kaddr,
		    dma_addr_t handle, uint32_t attrs)
{
	const uint32_t count = PAGE_ALIGN((uint64_t)size) >> PAGE_SHIFT;

	(void)attrs;
	vunmap(curr, kaddr);
	free_frames(curr, pfn_to_page(curr->k, (pfn_t)(handle >> PAGE_SHIFT)),
		    count);
}

int dma_mmap_attrs(struct task_struct *curr, struct vm_area_struct *vma,
		   vaddr_t kaddr, dma_addr_t handle, uint32_t size,
		   uint32_t attrs)
{
	const uint32_t nr = vma_pages(vma);
	const uint32_t nr_there = PAGE_ALIGN((uint64_t)size) >> PAGE_SHIFT;

	(void)kaddr;
	vma->vm_page_prot = dma_pgprot(vma->vm_page_prot, attrs);
	if (vma->vm_pgoff >= nr_there || nr > nr_there - vma->vm_pgoff)
		return -ENXIO;
	return remap_pfn_range(curr, vma, vma->vm_start,
			       (pfn_t)(handle >> PAGE_SHIFT) + vma->vm_pgoff,
			       nr << PAGE_SHIFT, vma->vm_page_prot);
}
