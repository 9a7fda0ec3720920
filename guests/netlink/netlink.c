/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink sockets: their addresses and errors, and what the kernel tells of
 * links, addresses, routes, rules and neighbours to who asks by dump or for
 * one. Every message is shown with every attribute.
 */
#define _GNU_SOURCE
#include <ifaddrs.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "observe.h"

static int nl;
static uint32_t seq = 100;
static union {
	struct nlmsghdr h;
	char bytes[32768];
} in;

/* ---- messages in words ------------------------------------------------------ */

static const char *hex(const void *from, size_t n)
{
	static char line[500];
	const uint8_t *p = from;

	line[0] = '\0';
	for (size_t i = 0; i < n && i < 240; i++)
		sprintf(line + 2 * i, "%02x", p[i]);
	return line;
}

static void show_attributes(const struct rtattr *a, int len, int type,
			    int depth)
{
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		const int kind = a->rta_type & NLA_TYPE_MASK;
		const size_t n = RTA_PAYLOAD(a);
		const bool link = type == RTM_NEWLINK;

		if (link && !depth && kind == IFLA_AF_SPEC) {
			say("  %*snested %x len %zu", depth, "", a->rta_type,
			    n);
			show_attributes(RTA_DATA(a), (int)n, type, depth + 1);
		} else if (link && depth == 1 && kind == 10) {
			say("  %*sfamily 10 len %zu", depth, "", n);
			show_attributes(RTA_DATA(a), (int)n, type, depth + 1);
		} else if (link && depth == 2 && kind != 1 && kind != 2 &&
			   kind != 7 && kind != 8) {
			say("  %*s%x len %zu", depth, "", a->rta_type, n);
		} else if (link && !depth &&
			   (kind == IFLA_STATS || kind == IFLA_STATS64)) {
			say("  %d len %zu, counters", kind, n);
		} else if (type == RTM_NEWADDR && kind == IFA_CACHEINFO) {
			say("  %d len %zu: %s…", kind, n, hex(RTA_DATA(a), 8));
		} else {
			say("  %*s%x len %zu: %s", depth, "", a->rta_type, n,
			    hex(RTA_DATA(a), n));
		}
	}
	if (len)
		say("  %d bytes left over", len);
}

static size_t header_of(int type)
{
	switch (type) {
	case RTM_NEWLINK:
		return sizeof(struct ifinfomsg);
	case RTM_NEWADDR:
		return sizeof(struct ifaddrmsg);
	case RTM_NEWROUTE:
	case RTM_NEWRULE:
		return sizeof(struct rtmsg);
	case RTM_NEWNEIGH:
		return sizeof(struct ndmsg);
	default:
		return 4;
	}
}

static uint32_t own_port(void)
{
	struct sockaddr_nl a;
	socklen_t len = sizeof(a);

	getsockname(nl, (struct sockaddr *)&a, &len);
	return a.nl_pid;
}

static void show_message(const struct nlmsghdr *h)
{
	const size_t head = header_of(h->nlmsg_type);
	const char *data = NLMSG_DATA(h);

	say(" message %d flags %x len %u, seq %s, port %s", h->nlmsg_type,
	    h->nlmsg_flags, h->nlmsg_len,
	    h->nlmsg_seq == seq ? "mine" : "another",
	    h->nlmsg_pid == own_port() ? "mine" : "another");
	if (h->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = (const void *)data;

		say("  error %s of %d, len %u",
		    e->error ? strerrorname_np(-e->error) : "none",
		    e->msg.nlmsg_type, e->msg.nlmsg_len);
		return;
	}
	say("  head %s", hex(data, head));
	if (h->nlmsg_len > NLMSG_HDRLEN + head)
		show_attributes((const void *)(data + head),
				(int)(h->nlmsg_len - NLMSG_HDRLEN - head),
				h->nlmsg_type, 0);
}

