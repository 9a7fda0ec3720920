/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/mqueue.h"

/*
 * POSIX message queues: messages in and out, and who is told of them (the
 * second half of Linux's ipc/mqueue.c; the file system is in mqueue_fs.c).
 *
 * The message of the highest priority comes first, and of these the oldest.
 * Who waits is served by the priority of his scheduling, and then in turn: a
 * sender hands its message to a receiver that waits, a receiver puts the
 * message of a sender that waits into the room it has made.
 *
 * Invariant: nobody waits for a message while there is one, nor with one while
 * there is room; attr.curmsgs and qsize are the sums over msg_tree.
 *
 * MODEL: a deadline is by the clock as it stands when the call begins: setting
 * the clock moves nobody's.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/poll.h"
#include "kernel/ipc/mqueue_info.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/net/netlink.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/sched_policy.h"
#include "kernel/task/signal.h"

/* sigev_notify */
#define NOTIFY_BY_SIGNAL 0u
#define NOTIFY_BY_NOBODY 1u
#define NOTIFY_BY_THREAD 2u

/* What the last byte of a cookie says. */
#define NOTIFY_COOKIE_LEN 32u
#define NOTIFY_WOKENUP    1
#define NOTIFY_REMOVED    2

/* ---- messages in the queue -------------------------------------------------- */

static struct posix_msg_tree_node *alloc_node(struct task_struct *curr)
{
	struct posix_msg_tree_node *leaf = kzalloc_obj(
		curr, ARM_SIZEOF_MSG_TREE_NODE, sizeof(*leaf), GFP_KERNEL);

	if (leaf)
		INIT_LIST_HEAD(&leaf->msg_list);
	return leaf;
}

/* The node of that priority, made out of node_cache; NULL: there is none. */
static struct posix_msg_tree_node *find_node(struct mqueue_inode_info *info,
					     int32_t priority)
{
	struct rb_node **p = &info->msg_tree.rb_node, *parent = NULL;
	struct posix_msg_tree_node *leaf;

	while (*p) {
		parent = *p;
		leaf = rb_entry(parent, struct posix_msg_tree_node, rb_node);
		if (leaf->priority == priority)
			return leaf;
		p = priority < leaf->priority ? &(*p)->rb_left
					      : &(*p)->rb_right;
	}
	leaf = info->node_cache;
	if (!leaf)
		return NULL;
	info->node_cache = NULL;
	leaf->priority = priority;
	rb_link_node(&leaf->rb_node, parent, p);
	rb_insert_color(&leaf->rb_node, &info->msg_tree);
	return leaf;
}

/* 0, or -ENOMEM: there is no node for its priority. */
static int msg_insert(struct mqueue_inode_info *info, struct msg_msg *msg)
{
	struct posix_msg_tree_node *leaf = find_node(info, msg->m_type);

	if (!leaf)
		return -ENOMEM;
	info->attr.curmsgs++;
	info->qsize += msg->m_ts;
	list_add_tail(&msg->m_list, &leaf->msg_list);
	return 0;
}

static void erase_node(struct task_struct *curr, struct mqueue_inode_info *info,
		       struct posix_msg_tree_node *leaf)
{
	rb_erase(&leaf->rb_node, &info->msg_tree);
	if (info->node_cache)
		kfree_obj(curr, leaf);
	else
		info->node_cache = leaf;
}

/* The message that comes first; NULL: none. */
static struct msg_msg *msg_get(struct task_struct *curr,
			       struct mqueue_inode_info *info)
{
	struct rb_node *last = rb_last(&info->msg_tree);
	struct posix_msg_tree_node *leaf;
	struct msg_msg *msg;

	if (!last)
		return NULL;
	leaf = rb_entry(last, struct posix_msg_tree_node, rb_node);
	msg = list_first_entry(&leaf->msg_list, struct msg_msg, m_list);
	list_del(&msg->m_list);
	if (list_empty(&leaf->msg_list))
		erase_node(curr, info, leaf);
	info->attr.curmsgs--;
	info->qsize -= msg->m_ts;
	return msg;
}

