/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How signals are delivered: masks and flags of actions, the order of several,
 * real-time queues and their limit, waiting for them, who may be sent what, and
 * which thread takes it.
 *
 * Prints: STEP key=value …; "seen" lists signal, si_code, value.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define ALL           (~(uint64_t)0)

/* The kernel's view; the C library keeps 32 and 33 for itself. */
struct kernel_sigaction {
	void (*handler)(int sig, siginfo_t *info, void *context);
	uint32_t flags, restorer, mask[2];
};

typedef void (*handler)(int sig, siginfo_t *info, void *context);

#define IGNORE ((handler)1)

static int action(int sig, handler fn, uint32_t flags, uint64_t mask)
{
	const struct kernel_sigaction new = {.handler = fn,
					     .flags = flags,
					     .mask = {(uint32_t)mask,
						      (uint32_t)(mask >> 32)}};

	return syscall(SYS_rt_sigaction, sig, &new, NULL, 8) ? errno : 0;
}

static uint64_t bit(int sig)
{
	return (uint64_t)1 << (sig - 1);
}

static uint64_t mask(int how, uint64_t set)
{
	uint64_t old = 0;

	syscall(SYS_rt_sigprocmask, how, &set, &old, 8);
	return old;
}

static unsigned long long now_masked(void)
{
	return mask(SIG_BLOCK, 0);
}

static unsigned long long pending(void)
{
	uint64_t set = 0;

	syscall(SYS_rt_sigpending, &set, 8);
	return set;
}

/* 0 or errno. */
#define TRY(...) (syscall(__VA_ARGS__) ? errno : 0)

/* ---- what arrived, in which order ------------------------------------------- */

static struct {
	int sig, code, value, depth;
	unsigned long long mask;
} seen[64];
static int nr_seen, depth;

static void note(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (nr_seen == ARRAY_SIZE(seen))
		return;
	seen[nr_seen].sig = sig;
	seen[nr_seen].code = info->si_code;
	seen[nr_seen].value = info->si_code == SI_QUEUE
				      ? info->si_value.sival_int
				      : 0;
	seen[nr_seen].depth = depth;
	seen[nr_seen++].mask = now_masked();
}

static void show_seen(void)
{
	printf(" seen=%d", nr_seen);
	for (int i = 0; i < nr_seen; i++)
		printf(" %d,%d,%d", seen[i].sig, seen[i].code, seen[i].value);
	printf("\n");
	nr_seen = 0;
}

static int queue(int sig, int value)
{
	siginfo_t info = {.si_code = SI_QUEUE};

	info.si_pid = getpid();
	info.si_value.sival_int = value;
	return TRY(SYS_rt_sigqueueinfo, getpid(), sig, &info);
}

static int send(int sig)
{
	return TRY(SYS_kill, getpid(), sig);
}

static int send_thread(int sig)
{
	return TRY(SYS_tgkill, getpid(), syscall(SYS_gettid), sig);
}

/* ---- order ------------------------------------------------------------------ */

static void order(void)
{
	static const int signals[] = {SIGUSR2, SIGTERM, 40,      SIGSEGV,
				      SIGHUP,  SIGBUS,  34,      SIGCHLD,
				      SIGFPE,  SIGUSR1, SIGTRAP, 64,
				      SIGSYS,  SIGILL,  SIGCONT, SIGWINCH};

	for (int way = 0; way < 6; way++) {
		for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
			action(signals[i], note, SA_SIGINFO, way < 3 ? ALL : 0);
		mask(SIG_SETMASK, ALL);
		for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
			if (way % 3 == 0 || (way % 3 == 2 && i & 1))
				send(signals[i]);
			else
				send_thread(signals[i]);
		printf("order way=%d pending=%llx", way, pending());
		mask(SIG_SETMASK, 0);
		show_seen();
	}
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		action(signals[i], NULL, 0, 0);
}

