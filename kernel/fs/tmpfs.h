/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_TMPFS_H
#define KERNEL_FS_TMPFS_H

/* tmpfs within itself, and its limits as mm/ keeps them (shmem_fs.h). */

#include "kernel/fs/dcache.h"

/* 0: no limit. Blocks are pages. */
struct shmem_sb_info {
	uint64_t max_blocks, used_blocks;
	uint64_t max_inodes, free_inodes;
	uint32_t mode, uid, gid;
};

extern const struct super_operations tmpfs_ops;

/* One page more or less. False: the file system is full. */
bool shmem_reserve_block(struct super_block *sb);
void shmem_free_block(struct super_block *sb);

void tmpfs_statfs(struct task_struct *curr, struct super_block *sb,
		  struct kstatfs *st);
int shmem_reconfigure(struct task_struct *curr, struct super_block *sb,
		      char *options);
void shmem_show_options(struct seq_file *m, const struct super_block *sb);

#endif
