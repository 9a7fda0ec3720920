/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_VFS_STATE_H
#define KERNEL_FS_VFS_STATE_H

/* What the file layer keeps for the whole kernel. */

#include <stdint.h>

struct dentry;
struct kmem_cache;

struct vfs_state {
	struct kmem_cache *dentry_cache, *inode_cache, *filp_cachep;
	struct dentry *root;
	uint32_t last_ino;
};

#endif
