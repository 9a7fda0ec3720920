/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_internal.h"

/*
 * What all slab allocators share (Linux: mm/slab_common.c): the list of
 * caches, kmalloc's size classes, the debugging options of the command line,
 * and the two ways to see an object, by its kernel address or as the C
 * structure behind it.
 *
 * ARMv7 aligns kmalloc to its cache line of 64 bytes, so the smallest class
 * is kmalloc-64 and there is no kmalloc-96. Slob has no classes.
 *
 * MODEL: no kmalloc classes for DMA and for accounted memory. slub_debug=
 * speaks to slab too, where Linux decides when it is built (CONFIG_DEBUG_SLAB).
 */

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"

enum {
	ARCH_SLAB_MINALIGN = 8, /* for 64-bit members */
	CACHE_LINE_SIZE = 64,
	KMALLOC_SHIFT_LOW = 6,
	KMALLOC_192 = 2, /* its place in kmalloc_caches[] */
	KMALLOC_MAX_ORDER = MAX_ORDER - 1,
};

_Static_assert(SLAB_NUMNODES == MAX_NUMNODES, "a list for each node");

/* The first serves where the board names none. */
static const struct slab_allocator *const allocators[] = {
	&slub_allocator, &slab_allocator, &slob_allocator};

/* ---- debugging options ------------------------------------------------------- */

/* A block of slub_debug=: letters, then names of the caches they are for. */
struct debug_block {
	uint32_t flags;
	const char *names, *end; /* "a,b*"; NULL: all caches */
};

static uint32_t debug_flag(char letter)
{
	switch (tolower((unsigned char)letter)) {
	case 'f':
		return SLAB_CONSISTENCY_CHECKS;
	case 'z':
		return SLAB_RED_ZONE;
	case 'p':
		return SLAB_POISON;
	case 'u':
		return SLAB_STORE_USER;
	default: /* a, o and t: not modelled; others Linux skips as well */
		return 0;
	}
}

/* The block at @text; returns where the next begins. */
static const char *parse_debug_block(const char *text, const char *end,
				     struct debug_block *block)
{
	block->flags = 0;
	block->names = NULL;
	if (*text == ',')
		block->flags = SLAB_DEBUG_FLAGS;
	for (; text < end && *text != ',' && *text != ';'; text++)
		block->flags = *text == '-' ? 0
					    : block->flags | debug_flag(*text);
	if (text < end && *text == ',')
		block->names = ++text;
	while (text < end && *text != ';')
		text++;
	block->end = text;
	while (text < end && *text == ';')
		text++;
	return text;
}

/* Is @name one of the block's? A name there may end in '*'. */
static bool block_names(const struct debug_block *block, const char *name)
{
	const char *at = block->names;

	while (at && at < block->end) {
		size_t room = (size_t)(block->end - at), len, cmp;
		const char *comma = memchr(at, ',', room), *star;

		len = comma ? (size_t)(comma - at) : room;
		star = memchr(at, '*', len);
		cmp = star ? (size_t)(star - at) : len;
		if (!strncmp(name, at, cmp) && (star || strlen(name) == len))
			return true;
		at += len + 1;
	}
	return false;
}

/* What the command line adds to a cache: by name, or else what all get. */
static uint32_t kmem_cache_flags(const struct kernel *k, const char *name)
{
	uint32_t len, everybody = 0;
	const char *text = boot_param(k, "slub_debug", &len), *end;

	if (!text)
		return 0;
	if (!len)
		return SLAB_DEBUG_FLAGS;
	for (end = text + len; text < end;) {
		struct debug_block block;

		text = parse_debug_block(text, end, &block);
		if (block_names(&block, name))
			return block.flags;
		if (!block.names)
			everybody = block.flags;
	}
	return everybody;
}

void slab_error_line(struct kernel *k, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintk(k, format, args);
	va_end(args);
	k->mem.slab.nr_errors++;
}

/* ---- caches ------------------------------------------------------------------ */

