/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/namei.h"

/*
 * Names made, moved and removed, and files opened (Linux: the second half of
 * fs/namei.c). The order is Linux's: walk to the parent, lock it, look the
 * name up, check, call the file system. A directory's i_rwsem is held over
 * look-up and change, so that two tasks that sleep for memory in between
 * can't both make the same name.
 *
 * Lock order: a file system's s_rename_sem, then directories from ancestor to
 * descendant.
 */

#include <stddef.h>
#include <string.h>

#include <stdio.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/walk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* ---- may I? ------------------------------------------------------------ */

/* In a sticky directory only owners remove. */
static bool sticky_forbids(const struct task_struct *curr,
			   const struct inode *dir, const struct inode *inode)
{
	return dir->i_mode & S_ISVTX && curr->cred.fsuid != inode->i_uid &&
	       curr->cred.fsuid != dir->i_uid && !capable(curr, CAP_FOWNER);
}

static int may_delete(const struct task_struct *curr, const struct inode *dir,
		      const struct dentry *victim, bool is_dir)
{
	int err;

	if (!victim->d_inode)
		return -ENOENT;
	err = inode_permission(curr, dir, MAY_WRITE | MAY_EXEC);
	if (err)
		return err;
	if (sticky_forbids(curr, dir, victim->d_inode))
		return -EPERM;
	if (is_dir && !S_ISDIR(victim->d_inode->i_mode))
		return -ENOTDIR;
	if (!is_dir && S_ISDIR(victim->d_inode->i_mode))
		return -EISDIR;
	if (victim->d_mounted || victim == victim->d_sb->s_root)
		return -EBUSY;
	if (dir->i_state & I_DEAD)
		return -ENOENT;
	return 0;
}

static int may_create(const struct task_struct *curr, const struct inode *dir)
{
	if (dir->i_state & I_DEAD)
		return -ENOENT;
	return inode_permission(curr, dir, MAY_WRITE | MAY_EXEC);
}

int vfs_may_create(const struct task_struct *curr, const struct inode *dir)
{
	return IS_RDONLY(dir) ? -EROFS : may_create(curr, dir);
}

static uint32_t task_umask(const struct task_struct *curr)
{
	return curr->fs ? curr->fs->umask : 022;
}

/* ---- the parent of a path ---------------------------------------------- */

/* Walks to the directory of @name's last component. Always path_done() it. */
static int path_parentat(struct nameidata *nd, struct task_struct *curr,
			 int dfd, const char *name)
{
	int err;

	if (!*name) {
		memset(nd, 0, offsetof(struct nameidata, links));
		nd->curr = curr;
		return -ENOENT;
	}
	err = path_init(nd, curr, dfd, name, 0);
	if (!err)
		err = link_path_walk(nd, name);
	return err;
}

/*
 * The place for a new name, its directory locked: a negative dentry, or
 * ERR_PTR with nothing locked. @is_dir: "new/" is fine.
 */
