/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/mqueue.h"

/*
 * The file system that POSIX message queues are the files of (the first half
 * of Linux's ipc/mqueue.c): one folder, whose files are made by mq_open() or
 * by open(), with limits on how many and how large, removed by mq_unlink() or
 * by unlink(). There is one instance, shown or not.
 *
 * A user's queues together may promise RLIMIT_MSGQUEUE bytes: for each message
 * that may be in them its size and what the kernel needs around it.
 *
 * MODEL: it can be mounted at one place at a time (dcache.h), and can't be
 * unmounted while somebody has a queue open, by mq_open() too.
 *
 * Invariant: mq.queues_count is the number of queues; a queue with mq_bytes
 * weighs on its uid from its making to its inode's end.
 */

#include <string.h>

#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/ipc/mqueue_info.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

#define MQUEUE_MAGIC 0x19800202u
#define DIRENT_SIZE  20
#define FILENT_SIZE  80

#define DFLT_QUEUESMAX 256
#define DFLT_MSG       10
#define DFLT_MSGSIZE   8192

void mq_init_ns(struct ipc_namespace *ns)
{
	ns->mq.queues_max = DFLT_QUEUESMAX;
	ns->mq.msg_max = ns->mq.msg_default = DFLT_MSG;
	ns->mq.msgsize_max = ns->mq.msgsize_default = DFLT_MSGSIZE;
}

/* ---- limits ----------------------------------------------------------------- */

/* What @uid's queues may come to hold. */
static uint64_t user_msgqueue(const struct super_block *sb, uint32_t uid)
{
	struct inode *inode;
	uint64_t sum = 0;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list)
		if (S_ISREG(inode->i_mode) && MQUEUE_I(inode)->uid == uid)
			sum += MQUEUE_I(inode)->mq_bytes;
	return sum;
}

/* 0 or -EINVAL: messages, and bytes of one, that @curr may ask for. */
static int check_attr(const struct task_struct *curr,
		      const struct mq_attr_arm *attr)
{
	const struct ipc_namespace *ns = &curr->k->ipc;
	int32_t msgs = HARD_MSGMAX, size = HARD_MSGSIZEMAX;

	if (attr->maxmsg <= 0 || attr->msgsize <= 0)
		return -EINVAL;
	if (!capable(curr, CAP_SYS_RESOURCE)) {
		msgs = ns->mq.msg_max;
		size = ns->mq.msgsize_max;
	}
	return attr->maxmsg > msgs || attr->msgsize > size ? -EINVAL : 0;
}

/* All that the queue may come to hold, in *@bytes. 0 or -EOVERFLOW. */
static int promised(const struct mq_attr_arm *attr, uint32_t *bytes)
{
	const uint64_t maxmsg = (uint32_t)attr->maxmsg;
	const uint64_t nodes = maxmsg < MQ_PRIO_MAX ? maxmsg : MQ_PRIO_MAX;
	const uint64_t sum = maxmsg * (uint32_t)attr->msgsize +
			     maxmsg * ARM_SIZEOF_MSG_MSG +
			     nodes * ARM_SIZEOF_MSG_TREE_NODE;

	*bytes = (uint32_t)sum;
	return sum > UINT32_MAX ? -EOVERFLOW : 0;
}

