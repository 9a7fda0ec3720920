/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/nsfs.h"

/*
 * Namespaces as files (Linux: fs/nsfs.c): two processes are in the same one
 * when their links in /proc/PID/ns lead to the same device and inode. lsns,
 * nsenter and container tools ask by that, and by the ioctls here.
 *
 * The file system comes with the first such file and stays.
 *
 * MODEL: there is one namespace of each kind, and nobody can leave it: the
 * numbers are those of a Linux that has just booted, all owners are root.
 */

#include <stdio.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/state.h"

#define NSFS_MAGIC 0x6e736673u

#define NS_GET_USERNS    0xb701u
#define NS_GET_PARENT    0xb702u
#define NS_GET_NSTYPE    0xb703u
#define NS_GET_OWNER_UID 0xb704u

/* The first five numbers are Linux's constants, the last two its first. */
static const struct {
	const char *name;
	uint32_t inum, type; /* CLONE_NEW… */
} namespaces[NR_NS_KINDS] = {
	[NS_CGROUP] = {"cgroup", 0xeffffffb, 0x02000000},
	[NS_IPC] = {"ipc", 0xefffffff, 0x08000000},
	[NS_MNT] = {"mnt", 0xf0000001, 0x00020000},
	[NS_NET] = {"net", 0xf0000000, 0x40000000},
	[NS_PID] = {"pid", 0xeffffffc, 0x20000000},
	[NS_USER] = {"user", 0xeffffffd, 0x10000000},
	[NS_UTS] = {"uts", 0xeffffffe, 0x04000000},
};

int ns_get_name(enum ns_kind kind, char *to, uint32_t size)
{
	return snprintf(to, size, "%s:[%u]", namespaces[kind].name,
			namespaces[kind].inum);
}

static enum ns_kind kind_of(const struct inode *inode)
{
	enum ns_kind kind = 0;

	while (namespaces[kind].inum != inode->i_ino)
		kind++;
	return kind;
}

static const char *nsfs_dname(const struct dentry *dentry, char *buf,
			      uint32_t size)
{
	ns_get_name(kind_of(dentry->d_inode), buf, size);
	return buf;
}

static const struct super_operations nsfs_ops = {.dname = nsfs_dname};

/* ---- ioctl(2) ---------------------------------------------------------- */

/* A descriptor of the namespace of @kind. */
static int32_t open_related_ns(struct task_struct *curr, enum ns_kind kind)
{
	struct dentry *dentry;
	struct file *file;

	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	dentry = ns_get_path(curr, kind);
	if (IS_ERR(dentry))
		return (int32_t)PTR_ERR(dentry);
	file = alloc_file(curr, dentry, O_RDONLY, dentry->d_inode->i_fop);
	return IS_ERR(file) ? (int32_t)PTR_ERR(file)
			    : fd_publish(curr, file, O_CLOEXEC);
}

static int32_t ns_ioctl(struct task_struct *curr, struct file *file,
			uint32_t cmd, uint32_t arg)
{
	const enum ns_kind kind = kind_of(file->f_inode);

	switch (cmd) {
	case NS_GET_USERNS:
		/* that of users has no owner but itself, out of sight */
		return kind == NS_USER ? -EPERM
				       : open_related_ns(curr, NS_USER);
	case NS_GET_PARENT:
		return kind == NS_USER || kind == NS_PID ? -EPERM : -EINVAL;
	case NS_GET_NSTYPE:
		return (int32_t)namespaces[kind].type;
	case NS_GET_OWNER_UID:
		return kind == NS_USER ? put_user_u32(curr, 0, arg) : -EINVAL;
	default:
		return -ENOTTY;
	}
}

static const struct file_operations ns_file_operations = {
	.ioctl = ns_ioctl,
	.llseek = noop_llseek,
};

uint32_t ns_type_of(const struct file *file)
{
	return file->f_op == &ns_file_operations
		       ? namespaces[kind_of(file->f_inode)].type
		       : 0;
}

/* ---- files ------------------------------------------------------------- */

/* 0 or -ENOMEM. */
static int nsfs_mount(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct super_block *sb;

	if (vfs->nsfs_sb)
		return 0;
	sb = sget(curr, "nsfs", "nsfs", NSFS_MAGIC, &nsfs_ops,
		  vfs->inode_cache);
	if (!sb)
		return -ENOMEM;
	if (vfs->nsfs_sb) /* somebody else was faster */
		kill_super(curr, sb);
	else
		vfs->nsfs_sb = sb;
	return 0;
}

struct dentry *ns_get_path(struct task_struct *curr, enum ns_kind kind)
{
	struct dentry *dentry;
	struct inode *inode;

	if (nsfs_mount(curr))
		return ERR_PTR(-ENOMEM);
	inode = new_inode(curr, curr->k->vfs.nsfs_sb, S_IFREG | 0444);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->i_ino = namespaces[kind].inum;
	inode->i_fop = &ns_file_operations;
	dentry = d_alloc_pseudo(curr, inode->i_sb, namespaces[kind].name,
				inode);
	if (dentry)
		return dentry;
	iput(curr, inode);
	return ERR_PTR(-ENOMEM);
}
