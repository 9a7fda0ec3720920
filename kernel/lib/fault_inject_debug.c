/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * The attributes as files: /sys/kernel/debug/failslab and fail_page_alloc
 * (lib/fault-inject.c's second half, and the initcalls of mm/failslab.c and
 * mm/page_alloc.c). A program can so set what is to fail, and whom it hits.
 */

#include "kernel/fs/debugfs.h"
#include "kernel/lib/fault_inject.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

struct dentry *fault_create_debugfs_attr(struct task_struct *curr,
					 const char *name,
					 struct dentry *parent,
					 struct fault_attr *attr)
{
	struct dentry *dir = debugfs_create_dir(curr, name, parent);

	debugfs_create_ulong(curr, "probability", 0600, dir,
			     &attr->probability);
	debugfs_create_ulong(curr, "interval", 0600, dir, &attr->interval);
	debugfs_create_atomic_t(curr, "times", 0600, dir, &attr->times);
	debugfs_create_atomic_t(curr, "space", 0600, dir, &attr->space);
	debugfs_create_ulong(curr, "verbose", 0600, dir, &attr->verbose);
	debugfs_create_u32(curr, "verbose_ratelimit_interval_ms", 0600, dir,
			   &attr->ratelimit.interval);
	debugfs_create_u32(curr, "verbose_ratelimit_burst", 0600, dir,
			   &attr->ratelimit.burst);
	debugfs_create_bool(curr, "task-filter", 0600, dir, &attr->task_filter);
	return dir;
}

void fault_inject_debug_init(struct task_struct *curr)
{
	struct fault_inject_state *inject = &curr->k->inject;
	struct dentry *dir = fault_create_debugfs_attr(curr, "failslab", NULL,
						       &inject->failslab.attr);

	debugfs_create_bool(curr, "ignore-gfp-wait", 0600, dir,
			    &inject->failslab.ignore_gfp_reclaim);
	debugfs_create_bool(curr, "cache-filter", 0600, dir,
			    &inject->failslab.cache_filter);

	dir = fault_create_debugfs_attr(curr, "fail_page_alloc", NULL,
					&inject->fail_page_alloc.attr);
	debugfs_create_bool(curr, "ignore-gfp-wait", 0600, dir,
			    &inject->fail_page_alloc.ignore_gfp_reclaim);
	debugfs_create_bool(curr, "ignore-gfp-highmem", 0600, dir,
			    &inject->fail_page_alloc.ignore_gfp_highmem);
	debugfs_create_u32(curr, "min-order", 0600, dir,
			   &inject->fail_page_alloc.min_order);
}
