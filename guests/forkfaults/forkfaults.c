/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fork leaves to later faults: each kind of memory, read and written by
 * child and parent in both orders, by grandchildren, among several children,
 * after the others have ended. One line a step and process; processes take
 * turns by pipes.
 *
 * "own child-writes" is 257 for 256 pages: the first getrusage() counts, then
 * writes its answer to a page that the child shares with its parent. All other
 * steps are clean of a child's own faults.
 */
#define _GNU_SOURCE
#include "faultcount.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

#define AT 0x20000000u

enum {
	N = 256
};

/* Shared by all, and warm in each: what they want to say. */
static struct report {
	char text[8192];
	unsigned int len;
} * report;

static int to_child[2], to_parent[2];

static void pass(int to[2])
{
	char byte = 0;

	call4(__NR_write, to[1], (long)&byte, 1, 0);
}

static void await(int from[2])
{
	char byte;

	call4(__NR_read, from[0], (long)&byte, 1, 0);
}

/* A child hands its lines on when it ends. */
static void end_child(void)
{
	memcpy(report->text + report->len, out, out_len);
	report->len += out_len;
	_exit(0);
}

static pid_t child_begins(void)
{
	pid_t pid = fork();

	need(pid >= 0, "fork");
	warm();
	if (pid)
		return pid;
	out_len = 0;
	for (unsigned int i = 0; i < sizeof(*report); i += PAGE)
		(void)*((area)report + i);
	((area)report->text)[report->len] = 0;
	return 0;
}

static void reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		need(errno == EINTR, "waitpid");
	say_text(report->text, report->len);
	report->len = 0;
	if (status)
		say("status %x\n", status);
}

/* ---- two processes, one kind of memory ------------------------------------------ */

enum kind {
	WRITTEN,
	READ, /* the zero page */
	UNTOUCHED,
	READ_ONLY, /* written, then protected */
	SHARED,
	SHARED_READ,
	WIPED,
	KINDS,
};

static const char *const kind_name[KINDS] = {
	"written", "zero",        "untouched", "read-only",
	"shared",  "shared-read", "wiped",
};

