/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pseudo-terminals: opening, locking and naming them, the line discipline's
 * editing and modes seen from both ends, packet mode, window sizes, flow
 * control, what a closed end does to the other, and whose terminal it is:
 * sessions, groups in front, who is stopped for reading and writing. One line
 * an observation.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>

#include "observe.h"

#define BAD ((void *)0xfffff000u)

static int master, slave;
static pid_t outer; /* a group of another session */

/* ---- what comes out ---------------------------------------------------- */

/* Bytes with their controls seen. */
static const char *shown(const char *bytes, ssize_t n)
{
	static char out[4][2048];
	static unsigned int turn;
	char *to = out[turn++ % 4], *at = to;

	for (ssize_t i = 0; i < n && at < to + 2000; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c >= ' ' && c < 0x7f && c != '\\')
			*at++ = (char)c;
		else
			at += sprintf(at, "\\%03o", c);
	}
	*at = '\0';
	return to;
}

/* What can be read without waiting. */
static void look(const char *what, int fd)
{
	char bytes[512];
	int flags = fcntl(fd, F_GETFL);
	ssize_t n;

	usleep(10000); /* a worker of the kernel's passes things on */
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	n = read(fd, bytes, sizeof(bytes));
	if (n < 0)
		say("%s: %s", what, strerrorname_np(errno));
	else
		say("%s: %zd '%s'", what, n, shown(bytes, n));
	fcntl(fd, F_SETFL, flags);
}

static void type_at(int fd, const char *bytes)
{
	if (write(fd, bytes, strlen(bytes)) != (ssize_t)strlen(bytes))
		say("write: %s", strerrorname_np(errno));
	usleep(30000);
}

/* Keys are typed at the master. */
static void type(const char *keys)
{
	type_at(master, keys);
	look("  master", master);
	look("  slave", slave);
}

static void show_poll(const char *what, int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT | POLLPRI};
	int n = poll(&p, 1, 0);

	say("%s: poll %d %x", what, n, p.revents);
}

static void told(const char *what, long got)
{
	say("%s: %s", what, made(got));
}

static void modes(tcflag_t i, tcflag_t no_i, tcflag_t o, tcflag_t no_o,
		  tcflag_t l, tcflag_t no_l)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_iflag = (t.c_iflag & ~no_i) | i;
	t.c_oflag = (t.c_oflag & ~no_o) | o;
	t.c_lflag = (t.c_lflag & ~no_l) | l;
	told("tcsetattr", tcsetattr(slave, TCSANOW, &t));
}

static void open_pair(void)
{
	char name[32];
	int n = -1;

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	told("TIOCGPTN", ioctl(master, TIOCGPTN, &n));
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	n = 0;
	ioctl(master, TIOCSPTLCK, &n);
	slave = open(name, O_RDWR | O_NOCTTY);
	say("pair: %d %d", master >= 0, slave >= 0);
}

static void close_pair(void)
{
	close(slave);
	close(master);
}

/* ---- names and locks --------------------------------------------------- */

static void names(void)
{
	struct stat st;
	int n = -1, on = 1, peer;

	say("names");
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	told("TIOCGPTN", ioctl(master, TIOCGPTN, &n));
	say("number %d name %s", n, ptsname(master));
	told("open locked", open("/dev/pts/0", O_RDWR | O_NOCTTY));
	told("TIOCGPTLCK", ioctl(master, TIOCGPTLCK, &on));
	say("lock %d", on);
	told("grantpt", grantpt(master));
	told("unlockpt", unlockpt(master));
	stat("/dev/pts/0", &st);
	say("node %o %d,%d uid %d gid %d nlink %d ino %d", st.st_mode,
	    major(st.st_rdev), minor(st.st_rdev), st.st_uid, st.st_gid,
	    (int)st.st_nlink, (int)st.st_ino);
	peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	say("peer %d tty %d name %s", peer >= 0, isatty(peer), ttyname(peer));
	told("TIOCGPTN of a slave", ioctl(peer, TIOCGPTN, &n));
	told("TIOCGPTN bad", ioctl(master, TIOCGPTN, BAD));
	told("TIOCSPTLCK bad", ioctl(master, TIOCSPTLCK, BAD));
	say("isatty master %d", isatty(master));
	told("lseek", lseek(master, 0, SEEK_SET));
	told("unlink", unlink("/dev/pts/0"));
	told("mkdir", mkdir("/dev/pts/x", 0755));
	told("creat", open("/dev/pts/new", O_CREAT | O_RDWR, 0600));
	told("mknod", mknod("/tmp/pts", S_IFCHR | 0600, makedev(136, 0)));
	told("open it elsewhere", open("/tmp/pts", O_RDWR | O_NOCTTY));
	unlink("/tmp/pts");
	told("open no such", open("/dev/pts/77", O_RDWR));
	close(peer);
	close(master);
	told("stat after", stat("/dev/pts/0", &st));
	told("open ptmx in pts", open("/dev/pts/ptmx", O_RDWR | O_NOCTTY));
}

