/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What physical memory costs the host, in nanoseconds for an allocation and
 * its free, medians of several rounds in processor time: kmalloc(64) of each
 * slab allocator, one page by the per-CPU lists, eight pages by the buddy.
 *
 *	bench_mm [ROUNDS]	a table for people, and 1 when a bar is missed
 *	bench_mm --table	the same for tools/bench: what, ns, bar (0: none)
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/kernel/mm_fixture.h"

enum {
	MAX_ROUNDS = 99,
	OPERATIONS = 1000000,
	MANY = 64
};

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ---- what is measured -------------------------------------------------------- */

static void kmalloc_64(struct mm_fixture *f)
{
	for (int i = 0; i < OPERATIONS; i++)
		kfree(&f->task, kmalloc(&f->task, 64, GFP_KERNEL));
}

/* So many are in use at once, freed in the order in which they came. */
static void kmalloc_64_many(struct mm_fixture *f)
{
	vaddr_t objects[MANY];

	for (int i = 0; i < OPERATIONS / MANY; i++) {
		for (int n = 0; n < MANY; n++)
			objects[n] = kmalloc(&f->task, 64, GFP_KERNEL);
		for (int n = 0; n < MANY; n++)
			kfree(&f->task, objects[n]);
	}
}

static void one_page(struct mm_fixture *f)
{
	for (int i = 0; i < OPERATIONS; i++)
		__free_pages(&f->task, alloc_pages(&f->task, GFP_KERNEL, 0), 0);
}

/* The lists up to order 3 are left out; blocks are split and merged again. */
static void eight_pages(struct mm_fixture *f)
{
	struct zone *zone = &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
	struct page *pages[MANY];

	for (int i = 0; i < OPERATIONS / MANY; i++) {
		for (int n = 0; n < MANY; n++)
			pages[n] = __rmqueue(f->k, zone, 3, MIGRATE_UNMOVABLE,
					     ALLOC_WMARK_LOW);
		for (int n = 0; n < MANY; n++)
			__free_one_page(f->k, pages[n],
					page_to_pfn(f->k, pages[n]), zone, 3,
					MIGRATE_UNMOVABLE, false);
	}
}

static const struct {
	const char *what, *allocator;
	void (*run)(struct mm_fixture *f);
	int bar; /* 0: none */
} benches[] = {
	{"kmalloc(64) and kfree, slub", "slub", kmalloc_64, 30},
	{"kmalloc(64) and kfree, slab", "slab", kmalloc_64, 0},
	{"kmalloc(64) and kfree, slob", "slob", kmalloc_64, 0},
	{"64 kmalloc(64) and 64 kfree, slub", "slub", kmalloc_64_many, 30},
	{"64 kmalloc(64) and 64 kfree, slab", "slab", kmalloc_64_many, 0},
	{"64 kmalloc(64) and 64 kfree, slob", "slob", kmalloc_64_many, 0},
	{"a page, by the per-CPU lists", "slub", one_page, 25},
	{"eight pages, by the buddy", "slub", eight_pages, 150},
};

/* ---- measuring ------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(struct mm_fixture *f, void (*run)(struct mm_fixture *f),
		     int rounds)
{
	double ns[MAX_ROUNDS];

	run(f);
	for (int i = 0; i < rounds; i++) {
		double start = now_ns();

		run(f);
		ns[i] = (now_ns() - start) / OPERATIONS;
	}
	qsort(ns, (size_t)rounds, sizeof(*ns), compare);
	return ns[rounds / 2];
}

static double measure(size_t i, int rounds)
{
	struct mm_fixture *f;
	double ns;

	setenv("MMUSCOPE_SLAB_ALLOCATOR", benches[i].allocator, 1);
	f = fixture_simple(64, true);
	ns = median(f, benches[i].run, rounds);
	fixture_destroy(f);
	return ns;
}

int main(int argc, char **argv)
{
	const bool table = argc > 1 && !strcmp(argv[1], "--table");
	int rounds = argc > 1 && !table ? atoi(argv[1]) : 9;
	int missed = 0;

	if (rounds < 1 || rounds > MAX_ROUNDS)
		rounds = 9;
	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++) {
		const double ns = measure(i, rounds);

		if (table) {
			printf("%s\t%.1f\t%d\n", benches[i].what, ns,
			       benches[i].bar);
			continue;
		}
		printf("%-36s %7.1f ns", benches[i].what, ns);
		if (benches[i].bar)
			printf("  bar %3d  %s", benches[i].bar,
			       ns <= benches[i].bar ? "ok" : "MISS");
		printf("\n");
		missed += benches[i].bar && ns > benches[i].bar;
	}
	return missed != 0;
}
