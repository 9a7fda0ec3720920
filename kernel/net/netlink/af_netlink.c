/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/netlink.h"

/*
 * Netlink (Linux: net/netlink/af_netlink.c): datagrams between programs and
 * the kernel, whose port is 0. Each holds messages with a header; the kernel
 * answers them in order, at once, but for dumps: of these it makes one
 * datagram, and another whenever the reader has taken one.
 *
 * Invariant: no two sockets of one protocol have the same port, but 0.
 *
 * MODEL: protocols are NETLINK_ROUTE and NETLINK_KOBJECT_UEVENT. Devices don't
 * come and go, and nobody is told of changes: who listens to a group hears
 * nothing. Errors have no text (NETLINK_EXT_ACK), and repeat 256 bytes of a
 * request at most.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/net/scm.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define ARM_SIZEOF_NETLINK_SOCK 752
#define SOCKADDR_NL             12
#define NR_GROUPS               64 /* RTNLGRP_MAX, in whole words */
#define MAX_PROTOCOLS           32
#define FIRST_ROVER             0xffffefffu /* -4097, and down from there */

struct sockaddr_nl_arm {
	uint16_t family, pad;
	uint32_t pid, groups;
};

static struct netlink_sock *nlk_sk(struct sock *sk)
{
	return container_of(sk, struct netlink_sock, sk);
}

/* ---- building messages ------------------------------------------------------ */

static void put_bytes(struct nl_buf *buf, const void *from, uint32_t n)
{
	const uint32_t room = NL_BUF_BYTES - buf->len;
	const uint32_t padded = NLA_ALIGN(n);

	BUG_ON(padded > room);
	memset(buf->bytes + buf->len, 0, padded);
	if (n)
		memcpy(buf->bytes + buf->len, from, n);
	buf->len += padded;
}

uint32_t nlmsg_begin(struct nl_buf *buf, uint32_t portid, uint32_t seq,
		     uint16_t type, uint16_t flags, const void *head,
		     uint32_t n)
{
	const struct nlmsghdr h = {.nlmsg_type = type,
				   .nlmsg_flags = flags,
				   .nlmsg_seq = seq,
				   .nlmsg_pid = portid};
	const uint32_t begin = buf->len;

	put_bytes(buf, &h, sizeof(h));
	put_bytes(buf, head, n);
	return begin;
}

void nlmsg_end(struct nl_buf *buf, uint32_t begin)
{
	const uint32_t len = buf->len - begin;

	memcpy(buf->bytes + begin, &len, sizeof(len));
}

void nla_put(struct nl_buf *buf, uint16_t type, const void *data, uint32_t n)
{
	const struct nlattr a = {(uint16_t)(NLA_HDRLEN + n), type};

	put_bytes(buf, &a, sizeof(a));
	put_bytes(buf, data, n);
}

uint32_t nla_nest_start(struct nl_buf *buf, uint16_t type)
{
	const uint32_t begin = buf->len;

	nla_put(buf, type, NULL, 0);
	return begin;
}

void nla_nest_end(struct nl_buf *buf, uint32_t begin)
{
	const uint16_t len = (uint16_t)(buf->len - begin);

	memcpy(buf->bytes + begin, &len, sizeof(len));
}

const struct nlattr *nlmsg_find_attr(const struct nl_request *req,
				     uint32_t head, uint16_t type)
{
	uint32_t at = NLMSG_ALIGN(head);

	while (at + NLA_HDRLEN <= req->body_len) {
		const struct nlattr *a = (const void *)(req->body + at);

		if (a->nla_len < NLA_HDRLEN || at + a->nla_len > req->body_len)
			return NULL;
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
		at += NLA_ALIGN(a->nla_len);
	}
	return NULL;
}

/* ---- ports ------------------------------------------------------------------ */

