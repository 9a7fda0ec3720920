/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/internal.h"

/*
 * Files that are nothing but their operations: eventfd, epoll, pidfds … (Linux:
 * fs/anon_inodes.c). All share one inode; each has a name of its own, which
 * /proc/PID/fd shows as "anon_inode:[eventfd]".
 *
 * File system and inode come with the first such file and stay.
 */

#include <stdio.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/state.h"

static const char *anon_inodefs_dname(const struct dentry *dentry, char *buf,
				      uint32_t size)
{
	snprintf(buf, size, "anon_inode:%s", dentry->d_name);
	return buf;
}

static const struct super_operations anon_inodefs_ops = {
	.dname = anon_inodefs_dname,
};

/* The inode with a reference for the caller; NULL: no memory. */
static struct inode *anon_inode(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct inode *inode;

	if (!vfs->anon_inode_sb) {
		struct super_block *sb =
			sget(curr, "anon_inodefs", "anon_inodefs",
			     ANON_INODE_FS_MAGIC, &anon_inodefs_ops,
			     vfs->inode_cache);

		if (!sb)
			return NULL;
		if (vfs->anon_inode_sb) /* somebody else was faster */
			kill_super(curr, sb);
		else
			vfs->anon_inode_sb = sb;
	}
	if (!vfs->anon_inode) {
		inode = new_inode(curr, vfs->anon_inode_sb, 0600);
		if (!inode)
			return NULL;
		if (vfs->anon_inode)
			iput(curr, inode);
		else
			vfs->anon_inode = inode;
	}
	ihold(vfs->anon_inode);
	return vfs->anon_inode;
}

struct file *anon_inode_getfile(struct task_struct *curr, const char *name,
				const struct file_operations *fops, void *priv,
				uint32_t flags)
{
	struct inode *inode = anon_inode(curr);
	struct dentry *dentry;
	struct file *file;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	dentry = d_alloc_pseudo(curr, inode->i_sb, name, inode);
	if (!dentry) {
		iput(curr, inode);
		return ERR_PTR(-ENOMEM);
	}
	file = alloc_file(curr, dentry, flags & (O_ACCMODE | O_NONBLOCK), fops);
	if (!IS_ERR(file))
		file->private_data = priv;
	return file;
}

int anon_inode_getfd(struct task_struct *curr, const char *name,
		     const struct file_operations *fops, void *priv,
		     uint32_t flags)
{
	struct file *file = anon_inode_getfile(curr, name, fops, priv, flags);

	return IS_ERR(file) ? (int)PTR_ERR(file)
			    : fd_publish(curr, file, flags);
}

int64_t noop_llseek(struct task_struct *curr, struct file *file, int64_t offset,
		    int whence)
{
	(void)curr, (void)offset, (void)whence;
	return file->f_pos;
}
