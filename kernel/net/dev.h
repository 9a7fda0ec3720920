/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_DEV_H
#define KERNEL_NET_DEV_H

/* The loopback device (include/linux/netdevice.h, uapi/linux/if.h). */

#include <stdint.h>

struct kernel;

#define LO_IFINDEX      1
#define LO_MTU          65536
#define ARPHRD_LOOPBACK 772

#define IFF_UP       0x1u
#define IFF_LOOPBACK 0x8u
#define IFF_RUNNING  0x40u
#define IFF_LOWER_UP 0x10000u

#define SIOCGIFNAME    0x8910u
#define SIOCGIFCONF    0x8912u
#define SIOCGIFFLAGS   0x8913u
#define SIOCSIFFLAGS   0x8914u
#define SIOCGIFADDR    0x8915u
#define SIOCSIFADDR    0x8916u
#define SIOCGIFDSTADDR 0x8917u
#define SIOCSIFDSTADDR 0x8918u
#define SIOCGIFBRDADDR 0x8919u
#define SIOCSIFBRDADDR 0x891au
#define SIOCGIFNETMASK 0x891bu
#define SIOCSIFNETMASK 0x891cu
#define SIOCGIFMETRIC  0x891du
#define SIOCGIFMTU     0x8921u
#define SIOCSIFMTU     0x8922u
#define SIOCSIFNAME    0x8923u
#define SIOCSIFHWADDR  0x8924u
#define SIOCGIFHWADDR  0x8927u
#define SIOCGIFINDEX   0x8933u
#define SIOCGIFTXQLEN  0x8942u
#define SIOCSIFTXQLEN  0x8943u
#define SIOCETHTOOL    0x8946u
#define SIOCGIFMAP     0x8970u

/* IFF_… as they are now. */
uint32_t lo_flags(const struct kernel *k);

#endif
