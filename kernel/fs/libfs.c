/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/internal.h"

/*
 * File systems that are their own dentries and pages (Linux: fs/libfs.c,
 * fs/ramfs, the directory part of mm/shmem.c). tmpfs and /dev are nothing
 * else; the rootfs puts it over a folder of the host.
 *
 * Invariant: a name made here is a pinned dentry; its pages are dirty from
 * the first byte, so that nothing drops them.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/highmem.h"
#include "kernel/state.h"

/* ---- pages ------------------------------------------------------------- */

/* A page that no one has written yet: a hole. */
static int simple_readpage(struct task_struct *curr, struct file *file,
			   struct page *page)
{
	(void)file;
	memzero_page(curr, page, 0, PAGE_SIZE);
	SetPageUptodate(page);
	unlock_page(curr, page);
	return 0;
}

/* As __set_page_dirty_no_writeback(): there is nowhere to write it to. */
static bool simple_set_page_dirty(struct task_struct *curr, struct page *page)
{
	(void)curr;
	return !TestSetPageDirty(page);
}

static int simple_write_begin(struct task_struct *curr, struct file *file,
			      int64_t pos, uint32_t len, struct page **page)
{
	struct address_space *mapping = file->f_mapping;

	if (shmem_sealed_at(mapping->host, pos + len))
		return -EPERM;
	*page = grab_cache_page(curr, mapping, (pgoff_t)(pos >> PAGE_SHIFT));
	if (IS_ERR(*page))
		return (int)PTR_ERR(*page);
	/* the rest of a new page reads as zeroes */
	if (!PageUptodate(*page) && len < PAGE_SIZE)
		memzero_page(curr, *page, 0, PAGE_SIZE);
	return 0;
}

int32_t simple_write_end(struct task_struct *curr, struct file *file,
			 int64_t pos, uint32_t len, uint32_t copied,
			 struct page *page)
{
	struct inode *inode = file->f_mapping->host;

	if (copied) {
		if (!PageUptodate(page) && copied < len)
			memzero_page(curr, page,
				     offset_in_page((uint32_t)pos) + copied,
				     len - copied);
		SetPageUptodate(page);
		if (pos + copied > inode->i_size)
			inode->i_size = pos + copied;
		set_page_dirty(curr, page);
	} else if (!PageUptodate(page)) {
		delete_from_page_cache(curr, page); /* still a hole */
	}
	unlock_page(curr, page);
	put_page(curr, page);
	return (int32_t)copied;
}

const struct address_space_operations simple_aops = {
	.readpage = simple_readpage,
	.write_begin = simple_write_begin,
	.write_end = simple_write_end,
	.set_page_dirty = simple_set_page_dirty,
};

/* The same, and reclaim may ask for room in swap. */
const struct address_space_operations shmem_aops = {
	.readpage = simple_readpage,
	.write_begin = simple_write_begin,
	.write_end = simple_write_end,
	.writepage = shmem_writepage,
	.set_page_dirty = simple_set_page_dirty,
};

/* ---- attributes -------------------------------------------------------- */

int simple_setattr(struct task_struct *curr, struct inode *inode,
		   const struct iattr *attr)
{
	int error = shmem_may_resize(inode, attr);

	if (error)
		return error;
	mark_inode_dirty(inode);
	if (attr->valid & ATTR_SIZE) {
		inode->i_data.swap_backed = true;
		if (attr->size < inode->i_host_size)
			inode->i_host_size = attr->size;
		truncate_setsize(curr, inode, attr->size);
		inode->i_size = attr->size;
		inode->i_mtime = current_time(curr->k);
	}
	if (attr->valid & ATTR_UID)
		inode->i_uid = attr->uid;
	if (attr->valid & ATTR_GID)
		inode->i_gid = attr->gid;
	if (attr->valid & ATTR_MODE)
		inode->i_mode = (inode->i_mode & S_IFMT) |
				(attr->mode & S_IALLUGO);
	if (attr->valid & ATTR_ATIME)
		inode->i_atime = attr->atime;
	if (attr->valid & ATTR_MTIME)
		inode->i_mtime = attr->mtime;
	inode->i_ctime = current_time(curr->k);
	return 0;
}

