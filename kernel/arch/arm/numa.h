/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_NUMA_H
#define KERNEL_ARCH_ARM_NUMA_H

/* Which memory and which CPU belong to which node (asm-generic/numa.h). */

#include <stdbool.h>

struct kernel;

#define LOCAL_DISTANCE  10
#define REMOTE_DISTANCE 20

/*
 * Reads the nodes from the device tree at @fdt: memblock's regions get theirs,
 * mem.cpu_node and mem.node_distance are filled in, and each node's
 * pglist_data gets memory, its own if possible. A tree that numbers nothing,
 * a wrong one and the boot argument numa=off all make one node 0. After RAM is
 * mapped and before bootmem_init().
 */
void arch_numa_init(struct kernel *k, const void *fdt);

/*
 * Distance from one node to another, if it makes sense: 10 from a node to
 * itself, at most 255. Otherwise says so, once, and changes nothing.
 */
void numa_set_distance(struct kernel *k, int from, int to, int distance);
/* @cpu is up, and counts as one of its node's. */
void numa_add_cpu(struct kernel *k, unsigned int cpu);

#endif
