/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_debug.h"

/*
 * The scheduler in figures (Linux: kernel/sched/debug.c, stats.c).
 *
 * MODEL: there are no load averages of tasks (se.avg), no migrations counted
 * and no waiting measured: their lines are missing from /proc/PID/sched, and
 * their places in /proc/schedstat are 0.
 */

#include <stdio.h>

#include "kernel/fs/seq_file.h"
#include "kernel/state.h"
#include "kernel/task/tick.h"

static void show_number(struct seq_file *m, const char *name, uint64_t value)
{
	seq_printf(m, "%-45s:%21llu\n", name, (unsigned long long)value);
}

/* In milliseconds. */
static void show_time(struct seq_file *m, const char *name, uint64_t ns)
{
	seq_printf(m, "%-45s:%14llu.%06llu\n", name,
		   (unsigned long long)(ns / 1000000),
		   (unsigned long long)(ns % 1000000));
}

int proc_sched_show_task(struct seq_file *m, struct task_struct *task)
{
	const struct kernel *k = m->k;

	seq_printf(m, "%s (%d, #threads: %d)\n", task->comm, task->pid,
		   task->signal->nr_threads);
	seq_puts(m, "---------------------------------------------------------"
		    "----------\n");
	show_time(m, "se.sum_exec_runtime",
		  cycles_to_ns(k, task->utime + task->stime));
	show_number(m, "nr_switches", task->nvcsw + task->nivcsw);
	show_number(m, "nr_voluntary_switches", task->nvcsw);
	show_number(m, "nr_involuntary_switches", task->nivcsw);
	show_number(m, "policy", task->policy);
	show_number(m, "prio", (uint64_t)task_prio(task));
	return 0;
}

int proc_sched_set_task(struct task_struct *curr, struct task_struct *task,
			const char *text)
{
	(void)curr, (void)task, (void)text;
	return 0;
}

int schedstat_show(struct seq_file *m, void *v)
{
	const struct kernel *k = m->k;
	const uint64_t ns = cycles_to_ns(k, sched_clock_cycles(k));

	(void)v;
	seq_printf(m, "version 15\ntimestamp %u\n",
		   (uint32_t)(INITIAL_JIFFIES + ns / (1000000000 / HZ)));
	for (unsigned int i = 0; i < k->hw.nr_cpus; i++) {
		const struct cpu *cpu = &k->sched.cpus[i];

		seq_printf(m, "cpu%u 0 0 0 0 0 0 %llu 0 %llu\n", i,
			   (unsigned long long)cycles_to_ns(
				   k, cpu->utime + cpu->stime),
			   (unsigned long long)cpu->nr_switches);
	}
	return 0;
}
