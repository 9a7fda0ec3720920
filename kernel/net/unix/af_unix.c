/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/af_unix.h"

/*
 * Sockets between programs of one machine (Linux: net/unix/af_unix.c): their
 * names, and who is joined with whom. Messages are in af_unix_msg.c.
 *
 * A name is a file (S_IFSOCK) that the socket holds, or abstract: bytes that
 * no other socket of that type has. A connection that is waiting to be
 * accepted is a message in its listener's queue, with the new socket in it.
 *
 * Invariant: who has a peer holds a reference to it. A dead socket has no peer,
 * and its peer, if it is a stream, has been shut down.
 *
 * MODEL: all sockets are in one list; Linux has hash tables.
 */

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/poll.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/net/sockios.h"
#include "kernel/state.h"

/* ---- names ----------------------------------------------------------------- */

static struct unix_address *unix_create_addr(struct task_struct *curr,
					     const struct sockaddr_any *name,
					     int32_t len)
{
	struct unix_address *addr = kzalloc_obj(
		curr, 8 + (uint32_t)len,
		(uint32_t)offsetof(struct unix_address, name) + (uint32_t)len,
		GFP_KERNEL);

	if (!addr)
		return NULL;
	addr->refcnt = 1;
	addr->len = len;
	memcpy(addr->name, name, (uint32_t)len);
	return addr;
}

static struct unix_address *unix_get_addr(struct unix_address *addr)
{
	if (addr)
		addr->refcnt++;
	return addr;
}

static void unix_put_addr(struct task_struct *curr, struct unix_address *addr)
{
	if (addr && !--addr->refcnt)
		kfree_obj(curr, addr);
}

int unix_validate_addr(const struct sockaddr_any *addr, int32_t len)
{
	if (len <= SUN_PATH || len > SUN_PATH + UNIX_PATH_MAX ||
	    addr->family != AF_UNIX)
		return -EINVAL;
	return 0;
}

static struct sock *find_by_name(struct kernel *k,
				 const struct sockaddr_any *name, int32_t len,
				 int type)
{
	struct unix_sock *u;

	list_for_each_entry(u, &k->net.unx.sockets, link)
		if (u->addr && u->sk.type == type && !u->path &&
		    u->addr->len == len && !u->sk.dead &&
		    !memcmp(u->addr->name, name, (uint32_t)len))
			return &u->sk;
	return NULL;
}

/* The one bound to the file, not those that a listener accepted. */
static struct sock *find_by_inode(struct kernel *k, const struct inode *inode)
{
	struct unix_sock *u;

	list_for_each_entry(u, &k->net.unx.sockets, link)
		if (u->path && u->path->d_inode == inode && u->bound)
			return &u->sk;
	return NULL;
}

static struct sock *unix_find_bsd(struct task_struct *curr,
				  const struct sockaddr_any *addr, int type)
{
	const char *name = (const char *)addr->bytes + SUN_PATH;
	struct dentry *dentry = path_lookup(curr, AT_FDCWD, name,
					    LOOKUP_FOLLOW);
	struct sock *sk = NULL;
	int err;

	if (IS_ERR(dentry))
		return (void *)dentry;
	err = inode_permission(curr, dentry->d_inode, MAY_WRITE);
	if (!err) {
		if (S_ISSOCK(dentry->d_inode->i_mode))
			sk = find_by_inode(curr->k, dentry->d_inode);
		if (!sk)
			err = -ECONNREFUSED;
		else if (sk->type != type)
			err = -EPROTOTYPE;
		else
			sock_hold(sk);
	}
	dput(curr, dentry);
	return err ? ERR_PTR(err) : sk;
}

struct sock *unix_find_other(struct task_struct *curr,
			     const struct sockaddr_any *addr, int32_t len,
			     int type)
{
	struct sockaddr_any path;
	struct sock *sk;

	if (addr->bytes[SUN_PATH]) {
		/* a path may fill the address, without a NUL */
		path = *addr;
		path.bytes[len] = 0;
		return unix_find_bsd(curr, &path, type);
	}
	sk = find_by_name(curr->k, addr, len, type);
	if (!sk)
		return ERR_PTR(-ECONNREFUSED);
	sock_hold(sk);
	return sk;
}

