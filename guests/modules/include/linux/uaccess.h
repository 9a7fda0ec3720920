/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

#include <linux/types.h>

/* Bytes that could NOT be copied: 0 is success. May sleep. */
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long copy_from_user(void *to, const void __user *from,
			     unsigned long n);

#endif
