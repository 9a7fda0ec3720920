/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_SOCKET_H
#define KERNEL_NET_SOCKET_H

/*
 * Numbers and structures that socket calls speak in, as ARM Linux has them
 * (include/linux/socket.h, include/uapi/asm-generic/socket.h), and what the
 * calls do once their arguments are decoded (net/socket.c).
 */

#include <stdint.h>

#include "kernel/lib/iov_iter.h"
#include "kernel/net/net_state.h"

struct task_struct;

#define AF_UNSPEC  0
#define AF_UNIX    1
#define AF_INET    2
#define AF_INET6   10
#define AF_NETLINK 16
#define AF_PACKET  17
#define NPROTO     46

#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_RDM       4
#define SOCK_SEQPACKET 5
#define SOCK_PACKET    10
#define SOCK_MAX       11
#define SOCK_TYPE_MASK 0xfu
#define SOCK_NONBLOCK  04000u
#define SOCK_CLOEXEC   02000000u

#define SOL_SOCKET  1
#define SOL_IP      0
#define SOL_ICMP    1
#define SOL_TCP     6
#define SOL_UDP     17
#define SOL_IPV6    41
#define SOL_NETLINK 270

#define SO_DEBUG           1
#define SO_REUSEADDR       2
#define SO_TYPE            3
#define SO_ERROR           4
#define SO_DONTROUTE       5
#define SO_BROADCAST       6
#define SO_SNDBUF          7
#define SO_RCVBUF          8
#define SO_KEEPALIVE       9
#define SO_OOBINLINE       10
#define SO_NO_CHECK        11
#define SO_PRIORITY        12
#define SO_LINGER          13
#define SO_BSDCOMPAT       14
#define SO_REUSEPORT       15
#define SO_PASSCRED        16
#define SO_PEERCRED        17
#define SO_RCVLOWAT        18
#define SO_SNDLOWAT        19
#define SO_RCVTIMEO_OLD    20
#define SO_SNDTIMEO_OLD    21
#define SO_BINDTODEVICE    25
#define SO_PEERNAME        28
#define SO_TIMESTAMP       29
#define SO_ACCEPTCONN      30
#define SO_PEERSEC         31
#define SO_SNDBUFFORCE     32
#define SO_RCVBUFFORCE     33
#define SO_PASSSEC         34
#define SO_TIMESTAMPNS     35
#define SO_MARK            36
#define SO_PROTOCOL        38
#define SO_DOMAIN          39
#define SO_RXQ_OVFL        40
#define SO_PEEK_OFF        42
#define SO_NOFCS           43
#define SO_LOCK_FILTER     44
#define SO_BUSY_POLL       46
#define SO_INCOMING_CPU    49
#define SO_MEMINFO         55
#define SO_COOKIE          57
#define SO_PEERGROUPS      59
#define SO_TIMESTAMP_NEW   63
#define SO_TIMESTAMPNS_NEW 64
#define SO_RCVTIMEO_NEW    66
#define SO_SNDTIMEO_NEW    67

#define SCM_RIGHTS      1
#define SCM_CREDENTIALS 2
#define SCM_MAX_FD      253

#define MSG_OOB          0x1u
#define MSG_PEEK         0x2u
#define MSG_DONTROUTE    0x4u
#define MSG_CTRUNC       0x8u
#define MSG_TRUNC        0x20u
#define MSG_DONTWAIT     0x40u
#define MSG_EOR          0x80u
#define MSG_WAITALL      0x100u
#define MSG_ERRQUEUE     0x2000u
#define MSG_NOSIGNAL     0x4000u
#define MSG_MORE         0x8000u
#define MSG_WAITFORONE   0x10000u
#define MSG_CMSG_CLOEXEC 0x40000000u
#define MSG_CMSG_COMPAT  0x80000000u

#define SHUT_RD       0
#define SHUT_WR       1
#define SHUT_RDWR     2
#define RCV_SHUTDOWN  1u
#define SEND_SHUTDOWN 2u
#define SHUTDOWN_MASK 3u

/* The longest address of any family. */
#define SOCKADDR_STORAGE 128

struct sockaddr_any {
	union {
		uint16_t family;
		uint8_t bytes[SOCKADDR_STORAGE];
	};
};

struct ucred {
	int32_t pid;
	uint32_t uid, gid;
};

/* One message on its way in or out. */
struct msghdr {
	struct sockaddr_any *name; /* NULL: not asked for */
	int32_t namelen; /* of it: given, or filled in */
	struct iov_iter iter;
	const uint8_t *control; /* sending: the program's, copied */
	vaddr_t ucontrol; /* receiving: where they go */
	uint32_t controllen;
	uint32_t flags; /* MSG_… */
};

int32_t do_socket(struct task_struct *curr, int family, uint32_t type,
		  int protocol);
int32_t do_socketpair(struct task_struct *curr, int family, uint32_t type,
		      int protocol, vaddr_t usv);
int32_t do_bind(struct task_struct *curr, int fd, vaddr_t uaddr, int32_t len);
int32_t do_connect(struct task_struct *curr, int fd, vaddr_t uaddr,
		   int32_t len);
int32_t do_listen(struct task_struct *curr, int fd, int backlog);
int32_t do_accept4(struct task_struct *curr, int fd, vaddr_t uaddr,
		   vaddr_t ulen, uint32_t flags);
int32_t do_getsockname(struct task_struct *curr, int fd, vaddr_t uaddr,
		       vaddr_t ulen, bool peer);
int32_t do_shutdown(struct task_struct *curr, int fd, int how);
int32_t do_setsockopt(struct task_struct *curr, int fd, int level, int name,
		      vaddr_t uval, int32_t len);
int32_t do_getsockopt(struct task_struct *curr, int fd, int level, int name,
		      vaddr_t uval, vaddr_t ulen);
int32_t do_sendto(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n,
		  uint32_t flags, vaddr_t uaddr, int32_t addrlen);
int32_t do_recvfrom(struct task_struct *curr, int fd, vaddr_t ubuf, uint32_t n,
		    uint32_t flags, vaddr_t uaddr, vaddr_t uaddrlen);
int32_t do_sendmsg(struct task_struct *curr, int fd, vaddr_t umsg,
		   uint32_t flags);
int32_t do_recvmsg(struct task_struct *curr, int fd, vaddr_t umsg,
		   uint32_t flags);
int32_t do_sendmmsg(struct task_struct *curr, int fd, vaddr_t umsgs,
		    uint32_t nr, uint32_t flags);
/* @utimeout 0: none; @is_64: of which kind its timespec is. */
int32_t do_recvmmsg(struct task_struct *curr, int fd, vaddr_t umsgs,
		    uint32_t nr, uint32_t flags, vaddr_t utimeout, bool is_64);

#endif