static void queues(void)
{
	mask(SIG_SETMASK, ALL);
	action(40, note, SA_SIGINFO, ALL);
	action(35, note, SA_SIGINFO, ALL);
	action(SIGUSR1, note, SA_SIGINFO, ALL);
	for (int i = 0; i < 4; i++) {
		queue(40, 100 + i);
		queue(SIGUSR1, 200 + i);
		queue(35, 300 + i);
		send(35);
	}
	printf("queues");
	mask(SIG_SETMASK, 0);
	show_seen();
	mask(SIG_SETMASK, ALL);
	send(SIGUSR1); /* the first one's details win */
	queue(SIGUSR1, 1);
	queue(35, 2);
	send_thread(35);
	printf("queues mixed");
	mask(SIG_SETMASK, 0);
	show_seen();
}

static void limit(void)
{
	struct rlimit small;
	int n = 0, err, pid;

	fflush(stdout);
	pid = fork();
	if (pid) {
		waitpid(pid, NULL, 0);
		return;
	}
	getrlimit(RLIMIT_SIGPENDING, &small);
	small.rlim_cur = 5;
	setrlimit(RLIMIT_SIGPENDING, &small);
	mask(SIG_SETMASK, ALL);
	for (int sig = 36; sig < 40; sig++)
		action(sig, note, SA_SIGINFO, ALL);
	action(SIGUSR1, note, SA_SIGINFO, ALL);
	do
		err = queue(36, n);
	while (!err && ++n < 20);
	printf("limit queued=%d errno=%d", n, err);
	printf(" kill=%d tgkill=%d", send(37), send_thread(38));
	printf(" standard=%d pending=%llx", queue(SIGUSR1, 9), pending());
	mask(SIG_SETMASK, 0);
	show_seen();
	_exit(0);
}

/* ---- flags of an action ------------------------------------------------------- */

static unsigned long long inner_mask;
static int again;

static void nests(int sig, siginfo_t *info, void *context)
{
	note(sig, info, context);
	inner_mask = now_masked();
	if (again-- > 0) {
		depth++;
		send_thread(sig);
		depth--;
	}
}

static void flags(void)
{
	static const struct {
		const char *name;
		uint32_t flags;
		uint64_t mask;
	} cases[] = {
		{"plain", SA_SIGINFO, 0},
		{"nodefer", SA_SIGINFO | SA_NODEFER, 0},
		{"mask", SA_SIGINFO, 0x800},
		{"mask-all", SA_SIGINFO, ALL},
		{"nodefer-mask-own", SA_SIGINFO | SA_NODEFER, 0x200},
		{"resethand", SA_SIGINFO | (uint32_t)SA_RESETHAND, 0},
		{"unknown", SA_SIGINFO | 0x00f00400, 0},
		{"expose-tagbits", SA_SIGINFO | 0x800, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kernel_sigaction now;

		action(SIGUSR1, nests, cases[i].flags, cases[i].mask);
		again = cases[i].flags & (uint32_t)SA_RESETHAND ? 0 : 2;
		inner_mask = 0;
		send_thread(SIGUSR1);
		syscall(SYS_rt_sigaction, SIGUSR1, NULL, &now, 8);
		printf("flags %s mask=%llx after=%llx handler=%d flags=%x "
		       "stored=%x,%x depths",
		       cases[i].name, inner_mask, now_masked(), !!now.handler,
		       now.flags, now.mask[0], now.mask[1]);
		for (int n = 0; n < nr_seen; n++)
			printf(" %d", seen[n].depth);
		show_seen();
	}
}

static void actions(void)
{
	static const struct {
		int sig;
		uint32_t handler;
	} tries[] = {
		{0, 0},       {65, 0},      {-1, 0},      {64, 0},
		{SIGKILL, 0}, {SIGKILL, 1}, {SIGSTOP, 0}, {SIGSTOP, 1},
		{32, 1},      {SIGSEGV, 1}, {SIGUSR1, 2},
	};
	uint64_t set[2] = {0};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		const struct kernel_sigaction new = {
			.handler = (handler)tries[i].handler,
			.flags = 0xffffffff,
			.mask = {~0u, ~0u}};
		struct kernel_sigaction got;

		printf("action %d handler=%x errno=%d", tries[i].sig,
		       tries[i].handler,
		       TRY(SYS_rt_sigaction, tries[i].sig, &new, NULL, 8));
		if (!syscall(SYS_rt_sigaction, tries[i].sig, NULL, &got, 8))
			printf(" now=%x flags=%x mask=%x,%x",
			       (uint32_t)(uintptr_t)got.handler, got.flags,
			       got.mask[0], got.mask[1]);
		printf("\n");
		action(tries[i].sig, NULL, 0, 0);
	}
	printf("action size=%d fault=%d old-fault=%d\n",
	       TRY(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4),
	       TRY(SYS_rt_sigaction, SIGUSR1, 1, NULL, 8),
	       TRY(SYS_rt_sigaction, SIGUSR1, NULL, 1, 8));
	printf("procmask how=%d size=%d fault=%d how-alone=%d\n",
	       TRY(SYS_rt_sigprocmask, 3, set, NULL, 8),
	       TRY(SYS_rt_sigprocmask, 0, NULL, NULL, 4),
	       TRY(SYS_rt_sigprocmask, 0, 1, NULL, 8),
	       TRY(SYS_rt_sigprocmask, 77, NULL, NULL, 8));
	mask(SIG_SETMASK, ALL);
	printf("procmask all=%llx\n", (unsigned long long)mask(SIG_SETMASK, 0));
	printf("sigpending sizes=%d,%d,%d\n", TRY(SYS_rt_sigpending, set, 4),
	       TRY(SYS_rt_sigpending, set, 16), TRY(SYS_rt_sigpending, 1, 8));
}

