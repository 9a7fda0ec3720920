/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/eventpoll.h"

/*
 * Epoll (Linux: fs/eventpoll.c). An instance keeps the files it watches in a
 * tree. Each item stands in the wait queues of its file with a function in
 * place of a task: when the file wakes its queue, the item gets onto the list
 * of those that may be ready, and who sleeps in epoll_wait() wakes. There each
 * item of the list is polled: level-triggered ones that are ready go to the
 * list's end again, so that the next call looks at them anew; edge-triggered
 * ones stay off it until the next wake-up.
 *
 * A transfer to the program may sleep. Meanwhile what it has yet to tell is on
 * txlist, and ep->mtx keeps items from being removed.
 *
 * Invariant: an item is in ep->rbr, in file->f_ep, and holds no reference to
 * its file: the file's last fput() removes it.
 *
 * Linux's eight bytes for each file that is watched (ep_head) aren't charged,
 * and EPOLLWAKEUP means nothing on a machine that is never suspended.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define ARM_SIZEOF_EVENTPOLL    104
#define ARM_SIZEOF_EPITEM       72
#define ARM_SIZEOF_EPPOLL_ENTRY 32
#define EP_MAX_EVENTS           (INT32_MAX / (int)sizeof(struct epoll_event))

#define EP_PRIVATE_BITS (EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE)
#define EPOLLINOUT_BITS (POLLIN | POLLOUT)
#define EPOLLEXCLUSIVE_OK_BITS                                         \
	(EPOLLINOUT_BITS | POLLERR | POLLHUP | EPOLLWAKEUP | EPOLLET | \
	 EPOLLEXCLUSIVE)

/* An item's place in one queue of its file. */
struct eppoll_entry {
	struct wait_queue_entry wait;
	struct wait_queue_head *whead; /* NULL: that has gone */
	struct epitem *base;
	struct list_head link; /* base->pwqlist */
};

/* For ->poll() of a file that is being added. */
struct ep_pqueue {
	struct poll_table pt;
	struct epitem *epi; /* NULL: no memory for one of its queues */
};

static const struct file_operations eventpoll_fops;

bool is_file_epoll(const struct file *file)
{
	return file->f_op == &eventpoll_fops;
}

static struct eventpoll_state *ep_state(struct task_struct *curr)
{
	return &curr->k->vfs.eventpoll;
}

/* 4% of low memory, in items with one queue each. */
void eventpoll_init(struct kernel *k)
{
	struct eventpoll_state *state = &k->vfs.eventpoll;
	const uint64_t low = k->mem.totalram_pages - k->mem.totalhigh_pages;

	state->max_user_watches =
		(int32_t)((low / 25 << PAGE_SHIFT) /
			  (ARM_SIZEOF_EPITEM + ARM_SIZEOF_EPPOLL_ENTRY));
	INIT_LIST_HEAD(&state->instances);
	init_rwsem(&state->mutex);
}

/* The caches come with the first instance. 0 or -ENOMEM. */
static int ep_caches(struct task_struct *curr)
{
	struct eventpoll_state *state = ep_state(curr);

	if (!state->epi_cache)
		state->epi_cache = kmem_cache_create(curr, "eventpoll_epi",
						     ARM_SIZEOF_EPITEM,
						     sizeof(struct epitem), 0,
						     SLAB_HWCACHE_ALIGN, NULL);
	if (state->epi_cache && !state->pwq_cache)
		state->pwq_cache = kmem_cache_create(
			curr, "eventpoll_pwq", ARM_SIZEOF_EPPOLL_ENTRY,
			sizeof(struct eppoll_entry), 0, 0, NULL);
	return state->pwq_cache ? 0 : -ENOMEM;
}

/* ---- what is ready ------------------------------------------------------- */

static bool ep_is_linked(const struct epitem *epi)
{
	return !list_empty(&epi->rdllink);
}

static bool ep_events_available(const struct eventpoll *ep)
{
	return !list_empty(&ep->rdllist) || ep->scanning;
}

