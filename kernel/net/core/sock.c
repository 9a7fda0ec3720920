/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/sock.h"

/*
 * What all protocols' sockets share (Linux: net/core/sock.c): their life, the
 * limits of their buffers and waiting for room. Options of SOL_SOCKET are in
 * core/sockopt.c.
 *
 * Invariant: sk_wmem_alloc and sk_rmem_alloc are the sum of truesize of the
 * messages that say so; the one is checked before a message is made, the other
 * before it is queued.
 *
 * MODEL: one wait queue for readers and writers; each wake-up wakes all but
 * those in accept(), of whom it wakes one.
 */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/net/af_unix.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

/* ---- life -------------------------------------------------------------- */

static void sock_init_data(struct task_struct *curr, struct sock *sk)
{
	sk->state = TCP_CLOSE;
	init_waitqueue_head(&sk->wq);
	init_rwsem(&sk->lock);
	skb_queue_head_init(&sk->receive_queue);
	sk->sndbuf = (uint32_t)curr->k->net.ctl.wmem_default;
	sk->rcvbuf = (uint32_t)curr->k->net.ctl.rmem_default;
	sk->rcvtimeo = sk->sndtimeo = NO_TIMEOUT;
	sk->rcvlowat = 1;
	sk->peek_off = -1;
	sk->peercred = (struct ucred){0, UINT32_MAX, UINT32_MAX};
	sk->uid = curr->cred.fsuid;
}

static struct sock *sk_begin(struct task_struct *curr, struct sock *sk,
			     enum net_cache cache, int family, int type,
			     int protocol)
{
	sk->k = curr->k;
	sk->refcnt = 1;
	sk->cache = cache;
	sk->family = family;
	sk->type = type;
	sk->protocol = protocol;
	sock_init_data(curr, sk);
	curr->k->net.sockets_used++;
	return sk;
}

struct sock *sk_alloc(struct task_struct *curr, enum net_cache cache,
		      int family, int type, int protocol)
{
	struct sock *sk = kmem_cache_zalloc(curr, curr->k->net.cache[cache],
					    GFP_KERNEL);

	return sk ? sk_begin(curr, sk, cache, family, type, protocol) : NULL;
}

struct sock *sk_alloc_obj(struct task_struct *curr, uint32_t arm_size,
			  uint32_t size, int family, int type, int protocol)
{
	struct sock *sk = kzalloc_obj(curr, arm_size, size, GFP_KERNEL);

	return sk ? sk_begin(curr, sk, NR_NET_CACHES, family, type, protocol)
		  : NULL;
}

void sock_graft(struct sock *sk, struct socket *sock)
{
	sock->sk = sk;
	sk->socket = sock;
	sk->ino = sock->inode->i_ino;
	sk->uid = sock->inode->i_uid;
}

void sock_orphan(struct sock *sk)
{
	sk->dead = true;
	sk->socket = NULL;
}

static void put_peercred(struct task_struct *curr, struct sock *sk)
{
	if (sk->peer_pid)
		put_pid(curr, sk->peer_pid);
	sk->peer_pid = NULL;
	put_group_info(curr, sk->peer_groups);
	sk->peer_groups = NULL;
}

void sock_put(struct task_struct *curr, struct sock *sk)
{
	BUG_ON(sk->refcnt <= 0);
	if (--sk->refcnt)
		return;
	if (sk->destruct)
		sk->destruct(curr, sk);
	skb_queue_purge(curr, &sk->receive_queue);
	put_peercred(curr, sk);
	BUG_ON(sk->wmem_alloc);
	curr->k->net.sockets_used--;
	if (sk->cache == NR_NET_CACHES)
		kfree_obj(curr, sk);
	else
		kmem_cache_free(curr, curr->k->net.cache[sk->cache], sk);
}

static struct group_info *hold_groups(struct group_info *info)
{
	if (info)
		info->refcount++;
	return info;
}

void sock_set_peercred(struct task_struct *curr, struct sock *sk)
{
	struct pid *pid = find_pid(curr->k, curr->tgid);

	put_peercred(curr, sk);
	if (pid)
		get_pid(pid);
	sk->peer_pid = pid;
	sk->peercred = (struct ucred){0, curr->cred.euid, curr->cred.egid};
	sk->peer_groups = hold_groups(curr->cred.group_info);
}

void sock_copy_peercred(struct task_struct *curr, struct sock *to,
			const struct sock *from)
{
	put_peercred(curr, to);
	to->peer_pid = from->peer_pid;
	if (to->peer_pid)
		get_pid(to->peer_pid);
	to->peercred = from->peercred;
	to->peer_groups = hold_groups(from->peer_groups);
}

