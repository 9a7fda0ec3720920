/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/inet_sock.h"

/*
 * Options of IPv4, IPv6, TCP and UDP (Linux: net/ipv4/ip_sockglue.c,
 * net/ipv6/ipv6_sockglue.c, tcp_setsockopt()).
 *
 * MODEL: most are numbers that are kept and shown: there are no packets whose
 * headers they could change, and no time in which a peer could be lost.
 * IPV6_V6ONLY, IP_RECVERR, IP_PKTINFO and IP_RECVTTL do something. TCP_INFO
 * has the state and the sizes of segments. Multicast groups can't be joined.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/state.h"

#define TCP_INFO            11
#define TCP_CONGESTION      13
#define IP_MTU              14
#define IP_PKTINFO          8
#define IP_RECVERR          11
#define IP_RECVTTL          12
#define IP_ADD_MEMBERSHIP   35
#define IP_DROP_MEMBERSHIP  36
#define IPV6_ADD_MEMBERSHIP 20
#define IPV6_MTU            24
#define IPV6_RECVERR        25
#define IPV6_V6ONLY         26
#define IPV6_RECVPKTINFO    49

/* Level, name, preset, least and greatest value. */
static const struct inet_opt {
	int level, name;
	int32_t preset, min, max;
} opts[] = {
	{SOL_TCP, 1, 0, 0, 1}, /* NODELAY */
	{SOL_TCP, 2, 536, 0, 32767}, /* MAXSEG */
	{SOL_TCP, 3, 0, 0, 1}, /* CORK */
	{SOL_TCP, 4, 7200, 1, 32767}, /* KEEPIDLE */
	{SOL_TCP, 5, 75, 1, 32767}, /* KEEPINTVL */
	{SOL_TCP, 6, 9, 1, 127}, /* KEEPCNT */
	{SOL_TCP, 7, 6, 1, 127}, /* SYNCNT */
	{SOL_TCP, 8, 60, -1, INT32_MAX}, /* LINGER2 */
	{SOL_TCP, 9, 0, 0, INT32_MAX}, /* DEFER_ACCEPT */
	{SOL_TCP, 10, 0, 0, INT32_MAX}, /* WINDOW_CLAMP */
	{SOL_TCP, 12, 1, 0, INT32_MAX}, /* QUICKACK */
	{SOL_TCP, 18, 0, 0, INT32_MAX}, /* USER_TIMEOUT */
	{SOL_TCP, 23, 0, 0, INT32_MAX}, /* FASTOPEN */
	{SOL_TCP, 25, 0, 0, INT32_MAX}, /* NOTSENT_LOWAT */
	{SOL_UDP, 1, 0, 0, 1}, /* CORK */
	{SOL_IP, 1, 0, 0, 255}, /* TOS */
	{SOL_IP, 2, 64, 1, 255}, /* TTL */
	{SOL_IP, 6, 0, 0, 1}, /* RECVOPTS */
	{SOL_IP, 10, 1, 0, 5}, /* MTU_DISCOVER */
	{SOL_IP, 13, 0, 0, 1}, /* RECVTOS */
	{SOL_IP, 15, 0, 0, 1}, /* FREEBIND */
	{SOL_IP, 20, 0, 0, 1}, /* RECVORIGDSTADDR */
	{SOL_IP, 24, 0, 0, 1}, /* BIND_ADDRESS_NO_PORT */
	{SOL_IP, 33, 1, 0, 255}, /* MULTICAST_TTL */
	{SOL_IP, 34, 1, 0, 1}, /* MULTICAST_LOOP */
	{SOL_IPV6, 16, 64, -1, 255}, /* UNICAST_HOPS */
	{SOL_IPV6, 18, 1, -1, 255}, /* MULTICAST_HOPS */
	{SOL_IPV6, 19, 1, 0, 1}, /* MULTICAST_LOOP */
	{SOL_IPV6, 23, 1, 0, 5}, /* MTU_DISCOVER */
	{SOL_IPV6, 51, 0, 0, 1}, /* RECVHOPLIMIT */
	{SOL_IPV6, 66, 0, 0, 1}, /* RECVTCLASS */
	{SOL_IPV6, 67, 0, -1, 255}, /* TCLASS */
};
#define NR_OPTS (sizeof(opts) / sizeof(opts[0]))
_Static_assert(NR_OPTS <= NR_INET_OPTS, "room in struct inet_sock");

void inet_opts_init(struct inet_sock *inet)
{
	for (size_t n = 0; n < NR_OPTS; n++)
		inet->opt[n] = opts[n].preset;
}

static int find_opt(const struct sock *sk, int level, int name)
{
	const bool tcp = sk->protocol == IPPROTO_TCP;

	if ((level == SOL_TCP && !tcp) || (level == SOL_UDP && tcp))
		return -1;
	for (size_t n = 0; n < NR_OPTS; n++)
		if (opts[n].level == level && opts[n].name == name)
			return (int)n;
	return -1;
}

