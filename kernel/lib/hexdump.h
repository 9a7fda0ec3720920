/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_HEXDUMP_H
#define KERNEL_LIB_HEXDUMP_H

#include <stdint.h>

#include "mmu/types.h"

struct kernel;

/* Logs the bytes at @kaddr, a lowmem address, 16 a line, as text beside it. */
void print_hex_dump(struct kernel *k, const char *prefix, vaddr_t kaddr,
		    uint32_t nr_bytes);

#endif
