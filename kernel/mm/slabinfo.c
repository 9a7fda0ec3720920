/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_internal.h"

/*
 * /proc/slabinfo (Linux: mm/slab_common.c), for the allocators that know which
 * cache a slab belongs to. Its columns are version 2.1's. Slab's can be
 * written to: "CACHE LIMIT BATCHCOUNT SHARED" gives a cache other arrays.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"

enum {
	MAX_SLABINFO_WRITE = 128,
};

bool slabinfo_exists(const struct kernel *k)
{
	return k->mem.slab.ops->get_slabinfo && !k->mem.slab.ops->tune;
}

bool slabinfo_tunable(const struct kernel *k)
{
	return k->mem.slab.ops->tune;
}

static struct kmem_cache *find_cache(struct kernel *k, const char *name)
{
	struct kmem_cache *cache;

	list_for_each_entry(cache, &k->mem.slab.slab_caches, list)
		if (!strcmp(cache->name, name))
			return cache;
	return NULL;
}

/* Numbers without sense are passed over in silence. */
static int tune(struct task_struct *curr, struct kmem_cache *cache, int limit,
		int batchcount, int shared)
{
	struct slab_tunables t = {.limit = (uint32_t)limit,
				  .batchcount = (uint32_t)batchcount,
				  .shared = (uint32_t)shared};

	if (limit < 1 || batchcount < 1 || batchcount > limit || shared < 0)
		return 0;
	return curr->k->mem.slab.ops->tune(curr, cache, &t);
}

int slabinfo_store(struct task_struct *curr, struct task_struct *task,
		   const char *text)
{
	char name[MAX_SLABINFO_WRITE + 1];
	int limit, batchcount, shared;
	struct kmem_cache *cache;
	const char *blank = strchr(text, ' ');

	(void)task;
	if (!curr->k->mem.slab.ops->tune)
		return -EIO;
	if (strlen(text) > MAX_SLABINFO_WRITE || !blank)
		return -EINVAL;
	snprintf(name, sizeof(name), "%.*s", (int)(blank - text), text);
	if (sscanf(blank + 1, "%d %d %d", &limit, &batchcount, &shared) != 3)
		return -EINVAL;
	cache = find_cache(curr->k, name);
	return cache ? tune(curr, cache, limit, batchcount, shared) : -EINVAL;
}

/* By bytes; without caches whose objects can be reclaimed. */
void dump_unreclaimable_slab(struct kernel *k)
{
	const struct kmem_cache *cache;

	if (!k->mem.slab.ops->get_slabinfo)
		return; /* slob doesn't know */
	printk(k, "Unreclaimable slab info:");
	printk(k, "Name                      Used          Total");
	list_for_each_entry(cache, &k->mem.slab.slab_caches, list) {
		struct slabinfo info;

		if (cache->flags & SLAB_RECLAIM_ACCOUNT)
			continue;
		k->mem.slab.ops->get_slabinfo(k, cache, &info);
		if (info.num_objs)
			printk(k, "%-17s %10lluKB %10lluKB", cache->name,
			       (unsigned long long)(info.active_objs *
						    cache->size / 1024),
			       (unsigned long long)(info.num_objs *
						    cache->size / 1024));
	}
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
