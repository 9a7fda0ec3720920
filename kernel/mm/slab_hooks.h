/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SLAB_HOOKS_H
#define KERNEL_MM_SLAB_HOOKS_H

/*
 * What happens around every object, whichever call it comes from and whichever
 * allocator serves it (mm/slab.h in Linux has hooks of these names). Whoever
 * wants to know of all objects gets to know here.
 *
 * The books kept here have one meaning for the three allocators: see struct
 * kernel_slab_usage. What somebody asked kmalloc for is known to slob only,
 * which writes it before the object; for the others it is noted in the last
 * word of the object's part of the store, beyond what any C structure uses.
 */

#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/slab_internal.h"

/*
 * The allocator's own structure, which is overhead and not demand. Never
 * reaches the page allocator.
 */
#define __GFP_SLAB_OWN 0x80000000u

/* A kmalloc object's note: bytes asked for, and whether it is the allocator's. */
#define KMALLOC_NOTE_OWN 0x80000000u

static inline uint32_t *kmalloc_note(const struct kernel *k,
				     const struct kmem_cache *cache,
				     vaddr_t object)
{
	return (uint32_t *)kobj(k, object + cache->object_size) - 1;
}

static inline void set_kmalloc_note(const struct kernel *k,
				    const struct kmem_cache *cache,
				    vaddr_t object, uint32_t note)
{
	uint32_t *at = kmalloc_note(k, cache, object);

	ASAN_UNPOISON_MEMORY_REGION(at, sizeof(*at));
	*at = note;
}

static inline uint32_t get_kmalloc_note(const struct kernel *k,
					const struct kmem_cache *cache,
					vaddr_t object)
{
	uint32_t *at = kmalloc_note(k, cache, object);

	ASAN_UNPOISON_MEMORY_REGION(at, sizeof(*at));
	return *at;
}

static inline bool slab_own_cache(const struct slab_state *slab,
				  const struct kmem_cache *cache)
{
	return cache == slab->kmem_cache || cache == slab->kmem_cache_node;
}

/* An object of @allocated bytes, of which @requested are used, came. */
static inline void slab_usage_add(struct slab_state *slab, uint32_t requested,
				  uint32_t allocated, bool own)
{
	struct kernel_slab_usage *now = &slab->stats.now;

	slab->stats.nr_allocs++;
	now->allocated += allocated;
	if (unlikely(own)) {
		now->own_objects++;
		now->own += requested;
		return;
	}
	now->objects++;
	now->requested += requested;
	if (unlikely(now->requested > slab->stats.peak.requested))
		slab->stats.peak = *now;
}

static inline void slab_usage_sub(struct slab_state *slab, uint32_t requested,
				  uint32_t allocated, bool own)
{
	struct kernel_slab_usage *now = &slab->stats.now;

	slab->stats.nr_frees++;
	now->allocated -= allocated;
	if (unlikely(own)) {
		now->own_objects--;
		now->own -= requested;
		return;
	}
	now->objects--;
	now->requested -= requested;
}

/*
 * May @caller have @requested bytes of @cache, or of kmalloc's without a cache
 * (NULL)?
 */
static inline bool slab_pre_alloc_hook(struct task_struct *curr,
				       const struct kmem_cache *cache,
				       uint32_t requested, gfp_t gfp,
				       const char *caller)
{
	return !should_failslab(curr, cache, requested, gfp, caller);
}

/* The books of one object that is in use from now on. */
static inline void slab_object_in_use(struct kernel *k,
				      const struct kmem_cache *cache,
				      vaddr_t object, uint32_t requested,
				      uint32_t allocated, gfp_t gfp)
{
	bool own = gfp & __GFP_SLAB_OWN;

	if (cache && cache->flags & SLAB_KMALLOC)
		set_kmalloc_note(k, cache, object,
				 requested | (own ? KMALLOC_NOTE_OWN : 0));
	else if (cache)
		own = slab_own_cache(&k->mem.slab, cache);
	slab_usage_add(&k->mem.slab, requested, allocated, own);
}

/* MODEL: the first cache, which lies in no RAM here, costs no lines of its own. */
static inline void touch_object(struct task_struct *curr,
				const struct kmem_cache *cache, vaddr_t object)
{
	struct kernel *k = curr->k;
	const bool has_address = cache && cache != &k->mem.slab.kmem_cache_boot;

	touch_path(curr, TOUCH_OBJECT, object,
		   has_address ? kobj_addr(k, cache) : 0);
}

/*
 * @object of @cache, or of kmalloc's without a cache (NULL), goes to @caller,
 * who asked for @requested bytes and keeps @allocated from others.
 */
static inline void slab_post_alloc_hook(struct task_struct *curr,
					const struct kmem_cache *cache,
					vaddr_t object, uint32_t requested,
					uint32_t allocated, gfp_t gfp,
					const char *caller)
{
	charge_price(curr, PRICE_OBJECT);
	touch_object(curr, cache, object);
	kmemleak_alloc(curr->k, curr, object,
		       cache ? cache->object_size : requested,
		       cache ? cache->host_size : 0, 1, caller);
	slab_object_in_use(curr->k, cache, object, requested, allocated, gfp);
}

/* It comes back; called once it is clear that it may. */
static inline void slab_free_hook(struct task_struct *curr,
				  const struct kmem_cache *cache,
				  vaddr_t object, uint32_t requested,
				  uint32_t allocated)
{
	struct slab_state *slab = &curr->k->mem.slab;
	bool own = false;

	charge_price(curr, PRICE_OBJECT);
	touch_object(curr, cache, object);
	kmemleak_free(curr->k, object);
	if (cache && !cache->host_size && !cache->ctor &&
	    !(cache->flags & SLAB_POISON))
		detect_object_free(curr->k, object, cache->object_size);
	if (cache && cache->flags & SLAB_KMALLOC) {
		requested = get_kmalloc_note(curr->k, cache, object);
		own = requested & KMALLOC_NOTE_OWN;
		requested &= ~KMALLOC_NOTE_OWN;
	} else if (cache) {
		own = slab_own_cache(slab, cache);
	}
	slab_usage_sub(slab, requested, allocated, own);
}

/*
 * 2^@order pages became slabs, with room for @capacity bytes of objects; or
 * ceased to be.
 */
static inline void slab_gained_pages(struct kernel *k, struct page *page,
				     uint32_t order, uint32_t capacity,
				     enum vm_item item)
{
	struct kernel_slab_stats *stats = &k->mem.slab.stats;

	mod_page_state(k, page, item, 1 << order);
	stats->nr_page_allocs++;
	stats->now.capacity += capacity;
	stats->now.pages += 1u << order;
	if (stats->now.pages > stats->most_pages)
		stats->most_pages = stats->now.pages;
}

static inline void slab_lost_pages(struct kernel *k, struct page *page,
				   uint32_t order, uint32_t capacity,
				   enum vm_item item)
{
	struct kernel_slab_stats *stats = &k->mem.slab.stats;

	mod_page_state(k, page, item, -(1 << order));
	stats->nr_page_frees++;
	stats->now.capacity -= capacity;
	stats->now.pages -= 1u << order;
}

#endif
