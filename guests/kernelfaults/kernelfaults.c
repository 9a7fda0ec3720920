/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults that the kernel takes for the program: system calls that read and
 * write memory which nobody has touched, futexes there, signal frames, the
 * pages that the kernel itself maps. One line a step: faults, result.
 */
#define _GNU_SOURCE
#include "faultcount.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define AT 0x20000000u

enum {
	N = 16,
	BYTES = N * PAGE
};

static int file, pipes[2];

static long result;

/* What a call on fresh memory costs, and what it says. */
#define CALL(name, ...)                               \
	do {                                          \
		COUNT(name, result = (__VA_ARGS__));  \
		say("%s result=%ld\n", name, result); \
	} while (0)

#define SYS(number, a, b, c, d) \
	call4(number, (long)(a), (long)(b), (long)(c), (long)(d))

static area fresh(void)
{
	munmap((void *)AT, 4 * BYTES);
	return anon(AT, N);
}

static area read_first(void)
{
	area a = fresh();

	reads(a, N);
	return a;
}

/* ---- read and write ---------------------------------------------------------- */

static void drain(void)
{
	static uint8_t sink[BYTES];

	writes(sink, N, 0);
	while (SYS(__NR_read, pipes[0], sink, sizeof(sink), 0) > 0)
		;
}

static void writing(void)
{
	area a = fresh();

	CALL("write null",
	     SYS(__NR_write, open("/dev/null", O_WRONLY), a, BYTES, 0));
	CALL("write pipe", SYS(__NR_write, pipes[1], a, BYTES, 0));
	CALL("write pipe-full", SYS(__NR_write, pipes[1], a, BYTES, 0));
	COUNT("write pipe-then", writes(a, N, 1));
	drain();
	a = fresh();
	CALL("write pipe-one-byte",
	     SYS(__NR_write, pipes[1], a + PAGE - 1, 1, 0));
	CALL("write pipe-two-bytes",
	     SYS(__NR_write, pipes[1], a + PAGE - 1, 2, 0));
	CALL("write pipe-nothing",
	     SYS(__NR_write, pipes[1], a + 8 * PAGE, 0, 0));
	drain();
	a = fresh();
	CALL("write file", SYS(__NR_write, file, a, BYTES, 0));
	COUNT("write file-then-read", reads(a, N));
	a = fresh();
	CALL("write file-unaligned",
	     SYS(__NR_write, file, a + 100, BYTES - 200, 0));
	a = fresh();
	unmap(a + 4 * PAGE, N - 4);
	/*
	 * Page by page: on a real ARM kernel a copy that hits the hole within
	 * its last 32 bytes makes no progress, and write() tries for ever.
	 */
	lseek(file, 0, SEEK_SET);
	CALL("write file-hole", SYS(__NR_write, file, a, BYTES, 0));
	a = fresh();
	unmap(a + 4 * PAGE, N - 4);
	CALL("write pipe-hole", SYS(__NR_write, pipes[1], a, BYTES, 0));
	drain();
	a = fresh();
	mprotect((void *)a, BYTES, PROT_NONE);
	CALL("write file-none", SYS(__NR_write, file, a, BYTES, 0));
	CALL("write kernel", SYS(__NR_write, file, 0xc0008000, 4, 0));
	CALL("write unmapped", SYS(__NR_write, file, 0x1000000, 4, 0));
	CALL("write pipe-unmapped", SYS(__NR_write, pipes[1], 0x1000000, 4, 0));
}

