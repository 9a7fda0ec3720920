// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leases: who may have one beside whom, who is told of which open or change of
 * size, how long the other waits, and what fcntl() says meanwhile.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NAME "/tmp/leases.f"

static int sig;

static const char *type_name(long type)
{
	return type == F_RDLCK   ? "read"
	       : type == F_WRLCK ? "write"
	       : type == F_UNLCK ? "none"
				 : "?";
}

static void say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, result);
}

static void has(const char *what, int fd)
{
	const long type = fcntl(fd, F_GETLEASE);

	printf("%s: lease %s\n", what,
	       type < 0 ? strerror(errno) : type_name(type));
}

/* What is pending, one after the other; it may be on its way still. */
static void told(const char *what)
{
	struct timespec wait = {0, 50000000};
	siginfo_t info;
	sigset_t set;
	int got;

	sigfillset(&set);
	sigdelset(&set, SIGCHLD);
	printf("%s:", what);
	while ((got = sigtimedwait(&set, &info, &wait)) > 0) {
		if (got == SIGIO)
			printf(" SIGIO/%d", info.si_code);
		else
			printf(" RT+%d/%d", got - SIGRTMIN, info.si_code);
		if (info.si_code > 0 && info.si_code < 7)
			printf("/%lx/fd%d", (unsigned long)info.si_band,
			       info.si_fd);
	}
	puts("");
}

static void shown(const char *what)
{
	FILE *f = fopen("/proc/locks", "r");
	char line[200];

	printf("%s:", what);
	while (fgets(line, sizeof(line), f)) {
		char kind[16], state[16], type[16];

		if (sscanf(line, "%*s %15s %15s %15s", kind, state, type) == 3)
			printf(" %s %s %s", kind, state, type);
	}
	puts("");
	fclose(f);
}

static void rules(void)
{
	int r = open(NAME, O_RDONLY), w, r2, p[2];

	puts("-- who may have one");
	has("at first", r);
	say("read", fcntl(r, F_SETLEASE, F_RDLCK));
	has("now", r);
	say("owner is me", fcntl(r, F_GETOWN) == getpid());
	say("O_ASYNC", !!(fcntl(r, F_GETFL) & O_ASYNC));
	shown("/proc/locks");
	say("again", fcntl(r, F_SETLEASE, F_RDLCK));
	say("write, on the same", fcntl(r, F_SETLEASE, F_WRLCK));
	has("now", r);
	shown("/proc/locks");
	say("back to read", fcntl(r, F_SETLEASE, F_RDLCK));
	say("another reader", r2 = open(NAME, O_RDONLY));
	has("which has", r2);
	say("its own", fcntl(r2, F_SETLEASE, F_RDLCK));
	say("write beside it", fcntl(r, F_SETLEASE, F_WRLCK));
	say("one is given up", fcntl(r2, F_SETLEASE, F_UNLCK));
	say("again", fcntl(r2, F_SETLEASE, F_UNLCK));
	say("write beside a reader", fcntl(r, F_SETLEASE, F_WRLCK));
	close(r2);
	say("alone", fcntl(r, F_SETLEASE, F_WRLCK));
	w = dup(r);
	has("a duplicate", w);
	close(w);
	has("and without", r);
	close(r);
	w = open(NAME, O_RDWR);
	say("read on a writer", fcntl(w, F_SETLEASE, F_RDLCK));
	say("write on a writer", fcntl(w, F_SETLEASE, F_WRLCK));
	say("given up", fcntl(w, F_SETLEASE, F_UNLCK));
	say("O_ASYNC", !!(fcntl(w, F_GETFL) & O_ASYNC));
	say("owner", fcntl(w, F_GETOWN));
	r = open(NAME, O_RDONLY);
	say("read beside a writer", fcntl(r, F_SETLEASE, F_RDLCK));
	say("write beside a writer", fcntl(r, F_SETLEASE, F_WRLCK));
	close(w);
	say("type 3", fcntl(r, F_SETLEASE, 3));
	say("type -1", fcntl(r, F_SETLEASE, -1));
	if (!fork()) {
		setresuid(1000, 1000, 1000);
		say("somebody else's file", fcntl(r, F_SETLEASE, F_RDLCK));
		say("giving up", fcntl(r, F_SETLEASE, F_UNLCK));
		has("asking", r);
		_exit(0);
	}
	wait(NULL);
	close(r);
	r = open("/tmp", O_RDONLY);
	say("a folder", fcntl(r, F_SETLEASE, F_RDLCK));
	has("a folder", r);
	close(r);
	pipe(p);
	say("a pipe", fcntl(p[0], F_SETLEASE, F_RDLCK));
	close(p[0]);
	close(p[1]);
	has("closed", 99);
}