static struct dentry *create_begin(struct nameidata *nd,
				   struct task_struct *curr, int dfd,
				   const char *name, bool is_dir)
{
	int err = path_parentat(nd, curr, dfd, name);
	struct dentry *dentry;
	struct inode *dir;

	if (err)
		return ERR_PTR(err);
	if (nd->last_type != LAST_NORM)
		return ERR_PTR(-EEXIST);
	if (nd->last.len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	dir = nd->dentry->d_inode;
	down_write(curr, &dir->i_rwsem);
	dentry = lookup_locked(curr, nd->dentry, &nd->last);
	if (IS_ERR(dentry)) {
		err = (int)PTR_ERR(dentry);
	} else {
		if (dentry->d_inode)
			err = -EEXIST;
		else if (nd->trailing_slash && !is_dir)
			err = -ENOENT;
		else
			err = may_create(curr, dir);
		if (!err)
			return dentry;
		dput(curr, dentry);
	}
	up_write(curr, &dir->i_rwsem);
	return ERR_PTR(err);
}

static void create_end(struct nameidata *nd, struct dentry *dentry)
{
	up_write(nd->curr, &nd->dentry->d_inode->i_rwsem);
	dput(nd->curr, dentry);
}

/* ---- making names ------------------------------------------------------ */

int do_mkdirat(struct task_struct *curr, int dfd, char *name, uint32_t mode)
{
	struct nameidata nd;
	struct dentry *dentry = create_begin(&nd, curr, dfd, name, true);
	int err = (int)PTR_ERR(dentry);

	if (!IS_ERR(dentry)) {
		struct inode *dir = nd.dentry->d_inode;

		mode &= (S_IRWXUGO | S_ISVTX) & ~task_umask(curr);
		err = dir->i_op->mkdir
			      ? dir->i_op->mkdir(curr, dir, dentry, mode)
			      : -EPERM;
		if (!err)
			fsnotify_create(curr, dir, dentry);
		create_end(&nd, dentry);
	}
	path_done(&nd);
	return err;
}

static int vfs_create(struct task_struct *curr, struct inode *dir,
		      struct dentry *dentry, uint32_t mode, uint32_t rdev)
{
	int err;

	/* Linux asks ->create() for a file, ->mknod() for anything else */
	if (!dir->i_op->create)
		return !(mode & S_IFMT) || S_ISREG(mode) ? -EACCES : -EPERM;
	err = dir->i_op->create(curr, dir, dentry, mode, rdev);
	if (!err)
		fsnotify_create(curr, dir, dentry);
	return err;
}

int may_mknod(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case 0: /* means a regular one */
	case S_IFREG:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		return 0;
	case S_IFDIR:
		return -EPERM;
	default:
		return -EINVAL;
	}
}

int do_mknodat(struct task_struct *curr, int dfd, char *name, uint32_t mode,
	       uint32_t dev)
{
	struct nameidata nd;
	struct dentry *dentry;
	int err;

	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	if (!S_ISCHR(mode) && !S_ISBLK(mode))
		dev = 0;
	dentry = create_begin(&nd, curr, dfd, name, false);
	err = (int)PTR_ERR(dentry);
	if (!IS_ERR(dentry) && (S_ISCHR(mode) || S_ISBLK(mode)) &&
	    !capable(curr, CAP_MKNOD)) {
		err = -EPERM;
		create_end(&nd, dentry);
	} else if (!IS_ERR(dentry)) {
		err = vfs_create(curr, nd.dentry->d_inode, dentry,
				 mode & ~task_umask(curr), dev);
		create_end(&nd, dentry);
	}
	path_done(&nd);
	return err;
}

struct dentry *kern_path_mknod(struct task_struct *curr, const char *name,
			       uint32_t mode)
{
	struct nameidata nd;
	struct dentry *dentry = create_begin(&nd, curr, AT_FDCWD, name, false);
	int err;

	if (!IS_ERR(dentry)) {
		err = vfs_create(curr, nd.dentry->d_inode, dentry,
				 mode & ~task_umask(curr), 0);
		dget(dentry);
		create_end(&nd, dentry);
		if (err) {
			dput(curr, dentry);
			dentry = ERR_PTR(err);
		}
	}
	path_done(&nd);
	return dentry;
}

int do_symlinkat(struct task_struct *curr, const char *target, int dfd,
		 char *name)
{
	struct nameidata nd;
	struct dentry *dentry = create_begin(&nd, curr, dfd, name, false);
	int err = (int)PTR_ERR(dentry);

	if (!IS_ERR(dentry)) {
		struct inode *dir = nd.dentry->d_inode;

		err = dir->i_op->symlink
			      ? dir->i_op->symlink(curr, dir, dentry, target)
			      : -EPERM;
		if (!err)
			fsnotify_create(curr, dir, dentry);
		create_end(&nd, dentry);
	}
	path_done(&nd);
	return err;
}

