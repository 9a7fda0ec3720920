/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLUB_H
#define KERNEL_MM_SLUB_H

/*
 * Between slub.c and its debugging half, slub_debug.c. An object and what is
 * around it, each part there only where the cache's flags ask for it:
 *
 *	| left red zone | object | right red zone | free pointer | alloc track |
 *	  free track | padding |
 *
 * The free pointer lies in the middle of the object, out of reach of small
 * overruns, and behind it where the object's bytes must survive.
 */

#include <string.h>

#include "kernel/mm/slab_hooks.h"

/* Who had an object last; 20 bytes on ARM, in its slab's part of the store. */
struct track {
	const char *function; /* lives for ever; NULL: nobody yet */
	int cpu, pid;
	uint64_t when; /* jiffies */
};
#define ARM_SIZEOF_TRACK 20

enum track_item {
	TRACK_ALLOC,
	TRACK_FREE
};

static inline bool slub_debugged(const struct kmem_cache *cache)
{
	return cache->flags & SLAB_DEBUG_FLAGS;
}

static inline vaddr_t slub_first_object(const struct kernel *k,
					const struct kmem_cache *cache,
					const struct page *page)
{
	return page_address(k, page) + cache->red_left_pad;
}

/* Which object of @page's slab begins at @object; NO_OBJECT: none does. */
static inline uint32_t slub_index(const struct kernel *k,
				  const struct kmem_cache *cache,
				  const struct page *page, vaddr_t object)
{
	return obj_index(cache, cache->objects,
			 object - slub_first_object(k, cache, page));
}

static inline vaddr_t get_freepointer(const struct kernel *k,
				      const struct kmem_cache *cache,
				      vaddr_t object)
{
	vaddr_t next;

	memcpy(&next, kbytes(k, object + cache->offset), sizeof(next));
	return next;
}

static inline void set_freepointer(struct kernel *k,
				   const struct kmem_cache *cache,
				   vaddr_t object, vaddr_t next)
{
	memcpy(kbytes(k, object + cache->offset), &next, sizeof(next));
}

/* How many objects a CPU may keep in slabs beside its own. */
void slub_set_cpu_partial(struct task_struct *curr, struct kmem_cache *cache,
			  uint32_t nr_objects);
/* Lays out an object; cache->size and what precedes it. */
void slub_calculate_layout(struct kmem_cache *cache);
/* A new slab's bytes, then each of its objects. */
void setup_slab_debug(struct kernel *k, const struct kmem_cache *cache,
		      const struct page *page);
void setup_object_debug(struct kernel *k, const struct kmem_cache *cache,
			vaddr_t object);
/*
 * An object changes hands. False: it was not as it should be, which has been
 * reported, and it must stay where it is.
 */
bool alloc_debug_processing(struct task_struct *curr,
			    const struct kmem_cache *cache,
			    const struct page *page, vaddr_t object,
			    const char *caller);
bool free_debug_processing(struct task_struct *curr,
			   const struct kmem_cache *cache,
			   const struct page *page, vaddr_t object,
			   const char *caller);
/* Reports about an object, and about an address that is none. */
void object_err(struct task_struct *curr, const struct kmem_cache *cache,
		const struct page *page, vaddr_t object, const char *reason);
void slab_err(struct task_struct *curr, const struct kmem_cache *cache,
	      const struct page *page, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The objects of a slab that are in use, when its cache should go. */
void list_slab_objects(struct task_struct *curr, const struct kmem_cache *cache,
		       const struct page *page);
void slub_print_owner(struct kernel *k, const struct page *page,
		      vaddr_t object);
/* What was done about it. */
void slab_fix(struct kernel *k, const struct kmem_cache *cache,
	      const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
