/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLAB_INTERNAL_H
#define KERNEL_MM_SLAB_INTERNAL_H

/*
 * Between slab_common.c and the allocators behind it (mm/slab.h in Linux).
 * An allocator fills in struct slab_allocator and calls none of the others.
 */

#include "kernel/lib/asan.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/slab_def.h"
#include "kernel/mm/slab_state.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* A slab goes: reclaim wants to know what its shrinkers brought. */
static inline void mm_account_reclaimed_pages(const struct task_struct *curr,
					      unsigned int order)
{
	if (curr->reclaim_state)
		curr->reclaim_state->reclaimed_slab += 1u << order;
}

struct slabinfo {
	uint64_t active_objs, num_objs, active_slabs, num_slabs, shared_avail;
	uint32_t limit, batchcount, shared; /* slab's tunables */
	uint32_t objects_per_slab, cache_order;
};

/* The numbers of objects in a CPU's array, of a batch, of shared batches. */
struct slab_tunables {
	uint32_t limit, batchcount, shared;
};

/*
 * Addresses are those of objects as their users have them; @caller names the
 * function that asked, and lives for ever.
 */
struct slab_allocator {
	const char *name;
	/* First of all: the cache of caches. */
	void (*init)(struct task_struct *curr);
	/* When kmalloc's classes are there; or NULL. */
	void (*init_late)(struct task_struct *curr);
	/* Lays out @cache, which has size, align and flags. 0 or -errno. */
	int (*create)(struct task_struct *curr, struct kmem_cache *cache);
	/* Gives back what no object needs. False: objects are in use. */
	bool (*shrink)(struct task_struct *curr, struct kmem_cache *cache);
	/* Takes apart a cache that shrank to nothing, or was half made. */
	void (*release)(struct task_struct *curr, struct kmem_cache *cache);
	/* Some of what has long been idle; or NULL. */
	void (*reap)(struct task_struct *curr, struct kmem_cache *cache);
	/* Kernel address or 0; from node @nid if possible (NUMA_NO_NODE: any). */
	vaddr_t (*alloc)(struct task_struct *curr, struct kmem_cache *cache,
			 gfp_t gfp, int nid, const char *caller);
	void (*free)(struct task_struct *curr, struct kmem_cache *cache,
		     vaddr_t object, const char *caller);
	/* kmalloc, kfree and ksize without size classes: all or none. */
	vaddr_t (*alloc_bytes)(struct task_struct *curr, uint32_t nr_bytes,
			       gfp_t gfp, int nid);
	void (*free_bytes)(struct task_struct *curr, vaddr_t object);
	uint32_t (*bytes_size)(const struct kernel *k, vaddr_t object);
	/* With what is around it and belongs to nobody else. */
	uint32_t (*bytes_room)(const struct kernel *k, vaddr_t object);
	/* Says which objects of a cache are in use, and whose; or NULL. */
	void (*list_objects)(struct task_struct *curr,
			     const struct kmem_cache *cache);
	/* Says who had the object of a slab last, if that is known; or NULL. */
	void (*print_owner)(struct kernel *k, const struct page *slab,
			    vaddr_t object);
	/* NULL: no /proc/slabinfo. */
	void (*get_slabinfo)(const struct kernel *k,
			     const struct kmem_cache *cache,
			     struct slabinfo *info);
	/* Other tunables; NULL: there are none. 0 or -errno. */
	int (*tune)(struct task_struct *curr, struct kmem_cache *cache,
		    const struct slab_tunables *tunables);
	/* Adds what is in use in a slab, object by object. */
	void (*count_slab)(const struct kernel *k, const struct page *page,
			   struct kernel_slab_usage *usage);
	/* How many of a cache's books don't balance; each is logged. */
	unsigned int (*verify)(struct kernel *k,
			       const struct kmem_cache *cache);
	/* The same of what belongs to no cache; or NULL. */
	unsigned int (*verify_all)(struct kernel *k);
};

/* ---- mm/slab_usage.c -------------------------------------------------------- */

/* An object in use of a slab of @cache, whose user has it at @object. */
void count_slab_object(const struct kernel *k, const struct kmem_cache *cache,
		       vaddr_t object, struct kernel_slab_usage *usage);
/* 1, and a line in the log, when the books differ from a count of all pages. */
unsigned int verify_slab_usage(struct kernel *k);

/* ---- mm/slab_common.c ------------------------------------------------------- */

extern const struct slab_allocator slab_allocator, slob_allocator,
	slub_allocator;

/* Fills in a cache that has storage already, and lists it. 0 or -errno. */
int init_kmem_cache(struct task_struct *curr, struct kmem_cache *cache,
		    const char *name, uint32_t arm_size, uint32_t host_size,
		    uint32_t align, uint32_t flags, void (*ctor)(void *));
/* An object from @cache for @caller, who uses @requested bytes of it; or 0. */
vaddr_t slab_alloc_object(struct task_struct *curr, struct kmem_cache *cache,
			  uint32_t requested, gfp_t gfp, int nid,
			  const char *caller);
