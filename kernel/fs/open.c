/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/syscalls.h"

/*
 * Opening, and the calls that change what an inode says of itself (Linux:
 * fs/open.c, fs/utimes.c).
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/filelock.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/errseq.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/mm.h"
#include "kernel/state.h"

/*
 * Memory alone has nothing behind the page cache; the root is like a disk's
 * file system.
 *
 * MODEL: O_DIRECT changes nothing else: what is read and written goes through
 * the page cache all the same, at any offset and from any buffer.
 */
bool may_open_direct(const struct inode *inode)
{
	return inode->host_node != HW_NODE_NONE ||
	       inode->i_sb->s_op->dirty_inode ||
	       inode->i_sb->s_magic == PIPEFS_MAGIC;
}

/* ---- who may write while who executes ---------------------------------- */

int get_write_access(struct inode *inode)
{
	if (!S_ISREG(inode->i_mode))
		return 0;
	if (inode->i_writecount < 0)
		return -ETXTBSY;
	count_writer(inode, 1);
	return 0;
}

int deny_write_access(struct inode *inode)
{
	if (inode->i_writecount > 0)
		return -ETXTBSY;
	inode->i_writecount--;
	return 0;
}

/* ---- attributes -------------------------------------------------------- */

static int truncate_inode(struct task_struct *curr, struct inode *inode,
			  int64_t length)
{
	int err;

	if (S_ISDIR(inode->i_mode))
		return -EISDIR;
	if (!S_ISREG(inode->i_mode))
		return -EINVAL;
	err = inode_permission(curr, inode, MAY_WRITE);
	if (!err)
		err = get_write_access(inode);
	if (err)
		return err;
	err = break_lease(curr, inode, O_WRONLY);
	if (!err)
		err = do_truncate(curr, inode, length);
	count_writer(inode, -1);
	return err;
}

int32_t do_sys_truncate(struct task_struct *curr, vaddr_t upath, int64_t length)
{
	struct dentry *dentry;
	int err;

	if (length < 0)
		return -EINVAL;
	dentry = user_path_at(curr, AT_FDCWD, upath, LOOKUP_FOLLOW);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = truncate_inode(curr, dentry->d_inode, length);
	if (!err)
		fsnotify_dentry(curr, dentry, IN_MODIFY);
	dput(curr, dentry);
	return err;
}

int32_t do_sys_ftruncate(struct task_struct *curr, int fd, int64_t length)
{
	struct file *file;
	int err = -EINVAL;

	if (length < 0)
		return -EINVAL;
	file = fget(curr, fd);
	if (!file)
		return -EBADF;
	if (S_ISREG(file->f_inode->i_mode) && file->f_mode & FMODE_WRITE)
		err = do_truncate(curr, file->f_inode, length);
	if (!err)
		fsnotify_file(curr, file, IN_MODIFY);
	fput(curr, file);
	return err;
}

#define FALLOC_FL_SUPPORTED                                \
	(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE |      \
	 FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_ZERO_RANGE | \
	 FALLOC_FL_INSERT_RANGE | FALLOC_FL_UNSHARE_RANGE)

/* Modes that exclude each other. 0 or -errno. */
static int check_falloc_mode(uint32_t mode)
{
	const uint32_t hole_and_zero = FALLOC_FL_PUNCH_HOLE |
				       FALLOC_FL_ZERO_RANGE;

	if (mode & ~FALLOC_FL_SUPPORTED ||
	    (mode & hole_and_zero) == hole_and_zero)
		return -EOPNOTSUPP;
	if (mode & FALLOC_FL_PUNCH_HOLE && !(mode & FALLOC_FL_KEEP_SIZE))
		return -EOPNOTSUPP;
	if (mode & FALLOC_FL_COLLAPSE_RANGE && mode != FALLOC_FL_COLLAPSE_RANGE)
		return -EINVAL;
	if (mode & FALLOC_FL_INSERT_RANGE && mode != FALLOC_FL_INSERT_RANGE)
		return -EINVAL;
	if (mode & FALLOC_FL_UNSHARE_RANGE &&
	    mode & ~(FALLOC_FL_UNSHARE_RANGE | FALLOC_FL_KEEP_SIZE))
		return -EINVAL;
	return 0;
}