void mqueue_drop_all(struct task_struct *curr, struct mqueue_inode_info *info)
{
	struct msg_msg *msg;

	mqueue_remove_notification(curr, info);
	while ((msg = msg_get(curr, info)))
		free_msg(curr, msg);
	if (info->node_cache)
		kfree_obj(curr, info->node_cache);
	info->node_cache = NULL;
}

/* ---- who waits -------------------------------------------------------------- */

/* The last of them is served first: before others of its priority, so. */
static void wq_add(struct mqueue_inode_info *info, enum mq_wait sr,
		   struct ext_wait_queue *ewp)
{
	struct ext_wait_queue *walk;

	list_for_each_entry(walk, &info->e_wait_q[sr], list)
		if (task_prio(walk->task) <= task_prio(ewp->task)) {
			list_add_tail(&ewp->list, &walk->list);
			return;
		}
	list_add_tail(&ewp->list, &info->e_wait_q[sr]);
}

static struct ext_wait_queue *
wq_get_first_waiter(struct mqueue_inode_info *info, enum mq_wait sr)
{
	return list_empty(&info->e_wait_q[sr])
		       ? NULL
		       : list_entry(info->e_wait_q[sr].prev,
				    struct ext_wait_queue, list);
}

/* Until another has served @ewp. 0, -ERESTARTSYS, -ETIMEDOUT. */
static int wq_sleep(struct task_struct *curr, struct mqueue_inode_info *info,
		    enum mq_wait sr, uint64_t expires,
		    struct ext_wait_queue *ewp)
{
	int err = 0;

	wq_add(info, sr, ewp);
	while (!err) {
		uint64_t left;

		curr->state = TASK_INTERRUPTIBLE;
		left = schedule_timeout_until(curr, expires);
		if (ewp->ready)
			break;
		if (signal_pending(curr))
			err = -ERESTARTSYS;
		else if (!left)
			err = -ETIMEDOUT;
	}
	curr->state = TASK_RUNNING;
	if (err)
		list_del(&ewp->list);
	return err;
}

static void wq_served(struct task_struct *curr, struct ext_wait_queue *ewp)
{
	list_del(&ewp->list);
	ewp->ready = true;
	wake_up_process(curr, ewp->task);
}

/* ---- who is told ------------------------------------------------------------ */

static struct pid *task_tgid(const struct task_struct *task)
{
	return task->group_leader->thread_pid;
}

static void forget_owner(struct task_struct *curr,
			 struct mqueue_inode_info *info)
{
	put_pid(curr, info->notify_owner);
	info->notify_owner = NULL;
}

static void send_cookie(struct task_struct *curr,
			struct mqueue_inode_info *info, uint8_t code)
{
	skb_store_bits(curr, info->notify_cookie, NOTIFY_COOKIE_LEN - 1, &code,
		       1);
	netlink_sendskb(curr, info->notify_sock, info->notify_cookie);
	info->notify_sock = NULL;
	info->notify_cookie = NULL;
}

void mqueue_remove_notification(struct task_struct *curr,
				struct mqueue_inode_info *info)
{
	if (!info->notify_owner)
		return;
	if (info->notify.notify == NOTIFY_BY_THREAD)
		send_cookie(curr, info, NOTIFY_REMOVED);
	forget_owner(curr, info);
}

/* Not to a program that has been started in place of the one that asked. */
static void signal_owner(struct task_struct *curr,
			 const struct mqueue_inode_info *info)
{
	const struct ksiginfo si = {.signo = (int32_t)info->notify.signo,
				    .code = SI_MESGQ,
				    .pid = curr->tgid,
				    .uid = curr->cred.uid,
				    .value = info->notify.value};
	struct task_struct *task = info->notify_owner->task;

	if (si.signo && task && task->self_exec_id == info->notify_self_exec_id)
		send_sig_info(curr, si.signo, &si, task, false);
}

