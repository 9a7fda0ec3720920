/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * Fragmentation as text: /sys/kernel/debug/extfrag/{unusable_index,
 * extfrag_index} (Linux: the end of mm/vmstat.c).
 */

#include "kernel/fs/debugfs.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/state.h"

/* Each populated zone's index for each order, as a number of thousandths. */
static void show_indexes(struct seq_file *m, const char *format,
			 int (*index_of)(const struct zone *zone,
					 unsigned int order))
{
	struct zone *zone;

	for_each_populated_zone(zone, m->k)
	{
		seq_printf(m, "Node %d, zone %8s ", zone->zone_pgdat->node_id,
			   zone->name);
		for (unsigned int order = 0; order < MAX_ORDER; order++) {
			const int index = index_of(zone, order);

			seq_printf(m, format, index / 1000, index % 1000);
		}
		seq_putc(m, '\n');
	}
}

static int unusable_show(struct seq_file *m, void *v)
{
	(void)v;
	show_indexes(m, "%d.%03d ", unusable_free_index);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(unusable);

static int extfrag_show(struct seq_file *m, void *v)
{
	(void)v;
	show_indexes(m, "%2d.%03d ", fragmentation_index);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(extfrag);

void extfrag_debug_init(struct task_struct *curr)
{
	struct dentry *dir = debugfs_create_dir(curr, "extfrag", NULL);

	debugfs_create_file(curr, "unusable_index", 0444, dir, NULL,
			    &unusable_fops);
	debugfs_create_file(curr, "extfrag_index", 0444, dir, NULL,
			    &extfrag_fops);
}
