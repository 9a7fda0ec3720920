/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * Memory errors by frame number, for tests: /sys/kernel/debug/hwpoison
 * (mm/hwpoison-inject.c). What is written to corrupt-pfn goes through all that
 * a real error would; unpoison-pfn takes it back.
 *
 * Leaves out corrupt-filter-…: who writes a number means that frame.
 */

#include <errno.h>

#include "kernel/fs/debugfs.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/memory_failure.h"
#include "kernel/state.h"
#include "kernel/task/capability.h"

static int hwpoison_inject(struct task_struct *curr, void *data, uint64_t pfn)
{
	(void)data;
	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	if (pfn > UINT32_MAX)
		return -ENXIO;
	printk(curr->k, "Injecting memory failure at pfn %#x", (pfn_t)pfn);
	return memory_failure(curr, (pfn_t)pfn, MF_SW_SIMULATED);
}

static int hwpoison_unpoison(struct task_struct *curr, void *data, uint64_t pfn)
{
	(void)data;
	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	return pfn > UINT32_MAX ? -EIO : unpoison_memory(curr, (pfn_t)pfn);
}

DEFINE_DEBUGFS_ATTRIBUTE(hwpoison_fops, NULL, hwpoison_inject, "%llu\n");
DEFINE_DEBUGFS_ATTRIBUTE(unpoison_fops, NULL, hwpoison_unpoison, "%llu\n");

void hwpoison_inject_init(struct task_struct *curr)
{
	struct dentry *dir;

	if (!curr->k->params.memory_failure)
		return;
	dir = debugfs_create_dir(curr, "hwpoison", NULL);
	debugfs_create_file(curr, "corrupt-pfn", 0200, dir, NULL,
			    &hwpoison_fops);
	debugfs_create_file(curr, "unpoison-pfn", 0200, dir, NULL,
			    &unpoison_fops);
}