static bool somebody_in(const struct wait_queue_head *wq)
{
	return !list_empty(&wq->head);
}

static void ep_ready(struct task_struct *curr, struct epitem *epi)
{
	struct eventpoll *ep = epi->ep;

	if (!ep_is_linked(epi))
		list_add_tail(&epi->rdllink, &ep->rdllist);
	if (somebody_in(&ep->wq))
		wake_up(curr, &ep->wq);
	if (somebody_in(&ep->poll_wait))
		wake_up_poll(curr, &ep->poll_wait, POLLIN);
}

/* Of an exclusive item: was this wake-up what it waits for? */
static bool takes_event(const struct epitem *epi, uint32_t key)
{
	switch (key & EPOLLINOUT_BITS) {
	case POLLIN:
		return epi->event.events & POLLIN;
	case POLLOUT:
		return epi->event.events & POLLOUT;
	default:
		return !(key & EPOLLINOUT_BITS);
	}
}

/* A file wakes its queue. True: an exclusive wake-up may end here. */
static bool ep_poll_callback(struct task_struct *curr,
			     struct wait_queue_entry *wait, uint32_t key)
{
	struct eppoll_entry *pwq = container_of(wait, struct eppoll_entry,
						wait);
	struct epitem *epi = pwq->base;
	const uint32_t events = epi->event.events;
	bool used = false;

	if (events & ~EP_PRIVATE_BITS && (!key || key & events)) {
		if (somebody_in(&epi->ep->wq) && !(key & POLLFREE))
			used = takes_event(epi, key);
		ep_ready(curr, epi);
	}
	if (key & POLLFREE) {
		list_del_init(&wait->entry);
		pwq->whead = NULL;
	}
	return used || !(events & EPOLLEXCLUSIVE);
}

static bool ep_poll_ready(struct task_struct *curr, struct eventpoll *ep);

/* What of that which @epi asks for its file has now. Never sleeps. */
static uint32_t ep_item_poll(struct task_struct *curr, const struct epitem *epi,
			     struct poll_table *pt)
{
	struct file *file = epi->file;
	uint32_t mask;

	if (!is_file_epoll(file) || (pt && pt->qproc))
		mask = file->f_op->poll(curr, file, pt);
	else
		mask = ep_poll_ready(curr, file->private_data)
			       ? POLLIN | POLLRDNORM
			       : 0;
	return mask & epi->event.events;
}

static bool list_ready(struct task_struct *curr, struct list_head *list)
{
	struct epitem *epi, *next;

	list_for_each_entry_safe(epi, next, list, rdllink) {
		if (ep_item_poll(curr, epi, NULL))
			return true;
		list_del_init(&epi->rdllink);
	}
	return false;
}

/* Would epoll_wait() have anything to tell? */
static bool ep_poll_ready(struct task_struct *curr, struct eventpoll *ep)
{
	return list_ready(curr, &ep->txlist) || list_ready(curr, &ep->rdllist);
}

static uint32_t ep_eventpoll_poll(struct task_struct *curr, struct file *file,
				  struct poll_table *table)
{
	struct eventpoll *ep = file->private_data;

	poll_wait(curr, &ep->poll_wait, table);
	return ep_poll_ready(curr, ep) ? POLLIN | POLLRDNORM : 0;
}

/* ---- items --------------------------------------------------------------- */

static void ep_ptable_queue_proc(struct task_struct *curr,
				 struct wait_queue_head *wq,
				 struct poll_table *table)
{
	struct ep_pqueue *epq = container_of(table, struct ep_pqueue, pt);
	struct epitem *epi = epq->epi;
	struct eppoll_entry *pwq;

	if (!epi) /* an earlier queue had no memory */
		return;
	pwq = kmem_cache_zalloc(curr, ep_state(curr)->pwq_cache, GFP_KERNEL);
	if (!pwq) {
		epq->epi = NULL;
		return;
	}
	pwq->wait.func = ep_poll_callback;
	pwq->wait.exclusive = epi->event.events & EPOLLEXCLUSIVE;
	pwq->whead = wq;
	pwq->base = epi;
	list_add(&pwq->link, &epi->pwqlist);
	add_wait_queue(wq, &pwq->wait);
}

