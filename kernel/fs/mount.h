/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_MOUNT_H
#define KERNEL_FS_MOUNT_H

/* What is mounted where (include/linux/mount.h). */

#include "kernel/fs/dcache.h"

#define MNT_FORCE       1u
#define MNT_DETACH      2u
#define MNT_EXPIRE      4u
#define UMOUNT_NOFOLLOW 8u
#define UMOUNT_FLAGS    (MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW)

/* What mount(2) is asked; type, source and options may be NULL. */
struct mount_args {
	const char *source, *type;
	uint32_t flags; /* MS_… */
	char *options;
};

/* For the superuser. 0 or -errno. */
int do_mount(struct task_struct *curr, const char *dir,
	     const struct mount_args *args);
int do_umount(struct task_struct *curr, const char *dir, uint32_t flags);

/* The mount after @sb in order of mounting; NULL: the first, or no more. */
struct super_block *next_mount(struct kernel *k, const struct super_block *sb);
/* The mount that covers @sb's mount point; itself: the root. */
const struct super_block *mount_parent(const struct super_block *sb);
/* Its directory's path, in @buf. */
const char *mount_path(const struct super_block *sb, char *buf, uint32_t size);
/* "nodev\ttmpfs", …, for /proc/filesystems. */
void show_filesystems(struct seq_file *m);
void vfs_statfs(struct task_struct *curr, struct super_block *sb,
		struct kstatfs *st);

#endif
