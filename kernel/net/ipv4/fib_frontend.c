/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/netlink.h"

/*
 * Routes and the rules that choose among their tables, as NETLINK_ROUTE tells
 * them (Linux: net/ipv4/fib_frontend.c, fib_trie.c, net/ipv6/route.c,
 * net/core/fib_rules.c): the loopback device's, which is all there is.
 *
 * MODEL: none can be added. `ip route get` is refused: EOPNOTSUPP.
 */

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "kernel/lib/err.h"
#include "kernel/net/dev.h"
#include "kernel/state.h"

/* Of table RT_TABLE_LOCAL. */
static const struct route {
	uint8_t bits, scope, type;
	uint8_t dst[4];
	bool up_only; /* gone while lo is down */
} routes[] = {
	{8, RT_SCOPE_HOST, RTN_LOCAL, {127, 0, 0, 0}, false},
	{32, RT_SCOPE_HOST, RTN_LOCAL, {127, 0, 0, 1}, false},
	{32, RT_SCOPE_LINK, RTN_BROADCAST, {127, 255, 255, 255}, true},
};

static bool filtered_out(const struct nl_dump *dump, uint8_t type)
{
	return dump->nothing ||
	       (dump->table && dump->table != RT_TABLE_LOCAL) ||
	       (dump->index && dump->index != LO_IFINDEX) ||
	       (dump->rt_type && dump->rt_type != type) ||
	       (dump->rt_protocol && dump->rt_protocol != RTPROT_KERNEL);
}

static void put_v4(struct nl_buf *buf, const struct nl_dump *dump,
		   uint32_t portid, const struct route *route)
{
	const struct rtmsg head = {.rtm_family = AF_INET,
				   .rtm_dst_len = route->bits,
				   .rtm_table = RT_TABLE_LOCAL,
				   .rtm_protocol = RTPROT_KERNEL,
				   .rtm_scope = route->scope,
				   .rtm_type = route->type};
	const uint8_t src[4] = {127, 0, 0, 1};
	const uint32_t begin = nlmsg_begin(buf, portid, dump->seq, RTM_NEWROUTE,
					   NLM_F_MULTI | dump->answer_flags,
					   &head, sizeof(head));

	nla_put_u32(buf, RTA_TABLE, RT_TABLE_LOCAL);
	nla_put(buf, RTA_DST, route->dst, sizeof(route->dst));
	nla_put(buf, RTA_PREFSRC, src, sizeof(src));
	nla_put_u32(buf, RTA_OIF, LO_IFINDEX);
	nlmsg_end(buf, begin);
}

static void put_v6(struct nl_buf *buf, const struct nl_dump *dump,
		   uint32_t portid)
{
	const struct rtmsg head = {.rtm_family = AF_INET6,
				   .rtm_dst_len = 128,
				   .rtm_table = RT_TABLE_LOCAL,
				   .rtm_protocol = RTPROT_KERNEL,
				   .rtm_type = RTN_LOCAL};
	const struct rta_cacheinfo info = {0};
	const uint8_t dst[16] = {[15] = 1};
	const uint32_t begin = nlmsg_begin(buf, portid, dump->seq, RTM_NEWROUTE,
					   NLM_F_MULTI | dump->answer_flags,
					   &head, sizeof(head));

	nla_put_u32(buf, RTA_TABLE, RT_TABLE_LOCAL);
	nla_put(buf, RTA_DST, dst, sizeof(dst));
	nla_put_u32(buf, RTA_PRIORITY, 0);
	nla_put_u32(buf, RTA_OIF, LO_IFINDEX);
	nla_put(buf, RTA_CACHEINFO, &info, sizeof(info));
	nla_put_u8(buf, RTA_PREF, 0);
	nlmsg_end(buf, begin);
}

static bool wants(const struct nl_dump *dump, int family)
{
	return dump->family == family ||
	       (dump->family != AF_INET && dump->family != AF_INET6);
}

