/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_hooks.h"

/*
 * The slob allocator (Linux until 6.3: mm/slob.c, after Mackall): a heap of
 * single pages, first fit, for machines where every kilobyte counts. Pages
 * with room are on one of three lists, by the size of what they were first
 * opened for: below 256 bytes, below 1024, and up to a page. The search begins
 * where the last one found room. Objects of all caches share the pages; those
 * of a page and more come from the page allocator, and so does kmalloc's.
 *
 * A page is counted in units of two bytes. Its free blocks are chained in the
 * order of their addresses, each with its length and where the next begins, in
 * units from the page's start:
 *
 *	length > 1:   [ length ][ next ]…	length 1:   [ -next ]
 *
 * The last one's next is the page's end. An object from kmalloc has its size
 * in front of it, and so much room there as its alignment needs: 64 bytes.
 *
 * A search knows of each page how large its blocks are at most, and passes by
 * those that can't serve: the same fit is first, found sooner than by Linux.
 *
 * Guests can scribble over guest RAM, so a block's words are not believed:
 * a copy lies in the object store, and where the two differ the modelled
 * kernel panics. Where objects begin is a bit in their page's struct page, one
 * for 8 bytes, which finds every double free and wild pointer.
 *
 * MODEL: red zones, poison and tracks there are none, as in Linux; all memory
 * counts as unreclaimable slab, as in Linux.
 */

#include <stddef.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

enum {
	SLOB_UNIT = 2, /* bytes */
	SLOB_BREAK1 = 256,
	SLOB_BREAK2 = 1024,
	PAGE_UNITS = PAGE_SIZE / SLOB_UNIT,
	UNITS_PER_BIT = 4, /* of page->slab_map: objects are aligned to 8 */
	KMALLOC_MINALIGN = 64,
	ARM_SIZEOF_SLOB_KMEM_CACHE = 44,
};

static uint32_t slob_units(uint32_t nr_bytes)
{
	return (nr_bytes + SLOB_UNIT - 1) / SLOB_UNIT;
}

/* ---- free blocks ------------------------------------------------------------- */

/* A free block, by where it begins in its page; all in units. */
struct slob {
	uint32_t at, units, next;
};

static void *slob_copy(const struct kernel *k, const struct page *page,
		       uint32_t at)
{
	return kobj(k, page_address(k, page) + at * SLOB_UNIT);
}

static void set_slob(struct kernel *k, const struct page *page, uint32_t at,
		     uint32_t units, uint32_t next)
{
	int16_t words[2] = {(int16_t)units, (int16_t)next};
	uint32_t nr_bytes = sizeof(words);

	if (units == 1) {
		words[0] = (int16_t) - (int32_t)next;
		nr_bytes = sizeof(words[0]);
	}
	memcpy(kbytes(k, page_address(k, page) + at * SLOB_UNIT), words,
	       nr_bytes);
	ASAN_UNPOISON_MEMORY_REGION(slob_copy(k, page, at), nr_bytes);
	memcpy(slob_copy(k, page, at), words, nr_bytes);
}

static struct slob get_slob(struct kernel *k, const struct page *page,
			    uint32_t at)
{
	const vaddr_t kaddr = page_address(k, page) + at * SLOB_UNIT;
	struct slob block = {.at = at, .units = 1};
	int16_t words[2];

	memcpy(words, slob_copy(k, page, at), sizeof(words[0]));
	if (words[0] < 0) {
		block.next = (uint32_t)-words[0];
	} else {
		memcpy(words, slob_copy(k, page, at), sizeof(words));
		block.units = (uint32_t)words[0];
		block.next = (uint32_t)words[1];
	}
	if (unlikely(memcmp(words, kbytes(k, kaddr),
			    words[0] < 0 ? sizeof(words[0]) : sizeof(words))))
		panic(k, "SLOB: free block 0x%08x was overwritten", kaddr);
	return block;
}

static uint32_t first_free(const struct kernel *k, const struct page *page)
{
	return (page->freelist - page_address(k, page)) / SLOB_UNIT;
}

/* The chain goes on at @next behind @prev, or begins there: no @prev. */
static void link_slob(struct kernel *k, struct page *page,
		      const struct slob *prev, uint32_t next)
{
	if (prev)
		set_slob(k, page, prev->at, prev->units, next);
	else
		page->freelist = page_address(k, page) + next * SLOB_UNIT;
}

/* ---- pages -------------------------------------------------------------------- */