static struct netlink_sock *netlink_lookup(struct kernel *k, int protocol,
					   uint32_t portid)
{
	struct netlink_sock *nlk;

	list_for_each_entry(nlk, &k->net.netlink, link)
		if (nlk->sk.protocol == protocol && nlk->bound &&
		    nlk->portid == portid)
			return nlk;
	return NULL;
}

static int netlink_insert(struct task_struct *curr, struct netlink_sock *nlk,
			  uint32_t portid)
{
	if (nlk->bound)
		return nlk->portid == portid ? 0 : -EBUSY;
	if (netlink_lookup(curr->k, nlk->sk.protocol, portid))
		return -EADDRINUSE;
	nlk->portid = portid;
	nlk->bound = true;
	return 0;
}

static int netlink_autobind(struct task_struct *curr, struct netlink_sock *nlk)
{
	uint32_t portid = (uint32_t)curr->tgid, rover = FIRST_ROVER;

	if (nlk->bound)
		return 0;
	while (netlink_lookup(curr->k, nlk->sk.protocol, portid))
		portid = rover--;
	return netlink_insert(curr, nlk, portid);
}

static int get_name(const struct sockaddr_any *addr, int32_t len,
		    struct sockaddr_nl_arm *to)
{
	if (len < SOCKADDR_NL || addr->family != AF_NETLINK)
		return -EINVAL;
	memcpy(to, addr->bytes, sizeof(*to));
	return 0;
}

static int32_t put_name(struct sockaddr_any *addr, uint32_t portid,
			uint32_t groups)
{
	const struct sockaddr_nl_arm name = {AF_NETLINK, 0, portid, groups};

	memcpy(addr->bytes, &name, sizeof(name));
	return SOCKADDR_NL;
}

static int netlink_bind(struct task_struct *curr, struct socket *sock,
			const struct sockaddr_any *addr, int32_t len)
{
	struct netlink_sock *nlk = nlk_sk(sock->sk);
	struct sockaddr_nl_arm name;
	int err = get_name(addr, len, &name);

	if (err)
		return err;
	if (nlk->bound)
		err = name.pid == nlk->portid ? 0 : -EINVAL;
	else if (name.pid)
		err = netlink_insert(curr, nlk, name.pid);
	else
		err = netlink_autobind(curr, nlk);
	if (!err)
		nlk->groups = (nlk->groups & ~(uint64_t)UINT32_MAX) |
			      name.groups;
	return err;
}

static uint32_t first_group(uint32_t mask)
{
	return mask ? (uint32_t)__builtin_ctz(mask) + 1 : 0;
}

static int netlink_connect(struct task_struct *curr, struct socket *sock,
			   const struct sockaddr_any *addr, int32_t len,
			   uint32_t flags)
{
	struct netlink_sock *nlk = nlk_sk(sock->sk);
	struct sockaddr_nl_arm name = {0};
	int err;

	(void)flags;
	if (len < 2)
		return -EINVAL;
	if (addr->family == AF_UNSPEC) {
		nlk->dst_portid = nlk->dst_group = 0;
		sock->sk->state = TCP_CLOSE;
		return 0;
	}
	err = get_name(addr, len, &name);
	if (err)
		return err;
	if ((name.pid || name.groups) && !capable(curr, CAP_NET_ADMIN))
		return -EPERM;
	err = netlink_autobind(curr, nlk);
	if (err)
		return err;
	nlk->dst_portid = name.pid;
	nlk->dst_group = first_group(name.groups);
	sock->sk->state = TCP_ESTABLISHED;
	return 0;
}

static int netlink_getname(struct task_struct *curr, struct socket *sock,
			   struct sockaddr_any *addr, bool peer)
{
	const struct netlink_sock *nlk = nlk_sk(sock->sk);

	(void)curr;
	if (peer)
		return put_name(addr, nlk->dst_portid,
				nlk->dst_group && nlk->dst_group <= 32
					? 1u << (nlk->dst_group - 1)
					: 0);
	return put_name(addr, nlk->portid, (uint32_t)nlk->groups);
}

/* ---- to a socket ------------------------------------------------------------ */

