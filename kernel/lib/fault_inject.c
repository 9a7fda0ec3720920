/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/fault_inject.h"

/*
 * Deciding what fails (lib/fault-inject.c). A call passes, in this order, the
 * counters that stand for one failure each (a task's fail-nth, the machine's
 * nth), then the attribute's filters: task, times, space, interval,
 * probability, caller.
 *
 * Chance comes from a stream of its own, begun with the board's seed: the same
 * board fails in the same places, and whoever draws other random numbers draws
 * the same as without failures.
 *
 * MODEL: there are no addresses of our code to filter stacks by; `callers`
 * names functions instead, and the files require-start to reject-end and
 * stacktrace-depth are missing.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/banner.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/rand.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* ---- deciding -------------------------------------------------------------- */

/* May one more report be printed? */
static bool ratelimit(const struct kernel *k, struct fault_attr *attr)
{
	const uint64_t now = k->hw.ops->now(k->hw.ctx) / (k->hw.clock_hz / HZ);

	if (!attr->ratelimit.interval)
		return true;
	if (now - attr->ratelimit.begin >= attr->ratelimit.interval) {
		attr->ratelimit.begin = now;
		attr->ratelimit.printed = 0;
	}
	if (attr->ratelimit.printed >= attr->ratelimit.burst)
		return false;
	attr->ratelimit.printed++;
	return true;
}

static void fail_dump(struct task_struct *curr, struct fault_attr *attr,
		      const char *caller)
{
	if (!attr->verbose || !ratelimit(curr->k, attr))
		return;
	printk(curr->k,
	       "FAULT_INJECTION: forcing a failure.\n"
	       "name %s, interval %u, probability %u, space %d, times %d",
	       attr->name, attr->interval, attr->probability, attr->space,
	       attr->times);
	if (attr->verbose > 1)
		printk(curr->k,
		       "CPU: %d PID: %d Comm: %s Not tainted " UTS_RELEASE
		       "\nCaller: %s",
		       curr->cpu ? curr->cpu->id : 0, curr->pid, curr->comm,
		       caller);
}

/* True once a counter that isn't 0 has come down to it. */
static bool counted_down(uint64_t *left)
{
	return *left && --*left == 0;
}

static bool is_listed(const char *names, const char *name)
{
	const size_t length = strlen(name);

	for (; *names; names += strspn(names, ",")) {
		const size_t n = strcspn(names, ",");

		if (n == length && !strncmp(names, name, n))
			return true;
		names += n;
	}
	return false;
}

static bool passes_filters(struct task_struct *curr, struct fault_attr *attr,
			   uint32_t size, const char *caller)
{
	struct kernel *k = curr->k;

	if (!attr->probability)
		return false;
	if (attr->task_filter && (curr->in_interrupt || !curr->make_it_fail))
		return false;
	if (!attr->times)
		return false;
	if (attr->callers && !is_listed(attr->callers, caller))
		return false;
	if (attr->space > (int64_t)size) {
		attr->space -= (int32_t)size;
		return false;
	}
	if (attr->interval > 1 && ++attr->count % attr->interval)
		return false;
	return attr->probability >= 100 ||
	       attr->probability > random_draw(&k->inject.random) % 100;
}

bool should_fail_ex(struct task_struct *curr, struct fault_attr *attr,
		    uint32_t size, unsigned int flags, const char *caller)
{
	struct fault_inject_state *inject = &curr->k->inject;
	bool fails;

	if (flags & FAULT_NOT_COUNTED)
		fails = passes_filters(curr, attr, size, caller);
	else if (unlikely(inject->decide != NULL))
		fails = inject->decide(inject->decide_arg, curr, attr, caller);
	else if (!curr->in_interrupt && curr->fail_nth)
		fails = --curr->fail_nth == 0;
	else
		fails = counted_down(&inject->nth) ||
			passes_filters(curr, attr, size, caller);
	if (!fails)
		return false;
	if (!(flags & FAULT_NOWARN))
		fail_dump(curr, attr, caller);
	if (attr->times > 0)
		attr->times--;
	return true;
}

