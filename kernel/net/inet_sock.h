/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_INET_SOCK_H
#define KERNEL_NET_INET_SOCK_H

/* TCP and UDP over the loopback device (include/net/inet_sock.h, tcp.h). */

#include "kernel/net/sock.h"

struct seq_file;

#define IPPROTO_ICMP 1
#define IPPROTO_TCP  6
#define IPPROTO_UDP  17

/* An address of either family; of IPv4, as ::ffff:a.b.c.d. */
struct in_any {
	uint8_t b[16];
};

/* Options that are a number: ip_sockglue.c has their table. */
#define NR_INET_OPTS 48

struct inet_sock {
	struct sock sk;
	struct list_head link; /* inet_state.socks, while it has a port */
	bool hashed;
	struct in_any saddr, daddr; /* here and there; of nobody: zero */
	uint16_t sport, dport; /* in host order; 0: none */
	uint16_t shown_port; /* the last sport, which getsockname() tells */
	bool addr_bound, port_bound; /* by bind(2) */
	bool v6only, recverr, recvpktinfo, recvttl;
	int32_t opt[NR_INET_OPTS];
	struct { /* TCP */
		struct inet_sock *peer; /* with a reference */
		struct sk_buff_head write_queue; /* there's no room there yet */
		struct list_head accept_queue, accept_link; /* connections */
		struct list_head syn_queue, syn_link; /* who would be one */
		struct inet_sock *listener; /* in whose syn_queue it is */
		bool fin; /* to be told when write_queue is empty */
		bool done; /* it was a connection */
	} tcp;
};

static inline struct inet_sock *inet_sk(const struct sock *sk)
{
	return container_of(sk, struct inet_sock, sk);
}

/* ---- af_inet.c ------------------------------------------------------------- */

extern const struct net_proto_family inet_family_ops, inet6_family_ops;
/* Nobody is at the other end, nor, unless it was bound, at this one. */
void inet_reset_addrs(struct inet_sock *inet);
bool ip_is_any(const struct in_any *a);
bool ip_is_v4(const struct in_any *a);
/* One of this machine's? */
bool ip_is_local(const struct in_any *a);
/* An address of @sk's family from the program. 0 or -errno. */
int inet_get_addr(const struct sock *sk, const struct sockaddr_any *from,
		  int32_t len, struct in_any *addr, uint16_t *port);
/* And back: how long it is. */
int inet_put_addr(const struct sock *sk, const struct in_any *addr,
		  uint16_t port, struct sockaddr_any *to);
/* Where @addr is reached, and from which address. -ENETUNREACH. */
int ip_route(const struct sock *sk, struct in_any *addr,
	     const struct in_any *bound, struct in_any *from);
struct inet_sock *inet_alloc(struct task_struct *curr, int family, int type,
			     int protocol);

/* ---- inet_hashtables.c ------------------------------------------------------ */

/* @port 0: one of its own choosing. 0, -EADDRINUSE, -EADDRNOTAVAIL. */
int inet_get_port(struct task_struct *curr, struct inet_sock *inet,
		  uint16_t port, bool connecting);
void inet_hash(struct inet_sock *inet);
void inet_unhash(struct inet_sock *inet);
/* Who listens, or gets datagrams from @from; without a reference, or NULL. */
struct inet_sock *inet_lookup(struct kernel *k, int protocol,
			      const struct in_any *addr, uint16_t port,
			      const struct in_any *from, uint16_t fport);

/* ---- ip_sockglue.c ---------------------------------------------------------- */

void inet_opts_init(struct inet_sock *inet);
int inet_setsockopt(struct task_struct *curr, struct socket *sock, int level,
		    int name, vaddr_t uval, uint32_t len);
int inet_getsockopt(struct task_struct *curr, struct socket *sock, int level,
		    int name, vaddr_t uval, vaddr_t ulen);

/* ---- tcp.c, udp.c, proc.c --------------------------------------------------- */

extern const struct proto_ops inet_stream_ops, inet_dgram_ops;
int tcp_seq_show(struct seq_file *m, void *v);
int tcp6_seq_show(struct seq_file *m, void *v);
int udp_seq_show(struct seq_file *m, void *v);
int udp6_seq_show(struct seq_file *m, void *v);
int dev_seq_show(struct seq_file *m, void *v);
int route_seq_show(struct seq_file *m, void *v);
int if_inet6_seq_show(struct seq_file *m, void *v);
/* Operations that both have. */
int inet_bind(struct task_struct *curr, struct socket *sock,
	      const struct sockaddr_any *addr, int32_t len);
int inet_getname(struct task_struct *curr, struct socket *sock,
		 struct sockaddr_any *addr, bool peer);
void inet_destruct(struct task_struct *curr, struct sock *sk);

#endif
