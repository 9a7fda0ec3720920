/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/af_unix.h"

/*
 * Messages between sockets of one machine (Linux: the sendmsg and recvmsg
 * halves of net/unix/af_unix.c). A message goes from the sender's hands right
 * into the receiver's queue, and weighs on the sender until it has been read.
 *
 * Order: all that may sleep or fail is done with the message in hand; then,
 * without sleeping, the receiver is looked at and the message queued.
 *
 * MODEL: MSG_OOB is EOPNOTSUPP, for streams too.
 */

#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

/* What of a message lies in one piece; the rest in pages. */
#define SKB_MAX_HEAD  (PAGE_SIZE - SKB_SHARED_INFO)
#define SKB_MAX_ALLOC ((PAGE_SIZE << 2) - SKB_SHARED_INFO)
#define FRAGS_BYTES   32768u

/* ---- what comes with it --------------------------------------------------------- */

static int unix_scm_to_skb(struct task_struct *curr,
			   const struct scm_cookie *scm, struct sk_buff *skb,
			   bool send_fds)
{
	if (scm->pid)
		get_pid(scm->pid);
	skb->cb.pid = scm->pid;
	skb->cb.uid = scm->creds.uid;
	skb->cb.gid = scm->creds.gid;
	return scm->fp && send_fds ? unix_attach_fds(curr, scm->fp, skb) : 0;
}

/* Who wants to know who sent it is told, whether it was said or not. */
static void maybe_add_creds(struct task_struct *curr, struct sk_buff *skb,
			    const struct sock *sk, const struct sock *other)
{
	struct pid *pid;

	if (skb->cb.pid || !(sk->passcred || !other->socket || other->passcred))
		return;
	pid = find_pid(curr->k, curr->tgid);
	if (pid)
		get_pid(pid);
	skb->cb.pid = pid;
	skb->cb.uid = curr->cred.uid;
	skb->cb.gid = curr->cred.gid;
}

static void scm_set_cred(struct scm_cookie *scm, const struct sk_buff *skb)
{
	scm->pid = skb->cb.pid;
	if (scm->pid)
		get_pid(scm->pid);
	scm->creds.uid = skb->cb.uid;
	scm->creds.gid = skb->cb.gid;
}

static bool skb_scm_eq(const struct sk_buff *skb, const struct scm_cookie *scm)
{
	return skb->cb.pid == scm->pid && skb->cb.uid == scm->creds.uid &&
	       skb->cb.gid == scm->creds.gid;
}

/* The sender's name, as far as it has one. */
static void unix_copy_addr(struct msghdr *msg, const struct sk_buff *skb)
{
	const struct unix_address *addr = unix_sk(skb->owner)->addr;

	if (!addr)
		return;
	msg->namelen = addr->len;
	memcpy(msg->name, addr->name, (uint32_t)addr->len);
}

/* Files of a message that is taken or, @peek, looked at. */
static void take_fds(struct task_struct *curr, struct sk_buff *skb,
		     struct scm_cookie *scm, bool peek)
{
	if (!skb->cb.fp || scm->fp)
		return;
	scm->fp = peek ? scm_fp_dup(curr, skb->cb.fp)
		       : unix_detach_fds(curr, skb);
}

static struct scm_cookie no_scm(void)
{
	return (struct scm_cookie){
		.creds = {.uid = UINT32_MAX, .gid = UINT32_MAX}};
}

/* ---- streams: sending -------------------------------------------------------------- */

/* One message with @from's next bytes, with what comes along; ERR_PTR. */
static struct sk_buff *stream_skb(struct task_struct *curr, struct sock *sk,
				  struct msghdr *msg,
				  const struct scm_cookie *scm, bool send_fds)
{
	uint32_t size = msg->iter.count, linear;
	struct sk_buff *skb;
	int err;

	if (size > sk->sndbuf / 2 - 64)
		size = sk->sndbuf / 2 - 64;
	if (size > SKB_MAX_HEAD + FRAGS_BYTES)
		size = SKB_MAX_HEAD + FRAGS_BYTES;
	linear = size;
	if (size > SKB_MAX_HEAD) {
		/* whole pages, and what is over in front of them */
		const uint32_t paged = (size - SKB_MAX_HEAD + PAGE_SIZE - 1) &
				       ~(uint32_t)(PAGE_SIZE - 1);

		linear = paged < size ? size - paged : 0;
	}
	skb = sock_alloc_send_skb(curr, sk, linear, size,
				  msg->flags & MSG_DONTWAIT);
	if (IS_ERR(skb))
		return skb;
	err = unix_scm_to_skb(curr, scm, skb, send_fds);
	if (!err)
		err = skb_copy_from_iter(curr, skb, &msg->iter, size);
	if (!err)
		return skb;
	kfree_skb(curr, skb);
	return ERR_PTR(err);
}

