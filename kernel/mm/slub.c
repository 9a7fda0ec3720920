/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slub.h"

/*
 * The slub allocator (Linux: mm/slub.c). A slab is 2^order pages cut into
 * objects; free objects are chained through a pointer in their own bytes, in
 * guest RAM. Each CPU allocates from one slab whose free chain it has taken
 * over (a frozen slab), keeps a few more, and gives the rest to its node's
 * partial list; full slabs are on no list at all.
 *
 * Invariants: page->inuse counts objects that are not on page->freelist, so
 * in a CPU's slab the chain in cpu_slab counts as in use; a slab is frozen
 * exactly while it is some CPU's slab or on a CPU's partial chain.
 *
 * Guests can scribble over guest RAM, so a free pointer is not believed: each
 * object's state is also a bit in its slab's struct page, out of their reach.
 * A chain that leads to anything but a free object of its slab panics the
 * modelled kernel. The same bit finds every double free.
 *
 * MODEL: caches are merged with the boot argument slab_merge only.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

enum {
	SLUB_MAX_ORDER = PAGE_ALLOC_COSTLY_ORDER,
	MAX_OBJS_PER_SLAB = 512, /* bits in page->slab_map */
	MIN_PARTIAL = 5,
	MAX_PARTIAL = 10,
};

/* ---- layout ------------------------------------------------------------------ */

static uint32_t log2_floor(uint32_t n)
{
	return 31u - (uint32_t)__builtin_clz(n);
}

static uint32_t order_objects(uint32_t order, uint32_t size)
{
	return (PAGE_SIZE << order) / size;
}

/* The lowest order that wastes at most 1/fraction of the slab. */
static uint32_t calc_slab_order(uint32_t size, uint32_t min_objects,
				uint32_t max_order, uint32_t fraction)
{
	uint32_t order = slab_order_of(min_objects * size);

	for (; order <= max_order; order++) {
		uint32_t slab_size = PAGE_SIZE << order;

		if (slab_size % size <= slab_size / fraction)
			break;
	}
	return order;
}

/* Enough objects to keep the lists quiet, little waste, and low orders. */
static uint32_t calculate_order(uint32_t size, uint32_t nr_cpus)
{
	uint32_t min_objects = 4 * (log2_floor(nr_cpus) + 2);
	uint32_t max_objects = order_objects(SLUB_MAX_ORDER, size);

	if (min_objects > max_objects)
		min_objects = max_objects;
	for (; min_objects > 1; min_objects--) {
		for (uint32_t fraction = 16; fraction >= 4; fraction /= 2) {
			uint32_t order = calc_slab_order(
				size, min_objects, SLUB_MAX_ORDER, fraction);

			if (order <= SLUB_MAX_ORDER)
				return order;
		}
	}
	return calc_slab_order(size, 1, MAX_ORDER - 1, 1);
}

/* As many slabs as hold the objects, if they are half full. */
static void set_cpu_partial(struct kmem_cache *cache, uint32_t nr_objects)
{
	cache->cpu_partial = nr_objects;
	cache->cpu_partial_slabs =
		(uint32_t)(((uint64_t)nr_objects * 2 + cache->objects - 1) /
			   cache->objects);
}

/* How much a CPU may keep beside its own slab, by object size. */
static uint32_t cpu_partial_objects(const struct kmem_cache *cache)
{
	uint32_t nr_objects = 120;

	if (cache->size >= PAGE_SIZE)
		nr_objects = 6;
	else if (cache->size >= 1024)
		nr_objects = 24;
	else if (cache->size >= 256)
		nr_objects = 52;
	return nr_objects;
}