/* ---- settings ---------------------------------------------------------- */

static void settings(void)
{
	struct winsize size = {1, 2, 3, 4};
	struct termios t;
	uint32_t raw[12] = {0};
	unsigned short old[10] = {0};
	int n;

	say("settings");
	open_pair();
	tcgetattr(slave, &t);
	say("slave %x %x %x %x line %d", t.c_iflag, t.c_oflag, t.c_cflag,
	    t.c_lflag, t.c_line);
	for (n = 0; n < 17; n++)
		say("cc %d %d", n, t.c_cc[n]);
	told("TCGETS2", ioctl(slave, 0x802c542a, raw));
	say("speeds %u %u", raw[9], raw[10]);
	told("TCGETA", ioctl(slave, 0x5405, old));
	say("termio %x %x %x %x", old[0], old[1], old[2], old[3]);
	cfsetspeed(&t, B9600);
	t.c_cflag = (t.c_cflag & ~CSIZE) | CS7 | PARENB;
	told("tcsetattr", tcsetattr(slave, TCSADRAIN, &t));
	told("TCGETS2", ioctl(master, 0x802c542a, raw));
	say("cflag %x speeds %u %u", raw[2], raw[9], raw[10]);
	told("TIOCGWINSZ", ioctl(slave, TIOCGWINSZ, &size));
	say("size %d %d", size.ws_row, size.ws_col);
	size.ws_row = 11, size.ws_col = 22;
	told("TIOCSWINSZ", ioctl(master, TIOCSWINSZ, &size));
	size.ws_row = size.ws_col = 0;
	told("TIOCGWINSZ", ioctl(slave, TIOCGWINSZ, &size));
	say("size %d %d", size.ws_row, size.ws_col);
	told("TIOCGWINSZ bad", ioctl(slave, TIOCGWINSZ, BAD));
	told("TCSETS bad", ioctl(slave, 0x5402, BAD));
	told("TIOCGETD", ioctl(slave, TIOCGETD, &n));
	say("discipline %d", n);
	n = 77;
	told("TIOCSETD", ioctl(slave, TIOCSETD, &n));
	told("TIOCMGET", ioctl(slave, TIOCMGET, &n));
	told("TIOCOUTQ", ioctl(slave, TIOCOUTQ, &n));
	told("TCSBRK", ioctl(slave, TCSBRK, 0));
	told("TCSBRK 1", ioctl(slave, TCSBRK, 1));
	told("TIOCEXCL", ioctl(slave, TIOCEXCL));
	told("TIOCGEXCL", ioctl(slave, TIOCGEXCL, &n));
	say("exclusive %d", n);
	told("TIOCNXCL", ioctl(slave, TIOCNXCL));
	told("TIOCGDEV", ioctl(slave, TIOCGDEV, &n));
	say("dev %d", n);
	told("TIOCGPGRP of the slave", ioctl(slave, TIOCGPGRP, &n));
	told("TIOCGPGRP of the master", ioctl(master, TIOCGPGRP, &n));
	say("pgrp %d", n);
	told("TIOCGSID of the master", ioctl(master, TIOCGSID, &n));
	told("TIOCNOTTY", ioctl(slave, TIOCNOTTY));
	told("tcflush", tcflush(slave, 9));
	told("tcflow", tcflow(slave, 9));
	told("unknown", ioctl(slave, 0x54ff, &n));
	close_pair();
}

