/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/net.h"

/*
 * Sockets as files, and the calls that make, name and join them (Linux:
 * net/socket.c). A socket is an inode of a file system of its own, sockfs,
 * which is mounted nowhere; its protocol's half hangs on it. Sending and
 * receiving is in socket_msg.c.
 *
 * Invariant: sock->sk is there as long as the file is; what outlives it belongs
 * to the protocol.
 *
 * MODEL: families are AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK; there is no
 * network but the machine's own loopback device.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/drivers/termios.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/seq_file.h"
#include "kernel/mm/slab.h"
#include "kernel/net/af_unix.h"
#include "kernel/net/inet_sock.h"
#include "kernel/net/netlink.h"
#include "kernel/net/sock.h"
#include "kernel/net/sockios.h"
#include "kernel/state.h"

#define SOCKFS_MAGIC 0x534f434bu

/* ---- sockfs ------------------------------------------------------------- */

static const char *sockfs_dname(const struct dentry *dentry, char *buf,
				uint32_t size)
{
	snprintf(buf, size, "socket:[%llu]",
		 (unsigned long long)dentry->d_inode->i_ino);
	return buf;
}

static const struct super_operations sockfs_ops = {.dname = sockfs_dname};

static int net_caches_init(struct task_struct *curr)
{
	static const struct {
		const char *name;
		uint32_t arm_size, host_size;
	} caches[NR_NET_CACHES] = {
#define NET_CACHE(id, name, type, arm_size) {name, arm_size, sizeof(type)},
#include "kernel/net/caches.def"
#undef NET_CACHE
	};
	struct kmem_cache **cache = curr->k->net.cache;

	for (int n = 0; n < NR_NET_CACHES; n++) {
		if (!cache[n])
			cache[n] = kmem_cache_create(curr, caches[n].name,
						     caches[n].arm_size,
						     caches[n].host_size, 0,
						     SLAB_HWCACHE_ALIGN, NULL);
		if (!cache[n])
			return -ENOMEM;
	}
	return 0;
}

int net_init(struct task_struct *curr)
{
	struct net_state *net = &curr->k->net;
	struct super_block *sb;
	int err;

	if (net->ready)
		return 0;
	err = net_caches_init(curr);
	if (err)
		return err;
	sb = sget(curr, "sockfs", "sockfs", SOCKFS_MAGIC, &sockfs_ops,
		  net->cache[NET_CACHE_INODE]);
	if (!sb)
		return -ENOMEM;
	if (net->ready) { /* somebody else was faster */
		kill_super(curr, sb);
		return 0;
	}
	net->sock_sb = sb;
	INIT_LIST_HEAD(&net->unx.sockets);
	INIT_LIST_HEAD(&net->unx.gc_inflight_list);
	skb_queue_head_init(&net->unx.dead);
	INIT_LIST_HEAD(&net->inet.socks);
	INIT_LIST_HEAD(&net->netlink);
	net->ready = true;
	return 0;
}

/* ---- a socket's life ------------------------------------------------------ */

static struct socket *sock_alloc(struct task_struct *curr, int type)
{
	struct inode *inode = new_inode(curr, curr->k->net.sock_sb,
					S_IFSOCK | S_IRWXUGO);
	struct socket *sock;

	if (!inode)
		return NULL;
	inode->i_uid = curr->cred.fsuid;
	inode->i_gid = curr->cred.fsgid;
	sock = &container_of(inode, struct socket_alloc, vfs_inode)->socket;
	sock->inode = inode;
	sock->type = type;
	sock->state = SS_UNCONNECTED;
	return sock;
}

/* The protocol's half goes its own way; the inode is its owner's. */
static void sock_close(struct task_struct *curr, struct socket *sock)
{
	if (sock->sk)
		sock->ops->release(curr, sock);
	sock->sk = NULL;
	sock->file = NULL;
}

/* One without a file. */
static void sock_release(struct task_struct *curr, struct socket *sock)
{
	sock_close(curr, sock);
	iput(curr, sock->inode);
}

static const struct net_proto_family *const families[] = {
	&unix_family_ops,
	&inet_family_ops,
	&inet6_family_ops,
	&netlink_family_ops,
};

