/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sched_core.h"

/*
 * Timers on the time that a process has had (Linux:
 * kernel/time/posix-cpu-timers.c): setitimer's ITIMER_VIRTUAL on user time,
 * ITIMER_PROF on user and kernel time together, and RLIMIT_CPU.
 *
 * A process's time goes by only while one of its tasks runs, so the core that
 * runs one is told to come back when the least of what is left has gone by.
 * Most processes have no such timer: cpu_timers_active says so at one glance.
 *
 * MODEL: exact to the cycle, where Linux looks at its ticks. timer_create()
 * on CPU clocks is not built on these yet.
 */

#include <signal.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"
#include "kernel/task/sys.h"

static uint64_t sample(struct task_struct *task, enum cpu_itimer_clock clock)
{
	struct rusage_counts usage;

	getrusage_counts(task, false, &usage);
	return clock == CPUCLOCK_VIRT ? usage.utime : usage.utime + usage.stime;
}

static uint64_t seconds(const struct kernel *k, uint32_t n)
{
	return n == RLIM_INFINITY ? UINT64_MAX : (uint64_t)n * k->hw.clock_hz;
}

void update_cpu_timers_active(struct signal_struct *sig)
{
	sig->cpu_timers_active =
		sig->cpu_itimer[CPUCLOCK_PROF].expires ||
		sig->cpu_itimer[CPUCLOCK_VIRT].expires ||
		sig->rlim[RLIMIT_CPU].rlim_cur != RLIM_INFINITY ||
		sig->rlim[RLIMIT_CPU].rlim_max != RLIM_INFINITY;
}

/* ---- when ---------------------------------------------------------------------- */

static void sooner(uint64_t *left, uint64_t expires, uint64_t time)
{
	if (expires > time && expires - time < *left)
		*left = expires - time;
	else if (expires <= time)
		*left = 0;
}

/*
 * So much faster does the process's time go, and so much sooner must each of
 * the cores look. (Linux looks at every tick.)
 */
static unsigned int threads_running(const struct task_struct *curr)
{
	const struct kernel *k = curr->k;
	unsigned int nr = 0;

	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		nr += k->sched.cpus[i].curr->tgid == curr->tgid;
	return nr ?: 1;
}

uint64_t next_cpu_timer(struct task_struct *curr)
{
	const struct signal_struct *sig = curr->signal;
	uint64_t left = UINT64_MAX, prof = sample(curr, CPUCLOCK_PROF);

	if (sig->cpu_itimer[CPUCLOCK_PROF].expires)
		sooner(&left, sig->cpu_itimer[CPUCLOCK_PROF].expires, prof);
	if (sig->cpu_itimer[CPUCLOCK_VIRT].expires)
		sooner(&left, sig->cpu_itimer[CPUCLOCK_VIRT].expires,
		       sample(curr, CPUCLOCK_VIRT));
	sooner(&left, seconds(curr->k, sig->rlim[RLIMIT_CPU].rlim_cur), prof);
	sooner(&left, seconds(curr->k, sig->rlim[RLIMIT_CPU].rlim_max), prof);
	return left / threads_running(curr);
}

static void send_to_group(struct task_struct *curr, int signal)
{
	struct ksiginfo info = {.code = SI_KERNEL};

	send_sig_info(curr, signal, &info, curr->group_leader, false);
}

static void check_itimer(struct task_struct *curr, enum cpu_itimer_clock clock,
			 int signal)
{
	struct cpu_itimer *it = &curr->signal->cpu_itimer[clock];

	if (!it->expires || sample(curr, clock) < it->expires)
		return;
	it->expires = it->interval ? it->expires + it->interval : 0;
	send_to_group(curr, signal);
}

/* SIGXCPU at the soft limit and each second after it, SIGKILL at the hard. */
static void check_rlimit_cpu(struct task_struct *curr)
{
	struct rlimit *limit = &curr->signal->rlim[RLIMIT_CPU];
	uint64_t time = sample(curr, CPUCLOCK_PROF);

	if (time >= seconds(curr->k, limit->rlim_max)) {
		send_to_group(curr, SIGKILL);
	} else if (time >= seconds(curr->k, limit->rlim_cur)) {
		limit->rlim_cur++;
		send_to_group(curr, SIGXCPU);
	}
}

void run_posix_cpu_timers(struct task_struct *curr)
{
	if (!curr->signal || !curr->signal->cpu_timers_active)
		return;
	check_itimer(curr, CPUCLOCK_PROF, SIGPROF);
	check_itimer(curr, CPUCLOCK_VIRT, SIGVTALRM);
	check_rlimit_cpu(curr);
	update_cpu_timers_active(curr->signal);
}

/* ---- setitimer ------------------------------------------------------------------ */

void get_cpu_itimer(struct task_struct *curr, enum cpu_itimer_clock clock,
		    uint64_t *interval, uint64_t *left)
{
	const struct cpu_itimer *it = &curr->signal->cpu_itimer[clock];
	uint64_t time;

	account_kernel_time(curr);
	time = sample(curr, clock);
	*interval = it->interval;
	*left = !it->expires         ? 0
		: it->expires > time ? it->expires - time
				     : 1; /* due any moment */
}

void set_cpu_itimer(struct task_struct *curr, enum cpu_itimer_clock clock,
		    uint64_t interval, uint64_t first)
{
	struct cpu_itimer *it = &curr->signal->cpu_itimer[clock];

	account_kernel_time(curr);
	it->interval = interval;
	it->expires = first ? sample(curr, clock) + first : 0;
	update_cpu_timers_active(curr->signal);
}
