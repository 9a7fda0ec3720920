/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/loadavg.h"

/*
 * Load averages (Linux: kernel/sched/loadavg.c): every five seconds, and a
 * tick so that it keeps no step with anything, all that run, want to, or wait
 * without being interrupted are counted, and three averages that forget by
 * the minute move towards that number.
 *
 * There is no tick to count at. Samples are taken late, by whoever is first
 * to change the number after one was due; until then it has not changed.
 * Invariant: when the number changes, the next sample lies in the future.
 */

#include "kernel/lib/bug.h"
#include "kernel/state.h"
#include "kernel/task/tick.h"

#define LOAD_FREQ (5 * HZ + 1) /* jiffies */

/* exp(-5 s / 1, 5, 15 minutes), as fractions of FIXED_1 */
static const uint32_t load_exp[3] = {1884, 2014, 2037};

unsigned int nr_running(const struct kernel *k)
{
	unsigned int nr = 0;

	for (unsigned int n = 0; n < k->hw.nr_cpus; n++) {
		const struct cpu *cpu = &k->sched.cpus[n];

		nr += cpu->nr_running + (cpu->curr != cpu->idle);
	}
	return nr;
}

static unsigned int nr_uninterruptible(const struct kernel *k)
{
	const struct task_struct *task, *thread;
	unsigned int nr = 0;

	for_each_process(task, k)
		list_for_each_entry(thread, &task->signal->thread_head,
				    thread_node)
			nr += !thread->exit_state && !thread->on_rq &&
			      thread->state & TASK_UNINTERRUPTIBLE &&
			      thread != thread->cpu->curr;
	return nr;
}

static uint32_t calc_load(uint32_t load, uint32_t exp, uint32_t active)
{
	uint64_t new = (uint64_t)load *exp + (uint64_t)active *(FIXED_1 - exp);

	/* up to whole numbers, lest it never gets there */
	if (active >= load)
		new += FIXED_1 - 1;
	return (uint32_t)(new / FIXED_1);
}

static void take_sample(struct kernel *k, uint32_t active)
{
	for (int n = 0; n < 3; n++)
		k->sched.avenrun[n] = calc_load(k->sched.avenrun[n],
						load_exp[n], active);
}

void calc_global_load(struct kernel *k)
{
	const uint64_t freq = k->hw.clock_hz / HZ * LOAD_FREQ;
	const uint64_t now = sched_clock_cycles(k);
	uint32_t active;

	if (likely(now < k->sched.calc_load_update + freq))
		return;
	active = (nr_running(k) + nr_uninterruptible(k)) * FIXED_1;
	while (now >= k->sched.calc_load_update + freq) {
		k->sched.calc_load_update += freq;
		take_sample(k, active);
		/* a sleep of years ends at a load that changes no more */
		if (!active && !k->sched.avenrun[2])
			k->sched.calc_load_update = now - now % freq;
	}
}

void get_avenrun(struct kernel *k, uint32_t loads[3], uint32_t offset,
		 unsigned int shift)
{
	calc_global_load(k);
	for (int n = 0; n < 3; n++)
		loads[n] = (k->sched.avenrun[n] + offset) << shift;
}
