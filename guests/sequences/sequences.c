/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restartable sequences: what rseq() says to each kind of argument, who has an
 * area after fork, clone and execve, what the kernel writes there, when a
 * critical section is aborted, and what becomes of one that is badly described.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <linux/rseq.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>

#include "observe.h"

#define PAGE       4096u
#define SIGNATURE  0xe7f5def3u
#define SEQ(...)   say("rseq(%s): %s", #__VA_ARGS__, made(seq(__VA_ARGS__)))
#define AREA_BYTES 32u

struct area {
	uint32_t cpu_id_start, cpu_id;
	uint64_t cs;
	uint32_t flags, rest[3];
} __attribute__((aligned(32)));

struct section {
	uint32_t version, flags;
	uint64_t start, length, abort;
} __attribute__((aligned(32)));

static struct area area, other, want;
static struct section section;
static volatile uint32_t go_on;

/* Spins inside a section until @go_on: 0; 1 when it was aborted. */
uint32_t spin(volatile uint64_t *cs, const struct section *section,
	      volatile uint32_t *go_on);
extern const char spin_start[], spin_end[], spin_abort[], spin_unsigned[];
__asm__(".arm\n"
	".global spin, spin_start, spin_end, spin_abort, spin_unsigned\n"
	".type spin, %function\n"
	"spin:\n"
	"	str r1, [r0]\n"
	"spin_start:\n"
	"1:	ldr r3, [r2]\n"
	"	cmp r3, #0\n"
	"	beq 1b\n"
	"spin_end:\n"
	"	mov r0, #0\n"
	"	bx lr\n"
	"	.word 0xe7f5def3\n"
	"spin_abort:\n"
	"	mov r0, #1\n"
	"	bx lr\n"
	"	.word 0xe7f5def4\n"
	"spin_unsigned:\n"
	"	mov r0, #2\n"
	"	bx lr\n");

static long seq(void *at, uint32_t len, int flags, uint32_t sig)
{
	return syscall(SYS_rseq, at, len, flags, sig);
}

static void show(const char *when, const volatile struct area *a)
{
	say("%s: cpu_id_start %d cpu_id %d cs %s flags %x", when,
	    (int)a->cpu_id_start, (int)a->cpu_id, a->cs ? "set" : "0",
	    a->flags);
}

static void fresh_section(void)
{
	section = (struct section){
		.start = (uintptr_t)spin_start,
		.length = (uint64_t)(spin_end - spin_start),
		.abort = (uintptr_t)spin_abort,
	};
}

/* ---- the C library's own, and the arguments ----------------------------- */

static struct area *librarys(void)
{
	return (struct area *)((char *)__builtin_thread_pointer() +
			       __rseq_offset);
}

static void arguments(void)
{
	struct area *lib = librarys();

	say("auxv %lu %lu", getauxval(27), getauxval(28));
	say("library: size %u flags %x", __rseq_size, __rseq_flags);
	show("library", lib);
	SEQ(lib, AREA_BYTES, 0, SIGNATURE);
	SEQ(lib, AREA_BYTES, 0, 1);
	SEQ(lib, AREA_BYTES - 4, 0, SIGNATURE);
	SEQ(&area, AREA_BYTES, 0, SIGNATURE);
	SEQ(&area, AREA_BYTES, 1, SIGNATURE);
	SEQ(lib, AREA_BYTES, 2, SIGNATURE);
	SEQ(lib, AREA_BYTES, 3, SIGNATURE);
	SEQ(lib, AREA_BYTES + 1, 1, SIGNATURE);
	SEQ(lib, AREA_BYTES, 1, 0);
	SEQ(lib, AREA_BYTES, 1, SIGNATURE);
	show("unregistered", lib);
	SEQ(lib, AREA_BYTES, 1, SIGNATURE);
	SEQ(NULL, AREA_BYTES, 1, SIGNATURE);
	SEQ((char *)&area + 16, AREA_BYTES, 0, SIGNATURE);
	SEQ((char *)&area + 1, AREA_BYTES, 0, SIGNATURE);
	SEQ(&area, 0, 0, SIGNATURE);
	SEQ(&area, AREA_BYTES - 1, 0, SIGNATURE);
	SEQ(&area, 2 * AREA_BYTES, 0, SIGNATURE);
	SEQ(&area, AREA_BYTES, 4, SIGNATURE);
	SEQ(&area, AREA_BYTES, -1, SIGNATURE);
	SEQ((void *)0xffffffe0, AREA_BYTES, 0, SIGNATURE);
	SEQ((void *)0xc0000000, AREA_BYTES, 0, SIGNATURE);
	area.cpu_id = 77;
	SEQ(&area, AREA_BYTES, 0, SIGNATURE);
	show("registered", &area);
	SEQ(&other, AREA_BYTES, 0, SIGNATURE);
	area.cpu_id = area.cpu_id_start = 99;
	usleep(1000);
	show("after a sleep", &area);
}

