/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tools/bench: calls an exported function so many times, and does so many
 * rounds of the work that guests/modloop does in user mode.
 */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "loop.h"

static unsigned int calls, pairs, rounds;
module_param(calls, uint, 0);
MODULE_PARM_DESC(calls, "calls of a function that does next to nothing");
module_param(pairs, uint, 0);
MODULE_PARM_DESC(pairs, "kmalloc() and kfree(), so many times");
module_param(rounds, uint, 0);
MODULE_PARM_DESC(rounds, "rounds of the loop");

static unsigned int table[1024];

static int __init module_bench_init(void)
{
	unsigned long sum = 0;

	for (unsigned int i = 0; i < calls; i++)
		sum += totalram_pages();
	for (unsigned int i = 0; i < pairs; i++)
		kfree(kmalloc(64, GFP_KERNEL));
	pr_info("module_bench: %lu, %08x\n", calls ? sum / calls : 0,
		work(table, rounds));
	return 0;
}

static void __exit module_bench_exit(void)
{
}

module_init(module_bench_init);
module_exit(module_bench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Measured by tools/bench");
