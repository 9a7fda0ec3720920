/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_SOCK_H
#define KERNEL_NET_SOCK_H

/* A protocol's half of a socket (include/net/sock.h). */

#include "kernel/fs/fasync.h"
#include "kernel/net/net.h"
#include "kernel/net/skbuff.h"

struct pid;

/* Of all protocols' sockets, by TCP's names and numbers. */
enum tcp_state {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
};

/* A queue of 256 messages of 256 bytes, with what lies around them. */
#define SK_MEM_DEFAULT  (256u * (256 + SKB_HEAD_SIZE + SKB_SHARED_INFO))
#define SOCK_MIN_RCVBUF (2048u + SKB_HEAD_SIZE)
#define SOCK_MIN_SNDBUF (2 * SOCK_MIN_RCVBUF)
#define SOMAXCONN       4096
#define OPTMEM_MAX      10240u
/* A time-out that never comes. */
#define NO_TIMEOUT      UINT64_MAX

/*
 * Lives while somebody refers to it: its socket, messages it sent, its peer.
 * What it owns besides is freed by sk_destruct().
 */
struct sock {
	struct kernel *k;
	int32_t refcnt;
	struct socket *socket; /* NULL: the file is gone, or not there yet */
	enum net_cache cache; /* NR_NET_CACHES: kmalloc's */
	int family, type, protocol;
	enum tcp_state state;
	uint32_t shutdown;
	int32_t err; /* pending, positive */
	bool dead;
	struct wait_queue_head wq;
	struct rw_semaphore lock;
	struct sk_buff_head receive_queue;
	uint32_t rmem_alloc, wmem_alloc, sndbuf, rcvbuf, drops;
	uint32_t ack_backlog, max_ack_backlog;
	uint64_t rcvtimeo, sndtimeo; /* ns; NO_TIMEOUT */
	int32_t rcvlowat, peek_off, bound_dev_if;
	uint32_t priority, mark;
	uint64_t cookie;
	uint32_t uid; /* who made it */
	uint64_t ino; /* of its socket, while it has or had one */
	bool reuse, reuseport, broadcast, keepalive, oobinline, no_check;
	bool debug, localroute, passcred, passsec, timestamp, timestampns;
	bool stamp_new, rxq_ovfl, nofcs, linger;
	bool sndbuf_locked, rcvbuf_locked;
	bool async_nospace; /* a writer has met with no room */
	uint32_t lingertime; /* s */
	struct timespec64 stamp; /* of the last message, for SIOCGSTAMP */
	struct pid *peer_pid;
	struct ucred peercred; /* its ids; pid is peer_pid's */
	struct group_info *peer_groups;
	/* Frees what its protocol keeps. */
	void (*destruct)(struct task_struct *curr, struct sock *sk);
	/* Room to send came free. */
	void (*write_space)(struct task_struct *curr, struct sock *sk);
};

/* Of an enum net_cache, filled in as all sockets begin. NULL: no memory. */
struct sock *sk_alloc(struct task_struct *curr, enum net_cache cache,
		      int family, int type, int protocol);
/* The same of no cache: by kmalloc(), as families do that have few. */
struct sock *sk_alloc_obj(struct task_struct *curr, uint32_t arm_size,
			  uint32_t size, int family, int type, int protocol);
/* @sock and @sk become halves of one. */
void sock_graft(struct sock *sk, struct socket *sock);
/* The socket is gone, others may hold on. */
void sock_orphan(struct sock *sk);
static inline void sock_hold(struct sock *sk)
{
	sk->refcnt++;
}
void sock_put(struct task_struct *curr, struct sock *sk);
static inline void lock_sock(struct task_struct *curr, struct sock *sk)
{
	down_write(curr, &sk->lock);
}
static inline void release_sock(struct task_struct *curr, struct sock *sk)
{
	up_write(curr, &sk->lock);
}

