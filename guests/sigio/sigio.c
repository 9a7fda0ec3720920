// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signal-driven input and output: who is told, by which signal, with which
 * band, of pipes, FIFOs, sockets, pseudo-terminals and inotify; who may own a
 * file; what a file says that knows no signals.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#ifndef F_SETSIG
#define F_SETSIG 10
#define F_GETSIG 11
#endif
#define F_GETOWNER_UIDS_ 17
#ifndef FIOSETOWN
#define FIOSETOWN 0x8901
#define FIOGETOWN 0x8903
#endif

static int fds[64]; /* descriptors get names: 0 for the first told of, … */
static int sig_a, sig_b;

static void say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, result);
}

/* What is pending, one after the other. */
static void told(const char *what)
{
	struct timespec none = {0};
	siginfo_t info;
	sigset_t set;
	int sig;

	sigfillset(&set);
	printf("%s:", what);
	while ((sig = sigtimedwait(&set, &info, &none)) > 0) {
		if (sig == SIGIO || sig == SIGURG)
			printf(" %s", sig == SIGIO ? "SIGIO" : "SIGURG");
		else if (sig >= SIGRTMIN)
			printf(" RT+%d", sig - SIGRTMIN);
		else
			printf(" %d", sig);
		printf("/%d", info.si_code);
		if (info.si_code > 0 && info.si_code < 7 && sig != SIGCHLD &&
		    sig != SIGSEGV)
			printf("/%lx/fd%d", (unsigned long)info.si_band,
			       info.si_fd < 0 ? -1 : info.si_fd);
	}
	puts("");
}

static void async(int fd, int sig)
{
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETSIG, sig);
	say("O_ASYNC", fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC));
}

static void pipes(void)
{
	static char big[70000];
	int p[2], q[2], on = 1;

	puts("-- pipe");
	pipe2(p, O_NONBLOCK);
	async(p[0], 0);
	say("flags", fcntl(p[0], F_GETFL) & O_ASYNC);
	write(p[1], "x", 1);
	told("written");
	async(p[0], sig_a);
	async(p[1], sig_b);
	write(p[1], "abc", 3);
	told("written");
	write(p[1], "abc", 3);
	told("written again");
	read(p[0], big, 2);
	told("read a part");
	read(p[0], big, sizeof(big));
	told("read the rest");
	say("read of none", read(p[0], big, 1));
	told("then");
	say("filled", write(p[1], big, sizeof(big)));
	told("then");
	say("more", write(p[1], big, 10));
	told("then");
	write(p[1], "", 0);
	told("nothing written");
	read(p[0], big, 4096);
	told("a page read");
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	say("flags", fcntl(p[0], F_GETFL) & O_ASYNC);
	write(p[1], "y", 1);
	told("one is off");
	say("FIOASYNC", ioctl(p[0], FIOASYNC, &on));
	say("again", ioctl(p[0], FIOASYNC, &on));
	while (read(p[0], big, sizeof(big)) > 0)
		;
	told("emptied");
	pipe2(q, O_NONBLOCK);
	write(q[1], "12345", 5);
	say("splice", splice(q[0], NULL, p[1], NULL, 5, 0));
	told("spliced in");
	say("splice", splice(p[0], NULL, q[1], NULL, 5, 0));
	told("spliced out");
	say("tee", tee(q[0], p[1], 5, 0));
	told("teed");
	read(p[0], big, 5);
	told("read");
	on = dup(p[0]);
	close(p[0]);
	write(p[1], "z", 1);
	told("a duplicate is left");
	close(on);
	told("no reader");
	close(p[1]);
	told("closed");
	pipe2(p, O_NONBLOCK);
	async(p[0], sig_a);
	close(p[1]);
	told("no writer");
	close(p[0]);
	close(q[0]);
	close(q[1]);
	mkfifo("/tmp/sigio.fifo", 0600);
	p[0] = open("/tmp/sigio.fifo", O_RDWR | O_NONBLOCK | O_ASYNC);
	say("opened with O_ASYNC", fcntl(p[0], F_GETFL) & O_ASYNC);
	fcntl(p[0], F_SETOWN, getpid());
	write(p[0], "a", 1);
	told("which does nothing");
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	async(p[0], sig_b);
	write(p[0], "a", 1);
	told("both ends: written");
	read(p[0], big, 1);
	told("both ends: read");
	close(p[0]);
	unlink("/tmp/sigio.fifo");
}

