/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/paging.h"

/*
 * The kernel's half of the address space (Linux: arch/arm/mm/mmu.c, init.c).
 *
 * Lowmem is mapped by 1 MB sections, read-write and never executable, save
 * the 2 MB pair that holds the kernel image: a second-level table gives each
 * of its pages the rights that the image's symbols ask for. CMA areas are
 * mapped by pages, too. Above lowmem lie the vectors' table, which the fixmap
 * shares, and the fixmap's and pkmap's own. Everything later comes into
 * init_mm alone; other address spaces get it by a translation fault (fault.c).
 *
 * Invariant: from paging_init() on each byte of the kernel half is mapped in
 * init_mm or nowhere, with nG clear.
 *
 * MODEL: Linux aligns its text to 1 MB to keep sections there as well; our
 * image is too small for that.
 */

#include <string.h>

#include "kernel/arch/arm/fixmap.h"
#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/ioremap.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/mm_init.h"
#include "kernel/state.h"
#include "mmu/armv7.h"

/* What runs into freed .init finds undefined instructions. */
#define POISON_INIT_MEM 0xe7fddef0u

/* ---- the layout ------------------------------------------------------------- */

/* "vmalloc=" asks for more or less than 240 MB, within what leaves sense. */
static uint32_t vmalloc_size(struct kernel *k)
{
	const uint32_t most = VMALLOC_END - k->arch.page_offset - 32 * SZ_1M -
			      VMALLOC_OFFSET;
	const uint32_t least = 16 * SZ_1M;
	uint64_t size = VMALLOC_MIN_SIZE;

	boot_param_bytes(k, "vmalloc", &size);
	if (size < least) {
		size = least;
		printk(k, "vmalloc area is too small, limiting to %uMiB",
		       least / SZ_1M);
	}
	if (size > most) {
		size = most;
		printk(k, "vmalloc area is too big, limiting to %uMiB",
		       most / SZ_1M);
	}
	return (uint32_t)size;
}

/* RAM whose first section isn't whole begins with the next one. */
static void align_first_bank(struct kernel *k)
{
	const struct memblock_region *region;

	for_each_mem_region(region, k)
	{
		paddr_t head = -region->base & (PMD_SIZE - 1);

		if (region->flags & MEMBLOCK_NOMAP)
			continue;
		if (head)
			memblock_mark_nomap(k, region->base, head);
		return;
	}
}

/*
 * Lowmem ends where the vmalloc area has to begin, or before that with the
 * last bank that begins below. A border of RAM within a 2 MB section is where
 * early allocations stop: beyond it there are no tables yet.
 */
void adjust_lowmem_bounds(struct kernel *k)
{
	struct arch_state *arch = &k->arch;
	vaddr_t vmalloc_limit = VMALLOC_END - vmalloc_size(k) - VMALLOC_OFFSET;
	paddr_t limit = (paddr_t)(vmalloc_limit - arch->page_offset) +
			arch->phys_offset;
	const struct memblock_region *region;
	paddr_t memblock_limit = 0;

	align_first_bank(k);
	arch->arm_lowmem_limit = 0;
	for_each_mem_region(region, k)
	{
		paddr_t start = region->base, end = start + region->size;

		if (start >= limit || (region->flags & MEMBLOCK_NOMAP))
			continue;
		arch->arm_lowmem_limit = end < limit ? end : limit;
		if (memblock_limit)
			continue;
		if (start & (PMD_SIZE - 1))
			memblock_limit = start;
		else if (end & (PMD_SIZE - 1))
			memblock_limit = arch->arm_lowmem_limit;
	}
	if (!memblock_limit)
		memblock_limit = arch->arm_lowmem_limit;
	arch->high_memory = (vaddr_t)(arch->arm_lowmem_limit -
				      arch->phys_offset + arch->page_offset);
	arch->vmalloc_start = (arch->high_memory + VMALLOC_OFFSET) &
			      ~(VMALLOC_OFFSET - 1);
	arch->vmalloc_end = VMALLOC_END;
	arch->task_size = arch->page_offset - MODULES_SIZE;
	arch->modules_vaddr = arch->page_offset - MODULES_SIZE;
	arch->pkmap_base = arch->page_offset - PKMAP_SIZE;
	arch->modules_end = arch->pkmap_base;
	memblock_set_current_limit(k,
				   memblock_limit & ~(paddr_t)(PMD_SIZE - 1));
}

