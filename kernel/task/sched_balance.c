/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * On which core a task runs (Linux: select_task_rq() and load balancing of
 * kernel/sched/fair.c and rt.c). Who wakes up goes back to where it ran last if
 * that core is idle, else to another idle one, else to where the fewest are;
 * new tasks likewise. A core that has nothing left to do takes over one that
 * waits elsewhere, and one that is shared gives one away when a slice ends and
 * another core has two fewer.
 *
 * Invariants: everything goes by the order of the cores' numbers, nothing by
 * chance. A task that holds a highmem window of its core (kmap_local) stays.
 *
 * MODEL: no scheduling domains, no load averages, no cache affinity but that of
 * the last core. Three programs on two cores stay two and one, where Linux
 * takes turns after a while.
 */

#include "kernel/arch/arm/smp.h"
#include "kernel/state.h"

#define for_each_cpu(cpu, k)            \
	for (cpu = &(k)->sched.cpus[0]; \
	     cpu < &(k)->sched.cpus[(k)->hw.nr_cpus]; cpu++)

uint32_t cpu_online_mask(const struct kernel *k)
{
	const struct cpu *cpu;
	uint32_t mask = 0;

	for_each_cpu(cpu, k)
		mask |= (uint32_t)cpu->online << cpu->id;
	return mask;
}

static bool migration_disabled(const struct task_struct *task)
{
	return task->kmap_ctrl.idx;
}

bool cpu_may_run(const struct cpu *cpu, const struct task_struct *task)
{
	if (task->cpu == cpu && migration_disabled(task))
		return true;
	return cpu->online && task->cpus_mask >> cpu->id & 1;
}

/* ---- which one ----------------------------------------------------------- */

static bool idle_cpu(const struct cpu *cpu)
{
	return cpu->curr == cpu->idle && !cpu->nr_running;
}

/* How many want it, whoever runs now among them. */
static uint32_t load(const struct cpu *cpu)
{
	return cpu->nr_running + (cpu->curr != cpu->idle);
}

static struct cpu *find_idle_cpu(const struct task_struct *task)
{
	struct cpu *cpu;

	for_each_cpu(cpu, task->k)
		if (cpu_may_run(cpu, task) && idle_cpu(cpu))
			return cpu;
	return NULL;
}

/* Where a real-time task would run at once, at the least one's expense. */
static struct cpu *find_lowest_rq(const struct task_struct *task)
{
	struct cpu *cpu, *best = NULL;

	for_each_cpu(cpu, task->k)
		if (cpu_may_run(cpu, task) &&
		    cpu->curr->rt_priority < task->rt_priority &&
		    (!best ||
		     cpu->curr->rt_priority < best->curr->rt_priority ||
		     (cpu->curr->rt_priority == best->curr->rt_priority &&
		      cpu == task->cpu)))
			best = cpu;
	return best;
}

static struct cpu *find_least_loaded(const struct task_struct *task)
{
	struct cpu *cpu, *best = NULL;

	for_each_cpu(cpu, task->k)
		if (cpu_may_run(cpu, task) &&
		    (!best || load(cpu) < load(best) ||
		     (load(cpu) == load(best) && cpu == task->cpu)))
			best = cpu;
	return best;
}

static struct cpu *select_task_rq(const struct task_struct *task)
{
	struct cpu *best = NULL;

	if (task->k->hw.nr_cpus == 1 || migration_disabled(task) ||
	    (idle_cpu(task->cpu) && cpu_may_run(task->cpu, task)))
		return task->cpu;
	best = find_idle_cpu(task);
	if (!best && task->rt_priority)
		best = find_lowest_rq(task);
	if (!best)
		best = find_least_loaded(task);
	return best ?: task->cpu;
}

/* ---- going there --------------------------------------------------------- */

void resched_cpu(struct task_struct *curr, struct cpu *cpu)
{
	if (cpu != curr->cpu)
		smp_send_reschedule(curr, cpu->id);
}

/* It has a second one to run now, or a better one, or a first one. */
void activate_task(struct task_struct *curr, struct task_struct *task,
		   bool woken)
{
	struct cpu *cpu = select_task_rq(task);

	set_task_cpu(task, cpu);
	update_curr(cpu);
	if (woken && is_fair(task))
		place_woken_fair(task);
	enqueue_task(cpu, task, false);
	check_preempt_curr(cpu, task);
	if (cpu->nr_running == 1 || cpu->need_resched)
		resched_cpu(curr, cpu);
}

void kick_process(struct task_struct *curr, const struct task_struct *task)
{
	if (task->cpu->curr == task)
		resched_cpu(curr, task->cpu);
}

void set_cpus_allowed(struct task_struct *curr, struct task_struct *task,
		      uint32_t mask)
{
	struct cpu *cpu = task->cpu;

	task->cpus_mask = mask;
	if (cpu_may_run(cpu, task))
		return;
	if (task->on_rq) {
		dequeue_task(cpu, task);
		activate_task(curr, task, false);
	} else if (cpu->curr == task) {
		cpu->need_resched = true;
		resched_cpu(curr, cpu);
	}
}

/* ---- balance ------------------------------------------------------------- */

/* Would it run there, but for others? */
static bool movable(const struct task_struct *task, const struct cpu *to)
{
	return !migration_disabled(task) && cpu_may_run(to, task) &&
	       !(is_rt(task) && to->rt.rt_throttled);
}

/* The first on @from's queue that may go to @to. */
static struct task_struct *first_movable(const struct cpu *from,
					 const struct cpu *to)
{
	struct task_struct *task;

	for (task = first_queued(from); task; task = next_queued(task))
		if (movable(task, to))
			return task;
	return NULL;
}

static void move_task(struct task_struct *task, struct cpu *to)
{
	dequeue_task(task->cpu, task);
	set_task_cpu(task, to);
	enqueue_task(to, task, false);
	check_preempt_curr(to, task);
}

/* How many wait there; the first on an idle core is on its way already. */
static uint32_t nr_waiting(const struct cpu *cpu)
{
	return cpu->nr_running - (cpu->nr_running && cpu->curr == cpu->idle);
}

bool pull_task(struct cpu *cpu)
{
	struct task_struct *task, *best = NULL;
	struct cpu *from;

	if (cpu->k->hw.nr_cpus == 1)
		return false;
	for_each_cpu(from, cpu->k) {
		if (from == cpu || !nr_waiting(from) ||
		    (best && nr_waiting(from) <= nr_waiting(best->cpu)))
			continue;
		task = first_movable(from, cpu);
		if (task)
			best = task;
	}
	if (best)
		move_task(best, cpu);
	return best;
}

void push_task(struct task_struct *curr)
{
	struct cpu *from = curr->cpu, *to;
	struct task_struct *task;

	if (curr->k->hw.nr_cpus == 1)
		return;
	for_each_cpu(to, curr->k) {
		if (load(from) < load(to) + 2)
			continue;
		task = first_movable(from, to);
		if (!task)
			continue;
		move_task(task, to);
		if (to->nr_running == 1 || to->need_resched)
			resched_cpu(curr, to);
		return;
	}
}