/* ---- whose it is ---------------------------------------------------------- */

static void *thread(void *arg)
{
	(void)arg;
	SEQ(&other, AREA_BYTES, 0, 5);
	SEQ(librarys(), AREA_BYTES, 0, SIGNATURE);
	show("thread", &other);
	return NULL;
}

static int vm_child(void *arg)
{
	(void)arg;
	SEQ(&area, AREA_BYTES, 1, SIGNATURE);
	SEQ(&other, AREA_BYTES, 0, 6);
	show("child of CLONE_VM", &other);
	return 0;
}

static void families(void)
{
	static char stack[16384] __attribute__((aligned(16)));
	pthread_t t;

	area.cpu_id = area.cpu_id_start = 99;
	if (!fork()) {
		show("child", &area);
		SEQ(&area, AREA_BYTES, 0, SIGNATURE);
		SEQ(&area, AREA_BYTES, 1, SIGNATURE);
		_exit(0);
	}
	wait(NULL);
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	clone(vm_child, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD,
	      NULL);
	wait(NULL);
	if (!fork()) {
		execl("/proc/self/exe", "sequences", "exec", NULL);
		_exit(1);
	}
	wait(NULL);
	SEQ(&area, AREA_BYTES, 0, SIGNATURE);
}

/* ---- sections that are left ---------------------------------------------------- */

static volatile uint32_t seen_pc, seen_cs, nr_seen;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	seen_pc = ((ucontext_t *)context)->uc_mcontext.arm_pc;
	seen_cs = area.cs != 0;
	if (++nr_seen == 2)
		go_on = 1;
}

static const char *place(uint32_t pc)
{
	if (pc == (uintptr_t)spin_abort)
		return "abort";
	if (pc - (uintptr_t)spin_start < (uint32_t)(spin_end - spin_start))
		return "inside";
	return "elsewhere";
}

static void alarm_in(int ms)
{
	struct itimerval it = {.it_value.tv_usec = ms * 1000,
			       .it_interval.tv_usec = ms * 1000};

	setitimer(ITIMER_REAL, &it, NULL);
}

static void by_signal(const char *what)
{
	struct sigaction sa = {.sa_sigaction = on_signal,
			       .sa_flags = SA_SIGINFO};
	uint32_t got;

	sigaction(SIGALRM, &sa, NULL);
	go_on = nr_seen = 0;
	alarm_in(20);
	do /* another task may have come between */
		got = spin(&area.cs, &section, &go_on);
	while (!nr_seen);
	alarm_in(0);
	say("%s: spin %u, signal at %s, cs %s then, %s now", what, got,
	    place(seen_pc), seen_cs ? "set" : "0", area.cs ? "set" : "0");
	area.cs = 0;
}

/* Somebody else wants the one CPU. */
static void by_preemption(void)
{
	cpu_set_t one;
	pid_t pid;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	pid = fork();
	if (!pid)
		for (;;)
			;
	go_on = 0;
	say("preempted: spin %u, cs %s", spin(&area.cs, &section, &go_on),
	    area.cs ? "set" : "0");
	kill(pid, SIGKILL);
	wait(NULL);
}

static void left(void)
{
	fresh_section();
	by_signal("signal");
	/* the code isn't in it: only the pointer goes */
	section.start = (uintptr_t)left;
	section.length = 4;
	by_signal("signal outside");
	section.start = (uintptr_t)spin_start;
	section.length = 0;
	by_signal("signal, empty");
	fresh_section();
	by_preemption();
	/* a system call that doesn't sleep aborts nothing */
	area.cs = (uintptr_t)&section;
	getppid();
	say("getppid: cs %s", area.cs ? "set" : "0");
	usleep(1000);
	say("usleep: cs %s", area.cs ? "set" : "0");
	show("at the end", &area);
}

/* ---- bad ones --------------------------------------------------------------------- */

static void on_segv(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	area.cs = 0; /* or the next sleep is the last */
	area.flags = 0;
	say("  handler: code %d", info->si_code);
	_exit(9);
}

enum {
	BY_SLEEP,
	BY_SIGNAL,
	NR_WAYS
};

static void nothing(int sig)
{
	(void)sig;
}

/* Whoever reads our lines has read them, and takes nobody's core. */
static void settle(void)
{
	usleep(30000);
}

static void begin(void)
{
	if (seq(&area, AREA_BYTES, 0, SIGNATURE))
		_exit(4);
	area.flags = want.flags;
	area.cs = want.cs;
}

static void bad_child(int way, bool handler)
{
	const struct sigaction sa = {.sa_sigaction = on_segv,
				     .sa_flags = SA_SIGINFO};

	if (handler)
		sigaction(SIGSEGV, &sa, NULL);
	begin();
	if (way == BY_SLEEP) {
		usleep(20000);
	} else {
		signal(SIGUSR1, nothing);
		raise(SIGUSR1);
	}
	_exit(3);
}

