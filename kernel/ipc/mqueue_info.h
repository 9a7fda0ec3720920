/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IPC_MQUEUE_INFO_H
#define KERNEL_IPC_MQUEUE_INFO_H

/* A queue, for the two files that know it: mqueue.c, mqueue_fs.c. */

#include "kernel/ipc/mqueue.h"
#include "kernel/ipc/msg.h"
#include "kernel/lib/rbtree.h"

struct pid;
struct sk_buff;
struct sock;

#define ARM_SIZEOF_MQUEUE_INODE  640u
#define ARM_SIZEOF_MSG_TREE_NODE 24u
#define MQ_PRIO_MAX              32768u

enum mq_wait {
	MQ_SEND,
	MQ_RECV
};

/* Who waits for room with a message, or for a message; on its own stack. */
struct ext_wait_queue {
	struct list_head list;
	struct task_struct *task;
	struct msg_msg *msg;
	bool ready; /* another did it for the waiter */
};

/* The messages of one priority, in the order in which they came. */
struct posix_msg_tree_node {
	struct rb_node rb_node;
	struct list_head msg_list;
	int32_t priority;
};

struct mqueue_inode_info {
	struct inode vfs_inode;
	struct wait_queue_head wait_q; /* who polls */
	struct rb_root msg_tree; /* by priority, without empty nodes */
	struct posix_msg_tree_node *node_cache; /* for the next one; or NULL */
	struct mq_attr_arm attr;
	uint32_t qsize; /* bytes in the queue */
	uint32_t uid; /* whose RLIMIT_MSGQUEUE these weigh on: */
	uint32_t mq_bytes;
	struct list_head e_wait_q[2]; /* the last is the first served */
	/* who is told when a message comes into the empty queue; or NULL */
	struct pid *notify_owner;
	uint32_t notify_self_exec_id;
	struct mq_sigevent notify;
	struct sock *notify_sock;
	struct sk_buff *notify_cookie;
};

static inline struct mqueue_inode_info *MQUEUE_I(struct inode *inode)
{
	return container_of(inode, struct mqueue_inode_info, vfs_inode);
}

/* ---- mqueue.c ---- */

extern const struct file_operations mqueue_file_operations;
/* The inode dies: its messages, and whom it would have told. */
void mqueue_drop_all(struct task_struct *curr, struct mqueue_inode_info *info);
/* Nobody is told any more; who would have been by a socket hears of that. */
void mqueue_remove_notification(struct task_struct *curr,
				struct mqueue_inode_info *info);

/* ---- mqueue_fs.c ---- */

/*
 * The file system, made with the first that needs it: its root, or
 * ERR_PTR(-ENOMEM).
 */
struct dentry *mqueue_root(struct task_struct *curr);
/* A queue for @dentry, which is negative, its directory locked. 0, -errno. */
int mqueue_create_attr(struct task_struct *curr, struct inode *dir,
		       struct dentry *dentry, uint32_t mode,
		       const struct mq_attr_arm *attr);

#endif