static uint32_t calculate_alignment(uint32_t flags, uint32_t align,
				    uint32_t size)
{
	if (flags & SLAB_HWCACHE_ALIGN) {
		uint32_t line = CACHE_LINE_SIZE;

		while (size <= line / 2)
			line /= 2;
		if (align < line)
			align = line;
	}
	return align < ARCH_SLAB_MINALIGN ? ARCH_SLAB_MINALIGN : align;
}

int init_kmem_cache(struct task_struct *curr, struct kmem_cache *cache,
		    const char *name, uint32_t arm_size, uint32_t host_size,
		    uint32_t align, uint32_t flags, void (*ctor)(void *))
{
	struct slab_state *slab = &curr->k->mem.slab;
	int err;

	BUG_ON(host_size > arm_size * OBJECT_STORE_SCALE);
	cache->name = name;
	cache->object_size = arm_size;
	cache->host_size = host_size;
	cache->flags = flags | kmem_cache_flags(curr->k, name);
	cache->align = calculate_alignment(flags, align, arm_size);
	cache->ctor = ctor;
	cache->refcount = 1;
	err = slab->ops->create(curr, cache);
	if (err)
		slab->ops->release(curr, cache);
	else
		list_add(&cache->list, &slab->slab_caches);
	return err;
}

struct kmem_cache *kmem_cache_create(struct task_struct *curr, const char *name,
				     uint32_t arm_size, uint32_t host_size,
				     uint32_t align, uint32_t flags,
				     void (*ctor)(void *))
{
	struct kernel *k = curr->k;
	struct kmem_cache *cache =
		kmem_cache_zalloc(curr, k->mem.slab.kmem_cache, GFP_KERNEL);

	if (cache && init_kmem_cache(curr, cache, name, arm_size, host_size,
				     align, flags, ctor)) {
		kmem_cache_free(curr, k->mem.slab.kmem_cache, cache);
		cache = NULL;
	}
	if (!cache && (flags & SLAB_PANIC))
		panic(k, "kmem_cache_create: failed to create slab '%s'", name);
	return cache;
}

void kmem_cache_destroy(struct task_struct *curr, struct kmem_cache *cache)
{
	struct slab_state *slab = &curr->k->mem.slab;

	if (!cache || --cache->refcount)
		return;
	if (!slab->ops->shrink(curr, cache)) {
		slab_error_line(
			curr->k,
			"kmem_cache_destroy %s: Slab cache still has objects",
			cache->name);
		return;
	}
	list_del(&cache->list);
	slab->ops->release(curr, cache);
	kmem_cache_free(curr, slab->kmem_cache, cache);
}

bool kmem_cache_shrink(struct task_struct *curr, struct kmem_cache *cache)
{
	return curr->k->mem.slab.ops->shrink(curr, cache);
}

void cache_reap(struct task_struct *curr)
{
	struct slab_state *slab = &curr->k->mem.slab;
	struct kmem_cache *cache;

	if (!slab->ops->reap)
		return;
	list_for_each_entry(cache, &slab->slab_caches, list)
		slab->ops->reap(curr, cache);
}

/* ---- objects ------------------------------------------------------------------- */

static bool should_fail_slab(struct kernel *k)
{
	struct slab_state *slab = &k->mem.slab;

	return slab->fail_slab && --slab->fail_slab == 0;
}

static vaddr_t alloc_object(struct task_struct *curr, struct kmem_cache *cache,
			    gfp_t gfp, const char *caller)
{
	struct kernel *k = curr->k;
	vaddr_t object;

	if (unlikely(should_fail_slab(k)))
		return 0;
	object = k->mem.slab.ops->alloc(curr, cache, gfp & ~__GFP_ZERO, caller);
	if (object && cache->host_size)
		ASAN_UNPOISON_MEMORY_REGION(kobj(k, object), cache->host_size);
	return object;
}

/* Bytes of a cache without C structures; otherwise the structure. */
static void *object_view(const struct kernel *k, const struct kmem_cache *cache,
			 vaddr_t object)
{
	return cache->host_size ? kobj(k, object) : kbytes(k, object);
}

