// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that tell of events: epoll (level, edge, once, exclusive, nested),
 * timerfd, signalfd. Prints what each call answered and which events came, in
 * an order that a real kernel has, too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, result);
}

static int add(int ep, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event e = {.events = events, .data.u64 = data};

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static int mod(int ep, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event e = {.events = events, .data.u64 = data};

	return epoll_ctl(ep, EPOLL_CTL_MOD, fd, &e);
}

static void show(const char *what, int ep, int max, int ms)
{
	struct epoll_event e[16];
	int n = epoll_wait(ep, e, max, ms);

	printf("%s: %d", what, n);
	if (n < 0)
		printf(" %s", strerror(errno));
	for (int i = 0; i < n; i++)
		printf(" %#x/%llu", e[i].events,
		       (unsigned long long)e[i].data.u64);
	printf("\n");
}

static void put(int fd, uint64_t value)
{
	if (write(fd, &value, sizeof(value)) != sizeof(value))
		say("write", -1);
}

static long take(int fd)
{
	uint64_t value;

	return read(fd, &value, sizeof(value)) == sizeof(value) ? (long)value
								: -1;
}

/* ---- epoll ----------------------------------------------------------------- */

static void errors(void)
{
	int ep = epoll_create1(0), ep2, fd = eventfd(0, 0), file;
	struct epoll_event e = {0};

	say("create 0", epoll_create(0));
	say("create flags", epoll_create1(1));
	say("cloexec", fcntl(epoll_create1(EPOLL_CLOEXEC), F_GETFD));
	say("bad epfd", add(-1, fd, EPOLLIN, 1));
	say("bad fd", add(ep, -1, EPOLLIN, 1));
	say("itself", add(ep, ep, EPOLLIN, 1));
	say("not epoll", add(fd, ep, EPOLLIN, 1));
	file = open("/tmp", O_RDONLY);
	say("directory", add(ep, file, EPOLLIN, 1));
	say("mod missing", mod(ep, fd, EPOLLIN, 1));
	say("del missing", epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL));
	say("add", add(ep, fd, EPOLLIN, 1));
	say("add twice", add(ep, fd, EPOLLIN, 1));
	say("op 0", epoll_ctl(ep, 0, fd, &e));
	say("op 4", epoll_ctl(ep, 4, fd, &e));
	say("no event", syscall(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, fd, 8));
	say("exclusive mod", mod(ep, fd, EPOLLIN | EPOLLEXCLUSIVE, 1));
	ep2 = epoll_create1(0);
	say("exclusive epoll", add(ep, ep2, EPOLLIN | EPOLLEXCLUSIVE, 1));
	say("exclusive once",
	    add(ep2, fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT, 1));
	say("exclusive", add(ep2, fd, EPOLLIN | EPOLLEXCLUSIVE, 1));
	say("mod exclusive", mod(ep2, fd, EPOLLIN, 1));
	say("max 0", syscall(SYS_epoll_wait, ep, &e, 0, 0));
	say("max -1", syscall(SYS_epoll_wait, ep, &e, -1, 0));
	say("max huge", syscall(SYS_epoll_wait, ep, &e, 0x10000000, 0));
	say("wait bad", epoll_wait(-1, &e, 1, 0));
	say("wait eventfd", epoll_wait(fd, &e, 1, 0));
	put(fd, 1);
	say("nowhere", syscall(SYS_epoll_wait, ep, 8, 1, 0));
	show("still there", ep, 4, 0);
	say("kernel's", syscall(SYS_epoll_wait, ep, 0xc0000000, 1, 0));
	say("sigset size", syscall(SYS_epoll_pwait, ep, &e, 1, 0, &e, 4));
	say("read", read(ep, &e, sizeof(e)));
	say("write", write(ep, &e, sizeof(e)));
	say("seek", lseek(ep, 1, SEEK_SET));
}

