/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/fasync.h"

/*
 * Signal-driven input and output (the second half of Linux's fs/fcntl.c): who
 * has set O_ASYNC on a pipe, a socket or a terminal and is its owner gets
 * SIGIO, or the signal of F_SETSIG with the descriptor, when there is something
 * to be read or room to write.
 *
 * Invariant: a file is on the list of what it leads to as long as it has
 * O_ASYNC, and gone from it when its last reference goes.
 *
 * MODEL: Linux tells nobody of a socket while somebody sleeps in a read of it,
 * and of room in a socket only who has found it full; of room in sockets
 * nobody is told here.
 */

#include <signal.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

#define ARM_SIZEOF_FASYNC_STRUCT 28u

struct fasync_struct {
	struct fasync_struct *next;
	struct file *file;
	int fd; /* as who asked called it */
};

/*
 * MODEL: Linux makes the cache at boot; here the first that wants signals
 * does, so that it can fail.
 */
static struct fasync_struct *alloc_fasync(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;

	if (!vfs->fasync_cachep)
		vfs->fasync_cachep = kmem_cache_create(
			curr, "fasync_cache", ARM_SIZEOF_FASYNC_STRUCT,
			sizeof(struct fasync_struct), 0, 0, NULL);
	return vfs->fasync_cachep
		       ? kmem_cache_alloc(curr, vfs->fasync_cachep, GFP_KERNEL)
		       : NULL;
}

int fasync_helper(struct task_struct *curr, int fd, struct file *file, bool on,
		  struct fasync_struct **list)
{
	struct fasync_struct **at = list, *fa;

	while (*at && (*at)->file != file)
		at = &(*at)->next;
	fa = *at;
	if (!on) {
		if (!fa)
			return 0;
		file->f_flags &= ~O_ASYNC;
		*at = fa->next;
		kmem_cache_free(curr, curr->k->vfs.fasync_cachep, fa);
		return 1;
	}
	if (fa) {
		fa->fd = fd;
		return 0;
	}
	fa = alloc_fasync(curr);
	if (!fa)
		return -ENOMEM;
	/* somebody else may have been here while it slept */
	for (at = list; *at; at = &(*at)->next)
		if ((*at)->file == file) {
			kmem_cache_free(curr, curr->k->vfs.fasync_cachep, fa);
			(*at)->fd = fd;
			return 0;
		}
	*fa = (struct fasync_struct){.next = *list, .file = file, .fd = fd};
	*list = fa;
	file->f_flags |= O_ASYNC;
	return 1;
}

int set_fasync(struct task_struct *curr, int fd, struct file *file, bool on,
	       bool strict)
{
	int err = strict ? -ENOTTY : 0;

	if (on == !!(file->f_flags & O_ASYNC))
		return 0;
	if (file->f_op->fasync)
		err = file->f_op->fasync(curr, fd, file, on);
	return err < 0 ? err : 0;
}

/* ---- sending ------------------------------------------------------------ */

/* Has the owner, when it became that, had the right to signal @task? */
static bool sigio_perm(const struct task_struct *task,
		       const struct fown_struct *fown)
{
	return !fown->euid || fown->euid == task->cred.suid ||
	       fown->euid == task->cred.uid || fown->uid == task->cred.suid ||
	       fown->uid == task->cred.uid;
}

/* Signals whose codes mean something else. */
static bool has_own_codes(int sig)
{
	return sig == SIGILL || sig == SIGFPE || sig == SIGSEGV ||
	       sig == SIGBUS || sig == SIGTRAP || sig == SIGCHLD ||
	       sig == SIGSYS;
}

static void send_sigio_to_task(struct task_struct *curr,
			       struct task_struct *task,
			       const struct file *file, int fd,
			       enum fasync_reason reason)
{
	static const uint32_t bands[] = {
		[FASYNC_IN] = POLLIN | POLLRDNORM,
		[FASYNC_OUT] = POLLOUT | POLLWRNORM | 0x200,
		[FASYNC_MSG] = POLLIN | POLLRDNORM | 0x400,
		[FASYNC_ERR] = POLLERR,
		[FASYNC_PRI] = POLLPRI | 0x80,
		[FASYNC_HUP] = POLLHUP | POLLERR,
	};
	const struct fown_struct *fown = &file->f_owner;
	const bool one = fown->type == F_OWNER_TID;
	const int sig = fown->signum;
	const struct ksiginfo info = {
		.signo = sig,
		.code = sig != SIGIO && has_own_codes(sig) ? SI_SIGIO
							   : (int32_t)reason,
		.words = {bands[reason], (uint32_t)fd},
	};
	const struct ksiginfo plain = {.signo = SIGIO, .code = SI_KERNEL};

