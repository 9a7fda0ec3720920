/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * New tasks and address spaces (Linux: kernel/fork.c). A child shares or
 * copies each of its parent's belongings as the CLONE_ flags say; its memory
 * is copied by dup_mmap(), page tables only. What fails half-way is taken
 * back in reverse order, so a failed fork leaves nothing.
 *
 * The child begins on a kernel stack of its own, at task_main().
 */

#include <linux/sched.h> /* CLONE_*: the same numbers on every architecture */
#include <string.h>
#include <sys/prctl.h>

#include "kernel/arch/arm/entry.h"
#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/thread_info.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/block/ioprio.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/aio.h"
#include "kernel/fs/fs.h"
#include "kernel/ipc/sem.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/khugepaged.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "kernel/task/pidfd.h"
#include "kernel/task/rseq.h"
#include "kernel/task/sched_policy.h"
#include "kernel/task/signal.h"
#include "kernel/task/stack.h"
#include "kernel/task/sys.h"

enum {
	MAX_THREADS_SHARE = 8, /* stacks may fill an eighth of memory */
	MIN_THREADS = 20,
	DEFAULT_TIMER_SLACK_NS = 50000,
};

void fork_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct sched_state *sched = &k->sched;
	uint64_t threads = k->mem.totalram_pages * PAGE_SIZE /
			   (THREAD_SIZE * MAX_THREADS_SHARE);

	sched->task_cachep = KMEM_CACHE(curr, task_struct,
					ARM_SIZEOF_TASK_STRUCT, SLAB_PANIC);
	sched->max_threads = threads < MIN_THREADS ? MIN_THREADS : (int)threads;
	cred_init(curr);
	uts_init(k);
	curr->mce_kill = PR_MCE_KILL_DEFAULT;
	curr->loginuid = curr->sessionid = UINT32_MAX;
	curr->timer_slack_ns = DEFAULT_TIMER_SLACK_NS;
	curr->default_timer_slack_ns = DEFAULT_TIMER_SLACK_NS;
	signals_init(curr);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		curr->signal->rlim[i] = (struct rlimit){RLIM_INFINITY,
							RLIM_INFINITY};
	curr->signal->rlim[RLIMIT_STACK].rlim_cur = 8 << 20;
	curr->signal->rlim[RLIMIT_CORE].rlim_cur = 0;
	curr->signal->rlim[RLIMIT_NOFILE] = (struct rlimit){1024, 4096};
	curr->signal->rlim[RLIMIT_MEMLOCK] = (struct rlimit){8 << 20, 8 << 20};
	curr->signal->rlim[RLIMIT_MSGQUEUE] = (struct rlimit){819200, 819200};
	curr->signal->rlim[RLIMIT_NICE] = (struct rlimit){0, 0};
	curr->signal->rlim[RLIMIT_RTPRIO] = (struct rlimit){0, 0};
	curr->signal->rlim[RLIMIT_NPROC].rlim_cur =
		(uint32_t)sched->max_threads / 2;
	curr->signal->rlim[RLIMIT_NPROC].rlim_max =
		(uint32_t)sched->max_threads / 2;
	curr->signal->rlim[RLIMIT_SIGPENDING] =
		curr->signal->rlim[RLIMIT_NPROC];
}

/* ---- address spaces ------------------------------------------------------- */

struct mm_struct *mm_alloc(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct mm_struct *mm = kmem_cache_zalloc(curr, k->user.mm_cachep,
						 GFP_KERNEL);

	if (!mm)
		return NULL;
	mm->k = k;
	mm->mm_users = 1;
	mm->mm_count = 1;
	mm->task_size = k->arch.task_size;
	mm->dump_filter = curr->mm ? curr->mm->dump_filter
				   : DEFAULT_DUMP_FILTER;
	init_rwsem(&mm->mmap_lock);
	INIT_LIST_HEAD(&mm->mmlist);
	init_new_context(mm);
	if (pgd_alloc(curr, mm)) {
		kmem_cache_free(curr, k->user.mm_cachep, mm);
		return NULL;
	}
	return mm;
}

void mmget(struct mm_struct *mm)
{
	mm->mm_users++;
}

bool mmget_not_zero(struct mm_struct *mm)
{
	if (!mm->mm_users)
		return false;
	mm->mm_users++;
	return true;
}

