/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

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

#endif
