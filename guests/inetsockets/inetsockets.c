/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP and UDP over the loopback device, of both families: names and ports,
 * connections and their ends, datagrams, readiness, options, and what goes
 * wrong. One line a call: the step, the call's result or error, and what else
 * it told. Ports that the kernel chooses are not shown.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long r)
{
	if (r < 0)
		printf("%s %s\n", what, strerrorname_np(errno));
	else
		printf("%s %ld\n", what, r);
}
#define DO(what, call)                   \
	do {                             \
		errno = 0;               \
		say(what, (long)(call)); \
	} while (0)

static char in[100000], big[100000];

/* An address as text and a port; how long it is. */
static socklen_t address(struct sockaddr_storage *ss, const char *text,
			 int port)
{
	struct sockaddr_in *v4 = (void *)ss;
	struct sockaddr_in6 *v6 = (void *)ss;

	memset(ss, 0, sizeof(*ss));
	if (strchr(text, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		inet_pton(AF_INET6, text, &v6->sin6_addr);
		return sizeof(*v6);
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, text, &v4->sin_addr);
	return sizeof(*v4);
}

static long bind_to(int fd, const char *text, int port)
{
	struct sockaddr_storage ss;
	socklen_t len = address(&ss, text, port);

	return bind(fd, (void *)&ss, len);
}

static long connect_to(int fd, const char *text, int port)
{
	struct sockaddr_storage ss;
	socklen_t len = address(&ss, text, port);

	return connect(fd, (void *)&ss, len);
}

static long send_to(int fd, const char *data, const char *text, int port)
{
	struct sockaddr_storage ss;
	socklen_t len = address(&ss, text, port);

	return sendto(fd, data, strlen(data), 0, (void *)&ss, len);
}

static void show(const char *what, const struct sockaddr_storage *ss,
		 socklen_t len)
{
	const struct sockaddr_in *v4 = (const void *)ss;
	const struct sockaddr_in6 *v6 = (const void *)ss;
	char text[64] = "?";
	int port = 0;

	if (ss->ss_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
		port = ntohs(v4->sin_port);
	} else if (ss->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
		port = ntohs(v6->sin6_port);
	}
	printf("%s len=%u family=%d %s port=%s\n", what, (unsigned int)len,
	       ss->ss_family, text,
	       !port           ? "0"
	       : port >= 32768 ? "chosen"
			       : "given");
}

static void name_of(const char *what, int fd, int peer)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int r;

	memset(&ss, 0, sizeof(ss));
	r = peer ? getpeername(fd, (void *)&ss, &len)
		 : getsockname(fd, (void *)&ss, &len);
	if (r < 0)
		say(what, r);
	else
		show(what, &ss, len);
}

static void show_poll(const char *what, int fd)
{
	struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};

	poll(&p, 1, 0);
	printf("%s %04x\n", what, (unsigned int)p.revents);
}

static int get_int(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) < 0 ? -errno : value;
}

static void lo_up(void)
{
	struct ifreq ifr = {.ifr_name = "lo"};
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	ioctl(s, SIOCGIFFLAGS, &ifr);
	ifr.ifr_flags |= IFF_UP;
	DO("lo up", ioctl(s, SIOCSIFFLAGS, &ifr));
	ioctl(s, SIOCGIFFLAGS, &ifr);
	printf("flags %x\n", (unsigned int)ifr.ifr_flags);
	DO("index", ioctl(s, SIOCGIFINDEX, &ifr));
	printf("index %d\n", ifr.ifr_ifindex);
	DO("mtu", ioctl(s, SIOCGIFMTU, &ifr));
	printf("mtu %d\n", ifr.ifr_mtu);
	strcpy(ifr.ifr_name, "eth0");
	DO("eth0", ioctl(s, SIOCGIFINDEX, &ifr));
	close(s);
}

/* ---- making and naming ---------------------------------------------------------- */