/* ---- filling in tables ---------------------------------------------------------- */

paddr_t early_alloc(struct kernel *k, uint32_t nr_bytes)
{
	vaddr_t kaddr = memblock_alloc(k, nr_bytes, nr_bytes);

	if (!kaddr)
		boot_panic(k, "%s: Failed to allocate %u bytes align=0x%x",
			   __func__, nr_bytes, nr_bytes);
	return virt_to_phys(k, kaddr);
}

/* A zeroed second-level page before there is an allocator of pages. */
static pte_t *early_pte_alloc(struct kernel *k, vaddr_t vaddr, uint32_t low)
{
	pmd_t *pmd = pmd_off(&k->init_mm, vaddr);

	if (!pmd_table(*pmd)) {
		paddr_t table = early_alloc(k, PAGE_SIZE);

		k->hw.ops->guard(k->hw.ctx, table, PAGE_SIZE, true);
		pmd_populate_paddr(&k->init_mm, pmd, table, low);
	}
	return pte_offset(k, pmd, vaddr);
}

static void early_map_page(struct kernel *k, vaddr_t vaddr, paddr_t paddr,
			   pgprot_t prot, uint32_t low)
{
	set_pte_at(&k->init_mm, vaddr, early_pte_alloc(k, vaddr, low),
		   pfn_pte((pfn_t)(paddr >> PAGE_SHIFT), prot));
}

/* ---- lowmem ------------------------------------------------------------------------ */

/* What may be done with a page of lowmem, by what of the image is there. */
static pgprot_t image_prot(const struct kernel *k, vaddr_t vaddr)
{
	const struct kernel_image *image = k->arch.image;

	if (vaddr >= image_symbol(image, "__init_begin") &&
	    vaddr < image_symbol(image, "__init_end"))
		return page_kernel_exec(k);
	if (vaddr >= image_symbol(image, "__start_rodata") &&
	    vaddr < image_symbol(image, "__end_rodata"))
		return page_kernel_ro(k);
	if (vaddr >= (image_symbol(image, "_text") & PAGE_MASK) &&
	    vaddr < image_symbol(image, "_etext"))
		return __pgprot(page_kernel_exec(k).pgprot | L_PTE_RDONLY);
	return page_kernel(k);
}

static void map_section(struct kernel *k, vaddr_t vaddr)
{
	set_section(&k->init_mm, vaddr,
		    l1_make_section(virt_to_phys(k, vaddr), DOMAIN_KERNEL,
				    k->arch.sect_cache | L1_AP(AP_RW_NONE) |
					    L1_XN));
}

static bool holds_image(const struct kernel *k, vaddr_t vaddr)
{
	return (vaddr & PMD_MASK) < image_symbol(k->arch.image, "_end");
}

/*
 * Memory for DMA is mapped by pages: a driver may want some of them uncached
 * (dma_contiguous_remap()).
 */
static bool holds_cma(const struct kernel *k, vaddr_t vaddr)
{
	const struct cma_state *state = &k->mem.cma;
	pfn_t pfn = (pfn_t)(virt_to_phys(k, vaddr) >> PAGE_SHIFT);

	for (unsigned int i = 0; i < state->area_count; i++)
		if (pfn - state->areas[i].base_pfn < state->areas[i].count)
			return true;
	return false;
}