/* The last user empties it; the table itself goes with the last mmdrop(). */
void mmput(struct task_struct *curr, struct mm_struct *mm)
{
	if (--mm->mm_users)
		return;
	ksm_exit(curr, mm);
	khugepaged_exit(curr, mm);
	exit_aio(curr, mm);
	exit_mmap(curr, mm);
	oom_reap_cancel(curr, mm);
	if (!list_empty(&mm->mmlist))
		list_del_init(&mm->mmlist);
	if (mm->exe_file)
		fput(curr, mm->exe_file);
	mm->exe_file = NULL;
	mmdrop(curr, mm);
}

void mmgrab(struct mm_struct *mm)
{
	mm->mm_count++;
}

void mmdrop(struct task_struct *curr, struct mm_struct *mm)
{
	BUG_ON(mm->mm_count <= 0);
	if (--mm->mm_count)
		return;
	pgd_free(curr, mm);
	kmem_cache_free(curr, curr->k->user.mm_cachep, mm);
}

/* Field by field: the lock, the tables and the counts are the child's own. */
static void copy_layout(struct mm_struct *mm, const struct mm_struct *old)
{
	mm->def_flags = 0; /* mlockall() is not inherited */
	mm->vmas_apart = old->vmas_apart;
	mm->mmap_base = old->mmap_base;
	mm->mmap_legacy_base = old->mmap_legacy_base;
	mm->start_code = old->start_code;
	mm->end_code = old->end_code;
	mm->start_data = old->start_data;
	mm->end_data = old->end_data;
	mm->start_brk = old->start_brk;
	mm->brk = old->brk;
	mm->start_stack = old->start_stack;
	mm->arg_start = old->arg_start;
	mm->arg_end = old->arg_end;
	mm->env_start = old->env_start;
	mm->env_end = old->env_end;
	memcpy(mm->saved_auxv, old->saved_auxv, sizeof(mm->saved_auxv));
	mm->dumpable = old->dumpable;
	mm->thp_disabled = old->thp_disabled;
	mm->context.sigpage = old->context.sigpage;
	mm->context.vdso = old->context.vdso;
	mm->exe_file = old->exe_file;
	if (mm->exe_file)
		get_file(mm->exe_file);
}

/*
 * Processes that share their memory have one oom_score_adj. Threads have it
 * anyway, and a child of vfork() may want its own.
 */
static void copy_oom_score_adj(struct task_struct *child, uint64_t flags)
{
	if (child->mm &&
	    (flags & (CLONE_VM | CLONE_THREAD | CLONE_VFORK)) == CLONE_VM)
		child->mm->flags |= MMF_MULTIPROCESS;
}

static int copy_mm(struct task_struct *curr, struct task_struct *child,
		   uint64_t flags)
{
	struct mm_struct *mm;
	int err;

	if (!curr->mm)
		return 0; /* a kernel thread's child is one too */
	if (flags & CLONE_VM) {
		mmget(curr->mm);
		child->mm = curr->mm;
		return 0;
	}
	charge_price(curr, PRICE_TASK);
	touch_path(curr, TOUCH_TASK, 0, 0);
	mm = mm_alloc(curr);
	if (!mm)
		return -ENOMEM;
	copy_layout(mm, curr->mm);
	err = dup_mmap(curr, mm, curr->mm);
	if (err) {
		mmput(curr, mm);
		return err;
	}
	khugepaged_fork(mm, curr->mm);
	child->mm = mm;
	return 0;
}

/* ---- the other belongings -------------------------------------------------------- */

static int copy_files(struct task_struct *curr, struct task_struct *child,
		      uint64_t flags)
{
	if (!curr->files)
		return 0;
	if (flags & CLONE_FILES) {
		get_files(curr->files);
		child->files = curr->files;
		return 0;
	}
	child->files = dup_fd(curr, curr->files);
	return child->files ? 0 : -ENOMEM;
}

static int copy_fs(struct task_struct *curr, struct task_struct *child,
		   uint64_t flags)
{
	if (!curr->fs)
		return 0;
	if (flags & CLONE_FS) {
		get_fs(curr->fs);
		child->fs = curr->fs;
		return 0;
	}
	child->fs = copy_fs_struct(curr, curr->fs);
	return child->fs ? 0 : -ENOMEM;
}

