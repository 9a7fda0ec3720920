/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_NAMEI_H
#define KERNEL_FS_NAMEI_H

/* From path to dentry (include/linux/namei.h). All may sleep. */

#include <stdint.h>

#include "kernel/fs/dcache.h"

#define LOOKUP_FOLLOW        0x0001u /* the last component's symlink too */
#define LOOKUP_DIRECTORY     0x0002u
#define LOOKUP_EMPTY         0x0004u /* "" means @dfd itself */
#define LOOKUP_NO_SYMLINKS   0x0100u /* openat2's RESOLVE_… */
#define LOOKUP_NO_MAGICLINKS 0x0200u
#define LOOKUP_NO_XDEV       0x0400u
#define LOOKUP_BENEATH       0x0800u
#define LOOKUP_IN_ROOT       0x1000u

struct open_flags {
	uint32_t open_flag, mode, acc_mode, lookup_flags;
};

/* A path of the user's in a kernel buffer; ERR_PTR. Freed by putname(). */
char *getname(struct task_struct *curr, vaddr_t uname);
/* "" is -ENOENT in getname(); not here. */
char *getname_empty(struct task_struct *curr, vaddr_t uname);
char *getname_kernel(struct task_struct *curr, const char *name);
void putname(struct task_struct *curr, char *name);

/* Where @name leads, with a reference, never negative; ERR_PTR. */
struct dentry *path_lookup(struct task_struct *curr, int dfd, const char *name,
			   uint32_t flags);
/* The same of a user's path. */
struct dentry *user_path_at(struct task_struct *curr, int dfd, vaddr_t uname,
			    uint32_t flags);
/*
 * The child called @name of @parent, maybe negative, with a reference;
 * ERR_PTR. For directories of ours (/proc, boot) and getdents.
 */
struct dentry *lookup_one(struct task_struct *curr, struct dentry *parent,
			  const char *name, uint32_t len);

/* The same with @parent's i_rwsem held. */
struct dentry *lookup_one_len(struct task_struct *curr, struct dentry *parent,
			      const char *name, uint32_t len);
/* May @curr make a name in @dir? 0 or -errno. */
int vfs_may_create(const struct task_struct *curr, const struct inode *dir);
/* Removes @dentry of @parent, whose i_rwsem is held, if @curr may. */
int vfs_unlink(struct task_struct *curr, struct dentry *parent,
	       struct dentry *dentry);

struct file *do_filp_open(struct task_struct *curr, int dfd, const char *name,
			  const struct open_flags *op);
/* An open file of a known place; ERR_PTR. Checks nothing. */
struct file *dentry_open(struct task_struct *curr, struct dentry *dentry,
			 uint32_t flags);

int do_mkdirat(struct task_struct *curr, int dfd, char *name, uint32_t mode);
/* Is that a kind of file that one may make? 0, -EPERM or -EINVAL. */
int may_mknod(uint32_t mode);
int check_rename_flags(uint32_t flags);
int do_mknodat(struct task_struct *curr, int dfd, char *name, uint32_t mode,
	       uint32_t dev);
/* Makes @name, a socket or a FIFO: with a reference; ERR_PTR. */
struct dentry *kern_path_mknod(struct task_struct *curr, const char *name,
			       uint32_t mode);
int do_symlinkat(struct task_struct *curr, const char *target, int dfd,
		 char *name);
int do_linkat(struct task_struct *curr, int olddfd, char *old, int newdfd,
	      char *name, uint32_t flags);
int do_unlinkat(struct task_struct *curr, int dfd, char *name);
int do_rmdir(struct task_struct *curr, int dfd, char *name);
int do_renameat2(struct task_struct *curr, int olddfd, char *old, int newdfd,
		 char *name, uint32_t flags);
/* Target text into @to; its length or -errno. */
int vfs_readlink(struct task_struct *curr, struct dentry *dentry, char *to,
		 uint32_t size);

#endif