/* Ignored while blocked it stays; ignoring discards what is pending. */
static void ignored(void)
{
	mask(SIG_SETMASK, bit(SIGUSR1) | bit(SIGCHLD) | bit(SIGWINCH) |
				  bit(SIGTSTP) | bit(SIGCONT));
	action(SIGUSR1, IGNORE, 0, 0);
	send(SIGUSR1);
	send(SIGCHLD);
	send(SIGWINCH);
	printf("ignored blocked=%llx", pending());
	action(SIGUSR1, note, SA_SIGINFO, 0);
	action(SIGCHLD, note, SA_SIGINFO, 0);
	printf(" handled=%llx", pending());
	action(SIGUSR1, IGNORE, 0, 0);
	action(SIGCHLD, NULL, 0, 0);
	printf(" again=%llx", pending());
	action(SIGWINCH, NULL, 0, 0);
	printf(" default=%llx", pending());
	send(SIGTSTP);
	printf(" stop=%llx", pending());
	send(SIGCONT);
	printf(" cont=%llx", pending());
	send(SIGTSTP);
	printf(" stop=%llx", pending());
	action(SIGTSTP, IGNORE, 0, 0);
	printf(" end=%llx\n", pending());
	action(SIGTSTP, NULL, 0, 0);
	action(SIGUSR1, NULL, 0, 0);
	mask(SIG_SETMASK, 0);
}

/* ---- waiting for signals ------------------------------------------------------ */

static long timed_wait(uint64_t set, siginfo_t *info, long ns)
{
	const struct timespec t = {0, ns};
	long got = syscall(SYS_rt_sigtimedwait, &set, info, &t, 8);

	return got < 0 ? -errno : got;
}