static int copy_sighand(struct task_struct *curr, struct task_struct *child,
			uint64_t flags)
{
	if (flags & CLONE_SIGHAND) {
		curr->sighand->refcount++;
		child->sighand = curr->sighand;
		return 0;
	}
	child->sighand = kmem_cache_alloc(curr, curr->k->sched.sighand_cachep,
					  GFP_KERNEL);
	if (!child->sighand)
		return -ENOMEM;
	*child->sighand = *curr->sighand;
	child->sighand->refcount = 1;
	if (flags & CLONE_CLEAR_SIGHAND)
		flush_signal_handlers(child);
	init_waitqueue_head(&child->sighand->signalfd_wqh);
	return 0;
}

static int copy_signal(struct task_struct *curr, struct task_struct *child,
		       uint64_t flags)
{
	struct signal_struct *sig;

	if (flags & CLONE_THREAD) {
		child->signal = curr->signal;
		child->signal->refcount++;
		child->signal->nr_threads++;
		child->signal->live++;
		return 0;
	}
	sig = kmem_cache_zalloc(curr, curr->k->sched.signal_cachep, GFP_KERNEL);
	if (!sig)
		return -ENOMEM;
	child->signal = sig;
	sig->refcount = 1;
	sig->nr_threads = 1;
	sig->live = 1;
	INIT_LIST_HEAD(&sig->thread_head);
	INIT_LIST_HEAD(&sig->posix_timers);
	init_waitqueue_head(&sig->wait_chldexit);
	INIT_LIST_HEAD(&sig->shared_pending.list);
	memcpy(sig->rlim, curr->signal->rlim, sizeof(sig->rlim));
	update_cpu_timers_active(sig);
	change_pid(curr, &sig->pgrp, curr->signal->pgrp);
	change_pid(curr, &sig->session, curr->signal->session);
	tty_inherit(curr, sig);
	sig->oom_score_adj = curr->signal->oom_score_adj;
	sig->oom_score_adj_min = curr->signal->oom_score_adj_min;
	return 0;
}

/* Drops a reference; the last one takes the structure along. */
static void put_signal_struct(struct task_struct *curr,
			      struct signal_struct *sig)
{
	if (--sig->refcount)
		return;
	flush_sigqueue(curr, &sig->shared_pending);
	proc_clear_tty(curr, sig);
	change_pid(curr, &sig->tty_old_pgrp, 0);
	change_pid(curr, &sig->pgrp, 0);
	change_pid(curr, &sig->session, 0);
	if (sig->oom_mm)
		mmdrop(curr, sig->oom_mm);
	kmem_cache_free(curr, curr->k->sched.signal_cachep, sig);
}

static void put_signal(struct task_struct *curr, struct task_struct *child)
{
	child->signal->nr_threads--;
	child->signal->live--;
	put_signal_struct(curr, child->signal);
}

/* ---- the task itself --------------------------------------------------------------- */

static int alloc_kernel_stack(struct task_struct *curr,
			      struct task_struct *task)
{
	if (alloc_thread_stack(curr, task))
		return -ENOMEM;
	task->stack = fiber_create(&curr->k->sched.fibers, task_main, task);
	if (task->stack)
		return 0;
	free_thread_stack(curr, task);
	return -ENOMEM;
}

static void free_kernel_stack(struct task_struct *curr,
			      struct task_struct *task)
{
	free_thread_stack(curr, task);
	fiber_destroy(&curr->k->sched.fibers, task->stack);
}

/* What a child has that is its own from the first moment. */
static void reset_child(struct task_struct *curr, struct task_struct *child)
{
	child->mm = NULL;
	child->active_mm = NULL;
	child->files = NULL;
	child->fs = NULL;
	child->cpu = curr->cpu;
	child->exit_state = 0;
	child->flags = (curr->flags & ~(PF_KTHREAD | PF_EXITING | PF_PROGRAM)) |
		       PF_FORKNOEXEC;
	INIT_LIST_HEAD(&child->children);
	INIT_LIST_HEAD(&child->pending.list);
	child->pending.signal = 0;
	child->sigpending_flag = false;
	child->restore_sigmask = false;
	child->set_child_tid = 0;
	child->clear_child_tid = 0;
	child->robust_list = 0;
	INIT_LIST_HEAD(&child->pi_state_list);
	child->pi_state_cache = NULL;
	child->pi_blocked_on = NULL;
	child->io_context = NULL;
	child->vfork_waiter = NULL;
	child->rss_stat = (struct task_rss_stat){0};
	child->min_flt = 0;
	child->maj_flt = 0;
	child->utime = 0;
	child->stime = 0;
	child->nvcsw = 0;
	child->nivcsw = 0;
	child->ioac = (struct task_io_accounting){0};
	child->pdeath_signal = 0;
	child->default_timer_slack_ns = curr->timer_slack_ns;
	child->on_rq = false;
	sched_fork(child);
	child->start_time = sched_clock_cycles(curr->k);
	child->in_interrupt = child->pagefault_disabled = 0;
	child->in_softirq = false;
	child->kmap_ctrl.idx = 0;
	child->memalloc_depth = 0;
	child->fail_nth = 0;
	child->kthread_fn = NULL;
	child->kthread = NULL;
	child->sleeps_in_arm = false;
	child->kcall = NULL;
	child->restart_block.fn = NULL;
}

