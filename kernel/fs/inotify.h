/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_INOTIFY_H
#define KERNEL_FS_INOTIFY_H

/* Who watches files: what fsnotify.c asks of inotify.c. All may sleep. */

#include "kernel/fs/fsnotify.h"

/* In a mask: the name has gone already (IN_EXCL_UNLINK). */
#define FS_UNLINKED 0x00010000u

/* All who watch @inode and want one of @mask's bits get an event. */
void inotify_handle_event(struct task_struct *curr, struct inode *inode,
			  uint32_t mask, const char *name, uint32_t cookie);
/* It is deleted: its watches go, and who had them is told. */
void inotify_forget_inode(struct task_struct *curr, struct inode *inode);

#endif
