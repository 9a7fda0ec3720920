/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/inotify.h"

/*
 * Inotify (Linux: fs/notify/inotify/, notification.c, mark.c). A group is one
 * descriptor of inotify_init(): its watches, by number, and the events that
 * nobody has read. A mark ties an inode to a group and holds the inode. An
 * event that says just what the last unread one says is dropped; of too many
 * the rest is lost, and one event tells so.
 *
 * Events are made without sleeping, so that no mark goes meanwhile; one for
 * which there is no memory is lost.
 *
 * MODEL: who watches a folder that is removed hears of it (IN_DELETE_SELF,
 * IN_IGNORED) only when names that were looked up in it and not found are
 * forgotten, too; its parent's watchers hear at once. IN_UNMOUNT never comes.
 *
 * Invariant: a mark is on its group's list and on its inode's, or freed.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fasync.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define ARM_SIZEOF_INOTIFY_GROUP 184
#define ARM_SIZEOF_INOTIFY_MARK  60
#define ARM_SIZEOF_INOTIFY_EVENT 28
#define FIONREAD                 0x541bu

#define INOTIFY_USER_MASK \
	(IN_ALL_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED | IN_ISDIR)
#define ALL_INOTIFY_BITS                                              \
	(IN_ALL_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED |    \
	 IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_ADD | \
	 IN_MASK_CREATE | IN_ISDIR | IN_ONESHOT)

struct inotify_group {
	struct list_head groups; /* fsnotify.groups */
	struct list_head marks, events;
	struct wait_queue_head notification_waitq;
	struct fasync_struct *fasync;
	uint32_t q_len, nr_marks, uid;
	int32_t last_wd;
};

struct inotify_mark {
	struct list_head g_list, i_list;
	struct inotify_group *group;
	struct inode *inode;
	uint32_t mask;
	int32_t wd;
};

struct inotify_event_info {
	struct list_head list;
	uint32_t mask, cookie, name_len;
	int32_t wd;
	char name[];
};

/* As programs see it; the name follows, filled up to a multiple of this. */
struct inotify_event {
	int32_t wd;
	uint32_t mask, cookie, len;
};

static const struct file_operations inotify_fops;

void fsnotify_init(struct kernel *k)
{
	struct vfs_state *vfs = &k->vfs;
	const uint64_t low = k->mem.totalram_pages - k->mem.totalhigh_pages;
	uint64_t watches = (low / 100 << PAGE_SHIFT) /
			   (ARM_SIZEOF_INOTIFY_MARK + 2 * 352);

	if (watches < 8192)
		watches = 8192;
	if (watches > 1048576)
		watches = 1048576;
	vfs->fsnotify.max_queued_events = 16384;
	vfs->fsnotify.max_user_instances = 128;
	vfs->fsnotify.max_user_watches = (int32_t)watches;
	INIT_LIST_HEAD(&vfs->fsnotify.groups);
}

/* ---- events ---------------------------------------------------------------- */

static uint32_t round_name_len(const struct inotify_event_info *event)
{
	const uint32_t unit = sizeof(struct inotify_event);

	return event->name_len ? (event->name_len + unit) / unit * unit : 0;
}

static bool same_event(const struct inotify_event_info *a,
		       const struct inotify_event_info *b)
{
	return a->mask == b->mask && a->wd == b->wd &&
	       a->name_len == b->name_len &&
	       !memcmp(a->name, b->name, a->name_len) &&
	       !(a->mask & IN_IGNORED);
}

static struct inotify_event_info *last_event(struct inotify_group *group)
{
	return list_empty(&group->events)
		       ? NULL
		       : list_last_entry(&group->events,
					 struct inotify_event_info, list);
}

static struct inotify_event_info *alloc_event(struct task_struct *curr,
					      uint32_t mask, const char *name,
					      uint32_t cookie, gfp_t gfp)
{
	const uint32_t len = name ? (uint32_t)strlen(name) : 0;
	struct inotify_event_info *event =
		kzalloc_obj(curr, ARM_SIZEOF_INOTIFY_EVENT + len + 1,
			    (uint32_t)sizeof(*event) + len + 1, gfp);

	if (!event)
		return NULL;
	event->mask = mask;
	event->cookie = cookie;
	event->name_len = len;
	if (len)
		memcpy(event->name, name, len);
	return event;
}

