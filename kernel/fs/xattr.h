/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_XATTR_H
#define KERNEL_FS_XATTR_H

/*
 * Extended attributes (include/linux/xattr.h). @arg is the system call's:
 * the name's address is arg[1], then value, size and flags. A value or
 * -errno.
 */

#include "kernel/fs/fs.h"

int32_t do_setxattr(struct task_struct *curr, struct inode *inode,
		    const uint32_t arg[7]);
int32_t do_getxattr(struct task_struct *curr, struct inode *inode,
		    const uint32_t arg[7]);
int32_t do_listxattr(struct task_struct *curr, struct inode *inode,
		     const uint32_t arg[7]);
int32_t do_removexattr(struct task_struct *curr, struct inode *inode,
		       const uint32_t arg[7]);

#endif