int vfs_fallocate(struct task_struct *curr, struct file *file, uint32_t mode,
		  int64_t offset, int64_t len)
{
	const uint32_t type = file->f_inode->i_mode;
	int err;

	if (offset < 0 || len <= 0)
		return -EINVAL;
	err = check_falloc_mode(mode);
	if (err)
		return err;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (S_ISFIFO(type))
		return -ESPIPE;
	if (S_ISDIR(type))
		return -EISDIR;
	if (!S_ISREG(type))
		return -ENODEV;
	if (offset > MAX_FILE_BYTES - len)
		return -EFBIG;
	if (!file->f_op->fallocate)
		return -EOPNOTSUPP;
	err = file->f_op->fallocate(curr, file, mode, offset, len);
	if (!err) {
		down_write(curr, &file->f_inode->i_rwsem);
		err = file_remove_privs(curr, file);
		up_write(curr, &file->f_inode->i_rwsem);
	}
	return err;
}

int32_t do_fallocate(struct task_struct *curr, int fd, uint32_t mode,
		     int64_t offset, int64_t len)
{
	struct file *file = fget(curr, fd);
	int err;

	if (!file)
		return -EBADF;
	err = vfs_fallocate(curr, file, mode, offset, len);
	fput(curr, file);
	return err;
}

static int chmod_inode(struct task_struct *curr, struct inode *inode,
		       uint32_t mode)
{
	const struct iattr attr = {.valid = ATTR_MODE, .mode = mode};

	return notify_change(curr, inode, &attr);
}

int32_t do_fchmodat(struct task_struct *curr, int dfd, vaddr_t upath,
		    uint32_t mode)
{
	struct dentry *dentry = user_path_at(curr, dfd, upath, LOOKUP_FOLLOW);
	int err;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = chmod_inode(curr, dentry->d_inode, mode);
	if (!err)
		fsnotify_dentry(curr, dentry, IN_ATTRIB);
	dput(curr, dentry);
	return err;
}

int32_t do_fchmod(struct task_struct *curr, int fd, uint32_t mode)
{
	struct file *file = fget(curr, fd);
	int err;

	if (!file)
		return -EBADF;
	err = chmod_inode(curr, file->f_inode, mode);
	if (!err)
		fsnotify_file(curr, file, IN_ATTRIB);
	fput(curr, file);
	return err;
}

static int chown_inode(struct task_struct *curr, struct inode *inode,
		       uint32_t uid, uint32_t gid)
{
	struct iattr attr = {.uid = uid, .gid = gid};

	if (uid != UINT32_MAX)
		attr.valid |= ATTR_UID;
	if (gid != UINT32_MAX)
		attr.valid |= ATTR_GID;
	/* a new owner never inherits the right to act as the old */
	if (!S_ISDIR(inode->i_mode))
		attr.valid |= ATTR_KILL_SUID | ATTR_KILL_PRIV |
			      setattr_should_drop_sgid(curr, inode);
	return notify_change(curr, inode, &attr);
}

