/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_internal.h"

/*
 * kmalloc and its kin (Linux: mm/slab_common.c, mm/util.c): memory by size.
 * Each size class is a cache; above the largest, whole pages. Slob has no
 * classes and does it all itself.
 *
 * ARMv7 aligns kmalloc to its cache line of 64 bytes, so the smallest class
 * is kmalloc-64 and there is no kmalloc-96.
 *
 * MODEL: no classes for accounted memory: there are no control groups.
 */

#include <string.h>

#include "kernel/lib/bug.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab_hooks.h"
#include "kernel/mm/trace_slab.h"
#include "kernel/state.h"

enum {
	CACHE_LINE_SIZE = 64,
	KMALLOC_SHIFT_LOW = 6,
	KMALLOC_192 = 2, /* its place in kmalloc_caches[] */
};

static unsigned int kmalloc_index(uint32_t nr_bytes)
{
	if (nr_bytes <= 1u << KMALLOC_SHIFT_LOW)
		return KMALLOC_SHIFT_LOW;
	if (nr_bytes > 128 && nr_bytes <= 192)
		return KMALLOC_192;
	return 32u - (unsigned int)__builtin_clz(nr_bytes - 1);
}

/* DMA before reclaim, where a request says both; as kmalloc_type(). */
static enum kmalloc_cache_type kmalloc_type(gfp_t gfp)
{
	if (likely(!(gfp & (__GFP_DMA | __GFP_RECLAIMABLE))))
		return KMALLOC_NORMAL;
	return gfp & __GFP_DMA ? KMALLOC_DMA : KMALLOC_RECLAIM;
}

struct kmem_cache *kmalloc_slab(struct kernel *k, uint32_t nr_bytes, gfp_t gfp)
{
	enum kmalloc_cache_type type = kmalloc_type(gfp);
	unsigned int index = kmalloc_index(nr_bytes);

	if (type == KMALLOC_DMA && !k->mem.slab.kmalloc_caches[type][index])
		type = KMALLOC_NORMAL; /* all memory will do */
	return k->mem.slab.kmalloc_caches[type][index];
}

/* ---- by size ------------------------------------------------------------------ */

static vaddr_t kmalloc_large(struct task_struct *curr, uint32_t nr_bytes,
			     gfp_t gfp, int nid)
{
	unsigned int order = slab_order_of(nr_bytes);
	struct page *page = slab_alloc_pages(curr, nid, gfp | __GFP_COMP,
					     order);

	if (!page)
		return 0;
	__SetPageLargeKmalloc(page);
	page->slab_map[0] = nr_bytes;
	slab_gained_pages(curr->k, page, order, PAGE_SIZE << order,
			  NR_SLAB_UNRECLAIMABLE);
	return page_address(curr->k, page);
}

static void free_large_kmalloc(struct task_struct *curr, struct page *page)
{
	unsigned int order = page->compound_order;

	slab_free_hook(curr, NULL, page_address(curr->k, page),
		       page->slab_map[0], PAGE_SIZE << order);
	slab_unpoison_store(curr->k, page_address(curr->k, page),
			    PAGE_SIZE << order);
	slab_lost_pages(curr->k, page, order, PAGE_SIZE << order,
			NR_SLAB_UNRECLAIMABLE);
	__ClearPageLargeKmalloc(page);
	__free_pages(curr, page, order);
}

/* From no cache: slob's way with all sizes, and everybody's with large ones. */
static vaddr_t kmalloc_uncached(struct task_struct *curr, uint32_t nr_bytes,
				gfp_t gfp, int nid, const char *caller)
{
	const struct slab_allocator *ops = curr->k->mem.slab.ops;
	const gfp_t plain = gfp & ~(__GFP_ZERO | __GFP_SLAB_OWN);
	uint32_t room = PAGE_SIZE << slab_order_of(nr_bytes);
	vaddr_t object;

	/* large ones are pages, which may be refused as such */
	if (ops->alloc_bytes &&
	    unlikely(!slab_pre_alloc_hook(curr, NULL, nr_bytes, gfp, caller)))
		return 0;
	if (ops->alloc_bytes)
		object = ops->alloc_bytes(curr, nr_bytes, plain, nid);
	else
		object = kmalloc_large(curr, nr_bytes, plain, nid);
	if (!object)
		return 0;
	if (ops->alloc_bytes)
		room = ops->bytes_room(curr->k, object);
	slab_post_alloc_hook(curr, NULL, object, nr_bytes, room, gfp, caller);
	trace_kmalloc(curr->k, caller, object, nr_bytes, room, gfp, nid);
	return object;
}

