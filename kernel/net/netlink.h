/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_NETLINK_H
#define KERNEL_NET_NETLINK_H

/*
 * Netlink sockets (net/netlink/af_netlink.h), and what is asked of the kernel
 * by NETLINK_ROUTE (net/core/rtnetlink.c and the files of each matter).
 */

#include <linux/netlink.h> /* one layout and numbering on all of Linux */

#include "kernel/net/sock.h"

#define NL_BUF_BYTES 2048
#define NL_BODY_MAX  256

/* Messages in the making: a datagram of the kernel's. */
struct nl_buf {
	uint32_t len;
	uint8_t bytes[NL_BUF_BYTES];
};

/* One request: its header, and as much of what follows as anybody reads. */
struct nl_request {
	struct nlmsghdr h;
	uint32_t body_len;
	uint8_t body[NL_BODY_MAX];
};

/* A dump that goes on as its reader takes datagrams. */
struct nl_dump {
	bool running;
	bool strict; /* the request's header counts, and was found in order */
	int stage; /* what comes next */
	int family;
	int error; /* how it ends */
	uint16_t answer_flags;
	uint32_t seq;
	/* what of it is wanted; 0: all */
	uint32_t table, index;
	uint8_t rt_type, rt_protocol;
	bool nothing;
	/* Adds messages: the next datagram. Adds none: that was all. */
	void (*fill)(struct task_struct *curr, struct nl_dump *dump,
		     uint32_t portid, struct nl_buf *buf);
};

struct netlink_sock {
	struct sock sk;
	struct list_head link; /* net_state.netlink */
	uint32_t portid, dst_portid, dst_group;
	uint64_t groups; /* multicast groups it listens to, from bit 0 */
	uint32_t flags; /* of options, by their bit */
	bool bound;
	struct nl_dump dump;
};

extern const struct net_proto_family netlink_family_ops;

/* ---- messages of others' for a program: mq_notify() ---- */

/*
 * A message of @n bytes that has its place in the buffer of the netlink socket
 * @file, to be sent there later. *@sk with a reference. ERR_PTR: -ENOTSOCK,
 * -EINVAL: it is no such socket; -EAGAIN: it is full; -ENOMEM.
 */
struct sk_buff *netlink_attachskb(struct task_struct *curr,
				  const struct file *file, const void *bytes,
				  uint32_t n, struct sock **sk);
/* Now. Both take message and reference over. */
void netlink_sendskb(struct task_struct *curr, struct sock *sk,
		     struct sk_buff *skb);
/* Never. */
void netlink_detachskb(struct task_struct *curr, struct sock *sk,
		       struct sk_buff *skb);

/* ---- building messages ---- */

/* A message with its family's header; what it returns goes to nlmsg_end(). */
uint32_t nlmsg_begin(struct nl_buf *buf, uint32_t portid, uint32_t seq,
		     uint16_t type, uint16_t flags, const void *head,
		     uint32_t n);
void nlmsg_end(struct nl_buf *buf, uint32_t begin);
void nla_put(struct nl_buf *buf, uint16_t type, const void *data, uint32_t n);
static inline void nla_put_u32(struct nl_buf *buf, uint16_t type,
			       uint32_t value)
{
	nla_put(buf, type, &value, sizeof(value));
}
static inline void nla_put_u8(struct nl_buf *buf, uint16_t type, uint8_t value)
{
	nla_put(buf, type, &value, sizeof(value));
}
uint32_t nla_nest_start(struct nl_buf *buf, uint16_t type);
void nla_nest_end(struct nl_buf *buf, uint32_t begin);
/* Attribute @type behind the first @head bytes of the body; NULL: none. */
const struct nlattr *nlmsg_find_attr(const struct nl_request *req,
				     uint32_t head, uint16_t type);

/* ---- NETLINK_ROUTE ---- */

/*
 * Does what @req asks. 0, -errno; -EINTR: a dump has been begun in *@dump.
 * What it answers besides goes to @buf.
 */
int rtnetlink_rcv_msg(struct task_struct *curr, const struct nl_request *req,
		      uint32_t portid, struct nl_dump *dump,
		      struct nl_buf *buf);
/* Dumps, once the request's header is checked. 0 or -errno. */
int inet_dump_ifaddr(const struct nl_request *req, struct nl_dump *dump);
int inet_dump_fib(const struct nl_request *req, struct nl_dump *dump);
int fib_nl_dumprule(const struct nl_request *req, struct nl_dump *dump);

#endif
