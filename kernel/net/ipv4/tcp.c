/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/inet_sock.h"

/*
 * TCP (Linux: net/ipv4/tcp.c, tcp_input.c, tcp_output.c,
 * inet_connection_sock.c), between sockets of this machine.
 *
 * What is sent waits in the sender's write_queue, up to sk_sndbuf, and moves
 * to the receiver's queue while that holds less than sk_rcvbuf. Nothing is
 * lost and nothing takes time, so states are TCP's, but those in which a
 * segment would be under way are passed at once.
 *
 * Invariant: two ends of a connection name each other as peers, each with a
 * reference; an end that is done has none.
 *
 * MODEL: no segments, windows and timers: keepalive and SYN_RECV never show,
 * TIME_WAIT doesn't keep a port. A connection to a full listener waits until
 * somebody accepts. Urgent data (MSG_OOB) is EOPNOTSUPP. A socket can't connect
 * to itself.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/poll.h"
#include "kernel/mm/slab.h"
#include "kernel/net/sockios.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define TCP_CHUNK       32768u
#define ESTABLISHED_BUF 2097152u /* what sk_sndbuf grows to */
#define CONNECT_SECONDS 127

/* ---- ends ----------------------------------------------------------------------- */

static struct inet_sock *tcp_peer(const struct inet_sock *inet)
{
	return inet->tcp.peer;
}

/* No more connection: nothing comes and nothing goes. */
static void tcp_done(struct task_struct *curr, struct inet_sock *inet)
{
	struct inet_sock *peer = inet->tcp.peer;

	inet->sk.state = TCP_CLOSE;
	inet->sk.shutdown = SHUTDOWN_MASK;
	inet->tcp.done = true;
	inet->tcp.peer = NULL;
	skb_queue_purge(curr, &inet->tcp.write_queue);
	if (inet->sk.dead || !inet->port_bound)
		inet_unhash(inet);
	sk_wake(curr, &inet->sk);
	if (peer)
		sock_put(curr, &peer->sk);
}

/* A segment with RST came. */
static void tcp_reset(struct task_struct *curr, struct inet_sock *inet)
{
	inet->sk.err = inet->sk.state == TCP_CLOSE_WAIT ? EPIPE
		       : inet->sk.state == TCP_SYN_SENT ? ECONNREFUSED
							: ECONNRESET;
	sk_wake_async(curr, &inet->sk, SOCK_WAKE_IO, FASYNC_ERR);
	tcp_done(curr, inet);
}

/* Both ends go, the other one with an error. */
static void tcp_abort(struct task_struct *curr, struct inet_sock *inet)
{
	struct inet_sock *peer = tcp_peer(inet);

	sock_hold(&inet->sk);
	if (peer) {
		sock_hold(&peer->sk);
		if (tcp_peer(peer) == inet)
			tcp_reset(curr, peer);
		sock_put(curr, &peer->sk);
	}
	tcp_done(curr, inet);
	sock_put(curr, &inet->sk);
}

/* All that was sent has arrived, and so does the end of it. */
static void tcp_fin(struct task_struct *curr, struct inet_sock *inet)
{
	struct inet_sock *peer = tcp_peer(inet);

	inet->tcp.fin = false;
	peer->sk.shutdown |= RCV_SHUTDOWN;
	sk_wake_async(curr, &peer->sk, SOCK_WAKE_WAITD,
		      peer->sk.shutdown == SHUTDOWN_MASK ? FASYNC_HUP
							 : FASYNC_IN);
	sk_data_ready(curr, &peer->sk);
	if (inet->sk.state == TCP_FIN_WAIT1) {
		inet->sk.state = TCP_FIN_WAIT2;
		if (peer->sk.state == TCP_ESTABLISHED)
			peer->sk.state = TCP_CLOSE_WAIT;
		else if (peer->sk.state == TCP_FIN_WAIT1)
			peer->sk.state = TCP_CLOSING;
		sk_wake(curr, &inet->sk);
		return;
	}
	/* the second of the two: both are done */
	sock_hold(&inet->sk);
	sock_hold(&peer->sk);
	tcp_done(curr, peer);
	tcp_done(curr, inet);
	sock_put(curr, &peer->sk);
	sock_put(curr, &inet->sk);
}