static int vfs_link(struct task_struct *curr, struct dentry *old,
		    struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = old->d_inode;
	int err;

	if (inode->i_sb != dir->i_sb)
		return -EXDEV;
	if (!dir->i_op->link || S_ISDIR(inode->i_mode))
		return -EPERM;
	if (!inode->i_nlink && !(inode->i_state & I_LINKABLE))
		return -ENOENT;
	err = dir->i_op->link(curr, old, dir, dentry);
	if (!err) {
		fsnotify(curr, inode, IN_ATTRIB, NULL, 0);
		fsnotify_create(curr, dir, dentry);
	}
	return err;
}

int do_linkat(struct task_struct *curr, int olddfd, char *old, int newdfd,
	      char *name, uint32_t flags)
{
	struct nameidata nd;
	struct dentry *from, *dentry;
	int err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	from = path_lookup(curr, olddfd, old,
			   (flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0) |
				   (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0));
	if (IS_ERR(from))
		return (int)PTR_ERR(from);
	dentry = create_begin(&nd, curr, newdfd, name, false);
	err = (int)PTR_ERR(dentry);
	if (!IS_ERR(dentry)) {
		err = vfs_link(curr, from, nd.dentry->d_inode, dentry);
		create_end(&nd, dentry);
	}
	path_done(&nd);
	dput(curr, from);
	return err;
}

/* ---- removing names ---------------------------------------------------- */

static void told_of_removal(const struct nameidata *nd, bool is_dir)
{
	char name[NAME_MAX + 1];

	snprintf(name, sizeof(name), "%.*s", (int)nd->last.len, nd->last.name);
	fsnotify_delete(nd->curr, nd->dentry->d_inode, name, is_dir);
}

int vfs_unlink(struct task_struct *curr, struct dentry *parent,
	       struct dentry *dentry)
{
	struct inode *dir = parent->d_inode, *victim = dentry->d_inode;
	int err = IS_RDONLY(dir) ? -EROFS
				 : may_delete(curr, dir, dentry, false);

	if (err)
		return err;
	ihold(victim);
	err = dir->i_op->unlink(curr, dir, dentry);
	if (!err)
		fsnotify(curr, victim, IN_ATTRIB, NULL, 0);
	iput(curr, victim);
	if (!err && fsnotify_active(curr->k))
		fsnotify_delete(curr, dir, dentry->d_name, false);
	return err;
}

static int remove_locked(struct nameidata *nd, bool is_dir)
{
	struct task_struct *curr = nd->curr;
	struct inode *dir = nd->dentry->d_inode;
	struct dentry *dentry = lookup_locked(curr, nd->dentry, &nd->last);
	struct inode *victim;
	int err;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	if (!is_dir && dentry->d_inode && nd->trailing_slash)
		err = S_ISDIR(dentry->d_inode->i_mode) ? -EISDIR : -ENOTDIR;
	else
		err = may_delete(curr, dir, dentry, is_dir);
	if (!err && (IS_SWAPFILE(dentry->d_inode) ||
		     !(is_dir ? dir->i_op->rmdir : dir->i_op->unlink)))
		err = -EPERM;
	if (!err) {
		victim = dentry->d_inode;
		ihold(victim);
		if (is_dir)
			down_write(curr, &victim->i_rwsem);
		err = (is_dir ? dir->i_op->rmdir : dir->i_op->unlink)(curr, dir,
								      dentry);
		if (!err && is_dir)
			victim->i_state |= I_DEAD;
		if (is_dir)
			up_write(curr, &victim->i_rwsem);
		if (!err && !is_dir)
			fsnotify(curr, victim, IN_ATTRIB, NULL, 0);
		iput(curr, victim);
	}
	dput(curr, dentry);
	if (!err && fsnotify_active(curr->k))
		told_of_removal(nd, is_dir);
	return err;
}

static int do_remove(struct task_struct *curr, int dfd, char *name, bool is_dir)
{
	struct nameidata nd;
	int err = path_parentat(&nd, curr, dfd, name);

	if (!err && nd.last_type != LAST_NORM) {
		if (!is_dir)
			err = -EISDIR;
		else if (nd.last_type == LAST_DOTDOT)
			err = -ENOTEMPTY;
		else
			err = nd.last_type == LAST_DOT ? -EINVAL : -EBUSY;
	}
	if (!err && IS_RDONLY(nd.dentry->d_inode))
		err = -EROFS;
	if (!err && nd.last.len > NAME_MAX)
		err = -ENAMETOOLONG;
	if (!err) {
		struct inode *dir = nd.dentry->d_inode;

		down_write(curr, &dir->i_rwsem);
		err = remove_locked(&nd, is_dir);
		up_write(curr, &dir->i_rwsem);
	}
	path_done(&nd);
	return err;
}