static int calculate_sizes(struct kmem_cache *cache, uint32_t nr_cpus)
{
	slub_calculate_layout(cache);
	cache->order = calculate_order(cache->size, nr_cpus);
	if (cache->order >= MAX_ORDER)
		return -E2BIG;
	cache->objects = order_objects(cache->order, cache->size);
	if (cache->objects > MAX_OBJS_PER_SLAB)
		cache->objects = MAX_OBJS_PER_SLAB;
	cache->min_partial = log2_floor(cache->size) / 2;
	if (cache->min_partial < MIN_PARTIAL)
		cache->min_partial = MIN_PARTIAL;
	if (cache->min_partial > MAX_PARTIAL)
		cache->min_partial = MAX_PARTIAL;
	set_cpu_partial(cache, cpu_partial_objects(cache));
	return 0;
}

/* ---- objects of a slab ---------------------------------------------------------- */

/* The place on a free chain of @page's where @object was read from holds? */
static uint32_t check_free_object(struct kernel *k,
				  const struct kmem_cache *cache,
				  const struct page *page, vaddr_t object)
{
	uint32_t index = slub_index(k, cache, page, object);

	if (unlikely(index == NO_OBJECT || slab_map_test(page, index)))
		panic(k,
		      "SLUB: %s: free pointer 0x%08x leads to no free object "
		      "of slab 0x%08x",
		      cache->name, object, page_address(k, page));
	return index;
}

static uint32_t slab_bytes(const struct kmem_cache *cache)
{
	return PAGE_SIZE << cache->order;
}

/* ---- slabs --------------------------------------------------------------------- */

static struct kmem_cache_node *page_node(const struct kmem_cache *cache,
					 const struct page *page)
{
	return cache->node[page_to_nid(page)];
}

/* Chains all objects, first to last. */
static void init_objects(struct kernel *k, struct kmem_cache *cache,
			 struct page *page)
{
	vaddr_t object = slub_first_object(k, cache, page);

	page->freelist = object;
	memset(page->slab_map, 0, sizeof(page->slab_map));
	slab_poison_store(k, page_address(k, page), slab_bytes(cache));
	if (slub_debugged(cache))
		setup_slab_debug(k, cache, page);
	for (uint32_t i = 0; i < cache->objects; i++, object += cache->size) {
		vaddr_t next = i + 1 < cache->objects ? object + cache->size
						      : 0;

		if (slub_debugged(cache))
			setup_object_debug(k, cache, object);
		slab_construct(k, cache, object);
		set_freepointer(k, cache, object, next);
	}
}

static struct page *new_slab(struct task_struct *curr, struct kmem_cache *cache,
			     gfp_t gfp, int nid)
{
	struct kernel *k = curr->k;
	struct kmem_cache_node *n;
	struct page *page;

	gfp = slab_page_gfp(cache, gfp);
	if (cache->order)
		gfp |= __GFP_COMP;
	page = slab_alloc_pages(curr, nid, gfp, cache->order);
	if (!page)
		return NULL;
	SetPageSlab(page);
	page->slab_cache = cache;
	page->objects = (uint16_t)(cache->objects & 0x7fff);
	page->inuse = 0;
	page->frozen = 0;
	init_objects(k, cache, page);
	slab_gained_pages(k, page, cache->order, cache->objects * cache->size,
			  slab_item(cache));
	n = page_node(cache, page);
	if (n) {
		n->nr_slabs++;
		n->total_objects += cache->objects;
	}
	return page;
}

static void discard_slab(struct task_struct *curr, struct kmem_cache *cache,
			 struct page *page)
{
	struct kmem_cache_node *n = page_node(cache, page);

	n->nr_slabs--;
	n->total_objects -= cache->objects;
	slab_lost_pages(curr->k, page, cache->order,
			cache->objects * cache->size, slab_item(cache));
	slab_unpoison_store(curr->k, page_address(curr->k, page),
			    slab_bytes(cache));
	ClearPageSlab(page);
	page->slab_cache = NULL;
	page->freelist = 0;
	mm_account_reclaimed_pages(curr, cache->order);
	__free_pages(curr, page, cache->order);
}

