/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_IPC_MQUEUE_H
#define KERNEL_IPC_MQUEUE_H

/*
 * POSIX message queues (ipc/mqueue.c). Results are a value or -errno;
 * @expires is a cycle, UINT64_MAX: never.
 */

#include "kernel/fs/fs.h"
#include "kernel/ipc/ipc_namespace.h"

#define HARD_MSGMAX     65536
#define HARD_MSGSIZEMAX (16 * 1024 * 1024)
#define MIN_MSGMAX      1
#define MIN_MSGSIZEMAX  128

/* struct mq_attr, as programs have it */
struct mq_attr_arm {
	int32_t flags, maxmsg, msgsize, curmsgs;
	int32_t reserved[4];
};

/* struct sigevent, as far as mq_notify() looks at it */
struct mq_sigevent {
	uint32_t value, signo, notify;
};

void mq_init_ns(struct ipc_namespace *ns);
int32_t do_mq_open(struct task_struct *curr, vaddr_t uname, uint32_t oflag,
		   uint32_t mode, const struct mq_attr_arm *attr);
int32_t do_mq_unlink(struct task_struct *curr, vaddr_t uname);
int32_t do_mq_timedsend(struct task_struct *curr, int mqdes, vaddr_t umsg,
			uint32_t len, uint32_t prio, uint64_t expires);
int32_t do_mq_timedreceive(struct task_struct *curr, int mqdes, vaddr_t umsg,
			   uint32_t len, vaddr_t uprio, uint64_t expires);
/* @event NULL: no longer. */
int32_t do_mq_notify(struct task_struct *curr, int mqdes,
		     const struct mq_sigevent *event);
/* @new may be NULL; @old becomes what was. */
int32_t do_mq_getsetattr(struct task_struct *curr, int mqdes,
			 const struct mq_attr_arm *new,
			 struct mq_attr_arm *old);
/* mount(2): the one instance there is. ERR_PTR. */
struct super_block *mqueue_mount(struct task_struct *curr, const char *devname,
				 char *options);

#endif
