/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_LARGE_HASH_H
#define KERNEL_MM_LARGE_HASH_H

#include <stdint.h>

#include "kernel/lib/list.h"

struct kernel;

/*
 * A table of empty lists out of memblock's memory, before mm_init(): a bucket
 * for each 2^@scale bytes of the kernel's memory, or as many as the boot
 * argument @param says, but always a power of two. *@mask: the number of
 * buckets less one. Logs the size under @name. Never NULL: panics.
 */
struct list_head *alloc_early_system_hash(struct kernel *k, const char *name,
					  const char *param, unsigned int scale,
					  uint32_t *mask);

#endif
