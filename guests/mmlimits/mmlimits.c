/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mmlimits: the exact page at which each limit on memory says no, to root and
 * to a plain user: RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_MEMLOCK,
 * overcommitment and vm.max_map_count, in every call that they bound.
 *
 * Each case runs in a child of its own. A limit is set to what is used now and
 * so many pages and bytes more; the step's lines say what came of each size.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/capability.h>
#include <unistd.h>

#include "observe.h"

#define PAGE 4096ul
#define A    0x20000000ul
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static unsigned long status(const char *name)
{
	return field("/proc/self/status", name) * 1024;
}

static void limit_both(int which, rlim_t soft, rlim_t hard)
{
	struct rlimit limit = {soft, hard};

	if (setrlimit(which, &limit))
		say("setrlimit %d %s", which, made(-1));
}

static void limit(int which, unsigned long soft)
{
	limit_both(which, soft, RLIM_INFINITY);
}

static long map(unsigned long at, unsigned long pages, int prot, int flags)
{
	return syscall(SYS_mmap2, at, pages * PAGE, prot,
		       flags | (at ? MAP_FIXED : 0), -1, 0);
}

static long remap(unsigned long at, unsigned long old, unsigned long new,
		  int flags, unsigned long to)
{
	return syscall(SYS_mremap, at, old * PAGE, new *PAGE, flags, to);
}

static void unmap(unsigned long at, unsigned long pages)
{
	syscall(SYS_munmap, at, pages * PAGE);
}

static unsigned long now_brk(void)
{
	return (unsigned long)syscall(SYS_brk, 0);
}

/* How far it went: whole pages above the old break, "no" when it didn't. */
static const char *brk_by(long bytes)
{
	unsigned long old = now_brk();
	unsigned long want = old + (unsigned long)bytes;

	return (unsigned long)syscall(SYS_brk, want) == want ? "ok" : "no";
}

static const char *touch(unsigned long at)
{
	int how;
	pid_t child = fork();

	if (!child) {
		*(volatile char *)at = 1;
		_exit(0);
	}
	waitpid(child, &how, 0);
	return WIFSIGNALED(how) ? strsignal(WTERMSIG(how)) : "ok";
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	_exit(sig * 4 + info->si_code);
}

/* ---- RLIMIT_AS ------------------------------------------------------------- */

static void as_mmap(void)
{
	static const long extra[] = {0, 1, 4095, 4096, 8191, 8192, 8193};

	for (unsigned int i = 0; i < sizeof(extra) / sizeof(extra[0]); i++) {
		unsigned long size = status("VmSize:");

		limit(RLIMIT_AS, size + (unsigned long)extra[i]);
		for (unsigned long pages = 1; pages < 4; pages++) {
			say("+%ld private %lu %s", extra[i], pages,
			    made(map(A, pages, RW, ANON)));
			unmap(A, pages);
			say("+%ld none %lu %s", extra[i], pages,
			    made(map(A, pages, PROT_NONE,
				     ANON | MAP_NORESERVE)));
			unmap(A, pages);
			say("+%ld shared %lu %s", extra[i], pages,
			    made(map(A, pages, RW,
				     MAP_SHARED | MAP_ANONYMOUS)));
			unmap(A, pages);
		}
	}
}

/* Mapping over what is there counts only what is new. */
static void as_over(void)
{
	map(A, 4, RW, ANON);
	limit(RLIMIT_AS, status("VmSize:") + 2 * PAGE);
	say("same %s", made(map(A, 4, RW, ANON)));
	say("+2 %s", made(map(A, 6, PROT_READ, ANON)));
	say("+1 %s", made(map(A, 7, RW, ANON)));
	say("there %s", touch(A));
	say("noreplace %s", made(syscall(SYS_mmap2, A, PAGE, RW,
					 ANON | MAP_FIXED_NOREPLACE, -1, 0)));
}

static void as_brk(void)
{
	syscall(SYS_brk, (now_brk() + PAGE - 1) & ~(PAGE - 1));
	limit(RLIMIT_AS, status("VmSize:") + 2 * PAGE);
	say("2p+1 %s", brk_by(2 * PAGE + 1));
	say("2p %s", brk_by(2 * PAGE));
	say("1 %s", brk_by(1));
	say("shrink %s", brk_by(-(long)PAGE));
	say("p %s", brk_by(PAGE));
	limit(RLIMIT_AS, PAGE);
	say("shrink %s", brk_by(-(long)PAGE));
	say("p %s", brk_by(PAGE));
	say("0 %s", brk_by(0));
}