static const struct net_proto_family *find_family(int family)
{
	for (uint32_t n = 0; n < sizeof(families) / sizeof(families[0]); n++)
		if (families[n]->family == family)
			return families[n];
	return NULL;
}

/* 0 and *@res, or -errno. */
static int sock_create(struct task_struct *curr, int family, int type,
		       int protocol, struct socket **res)
{
	const struct net_proto_family *pf;
	struct socket *sock;
	int err;

	if (family < 0 || family >= NPROTO)
		return -EAFNOSUPPORT;
	if (type < 0 || type >= SOCK_MAX)
		return -EINVAL;
	pf = find_family(family);
	if (!pf)
		return -EAFNOSUPPORT;
	if (net_init(curr))
		return -ENOMEM;
	sock = sock_alloc(curr, type);
	if (!sock)
		return -ENFILE;
	err = pf->create(curr, sock, protocol);
	if (err) {
		sock_release(curr, sock);
		return err;
	}
	*res = sock;
	return 0;
}

/* ---- the file's operations ------------------------------------------------ */

static int32_t sock_transfer(struct task_struct *curr, struct file *file,
			     struct iov_iter *i, bool send)
{
	struct socket *sock = file->private_data;
	struct msghdr msg = {.iter = *i};
	uint32_t flags = file->f_flags & O_NONBLOCK ? MSG_DONTWAIT : 0;
	const uint32_t n = i->count;
	int32_t done;

	if (send) {
		if (sock->type == SOCK_SEQPACKET)
			flags |= MSG_EOR;
		msg.flags = flags;
		done = sock->ops->sendmsg(curr, sock, &msg, n);
	} else {
		done = n || sock->type != SOCK_STREAM
			       ? sock->ops->recvmsg(curr, sock, &msg, n, flags)
			       : 0;
	}
	*i = msg.iter;
	return done;
}

static int32_t sock_read_iter(struct task_struct *curr, struct file *file,
			      struct iov_iter *to, int64_t *pos)
{
	(void)pos;
	if (!to->count)
		return 0;
	return sock_transfer(curr, file, to, false);
}

static int32_t sock_write_iter(struct task_struct *curr, struct file *file,
			       struct iov_iter *from, int64_t *pos)
{
	(void)pos;
	return sock_transfer(curr, file, from, true);
}

static uint32_t sock_poll(struct task_struct *curr, struct file *file,
			  struct poll_table *table)
{
	struct socket *sock = file->private_data;

	return sock->ops->poll(curr, sock, table);
}

/* SIOCGSTAMP and its kin: when the last message came. */
static int32_t sock_gettstamp(struct task_struct *curr, const struct sock *sk,
			      uint32_t cmd, vaddr_t to)
{
	const struct timespec64 *ts = &sk->stamp;
	const bool ns = cmd == SIOCGSTAMPNS_OLD || cmd == SIOCGSTAMPNS_NEW;
	const int32_t part = ns ? ts->tv_nsec : ts->tv_nsec / 1000;
	const int32_t narrow[2] = {(int32_t)ts->tv_sec, part};
	const int64_t wide[2] = {ts->tv_sec, part};

	if (!ts->tv_sec && !ts->tv_nsec)
		return -ENOENT;
	if (cmd == SIOCGSTAMP_OLD || cmd == SIOCGSTAMPNS_OLD)
		return copy_to_user(curr, to, narrow, sizeof(narrow)) ? -EFAULT
								      : 0;
	return copy_to_user(curr, to, wide, sizeof(wide)) ? -EFAULT : 0;
}

static int32_t sock_ioctl(struct task_struct *curr, struct file *file,
			  uint32_t cmd, uint32_t arg)
{
	struct socket *sock = file->private_data;
	int32_t err;
	uint32_t pid;

	switch (cmd) {
	case FIOSETOWN:
	case SIOCSPGRP:
		if (get_user_u32(curr, &pid, arg))
			return -EFAULT;
		return f_setown(curr, file, (int32_t)pid);
	case FIOGETOWN:
	case SIOCGPGRP:
		return put_user_u32(curr, (uint32_t)f_getown(file), arg);
	case SIOCGSTAMP_OLD:
	case SIOCGSTAMPNS_OLD:
	case SIOCGSTAMP_NEW:
	case SIOCGSTAMPNS_NEW:
		return sock_gettstamp(curr, sock->sk, cmd, arg);
	}
	err = sock->ops->ioctl ? sock->ops->ioctl(curr, sock, cmd, arg)
			       : -ENOIOCTLCMD;
	return err == -ENOIOCTLCMD ? dev_ioctl(curr, cmd, arg) : err;
}

