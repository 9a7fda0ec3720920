/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/nsproxy.h"

/*
 * unshare(2) and setns(2) (Linux: kernel/nsproxy.c; kernel/fork.c: unshare()).
 * Open files, directories and semaphores taken back are really unshared.
 *
 * MODEL: there is one namespace of each kind. Who asks for a new one is told
 * what a kernel without them says, EINVAL, after the same question of rights;
 * joining the one that is there succeeds, as it does under Linux.
 */

#include <linux/sched.h>

#include "kernel/fs/dcache.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/nsfs.h"
#include "kernel/ipc/sem.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/pidfd.h"
#include "kernel/task/sched_core.h"

#define NS_FLAGS                                                    \
	(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | \
	 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWCGROUP | CLONE_NEWTIME)
#define UNSHARE_FLAGS                                                    \
	(NS_FLAGS | CLONE_THREAD | CLONE_FS | CLONE_SIGHAND | CLONE_VM | \
	 CLONE_FILES | CLONE_SYSVSEM)

/* ---- unshare ---------------------------------------------------------------- */

/* What goes with what. */
static uint32_t implied(uint32_t flags)
{
	if (flags & CLONE_NEWUSER)
		flags |= CLONE_THREAD | CLONE_FS;
	if (flags & CLONE_VM)
		flags |= CLONE_SIGHAND;
	if (flags & CLONE_SIGHAND)
		flags |= CLONE_THREAD;
	if (flags & CLONE_NEWNS)
		flags |= CLONE_FS;
	return flags;
}

static int check_unshare_flags(const struct task_struct *curr, uint32_t flags)
{
	if (flags & ~(uint32_t)UNSHARE_FLAGS)
		return -EINVAL;
	/* these can't be had: being alone in them will do */
	if (flags & (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM) &&
	    curr->signal->nr_threads > 1)
		return -EINVAL;
	if (flags & (CLONE_SIGHAND | CLONE_VM) && curr->sighand->refcount > 1)
		return -EINVAL;
	if (flags & CLONE_VM && curr->mm->mm_users > 1)
		return -EINVAL;
	return 0;
}

static int unshare_fs(struct task_struct *curr)
{
	struct fs_struct *fs;

	if (curr->fs->count == 1)
		return 0;
	fs = copy_fs_struct(curr, curr->fs);
	if (!fs)
		return -ENOMEM;
	put_fs(curr, curr->fs);
	curr->fs = fs;
	return 0;
}

int32_t do_unshare(struct task_struct *curr, uint32_t flags)
{
	int err;

	flags = implied(flags);
	err = check_unshare_flags(curr, flags);
	if (err)
		return err;
	if (flags & CLONE_NEWUSER)
		return -EINVAL;
	if (flags & NS_FLAGS)
		return capable(curr, CAP_SYS_ADMIN) ? -EINVAL : -EPERM;
	if (flags & CLONE_FS)
		err = unshare_fs(curr);
	if (!err && flags & CLONE_FILES)
		err = unshare_files(curr);
	if (!err && flags & CLONE_SYSVSEM)
		exit_sem(curr);
	return err;
}

/* ---- setns ------------------------------------------------------------------ */

/* That of mounts: one stands at its root then. */
static void join_mounts(struct task_struct *curr)
{
	struct fs_struct *fs = curr->fs;
	struct dentry *root = fs->root, *pwd = fs->pwd;

	fs->root = dget(curr->k->vfs.root);
	fs->pwd = dget(curr->k->vfs.root);
	dput(curr, root);
	dput(curr, pwd);
}

/* Those of @types, each of which is its own already. */
static int32_t join(struct task_struct *curr, uint32_t types)
{
	if (types & CLONE_NEWUSER)
		return -EINVAL;
	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	if (types & CLONE_NEWNS) {
		if (!capable(curr, CAP_SYS_CHROOT))
			return -EPERM;
		if (curr->fs->count != 1 && types == CLONE_NEWNS)
			return -EINVAL;
		if (unshare_fs(curr))
			return -ENOMEM;
		join_mounts(curr);
	}
	return 0;
}

static int32_t join_process(struct task_struct *curr, const struct pid *pid,
			    uint32_t types)
{
	if (!types || types & ~(uint32_t)NS_FLAGS)
		return -EINVAL;
	if (!pid->task || pid->task->exit_state)
		return -ESRCH;
	if (!ptrace_may_access(curr, pid->task, PTRACE_MODE_REALCREDS))
		return -EPERM;
	return join(curr, types);
}

int32_t do_setns(struct task_struct *curr, int fd, uint32_t type)
{
	struct file *file = fget(curr, fd);
	uint32_t of_file, pidfd_flags;
	struct pid *pid;
	int32_t ret;

	if (!file)
		return -EBADF;
	of_file = ns_type_of(file);
	fput(curr, file);
	if (of_file)
		return type && type != of_file ? -EINVAL : join(curr, of_file);
	pid = pidfd_get_pid(curr, fd, &pidfd_flags);
	if (IS_ERR(pid))
		return -EINVAL;
	ret = join_process(curr, pid, type);
	put_pid(curr, pid);
	return ret;
}