static void ep_unregister_pollwait(struct task_struct *curr, struct epitem *epi)
{
	struct eppoll_entry *pwq, *next;

	list_for_each_entry_safe(pwq, next, &epi->pwqlist, link) {
		list_del(&pwq->link);
		if (pwq->whead)
			list_del(&pwq->wait.entry);
		kmem_cache_free(curr, ep_state(curr)->pwq_cache, pwq);
	}
}

/* ep->mtx held. */
static void ep_remove(struct task_struct *curr, struct epitem *epi)
{
	struct eventpoll *ep = epi->ep;

	ep_unregister_pollwait(curr, epi);
	list_del(&epi->fllink);
	rb_erase(&epi->rbn, &ep->rbr);
	if (ep_is_linked(epi))
		list_del(&epi->rdllink);
	ep->nr_items--;
	kmem_cache_free(curr, ep_state(curr)->epi_cache, epi);
}

/* Files in the order of their places in the kernel's memory, then numbers. */
static int ep_cmp(const struct file *file, int fd, const struct epitem *epi)
{
	if (file != epi->file)
		return file < epi->file ? -1 : 1;
	return fd < epi->fd ? -1 : fd > epi->fd;
}

static struct epitem *ep_find(const struct eventpoll *ep,
			      const struct file *file, int fd)
{
	struct rb_node *node = ep->rbr.rb_node;

	while (node) {
		struct epitem *epi = rb_entry(node, struct epitem, rbn);
		const int order = ep_cmp(file, fd, epi);

		if (!order)
			return epi;
		node = order < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}

const struct file *get_epoll_tfile_raw_ptr(const struct file *file, int tfd,
					   uint32_t toff)
{
	const struct eventpoll *ep = file->private_data;
	struct rb_node *node;

	if (!is_file_epoll(file))
		return ERR_PTR(-EINVAL);
	for (node = rb_first(&ep->rbr); node; node = rb_next(node)) {
		const struct epitem *epi = rb_entry(node, struct epitem, rbn);

		if (epi->fd == tfd && !toff--)
			return epi->file;
	}
	return ERR_PTR(-ENOENT);
}

static void ep_rbtree_insert(struct eventpoll *ep, struct epitem *epi)
{
	struct rb_node **link = &ep->rbr.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		if (ep_cmp(epi->file, epi->fd,
			   rb_entry(parent, struct epitem, rbn)) < 0)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&epi->rbn, parent, link);
	rb_insert_color(&epi->rbn, &ep->rbr);
}

static uint32_t watches_of(struct task_struct *curr, uint32_t uid)
{
	const struct eventpoll *ep;
	uint32_t nr = 0;

	list_for_each_entry(ep, &ep_state(curr)->instances, instances)
		if (ep->uid == uid)
			nr += ep->nr_items;
	return nr;
}

static struct epitem *ep_new_item(struct task_struct *curr,
				  struct eventpoll *ep,
				  const struct epoll_event *event,
				  struct file *file, int fd)
{
	struct epitem *epi;

	if (watches_of(curr, ep->uid) >=
	    (uint32_t)ep_state(curr)->max_user_watches)
		return ERR_PTR(-ENOSPC);
	epi = kmem_cache_zalloc(curr, ep_state(curr)->epi_cache, GFP_KERNEL);
	if (!epi)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&epi->rdllink);
	INIT_LIST_HEAD(&epi->pwqlist);
	epi->ep = ep;
	epi->file = file;
	epi->fd = fd;
	epi->event = *event;
	list_add_tail(&epi->fllink, &file->f_ep);
	ep_rbtree_insert(ep, epi);
	ep->nr_items++;
	return epi;
}

