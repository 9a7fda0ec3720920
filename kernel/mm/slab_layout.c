/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_parts.h"

/*
 * How slab cuts pages into objects (Linux: mm/slab.c, __kmem_cache_create()).
 * A slab's freelist, a byte for each object, lies in one of three places; the
 * first that its arithmetic allows is taken:
 *
 *	in the free object that will go last    CFLGS_OBJFREELIST_SLAB
 *	in an object of kmalloc's               CFLGS_OFF_SLAB
 *	behind the objects                      neither
 *
 * The order is the lowest that wastes at most an eighth, or 1 (0 on machines
 * of up to 32 MB) where even that wastes more.
 */

#include "kernel/lib/err.h"
#include "kernel/state.h"

enum {
	SLAB_OBJ_MIN_SIZE = 16,
	SLAB_OBJ_MAX_NUM = 255, /* an index is a byte */
	L1_CACHE_BYTES = 64,
	KMALLOC_MAX_ORDER = MAX_ORDER - 1,
};

static uint32_t round_up_to(uint32_t value, uint32_t multiple)
{
	return (value + multiple - 1) / multiple * multiple;
}

/* How many objects fit 2^order pages, and what they leave. */
static uint32_t cache_estimate(uint32_t order, uint32_t size, uint32_t cflags,
			       uint32_t *left_over)
{
	uint32_t bytes = PAGE_SIZE << order;

	if (!cflags)
		size++; /* with its byte of freelist */
	*left_over = bytes % size;
	return bytes / size;
}

/* May the freelist of @num objects lie in a kmalloc object, and is it worth it? */
static bool off_slab_pays(struct kernel *k, const struct kmem_cache *cache,
			  uint32_t num)
{
	const struct kmem_cache *freelist_cache = kmalloc_slab(k, num, 0);

	return freelist_cache && !(freelist_cache->cflags & CFLGS_OFF_SLAB) &&
	       freelist_cache->size <= cache->object_size / 2;
}

/*
 * The lowest order that wastes at most an eighth; sets gfporder and num, or
 * leaves num 0. Returns what is left over.
 */
static uint32_t calculate_slab_order(struct kernel *k, struct kmem_cache *cache,
				     uint32_t size, uint32_t cflags)
{
	uint32_t left_over = 0;

	cache->num = 0;
	for (uint32_t order = 0; order <= KMALLOC_MAX_ORDER; order++) {
		uint32_t remainder;
		uint32_t num = cache_estimate(order, size, cflags, &remainder);

		if (!num)
			continue;
		if (num > SLAB_OBJ_MAX_NUM)
			break;
		if ((cflags & CFLGS_OFF_SLAB) && !off_slab_pays(k, cache, num))
			continue;
		cache->num = num;
		cache->gfporder = order;
		left_over = remainder;
		/* what shrinks under pressure must not need high orders */
		if ((cache->flags & SLAB_RECLAIM_ACCOUNT) ||
		    order >= k->mem.slab.slab_max_order ||
		    left_over * 8 <= PAGE_SIZE << order)
			break;
	}
	cache->colour = left_over / cache->colour_off;
	return left_over;
}

static bool set_objfreelist_slab_cache(struct kernel *k,
				       struct kmem_cache *cache, uint32_t size)
{
	if (cache->ctor)
		return false; /* its work would be written over */
	calculate_slab_order(k, cache, size, CFLGS_OBJFREELIST_SLAB);
	return cache->num && cache->num <= cache->object_size;
}

/* Not when the list fits into the space that is left over anyway. */
static bool set_off_slab_cache(struct kernel *k, struct kmem_cache *cache,
			       uint32_t size)
{
	uint32_t left = calculate_slab_order(k, cache, size, CFLGS_OFF_SLAB);

	return cache->num && left < cache->num;
}

static bool set_on_slab_cache(struct kernel *k, struct kmem_cache *cache,
			      uint32_t size)
{
	calculate_slab_order(k, cache, size, 0);
	return cache->num;
}

static int place_freelist(struct kernel *k, struct kmem_cache *cache,
			  uint32_t size)
{
	if (set_objfreelist_slab_cache(k, cache, size))
		cache->cflags = CFLGS_OBJFREELIST_SLAB;
	else if (set_off_slab_cache(k, cache, size))
		cache->cflags = CFLGS_OFF_SLAB;
	else if (set_on_slab_cache(k, cache, size))
		cache->cflags = 0;
	else
		return -E2BIG;
	cache->freelist_size = cache->num;
	if (cache->cflags & CFLGS_OFF_SLAB)
		cache->freelist_cache = kmalloc_slab(k, cache->num, 0);
	return 0;
}

static int highest_bit(uint32_t n)
{
	return n ? 32 - __builtin_clz(n) : 0;
}

/* Red zones and owners only where they don't cost a power of two, or align. */
static void choose_debugging(struct kmem_cache *cache)
{
	const uint32_t size = cache->object_size;

	if (cache->align > 8 ||
	    (size >= 4096 && highest_bit(size - 1) != highest_bit(size + 23)))
		cache->flags &= ~(SLAB_RED_ZONE | SLAB_STORE_USER);
}

int slab_calculate_sizes(struct kernel *k, struct kmem_cache *cache)
{
	uint32_t size = round_up_to(cache->object_size, 4);

	choose_debugging(cache);
	if (cache->flags & SLAB_RED_ZONE) {
		cache->obj_offset = 8;
		size = round_up_to(size, 8) + 16;
	}
	if (cache->flags & SLAB_STORE_USER)
		size += cache->flags & SLAB_RED_ZONE ? 8 : 4;
	size = round_up_to(size, cache->align);
	if (size < SLAB_OBJ_MIN_SIZE)
		size = round_up_to(SLAB_OBJ_MIN_SIZE, cache->align);
	cache->size = size;
	cache->reciprocal = reciprocal_of(size);
	cache->colour_off = cache->align > L1_CACHE_BYTES ? cache->align
							  : L1_CACHE_BYTES;
	return place_freelist(k, cache, size);
}
