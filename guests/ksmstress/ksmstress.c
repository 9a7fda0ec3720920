/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ksmstress [SEED [STEPS [PAGES [MB]]]]: four processes, and children that they
 * fork, write and read mergeable memory of a few contents at random, beside a
 * note of what each page holds, while ksmd goes round without a rest, all
 * memory is compacted, and pages are sent to swap where there is some. Pages
 * are also unmapped, moved, given up, locked and called unmergeable.
 *
 * With MB, whoever watches them goes through that much memory again and again,
 * so that theirs has to go.
 *
 * Prints a line for each process: the steps it made and how many pages were
 * wrong; then how much of all that there was.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "observe.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

#define PAGE      4096ul
#define WORKERS   4
#define CONTENTS  5
#define MOST      4096ul
#define RW        (PROT_READ | PROT_WRITE)
#define KSM       "/sys/kernel/mm/ksm/"
#define AT        ((uint8_t *)0x20000000ul)
#define ELSEWHERE ((uint8_t *)0x30000000ul)

static uint32_t state;
static unsigned long pages = 256, wrong;
/* What each page holds: 0 is zeroes; above CONTENTS, its own alone. */
static uint32_t holds[MOST];

static uint32_t rnd(uint32_t below)
{
	state = state * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)(state >> 4) * below >> 28);
}

static uint32_t *words(unsigned long page)
{
	return (uint32_t *)(AT + page * PAGE);
}

/* Begin, middle and end differ by content; the rest is zero. */
static void write_page(unsigned long page, uint32_t content)
{
	uint32_t *w = words(page);

	w[0] = content * 77;
	w[511] = content << 8;
	w[1023] = content;
	holds[page] = content;
}

static void check(unsigned long page)
{
	const volatile uint32_t *w = words(page);
	const uint32_t content = holds[page];

	if (w[0] == content * 77 && w[511] == content << 8 &&
	    w[1023] == content && !w[300] && !w[700])
		return;
	wrong++;
	say("page %lu: %x %x %x, not of content %u", page, w[0], w[511],
	    w[1023], content);
	write_page(page, content);
}

static void check_all(void)
{
	for (unsigned long i = 0; i < pages; i++)
		check(i);
}

static void map(void)
{
	if (mmap(AT, pages * PAGE, RW,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1,
		 0) != AT)
		say("mmap %s", made(-1));
	madvise(AT, pages * PAGE, MADV_MERGEABLE);
}

/* A range of pages, most often a short one. */
static unsigned long range(unsigned long *nr)
{
	unsigned long first = rnd((uint32_t)pages);

	*nr = 1 + rnd(16);
	if (*nr > pages - first)
		*nr = pages - first;
	return first;
}

static void give_up(unsigned long first, unsigned long nr)
{
	if (!madvise(AT + first * PAGE, nr * PAGE, MADV_DONTNEED))
		memset(holds + first, 0, nr * sizeof(*holds));
}

/* There and back. */
static void move(unsigned long first, unsigned long nr)
{
	uint8_t *at = AT + first * PAGE;

	if (mremap(at, nr * PAGE, nr * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   ELSEWHERE) != ELSEWHERE)
		return;
	if (mremap(ELSEWHERE, nr * PAGE, nr * PAGE,
		   MREMAP_MAYMOVE | MREMAP_FIXED, at) != at)
		say("mremap %s", made(-1));
}

static void step(void);

/* A child goes on with what its parent has, for a while. */
static void fork_one(unsigned int depth)
{
	int status, pid = depth ? fork() : -1;

	if (pid < 0)
		return;
	if (!pid) {
		state ^= 0x5bd1e995;
		for (int i = 0; i < 30; i++)
			step();
		check_all();
		_exit(wrong ? 1 : 0);
	}
	for (int i = 0; i < 10; i++)
		step();
	if (waitpid(pid, &status, 0) != pid || status)
		wrong++;
}

static unsigned int depth = 2;

