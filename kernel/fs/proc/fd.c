/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/fd, links to what a process has open, and /proc/PID/fdinfo, how it
 * is open (Linux: fs/proc/fd.c).
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/mount.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

/* ---- fd/ --------------------------------------------------------------- */

/* The open file behind /proc/PID/fd/N with a reference; ERR_PTR. */
static struct file *fd_file(struct task_struct *curr, const struct inode *link)
{
	struct task_struct *task = proc_task(link);
	struct file *file;

	if (!task)
		return ERR_PTR(-ESRCH);
	if (!ptrace_may_access(curr, task, PTRACE_MODE_FSCREDS))
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
	len = proc_link_text(path, path + strlen(path), to, size);
	fput(curr, file);
	return len;
}

static const struct proc_entry fd_entry = {
	.name = "fd",
	.mode = S_IFLNK | 0700,
	.jump = fd_jump,
	.readlink = fd_readlink,
};

/* The inode of name @name for @entry, while that number is open. */
static struct inode *lookup_fd(struct task_struct *curr,
			       const struct inode *dir, const char *name,
			       const struct proc_entry *entry, uint32_t ino)
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
	inode = proc_inode(curr, dir->i_sb, entry, task,
			   PROC_INO(task->pid, ino + (uint32_t)fd));
	if (inode)
		inode->proc.fd = (uint32_t)fd + 1;
	/* ls shows how it is open */
	if (inode && S_ISLNK(entry->mode))
		inode->i_mode = S_IFLNK |
				(file->f_mode & FMODE_READ ? 0500 : 0) |
				(file->f_mode & FMODE_WRITE ? 0300 : 0);
	fput(curr, file);
	return inode ? inode : ERR_PTR(-ENOENT);
}

static struct inode *fd_lookup(struct task_struct *curr, struct inode *dir,
			       const char *name)
{
	return lookup_fd(curr, dir, name, &fd_entry, 0x10000);
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

/* ---- fdinfo/ ----------------------------------------------------------- */

static int show_fdinfo(struct seq_file *m, struct inode *inode)
{
	const struct files_struct *files;
	struct task_struct *task = proc_task(inode);
	const uint32_t fd = inode->proc.fd - 1;
	struct file *file;
	uint32_t flags;

	files = task ? task->files : NULL;
	if (!files || fd >= files->max_fds || !files->fd[fd])
		return -ENOENT;
	file = files->fd[fd];
	flags = file->f_flags | (close_on_exec(files, fd) ? O_CLOEXEC : 0);
	seq_printf(m, "pos:\t%lli\nflags:\t0%o\nmnt_id:\t%d\nino:\t%llu\n",
		   (long long)file->f_pos, flags, file->f_inode->i_sb->s_mnt_id,
		   (unsigned long long)file->f_inode->i_ino);
	if (file->f_op && file->f_op->show_fdinfo) {
		get_file(file);
		file->f_op->show_fdinfo(m, file);
		fput(m->curr, file);
	}
	return 0;
}

static const struct proc_entry fdinfo_entry = {
	.name = "fdinfo",
	.mode = S_IFREG | 0444,
	.show_inode = show_fdinfo,
};

static struct inode *fdinfo_lookup(struct task_struct *curr, struct inode *dir,
				   const char *name)
{
	return lookup_fd(curr, dir, name, &fdinfo_entry, 0x20000);
}

const struct proc_dir proc_fdinfo_dir = {
	.ino_base = 0x310,
	.lookup = fdinfo_lookup,
	.next = fd_next,
	.next_mode = S_IFREG,
};