int unix_autobind(struct task_struct *curr, struct sock *sk)
{
	struct unix_state *unx = &curr->k->net.unx;
	struct sockaddr_any name = {0};
	struct unix_address *addr;
	const int32_t len = SUN_PATH + 6;
	char digits[8];

	if (unix_sk(sk)->addr)
		return 0;
	name.family = AF_UNIX;
	addr = unix_create_addr(curr, &name, len);
	if (!addr)
		return -ENOMEM;
	for (uint32_t tries = 0; tries < 0x100000; tries++) {
		snprintf(digits, sizeof(digits), "%05x",
			 unx->autobind++ & 0xfffffu);
		memcpy(addr->name->bytes + SUN_PATH + 1, digits, 5);
		if (find_by_name(curr->k, addr->name, len, sk->type))
			continue;
		if (unix_sk(sk)->addr) /* another thread was faster */
			unix_put_addr(curr, addr);
		else
			unix_sk(sk)->addr = addr;
		return 0;
	}
	unix_put_addr(curr, addr);
	return -ENOSPC;
}

static int unix_bind_bsd(struct task_struct *curr, struct socket *sock,
			 const struct sockaddr_any *addr)
{
	struct unix_sock *u = unix_sk(sock->sk);
	struct sockaddr_any name = *addr;
	const char *path = (const char *)name.bytes + SUN_PATH;
	struct unix_address *fresh;
	struct dentry *dentry;
	int32_t len;

	name.bytes[SUN_PATH + UNIX_PATH_MAX] = 0;
	len = SUN_PATH + (int32_t)strlen(path) + 1;
	fresh = unix_create_addr(curr, &name, len);
	if (!fresh)
		return -ENOMEM;
	dentry = kern_path_mknod(curr, path,
				 S_IFSOCK | (sock->inode->i_mode & S_IALLUGO));
	if (IS_ERR(dentry)) {
		unix_put_addr(curr, fresh);
		return dentry == ERR_PTR(-EEXIST) ? -EADDRINUSE
						  : (int)PTR_ERR(dentry);
	}
	u->addr = fresh;
	u->path = dentry;
	u->bound = true;
	return 0;
}

static int unix_bind_abstract(struct task_struct *curr, struct sock *sk,
			      const struct sockaddr_any *addr, int32_t len)
{
	struct unix_address *fresh = unix_create_addr(curr, addr, len);

	if (!fresh)
		return -ENOMEM;
	if (find_by_name(curr->k, addr, len, sk->type)) {
		unix_put_addr(curr, fresh);
		return -EADDRINUSE;
	}
	unix_sk(sk)->addr = fresh;
	return 0;
}

/* Linux looks at the file first, and then at whether there is a name. */
static int already_bound(struct task_struct *curr,
			 const struct sockaddr_any *addr)
{
	struct sockaddr_any name = *addr;
	struct dentry *dentry;

	if (!addr->bytes[SUN_PATH])
		return -EINVAL;
	name.bytes[SUN_PATH + UNIX_PATH_MAX] = 0;
	dentry = path_lookup(curr, AT_FDCWD,
			     (const char *)name.bytes + SUN_PATH, 0);
	if (IS_ERR(dentry))
		return dentry == ERR_PTR(-ENOENT) ? -EINVAL
						  : (int)PTR_ERR(dentry);
	dput(curr, dentry);
	return -EADDRINUSE;
}

