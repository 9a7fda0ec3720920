/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * POSIX message queues: names, attributes, limits; order of messages and of
 * those who wait; deadlines, notifications, polling; queues as files. What
 * each call answers, right and wrong.
 */
#define _GNU_SOURCE
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "observe.h"

#define DIR_ "/tmp/mq"

static long raw_open(const char *name, int flags, int mode, void *attr)
{
	return syscall(SYS_mq_open, name, flags, mode, attr);
}

/* "ok" and closed again, or the error. */
static const char *opens(const char *name, int flags, int mode, void *attr)
{
	const long fd = raw_open(name, flags, mode, attr);

	if (fd >= 0)
		close((int)fd);
	return made(fd < 0 ? -1 : 0);
}

static const char *unlinks(const char *name)
{
	return made(syscall(SYS_mq_unlink, name));
}

static int queue(const char *name, long maxmsg, long msgsize, int flags)
{
	struct mq_attr a = {.mq_maxmsg = maxmsg, .mq_msgsize = msgsize};

	return (int)raw_open(name, O_CREAT | O_RDWR | flags, 0600, &a);
}

static void attr(const char *what, int fd)
{
	struct mq_attr a;
	const long ret = syscall(SYS_mq_getsetattr, fd, NULL, &a);

	if (ret)
		say("%s: %s", what, made(ret));
	else
		say("%s: flags %lx maxmsg %ld msgsize %ld curmsgs %ld", what,
		    a.mq_flags, a.mq_maxmsg, a.mq_msgsize, a.mq_curmsgs);
}

static const char *sends(int fd, const char *msg, size_t len, unsigned prio)
{
	return made(syscall(SYS_mq_timedsend, fd, msg, len, prio, NULL));
}

static void receive(const char *what, int fd, size_t len)
{
	char buf[8300] = "";
	unsigned prio = 77;
	const long n = syscall(SYS_mq_timedreceive, fd, buf, len, &prio, NULL);

	if (n < 0)
		say("%s: %s", what, made(n));
	else
		say("%s: %ld bytes, priority %u: %.20s", what, n, prio, buf);
}

static void names(void)
{
	static char longest[256], longer[257];
	static const int flags[] = {0, O_WRONLY, O_RDWR, O_ACCMODE};

	memset(longest, 'a', 255);
	memset(longer, 'a', 256);
	prefix = "names";
	say("none: %s", opens("q", O_RDWR, 0, NULL));
	say("none, unlink: %s", unlinks("q"));
	say("empty: %s", opens("", O_RDWR | O_CREAT, 0600, NULL));
	say("slash: %s", opens("/q", O_RDWR | O_CREAT, 0600, NULL));
	say("inner slash: %s", opens("q/q", O_RDWR | O_CREAT, 0600, NULL));
	say("dot: %s", opens(".", O_RDWR | O_CREAT, 0600, NULL));
	say("dots: %s", opens("..", O_RDWR | O_CREAT, 0600, NULL));
	say("three dots: %s", opens("...", O_RDWR | O_CREAT, 0600, NULL));
	say("again: %s", opens("...", O_RDWR | O_CREAT, 0600, NULL));
	say("exclusively: %s",
	    opens("...", O_RDWR | O_CREAT | O_EXCL, 0600, NULL));
	for (int i = 0; i < 4; i++)
		say("flags %d: %s", flags[i], opens("...", flags[i], 0, NULL));
	say("new, flags 3: %s", opens("three", O_ACCMODE | O_CREAT, 0, NULL));
	say("unlink: %s", unlinks("three"));
	say("unlink: %s", unlinks("..."));
	say("unlink again: %s", unlinks("..."));
	say("unlink slash: %s", unlinks("/..."));
	say("unlink empty: %s", unlinks(""));
	say("longest: %s", opens(longest, O_RDWR | O_CREAT, 0600, NULL));
	say("longer: %s", opens(longer, O_RDWR | O_CREAT, 0600, NULL));
	say("unlink: %s, %s", unlinks(longest), unlinks(longer));
	say("bad pointer: %s", opens((char *)16, O_RDWR | O_CREAT, 0600, NULL));
	say("bad attr: %s", opens("q", O_RDWR | O_CREAT, 0600, (void *)16));
	say("bad unlink: %s", unlinks((char *)16));
}