static void reading(void)
{
	area a = fresh();
	int zero = open("/dev/zero", O_RDONLY);
	int hole = memfd_create("hole", 0);

	need(zero >= 0 && hole >= 0 && !ftruncate(hole, BYTES), "open");
	lseek(file, 0, SEEK_SET);
	CALL("read file", SYS(__NR_read, file, a, BYTES, 0));
	COUNT("read file-then-write", writes(a, N, 1));
	a = read_first();
	lseek(file, 0, SEEK_SET);
	CALL("read file-into-zero-page", SYS(__NR_read, file, a, BYTES, 0));
	a = fresh();
	CALL("read file-unaligned", SYS(__NR_read, file, a + 100, 5000, 0));
	a = fresh();
	CALL("read zero", SYS(__NR_read, zero, a, BYTES, 0));
	a = fresh();
	CALL("read hole", SYS(__NR_read, hole, a, BYTES, 0));
	a = fresh();
	writes(a, 1, 1);
	SYS(__NR_write, pipes[1], a, PAGE, 0);
	a = fresh();
	CALL("read pipe", SYS(__NR_read, pipes[0], a, BYTES, 0));
	COUNT("read pipe-rest", writes(a, N, 1));
	a = fresh();
	CALL("read pipe-empty", SYS(__NR_read, pipes[0], a, BYTES, 0));
	unmap(a + 4 * PAGE, N - 4);
	CALL("read file-hole", SYS(__NR_pread64, file, a, BYTES, 0));
	a = fresh();
	mprotect((void *)a, BYTES, PROT_READ);
	CALL("read into-read-only", SYS(__NR_read, zero, a, BYTES, 0));
	mprotect((void *)a, BYTES, RW);
	COUNT("read into-read-only-then", reads(a, N));
	a = read_first();
	mprotect((void *)(a + 2 * PAGE), PAGE, PROT_READ);
	CALL("read part-read-only", SYS(__NR_read, zero, a, BYTES, 0));
	close(zero);
	close(hole);
}

static void vectors_of_buffers(void)
{
	static struct iovec iov[N];
	area a = fresh();

	for (unsigned int i = 0; i < N; i++) {
		iov[i].iov_base = (void *)(a + i * PAGE + 8);
		iov[i].iov_len = 8;
	}
	CALL("vector writev", SYS(__NR_writev, pipes[1], iov, N, 0));
	a = fresh();
	CALL("vector readv", SYS(__NR_readv, pipes[0], iov, N, 0));
	a = fresh();
	memcpy((void *)a, iov, sizeof(iov));
	iov[N - 1].iov_base = (void *)0x1000000;
	lseek(file, 0, SEEK_SET);
	CALL("vector writev-bad", SYS(__NR_writev, file, iov, N, 0));
	CALL("vector untouched-array",
	     SYS(__NR_writev, file, a + 4 * PAGE, N, 0));
	lseek(file, 0, SEEK_SET);
	CALL("vector sendfile",
	     SYS(__NR_sendfile, pipes[1], file, a + 8 * PAGE, BYTES));
	drain();
}

/* Mappings of files as buffers, also of the file that is read. */
static void mapped_buffers(void)
{
	area a;

	fresh();
	unmap((area)AT, N);
	a = map(AT, N, RW, MAP_SHARED, file, 0);
	lseek(file, 0, SEEK_SET);
	CALL("mapped shared-to-itself", SYS(__NR_write, file, a, BYTES, 0));
	unmap(a, N);
	a = map(AT, N, RW, MAP_SHARED, file, 0);
	lseek(file, 0, SEEK_SET);
	CALL("mapped shared-from-itself", SYS(__NR_read, file, a, BYTES, 0));
	unmap(a, N);
	a = map(AT, N, RW, MAP_PRIVATE, file, 0);
	CALL("mapped private-write", SYS(__NR_write, pipes[1], a, BYTES, 0));
	CALL("mapped private-read", SYS(__NR_read, pipes[0], a, BYTES, 0));
	unmap(a, N);
}

/* ---- small results and arguments ---------------------------------------------------- */

