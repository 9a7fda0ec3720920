/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * On which core a task runs (Linux: select_task_rq() and load balancing of
 * kernel/sched/fair.c and rt.c). Who wakes up goes back to where it ran last if
 * that core is idle, else to another idle one, else to where the fewest are;
 * new tasks likewise. A core that has nothing left to do takes over one that
 * waits elsewhere. Now and then the weights of busy cores are compared, and what
 * is too much on one goes to another. Where nothing fits, because three programs
 * share two cores, less and less has to fit each time: they take turns at being
 * alone.
 *
 * Invariants: everything goes by the order of the cores' numbers, nothing by
 * chance. A task that holds a highmem window of its core (kmap_local) stays.
 *
 * MODEL: the cores are one scheduling domain, balanced as often as Linux does
 * it with busy ones. It is the core with too many that looks, at its ticks, for
 * others have none; in Linux those with few do. A task's load is its weight
 * while it can run, not an average of some 30 ms: one that sleeps a lot counts
 * as nothing or all. No running task is moved. A real-time task that waits goes
 * elsewhere when its core chooses anew or at a tick, where Linux also has the
 * other core look as soon as it has room.
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

/* Where a real-time task would run at once, at the least one's expense: not on
 * @other. */
static struct cpu *find_lowest_rq(const struct task_struct *task,
				  const struct cpu *other)
{
	struct cpu *cpu, *best = NULL;

	for_each_cpu(cpu, task->k)
		if (cpu != other && cpu_may_run(cpu, task) &&
		    !cpu->rt.rt_throttled &&
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
		best = find_lowest_rq(task, NULL);
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

void push_rt_tasks(struct task_struct *curr, struct cpu *from)
{
	struct task_struct *task = first_queued_rt(from), *next;
	struct cpu *to;

	if (from->k->hw.nr_cpus == 1)
		return;
	for (; task && is_rt(task); task = next) {
		next = next_queued(task);
		to = migration_disabled(task) ? NULL
					      : find_lowest_rq(task, from);
		if (!to)
			continue;
		move_task(task, to);
		resched_cpu(curr, to);
	}
}

/* ---- balance of the busy ---------------------------------------------------- */

/* In milliseconds, for each core: how often a busy one is balanced. */
#define BALANCE_MS        16u
#define IMBALANCE_PCT     117u
#define CACHE_NICE_TRIES  1u
#define MIGRATION_COST_US 500u

/* What is left of a core where real-time tasks run: 5 % of 1024. */
static uint64_t capacity_of(const struct cpu *cpu)
{
	return is_rt(cpu->curr) ? 51 : 1024;
}

static uint64_t avg_load(const struct cpu *cpu)
{
	return cpu_load(cpu) * 1024 / capacity_of(cpu);
}

/* Of all cores together. */
static uint64_t domain_load(const struct kernel *k)
{
	uint64_t sum = 0, capacity = 0;
	const struct cpu *cpu;

	for_each_cpu(cpu, k)
		if (cpu->online) {
			sum += cpu_load(cpu);
			capacity += capacity_of(cpu);
		}
	return sum * 1024 / capacity;
}

/* How much weight should go from @from to @to. */
static uint64_t calculate_imbalance(const struct cpu *from,
				    const struct cpu *to)
{
	const uint64_t here = avg_load(from), there = avg_load(to);
	const uint64_t avg = domain_load(from->k);
	uint64_t surplus, room;

	if (there >= here || there >= avg || here <= avg)
		return 0;
	if (load(to) > 1 && here * 100 <= there * IMBALANCE_PCT)
		return 0;
	surplus = (here - avg) * capacity_of(from) / 1024;
	room = (avg - there) * capacity_of(to) / 1024;
	return surplus < room ? surplus : room;
}

/* It has just run, so the caches still hold what it uses. */
static bool task_hot(const struct task_struct *task)
{
	const struct kernel *k = task->k;

	return (int64_t)(local_clock(k) - task->se.exec_start) <
	       (int64_t)(k->hw.clock_hz / 1000000 * MIGRATION_COST_US);
}

static bool fits(const struct task_struct *task, const struct cpu *to,
		 uint64_t imbalance)
{
	const uint32_t failed = to->nr_balance_failed;

	if (!movable(task, to) ||
	    (failed <= CACHE_NICE_TRIES && task_hot(task)))
		return false;
	return task_load(task) >> (failed < 63 ? failed : 63) <= imbalance;
}

/* True: something went from @from to @to. */
static bool detach_tasks(struct cpu *from, struct cpu *to, uint64_t imbalance)
{
	struct task_struct *task, *next;
	bool moved = false;

	for (task = first_queued_fair(from); task && imbalance; task = next) {
		const uint64_t weight = task_load(task);

		next = next_queued_fair(task);
		if (!fits(task, to, imbalance))
			continue;
		move_task(task, to);
		imbalance -= weight < imbalance ? weight : imbalance;
		moved = true;
	}
	return moved;
}

/* True: it was @to's time, and something had to go there and went. */
static bool load_balance(struct cpu *from, struct cpu *to)
{
	const struct kernel *k = from->k;
	const uint64_t now = local_clock(k);
	uint64_t imbalance;
	bool moved;

	if (now < to->next_balance)
		return false;
	imbalance = calculate_imbalance(from, to);
	to->next_balance = now +
			   k->hw.clock_hz / 1000 * BALANCE_MS * k->hw.nr_cpus;
	if (!imbalance)
		return false;
	moved = detach_tasks(from, to, imbalance);
	to->nr_balance_failed = moved ? 0 : to->nr_balance_failed + 1;
	return moved;
}

/* An idle core doesn't wait for its time. */
static bool give_to_idle(struct cpu *from, struct cpu *to)
{
	struct task_struct *task = idle_cpu(to) ? first_movable(from, to)
						: NULL;

	if (task)
		move_task(task, to);
	return task;
}

static bool is_busiest(const struct cpu *from)
{
	const struct cpu *cpu;

	for_each_cpu(cpu, from->k)
		if (cpu->nr_running && avg_load(cpu) > avg_load(from))
			return false;
	return true;
}

void trigger_load_balance(struct task_struct *curr)
{
	struct cpu *from = curr->cpu, *to;
	bool moved;

	if (curr->k->hw.nr_cpus == 1)
		return;
	for_each_cpu(to, curr->k) {
		if (to == from || !to->online || !from->nr_running)
			continue;
		moved = give_to_idle(from, to) ||
			(is_busiest(from) && load_balance(from, to));
		if (moved && (to->nr_running == 1 || to->need_resched))
			resched_cpu(curr, to);
	}
}
