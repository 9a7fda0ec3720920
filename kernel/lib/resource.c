/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/resource.h"

/*
 * The tree of physical addresses in use (kernel/resource.c). Its root is all
 * there are, struct kernel's iomem_resource. Invariant: children lie within
 * their parent, in order of address, none overlapping.
 *
 * A device's range is its bus' from boot on; the driver that uses it requests
 * a region of the same size, which lies in it and is busy. Only what is busy
 * keeps others out.
 *
 * Leaves out: insertion above what is already there, I/O ports, waiting for a
 * region.
 */

#include <errno.h>
#include <string.h>

#include "kernel/arm_sizes.h"

#include "kernel/fs/seq_file.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

struct resource *request_resource_conflict(struct resource *root,
					   struct resource *new)
{
	struct resource **at = &root->child;

	if (new->end < new->start || new->start < root->start ||
	    new->end > root->end)
		return root;
	while (*at && (*at)->end < new->start)
		at = &(*at)->sibling;
	if (*at && (*at)->start <= new->end)
		return *at;
	new->parent = root;
	new->sibling = *at;
	*at = new;
	return NULL;
}

int request_resource(struct resource *root, struct resource *new)
{
	return request_resource_conflict(root, new) ? -EBUSY : 0;
}

int release_resource(struct resource *old)
{
	struct resource **at;

	if (!old->parent)
		return -EINVAL;
	for (at = &old->parent->child; *at; at = &(*at)->sibling) {
		if (*at != old)
			continue;
		*at = old->sibling;
		old->parent = NULL;
		return 0;
	}
	return -EINVAL;
}

/* ---- regions ------------------------------------------------------------------- */

#define REGION_NAME_MAX 64u

/* What request_region() makes: the name stands behind it. */
struct region {
	struct resource res;
	char name[REGION_NAME_MAX];
};

struct resource *request_region(struct task_struct *curr,
				struct resource *parent, paddr_t start,
				uint32_t nr_bytes, const char *name)
{
	const uint32_t len = (uint32_t)strnlen(name, REGION_NAME_MAX - 1);
	struct region *region = kzalloc_obj(curr, ARM_SIZEOF_RESOURCE + len + 1,
					    sizeof(*region), GFP_KERNEL);
	struct resource *conflict;

	if (!region)
		return NULL;
	memcpy(region->name, name, len);
	region->res = (struct resource){
		.start = start,
		.end = start + nr_bytes - 1,
		.name = region->name,
		.flags = IORESOURCE_BUSY,
	};
	while ((conflict = request_resource_conflict(parent, &region->res))) {
		if (conflict == parent || conflict->flags & IORESOURCE_BUSY) {
			kfree_obj(curr, region);
			return NULL;
		}
		parent = conflict;
	}
	return &region->res;
}

struct resource *lookup_region(struct resource *parent, paddr_t start,
			       uint32_t nr_bytes)
{
	struct resource *r = parent->child;

	while (r) {
		if (r->flags & IORESOURCE_BUSY && r->start == start &&
		    r->end == start + nr_bytes - 1)
			return r;
		/* the one that may have it within */
		if (r->start <= start && r->end >= start + nr_bytes - 1)
			r = r->child;
		else
			r = r->sibling;
	}
	return NULL;
}

void release_region(struct task_struct *curr, struct resource *region)
{
	release_resource(region);
	kfree_obj(curr, container_of(region, struct region, res));
}

/* ---- /proc/iomem ------------------------------------------------------------- */

#define MAX_IORES_LEVEL 5 /* deeper ones are indented no more */

static int depth_of(const struct resource *root, const struct resource *r)
{
	int depth = 0;

	for (; depth < MAX_IORES_LEVEL && r->parent != root; r = r->parent)
		depth++;
	return depth;
}

/* Parents before children, by order of address. */
static const struct resource *next_resource(const struct resource *r)
{
	if (r->child)
		return r->child;
	while (!r->sibling && r->parent)
		r = r->parent;
	return r->sibling;
}

bool iomem_is_busy(const struct kernel *k, paddr_t start, uint32_t nr_bytes)
{
	const struct resource *r = k->iomem_resource.child;

	for (; r; r = next_resource(r))
		if (r->flags & IORESOURCE_BUSY && r->start < start + nr_bytes &&
		    r->end >= start)
			return true;
	return false;
}

int iomem_show(struct seq_file *m, void *v)
{
	const struct resource *root = &m->k->iomem_resource;

	(void)v;
	for (const struct resource *r = root->child; r; r = next_resource(r))
		seq_printf(m, "%*s%08llx-%08llx : %s\n", 2 * depth_of(root, r),
			   "", m->admin ? (unsigned long long)r->start : 0,
			   m->admin ? (unsigned long long)r->end : 0, r->name);
	return 0;
}
