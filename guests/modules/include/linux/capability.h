/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_CAPABILITY_H
#define _LINUX_CAPABILITY_H

#include <linux/types.h>

#define CAP_SYS_MODULE 16
#define CAP_SYS_RAWIO  17
#define CAP_SYS_ADMIN  21

/**
 * capable - may the program whose call this is do such things?
 * @cap: CAP_SYS_ADMIN, …
 *
 * Context: Process context.
 * Return: true if it may.
 */
bool capable(int cap);

#endif