static void creating(void)
{
	static const int kinds[][3] = {
		{AF_INET, SOCK_STREAM, 0},     {AF_INET, SOCK_STREAM, 6},
		{AF_INET, SOCK_STREAM, 17},    {AF_INET, SOCK_DGRAM, 0},
		{AF_INET, SOCK_DGRAM, 6},      {AF_INET, SOCK_DGRAM, 1},
		{AF_INET, SOCK_SEQPACKET, 0},  {AF_INET, SOCK_RAW, 0},
		{AF_INET, SOCK_STREAM, -1},    {AF_INET, SOCK_STREAM, 999},
		{AF_INET6, SOCK_STREAM, 0},    {AF_INET6, SOCK_DGRAM, 17},
		{AF_INET6, SOCK_SEQPACKET, 0},
	};
	int sv[2], s;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		errno = 0;
		s = socket(kinds[i][0], kinds[i][1], kinds[i][2]);
		printf("socket %d %d %d %s protocol=%d domain=%d\n",
		       kinds[i][0], kinds[i][1], kinds[i][2],
		       s < 0 ? strerrorname_np(errno) : "ok",
		       s < 0 ? 0 : get_int(s, SOL_SOCKET, SO_PROTOCOL),
		       s < 0 ? 0 : get_int(s, SOL_SOCKET, SO_DOMAIN));
		close(s);
	}
	DO("socketpair", socketpair(AF_INET, SOCK_STREAM, 0, sv));
}

static void naming(const char *local, int type)
{
	const int family = strchr(local, ':') ? AF_INET6 : AF_INET;
	const char *other = family == AF_INET ? "10.1.2.3" : "2001:db8::1";
	int a = socket(family, type, 0), b = socket(family, type, 0), on = 1;

	printf("-- naming %s %d\n", local, type);
	name_of("unnamed", a, 0);
	name_of("unnamed-peer", a, 1);
	DO("bind-other", bind_to(a, other, 5000));
	DO("bind-family",
	   bind_to(a, family == AF_INET ? "::1" : "127.0.0.1", 5000));
	DO("bind", bind_to(a, local, 5000));
	name_of("named", a, 0);
	DO("bind-again", bind_to(a, local, 5001));
	DO("bind-in-use", bind_to(b, local, 5000));
	DO("bind-any-in-use",
	   bind_to(b, family == AF_INET ? "0.0.0.0" : "::", 5000));
	setsockopt(b, SOL_SOCKET, SO_REUSEADDR, &on, 4);
	DO("bind-one-reuses", bind_to(b, local, 5000));
	setsockopt(a, SOL_SOCKET, SO_REUSEADDR, &on, 4);
	DO("bind-both-reuse", bind_to(b, local, 5000));
	if (type == SOCK_STREAM) {
		DO("listen", listen(a, 1));
		DO("listen-second", listen(b, 1));
	}
	close(a);
	close(b);
	a = socket(family, type, 0);
	b = socket(family, type, 0);
	setsockopt(a, SOL_SOCKET, SO_REUSEPORT, &on, 4);
	DO("bind-port", bind_to(a, local, 5000));
	DO("bind-one-shares", bind_to(b, local, 5000));
	setsockopt(b, SOL_SOCKET, SO_REUSEPORT, &on, 4);
	DO("bind-both-share", bind_to(b, local, 5000));
	close(a);
	close(b);
	a = socket(family, type, 0);
	DO("bind-0", bind_to(a, local, 0));
	name_of("chosen", a, 0);
	close(a);
	a = socket(family, type, 0);
	DO("connect-other", connect_to(a, other, 80));
	DO("connect-nobody", connect_to(a, local, 5002));
	name_of("after", a, 0);
	DO("error", get_int(a, SOL_SOCKET, SO_ERROR));
	close(a);
}

/* ---- TCP ------------------------------------------------------------------------ */