static void as_mremap(void)
{
	map(A, 4, RW, ANON);
	limit(RLIMIT_AS, status("VmSize:") + 2 * PAGE);
	say("grow 3 %s", made(remap(A, 4, 7, 0, 0)));
	say("grow 2 %s", made(remap(A, 4, 6, 0, 0)));
	say("grow 1 %s", made(remap(A, 6, 7, 0, 0)));
	say("shrink %s", made(remap(A, 6, 4, 0, 0)));
	say("move %s",
	    made(remap(A, 4, 4, MREMAP_MAYMOVE | MREMAP_FIXED, A + 0x100000)));
	say("move grow 3 %s",
	    made(remap(A + 0x100000, 4, 7, MREMAP_MAYMOVE | MREMAP_FIXED, A)));
	say("move grow 2 %s",
	    made(remap(A + 0x100000, 4, 6, MREMAP_MAYMOVE | MREMAP_FIXED, A)));
	say("move shrink %s",
	    made(remap(A, 6, 3, MREMAP_MAYMOVE | MREMAP_FIXED, A + 0x100000)));
	say("dontunmap %s",
	    made(remap(A + 0x100000, 3, 3,
		       MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED, A)));
	say("dontunmap %s",
	    made(remap(A, 3, 3,
		       MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED,
		       A + 0x200000)));
	unmap(A, 300);
	limit(RLIMIT_AS, 0);
	map(A, 1, RW, ANON);
	say("none %s", made(map(A, 1, RW, ANON)));
}

static void as_stack(void)
{
	map(A, 2, RW, ANON | MAP_GROWSDOWN);
	limit(RLIMIT_AS, status("VmSize:") + 3 * PAGE);
	say("-4 %s", touch(A - 4 * PAGE));
	say("-3 %s", touch(A - 3 * PAGE));
	say("-1 %s", touch(A - 1));
}

/* ---- RLIMIT_DATA ------------------------------------------------------------ */

static void data_mmap(void)
{
	static const struct {
		const char *name;
		int prot, flags;
	} kinds[] = {
		{"private", RW, ANON},
		{"readonly", PROT_READ, ANON},
		{"none", PROT_NONE, ANON},
		{"write", PROT_WRITE, ANON},
		{"noreserve", RW, ANON | MAP_NORESERVE},
		{"shared", RW, MAP_SHARED | MAP_ANONYMOUS},
		{"stack", RW, ANON | MAP_GROWSDOWN},
		{"exec", RW | PROT_EXEC, ANON},
	};

	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		unsigned long data = status("VmData:");

		limit(RLIMIT_DATA, data + 2 * PAGE + 4095);
		say("%s 3 %s", kinds[i].name,
		    made(map(A, 3, kinds[i].prot, kinds[i].flags)));
		unmap(A, 3);
		say("%s 2 %s", kinds[i].name,
		    made(map(A, 2, kinds[i].prot, kinds[i].flags)));
		say("%s counted %lu", kinds[i].name,
		    (status("VmData:") - data) / PAGE);
		unmap(A, 2);
		limit(RLIMIT_DATA, 0);
		say("%s zero %s", kinds[i].name,
		    made(map(A, 1, kinds[i].prot, kinds[i].flags)));
		unmap(A, 1);
		limit(RLIMIT_DATA, 4095);
		say("%s 4095 %s", kinds[i].name,
		    made(map(A, 1, kinds[i].prot, kinds[i].flags)));
		unmap(A, 1);
	}
	/* A soft limit of 0 stands for the hard one. */
	limit_both(RLIMIT_DATA, 0, status("VmData:") + PAGE);
	say("hard 2 %s", made(map(A, 2, RW, ANON)));
	say("hard 1 %s", made(map(A, 1, RW, ANON)));
	limit_both(RLIMIT_DATA, 0, 0);
	say("hard 0 %s", made(map(A + 2 * PAGE, 1, RW, ANON)));
}

static void data_mprotect(void)
{
	map(A, 4, PROT_READ, ANON);
	limit(RLIMIT_DATA, status("VmData:") + 2 * PAGE);
	say("3 %s", made(mprotect((void *)A, 3 * PAGE, RW)));
	say("2 %s", made(mprotect((void *)A, 2 * PAGE, RW)));
	say("1 more %s", made(mprotect((void *)(A + 2 * PAGE), PAGE, RW)));
	say("all %s", made(mprotect((void *)A, 4 * PAGE, RW)));
	say("back %s", made(mprotect((void *)A, PAGE, PROT_READ)));
	say("all 3 %s", made(mprotect((void *)A, 3 * PAGE, RW)));
	say("counted %s", made(mprotect((void *)(A + PAGE), 2 * PAGE, RW)));
	map(A + 8 * PAGE, 2, PROT_READ, MAP_SHARED | MAP_ANONYMOUS);
	say("shared %s", made(mprotect((void *)(A + 8 * PAGE), 2 * PAGE, RW)));
	map(A + 0x10000, 2, PROT_READ, ANON | MAP_GROWSDOWN);
	say("stack %s", made(mprotect((void *)(A + 0x10000), 2 * PAGE, RW)));
	limit(RLIMIT_DATA, 0);
	say("zero to read %s", made(mprotect((void *)A, PAGE, PROT_READ)));
	say("zero to write %s", made(mprotect((void *)A, PAGE, RW)));
	limit(RLIMIT_DATA, PAGE);
	say("over to none %s", made(mprotect((void *)A, PAGE, PROT_NONE)));
	say("over to write %s", made(mprotect((void *)A, PAGE, RW)));
	say("over write to write %s",
	    made(mprotect((void *)(A + PAGE), PAGE, RW | PROT_EXEC)));
}

