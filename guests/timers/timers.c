/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks and timers: which there are, what they refuse, and what a timer of
 * one's own tells. One line a call, with its result or error; no times.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void say(const char *what, long r)
{
	if (r < 0)
		printf("%s %s\n", what, strerrorname_np(errno));
	else
		printf("%s %ld\n", what, r);
}
#define DO(what, call)                   \
	do {                             \
		errno = 0;               \
		say(what, (long)(call)); \
	} while (0)

struct spec32 {
	int32_t interval[2], value[2];
};

static siginfo_t seen;
static volatile int nr_seen;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	seen = *info;
	nr_seen++;
}

static void clocks(void)
{
	char text[40];
	struct timespec t, none = {0, 0};

	for (int id = 0; id < 14; id++) {
		snprintf(text, sizeof(text), "gettime-%d", id);
		DO(text, syscall(SYS_clock_gettime, id, &t));
		snprintf(text, sizeof(text), "nanosleep-%d", id);
		DO(text, syscall(SYS_clock_nanosleep, id, 0, &none, NULL));
		snprintf(text, sizeof(text), "timer_create-%d", id);
		if (id != 2 && id != 3 && id != 8 && id != 9)
			DO(text, syscall(SYS_timer_create, id, NULL, &t) < 0
					 ? -1
					 : 0);
		snprintf(text, sizeof(text), "settime-%d", id);
		if (id)
			DO(text, syscall(SYS_clock_settime, id, &none));
		if (id == 0 || id == 1 || id == 4 || id == 7 || id == 11) {
			syscall(SYS_clock_getres, id, &t);
			printf("getres-%d %ld\n", id, (long)t.tv_nsec);
		}
	}
	t.tv_nsec = 1000000000;
	t.tv_sec = 0;
	DO("settime-nsec", syscall(SYS_clock_settime, 0, &t));
	DO("nanosleep-nsec", syscall(SYS_nanosleep, &t, NULL));
	t.tv_nsec = -1;
	DO("nanosleep-negative", syscall(SYS_nanosleep, &t, NULL));
	t.tv_nsec = 0;
	t.tv_sec = -1;
	DO("nanosleep-past", syscall(SYS_nanosleep, &t, NULL));
	DO("nanosleep-null", syscall(SYS_nanosleep, NULL, NULL));
	t.tv_sec = 0;
	DO("nanosleep-absolute", syscall(SYS_clock_nanosleep, 1, 1, &t, NULL));
}

static void timers(void)
{
	struct sigaction action = {.sa_sigaction = on_signal,
				   .sa_flags = SA_SIGINFO};
	struct sigevent e = {.sigev_signo = SIGUSR1};
	struct spec32 s = {{0, 0}, {0, 1000000}}, old;
	sigset_t set;
	int id = -1, other = -1;

	sigaction(SIGUSR1, &action, NULL);
	e.sigev_value.sival_int = 0x1234;
	e.sigev_signo = 99;
	DO("create-signo", syscall(SYS_timer_create, 1, &e, &id));
	e.sigev_signo = SIGUSR1;
	e.sigev_notify = 77;
	DO("create-notify", syscall(SYS_timer_create, 1, &e, &id));
	e.sigev_notify = SIGEV_THREAD_ID;
	DO("create-thread", syscall(SYS_timer_create, 1, &e, &id));
	e.sigev_notify = SIGEV_SIGNAL;
	DO("create-event-fault", syscall(SYS_timer_create, 1, 8, &id));
	DO("create-id-fault", syscall(SYS_timer_create, 1, &e, 8));
	DO("create", syscall(SYS_timer_create, 1, &e, &id));
	DO("create", syscall(SYS_timer_create, 0, NULL, &other));
	printf("ids-differ %d\n", id != other);
	DO("gettime", syscall(SYS_timer_gettime, id, &old));
	printf("disarmed %d %d %d %d\n", old.interval[0], old.interval[1],
	       old.value[0], old.value[1]);
	DO("gettime-fault", syscall(SYS_timer_gettime, id, 8));
	DO("gettime-none", syscall(SYS_timer_gettime, 12345, &old));
	DO("settime-none", syscall(SYS_timer_settime, 12345, 0, &s, NULL));
	DO("settime-null", syscall(SYS_timer_settime, id, 0, NULL, NULL));
	DO("settime-fault", syscall(SYS_timer_settime, id, 0, 8, NULL));
	DO("overrun-none", syscall(SYS_timer_getoverrun, 12345));
	DO("overrun", syscall(SYS_timer_getoverrun, id));
	DO("settime", syscall(SYS_timer_settime, id, 0, &s, &old));
	while (!nr_seen)
		pause();
	printf("signal=%d code=%d id=%d overrun=%d value=%#x\n", seen.si_signo,
	       seen.si_code, seen.si_timerid == id, seen.si_overrun,
	       seen.si_value.sival_int);
	DO("settime-old-fault", syscall(SYS_timer_settime, id, 0, &s, 8));
	s.value[1] = 1000000000;
	DO("settime-nsec", syscall(SYS_timer_settime, id, 0, &s, NULL));
	/* armed far away: the interval and something left */
	s = (struct spec32){{7, 8000}, {1000, 0}};
	DO("settime", syscall(SYS_timer_settime, id, 0, &s, NULL));
	DO("gettime", syscall(SYS_timer_gettime, id, &old));
	printf("armed %d %d %d\n", old.interval[0], old.interval[1] == 8000,
	       old.value[0] >= 999);
	s = (struct spec32){{7, 8}, {0, 0}};
	DO("disarm", syscall(SYS_timer_settime, id, 0, &s, &old));
	DO("gettime", syscall(SYS_timer_gettime, id, &old));
	printf("disarmed %d %d\n", old.value[0], old.value[1]);
	/* an absolute time that has been is due at once, if blocked once */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	nr_seen = 0;
	s = (struct spec32){{0, 0}, {0, 1}};
	DO("absolute", syscall(SYS_timer_settime, id, 1, &s, NULL));
	usleep(10000);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	printf("seen %d\n", nr_seen);
	DO("delete", syscall(SYS_timer_delete, id));
	DO("delete-again", syscall(SYS_timer_delete, id));
	DO("gettime-deleted", syscall(SYS_timer_gettime, id, &old));
	DO("delete", syscall(SYS_timer_delete, other));
}

static void itimers(void)
{
	struct itimerval v = {{3, 4}, {1000, 0}}, old;

	DO("getitimer-3", getitimer(3, &old));
	DO("getitimer--1", syscall(SYS_getitimer, -1, &old));
	DO("getitimer-fault", syscall(SYS_getitimer, 0, 8));
	DO("setitimer", setitimer(ITIMER_REAL, &v, &old));
	printf("old %ld %ld\n", (long)old.it_value.tv_sec,
	       (long)old.it_interval.tv_sec);
	v.it_value.tv_usec = 1000000;
	DO("setitimer-usec", setitimer(ITIMER_REAL, &v, &old));
	v.it_value.tv_usec = -1;
	DO("setitimer-negative", setitimer(ITIMER_REAL, &v, &old));
	DO("setitimer-null", syscall(SYS_setitimer, 0, NULL, &old));
	printf("old %d %ld\n", old.it_value.tv_sec >= 999,
	       (long)old.it_interval.tv_sec);
	DO("setitimer-3", syscall(SYS_setitimer, 3, NULL, NULL));
}

int main(void)
{
	clocks();
	timers();
	itimers();
	return 0;
}