static struct list_head *slob_list(struct slab_state *slab, uint32_t nr_bytes)
{
	if (nr_bytes < SLOB_BREAK1)
		return &slab->free_slob_small;
	if (nr_bytes < SLOB_BREAK2)
		return &slab->free_slob_medium;
	return &slab->free_slob_large;
}

static void set_slob_page_free(struct page *page, struct list_head *list)
{
	list_add(&page->slab_list, list);
	page->on_list = 1;
}

static void clear_slob_page_free(struct page *page)
{
	list_del(&page->slab_list);
	page->on_list = 0;
}

static struct page *slob_new_pages(struct task_struct *curr, gfp_t gfp, int nid,
				   uint32_t order)
{
	struct page *page;

	gfp &= ~(__GFP_ZERO | __GFP_HIGHMEM | __GFP_MOVABLE);
	page = slab_alloc_pages(curr, nid, order ? gfp | __GFP_COMP : gfp,
				order);
	if (page)
		slab_gained_pages(curr->k, page, order, PAGE_SIZE << order,
				  NR_SLAB_UNRECLAIMABLE);
	return page;
}

static void slob_free_pages(struct task_struct *curr, struct page *page)
{
	uint32_t order = page->compound_order;

	slab_unpoison_store(curr->k, page_address(curr->k, page),
			    PAGE_SIZE << order);
	slab_lost_pages(curr->k, page, order, PAGE_SIZE << order,
			NR_SLAB_UNRECLAIMABLE);
	mm_account_reclaimed_pages(curr, order);
	__free_pages(curr, page, order);
}

/* What is too large for slob's pages: a block of pages, which notes its size. */
static vaddr_t alloc_large(struct task_struct *curr, uint32_t nr_bytes,
			   gfp_t gfp, int nid)
{
	struct page *page = slob_new_pages(curr, gfp, nid,
					   slab_order_of(nr_bytes));

	if (!page)
		return 0;
	__SetPageLargeKmalloc(page);
	page->slab_map[0] = nr_bytes;
	return page_address(curr->k, page);
}

static void free_large(struct task_struct *curr, struct page *page)
{
	__ClearPageLargeKmalloc(page);
	slob_free_pages(curr, page);
}

static bool begins_large(const struct kernel *k, const struct page *page,
			 vaddr_t object)
{
	return PageLargeKmalloc(page) && object == page_address(k, page);
}

/* An empty page on the list of what is @nr_bytes long; NULL: out of memory. */
static struct page *new_slob_page(struct task_struct *curr, uint32_t nr_bytes,
				  gfp_t gfp, int nid)
{
	struct kernel *k = curr->k;
	struct page *page = slob_new_pages(curr, gfp, nid, 0);

	if (!page)
		return NULL;
	SetPageSlab(page);
	slab_poison_store(k, page_address(k, page), PAGE_SIZE);
	memset(page->slab_map, 0, sizeof(page->slab_map));
	page->slab_cache = NULL;
	page->units = page->largest = PAGE_UNITS;
	page->freelist = page_address(k, page);
	set_slob(k, page, 0, PAGE_UNITS, PAGE_UNITS);
	set_slob_page_free(page, slob_list(&k->mem.slab, nr_bytes));
	return page;
}

/* The rest of it was free already. */
static void free_slob_page(struct task_struct *curr, struct page *page)
{
	if (page->on_list)
		clear_slob_page_free(page);
	ClearPageSlab(page);
	page->freelist = 0;
	page->_mapcount = -1;
	slob_free_pages(curr, page);
}

/* ---- taking and giving blocks ------------------------------------------------------ */

/*
 * How many units of a block that begins at @at to leave, so that what lies
 * @align_offset bytes behind is aligned.
 */
static uint32_t units_to_skip(uint32_t at, uint32_t align,
			      uint32_t align_offset)
{
	uint32_t bytes = at * SLOB_UNIT + align_offset;

	return (align - bytes % align) % align / SLOB_UNIT;
}

/* Takes @units out of @block, of which the first @skip stay free. */
static void take_units(struct kernel *k, struct page *page,
		       const struct slob *prev, struct slob *block,
		       uint32_t skip, uint32_t units)
{
	struct slob head;
	uint32_t rest;

	if (skip) {
		head = (struct slob){block->at, skip, block->at + skip};
		set_slob(k, page, head.at, head.units, head.next);
		block->at += skip;
		block->units -= skip;
		prev = &head;
	}
	rest = block->at + units;
	if (block->units > units)
		set_slob(k, page, rest, block->units - units, block->next);
	else
		rest = block->next;
	link_slob(k, page, prev, rest);
	page->units -= units;
	slab_map_flip(page, block->at / UNITS_PER_BIT);
}