const struct inode_operations simple_file_iops = {
	.setattr = simple_setattr,
};

const char *simple_get_link(struct task_struct *curr, struct inode *inode)
{
	(void)curr;
	return inode->i_link;
}

const struct inode_operations simple_symlink_iops = {
	.get_link = simple_get_link,
	.setattr = simple_setattr,
};

/* ---- new inodes -------------------------------------------------------- */

static bool set_link(struct task_struct *curr, struct inode *inode,
		     const char *target)
{
	uint32_t size = (uint32_t)strlen(target) + 1;

	inode->i_link = kzalloc_obj(curr, size, size, GFP_KERNEL);
	if (!inode->i_link)
		return false;
	memcpy(inode->i_link, target, size);
	inode->i_size = size - 1;
	return true;
}

static void inode_init_ops(struct inode *inode, uint32_t rdev)
{
	const struct super_operations *op = inode->i_sb->s_op;

	inode->i_op = &simple_file_iops;
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		inode->i_data.a_ops = op->never_swapped ? &simple_aops
							: &shmem_aops;
		if (op->init_file)
			op->init_file(inode);
		else
			shmem_init_inode(inode, VM_NORESERVE);
		break;
	case S_IFDIR:
		inode->i_nlink = 2;
		inode->i_size = 2 * (int64_t)op->dirent_size;
		inode->i_op = op->dir_iops;
		inode->i_fop = op->dir_fops;
		break;
	case S_IFLNK:
		inode->i_op = &simple_symlink_iops;
		break;
	default:
		init_special_inode(inode, rdev);
	}
}

/* A directory hands the bit on; a program gets it only from the group's own. */
static uint32_t mode_in_setgid_dir(const struct task_struct *curr,
				   const struct inode *dir, uint32_t mode)
{
	const uint32_t group_runs = S_ISGID | S_IXGRP;

	if (S_ISDIR(mode))
		return mode | S_ISGID;
	if ((mode & group_runs) != group_runs || in_group_p(curr, dir->i_gid) ||
	    capable(curr, CAP_FSETID))
		return mode;
	return mode & ~S_ISGID;
}

struct inode *simple_inode(struct task_struct *curr, struct super_block *sb,
			   struct inode *dir, uint32_t mode, uint32_t rdev,
			   const char *target)
{
	struct inode *inode = NULL;

	if (!shmem_reserve_inode(sb))
		return NULL;
	inode = new_inode(curr, sb, mode);
	if (!inode) {
		shmem_free_inode(sb);
		return NULL;
	}
	if (target && !set_link(curr, inode, target)) {
		iput(curr, inode);
		return NULL;
	}
	inode->i_uid = curr->cred.fsuid;
	inode->i_gid = curr->cred.fsgid;
	if (dir && dir->i_mode & S_ISGID) {
		inode->i_gid = dir->i_gid;
		inode->i_mode = mode_in_setgid_dir(curr, dir, mode);
	}
	inode_init_ops(inode, rdev);
	return inode;
}

/* ---- names: made ------------------------------------------------------- */

/* @dir has got, or lost, a name. */
static void name_added(struct inode *dir)
{
	dir->i_size += dir->i_sb->s_op->dirent_size;
	inode_modified(dir);
}

static void name_removed(struct inode *dir)
{
	dir->i_size -= dir->i_sb->s_op->dirent_size;
	inode_modified(dir);
}

static int simple_lookup(struct task_struct *curr, struct inode *dir,
			 struct dentry *dentry)
{
	(void)curr, (void)dir;
	d_add(dentry, NULL);
	return 0;
}

