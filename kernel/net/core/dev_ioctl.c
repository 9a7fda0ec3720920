/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/sockios.h"

/*
 * ioctls about network devices (Linux: net/core/dev_ioctl.c). There is one, the
 * loopback device, which is up from the beginning; root may switch it off.
 *
 * MODEL: its address, MTU and name stay as they are: EOPNOTSUPP.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/net/dev.h"
#include "kernel/state.h"

/* struct ifreq of a 32-bit program: a name and what it is asked about. */
struct ifreq {
	char name[16];
	union {
		uint8_t bytes[16];
		uint16_t flags;
		int32_t value;
		struct {
			uint16_t family, port;
			uint8_t addr[4];
		} in;
	};
};

uint32_t lo_flags(const struct kernel *k)
{
	return IFF_LOOPBACK | (k->net.lo_down ? 0 : IFF_UP | IFF_RUNNING);
}

static int dev_ifconf(struct task_struct *curr, vaddr_t arg)
{
	struct ifreq lo = {.name = "lo", .in = {AF_INET, 0, {127, 0, 0, 1}}};
	uint32_t conf[2]; /* length, address */
	uint32_t n = 0;

	if (copy_from_user(curr, conf, arg, sizeof(conf)))
		return -EFAULT;
	if (!curr->k->net.lo_down) {
		n = sizeof(lo);
		if (conf[1] && conf[0] < n)
			n = 0;
		if (conf[1] && n && copy_to_user(curr, conf[1], &lo, n))
			return -EFAULT;
	}
	return put_user_u32(curr, n, arg);
}

static void put_inet(struct ifreq *ifr, uint8_t a, uint8_t d)
{
	memset(ifr->bytes, 0, sizeof(ifr->bytes));
	ifr->in.family = AF_INET;
	ifr->in.addr[0] = a;
	ifr->in.addr[3] = d;
}

/* What is asked of lo, to @ifr. -ENOTTY: that isn't one. */
static int dev_get(const struct kernel *k, uint32_t cmd, struct ifreq *ifr)
{
	switch (cmd) {
	case SIOCGIFFLAGS:
		ifr->flags = (uint16_t)lo_flags(k);
		return 0;
	case SIOCGIFINDEX:
		ifr->value = LO_IFINDEX;
		return 0;
	case SIOCGIFMTU:
		ifr->value = LO_MTU;
		return 0;
	case SIOCGIFTXQLEN:
		ifr->value = 1000;
		return 0;
	case SIOCGIFMETRIC:
		ifr->value = 0;
		return 0;
	case SIOCGIFMAP:
		memset(ifr->bytes, 0, sizeof(ifr->bytes));
		return 0;
	case SIOCGIFHWADDR:
		memset(ifr->bytes, 0, sizeof(ifr->bytes));
		ifr->flags = ARPHRD_LOOPBACK;
		return 0;
	case SIOCGIFADDR:
	case SIOCGIFDSTADDR:
		if (k->net.lo_down)
			return -EADDRNOTAVAIL;
		put_inet(ifr, 127, 1);
		return 0;
	case SIOCGIFBRDADDR:
		put_inet(ifr, 0, 0);
		return 0;
	case SIOCGIFNETMASK:
		put_inet(ifr, 255, 0);
		return 0;
	default:
		return -ENOTTY;
	}
}

static int dev_set(struct task_struct *curr, uint32_t cmd,
		   const struct ifreq *ifr)
{
	switch (cmd) {
	case SIOCSIFFLAGS:
		if (!capable(curr, CAP_NET_ADMIN))
			return -EPERM;
		curr->k->net.lo_down = !(ifr->flags & IFF_UP);
		return 0;
	case SIOCSIFADDR:
	case SIOCSIFDSTADDR:
	case SIOCSIFBRDADDR:
	case SIOCSIFNETMASK:
	case SIOCSIFMTU:
	case SIOCSIFNAME:
	case SIOCSIFHWADDR:
	case SIOCSIFTXQLEN:
	case SIOCETHTOOL:
		return capable(curr, CAP_NET_ADMIN) || cmd == SIOCETHTOOL
			       ? -EOPNOTSUPP
			       : -EPERM;
	default:
		return -ENOTTY;
	}
}

int32_t dev_ioctl(struct task_struct *curr, uint32_t cmd, vaddr_t arg)
{
	struct ifreq ifr;
	int err;

	if (cmd >> 8 != 0x89)
		return -ENOTTY;
	if (cmd == SIOCGIFCONF)
		return dev_ifconf(curr, arg);
	if (cmd != SIOCGIFNAME && dev_get(curr->k, cmd, &ifr) == -ENOTTY &&
	    dev_set(curr, cmd, &(struct ifreq){.flags = 0}) == -ENOTTY)
		return -ENOTTY;
	if (copy_from_user(curr, &ifr, arg, sizeof(ifr)))
		return -EFAULT;
	ifr.name[sizeof(ifr.name) - 1] = 0;
	if (cmd == SIOCGIFNAME) {
		if (ifr.value != LO_IFINDEX)
			return -ENODEV;
		strcpy(ifr.name, "lo");
		err = 0;
	} else if (strcmp(ifr.name, "lo")) {
		return -ENODEV;
	} else {
		err = dev_get(curr->k, cmd, &ifr);
		if (err == -ENOTTY)
			return dev_set(curr, cmd, &ifr);
	}
	if (err)
		return err;
	return copy_to_user(curr, arg, &ifr, sizeof(ifr)) ? -EFAULT : 0;
}
