/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_FSNOTIFY_H
#define KERNEL_FS_FSNOTIFY_H

/*
 * Who watches files is told what happens to them (include/linux/fsnotify.h).
 * Each fsnotify_…() is called after it has happened; where nobody watches
 * anything they cost a comparison. All may sleep.
 */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"

/* include/uapi/linux/inotify.h */
#define IN_ACCESS        0x00000001u
#define IN_MODIFY        0x00000002u
#define IN_ATTRIB        0x00000004u
#define IN_CLOSE_WRITE   0x00000008u
#define IN_CLOSE_NOWRITE 0x00000010u
#define IN_OPEN          0x00000020u
#define IN_MOVED_FROM    0x00000040u
#define IN_MOVED_TO      0x00000080u
#define IN_CREATE        0x00000100u
#define IN_DELETE        0x00000200u
#define IN_DELETE_SELF   0x00000400u
#define IN_MOVE_SELF     0x00000800u
#define IN_ALL_EVENTS    0x00000fffu
#define IN_UNMOUNT       0x00002000u
#define IN_Q_OVERFLOW    0x00004000u
#define IN_IGNORED       0x00008000u
#define IN_ONLYDIR       0x01000000u
#define IN_DONT_FOLLOW   0x02000000u
#define IN_EXCL_UNLINK   0x04000000u
#define IN_MASK_CREATE   0x10000000u
#define IN_MASK_ADD      0x20000000u
#define IN_ISDIR         0x40000000u
#define IN_ONESHOT       0x80000000u

/* ---- inotify.c --------------------------------------------------------- */

void fsnotify_init(struct kernel *k);
int32_t do_inotify_init(struct task_struct *curr, uint32_t flags);
int32_t do_inotify_add_watch(struct task_struct *curr, int fd, vaddr_t upath,
			     uint32_t mask);
int32_t do_inotify_rm_watch(struct task_struct *curr, int fd, int32_t wd);

/* ---- fsnotify.c: what has happened ------------------------------------- */

/* To @inode itself; @name NULL, or to the one called so in it. */
void fsnotify(struct task_struct *curr, struct inode *inode, uint32_t mask,
	      const char *name, uint32_t cookie);
/* To a file, of which its folder's watchers hear, too. */
void fsnotify_dentry(struct task_struct *curr, struct dentry *dentry,
		     uint32_t mask);
void fsnotify_file(struct task_struct *curr, struct file *file, uint32_t mask);
void fsnotify_close(struct task_struct *curr, struct file *file);
/* A name in @dir: made, gone. */
void fsnotify_create(struct task_struct *curr, struct inode *dir,
		     const struct dentry *dentry);
void fsnotify_delete(struct task_struct *curr, struct inode *dir,
		     const char *name, bool is_dir);
void fsnotify_move(struct task_struct *curr, struct inode *old_dir,
		   struct inode *new_dir, const char *old_name,
		   const char *new_name, struct inode *source,
		   struct inode *target);
/* The last name of @inode has gone, and the last who had it open. */
void fsnotify_inoderemove(struct task_struct *curr, struct inode *inode);

/* Does anybody watch anything? */
bool fsnotify_active(const struct kernel *k);

#endif