static void add_partial(struct kmem_cache_node *n, struct page *page, bool tail)
{
	n->nr_partial++;
	if (tail)
		list_add_tail(&page->slab_list, &n->partial);
	else
		list_add(&page->slab_list, &n->partial);
}

static void remove_partial(struct kmem_cache_node *n, struct page *page)
{
	n->nr_partial--;
	list_del(&page->slab_list);
}

/* A slab that no CPU holds any more: to the node's list, or back. */
static void unfreeze(struct task_struct *curr, struct kmem_cache *cache,
		     struct page *page)
{
	struct kmem_cache_node *n = page_node(cache, page);

	page->frozen = 0;
	if (!page->inuse && n->nr_partial >= cache->min_partial)
		discard_slab(curr, cache, page);
	else if (page->freelist)
		add_partial(n, page, true);
}

/* ---- a CPU's slabs ------------------------------------------------------------- */

/* Its chain goes back to the page, and the page to its node. */
static void deactivate_slab(struct task_struct *curr, struct kmem_cache *cache,
			    struct kmem_cache_cpu *c)
{
	struct kernel *k = curr->k;
	struct page *page = c->page;

	while (c->freelist) {
		vaddr_t object = c->freelist;

		check_free_object(k, cache, page, object);
		if (unlikely(!page->inuse)) /* the chain has become a ring */
			panic(k, "SLUB: %s: endless free chain in slab 0x%08x",
			      cache->name, page_address(k, page));
		c->freelist = get_freepointer(k, cache, object);
		set_freepointer(k, cache, object, page->freelist);
		page->freelist = object;
		page->inuse--;
	}
	c->page = NULL;
	unfreeze(curr, cache, page);
}

static struct page *pop_cpu_partial(struct kmem_cache_cpu *c)
{
	struct page *page = c->partial;

	if (page) {
		c->partial = (struct page *)page->slab_list.next;
		c->nr_partial--;
	}
	return page;
}

static void unfreeze_partials(struct task_struct *curr,
			      struct kmem_cache *cache,
			      struct kmem_cache_cpu *c)
{
	struct page *page;

	while ((page = pop_cpu_partial(c)))
		unfreeze(curr, cache, page);
}

static void put_cpu_partial(struct task_struct *curr, struct kmem_cache *cache,
			    struct kmem_cache_cpu *c, struct page *page)
{
	if (c->nr_partial >= cache->cpu_partial_slabs)
		unfreeze_partials(curr, cache, c);
	page->frozen = 1;
	page->slab_list.next = (struct list_head *)c->partial;
	c->partial = page;
	c->nr_partial++;
}

/* Takes over @page's whole chain. */
static void acquire_slab(struct kmem_cache_cpu *c, struct page *page)
{
	page->frozen = 1;
	c->page = page;
	c->freelist = page->freelist;
	page->freelist = 0;
	page->inuse = page->objects;
}

/* From a node's list, with some more for the CPU's own. */
static bool get_partial_node(struct task_struct *curr, struct kmem_cache *cache,
			     struct kmem_cache_cpu *c,
			     struct kmem_cache_node *n)
{
	struct page *page, *next;
	uint32_t taken = 0;

	if (!n)
		return false; /* the very first slab of all */
	list_for_each_entry_safe(page, next, &n->partial, slab_list) {
		remove_partial(n, page);
		if (!taken)
			acquire_slab(c, page);
		else
			put_cpu_partial(curr, cache, c, page);
		if (++taken > cache->cpu_partial_slabs / 2)
			break;
	}
	return taken;
}

/* From @nid's list; if any node will do, from the nearest that has some. */
static bool get_partial(struct task_struct *curr, struct kmem_cache *cache,
			struct kmem_cache_cpu *c, int nid)
{
	const int home = nid == NUMA_NO_NODE
				 ? curr->k->mem.cpu_node[curr->cpu->id]
				 : nid;
	unsigned int seen = 0;

	for (int at = home; at >= 0;
	     at = slab_next_node(curr->k, home, &seen)) {
		if (get_partial_node(curr, cache, c, cache->node[at]))
			return true;
		if (nid != NUMA_NO_NODE)
			return false;
	}
	return false;
}

