/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_parts.h"

/*
 * What a cache of slab's is made of beside its slabs (Linux: mm/slab.c): a
 * node structure for each node, an array for each CPU, one more that the CPUs
 * of a node share. How long the arrays are, follows from the objects' size,
 * until somebody writes other numbers to /proc/slabinfo.
 *
 * At boot the cache of caches and kmalloc must be made from themselves: their
 * first nodes stand on the stack, and their first arrays, of one object each,
 * in the cache.
 */

#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/state.h"

enum {
	BOOT_CPUCACHE_ENTRIES = 1,
	ARM_SIZEOF_SLAB_KMEM_CACHE = 100,
	ARM_SIZEOF_ARRAY_CACHE = 16, /* and 4 an entry */
	MAX_ENTRIES = (KMALLOC_MAX_SIZE - ARM_SIZEOF_ARRAY_CACHE) / 4,
};

/* ---- making a cache ------------------------------------------------------------------------------ */

static struct array_cache *alloc_arraycache(struct task_struct *curr,
					    uint32_t entries,
					    uint32_t batchcount, gfp_t gfp)
{
	struct array_cache *ac = kzalloc_obj(
		curr,
		ARM_SIZEOF_ARRAY_CACHE + entries * (uint32_t)sizeof(*ac->entry),
		(uint32_t)(sizeof(*ac) + entries * sizeof(*ac->entry)),
		gfp | __GFP_SLAB_OWN);

	if (!ac)
		return NULL;
	/* an entry that was handed out stays there, and keeps nothing alive */
	kmemleak_no_scan(curr->k, kobj_addr(curr->k, ac));
	ac->limit = entries;
	ac->batchcount = batchcount;
	return ac;
}

static struct array_cache *boot_arraycache(struct kmem_cache *cache,
					   unsigned int cpu)
{
	return (struct array_cache *)cache->boot_cache[cpu];
}

static void free_cpu_array(struct task_struct *curr, struct kmem_cache *cache,
			   unsigned int cpu, struct array_cache *ac)
{
	if (ac != boot_arraycache(cache, cpu))
		kfree_obj(curr, ac);
	else
		memset(ac, 0, sizeof(cache->boot_cache[cpu]));
}

static void kmem_cache_node_init(const struct kernel *k,
				 struct kmem_cache_node *n)
{
	memset(n, 0, sizeof(*n));
	INIT_LIST_HEAD(&n->slabs_full);
	INIT_LIST_HEAD(&n->slabs_partial);
	INIT_LIST_HEAD(&n->slabs_free);
	n->next_reap = k->hw.ops->now(k->hw.ctx) +
		       REAPTIMEOUT_NODE_SECONDS * k->hw.clock_hz;
}

/* The first caches' nodes lie elsewhere until kmalloc-64 is there. */
static bool setup_nodes(struct task_struct *curr, struct kmem_cache *cache)
{
	struct slab_state *slab = &curr->k->mem.slab;

	for (unsigned int nid = 0; nid < curr->k->mem.nr_online_nodes; nid++) {
		struct kmem_cache_node *n;

		if (slab->init_nodes)
			n = slab->init_nodes++;
		else
			n = kzalloc_obj(curr, ARM_SIZEOF_KMEM_CACHE_NODE,
					sizeof(*n),
					GFP_KERNEL | __GFP_SLAB_OWN);
		if (!n)
			return false;
		kmem_cache_node_init(curr->k, n);
		cache->node[nid] = n;
	}
	return true;
}

static unsigned int nr_cpus_node(const struct kernel *k, unsigned int nid)
{
	unsigned int nr = 0;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
		nr += k->mem.cpu_node[cpu] == nid;
	return nr;
}

/* Arrays for a cache's CPUs and nodes, before they are its own. */
struct new_arrays {
	struct array_cache *cpu[NR_CPUS], *shared[SLAB_NUMNODES];
};

