/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slub.h"

/*
 * /sys/kernel/slab (Linux: the end of mm/slub.c): a directory for each of
 * slub's caches, with its layout, its counts, and what may be turned.
 *
 * MODEL: the names appear when somebody first looks into the directory, so
 * that a run in which nobody does has no nodes for them; in Linux they take
 * their memory from boot on. Caches that share another's slabs have no link.
 */

#include <stdlib.h>

#include "kernel/fs/sysfs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"

/* ---- layout and flags --------------------------------------------------------- */

static const struct kmem_cache *the_cache(const void *object)
{
	return object;
}

#define SHOW(name, format, value)                                   \
	static int name##_show(struct seq_file *m, void *object)    \
	{                                                           \
		const struct kmem_cache *cache = the_cache(object); \
		seq_printf(m, format "\n", value);                  \
		return 0;                                           \
	}
#define SHOW_FLAG(name, flag) SHOW(name, "%d", !!(cache->flags & (flag)))

SHOW(slab_size, "%u", cache->size)
SHOW(align, "%u", cache->align)
SHOW(object_size, "%u", cache->object_size)
SHOW(objs_per_slab, "%u", cache->objects)
SHOW(order, "%u", cache->order)
SHOW(min_partial, "%u", cache->min_partial)
SHOW(aliases, "%d", cache->refcount - 1)
SHOW(usersize, "%u", cache->flags &SLAB_KMALLOC ? cache->object_size : 0)
SHOW_FLAG(reclaim_account, SLAB_RECLAIM_ACCOUNT)
SHOW_FLAG(hwcache_align, SLAB_HWCACHE_ALIGN)
SHOW_FLAG(cache_dma, SLAB_CACHE_DMA)
SHOW_FLAG(sanity_checks, SLAB_CONSISTENCY_CHECKS)
SHOW_FLAG(red_zone, SLAB_RED_ZONE)
SHOW_FLAG(poison, SLAB_POISON)
SHOW_FLAG(store_user, SLAB_STORE_USER)
SHOW(cpu_partial, "%u", cache->cpu_partial)

/* No cache's memory waits for RCU, and none is traced by itself. */
static int zero_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_puts(m, "0\n");
	return 0;
}

/* What can only be written to reads as nothing. */
static int nothing_show(struct seq_file *m, void *object)
{
	(void)m, (void)object;
	return 0;
}

/* ---- counts ---------------------------------------------------------------------- */

/* A sum, and on machines of several nodes what it is made of. */
static int print_nodes(struct seq_file *m, const uint64_t nr[SLAB_NUMNODES])
{
	const unsigned int nr_nodes = m->k->mem.nr_online_nodes;
	uint64_t sum = 0;

	for (unsigned int nid = 0; nid < nr_nodes; nid++)
		sum += nr[nid];
	seq_printf(m, "%llu", (unsigned long long)sum);
	for (unsigned int nid = 0; nr_nodes > 1 && nid < nr_nodes; nid++)
		if (nr[nid])
			seq_printf(m, " N%u=%llu", nid,
				   (unsigned long long)nr[nid]);
	seq_putc(m, '\n');
	return 0;
}

/* Objects on a node's partial list, free or in use. */
static uint64_t count_partial(const struct kmem_cache_node *n, bool in_use)
{
	const struct page *page;
	uint64_t nr = 0;

	list_for_each_entry(page, &n->partial, slab_list)
		nr += in_use ? page->inuse : page->objects - page->inuse;
	return nr;
}

#define SHOW_NODES(name, of_node)                                           \
	static int name##_show(struct seq_file *m, void *object)            \
	{                                                                   \
		const struct kmem_cache *cache = the_cache(object);         \
		uint64_t nr[SLAB_NUMNODES] = {0};                           \
		for (unsigned int nid = 0; nid < m->k->mem.nr_online_nodes; \
		     nid++) {                                               \
			const struct kmem_cache_node *n = cache->node[nid]; \
			nr[nid] = of_node;                                  \
		}                                                           \
		return print_nodes(m, nr);                                  \
	}

SHOW_NODES(slabs, n->nr_slabs)
SHOW_NODES(total_objects, n->total_objects)
SHOW_NODES(objects, n->total_objects - count_partial(n, false))
SHOW_NODES(partial, n->nr_partial)
SHOW_NODES(objects_partial, count_partial(n, true))

/* The slabs that CPUs allocate from, or keep for later. */
static int cpu_slabs_show(struct seq_file *m, void *object)
{
	const struct kmem_cache *cache = the_cache(object);
	uint64_t nr[SLAB_NUMNODES] = {0};

	for (unsigned int cpu = 0; cpu < m->k->hw.nr_cpus; cpu++) {
		const struct kmem_cache_cpu *c = &cache->cpu_slab[cpu];
		const struct page *page;

		if (c->page)
			nr[page_to_nid(c->page)]++;
		for (page = c->partial; page;
		     page = (const struct page *)page->slab_list.next)
			nr[page_to_nid(page)]++;
	}
	return print_nodes(m, nr);
}

/* Objects are estimated, as in Linux: half of each slab. */
static int slabs_cpu_partial_show(struct seq_file *m, void *object)
{
	const struct kmem_cache *cache = the_cache(object);
	uint32_t slabs = 0;

	for (unsigned int cpu = 0; cpu < m->k->hw.nr_cpus; cpu++)
		slabs += cache->cpu_slab[cpu].nr_partial;
	seq_printf(m, "%u(%u)", slabs * cache->objects / 2, slabs);
	for (unsigned int cpu = 0; cpu < m->k->hw.nr_cpus; cpu++) {
		slabs = cache->cpu_slab[cpu].nr_partial;
		if (slabs)
			seq_printf(m, " C%u=%u(%u)", cpu,
				   slabs * cache->objects / 2, slabs);
	}
	seq_putc(m, '\n');
	return 0;
}

