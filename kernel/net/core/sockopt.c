/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/sock.h"

/*
 * Options of level SOL_SOCKET (Linux: net/core/sock.c's sk_setsockopt() and
 * sk_getsockopt()).
 *
 * Most are a flag or a number that is kept and shown; which of them does
 * something, its user says. Buffers come out twice as large as was asked for,
 * since what lies around the bytes counts, too.
 *
 * MODEL: no socket filters, time stamping of hardware, busy polling and
 * pacing: ENOPROTOOPT. SO_PRIORITY, SO_MARK and SO_DONTROUTE have no effect.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define JIFFY_NS 4000000u

int sockopt_int(struct task_struct *curr, vaddr_t uval, uint32_t len,
		int32_t *to)
{
	if (len < sizeof(*to))
		return -EINVAL;
	return copy_from_user(curr, to, uval, sizeof(*to)) ? -EFAULT : 0;
}

int put_sockopt(struct task_struct *curr, vaddr_t uval, vaddr_t ulen,
		const void *value, uint32_t size)
{
	uint32_t len;

	if (get_user_u32(curr, &len, ulen))
		return -EFAULT;
	if ((int32_t)len < 0)
		return -EINVAL;
	if (len > size)
		len = size;
	if (copy_to_user(curr, uval, value, len))
		return -EFAULT;
	return put_user_u32(curr, len, ulen);
}

/* ---- time-outs --------------------------------------------------------- */

static int set_timeout(struct task_struct *curr, uint64_t *timeo, vaddr_t uval,
		       uint32_t len, bool wide)
{
	int64_t tv[2];
	int32_t narrow[2];
	uint64_t ns;

	if (len < (wide ? sizeof(tv) : sizeof(narrow)))
		return -EINVAL;
	if (wide ? copy_from_user(curr, tv, uval, sizeof(tv))
		 : copy_from_user(curr, narrow, uval, sizeof(narrow)))
		return -EFAULT;
	if (!wide) {
		tv[0] = narrow[0];
		tv[1] = narrow[1];
	}
	if (tv[1] < 0 || tv[1] >= 1000000)
		return -EDOM;
	if (tv[0] < 0) {
		*timeo = 0;
		return 0;
	}
	if ((!tv[0] && !tv[1]) || tv[0] >= INT32_MAX / 250 - 1) {
		*timeo = NO_TIMEOUT;
		return 0;
	}
	ns = (uint64_t)tv[0] * 1000000000 + (uint64_t)tv[1] * 1000;
	*timeo = (ns + JIFFY_NS - 1) / JIFFY_NS * JIFFY_NS;
	return 0;
}

static int get_timeout(struct task_struct *curr, uint64_t timeo, vaddr_t uval,
		       vaddr_t ulen, bool wide)
{
	const uint64_t ns = timeo == NO_TIMEOUT ? 0 : timeo;
	const int64_t tv[2] = {(int64_t)(ns / 1000000000),
			       (int64_t)(ns % 1000000000 / 1000)};
	const int32_t narrow[2] = {(int32_t)tv[0], (int32_t)tv[1]};

	return wide ? put_sockopt(curr, uval, ulen, tv, sizeof(tv))
		    : put_sockopt(curr, uval, ulen, narrow, sizeof(narrow));
}

/* ---- setting ----------------------------------------------------------- */

static uint32_t doubled(int32_t val, int32_t most, uint32_t least)
{
	uint32_t n = (uint32_t)(val < most ? val : most);

	n = (int32_t)n < 0 || n > INT32_MAX / 2 ? INT32_MAX / 2 : n;
	return n * 2 > least ? n * 2 : least;
}