/* A message has come that nobody waited for. Who is told is told once. */
static void do_notify(struct task_struct *curr, struct mqueue_inode_info *info)
{
	if (info->notify_owner && info->attr.curmsgs == 1) {
		if (info->notify.notify == NOTIFY_BY_SIGNAL)
			signal_owner(curr, info);
		else if (info->notify.notify == NOTIFY_BY_THREAD)
			send_cookie(curr, info, NOTIFY_WOKENUP);
		forget_owner(curr, info);
	}
	wake_up(curr, &info->wait_q);
}

/* ---- files ------------------------------------------------------------------ */

static int mqueue_flush_file(struct task_struct *curr, struct file *file)
{
	struct mqueue_inode_info *info = MQUEUE_I(file->f_inode);

	if (info->notify_owner == task_tgid(curr))
		mqueue_remove_notification(curr, info);
	return 0;
}

/* What `cat /dev/mqueue/NAME` shows. */
static int32_t mqueue_read_file(struct task_struct *curr, struct file *file,
				struct iov_iter *to, int64_t *pos)
{
	const struct mqueue_inode_info *info = MQUEUE_I(file->f_inode);
	const struct pid *owner = info->notify_owner;
	const bool by_signal = owner && info->notify.notify == NOTIFY_BY_SIGNAL;
	char text[80];
	uint32_t n = (uint32_t)snprintf(
		text, sizeof(text),
		"QSIZE:%-10u NOTIFY:%-5d SIGNO:%-5d NOTIFY_PID:%-6d\n",
		info->qsize, owner ? (int)info->notify.notify : 0,
		by_signal ? (int)info->notify.signo : 0,
		owner && owner->task ? owner->nr : 0);

	if (*pos < 0 || *pos >= (int64_t)n || !to->count)
		return *pos < 0 ? -EINVAL : 0;
	n = copy_to_iter(curr, to, text + *pos, n - (uint32_t)*pos);
	if (!n)
		return -EFAULT;
	*pos += n;
	file->f_inode->i_atime = file->f_inode->i_ctime = current_time(curr->k);
	return (int32_t)n;
}

static uint32_t mqueue_poll_file(struct task_struct *curr, struct file *file,
				 struct poll_table *table)
{
	struct mqueue_inode_info *info = MQUEUE_I(file->f_inode);

	poll_wait(curr, &info->wait_q, table);
	return (info->attr.curmsgs ? POLLIN | POLLRDNORM : 0) |
	       (info->attr.curmsgs < info->attr.maxmsg ? POLLOUT | POLLWRNORM
						       : 0);
}

static int64_t mqueue_llseek(struct task_struct *curr, struct file *file,
			     int64_t offset, int whence)
{
	return generic_llseek(curr, file, offset, whence,
			      file->f_inode->i_size);
}

const struct file_operations mqueue_file_operations = {
	.flush = mqueue_flush_file,
	.poll = mqueue_poll_file,
	.read_iter = mqueue_read_file,
	.llseek = mqueue_llseek,
};

/* The queue of @mqdes, open for @mode, with a reference. ERR_PTR(-EBADF). */
static struct file *mq_fget(struct task_struct *curr, int mqdes, uint32_t mode)
{
	struct file *file = fget(curr, mqdes);

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op == &mqueue_file_operations &&
	    (file->f_mode & mode) == mode)
		return file;
	fput(curr, file);
	return ERR_PTR(-EBADF);
}

static void touch_all_times(struct inode *inode)
{
	inode_modified(inode);
	inode->i_atime = inode->i_mtime;
}

static void touch_state(struct inode *inode)
{
	inode->i_atime = inode->i_ctime = current_time(inode->k);
}

/* ---- mq_open, mq_unlink ----------------------------------------------------- */

/* A name of one component, as it may be given to lookup_one_len(). */
static int check_name(const char *name)
{
	if (!*name || !strcmp(name, ".") || !strcmp(name, "..") ||
	    strchr(name, '/'))
		return -EACCES;
	return 0;
}

