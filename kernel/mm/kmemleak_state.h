/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_KMEMLEAK_STATE_H
#define KERNEL_MM_KMEMLEAK_STATE_H

/* What kmemleak keeps; owned by kernel/mm/kmemleak*.c. */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"

struct kmemleak_object;
struct kmemleak_pool;
struct task_struct;

struct kmemleak_state {
	bool enabled; /* new objects are noted, scans are done */
	bool free_enabled; /* and those that go forgotten */
	bool stack_scan; /* kernel stacks are searched */
	bool found_leaks;
	struct rb_root object_tree; /* by address */
	struct list_head object_list; /* oldest first */
	struct list_head gray_list; /* of the scan that runs */
	uint32_t nr_objects;
	/* records: host memory, in pools */
	struct kmemleak_pool *pools;
	struct kmemleak_object *idle;
	uint64_t last_scan; /* cycle */
	uint64_t min_age; /* cycles; younger objects aren't reported */
	uint64_t scan_wait; /* cycles between scans of the thread */
	uint32_t last_leaks; /* what the last scan found that was new */
	uint32_t nr_leaks; /* at the end of the run */
	struct task_struct *scan_thread; /* NULL: none */
	bool thread_should_stop, first_scan_done;
};

#endif
