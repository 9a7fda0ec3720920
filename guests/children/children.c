/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How children end and stop, and what their parent is told: wait statuses,
 * siginfo of SIGCHLD and waitid, process groups that are orphaned, threads.
 *
 * Prints: STEP key=value …; processes are named, not numbered.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))

static int child; /* the one that is talked of */

static const char *who(int pid)
{
	if (pid == 0)
		return "0";
	if (pid == getpid())
		return "self";
	if (pid == child)
		return "child";
	return pid == 1 ? "init" : pid < 0 ? "none" : "other";
}

static const char *code_name(int code)
{
	static const char *const names[] = {"0",        "EXITED",  "KILLED",
					    "DUMPED",   "TRAPPED", "STOPPED",
					    "CONTINUED"};

	return code >= 0 && code < 7 ? names[code] : "?";
}

/* ---- what SIGCHLD said ---------------------------------------------------- */

static volatile int nr_sigchld;
static siginfo_t last_sigchld;

static void on_sigchld(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	last_sigchld = *info;
	nr_sigchld++;
}

static void watch_sigchld(int flags)
{
	const struct sigaction action = {.sa_sigaction = on_sigchld,
					 .sa_flags = SA_SIGINFO | SA_RESTART |
						     flags};

	nr_sigchld = 0;
	sigaction(SIGCHLD, &action, NULL);
}

static void show_sigchld(void)
{
	printf(" sigchld=%d", nr_sigchld);
	if (nr_sigchld)
		printf(" code=%s pid=%s uid=%d status=%d errno=%d",
		       code_name(last_sigchld.si_code),
		       who(last_sigchld.si_pid), last_sigchld.si_uid,
		       last_sigchld.si_status, last_sigchld.si_errno);
	nr_sigchld = 0;
}

static void show_waitid(const char *what, idtype_t type, int id, int options)
{
	siginfo_t info;
	int got;

	memset(&info, 0xee, sizeof(info));
	got = waitid(type, id, &info, options);
	printf(" %s=%d", what, got ? errno : 0);
	if (got)
		return;
	printf(" signo=%d code=%s pid=%s uid=%d status=%d", info.si_signo,
	       code_name(info.si_code), who(info.si_pid), info.si_uid,
	       info.si_status);
}

/* ---- ends -------------------------------------------------------------------- */

static void end_by_exit(int n)
{
	syscall(SYS_exit_group, n);
}

static void end_by_thread_exit(int n)
{
	syscall(SYS_exit, n);
}

static void end_by_signal(int n)
{
	signal(n, SIG_DFL);
	raise(n);
	_exit(99);
}

static void *exits(void *arg)
{
	syscall(SYS_exit_group, (int)(intptr_t)arg);
	return NULL;
}

static void *exits_alone(void *arg)
{
	syscall(SYS_exit, (int)(intptr_t)arg);
	return NULL;
}

static void *faults(void *arg)
{
	*(volatile int *)arg = 1;
	return NULL;
}

static void *killed(void *arg)
{
	syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), (int)(intptr_t)arg);
	pause();
	return NULL;
}

static void run_thread(void *(*fn)(void *), int n)
{
	pthread_t thread;

	pthread_create(&thread, NULL, fn, (void *)(intptr_t)n);
	for (;;)
		pause();
}

static void end_by_thread_group(int n)
{
	run_thread(exits, n);
}

static void end_by_thread_fault(int n)
{
	run_thread(faults, n);
}

static void end_by_thread_kill(int n)
{
	run_thread(killed, n);
}

/* The leader goes first; the status is its own. */
static void end_leader_first(int n)
{
	pthread_t thread;
	sigset_t set;

	sigemptyset(&set);
	pthread_create(&thread, NULL, exits_alone, (void *)(intptr_t)(n + 1));
	syscall(SYS_exit, n);
}

static void end_by_fault(int n)
{
	*(volatile int *)(intptr_t)n = 1;
}