static void level_edge(void)
{
	int ep = epoll_create1(0), a = eventfd(0, EFD_NONBLOCK),
	    b = eventfd(0, EFD_NONBLOCK), c = eventfd(0, EFD_NONBLOCK);

	add(ep, a, EPOLLIN, 1);
	add(ep, b, EPOLLIN | EPOLLET, 2);
	add(ep, c, EPOLLIN | EPOLLONESHOT, 3);
	show("nothing", ep, 8, 0);
	put(c, 1);
	put(a, 1);
	put(b, 1);
	show("all", ep, 8, 0);
	show("level alone", ep, 8, 0);
	put(b, 1);
	put(c, 1);
	show("edge again", ep, 8, 0);
	mod(ep, c, EPOLLIN | EPOLLONESHOT, 33);
	show("armed again", ep, 8, 0);
	take(a);
	show("level gone", ep, 8, 0);
	take(b);
	put(a, 1);
	show("one", ep, 1, 0);
	mod(ep, b, EPOLLIN | EPOLLOUT | EPOLLET, 22);
	show("edge out", ep, 8, 0);
	show("not again", ep, 8, 0);
	mod(ep, b, EPOLLIN | EPOLLET, 22);
	put(b, 5);
	show("in", ep, 8, 0);
	say("close", close(a));
	show("closed is gone", ep, 8, 0);
	say("del closed", epoll_ctl(ep, EPOLL_CTL_DEL, a, NULL));
}

/* With room for fewer than are ready, all get their turn. */
static void turns(void)
{
	int ep = epoll_create1(0), fd[5];

	for (int i = 0; i < 5; i++) {
		fd[i] = eventfd(1, 0);
		add(ep, fd[i], EPOLLIN, (uint64_t)i);
	}
	for (int i = 0; i < 4; i++)
		show("turn", ep, 2, 0);
	for (int i = 0; i < 5; i++)
		close(fd[i]);
	show("none", ep, 2, 0);
}

static void pipes(void)
{
	int ep = epoll_create1(0), p[2];
	char buf[70000];

	pipe2(p, O_NONBLOCK);
	memset(buf, 'x', sizeof(buf));
	add(ep, p[0], EPOLLIN | EPOLLRDHUP | EPOLLET, 1);
	add(ep, p[1], EPOLLOUT | EPOLLET, 2);
	show("pipe", ep, 8, 0);
	say("fill", write(p[1], buf, sizeof(buf)));
	show("full", ep, 8, 0);
	say("read", read(p[0], buf, 4096));
	show("room", ep, 8, 0);
	say("read", read(p[0], buf, sizeof(buf)));
	show("empty", ep, 8, 0);
	write(p[1], "a", 1);
	show("byte", ep, 8, 0);
	write(p[1], "b", 1);
	show("byte", ep, 8, 0);
	close(p[1]);
	show("hang-up", ep, 8, 0);
	close(p[0]);
	show("all gone", ep, 8, 0);
}

static void dups(void)
{
	int ep = epoll_create1(0), fd = eventfd(1, 0), two = dup(fd);

	add(ep, fd, EPOLLIN, 1);
	say("dup", add(ep, two, EPOLLIN, 2));
	show("both", ep, 8, 0);
	close(fd);
	show("half open", ep, 8, 0);
	close(two);
	show("closed", ep, 8, 0);
}

static void nested(void)
{
	int ep[8], fd = eventfd(0, 0);
	struct pollfd p;

	for (int i = 0; i < 8; i++)
		ep[i] = epoll_create1(0);
	say("inner", add(ep[0], fd, EPOLLIN, 1));
	say("outer", add(ep[1], ep[0], EPOLLIN, 2));
	say("ring", add(ep[0], ep[1], EPOLLIN, 3));
	show("quiet", ep[1], 4, 0);
	put(fd, 1);
	show("outer", ep[1], 4, 0);
	show("inner", ep[0], 4, 0);
	p = (struct pollfd){.fd = ep[1], .events = POLLIN | POLLOUT};
	say("poll", poll(&p, 1, 0));
	say("revents", p.revents);
	take(fd);
	show("quiet again", ep[1], 4, 0);
	say("poll", poll(&p, 1, 0));
	for (int i = 2; i < 8; i++)
		say("tower", add(ep[i], ep[i - 1], EPOLLIN, (uint64_t)i));
	put(fd, 1);
	show("tower", ep[4], 4, 0);
	for (int i = 0; i < 8; i++)
		close(ep[i]);
	close(fd);
}

