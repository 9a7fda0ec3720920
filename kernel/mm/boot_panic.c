/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/boot_panic.h"

/*
 * Out of memory before there is anyone to kill. Linux panics with one line and
 * leaves the rest to who can boot again with memblock=debug; here the lists
 * that show where the memory has gone come with it.
 */

#include <stdarg.h>
#include <stdio.h>

#include "kernel/lib/printk.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/show_mem.h"
#include "kernel/state.h"

void boot_panic(struct kernel *k, const char *format, ...)
{
	char why[512];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	/* memblock_free_all() has begun to count when memblock is done */
	if (k->mem.totalram_pages)
		show_mem(k);
	else
		__memblock_dump_all(k);
	panic(k, "%s", why);
}
