/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * SCHED_NORMAL, SCHED_BATCH and SCHED_IDLE (Linux: kernel/sched/fair.c, CFS).
 * Each task has a clock of its own, its vruntime, that goes slower the more
 * weight its nice level gives it; the one whose clock is most behind is next.
 * Who slept is put a little behind the rest, so it comes soon when it wakes,
 * and at once (wakeup preemption) if it is behind the running one by more than
 * a granularity. Who is forked goes one slice ahead. A running task is asked at
 * ticks whether it has had its share.
 *
 * Invariants: the timeline holds the queued fair tasks of the core, without
 * the one that runs; nr_queued and load are theirs. min_vruntime never goes
 * back. A vruntime means something only beside its own core's min_vruntime: who
 * changes cores keeps the difference. One that is no fair task has that
 * difference alone in its vruntime.
 *
 * Children of one parent often come in the reverse order of their birth: a
 * later one's slice is shorter (2 ms of three tasks, 3 ms of two), and so little
 * time goes by between two forks that this puts it ahead. On slow machines it
 * doesn't. The real kernel does the same at a cycle a nanosecond.
 *
 * MODEL: some of the kernel's work takes no time (lib/work.c, and without prices
 * lib/price.c too), so that who does nothing else would never have had its
 * share: one that yields until another has begun, and kswapd, which would take
 * back each page before its program could read it. They are debited what it
 * takes on a machine, in their vruntimes alone.
 *
 * MODEL: no task groups, so neither autogroups (a session is worth as much as
 * its tasks) nor cgroups. Times are counted in cycles, not in nanoseconds.
 */

#include "kernel/state.h"
#include "kernel/task/sched_policy.h"

#define NICE_0_LOAD      1024u
#define WEIGHT_IDLEPRIO  3u
#define SCHED_NR_LATENCY 8u
#define ENTRY_US         1u

/* A level more is worth a tenth less of the core. */
static const uint32_t sched_prio_to_weight[MAX_NICE - MIN_NICE + 1] = {
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
	9548,  7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,
	1024,  820,   655,   526,   423,   335,   272,   215,   172,   137,
	110,   87,    70,    56,    45,    36,    29,    23,    18,    15,
};

#define task_of(node) rb_entry(node, struct task_struct, se.run_node)

static uint32_t weight(const struct task_struct *task)
{
	return task->policy == SCHED_IDLE
		       ? WEIGHT_IDLEPRIO
		       : sched_prio_to_weight[task->nice - MIN_NICE];
}

/* With more cores (up to eight) everybody may be patient for longer. */
void sched_init_granularity(struct kernel *k)
{
	struct sched_state *sched = &k->sched;
	const uint64_t us = k->hw.clock_hz / 1000000;
	unsigned int factor = 1;

	for (unsigned int n = 2; n <= k->hw.nr_cpus && n <= 8; n *= 2)
		factor++;
	sched->latency = 6000 * us * factor;
	sched->min_granularity = 750 * us * factor;
	sched->wakeup_granularity = 1000 * us * factor;
}

static uint64_t calc_delta_fair(uint64_t delta, const struct task_struct *task)
{
	const uint32_t w = weight(task);

	return w == NICE_0_LOAD ? delta : delta * NICE_0_LOAD / w;
}

static int64_t vdiff(const struct task_struct *a, const struct task_struct *b)
{
	return (int64_t)(a->se.vruntime - b->se.vruntime);
}

static bool curr_is_fair(const struct cpu *cpu)
{
	return cpu->curr != cpu->idle && is_fair(cpu->curr);
}

static struct task_struct *leftmost(const struct cfs_rq *cfs)
{
	struct rb_node *node = cfs->tasks_timeline.rb_leftmost;

	return node ? task_of(node) : NULL;
}

static void clear_buddies(struct cfs_rq *cfs, const struct task_struct *task)
{
	if (cfs->skip == task)
		cfs->skip = NULL;
	if (cfs->last == task)
		cfs->last = NULL;
}

/* ---- time goes by ---------------------------------------------------------- */