static void data_mremap(void)
{
	map(A, 4, RW, ANON);
	limit(RLIMIT_DATA, status("VmData:") + 2 * PAGE);
	say("grow 3 %s", made(remap(A, 4, 7, 0, 0)));
	say("grow 2 %s", made(remap(A, 4, 6, 0, 0)));
	say("move grow %s",
	    made(remap(A, 6, 7, MREMAP_MAYMOVE | MREMAP_FIXED, A + 0x100000)));
	say("move %s",
	    made(remap(A, 6, 6, MREMAP_MAYMOVE | MREMAP_FIXED, A + 0x100000)));
	say("dontunmap %s",
	    made(remap(A + 0x100000, 6, 6,
		       MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED, A)));
	map(A, 2, PROT_READ, ANON);
	say("read grow %s", made(remap(A, 2, 9, 0, 0)));
	map(A + 0x200000, 2, RW, MAP_SHARED | MAP_ANONYMOUS);
	say("shared grow %s", made(remap(A + 0x200000, 2, 9, 0, 0)));
	say("shared copy %s",
	    made(remap(A + 0x200000, 0, 9, MREMAP_MAYMOVE | MREMAP_FIXED,
		       A + 0x300000)));
}

/* Numbers 45 to 47 of stat: start_data, end_data, start_brk. */
static unsigned long stat_number(int wanted)
{
	char *at;

	slurp("/proc/self/stat");
	at = strrchr(text, ')');
	for (int n = 2; n < wanted; n++)
		at = strchr(at + 1, ' ');
	return strtoul(at, NULL, 10);
}

static void data_brk(void)
{
	unsigned long fixed = stat_number(46) - stat_number(45);
	unsigned long start = stat_number(47), used;

	syscall(SYS_brk, (now_brk() + PAGE - 1) & ~(PAGE - 1));
	used = fixed + now_brk() - start;
	limit(RLIMIT_DATA, used + PAGE);
	say("p+1 %s", brk_by(PAGE + 1));
	limit(RLIMIT_DATA, used + PAGE - 1);
	say("p %s", brk_by(PAGE));
	limit(RLIMIT_DATA, used);
	say("1 %s", brk_by(1));
	/* The pages count as any mapping's do, besides. */
	limit(RLIMIT_DATA, status("VmData:") + PAGE);
	say("pages 2 %s", brk_by(2 * PAGE));
	say("pages 1 %s", brk_by(PAGE));
	limit(RLIMIT_DATA, 0);
	say("zero 1 %s", brk_by(1));
	say("zero -1 %s", brk_by(-1));
	say("zero -p %s", brk_by(-(long)PAGE));
	say("zero 0 %s", brk_by(0));
}

/* ---- RLIMIT_STACK ------------------------------------------------------------ */

static void stack_growth(void)
{
	static const unsigned long limits[] = {0,    1,     4095,  4096, 4097,
					       8192, 12287, 12288, 16384};

	for (unsigned int i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		/* The child's own stack must not need to grow. */
		limit(RLIMIT_STACK, limits[i]);
		map(A, 2, RW, ANON | MAP_GROWSDOWN);
		for (int pages = 1; pages < 4; pages++)
			say("limit %lu -%d %s", limits[i], pages,
			    touch(A - (unsigned int)pages * PAGE));
		say("limit %lu grown %s", limits[i],
		    made(map(A - PAGE, 1, RW, ANON | MAP_GROWSDOWN)));
		unmap(A - 8 * PAGE, 16);
	}
}