static void free_new_arrays(struct task_struct *curr, struct new_arrays *new)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		kfree_obj(curr, new->cpu[cpu]);
	for (unsigned int nid = 0; nid < SLAB_NUMNODES; nid++)
		kfree_obj(curr, new->shared[nid]);
}

static bool alloc_each(struct task_struct *curr, struct new_arrays *new,
		       const struct slab_tunables *t, gfp_t gfp)
{
	const struct kernel *k = curr->k;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++) {
		new->cpu[cpu] = alloc_arraycache(curr, t->limit, t->batchcount,
						 gfp);
		if (!new->cpu[cpu])
			return false;
	}
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++) {
		if (!t->shared)
			continue;
		new->shared[nid] = alloc_arraycache(
			curr, t->shared * t->batchcount, 0xbaadf00d, gfp);
		if (!new->shared[nid])
			return false;
	}
	return true;
}

/* All of them or none. */
static int alloc_new_arrays(struct task_struct *curr, struct new_arrays *new,
			    const struct slab_tunables *t, gfp_t gfp)
{
	memset(new, 0, sizeof(*new));
	if (t->limit > MAX_ENTRIES ||
	    (uint64_t)t->shared * t->batchcount > MAX_ENTRIES)
		return -ENOMEM;
	if (alloc_each(curr, new, t, gfp))
		return 0;
	free_new_arrays(curr, new);
	return -ENOMEM;
}

/* What the old ones hold goes back to the slabs. */
static void swap_arrays(struct task_struct *curr, struct kmem_cache *cache,
			struct new_arrays *new)
{
	const struct kernel *k = curr->k;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++) {
		struct array_cache *prev = cache->cpu_cache[cpu];

		cache->cpu_cache[cpu] = new->cpu[cpu];
		if (!prev)
			continue;
		free_oldest(curr, cache, cache->node[k->mem.cpu_node[cpu]],
			    prev, prev->avail);
		free_cpu_array(curr, cache, cpu, prev);
	}
	for (unsigned int nid = 0; nid < k->mem.nr_online_nodes; nid++) {
		struct kmem_cache_node *n = cache->node[nid];
		struct array_cache *prev = n->shared;

		n->free_limit = (1 + nr_cpus_node(k, nid)) * cache->batchcount +
				cache->num;
		n->shared = new->shared[nid];
		if (prev)
			free_oldest(curr, cache, n, prev, prev->avail);
		kfree_obj(curr, prev);
	}
}

int do_tune_cpucache(struct task_struct *curr, struct kmem_cache *cache,
		     const struct slab_tunables *tunables, gfp_t gfp)
{
	struct new_arrays new;
	int err = alloc_new_arrays(curr, &new, tunables, gfp);

	if (err)
		return err;
	cache->batchcount = tunables->batchcount;
	cache->limit = tunables->limit;
	cache->shared = tunables->shared;
	swap_arrays(curr, cache, &new);
	return 0;
}

/* How much each CPU may hold: less of what is larger. */
static int enable_cpucache(struct task_struct *curr, struct kmem_cache *cache,
			   gfp_t gfp)
{
	struct slab_tunables t = {.limit = 120};

	if (cache->size > 131072)
		t.limit = 1;
	else if (cache->size > PAGE_SIZE)
		t.limit = 8;
	else if (cache->size > 1024)
		t.limit = 24;
	else if (cache->size > 256)
		t.limit = 54;
	if (cache->size <= PAGE_SIZE && curr->k->hw.nr_cpus > 1)
		t.shared = 8;
	if (slab_debugged(cache) && t.limit > 32)
		t.limit = 32;
	t.batchcount = (t.limit + 1) / 2;
	return do_tune_cpucache(curr, cache, &t, gfp);
}

static void setup_boot_arrays(const struct kernel *k, struct kmem_cache *cache)
{
	cache->limit = BOOT_CPUCACHE_ENTRIES;
	cache->batchcount = 1;
	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++) {
		struct array_cache *ac = boot_arraycache(cache, cpu);

		ac->limit = BOOT_CPUCACHE_ENTRIES;
		ac->batchcount = 1;
		cache->cpu_cache[cpu] = ac;
	}
}