static void connection(const char *local, const char *listens)
{
	const int fl = strchr(listens, ':') ? AF_INET6 : AF_INET;
	const int fc = strchr(local, ':') ? AF_INET6 : AF_INET;
	int l = socket(fl, SOCK_STREAM, 0), c = socket(fc, SOCK_STREAM, 0), s;
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int n;

	printf("-- connection %s %s\n", local, listens);
	DO("send-early", send(c, "x", 1, MSG_NOSIGNAL));
	DO("recv-early", recv(c, in, 1, 0));
	show_poll("poll-early", c);
	DO("shutdown-early", shutdown(socket(fc, SOCK_STREAM, 0), SHUT_RDWR));
	DO("accept-early", accept(l, NULL, NULL));
	n = 1;
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &n, 4);
	DO("bind", bind_to(l, listens, 6000));
	DO("listen", listen(l, 5));
	show_poll("poll-listen", l);
	DO("connect-listener", connect_to(l, local, 6000));
	DO("recv-listener", recv(l, in, 1, 0));
	DO("send-listener", send(l, "x", 1, MSG_NOSIGNAL));
	DO("connect", connect_to(c, local, 6000));
	DO("connect-again", connect_to(c, local, 6000));
	show_poll("poll-pending", l);
	name_of("client", c, 0);
	name_of("client-peer", c, 1);
	memset(&ss, 0, sizeof(ss));
	s = accept4(l, (void *)&ss, &len, SOCK_NONBLOCK);
	show("accepted", &ss, len);
	name_of("server", s, 0);
	fcntl(l, F_SETFL, O_NONBLOCK);
	DO("accept-none", accept(l, NULL, NULL));
	show_poll("poll-client", c);
	DO("recv-none", recv(s, in, 10, 0));
	DO("send", send(c, "hello", 5, 0));
	show_poll("poll-server", s);
	ioctl(s, FIONREAD, &n);
	printf("inq %d\n", n);
	DO("peek", recv(s, in, 3, MSG_PEEK));
	DO("recv", recv(s, in, 2, 0));
	DO("send", send(c, "world", 5, 0));
	DO("recv-all", recv(s, in, 100, 0));
	printf("%.8s\n", in);
	DO("sendto-name", send_to(s, "to", local, 6000));
	len = sizeof(ss);
	DO("recvfrom", recvfrom(c, in, 10, 0, (void *)&ss, &len));
	DO("oob-none", recv(c, in, 1, MSG_OOB));
	DO("shutdown-wr", shutdown(c, SHUT_WR));
	DO("send-shut", send(c, "x", 1, MSG_NOSIGNAL));
	show_poll("poll-shut", c);
	show_poll("poll-peer", s);
	DO("recv-eof", recv(s, in, 1, 0));
	DO("send-back", send(s, "back", 4, 0));
	DO("recv-back", recv(c, in, 10, 0));
	close(s);
	show_poll("poll-closed", c);
	DO("recv-closed", recv(c, in, 10, 0));
	name_of("closed-peer", c, 1);
	DO("shutdown-closed", shutdown(c, SHUT_RDWR));
	close(c);
	/* closed with something unread */
	c = socket(fc, SOCK_STREAM, 0);
	connect_to(c, local, 6000);
	s = accept(l, NULL, NULL);
	DO("send-unread", send(c, "unread", 6, 0));
	close(s);
	usleep(1000);
	show_poll("poll-reset", c);
	DO("recv-reset", recv(c, in, 1, 0));
	DO("recv-reset", recv(c, in, 1, 0));
	DO("send-reset", send(c, "x", 1, MSG_NOSIGNAL));
	close(c);
	/* sent to who is gone */
	c = socket(fc, SOCK_STREAM, 0);
	connect_to(c, local, 6000);
	s = accept(l, NULL, NULL);
	close(s);
	usleep(1000);
	DO("send-gone", send(c, "x", 1, MSG_NOSIGNAL));
	usleep(1000);
	DO("send-gone", send(c, "x", 1, MSG_NOSIGNAL));
	DO("send-gone", send(c, "x", 1, MSG_NOSIGNAL));
	DO("recv-gone", recv(c, in, 1, 0));
	close(c);
	/* a listener that goes */
	c = socket(fc, SOCK_STREAM, 0);
	connect_to(c, local, 6000);
	close(l);
	usleep(1000);
	DO("recv-refused", recv(c, in, 1, 0));
	close(c);
}