static void owners(void)
{
	struct f_owner_ex ex;
	unsigned int ids[2] = {7, 7};
	int p[2], status, arg;
	pid_t child;

	puts("-- owners");
	pipe2(p, O_NONBLOCK);
	say("nobody", fcntl(p[0], F_GETOWN));
	say("ex", fcntl(p[0], F_GETOWN_EX, &ex));
	printf("type %d pid %d\n", ex.type, ex.pid);
	say("none such", fcntl(p[0], F_SETOWN, 29999));
	say("no such group", fcntl(p[0], F_SETOWN, -29999));
	say("smallest", syscall(SYS_fcntl64, p[0], F_SETOWN, 0x80000000));
	say("mine", fcntl(p[0], F_SETOWN, getpid()));
	printf("is me: %d\n", fcntl(p[0], F_GETOWN) == getpid());
	fcntl(p[0], F_GETOWN_EX, &ex);
	printf("type %d, me: %d\n", ex.type, ex.pid == getpid());
	setpgid(0, 0);
	say("my group", fcntl(p[0], F_SETOWN, -getpid()));
	fcntl(p[0], F_GETOWN_EX, &ex);
	printf("type %d, mine: %d\n", ex.type, ex.pid == getpgrp());
	printf("is my group: %d\n", fcntl(p[0], F_GETOWN) == -getpgrp());
	ex.type = 3;
	say("type 3", fcntl(p[0], F_SETOWN_EX, &ex));
	ex.type = -1;
	say("type -1", fcntl(p[0], F_SETOWN_EX, &ex));
	say("nowhere", fcntl(p[0], F_SETOWN_EX, (void *)8));
	say("nowhere", fcntl(p[0], F_GETOWN_EX, (void *)8));
	ex.type = F_OWNER_PID;
	ex.pid = 0;
	say("nobody again", fcntl(p[0], F_SETOWN_EX, &ex));
	say("owner", fcntl(p[0], F_GETOWN));
	ex.type = F_OWNER_PID;
	ex.pid = -5;
	say("negative", fcntl(p[0], F_SETOWN_EX, &ex));
	say("uids", fcntl(p[0], F_GETOWNER_UIDS_, ids));
	printf("uid %u euid %u\n", ids[0], ids[1]);
	say("uids nowhere", fcntl(p[0], F_GETOWNER_UIDS_, 8));
	say("signal 65", fcntl(p[0], F_SETSIG, 65));
	say("signal -1", fcntl(p[0], F_SETSIG, -1));
	say("signal 64", fcntl(p[0], F_SETSIG, 64));
	say("signal", fcntl(p[0], F_GETSIG));
	say("signal 0", fcntl(p[0], F_SETSIG, 0));
	arg = getpid();
	say("FIOSETOWN of a pipe", ioctl(p[0], FIOSETOWN, &arg));
	/* whose owner has gone */
	child = fork();
	if (!child)
		pause();
	say("a child", fcntl(p[0], F_SETOWN, child));
	printf("it is: %d\n", fcntl(p[0], F_GETOWN) == child);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	say("gone", fcntl(p[0], F_GETOWN));
	fcntl(p[0], F_SETFL, O_NONBLOCK | O_ASYNC);
	write(p[1], "x", 1);
	/* who has no right to signal us any more, when it is told */
	child = fork();
	if (!child) {
		setresuid(1000, 1000, 1000);
		say("another's", fcntl(p[0], F_SETOWN, getppid()));
		fcntl(p[0], F_GETOWNER_UIDS_, ids);
		printf("uid %u euid %u\n", ids[0], ids[1]);
		_exit(0);
	}
	waitpid(child, &status, 0);
	told("its end");
	write(p[1], "x", 1);
	told("of one without the right");
	fcntl(p[0], F_SETOWN, -getpgrp());
	write(p[1], "x", 1);
	told("the group");
	close(p[0]);
	close(p[1]);
}

static int started[2], written[2];