static void tower_down(void)
{
	int ep[8];

	for (int i = 0; i < 8; i++)
		ep[i] = epoll_create1(0);
	for (int i = 6; i >= 0; i--)
		say("down", add(ep[i + 1], ep[i], EPOLLIN, 1));
	for (int i = 0; i < 8; i++)
		close(ep[i]);
}

static void many_ways(void)
{
	int mid[40], top, fd = eventfd(0, 0), i, n = 0;

	for (i = 0; i < 30; i++) {
		mid[i] = epoll_create1(0);
		add(mid[i], fd, EPOLLIN, 1);
	}
	for (i = 0; i < 20; i++) {
		top = epoll_create1(0);
		for (int j = 0; j < 30; j++)
			if (add(top, mid[j], EPOLLIN, 1)) {
				printf("ways: %d %s\n", n, strerror(errno));
				goto out;
			} else {
				n++;
			}
	}
	printf("ways: %d\n", n);
out:
	for (i = 3; i < 100; i++)
		close(i);
}

/* How many children that wait together are woken by one event. */
static void herd(uint32_t events, const char *what)
{
	int fd = eventfd(0, EFD_NONBLOCK), done[2], woken = 0;
	char c;

	pipe2(done, O_NONBLOCK);
	for (int i = 0; i < 4; i++)
		if (!fork()) {
			int ep = epoll_create1(0);
			struct epoll_event e;

			add(ep, fd, events, 1);
			if (epoll_wait(ep, &e, 1, 300) == 1)
				write(done[1], "w", 1);
			_exit(0);
		}
	usleep(100000);
	put(fd, 1);
	while (wait(NULL) > 0)
		;
	while (read(done[0], &c, 1) == 1)
		woken++;
	printf("%s: %s\n", what,
	       woken == 4   ? "all"
	       : woken == 1 ? "one"
			    : "some");
	close(fd);
	close(done[0]);
	close(done[1]);
}

static void nothing(int sig)
{
	(void)sig;
}

static long ms_since(const struct timespec *from)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - from->tv_sec) * 1000 +
	       (now.tv_nsec - from->tv_nsec) / 1000000;
}

static void waiting(void)
{
	int ep = epoll_create1(0), fd = eventfd(0, 0);
	struct sigaction sa = {.sa_handler = nothing, .sa_flags = SA_RESTART};
	struct itimerval it = {.it_value.tv_usec = 30000};
	struct timespec from, ts = {0, 40000000};
	struct epoll_event e;
	sigset_t mask, old;

	add(ep, fd, EPOLLIN, 7);
	clock_gettime(CLOCK_MONOTONIC, &from);
	show("time out", ep, 4, 50);
	printf("in time: %d\n", ms_since(&from) >= 50);
	if (!fork()) {
		usleep(20000);
		put(fd, 1);
		_exit(0);
	}
	show("woken", ep, 4, -1);
	wait(NULL);
	take(fd);
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &it, NULL);
	show("signal", ep, 4, -1);
	sigemptyset(&mask);
	sigaddset(&mask, SIGALRM);
	sigprocmask(SIG_BLOCK, &mask, &old);
	raise(SIGALRM);
	say("blocked", epoll_pwait(ep, &e, 1, 20, NULL));
	say("let in", epoll_pwait(ep, &e, 1, -1, &old));
	sigprocmask(SIG_BLOCK, NULL, &mask);
	say("mask again", sigismember(&mask, SIGALRM));
	sigprocmask(SIG_SETMASK, &old, NULL);
	clock_gettime(CLOCK_MONOTONIC, &from);
	long long wide[2] = {0, ts.tv_nsec};
	say("pwait2", syscall(441, ep, &e, 1, wide, NULL, 0));
	printf("in time: %d\n", ms_since(&from) >= 40);
	wide[1] = 1000000000;
	say("pwait2 bad", syscall(441, ep, &e, 1, wide, NULL, 0));
	say("pwait2 nowhere", syscall(441, ep, &e, 1, 8, NULL, 0));
}

