/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_VFS_STATE_H
#define KERNEL_FS_VFS_STATE_H

/* What the file layer keeps for the whole kernel. */

#include <stdint.h>

#include "kernel/block/bio.h"
#include "kernel/lib/list.h"
#include "kernel/mm/backing_dev.h"
#include "kernel/task/rwsem_types.h"

struct cdev;
struct char_device_struct;
struct dentry;
struct devtmpfs_node;
struct fb_info;
struct kernfs_node;
struct kmem_cache;
struct super_block;
struct task_struct;
struct tty_struct;

/* Epoll, as far as it is the machine's. */
struct eventpoll_state {
	struct kmem_cache *epi_cache, *pwq_cache;
	struct rw_semaphore mutex; /* over changes that nest instances */
	struct list_head instances;
	int32_t max_user_watches;
	uint64_t loop_check_gen;
};

struct vfs_state {
	struct kmem_cache *dentry_cache, *inode_cache, *filp_cachep;
	struct kmem_cache *shmem_inode_cache, *proc_inode_cache, *names_cache;
	struct kmem_cache *files_cachep, *fs_cachep, *lock_cachep;
	struct kmem_cache *fasync_cachep; /* NULL: nobody was on a list yet */
	struct dentry *root;
	struct list_head mounts; /* super_blocks, oldest first */
	struct super_block *pipe_sb, *shm_sb; /* mounted nowhere */
	/* made with the first that needs them: anon_inodes.c, eventpoll.c */
	struct super_block *anon_inode_sb;
	struct inode *anon_inode;
	struct super_block *nsfs_sb; /* nsfs.c */
	struct eventpoll_state eventpoll;
	int last_eventfd_id;
	uint32_t aio_nr; /* requests that contexts are made for, */
	int32_t aio_max_nr; /* and may be */
	struct list_head timerfds;
	struct { /* inotify.c: limits, watches there are, who has them */
		int32_t max_queued_events, max_user_instances;
		int32_t max_user_watches;
		uint32_t nr_marks, last_cookie;
		struct list_head groups;
	} fsnotify;
	struct kernfs_node *sysfs_root;
	struct kmem_cache *kernfs_node_cache;
	uint32_t last_kernfs_ino;
	struct super_block *debugfs_sb; /* there, mounted or not */
	uint32_t last_dev_minor;
	int last_mnt_id;
	struct list_head *dentry_hashtable;
	struct list_head *inode_hashtable;
	uint32_t dentry_hash_mask, inode_hash_mask;
	struct list_head super_blocks; /* mounted or not, oldest first */
	uint32_t nr_dentry, nr_dentry_unused, nr_dentry_negative;
	uint32_t nr_inodes, nr_inodes_unused, nr_files;
	struct list_head lock_waiters, file_locks; /* locks.c */
	struct rw_semaphore save_sem; /* one rootfs_save() at a time */
	struct backing_dev_info root_bdi; /* what is behind the root */
	/* the host's folder, where it shall be slow; no disk of the board's */
	struct block_device host_bdev;
	struct tty_struct *console;
	uint32_t pty_count; /* pseudo-terminals of all devpts */
	uint32_t pty_steps; /* how far pty_demand() has come */
	struct super_block *boot_dev; /* the boot's /dev, while it is there */
	struct fb_info *registered_fb; /* /dev/fb0; NULL: no display */
	struct char_device_struct *chrdevs; /* numbers, in their order */
	struct cdev *cdev_map; /* and devices, by size of their ranges */
	struct devtmpfs_node *dev_nodes; /* what /dev shows */
	struct rw_semaphore dev_sem; /* of these and of every /dev */
	struct rw_semaphore pty_sem; /* of pty_steps */
};

#endif
