/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_CHAR_DEV_H
#define KERNEL_FS_CHAR_DEV_H

/* The operations of character devices, each in its driver's file. */

#include "kernel/fs/fs.h"

extern const struct file_operations null_fops, zero_fops, full_fops;
extern const struct file_operations random_fops, urandom_fops,
	kmsg_fops; /* mem.c */

#endif
