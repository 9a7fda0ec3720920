/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>

#define IORESOURCE_MEM  0x00000200u
#define IORESOURCE_BUSY 0x80000000u

/* A range of physical addresses. What a module writes into it nobody reads. */
struct resource {
	resource_size_t start, end; /* the last byte's */
	const char *name;
	unsigned long flags;
	unsigned long desc;
	struct resource *parent, *sibling, *child; /* NULL for modules */
};

/** iomem_resource - all physical addresses, as /proc/iomem shows them */
extern struct resource iomem_resource;

/**
 * __request_region - request_mem_region() with all it takes
 * @parent: iomem_resource
 * @start: the first address
 * @n: how many
 * @name: what /proc/iomem calls them
 * @flags: 0
 *
 * Context: Process context; may sleep.
 * Return: the region; NULL when somebody else uses some of it.
 */
struct resource *__request_region(struct resource *parent,
				  resource_size_t start, resource_size_t n,
				  const char *name, int flags);
/**
 * __release_region - release_mem_region() with all it takes
 * @parent: iomem_resource
 * @start: the first address
 * @n: how many
 *
 * Context: Process context; may sleep.
 */
void __release_region(struct resource *parent, resource_size_t start,
		      resource_size_t n);

/**
 * request_mem_region - take physical addresses for oneself
 * @start: the first
 * @n: how many
 * @name: what /proc/iomem calls them
 *
 * Keeps others who ask out of a device, and maps nothing.
 *
 * Context: Process context; may sleep.
 * Return: the region; NULL when somebody else uses some of it.
 */
#define request_mem_region(start, n, name) \
	__request_region(&iomem_resource, (start), (n), (name), 0)
/**
 * release_mem_region - give back what request_mem_region() gave
 * @start: the first
 * @n: how many
 *
 * Context: Process context; may sleep.
 */
#define release_mem_region(start, n) \
	__release_region(&iomem_resource, (start), (n))

#endif
