/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/netlink.h"

/*
 * What NETLINK_ROUTE is asked (Linux: net/core/rtnetlink.c): who may, which
 * file answers, and links themselves, of which there is lo. Addresses are in
 * ipv4/devinet.c, routes and rules in ipv4/fib_frontend.c.
 *
 * MODEL: lo can be switched on and off; whatever else is to be set or made is
 * refused with EOPNOTSUPP. Neighbours there are none.
 */

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "kernel/lib/err.h"
#include "kernel/net/dev.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

enum {
	KIND_GET = 2, /* of message types: new, del, get, set */
	ETH_ALEN = 6,
	OPERSTATE_UNKNOWN = 0,
	OPERSTATE_DOWN = 2,
	NR_IPV4_DEVCONF = 33,
	NR_IPV6_DEVCONF = 59,
	NR_IPSTATS_MIB = 37,
	NR_ICMP6_MIB = 7
};
#define IF_READY 0x80000000u /* of IPv6 */

/* ---- links ------------------------------------------------------------------ */

/* What a device's net.ipv4.conf and net.ipv6.conf say, where it isn't 0. */
static const struct preset {
	uint8_t index;
	int32_t value;
} presets4[] = {{3, 1},  {4, 1},  {5, 1},      {6, 1},     {8, 1},
		{14, 1}, {15, 1}, {26, 10000}, {27, 1000}, {32, 1}},
  presets6[] = {{1, 64},       {2, LO_MTU}, {3, 1},     {4, 1},      {5, 1},
		{6, 1},        {7, -1},     {8, 4000},  {9, 1000},   {10, -1},
		{11, 604800},  {12, 86400}, {13, 3},    {14, 600},   {15, 16},
		{17, 1},       {18, 1},     {19, 1},    {20, 60000}, {27, -1},
		{30, 10000},   {31, 1000},  {32, 1},    {35, 1},     {38, 1},
		{43, 3600000}, {46, 1},     {52, 1024}, {54, 65535}, {55, -1},
		{56, 1}};

#define ARRAY(a) ((uint32_t)(sizeof(a) / sizeof((a)[0])))

static void put_conf(struct nl_buf *buf, uint16_t type, uint32_t nr,
		     const struct preset *preset, uint32_t nr_presets)
{
	int32_t conf[NR_IPV6_DEVCONF] = {0};

	for (uint32_t i = 0; i < nr_presets; i++)
		conf[preset[i].index] = preset[i].value;
	nla_put(buf, type, conf, nr * 4);
}

/* What each family keeps of the device. */
static void put_af_spec(const struct kernel *k, struct nl_buf *buf)
{
	const uint32_t spec = nla_nest_start(buf, IFLA_AF_SPEC);
	uint32_t nest = nla_nest_start(buf, AF_INET);
	const uint32_t cacheinfo[4] = {65535, 0, 30000, 1000};
	const uint64_t stats[NR_IPSTATS_MIB] = {NR_IPSTATS_MIB};
	const uint64_t icmp[NR_ICMP6_MIB] = {NR_ICMP6_MIB};
	const uint8_t token[16] = {0};

	put_conf(buf, IFLA_INET_CONF, NR_IPV4_DEVCONF, presets4,
		 ARRAY(presets4));
	nla_nest_end(buf, nest);
	nest = nla_nest_start(buf, AF_INET6);
	nla_put_u32(buf, IFLA_INET6_FLAGS, k->net.lo_down ? 0 : IF_READY);
	nla_put(buf, IFLA_INET6_CACHEINFO, cacheinfo, sizeof(cacheinfo));
	put_conf(buf, IFLA_INET6_CONF, NR_IPV6_DEVCONF, presets6,
		 ARRAY(presets6));
	nla_put(buf, IFLA_INET6_STATS, stats, sizeof(stats));
	nla_put(buf, IFLA_INET6_ICMP6STATS, icmp, sizeof(icmp));
	nla_put(buf, IFLA_INET6_TOKEN, token, sizeof(token));
	nla_put_u8(buf, IFLA_INET6_ADDR_GEN_MODE, 0);
	nla_nest_end(buf, nest);
	nla_nest_end(buf, spec);
}

