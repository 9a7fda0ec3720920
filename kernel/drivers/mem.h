/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_MEM_H
#define KERNEL_DRIVERS_MEM_H

#include "kernel/fs/fs.h"

#define MEM_MAJOR 1

extern const struct file_operations mem_fops; /* devmem.c */

#endif