/* The room below that a stack needs: stack_guard_gap. */
static void stack_gap(void)
{
	static const int below[] = {1, 2, 255, 256, 257, 258, 259, 260};
	static const int prots[] = {RW, PROT_NONE, PROT_READ};

	for (unsigned int i = 0; i < 8; i++)
		for (unsigned int p = 0; p < 3; p++) {
			unsigned long wall = A - (unsigned int)below[i] * PAGE;

			map(A, 1, RW, ANON | MAP_GROWSDOWN);
			map(wall - PAGE, 1, prots[p], ANON);
			say("wall %d prot %d -1 %s", below[i], prots[p],
			    touch(A - PAGE));
			say("wall %d prot %d -2 %s", below[i], prots[p],
			    touch(A - 2 * PAGE));
			unmap(A - 400 * PAGE, 410);
		}
	for (unsigned int i = 0; i < 8; i++) {
		map(A, 1, RW, ANON | MAP_GROWSDOWN);
		map(A - (unsigned int)below[i] * PAGE - PAGE, 1, RW,
		    ANON | MAP_GROWSDOWN);
		say("stack below %d -1 %s", below[i], touch(A - PAGE));
		unmap(A - 400 * PAGE, 410);
	}
	/* Where the kernel looks for room, a stack's gap isn't room. */
	for (unsigned int i = 0; i < 8; i++) {
		unsigned long at = A + (unsigned int)below[i] * PAGE;

		map(at, 1, RW, ANON | MAP_GROWSDOWN);
		say("hint below stack %d %d", below[i],
		    syscall(SYS_mmap2, A - PAGE, PAGE, RW, ANON, -1, 0) ==
			    (long)(A - PAGE));
		unmap(A - 400 * PAGE, 800);
	}
}

static void stack_protect(void)
{
	char *grown = (char *)(A - 3 * PAGE);

	map(A, 4, RW, ANON | MAP_GROWSDOWN);
	*grown = 1;
	say("growsdown %s", made(mprotect((void *)(A + PAGE), PAGE,
					  PROT_READ | PROT_GROWSDOWN)));
	for (int i = -4; i < 4; i++)
		say("page %d %s", i, touch(A + (unsigned long)(long)i * PAGE));
	say("again %s",
	    made(mprotect((void *)(A + PAGE), PAGE, RW | PROT_GROWSDOWN)));
	for (int i = -6; i < 4; i++)
		say("page %d %s", i, touch(A + (unsigned long)(long)i * PAGE));
	say("below %s",
	    made(mprotect((void *)(A - 5 * PAGE), PAGE, RW | PROT_GROWSDOWN)));
	say("below to it %s", made(mprotect((void *)(A - 5 * PAGE), 3 * PAGE,
					    RW | PROT_GROWSDOWN)));
	say("growsup %s", made(mprotect((void *)A, PAGE, RW | PROT_GROWSUP)));
	say("both %s", made(mprotect((void *)A, PAGE,
				     RW | PROT_GROWSUP | PROT_GROWSDOWN)));
	map(A + 0x10000, 1, RW, ANON);
	say("plain %s",
	    made(mprotect((void *)(A + 0x10000), PAGE, RW | PROT_GROWSDOWN)));
}

/* The process's own stack under RLIMIT_STACK, with siginfo. */
static void stack_own(void)
{
	static char other[16384];
	stack_t alternate = {.ss_sp = other, .ss_size = sizeof(other)};
	struct sigaction act = {.sa_sigaction = on_fault,
				.sa_flags = SA_SIGINFO | SA_ONSTACK};
	static const int below[] = {1, 2, 15, 16, 17, 18, 32, 64, 100};
	unsigned long top;

	sigaltstack(&alternate, NULL);
	sigaction(SIGSEGV, &act, NULL);
	slurp("/proc/self/maps");
	top = 0;
	for (char *line = text; *line; line = strchr(line, '\n') + 1) {
		char *end = strchr(line, '\n');
		char *name = strstr(line, "[stack]");

		if (name && name < end)
			top = strtoul(strchr(line, '-') + 1, NULL, 16);
	}
	say("top %lx", top);
	limit(RLIMIT_STACK, 64 * PAGE);
	for (unsigned int i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		int how;
		pid_t child = fork();

		if (!child) {
			*(volatile char *)(top - 48 * PAGE -
					   (unsigned int)below[i] * PAGE) = 1;
			_exit(0);
		}
		waitpid(child, &how, 0);
		say("48+%d %x", below[i], how);
	}
}

/* ---- RLIMIT_MEMLOCK ------------------------------------------------------------ */

static void locked(const char *what)
{
	say("%s locked %lu", what, status("VmLck:") / PAGE);
}