/* A copy of @curr's task_struct with a stack of its own. */
static struct task_struct *dup_task_struct(struct task_struct *curr)
{
	struct task_struct *child =
		kmem_cache_alloc(curr, curr->k->sched.task_cachep, GFP_KERNEL);

	if (!child)
		return NULL;
	if (curr->mm) {
		task_regs(curr);
		task_vfp_mut(curr);
	}
	*child = *curr;
	reset_child(curr, child);
	child->mempolicy = NULL; /* while it isn't alive */
	if (alloc_kernel_stack(curr, child)) {
		kmem_cache_free(curr, curr->k->sched.task_cachep, child);
		return NULL;
	}
	get_cred(child);
	return child;
}

static void free_task(struct task_struct *curr, struct task_struct *task)
{
	put_cred(curr, task);
	free_kernel_stack(curr, task);
	kmem_cache_free(curr, curr->k->sched.task_cachep, task);
}

static void set_user_state(struct task_struct *child,
			   const struct kernel_clone_args *args)
{
	child->regs_loaded = true;
	child->regs_dirty = true;
	child->regs.r[0] = 0;
	if (args->stack)
		child->regs.r[13] = args->stack;
	if (args->flags & CLONE_SETTLS)
		child->tls = args->tls;
	if (args->flags & CLONE_CHILD_SETTID)
		child->set_child_tid = args->child_tid;
	if (args->flags & CLONE_CHILD_CLEARTID)
		child->clear_child_tid = args->child_tid;
	if ((args->flags & CLONE_VM) && !(args->flags & CLONE_VFORK))
		sas_reset(child);
	child->syscall_nr = -1;
}

/* Makes the child findable: pid, family, thread group. */
static void link_child(struct task_struct *curr, struct task_struct *child,
		       const struct kernel_clone_args *args)
{
	struct kernel *k = curr->k;

	child->pid = child->thread_pid->nr;
	if (args->flags & CLONE_THREAD) {
		child->tgid = curr->tgid;
		child->group_leader = curr->group_leader;
		child->exit_signal = -1;
		child->real_parent = curr->real_parent;
	} else {
		child->tgid = child->pid;
		child->group_leader = child;
		/* who makes a sibling doesn't choose what its parent gets */
		child->exit_signal = args->flags & CLONE_PARENT
					     ? curr->group_leader->exit_signal
					     : args->exit_signal;
		child->real_parent = args->flags & CLONE_PARENT
					     ? curr->real_parent
					     : curr->group_leader;
		list_add_tail(&child->sibling, &child->real_parent->children);
		list_add_tail(&child->tasks, &k->task_list);
	}
	child->parent = child->real_parent;
	list_add_tail(&child->thread_node, &child->signal->thread_head);
	k->sched.nr_threads++;
	k->sched.total_forks++;
	init_task_words(child);
}

static int copy_belongings(struct task_struct *curr, struct task_struct *child,
			   uint64_t flags)
{
	int err = copy_semundo(curr, child, flags & CLONE_SYSVSEM);

	if (err)
		return err;
	err = copy_files(curr, child, flags);
	if (err)
		goto out_semundo;
	err = copy_fs(curr, child, flags);
	if (err)
		goto out_files;
	err = copy_sighand(curr, child, flags);
	if (err)
		goto out_fs;
	err = copy_signal(curr, child, flags);
	if (err)
		goto out_sighand;
	err = copy_mm(curr, child, flags);
	if (err)
		goto out_signal;
	err = copy_io(curr, child, flags & CLONE_IO);
	if (err)
		goto out_mm;
	return 0;
out_mm:
	if (child->mm)
		mmput(curr, child->mm);
out_signal:
	put_signal(curr, child);
out_sighand:
	put_sighand(curr, child->sighand);
out_fs:
	if (child->fs)
		put_fs(curr, child->fs);
out_files:
	if (child->files)
		put_files(curr, child->files);
out_semundo:
	exit_sem(child);
	return err;
}

