/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_internal.h"

/*
 * What all slab allocators share (Linux: mm/slab_common.c): the list of
 * caches, kmalloc's size classes, and the two ways to see an object, by its
 * kernel address or as the C structure behind it.
 *
 * ARMv7 aligns kmalloc to its cache line of 64 bytes, so the smallest class
 * is kmalloc-64 and there is no kmalloc-96.
 *
 * MODEL: no kmalloc classes for DMA and for accounted memory.
 */

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

static const struct slab_allocator *const allocators[] = {&slub_allocator};

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
	cache->flags = flags | slab->debug_flags;
	cache->align = calculate_alignment(flags, align, arm_size);
	cache->ctor = ctor;
	cache->refcount = 1;
	err = slab->ops->create(curr, cache);
	if (!err)
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
	if (!slab->ops->destroy(curr, cache)) {
		printk(curr->k,
		       "kmem_cache_destroy %s: Slab cache still has objects",
		       cache->name);
		slab->nr_errors++;
		return;
	}
	list_del(&cache->list);
	kmem_cache_free(curr, slab->kmem_cache, cache);
}

/* ---- objects ------------------------------------------------------------------- */

static bool should_fail_slab(struct kernel *k)
{
	struct slab_state *slab = &k->mem.slab;

	return slab->fail_slab && --slab->fail_slab == 0;
}

