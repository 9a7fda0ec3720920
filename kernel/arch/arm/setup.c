/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/setup.h"

/*
 * The board as its device tree tells it (Linux: arch/arm/kernel/setup.c,
 * devtree.c, mm/init.c, drivers/of/fdt.c). The blob is read through the
 * fixmap first, since nothing else is mapped, and through lowmem later.
 *
 * Leaves out: initrd, FDT overlays, unflattening (the blob stays flat and is
 * searched anew, which at boot is soon enough).
 */

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/fixmap.h"
#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/numa.h"
#include "kernel/arch/arm/paging.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/dma_contiguous.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/mm_init.h"
#include "kernel/state.h"
#include "mmu/armv7.h"

/* ---- the device tree -------------------------------------------------------------- */

/* The bytes behind a kernel mapping, which must be RAM in one piece. */
static const void *mapped_bytes(struct kernel *k, vaddr_t kaddr)
{
	struct mmu_result result;

	if (!mmu_access(k->hw.mmu[0], kaddr, MMU_READ, MMU_PL1, &result))
		panic(k, "no mapping at 0x%08x", kaddr);
	return phys_bytes(k, result.paddr);
}

const void *boot_fdt(const struct kernel *k)
{
	return phys_bytes(k, k->arch.dtb_paddr);
}

const char *machine_model(const struct kernel *k)
{
	return k->arch.model;
}

uint64_t of_read_number(const uint32_t *cell, int nr)
{
	uint64_t value = 0;

	while (nr-- > 0)
		value = value << 32 | fdt32_to_cpu(*cell++);
	return value;
}

uint32_t of_u32(const void *fdt, int node, const char *property)
{
	int len;
	const fdt32_t *cell = fdt_getprop(fdt, node, property, &len);

	return cell && len >= (int)sizeof(*cell) ? fdt32_to_cpu(*cell) : 0;
}

bool of_property_read_bool(const void *fdt, int node, const char *property)
{
	return fdt_getprop(fdt, node, property, NULL);
}

uint32_t of_clock_rate(const void *fdt, int node)
{
	const uint32_t phandle = of_u32(fdt, node, "clocks");
	const int clock = phandle ? fdt_node_offset_by_phandle(fdt, phandle)
				  : -1;

	return clock < 0 ? 0 : of_u32(fdt, clock, "clock-frequency");
}

bool of_device_is_available(const void *fdt, int node)
{
	const char *status = fdt_getprop(fdt, node, "status", NULL);

	return !status || !strcmp(status, "okay") || !strcmp(status, "ok");
}

bool of_reg(const void *fdt, int node, int index, paddr_t *base,
	    uint64_t *nr_bytes)
{
	int parent = fdt_parent_offset(fdt, node), len;
	int address_cells = fdt_address_cells(fdt, parent);
	int size_cells = fdt_size_cells(fdt, parent);
	int cells = address_cells + size_cells;
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);

	if (!reg || address_cells < 1 || size_cells < 0 ||
	    len < (index + 1) * cells * (int)sizeof(*reg))
		return false;
	reg += index * cells;
	*base = of_read_number(reg, address_cells);
	*nr_bytes = of_read_number(reg + address_cells, size_cells);
	return true;
}

static bool is_memory(const void *fdt, int node)
{
	const char *type = fdt_getprop(fdt, node, "device_type", NULL);

	return type && !strcmp(type, "memory");
}

static void scan_memory(struct kernel *k, const void *fdt)
{
	int node;

	fdt_for_each_subnode(node, fdt, 0)
	{
		paddr_t base;
		uint64_t nr_bytes;

		if (!is_memory(fdt, node))
			continue;
		for (int i = 0; of_reg(fdt, node, i, &base, &nr_bytes); i++)
			memblock_add_node(k, base, nr_bytes, NUMA_NO_NODE,
					  MEMBLOCK_NONE);
	}
}

static void copy_string(char *to, size_t size, const void *fdt, int node,
			const char *property)
{
	const char *text = fdt_getprop(fdt, node, property, NULL);

	snprintf(to, size, "%s", text ? text : "");
}