static bool node_match(const struct page *page, int nid)
{
	return nid == NUMA_NO_NODE || page_to_nid(page) == nid;
}

/* From slabs that the CPU holds; what lies elsewhere it gives up. */
static bool refill_from_cpu(struct task_struct *curr, struct kmem_cache *cache,
			    struct kmem_cache_cpu *c, int nid)
{
	struct page *page;

	if (c->page && c->page->freelist && node_match(c->page, nid)) {
		acquire_slab(c, c->page); /* freed while the CPU held it */
		return true;
	}
	if (c->page)
		deactivate_slab(curr, cache, c);
	while ((page = pop_cpu_partial(c))) {
		if (node_match(page, nid)) {
			acquire_slab(c, page);
			return true;
		}
		unfreeze(curr, cache, page);
	}
	return false;
}

/* A chain for the CPU, from the nearest place that has one. */
static bool refill(struct task_struct *curr, struct kmem_cache *cache,
		   gfp_t gfp, int nid)
{
	struct kmem_cache_cpu *c = &cache->cpu_slab[curr->cpu->id];
	struct page *page;

	if (refill_from_cpu(curr, cache, c, nid))
		return true;
	if (get_partial(curr, cache, c, nid))
		return true;
	page = new_slab(curr, cache, gfp, nid);
	if (!page)
		return false;
	/* new_slab() may have slept, and this CPU's slab be another by now */
	c = &cache->cpu_slab[curr->cpu->id];
	if (c->page)
		deactivate_slab(curr, cache, c);
	acquire_slab(c, page);
	return true;
}

/* ---- the allocator ----------------------------------------------------------------- */

/*
 * Nobody gets any more of a slab that can't be trusted: what was free of it is
 * in use from now on, by nobody.
 */
static void abandon_slab(struct task_struct *curr,
			 const struct kmem_cache *cache,
			 struct kmem_cache_cpu *c)
{
	vaddr_t object = slub_first_object(curr->k, cache, c->page);

	slab_fix(curr->k, cache, "Marking all objects used");
	c->freelist = 0;
	c->page->freelist = 0;
	c->page->inuse = c->page->objects;
	for (uint32_t i = 0; i < cache->objects; i++, object += cache->size) {
		if (slab_map_test(c->page, i))
			continue;
		slab_map_flip(c->page, i);
		slab_object_in_use(curr->k, cache, object, cache->object_size,
				   cache->size, 0);
	}
}

static vaddr_t slub_alloc(struct task_struct *curr, struct kmem_cache *cache,
			  gfp_t gfp, int nid, const char *caller)
{
	struct kmem_cache_cpu *c = &cache->cpu_slab[curr->cpu->id];
	struct kernel *k = curr->k;
	vaddr_t object;
	uint32_t index;

	for (;;) {
		if (unlikely(!c->freelist || !node_match(c->page, nid))) {
			if (!refill(curr, cache, gfp, nid))
				return 0;
			c = &cache->cpu_slab[curr->cpu->id];
			/* where there is no such memory, other will do */
			nid = NUMA_NO_NODE;
		}
		object = c->freelist;
		index = check_free_object(k, cache, c->page, object);
		if (likely(!slub_debugged(cache)) ||
		    alloc_debug_processing(curr, cache, c->page, object,
					   caller))
			break;
		abandon_slab(curr, cache, c);
	}
	slab_map_flip(c->page, index);
	c->freelist = get_freepointer(k, cache, object);
	return object;
}

/* To a slab that isn't this CPU's. */
static void slab_free_slow(struct task_struct *curr, struct kmem_cache *cache,
			   struct page *page, vaddr_t object)
{
	struct kmem_cache_node *n = page_node(cache, page);
	bool was_full = !page->freelist;