/* Takes the pending error: 0 or -errno. */
int sock_error(struct sock *sk);
/* What a signal tells of, beside its reason. */
enum sock_wake_how {
	SOCK_WAKE_WAITD, /* what somebody may wait for */
	SOCK_WAKE_SPACE, /* room, for who has met with none */
	SOCK_WAKE_IO,
	SOCK_WAKE_URG,
};
/* Who has asked for signals gets one. Never sleeps. */
void sk_wake_async(struct task_struct *curr, struct sock *sk,
		   enum sock_wake_how how, enum fasync_reason reason);
/* Something came: for who waits, polls or wants a signal. */
void sk_data_ready(struct task_struct *curr, struct sock *sk);
/* Who waits or polls looks again. */
void sk_wake(struct task_struct *curr, struct sock *sk);
/* The virtual cycle at which a call of now gives up. 0: at once. */
uint64_t sock_deadline(const struct task_struct *curr, uint64_t timeout_ns,
		       bool nonblock);
/*
 * One nap on @wq, of which the caller says with prepare_to_wait() and
 * finish_wait() that it's over; -EAGAIN: time is up; -ERESTARTSYS, or -EINTR
 * where a time-out was set.
 */
int sock_nap(struct task_struct *curr, uint64_t deadline);
/* Sleeps until @condition or @deadline: 0 or sock_nap()'s. */
#define sk_wait_event(curr, sk, deadline, condition)             \
	({                                                       \
		struct wait_queue_entry wait_ = {0};             \
		int err_ = 0;                                    \
		while (!err_) {                                  \
			prepare_to_wait(curr, &(sk)->wq, &wait_, \
					TASK_INTERRUPTIBLE);     \
			if (condition)                           \
				break;                           \
			err_ = sock_nap(curr, deadline);         \
		}                                                \
		finish_wait(curr, &(sk)->wq, &wait_);            \
		err_;                                            \
	})

static inline bool sock_writeable(const struct sock *sk)
{
	return sk->wmem_alloc < sk->sndbuf / 2;
}
/*
 * A message of @len bytes that weighs on @sk until it is freed; waits for
 * room. ERR_PTR: -EAGAIN, -EPIPE, -ENOBUFS, …
 */
struct sk_buff *sock_alloc_send_skb(struct task_struct *curr, struct sock *sk,
				    uint32_t linear, uint32_t len,
				    bool nonblock);
void skb_set_owner_w(struct sk_buff *skb, struct sock *sk);
/* It weighs on @sk's receive buffer from now on, or no more. */
void skb_charge_r(struct sock *sk, struct sk_buff *skb);
void skb_uncharge_r(struct sock *sk, struct sk_buff *skb);
/* SIGPIPE, unless @flags has MSG_NOSIGNAL. Returns -EPIPE. */
int sk_pipe_error(struct task_struct *curr, uint32_t flags);

int sock_setsockopt(struct task_struct *curr, struct socket *sock, int name,
		    vaddr_t uval, uint32_t len);
int sock_getsockopt(struct task_struct *curr, struct socket *sock, int name,
		    vaddr_t uval, vaddr_t ulen);
/* Who @curr is becomes what @sk's peer sees. */
void sock_set_peercred(struct task_struct *curr, struct sock *sk);
void sock_copy_peercred(struct task_struct *curr, struct sock *to,
			const struct sock *from);
/* Operations that a family lacks. */
int sock_no_bind(struct task_struct *curr, struct socket *sock,
		 const struct sockaddr_any *addr, int32_t len);

/* ---- core/datagram.c -------------------------------------------------------- */

/*
 * The next message, taken out of the queue or (MSG_PEEK) with a reference; at
 * @*offset bytes of it have been peeked at before. ERR_PTR.
 */
struct sk_buff *skb_recv_datagram(struct task_struct *curr, struct sock *sk,
				  uint32_t flags, uint32_t *offset);
uint32_t datagram_poll(struct task_struct *curr, struct socket *sock,
		       struct poll_table *table);
/* Time stamps and drops as control messages, as far as asked for. */
void sock_recv_cmsgs(struct task_struct *curr, struct sock *sk,
		     struct msghdr *msg, const struct sk_buff *skb);

#endif
