/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_hooks.h"

/*
 * The slab allocators by one measure (struct kernel_slab_stats), and the same
 * counted again: over all frames, object by object, from the bits that say
 * what is in use.
 */

#include "kernel/lib/printk.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"

void count_slab_object(const struct kernel *k, const struct kmem_cache *cache,
		       vaddr_t object, struct kernel_slab_usage *usage)
{
	uint32_t note = cache->object_size;
	bool own = slab_own_cache(&k->mem.slab, cache);

	if (cache->flags & SLAB_KMALLOC) {
		note = get_kmalloc_note(k, cache, object);
		own = note & KMALLOC_NOTE_OWN;
		note &= ~KMALLOC_NOTE_OWN;
	}
	usage->allocated += cache->size;
	if (own) {
		usage->own_objects++;
		usage->own += note;
	} else {
		usage->objects++;
		usage->requested += note;
	}
}

static void count_large(const struct page *page,
			struct kernel_slab_usage *usage)
{
	uint32_t pages = 1u << page->compound_order;

	usage->objects++;
	usage->requested += page->slab_map[0];
	usage->allocated += pages * PAGE_SIZE;
	usage->capacity += pages * PAGE_SIZE;
	usage->pages += pages;
}

/* Of which kind the slab is whose use is the difference of the two. */
static void classify(struct kernel_slab_stats *stats, uint64_t allocated,
		     uint64_t capacity)
{
	if (!allocated)
		stats->nr_empty++;
	else if (allocated < capacity)
		stats->nr_partial++;
	else
		stats->nr_full++;
}

/* The books but for peaks and numbers of calls, from nothing but the pages. */
static void count_all(const struct kernel *k, struct kernel_slab_stats *stats)
{
	struct kernel_slab_usage *now = &stats->now;

	pfn_t pfn = k->mem.map_base_pfn;

	while (pfn < k->mem.map_end_pfn) {
		const struct page *page = pfn_to_page(k, pfn);
		const struct kernel_slab_usage before = *now;

		pfn += block_pages(page);
		if (PageLargeKmalloc(page))
			count_large(page, now);
		if (!PageSlab(page))
			continue;
		k->mem.slab.ops->count_slab(k, page, now);
		classify(stats, now->allocated - before.allocated,
			 now->capacity - before.capacity);
	}
}

void kernel_slab_stats(const struct kernel *k, struct kernel_slab_stats *stats)
{
	struct kernel_slab_stats counted = {0};

	count_all(k, &counted);
	*stats = k->mem.slab.stats;
	stats->nr_full = counted.nr_full;
	stats->nr_partial = counted.nr_partial;
	stats->nr_empty = counted.nr_empty;
}

/* Slob's pages don't tell the allocator's objects from others, nor requests. */
static bool usage_equal(const struct kernel_slab_usage *a,
			const struct kernel_slab_usage *b, bool slob)
{
	return a->allocated == b->allocated && a->capacity == b->capacity &&
	       a->pages == b->pages &&
	       a->objects + a->own_objects == b->objects + b->own_objects &&
	       (slob || (a->objects == b->objects &&
			 a->requested == b->requested && a->own == b->own));
}

unsigned int verify_slab_usage(struct kernel *k)
{
	const struct kernel_slab_usage *now = &k->mem.slab.stats.now;
	struct kernel_slab_stats counted = {0};
	struct kernel_slab_usage *real = &counted.now;

	count_all(k, &counted);
	if (usage_equal(now, real, k->mem.slab.ops->alloc_bytes))
		return 0;
	printk(k,
	       "verify: slab: %llu objects, %llu bytes of %llu of %llu asked "
	       "for, counted %llu, %llu of %llu of %llu",
	       (unsigned long long)(now->objects + now->own_objects),
	       (unsigned long long)(now->requested + now->own),
	       (unsigned long long)now->allocated,
	       (unsigned long long)now->capacity,
	       (unsigned long long)(real->objects + real->own_objects),
	       (unsigned long long)(real->requested + real->own),
	       (unsigned long long)real->allocated,
	       (unsigned long long)real->capacity);
	return 1;
}