static int32_t stream_send(struct task_struct *curr, struct sock *sk,
			   struct msghdr *msg, const struct scm_cookie *scm)
{
	struct sock *other = unix_peer(sk);
	int32_t sent = 0, err = 0;

	if (msg->name && msg->namelen)
		return sk->state == TCP_ESTABLISHED ? -EISCONN : -EOPNOTSUPP;
	if (!other)
		return -ENOTCONN;
	if (sk->shutdown & SEND_SHUTDOWN)
		return sk_pipe_error(curr, msg->flags);
	while (msg->iter.count && !err) {
		struct sk_buff *skb = stream_skb(curr, sk, msg, scm, !sent);

		if (IS_ERR(skb)) {
			err = (int)PTR_ERR(skb);
			if (err == -EPIPE && !sent)
				sk_pipe_error(curr, msg->flags);
		} else if (other->dead || other->shutdown & RCV_SHUTDOWN) {
			kfree_skb(curr, skb);
			err = sent ? -EPIPE : sk_pipe_error(curr, msg->flags);
		} else {
			sent += (int32_t)skb->len;
			maybe_add_creds(curr, skb, sk, other);
			skb_queue_tail(&other->receive_queue, skb);
			sk_data_ready(curr, other);
		}
	}
	return sent ? sent : err;
}

int32_t unix_stream_sendmsg(struct task_struct *curr, struct socket *sock,
			    struct msghdr *msg, uint32_t n)
{
	struct scm_cookie scm;
	int32_t sent;

	(void)n;
	wait_for_unix_gc(curr);
	sent = scm_send(curr, sock->sk, msg, &scm, false);
	if (sent)
		return sent;
	sent = msg->flags & MSG_OOB ? -EOPNOTSUPP
				    : stream_send(curr, sock->sk, msg, &scm);
	scm_destroy(curr, &scm);
	return sent;
}

/* ---- streams: receiving ------------------------------------------------------------ */

/* One recvmsg() while it lasts. */
struct stream_read {
	struct sock *sk;
	struct msghdr *msg;
	struct scm_cookie scm;
	uint32_t flags, size;
	uint32_t start, peeked; /* peeked at before this call, and by it */
	uint32_t skip; /* in the present message */
	int32_t copied;
	bool check_creds, done;
};

/* The first message with bytes behind what is skipped; NULL: none. */
static struct sk_buff *stream_next(struct stream_read *r)
{
	struct sk_buff *skb;
	uint32_t skip = r->skip;

	list_for_each_entry(skb, &r->sk->receive_queue.list, list) {
		if (skip < skb_left(skb)) {
			r->skip = skip;
			return skb;
		}
		skip -= skb_left(skb);
	}
	return NULL;
}

/* Bytes of one writer, or one credential, at a time. False: not this one. */
static bool stream_same_sender(struct stream_read *r, const struct sk_buff *skb)
{
	if (r->check_creds)
		return skb_scm_eq(skb, &r->scm);
	if (r->sk->passcred) {
		scm_set_cred(&r->scm, skb);
		r->check_creds = true;
	}
	return true;
}

static void stream_consume(struct task_struct *curr, struct stream_read *r,
			   struct sk_buff *skb, uint32_t n)
{
	struct sock *sk = r->sk;

	skb->consumed += n;
	if (sk->peek_off >= 0)
		sk->peek_off = sk->peek_off > (int32_t)n
				       ? sk->peek_off - (int32_t)n
				       : 0;
	take_fds(curr, skb, &r->scm, false);
	if (skb_left(skb)) {
		r->done = true;
		return;
	}
	skb_unlink(&sk->receive_queue, skb);
	kfree_skb(curr, skb);
	r->done = r->scm.fp;
}

/* Takes from the messages that are there. With the iolock. */
static void stream_take(struct task_struct *curr, struct stream_read *r,
			struct sk_buff *skb)
{
	const uint32_t left = skb_left(skb) - r->skip;
	const uint32_t n = left < r->size ? left : r->size;
	int err;

	if (!stream_same_sender(r, skb)) {
		r->done = true;
		return;
	}
	if (r->msg->name && !r->msg->namelen)
		unix_copy_addr(r->msg, skb);
	skb_get(skb);
	err = skb_copy_to_iter(curr, skb, skb->consumed + r->skip,
			       &r->msg->iter, n);
	if (err) {
		if (!r->copied)
			r->copied = err;
		r->done = true;
		kfree_skb(curr, skb);
		return;
	}
	r->copied += (int32_t)n;
	r->size -= n;
	kfree_skb(curr, skb);
	if (!(r->flags & MSG_PEEK)) {
		stream_consume(curr, r, skb, n);
		return;
	}
	take_fds(curr, skb, &r->scm, true);
	if (r->sk->peek_off >= 0)
		r->sk->peek_off += (int32_t)n;
	r->done = skb->cb.fp;
	r->peeked += n;
}

