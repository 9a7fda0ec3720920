/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SCHED_H
#define KERNEL_TASK_SCHED_H

/*
 * Tasks and how they give up the CPU (include/linux/sched.h, wait.h).
 *
 * `curr` in every signature is the task on whose kernel stack the code runs.
 * From it one gets at the kernel (curr->k), the CPU (curr->cpu, which may be
 * another after sleeping) and the address space (curr->mm).
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/arch/arm/fixmap.h"
#include "kernel/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/mm/mm_types.h"
#include "kernel/task/cred.h"
#include "kernel/task/rq_types.h"
#include "kernel/task/signal_types.h"
#include "kernel/task/timer_types.h"
#include "kernel/task/wait_types.h"

struct fiber;
struct kcall;
struct kthread;
struct files_struct;
struct fs_struct;
struct futex_pi_state;
struct io_context;
struct kernel;
struct mempolicy;
struct sem_undo_list;
struct module_vma_call;
struct oops_catch;
struct pid;
struct task_struct;

#define TASK_RUNNING         0x0u
#define TASK_INTERRUPTIBLE   0x1u
#define TASK_UNINTERRUPTIBLE 0x2u
#define TASK_STOPPED         0x4u
#define EXIT_DEAD            0x10u
#define EXIT_ZOMBIE          0x20u
#define TASK_WAKEKILL        0x100u
#define TASK_KILLABLE        (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_NORMAL          (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define TASK_COMM_LEN 16
#define THREAD_SIZE   8192u /* a kernel stack on ARM: two frames */
#define THREAD_ALIGN  (2 * THREAD_SIZE) /* below each is a hole as large */
#define HZ            250

#define PF_EXITING        0x4u
#define PF_FORKNOEXEC     0x40u
#define PF_MEMALLOC       0x800u
#define PF_NPROC_EXCEEDED 0x1000u /* set*uid met RLIMIT_NPROC */
#define PF_KSWAPD         0x20000u
#define PF_KTHREAD        0x200000u
#define PF_PROGRAM        0x80000000u /* a program of the board's; not Linux's */

#define RLIM_NLIMITS  16
#define RLIM_INFINITY 0xffffffffu
enum rlimit_resource {
	RLIMIT_CPU,
	RLIMIT_FSIZE,
	RLIMIT_DATA,
	RLIMIT_STACK,
	RLIMIT_CORE,
	RLIMIT_RSS,
	RLIMIT_NPROC,
	RLIMIT_NOFILE,
	RLIMIT_MEMLOCK,
	RLIMIT_AS,
	RLIMIT_LOCKS,
	RLIMIT_SIGPENDING,
	RLIMIT_MSGQUEUE,
	RLIMIT_NICE,
	RLIMIT_RTPRIO,
	RLIMIT_RTTIME,
};
struct rlimit {
	uint32_t rlim_cur, rlim_max;
};

/* One core. Owned by struct kernel. */
struct cpu {
	struct kernel *k;
	int id;
	struct mmu *mmu;
	struct task_struct *curr; /* whose registers are on the core */
	struct task_struct *idle;
	struct mm_struct *active_mm;
	struct fiber *machine; /* the machine loop's own stack */
	struct trap trap; /* what kernel_trap() was called with */
	struct cfs_rq cfs;
	struct rt_rq rt;
	uint32_t nr_running; /* on both, unless throttled; without curr */
	bool online; /* it has been through its own part of the boot */
	struct rb_root timers; /* armed here, but those that may wait */
	struct clock_event_device *clockevent; /* NULL: it has none */
	uint64_t utime, stime; /* cycles that programs have used here */
	uint64_t nr_switches;
	uint32_t softirq_pending; /* by bit */
	struct task_struct *ksoftirqd; /* NULL: nobody has needed it yet */
	uint64_t scheduled_at; /* cycle of the last schedule() */
	uint64_t tick_at; /* cycle of the next tick, if somebody wants it */
	bool tick_wanted;
	uint64_t next_balance; /* before that no busy core gives it any */
	uint32_t nr_balance_failed; /* in a row: there was nothing that fits */
	uint64_t timer_set; /* what set_timer() was last told */
	bool need_resched;
	struct task_struct *regs_owner; /* whose registers the core holds */
	struct task_struct *dead; /* ended, for finish_task_switch() to free */
	uint64_t active_asid, reserved_asid; /* E.7 */
	bool tlb_flush_pending;
	uint32_t tls; /* what TPIDRURO holds */
	enum kernel_verdict verdict; /* what kernel_trap() will return */
};