	set_freepointer(curr->k, cache, object, page->freelist);
	page->freelist = object;
	page->inuse--;
	if (page->frozen)
		return;
	if (!page->inuse && n->nr_partial >= cache->min_partial) {
		if (!was_full)
			remove_partial(n, page);
		discard_slab(curr, cache, page);
	} else if (was_full) {
		put_cpu_partial(curr, cache, &cache->cpu_slab[curr->cpu->id],
				page);
	}
}

/* Only an object in use can be freed; anything else is reported, and left. */
static bool start_free(struct task_struct *curr, const struct kmem_cache *cache,
		       struct page *page, vaddr_t object, const char *caller)
{
	uint32_t index = slub_index(curr->k, cache, page, object);

	if (unlikely(index == NO_OBJECT)) {
		slab_err(curr, cache, page, "Invalid object pointer 0x%08x",
			 object);
		slab_fix(curr->k, cache, "Object at 0x%08x not freed", object);
		return false;
	}
	if (unlikely(!slab_map_test(page, index))) {
		object_err(curr, cache, page, object, "Object already free");
		slab_fix(curr->k, cache, "Object at 0x%08x not freed", object);
		return false;
	}
	if (unlikely(slub_debugged(cache)) &&
	    !free_debug_processing(curr, cache, page, object, caller))
		return false;
	slab_map_flip(page, index);
	slab_free_hook(curr, cache, object, cache->object_size, cache->size);
	return true;
}

static void slub_free(struct task_struct *curr, struct kmem_cache *cache,
		      vaddr_t object, const char *caller)
{
	struct kmem_cache_cpu *c = &cache->cpu_slab[curr->cpu->id];
	struct kernel *k = curr->k;
	struct page *page = compound_head(virt_to_page(k, object));

	if (!start_free(curr, cache, page, object, caller))
		return;
	if (likely(page == c->page)) {
		set_freepointer(k, cache, object, c->freelist);
		c->freelist = object;
		return;
	}
	slab_free_slow(curr, cache, page, object);
}

static void flush_cpu(struct task_struct *curr, struct kmem_cache *cache,
		      int cpu)
{
	struct kmem_cache_cpu *c = &cache->cpu_slab[cpu];

	if (c->page)
		deactivate_slab(curr, cache, c);
	unfreeze_partials(curr, cache, c);
}

static bool slub_shrink(struct task_struct *curr, struct kmem_cache *cache)
{
	bool empty = true;

	for (unsigned int cpu = 0; cpu < curr->k->hw.nr_cpus; cpu++)
		flush_cpu(curr, cache, (int)cpu);
	for (unsigned int nid = 0; nid < curr->k->mem.nr_online_nodes; nid++) {
		struct kmem_cache_node *n = cache->node[nid];
		struct page *page, *next;

		list_for_each_entry_safe(page, next, &n->partial, slab_list) {
			if (page->inuse)
				continue;
			remove_partial(n, page);
			discard_slab(curr, cache, page);
		}
		empty = empty && !n->nr_slabs;
	}
	return empty;
}

void slub_set_cpu_partial(struct task_struct *curr, struct kmem_cache *cache,
			  uint32_t nr_objects)
{
	set_cpu_partial(cache, nr_objects);
	for (unsigned int cpu = 0; cpu < curr->k->hw.nr_cpus; cpu++)
		flush_cpu(curr, cache, (int)cpu);
}

static void slub_list_objects(struct task_struct *curr,
			      const struct kmem_cache *cache)
{
	for (unsigned int nid = 0; nid < curr->k->mem.nr_online_nodes; nid++) {
		const struct kmem_cache_node *n = cache->node[nid];
		const struct page *page;

		list_for_each_entry(page, &n->partial, slab_list)
			list_slab_objects(curr, cache, page);
	}
}

static void slub_release(struct task_struct *curr, struct kmem_cache *cache)
{
	for (int nid = 0; nid < MAX_NUMNODES; nid++) {
		if (cache->node[nid])
			kmem_cache_free(curr, curr->k->mem.slab.kmem_cache_node,
					cache->node[nid]);
		cache->node[nid] = NULL;
	}
}

