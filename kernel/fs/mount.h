/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_MOUNT_H
#define KERNEL_FS_MOUNT_H

/* What is mounted where (include/linux/mount.h). */

#include "kernel/fs/dcache.h"

#define UMOUNT_NOFOLLOW 8u

/* For the superuser. 0 or -errno; "tmpfs", "ramfs" and "proc" are known. */
int do_mount(struct task_struct *curr, const char *type, const char *dir);
int do_umount(struct task_struct *curr, const char *dir, uint32_t flags);

/* The mount after @sb in order of mounting; NULL: the first, or no more. */
struct super_block *next_mount(struct kernel *k, const struct super_block *sb);
/* Its directory's path, in @buf. */
const char *mount_path(const struct super_block *sb, char *buf, uint32_t size);
void vfs_statfs(struct task_struct *curr, struct super_block *sb,
		struct kstatfs *st);

#endif
