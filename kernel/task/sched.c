/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * Who runs (Linux: kernel/sched/core.c). Each core has a queue of real-time
 * tasks (rt.c) and one of fair tasks (fair.c), which comes second. Who runs is
 * told to make room when a better one comes and at ticks, and does so on the
 * way back to user mode or where the kernel offers to (cond_resched()). On
 * which core's queue a task goes is told in sched_balance.c.
 *
 * Invariants: a runnable task is either some core's curr or on exactly one
 * queue, of its cpu; idle tasks are never queued. What a core still holds of
 * a task's registers (regs_owner) is that of a task whose cpu it is.
 */

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/thread_info.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "kernel/task/clockevents.h"
#include "kernel/task/loadavg.h"
#include "kernel/task/rseq.h"
#include "kernel/task/sched_policy.h"

void init_rq(struct cpu *cpu)
{
	cpu->cfs = (struct cfs_rq){0};
	cpu->rt = (struct rt_rq){0};
	INIT_LIST_HEAD(&cpu->rt.queue);
}

/* ---- what the classes share -------------------------------------------------- */

void update_curr(struct cpu *cpu)
{
	if (cpu->curr == cpu->idle)
		return;
	if (is_rt(cpu->curr))
		update_curr_rt(cpu);
	else
		update_curr_fair(cpu);
}

void enqueue_task(struct cpu *cpu, struct task_struct *task, bool head)
{
	if (is_rt(task))
		enqueue_task_rt(cpu, task, head);
	else
		enqueue_task_fair(cpu, task);
	task->on_rq = true;
	cpu->nr_running += is_fair(task) || !cpu->rt.rt_throttled;
}

void dequeue_task(struct cpu *cpu, struct task_struct *task)
{
	if (is_rt(task))
		dequeue_task_rt(cpu, task);
	else
		dequeue_task_fair(cpu, task);
	task->on_rq = false;
	cpu->nr_running -= is_fair(task) || !cpu->rt.rt_throttled;
}

struct task_struct *first_queued(const struct cpu *cpu)
{
	return pick_next_task_rt(cpu) ?: first_queued_fair(cpu);
}

struct task_struct *next_queued(struct task_struct *task)
{
	if (is_fair(task))
		return next_queued_fair(task);
	if (task->run_list.next == &task->cpu->rt.queue)
		return first_queued_fair(task->cpu);
	return list_next_entry(task, run_list);
}

void check_preempt_curr(struct cpu *cpu, struct task_struct *task)
{
	const struct task_struct *curr = cpu->curr;

	if (is_rt(task) && cpu->rt.rt_throttled)
		return;
	if (curr == cpu->idle || task->rt_priority > curr->rt_priority)
		cpu->need_resched = true;
	else if (is_fair(curr))
		check_preempt_wakeup(cpu, task);
}

/* Who runs is put with those that wait, or leaves them. */
static void put_prev_task(struct cpu *cpu, struct task_struct *prev, bool stays)
{
	update_curr(cpu);
	if (prev == cpu->idle)
		return;
	if (stays)
		enqueue_task(cpu, prev, !prev->rt.to_tail);
	else if (is_fair(prev))
		leave_curr_fair(cpu);
}

static struct task_struct *pick_next_task(struct cpu *cpu)
{
	struct task_struct *next;

	if (!cpu->nr_running && !pull_task(cpu))
		return cpu->idle;
	next = pick_next_task_rt(cpu) ?: pick_next_task_fair(cpu);
	dequeue_task(cpu, next);
	next->se.exec_start = local_clock(cpu->k);
	next->se.prev_sum_exec_runtime = next->se.sum_exec_runtime;
	return next;
}

/* ---- another priority ---------------------------------------------------------- */

