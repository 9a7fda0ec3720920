/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/devtmpfs.h"

/*
 * /dev with a node for each device (Linux: drivers/base/devtmpfs.c): a tmpfs
 * in which the kernel makes and removes names as devices come and go. Names
 * that programs made there, or gave other rights, are left alone.
 *
 * MODEL: mounted again it is a new instance, not the one that is there: nodes
 * come and go in all of them, but what a program does in one stays there. The
 * acting task does the work, not a kdevtmpfs.
 */

#include <errno.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/drivers/tty.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/tmpfs.h"
#include "kernel/fs/walk.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define DEVTMPFS_NAME_MAX 64

struct devtmpfs_node {
	struct devtmpfs_node *next; /* oldest first, as listings have them */
	uint32_t mode, dev;
	char name[DEVTMPFS_NAME_MAX];
};

void devtmpfs_init(struct task_struct *curr)
{
	init_rwsem(&curr->k->vfs.dev_sem);
}

/* ---- one name in one directory ---------------------------------------------- */

/* What the kernel made there; a program's have no such mark. */
static bool is_ours(const struct inode *inode)
{
	return inode->i_private == &inode->k->vfs.dev_nodes;
}

static int make_inode(struct task_struct *curr, struct inode *dir,
		      struct dentry *dentry, uint32_t mode, uint32_t dev)
{
	struct inode *inode;
	int err;

	if (S_ISDIR(mode))
		err = simple_mkdir(curr, dir, dentry, mode & 07777);
	else
		err = simple_create(curr, dir, dentry, mode, dev);
	if (err)
		return err;
	inode = dentry->d_inode;
	inode->i_uid = 0; /* whoever had the device made */
	inode->i_gid = 0;
	inode->i_private = &curr->k->vfs.dev_nodes;
	return 0;
}

/* 0, -EEXIST or -errno. */
static int make_node(struct task_struct *curr, struct dentry *parent,
		     const struct qstr *name, uint32_t mode, uint32_t dev)
{
	struct inode *dir = parent->d_inode;
	struct dentry *dentry;
	int err;

	down_write(curr, &dir->i_rwsem);
	dentry = lookup_locked(curr, parent, name);
	if (IS_ERR(dentry)) {
		err = (int)PTR_ERR(dentry);
	} else {
		err = dentry->d_inode
			      ? -EEXIST
			      : make_inode(curr, dir, dentry, mode, dev);
		dput(curr, dentry);
	}
	up_write(curr, &dir->i_rwsem);
	return err;
}

static bool same_node(const struct inode *inode, uint32_t mode, uint32_t dev)
{
	return is_ours(inode) && (inode->i_mode & S_IFMT) == (mode & S_IFMT) &&
	       inode->i_rdev == dev;
}

/* Who has it open keeps what was opened, and no one else gets at it. */
static void remove_inode(struct task_struct *curr, struct inode *dir,
			 struct dentry *dentry)
{
	dentry->d_inode->i_mode &= S_IFMT;
	if (S_ISDIR(dentry->d_inode->i_mode))
		simple_rmdir(curr, dir, dentry);
	else
		simple_unlink(curr, dir, dentry);
}

/* @mode S_IFDIR: a folder of ours, if it is empty. True: it is gone. */
static bool remove_node(struct task_struct *curr, struct dentry *parent,
			const struct qstr *name, uint32_t mode, uint32_t dev)
{
	struct inode *dir = parent->d_inode;
	struct dentry *dentry;
	bool gone = false;

	down_write(curr, &dir->i_rwsem);
	dentry = lookup_locked(curr, parent, name);
	if (!IS_ERR(dentry)) {
		gone = dentry->d_inode && !dentry->d_mounted &&
		       same_node(dentry->d_inode, mode, dev) &&
		       !(S_ISDIR(mode) && dir_has_created(dentry));
		if (gone)
			remove_inode(curr, dir, dentry);
		dput(curr, dentry);
	}
	up_write(curr, &dir->i_rwsem);
	return gone;
}

/* ---- a path in one /dev -------------------------------------------------------- */

/* The next component of @path; *rest is what follows, NULL at the last. */
static struct qstr component(const char *path, const char **rest)
{
	const char *slash = strchr(path, '/');

