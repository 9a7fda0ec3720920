/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest module: says that it is there, how often it was told to, and
 * that it goes.
 *
 *	insmod hello.ko who=you times=2
 */

#include <linux/module.h>

static char *who = "world";
module_param(who, charp, 0444);
MODULE_PARM_DESC(who, "whom to greet");

static unsigned int times = 1;
module_param(times, uint, 0444);
MODULE_PARM_DESC(times, "how often");

static int __init hello_init(void)
{
	for (unsigned int i = 0; i < times; i++)
		pr_info("hello: hello, %s\n", who);
	return 0;
}

static void __exit hello_exit(void)
{
	pr_info("hello: goodbye, %s\n", who);
}

module_init(hello_init);
module_exit(hello_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Greets");
