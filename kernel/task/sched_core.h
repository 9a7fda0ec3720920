/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SCHED_CORE_H
#define KERNEL_TASK_SCHED_CORE_H

/*
 * What the files of kernel/task, the boot and the trap entry need of the
 * scheduler; everyone else uses kernel/task/sched.h.
 */

#include "kernel/task/fiber.h"
#include "kernel/task/sched.h"

void sched_init(struct task_struct *curr);
/* First appearance of a task made by copy_process(). */
void wake_up_new_task(struct task_struct *curr, struct task_struct *task);
void do_sched_yield(struct task_struct *curr);
/* @cpu's queues, empty. */
void init_rq(struct cpu *cpu);

/*
 * Gives the core back to the machine loop, with @curr's registers on it when
 * the verdict is KERNEL_RUN. Returns at the next trap of this core.
 */
void leave_kernel(struct task_struct *curr, enum kernel_verdict verdict);
/* First thing on a stack that was switched to: frees who ended before it. */
void finish_task_switch(struct task_struct *curr);
/*
 * Whatever brought @curr's core into the kernel. From user mode it ends with
 * signals taken and, where it is time, other tasks run.
 */
void take_trap(struct task_struct *curr, const struct trap *trap);
/* The timer's interrupt: fires what is due, ends a slice that is used up. */
void sched_tick(struct task_struct *curr);
_Noreturn void sched_panic_stop(struct kernel *k);

void account_user_time(struct task_struct *task);
void account_kernel_time(struct task_struct *task);

/* VFP registers, fetched; written back before user mode. */
struct vfp_state *task_vfp_mut(struct task_struct *curr);
/* execve, exit: what the core holds is of no use; task->regs counts. */
void forget_user_regs(struct task_struct *task);

/* ---- runqueues and their cores (sched.c, sched_balance.c) ---------------------- */

/* The policies are of two classes; idle tasks are of neither. */
static inline bool is_rt(const struct task_struct *task)
{
	return task->rt_priority;
}
static inline bool is_fair(const struct task_struct *task)
{
	return !task->rt_priority;
}

/* Of @cpu's queue; @task's cpu is @cpu by then. @head: before its equals. */
void enqueue_task(struct cpu *cpu, struct task_struct *task, bool head);
void dequeue_task(struct cpu *cpu, struct task_struct *task);
/* In the order in which they should go; NULL: no more. */
struct task_struct *first_queued(const struct cpu *cpu);
struct task_struct *next_queued(struct task_struct *task);
/* @task has come to @cpu's queue: must who runs there make room? */
void check_preempt_curr(struct cpu *cpu, struct task_struct *task);
/* Who runs there is charged up to now. */
void update_curr(struct cpu *cpu);
/* @task, which doesn't run, belongs to @cpu from now on, with its registers. */
void set_task_cpu(struct task_struct *task, struct cpu *cpu);
/* Is it up, and may @task run there? */
bool cpu_may_run(const struct cpu *cpu, const struct task_struct *task);
/* A runnable @task goes to a core, and that core learns of it. @woken: after
 * sleep. */
void activate_task(struct task_struct *curr, struct task_struct *task,
		   bool woken);
/* @cpu, perhaps another, is to look at what it runs. */
void resched_cpu(struct task_struct *curr, struct cpu *cpu);
/* @cpu has nothing to run: one that waits elsewhere comes. False: none. */
bool pull_task(struct cpu *cpu);
/* A tick of @curr's core, which is shared: are others less so? */
void trigger_load_balance(struct task_struct *curr);
/* Real-time tasks that wait on @from, @curr's core, go where they'd run at
 * once. */
void push_rt_tasks(struct task_struct *curr, struct cpu *from);
/* One that runs on another core has something to see to in the kernel. */
void kick_process(struct task_struct *curr, const struct task_struct *task);
/* @mask has a core that is up. Off the others @task goes as soon as may be. */
void set_cpus_allowed(struct task_struct *curr, struct task_struct *task,
		      uint32_t mask);
uint32_t cpu_online_mask(const struct kernel *k);

/* ---- SCHED_NORMAL, SCHED_BATCH, SCHED_IDLE (fair.c) ----------------------------- */

