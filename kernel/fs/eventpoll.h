/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_EVENTPOLL_H
#define KERNEL_FS_EVENTPOLL_H

/* Epoll (include/linux/eventpoll.h, include/uapi/linux/eventpoll.h). */

#include "kernel/fs/fs.h"
#include "kernel/lib/rbtree.h"

#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3

#define EPOLLEXCLUSIVE (1u << 28)
#define EPOLLWAKEUP    (1u << 29)
#define EPOLLONESHOT   (1u << 30)
#define EPOLLET        (1u << 31)

/* Instances that watch instances: so deep, and no deeper. */
#define EP_MAX_NESTS 4

/* As programs on ARM lay it out: 16 bytes, of which 4 are nothing. */
struct epoll_event {
	uint32_t events, unused;
	uint64_t data;
};

/* A file that an instance watches, under the number it was given by. */
struct epitem {
	struct rb_node rbn; /* ep->rbr, by file and number */
	struct list_head rdllink; /* ep->rdllist or ep->txlist; or empty */
	struct list_head fllink; /* file->f_ep */
	struct list_head pwqlist; /* struct eppoll_entry */
	struct eventpoll *ep;
	struct file *file;
	int fd;
	struct epoll_event event;
};

struct eventpoll {
	struct rw_semaphore mtx; /* over the tree, and over a transfer */
	struct wait_queue_head wq; /* who waits in epoll_wait() */
	struct wait_queue_head poll_wait; /* who polls the instance itself */
	struct list_head rdllist; /* perhaps ready, first come first told */
	struct list_head txlist; /* of these, what is being told now */
	bool scanning;
	struct rb_root rbr;
	struct file *file;
	uint32_t uid, nr_items; /* on whose account so many are */
	uint64_t gen; /* loop checks have been here, */
	int depth; /* and found so many levels */
	struct list_head instances;
};

/* ---- eventpoll.c ------------------------------------------------------- */

/*
 * The @toff-th file that @file, an epoll, watches by number @tfd; no reference.
 * ERR_PTR: -EINVAL, -ENOENT.
 */
const struct file *get_epoll_tfile_raw_ptr(const struct file *file, int tfd,
					   uint32_t toff);
int32_t do_epoll_create(struct task_struct *curr, uint32_t flags);
int32_t do_epoll_ctl(struct task_struct *curr, int epfd, int op, int fd,
		     struct epoll_event *event);
/* Until virtual cycle @expires: 0 at once, UINT64_MAX never. */
int32_t do_epoll_wait(struct task_struct *curr, int epfd, vaddr_t uevents,
		      int maxevents, uint64_t expires);

/* ---- eventpoll_loop.c: instances that watch each other ----------------- */

/* May @ep watch @to? 0, or -ELOOP: it would be watched by itself, or too deep */
int ep_loop_check(struct kernel *k, struct eventpoll *ep, struct eventpoll *to);
/* Not too many ways lead from @file, just added, to who waits? 0, -EINVAL. */
int ep_path_check(struct kernel *k, struct file *file);

#endif
