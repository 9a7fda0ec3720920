/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * faultfuzz [SEED [STEPS]]: random walks over 64 pages of each kind of memory
 * (touches, mprotect, madvise, mlock, mmap again, moves, system calls on them,
 * forks), with the faults of each step and now and then a sum of all bytes.
 * The same seed walks the same way everywhere.
 */
#define _GNU_SOURCE
#include "faultcount.h"

#include <fcntl.h>
#include <sys/wait.h>

#define AT    0x20000000u
#define OTHER 0x21003000u

enum {
	N = 64,
	CHILD_STEPS = 6
};

enum kind {
	PRIVATE,
	SHARED,
	FILE_PRIVATE,
	FILE_SHARED,
	KINDS
};

static const char *const kind_name[KINDS] = {"anon", "shared", "file",
					     "file-shared"};

static uint32_t seed;

static uint32_t below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static enum kind kind;
static area base;
static int prot[N], fd, pipes[2];
static const char *who = "";

/* ---- what may be done --------------------------------------------------------- */

static void map_pages(unsigned int first, unsigned int n)
{
	int shared = kind == SHARED || kind == FILE_SHARED;
	int file = kind == FILE_PRIVATE || kind == FILE_SHARED;
	void *p = mmap((void *)(base + first * PAGE), n * PAGE, RW,
		       (shared ? MAP_SHARED : MAP_PRIVATE) |
			       (file ? 0 : MAP_ANONYMOUS) | MAP_FIXED,
		       file ? fd : -1, file ? (off_t)first * PAGE : 0);

	need(p != MAP_FAILED, "mmap");
	for (unsigned int i = first; i < first + n; i++)
		prot[i] = RW;
}

static int allowed(unsigned int first, unsigned int n, int wanted)
{
	for (unsigned int i = first; i < first + n; i++)
		if ((prot[i] & wanted) != wanted)
			return 0;
	return 1;
}

static unsigned int sum_of(void)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < N; i++)
		if (prot[i])
			sum = sum * 31 + base[i * PAGE];
	return sum;
}

/* ---- steps ------------------------------------------------------------------------ */

static long result;
static const char *what;

static void touch(unsigned int first, unsigned int n)
{
	if (below(2) && allowed(first, n, RW)) {
		what = "write";
		writes(base + first * PAGE, n, (int)below(256));
	} else if (allowed(first, n, PROT_READ)) {
		what = "read";
		result = reads(base + first * PAGE, n);
	}
}

static void protect(unsigned int first, unsigned int n)
{
	static const int prots[] = {PROT_READ, RW, RW, RW, PROT_NONE};
	int p = prots[below(5)];

	what = p == RW ? "rw" : p ? "ro" : "none";
	result = call4(__NR_mprotect, (long)(base + first * PAGE), n * PAGE, p,
		       0);
	for (unsigned int i = first; i < first + n; i++)
		prot[i] = p;
}

static void advise(unsigned int first, unsigned int n)
{
	static const struct {
		const char *name;
		int advice;
	} advices[] = {
		{"dontneed", MADV_DONTNEED},
		{"free", MADV_FREE},
		{"cold", 20},
		{"pageout", 21},
		{"willneed", MADV_WILLNEED},
		{"populate-read", 22},
		{"populate-write", 23},
		{"random", MADV_RANDOM},
		{"normal", MADV_NORMAL},
	};
	unsigned int i = below(9);

	what = advices[i].name;
	result = call4(__NR_madvise, (long)(base + first * PAGE), n * PAGE,
		       advices[i].advice, 0);
}

static void lock(unsigned int first, unsigned int n)
{
	unsigned int how = below(3);
	long at = (long)(base + first * PAGE);

	what = how == 0 ? "mlock" : how == 1 ? "mlock-onfault" : "munlock";
	if (how == 2)
		result = call4(__NR_munlock, at, n * PAGE, 0, 0);
	else
		result = call4(__NR_mlock2, at, n * PAGE, how, 0);
}