void change_priority(struct task_struct *curr, struct task_struct *task,
		     uint32_t policy, uint32_t rt_priority, int nice)
{
	struct cpu *cpu = task->cpu;
	const bool queued = task->on_rq, runs = task == cpu->curr;
	const bool was_rt = is_rt(task);
	const int was = task_prio(task);

	if (task->policy == policy && task->rt_priority == rt_priority &&
	    (was_rt || task->nice == nice))
		return;
	if (runs)
		update_curr(cpu);
	if (queued)
		dequeue_task(cpu, task);
	if (!was_rt && rt_priority)
		switched_from_fair(task, !queued && !runs);
	task->policy = policy;
	task->rt_priority = rt_priority;
	task->nice = nice;
	if (was_rt && !rt_priority)
		switched_to_fair(task);
	/* who goes down doesn't lose its place among its new equals */
	if (queued) {
		enqueue_task(cpu, task, task_prio(task) > was);
		check_preempt_curr(cpu, task);
	} else if (runs && task_prio(task) > was) {
		cpu->need_resched = true;
	}
	if (cpu->need_resched)
		resched_cpu(curr, cpu);
}

void set_user_nice(struct task_struct *curr, struct task_struct *task, int nice)
{
	if (is_rt(task)) /* for later; it keeps its place */
		task->nice = nice;
	else
		change_priority(curr, task, task->policy, 0, nice);
}

/* ---- one after the other ------------------------------------------------------ */

/* A kernel thread borrows whatever address space is there. */
static void switch_address_space(struct cpu *cpu, struct task_struct *next)
{
	struct mm_struct *prev_mm = cpu->active_mm;

	if (!next->mm || next->mm == prev_mm)
		return;
	next->mm->mm_count++;
	switch_mm(cpu, next->mm);
	if (prev_mm)
		mmdrop(next, prev_mm);
}

void finish_task_switch(struct task_struct *curr)
{
	struct task_struct *dead = curr->cpu->dead;

	curr->cpu->dead = NULL;
	if (dead)
		release_task(curr, dead);
}

int task_prio(const struct task_struct *task)
{
	if (task->rt_priority)
		return (int)(MAX_RT_PRIO - 1 - task->rt_priority);
	return DEFAULT_PRIO + task->nice;
}

static void trace_switch(const struct task_struct *prev,
			 const struct task_struct *next)
{
	if (trace_enabled(prev->k, TRACE_sched_switch)) {
		const char state[] = {task_state_name(prev)[0], '\0'};

		trace_event(prev->k, TRACE_sched_switch,
			    "prev_comm=%s prev_pid=%d prev_prio=%d "
			    "prev_state=%s ==> next_comm=%s next_pid=%d "
			    "next_prio=%d",
			    prev->comm, prev->pid, task_prio(prev), state,
			    next->comm, next->pid, task_prio(next));
	}
}

static void trace_wakeup(const struct task_struct *curr, enum trace_event event,
			 const struct task_struct *task)
{
	if (trace_enabled(curr->k, event))
		trace_event(curr->k, event,
			    "comm=%s pid=%d prio=%d target_cpu=%03d",
			    task->comm, task->pid, task_prio(task),
			    task->cpu->id);
}

/* It could run on, but no longer here: its affinity was changed. */
static bool must_move(const struct cpu *cpu, const struct task_struct *task)
{
	return cpu->k->hw.nr_cpus > 1 && task->state == TASK_RUNNING &&
	       !task->exit_state && task != cpu->idle &&
	       !cpu_may_run(cpu, task);
}

/*
 * From where @prev is put on another core's queue it only has to leave its
 * stack: no other core is in the kernel before that.
 */
static void context_switch(struct cpu *cpu, struct task_struct *prev,
			   struct task_struct *next)
{
	struct kernel *k = cpu->k;

