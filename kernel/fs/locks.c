/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/internal.h"

/*
 * Record locks of fcntl(2) and whole-file locks of flock(2) (Linux:
 * fs/locks.c). A POSIX lock belongs to a process, by its files_struct; a flock,
 * and a record lock of F_OFD_SETLK, to an open file.
 *
 * Invariants: an inode's locks of one owner and kind never overlap. All are on
 * vfs.file_locks, for /proc/locks. Who waits for one is on vfs.lock_waiters for
 * as long, so that a process that would wait for itself is told EDEADLK.
 *
 * Leases are in leases.c. There are no mandatory locks, as in Linux since 5.15.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/filelock.h"
#include "kernel/fs/proc/internal.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/syscalls.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define ARM_SIZEOF_FILE_LOCK 128
#define OFFSET_MAX           INT64_MAX

struct kmem_cache *file_lock_cache(struct task_struct *curr)
{
	return kmem_cache_create(curr, "file_lock_cache", ARM_SIZEOF_FILE_LOCK,
				 sizeof(struct file_lock), 0, SLAB_PANIC, NULL);
}

struct file_lock *locks_alloc_lock(struct task_struct *curr,
				   const struct file_lock *like)
{
	struct file_lock *lock =
		kmem_cache_alloc(curr, curr->k->vfs.lock_cachep, GFP_KERNEL);

	if (lock) {
		*lock = *like;
		INIT_LIST_HEAD(&lock->all);
	}
	return lock;
}

void locks_free_lock(struct task_struct *curr, struct file_lock *lock)
{
	if (!lock)
		return;
	list_del(&lock->all);
	kmem_cache_free(curr, curr->k->vfs.lock_cachep, lock);
}

void locks_insert_global(struct inode *inode, struct file_lock *lock)
{
	lock->inode = inode;
	list_add(&lock->all, &inode->k->vfs.file_locks);
}

static bool overlap(const struct file_lock *a, const struct file_lock *b)
{
	return a->start <= b->end && b->start <= a->end;
}

static bool conflicts(const struct file_lock *lock,
		      const struct file_lock *want)
{
	return lock->flock == want->flock && lock->owner != want->owner &&
	       overlap(lock, want) &&
	       (lock->type == F_WRLCK || want->type == F_WRLCK);
}

/* Who stands in the way of @want, or NULL. */
static struct file_lock *find_conflict(struct inode *inode,
				       const struct file_lock *want)
{
	struct file_lock *lock;

	list_for_each_entry(lock, &inode->i_flock, list)
		if (conflicts(lock, want))
			return lock;
	return NULL;
}

/*
 * Takes the owner's locks off @want's range. @spare becomes the second half
 * of one that is cut in two; true when it was used.
 */
static bool cut_out(struct task_struct *curr, struct inode *inode,
		    const struct file_lock *want, struct file_lock *spare)
{
	struct file_lock *lock, *next;
	bool used = false;

	list_for_each_entry_safe(lock, next, &inode->i_flock, list) {
		if (lock->flock != want->flock || lock->owner != want->owner ||
		    !overlap(lock, want))
			continue;
		if (lock->start < want->start && lock->end > want->end) {
			*spare = *lock;
			locks_insert_global(inode, spare);
			spare->start = want->end + 1;
			lock->end = want->start - 1;
			list_add(&spare->list, &lock->list);
			used = true;
		} else if (lock->start < want->start) {
			lock->end = want->start - 1;
		} else if (lock->end > want->end) {
			lock->start = want->end + 1;
		} else {
			list_del(&lock->list);
			locks_free_lock(curr, lock);
		}
	}
	return used;
}

/* Takes in the owner's locks of the same kind that touch @lock. */
static void join_neighbours(struct task_struct *curr, struct inode *inode,
			    struct file_lock *lock)
{
	struct file_lock *other, *next;

	list_for_each_entry_safe(other, next, &inode->i_flock, list) {
		if (other->flock != lock->flock ||
		    other->owner != lock->owner || other->type != lock->type)
			continue;
		if ((other->end != OFFSET_MAX &&
		     other->end + 1 < lock->start) ||
		    (lock->end != OFFSET_MAX && lock->end + 1 < other->start))
			continue;
		if (other->start < lock->start)
			lock->start = other->start;
		if (other->end > lock->end)
			lock->end = other->end;
		list_del(&other->list);
		locks_free_lock(curr, other);
	}
}

