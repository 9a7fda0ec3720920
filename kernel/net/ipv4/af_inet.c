/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/inet_sock.h"

/*
 * AF_INET and AF_INET6 (Linux: net/ipv4/af_inet.c, net/ipv6/af_inet6.c): what
 * TCP and UDP have in common. Both families are one here: an address of IPv4
 * is that of IPv6 to which it is mapped.
 *
 * The machine has the loopback device and no other: 127.0.0.0/8 and ::1 are
 * its addresses, and whoever wants to get anywhere else has no route. Nothing
 * of the host's network is ever touched.
 *
 * MODEL: no packets: what is sent is at its receiver's at once. No raw
 * sockets, no multicast; ICMP sockets are for nobody, as Linux presets it.
 */

#include <string.h>

#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static struct in_any v4_addr(const uint8_t *a)
{
	struct in_any addr;

	memcpy(addr.b, v4_prefix, 12);
	memcpy(addr.b + 12, a, 4);
	return addr;
}

static const struct in_any *loopback6(void)
{
	static const struct in_any one = {{[15] = 1}};

	return &one;
}

bool ip_is_v4(const struct in_any *a)
{
	return !memcmp(a->b, v4_prefix, 12);
}

bool ip_is_any(const struct in_any *a)
{
	static const struct in_any none;

	return ip_is_v4(a) ? !memcmp(a->b + 12, none.b, 4)
			   : !memcmp(a, &none, sizeof(none));
}

bool ip_is_local(const struct in_any *a)
{
	return ip_is_v4(a) ? a->b[12] == 127
			   : !memcmp(a, loopback6(), sizeof(*a));
}

/* ---- addresses in and out ---------------------------------------------------- */

int inet_get_addr(const struct sock *sk, const struct sockaddr_any *from,
		  int32_t len, struct in_any *addr, uint16_t *port)
{
	const bool v6 = sk->family == AF_INET6 && from->family == AF_INET6;

	if (len < (v6 ? 24 : 16))
		return -EINVAL;
	if (from->family != sk->family &&
	    !(sk->family == AF_INET6 && from->family == AF_INET))
		return -EAFNOSUPPORT;
	*port = (uint16_t)(from->bytes[2] << 8 | from->bytes[3]);
	if (v6)
		memcpy(addr->b, from->bytes + 8, 16);
	else
		*addr = v4_addr(from->bytes + 4);
	return 0;
}

int inet_put_addr(const struct sock *sk, const struct in_any *addr,
		  uint16_t port, struct sockaddr_any *to)
{
	const bool v6 = sk->family == AF_INET6;

	memset(to, 0, v6 ? 28 : 16);
	to->family = (uint16_t)sk->family;
	to->bytes[2] = (uint8_t)(port >> 8);
	to->bytes[3] = (uint8_t)port;
	if (v6)
		memcpy(to->bytes + 8, addr->b, 16);
	else
		memcpy(to->bytes + 4, addr->b + 12, 4);
	return v6 ? 28 : 16;
}

int ip_route(const struct sock *sk, struct in_any *addr,
	     const struct in_any *bound, struct in_any *from)
{
	static const uint8_t localhost[4] = {127, 0, 0, 1};

	if (ip_is_any(addr)) /* this machine */
		*addr = ip_is_v4(addr) ? v4_addr(localhost) : *loopback6();
	if (!ip_is_local(addr) || sk->k->net.lo_down ||
	    (ip_is_v4(addr) && sk->family == AF_INET6 && inet_sk(sk)->v6only))
		return -ENETUNREACH;
	if (!ip_is_any(bound) && ip_is_v4(bound) != ip_is_v4(addr))
		return -ENETUNREACH;
	if (!ip_is_any(bound))
		*from = *bound;
	else
		*from = ip_is_v4(addr) ? v4_addr(localhost) : *loopback6();
	return 0;
}

int inet_bind(struct task_struct *curr, struct socket *sock,
	      const struct sockaddr_any *addr, int32_t len)
{
	struct inet_sock *inet = inet_sk(sock->sk);
	struct in_any to;
	uint16_t port;
	int err;

	if (len < (sock->sk->family == AF_INET6 ? 24 : 16))
		return -EINVAL;
	if (addr->family != sock->sk->family)
		return -EAFNOSUPPORT;
	err = inet_get_addr(sock->sk, addr, len, &to, &port);
	if (err)
		return err;
	if (!ip_is_any(&to) && !ip_is_local(&to))
		return -EADDRNOTAVAIL;
	if (ip_is_v4(&to) && sock->sk->family == AF_INET6 && inet->v6only)
		return -EINVAL;
	if (port && port < 1024 && !capable(curr, CAP_NET_BIND_SERVICE))
		return -EACCES;
	if (inet->sport || sock->sk->state != TCP_CLOSE)
		return -EINVAL;
	inet->saddr = to;
	err = inet_get_port(curr, inet, port, false);
	inet->addr_bound = !err && !ip_is_any(&to);
	inet->port_bound = !err && port;
	return err;
}

