/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_parts.h"

/*
 * The slab allocator (Linux: mm/slab.c, after Bonwick). Each CPU has an array
 * of free objects, last in first out; when it is empty or full, a batch moves
 * between it and the node's shared array or slabs. A node keeps its slabs on
 * three lists: partial, full, free.
 *
 * In a slab, page->active objects are handed out; the indices of the others
 * are freelist[active…], a list of bytes in one of three places
 * (slab_layout.c). What space is left over shifts each new slab's objects by another multiple
 * of a cache line, the slab's colour, so that equal objects of many slabs
 * don't meet in the same lines of a cache.
 *
 * Invariants: an object that is handed out is in use or in exactly one array;
 * a node's free_objects are those not handed out by its slabs.
 *
 * Guests can scribble over guest RAM, so an index is not believed: which
 * objects are handed out is also a bit in the slab's struct page. An index
 * that leads to anything but a free object panics the modelled kernel. A
 * second bit, in use, finds every double free.
 *
 * MODEL: the arrays come from kmalloc, where Linux 3.18 and later take them
 * from the per-CPU area, and are charged there. No arrays for other nodes'
 * objects (as under noaliencache); freelists are not shuffled.
 */

#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

enum {
	BATCHREFILL_LIMIT = 16,
};

/* ---- a slab's free objects ---------------------------------------------------------- */

static vaddr_t slab_get_obj(struct kernel *k, const struct kmem_cache *cache,
			    struct page *page)
{
	uint32_t index = *free_obj(k, page, page->active);

	if (unlikely(index >= cache->num ||
		     slab_map_test(page, SLAB_ACTIVE + index)))
		panic(k,
		      "SLAB: %s: index %u on the freelist of slab 0x%08x is no "
		      "free object",
		      cache->name, index, page_address(k, page));
	slab_map_flip(page, SLAB_ACTIVE + index);
	page->active++;
	return index_to_obj(cache, page, index);
}

static void slab_put_obj(struct kernel *k, const struct kmem_cache *cache,
			 struct page *page, vaddr_t objp)
{
	uint32_t index = obj_to_index(cache, page, objp);

	BUG_ON(index == NO_OBJECT || !slab_map_test(page, SLAB_ACTIVE + index));
	slab_map_flip(page, SLAB_ACTIVE + index);
	page->active--;
	if (!page->freelist)
		page->freelist = objp + cache->obj_offset;
	*free_obj(k, page, page->active) = (uint8_t)index;
}

/* ---- slabs --------------------------------------------------------------------------- */

static int local_node(const struct task_struct *curr)
{
	return curr->k->mem.cpu_node[curr->cpu->id];
}

static struct kmem_cache_node *page_node(const struct kmem_cache *cache,
					 const struct page *page)
{
	return cache->node[page_to_nid(page)];
}

static struct page *kmem_getpages(struct task_struct *curr,
				  const struct kmem_cache *cache, gfp_t gfp,
				  int nid)
{
	struct page *page;

	page = alloc_pages_node(curr, nid,
				slab_page_gfp(cache, gfp) | __GFP_COMP,
				cache->gfporder);
	if (!page)
		return NULL;
	slab_gained_pages(curr->k, page, cache->gfporder,
			  cache->num * cache->size, slab_item(cache));
	SetPageSlab(page);
	return page;
}

static void kmem_freepages(struct task_struct *curr,
			   const struct kmem_cache *cache, struct page *page)
{
	slab_lost_pages(curr->k, page, cache->gfporder,
			cache->num * cache->size, slab_item(cache));
	slab_unpoison_store(curr->k, page_address(curr->k, page),
			    PAGE_SIZE << cache->gfporder);
	ClearPageSlab(page);
	page->slab_cache = NULL;
	page->freelist = 0;
	page->_mapcount = -1;
	mm_account_reclaimed_pages(curr, cache->gfporder);
	__free_pages(curr, page, cache->gfporder);
}

static vaddr_t alloc_freelist(struct task_struct *curr,
			      const struct kmem_cache *cache, gfp_t gfp)
{
	void *list = kmem_cache_alloc(curr, cache->freelist_cache,
				      gfp | __GFP_SLAB_OWN);

	return list ? kbytes_addr(curr->k, list) : 0;
}

/* Room for the freelist; false: out of memory. */
static bool alloc_slabmgmt(struct task_struct *curr, struct kmem_cache *cache,
			   struct page *page, uint32_t colour_offset, gfp_t gfp)
{
	const vaddr_t start = page_address(curr->k, page);