/* [start, end) lies within one pair: whole sections of it, or pages. */
static void map_lowmem_pair(struct kernel *k, vaddr_t start, vaddr_t end)
{
	pmd_t *pmd = pmd_off(&k->init_mm, start);
	bool sections = !((start | end) & ~SECTION_MASK) &&
			!holds_image(k, start) && !holds_cma(k, start) &&
			!pmd_table(*pmd);

	if (!sections && pmd_bad(*pmd))
		panic(k, "memory at 0x%08x: two banks share 2 MB", start);
	if (sections) {
		for (; start < end; start += SECTION_SIZE)
			map_section(k, start);
		return;
	}
	for (; start < end; start += PAGE_SIZE)
		early_map_page(k, start, virt_to_phys(k, start),
			       image_prot(k, start), k->arch.kernel_pmd);
}

static void map_lowmem_region(struct kernel *k, paddr_t base, paddr_t top)
{
	vaddr_t start, end, next;

	if (top > k->arch.arm_lowmem_limit)
		top = k->arch.arm_lowmem_limit;
	if (base >= top)
		return;
	start = phys_to_virt(k, base);
	end = start + (uint32_t)(top - base);
	for (; start < end; start = next) {
		next = pmd_addr_end(start, end);
		map_lowmem_pair(k, start, next);
	}
}

static void map_lowmem(struct kernel *k)
{
	const struct memblock_region *region;

	for_each_mem_region(region, k)
		map_lowmem_region(k, region->base, region->base + region->size);
}

/* Nothing of head.c's remains but the fixmap's table, which is in use. */
static void prepare_page_table(struct kernel *k)
{
	pmd_t *fixmap = pmd_off(&k->init_mm, FIXADDR_END - 1);

	for (pmd_t *pmd = k->init_mm.pgd; pmd < fixmap; pmd++)
		if (!pmd_none(*pmd))
			pmd_clear(&k->init_mm, pmd);
}

/* ---- vectors, fixmap, pkmap --------------------------------------------------------- */

/* Vectors, helpers and stubs leave .init for the page they stay in. */
static void early_trap_init(struct kernel *k)
{
	const struct kernel_image *image = k->arch.image;
	paddr_t vectors = early_alloc(k, 2 * PAGE_SIZE);

	memcpy(phys_bytes(k, vectors),
	       kbytes(k, image_symbol(image, "__vectors_lma")), PAGE_SIZE);
	memcpy(phys_bytes(k, vectors + PAGE_SIZE),
	       kbytes(k, image_symbol(image, "__stubs_lma")),
	       image_symbol(image, "__stubs_end") - STUBS_BASE);
	k->arch.vectors_paddr = vectors;
}

static void map_vectors(struct kernel *k)
{
	uint32_t low = (k->arch.kernel_pmd & ~L1_DOMAIN(15)) |
		       L1_DOMAIN(DOMAIN_VECTORS);
	pgprot_t stubs = __pgprot(page_kernel_exec(k).pgprot | L_PTE_RDONLY);
	pgprot_t vectors = __pgprot(stubs.pgprot | L_PTE_USER);

	early_map_page(k, VECTORS_BASE, k->arch.vectors_paddr, vectors, low);
	early_map_page(k, STUBS_BASE, k->arch.vectors_paddr + PAGE_SIZE, stubs,
		       low);
}

/*
 * bm_pte is given back to .init. What must stay mapped, the early console,
 * moves to the table that the fixmap shares with the vectors.
 */
static void early_fixmap_shutdown(struct kernel *k)
{
	for (int i = 0; i < FIX_BTMAPS_SLOTS; i++)
		BUG_ON(k->arch.early_slot[i]);
	pmd_clear(&k->init_mm, pmd_off(&k->init_mm, FIXADDR_END - 1));
}

static void devicemaps_init(struct kernel *k)
{
	early_trap_init(k);
	map_vectors(k);
	early_pte_alloc(k, FIXADDR_START, k->arch.kernel_pmd);
	early_pte_alloc(k, k->arch.pkmap_base, k->arch.kernel_pmd);
	local_flush_tlb_all(kernel_cpu(k));
	if (k->arch.earlycon_paddr)
		set_fixmap(k, FIX_EARLYCON_MEM_BASE, k->arch.earlycon_paddr,
			   pgprot_fixmap_io(k));
}

