/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/string.h>
#include <linux/types.h>

#define SLAB_RED_ZONE        0x00000400u
#define SLAB_POISON          0x00000800u
#define SLAB_HWCACHE_ALIGN   0x00002000u
#define SLAB_STORE_USER      0x00010000u
#define SLAB_RECLAIM_ACCOUNT 0x00020000u

#define ZERO_SIZE_PTR        ((void *)16)
#define ZERO_OR_NULL_PTR(at) ((unsigned long)(at) <= 16)

/**
 * __kmalloc - what kmalloc() calls
 * @size: bytes, up to 4 MB
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 *
 * Context: Any context with GFP_ATOMIC or GFP_NOWAIT; may sleep otherwise.
 * Return: bytes in a row of lowmem; ZERO_SIZE_PTR for none; NULL when memory is
 * short.
 */
void *__kmalloc(size_t size, gfp_t flags);
/**
 * krealloc - another size for what kmalloc() gave
 * @object: it, or NULL
 * @size: bytes; as many of the old ones are kept as fit
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 *
 * Context: As kmalloc().
 * Return: where it is now, or NULL when memory is short: it is as it was then.
 */
void *krealloc(const void *object, size_t size, gfp_t flags);
/**
 * kfree - give back what kmalloc() gave
 * @object: it, ZERO_SIZE_PTR or NULL
 *
 * What no module has, or has no more, is an oops.
 *
 * Context: Any context.
 */
void kfree(const void *object);
/**
 * ksize - how many bytes an object of kmalloc()'s really has
 * @object: it
 *
 * Context: Any context.
 * Return: its size, at least what was asked for; 0 for what is no object.
 */
size_t ksize(const void *object);

/**
 * kmalloc - allocate bytes in a row of lowmem
 * @size: bytes, up to 4 MB
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 *
 * Context: Any context with GFP_ATOMIC or GFP_NOWAIT; may sleep otherwise.
 * Return: the first address, ZERO_SIZE_PTR for no bytes, or NULL when memory is
 * short.
 */
static inline void *kmalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags);
}

/**
 * kzalloc - kmalloc() of zeroed bytes
 * @size: bytes, up to 4 MB
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 *
 * Context: As kmalloc().
 * Return: as kmalloc().
 */
static inline void *kzalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags | __GFP_ZERO);
}

/**
 * kcalloc - kzalloc() of an array
 * @n: how many elements
 * @size: bytes of each; a product that overflows is refused
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 *
 * Context: As kmalloc().
 * Return: as kmalloc().
 */
static inline void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	size_t all;

	return __builtin_mul_overflow(n, size, &all) ? NULL
						     : kzalloc(all, flags);
}

struct kmem_cache;
/**
 * kmem_cache_create - a cache of objects of one size
 * @name: as /proc/slabinfo shows it; copied
 * @size: bytes of an object
 * @align: a power of two up to a page, or 0
 * @flags: SLAB_HWCACHE_ALIGN, SLAB_POISON, …
 * @ctor: makes each object what it is to be, or NULL
 *
 * Context: Process context; may sleep.
 * Return: the cache, or NULL: memory is short, or sizes make no sense.
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
				     unsigned int align, unsigned int flags,
				     void (*ctor)(void *object));
/**
 * kmem_cache_destroy - end a cache whose objects have all come back
 * @cache: it, or NULL
 *
 * Objects that are missing are reported, and the cache stays then.
 *
 * Context: Process context; may sleep.
 */
void kmem_cache_destroy(struct kmem_cache *cache);
/**
 * kmem_cache_alloc - an object of a cache
 * @cache: the cache
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 *
 * Context: As kmalloc().
 * Return: the object, or NULL when memory is short.
 */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
/**
 * kmem_cache_free - give an object back
 * @cache: the cache it is of
 * @object: the object, as its constructor left it if it has one
 *
 * Context: Any context.
 */
void kmem_cache_free(struct kmem_cache *cache, void *object);

static inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t all;

	return __builtin_mul_overflow(n, size, &all) ? NULL
						     : kmalloc(all, flags);
}

static inline void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t flags)
{
	return kmem_cache_alloc(cache, flags | __GFP_ZERO);
}

/* Copies, in kmalloc'ed memory; NULL: of NULL, or memory is short. */
static inline void *kmemdup(const void *from, size_t size, gfp_t flags)
{
	void *to = kmalloc(size, flags);

	return to ? memcpy(to, from, size) : NULL;
}

static inline char *kstrndup(const char *from, size_t most, gfp_t flags)
{
	size_t length = from ? strnlen(from, most) : 0;
	char *to = from ? (char *)kmalloc(length + 1, flags) : NULL;

	if (!to)
		return NULL;
	to[length] = '\0';
	return (char *)memcpy(to, from, length);
}

static inline char *kstrdup(const char *from, gfp_t flags)
{
	return from ? (char *)kmemdup(from, strlen(from) + 1, flags) : NULL;
}

#endif