	charge_price(prev, PRICE_SWITCH);
	touch_path(prev, TOUCH_SWITCH, task_kaddr(next), 0);
	k->sched.nr_switches++;
	cpu->nr_switches++;
	trace_switch(prev, next);
	run_hash_step(&k->run_hash, RUN_HASH_SWITCH, sched_clock_cycles(k),
		      prev->pid, (uint32_t)next->pid, prev->state);
	if (prev->state == TASK_RUNNING)
		prev->nivcsw++;
	else
		prev->nvcsw++;
	account_kernel_time(prev);
	next->cpu = cpu;
	next->charged_at = prev->charged_at;
	cpu->curr = next;
	cpu->need_resched = false;
	rseq_preempt(prev);
	kmap_local_sched_out(prev);
	switch_address_space(cpu, next);
	kmap_local_sched_in(next);
	if (unlikely(must_move(cpu, prev)))
		activate_task(next, prev, false);
	if (unlikely(cpu->rt.nr_queued))
		push_rt_tasks(next, cpu);
	fiber_switch(prev->stack, next->stack);
	touch_path(prev, TOUCH_RESUME, 0, 0);
	finish_task_switch(prev);
}

void schedule(struct task_struct *curr)
{
	struct cpu *cpu = curr->cpu;
	struct task_struct *next;

	BUG_ON(curr->in_interrupt || curr->pagefault_disabled);
	cpu->scheduled_at = local_clock(curr->k);
	calc_global_load(curr->k);
	if ((curr->state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) &&
	    signal_pending_state(curr->state, curr))
		curr->state = TASK_RUNNING;
	put_prev_task(cpu, curr,
		      curr->state == TASK_RUNNING && !must_move(cpu, curr));
	next = pick_next_task(cpu);
	if (next == curr) {
		cpu->need_resched = false;
		return;
	}
	context_switch(cpu, curr, next);
}

bool wake_up_state(struct task_struct *curr, struct task_struct *task,
		   uint32_t states)
{
	if (!(task->state & states) || task->exit_state)
		return false;
	charge_price(curr, PRICE_WAKE);
	touch_path(curr, TOUCH_WAKE, task_kaddr(task), 0);
	calc_global_load(curr->k);
	task->state = TASK_RUNNING;
	/* it may be about to sleep, still on its core: it just won't */
	if (task->cpu->curr != task) {
		task->rt.timeout = 0;
		activate_task(curr, task, true);
	}
	trace_wakeup(curr, TRACE_sched_wakeup, task);
	return true;
}

void wake_up_process(struct task_struct *curr, struct task_struct *task)
{
	wake_up_state(curr, task, TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE);
}

void wake_up_new_task(struct task_struct *curr, struct task_struct *task)
{
	task->state = TASK_RUNNING;
	task->cpu = curr->cpu;
	if (is_fair(task))
		task_fork_fair(curr, task);
	activate_task(curr, task, false);
	trace_wakeup(curr, TRACE_sched_wakeup_new, task);
}

void do_sched_yield(struct task_struct *curr)
{
	if (is_fair(curr))
		yield_task_fair(curr->cpu);
	if (!curr->cpu->nr_running)
		return;
	curr->rt.to_tail = is_rt(curr);
	schedule(curr);
}

/*
 * The time that the kernel's work took may have brought a timer, or a tick. A
 * timer's interrupt would have come at once; here it waits until somebody asks.
 */
static void catch_up_with_time(struct task_struct *curr)
{
	const uint64_t now = local_clock(curr->k);
	uint32_t preempt_count;

	if (now < next_timer(curr->cpu, false) &&
	    (!curr->cpu->tick_wanted || now < curr->cpu->tick_at))
		return;
	preempt_count = irq_enter(curr);
	sched_tick(curr);
	irq_exit(curr, preempt_count);
}

bool cond_resched(struct task_struct *curr)
{
	if (curr == curr->cpu->idle || curr->in_interrupt ||
	    curr->pagefault_disabled || curr->state != TASK_RUNNING)
		return false;
	catch_up_with_time(curr);
	if (likely(!curr->cpu->need_resched))
		return false;
	schedule(curr);
	return true;
}