static void *thread(void *arg)
{
	struct f_owner_ex ex = {F_OWNER_TID, (int)syscall(SYS_gettid)};
	int fd = *(int *)arg;
	char c;

	say("a thread", fcntl(fd, F_SETOWN_EX, &ex));
	fcntl(fd, F_GETOWN_EX, &ex);
	printf("type %d, it: %d\n", ex.type, ex.pid == syscall(SYS_gettid));
	printf("F_GETOWN: it: %d\n",
	       fcntl(fd, F_GETOWN) == syscall(SYS_gettid));
	fcntl(fd, F_SETOWN, syscall(SYS_gettid));
	printf("as a process: %d\n", fcntl(fd, F_GETOWN));
	fcntl(fd, F_SETOWN_EX, &ex);
	write(started[1], "x", 1);
	read(written[0], &c, 1);
	told("in the thread");
	return NULL;
}

static void threads(void)
{
	pthread_t t;
	int p[2];

	puts("-- threads");
	pipe(started);
	pipe(written);
	pipe2(p, O_NONBLOCK);
	fcntl(p[0], F_SETSIG, sig_a);
	fcntl(p[0], F_SETFL, O_NONBLOCK | O_ASYNC);
	pthread_create(&t, NULL, thread, &p[0]);
	read(started[0], fds, 1);
	write(p[1], "x", 1);
	told("not in this one");
	write(written[1], "x", 1);
	pthread_join(t, NULL);
	close(p[0]);
	close(p[1]);
}

static void sockets(int type, const char *what)
{
	static char big[300000];
	int s[2], n = 0, arg;
	struct pollfd p;

	printf("-- %s\n", what);
	socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s);
	async(s[0], sig_a);
	write(s[1], "x", 1);
	told("sent");
	write(s[1], "y", 1);
	told("sent again");
	read(s[0], big, 10);
	told("received");
	p = (struct pollfd){.fd = s[0], .events = POLLOUT};
	while (write(s[0], big, 1000) > 0)
		n++;
	printf("filled: %d\n", n > 0);
	told("then");
	printf("poll: %d\n", poll(&p, 1, 0));
	while (read(s[1], big, 1000) > 0)
		;
	told("emptied");
	arg = getpid();
	say("FIOSETOWN", ioctl(s[0], FIOSETOWN, &arg));
	arg = 0;
	say("FIOGETOWN", ioctl(s[0], FIOGETOWN, &arg));
	printf("me: %d\n", arg == getpid());
	arg = 29999;
	say("FIOSETOWN", ioctl(s[0], FIOSETOWN, &arg));
	shutdown(s[1], SHUT_WR);
	told("no more comes");
	shutdown(s[1], SHUT_RDWR);
	told("nor goes");
	close(s[1]);
	told("gone");
	close(s[0]);
}

static void lo_up(void)
{
	struct ifreq ifr = {.ifr_name = "lo"};
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	ioctl(s, SIOCGIFFLAGS, &ifr);
	ifr.ifr_flags |= IFF_UP;
	say("lo up", ioctl(s, SIOCSIFFLAGS, &ifr));
	close(s);
}

static void connections(void)
{
	struct sockaddr_un un = {AF_UNIX, "/tmp/sigio.sock"};
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	char buf[16];
	int l, c, a;

	puts("-- connections");
	l = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(l, (void *)&un, sizeof(un));
	listen(l, 5);
	async(l, sig_a);
	c = socket(AF_UNIX, SOCK_STREAM, 0);
	async(c, sig_b);
	say("connect", connect(c, (void *)&un, sizeof(un)));
	told("connected");
	a = accept(l, NULL, NULL);
	say("accepted: flags", fcntl(a, F_GETFL) & O_ASYNC);
	close(a);
	told("the other has gone");
	close(c);
	close(l);
	unlink(un.sun_path);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	lo_up();
	l = socket(AF_INET, SOCK_STREAM, 0);
	bind(l, (void *)&in, sizeof(in));
	getsockname(l, (void *)&in, &len);
	listen(l, 5);
	async(l, sig_a);
	c = socket(AF_INET, SOCK_STREAM, 0);
	async(c, sig_b);
	say("connect", connect(c, (void *)&in, sizeof(in)));
	usleep(10000);
	told("connected");
	a = accept(l, NULL, NULL);
	async(a, sig_a + 2);
	write(c, "abc", 3);
	usleep(10000);
	told("sent");
	read(a, buf, 3);
	shutdown(c, SHUT_WR);
	usleep(10000);
	told("no more comes");
	close(a);
	usleep(10000);
	told("closed");
	close(c);
	close(l);

	l = socket(AF_INET, SOCK_DGRAM, 0);
	in.sin_port = 0;
	bind(l, (void *)&in, sizeof(in));
	getsockname(l, (void *)&in, &len);
	c = socket(AF_INET, SOCK_DGRAM, 0);
	connect(c, (void *)&in, sizeof(in));
	async(l, sig_a);
	async(c, sig_b);
	write(c, "abc", 3);
	told("a datagram");
	close(l);
	write(c, "abc", 3);
	told("nobody there");
	close(c);
}