static void setup_machine_fdt(struct kernel *k)
{
	struct arch_state *arch = &k->arch;
	vaddr_t window = early_memremap(k, arch->dtb_paddr, arch->dtb_bytes);
	const void *fdt;

	if (!window)
		panic(k, "device tree of %u bytes: too big", arch->dtb_bytes);
	fdt = mapped_bytes(k, window);
	if (fdt_check_header(fdt))
		panic(k, "invalid device tree blob at physical address 0x%08x",
		      (uint32_t)arch->dtb_paddr);
	copy_string(arch->model, sizeof(arch->model), fdt, 0, "model");
	copy_string(arch->command_line, sizeof(arch->command_line), fdt,
		    fdt_path_offset(fdt, "/chosen"), "bootargs");
	printk(k, "OF: fdt: Machine model: %s", arch->model);
	scan_memory(k, fdt);
	early_iounmap(k, window, arch->dtb_bytes);
}

int of_find_device(const struct kernel *k, const char *compatible,
		   paddr_t *paddr, uint32_t *nr_bytes)
{
	const void *fdt = boot_fdt(k);
	int node = fdt_node_offset_by_compatible(fdt, -1, compatible);
	uint64_t size;

	if (node < 0 || !of_reg(fdt, node, 0, paddr, &size))
		return -1;
	*nr_bytes = (uint32_t)size;
	return node;
}

/* ---- early console -------------------------------------------------------------------- */

#define PL011_PERIPHID0 0xfe0u
#define PL011_PART      0x11u

/*
 * Where the boot log would go on a board: found by /chosen's stdout-path,
 * looked at through a temporary mapping, kept in a slot of the fixmap.
 *
 * MODEL: the log itself goes to the machine's log, not through the UART,
 * which is the guest's console.
 */
static void setup_earlycon(struct kernel *k)
{
	paddr_t paddr;
	uint32_t size;
	vaddr_t uart;

	if (of_find_device(k, "arm,pl011", &paddr, &size) < 0)
		return;
	uart = early_ioremap(k, paddr, PAGE_SIZE);
	if (readl(&k->sched.init_task[0], uart + PL011_PERIPHID0) ==
	    PL011_PART) {
		k->arch.earlycon_paddr = paddr;
		set_fixmap(k, FIX_EARLYCON_MEM_BASE, paddr,
			   pgprot_fixmap_io(k));
		printk(k, "earlycon: pl11 at MMIO 0x%08x (options '')",
		       (uint32_t)paddr);
	}
	early_iounmap(k, uart, PAGE_SIZE);
}

/* ---- the whole ----------------------------------------------------------------------------- */

/*
 * How far the board's DMA reaches, dma_zone=. MODEL: when that is all of
 * lowmem, there is no limit: so a kernel can be had that has a DMA zone on a
 * board that needs none, like Debian's.
 */
static paddr_t arm_dma_limit(const struct kernel *k)
{
	uint64_t lowmem = k->arch.arm_lowmem_limit - k->arch.phys_offset;
	uint64_t dma = 0;

	boot_param_bytes(k, "dma_zone", &dma);
	return dma && dma < lowmem ? k->arch.phys_offset + dma - 1 : UINT32_MAX;
}

/*
 * Memory that the kernel is in already. Without it, by mem=, Linux dies of the
 * first address that isn't mapped any more.
 */
static void reserve_own(struct kernel *k, const char *what, paddr_t base,
			paddr_t size)
{
	if (!memblock_is_region_memory(k, base, size))
		boot_panic(k,
			   "the kernel's %s, 0x%08llx-0x%08llx, is no memory",
			   what, (unsigned long long)base,
			   (unsigned long long)(base + size) - 1);
	memblock_reserve(k, base, size);
}

/* RAM that is taken before anyone asks. */
static void arm_memblock_init(struct kernel *k)
{
	vaddr_t text = image_symbol(k->arch.image, "_text");
	vaddr_t end = image_symbol(k->arch.image, "_end");

	reserve_own(k, "image", virt_to_phys(k, text), end - text);
	reserve_own(k, "page table", k->init_mm.pgd_paddr,
		    PTRS_PER_PGD * sizeof(pmd_t));
	reserve_own(k, "device tree", k->arch.dtb_paddr, k->arch.dtb_bytes);
	early_init_fdt_scan_reserved_mem(k);
	dma_contiguous_reserve(k, arm_dma_limit(k));
}

/*
 * What of [base, base + size) was among @ram, with its nodes. memblock's
 * arrays can't have grown yet.
 */