static void arguments(void)
{
	area a = fresh();
	const char *name = "/tmp";

	CALL("argument path", SYS(__NR_open, a, 0, 0, 0));
	memcpy((void *)(a + 2 * PAGE - 2), name, 5);
	madvise((void *)(a + 2 * PAGE), PAGE, MADV_DONTNEED);
	CALL("argument path-straddles",
	     SYS(__NR_access, a + 2 * PAGE - 2, 0, 0, 0));
	a = fresh();
	CALL("argument uname", SYS(__NR_uname, a, 0, 0, 0));
	CALL("argument getcwd", SYS(__NR_getcwd, a + PAGE, 100, 0, 0));
	CALL("argument clock", SYS(__NR_clock_gettime, 1, a + 2 * PAGE, 0, 0));
	CALL("argument nanosleep",
	     SYS(__NR_nanosleep, a + 3 * PAGE, a + 4 * PAGE, 0, 0));
	CALL("argument getrusage", SYS(__NR_getrusage, 0, a + 5 * PAGE, 0, 0));
	CALL("argument sigaction",
	     SYS(__NR_rt_sigaction, SIGUSR1, 0, a + 6 * PAGE, 8));
	CALL("argument sigprocmask", SYS(__NR_rt_sigprocmask, SIG_BLOCK,
					 a + 7 * PAGE, a + 8 * PAGE, 8));
	CALL("argument statx", SYS(__NR_fstat64, file, a + 9 * PAGE, 0, 0));
	CALL("argument pipe", SYS(__NR_pipe, a + 10 * PAGE, 0, 0, 0) +
				      close(*(int *)(a + 10 * PAGE)) +
				      close(*(int *)(a + 10 * PAGE + 4)));
	CALL("argument poll", SYS(__NR_poll, a + 11 * PAGE, 3, 0, 0));
	CALL("argument getrlimit",
	     SYS(__NR_ugetrlimit, 3, a + 12 * PAGE, 0, 0));
	CALL("argument mincore",
	     SYS(__NR_mincore, AT, BYTES, a + 13 * PAGE, 0));
	CALL("argument times",
	     SYS(__NR_times, a + 14 * PAGE, 0, 0, 0) == -EFAULT);
	CALL("argument getdents",
	     SYS(__NR_getdents64, open("/host", O_RDONLY | O_DIRECTORY),
		 a + 15 * PAGE, 1, 0));
	a = fresh();
	CALL("argument getrandom",
	     SYS(__NR_getrandom, a + 100, 3 * PAGE, 0, 0));
	CALL("argument null", SYS(__NR_uname, 0, 0, 0, 0));
	CALL("argument straddles",
	     SYS(__NR_ugetrlimit, 3, a + 6 * PAGE - 4, 0, 0));
	mprotect((void *)(a + 8 * PAGE), PAGE, PROT_READ);
	CALL("argument read-only", SYS(__NR_ugetrlimit, 3, a + 8 * PAGE, 0, 0));
}

/* ---- futexes -------------------------------------------------------------------------- */