int do_unlinkat(struct task_struct *curr, int dfd, char *name)
{
	return do_remove(curr, dfd, name, false);
}

int do_rmdir(struct task_struct *curr, int dfd, char *name)
{
	return do_remove(curr, dfd, name, true);
}

/* ---- renaming ---------------------------------------------------------- */

/* Both parents locked, ancestor first. */
static void lock_rename(struct task_struct *curr, struct dentry *a,
			struct dentry *b)
{
	if (a != b)
		down_write(curr, &a->d_sb->s_rename_sem);
	if (a != b && d_is_ancestor(b, a)) {
		down_write(curr, &b->d_inode->i_rwsem);
		down_write(curr, &a->d_inode->i_rwsem);
		return;
	}
	down_write(curr, &a->d_inode->i_rwsem);
	if (a != b)
		down_write(curr, &b->d_inode->i_rwsem);
}

static void unlock_rename(struct task_struct *curr, struct dentry *a,
			  struct dentry *b)
{
	up_write(curr, &a->d_inode->i_rwsem);
	if (a == b)
		return;
	up_write(curr, &b->d_inode->i_rwsem);
	up_write(curr, &a->d_sb->s_rename_sem);
}

static int may_rename(struct task_struct *curr, struct dentry *old_parent,
		      struct dentry *old, struct dentry *new_parent,
		      struct dentry *new_dentry, uint32_t flags)
{
	bool is_dir = S_ISDIR(old->d_inode->i_mode);
	int err = may_delete(curr, old_parent->d_inode, old, is_dir);

	if (err)
		return err;
	if (!new_dentry->d_inode)
		err = may_create(curr, new_parent->d_inode);
	else if (flags & RENAME_EXCHANGE)
		err = may_delete(curr, new_parent->d_inode, new_dentry,
				 S_ISDIR(new_dentry->d_inode->i_mode));
	else
		err = may_delete(curr, new_parent->d_inode, new_dentry, is_dir);
	/* its ".." changes: that is writing to it */
	if (!err && is_dir && old_parent != new_parent)
		err = inode_permission(curr, old->d_inode, MAY_WRITE);
	if (!err &&
	    (!old_parent->d_inode->i_op->rename || IS_SWAPFILE(old->d_inode) ||
	     (new_dentry->d_inode && IS_SWAPFILE(new_dentry->d_inode))))
		err = -EPERM;
	return err;
}

static void told_of_rename(const struct nameidata *from,
			   const struct nameidata *to, const struct dentry *old,
			   struct inode *target, uint32_t flags)
{
	struct inode *old_dir = from->dentry->d_inode;
	struct inode *new_dir = to->dentry->d_inode;
	const bool exchange = flags & RENAME_EXCHANGE;
	char name[2][NAME_MAX + 1];

	snprintf(name[0], sizeof(name[0]), "%.*s", (int)from->last.len,
		 from->last.name);
	snprintf(name[1], sizeof(name[1]), "%.*s", (int)to->last.len,
		 to->last.name);
	fsnotify_move(from->curr, old_dir, new_dir, name[0], name[1],
		      old->d_inode, exchange ? NULL : target);
	if (exchange)
		fsnotify_move(from->curr, new_dir, old_dir, name[1], name[0],
			      target, NULL);
}

