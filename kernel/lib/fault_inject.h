/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_FAULT_INJECT_H
#define KERNEL_LIB_FAULT_INJECT_H

/*
 * Failures on demand (include/linux/fault-inject.h): each place that can be
 * told to fail has a struct fault_attr and asks should_fail_ex().
 */

#include <stdbool.h>
#include <stdint.h>

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
	/* The n-th call of the machine from now on, of any kind; 0: none. */
	uint64_t nth;
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
/* Could anything fail now? Cheap; false nearly always. */
#define fault_armed(curr, attr)                                              \
	((attr)->probability || (curr)->fail_nth || (curr)->k->inject.nth || \
	 (curr)->k->inject.decide)

#endif