/* ---- the line discipline ----------------------------------------------- */

static void editing(void)
{
	static const char *const keys[] = {
		"ls\r",
		"ls\n",
		"lz\177s\r",
		"\177\177a\r",
		"abc\025x\r",
		"one two\027x\r",
		"one  \027x\r",
		"a_b-c\027\r",
		"a\001b\r",
		"a\001\177b\r",
		"\026\003x\r",
		"\026\026\r",
		"a\tb\177\177c\r",
		"ab\t\177c\r",
		"\t\t\177\177x\r",
		"abc\022d\r",
		"x\017y\r",
		"half\004",
		"\004",
		"\004\004",
		"never",
		"ended\r",
		"a\033[Ab\r",
		"\303\251\177x\r",
		"a\0\r",
	};

	say("editing");
	open_pair();
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		say("'%s'", shown(keys[i], (ssize_t)strlen(keys[i])));
		type(keys[i]);
	}
	say("IUTF8");
	modes(IUTF8, 0, 0, 0, 0, 0);
	type("\303\251\177x\r");
	type("a\342\202\254\177b\r");
	type("\303\251\t\177x\r");
	type("w \303\251\303\251\027x\r");
	say("no ECHOE");
	modes(0, IUTF8, 0, 0, 0, ECHOE);
	type("ab\177c\025d\r");
	say("ECHOPRT");
	modes(0, 0, 0, 0, ECHOE | ECHOPRT, 0);
	type("abc\177\177d\177\177\177\r");
	say("no ECHOKE");
	modes(0, 0, 0, 0, 0, ECHOPRT | ECHOKE);
	type("abc\025d\r");
	say("no ECHOK");
	modes(0, 0, 0, 0, 0, ECHOK);
	type("abc\025d\r");
	say("no ECHOCTL");
	modes(0, 0, 0, 0, ECHOK | ECHOKE, ECHOCTL);
	type("a\001b\177\177c\r");
	say("no ECHO, ECHONL");
	modes(0, 0, 0, 0, ECHOCTL | ECHONL, ECHO);
	type("secret\177\r");
	say("no IEXTEN");
	modes(0, 0, 0, 0, ECHO, ECHONL | IEXTEN);
	type("a\026b\027c\022\r");
	close_pair();
}

static void mapping(void)
{
	say("mapping");
	open_pair();
	modes(INLCR | IGNCR, ICRNL, 0, 0, 0, 0);
	type("a\rb\nc");
	modes(ISTRIP | ICRNL, INLCR | IGNCR, 0, 0, 0, 0);
	type("\341\342\r");
	modes(IUCLC, ISTRIP, 0, 0, 0, 0);
	type("ABC\r");
	modes(0, IUCLC, OCRNL | ONOCR | ONLRET, 0, 0, 0);
	type_at(slave, "\ra\rb\n\rc\r\n");
	look("OCRNL ONOCR ONLRET", master);
	modes(0, 0, OLCUC | TAB3, OCRNL | ONOCR | ONLRET, 0, 0);
	type_at(slave, "ab\tc\bd\te\n");
	look("OLCUC XTABS", master);
	modes(0, 0, 0, OPOST, 0, 0);
	type_at(slave, "ab\tc\n");
	look("no OPOST", master);
	modes(PARMRK, 0, OPOST, OLCUC | TAB3, 0, 0);
	type("a\377b\r");
	close_pair();
}

