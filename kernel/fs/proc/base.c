/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID (Linux: fs/proc/base.c): what a process is to others.
 *
 * MODEL: whoever has the same uid may look; no ptrace rules, one namespace of
 * each kind. There are no groups of control, and no autogroups.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/posix_timers.h"
#include "kernel/task/sched_debug.h"

/* ---- pieces of its memory ---------------------------------------------- */

/*
 * [start, end) of another's memory as text. The mm is held, since looking may
 * sleep; the task is not looked at again.
 */
static int show_remote(struct seq_file *m, struct mm_struct *mm, vaddr_t start,
		       vaddr_t end)
{
	char piece[256];

	if (!mmget_not_zero(mm))
		return 0;
	while (start < end && !m->overflow) {
		uint32_t n = end - start < sizeof(piece) ? end - start
							 : sizeof(piece);

		n = access_remote_vm(m->curr, mm, start, piece, n, 0);
		if (!n)
			break;
		seq_write(m, piece, n);
		start += n;
	}
	mmput(m->curr, mm);
	return 0;
}

static int pid_cmdline(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm = task->mm;

	return mm ? show_remote(m, mm, mm->arg_start, mm->arg_end) : 0;
}

static int mm_environ(struct seq_file *m, struct mm_struct *mm)
{
	return mm ? show_remote(m, mm, mm->env_start, mm->env_end) : 0;
}
static const struct proc_mm_ops environ_ops = {.show = mm_environ};

/* It is the mm's own copy, there as long as somebody has the file open. */
static int mm_auxv(struct seq_file *m, struct mm_struct *mm)
{
	uint32_t n = 0;

	if (!mm)
		return 0;
	do {
		n += 2;
	} while (n < sizeof(mm->saved_auxv) / 4 && mm->saved_auxv[n - 2]);
	seq_write(m, mm->saved_auxv, n * 4);
	return 0;
}
static const struct proc_mm_ops auxv_ops = {.show = mm_auxv};

/* mem: the memory itself, as a debugger sees it. The position is an address. */
static int32_t access_mem(struct task_struct *curr, struct mm_struct *mm,
			  struct iov_iter *i, int64_t *pos, bool write)
{
	char piece[256];
	int32_t done = 0;

	while (i->count) {
		uint32_t n = i->count < sizeof(piece) ? i->count
						      : sizeof(piece);

		if (write && copy_from_iter(curr, i, piece, n) < n)
			return -EFAULT;
		n = access_remote_vm(curr, mm, (vaddr_t)*pos, piece, n,
				     FOLL_FORCE | (write ? FOLL_WRITE : 0));
		if (!n)
			return done ? done : -EIO;
		if (!write && copy_to_iter(curr, i, piece, n) < n)
			return -EFAULT;
		*pos += n;
		done += (int32_t)n;
	}
	return done;
}

static int32_t mem_rw(struct task_struct *curr, struct mm_struct *mm,
		      struct iov_iter *i, int64_t *pos, bool write)
{
	int32_t ret;

	if (!mm || !mmget_not_zero(mm))
		return 0;
	ret = access_mem(curr, mm, i, pos, write);
	mmput(curr, mm);
	return ret;
}

static int32_t mem_read(struct task_struct *curr, struct seq_file *m,
			struct iov_iter *to, int64_t *pos)
{
	return mem_rw(curr, m->private, to, pos, false);
}

static int32_t mem_write(struct task_struct *curr, struct seq_file *m,
			 struct iov_iter *from, int64_t *pos)
{
	return mem_rw(curr, m->private, from, pos, true);
}

static const struct proc_mm_ops mem_ops = {
	.read = mem_read,
	.write = mem_write,
};

/* ---- small things ------------------------------------------------------ */

static int pid_comm(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%s\n", task->comm);
	return 0;
}

static int pid_set_comm(struct task_struct *curr, struct task_struct *task,
			const char *text)
{
	if (task->signal != curr->signal)
		return -EINVAL;
	snprintf(task->comm, sizeof(task->comm), "%s", text);
	return 0;
}

