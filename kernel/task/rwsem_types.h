/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_RWSEM_TYPES_H
#define KERNEL_TASK_RWSEM_TYPES_H

/* The type alone, for structures that contain one; functions: sched.h. */

#include <stdint.h>

#include "kernel/lib/list.h"

/* A sleeping read-write lock. */
struct rw_semaphore {
	int32_t count; /* readers, or -1: a writer */
	struct list_head wait_list;
	/* The cycles at which a reader and a writer let go of it last. */
	uint64_t read_until, write_until;
};

#endif
