/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/*
 * System calls on files: decoding alone. A 64-bit argument takes an even and
 * the following odd register, so one is skipped where it would not.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/mount.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define CALL(name) \
	int32_t sys_##name(struct task_struct *curr, const uint32_t arg[7])
/* For calls that need none of their arguments. */
#define UNUSED ((void)curr, (void)arg)

/* ---- reading and writing ----------------------------------------------- */

CALL(read)
{
	return ksys_read(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(write)
{
	return ksys_write(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(readv)
{
	return do_readv(curr, (int)arg[0], arg[1], arg[2], NULL);
}

CALL(writev)
{
	return do_writev(curr, (int)arg[0], arg[1], arg[2], NULL);
}

CALL(pread64)
{
	return ksys_pread(curr, (int)arg[0], arg[1], arg[2], arg64(arg + 4));
}

CALL(pwrite64)
{
	return ksys_pwrite(curr, (int)arg[0], arg[1], arg[2], arg64(arg + 4));
}

/* The position comes as two words of their own, in any register. */
CALL(preadv)
{
	const int64_t pos = arg64(arg + 3);

	return do_readv(curr, (int)arg[0], arg[1], arg[2], &pos);
}

CALL(pwritev)
{
	const int64_t pos = arg64(arg + 3);

	return do_writev(curr, (int)arg[0], arg[1], arg[2], &pos);
}

CALL(lseek)
{
	const int64_t pos = do_lseek(curr, (int)arg[0], (int32_t)arg[1],
				     (int)arg[2]);

	return pos > INT32_MAX ? -EOVERFLOW : (int32_t)pos;
}

CALL(_llseek)
{
	const int64_t offset = (int64_t)((uint64_t)arg[1] << 32 | arg[2]);
	const int64_t pos = do_lseek(curr, (int)arg[0], offset, (int)arg[4]);

	if (pos < 0)
		return (int32_t)pos;
	return copy_to_user(curr, arg[3], &pos, sizeof(pos)) ? -EFAULT : 0;
}

CALL(sendfile)
{
	return do_sendfile(curr, (int)arg[0], (int)arg[1], arg[2], 4, arg[3]);
}

CALL(sendfile64)
{
	return do_sendfile(curr, (int)arg[0], (int)arg[1], arg[2], 8, arg[3]);
}

CALL(copy_file_range)
{
	return do_copy_file_range(curr, (int)arg[0], arg[1], (int)arg[2],
				  arg[3], arg[4], arg[5]);
}

/* ---- opening and closing ----------------------------------------------- */

CALL(open)
{
	return do_sys_open(curr, AT_FDCWD, arg[0], arg[1], arg[2]);
}

CALL(openat)
{
	return do_sys_open(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(openat2)
{
	return do_openat2(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(creat)
{
	return do_sys_open(curr, AT_FDCWD, arg[0], O_CREAT | O_WRONLY | O_TRUNC,
			   arg[1]);
}

CALL(close)
{
	return do_close(curr, arg[0]);
}

CALL(close_range)
{
	return do_close_range(curr, arg[0], arg[1], arg[2]);
}

CALL(dup)
{
	return do_dup(curr, arg[0]);
}

CALL(dup2)
{
	struct file *file;

	if (arg[0] != arg[1])
		return do_dup3(curr, arg[0], arg[1], 0);
	file = fget_raw(curr, (int)arg[0]);
	if (!file)
		return -EBADF;
	fput(curr, file);
	return (int32_t)arg[0];
}

CALL(dup3)
{
	return do_dup3(curr, arg[0], arg[1], arg[2]);
}

CALL(pipe)
{
	return do_pipe2(curr, arg[0], 0);
}

CALL(pipe2)
{
	return do_pipe2(curr, arg[0], arg[1]);
}

CALL(eventfd)
{
	return do_eventfd2(curr, arg[0], 0);
}

CALL(eventfd2)
{
	return do_eventfd2(curr, arg[0], arg[1]);
}

CALL(memfd_create)
{
	return do_memfd_create(curr, arg[0], arg[1]);
}

CALL(fcntl)
{
	return do_fcntl(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(fcntl64)
{
	return do_fcntl(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(ioctl)
{
	return do_ioctl(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(flock)
{
	return do_flock(curr, arg[0], arg[1]);
}

/* ---- names ------------------------------------------------------------- */

typedef int (*name_fn)(struct task_struct *curr, int dfd, char *name,
		       const uint32_t extra[2]);

/* Brings the path in, runs @fn on it. */
static int32_t with_name(struct task_struct *curr, int dfd, uint32_t upath,
			 name_fn fn, uint32_t extra0, uint32_t extra1)
{
	const uint32_t extra[2] = {extra0, extra1};
	char *name = getname(curr, upath);
	int err;

	if (IS_ERR(name))
		return (int)PTR_ERR(name);
	err = fn(curr, dfd, name, extra);
	putname(curr, name);
	return err;
}

static int mkdir_name(struct task_struct *curr, int dfd, char *name,
		      const uint32_t extra[2])
{
	return do_mkdirat(curr, dfd, name, extra[0]);
}

CALL(mkdir)
{
	return with_name(curr, AT_FDCWD, arg[0], mkdir_name, arg[1], 0);
}

CALL(mkdirat)
{
	return with_name(curr, (int)arg[0], arg[1], mkdir_name, arg[2], 0);
}

static int mknod_name(struct task_struct *curr, int dfd, char *name,
		      const uint32_t extra[2])
{
	return do_mknodat(curr, dfd, name, extra[0], new_decode_dev(extra[1]));
}

CALL(mknod)
{
	return with_name(curr, AT_FDCWD, arg[0], mknod_name, arg[1], arg[2]);
}

CALL(mknodat)
{
	return with_name(curr, (int)arg[0], arg[1], mknod_name, arg[2], arg[3]);
}

static int unlink_name(struct task_struct *curr, int dfd, char *name,
		       const uint32_t extra[2])
{
	return extra[0] & AT_REMOVEDIR ? do_rmdir(curr, dfd, name)
				       : do_unlinkat(curr, dfd, name);
}

CALL(unlink)
{
	return with_name(curr, AT_FDCWD, arg[0], unlink_name, 0, 0);
}

CALL(rmdir)
{
	return with_name(curr, AT_FDCWD, arg[0], unlink_name, AT_REMOVEDIR, 0);
}

CALL(unlinkat)
{
	if (arg[2] & ~AT_REMOVEDIR)
		return -EINVAL;
	return with_name(curr, (int)arg[0], arg[1], unlink_name, arg[2], 0);
}

typedef int (*two_names_fn)(struct task_struct *curr, int olddfd, char *old,
			    int newdfd, char *name, uint32_t flags);

static int32_t with_two_names(struct task_struct *curr, int olddfd,
			      uint32_t uold, int newdfd, uint32_t unew,
			      uint32_t flags, two_names_fn fn)
{
	char *old = getname_empty(curr, uold);
	char *name = IS_ERR(old) ? old : getname(curr, unew);
	int err = IS_ERR(name) ? (int)PTR_ERR(name)
			       : fn(curr, olddfd, old, newdfd, name, flags);

	if (name != old)
		putname(curr, name);
	putname(curr, old);
	return err;
}

CALL(rename)
{
	return with_two_names(curr, AT_FDCWD, arg[0], AT_FDCWD, arg[1], 0,
			      do_renameat2);
}

CALL(renameat)
{
	return with_two_names(curr, (int)arg[0], arg[1], (int)arg[2], arg[3], 0,
			      do_renameat2);
}

CALL(renameat2)
{
	return with_two_names(curr, (int)arg[0], arg[1], (int)arg[2], arg[3],
			      arg[4], do_renameat2);
}

CALL(link)
{
	return with_two_names(curr, AT_FDCWD, arg[0], AT_FDCWD, arg[1], 0,
			      do_linkat);
}

CALL(linkat)
{
	return with_two_names(curr, (int)arg[0], arg[1], (int)arg[2], arg[3],
			      arg[4], do_linkat);
}

static int symlink_names(struct task_struct *curr, int olddfd, char *target,
			 int newdfd, char *name, uint32_t flags)
{
	(void)olddfd, (void)flags;
	return *target ? do_symlinkat(curr, target, newdfd, name) : -ENOENT;
}

CALL(symlink)
{
	return with_two_names(curr, AT_FDCWD, arg[0], AT_FDCWD, arg[1], 0,
			      symlink_names);
}

CALL(symlinkat)
{
	return with_two_names(curr, AT_FDCWD, arg[0], (int)arg[1], arg[2], 0,
			      symlink_names);
}

CALL(readlink)
{
	return do_readlinkat(curr, AT_FDCWD, arg[0], arg[1], (int32_t)arg[2]);
}

CALL(readlinkat)
{
	return do_readlinkat(curr, (int)arg[0], arg[1], arg[2],
			     (int32_t)arg[3]);
}

CALL(getdents)
{
	return do_getdents(curr, (int)arg[0], arg[1], arg[2], false);
}

CALL(getdents64)
{
	return do_getdents(curr, (int)arg[0], arg[1], arg[2], true);
}

/* ---- where one is ------------------------------------------------------ */

CALL(chdir)
{
	return do_chdir(curr, arg[0]);
}

CALL(fchdir)
{
	return do_fchdir(curr, (int)arg[0]);
}

CALL(chroot)
{
	return do_chroot(curr, arg[0]);
}

CALL(getcwd)
{
	return do_getcwd(curr, arg[0], arg[1]);
}

CALL(umask)
{
	const uint32_t old = curr->fs->umask;

	curr->fs->umask = arg[0] & S_IRWXUGO;
	return (int32_t)old;
}

static int32_t mount_names(struct task_struct *curr, const uint32_t arg[7])
{
	char *dir = getname(curr, arg[1]);
	char *type = IS_ERR(dir) ? dir : getname(curr, arg[2]);
	int err = IS_ERR(type) ? (int)PTR_ERR(type) : do_mount(curr, type, dir);

	if (type != dir)
		putname(curr, type);
	putname(curr, dir);
	return err;
}

CALL(mount)
{
	return mount_names(curr, arg);
}

static int umount_name(struct task_struct *curr, int dfd, char *name,
		       const uint32_t extra[2])
{
	(void)dfd;
	return do_umount(curr, name, extra[0]);
}

CALL(umount)
{
	return with_name(curr, AT_FDCWD, arg[0], umount_name, arg[1], 0);
}

/* ---- what files say of themselves -------------------------------------- */

CALL(stat)
{
	return do_newstat(curr, arg[0], arg[1], 0);
}

CALL(lstat)
{
	return do_newstat(curr, arg[0], arg[1], AT_SYMLINK_NOFOLLOW);
}

CALL(fstat)
{
	return do_newfstat(curr, (int)arg[0], arg[1]);
}

CALL(stat64)
{
	return do_stat64(curr, AT_FDCWD, arg[0], arg[1], 0);
}

CALL(lstat64)
{
	return do_stat64(curr, AT_FDCWD, arg[0], arg[1], AT_SYMLINK_NOFOLLOW);
}

CALL(fstat64)
{
	return do_fstat64(curr, (int)arg[0], arg[1]);
}

CALL(fstatat64)
{
	return do_stat64(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(statx)
{
	return do_statx(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4]);
}

CALL(statfs)
{
	return do_statfs(curr, arg[0], arg[1], false);
}

CALL(fstatfs)
{
	return do_fstatfs(curr, (int)arg[0], arg[1], false);
}

/* glibc once believed that the structure is padded to 88 bytes. */
static bool statfs64_size_ok(uint32_t size)
{
	return size == 84 || size == 88;
}

CALL(statfs64)
{
	if (!statfs64_size_ok(arg[1]))
		return -EINVAL;
	return do_statfs(curr, arg[0], arg[2], true);
}

CALL(fstatfs64)
{
	if (!statfs64_size_ok(arg[1]))
		return -EINVAL;
	return do_fstatfs(curr, (int)arg[0], arg[2], true);
}

CALL(access)
{
	return do_faccessat(curr, AT_FDCWD, arg[0], arg[1], 0);
}

CALL(faccessat)
{
	return do_faccessat(curr, (int)arg[0], arg[1], arg[2], 0);
}

CALL(faccessat2)
{
	return do_faccessat(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

/* ---- changing them ----------------------------------------------------- */

CALL(chmod)
{
	return do_fchmodat(curr, AT_FDCWD, arg[0], arg[1]);
}

CALL(fchmod)
{
	return do_fchmod(curr, (int)arg[0], arg[1]);
}

CALL(fchmodat)
{
	return do_fchmodat(curr, (int)arg[0], arg[1], arg[2]);
}

/* The old calls have 16-bit ids; 65535 is -1, which changes nothing. */
static uint32_t id16(uint32_t id)
{
	return (id & 0xffff) == 0xffff ? UINT32_MAX : id & 0xffff;
}

CALL(chown)
{
	return do_fchownat(curr, AT_FDCWD, arg[0], id16(arg[1]), id16(arg[2]),
			   0);
}

CALL(lchown)
{
	return do_fchownat(curr, AT_FDCWD, arg[0], id16(arg[1]), id16(arg[2]),
			   AT_SYMLINK_NOFOLLOW);
}

CALL(fchown)
{
	return do_fchown(curr, (int)arg[0], id16(arg[1]), id16(arg[2]));
}

CALL(chown32)
{
	return do_fchownat(curr, AT_FDCWD, arg[0], arg[1], arg[2], 0);
}

CALL(lchown32)
{
	return do_fchownat(curr, AT_FDCWD, arg[0], arg[1], arg[2],
			   AT_SYMLINK_NOFOLLOW);
}

CALL(fchown32)
{
	return do_fchown(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(fchownat)
{
	return do_fchownat(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4]);
}

CALL(truncate)
{
	return do_sys_truncate(curr, arg[0], (int32_t)arg[1]);
}

CALL(ftruncate)
{
	return do_sys_ftruncate(curr, (int)arg[0], (int32_t)arg[1]);
}

CALL(truncate64)
{
	return do_sys_truncate(curr, arg[0], arg64(arg + 2));
}

CALL(ftruncate64)
{
	return do_sys_ftruncate(curr, (int)arg[0], arg64(arg + 2));
}

CALL(fallocate)
{
	return do_fallocate(curr, (int)arg[0], arg[1], arg64(arg + 2),
			    arg64(arg + 4));
}

/* Two times of user space: 32 or 64 bits, micro- or nanoseconds. */
static int get_times(struct task_struct *curr, uint32_t from, bool is_64,
		     bool micro, struct timespec64 to[2])
{
	int64_t wide[4];
	int32_t narrow[4];

	if (is_64 ? copy_from_user(curr, wide, from, sizeof(wide))
		  : copy_from_user(curr, narrow, from, sizeof(narrow)))
		return -EFAULT;
	for (int n = 0; n < 2; n++) {
		int64_t sec = is_64 ? wide[2 * n] : narrow[2 * n];
		int32_t sub = is_64 ? (int32_t)wide[2 * n + 1]
				    : narrow[2 * n + 1];

		if (micro && (sub < 0 || sub >= 1000000))
			return -EINVAL;
		to[n] = (struct timespec64){sec, micro ? sub * 1000 : sub};
	}
	return 0;
}

static int32_t utimes_call(struct task_struct *curr, int dfd, uint32_t upath,
			   uint32_t utimes, uint32_t flags, bool is_64,
			   bool micro)
{
	struct timespec64 times[2];
	int err = utimes ? get_times(curr, utimes, is_64, micro, times) : 0;

	if (err)
		return err;
	return do_utimes(curr, dfd, upath, utimes ? times : NULL, flags);
}

CALL(utimes)
{
	return utimes_call(curr, AT_FDCWD, arg[0], arg[1], 0, false, true);
}

CALL(futimesat)
{
	return utimes_call(curr, (int)arg[0], arg[1], arg[2], 0, false, true);
}

CALL(utimensat)
{
	return utimes_call(curr, (int)arg[0], arg[1], arg[2], arg[3], false,
			   false);
}

CALL(utimensat_time64)
{
	return utimes_call(curr, (int)arg[0], arg[1], arg[2], arg[3], true,
			   false);
}

/* ---- there is nothing behind the pages --------------------------------- */

CALL(sync)
{
	UNUSED;
	return 0;
}

CALL(vhangup)
{
	UNUSED;
	return 0;
}

CALL(fsync)
{
	return do_fsync(curr, (int)arg[0]);
}

CALL(fdatasync)
{
	return do_fsync(curr, (int)arg[0]);
}

static int32_t need_file(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);

	if (!file)
		return -EBADF;
	fput(curr, file);
	return 0;
}

CALL(syncfs)
{
	return need_file(curr, (int)arg[0]);
}

CALL(sync_file_range2)
{
	return need_file(curr, (int)arg[0]);
}

CALL(readahead)
{
	return need_file(curr, (int)arg[0]);
}

/* The advice comes second on ARM, so that the pairs fall on even registers. */
CALL(arm_fadvise64_64)
{
	struct file *file = fget(curr, (int)arg[0]);
	int32_t err;

	if (!file)
		return -EBADF;
	err = file->f_mode & FMODE_STREAM ? -ESPIPE : arg[1] > 5 ? -EINVAL : 0;
	fput(curr, file);
	return err;
}

/* ---- extended attributes: no file has any ------------------------------ */

static int32_t xattr_path(struct task_struct *curr, uint32_t upath, bool follow,
			  int32_t answer)
{
	struct dentry *dentry = user_path_at(curr, AT_FDCWD, upath,
					     follow ? LOOKUP_FOLLOW : 0);

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	dput(curr, dentry);
	return answer;
}

static int32_t xattr_fd(struct task_struct *curr, int fd, int32_t answer)
{
	const int32_t err = need_file(curr, fd);

	return err ? err : answer;
}

#define XATTR_CALLS(call, answer)                               \
	CALL(call)                                              \
	{                                                       \
		return xattr_path(curr, arg[0], true, answer);  \
	}                                                       \
	CALL(l##call)                                           \
	{                                                       \
		return xattr_path(curr, arg[0], false, answer); \
	}                                                       \
	CALL(f##call)                                           \
	{                                                       \
		return xattr_fd(curr, (int)arg[0], answer);     \
	}
XATTR_CALLS(setxattr, -EOPNOTSUPP)
XATTR_CALLS(getxattr, -ENODATA)
XATTR_CALLS(listxattr, 0)
XATTR_CALLS(removexattr, -ENODATA)

/* ---- waiting for several ----------------------------------------------- */

/* A time-out in user memory becomes a deadline; 0: there is none. */
static int get_deadline(struct task_struct *curr, uint32_t utime, bool is_64,
			bool micro, uint64_t *expires)
{
	int64_t wide[2];
	int32_t narrow[2];

	*expires = 0;
	if (!utime)
		return 0;
	if (is_64 ? copy_from_user(curr, wide, utime, sizeof(wide))
		  : copy_from_user(curr, narrow, utime, sizeof(narrow)))
		return -EFAULT;
	if (!is_64) {
		wide[0] = narrow[0];
		wide[1] = narrow[1];
	}
	wide[1] = (int32_t)wide[1];
	if (micro)
		wide[1] *= 1000;
	if (wide[0] < 0 || wide[1] < 0 || (!micro && wide[1] > 999999999))
		return -EINVAL;
	if (wide[0] > INT32_MAX)
		wide[0] = INT32_MAX;
	*expires = poll_deadline(curr, (uint64_t)wide[0] * 1000000000 +
					       (uint64_t)wide[1]);
	return 0;
}

CALL(poll)
{
	const int32_t ms = (int32_t)arg[2];
	const uint64_t expires =
		ms < 0 ? 0 : poll_deadline(curr, (uint64_t)ms * 1000000);

	return do_poll(curr, arg[0], arg[1], expires);
}

CALL(_newselect)
{
	uint64_t expires;
	int err = get_deadline(curr, arg[4], false, true, &expires);

	if (err)
		return err;
	return do_select(curr, (int)arg[0], arg[1], arg[2], arg[3], expires);
}

/* ppoll and pselect: a mask that holds while waiting. 0 or -errno. */
static int set_sigmask(struct task_struct *curr, uint32_t umask, uint32_t size)
{
	sigset64 mask;

	if (!umask)
		return 0;
	if (size != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(curr, &mask, umask, sizeof(mask)))
		return -EFAULT;
	curr->saved_sigmask = curr->blocked;
	curr->restore_sigmask = true;
	curr->blocked = mask & ~(sig_bit(SIGKILL) | sig_bit(SIGSTOP));
	recalc_sigpending(curr);
	return 0;
}

/* The old mask comes back now, or after the handler that ended the wait. */
static int32_t restore_sigmask(struct task_struct *curr, int32_t result)
{
	if (result == -EINTR || !curr->restore_sigmask)
		return result;
	curr->restore_sigmask = false;
	curr->blocked = curr->saved_sigmask;
	recalc_sigpending(curr);
	return result;
}

static int32_t ppoll_call(struct task_struct *curr, const uint32_t arg[7],
			  bool is_64)
{
	uint64_t expires;
	int err = get_deadline(curr, arg[2], is_64, false, &expires);

	if (!err)
		err = set_sigmask(curr, arg[3], arg[4]);
	if (err)
		return err;
	return restore_sigmask(curr, do_poll(curr, arg[0], arg[1], expires));
}

CALL(ppoll)
{
	return ppoll_call(curr, arg, false);
}

CALL(ppoll_time64)
{
	return ppoll_call(curr, arg, true);
}

static int32_t pselect_call(struct task_struct *curr, const uint32_t arg[7],
			    bool is_64)
{
	uint32_t sig[2] = {0, 0}; /* a sixth argument that is two */
	uint64_t expires;
	int err = get_deadline(curr, arg[4], is_64, false, &expires);

	if (!err && arg[5] && copy_from_user(curr, sig, arg[5], sizeof(sig)))
		err = -EFAULT;
	if (!err)
		err = set_sigmask(curr, sig[0], sig[1]);
	if (err)
		return err;
	return restore_sigmask(curr, do_select(curr, (int)arg[0], arg[1],
					       arg[2], arg[3], expires));
}

CALL(pselect6)
{
	return pselect_call(curr, arg, false);
}

CALL(pselect6_time64)
{
	return pselect_call(curr, arg, true);
}
