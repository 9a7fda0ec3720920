/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLAB_PARTS_H
#define KERNEL_MM_SLAB_PARTS_H

/*
 * Between the files of the slab allocator: slab.c, slab_layout.c, slab_debug.c
 * and slab_verify.c. Where its flags ask for them, a cache has around each
 * object:
 *
 *	| red zone, 8 bytes | object | red zone, 8 bytes | last user, 4 bytes |
 *
 * An address called objp is that of the whole, cache->obj_offset before the
 * one that users have.
 */

#include "kernel/mm/slab_hooks.h"

/* Where a slab's freelist lies; behind its objects: 0. */
enum slab_cflags {
	CFLGS_OBJFREELIST_SLAB = 1, /* in the free object that goes last */
	CFLGS_OFF_SLAB = 2, /* in an object of kmalloc's */
};

/* Bits of page->slab_map: 256 for each. */
enum slab_map_half {
	SLAB_ACTIVE = 0, /* handed out: in use, or in an array */
	SLAB_INUSE = 256, /* of those, the ones a user has */
};

static inline bool slab_debugged(const struct kmem_cache *cache)
{
	return cache->flags & SLAB_DEBUG_FLAGS;
}

static inline vaddr_t index_to_obj(const struct kmem_cache *cache,
				   const struct page *page, uint32_t index)
{
	return page->s_mem + index * cache->size;
}

static inline uint32_t obj_to_index(const struct kmem_cache *cache,
				    const struct page *page, vaddr_t objp)
{
	return obj_index(cache, cache->num, objp - page->s_mem);
}

/* A slab's freelist: free objects' indices from place page->active on. */
static inline uint8_t *free_obj(const struct kernel *k, const struct page *page,
				uint32_t place)
{
	return (uint8_t *)kbytes(k, page->freelist) + place;
}

/* ---- mm/slab.c -------------------------------------------------------------- */

enum {
	REAPTIMEOUT_NODE_SECONDS = 4,
};
/* The @nr that are longest in an array go back to their slabs. */
void free_oldest(struct task_struct *curr, struct kmem_cache *cache,
		 struct kmem_cache_node *n, struct array_cache *ac,
		 uint32_t nr);

/* ---- mm/slab_create.c ------------------------------------------------------- */

/* Arrays of other lengths, in place of those there are. 0 or -ENOMEM. */
int do_tune_cpucache(struct task_struct *curr, struct kmem_cache *cache,
		     const struct slab_tunables *tunables, gfp_t gfp);
int slab_create(struct task_struct *curr, struct kmem_cache *cache);
void slab_release(struct task_struct *curr, struct kmem_cache *cache);
void slab_init(struct task_struct *curr);
void slab_init_late(struct task_struct *curr);

/* ---- mm/slab_layout.c ------------------------------------------------------- */

/* All that follows from a cache's size, align and flags. 0 or -E2BIG. */
int slab_calculate_sizes(struct kernel *k, struct kmem_cache *cache);

/* ---- mm/slab_verify.c -------------------------------------------------------- */

unsigned int slab_verify(struct kernel *k, const struct kmem_cache *cache);
void slab_count_slab(const struct kernel *k, const struct page *page,
		     struct kernel_slab_usage *usage);

/* ---- mm/slab_debug.c ---------------------------------------------------------- */

/* "slab error in FUNCTION(): …" */
void slab_error(struct task_struct *curr, const struct kmem_cache *cache,
		const char *function, const char *what);
/* The object was free, and goes to @caller; or comes back from him. */
void cache_alloc_debugcheck_after(struct task_struct *curr,
				  const struct kmem_cache *cache,
				  const struct page *page, vaddr_t objp,
				  const char *caller);
void cache_free_debugcheck(struct task_struct *curr,
			   const struct kmem_cache *cache, vaddr_t objp,
			   const char *caller);
/* The same for an address that can't be freed: twice, or never given out. */
void cache_free_refused(struct task_struct *curr,
			const struct kmem_cache *cache, const struct page *page,
			vaddr_t objp);
void slab_print_owner(struct kernel *k, const struct page *page,
		      vaddr_t object);
/* A slab's free objects, when it is new and when it goes. */
void cache_init_obj_debug(struct kernel *k, const struct kmem_cache *cache,
			  vaddr_t objp);
void slab_destroy_debugcheck(struct task_struct *curr,
			     const struct kmem_cache *cache,
			     const struct page *page);
/* The list of free objects lay in this one, which is the last to go. */
void poison_free_object(struct kernel *k, const struct kmem_cache *cache,
			vaddr_t objp);

#endif