/* Which mappings a core dump would have. */
static int pid_coredump_filter(struct seq_file *m, struct task_struct *task)
{
	if (task->mm)
		seq_printf(m, "%08x\n", task->mm->dump_filter);
	return 0;
}

static int pid_set_coredump_filter(struct task_struct *curr,
				   struct task_struct *task, const char *text)
{
	uint32_t value;
	int err = kstrtouint(text, 0, &value);

	(void)curr;
	if (err)
		return err;
	if (!task->mm)
		return -ESRCH;
	task->mm->dump_filter = value & 0x1ff;
	return 0;
}

/* What ksmd has made of its memory; threads of the kernel have none. */
static int pid_ksm_merging_pages(struct seq_file *m, struct task_struct *task)
{
	if (task->mm)
		seq_printf(m, "%u\n", task->mm->ksm_merging_pages);
	return 0;
}

static int pid_ksm_stat(struct seq_file *m, struct task_struct *task)
{
	if (task->mm)
		seq_printf(m, "ksm_rmap_items %u\n", task->mm->ksm_rmap_items);
	return 0;
}

static int pid_timerslack(struct seq_file *m, struct task_struct *task)
{
	if (task != m->curr && !capable(m->curr, CAP_SYS_NICE))
		return -EPERM;
	seq_printf(m, "%llu\n", (unsigned long long)task->timer_slack_ns);
	return 0;
}

static int pid_set_timerslack(struct task_struct *curr,
			      struct task_struct *task, const char *text)
{
	uint64_t value;
	int err = kstrtoull(text, 10, &value);

	if (err)
		return err;
	if (task != curr && !capable(curr, CAP_SYS_NICE))
		return -EPERM;
	task->timer_slack_ns = value ? value : task->default_timer_slack_ns;
	return 0;
}

/*
 * What is to fail for it (lib/fault_inject.h). Both are read without asking
 * for memory: a failure that is still to come must not hit whoever looks.
 */
static uint32_t pid_make_it_fail(const struct task_struct *task)
{
	return task->make_it_fail;
}

static int pid_set_make_it_fail(struct task_struct *curr,
				struct task_struct *task, const char *text)
{
	int value, took;

	if (!capable(curr, CAP_SYS_RESOURCE))
		return -EPERM;
	took = proc_parse_int(text, 0, &value);
	if (took < 0)
		return took;
	if (value < 0 || value > 1)
		return -EINVAL;
	task->make_it_fail = value;
	return took;
}

static uint32_t pid_fail_nth(const struct task_struct *task)
{
	return task->fail_nth;
}

static int pid_set_fail_nth(struct task_struct *curr, struct task_struct *task,
			    const char *text)
{
	(void)curr;
	return kstrtouint(text, 0, &task->fail_nth);
}

static int pid_personality(struct seq_file *m, struct task_struct *task)
{
	if (!ptrace_may_access(m->curr, task, PTRACE_MODE_FSCREDS))
		return -EPERM;
	seq_printf(m, "%08x\n", task->personality);
	return 0;
}

/* What it has asked of the kernel, or where it is when it hasn't. */
static int pid_syscall(struct seq_file *m, struct task_struct *task)
{
	const struct pt_regs *regs = task == m->curr ? task_regs(task)
						     : &task->regs;

	if (!ptrace_may_access(m->curr, task, PTRACE_MODE_FSCREDS))
		return -EPERM;
	if (task != m->curr && task->state == TASK_RUNNING) {
		seq_puts(m, "running\n");
		return 0;
	}
	seq_printf(m, "%d", task->syscall_nr);
	if (task->syscall_nr >= 0) {
		seq_printf(m, " 0x%x", task->orig_r0);
		for (int i = 1; i < 6; i++)
			seq_printf(m, " 0x%x", regs->r[i]);
	}
	seq_printf(m, " 0x%x 0x%x\n", regs->r[13], regs->r[15]);
	return 0;
}