/* @curr: who runs and goes on with it; NULL: nobody fair does. */
static void update_min_vruntime(struct cfs_rq *cfs,
				const struct task_struct *curr)
{
	const struct task_struct *left = leftmost(cfs);

	if (!curr || (left && vdiff(left, curr) < 0))
		curr = left;
	if (curr && (int64_t)(curr->se.vruntime - cfs->min_vruntime) > 0)
		cfs->min_vruntime = curr->se.vruntime;
}

void update_curr_fair(struct cpu *cpu)
{
	struct task_struct *curr = cpu->curr;
	const uint64_t now = local_clock(cpu->k);
	const uint64_t delta = now - curr->se.exec_start;

	if ((int64_t)delta <= 0) /* another core's clock may be behind */
		return;
	curr->se.exec_start = now;
	curr->se.sum_exec_runtime += delta;
	curr->se.vruntime += calc_delta_fair(delta, curr);
	update_min_vruntime(&cpu->cfs, curr);
}

void debit_task_fair(struct task_struct *curr, uint32_t us)
{
	const struct kernel *k = curr->k;

	if (!k->params.prices.percent)
		us += ENTRY_US;
	if (is_fair(curr))
		curr->se.vruntime += calc_delta_fair(
			us * (uint64_t)(k->hw.clock_hz / 1000000), curr);
}

uint64_t cpu_load(const struct cpu *cpu)
{
	return cpu->cfs.load + (curr_is_fair(cpu) ? weight(cpu->curr) : 0);
}

uint32_t task_load(const struct task_struct *task)
{
	return weight(task);
}

/* What is @task's due before everybody has had a turn. */
static uint64_t sched_slice(const struct cpu *cpu,
			    const struct task_struct *task)
{
	const struct sched_state *sched = &cpu->k->sched;
	const bool counted = task->on_rq || task == cpu->curr;
	uint64_t load = cpu->cfs.load + (counted ? 0 : weight(task));
	uint32_t nr = cpu->cfs.nr_queued + !counted;
	uint64_t slice = sched->latency;

	if (curr_is_fair(cpu)) {
		load += weight(cpu->curr);
		nr++;
	}
	if (nr > SCHED_NR_LATENCY)
		slice = nr * sched->min_granularity;
	slice = slice * weight(task) / load;
	return slice > sched->min_granularity ? slice : sched->min_granularity;
}

uint64_t fair_rr_interval(const struct task_struct *task)
{
	const struct cpu *cpu = task->cpu;

	return cpu->cfs.nr_queued || curr_is_fair(cpu) ? sched_slice(cpu, task)
						       : 0;
}

/* ---- the queue --------------------------------------------------------------- */

static void place_entity(const struct cpu *cpu, struct task_struct *task,
			 bool initial)
{
	const struct sched_state *sched = &cpu->k->sched;
	uint64_t vruntime = cpu->cfs.min_vruntime;

	if (initial)
		vruntime += calc_delta_fair(sched_slice(cpu, task), task);
	else if (task->policy == SCHED_IDLE)
		vruntime -= sched->min_granularity / 2;
	else
		vruntime -= sched->latency / 2;
	if ((int64_t)(task->se.vruntime - vruntime) < 0)
		task->se.vruntime = vruntime;
}

void place_woken_fair(struct task_struct *task)
{
	place_entity(task->cpu, task, false);
}

void task_fork_fair(struct task_struct *curr, struct task_struct *child)
{
	struct cpu *cpu = curr->cpu;

	child->se = (struct sched_entity){.vruntime = cpu->cfs.min_vruntime};
	if (curr_is_fair(cpu)) {
		update_curr_fair(cpu);
		child->se.vruntime = cpu->curr->se.vruntime;
	}
	place_entity(cpu, child, true);
}

void enqueue_task_fair(struct cpu *cpu, struct task_struct *task)
{
	struct cfs_rq *cfs = &cpu->cfs;
	struct rb_node **link = &cfs->tasks_timeline.rb_root.rb_node;
	struct rb_node *parent = NULL;
	bool first = true;

	while (*link) {
		parent = *link;
		if (vdiff(task, task_of(parent)) < 0) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			first = false;
		}
	}
	rb_link_node(&task->se.run_node, parent, link);
	rb_insert_cached(&task->se.run_node, &cfs->tasks_timeline, first, NULL);
	cfs->nr_queued++;
	cfs->load += weight(task);
}

