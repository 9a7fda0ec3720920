/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/*
 * System calls on System V objects: numbers in ipc.def, work in kernel/ipc/.
 * Each has its own; ipc(2), which was all of them, is old ABI alone.
 */

#include "kernel/ipc/shm.h"

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