int slab_create(struct task_struct *curr, struct kmem_cache *cache)
{
	int err = slab_calculate_sizes(curr->k, cache);

	if (err)
		return err;
	if (!setup_nodes(curr, cache))
		return -ENOMEM;
	if (!curr->k->mem.slab.up)
		setup_boot_arrays(curr->k, cache);
	else
		return enable_cpucache(curr, cache, GFP_KERNEL);
	return 0;
}

void slab_release(struct task_struct *curr, struct kmem_cache *cache)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		free_cpu_array(curr, cache, cpu, cache->cpu_cache[cpu]);
		cache->cpu_cache[cpu] = NULL;
	}
	for (int nid = 0; nid < SLAB_NUMNODES; nid++) {
		if (cache->node[nid])
			kfree_obj(curr, cache->node[nid]->shared);
		kfree_obj(curr, cache->node[nid]);
		cache->node[nid] = NULL;
	}
}

/* ---- boot --------------------------------------------------------------------------------------------- */

/* Swaps a cache's first nodes with ones from kmalloc. */
static void init_list(struct task_struct *curr, struct kmem_cache *cache)
{
	for (unsigned int nid = 0; nid < curr->k->mem.nr_online_nodes; nid++) {
		struct kmem_cache_node *from, *to;

		to = kzalloc_obj(curr, ARM_SIZEOF_KMEM_CACHE_NODE, sizeof(*to),
				 GFP_NOWAIT | __GFP_SLAB_OWN);
		if (!to)
			boot_panic(curr->k,
				   "SLAB: no memory for the first slabs");
		from = cache->node[nid];
		*to = *from;
		INIT_LIST_HEAD(&to->slabs_full);
		INIT_LIST_HEAD(&to->slabs_partial);
		INIT_LIST_HEAD(&to->slabs_free);
		list_splice_init(&from->slabs_full, &to->slabs_full);
		list_splice_init(&from->slabs_partial, &to->slabs_partial);
		list_splice_init(&from->slabs_free, &to->slabs_free);
		cache->node[nid] = to;
	}
}

/*
 * The cache of caches stands outside of all slabs, and its nodes and those of
 * kmalloc-64 on the stack, until kmalloc-64 can serve them. Arrays hold one
 * object each until all of kmalloc is there.
 */
void slab_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct slab_state *slab = &k->mem.slab;
	struct kmem_cache_node nodes[2 * SLAB_NUMNODES];

	_Static_assert(sizeof(struct kmem_cache) <=
			       ARM_SIZEOF_SLAB_KMEM_CACHE * OBJECT_STORE_SCALE,
		       "struct kmem_cache fits the object store");
	if (k->mem.totalram_pages > (32u << 20) >> PAGE_SHIFT)
		slab->slab_max_order = 1;
	slab->init_nodes = nodes;
	slab->kmem_cache = &slab->kmem_cache_boot;
	if (init_kmem_cache(curr, slab->kmem_cache, "kmem_cache",
			    ARM_SIZEOF_SLAB_KMEM_CACHE,
			    sizeof(struct kmem_cache), 0, SLAB_HWCACHE_ALIGN,
			    NULL))
		boot_panic(k, "SLAB: no memory for the first slabs");
	create_kmalloc_cache(curr, ARM_SIZEOF_KMEM_CACHE_NODE, KMALLOC_NORMAL);
	slab->init_nodes = NULL;
	init_list(curr, slab->kmem_cache);
	init_list(curr, kmalloc_slab(k, ARM_SIZEOF_KMEM_CACHE_NODE, 0));
}

void slab_init_late(struct task_struct *curr)
{
	struct kmem_cache *cache;

	list_for_each_entry(cache, &curr->k->mem.slab.slab_caches, list)
		if (enable_cpucache(curr, cache, GFP_NOWAIT))
			boot_panic(curr->k,
				   "SLAB: no memory for the first arrays");
}
