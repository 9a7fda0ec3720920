/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLAB_DEF_H
#define KERNEL_MM_SLAB_DEF_H

/*
 * What a cache is made of (include/linux/slab_def.h, slub_def.h and
 * mm/slab.h's half for slob): a head that every allocator has, then what its
 * own allocator keeps. Only the part in use is charged and has storage.
 */

#include <stdint.h>

#include "kernel/hw.h"
#include "kernel/lib/list.h"

struct page;
struct kmem_cache_node;

/* Slub: what a CPU allocates from. */
struct kmem_cache_cpu {
	uint32_t freelist; /* kernel address; 0: none */
	uint32_t nr_partial;
	struct page *page; /* frozen: all its objects count as in use */
	struct page *partial; /* more frozen ones, by slab_list.next */
};

/*
 * Slab: free objects at hand, last in first out. A CPU's own, or shared by
 * the CPUs of a node. On ARM 16 bytes and 4 for each entry.
 */
struct array_cache {
	uint32_t avail, limit, batchcount, touched;
	uint32_t entry[]; /* kernel addresses */
};

#define SLAB_NUMNODES 4

struct kmem_cache {
	const char *name;
	uint32_t object_size; /* what a user asked for, ARM bytes */
	uint32_t size; /* from one object to the next */
	uint32_t align, flags;
	uint32_t host_size; /* of the C structure; 0: bytes in guest RAM */
	int refcount;
	uint32_t number; /* of its creation, from 1 */
	void (*ctor)(void *);
	struct list_head list; /* slab_state.slab_caches */

	/* all that slob has ends here */
	struct kmem_cache_node *node[SLAB_NUMNODES];
	uint32_t reciprocal; /* 2^32 / size, rounded up */
	union {
		struct { /* slub */
			uint32_t order, objects; /* of a slab: 2^order pages */
			uint32_t offset; /* of a free object's free pointer */
			uint32_t red_left_pad; /* red zone before each object */
			uint32_t inuse; /* object and right red zone */
			uint32_t min_partial;
			/* for a CPU beside its slab: objects, so many slabs */
			uint32_t cpu_partial, cpu_partial_slabs;
			struct kmem_cache_cpu cpu_slab[NR_CPUS];
		};
		struct { /* slab */
			uint32_t gfporder, num; /* of a slab, objects in it */
			uint32_t batchcount, limit, shared;
			uint32_t obj_offset; /* a red zone before each object */
			uint32_t colour, colour_off; /* how many, how far */
			uint32_t freelist_size, cflags;
			struct kmem_cache *freelist_cache; /* CFLGS_OFF_SLAB */
			struct array_cache *cpu_cache[NR_CPUS];
			/* arrays of one entry, to begin with */
			uint32_t boot_cache[NR_CPUS][5];
		};
	};
};

/* A cache's slabs of one node; linked by page->slab_list. */
struct kmem_cache_node {
	union {
		struct { /* slub */
			struct list_head partial;
			uint32_t nr_partial;
			uint64_t nr_slabs, total_objects;
		};
		struct { /* slab */
			struct list_head slabs_partial, slabs_full, slabs_free;
			uint32_t total_slabs, free_slabs; /* all, and empty */
			uint32_t free_objects, free_limit;
			uint32_t colour_next;
			uint32_t free_touched; /* slabs_free gave one lately */
			uint64_t next_reap; /* cycle */
			struct array_cache *shared; /* of its CPUs; or NULL */
		};
	};
};

#endif
