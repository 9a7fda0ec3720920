/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_DUMP_OBJ_H
#define KERNEL_MM_DUMP_OBJ_H

#include "mmu/types.h"

struct kernel;

struct mem_text {
	char text[160];
};
/*
 * What the books say of an address that somebody has in a register: "slab
 * kmalloc-64 start … pointer offset 8 size 64", "NULL pointer" and the like.
 * (Linux prints it: mm.h's mem_dump_obj().)
 */
struct mem_text describe_mem(const struct kernel *k, vaddr_t kaddr);

#endif