/* What is told is 12 bytes of 16. */
static void padding(void)
{
	int ep = epoll_create1(0), fd = eventfd(1, 0);
	uint32_t word[4] = {9, 9, 9, 9};

	add(ep, fd, EPOLLIN, 0x1122334455667788);
	syscall(SYS_epoll_wait, ep, word, 1, 0);
	printf("words: %x %x %x %x\n", word[0], word[1], word[2], word[3]);
}

static void lines(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[200];

	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "pos:", 4) && strncmp(line, "mnt_id", 6) &&
		    strncmp(line, "ino:", 4) && strncmp(line, "flags", 5) &&
		    strncmp(line, "eventfd-id", 10)) {
			char *ino = strstr(line, "ino:");

			if (ino)
				strcpy(ino, "\n");
			fputs(line, stdout);
		}
	if (f)
		fclose(f);
}

static void info(int fd)
{
	char path[64], link[64] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	readlink(path, link, sizeof(link) - 1);
	printf("link: %s\n", link);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	lines(path);
}

static void infos(void)
{
	int ep = epoll_create1(0), fd = eventfd(3, 0);
	struct stat a, b;

	add(ep, fd, EPOLLIN | EPOLLET, 0xabcdef);
	info(ep);
	info(fd);
	fstat(ep, &a);
	fstat(fd, &b);
	printf("mode %o, same inode %d\n", a.st_mode, a.st_ino == b.st_ino);
}

/* ---- timerfd --------------------------------------------------------------- */

static void timers(void)
{
	struct itimerspec its = {.it_value.tv_nsec = 20000000}, got;
	int fd;
	struct pollfd p;
	struct timespec from;

	say("clock 2", timerfd_create(2, 0));
	say("clock 4", timerfd_create(4, 0));
	say("flags", timerfd_create(CLOCK_MONOTONIC, 1));
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	say("empty", take(fd));
	say("short", read(fd, &got, 4));
	say("write", write(fd, &got, 8));
	say("set flags", timerfd_settime(fd, 4, &its, NULL));
	say("set bad", timerfd_settime(-1, 0, &its, NULL));
	say("set stdout", timerfd_settime(0, 0, &its, NULL));
	its.it_value.tv_nsec = 1000000000;
	say("set nsec", timerfd_settime(fd, 0, &its, NULL));
	its.it_value.tv_nsec = 20000000;
	say("set", timerfd_settime(fd, 0, &its, NULL));
	p = (struct pollfd){.fd = fd, .events = POLLIN | POLLOUT};
	say("poll now", poll(&p, 1, 0));
	say("poll", poll(&p, 1, 1000));
	say("revents", p.revents);
	say("ticks", take(fd));
	say("ticks again", take(fd));
	its.it_interval.tv_nsec = 10000000;
	timerfd_settime(fd, 0, &its, NULL);
	usleep(75000);
	printf("missed some: %d\n", take(fd) >= 5);
	timerfd_gettime(fd, &got);
	printf("interval %ld, some left %d\n", got.it_interval.tv_nsec,
	       got.it_value.tv_nsec > 0 && got.it_value.tv_nsec <= 10000000);
	fcntl(fd, F_SETFL, 0);
	clock_gettime(CLOCK_MONOTONIC, &from);
	printf("blocking: %d\n", take(fd) >= 1);
	its = (struct itimerspec){0};
	say("disarm", timerfd_settime(fd, 0, &its, &got));
	printf("was: %ld\n", got.it_interval.tv_nsec);
	timerfd_gettime(fd, &got);
	printf("left %ld\n", got.it_value.tv_nsec);
	info(fd);
	/* long past */
	its.it_value.tv_nsec = 1;
	timerfd_settime(fd, TFD_TIMER_ABSTIME, &its, NULL);
	say("past", take(fd));
	close(fd);
	fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
	clock_gettime(CLOCK_REALTIME, &its.it_value);
	its.it_value.tv_sec += 1000;
	say("absolute",
	    timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
			    &its, NULL));
	clock_gettime(CLOCK_REALTIME, &from);
	from.tv_sec += 2000;
	say("clock set", clock_settime(CLOCK_REALTIME, &from));
	say("cancelled", take(fd));
	from.tv_sec -= 2000;
	clock_settime(CLOCK_REALTIME, &from);
	say("again",
	    timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
			    &its, NULL));
	close(fd);
	fd = timerfd_create(CLOCK_REALTIME, 0);
	timerfd_settime(fd, TFD_TIMER_ABSTIME, &its, NULL);
	from.tv_sec += 2000;
	clock_settime(CLOCK_REALTIME, &from);
	say("overtaken", take(fd));
}