/* Takes the event over. */
static void queue_event(struct task_struct *curr, struct inotify_group *group,
			struct inotify_event_info *event)
{
	const struct inotify_event_info *last = last_event(group);
	const uint32_t most = (uint32_t)curr->k->vfs.fsnotify.max_queued_events;

	if (group->q_len > most || (last && same_event(last, event))) {
		kfree_obj(curr, event);
		return;
	}
	if (group->q_len == most) { /* this one's place tells of the loss */
		event->mask = IN_Q_OVERFLOW;
		event->wd = -1;
		event->name_len = event->cookie = 0;
	}
	group->q_len++;
	list_add_tail(&event->list, &group->events);
	wake_up_poll(curr, &group->notification_waitq, POLLIN);
	kill_fasync(curr, group->fasync, SIGIO, FASYNC_IN);
}

/* ---- marks ----------------------------------------------------------------- */

static struct inotify_mark *mark_by_wd(const struct inotify_group *group,
				       int32_t wd)
{
	struct inotify_mark *mark;

	list_for_each_entry(mark, &group->marks, g_list)
		if (mark->wd == wd)
			return mark;
	return NULL;
}

static struct inotify_mark *mark_of_inode(const struct inotify_group *group,
					  const struct inode *inode)
{
	struct inotify_mark *mark;

	list_for_each_entry(mark, &inode->i_marks, i_list)
		if (mark->group == group)
			return mark;
	return NULL;
}

static void free_mark(struct task_struct *curr, struct inotify_mark *mark)
{
	struct inode *inode = mark->inode;

	list_del(&mark->g_list);
	list_del(&mark->i_list);
	mark->group->nr_marks--;
	curr->k->vfs.fsnotify.nr_marks--;
	kfree_obj(curr, mark);
	iput(curr, inode);
}

/* The watch goes, and its group is told: IN_IGNORED. */
static void destroy_mark(struct task_struct *curr, struct inotify_mark *mark)
{
	struct inotify_group *group = mark->group;
	const int32_t wd = mark->wd;
	/* never sleeps: the mark must not go meanwhile */
	struct inotify_event_info *event = alloc_event(curr, IN_IGNORED, NULL,
						       0, GFP_ATOMIC);

	if (event) {
		event->wd = wd;
		queue_event(curr, group, event);
	}
	free_mark(curr, mark);
}

/* The next after *@at, which moves on, that wants one of @mask's bits. */
static struct inotify_mark *next_mark(const struct inode *inode, uint32_t mask,
				      uint32_t *at)
{
	struct inotify_mark *mark;
	uint32_t n = 0;

	list_for_each_entry(mark, &inode->i_marks, i_list) {
		if (n++ < *at)
			continue;
		++*at;
		if (mark->mask & mask & IN_ALL_EVENTS &&
		    !(mark->mask & IN_EXCL_UNLINK && mask & FS_UNLINKED))
			return mark;
	}
	return NULL;
}

void inotify_handle_event(struct task_struct *curr, struct inode *inode,
			  uint32_t mask, const char *name, uint32_t cookie)
{
	struct inotify_mark *mark;
	uint32_t at = 0;

	while ((mark = next_mark(inode, mask, &at))) {
		/* these have never said so */
		const uint32_t hidden = mask & (IN_DELETE_SELF | IN_MOVE_SELF)
						? IN_ISDIR
						: 0;
		struct inotify_event_info *event =
			alloc_event(curr, mask & ~(hidden | FS_UNLINKED), name,
				    cookie, GFP_ATOMIC);

		if (!event)
			continue;
		event->wd = mark->wd;
		queue_event(curr, mark->group, event);
		if (mark->mask & IN_ONESHOT) {
			destroy_mark(curr, mark);
			at--;
		}
	}
}

void inotify_forget_inode(struct task_struct *curr, struct inode *inode)
{
	while (!list_empty(&inode->i_marks))
		destroy_mark(curr,
			     list_first_entry(&inode->i_marks,
					      struct inotify_mark, i_list));
}

/* ---- the file -------------------------------------------------------------- */

static int copy_event(struct task_struct *curr, struct iov_iter *to,
		      const struct inotify_event_info *info)
{
	static const char zeros[sizeof(struct inotify_event)];
	const struct inotify_event event = {
		.wd = info->wd,
		.mask = info->mask & INOTIFY_USER_MASK,
		.cookie = info->cookie,
		.len = round_name_len(info),
	};
	const uint32_t pad = event.len - info->name_len;

	if (copy_to_iter(curr, to, &event, sizeof(event)) < sizeof(event) ||
	    copy_to_iter(curr, to, info->name, info->name_len) <
		    info->name_len ||
	    copy_to_iter(curr, to, zeros, pad) < pad)
		return -EFAULT;
	return 0;
}

