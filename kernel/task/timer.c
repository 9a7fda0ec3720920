/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * Timers on virtual time (Linux: kernel/time/hrtimer.c): a tree for each core
 * of those that were armed there, ordered by the cycle at which they are due
 * and, among equals, by the order of arming. They fire on that core, in
 * interrupt context. Those for which no core is woken have a tree for all: it
 * is looked at by whoever is awake (in Linux they move to a core that is).
 */

#include "kernel/lib/bug.h"
#include "kernel/state.h"

#define NSEC_PER_SEC 1000000000ull

uint64_t cycles_to_ns(const struct kernel *k, uint64_t cycles)
{
	uint64_t hz = k->hw.clock_hz;

	return cycles / hz * NSEC_PER_SEC + cycles % hz * NSEC_PER_SEC / hz;
}

/* Rounded up: a sleep is never shorter than asked for. Saturates. */
uint64_t ns_to_cycles(const struct kernel *k, uint64_t ns)
{
	uint64_t hz = k->hw.clock_hz;
	uint64_t sec = ns / NSEC_PER_SEC;

	if (sec > UINT64_MAX / 2 / hz)
		return UINT64_MAX / 2;
	return sec * hz +
	       (ns % NSEC_PER_SEC * hz + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
}

static struct timer *first_in(const struct rb_root *base)
{
	struct rb_node *node = rb_first(base);

	return node ? rb_entry(node, struct timer, node) : NULL;
}

static bool timer_before(const struct timer *a, const struct timer *b)
{
	if (a->expires != b->expires)
		return a->expires < b->expires;
	return a->seq < b->seq;
}

/* Who would wake an idle core for nothing waits until it is woken. */
static struct timer *first_timer(const struct cpu *cpu, bool idle)
{
	struct timer *own = first_in(&cpu->timers);
	struct timer *any = idle ? NULL
				 : first_in(&cpu->k->sched.deferrable_timers);

	return !own || (any && timer_before(any, own)) ? any : own;
}

uint64_t next_timer(const struct cpu *cpu, bool idle)
{
	const struct timer *timer = first_timer(cpu, idle);

	return timer ? timer->expires : UINT64_MAX;
}

static void add_timer(struct rb_root *base, struct timer *timer)
{
	struct rb_node **link = &base->rb_node;
	struct rb_node *parent = NULL;

	while (*link) {
		parent = *link;
		if (timer_before(timer, rb_entry(parent, struct timer, node)))
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&timer->node, parent, link);
	rb_insert_color(&timer->node, base);
}

void timer_arm(struct task_struct *curr, struct timer *timer, uint64_t expires)
{
	struct sched_state *sched = &curr->k->sched;

	timer_cancel(curr->k, timer);
	timer->expires = expires;
	timer->seq = sched->timer_seq++;
	timer->base = timer->deferrable ? &sched->deferrable_timers
					: &curr->cpu->timers;
	add_timer(timer->base, timer);
	timer->pending = true;
}

bool timer_cancel(struct kernel *k, struct timer *timer)
{
	(void)k;
	if (!timer->pending)
		return false;
	rb_erase(&timer->node, timer->base);
	timer->pending = false;
	return true;
}

void run_timers(struct task_struct *curr)
{
	const struct cpu *cpu = curr->cpu;
	uint64_t now = sched_clock_cycles(curr->k);
	struct timer *timer;

	while ((timer = first_timer(cpu, false)) && timer->expires <= now) {
		timer_cancel(curr->k, timer);
		timer->function(curr, timer);
	}
}

struct sleeper {
	struct timer timer;
	struct task_struct *task;
};

static void wake_sleeper(struct task_struct *curr, struct timer *timer)
{
	struct sleeper *sleeper = container_of(timer, struct sleeper, timer);

	wake_up_process(curr, sleeper->task);
}

void schedule_timeout_uninterruptible(struct task_struct *curr,
				      uint32_t jiffies)
{
	const struct kernel *k = curr->k;

	curr->state = TASK_UNINTERRUPTIBLE;
	schedule_timeout_until(curr,
			       sched_clock_cycles(k) +
				       k->hw.clock_hz / HZ * (uint64_t)jiffies);
}

static uint64_t sleep_until(struct task_struct *curr, uint64_t expires,
			    bool deferrable)
{
	struct sleeper sleeper = {
		.timer.function = wake_sleeper,
		.timer.deferrable = deferrable,
		.task = curr,
	};
	uint64_t now;

	if (expires == UINT64_MAX) {
		schedule(curr);
		return UINT64_MAX;
	}
	now = sched_clock_cycles(curr->k);
	if (now >= expires) {
		curr->state = TASK_RUNNING;
		return 0;
	}
	timer_arm(curr, &sleeper.timer, expires);
	schedule(curr);
	timer_cancel(curr->k, &sleeper.timer);
	now = sched_clock_cycles(curr->k);
	return now < expires ? expires - now : 0;
}

uint64_t schedule_timeout_until(struct task_struct *curr, uint64_t expires)
{
	return sleep_until(curr, expires, false);
}

uint64_t schedule_timeout_deferrable(struct task_struct *curr, uint64_t expires)
{
	return sleep_until(curr, expires, true);
}