/* One datagram. True: the end of a dump, an answer, or nothing. */
static bool take(void)
{
	struct sockaddr_nl from = {0};
	socklen_t fromlen = sizeof(from);
	int len = (int)recvfrom(nl, in.bytes, sizeof(in), MSG_DONTWAIT,
				(struct sockaddr *)&from, &fromlen);
	bool end = len < 0;

	if (len < 0) {
		say(" nothing: %s", made(-1));
		return true;
	}
	say("datagram of %d from %u, groups %x", len, from.nl_pid,
	    from.nl_groups);
	for (const struct nlmsghdr *h = &in.h; NLMSG_OK(h, (unsigned)len);
	     h = NLMSG_NEXT(h, len)) {
		show_message(h);
		end |= h->nlmsg_type == NLMSG_DONE ||
		       h->nlmsg_type == NLMSG_ERROR ||
		       !(h->nlmsg_flags & NLM_F_MULTI);
	}
	return end;
}

static long request(int type, int flags, const void *body, size_t n)
{
	struct {
		struct nlmsghdr h;
		char bytes[256];
	} out = {.h = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(n),
		       .nlmsg_type = (uint16_t)type,
		       .nlmsg_flags = (uint16_t)flags,
		       .nlmsg_seq = ++seq}};

	memcpy(out.bytes, body, n);
	return send(nl, &out, out.h.nlmsg_len, 0);
}

static void ask(const char *what, int type, int flags, const void *body,
		size_t n)
{
	const long sent = request(type, flags | NLM_F_REQUEST, body, n);

	say("%s: sent %s", what, sent > 0 ? "all" : made(sent));
	while (!take())
		;
}

/* ---- addresses of sockets --------------------------------------------------- */