/*
 * The core that runs kernel code, or the one that was last in the kernel: for
 * those who look from outside and have no task to go by.
 */
struct cpu *kernel_cpu(const struct kernel *k);

/* What went through read(2) and write(2) and their kin. */
struct task_io_accounting {
	uint64_t rchar, wchar, syscr, syscw;
};

static inline void task_io_add(struct task_io_accounting *to,
			       const struct task_io_accounting *from)
{
	to->rchar += from->rchar;
	to->wchar += from->wchar;
	to->syscr += from->syscr;
	to->syscw += from->syscw;
}

/* setitimer's timers on a process's own time: on all of it, on user time. */
enum cpu_itimer_clock {
	CPUCLOCK_PROF,
	CPUCLOCK_VIRT,
	NR_CPU_ITIMERS
};
struct cpu_itimer {
	uint64_t expires, interval; /* cycles of that time; 0: none */
};

/* What a process's threads share besides memory and files. */
struct tty_struct;

struct signal_struct {
	int32_t refcount, nr_threads, live;
	struct list_head thread_head;
	struct wait_queue_head wait_chldexit;
	struct sigpending shared_pending;
	int group_exit_code;
	bool group_exit;
	bool group_exec; /* one thread execs: the others end alone */
	bool group_stopped;
	int pgrp, session;
	bool leader; /* session leader */
	struct tty_struct *tty; /* its session's, with a reference */
	int tty_old_pgrp; /* who was in front when it was hung up */
	struct rlimit rlim[RLIM_NLIMITS];
	uint64_t min_flt, maj_flt, cmin_flt, cmaj_flt;
	uint64_t utime, stime, cutime, cstime; /* cycles */
	uint32_t maxrss, cmaxrss;
	int stop_code;
	int cld_code; /* CLD_CONTINUED: a member has yet to tell the parent */
	struct mm_struct *oom_mm; /* what the OOM killer killed it for */
	bool oom_flag_origin; /* it made the shortage: it goes first */
	int oom_score_adj; /* -1000 (never) to 1000 */
	int oom_score_adj_min; /* as low as it may set it by itself */
	struct task_io_accounting ioac; /* of ended threads */
	bool is_child_subreaper; /* orphans below come to us */
	struct timer real_timer; /* ITIMER_REAL */
	uint64_t real_interval;
	struct cpu_itimer cpu_itimer[NR_CPU_ITIMERS];
	bool cpu_timers_active; /* one of these, or RLIMIT_CPU */
	struct list_head posix_timers; /* timer_create(2) */
	int next_timer_id;
};

/* What a task's reclaim gets beside the LRU lists. */
struct reclaim_state {
	uint32_t reclaimed_slab; /* pages of slabs */
};

/* What highmem a task has mapped: the first idx of the slots (mm/highmem.c). */
struct kmap_ctrl {
	int idx;
	pfn_t pfn[KM_MAX_IDX];
};

/* Restartable sequences (task/rseq.c). */
struct rseq_state {
	vaddr_t area; /* the registered struct rseq; 0: none */
	uint32_t sig; /* what stands before an abort address */
	bool event; /* it has lost its core, or takes a signal */
	bool notify; /* and hasn't looked at the area since */
};