/* As many as there is room for. Bytes, 0, or -errno. */
static int32_t read_events(struct task_struct *curr,
			   struct inotify_group *group, struct iov_iter *to)
{
	int32_t total = 0;

	while (!list_empty(&group->events)) {
		struct inotify_event_info *event = list_first_entry(
			&group->events, struct inotify_event_info, list);
		const uint32_t size = (uint32_t)sizeof(struct inotify_event) +
				      round_name_len(event);
		int err;

		if (size > to->count)
			return total ? total : -EINVAL;
		list_del(&event->list);
		group->q_len--;
		err = copy_event(curr, to, event);
		kfree_obj(curr, event);
		if (err)
			return err;
		total += (int32_t)size;
	}
	return total;
}

static int32_t inotify_read(struct task_struct *curr, struct file *file,
			    struct iov_iter *to, int64_t *pos)
{
	struct inotify_group *group = file->private_data;
	int32_t n;
	int err;

	(void)pos;
	for (;;) {
		n = read_events(curr, group, to);
		if (n)
			return n;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(curr, &group->notification_waitq,
					       !list_empty(&group->events));
		if (err)
			return err;
	}
}

static uint32_t inotify_poll(struct task_struct *curr, struct file *file,
			     struct poll_table *table)
{
	struct inotify_group *group = file->private_data;

	poll_wait(curr, &group->notification_waitq, table);
	return list_empty(&group->events) ? 0 : POLLIN | POLLRDNORM;
}

static int32_t inotify_ioctl(struct task_struct *curr, struct file *file,
			     uint32_t cmd, uint32_t arg)
{
	const struct inotify_group *group = file->private_data;
	const struct inotify_event_info *event;
	uint32_t nr_bytes = 0;

	if (cmd != FIONREAD)
		return -ENOTTY;
	list_for_each_entry(event, &group->events, list)
		nr_bytes += (uint32_t)sizeof(struct inotify_event) +
			    round_name_len(event);
	return put_user_u32(curr, nr_bytes, arg);
}

static void inotify_release(struct task_struct *curr, struct file *file)
{
	struct inotify_group *group = file->private_data;
	struct inotify_event_info *event, *next;

	while (!list_empty(&group->marks))
		free_mark(curr, list_first_entry(&group->marks,
						 struct inotify_mark, g_list));
	list_for_each_entry_safe(event, next, &group->events, list)
		kfree_obj(curr, event);
	list_del(&group->groups);
	kfree_obj(curr, group);
}

static void inotify_show_fdinfo(struct seq_file *m, struct file *file)
{
	const struct inotify_group *group = file->private_data;
	const struct inotify_mark *mark;

	list_for_each_entry(mark, &group->marks, g_list)
		seq_printf(m,
			   "inotify wd:%x ino:%llx sdev:%x mask:%x "
			   "ignored_mask:0 \n",
			   mark->wd, (unsigned long long)mark->inode->i_ino,
			   mark->inode->i_sb->s_dev,
			   mark->mask & (IN_ALL_EVENTS | IN_ONESHOT |
					 IN_EXCL_UNLINK));
}

static int inotify_fasync(struct task_struct *curr, int fd, struct file *file,
			  bool on)
{
	struct inotify_group *group = file->private_data;
	const int done = fasync_helper(curr, fd, file, on, &group->fasync);

	return done < 0 ? -EIO : 0;
}

static const struct file_operations inotify_fops = {
	.read_iter = inotify_read,
	.llseek = noop_llseek,
	.poll = inotify_poll,
	.ioctl = inotify_ioctl,
	.fasync = inotify_fasync,
	.release = inotify_release,
	.show_fdinfo = inotify_show_fdinfo,
};

/* ---- the calls ------------------------------------------------------------- */

