/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/inet_sock.h"

/*
 * Who has which port (Linux: net/ipv4/inet_hashtables.c,
 * inet_connection_sock.c's bind rules, udp.c's look-up).
 *
 * Ports that the kernel chooses come in order, odd ones for bind(2), even ones
 * for connect(2), from 32768 to 60999: Linux begins somewhere at random.
 *
 * MODEL: one list; Linux has hash tables. No TIME_WAIT: a port is free as soon
 * as its last connection has ended.
 */

#include <string.h>

#include "kernel/state.h"

#define PORT_FIRST 32768
#define PORT_LAST  60999

void inet_hash(struct inet_sock *inet)
{
	if (inet->hashed)
		return;
	list_add_tail(&inet->link, &inet->sk.k->net.inet.socks);
	inet->hashed = true;
}

void inet_unhash(struct inet_sock *inet)
{
	if (!inet->hashed)
		return;
	list_del(&inet->link);
	inet->hashed = false;
	inet->sport = 0;
}

/* Could something be meant for both? */
static bool addrs_overlap(const struct inet_sock *a, const struct inet_sock *b)
{
	const bool a6 = !ip_is_v4(&a->saddr), b6 = !ip_is_v4(&b->saddr);

	if (a6 != b6) {
		const struct inet_sock *six = a6 ? a : b;

		return ip_is_any(&six->saddr) && !six->v6only;
	}
	return ip_is_any(&a->saddr) || ip_is_any(&b->saddr) ||
	       !memcmp(&a->saddr, &b->saddr, sizeof(a->saddr));
}

static bool bind_conflict(const struct inet_sock *inet, uint16_t port)
{
	const struct inet_sock *other;

	list_for_each_entry(other, &inet->sk.k->net.inet.socks, link) {
		if (other == inet || other->sport != port ||
		    other->sk.protocol != inet->sk.protocol ||
		    !addrs_overlap(inet, other))
			continue;
		if (inet->sk.reuse && other->sk.reuse &&
		    other->sk.state != TCP_LISTEN)
			continue;
		if (inet->sk.reuseport && other->sk.reuseport &&
		    inet->sk.uid == other->sk.uid)
			continue;
		return true;
	}
	return false;
}

/* For connect(2): another destination makes the same port another one. */
static bool connect_conflict(const struct inet_sock *inet, uint16_t port)
{
	const struct inet_sock *other;

	list_for_each_entry(other, &inet->sk.k->net.inet.socks, link)
		if (other != inet && other->sport == port &&
		    other->sk.protocol == inet->sk.protocol &&
		    (other->port_bound || (other->dport == inet->dport &&
					   !memcmp(&other->daddr, &inet->daddr,
						   sizeof(inet->daddr)))))
			return true;
	return false;
}

static bool taken(const struct inet_sock *inet, uint16_t port, bool connecting)
{
	return connecting ? connect_conflict(inet, port)
			  : bind_conflict(inet, port);
}

/* The next free one behind the last that was given; 0: none. */
static uint16_t choose_port(struct inet_sock *inet, bool connecting)
{
	uint16_t *last = &inet->sk.k->net.inet.last_port[connecting];
	const uint32_t nr = (PORT_LAST - PORT_FIRST + 1) / 2;

	for (uint32_t n = 0; n < 2 * nr; n++) {
		/* the other half when the first is full */
		const uint32_t odd = (n >= nr) ^ !connecting;
		const uint32_t at = (*last + n % nr) % nr;
		const uint16_t port = (uint16_t)(PORT_FIRST + 2 * at + odd);

		if (taken(inet, port, connecting))
			continue;
		*last = (uint16_t)(at + 1);
		return port;
	}
	return 0;
}

int inet_get_port(struct task_struct *curr, struct inet_sock *inet,
		  uint16_t port, bool connecting)
{
	(void)curr;
	if (!port) {
		port = choose_port(inet, connecting);
		if (!port)
			return connecting ? -EADDRNOTAVAIL : -EADDRINUSE;
	} else if (taken(inet, port, connecting)) {
		return -EADDRINUSE;
	}
	inet->sport = inet->shown_port = port;
	inet_hash(inet);
	return 0;
}

/* How well @inet fits; below 0: not at all. */
static int score(const struct inet_sock *inet, const struct in_any *addr,
		 const struct in_any *from, uint16_t fport)
{
	const bool v6 = inet->sk.family == AF_INET6;
	int points = 0;

	if (ip_is_v4(addr) ? v6 && inet->v6only : !v6)
		return -1;
	if (!ip_is_any(&inet->saddr)) {
		if (memcmp(&inet->saddr, addr, sizeof(*addr)))
			return -1;
		points += 2;
	} else if (ip_is_v4(&inet->saddr) != ip_is_v4(addr) &&
		   ip_is_v4(&inet->saddr)) {
		return -1;
	}
	if (ip_is_v4(addr) && !v6)
		points++;
	if (inet->dport) {
		if (inet->dport != fport ||
		    memcmp(&inet->daddr, from, sizeof(*from)))
			return -1;
		points += 4;
	}
	return points;
}

struct inet_sock *inet_lookup(struct kernel *k, int protocol,
			      const struct in_any *addr, uint16_t port,
			      const struct in_any *from, uint16_t fport)
{
	struct inet_sock *inet, *best = NULL;
	int most = -1;

	list_for_each_entry(inet, &k->net.inet.socks, link) {
		int points;

		if (inet->sport != port || inet->sk.protocol != protocol ||
		    (protocol == IPPROTO_TCP && inet->sk.state != TCP_LISTEN))
			continue;
		points = score(inet, addr, from, fport);
		if (points >= 0 && points >= most) {
			most = points;
			best = inet;
		}
	}
	return best;
}
