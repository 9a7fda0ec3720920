/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_SOCKIOS_H
#define KERNEL_NET_SOCKIOS_H

/*
 * ioctl numbers of sockets (include/uapi/linux/sockios.h), and what several
 * files of net/ call.
 */

#include "kernel/net/socket.h"

struct file;

#define FIOSETOWN        0x8901u
#define SIOCSPGRP        0x8902u
#define FIOGETOWN        0x8903u
#define SIOCGPGRP        0x8904u
#define SIOCATMARK       0x8905u
#define SIOCGSTAMP_OLD   0x8906u
#define SIOCGSTAMPNS_OLD 0x8907u
#define SIOCGSTAMP_NEW   0x80108906u
#define SIOCGSTAMPNS_NEW 0x80108907u
#define SIOCINQ          0x541bu /* FIONREAD */
#define SIOCOUTQ         0x5411u /* TIOCOUTQ */
#define SIOCOUTQNSD      0x894bu
#define SIOCUNIXFILE     0x89e0u

/* Of devices (core/dev_ioctl.c). -ENOTTY: @cmd is none of these. */
int32_t dev_ioctl(struct task_struct *curr, uint32_t cmd, vaddr_t arg);
/* -EINVAL: @len is no address's. */
int move_addr_to_kernel(struct task_struct *curr, vaddr_t uaddr, int32_t len,
			struct sockaddr_any *addr);
/* As much as there is room for; the true length goes to @ulen. */
int move_addr_to_user(struct task_struct *curr, const struct sockaddr_any *addr,
		      uint32_t klen, vaddr_t uaddr, vaddr_t ulen);

#endif