/* First fit within a page. Kernel address or 0. */
static vaddr_t slob_page_alloc(struct kernel *k, struct page *page,
			       uint32_t nr_bytes, uint32_t align,
			       uint32_t align_offset)
{
	const uint32_t units = slob_units(nr_bytes);
	struct slob block, prev;
	uint32_t largest = 0;
	bool first = true;

	for (uint32_t at = first_free(k, page); at < PAGE_UNITS;
	     at = block.next) {
		uint32_t skip = units_to_skip(at, align, align_offset);

		block = get_slob(k, page, at);
		if (block.units >= units + skip) {
			take_units(k, page, first ? NULL : &prev, &block, skip,
				   units);
			if (!page->units)
				clear_slob_page_free(page);
			return page_address(k, page) + block.at * SLOB_UNIT;
		}
		if (block.units > largest)
			largest = block.units;
		prev = block;
		first = false;
	}
	page->largest = (uint16_t)largest;
	return 0;
}

/* The next search begins with @page: the list's head goes before it. */
static void rotate_to_front(struct page *page, struct list_head *list)
{
	list_del(list);
	list_add_tail(list, &page->slab_list);
}

static vaddr_t slob_alloc(struct task_struct *curr, uint32_t nr_bytes,
			  gfp_t gfp, int nid, uint32_t align,
			  uint32_t align_offset)
{
	struct kernel *k = curr->k;
	struct list_head *list = slob_list(&k->mem.slab, nr_bytes);
	struct page *page;
	vaddr_t block;

	list_for_each_entry(page, list, slab_list) {
		if (page->largest < slob_units(nr_bytes) ||
		    (nid != NUMA_NO_NODE && page_to_nid(page) != nid))
			continue;
		block = slob_page_alloc(k, page, nr_bytes, align, align_offset);
		if (!block)
			continue;
		if (page->on_list)
			rotate_to_front(page, list);
		return block;
	}
	page = new_slob_page(curr, nr_bytes, gfp, nid);
	if (!page)
		return 0;
	return slob_page_alloc(k, page, nr_bytes, align, align_offset);
}

/* Does an object begin at @kaddr? */
static bool begins_object(const struct kernel *k, const struct page *page,
			  vaddr_t kaddr)
{
	uint32_t at = kaddr % PAGE_SIZE / SLOB_UNIT;

	(void)k;
	return PageSlab(page) && kaddr % 8 == 0 &&
	       slab_map_test(page, at / UNITS_PER_BIT);
}

/* Into the chain, merged with its neighbours. */
static void insert_block(struct kernel *k, struct page *page, uint32_t at,
			 uint32_t units)
{
	struct slob prev, next;
	uint32_t behind = first_free(k, page);
	bool first = true;

	while (behind < at) {
		prev = get_slob(k, page, behind);
		behind = prev.next;
		first = false;
	}
	if (behind < PAGE_UNITS && at + units == behind) {
		next = get_slob(k, page, behind);
		units += next.units;
		behind = next.next;
	}
	if (!first && prev.at + prev.units == at) {
		units += prev.units;
		set_slob(k, page, prev.at, units, behind);
	} else {
		set_slob(k, page, at, units, behind);
		link_slob(k, page, first ? NULL : &prev, at);
	}
	if (units > page->largest)
		page->largest = (uint16_t)units;
}

static void slob_free(struct task_struct *curr, vaddr_t block,
		      uint32_t nr_bytes)
{
	struct kernel *k = curr->k;
	struct page *page = virt_to_page(k, block);
	const uint32_t at = block % PAGE_SIZE / SLOB_UNIT;
	const uint32_t units = slob_units(nr_bytes);

	slab_map_flip(page, at / UNITS_PER_BIT);
	if (page->units + units == PAGE_UNITS) {
		free_slob_page(curr, page);
	} else if (!page->on_list) {
		page->units = page->largest = (uint16_t)units;
		page->freelist = block;
		set_slob(k, page, at, units, PAGE_UNITS);
		set_slob_page_free(page, slob_list(&k->mem.slab, nr_bytes));
	} else {
		page->units += units;
		insert_block(k, page, at, units);
	}
}

/* ---- kmalloc ------------------------------------------------------------------------- */

