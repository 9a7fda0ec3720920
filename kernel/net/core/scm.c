/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/scm.h"

/*
 * Control messages of sockets (Linux: net/core/scm.c): descriptors and
 * credentials that travel with a message. What a program sends is checked
 * before anything is sent; what can't be delivered is dropped and the receiver
 * told by MSG_CTRUNC.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/mm/slab.h"
#include "kernel/net/sock.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

/* ---- going through them ------------------------------------------------ */

const struct cmsghdr *cmsg_next(const struct msghdr *msg,
				const struct cmsghdr *prev, bool *ok)
{
	const uint8_t *at = msg->control;
	const struct cmsghdr *cmsg;
	uint32_t left = msg->controllen;

	*ok = true;
	if (prev) {
		const uint32_t step = CMSG_ALIGN(prev->len);

		at = (const uint8_t *)prev;
		left -= (uint32_t)(at - msg->control);
		if (step > left)
			return NULL;
		at += step;
		left -= step;
	}
	if (!at || left < sizeof(*cmsg))
		return NULL;
	cmsg = (const struct cmsghdr *)at;
	*ok = cmsg->len >= sizeof(*cmsg) && cmsg->len <= left;
	return *ok ? cmsg : NULL;
}

void put_cmsg(struct task_struct *curr, struct msghdr *msg, int level, int type,
	      const void *data, uint32_t n)
{
	struct cmsghdr cmsg = {
		.len = CMSG_LEN(n), .level = level, .type = type};
	uint32_t step = CMSG_ALIGN(cmsg.len);

	if (!msg->ucontrol || msg->controllen < sizeof(cmsg)) {
		msg->flags |= MSG_CTRUNC;
		return;
	}
	if (msg->controllen < cmsg.len) {
		msg->flags |= MSG_CTRUNC;
		cmsg.len = msg->controllen;
	}
	if (copy_to_user(curr, msg->ucontrol, &cmsg, sizeof(cmsg)) ||
	    copy_to_user(curr, msg->ucontrol + (uint32_t)sizeof(cmsg), data,
			 cmsg.len - (uint32_t)sizeof(cmsg)))
		return;
	if (step > msg->controllen)
		step = msg->controllen;
	msg->ucontrol += step;
	msg->controllen -= step;
}

/* ---- descriptors ------------------------------------------------------- */

static uint32_t fp_list_bytes(uint32_t nr, uint32_t pointer)
{
	return 12 + nr * pointer;
}

static struct scm_fp_list *alloc_fp_list(struct task_struct *curr, uint32_t nr)
{
	struct scm_fp_list *fpl = kzalloc_obj(
		curr, fp_list_bytes(nr, 4),
		(uint32_t)sizeof(*fpl) + nr * (uint32_t)sizeof(struct file *),
		GFP_KERNEL);

	if (fpl) {
		fpl->max = (uint16_t)nr;
		fpl->uid = curr->cred.uid;
	}
	return fpl;
}

struct scm_fp_list *scm_fp_dup(struct task_struct *curr,
			       const struct scm_fp_list *fpl)
{
	struct scm_fp_list *dup = alloc_fp_list(curr, fpl->count);

	if (!dup)
		return NULL;
	for (; dup->count < fpl->count; dup->count++) {
		dup->fp[dup->count] = fpl->fp[dup->count];
		get_file(dup->fp[dup->count]);
	}
	dup->uid = fpl->uid;
	return dup;
}

void scm_fp_free(struct task_struct *curr, struct scm_fp_list *fpl)
{
	while (fpl->count)
		fput(curr, fpl->fp[--fpl->count]);
	kfree_obj(curr, fpl);
}

static int scm_fp_copy(struct task_struct *curr, const struct cmsghdr *cmsg,
		       struct scm_fp_list **fplp)
{
	const uint32_t n = (cmsg->len - (uint32_t)sizeof(*cmsg)) / 4;
	const int32_t *fds = (const int32_t *)(cmsg + 1);

	if (!n)
		return 0;
	if (n > SCM_MAX_FD)
		return -EINVAL;
	if (!*fplp)
		*fplp = alloc_fp_list(curr, SCM_MAX_FD);
	if (!*fplp)
		return -ENOMEM;
	if ((*fplp)->count + n > (*fplp)->max)
		return -EINVAL;
	for (uint32_t i = 0; i < n; i++) {
		struct file *file = fds[i] < 0 ? NULL : fget_raw(curr, fds[i]);

		if (!file)
			return -EBADF;
		(*fplp)->fp[(*fplp)->count++] = file;
	}
	return 0;
}

/* One file as a new descriptor, whose number goes to @to. 0 or -errno. */
static int receive_fd(struct task_struct *curr, struct file *file, vaddr_t to,
		      uint32_t flags)
{
	const int fd = get_unused_fd_flags(curr, flags);

	if (fd < 0)
		return fd;
	if (put_user_u32(curr, (uint32_t)fd, to)) {
		put_unused_fd(curr, (uint32_t)fd);
		return -EFAULT;
	}
	get_file(file);
	fd_install(curr, (uint32_t)fd, file);
	return 0;
}

static void scm_detach_fds(struct task_struct *curr, struct msghdr *msg,
			   struct scm_cookie *scm, uint32_t flags)
{
	const uint32_t head = (uint32_t)sizeof(struct cmsghdr);
	const uint32_t room = msg->controllen <= head
				      ? 0
				      : (msg->controllen - head) / 4;
	uint32_t max = scm->fp->count, n;

