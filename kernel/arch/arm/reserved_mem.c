/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/setup.h"

/*
 * Memory that the device tree keeps from the kernel, or has it keep
 * (drivers/of/of_reserved_mem.c; rmem_cma_setup() of kernel/dma/contiguous.c):
 * the blob's own list of ranges, and the nodes of /reserved-memory. A node has
 * a place (reg), or a size, alignment and ranges within which the kernel finds
 * one.
 *
 * MODEL: no-map is not looked at but for CMA: such memory is reserved and yet
 * mapped.
 */

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "kernel/lib/printk.h"
#include "kernel/mm/dma_contiguous.h"
#include "kernel/state.h"

struct reserved_node {
	int offset;
	const char *name;
	paddr_t base;
	uint64_t size;
};

static bool has(const void *fdt, const struct reserved_node *node,
		const char *property)
{
	return fdt_getprop(fdt, node->offset, property, NULL);
}

static bool is_cma(const void *fdt, const struct reserved_node *node)
{
	return !fdt_node_check_compatible(fdt, node->offset,
					  "shared-dma-pool") &&
	       has(fdt, node, "reusable") && !has(fdt, node, "no-map");
}

/* ---- a place is found ------------------------------------------------------------- */

/* A property of as many cells as a size has. False: it has others. */
static bool one_size(struct kernel *k, const struct reserved_node *node,
		     const char *property, uint64_t *value)
{
	const void *fdt = boot_fdt(k);
	int cells = fdt_size_cells(fdt, 0), len;
	const fdt32_t *cell = fdt_getprop(fdt, node->offset, property, &len);

	if (!cell)
		return true;
	if (len != cells * (int)sizeof(*cell)) {
		printk(k, "OF: reserved mem: invalid %s property in '%s' node.",
		       property, node->name);
		return false;
	}
	*value = of_read_number(cell, cells);
	return true;
}

/* In the first of its alloc-ranges that has room; without any, anywhere. */
static paddr_t find_place(struct kernel *k, const struct reserved_node *node,
			  uint64_t align)
{
	const void *fdt = boot_fdt(k);
	int nr_base = fdt_address_cells(fdt, 0);
	int nr_cells = nr_base + fdt_size_cells(fdt, 0), len;
	const fdt32_t *cell = fdt_getprop(fdt, node->offset, "alloc-ranges",
					  &len);

	if (!cell)
		return memblock_phys_alloc_range(k, node->size, align, 0,
						 MEMBLOCK_ALLOC_ANYWHERE);
	for (; len >= nr_cells * (int)sizeof(*cell);
	     len -= nr_cells * (int)sizeof(*cell), cell += nr_cells) {
		paddr_t start = of_read_number(cell, nr_base), place;
		uint64_t size = of_read_number(cell + nr_base,
					       nr_cells - nr_base);

		place = memblock_phys_alloc_range(k, node->size, align, start,
						  start + size);
		if (place)
			return place;
	}
	return 0;
}

static int alloc_size(struct kernel *k, struct reserved_node *node)
{
	uint64_t align = 0;

	if (!one_size(k, node, "size", &node->size) ||
	    !one_size(k, node, "alignment", &align) || !node->size)
		return -EINVAL;
	if (is_cma(boot_fdt(k), node) && align < CMA_MIN_ALIGNMENT_BYTES)
		align = CMA_MIN_ALIGNMENT_BYTES;
	if (align & (align - 1))
		return -EINVAL;
	node->base = find_place(k, node, align);
	if (node->base)
		return 0;
	printk(k, "OF: reserved mem: failed to allocate memory for node '%s'",
	       node->name);
	return -ENOMEM;
}

/* ---- and used ----------------------------------------------------------------------- */

/* -ENOENT: not meant to be one. */
static int rmem_cma_setup(struct kernel *k, const struct reserved_node *node)
{
	const void *fdt = boot_fdt(k);
	bool is_default = has(fdt, node, "linux,cma-default");
	struct cma *cma;
	int err;

	if (fdt_node_check_compatible(fdt, node->offset, "shared-dma-pool"))
		return -ENOENT;
	if (is_default && cma_on_command_line(k)) {
		printk(k,
		       "Reserved memory: bypass %s node, using cmdline CMA "
		       "params instead",
		       node->name);
		return -EBUSY;
	}
	if (!is_cma(fdt, node))
		return -EINVAL;
	if ((node->base | node->size) & (CMA_MIN_ALIGNMENT_BYTES - 1)) {
		printk(k, "Reserved memory: incorrect alignment of CMA region");
		return -EINVAL;
	}
	err = cma_init_reserved_mem(k, node->base, node->size, 0, node->name,
				    &cma);
	if (err) {
		printk(k, "Reserved memory: unable to setup CMA region");
		return err;
	}
	if (is_default)
		k->mem.cma.dma_default = cma;
	printk(k,
	       "Reserved memory: created CMA memory pool at 0x%08llx, size "
	       "%llu MiB",
	       (unsigned long long)node->base,
	       (unsigned long long)node->size >> 20);
	return 0;
}

static void init_node(struct kernel *k, const struct reserved_node *node)
{
	int err = rmem_cma_setup(k, node);

	if (!err)
		printk(k,
		       "OF: reserved mem: initialized node %s, compatible id "
		       "shared-dma-pool",
		       node->name);
	if (!err || err == -ENOENT)
		return;
	printk(k, "OF: reserved mem: node %s compatible matching fail",
	       node->name);
	memblock_phys_free(k, node->base, node->size);
}

/* ---- all of it ------------------------------------------------------------------------ */

static bool is_available(const void *fdt, int offset)
{
	const char *status = fdt_getprop(fdt, offset, "status", NULL);

	return !status || !strcmp(status, "okay") || !strcmp(status, "ok");
}

/* False: the node has no place yet. */
static bool reserve_reg(struct kernel *k, struct reserved_node *node)
{
	const void *fdt = boot_fdt(k);
	uint64_t size;
	paddr_t base;

	if (!of_reg(fdt, node->offset, 0, &node->base, &node->size))
		return false;
	for (int i = 0; of_reg(fdt, node->offset, i, &base, &size); i++)
		if (memblock_reserve(k, base, size))
			printk(k,
			       "Reserved memory: failed to reserve memory for "
			       "node '%s': base 0x%08llx, size %llu MiB",
			       node->name, (unsigned long long)base,
			       (unsigned long long)size >> 20);
	return true;
}

void early_init_fdt_scan_reserved_mem(struct kernel *k)
{
	const void *fdt = boot_fdt(k);
	int parent = fdt_path_offset(fdt, "/reserved-memory");
	struct reserved_node node = {0};

	for (int i = 0; i < fdt_num_mem_rsv(fdt); i++) {
		uint64_t base, nr_bytes;

		if (!fdt_get_mem_rsv(fdt, i, &base, &nr_bytes))
			memblock_reserve(k, base, nr_bytes);
	}
	/* What has a place first, so that nobody else is put there. */
	for (int pass = 0; pass < 2 && parent >= 0; pass++)
		fdt_for_each_subnode(node.offset, fdt, parent)
		{
			bool placed;

			node.name = fdt_get_name(fdt, node.offset, NULL);
			placed = has(fdt, &node, "reg");
			if (!is_available(fdt, node.offset) ||
			    placed != (pass == 0))
				continue;
			if (placed ? reserve_reg(k, &node)
				   : !alloc_size(k, &node))
				init_node(k, &node);
		}
}
