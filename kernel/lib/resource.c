/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/resource.h"

/*
 * The tree of physical addresses in use (kernel/resource.c). Its root is all
 * there are, struct kernel's iomem_resource. Invariant: children lie within
 * their parent, in order of address, none overlapping.
 *
 * Leaves out: busy regions and drivers' claims, insertion above what is
 * already there, I/O ports.
 */

#include <errno.h>

#include "kernel/fs/seq_file.h"
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
