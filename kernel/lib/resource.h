/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_RESOURCE_H
#define KERNEL_LIB_RESOURCE_H

/*
 * Who has which physical addresses (include/linux/ioport.h): a tree, in which
 * a range's parent encloses it and siblings don't overlap. /proc/iomem shows
 * it.
 */

#include <stdint.h>

#include "mmu/types.h"

struct kernel;
struct seq_file;

struct resource {
	paddr_t start, end; /* the last byte's */
	const char *name;
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

/* /proc/iomem; addresses are 0 for those who may not administer. */
int iomem_show(struct seq_file *m, void *v);

#endif