/* ep->mtx held; @full_check: others may watch @ep, or be watched by @file. */
static int ep_insert(struct task_struct *curr, struct eventpoll *ep,
		     const struct epoll_event *event, struct file *file, int fd,
		     bool full_check)
{
	struct ep_pqueue epq = {.pt.qproc = ep_ptable_queue_proc};
	struct epitem *epi = ep_new_item(curr, ep, event, file, fd);
	int err = 0;

	if (IS_ERR(epi))
		return (int)PTR_ERR(epi);
	if (full_check)
		err = ep_path_check(curr->k, file);
	if (!err) {
		uint32_t ready;

		epq.epi = epi;
		ready = ep_item_poll(curr, epi, &epq.pt);
		if (!epq.epi)
			err = -ENOMEM;
		else if (ready && !ep_is_linked(epi))
			ep_ready(curr, epi);
	}
	if (err)
		ep_remove(curr, epi);
	return err;
}

static int ep_modify(struct task_struct *curr, struct epitem *epi,
		     const struct epoll_event *event)
{
	epi->event = *event;
	if (ep_item_poll(curr, epi, NULL) && !ep_is_linked(epi))
		ep_ready(curr, epi);
	return 0;
}

/* ---- epoll_ctl ----------------------------------------------------------- */

static int ep_ctl_item(struct task_struct *curr, struct eventpoll *ep, int op,
		       struct file *file, int fd, struct epoll_event *event,
		       bool full_check)
{
	struct epitem *epi = ep_find(ep, file, fd);

	switch (op) {
	case EPOLL_CTL_ADD:
		if (epi)
			return -EEXIST;
		event->events |= POLLERR | POLLHUP;
		return ep_insert(curr, ep, event, file, fd, full_check);
	case EPOLL_CTL_DEL:
		if (!epi)
			return -ENOENT;
		ep_remove(curr, epi);
		return 0;
	case EPOLL_CTL_MOD:
		if (!epi)
			return -ENOENT;
		if (epi->event.events & EPOLLEXCLUSIVE)
			return -EINVAL;
		event->events |= POLLERR | POLLHUP;
		return ep_modify(curr, epi, event);
	default:
		return -EINVAL;
	}
}

/* Is that a request that makes sense? */
static int ep_ctl_check(const struct file *epfile, int op,
			const struct file *file,
			const struct epoll_event *event)
{
	if (!file->f_op || !file->f_op->poll)
		return -EPERM;
	if (epfile == file || !is_file_epoll(epfile))
		return -EINVAL;
	if (op == EPOLL_CTL_DEL || !(event->events & EPOLLEXCLUSIVE))
		return 0;
	if (op == EPOLL_CTL_MOD)
		return -EINVAL;
	if (op == EPOLL_CTL_ADD &&
	    (is_file_epoll(file) || event->events & ~EPOLLEXCLUSIVE_OK_BITS))
		return -EINVAL;
	return 0;
}

static int ep_ctl_files(struct task_struct *curr, struct file *epfile, int op,
			struct file *file, int fd, struct epoll_event *event)
{
	struct rw_semaphore *mutex = &ep_state(curr)->mutex;
	struct eventpoll *ep = epfile->private_data;
	int err = ep_ctl_check(epfile, op, file, event);
	bool full_check;

	if (err)
		return err;
	full_check = op == EPOLL_CTL_ADD &&
		     (!list_empty(&epfile->f_ep) || is_file_epoll(file));
	if (full_check) {
		down_write(curr, mutex);
		if (is_file_epoll(file))
			err = ep_loop_check(curr->k, ep, file->private_data);
	}
	if (!err) {
		down_write(curr, &ep->mtx);
		err = ep_ctl_item(curr, ep, op, file, fd, event, full_check);
		up_write(curr, &ep->mtx);
	}
	if (full_check)
		up_write(curr, mutex);
	return err;
}

int32_t do_epoll_ctl(struct task_struct *curr, int epfd, int op, int fd,
		     struct epoll_event *event)
{
	struct file *epfile = fget(curr, epfd), *file;
	int err = -EBADF;

