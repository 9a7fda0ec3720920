/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/net.h"

/*
 * Messages between programs and sockets (Linux: the second half of
 * net/socket.c): sendto, recvmsg and their family. A message's header, its
 * segments and what comes with it are brought in first; the socket then sees
 * kernel memory, but for the bytes themselves.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/mm/slab.h"
#include "kernel/net/sock.h"
#include "kernel/net/sockios.h"
#include "kernel/state.h"

/* struct msghdr and mmsghdr of a 32-bit program. */
struct user_msghdr {
	vaddr_t name;
	int32_t namelen;
	vaddr_t iov;
	uint32_t iovlen;
	vaddr_t control;
	uint32_t controllen;
	uint32_t flags;
};
#define MMSGHDR_SIZE 32u
#define MMSGHDR_LEN  28u /* where the result goes */

/* A call's message with what it needs memory for. */
struct message {
	struct msghdr msg;
	struct sockaddr_any addr;
	struct user_msghdr user;
	struct iovec_user fast[UIO_FASTIOV], *iov;
	uint8_t *control; /* ours; NULL: none */
};

static struct file *get_socket(struct task_struct *curr, int fd)
{
	struct file *file = fget(curr, fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (sock_from_file(file))
		return file;
	fput(curr, file);
	return ERR_PTR(-ENOTSOCK);
}

/* ---- headers ---------------------------------------------------------------- */

static void free_message(struct task_struct *curr, struct message *m)
{
	if (m->iov && m->iov != m->fast)
		kfree_obj(curr, m->iov);
	if (m->control)
		kfree_obj(curr, m->control);
}

static int get_segments(struct task_struct *curr, struct message *m)
{
	struct iovec_user *iov = m->fast;
	int err;

	if (m->user.iovlen > UIO_MAXIOV)
		return -EMSGSIZE;
	err = import_iovec(curr, m->user.iov, m->user.iovlen, &iov);
	if (err)
		return err;
	m->iov = iov;
	iov_iter_user(&m->msg.iter, iov, m->user.iovlen);
	return 0;
}

static int get_header(struct task_struct *curr, vaddr_t umsg, struct message *m)
{
	m->iov = NULL;
	m->control = NULL;
	if (copy_from_user(curr, &m->user, umsg, sizeof(m->user)))
		return -EFAULT;
	if (!m->user.name)
		m->user.namelen = 0;
	if (m->user.namelen < 0)
		return -EINVAL;
	if (m->user.namelen > SOCKADDR_STORAGE)
		m->user.namelen = SOCKADDR_STORAGE;
	m->msg = (struct msghdr){
		.controllen = m->user.control ? m->user.controllen : 0};
	return 0;
}

/* What comes with a message that is sent. */
static int get_control(struct task_struct *curr, struct message *m)
{
	const uint32_t n = m->msg.controllen;

	if (!n)
		return 0;
	if (n > OPTMEM_MAX)
		return -ENOBUFS;
	m->control = kzalloc_obj(curr, n, n, GFP_KERNEL);
	if (!m->control)
		return -ENOBUFS;
	if (copy_from_user(curr, m->control, m->user.control, n))
		return -EFAULT;
	m->msg.control = m->control;
	return 0;
}

/* ---- sending ---------------------------------------------------------------- */

static int32_t sock_sendmsg(struct task_struct *curr, struct file *file,
			    struct msghdr *msg, uint32_t flags)
{
	struct socket *sock = file->private_data;
	int32_t n;