/* Bytes and calls of read(2), write(2) and their kin; nothing has a disk. */
static void show_io(struct seq_file *m, const struct task_io_accounting *io)
{
	seq_printf(m, "rchar: %llu\nwchar: %llu\nsyscr: %llu\nsyscw: %llu\n",
		   (unsigned long long)io->rchar, (unsigned long long)io->wchar,
		   (unsigned long long)io->syscr,
		   (unsigned long long)io->syscw);
	seq_puts(m, "read_bytes: 0\nwrite_bytes: 0\n"
		    "cancelled_write_bytes: 0\n");
}

static int tid_io(struct seq_file *m, struct task_struct *task)
{
	if (!ptrace_may_access(m->curr, task, PTRACE_MODE_FSCREDS))
		return -EACCES;
	show_io(m, &task->ioac);
	return 0;
}

static int pid_io(struct seq_file *m, struct task_struct *task)
{
	struct task_io_accounting io = task->signal->ioac;
	const struct task_struct *thread;

	if (!ptrace_may_access(m->curr, task, PTRACE_MODE_FSCREDS))
		return -EACCES;
	list_for_each_entry(thread, &task->signal->thread_head, thread_node)
		if (!thread->exit_state)
			task_io_add(&io, &thread->ioac);
	show_io(m, &io);
	return 0;
}

/*
 * Nanoseconds on a core, nanoseconds waiting for one, turns.
 * MODEL: nobody measures how long a task waits.
 */
static int pid_schedstat(struct seq_file *m, struct task_struct *task)
{
	const uint64_t cycles = task->utime + task->stime;
	const uint64_t hz = m->k->hw.clock_hz;

	seq_printf(m, "%llu 0 %llu\n",
		   (unsigned long long)(cycles / hz * 1000000000 +
					cycles % hz * 1000000000 / hz),
		   (unsigned long long)(task->nvcsw + task->nivcsw));
	return 0;
}

/* All ids are what they are: there is one user namespace. */
static int pid_id_map(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	seq_printf(m, "%10u %10u %10u\n", 0, 0, UINT32_MAX);
	return 0;
}

static int pid_setgroups(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	seq_puts(m, "allow\n");
	return 0;
}

static int pid_timers(struct seq_file *m, struct task_struct *task)
{
	posix_timers_show(m, task);
	return 0;
}

/* No hierarchy is mounted, so that it is in no group that has a name. */
static int pid_cgroup(struct seq_file *m, struct task_struct *task)
{
	(void)m, (void)task;
	return 0;
}

static int pid_cpuset(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	seq_puts(m, "/\n");
	return 0;
}

/*
 * MODEL: no frames. The kernel code that a task is in is the host's, and has no
 * addresses that a program could look up.
 */
static int pid_stack(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	return capable(m->curr, CAP_SYS_ADMIN) ? 0 : -EACCES;
}

static int pid_wchan(struct seq_file *m, struct task_struct *task)
{
	(void)task;
	seq_putc(m, '0');
	return 0;
}

static const struct {
	const char *name, *unit;
} limit_names[RLIM_NLIMITS] = {
	[RLIMIT_CPU] = {"Max cpu time", "seconds"},
	[RLIMIT_FSIZE] = {"Max file size", "bytes"},
	[RLIMIT_DATA] = {"Max data size", "bytes"},
	[RLIMIT_STACK] = {"Max stack size", "bytes"},
	[RLIMIT_CORE] = {"Max core file size", "bytes"},
	[RLIMIT_RSS] = {"Max resident set", "bytes"},
	[RLIMIT_NPROC] = {"Max processes", "processes"},
	[RLIMIT_NOFILE] = {"Max open files", "files"},
	[RLIMIT_MEMLOCK] = {"Max locked memory", "bytes"},
	[RLIMIT_AS] = {"Max address space", "bytes"},
	[RLIMIT_LOCKS] = {"Max file locks", "locks"},
	[RLIMIT_SIGPENDING] = {"Max pending signals", "signals"},
	[RLIMIT_MSGQUEUE] = {"Max msgqueue size", "bytes"},
	[RLIMIT_NICE] = {"Max nice priority", ""},
	[RLIMIT_RTPRIO] = {"Max realtime priority", ""},
	[RLIMIT_RTTIME] = {"Max realtime timeout", "us"},
};