	page->s_mem = start + colour_offset;
	page->active = 0;
	if (cache->cflags & CFLGS_OBJFREELIST_SLAB)
		page->freelist = index_to_obj(cache, page, cache->num - 1) +
				 cache->obj_offset;
	else if (cache->cflags & CFLGS_OFF_SLAB)
		page->freelist = alloc_freelist(curr, cache, gfp);
	else
		page->freelist = start + (PAGE_SIZE << cache->gfporder) -
				 cache->freelist_size;
	return page->freelist;
}

static void cache_init_objs(struct kernel *k, const struct kmem_cache *cache,
			    struct page *page)
{
	slab_poison_store(k, page_address(k, page),
			  PAGE_SIZE << cache->gfporder);
	for (uint32_t i = 0; i < cache->num; i++) {
		vaddr_t objp = index_to_obj(cache, page, i);

		if (slab_debugged(cache))
			cache_init_obj_debug(k, cache, objp);
		slab_construct(k, cache, objp + cache->obj_offset);
	}
	for (uint32_t i = 0; i < cache->num; i++)
		*free_obj(k, page, i) = (uint8_t)i;
}

/* Each new slab of a node gets the next colour. */
static uint32_t next_colour(const struct kmem_cache *cache,
			    struct kmem_cache_node *n)
{
	if (++n->colour_next >= cache->colour)
		n->colour_next = 0;
	return n->colour_next * cache->colour_off;
}

/* A new slab, on no list and in no count yet; or NULL. May sleep. */
static struct page *cache_grow_begin(struct task_struct *curr,
				     struct kmem_cache *cache, gfp_t gfp,
				     int nid)
{
	struct page *page = kmem_getpages(curr, cache, gfp, nid);

	if (!page)
		return NULL;
	page->slab_cache = cache;
	memset(page->slab_map, 0, sizeof(page->slab_map));
	if (!alloc_slabmgmt(curr, cache, page,
			    next_colour(cache, page_node(cache, page)), gfp)) {
		kmem_freepages(curr, cache, page);
		return NULL;
	}
	cache_init_objs(curr->k, cache, page);
	return page;
}

/* To the list on which it belongs, after objects were taken. */
static void fixup_slab_list(struct kernel *k, const struct kmem_cache *cache,
			    struct kmem_cache_node *n, struct page *page)
{
	if (page->active < cache->num) {
		list_add(&page->slab_list, &n->slabs_partial);
		return;
	}
	list_add(&page->slab_list, &n->slabs_full);
	if (cache->cflags & CFLGS_OBJFREELIST_SLAB) {
		if (slab_debugged(cache))
			poison_free_object(k, cache,
					   page->freelist - cache->obj_offset);
		page->freelist = 0;
	}
}

static void cache_grow_end(struct kernel *k, const struct kmem_cache *cache,
			   struct page *page)
{
	struct kmem_cache_node *n = page_node(cache, page);

	n->total_slabs++;
	n->free_objects += cache->num - page->active;
	if (page->active) {
		fixup_slab_list(k, cache, n, page);
	} else {
		list_add_tail(&page->slab_list, &n->slabs_free);
		n->free_slabs++;
	}
}

static void slabs_destroy(struct task_struct *curr, struct kmem_cache *cache,
			  struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, list, slab_list) {
		vaddr_t freelist = page->freelist;

		if (slab_debugged(cache))
			slab_destroy_debugcheck(curr, cache, page);
		kmem_freepages(curr, cache, page);
		if (cache->cflags & CFLGS_OFF_SLAB)
			kmem_cache_free(curr, cache->freelist_cache,
					kbytes(curr->k, freelist));
	}
}

/* ---- batches ---------------------------------------------------------------------------- */

/* Objects go back to their slabs; slabs beyond the limit to @list. */
static void free_block(struct kernel *k, const struct kmem_cache *cache,
		       struct kmem_cache_node *n, const uint32_t *objpp,
		       uint32_t nr_objects, struct list_head *list)
{
	for (uint32_t i = 0; i < nr_objects; i++) {
		struct page *page = compound_head(virt_to_page(k, objpp[i]));

		BUG_ON(page_node(cache, page) != n);
		list_del(&page->slab_list);
		slab_put_obj(k, cache, page, objpp[i]);
		if (page->active) {
			/* behind the others: the longest time to empty */
			list_add_tail(&page->slab_list, &n->slabs_partial);
		} else {
			list_add(&page->slab_list, &n->slabs_free);
			n->free_slabs++;
		}
	}
	n->free_objects += nr_objects;
	while (n->free_objects > n->free_limit && !list_empty(&n->slabs_free)) {
		list_move(n->slabs_free.prev, list);
		n->free_objects -= cache->num;
		n->free_slabs--;
		n->total_slabs--;
	}
}

