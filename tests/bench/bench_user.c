/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What user memory costs the host, medians of several rounds in processor
 * time: first touches, copies on write, finding a VMA among few and many, the
 * fork of a large process. A kernel without an engine: what a guest's own
 * instructions cost is not in it, the MMU's part in a fault is.
 *
 *	bench_user [ROUNDS]	a table for people, and 1 when a bar is missed
 *	bench_user --table	the same for tools/bench: what, value, bar, unit
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/kernel/helper_user_mm.h"

enum {
	MAX_ROUNDS = 99,
	FAULT_PAGES = 8192, /* more than the host's caches hold */
	BIG_PAGES = 100 << 8, /* 100 MB */
	FEW_VMAS = 10,
	MANY_VMAS = 10000,
	LOOKUPS = 1000000,
};

#define BASE      0x10000000u
#define PROT_RW   (PROT_READ | PROT_WRITE)
#define MAP_HERE  (MAP_PRIVATE | MAP_FIXED)
#define NS_PER_US 1e3
#define NS_PER_MS 1e6

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void store_each(struct user_mm *u, uint32_t pages)
{
	for (uint32_t i = 0; i < pages; i++)
		assert_true(store(u, BASE + i * PAGE_SIZE, i));
}

static void map_pages(struct user_mm *u, uint32_t pages)
{
	assert_int_equal(map(u, BASE, pages * PAGE_SIZE, PROT_RW, MAP_HERE),
			 BASE);
}

/* ---- what is measured: each returns nanoseconds for one --------------------- */

static double first_touch(struct user_mm *u)
{
	double start;

	map_pages(u, FAULT_PAGES);
	start = now_ns();
	store_each(u, FAULT_PAGES);
	start = now_ns() - start;
	unmap(u, BASE, FAULT_PAGES * PAGE_SIZE);
	return start / FAULT_PAGES;
}

static double copy_on_write(struct user_mm *u)
{
	struct mm_struct *child;
	double start;

	map_pages(u, FAULT_PAGES);
	store_each(u, FAULT_PAGES);
	child = fork_mm(u);
	assert_non_null(child);
	start = now_ns();
	store_each(u, FAULT_PAGES);
	start = now_ns() - start;
	end_mm(u, child);
	unmap(u, BASE, FAULT_PAGES * PAGE_SIZE);
	return start / FAULT_PAGES;
}

static double fork_of_100_mb(struct user_mm *u)
{
	struct mm_struct *child;
	double start;

	map_pages(u, BIG_PAGES);
	store_each(u, BIG_PAGES);
	start = now_ns();
	child = fork_mm(u);
	start = now_ns() - start;
	assert_non_null(child);
	end_mm(u, child);
	unmap(u, BASE, BIG_PAGES * PAGE_SIZE);
	return start;
}

/* Every other page is read-only, so that no two VMAs merge. */
static double find_among(struct user_mm *u, uint32_t vmas)
{
	uint32_t sum = 0;
	uint64_t random = 1;
	double start;

	for (uint32_t i = 0; i < vmas; i++)
		map(u, BASE + i * PAGE_SIZE, PAGE_SIZE,
		    i & 1 ? PROT_READ : PROT_RW, MAP_HERE);
	for (uint32_t i = 0; i < vmas; i++) /* as a program would */
		sum += peek32(u, BASE + i * PAGE_SIZE);
	start = now_ns();
	for (int i = 0; i < LOOKUPS; i++) {
		vaddr_t vaddr;

		random = random * 6364136223846793005u + 1442695040888963407u;
		vaddr = BASE +
			(uint32_t)((random >> 33) * vmas >> 31) * PAGE_SIZE;
		sum += find_vma(u->mm, vaddr)->vm_start;
	}
	start = now_ns() - start;
	assert_int_not_equal(sum, 1);
	unmap(u, BASE, vmas * PAGE_SIZE);
	return start / LOOKUPS;
}

static double find_among_few(struct user_mm *u)
{
	return find_among(u, FEW_VMAS);
}

static double find_among_many(struct user_mm *u)
{
	return find_among(u, MANY_VMAS);
}

/* ---- measuring ---------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The first round, in which the host gives memory, doesn't count. */
static double median(double (*run)(struct user_mm *u), int rounds)
{
	struct user_mm *u = user_mm_create(NULL);
	double ns[MAX_ROUNDS];

	run(u);
	for (int i = 0; i < rounds; i++)
		ns[i] = run(u);
	user_mm_destroy(u);
	qsort(ns, (size_t)rounds, sizeof(*ns), compare);
	return ns[rounds / 2];
}

struct row {
	const char *what;
	double value, bar; /* 0: none */
	const char *unit;
};

static int measure(struct row *rows, int rounds)
{
	const double few = median(find_among_few, rounds);
	const double many = median(find_among_many, rounds);
	int n = 0;

	rows[n++] = (struct row){"anonymous fault, zeroing included",
				 median(first_touch, rounds) / NS_PER_US, 1.2,
				 "us"};
	rows[n++] = (struct row){"copy on write",
				 median(copy_on_write, rounds) / NS_PER_US, 2,
				 "us"};
	rows[n++] = (struct row){"fork of 100 MB",
				 median(fork_of_100_mb, rounds) / NS_PER_MS, 30,
				 "ms"};
	rows[n++] = (struct row){"find_vma among 10", few, 0, "ns"};
	rows[n++] = (struct row){"find_vma among 10,000", many, 0, "ns"};
	rows[n++] = (struct row){"find_vma, 10,000 beside 10", many / few, 2,
				 "x"};
	return n;
}

int main(int argc, char **argv)
{
	const bool table = argc > 1 && !strcmp(argv[1], "--table");
	int rounds = argc > 1 && !table ? atoi(argv[1]) : 9;
	struct row rows[16];
	int missed = 0;

	if (rounds < 1 || rounds > MAX_ROUNDS)
		rounds = 9;
	for (int i = 0, n = measure(rows, rounds); i < n; i++) {
		const struct row *row = &rows[i];

		if (table) {
			printf("%s\t%.3f\t%g\t%s\n", row->what, row->value,
			       row->bar, row->unit);
			continue;
		}
		printf("%-36s %8.3f %s", row->what, row->value, row->unit);
		if (row->bar > 0)
			printf("  bar %3g  %s", row->bar,
			       row->value <= row->bar ? "ok" : "MISS");
		printf("\n");
		missed += row->bar > 0 && row->value > row->bar;
	}
	return missed != 0;
}