static int rename_locked(struct nameidata *from, struct nameidata *to,
			 struct dentry *old, struct dentry *new_dentry,
			 uint32_t flags)
{
	struct task_struct *curr = from->curr;
	struct inode *target = new_dentry->d_inode;
	int err;

	if (!old->d_inode)
		return -ENOENT;
	if (target && flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (!target && flags & RENAME_EXCHANGE)
		return -ENOENT;
	if (flags & RENAME_EXCHANGE) {
		if (!S_ISDIR(target->i_mode) && to->trailing_slash)
			return -ENOTDIR;
	} else if (!S_ISDIR(old->d_inode->i_mode) && to->trailing_slash) {
		return -ENOTDIR;
	}
	if (!S_ISDIR(old->d_inode->i_mode) && from->trailing_slash)
		return -ENOTDIR;
	if (d_is_ancestor(old, to->dentry))
		return -EINVAL;
	if (d_is_ancestor(new_dentry, from->dentry))
		return flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
	if (old->d_inode == target)
		return 0;
	err = may_rename(curr, from->dentry, old, to->dentry, new_dentry,
			 flags);
	if (err)
		return err;
	if (target)
		ihold(target);
	err = from->dentry->d_inode->i_op->rename(curr, from->dentry->d_inode,
						  old, to->dentry->d_inode,
						  new_dentry, flags);
	if (!err && target && S_ISDIR(target->i_mode) &&
	    !(flags & RENAME_EXCHANGE))
		target->i_state |= I_DEAD;
	if (!err && fsnotify_active(curr->k))
		told_of_rename(from, to, old, target, flags);
	if (target)
		iput(curr, target);
	return err;
}

/*
 * What an overlay leaves in place of a name that it moves away: a device that
 * is none, which anybody may make. Memory for it was there a moment ago, and if
 * it isn't any more, the name has moved all the same.
 */
static int leave_whiteout(struct task_struct *curr, struct nameidata *from)
{
	struct inode *dir = from->dentry->d_inode;
	struct dentry *dentry = lookup_locked(curr, from->dentry, &from->last);
	int err;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = dentry->d_inode
		      ? 0
		      : dir->i_op->create(curr, dir, dentry, S_IFCHR, 0);
	dput(curr, dentry);
	return err;
}

static int rename_between(struct nameidata *from, struct nameidata *to,
			  uint32_t flags)
{
	struct task_struct *curr = from->curr;
	struct dentry *old, *new_dentry;
	int err;

	lock_rename(curr, from->dentry, to->dentry);
	old = lookup_locked(curr, from->dentry, &from->last);
	err = (int)PTR_ERR(old);
	if (!IS_ERR(old)) {
		new_dentry = lookup_locked(curr, to->dentry, &to->last);
		err = (int)PTR_ERR(new_dentry);
		if (!IS_ERR(new_dentry)) {
			err = rename_locked(from, to, old, new_dentry, flags);
			if (!err && flags & RENAME_WHITEOUT)
				err = leave_whiteout(curr, from);
			dput(curr, new_dentry);
		}
		dput(curr, old);
	}
	unlock_rename(curr, from->dentry, to->dentry);
	return err;
}

int check_rename_flags(uint32_t flags)
{
	return flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE |
			 RENAME_WHITEOUT) ||
			       (flags & RENAME_EXCHANGE &&
				flags != RENAME_EXCHANGE)
		       ? -EINVAL
		       : 0;
}

int do_renameat2(struct task_struct *curr, int olddfd, char *old, int newdfd,
		 char *name, uint32_t flags)
{
	struct nameidata from, to;
	int err = path_parentat(&from, curr, olddfd, old);

	if (!err) {
		err = path_parentat(&to, curr, newdfd, name);
		if (!err && from.dentry->d_sb != to.dentry->d_sb)
			err = -EXDEV;
		else if (!err && from.last_type != LAST_NORM)
			err = -EBUSY;
		else if (!err && to.last_type != LAST_NORM)
			err = flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
		else if (!err && IS_RDONLY(from.dentry->d_inode))
			err = -EROFS;
		else if (!err &&
			 (from.last.len > NAME_MAX || to.last.len > NAME_MAX))
			err = -ENAMETOOLONG;
		if (!err)
			err = rename_between(&from, &to, flags);
		path_done(&to);
	}
	path_done(&from);
	return err;
}