static void attributes(void)
{
	static const long values[] = {
		-1,       0,     1,     10,      11,
		8192,     65536, 65537, 1 << 24, (1 << 24) + 1,
		INT32_MAX};
	int fd;

	prefix = "attributes";
	for (unsigned i = 0; i < 11; i++)
		for (unsigned j = 0; j < 11; j++) {
			fd = queue("a", values[i], values[j], O_NONBLOCK);
			if (fd < 0)
				say("%ld of %ld: %s", values[i], values[j],
				    made(-1));
			else
				attr("got", fd);
			close(fd);
			unlinks("a");
		}
	fd = (int)raw_open("a", O_CREAT | O_RDWR, 0600, NULL);
	attr("preset", fd);
	say("cloexec %d, flags %x", fcntl(fd, F_GETFD),
	    fcntl(fd, F_GETFL) & ~O_LARGEFILE);
	close(fd);
	unlinks("a");
}

static void setattr(void)
{
	const int fd = queue("s", 4, 32, 0);
	struct mq_attr a = {.mq_flags = O_NONBLOCK, .mq_maxmsg = 99}, old;

	prefix = "setattr";
	say("set: %s", made(syscall(SYS_mq_getsetattr, fd, &a, &old)));
	say("old flags %lx", old.mq_flags);
	attr("now", fd);
	receive("empty", fd, 32);
	a.mq_flags = 1;
	say("bad flag: %s", made(syscall(SYS_mq_getsetattr, fd, &a, &old)));
	a.mq_flags = 0;
	say("back: %s", made(syscall(SYS_mq_getsetattr, fd, &a, NULL)));
	attr("now", fd);
	say("nothing: %s", made(syscall(SYS_mq_getsetattr, fd, NULL, NULL)));
	say("bad new: %s", made(syscall(SYS_mq_getsetattr, fd, 16, NULL)));
	say("bad old: %s", made(syscall(SYS_mq_getsetattr, fd, NULL, 16)));
	say("no queue: %s", made(syscall(SYS_mq_getsetattr, 1, NULL, &old)));
	say("no file: %s", made(syscall(SYS_mq_getsetattr, 99, NULL, &old)));
	close(fd);
	unlinks("s");
}

static void order(void)
{
	static const unsigned prios[] = {3, 0, 7, 3, 32767, 7, 0, 1};
	const int fd = queue("o", 8, 64, O_NONBLOCK);
	char text[8];

	prefix = "order";
	for (int i = 0; i < 8; i++) {
		snprintf(text, sizeof(text), "m%d", i);
		say("send %u: %s", prios[i],
		    sends(fd, text, (size_t)i % 3 ? 3 : 4, prios[i]));
	}
	say("full: %s", sends(fd, "x", 1, 0));
	attr("full", fd);
	for (int i = 0; i < 9; i++)
		receive("receive", fd, 64);
	say("priority 32768: %s", sends(fd, "x", 1, 32768));
	say("too long: %s", sends(fd, "x", 65, 1));
	say("bad text: %s", sends(fd, (char *)16, 3, 1));
	say("empty: %s", sends(fd, "", 0, 1));
	say("bad, empty: %s", sends(fd, (char *)16, 0, 1));
	receive("short buffer", fd, 63);
	receive("empty", fd, 64);
	receive("empty", fd, 100);
	say("send: %s", sends(fd, "lost", 5, 1));
	say("bad buffer: %s",
	    made(syscall(SYS_mq_timedreceive, fd, 16, 64, NULL, NULL)));
	receive("it is lost", fd, 64);
	say("send: %s", sends(fd, "lost", 5, 1));
	say("bad priority: %s",
	    made(syscall(SYS_mq_timedreceive, fd, text, 64, 16, NULL)));
	receive("it is lost", fd, 64);
	say("no queue: %s, %s", sends(1, "x", 1, 1), sends(99, "x", 1, 1));
	receive("no queue", 1, 64);
	close(fd);
	unlinks("o");
}