/* The class that serves @nr_bytes; NULL: none, or not made yet. */
struct kmem_cache *kmalloc_slab(struct kernel *k, uint32_t nr_bytes, gfp_t gfp);
/* Makes the class of @nr_bytes, a power of two, unless it is there; and all. */
void create_kmalloc_cache(struct task_struct *curr, uint32_t nr_bytes,
			  int type);
void create_kmalloc_caches(struct task_struct *curr);
/*
 * The node that is nearest to @nid of those not seen yet; -1 after the last.
 * @seen begins as 0.
 */
int slab_next_node(const struct kernel *k, int nid, unsigned int *seen);
/* Somebody misused an object: one more in nr_errors, and its first line. */
void slab_error_line(struct kernel *k, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Is this object to be refused? (mm/failslab.c) @cache NULL: bytes without a
 * size class.
 */
bool __should_failslab(struct task_struct *curr, const struct kmem_cache *cache,
		       uint32_t nr_bytes, gfp_t gfp, const char *caller);
static inline bool should_failslab(struct task_struct *curr,
				   const struct kmem_cache *cache,
				   uint32_t nr_bytes, gfp_t gfp,
				   const char *caller)
{
	return unlikely(fault_armed(curr, &curr->k->inject.failslab.attr)) &&
	       __should_failslab(curr, cache, nr_bytes, gfp, caller);
}

static inline uint32_t slab_order_of(uint32_t nr_bytes)
{
	uint32_t order = 0;

	while ((PAGE_SIZE << order) < nr_bytes)
		order++;
	return order;
}

/* What a slab of @cache is to be made of, when somebody asked with @gfp. */
static inline gfp_t slab_page_gfp(const struct kmem_cache *cache, gfp_t gfp)
{
	gfp &= ~GFP_ZONEMASK;
	if (cache->flags & SLAB_CACHE_DMA)
		gfp |= GFP_DMA;
	if (cache->flags & SLAB_RECLAIM_ACCOUNT)
		gfp |= __GFP_RECLAIMABLE;
	return gfp;
}

/* As alloc_pages(), from @nid's zonelist if that is a node. */
static inline struct page *slab_alloc_pages(struct task_struct *curr, int nid,
					    gfp_t gfp, uint32_t order)
{
	if (nid == NUMA_NO_NODE)
		return alloc_pages(curr, gfp, order);
	return alloc_pages_node(curr, nid, gfp, order);
}

static inline enum vm_item slab_item(const struct kmem_cache *cache)
{
	return cache->flags & SLAB_RECLAIM_ACCOUNT ? NR_SLAB_RECLAIMABLE
						   : NR_SLAB_UNRECLAIMABLE;
}

/* For obj_index(): by which number to multiply in place of dividing. */
static inline uint32_t reciprocal_of(uint32_t size)
{
	return (uint32_t)(((1ull << 32) + size - 1) / size);
}

#define NO_OBJECT UINT32_MAX

/* Which of @nr objects begins @offset into them; NO_OBJECT: none does. */
static inline uint32_t obj_index(const struct kmem_cache *cache, uint32_t nr,
				 uint32_t offset)
{
	uint32_t index = (uint32_t)((uint64_t)offset * cache->reciprocal >> 32);

	if (likely(index < nr && index * cache->size == offset))
		return index;
	return NO_OBJECT;
}

/* Bits of page->slab_map, where no guest can reach them. */
static inline bool slab_map_test(const struct page *page, uint32_t index)
{
	return page->slab_map[index / 32] >> index % 32 & 1;
}

static inline void slab_map_flip(struct page *page, uint32_t index)
{
	page->slab_map[index / 32] ^= 1u << index % 32;
}

/* Puts the C structures of a slab's objects out of bounds, or back in. */
static inline void slab_poison_store(const struct kernel *k, vaddr_t start,
				     uint32_t nr_bytes)
{
	ASAN_POISON_MEMORY_REGION(kobj(k, start),
				  (size_t)nr_bytes * OBJECT_STORE_SCALE);
	(void)k, (void)start, (void)nr_bytes;
}

static inline void slab_unpoison_store(const struct kernel *k, vaddr_t start,
				       uint32_t nr_bytes)
{
	ASAN_UNPOISON_MEMORY_REGION(kobj(k, start),
				    (size_t)nr_bytes * OBJECT_STORE_SCALE);
	(void)k, (void)start, (void)nr_bytes;
}

/* By the constructor's rule an object is made once, and stays so when freed. */
static inline void slab_construct(const struct kernel *k,
				  const struct kmem_cache *cache,
				  vaddr_t object)
{
	if (!cache->ctor)
		return;
	ASAN_UNPOISON_MEMORY_REGION(kobj(k, object), cache->host_size);
	cache->ctor(cache->host_size ? kobj(k, object) : kbytes(k, object));
	ASAN_POISON_MEMORY_REGION(kobj(k, object), cache->host_size);
}

/* What free objects and the room beside them are filled with. */
enum slab_pattern {
	POISON_INUSE = 0x5a, /* made, or (slab) in use */
	POISON_FREE = 0x6b,
	POISON_END = 0xa5,
};

#endif
