/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/ioremap.h"

/*
 * Device registers into the vmalloc area (Linux: arch/arm/mm/ioremap.c). The
 * mappings are made in init_mm; other address spaces fetch the first-level
 * pair when they first touch it.
 *
 * MODEL: no mapping by sections, which Linux does on one core.
 */

#include <stdio.h>

#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/fixmap.h"
#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/dump_stack.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/vmap_area.h"

/* A vm_struct, and a link in the list of those that the boot has made. */
#define ARM_SIZEOF_STATIC_VM 40u

static struct vm_struct *early_area(struct kernel *k, vaddr_t kaddr,
				    uint32_t size, const char *caller)
{
	const vaddr_t at = memblock_alloc(k, ARM_SIZEOF_STATIC_VM, 0);
	struct vm_struct *area;

	if (!at)
		boot_panic(k, "%s: Failed to allocate %u bytes", caller,
			   ARM_SIZEOF_STATIC_VM);
	area = kobj(k, at);
	*area = (struct vm_struct){
		.addr = kaddr,
		.size = size,
		.flags = VM_IOREMAP | VM_NO_GUARD,
		.caller = caller,
	};
	return area;
}

void vm_map_area_early(struct kernel *k, vaddr_t kaddr, paddr_t paddr,
		       uint32_t size, const char *caller)
{
	struct vm_struct *area = early_area(k, kaddr, size, caller);

	area->phys_addr = paddr;
	area->flags |= VM_ARM_STATIC_MAPPING;
	vm_area_add_early(k, area);
}

void vm_reserve_area_early(struct kernel *k, vaddr_t kaddr, uint32_t size,
			   const char *caller)
{
	struct vm_struct *area = early_area(k, kaddr, size, caller);

	area->flags |= VM_ARM_EMPTY_MAPPING;
	vm_area_add_early(k, area);
}

/* Write-combining and cached devices, as L_PTE_MT_… of ARMv7 has them. */
static pgprot_t prot_of(const struct kernel *k, enum ioremap_type type)
{
	const pgprot_t device = pgprot_fixmap_io(k);
	const uint32_t plain = pgprot_val(device) & ~L_PTE_MT_MASK;

	switch (type) {
	case IOREMAP_WC:
		return __pgprot(plain | L_PTE_MT_DEV_WC);
	case IOREMAP_CACHED:
		return __pgprot(plain | L_PTE_MT_DEV_CACHED);
	case IOREMAP_RAM:
		return page_kernel(k);
	default:
		return device;
	}
}

/* A frame with two kinds of attributes is nothing that a core can rely on. */
static bool refuse_ram(struct task_struct *curr, paddr_t paddr,
		       enum ioremap_type type)
{
	char where[64];

	if (type == IOREMAP_RAM || !paddr_is_ram(curr->k, paddr))
		return false;
	snprintf(where, sizeof(where), "ioremap() of RAM at 0x%08x",
		 (uint32_t)paddr);
	warn_at(curr, where);
	return true;
}

vaddr_t ioremap_caller(struct task_struct *curr, paddr_t paddr,
		       uint32_t nr_bytes, enum ioremap_type type,
		       const char *caller)
{
	const uint32_t offset = offset_in_page(paddr);
	const uint64_t size = PAGE_ALIGN((uint64_t)offset + nr_bytes);
	struct vm_struct *area;

	/* small pages reach 4 GB */
	if (!nr_bytes || paddr + nr_bytes - 1 > UINT32_MAX ||
	    size > UINT32_MAX || refuse_ram(curr, paddr, type))
		return 0;
	area = get_vm_area_caller(curr, (uint32_t)size, VM_IOREMAP, caller);
	if (!area)
		return 0;
	area->phys_addr = paddr - offset;
	if (ioremap_page_range(curr, area->addr, area->addr + (uint32_t)size,
			       area->phys_addr, prot_of(curr->k, type))) {
		vunmap(curr, area->addr);
		return 0;
	}
	return area->addr + offset;
}

void iounmap(struct task_struct *curr, vaddr_t iomem)
{
	const vaddr_t kaddr = iomem & PAGE_MASK;
	const struct vm_struct *area = find_vm_area(curr->k, kaddr);

	/* what the boot has mapped stays */
	if (area &&
	    area->flags & (VM_ARM_STATIC_MAPPING | VM_ARM_EMPTY_MAPPING))
		return;
	vunmap(curr, kaddr);
}
