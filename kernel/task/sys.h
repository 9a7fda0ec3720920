/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SYS_H
#define KERNEL_TASK_SYS_H

/*
 * What the system calls about processes, users, limits and time do (Linux:
 * kernel/sys.c, kernel/time/). User pointers are the guest's; results are a
 * value or -errno.
 */

#include "kernel/task/sched.h"

int32_t do_setpgid(struct task_struct *curr, int pid, int pgid);
int32_t do_getpgid(struct task_struct *curr, int pid);
int32_t do_getsid(struct task_struct *curr, int pid);
int32_t do_setsid(struct task_struct *curr);

/* @pid 0: the caller. NULL pointers are left alone. 64-bit limits. */
int32_t do_prlimit64(struct task_struct *curr, int pid, uint32_t resource,
		     vaddr_t new_limit, vaddr_t old_limit);
int32_t do_getrlimit(struct task_struct *curr, uint32_t resource, vaddr_t to);
int32_t do_setrlimit(struct task_struct *curr, uint32_t resource, vaddr_t from);

struct rusage_counts;
/* struct rusage of 72 bytes. */
int32_t put_rusage(struct task_struct *curr, const struct rusage_counts *usage,
		   vaddr_t to);
int32_t do_getrusage(struct task_struct *curr, int who, vaddr_t to);
int32_t do_times(struct task_struct *curr, vaddr_t to);
/* Which CPU @curr runs on, and which node that belongs to. */
int32_t do_getcpu(struct task_struct *curr, vaddr_t ucpu, vaddr_t unode);
int32_t do_sysinfo(struct task_struct *curr, vaddr_t to);
int32_t do_uname(struct task_struct *curr, vaddr_t to);
void uts_init(struct kernel *k);
/* sethostname(2), setdomainname(2): @name is one of k->sched.uts. */
int32_t set_uts_name(struct task_struct *curr, char *name, vaddr_t from,
		     int32_t len);
/* The same from text, for /proc/sys/kernel. */
void store_uts_name(char *name, const char *text);
int32_t do_prctl(struct task_struct *curr, int option, const uint32_t arg[4]);
int32_t do_wait4(struct task_struct *curr, int pid, vaddr_t stat, int options,
		 vaddr_t rusage);
int32_t do_waitid(struct task_struct *curr, int which, int pid, vaddr_t info,
		  int options, vaddr_t rusage);
/* syslog(2): the kernel's log; dmesg. */
int32_t do_syslog(struct task_struct *curr, int32_t type, vaddr_t to,
		  int32_t nr_bytes);
int32_t do_getrandom(struct task_struct *curr, vaddr_t to, uint32_t nr_bytes,
		     uint32_t flags);
/* -1: leave it alone. */

/* ---- time; @wide: struct timespec with 64-bit seconds ---- */

/* ns since boot, or since 1970 for CLOCK_REALTIME. 0 or -EINVAL. */
int clock_read(struct task_struct *curr, int clock, uint64_t *ns);
/* CLOCK_REALTIME is @ns from now on. 0 or -EPERM. */
int clock_set_realtime(struct task_struct *curr, uint64_t ns);
/* Writes @ns as seconds and nanoseconds. 0 or -EFAULT. */
int32_t put_timespec(struct task_struct *curr, vaddr_t to, uint64_t ns,
		     bool wide);
int32_t do_clock_gettime(struct task_struct *curr, int clock, vaddr_t to,
			 bool wide);
int32_t do_clock_getres(struct task_struct *curr, int clock, vaddr_t to,
			bool wide);
int32_t do_gettimeofday(struct task_struct *curr, vaddr_t tv, vaddr_t tz);
int32_t do_clock_settime(struct task_struct *curr, int clock, vaddr_t from,
			 bool wide);
int32_t do_settimeofday(struct task_struct *curr, vaddr_t tv, vaddr_t tz);
/* A timespec in user memory as ns, saturated. 0, -EFAULT or -EINVAL. */
int get_timespec(struct task_struct *curr, vaddr_t from, bool wide,
		 uint64_t *ns);
int32_t do_clock_nanosleep(struct task_struct *curr, int clock, uint32_t flags,
			   vaddr_t request, vaddr_t remain, bool wide);
int32_t do_setitimer(struct task_struct *curr, int which, vaddr_t value,
		     vaddr_t old);
int32_t do_getitimer(struct task_struct *curr, int which, vaddr_t to);
/*
 * A relative timeout in user memory as a cycle: UINT64_MAX for NULL. 0,
 * -EFAULT or -EINVAL.
 */
int get_timeout(struct task_struct *curr, vaddr_t timespec, bool wide,
		uint64_t *expires);
/* The same of an absolute time of @clock. */
int get_deadline(struct task_struct *curr, vaddr_t timespec, bool wide,
		 int clock, uint64_t *expires);

#endif