static void large(void)
{
	const size_t size = 100000;
	const int fd = queue("l", 3, (long)size, O_NONBLOCK);
	static char out[100000], in[100000];
	long n;

	prefix = "large";
	for (size_t i = 0; i < size; i++)
		out[i] = (char)(i * 7 + i / 4096);
	for (size_t len = 4071; len < size; len = len * 3 + 1) {
		memset(in, 0, size);
		say("send %zu: %s", len, sends(fd, out, len, 1));
		n = syscall(SYS_mq_timedreceive, fd, in, size, NULL, NULL);
		say("receive: %ld, %s", n,
		    memcmp(in, out, len) || in[len] ? "other" : "same");
	}
	say("across the end: %s", sends(fd, (char *)-4096 - 50000, size, 1));
	close(fd);
	unlinks("l");
}

static void modes(void)
{
	int fd = queue("m", 4, 32, 0), r, w;

	prefix = "modes";
	r = (int)raw_open("m", O_RDONLY | O_NONBLOCK, 0, NULL);
	w = (int)raw_open("m", O_WRONLY | O_NONBLOCK, 0, NULL);
	say("send to reader: %s", sends(r, "x", 1, 1));
	say("send: %s", sends(w, "x", 2, 1));
	receive("of writer", w, 32);
	receive("of reader", r, 32);
	say("read: %s", made(read(w, text, 10)));
	say("write: %s", made(write(fd, "x", 1)));
	say("lseek: %s", made(lseek(fd, 0, SEEK_SET)));
	say("map: %s",
	    mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED
		    ? strerrorname_np(errno)
		    : "ok");
	close(r);
	close(w);
	close(fd);
	unlinks("m");
}

static void users(void)
{
	int fd, status;

	prefix = "users";
	umask(022);
	close((int)raw_open("u", O_CREAT | O_RDWR, 0644, NULL));
	close((int)raw_open("all", O_CREAT | O_RDWR, 0666, NULL));
	umask(0);
	if (!fork()) {
		struct rlimit r = {20000, 20000};

		prefix = "user";
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(1);
		say("read: %s", opens("u", O_RDONLY, 0, NULL));
		say("write: %s", opens("u", O_WRONLY, 0, NULL));
		say("umask: %s", opens("all", O_WRONLY, 0, NULL));
		say("unlink: %s", unlinks("u"));
		say("own: %s", opens("own", O_CREAT | O_RDWR, 0600, NULL));
		fd = queue("big", 11, 64, 0);
		say("11 messages: %s", made(fd < 0 ? -1 : 0));
		fd = queue("big", 1, 8193, 0);
		say("8193 bytes: %s", made(fd < 0 ? -1 : 0));
		setrlimit(RLIMIT_MSGQUEUE, &r);
		fd = queue("big", 10, 1905, 0);
		say("less than the limit: %s", made(fd < 0 ? -1 : 0));
		say("unlink own: %s", unlinks("own"));
		for (int i = 1950; i < 1954; i++) {
			fd = queue("big", 10, i, 0);
			say("10 of %d: %s", i, made(fd < 0 ? -1 : 0));
			close(fd);
			unlinks("big");
		}
		fd = queue("some", 1, 100, 0);
		unlinks("some");
		say("nameless, another: %s",
		    made(queue("big", 10, 1952, 0) < 0 ? -1 : 0));
		close(fd);
		say("closed, another: %s",
		    made(queue("big", 10, 1952, 0) < 0 ? -1 : 0));
		unlinks("big");
		_exit(0);
	}
	wait(&status);
	say("ended %x", status);
	put("/proc/sys/fs/mqueue/queues_max", 3);
	if (!fork()) {
		prefix = "few";
		if (setresuid(1000, 1000, 1000))
			_exit(1);
		say("third: %s", opens("3", O_CREAT | O_RDWR, 0600, NULL));
		say("fourth: %s", opens("4", O_CREAT | O_RDWR, 0600, NULL));
		say("unlink: %s", unlinks("3"));
		_exit(0);
	}
	wait(&status);
	say("root's: %s %s", opens("3", O_CREAT | O_RDWR, 0600, NULL),
	    opens("4", O_CREAT | O_RDWR, 0600, NULL));
	say("unlink: %s %s", unlinks("3"), unlinks("4"));
	put("/proc/sys/fs/mqueue/queues_max", 256);
	say("unlink: %s %s", unlinks("u"), unlinks("all"));
}

