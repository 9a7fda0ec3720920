/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * SCHED_FIFO and SCHED_RR (Linux: kernel/sched/rt.c). The highest priority
 * runs until it sleeps; among equals the first come, and with SCHED_RR each for
 * a time slice. Who is preempted stays first of its equals, who yields or whose
 * slice is over goes behind them.
 *
 * All of a core's real-time tasks together may have sched_rt_runtime_us of each
 * sched_rt_period_us, 95 % as Linux has it: then the others get the rest, or
 * nobody does. The period is one for all cores; its timer runs while there are
 * real-time tasks or time to pay back. What is used is found out at ticks, as
 * in Linux, so a tick too much is usual, and taken off the next period.
 *
 * Invariants: the queue is ordered by priority. While a core's are throttled,
 * its nr_running counts none of them.
 */

#include <linux/sched.h>
#include <signal.h>

#include "kernel/lib/printk.h"
#include "kernel/state.h"
#include "kernel/task/sched_policy.h"
#include "kernel/task/signal.h"

#define RUNTIME_INF  UINT64_MAX
#define USEC_PER_SEC 1000000u

static uint64_t us_to_cycles(const struct kernel *k, uint32_t us)
{
	return (uint64_t)us * k->hw.clock_hz / USEC_PER_SEC;
}

static uint64_t sched_rt_period(const struct kernel *k)
{
	return us_to_cycles(k, (uint32_t)k->sched.rt_period_us);
}

/* What may be used of each period. */
static uint64_t sched_rt_runtime(const struct kernel *k)
{
	if (k->sched.rt_runtime_us < 0 ||
	    k->sched.rt_runtime_us >= k->sched.rt_period_us)
		return RUNTIME_INF;
	return us_to_cycles(k, (uint32_t)k->sched.rt_runtime_us);
}

/* Of SCHED_RR, in ticks. */
static uint32_t sched_rr_timeslice(const struct kernel *k)
{
	return (uint32_t)((k->sched.rr_timeslice_ms +
			   (uint64_t)(1000 / HZ - 1)) /
			  (1000 / HZ));
}

uint32_t rt_rr_interval(const struct task_struct *task)
{
	return task->policy == SCHED_RR ? sched_rr_timeslice(task->k) : 0;
}

/* ---- the limit ----------------------------------------------------------------- */

static void unthrottle(struct task_struct *curr, struct cpu *cpu)
{
	cpu->rt.rt_throttled = false;
	cpu->nr_running += cpu->rt.nr_queued;
	if (!cpu->rt.nr_queued)
		return;
	check_preempt_curr(cpu, first_queued_rt(cpu));
	resched_cpu(curr, cpu);
}

/* A period is over. True: there is more to pay back, or may be. */
static bool start_period(struct task_struct *curr, struct cpu *cpu)
{
	struct rt_rq *rt = &cpu->rt;
	const uint64_t runtime = sched_rt_runtime(curr->k);

	rt->rt_time -= rt->rt_time < runtime ? rt->rt_time : runtime;
	if (rt->rt_throttled && rt->rt_time < runtime)
		unthrottle(curr, cpu);
	return rt->rt_time || rt->nr_queued || is_rt(cpu->curr);
}

static void sched_rt_period_timer(struct task_struct *curr, struct timer *timer)
{
	struct kernel *k = curr->k;
	bool active = false;

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		active |= start_period(curr, &k->sched.cpus[i]);
	if (active)
		timer_arm(curr, timer, timer->expires + sched_rt_period(k));
}

static void start_rt_bandwidth(struct cpu *cpu)
{
	struct kernel *k = cpu->k;
	struct timer *timer = &k->sched.rt_period_timer;

	if (timer->pending || sched_rt_runtime(k) == RUNTIME_INF)
		return;
	timer->function = sched_rt_period_timer;
	timer_arm(kernel_cpu(k)->curr, timer,
		  sched_clock_cycles(k) + sched_rt_period(k));
}

void sched_rt_bandwidth_changed(struct task_struct *curr)
{
	struct kernel *k = curr->k;

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++) {
		struct cpu *cpu = &k->sched.cpus[i];

		if (cpu->rt.rt_throttled &&
		    cpu->rt.rt_time < sched_rt_runtime(k))
			unthrottle(curr, cpu);
		if (cpu->rt.nr_queued || is_rt(cpu->curr))
			start_rt_bandwidth(cpu);
	}
}

