/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Memory that a module shares with a device (include/linux/dma-mapping.h,
 * dma-map-ops.h). Our devices see physical addresses as they are, and there is
 * no cache between, so that a buffer's DMA address is where it lies.
 *
 * MODEL: no pools, so that what may not sleep gets none of the CMA area.
 */

#include "kernel/mm/dma_contiguous.h"
#include "kernel/mm/dma_mapping.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/module/claims.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* ---- coherent memory -------------------------------------------------------------- */

/* Arguments: device, size, where the DMA address goes, flags, attributes. */
static vaddr_t alloc_attrs(const struct export *call, uint32_t attrs)
{
	const uint32_t size = export_arg(call, 1);
	const gfp_t gfp = export_gfp(call, 3) & ~GFP_ZONEMASK;
	dma_addr_t handle = 0;
	uint32_t word;
	vaddr_t kaddr;

	export_might_sleep(call); /* the mapping's tables */
	kaddr = dma_alloc_attrs(call->curr, size, &handle, gfp, attrs);
	CLAIM_OR(call, kaddr, CLAIM_DMA, (uint32_t)(handle >> PAGE_SHIFT),
		 dma_free_attrs(call->curr, size, kaddr, handle, attrs));
	word = (uint32_t)handle;
	if (kaddr)
		export_write(call, export_arg(call, 2), &word, sizeof(word));
	return kaddr;
}

uint64_t export_dma_alloc_coherent(const struct export *call)
{
	return alloc_attrs(call, 0);
}

uint64_t export_dma_alloc_wc(const struct export *call)
{
	return alloc_attrs(call, DMA_ATTR_WRITE_COMBINE);
}

/* What was given there, and as much, whatever the module says. */
uint64_t export_dma_free_coherent(const struct export *call)
{
	const vaddr_t kaddr = export_arg(call, 2);
	const struct vm_struct *area = find_vm_area(call->curr->k, kaddr);
	pfn_t pfn;

	if (!kaddr)
		return 0;
	export_might_sleep(call);
	pfn = module_unclaim(call, kaddr, CLAIM_DMA);
	dma_free_coherent(call->curr, get_vm_area_size(area), kaddr,
			  (dma_addr_t)pfn << PAGE_SHIFT);
	return 0;
}

/* ---- pages in a row ----------------------------------------------------------------- */

/* Arguments: device, how many, their alignment's order, whether to be quiet. */
uint64_t export_dma_alloc_from_contiguous(const struct export *call)
{
	const uint32_t count = export_arg(call, 1);
	struct page *page;
	vaddr_t handle;

	export_might_sleep(call);
	page = dma_alloc_from_contiguous(call->curr, count, export_arg(call, 2),
					 export_arg(call, 3) & 1);
	if (!page)
		return 0;
	handle = export_page_handle(call->curr->k, page);
	CLAIM_OR(call, handle, CLAIM_CMA, count,
		 dma_release_from_contiguous(call->curr, page, count));
	return handle;
}

uint64_t export_dma_release_from_contiguous(const struct export *call)
{
	const vaddr_t handle = export_arg(call, 1);
	uint32_t count;

	export_might_sleep(call);
	if (!module_claims(call->curr->k, handle, CLAIM_CMA, NULL))
		return false;
	count = module_unclaim(call, handle, CLAIM_CMA);
	return dma_release_from_contiguous(call->curr,
					   export_page(call, handle), count);
}

/* ---- for one transfer ---------------------------------------------------------------- */

uint64_t export_dma_map_single(const struct export *call)
{
	const struct kernel *k = call->curr->k;
	const vaddr_t kaddr = export_arg(call, 1);

	if (!virt_addr_valid(k, kaddr))
		export_bug(call, "0x%08x is no address of lowmem", kaddr);
	return (uint32_t)virt_to_phys(k, kaddr);
}