static area make(enum kind kind)
{
	area a;

	if (kind == SHARED || kind == SHARED_READ)
		a = map(AT, N, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	else
		a = anon(AT, N);
	if (kind == READ || kind == SHARED_READ)
		reads(a, N);
	else if (kind != UNTOUCHED)
		writes(a, N, 1);
	if (kind == READ_ONLY)
		mprotect((void *)a, N * PAGE, PROT_READ);
	if (kind == WIPED)
		madvise((void *)a, N * PAGE, MADV_WIPEONFORK);
	return a;
}

static void step(enum kind kind, const char *order, const char *what, area a,
		 int value)
{
	char line[80];
	unsigned int sum = 0;

	snprintf(line, sizeof(line), "%s %s %s", kind_name[kind], order, what);
	if (value) {
		COUNT(line, writes(a, N, value));
	} else {
		COUNT(line, sum = reads(a, N));
		say("%s sum=%u\n", line, sum);
	}
}

static void allow(enum kind kind, area a)
{
	if (kind == READ_ONLY)
		mprotect((void *)a, N * PAGE, RW);
}

static void child_first(enum kind kind)
{
	area a = make(kind);
	pid_t child = child_begins();

	if (!child) {
		step(kind, "child-first", "child-reads", a, 0);
		allow(kind, a);
		step(kind, "child-first", "child-writes", a, 2);
		step(kind, "child-first", "child-rewrites", a, 3);
		pass(to_parent);
		await(to_child);
		step(kind, "child-first", "child-last", a, 0);
		end_child();
	}
	await(to_parent);
	step(kind, "child-first", "parent-reads", a, 0);
	allow(kind, a);
	step(kind, "child-first", "parent-writes", a, 4);
	pass(to_child);
	reap(child);
	step(kind, "child-first", "parent-alone", a, 5);
	unmap(a, N);
}

static void parent_first(enum kind kind)
{
	area a = make(kind);
	pid_t child = child_begins();

	if (!child) {
		pass(to_parent);
		await(to_child);
		allow(kind, a);
		step(kind, "parent-first", "child-writes", a, 2);
		step(kind, "parent-first", "child-reads", a, 0);
		end_child();
	}
	await(to_parent);
	allow(kind, a);
	step(kind, "parent-first", "parent-writes", a, 4);
	pass(to_child);
	reap(child);
	step(kind, "parent-first", "parent-alone", a, 0);
	unmap(a, N);
}

/* The child ends before anyone has written. */
static void child_ends(enum kind kind)
{
	area a = make(kind);
	pid_t child = child_begins();

	if (!child)
		end_child();
	reap(child);
	step(kind, "child-ended", "parent-reads", a, 0);
	allow(kind, a);
	step(kind, "child-ended", "parent-writes", a, 4);
	unmap(a, N);
}

/* The parent gives its mapping up, and the child is the only one. */
static void parent_unmaps(enum kind kind)
{
	area a = make(kind);
	pid_t child = child_begins();

	if (!child) {
		pass(to_parent);
		await(to_child);
		allow(kind, a);
		step(kind, "parent-unmapped", "child-writes", a, 2);
		end_child();
	}
	await(to_parent);
	unmap(a, N);
	pass(to_child);
	reap(child);
}

/* ---- what a child needs for itself ---------------------------------------------------- */

/* Nothing but this loop: its text, its stack, the counting. */
static void own_faults(void)
{
	area a = anon(AT, N);
	struct counts from, middle, to;
	pid_t child;

	writes(a, N, 1);
	child = fork();
	if (!child) {
		from = counts_of(RUSAGE_SELF);
		writes(a, N, 2);
		middle = counts_of(RUSAGE_SELF);
		writes(a, N, 3);
		to = counts_of(RUSAGE_SELF);
		out_len = 0;
		say_counts("own child-writes", from, middle);
		say_counts("own child-again", middle, to);
		end_child();
	}
	reap(child);
	unmap(a, N);
}

/* ---- three generations -------------------------------------------------------------- */

static void generations(void)
{
	area a = anon(AT, N);
	pid_t child, grandchild;

	writes(a, N, 1);
	child = child_begins();
	if (!child) {
		COUNT("generations child-reads-half", reads(a, N / 2));
		grandchild = child_begins();
		if (!grandchild) {
			COUNT("generations grandchild-reads", reads(a, N));
			COUNT("generations grandchild-writes-quarter",
			      writes(a, N / 4, 3));
			end_child();
		}
		reap(grandchild);
		COUNT("generations child-reads", reads(a, N));
		COUNT("generations child-writes", writes(a, N, 2));
		grandchild = child_begins();
		if (!grandchild) {
			COUNT("generations second-writes", writes(a, N, 4));
			say("generations second same %d\n", all(a, N, 4));
			end_child();
		}
		reap(grandchild);
		COUNT("generations child-alone", writes(a, N, 5));
		end_child();
	}
	reap(child);
	COUNT("generations parent-reads", reads(a, N));
	COUNT("generations parent-writes", writes(a, N, 6));
	say("generations same %d\n", all(a, N, 6));
	unmap(a, N);
}

/* Three processes share; each writes, in turn; the last finds itself alone. */
static void three_sharers(void)
{
	area a = anon(AT, N);
	pid_t first, second;

	writes(a, N, 1);
	first = child_begins();
	if (!first) {
		pass(to_parent);
		await(to_child);
		COUNT("three first-writes", writes(a, N, 2));
		end_child();
	}
	await(to_parent);
	second = child_begins();
	if (!second) {
		COUNT("three second-writes", writes(a, N, 3));
		COUNT("three second-reads", reads(a, N));
		end_child();
	}
	reap(second);
	COUNT("three parent-writes", writes(a, N, 4));
	pass(to_child);
	reap(first);
	COUNT("three parent-again", writes(a, N, 5));
	unmap(a, N);
}

/* As many forks as there are children: each write-protects once more. */
static void repeated(void)
{
	area a = anon(AT, N);
	pid_t child;

	writes(a, N, 1);
	for (int i = 0; i < 3; i++) {
		child = child_begins();
		if (!child)
			end_child();
		reap(child);
		COUNT("repeated parent-reads", reads(a, N));
		COUNT("repeated parent-writes", writes(a, N, i));
	}
	unmap(a, N);
}

/* ---- flags of VMAs, and changes after the fork ---------------------------------------- */

static void dontfork(void)
{
	area a = anon(AT, N);
	uint8_t seen;
	pid_t child;

	writes(a, N, 1);
	madvise((void *)a, N * PAGE, MADV_DONTFORK);
	child = child_begins();
	if (!child) {
		say("dontfork mincore %d\n",
		    mincore((void *)a, PAGE, &seen) ? errno : 0);
		COUNT("dontfork child-maps", a = anon(AT, N));
		COUNT("dontfork child-writes", writes(a, N, 2));
		end_child();
	}
	reap(child);
	COUNT("dontfork parent-writes", writes(a, N, 3));
	madvise((void *)a, N * PAGE, MADV_DOFORK);
	child = child_begins();
	if (!child) {
		COUNT("dontfork dofork-child-writes", writes(a, N, 2));
		end_child();
	}
	reap(child);
	COUNT("dontfork dofork-parent-writes", writes(a, N, 3));
	unmap(a, N);
}

static void after_fork(const char *name, int advice)
{
	area a = anon(AT, N);
	char line[64];
	pid_t child;

	writes(a, N, 1);
	child = child_begins();
	if (!child) {
		madvise((void *)a, N * PAGE, advice);
		snprintf(line, sizeof(line), "after-fork %s child-reads", name);
		COUNT(line, reads(a, N));
		snprintf(line, sizeof(line), "after-fork %s child-writes",
			 name);
		COUNT(line, writes(a, N, 2));
		end_child();
	}
	reap(child);
	snprintf(line, sizeof(line), "after-fork %s parent-reads", name);
	COUNT(line, reads(a, N));
	snprintf(line, sizeof(line), "after-fork %s parent-writes", name);
	COUNT(line, writes(a, N, 2));
	unmap(a, N);
}

/* The other side's rights change while pages are shared. */
static void protected_after(void)
{
	area a = anon(AT, N);
	pid_t child;

	writes(a, N, 1);
	child = child_begins();
	if (!child) {
		mprotect((void *)a, N * PAGE, PROT_READ);
		COUNT("protected child-reads", reads(a, N));
		mprotect((void *)a, N * PAGE, RW);
		COUNT("protected child-writes", writes(a, N, 2));
		mprotect((void *)a, N * PAGE, PROT_READ);
		mprotect((void *)a, N * PAGE, RW);
		COUNT("protected child-rewrites", writes(a, N, 3));
		end_child();
	}
	reap(child);
	mprotect((void *)a, N * PAGE, PROT_READ);
	mprotect((void *)a, N * PAGE, RW);
	COUNT("protected parent-writes", writes(a, N, 2));
	unmap(a, N);
}

static void moved_after(void)
{
	area a = anon(AT, N);
	pid_t child;

	writes(a, N, 1);
	child = child_begins();
	if (!child) {
		a = mremap((void *)a, N * PAGE, N * PAGE,
			   MREMAP_MAYMOVE | MREMAP_FIXED,
			   (void *)(uintptr_t)(AT + 0x1001000));
		COUNT("moved child-reads", reads(a, N));
		COUNT("moved child-writes", writes(a, N, 2));
		end_child();
	}
	reap(child);
	unmap(a, N);
}

static void locked(void)
{
	area a = anon(AT, N);
	pid_t child;

	mlock((void *)a, N * PAGE);
	child = child_begins();
	if (!child) {
		COUNT("locked child-reads", reads(a, N));
		COUNT("locked child-writes", writes(a, N, 2));
		COUNT("locked child-mlock", mlock((void *)a, N * PAGE));
		end_child();
	}
	reap(child);
	COUNT("locked parent-writes", writes(a, N, 2));
	child = child_begins();
	if (!child) {
		COUNT("locked child-mlock-first", mlock((void *)a, N * PAGE));
		COUNT("locked child-mlocked-writes", writes(a, N, 2));
		end_child();
	}
	COUNT("locked parent-mlock", mlock((void *)a, N * PAGE));
	reap(child);
	unmap(a, N);
}

static void populated_after(void)
{
	area a = anon(AT, N);
	pid_t child;

	writes(a, N, 1);
	child = child_begins();
	if (!child) {
		COUNT("populate-after child-read",
		      madvise((void *)a, N * PAGE, 22));
		COUNT("populate-after child-reads", reads(a, N));
		COUNT("populate-after child-write",
		      madvise((void *)a, N * PAGE, 23));
		COUNT("populate-after child-writes", writes(a, N, 2));
		end_child();
	}
	reap(child);
	COUNT("populate-after parent-write", madvise((void *)a, N * PAGE, 23));
	COUNT("populate-after parent-writes", writes(a, N, 2));
	unmap(a, N);
}

/* ---- pages of the kernel's -------------------------------------------------------- */

static volatile int handled;

static void on_signal(int sig)
{
	handled = sig;
}

/* As the kernel knows it; without SA_RESTORER the way back is the sigpage. */
struct kernel_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void *restorer;
	uint32_t mask[2];
};