static void drop_belongings(struct task_struct *curr, struct task_struct *child)
{
	exit_io_context(curr, child);
	if (child->mm)
		mmput(curr, child->mm);
	put_signal(curr, child);
	put_sighand(curr, child->sighand);
	if (child->fs)
		put_fs(curr, child->fs);
	if (child->files)
		put_files(curr, child->files);
	exit_sem(child);
}

static int check_clone_flags(const struct task_struct *curr, uint64_t flags)
{
	const struct sched_state *sched = &curr->k->sched;

	if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND))
		return -EINVAL;
	if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
		return -EINVAL;
	if (flags & CLONE_PIDFD && flags & (CLONE_DETACHED | CLONE_THREAD))
		return -EINVAL;
	/* MODEL: one namespace of each kind */
	if (flags & (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
		     CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP))
		return capable(curr, CAP_SYS_ADMIN) ? -EINVAL : -EPERM;
	if (curr->cred.uid && !capable(curr, CAP_SYS_RESOURCE) &&
	    !capable(curr, CAP_SYS_ADMIN) && nproc_exceeded(curr))
		return -EAGAIN;
	if (sched->nr_threads >= sched->max_threads)
		return -EAGAIN;
	return 0;
}

/* The parent's descriptor of the child, not yet open. */
struct pidfd {
	uint32_t fd;
	struct file *file; /* NULL: none was asked for */
};

static void drop_pidfd(struct task_struct *curr, const struct pidfd *pidfd)
{
	if (!pidfd->file)
		return;
	put_unused_fd(curr, pidfd->fd);
	fput(curr, pidfd->file);
}

/* With CLONE_PIDFD, a number and a file, and the parent is told. 0 or -errno. */
static int prepare_pidfd(struct task_struct *curr, struct pid *pid,
			 const struct kernel_clone_args *args,
			 struct pidfd *pidfd)
{
	struct file *file;
	int fd;

	if (!(args->flags & CLONE_PIDFD))
		return 0;
	fd = get_unused_fd_flags(curr, O_CLOEXEC);
	if (fd < 0)
		return fd;
	file = pidfd_create(curr, pid, 0);
	if (IS_ERR(file)) {
		put_unused_fd(curr, (uint32_t)fd);
		return (int)PTR_ERR(file);
	}
	*pidfd = (struct pidfd){(uint32_t)fd, file};
	if (!put_user_u32(curr, (uint32_t)fd, args->pidfd))
		return 0;
	drop_pidfd(curr, pidfd);
	return -EFAULT;
}

static struct task_struct *copy_process(struct task_struct *curr,
					const struct kernel_clone_args *args)
{
	struct pidfd pidfd = {0};
	struct task_struct *child;
	int err = check_clone_flags(curr, args->flags);

	if (err)
		return ERR_PTR(err);
	child = dup_task_struct(curr);
	if (!child)
		return ERR_PTR(-ENOMEM);
	err = copy_belongings(curr, child, args->flags);
	if (err)
		goto out_task;
	child->thread_pid = alloc_pid(curr, child);
	if (IS_ERR(child->thread_pid)) {
		err = (int)PTR_ERR(child->thread_pid);
		goto out_belongings;
	}
	err = prepare_pidfd(curr, child->thread_pid, args, &pidfd);
	if (err)
		goto out_pid;
	/* from here on it would be killed by whoever kills its group */
	if (fatal_signal_pending(curr)) {
		err = -EINTR;
		goto out_pidfd;
	}
	if (pidfd.file)
		fd_install(curr, pidfd.fd, pidfd.file);
	copy_oom_score_adj(child, args->flags);
	rseq_fork(child, args->flags);
	child->mempolicy = mpol_get(curr->mempolicy);
	set_user_state(child, args);
	link_child(curr, child, args);
	return child;
out_pidfd:
	drop_pidfd(curr, &pidfd);
out_pid:
	free_pid(curr, child->thread_pid);
out_belongings:
	drop_belongings(curr, child);
out_task:
	free_task(curr, child);
	return ERR_PTR(err);
}

