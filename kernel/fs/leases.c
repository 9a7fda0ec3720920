/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/filelock.h"

/*
 * Leases (the second half of Linux's fs/locks.c): who has one hears by a
 * signal, before it happens, that somebody opens the file or cuts it, and has
 * fs.lease-break-time seconds to get ready and give the lease up.
 *
 * Invariant: a lease is on its inode's i_leases as long as its file is open
 * and it has not been given up or taken away; while it is, its file is on the
 * lease's own list of fasync.
 *
 * Leaves out delegations and layouts, which only file servers take.
 */

#include <signal.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define NSEC_PER_SEC 1000000000ull

int target_leasetype(const struct file_lock *lock)
{
	if (lock->lease.unlock_pending)
		return F_UNLCK;
	return lock->lease.downgrade_pending ? F_RDLCK : lock->type;
}

/* It becomes @type; F_UNLCK: it is gone, and @lock with it. */
static void lease_modify(struct task_struct *curr, struct file_lock *lock,
			 int type)
{
	struct file *file = lock->lease.file;

	wake_up_all(curr, &lock->inode->i_lock_wait);
	lock->type = type;
	if (type == F_WRLCK)
		return;
	lock->lease.downgrade_pending = false;
	lock->lease.downgrade_time = 0;
	if (type == F_RDLCK)
		return;
	f_delown(curr, file);
	file->f_owner.signum = 0;
	fasync_helper(curr, -1, file, false, &lock->lease.fasync);
	list_del(&lock->list);
	locks_free_lock(curr, lock);
}

/* ---- time -------------------------------------------------------------- */

static bool past_time(const struct kernel *k, uint64_t then)
{
	return then && sched_clock_cycles(k) >= then;
}

static void time_out_leases(struct task_struct *curr, struct inode *inode)
{
	struct file_lock *lock, *next;

	list_for_each_entry_safe(lock, next, &inode->i_leases, list) {
		if (past_time(curr->k, lock->lease.downgrade_time))
			lease_modify(curr, lock, F_RDLCK);
		if (past_time(curr->k, lock->lease.break_time))
			lease_modify(curr, lock, F_UNLCK);
	}
}

/* ---- breaking ---------------------------------------------------------- */

static struct file_lock *first_conflict(const struct inode *inode, bool write)
{
	struct file_lock *lock;

	list_for_each_entry(lock, &inode->i_leases, list)
		if (write || lock->type == F_WRLCK)
			return lock;
	return NULL;
}

/* Who stands in the way is told, once. */
static void tell_holders(struct task_struct *curr, struct inode *inode,
			 bool write)
{
	const uint32_t secs = (uint32_t)curr->k->sysctl.lease_break_time;
	const uint64_t when = secs ? sched_clock_cycles(curr->k) +
					      ns_to_cycles(curr->k,
							   secs * NSEC_PER_SEC)
				   : 0;
	struct file_lock *lock;

	list_for_each_entry(lock, &inode->i_leases, list) {
		if (write ? lock->lease.unlock_pending
			  : lock->type != F_WRLCK || lease_breaking(lock))
			continue;
		if (write) {
			lock->lease.unlock_pending = true;
			lock->lease.break_time = when;
		} else {
			lock->lease.downgrade_pending = true;
			lock->lease.downgrade_time = when;
		}
		kill_fasync(curr, lock->lease.fasync, SIGIO, FASYNC_MSG);
	}
}

/* When @lock is taken away, if it isn't given up. */
static uint64_t lease_deadline(const struct file_lock *lock)
{
	const uint64_t down = lock->lease.downgrade_time;
	const uint64_t unlock = lock->lease.break_time;

	if (!down || !unlock)
		return down | unlock ? down | unlock : UINT64_MAX;
	return down < unlock ? down : unlock;
}

static int wait_for_leases(struct task_struct *curr, struct inode *inode,
			   bool write)
{
	struct wait_queue_entry wait = {0};
	const struct file_lock *lock;
	int err = 0;

	for (;;) {
		prepare_to_wait(curr, &inode->i_lock_wait, &wait,
				TASK_INTERRUPTIBLE);
		lock = first_conflict(inode, write);
		if (!lock)
			break;
		if (signal_pending(curr)) {
			err = -ERESTARTSYS;
			break;
		}
		schedule_timeout_until(curr, lease_deadline(lock));
		time_out_leases(curr, inode);
	}
	finish_wait(curr, &inode->i_lock_wait, &wait);
	return err;
}