static const struct end {
	const char *name;
	void (*fn)(int n);
	int n;
} ends[] = {
	{"exit", end_by_exit, 0},
	{"exit", end_by_exit, 1},
	{"exit", end_by_exit, 255},
	{"exit", end_by_exit, 256},
	{"exit", end_by_exit, 0x1234},
	{"exit", end_by_exit, -1},
	{"thread-exit", end_by_thread_exit, 7},
	{"thread-exit", end_by_thread_exit, 0x107},
	{"fault", end_by_fault, 0x20000000},
	{"thread-group-exit", end_by_thread_group, 9},
	{"thread-fault", end_by_thread_fault, 0x20000000},
	{"thread-kill", end_by_thread_kill, SIGTERM},
	{"leader-first", end_leader_first, 3},
	{"signal", end_by_signal, SIGHUP},
	{"signal", end_by_signal, SIGINT},
	{"signal", end_by_signal, SIGQUIT},
	{"signal", end_by_signal, SIGILL},
	{"signal", end_by_signal, SIGTRAP},
	{"signal", end_by_signal, SIGABRT},
	{"signal", end_by_signal, SIGBUS},
	{"signal", end_by_signal, SIGFPE},
	{"signal", end_by_signal, SIGKILL},
	{"signal", end_by_signal, SIGUSR1},
	{"signal", end_by_signal, SIGSEGV},
	{"signal", end_by_signal, SIGPIPE},
	{"signal", end_by_signal, SIGALRM},
	{"signal", end_by_signal, SIGTERM},
	{"signal", end_by_signal, 16}, /* SIGSTKFLT */
	{"signal", end_by_signal, SIGCHLD},
	{"signal", end_by_signal, SIGCONT},
	{"signal", end_by_signal, SIGURG},
	{"signal", end_by_signal, SIGXCPU},
	{"signal", end_by_signal, SIGXFSZ},
	{"signal", end_by_signal, SIGVTALRM},
	{"signal", end_by_signal, SIGPROF},
	{"signal", end_by_signal, SIGWINCH},
	{"signal", end_by_signal, SIGIO},
	{"signal", end_by_signal, SIGPWR},
	{"signal", end_by_signal, SIGSYS},
	{"signal", end_by_signal, 34},
	{"signal", end_by_signal, 64},
};

static void all_ends(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		int status = -1, got;

		printf("end %s %d", ends[i].name, ends[i].n);
		fflush(stdout);
		watch_sigchld(0);
		child = fork();
		if (!child) {
			ends[i].fn(ends[i].n);
			_exit(98);
		}
		show_waitid("nowait", P_PID, child, WEXITED | WNOWAIT);
		show_sigchld();
		got = waitpid(child, &status, 0);
		printf(" wait=%s status=%x", who(got), status);
		got = waitpid(child, &status, 0);
		printf(" again=%d\n", got < 0 ? errno : 0);
	}
}

/* ---- stops ---------------------------------------------------------------------- */

static void wait_and_show(const char *what, int options)
{
	int status = -1, got = waitpid(child, &status, options);

	printf(" %s=%s", what, got < 0 ? strerror(errno) : who(got));
	if (got > 0)
		printf(",%x", status);
}

static int sleeper_says[2];

static void on_continue(int sig)
{
	const char c = 2;

	(void)sig;
	if (write(sleeper_says[1], &c, 1) != 1)
		_exit(1);
}

/* It has run since it was continued. */
static void wait_until_it_runs(void)
{
	char c;

	while (read(sleeper_says[0], &c, 1) < 0 && errno == EINTR)
		;
}

/*
 * In its own process group, or stops of the terminal's kind do nothing. Tells
 * when it goes on after a stop.
 */