static void special_pages(void)
{
	static struct kernel_sigaction action = {.handler = on_signal};
	area vdso = (area)(uintptr_t)getauxval(AT_SYSINFO_EHDR);
	pid_t child;

	need(vdso != NULL, "vdso");
	call4(__NR_rt_sigaction, SIGUSR1, (long)&action, 0, 8);
	call4(__NR_kill, getpid(), SIGUSR1, 0, 0);
	(void)*vdso;
	(void)vdso[-(int)PAGE];
	child = child_begins();
	if (!child) {
		pid_t self = getpid();

		COUNT("special child-sigpage",
		      call4(__NR_kill, self, SIGUSR1, 0, 0));
		COUNT("special child-vdso", (void)*vdso);
		COUNT("special child-vvar", (void)vdso[-(int)PAGE]);
		COUNT("special child-vectors",
		      (void)*(volatile uint32_t *)0xffff0ffc);
		end_child();
	}
	reap(child);
	COUNT("special parent-vvar", (void)vdso[-(int)PAGE]);
	say("special handled %d\n", handled);
}

/* ---- vfork and threads share; RUSAGE_CHILDREN adds up ----------------------------------- */

static int vfork_child(void *arg)
{
	area a = arg;

	writes(a, N, 2);
	call4(__NR_exit, 0, 0, 0, 0);
	return 0;
}