	if (file->f_flags & O_NONBLOCK)
		flags |= MSG_DONTWAIT;
	msg->flags = flags;
	n = sock->ops->sendmsg(curr, sock, msg, msg->iter.count);
	return n;
}

int32_t do_sendto(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n,
		  uint32_t flags, vaddr_t uaddr, int32_t addrlen)
{
	struct iovec_user iov = {ubuf, n < MAX_RW_COUNT ? n : MAX_RW_COUNT};
	struct sockaddr_any addr;
	struct msghdr msg = {0};
	struct file *file;
	int32_t done;

	if (!access_ok(curr, ubuf, n))
		return -EFAULT;
	file = get_socket(curr, fd);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	iov_iter_user(&msg.iter, &iov, 1);
	done = 0;
	if (uaddr) {
		done = move_addr_to_kernel(curr, uaddr, addrlen, &addr);
		msg.name = &addr;
		msg.namelen = addrlen;
	}
	if (!done)
		done = sock_sendmsg(curr, file, &msg, flags & ~MSG_CMSG_COMPAT);
	fput(curr, file);
	return done;
}

static int32_t send_one(struct task_struct *curr, struct file *file,
			vaddr_t umsg, uint32_t flags, struct message *m)
{
	int32_t n = get_header(curr, umsg, m);

	if (!n && m->user.namelen) {
		n = move_addr_to_kernel(curr, m->user.name, m->user.namelen,
					&m->addr);
		m->msg.name = &m->addr;
		m->msg.namelen = m->user.namelen;
	}
	if (!n)
		n = get_segments(curr, m);
	if (!n && m->msg.controllen > INT32_MAX)
		n = -ENOBUFS;
	if (!n)
		n = get_control(curr, m);
	if (!n)
		n = sock_sendmsg(curr, file, &m->msg, flags);
	free_message(curr, m);
	return n;
}

int32_t do_sendmsg(struct task_struct *curr, int fd, vaddr_t umsg,
		   uint32_t flags)
{
	struct message m;
	struct file *file;
	int32_t n;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	file = get_socket(curr, fd);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	n = send_one(curr, file, umsg, flags, &m);
	fput(curr, file);
	return n;
}

int32_t do_sendmmsg(struct task_struct *curr, int fd, vaddr_t umsgs,
		    uint32_t nr, uint32_t flags)
{
	struct message m;
	struct file *file;
	uint32_t sent = 0;
	int32_t n = 0;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	if (nr > UIO_MAXIOV)
		nr = UIO_MAXIOV;
	file = get_socket(curr, fd);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	while (sent < nr) {
		const vaddr_t at = umsgs + sent * MMSGHDR_SIZE;

		n = send_one(curr, file, at, flags, &m);
		if (n < 0)
			break;
		n = put_user_u32(curr, (uint32_t)n, at + MMSGHDR_LEN);
		if (n)
			break;
		sent++;
		if (signal_pending(curr))
			break;
		cond_resched(curr);
	}
	fput(curr, file);
	return sent ? (int32_t)sent : n;
}

/* ---- receiving --------------------------------------------------------------- */

static int32_t sock_recvmsg(struct task_struct *curr, struct file *file,
			    struct msghdr *msg, uint32_t flags)
{
	struct socket *sock = file->private_data;

