/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * More about pages for modules: their numbers and addresses, references, whole
 * pages by bytes, and what there is of memory (include/linux/mm.h, gfp.h).
 *
 * A module may refer to any page that is somebody's, and so keep a program's
 * alive; but not to those that the kernel's own structures, tables and stacks
 * are made of, whose end isn't for others to put off.
 */

#include "kernel/mm/kobj.h"
#include "kernel/mm/mmzone.h"
#include "kernel/mm/page_flags.h"
#include "kernel/module/claims.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* ---- names of a page ---------------------------------------------------------------- */

uint64_t export_pfn_to_page(const struct export *call)
{
	const struct kernel *k = call->curr->k;
	const pfn_t pfn = export_arg(call, 0);

	if (!pfn_valid(k, pfn))
		export_bug(call, "no frame of RAM has the number 0x%x", pfn);
	return export_page_handle(k, pfn_to_page(k, pfn));
}

uint64_t export_virt_to_page(const struct export *call)
{
	const struct kernel *k = call->curr->k;
	const vaddr_t kaddr = export_arg(call, 0);

	if (!virt_addr_valid(k, kaddr))
		export_bug(call, "0x%08x is no address of lowmem", kaddr);
	return export_page_handle(k, virt_to_page(k, kaddr));
}

uint64_t export_virt_to_phys(const struct export *call)
{
	return (uint32_t)virt_to_phys(call->curr->k, export_arg(call, 0));
}

uint64_t export_phys_to_virt(const struct export *call)
{
	return phys_to_virt(call->curr->k, export_arg(call, 0));
}

/* ---- references ------------------------------------------------------------------------ */

static bool may_be_held(const struct page *page)
{
	return page->_refcount > 0 && !PageSlab(page) && !PageTable(page) &&
	       !PageReserved(page) && !PageKstack(page);
}

uint64_t export_get_page(const struct export *call)
{
	struct page *page =
		compound_head(export_page(call, export_arg(call, 0)));
	const vaddr_t handle = export_page_handle(call->curr->k, page);

	if (!may_be_held(page))
		export_bug(call, "get_page() of a page that is nobody's");
	if (module_claim_again(call, claim_of_page(handle, CLAIM_PAGE_REF),
			       CLAIM_PAGE_REF))
		get_page(page);
	return 0;
}

/* A reference that it took, or the one that it got with the page. */
uint64_t export_put_page(const struct export *call)
{
	struct kernel *k = call->curr->k;
	struct page *page =
		compound_head(export_page(call, export_arg(call, 0)));
	const vaddr_t handle = export_page_handle(k, page);
	const vaddr_t claim = claim_of_page(handle, CLAIM_PAGE_REF);
	uint32_t order = 0;

	if (module_claims(k, claim, CLAIM_PAGE_REF, NULL))
		module_unclaim_one(call, claim, CLAIM_PAGE_REF);
	else
		order = module_unclaim(call, handle, CLAIM_PAGES);
	if (PageCompound(page) || !order)
		put_page(call->curr, page);
	else
		__free_pages(call->curr, page, order);
	return 0;
}

uint64_t export_page_count(const struct export *call)
{
	return (uint32_t)page_count(export_page(call, export_arg(call, 0)));
}

/* ---- by bytes --------------------------------------------------------------------------- */

uint64_t export_alloc_pages_exact(const struct export *call)
{
	const uint32_t size = export_arg(call, 0);
	const gfp_t gfp = export_gfp(call, 1) & ~(__GFP_HIGHMEM | __GFP_COMP);
	vaddr_t kaddr;

	if (!size || size > PAGE_SIZE << (MAX_ORDER - 1))
		return 0;
	kaddr = alloc_pages_exact(call->curr, size, gfp);
	CLAIM_OR(call, kaddr, CLAIM_EXACT, PAGE_ALIGN(size) >> PAGE_SHIFT,
		 free_pages_exact(call->curr, kaddr, size));
	return kaddr;
}

/* As many as were given, whatever the module says. */
uint64_t export_free_pages_exact(const struct export *call)
{
	const vaddr_t kaddr = export_arg(call, 0);
	uint32_t nr;

	if (!kaddr)
		return 0;
	nr = module_unclaim(call, kaddr, CLAIM_EXACT);
	free_pages_exact(call->curr, kaddr, nr << PAGE_SHIFT);
	return 0;
}

uint64_t export_alloc_pages_node(const struct export *call)
{
	struct kernel *k = call->curr->k;
	const int nid = (int32_t)export_arg(call, 0);
	const uint32_t order = export_arg(call, 2);
	const gfp_t gfp = export_gfp(call, 1);
	struct page *page;
	vaddr_t handle;

	if (order >= MAX_ORDER)
		return 0;
	if (nid < 0)
		page = alloc_pages(call->curr, gfp, order);
	else if ((uint32_t)nid < k->mem.nr_online_nodes)
		page = alloc_pages_node(call->curr, nid, gfp, order);
	else
		export_bug(call, "there is no node %d", nid);
	if (!page)
		return 0;
	handle = export_page_handle(k, page);
	CLAIM_OR(call, handle, CLAIM_PAGES, order,
		 __free_pages(call->curr, page, order));
	return handle;
}

/* ---- how much there is ------------------------------------------------------------------ */

uint64_t export_totalram_pages(const struct export *call)
{
	return (uint32_t)call->curr->k->mem.totalram_pages;
}

uint64_t export_nr_free_pages(const struct export *call)
{
	return (uint32_t)call->curr->k->vmstat.item[NR_FREE_PAGES];
}
