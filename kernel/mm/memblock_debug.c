/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * memblock's lists as they were at the end, /sys/kernel/debug/memblock/
 * {memory,reserved} (Linux: the end of mm/memblock.c; ARM keeps them).
 */

#include "kernel/fs/debugfs.h"
#include "kernel/mm/memblock.h"
#include "kernel/state.h"

static void show_type(struct seq_file *m, const struct memblock_type *type)
{
	for (uint32_t i = 0; i < type->cnt; i++) {
		const struct memblock_region *r = &type->regions[i];

		seq_printf(m, "%4u: 0x%08llx..0x%08llx\n", i,
			   (unsigned long long)r->base,
			   (unsigned long long)(r->base + r->size - 1));
	}
}

static int memory_show(struct seq_file *m, void *v)
{
	(void)v;
	show_type(m, &m->k->mem.memblock.memory);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(memory);

static int reserved_show(struct seq_file *m, void *v)
{
	(void)v;
	show_type(m, &m->k->mem.memblock.reserved);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(reserved);

void memblock_init_debugfs(struct task_struct *curr)
{
	struct dentry *dir = debugfs_create_dir(curr, "memblock", NULL);

	debugfs_create_file(curr, "memory", 0444, dir, NULL, &memory_fops);
	debugfs_create_file(curr, "reserved", 0444, dir, NULL, &reserved_fops);
}
