/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmalloc's areas in all sizes, filled, checked, freed in another order than
 * they came; and what lies behind one: a guard page, which overrun=1 touches.
 *
 *	insmod vmalloc_test.ko rounds=200
 */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define NR_AREAS 16

static unsigned int rounds = 100;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "how many areas come and go");

static bool overrun;
module_param(overrun, bool, 0444);
MODULE_PARM_DESC(overrun, "write behind the last area's end");

struct area {
	u32 *words;
	u32 nr_words, seed;
};

static struct area areas[NR_AREAS];
static u32 *last; /* the one that is overrun: whoever oopses keeps it */
static u32 state = 12345;

static u32 next_random(void)
{
	state = state * 1664525u + 1013904223u;
	return state >> 8;
}

static void fill(struct area *area)
{
	for (u32 i = 0; i < area->nr_words; i++)
		area->words[i] = area->seed + i;
}

static u32 count_wrong(const struct area *area)
{
	u32 wrong = 0;

	for (u32 i = 0; i < area->nr_words; i++)
		wrong += area->words[i] != area->seed + i;
	return wrong;
}

static u32 drop(struct area *area)
{
	u32 wrong = area->words ? count_wrong(area) : 0;

	vfree(area->words);
	area->words = NULL;
	return wrong;
}

static int __init vmalloc_test_init(void)
{
	u32 wrong = 0, failed = 0;

	for (u32 i = 0; i < rounds; i++) {
		struct area *area = &areas[next_random() % NR_AREAS];

		wrong += drop(area);
		area->nr_words = 1 + next_random() % 20000;
		area->seed = next_random();
		area->words = vmalloc(area->nr_words * sizeof(u32));
		if (area->words)
			fill(area);
		else
			failed++;
	}
	pr_info("vmalloc_test: %u areas, %u failed, %u words wrong\n", rounds,
		failed, wrong);
	if (overrun) {
		last = vmalloc(PAGE_SIZE);
		pr_info("vmalloc_test: writing behind %p\n", last);
		last[PAGE_SIZE / sizeof(u32)] = 1;
	}
	return 0;
}

static void __exit vmalloc_test_exit(void)
{
	u32 wrong = 0;

	for (u32 i = 0; i < NR_AREAS; i++)
		wrong += drop(&areas[i]);
	pr_info("vmalloc_test: %u words wrong at the end\n", wrong);
}

module_init(vmalloc_test_init);
module_exit(vmalloc_test_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Exercises vmalloc");
