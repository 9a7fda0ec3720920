/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLAB_H
#define KERNEL_MM_SLAB_H

/*
 * The one interface of the slab allocators (include/linux/slab.h), whichever
 * of them the board chose. Objects have a kernel address (of their ARM bytes,
 * in a slab made of guest frames); a cache of the kernel's own structures
 * hands out the C structure behind that address.
 *
 * Each call notes the function that made it, for SLAB_STORE_USER.
 */

#include "kernel/mm/gfp.h"

struct kmem_cache;

/* What "slub_debug=" asks for, by its letters F Z P U; Linux's numbers. */
#define SLAB_CONSISTENCY_CHECKS 0x00000100u
#define SLAB_RED_ZONE           0x00000400u
#define SLAB_POISON             0x00000800u
#define SLAB_STORE_USER         0x00010000u
#define SLAB_DEBUG_FLAGS                                         \
	(SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | \
	 SLAB_STORE_USER)
#define SLAB_KMALLOC         0x00001000u /* a size class */
#define SLAB_HWCACHE_ALIGN   0x00002000u
#define SLAB_CACHE_DMA       0x00004000u
#define SLAB_RECLAIM_ACCOUNT 0x00020000u
#define SLAB_PANIC           0x00040000u
#define SLAB_NO_MERGE        0x01000000u /* nobody else shares it */
#define SLAB_FAILSLAB        0x02000000u /* for failslab's cache-filter */

/*
 * A cache of objects of @arm_size bytes on ARM, whose C structure takes
 * @host_size bytes (0: none, the objects are bytes in guest RAM). BUG when
 * host_size doesn't fit the object store's scale.
 */
struct kmem_cache *kmem_cache_create(struct task_struct *curr, const char *name,
				     uint32_t arm_size, uint32_t host_size,
				     uint32_t align, uint32_t flags,
				     void (*ctor)(void *));
#define KMEM_CACHE(curr, type, arm_size, flags)                          \
	kmem_cache_create(curr, #type, arm_size, sizeof(struct type), 0, \
			  flags, NULL)
/* A cache with objects in use is reported, and stays. */
#define kmem_cache_destroy(curr, cache) \
	kmem_cache_destroy_caller(curr, cache, __func__)
void kmem_cache_destroy_caller(struct task_struct *curr,
			       struct kmem_cache *cache, const char *caller);
/* Empty slabs go back to the page allocator. False: objects are in use. */
bool kmem_cache_shrink(struct task_struct *curr, struct kmem_cache *cache);
/*
 * Of every cache, some of what was not used since the last call goes back.
 * MODEL: Linux's slab calls it every two seconds on each CPU; here nobody
 * does yet, so free objects and slabs stay up to their limits.
 */
void cache_reap(struct task_struct *curr);

/* Boot: the allocator and kmalloc's classes. */
void kmem_cache_init(struct task_struct *curr);
/* Later, when there is a /sys: slub shows its caches there. */
void slab_sysfs_init(struct task_struct *curr);
/* Before the object store goes: nothing of it is off limits any more. */
void slab_exit(struct kernel *k);

/* Structures: host pointers into the object store. NULL: out of memory. */
#define kmem_cache_alloc(curr, cache, gfp) \
	kmem_cache_alloc_caller(curr, cache, gfp, __func__)
#define kmem_cache_zalloc(curr, cache, gfp) \
	kmem_cache_alloc(curr, cache, (gfp) | __GFP_ZERO)
#define kmem_cache_free(curr, cache, object) \
	kmem_cache_free_caller(curr, cache, object, __func__)

/* From node @nid if it has room; with __GFP_THISNODE, from no other. */
#define kmem_cache_alloc_node(curr, cache, gfp, nid) \
	kmem_cache_alloc_node_caller(curr, cache, gfp, nid, __func__)
/* @nr at once: all (returns @nr), or none (0). */
#define kmem_cache_alloc_bulk(curr, cache, gfp, nr, objects) \
	kmem_cache_alloc_bulk_caller(curr, cache, gfp, nr, objects, __func__)
#define kmem_cache_free_bulk(curr, cache, nr, objects) \
	kmem_cache_free_bulk_caller(curr, cache, nr, objects, __func__)

/*
 * Bytes in guest RAM: kernel addresses; 0: out of memory. No bytes at all are
 * at ZERO_SIZE_PTR, which may be freed as any other.
 */