/* The size in front of an object, in guest RAM and out of guests' reach. */
static uint32_t *size_copy(const struct kernel *k, vaddr_t header)
{
	return kobj(k, header);
}

static vaddr_t slob_kmalloc(struct task_struct *curr, uint32_t nr_bytes,
			    gfp_t gfp, int nid)
{
	struct kernel *k = curr->k;
	uint32_t align = KMALLOC_MINALIGN;
	vaddr_t header;

	if (nr_bytes >= PAGE_SIZE - KMALLOC_MINALIGN)
		return alloc_large(curr, nr_bytes, gfp, nid);
	if (!(nr_bytes & (nr_bytes - 1)) && nr_bytes > align)
		align = nr_bytes; /* a power of two is aligned to itself */
	header = slob_alloc(curr, nr_bytes + KMALLOC_MINALIGN, gfp, nid, align,
			    KMALLOC_MINALIGN);
	if (!header)
		return 0;
	memcpy(kbytes(k, header), &nr_bytes, sizeof(nr_bytes));
	ASAN_UNPOISON_MEMORY_REGION(size_copy(k, header), sizeof(nr_bytes));
	*size_copy(k, header) = nr_bytes;
	return header + KMALLOC_MINALIGN;
}

static uint32_t slob_ksize(const struct kernel *k, vaddr_t object)
{
	const struct page *page = compound_head(virt_to_page(k, object));

	if (!PageSlab(page))
		return PAGE_SIZE << page->compound_order;
	return slob_units(*size_copy(k, object - KMALLOC_MINALIGN)) * SLOB_UNIT;
}

static uint32_t slob_bytes_room(const struct kernel *k, vaddr_t object)
{
	const struct page *page = compound_head(virt_to_page(k, object));

	if (!PageSlab(page))
		return PAGE_SIZE << page->compound_order;
	return slob_ksize(k, object) + KMALLOC_MINALIGN;
}

static void slob_kfree(struct task_struct *curr, vaddr_t object)
{
	struct kernel *k = curr->k;
	struct page *page = compound_head(virt_to_page(k, object));
	const vaddr_t header = object - KMALLOC_MINALIGN;
	uint32_t nr_bytes;

	if (begins_large(k, page, object)) {
		slab_free_hook(curr, NULL, object, page->slab_map[0],
			       PAGE_SIZE << page->compound_order);
		free_large(curr, page);
		return;
	}
	if (!PageSlab(page) || header / PAGE_SIZE != object / PAGE_SIZE ||
	    !begins_object(k, page, header)) {
		slab_error_line(k, "kfree: 0x%08x is no object", object);
		return;
	}
	nr_bytes = *size_copy(k, header);
	if (memcmp(kbytes(k, header), &nr_bytes, sizeof(nr_bytes)))
		slab_error_line(k, "kfree: size before 0x%08x was overwritten",
				object);
	slab_free_hook(curr, NULL, object, nr_bytes,
		       slob_bytes_room(k, object));
	slob_free(curr, header, nr_bytes + KMALLOC_MINALIGN);
}

/* ---- caches ------------------------------------------------------------------------------ */

static int slob_create(struct task_struct *curr, struct kmem_cache *cache)
{
	(void)curr;
	cache->size = slob_units(cache->object_size) * SLOB_UNIT;
	if (cache->size >= PAGE_SIZE)
		cache->size = PAGE_SIZE << slab_order_of(cache->size);
	cache->flags &= ~SLAB_DEBUG_FLAGS;
	return slab_order_of(cache->size) < MAX_ORDER ? 0 : -E2BIG;
}

/* Pages know nothing of caches: there is nothing to give back, or to count. */
static bool slob_shrink(struct task_struct *curr, struct kmem_cache *cache)
{
	(void)curr, (void)cache;
	return true;
}

static void slob_release(struct task_struct *curr, struct kmem_cache *cache)
{
	(void)curr, (void)cache;
}

static vaddr_t slob_alloc_node(struct task_struct *curr,
			       struct kmem_cache *cache, gfp_t gfp, int nid,
			       const char *caller)
{
	vaddr_t object;

	(void)caller;
	if (cache->size < PAGE_SIZE)
		object = slob_alloc(curr, cache->size, gfp, nid, cache->align,
				    0);
	else
		object = alloc_large(curr, cache->object_size, gfp, nid);
	if (object)
		slab_construct(curr->k, cache, object);
	return object;
}

