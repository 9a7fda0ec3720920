/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sys.h"

/*
 * Clocks and sleeping (Linux: kernel/time/posix-timers.c, hrtimer.c,
 * itimer.c). Every clock is the cycle counter: the monotonic ones count from
 * boot, CLOCK_REALTIME from the board's constant boot time, so a run's dates
 * are the same every time.
 */

#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/timerfd.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

#define NSEC_PER_SEC 1000000000ull
enum {
	NSEC_PER_USEC = 1000,
	USEC_PER_SEC = 1000000
};

int clock_read(struct task_struct *curr, int clock, uint64_t *ns)
{
	struct kernel *k = curr->k;
	struct rusage_counts usage;
	uint64_t now = sched_clock_cycles(k);

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_TAI:
		*ns = k->hw.ops->boot_time_sec(k->hw.ctx) * NSEC_PER_SEC +
		      cycles_to_ns(k, now) + (uint64_t)k->sched.clock_offset_ns;
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
	case CLOCK_BOOTTIME_ALARM:
		*ns = cycles_to_ns(k, now);
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		account_kernel_time(curr);
		getrusage_counts(curr, false, &usage);
		*ns = cycles_to_ns(k, usage.utime + usage.stime);
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		account_kernel_time(curr);
		*ns = cycles_to_ns(k, curr->utime + curr->stime);
		return 0;
	default:
		return -EINVAL;
	}
}

/* ---- user structures ----------------------------------------------------------- */

int32_t put_timespec(struct task_struct *curr, vaddr_t to, uint64_t ns,
		     bool wide)
{
	uint64_t sec = ns / NSEC_PER_SEC;
	uint32_t nsec = (uint32_t)(ns % NSEC_PER_SEC);
	uint32_t narrow[2] = {(uint32_t)sec, nsec};
	uint64_t pair[2] = {sec, nsec};

	if (wide)
		return copy_to_user(curr, to, pair, sizeof(pair)) ? -EFAULT : 0;
	return copy_to_user(curr, to, narrow, sizeof(narrow)) ? -EFAULT : 0;
}

/* Saturates far in the future. */
int get_timespec(struct task_struct *curr, vaddr_t from, bool wide,
		 uint64_t *ns)
{
	int64_t sec;
	uint32_t nsec;

	if (wide) {
		uint64_t pair[2];

		if (copy_from_user(curr, pair, from, sizeof(pair)))
			return -EFAULT;
		sec = (int64_t)pair[0];
		nsec = (uint32_t)pair[1]; /* the upper half is padding */
	} else {
		int32_t pair[2];

		if (copy_from_user(curr, pair, from, sizeof(pair)))
			return -EFAULT;
		sec = pair[0];
		nsec = (uint32_t)pair[1];
	}
	if (sec < 0 || nsec >= NSEC_PER_SEC)
		return -EINVAL;
	if ((uint64_t)sec > UINT64_MAX / 4 / NSEC_PER_SEC)
		*ns = UINT64_MAX / 4;
	else
		*ns = (uint64_t)sec * NSEC_PER_SEC + nsec;
	return 0;
}

int get_timeout(struct task_struct *curr, vaddr_t timespec, bool wide,
		uint64_t *expires)
{
	uint64_t ns;
	int err;

	*expires = UINT64_MAX;
	if (!timespec)
		return 0;
	err = get_timespec(curr, timespec, wide, &ns);
	if (!err)
		*expires = sched_clock_cycles(curr->k) +
			   ns_to_cycles(curr->k, ns);
	return err;
}

int get_deadline(struct task_struct *curr, vaddr_t timespec, bool wide,
		 int clock, uint64_t *expires)
{
	uint64_t now_ns, passed;
	int err = get_timeout(curr, timespec, wide, expires);

	if (err || !timespec)
		return err;
	clock_read(curr, clock, &now_ns);
	passed = ns_to_cycles(curr->k, now_ns);
	*expires = *expires > passed ? *expires - passed : 0;
	return 0;
}

/* ---- clocks ---------------------------------------------------------------------- */

int32_t do_clock_gettime(struct task_struct *curr, int clock, vaddr_t to,
			 bool wide)
{
	uint64_t ns;
	int err = clock_read(curr, clock, &ns);

	return err ? err : put_timespec(curr, to, ns, wide);
}

