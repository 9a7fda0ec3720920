/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_OF_H
#define _LINUX_OF_H

/* The board's device tree. */

#include <linux/errno.h>
#include <linux/types.h>

/* A node, by a name that only the kernel's functions understand. */
struct device_node;

/**
 * of_find_compatible_node - find the next device of a kind
 * @from: behind this one; NULL: from the tree's root on
 * @type: NULL
 * @compatible: what the kind is called, as in "arm,sp804"
 *
 * Context: Any.
 * Return: the node, or NULL.
 */
struct device_node *of_find_compatible_node(struct device_node *from,
					    const char *type,
					    const char *compatible);
/**
 * of_find_node_by_path - find a node by where it is
 * @path: as in "/aliases", or an alias
 *
 * Context: Any.
 * Return: the node, or NULL.
 */
struct device_node *of_find_node_by_path(const char *path);
/**
 * of_property_read_u32_index - read a number of a node's
 * @node: the node
 * @name: of the property
 * @index: which of its numbers
 * @to: where it goes
 *
 * Context: Any.
 * Return: 0; -EINVAL: no such property; -EOVERFLOW: it has not so many.
 */
int of_property_read_u32_index(const struct device_node *node, const char *name,
			       u32 index, u32 *to);
/**
 * of_device_is_compatible - is a node of a kind?
 * @node: the node
 * @compatible: what the kind is called
 *
 * Context: Any.
 * Return: not 0 if it is.
 */
int of_device_is_compatible(const struct device_node *node,
			    const char *compatible);

#define of_property_read_u32(node, name, to) \
	of_property_read_u32_index(node, name, 0, to)
#define for_each_compatible_node(node, type, compatible)                   \
	for (node = of_find_compatible_node(NULL, type, compatible); node; \
	     node = of_find_compatible_node(node, type, compatible))

/* Nodes stay for ever: nobody counts who looks at them. */
static inline struct device_node *of_node_get(struct device_node *node)
{
	return node;
}

static inline void of_node_put(struct device_node *node)
{
	(void)node;
}

#endif