/* ---- wait queues --------------------------------------------------------- */

void init_waitqueue_head(struct wait_queue_head *wq)
{
	INIT_LIST_HEAD(&wq->head);
}

void prepare_to_wait(struct task_struct *curr, struct wait_queue_head *wq,
		     struct wait_queue_entry *wait, uint32_t state)
{
	if (!wait->task) {
		wait->task = curr;
		list_add_tail(&wait->entry, &wq->head);
	}
	curr->state = state;
}

void finish_wait(struct task_struct *curr, struct wait_queue_head *wq,
		 struct wait_queue_entry *wait)
{
	(void)wq;
	curr->state = TASK_RUNNING;
	if (wait->task)
		list_del(&wait->entry);
	wait->task = NULL;
}

void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *wait)
{
	if (wait->exclusive)
		list_add_tail(&wait->entry, &wq->head);
	else
		list_add(&wait->entry, &wq->head);
}

static bool wake_one(struct task_struct *curr, struct wait_queue_entry *wait,
		     uint32_t key)
{
	if (wait->func)
		return wait->func(curr, wait, key);
	return wake_up_state(curr, wait->task,
			     TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE);
}

void wake_up_poll(struct task_struct *curr, struct wait_queue_head *wq,
		  uint32_t key)
{
	struct wait_queue_entry *wait;

	list_for_each_entry(wait, &wq->head, entry)
		if (wake_one(curr, wait, key) && wait->exclusive)
			return;
}

void wake_up(struct task_struct *curr, struct wait_queue_head *wq)
{
	wake_up_poll(curr, wq, 0);
}

void wake_up_all(struct task_struct *curr, struct wait_queue_head *wq)
{
	struct wait_queue_entry *wait;

	list_for_each_entry(wait, &wq->head, entry)
		wake_one(curr, wait, 0);
}

void wake_up_pollfree(struct task_struct *curr, struct wait_queue_head *wq)
{
	struct wait_queue_entry *wait, *next;

	list_for_each_entry_safe(wait, next, &wq->head, entry)
		if (wait->func)
			wait->func(curr, wait, POLLHUP_FREE);
}

/* ---- to and from user mode -------------------------------------------------- */

/* User time up to now: the core came from user mode. */
void account_user_time(struct task_struct *task)
{
	uint64_t now = local_clock(task->k);

	task->utime += now - task->charged_at;
	task->cpu->utime += now - task->charged_at;
	task->charged_at = now;
}

/* Kernel time up to now. */
void account_kernel_time(struct task_struct *task)
{
	uint64_t now = local_clock(task->k);

	if (task != task->cpu->idle) {
		task->stime += now - task->charged_at;
		task->cpu->stime += now - task->charged_at;
	}
	task->charged_at = now;
}

static void save_core(struct kernel *k, int cpu, struct task_struct *owner)
{
	if (!owner->regs_loaded)
		k->hw.ops->get_regs(k->hw.ctx, cpu, &owner->regs);
	k->hw.ops->get_vfp(k->hw.ctx, cpu, &owner->vfp);
	owner->tpidrurw = k->hw.ops->get_tpidrurw(k->hw.ctx, cpu);
	owner->regs_loaded = true;
	owner->regs_dirty = true; /* the core will have another's */
}

void set_task_cpu(struct task_struct *task, struct cpu *cpu)
{
	struct cpu *from = task->cpu;

	if (from == cpu)
		return;
	if (from->regs_owner == task) {
		save_core(task->k, from->id, task);
		from->regs_owner = NULL;
	}
	if (is_fair(task))
		migrate_task_fair(task, cpu);
	task->cpu = cpu;
}

static void load_core(struct kernel *k, int cpu, struct task_struct *task)
{
	k->hw.ops->set_vfp(k->hw.ctx, cpu, &task->vfp);
	k->hw.ops->set_tpidrurw(k->hw.ctx, cpu, task->tpidrurw);
	k->hw.ops->clear_exclusive(k->hw.ctx, cpu);
}