static bool tcp_writable(const struct sock *sk)
{
	return sk->wmem_alloc + sk->wmem_alloc / 2 <= sk->sndbuf;
}

static void tcp_write_space(struct task_struct *curr, struct sock *sk)
{
	sk_wake(curr, sk);
	if (tcp_writable(sk))
		sk_wake_async(curr, sk, SOCK_WAKE_SPACE, FASYNC_OUT);
}

/* Moves what the receiver has room for. Sleeps nowhere. */
static void tcp_push(struct task_struct *curr, struct inet_sock *inet)
{
	struct inet_sock *peer = tcp_peer(inet);
	struct net_state *net = &curr->k->net;
	struct sk_buff *skb;
	bool moved = false;

	if (!peer)
		return;
	while ((skb = skb_peek(&inet->tcp.write_queue)) && !peer->sk.dead &&
	       peer->sk.rmem_alloc < peer->sk.rcvbuf) {
		skb_unlink(&inet->tcp.write_queue, skb);
		net->lo_packets++;
		net->lo_bytes += skb->len + 52;
		skb->owner = NULL;
		inet->sk.wmem_alloc -= skb->truesize;
		sock_put(curr, &inet->sk); /* the message's; ours is left */
		skb_charge_r(&peer->sk, skb);
		skb_queue_tail(&peer->sk.receive_queue, skb);
		moved = true;
	}
	if (moved) {
		sk_data_ready(curr, &peer->sk);
		tcp_write_space(curr, &inet->sk);
	}
	if (skb && peer->sk.dead)
		tcp_abort(curr, peer); /* nobody will read it */
	else if (!skb && inet->tcp.fin)
		tcp_fin(curr, inet);
}

static void tcp_send_fin(struct task_struct *curr, struct inet_sock *inet)
{
	switch (inet->sk.state) {
	case TCP_ESTABLISHED:
		inet->sk.state = TCP_FIN_WAIT1;
		break;
	case TCP_CLOSE_WAIT:
		inet->sk.state = TCP_LAST_ACK;
		break;
	default:
		return;
	}
	inet->tcp.fin = true;
	tcp_push(curr, inet);
}

/* ---- connecting ------------------------------------------------------------------ */

static bool accept_queue_full(const struct inet_sock *listener)
{
	return listener->sk.ack_backlog > listener->sk.max_ack_backlog;
}

static void grow_sndbuf(struct sock *sk)
{
	if (!sk->sndbuf_locked && sk->sndbuf < ESTABLISHED_BUF)
		sk->sndbuf = ESTABLISHED_BUF;
}

/* @inet gets its other end, in @listener's queue. 0 or -ENOMEM. */
static int tcp_establish(struct task_struct *curr, struct inet_sock *inet,
			 struct inet_sock *listener)
{
	const struct sock *lsk = &listener->sk;
	struct inet_sock *child = inet_alloc(curr, lsk->family, SOCK_STREAM,
					     IPPROTO_TCP);
	struct sock *csk;