static bool sock_splice_read(const struct file *file)
{
	const struct socket *sock = file->private_data;

	return sock->ops->splice_read;
}

static int sock_fasync(struct task_struct *curr, int fd, struct file *file,
		       bool on)
{
	struct socket *sock = file->private_data;

	return fasync_helper(curr, fd, file, on, &sock->fasync_list);
}

static void sock_file_release(struct task_struct *curr, struct file *file)
{
	sock_close(curr, file->private_data);
}

static const struct file_operations socket_file_ops = {
	.release = sock_file_release,
	.read_iter = sock_read_iter,
	.write_iter = sock_write_iter,
	.poll = sock_poll,
	.ioctl = sock_ioctl,
	.fasync = sock_fasync,
	.splice_read = sock_splice_read,
};

struct socket *sock_from_file(const struct file *file)
{
	return file->f_op == &socket_file_ops ? file->private_data : NULL;
}

/* Takes @sock over, also on failure. ERR_PTR. */
static struct file *sock_alloc_file(struct task_struct *curr,
				    struct socket *sock, uint32_t flags)
{
	struct dentry *dentry = d_alloc_pseudo(curr, curr->k->net.sock_sb, "",
					       sock->inode);
	struct file *file;

	if (!dentry) {
		sock_release(curr, sock);
		return ERR_PTR(-ENOMEM);
	}
	ihold(sock->inode);
	file = alloc_file(curr, dentry, O_RDWR | (flags & O_NONBLOCK),
			  &socket_file_ops);
	if (IS_ERR(file)) {
		sock_release(curr, sock);
		return file;
	}
	iput(curr, sock->inode);
	file->f_mode |= FMODE_STREAM;
	file->private_data = sock;
	sock->file = file;
	return file;
}

/* A reference to the file of a descriptor that is a socket; ERR_PTR. */
static struct file *sockfd_get(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (sock_from_file(file))
		return file;
	fput(curr, file);
	return ERR_PTR(-ENOTSOCK);
}

/* ---- addresses -------------------------------------------------------------- */

int move_addr_to_kernel(struct task_struct *curr, vaddr_t uaddr, int32_t len,
			struct sockaddr_any *addr)
{
	if (len < 0 || len > SOCKADDR_STORAGE)
		return -EINVAL;
	memset(addr, 0, sizeof(*addr));
	if (!len)
		return 0;
	return copy_from_user(curr, addr, uaddr, (uint32_t)len) ? -EFAULT : 0;
}

int move_addr_to_user(struct task_struct *curr, const struct sockaddr_any *addr,
		      uint32_t klen, vaddr_t uaddr, vaddr_t ulen)
{
	uint32_t len;

	if (get_user_u32(curr, &len, ulen))
		return -EFAULT;
	if (len > klen && (int32_t)len >= 0)
		len = klen;
	if ((int32_t)len < 0)
		return -EINVAL;
	if (len && copy_to_user(curr, uaddr, addr, len))
		return -EFAULT;
	return put_user_u32(curr, klen, ulen);
}

/* ---- socket, socketpair ------------------------------------------------------ */

static int check_type(uint32_t type)
{
	return type & ~(SOCK_TYPE_MASK | SOCK_CLOEXEC | SOCK_NONBLOCK) ? -EINVAL
								       : 0;
}

int32_t do_socket(struct task_struct *curr, int family, uint32_t type,
		  int protocol)
{
	struct socket *sock;
	struct file *file;
	int err = check_type(type);

	if (err)
		return err;
	err = sock_create(curr, family, (int)(type & SOCK_TYPE_MASK), protocol,
			  &sock);
	if (err)
		return err;
	file = sock_alloc_file(curr, sock, type);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	return fd_publish(curr, file, type & SOCK_CLOEXEC ? O_CLOEXEC : 0);
}