/* A program's thread pointer, or its task's name for ARM code of ours. */
static void load_tls(struct task_struct *task)
{
	const struct hw *hw = &task->k->hw;
	struct cpu *cpu = task->cpu;
	const uint32_t tls = task->kcall ? task_kaddr(task) : task->tls;

	if (likely(cpu->tls == tls))
		return;
	cpu->tls = tls;
	hw->ops->set_tls(hw->ctx, cpu->id, tls);
}

/*
 * The core's registers become @task's. Whoever had them last keeps its own in
 * its task_struct from here on; until now they stayed in the core.
 */
static void take_core(struct task_struct *task)
{
	struct cpu *cpu = task->cpu;
	struct kernel *k = task->k;

	if (cpu->regs_owner != task) {
		if (cpu->regs_owner)
			save_core(k, cpu->id, cpu->regs_owner);
		cpu->regs_owner = task;
		load_core(k, cpu->id, task);
	}
	load_tls(task);
	if (task->kcall) { /* the program's registers stay where they are */
		refresh_task_words(task);
		k->hw.ops->set_regs(k->hw.ctx, cpu->id, &task->kcall->regs);
		return;
	}
	if (task->regs_dirty)
		k->hw.ops->set_regs(k->hw.ctx, cpu->id, &task->regs);
	task->regs_loaded = false;
	task->regs_dirty = false;
}

const struct pt_regs *task_regs(struct task_struct *curr)
{
	if (!curr->regs_loaded) {
		BUG_ON(curr->cpu->regs_owner != curr);
		curr->k->hw.ops->get_regs(curr->k->hw.ctx, curr->cpu->id,
					  &curr->regs);
		curr->regs_loaded = true;
	}
	return &curr->regs;
}

vaddr_t task_pc(const struct task_struct *curr, bool *thumb)
{
	const struct kernel *k = curr->k;

	if (!curr->regs_loaded)
		return k->hw.ops->get_pc(k->hw.ctx, curr->cpu->id, thumb);
	*thumb = curr->regs.cpsr & PSR_T;
	return curr->regs.r[15];
}

struct pt_regs *task_regs_mut(struct task_struct *curr)
{
	task_regs(curr);
	curr->regs_dirty = true;
	return &curr->regs;
}

struct vfp_state *task_vfp_mut(struct task_struct *curr)
{
	struct cpu *cpu = curr->cpu;

	if (cpu->regs_owner == curr) {
		save_core(curr->k, cpu->id, curr);
		cpu->regs_owner = NULL; /* so that take_core() loads it back */
	}
	return &curr->vfp;
}

void forget_user_regs(struct task_struct *task)
{
	if (task->cpu->regs_owner == task)
		task->cpu->regs_owner = NULL;
	task->regs_loaded = true;
	task->regs_dirty = true;
}

/* @alarm, or when the running process will have had its time, if sooner. */
static uint64_t cpu_timer_alarm(const struct cpu *cpu, uint64_t alarm)
{
	struct task_struct *curr = cpu->curr;
	uint64_t now, left;

	if (likely(!curr->signal || !curr->signal->cpu_timers_active))
		return alarm;
	now = local_clock(cpu->k);
	left = next_cpu_timer(curr);
	return left < alarm - now ? now + left : alarm;
}

/*
 * Who shares a core is asked at ticks whether it has had its share, and a
 * real-time task whether all of them have. Ticks come at the same times on all
 * cores, but only if somebody looks at them.
 */
static bool wants_tick(struct cpu *cpu)
{
	const struct kernel *k = cpu->k;
	const uint64_t tick = k->hw.clock_hz / HZ;
	const bool wanted = cpu->curr != cpu->idle && !cpu->need_resched &&
			    (cpu->nr_running || is_rt(cpu->curr));

	if (wanted && !cpu->tick_wanted)
		cpu->tick_at = (local_clock(k) / tick + 1) * tick;
	cpu->tick_wanted = wanted;
	return wanted;
}