	if (!child)
		return -ENOMEM;
	csk = &child->sk;
	csk->reuse = lsk->reuse;
	csk->reuseport = lsk->reuseport;
	csk->keepalive = lsk->keepalive;
	csk->oobinline = lsk->oobinline;
	csk->linger = lsk->linger;
	csk->lingertime = lsk->lingertime;
	csk->rcvtimeo = lsk->rcvtimeo;
	csk->sndtimeo = lsk->sndtimeo;
	csk->sndbuf = lsk->sndbuf;
	csk->rcvbuf = lsk->rcvbuf;
	csk->sndbuf_locked = lsk->sndbuf_locked;
	csk->uid = lsk->uid;
	memcpy(child->opt, listener->opt, sizeof(child->opt));
	child->saddr = inet->daddr;
	child->daddr = inet->saddr;
	child->sport = child->shown_port = inet->dport;
	child->dport = inet->sport;
	child->v6only = listener->v6only;
	inet_hash(child);
	grow_sndbuf(csk);
	grow_sndbuf(&inet->sk);
	sock_hold(&inet->sk);
	child->tcp.peer = inet;
	sock_hold(csk);
	inet->tcp.peer = child;
	csk->state = inet->sk.state = TCP_ESTABLISHED;
	list_add_tail(&child->tcp.accept_link, &listener->tcp.accept_queue);
	listener->sk.ack_backlog++;
	sk_data_ready(curr, &listener->sk);
	sk_wake(curr, &inet->sk);
	sk_wake_async(curr, &inet->sk, SOCK_WAKE_IO, FASYNC_OUT);
	return 0;
}

static void leave_syn_queue(struct task_struct *curr, struct inet_sock *inet)
{
	if (!inet->tcp.listener)
		return;
	list_del_init(&inet->tcp.syn_link);
	inet->tcp.listener = NULL;
	sock_put(curr, &inet->sk);
}

/* There is room: who waits longest gets its connection. */
static void serve_syn_queue(struct task_struct *curr,
			    struct inet_sock *listener)
{
	while (!list_empty(&listener->tcp.syn_queue) &&
	       !accept_queue_full(listener)) {
		struct inet_sock *inet =
			list_first_entry(&listener->tcp.syn_queue,
					 struct inet_sock, tcp.syn_link);

		sock_hold(&inet->sk);
		leave_syn_queue(curr, inet);
		if (tcp_establish(curr, inet, listener))
			tcp_reset(curr, inet);
		sock_put(curr, &inet->sk);
	}
}

/* A segment with SYN goes out, and is answered as far as it can be. */
static int tcp_syn(struct task_struct *curr, struct inet_sock *inet)
{
	struct inet_sock *listener = inet_lookup(curr->k, IPPROTO_TCP,
						 &inet->daddr, inet->dport,
						 &inet->saddr, inet->sport);

	inet->sk.state = TCP_SYN_SENT;
	if (!listener) {
		tcp_reset(curr, inet);
		return 0;
	}
	if (!accept_queue_full(listener))
		return tcp_establish(curr, inet, listener);
	inet->tcp.listener = listener;
	sock_hold(&inet->sk);
	list_add_tail(&inet->tcp.syn_link, &listener->tcp.syn_queue);
	return 0;
}

/* Addresses of both ends, and a port here. */
static int tcp_set_dest(struct task_struct *curr, struct inet_sock *inet,
			const struct sockaddr_any *addr, int32_t len)
{
	struct in_any to, from;
	uint16_t port;
	int err = inet_get_addr(&inet->sk, addr, len, &to, &port);

	if (!err)
		err = ip_route(&inet->sk, &to, &inet->saddr, &from);
	if (err)
		return err;
	inet->saddr = from;
	inet->daddr = to;
	inet->dport = port;
	return inet->sport ? 0 : inet_get_port(curr, inet, 0, true);
}

static int tcp_start(struct task_struct *curr, struct socket *sock,
		     const struct sockaddr_any *addr, int32_t len)
{
	struct inet_sock *inet = inet_sk(sock->sk);
	int err;

	if (sock->sk->state != TCP_CLOSE)
		return -EISCONN;
	err = tcp_set_dest(curr, inet, addr, len);
	if (err)
		return err;
	inet->tcp.done = false;
	sock->state = SS_CONNECTING;
	err = tcp_syn(curr, inet);
	if (err)
		sock->state = SS_UNCONNECTED;
	return err;
}