static int32_t lesser(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

/* ---- inodes ----------------------------------------------------------------- */

static void info_init(struct mqueue_inode_info *info)
{
	init_waitqueue_head(&info->wait_q);
	INIT_LIST_HEAD(&info->e_wait_q[MQ_SEND]);
	INIT_LIST_HEAD(&info->e_wait_q[MQ_RECV]);
}

static void mqueue_evict_inode(struct task_struct *curr, struct inode *inode)
{
	struct mqueue_inode_info *info = MQUEUE_I(inode);

	if (!S_ISREG(inode->i_mode))
		return;
	mqueue_drop_all(curr, info);
	info->mq_bytes = 0;
	curr->k->ipc.mq.queues_count--;
}

/* ERR_PTR. Counted from here on, until it is evicted. */
static struct inode *mqueue_get_inode(struct task_struct *curr,
				      struct super_block *sb, uint32_t mode,
				      const struct mq_attr_arm *attr)
{
	struct ipc_namespace *ns = &curr->k->ipc;
	const struct mq_attr_arm wanted = {
		.maxmsg = attr ? attr->maxmsg
			       : lesser(ns->mq.msg_max, ns->mq.msg_default),
		.msgsize = attr ? attr->msgsize
				: lesser(ns->mq.msgsize_max,
					 ns->mq.msgsize_default),
	};
	uint32_t bytes;
	struct inode *inode;
	int err = check_attr(curr, &wanted);

	if (!err)
		err = promised(&wanted, &bytes);
	if (!err && user_msgqueue(sb, curr->cred.uid) + bytes >
			    task_rlimit(curr, RLIMIT_MSGQUEUE))
		err = -EMFILE;
	if (err)
		return ERR_PTR(err);
	inode = new_inode(curr, sb, mode);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	ns->mq.queues_count++;
	inode->i_uid = curr->cred.fsuid;
	inode->i_gid = curr->cred.fsgid;
	inode->i_op = &simple_file_iops;
	inode->i_fop = &mqueue_file_operations;
	inode->i_size = FILENT_SIZE;
	info_init(MQUEUE_I(inode));
	MQUEUE_I(inode)->attr = wanted;
	MQUEUE_I(inode)->uid = curr->cred.uid;
	MQUEUE_I(inode)->mq_bytes = bytes;
	return inode;
}

/* ---- names ------------------------------------------------------------------ */

static void dir_changed(struct inode *dir, int by)
{
	dir->i_size += by;
	inode_modified(dir);
	dir->i_atime = dir->i_mtime;
}

int mqueue_create_attr(struct task_struct *curr, struct inode *dir,
		       struct dentry *dentry, uint32_t mode,
		       const struct mq_attr_arm *attr)
{
	const struct ipc_namespace *ns = &curr->k->ipc;
	struct inode *inode;

	if (ns->mq.queues_count >= ns->mq.queues_max &&
	    !capable(curr, CAP_SYS_RESOURCE))
		return -ENOSPC;
	inode = mqueue_get_inode(curr, dir->i_sb, mode, attr);
	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	d_instantiate(dentry, inode);
	d_mark_created(dentry);
	dir_changed(dir, DIRENT_SIZE);
	return 0;
}

/* ->create() makes devices elsewhere, too: not here. */
static int mqueue_create(struct task_struct *curr, struct inode *dir,
			 struct dentry *dentry, uint32_t mode, uint32_t rdev)
{
	(void)rdev;
	return S_ISREG(mode) ? mqueue_create_attr(curr, dir, dentry, mode, NULL)
			     : -EPERM;
}

static int mqueue_lookup(struct task_struct *curr, struct inode *dir,
			 struct dentry *dentry)
{
	(void)curr, (void)dir;
	if (dentry->d_len > NAME_MAX)
		return -ENAMETOOLONG;
	d_add(dentry, NULL);
	return 0;
}

static int mqueue_unlink(struct task_struct *curr, struct inode *dir,
			 struct dentry *dentry)
{
	int err = simple_unlink(curr, dir, dentry);

	dir_changed(dir, 0);
	return err;
}

static const struct inode_operations mqueue_dir_iops = {
	.lookup = mqueue_lookup,
	.create = mqueue_create,
	.unlink = mqueue_unlink,
	.setattr = simple_setattr,
};

static const struct super_operations mqueue_super_ops = {
	.evict_inode = mqueue_evict_inode,
	.dir_iops = &mqueue_dir_iops,
	.dir_fops = &simple_dir_fops,
	.dirent_size = DIRENT_SIZE,
	.single = true,
};

/* ---- the file system -------------------------------------------------------- */

static int mqueue_fill_super(struct task_struct *curr, struct super_block *sb)
{
	struct inode *root = new_inode(curr, sb, S_IFDIR | S_ISVTX | S_IRWXUGO);

	if (!root)
		return -ENOMEM;
	sb->s_noexec = true;
	root->i_nlink = 2;
	root->i_size = 2 * DIRENT_SIZE;
	root->i_op = &mqueue_dir_iops;
	root->i_fop = &simple_dir_fops;
	return d_make_root(curr, sb, root) ? 0 : -ENOMEM;
}

static struct super_block *new_instance(struct task_struct *curr)
{
	struct super_block *sb = sget(curr, "mqueue", "mqueue", MQUEUE_MAGIC,
				      &mqueue_super_ops,
				      curr->k->ipc.mq.inode_cachep);

	if (sb && mqueue_fill_super(curr, sb)) {
		kill_super(curr, sb);
		sb = NULL;
	}
	return sb;
}

struct dentry *mqueue_root(struct task_struct *curr)
{
	struct ipc_namespace *ns = &curr->k->ipc;
	struct super_block *sb;

	if (!ns->mq.inode_cachep)
		ns->mq.inode_cachep = kmem_cache_create(
			curr, "mqueue_inode_cache", ARM_SIZEOF_MQUEUE_INODE,
			sizeof(struct mqueue_inode_info), 0, SLAB_HWCACHE_ALIGN,
			NULL);
	if (!ns->mq.inode_cachep)
		return ERR_PTR(-ENOMEM);
	if (!ns->mq.sb) {
		sb = new_instance(curr);
		if (!sb)
			return ERR_PTR(-ENOMEM);
		if (ns->mq.sb) /* somebody else was faster */
			kill_super(curr, sb);
		else
			ns->mq.sb = sb;
	}
	return ns->mq.sb->s_root;
}

struct super_block *mqueue_mount(struct task_struct *curr, const char *devname,
				 char *options)
{
	struct dentry *root;
	int err;

	if (options && *options)
		return ERR_PTR(-EINVAL);
	root = mqueue_root(curr);
	if (IS_ERR(root))
		return ERR_PTR(PTR_ERR(root));
	err = sb_set_devname(curr, root->d_sb, devname);
	return err ? ERR_PTR(err) : root->d_sb;
}
