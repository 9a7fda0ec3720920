/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/amba.h"

/*
 * PrimeCells, as the device tree names them (Linux: drivers/amba/bus.c with
 * drivers/of/platform.c): each has its range of addresses whether or not there
 * is a driver for it.
 *
 * MODEL: no matching of drivers by identification registers; each driver looks
 * for its own node.
 */

#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/lib/resource.h"
#include "kernel/state.h"

static void add_device(struct task_struct *curr, const void *fdt, int node)
{
	struct resource *res;
	uint64_t nr_bytes;
	paddr_t paddr;

	if (!of_reg(fdt, node, 0, &paddr, &nr_bytes))
		return;
	res = request_mem_region(curr, paddr, (uint32_t)nr_bytes,
				 fdt_get_name(fdt, node, NULL));
	if (res)
		res->flags = 0; /* nobody uses it yet */
}

void amba_init(struct task_struct *curr)
{
	const void *fdt = boot_fdt(curr->k);
	int node = -1;

	while ((node = fdt_node_offset_by_compatible(fdt, node,
						     "arm,primecell")) >= 0)
		if (of_device_is_available(fdt, node))
			add_device(curr, fdt, node);
}

int amba_request_regions(struct task_struct *curr, int node, const char *name)
{
	const void *fdt = boot_fdt(curr->k);
	const char *full = fdt_get_name(fdt, node, NULL);
	uint64_t nr_bytes;
	char text[64];
	paddr_t paddr;

	if (!of_reg(fdt, node, 0, &paddr, &nr_bytes))
		return -EBUSY;
	snprintf(text, sizeof(text), "%x.%.*s %s", (uint32_t)paddr,
		 (int)strcspn(full, "@"), full, full);
	return request_mem_region(curr, paddr, (uint32_t)nr_bytes, name ?: text)
		       ? 0
		       : -EBUSY;
}
