/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/netlink.h"

/*
 * Addresses, as NETLINK_ROUTE tells them (Linux: net/ipv4/devinet.c,
 * net/ipv6/addrconf.c): lo's 127.0.0.1/8, which stays while lo is down, and
 * ::1/128, which doesn't.
 *
 * MODEL: no others can be given.
 */

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "kernel/lib/err.h"
#include "kernel/net/dev.h"
#include "kernel/state.h"

#define FOREVER 0xffffffffu
#define PROT_LO 1 /* IFAPROT_KERNEL_LO */

static void put_cacheinfo(struct nl_buf *buf)
{
	const struct ifa_cacheinfo info = {FOREVER, FOREVER, 0, 0};

	nla_put(buf, IFA_CACHEINFO, &info, sizeof(info));
}

static void put_v4(struct nl_buf *buf, const struct nl_dump *dump,
		   uint32_t portid)
{
	const struct ifaddrmsg head = {AF_INET, 8, IFA_F_PERMANENT,
				       RT_SCOPE_HOST, LO_IFINDEX};
	const uint8_t addr[4] = {127, 0, 0, 1};
	const uint32_t begin = nlmsg_begin(buf, portid, dump->seq, RTM_NEWADDR,
					   NLM_F_MULTI | dump->answer_flags,
					   &head, sizeof(head));

	nla_put(buf, IFA_ADDRESS, addr, sizeof(addr));
	nla_put(buf, IFA_LOCAL, addr, sizeof(addr));
	nla_put(buf, IFA_LABEL, "lo", 3);
	nla_put_u32(buf, IFA_FLAGS, IFA_F_PERMANENT);
	put_cacheinfo(buf);
	nlmsg_end(buf, begin);
}

static void put_v6(struct nl_buf *buf, const struct nl_dump *dump,
		   uint32_t portid)
{
	const struct ifaddrmsg head = {AF_INET6, 128, IFA_F_PERMANENT,
				       RT_SCOPE_HOST, LO_IFINDEX};
	const uint8_t addr[16] = {[15] = 1};
	const uint32_t begin = nlmsg_begin(buf, portid, dump->seq, RTM_NEWADDR,
					   NLM_F_MULTI | dump->answer_flags,
					   &head, sizeof(head));

	nla_put(buf, IFA_ADDRESS, addr, sizeof(addr));
	put_cacheinfo(buf);
	nla_put_u32(buf, IFA_FLAGS, IFA_F_PERMANENT);
	nla_put_u8(buf, IFA_PROTO, PROT_LO);
	nlmsg_end(buf, begin);
}

static bool wants(const struct nl_dump *dump, int family)
{
	return dump->family == family ||
	       (dump->family != AF_INET && dump->family != AF_INET6);
}

/* A datagram for each family. */
static void fill_addresses(struct task_struct *curr, struct nl_dump *dump,
			   uint32_t portid, struct nl_buf *buf)
{
	if (dump->stage == 0) {
		dump->stage++;
		if (wants(dump, AF_INET)) {
			put_v4(buf, dump, portid);
			return;
		}
	}
	if (dump->stage == 1) {
		dump->stage++;
		if (wants(dump, AF_INET6) && !curr->k->net.lo_down)
			put_v6(buf, dump, portid);
	}
}

int inet_dump_ifaddr(const struct nl_request *req, struct nl_dump *dump)
{
	const struct ifaddrmsg *head = (const void *)req->body;

	dump->fill = fill_addresses;
	if (!dump->strict)
		return 0;
	if (req->body_len < sizeof(*head) || head->ifa_prefixlen ||
	    head->ifa_flags || head->ifa_scope)
		return -EINVAL;
	if (!head->ifa_index)
		return 0;
	dump->answer_flags = NLM_F_DUMP_FILTERED;
	return head->ifa_index == LO_IFINDEX ? 0 : -ENODEV;
}