/* Two sockets joined, as files. */
static int make_pair(struct task_struct *curr, int family, uint32_t type,
		     int protocol, struct file *file[2])
{
	struct socket *sock[2];
	const int kind = (int)(type & SOCK_TYPE_MASK);
	int err = sock_create(curr, family, kind, protocol, &sock[0]);

	if (err)
		return err;
	err = sock_create(curr, family, kind, protocol, &sock[1]);
	if (err) {
		sock_release(curr, sock[0]);
		return err;
	}
	err = sock[0]->ops->socketpair
		      ? sock[0]->ops->socketpair(curr, sock[0], sock[1])
		      : -EOPNOTSUPP;
	if (err) {
		sock_release(curr, sock[0]);
		sock_release(curr, sock[1]);
		return err;
	}
	file[0] = sock_alloc_file(curr, sock[0], type);
	if (IS_ERR(file[0])) {
		sock_release(curr, sock[1]);
		return (int)PTR_ERR(file[0]);
	}
	file[1] = sock_alloc_file(curr, sock[1], type);
	if (IS_ERR(file[1])) {
		fput(curr, file[0]);
		return (int)PTR_ERR(file[1]);
	}
	return 0;
}

int32_t do_socketpair(struct task_struct *curr, int family, uint32_t type,
		      int protocol, vaddr_t usv)
{
	const uint32_t flags = type & SOCK_CLOEXEC ? O_CLOEXEC : 0;
	struct file *file[2] = {NULL, NULL};
	int32_t fd[2];
	int err = check_type(type);

	if (err)
		return err;
	fd[0] = get_unused_fd_flags(curr, flags);
	if (fd[0] < 0)
		return fd[0];
	fd[1] = get_unused_fd_flags(curr, flags);
	if (fd[1] < 0) {
		put_unused_fd(curr, (uint32_t)fd[0]);
		return fd[1];
	}
	err = copy_to_user(curr, usv, fd, sizeof(fd)) ? -EFAULT : 0;
	if (!err)
		err = make_pair(curr, family, type, protocol, file);
	if (err) {
		put_unused_fd(curr, (uint32_t)fd[1]);
		put_unused_fd(curr, (uint32_t)fd[0]);
		return err;
	}
	fd_install(curr, (uint32_t)fd[0], file[0]);
	fd_install(curr, (uint32_t)fd[1], file[1]);
	return 0;
}

/* ---- names and connections ---------------------------------------------------- */

int32_t do_bind(struct task_struct *curr, int fd, vaddr_t uaddr, int32_t len)
{
	struct file *file = sockfd_get(curr, fd);
	struct sockaddr_any addr;
	struct socket *sock;
	int err;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	sock = file->private_data;
	err = move_addr_to_kernel(curr, uaddr, len, &addr);
	if (!err)
		err = sock->ops->bind(curr, sock, &addr, len);
	fput(curr, file);
	return err;
}

int32_t do_connect(struct task_struct *curr, int fd, vaddr_t uaddr, int32_t len)
{
	struct file *file = sockfd_get(curr, fd);
	struct sockaddr_any addr;
	struct socket *sock;
	int err;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	sock = file->private_data;
	err = move_addr_to_kernel(curr, uaddr, len, &addr);
	if (!err)
		err = sock->ops->connect(curr, sock, &addr, len, file->f_flags);
	fput(curr, file);
	return err;
}

int32_t do_listen(struct task_struct *curr, int fd, int backlog)
{
	struct file *file = sockfd_get(curr, fd);
	const int somaxconn = curr->k->net.ctl.somaxconn;
	struct socket *sock;
	int err;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	sock = file->private_data;
	/* a negative one is a very long queue, too */
	if ((uint32_t)backlog > (uint32_t)somaxconn)
		backlog = somaxconn;
	err = sock->ops->listen ? sock->ops->listen(curr, sock, backlog)
				: -EOPNOTSUPP;
	fput(curr, file);
	return err;
}

