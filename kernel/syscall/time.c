/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/* System calls about time: decoding. */

#include "kernel/lib/err.h"
#include "kernel/task/ntp.h"
#include "kernel/task/posix_timers.h"
#include "kernel/task/sys.h"

int32_t sys_gettimeofday(struct task_struct *curr, const uint32_t arg[7])
{
	return do_gettimeofday(curr, arg[0], arg[1]);
}

int32_t sys_settimeofday(struct task_struct *curr, const uint32_t arg[7])
{
	return do_settimeofday(curr, arg[0], arg[1]);
}

int32_t sys_clock_settime(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_settime(curr, (int)arg[0], arg[1], false);
}

int32_t sys_clock_settime64(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_settime(curr, (int)arg[0], arg[1], true);
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

int32_t sys_timer_create(struct task_struct *curr, const uint32_t arg[7])
{
	return do_timer_create(curr, (int)arg[0], arg[1], arg[2]);
}

int32_t sys_timer_settime(struct task_struct *curr, const uint32_t arg[7])
{
	return do_timer_settime(curr, (int)arg[0], arg[1], arg[2], arg[3],
				false);
}

int32_t sys_timer_settime64(struct task_struct *curr, const uint32_t arg[7])
{
	return do_timer_settime(curr, (int)arg[0], arg[1], arg[2], arg[3],
				true);
}

int32_t sys_timer_gettime(struct task_struct *curr, const uint32_t arg[7])
{
	return do_timer_gettime(curr, (int)arg[0], arg[1], false);
}

int32_t sys_timer_gettime64(struct task_struct *curr, const uint32_t arg[7])
{
	return do_timer_gettime(curr, (int)arg[0], arg[1], true);
}

int32_t sys_timer_getoverrun(struct task_struct *curr, const uint32_t arg[7])
{
	return do_timer_getoverrun(curr, (int)arg[0]);
}

int32_t sys_timer_delete(struct task_struct *curr, const uint32_t arg[7])
{
	return do_timer_delete(curr, (int)arg[0]);
}

int32_t sys_adjtimex(struct task_struct *curr, const uint32_t arg[7])
{
	return do_adjtimex(curr, arg[0], false);
}

int32_t sys_clock_adjtime(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_adjtime(curr, (int)arg[0], arg[1], false);
}

int32_t sys_clock_adjtime64(struct task_struct *curr, const uint32_t arg[7])
{
	return do_clock_adjtime(curr, (int)arg[0], arg[1], true);
}
