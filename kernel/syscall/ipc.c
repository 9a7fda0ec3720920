/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/*
 * System calls on System V objects: numbers in ipc.def, work in kernel/ipc/.
 * Each has its own; ipc(2), which was all of them, is old ABI alone.
 */

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
