/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/slab_internal.h"

/*
 * /proc/slabinfo (Linux: mm/slab_common.c), for the allocators that know which
 * cache a slab belongs to. Its columns are version 2.1's.
 */

#include "kernel/fs/seq_file.h"
#include "kernel/state.h"

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
