/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_internal.h"

/*
 * What all slab allocators share (Linux: mm/slab_common.c): the list of
 * caches, the debugging options of the command line, and the two ways to see
 * an object, by its kernel address or as the C structure behind it.
 *
 * MODEL: slub_debug= speaks to slab too, where Linux decides when it is built
 * (CONFIG_DEBUG_SLAB).
 */

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab_hooks.h"
#include "kernel/mm/trace_slab.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"

enum {
	ARCH_SLAB_MINALIGN = 8, /* for 64-bit members */
	CACHE_LINE_SIZE = 64,
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
	case 'a':
		return SLAB_FAILSLAB;
	default: /* o and t: not modelled; others Linux skips as well */
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
	cache->number = ++slab->nr_caches_created;
	err = slab->ops->create(curr, cache);
	if (err)
		slab->ops->release(curr, cache);
	else
		list_add(&cache->list, &slab->slab_caches);
	return err;
}

/*
 * "slab_merge". MODEL: not without, where Debian's kernels do; what a cache
 * has of its own stays to be seen.
 */
static bool slab_merges(const struct kernel *k)
{
	uint32_t len;

	return !k->mem.slab.ops->alloc_bytes &&
	       (boot_param(k, "slab_merge", &len) ||
		boot_param(k, "slub_merge", &len)) &&
	       !boot_param(k, "slab_nomerge", &len) &&
	       !boot_param(k, "slub_nomerge", &len);
}

/* A cache whose slabs may hold these objects as well. */
static bool mergeable(const struct kernel *k, const struct kmem_cache *cache,
		      uint32_t arm_size, uint32_t align, uint32_t flags)
{
	const uint32_t never = SLAB_DEBUG_FLAGS | SLAB_KMALLOC | SLAB_NO_MERGE;
	const uint32_t same = SLAB_RECLAIM_ACCOUNT | SLAB_CACHE_DMA;

	return !slab_own_cache(&k->mem.slab, cache) && !cache->ctor &&
	       !((cache->flags | flags) & never) &&
	       !((cache->flags ^ flags) & same) &&
	       cache->object_size == arm_size && cache->align >= align &&
	       cache->align % align == 0;
}

/*
 * The cache that serves as @name, too, as __kmem_cache_alias() finds it; NULL:
 * it must have its own. MODEL: sizes must be equal, where Linux lets a cache
 * serve objects that are up to a word smaller; and bytes and C structures
 * don't mix.
 */
static struct kmem_cache *find_alias(struct kernel *k, const char *name,
				     uint32_t arm_size, uint32_t host_size,
				     uint32_t align, uint32_t flags)
{
	struct kmem_cache *cache;

	flags |= kmem_cache_flags(k, name);
	align = calculate_alignment(flags, align, arm_size);
	list_for_each_entry(cache, &k->mem.slab.slab_caches, list) {
		if (!mergeable(k, cache, arm_size, align, flags) ||
		    !cache->host_size != !host_size)
			continue;
		cache->refcount++;
		if (cache->host_size < host_size)
			cache->host_size = host_size;
		return cache;
	}
	return NULL;
}

struct kmem_cache *kmem_cache_create(struct task_struct *curr, const char *name,
				     uint32_t arm_size, uint32_t host_size,
				     uint32_t align, uint32_t flags,
				     void (*ctor)(void *))
{
	struct kernel *k = curr->k;
	struct kmem_cache *cache = NULL;

	BUG_ON(host_size > arm_size * OBJECT_STORE_SCALE);
	if (!ctor && slab_merges(k))
		cache = find_alias(k, name, arm_size, host_size, align, flags);
	if (cache)
		return cache;
	cache = kmem_cache_zalloc(curr, k->mem.slab.kmem_cache, GFP_KERNEL);
	if (cache && init_kmem_cache(curr, cache, name, arm_size, host_size,
				     align, flags, ctor)) {
		kmem_cache_free(curr, k->mem.slab.kmem_cache, cache);
		cache = NULL;
	}
	if (!cache && (flags & SLAB_PANIC))
		boot_panic(k, "kmem_cache_create: failed to create slab '%s'",
			   name);
	if (cache && k->mem.slab.sysfs_add)
		k->mem.slab.sysfs_add(curr, cache);
	return cache;
}

void kmem_cache_destroy_caller(struct task_struct *curr,
			       struct kmem_cache *cache, const char *caller)
{
	struct slab_state *slab = &curr->k->mem.slab;