static void slob_cache_free(struct task_struct *curr, struct kmem_cache *cache,
			    vaddr_t object, const char *caller)
{
	struct kernel *k = curr->k;
	struct page *page = compound_head(virt_to_page(k, object));

	(void)caller;
	if (cache->size < PAGE_SIZE ? !begins_object(k, page, object)
				    : !begins_large(k, page, object)) {
		slab_error_line(k, "kmem_cache_free: 0x%08x is no object of %s",
				object, cache->name);
		return;
	}
	slab_free_hook(curr, cache, object, cache->object_size, cache->size);
	if (cache->size < PAGE_SIZE)
		slob_free(curr, object, cache->size);
	else
		free_large(curr, page);
}

static void slob_init(struct task_struct *curr)
{
	struct slab_state *slab = &curr->k->mem.slab;

	_Static_assert(offsetof(struct kmem_cache, node) <=
			       ARM_SIZEOF_SLOB_KMEM_CACHE * OBJECT_STORE_SCALE,
		       "slob's part of struct kmem_cache fits the store");
	INIT_LIST_HEAD(&slab->free_slob_small);
	INIT_LIST_HEAD(&slab->free_slob_medium);
	INIT_LIST_HEAD(&slab->free_slob_large);
	slab->kmem_cache = &slab->kmem_cache_boot;
	init_kmem_cache(curr, slab->kmem_cache, "kmem_cache",
			ARM_SIZEOF_SLOB_KMEM_CACHE,
			offsetof(struct kmem_cache, node), KMALLOC_MINALIGN, 0,
			NULL);
}

/* ---- looking ----------------------------------------------------------------------------------- */

/* Nothing but its name and size belongs to a cache alone. */
static unsigned int slob_verify(struct kernel *k,
				const struct kmem_cache *cache)
{
	(void)k;
	return cache->size < cache->object_size;
}

/* What is in use is known; what of it was asked for, to its users alone. */
static void slob_count_slab(const struct kernel *k, const struct page *page,
			    struct kernel_slab_usage *usage)
{
	(void)k;
	for (uint32_t i = 0; i < PAGE_UNITS / UNITS_PER_BIT; i++)
		usage->objects += slab_map_test(page, i);
	usage->allocated += PAGE_SIZE - page->units * SLOB_UNIT;
	usage->capacity += PAGE_SIZE;
	usage->pages++;
}

static bool objects_begin_in(const struct page *page, uint32_t from,
			     uint32_t to)
{
	for (uint32_t at = from; at < to; at++)
		if (at % UNITS_PER_BIT == 0 &&
		    slab_map_test(page, at / UNITS_PER_BIT))
			return true;
	return false;
}

/* The chain ascends, never touches itself, and adds up; no object in it. */
static bool slob_page_whole(struct kernel *k, const struct page *page)
{
	uint32_t at = first_free(k, page), sum = 0, end = 0;

	while (at < PAGE_UNITS) {
		struct slob block = get_slob(k, page, at);

		if ((sum && at <= end) || block.next <= at ||
		    block.units > page->largest ||
		    at + block.units > PAGE_UNITS ||
		    objects_begin_in(page, at, at + block.units))
			return false;
		sum += block.units;
		end = at + block.units;
		at = block.next;
	}
	return at == PAGE_UNITS && sum == page->units && sum < PAGE_UNITS;
}

static unsigned int verify_slob_list(struct kernel *k,
				     const struct list_head *list)
{
	const struct page *page;
	unsigned int wrong = 0;

	list_for_each_entry(page, list, slab_list) {
		if (PageSlab(page) && page->on_list && slob_page_whole(k, page))
			continue;
		printk(k,
		       "verify: slob page 0x%08x: free blocks and counts "
		       "differ",
		       page_address(k, page));
		wrong++;
	}
	return wrong;
}

static unsigned int slob_verify_all(struct kernel *k)
{
	return verify_slob_list(k, &k->mem.slab.free_slob_small) +
	       verify_slob_list(k, &k->mem.slab.free_slob_medium) +
	       verify_slob_list(k, &k->mem.slab.free_slob_large);
}

const struct slab_allocator slob_allocator = {
	.name = "slob",
	.init = slob_init,
	.create = slob_create,
	.shrink = slob_shrink,
	.release = slob_release,
	.alloc = slob_alloc_node,
	.free = slob_cache_free,
	.alloc_bytes = slob_kmalloc,
	.free_bytes = slob_kfree,
	.bytes_size = slob_ksize,
	.bytes_room = slob_bytes_room,
	.count_slab = slob_count_slab,
	.verify = slob_verify,
	.verify_all = slob_verify_all,
};