	if (max > room)
		max = room;
	for (n = 0; n < max; n++)
		if (receive_fd(curr, scm->fp->fp[n],
			       msg->ucontrol + head + n * 4,
			       flags & MSG_CMSG_CLOEXEC ? O_CLOEXEC : 0))
			break;
	if (n > 0) {
		const struct cmsghdr cmsg = {CMSG_LEN(n * 4), SOL_SOCKET,
					     SCM_RIGHTS};
		uint32_t step = CMSG_ALIGN(cmsg.len);

		if (!copy_to_user(curr, msg->ucontrol, &cmsg, sizeof(cmsg))) {
			if (step > msg->controllen)
				step = msg->controllen;
			msg->ucontrol += step;
			msg->controllen -= step;
		}
	}
	if (n < scm->fp->count)
		msg->flags |= MSG_CTRUNC;
}

/* ---- credentials ------------------------------------------------------- */

/* Whom may @curr claim to be? */
static int scm_check_creds(const struct task_struct *curr,
			   const struct ucred *creds)
{
	const struct cred *c = &curr->cred;
	const uint32_t uid = creds->uid, gid = creds->gid;

	if ((creds->pid == curr->tgid || capable(curr, CAP_SYS_ADMIN)) &&
	    (uid == c->uid || uid == c->euid || uid == c->suid ||
	     capable(curr, CAP_SETUID)) &&
	    (gid == c->gid || gid == c->egid || gid == c->sgid ||
	     capable(curr, CAP_SETGID)))
		return 0;
	return -EPERM;
}

static void scm_set_pid(struct task_struct *curr, struct scm_cookie *scm,
			struct pid *pid)
{
	get_pid(pid);
	if (scm->pid)
		put_pid(curr, scm->pid);
	scm->pid = pid;
}

static int scm_creds(struct task_struct *curr, const struct cmsghdr *cmsg,
		     struct scm_cookie *scm)
{
	struct ucred creds;
	struct pid *pid;
	int err;

	if (cmsg->len != CMSG_LEN(sizeof(creds)))
		return -EINVAL;
	memcpy(&creds, cmsg + 1, sizeof(creds));
	err = scm_check_creds(curr, &creds);
	if (err)
		return err;
	pid = find_pid(curr->k, creds.pid);
	if (!pid)
		return -ESRCH;
	if (creds.uid == UINT32_MAX || creds.gid == UINT32_MAX)
		return -EINVAL;
	scm_set_pid(curr, scm, pid);
	scm->creds = creds;
	return 0;
}

/* ---- the whole --------------------------------------------------------- */

static int scm_send_one(struct task_struct *curr, struct sock *sk,
			const struct cmsghdr *cmsg, struct scm_cookie *scm)
{
	switch (cmsg->type) {
	case SCM_RIGHTS:
		if (sk->family != AF_UNIX)
			return -EINVAL;
		return scm_fp_copy(curr, cmsg, &scm->fp);
	case SCM_CREDENTIALS:
		return scm_creds(curr, cmsg, scm);
	default:
		return -EINVAL;
	}
}

int scm_send(struct task_struct *curr, struct sock *sk,
	     const struct msghdr *msg, struct scm_cookie *scm, bool force_creds)
{
	const struct cmsghdr *cmsg;
	struct pid *pid;
	bool ok = true;
	int err = 0;

	*scm = (struct scm_cookie){
		.creds = {.uid = UINT32_MAX, .gid = UINT32_MAX}};
	pid = force_creds ? find_pid(curr->k, curr->tgid) : NULL;
	if (pid) {
		scm_set_pid(curr, scm, pid);
		scm->creds = (struct ucred){curr->tgid, curr->cred.uid,
					    curr->cred.gid};
	}
	for_each_cmsghdr(cmsg, msg, &ok)
	{
		if (cmsg->level == SOL_SOCKET)
			err = scm_send_one(curr, sk, cmsg, scm);
		if (err)
			break;
	}
	if (!err && !ok)
		err = -EINVAL;
	if (!err && scm->fp && !scm->fp->count) {
		kfree_obj(curr, scm->fp);
		scm->fp = NULL;
	}
	if (err)
		scm_destroy(curr, scm);
	return err;
}

void scm_destroy(struct task_struct *curr, struct scm_cookie *scm)
{
	if (scm->pid)
		put_pid(curr, scm->pid);
	scm->pid = NULL;
	if (scm->fp)
		scm_fp_free(curr, scm->fp);
	scm->fp = NULL;
}

void scm_recv(struct task_struct *curr, struct sock *sk, struct msghdr *msg,
	      struct scm_cookie *scm, uint32_t flags)
{
	struct ucred creds = scm->creds;

	if (!msg->ucontrol) {
		if (sk->passcred || scm->fp)
			msg->flags |= MSG_CTRUNC;
		scm_destroy(curr, scm);
		return;
	}
	if (sk->passcred) {
		creds.pid = scm->pid ? scm->pid->nr : 0;
		/* the overflow ids for who isn't known */
		if (creds.uid == UINT32_MAX)
			creds.uid = (uint32_t)curr->k->sysctl.overflowuid;
		if (creds.gid == UINT32_MAX)
			creds.gid = (uint32_t)curr->k->sysctl.overflowgid;
		put_cmsg(curr, msg, SOL_SOCKET, SCM_CREDENTIALS, &creds,
			 sizeof(creds));
	}
	if (scm->fp)
		scm_detach_fds(curr, msg, scm, flags);
	scm_destroy(curr, scm);
}
