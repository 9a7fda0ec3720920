/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sys.h"

/*
 * Groups, sessions, limits, users and the figures about a process (Linux:
 * kernel/sys.c). Structures are written to user memory word by word in ARM's
 * layout, so nothing of the host's leaks into them.
 */

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/banner.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "kernel/task/loadavg.h"
#include "kernel/task/pidfd.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

enum {
	USER_HZ = 100,
	NSEC_PER_USEC = 1000
};
/* linux/resource.h, whose rlimit names are ours already */
enum {
	RUSAGE_CHILDREN = -1,
	RUSAGE_SELF,
	RUSAGE_THREAD
};

static int32_t put_words(struct task_struct *curr, vaddr_t to,
			 const uint32_t *word, uint32_t nr)
{
	return copy_to_user(curr, to, word, nr * 4) ? -EFAULT : 0;
}

/* ---- groups and sessions --------------------------------------------------------- */

static struct task_struct *process_by_pid(struct task_struct *curr, int pid)
{
	struct task_struct *task = pid ? find_task_by_pid(curr->k, pid) : curr;

	return task ? task->group_leader : NULL;
}

static bool group_in_session(const struct task_struct *curr, int pgid,
			     int session)
{
	const struct task_struct *member = find_task_in_pgrp(curr->k, pgid);

	return member && member->signal->session == session;
}

int32_t do_setpgid(struct task_struct *curr, int pid, int pgid)
{
	struct task_struct *task = process_by_pid(curr, pid);

	if ((pgid ? pgid : pid) < 0)
		return -EINVAL;
	if (!task)
		return -ESRCH;
	if (task->real_parent == curr->group_leader) {
		if (task->signal->session != curr->signal->session)
			return -EPERM;
		if (!(task->flags & PF_FORKNOEXEC))
			return -EACCES;
	} else if (task != curr->group_leader) {
		return -ESRCH;
	}
	if (task->signal->leader)
		return -EPERM;
	if (!pgid)
		pgid = task->pid;
	if (pgid != task->pid &&
	    !group_in_session(curr, pgid, curr->signal->session))
		return -EPERM;
	change_pid(curr, &task->signal->pgrp, pgid);
	return 0;
}

int32_t do_getpgid(struct task_struct *curr, int pid)
{
	struct task_struct *task = process_by_pid(curr, pid);

	return task ? task->signal->pgrp : -ESRCH;
}

int32_t do_getsid(struct task_struct *curr, int pid)
{
	struct task_struct *task = process_by_pid(curr, pid);

	return task ? task->signal->session : -ESRCH;
}

int32_t do_setsid(struct task_struct *curr)
{
	struct signal_struct *sig = curr->signal;

	if (sig->leader || find_task_in_pgrp(curr->k, curr->tgid))
		return -EPERM;
	sig->leader = true;
	change_pid(curr, &sig->session, curr->tgid);
	change_pid(curr, &sig->pgrp, curr->tgid);
	proc_clear_tty(curr, sig);
	return curr->tgid;
}

/* ---- limits ------------------------------------------------------------------------ */

static uint64_t limit_to_64(uint32_t limit)
{
	return limit == RLIM_INFINITY ? UINT64_MAX : limit;
}

static uint32_t limit_from_64(uint64_t limit)
{
	return limit >= RLIM_INFINITY ? RLIM_INFINITY : (uint32_t)limit;
}

static int32_t set_limit(struct task_struct *curr, struct task_struct *task,
			 uint32_t resource, struct rlimit new)
{
	struct rlimit *limit = &task->signal->rlim[resource];

	if (new.rlim_cur > new.rlim_max)
		return -EINVAL;
	if (new.rlim_max > limit->rlim_max && !capable(curr, CAP_SYS_RESOURCE))
		return -EPERM;
	*limit = new;
	if (resource == RLIMIT_CPU)
		update_cpu_timers_active(task->signal);
	return 0;
}

static bool may_prlimit(const struct task_struct *curr,
			const struct task_struct *task)
{
	const uint32_t uid = curr->cred.uid, gid = curr->cred.gid;
	const struct cred *other = &task->cred;

	if (curr == task || capable(curr, CAP_SYS_RESOURCE))
		return true;
	return uid == other->euid && uid == other->suid && uid == other->uid &&
	       gid == other->egid && gid == other->sgid && gid == other->gid;
}