/* The oldest @nr of an array's objects leave it. */
static void drop_oldest(struct array_cache *ac, uint32_t nr)
{
	ac->avail -= nr;
	memmove(ac->entry, ac->entry + nr, ac->avail * sizeof(*ac->entry));
}

void free_oldest(struct task_struct *curr, struct kmem_cache *cache,
		 struct kmem_cache_node *n, struct array_cache *ac, uint32_t nr)
{
	struct list_head list;

	INIT_LIST_HEAD(&list);
	free_block(curr->k, cache, n, ac->entry, nr, &list);
	drop_oldest(ac, nr);
	slabs_destroy(curr, cache, &list);
}

/* The youngest objects of @from, up to @max and what @to has room for. */
static uint32_t transfer_objects(struct array_cache *to,
				 struct array_cache *from, uint32_t max)
{
	uint32_t nr = to->limit - to->avail;

	if (nr > from->avail)
		nr = from->avail;
	if (nr > max)
		nr = max;
	from->avail -= nr;
	memcpy(to->entry + to->avail, from->entry + from->avail,
	       nr * sizeof(*to->entry));
	to->avail += nr;
	return nr;
}

/* A CPU's array is full: a batch goes to the shared one, or to the slabs. */
static void cache_flusharray(struct task_struct *curr, struct kmem_cache *cache,
			     struct array_cache *ac)
{
	struct kmem_cache_node *n = cache->node[local_node(curr)];
	uint32_t batchcount = ac->batchcount, room;

	room = n->shared ? n->shared->limit - n->shared->avail : 0;
	if (!room) {
		free_oldest(curr, cache, n, ac, batchcount);
		return;
	}
	if (batchcount > room)
		batchcount = room;
	memcpy(n->shared->entry + n->shared->avail, ac->entry,
	       batchcount * sizeof(*ac->entry));
	n->shared->avail += batchcount;
	drop_oldest(ac, batchcount);
}

static struct page *get_first_slab(struct kmem_cache_node *n)
{
	if (!list_empty(&n->slabs_partial))
		return list_first_entry(&n->slabs_partial, struct page,
					slab_list);
	n->free_touched = 1;
	if (list_empty(&n->slabs_free))
		return NULL;
	n->free_slabs--;
	return list_first_entry(&n->slabs_free, struct page, slab_list);
}

/* Moves objects from @page to @ac; returns how many of @batchcount are left. */
static uint32_t alloc_block(struct kernel *k, const struct kmem_cache *cache,
			    struct array_cache *ac, struct page *page,
			    uint32_t batchcount)
{
	for (; page->active < cache->num && batchcount; batchcount--)
		ac->entry[ac->avail++] = slab_get_obj(k, cache, page);
	return batchcount;
}

static void refill_from_slabs(struct kernel *k, const struct kmem_cache *cache,
			      struct kmem_cache_node *n, struct array_cache *ac,
			      uint32_t batchcount)
{
	while (batchcount > 0) {
		struct page *page = get_first_slab(n);

		if (!page)
			break;
		list_del(&page->slab_list);
		batchcount = alloc_block(k, cache, ac, page, batchcount);
		fixup_slab_list(k, cache, n, page);
	}
	n->free_objects -= ac->avail;
}

/* An array without objects gets a batch. False: out of memory. */
static bool cache_alloc_refill(struct task_struct *curr,
			       struct kmem_cache *cache, gfp_t gfp)
{
	struct array_cache *ac = cache->cpu_cache[curr->cpu->id];
	const bool only_node = curr->k->mem.nr_online_nodes == 1;
	const int nid = local_node(curr);
	struct kmem_cache_node *n = cache->node[nid];
	uint32_t batchcount = ac->batchcount;
	struct page *page;

	if (!ac->touched && batchcount > BATCHREFILL_LIMIT)
		batchcount = BATCHREFILL_LIMIT; /* it is little used */
	if (n->shared && transfer_objects(ac, n->shared, batchcount))
		n->shared->touched = 1;
	else if (n->free_objects)
		refill_from_slabs(curr->k, cache, n, ac, batchcount);
	if (!ac->avail) {
		if (!only_node)
			gfp = (gfp | __GFP_THISNODE | __GFP_NOWARN) &
			      ~__GFP_DIRECT_RECLAIM;
		page = cache_grow_begin(curr, cache, gfp, nid);
		/* which may have slept, on another CPU at its end */
		ac = cache->cpu_cache[curr->cpu->id];
		if (page && !ac->avail && page_to_nid(page) == local_node(curr))
			alloc_block(curr->k, cache, ac, page, batchcount);
		if (page)
			cache_grow_end(curr->k, cache, page);
	}
	return ac->avail;
}

