/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/fs.h"

/*
 * Root, working directory and umask of a process (Linux: fs/fs_struct.c).
 */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fdtable.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

struct fs_struct *alloc_fs(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct fs_struct *fs = kmem_cache_zalloc(curr, vfs->fs_cachep,
						 GFP_KERNEL);

	if (fs) {
		fs->count = 1;
		fs->umask = 022;
		fs->root = dget(vfs->root);
		fs->pwd = dget(vfs->root);
	}
	return fs;
}

struct fs_struct *copy_fs_struct(struct task_struct *curr,
				 struct fs_struct *old)
{
	struct fs_struct *fs = kmem_cache_alloc(curr, curr->k->vfs.fs_cachep,
						GFP_KERNEL);

	if (fs) {
		*fs = *old;
		fs->count = 1;
		dget(fs->root);
		dget(fs->pwd);
	}
	return fs;
}

void get_fs(struct fs_struct *fs)
{
	fs->count++;
}

void put_fs(struct task_struct *curr, struct fs_struct *fs)
{
	if (--fs->count)
		return;
	dput(curr, fs->root);
	dput(curr, fs->pwd);
	kmem_cache_free(curr, curr->k->vfs.fs_cachep, fs);
}