void *kmem_cache_alloc_caller(struct task_struct *curr,
			      struct kmem_cache *cache, gfp_t gfp,
			      const char *caller)
{
	vaddr_t object = alloc_object(curr, cache, gfp, caller);

	return object ? object_view(curr->k, cache, object) : NULL;
}

void *kmem_cache_zalloc_caller(struct task_struct *curr,
			       struct kmem_cache *cache, gfp_t gfp,
			       const char *caller)
{
	void *object = kmem_cache_alloc_caller(curr, cache, gfp, caller);

	if (object)
		memset(object, 0,
		       cache->host_size ? cache->host_size
					: cache->object_size);
	return object;
}

static vaddr_t object_address(const struct kernel *k,
			      const struct kmem_cache *cache,
			      const void *object)
{
	if (cache->host_size)
		return kobj_addr(k, object);
	return phys_to_virt(k,
			    k->hw.ram_base + (paddr_t)((const uint8_t *)object -
						       k->hw.ram));
}

/* The cache that @object is from, if its slab knows; NULL: from none. */
static struct kmem_cache *
cache_from_obj(struct kernel *k, struct kmem_cache *cache, vaddr_t object)
{
	const struct page *page;

	if (k->mem.slab.ops->free_bytes)
		return cache;
	page = compound_head(virt_to_page(k, object));
	if (likely(PageSlab(page) && page->slab_cache == cache))
		return cache;
	/* C structures come from our own code alone */
	BUG_ON(cache->host_size);
	slab_error_line(k,
			"cache_from_obj: Wrong slab cache. %s but object is "
			"from %s",
			cache->name,
			PageSlab(page) ? page->slab_cache->name : "no cache");
	return PageSlab(page) ? page->slab_cache : NULL;
}

void kmem_cache_free_caller(struct task_struct *curr, struct kmem_cache *cache,
			    void *object, const char *caller)
{
	struct kernel *k = curr->k;
	vaddr_t address = object_address(k, cache, object);

	cache = cache_from_obj(k, cache, address);
	if (!cache)
		return;
	if (cache->host_size)
		ASAN_POISON_MEMORY_REGION(object, cache->host_size);
	k->mem.slab.ops->free(curr, cache, address, caller);
}

/* ---- kmalloc --------------------------------------------------------------------- */

static unsigned int kmalloc_index(uint32_t nr_bytes)
{
	if (nr_bytes <= 1u << KMALLOC_SHIFT_LOW)
		return KMALLOC_SHIFT_LOW;
	if (nr_bytes > 128 && nr_bytes <= 192)
		return KMALLOC_192;
	return 32u - (unsigned int)__builtin_clz(nr_bytes - 1);
}

struct kmem_cache *kmalloc_slab(struct kernel *k, uint32_t nr_bytes, gfp_t gfp)
{
	int type = gfp & __GFP_RECLAIMABLE ? KMALLOC_RECLAIM : KMALLOC_NORMAL;

	return k->mem.slab.kmalloc_caches[type][kmalloc_index(nr_bytes)];
}

static vaddr_t kmalloc_large(struct task_struct *curr, uint32_t nr_bytes,
			     gfp_t gfp)
{
	unsigned int order = slab_order_of(nr_bytes);
	struct page *page;

	if (order > KMALLOC_MAX_ORDER)
		return 0;
	page = alloc_pages(curr, (gfp & ~__GFP_ZERO) | __GFP_COMP, order);
	if (!page)
		return 0;
	mod_page_state(curr->k, page, NR_SLAB_UNRECLAIMABLE, 1 << order);
	return page_address(curr->k, page);
}

vaddr_t kmalloc_caller(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp,
		       const char *caller)
{
	struct kernel *k = curr->k;

	if (unlikely(nr_bytes > PAGE_SIZE << KMALLOC_MAX_ORDER))
		return 0;
	if (unlikely(k->mem.slab.ops->alloc_bytes != NULL))
		return should_fail_slab(k)
			       ? 0
			       : k->mem.slab.ops->alloc_bytes(curr, nr_bytes,
							      gfp);
	if (unlikely(nr_bytes > 1u << KMALLOC_SHIFT_HIGH))
		return kmalloc_large(curr, nr_bytes, gfp);
	return alloc_object(curr, kmalloc_slab(k, nr_bytes, gfp), gfp, caller);
}