void sched_init_granularity(struct kernel *k);
/* Weight: of all that want to run on @cpu, and what @task adds to it. */
uint64_t cpu_load(const struct cpu *cpu);
uint32_t task_load(const struct task_struct *task);
void update_curr_fair(struct cpu *cpu);
void enqueue_task_fair(struct cpu *cpu, struct task_struct *task);
void dequeue_task_fair(struct cpu *cpu, struct task_struct *task);
/* Who runs on @cpu won't any more, nor be queued there. */
void leave_curr_fair(struct cpu *cpu);
struct task_struct *first_queued_fair(const struct cpu *cpu);
struct task_struct *next_queued_fair(struct task_struct *task);
/* It stays in the queue. NULL: there is none. */
struct task_struct *pick_next_task_fair(struct cpu *cpu);
/* @task, of @cpu's queue, woke: is it behind by enough to run at once? */
void check_preempt_wakeup(struct cpu *cpu, struct task_struct *task);
/* It has slept: it isn't owed all of that time. */
void place_woken_fair(struct task_struct *task);
/* @child, of @curr's core yet, waits for a slice. */
void task_fork_fair(struct task_struct *curr, struct task_struct *child);
void task_tick_fair(struct cpu *cpu);
void yield_task_fair(struct cpu *cpu);
/* Before and after @task's policy is one of these; it isn't queued. */
void switched_from_fair(struct task_struct *task, bool sleeps);
void switched_to_fair(struct task_struct *task);
/* @task's cpu is to be @to. */
void migrate_task_fair(struct task_struct *task, const struct cpu *to);
/* Cycles that sched_rr_get_interval(2) tells. */
uint64_t fair_rr_interval(const struct task_struct *task);

/* ---- SCHED_FIFO, SCHED_RR (rt.c) ------------------------------------------------ */

void update_curr_rt(struct cpu *cpu);
void enqueue_task_rt(struct cpu *cpu, struct task_struct *task, bool head);
void dequeue_task_rt(struct cpu *cpu, struct task_struct *task);
struct task_struct *first_queued_rt(const struct cpu *cpu);
/* It stays in the queue. NULL: there is none, or their time is used up. */
struct task_struct *pick_next_task_rt(const struct cpu *cpu);
void task_tick_rt(struct cpu *cpu);
/* @child is new. */
void sched_fork_rt(struct task_struct *child);
/* Ticks that sched_rr_get_interval(2) tells. */
uint32_t rt_rr_interval(const struct task_struct *task);
/* sched_rt_period_us or sched_rt_runtime_us are others now. */
void sched_rt_bandwidth_changed(struct task_struct *curr);

bool signal_pending_state(uint32_t state, const struct task_struct *task);

/* Cycle at which the next timer is due that @cpu, @idle or not, is alarmed
 * for; UINT64_MAX: none. */
uint64_t next_timer(const struct cpu *cpu, bool idle);
void run_timers(struct task_struct *curr);
/* The kernel is about to be left: no core is told less from now on. */
void timekeeping_leave(struct kernel *k);

/* ---- pids ------------------------------------------------------------------ */

struct pid {
	int nr;
	uint32_t count; /* references to this structure */
	uint32_t attached; /* tasks, groups, sessions of this number */
	struct list_head hash;
	struct task_struct *task; /* NULL: it is gone */
	struct wait_queue_head wait_pidfd;
};
void pid_init(struct task_struct *curr);
/* ERR_PTR: -ENOMEM, -EAGAIN when there is no number left. */
struct pid *alloc_pid(struct task_struct *curr, struct task_struct *task);
/* Its task is gone: who waits by a pidfd hears of it. */
void free_pid(struct task_struct *curr, struct pid *pid);
struct pid *find_pid(const struct kernel *k, int nr);
void get_pid(struct pid *pid);
void put_pid(struct task_struct *curr, struct pid *pid);
/* *@nr, a group or a session, becomes @new, whose number is in use. */
void change_pid(struct task_struct *curr, int *nr, int new);
/* Any process whose group is @pgrp, or NULL. */
struct task_struct *find_task_in_pgrp(const struct kernel *k, int pgrp);