static void put_all_v4(const struct kernel *k, struct nl_dump *dump,
		       uint32_t portid, struct nl_buf *buf)
{
	for (uint32_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (!filtered_out(dump, routes[i].type) &&
		    !(routes[i].up_only && k->net.lo_down))
			put_v4(buf, dump, portid, &routes[i]);
}

/* A datagram for each family. */
static void fill_routes(struct task_struct *curr, struct nl_dump *dump,
			uint32_t portid, struct nl_buf *buf)
{
	while (!buf->len && dump->stage < 2) {
		const int stage = dump->stage++;

		if (stage == 0 && wants(dump, AF_INET))
			put_all_v4(curr->k, dump, portid, buf);
		else if (stage == 1 && wants(dump, AF_INET6) &&
			 !curr->k->net.lo_down &&
			 !filtered_out(dump, RTN_LOCAL))
			put_v6(buf, dump, portid);
	}
}

static uint32_t attr_u32(const struct nl_request *req, uint32_t head,
			 uint16_t type, uint32_t none)
{
	const struct nlattr *a = nlmsg_find_attr(req, head, type);
	uint32_t value = none;

	if (a && a->nla_len >= NLA_HDRLEN + 4)
		memcpy(&value, a + 1, sizeof(value));
	return value;
}

int inet_dump_fib(const struct nl_request *req, struct nl_dump *dump)
{
	const struct rtmsg *head = (const void *)req->body;

	dump->fill = fill_routes;
	if (req->body_len < sizeof(*head))
		return dump->strict ? -EINVAL : 0;
	/* those that were cached, or of prefixes that others told */
	dump->nothing = head->rtm_flags & (RTM_F_CLONED | RTM_F_PREFIX);
	if (!dump->strict)
		return 0;
	if (head->rtm_dst_len || head->rtm_src_len || head->rtm_tos ||
	    head->rtm_scope || head->rtm_flags & ~(RTM_F_CLONED | RTM_F_PREFIX))
		return -EINVAL;
	dump->table = attr_u32(req, sizeof(*head), RTA_TABLE, head->rtm_table);
	dump->index = attr_u32(req, sizeof(*head), RTA_OIF, 0);
	dump->rt_type = head->rtm_type;
	dump->rt_protocol = head->rtm_protocol;
	if (dump->table || dump->index || dump->rt_type || dump->rt_protocol)
		dump->answer_flags = NLM_F_DUMP_FILTERED;
	if (dump->index && dump->index != LO_IFINDEX)
		return -ENODEV;
	return dump->table && dump->table != RT_TABLE_LOCAL &&
			       dump->table != RT_TABLE_MAIN && dump->family
		       ? -ENOENT
		       : 0;
}

/* ---- rules ------------------------------------------------------------------ */

static void put_rule(struct nl_buf *buf, const struct nl_dump *dump,
		     uint32_t portid, uint8_t family, uint8_t table,
		     uint32_t priority)
{
	const struct fib_rule_hdr head = {
		.family = family, .table = table, .action = FR_ACT_TO_TBL};
	const uint32_t begin = nlmsg_begin(buf, portid, dump->seq, RTM_NEWRULE,
					   NLM_F_MULTI | dump->answer_flags,
					   &head, sizeof(head));

	nla_put_u32(buf, FRA_TABLE, table);
	nla_put_u32(buf, FRA_SUPPRESS_PREFIXLEN, UINT32_MAX);
	nla_put_u8(buf, FRA_PROTOCOL, RTPROT_KERNEL);
	if (priority)
		nla_put_u32(buf, FRA_PRIORITY, priority);
	nlmsg_end(buf, begin);
}

static void fill_rules(struct task_struct *curr, struct nl_dump *dump,
		       uint32_t portid, struct nl_buf *buf)
{
	(void)curr;
	if (dump->stage++)
		return;
	if (wants(dump, AF_INET)) {
		put_rule(buf, dump, portid, AF_INET, RT_TABLE_LOCAL, 0);
		put_rule(buf, dump, portid, AF_INET, RT_TABLE_MAIN, 32766);
		put_rule(buf, dump, portid, AF_INET, RT_TABLE_DEFAULT, 32767);
	}
	if (wants(dump, AF_INET6)) {
		put_rule(buf, dump, portid, AF_INET6, RT_TABLE_LOCAL, 0);
		put_rule(buf, dump, portid, AF_INET6, RT_TABLE_MAIN, 32766);
	}
}

int fib_nl_dumprule(const struct nl_request *req, struct nl_dump *dump)
{
	dump->fill = fill_rules;
	return dump->strict && req->body_len < sizeof(struct fib_rule_hdr)
		       ? -EINVAL
		       : 0;
}
