/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/internal.h"

/*
 * Changing what an inode says of itself (Linux: fs/attr.c; file_remove_privs()
 * of fs/inode.c).
 *
 * Invariant: who may not make a file set-user-ID or set-group-ID can't change
 * the bytes of one that is: the bits go with the first write, truncation or
 * change of owner, and so do the capabilities of a program, whoever writes.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/syscalls.h"
#include "kernel/fs/xattr.h"
#include "kernel/mm/mm.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

static int may_setattr(const struct task_struct *curr,
		       const struct inode *inode, const struct iattr *attr)
{
	const bool owner = inode_owner_or_capable(curr, inode);

	if (attr->valid & (ATTR_MODE | ATTR_ATIME | ATTR_MTIME) && !owner)
		return -EPERM;
	if (attr->valid & ATTR_UID && !capable(curr, CAP_CHOWN) &&
	    (curr->cred.fsuid != inode->i_uid || attr->uid != inode->i_uid))
		return -EPERM;
	if (attr->valid & ATTR_GID && !capable(curr, CAP_CHOWN) &&
	    (curr->cred.fsuid != inode->i_uid ||
	     (attr->gid != inode->i_gid && !in_group_p(curr, attr->gid))))
		return -EPERM;
	return 0;
}

int inode_newsize_ok(struct task_struct *curr, const struct inode *inode,
		     int64_t size)
{
	const uint32_t limit =
		curr->signal ? curr->signal->rlim[RLIMIT_FSIZE].rlim_cur
			     : RLIM_INFINITY;

	if (size <= inode->i_size)
		return IS_SWAPFILE(inode) ? -ETXTBSY : 0;
	if (limit != RLIM_INFINITY && size > limit) {
		send_sig_info(curr, SIGXFSZ, NULL, curr, true);
		return -EFBIG;
	}
	return size > MAX_FILE_BYTES ? -EFBIG : 0;
}

/* ---- bits that go ------------------------------------------------------ */

static bool in_group_or_capable(const struct task_struct *curr, uint32_t gid)
{
	return in_group_p(curr, gid) || capable(curr, CAP_FSETID);
}

uint32_t setattr_should_drop_sgid(const struct task_struct *curr,
				  const struct inode *inode)
{
	if (!(inode->i_mode & S_ISGID))
		return 0;
	if (inode->i_mode & S_IXGRP || !in_group_or_capable(curr, inode->i_gid))
		return ATTR_KILL_SGID;
	return 0;
}

/* What a write to @inode takes away: ATTR_KILL_… */
static uint32_t needs_remove_privs(const struct task_struct *curr,
				   struct inode *inode)
{
	uint32_t kill = setattr_should_drop_sgid(curr, inode);

	if (inode->i_mode & S_ISUID)
		kill |= ATTR_KILL_SUID;
	if (!S_ISREG(inode->i_mode) || capable(curr, CAP_FSETID))
		kill = 0;
	return inode_need_killpriv(inode) ? kill | ATTR_KILL_PRIV : kill;
}

/* ATTR_KILL_… become a mode; a chmod loses what isn't its to give. */
static void settle_mode(const struct task_struct *curr,
			const struct inode *inode, struct iattr *attr)
{
	const uint32_t gid = attr->valid & ATTR_GID ? attr->gid : inode->i_gid;
	uint32_t mode = inode->i_mode;

	if (attr->valid & ATTR_MODE && !in_group_or_capable(curr, gid))
		attr->mode &= ~S_ISGID;
	if (attr->valid & ATTR_MODE ||
	    !(attr->valid & (ATTR_KILL_SUID | ATTR_KILL_SGID)))
		return;
	if (attr->valid & ATTR_KILL_SUID)
		mode &= ~S_ISUID;
	if (attr->valid & ATTR_KILL_SGID)
		mode &= ~S_ISGID;
	if (mode == inode->i_mode)
		return;
	attr->valid |= ATTR_MODE;
	attr->mode = mode;
}

/* With i_rwsem held, and all asked that is to be asked. */
static int setattr_locked(struct task_struct *curr, struct inode *inode,
			  const struct iattr *attr)
{
	if (attr->valid & ATTR_KILL_PRIV)
		inode_killpriv(curr, inode);
	return inode->i_op->setattr(curr, inode, attr);
}

int notify_change(struct task_struct *curr, struct inode *inode,
		  const struct iattr *attr)
{
	struct iattr real = *attr;
	int err = IS_RDONLY(inode) ? -EROFS : 0;

	settle_mode(curr, inode, &real);
	if (!err && !(attr->valid & ATTR_FORCE))
		err = may_setattr(curr, inode, &real);
	if (err)
		return err;
	if (!inode->i_op || !inode->i_op->setattr)
		return -EPERM;
	down_write(curr, &inode->i_rwsem);
	if (attr->valid & ATTR_SIZE)
		err = inode_newsize_ok(curr, inode, attr->size);
	if (!err)
		err = setattr_locked(curr, inode, &real);
	up_write(curr, &inode->i_rwsem);
	return err;
}

int do_truncate(struct task_struct *curr, struct inode *inode, int64_t length)
{
	struct iattr attr = {
		.valid = needs_remove_privs(curr, inode),
		.size = length,
	};

	if (attr.valid)
		attr.valid |= ATTR_FORCE;
	attr.valid |= ATTR_SIZE;
	return length < 0 ? -EINVAL : notify_change(curr, inode, &attr);
}

int file_remove_privs(struct task_struct *curr, struct file *file)
{
	struct inode *inode = file->f_inode;
	struct iattr attr = {.valid = needs_remove_privs(curr, inode)};
	int err;

	if (!attr.valid || !inode->i_op || !inode->i_op->setattr)
		return 0;
	settle_mode(curr, inode, &attr);
	err = setattr_locked(curr, inode, &attr);
	if (!err)
		fsnotify_file(curr, file, IN_ATTRIB);
	return err;
}