/* ---- what may be turned ------------------------------------------------------------- */

static int read_number(const char *text, uint32_t *value)
{
	char *end;
	unsigned long number;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	number = strtoul(text, &end, 10);
	if (*end == '\n')
		end++;
	if (*end || number > UINT32_MAX)
		return *end ? -EINVAL : -ERANGE;
	*value = (uint32_t)number;
	return 0;
}

static int min_partial_store(struct task_struct *curr, void *object,
			     const char *text, uint32_t n)
{
	struct kmem_cache *cache = object;

	(void)curr, (void)n;
	return read_number(text, &cache->min_partial);
}

static int cpu_partial_store(struct task_struct *curr, void *object,
			     const char *text, uint32_t n)
{
	uint32_t nr_objects;
	int err = read_number(text, &nr_objects);

	(void)n;
	if (err)
		return err;
	slub_set_cpu_partial(curr, object, nr_objects);
	return 0;
}

static int shrink_store(struct task_struct *curr, void *object,
			const char *text, uint32_t n)
{
	(void)n;
	if (*text != '1')
		return -EINVAL;
	kmem_cache_shrink(curr, object);
	return 0;
}

static int validate_store(struct task_struct *curr, void *object,
			  const char *text, uint32_t n)
{
	(void)n;
	if (*text != '1' || !slub_debugged(the_cache(object)))
		return -EINVAL;
	return curr->k->mem.slab.ops->verify(curr->k, object) ? -EINVAL : 0;
}

/* ---- the directories -------------------------------------------------------------------- */

#define READ(file)                             \
	{                                      \
#file, 0400, file##_show, NULL \
	}
#define READ_WRITE(file)                               \
	{                                              \
#file, 0600, file##_show, file##_store \
	}

static const struct sysfs_attribute cache_attrs[] = {
	READ(slab_size),
	READ(object_size),
	READ(objs_per_slab),
	READ(order),
	READ_WRITE(min_partial),
	READ_WRITE(cpu_partial),
	READ(objects),
	READ(objects_partial),
	READ(partial),
	READ(cpu_slabs),
	{"ctor", 0400, nothing_show, NULL},
	READ(aliases),
	READ(align),
	READ(hwcache_align),
	READ(reclaim_account),
	{"destroy_by_rcu", 0400, zero_show, NULL},
	{"shrink", 0600, nothing_show, shrink_store},
	READ(slabs_cpu_partial),
	READ(total_objects),
	READ(slabs),
	READ(sanity_checks),
	{"trace", 0400, zero_show, NULL},
	READ(red_zone),
	READ(poison),
	READ(store_user),
	{"validate", 0600, nothing_show, validate_store},
	READ(usersize),
	READ(cache_dma), /* last: not without ZONE_DMA */
};
#define NR_ATTRS (uint32_t)(sizeof(cache_attrs) / sizeof(*cache_attrs))

static int populate_cache(struct task_struct *curr, struct kernfs_node *dir,
			  void *object)
{
	(void)object;
	return sysfs_create_files(curr, dir, cache_attrs,
				  curr->k->mem.zone_configured[ZONE_DMA]
					  ? NR_ATTRS
					  : NR_ATTRS - 1);
}

static int add_cache(struct task_struct *curr, struct kernfs_node *parent,
		     struct kmem_cache *cache)
{
	struct kernfs_node *dir = sysfs_create_dir(curr, parent, cache->name,
						   cache);

	if (!dir)
		return -ENOMEM;
	sysfs_populate_later(dir, populate_cache);
	return 0;
}

static void sysfs_slab_add(struct task_struct *curr, struct kmem_cache *cache)
{
	add_cache(curr, curr->k->mem.slab.sysfs_dir, cache);
}

static void sysfs_slab_remove(struct task_struct *curr,
			      struct kmem_cache *cache)
{
	struct kernfs_node *dir = sysfs_find(curr, curr->k->mem.slab.sysfs_dir,
					     cache->name);

	if (dir)
		sysfs_remove(curr, dir);
}

static int populate_slab(struct task_struct *curr, struct kernfs_node *dir,
			 void *object)
{
	struct slab_state *slab = &curr->k->mem.slab;
	struct kmem_cache *cache;

	(void)object;
	list_for_each_entry(cache, &slab->slab_caches, list)
		if (add_cache(curr, dir, cache))
			return -ENOMEM;
	slab->sysfs_add = sysfs_slab_add;
	slab->sysfs_remove = sysfs_slab_remove;
	return 0;
}

static int populate_kernel(struct task_struct *curr, struct kernfs_node *dir,
			   void *object)
{
	struct slab_state *slab = &curr->k->mem.slab;

	(void)object;
	slab->sysfs_dir = sysfs_create_dir(curr, dir, "slab", NULL);
	if (!slab->sysfs_dir)
		return -ENOMEM;
	sysfs_populate_later(slab->sysfs_dir, populate_slab);
	return 0;
}

void slab_sysfs_init(struct task_struct *curr)
{
	struct kernfs_node *kernel;

	if (curr->k->mem.slab.ops != &slub_allocator)
		return;
	kernel = sysfs_create_dir(curr, NULL, "kernel", NULL);
	if (kernel)
		sysfs_populate_later(kernel, populate_kernel);
	else
		printk(curr->k, "Cannot register slab subsystem.");
}
