/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs wild: jumps to where it shouldn't, or executes what it shouldn't.
 *
 *	insmod wild.ko kind=data
 *
 * kind: nowhere, data (of its own), kernel_data, user (its process's memory),
 * thumb (its own ARM code, as Thumb), unaligned (an access, by ldrd),
 * undefined, syscall, breakpoint, lost (it has no return address any more),
 * no_stack (sp points nowhere).
 */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>

static char *kind = "nowhere";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "where it runs");

static bool leave;
module_param(leave, bool, 0444);
MODULE_PARM_DESC(leave, "in exit, not in init");

static unsigned int data[4] = {0xe12fff1e}; /* bx lr */

static noinline void jump(unsigned long to)
{
	((void (*)(void))to)();
	barrier();
}

static noinline void execute(void)
{
	if (!strcmp(kind, "unaligned"))
		__asm__ volatile("ldrd r2, r3, [%0]" ::"r"((char *)data + 2)
				 : "r2", "r3");
	else if (!strcmp(kind, "undefined"))
		__asm__ volatile("udf #7");
	else if (!strcmp(kind, "syscall"))
		__asm__ volatile("svc #0" ::: "r0", "lr");
	else if (!strcmp(kind, "breakpoint"))
		__asm__ volatile("bkpt #1");
	else if (!strcmp(kind, "lost"))
		__asm__ volatile("mov sp, #0xf0000000\n\t"
				 "movw lr, #0xbeec\n\t"
				 "movt lr, #0xdead\n\t"
				 "bx lr");
	else if (!strcmp(kind, "no_stack"))
		__asm__ volatile("mov sp, #0xf0000000\n\tpush {r0, r1}");
	barrier();
}

/* in the trace by its name, whatever a compiler thinks of it */
static noinline int run(void)
{
	if (!strcmp(kind, "nowhere"))
		jump(0xdeadbeec);
	else if (!strcmp(kind, "data"))
		jump((unsigned long)data);
	else if (!strcmp(kind, "kernel_data"))
		jump(__get_free_pages(GFP_KERNEL, 0));
	else if (!strcmp(kind, "user"))
		jump(0x10000);
	else if (!strcmp(kind, "thumb"))
		jump((unsigned long)jump | 1);
	else
		execute();
	barrier(); /* nor has it a last call that takes its place */
	return 0;
}

static int __init wild_init(void)
{
	return leave ? 0 : run();
}

static void __exit wild_exit(void)
{
	if (leave)
		run();
}

module_init(wild_init);
module_exit(wild_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Runs wild");
