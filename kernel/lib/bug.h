/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_BUG_H
#define KERNEL_LIB_BUG_H

/*
 * For faults of ours alone: a book that doesn't balance. Whatever a guest can
 * bring about is data, an oops or a modelled panic instead. Always compiled
 * in; prints where and aborts.
 */

_Noreturn void bug_at(const char *file, int line, const char *what);

#define BUG() bug_at(__FILE__, __LINE__, "BUG")
#define BUG_ON(condition)                                       \
	do {                                                    \
		if (__builtin_expect(!!(condition), 0))         \
			bug_at(__FILE__, __LINE__, #condition); \
	} while (0)

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#endif
