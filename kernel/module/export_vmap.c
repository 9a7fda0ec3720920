/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Addresses of the vmalloc area for modules: memory of all kinds, mappings of
 * pages and of registers, and rights (include/linux/vmalloc.h, io.h,
 * asm/set_memory.h).
 */

#include <errno.h>

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/set_memory.h"
#include "kernel/arm_sizes.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vmap_area.h"
#include "kernel/module/claims.h"
#include "kernel/module/module.h"
#include "kernel/task/sched.h"

/* ---- memory ---------------------------------------------------------------------- */

uint64_t export_vmalloc_user(const struct export *call)
{
	vaddr_t area;

	export_might_sleep(call);
	area = vmalloc_user(call->curr, export_arg(call, 0));
	CLAIM_OR(call, area, CLAIM_VMALLOC, 0, vfree(call->curr, area));
	return area;
}

uint64_t export___vmalloc(const struct export *call)
{
	vaddr_t area;

	export_might_sleep(call);
	area = __vmalloc(call->curr, export_arg(call, 0), export_gfp(call, 1));
	CLAIM_OR(call, area, CLAIM_VMALLOC, 0, vfree(call->curr, area));
	return area;
}

static enum claim_kind kind_of(const struct export *call, vaddr_t kaddr)
{
	return is_vmalloc_addr(call->curr->k, kaddr) ? CLAIM_VMALLOC
						     : CLAIM_KMALLOC;
}

uint64_t export_kvmalloc(const struct export *call)
{
	vaddr_t kaddr;

	export_might_sleep(call);
	kaddr = kvmalloc(call->curr, export_arg(call, 0), export_gfp(call, 1));
	if (!ZERO_OR_NULL_PTR(kaddr))
		CLAIM_OR(call, kaddr, kind_of(call, kaddr), 0,
			 kvfree(call->curr, kaddr));
	return kaddr;
}

uint64_t export_kvfree(const struct export *call)
{
	vaddr_t kaddr = export_arg(call, 0);

	if (ZERO_OR_NULL_PTR(kaddr))
		return 0;
	module_unclaim(call, kaddr, kind_of(call, kaddr));
	kvfree(call->curr, kaddr);
	return 0;
}

/* ---- mappings of pages ---------------------------------------------------------------- */

/* The rights of lowmem, but for what a module may choose. */
static pgprot_t export_pgprot(const struct export *call, unsigned int n)
{
	const uint32_t mask = L_PTE_XN | L_PTE_RDONLY | L_PTE_MT_MASK;

	return __pgprot((pgprot_val(page_kernel(call->curr->k)) & ~mask) |
			(export_arg(call, n) & mask));
}

/* As the module's array names them; all are looked up before any is mapped. */
static struct page **read_pages(const struct export *call, uint32_t count)
{
	const vaddr_t from = export_arg(call, 0);
	struct page **pages;
	vaddr_t handle;

	for (uint32_t i = 0; i < count; i++) {
		export_read(call, &handle, from + 4 * i, sizeof(handle));
		export_page(call, handle);
	}
	pages = kzalloc_obj(call->curr, count * ARM_SIZEOF_POINTER,
			    count * (uint32_t)sizeof(*pages), GFP_KERNEL);
	for (uint32_t i = 0; pages && i < count; i++) {
		handle = 0; /* it may be another one by now */
		copy_from_kernel_nofault(call->curr, &handle, from + 4 * i,
					 sizeof(handle));
		pages[i] = export_page_or_null(call->curr->k, handle);
		if (!pages[i]) {
			kfree_obj(call->curr, pages);
			return NULL;
		}
	}
	return pages;
}

#define MOST_PAGES (KMALLOC_MAX_SIZE / ARM_SIZEOF_POINTER)

uint64_t export_vmap(const struct export *call)
{
	const uint32_t count = export_arg(call, 1);
	struct page **pages;
	vaddr_t area;

	export_might_sleep(call);
	if (!count || count > MOST_PAGES)
		return 0;
	pages = read_pages(call, count);
	if (!pages)
		return 0;
	area = vmap(call->curr, pages, count, 0, export_pgprot(call, 3));
	kfree_obj(call->curr, pages);
	CLAIM_OR(call, area, CLAIM_VMAP, 0, vunmap(call->curr, area));
	return area;
}

