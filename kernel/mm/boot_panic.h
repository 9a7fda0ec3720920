/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_BOOT_PANIC_H
#define KERNEL_MM_BOOT_PANIC_H

struct kernel;

/*
 * The boot can't go on for lack of memory: @format says what was wanted. Logs
 * what memory there is, memblock's lists as long as it hands out memory and
 * show_mem() from then on, and panics.
 */
_Noreturn void boot_panic(struct kernel *k, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
