/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls that sleep, and a signal that comes meanwhile: one that is
 * ignored, one with a handler, one with SA_RESTART, and a stop.
 *
 * Prints: CALL HOW got=N errno=N handled=SIGNALS
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define LOCK_FILE     "/tmp/restarts-lock"

static int byte_pipe[2], full_pipe[2];
static uint32_t futex_word;
static const struct timespec a_while = {0, 250000000};
static int locker;

static long do_read(void)
{
	char c;

	return read(byte_pipe[0], &c, 1);
}

static long do_write(void)
{
	static char much[65536 + 4096];

	return write(full_pipe[1], much, sizeof(much));
}

static long do_wait4(void)
{
	return waitpid(-1, NULL, 0) > 0;
}

static long do_waitid(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED);
}

static long do_nanosleep(void)
{
	return syscall(SYS_nanosleep, &a_while, NULL);
}

static long do_nanosleep_rest(void)
{
	const struct timespec t = {1, 500000000};
	struct timespec left = {77, 0};
	long got = syscall(SYS_nanosleep, &t, &left);

	printf(" left=%ld", (long)left.tv_sec);
	return got;
}

static long do_clock_nanosleep(void)
{
	struct timespec t, left = {77, 0};
	long got;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += a_while.tv_nsec;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	got = syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &t,
		      &left);
	printf(" left=%ld", (long)left.tv_sec);
	return got;
}

static long do_futex(void)
{
	return syscall(SYS_futex, &futex_word, 0, 0, &a_while);
}

static long do_futex_bitset(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += a_while.tv_nsec;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return syscall(SYS_futex, &futex_word, 9, 0, &t, NULL, ~0);
}

static long do_poll(void)
{
	struct pollfd p = {.fd = byte_pipe[0], .events = POLLIN};

	return poll(&p, 1, 250);
}

static long do_poll_forever(void)
{
	struct pollfd p = {.fd = byte_pipe[0], .events = POLLIN};

	return poll(&p, 1, -1);
}

static long do_ppoll(void)
{
	struct pollfd p = {.fd = byte_pipe[0], .events = POLLIN};

	return syscall(SYS_ppoll, &p, 1, &a_while, NULL, 8);
}

static long do_select(void)
{
	struct timeval t = {0, 250000};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(byte_pipe[0], &set);
	return select(byte_pipe[0] + 1, &set, NULL, NULL, &t);
}

static long do_pause(void)
{
	return syscall(SYS_pause);
}

static long do_sigsuspend(void)
{
	uint64_t none = 0;

	return syscall(SYS_rt_sigsuspend, &none, 8);
}

static long do_sigtimedwait(void)
{
	uint64_t set = 1u << (SIGUSR2 - 1);

	return syscall(SYS_rt_sigtimedwait, &set, NULL, &a_while, 8);
}

static long do_lock(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(LOCK_FILE, O_RDWR);
	long got = fcntl(fd, F_SETLKW, &lock);

	close(fd);
	return got;
}

static const struct {
	const char *name;
	long (*call)(void);
	enum {
		BY_BYTE,
		BY_TIME,
		BY_SIGNAL
	} ends;
} calls[] = {
	{"read", do_read, BY_BYTE},
	{"write", do_write, BY_BYTE},
	{"wait4", do_wait4, BY_BYTE},
	{"waitid", do_waitid, BY_BYTE},
	{"nanosleep", do_nanosleep, BY_TIME},
	{"nanosleep-rest", do_nanosleep_rest, BY_TIME},
	{"clock_nanosleep", do_clock_nanosleep, BY_TIME},
	{"futex", do_futex, BY_TIME},
	{"futex-bitset", do_futex_bitset, BY_TIME},
	{"poll", do_poll, BY_TIME},
	{"poll-forever", do_poll_forever, BY_BYTE},
	{"ppoll", do_ppoll, BY_TIME},
	{"select", do_select, BY_TIME},
	{"pause", do_pause, BY_SIGNAL},
	{"sigsuspend", do_sigsuspend, BY_SIGNAL},
	{"sigtimedwait", do_sigtimedwait, BY_TIME},
	{"lock", do_lock, BY_BYTE},
};

static volatile int handled[8], nr_handled;