static int start_sleeper(void)
{
	int *pipes = sleeper_says, pid;
	char c;

	if (pipes[0]) {
		close(pipes[0]);
		close(pipes[1]);
	}
	if (pipe(pipes))
		exit(1);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		signal(SIGCONT, on_continue);
		c = 1;
		if (write(pipes[1], &c, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	if (read(pipes[0], &c, 1) != 1)
		exit(1);
	return pid;
}

static void stops(void)
{
	static const int signals[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		for (int nocldstop = 0; nocldstop < 2; nocldstop++) {
			printf("stop %d nocldstop=%d", signals[i], nocldstop);
			watch_sigchld(nocldstop ? SA_NOCLDSTOP : 0);
			child = start_sleeper();
			wait_and_show("running",
				      WUNTRACED | WCONTINUED | WNOHANG);
			kill(child, signals[i]);
			show_waitid("stopped", P_PID, child,
				    WSTOPPED | WNOWAIT);
			show_sigchld();
			wait_and_show("nohang", WNOHANG);
			wait_and_show("untraced", WUNTRACED);
			wait_and_show("again", WUNTRACED | WNOHANG);
			kill(child, signals[i]); /* already */
			kill(child, SIGCONT);
			wait_until_it_runs();
			show_waitid("continued", P_PID, child,
				    WCONTINUED | WNOWAIT);
			show_sigchld();
			wait_and_show("wcont", WCONTINUED | WNOHANG);
			wait_and_show("wcont2", WCONTINUED | WNOHANG);
			kill(child, signals[i]);
			wait_and_show("stop2", WUNTRACED);
			kill(child, SIGUSR1); /* stays stopped */
			kill(child, SIGKILL);
			wait_and_show("end", WUNTRACED);
			show_sigchld();
			printf("\n");
		}
}

/* Signals that came while it was stopped. */
static volatile int order[16], nr_order;

static void note(int sig)
{
	order[nr_order++ & 15] = sig;
}

static void stopped_delivery(void)
{
	int pipes[2];
	char c = 0;

	if (pipe(pipes))
		exit(1);
	watch_sigchld(0);
	printf("stopped-delivery");
	fflush(stdout);
	child = fork();
	if (!child) {
		signal(SIGCONT, note);
		signal(SIGUSR1, note);
		signal(SIGUSR2, note);
		setpgid(0, 0);
		raise(SIGSTOP);
		for (int i = 0; i < nr_order; i++)
			printf(" %d", order[i]);
		printf(" n=%d", nr_order);
		fflush(stdout);
		_exit(0);
	}
	wait_and_show("stopped", WUNTRACED);
	fflush(stdout);
	kill(child, SIGUSR2);
	kill(child, SIGTSTP); /* SIGCONT takes it away */
	kill(child, SIGUSR1);
	kill(child, SIGCONT);
	wait_and_show("end", 0);
	printf("\n");
	(void)c;
	close(pipes[0]);
	close(pipes[1]);
}

/* ---- who may be waited for --------------------------------------------------------- */

static void waits(void)
{
	static const struct {
		const char *name;
		idtype_t type;
		int id, options;
	} tries[] = {
		{"no-options", P_ALL, 0, 0},
		{"bad-options", P_ALL, 0, WEXITED | 0x100},
		{"no-child", P_ALL, 0, WEXITED},
		{"no-child-nohang", P_ALL, 0, WEXITED | WNOHANG},
		{"bad-pid", P_PID, 0, WEXITED},
		{"negative-pid", P_PID, -5, WEXITED},
		{"own-group", P_PGID, 0, WEXITED},
		{"bad-group", P_PGID, -1, WEXITED},
		{"bad-type", 77, 1, WEXITED},
		{"not-mine", P_PID, 1, WEXITED},
		{"clone", P_ALL, 0, WEXITED | __WCLONE},
	};
	static const struct {
		int pid, options;
	} pids[] = {
		{-1, 0},       {0, 0},        {-1, WNOHANG},  {1, 0},
		{-30000, 0},   {30000, 0},    {INT32_MIN, 0}, {-1, 0x100},
		{-1, WEXITED}, {-1, WNOWAIT}, {-1, __WALL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		printf("waitid %s", tries[i].name);
		show_waitid("got", tries[i].type, tries[i].id,
			    tries[i].options);
		printf("\n");
	}
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		int got = waitpid(pids[i].pid, NULL, pids[i].options);

		printf("waitpid %d %x got=%d errno=%d\n", pids[i].pid,
		       pids[i].options, got, got < 0 ? errno : 0);
	}
	/* one that lives */
	child = start_sleeper();
	printf("living");
	show_waitid("nohang", P_ALL, 0, WEXITED | WNOHANG);
	printf(" waitpid=%d", waitpid(-1, NULL, WNOHANG));
	printf(" group=%d", waitpid(0, NULL, WNOHANG) < 0 ? errno : 0);
	printf(" its-group=%d", waitpid(-child, NULL, WNOHANG));
	show_waitid("by-group", P_PGID, child, WEXITED | WNOHANG);
	printf(" fault=%d", (int)syscall(SYS_wait4, child, 1, WNOHANG, NULL));
	kill(child, SIGKILL);
	printf(" dead-fault=%d errno=%d",
	       (int)syscall(SYS_wait4, child, 1, 0, NULL), errno);
	wait_and_show("after", 0);
	printf("\n");
}

/* SIGCHLD ignored, or SA_NOCLDWAIT: nobody's zombies. */
static void no_zombies(void)
{
	for (int how = 0; how < 3; how++) {
		struct sigaction action = {.sa_handler = SIG_DFL};
		int got;

		nr_sigchld = 0;
		if (how == 0)
			action.sa_handler = SIG_IGN;
		else
			action.sa_flags = SA_NOCLDWAIT;
		if (how == 2) {
			action.sa_sigaction = on_sigchld;
			action.sa_flags |= SA_SIGINFO | SA_RESTART;
		}
		sigaction(SIGCHLD, &action, NULL);
		child = fork();
		if (!child)
			_exit(5);
		got = waitpid(child, NULL, 0);
		printf("no-zombie %d wait=%d errno=%d", how, got, errno);
		if (how == 2)
			show_sigchld();
		printf(" kill=%d errno=%d\n", kill(child, 0), errno);
	}
	signal(SIGCHLD, SIG_DFL);
	/* too late: a zombie stays one */
	child = fork();
	if (!child)
		_exit(5);
	show_waitid("zombie", P_PID, child, WEXITED | WNOWAIT);
	signal(SIGCHLD, SIG_IGN);
	wait_and_show("ignored-later", 0);
	printf("\n");
	signal(SIGCHLD, SIG_DFL);
}

/* ---- other signals at the end -------------------------------------------------------- */

static void exit_signals(void)
{
	static const int signals[] = {0, SIGCHLD, SIGUSR1, 34, 64};

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigset_t set;
		int got, status = 0;

		printf("exit-signal %d", signals[i]);
		fflush(stdout);
		sigfillset(&set);
		sigprocmask(SIG_BLOCK, &set, NULL);
		child = (int)syscall(SYS_clone, signals[i], 0, 0, 0, 0);
		if (!child)
			_exit(4);
		got = waitpid(child, &status, __WALL | WNOHANG * 0);
		printf(" wall=%s", who(got));
		printf(" status=%x pending=", status);
		sigpending(&set);
		for (int sig = 1; sig < 65; sig++)
			if (sigismember(&set, sig) > 0) {
				siginfo_t info;
				struct timespec none = {0};
				sigset_t one;

				sigemptyset(&one);
				sigaddset(&one, sig);
				if (sigtimedwait(&one, &info, &none) == sig)
					printf("%d,%s,%d", sig,
					       code_name(info.si_code),
					       info.si_status);
			}
		sigemptyset(&set);
		sigprocmask(SIG_SETMASK, &set, NULL);
		printf("\n");
	}
	/* of another signal, plain wait does not know */
	child = (int)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (!child)
		_exit(4);
	printf("exit-signal plain-wait=%d",
	       waitpid(child, NULL, 0) < 0 ? errno : 0);
	printf(" wclone=%s\n", who(waitpid(child, NULL, __WCLONE)));
}

/* ---- a parent that dies ----------------------------------------------------------------- */

static void wait_byte(int fd)
{
	char c;

	if (read(fd, &c, 1) < 0)
		_exit(1);
}

/* PR_SET_PDEATHSIG, of a parent that ends and of one whose thread does. */
static void parent_death(void)
{
	int value = -1;

	printf("pdeathsig bad=%d", prctl(PR_SET_PDEATHSIG, 65) ? errno : 0);
	printf(" negative=%d", prctl(PR_SET_PDEATHSIG, -1) ? errno : 0);
	printf(" set=%d", prctl(PR_SET_PDEATHSIG, SIGUSR1) ? errno : 0);
	prctl(PR_GET_PDEATHSIG, &value);
	printf(" get=%d", value);
	child = fork();
	if (!child) {
		prctl(PR_GET_PDEATHSIG, &value);
		_exit(value);
	}
	wait_and_show("inherited", 0);
	prctl(PR_SET_PDEATHSIG, 0);
	printf("\n");
	for (int sig = SIGUSR1; sig >= 0; sig -= SIGUSR1) {
		int report[2], ready[2];
		siginfo_t info;
		char text[128];
		ssize_t n;

		if (pipe(report) || pipe(ready))
			exit(1);
		child = fork();
		if (!child) {
			if (fork()) {
				wait_byte(ready[0]);
				_exit(0);
			}
			struct timespec little = {.tv_nsec = 200000000};
			int parent = getppid();
			sigset_t set;

			sigfillset(&set);
			sigprocmask(SIG_BLOCK, &set, NULL);
			prctl(PR_SET_PDEATHSIG, sig);
			if (write(ready[1], "", 1) != 1)
				_exit(1);
			memset(&info, 0, sizeof(info));
			n = sigtimedwait(&set, &info, &little);
			n = snprintf(text, sizeof(text),
				     "got=%zd code=%d pid=%s parent=%d", n,
				     info.si_code,
				     info.si_pid == parent ? "parent"
				     : info.si_pid         ? "other"
							   : "0",
				     getppid() == parent);
			if (write(report[1], text, (size_t)n) != n)
				_exit(1);
			_exit(0);
		}
		waitpid(child, NULL, 0);
		n = read(report[0], text, sizeof(text) - 1);
		text[n < 0 ? 0 : n] = 0;
		printf("pdeathsig %d: %s\n", sig, text);
		close(report[0]), close(report[1]);
		close(ready[0]), close(ready[1]);
	}
}

/*
 * A group that is left without a parent in its session: its stopped members
 * get SIGHUP and SIGCONT.
 */
static void orphans(void)
{
	for (int stopped = 0; stopped < 2; stopped++) {
		int report[2];
		char text[256];
		ssize_t n = 0, got;

		if (pipe(report))
			exit(1);
		printf("orphan stopped=%d", stopped);
		fflush(stdout);
		child = fork();
		if (!child) {
			int pid = fork(), status;

			if (pid) {
				setpgid(pid, pid);
				close(report[0]);
				if (stopped) {
					waitpid(pid, &status, WUNTRACED);
				} else {
					wait_byte(dup(report[0]));
				}
				_exit(0);
			}
			struct timespec little = {.tv_nsec = 300000000};
			sigset_t set;
			siginfo_t info;

			setpgid(0, 0);
			close(report[0]);
			sigemptyset(&set);
			sigaddset(&set, SIGHUP);
			sigaddset(&set, SIGCONT);
			sigprocmask(SIG_BLOCK, &set, NULL);
			if (stopped)
				raise(SIGSTOP);
			for (;;) {
				int sig = sigtimedwait(&set, &info, &little);

				if (sig < 0)
					break;
				n = snprintf(text, sizeof(text),
					     " sig=%d,code=%d,pid=%d", sig,
					     info.si_code, info.si_pid);
				if (write(report[1], text, (size_t)n) != n)
					_exit(1);
			}
			/* and now that it is orphaned, nothing stops it */
			raise(SIGTSTP);
			n = snprintf(text, sizeof(text), " tstp-ignored");
			if (write(report[1], text, (size_t)n) != n)
				_exit(1);
			_exit(0);
		}
		close(report[1]);
		waitpid(child, NULL, 0);
		while ((got = read(report[0], text, sizeof(text) - 1)) > 0) {
			text[got] = 0;
			printf("%s", text);
		}
		printf("\n");
		close(report[0]);
	}
}

/* ---- dumps ---------------------------------------------------------------------------------- */

/* WCOREDUMP: with a limit that allows a core file, and without. */
static void dumps(void)
{
	static const struct {
		const char *name;
		rlim_t limit;
		int sig, dumpable;
		const char *folder;
	} cases[] = {
		{"none", 0, SIGSEGV, 1, "/tmp"},
		{"term", RLIM_INFINITY, SIGTERM, 1, "/tmp"},
		{"not-dumpable", RLIM_INFINITY, SIGSEGV, 0, "/tmp"},
		{"proc", RLIM_INFINITY, SIGSEGV, 1, "/proc"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned char head[20] = {0};
		int status = 0, fd;

		watch_sigchld(0);
		child = fork();
		if (!child) {
			struct rlimit limit = {cases[i].limit, RLIM_INFINITY};

			if (chdir(cases[i].folder))
				_exit(1);
			setrlimit(RLIMIT_CORE, &limit);
			prctl(PR_SET_DUMPABLE, cases[i].dumpable);
			raise(cases[i].sig);
			_exit(2);
		}
		waitpid(child, &status, 0);
		printf("dump %s status=%x", cases[i].name, status);
		show_sigchld();
		fd = open("/tmp/core", O_RDONLY);
		if (fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head))
			printf(" core=%02x%c%c%c,%d,%d", head[0], head[1],
			       head[2], head[3], head[16], head[18]);
		else
			printf(" core=no");
		if (fd >= 0)
			close(fd);
		unlink("/tmp/core");
		printf("\n");
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	waits();
	all_ends();
	stops();
	stopped_delivery();
	no_zombies();
	exit_signals();
	parent_death();
	orphans();
	dumps();
	return 0;
}
