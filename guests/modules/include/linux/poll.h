/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <linux/fs.h>

#define EPOLLIN     0x00000001u
#define EPOLLPRI    0x00000002u
#define EPOLLOUT    0x00000004u
#define EPOLLERR    0x00000008u
#define EPOLLHUP    0x00000010u
#define EPOLLRDNORM 0x00000040u
#define EPOLLWRNORM 0x00000100u

#endif
