/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/* System calls about time: decoding. */

#include "kernel/lib/err.h"
#include "kernel/task/sys.h"

int32_t sys_gettimeofday(struct task_struct *curr, const uint32_t arg[7])
{
	return do_gettimeofday(curr, arg[0], arg[1]);
}

/* The clock is the machine's cycle counter: nobody sets it. */
int32_t sys_settimeofday(struct task_struct *curr, const uint32_t arg[7])
{
	(void)curr;
	(void)arg;
	return -EPERM;
}

int32_t sys_clock_settime(struct task_struct *curr, const uint32_t arg[7])
{
	return sys_settimeofday(curr, arg);
}

int32_t sys_clock_settime64(struct task_struct *curr, const uint32_t arg[7])
{
	return sys_settimeofday(curr, arg);
}

int32_t sys_setitimer(struct task_struct *curr, const uint32_t arg[7])
{
	return do_setitimer(curr, (int)arg[0], arg[1], arg[2]);
}

int32_t sys_getitimer(struct task_struct *curr, const uint32_t arg[7])
{
	return do_getitimer(curr, (int)arg[0], arg[1]);
}

int32_t sys_nanosleep(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_nanosleep(curr, 1, 0, arg[0], arg[1], false);
}

int32_t sys_clock_gettime(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_gettime(curr, (int)arg[0], arg[1], false);
}

int32_t sys_clock_gettime64(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_gettime(curr, (int)arg[0], arg[1], true);
}

int32_t sys_clock_getres(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_getres(curr, (int)arg[0], arg[1], false);
}

int32_t sys_clock_getres_time64(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_getres(curr, (int)arg[0], arg[1], true);
}

int32_t sys_clock_nanosleep(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_nanosleep(curr, (int)arg[0], arg[1], arg[2], arg[3],
				  false);
}

int32_t sys_clock_nanosleep_time64(struct task_struct *curr,
				   const uint32_t arg[7])
{
	return do_clock_nanosleep(curr, (int)arg[0], arg[1], arg[2], arg[3],
				  true);
}
