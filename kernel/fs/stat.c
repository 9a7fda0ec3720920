/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/syscalls.h"

/*
 * What an inode says of itself, in the layouts of ARM EABI (Linux: fs/stat.c,
 * fs/statfs.c, arch/arm/include/uapi/asm/stat.h). The structures are written
 * as their fields come, with the padding that the ARM compiler puts there.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/diskfs.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/mount.h"
#include "kernel/state.h"

struct arm_stat64 {
	uint64_t dev;
	uint32_t pad0, ino_low;
	uint32_t mode, nlink, uid, gid;
	uint64_t rdev;
	uint32_t pad3[2];
	int64_t size;
	uint32_t blksize, pad4;
	uint64_t blocks;
	uint32_t atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
	uint64_t ino;
};
_Static_assert(sizeof(struct arm_stat64) == 104, "struct stat64 of ARM EABI");

struct arm_stat {
	uint32_t dev, ino;
	uint16_t mode, nlink, uid, gid;
	uint32_t rdev, size, blksize, blocks;
	uint32_t atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
	uint32_t unused[2];
};
_Static_assert(sizeof(struct arm_stat) == 64, "struct stat of ARM EABI");

struct arm_statx_time {
	int64_t sec;
	uint32_t nsec, pad;
};

struct arm_statx {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, pad0;
	uint64_t ino, size, blocks, attributes_mask;
	struct arm_statx_time atime, btime, ctime, mtime;
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t mnt_id, spare[13];
};
_Static_assert(sizeof(struct arm_statx) == 256, "struct statx");

#define STATX_BASIC_STATS     0x7ffu
#define STATX_MNT_ID          0x1000u
#define STATX__RESERVED       0x80000000u
#define STATX_ATTR_MOUNT_ROOT 0x2000u

/* Shorter targets lie in the inode itself. */
#define SHORT_SYMLINK_LEN 128

static uint64_t blocks_of(const struct inode *inode)
{
	const uint32_t per_page = PAGE_SIZE / 512;

	if (S_ISLNK(inode->i_mode))
		return inode->i_size >= SHORT_SYMLINK_LEN ? per_page : 0;
	if (!S_ISREG(inode->i_mode))
		return 0;
	if (is_disk_file(inode) && inode->host_node == HW_NODE_NONE)
		return diskfs_sectors(inode);
	/* a file of memory alone has holes where no page is */
	if (inode->host_node == HW_NODE_NONE)
		return (uint64_t)(inode->i_data.nrpages + inode->i_swapped) *
		       per_page;
	return ((uint64_t)inode->i_size + PAGE_SIZE - 1) / PAGE_SIZE * per_page;
}

static uint32_t dev_of(const struct inode *inode)
{
	return new_encode_dev(inode->i_sb->s_dev);
}

static void fill_stat64(const struct inode *inode, struct arm_stat64 *st)
{
	*st = (struct arm_stat64){
		.dev = dev_of(inode),
		.ino_low = (uint32_t)inode->i_ino,
		.mode = inode->i_mode,
		.nlink = inode->i_nlink,
		.uid = inode->i_uid,
		.gid = inode->i_gid,
		.rdev = new_encode_dev(inode->i_rdev),
		.size = inode->i_size,
		.blksize = PAGE_SIZE,
		.blocks = blocks_of(inode),
		.atime = (uint32_t)inode->i_atime.tv_sec,
		.atime_nsec = (uint32_t)inode->i_atime.tv_nsec,
		.mtime = (uint32_t)inode->i_mtime.tv_sec,
		.mtime_nsec = (uint32_t)inode->i_mtime.tv_nsec,
		.ctime = (uint32_t)inode->i_ctime.tv_sec,
		.ctime_nsec = (uint32_t)inode->i_ctime.tv_nsec,
		.ino = inode->i_ino,
	};
}

static int32_t put_stat64(struct task_struct *curr, const struct inode *inode,
			  vaddr_t ustat)
{
	struct arm_stat64 st;

	fill_stat64(inode, &st);
	return copy_to_user(curr, ustat, &st, sizeof(st)) ? -EFAULT : 0;
}