static int simple_new(struct task_struct *curr, struct inode *dir,
		      struct dentry *dentry, uint32_t mode, uint32_t rdev,
		      const char *target)
{
	struct inode *inode = simple_inode(curr, dir->i_sb, dir, mode, rdev,
					   target);

	if (!inode)
		return -ENOSPC;
	d_instantiate(dentry, inode);
	d_mark_created(dentry);
	name_added(dir);
	return 0;
}

int simple_create(struct task_struct *curr, struct inode *dir,
		  struct dentry *dentry, uint32_t mode, uint32_t rdev)
{
	return simple_new(curr, dir, dentry, mode, rdev, NULL);
}

int simple_mkdir(struct task_struct *curr, struct inode *dir,
		 struct dentry *dentry, uint32_t mode)
{
	int err = simple_new(curr, dir, dentry, mode | S_IFDIR, 0, NULL);

	if (!err)
		dir->i_nlink++;
	return err;
}

int simple_symlink(struct task_struct *curr, struct inode *dir,
		   struct dentry *dentry, const char *target)
{
	return simple_new(curr, dir, dentry, S_IFLNK | S_IRWXUGO, 0, target);
}

int simple_link(struct task_struct *curr, struct dentry *old, struct inode *dir,
		struct dentry *dentry)
{
	struct inode *inode = old->d_inode;

	/* a tmpfs counts names, lest links fill memory */
	if (!shmem_reserve_inode(inode->i_sb))
		return -ENOSPC;
	mark_inode_dirty(inode);
	inode->i_nlink++;
	inode->i_ctime = current_time(curr->k);
	ihold(inode);
	d_instantiate(dentry, inode);
	d_mark_created(dentry);
	name_added(dir);
	return 0;
}

/* ---- names: removed and moved ------------------------------------------ */

static void drop_nlink(struct task_struct *curr, struct inode *inode,
		       uint32_t by)
{
	mark_inode_dirty(inode);
	inode->i_nlink -= by < inode->i_nlink ? by : inode->i_nlink;
	inode->i_ctime = current_time(curr->k);
	if (!inode->i_nlink && inode->i_sb->s_op->unlinked)
		inode->i_sb->s_op->unlinked(curr, inode);
}

/*
 * A directory has one subdirectory less. The host's are shown with two links,
 * however many they have, and never have fewer while they are there.
 */
static void drop_subdir(struct inode *dir)
{
	if (dir->i_nlink > 2)
		dir->i_nlink--;
}

/* The file called @dentry loses that name; @dir a subdirectory, if it is. */
static void drop_name(struct task_struct *curr, struct inode *dir,
		      struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;

	if (S_ISDIR(inode->i_mode)) {
		drop_nlink(curr, inode, inode->i_nlink);
		drop_subdir(dir);
	} else {
		if (inode->i_nlink > 1)
			shmem_free_inode(inode->i_sb);
		drop_nlink(curr, inode, 1);
	}
}

int simple_unlink(struct task_struct *curr, struct inode *dir,
		  struct dentry *dentry)
{
	drop_name(curr, dir, dentry);
	name_removed(dir);
	d_drop(dentry);
	d_unpin(curr, dentry);
	return 0;
}

int simple_rmdir(struct task_struct *curr, struct inode *dir,
		 struct dentry *dentry)
{
	if (dir_has_created(dentry))
		return -ENOTEMPTY;
	return simple_unlink(curr, dir, dentry);
}

static void move_nlink(struct inode *from, struct inode *to,
		       const struct inode *inode)
{
	if (S_ISDIR(inode->i_mode)) {
		drop_subdir(from);
		to->i_nlink++;
	}
}

int simple_rename(struct task_struct *curr, struct inode *old_dir,
		  struct dentry *old, struct inode *new_dir,
		  struct dentry *new_dentry, uint32_t flags)
{
	struct inode *target = new_dentry->d_inode;

