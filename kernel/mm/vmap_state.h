/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VMAP_STATE_H
#define KERNEL_MM_VMAP_STATE_H

/* What mm/vmalloc.c and mm/vmap_area.c keep. */

#include <stdbool.h>

#include "kernel/lib/list.h"
#include "kernel/lib/ratelimit.h"
#include "kernel/lib/rbtree.h"
#include "kernel/mm/shrinker.h"

struct kmem_cache;
struct vm_struct;
struct vmap_area;

/* Areas that don't overlap, in the order of their addresses. */
struct vmap_tree {
	struct rb_root root;
	struct list_head list;
};

struct vmap_state {
	struct vmap_tree busy; /* each in use, by somebody's vm_struct */
	struct vmap_tree free; /* knows the largest of each subtree */
	struct vmap_tree lazy; /* unmapped; TLBs may still know them */
	uint32_t lazy_nr; /* pages of the last */
	struct vmap_area *preload; /* one in store, for a split in two */
	struct kmem_cache *area_cachep;
	struct vm_struct *vmlist; /* before vmalloc_init(), by address */
	bool initialized; /* vmalloc_init() was here */

	uint32_t nr_vmalloc_pages;
	struct vm_struct *deferred; /* vfree()d in an interrupt */
	uint32_t nr_deferred; /* areas */
	struct shrinker shrinker; /* frees those when memory is short */
	struct ratelimit_state failed_rs;
};

#endif
