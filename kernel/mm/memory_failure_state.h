/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MEMORY_FAILURE_STATE_H
#define KERNEL_MM_MEMORY_FAILURE_STATE_H

/* What is known of frames with memory errors (memory_failure.c). */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/task/rwsem_types.h"

#define MEMORY_FAILURE_FIFO_SIZE 16

struct memory_failure_state {
	struct rw_semaphore mutex; /* one error at a time */
	int64_t num_poisoned_pages; /* HardwareCorrupted in /proc/meminfo */
	uint32_t nr_unpoisoned; /* frames that were said to be good again */
	bool hw_memory_failure; /* some error wasn't a test's */
	bool any_poisoned; /* some frame can't be read: hw_ops.is_poisoned() */
	/* Frames that errors were met in where none can be handled. */
	uint32_t queue[MEMORY_FAILURE_FIFO_SIZE], nr_queued;
	/* /proc/sys/vm/memory_failure_… */
	int32_t early_kill, recovery;
};

#endif