struct task_struct {
	struct kernel *k;
	struct cpu *cpu;
	uint32_t state, exit_state, flags;
	struct fiber *stack; /* host stack of its kernel side */
	struct vm_struct *stack_vm_area; /* and in guest memory: task/stack.h */
	bool stack_is_clear; /* or was, when ARM code first ran on it */
	struct mm_struct *mm, *active_mm;
	struct task_rss_stat rss_stat;
	struct list_head run_list; /* its core's real-time tasks */
	struct sched_entity se;
	struct sched_rt_entity rt;
	struct list_head tasks; /* all thread group leaders */
	int pid, tgid;
	struct pid *thread_pid;
	struct task_struct *group_leader, *parent, *real_parent;
	struct list_head children, sibling, thread_node;
	char comm[TASK_COMM_LEN];
	int exit_code, exit_signal;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	sigset64 blocked, saved_sigmask;
	bool restore_sigmask;
	struct sigpending pending;
	bool sigpending_flag; /* TIF_SIGPENDING */
	struct rseq_state rseq;
	struct {
		uint32_t sp, size, flags;
	} sas;
	struct files_struct *files;
	struct fs_struct *fs;
	vaddr_t set_child_tid, clear_child_tid, robust_list;
	struct list_head pi_state_list; /* futexes it owns and others want */
	struct futex_pi_state *pi_state_cache; /* for the next; or NULL */
	struct futex_pi_state *pi_blocked_on; /* it waits for its owner */
	struct task_struct *vfork_waiter; /* who sleeps until we exec or exit */
	uint64_t min_flt, maj_flt, utime, stime, nvcsw, nivcsw;
	struct task_io_accounting ioac;
	uint64_t start_time; /* cycle of the fork */
	uint64_t charged_at; /* cycle up to which utime and stime account */
	int nice;
	uint32_t policy, rt_priority; /* SCHED_…; 0, or 1 to 99 */
	uint32_t cpus_mask; /* where it may run, by bit; never 0 */
	bool sched_reset_on_fork, on_rq;
	struct cred cred;
	uint32_t self_exec_id; /* how many programs it has been */
	uint32_t loginuid, sessionid; /* UINT32_MAX: nobody logged in */
	int pdeath_signal; /* for when the parent ends; 0: none */
	bool no_new_privs, io_flusher;
	int mce_kill; /* PR_MCE_KILL_… */
	uint64_t timer_slack_ns, default_timer_slack_ns;
	uint32_t personality;
	int in_interrupt, pagefault_disabled; /* depths */
	bool in_softirq; /* one of in_interrupt: interrupts may come */
	int memalloc_depth;
	/* pages dirtied since it last waited; how many until it asks */
	uint32_t nr_dirtied, nr_dirtied_pause;
	struct kmap_ctrl kmap_ctrl;
	struct reclaim_state *reclaim_state; /* NULL: it doesn't reclaim */
	struct { /* since cycle @utime of its own it has reclaimed @nr times */
		uint64_t utime;
		uint32_t nr;
	} thrash;
	struct io_context *io_context; /* NULL: priority by nice */
	struct sem_undo_list *sysvsem_undo; /* NULL: nothing to take back */
	struct mempolicy *mempolicy; /* NULL: memory of its CPU's node */
	int il_prev; /* MPOL_INTERLEAVE: the last node that served */
	bool make_it_fail; /* for fault attributes with a task_filter */
	uint32_t fail_nth; /* its n-th call that can fail will; 0: none */

	/* user-mode state; regs are in the core while regs_on_cpu */
	struct pt_regs regs;
	bool regs_loaded; /* `regs` holds what the core holds */
	bool regs_dirty; /* `regs` is newer than the core */
	struct vfp_state vfp;
	uint32_t tls, tpidrurw;
	struct kcall *kcall; /* the innermost call into SVC mode, if any */
	struct kernel_fault *fault; /* the innermost that somebody watches */
	struct oops_catch *oops_catch; /* and who minds an oops in it */
	bool sleeps_in_arm; /* in ARM code's schedule(): ARM code may wake it */
	struct kthread *kthread; /* made by ARM code; NULL: it isn't */
	uint32_t
		kcall_r1; /* of the last one that ended: a result's upper half */
	struct module_vma_call *vma_call; /* module/vm_ops.c: VMAs shown now */
	int syscall_nr; /* -1: not in one */
	uint32_t orig_r0;
	struct task_abort {
		uint64_t since; /* when it came */
		uint32_t fsr;
	} abort; /* that is being handled; all zero: none */
	struct { /* last fault, for the signal frame */
		uint32_t address, error_code, trap_no;
	} thread;
	struct { /* restart_syscall() */
		int32_t (*fn)(struct task_struct *curr);
		uint64_t expires;
		union {
			struct {
				vaddr_t rmtp;
				bool rmtp_is_64;
			} nanosleep;
			struct {
				vaddr_t ufds;
				uint32_t nfds;
			} poll;
			struct {
				vaddr_t uaddr;
				uint32_t val, bitset;
				bool shared;
			} futex;
		};
	} restart_block;
	int (*kthread_fn)(struct task_struct *curr, void *arg);
	void *kthread_arg;
};