static void knobs(void)
{
	static const char *const names[] = {"msg_default", "msg_max",
					    "msgsize_default", "msgsize_max",
					    "queues_max"};
	static const long values[] = {
		-1, 0, 1, 127, 128, 65536, 65537, 16 << 20, (16 << 20) + 1};
	char path[64];
	unsigned long was;
	int fd;

	prefix = "knobs";
	for (int i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "/proc/sys/fs/mqueue/%s",
			 names[i]);
		was = field(path, "");
		say("%s: %lu", names[i], was);
		for (int j = 0; j < 9; j++) {
			put(path, values[j]);
			slurp(path);
			say("  %ld: %ld", values[j], strtol(text, NULL, 10));
		}
		put(path, (long)was);
	}
	put("/proc/sys/fs/mqueue/msg_default", 5);
	put("/proc/sys/fs/mqueue/msgsize_default", 200);
	fd = (int)raw_open("k", O_CREAT | O_RDWR, 0600, NULL);
	attr("preset", fd);
	close(fd);
	unlinks("k");
	put("/proc/sys/fs/mqueue/msg_max", 3);
	put("/proc/sys/fs/mqueue/msgsize_max", 150);
	fd = (int)raw_open("k", O_CREAT | O_RDWR, 0600, NULL);
	attr("least", fd);
	close(fd);
	unlinks("k");
	put("/proc/sys/fs/mqueue/msg_max", 10);
	put("/proc/sys/fs/mqueue/msgsize_max", 8192);
	put("/proc/sys/fs/mqueue/msg_default", 10);
	put("/proc/sys/fs/mqueue/msgsize_default", 8192);
}

/* ---- waiting ---------------------------------------------------------------- */