static void breakers(void)
{
	int r = open(NAME, O_RDONLY), fd;

	puts("-- who is told");
	fcntl(r, F_SETLEASE, F_RDLCK);
	say("a reader", fd = open(NAME, O_RDONLY | O_NONBLOCK));
	told("of it");
	close(fd);
	say("a writer", open(NAME, O_WRONLY | O_NONBLOCK));
	told("of it");
	has("now", r);
	shown("/proc/locks");
	say("another", open(NAME, O_RDWR | O_NONBLOCK));
	told("once");
	say("read again", fcntl(r, F_SETLEASE, F_RDLCK));
	has("now", r);
	say("given up", fcntl(r, F_SETLEASE, F_UNLCK));
	say("a writer then", fd = open(NAME, O_WRONLY | O_NONBLOCK));
	close(fd);
	fcntl(r, F_SETSIG, sig);
	say("write", fcntl(r, F_SETLEASE, F_WRLCK));
	say("a reader", open(NAME, O_RDONLY | O_NONBLOCK));
	told("of it");
	has("now", r);
	shown("/proc/locks");
	say("to read", fcntl(r, F_SETLEASE, F_RDLCK));
	has("now", r);
	say("a reader then", fd = open(NAME, O_RDONLY | O_NONBLOCK));
	close(fd);
	say("O_PATH", fd = open(NAME, O_PATH));
	told("of it");
	close(fd);
	say("chmod", chmod(NAME, 0644));
	say("rename", rename(NAME, NAME "2"));
	say("rename", rename(NAME "2", NAME));
	say("link", link(NAME, NAME "2"));
	say("unlink", unlink(NAME "2"));
	told("of these");
	say("O_TRUNC", open(NAME, O_WRONLY | O_TRUNC | O_NONBLOCK));
	told("of it");
	close(r);
	shown("closed");
}

/* What others wait for, until it is given up. */
static void waiting(const char *what, int type, int flags, int give)
{
	int r = open(NAME, O_RDONLY), status, fd;
	pid_t child;

	printf("-- %s\n", what);
	fcntl(r, F_SETSIG, sig);
	say("lease", fcntl(r, F_SETLEASE, type));
	child = fork();
	if (!child) {
		close(r);
		if (flags < 0)
			fd = truncate(NAME, 3);
		else
			fd = open(NAME, flags);
		_exit(fd < 0 ? 1 : 0);
	}
	told("told");
	has("pending", r);
	shown("/proc/locks");
	printf("it waits: %d\n", waitpid(child, &status, WNOHANG) == 0);
	say("then", fcntl(r, F_SETLEASE, give));
	waitpid(child, &status, 0);
	printf("it got on: %d\n", status);
	has("now", r);
	close(r);
}

static void ignore(int s)
{
	(void)s;
}

static void interrupted(void)
{
	int r = open(NAME, O_RDONLY), status;
	pid_t child;

	puts("-- a breaker is interrupted");
	fcntl(r, F_SETLEASE, F_RDLCK);
	child = fork();
	if (!child) {
		struct sigaction sa = {.sa_handler = ignore};
		sigset_t none;

		close(r);
		sigemptyset(&none);
		sigaction(SIGALRM, &sa, NULL);
		sigprocmask(SIG_SETMASK, &none, NULL);
		ualarm(200000, 0);
		_exit(open(NAME, O_WRONLY) < 0 ? errno : 0);
	}
	waitpid(child, &status, 0);
	printf("it says: %s\n", strerror(WEXITSTATUS(status)));
	told("told");
	has("pending still", r);
	close(r);
}

static void put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY);

	say(name, write(fd, text, strlen(text)));
	close(fd);
}

static void timed_out(int type, int flags)
{
	int r = open(NAME, O_RDONLY), status;
	struct timespec a, b;
	pid_t child;

	puts("-- not given up in time");
	say("lease", fcntl(r, F_SETLEASE, type));
	clock_gettime(CLOCK_MONOTONIC, &a);
	child = fork();
	if (!child) {
		close(r);
		_exit(open(NAME, flags) < 0 ? errno : 0);
	}
	waitpid(child, &status, 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("status %d after a second: %d\n", status,
	       b.tv_sec - a.tv_sec >= 1 - (b.tv_nsec < a.tv_nsec));
	told("told");
	has("now", r);
	say("given up", fcntl(r, F_SETLEASE, F_UNLCK));
	close(r);
}

int main(void)
{
	sigset_t all;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sig = SIGRTMIN + 1;
	close(open(NAME, O_CREAT | O_RDWR, 0644));
	rules();
	breakers();
	waiting("a writer waits", F_RDLCK, O_WRONLY, F_UNLCK);
	waiting("a reader waits", F_WRLCK, O_RDONLY, F_RDLCK);
	waiting("a reader waits", F_WRLCK, O_RDONLY, F_UNLCK);
	waiting("truncate waits", F_RDLCK, -1, F_UNLCK);
	interrupted();
	put("/proc/sys/fs/lease-break-time", "1");
	timed_out(F_RDLCK, O_WRONLY);
	timed_out(F_WRLCK, O_RDONLY);
	put("/proc/sys/fs/lease-break-time", "45");
	put("/proc/sys/fs/leases-enable", "0");
	rules();
	put("/proc/sys/fs/leases-enable", "1");
	unlink(NAME);
	return 0;
}