static void nonblocking(void)
{
	int l = socket(AF_INET, SOCK_STREAM, 0), on = 1, n;
	int c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	printf("-- nonblocking\n");
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, 4);
	bind_to(l, "127.0.0.1", 6100);
	DO("connect-nobody", connect_to(c, "127.0.0.1", 6100));
	usleep(1000);
	show_poll("poll-refused", c);
	DO("error", get_int(c, SOL_SOCKET, SO_ERROR));
	DO("error", get_int(c, SOL_SOCKET, SO_ERROR));
	DO("connect-after", connect_to(c, "127.0.0.1", 6100));
	listen(l, 3);
	DO("connect", connect_to(c, "127.0.0.1", 6100));
	usleep(1000);
	show_poll("poll-connected", c);
	DO("error", get_int(c, SOL_SOCKET, SO_ERROR));
	DO("connect", connect_to(c, "127.0.0.1", 6100));
	DO("connect", connect_to(c, "127.0.0.1", 6100));
	n = accept(l, NULL, NULL);
	DO("send", send(n, big, 1000, 0));
	usleep(1000);
	DO("recv", recv(c, in, 2000, 0));
	DO("recv", recv(c, in, 2000, 0));
	close(n);
	close(c);
	close(l);
}

static void streaming(const char *local)
{
	const int family = strchr(local, ':') ? AF_INET6 : AF_INET;
	int l = socket(family, SOCK_STREAM, 0), c, status, on = 1;
	unsigned int sum = 0;
	long total = 0, n;
	pid_t pid;

	printf("-- streaming %s\n", local);
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, 4);
	bind_to(l, local, 6200);
	listen(l, 3);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		c = socket(family, SOCK_STREAM, 0);
		if (connect_to(c, local, 6200))
			_exit(1);
		for (unsigned int i = 0; i < 1000000;) {
			unsigned int size = i % 70001 + 1;

			for (unsigned int j = 0; j < size; j++)
				big[j] = (char)((i + j) * 7 >> 3);
			if (write(c, big, size) != (ssize_t)size)
				_exit(2);
			i += size;
		}
		shutdown(c, SHUT_WR);
		_exit(read(c, in, 10) == 2 ? 0 : 3);
	}
	c = accept(l, NULL, NULL);
	while ((n = read(c, in, 12345)) > 0) {
		for (long i = 0; i < n; i++)
			sum = sum * 31 + (unsigned char)in[i];
		total += n;
	}
	printf("read %ld sum %x\n", total, sum);
	DO("answer", write(c, "ok", 2));
	waitpid(pid, &status, 0);
	printf("writer %d\n", status);
	close(c);
	close(l);
}

/* ---- UDP ------------------------------------------------------------------------ */

static void datagrams(const char *local)
{
	const int family = strchr(local, ':') ? AF_INET6 : AF_INET;
	int a = socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0), n;
	int b = socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	struct sockaddr_storage ss;
	struct iovec iov = {in, 2};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	socklen_t len = sizeof(ss);

	printf("-- datagrams %s\n", local);
	n = socket(family, SOCK_DGRAM, 0);
	DO("send-nowhere", send(n, "x", 1, 0));
	DO("bind-late", bind_to(n, local, 7000));
	close(n);
	DO("bind", bind_to(a, local, 7000));
	show_poll("poll", a);
	DO("send", send_to(b, "to a", local, 7000));
	name_of("autobound", b, 0);
	ioctl(a, FIONREAD, &n);
	printf("inq %d\n", n);
	show_poll("poll", a);
	memset(&ss, 0, sizeof(ss));
	DO("recvfrom", recvfrom(a, in, 100, 0, (void *)&ss, &len));
	show("from", &ss, len);
	DO("recv-none", recv(a, in, 1, 0));
	DO("reply", sendto(a, "reply", 5, 0, (void *)&ss, len));
	DO("recvmsg-cut", recvmsg(b, &msg, 0));
	printf("flags %x\n", (unsigned int)msg.msg_flags);
	DO("send-0", send_to(b, "", local, 7000));
	DO("recv-0", recv(a, in, 10, 0));
	DO("connect", connect_to(b, local, 7000));
	name_of("connected", b, 0);
	name_of("connected-peer", b, 1);
	DO("send", send(b, "connected", 9, 0));
	DO("peek", recv(a, in, 4, MSG_PEEK));
	DO("recv-trunc", recv(a, in, 4, MSG_TRUNC));
	DO("send-big", send(b, big, 65507, 0));
	DO("recv-big", recv(a, in, sizeof(in), 0));
	DO("send-bigger", send(b, big, 65536, 0));
	DO("send-port-0", send_to(a, "x", local, 0));
	DO("send-stranger", (send_to(a, "x", local, 7001), 0));
	DO("recv-stranger", recv(a, in, 1, 0));
	close(a);
	DO("send-closed", send(b, "x", 1, 0));
	usleep(1000);
	show_poll("poll-refused", b);
	DO("send-refused", send(b, "x", 1, 0));
	DO("error", get_int(b, SOL_SOCKET, SO_ERROR));
	DO("shutdown", shutdown(b, SHUT_RDWR));
	DO("send-shut", send(b, "x", 1, MSG_NOSIGNAL));
	ss.ss_family = AF_UNSPEC;
	DO("disconnect", connect(b, (void *)&ss, sizeof(ss)));
	name_of("disconnected-peer", b, 1);
	DO("listen", listen(b, 1));
	DO("accept", accept(b, NULL, NULL));
	close(b);
}

