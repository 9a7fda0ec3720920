/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/types.h>

#define SLAB_RED_ZONE        0x00000400u
#define SLAB_POISON          0x00000800u
#define SLAB_HWCACHE_ALIGN   0x00002000u
#define SLAB_STORE_USER      0x00010000u
#define SLAB_RECLAIM_ACCOUNT 0x00020000u

#define ZERO_SIZE_PTR        ((void *)16)
#define ZERO_OR_NULL_PTR(at) ((unsigned long)(at) <= 16)

/* Bytes in a row of lowmem; NULL: out of memory. @flags: linux/gfp.h. */
void *__kmalloc(size_t size, gfp_t flags);
void *krealloc(const void *object, size_t size, gfp_t flags);
void kfree(const void *object);
/* How many bytes it really has. */
size_t ksize(const void *object);

static inline void *kmalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags);
}

static inline void *kzalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags | __GFP_ZERO);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	size_t all;

	return __builtin_mul_overflow(n, size, &all) ? NULL
						     : kzalloc(all, flags);
}

/* A cache of objects of one size; @ctor makes each what it is to be. */
struct kmem_cache;
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
				     unsigned int align, unsigned int flags,
				     void (*ctor)(void *object));
void kmem_cache_destroy(struct kmem_cache *cache);
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *object);

#endif