int32_t do_prlimit64(struct task_struct *curr, int pid, uint32_t resource,
		     vaddr_t new_limit, vaddr_t old_limit)
{
	struct task_struct *task = process_by_pid(curr, pid);
	uint64_t pair[2];
	struct rlimit old;

	if (new_limit && copy_from_user(curr, pair, new_limit, sizeof(pair)))
		return -EFAULT;
	if (!task)
		return -ESRCH;
	if (!may_prlimit(curr, task))
		return -EPERM;
	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	old = task->signal->rlim[resource];
	if (new_limit) {
		int32_t err;

		err = set_limit(curr, task, resource,
				(struct rlimit){limit_from_64(pair[0]),
						limit_from_64(pair[1])});
		if (err)
			return err;
	}
	if (!old_limit)
		return 0;
	pair[0] = limit_to_64(old.rlim_cur);
	pair[1] = limit_to_64(old.rlim_max);
	return copy_to_user(curr, old_limit, pair, sizeof(pair)) ? -EFAULT : 0;
}

int32_t do_getrlimit(struct task_struct *curr, uint32_t resource, vaddr_t to)
{
	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	return put_words(curr, to,
			 (uint32_t[]){curr->signal->rlim[resource].rlim_cur,
				      curr->signal->rlim[resource].rlim_max},
			 2);
}

int32_t do_setrlimit(struct task_struct *curr, uint32_t resource, vaddr_t from)
{
	uint32_t pair[2];

	if (copy_from_user(curr, pair, from, sizeof(pair)))
		return -EFAULT;
	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	return set_limit(curr, curr, resource,
			 (struct rlimit){pair[0], pair[1]});
}

/* ---- usage ------------------------------------------------------------------------- */

static void put_timeval(const struct kernel *k, uint64_t cycles, uint32_t to[2])
{
	uint64_t usec = cycles_to_ns(k, cycles) / NSEC_PER_USEC;

	to[0] = (uint32_t)(usec / 1000000);
	to[1] = (uint32_t)(usec % 1000000);
}

int32_t put_rusage(struct task_struct *curr, const struct rusage_counts *usage,
		   vaddr_t to)
{
	uint32_t word[18] = {0};

	put_timeval(curr->k, usage->utime, &word[0]);
	put_timeval(curr->k, usage->stime, &word[2]);
	word[4] = usage->maxrss * (PAGE_SIZE / 1024);
	word[8] = (uint32_t)usage->min_flt;
	word[9] = (uint32_t)usage->maj_flt;
	word[16] = (uint32_t)usage->nvcsw;
	word[17] = (uint32_t)usage->nivcsw;
	return put_words(curr, to, word, 18);
}

int32_t do_getrusage(struct task_struct *curr, int who, vaddr_t to)
{
	struct rusage_counts usage;

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN &&
	    who != RUSAGE_THREAD)
		return -EINVAL;
	account_kernel_time(curr);
	getrusage_counts(curr, who == RUSAGE_CHILDREN, &usage);
	if (who == RUSAGE_THREAD) {
		usage.utime = curr->utime;
		usage.stime = curr->stime;
		usage.min_flt = curr->min_flt;
		usage.maj_flt = curr->maj_flt;
	}
	return put_rusage(curr, &usage, to);
}

static uint32_t cycles_to_clock_t(const struct kernel *k, uint64_t cycles)
{
	return (uint32_t)(cycles_to_ns(k, cycles) / (1000000000 / USER_HZ));
}

int32_t do_times(struct task_struct *curr, vaddr_t to)
{
	const struct kernel *k = curr->k;
	struct rusage_counts self, children;
	uint32_t now = cycles_to_clock_t(k, sched_clock_cycles(k));

	account_kernel_time(curr);
	getrusage_counts(curr, false, &self);
	getrusage_counts(curr, true, &children);
	if (to && put_words(curr, to,
			    (uint32_t[]){cycles_to_clock_t(k, self.utime),
					 cycles_to_clock_t(k, self.stime),
					 cycles_to_clock_t(k, children.utime),
					 cycles_to_clock_t(k, children.stime)},
			    4))
		return -EFAULT;
	return (int32_t)(now & 0x7fffffff);
}

int32_t do_getcpu(struct task_struct *curr, vaddr_t ucpu, vaddr_t unode)
{
	const uint32_t cpu = (uint32_t)curr->cpu->id;

	if (ucpu && put_user_u32(curr, cpu, ucpu))
		return -EFAULT;
	if (unode && put_user_u32(curr, curr->k->mem.cpu_node[cpu], unode))
		return -EFAULT;
	return 0;
}