/* Until it is connected, or won't be. */
static int tcp_finish(struct task_struct *curr, struct socket *sock,
		      uint64_t deadline)
{
	struct sock *sk = sock->sk;
	int err;

	if (sk->state == TCP_SYN_SENT) {
		err = sk_wait_event(curr, sk, deadline,
				    sk->state != TCP_SYN_SENT);
		if (err)
			return err == -EAGAIN ? -EINPROGRESS : err;
	}
	if (sk->state == TCP_CLOSE) {
		err = sock_error(sk);
		sock->state = SS_UNCONNECTED;
		sk->shutdown = 0;
		inet_reset_addrs(inet_sk(sk));
		return err ? err : -ECONNABORTED;
	}
	sock->state = SS_CONNECTED;
	return 0;
}

static int tcp_disconnect(struct task_struct *curr, struct socket *sock)
{
	struct inet_sock *inet = inet_sk(sock->sk);

	leave_syn_queue(curr, inet);
	if (tcp_peer(inet))
		tcp_abort(curr, inet);
	sock->sk->state = TCP_CLOSE;
	sock->sk->shutdown = 0;
	sock->sk->err = 0;
	inet_reset_addrs(inet);
	inet->tcp.done = false;
	sock->state = SS_UNCONNECTED;
	return 0;
}

static int tcp_connect(struct task_struct *curr, struct socket *sock,
		       const struct sockaddr_any *addr, int32_t len,
		       uint32_t flags)
{
	const bool nonblock = flags & O_NONBLOCK;
	uint64_t deadline = sock_deadline(curr, sock->sk->sndtimeo, nonblock);
	const bool fresh = sock->state == SS_UNCONNECTED;
	int err;

	if (len < 2)
		return -EINVAL;
	if (addr->family == AF_UNSPEC)
		return sock->sk->state == TCP_LISTEN
			       ? -EISCONN
			       : tcp_disconnect(curr, sock);
	if (sock->state == SS_CONNECTED)
		return -EISCONN;
	if (fresh) {
		err = tcp_start(curr, sock, addr, len);
		if (err)
			return err;
		if (nonblock)
			return -EINPROGRESS;
	} else if (nonblock && sock->sk->state == TCP_SYN_SENT) {
		return -EALREADY;
	}
	if (deadline != NO_TIMEOUT)
		return tcp_finish(curr, sock, deadline);
	deadline = sock_deadline(curr, CONNECT_SECONDS * 1000000000ull, false);
	err = tcp_finish(curr, sock, deadline);
	if (err == -EINPROGRESS) {
		tcp_disconnect(curr, sock);
		return -ETIMEDOUT;
	}
	return err == -EINTR ? -ERESTARTSYS : err;
}

static int tcp_listen(struct task_struct *curr, struct socket *sock,
		      int backlog)
{
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);
	int err;

	if (sock->state != SS_UNCONNECTED ||
	    (sk->state != TCP_CLOSE && sk->state != TCP_LISTEN))
		return -EINVAL;
	if (sk->state == TCP_CLOSE) {
		err = inet_get_port(curr, inet, inet->sport, false);
		if (err)
			return err;
		inet->dport = 0;
	}
	sk->max_ack_backlog = (uint32_t)backlog;
	sk->state = TCP_LISTEN;
	serve_syn_queue(curr, inet);
	return 0;
}

static int tcp_accept(struct task_struct *curr, struct socket *sock,
		      struct socket *to, uint32_t flags)
{
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk), *child;
	int err;

	if (sk->state != TCP_LISTEN)
		return -EINVAL;
	err = sk_wait_event(
		curr, sk, sock_deadline(curr, sk->rcvtimeo, flags & O_NONBLOCK),
		!list_empty(&inet->tcp.accept_queue) ||
			sk->state != TCP_LISTEN);
	if (err)
		return err;
	if (sk->state != TCP_LISTEN)
		return -EINVAL;
	child = list_first_entry(&inet->tcp.accept_queue, struct inet_sock,
				 tcp.accept_link);
	list_del_init(&child->tcp.accept_link);
	sk->ack_backlog--;
	sock_graft(&child->sk, to);
	to->state = SS_CONNECTED;
	serve_syn_queue(curr, inet);
	return 0;
}

/* ---- sending --------------------------------------------------------------------- */