static int set_buffer(struct task_struct *curr, struct sock *sk, int name,
		      int32_t val)
{
	const struct net_sysctl *ctl = &curr->k->net.ctl;
	const bool force = name == SO_SNDBUFFORCE || name == SO_RCVBUFFORCE;

	if (force && !capable(curr, CAP_NET_ADMIN))
		return -EPERM;
	if (force && val < 0)
		val = 0;
	if (name == SO_SNDBUF || name == SO_SNDBUFFORCE) {
		sk->sndbuf = doubled(val, force ? INT32_MAX : ctl->wmem_max,
				     SOCK_MIN_SNDBUF);
		sk->sndbuf_locked = true;
		if (sk->write_space)
			sk->write_space(curr, sk);
		else
			sk_wake(curr, sk);
	} else {
		sk->rcvbuf = doubled(val, force ? INT32_MAX : ctl->rmem_max,
				     SOCK_MIN_RCVBUF);
		sk->rcvbuf_locked = true;
	}
	return 0;
}

static int set_linger(struct task_struct *curr, struct sock *sk, vaddr_t uval,
		      uint32_t len)
{
	int32_t ling[2];

	if (len < sizeof(ling))
		return -EINVAL;
	if (copy_from_user(curr, ling, uval, sizeof(ling)))
		return -EFAULT;
	sk->linger = ling[0];
	if (ling[0])
		sk->lingertime = (uint32_t)ling[1];
	return 0;
}

static int bind_to_device(struct task_struct *curr, struct sock *sk,
			  vaddr_t uval, int32_t len)
{
	char name[16] = "";

	if (len < 0)
		return -EINVAL;
	if (len > 15)
		len = 15;
	if (copy_from_user(curr, name, uval, (uint32_t)len))
		return -EFAULT;
	if (sk->bound_dev_if && !capable(curr, CAP_NET_RAW))
		return -EPERM;
	if (!*name)
		sk->bound_dev_if = 0;
	else if (!strcmp(name, "lo"))
		sk->bound_dev_if = 1;
	else
		return -ENODEV;
	return 0;
}

/* Options that are a flag. NULL: @name is none of them. */
static bool *sock_flag(struct sock *sk, int name)
{
	switch (name) {
	case SO_DEBUG:
		return &sk->debug;
	case SO_REUSEADDR:
		return &sk->reuse;
	case SO_REUSEPORT:
		return &sk->reuseport;
	case SO_DONTROUTE:
		return &sk->localroute;
	case SO_BROADCAST:
		return &sk->broadcast;
	case SO_KEEPALIVE:
		return &sk->keepalive;
	case SO_OOBINLINE:
		return &sk->oobinline;
	case SO_NO_CHECK:
		return &sk->no_check;
	case SO_PASSCRED:
		return &sk->passcred;
	case SO_PASSSEC:
		return &sk->passsec;
	case SO_RXQ_OVFL:
		return &sk->rxq_ovfl;
	case SO_NOFCS:
		return &sk->nofcs;
	default:
		return NULL;
	}
}

static void set_stamps(struct sock *sk, int name, bool on)
{
	sk->timestamp = on;
	sk->timestampns = on && (name == SO_TIMESTAMPNS ||
				 name == SO_TIMESTAMPNS_NEW);
	sk->stamp_new = on && (name == SO_TIMESTAMP_NEW ||
			       name == SO_TIMESTAMPNS_NEW);
}