int32_t do_clock_getres(struct task_struct *curr, int clock, vaddr_t to,
			bool wide)
{
	uint64_t ns;
	int err = clock_read(curr, clock, &ns);
	const bool coarse = clock == CLOCK_REALTIME_COARSE ||
			    clock == CLOCK_MONOTONIC_COARSE;

	if (err || !to)
		return err;
	return put_timespec(curr, to, coarse ? NSEC_PER_SEC / HZ : 1, wide);
}

int32_t do_gettimeofday(struct task_struct *curr, vaddr_t tv, vaddr_t tz)
{
	uint32_t word[2];
	uint64_t ns;

	if (tz && copy_to_user(curr, tz, curr->k->sched.timezone,
			       sizeof(curr->k->sched.timezone)))
		return -EFAULT;
	clock_read(curr, CLOCK_REALTIME, &ns);
	word[0] = (uint32_t)(ns / NSEC_PER_SEC);
	word[1] = (uint32_t)(ns % NSEC_PER_SEC / NSEC_PER_USEC);
	if (tv && copy_to_user(curr, tv, word, sizeof(word)))
		return -EFAULT;
	return 0;
}

/* CLOCK_REALTIME, and with it the dates of files, from now on. */
int clock_set_realtime(struct task_struct *curr, uint64_t ns)
{
	uint64_t now = 0;

	if (!capable(curr, CAP_SYS_TIME))
		return -EPERM;
	clock_read(curr, CLOCK_REALTIME, &now);
	curr->k->sched.clock_offset_ns += (int64_t)(ns - now);
	timerfd_clock_was_set(curr);
	return 0;
}

int32_t do_clock_settime(struct task_struct *curr, int clock, vaddr_t from,
			 bool wide)
{
	uint64_t ns;
	int err;

	if (clock > CLOCK_REALTIME)
		return -EINVAL;
	err = get_timespec(curr, from, wide, &ns);
	if (err)
		return err;
	/* MODEL: no CPU clocks of processes by number */
	return clock < 0 ? -EINVAL : clock_set_realtime(curr, ns);
}

int32_t do_settimeofday(struct task_struct *curr, vaddr_t tv, vaddr_t tz)
{
	int32_t zone[2] = {0, 0}, time[2] = {0, 0};

	if (tv && copy_from_user(curr, time, tv, sizeof(time)))
		return -EFAULT;
	if (tv && (time[1] < 0 || time[1] >= USEC_PER_SEC))
		return -EINVAL;
	if (tz && copy_from_user(curr, zone, tz, sizeof(zone)))
		return -EFAULT;
	if (time[0] < 0)
		return -EINVAL;
	if (!capable(curr, CAP_SYS_TIME))
		return -EPERM;
	if (tz) {
		if (zone[0] > 15 * 60 || zone[0] < -15 * 60)
			return -EINVAL;
		curr->k->sched.timezone[0] = zone[0];
		curr->k->sched.timezone[1] = zone[1];
	}
	return tv ? clock_set_realtime(curr, (uint64_t)time[0] * NSEC_PER_SEC +
						     (uint64_t)time[1] *
							     NSEC_PER_USEC)
		  : 0;
}

/* ---- sleeping -------------------------------------------------------------------- */

static int32_t sleep_until(struct task_struct *curr, uint64_t expires,
			   vaddr_t remain, bool wide);

static int32_t nanosleep_restart(struct task_struct *curr)
{
	return sleep_until(curr, curr->restart_block.expires,
			   curr->restart_block.nanosleep.rmtp,
			   curr->restart_block.nanosleep.rmtp_is_64);
}

static int32_t sleep_until(struct task_struct *curr, uint64_t expires,
			   vaddr_t remain, bool wide)
{
	uint64_t left;

	do {
		curr->state = TASK_INTERRUPTIBLE;
		left = schedule_timeout_until(curr, expires);
	} while (left && !signal_pending(curr));
	if (!left)
		return 0;
	if (remain &&
	    put_timespec(curr, remain, cycles_to_ns(curr->k, left), wide))
		return -EFAULT;
	curr->restart_block.fn = nanosleep_restart;
	curr->restart_block.expires = expires;
	curr->restart_block.nanosleep.rmtp = remain;
	curr->restart_block.nanosleep.rmtp_is_64 = wide;
	return -ERESTART_RESTARTBLOCK;
}