static void lock_steps(void)
{
	map(A, 8, RW, ANON);
	limit_both(RLIMIT_MEMLOCK, 3 * PAGE + 4095, RLIM_INFINITY);
	say("4 %s", made(mlock((void *)A, 4 * PAGE)));
	say("3 %s", made(mlock((void *)A, 3 * PAGE)));
	locked("3");
	say("again %s", made(mlock((void *)A, 3 * PAGE)));
	say("shifted %s", made(mlock((void *)(A + PAGE), 3 * PAGE)));
	say("4 over 3 %s", made(mlock((void *)A, 4 * PAGE)));
	say("1 byte %s", made(mlock((void *)(A + 3 * PAGE), 1)));
	locked("so far");
	say("unlock %s", made(munlock((void *)A, PAGE)));
	say("over border %s", made(mlock((void *)(A + 3 * PAGE - 1), 2)));
	locked("border");
	say("map locked %s", made(map(A + 0x10000, 1, RW, ANON | MAP_LOCKED)));
	say("unlock all %s", made(munlock((void *)A, 8 * PAGE)));
	say("map locked 4 %s",
	    made(map(A + 0x10000, 4, RW, ANON | MAP_LOCKED)));
	say("map locked 3 %s",
	    made(map(A + 0x10000, 3, RW, ANON | MAP_LOCKED)));
	say("same place %s", made(map(A + 0x10000, 3, RW, ANON | MAP_LOCKED)));
	say("grow %s", made(remap(A + 0x10000, 3, 4, 0, 0)));
	say("move %s", made(remap(A + 0x10000, 3, 3,
				  MREMAP_MAYMOVE | MREMAP_FIXED, A + 0x20000)));
	say("dontunmap %s",
	    made(remap(A + 0x20000, 3, 3,
		       MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED,
		       A + 0x10000)));
	locked("moved");
	unmap(A, 0x100);
	locked("unmapped");
	say("mlock2 onfault %s", made(map(A, 8, RW, ANON)));
	say("mlock2 4 %s", made(syscall(SYS_mlock2, A, 4 * PAGE, 1)));
	say("mlock2 3 %s", made(syscall(SYS_mlock2, A, 3 * PAGE, 1)));
	say("mlock2 flag 2 %s", made(syscall(SYS_mlock2, A, PAGE, 2)));
	say("mlock2 flag -1 %s", made(syscall(SYS_mlock2, A, PAGE, -1)));
	say("mlock hole %s", made(mlock((void *)(A + 7 * PAGE), 2 * PAGE)));
	say("mlock nothing %s", made(mlock((void *)(A + 64 * PAGE), PAGE)));
	say("mlock zero %s", made(mlock((void *)(A + 64 * PAGE), 0)));
	say("mlock wraps %s", made(mlock((void *)A, -PAGE)));
	say("munlock wraps %s", made(munlock((void *)A, -PAGE)));
	say("munlock hole %s", made(munlock((void *)(A + 7 * PAGE), 2 * PAGE)));
	say("munlock nothing %s", made(munlock((void *)(A + 0x100000), PAGE)));
	unmap(A, 0x100);
	map(A, 2, PROT_NONE, ANON);
	say("mlock none %s", made(mlock((void *)A, 2 * PAGE)));
	locked("none");
	munlockall();
	unmap(A, 2);
	locked("end");
}

static void lock_future(void)
{
	unsigned long before;

	munlockall();
	limit_both(RLIMIT_MEMLOCK, 3 * PAGE, RLIM_INFINITY);
	say("current %s", made(mlockall(MCL_CURRENT)));
	say("both %s", made(mlockall(MCL_CURRENT | MCL_FUTURE)));
	say("onfault alone %s", made(mlockall(MCL_ONFAULT)));
	say("none %s", made(mlockall(0)));
	say("8 %s", made(mlockall(8)));
	say("future onfault %s", made(mlockall(MCL_FUTURE | MCL_ONFAULT)));
	say("future %s", made(mlockall(MCL_FUTURE)));
	syscall(SYS_brk, (now_brk() + PAGE - 1) & ~(PAGE - 1));
	before = status("VmLck:") / PAGE;
	say("locks %d", before > 0);
	say("mmap 4 %s", made(map(A, 4, RW, ANON)));
	say("mmap 3 %s", made(map(A, 3, RW, ANON)));
	say("brk p %s", brk_by(PAGE));
	unmap(A, 3);
	say("brk 3p %s", brk_by(3 * PAGE));
	say("brk 1 %s", brk_by(1));
	say("brk -3p %s", brk_by(-3 * (long)PAGE));
	say("stack %s", made(map(A, 2, RW, ANON | MAP_GROWSDOWN)));
	say("stack -1 %s", touch(A - PAGE));
	say("stack lock %+ld", (long)(status("VmLck:") / PAGE - before));
	say("munlockall %s", made(munlockall()));
	say("mmap 4 %s", made(map(A, 4, RW, ANON)));
	locked("end");
	limit_both(RLIMIT_MEMLOCK, status("VmSize:") - PAGE, RLIM_INFINITY);
	say("current short %s", made(mlockall(MCL_CURRENT)));
	limit_both(RLIMIT_MEMLOCK, status("VmSize:"), RLIM_INFINITY);
	say("current enough %s", made(mlockall(MCL_CURRENT)));
	munlockall();
}