/* False: its buffer is full. Takes the message over. */
static bool queue_message(struct task_struct *curr, struct netlink_sock *to,
			  struct sk_buff *skb)
{
	if (to->sk.rmem_alloc > to->sk.rcvbuf) {
		kfree_skb(curr, skb);
		return false;
	}
	skb_charge_r(&to->sk, skb);
	skb_queue_tail(&to->sk.receive_queue, skb);
	sk_data_ready(curr, &to->sk);
	return true;
}

/* MODEL: Linux waits for room in a socket that is full. */
struct sk_buff *netlink_attachskb(struct task_struct *curr,
				  const struct file *file, const void *bytes,
				  uint32_t n, struct sock **sk)
{
	const struct socket *sock = sock_from_file(file);
	struct sk_buff *skb;

	if (!sock)
		return ERR_PTR(-ENOTSOCK);
	if (sock->sk->family != AF_NETLINK)
		return ERR_PTR(-EINVAL);
	if (sock->sk->rmem_alloc > sock->sk->rcvbuf)
		return ERR_PTR(-EAGAIN);
	skb = alloc_skb(curr, n, n, GFP_KERNEL);
	if (!skb)
		return ERR_PTR(-ENOMEM);
	skb_store_bits(curr, skb, 0, bytes, n);
	*sk = sock->sk;
	sock_hold(*sk);
	skb_charge_r(*sk, skb);
	return skb;
}

void netlink_sendskb(struct task_struct *curr, struct sock *sk,
		     struct sk_buff *skb)
{
	skb_queue_tail(&sk->receive_queue, skb);
	sk_data_ready(curr, sk);
	sock_put(curr, sk);
}

void netlink_detachskb(struct task_struct *curr, struct sock *sk,
		       struct sk_buff *skb)
{
	skb_uncharge_r(sk, skb);
	kfree_skb(curr, skb);
	sock_put(curr, sk);
}

/* What the kernel says; lost with an error where there is no memory for it. */
static void answer(struct task_struct *curr, struct netlink_sock *to,
		   const struct nl_buf *buf)
{
	struct sk_buff *skb;

	if (!buf->len)
		return;
	sock_hold(&to->sk);
	skb = alloc_skb(curr, buf->len, buf->len, GFP_KERNEL);
	if (skb) {
		skb_store_bits(curr, skb, 0, buf->bytes, buf->len);
		queue_message(curr, to, skb);
	} else {
		to->sk.err = ENOBUFS;
		sk_wake(curr, &to->sk);
	}
	sock_put(curr, &to->sk);
}

/* The next datagram of the dump, or its end. */
static void netlink_dump(struct task_struct *curr, struct netlink_sock *nlk)
{
	struct nl_dump *dump = &nlk->dump;
	struct nl_buf buf = {0};
	uint32_t begin;

	if (!dump->error)
		dump->fill(curr, dump, nlk->portid, &buf);
	if (!buf.len) {
		begin = nlmsg_begin(&buf, nlk->portid, dump->seq, NLMSG_DONE,
				    NLM_F_MULTI | dump->answer_flags,
				    &dump->error, sizeof(dump->error));
		nlmsg_end(&buf, begin);
		dump->running = false;
	}
	answer(curr, nlk, &buf);
}

/* An error of a request that is told again, as far as we have read it. */
static void netlink_ack(struct task_struct *curr, struct netlink_sock *nlk,
			const struct nl_request *req, int err)
{
	const bool whole = err && !(nlk->flags & 1u << NETLINK_CAP_ACK);
	const struct nlmsgerr e = {err, req->h};
	struct nl_buf buf = {0};
	const uint32_t begin =
		nlmsg_begin(&buf, nlk->portid, req->h.nlmsg_seq, NLMSG_ERROR,
			    whole ? 0 : NLM_F_CAPPED, &e, sizeof(e));

	if (whole)
		put_bytes(&buf, req->body, req->body_len);
	nlmsg_end(&buf, begin);
	answer(curr, nlk, &buf);
}