static inline bool thread_group_empty(const struct task_struct *task)
{
	return task->signal->nr_threads == 1;
}

/* ---- fork, exec, exit, wait ------------------------------------------------------ */

struct kernel_clone_args {
	uint64_t flags; /* CLONE_…, without the exit signal */
	int exit_signal;
	vaddr_t stack, tls, parent_tid, child_tid;
	vaddr_t pidfd; /* where CLONE_PIDFD puts it */
};
void fork_init(struct task_struct *curr);
/* The child's pid, or -errno. CLONE_VFORK sleeps until it execs or ends. */
int32_t kernel_clone(struct task_struct *curr,
		     const struct kernel_clone_args *args);
/* What a task does first on its own stack, and then for ever. */
void task_main(void *arg);

/*
 * Replaces @curr's program. Strings from user memory (kernel pointers in
 * @argv and @envp when @argv_kernel). 0 or -errno; past the point of no
 * return a failure kills.
 */
struct exec_strings {
	vaddr_t argv_user, envp_user;
	const char *const *argv_kernel, *const *envp_kernel;
};
/* @fd and @flags as execveat(2) has them. */
int32_t do_execveat(struct task_struct *curr, int fd, const char *path,
		    const struct exec_strings *strings, uint32_t flags);
int32_t do_execve(struct task_struct *curr, const char *path,
		  const struct exec_strings *strings);
void set_task_comm(struct task_struct *task, const char *comm);
/* Gives up the present address space for @mm. */
void exec_mmap(struct task_struct *curr, struct mm_struct *mm);
/* execve: ends all other threads. 0, or -EAGAIN when killed meanwhile. */
int exec_kill_threads(struct task_struct *curr);
/* A vfork parent may go on. */
void mm_release(struct task_struct *curr);

struct rusage_counts {
	uint64_t utime, stime, min_flt, maj_flt, nvcsw, nivcsw;
	uint32_t maxrss;
};
struct wait_opts {
	int pid; /* as for wait4: > 0, -1, 0, < -1 */
	int options;
	int stat;
	struct rusage_counts rusage;
	struct ksiginfo info; /* for waitid */
	bool keep; /* WNOWAIT */
};
/* pid, 0 (WNOHANG and none), or -errno. */
int32_t do_wait(struct task_struct *curr, struct wait_opts *opts);
void getrusage_counts(struct task_struct *task, bool children,
		      struct rusage_counts *to);
/* ---- timers on a process's own time (posix_cpu_timers.c) ------------------------------- */

/* After a change of RLIMIT_CPU or of its itimers. */
void update_cpu_timers_active(struct signal_struct *sig);
/*
 * How much longer @curr's process may run before one of them is due; cycles.
 * Only for one whose cpu_timers_active is set.
 */
uint64_t next_cpu_timer(struct task_struct *curr);
/* Sends the signals that are due. */
void run_posix_cpu_timers(struct task_struct *curr);
/* Both in cycles; @left 0: not armed. */
void get_cpu_itimer(struct task_struct *curr, enum cpu_itimer_clock clock,
		    uint64_t *interval, uint64_t *left);
/* @first 0: disarms. */
void set_cpu_itimer(struct task_struct *curr, enum cpu_itimer_clock clock,
		    uint64_t interval, uint64_t first);

/* Frees what an ended and reaped task left. */
void release_task(struct task_struct *curr, struct task_struct *task);

/* pid 1: starts the programs, reaps, halts the machine. */
int kernel_init(struct task_struct *curr, void *unused);

/* ---- signals' inner side ------------------------------------------------------------ */

void signals_init(struct task_struct *curr);
void flush_sigqueue(struct task_struct *curr, struct sigpending *queue);
void flush_signal_handlers(struct task_struct *task);
void do_notify_parent(struct task_struct *curr, struct task_struct *task,
		      int sig);

/* ---- futexes --------------------------------------------------------------------------- */

int32_t do_futex(struct task_struct *curr, vaddr_t uaddr, int op, uint32_t val,
		 uint64_t expires, vaddr_t uaddr2, uint32_t val2,
		 uint32_t val3);
void futex_wake_cleared_tid(struct task_struct *curr);

#endif
