/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/irq/softirq.h"

/*
 * The end of an interrupt, and softirqs (Linux: kernel/softirq.c, its tasklets
 * are in kernel/image/softirq.c).
 *
 * Invariant: softirqs don't nest: in_softirq is set while they run, and what
 * interrupts them leaves its own to them. Each core runs those that were raised
 * on it.
 *
 * MODEL: no two cores at a time, as one alone is in the kernel.
 */

#include <stdio.h>

#include "kernel/arch/arm/thread_info.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/trace.h"
#include "kernel/module/abi.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/tick.h"

/* So often is looked again; what still comes then is ksoftirqd's. */
#define MAX_SOFTIRQ_RESTART 10

static const char *const softirq_to_name[NR_SOFTIRQS] = {
	"HI",       "TIMER",   "NET_TX", "NET_RX",  "BLOCK",
	"IRQ_POLL", "TASKLET", "SCHED",  "HRTIMER", "RCU"};

/* ---- running them -------------------------------------------------------- */

static void call_softirq(struct task_struct *curr, enum softirq nr)
{
	struct kernel *k = curr->k;

	k->softirq.kstat[nr][curr->cpu->id]++;
	if (trace_enabled(k, TRACE_softirq_entry))
		trace_event(k, TRACE_softirq_entry, "vec=%u [action=%s]", nr,
			    softirq_to_name[nr]);
	if (k->softirq.action[nr])
		k->softirq.action[nr](curr);
	if (trace_enabled(k, TRACE_softirq_exit))
		trace_event(k, TRACE_softirq_exit, "vec=%u [action=%s]", nr,
			    softirq_to_name[nr]);
}

static void wakeup_softirqd(struct task_struct *curr)
{
	if (curr->cpu->ksoftirqd)
		wake_up_process(curr, curr->cpu->ksoftirqd);
}

static void run_pending(struct task_struct *curr)
{
	struct cpu *cpu = curr->cpu;

	for (int n = 0; cpu->softirq_pending && n < MAX_SOFTIRQ_RESTART; n++) {
		uint32_t pending = cpu->softirq_pending;

		cpu->softirq_pending = 0;
		for (unsigned int nr = 0; nr < NR_SOFTIRQS; nr++)
			if (pending >> nr & 1)
				call_softirq(curr, nr);
	}
	if (cpu->softirq_pending)
		wakeup_softirqd(curr);
}

void do_softirq(struct task_struct *curr)
{
	const uint32_t count = task_preempt_count(curr);

	if (likely(!curr->cpu->softirq_pending) || curr->in_interrupt ||
	    count & SOFTIRQ_MASK)
		return;
	curr->in_interrupt++;
	curr->in_softirq = true;
	set_task_preempt_count(curr, count + SOFTIRQ_OFFSET);
	run_pending(curr);
	set_task_preempt_count(curr, count);
	curr->in_softirq = false;
	curr->in_interrupt--;
}

/* ---- interrupts' beginning and end ------------------------------------------ */

uint32_t irq_enter(struct task_struct *curr)
{
	const uint32_t count = task_preempt_count(curr);

	tick_do_update_jiffies64(curr->k);
	curr->in_interrupt++;
	set_task_preempt_count(curr, count + HARDIRQ_OFFSET);
	return count;
}

void irq_exit(struct task_struct *curr, uint32_t preempt_count)
{
	curr->in_interrupt--;
	set_task_preempt_count(curr, preempt_count);
	do_softirq(curr);
}

void open_softirq(struct kernel *k, enum softirq nr, softirq_action_t action)
{
	k->softirq.action[nr] = action;
}

void raise_softirq(struct task_struct *curr, enum softirq nr)
{
	struct kernel *k = curr->k;

	curr->cpu->softirq_pending |= 1u << nr;
	if (trace_enabled(k, TRACE_softirq_raise))
		trace_event(k, TRACE_softirq_raise, "vec=%u [action=%s]", nr,
			    softirq_to_name[nr]);
	if (!curr->in_interrupt && !(task_preempt_count(curr) & SOFTIRQ_MASK))
		wakeup_softirqd(curr);
}

/* ---- the thread ------------------------------------------------------------ */

static int run_ksoftirqd(struct task_struct *curr, void *unused)
{
	(void)unused;
	for (;;) {
		curr->state = TASK_INTERRUPTIBLE;
		if (!curr->cpu->softirq_pending)
			schedule(curr);
		curr->state = TASK_RUNNING;
		do_softirq(curr);
		cond_resched(curr);
	}
	return 0;
}

int spawn_ksoftirqd(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	char name[TASK_COMM_LEN];

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++) {
		struct cpu *cpu = &k->sched.cpus[i];

		if (cpu->ksoftirqd)
			continue;
		snprintf(name, sizeof(name), "ksoftirqd/%u", i % NR_CPUS);
		cpu->ksoftirqd = kthread_run(curr, run_ksoftirqd, NULL, name);
		if (!cpu->ksoftirqd)
			return -ENOMEM;
		set_cpus_allowed(curr, cpu->ksoftirqd, 1u << i);
	}
	return 0;
}

/* ---- /proc ------------------------------------------------------------------- */

int show_softirqs(struct seq_file *m, void *v)
{
	const struct kernel *k = m->k;

	(void)v;
	seq_puts(m, "                    ");
	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
		seq_printf(m, "CPU%-8u", cpu);
	seq_puts(m, "\n");
	for (unsigned int nr = 0; nr < NR_SOFTIRQS; nr++) {
		seq_printf(m, "%12s:", softirq_to_name[nr]);
		for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
			seq_printf(
				m, " %10llu",
				(unsigned long long)k->softirq.kstat[nr][cpu]);
		seq_puts(m, "\n");
	}
	return 0;
}

void show_softirq_line(struct seq_file *m)
{
	uint64_t of[NR_SOFTIRQS] = {0}, sum = 0;

	for (unsigned int nr = 0; nr < NR_SOFTIRQS; nr++)
		for (unsigned int cpu = 0; cpu < m->k->hw.nr_cpus; cpu++)
			of[nr] += m->k->softirq.kstat[nr][cpu];
	for (unsigned int nr = 0; nr < NR_SOFTIRQS; nr++)
		sum += of[nr];
	seq_printf(m, "softirq %llu", (unsigned long long)sum);
	for (unsigned int nr = 0; nr < NR_SOFTIRQS; nr++)
		seq_printf(m, " %llu", (unsigned long long)of[nr]);
	seq_puts(m, "\n");
}
