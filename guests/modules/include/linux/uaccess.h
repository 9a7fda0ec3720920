/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

#include <linux/errno.h>
#include <linux/types.h>

/**
 * copy_to_user - copy bytes to the program whose call this is
 * @to: where in its memory
 * @from: the kernel's
 * @n: how many
 *
 * Context: Process context; may sleep: its pages may have to come first.
 * Return: how many could NOT be copied: 0 is success.
 */
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);
/**
 * copy_from_user - copy bytes of the program whose call this is
 * @to: the kernel's
 * @from: where in its memory
 * @n: how many
 *
 * Context: Process context; may sleep: its pages may have to come first.
 * Return: how many could NOT be copied: 0 is success.
 */
unsigned long copy_from_user(void *to, const void __user *from,
			     unsigned long n);

/**
 * clear_user - write zeroes into the program's memory
 * @to: where
 * @n: how many
 *
 * Context: Process context; may sleep: its pages may have to come first.
 * Return: how many could NOT be written: 0 is success.
 */
unsigned long clear_user(void __user *to, unsigned long n);
/**
 * strncpy_from_user - copy a string of the program's
 * @to: the kernel's, with room for n
 * @from: where in its memory
 * @n: at most so many, with the NUL
 *
 * Context: Process context; may sleep: its pages may have to come first.
 * Return: its length; n where there was no NUL; -EFAULT.
 */
long strncpy_from_user(char *to, const char __user *from, long n);
/**
 * access_ok - could these be addresses of the program's?
 * @at: the first
 * @n: how many
 *
 * Context: Any context.
 * Return: whether they are below the kernel's.
 */
int access_ok(const void __user *at, unsigned long n);

/* One variable of 1, 2, 4 or 8 bytes. 0 or -EFAULT. */
#define get_user(x, from)                                                \
	({                                                               \
		__typeof__(*(from)) value_;                              \
		int err_ = copy_from_user(&value_, from, sizeof(value_)) \
				   ? -EFAULT                             \
				   : 0;                                  \
		(x) = value_;                                            \
		err_;                                                    \
	})
#define put_user(x, to)                                                  \
	({                                                               \
		__typeof__(*(to)) value_ = (x);                          \
		copy_to_user(to, &value_, sizeof(value_)) ? -EFAULT : 0; \
	})

#endif