	*rest = slash ? slash + 1 : NULL;
	return (struct qstr){path, slash ? (uint32_t)(slash - path)
					 : (uint32_t)strlen(path)};
}

/* A directory there, with a reference; NULL: none. @parent's is given up. */
static struct dentry *step_into(struct task_struct *curr, struct dentry *parent,
				const struct qstr *name)
{
	struct dentry *dentry = lookup_child(curr, parent, name);

	dput(curr, parent);
	if (IS_ERR(dentry))
		return NULL;
	if (dentry->d_inode && S_ISDIR(dentry->d_inode->i_mode))
		return dentry;
	dput(curr, dentry);
	return NULL;
}

static int make_path(struct task_struct *curr, struct dentry *root,
		     const struct devtmpfs_node *node)
{
	const char *rest = node->name;
	struct dentry *dir = dget(root);
	int err = 0;

	while (dir) {
		struct qstr name = component(rest, &rest);

		if (!rest) {
			err = make_node(curr, dir, &name, node->mode,
					node->dev);
			dput(curr, dir);
			break;
		}
		err = make_node(curr, dir, &name, S_IFDIR | 0755, 0);
		dir = step_into(curr, dir, &name);
	}
	return dir || err != 0 ? err : -ENOENT;
}

/* The last component first, then folders from below. */
static void remove_path(struct task_struct *curr, struct dentry *parent,
			const char *path, uint32_t mode, uint32_t dev)
{
	const char *rest;
	const struct qstr name = component(path, &rest);
	struct dentry *dir;

	if (!rest) {
		remove_node(curr, parent, &name, mode, dev);
		return;
	}
	dir = step_into(curr, dget(parent), &name);
	if (!dir)
		return;
	remove_path(curr, dir, rest, mode, dev);
	dput(curr, dir);
	remove_node(curr, parent, &name, S_IFDIR, 0);
}

/* ---- all of them --------------------------------------------------------------- */

/* The oldest instance that is younger than @last; NULL: none. */
static struct super_block *next_instance(const struct kernel *k, uint32_t last)
{
	struct super_block *sb;

	list_for_each_entry(sb, &k->vfs.super_blocks, s_all)
		if (sb->s_dev > last && sb->s_active && sb->s_root &&
		    !strcmp(sb->s_type, "devtmpfs"))
			return sb;
	return NULL;
}

/* Mounts may come and go while this sleeps; each is found by its number. */
static int make_everywhere(struct task_struct *curr,
			   const struct devtmpfs_node *node)
{
	struct super_block *sb;
	uint32_t last = 0;
	int err = 0;

	while ((sb = next_instance(curr->k, last))) {
		struct dentry *root = dget(sb->s_root);
		int failed = make_path(curr, root, node);

		last = sb->s_dev;
		dput(curr, root);
		if (failed && failed != -EEXIST)
			err = failed;
	}
	return err;
}

static void remove_everywhere(struct task_struct *curr,
			      const struct devtmpfs_node *node)
{
	struct super_block *sb;
	uint32_t last = 0;

	while ((sb = next_instance(curr->k, last))) {
		struct dentry *root = dget(sb->s_root);

		last = sb->s_dev;
		remove_path(curr, root, node->name, node->mode, node->dev);
		dput(curr, root);
	}
}

/* False: no name, too long, or one that leads elsewhere. */
static bool set_name(struct devtmpfs_node *node, const char *name)
{
	const size_t len = strlen(name);

	if (!len || len >= sizeof(node->name) || strstr(name, "..") ||
	    strstr(name, "//") || *name == '/' || name[len - 1] == '/')
		return false;
	memcpy(node->name, name, len + 1);
	for (char *c = node->name; *c; c++)
		if (*c == '!')
			*c = '/';
	return true;
}

int devtmpfs_create_node(struct task_struct *curr, const char *name,
			 uint32_t mode, uint32_t dev)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct devtmpfs_node **last = &vfs->dev_nodes, *node;
	int err;

	node = kzalloc_obj(curr, ARM_SIZEOF_DEVTMPFS_NODE, sizeof(*node),
			   GFP_KERNEL);
	if (!node)
		return -ENOMEM;
	node->mode = mode;
	node->dev = dev;
	if (!set_name(node, name)) {
		kfree_obj(curr, node);
		return -EINVAL;
	}
	down_write(curr, &vfs->dev_sem);
	while (*last)
		last = &(*last)->next;
	*last = node;
	err = vfs->root ? make_everywhere(curr, node) : 0;
	up_write(curr, &vfs->dev_sem);
	return err;
}