static void pause_ms(int ms)
{
	const struct timespec t = {0, ms * 1000000};

	nanosleep(&t, NULL);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void deadlines(void)
{
	const int fd = queue("d", 1, 32, 0);
	struct timespec t;
	char buf[32];

	prefix = "deadlines";
	say("bad pointer: %s",
	    made(syscall(SYS_mq_timedreceive, fd, buf, 32, NULL, 16)));
	t = (struct timespec){0, 1000000000};
	say("bad ns: %s", made(mq_timedreceive(fd, buf, 32, NULL, &t)));
	t = (struct timespec){-1, 0};
	say("before time: %s", made(mq_timedreceive(fd, buf, 32, NULL, &t)));
	t = (struct timespec){1, 0};
	say("long ago: %s", made(mq_timedreceive(fd, buf, 32, NULL, &t)));
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 20000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	say("soon: %s", made(mq_timedreceive(fd, buf, 32, NULL, &t)));
	say("send, long ago: %s",
	    made(mq_timedsend(fd, "x", 2, 1, &(struct timespec){1, 0})));
	say("full, long ago: %s",
	    made(mq_timedsend(fd, "y", 2, 1, &(struct timespec){1, 0})));
	say("receive, long ago: %ld",
	    (long)mq_timedreceive(fd, buf, 32, NULL, &(struct timespec){1, 0}));
	say("bad time, no queue: %s",
	    made(mq_timedreceive(99, buf, 32, NULL,
				 &(struct timespec){1, -1})));
	close(fd);
	unlinks("d");
}

static void interrupted(int flags, const char *what)
{
	const struct sigaction sa = {.sa_handler = on_signal,
				     .sa_flags = flags};
	const int fd = queue("i", 1, 32, 0);
	int pid, status;

	prefix = what;
	sigaction(SIGUSR1, &sa, NULL);
	pid = fork();
	if (!pid) {
		receive("receive", fd, 32);
		_exit(0);
	}
	pause_ms(20);
	kill(pid, SIGUSR1);
	pause_ms(20);
	say("send: %s", sends(fd, "late", 5, 1));
	waitpid(pid, &status, 0);
	if (flags)
		say("send again: %s", sends(fd, "first", 6, 1));
	pid = fork();
	if (!pid) {
		say("full: %s", sends(fd, "second", 7, 1));
		_exit(0);
	}
	pause_ms(20);
	kill(pid, SIGUSR1);
	pause_ms(20);
	receive("receive", fd, 32);
	waitpid(pid, &status, 0);
	attr("left", fd);
	close(fd);
	unlinks("i");
}

static void turns(void)
{
	const int fd = queue("t", 1, 32, 0);
	char text[16];
	int pid[6];

	prefix = "turns";
	for (int i = 0; i < 6; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			const struct sched_param rt = {i / 2 * 5};

			if (i > 1)
				sched_setscheduler(0, SCHED_FIFO, &rt);
			snprintf(text, sizeof(text), "waiter %d", i);
			receive(text, fd, 32);
			_exit(0);
		}
		pause_ms(20);
	}
	for (int i = 0; i < 6; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		sends(fd, text, 10, 1);
		pause_ms(20);
	}
	while (wait(NULL) > 0)
		;
	attr("all served", fd);
	sends(fd, "first", 6, 1);
	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			setpriority(PRIO_PROCESS, 0, i == 2 ? -5 : 0);
			snprintf(text, sizeof(text), "sender %d", i);
			sends(fd, text, 10, (unsigned)(i == 1));
			_exit(0);
		}
		pause_ms(20);
	}
	attr("senders wait", fd);
	kill(pid[0], SIGKILL);
	pause_ms(20);
	for (int i = 0; i < 4; i++) {
		receive("receive", fd, 32);
		pause_ms(20);
	}
	while (wait(NULL) > 0)
		;
	attr("none waits", fd);
	close(fd);
	unlinks("t");
}

static void polling(void)
{
	const int fd = queue("p", 2, 32, 0);
	struct pollfd p = {.fd = fd,
			   .events = POLLIN | POLLOUT | POLLRDNORM |
				     POLLWRNORM | POLLPRI};

	prefix = "poll";
	for (int i = 0; i < 3; i++) {
		say("%d messages: %d", i, poll(&p, 1, 0));
		say("  events %x", (unsigned)p.revents);
		if (i < 2)
			sends(fd, "x", 2, 1);
	}
	p.events = POLLOUT;
	if (!fork()) {
		for (int i = 0; i < 2; i++) {
			pause_ms(20);
			syscall(SYS_mq_timedreceive, fd, text, 32, NULL, NULL);
		}
		pause_ms(20);
		sends(fd, "last", 5, 3);
		_exit(0);
	}
	say("room: %d %x", poll(&p, 1, 5000), (unsigned)p.revents);
	pause_ms(30);
	p.events = POLLIN;
	say("message: %d %x", poll(&p, 1, 5000), (unsigned)p.revents);
	wait(NULL);
	close(fd);
	unlinks("p");
}

