/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SHOW_MEM_H
#define KERNEL_MM_SHOW_MEM_H

#include <stdint.h>

struct kernel;

/*
 * "Mem-Info:" and what follows, into the log: all memory by use, by node, by
 * zone and by free block. For the reports of an allocation that failed and of
 * the OOM killer, and for sysrq-m.
 */
void show_mem(struct kernel *k);
/* The same, of these nodes' zones alone; 0: all. */
void show_mem_nodes(struct kernel *k, uint32_t nodemask);

#endif