/* A locked stack that must grow over RLIMIT_MEMLOCK. */
static void lock_stack(void)
{
	int how;
	pid_t child;

	map(A, 2, RW, ANON | MAP_GROWSDOWN);
	limit_both(RLIMIT_MEMLOCK, 3 * PAGE, RLIM_INFINITY);
	say("mlock %s", made(mlock((void *)A, 2 * PAGE)));
	for (int below = 2; below > 0; below--) {
		child = fork();
		if (!child) {
			if (mlock((void *)A, 2 * PAGE))
				_exit(3);
			*(volatile char *)(A - (unsigned int)below * PAGE) = 1;
			say("-%d locked %lu", below, status("VmLck:") / PAGE);
			_exit(0);
		}
		waitpid(child, &how, 0);
		say("-%d %x", below, how);
	}
}

static void lock_zero(void)
{
	map(A, 4, RW, ANON);
	limit_both(RLIMIT_MEMLOCK, 0, RLIM_INFINITY);
	say("mlock %s", made(mlock((void *)A, PAGE)));
	say("mlock zero %s", made(mlock((void *)A, 0)));
	say("mlock2 %s", made(syscall(SYS_mlock2, A, PAGE, 1)));
	say("mlock2 flags %s", made(syscall(SYS_mlock2, A, PAGE, 4)));
	say("mlockall %s", made(mlockall(MCL_CURRENT)));
	say("mlockall future %s", made(mlockall(MCL_FUTURE)));
	say("mlockall 16 %s", made(mlockall(16)));
	munlockall();
	say("locked %s", made(map(A, 1, RW, ANON | MAP_LOCKED)));
	say("locked bad type %s",
	    made(map(A, 1, RW, MAP_ANONYMOUS | MAP_LOCKED)));
	say("munlock %s", made(munlock((void *)A, PAGE)));
	say("munlockall %s", made(munlockall()));
	limit_both(RLIMIT_MEMLOCK, 1, RLIM_INFINITY);
	say("limit 1 mlock %s", made(mlock((void *)A, PAGE)));
	say("limit 1 locked %s", made(map(A, 1, RW, ANON | MAP_LOCKED)));
	say("limit 1 mlockall %s", made(mlockall(MCL_CURRENT)));
	munlockall();
}

/* ---- overcommitment ------------------------------------------------------------ */

#define VM "/proc/sys/vm/"