/* What is sent is received, here as nowhere else. */
static void put_stats(const struct kernel *k, struct nl_buf *buf)
{
	const uint64_t wide[25] = {k->net.lo_packets, k->net.lo_packets,
				   k->net.lo_bytes, k->net.lo_bytes};
	uint32_t narrow[24];

	for (int i = 0; i < 24; i++)
		narrow[i] = (uint32_t)wide[i];
	nla_put(buf, IFLA_STATS64, wide, sizeof(wide));
	nla_put(buf, IFLA_STATS, narrow, sizeof(narrow));
}

static void put_addresses(struct nl_buf *buf)
{
	const uint8_t none[32] = {0};

	nla_put(buf, IFLA_MAP, none, 32);
	nla_put(buf, IFLA_ADDRESS, none, ETH_ALEN);
	nla_put(buf, IFLA_BROADCAST, none, ETH_ALEN);
}

static void put_limits(struct nl_buf *buf)
{
	nla_put_u32(buf, IFLA_MTU, LO_MTU);
	nla_put_u32(buf, IFLA_MIN_MTU, 0);
	nla_put_u32(buf, IFLA_MAX_MTU, 0);
	nla_put_u32(buf, IFLA_GROUP, 0);
	nla_put_u32(buf, IFLA_PROMISCUITY, 0);
	nla_put_u32(buf, IFLA_ALLMULTI, 0);
	nla_put_u32(buf, IFLA_NUM_TX_QUEUES, 1);
	nla_put_u32(buf, IFLA_GSO_MAX_SEGS, 65535);
	nla_put_u32(buf, IFLA_GSO_MAX_SIZE, 65536);
	nla_put_u32(buf, IFLA_GRO_MAX_SIZE, 65536);
	nla_put_u32(buf, IFLA_TSO_MAX_SIZE, 0x7fff8);
	nla_put_u32(buf, IFLA_TSO_MAX_SEGS, 65535);
	nla_put_u32(buf, IFLA_NUM_RX_QUEUES, 1);
}

static void rtnl_fill_ifinfo(const struct kernel *k, struct nl_buf *buf,
			     uint32_t portid, uint32_t seq, uint16_t flags)
{
	const bool up = !k->net.lo_down;
	const struct ifinfomsg head = {.ifi_type = ARPHRD_LOOPBACK,
				       .ifi_index = LO_IFINDEX,
				       .ifi_flags = lo_flags(k) |
						    (up ? IFF_LOWER_UP : 0)};
	const uint32_t begin = nlmsg_begin(buf, portid, seq, RTM_NEWLINK, flags,
					   &head, sizeof(head));
	uint32_t nest;

	nla_put(buf, IFLA_IFNAME, "lo", 3);
	nla_put_u32(buf, IFLA_TXQLEN, 1000);
	nla_put_u8(buf, IFLA_OPERSTATE,
		   up ? OPERSTATE_UNKNOWN : OPERSTATE_DOWN);
	nla_put_u8(buf, IFLA_LINKMODE, 0);
	put_limits(buf);
	nla_put_u8(buf, IFLA_CARRIER, 1);
	nla_put(buf, IFLA_QDISC, "noqueue", 8);
	nla_put_u32(buf, IFLA_CARRIER_CHANGES, 0);
	nla_put_u32(buf, IFLA_CARRIER_UP_COUNT, 0);
	nla_put_u32(buf, IFLA_CARRIER_DOWN_COUNT, 0);
	nla_put_u8(buf, IFLA_PROTO_DOWN, 0);
	put_addresses(buf);
	put_stats(k, buf);
	nest = nla_nest_start(buf, IFLA_XDP);
	nla_put_u8(buf, IFLA_XDP_ATTACHED, 0);
	nla_nest_end(buf, nest);
	put_af_spec(k, buf);
	nlmsg_end(buf, begin);
}

static void fill_links(struct task_struct *curr, struct nl_dump *dump,
		       uint32_t portid, struct nl_buf *buf)
{
	if (!dump->stage++)
		rtnl_fill_ifinfo(curr->k, buf, portid, dump->seq, NLM_F_MULTI);
}