int32_t do_sysinfo(struct task_struct *curr, vaddr_t to)
{
	struct kernel *k = curr->k;
	uint32_t word[16] = {0}, total_swap, free_swap;

	si_swapinfo(k, &total_swap, &free_swap);
	word[0] =
		(uint32_t)(cycles_to_ns(k, sched_clock_cycles(k)) / 1000000000);
	get_avenrun(k, word + 1, 0, SI_LOAD_SHIFT - FSHIFT);
	word[4] = (uint32_t)(k->mem.totalram_pages * PAGE_SIZE);
	word[5] = (uint32_t)(global_page_state(k, NR_FREE_PAGES) * PAGE_SIZE);
	word[6] = (uint32_t)(global_page_state(k, NR_SHMEM) * PAGE_SIZE);
	word[8] = total_swap * PAGE_SIZE;
	word[9] = free_swap * PAGE_SIZE;
	word[10] = (uint32_t)k->sched.nr_threads; /* 16 bits and padding */
	word[13] = 1; /* mem_unit */
	return put_words(curr, to, word, 16);
}

/* ---- waiting ----------------------------------------------------------------------- */

int32_t do_wait4(struct task_struct *curr, int pid, vaddr_t stat, int options,
		 vaddr_t rusage)
{
	struct wait_opts opts = {.pid = pid, .options = options | WEXITED};
	int32_t got;

	if ((uint32_t)options & ~(uint32_t)(WNOHANG | WUNTRACED | WCONTINUED |
					    __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	got = do_wait(curr, &opts);
	if (got <= 0)
		return got;
	if (stat && put_user_u32(curr, (uint32_t)opts.stat, stat))
		return -EFAULT;
	if (rusage && put_rusage(curr, &opts.rusage, rusage))
		return -EFAULT;
	return got;
}

static int32_t put_wait_info(struct task_struct *curr,
			     const struct ksiginfo *info, vaddr_t to)
{
	uint32_t word[6] = {(uint32_t)info->signo,
			    (uint32_t)info->err,
			    (uint32_t)info->code,
			    (uint32_t)info->pid,
			    info->uid,
			    (uint32_t)info->status};

	return put_words(curr, to, word, 6);
}

/* For the process behind a pidfd, which says whether to wait at all. */
static int32_t wait_by_pidfd(struct task_struct *curr, int fd,
			     struct wait_opts *opts)
{
	uint32_t file_flags;
	struct pid *pid;
	bool nonblock;
	int32_t got;

	if (fd < 0)
		return -EINVAL;
	pid = pidfd_get_pid(curr, fd, &file_flags);
	if (IS_ERR(pid))
		return (int32_t)PTR_ERR(pid);
	nonblock = file_flags & O_NONBLOCK && !(opts->options & WNOHANG);
	if (nonblock)
		opts->options |= WNOHANG;
	opts->pid = pid->nr;
	got = pid->task ? do_wait(curr, opts) : -ECHILD;
	put_pid(curr, pid);
	return got || !nonblock ? got : -EAGAIN;
}

/* pid, 0 or -errno. */
static int32_t wait_by_id(struct task_struct *curr, int which, int pid,
			  struct wait_opts *opts)
{
	const uint32_t events = WEXITED | WSTOPPED | WCONTINUED;
	const uint32_t options = (uint32_t)opts->options;

	if (options & ~(WNOHANG | WNOWAIT | events | __WNOTHREAD | __WCLONE |
			__WALL) ||
	    !(options & events))
		return -EINVAL;
	switch (which) {
	case P_ALL:
		opts->pid = -1;
		break;
	case P_PID:
		if (pid <= 0)
			return -EINVAL;
		opts->pid = pid;
		break;
	case P_PGID:
		if (pid < 0)
			return -EINVAL;
		opts->pid = pid ? -pid : 0;
		break;
	case P_PIDFD:
		return wait_by_pidfd(curr, pid, opts);
	default:
		return -EINVAL;
	}
	return do_wait(curr, opts);
}

int32_t do_waitid(struct task_struct *curr, int which, int pid, vaddr_t info,
		  int options, vaddr_t rusage)
{
	struct wait_opts opts = {.options = options, .keep = options & WNOWAIT};
	const int32_t got = wait_by_id(curr, which, pid, &opts);

	if (got > 0 && rusage && put_rusage(curr, &opts.rusage, rusage))
		return -EFAULT;
	/* also of an error: zeros */
	if (info && put_wait_info(curr, &opts.info, info))
		return -EFAULT;
	return got < 0 ? got : 0;
}
/* ---- odds and ends --------------------------------------------------------------------- */

int32_t do_getrandom(struct task_struct *curr, vaddr_t to, uint32_t nr_bytes,
		     uint32_t flags)
{
	uint8_t chunk[256];
	uint32_t done = 0;

	if (flags & ~7u)
		return -EINVAL;
	if (nr_bytes > MAX_RW_COUNT)
		nr_bytes = MAX_RW_COUNT;
	while (done < nr_bytes) {
		uint32_t part = nr_bytes - done;

		if (part > sizeof(chunk))
			part = sizeof(chunk);
		get_random_bytes(curr->k, chunk, part);
		if (copy_to_user(curr, to + done, chunk, part))
			return done ? (int32_t)done : -EFAULT;
		done += part;
		if (done % PAGE_SIZE)
			continue;
		if (signal_pending(curr))
			break;
		cond_resched(curr);
	}
	return (int32_t)done;
}

/* ---- the kernel's log (kernel/printk/printk.c) -------------------------- */

enum {
	SYSLOG_ACTION_CLOSE = 0,
	SYSLOG_ACTION_OPEN = 1,
	SYSLOG_ACTION_READ_ALL = 3,
	SYSLOG_ACTION_READ_CLEAR = 4,
	SYSLOG_ACTION_CLEAR = 5,
	SYSLOG_ACTION_CONSOLE_OFF = 6,
	SYSLOG_ACTION_CONSOLE_ON = 7,
	SYSLOG_ACTION_CONSOLE_LEVEL = 8,
	SYSLOG_ACTION_SIZE_UNREAD = 9,
	SYSLOG_ACTION_SIZE_BUFFER = 10,
};

/*
 * The last whole lines that fit, a piece at a time: where the log tells of a
 * shortage of memory, a large buffer is not to be had.
 */
static int32_t read_log(struct task_struct *curr, vaddr_t to, uint32_t nr_bytes)
{
	const struct kernel *k = curr->k;
	uint64_t from = printk_first(k, nr_bytes, k->log.cleared);
	uint64_t end = k->log.head;
	uint32_t done = 0, n;
	vaddr_t buf;

	if (!nr_bytes)
		return 0;
	buf = kmalloc(curr, LOG_PIECE, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	for (; from + done < end; done += n) {
		uint64_t left = end - from - done;

		n = (uint32_t)printk_read(k, kbytes(k, buf),
					  left < LOG_PIECE ? left : LOG_PIECE,
					  from + done);
		if (copy_to_user(curr, to + done, kbytes(k, buf), n)) {
			kfree(curr, buf);
			return -EFAULT;
		}
	}
	kfree(curr, buf);
	return (int32_t)done;
}

/* 1 (most urgent) to 8: what printk would show on a console. */
static int32_t set_console_level(struct printk_state *log, int32_t level)
{
	if (level < 1 || level > 8)
		return -EINVAL;
	log->console_loglevel = level;
	return 0;
}

/*
 * As with kernel.dmesg_restrict = 1, which is Debian's choice.
 *
 * MODEL: nobody waits for a new line: SYSLOG_ACTION_READ is -EINVAL.
 */
int32_t do_syslog(struct task_struct *curr, int32_t type, vaddr_t to,
		  int32_t nr_bytes)
{
	struct printk_state *log = &curr->k->log;
	int32_t n = 0;

	if (!capable(curr, CAP_SYSLOG) && !capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	switch (type) {
	case SYSLOG_ACTION_READ_ALL:
	case SYSLOG_ACTION_READ_CLEAR:
		if (!to || nr_bytes < 0)
			return -EINVAL;
		n = read_log(curr, to, (uint32_t)nr_bytes);
		if (type == SYSLOG_ACTION_READ_CLEAR && n >= 0)
			log->cleared = log->head;
		return n;
	case SYSLOG_ACTION_CLEAR:
		log->cleared = log->head;
		return 0;
	case SYSLOG_ACTION_CONSOLE_LEVEL:
		return set_console_level(log, nr_bytes);
	case SYSLOG_ACTION_CLOSE:
	case SYSLOG_ACTION_OPEN:
	case SYSLOG_ACTION_CONSOLE_OFF:
	case SYSLOG_ACTION_CONSOLE_ON:
		return 0;
	case SYSLOG_ACTION_SIZE_UNREAD:
		return (int32_t)(log->head > LOG_BUF_BYTES ? LOG_BUF_BYTES
							   : log->head);
	case SYSLOG_ACTION_SIZE_BUFFER:
		return LOG_BUF_BYTES;
	default:
		return -EINVAL;
	}
}