/* The name in the locked @root, maybe negative; ERR_PTR. */
static struct dentry *mq_lookup(struct task_struct *curr, struct dentry *root,
				const char *name)
{
	int err = check_name(name);

	if (!err)
		err = inode_permission(curr, root->d_inode, MAY_EXEC);
	if (!err && strlen(name) > NAME_MAX)
		err = -ENAMETOOLONG;
	return err ? ERR_PTR(err)
		   : lookup_one_len(curr, root, name, (uint32_t)strlen(name));
}

/* What mq_open() was asked for, for who makes the queue. */
struct mq_wish {
	uint32_t oflag, mode;
	const struct mq_attr_arm *attr;
};

static int prepare_open(struct task_struct *curr, struct dentry *dentry,
			const struct mq_wish *wish)
{
	static const uint32_t oflag2acc[] = {MAY_READ, MAY_WRITE,
					     MAY_READ | MAY_WRITE};
	struct inode *dir = dentry->d_parent->d_inode;
	const uint32_t made = wish->oflag & (O_CREAT | O_EXCL);
	const uint32_t umask = curr->fs ? curr->fs->umask : 0;
	int err;

	if (!dentry->d_inode) {
		if (!(made & O_CREAT))
			return -ENOENT;
		err = vfs_may_create(curr, dir);
		if (!err)
			err = mqueue_create_attr(curr, dir, dentry,
						 S_IFREG | (wish->mode &
							    S_IALLUGO & ~umask),
						 wish->attr);
		if (!err)
			fsnotify_create(curr, dir, dentry);
		return err;
	}
	if (made == (O_CREAT | O_EXCL))
		return -EEXIST;
	if ((wish->oflag & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	return inode_permission(curr, dentry->d_inode,
				oflag2acc[wish->oflag & O_ACCMODE]);
}

/* ERR_PTR. */
static struct file *mq_open_file(struct task_struct *curr, const char *name,
				 const struct mq_wish *wish)
{
	struct dentry *root = mqueue_root(curr), *dentry;
	struct file *file;
	int err;

	if (IS_ERR(root))
		return ERR_PTR(PTR_ERR(root));
	down_write(curr, &root->d_inode->i_rwsem);
	dentry = mq_lookup(curr, root, name);
	if (IS_ERR(dentry)) {
		file = ERR_PTR(PTR_ERR(dentry));
	} else {
		err = prepare_open(curr, dentry, wish);
		if (err) {
			dput(curr, dentry);
			file = ERR_PTR(err);
		} else {
			file = dentry_open(curr, dentry, wish->oflag);
		}
	}
	up_write(curr, &root->d_inode->i_rwsem);
	return file;
}

int32_t do_mq_open(struct task_struct *curr, vaddr_t uname, uint32_t oflag,
		   uint32_t mode, const struct mq_attr_arm *attr)
{
	const struct mq_wish wish = {oflag, mode, attr};
	char *name = getname(curr, uname);
	struct file *file;
	int fd;

	if (IS_ERR(name))
		return (int32_t)PTR_ERR(name);
	fd = get_unused_fd_flags(curr, O_CLOEXEC);
	if (fd >= 0) {
		file = mq_open_file(curr, name, &wish);
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

int32_t do_mq_unlink(struct task_struct *curr, vaddr_t uname)
{
	char *name = getname(curr, uname);
	struct dentry *root, *dentry;
	int err;

	if (IS_ERR(name))
		return (int32_t)PTR_ERR(name);
	root = mqueue_root(curr);
	err = (int)PTR_ERR(root);
	if (!IS_ERR(root)) {
		down_write(curr, &root->d_inode->i_rwsem);
		dentry = mq_lookup(curr, root, name);
		err = IS_ERR(dentry) ? (int)PTR_ERR(dentry)
				     : vfs_unlink(curr, root, dentry);
		if (!IS_ERR(dentry))
			dput(curr, dentry);
		up_write(curr, &root->d_inode->i_rwsem);
	}
	putname(curr, name);
	return err;
}

/* ---- mq_timedsend ----------------------------------------------------------- */

/* There must be a node in reserve before anything is looked at. */
static void reserve_node(struct task_struct *curr,
			 struct mqueue_inode_info *info)
{
	struct posix_msg_tree_node *leaf;

	if (info->node_cache)
		return;
	leaf = alloc_node(curr);
	if (leaf && info->node_cache) /* while we slept for memory */
		kfree_obj(curr, leaf);
	else if (leaf)
		info->node_cache = leaf;
}

/* 0: @msg is the queue's or a receiver's. */
static int send_msg(struct task_struct *curr, struct file *file,
		    struct msg_msg *msg, uint64_t expires)
{
	struct mqueue_inode_info *info = MQUEUE_I(file->f_inode);
	struct ext_wait_queue wait = {.task = curr, .msg = msg}, *receiver;
	int err = 0;

	reserve_node(curr, info);
	if (info->attr.curmsgs == info->attr.maxmsg)
		return file->f_flags & O_NONBLOCK
			       ? -EAGAIN
			       : wq_sleep(curr, info, MQ_SEND, expires, &wait);
	receiver = wq_get_first_waiter(info, MQ_RECV);
	if (receiver) {
		receiver->msg = msg;
		wq_served(curr, receiver);
	} else {
		err = msg_insert(info, msg);
		if (!err)
			do_notify(curr, info);
	}
	if (!err)
		touch_all_times(file->f_inode);
	return err;
}

int32_t do_mq_timedsend(struct task_struct *curr, int mqdes, vaddr_t umsg,
			uint32_t len, uint32_t prio, uint64_t expires)
{
	struct file *file;
	struct msg_msg *msg;
	int err = 0;

	if (prio >= MQ_PRIO_MAX)
		return -EINVAL;
	file = mq_fget(curr, mqdes, FMODE_WRITE);
	if (IS_ERR(file))
		return (int32_t)PTR_ERR(file);
	if (len > (uint32_t)MQUEUE_I(file->f_inode)->attr.msgsize)
		err = -EMSGSIZE;
	if (!err) {
		msg = load_msg(curr, umsg, len);
		err = (int)PTR_ERR(msg);
		if (!IS_ERR(msg)) {
			msg->m_type = (int32_t)prio;
			err = send_msg(curr, file, msg, expires);
			if (err)
				free_msg(curr, msg);
		}
	}
	fput(curr, file);
	return err;
}

/* ---- mq_timedreceive -------------------------------------------------------- */

/* There is room: for the message of a sender that waits, or to tell of. */
static void pipelined_receive(struct task_struct *curr,
			      struct mqueue_inode_info *info)
{
	struct ext_wait_queue *sender = wq_get_first_waiter(info, MQ_SEND);

	if (!sender)
		wake_up(curr, &info->wait_q);
	else if (!msg_insert(info, sender->msg))
		wq_served(curr, sender);
}

/* ERR_PTR. */
static struct msg_msg *receive_msg(struct task_struct *curr, struct file *file,
				   uint64_t expires)
{
	struct mqueue_inode_info *info = MQUEUE_I(file->f_inode);
	struct ext_wait_queue wait = {.task = curr};
	struct msg_msg *msg;
	int err;

	reserve_node(curr, info);
	if (!info->attr.curmsgs) {
		err = file->f_flags & O_NONBLOCK
			      ? -EAGAIN
			      : wq_sleep(curr, info, MQ_RECV, expires, &wait);
		return err ? ERR_PTR(err) : wait.msg;
	}
	msg = msg_get(curr, info);
	touch_all_times(file->f_inode);
	pipelined_receive(curr, info);
	return msg;
}

int32_t do_mq_timedreceive(struct task_struct *curr, int mqdes, vaddr_t umsg,
			   uint32_t len, vaddr_t uprio, uint64_t expires)
{
	struct file *file = mq_fget(curr, mqdes, FMODE_READ);
	struct msg_msg *msg;
	int32_t ret;

	if (IS_ERR(file))
		return (int32_t)PTR_ERR(file);
	if (len < (uint32_t)MQUEUE_I(file->f_inode)->attr.msgsize)
		msg = ERR_PTR(-EMSGSIZE);
	else
		msg = receive_msg(curr, file, expires);
	ret = (int32_t)PTR_ERR(msg);
	if (!IS_ERR(msg)) {
		ret = (int32_t)msg->m_ts;
		if ((uprio &&
		     put_user_u32(curr, (uint32_t)msg->m_type, uprio)) ||
		    store_msg(curr, umsg, msg, msg->m_ts))
			ret = -EFAULT;
		free_msg(curr, msg);
	}
	fput(curr, file);
	return ret;
}

/* ---- mq_notify -------------------------------------------------------------- */

/* By whom a thread of the C library is told: a message for its socket. */
struct mq_cookie {
	struct sock *sk;
	struct sk_buff *skb; /* NULL: none is wanted, or it has been taken */
};

static int get_cookie(struct task_struct *curr, const struct mq_sigevent *event,
		      struct mq_cookie *cookie)
{
	uint8_t bytes[NOTIFY_COOKIE_LEN];
	struct file *file;
	int err;

	if (copy_from_user(curr, bytes, event->value, sizeof(bytes)))
		return -EFAULT;
	file = fget(curr, (int)event->signo);
	if (!file)
		return -EBADF;
	cookie->skb = netlink_attachskb(curr, file, bytes, sizeof(bytes),
					&cookie->sk);
	err = IS_ERR(cookie->skb) ? (int)PTR_ERR(cookie->skb) : 0;
	fput(curr, file);
	return err;
}

static bool good_event(const struct mq_sigevent *event)
{
	switch (event->notify) {
	case NOTIFY_BY_SIGNAL:
		return event->signo <= NR_SIGNALS;
	case NOTIFY_BY_NOBODY:
	case NOTIFY_BY_THREAD:
		return true;
	default:
		return false;
	}
}

static int set_notify(struct task_struct *curr, struct inode *inode,
		      const struct mq_sigevent *event, struct mq_cookie *cookie)
{
	struct mqueue_inode_info *info = MQUEUE_I(inode);

	if (!event) {
		if (info->notify_owner == task_tgid(curr)) {
			mqueue_remove_notification(curr, info);
			touch_state(inode);
		}
		return 0;
	}
	if (info->notify_owner)
		return -EBUSY;
	info->notify = *event;
	info->notify_sock = cookie->sk;
	info->notify_cookie = cookie->skb;
	cookie->skb = NULL;
	info->notify_self_exec_id = curr->self_exec_id;
	info->notify_owner = task_tgid(curr);
	get_pid(info->notify_owner);
	touch_state(inode);
	return 0;
}

int32_t do_mq_notify(struct task_struct *curr, int mqdes,
		     const struct mq_sigevent *event)
{
	struct mq_cookie cookie = {NULL, NULL};
	struct file *file;
	int err = 0;

	if (event && !good_event(event))
		return -EINVAL;
	if (event && event->notify == NOTIFY_BY_THREAD)
		err = get_cookie(curr, event, &cookie);
	if (err)
		return err;
	file = mq_fget(curr, mqdes, 0);
	err = (int)PTR_ERR(file);
	if (!IS_ERR(file)) {
		err = set_notify(curr, file->f_inode, event, &cookie);
		fput(curr, file);
	}
	if (cookie.skb)
		netlink_detachskb(curr, cookie.sk, cookie.skb);
	return err;
}

/* ---- mq_getsetattr ---------------------------------------------------------- */

int32_t do_mq_getsetattr(struct task_struct *curr, int mqdes,
			 const struct mq_attr_arm *new, struct mq_attr_arm *old)
{
	struct file *file;

	if (new &&new->flags &(int32_t)~O_NONBLOCK)
		return -EINVAL;
	file = mq_fget(curr, mqdes, 0);
	if (IS_ERR(file))
		return (int32_t)PTR_ERR(file);
	*old = MQUEUE_I(file->f_inode)->attr;
	old->flags = (int32_t)(file->f_flags & O_NONBLOCK);
	if (new) {
		file->f_flags &= ~O_NONBLOCK;
		file->f_flags |= (uint32_t) new->flags;
		touch_state(file->f_inode);
	}
	fput(curr, file);
	return 0;
}