	if (file->f_flags & O_NONBLOCK)
		flags |= MSG_DONTWAIT;
	return sock->ops->recvmsg(curr, sock, msg, msg->iter.count, flags);
}

int32_t do_recvfrom(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n,
		    uint32_t flags, vaddr_t uaddr, vaddr_t ulen)
{
	struct iovec_user iov = {ubuf, n < MAX_RW_COUNT ? n : MAX_RW_COUNT};
	struct sockaddr_any addr = {0};
	struct msghdr msg = {.name = uaddr ? &addr : NULL};
	struct file *file;
	int32_t done, err;

	if (!access_ok(curr, ubuf, n))
		return -EFAULT;
	file = get_socket(curr, fd);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	iov_iter_user(&msg.iter, &iov, 1);
	done = sock_recvmsg(curr, file, &msg, flags);
	if (done >= 0 && uaddr) {
		err = move_addr_to_user(curr, &addr, (uint32_t)msg.namelen,
					uaddr, ulen);
		if (err)
			done = err;
	}
	fput(curr, file);
	return done;
}

/* What the program's header tells afterwards. 0 or -EFAULT. */
static int put_header(struct task_struct *curr, vaddr_t umsg,
		      const struct message *m)
{
	const uint32_t used = m->msg.ucontrol
				      ? m->msg.ucontrol - m->user.control
				      : 0;
	const uint32_t tail[2] = {used, m->msg.flags & ~MSG_CMSG_COMPAT};
	uint32_t len = (uint32_t)m->msg.namelen;

	if (m->user.name) {
		if (len > (uint32_t)m->user.namelen)
			len = (uint32_t)m->user.namelen;
		if (len && copy_to_user(curr, m->user.name, &m->addr, len))
			return -EFAULT;
		if (put_user_u32(curr, (uint32_t)m->msg.namelen, umsg + 4))
			return -EFAULT;
	}
	return copy_to_user(curr, umsg + 20, tail, sizeof(tail)) ? -EFAULT : 0;
}

static int32_t recv_one(struct task_struct *curr, struct file *file,
			vaddr_t umsg, uint32_t flags, struct message *m)
{
	int32_t n = get_header(curr, umsg, m), err;

	if (!n)
		n = get_segments(curr, m);
	if (!n) {
		memset(&m->addr, 0, sizeof(m->addr));
		m->msg.name = m->user.name ? &m->addr : NULL;
		m->msg.ucontrol = m->user.control;
		m->msg.flags = flags & (MSG_CMSG_CLOEXEC | MSG_CMSG_COMPAT);
		n = sock_recvmsg(curr, file, &m->msg, flags);
	}
	if (n >= 0) {
		err = put_header(curr, umsg, m);
		if (err)
			n = err;
	}
	free_message(curr, m);
	return n;
}

int32_t do_recvmsg(struct task_struct *curr, int fd, vaddr_t umsg,
		   uint32_t flags)
{
	struct message m;
	struct file *file;
	int32_t n;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	file = get_socket(curr, fd);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	n = recv_one(curr, file, umsg, flags, &m);
	fput(curr, file);
	return n;
}

/* ---- recvmmsg ----------------------------------------------------------------- */

/* The cycle at which no more is begun; NO_TIMEOUT; or -errno. */
static int get_mmsg_timeout(struct task_struct *curr, vaddr_t utimeout,
			    bool is_64, uint64_t *until)
{
	int64_t wide[2];
	int32_t narrow[2];

	*until = NO_TIMEOUT;
	if (!utimeout)
		return 0;
	if (is_64 ? copy_from_user(curr, wide, utimeout, sizeof(wide))
		  : copy_from_user(curr, narrow, utimeout, sizeof(narrow)))
		return -EFAULT;
	if (!is_64) {
		wide[0] = narrow[0];
		wide[1] = narrow[1];
	}
	wide[1] = (int32_t)wide[1];
	if (wide[0] < 0 || wide[1] < 0 || wide[1] > 999999999)
		return -EINVAL;
	if (wide[0] > INT32_MAX)
		wide[0] = INT32_MAX;
	*until = sched_clock_cycles(curr->k) +
		 ns_to_cycles(curr->k, (uint64_t)wide[0] * 1000000000 +
					       (uint64_t)wide[1]);
	return 0;
}

/* What is left of the time. */
static int put_mmsg_timeout(struct task_struct *curr, vaddr_t utimeout,
			    bool is_64, uint64_t until)
{
	const uint64_t now = sched_clock_cycles(curr->k);
	const uint64_t ns = until > now ? cycles_to_ns(curr->k, until - now)
					: 0;
	const int64_t wide[2] = {(int64_t)(ns / 1000000000),
				 (int64_t)(ns % 1000000000)};
	const int32_t narrow[2] = {(int32_t)wide[0], (int32_t)wide[1]};

	return (is_64 ? copy_to_user(curr, utimeout, wide, sizeof(wide))
		      : copy_to_user(curr, utimeout, narrow, sizeof(narrow)))
		       ? -EFAULT
		       : 0;
}

/* How many came, or what the first one met. */
static int32_t recv_many(struct task_struct *curr, struct file *file,
			 vaddr_t umsgs, uint32_t nr, uint32_t flags,
			 uint64_t until)
{
	struct socket *sock = file->private_data;
	uint32_t got = 0;
	int32_t n = sock_error(sock->sk);
	struct message m;

	if (n)
		return n;
	while (got < nr) {
		const vaddr_t at = umsgs + got * MMSGHDR_SIZE;

		n = recv_one(curr, file, at, flags & ~MSG_WAITFORONE, &m);
		if (n < 0)
			break;
		n = put_user_u32(curr, (uint32_t)n, at + MMSGHDR_LEN);
		if (n)
			break;
		got++;
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
		if (until != NO_TIMEOUT && sched_clock_cycles(curr->k) >= until)
			break;
		if (m.msg.flags & MSG_OOB)
			break;
		cond_resched(curr);
	}
	if (!got)
		return n;
	/* the next call tells what ended this one */
	if (n < 0 && n != -EAGAIN)
		sock->sk->err = -n;
	return (int32_t)got;
}

int32_t do_recvmmsg(struct task_struct *curr, int fd, vaddr_t umsgs,
		    uint32_t nr, uint32_t flags, vaddr_t utimeout, bool is_64)
{
	struct file *file;
	uint64_t until;
	int32_t n;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	n = get_mmsg_timeout(curr, utimeout, is_64, &until);
	if (n)
		return n;
	file = get_socket(curr, fd);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	n = recv_many(curr, file, umsgs, nr, flags, until);
	fput(curr, file);
	if (n > 0 && utimeout && put_mmsg_timeout(curr, utimeout, is_64, until))
		return -EFAULT;
	return n;
}