/* ---- reading links ----------------------------------------------------- */

int vfs_readlink(struct task_struct *curr, struct dentry *dentry, char *to,
		 uint32_t size)
{
	struct inode *inode = dentry->d_inode;
	const char *text;
	size_t len;

	if (!S_ISLNK(inode->i_mode))
		return -EINVAL;
	if (inode->i_op->readlink)
		return inode->i_op->readlink(curr, dentry, to, size);
	touch_atime(inode);
	text = inode->i_op->get_link(curr, inode);
	if (IS_ERR(text))
		return (int)PTR_ERR(text);
	len = strlen(text);
	if (len > size)
		len = size;
	memcpy(to, text, len);
	return (int)len;
}

/* ---- opening ----------------------------------------------------------- */

static int may_open(struct task_struct *curr, const struct inode *inode,
		    const struct open_flags *op, bool created)
{
	if (op->open_flag & O_PATH)
		return 0;
	switch (inode->i_mode & S_IFMT) {
	case S_IFLNK:
		return -ELOOP;
	case S_IFDIR:
		if (op->acc_mode & MAY_WRITE)
			return -EISDIR;
		if (op->acc_mode & MAY_EXEC && !(op->open_flag & O_DIRECTORY))
			return -EACCES;
		break;
	case S_IFSOCK:
		return -ENXIO;
	case S_IFCHR:
	case S_IFBLK:
		if (inode->i_sb->s_flags & MS_NODEV)
			return -EACCES;
		/* fallthrough */
	default:
		if (op->acc_mode & MAY_EXEC && !S_ISREG(inode->i_mode))
			return -EACCES;
	}
	if (op->open_flag & O_NOATIME && !inode_owner_or_capable(curr, inode))
		return -EPERM;
	/* who creates a file may open it, whatever its mode */
	return created ? 0 : inode_permission(curr, inode, op->acc_mode);
}

