/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLAB_STATE_H
#define KERNEL_MM_SLAB_STATE_H

/* What the slab allocators keep for the whole kernel. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/mm/slab_def.h"

struct kernfs_node;
struct slab_allocator;
struct task_struct;

/* kmalloc-8 … kmalloc-8k by power of two; [1] and [2] are 96 and 192. */
#define KMALLOC_SHIFT_HIGH 13
enum kmalloc_cache_type {
	KMALLOC_NORMAL,
	KMALLOC_RECLAIM,
	KMALLOC_DMA, /* boards with a ZONE_DMA have these */
	NR_KMALLOC_TYPES
};

struct slab_state {
	const struct slab_allocator *ops; /* slub, slab or slob */
	struct list_head slab_caches; /* all of them, newest first */
	struct kmem_cache *kmem_cache; /* the cache of struct kmem_cache */
	struct kmem_cache *kmem_cache_node; /* slub's alone */
	struct kmem_cache kmem_cache_boot; /* where the first one stands */
	struct kmem_cache
		*kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];
	uint32_t nr_caches_created;
	bool up; /* caches can be made */
	struct kmem_cache_node *init_nodes; /* slab: to boot with */
	uint32_t slab_max_order; /* slab: no higher, if an object fits */
	/* Slob: pages with room for objects below 256, 1024, and larger. */
	struct list_head free_slob_small, free_slob_medium, free_slob_large;
	struct kernel_slab_stats stats;
	/* /sys/kernel/slab, with whom to tell of caches; NULL: there is none */
	struct kernfs_node *sysfs_dir;
	void (*sysfs_add)(struct task_struct *curr, struct kmem_cache *cache);
	void (*sysfs_remove)(struct task_struct *curr,
			     struct kmem_cache *cache);
	uint64_t nr_errors; /* reports of corrupted or misused objects */
};

#endif
