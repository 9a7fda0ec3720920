/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/inet_sock.h"

/*
 * UDP (Linux: net/ipv4/udp.c, net/ipv6/udp.c). A datagram goes right into its
 * receiver's queue; where that is full it is lost, as on any network. Who is
 * connected learns of a port that nobody has by ECONNREFUSED at the next call.
 *
 * MODEL: MSG_MORE sends at once; no multicast, no UDP_CORK, no GSO.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/net/dev.h"
#include "kernel/net/scm.h"
#include "kernel/net/sockios.h"
#include "kernel/state.h"

#define UDP_MAX_BYTES 65507u
#define IP_PKTINFO    8
#define IP_TTL        2
#define IPV6_PKTINFO  50

/* ---- connecting ----------------------------------------------------------------- */

static void udp_disconnect(struct inet_sock *inet)
{
	inet_reset_addrs(inet);
	inet->sk.state = TCP_CLOSE;
	if (!inet->port_bound) {
		inet_unhash(inet);
		inet->shown_port = 0;
	}
}

static int udp_autobind(struct task_struct *curr, struct inet_sock *inet)
{
	return inet->sport ? 0 : inet_get_port(curr, inet, 0, false);
}

static int udp_connect(struct task_struct *curr, struct socket *sock,
		       const struct sockaddr_any *addr, int32_t len,
		       uint32_t flags)
{
	struct inet_sock *inet = inet_sk(sock->sk);
	struct in_any to, from;
	uint16_t port;
	int err;

	(void)flags;
	if (len < 2)
		return -EINVAL;
	if (addr->family == AF_UNSPEC) {
		udp_disconnect(inet);
		return 0;
	}
	err = udp_autobind(curr, inet);
	if (!err)
		err = inet_get_addr(sock->sk, addr, len, &to, &port);
	if (!err)
		err = ip_route(sock->sk, &to, &inet->saddr, &from);
	if (err)
		return err;
	if (!inet->addr_bound)
		inet->saddr = from;
	inet->daddr = to;
	inet->dport = port;
	sock->sk->state = TCP_ESTABLISHED;
	return 0;
}

/* ---- sending -------------------------------------------------------------------- */

/* Word came back that nobody listens there. */
static void udp_refused(struct task_struct *curr, struct sock *sk)
{
	sk->err = ECONNREFUSED;
	sk_wake_async(curr, sk, SOCK_WAKE_IO, FASYNC_ERR);
}

/* To who has the port, if there is room. */
static void udp_deliver(struct task_struct *curr, struct inet_sock *inet,
			struct sk_buff *skb, const struct in_any *from,
			const struct in_any *to, uint16_t port)
{
	struct net_state *net = &curr->k->net;
	struct inet_sock *other = inet_lookup(curr->k, IPPROTO_UDP, to, port,
					      from, inet->sport);
	struct sock *owner = skb->owner;

	net->lo_packets++;
	net->lo_bytes += skb->len + 28;
	if (!other) {
		if (inet->dport || inet->recverr)
			udp_refused(curr, &inet->sk);
		kfree_skb(curr, skb);
		return;
	}
	if (other->sk.rmem_alloc > other->sk.rcvbuf) {
		other->sk.drops++;
		kfree_skb(curr, skb);
		return;
	}
	skb->owner = NULL;
	owner->wmem_alloc -= skb->truesize;
	skb_charge_r(&other->sk, skb);
	skb_queue_tail(&other->sk.receive_queue, skb);
	sk_data_ready(curr, &other->sk);
	sk_wake(curr, owner);
	if (sock_writeable(owner))
		sk_wake_async(curr, owner, SOCK_WAKE_SPACE, FASYNC_OUT);
	sock_put(curr, owner);
}

/* Where the message is to go. */
static int udp_target(const struct socket *sock, const struct msghdr *msg,
		      struct in_any *to, uint16_t *port)
{
	const struct inet_sock *inet = inet_sk(sock->sk);
	int err;

	*to = inet->daddr;
	*port = inet->dport;
	if (!msg->name || !msg->namelen)
		return *port ? 0 : -EDESTADDRREQ;
	err = inet_get_addr(sock->sk, msg->name, msg->namelen, to, port);
	return err ? err : *port ? 0 : -EINVAL;
}