/* One object past the arrays, from slabs of a node that has free ones. */
static vaddr_t take_one(struct kernel *k, const struct kmem_cache *cache,
			struct kmem_cache_node *n)
{
	struct page *page = get_first_slab(n);
	vaddr_t objp;

	list_del(&page->slab_list);
	objp = slab_get_obj(k, cache, page);
	n->free_objects--;
	fixup_slab_list(k, cache, n, page);
	return objp;
}

/*
 * One object from the node nearest to @nid that has any, and else from a new
 * slab; 0: none. This and what follows are for machines of several nodes.
 */
static vaddr_t fallback_alloc(struct task_struct *curr,
			      struct kmem_cache *cache, gfp_t gfp, int nid)
{
	struct page *page;
	unsigned int seen = 0;

	for (int at = nid; at >= 0; at = slab_next_node(curr->k, nid, &seen))
		if (cache->node[at]->free_objects)
			return take_one(curr->k, cache, cache->node[at]);
	page = cache_grow_begin(curr, cache, gfp, nid);
	if (!page)
		return 0;
	cache_grow_end(curr->k, cache, page);
	return take_one(curr->k, cache, page_node(cache, page));
}

/* From @nid, which is not the CPU's own: no array holds such objects. */
static vaddr_t cache_alloc_node(struct task_struct *curr,
				struct kmem_cache *cache, gfp_t gfp, int nid)
{
	struct kmem_cache_node *n = cache->node[nid];
	struct page *page;

	if (!n->free_objects) {
		page = cache_grow_begin(curr, cache,
					(gfp | __GFP_THISNODE | __GFP_NOWARN) &
						~__GFP_DIRECT_RECLAIM,
					nid);
		if (page)
			cache_grow_end(curr->k, cache, page);
	}
	if (n->free_objects)
		return take_one(curr->k, cache, n);
	return gfp & __GFP_THISNODE ? 0 : fallback_alloc(curr, cache, gfp, nid);
}

/* ---- the allocator ------------------------------------------------------------------------ */

static vaddr_t slab_alloc(struct task_struct *curr, struct kmem_cache *cache,
			  gfp_t gfp, int nid, const char *caller)
{
	struct array_cache *ac = cache->cpu_cache[curr->cpu->id];
	struct kernel *k = curr->k;
	struct page *page;
	vaddr_t objp = 0;

	if (unlikely(nid != NUMA_NO_NODE && nid != local_node(curr))) {
		objp = cache_alloc_node(curr, cache, gfp, nid);
	} else if (likely(ac->avail) || cache_alloc_refill(curr, cache, gfp)) {
		ac = cache->cpu_cache[curr->cpu->id];
		ac->touched = 1;
		objp = ac->entry[--ac->avail];
	} else if (k->mem.nr_online_nodes > 1 && !(gfp & __GFP_THISNODE)) {
		objp = fallback_alloc(curr, cache, gfp, local_node(curr));
	}
	if (unlikely(!objp))
		return 0;
	page = compound_head(virt_to_page(k, objp));
	slab_map_flip(page, SLAB_INUSE + obj_to_index(cache, page, objp));
	if (unlikely(slab_debugged(cache)))
		cache_alloc_debugcheck_after(curr, cache, page, objp, caller);
	return objp + cache->obj_offset;
}

static void slab_free(struct task_struct *curr, struct kmem_cache *cache,
		      vaddr_t object, const char *caller)
{
	struct array_cache *ac = cache->cpu_cache[curr->cpu->id];
	vaddr_t objp = object - cache->obj_offset;
	struct page *page = compound_head(virt_to_page(curr->k, object));
	uint32_t index = obj_to_index(cache, page, objp);

	if (unlikely(index == NO_OBJECT ||
		     !slab_map_test(page, SLAB_INUSE + index))) {
		cache_free_refused(curr, cache, page, objp);
		return;
	}
	slab_map_flip(page, SLAB_INUSE + index);
	slab_free_hook(curr, cache, object, cache->object_size, cache->size);
	if (unlikely(slab_debugged(cache)))
		cache_free_debugcheck(curr, cache, objp, caller);
	if (unlikely(page_to_nid(page) != local_node(curr))) {
		struct list_head list;

		INIT_LIST_HEAD(&list);
		free_block(curr->k, cache, page_node(cache, page), &objp, 1,
			   &list);
		slabs_destroy(curr, cache, &list);
		return;
	}
	if (unlikely(ac->avail == ac->limit))
		cache_flusharray(curr, cache, ac);
	ac->entry[ac->avail++] = objp;
}