	if (target && !(flags & RENAME_EXCHANGE) && S_ISDIR(target->i_mode) &&
	    dir_has_created(new_dentry))
		return -ENOTEMPTY;
	inode_modified(old_dir);
	inode_modified(new_dir);
	mark_inode_dirty(old->d_inode);
	old->d_inode->i_ctime = old_dir->i_mtime;
	move_nlink(old_dir, new_dir, old->d_inode);
	if (flags & RENAME_EXCHANGE) {
		mark_inode_dirty(target);
		target->i_ctime = old_dir->i_mtime;
		move_nlink(new_dir, old_dir, target);
		d_exchange(curr, old, new_dentry);
		d_mark_created(new_dentry);
	} else {
		name_removed(old_dir);
		if (target)
			drop_name(curr, new_dir, new_dentry);
		else
			name_added(new_dir);
		d_move(curr, old, new_dentry);
		d_unpin(curr, new_dentry);
	}
	d_mark_created(old);
	return 0;
}

const struct inode_operations simple_dir_iops = {
	.lookup = simple_lookup,
	.create = simple_create,
	.mkdir = simple_mkdir,
	.symlink = simple_symlink,
	.link = simple_link,
	.unlink = simple_unlink,
	.rmdir = simple_rmdir,
	.rename = simple_rename,
	.setattr = simple_setattr,
};

/* ---- listing ----------------------------------------------------------- */

bool dir_has_created(const struct dentry *dir)
{
	const struct dentry *child;

	list_for_each_entry(child, &dir->d_subdirs, d_child)
		if (child->d_flags & DCACHE_CREATED)
			return true;
	return false;
}

static uint64_t parent_ino(const struct dentry *dir)
{
	const struct dentry *up = dir;

	while (up->d_parent == up && up->d_sb->s_mountpoint)
		up = up->d_sb->s_mountpoint;
	return up->d_parent->d_inode->i_ino;
}

bool dir_emit_dots(struct file *file, struct dir_context *ctx)
{
	const struct dentry *dir = file->f_dentry;
	const unsigned int dt_dir = mode_to_dt(S_IFDIR);

	if (ctx->pos == 0) {
		if (!ctx->actor(ctx, ".", 1, 1, dir->d_inode->i_ino, dt_dir))
			return false;
		ctx->pos = 1;
	}
	if (ctx->pos == 1) {
		if (!ctx->actor(ctx, "..", 2, 2, parent_ino(dir), dt_dir))
			return false;
		ctx->pos = 2;
	}
	return true;
}

/*
 * Positions are cookies, not counts: removing names while reading shifts
 * nothing. They grow from the youngest name to the oldest, so that a reader
 * does not meet names made after it began.
 */
static int64_t created_pos(const struct dentry *child)
{
	return DIR_CREATED_POS + (DIR_LAST_COOKIE - (int64_t)child->d_cookie);
}

void dir_emit_created(struct dentry *dir, struct dir_context *ctx)
{
	struct dentry *child;

	if (ctx->pos < DIR_CREATED_POS)
		ctx->pos = DIR_CREATED_POS;
	list_for_each_entry_reverse(child, &dir->d_subdirs, d_child) {
		const int64_t pos = created_pos(child);

		if (!(child->d_flags & DCACHE_CREATED) || pos < ctx->pos)
			continue;
		if (!ctx->actor(ctx, child->d_name, child->d_len, pos + 1,
				child->d_inode->i_ino,
				mode_to_dt(child->d_inode->i_mode)))
			return;
		ctx->pos = pos + 1;
	}
}

static int simple_iterate(struct task_struct *curr, struct file *file,
			  struct dir_context *ctx)
{
	(void)curr;
	if (dir_emit_dots(file, ctx))
		dir_emit_created(file->f_dentry, ctx);
	return 0;
}

int64_t dir_llseek(struct task_struct *curr, struct file *file, int64_t offset,
		   int whence)
{
	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	(void)curr;
	if (whence == SEEK_CUR)
		offset = pos_after(file->f_pos, offset);
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset; /* however far: there is nothing then */
	return offset;
}

const struct file_operations simple_dir_fops = {
	.iterate = simple_iterate,
	.llseek = dir_llseek,
};
