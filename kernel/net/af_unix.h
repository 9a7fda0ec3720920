/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_AF_UNIX_H
#define KERNEL_NET_AF_UNIX_H

/* Sockets of the machine's own (include/net/af_unix.h). */

#include "kernel/net/sock.h"
#include "kernel/net/scm.h"

struct seq_file;

#define UNIX_PATH_MAX 108
#define SUN_PATH      2 /* where the name begins in an address */

/* A name, shared by a listener and the connections it takes. */
struct unix_address {
	int32_t refcnt;
	int32_t len; /* of name, which has no more bytes than that */
	struct sockaddr_any name[];
};

struct unix_sock {
	struct sock sk;
	struct list_head link; /* unix_state.sockets */
	struct unix_address *addr; /* NULL: it has no name */
	struct dentry *path; /* the name's file; NULL: none */
	bool bound; /* to that file: not by who accepted it */
	struct sock *peer; /* with a reference */
	struct rw_semaphore iolock; /* one reader at a time */
	struct rw_semaphore bindlock;
	struct wait_queue_head peer_wait; /* for room in its queue */
	bool polled_by_peers; /* these want to know of room, too */
	/* how often it is in messages, and the collector's marks */
	struct list_head gc_link;
	uint32_t inflight;
	bool gc_candidate, gc_maybe_cycle;
};

static inline struct unix_sock *unix_sk(const struct sock *sk)
{
	return container_of(sk, struct unix_sock, sk);
}
static inline struct sock *unix_peer(const struct sock *sk)
{
	return unix_sk(sk)->peer;
}
static inline bool unix_recvq_full(const struct sock *sk)
{
	return sk->receive_queue.qlen > sk->max_ack_backlog;
}
bool unix_writable(const struct sock *sk);
/* 0 or -EINVAL. */
int unix_validate_addr(const struct sockaddr_any *addr, int32_t len);
/* Whom @addr names, with a reference; ERR_PTR. */
struct sock *unix_find_other(struct task_struct *curr,
			     const struct sockaddr_any *addr, int32_t len,
			     int type);
/* A name of nobody's, if it has none. 0 or -errno. */
int unix_autobind(struct task_struct *curr, struct sock *sk);
/* There is room in @sk's queue: its senders look again. */
void unix_wake_senders(struct task_struct *curr, struct sock *sk);
/* Until @other's queue has room. 0 or sock_nap()'s. */
int unix_wait_for_peer(struct task_struct *curr, struct sock *other,
		       uint64_t deadline);
bool unix_may_send(const struct sock *sk, const struct sock *other);
/* @sk's partner is another now, or none. */
void unix_dgram_disconnected(struct task_struct *curr, struct sock *sk,
			     struct sock *other);
void unix_release_sock(struct task_struct *curr, struct sock *sk, bool embryo);

/* ---- af_unix_msg.c ---------------------------------------------------------- */

int32_t unix_stream_sendmsg(struct task_struct *curr, struct socket *sock,
			    struct msghdr *msg, uint32_t n);
int32_t unix_stream_recvmsg(struct task_struct *curr, struct socket *sock,
			    struct msghdr *msg, uint32_t n, uint32_t flags);
int32_t unix_dgram_sendmsg(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n);
int32_t unix_dgram_recvmsg(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n, uint32_t flags);
int32_t unix_seqpacket_sendmsg(struct task_struct *curr, struct socket *sock,
			       struct msghdr *msg, uint32_t n);
int32_t unix_seqpacket_recvmsg(struct task_struct *curr, struct socket *sock,
			       struct msghdr *msg, uint32_t n, uint32_t flags);

/* ---- garbage.c, scm.c ------------------------------------------------------- */

/* Files of @fpl are in a message now. -ETOOMANYREFS. */
int unix_attach_fds(struct task_struct *curr, const struct scm_fp_list *fpl,
		    struct sk_buff *skb);
/* They leave it: the caller's. */
struct scm_fp_list *unix_detach_fds(struct task_struct *curr,
				    struct sk_buff *skb);
/*
 * Frees a message with files in it, now or when the one that is being freed
 * is done: a chain of sockets in messages may be as long as it likes.
 */
void unix_free_fds_later(struct task_struct *curr, struct sk_buff *skb);
/* Frees sockets that can only be reached from messages to themselves. */
void unix_gc(struct task_struct *curr);
void wait_for_unix_gc(struct task_struct *curr);

/* ---- unix_proc.c ------------------------------------------------------------ */

int unix_seq_show(struct seq_file *m, void *v);

#endif