/* CLONE_VM | CLONE_VFORK on a stack of its own: the child's faults are its. */
static void vforked(void)
{
	static uint8_t stack[4 * PAGE] __attribute__((aligned(8)));
	area a = anon(AT, N);
	struct counts from, to;
	int status;
	pid_t pid;

	writes((area)stack, 4, 0);
	from = counts_of(RUSAGE_CHILDREN);
	COUNT("vfork parent",
	      pid = clone(vfork_child, stack + sizeof(stack),
			  CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)a));
	need(pid > 0, "clone");
	COUNT("vfork parent-writes", writes(a, N, 3));
	waitpid(pid, &status, 0);
	to = counts_of(RUSAGE_CHILDREN);
	say_counts("vfork children", from, to);
	unmap(a, N);
}

static int thread(void *arg)
{
	area a = arg;

	COUNT("thread self", writes(a, N, 2));
	COUNT_OF(RUSAGE_THREAD, "thread thread", writes(a + N * PAGE, N, 2));
	pass(to_parent);
	call4(__NR_exit, 0, 0, 0, 0);
	return 0;
}

static void threads(void)
{
	static uint8_t stack[8 * PAGE] __attribute__((aligned(8)));
	area a = anon(AT, 2 * N);

	writes((area)stack, 8, 0);
	COUNT_OF(RUSAGE_THREAD, "thread leader",
		 COUNT("thread process",
		       clone(thread, stack + sizeof(stack),
			     CLONE_VM | CLONE_THREAD | CLONE_SIGHAND |
				     CLONE_FS | CLONE_FILES,
			     (void *)a);
		       await(to_parent)));
	unmap(a, 2 * N);
}

static void children_add_up(void)
{
	area a = anon(AT, N);
	struct counts from, to;
	pid_t child, grandchild;

	writes(a, N, 1);
	from = counts_of(RUSAGE_CHILDREN);
	child = child_begins();
	if (!child) {
		struct counts none = {0, 0}, own;

		say_counts("children of-a-child", none,
			   counts_of(RUSAGE_CHILDREN));
		grandchild = child_begins();
		if (!grandchild)
			end_child();
		reap(grandchild);
		own = counts_of(RUSAGE_CHILDREN);
		grandchild = child_begins();
		if (!grandchild) {
			writes(a, N, 2);
			end_child();
		}
		reap(grandchild);
		to = counts_of(RUSAGE_CHILDREN);
		say("children grandchild-more=%ld\n", to.minor - 2 * own.minor);
		end_child();
	}
	to = counts_of(RUSAGE_CHILDREN);
	say("children before-wait=%ld\n", to.minor - from.minor);
	reap(child);
	to = counts_of(RUSAGE_CHILDREN);
	say("children after-wait-some=%d\n", to.minor - from.minor > N);
	unmap(a, N);
}

int main(void)
{
	report = mmap((void *)0x1f000000, sizeof(*report), RW,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	need(report != MAP_FAILED, "mmap");
	need(!pipe(to_child) && !pipe(to_parent), "pipe");
	memset(report, 0, sizeof(*report));
	warm();
	own_faults();
	for (enum kind kind = WRITTEN; kind < KINDS; kind++) {
		child_first(kind);
		parent_first(kind);
		child_ends(kind);
		parent_unmaps(kind);
	}
	generations();
	three_sharers();
	repeated();
	dontfork();
	after_fork("dontneed", MADV_DONTNEED);
	after_fork("free", MADV_FREE);
	after_fork("cold", 20);
	protected_after();
	moved_after();
	locked();
	populated_after();
	special_pages();
	vforked();
	threads();
	children_add_up();
	flush();
	return 0;
}