/* ---- what is to fail --------------------------------------------------------- */

bool setup_fault_attr(struct kernel *k, struct fault_attr *attr,
		      const char *text)
{
	uint32_t interval, probability;
	int32_t space, times;

	if (sscanf(text, "%u,%u,%d,%d", &interval, &probability, &space,
		   &times) < 4) {
		printk(k, "FAULT_INJECTION: failed to parse arguments");
		return false;
	}
	attr->interval = interval;
	attr->probability = probability;
	attr->space = space;
	attr->times = times;
	return true;
}

void fault_attr_arm(struct fault_attr *attr, uint32_t nth, int32_t times)
{
	attr->interval = nth;
	attr->probability = nth ? 100 : 0;
	attr->times = times;
	attr->space = 0;
	attr->count = 0;
}

static void read_argument(struct kernel *k, struct fault_attr *attr,
			  const char *name)
{
	uint32_t len;
	const char *text = boot_param(k, name, &len);

	if (text)
		setup_fault_attr(k, attr, text);
}

/* True when the board wants failures of this kind. */
static bool read_setup(struct fault_attr *attr,
		       const struct kernel_fault_setup *setup)
{
	if (!setup->probability)
		return false;
	attr->interval = setup->interval;
	attr->probability = setup->probability;
	attr->times = setup->times ? (int32_t)setup->times : -1;
	attr->space = (int32_t)setup->space;
	if (setup->callers && *setup->callers)
		attr->callers = setup->callers;
	return true;
}

/* Those that are no allocations have a name, and what the board wants. */
static void init_others(struct kernel *k)
{
	struct fault_inject_state *inject = &k->inject;
	const struct kernel_inject_setup *setup = &k->params.inject;
	const struct {
		struct fault_attr *attr;
		const char *name;
		const struct kernel_fault_setup *setup;
	} others[] = {
		{&inject->fail_make_request, "fail_make_request",
		 &setup->make_request},
		{&inject->fail_io_timeout, "fail_io_timeout",
		 &setup->io_timeout},
		{&inject->fail_usercopy, "fail_usercopy", &setup->usercopy},
		{&inject->fail_vmalloc, "fail_vmalloc", &setup->vmalloc},
		{&inject->fail_swap_slot, "fail_swap_slot", &setup->swap_slot},
		{&inject->fail_tlb_flush, "fail_tlb_flush", &setup->tlb_flush},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		*others[i].attr = (struct fault_attr)FAULT_ATTR_INITIALIZER(
			others[i].name);
		read_argument(k, others[i].attr, others[i].name);
		read_setup(others[i].attr, others[i].setup);
	}
	inject->io_delay_us = setup->io_delay_us;
}

void fault_inject_init(struct kernel *k)
{
	struct fault_inject_state *inject = &k->inject;
	const bool any = k->params.inject.nth;
	bool slab, pages;

	inject->random = k->hw.seed;
	init_others(k);
	inject->failslab.attr =
		(struct fault_attr)FAULT_ATTR_INITIALIZER("failslab");
	inject->fail_page_alloc.attr =
		(struct fault_attr)FAULT_ATTR_INITIALIZER("fail_page_alloc");
	read_argument(k, &inject->failslab.attr, "failslab");
	read_argument(k, &inject->fail_page_alloc.attr, "fail_page_alloc");

	inject->nth = k->params.inject.nth;
	slab = read_setup(&inject->failslab.attr, &k->params.inject.slab);
	pages = read_setup(&inject->fail_page_alloc.attr,
			   &k->params.inject.page_alloc);
	inject->failslab.ignore_gfp_reclaim = !any && !slab;
	inject->fail_page_alloc.ignore_gfp_reclaim = !any && !pages;
	inject->fail_page_alloc.ignore_gfp_highmem = !any && !pages;
	inject->fail_page_alloc.min_order = any || pages ? 0 : 1;
}