/* ---- signalfd -------------------------------------------------------------- */

static void signals(void)
{
	struct signalfd_siginfo si[4];
	union sigval value = {.sival_int = -5};
	sigset_t mask;
	int fd, ep = epoll_create1(0), n;
	pid_t pid;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigaddset(&mask, SIGRTMIN + 1);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	say("size", syscall(SYS_signalfd4, -1, &mask, 4, 0));
	say("nowhere", syscall(SYS_signalfd4, -1, 8, 8, 0));
	say("flags", syscall(SYS_signalfd4, -1, &mask, 8, 1));
	say("bad fd", signalfd(99, &mask, 0));
	say("other file", signalfd(ep, &mask, 0));
	fd = signalfd(-1, &mask, SFD_NONBLOCK);
	add(ep, fd, EPOLLIN, 1);
	show("quiet", ep, 4, 0);
	say("empty", read(fd, si, sizeof(si)));
	say("short", read(fd, si, 127));
	raise(SIGUSR1);
	raise(SIGUSR1);
	sigqueue(getpid(), SIGRTMIN + 1, value);
	sigqueue(getpid(), SIGRTMIN + 1, value);
	show("signals", ep, 4, 0);
	n = (int)read(fd, si, sizeof(si));
	say("bytes", n);
	for (int i = 0; i < n / 128; i++)
		printf("signal %d code %d mine %d int %d ptr %llx\n",
		       si[i].ssi_signo, si[i].ssi_code,
		       si[i].ssi_pid == (uint32_t)getpid(), si[i].ssi_int,
		       (unsigned long long)si[i].ssi_ptr);
	show("taken", ep, 4, 0);
	pid = fork();
	if (!pid)
		_exit(3);
	show("child", ep, 4, -1);
	read(fd, si, 128);
	printf("signal %d code %d child %d status %d\n", si[0].ssi_signo,
	       si[0].ssi_code, si[0].ssi_pid == (uint32_t)pid,
	       si[0].ssi_status);
	wait(NULL);
	sigdelset(&mask, SIGUSR1);
	say("change", signalfd(fd, &mask, 0) == fd);
	raise(SIGUSR1);
	say("not for it", read(fd, si, 128));
	info(fd);
	sigaddset(&mask, SIGUSR1);
	signalfd(fd, &mask, 0);
	fcntl(fd, F_SETFL, 0);
	say("blocking", read(fd, si, 128));
	if (!fork()) {
		usleep(20000);
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	say("waits", read(fd, si, 128));
	printf("signal %d\n", si[0].ssi_signo);
	wait(NULL);
	/* the instance outlives who put the file into it */
	if (!fork()) {
		add(ep, eventfd(0, 0), EPOLLIN, 2);
		epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL);
		add(ep, fd, EPOLLIN, 3);
		_exit(0);
	}
	wait(NULL);
	show("after its end", ep, 4, 0);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	errors();
	level_edge();
	turns();
	pipes();
	dups();
	nested();
	tower_down();
	many_ways();
	herd(EPOLLIN, "herd");
	herd(EPOLLIN | EPOLLEXCLUSIVE, "exclusive herd");
	waiting();
	padding();
	infos();
	timers();
	signals();
	return 0;
}