static vaddr_t kmalloc_cached(struct task_struct *curr, uint32_t nr_bytes,
			      gfp_t gfp, int nid, const char *caller)
{
	struct kmem_cache *cache = kmalloc_slab(curr->k, nr_bytes, gfp);
	vaddr_t object = slab_alloc_object(curr, cache, nr_bytes, gfp, nid,
					   caller);

	trace_kmalloc(curr->k, caller, object, nr_bytes, cache->size, gfp, nid);
	return object;
}

vaddr_t kmalloc_node_caller(struct task_struct *curr, uint32_t nr_bytes,
			    gfp_t gfp, int nid, const char *caller)
{
	struct kernel *k = curr->k;
	vaddr_t object;

	if (unlikely(!nr_bytes))
		return ZERO_SIZE_PTR;
	if (unlikely(nr_bytes > KMALLOC_MAX_SIZE))
		return 0;
	if (likely(nr_bytes <= 1u << KMALLOC_SHIFT_HIGH &&
		   !k->mem.slab.ops->alloc_bytes))
		object = kmalloc_cached(curr, nr_bytes, gfp, nid, caller);
	else
		object = kmalloc_uncached(curr, nr_bytes, gfp, nid, caller);
	if (object && gfp & __GFP_ZERO)
		memset(kbytes(k, object), 0, ksize(k, object));
	return object;
}

vaddr_t kmalloc_caller(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp,
		       const char *caller)
{
	return kmalloc_node_caller(curr, nr_bytes, gfp, NUMA_NO_NODE, caller);
}

vaddr_t kmalloc_array_caller(struct task_struct *curr, uint32_t n,
			     uint32_t nr_bytes, gfp_t gfp, const char *caller)
{
	uint32_t all;

	if (__builtin_mul_overflow(n, nr_bytes, &all))
		return 0;
	return kmalloc_caller(curr, all, gfp, caller);
}

void kfree_caller(struct task_struct *curr, vaddr_t object, const char *caller)
{
	struct kernel *k = curr->k;
	struct page *page;

	trace_kfree(k, caller, object);
	if (unlikely(ZERO_OR_NULL_PTR(object)))
		return;
	if (unlikely(!virt_addr_valid(k, object))) {
		slab_error_line(k, "kfree: out of range pointer 0x%08x",
				object);
		return;
	}
	page = compound_head(virt_to_page(k, object));
	if (k->mem.slab.ops->free_bytes)
		k->mem.slab.ops->free_bytes(curr, object);
	else if (likely(PageSlab(page)))
		k->mem.slab.ops->free(curr, page->slab_cache, object, caller);
	else if (PageLargeKmalloc(page) && object == page_address(k, page))
		free_large_kmalloc(curr, page);
	else
		slab_error_line(k, "kfree: 0x%08x was never allocated", object);
}

uint32_t ksize(const struct kernel *k, vaddr_t object)
{
	const struct page *page;

	if (ZERO_OR_NULL_PTR(object))
		return 0;
	if (k->mem.slab.ops->bytes_size)
		return k->mem.slab.ops->bytes_size(k, object);
	page = compound_head(virt_to_page(k, object));
	if (PageSlab(page))
		return page->slab_cache->object_size;
	return PAGE_SIZE << page->compound_order;
}

vaddr_t krealloc_caller(struct task_struct *curr, vaddr_t object,
			uint32_t nr_bytes, gfp_t gfp, const char *caller)
{
	uint32_t old = ksize(curr->k, object);
	vaddr_t moved;

	if (nr_bytes && nr_bytes <= old)
		return object;
	moved = kmalloc_caller(curr, nr_bytes, gfp, caller);
	if (!moved)
		return 0; /* the old one stays valid */
	if (!nr_bytes)
		old = 0;
	memcpy(kbytes(curr->k, moved), kbytes(curr->k, object), old);
	kfree_caller(curr, object, caller);
	return moved;
}

/* ---- copies of host bytes, in guest RAM ----------------------------------------- */

vaddr_t kmemdup_caller(struct task_struct *curr, const void *from,
		       uint32_t nr_bytes, gfp_t gfp, const char *caller)
{
	vaddr_t to = kmalloc_caller(curr, nr_bytes, gfp, caller);

	if (to && nr_bytes)
		memcpy(kbytes(curr->k, to), from, nr_bytes);
	return to;
}

vaddr_t kstrndup_caller(struct task_struct *curr, const char *from,
			uint32_t most, gfp_t gfp, const char *caller)
{
	uint32_t len = (uint32_t)strnlen(from, most);
	vaddr_t to = kmalloc_caller(curr, len + 1, gfp, caller);
	char *text;

	if (!to)
		return 0;
	text = kbytes(curr->k, to);
	memcpy(text, from, len);
	text[len] = '\0';
	return to;
}