/* ---- to the kernel ---------------------------------------------------------- */

static void handle_request(struct task_struct *curr, struct netlink_sock *nlk,
			   const struct nl_request *req)
{
	struct nl_dump dump = {.seq = req->h.nlmsg_seq,
			       .strict = nlk->flags &
					 1u << NETLINK_GET_STRICT_CHK};
	struct nl_buf buf = {0};
	int err = 0;

	if (req->h.nlmsg_flags & NLM_F_REQUEST &&
	    req->h.nlmsg_type >= NLMSG_MIN_TYPE) {
		err = rtnetlink_rcv_msg(curr, req, nlk->portid, &dump, &buf);
		answer(curr, nlk, &buf);
	}
	if (err == -EINTR && nlk->dump.running) {
		err = -EBUSY;
	} else if (err == -EINTR) {
		dump.running = true;
		nlk->dump = dump;
		netlink_dump(curr, nlk);
		return;
	}
	if (err || req->h.nlmsg_flags & NLM_F_ACK)
		netlink_ack(curr, nlk, req, err);
}

static void netlink_rcv_skb(struct task_struct *curr, struct netlink_sock *nlk,
			    const struct sk_buff *skb)
{
	struct nl_request req;
	uint32_t at = 0, body;

	while (skb->len - at >= NLMSG_HDRLEN) {
		skb_copy_bits(curr, skb, at, &req.h, sizeof(req.h));
		if (req.h.nlmsg_len < NLMSG_HDRLEN ||
		    req.h.nlmsg_len > skb->len - at)
			return;
		body = req.h.nlmsg_len - NLMSG_HDRLEN;
		req.body_len = body < NL_BODY_MAX ? body : NL_BODY_MAX;
		if (req.body_len)
			skb_copy_bits(curr, skb, at + NLMSG_HDRLEN, req.body,
				      req.body_len);
		handle_request(curr, nlk, &req);
		if (NLMSG_ALIGN(req.h.nlmsg_len) >= skb->len - at)
			return;
		at += NLMSG_ALIGN(req.h.nlmsg_len);
	}
}

/* ---- sending ---------------------------------------------------------------- */

static int netlink_target(struct task_struct *curr, struct netlink_sock *nlk,
			  const struct msghdr *msg, uint32_t *portid,
			  uint32_t *group)
{
	struct sockaddr_nl_arm name;
	int err;

	*portid = nlk->dst_portid;
	*group = nlk->dst_group;
	if (!msg->name || !msg->namelen)
		return 0;
	err = get_name(msg->name, msg->namelen, &name);
	if (err)
		return err;
	*portid = name.pid;
	*group = first_group(name.groups);
	return (*portid || *group) && !capable(curr, CAP_NET_ADMIN) ? -EPERM
								    : 0;
}

/* Takes the message over. 0 or -errno. */
static int netlink_unicast(struct task_struct *curr, struct netlink_sock *nlk,
			   struct sk_buff *skb, uint32_t portid)
{
	struct netlink_sock *to = NULL;
	int err = 0;

	if (portid)
		to = netlink_lookup(curr->k, nlk->sk.protocol, portid);
	if (to && !to->sk.dead)
		return queue_message(curr, to, skb) ? 0 : -EAGAIN;
	if (!portid && nlk->sk.protocol == NETLINK_ROUTE)
		netlink_rcv_skb(curr, nlk, skb);
	else
		err = -ECONNREFUSED;
	kfree_skb(curr, skb);
	return err;
}

static int32_t netlink_sendmsg(struct task_struct *curr, struct socket *sock,
			       struct msghdr *msg, uint32_t n)
{
	struct netlink_sock *nlk = nlk_sk(sock->sk);
	uint32_t portid, group;
	struct sk_buff *skb;
	int err;