uint64_t export_vunmap(const struct export *call)
{
	const vaddr_t area = export_arg(call, 0);

	if (!area)
		return 0;
	export_might_sleep(call);
	module_unclaim(call, area, CLAIM_VMAP);
	vunmap(call->curr, area);
	return 0;
}

/* ---- mappings of registers --------------------------------------------------------------- */

static vaddr_t map_registers(const struct export *call, enum ioremap_type type)
{
	vaddr_t iomem, page;

	export_might_sleep(call);
	iomem = ioremap_caller(call->curr, export_arg(call, 0),
			       export_arg(call, 1), type, __func__);
	page = iomem & PAGE_MASK;
	CLAIM_OR(call, page, CLAIM_IOREMAP, 0, iounmap(call->curr, iomem));
	return page ? iomem : 0;
}

uint64_t export_ioremap(const struct export *call)
{
	return map_registers(call, IOREMAP_DEVICE);
}

uint64_t export_ioremap_wc(const struct export *call)
{
	return map_registers(call, IOREMAP_WC);
}

uint64_t export_ioremap_cache(const struct export *call)
{
	return map_registers(call, IOREMAP_CACHED);
}

uint64_t export_iounmap(const struct export *call)
{
	const vaddr_t iomem = export_arg(call, 0);

	export_might_sleep(call);
	module_unclaim(call, iomem & PAGE_MASK, CLAIM_IOREMAP);
	iounmap(call->curr, iomem);
	return 0;
}

#define MEMREMAP_WB 1u
#define MEMREMAP_WC 4u

/* Lowmem is where it is. */
uint64_t export_memremap(const struct export *call)
{
	const struct kernel *k = call->curr->k;
	const uint32_t flags = export_arg(call, 2);
	const vaddr_t kaddr = phys_to_virt(k, export_arg(call, 0));

	if (flags & MEMREMAP_WB)
		return virt_addr_valid(k, kaddr)
			       ? kaddr
			       : map_registers(call, IOREMAP_RAM);
	return flags & MEMREMAP_WC ? map_registers(call, IOREMAP_WC) : 0;
}

uint64_t export_memunmap(const struct export *call)
{
	return is_vmalloc_addr(call->curr->k, export_arg(call, 0))
		       ? export_iounmap(call)
		       : 0;
}

/* ---- rights ------------------------------------------------------------------------------ */

/* Of a module's own code and data, and of areas that modules have. */
static bool may_change(const struct export *call, vaddr_t kaddr)
{
	const struct kernel *k = call->curr->k;
	const struct vm_struct *area = find_vm_area(k, kaddr);

	return area && (module_claims(k, area->addr, CLAIM_VMALLOC, NULL) ||
			module_claims(k, area->addr, CLAIM_VMAP, NULL) ||
			module_address(k, kaddr));
}

static uint64_t change(const struct export *call,
		       int (*set)(struct task_struct *curr, vaddr_t kaddr,
				  uint32_t nr_pages))
{
	const vaddr_t kaddr = export_arg(call, 0);
	const uint32_t nr_pages = export_arg(call, 1);
	const struct vm_struct *area = find_vm_area(call->curr->k, kaddr);

	if (!may_change(call, kaddr) ||
	    nr_pages > (area->addr + area->size - kaddr) >> PAGE_SHIFT)
		return (uint32_t)-EINVAL;
	return (uint32_t)set(call->curr, kaddr, nr_pages);
}

uint64_t export_set_memory_ro(const struct export *call)
{
	return change(call, set_memory_ro);
}

uint64_t export_set_memory_rw(const struct export *call)
{
	return change(call, set_memory_rw);
}

uint64_t export_set_memory_nx(const struct export *call)
{
	return change(call, set_memory_nx);
}

uint64_t export_set_memory_x(const struct export *call)
{
	return change(call, set_memory_x);
}