static void futexes(const char *kind, int flag, int flags)
{
	char line[64];
	area a;

#define OP(name, op, page, value, extra, page2)                             \
	do {                                                                \
		snprintf(line, sizeof(line), "futex %s %s", kind, name);    \
		CALL(line, syscall(SYS_futex, a + (page)*PAGE, (op) | flag, \
				   value, extra, a + (page2)*PAGE, 0));     \
	} while (0)

	fresh();
	unmap((area)AT, N);
	a = map(AT, N, RW, flags | MAP_ANONYMOUS, -1, 0);
	errno = 0;
	OP("wake", FUTEX_WAKE, 0, 1, 0, 0);
	OP("wait", FUTEX_WAIT, 1, 1, 0, 1);
	OP("wait-again", FUTEX_WAIT, 1, 1, 0, 1);
	OP("wake-after-wait", FUTEX_WAKE, 1, 1, 0, 1);
	OP("requeue", FUTEX_REQUEUE, 2, 1, 1, 3);
	OP("cmp-requeue", FUTEX_CMP_REQUEUE, 4, 1, 1, 5);
	OP("wake-op", FUTEX_WAKE_OP, 6, 1, 1, 7);
	reads(a + 8 * PAGE, 2);
	OP("wake-op-zero-page", FUTEX_WAKE_OP, 8, 1, 1, 9);
	COUNT("futex then-write", writes(a, N, 1));
	mprotect((void *)a, BYTES, PROT_READ);
	OP("read-only-wake", FUTEX_WAKE, 0, 1, 0, 0);
	OP("read-only-wait", FUTEX_WAIT, 0, 0, 0, 0);
	OP("read-only-wake-op", FUTEX_WAKE_OP, 0, 1, 1, 1);
	mprotect((void *)a, BYTES, PROT_NONE);
	OP("none-wake", FUTEX_WAKE, 0, 1, 0, 0);
	OP("none-wait", FUTEX_WAIT, 0, 0, 0, 0);
	unmap(a, N);
	OP("unmapped-wake", FUTEX_WAKE, 0, 1, 0, 0);
	OP("unmapped-wait", FUTEX_WAIT, 0, 0, 0, 0);
	a = map(AT, N, PROT_READ, flags | MAP_ANONYMOUS, -1, 0);
	OP("ro-untouched-wake", FUTEX_WAKE, 0, 1, 0, 0);
	OP("ro-untouched-wait", FUTEX_WAIT, 1, 1, 0, 0);
	unmap(a, N);
#undef OP
}

/* A word that two processes know by different addresses. */
static void futex_across(int flag, const char *name)
{
	int fd = memfd_create("futex", 0), status;
	area a, b;
	pid_t pid;

	need(fd >= 0 && !ftruncate(fd, PAGE), "memfd");
	a = map(AT, 1, RW, MAP_SHARED, fd, 0);
	b = map(AT + 0x100000, 1, RW, MAP_SHARED, fd, 0);
	pid = fork();
	if (!pid) {
		unmap(a, 1);
		*b = 1;
		_exit((int)syscall(SYS_futex, b, FUTEX_WAIT | flag, 1, NULL,
				   NULL, 0));
	}
	unmap(b, 1);
	while (!*a)
		sched_yield();
	for (int i = 0; i < 50; i++) { /* until it sleeps */
		result = syscall(SYS_futex, a, FUTEX_WAKE | flag, 1, NULL, NULL,
				 0);
		if (result)
			break;
		usleep(1000);
	}
	if (!result)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	say("futex across %s woken=%ld status=%x\n", name, result, status);
	unmap(a, 1);
	close(fd);
}

