/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The kernel's own memory within the image: what Linux keeps in .rodata,
 * .init.data, .data and .bss, as far as its bytes mean something. The host's
 * C code finds each by its symbol. Freestanding ARM code: no libc.
 */

#include "kernel/banner.h"

#define THREAD_SIZE       8192
#define PAGE_SIZE         4096
#define LOG_BUF_LEN       (128 * 1024)
#define COMMAND_LINE_SIZE 1024

extern const char linux_banner[], linux_proc_banner[];
extern unsigned char bm_pte[], boot_command_line[], init_thread_union[];
extern unsigned char log_buf[];
extern unsigned int init_task[];
extern unsigned long long jiffies_64;
extern unsigned long loops_per_jiffy;

const char linux_banner[] = LINUX_BANNER;
const char linux_proc_banner[] = "%s version %s (mmuscope) %s\n";

/* Tables of the fixmap until paging_init(): Linux entries and hardware ones. */
__attribute__((section(".init.data"),
	       aligned(PAGE_SIZE))) unsigned char bm_pte[PAGE_SIZE] = {0};
__attribute__((section(
	".init.data"))) unsigned char boot_command_line[COMMAND_LINE_SIZE] = {
	0};

/* The idle task's stack. */
__attribute__((section(".data"), aligned(THREAD_SIZE))) unsigned char
	init_thread_union[THREAD_SIZE] = {0};

/*
 * PAGE_KERNEL of modules is made of it: rights and attributes of lowmem, which
 * the boot writes once.
 */
extern const unsigned int pgprot_kernel;
const unsigned int pgprot_kernel = 0;

/* The idle task, as modules see it (linux/current.h). */
unsigned int init_task[16] = {0};

/* Time in ticks; the host writes it whenever an interrupt comes. */
unsigned long long jiffies_64 = 0;
/* How often delay.S goes round in one; by the core's clock. */
unsigned long loops_per_jiffy = 0;

unsigned char log_buf[LOG_BUF_LEN] __asm__("__log_buf");

/*
 * Types of modules' parameters (linux/moduleparam.h). Each object stands for
 * its type; what it does is in kernel/module/params.c.
 */
struct kernel_param_ops {
	unsigned int flags;
	void (*set)(void), (*get)(void), (*free)(void);
};
#define PARAM_OPS(type)                                        \
	extern const struct kernel_param_ops param_ops_##type; \
	const struct kernel_param_ops param_ops_##type = {0};
PARAM_OPS(byte)
PARAM_OPS(short)
PARAM_OPS(ushort)
PARAM_OPS(int)
PARAM_OPS(uint)
PARAM_OPS(long)
PARAM_OPS(ulong)
PARAM_OPS(ullong)
PARAM_OPS(bool)
PARAM_OPS(invbool)
PARAM_OPS(charp)
PARAM_OPS(string)
extern const struct kernel_param_ops param_array_ops;
const struct kernel_param_ops param_array_ops = {0};

/* All physical addresses, as modules name them (linux/ioport.h). */
struct resource {
	unsigned int start, end;
	const char *name;
	unsigned int flags, desc;
	struct resource *parent, *sibling, *child;
};
extern struct resource iomem_resource;
struct resource iomem_resource __attribute__((section(".data"))) = {
	.end = 0xffffffff, .name = "PCI mem", .flags = 0x200};