int32_t do_inotify_init(struct task_struct *curr, uint32_t flags)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct inotify_group *group;
	int32_t nr = 0;
	struct file *file;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	list_for_each_entry(group, &vfs->fsnotify.groups, groups)
		nr += group->uid == curr->cred.uid;
	if (nr >= vfs->fsnotify.max_user_instances)
		return -EMFILE;
	group = kzalloc_obj(curr, ARM_SIZEOF_INOTIFY_GROUP, sizeof(*group),
			    GFP_KERNEL);
	if (!group)
		return -ENOMEM;
	INIT_LIST_HEAD(&group->marks);
	INIT_LIST_HEAD(&group->events);
	init_waitqueue_head(&group->notification_waitq);
	group->uid = curr->cred.uid;
	file = anon_inode_getfile(curr, "inotify", &inotify_fops, group,
				  O_RDONLY | flags);
	if (IS_ERR(file)) {
		kfree_obj(curr, group);
		return (int32_t)PTR_ERR(file);
	}
	list_add_tail(&group->groups, &vfs->fsnotify.groups);
	return fd_publish(curr, file, flags);
}

static bool may_watch_more(struct task_struct *curr,
			   const struct inotify_group *group)
{
	const struct inotify_group *other;
	uint32_t nr = 0;

	list_for_each_entry(other, &curr->k->vfs.fsnotify.groups, groups)
		if (other->uid == group->uid)
			nr += other->nr_marks;
	return nr < (uint32_t)curr->k->vfs.fsnotify.max_user_watches;
}

static int32_t new_watch(struct task_struct *curr, struct inotify_group *group,
			 struct inode *inode, uint32_t mask)
{
	struct inotify_mark *mark;

	if (!may_watch_more(curr, group))
		return -ENOSPC;
	mark = kzalloc_obj(curr, ARM_SIZEOF_INOTIFY_MARK, sizeof(*mark),
			   GFP_KERNEL);
	if (!mark)
		return -ENOMEM;
	ihold(inode);
	mark->group = group;
	mark->inode = inode;
	mark->mask = mask;
	mark->wd = ++group->last_wd;
	list_add_tail(&mark->g_list, &group->marks);
	list_add_tail(&mark->i_list, &inode->i_marks);
	group->nr_marks++;
	curr->k->vfs.fsnotify.nr_marks++;
	return mark->wd;
}

static int32_t update_watch(struct task_struct *curr,
			    struct inotify_group *group, struct inode *inode,
			    uint32_t arg)
{
	struct inotify_mark *mark = mark_of_inode(group, inode);
	const uint32_t mask = arg &
			      (IN_ALL_EVENTS | IN_ONESHOT | IN_EXCL_UNLINK);

	if (!mark)
		return new_watch(curr, group, inode, mask);
	if (arg & IN_MASK_CREATE)
		return -EEXIST;
	mark->mask = arg & IN_MASK_ADD ? mark->mask | mask : mask;
	return mark->wd;
}

static int32_t watch_path(struct task_struct *curr, struct inotify_group *group,
			  vaddr_t upath, uint32_t mask)
{
	struct dentry *dentry = user_path_at(
		curr, AT_FDCWD, upath,
		(mask & IN_DONT_FOLLOW ? 0 : LOOKUP_FOLLOW) |
			(mask & IN_ONLYDIR ? LOOKUP_DIRECTORY : 0));
	int32_t result;

	if (IS_ERR(dentry))
		return (int32_t)PTR_ERR(dentry);
	result = inode_permission(curr, dentry->d_inode, MAY_READ);
	if (!result)
		result = update_watch(curr, group, dentry->d_inode, mask);
	dput(curr, dentry);
	return result;
}

int32_t do_inotify_add_watch(struct task_struct *curr, int fd, vaddr_t upath,
			     uint32_t mask)
{
	struct file *file;
	int32_t result = -EINVAL;

	if (mask & ~ALL_INOTIFY_BITS || !(mask & ALL_INOTIFY_BITS))
		return -EINVAL;
	file = fget(curr, fd);
	if (!file)
		return -EBADF;
	if (!(mask & IN_MASK_ADD && mask & IN_MASK_CREATE) &&
	    file->f_op == &inotify_fops)
		result = watch_path(curr, file->private_data, upath, mask);
	fput(curr, file);
	return result;
}

int32_t do_inotify_rm_watch(struct task_struct *curr, int fd, int32_t wd)
{
	struct file *file = fget(curr, fd);
	struct inotify_mark *mark = NULL;

	if (!file)
		return -EBADF;
	if (file->f_op == &inotify_fops)
		mark = mark_by_wd(file->private_data, wd);
	if (mark)
		destroy_mark(curr, mark);
	fput(curr, file);
	return mark ? 0 : -EINVAL;
}