static vaddr_t alloc_object(struct task_struct *curr, struct kmem_cache *cache,
			    gfp_t gfp)
{
	struct kernel *k = curr->k;
	vaddr_t object;

	if (should_fail_slab(k))
		return 0;
	object = k->mem.slab.ops->alloc(curr, cache, gfp & ~__GFP_ZERO);
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

void *kmem_cache_alloc(struct task_struct *curr, struct kmem_cache *cache,
		       gfp_t gfp)
{
	vaddr_t object = alloc_object(curr, cache, gfp);

	return object ? object_view(curr->k, cache, object) : NULL;
}

void *kmem_cache_zalloc(struct task_struct *curr, struct kmem_cache *cache,
			gfp_t gfp)
{
	void *object = kmem_cache_alloc(curr, cache, gfp);

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

void kmem_cache_free(struct task_struct *curr, struct kmem_cache *cache,
		     void *object)
{
	struct kernel *k = curr->k;
	vaddr_t address = object_address(k, cache, object);
	struct page *page = compound_head(virt_to_page(k, address));

	BUG_ON(!PageSlab(page) || page->slab_cache != cache);
	if (cache->host_size)
		ASAN_POISON_MEMORY_REGION(object, cache->host_size);
	k->mem.slab.ops->free(curr, cache, address);
}

/* ---- kmalloc --------------------------------------------------------------------- */

static unsigned int kmalloc_index(uint32_t nr_bytes)
{
	unsigned int shift = KMALLOC_SHIFT_LOW;

	if (nr_bytes > 128 && nr_bytes <= 192)
		return KMALLOC_192;
	while (nr_bytes > 1u << shift)
		shift++;
	return shift;
}

static struct kmem_cache *kmalloc_cache(struct kernel *k, uint32_t nr_bytes,
					gfp_t gfp)
{
	int type = gfp & __GFP_RECLAIMABLE ? KMALLOC_RECLAIM : KMALLOC_NORMAL;

	return k->mem.slab.kmalloc_caches[type][kmalloc_index(nr_bytes)];
}

static unsigned int order_of(uint32_t nr_bytes)
{
	unsigned int order = 0;

	while ((PAGE_SIZE << order) < nr_bytes)
		order++;
	return order;
}

static vaddr_t kmalloc_large(struct task_struct *curr, uint32_t nr_bytes,
			     gfp_t gfp)
{
	unsigned int order = order_of(nr_bytes);
	struct page *page;

	if (order > KMALLOC_MAX_ORDER)
		return 0;
	page = alloc_pages(curr, (gfp & ~__GFP_ZERO) | __GFP_COMP, order);
	if (!page)
		return 0;
	mod_page_state(curr->k, page, NR_SLAB_UNRECLAIMABLE, 1 << order);
	return page_address(curr->k, page);
}

vaddr_t kmalloc(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp)
{
	if (nr_bytes > PAGE_SIZE << (MAX_ORDER - 1))
		return 0;
	if (nr_bytes > 1u << KMALLOC_SHIFT_HIGH)
		return kmalloc_large(curr, nr_bytes, gfp);
	return alloc_object(curr, kmalloc_cache(curr->k, nr_bytes, gfp), gfp);
}

vaddr_t kzalloc(struct task_struct *curr, uint32_t nr_bytes, gfp_t gfp)
{
	vaddr_t object = kmalloc(curr, nr_bytes, gfp);

	if (object)
		memset(kbytes(curr->k, object), 0, ksize(curr->k, object));
	return object;
}

static void free_large(struct task_struct *curr, struct page *page)
{
	unsigned int order = page->compound_order;

	mod_page_state(curr->k, page, NR_SLAB_UNRECLAIMABLE, -(1 << order));
	__free_pages(curr, page, order);
}

void kfree(struct task_struct *curr, vaddr_t object)
{
	struct kernel *k = curr->k;
	struct page *page;

	if (!object)
		return;
	BUG_ON(!virt_addr_valid(k, object));
	page = compound_head(virt_to_page(k, object));
	if (PageSlab(page))
		k->mem.slab.ops->free(curr, page->slab_cache, object);
	else
		free_large(curr, page);
}

uint32_t ksize(const struct kernel *k, vaddr_t object)
{
	const struct page *page;

	if (!object)
		return 0;
	page = compound_head(virt_to_page(k, object));
	if (PageSlab(page))
		return page->slab_cache->object_size;
	return PAGE_SIZE << page->compound_order;
}

vaddr_t krealloc(struct task_struct *curr, vaddr_t object, uint32_t nr_bytes,
		 gfp_t gfp)
{
	uint32_t old = ksize(curr->k, object);
	vaddr_t moved;

	if (!nr_bytes) {
		kfree(curr, object);
		return 0;
	}
	if (nr_bytes <= old)
		return object;
	moved = kmalloc(curr, nr_bytes, gfp);
	if (!moved)
		return 0; /* the old one stays valid */
	memcpy(kbytes(curr->k, moved), kbytes(curr->k, object), old);
	kfree(curr, object);
	return moved;
}

void *kzalloc_obj(struct task_struct *curr, uint32_t arm_size,
		  uint32_t host_size, gfp_t gfp)
{
	vaddr_t address = kmalloc(curr, arm_size, gfp);
	void *object;

	if (!address)
		return NULL;
	BUG_ON(host_size > ksize(curr->k, address) * OBJECT_STORE_SCALE);
	object = kobj(curr->k, address);
	ASAN_UNPOISON_MEMORY_REGION(object, host_size);
	memset(object, 0, host_size);
	return object;
}

void kfree_obj(struct task_struct *curr, void *object)
{
	struct kernel *k = curr->k;
	vaddr_t address;

	if (!object)
		return;
	address = kobj_addr(k, object);
	ASAN_POISON_MEMORY_REGION(object,
				  ksize(k, address) * OBJECT_STORE_SCALE);
	kfree(curr, address);
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

/* "slub_debug=FZP": letters as Linux has them; bare: all that there is. */
static uint32_t debug_flags(const struct kernel *k)
{
	uint32_t len, flags = 0;
	const char *text = boot_param(k, "slub_debug", &len);

	if (!text)
		return 0;
	if (!len)
		return SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON;
	for (; len && *text != ','; len--, text++) {
		if (*text == 'F')
			flags |= SLAB_CONSISTENCY_CHECKS;
		if (*text == 'Z')
			flags |= SLAB_RED_ZONE;
		if (*text == 'P')
			flags |= SLAB_POISON;
	}
	return flags;
}

static void create_kmalloc_caches(struct task_struct *curr, int type)
{
	struct slab_state *slab = &curr->k->mem.slab;
	uint32_t flags = type == KMALLOC_RECLAIM ? SLAB_RECLAIM_ACCOUNT : 0;

	for (size_t i = 0; i < sizeof(kmalloc_info) / sizeof(*kmalloc_info);
	     i++)
		slab->kmalloc_caches[type][kmalloc_info[i].index] =
			kmem_cache_create(curr, kmalloc_info[i].name[type],
					  kmalloc_info[i].size, 0,
					  CACHE_LINE_SIZE, flags | SLAB_PANIC,
					  NULL);
}

void kmem_cache_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct slab_state *slab = &k->mem.slab;
	const char *wanted = k->params.slab_allocator;

	INIT_LIST_HEAD(&slab->slab_caches);
	slab->debug_flags = debug_flags(k);
	for (size_t i = 0; i < sizeof(allocators) / sizeof(*allocators); i++)
		if (!wanted || !strcmp(allocators[i]->name, wanted))
			slab->ops = allocators[i];
	if (!slab->ops)
		panic(k, "no slab allocator is called %s", wanted);
	slab->ops->init(curr);
	for (int type = 0; type < NR_KMALLOC_TYPES; type++)
		create_kmalloc_caches(curr, type);
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
		seq_printf(m, " : tunables %4u %4u %4u", 0, 0, 0);
		seq_printf(m, " : slabdata %6llu %6llu %6u\n",
			   (unsigned long long)info.active_slabs,
			   (unsigned long long)info.num_slabs, 0);
	}
	return 0;
}

unsigned int verify_slab(struct kernel *k)
{
	const struct kmem_cache *cache;
	unsigned int wrong = 0;

	list_for_each_entry(cache, &k->mem.slab.slab_caches, list)
		wrong += k->mem.slab.ops->verify(k, cache);
	return wrong;
}
