/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Memory for modules: what is behind the gates of mm's functions.
 *
 * What a module gets is an address of guest memory. A struct page is known to
 * it by the address of its entry in mem_map, a struct kmem_cache by that of
 * its ARM bytes; neither has anything to read there.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/module/claims.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* ---- kmalloc -------------------------------------------------------------------- */

static vaddr_t kmalloc_claimed(const struct export *call, uint32_t size,
			       gfp_t gfp)
{
	vaddr_t object = kmalloc(call->curr, size, gfp);

	if (ZERO_OR_NULL_PTR(object))
		return object;
	CLAIM_OR(call, object, CLAIM_KMALLOC, 0, kfree(call->curr, object));
	return object;
}

uint64_t export___kmalloc(const struct export *call)
{
	return kmalloc_claimed(call, export_arg(call, 0), export_gfp(call, 1));
}

uint64_t export_kfree(const struct export *call)
{
	vaddr_t object = export_arg(call, 0);

	if (ZERO_OR_NULL_PTR(object))
		return 0;
	module_unclaim(call, object, CLAIM_KMALLOC);
	kfree(call->curr, object);
	return 0;
}

uint64_t export_ksize(const struct export *call)
{
	vaddr_t object = export_arg(call, 0);

	return module_claims(call->curr->k, object, CLAIM_KMALLOC, NULL)
		       ? ksize(call->curr->k, object)
		       : 0;
}

uint64_t export_krealloc(const struct export *call)
{
	vaddr_t old = export_arg(call, 0), moved;
	uint32_t size = export_arg(call, 1);

	if (ZERO_OR_NULL_PTR(old))
		return kmalloc_claimed(call, size, export_gfp(call, 2));
	module_unclaim(call, old, CLAIM_KMALLOC);
	moved = krealloc(call->curr, old, size, export_gfp(call, 2));
	if (!moved) { /* the old one stays */
		module_claim(call, old, CLAIM_KMALLOC, 0);
		return 0;
	}
	if (!ZERO_OR_NULL_PTR(moved))
		CLAIM_OR(call, moved, CLAIM_KMALLOC, 0,
			 kfree(call->curr, moved));
	return moved;
}

/* ---- vmalloc ----------------------------------------------------------------------- */

uint64_t export_vmalloc(const struct export *call)
{
	vaddr_t area;

	export_might_sleep(call);
	area = vmalloc(call->curr, export_arg(call, 0));
	CLAIM_OR(call, area, CLAIM_VMALLOC, 0, vfree(call->curr, area));
	return area;
}

uint64_t export_vzalloc(const struct export *call)
{
	vaddr_t area;

	export_might_sleep(call);
	area = vzalloc(call->curr, export_arg(call, 0));
	CLAIM_OR(call, area, CLAIM_VMALLOC, 0, vfree(call->curr, area));
	return area;
}

uint64_t export_vfree(const struct export *call)
{
	vaddr_t area = export_arg(call, 0);

	if (!area)
		return 0;
	module_unclaim(call, area, CLAIM_VMALLOC);
	vfree(call->curr, area);
	return 0;
}

/* ---- pages ------------------------------------------------------------------------- */

struct page *export_page_or_null(const struct kernel *k, vaddr_t handle)
{
	vaddr_t first = kobj_addr(k, k->mem.mem_map);
	uint32_t index = (handle - first) / ARM_SIZEOF_PAGE;

	if (handle < first || (handle - first) % ARM_SIZEOF_PAGE ||
	    index >= k->mem.map_end_pfn - k->mem.map_base_pfn)
		return NULL;
	return k->mem.mem_map + index;
}

struct page *export_page(const struct export *call, vaddr_t handle)
{
	struct page *page = export_page_or_null(call->curr->k, handle);

	if (!page)
		export_bug(call, "0x%08x is no struct page", handle);
	return page;
}

vaddr_t export_page_handle(const struct kernel *k, const struct page *page)
{
	return kobj_addr(k, page);
}

uint64_t export_alloc_pages(const struct export *call)
{
	uint32_t order = export_arg(call, 1);
	struct page *page;
	vaddr_t handle;

	if (order >= MAX_ORDER)
		return 0;
	page = alloc_pages(call->curr, export_gfp(call, 0), order);
	if (!page)
		return 0;
	handle = export_page_handle(call->curr->k, page);
	CLAIM_OR(call, handle, CLAIM_PAGES, order,
		 __free_pages(call->curr, page, order));
	return handle;
}

/* As many pages as were given, whatever the module says. */
static void free_claimed_pages(const struct export *call, vaddr_t handle)
{
	uint32_t order = module_unclaim(call, handle, CLAIM_PAGES);

	__free_pages(call->curr, export_page(call, handle), order);
}