/* Sets or clears (F_UNLCK) a lock that nothing conflicts with. */
static int apply_lock(struct task_struct *curr, struct inode *inode,
		      const struct file_lock *want)
{
	struct file_lock *spare = locks_alloc_lock(curr, want), *lock = NULL;

	if (want->type != F_UNLCK)
		lock = locks_alloc_lock(curr, want);
	if (!spare || (want->type != F_UNLCK && !lock)) {
		locks_free_lock(curr, spare);
		locks_free_lock(curr, lock);
		return -ENOLCK;
	}
	/* the allocations may have slept */
	if (lock && find_conflict(inode, want)) {
		locks_free_lock(curr, spare);
		locks_free_lock(curr, lock);
		return -EAGAIN;
	}
	if (lock)
		join_neighbours(curr, inode, lock);
	if (!cut_out(curr, inode, want, spare))
		locks_free_lock(curr, spare);
	if (lock) {
		list_add_tail(&lock->list, &inode->i_flock);
		locks_insert_global(inode, lock);
	}
	wake_up_all(curr, &inode->i_lock_wait);
	return 0;
}

/* So many hands are followed from one to the next, as in Linux. */
#define MAX_DEADLK_ITERATIONS 10

/* Of a process: open files as owners are never seen to wait. */
static bool is_process_lock(const struct file_lock *lock)
{
	return !lock->flock && lock->pid >= 0 && !lock->lease.breaker;
}

/* The lock that @owner waits for, or NULL. */
static const struct file_lock *awaited_by(const struct kernel *k,
					  const void *owner)
{
	const struct lock_waiter *waiter;

	list_for_each_entry(waiter, &k->vfs.lock_waiters, list)
		if (is_process_lock(waiter->want) &&
		    waiter->want->owner == owner)
			return find_conflict(waiter->inode, waiter->want);
	return NULL;
}

/* Would the owner of @want wait for itself? */
static bool would_deadlock(const struct kernel *k, struct inode *inode,
			   const struct file_lock *want)
{
	const struct file_lock *lock = find_conflict(inode, want);

	if (!is_process_lock(want))
		return false;
	for (int i = 0; lock && i < MAX_DEADLK_ITERATIONS; i++) {
		lock = awaited_by(k, lock->owner);
		if (lock && lock->owner == want->owner)
			return true;
	}
	return false;
}

static int wait_for_lock(struct task_struct *curr, struct inode *inode,
			 const struct file_lock *want)
{
	struct list_head *waiters = &curr->k->vfs.lock_waiters;
	struct lock_waiter self = {.inode = inode, .want = want};
	int err;

	if (would_deadlock(curr->k, inode, want))
		return -EDEADLK;
	list_add_tail(&self.list, waiters);
	err = wait_event_interruptible(curr, &inode->i_lock_wait,
				       !find_conflict(inode, want));
	list_del(&self.list);
	return err;
}

static int lock_wait(struct task_struct *curr, struct inode *inode,
		     const struct file_lock *want, bool wait)
{
	int err;

	for (;;) {
		err = want->type != F_UNLCK && find_conflict(inode, want)
			      ? -EAGAIN
			      : apply_lock(curr, inode, want);
		if (err != -EAGAIN || !wait)
			return err;
		err = wait_for_lock(curr, inode, want);
		if (err)
			return err;
	}
}

static void remove_owner(struct task_struct *curr, struct inode *inode,
			 const void *owner, bool flock)
{
	struct file_lock *lock, *next;
	bool any = false;

	list_for_each_entry_safe(lock, next, &inode->i_flock, list) {
		if (lock->flock != flock || lock->owner != owner)
			continue;
		list_del(&lock->list);
		locks_free_lock(curr, lock);
		any = true;
	}
	if (any)
		wake_up_all(curr, &inode->i_lock_wait);
}

void locks_remove_posix(struct task_struct *curr, struct file *file,
			struct files_struct *files)
{
	if (!list_empty(&file->f_inode->i_flock))
		remove_owner(curr, file->f_inode, files, false);
}

void locks_remove_file(struct task_struct *curr, struct file *file)
{
	locks_remove_lease(curr, file);
	if (list_empty(&file->f_inode->i_flock))
		return;
	remove_owner(curr, file->f_inode, file, true);
	remove_owner(curr, file->f_inode, file, false);
}