static int unix_bind(struct task_struct *curr, struct socket *sock,
		     const struct sockaddr_any *addr, int32_t len)
{
	struct unix_sock *u = unix_sk(sock->sk);
	int err;

	if (len == SUN_PATH && addr->family == AF_UNIX)
		return unix_autobind(curr, sock->sk);
	err = unix_validate_addr(addr, len);
	if (err)
		return err;
	down_write(curr, &u->bindlock);
	if (u->addr)
		err = already_bound(curr, addr);
	else if (addr->bytes[SUN_PATH])
		err = unix_bind_bsd(curr, sock, addr);
	else
		err = unix_bind_abstract(curr, sock->sk, addr, len);
	up_write(curr, &u->bindlock);
	return err;
}

static int unix_getname(struct task_struct *curr, struct socket *sock,
			struct sockaddr_any *addr, bool peer)
{
	const struct sock *sk = peer ? unix_peer(sock->sk) : sock->sk;
	const struct unix_address *name;

	(void)curr;
	if (!sk)
		return -ENOTCONN;
	name = unix_sk(sk)->addr;
	addr->family = AF_UNIX;
	if (!name)
		return SUN_PATH;
	memcpy(addr, &name->name, (uint32_t)name->len);
	return name->len;
}

/* ---- a socket's life --------------------------------------------------------- */

bool unix_writable(const struct sock *sk)
{
	return sk->state != TCP_LISTEN && sk->wmem_alloc << 2 <= sk->sndbuf;
}

static void unix_write_space(struct task_struct *curr, struct sock *sk)
{
	if (!unix_writable(sk))
		return;
	sk_wake(curr, sk);
	sk_wake_async(curr, sk, SOCK_WAKE_SPACE, FASYNC_OUT);
}

static void unix_sock_destructor(struct task_struct *curr, struct sock *sk)
{
	struct unix_sock *u = unix_sk(sk);

	BUG_ON(u->inflight || u->peer);
	unix_put_addr(curr, u->addr);
	curr->k->net.unx.nr_socks--;
}

static struct sock *unix_create1(struct task_struct *curr, int type)
{
	struct unix_state *unx = &curr->k->net.unx;
	struct sock *sk = sk_alloc(curr, NET_CACHE_UNIX, AF_UNIX, type, 0);
	struct unix_sock *u;

	if (!sk)
		return NULL;
	u = unix_sk(sk);
	sk->destruct = unix_sock_destructor;
	sk->write_space = unix_write_space;
	sk->max_ack_backlog = (uint32_t)curr->k->net.ctl.max_dgram_qlen;
	init_rwsem(&u->iolock);
	init_rwsem(&u->bindlock);
	init_waitqueue_head(&u->peer_wait);
	INIT_LIST_HEAD(&u->gc_link);
	list_add_tail(&u->link, &unx->sockets);
	unx->nr_socks++;
	return sk;
}

void unix_wake_senders(struct task_struct *curr, struct sock *sk)
{
	struct unix_sock *u = unix_sk(sk), *other;

	wake_up_all(curr, &u->peer_wait);
	if (!u->polled_by_peers)
		return;
	u->polled_by_peers = false;
	list_for_each_entry(other, &curr->k->net.unx.sockets, link)
		if (other->peer == sk)
			sk_wake(curr, &other->sk);
}

/* The other end of a stream hears of it. */
static void release_peer(struct task_struct *curr, struct sock *sk, bool reset)
{
	struct sock *peer = unix_peer(sk);

	if (!peer)
		return;
	if (sk->type == SOCK_STREAM || sk->type == SOCK_SEQPACKET) {
		peer->shutdown = SHUTDOWN_MASK;
		if (reset)
			peer->err = ECONNRESET;
		sk_wake(curr, peer);
		sk_wake_async(curr, peer, SOCK_WAKE_WAITD, FASYNC_HUP);
	}
	unix_sk(sk)->peer = NULL;
	sock_put(curr, peer);
}

