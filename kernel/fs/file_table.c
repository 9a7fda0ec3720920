/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/internal.h"

/*
 * Open files (Linux: fs/file_table.c). One struct file for each open(2),
 * shared by dup and fork; the last reference releases it.
 */

#include "kernel/fs/char_dev.h"
#include "kernel/fs/fasync.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

struct file *alloc_empty_file(struct task_struct *curr, uint32_t flags)
{
	struct file *file = kmem_cache_zalloc(curr, curr->k->vfs.filp_cachep,
					      GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENOMEM);
	file->f_count = 1;
	file->f_flags = flags;
	/* 0, 1, 2 become read, write, both; 3 neither, for ioctls alone */
	file->f_mode = (flags + 1) & O_ACCMODE;
	init_rwsem(&file->f_pos_lock);
	INIT_LIST_HEAD(&file->f_ep);
	curr->k->vfs.nr_files++;
	return file;
}

/* A file system with writers can't become read-only. */
void count_writer(struct inode *inode, int by)
{
	inode->i_writecount += by;
	inode->i_sb->s_nr_writers += by;
}

struct file *alloc_file(struct task_struct *curr, struct dentry *dentry,
			uint32_t flags, const struct file_operations *fop)
{
	struct file *file = alloc_empty_file(curr, flags);

	if (IS_ERR(file)) {
		dput(curr, dentry);
		return file;
	}
	file->f_dentry = dentry;
	file->f_inode = dentry->d_inode;
	file->f_mapping = &dentry->d_inode->i_data;
	file->f_op = fop;
	if (reads_alone(file))
		file->f_inode->i_readcount++;
	if (file->f_mode & FMODE_WRITE && S_ISREG(dentry->d_inode->i_mode))
		count_writer(dentry->d_inode, 1);
	return file;
}

void get_file(struct file *file)
{
	file->f_count++;
}

static void put_write_access(struct file *file)
{
	if (!S_ISREG(file->f_inode->i_mode))
		return;
	if (file->f_mode & FMODE_DENYWRITE)
		file->f_inode->i_writecount++;
	else if (file->f_mode & FMODE_WRITE && !(file->f_mode & FMODE_PATH))
		count_writer(file->f_inode, -1);
}

static void __fput(struct task_struct *curr, struct file *file)
{
	if (file->f_inode) {
		fsnotify_close(curr, file);
		eventpoll_release(curr, file);
		locks_remove_file(curr, file);
		fasync_release(curr, file);
		if (file->f_op && file->f_op->release)
			file->f_op->release(curr, file);
		if (file->f_inode->i_cdev && !(file->f_mode & FMODE_PATH))
			cdev_put(curr, file->f_inode->i_cdev);
		put_write_access(file);
		if (reads_alone(file))
			file->f_inode->i_readcount--;
		dput(curr, file->f_dentry);
	}
	curr->k->vfs.nr_files--;
	kmem_cache_free(curr, curr->k->vfs.filp_cachep, file);
}

void fput(struct task_struct *curr, struct file *file)
{
	BUG_ON(file->f_count <= 0);
	if (!--file->f_count)
		__fput(curr, file);
}

uint32_t file_dev(const struct file *file)
{
	return file->f_inode->i_sb->s_dev;
}

const char *d_path(struct task_struct *curr, const struct file *file, char *buf,
		   uint32_t size)
{
	const struct dentry *dentry = file->f_dentry;
	const struct dentry *root = curr->fs ? curr->fs->root
					     : curr->k->vfs.root;
	const char *path;

	if (dentry->d_parent == dentry && dentry->d_sb->s_op->dname)
		path = dentry->d_sb->s_op->dname(dentry, buf, size);
	else
		path = dentry_path(dentry, root, buf, size);
	return IS_ERR(path) ? "(too long)" : path;
}