static bool *inet_flag(struct inet_sock *inet, int level, int name)
{
	if (level < 0 || level > 0xff || name < 0 || name > 0xff)
		return NULL;
	switch (level << 8 | name) {
	case SOL_IP << 8 | IP_RECVERR:
	case SOL_IPV6 << 8 | IPV6_RECVERR:
		return &inet->recverr;
	case SOL_IP << 8 | IP_PKTINFO:
	case SOL_IPV6 << 8 | IPV6_RECVPKTINFO:
		return &inet->recvpktinfo;
	case SOL_IP << 8 | IP_RECVTTL:
		return &inet->recvttl;
	case SOL_IPV6 << 8 | IPV6_V6ONLY:
		return &inet->v6only;
	default:
		return NULL;
	}
}

/* -ENOPROTOOPT: @sk has nothing to do with such options. */
static int check_level(const struct sock *sk, int level)
{
	if (level == SOL_IP || level == SOL_TCP || level == SOL_UDP ||
	    (level == SOL_IPV6 && sk->family == AF_INET6))
		return 0;
	return -ENOPROTOOPT;
}

/* One byte is as good as a word, for options of IPv4. */
static int get_value(struct task_struct *curr, int level, vaddr_t uval,
		     uint32_t len, int32_t *val)
{
	uint8_t byte;

	if (level != SOL_IP || len >= 4)
		return sockopt_int(curr, uval, len, val);
	*val = 0;
	if (!len)
		return 0;
	if (get_user_u8(curr, &byte, uval))
		return -EFAULT;
	*val = byte;
	return 0;
}

/* What can be asked for and isn't there. */
static int refuse(int level, int name)
{
	if ((level == SOL_IP &&
	     (name == IP_ADD_MEMBERSHIP || name == IP_DROP_MEMBERSHIP)) ||
	    (level == SOL_IPV6 && name == IPV6_ADD_MEMBERSHIP))
		return -ENODEV;
	return level == SOL_TCP && name == TCP_CONGESTION ? -EPERM : 0;
}

int inet_setsockopt(struct task_struct *curr, struct socket *sock, int level,
		    int name, vaddr_t uval, uint32_t len)
{
	struct inet_sock *inet = inet_sk(sock->sk);
	const int n = find_opt(sock->sk, level, name);
	bool *flag = inet_flag(inet, level, name);
	int err = check_level(sock->sk, level);
	int32_t val;

	if (!err)
		err = refuse(level, name);
	if (!err && n < 0 && !flag)
		err = -ENOPROTOOPT;
	if (!err)
		err = get_value(curr, level, uval, len, &val);
	if (!err && flag == &inet->v6only && inet->sport)
		err = -EINVAL;
	if (err)
		return err;
	if (flag) {
		*flag = val;
		return 0;
	}
	if (opts[n].min == 0 && opts[n].max == 1)
		val = !!val;
	if (val < opts[n].min || val > opts[n].max)
		return -EINVAL;
	inet->opt[n] = val;
	return 0;
}

/* struct tcp_info: state, and sizes of segments. */
static int get_tcp_info(struct task_struct *curr, const struct sock *sk,
			vaddr_t uval, vaddr_t ulen)
{
	uint32_t info[58] = {sk->state};

	info[4] = info[5] = 65483; /* snd_mss, rcv_mss */
	info[6] = sk->state == TCP_LISTEN ? sk->ack_backlog : 0;
	info[7] = sk->state == TCP_LISTEN ? sk->max_ack_backlog : 0;
	info[20] = 10; /* snd_cwnd */
	return put_sockopt(curr, uval, ulen, info, sizeof(info));
}

int inet_getsockopt(struct task_struct *curr, struct socket *sock, int level,
		    int name, vaddr_t uval, vaddr_t ulen)
{
	static const char cubic[16] = "cubic";
	struct inet_sock *inet = inet_sk(sock->sk);
	const int n = find_opt(sock->sk, level, name);
	const bool *flag = inet_flag(inet, level, name);
	const bool tcp = level == SOL_TCP && sock->sk->protocol == IPPROTO_TCP;
	int err = check_level(sock->sk, level);
	int32_t val = 65536;

	if (err)
		return err;
	if (tcp && name == TCP_INFO)
		return get_tcp_info(curr, sock->sk, uval, ulen);
	if (tcp && name == TCP_CONGESTION)
		return put_sockopt(curr, uval, ulen, cubic, sizeof(cubic));
	if ((level == SOL_IP && name == IP_MTU) ||
	    (level == SOL_IPV6 && name == IPV6_MTU)) {
		if (!inet->dport)
			return -ENOTCONN;
	} else if (flag) {
		val = *flag;
	} else if (n >= 0) {
		val = inet->opt[n];
	} else {
		return -ENOPROTOOPT;
	}
	return put_sockopt(curr, uval, ulen, &val, sizeof(val));
}
