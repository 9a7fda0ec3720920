/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID (Linux: fs/proc/base.c, fd.c): what a process is to others.
 *
 * MODEL: whoever has the same uid may look; no ptrace rules, no namespaces.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

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

		n = access_remote_vm(m->curr, mm, start, piece, n, false);
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
		n = access_remote_vm(curr, mm, (vaddr_t)*pos, piece, n, write);
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

static int pid_oom_score(struct seq_file *m, struct task_struct *task)
{
	const uint32_t totalpages = (uint32_t)m->k->mem.totalram_pages;
	const int64_t points = oom_badness(task, totalpages);

	seq_printf(m, "%lld\n", points > 0 ? (long long)points : 0);
	return 0;
}

static int pid_oom_score_adj(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%d\n", task->signal->oom_score_adj);
	return 0;
}

static int pid_set_oom_score_adj(struct task_struct *curr,
				 struct task_struct *task, const char *text)
{
	char *end;
	const long value = strtol(text, &end, 10);

	if (end == text || *end || value < -1000 || value > 1000)
		return -EINVAL;
	if (value < task->signal->oom_score_adj &&
	    !capable(curr, CAP_SYS_RESOURCE))
		return -EACCES;
	task->signal->oom_score_adj = (int)value;
	return 0;
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
	if (!proc_may_access(curr, task))
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

static int link_text(const char *path, const char *end, char *to, uint32_t size)
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
	return link_text(dentry_path(dentry, root, to, size), to + size - 1, to,
			 size);
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

/* ---- fd/ --------------------------------------------------------------- */

/* The open file behind /proc/PID/fd/N with a reference; ERR_PTR. */
static struct file *fd_file(struct task_struct *curr, const struct inode *link)
{
	struct task_struct *task = proc_task(link);
	struct file *file;

	if (!task)
		return ERR_PTR(-ESRCH);
	if (!proc_may_access(curr, task))
		return ERR_PTR(-EACCES);
	file = fget_task(task, link->proc.fd - 1);
	return file ? file : ERR_PTR(-ENOENT);
}

static struct dentry *fd_jump(struct task_struct *curr, struct inode *link)
{
	struct file *file = fd_file(curr, link);
	struct dentry *dentry;

	if (IS_ERR(file))
		return (void *)file;
	dentry = dget(file->f_dentry);
	fput(curr, file);
	return dentry;
}

static int fd_readlink(struct task_struct *curr, struct inode *link, char *to,
		       uint32_t size)
{
	struct file *file = fd_file(curr, link);
	const char *path;
	int len;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	path = d_path(curr, file, to, size);
	len = link_text(path, path + strlen(path), to, size);
	fput(curr, file);
	return len;
}

static const struct proc_entry fd_entry = {
	.name = "fd",
	.mode = S_IFLNK | 0700,
	.jump = fd_jump,
	.readlink = fd_readlink,
};

static struct inode *fd_lookup(struct task_struct *curr, struct inode *dir,
			       const char *name)
{
	struct task_struct *task = proc_task(dir);
	const int fd = proc_number(name);
	struct file *file;
	struct inode *inode;

	if (!task || fd < 0)
		return NULL;
	file = fget_task(task, (uint32_t)fd);
	if (!file)
		return NULL;
	inode = proc_inode(curr, dir->i_sb, &fd_entry, task,
			   PROC_INO(task->pid, 0x10000u + (uint32_t)fd));
	if (inode) {
		inode->proc.fd = (uint32_t)fd + 1;
		/* ls shows how it is open */
		inode->i_mode = S_IFLNK |
				(file->f_mode & FMODE_READ ? 0500 : 0) |
				(file->f_mode & FMODE_WRITE ? 0300 : 0);
	}
	fput(curr, file);
	return inode ? inode : ERR_PTR(-ENOMEM);
}

static int fd_next(struct task_struct *curr, const struct inode *dir, int from)
{
	struct task_struct *task = proc_task(dir);

	(void)curr;
	if (!task || !task->files)
		return -1;
	for (uint32_t fd = (uint32_t)from; fd < task->files->max_fds; fd++)
		if (task->files->fd[fd])
			return (int)fd;
	return -1;
}

const struct proc_dir proc_fd_dir = {
	.ino_base = 0x300,
	.lookup = fd_lookup,
	.next = fd_next,
	.next_mode = S_IFLNK,
};

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
	return inode ? inode : ERR_PTR(-ENOMEM);
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
#define TASK_MM(file, ops, rights)                                          \
	{                                                                   \
		.name = file, .mode = S_IFREG | (rights), .mm_ops = &(ops), \
	}
#define TASK_LINK(what)                                                     \
	{                                                                   \
		.name = #what, .mode = S_IFLNK | 0777, .jump = what##_jump, \
		.readlink = what##_readlink,                                \
	}
#define TASK_ENTRIES                                                         \
	TASK_LINK(cwd), TASK_LINK(exe), TASK_LINK(root),                     \
		{.name = "fd", .mode = S_IFDIR | 0500, .dir = &proc_fd_dir}, \
		{.name = "comm",                                             \
		 .mode = S_IFREG | 0644,                                     \
		 .show_task = pid_comm,                                      \
		 .store = pid_set_comm},                                     \
		{.name = "oom_score_adj",                                    \
		 .mode = S_IFREG | 0644,                                     \
		 .show_task = pid_oom_score_adj,                             \
		 .store = pid_set_oom_score_adj},                            \
		TASK_MM("auxv", auxv_ops, 0400),                             \
		TASK_FILE("cmdline", pid_cmdline, 0444),                     \
		TASK_MM("environ", environ_ops, 0400),                       \
		TASK_FILE("limits", pid_limits, 0444),                       \
		TASK_MM("maps", proc_pid_maps_ops, 0444),                    \
		TASK_MM("mem", mem_ops, 0600),                               \
		TASK_FILE("mountinfo", proc_pid_mountinfo, 0444),            \
		TASK_FILE("mounts", proc_pid_mounts, 0444),                  \
		TASK_FILE("mountstats", proc_pid_mountstats, 0400),          \
		TASK_FILE("oom_score", pid_oom_score, 0444),                 \
		TASK_MM("pagemap", proc_pid_pagemap_ops, 0400),              \
		TASK_MM("smaps", proc_pid_smaps_ops, 0444),                  \
		TASK_MM("smaps_rollup", proc_pid_smaps_rollup_ops, 0444),    \
		{.name = "clear_refs",                                       \
		 .mode = S_IFREG | 0200,                                     \
		 .store = proc_pid_clear_refs},                              \
		TASK_FILE("stat", proc_pid_stat, 0444),                      \
		TASK_FILE("statm", proc_pid_statm, 0444),                    \
		TASK_FILE("status", proc_pid_status, 0444),                  \
		TASK_FILE("wchan", pid_wchan, 0444)

static const struct proc_entry tid_entries[] = {TASK_ENTRIES};
static const struct proc_entry pid_entries[] = {
	TASK_ENTRIES,
	{.name = "task", .mode = S_IFDIR | 0555, .dir = &task_dir},
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