/* ---- errors and waiting ------------------------------------------------- */

int sock_error(struct sock *sk)
{
	const int err = sk->err;

	sk->err = 0;
	return -err;
}

int sk_pipe_error(struct task_struct *curr, uint32_t flags)
{
	const struct ksiginfo info = {
		.signo = SIGPIPE,
		.code = SI_USER,
		.pid = curr->tgid,
		.uid = curr->cred.uid,
	};

	if (!(flags & MSG_NOSIGNAL))
		send_sig_info(curr, SIGPIPE, &info, curr, true);
	return -EPIPE;
}

void sk_wake(struct task_struct *curr, struct sock *sk)
{
	wake_up(curr, &sk->wq);
}

/*
 * MODEL: Linux tells nobody of what has come to a stream while somebody sleeps
 * in a read of it; here its owner hears of that, too.
 */
void sk_wake_async(struct task_struct *curr, struct sock *sk,
		   enum sock_wake_how how, enum fasync_reason reason)
{
	if (!sk->socket || !sk->socket->fasync_list)
		return;
	if (how == SOCK_WAKE_SPACE && !sk->async_nospace)
		return;
	if (how == SOCK_WAKE_SPACE)
		sk->async_nospace = false;
	kill_fasync(curr, sk->socket->fasync_list,
		    how == SOCK_WAKE_URG ? SIGURG : SIGIO, reason);
}

void sk_data_ready(struct task_struct *curr, struct sock *sk)
{
	sk_wake(curr, sk);
	sk_wake_async(curr, sk, SOCK_WAKE_WAITD, FASYNC_IN);
}

uint64_t sock_deadline(const struct task_struct *curr, uint64_t timeout_ns,
		       bool nonblock)
{
	if (nonblock)
		return 0;
	if (timeout_ns == NO_TIMEOUT)
		return NO_TIMEOUT;
	return sched_clock_cycles(curr->k) + ns_to_cycles(curr->k, timeout_ns);
}

int sock_nap(struct task_struct *curr, uint64_t deadline)
{
	if (!deadline)
		return -EAGAIN;
	if (signal_pending(curr))
		return deadline == NO_TIMEOUT ? -ERESTARTSYS : -EINTR;
	/* the condition is asked once more before time is up */
	if (deadline != NO_TIMEOUT && deadline <= sched_clock_cycles(curr->k))
		return -EAGAIN;
	schedule_timeout_until(curr, deadline);
	return 0;
}

/* ---- room -------------------------------------------------------------- */

void skb_set_owner_w(struct sk_buff *skb, struct sock *sk)
{
	sock_hold(sk);
	skb->owner = sk;
	sk->wmem_alloc += skb->truesize;
}

void skb_charge_r(struct sock *sk, struct sk_buff *skb)
{
	sk->rmem_alloc += skb->truesize;
}

void skb_uncharge_r(struct sock *sk, struct sk_buff *skb)
{
	BUG_ON(sk->rmem_alloc < skb->truesize);
	sk->rmem_alloc -= skb->truesize;
}

struct sk_buff *sock_alloc_send_skb(struct task_struct *curr, struct sock *sk,
				    uint32_t linear, uint32_t len,
				    bool nonblock)
{
	const uint64_t deadline = sock_deadline(curr, sk->sndtimeo, nonblock);
	struct sk_buff *skb;
	int err;

	if (sk->wmem_alloc >= sk->sndbuf)
		sk->async_nospace = true;
	err = sk_wait_event(curr, sk, deadline,
			    sk->err || sk->shutdown & SEND_SHUTDOWN ||
				    sk->wmem_alloc < sk->sndbuf);

	if (sk->err)
		return ERR_PTR(sock_error(sk));
	if (sk->shutdown & SEND_SHUTDOWN)
		return ERR_PTR(-EPIPE);
	if (err)
		return ERR_PTR(err);
	skb = alloc_skb(curr, linear, len, GFP_KERNEL);
	if (!skb)
		return ERR_PTR(-ENOBUFS);
	skb->stamp = current_time(curr->k);
	skb_set_owner_w(skb, sk);
	return skb;
}

int sock_no_bind(struct task_struct *curr, struct socket *sock,
		 const struct sockaddr_any *addr, int32_t len)
{
	(void)curr, (void)sock, (void)addr, (void)len;
	return -EOPNOTSUPP;
}