/* The kernel reads or writes the pages. */
static void transfer(unsigned int first, unsigned int n)
{
	static uint8_t sink[16 * PAGE];
	long at = (long)(base + first * PAGE);

	if (n > 12)
		n = 12;
	if (below(2)) {
		what = "write()";
		result = call4(__NR_write, pipes[1], at, n * PAGE, 0);
		if (result > 0)
			call4(__NR_read, pipes[0], (long)sink, sizeof(sink), 0);
	} else {
		what = "read()";
		memset(sink, (int)below(256), n * PAGE);
		call4(__NR_write, pipes[1], (long)sink, n * PAGE, 0);
		result = call4(__NR_read, pipes[0], at, n * PAGE, 0);
		while (call4(__NR_read, pipes[0], (long)sink, sizeof(sink), 0) >
		       0)
			;
	}
}

static void again(unsigned int first, unsigned int n)
{
	what = "mmap";
	map_pages(first, n);
}

static void move(void)
{
	uint32_t to = base == (area)(uintptr_t)AT ? OTHER : AT;
	unsigned int i = 0;

	/* VMA by VMA: neighbours of equal rights may or may not be one. */
	what = "move";
	while (i < N && !result) {
		void *p = mremap((void *)(base + i * PAGE), PAGE, PAGE,
				 MREMAP_MAYMOVE | MREMAP_FIXED,
				 (void *)(uintptr_t)(to + i * PAGE));

		if (p == MAP_FAILED)
			result = -errno;
		i++;
	}
	base = (area)(uintptr_t)to;
}

static void one_step(void)
{
	unsigned int dice = below(100), first = below(N), n = 1 + below(20);
	struct counts from, to;

	if (n > N - first)
		n = N - first;
	what = NULL;
	result = 0;
	from = counts_of(RUSAGE_SELF);
	if (dice < 50)
		touch(first, n);
	else if (dice < 62)
		protect(first, n);
	else if (dice < 78)
		advise(first, n);
	else if (dice < 82)
		lock(first, n);
	else if (dice < 90)
		transfer(first, n);
	else if (dice < 94)
		again(first, n);
	else if (dice < 95)
		move();
	to = counts_of(RUSAGE_SELF);
	if (!what)
		return;
	say("%s %s%s %u+%u %ld minor=%ld", kind_name[kind], who, what, first, n,
	    result, to.minor - from.minor);
	if (to.major != from.major)
		say(" major=%ld", to.major - from.major);
	say("\n");
	if (dice % 16 == 0)
		COUNT("sum", say("sum=%08x ", sum_of()));
}

/* ---- walks --------------------------------------------------------------------------- */

static void walk(unsigned int steps);

/* One of them goes on while the other waits. */
static void fork_step(void)
{
	int go[2], status;
	int parent_first = (int)below(2);
	pid_t pid;
	char byte = 0;

	need(!pipe(go), "pipe");
	flush();
	pid = fork();
	need(pid >= 0, "fork");
	if (!pid) {
		who = "child-";
		warm();
		if (parent_first)
			call4(__NR_read, go[0], (long)&byte, 1, 0);
		walk(CHILD_STEPS);
		flush();
		_exit(0);
	}
	warm();
	if (parent_first) {
		walk(CHILD_STEPS);
		flush();
		call4(__NR_write, go[1], (long)&byte, 1, 0);
	}
	while (waitpid(pid, &status, 0) < 0)
		;
	if (status)
		say("status %x\n", status);
	close(go[0]);
	close(go[1]);
}

static void walk(unsigned int steps)
{
	while (steps--) {
		if (!*who && below(20) == 0)
			fork_step();
		else
			one_step();
	}
}

int main(int argc, char **argv)
{
	unsigned int steps = argc > 2 ? (unsigned int)atoi(argv[2]) : 200;
	uint32_t first_seed = argc > 1 ? (uint32_t)atoi(argv[1]) : 1;

	need(!pipe2(pipes, O_NONBLOCK), "pipe");
	warm();
	for (kind = PRIVATE; kind < KINDS; kind++) {
		seed = first_seed;
		base = (area)(uintptr_t)AT;
		fd = memfd_create("faultfuzz", 0);
		need(fd >= 0 && !ftruncate(fd, N * PAGE), "memfd");
		map_pages(0, N);
		walk(steps);
		munmap((void *)base, N * PAGE);
		close(fd);
	}
	flush();
	return 0;
}