/* ---- notification ------------------------------------------------------------ */

static volatile siginfo_t told;
static volatile int tolds;

static void on_told(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	tolds++;
	told = *info;
}

static const char *notify(int fd, int how, int sig, int value)
{
	struct sigevent e = {.sigev_notify = how, .sigev_signo = sig};

	e.sigev_value.sival_int = value;
	return made(syscall(SYS_mq_notify, fd, &e));
}

static void show_told(const char *what)
{
	say("%s: %d told", what, tolds);
	if (tolds)
		say("  signal %d code %d value %d from %s uid %d",
		    told.si_signo, told.si_code, told.si_value.sival_int,
		    told.si_pid == getpid() ? "me" : "another", told.si_uid);
	tolds = 0;
}

static void notified(void)
{
	const struct sigaction sa = {.sa_sigaction = on_told,
				     .sa_flags = SA_SIGINFO};
	const int fd = queue("n", 4, 32, O_NONBLOCK);
	int pid;

	prefix = "notify";
	sigaction(SIGUSR2, &sa, NULL);
	say("bad how: %s", notify(fd, 3, 0, 0));
	say("thread id: %s", notify(fd, SIGEV_THREAD_ID, SIGUSR2, 0));
	say("bad signal: %s", notify(fd, SIGEV_SIGNAL, 65, 0));
	say("bad pointer: %s", made(syscall(SYS_mq_notify, fd, 16)));
	say("no queue: %s, %s", notify(1, SIGEV_SIGNAL, SIGUSR2, 0),
	    notify(99, SIGEV_SIGNAL, SIGUSR2, 0));
	say("none to remove: %s", made(syscall(SYS_mq_notify, fd, NULL)));
	say("signal: %s", notify(fd, SIGEV_SIGNAL, SIGUSR2, 42));
	say("twice: %s", notify(fd, SIGEV_SIGNAL, SIGUSR2, 43));
	if (!fork()) {
		say("child's: %s", notify(fd, SIGEV_NONE, 0, 0));
		say("child removes: %s",
		    made(syscall(SYS_mq_notify, fd, NULL)));
		sends(fd, "x", 2, 1);
		_exit(0);
	}
	wait(NULL);
	show_told("child sent");
	say("once more: %s", notify(fd, SIGEV_SIGNAL, SIGUSR2, 44));
	sends(fd, "y", 2, 1);
	show_told("not empty");
	receive("take", fd, 32);
	receive("take", fd, 32);
	sends(fd, "z", 2, 1);
	show_told("empty");
	receive("take", fd, 32);
	say("removed: %s", notify(fd, SIGEV_SIGNAL, SIGUSR2, 45));
	say("remove: %s", made(syscall(SYS_mq_notify, fd, NULL)));
	sends(fd, "z", 2, 1);
	show_told("removed");
	receive("take", fd, 32);
	say("signal 0: %s", notify(fd, SIGEV_SIGNAL, 0, 0));
	sends(fd, "z", 2, 1);
	receive("take", fd, 32);
	say("free again: %s", notify(fd, SIGEV_NONE, 0, 0));
	sends(fd, "z", 2, 1);
	receive("take", fd, 32);
	/* who waits has it before who is told */
	say("signal: %s", notify(fd, SIGEV_SIGNAL, SIGUSR2, 46));
	pid = fork();
	if (!pid) {
		fcntl(fd, F_SETFL, 0);
		receive("child", fd, 32);
		_exit(0);
	}
	pause_ms(20);
	sends(fd, "for the child", 14, 1);
	waitpid(pid, NULL, 0);
	show_told("somebody waited");
	/* a dup closed ends it */
	close(dup(fd));
	say("after a close: %s", notify(fd, SIGEV_SIGNAL, SIGUSR2, 47));
	sends(fd, "x", 2, 1);
	show_told("told");
	close(fd);
	unlinks("n");
}

