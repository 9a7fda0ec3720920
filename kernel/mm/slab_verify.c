/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_parts.h"

/*
 * Checking slab's books: each slab on the list where it belongs, its map of
 * objects against its count and its freelist, the counts of its node, and each
 * object that is handed out in use or in exactly one array.
 */

#include "kernel/lib/printk.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"

/* What verify adds up over a cache's slabs and arrays. */
struct tally {
	struct kernel *k;
	const struct kmem_cache *cache;
	uint32_t slabs, free_slabs, free_objects; /* of a node */
	uint64_t handed_out, in_use, in_arrays; /* of the cache */
	unsigned int wrong;
};

static void expect(struct tally *t, bool good, const char *what, uint32_t at)
{
	if (good)
		return;
	printk(t->k, "verify: %s: 0x%08x: %s", t->cache->name, at, what);
	t->wrong++;
}

/* The list names exactly those objects that are not handed out. */
static bool freelist_whole(const struct tally *t, const struct page *page)
{
	uint32_t seen[8] = {0};

	for (uint32_t i = page->active; i < t->cache->num; i++) {
		uint32_t index = *free_obj(t->k, page, i);

		if (index >= t->cache->num ||
		    slab_map_test(page, SLAB_ACTIVE + index) ||
		    (seen[index / 32] >> index % 32 & 1))
			return false;
		seen[index / 32] |= 1u << index % 32;
	}
	return true;
}

static void verify_slab_page(struct tally *t, const struct page *page)
{
	const vaddr_t at = page_address(t->k, page);
	uint32_t active = 0;

	for (uint32_t i = 0; i < t->cache->num; i++) {
		bool handed_out = slab_map_test(page, SLAB_ACTIVE + i);
		bool in_use = slab_map_test(page, SLAB_INUSE + i);

		active += handed_out;
		t->in_use += in_use;
		expect(t, handed_out || !in_use, "in use, but never given",
		       index_to_obj(t->cache, page, i));
	}
	expect(t, PageSlab(page) && page->slab_cache == t->cache,
	       "a slab of another cache", at);
	expect(t, active == page->active, "active differs from the map", at);
	expect(t, active == t->cache->num || freelist_whole(t, page),
	       "the freelist differs from the map", at);
	t->slabs++;
	t->free_slabs += !active;
	t->free_objects += t->cache->num - active;
	t->handed_out += active;
}

static void verify_list(struct tally *t, const struct list_head *list,
			uint32_t least, uint32_t most)
{
	const struct page *page;

	list_for_each_entry(page, list, slab_list) {
		expect(t, page->active >= least && page->active <= most,
		       "a slab on the wrong list", page_address(t->k, page));
		verify_slab_page(t, page);
	}
}

static void verify_node(struct tally *t, const struct kmem_cache_node *n)
{
	const uint32_t num = t->cache->num;

	t->slabs = t->free_slabs = t->free_objects = 0;
	verify_list(t, &n->slabs_full, num, num);
	verify_list(t, &n->slabs_partial, 1, num - 1);
	verify_list(t, &n->slabs_free, 0, 0);
	expect(t, t->slabs == n->total_slabs, "total_slabs", n->total_slabs);
	expect(t, t->free_slabs == n->free_slabs, "free_slabs", n->free_slabs);
	expect(t, t->free_objects == n->free_objects, "free_objects",
	       n->free_objects);
}

/* Marks an array's objects as in use, and takes the mark away again. */
static void verify_array(struct tally *t, const struct array_cache *ac)
{
	uint32_t marked = 0;

	if (!ac)
		return;
	expect(t, ac->avail <= ac->limit, "more in an array than fits",
	       ac->avail);
	for (; marked < ac->avail; marked++) {
		vaddr_t objp = ac->entry[marked];
		struct page *page = compound_head(virt_to_page(t->k, objp));
		uint32_t index = obj_to_index(t->cache, page, objp);
		bool good = index != NO_OBJECT &&
			    page->slab_cache == t->cache &&
			    slab_map_test(page, SLAB_ACTIVE + index) &&
			    !slab_map_test(page, SLAB_INUSE + index);

		expect(t, good, "in an array, and not idle", objp);
		if (!good)
			break;
		slab_map_flip(page, SLAB_INUSE + index);
	}
	t->in_arrays += marked;
	while (marked) {
		vaddr_t objp = ac->entry[--marked];
		struct page *page = compound_head(virt_to_page(t->k, objp));

		slab_map_flip(page,
			      SLAB_INUSE + obj_to_index(t->cache, page, objp));
	}
}

void slab_count_slab(const struct kernel *k, const struct page *page,
		     struct kernel_slab_usage *usage)
{
	const struct kmem_cache *cache = page->slab_cache;

	usage->capacity += cache->num * cache->size;
	usage->pages += 1u << cache->gfporder;
	for (uint32_t i = 0; i < cache->num; i++)
		if (slab_map_test(page, SLAB_INUSE + i))
			count_slab_object(k, cache,
					  index_to_obj(cache, page, i) +
						  cache->obj_offset,
					  usage);
}

unsigned int slab_verify(struct kernel *k, const struct kmem_cache *cache)
{
	struct tally t = {.k = k, .cache = cache};

	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++)
		verify_node(&t, cache->node[nid]);
	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
		verify_array(&t, cache->cpu_cache[cpu]);
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++)
		verify_array(&t, cache->node[nid]->shared);
	expect(&t, t.handed_out == t.in_use + t.in_arrays,
	       "objects handed out are in use or in an array", 0);
	return t.wrong;
}