static void sigwaits(void)
{
	const struct timespec bad = {0, 1000000000}, negative = {-1, 0};
	uint64_t set = 1;
	siginfo_t info;

	mask(SIG_SETMASK, bit(SIGUSR1) | bit(SIGUSR2) | bit(40) | bit(41));
	printf("sigwait none=%ld", timed_wait(bit(SIGUSR1), &info, 0));
	queue(40, 7);
	queue(40, 8);
	send(SIGUSR2);
	send_thread(SIGUSR1);
	printf(" other=%ld", timed_wait(bit(41), &info, 1000000));
	for (int i = 0; i < 5; i++) {
		long got = timed_wait(bit(SIGUSR1) | bit(SIGUSR2) | bit(40),
				      &info, 0);

		printf(" %ld,%d,%d", got, got > 0 ? info.si_code : 0,
		       got == 40 ? info.si_value.sival_int : 0);
	}
	printf(" kill=%ld", timed_wait(bit(SIGKILL) | bit(SIGSTOP), &info, 0));
	printf(" bad-time=%d negative=%d",
	       TRY(SYS_rt_sigtimedwait, &set, NULL, &bad, 8),
	       TRY(SYS_rt_sigtimedwait, &set, NULL, &negative, 8));
	printf(" size=%d fault=%d",
	       TRY(SYS_rt_sigtimedwait, &set, NULL, NULL, 4),
	       TRY(SYS_rt_sigtimedwait, 1, NULL, NULL, 8));
	action(SIGUSR1, IGNORE, 0, 0);
	send(SIGUSR1);
	printf(" ignored=%ld\n", timed_wait(bit(SIGUSR1), &info, 0));
	action(SIGUSR1, NULL, 0, 0);
	mask(SIG_SETMASK, 0);
}

static void suspend(void)
{
	uint64_t set = 0;
	long got;

	action(SIGUSR1, note, SA_SIGINFO, 0);
	action(SIGUSR2, note, SA_SIGINFO, 0);
	mask(SIG_SETMASK, bit(SIGUSR1) | bit(SIGUSR2));
	send(SIGUSR1);
	send(SIGUSR2);
	got = syscall(SYS_rt_sigsuspend, &set, 8);
	printf("sigsuspend got=%ld errno=%d mask=%llx inner=%llx,%llx", got,
	       errno, now_masked(), seen[0].mask, seen[1].mask);
	show_seen();
	send(SIGUSR1);
	set = bit(SIGUSR2);
	got = syscall(SYS_rt_sigsuspend, &set, 8);
	printf("sigsuspend masked got=%ld inner=%llx", got, seen[0].mask);
	show_seen();
	mask(SIG_SETMASK, 0);
	printf("sigsuspend size=%d fault=%d\n", TRY(SYS_rt_sigsuspend, &set, 4),
	       TRY(SYS_rt_sigsuspend, 1, 8));
}

/* ---- who may be sent what ------------------------------------------------------ */

static void sending(void)
{
	static const struct {
		int pid, sig;
	} kills[] = {
		{0, 0},         {0, -1},        {0, 65},     {30000, 0},
		{30000, 1},     {-30000, 0},    {-30000, 1}, {1, 0},
		{INT32_MIN, 0}, {INT32_MAX, 0}, {30000, 65}, {-30000, 65},
	};
	int me = getpid();
	siginfo_t info = {0};

	for (size_t i = 0; i < ARRAY_SIZE(kills); i++)
		printf("kill %d %d errno=%d\n", kills[i].pid, kills[i].sig,
		       TRY(SYS_kill, kills[i].pid, kills[i].sig));
	printf("tgkill bad-group=%d other-group=%d bad-tid=%d gone=%d sig=%d "
	       "zero=%d\n",
	       TRY(SYS_tgkill, 0, me, 0), TRY(SYS_tgkill, 1, me, 0),
	       TRY(SYS_tgkill, me, -1, 0), TRY(SYS_tgkill, me, 30000, 0),
	       TRY(SYS_tgkill, me, me, 65), TRY(SYS_tgkill, me, me, 0));
	printf("tkill zero=%d gone=%d sig=%d self=%d\n", TRY(SYS_tkill, 0, 0),
	       TRY(SYS_tkill, 30000, 0), TRY(SYS_tkill, me, 65),
	       TRY(SYS_tkill, me, 0));
	for (int code = -7; code < 3; code++) {
		info.si_code = code;
		printf("sigqueueinfo code=%d self=%d init=%d gone=%d "
		       "thread=%d\n",
		       code, TRY(SYS_rt_sigqueueinfo, me, 0, &info),
		       TRY(SYS_rt_sigqueueinfo, 1, 0, &info),
		       TRY(SYS_rt_sigqueueinfo, 30000, 0, &info),
		       TRY(SYS_rt_tgsigqueueinfo, me, me, 0, &info));
	}
	printf("sigqueueinfo fault=%d sig=%d group=%d thread-zero=%d\n",
	       TRY(SYS_rt_sigqueueinfo, me, 0, 1),
	       TRY(SYS_rt_sigqueueinfo, me, 65, &info),
	       TRY(SYS_rt_sigqueueinfo, -getpgrp(), 0, &info),
	       TRY(SYS_rt_tgsigqueueinfo, me, 0, 0, &info));
}