	if (!sigio_perm(task, fown))
		return;
	if (!sig || send_sig_info(curr, sig, &info, task, one))
		send_sig_info(curr, SIGIO, &plain, task, one);
}

static void send_sigio(struct task_struct *curr, const struct file *file,
		       int fd, enum fasync_reason reason)
{
	const struct pid *pid = file->f_owner.pid;
	struct task_struct *task;

	if (!pid)
		return;
	if (file->f_owner.type != F_OWNER_PGRP) {
		if (pid->task)
			send_sigio_to_task(curr, pid->task, file, fd, reason);
		return;
	}
	for_each_process(task, curr->k)
		if (task->signal->pgrp == pid->nr &&
		    !(task->flags & PF_KTHREAD))
			send_sigio_to_task(curr, task, file, fd, reason);
}

void kill_fasync(struct task_struct *curr, const struct fasync_struct *list,
		 int sig, enum fasync_reason reason)
{
	for (const struct fasync_struct *fa = list; fa; fa = fa->next)
		if (sig != SIGURG || fa->file->f_owner.signum)
			send_sigio(curr, fa->file, fa->fd, reason);
}

/* ---- owners ------------------------------------------------------------- */

static void set_owner(struct task_struct *curr, struct file *file,
		      struct pid *pid, int32_t type)
{
	struct fown_struct *fown = &file->f_owner;

	if (pid)
		get_pid(pid);
	if (fown->pid)
		put_pid(curr, fown->pid);
	fown->pid = pid;
	fown->type = type;
	if (!pid)
		return;
	fown->uid = curr->cred.uid;
	fown->euid = curr->cred.euid;
}

static int32_t set_owner_nr(struct task_struct *curr, struct file *file,
			    int32_t nr, int32_t type)
{
	struct pid *pid = nr ? find_pid(curr->k, nr) : NULL;

	if (nr && !pid)
		return -ESRCH;
	set_owner(curr, file, pid, type);
	return 0;
}

int32_t f_setown(struct task_struct *curr, struct file *file, int32_t who)
{
	if (who == INT32_MIN)
		return -EINVAL;
	return set_owner_nr(curr, file, who < 0 ? -who : who,
			    who < 0 ? F_OWNER_PGRP : F_OWNER_PID);
}

void f_delown(struct task_struct *curr, struct file *file)
{
	set_owner(curr, file, NULL, F_OWNER_PID);
}

/* 0, where nobody is any more. */
static int32_t owner_nr(const struct file *file)
{
	const struct pid *pid = file->f_owner.pid;

	if (!pid)
		return 0;
	if (file->f_owner.type == F_OWNER_PGRP)
		return find_task_in_pgrp(file->f_inode->k, pid->nr) ? pid->nr
								    : 0;
	if (!pid->task ||
	    (file->f_owner.type == F_OWNER_PID && pid->task->tgid != pid->nr))
		return 0;
	return pid->nr;
}

int32_t f_getown(const struct file *file)
{
	const int32_t nr = owner_nr(file);

	return file->f_owner.type == F_OWNER_PGRP ? -nr : nr;
}

/* struct f_owner_ex: type and number */
int32_t f_setown_ex(struct task_struct *curr, struct file *file, vaddr_t uex)
{
	int32_t ex[2];

	if (copy_from_user(curr, ex, uex, sizeof(ex)))
		return -EFAULT;
	if (ex[0] < F_OWNER_TID || ex[0] > F_OWNER_PGRP)
		return -EINVAL;
	return set_owner_nr(curr, file, ex[1], ex[0]);
}

int32_t f_getown_ex(struct task_struct *curr, const struct file *file,
		    vaddr_t uex)
{
	const int32_t ex[2] = {file->f_owner.type, owner_nr(file)};

	return copy_to_user(curr, uex, ex, sizeof(ex)) ? -EFAULT : 0;
}

int32_t f_getowner_uids(struct task_struct *curr, const struct file *file,
			vaddr_t to)
{
	const uint32_t ids[2] = {file->f_owner.uid, file->f_owner.euid};

	return copy_to_user(curr, to, ids, sizeof(ids)) ? -EFAULT : 0;
}

void fasync_release(struct task_struct *curr, struct file *file)
{
	if (file->f_flags & O_ASYNC && file->f_op && file->f_op->fasync)
		file->f_op->fasync(curr, -1, file, false);
	if (file->f_owner.pid)
		put_pid(curr, file->f_owner.pid);
	file->f_owner.pid = NULL;
}