static int32_t put_stat(struct task_struct *curr, const struct inode *inode,
			vaddr_t ustat)
{
	const struct arm_stat st = {
		.dev = dev_of(inode),
		.ino = (uint32_t)inode->i_ino,
		.mode = (uint16_t)inode->i_mode,
		.nlink = (uint16_t)inode->i_nlink,
		.uid = (uint16_t)inode->i_uid,
		.gid = (uint16_t)inode->i_gid,
		.rdev = new_encode_dev(inode->i_rdev),
		.size = (uint32_t)inode->i_size,
		.blksize = PAGE_SIZE,
		.blocks = (uint32_t)blocks_of(inode),
		.atime = (uint32_t)inode->i_atime.tv_sec,
		.atime_nsec = (uint32_t)inode->i_atime.tv_nsec,
		.mtime = (uint32_t)inode->i_mtime.tv_sec,
		.mtime_nsec = (uint32_t)inode->i_mtime.tv_nsec,
		.ctime = (uint32_t)inode->i_ctime.tv_sec,
		.ctime_nsec = (uint32_t)inode->i_ctime.tv_nsec,
	};

	if (inode->i_size > INT32_MAX)
		return -EOVERFLOW;
	return copy_to_user(curr, ustat, &st, sizeof(st)) ? -EFAULT : 0;
}

static struct arm_statx_time statx_time(struct timespec64 t)
{
	return (struct arm_statx_time){t.tv_sec, (uint32_t)t.tv_nsec, 0};
}

static int32_t put_statx(struct task_struct *curr, const struct dentry *dentry,
			 vaddr_t ustatx)
{
	const struct inode *inode = dentry->d_inode;
	const bool mount_root = dentry == dentry->d_sb->s_root;
	const struct arm_statx st = {
		.mask = STATX_BASIC_STATS | STATX_MNT_ID,
		.blksize = PAGE_SIZE,
		.attributes = mount_root ? STATX_ATTR_MOUNT_ROOT : 0,
		.nlink = inode->i_nlink,
		.uid = inode->i_uid,
		.gid = inode->i_gid,
		.mode = (uint16_t)inode->i_mode,
		.ino = inode->i_ino,
		.size = (uint64_t)inode->i_size,
		.blocks = blocks_of(inode),
		.attributes_mask = STATX_ATTR_MOUNT_ROOT,
		.atime = statx_time(inode->i_atime),
		.ctime = statx_time(inode->i_ctime),
		.mtime = statx_time(inode->i_mtime),
		.rdev_major = MAJOR(inode->i_rdev),
		.rdev_minor = MINOR(inode->i_rdev),
		.dev_major = MAJOR(inode->i_sb->s_dev),
		.dev_minor = MINOR(inode->i_sb->s_dev),
		.mnt_id = MINOR(inode->i_sb->s_dev),
	};

	return copy_to_user(curr, ustatx, &st, sizeof(st)) ? -EFAULT : 0;
}

static struct dentry *stat_lookup(struct task_struct *curr, int dfd,
				  vaddr_t upath, uint32_t flags)
{
	return user_path_at(curr, dfd, upath,
			    (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
				    (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0));
}

int32_t do_stat64(struct task_struct *curr, int dfd, vaddr_t upath,
		  vaddr_t ustat, uint32_t flags)
{
	struct dentry *dentry;
	int32_t err;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH))
		return -EINVAL;
	dentry = stat_lookup(curr, dfd, upath, flags);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = put_stat64(curr, dentry->d_inode, ustat);
	dput(curr, dentry);
	return err;
}

int32_t do_fstat64(struct task_struct *curr, int fd, vaddr_t ustat)
{
	struct file *file = fget_raw(curr, fd);
	int32_t err;

	if (!file)
		return -EBADF;
	err = put_stat64(curr, file->f_inode, ustat);
	fput(curr, file);
	return err;
}

int32_t do_newstat(struct task_struct *curr, vaddr_t upath, vaddr_t ustat,
		   uint32_t flags)
{
	struct dentry *dentry = stat_lookup(curr, AT_FDCWD, upath, flags);
	int32_t err;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = put_stat(curr, dentry->d_inode, ustat);
	dput(curr, dentry);
	return err;
}

int32_t do_newfstat(struct task_struct *curr, int fd, vaddr_t ustat)
{
	struct file *file = fget_raw(curr, fd);
	int32_t err;

	if (!file)
		return -EBADF;
	err = put_stat(curr, file->f_inode, ustat);
	fput(curr, file);
	return err;
}

