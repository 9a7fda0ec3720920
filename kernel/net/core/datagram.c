/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/sock.h"

/*
 * Taking messages out of a socket's queue (Linux: net/core/datagram.c):
 * waiting for one, looking without taking, and SO_PEEK_OFF, by which one looks
 * further each time.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/fs/poll.h"
#include "kernel/net/scm.h"
#include "kernel/state.h"

/* The first that is longer than has been peeked at, which *@offset becomes. */
static struct sk_buff *peek_from_queue(struct sock *sk, uint32_t *offset)
{
	uint32_t off = sk->peek_off > 0 ? (uint32_t)sk->peek_off : 0;
	struct sk_buff *skb;

	list_for_each_entry(skb, &sk->receive_queue.list, list) {
		if (off && off >= skb->len) {
			off -= skb->len;
			continue;
		}
		*offset = off;
		skb_get(skb);
		return skb;
	}
	return NULL;
}

static struct sk_buff *try_recv(struct sock *sk, uint32_t flags,
				uint32_t *offset)
{
	struct sk_buff *skb;

	*offset = 0;
	if (flags & MSG_PEEK)
		return peek_from_queue(sk, offset);
	skb = skb_dequeue(&sk->receive_queue);
	if (skb && sk->peek_off >= 0)
		sk->peek_off = sk->peek_off > (int32_t)skb->len
				       ? sk->peek_off - (int32_t)skb->len
				       : 0;
	return skb;
}

struct sk_buff *skb_recv_datagram(struct task_struct *curr, struct sock *sk,
				  uint32_t flags, uint32_t *offset)
{
	const uint64_t deadline = sock_deadline(curr, sk->rcvtimeo,
						flags & MSG_DONTWAIT);
	struct sk_buff *skb = NULL;
	int err;

	err = sock_error(sk);
	if (err)
		return ERR_PTR(err);
	err = sk_wait_event(curr, sk, deadline,
			    (skb = try_recv(sk, flags, offset)) ||
				    sk->shutdown & RCV_SHUTDOWN || sk->err);
	if (skb)
		return skb;
	if (sk->err)
		return ERR_PTR(sock_error(sk));
	/* shut down: the end, but for who doesn't wait */
	if (!err && !deadline)
		err = -EAGAIN;
	return err ? ERR_PTR(err) : NULL;
}

uint32_t datagram_poll(struct task_struct *curr, struct socket *sock,
		       struct poll_table *table)
{
	struct sock *sk = sock->sk;
	uint32_t mask = 0;

	poll_wait(curr, &sk->wq, table);
	if (sk->err)
		mask |= POLLERR;
	if (sk->shutdown & RCV_SHUTDOWN)
		mask |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (sk->shutdown == SHUTDOWN_MASK)
		mask |= POLLHUP;
	if (!skb_queue_empty(&sk->receive_queue))
		mask |= POLLIN | POLLRDNORM;
	if (sock_writeable(sk))
		mask |= POLLOUT | POLLWRNORM | POLLWRBAND;
	else
		sk->async_nospace = true;
	return mask;
}

/* As both kinds of time_t have it: 32 or 64 bits, micro- or nanoseconds. */
static void put_stamp(struct task_struct *curr, struct msghdr *msg,
		      const struct timespec64 *ts, bool ns, bool wide)
{
	const int64_t part = ns ? ts->tv_nsec : ts->tv_nsec / 1000;
	const int64_t w[2] = {ts->tv_sec, part};
	const int32_t n[2] = {(int32_t)ts->tv_sec, (int32_t)part};
	const int type = ns     ? wide ? SO_TIMESTAMPNS_NEW : SO_TIMESTAMPNS
			 : wide ? SO_TIMESTAMP_NEW
				: SO_TIMESTAMP;

	if (wide)
		put_cmsg(curr, msg, SOL_SOCKET, type, w, sizeof(w));
	else
		put_cmsg(curr, msg, SOL_SOCKET, type, n, sizeof(n));
}

void sock_recv_cmsgs(struct task_struct *curr, struct sock *sk,
		     struct msghdr *msg, const struct sk_buff *skb)
{
	sk->stamp = skb->stamp;
	if (sk->timestamp)
		put_stamp(curr, msg, &skb->stamp, sk->timestampns,
			  sk->stamp_new);
	if (sk->rxq_ovfl && sk->drops)
		put_cmsg(curr, msg, SOL_SOCKET, SO_RXQ_OVFL, &sk->drops,
			 sizeof(sk->drops));
}
