/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/kcmp.h"

/*
 * Comparing what two tasks have (Linux: kernel/kcmp.c): open files, address
 * spaces, tables. Equal or not is what is asked; which comes first is told so
 * that a list can be sorted. That order is of addresses made unrecognisable by
 * numbers drawn when the first program asks.
 */

#include <linux/kcmp.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/block/ioprio.h"
#include "kernel/fs/eventpoll.h"
#include "kernel/fs/fdtable.h"
#include "kernel/lib/err.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

static uint32_t disguise(struct task_struct *curr, const void *object, int type)
{
	uint32_t *cookie = curr->k->sched.kcmp_cookies[type];
	const uint32_t at = object ? kobj_addr(curr->k, object) : 0;

	if (!cookie[1]) {
		cookie[0] = get_random_u32(curr->k);
		cookie[1] = get_random_u32(curr->k) | 1;
	}
	return (at ^ cookie[0]) * cookie[1];
}

static int32_t kcmp_ptr(struct task_struct *curr, const void *a, const void *b,
			int type)
{
	const uint32_t first = disguise(curr, a, type);
	const uint32_t second = disguise(curr, b, type);

	return (first < second) | (first > second) << 1;
}

/* Its file of that number, for comparing only; NULL: none, or it has ended. */
static const struct file *raw_file(struct task_struct *curr,
				   struct task_struct *task, uint32_t fd)
{
	struct file *file = task->files ? fget_task(task, fd) : NULL;

	if (file)
		fput(curr, file); /* of @task still */
	return file;
}

static int32_t kcmp_files(struct task_struct *curr, struct task_struct *task1,
			  struct task_struct *task2, uint32_t fd1, uint32_t fd2)
{
	const struct file *a = raw_file(curr, task1, fd1);
	const struct file *b = raw_file(curr, task2, fd2);

	return a && b ? kcmp_ptr(curr, a, b, KCMP_FILE) : -EBADF;
}

static int32_t kcmp_epoll_target(struct task_struct *curr,
				 struct task_struct *task1,
				 struct task_struct *task2, uint32_t fd1,
				 vaddr_t uslot)
{
	struct kcmp_epoll_slot slot;
	const struct file *a, *epoll, *b;

	if (copy_from_user(curr, &slot, uslot, sizeof(slot)))
		return -EFAULT;
	a = raw_file(curr, task1, fd1);
	epoll = raw_file(curr, task2, slot.efd);
	if (!a || !epoll)
		return -EBADF;
	b = get_epoll_tfile_raw_ptr(epoll, (int)slot.tfd, slot.toff);
	return IS_ERR(b) ? (int32_t)PTR_ERR(b)
			 : kcmp_ptr(curr, a, b, KCMP_FILE);
}

static int32_t compare(struct task_struct *curr, struct task_struct *a,
		       struct task_struct *b, int type, uint32_t idx1,
		       uint32_t idx2)
{
	switch (type) {
	case KCMP_FILE:
		return kcmp_files(curr, a, b, idx1, idx2);
	case KCMP_VM:
		return kcmp_ptr(curr, a->mm, b->mm, type);
	case KCMP_FILES:
		return kcmp_ptr(curr, a->files, b->files, type);
	case KCMP_FS:
		return kcmp_ptr(curr, a->fs, b->fs, type);
	case KCMP_SIGHAND:
		return kcmp_ptr(curr, a->sighand, b->sighand, type);
	case KCMP_IO:
		return kcmp_ptr(curr, a->io_context, b->io_context, type);
	case KCMP_SYSVSEM:
		return kcmp_ptr(curr, a->sysvsem_undo, b->sysvsem_undo, type);
	case KCMP_EPOLL_TFD:
		return kcmp_epoll_target(curr, a, b, idx1, idx2);
	default:
		return -EINVAL;
	}
}

int32_t do_kcmp(struct task_struct *curr, int pid1, int pid2, int type,
		uint32_t idx1, uint32_t idx2)
{
	struct task_struct *a = find_task_by_pid(curr->k, pid1);
	struct task_struct *b = find_task_by_pid(curr->k, pid2);

	if (!a || !b)
		return -ESRCH;
	if (!ptrace_may_access(curr, a, PTRACE_MODE_REALCREDS) ||
	    !ptrace_may_access(curr, b, PTRACE_MODE_REALCREDS))
		return -EPERM;
	return compare(curr, a, b, type, idx1, idx2);
}