void dequeue_task_fair(struct cpu *cpu, struct task_struct *task)
{
	struct cfs_rq *cfs = &cpu->cfs;

	rb_erase_cached(&task->se.run_node, &cfs->tasks_timeline, NULL);
	cfs->nr_queued--;
	cfs->load -= weight(task);
	clear_buddies(cfs, task);
}

void leave_curr_fair(struct cpu *cpu)
{
	clear_buddies(&cpu->cfs, cpu->curr);
	update_min_vruntime(&cpu->cfs, NULL);
}

struct task_struct *next_queued_fair(struct task_struct *task)
{
	struct rb_node *next = rb_next(&task->se.run_node);

	return next ? task_of(next) : NULL;
}

struct task_struct *first_queued_fair(const struct cpu *cpu)
{
	return leftmost(&cpu->cfs);
}

/* ---- who is next ------------------------------------------------------------- */

/* Is @task behind @curr by enough to take its place? */
static bool wakeup_preempt_entity(const struct task_struct *curr,
				  const struct task_struct *task)
{
	const uint64_t gran = task->k->sched.wakeup_granularity;

	return vdiff(curr, task) > (int64_t)calc_delta_fair(gran, task);
}

struct task_struct *pick_next_task_fair(struct cpu *cpu)
{
	const struct cfs_rq *cfs = &cpu->cfs;
	struct task_struct *left = leftmost(cfs), *next = left, *second;

	if (left && cfs->skip == left) {
		second = next_queued_fair(left);
		if (second && !wakeup_preempt_entity(second, left))
			next = second;
	}
	if (cfs->last && cfs->last->on_rq &&
	    !wakeup_preempt_entity(cfs->last, left))
		next = cfs->last;
	return next;
}

void check_preempt_wakeup(struct cpu *cpu, struct task_struct *task)
{
	struct task_struct *curr = cpu->curr;

	if (cpu->need_resched)
		return;
	if (curr->policy != SCHED_IDLE || task->policy == SCHED_IDLE) {
		if (task->policy != SCHED_NORMAL)
			return;
		update_curr_fair(cpu);
		if (!wakeup_preempt_entity(curr, task))
			return;
	}
	cpu->need_resched = true;
	if (cpu->cfs.nr_queued + 1 >= SCHED_NR_LATENCY &&
	    curr->policy != SCHED_IDLE)
		cpu->cfs.last = curr;
}

/* A tick: has @cpu's task had its share? */
void task_tick_fair(struct cpu *cpu)
{
	const struct sched_state *sched = &cpu->k->sched;
	struct task_struct *curr = cpu->curr;
	const struct task_struct *left = leftmost(&cpu->cfs);
	uint64_t ideal, ran;

	update_curr_fair(cpu);
	if (!left)
		return;
	ideal = sched_slice(cpu, curr);
	if (ideal > sched->latency)
		ideal = sched->latency;
	ran = curr->se.sum_exec_runtime - curr->se.prev_sum_exec_runtime;
	if (ran > ideal) {
		cpu->need_resched = true;
		clear_buddies(&cpu->cfs, curr);
	} else if (ran >= sched->min_granularity &&
		   vdiff(curr, left) > (int64_t)ideal) {
		cpu->need_resched = true;
	}
}

void yield_task_fair(struct cpu *cpu)
{
	debit_task_fair(cpu->curr, 0);
	if (!cpu->cfs.nr_queued)
		return;
	clear_buddies(&cpu->cfs, cpu->curr);
	cpu->cfs.skip = cpu->curr;
}

/* ---- coming and going ---------------------------------------------------------- */

void switched_from_fair(struct task_struct *task, bool sleeps)
{
	struct cpu *cpu = task->cpu;

	if (sleeps)
		place_entity(cpu, task, false);
	clear_buddies(&cpu->cfs, task);
	task->se.vruntime -= cpu->cfs.min_vruntime;
}

void switched_to_fair(struct task_struct *task)
{
	task->se.vruntime += task->cpu->cfs.min_vruntime;
}

void migrate_task_fair(struct task_struct *task, const struct cpu *to)
{
	task->se.vruntime += to->cfs.min_vruntime - task->cpu->cfs.min_vruntime;
}