	if (msg->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (!n)
		return -ENODATA;
	err = netlink_target(curr, nlk, msg, &portid, &group);
	if (!err)
		err = netlink_autobind(curr, nlk);
	if (err)
		return err;
	if (n > sock->sk->sndbuf - 32)
		return -EMSGSIZE;
	skb = alloc_skb(curr, n < 2048 ? n : 2048, n, GFP_KERNEL);
	if (!skb)
		return -ENOBUFS;
	err = skb_copy_from_iter(curr, skb, &msg->iter, n);
	if (err) {
		kfree_skb(curr, skb);
		return err;
	}
	skb->cb.portid = nlk->portid;
	skb->cb.uid = curr->cred.uid;
	skb->cb.gid = curr->cred.gid;
	lock_sock(curr, sock->sk);
	err = netlink_unicast(curr, nlk, skb, portid);
	release_sock(curr, sock->sk);
	return err ? err : (int32_t)n;
}

/* ---- receiving -------------------------------------------------------------- */

static void recv_cmsgs(struct task_struct *curr, struct sock *sk,
		       struct msghdr *msg, const struct sk_buff *skb)
{
	const struct ucred creds = {0, skb->cb.uid, skb->cb.gid};
	const uint32_t group = 0;

	if (nlk_sk(sk)->flags & 1u << NETLINK_PKTINFO)
		put_cmsg(curr, msg, SOL_NETLINK, NETLINK_PKTINFO, &group,
			 sizeof(group));
	if (sk->passcred)
		put_cmsg(curr, msg, SOL_SOCKET, SCM_CREDENTIALS, &creds,
			 sizeof(creds));
}

static int32_t netlink_recvmsg(struct task_struct *curr, struct socket *sock,
			       struct msghdr *msg, uint32_t n, uint32_t flags)
{
	struct sock *sk = sock->sk;
	struct netlink_sock *nlk = nlk_sk(sk);
	struct sk_buff *skb;
	uint32_t skip;
	int32_t ret;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	skb = skb_recv_datagram(curr, sk, flags, &skip);
	if (IS_ERR_OR_NULL(skb))
		return (int32_t)PTR_ERR(skb);
	if (!(flags & MSG_PEEK))
		skb_uncharge_r(sk, skb);
	if (n < skb->len)
		msg->flags |= MSG_TRUNC;
	else
		n = skb->len;
	ret = skb_copy_to_iter(curr, skb, 0, &msg->iter, n);
	if (!ret) {
		if (msg->name)
			msg->namelen = put_name(msg->name, skb->cb.portid, 0);
		recv_cmsgs(curr, sk, msg, skb);
		ret = (int32_t)(flags & MSG_TRUNC ? skb->len : n);
	}
	kfree_skb(curr, skb);
	lock_sock(curr, sk);
	if (nlk->dump.running && sk->rmem_alloc <= sk->rcvbuf / 2)
		netlink_dump(curr, nlk);
	release_sock(curr, sk);
	return ret;
}

/* ---- options ---------------------------------------------------------------- */

#define FLAG_OPTIONS                                             \
	(1u << NETLINK_PKTINFO | 1u << NETLINK_BROADCAST_ERROR | \
	 1u << NETLINK_NO_ENOBUFS | 1u << NETLINK_CAP_ACK |      \
	 1u << NETLINK_EXT_ACK | 1u << NETLINK_GET_STRICT_CHK)

static bool is_flag(int name)
{
	return name >= 0 && name < 32 && FLAG_OPTIONS & 1u << name;
}

static int set_membership(struct netlink_sock *nlk, uint32_t group, bool add)
{
	const uint64_t bit = (uint64_t)1 << ((group - 1) % NR_GROUPS);

	if (!group || group > NR_GROUPS)
		return -EINVAL;
	nlk->groups = add ? nlk->groups | bit : nlk->groups & ~bit;
	return 0;
}

static int netlink_setsockopt(struct task_struct *curr, struct socket *sock,
			      int level, int name, vaddr_t uval, uint32_t len)
{
	struct netlink_sock *nlk = nlk_sk(sock->sk);
	uint32_t value = 0;

	if (level != SOL_NETLINK)
		return -ENOPROTOOPT;
	if (len >= sizeof(value) && get_user_u32(curr, &value, uval))
		return -EFAULT;
	if (is_flag(name)) {
		nlk->flags &= ~(1u << name);
		nlk->flags |= value ? 1u << name : 0;
		return 0;
	}
	switch (name) {
	case NETLINK_ADD_MEMBERSHIP:
	case NETLINK_DROP_MEMBERSHIP:
		return set_membership(nlk, value,
				      name == NETLINK_ADD_MEMBERSHIP);
	case NETLINK_LISTEN_ALL_NSID: /* there is one */
		return capable(curr, CAP_NET_BROADCAST) ? 0 : -EPERM;
	default:
		return -ENOPROTOOPT;
	}
}

/* As many words of groups as there is room for; how many there are. */
static int list_memberships(struct task_struct *curr,
			    const struct netlink_sock *nlk, uint32_t len,
			    vaddr_t uval, vaddr_t ulen)
{
	for (uint32_t at = 0; at + 4 <= len && at < NR_GROUPS / 8; at += 4)
		if (put_user_u32(curr, (uint32_t)(nlk->groups >> 8 * at),
				 uval + at))
			return -EFAULT;
	return put_user_u32(curr, NR_GROUPS / 8, ulen);
}

static int netlink_getsockopt(struct task_struct *curr, struct socket *sock,
			      int level, int name, vaddr_t uval, vaddr_t ulen)
{
	const struct netlink_sock *nlk = nlk_sk(sock->sk);
	uint32_t len;

	if (level != SOL_NETLINK)
		return -ENOPROTOOPT;
	if (get_user_u32(curr, &len, ulen))
		return -EFAULT;
	if ((int32_t)len < 0)
		return -EINVAL;
	if (name == NETLINK_LIST_MEMBERSHIPS)
		return list_memberships(curr, nlk, len, uval, ulen);
	if (!is_flag(name))
		return -ENOPROTOOPT;
	if (len < 4)
		return -EINVAL;
	if (put_user_u32(curr, 4, ulen) ||
	    put_user_u32(curr, nlk->flags >> name & 1, uval))
		return -EFAULT;
	return 0;
}

/* ---- a socket's life -------------------------------------------------------- */

static void netlink_release(struct task_struct *curr, struct socket *sock)
{
	sock_orphan(sock->sk);
	list_del(&nlk_sk(sock->sk)->link);
	sock_put(curr, sock->sk);
}

static const struct proto_ops netlink_ops = {
	.family = AF_NETLINK,
	.release = netlink_release,
	.bind = netlink_bind,
	.connect = netlink_connect,
	.getname = netlink_getname,
	.poll = datagram_poll,
	.setsockopt = netlink_setsockopt,
	.getsockopt = netlink_getsockopt,
	.sendmsg = netlink_sendmsg,
	.recvmsg = netlink_recvmsg,
};

static int netlink_create(struct task_struct *curr, struct socket *sock,
			  int protocol)
{
	struct sock *sk;

	if (sock->type != SOCK_RAW && sock->type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (protocol < 0 || protocol >= MAX_PROTOCOLS ||
	    (protocol != NETLINK_ROUTE && protocol != NETLINK_KOBJECT_UEVENT))
		return -EPROTONOSUPPORT;
	sk = sk_alloc_obj(curr, ARM_SIZEOF_NETLINK_SOCK,
			  sizeof(struct netlink_sock), AF_NETLINK, sock->type,
			  protocol);
	if (!sk)
		return -ENOMEM;
	list_add_tail(&nlk_sk(sk)->link, &curr->k->net.netlink);
	sock->ops = &netlink_ops;
	sock_graft(sk, sock);
	return 0;
}

const struct net_proto_family netlink_family_ops = {
	.family = AF_NETLINK,
	.create = netlink_create,
};
