/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/file.h"

/* Names, mounts, and where one is: decoding. */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/mount.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

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
	const int err = may_mknod(arg[1]);

	if (err)
		return err;
	return with_name(curr, AT_FDCWD, arg[0], mknod_name, arg[1], arg[2]);
}

CALL(mknodat)
{
	const int err = may_mknod(arg[2]);

	if (err)
		return err;
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
	const int err = check_rename_flags(arg[4]);

	if (err)
		return err;
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
	if (arg[4] & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return with_two_names(curr, (int)arg[0], arg[1], (int)arg[2], arg[3],
			      arg[4], do_linkat);
}

/* Its target is looked at before the new name. */
static int32_t symlink_call(struct task_struct *curr, uint32_t utarget,
			    int newdfd, uint32_t unew)
{
	char *target = getname(curr, utarget);
	char *name = IS_ERR(target) ? target : getname(curr, unew);
	int err = IS_ERR(name) ? (int)PTR_ERR(name)
			       : do_symlinkat(curr, target, newdfd, name);

	if (name != target)
		putname(curr, name);
	putname(curr, target);
	return err;
}

CALL(symlink)
{
	return symlink_call(curr, arg[0], AT_FDCWD, arg[1]);
}

CALL(symlinkat)
{
	return symlink_call(curr, arg[0], (int)arg[1], arg[2]);
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

/* A string that mount(2) may do without: NULL for none; ERR_PTR. */
static char *mount_string(struct task_struct *curr, uint32_t from)
{
	char *text = from ? getname_empty(curr, from) : NULL;

	return text == ERR_PTR(-ENAMETOOLONG) ? ERR_PTR(-EINVAL) : text;
}

CALL(mount)
{
	/* in the order in which they are fetched */
	static const int place[] = {2, 0, 4, 1};
	char *text[4] = {NULL};
	int err = 0;

	for (int n = 0; n < 3 && !err; n++) {
		text[n] = mount_string(curr, arg[place[n]]);
		if (IS_ERR(text[n]))
			err = (int)PTR_ERR(text[n]);
	}
	if (!err) {
		text[3] = getname(curr, arg[1]);
		err = IS_ERR(text[3]) ? (int)PTR_ERR(text[3]) : 0;
	}
	if (!err)
		err = do_mount(curr, text[3],
			       &(struct mount_args){.type = text[0],
						    .source = text[1],
						    .options = text[2],
						    .flags = arg[3]});
	for (int n = 0; n < 4; n++)
		putname(curr, text[n]);
	return err;
}

static int umount_name(struct task_struct *curr, int dfd, char *name,
		       const uint32_t extra[2])
{
	(void)dfd;
	return do_umount(curr, name, extra[0]);
}

CALL(umount)
{
	if (arg[1] & ~UMOUNT_FLAGS)
		return -EINVAL;
	return with_name(curr, AT_FDCWD, arg[0], umount_name, arg[1], 0);
}