vaddr_t kzalloc_caller(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp,
		       const char *caller)
{
	vaddr_t object = kmalloc_caller(curr, nr_bytes, gfp, caller);

	if (object)
		memset(kbytes(curr->k, object), 0, ksize(curr->k, object));
	return object;
}

static void free_large(struct task_struct *curr, struct page *page)
{
	unsigned int order = page->compound_order;

	slab_unpoison_store(curr->k, page_address(curr->k, page),
			    PAGE_SIZE << order);
	mod_page_state(curr->k, page, NR_SLAB_UNRECLAIMABLE, -(1 << order));
	__free_pages(curr, page, order);
}

void kfree_caller(struct task_struct *curr, vaddr_t object, const char *caller)
{
	struct kernel *k = curr->k;
	struct page *page;

	if (!object)
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
	else if (object == page_address(k, page) && page->_refcount == 1)
		free_large(curr, page);
	else
		slab_error_line(k, "kfree: 0x%08x was never allocated", object);
}

uint32_t ksize(const struct kernel *k, vaddr_t object)
{
	const struct page *page;

	if (!object)
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

	if (!nr_bytes) {
		kfree_caller(curr, object, caller);
		return 0;
	}
	if (nr_bytes <= old)
		return object;
	moved = kmalloc_caller(curr, nr_bytes, gfp, caller);
	if (!moved)
		return 0; /* the old one stays valid */
	memcpy(kbytes(curr->k, moved), kbytes(curr->k, object), old);
	kfree_caller(curr, object, caller);
	return moved;
}

void *kzalloc_obj_caller(struct task_struct *curr, uint32_t arm_size,
			 uint32_t host_size, gfp_t gfp, const char *caller)
{
	vaddr_t address = kmalloc_caller(curr, arm_size, gfp, caller);
	void *object;

	if (!address)
		return NULL;
	BUG_ON(host_size > ksize(curr->k, address) * OBJECT_STORE_SCALE);
	object = kobj(curr->k, address);
	ASAN_UNPOISON_MEMORY_REGION(object, host_size);
	memset(object, 0, host_size);
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

/* ---- boot -------------------------------------------------------------------------- */

static const struct {
	uint8_t index;
	uint16_t size;
	const char *name[NR_KMALLOC_TYPES];
} kmalloc_info[] = {
	{6, 64, {"kmalloc-64", "kmalloc-rcl-64"}},
	{7, 128, {"kmalloc-128", "kmalloc-rcl-128"}},
	{KMALLOC_192, 192, {"kmalloc-192", "kmalloc-rcl-192"}},
	{8, 256, {"kmalloc-256", "kmalloc-rcl-256"}},
	{9, 512, {"kmalloc-512", "kmalloc-rcl-512"}},
	{10, 1024, {"kmalloc-1k", "kmalloc-rcl-1k"}},
	{11, 2048, {"kmalloc-2k", "kmalloc-rcl-2k"}},
	{12, 4096, {"kmalloc-4k", "kmalloc-rcl-4k"}},
	{13, 8192, {"kmalloc-8k", "kmalloc-rcl-8k"}},
};
#define NR_KMALLOC_CLASSES (sizeof(kmalloc_info) / sizeof(*kmalloc_info))

static void create_class(struct task_struct *curr, size_t class, int type)
{
	struct slab_state *slab = &curr->k->mem.slab;
	uint32_t flags = type == KMALLOC_RECLAIM ? SLAB_RECLAIM_ACCOUNT : 0;
	struct kmem_cache **cache =
		&slab->kmalloc_caches[type][kmalloc_info[class].index];

	if (!*cache)
		*cache = kmem_cache_create(curr, kmalloc_info[class].name[type],
					   kmalloc_info[class].size, 0,
					   CACHE_LINE_SIZE, flags | SLAB_PANIC,
					   NULL);
}

void create_kmalloc_cache(struct task_struct *curr, uint32_t nr_bytes, int type)
{
	for (size_t i = 0; i < NR_KMALLOC_CLASSES; i++)
		if (kmalloc_info[i].size == nr_bytes)
			create_class(curr, i, type);
}

static const struct slab_allocator *find_allocator(const char *name)
{
	for (size_t i = 0; i < sizeof(allocators) / sizeof(*allocators); i++)
		if (!name || !strcmp(allocators[i]->name, name))
			return allocators[i];
	return NULL;
}

void kmem_cache_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct slab_state *slab = &k->mem.slab;

	INIT_LIST_HEAD(&slab->slab_caches);
	slab->ops = find_allocator(k->params.slab_allocator);
	if (!slab->ops)
		panic(k, "no slab allocator is called %s",
		      k->params.slab_allocator);
	slab->ops->init(curr);
	for (int type = 0; !slab->ops->alloc_bytes && type < NR_KMALLOC_TYPES;
	     type++)
		for (size_t i = 0; i < NR_KMALLOC_CLASSES; i++)
			create_class(curr, i, type);
	if (slab->ops->init_late)
		slab->ops->init_late(curr);
	slab->up = true;
}