void locks_free_all(struct task_struct *curr, struct inode *inode)
{
	struct file_lock *lock, *next;

	list_for_each_entry_safe(lock, next, &inode->i_flock, list) {
		list_del(&lock->list);
		locks_free_lock(curr, lock);
	}
}

/* ---- flock(2) ---------------------------------------------------------- */

int do_flock(struct task_struct *curr, uint32_t fd, uint32_t cmd)
{
	struct file_lock want = {.flock = true, .end = OFFSET_MAX};
	struct file *file;
	int err;

	if (cmd & LOCK_MAND)
		return 0; /* it was never for anything but Samba */
	switch (cmd & ~LOCK_NB) {
	case LOCK_SH:
		want.type = F_RDLCK;
		break;
	case LOCK_EX:
		want.type = F_WRLCK;
		break;
	case LOCK_UN:
		want.type = F_UNLCK;
		break;
	default:
		return -EINVAL;
	}
	file = fget(curr, (int)fd);
	if (!file)
		return -EBADF;
	if (want.type != F_UNLCK &&
	    !(file->f_mode & (FMODE_READ | FMODE_WRITE))) {
		fput(curr, file);
		return -EBADF;
	}
	want.owner = file;
	want.pid = curr->tgid;
	err = lock_wait(curr, file->f_inode, &want, !(cmd & LOCK_NB));
	fput(curr, file);
	return err;
}

/* ---- fcntl(2) ---------------------------------------------------------- */

struct arm_flock {
	int16_t type, whence;
	int32_t start, len, pid;
};

struct arm_flock64 {
	int16_t type, whence;
	int32_t pad;
	int64_t start, len;
	int32_t pid, pad2;
};
_Static_assert(sizeof(struct arm_flock64) == 32, "struct flock64, EABI");

static bool is_lock64(uint32_t cmd)
{
	return cmd >= F_GETLK64;
}

static int get_flock(struct task_struct *curr, uint32_t cmd, vaddr_t ulock,
		     struct arm_flock64 *l)
{
	struct arm_flock small;

	if (is_lock64(cmd))
		return copy_from_user(curr, l, ulock, sizeof(*l)) ? -EFAULT : 0;
	if (copy_from_user(curr, &small, ulock, sizeof(small)))
		return -EFAULT;
	*l = (struct arm_flock64){
		.type = small.type,
		.whence = small.whence,
		.start = small.start,
		.len = small.len,
	};
	return 0;
}

static int put_flock(struct task_struct *curr, uint32_t cmd, vaddr_t ulock,
		     const struct arm_flock64 *l)
{
	const struct arm_flock small = {
		.type = l->type,
		.whence = l->whence,
		.start = (int32_t)l->start,
		.len = (int32_t)l->len,
		.pid = l->pid,
	};

	if (is_lock64(cmd))
		return copy_to_user(curr, ulock, l, sizeof(*l)) ? -EFAULT : 0;
	return copy_to_user(curr, ulock, &small, sizeof(small)) ? -EFAULT : 0;
}

/* The range in bytes of the file. */
static int flock_range(const struct file *file, const struct arm_flock64 *l,
		       struct file_lock *lock)
{
	int64_t base = 0;

	if (l->whence == SEEK_CUR)
		base = file->f_pos;
	else if (l->whence == SEEK_END)
		base = file->f_inode->i_size;
	else if (l->whence != SEEK_SET)
		return -EINVAL;
	if (__builtin_add_overflow(base, l->start, &lock->start))
		return -EOVERFLOW;
	lock->end = OFFSET_MAX;
	if (l->len > 0) {
		if (__builtin_add_overflow(lock->start, l->len - 1, &lock->end))
			return -EOVERFLOW;
	} else if (l->len < 0) {
		lock->end = lock->start - 1;
		if (__builtin_add_overflow(lock->start, l->len, &lock->start))
			return -EINVAL;
	}
	return lock->start < 0 ? -EINVAL : 0;
}

static int32_t getlk(struct task_struct *curr, struct file *file, uint32_t cmd,
		     vaddr_t ulock, struct arm_flock64 *l,
		     const struct file_lock *want)
{
	const struct file_lock *other = find_conflict(file->f_inode, want);

	l->type = F_UNLCK;
	if (other) {
		l->type = (int16_t)other->type;
		l->whence = SEEK_SET;
		l->start = other->start;
		l->len = other->end == OFFSET_MAX
				 ? 0
				 : other->end - other->start + 1;
		l->pid = other->pid;
	}
	return put_flock(curr, cmd, ulock, l);
}

