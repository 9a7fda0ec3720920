/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/tmpfs.h"

/*
 * tmpfs, and files of memory that no path leads to (Linux: mm/shmem.c):
 * libfs.c's directories over pages that stay until the file goes.
 *
 * MODEL: a read of a hole fills a page of cache
 * where Linux would read the zero page.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/syscalls.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"

const struct super_operations tmpfs_ops = {
	.statfs = tmpfs_statfs,
	.reconfigure = shmem_reconfigure,
	.show_options = shmem_show_options,
	.dir_iops = &simple_dir_iops,
	.dir_fops = &simple_dir_fops,
	.dirent_size = 20, /* BOGO_DIRENT_SIZE */
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
	.dir_iops = &simple_dir_iops,
	.dir_fops = &simple_dir_fops,
};

struct super_block *shmemfs_mount(struct task_struct *curr)
{
	return sget(curr, "tmpfs", "tmpfs", TMPFS_MAGIC, &shmemfs_ops,
		    curr->k->vfs.shmem_inode_cache);
}

struct file *shmem_file_setup(struct task_struct *curr, const char *name,
			      int64_t size_bytes)
{
	struct super_block *sb = curr->k->vfs.shm_sb;
	struct inode *inode;
	struct dentry *dentry;

	if (size_bytes < 0 || size_bytes > MAX_FILE_BYTES)
		return ERR_PTR(-EINVAL);
	inode = simple_inode(curr, sb, NULL, S_IFREG | S_IRWXUGO, 0, NULL);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->i_size = size_bytes;
	inode->i_nlink = 0;
	dentry = d_alloc_pseudo(curr, sb, name, inode);
	if (!dentry) {
		iput(curr, inode);
		return ERR_PTR(-ENOMEM);
	}
	return alloc_file(curr, dentry, O_RDWR | O_LARGEFILE,
			  &simple_file_fops);
}

#define MFD_CLOEXEC       1u
#define MFD_ALLOW_SEALING 2u

int32_t do_memfd_create(struct task_struct *curr, vaddr_t uname, uint32_t flags)
{
	char name[NAME_MAX + 1] = "memfd:";
	const uint32_t prefix = 6;
	struct file *file;
	int32_t len;

	if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING))
		return -EINVAL;
	len = strncpy_from_user(curr, name + prefix, uname,
				NAME_MAX - prefix + 1);
	if (len < 0)
		return len;
	if (len > (int32_t)(NAME_MAX - prefix))
		return -EINVAL;
	file = shmem_file_setup(curr, name, 0);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	return fd_publish(curr, file, flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
}