void unix_release_sock(struct task_struct *curr, struct sock *sk, bool embryo)
{
	struct unix_sock *u = unix_sk(sk);
	const bool listening = sk->state == TCP_LISTEN;
	struct dentry *path = u->path;
	struct sk_buff *skb;

	sock_orphan(sk);
	list_del(&u->link);
	sk->shutdown = SHUTDOWN_MASK;
	sk->state = TCP_CLOSE;
	u->path = NULL;
	u->bound = false;
	unix_wake_senders(curr, sk);
	release_peer(curr, sk, embryo || !skb_queue_empty(&sk->receive_queue));
	while ((skb = skb_dequeue(&sk->receive_queue))) {
		struct sock *embryo_sk = skb->sk;

		skb->sk = NULL;
		if (listening && embryo_sk)
			unix_release_sock(curr, embryo_sk, true);
		kfree_skb(curr, skb);
	}
	if (path)
		dput(curr, path);
	sock_put(curr, sk);
	if (curr->k->net.unx.tot_inflight)
		unix_gc(curr);
}

static void unix_release(struct task_struct *curr, struct socket *sock)
{
	unix_release_sock(curr, sock->sk, false);
}

/* ---- connections ------------------------------------------------------------- */

static int unix_listen(struct task_struct *curr, struct socket *sock,
		       int backlog)
{
	struct sock *sk = sock->sk;

	if (sock->type != SOCK_STREAM && sock->type != SOCK_SEQPACKET)
		return -EOPNOTSUPP;
	if (!unix_sk(sk)->addr)
		return -EINVAL;
	if (sk->state != TCP_CLOSE && sk->state != TCP_LISTEN)
		return -EINVAL;
	if ((uint32_t)backlog > sk->max_ack_backlog)
		unix_wake_senders(curr, sk);
	sk->max_ack_backlog = (uint32_t)backlog;
	sk->state = TCP_LISTEN;
	sock_set_peercred(curr, sk);
	return 0;
}

int unix_wait_for_peer(struct task_struct *curr, struct sock *other,
		       uint64_t deadline)
{
	struct wait_queue_head *wq = &unix_sk(other)->peer_wait;
	struct wait_queue_entry wait = {0};
	int err = 0;

	prepare_to_wait(curr, wq, &wait, TASK_INTERRUPTIBLE);
	if (!other->dead && !(other->shutdown & RCV_SHUTDOWN) &&
	    unix_recvq_full(other))
		err = sock_nap(curr, deadline);
	finish_wait(curr, wq, &wait);
	return err;
}

/* A listener with room in its queue, with a reference; ERR_PTR. */
static struct sock *find_listener(struct task_struct *curr, int type,
				  const struct sockaddr_any *addr, int32_t len,
				  uint64_t deadline)
{
	for (;;) {
		struct sock *other = unix_find_other(curr, addr, len, type);
		int err;

		if (IS_ERR(other))
			return other;
		if (other->dead) {
			sock_put(curr, other);
			continue;
		}
		if (other->state != TCP_LISTEN ||
		    other->shutdown & RCV_SHUTDOWN)
			err = -ECONNREFUSED;
		else if (!unix_recvq_full(other))
			return other;
		else
			err = unix_wait_for_peer(curr, other, deadline);
		sock_put(curr, other);
		if (err)
			return ERR_PTR(err);
	}
}

/* @sk and @newsk are joined; @other's queue gets @newsk in @skb. */
static void join(struct task_struct *curr, struct sock *sk, struct sock *newsk,
		 struct sock *other, struct sk_buff *skb)
{
	struct unix_sock *newu = unix_sk(newsk);

	sock_hold(sk);
	newu->peer = sk;
	newsk->state = TCP_ESTABLISHED;
	sock_set_peercred(curr, newsk);
	newu->addr = unix_get_addr(unix_sk(other)->addr);
	if (unix_sk(other)->path)
		newu->path = dget(unix_sk(other)->path);
	sock_copy_peercred(curr, sk, other);
	sk->socket->state = SS_CONNECTED;
	sk->state = TCP_ESTABLISHED;
	sock_hold(newsk);
	unix_sk(sk)->peer = newsk;
	skb->sk = newsk;
	skb_queue_tail(&other->receive_queue, skb);
	sk_data_ready(curr, other);
}