static struct devtmpfs_node **find_node(struct vfs_state *vfs,
					const struct devtmpfs_node *like)
{
	struct devtmpfs_node **at = &vfs->dev_nodes;

	while (*at && (strcmp((*at)->name, like->name) != 0 ||
		       ((*at)->mode & S_IFMT) != (like->mode & S_IFMT) ||
		       (*at)->dev != like->dev))
		at = &(*at)->next;
	return at;
}

void devtmpfs_delete_node(struct task_struct *curr, const char *name,
			  uint32_t mode, uint32_t dev)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct devtmpfs_node like = {.mode = mode, .dev = dev}, **at, *node;

	if (!set_name(&like, name))
		return;
	down_write(curr, &vfs->dev_sem);
	at = find_node(vfs, &like);
	node = *at;
	if (node) {
		*at = node->next;
		remove_everywhere(curr, node);
		kfree_obj(curr, node);
	}
	up_write(curr, &vfs->dev_sem);
}

/* ---- mounting ----------------------------------------------------------------------- */

static const struct {
	const char *name, *target;
} dev_links[] = {
	{"fd", "/proc/self/fd"},
	{"stdin", "/proc/self/fd/0"},
	{"stdout", "/proc/self/fd/1"},
	{"stderr", "/proc/self/fd/2"},
};

/* What udev would have made. 0 or -errno. */
static int make_links(struct task_struct *curr, struct dentry *root)
{
	int err = 0;

	for (size_t n = 0; !err && n < sizeof(dev_links) / sizeof(*dev_links);
	     n++) {
		const char *name = dev_links[n].name;
		struct dentry *dentry = lookup_one(curr, root, name,
						   (uint32_t)strlen(name));

		if (IS_ERR(dentry))
			return (int)PTR_ERR(dentry);
		err = simple_symlink(curr, root->d_inode, dentry,
				     dev_links[n].target);
		dput(curr, dentry);
	}
	return err;
}

static int make_all(struct task_struct *curr, struct dentry *root)
{
	const struct devtmpfs_node *node = curr->k->vfs.dev_nodes;
	int err = 0;

	for (; node && (!err || err == -EEXIST); node = node->next)
		err = make_path(curr, root, node);
	return err == -EEXIST ? 0 : err;
}

static int fill_dev(struct task_struct *curr, struct dentry *root)
{
	static const struct qstr shm = {"shm", 3};
	int err = make_all(curr, root);

	if (!err)
		err = make_links(curr, root);
	return err ? err : make_node(curr, root, &shm, S_IFDIR | 01777, 0);
}

/* Pseudo-terminals come when they are looked for. */
static void devtmpfs_demand(struct task_struct *curr, struct dentry *dir,
			    const struct qstr *name)
{
	static const char *const names[] = {"pts", "ptmx"};

	if (dir != dir->d_sb->s_root)
		return;
	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
		if (!name || (strlen(names[n]) == name->len &&
			      !memcmp(names[n], name->name, name->len)))
			pty_demand(curr);
}

static const struct super_operations devtmpfs_ops = {
	.demand = devtmpfs_demand,
	.statfs = tmpfs_statfs,
	.reconfigure = shmem_reconfigure,
	.show_options = shmem_show_options,
	.dir_iops = &simple_dir_iops,
	.dir_fops = &simple_dir_fops,
	.dirent_size = 20, /* as a tmpfs */
	.xattrs = true,
	.keep_unused = true,
};

struct super_block *devtmpfs_mount(struct task_struct *curr,
				   const char *devname)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct super_block *sb = tmpfs_mount(curr, devname, 0755);
	int err;

	if (!sb)
		return NULL;
	down_write(curr, &vfs->dev_sem);
	err = fill_dev(curr, sb->s_root);
	sb->s_type = "devtmpfs"; /* from now on it gets its share */
	sb->s_op = &devtmpfs_ops;
	up_write(curr, &vfs->dev_sem);
	if (!err)
		return sb;
	kill_super(curr, sb);
	return NULL;
}
