/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * The device tree for modules (Linux: drivers/of/base.c, address.c, irq.c). A
 * node's name among ARM code is the address at which it stands in the flat tree
 * in guest RAM; it is believed when a node begins there.
 */

#include <errno.h>
#include <libfdt.h>

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/irq/irq.h"
#include "kernel/mm/kobj.h"
#include "kernel/module/claims.h"
#include "kernel/state.h"

static vaddr_t node_handle(const struct kernel *k, int node)
{
	const struct fdt_header *fdt = boot_fdt(k);

	if (node < 0)
		return 0;
	return phys_to_virt(k, k->arch.dtb_paddr) +
	       (vaddr_t)fdt_off_dt_struct(fdt) + (vaddr_t)node;
}

/* The node that argument @n names; negative: none. */
static int node_arg(const struct export *call, unsigned int n)
{
	const struct kernel *k = call->curr->k;
	const void *fdt = boot_fdt(k);
	const vaddr_t handle = export_arg(call, n);
	const vaddr_t first = node_handle(k, 0);

	if (handle < first || handle - first >= fdt_size_dt_struct(fdt) ||
	    !fdt_get_name(fdt, (int)(handle - first), NULL))
		return -1;
	return (int)(handle - first);
}

uint64_t export_of_find_compatible_node(const struct export *call)
{
	const int from = export_arg(call, 0) ? node_arg(call, 0) : -1;
	char compatible[64];

	if (export_arg(call, 0) && from < 0)
		return 0;
	export_string(call, export_arg(call, 2), compatible,
		      sizeof(compatible));
	return node_handle(call->curr->k,
			   fdt_node_offset_by_compatible(
				   boot_fdt(call->curr->k), from, compatible));
}

uint64_t export_of_find_node_by_path(const struct export *call)
{
	char path[128];

	export_string(call, export_arg(call, 0), path, sizeof(path));
	return node_handle(call->curr->k,
			   fdt_path_offset(boot_fdt(call->curr->k), path));
}

uint64_t export_of_device_is_compatible(const struct export *call)
{
	const int node = node_arg(call, 0);
	char compatible[64];

	export_string(call, export_arg(call, 1), compatible,
		      sizeof(compatible));
	return node >= 0 && !fdt_node_check_compatible(boot_fdt(call->curr->k),
						       node, compatible);
}

uint64_t export_of_property_read_u32_index(const struct export *call)
{
	const int node = node_arg(call, 0);
	const uint32_t index = export_arg(call, 2);
	const fdt32_t *cells = NULL;
	uint32_t value;
	char name[64];
	int len = 0;

	export_string(call, export_arg(call, 1), name, sizeof(name));
	if (node >= 0)
		cells = fdt_getprop(boot_fdt(call->curr->k), node, name, &len);
	if (!cells)
		return (uint32_t)-EINVAL;
	if (index >= (uint32_t)len / sizeof(*cells))
		return (uint32_t)-EOVERFLOW;
	value = fdt32_to_cpu(cells[index]);
	export_write(call, export_arg(call, 3), &value, sizeof(value));
	return 0;
}

uint64_t export_irq_of_parse_and_map(const struct export *call)
{
	const int node = node_arg(call, 0), index = (int)export_arg(call, 1);

	export_might_sleep(call);
	if (node < 0 || index < 0 || index > 1000)
		return 0;
	return irq_of_parse_and_map(call->curr, node, index);
}

uint64_t export_of_iomap(const struct export *call)
{
	const int node = node_arg(call, 0), index = (int)export_arg(call, 1);
	uint64_t nr_bytes;
	vaddr_t iomem, page;
	paddr_t paddr;

	export_might_sleep(call);
	if (node < 0 || index < 0 || index > 1000 ||
	    !of_reg(boot_fdt(call->curr->k), node, index, &paddr, &nr_bytes) ||
	    nr_bytes > UINT32_MAX)
		return 0;
	iomem = ioremap_caller(call->curr, paddr, (uint32_t)nr_bytes,
			       IOREMAP_DEVICE, "of_iomap");
	page = iomem & PAGE_MASK;
	CLAIM_OR(call, page, CLAIM_IOREMAP, 0, iounmap(call->curr, iomem));
	return page ? iomem : 0;
}
