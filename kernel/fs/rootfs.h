/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_ROOTFS_H
#define KERNEL_FS_ROOTFS_H

/* The root, as sync(2) and the end of a run see it. */

#include "kernel/fs/internal.h"

/*
 * All that differs from what the host showed at boot is told to the machine,
 * for later runs, if it keeps such things. 0 or -errno: the host failed, or
 * memory. May sleep.
 */
int rootfs_save(struct task_struct *curr);

#endif
