/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Timers on the time that a process itself has had, and its limit: how each
 * of setitimer's three counts while the process works, sleeps and forks; how
 * RLIMIT_CPU warns and kills. Prints what came, never when.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int came[NSIG];
static volatile int codes[NSIG];

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	came[sig]++;
	codes[sig] = info->si_code;
}

static double clock_s(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Works until @sig has come @times, or for @seconds of its own time. */
static void work(double seconds, int sig, int times)
{
	double end = clock_s(CLOCK_PROCESS_CPUTIME_ID) + seconds;
	volatile unsigned int x = 0;

	while (came[sig] < times && clock_s(CLOCK_PROCESS_CPUTIME_ID) < end)
		for (int i = 0; i < 50000; i++)
			x += (unsigned int)i;
}

static void arm(int which, long first_ms, long interval_ms)
{
	struct itimerval value = {
		.it_value = {first_ms / 1000, first_ms % 1000 * 1000},
		.it_interval = {interval_ms / 1000, interval_ms % 1000 * 1000},
	};

	setitimer(which, &value, NULL);
}

static const char *left(int which)
{
	struct itimerval value;

	if (getitimer(which, &value))
		return strerrorname_np(errno);
	if (!value.it_value.tv_sec && !value.it_value.tv_usec)
		return "none";
	return value.it_interval.tv_sec || value.it_interval.tv_usec
		       ? "some, again"
		       : "some";
}

static void itimer(const char *name, int which, int sig)
{
	struct timespec nap = {0, 60000000};
	int status;

	came[sig] = 0;
	arm(which, 30, 0);
	printf("%s armed %s\n", name, left(which));
	while (nanosleep(&nap, &nap) && errno == EINTR)
		;
	printf("%s asleep %d\n", name, came[sig]);
	work(4, sig, 1);
	printf("%s worked %d code %d left %s\n", name, came[sig], codes[sig],
	       left(which));
	came[sig] = 0;
	arm(which, 20, 20);
	work(4, sig, 3);
	printf("%s repeated %d left %s\n", name, came[sig], left(which));
	fflush(stdout);
	if (fork() == 0) {
		came[sig] = 0;
		printf("%s child left %s", name, left(which));
		work(0.05, sig, 1);
		printf(" got %d\n", came[sig]);
		fflush(stdout);
		_exit(0);
	}
	wait(&status);
	arm(which, 0, 0);
	printf("%s disarmed %s\n", name, left(which));
}

/*
 * A child with this limit works until it has been warned @times (0: it can't
 * be), or for @seconds; how it ends.
 */
static void limited(const char *name, rlim_t soft, rlim_t hard, double seconds,
		    int times)
{
	int status;

	fflush(stdout);
	if (fork() == 0) {
		struct rlimit limit = {soft, hard};

		if (times)
			came[SIGXCPU] = 0;
		else
			signal(SIGXCPU, SIG_DFL);
		if (setrlimit(RLIMIT_CPU, &limit))
			_exit(100 + errno);
		work(seconds, SIGXCPU, times ? times : 1);
		getrlimit(RLIMIT_CPU, &limit);
		printf("%s came %d code %d soft +%d\n", name, came[SIGXCPU],
		       codes[SIGXCPU], (int)(limit.rlim_cur - soft));
		fflush(stdout);
		_exit(0);
	}
	wait(&status);
	if (WIFSIGNALED(status))
		printf("%s killed %d\n", name, WTERMSIG(status));
	else
		printf("%s exit %d\n", name, WEXITSTATUS(status));
}

int main(void)
{
	static const int signals[] = {SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU};
	struct sigaction action = {.sa_sigaction = on_signal,
				   .sa_flags = SA_SIGINFO | SA_RESTART};
	struct itimerval bad = {.it_value = {0, 1000000}};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	itimer("real", ITIMER_REAL, SIGALRM);
	itimer("virtual", ITIMER_VIRTUAL, SIGVTALRM);
	itimer("prof", ITIMER_PROF, SIGPROF);
	printf("which 3 %s\n", left(3));
	printf("which -1 %s\n", left(-1));
	printf("bad usec %d", setitimer(ITIMER_PROF, &bad, NULL));
	printf(" %s\n", strerrorname_np(errno));
	limited("unlimited", RLIM_INFINITY, RLIM_INFINITY, 0.1, 1);
	limited("not reached", 50, 60, 0.1, 1);
	limited("soft", 1, RLIM_INFINITY, 9, 2);
	limited("soft kills", 1, RLIM_INFINITY, 9, 0);
	limited("hard", 1, 2, 9, 9);
	limited("hard only", 1, 1, 9, 9);
	limited("zero", 0, RLIM_INFINITY, 9, 1);
	limited("soft above hard", 3, 2, 0.1, 1);
	return 0;
}