/* Nothing is there: 1: that is all, 0: look again, or -errno. */
static int stream_wait(struct task_struct *curr, struct stream_read *r,
		       uint32_t target, uint64_t deadline)
{
	struct sock *sk = r->sk;
	const uint32_t qlen = sk->receive_queue.qlen;
	int err;

	if (r->copied >= (int32_t)target)
		return 1;
	err = sock_error(sk);
	if (err)
		return err;
	if (sk->shutdown & RCV_SHUTDOWN)
		return 1;
	if (!deadline)
		return -EAGAIN;
	up_write(curr, &unix_sk(sk)->iolock);
	err = sk_wait_event(curr, sk, deadline,
			    sk->receive_queue.qlen != qlen || sk->err ||
				    sk->shutdown & RCV_SHUTDOWN);
	down_write(curr, &unix_sk(sk)->iolock);
	return err;
}

/* What ended it, beside what was copied. */
static int32_t stream_read_all(struct task_struct *curr, struct stream_read *r)
{
	const uint64_t deadline = sock_deadline(curr, r->sk->rcvtimeo,
						r->flags & MSG_DONTWAIT);
	const uint32_t low = (uint32_t)r->sk->rcvlowat;
	uint32_t target = r->flags & MSG_WAITALL ? r->size
			  : low < r->size        ? low
						 : r->size;
	int err;

	if (!target)
		target = 1;
	do {
		struct sk_buff *skb;

		/* a peek goes on where its last piece ended */
		r->skip = r->start + r->peeked;
		skb = stream_next(r);
		if (skb) {
			stream_take(curr, r, skb);
			continue;
		}
		err = stream_wait(curr, r, target, deadline);
		if (err)
			return err < 0 ? err : 0;
	} while (r->size && !r->done);
	return 0;
}

int32_t unix_stream_recvmsg(struct task_struct *curr, struct socket *sock,
			    struct msghdr *msg, uint32_t n, uint32_t flags)
{
	struct sock *sk = sock->sk;
	struct stream_read r = {
		.sk = sk,
		.msg = msg,
		.scm = no_scm(),
		.flags = flags,
		.size = n,
	};
	int32_t err;

	if (sk->state != TCP_ESTABLISHED)
		return -EINVAL;
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	down_write(curr, &unix_sk(sk)->iolock);
	if (flags & MSG_PEEK && sk->peek_off > 0)
		r.start = (uint32_t)sk->peek_off;
	err = stream_read_all(curr, &r);
	up_write(curr, &unix_sk(sk)->iolock);
	scm_recv(curr, sk, msg, &r.scm, flags);
	return r.copied ? r.copied : err;
}

/* ---- datagrams: sending ------------------------------------------------------------ */

/* Whom the message is for, with a reference; ERR_PTR. */
static struct sock *dgram_target(struct task_struct *curr, struct sock *sk,
				 const struct msghdr *msg)
{
	struct sock *other = unix_peer(sk);

	if (msg->name && msg->namelen)
		return unix_find_other(curr, msg->name, msg->namelen, sk->type);
	if (!other)
		return ERR_PTR(-ENOTCONN);
	sock_hold(other);
	return other;
}

/* @other is gone. 0: look for another, or -errno. */
static int dgram_dead(struct task_struct *curr, struct sock *sk,
		      struct sock *other, const struct msghdr *msg)
{
	if (sk->type != SOCK_SEQPACKET && unix_peer(sk) == other) {
		unix_sk(sk)->peer = NULL;
		sk->state = TCP_CLOSE;
		unix_dgram_disconnected(curr, sk, other);
		sock_put(curr, other);
		return -ECONNREFUSED;
	}
	return msg->name && msg->namelen ? 0 : -ECONNRESET;
}

/* May @sk put something in @other's queue now? 1: yes, 0: ask anew. */
static int dgram_may_queue(struct task_struct *curr, struct sock *sk,
			   struct sock *other, const struct msghdr *msg,
			   uint64_t deadline)
{
	if (!unix_may_send(sk, other))
		return -EPERM;
	if (other->dead)
		return dgram_dead(curr, sk, other, msg);
	if (other->shutdown & RCV_SHUTDOWN)
		return -EPIPE;
	if (other != sk && unix_peer(other) != sk && unix_recvq_full(other))
		return unix_wait_for_peer(curr, other, deadline);
	return 1;
}

/* Hands @skb over, when there is room. 0 or -errno. */
static int dgram_queue(struct task_struct *curr, struct sock *sk,
		       struct msghdr *msg, struct sk_buff *skb)
{
	const uint64_t deadline = sock_deadline(curr, sk->sndtimeo,
						msg->flags & MSG_DONTWAIT);
	int ready;