/* The one alarm of a core: the next timer, or the next tick. */
static void set_alarm(struct cpu *cpu)
{
	uint64_t alarm = next_timer(cpu, cpu->curr == cpu->idle);

	if (wants_tick(cpu) && cpu->tick_at < alarm)
		alarm = cpu->tick_at;
	alarm = cpu_timer_alarm(cpu, alarm);
	if (unlikely(cpu->curr->kcall))
		alarm = kcall_alarm(cpu->curr, alarm);
	if (alarm == cpu->timer_set)
		return;
	cpu->timer_set = alarm;
	tick_program_event(cpu->curr, alarm);
}

void leave_kernel(struct task_struct *curr, enum kernel_verdict verdict)
{
	struct cpu *cpu = curr->cpu;

	set_alarm(cpu);
	if (verdict == KERNEL_RUN) {
		take_core(curr);
		account_kernel_time(curr);
	}
	cpu->verdict = verdict;
	fiber_switch(curr->stack, curr->cpu->machine);
	if (verdict == KERNEL_RUN && !curr->kcall)
		account_user_time(curr);
	else if (verdict == KERNEL_RUN)
		account_kernel_time(curr);
	else
		curr->charged_at = local_clock(curr->k);
}

void sched_tick(struct task_struct *curr)
{
	struct cpu *cpu = curr->cpu;

	cpu->timer_set = 0; /* what set_alarm() must change in any case */
	run_timers(curr);
	run_posix_cpu_timers(curr);
	if (!cpu->tick_wanted || local_clock(curr->k) < cpu->tick_at)
		return;
	cpu->tick_wanted = false; /* until set_alarm() wants the next one */
	if (is_rt(curr))
		task_tick_rt(cpu);
	else if (curr != cpu->idle)
		task_tick_fair(cpu);
	if (cpu->rt.nr_queued)
		push_rt_tasks(curr, cpu);
	if (cpu->nr_running)
		trigger_load_balance(curr);
}

_Noreturn void sched_panic_stop(struct kernel *k)
{
	struct cpu *cpu = k->sched.in_kernel;

	k->sched.panicked = true;
	if (!cpu)
		BUG(); /* not even booting: there is no machine to stop */
	cpu->verdict = KERNEL_PANIC;
	for (;;)
		fiber_switch(cpu->curr->stack, cpu->machine);
}

void sched_init(struct task_struct *curr)
{
	struct sched_state *sched = &curr->k->sched;

	sched_init_granularity(curr->k);
	sched->rt_period_us = RT_PERIOD_US;
	sched->rt_runtime_us = RT_RUNTIME_US;
	sched->rr_timeslice_ms = RR_TIMESLICE_MS;
	for (int i = 0; i < PAGE_WAIT_TABLE; i++)
		INIT_LIST_HEAD(&sched->page_wait[i]);
	for (int i = 0; i < FUTEX_HASH; i++)
		INIT_LIST_HEAD(&sched->futex_hash[i]);
}

struct cpu *kernel_cpu(const struct kernel *k)
{
	const struct sched_state *sched = &k->sched;

	return sched->in_kernel ?: (struct cpu *)&sched->cpus[sched->last_cpu];
}

/* ---- telling ------------------------------------------------------------------- */

const char *task_state_name(const struct task_struct *task)
{
	if (task->exit_state)
		return "Z (zombie)";
	if (task->state & TASK_STOPPED)
		return "T (stopped)";
	if (task->state & TASK_UNINTERRUPTIBLE)
		return "D (disk sleep)";
	return task->state & TASK_INTERRUPTIBLE ? "S (sleeping)"
						: "R (running)";
}