int break_lease(struct task_struct *curr, struct inode *inode, uint32_t flags)
{
	const bool write = (flags & O_ACCMODE) != O_RDONLY;
	const struct file_lock breaker = {
		.type = write ? F_WRLCK : F_RDLCK,
		.pid = curr->tgid,
		.end = INT64_MAX,
		.lease = {.breaker = true},
	};
	struct lock_waiter self = {.inode = inode, .want = &breaker};
	int err;

	if (list_empty(&inode->i_leases))
		return 0;
	time_out_leases(curr, inode);
	if (!first_conflict(inode, write))
		return 0;
	tell_holders(curr, inode, write);
	if (flags & O_NONBLOCK)
		return -EWOULDBLOCK;
	list_add_tail(&self.list, &curr->k->vfs.lock_waiters);
	err = wait_for_leases(curr, inode, write);
	list_del(&self.list);
	return err;
}

/* ---- fcntl(2) ---------------------------------------------------------- */

/* Has somebody the file open in a way that @type forbids? */
static bool conflicting_open(const struct file *file, int type)
{
	const struct inode *inode = file->f_inode;
	const int32_t writers = file->f_mode & FMODE_WRITE ? 1 : 0;
	const int32_t readers = !writers && file->f_mode & FMODE_READ;

	if (type == F_RDLCK)
		return inode->i_writecount > 0;
	return inode->i_writecount != writers || inode->i_readcount != readers;
}

static struct file_lock *find_lease(const struct file *file)
{
	struct file_lock *lock;

	list_for_each_entry(lock, &file->f_inode->i_leases, list)
		if (lock->lease.file == file)
			return lock;
	return NULL;
}

/* May @file have one of @type beside the others? */
static int may_lease(const struct file *file, int type)
{
	const struct file_lock *lock;

	if (conflicting_open(file, type))
		return -EAGAIN;
	list_for_each_entry(lock, &file->f_inode->i_leases, list)
		if (lock->lease.file != file &&
		    (type == F_WRLCK || lock->lease.unlock_pending))
			return -EAGAIN;
	return 0;
}

/* Takes @lock over. 0 or -errno. */
static int add_lease(struct task_struct *curr, struct file *file,
		     struct file_lock *lock)
{
	struct inode *inode = file->f_inode;
	struct file_lock *mine;
	int err;

	time_out_leases(curr, inode);
	err = may_lease(file, lock->type);
	mine = find_lease(file);
	if (!err && mine) {
		/* a breaker waits for no more than this */
		lease_modify(curr, mine, lock->type);
	} else if (!err && !curr->k->sysctl.leases_enable) {
		err = -EINVAL;
	} else if (!err) {
		locks_insert_global(inode, lock);
		list_add_tail(&lock->list, &inode->i_leases);
		if (!file->f_owner.pid)
			f_setown(curr, file, curr->tgid);
		return 0;
	}
	fasync_helper(curr, -1, file, false, &lock->lease.fasync);
	locks_free_lock(curr, lock);
	return err;
}

static int may_setlease(const struct task_struct *curr, const struct file *file)
{
	const struct inode *inode = file->f_inode;

	if (curr->cred.fsuid != inode->i_uid && !capable(curr, CAP_LEASE))
		return -EACCES;
	return S_ISREG(inode->i_mode) ? 0 : -EINVAL;
}

int32_t fcntl_setlease(struct task_struct *curr, int fd, struct file *file,
		       int type)
{
	const struct file_lock like = {
		.type = type,
		.owner = file,
		.pid = curr->tgid,
		.end = INT64_MAX,
		.lease = {.file = file},
	};
	const bool had_async = file->f_flags & O_ASYNC;
	struct file_lock *lock;
	int err;

	if (type != F_RDLCK && type != F_WRLCK && type != F_UNLCK)
		return -EINVAL;
	err = may_setlease(curr, file);
	if (err)
		return err;
	if (type == F_UNLCK) {
		lock = find_lease(file);
		if (lock)
			lease_modify(curr, lock, F_UNLCK);
		return lock ? 0 : -EAGAIN;
	}
	lock = locks_alloc_lock(curr, &like);
	if (!lock)
		return -ENOMEM;
	err = fasync_helper(curr, fd, file, true, &lock->lease.fasync);
	if (err < 0) {
		locks_free_lock(curr, lock);
		return err;
	}
	err = add_lease(curr, file, lock);
	if (had_async || find_lease(file))
		file->f_flags |= O_ASYNC;
	return err;
}

int32_t fcntl_getlease(struct task_struct *curr, const struct file *file)
{
	const struct file_lock *lock;

	time_out_leases(curr, file->f_inode);
	lock = find_lease(file);
	return lock ? target_leasetype(lock) : F_UNLCK;
}

void locks_remove_lease(struct task_struct *curr, struct file *file)
{
	struct file_lock *lock = find_lease(file);

	if (lock)
		lease_modify(curr, lock, F_UNLCK);
}
