/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/pidfd.h"

/*
 * A process by a file descriptor (Linux: pidfd_* in kernel/pid.c, fork.c,
 * signal.c). It names the process that bore the number when it was opened, and
 * never a later one: the file holds the struct pid, whose task is NULL once
 * that has been reaped. A process's folder in /proc serves as one, too, but
 * for signals alone.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/cred.h"
#include "kernel/task/signal.h"

/* Its end, from when the last thread is a zombie. */
static uint32_t pidfd_poll(struct task_struct *curr, struct file *file,
			   struct poll_table *table)
{
	struct pid *pid = file->private_data;

	poll_wait(curr, &pid->wait_pidfd, table);
	if (pid->task &&
	    !(pid->task->exit_state && thread_group_empty(pid->task)))
		return 0;
	return POLLIN | POLLRDNORM;
}

static void pidfd_release(struct task_struct *curr, struct file *file)
{
	put_pid(curr, file->private_data);
}

static void pidfd_show_fdinfo(struct seq_file *m, struct file *file)
{
	const struct pid *pid = file->private_data;
	const int nr = pid->task ? pid->nr : -1;

	seq_printf(m, "Pid:\t%d\nNSpid:\t%d\n", nr, nr);
}

static const struct file_operations pidfd_fops = {
	.poll = pidfd_poll,
	.release = pidfd_release,
	.show_fdinfo = pidfd_show_fdinfo,
};

struct file *pidfd_create(struct task_struct *curr, struct pid *pid,
			  uint32_t flags)
{
	struct file *file;

	get_pid(pid); /* making the file sleeps */
	file = anon_inode_getfile(curr, "[pidfd]", &pidfd_fops, pid,
				  O_RDWR | (flags & O_NONBLOCK));
	if (IS_ERR(file)) {
		put_pid(curr, pid);
		return file;
	}
	file->f_mode |= FMODE_STREAM;
	return file;
}

struct pid *pidfd_get_pid(struct task_struct *curr, int fd, uint32_t *flags)
{
	struct file *file = fget(curr, fd);
	struct pid *pid = ERR_PTR(-EBADF);

	if (!file)
		return pid;
	if (file->f_op == &pidfd_fops) {
		pid = file->private_data;
		get_pid(pid);
		*flags = file->f_flags;
	}
	fput(curr, file);
	return pid;
}

struct pid *pidfd_to_pid(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);
	struct pid *pid;

	if (!file)
		return ERR_PTR(-EBADF);
	pid = file->f_op == &pidfd_fops ? file->private_data
					: tgid_pidfd_to_pid(file);
	if (!IS_ERR(pid))
		get_pid(pid);
	fput(curr, file);
	return pid;
}

int32_t do_pidfd_open(struct task_struct *curr, int nr, uint32_t flags)
{
	struct pid *pid = find_pid(curr->k, nr);
	struct file *file;

	if (flags & ~O_NONBLOCK || nr <= 0)
		return -EINVAL;
	if (!pid)
		return -ESRCH;
	/* a thread's, or one that only a group still bears */
	if (!pid->task || pid->task != pid->task->group_leader)
		return -EINVAL;
	file = pidfd_create(curr, pid, flags);
	return IS_ERR(file) ? (int32_t)PTR_ERR(file)
			    : fd_publish(curr, file, flags | O_CLOEXEC);
}

int kill_pid_info(struct task_struct *curr, const struct pid *pid, int sig,
		  const struct ksiginfo *info)
{
	if (info && info->signo != sig)
		return -EINVAL;
	/* only the kernel says that it was the kernel, or kill() */
	if (info && pid != curr->thread_pid &&
	    (info->code >= 0 || info->code == SI_TKILL))
		return -EPERM;
	return pid->task ? do_kill(curr, pid->nr, sig, info) : -ESRCH;
}

/* The file behind number @fd of @pid's, or ERR_PTR. */
static struct file *file_of(struct task_struct *curr, const struct pid *pid,
			    int fd)
{
	struct file *file;

	if (!pid->task)
		return ERR_PTR(-ESRCH);
	if (!ptrace_may_access(curr, pid->task, PTRACE_MODE_REALCREDS))
		return ERR_PTR(-EPERM);
	if (!pid->task->files)
		return ERR_PTR(-ESRCH);
	file = fget_task(pid->task, (uint32_t)fd);
	return file ? file : ERR_PTR(-EBADF);
}

int32_t do_pidfd_getfd(struct task_struct *curr, int pidfd, int fd,
		       uint32_t flags)
{
	struct file *file;
	struct pid *pid;

	if (flags)
		return -EINVAL;
	pid = pidfd_get_pid(curr, pidfd, &flags);
	if (IS_ERR(pid))
		return (int32_t)PTR_ERR(pid);
	file = file_of(curr, pid, fd);
	put_pid(curr, pid);
	return IS_ERR(file) ? (int32_t)PTR_ERR(file)
			    : fd_publish(curr, file, O_CLOEXEC);
}