/* ---- giving up the CPU --------------------------------------------------- */

/*
 * Runs other tasks until this one is runnable again and its turn comes. BUG
 * in interrupt context.
 */
void schedule(struct task_struct *curr);
/* Wakes @task if its state is among @states. True when it did. */
bool wake_up_state(struct task_struct *curr, struct task_struct *task,
		   uint32_t states);
void wake_up_process(struct task_struct *curr, struct task_struct *task);
/* At most until virtual cycle @expires. Returns cycles left, 0: time is up. */
uint64_t schedule_timeout_until(struct task_struct *curr, uint64_t expires);
/* So many jiffies, whatever signals come. */
void schedule_timeout_uninterruptible(struct task_struct *curr,
				      uint32_t jiffies);
/*
 * The same, but while nothing else happens it sleeps on: a machine with nobody
 * to run, now or later, has come to its end.
 */
uint64_t schedule_timeout_deferrable(struct task_struct *curr,
				     uint64_t expires);

void init_waitqueue_head(struct wait_queue_head *wq);
void prepare_to_wait(struct task_struct *curr, struct wait_queue_head *wq,
		     struct wait_queue_entry *wait, uint32_t state);
void finish_wait(struct task_struct *curr, struct wait_queue_head *wq,
		 struct wait_queue_entry *wait);
/* One with a func of its own: first in the queue, or, exclusive, last. */
void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *wait);
/* All that wait, up to the first exclusive one that is woken. */
void wake_up(struct task_struct *curr, struct wait_queue_head *wq);
/* The same, of these POLL* bits alone. */
void wake_up_poll(struct task_struct *curr, struct wait_queue_head *wq,
		  uint32_t key);
/* The queue goes: those with a func leave it. */
void wake_up_pollfree(struct task_struct *curr, struct wait_queue_head *wq);
void wake_up_all(struct task_struct *curr, struct wait_queue_head *wq);

/* Sleeps until @condition; the value is 0, or -ERESTARTSYS after a signal. */
#define wait_event_interruptible(curr, wq, condition)                          \
	({                                                                     \
		struct wait_queue_entry wait_ = {0};                           \
		int ret_ = 0;                                                  \
		for (;;) {                                                     \
			prepare_to_wait(curr, wq, &wait_, TASK_INTERRUPTIBLE); \
			if (condition)                                         \
				break;                                         \
			if (signal_pending(curr)) {                            \
				ret_ = -ERESTARTSYS;                           \
				break;                                         \
			}                                                      \
			schedule(curr);                                        \
		}                                                              \
		finish_wait(curr, wq, &wait_);                                 \
		ret_;                                                          \
	})
#define wait_event(curr, wq, condition)                        \
	do {                                                   \
		struct wait_queue_entry wait_ = {0};           \
		for (;;) {                                     \
			prepare_to_wait(curr, wq, &wait_,      \
					TASK_UNINTERRUPTIBLE); \
			if (condition)                         \
				break;                         \
			schedule(curr);                        \
		}                                              \
		finish_wait(curr, wq, &wait_);                 \
	} while (0)

/*
 * @curr was in the kernel for work that has no price and would have taken @us
 * microseconds: its turn comes later by that, if it is a fair task, and by what
 * being there takes, unless that has its price (kernel_price.def).
 */
void debit_task_fair(struct task_struct *curr, uint32_t us);
/*
 * In the middle of much work, where the caller could sleep: lets others run
 * if @curr's time is up. True: they did.
 */
bool cond_resched(struct task_struct *curr);