static void init_node(struct kmem_cache_node *n)
{
	memset(n, 0, sizeof(*n));
	INIT_LIST_HEAD(&n->partial);
}

static int init_nodes(struct task_struct *curr, struct kmem_cache *cache)
{
	for (unsigned int nid = 0; nid < curr->k->mem.nr_online_nodes; nid++) {
		struct kmem_cache_node *n = kmem_cache_alloc(
			curr, curr->k->mem.slab.kmem_cache_node, GFP_KERNEL);

		if (!n)
			return -ENOMEM;
		init_node(n);
		cache->node[nid] = n;
	}
	return 0;
}

static int slub_create(struct task_struct *curr, struct kmem_cache *cache)
{
	int err = calculate_sizes(cache, curr->k->hw.nr_cpus);

	return err ? err : init_nodes(curr, cache);
}

/* ---- boot ---------------------------------------------------------------------------- */

/* An object before kmem_cache_alloc() can be used; there must be one. */
static void *early_alloc(struct task_struct *curr, struct kmem_cache *cache)
{
	vaddr_t object = slub_alloc(curr, cache, GFP_NOWAIT, NUMA_NO_NODE,
				    __func__);

	if (!object)
		boot_panic(curr->k, "SLUB: no memory for the first slabs");
	slab_usage_add(&curr->k->mem.slab, cache->object_size, cache->size,
		       true);
	ASAN_UNPOISON_MEMORY_REGION(kobj(curr->k, object), cache->host_size);
	return kobj(curr->k, object);
}

/*
 * The node structures of the cache of node structures: there is nothing yet to
 * allocate them from but the slab itself.
 */
static void early_node_alloc(struct task_struct *curr, struct kmem_cache *cache)
{
	for (unsigned int nid = 0; nid < curr->k->mem.nr_online_nodes; nid++) {
		struct kmem_cache_node *n = early_alloc(curr, cache);

		init_node(n);
		cache->node[nid] = n;
	}
	/* its slab was made before there was a node to count it */
	cache->node[0]->nr_slabs = 1;
	cache->node[0]->total_objects = cache->objects;
}

/* A cache that was used where it stood moves into an object of its own kind. */
static struct kmem_cache *settle(struct task_struct *curr,
				 struct kmem_cache *kmem_cache,
				 struct kmem_cache *early)
{
	struct kmem_cache *cache = early_alloc(curr, kmem_cache);

	*cache = *early;
	cache->number = ++curr->k->mem.slab.nr_caches_created;
	for (unsigned int cpu = 0; cpu < curr->k->hw.nr_cpus; cpu++)
		if (cache->cpu_slab[cpu].page)
			cache->cpu_slab[cpu].page->slab_cache = cache;
	list_add(&cache->list, &curr->k->mem.slab.slab_caches);
	return cache;
}

static void early_cache(struct kmem_cache *cache, const char *name,
			uint32_t arm_size, uint32_t host_size, uint32_t nr_cpus)
{
	memset(cache, 0, sizeof(*cache));
	cache->name = name;
	cache->object_size = arm_size;
	cache->host_size = host_size;
	cache->align = 64;
	cache->flags = SLAB_HWCACHE_ALIGN;
	cache->refcount = 1;
	calculate_sizes(cache, nr_cpus);
}