static bool is_ofd(uint32_t cmd)
{
	return cmd >= F_OFD_GETLK && cmd <= F_OFD_SETLKW;
}

static bool is_getlk(uint32_t cmd)
{
	return cmd == F_GETLK || cmd == F_GETLK64 || cmd == F_OFD_GETLK;
}

int32_t fcntl_lock(struct task_struct *curr, struct file *file, uint32_t cmd,
		   vaddr_t ulock)
{
	struct arm_flock64 l;
	struct file_lock want = {.owner = curr->files, .pid = curr->tgid};
	int err = get_flock(curr, cmd, ulock, &l);

	if (!err)
		err = flock_range(file, &l, &want);
	if (err)
		return err;
	want.type = l.type;
	if (l.type != F_RDLCK && l.type != F_WRLCK &&
	    (l.type != F_UNLCK || is_getlk(cmd)))
		return -EINVAL;
	if (is_ofd(cmd)) {
		if (l.pid)
			return -EINVAL;
		want.owner = file;
		want.pid = -1;
	}
	if (is_getlk(cmd))
		return getlk(curr, file, cmd, ulock, &l, &want);
	if ((l.type == F_RDLCK && !(file->f_mode & FMODE_READ)) ||
	    (l.type == F_WRLCK && !(file->f_mode & FMODE_WRITE)))
		return -EBADF;
	return lock_wait(curr, file->f_inode, &want,
			 cmd == F_SETLKW || cmd == F_SETLKW64 ||
				 cmd == F_OFD_SETLKW);
}

/* ---- /proc/locks -------------------------------------------------------- */

static bool is_lease(const struct file_lock *lock)
{
	return lock->lease.file || lock->lease.breaker;
}

static bool stands_in_way(const struct file_lock *lock,
			  const struct file_lock *want)
{
	if (is_lease(lock) || is_lease(want))
		return is_lease(lock) && is_lease(want) &&
		       (lock->type == F_WRLCK || want->type == F_WRLCK);
	return conflicts(lock, want);
}

static const char *state_name(const struct file_lock *lock)
{
	return !is_lease(lock)        ? "ADVISORY "
	       : lease_breaking(lock) ? "BREAKING "
	       : lock->lease.file     ? "ACTIVE   "
				      : "BREAKER  ";
}

static const char *type_name(const struct file_lock *lock)
{
	const int type = lock->lease.file ? target_leasetype(lock) : lock->type;

	return type == F_WRLCK ? "WRITE" : type == F_RDLCK ? "READ" : "UNLCK";
}

/* MODEL: who waits stands under each lock that is in his way. */
static void show_lock(struct seq_file *m, const struct inode *inode,
		      const struct file_lock *lock, const char *arrow)
{
	const uint32_t dev = inode->i_sb->s_dev;

	seq_printf(m, "%s%-6s %s %s %d %02x:%02x:%llu ", arrow,
		   lock->flock      ? "FLOCK"
		   : is_lease(lock) ? "LEASE"
		   : lock->pid >= 0 ? "POSIX"
				    : "OFDLCK",
		   state_name(lock), type_name(lock), lock->pid, MAJOR(dev),
		   MINOR(dev), (unsigned long long)inode->i_ino);
	if (lock->flock || is_lease(lock))
		seq_puts(m, "0 EOF\n");
	else if (lock->end == OFFSET_MAX)
		seq_printf(m, "%lld EOF\n", (long long)lock->start);
	else
		seq_printf(m, "%lld %lld\n", (long long)lock->start,
			   (long long)lock->end);
}

int proc_locks(struct seq_file *m, void *v)
{
	const struct vfs_state *vfs = &m->k->vfs;
	const struct file_lock *lock;
	const struct lock_waiter *waiter;
	int n = 0;

	(void)v;
	list_for_each_entry(lock, &vfs->file_locks, all) {
		seq_printf(m, "%d: ", ++n);
		show_lock(m, lock->inode, lock, "");
		list_for_each_entry(waiter, &vfs->lock_waiters, list) {
			if (waiter->inode != lock->inode ||
			    !stands_in_way(lock, waiter->want))
				continue;
			seq_printf(m, "%d: ", n);
			show_lock(m, waiter->inode, waiter->want, "-> ");
		}
	}
	return 0;
}