	if (!epfile)
		return -EBADF;
	file = fget(curr, fd);
	if (file) {
		event->events &= ~EPOLLWAKEUP;
		err = ep_ctl_files(curr, epfile, op, file, fd, event);
		fput(curr, file);
	}
	fput(curr, epfile);
	return err;
}

/* ---- epoll_wait ---------------------------------------------------------- */

/* The padding between them stays as it is. */
static int put_event(struct task_struct *curr, vaddr_t to, uint32_t events,
		     uint64_t data)
{
	if (put_user_u32(curr, events, to) ||
	    copy_to_user(curr, to + 8, &data, sizeof(data)))
		return -EFAULT;
	return 0;
}

/* Those of txlist. How many were told, or -EFAULT. */
static int32_t ep_send_list(struct task_struct *curr, struct eventpoll *ep,
			    vaddr_t uevents, int maxevents)
{
	int32_t nr = 0;

	while (nr < maxevents && !list_empty(&ep->txlist)) {
		struct epitem *epi = list_first_entry(&ep->txlist,
						      struct epitem, rdllink);
		uint32_t events;

		list_del_init(&epi->rdllink);
		events = ep_item_poll(curr, epi, NULL);
		if (!events)
			continue;
		if (put_event(curr, uevents + 16 * (uint32_t)nr, events,
			      epi->event.data)) {
			if (!ep_is_linked(epi))
				list_add(&epi->rdllink, &ep->txlist);
			return nr ? nr : -EFAULT;
		}
		nr++;
		if (epi->event.events & EPOLLONESHOT)
			epi->event.events &= EP_PRIVATE_BITS;
		else if (!(epi->event.events & EPOLLET) && !ep_is_linked(epi))
			list_add_tail(&epi->rdllink, &ep->rdllist);
	}
	return nr;
}

static int32_t ep_send_events(struct task_struct *curr, struct eventpoll *ep,
			      vaddr_t uevents, int maxevents)
{
	int32_t nr;

	if (fatal_signal_pending(curr))
		return -EINTR;
	down_write(curr, &ep->mtx);
	ep->scanning = true;
	list_splice_init(&ep->rdllist, &ep->txlist);
	nr = ep_send_list(curr, ep, uevents, maxevents);
	/* what there was no room for goes before what came meanwhile */
	list_splice_init(&ep->txlist, &ep->rdllist);
	ep->scanning = false;
	if (!list_empty(&ep->rdllist) && somebody_in(&ep->wq))
		wake_up(curr, &ep->wq);
	up_write(curr, &ep->mtx);
	return nr;
}

/* Sleeps. True: time is up, and nothing came at the last moment. */
static bool ep_sleep(struct task_struct *curr, struct eventpoll *ep,
		     uint64_t expires)
{
	struct wait_queue_entry wait = {.exclusive = true};
	bool timed_out = false;

	prepare_to_wait(curr, &ep->wq, &wait, TASK_INTERRUPTIBLE);
	if (!ep_events_available(ep))
		timed_out = !schedule_timeout_until(curr, expires);
	finish_wait(curr, &ep->wq, &wait);
	return timed_out;
}

static int32_t ep_poll(struct task_struct *curr, struct eventpoll *ep,
		       vaddr_t uevents, int maxevents, uint64_t expires)
{
	bool timed_out = !expires;
	int32_t nr;

	for (;;) {
		if (ep_events_available(ep)) {
			nr = ep_send_events(curr, ep, uevents, maxevents);
			if (nr)
				return nr;
		}
		if (timed_out)
			return 0;
		if (signal_pending(curr))
			return -EINTR;
		timed_out = ep_sleep(curr, ep, expires);
	}
}

int32_t do_epoll_wait(struct task_struct *curr, int epfd, vaddr_t uevents,
		      int maxevents, uint64_t expires)
{
	struct file *file;
	int32_t nr = -EINVAL;

	if (maxevents <= 0 || maxevents > EP_MAX_EVENTS)
		return -EINVAL;
	if (!access_ok(curr, uevents, (uint32_t)maxevents * 16))
		return -EFAULT;
	file = fget(curr, epfd);
	if (!file)
		return -EBADF;
	if (is_file_epoll(file))
		nr = ep_poll(curr, file->private_data, uevents, maxevents,
			     expires);
	fput(curr, file);
	return nr;
}