/* What the C library's threads are told by. */
static void cookies(void)
{
	const int fd = queue("c", 4, 32, O_NONBLOCK);
	int s;
	char cookie[32], got[64];
	long n;

	prefix = "cookie";
	{
		struct sigevent e = {.sigev_notify = SIGEV_THREAD};

		e.sigev_value.sival_ptr = cookie;
		e.sigev_signo = 0;
		say("before any socket: %s",
		    made(syscall(SYS_mq_notify, fd, &e)));
	}
	s = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, 0);
	for (int i = 0; i < 32; i++)
		cookie[i] = (char)(i + 1);
	for (int i = 0; i < 3; i++) {
		struct sigevent e = {.sigev_notify = SIGEV_THREAD,
				     .sigev_signo = s};

		e.sigev_value.sival_ptr = cookie;
		say("notify: %s", made(syscall(SYS_mq_notify, fd, &e)));
		n = recv(s, got, sizeof(got), 0);
		say("nothing yet: %s", made(n));
		if (i == 0)
			sends(fd, "x", 2, 1);
		else if (i == 1)
			syscall(SYS_mq_notify, fd, NULL);
		else
			close(fd);
		n = recv(s, got, sizeof(got), 0);
		say("got %ld, %s, %d", n,
		    memcmp(got, cookie, 31) ? "other" : "same", got[31]);
		if (i == 0)
			receive("take", fd, 32);
	}
	{
		struct sigevent e = {.sigev_notify = SIGEV_THREAD};
		const int u = socket(AF_UNIX, SOCK_STREAM, 0);
		const int q = queue("c", 4, 32, O_NONBLOCK);

		e.sigev_value.sival_ptr = cookie;
		e.sigev_signo = 1;
		say("no socket: %s", made(syscall(SYS_mq_notify, q, &e)));
		e.sigev_signo = 99;
		say("no file: %s", made(syscall(SYS_mq_notify, q, &e)));
		e.sigev_signo = u;
		say("other socket: %s", made(syscall(SYS_mq_notify, q, &e)));
		e.sigev_signo = s;
		say("no queue: %s", made(syscall(SYS_mq_notify, 1, &e)));
		e.sigev_value.sival_ptr = (void *)16;
		say("bad cookie: %s", made(syscall(SYS_mq_notify, q, &e)));
		e.sigev_value.sival_ptr = cookie;
		say("socket gone: %s", made(syscall(SYS_mq_notify, q, &e)));
		close(s);
		say("send: %s", sends(q, "x", 2, 1));
		close(u);
		close(q);
	}
	unlinks("c");
}

static volatile int ran;

static void in_thread(union sigval value)
{
	ran = value.sival_int;
}

static void library(void)
{
	struct mq_attr a = {.mq_maxmsg = 2, .mq_msgsize = 16};
	struct sigevent e = {.sigev_notify = SIGEV_THREAD,
			     .sigev_notify_function = in_thread};
	mqd_t q;

	prefix = "library";
	q = mq_open("/lib", O_CREAT | O_RDWR, 0600, &a);
	say("open: %s", made(q < 0 ? -1 : 0));
	e.sigev_value.sival_int = 7;
	say("notify: %s", made(mq_notify(q, &e)));
	say("send: %s", made(mq_send(q, "x", 2, 0)));
	for (int i = 0; i < 100 && !ran; i++)
		pause_ms(10);
	say("ran: %d", ran);
	say("close, unlink: %s %s", made(mq_close(q)), made(mq_unlink("/lib")));
}

/* ---- as files ----------------------------------------------------------------- */

static void show_file(const char *what, const char *path, int owner)
{
	char want[32], *at;

	slurp(path);
	snprintf(want, sizeof(want), "NOTIFY_PID:%-6d", owner);
	at = strstr(text, want);
	say("%s: %.44s%s", what, text, at ? "" : "another's");
}

