/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process_vm_readv() and process_vm_writev(): from and to a child's memory,
 * its own, memory that may not be read or written, segments that fit badly,
 * ends in the midst of a page; what is wrong about the arguments, two at a
 * time; another user's process. Prints a line a call: its result, and a sum of
 * what the bytes are then.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE 4096u
#define NR   6u

/*
 * Six pages at the same place in both: written, read-only, not at all, a hole,
 * written, written.
 */
static unsigned char *area, *here;
static pid_t child;

static unsigned sum(const unsigned char *at, unsigned n)
{
	unsigned a = 1, b = 0;

	for (unsigned i = 0; i < n; i++) {
		a = (a + at[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

static void told(const char *what, long got)
{
	if (got < 0)
		say("%s: %s", what, made(got));
	else
		say("%s: %ld, here %08x", what, got, sum(here, NR * PAGE));
}

static void refill(void)
{
	for (unsigned i = 0; i < NR * PAGE; i++)
		here[i] = (unsigned char)(i * 13 + i / 251);
}

/* Both ways, and what the child has then. */
static void both(const char *what, struct iovec *local, unsigned nl,
		 struct iovec *remote, unsigned nr)
{
	char line[120];
	unsigned char *look = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec l = {look, PAGE}, r;

	refill();
	snprintf(line, sizeof(line), "read %s", what);
	told(line, process_vm_readv(child, local, nl, remote, nr, 0));
	refill();
	snprintf(line, sizeof(line), "write %s", what);
	told(line, process_vm_writev(child, local, nl, remote, nr, 0));
	for (unsigned page = 0; page < NR; page++) {
		r = (struct iovec){area + page * PAGE, PAGE};
		if (process_vm_readv(child, &l, 1, &r, 1, 0) == PAGE)
			say("  page %u %08x", page, sum(look, PAGE));
	}
	munmap(look, PAGE);
}

static void in_many_ways(void)
{
	struct iovec whole = {here, NR * PAGE}, remote = {area, NR * PAGE};
	struct iovec pieces[] = {{here + 1, 5000},
				 {here + 9000, 0},
				 {here + 6001, 3},
				 {here + 12000, 8000}};
	struct iovec far[] = {{area + 4 * PAGE + 7, 3000},
			      {area, 0},
			      {area + 100, 1},
			      {area + 200, 2000}};
	struct iovec bad[] = {
		{area + 10, 20}, {area + 3 * PAGE, 10}, {area + 40, 20}};
	struct iovec none = {here, 0};
	struct iovec nowhere[] = {{here, 10}, {(void *)0xfffff000, 100}};

	both("all", &whole, 1, &remote, 1);
	both("pieces", pieces, 4, far, 4);
	both("to less", &(struct iovec){here, 100}, 1, far, 4);
	both("from less", &whole, 1, &(struct iovec){area + 4090, 20}, 1);
	both("a hole amid", &whole, 1, bad, 3);
	both("a hole first", &whole, 1, bad + 1, 2);
	both("what is forbidden", &whole, 1,
	     &(struct iovec){area + 2 * PAGE, 100}, 1);
	both("what is read-only", &whole, 1, &(struct iovec){area + PAGE, 100},
	     1);
	both("nothing here", &none, 1, &remote, 1);
	both("nothing there", &whole, 1, &(struct iovec){area, 0}, 1);
	both("half nowhere", nowhere, 2, &remote, 1);
	both("above all", &whole, 1, &(struct iovec){(void *)0xffff0ffc, 4}, 1);
}

static void wrong(void)
{
	struct iovec l = {here, 10}, r = {area, 10}, negative = {here, -1};
	static const unsigned counts[] = {0, 1, 1024, 1025};
	static const unsigned flags[] = {0, 1};
	const pid_t pids[] = {child, getpid(), 0, -1, 30000};
	struct iovec *const ls[] = {&l, NULL, &negative, (void *)0xfffff000};
	char line[120];

	for (unsigned p = 0; p < 5; p++)
		for (unsigned f = 0; f < 2; f++)
			for (unsigned a = 0; a < 4; a++)
				for (unsigned b = 0; b < 4; b++) {
					snprintf(line, sizeof(line),
						 "pid %u flags %u local %u "
						 "remote %u",
						 p, f, a, b);
					told(line,
					     process_vm_readv(pids[p], ls[a], 1,
							      b ? ls[b] : &r, 1,
							      flags[f]));
				}
	for (unsigned a = 0; a < 4; a++)
		for (unsigned b = 0; b < 4; b++) {
			if (counts[a] == 1024 || counts[b] == 1024)
				continue; /* would read what lies behind */
			snprintf(line, sizeof(line), "counts %u %u", counts[a],
				 counts[b]);
			told(line, process_vm_readv(child, &l, counts[a], &r,
						    counts[b], 0));
		}
}

/* Another user's, and one of ours that isn't dumpable is the same. */
static void as_user(void)
{
	struct iovec l = {here, 10}, r = {area, 10};
	int status;

	if (!fork()) {
		prefix = "user ";
		if (setgid(1000) || setuid(1000))
			_exit(1);
		told("another's", process_vm_readv(child, &l, 1, &r, 1, 0));
		told("its own", process_vm_writev(getpid(), &l, 1, &r, 1, 0));
		_exit(0);
	}
	wait(&status);
}

int main(void)
{
	struct iovec l, r;

	area = mmap((void *)0x20000000, NR * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	here = mmap((void *)0x30000000, NR * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	for (unsigned i = 0; i < NR * PAGE; i++)
		area[i] = (unsigned char)(i * 7);
	mprotect(area + PAGE, PAGE, PROT_READ);
	mprotect(area + 2 * PAGE, PAGE, PROT_NONE);
	munmap(area + 3 * PAGE, PAGE);
	l = (struct iovec){here, 10};
	r = (struct iovec){area, 10};
	child = fork();
	if (!child)
		for (;;)
			pause();
	in_many_ways();
	wrong();
	as_user();
	kill(child, SIGKILL);
	waitid(P_PID, (id_t)child, &(siginfo_t){0}, WEXITED | WNOWAIT);
	told("one that has ended", process_vm_readv(child, &l, 1, &r, 1, 0));
	wait(NULL);
	told("one that is gone", process_vm_readv(child, &l, 1, &r, 1, 0));
	return 0;
}
