/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What grouping pages by mobility is good for: the same work is done on two
 * machines that differ in the boot argument page_group_by_mobility= alone.
 * Pages of programs come and go; among them the kernel takes pages that can't
 * be moved, and some of those stay. When the programs have ended, how many
 * large blocks are there?
 *
 *	test_fragmentation [SEED]
 */

#include "tests/unit/kernel/mm_fixture.h"

enum {
	SIZE_MB = 96,
	NR_STEPS = 200000,
	MAX_PAGES = 30000,
	KEPT_OF_KERNEL = 10 /* per cent of its pages stay for good */
};

static uint64_t first_seed = 1;

struct work {
	struct mm_fixture *f;
	struct page *movable[MAX_PAGES], *kernel[MAX_PAGES];
	uint32_t nr_movable, nr_kernel, nr_kept;
	uint64_t random;
};

struct outcome {
	uint32_t free_pages, kept, blocks[MAX_ORDER], mixed_blocks;
	int index, unusable; /* of the largest order */
};

static uint32_t below(struct work *w, uint32_t n)
{
	return next_random(&w->random) % n;
}

static void take(struct work *w, gfp_t gfp, struct page **pages, uint32_t *nr)
{
	struct page *page;

	if (*nr == MAX_PAGES)
		return;
	page = alloc_page(&w->f->task, gfp | __GFP_NORETRY | __GFP_NOWARN);
	if (page)
		pages[(*nr)++] = page;
}

static void give_back(struct work *w, struct page **pages, uint32_t *nr)
{
	uint32_t i;

	if (!*nr)
		return;
	i = below(w, *nr);
	__free_pages(&w->f->task, pages[i], 0);
	pages[i] = pages[--*nr];
}

/*
 * Programs fill the memory and leave it half empty, in turn; the kernel takes
 * one page for twenty of theirs and keeps one of ten.
 */
static void work(struct work *w)
{
	for (uint32_t step = 0; step < NR_STEPS; step++) {
		const bool filling = step / 20000 % 2 == 0;

		if (below(w, 100) < (filling ? 75 : 25))
			take(w, GFP_HIGHUSER_MOVABLE, w->movable,
			     &w->nr_movable);
		else
			give_back(w, w->movable, &w->nr_movable);
		if (below(w, 20))
			continue;
		if (below(w, 100) < 60)
			take(w, GFP_KERNEL, w->kernel, &w->nr_kernel);
		else if (below(w, 100) < KEPT_OF_KERNEL && w->nr_kernel)
			w->nr_kernel--, w->nr_kept++; /* for good */
		else
			give_back(w, w->kernel, &w->nr_kernel);
	}
	while (w->nr_movable)
		give_back(w, w->movable, &w->nr_movable);
	while (w->nr_kernel)
		give_back(w, w->kernel, &w->nr_kernel);
	drain_all_pages(w->f->k);
}

/* Pageblocks that are neither free nor full: a page keeps the rest small. */
static uint32_t mixed_pageblocks(struct kernel *k, const struct zone *zone)
{
	uint32_t mixed = 0;

	for (pfn_t pfn = zone->zone_start_pfn; pfn < zone_end_pfn(zone);
	     pfn += pageblock_nr_pages) {
		uint32_t nr_free = 0;
		pfn_t at = pfn;

		while (at < pfn + pageblock_nr_pages) {
			const struct page *page = pfn_to_page(k, at);
			uint32_t nr = PageBuddy(page) ? 1u << buddy_order(page)
						      : 1;

			nr_free += PageBuddy(page) ? nr : 0;
			at += nr;
		}
		mixed += nr_free && nr_free < pageblock_nr_pages;
	}
	return mixed;
}

static struct outcome run(const char *bootargs)
{
	static struct work w;
	const struct zone *zone;
	struct outcome o;

	w = (struct work){.random = first_seed};
	w.f = fixture_create(0x60000000, SIZE_MB * MB, 0x80000000);
	strcpy(w.f->k->arch.command_line, bootargs);
	memblock_add(w.f->k, 0x60000000, SIZE_MB * MB);
	memblock_reserve(w.f->k, 0x60000000, MB);
	fixture_boot(w.f, false);
	assert_int_equal(w.f->k->mem.page_group_by_mobility_disabled,
			 strstr(bootargs, "off") != NULL);
	work(&w);
	zone = &w.f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
	o = (struct outcome){
		.free_pages = (uint32_t)zone->vm_stat[NR_FREE_PAGES],
		.kept = w.nr_kept,
		.index = fragmentation_index(zone, MAX_ORDER - 1),
		.unusable = unusable_free_index(zone, MAX_ORDER - 1),
		.mixed_blocks = mixed_pageblocks(w.f->k, zone),
	};
	for (int order = 0; order < MAX_ORDER; order++)
		o.blocks[order] = zone->free_area[order].nr_free;
	assert_int_equal(verify_page_alloc(w.f->k), 0);
	fixture_destroy(w.f);
	return o;
}

static void print_row(const char *name, const struct outcome *o)
{
	print_message("%-8s %6u %5u %9u %9u %9u %6d.%03d\n", name,
		      o->free_pages, o->kept, o->blocks[MAX_ORDER - 1],
		      o->blocks[MAX_ORDER - 2], o->mixed_blocks,
		      o->unusable / 1000, o->unusable % 1000);
}

static void test_grouping(void **state)
{
	const struct outcome on = run("page_group_by_mobility=on");
	const struct outcome off = run("page_group_by_mobility=off");

	(void)state;
	print_message("%d MB, %d steps, seed %llu\n", SIZE_MB, NR_STEPS,
		      (unsigned long long)first_seed);
	print_message("grouping   free  kept  order 10   order 9     mixed   "
		      "unusable\n");
	print_row("on", &on);
	print_row("off", &off);
	/* as much is free, but in pieces */
	assert_in_range(off.free_pages, on.free_pages - on.free_pages / 20,
			on.free_pages + on.free_pages / 20);
	assert_true(on.blocks[MAX_ORDER - 1] * 2 >=
		    off.blocks[MAX_ORDER - 1] * 3);
	assert_true(on.mixed_blocks * 2 <= off.mixed_blocks);
	assert_true(on.unusable + 300 <= off.unusable);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grouping),
	};

	if (argc > 1)
		first_seed = strtoull(argv[1], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