int32_t do_clock_nanosleep(struct task_struct *curr, int clock, uint32_t flags,
			   vaddr_t request, vaddr_t remain, bool wide)
{
	uint64_t now_ns, ns, now = sched_clock_cycles(curr->k);
	int32_t result;
	int err = clock_read(curr, clock, &now_ns);

	if (err && clock < 0 && get_timespec(curr, request, wide, &ns))
		return -EFAULT;
	if (err)
		return err;
	if (clock == CLOCK_THREAD_CPUTIME_ID || clock == CLOCK_MONOTONIC_RAW ||
	    clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE)
		return -EOPNOTSUPP;
	err = get_timespec(curr, request, wide, &ns);
	if (err)
		return err;
	if (!(flags & TIMER_ABSTIME))
		return sleep_until(curr, now + ns_to_cycles(curr->k, ns),
				   remain, wide);
	if (ns <= now_ns)
		return 0;
	result = sleep_until(curr, now + ns_to_cycles(curr->k, ns - now_ns), 0,
			     wide);
	/* the same absolute time again is all that a restart needs */
	return result == -ERESTART_RESTARTBLOCK ? -ERESTARTNOHAND : result;
}

/* ---- interval timers ---------------------------------------------------------------- */

static void real_timer_fired(struct task_struct *curr, struct timer *timer)
{
	struct signal_struct *sig = container_of(timer, struct signal_struct,
						 real_timer);
	struct task_struct *task = list_first_entry(
		&sig->thread_head, struct task_struct, thread_node);
	struct ksiginfo info = {.code = SI_KERNEL};

	send_sig_info(curr, SIGALRM, &info, task->group_leader, false);
	if (sig->real_interval)
		timer_arm(curr, timer, timer->expires + sig->real_interval);
}

static void put_usec(uint64_t ns, uint32_t to[2])
{
	uint64_t usec = (ns + NSEC_PER_USEC - 1) / NSEC_PER_USEC;

	to[0] = (uint32_t)(usec / USEC_PER_SEC);
	to[1] = (uint32_t)(usec % USEC_PER_SEC);
}

static enum cpu_itimer_clock itimer_clock(int which)
{
	return which == ITIMER_PROF ? CPUCLOCK_PROF : CPUCLOCK_VIRT;
}

int32_t do_getitimer(struct task_struct *curr, int which, vaddr_t to)
{
	const struct signal_struct *sig = curr->signal;
	const struct kernel *k = curr->k;
	uint64_t now = sched_clock_cycles(k);
	uint64_t interval = sig->real_interval, left = 0;
	uint32_t word[4] = {0};

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	if (which != ITIMER_REAL)
		get_cpu_itimer(curr, itimer_clock(which), &interval, &left);
	else if (sig->real_timer.pending && sig->real_timer.expires > now)
		left = sig->real_timer.expires - now;
	put_usec(cycles_to_ns(k, interval), &word[0]);
	put_usec(cycles_to_ns(k, left), &word[2]);
	return copy_to_user(curr, to, word, sizeof(word)) ? -EFAULT : 0;
}

static int get_usec(const struct kernel *k, const int32_t from[2],
		    uint64_t *cycles)
{
	if (from[0] < 0 || from[1] < 0 || from[1] >= USEC_PER_SEC)
		return -EINVAL;
	*cycles = ns_to_cycles(k, (uint64_t)from[0] * NSEC_PER_SEC +
					  (uint64_t)from[1] * NSEC_PER_USEC);
	return 0;
}

int32_t do_setitimer(struct task_struct *curr, int which, vaddr_t value,
		     vaddr_t old)
{
	struct signal_struct *sig = curr->signal;
	uint64_t interval = 0, first = 0;
	int32_t word[4] = {0}, err;

	if (value && copy_from_user(curr, word, value, sizeof(word)))
		return -EFAULT;
	err = get_usec(curr->k, &word[0], &interval);
	if (!err)
		err = get_usec(curr->k, &word[2], &first);
	if (!err && old)
		err = do_getitimer(curr, which, old);
	if (err)
		return err;
	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	if (which != ITIMER_REAL) {
		set_cpu_itimer(curr, itimer_clock(which), interval, first);
		return 0;
	}
	timer_cancel(curr->k, &sig->real_timer);
	sig->real_interval = interval;
	sig->real_timer.function = real_timer_fired;
	if (first)
		timer_arm(curr, &sig->real_timer,
			  sched_clock_cycles(curr->k) + first);
	return 0;
}
