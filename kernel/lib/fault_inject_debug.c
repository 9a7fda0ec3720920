/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * The attributes as files: /sys/kernel/debug/failslab, fail_page_alloc and
 * others (lib/fault-inject.c's second half, and the initcalls of mm/failslab.c,
 * mm/page_alloc.c, block/blk-core.c, block/blk-timeout.c and
 * lib/fault-inject-usercopy.c). A program can so set what is to fail, and whom it hits.
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

static void make_others(struct task_struct *curr)
{
	struct fault_inject_state *inject = &curr->k->inject;
	struct fault_attr *const others[] = {
		&inject->fail_make_request, &inject->fail_usercopy,
		&inject->fail_vmalloc,      &inject->fail_swap_slot,
		&inject->fail_tlb_flush,
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		fault_create_debugfs_attr(curr, others[i]->name, NULL,
					  others[i]);
	debugfs_create_u32(curr, "delay-us", 0600,
			   fault_create_debugfs_attr(curr, "fail_io_timeout",
						     NULL,
						     &inject->fail_io_timeout),
			   &inject->io_delay_us);
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
	if (curr->k->params.inject.debugfs)
		make_others(curr);
}