static int unix_stream_connect(struct task_struct *curr, struct socket *sock,
			       const struct sockaddr_any *addr, int32_t len,
			       uint32_t flags)
{
	struct sock *sk = sock->sk, *newsk, *other;
	struct sk_buff *skb = NULL;
	int err = unix_validate_addr(addr, len);

	if (!err && sk->passcred)
		err = unix_autobind(curr, sk);
	if (err)
		return err;
	newsk = unix_create1(curr, sock->type);
	if (newsk)
		skb = alloc_skb(curr, 1, 1, GFP_KERNEL);
	if (!skb) {
		if (newsk)
			unix_release_sock(curr, newsk, false);
		return -ENOMEM;
	}
	skb_set_owner_w(skb, newsk);
	other = find_listener(curr, sock->type, addr, len,
			      sock_deadline(curr, sk->sndtimeo,
					    flags & O_NONBLOCK));
	/* nothing sleeps from here on */
	if (IS_ERR(other))
		err = (int)PTR_ERR(other);
	else if (sk->state != TCP_CLOSE)
		err = sk->state == TCP_ESTABLISHED ? -EISCONN : -EINVAL;
	if (!err)
		join(curr, sk, newsk, other, skb);
	if (!IS_ERR(other))
		sock_put(curr, other);
	if (err) {
		kfree_skb(curr, skb);
		unix_release_sock(curr, newsk, false);
	}
	return err;
}

bool unix_may_send(const struct sock *sk, const struct sock *other)
{
	return !unix_peer(other) || unix_peer(other) == sk;
}

void unix_dgram_disconnected(struct task_struct *curr, struct sock *sk,
			     struct sock *other)
{
	if (!skb_queue_empty(&sk->receive_queue)) {
		skb_queue_purge(curr, &sk->receive_queue);
		unix_wake_senders(curr, sk);
		/* one end of two: the other is told */
		if (!other->dead && unix_peer(other) == sk) {
			other->err = ECONNRESET;
			sk_wake(curr, other);
			sk_wake_async(curr, other, SOCK_WAKE_IO, FASYNC_ERR);
		}
	}
	other->state = TCP_CLOSE;
}

/* @other (with a reference, or NULL) becomes @sk's partner. */
static void set_dgram_peer(struct task_struct *curr, struct sock *sk,
			   struct sock *other)
{
	struct sock *old = unix_peer(sk);

	unix_sk(sk)->peer = other;
	if (!old)
		return;
	if (!other)
		sk->state = TCP_CLOSE;
	sk_wake(curr, sk);
	if (other != old)
		unix_dgram_disconnected(curr, sk, old);
	sock_put(curr, old);
}

static int unix_dgram_connect(struct task_struct *curr, struct socket *sock,
			      const struct sockaddr_any *addr, int32_t len,
			      uint32_t flags)
{
	struct sock *sk = sock->sk, *other = NULL;
	int err;

	(void)flags;
	if (len < SUN_PATH)
		return -EINVAL;
	if (addr->family != AF_UNSPEC) {
		err = unix_validate_addr(addr, len);
		if (!err && sk->passcred)
			err = unix_autobind(curr, sk);
		if (err)
			return err;
		do {
			other = unix_find_other(curr, addr, len, sock->type);
			if (IS_ERR(other))
				return (int)PTR_ERR(other);
			if (!other->dead)
				break;
			sock_put(curr, other);
		} while (true);
		if (!unix_may_send(sk, other)) {
			sock_put(curr, other);
			return -EPERM;
		}
		sk->state = other->state = TCP_ESTABLISHED;
	}
	set_dgram_peer(curr, sk, other);
	return 0;
}