static int32_t udp_sendmsg(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n)
{
	struct inet_sock *inet = inet_sk(sock->sk);
	struct in_any to, from;
	uint16_t port;
	struct sk_buff *skb;
	int err;

	err = udp_autobind(curr, inet);
	if (err)
		return -EAGAIN;
	if (n > 0xffff)
		return -EMSGSIZE;
	if (msg->flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = udp_target(sock, msg, &to, &port);
	if (!err)
		err = ip_route(sock->sk, &to, &inet->saddr, &from);
	if (!err && n > UDP_MAX_BYTES)
		err = -EMSGSIZE;
	if (err)
		return err;
	skb = sock_alloc_send_skb(curr, sock->sk, 2048, n,
				  msg->flags & MSG_DONTWAIT);
	if (skb == ERR_PTR(-EPIPE))
		return sk_pipe_error(curr, msg->flags);
	if (IS_ERR(skb))
		return (int)PTR_ERR(skb);
	err = skb_copy_from_iter(curr, skb, &msg->iter, n);
	if (err) {
		kfree_skb(curr, skb);
		return err;
	}
	memcpy(skb->ip.saddr, &from, 16);
	memcpy(skb->ip.daddr, &to, 16);
	skb->ip.sport = inet->sport;
	skb->ip.ttl = 64;
	udp_deliver(curr, inet, skb, &from, &to, port);
	return (int32_t)n;
}

/* ---- receiving ------------------------------------------------------------------ */

static void udp_recv_cmsgs(struct task_struct *curr, struct sock *sk,
			   struct msghdr *msg, const struct sk_buff *skb)
{
	const struct inet_sock *inet = inet_sk(sk);
	const int32_t ttl = skb->ip.ttl;
	uint8_t info[20] = {0};

	sock_recv_cmsgs(curr, sk, msg, skb);
	if (inet->recvpktinfo && sk->family == AF_INET) {
		info[0] = LO_IFINDEX;
		memcpy(info + 4, skb->ip.daddr + 12, 4);
		memcpy(info + 8, skb->ip.daddr + 12, 4);
		put_cmsg(curr, msg, SOL_IP, IP_PKTINFO, info, 12);
	} else if (inet->recvpktinfo) {
		memcpy(info, skb->ip.daddr, 16);
		info[16] = LO_IFINDEX;
		put_cmsg(curr, msg, SOL_IPV6, IPV6_PKTINFO, info, 20);
	}
	if (inet->recvttl)
		put_cmsg(curr, msg, SOL_IP, IP_TTL, &ttl, 4);
}

static int32_t udp_recvmsg(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n, uint32_t flags)
{
	struct sock *sk = sock->sk;
	struct in_any from;
	struct sk_buff *skb;
	uint32_t skip, left;
	int32_t err;

	if (flags & MSG_ERRQUEUE)
		return -EAGAIN;
	skb = skb_recv_datagram(curr, sk, flags, &skip);
	if (IS_ERR_OR_NULL(skb))
		return (int)PTR_ERR(skb);
	if (!(flags & MSG_PEEK))
		skb_uncharge_r(sk, skb);
	left = skb->len - skip;
	if (n > left)
		n = left;
	else if (n < left)
		msg->flags |= MSG_TRUNC;
	err = skb_copy_to_iter(curr, skb, skip, &msg->iter, n);
	if (!err && msg->name) {
		memcpy(&from, skb->ip.saddr, 16);
		msg->namelen = inet_put_addr(sk, &from, skb->ip.sport,
					     msg->name);
	}
	if (!err) {
		udp_recv_cmsgs(curr, sk, msg, skb);
		if (flags & MSG_PEEK && sk->peek_off >= 0)
			sk->peek_off += (int32_t)n;
		err = (int32_t)(flags & MSG_TRUNC ? left : n);
	}
	kfree_skb(curr, skb);
	return err;
}

/* ---- the rest ------------------------------------------------------------------- */

static int udp_shutdown(struct task_struct *curr, struct socket *sock, int how)
{
	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	if (sock->sk->state != TCP_ESTABLISHED)
		return -ENOTCONN;
	sock->sk->shutdown |= (uint32_t)how + 1;
	sk_wake(curr, sock->sk);
	return 0;
}

static int32_t udp_ioctl(struct task_struct *curr, struct socket *sock,
			 uint32_t cmd, uint32_t arg)
{
	const struct sk_buff *skb = skb_peek(&sock->sk->receive_queue);

	switch (cmd) {
	case SIOCOUTQ:
		return put_user_u32(curr, sock->sk->wmem_alloc, arg);
	case SIOCINQ:
		return put_user_u32(curr, skb ? skb->len : 0, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

static void udp_release(struct task_struct *curr, struct socket *sock)
{
	sock_orphan(sock->sk);
	inet_unhash(inet_sk(sock->sk));
	sock_put(curr, sock->sk);
}

static int udp_set_peek_off(struct sock *sk, int32_t value)
{
	sk->peek_off = value;
	return 0;
}

const struct proto_ops inet_dgram_ops = {
	.family = AF_INET,
	.release = udp_release,
	.bind = inet_bind,
	.connect = udp_connect,
	.getname = inet_getname,
	.poll = datagram_poll,
	.ioctl = udp_ioctl,
	.shutdown = udp_shutdown,
	.setsockopt = inet_setsockopt,
	.getsockopt = inet_getsockopt,
	.sendmsg = udp_sendmsg,
	.recvmsg = udp_recvmsg,
	.set_peek_off = udp_set_peek_off,
};