uint64_t export___free_pages(const struct export *call)
{
	free_claimed_pages(call, export_arg(call, 0));
	return 0;
}

uint64_t export___get_free_pages(const struct export *call)
{
	uint32_t order = export_arg(call, 1);
	gfp_t gfp = export_gfp(call, 0) & ~__GFP_HIGHMEM;
	struct kernel *k = call->curr->k;
	struct page *page;
	vaddr_t handle;

	if (order >= MAX_ORDER)
		return 0;
	page = alloc_pages(call->curr, gfp, order);
	if (!page)
		return 0;
	handle = export_page_handle(k, page);
	CLAIM_OR(call, handle, CLAIM_PAGES, order,
		 __free_pages(call->curr, page, order));
	return handle ? page_address(k, page) : 0;
}

uint64_t export_free_pages(const struct export *call)
{
	struct kernel *k = call->curr->k;
	vaddr_t kaddr = export_arg(call, 0);

	if (!kaddr)
		return 0;
	free_claimed_pages(
		call, virt_addr_valid(k, kaddr)
			      ? export_page_handle(k, virt_to_page(k, kaddr))
			      : kaddr);
	return 0;
}

uint64_t export_page_address(const struct export *call)
{
	const struct page *page = export_page(call, export_arg(call, 0));

	return PageHighMem(call->curr->k, page)
		       ? 0
		       : page_address(call->curr->k, page);
}

uint64_t export_page_to_pfn(const struct export *call)
{
	return page_to_pfn(call->curr->k,
			   export_page(call, export_arg(call, 0)));
}

uint64_t export_vmalloc_to_page(const struct export *call)
{
	const struct page *page = vmalloc_to_page(call->curr->k,
						  export_arg(call, 0));

	return page ? export_page_handle(call->curr->k, page) : 0;
}

/* ---- user memory -------------------------------------------------------------------------- */

/* With page faults disabled, pages that aren't there count as none. */
static void might_fault(const struct export *call)
{
	if (call->curr->in_interrupt || !call->curr->pagefault_disabled)
		export_might_sleep(call);
}

/* By pieces, through both sides' tables; bytes that could NOT be copied. */
uint64_t export_copy_to_user(const struct export *call)
{
	vaddr_t to = export_arg(call, 0), from = export_arg(call, 1);
	uint32_t nr_bytes = export_arg(call, 2);
	uint8_t bytes[512];

	might_fault(call);
	for (uint32_t done = 0, n; done < nr_bytes; done += n) {
		uint32_t left;

		n = nr_bytes - done < sizeof(bytes) ? nr_bytes - done
						    : sizeof(bytes);
		export_read(call, bytes, from + done, n);
		left = copy_to_user(call->curr, to + done, bytes, n);
		if (left)
			return nr_bytes - done - n + left;
	}
	return 0;
}

uint64_t export_copy_from_user(const struct export *call)
{
	vaddr_t to = export_arg(call, 0), from = export_arg(call, 1);
	uint32_t nr_bytes = export_arg(call, 2);
	uint8_t bytes[512];

	might_fault(call);
	for (uint32_t done = 0, n; done < nr_bytes; done += n) {
		uint32_t left;

		n = nr_bytes - done < sizeof(bytes) ? nr_bytes - done
						    : sizeof(bytes);
		left = copy_from_user(call->curr, bytes, from + done, n);
		export_write(call, to + done, bytes, n);
		if (left)
			return nr_bytes - done - n + left;
	}
	return 0;
}

uint64_t export_clear_user(const struct export *call)
{
	might_fault(call);
	return clear_user(call->curr, export_arg(call, 0), export_arg(call, 1));
}

/* By pieces; its length, or all of the room where there was no NUL. */
uint64_t export_strncpy_from_user(const struct export *call)
{
	vaddr_t to = export_arg(call, 0), from = export_arg(call, 1);
	uint32_t room = export_arg(call, 2);
	char piece[256];

	might_fault(call);
	for (uint32_t done = 0, n; done < room; done += n) {
		int32_t length;

		n = room - done < sizeof(piece) ? room - done : sizeof(piece);
		length = strncpy_from_user(call->curr, piece, from + done, n);
		if (length < 0)
			return (uint32_t)length;
		export_write(call, to + done, piece,
			     (uint32_t)length < n ? (uint32_t)length + 1 : n);
		if ((uint32_t)length < n)
			return done + (uint32_t)length;
	}
	return room;
}

uint64_t export_access_ok(const struct export *call)
{
	return access_ok(call->curr, export_arg(call, 0), export_arg(call, 1));
}