static int rtnl_dump_ifinfo(const struct nl_request *req, struct nl_dump *dump)
{
	const struct ifinfomsg *head = (const void *)req->body;

	dump->fill = fill_links;
	if (!dump->strict)
		return 0;
	return req->body_len < sizeof(*head) || head->__ifi_pad ||
			       head->ifi_type || head->ifi_flags ||
			       head->ifi_change || head->ifi_index
		       ? -EINVAL
		       : 0;
}

static void fill_nothing(struct task_struct *curr, struct nl_dump *dump,
			 uint32_t portid, struct nl_buf *buf)
{
	(void)curr;
	(void)dump;
	(void)portid;
	(void)buf;
}

static int dump_nothing(const struct nl_request *req, struct nl_dump *dump)
{
	(void)req;
	dump->fill = fill_nothing;
	return 0;
}

/* Does the request mean lo? 0, -ENODEV or -EINVAL. */
static int find_link(const struct nl_request *req)
{
	const struct ifinfomsg *head = (const void *)req->body;
	const struct nlattr *name;
	uint32_t n;

	if (req->body_len < sizeof(*head))
		return -EINVAL;
	if (head->ifi_index > 0)
		return head->ifi_index == LO_IFINDEX ? 0 : -ENODEV;
	name = nlmsg_find_attr(req, sizeof(*head), IFLA_IFNAME);
	if (!name)
		name = nlmsg_find_attr(req, sizeof(*head), IFLA_ALT_IFNAME);
	if (!name)
		return -EINVAL;
	n = name->nla_len - NLA_HDRLEN;
	return n >= 2 && !memcmp(name + 1, "lo", 2) &&
			       (n == 2 || !((const char *)(name + 1))[2])
		       ? 0
		       : -ENODEV;
}

/* RTM_NEWLINK, RTM_SETLINK: flags of lo. */
static int set_link(struct task_struct *curr, const struct nl_request *req)
{
	const struct ifinfomsg *head = (const void *)req->body;
	const int err = find_link(req);

	if (err)
		return err;
	if (req->h.nlmsg_flags & NLM_F_EXCL)
		return -EEXIST;
	/* no mask: all flags are meant */
	if (head->ifi_change & IFF_UP || (head->ifi_flags && !head->ifi_change))
		curr->k->net.lo_down = !(head->ifi_flags & IFF_UP);
	return 0;
}

/* ---- who answers what ------------------------------------------------------- */

static int begin_dump(const struct nl_request *req, struct nl_dump *dump)
{
	int (*const check)(const struct nl_request *, struct nl_dump *) =
		req->h.nlmsg_type == RTM_GETLINK    ? rtnl_dump_ifinfo
		: req->h.nlmsg_type == RTM_GETADDR  ? inet_dump_ifaddr
		: req->h.nlmsg_type == RTM_GETROUTE ? inet_dump_fib
		: req->h.nlmsg_type == RTM_GETRULE  ? fib_nl_dumprule
		: req->h.nlmsg_type == RTM_GETNEIGH ||
				req->h.nlmsg_type == RTM_GETNEIGHTBL
			? dump_nothing
			: NULL;

	if (!check)
		return -EOPNOTSUPP;
	dump->family = req->body[0];
	dump->error = check(req, dump);
	return -EINTR;
}

int rtnetlink_rcv_msg(struct task_struct *curr, const struct nl_request *req,
		      uint32_t portid, struct nl_dump *dump, struct nl_buf *buf)
{
	const int type = req->h.nlmsg_type;
	int err;

	if (type > RTM_MAX)
		return -EOPNOTSUPP;
	if (!req->body_len)
		return 0;
	if ((type & 3) != KIND_GET && !capable(curr, CAP_NET_ADMIN))
		return -EPERM;
	if ((type & 3) == KIND_GET && req->h.nlmsg_flags & NLM_F_DUMP)
		return begin_dump(req, dump);
	switch (type) {
	case RTM_GETLINK:
		err = find_link(req);
		if (!err)
			rtnl_fill_ifinfo(curr->k, buf, portid, req->h.nlmsg_seq,
					 0);
		return err;
	case RTM_NEWLINK:
	case RTM_SETLINK:
		return set_link(curr, req);
	default:
		return -EOPNOTSUPP;
	}
}