/* Only ASan keeps a memory of its own, which outlives the mapping. */
void slab_exit(struct kernel *k)
{
#ifdef KERNEL_ASAN
	for (pfn_t pfn = k->mem.map_base_pfn; pfn < k->mem.map_end_pfn; pfn++)
		if (PageSlab(compound_head(pfn_to_page(k, pfn))))
			ASAN_UNPOISON_MEMORY_REGION(
				k->hw.store + (((paddr_t)pfn << PAGE_SHIFT) -
					       k->hw.ram_base) *
						      OBJECT_STORE_SCALE,
				PAGE_SIZE * OBJECT_STORE_SCALE);
	ASAN_UNPOISON_MEMORY_REGION(k->mem.mem_map,
				    (k->mem.map_end_pfn - k->mem.map_base_pfn) *
					    sizeof(struct page));
#else
	(void)k;
#endif
}

/* ---- /proc/slabinfo ---------------------------------------------------------------- */

bool slabinfo_exists(const struct kernel *k)
{
	return k->mem.slab.ops->get_slabinfo;
}

int slabinfo_show(struct seq_file *m, void *v)
{
	const struct kmem_cache *cache;

	(void)v;
	seq_puts(m, "slabinfo - version: 2.1\n"
		    "# name            <active_objs> <num_objs> <objsize> "
		    "<objperslab> <pagesperslab>"
		    " : tunables <limit> <batchcount> <sharedfactor>"
		    " : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
	list_for_each_entry(cache, &m->k->mem.slab.slab_caches, list) {
		struct slabinfo info;

		m->k->mem.slab.ops->get_slabinfo(m->k, cache, &info);
		seq_printf(m, "%-17s %6llu %6llu %6u %4u %4u", cache->name,
			   (unsigned long long)info.active_objs,
			   (unsigned long long)info.num_objs, cache->size,
			   info.objects_per_slab, 1u << info.cache_order);
		seq_printf(m, " : tunables %4u %4u %4u", info.limit,
			   info.batchcount, info.shared);
		seq_printf(m, " : slabdata %6llu %6llu %6llu\n",
			   (unsigned long long)info.active_slabs,
			   (unsigned long long)info.num_slabs,
			   (unsigned long long)info.shared_avail);
	}
	return 0;
}

unsigned int verify_slab(struct kernel *k)
{
	const struct kmem_cache *cache;
	unsigned int wrong = 0;

	list_for_each_entry(cache, &k->mem.slab.slab_caches, list)
		wrong += k->mem.slab.ops->verify(k, cache);
	if (k->mem.slab.ops->verify_all)
		wrong += k->mem.slab.ops->verify_all(k);
	return wrong;
}