static void add_given_memory(struct kernel *k, const struct memblock_type *ram,
			     paddr_t base, uint64_t size)
{
	paddr_t end = base + size < base ? ~(paddr_t)0 : base + size;

	for (uint32_t i = 0; i < ram->cnt; i++) {
		const struct memblock_region *bank = &ram->init_regions[i];
		paddr_t from = bank->base > base ? bank->base : base;
		paddr_t to = bank->base + bank->size;

		if (to > end)
			to = end;
		if (from < to)
			memblock_add_node(k, from, to - from, bank->nid,
					  bank->flags);
	}
}

/*
 * "mem=64M" or "mem=64M@0x48000000": the first of them makes the device tree's
 * memory be forgotten, and each adds a stretch, of whole pages, from the
 * beginning of RAM if it doesn't say from where.
 *
 * MODEL: only what the board does have is added, and arguments that leave
 * nothing at all are ignored; on a board, Linux would believe them and die.
 */
static void early_mem(struct kernel *k)
{
	const struct memblock_type ram = k->mem.memblock.memory;
	const char *text = NULL;
	bool forgotten = false;
	uint32_t len = 0;

	while ((text = boot_param_next(k, text ? text + len : NULL, "mem",
				       &len))) {
		const char *end;
		uint64_t size = memparse(text, &end), start = k->hw.ram_base;

		if (!len)
			continue;
		if (*end == '@')
			start = memparse(end + 1, &end);
		size += start;
		start = (start + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
		size = size > start ? size - start : 0;
		size &= ~(uint64_t)(PAGE_SIZE - 1);
		if (!forgotten)
			memblock_remove(k, 0, ~(paddr_t)0);
		forgotten = true;
		add_given_memory(k, &ram, start, size);
	}
	if (!memblock_phys_mem_size(k))
		add_given_memory(k, &ram, 0, ~(paddr_t)0);
}

static struct resource image_resource(const struct kernel *k, const char *name,
				      const char *from, const char *to)
{
	return (struct resource){
		.start = virt_to_phys(k, image_symbol(k->arch.image, from)),
		.end = virt_to_phys(k, image_symbol(k->arch.image, to)) - 1,
		.name = name,
	};
}

/* For /proc/iomem: the RAM, and under it what of the image lies there. */
static void request_standard_resources(struct kernel *k)
{
	const struct memblock_region *region;

	k->iomem_resource.end = UINT32_MAX;
	k->arch.kernel_code = image_resource(k, "Kernel code", "_text",
					     "__init_begin");
	k->arch.kernel_data = image_resource(k, "Kernel data", "_sdata",
					     "_end");
	for_each_mem_region(region, k)
	{
		vaddr_t kaddr;
		struct resource *ram;

		if (region->flags & MEMBLOCK_NOMAP)
			continue;
		kaddr = memblock_alloc(k, ARM_SIZEOF_RESOURCE, 0);
		if (!kaddr)
			boot_panic(k, "%s: Failed to allocate %u bytes",
				   __func__, ARM_SIZEOF_RESOURCE);
		ram = kobj(k, kaddr);
		kmemleak_host_view(k, kaddr, sizeof(*ram));
		*ram = (struct resource){
			.start = region->base,
			.end = region->base + region->size - 1,
			.name = "System RAM",
		};
		if (request_resource(&k->iomem_resource, ram))
			continue;
		request_resource(ram, &k->arch.kernel_code);
		request_resource(ram, &k->arch.kernel_data);
	}
}

static void parse_early_params(struct kernel *k)
{
	uint32_t len;
	const char *text = boot_param(k, "memblock", &len);

	memblock_set_debug(k, text && len == 5 && !memcmp(text, "debug", 5));
	early_mem(k);
}

void setup_arch(struct kernel *k)
{
	memblock_init(k);
	setup_processor(k);
	early_fixmap_init(k);
	setup_machine_fdt(k);
	kmemleak_init(k);
	setup_earlycon(k);
	parse_early_params(k);
	printk(k, "Memory policy: Data cache %s",
	       k->arch.smp ? "writealloc" : "writeback");
	adjust_lowmem_bounds(k);
	arm_memblock_init(k);
	memblock_allow_resize(k);
	memblock_dump_all(k);
	paging_init(k);
	arch_numa_init(k, boot_fdt(k));
	bootmem_init(k);
	request_standard_resources(k);
}
