/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/ioremap.h"

/*
 * Device registers into the vmalloc area (Linux: arch/arm/mm/ioremap.c). The
 * mappings are made in init_mm; other address spaces fetch the first-level
 * pair when they first touch it.
 *
 * MODEL: the area is a list searched first-fit; vmalloc proper comes later
 * and takes it over. No mapping by sections, which Linux does on one core.
 */

#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/fixmap.h"
#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

enum {
	ARM_SIZEOF_VM_STRUCT = 32,
	IOREMAP_MAX_ORDER = 24,
};

/* Natural alignment up to 16 MB, so that big devices could use sections. */
static uint32_t ioremap_align(uint32_t size)
{
	uint32_t align = PAGE_SIZE;

	while (align < size && align < 1u << IOREMAP_MAX_ORDER)
		align <<= 1;
	return align;
}

/* Links @area, whose size is set, into the first gap it fits. */
static bool find_vm_area_gap(struct kernel *k, struct vm_struct *area)
{
	uint32_t align = ioremap_align(area->size - PAGE_SIZE);
	vaddr_t vaddr = (k->arch.vmalloc_start + align - 1) & ~(align - 1);
	struct vm_struct **link = &k->arch.vmlist;

	for (; *link; link = &(*link)->next) {
		vaddr_t end = (*link)->addr + (*link)->size;

		if (vaddr + area->size <= (*link)->addr)
			break;
		vaddr = (end + align - 1) & ~(align - 1);
	}
	if (vaddr < k->arch.vmalloc_start ||
	    k->arch.vmalloc_end - vaddr < area->size)
		return false;
	area->addr = vaddr;
	area->next = *link;
	*link = area;
	return true;
}

static void unmap_pages(struct task_struct *curr, vaddr_t start,
			uint32_t nr_pages)
{
	struct mm_struct *mm = &curr->k->init_mm;

	for (uint32_t i = 0; i < nr_pages; i++) {
		vaddr_t vaddr = start + i * PAGE_SIZE;

		pte_clear(mm, vaddr, pte_lookup(mm, vaddr));
	}
	flush_tlb_kernel_range(curr, start, start + nr_pages * PAGE_SIZE);
}

static bool map_pages(struct task_struct *curr, const struct vm_struct *area)
{
	struct mm_struct *mm = &curr->k->init_mm;
	pgprot_t prot = pgprot_fixmap_io(curr->k);
	uint32_t nr_pages = (area->size >> PAGE_SHIFT) - 1;

	for (uint32_t i = 0; i < nr_pages; i++) {
		vaddr_t vaddr = area->addr + i * PAGE_SIZE;
		pte_t *ptep = pte_alloc_kernel(curr, vaddr);

		if (!ptep) {
			unmap_pages(curr, area->addr, i);
			return false;
		}
		set_pte_at(mm, vaddr, ptep,
			   pfn_pte((pfn_t)(area->phys_addr >> PAGE_SHIFT) + i,
				   prot));
	}
	return true;
}

static void free_vm_area(struct task_struct *curr, struct vm_struct *area)
{
	struct vm_struct **link = &curr->k->arch.vmlist;

	while (*link != area)
		link = &(*link)->next;
	*link = area->next;
	kfree_obj(curr, area);
}

vaddr_t ioremap(struct task_struct *curr, paddr_t paddr, uint32_t nr_bytes)
{
	uint32_t offset = offset_in_page(paddr);
	uint64_t size = PAGE_ALIGN((uint64_t)offset + nr_bytes);
	struct vm_struct *area;

	if (!nr_bytes ||
	    size >= curr->k->arch.vmalloc_end - curr->k->arch.vmalloc_start ||
	    paddr_is_ram(curr->k, paddr))
		return 0;
	area = kzalloc_obj(curr, ARM_SIZEOF_VM_STRUCT, sizeof(*area),
			   GFP_KERNEL);
	if (!area)
		return 0;
	area->size = (uint32_t)size + PAGE_SIZE; /* and a guard page */
	area->phys_addr = paddr - offset;
	if (!find_vm_area_gap(curr->k, area)) {
		kfree_obj(curr, area);
		return 0;
	}
	if (!map_pages(curr, area)) {
		free_vm_area(curr, area);
		return 0;
	}
	return area->addr + offset;
}

void iounmap(struct task_struct *curr, vaddr_t iomem)
{
	struct vm_struct *area = curr->k->arch.vmlist;

	while (area && area->addr != (iomem & PAGE_MASK))
		area = area->next;
	if (!area)
		return;
	unmap_pages(curr, area->addr, (area->size >> PAGE_SHIFT) - 1);
	free_vm_area(curr, area);
}