void kfree_sensitive_caller(struct task_struct *curr, vaddr_t object,
			    const char *caller)
{
	if (!ZERO_OR_NULL_PTR(object))
		memset(kbytes(curr->k, object), 0, ksize(curr->k, object));
	kfree_caller(curr, object, caller);
}

/* ---- C structures ------------------------------------------------------------- */

/* How large a C structure may be: a class keeps its note at the end. */
static uint32_t store_room(const struct kernel *k, vaddr_t object)
{
	uint32_t room = ksize(k, object) * OBJECT_STORE_SCALE;

	if (!k->mem.slab.ops->alloc_bytes &&
	    PageSlab(compound_head(virt_to_page(k, object))))
		room -= (uint32_t)sizeof(uint32_t);
	return room;
}

void *kzalloc_obj_caller(struct task_struct *curr, uint32_t arm_size,
			 uint32_t host_size, gfp_t gfp, const char *caller)
{
	vaddr_t address = kmalloc_caller(curr, arm_size, gfp, caller);
	void *object;

	if (!address)
		return NULL;
	BUG_ON(host_size > store_room(curr->k, address));
	object = kobj(curr->k, address);
	ASAN_UNPOISON_MEMORY_REGION(object, host_size);
	memset(object, 0, host_size);
	kmemleak_host_view(curr->k, address, host_size);
	return object;
}

void kfree_obj_caller(struct task_struct *curr, void *object,
		      const char *caller)
{
	struct kernel *k = curr->k;
	vaddr_t address;

	if (!object)
		return;
	address = kobj_addr(k, object);
	slab_poison_store(k, address, ksize(k, address));
	kfree_caller(curr, address, caller);
}

/* ---- size classes ---------------------------------------------------------- */

static const struct {
	uint8_t index;
	uint16_t size;
	const char *name[NR_KMALLOC_TYPES];
} kmalloc_info[] = {
	{6, 64, {"kmalloc-64", "kmalloc-rcl-64", "dma-kmalloc-64"}},
	{7, 128, {"kmalloc-128", "kmalloc-rcl-128", "dma-kmalloc-128"}},
	{KMALLOC_192,
	 192,
	 {"kmalloc-192", "kmalloc-rcl-192", "dma-kmalloc-192"}},
	{8, 256, {"kmalloc-256", "kmalloc-rcl-256", "dma-kmalloc-256"}},
	{9, 512, {"kmalloc-512", "kmalloc-rcl-512", "dma-kmalloc-512"}},
	{10, 1024, {"kmalloc-1k", "kmalloc-rcl-1k", "dma-kmalloc-1k"}},
	{11, 2048, {"kmalloc-2k", "kmalloc-rcl-2k", "dma-kmalloc-2k"}},
	{12, 4096, {"kmalloc-4k", "kmalloc-rcl-4k", "dma-kmalloc-4k"}},
	{13, 8192, {"kmalloc-8k", "kmalloc-rcl-8k", "dma-kmalloc-8k"}},
};
#define NR_KMALLOC_CLASSES (sizeof(kmalloc_info) / sizeof(*kmalloc_info))

static void create_class(struct task_struct *curr, size_t class, int type)
{
	struct slab_state *slab = &curr->k->mem.slab;
	static const uint32_t flags[NR_KMALLOC_TYPES] = {
		[KMALLOC_RECLAIM] = SLAB_RECLAIM_ACCOUNT,
		[KMALLOC_DMA] = SLAB_CACHE_DMA,
	};
	struct kmem_cache **cache =
		&slab->kmalloc_caches[type][kmalloc_info[class].index];
	const uint32_t size = kmalloc_info[class].size;
	/* a power of two is aligned to itself */
	const uint32_t align = size & (size - 1) ? CACHE_LINE_SIZE : size;

	if (!*cache)
		*cache = kmem_cache_create(
			curr, kmalloc_info[class].name[type], size, 0, align,
			flags[type] | SLAB_PANIC | SLAB_KMALLOC, NULL);
}

void create_kmalloc_cache(struct task_struct *curr, uint32_t nr_bytes, int type)
{
	for (size_t i = 0; i < NR_KMALLOC_CLASSES; i++)
		if (kmalloc_info[i].size == nr_bytes)
			create_class(curr, i, type);
}

void create_kmalloc_caches(struct task_struct *curr)
{
	for (int type = 0; type < NR_KMALLOC_TYPES; type++)
		for (size_t i = 0; i < NR_KMALLOC_CLASSES; i++)
			if (type != KMALLOC_DMA ||
			    curr->k->mem.zone_configured[ZONE_DMA])
				create_class(curr, i, type);
}