/* Sleeping locks; uncontended they are a store. */
void init_rwsem(struct rw_semaphore *sem);
void down_read(struct task_struct *curr, struct rw_semaphore *sem);
/* Never sleeps. False: a writer has it, or somebody waits. */
bool down_read_trylock(struct rw_semaphore *sem);
void up_read(struct task_struct *curr, struct rw_semaphore *sem);
void down_write(struct task_struct *curr, struct rw_semaphore *sem);
void up_write(struct task_struct *curr, struct rw_semaphore *sem);
/* Does somebody wait for it? */
bool rwsem_is_contended(const struct rw_semaphore *sem);
void lock_page(struct task_struct *curr, struct page *page);
/* 0, or -EINTR: killed while it waited. */
int lock_page_killable(struct task_struct *curr, struct page *page);
bool trylock_page(struct page *page);
void unlock_page(struct task_struct *curr, struct page *page);
/* Until nobody holds the lock; the caller keeps a reference. */
void wait_on_page_locked(struct task_struct *curr, struct page *page);
int wait_on_page_locked_killable(struct task_struct *curr, struct page *page);
/* Until what is being written of the page is on its disk. */
void wait_on_page_writeback(struct task_struct *curr, struct page *page);
/* end_page_writeback()'s half; others call that (mm/filemap.h). */
void wake_up_page_writeback(struct task_struct *curr, struct page *page);

/* ---- time ------------------------------------------------------------------ */

/*
 * What time it is, for all cores: never less than anybody was told before
 * (task/timekeeping.c).
 */
uint64_t sched_clock_cycles(const struct kernel *k);
/*
 * By the clock of the core that runs, which others may be behind or ahead of:
 * for what concerns it alone, as the end of a slice. Differences across a
 * sleep may be negative.
 */
uint64_t local_clock(const struct kernel *k);
uint64_t cycles_to_ns(const struct kernel *k, uint64_t cycles);
uint64_t ns_to_cycles(const struct kernel *k, uint64_t ns);
void timer_arm(struct task_struct *curr, struct timer *timer, uint64_t expires);
bool timer_cancel(struct kernel *k, struct timer *timer);

/* ---- tasks ------------------------------------------------------------------ */

struct task_struct *find_task_by_pid(const struct kernel *k, int pid);
/* A kernel thread, runnable; NULL: out of memory. */
struct task_struct *
kernel_thread(struct task_struct *curr, const char *comm,
	      int (*fn)(struct task_struct *curr, void *arg), void *arg);
/*
 * One that serves the kernel: without files and terminal, a child of pid 1,
 * which reaps it once @fn has returned. NULL: out of memory.
 */
struct task_struct *kthread_run(struct task_struct *curr,
				int (*fn)(struct task_struct *curr, void *data),
				void *data, const char *name);
_Noreturn void do_exit(struct task_struct *curr, int code);
_Noreturn void do_group_exit(struct task_struct *curr, int code);
/* A thread of the kernel's own, not a program that was never loaded. */
static inline bool is_kthread(const struct task_struct *task)
{
	return (task->flags & PF_KTHREAD) && !(task->flags & PF_PROGRAM);
}
/* As /proc/PID/status says it: a letter, and a word for it. */
/* By Linux's numbers: 0 comes first, 120 is usual. */
int task_prio(const struct task_struct *task);
const char *task_state_name(const struct task_struct *task);
/* Over the leaders of all thread groups, oldest first. */
#define for_each_process(pos, k) \
	list_for_each_entry(pos, &(k)->task_list, tasks)

/* A user program's registers, fetched from the core at the first call. */
const struct pt_regs *task_regs(struct task_struct *curr);
/* Its pc alone, for less; @thumb: is its instruction Thumb's? */
vaddr_t task_pc(const struct task_struct *curr, bool *thumb);
/* All of them, to be written back before user mode runs. */
struct pt_regs *task_regs_mut(struct task_struct *curr);

/* ---- address spaces (kernel/task/fork.c, Linux's kernel/fork.c) ------------ */

struct mm_struct *mm_alloc(struct task_struct *curr);
void mmget(struct mm_struct *mm);
/* False: nobody runs in it any more, and its VMAs are gone. */
bool mmget_not_zero(struct mm_struct *mm);
void mmput(struct task_struct *curr, struct mm_struct *mm);
/* Keeps the structure alone, for those who look at it later. */
void mmgrab(struct mm_struct *mm);
void mmdrop(struct task_struct *curr, struct mm_struct *mm);

static inline bool signal_pending(const struct task_struct *task)
{
	return task->sigpending_flag;
}

#endif