/* What FUTEX_WAKE_OP does to its word, and what it makes of it. */
static void wake_ops(void)
{
	static const uint32_t ops[] = {
		FUTEX_OP(FUTEX_OP_SET, 5, FUTEX_OP_CMP_EQ, 7),
		FUTEX_OP(FUTEX_OP_ADD, 5, FUTEX_OP_CMP_NE, 7),
		FUTEX_OP(FUTEX_OP_ADD, 0xfff, FUTEX_OP_CMP_LT, 8),
		FUTEX_OP(FUTEX_OP_OR, 8, FUTEX_OP_CMP_GE, 7),
		FUTEX_OP(FUTEX_OP_ANDN, 3, FUTEX_OP_CMP_LE, 0xfff),
		FUTEX_OP(FUTEX_OP_XOR, 0x7ff, FUTEX_OP_CMP_GT, 6),
		FUTEX_OP((FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT), 12,
			 FUTEX_OP_CMP_EQ, 0),
		FUTEX_OP((FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT), 44,
			 FUTEX_OP_CMP_EQ, 0),
		FUTEX_OP(6, 1, FUTEX_OP_CMP_EQ, 0),
		FUTEX_OP(FUTEX_OP_SET, 1, 9, 0),
	};
	static volatile uint32_t words[2];

	for (unsigned int i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		words[1] = 7;
		errno = 0;
		result = syscall(SYS_futex, &words[0],
				 FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, 1,
				 &words[1], ops[i]);
		say("futex wake-op %08x result=%ld errno=%d word=%x\n", ops[i],
		    result, result < 0 ? errno : 0, words[1]);
	}
	result = syscall(SYS_futex, &words[0],
			 FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, 0, 0, 0);
	say("futex realtime-wake result=%ld errno=%d\n", result, errno);
	result = syscall(SYS_futex, &words[0], FUTEX_REQUEUE, -1, 1, &words[1],
			 0);
	say("futex requeue-negative result=%ld errno=%d\n", result, errno);
	result = syscall(SYS_futex, (char *)words + 1, FUTEX_WAKE, 1, 0, 0, 0);
	say("futex unaligned result=%ld errno=%d\n", result, errno);
	result = syscall(SYS_futex, 0xc0008000, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
	say("futex kernel result=%ld errno=%d\n", result, errno);
	result = syscall(SYS_futex, words, FUTEX_WAKE_BITSET, 1, 0, 0, 0);
	say("futex no-bits result=%ld errno=%d\n", result, errno);
}

/* ---- signals, and pages of the kernel's ----------------------------------------------- */

static volatile int handled;

static void on_signal(int sig)
{
	handled += sig;
}

/* As the kernel knows it; without SA_RESTORER the way back is the sigpage. */
struct kernel_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void *restorer;
	uint32_t mask[2];
};

static void frames(void)
{
	static struct kernel_sigaction action = {.handler = on_signal};
	static stack_t alternate;
	area a = fresh();
	pid_t self = getpid();

	SYS(__NR_rt_sigaction, SIGUSR1, &action, 0, 8);
	CALL("signal first", SYS(__NR_kill, self, SIGUSR1, 0, 0));
	CALL("signal second", SYS(__NR_kill, self, SIGUSR1, 0, 0));
	action.flags = SA_SIGINFO;
	SYS(__NR_rt_sigaction, SIGUSR2, &action, 0, 8);
	CALL("signal siginfo", SYS(__NR_kill, self, SIGUSR2, 0, 0));
	alternate.ss_sp = (void *)a;
	alternate.ss_size = BYTES;
	SYS(__NR_sigaltstack, &alternate, 0, 0, 0);
	action.flags = SA_ONSTACK | SA_SIGINFO;
	SYS(__NR_rt_sigaction, SIGUSR2, &action, 0, 8);
	CALL("signal alternate", SYS(__NR_kill, self, SIGUSR2, 0, 0));
	CALL("signal alternate-again", SYS(__NR_kill, self, SIGUSR2, 0, 0));
	alternate.ss_flags = SS_DISABLE;
	SYS(__NR_sigaltstack, &alternate, 0, 0, 0);
	say("signal handled %d\n", handled);
}

static void kernel_pages(void)
{
	typedef uint32_t (*get_tls)(void);
	typedef int (*cmpxchg)(int, int, volatile int *);
	volatile int word = 1;
	area a = fresh();

	COUNT("page vectors-read", (void)*(volatile uint32_t *)0xffff0ffc);
	say("page kuser-version %u\n", *(volatile uint32_t *)0xffff0ffc);
	COUNT("page get-tls", ((get_tls)0xffff0fe0)());
	COUNT("page cmpxchg", ((cmpxchg)0xffff0fc0)(1, 2, &word));
	reads(a, N);
	COUNT("page cmpxchg-zero-page",
	      result = ((cmpxchg)0xffff0fc0)(0, 2, (volatile int *)a));
	say("page cmpxchg-zero-page %ld %d\n", result, *(volatile int *)a);
}

/* ---- memory through /proc -------------------------------------------------------------- */