static int set_number(struct task_struct *curr, struct socket *sock, int name,
		      int32_t val)
{
	struct sock *sk = sock->sk;

	switch (name) {
	case SO_SNDBUF:
	case SO_RCVBUF:
	case SO_SNDBUFFORCE:
	case SO_RCVBUFFORCE:
		return set_buffer(curr, sk, name, val);
	case SO_PRIORITY:
		if ((val < 0 || val > 6) && !capable(curr, CAP_NET_ADMIN))
			return -EPERM;
		sk->priority = (uint32_t)val;
		return 0;
	case SO_MARK:
		if (!capable(curr, CAP_NET_ADMIN) &&
		    !capable(curr, CAP_NET_RAW))
			return -EPERM;
		sk->mark = (uint32_t)val;
		return 0;
	case SO_RCVLOWAT:
		if (val < 0)
			val = INT32_MAX;
		sk->rcvlowat = val ? val : 1;
		return 0;
	case SO_PEEK_OFF:
		if (!sock->ops->set_peek_off)
			return -EOPNOTSUPP;
		return sock->ops->set_peek_off(sk, val);
	case SO_TIMESTAMP:
	case SO_TIMESTAMPNS:
	case SO_TIMESTAMP_NEW:
	case SO_TIMESTAMPNS_NEW:
		set_stamps(sk, name, val);
		return 0;
	case SO_BSDCOMPAT:
	case SO_INCOMING_CPU:
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

int sock_setsockopt(struct task_struct *curr, struct socket *sock, int name,
		    vaddr_t uval, uint32_t len)
{
	struct sock *sk = sock->sk;
	int32_t val;
	bool *flag;
	int err;

	if (name == SO_BINDTODEVICE)
		return bind_to_device(curr, sk, uval, (int32_t)len);
	err = sockopt_int(curr, uval, len, &val);
	if (err)
		return err;
	switch (name) {
	case SO_LINGER:
		return set_linger(curr, sk, uval, len);
	case SO_RCVTIMEO_OLD:
	case SO_RCVTIMEO_NEW:
		return set_timeout(curr, &sk->rcvtimeo, uval, len,
				   name == SO_RCVTIMEO_NEW);
	case SO_SNDTIMEO_OLD:
	case SO_SNDTIMEO_NEW:
		return set_timeout(curr, &sk->sndtimeo, uval, len,
				   name == SO_SNDTIMEO_NEW);
	}
	if (name == SO_DEBUG && val && !capable(curr, CAP_NET_ADMIN))
		return -EACCES;
	flag = sock_flag(sk, name);
	if (!flag)
		return set_number(curr, sock, name, val);
	if (name == SO_REUSEPORT && val && sk->family != AF_INET &&
	    sk->family != AF_INET6)
		return -EOPNOTSUPP;
	*flag = val;
	return 0;
}

/* ---- asking ------------------------------------------------------------- */

static int get_peergroups(struct task_struct *curr, const struct sock *sk,
			  vaddr_t uval, vaddr_t ulen)
{
	const struct group_info *info = sk->peer_groups;
	const uint32_t n = (info ? info->ngroups : 0) * 4;
	uint32_t len;

	if (!sk->peer_pid && sk->peercred.uid == UINT32_MAX)
		return -ENODATA;
	if (get_user_u32(curr, &len, ulen))
		return -EFAULT;
	if (len < n)
		return put_user_u32(curr, n, ulen) ? -EFAULT : -ERANGE;
	if (n && copy_to_user(curr, uval, info->gid, n))
		return -EFAULT;
	return put_user_u32(curr, n, ulen);
}

static int get_peername(struct task_struct *curr, struct socket *sock,
			vaddr_t uval, vaddr_t ulen)
{
	struct sockaddr_any addr = {0};
	const int n = sock->ops->getname(curr, sock, &addr, true);
	uint32_t len;

	if (n < 0)
		return -ENOTCONN;
	if (get_user_u32(curr, &len, ulen))
		return -EFAULT;
	if ((uint32_t)n < len)
		return -EINVAL;
	return put_sockopt(curr, uval, ulen, &addr, (uint32_t)n);
}

static int get_meminfo(struct task_struct *curr, const struct sock *sk,
		       vaddr_t uval, vaddr_t ulen)
{
	const uint32_t mem[9] = {
		sk->rmem_alloc,
		sk->rcvbuf,
		sk->wmem_alloc,
		sk->sndbuf,
		0,
		0,
		0,
		0,
		sk->drops,
	};

	return put_sockopt(curr, uval, ulen, mem, sizeof(mem));
}

/* A number, or -ENOPROTOOPT. */
static int get_number(struct socket *sock, int name, int32_t *val)
{
	struct sock *sk = sock->sk;
	const bool *flag = sock_flag(sk, name);

	*val = 0;
	if (flag) {
		*val = *flag;
		return 0;
	}
	switch (name) {
	case SO_TYPE:
		*val = sk->type;
		break;
	case SO_PROTOCOL:
		*val = sk->protocol;
		break;
	case SO_DOMAIN:
		*val = sk->family;
		break;
	case SO_ERROR:
		*val = -sock_error(sk);
		break;
	case SO_SNDBUF:
		*val = (int32_t)sk->sndbuf;
		break;
	case SO_RCVBUF:
		*val = (int32_t)sk->rcvbuf;
		break;
	case SO_PRIORITY:
		*val = (int32_t)sk->priority;
		break;
	case SO_MARK:
		*val = (int32_t)sk->mark;
		break;
	case SO_RCVLOWAT:
		*val = sk->rcvlowat;
		break;
	case SO_SNDLOWAT:
		*val = 1;
		break;
	case SO_ACCEPTCONN:
		*val = sk->state == TCP_LISTEN;
		break;
	case SO_TIMESTAMP:
	case SO_TIMESTAMP_NEW:
		*val = sk->timestamp && !sk->timestampns &&
		       sk->stamp_new == (name == SO_TIMESTAMP_NEW);
		break;
	case SO_TIMESTAMPNS:
	case SO_TIMESTAMPNS_NEW:
		*val = sk->timestampns &&
		       sk->stamp_new == (name == SO_TIMESTAMPNS_NEW);
		break;
	case SO_PEEK_OFF:
		if (!sock->ops->set_peek_off)
			return -EOPNOTSUPP;
		*val = sk->peek_off;
		break;
	case SO_INCOMING_CPU:
		*val = -1;
		break;
	case SO_BSDCOMPAT:
	case SO_LOCK_FILTER:
	case SO_BUSY_POLL:
		break;
	default:
		return -ENOPROTOOPT;
	}
	return 0;
}

/* What isn't a number. -ENOIOCTLCMD: @name is another. */
static int get_structure(struct task_struct *curr, struct socket *sock,
			 int name, vaddr_t uval, vaddr_t ulen)
{
	struct sock *sk = sock->sk;
	int32_t ling[2] = {sk->linger, (int32_t)sk->lingertime};
	struct ucred cred = sk->peercred;

	switch (name) {
	case SO_LINGER:
		return put_sockopt(curr, uval, ulen, ling, sizeof(ling));
	case SO_RCVTIMEO_OLD:
	case SO_RCVTIMEO_NEW:
		return get_timeout(curr, sk->rcvtimeo, uval, ulen,
				   name == SO_RCVTIMEO_NEW);
	case SO_SNDTIMEO_OLD:
	case SO_SNDTIMEO_NEW:
		return get_timeout(curr, sk->sndtimeo, uval, ulen,
				   name == SO_SNDTIMEO_NEW);
	case SO_PEERCRED:
		cred.pid = sk->peer_pid ? sk->peer_pid->nr : 0;
		return put_sockopt(curr, uval, ulen, &cred, sizeof(cred));
	case SO_PEERGROUPS:
		return get_peergroups(curr, sk, uval, ulen);
	case SO_PEERNAME:
		return get_peername(curr, sock, uval, ulen);
	case SO_MEMINFO:
		return get_meminfo(curr, sk, uval, ulen);
	case SO_COOKIE:
		if (!sk->cookie)
			sk->cookie = ++curr->k->net.last_cookie;
		return put_sockopt(curr, uval, ulen, &sk->cookie,
				   sizeof(sk->cookie));
	case SO_BINDTODEVICE:
		return put_sockopt(curr, uval, ulen, "lo",
				   sk->bound_dev_if ? 3 : 0);
	default:
		return -ENOIOCTLCMD;
	}
}

int sock_getsockopt(struct task_struct *curr, struct socket *sock, int name,
		    vaddr_t uval, vaddr_t ulen)
{
	int err;
	int32_t val;
	uint32_t len;

	if (get_user_u32(curr, &len, ulen))
		return -EFAULT;
	if ((int32_t)len < 0)
		return -EINVAL;
	err = get_structure(curr, sock, name, uval, ulen);
	if (err != -ENOIOCTLCMD)
		return err;
	err = get_number(sock, name, &val);
	return err ? err : put_sockopt(curr, uval, ulen, &val, sizeof(val));
}