static int unix_socketpair(struct task_struct *curr, struct socket *a,
			   struct socket *b)
{
	sock_hold(a->sk);
	sock_hold(b->sk);
	unix_sk(a->sk)->peer = b->sk;
	unix_sk(b->sk)->peer = a->sk;
	sock_set_peercred(curr, a->sk);
	sock_set_peercred(curr, b->sk);
	a->sk->state = b->sk->state = TCP_ESTABLISHED;
	a->state = b->state = SS_CONNECTED;
	return 0;
}

static int unix_accept(struct task_struct *curr, struct socket *sock,
		       struct socket *to, uint32_t flags)
{
	struct sock *sk = sock->sk;
	struct sk_buff *skb;
	uint32_t offset;

	if (sock->type != SOCK_STREAM && sock->type != SOCK_SEQPACKET)
		return -EOPNOTSUPP;
	if (sk->state != TCP_LISTEN)
		return -EINVAL;
	skb = skb_recv_datagram(curr, sk, flags & O_NONBLOCK ? MSG_DONTWAIT : 0,
				&offset);
	if (IS_ERR(skb))
		return (int)PTR_ERR(skb);
	if (!skb) /* shut down */
		return -EINVAL;
	unix_wake_senders(curr, sk);
	sock_graft(skb->sk, to);
	to->state = SS_CONNECTED;
	/* what held the message's own reference is the socket's now */
	skb->sk = NULL;
	kfree_skb(curr, skb);
	return 0;
}

static int unix_shutdown(struct task_struct *curr, struct socket *sock, int how)
{
	struct sock *sk = sock->sk, *other = unix_peer(sk);
	uint32_t mode, peer_mode = 0;

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	mode = (uint32_t)how + 1;
	sk->shutdown |= mode;
	if (other && (sk->type == SOCK_STREAM || sk->type == SOCK_SEQPACKET)) {
		if (mode & RCV_SHUTDOWN)
			peer_mode |= SEND_SHUTDOWN;
		if (mode & SEND_SHUTDOWN)
			peer_mode |= RCV_SHUTDOWN;
		other->shutdown |= peer_mode;
		sk_wake(curr, other);
		if (peer_mode & RCV_SHUTDOWN)
			sk_wake_async(curr, other, SOCK_WAKE_WAITD,
				      peer_mode == SHUTDOWN_MASK ? FASYNC_HUP
								 : FASYNC_IN);
	}
	sk_wake(curr, sk);
	unix_wake_senders(curr, sk);
	return 0;
}

/* ---- asking ------------------------------------------------------------------ */

static uint32_t state_mask(const struct sock *sk)
{
	uint32_t mask = 0;

	if (sk->err)
		mask |= POLLERR;
	if (sk->shutdown == SHUTDOWN_MASK)
		mask |= POLLHUP;
	if (sk->shutdown & RCV_SHUTDOWN)
		mask |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (!skb_queue_empty(&sk->receive_queue))
		mask |= POLLIN | POLLRDNORM;
	if (sk->type != SOCK_DGRAM && sk->state == TCP_CLOSE)
		mask |= POLLHUP;
	return mask;
}

static uint32_t unix_poll(struct task_struct *curr, struct socket *sock,
			  struct poll_table *table)
{
	struct sock *sk = sock->sk;

	poll_wait(curr, &sk->wq, table);
	if (!unix_writable(sk))
		sk->async_nospace = true;
	return state_mask(sk) |
	       (unix_writable(sk) ? POLLOUT | POLLWRNORM | POLLWRBAND : 0);
}

/* Room is wanted here and in the queue of who gets it. */
static uint32_t unix_dgram_poll(struct task_struct *curr, struct socket *sock,
				struct poll_table *table)
{
	struct sock *sk = sock->sk, *other = unix_peer(sk);
	bool writable = unix_writable(sk);

	poll_wait(curr, &sk->wq, table);
	if (writable && other && unix_peer(other) != sk &&
	    unix_recvq_full(other)) {
		unix_sk(other)->polled_by_peers = true;
		writable = false;
	}
	if (!writable)
		sk->async_nospace = true;
	return state_mask(sk) |
	       (writable ? POLLOUT | POLLWRNORM | POLLWRBAND : 0);
}