/* What a queued siginfo keeps of what was put into it. */
static siginfo_t got_info;

static void keep(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	got_info = *info;
}

static void siginfos(void)
{
	static const int codes[] = {SI_QUEUE, SI_TKILL,  SI_USER, SI_ASYNCIO,
				    1,        SI_KERNEL, -100};
	static const int signals[] = {SIGUSR1, SIGSEGV, SIGCHLD, 40};

	for (size_t i = 0; i < ARRAY_SIZE(codes) * 4; i++) {
		int code = codes[i / 4], sig = signals[i % 4];
		uint32_t word[32] = {3, 12, (uint32_t)code};
		const uint32_t *got = (const uint32_t *)&got_info;

		for (uint32_t n = 3; n < 8; n++)
			word[n] = 0x1000 + n;
		memset(&got_info, 0xee, sizeof(got_info));
		action(sig, keep, SA_SIGINFO, 0);
		printf("siginfo %d code=%d errno=%d:", sig, code,
		       TRY(SYS_rt_sigqueueinfo, getpid(), sig, word));
		for (int n = 0; n < 9; n++)
			printf(" %x", got[n]);
		printf("\n");
		action(sig, NULL, 0, 0);
	}
}

/* ---- signals of the kernel's ---------------------------------------------------- */

static void from_kernel(void)
{
	struct itimerval timer = {.it_value = {0, 20000}}, was;
	int ends[2];

	action(SIGPIPE, note, SA_SIGINFO, 0);
	action(SIGALRM, note, SA_SIGINFO, 0);
	if (pipe(ends))
		exit(1);
	close(ends[0]);
	printf("sigpipe errno=%d", write(ends[1], "x", 1) < 0 ? errno : 0);
	show_seen();
	close(ends[1]);
	setitimer(ITIMER_REAL, &timer, NULL);
	pause();
	getitimer(ITIMER_REAL, &was);
	printf("sigalrm left=%ld,%ld", (long)was.it_value.tv_sec,
	       (long)was.it_value.tv_usec);
	show_seen();
	alarm(100);
	printf("alarm was=%u", alarm(0));
	printf(" now=%u\n", alarm(0));
	timer.it_value = (struct timeval){0, 1000000};
	printf("setitimer usec=%d",
	       setitimer(ITIMER_REAL, &timer, NULL) ? errno : 0);
	timer.it_value = (struct timeval){-1, 0};
	printf(" negative=%d",
	       setitimer(ITIMER_REAL, &timer, NULL) ? errno : 0);
	printf(" which=%d fault=%d\n", TRY(SYS_setitimer, 3, &timer, NULL),
	       TRY(SYS_setitimer, ITIMER_REAL, 1, NULL));
	timer.it_value = (struct timeval){0, 10000};
	timer.it_interval = (struct timeval){0, 10000};
	setitimer(ITIMER_REAL, &timer, NULL);
	for (int i = 0; i < 3; i++)
		pause();
	timer = (struct itimerval){0};
	setitimer(ITIMER_REAL, &timer, &was);
	printf("interval usec=%ld", (long)was.it_interval.tv_usec);
	show_seen();
}

