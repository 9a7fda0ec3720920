/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_FILELOCK_H
#define KERNEL_FS_FILELOCK_H

/* Locks and leases of files, as locks.c and leases.c share them. */

#include "kernel/fs/fasync.h"

struct file_lock {
	struct list_head list; /* inode->i_flock, or i_leases */
	struct list_head all; /* vfs.file_locks, the youngest first */
	struct inode *inode;
	const void *owner; /* files_struct, or the file for flock */
	bool flock;
	int type; /* F_RDLCK, F_WRLCK */
	int pid;
	int64_t start, end; /* inclusive */
	struct { /* leases.c; file NULL: it is none */
		struct file *file;
		struct fasync_struct *fasync; /* whom a breaker tells */
		bool unlock_pending, downgrade_pending;
		bool breaker; /* no lease, but who waits for one */
		uint64_t break_time, downgrade_time; /* cycles; 0: never */
	} lease;
};

/* Who waits for a lock: on its stack. */
struct lock_waiter {
	struct list_head list; /* vfs.lock_waiters */
	struct inode *inode;
	const struct file_lock *want;
};

/* NULL: no memory. On no list. */
struct file_lock *locks_alloc_lock(struct task_struct *curr,
				   const struct file_lock *like);
void locks_free_lock(struct task_struct *curr, struct file_lock *lock);
/* @lock counts from now on, and /proc/locks shows it. */
void locks_insert_global(struct inode *inode, struct file_lock *lock);

/* fcntl(F_SETLEASE, F_GETLEASE); 0, F_… or -errno. */
int32_t fcntl_setlease(struct task_struct *curr, int fd, struct file *file,
		       int type);
int32_t fcntl_getlease(struct task_struct *curr, const struct file *file);
static inline bool lease_breaking(const struct file_lock *lock)
{
	return lock->lease.unlock_pending || lock->lease.downgrade_pending;
}
/* As somebody who holds it is on its way to: F_UNLCK, F_RDLCK, F_WRLCK. */
int target_leasetype(const struct file_lock *lock);
/*
 * Somebody opens @inode with @flags, or changes its size: who has a lease in
 * the way is told, and waited for unless O_NONBLOCK. 0, -EWOULDBLOCK or
 * -ERESTARTSYS.
 */
int break_lease(struct task_struct *curr, struct inode *inode, uint32_t flags);
/* The last reference to @file goes. */
void locks_remove_lease(struct task_struct *curr, struct file *file);

#endif