/* What CMA areas of lowmem are to vmalloc: mappings of the board's own. */
static void dma_contiguous_remap(struct kernel *k)
{
	const struct cma_state *state = &k->mem.cma;

	for (unsigned int i = 0; i < state->area_count; i++) {
		const struct cma *area = &state->areas[i];
		const paddr_t start = (paddr_t)area->base_pfn << PAGE_SHIFT;
		paddr_t end = start + ((paddr_t)area->count << PAGE_SHIFT);

		if (end > k->arch.arm_lowmem_limit)
			end = k->arch.arm_lowmem_limit;
		if (start < end)
			vm_map_area_early(k, phys_to_virt(k, start), start,
					  (uint32_t)(end - start),
					  "iotable_init");
	}
}

void paging_init(struct kernel *k)
{
	prepare_page_table(k);
	map_lowmem(k);
	dma_contiguous_remap(k);
	early_fixmap_shutdown(k);
	devicemaps_init(k);
	vm_reserve_area_early(k, PCI_IO_VIRT_BASE, PCI_IO_SIZE,
			      "pci_reserve_io");
}

/* ---- after boot ------------------------------------------------------------------------ */

/* Once .init is free, nothing of lowmem is executable but the text. */
static void fix_initmem_perms(struct task_struct *curr, vaddr_t start,
			      vaddr_t end)
{
	struct kernel *k = curr->k;

	for (vaddr_t vaddr = start; vaddr < end; vaddr += PAGE_SIZE)
		set_pte_at(
			&k->init_mm, vaddr, pte_lookup(&k->init_mm, vaddr),
			pfn_pte((pfn_t)(virt_to_phys(k, vaddr) >> PAGE_SHIFT),
				page_kernel(k)));
	flush_tlb_kernel_range(curr, start, end);
}

void free_initmem(struct task_struct *curr)
{
	const struct kernel_image *image = curr->k->arch.image;
	vaddr_t start = image_symbol(image, "__init_begin");
	vaddr_t end = image_symbol(image, "__init_end");
	uint32_t *word = kbytes(curr->k, start);

	for (uint32_t i = 0; i < (end - start) / 4; i++)
		word[i] = POISON_INIT_MEM;
	fix_initmem_perms(curr, start, end);
	free_reserved_area(curr, start, end, -1,
			   "unused kernel image (initmem)");
}

static void print_kb(struct kernel *k, const char *name, vaddr_t start,
		     vaddr_t end)
{
	printk(k, "    %s : 0x%08x - 0x%08x   (%4u kB)", name, start, end,
	       (end - start + 1023) >> 10);
}

static void print_mb(struct kernel *k, const char *name, vaddr_t start,
		     vaddr_t end)
{
	printk(k, "    %s : 0x%08x - 0x%08x   (%4u MB)", name, start, end,
	       (end - start) >> 20);
}

void mem_init_print_layout(struct kernel *k)
{
	const struct arch_state *arch = &k->arch;
	const struct kernel_image *image = arch->image;

	printk(k, "Virtual kernel memory layout:");
	print_kb(k, "vector ", VECTORS_BASE, VECTORS_BASE + PAGE_SIZE);
	print_kb(k, "fixmap ", FIXADDR_START, FIXADDR_END);
	print_mb(k, "vmalloc", arch->vmalloc_start, arch->vmalloc_end);
	print_mb(k, "lowmem ", arch->page_offset, arch->high_memory);
	print_mb(k, "pkmap  ", arch->pkmap_base, arch->page_offset);
	print_mb(k, "modules", arch->modules_vaddr, arch->modules_end);
	print_kb(k, "  .text", image_symbol(image, "_text"),
		 image_symbol(image, "_etext"));
	print_kb(k, "  .init", image_symbol(image, "__init_begin"),
		 image_symbol(image, "__init_end"));
	print_kb(k, "  .data", image_symbol(image, "_sdata"),
		 image_symbol(image, "_edata"));
	print_kb(k, "   .bss", image_symbol(image, "__bss_start"),
		 image_symbol(image, "__bss_stop"));
}
