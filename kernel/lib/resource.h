/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_RESOURCE_H
#define KERNEL_LIB_RESOURCE_H

/*
 * Who has which physical addresses (include/linux/ioport.h): a tree, in which
 * a range's parent encloses it and siblings don't overlap. /proc/iomem shows
 * it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct kernel;
struct seq_file;
struct task_struct;

#define IORESOURCE_BUSY 0x80000000u /* a driver uses it */

struct resource {
	paddr_t start, end; /* the last byte's */
	const char *name;
	uint32_t flags; /* IORESOURCE_… */
	struct resource *parent, *sibling, *child; /* by order of address */
};

/*
 * Puts @new, which stays the caller's, under @root. NULL, or the first of
 * root's children that overlaps it (root itself when @new isn't within it);
 * then nothing was done.
 */
struct resource *request_resource_conflict(struct resource *root,
					   struct resource *new);
/* The same; 0 or -EBUSY. */
int request_resource(struct resource *root, struct resource *new);
/* Takes @old out, with all that is under it. 0, or -EINVAL: it isn't there. */
int release_resource(struct resource *old);

/*
 * A range of their own: a new resource, busy, in the innermost range that has
 * it, with a copy of @name. NULL: somebody else is there, or uses some of it;
 * or no memory. May sleep.
 */
struct resource *request_region(struct task_struct *curr,
				struct resource *parent, paddr_t start,
				uint32_t nr_bytes, const char *name);
#define request_mem_region(curr, start, nr_bytes, name) \
	request_region(curr, &(curr)->k->iomem_resource, start, nr_bytes, name)
/* The one that begins at @start and has this size; NULL: there is none. */
struct resource *lookup_region(struct resource *parent, paddr_t start,
			       uint32_t nr_bytes);
/* Takes back what request_region() gave. */
void release_region(struct task_struct *curr, struct resource *region);

/* Does a driver use any of the @nr_bytes at @start? */
bool iomem_is_busy(const struct kernel *k, paddr_t start, uint32_t nr_bytes);

/* /proc/iomem; addresses are 0 for those who may not administer. */
int iomem_show(struct seq_file *m, void *v);

#endif