static void show_limit(struct seq_file *m, uint32_t value)
{
	if (value == RLIM_INFINITY)
		seq_printf(m, "%-20s ", "unlimited");
	else
		seq_printf(m, "%-20u ", value);
}

static int pid_limits(struct seq_file *m, struct task_struct *task)
{
	seq_puts(m, "Limit                     Soft Limit           "
		    "Hard Limit           Units     \n");
	for (int n = 0; n < RLIM_NLIMITS; n++) {
		seq_printf(m, "%-25s ", limit_names[n].name);
		show_limit(m, task->signal->rlim[n].rlim_cur);
		show_limit(m, task->signal->rlim[n].rlim_max);
		if (*limit_names[n].unit)
			seq_printf(m, "%-10s", limit_names[n].unit);
		seq_puts(m, "\n");
	}
	return 0;
}

/* ---- links ------------------------------------------------------------- */

/* Where a link of @task leads; NULL: nowhere. No reference yet. */
typedef struct dentry *(*link_target_fn)(struct task_struct *task);

static struct dentry *exe_target(struct task_struct *task)
{
	return task->mm && task->mm->exe_file ? task->mm->exe_file->f_dentry
					      : NULL;
}

static struct dentry *cwd_target(struct task_struct *task)
{
	return task->fs ? task->fs->pwd : NULL;
}

static struct dentry *root_target(struct task_struct *task)
{
	return task->fs ? task->fs->root : NULL;
}

static struct dentry *link_target(struct task_struct *curr,
				  const struct inode *link,
				  link_target_fn target)
{
	struct task_struct *task = proc_task(link);
	struct dentry *dentry;

	if (!task)
		return ERR_PTR(-ESRCH);
	if (!ptrace_may_access(curr, task, PTRACE_MODE_FSCREDS))
		return ERR_PTR(-EACCES);
	dentry = target(task);
	return dentry ? dentry : ERR_PTR(-ENOENT);
}

static struct dentry *link_jump(struct task_struct *curr,
				const struct inode *link, link_target_fn target)
{
	struct dentry *dentry = link_target(curr, link, target);

	return IS_ERR(dentry) ? dentry : dget(dentry);
}

int proc_link_text(const char *path, const char *end, char *to, uint32_t size)
{
	uint32_t len = (uint32_t)(end - path);

	if (IS_ERR(path))
		return (int)PTR_ERR(path);
	if (len > size)
		len = size;
	memmove(to, path, len);
	return (int)len;
}

static int link_read(struct task_struct *curr, const struct inode *link,
		     link_target_fn target, char *to, uint32_t size)
{
	struct dentry *dentry = link_target(curr, link, target);
	const struct dentry *root = curr->fs ? curr->fs->root
					     : curr->k->vfs.root;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	return proc_link_text(dentry_path(dentry, root, to, size),
			      to + size - 1, to, size);
}