/* ---- threads ----------------------------------------------------------------------- */

static int thread_tid, handled_by;
static int to_thread[2], from_thread[2];

static void by_whom(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	(void)context;
	__atomic_store_n(&handled_by, (int)syscall(SYS_gettid),
			 __ATOMIC_SEQ_CST);
}

/* Reads what it is told: a byte each time that it shall tell it was alive. */
static void *listens(void *blocked)
{
	char c;

	mask(SIG_SETMASK, blocked ? ALL : 0);
	thread_tid = (int)syscall(SYS_gettid);
	c = 1;
	do {
		if (write(from_thread[1], &c, 1) != 1)
			exit(1);
		while (read(to_thread[0], &c, 1) != 1)
			;
	} while (c);
	return NULL;
}

static void tell(char c)
{
	if (write(to_thread[1], &c, 1) != 1)
		exit(1);
	while (c && read(from_thread[0], &c, 1) != 1)
		;
}

static const char *handler_name(void)
{
	int by = __atomic_exchange_n(&handled_by, 0, __ATOMIC_SEQ_CST);

	return !by ? "nobody" : by == getpid() ? "leader" : "thread";
}

static void threads(void)
{
	static const char *const names[] = {"none", "thread", "leader"};

	for (int blocked = 0; blocked < 3; blocked++) {
		pthread_t thread;
		char c;

		if (pipe(to_thread) || pipe(from_thread))
			exit(1);
		action(SIGUSR1, by_whom, SA_SIGINFO, 0);
		pthread_create(&thread, NULL, listens,
			       blocked == 1 ? &thread : NULL);
		if (read(from_thread[0], &c, 1) != 1)
			exit(1);
		if (blocked == 2)
			mask(SIG_SETMASK, bit(SIGUSR1));
		send(SIGUSR1);
		tell(1);
		printf("threads blocked=%s process=%s", names[blocked],
		       handler_name());
		syscall(SYS_tgkill, getpid(), thread_tid, SIGUSR1);
		tell(1);
		printf(" to-thread=%s", handler_name());
		mask(SIG_SETMASK, 0);
		printf(" unblocked=%s\n", handler_name());
		tell(0);
		pthread_join(thread, NULL);
		close(to_thread[0]), close(to_thread[1]);
		close(from_thread[0]), close(from_thread[1]);
	}
	action(SIGUSR1, NULL, 0, 0);
}

/* ---- exec ---------------------------------------------------------------------------- */

static void show_inherited(void)
{
	struct kernel_sigaction got;
	stack_t ss;

	sigaltstack(NULL, &ss);
	printf("exec mask=%llx pending=%llx alt=%x,%zx", now_masked(),
	       pending(), (unsigned)ss.ss_flags, ss.ss_size);
	for (int sig = SIGUSR1; sig <= SIGUSR2; sig += 2) {
		syscall(SYS_rt_sigaction, sig, NULL, &got, 8);
		printf(" %d=%x,%x,%x", sig, (uint32_t)(uintptr_t)got.handler,
		       got.flags, got.mask[0]);
	}
	printf("\n");
}

static void over_exec(const char *self)
{
	static char stack[8192];
	const stack_t ss = {.ss_sp = stack, .ss_size = sizeof(stack)};
	int pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		sigaltstack(&ss, NULL);
		action(SIGUSR1, note, SA_SIGINFO | SA_RESTART, 0xff00);
		action(SIGUSR2, IGNORE, SA_RESTART, 0xff00);
		mask(SIG_SETMASK, bit(SIGTERM) | bit(SIGUSR1) | bit(40));
		send(SIGTERM);
		send_thread(40);
		execl(self, self, "inherited", NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1) {
		show_inherited();
		return 0;
	}
	actions();
	order();
	queues();
	limit();
	flags();
	ignored();
	sigwaits();
	suspend();
	sending();
	siginfos();
	from_kernel();
	threads();
	over_exec(argv[0]);
	return 0;
}