static void show_stat(const char *path)
{
	struct stat st;
	const int ret = stat(path, &st);

	if (ret)
		say("%s: %s", path, made(ret));
	else
		say("%s: %o %d links, %d:%d, %ld bytes, %ld blocks of %ld",
		    path, st.st_mode, (int)st.st_nlink, (int)st.st_uid,
		    (int)st.st_gid, (long)st.st_size, (long)st.st_blocks,
		    (long)st.st_blksize);
}

static void files(void)
{
	struct statfs fs;
	struct sigevent e = {.sigev_notify = SIGEV_SIGNAL,
			     .sigev_signo = SIGUSR2};
	int fd, q;

	prefix = "files";
	mkdir(DIR_, 0755);
	q = queue("here", 4, 100, O_NONBLOCK);
	say("bad option: %s", made(mount("none", DIR_, "mqueue", 0, "mode=1")));
	say("mount: %s", made(mount("none", DIR_, "mqueue", 0, NULL)));
	statfs(DIR_, &fs);
	say("type %lx, %ld, name %ld", (long)fs.f_type, (long)fs.f_bsize,
	    (long)fs.f_namelen);
	show_stat(DIR_);
	show_stat(DIR_ "/here");
	show_file("empty", DIR_ "/here", 0);
	sends(q, "twelve bytes", 12, 3);
	show_file("a message", DIR_ "/here", 0);
	sends(q, "more", 4, 9);
	receive("take", q, 100);
	receive("take", q, 100);
	syscall(SYS_mq_notify, q, &e);
	fd = open(DIR_ "/here", O_RDWR);
	show_file("signal", DIR_ "/here", getpid());
	/* who reads it closes it: that ended the notification */
	show_file("then", DIR_ "/here", 0);
	attr("by path", fd);
	say("send by path: %s", sends(fd, "a", 2, 1));
	receive("by name", q, 100);
	say("truncate: %s", made(ftruncate(fd, 0)));
	show_stat(DIR_ "/here");
	say("read at 6: %ld", (long)pread(fd, text, 4, 6));
	say("  %.4s", text);
	close(fd);
	fd = open(DIR_ "/made", O_CREAT | O_RDWR, 0640);
	attr("made here", fd);
	close(fd);
	show_stat(DIR_);
	say("by name: %s", opens("made", O_RDWR, 0, NULL));
	say("rename: %s", made(rename(DIR_ "/made", DIR_ "/x")));
	say("link: %s", made(link(DIR_ "/made", DIR_ "/x")));
	say("symlink: %s", made(symlink("made", DIR_ "/x")));
	say("mkdir: %s", made(mkdir(DIR_ "/x", 0777)));
	say("mknod: %s", made(mknod(DIR_ "/x", S_IFIFO | 0600, 0)));
	say("mknod: %s", made(mknod(DIR_ "/x", S_IFREG | 0600, 0)));
	say("tmpfile: %s", made(open(DIR_, O_TMPFILE | O_RDWR, 0600)));
	say("chmod: %s", made(chmod(DIR_ "/made", 0444)));
	say("chown: %s", made(chown(DIR_ "/made", 5, 6)));
	show_stat(DIR_ "/made");
	say("unlink: %s %s", made(unlink(DIR_ "/made")),
	    made(unlink(DIR_ "/x")));
	say("gone: %s", opens("made", O_RDWR, 0, NULL));
	say("unlink open: %s", unlinks("here"));
	show_stat(DIR_ "/here");
	attr("still", q);
	close(q);
	say("umount: %s", made(umount(DIR_)));
}

int main(void)
{
	umask(0);
	names();
	attributes();
	setattr();
	order();
	large();
	modes();
	users();
	knobs();
	deadlines();
	interrupted(0, "interrupted");
	interrupted(SA_RESTART, "restarted");
	turns();
	polling();
	notified();
	cookies();
	library();
	files();
	return 0;
}