	do {
		struct sock *other = dgram_target(curr, sk, msg);

		if (IS_ERR(other))
			return (int)PTR_ERR(other);
		ready = dgram_may_queue(curr, sk, other, msg, deadline);
		if (ready == 1) {
			maybe_add_creds(curr, skb, sk, other);
			skb_queue_tail(&other->receive_queue, skb);
			sk_data_ready(curr, other);
		}
		sock_put(curr, other);
	} while (!ready);
	return ready < 0 ? ready : 0;
}

static int32_t dgram_send(struct task_struct *curr, struct sock *sk,
			  struct msghdr *msg, uint32_t n,
			  const struct scm_cookie *scm)
{
	struct sk_buff *skb;
	int err = 0;

	if (msg->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (msg->name && msg->namelen)
		err = unix_validate_addr(msg->name, msg->namelen);
	else if (!unix_peer(sk))
		err = -ENOTCONN;
	if (!err && sk->passcred)
		err = unix_autobind(curr, sk);
	if (err)
		return err;
	if (n > sk->sndbuf - 32)
		return -EMSGSIZE;
	skb = sock_alloc_send_skb(curr, sk, SKB_MAX_ALLOC, n,
				  msg->flags & MSG_DONTWAIT);
	if (IS_ERR(skb))
		return (int)PTR_ERR(skb);
	err = unix_scm_to_skb(curr, scm, skb, true);
	if (!err)
		err = skb_copy_from_iter(curr, skb, &msg->iter, n);
	if (!err)
		err = dgram_queue(curr, sk, msg, skb);
	if (err)
		kfree_skb(curr, skb);
	return err ? err : (int32_t)n;
}

int32_t unix_dgram_sendmsg(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n)
{
	struct scm_cookie scm;
	int32_t sent;

	wait_for_unix_gc(curr);
	sent = scm_send(curr, sock->sk, msg, &scm, false);
	if (sent)
		return sent;
	sent = dgram_send(curr, sock->sk, msg, n, &scm);
	scm_destroy(curr, &scm);
	return sent;
}

int32_t unix_seqpacket_sendmsg(struct task_struct *curr, struct socket *sock,
			       struct msghdr *msg, uint32_t n)
{
	const int err = sock_error(sock->sk);

	if (err)
		return err;
	if (sock->sk->state != TCP_ESTABLISHED)
		return -ENOTCONN;
	msg->namelen = 0;
	return unix_dgram_sendmsg(curr, sock, msg, n);
}

/* ---- datagrams: receiving ---------------------------------------------------------- */

/* What @skb brings, to @msg: how much to say was read, or -errno. */
static int32_t dgram_deliver(struct task_struct *curr, struct sock *sk,
			     struct msghdr *msg, struct sk_buff *skb,
			     uint32_t n, uint32_t skip, uint32_t flags)
{
	const uint32_t left = skb->len - skip;
	struct scm_cookie scm = no_scm();
	int err;

	if (msg->name)
		unix_copy_addr(msg, skb);
	if (n > left)
		n = left;
	else if (n < left)
		msg->flags |= MSG_TRUNC;
	err = skb_copy_to_iter(curr, skb, skip, &msg->iter, n);
	if (err)
		return err;
	sock_recv_cmsgs(curr, sk, msg, skb);
	scm_set_cred(&scm, skb);
	take_fds(curr, skb, &scm, flags & MSG_PEEK);
	if (flags & MSG_PEEK && sk->peek_off >= 0)
		sk->peek_off += (int32_t)n;
	scm_recv(curr, sk, msg, &scm, flags);
	return (int32_t)(flags & MSG_TRUNC ? left : n);
}

int32_t unix_dgram_recvmsg(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n, uint32_t flags)
{
	struct sock *sk = sock->sk;
	struct sk_buff *skb;
	uint32_t skip;
	int32_t done;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	skb = skb_recv_datagram(curr, sk, flags, &skip);
	if (skb == ERR_PTR(-EAGAIN) && sk->type == SOCK_SEQPACKET &&
	    sk->shutdown & RCV_SHUTDOWN)
		return 0;
	if (IS_ERR_OR_NULL(skb))
		return (int)PTR_ERR(skb);
	unix_wake_senders(curr, sk);
	done = dgram_deliver(curr, sk, msg, skb, n, skip, flags);
	kfree_skb(curr, skb);
	return done;
}

int32_t unix_seqpacket_recvmsg(struct task_struct *curr, struct socket *sock,
			       struct msghdr *msg, uint32_t n, uint32_t flags)
{
	if (sock->sk->state != TCP_ESTABLISHED)
		return -ENOTCONN;
	return unix_dgram_recvmsg(curr, sock, msg, n, flags);
}