static void size_line(const char *what, unsigned long mb)
{
	long ret = syscall(SYS_mmap2, 0, mb << 20, RW, ANON, -1, 0);

	say("%s %luM %s", what, mb, ret == -1 ? made(ret) : "ok");
	if (ret != -1)
		unmap((unsigned long)ret, (mb << 20) / PAGE);
	ret = syscall(SYS_mmap2, 0, mb << 20, RW, ANON | MAP_NORESERVE, -1, 0);
	say("%s noreserve %luM %s", what, mb, ret == -1 ? made(ret) : "ok");
	if (ret != -1)
		unmap((unsigned long)ret, (mb << 20) / PAGE);
	ret = syscall(SYS_mmap2, 0, mb << 20, PROT_READ, ANON, -1, 0);
	say("%s readonly %luM %s", what, mb, ret == -1 ? made(ret) : "ok");
	if (ret != -1)
		say("%s to write %luM %s", what, mb,
		    made(mprotect((void *)ret, mb << 20, RW)));
	if (ret != -1)
		unmap((unsigned long)ret, (mb << 20) / PAGE);
	ret = syscall(SYS_mmap2, 0, mb << 20, RW, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	say("%s shared %luM %s", what, mb, ret == -1 ? made(ret) : "ok");
	if (ret != -1)
		unmap((unsigned long)ret, (mb << 20) / PAGE);
}

static void sizes(const char *what)
{
	static const unsigned long mb[] = {1, 64, 150, 200, 300, 600, 1200};

	for (unsigned int i = 0; i < sizeof(mb) / sizeof(mb[0]); i++)
		size_line(what, mb[i]);
}

/* CommitLimit less Committed_AS, in pages. */
static long room(void)
{
	return ((long)field("/proc/meminfo", "CommitLimit:") -
		(long)field("/proc/meminfo", "Committed_AS:")) /
	       4;
}

static void edges(const char *what)
{
	long left;

	limit(RLIMIT_STACK, 8 << 20);
	map(A, 1, RW, ANON);
	left = room();
	say("%s edge over %s", what,
	    made(map(A, (unsigned long)left + 2, RW, ANON)));
	map(A, 1, PROT_READ, ANON);
	unmap(A, 1);
	say("%s edge far below %s", what,
	    made(map(A, (unsigned long)left / 2, RW, ANON)));
	say("%s rest %s", what,
	    made(map(A + 0x10000000, (unsigned long)left, RW, ANON)));
	say("%s norerserve %s", what,
	    made(map(A + 0x10000000, (unsigned long)left, RW,
		     ANON | MAP_NORESERVE)));
	unmap(A, (unsigned long)left + 8);
	unmap(A + 0x10000000, (unsigned long)left + 8);
}

static void overcommit(void)
{
	long old_kbytes = (long)field(VM "overcommit_kbytes", "");
	long old_ratio = (long)field(VM "overcommit_ratio", "");
	long old = (long)field(VM "overcommit_memory", "");
	long old_user = (long)field(VM "user_reserve_kbytes", "");
	long old_admin = (long)field(VM "admin_reserve_kbytes", "");

	say("were %ld %ld %ld", old, old_ratio, old_kbytes);
	sizes("guess");
	put(VM "overcommit_memory", 1);
	sizes("always");
	put(VM "overcommit_memory", 3);
	put(VM "overcommit_memory", -1);
	put(VM "overcommit_ratio", 100);
	put(VM "overcommit_memory", 2);
	sizes("never 100");
	edges("never 100");
	put(VM "overcommit_kbytes", 100 << 10);
	say("ratio %lu kbytes %lu limit %lu", field(VM "overcommit_ratio", ""),
	    field(VM "overcommit_kbytes", ""),
	    field("/proc/meminfo", "CommitLimit:"));
	sizes("never 100M");
	edges("never 100M");
	put(VM "overcommit_kbytes",
	    (long)field("/proc/meminfo", "Committed_AS:") + (6 << 10));
	put(VM "admin_reserve_kbytes", 0);
	put(VM "user_reserve_kbytes", 0);
	sizes("never 6M more");
	say("brk 64M %s", brk_by(64 << 20));
	map(A, 1, RW, ANON | MAP_GROWSDOWN);
	say("stack 7M %s", touch(A - (7 << 20)));
	unmap(A, 1);
	say("mremap %s", made(map(A, 1, RW, ANON)));
	say("mremap 8M %s", made(remap(A, 1, 2048, 0, 0)));
	say("mremap move 8M %s",
	    made(remap(A, 1, 2048, MREMAP_MAYMOVE | MREMAP_FIXED,
		       A + 0x10000000)));
	unmap(A, 1);
	put(VM "overcommit_ratio", 300);
	say("ratio %lu kbytes %lu", field(VM "overcommit_ratio", ""),
	    field(VM "overcommit_kbytes", ""));
	sizes("never 300");
	put(VM "overcommit_memory", old);
	put(VM "overcommit_ratio", 50);
	put(VM "user_reserve_kbytes", old_user);
	put(VM "admin_reserve_kbytes", old_admin);
	say("back %lu %lu", field(VM "overcommit_memory", ""),
	    field(VM "overcommit_ratio", ""));
}

/* ---- vm.max_map_count ------------------------------------------------------------ */

static unsigned int vmas(void)
{
	unsigned int lines = 0;

	slurp("/proc/self/maps");
	for (char *c = text; *c; c++)
		lines += *c == '\n';
	/* but for the vectors' page, which isn't a VMA of the process */
	return lines - !!strstr(text, "[vectors]");
}

/* Maps apart from each other until no more can be had. */
static void fill(unsigned int *made_here)
{
	unsigned long at = A + 0x1000000 + *made_here * 2 * PAGE;

	for (; map(at, 1, RW, ANON) != -1; at += 2 * PAGE)
		++*made_here;
}

static void map_count(void)
{
	long old = (long)field(VM "max_map_count", "");
	unsigned int here = 0, before;

	map(A, 16, RW, ANON);
	map(A + 0x20000, 2, RW, ANON | MAP_GROWSDOWN);
	before = vmas();
	put(VM "max_map_count", (long)before + 6);
	fill(&here);
	say("made %u", here);
	say("merge %s", made(map(A + 16 * PAGE, 1, RW, ANON)));
	say("over %s", made(map(A + 4 * PAGE, 1, RW, ANON)));
	say("noreplace %s", made(syscall(SYS_mmap2, A, PAGE, RW,
					 ANON | MAP_FIXED_NOREPLACE, -1, 0)));
	say("mprotect middle %s",
	    made(mprotect((void *)(A + PAGE), PAGE, PROT_READ)));
	say("mprotect start %s", made(mprotect((void *)A, PAGE, PROT_READ)));
	say("munmap middle %s", made(munmap((void *)(A + PAGE), PAGE)));
	say("munmap start %s", made(munmap((void *)A, PAGE)));
	say("madvise %s",
	    made(madvise((void *)(A + 2 * PAGE), PAGE, MADV_DONTFORK)));
	say("mlock %s", made(mlock((void *)(A + 2 * PAGE), PAGE)));
	say("mremap grow %s", made(remap(A + 0x1000000, 1, 2, 0, 0)));
	say("mremap move %s",
	    made(remap(A + 0x1000000, 1, 2, MREMAP_MAYMOVE, 0)));
	say("mremap fixed %s",
	    made(remap(A + 0x1000000, 1, 1, MREMAP_MAYMOVE | MREMAP_FIXED,
		       A + 0x100000)));
	say("brk %s", brk_by(3 * PAGE));
	say("stack %s", touch(A + 0x20000 - PAGE));
	for (unsigned int n = 1; n < 7; n++) {
		put(VM "max_map_count", (long)vmas() + (long)n - 1);
		say("spare %d mmap %s", (int)n - 1,
		    made(map(A + 0x800000, 1, RW, ANON)));
		unmap(A + 0x800000, 1);
		put(VM "max_map_count", (long)vmas() + (long)n - 1);
		say("spare %d mprotect %s", (int)n - 1,
		    made(mprotect((void *)(A + 8 * PAGE), PAGE, PROT_READ)));
		mprotect((void *)(A + 8 * PAGE), PAGE, RW);
		put(VM "max_map_count", (long)vmas() + (long)n - 1);
		say("spare %d mremap %s", (int)n - 1,
		    made(remap(A + 9 * PAGE, 1, 1,
			       MREMAP_MAYMOVE | MREMAP_FIXED, A + 0x100000)));
		unmap(A + 0x100000, 1);
		map(A, 16, RW, ANON);
		put(VM "max_map_count", (long)vmas() + (long)n - 1);
		say("spare %d move %s", (int)n - 1,
		    remap(A + 9 * PAGE, 1, 2, MREMAP_MAYMOVE, 0) == -1
			    ? made(-1)
			    : "ok");
		map(A, 16, RW, ANON);
	}
	put(VM "max_map_count", old);
	put(VM "max_map_count", -1);
	put(VM "max_map_count", 0);
	say("zero mmap %s", made(map(A + 0x800000, 1, RW, ANON)));
	say("zero munmap %s", made(munmap((void *)(A + 2 * PAGE), PAGE)));
	put(VM "max_map_count", old);
	say("back %lu", field(VM "max_map_count", ""));
}

/* ---- as whom ---------------------------------------------------------------------- */

static void be_user(void)
{
	if (setgid(1000) || setuid(1000))
		say("setuid %s", made(-1));
	/* or /proc/self would be root's */
	prctl(PR_SET_DUMPABLE, 1);
}

/* Root without CAP_IPC_LOCK, and a user with it. */
static void keep_only(unsigned int bit, int keep)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	syscall(SYS_capget, &head, data);
	if (keep)
		data[0].effective = data[0].permitted = 1u << bit;
	else
		data[0].effective &= ~(1u << bit);
	if (syscall(SYS_capset, &head, data))
		say("capset %s", made(-1));
}