/* ---- giving back ------------------------------------------------------------------------------ */

static uint32_t drain_freelist(struct task_struct *curr,
			       struct kmem_cache *cache,
			       struct kmem_cache_node *n, uint32_t tofree)
{
	struct list_head list;
	uint32_t nr_freed = 0;

	INIT_LIST_HEAD(&list);
	for (; nr_freed < tofree && !list_empty(&n->slabs_free); nr_freed++) {
		list_move(n->slabs_free.prev, &list);
		n->free_slabs--;
		n->total_slabs--;
		n->free_objects -= cache->num;
	}
	slabs_destroy(curr, cache, &list);
	return nr_freed;
}

static bool slab_shrink(struct task_struct *curr, struct kmem_cache *cache)
{
	struct kernel *k = curr->k;
	bool empty = true;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++) {
		struct array_cache *ac = cache->cpu_cache[cpu];

		if (ac)
			free_oldest(curr, cache,
				    cache->node[k->mem.cpu_node[cpu]], ac,
				    ac->avail);
	}
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++) {
		struct kmem_cache_node *n = cache->node[nid];

		if (n->shared)
			free_oldest(curr, cache, n, n->shared,
				    n->shared->avail);
		drain_freelist(curr, cache, n, UINT32_MAX);
		empty = empty && !n->total_slabs;
	}
	return empty;
}

/* An array that nobody took from since last time loses a fifth. */
static void drain_array(struct task_struct *curr, struct kmem_cache *cache,
			struct kmem_cache_node *n, struct array_cache *ac)
{
	uint32_t tofree;

	if (!ac || !ac->avail)
		return;
	if (ac->touched) {
		ac->touched = 0;
		return;
	}
	tofree = (ac->limit + 4) / 5;
	if (tofree > ac->avail)
		tofree = (ac->avail + 1) / 2;
	free_oldest(curr, cache, n, ac, tofree);
}

static void slab_reap(struct task_struct *curr, struct kmem_cache *cache)
{
	struct kmem_cache_node *n = cache->node[local_node(curr)];
	const struct hw *hw = &curr->k->hw;
	const uint64_t now = hw->ops->now(hw->ctx);

	drain_array(curr, cache, n, cache->cpu_cache[curr->cpu->id]);
	if (now < n->next_reap)
		return;
	n->next_reap = now + REAPTIMEOUT_NODE_SECONDS * hw->clock_hz;
	drain_array(curr, cache, n, n->shared);
	if (n->free_touched)
		n->free_touched = 0;
	else
		drain_freelist(curr, cache, n,
			       (n->free_limit + 5 * cache->num - 1) /
				       (5 * cache->num));
}

/* ---- looking ---------------------------------------------------------------------------------------------- */

static void slab_get_slabinfo(const struct kernel *k,
			      const struct kmem_cache *cache,
			      struct slabinfo *info)
{
	uint64_t free_objs = 0;

	memset(info, 0, sizeof(*info));
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++) {
		const struct kmem_cache_node *n = cache->node[nid];

		info->num_slabs += n->total_slabs;
		info->active_slabs += n->total_slabs - n->free_slabs;
		free_objs += n->free_objects;
		if (n->shared)
			info->shared_avail += n->shared->avail;
	}
	info->num_objs = info->num_slabs * cache->num;
	info->active_objs = info->num_objs - free_objs;
	info->limit = cache->limit;
	info->batchcount = cache->batchcount;
	info->shared = cache->shared;
	info->objects_per_slab = cache->num;
	info->cache_order = cache->gfporder;
}

static int slab_tune(struct task_struct *curr, struct kmem_cache *cache,
		     const struct slab_tunables *tunables)
{
	return do_tune_cpucache(curr, cache, tunables, GFP_KERNEL);
}

const struct slab_allocator slab_allocator = {
	.name = "slab",
	.init = slab_init,
	.init_late = slab_init_late,
	.create = slab_create,
	.shrink = slab_shrink,
	.release = slab_release,
	.print_owner = slab_print_owner,
	.reap = slab_reap,
	.alloc = slab_alloc,
	.free = slab_free,
	.get_slabinfo = slab_get_slabinfo,
	.tune = slab_tune,
	.count_slab = slab_count_slab,
	.verify = slab_verify,
};
