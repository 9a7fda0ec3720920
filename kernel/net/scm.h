/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_SCM_H
#define KERNEL_NET_SCM_H

/* Control messages (include/net/scm.h). */

#include "kernel/net/skbuff.h"
#include "kernel/net/socket.h"

struct file;
struct pid;

/* Open files in a message, each with a reference. */
struct scm_fp_list {
	uint16_t count, max;
	uint32_t uid; /* who sent them: limits count by user */
	struct file *fp[];
};

/* What comes with a message. */
struct scm_cookie {
	struct pid *pid;
	struct ucred creds; /* pid 0: none given */
	struct scm_fp_list *fp;
};

/* A control message's header, as it lies in user memory. */
struct cmsghdr {
	uint32_t len;
	int32_t level, type;
};
#define CMSG_ALIGN(n) (((n) + 3u) & ~3u)
#define CMSG_LEN(n)   (CMSG_ALIGN((uint32_t)sizeof(struct cmsghdr)) + (n))

/*
 * The first message (@prev NULL) or the one behind it; NULL: no more. False
 * in *ok: lengths don't fit.
 */
const struct cmsghdr *cmsg_next(const struct msghdr *msg,
				const struct cmsghdr *prev, bool *ok);
#define for_each_cmsghdr(cmsg, msg, ok)                 \
	for ((cmsg) = cmsg_next(msg, NULL, ok); (cmsg); \
	     (cmsg) = cmsg_next(msg, cmsg, ok))
/* Is @name's level of interest? Reads what @msg brings to @scm. */
int scm_send(struct task_struct *curr, struct sock *sk,
	     const struct msghdr *msg, struct scm_cookie *scm,
	     bool force_creds);
void scm_destroy(struct task_struct *curr, struct scm_cookie *scm);
/* Credentials and files to the receiver; the rest is dropped. */
void scm_recv(struct task_struct *curr, struct sock *sk, struct msghdr *msg,
	      struct scm_cookie *scm, uint32_t flags);
/* One control message to user memory; MSG_CTRUNC where there is no room. */
void put_cmsg(struct task_struct *curr, struct msghdr *msg, int level, int type,
	      const void *data, uint32_t n);
struct scm_fp_list *scm_fp_dup(struct task_struct *curr,
			       const struct scm_fp_list *fpl);
void scm_fp_free(struct task_struct *curr, struct scm_fp_list *fpl);

#endif
