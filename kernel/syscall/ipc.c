/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/*
 * System calls on System V objects and POSIX message queues: numbers in ipc.def,
 * work in kernel/ipc/. ipc(2), which was all of System V's, is old ABI alone.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/ipc/mqueue.h"
#include "kernel/ipc/msg.h"
#include "kernel/ipc/sem.h"
#include "kernel/ipc/shm.h"
#include "kernel/lib/err.h"
#include "kernel/task/sys.h"

int32_t sys_shmat(struct task_struct *curr, const uint32_t arg[7])
{
	return (int32_t)do_shmat(curr, (int32_t)arg[0], arg[1], arg[2]);
}

int32_t sys_shmdt(struct task_struct *curr, const uint32_t arg[7])
{
	return do_shmdt(curr, arg[0]);
}

int32_t sys_shmget(struct task_struct *curr, const uint32_t arg[7])
{
	return do_shmget(curr, (int32_t)arg[0], arg[1], arg[2]);
}

int32_t sys_shmctl(struct task_struct *curr, const uint32_t arg[7])
{
	return do_shmctl(curr, (int32_t)arg[0], (int)arg[1], arg[2]);
}

/* ---- semaphores ----------------------------------------------------------- */

int32_t sys_semget(struct task_struct *curr, const uint32_t arg[7])
{
	return do_semget(curr, (int32_t)arg[0], (int32_t)arg[1], arg[2]);
}

int32_t sys_semctl(struct task_struct *curr, const uint32_t arg[7])
{
	return do_semctl(curr, (int32_t)arg[0], (int32_t)arg[1], (int)arg[2],
			 arg[3]);
}

int32_t sys_semop(struct task_struct *curr, const uint32_t arg[7])
{
	return do_semtimedop(curr, (int32_t)arg[0], arg[1], arg[2], UINT64_MAX);
}

static int32_t timed_ops(struct task_struct *curr, const uint32_t arg[7],
			 bool wide)
{
	uint64_t expires;
	const int err = get_timeout(curr, arg[3], wide, &expires);

	return err ? err
		   : do_semtimedop(curr, (int32_t)arg[0], arg[1], arg[2],
				   expires);
}

int32_t sys_semtimedop(struct task_struct *curr, const uint32_t arg[7])
{
	return timed_ops(curr, arg, false);
}

int32_t sys_semtimedop_time64(struct task_struct *curr, const uint32_t arg[7])
{
	return timed_ops(curr, arg, true);
}

/* ---- messages ------------------------------------------------------------- */

int32_t sys_msgget(struct task_struct *curr, const uint32_t arg[7])
{
	return do_msgget(curr, (int32_t)arg[0], arg[1]);
}

int32_t sys_msgctl(struct task_struct *curr, const uint32_t arg[7])
{
	return do_msgctl(curr, (int32_t)arg[0], (int)arg[1], arg[2]);
}

int32_t sys_msgsnd(struct task_struct *curr, const uint32_t arg[7])
{
	return do_msgsnd(curr, (int32_t)arg[0], arg[1], arg[2], arg[3]);
}

int32_t sys_msgrcv(struct task_struct *curr, const uint32_t arg[7])
{
	return do_msgrcv(curr, (int32_t)arg[0], arg[1], arg[2], (int32_t)arg[3],
			 arg[4]);
}

/* ---- POSIX message queues ------------------------------------------------- */

int32_t sys_mq_open(struct task_struct *curr, const uint32_t arg[7])
{
	struct mq_attr_arm attr;

	if (arg[3] && copy_from_user(curr, &attr, arg[3], sizeof(attr)))
		return -EFAULT;
	return do_mq_open(curr, arg[0], arg[1], arg[2], arg[3] ? &attr : NULL);
}

int32_t sys_mq_unlink(struct task_struct *curr, const uint32_t arg[7])
{
	return do_mq_unlink(curr, arg[0]);
}

static int32_t mq_send(struct task_struct *curr, const uint32_t arg[7],
		       bool wide)
{
	uint64_t expires;
	const int err = get_deadline(curr, arg[4], wide, 0, &expires);

	return err ? err
		   : do_mq_timedsend(curr, (int)arg[0], arg[1], arg[2], arg[3],
				     expires);
}

int32_t sys_mq_timedsend(struct task_struct *curr, const uint32_t arg[7])
{
	return mq_send(curr, arg, false);
}

int32_t sys_mq_timedsend_time64(struct task_struct *curr, const uint32_t arg[7])
{
	return mq_send(curr, arg, true);
}

static int32_t mq_receive(struct task_struct *curr, const uint32_t arg[7],
			  bool wide)
{
	uint64_t expires;
	const int err = get_deadline(curr, arg[4], wide, 0, &expires);

	return err ? err
		   : do_mq_timedreceive(curr, (int)arg[0], arg[1], arg[2],
					arg[3], expires);
}

int32_t sys_mq_timedreceive(struct task_struct *curr, const uint32_t arg[7])
{
	return mq_receive(curr, arg, false);
}

int32_t sys_mq_timedreceive_time64(struct task_struct *curr,
				   const uint32_t arg[7])
{
	return mq_receive(curr, arg, true);
}

int32_t sys_mq_notify(struct task_struct *curr, const uint32_t arg[7])
{
	struct mq_sigevent event;

	if (arg[1] && copy_from_user(curr, &event, arg[1], sizeof(event)))
		return -EFAULT;
	return do_mq_notify(curr, (int)arg[0], arg[1] ? &event : NULL);
}

int32_t sys_mq_getsetattr(struct task_struct *curr, const uint32_t arg[7])
{
	struct mq_attr_arm new, old;
	int32_t err;

	if (arg[1] && copy_from_user(curr, &new, arg[1], sizeof(new)))
		return -EFAULT;
	err = do_mq_getsetattr(curr, (int)arg[0], arg[1] ? &new : NULL, &old);
	if (!err && arg[2] && copy_to_user(curr, arg[2], &old, sizeof(old)))
		err = -EFAULT;
	return err;
}