/* ---- instances ----------------------------------------------------------- */

static void ep_eventpoll_release(struct task_struct *curr, struct file *file)
{
	struct eventpoll_state *state = ep_state(curr);
	struct eventpoll *ep = file->private_data;
	struct rb_node *node;

	down_write(curr, &state->mutex);
	down_write(curr, &ep->mtx);
	while ((node = rb_first(&ep->rbr)))
		ep_remove(curr, rb_entry(node, struct epitem, rbn));
	up_write(curr, &ep->mtx);
	up_write(curr, &state->mutex);
	list_del(&ep->instances);
	kfree_obj(curr, ep);
}

/*
 * Items of @file are removed under the mutex that also keeps their instances
 * from going meanwhile.
 */
void eventpoll_release(struct task_struct *curr, struct file *file)
{
	struct rw_semaphore *mutex = &ep_state(curr)->mutex;

	if (list_empty(&file->f_ep))
		return;
	down_write(curr, mutex);
	while (!list_empty(&file->f_ep)) {
		struct epitem *epi = list_first_entry(&file->f_ep,
						      struct epitem, fllink);
		struct eventpoll *ep = epi->ep;

		down_write(curr, &ep->mtx);
		if (!list_empty(&file->f_ep) &&
		    list_first_entry(&file->f_ep, struct epitem, fllink) == epi)
			ep_remove(curr, epi);
		up_write(curr, &ep->mtx);
	}
	up_write(curr, mutex);
}

static void ep_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct eventpoll *ep = file->private_data;
	struct rb_node *node;

	down_write(m->curr, &ep->mtx);
	for (node = rb_first(&ep->rbr); node; node = rb_next(node)) {
		const struct epitem *epi = rb_entry(node, struct epitem, rbn);

		seq_printf(m,
			   "tfd: %8d events: %8x data: %16llx  pos:%lli "
			   "ino:%llx sdev:%x\n",
			   epi->fd, epi->event.events,
			   (unsigned long long)epi->event.data,
			   (long long)epi->file->f_pos,
			   (unsigned long long)epi->file->f_inode->i_ino,
			   file_dev(epi->file));
	}
	up_write(m->curr, &ep->mtx);
}

static const struct file_operations eventpoll_fops = {
	.llseek = noop_llseek,
	.poll = ep_eventpoll_poll,
	.release = ep_eventpoll_release,
	.show_fdinfo = ep_show_fdinfo,
};

static struct eventpoll *ep_alloc(struct task_struct *curr)
{
	struct eventpoll *ep;

	if (ep_caches(curr))
		return NULL;
	ep = kzalloc_obj(curr, ARM_SIZEOF_EVENTPOLL, sizeof(*ep), GFP_KERNEL);
	if (!ep)
		return NULL;
	init_rwsem(&ep->mtx);
	init_waitqueue_head(&ep->wq);
	init_waitqueue_head(&ep->poll_wait);
	INIT_LIST_HEAD(&ep->rdllist);
	INIT_LIST_HEAD(&ep->txlist);
	ep->uid = curr->cred.uid;
	list_add_tail(&ep->instances, &ep_state(curr)->instances);
	return ep;
}

int32_t do_epoll_create(struct task_struct *curr, uint32_t flags)
{
	struct eventpoll *ep;
	struct file *file;

	if (flags & ~O_CLOEXEC)
		return -EINVAL;
	ep = ep_alloc(curr);
	if (!ep)
		return -ENOMEM;
	file = anon_inode_getfile(curr, "[eventpoll]", &eventpoll_fops, ep,
				  O_RDWR);
	if (IS_ERR(file)) {
		list_del(&ep->instances);
		kfree_obj(curr, ep);
		return (int32_t)PTR_ERR(file);
	}
	ep->file = file;
	return fd_publish(curr, file, flags);
}