static void terminals(void)
{
	int m = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK), s, n;
	struct termios t;
	char buf[64];

	puts("-- terminals");
	grantpt(m);
	unlockpt(m);
	s = open(ptsname(m), O_RDWR | O_NOCTTY | O_NONBLOCK);
	fcntl(s, F_SETSIG, sig_a);
	say("O_ASYNC", fcntl(s, F_SETFL, O_NONBLOCK | O_ASYNC));
	printf("owner is me: %d\n", fcntl(s, F_GETOWN) == getpid());
	async(m, sig_b);
	write(m, "a", 1);
	usleep(10000);
	told("half a line");
	write(m, "\n", 1);
	usleep(10000);
	told("a line");
	n = (int)read(s, buf, sizeof(buf));
	printf("read %d\n", n);
	usleep(10000);
	told("read");
	tcgetattr(s, &t);
	t.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
	tcsetattr(s, TCSANOW, &t);
	told("raw");
	write(m, "b", 1);
	usleep(10000);
	told("a key");
	write(s, "out", 3);
	usleep(10000);
	told("output");
	close(s);
	told("closed");
	close(m);
}

static void others(void)
{
	int fd = inotify_init1(IN_NONBLOCK), on = 1;

	puts("-- others");
	mkdir("/tmp/sigio.d", 0700);
	inotify_add_watch(fd, "/tmp/sigio.d", IN_CREATE | IN_DELETE);
	async(fd, sig_a);
	close(open("/tmp/sigio.d/f", O_CREAT | O_RDWR, 0600));
	told("inotify");
	unlink("/tmp/sigio.d/f");
	told("inotify");
	close(fd);
	fd = eventfd(0, EFD_NONBLOCK);
	async(fd, sig_a);
	say("eventfd keeps the flag", fcntl(fd, F_GETFL) & O_ASYNC);
	say("FIOASYNC again", ioctl(fd, FIOASYNC, &on));
	on = 0;
	say("FIOASYNC off", ioctl(fd, FIOASYNC, &on));
	fcntl(fd, F_SETFL, 0);
	on = 1;
	say("FIOASYNC", ioctl(fd, FIOASYNC, &on));
	eventfd_write(fd, 1);
	told("eventfd");
	close(fd);
	fd = epoll_create1(0);
	say("epoll", ioctl(fd, FIOASYNC, &on));
	close(fd);
	fd = open("/tmp/sigio.d", O_RDONLY);
	say("a folder", ioctl(fd, FIOASYNC, &on));
	say("nowhere", ioctl(fd, FIOASYNC, 8));
	close(fd);
	rmdir("/tmp/sigio.d");
	say("closed", ioctl(fd, FIOASYNC, &on));
	fd = open("/dev/null", O_RDWR);
	say("/dev/null", ioctl(fd, FIOASYNC, &on));
	close(fd);
	fd = open("/tmp", O_PATH);
	say("O_PATH", fcntl(fd, F_SETOWN, getpid()));
	close(fd);
}

/* Signals that have codes of their own, and a queue that is full. */
static void odd(void)
{
	int p[2];

	puts("-- odd signals");
	pipe2(p, O_NONBLOCK);
	async(p[0], SIGSEGV);
	write(p[1], "x", 1);
	told("SIGSEGV");
	async(p[0], SIGUSR1);
	write(p[1], "x", 1);
	write(p[1], "x", 1);
	told("SIGUSR1 twice");
	async(p[0], SIGURG);
	write(p[1], "x", 1);
	told("SIGURG");
	async(p[0], sig_a);
	write(p[1], "x", 1);
	write(p[1], "x", 1);
	told("twice");
	close(p[0]);
	close(p[1]);
}

int main(void)
{
	sigset_t all;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sig_a = SIGRTMIN + 1;
	sig_b = SIGRTMIN + 2;
	pipes();
	owners();
	threads();
	sockets(SOCK_STREAM, "stream");
	sockets(SOCK_DGRAM, "datagrams");
	sockets(SOCK_SEQPACKET, "packets");
	connections();
	terminals();
	others();
	odd();
	return 0;
}
