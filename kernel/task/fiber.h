/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_FIBER_H
#define KERNEL_TASK_FIBER_H

/*
 * Host stacks for the kernel side of tasks. A fiber runs until it switches to
 * another; nothing preempts it. All fibers of a kernel share one host thread.
 */

#include <stdbool.h>
#include <stddef.h>

struct fiber;

/*
 * Host stacks: those in use, and those that ended tasks left behind, for the
 * next ones.
 */
struct fiber_pool {
	struct fiber *used, *idle;
	unsigned int nr_idle;
};

/*
 * A fiber that will call entry(arg) when first switched to; @entry must not
 * return. NULL: host memory is short.
 */
struct fiber *fiber_create(struct fiber_pool *pool, void (*entry)(void *arg),
			   void *arg);
/* The fiber of the stack that calls; nothing to run, nothing to free but it. */
struct fiber *fiber_of_caller(void);
/* Not from the fiber itself. */
void fiber_destroy(struct fiber_pool *pool, struct fiber *fiber);
/* The end of all, whatever ran on them and whoever knew of them. */
void fiber_pool_drain(struct fiber_pool *pool);

/*
 * Where the stack lies, for who searches it: all of it, or what is in use
 * while the fiber doesn't run. False: it is the machine's own.
 */
bool fiber_bounds(const struct fiber *fiber, const void **low,
		  const void **high);
bool fiber_stack(const struct fiber *fiber, const void **low,
		 const void **high);

/* Leaves @from where it is and goes on with @to. Returns when @from is next. */
void fiber_switch(struct fiber *from, struct fiber *to);

#endif