static void options(void)
{
	static const int tcp[] = {TCP_NODELAY,      TCP_CORK,    TCP_KEEPIDLE,
				  TCP_KEEPINTVL,    TCP_KEEPCNT, TCP_SYNCNT,
				  TCP_DEFER_ACCEPT, 99};
	static const int ip[] = {IP_TOS,     IP_TTL,          IP_RECVERR,
				 IP_PKTINFO, IP_MTU_DISCOVER, IP_MULTICAST_TTL,
				 999};
	int s = socket(AF_INET, SOCK_STREAM, 0), v = 1;
	char name[16] = "";
	socklen_t len = sizeof(name);

	printf("-- options\n");
	printf("tcp sndbuf %d rcvbuf %d\n", get_int(s, SOL_SOCKET, SO_SNDBUF),
	       get_int(s, SOL_SOCKET, SO_RCVBUF));
	for (size_t i = 0; i < sizeof(tcp) / sizeof(*tcp); i++) {
		v = 1;
		printf("tcp %d: %d", tcp[i], get_int(s, SOL_TCP, tcp[i]));
		errno = 0;
		setsockopt(s, SOL_TCP, tcp[i], &v, 4);
		printf(" %s %d\n", errno ? strerrorname_np(errno) : "ok",
		       get_int(s, SOL_TCP, tcp[i]));
	}
	DO("congestion", getsockopt(s, SOL_TCP, TCP_CONGESTION, name, &len));
	printf("%s\n", name);
	close(s);
	s = socket(AF_INET, SOCK_DGRAM, 0);
	for (size_t i = 0; i < sizeof(ip) / sizeof(*ip); i++) {
		v = 1;
		printf("ip %d: %d", ip[i], get_int(s, SOL_IP, ip[i]));
		errno = 0;
		setsockopt(s, SOL_IP, ip[i], &v, 4);
		printf(" %s %d\n", errno ? strerrorname_np(errno) : "ok",
		       get_int(s, SOL_IP, ip[i]));
	}
	DO("v6 on v4", setsockopt(s, SOL_IPV6, IPV6_V6ONLY, &v, 4));
	DO("tcp on udp", setsockopt(s, SOL_TCP, TCP_NODELAY, &v, 4));
	DO("bindtodevice", setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	DO("bindtonone", setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "no", 3));
	close(s);
	s = socket(AF_INET6, SOCK_STREAM, 0);
	printf("v6only %d\n", get_int(s, SOL_IPV6, IPV6_V6ONLY));
	DO("v6only", setsockopt(s, SOL_IPV6, IPV6_V6ONLY, &v, 4));
	bind_to(s, "::", 7100);
	DO("v6only-late", setsockopt(s, SOL_IPV6, IPV6_V6ONLY, &v, 4));
	v = socket(AF_INET, SOCK_STREAM, 0);
	DO("both", bind_to(v, "0.0.0.0", 7100));
	close(s);
	close(v);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	alarm(100); /* whoever waits for what will never come */
	lo_up();
	creating();
	naming("127.0.0.1", SOCK_STREAM);
	naming("127.0.0.1", SOCK_DGRAM);
	naming("::1", SOCK_STREAM);
	naming("::1", SOCK_DGRAM);
	connection("127.0.0.1", "127.0.0.1");
	connection("::1", "::1");
	connection("127.0.0.1", "::");
	nonblocking();
	streaming("127.0.0.1");
	streaming("::1");
	datagrams("127.0.0.1");
	datagrams("::1");
	options();
	return 0;
}
