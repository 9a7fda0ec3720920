/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows a NULL pointer, in init or in exit: an oops, and its process dies.
 *
 *	insmod null_deref.ko kind=read
 *	insmod null_deref.ko kind=write offset=60 leave=1; rmmod null_deref
 *
 * kind: read, write, execute; copy: by memcpy() of the kernel's, string: by
 * printk()'s %s, which only says so. offset: what is added to NULL; leave: in
 * exit.
 */

#include <linux/module.h>
#include <linux/string.h>

static char *kind = "read";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "read, write, execute, copy, string");

static unsigned int offset;
module_param(offset, uint, 0444);
MODULE_PARM_DESC(offset, "from NULL, in bytes");

static bool leave;
module_param(leave, bool, 0444);
MODULE_PARM_DESC(leave, "in exit, not in init");

static noinline int follow(volatile int *to)
{
	if (!strcmp(kind, "write"))
		*to = 42;
	else if (!strcmp(kind, "execute"))
		((void (*)(void))to)();
	else if (!strcmp(kind, "copy"))
		memcpy((void *)to, kind, 4);
	else if (!strcmp(kind, "string"))
		pr_info("null_deref: %s\n", (const char *)to);
	else
		return *to;
	barrier(); /* so that no call is the last thing it does */
	return 0;
}

static int __init null_deref_init(void)
{
	return leave ? 0 : follow((void *)(unsigned long)offset) & 0;
}

static void __exit null_deref_exit(void)
{
	if (leave)
		follow((void *)(unsigned long)offset);
}

module_init(null_deref_init);
module_exit(null_deref_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Follows a NULL pointer");