static void step(void)
{
	unsigned long nr, first = range(&nr);
	uint8_t *at = AT + first * PAGE;
	const uint32_t what = rnd(100);

	if (what < 40) {
		for (unsigned long i = first; i < first + nr; i++)
			write_page(i, rnd(20) ? rnd(CONTENTS)
					      : CONTENTS + rnd(1000));
	} else if (what < 70) {
		for (unsigned long i = first; i < first + nr; i++)
			check(i);
	} else if (what < 76) {
		madvise(at, nr * PAGE, MADV_PAGEOUT);
	} else if (what < 80) {
		give_up(first, nr);
	} else if (what < 84) {
		move(first, nr);
	} else if (what < 88) {
		madvise(at, nr * PAGE, MADV_UNMERGEABLE);
		madvise(at, nr * PAGE, MADV_MERGEABLE);
	} else if (what < 90) {
		mlock(at, nr * PAGE);
		munlock(at, nr * PAGE);
	} else if (what < 93) {
		mprotect(at, nr * PAGE, PROT_READ);
		mprotect(at, nr * PAGE, RW);
	} else if (what < 96) {
		usleep(500);
	} else if (what < 98 && depth) {
		depth--;
		fork_one(1);
		depth++;
	}
}

static void work(unsigned int number, unsigned int seed, long steps)
{
	static char name[16];

	snprintf(name, sizeof(name), "worker %u", number);
	prefix = name;
	state = seed * 97 + number;
	map();
	for (long i = 0; i < steps; i++)
		step();
	check_all();
	say("%ld steps, wrong %lu", steps, wrong);
	_exit(wrong ? 1 : 0);
}

/* The next piece of what is gone through in turn. */
static void press(volatile char *memory, unsigned long bytes)
{
	static unsigned long at;

	for (int i = 0; i < 2048 && bytes; i++) {
		memory[at] = (char)at;
		at = (at + PAGE) % bytes;
	}
}

/* Whoever is left over moves memory about until the workers are done. */
static int stir(unsigned long *most, unsigned long bytes)
{
	char *memory = bytes ? mmap(NULL, bytes, RW,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
			     : NULL;
	int status, bad = 0, left = WORKERS, turn = 0;

	while (left) {
		int pid = waitpid(-1, &status, WNOHANG);

		if (pid > 0) {
			left--;
			bad += status != 0;
			continue;
		}
		usleep(3000);
		press(memory, bytes);
		if (field(KSM "pages_sharing", "") > *most)
			*most = field(KSM "pages_sharing", "");
		if (turn % 5 == 0)
			put("/proc/sys/vm/compact_memory", 1);
		if (turn % 40 == 39)
			put(KSM "run", 2);
		if (turn % 40 == 0)
			put(KSM "run", 1);
		turn++;
	}
	return bad;
}

int main(int argc, char **argv)
{
	unsigned int seed = argc > 1 ? (unsigned int)atoi(argv[1]) : 1;
	long steps = argc > 2 ? atol(argv[2]) : 300;
	unsigned long most = 0;
	int bad;

	if (argc > 3)
		pages = strtoul(argv[3], NULL, 10);
	if (!pages || pages > MOST)
		pages = MOST;
	put(KSM "sleep_millisecs", 1);
	put(KSM "pages_to_scan", 500);
	put(KSM "run", 2);
	put(KSM "max_page_sharing", 20);
	put(KSM "use_zero_pages", seed & 1);
	put(KSM "run", 1);
	for (unsigned int i = 0; i < WORKERS; i++)
		if (!fork())
			work(i, seed, steps);
	bad = stir(&most, argc > 4 ? strtoul(argv[4], NULL, 10) << 20 : 0);
	say("merged at most %lu; cow_ksm %lu, ksm_swpin_copy %lu, "
	    "pgmigrate_success %lu, pswpout %lu",
	    most, field("/proc/vmstat", "cow_ksm "),
	    field("/proc/vmstat", "ksm_swpin_copy "),
	    field("/proc/vmstat", "pgmigrate_success "),
	    field("/proc/vmstat", "pswpout "));
	say("done: %d workers bad", bad);
	return bad != 0;
}
