/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_DEVPTS_H
#define KERNEL_FS_DEVPTS_H

/* Names of pseudo-terminals (include/linux/devpts_fs.h). */

#include "kernel/fs/fs.h"

#define DEVPTS_SUPER_MAGIC 0x00001cd1u

struct tty_struct;

/* For mount(2): an instance of its own. ERR_PTR. @options is cut up. */
struct super_block *devpts_mount(struct task_struct *curr, const char *devname,
				 char *options);
/* The boot's, at /dev/pts, as Debian mounts it; NULL: no memory. */
struct super_block *devpts_boot_mount(struct task_struct *curr);
/*
 * The instance that a ptmx is of: the one it lies in, or the one mounted on
 * the pts beside it. -ENODEV: neither.
 */
struct super_block *devpts_acquire(struct task_struct *curr,
				   const struct file *file);
/* A number for a new pair, or -ENOSPC; and back. */
int devpts_new_index(struct task_struct *curr, struct super_block *sb);
void devpts_kill_index(struct task_struct *curr, struct super_block *sb,
		       uint32_t index);
/* @slave is called @index from now on: slave->dentry. 0 or -ENOMEM. */
int devpts_pty_new(struct task_struct *curr, struct super_block *sb,
		   uint32_t index, struct tty_struct *slave);
/* It has no name any more, and its number is free. */
void devpts_pty_kill(struct task_struct *curr, struct tty_struct *slave);

#endif
