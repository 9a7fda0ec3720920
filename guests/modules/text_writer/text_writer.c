/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes where nobody may: to code and constants, the kernel's or its own. An
 * oops, and what it wrote to is as it was.
 *
 *	insmod text_writer.ko kind=text
 *
 * kind: text, a function of the kernel's; rodata, a constant of the kernel's;
 * own_text, own_rodata; vectors.
 */

#include <linux/module.h>
#include <linux/string.h>

static char *kind = "text";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "text, rodata, own_text, own_rodata, vectors");

static const int constants[] = {42, 43};

static noinline void write_to(const volatile void *to)
{
	*(volatile int *)(unsigned long)to = 0;
	barrier();
}

static noinline const volatile void *target(void)
{
	if (!strcmp(kind, "rodata"))
		return &param_ops_int;
	if (!strcmp(kind, "own_text"))
		return (const void *)write_to;
	if (!strcmp(kind, "own_rodata"))
		return constants;
	if (!strcmp(kind, "vectors"))
		return (const void *)0xffff0000;
	return (const void *)memcpy;
}

static int __init text_writer_init(void)
{
	write_to(target());
	return 0;
}

static void __exit text_writer_exit(void)
{
}

module_init(text_writer_init);
module_exit(text_writer_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Writes to what is read-only");