#define SOCKET(...) \
	say("socket(%s): %s", #__VA_ARGS__, opened(socket(__VA_ARGS__)))
static const char *opened(int fd)
{
	if (fd >= 0)
		close(fd);
	return fd < 0 ? made(-1) : "ok";
}

static void show_name(const char *what)
{
	struct sockaddr_nl a = {0};
	socklen_t len = sizeof(a);

	say("%s: %s", what, made(getsockname(nl, (void *)&a, &len)));
	say("  len %u family %d port %s groups %x", len, a.nl_family,
	    !a.nl_pid                        ? "0"
	    : a.nl_pid == (uint32_t)getpid() ? "pid"
	    : a.nl_pid == 77                 ? "77"
	    : a.nl_pid >= 0x80000000         ? "negative"
					     : "?",
	    a.nl_groups);
}

static const char *bound(uint32_t port, uint32_t groups, socklen_t len)
{
	const struct sockaddr_nl a = {AF_NETLINK, 0, port, groups};

	return made(bind(nl, (const void *)&a, len));
}

static const char *connected(int family, uint32_t port, uint32_t groups,
			     socklen_t len)
{
	const struct sockaddr_nl a = {(sa_family_t)family, 0, port, groups};

	return made(connect(nl, (const void *)&a, len));
}

static void addresses(void)
{
	int first;

	SOCKET(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	SOCKET(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
	SOCKET(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE);
	SOCKET(AF_NETLINK, SOCK_SEQPACKET, NETLINK_ROUTE);
	SOCKET(AF_NETLINK, SOCK_RAW, -1);
	SOCKET(AF_NETLINK, SOCK_RAW, 32);
	SOCKET(AF_NETLINK, SOCK_RAW, 31);
	first = nl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	show_name("fresh");
	say("bind short: %s", bound(0, 0, 11));
	say("bind: %s", bound(0, 0, 12));
	show_name("bound");
	say("bind again: %s", bound(0, 0, 12));
	say("bind again, same: %s", bound((uint32_t)getpid(), 1, 12));
	show_name("in a group");
	nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	say("bind taken: %s", bound((uint32_t)getpid(), 0, 12));
	say("bind 77: %s", bound(77, 0, 12));
	show_name("bound");
	close(nl);
	nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	say("connect short: %s", connected(AF_NETLINK, 0, 0, 11));
	say("connect unix: %s", connected(AF_UNIX, 0, 0, 12));
	say("connect: %s", connected(AF_NETLINK, 0, 0, 12));
	show_name("connected");
	say("connect off: %s", connected(AF_UNSPEC, 0, 0, 2));
	say("listen: %s", made(listen(nl, 1)));
	say("accept: %s", made(accept(nl, NULL, NULL)));
	say("shutdown: %s", made(shutdown(nl, SHUT_RDWR)));
	close(nl);
	close(first);
}

static void options(void)
{
	static const int names[] = {1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13};

	nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int one = 1, got = 7;
		socklen_t len = sizeof(got);

		say("set %d: %s", names[i],
		    made(setsockopt(nl, SOL_NETLINK, names[i], &one, 4)));
		say("get %d: %s", names[i],
		    made(getsockopt(nl, SOL_NETLINK, names[i], &got, &len)));
		say("  %d, len %u", got, len);
	}
	close(nl);
}

static void sending(void)
{
	struct sockaddr_nl to = {.nl_family = AF_NETLINK};
	char small[16] = {0};

	nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
#define SEND(n, len) made(sendto(nl, small, n, 0, (void *)&to, len))
	say("nothing: %s", SEND(0, sizeof(to)));
	say("short: %s", SEND(4, sizeof(to)));
	say("short name: %s", SEND(4, 4));
	to.nl_family = AF_UNIX;
	say("family: %s", SEND(4, sizeof(to)));
	to.nl_family = AF_NETLINK;
	to.nl_pid = 12345;
	say("nobody: %s", SEND(4, sizeof(to)));
	say("oob: %s", made(send(nl, small, 4, MSG_OOB)));
	say("poll: %d", poll(&(struct pollfd){nl, POLLIN | POLLOUT, 0}, 1, 0));
	take();
	close(nl);
}

/* ---- what the kernel knows -------------------------------------------------- */

static void dumps(void)
{
	const struct rtgenmsg any = {AF_UNSPEC}, inet = {AF_INET};
	const struct ifinfomsg link = {0};
	const struct ifaddrmsg addr = {.ifa_family = AF_INET};
	const struct rtgenmsg inet6 = {AF_INET6};
	const struct ifaddrmsg addr6 = {.ifa_family = AF_INET6};
	const struct rtmsg route = {.rtm_family = AF_INET};

	ask("links", RTM_GETLINK, NLM_F_DUMP, &any, 1);
	ask("links, whole head", RTM_GETLINK, NLM_F_DUMP, &link, sizeof(link));
	ask("addresses", RTM_GETADDR, NLM_F_DUMP, &inet, 1);
	ask("addresses, whole head", RTM_GETADDR, NLM_F_DUMP, &addr,
	    sizeof(addr));
	ask("addresses of IPv6", RTM_GETADDR, NLM_F_DUMP, &addr6,
	    sizeof(addr6));
	ask("routes", RTM_GETROUTE, NLM_F_DUMP, &inet, 1);
	ask("routes, whole head", RTM_GETROUTE, NLM_F_DUMP, &route,
	    sizeof(route));
	ask("routes of IPv6", RTM_GETROUTE, NLM_F_DUMP, &inet6, 1);
	ask("rules", RTM_GETRULE, NLM_F_DUMP, &inet, 1);
	ask("neighbours", RTM_GETNEIGH, NLM_F_DUMP, &inet, 1);
}

/* As ip(8) asks: what is in the header counts. */
static void strict(void)
{
	struct ifinfomsg link = {.ifi_index = 0};
	struct ifaddrmsg addr = {.ifa_family = AF_INET};
	struct rtmsg route = {.rtm_family = AF_INET};
	const struct rtgenmsg any = {AF_UNSPEC};
	int one = 1;

	setsockopt(nl, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	ask("short", RTM_GETLINK, NLM_F_DUMP, &any, 1);
	ask("short", RTM_GETADDR, NLM_F_DUMP, &any, 1);
	ask("short", RTM_GETROUTE, NLM_F_DUMP, &any, 1);
	link.ifi_index = 1;
	ask("index", RTM_GETLINK, NLM_F_DUMP, &link, sizeof(link));
	addr.ifa_index = 1;
	ask("index", RTM_GETADDR, NLM_F_DUMP, &addr, sizeof(addr));
	addr.ifa_index = 7;
	ask("no index", RTM_GETADDR, NLM_F_DUMP, &addr, sizeof(addr));
	addr.ifa_index = 0;
	addr.ifa_scope = 1;
	ask("scope", RTM_GETADDR, NLM_F_DUMP, &addr, sizeof(addr));
	addr.ifa_scope = 0;
	addr.ifa_family = AF_UNSPEC;
	ask("all", RTM_GETADDR, NLM_F_DUMP, &addr, sizeof(addr));
	route.rtm_table = RT_TABLE_MAIN;
	ask("main", RTM_GETROUTE, NLM_F_DUMP, &route, sizeof(route));
	route.rtm_table = RT_TABLE_LOCAL;
	ask("local", RTM_GETROUTE, NLM_F_DUMP, &route, sizeof(route));
	route.rtm_table = 77;
	ask("77", RTM_GETROUTE, NLM_F_DUMP, &route, sizeof(route));
	route.rtm_table = 0;
	route.rtm_scope = 2;
	ask("scope", RTM_GETROUTE, NLM_F_DUMP, &route, sizeof(route));
}

static void one_link(const char *what, int index, const char *name)
{
	struct {
		struct ifinfomsg i;
		struct rtattr a;
		char name[16];
	} body = {.i.ifi_index = index,
		  .a = {sizeof(struct rtattr) + 16, IFLA_IFNAME}};

	if (name)
		strcpy(body.name, name);
	ask(what, RTM_GETLINK, 0, &body,
	    name ? sizeof(body) : sizeof(struct ifinfomsg));
}

static void single(void)
{
	const struct ifinfomsg up = {.ifi_index = 99, .ifi_change = 1};
	const struct rtgenmsg any = {AF_UNSPEC};

	one_link("link 1", 1, NULL);
	one_link("link lo", 0, "lo");
	one_link("link 7", 7, NULL);
	one_link("link nix", 0, "nix");
	one_link("no link", 0, NULL);
	ask("short", RTM_GETLINK, 0, &any, 1);
	ask("type 300", 300, 0, &any, 1);
	ask("acked", NLMSG_NOOP, NLM_F_ACK, &any, 1);
	ask("acked link", RTM_GETLINK, NLM_F_ACK | NLM_F_DUMP, &any, 1);
	ask("empty", RTM_GETLINK, NLM_F_ACK, &any, 0);
	ask("set 99", RTM_NEWLINK, NLM_F_ACK, &up, sizeof(up));
	say("no request: %s",
	    request(RTM_GETLINK, NLM_F_ACK, &any, 1) > 0 ? "sent" : "?");
	take();
}

static void set_lo(bool up)
{
	const struct ifinfomsg lo = {.ifi_index = 1,
				     .ifi_change = IFF_UP,
				     .ifi_flags = up ? IFF_UP : 0};

	ask(up ? "up" : "down", RTM_NEWLINK, NLM_F_ACK, &lo, sizeof(lo));
}

static void rights(void)
{
	const struct ifinfomsg lo = {.ifi_index = 1, .ifi_change = IFF_UP};
	const struct rtgenmsg any = {AF_UNSPEC};

	if (fork()) {
		wait(NULL);
		return;
	}
	if (setresuid(1000, 1000, 1000))
		_exit(1);
	nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	say("user, group: %s", bound(0, 1, 12));
	say("user, port: %s", connected(AF_NETLINK, 5, 0, 12));
	ask("user, set", RTM_NEWLINK, NLM_F_ACK, &lo, sizeof(lo));
	say("user, sends: %s",
	    request(RTM_GETLINK, NLM_F_DUMP | NLM_F_REQUEST, &any, 1) > 0
		    ? "ok"
		    : made(-1));
	_exit(0);
}

/* ---- the C library's view ------------------------------------------------------ */

static void library(void)
{
	struct ifaddrs *all;
	struct if_nameindex *names = if_nameindex();

	for (int i = 0; names && names[i].if_name; i++)
		say("name %u %s", names[i].if_index, names[i].if_name);
	if (getifaddrs(&all)) {
		say("getifaddrs: %s", made(-1));
		return;
	}
	for (const struct ifaddrs *a = all; a; a = a->ifa_next) {
		char host[NI_MAXHOST] = "-";
		const int family = a->ifa_addr ? a->ifa_addr->sa_family : 0;

		if (family == AF_INET)
			snprintf(host, sizeof(host), "%s",
				 hex((const char *)a->ifa_addr + 4, 4));
		say("%s family %d flags %x: %s", a->ifa_name, family,
		    a->ifa_flags, host);
	}
	freeifaddrs(all);
}

int main(void)
{
	prefix = "socket";
	addresses();
	options();
	sending();
	nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	prefix = "down";
	set_lo(true);
	set_lo(false);
	dumps();
	library();
	prefix = "up";
	set_lo(true);
	dumps();
	library();
	prefix = "single";
	single();
	prefix = "strict";
	strict();
	close(nl);
	prefix = "rights";
	rights();
	return 0;
}
