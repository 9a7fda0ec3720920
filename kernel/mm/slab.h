/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLAB_H
#define KERNEL_MM_SLAB_H

/*
 * The one interface of the slab allocators (include/linux/slab.h), whichever
 * of them the board chose. Objects have a kernel address (of their ARM bytes,
 * in a slab made of guest frames); a cache of the kernel's own structures
 * hands out the C structure behind that address.
 */

#include "kernel/mm/gfp.h"

struct kmem_cache;

#define SLAB_CONSISTENCY_CHECKS 0x00000100u
#define SLAB_HWCACHE_ALIGN      0x00002000u
#define SLAB_PANIC              0x00040000u
#define SLAB_RECLAIM_ACCOUNT    0x00020000u
#define SLAB_RED_ZONE           0x00000400u
#define SLAB_POISON             0x00000800u
#define SLAB_STORE_USER         0x00010000u

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
void kmem_cache_destroy(struct task_struct *curr, struct kmem_cache *cache);

/* Boot: the allocator and kmalloc's classes. */
void kmem_cache_init(struct task_struct *curr);
/* Before the object store goes: nothing of it is off limits any more. */
void slab_exit(struct kernel *k);

/* Structures: host pointers into the object store. NULL: out of memory. */
void *kmem_cache_alloc(struct task_struct *curr, struct kmem_cache *cache,
		       gfp_t gfp);
void *kmem_cache_zalloc(struct task_struct *curr, struct kmem_cache *cache,
			gfp_t gfp);
void kmem_cache_free(struct task_struct *curr, struct kmem_cache *cache,
		     void *object);

/* Bytes in guest RAM: kernel addresses; 0: out of memory. */
vaddr_t kmalloc(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp);
vaddr_t kzalloc(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp);
void kfree(struct task_struct *curr, vaddr_t object);
uint32_t ksize(const struct kernel *k, vaddr_t object);
vaddr_t krealloc(struct task_struct *curr, vaddr_t object, uint32_t nr_bytes,
		 gfp_t gfp);

/*
 * A structure of no cache of its own, from kmalloc's: @arm_size bytes on ARM,
 * @host_size in the object store, zeroed. Freed by kfree_obj().
 */
void *kzalloc_obj(struct task_struct *curr, uint32_t arm_size,
		  uint32_t host_size, gfp_t gfp);
void kfree_obj(struct task_struct *curr, void *object);

#endif