/* Of a stream all that is there, else the first message. */
static int32_t unix_inq_len(const struct sock *sk)
{
	const struct sk_buff *skb;
	uint32_t n = 0;

	if (sk->state == TCP_LISTEN)
		return -EINVAL;
	list_for_each_entry(skb, &sk->receive_queue.list, list) {
		n += skb_left(skb);
		if (sk->type == SOCK_DGRAM)
			break;
	}
	return (int32_t)n;
}

static int32_t unix_ioctl(struct task_struct *curr, struct socket *sock,
			  uint32_t cmd, uint32_t arg)
{
	int32_t n;

	switch (cmd) {
	case SIOCOUTQ:
		return put_user_u32(curr, sock->sk->wmem_alloc, arg);
	case SIOCINQ:
		n = unix_inq_len(sock->sk);
		return n < 0 ? n : put_user_u32(curr, (uint32_t)n, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

static int unix_set_peek_off(struct sock *sk, int32_t value)
{
	sk->peek_off = value;
	return 0;
}

/* ---- the three types --------------------------------------------------------- */

static const struct proto_ops unix_stream_ops = {
	.family = AF_UNIX,
	.release = unix_release,
	.bind = unix_bind,
	.connect = unix_stream_connect,
	.socketpair = unix_socketpair,
	.accept = unix_accept,
	.getname = unix_getname,
	.poll = unix_poll,
	.ioctl = unix_ioctl,
	.listen = unix_listen,
	.shutdown = unix_shutdown,
	.sendmsg = unix_stream_sendmsg,
	.recvmsg = unix_stream_recvmsg,
	.set_peek_off = unix_set_peek_off,
	.splice_read = true,
};

static const struct proto_ops unix_dgram_ops = {
	.family = AF_UNIX,
	.release = unix_release,
	.bind = unix_bind,
	.connect = unix_dgram_connect,
	.socketpair = unix_socketpair,
	.getname = unix_getname,
	.poll = unix_dgram_poll,
	.ioctl = unix_ioctl,
	.shutdown = unix_shutdown,
	.sendmsg = unix_dgram_sendmsg,
	.recvmsg = unix_dgram_recvmsg,
	.set_peek_off = unix_set_peek_off,
};

static const struct proto_ops unix_seqpacket_ops = {
	.family = AF_UNIX,
	.release = unix_release,
	.bind = unix_bind,
	.connect = unix_stream_connect,
	.socketpair = unix_socketpair,
	.accept = unix_accept,
	.getname = unix_getname,
	.poll = unix_dgram_poll,
	.ioctl = unix_ioctl,
	.listen = unix_listen,
	.shutdown = unix_shutdown,
	.sendmsg = unix_seqpacket_sendmsg,
	.recvmsg = unix_seqpacket_recvmsg,
	.set_peek_off = unix_set_peek_off,
};

static int unix_create(struct task_struct *curr, struct socket *sock,
		       int protocol)
{
	struct sock *sk;

	if (protocol && protocol != AF_UNIX)
		return -EPROTONOSUPPORT;
	switch (sock->type) {
	case SOCK_STREAM:
		sock->ops = &unix_stream_ops;
		break;
	case SOCK_RAW: /* as some wrote it for datagrams */
		sock->type = SOCK_DGRAM;
		/* fallthrough */
	case SOCK_DGRAM:
		sock->ops = &unix_dgram_ops;
		break;
	case SOCK_SEQPACKET:
		sock->ops = &unix_seqpacket_ops;
		break;
	default:
		return -ESOCKTNOSUPPORT;
	}
	sk = unix_create1(curr, sock->type);
	if (!sk)
		return -ENOMEM;
	sock_graft(sk, sock);
	return 0;
}

const struct net_proto_family unix_family_ops = {
	.family = AF_UNIX,
	.create = unix_create,
};