static void be_lockless(void)
{
	keep_only(14, 0);
}

static void be_locker(void)
{
	prctl(PR_SET_KEEPCAPS, 1);
	be_user();
	keep_only(14, 1);
}

static void be_root(void)
{
}

static void run(const char *name, void (*as)(void), void (*what)(void))
{
	int how;
	pid_t child = fork();

	if (!child) {
		prefix = name;
		limit(RLIMIT_MEMLOCK, 1 << 16);
		as();
		what();
		_exit(0);
	}
	waitpid(child, &how, 0);
	prefix = name;
	if (how)
		say("ended %x", how);
}

int main(void)
{
	run("as-mmap", be_root, as_mmap);
	run("as-over", be_root, as_over);
	run("as-brk", be_root, as_brk);
	run("as-mremap", be_root, as_mremap);
	run("as-stack", be_root, as_stack);
	run("data-mmap", be_root, data_mmap);
	run("data-mprotect", be_root, data_mprotect);
	run("data-mremap", be_root, data_mremap);
	run("data-brk", be_root, data_brk);
	run("stack-growth", be_root, stack_growth);
	run("stack-gap", be_root, stack_gap);
	run("stack-protect", be_root, stack_protect);
	run("stack-own", be_root, stack_own);
	run("lock-root", be_root, lock_steps);
	run("lock-user", be_user, lock_steps);
	run("lock-lockless", be_lockless, lock_steps);
	run("lock-locker", be_locker, lock_steps);
	run("future-root", be_root, lock_future);
	run("future-user", be_user, lock_future);
	run("lock-stack-root", be_root, lock_stack);
	run("lock-stack-user", be_user, lock_stack);
	run("zero-root", be_root, lock_zero);
	run("zero-user", be_user, lock_zero);
	run("zero-locker", be_locker, lock_zero);
	run("overcommit", be_root, overcommit);
	run("map-count", be_root, map_count);
	return 0;
}
