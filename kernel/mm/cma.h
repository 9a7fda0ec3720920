/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_CMA_H
#define KERNEL_MM_CMA_H

/*
 * The contiguous memory allocator (include/linux/cma.h). The order at boot:
 *
 *	dma_contiguous_reserve()     or a node of the device tree: memblock's
 *	                             memory is reserved and becomes an area
 *	cma_init_reserved_areas()    the areas are lent to the buddy
 *	cma_alloc(), cma_release()   drivers take memory back, and return it
 */

#include "kernel/lib/bitmap.h"
#include "kernel/mm/cma_state.h"
#include "kernel/mm/mmzone.h"

/*
 * What begins and ends an area: whole pageblocks, so that no other type's
 * pages lie in one with its own.
 */
#define CMA_MIN_ALIGNMENT_PAGES pageblock_nr_pages
#define CMA_MIN_ALIGNMENT_BYTES (PAGE_SIZE * CMA_MIN_ALIGNMENT_PAGES)

/*
 * Reserves @size bytes (rounded up to @alignment, a power of two and at least
 * a pageblock's size; 0: just that) between @base and @limit (0: the end of
 * RAM) and makes an area of them; exactly at @base if @fixed. Memory that
 * crosses the border of highmem is tried above it first, and in any case not
 * given in one piece. @nid: that node's memory alone; NUMA_NO_NODE: any.
 * Logs what was reserved, or that it couldn't be. 0, -EINVAL (sizes that don't
 * fit together), -EBUSY (fixed, and taken), -ENOMEM, -ENOSPC (8 areas exist).
 */
int cma_declare_contiguous_nid(struct kernel *k, paddr_t base, paddr_t size,
			       paddr_t limit, paddr_t alignment,
			       unsigned int order_per_bit, bool fixed,
			       const char *name, struct cma **res_cma, int nid);
static inline int cma_declare_contiguous(struct kernel *k, paddr_t base,
					 paddr_t size, paddr_t limit,
					 paddr_t alignment,
					 unsigned int order_per_bit, bool fixed,
					 const char *name, struct cma **res_cma)
{
	return cma_declare_contiguous_nid(k, base, size, limit, alignment,
					  order_per_bit, fixed, name, res_cma,
					  NUMA_NO_NODE);
}
/*
 * An area of memory that is reserved already; whole pageblocks. @name NULL:
 * "cma0" and so on. 0, -EINVAL, -ENOSPC.
 */
int cma_init_reserved_mem(struct kernel *k, paddr_t base, paddr_t size,
			  unsigned int order_per_bit, const char *name,
			  struct cma **res_cma);
/*
 * Lends all areas to the buddy, as pageblocks of MIGRATE_CMA. One that lies in
 * several zones becomes ordinary memory. Once, when there are slabs.
 */
void cma_init_reserved_areas(struct task_struct *curr);

/*
 * @count pages in a row, the first frame's number a multiple of 2^@align,
 * each with one reference; content as it was. NULL: no range of that size is
 * free of other drivers' pages, or none that is could be emptied. May sleep.
 * A failure is logged unless @no_warn. To be given back by cma_release(),
 * in parts if order_per_bit is 0.
 */
struct page *cma_alloc(struct task_struct *curr, struct cma *cma,
		       uint32_t count, unsigned int align, bool no_warn);
/* False, and nothing happened: the pages are not of this area. */
bool cma_release(struct task_struct *curr, struct cma *cma, struct page *pages,
		 uint32_t count);
bool cma_pages_valid(const struct kernel *k, const struct cma *cma,
		     const struct page *pages, uint32_t count);

/* All areas until @it says other than 0, which is returned. */
int cma_for_each_area(struct kernel *k, int (*it)(struct cma *cma, void *data),
		      void *data);

static inline paddr_t cma_get_base(const struct cma *cma)
{
	return (paddr_t)cma->base_pfn << PAGE_SHIFT;
}

static inline uint64_t cma_get_size(const struct cma *cma)
{
	return (uint64_t)cma->count << PAGE_SHIFT;
}

static inline uint32_t cma_bitmap_maxno(const struct cma *cma)
{
	return cma->count >> cma->order_per_bit;
}

/* Is this frame a driver's, by its area's map? Of no area: false. */
static inline bool cma_pfn_taken(const struct cma_state *state, pfn_t pfn)
{
	for (unsigned int i = 0; i < state->area_count; i++) {
		const struct cma *cma = &state->areas[i];

		if (pfn - cma->base_pfn < cma->count)
			return cma->bitmap &&
			       test_bit((pfn - cma->base_pfn) >>
						cma->order_per_bit,
					cma->bitmap);
	}
	return false;
}

#endif