int32_t do_fchownat(struct task_struct *curr, int dfd, vaddr_t upath,
		    uint32_t uid, uint32_t gid, uint32_t flags)
{
	struct dentry *dentry;
	int err;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	dentry = user_path_at(
		curr, dfd, upath,
		(flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
			(flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0));
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = chown_inode(curr, dentry->d_inode, uid, gid);
	if (!err)
		fsnotify_dentry(curr, dentry, IN_ATTRIB);
	dput(curr, dentry);
	return err;
}

int32_t do_fchown(struct task_struct *curr, int fd, uint32_t uid, uint32_t gid)
{
	struct file *file = fget(curr, fd);
	int err;

	if (!file)
		return -EBADF;
	err = chown_inode(curr, file->f_inode, uid, gid);
	if (!err)
		fsnotify_file(curr, file, IN_ATTRIB);
	fput(curr, file);
	return err;
}

/* One of two new times; UTIME_NOW and UTIME_OMIT stand in its nanoseconds. */
static int utime_one(struct task_struct *curr, struct iattr *attr,
		     uint32_t which, struct timespec64 *to,
		     const struct timespec64 *from)
{
	if (from && from->tv_nsec == UTIME_OMIT)
		return 0;
	attr->valid |= which;
	*to = !from || from->tv_nsec == UTIME_NOW ? current_time(curr->k)
						  : *from;
	return to->tv_nsec < 0 || to->tv_nsec > 999999999 ? -EINVAL : 0;
}

static int utimes_inode(struct task_struct *curr, struct inode *inode,
			const struct timespec64 *times)
{
	struct iattr attr = {0};
	const bool now = !times || (times[0].tv_nsec == UTIME_NOW &&
				    times[1].tv_nsec == UTIME_NOW);
	int err = utime_one(curr, &attr, ATTR_ATIME, &attr.atime, times);

	if (!err)
		err = utime_one(curr, &attr, ATTR_MTIME, &attr.mtime,
				times ? times + 1 : NULL);
	if (err || !attr.valid)
		return err;
	/* "now" needs no more than the right to write */
	if (now && !inode_owner_or_capable(curr, inode)) {
		err = inode_permission(curr, inode, MAY_WRITE);
		if (err)
			return err;
		if (!inode->i_op || !inode->i_op->setattr)
			return -EPERM;
		return inode->i_op->setattr(curr, inode, &attr);
	}
	return notify_change(curr, inode, &attr);
}

int32_t do_utimes(struct task_struct *curr, int dfd, vaddr_t upath,
		  const struct timespec64 *times, uint32_t flags)
{
	struct dentry *dentry;
	struct file *file;
	int err;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!upath && dfd != AT_FDCWD) {
		file = fget(curr, dfd);
		if (!file)
			return -EBADF;
		err = utimes_inode(curr, file->f_inode, times);
		if (!err)
			fsnotify_file(curr, file, IN_ATTRIB);
		fput(curr, file);
		return err;
	}
	dentry = user_path_at(
		curr, dfd, upath,
		(flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
			(flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0));
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = utimes_inode(curr, dentry->d_inode, times);
	if (!err)
		fsnotify_dentry(curr, dentry, IN_ATTRIB);
	dput(curr, dentry);
	return err;
}

int32_t do_faccessat(struct task_struct *curr, int dfd, vaddr_t upath,
		     uint32_t mode, uint32_t flags)
{
	const struct cred own = curr->cred;
	struct dentry *dentry;
	int err;

	if (mode & ~7u ||
	    flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	/* access(2) asks for who started the program */
	if (!(flags & AT_EACCESS))
		access_override_creds(curr);
	dentry = user_path_at(
		curr, dfd, upath,
		(flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
			(flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0));
	err = IS_ERR(dentry) ? (int)PTR_ERR(dentry)
			     : inode_permission(curr, dentry->d_inode, mode);
	revert_creds(curr, &own);
	if (!IS_ERR(dentry))
		dput(curr, dentry);
	return err;
}

/* ---- where one is ------------------------------------------------------ */

static void set_fs_dentry(struct task_struct *curr, struct dentry **where,
			  struct dentry *dentry)
{
	struct dentry *old = *where;

	*where = dentry;
	dput(curr, old);
}

static int may_chdir(const struct task_struct *curr,
		     const struct dentry *dentry)
{
	if (!S_ISDIR(dentry->d_inode->i_mode))
		return -ENOTDIR;
	return inode_permission(curr, dentry->d_inode, MAY_EXEC);
}

static int change_dir(struct task_struct *curr, vaddr_t upath, bool root)
{
	struct dentry *dentry = user_path_at(curr, AT_FDCWD, upath,
					     LOOKUP_FOLLOW);
	int err;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = may_chdir(curr, dentry);
	if (!err && root && !capable(curr, CAP_SYS_CHROOT))
		err = -EPERM;
	if (err)
		dput(curr, dentry);
	else
		set_fs_dentry(curr, root ? &curr->fs->root : &curr->fs->pwd,
			      dentry);
	return err;
}

int32_t do_chdir(struct task_struct *curr, vaddr_t upath)
{
	return change_dir(curr, upath, false);
}

int32_t do_chroot(struct task_struct *curr, vaddr_t upath)
{
	return change_dir(curr, upath, true);
}

int32_t do_fchdir(struct task_struct *curr, int fd)
{
	struct file *file = fget_raw(curr, fd);
	int err;

	if (!file)
		return -EBADF;
	err = may_chdir(curr, file->f_dentry);
	if (!err)
		set_fs_dentry(curr, &curr->fs->pwd, dget(file->f_dentry));
	fput(curr, file);
	return err;
}

int32_t do_getcwd(struct task_struct *curr, vaddr_t ubuf, uint32_t size)
{
	const struct dentry *pwd = curr->fs->pwd, *root = curr->fs->root;
	char *buf = getname_kernel(curr, "");
	const char *path;
	int32_t len;

	if (IS_ERR(buf))
		return (int)PTR_ERR(buf);
	path = dentry_path(pwd, root, buf, PATH_MAX);
	if (IS_ERR(path))
		len = (int)PTR_ERR(path);
	else if (pwd->d_inode->i_state & I_DEAD)
		len = -ENOENT;
	else
		len = (int32_t)(buf + PATH_MAX - path);
	if (len > 0 && (uint32_t)len > size)
		len = -ERANGE;
	if (len > 0 && copy_to_user(curr, ubuf, path, (uint32_t)len))
		len = -EFAULT;
	putname(curr, buf);
	return len;
}

/* ---- opening ----------------------------------------------------------- */

/* Takes back what get_write_access() gave. */
static int open_failed(struct file *file, int err)
{
	if (file->f_mode & FMODE_WRITE && S_ISREG(file->f_inode->i_mode))
		count_writer(file->f_inode, -1);
	if (reads_alone(file))
		file->f_inode->i_readcount--;
	return err;
}

int do_dentry_open(struct task_struct *curr, struct file *file,
		   struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;
	int err = 0;

	file->f_inode = inode;
	file->f_mapping = &inode->i_data;
	file->f_dentry = dentry;
	file_ra_state_init(&file->f_ra, &inode->i_data);
	file->f_wb_err = errseq_sample(&inode->i_data.wb_err);
	file->f_sb_err = errseq_sample(&inode->i_sb->s_wb_err);
	if (file->f_flags & O_PATH) {
		file->f_mode = FMODE_PATH;
		return 0;
	}
	if (file->f_mode & FMODE_WRITE)
		err = get_write_access(inode);
	if (err)
		return err;
	if (reads_alone(file))
		inode->i_readcount++;
	if (file->f_flags & O_DIRECT && !may_open_direct(inode))
		return open_failed(file, -EINVAL);
	file->f_op = inode->i_fop;
	err = break_lease(curr, inode, file->f_flags);
	if (!err && file->f_op->open)
		err = file->f_op->open(curr, inode, file);
	if (err)
		return open_failed(file, err);
	file->f_flags &= ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC);
	return err;
}

struct file *dentry_open(struct task_struct *curr, struct dentry *dentry,
			 uint32_t flags)
{
	struct file *file = alloc_empty_file(curr, flags & ~O_CLOEXEC);
	int err;

	if (IS_ERR(file)) {
		dput(curr, dentry);
		return file;
	}
	err = do_dentry_open(curr, file, dentry);
	if (!err)
		return file;
	/* it never was open: fput() must release nothing */
	file->f_inode = NULL;
	dput(curr, dentry);
	fput(curr, file);
	return ERR_PTR(err);
}

/* What open(2) was asked for, sorted. 0 or -EINVAL. */
int build_open_flags(uint32_t flags, uint32_t mode, struct open_flags *op)
{
	static const uint32_t acc[] = {MAY_READ, MAY_WRITE,
				       MAY_READ | MAY_WRITE,
				       MAY_READ | MAY_WRITE};

	*op = (struct open_flags){.open_flag = flags};
	if (flags & O_PATH) {
		op->open_flag &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	} else {
		op->acc_mode = acc[flags & O_ACCMODE];
		if (flags & O_TRUNC)
			op->acc_mode |= MAY_WRITE;
	}
	if (op->open_flag & TMPFILE_BIT) {
		if ((flags & (O_TMPFILE | O_CREAT)) != O_TMPFILE ||
		    !(op->acc_mode & MAY_WRITE))
			return -EINVAL;
	}
	if (op->open_flag & (O_CREAT | TMPFILE_BIT))
		op->mode = (mode & S_IALLUGO) | S_IFREG;
	if ((op->open_flag & (O_CREAT | O_DIRECTORY)) ==
		    (O_CREAT | O_DIRECTORY) &&
	    (flags & O_TMPFILE) != O_TMPFILE)
		return -EINVAL;
	return 0;
}

int32_t do_sys_open_how(struct task_struct *curr, int dfd, vaddr_t upath,
			struct open_flags *op)
{
	char *name = getname(curr, upath);
	struct file *file;
	int fd;

	if (IS_ERR(name))
		return (int)PTR_ERR(name);
	if (curr->fs)
		op->mode &= ~(curr->fs->umask & S_IRWXUGO);
	fd = get_unused_fd_flags(curr, op->open_flag);
	if (fd >= 0) {
		file = do_filp_open(curr, dfd, name, op);
		if (IS_ERR(file)) {
			put_unused_fd(curr, (uint32_t)fd);
			fd = (int)PTR_ERR(file);
		} else {
			fd_install(curr, (uint32_t)fd, file);
		}
	}
	putname(curr, name);
	return fd;
}

int32_t do_sys_open(struct task_struct *curr, int dfd, vaddr_t upath,
		    uint32_t flags, uint32_t mode)
{
	struct open_flags op;
	int err = build_open_flags(flags, mode, &op);

	return err ? err : do_sys_open_how(curr, dfd, upath, &op);
}

/* struct open_how: flags, mode, resolve, 64 bits each */
int32_t do_openat2(struct task_struct *curr, int dfd, vaddr_t upath,
		   vaddr_t uhow, uint32_t size)
{
	uint64_t how[3];
	struct open_flags op;
	uint8_t rest;
	int err;

	if (size < sizeof(how))
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (copy_from_user(curr, how, uhow, sizeof(how)))
		return -EFAULT;
	/* a later version of the structure may say no more than this one */
	for (uint32_t i = sizeof(how); i < size; i++) {
		if (get_user_u8(curr, &rest, uhow + i))
			return -EFAULT;
		if (rest)
			return -E2BIG;
	}
	if (how[0] >> 32 || how[1] & ~(uint64_t)S_IALLUGO || how[2] & ~0x1full)
		return -EINVAL;
	err = build_open_flags((uint32_t)how[0], (uint32_t)how[1], &op);
	if (err)
		return err;
	/* RESOLVE_NO_XDEV, _NO_MAGICLINKS, _NO_SYMLINKS, _BENEATH, _IN_ROOT */
	static const uint32_t lookup[] = {LOOKUP_NO_XDEV, LOOKUP_NO_MAGICLINKS,
					  LOOKUP_NO_SYMLINKS |
						  LOOKUP_NO_MAGICLINKS,
					  LOOKUP_BENEATH, LOOKUP_IN_ROOT};
	for (unsigned int bit = 0; bit < 5; bit++)
		if (how[2] & 1u << bit)
			op.lookup_flags |= lookup[bit];
	return do_sys_open_how(curr, dfd, upath, &op);
}

/* ---- the kernel's own opens -------------------------------------------- */

struct file *filp_open(struct task_struct *curr, const char *path,
		       uint32_t flags, uint32_t mode)
{
	struct open_flags op;
	int err = build_open_flags(flags | O_LARGEFILE, mode, &op);

	return err ? ERR_PTR(err) : do_filp_open(curr, AT_FDCWD, path, &op);
}

bool path_noexec(const struct file *file)
{
	const struct super_block *sb = file->f_inode->i_sb;

	return sb->s_flags & MS_NOEXEC || sb->s_noexec;
}

struct file *do_open_execat(struct task_struct *curr, int fd, const char *path,
			    uint32_t flags)
{
	const struct open_flags op = {
		.open_flag = O_LARGEFILE |
			     (flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0),
		.acc_mode = MAY_EXEC,
		.lookup_flags = flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0,
	};
	struct file *file;
	int err;

	if (flags & ~(uint32_t)(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return ERR_PTR(-EINVAL);
	file = do_filp_open(curr, fd, path, &op);
	if (IS_ERR(file))
		return file;
	err = S_ISREG(file->f_inode->i_mode) && !path_noexec(file)
		      ? deny_write_access(file->f_inode)
		      : -EACCES;
	if (err) {
		fput(curr, file);
		return ERR_PTR(err);
	}
	file->f_mode |= FMODE_DENYWRITE | FMODE_EXEC;
	return file;
}

/* A name of the kernel's own may be empty: it leads nowhere else. */
struct file *open_exec(struct task_struct *curr, const char *path)
{
	return do_open_execat(curr, AT_FDCWD, *path ? path : ".", 0);
}
