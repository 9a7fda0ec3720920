/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Needs more stack than there is.
 *
 *	insmod stack_overrun.ko kind=frame
 *
 * kind: recursion; frame, one that is larger than the stack; call, the kernel
 * is called when hardly any is left.
 */

#include <linux/module.h>
#include <linux/printk.h>
#include <linux/string.h>

static char *kind = "recursion";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "recursion, frame, call");

static bool leave;
module_param(leave, bool, 0444);
MODULE_PARM_DESC(leave, "in exit, not in init");

static noinline unsigned int recursion(unsigned int depth)
{
	volatile unsigned int words[32];

	words[depth % 32] = depth;
	barrier();
	return recursion(depth + 1) + words[depth % 32];
}

static noinline unsigned int frame(void)
{
	volatile unsigned int words[2300]; /* 9200 bytes */

	words[0] = 1;
	barrier();
	return words[0] + words[1];
}

static noinline unsigned int call(void)
{
	volatile unsigned int words[2000];

	words[0] = 1;
	for (unsigned int i = 0; i < 4; i++)
		pr_info("stack_overrun: %u %u %u %u %u\n", i, i, i, i, i);
	return recursion(words[0]);
}

static noinline unsigned int overrun(void)
{
	unsigned int n;

	if (!strcmp(kind, "frame"))
		n = frame();
	else if (!strcmp(kind, "call"))
		n = call();
	else
		n = recursion(0);
	barrier();
	return n;
}

static int __init stack_overrun_init(void)
{
	return leave ? 0 : overrun() & 0;
}

static void __exit stack_overrun_exit(void)
{
	if (leave)
		overrun();
}

module_init(stack_overrun_init);
module_exit(stack_overrun_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Overruns its stack");
