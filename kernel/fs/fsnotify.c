/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/fsnotify.h"

/*
 * What happens to files, as it is told to those who watch them (Linux:
 * fs/notify/fsnotify.c, include/linux/fsnotify.h): which inode, which name,
 * which bits. Who they are is inotify.c's matter.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/inotify.h"
#include "kernel/fs/internal.h"
#include "kernel/state.h"

bool fsnotify_active(const struct kernel *k)
{
	return k->vfs.fsnotify.nr_marks;
}

static uint32_t dir_bit(const struct inode *inode)
{
	return S_ISDIR(inode->i_mode) ? IN_ISDIR : 0;
}

void fsnotify(struct task_struct *curr, struct inode *inode, uint32_t mask,
	      const char *name, uint32_t cookie)
{
	if (fsnotify_active(curr->k) && !list_empty(&inode->i_marks))
		inotify_handle_event(curr, inode, mask, name, cookie);
}

void fsnotify_dentry(struct task_struct *curr, struct dentry *dentry,
		     uint32_t mask)
{
	struct inode *inode = dentry->d_inode;
	struct dentry *parent = dentry->d_parent;

	if (!fsnotify_active(curr->k) || !inode)
		return;
	mask |= dir_bit(inode);
	if (parent && parent != dentry && parent->d_inode &&
	    !list_empty(&parent->d_inode->i_marks)) {
		char name[NAME_MAX + 1]; /* a rename may come between */

		snprintf(name, sizeof(name), "%s", dentry->d_name);
		dget(parent);
		inotify_handle_event(
			curr, parent->d_inode,
			mask | (d_unhashed(dentry) ? FS_UNLINKED : 0), name, 0);
		dput(curr, parent);
	}
	fsnotify(curr, inode, mask, NULL, 0);
}

void fsnotify_file(struct task_struct *curr, struct file *file, uint32_t mask)
{
	if (fsnotify_active(curr->k) && file->f_dentry &&
	    !(file->f_mode & (FMODE_PATH | FMODE_NONE)))
		fsnotify_dentry(curr, file->f_dentry, mask);
}

void fsnotify_close(struct task_struct *curr, struct file *file)
{
	fsnotify_file(curr, file,
		      file->f_mode & FMODE_WRITE ? IN_CLOSE_WRITE
						 : IN_CLOSE_NOWRITE);
}

void fsnotify_create(struct task_struct *curr, struct inode *dir,
		     const struct dentry *dentry)
{
	if (fsnotify_active(curr->k) && dentry->d_inode)
		fsnotify(curr, dir, IN_CREATE | dir_bit(dentry->d_inode),
			 dentry->d_name, 0);
}

void fsnotify_delete(struct task_struct *curr, struct inode *dir,
		     const char *name, bool is_dir)
{
	fsnotify(curr, dir, IN_DELETE | (is_dir ? IN_ISDIR : 0), name, 0);
}

void fsnotify_move(struct task_struct *curr, struct inode *old_dir,
		   struct inode *new_dir, const char *old_name,
		   const char *new_name, struct inode *source,
		   struct inode *target)
{
	const uint32_t bit = dir_bit(source);
	uint32_t cookie;

	if (!fsnotify_active(curr->k))
		return;
	cookie = ++curr->k->vfs.fsnotify.last_cookie;
	fsnotify(curr, old_dir, IN_MOVED_FROM | bit, old_name, cookie);
	fsnotify(curr, new_dir, IN_MOVED_TO | bit, new_name, cookie);
	if (target)
		fsnotify(curr, target, IN_ATTRIB, NULL, 0);
	fsnotify(curr, source, IN_MOVE_SELF, NULL, 0);
}

void fsnotify_inoderemove(struct task_struct *curr, struct inode *inode)
{
	if (!fsnotify_active(curr->k) || list_empty(&inode->i_marks))
		return;
	fsnotify(curr, inode, IN_DELETE_SELF, NULL, 0);
	inotify_forget_inode(curr, inode);
}
