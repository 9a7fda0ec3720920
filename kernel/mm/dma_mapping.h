/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_DMA_MAPPING_H
#define KERNEL_MM_DMA_MAPPING_H

/*
 * Memory that devices and the kernel use at the same time
 * (include/linux/dma-mapping.h). Every device of our boards sees physical
 * addresses as they are, so that a dma_addr_t is one.
 */

#include "kernel/mm/gfp.h"

typedef paddr_t dma_addr_t;

/* attrs; the number is Linux's */
#define DMA_ATTR_WRITE_COMBINE 0x4u

/*
 * @size bytes in a row, zeroed, in whole pages; *@handle is what the device is
 * told, the result the kernel's address, with the attributes of uncached
 * memory. From the default CMA area if the board has one, and then from nowhere
 * else; otherwise from the buddy. 0: out of memory or of addresses. May sleep.
 */
#define dma_alloc_attrs(curr, size, handle, gfp, attrs) \
	dma_alloc_attrs_caller(curr, size, handle, gfp, attrs, __func__)
#define dma_alloc_coherent(curr, size, handle, gfp) \
	dma_alloc_attrs(curr, size, handle, gfp, 0)
#define dma_alloc_wc(curr, size, handle, gfp) \
	dma_alloc_attrs(curr, size, handle, gfp, DMA_ATTR_WRITE_COMBINE)
vaddr_t dma_alloc_attrs_caller(struct task_struct *curr, uint32_t size,
			       dma_addr_t *handle, gfp_t gfp, uint32_t attrs,
			       const char *caller);
/* @size as it was asked for. May sleep. */
void dma_free_attrs(struct task_struct *curr, uint32_t size, vaddr_t kaddr,
		    dma_addr_t handle, uint32_t attrs);
/*
 * For a driver's mmap(): all of @vma shows that memory from page vm_pgoff on.
 * 0; -ENXIO: it isn't that large; or remap_pfn_range()'s.
 */
int dma_mmap_attrs(struct task_struct *curr, struct vm_area_struct *vma,
		   vaddr_t kaddr, dma_addr_t handle, uint32_t size,
		   uint32_t attrs);
#define dma_mmap_wc(curr, vma, kaddr, handle, size) \
	dma_mmap_attrs(curr, vma, kaddr, handle, size, DMA_ATTR_WRITE_COMBINE)
#define dma_free_coherent(curr, size, kaddr, handle) \
	dma_free_attrs(curr, size, kaddr, handle, 0)
#define dma_free_wc(curr, size, kaddr, handle) \
	dma_free_attrs(curr, size, kaddr, handle, DMA_ATTR_WRITE_COMBINE)

#endif