static void slub_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct kmem_cache nodes, caches;

	_Static_assert(sizeof(struct kmem_cache) <=
			       ARM_SIZEOF_KMEM_CACHE * OBJECT_STORE_SCALE,
		       "struct kmem_cache fits the object store");
	early_cache(&nodes, "kmem_cache_node", ARM_SIZEOF_SLUB_NODE,
		    sizeof(struct kmem_cache_node), k->hw.nr_cpus);
	early_node_alloc(curr, &nodes);
	early_cache(&caches, "kmem_cache", ARM_SIZEOF_KMEM_CACHE,
		    sizeof(struct kmem_cache), k->hw.nr_cpus);
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++) {
		caches.node[nid] = early_alloc(curr, &nodes);
		init_node(caches.node[nid]);
	}
	k->mem.slab.kmem_cache = settle(curr, &caches, &caches);
	k->mem.slab.kmem_cache_node = settle(curr, k->mem.slab.kmem_cache,
					     &nodes);
	printk(k,
	       "SLUB: HWalign=64, Order=0-%d, MinObjects=0, CPUs=%u, Nodes=%u",
	       SLUB_MAX_ORDER, k->hw.nr_cpus, k->mem.nr_online_nodes);
}

/* ---- looking ------------------------------------------------------------------------ */

static void slub_get_slabinfo(const struct kernel *k,
			      const struct kmem_cache *cache,
			      struct slabinfo *info)
{
	uint64_t nr_free = 0;

	memset(info, 0, sizeof(*info));
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++) {
		const struct kmem_cache_node *n = cache->node[nid];
		const struct page *page;

		info->num_slabs += n->nr_slabs;
		info->num_objs += n->total_objects;
		list_for_each_entry(page, &n->partial, slab_list)
			nr_free += page->objects - page->inuse;
	}
	info->active_objs = info->num_objs - nr_free;
	info->active_slabs = info->num_slabs;
	info->objects_per_slab = cache->objects;
	info->cache_order = cache->order;
}

static void slub_count_slab(const struct kernel *k, const struct page *page,
			    struct kernel_slab_usage *usage)
{
	const struct kmem_cache *cache = page->slab_cache;
	vaddr_t object = slub_first_object(k, cache, page);

	usage->capacity += cache->objects * cache->size;
	usage->pages += 1u << cache->order;
	for (uint32_t i = 0; i < cache->objects; i++, object += cache->size)
		if (slab_map_test(page, i))
			count_slab_object(k, cache, object, usage);
}

/* As many free objects on the chain as bits clear and as the count says. */
static unsigned int verify_partial(struct kernel *k,
				   const struct kmem_cache *cache,
				   const struct page *page)
{
	unsigned int nr_free = page->objects - page->inuse, nr_used = 0;
	vaddr_t object = page->freelist;

	for (uint32_t i = 0; i < cache->objects; i++)
		nr_used += slab_map_test(page, i);
	for (; object && nr_free; nr_free--) {
		uint32_t index = slub_index(k, cache, page, object);

		if (index == NO_OBJECT || slab_map_test(page, index))
			break;
		object = get_freepointer(k, cache, object);
	}
	if (!object && !nr_free && nr_used == page->inuse && !page->frozen &&
	    page->slab_cache == cache)
		return 0;
	printk(k, "verify: slab 0x%08x of %s: free chain and counts differ",
	       page_address(k, page), cache->name);
	return 1;
}

static unsigned int slub_verify(struct kernel *k,
				const struct kmem_cache *cache)
{
	unsigned int wrong = 0;

	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++) {
		const struct kmem_cache_node *n = cache->node[nid];
		const struct page *page;
		uint32_t nr = 0;

		list_for_each_entry(page, &n->partial, slab_list) {
			wrong += verify_partial(k, cache, page);
			nr++;
		}
		if (nr != n->nr_partial) {
			printk(k, "verify: %s: %u partial slabs, counted %u",
			       cache->name, nr, n->nr_partial);
			wrong++;
		}
	}
	return wrong;
}

const struct slab_allocator slub_allocator = {
	.name = "slub",
	.init = slub_init,
	.create = slub_create,
	.shrink = slub_shrink,
	.release = slub_release,
	.list_objects = slub_list_objects,
	.print_owner = slub_print_owner,
	.alloc = slub_alloc,
	.free = slub_free,
	.get_slabinfo = slub_get_slabinfo,
	.count_slab = slub_count_slab,
	.verify = slub_verify,
};