static void through_proc(void)
{
	static uint8_t copy[BYTES];
	int mem = open("/proc/self/mem", O_RDWR);
	area a = fresh();

	need(mem >= 0, "open /proc/self/mem");
	writes(copy, N, 5);
	CALL("mem read", pread64(mem, copy, BYTES, AT));
	COUNT("mem read-then-read", reads(a, N));
	COUNT("mem read-then-write", writes(a, N, 1));
	a = fresh();
	CALL("mem write", pwrite64(mem, copy, BYTES, AT));
	COUNT("mem write-then-write", writes(a, N, 1));
	a = fresh();
	mprotect((void *)a, BYTES, PROT_READ);
	CALL("mem write-read-only", pwrite64(mem, copy, BYTES, AT));
	COUNT("mem write-read-only-then-read", reads(a, N));
	mprotect((void *)a, BYTES, RW);
	COUNT("mem write-read-only-then-write", writes(a, N, 1));
	mprotect((void *)a, BYTES, PROT_NONE);
	CALL("mem read-none", pread64(mem, copy, BYTES, AT));
	a = fresh();
	CALL("mem read-from-fresh-into-fresh",
	     pread64(mem, (void *)a, BYTES / 2, AT + BYTES / 2));
	COUNT("mem fresh-then-write", writes(a, N, 1));
	close(mem);
}

/* ---- threads' words ----------------------------------------------------------------------- */

static int idle(void *arg)
{
	(void)arg;
	call4(__NR_exit, 0, 0, 0, 0);
	return 0;
}

static void ids(void)
{
	static uint8_t stack[2 * PAGE] __attribute__((aligned(8)));
	area a = fresh();
	pid_t pid;
	int status;

	writes(stack, 2, 0);
	COUNT("clone parent-settid",
	      pid = clone(idle, stack + sizeof(stack),
			  CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID |
				  SIGCHLD,
			  NULL, a));
	say("clone parent-settid same %d\n", *(volatile pid_t *)a == pid);
	waitpid(pid, &status, 0);
	struct counts from = counts_of(RUSAGE_CHILDREN), to;

	COUNT("clone child-settid",
	      pid = clone(idle, stack + sizeof(stack),
			  CLONE_VM | CLONE_VFORK | CLONE_CHILD_SETTID | SIGCHLD,
			  NULL, NULL, NULL, a + PAGE));
	waitpid(pid, &status, 0);
	to = counts_of(RUSAGE_CHILDREN);
	say_counts("clone child-settid-child", from, to);
	say("clone child-settid same %d\n",
	    *(volatile pid_t *)(a + PAGE) == pid);
	from = to;
	pid = clone(idle, stack + sizeof(stack),
		    CLONE_VM | CLONE_VFORK | CLONE_CHILD_CLEARTID | SIGCHLD,
		    NULL, NULL, NULL, a + 2 * PAGE);
	waitpid(pid, &status, 0);
	to = counts_of(RUSAGE_CHILDREN);
	say_counts("clone child-cleartid", from, to);
	COUNT("clone child-cleartid-then", writes(a + 2 * PAGE, 1, 1));
	pid = clone(idle, stack + sizeof(stack),
		    CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	COUNT("clone wait-status",
	      SYS(__NR_wait4, pid, a + 3 * PAGE, 0, a + 4 * PAGE));
}

int main(void)
{
	file = memfd_create("kernelfaults", 0);
	need(file >= 0 && !pipe2(pipes, O_NONBLOCK), "pipe");
	warm();
	writing();
	reading();
	vectors_of_buffers();
	mapped_buffers();
	arguments();
	futexes("private", FUTEX_PRIVATE_FLAG, MAP_PRIVATE);
	futexes("global-private", 0, MAP_PRIVATE);
	futexes("global-shared", 0, MAP_SHARED);
	futex_across(0, "global");
	futex_across(FUTEX_PRIVATE_FLAG, "private");
	wake_ops();
	frames();
	kernel_pages();
	through_proc();
	ids();
	flush();
	return 0;
}