static void throttle(struct cpu *cpu)
{
	struct kernel *k = cpu->k;

	cpu->rt.rt_throttled = true;
	cpu->nr_running -= cpu->rt.nr_queued;
	if (!k->sched.rt_throttling_told)
		printk(k, "sched: RT throttling activated");
	k->sched.rt_throttling_told = true;
}

/* Have they had their time of this period? */
static bool sched_rt_runtime_exceeded(struct cpu *cpu)
{
	struct rt_rq *rt = &cpu->rt;

	if (rt->rt_throttled || rt->rt_time <= sched_rt_runtime(cpu->k))
		return rt->rt_throttled;
	if (cpu->k->sched.rt_runtime_us)
		throttle(cpu);
	else /* it would never be paid back */
		rt->rt_time = 0;
	return rt->rt_throttled;
}

void update_curr_rt(struct cpu *cpu)
{
	struct task_struct *curr = cpu->curr;
	const uint64_t now = local_clock(cpu->k);
	const uint64_t delta = now - curr->se.exec_start;

	if ((int64_t)delta <= 0)
		return;
	curr->se.exec_start = now;
	curr->se.sum_exec_runtime += delta;
	if (sched_rt_runtime(cpu->k) == RUNTIME_INF)
		return;
	cpu->rt.rt_time += delta;
	/* By one that has come since, too. */
	if (sched_rt_runtime_exceeded(cpu))
		cpu->need_resched = true;
}

/* ---- the queue --------------------------------------------------------------- */

void enqueue_task_rt(struct cpu *cpu, struct task_struct *task, bool head)
{
	struct rt_rq *rt = &cpu->rt;
	struct task_struct *other;

	list_for_each_entry(other, &rt->queue, run_list)
		if (head ? other->rt_priority <= task->rt_priority
			 : other->rt_priority < task->rt_priority)
			break;
	list_add_tail(&task->run_list, &other->run_list);
	task->rt.to_tail = false;
	rt->nr_queued++;
	start_rt_bandwidth(cpu);
}

void dequeue_task_rt(struct cpu *cpu, struct task_struct *task)
{
	list_del_init(&task->run_list);
	cpu->rt.nr_queued--;
}

struct task_struct *first_queued_rt(const struct cpu *cpu)
{
	return list_empty(&cpu->rt.queue)
		       ? NULL
		       : list_first_entry(&cpu->rt.queue, struct task_struct,
					  run_list);
}

struct task_struct *pick_next_task_rt(const struct cpu *cpu)
{
	return cpu->rt.rt_throttled ? NULL : first_queued_rt(cpu);
}

/* ---- ticks ---------------------------------------------------------------------- */

/* RLIMIT_RTTIME: so long without sleeping, in microseconds. */
static void watchdog(struct task_struct *curr)
{
	struct rlimit *limit = &curr->signal->rlim[RLIMIT_RTTIME];
	struct ksiginfo info = {.code = SI_KERNEL};
	uint64_t us;

	if (limit->rlim_cur == RLIM_INFINITY)
		return;
	us = (uint64_t)++curr->rt.timeout * (USEC_PER_SEC / HZ);
	if (limit->rlim_max != RLIM_INFINITY && us >= limit->rlim_max) {
		send_sig_info(curr, SIGKILL, &info, curr, false);
	} else if (us >= limit->rlim_cur) {
		limit->rlim_cur += USEC_PER_SEC;
		send_sig_info(curr, SIGXCPU, &info, curr, false);
	}
}

void task_tick_rt(struct cpu *cpu)
{
	struct task_struct *curr = cpu->curr;
	const struct task_struct *next;

	update_curr_rt(cpu);
	watchdog(curr);
	if (curr->policy != SCHED_RR || --curr->rt.time_slice)
		return;
	curr->rt.time_slice = sched_rr_timeslice(cpu->k);
	next = first_queued_rt(cpu);
	if (next && next->rt_priority == curr->rt_priority) {
		curr->rt.to_tail = true;
		cpu->need_resched = true;
	}
}

void sched_fork_rt(struct task_struct *child)
{
	child->rt = (struct sched_rt_entity){
		.time_slice = sched_rr_timeslice(child->k),
	};
}
