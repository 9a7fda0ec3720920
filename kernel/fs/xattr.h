/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_XATTR_H
#define KERNEL_FS_XATTR_H

/*
 * Extended attributes (include/linux/xattr.h). @arg is the system call's:
 * the name's address is arg[1], then value, size and flags. A value or
 * -errno.
 */

#include "kernel/fs/fs.h"

/* What a program's file lets it do, whoever starts it. */
struct cpu_vfs_cap_data {
	bool effective;
	uint64_t permitted, inheritable;
};

int32_t do_setxattr(struct task_struct *curr, struct inode *inode,
		    const uint32_t arg[7]);
int32_t do_getxattr(struct task_struct *curr, struct inode *inode,
		    const uint32_t arg[7]);
int32_t do_listxattr(struct task_struct *curr, struct inode *inode,
		     const uint32_t arg[7]);
int32_t do_removexattr(struct task_struct *curr, struct inode *inode,
		       const uint32_t arg[7]);
/* The inode dies. */
void simple_xattrs_free(struct task_struct *curr, struct inode *inode);
/* Has it capabilities, that a change of its bytes must take away? */
bool inode_need_killpriv(struct inode *inode);
void inode_killpriv(struct task_struct *curr, struct inode *inode);
/* False: the file has none. */
bool get_vfs_caps_from_disk(struct inode *inode, struct cpu_vfs_cap_data *to);

#endif
