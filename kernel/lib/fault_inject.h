/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_FAULT_INJECT_H
#define KERNEL_LIB_FAULT_INJECT_H

/*
 * Failures on demand (include/linux/fault-inject.h): each place that can be
 * told to fail has a struct fault_attr and asks should_fail_ex().
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "kernel/task/timer_types.h"

struct dentry;
struct kernel;
struct task_struct;

/* Linux's attributes, by the names of their files in debugfs. */
struct fault_attr {
	const char *name; /* "failslab" */
	uint32_t interval; /* of all that pass, only each so manieth */
	uint32_t probability; /* percent of those; 0: off */
	int32_t times; /* failures to come; -1: no limit */
	int32_t space; /* first as much as this must have been asked for */
	uint32_t verbose; /* 0: silent, 1: a report, 2: and who it was */
	bool task_filter; /* only tasks that have make_it_fail */
	uint32_t count;
	/* At most `burst` reports in `interval` jiffies; interval 0: all. */
	struct {
		uint32_t interval, burst, printed;
		uint64_t begin; /* jiffies */
	} ratelimit;
	/*
	 * Only in these functions, with commas between them; NULL: in all.
	 * In place of Linux's filter of stacks by address.
	 */
	const char *callers;
};
#define FAULT_ATTR_INITIALIZER(attr_name)                                   \
	{                                                                   \
		.name = attr_name, .interval = 1, .times = 1, .verbose = 2, \
		.ratelimit = {.burst = 10},                                 \
	}

enum fault_flags {
	FAULT_NOWARN = 1, /* don't report it */
	/*
	 * No allocation: fail-nth, inject.nth and tests' decide() don't count
	 * it. MODEL: Linux's fail-nth does.
	 */
	FAULT_NOT_COUNTED = 2,
};

struct fault_inject_state {
	struct {
		struct fault_attr attr;
		/* Leaves alone what may reclaim, and what isn't marked. */
		bool ignore_gfp_reclaim, cache_filter;
	} failslab;
	struct {
		struct fault_attr attr;
		bool ignore_gfp_highmem, ignore_gfp_reclaim;
		uint32_t min_order;
	} fail_page_alloc;
	struct fault_attr fail_make_request, fail_io_timeout, fail_usercopy;
	/* Linux has none of these. */
	struct fault_attr fail_vmalloc, fail_swap_slot, fail_tlb_flush;
	uint32_t io_delay_us; /* of what fail_io_timeout chooses */
	/* The n-th call of the machine from now on, of any kind; 0: none. */
	uint64_t nth;
	struct memory_error { /* of params.inject.memory */
		bool done;
		struct timer timer; /* so that there is a trap at its cycle */
	} memory[KERNEL_MEMORY_ERRORS];
	unsigned int nr_memory; /* not done yet */
	uint64_t random; /* a stream of its own: nobody else's draws differ */
	/* For tests: asked before all else. */
	bool (*decide)(void *arg, struct task_struct *curr,
		       const struct fault_attr *attr, const char *caller);
	void *decide_arg;
};

/*
 * At boot, before pages are allocated: Linux's defaults, "failslab=" and
 * "fail_page_alloc=", and what the board wants.
 */
void fault_inject_init(struct kernel *k);
/*
 * Reads "interval,probability,space,times". False, and a line in the log, when
 * it is something else.
 */
bool setup_fault_attr(struct kernel *k, struct fault_attr *attr,
		      const char *text);
/* The @nth call from now fails, @times times over; nth 0: none. */
void fault_attr_arm(struct fault_attr *attr, uint32_t nth, int32_t times);

/*
 * The directory @name of @attr's files in debugfs (fault_inject_debug.c); what
 * else the place has, it adds.
 */
struct dentry *fault_create_debugfs_attr(struct task_struct *curr,
					 const char *name,
					 struct dentry *parent,
					 struct fault_attr *attr);

/*
 * Should the request of @size units that @caller makes fail? Counts, reports
 * and remembers. Ask only when fault_armed().
 */
bool should_fail_ex(struct task_struct *curr, struct fault_attr *attr,
		    uint32_t size, unsigned int flags, const char *caller);
/* The same of what isn't an allocation. */
#define should_fail(curr, attr, size, caller) \
	(unlikely((attr)->probability) &&     \
	 should_fail_ex(curr, attr, size, FAULT_NOT_COUNTED, caller))
/* Could anything fail now? Cheap; false nearly always. */
#define fault_armed(curr, attr)                                              \
	((attr)->probability || (curr)->fail_nth || (curr)->k->inject.nth || \
	 (curr)->k->inject.decide)

#endif