/* The connection as a file; ERR_PTR. */
static struct file *do_accept(struct task_struct *curr, struct file *file,
			      vaddr_t uaddr, vaddr_t ulen, uint32_t flags)
{
	struct socket *sock = file->private_data, *to;
	struct sockaddr_any addr = {0};
	struct file *newfile;
	int err;

	to = sock_alloc(curr, sock->type);
	if (!to)
		return ERR_PTR(-ENFILE);
	to->ops = sock->ops;
	newfile = sock_alloc_file(curr, to, flags);
	if (IS_ERR(newfile))
		return newfile;
	err = sock->ops->accept
		      ? sock->ops->accept(curr, sock, to, file->f_flags)
		      : -EOPNOTSUPP;
	if (!err && uaddr) {
		const int len = to->ops->getname(curr, to, &addr, true);

		err = len < 0 ? -ECONNABORTED
			      : move_addr_to_user(curr, &addr, (uint32_t)len,
						  uaddr, ulen);
	}
	if (!err)
		return newfile;
	fput(curr, newfile);
	return ERR_PTR(err);
}

int32_t do_accept4(struct task_struct *curr, int fd, vaddr_t uaddr,
		   vaddr_t ulen, uint32_t flags)
{
	const uint32_t cloexec = flags & SOCK_CLOEXEC ? O_CLOEXEC : 0;
	struct file *file, *newfile;
	int newfd;

	file = fget(curr, fd);
	if (!file)
		return -EBADF;
	if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) {
		fput(curr, file);
		return -EINVAL;
	}
	newfd = get_unused_fd_flags(curr, cloexec);
	if (newfd < 0) {
		fput(curr, file);
		return newfd;
	}
	newfile = sock_from_file(file)
			  ? do_accept(curr, file, uaddr, ulen, flags)
			  : ERR_PTR(-ENOTSOCK);
	fput(curr, file);
	if (IS_ERR(newfile)) {
		put_unused_fd(curr, (uint32_t)newfd);
		return (int)PTR_ERR(newfile);
	}
	fd_install(curr, (uint32_t)newfd, newfile);
	return newfd;
}

int32_t do_getsockname(struct task_struct *curr, int fd, vaddr_t uaddr,
		       vaddr_t ulen, bool peer)
{
	struct file *file = sockfd_get(curr, fd);
	struct sockaddr_any addr = {0};
	struct socket *sock;
	int n;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	sock = file->private_data;
	n = sock->ops->getname(curr, sock, &addr, peer);
	if (n >= 0)
		n = move_addr_to_user(curr, &addr, (uint32_t)n, uaddr, ulen);
	fput(curr, file);
	return n;
}

int32_t do_shutdown(struct task_struct *curr, int fd, int how)
{
	struct file *file = sockfd_get(curr, fd);
	struct socket *sock;
	int err;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	sock = file->private_data;
	err = sock->ops->shutdown ? sock->ops->shutdown(curr, sock, how)
				  : -EOPNOTSUPP;
	fput(curr, file);
	return err;
}

/* ---- options ----------------------------------------------------------------- */

int32_t do_setsockopt(struct task_struct *curr, int fd, int level, int name,
		      vaddr_t uval, int32_t len)
{
	struct file *file;
	struct socket *sock;
	int err;

	if (len < 0)
		return -EINVAL;
	file = sockfd_get(curr, fd);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	sock = file->private_data;
	if (level == SOL_SOCKET)
		err = sock_setsockopt(curr, sock, name, uval, (uint32_t)len);
	else if (sock->ops->setsockopt)
		err = sock->ops->setsockopt(curr, sock, level, name, uval,
					    (uint32_t)len);
	else
		err = -EOPNOTSUPP;
	fput(curr, file);
	return err;
}

int32_t do_getsockopt(struct task_struct *curr, int fd, int level, int name,
		      vaddr_t uval, vaddr_t ulen)
{
	struct file *file = sockfd_get(curr, fd);
	struct socket *sock;
	int err;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	sock = file->private_data;
	if (level == SOL_SOCKET)
		err = sock_getsockopt(curr, sock, name, uval, ulen);
	else if (sock->ops->getsockopt)
		err = sock->ops->getsockopt(curr, sock, level, name, uval,
					    ulen);
	else
		err = -EOPNOTSUPP;
	fput(curr, file);
	return err;
}

/* ---- /proc/net ------------------------------------------------------------------ */

int sockstat_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "sockets: used %u\n", m->k->net.sockets_used);
	return 0;
}