static bool can_send(const struct sock *sk)
{
	return sk->state == TCP_ESTABLISHED || sk->state == TCP_CLOSE_WAIT;
}

/* The next bytes, queued. How many, or -errno. */
static int32_t tcp_send_chunk(struct task_struct *curr, struct inet_sock *inet,
			      struct msghdr *msg)
{
	const uint32_t left = msg->iter.count;
	const uint32_t n = left < TCP_CHUNK ? left : TCP_CHUNK;
	struct sk_buff *skb = sock_alloc_send_skb(curr, &inet->sk, 2048, n,
						  msg->flags & MSG_DONTWAIT);
	int err;

	if (IS_ERR(skb))
		return (int)PTR_ERR(skb);
	err = skb_copy_from_iter(curr, skb, &msg->iter, n);
	if (!err && !can_send(&inet->sk))
		err = inet->sk.err ? sock_error(&inet->sk) : -EPIPE;
	if (err) {
		kfree_skb(curr, skb);
		return err;
	}
	skb_queue_tail(&inet->tcp.write_queue, skb);
	tcp_push(curr, inet);
	return (int32_t)n;
}

static int32_t tcp_sendmsg(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n)
{
	struct sock *sk = sock->sk;
	int32_t sent = 0, done = 0;

	(void)n;
	if (msg->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (sk->state == TCP_SYN_SENT)
		done = sk_wait_event(curr, sk,
				     sock_deadline(curr, sk->sndtimeo,
						   msg->flags & MSG_DONTWAIT),
				     sk->state != TCP_SYN_SENT);
	if (done)
		return done;
	/* two senders take turns by the chunk */
	if (sk->err)
		done = sock_error(sk);
	else if (!can_send(sk) || sk->shutdown & SEND_SHUTDOWN)
		done = -EPIPE;
	while (done >= 0 && msg->iter.count) {
		done = tcp_send_chunk(curr, inet_sk(sk), msg);
		if (done > 0)
			sent += done;
	}
	if (sent)
		return sent;
	return done == -EPIPE ? sk_pipe_error(curr, msg->flags) : done;
}

/* ---- receiving ------------------------------------------------------------------- */

/* From the front of the queue. Bytes, or -EFAULT. With the lock. */
static int32_t tcp_take(struct task_struct *curr, struct sock *sk,
			struct msghdr *msg, uint32_t n, bool peek)
{
	struct inet_sock *inet = inet_sk(sk);
	int32_t done = 0;
	struct sk_buff *skb = skb_peek(&sk->receive_queue);

	while (skb && n) {
		const uint32_t left = skb_left(skb);
		const uint32_t piece = left < n ? left : n;

		if (skb_copy_to_iter(curr, skb, skb->consumed, &msg->iter,
				     piece))
			return done ? done : -EFAULT;
		done += (int32_t)piece;
		n -= piece;
		if (peek) {
			struct list_head *next = skb->list.next;

			skb = next == &sk->receive_queue.list
				      ? NULL
				      : list_entry(next, struct sk_buff, list);
			continue;
		}
		skb->consumed += piece;
		if (skb_left(skb))
			break;
		skb_unlink(&sk->receive_queue, skb);
		skb_uncharge_r(sk, skb);
		kfree_skb(curr, skb);
		if (tcp_peer(inet))
			tcp_push(curr, tcp_peer(inet));
		skb = skb_peek(&sk->receive_queue);
	}
	return done;
}

/* Nothing more is there: 1: nor will it be; 0: look again; or -errno. */
static int tcp_wait(struct task_struct *curr, struct sock *sk, bool got,
		    uint64_t deadline)
{
	int err;

	if (sk->err && !got)
		return sock_error(sk);
	if (sk->err || sk->shutdown & RCV_SHUTDOWN)
		return 1;
	if (sk->state == TCP_CLOSE)
		return inet_sk(sk)->tcp.done ? 1 : -ENOTCONN;
	release_sock(curr, sk);
	err = sk_wait_event(curr, sk, deadline,
			    !skb_queue_empty(&sk->receive_queue) || sk->err ||
				    sk->shutdown & RCV_SHUTDOWN ||
				    sk->state == TCP_CLOSE);
	lock_sock(curr, sk);
	return err;
}

/* A peek can't add up: it begins anew when more has come. */
static int32_t tcp_peek(struct task_struct *curr, struct sock *sk,
			struct msghdr *msg, uint32_t n, uint64_t deadline)
{
	int err = 0;

	while (skb_queue_empty(&sk->receive_queue) && !err)
		err = tcp_wait(curr, sk, false, deadline);
	return err < 0 ? err : tcp_take(curr, sk, msg, n, true);
}

static int32_t tcp_read(struct task_struct *curr, struct sock *sk,
			struct msghdr *msg, uint32_t n, uint32_t flags,
			uint64_t deadline)
{
	uint32_t target = (uint32_t)sk->rcvlowat < n ? (uint32_t)sk->rcvlowat
						     : n;
	int32_t done = 0, got;
	int err = 0;

	if (flags & MSG_WAITALL)
		target = n;
	do {
		got = tcp_take(curr, sk, msg, n - (uint32_t)done, false);
		if (got < 0)
			return done ? done : got;
		done += got;
		if (done && done >= (int32_t)target)
			break;
		if (!n)
			break;
		if (skb_queue_empty(&sk->receive_queue))
			err = tcp_wait(curr, sk, done, deadline);
	} while (!err);
	return done ? done : err < 0 ? err : 0;
}

static int32_t tcp_recvmsg(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n, uint32_t flags)
{
	struct sock *sk = sock->sk;
	const uint64_t deadline = sock_deadline(curr, sk->rcvtimeo,
						flags & MSG_DONTWAIT);
	int32_t done;

	if (flags & MSG_ERRQUEUE)
		return -EAGAIN;
	if (flags & MSG_OOB)
		return -EINVAL;
	if (sk->state == TCP_LISTEN)
		return -ENOTCONN;
	lock_sock(curr, sk);
	done = flags & MSG_PEEK ? tcp_peek(curr, sk, msg, n, deadline)
				: tcp_read(curr, sk, msg, n, flags, deadline);
	release_sock(curr, sk);
	return done;
}

/* ---- readiness ------------------------------------------------------------------- */

static uint32_t tcp_queued(const struct sk_buff_head *q)
{
	const struct sk_buff *skb;
	uint32_t n = 0;

	list_for_each_entry(skb, &q->list, list)
		n += skb_left(skb);
	return n;
}

static uint32_t tcp_poll(struct task_struct *curr, struct socket *sock,
			 struct poll_table *table)
{
	struct sock *sk = sock->sk;
	uint32_t mask = 0;

	poll_wait(curr, &sk->wq, table);
	if (sk->state == TCP_LISTEN)
		return list_empty(&inet_sk(sk)->tcp.accept_queue)
			       ? 0
			       : POLLIN | POLLRDNORM;
	if (sk->shutdown == SHUTDOWN_MASK || sk->state == TCP_CLOSE)
		mask |= POLLHUP;
	if (sk->shutdown & RCV_SHUTDOWN)
		mask |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (sk->state != TCP_SYN_SENT) {
		if (tcp_queued(&sk->receive_queue) >= (uint32_t)sk->rcvlowat)
			mask |= POLLIN | POLLRDNORM;
		if (sk->shutdown & SEND_SHUTDOWN || tcp_writable(sk))
			mask |= POLLOUT | POLLWRNORM;
		else
			sk->async_nospace = true;
	}
	if (sk->err)
		mask |= POLLERR;
	return mask;
}

static int32_t tcp_ioctl(struct task_struct *curr, struct socket *sock,
			 uint32_t cmd, uint32_t arg)
{
	const struct inet_sock *inet = inet_sk(sock->sk);
	const bool listens = sock->sk->state == TCP_LISTEN;

	switch (cmd) {
	case SIOCINQ:
		return listens ? -EINVAL
			       : put_user_u32(
					 curr,
					 tcp_queued(&sock->sk->receive_queue),
					 arg);
	case SIOCOUTQ:
	case SIOCOUTQNSD:
		return listens ? -EINVAL
			       : put_user_u32(
					 curr,
					 tcp_queued(&inet->tcp.write_queue),
					 arg);
	case SIOCATMARK:
		return put_user_u32(curr, 0, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

/* ---- the end --------------------------------------------------------------------- */

/* A listener's connections that nobody took, and those that would be some. */
static void tcp_stop_listening(struct task_struct *curr,
			       struct inet_sock *listener)
{
	while (!list_empty(&listener->tcp.syn_queue)) {
		struct inet_sock *inet =
			list_first_entry(&listener->tcp.syn_queue,
					 struct inet_sock, tcp.syn_link);

		sock_hold(&inet->sk);
		leave_syn_queue(curr, inet);
		tcp_reset(curr, inet);
		sock_put(curr, &inet->sk);
	}
	while (!list_empty(&listener->tcp.accept_queue)) {
		struct inet_sock *child =
			list_first_entry(&listener->tcp.accept_queue,
					 struct inet_sock, tcp.accept_link);

		list_del_init(&child->tcp.accept_link);
		sock_orphan(&child->sk);
		tcp_abort(curr, child);
		sock_put(curr, &child->sk);
	}
	listener->sk.ack_backlog = 0;
}

static int tcp_shutdown(struct task_struct *curr, struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);
	const uint32_t mode = (uint32_t)how + 1;

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	if (sk->state == TCP_CLOSE) {
		sk->shutdown |= mode; /* of a later connection, too */
		return -ENOTCONN;
	}
	if (sk->state == TCP_LISTEN || sk->state == TCP_SYN_SENT) {
		if (mode & RCV_SHUTDOWN) {
			tcp_stop_listening(curr, inet);
			leave_syn_queue(curr, inet);
			sk->state = TCP_CLOSE;
			sock->state = SS_UNCONNECTED;
			sk_wake(curr, sk);
		}
		return 0;
	}
	sk->shutdown |= mode;
	if (mode & SEND_SHUTDOWN)
		tcp_send_fin(curr, inet);
	sk_wake(curr, sk);
	return 0;
}

/* SO_LINGER: until all has arrived, or time is up. */
static void tcp_linger(struct task_struct *curr, struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);

	if (!sk->linger || curr->flags & PF_EXITING)
		return;
	sk_wait_event(curr, sk,
		      sock_deadline(curr, sk->lingertime * 1000000000ull,
				    false),
		      skb_queue_empty(&inet->tcp.write_queue));
}

static void tcp_release(struct task_struct *curr, struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);
	const bool unread = !skb_queue_empty(&sk->receive_queue);

	leave_syn_queue(curr, inet);
	if (sk->state == TCP_LISTEN)
		tcp_stop_listening(curr, inet);
	sk->shutdown = SHUTDOWN_MASK;
	if (tcp_peer(inet) && (unread || (sk->linger && !sk->lingertime))) {
		tcp_abort(curr, inet);
	} else if (tcp_peer(inet)) {
		tcp_send_fin(curr, inet);
		tcp_linger(curr, sk);
	}
	sock_orphan(sk);
	/* an end without its file goes on until all has been read */
	if (!tcp_peer(inet)) {
		sk->state = TCP_CLOSE;
		inet_unhash(inet);
	}
	sock_put(curr, sk);
}

const struct proto_ops inet_stream_ops = {
	.family = AF_INET,
	.release = tcp_release,
	.bind = inet_bind,
	.connect = tcp_connect,
	.accept = tcp_accept,
	.getname = inet_getname,
	.poll = tcp_poll,
	.ioctl = tcp_ioctl,
	.listen = tcp_listen,
	.shutdown = tcp_shutdown,
	.setsockopt = inet_setsockopt,
	.getsockopt = inet_getsockopt,
	.sendmsg = tcp_sendmsg,
	.recvmsg = tcp_recvmsg,
	.splice_read = true,
};
