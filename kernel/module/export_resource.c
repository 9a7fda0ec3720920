/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Physical addresses for modules: what is behind the gates of linux/ioport.h.
 * A module reads its region where the object that is ours is charged; what it
 * writes there nobody reads.
 */

#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/resource.h"
#include "kernel/mm/kobj.h"
#include "kernel/module/claims.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* As in guests' linux/ioport.h; the name's bytes follow. */
struct arm_resource {
	uint32_t start, end, name, flags, desc, parent, sibling, child;
};

/* What the module may read of it lies where the object is charged. */
static void show_region(const struct export *call, vaddr_t at,
			const struct resource *region)
{
	const struct arm_resource arm = {
		.start = (uint32_t)region->start,
		.end = (uint32_t)region->end,
		.name = at + sizeof(arm),
		.flags = region->flags,
	};

	_Static_assert(sizeof(arm) == ARM_SIZEOF_RESOURCE, "as it is charged");
	export_write(call, at, &arm, sizeof(arm));
	export_write(call, arm.name, region->name,
		     (uint32_t)strlen(region->name) + 1);
}

/* The parent is iomem_resource: modules know no other. */
uint64_t export___request_region(const struct export *call)
{
	struct resource *region;
	char name[64];
	vaddr_t at;

	export_might_sleep(call);
	export_string(call, export_arg(call, 3), name, sizeof(name));
	region = request_mem_region(call->curr, export_arg(call, 1),
				    export_arg(call, 2), name);
	if (!region)
		return 0;
	at = kobj_addr(call->curr->k, region);
	CLAIM_OR(call, at, CLAIM_REGION, 0, release_region(call->curr, region));
	if (at)
		show_region(call, at, region);
	return at;
}

/* One that isn't there is a line in the log, as in Linux. */
uint64_t export___release_region(const struct export *call)
{
	struct kernel *k = call->curr->k;
	const uint32_t start = export_arg(call, 1), n = export_arg(call, 2);
	struct resource *region = lookup_region(&k->iomem_resource, start, n);

	export_might_sleep(call);
	if (!region) {
		printk(k, "Trying to free nonexistent resource <%08x-%08x>",
		       start, start + n - 1);
		return 0;
	}
	module_unclaim(call, kobj_addr(k, region), CLAIM_REGION);
	release_region(call->curr, region);
	return 0;
}