static void lines(void)
{
	char bytes[8] = "";
	int n;

	say("lines");
	open_pair();
	type_at(master, "first\rsecond\rrest");
	ioctl(slave, FIONREAD, &n);
	say("FIONREAD %d", n);
	n = (int)read(slave, bytes, 3);
	say("read %d '%s'", n, shown(bytes, n));
	look("rest of line", slave);
	look("next line", slave);
	look("unfinished", slave);
	type_at(master, "\025abc\004x\r");
	n = (int)read(slave, bytes, 3);
	say("read %d '%s'", n, shown(bytes, n));
	look("behind an end of file", slave);
	type_at(master, "unfin");
	look("canonical", slave);
	modes(0, 0, 0, 0, 0, ICANON);
	look("raw", slave);
	type_at(master, "ab");
	modes(0, 0, 0, 0, ICANON, 0);
	look("canonical again", slave);
	modes(0, 0, 0, 0, EXTPROC, 0);
	type_at(master, "ex\003t\177");
	look("EXTPROC", slave);
	look("echo", master);
	close_pair();
}

static void overlong(void)
{
	static char bytes[8192];
	size_t got = 0;
	ssize_t n;

	say("overlong");
	open_pair();
	modes(0, 0, 0, 0, 0, ECHO);
	memset(bytes, 'x', 4000);
	n = write(master, bytes, 4000);
	say("wrote %zd", n);
	usleep(30000);
	n = write(master, bytes, 1000);
	say("wrote %zd", n);
	usleep(30000);
	type_at(master, "yz\n");
	fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
	while ((n = read(slave, bytes, sizeof(bytes))) > 0) {
		got += (size_t)n;
		say("read %zd, ends in '%s'", n, shown(bytes + n - 4, 4));
	}
	say("in all %zu", got);
	close_pair();
}

static long since(const struct timeval *from)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return (now.tv_sec - from->tv_sec) * 1000 +
	       (now.tv_usec - from->tv_usec) / 1000;
}