int32_t do_statx(struct task_struct *curr, int dfd, vaddr_t upath,
		 uint32_t flags, uint32_t mask, vaddr_t ustatx)
{
	struct dentry *dentry;
	int32_t err;

	if (mask & STATX__RESERVED ||
	    flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH |
		      AT_STATX_SYNC_TYPE) ||
	    (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	dentry = stat_lookup(curr, dfd, upath, flags);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = put_statx(curr, dentry, ustatx);
	dput(curr, dentry);
	return err;
}

/* ---- file systems ------------------------------------------------------ */

struct arm_statfs64 { /* ARM packs it to 4 bytes */
	uint32_t type, bsize;
	uint32_t blocks[2], bfree[2], bavail[2], files[2], ffree[2];
	uint32_t fsid[2], namelen, frsize, flags, spare[4];
};
_Static_assert(sizeof(struct arm_statfs64) == 84, "struct statfs64 of ARM");

struct arm_statfs {
	uint32_t type, bsize, blocks, bfree, bavail, files, ffree;
	uint32_t fsid[2], namelen, frsize, flags, spare[4];
};
_Static_assert(sizeof(struct arm_statfs) == 64, "struct statfs of ARM");

#define ST_VALID 0x20u

static void split64(uint32_t to[2], uint64_t value)
{
	to[0] = (uint32_t)value;
	to[1] = (uint32_t)(value >> 32);
}

static int32_t put_statfs(struct task_struct *curr, struct super_block *sb,
			  vaddr_t ubuf, bool is_64)
{
	struct kstatfs st;
	struct arm_statfs64 big = {0};
	struct arm_statfs small = {0};

	vfs_statfs(curr, sb, &st);
	big.type = small.type = st.type;
	big.bsize = small.bsize = big.frsize = small.frsize = st.bsize;
	big.namelen = small.namelen = st.namelen;
	big.fsid[0] = small.fsid[0] = sb->s_dev;
	big.flags = small.flags = ST_VALID;
	split64(big.blocks, st.blocks);
	split64(big.bfree, st.bfree);
	split64(big.bavail, st.bavail);
	split64(big.files, st.files);
	split64(big.ffree, st.ffree);
	small.blocks = (uint32_t)st.blocks;
	small.bfree = (uint32_t)st.bfree;
	small.bavail = (uint32_t)st.bavail;
	small.files = (uint32_t)st.files;
	small.ffree = (uint32_t)st.ffree;
	if (is_64)
		return copy_to_user(curr, ubuf, &big, sizeof(big)) ? -EFAULT
								   : 0;
	return copy_to_user(curr, ubuf, &small, sizeof(small)) ? -EFAULT : 0;
}

int32_t do_statfs(struct task_struct *curr, vaddr_t upath, vaddr_t ubuf,
		  bool is_64)
{
	struct dentry *dentry = user_path_at(curr, AT_FDCWD, upath,
					     LOOKUP_FOLLOW);
	int32_t err;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = put_statfs(curr, dentry->d_sb, ubuf, is_64);
	dput(curr, dentry);
	return err;
}

int32_t do_fstatfs(struct task_struct *curr, int fd, vaddr_t ubuf, bool is_64)
{
	struct file *file = fget_raw(curr, fd);
	int32_t err;

	if (!file)
		return -EBADF;
	err = put_statfs(curr, file->f_dentry->d_sb, ubuf, is_64);
	fput(curr, file);
	return err;
}

/* ---- links ------------------------------------------------------------- */

int32_t do_readlinkat(struct task_struct *curr, int dfd, vaddr_t upath,
		      vaddr_t ubuf, int32_t size)
{
	struct dentry *dentry;
	uint8_t first;
	char *text;
	int32_t len;

	if (size <= 0)
		return -EINVAL;
	dentry = user_path_at(curr, dfd, upath, LOOKUP_EMPTY);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	text = getname_kernel(curr, "");
	if (IS_ERR(text))
		len = (int)PTR_ERR(text);
	else
		len = vfs_readlink(curr, dentry, text, PATH_MAX);
	/* a descriptor that is no link: there is no name to be wrong */
	if (len == -EINVAL && !get_user_u8(curr, &first, upath) && !first)
		len = -ENOENT;
	if (len > size)
		len = size;
	if (len > 0 && copy_to_user(curr, ubuf, text, (uint32_t)len))
		len = -EFAULT;
	putname(curr, text);
	dput(curr, dentry);
	return len;
}
