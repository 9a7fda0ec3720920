/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_DMA_MAPPING_H
#define _LINUX_DMA_MAPPING_H

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/types.h>

/* Every device sees all of memory as it is: any will do, and NULL. */
struct device;

enum dma_data_direction {
	DMA_BIDIRECTIONAL,
	DMA_TO_DEVICE,
	DMA_FROM_DEVICE,
	DMA_NONE
};
#define DMA_BIT_MASK(n)   ((n) == 64 ? ~0ull : (1ull << (n)) - 1)
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)

/**
 * dma_alloc_coherent - memory for the kernel and a device at the same time
 * @dev: the device
 * @size: bytes, rounded up to whole pages that lie in a row
 * @handle: where it lies, for the device
 * @flags: GFP_KERNEL, with modifiers
 *
 * Zeroed, and mapped uncached in the vmalloc area; from the board's CMA area if
 * there is one.
 *
 * Context: Process context; may sleep.
 * Return: the kernel's address, or NULL when memory is short.
 */
void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle,
			 gfp_t flags);
/**
 * dma_alloc_wc - dma_alloc_coherent() where stores may be gathered
 * @dev: the device
 * @size: bytes, rounded up to whole pages that lie in a row
 * @handle: where it lies, for the device
 * @flags: GFP_KERNEL, with modifiers
 *
 * Context: Process context; may sleep.
 * Return: the kernel's address, or NULL when memory is short.
 */
void *dma_alloc_wc(struct device *dev, size_t size, dma_addr_t *handle,
		   gfp_t flags);
/**
 * dma_free_coherent - give back what dma_alloc_coherent() or _wc() gave
 * @dev: the device
 * @size: as it was; as much is freed as was given
 * @at: the kernel's address, or NULL
 * @handle: the device's
 *
 * Context: Process context; may sleep.
 */
void dma_free_coherent(struct device *dev, size_t size, void *at,
		       dma_addr_t handle);
#define dma_free_wc dma_free_coherent
/**
 * dma_alloc_from_contiguous - pages in a row, of the board's CMA area
 * @dev: the device
 * @count: how many
 * @align: the first one's number is a multiple of 2^align, up to 2^8
 * @no_warn: don't log a failure
 *
 * Programs' pages that lie there move elsewhere first.
 *
 * Context: Process context; may sleep.
 * Return: the first page, or NULL: no area, no room, or somebody doesn't move.
 */
struct page *dma_alloc_from_contiguous(struct device *dev, size_t count,
				       unsigned int align, bool no_warn);
/**
 * dma_release_from_contiguous - give them back
 * @dev: the device
 * @pages: the first page
 * @count: as it was; as many are freed as were given
 *
 * Context: Process context; may sleep.
 * Return: whether they were of that area.
 */
bool dma_release_from_contiguous(struct device *dev, struct page *pages,
				 int count);
/**
 * dma_map_single - have a device use memory of lowmem for one transfer
 * @dev: the device
 * @at: the memory
 * @size: its bytes
 * @direction: who writes and who reads
 *
 * Context: Any context.
 * Return: where it lies, for the device.
 */
dma_addr_t dma_map_single(struct device *dev, void *at, size_t size,
			  enum dma_data_direction direction);

static inline void dma_unmap_single(struct device *dev, dma_addr_t handle,
				    size_t size,
				    enum dma_data_direction direction)
{
	(void)dev, (void)handle, (void)size, (void)direction;
}

static inline int dma_mapping_error(struct device *dev, dma_addr_t handle)
{
	(void)dev;
	return handle == DMA_MAPPING_ERROR;
}

static inline int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	(void)dev, (void)mask;
	return 0;
}

#endif
