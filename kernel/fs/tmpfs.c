/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/tmpfs.h"

/*
 * tmpfs, and files of memory that no path leads to (Linux: mm/shmem.c):
 * libfs.c's directories over the files of kernel/mm/shmem.c.
 */

#include <stdio.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/syscalls.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"

const struct super_operations tmpfs_ops = {
	.statfs = tmpfs_statfs,
	.reconfigure = shmem_reconfigure,
	.show_options = shmem_show_options,
	.dir_iops = &simple_dir_iops,
	.dir_fops = &simple_dir_fops,
	.dirent_size = 20, /* BOGO_DIRENT_SIZE */
	.xattrs = true,
	.keep_unused = true,
};

/* ---- files without a path ---------------------------------------------- */

static const char *shmem_dname(const struct dentry *dentry, char *buf,
			       uint32_t size)
{
	snprintf(buf, size, "/%s (deleted)", dentry->d_name);
	return buf;
}

static const struct super_operations shmemfs_ops = {
	.dname = shmem_dname,
	.statfs = tmpfs_statfs,
	.evict_inode = shmem_evict_inode,
	.xattrs = true,
	.dir_iops = &simple_dir_iops,
	.dir_fops = &simple_dir_fops,
};

struct super_block *shmemfs_mount(struct task_struct *curr)
{
	return sget(curr, "tmpfs", "tmpfs", TMPFS_MAGIC, &shmemfs_ops,
		    curr->k->vfs.shmem_inode_cache);
}