/* The last component, created if asked for; reference, maybe negative. */
static struct dentry *open_lookup(struct nameidata *nd,
				  const struct open_flags *op, bool *created)
{
	struct task_struct *curr = nd->curr;
	struct inode *dir = nd->dentry->d_inode;
	struct dentry *dentry;
	int err = 0;

	if (!(op->open_flag & O_CREAT))
		return lookup_child(curr, nd->dentry, &nd->last);
	if (nd->trailing_slash)
		return ERR_PTR(-EISDIR);
	if (nd->last.len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	demand_name(curr, nd->dentry, &nd->last);
	down_write(curr, &dir->i_rwsem);
	dentry = lookup_locked(curr, nd->dentry, &nd->last);
	if (!IS_ERR(dentry) && !dentry->d_inode) {
		err = may_create(curr, dir);
		if (!err)
			err = vfs_create(curr, dir, dentry, op->mode, 0);
		*created = !err;
	}
	up_write(curr, &dir->i_rwsem);
	if (err) {
		dput(curr, dentry);
		return ERR_PTR(err);
	}
	return dentry;
}

/*
 * The last step of an open. 0: nd->dentry is what to open, or, with *@body
 * set, a symlink's text must be walked first.
 */
static int open_last_lookup(struct nameidata *nd, const struct open_flags *op,
			    const char **body, bool *created)
{
	struct dentry *dentry;
	const bool exclusive = (op->open_flag & (O_CREAT | O_EXCL)) ==
			       (O_CREAT | O_EXCL);
	const bool nofollow = (op->open_flag & O_NOFOLLOW || exclusive) &&
			      !nd->trailing_slash;
	int err;

	*body = NULL;
	if (nd->last_type != LAST_NORM) {
		if (op->open_flag & O_CREAT)
			return op->open_flag & O_EXCL ? -EEXIST : -EISDIR;
		return walk_last_dots(nd);
	}
	dentry = open_lookup(nd, op, created);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = follow_mount(nd, &dentry);
	if (!err && !dentry->d_inode)
		err = -ENOENT;
	if (!err && !*created && exclusive)
		err = -EEXIST;
	if (!err && S_ISLNK(dentry->d_inode->i_mode) && !nofollow) {
		nd->must_be_dir |= nd->trailing_slash;
		return pick_link(nd, dentry, body);
	}
	if (!err && op->open_flag & O_CREAT && S_ISDIR(dentry->d_inode->i_mode))
		err = -EISDIR;
	if (err) {
		dput(nd->curr, dentry);
		return err;
	}
	dput(nd->curr, nd->dentry);
	nd->dentry = dentry;
	return 0;
}

/* Even who opens for reading alone writes here: not under who executes. */
static int handle_truncate(struct task_struct *curr, struct inode *inode)
{
	int err = get_write_access(inode);

	if (err)
		return err;
	err = do_truncate(curr, inode, 0);
	count_writer(inode, -1);
	return err;
}

static struct file *open_here(struct nameidata *nd, const struct open_flags *op,
			      bool created)
{
	struct task_struct *curr = nd->curr;
	struct inode *inode = nd->dentry->d_inode;
	struct file *file;
	int err;

	if ((op->open_flag & O_DIRECTORY || nd->must_be_dir ||
	     nd->trailing_slash) &&
	    !S_ISDIR(inode->i_mode))
		return ERR_PTR(-ENOTDIR);
	err = may_open(curr, inode, op, created);
	if (err)
		return ERR_PTR(err);
	file = dentry_open(curr, dget(nd->dentry), op->open_flag);
	if (IS_ERR(file))
		return file;
	if (op->open_flag & O_TRUNC && !created && S_ISREG(inode->i_mode)) {
		err = handle_truncate(curr, inode);
		if (err) {
			fput(curr, file);
			return ERR_PTR(err);
		}
		fsnotify_file(curr, file, IN_MODIFY);
	}
	fsnotify_file(curr, file, IN_OPEN);
	return file;
}

/*
 * A file without a name in the directory @name. Without O_EXCL linkat() may
 * give it one.
 */
static struct file *open_tmpfile(struct task_struct *curr, int dfd,
				 const char *name, const struct open_flags *op)
{
	struct dentry *dir = path_lookup(curr, dfd, name,
					 LOOKUP_FOLLOW | LOOKUP_DIRECTORY |
						 op->lookup_flags);
	struct dentry *dentry = NULL;
	struct inode *inode;
	int err;

	if (IS_ERR(dir))
		return ERR_PTR(PTR_ERR(dir));
	err = inode_permission(curr, dir->d_inode, MAY_WRITE | MAY_EXEC);
	if (!err && dir->d_inode->i_op->create != simple_create)
		err = -EOPNOTSUPP;
	if (!err) {
		inode = simple_inode(curr, dir->d_sb, dir->d_inode,
				     op->mode | S_IFREG, 0, NULL);
		if (inode) {
			inode->i_nlink = 0;
			if (!(op->open_flag & O_EXCL))
				inode->i_state |= I_LINKABLE;
			dentry = d_alloc_pseudo(curr, dir->d_sb, "#", inode);
			if (!dentry)
				iput(curr, inode);
		}
		err = dentry ? 0 : -ENOMEM;
	}
	dput(curr, dir);
	return err ? ERR_PTR(err) : dentry_open(curr, dentry, op->open_flag);
}

struct file *do_filp_open(struct task_struct *curr, int dfd, const char *name,
			  const struct open_flags *op)
{
	struct nameidata nd;
	struct file *file;
	bool created = false;
	int err;

	if (!*name && !(op->lookup_flags & LOOKUP_EMPTY))
		return ERR_PTR(-ENOENT);
	if ((op->open_flag & O_TMPFILE) == O_TMPFILE)
		return open_tmpfile(curr, dfd, name, op);
	err = path_init(&nd, curr, dfd, name, op->lookup_flags);
	if (!*name)
		name = NULL; /* @dfd's own file */
	while (!err && name) {
		err = link_path_walk(&nd, name);
		if (!err)
			err = open_last_lookup(&nd, op, &name, &created);
	}
	file = err ? ERR_PTR(err) : open_here(&nd, op, created);
	path_done(&nd);
	return file;
}