#define KMALLOC_MAX_SIZE     (PAGE_SIZE << (MAX_ORDER - 1))
#define ZERO_SIZE_PTR        16u
#define ZERO_OR_NULL_PTR(at) ((at) <= ZERO_SIZE_PTR)
#define kmalloc(curr, nr_bytes, gfp) \
	kmalloc_caller(curr, nr_bytes, gfp, __func__)
#define kzalloc(curr, nr_bytes, gfp) kmalloc(curr, nr_bytes, (gfp) | __GFP_ZERO)
#define kmalloc_node(curr, nr_bytes, gfp, nid) \
	kmalloc_node_caller(curr, nr_bytes, gfp, nid, __func__)
/* @n times @nr_bytes; 0 where that is more than can be counted. */
#define kmalloc_array(curr, n, nr_bytes, gfp) \
	kmalloc_array_caller(curr, n, nr_bytes, gfp, __func__)
#define kcalloc(curr, n, nr_bytes, gfp) \
	kmalloc_array(curr, n, nr_bytes, (gfp) | __GFP_ZERO)
/* Copies of host bytes; of a string, with its NUL, or of its first @most. */
#define kmemdup(curr, from, nr_bytes, gfp) \
	kmemdup_caller(curr, from, nr_bytes, gfp, __func__)
#define kstrndup(curr, from, most, gfp) \
	kstrndup_caller(curr, from, most, gfp, __func__)
#define kstrdup(curr, from, gfp) kstrndup(curr, from, UINT32_MAX - 1, gfp)
/* Nothing of the contents survives. */
#define kfree_sensitive(curr, object) \
	kfree_sensitive_caller(curr, object, __func__)
#define kfree(curr, object) kfree_caller(curr, object, __func__)
#define krealloc(curr, object, nr_bytes, gfp) \
	krealloc_caller(curr, object, nr_bytes, gfp, __func__)
uint32_t ksize(const struct kernel *k, vaddr_t object);

/*
 * A structure of no cache of its own, from kmalloc's: @arm_size bytes on ARM,
 * @host_size in the object store, zeroed. Freed by kfree_obj().
 */
#define kzalloc_obj(curr, arm_size, host_size, gfp) \
	kzalloc_obj_caller(curr, arm_size, host_size, gfp, __func__)
#define kfree_obj(curr, object) kfree_obj_caller(curr, object, __func__)

void *kmem_cache_alloc_caller(struct task_struct *curr,
			      struct kmem_cache *cache, gfp_t gfp,
			      const char *caller);
void kmem_cache_free_caller(struct task_struct *curr, struct kmem_cache *cache,
			    void *object, const char *caller);
void *kmem_cache_alloc_node_caller(struct task_struct *curr,
				   struct kmem_cache *cache, gfp_t gfp, int nid,
				   const char *caller);
uint32_t kmem_cache_alloc_bulk_caller(struct task_struct *curr,
				      struct kmem_cache *cache, gfp_t gfp,
				      uint32_t nr, void **objects,
				      const char *caller);
void kmem_cache_free_bulk_caller(struct task_struct *curr,
				 struct kmem_cache *cache, uint32_t nr,
				 void **objects, const char *caller);
vaddr_t kmalloc_node_caller(struct task_struct *curr, uint32_t nr_bytes,
			    gfp_t gfp, int nid, const char *caller);
vaddr_t kmalloc_array_caller(struct task_struct *curr, uint32_t n,
			     uint32_t nr_bytes, gfp_t gfp, const char *caller);
vaddr_t kmemdup_caller(struct task_struct *curr, const void *from,
		       uint32_t nr_bytes, gfp_t gfp, const char *caller);
vaddr_t kstrndup_caller(struct task_struct *curr, const char *from,
			uint32_t most, gfp_t gfp, const char *caller);
void kfree_sensitive_caller(struct task_struct *curr, vaddr_t object,
			    const char *caller);
vaddr_t kmalloc_caller(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp,
		       const char *caller);
void kfree_caller(struct task_struct *curr, vaddr_t object, const char *caller);
vaddr_t krealloc_caller(struct task_struct *curr, vaddr_t object,
			uint32_t nr_bytes, gfp_t gfp, const char *caller);
void *kzalloc_obj_caller(struct task_struct *curr, uint32_t arm_size,
			 uint32_t host_size, gfp_t gfp, const char *caller);
void kfree_obj_caller(struct task_struct *curr, void *object,
		      const char *caller);

#endif