	if (!cache || --cache->refcount)
		return;
	if (!slab->ops->shrink(curr, cache)) {
		if (slab->ops->list_objects)
			slab->ops->list_objects(curr, cache);
		slab_error_line(curr->k,
				"kmem_cache_destroy %s: Slab cache still has "
				"objects when called from %s",
				cache->name, caller);
		return;
	}
	if (slab->sysfs_remove)
		slab->sysfs_remove(curr, cache);
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

int slab_next_node(const struct kernel *k, int nid, unsigned int *seen)
{
	const uint8_t *distance = k->mem.node_distance[nid];
	int nearest = -1;

	*seen |= 1u << nid;
	for (int at = 0; at < (int)k->mem.nr_online_nodes; at++)
		if (!(*seen >> at & 1) &&
		    (nearest < 0 || distance[at] < distance[nearest]))
			nearest = at;
	if (nearest >= 0)
		*seen |= 1u << nearest;
	return nearest;
}

vaddr_t slab_alloc_object(struct task_struct *curr, struct kmem_cache *cache,
			  uint32_t requested, gfp_t gfp, int nid,
			  const char *caller)
{
	struct kernel *k = curr->k;
	vaddr_t object;

	if (unlikely(!slab_pre_alloc_hook(curr, cache, requested, gfp, caller)))
		return 0;
	object = k->mem.slab.ops->alloc(
		curr, cache, gfp & ~(__GFP_ZERO | __GFP_SLAB_OWN), nid, caller);
	if (unlikely(!object))
		return 0;
	if (cache->host_size)
		ASAN_UNPOISON_MEMORY_REGION(kobj(k, object), cache->host_size);
	slab_post_alloc_hook(curr, cache, object, requested, cache->size, gfp,
			     caller);
	return object;
}

/* Bytes of a cache without C structures; otherwise the structure. */
static void *object_view(const struct kernel *k, const struct kmem_cache *cache,
			 vaddr_t object)
{
	return cache->host_size ? kobj(k, object) : kbytes(k, object);
}

void *kmem_cache_alloc_node_caller(struct task_struct *curr,
				   struct kmem_cache *cache, gfp_t gfp, int nid,
				   const char *caller)
{
	vaddr_t object = slab_alloc_object(curr, cache, cache->object_size, gfp,
					   nid, caller);
	void *view;

	trace_kmem_cache_alloc(curr->k, caller, object, cache, gfp, nid);
	if (!object)
		return NULL;
	view = object_view(curr->k, cache, object);
	if (gfp & __GFP_ZERO)
		memset(view, 0,
		       cache->host_size ? cache->host_size
					: cache->object_size);
	return view;
}

void *kmem_cache_alloc_caller(struct task_struct *curr,
			      struct kmem_cache *cache, gfp_t gfp,
			      const char *caller)
{
	return kmem_cache_alloc_node_caller(curr, cache, gfp, NUMA_NO_NODE,
					    caller);
}

uint32_t kmem_cache_alloc_bulk_caller(struct task_struct *curr,
				      struct kmem_cache *cache, gfp_t gfp,
				      uint32_t nr, void **objects,
				      const char *caller)
{
	for (uint32_t i = 0; i < nr; i++) {
		objects[i] = kmem_cache_alloc_caller(curr, cache, gfp, caller);
		if (!objects[i]) {
			kmem_cache_free_bulk_caller(curr, cache, i, objects,
						    caller);
			return 0;
		}
	}
	return nr;
}

static vaddr_t object_address(const struct kernel *k,
			      const struct kmem_cache *cache,
			      const void *object)
{
	return cache->host_size ? kobj_addr(k, object) : kbytes_addr(k, object);
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
	if (PageSlab(page) && k->mem.slab.ops->print_owner)
		k->mem.slab.ops->print_owner(k, page, object);
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
	trace_kmem_cache_free(k, caller, address, cache);
	if (cache->host_size)
		ASAN_POISON_MEMORY_REGION(object, cache->host_size);
	k->mem.slab.ops->free(curr, cache, address, caller);
}

void kmem_cache_free_bulk_caller(struct task_struct *curr,
				 struct kmem_cache *cache, uint32_t nr,
				 void **objects, const char *caller)
{
	while (nr)
		kmem_cache_free_caller(curr, cache, objects[--nr], caller);
}

/* ---- boot -------------------------------------------------------------------------- */

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
	if (!slab->ops->alloc_bytes)
		create_kmalloc_caches(curr);
	if (slab->ops->init_late)
		slab->ops->init_late(curr);
	slab->up = true;
}

/* Only ASan keeps a memory of its own, which outlives the mapping. */
void slab_exit(struct kernel *k)
{
#ifdef KERNEL_ASAN
	if (!k->mem.mem_map)
		return; /* a boot that came to an end before there were pages */
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

unsigned int verify_slab(struct kernel *k)
{
	const struct kmem_cache *cache;
	unsigned int wrong = 0;

	list_for_each_entry(cache, &k->mem.slab.slab_caches, list)
		wrong += k->mem.slab.ops->verify(k, cache);
	if (k->mem.slab.ops->verify_all)
		wrong += k->mem.slab.ops->verify_all(k);
	return wrong + verify_slab_usage(k);
}