/* A killed parent waits no longer; the child then finds no one to wake. */
static void wait_for_vfork_done(struct task_struct *curr, int pid)
{
	for (;;) {
		struct task_struct *child = find_task_by_pid(curr->k, pid);

		if (!child || child->vfork_waiter != curr)
			return;
		curr->state = TASK_KILLABLE;
		if (signal_pending_state(curr->state, curr)) {
			curr->state = TASK_RUNNING;
			child->vfork_waiter = NULL;
			return;
		}
		schedule(curr);
	}
}

int32_t kernel_clone(struct task_struct *curr,
		     const struct kernel_clone_args *args)
{
	const uint64_t both = CLONE_PIDFD | CLONE_PARENT_SETTID;
	struct task_struct *child;
	int pid;

	if ((args->flags & both) == both && args->pidfd == args->parent_tid)
		return -EINVAL;
	child = copy_process(curr, args);
	if (IS_ERR(child))
		return (int32_t)PTR_ERR(child);
	pid = child->pid;
	if (trace_enabled(curr->k, TRACE_sched_process_fork))
		trace_event(curr->k, TRACE_sched_process_fork,
			    "comm=%s pid=%d child_comm=%s child_pid=%d",
			    curr->comm, curr->pid, child->comm, pid);
	if (args->flags & CLONE_PARENT_SETTID)
		put_user_u32(curr, (uint32_t)pid, args->parent_tid);
	if (args->flags & CLONE_VFORK)
		child->vfork_waiter = curr;
	wake_up_new_task(curr, child);
	if (args->flags & CLONE_VFORK)
		wait_for_vfork_done(curr, pid);
	return pid;
}

struct task_struct *
kernel_thread(struct task_struct *curr, const char *comm,
	      int (*fn)(struct task_struct *curr, void *arg), void *arg)
{
	struct kernel_clone_args args = {
		.flags = CLONE_FS | CLONE_FILES,
		.exit_signal = SIGCHLD,
	};
	struct mm_struct *mm = curr->mm;
	struct task_struct *task;

	curr->mm = NULL; /* a kernel thread takes no address space along */
	task = copy_process(curr, &args);
	curr->mm = mm;
	if (IS_ERR(task))
		return NULL;
	task->flags |= PF_KTHREAD;
	task->cpus_mask = (1u << curr->k->hw.nr_cpus) - 1;
	task->kthread_fn = fn;
	task->kthread_arg = arg;
	set_task_comm(task, comm);
	wake_up_new_task(curr, task);
	return task;
}

struct task_struct *kthread_run(struct task_struct *curr,
				int (*fn)(struct task_struct *curr, void *data),
				void *data, const char *name)
{
	struct task_struct *task = kernel_thread(curr, name, fn, data);
	struct task_struct *init = curr->k->sched.init;

	if (!task)
		return NULL;
	/* nothing of whoever happens to run */
	if (task->files)
		put_files(curr, task->files);
	if (task->fs)
		put_fs(curr, task->fs);
	task->files = NULL;
	task->fs = NULL;
	change_pid(curr, &task->signal->pgrp, 0);
	change_pid(curr, &task->signal->session, 0);
	proc_clear_tty(curr, task->signal);
	task->real_parent = task->parent = init;
	list_move_tail(&task->sibling, &init->children);
	return task;
}

void task_main(void *arg)
{
	struct task_struct *curr = arg;

	finish_task_switch(curr);
	if (curr->kthread_fn) {
		int code = curr->kthread_fn(curr, curr->kthread_arg);

		/* a thread that ended in execve is a process now */
		if (!curr->mm)
			do_exit(curr, code);
	}
	if (curr->set_child_tid)
		put_user_u32(curr, (uint32_t)curr->pid, curr->set_child_tid);
	exit_to_user_mode(curr);
	for (;;) {
		leave_kernel(curr, KERNEL_RUN);
		take_trap(curr, &curr->cpu->trap);
	}
}

void release_task(struct task_struct *curr, struct task_struct *task)
{
	struct kernel *k = curr->k;

	list_del(&task->thread_node);
	if (task->group_leader == task) {
		list_del(&task->sibling);
		list_del(&task->tasks);
	}
	flush_sigqueue(curr, &task->pending);
	free_pid(curr, task->thread_pid);
	task->signal->nr_threads--;
	wake_up_all(curr, &task->signal->wait_chldexit);
	put_signal_struct(curr, task->signal);
	k->sched.nr_threads--;
	free_task(curr, task);
}