int inet_getname(struct task_struct *curr, struct socket *sock,
		 struct sockaddr_any *addr, bool peer)
{
	const struct inet_sock *inet = inet_sk(sock->sk);

	(void)curr;
	if (!peer)
		return inet_put_addr(sock->sk, &inet->saddr, inet->shown_port,
				     addr);
	if (!inet->dport ||
	    (sock->type == SOCK_STREAM &&
	     (sock->sk->state == TCP_CLOSE || sock->sk->state == TCP_SYN_SENT)))
		return -ENOTCONN;
	return inet_put_addr(sock->sk, &inet->daddr, inet->dport, addr);
}

void inet_reset_addrs(struct inet_sock *inet)
{
	const int v4 = inet->sk.family == AF_INET ? 12 : 0;

	if (v4)
		memcpy(inet->daddr.b, v4_prefix, sizeof(v4_prefix));
	memset(inet->daddr.b + v4, 0, (size_t)(16 - v4));
	inet->dport = 0;
	if (!inet->addr_bound)
		inet->saddr = inet->daddr;
}

/* ---- a socket's life ---------------------------------------------------------- */

void inet_destruct(struct task_struct *curr, struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);

	BUG_ON(inet->tcp.peer);
	inet_unhash(inet);
	skb_queue_purge(curr, &inet->tcp.write_queue);
}

struct inet_sock *inet_alloc(struct task_struct *curr, int family, int type,
			     int protocol)
{
	static const uint8_t any4[4];
	const bool v6 = family == AF_INET6;
	const enum net_cache cache = type == SOCK_STREAM ? v6 ? NET_CACHE_TCP6
							      : NET_CACHE_TCP
				     : v6                ? NET_CACHE_UDP6
							 : NET_CACHE_UDP;
	struct sock *sk = sk_alloc(curr, cache, family, type, protocol);
	struct inet_sock *inet;

	if (!sk)
		return NULL;
	inet = inet_sk(sk);
	sk->destruct = inet_destruct;
	skb_queue_head_init(&inet->tcp.write_queue);
	INIT_LIST_HEAD(&inet->tcp.accept_queue);
	INIT_LIST_HEAD(&inet->tcp.accept_link);
	INIT_LIST_HEAD(&inet->tcp.syn_queue);
	INIT_LIST_HEAD(&inet->tcp.syn_link);
	if (!v6)
		inet->saddr = inet->daddr = v4_addr(any4);
	if (type == SOCK_STREAM) {
		sk->sndbuf = 16384;
		sk->rcvbuf = 131072;
	}
	inet_opts_init(inet);
	return inet;
}

static int create(struct task_struct *curr, struct socket *sock, int protocol,
		  int family)
{
	struct inet_sock *inet;

	if (protocol < 0 || protocol > 262)
		return -EINVAL;
	switch (sock->type) {
	case SOCK_STREAM:
		if (protocol && protocol != IPPROTO_TCP)
			return -EPROTONOSUPPORT;
		protocol = IPPROTO_TCP;
		sock->ops = &inet_stream_ops;
		break;
	case SOCK_DGRAM:
		if (protocol == IPPROTO_ICMP && family == AF_INET)
			return -EACCES; /* ping_group_range: nobody */
		if (protocol && protocol != IPPROTO_UDP)
			return -EPROTONOSUPPORT;
		protocol = IPPROTO_UDP;
		sock->ops = &inet_dgram_ops;
		break;
	case SOCK_RAW:
		if (protocol && !capable(curr, CAP_NET_RAW))
			return -EPERM;
		return -EPROTONOSUPPORT;
	default:
		return -ESOCKTNOSUPPORT;
	}
	inet = inet_alloc(curr, family, sock->type, protocol);
	if (!inet)
		return -ENOBUFS;
	sock_graft(&inet->sk, sock);
	return 0;
}

static int inet_create(struct task_struct *curr, struct socket *sock,
		       int protocol)
{
	return create(curr, sock, protocol, AF_INET);
}

static int inet6_create(struct task_struct *curr, struct socket *sock,
			int protocol)
{
	return create(curr, sock, protocol, AF_INET6);
}

const struct net_proto_family inet_family_ops = {
	.family = AF_INET,
	.create = inet_create,
};

const struct net_proto_family inet6_family_ops = {
	.family = AF_INET6,
	.create = inet6_create,
};