/* A read with VMIN and VTIME, while another process types with pauses. */
static void timed(int min, int time, const char *keys, int pause_ms, size_t n)
{
	struct timeval from;
	struct termios t;
	char bytes[32];
	ssize_t got;
	pid_t pid;

	tcgetattr(slave, &t);
	cfmakeraw(&t);
	t.c_cc[VMIN] = (cc_t)min;
	t.c_cc[VTIME] = (cc_t)time;
	tcsetattr(slave, TCSAFLUSH, &t);
	pid = fork();
	if (!pid) {
		for (; *keys; keys++) {
			usleep((useconds_t)pause_ms * 1000);
			if (write(master, keys, 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	gettimeofday(&from, NULL);
	got = read(slave, bytes, n);
	say("MIN %d TIME %d: %zd '%s' after %ld00 ms", min, time, got,
	    shown(bytes, got), (since(&from) + 70) / 200 * 2);
	waitpid(pid, NULL, 0);
	look("left", slave);
}

static void timing(void)
{
	say("timing");
	open_pair();
	timed(1, 0, "abc", 200, 10);
	timed(3, 0, "abc", 200, 10);
	timed(3, 0, "abcdef", 200, 2);
	timed(0, 4, "", 0, 10);
	timed(0, 5, "a", 200, 10);
	timed(5, 4, "ab", 100, 10);
	timed(5, 1, "ab", 300, 10);
	timed(0, 0, "", 0, 10);
	timed(4, 0, "a", 0, 10 * 0);
	show_poll("nothing", slave);
	close_pair();
}

/* ---- flow -------------------------------------------------------------- */

static void flow(void)
{
	say("flow");
	open_pair();
	type_at(master, "\023");
	type_at(slave, "");
	fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
	told("write stopped", write(slave, "held\n", 5));
	show_poll("stopped", slave);
	type("keys");
	type_at(master, "\021");
	look("started", master);
	told("write", write(slave, "out\n", 4));
	look("started", master);
	type_at(master, "\023");
	modes(0, IXON, 0, 0, 0, 0);
	told("write", write(slave, "out\n", 4));
	look("no IXON", master);
	modes(IXON | IXANY, 0, 0, 0, 0, 0);
	type_at(master, "\025\023x");
	told("write", write(slave, "any\n", 4));
	look("IXANY", master);
	told("TCOOFF", tcflow(slave, TCOOFF));
	told("write", write(slave, "any\n", 4));
	type_at(master, "\021");
	told("write", write(slave, "any\n", 4));
	told("TCOON", tcflow(slave, TCOON));
	told("write", write(slave, "any\n", 4));
	look("TCOON", master);
	told("TCIOFF", tcflow(slave, TCIOFF));
	look("TCIOFF", master);
	told("TCION", tcflow(slave, TCION));
	look("TCION", master);
	type_at(master, "lost\r");
	told("TCIFLUSH", tcflush(slave, TCIFLUSH));
	type("kept\r");
	type_at(slave, "lost");
	told("TCOFLUSH", tcflush(slave, TCOFLUSH));
	close_pair();
}

/* Who writes where nobody reads is stopped some day, and goes on again. */
static void full(void)
{
	static char bytes[1024];
	size_t all = 0, got = 0;
	ssize_t n;

	say("full");
	open_pair();
	modes(0, 0, 0, OPOST, 0, ECHO | ICANON);
	memset(bytes, 'f', sizeof(bytes));
	fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
	fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	while ((n = write(slave, bytes, sizeof(bytes))) > 0) {
		all += (size_t)n;
		usleep(2000);
	}
	say("write: %s; more than a page: %d, less than 64 KB: %d",
	    strerrorname_np(errno), all > 4096, all < 65536);
	show_poll("full", slave);
	while ((n = read(master, bytes, sizeof(bytes))) > 0) {
		got += (size_t)n;
		usleep(2000);
	}
	say("all came: %d", got == all);
	show_poll("empty", slave);
	close_pair();
}

/* ---- packet mode ------------------------------------------------------- */

static void packets(void)
{
	int on = 1;

	say("packets");
	open_pair();
	told("TIOCPKT", ioctl(master, TIOCPKT, &on));
	told("TIOCGPKT", ioctl(master, TIOCGPKT, &on));
	say("packet %d", on);
	type_at(slave, "hello\n");
	look("data", master);
	tcflow(slave, TCOOFF);
	show_poll("stopped", master);
	look("stopped", master);
	tcflow(slave, TCOON);
	look("started", master);
	modes(0, IXON, 0, 0, 0, 0);
	look("no IXON", master);
	modes(IXON, 0, 0, 0, 0, 0);
	look("IXON", master);
	tcflush(slave, TCIFLUSH);
	look("flushed read", master);
	tcflush(slave, TCOFLUSH);
	look("flushed write", master);
	type_at(master, "a\023");
	look("echo", master);
	look("stop", master);
	type_at(master, "\021");
	look("start", master);
	modes(0, 0, 0, 0, EXTPROC, 0);
	look("EXTPROC", master);
	look("nothing", master);
	close_pair();
}

/* ---- the other end ----------------------------------------------------- */

static void other_end(void)
{
	char byte;
	int n = 0;

	say("the other end");
	open_pair();
	type_at(slave, "last words");
	close(slave);
	show_poll("slave closed", master);
	look("master", master);
	look("master", master);
	told("write", write(master, "x", 1));
	show_poll("slave closed", master);
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	show_poll("slave open again", master);
	look("slave", slave);
	look("master", master);
	type_at(master, "unread\r");
	close(master);
	show_poll("master closed", slave);
	say("read %d", (int)read(slave, &byte, 1));
	told("write", write(slave, "x", 1));
	told("TIOCGWINSZ", ioctl(slave, TIOCGWINSZ, &n));
	told("TIOCSPGRP", ioctl(slave, TIOCSPGRP, &n));
	say("isatty %d", isatty(slave));
	close(slave);
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	show_poll("never opened", master);
	look("never opened", master);
	told("write", write(master, "early\n", 6));
	n = 0;
	ioctl(master, TIOCSPTLCK, &n);
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	look("slave", slave);
	close_pair();
}

/* ---- sessions ---------------------------------------------------------- */

static volatile int seen[65];

static void note(int sig)
{
	seen[sig]++;
}

static void catch (int sig)
{
	struct sigaction action = {.sa_handler = note};

	sigaction(sig, &action, NULL);
}

static void show_seen(const char *what)
{
	static const int sigs[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGCONT,
				   SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH};

	usleep(30000);
	for (size_t i = 0; i < sizeof(sigs) / sizeof(*sigs); i++) {
		if (seen[sigs[i]])
			say("%s: SIG%s %d", what, sigabbrev_np(sigs[i]),
			    seen[sigs[i]]);
		seen[sigs[i]] = 0;
	}
}

/* How a child that does @fn in a group of its own ends, or is stopped. */
static void in_group(const char *what, int (*fn)(void), bool other_group)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid) {
		if (other_group)
			setpgid(0, 0);
		_exit(fn());
	}
	waitpid(pid, &status, WUNTRACED);
	if (WIFSTOPPED(status))
		say("%s: stopped by SIG%s", what,
		    sigabbrev_np(WSTOPSIG(status)));
	else if (WIFSIGNALED(status))
		say("%s: killed by SIG%s", what,
		    sigabbrev_np(WTERMSIG(status)));
	else
		say("%s: %s", what,
		    WEXITSTATUS(status) ? strerrorname_np(WEXITSTATUS(status))
					: "ok");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int reads(void)
{
	char byte;

	fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
	return read(slave, &byte, 1) < 0 ? errno : 0;
}

static int reads_ignoring(void)
{
	signal(SIGTTIN, SIG_IGN);
	return reads();
}

static int writes(void)
{
	return write(slave, "w", 1) < 0 ? errno : 0;
}

static int writes_blocking(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return writes();
}

static int sets(void)
{
	struct termios t;

	tcgetattr(slave, &t);
	return tcsetattr(slave, TCSANOW, &t) < 0 ? errno : 0;
}

static int takes_foreground(void)
{
	return tcsetpgrp(slave, getpgrp()) < 0 ? errno : 0;
}

static int sizes(void)
{
	struct winsize size = {5, 6, 7, 8};

	return ioctl(slave, TIOCSWINSZ, &size) < 0 ? errno : 0;
}

static int opens_tty(void)
{
	int fd = open("/dev/tty", O_RDWR);

	return fd < 0 ? errno : !isatty(fd);
}

static int takes_it(void)
{
	return ioctl(slave, TIOCSCTTY, 0) < 0 ? errno : 0;
}

static int new_session_opens(void)
{
	setsid();
	return opens_tty();
}

static int new_session_takes(void)
{
	setsid();
	return takes_it();
}

static int gives_up(void)
{
	if (ioctl(slave, TIOCNOTTY) < 0)
		return errno;
	return opens_tty();
}

static int orphan_reads(void)
{
	int fds[2];
	char result = 0;
	pid_t pid;

	if (pipe(fds))
		return errno;
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		if (fork())
			_exit(0);
		usleep(50000);
		result = (char)reads();
		if (write(fds[1], &result, 1) != 1)
			_exit(1);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	if (read(fds[0], &result, 1) != 1)
		return EPIPE;
	return result;
}

static int bad_group(void)
{
	return tcsetpgrp(slave, outer) < 0 ? errno : 0;
}

static int no_group(void)
{
	return tcsetpgrp(slave, 30000) < 0 ? errno : 0;
}

static int negative_group(void)
{
	return tcsetpgrp(slave, -3) < 0 ? errno : 0;
}

static void background(void)
{
	in_group("in front: read", reads, false);
	in_group("in front: write", writes, false);
	in_group("behind: read", reads, true);
	in_group("behind: read, SIGTTIN ignored", reads_ignoring, true);
	in_group("behind: write", writes, true);
	modes(0, 0, 0, 0, TOSTOP, 0);
	in_group("behind, TOSTOP: write", writes, true);
	in_group("behind, TOSTOP: write, SIGTTOU blocked", writes_blocking,
		 true);
	modes(0, 0, 0, 0, 0, TOSTOP);
	in_group("behind: tcsetattr", sets, true);
	in_group("behind: tcsetpgrp", takes_foreground, true);
	in_group("behind: TIOCSWINSZ", sizes, true);
	in_group("orphaned: read", orphan_reads, false);
	in_group("open /dev/tty", opens_tty, true);
	in_group("take it again", takes_it, false);
	in_group("new session: open /dev/tty", new_session_opens, false);
	in_group("new session: take it", new_session_takes, false);
	in_group("give it up", gives_up, false);
	in_group("a group of another session", bad_group, false);
	in_group("no such group", no_group, false);
	in_group("a negative group", negative_group, false);
}

static void leader(void)
{
	struct winsize size = {30, 40, 0, 0};
	int n;

	setsid();
	told("open /dev/tty", open("/dev/tty", O_RDWR));
	told("TIOCSCTTY", ioctl(slave, TIOCSCTTY, 0));
	say("session %d group %d", tcgetsid(slave) == getpid(),
	    tcgetpgrp(slave) == getpid());
	told("master's group", ioctl(master, TIOCGPGRP, &n));
	say("is ours %d", n == getpid());
	ioctl(slave, TIOCSWINSZ, &(struct winsize){1, 1, 0, 0});
	catch (SIGWINCH);
	catch (SIGINT);
	catch (SIGQUIT);
	catch (SIGTSTP);
	catch (SIGHUP);
	catch (SIGCONT);
	ioctl(master, TIOCSWINSZ, &size);
	show_seen("another size");
	ioctl(master, TIOCSWINSZ, &size);
	show_seen("the same size");
	type_at(master, "typed\003");
	show_seen("^C");
	look("echo", master);
	look("typed", slave);
	type_at(master, "typed\034");
	show_seen("^\\");
	type_at(master, "typed\032");
	show_seen("^Z");
	modes(0, 0, 0, 0, NOFLSH, 0);
	type_at(master, "typed\003\r");
	show_seen("^C, NOFLSH");
	look("typed", slave);
	modes(0, 0, 0, 0, 0, ISIG);
	look("echo", master);
	type("a\003b\r");
	modes(0, 0, 0, 0, ISIG, 0);
	told("TIOCSIG", ioctl(master, TIOCSIG, SIGQUIT));
	show_seen("TIOCSIG");
	told("TIOCSTI", ioctl(slave, TIOCSTI, "s"));
	type("\r");
	background();
	close(master);
	show_seen("master closed");
	told("open /dev/tty", open("/dev/tty", O_RDWR));
	look("slave", slave);
}

static void sessions(void)
{
	pid_t pid;

	say("sessions");
	open_pair();
	pid = fork();
	if (!pid) {
		leader();
		_exit(0);
	}
	close(master); /* the child's is the last */
	close(slave);
	waitpid(pid, NULL, 0);
}

/* A leader's end: the group in front is told. */
static void leader_ends(void)
{
	int fds[2], status;
	char what = 0;
	pid_t pid;

	say("the leader's end");
	open_pair();
	if (pipe(fds))
		return;
	pid = fork();
	if (!pid) {
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		if (!fork()) {
			catch (SIGHUP);
			catch (SIGCONT);
			usleep(300000);
			what = (char)(seen[SIGHUP] * 10 + seen[SIGCONT]);
			if (write(fds[1], &what, 1) != 1)
				_exit(1);
			what = (char)(open("/dev/tty", O_RDWR) < 0 ? errno : 0);
			if (write(fds[1], &what, 1) != 1)
				_exit(1);
			_exit(0);
		}
		usleep(100000);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (read(fds[0], &what, 1) == 1)
		say("SIGHUP %d SIGCONT %d", what / 10, what % 10);
	if (read(fds[0], &what, 1) == 1)
		say("open /dev/tty: %s", strerrorname_np(what));
	close_pair();
}

static void many(void)
{
	int fds[8], n, number;

	say("many");
	usleep(300000); /* until the last of the children has gone */
	for (n = 0; n < 8; n++)
		fds[n] = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	close(fds[3]);
	close(fds[5]);
	fds[3] = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	ioctl(fds[3], TIOCGPTN, &number);
	say("the first free number is taken: %d", number);
	close(fds[3]);
	for (n = 0; n < 8; n++)
		if (n != 3 && n != 5)
			close(fds[n]);
	slurp("/proc/sys/kernel/pty/nr");
	say("left %s", text);
}

int main(void)
{
	outer = getpgrp();
	names();
	settings();
	editing();
	mapping();
	lines();
	overlong();
	timing();
	flow();
	full();
	packets();
	other_end();
	sessions();
	leader_ends();
	many();
	return 0;
}