#define PID_LINK(what)                                                 \
	static struct dentry *what##_jump(struct task_struct *curr,    \
					  struct inode *link)          \
	{                                                              \
		return link_jump(curr, link, what##_target);           \
	}                                                              \
	static int what##_readlink(struct task_struct *curr,           \
				   struct inode *link, char *to,       \
				   uint32_t size)                      \
	{                                                              \
		return link_read(curr, link, what##_target, to, size); \
	}
PID_LINK(exe)
PID_LINK(cwd)
PID_LINK(root)

/* ---- task/ ------------------------------------------------------------- */

static struct inode *tid_lookup(struct task_struct *curr, struct inode *dir,
				const char *name)
{
	const int tid = proc_number(name);
	struct task_struct *leader = proc_task(dir);
	struct task_struct *task = tid > 0 ? find_task_by_pid(curr->k, tid)
					   : NULL;
	struct inode *inode;

	if (!leader || !task || task->signal != leader->signal)
		return NULL;
	inode = proc_inode(curr, dir->i_sb, &proc_tid_entry, task,
			   PROC_INO(tid, 2));
	return inode ? inode : ERR_PTR(-ENOENT);
}

static int tid_next(struct task_struct *curr, const struct inode *dir, int from)
{
	const struct task_struct *leader = proc_task(dir), *task;
	int best = -1;

	(void)curr;
	if (!leader)
		return -1;
	list_for_each_entry(task, &leader->signal->thread_head, thread_node)
		if (task->pid >= from && (best < 0 || task->pid < best))
			best = task->pid;
	return best;
}

static const struct proc_dir task_dir = {
	.ino_base = 0x400,
	.lookup = tid_lookup,
	.next = tid_next,
	.next_mode = S_IFDIR,
};

/* ---- the tables -------------------------------------------------------- */

#define TASK_FILE(file, fn, rights)                                          \
	{                                                                    \
		.name = file, .mode = S_IFREG | (rights), .show_task = (fn), \
	}
#define TASK_MOUNTS(file, fn, rights)                                        \
	{                                                                    \
		.name = file, .mode = S_IFREG | (rights), .show_task = (fn), \
		.splice_read = true,                                         \
	}
static bool has_nodes(const struct kernel *k)
{
	return k->mem.numa;
}

#define TASK_RW(file, fn, store_fn, rights)                                  \
	{                                                                    \
		.name = file, .mode = S_IFREG | (rights), .show_task = (fn), \
		.store = (store_fn),                                         \
	}
#define TASK_NUMBER(file, fn, store_fn, rights)                                \
	{                                                                      \
		.name = file, .mode = S_IFREG | (rights), .number_task = (fn), \
		.store = (store_fn),                                           \
	}
#define TASK_MM(file, ops, rights)                                          \
	{                                                                   \
		.name = file, .mode = S_IFREG | (rights), .mm_ops = &(ops), \
	}
#define TASK_LINK(what)                                                     \
	{                                                                   \
		.name = #what, .mode = S_IFLNK | 0777, .jump = what##_jump, \
		.readlink = what##_readlink,                                \
	}
#define TASK_ENTRIES                                                           \
	TASK_LINK(cwd), TASK_LINK(exe), TASK_LINK(root),                       \
		{.name = "attr",                                               \
		 .mode = S_IFDIR | 0555,                                       \
		 .dir = &proc_attr_dir},                                       \
		{.name = "ns", .mode = S_IFDIR | 0511, .dir = &proc_ns_dir},   \
		TASK_FILE("cgroup", pid_cgroup, 0444),                         \
		TASK_FILE("cpuset", pid_cpuset, 0444),                         \
		TASK_RW("loginuid", proc_loginuid, proc_set_loginuid, 0644),   \
		TASK_RW("sched", proc_sched_show_task, proc_sched_set_task,    \
			0644),                                                 \
		TASK_FILE("sessionid", proc_sessionid, 0444),                  \
		TASK_FILE("stack", pid_stack, 0400),                           \
		{.name = "fd", .mode = S_IFDIR | 0500, .dir = &proc_fd_dir},   \
		{.name = "comm",                                               \
		 .mode = S_IFREG | 0644,                                       \
		 .show_task = pid_comm,                                        \
		 .store = pid_set_comm},                                       \
		{.name = "fdinfo",                                             \
		 .mode = S_IFDIR | 0555,                                       \
		 .dir = &proc_fdinfo_dir},                                     \
		{.name = "net", .mode = S_IFDIR | 0555, .dir = &proc_net_dir}, \
		TASK_RW("coredump_filter", pid_coredump_filter,                \
			pid_set_coredump_filter, 0644),                        \
		TASK_RW("oom_adj", proc_oom_adj, proc_set_oom_adj, 0644),      \
		TASK_RW("oom_score_adj", proc_oom_score_adj,                   \
			proc_set_oom_score_adj, 0644),                         \
		TASK_MM("auxv", auxv_ops, 0400),                               \
		TASK_FILE("cmdline", pid_cmdline, 0444),                       \
		TASK_MM("environ", environ_ops, 0400),                         \
		TASK_NUMBER("fail-nth", pid_fail_nth, pid_set_fail_nth, 0644), \
		TASK_FILE("gid_map", pid_id_map, 0644),                        \
		TASK_FILE("limits", pid_limits, 0444),                         \
		TASK_NUMBER("make-it-fail", pid_make_it_fail,                  \
			    pid_set_make_it_fail, 0644),                       \
		TASK_MM("maps", proc_pid_maps_ops, 0444),                      \
		TASK_MM("mem", mem_ops, 0600),                                 \
		TASK_MOUNTS("mountinfo", proc_pid_mountinfo, 0444),            \
		TASK_MOUNTS("mounts", proc_pid_mounts, 0444),                  \
		{.name = "numa_maps",                                          \
		 .mode = S_IFREG | 0444,                                       \
		 .exists = has_nodes,                                          \
		 .mm_ops = &proc_pid_numa_maps_ops},                           \
		TASK_FILE("oom_score", proc_oom_score, 0444),                  \
		TASK_FILE("personality", pid_personality, 0400),               \
		TASK_FILE("projid_map", pid_id_map, 0644),                     \
		TASK_FILE("schedstat", pid_schedstat, 0444),                   \
		TASK_FILE("setgroups", pid_setgroups, 0644),                   \
		TASK_FILE("syscall", pid_syscall, 0400),                       \
		TASK_FILE("uid_map", pid_id_map, 0644),                        \
		TASK_MM("pagemap", proc_pid_pagemap_ops, 0400),                \
		TASK_MM("smaps", proc_pid_smaps_ops, 0444),                    \
		TASK_MM("smaps_rollup", proc_pid_smaps_rollup_ops, 0444),      \
		{.name = "clear_refs",                                         \
		 .mode = S_IFREG | 0200,                                       \
		 .store = proc_pid_clear_refs},                                \
		TASK_FILE("statm", proc_pid_statm, 0444),                      \
		TASK_FILE("status", proc_pid_status, 0444),                    \
		TASK_FILE("wchan", pid_wchan, 0444)

static const struct proc_entry tid_entries[] = {
	TASK_ENTRIES,
	TASK_FILE("io", tid_io, 0400),
	TASK_FILE("stat", proc_tid_stat, 0444),
};
static const struct proc_entry pid_entries[] = {
	TASK_ENTRIES,
	TASK_FILE("io", pid_io, 0400),
	TASK_FILE("ksm_merging_pages", pid_ksm_merging_pages, 0400),
	TASK_FILE("ksm_stat", pid_ksm_stat, 0400),
	TASK_FILE("stat", proc_tgid_stat, 0444),
	TASK_MOUNTS("mountstats", proc_pid_mountstats, 0400),
	TASK_FILE("timers", pid_timers, 0444),
	TASK_RW("timerslack_ns", pid_timerslack, pid_set_timerslack, 0666),
	{.name = "task", .mode = S_IFDIR | 0555, .dir = &task_dir},
	{.name = "map_files",
	 .mode = S_IFDIR | 0500,
	 .dir = &proc_map_files_dir},
};

static const struct proc_dir pid_dir = {PROC_DIR(pid_entries, 0x100)};
static const struct proc_dir tid_dir = {PROC_DIR(tid_entries, 0x200)};

const struct proc_entry proc_pid_entry = {
	.name = "PID",
	.mode = S_IFDIR | 0555,
	.dir = &pid_dir,
};
const struct proc_entry proc_tid_entry = {
	.name = "TID",
	.mode = S_IFDIR | 0555,
	.dir = &tid_dir,
};

struct pid *tgid_pidfd_to_pid(const struct file *file)
{
	const struct inode *inode = file->f_inode;
	const struct task_struct *task;

	if (!inode->proc.pid || inode->i_private != &proc_pid_entry)
		return ERR_PTR(-EBADF);
	task = proc_task(inode);
	return task ? task->thread_pid : ERR_PTR(-ESRCH);
}
