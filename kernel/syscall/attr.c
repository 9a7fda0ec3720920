/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/file.h"

/* What files say of themselves, and changing it: decoding. */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/drivers/tty.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/fs/xattr.h"
#include "kernel/lib/err.h"

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

/* ---- until it is on the disk -------------------------------------------- */

CALL(sync)
{
	(void)arg;
	return do_sync(curr);
}

CALL(vhangup)
{
	(void)arg;
	return do_vhangup(curr);
}

CALL(fsync)
{
	return do_fsync(curr, (int)arg[0]);
}

CALL(fdatasync)
{
	return do_fsync(curr, (int)arg[0]);
}

CALL(syncfs)
{
	return do_syncfs(curr, (int)arg[0]);
}

CALL(sync_file_range2)
{
	return do_sync_file_range(curr, (int)arg[0], arg64(arg + 2),
				  arg64(arg + 4), arg[1]);
}

CALL(readahead)
{
	return do_readahead(curr, (int)arg[0], arg64(arg + 2), arg[4]);
}

/* The advice comes second on ARM, so that the pairs fall on even registers. */
CALL(arm_fadvise64_64)
{
	return do_fadvise(curr, (int)arg[0], arg64(arg + 2), arg64(arg + 4),
			  arg[1]);
}

/* ---- extended attributes ------------------------------------------------ */

typedef int32_t (*xattr_fn)(struct task_struct *curr, struct inode *inode,
			    const uint32_t arg[7]);

static int32_t xattr_path(struct task_struct *curr, const uint32_t arg[7],
			  bool follow, xattr_fn fn)
{
	struct dentry *dentry = user_path_at(curr, AT_FDCWD, arg[0],
					     follow ? LOOKUP_FOLLOW : 0);
	int32_t result;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	result = fn(curr, dentry->d_inode, arg);
	dput(curr, dentry);
	return result;
}

static int32_t xattr_fd(struct task_struct *curr, const uint32_t arg[7],
			xattr_fn fn)
{
	struct file *file = fget(curr, (int)arg[0]);
	int32_t result;

	if (!file)
		return -EBADF;
	result = fn(curr, file->f_inode, arg);
	fput(curr, file);
	return result;
}

#define XATTR_CALLS(call)                                       \
	CALL(call)                                              \
	{                                                       \
		return xattr_path(curr, arg, true, do_##call);  \
	}                                                       \
	CALL(l##call)                                           \
	{                                                       \
		return xattr_path(curr, arg, false, do_##call); \
	}                                                       \
	CALL(f##call)                                           \
	{                                                       \
		return xattr_fd(curr, arg, do_##call);          \
	}
XATTR_CALLS(setxattr)
XATTR_CALLS(getxattr)
XATTR_CALLS(listxattr)
XATTR_CALLS(removexattr)