static void on_signal(int sig)
{
	handled[nr_handled++ & 7] = sig;
}

static void handle(int sig, void (*fn)(int), int flags)
{
	struct sigaction action = {.sa_handler = fn, .sa_flags = flags};

	sigaction(sig, &action, NULL);
}

/* Waits until @pid is in @state, as /proc tells it. */
static void wait_for_state(int pid, char state)
{
	char name[32], text[256] = "";
	const char *at;

	snprintf(name, sizeof(name), "/proc/%d/stat", pid);
	for (;;) {
		int fd = open(name, O_RDONLY);
		ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

		close(fd);
		text[n > 0 ? n : 0] = 0;
		at = strrchr(text, ')');
		if (at && at[2] == state)
			return;
		usleep(2000);
	}
}

/*
 * Sends the signal once the call sleeps, and later ends what still waits: by
 * a byte, by room, by a lock that is free, by its own end.
 */
static int start_helper(size_t n, int sig)
{
	int parent = getpid(), pid = fork();
	static char drain[65536];

	if (pid)
		return pid;
	wait_for_state(parent, 'S');
	kill(parent, sig);
	if (sig == SIGSTOP) {
		wait_for_state(parent, 'T');
		kill(parent, SIGCONT);
	}
	usleep(60000);
	wait_for_state(parent, 'S');
	if (calls[n].ends == BY_TIME)
		pause();
	if (calls[n].ends == BY_SIGNAL)
		kill(parent, SIGALRM);
	if (locker)
		kill(locker, SIGKILL);
	if (write(byte_pipe[1], "", 1) != 1 ||
	    read(full_pipe[0], drain, sizeof(drain)) < 0)
		_exit(1);
	_exit(0);
}

static int start_locker(void)
{
	int ready[2], pid;
	char c;

	if (pipe(ready))
		exit(1);
	pid = fork();
	if (!pid) {
		struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

		fcntl(open(LOCK_FILE, O_RDWR | O_CREAT, 0600), F_SETLK, &lock);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	if (read(ready[0], &c, 1) != 1)
		exit(1);
	return pid;
}

enum how {
	IGNORED,
	HANDLED,
	RESTARTING,
	STOPPED,
	STOPPED_CONT,
	NR_HOWS
};

/* In a process of its own. */
static void interrupt(size_t n, enum how how)
{
	int sig = how < STOPPED ? SIGUSR1 : SIGSTOP, helper;
	long got;

	if (pipe(byte_pipe) || pipe(full_pipe))
		_exit(1);
	fcntl(full_pipe[0], F_SETFL, O_NONBLOCK);
	handle(SIGCONT, how == STOPPED_CONT ? on_signal : SIG_DFL, 0);
	if (how == IGNORED)
		handle(SIGUSR1, SIG_IGN, 0);
	else
		handle(SIGUSR1, on_signal, how == RESTARTING ? SA_RESTART : 0);
	if (calls[n].call == do_lock)
		locker = start_locker();
	handle(SIGALRM, on_signal, 0);
	helper = start_helper(n, sig);
	errno = 0;
	got = calls[n].call();
	printf(" got=%ld errno=%d handled=%d", got, got < 0 ? errno : 0,
	       nr_handled);
	for (int i = 0; i < nr_handled; i++)
		printf(",%d", handled[i]);
	printf("\n");
	fflush(stdout);
	kill(helper, SIGKILL);
	if (locker)
		kill(locker, SIGKILL);
	_exit(0);
}

int main(void)
{
	static const char *const hows[] = {"ignored", "handled", "restarting",
					   "stopped", "stopped-cont"};

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t n = 0; n < ARRAY_SIZE(calls); n++)
		for (enum how how = 0; how < NR_HOWS; how++) {
			int pid, status;

			/* its time is long: only where it is cut short */
			if (calls[n].call == do_nanosleep_rest &&
			    how != HANDLED && how != RESTARTING)
				continue;
			printf("%s %s", calls[n].name, hows[how]);
			fflush(stdout);
			pid = fork();
			if (!pid)
				interrupt(n, how);
			waitpid(pid, &status, 0);
			if (status)
				printf(" status=%x\n", status);
		}
	unlink(LOCK_FILE);
	return 0;
}
