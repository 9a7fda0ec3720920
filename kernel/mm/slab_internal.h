/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLAB_INTERNAL_H
#define KERNEL_MM_SLAB_INTERNAL_H

/*
 * Between slab_common.c and the allocators behind it (mm/slab.h in Linux).
 * An allocator fills in struct slab_allocator and calls none of the others.
 */

#include "kernel/lib/asan.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/slab_state.h"

/* The part of a cache that every allocator has; 192 bytes on ARM with theirs. */
struct kmem_cache {
	const char *name;
	uint32_t object_size; /* what a user asked for, ARM bytes */
	uint32_t size; /* from one object to the next */
	uint32_t align, flags;
	uint32_t host_size; /* of the C structure; 0: bytes in guest RAM */
	void (*ctor)(void *);
	int refcount;
	struct list_head list; /* slab_state.slab_caches */
	uint32_t order, objects; /* of a slab: 2^order pages */

	/* slub.c's */
	uint32_t offset; /* of the free pointer within a free object */
	uint32_t red_left_pad; /* red zone in front of each object */
	uint32_t inuse_size; /* object and right red zone */
	uint32_t reciprocal; /* 2^32 / size, rounded up */
	uint32_t min_partial, cpu_partial_slabs;
	struct kmem_cache_cpu {
		uint32_t freelist; /* kernel address; 0: none */
		struct page *page; /* frozen: all its objects count as in use */
		struct page *partial; /* more frozen ones, by slab_list.next */
		uint32_t nr_partial;
	} cpu_slab[NR_CPUS];
	struct kmem_cache_node *node[MAX_NUMNODES];
};

struct kmem_cache_node {
	uint32_t nr_partial;
	struct list_head partial; /* page->slab_list */
	uint64_t nr_slabs, total_objects;
};

struct slabinfo {
	uint64_t active_objs, num_objs, active_slabs, num_slabs;
	uint32_t objects_per_slab, cache_order;
};

static inline uint32_t slab_bytes(const struct kmem_cache *cache)
{
	return PAGE_SIZE << cache->order;
}

struct slab_allocator {
	const char *name;
	/* First of all: the cache of caches. */
	void (*init)(struct task_struct *curr);
	/* Lays out @cache, which has size, align and flags. 0 or -errno. */
	int (*create)(struct task_struct *curr, struct kmem_cache *cache);
	/* False: objects are still in use. */
	bool (*destroy)(struct task_struct *curr, struct kmem_cache *cache);
	/* Kernel address or 0. */
	vaddr_t (*alloc)(struct task_struct *curr, struct kmem_cache *cache,
			 gfp_t gfp);
	void (*free)(struct task_struct *curr, struct kmem_cache *cache,
		     vaddr_t object);
	void (*get_slabinfo)(const struct kernel *k,
			     const struct kmem_cache *cache,
			     struct slabinfo *info);
	/* How many of the allocator's books don't balance; each is logged. */
	unsigned int (*verify)(struct kernel *k,
			       const struct kmem_cache *cache);
};

extern const struct slab_allocator slub_allocator;

/* Fills in a cache that has storage already, and lists it. 0 or -errno. */
int init_kmem_cache(struct task_struct *curr, struct kmem_cache *cache,
		    const char *name, uint32_t arm_size, uint32_t host_size,
		    uint32_t align, uint32_t flags, void (*ctor)(void *));

/* ---- mm/slab_debug.c ------------------------------------------------------- */

#define SLAB_RED_ZONE_BYTES 4
#define SLAB_RED_INACTIVE   0xbb /* around a free object */
#define SLAB_RED_ACTIVE     0xcc /* around one in use */

static inline bool slab_debugged(const struct kmem_cache *cache)
{
	return cache->flags &
	       (SLAB_POISON | SLAB_RED_ZONE | SLAB_CONSISTENCY_CHECKS);
}
/* Red zones get @value; a free object its pattern (not one with a ctor). */
void slab_init_object(struct kernel *k, const struct kmem_cache *cache,
		      vaddr_t object, uint8_t value);
/* Reports what isn't as slab_init_object() left it. */
void slab_check_object(struct kernel *k, const struct kmem_cache *cache,
		       vaddr_t object, uint8_t value);
/* Somebody misused @object: logs it and counts it in nr_errors. */
void slab_bug(struct kernel *k, const struct kmem_cache *cache,
	      const char *what, vaddr_t object);

#endif