/* The area is as it is to be. */
static void attempt(const char *what)
{
	/* a handler once; whoever takes its core kills it */
	const int n = section.version ? 2 * NR_WAYS : NR_WAYS;

	for (int i = 0; i < n; i++) {
		int status;

		settle();
		if (!fork())
			bad_child(i % NR_WAYS, i >= NR_WAYS);
		wait(&status);
		if (WIFSIGNALED(status))
			say("%s %d: signal %d", what, i, WTERMSIG(status));
		else
			say("%s %d: status %d", what, i, WEXITSTATUS(status));
	}
	fresh_section();
	want.cs = (uintptr_t)&section;
	want.flags = 0;
}

static void spin_until_signal(void)
{
	int status;

	if (!fork()) {
		struct sigaction sa = {.sa_sigaction = on_signal,
				       .sa_flags = SA_SIGINFO};

		sigaction(SIGALRM, &sa, NULL);
		go_on = nr_seen = 0;
		begin();
		alarm_in(20);
		_exit((int)spin(&area.cs, &section, &go_on));
	}
	wait(&status);
	if (WIFSIGNALED(status))
		say("  in it: signal %d", WTERMSIG(status));
	else
		say("  in it: status %d", WEXITSTATUS(status));
	fresh_section();
	want.cs = (uintptr_t)&section;
	want.flags = 0;
}

static void fields(void)
{
	attempt("none");
	attempt("good");
	section.version = 1;
	attempt("version");
	for (uint32_t bit = 0; bit < 4; bit++) {
		section.flags = 1u << bit;
		attempt("flags, outside");
		section.flags = 1u << bit;
		spin_until_signal();
		want.flags = 1u << bit;
		attempt("area's flags, outside");
		want.flags = 1u << bit;
		spin_until_signal();
	}
	section.start = 0xc0000000;
	attempt("start in the kernel");
	section.start = 1ull << 32;
	attempt("start above");
	section.length = 0xc0000000;
	attempt("end in the kernel");
	section.length = 0xfffffffffffffff0;
	attempt("end wraps");
	section.abort = 0xffff0000;
	attempt("abort in the kernel");
	section.abort = 0;
	attempt("abort 0");
	section.abort = section.start;
	attempt("abort at start");
	section.abort = section.start + section.length - 4;
	attempt("abort inside");
	section.abort = section.start + section.length;
	attempt("abort at end");
	section.abort = (uintptr_t)spin_unsigned;
	attempt("another signature");
	section.abort = 4;
	attempt("abort nowhere");
	section.abort = (uintptr_t)spin_abort + 2;
	attempt("abort unaligned");
	want.cs = 1ull << 32;
	attempt("section above");
	want.cs = 0xc0000000;
	attempt("section in the kernel");
	want.cs = 0x1000;
	attempt("section nowhere");
	want.cs = (uintptr_t)&section + 4;
	attempt("section elsewhere");
	want.cs = 0;
}

/* The area itself goes. */
static void areas(void)
{
	const struct {
		const char *what;
		int prot;
		bool gone;
	} t[] = {{"read-only", PROT_READ, false},
		 {"no access", PROT_NONE, false},
		 {"unmapped", PROT_NONE, true}};

	volatile int *told = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	for (unsigned int i = 0; i < 3; i++) {
		int status;

		*told = 0;
		settle();
		if (!fork()) {
			char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			seq(p, AREA_BYTES, 0, SIGNATURE);
			if (t[i].gone)
				munmap(p, PAGE);
			else
				mprotect(p, PAGE, t[i].prot);
			*told = seq(p, AREA_BYTES, 1, SIGNATURE) ? errno : 0;
			usleep(20000);
			_exit(3);
		}
		wait(&status);
		/* it may have died before it could ask */
		say("%s: unregister %s status %x", t[i].what,
		    *told ? strerrorname_np(*told) : "EFAULT", status);
	}
	if (!fork()) {
		SEQ((void *)0x2000, AREA_BYTES, 0, SIGNATURE);
		_exit(3);
	} else {
		int status;

		wait(&status);
		say("registered nowhere: %x", status);
	}
	if (!fork()) {
		other.cs = 0x1000;
		SEQ(&other, AREA_BYTES, 0, SIGNATURE);
		show("registered with a section", &other);
		_exit(3);
	} else {
		int status;

		wait(&status);
		say("registered with a section: %x", status);
	}
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		prefix = "exec";
		show("library", librarys());
		SEQ(&area, AREA_BYTES, 1, SIGNATURE);
		return 0;
	}
	prefix = "args";
	arguments();
	prefix = "whose";
	families();
	prefix = "left";
	left();
	/* a bad one would end this process too */
	SEQ(&area, AREA_BYTES, 1, SIGNATURE);
	prefix = "bad";
	fresh_section();
	fields();
	prefix = "area";
	areas();
	return 0;
}
