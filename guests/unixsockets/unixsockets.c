/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be done with AF_UNIX sockets of each type: names, connections,
 * messages, descriptors and credentials in them, shutdown, readiness, limits,
 * options, and what goes wrong. One line a call: the step, the call's result or
 * error, and what else it told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SIOCOUTQ
#define SIOCOUTQ 0x5411
#endif

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

static char big[200000], in[200000];
static int *volatile nowhere = (int *)8;

static socklen_t path_addr(struct sockaddr_un *sun, const char *path)
{
	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	strcpy(sun->sun_path, path);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
			   strlen(path) + 1);
}

static socklen_t abstract_addr(struct sockaddr_un *sun, const char *name)
{
	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	strcpy(sun->sun_path + 1, name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   strlen(name));
}

static void show_name(const char *what, int fd, int peer)
{
	struct sockaddr_un sun;
	socklen_t len = sizeof(sun);
	int r;

	memset(&sun, 'x', sizeof(sun));
	r = peer ? getpeername(fd, (void *)&sun, &len)
		 : getsockname(fd, (void *)&sun, &len);
	if (r < 0) {
		say(what, r);
		return;
	}
	printf("%s len=%u family=%d ", what, (unsigned int)len, sun.sun_family);
	for (int i = 0; i < (int)len - 2; i++)
		putchar(sun.sun_path[i] ? sun.sun_path[i] : '@');
	putchar('\n');
}

static void show_poll(const char *what, int fd)
{
	struct pollfd p = {fd,
			   POLLIN | POLLOUT | POLLPRI | POLLRDHUP | POLLRDNORM |
				   POLLWRNORM | POLLWRBAND,
			   0};

	poll(&p, 1, 0);
	printf("%s %04x\n", what, (unsigned int)p.revents);
}

static int get_int(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	if (getsockopt(fd, level, name, &value, &len) < 0)
		return -errno;
	return value;
}

/* ---- making them ---------------------------------------------------------- */

static void creating(void)
{
	static const int types[] = {SOCK_STREAM,
				    SOCK_DGRAM,
				    SOCK_RAW,
				    SOCK_RDM,
				    SOCK_SEQPACKET,
				    0,
				    11,
				    SOCK_STREAM | 0x100,
				    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC};
	struct stat st;
	char link[64] = "";
	int sv[2], fd;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		errno = 0;
		fd = socket(AF_UNIX, types[i], 0);
		printf("socket %x: %s type=%d fl=%x fd=%d\n",
		       (unsigned int)types[i],
		       fd < 0 ? strerrorname_np(errno) : "ok",
		       fd < 0 ? 0 : get_int(fd, SOL_SOCKET, SO_TYPE),
		       fd < 0 ? 0 : (unsigned int)fcntl(fd, F_GETFL),
		       fd < 0 ? 0 : fcntl(fd, F_GETFD));
		close(fd);
	}
	DO("socket-protocol", socket(AF_UNIX, SOCK_STREAM, 7));
	DO("socket-family", socket(45, SOCK_STREAM, 0));
	DO("socket-family-46", socket(46, SOCK_STREAM, 0));
	DO("socket-family-neg", socket(-1, SOCK_STREAM, 0));
	DO("socketpair-fault", socketpair(AF_UNIX, SOCK_STREAM, 0, nowhere));
	DO("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	fstat(sv[0], &st);
	printf("mode=%o size=%ld nlink=%d\n", st.st_mode, (long)st.st_size,
	       (int)st.st_nlink);
	snprintf(in, sizeof(in), "/proc/self/fd/%d", sv[0]);
	if (readlink(in, link, sizeof(link) - 1) > 8)
		link[8] = 0;
	printf("link %s\n", link);
	DO("open-link", open(in, O_RDWR));
	DO("lseek", lseek(sv[0], 0, SEEK_SET));
	DO("pread", pread(sv[0], in, 1, 0));
	DO("ftruncate", ftruncate(sv[0], 0));
	DO("fsync", fsync(sv[0]));
	DO("not-a-socket", listen(1, 1));
	DO("bad-fd", listen(99, 1));
	DO("accept-not", accept(1, NULL, NULL));
	DO("connect-not", connect(1, NULL, 0));
	printf("sndbuf %d rcvbuf %d\n", get_int(sv[0], SOL_SOCKET, SO_SNDBUF),
	       get_int(sv[0], SOL_SOCKET, SO_RCVBUF));
	close(sv[0]);
	close(sv[1]);
}

/* ---- names ---------------------------------------------------------------- */

static void naming(void)
{
	struct sockaddr_un sun;
	struct stat st;
	socklen_t len;
	int a = socket(AF_UNIX, SOCK_STREAM, 0), b, c;

	unlink("/tmp/us.a");
	show_name("unnamed", a, 0);
	show_name("unnamed-peer", a, 1);
	DO("listen-unnamed", listen(a, 1));
	len = path_addr(&sun, "/tmp/us.a");
	umask(027);
	DO("bind-short", bind(a, (void *)&sun, 1));
	DO("bind-long", bind(a, (void *)&sun, 111));
	sun.sun_family = AF_INET;
	DO("bind-family", bind(a, (void *)&sun, len));
	sun.sun_family = AF_UNIX;
	DO("bind-fault", bind(a, (void *)nowhere, len));
	DO("bind", bind(a, (void *)&sun, len));
	show_name("named", a, 0);
	stat("/tmp/us.a", &st);
	printf("mode %o\n", st.st_mode);
	DO("bind-again", bind(a, (void *)&sun, len));
	b = socket(AF_UNIX, SOCK_STREAM, 0);
	DO("bind-in-use", bind(b, (void *)&sun, len));
	DO("open", open("/tmp/us.a", O_RDWR));
	DO("connect-not-listening", connect(b, (void *)&sun, len));
	DO("listen", listen(a, 1));
	c = socket(AF_UNIX, SOCK_DGRAM, 0);
	DO("connect-type", connect(c, (void *)&sun, len));
	DO("connect", connect(b, (void *)&sun, len));
	DO("connect-again", connect(b, (void *)&sun, len));
	show_name("client", b, 0);
	show_name("client-peer", b, 1);
	close(c);
	c = accept4(a, (void *)&sun, &len, SOCK_CLOEXEC);
	printf("accepted %d len=%u\n", c >= 0, (unsigned int)len);
	show_name("server", c, 0);
	show_name("server-peer", c, 1);
	DO("accept-connected", accept(c, NULL, NULL));
	close(a);
	close(b);
	close(c);
	len = path_addr(&sun, "/tmp/us.a");
	b = socket(AF_UNIX, SOCK_STREAM, 0);
	DO("connect-dead", connect(b, (void *)&sun, len));
	len = path_addr(&sun, "/tmp/us.none");
	DO("connect-none", connect(b, (void *)&sun, len));
	len = path_addr(&sun, "/dev/null");
	DO("connect-file", connect(b, (void *)&sun, len));
	len = path_addr(&sun, "/tmp");
	DO("connect-dir", connect(b, (void *)&sun, len));
	len = path_addr(&sun, "/tmp/none/us");
	DO("bind-no-dir", bind(b, (void *)&sun, len));
	len = path_addr(&sun, "/tmp/us.b");
	memcpy(sun.sun_path + 9, "garbage", 7);
	sun.sun_path[9] = 0;
	DO("bind-behind-nul", bind(b, (void *)&sun, 50));
	show_name("behind-nul", b, 0);
	unlink("/tmp/us.a");
	unlink("/tmp/us.b");
	close(b);
	a = socket(AF_UNIX, SOCK_STREAM, 0);
	b = socket(AF_UNIX, SOCK_STREAM, 0);
	len = abstract_addr(&sun, "abstract");
	DO("abstract", bind(a, (void *)&sun, len));
	DO("abstract-in-use", bind(b, (void *)&sun, len));
	DO("abstract-longer", bind(b, (void *)&sun, len + 1));
	show_name("abstract-name", b, 0);
	c = socket(AF_UNIX, SOCK_DGRAM, 0);
	DO("abstract-other-type", bind(c, (void *)&sun, len));
	close(a);
	close(b);
	close(c);
	a = socket(AF_UNIX, SOCK_STREAM, 0);
	sun.sun_family = AF_UNIX;
	DO("autobind", bind(a, (void *)&sun, 2));
	len = sizeof(sun);
	getsockname(a, (void *)&sun, &len);
	printf("autobind len=%u first=%d\n", (unsigned int)len,
	       sun.sun_path[0]);
	DO("autobind-again", bind(a, (void *)&sun, 2));
	len = 3;
	DO("getsockname-cut", getsockname(a, (void *)&sun, &len));
	printf("cut len=%u\n", (unsigned int)len);
	len = (socklen_t)-1;
	DO("getsockname-neg", getsockname(a, (void *)&sun, &len));
	close(a);
	umask(022);
}

/* ---- connections ------------------------------------------------------------ */

static void connecting(int type)
{
	struct sockaddr_un sun;
	socklen_t len = abstract_addr(&sun, "backlog");
	int a = socket(AF_UNIX, type | SOCK_NONBLOCK, 0), c[8], d;
	struct linger ling;

	printf("-- connecting %d\n", type);
	bind(a, (void *)&sun, len);
	DO("accept-not-listening", accept(a, NULL, NULL));
	DO("listen", listen(a, 2));
	show_poll("poll-listening", a);
	DO("accept-empty", accept(a, NULL, NULL));
	for (int i = 0; i < 5; i++) {
		c[i] = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
		DO("connect", connect(c[i], (void *)&sun, len));
	}
	show_poll("poll-pending", a);
	show_poll("poll-unaccepted", c[0]);
	show_poll("poll-refused", c[4]);
	printf("acceptconn %d %d\n", get_int(a, SOL_SOCKET, SO_ACCEPTCONN),
	       get_int(c[0], SOL_SOCKET, SO_ACCEPTCONN));
	DO("send-unaccepted", send(c[0], "early", 5, 0));
	d = accept(a, NULL, NULL);
	DO("recv-early", recv(d, in, 10, 0));
	DO("send-listener", send(a, "x", 1, MSG_NOSIGNAL));
	DO("recv-listener", recv(a, in, 1, 0));
	DO("send-unconnected", send(c[4], "x", 1, MSG_NOSIGNAL));
	DO("recv-unconnected", recv(c[4], in, 1, 0));
	close(a);
	show_poll("poll-listener-gone", c[1]);
	DO("recv-listener-gone", recv(c[1], in, 1, 0));
	DO("recv-listener-gone", recv(c[1], in, 1, 0));
	DO("send-listener-gone", send(c[2], "x", 1, MSG_NOSIGNAL));
	show_poll("poll-accepted", d);
	DO("connect-accepted", connect(d, (void *)&sun, len));
	ling = (struct linger){1, 5};
	DO("linger", setsockopt(d, SOL_SOCKET, SO_LINGER, &ling, sizeof(ling)));
	DO("unread", send(c[0], "unread", 6, 0));
	close(d);
	show_poll("poll-reset", c[0]);
	DO("recv-reset", recv(c[0], in, 1, 0));
	DO("recv-reset", recv(c[0], in, 1, 0));
	for (int i = 0; i < 5; i++)
		close(c[i]);
}

/* ---- streams ------------------------------------------------------------------ */

static void streaming(void)
{
	struct iovec v[3] = {{"abc", 3}, {"", 0}, {"defg", 4}};
	struct timeval tv = {0, 1500}, old[2];
	socklen_t len = sizeof(tv);
	int sv[2], n, total = 0, p[2], f;

	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	printf("-- streams\n");
	show_poll("poll", sv[0]);
	DO("writev", writev(sv[0], v, 3));
	ioctl(sv[1], FIONREAD, &n);
	printf("inq %d\n", n);
	DO("peek", recv(sv[1], in, 4, MSG_PEEK));
	DO("recv", recv(sv[1], in, 2, 0));
	printf("%.2s\n", in);
	DO("write", write(sv[0], "hij", 3));
	DO("recv-over-two", recv(sv[1], in, 100, 0));
	printf("%.8s\n", in);
	DO("recv-empty", recv(sv[1], in, 1, MSG_DONTWAIT));
	DO("read-0", read(sv[1], in, 0));
	DO("write-0", write(sv[0], in, 0));
	DO("send-0", send(sv[0], in, 0, 0));
	DO("recv-nothing", recv(sv[1], in, 1, MSG_DONTWAIT));
	DO("recv-fault",
	   (send(sv[0], "x", 1, 0), recv(sv[1], (void *)nowhere, 1, 0)));
	DO("recv-kept", recv(sv[1], in, 1, 0));
	DO("send-fault", send(sv[0], (void *)nowhere, 1, 0));
	DO("send-oob-dgram-flag", send(sv[0], "x", 1, MSG_DONTROUTE));
	recv(sv[1], in, 1, 0);
	DO("sendto-name", sendto(sv[0], "x", 1, 0, (void *)v, 12));
	/* filling it */
	fcntl(sv[0], F_SETFL, O_NONBLOCK);
	while ((n = (int)write(sv[0], big, 1000)) > 0)
		total += n;
	printf("filled by 1000: %d %s\n", total, strerrorname_np(errno));
	show_poll("poll-full", sv[0]);
	ioctl(sv[0], SIOCOUTQ, &n);
	printf("outq %d\n", n);
	while (total > 0 && (n = (int)read(sv[1], in, sizeof(in))) > 0)
		total -= n;
	printf("left %d\n", total);
	show_poll("poll-read", sv[0]);
	while ((n = (int)write(sv[0], big, sizeof(big))) > 0)
		total += n;
	printf("filled by 200000: %d %s\n", total, strerrorname_np(errno));
	ioctl(sv[0], SIOCOUTQ, &n);
	printf("outq %d\n", n);
	ioctl(sv[1], FIONREAD, &n);
	printf("inq %d\n", n);
	total = 0;
	fcntl(sv[1], F_SETFL, O_NONBLOCK);
	while ((n = (int)read(sv[1], in, sizeof(in))) > 0)
		total += n;
	printf("drained %d\n", total);
	while ((n = (int)write(sv[0], "x", 1)) > 0)
		total += n;
	printf("filled by 1: %d\n", total);
	while ((n = (int)read(sv[1], in, sizeof(in))) > 0)
		total -= n;
	fcntl(sv[1], F_SETFL, 0);
	/* time-outs */
	DO("rcvtimeo",
	   setsockopt(sv[1], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	getsockopt(sv[1], SOL_SOCKET, SO_RCVTIMEO, &old[0], &len);
	printf("rcvtimeo %ld.%06ld\n", (long)old[0].tv_sec,
	       (long)old[0].tv_usec);
	DO("recv-timeout", recv(sv[1], in, 1, 0));
	tv.tv_usec = 1000000;
	DO("rcvtimeo-big",
	   setsockopt(sv[1], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	DO("rcvtimeo-short",
	   setsockopt(sv[1], SOL_SOCKET, SO_RCVTIMEO, &tv, 4));
	/* MSG_WAITALL, rcvlowat */
	send(sv[0], "abc", 3, 0);
	DO("waitall-timeout", recv(sv[1], in, 5, MSG_WAITALL));
	n = 4;
	DO("rcvlowat", setsockopt(sv[1], SOL_SOCKET, SO_RCVLOWAT, &n, 4));
	send(sv[0], "abc", 3, 0);
	DO("lowat-timeout", recv(sv[1], in, 5, 0));
	n = 1;
	setsockopt(sv[1], SOL_SOCKET, SO_RCVLOWAT, &n, 4);
	/* peek offsets */
	n = 2;
	DO("peek-off", setsockopt(sv[1], SOL_SOCKET, SO_PEEK_OFF, &n, 4));
	send(sv[0], "abcdef", 6, 0);
	send(sv[0], "ghijkl", 6, 0);
	DO("peek-at", recv(sv[1], in, 3, MSG_PEEK));
	printf("%.3s off=%d\n", in, get_int(sv[1], SOL_SOCKET, SO_PEEK_OFF));
	DO("peek-at", recv(sv[1], in, 4, MSG_PEEK));
	printf("%.4s off=%d\n", in, get_int(sv[1], SOL_SOCKET, SO_PEEK_OFF));
	DO("read-at", recv(sv[1], in, 4, 0));
	printf("%.4s off=%d\n", in, get_int(sv[1], SOL_SOCKET, SO_PEEK_OFF));
	DO("read-rest", recv(sv[1], in, 100, 0));
	/* splice, sendfile */
	f = open("/proc/self/exe", O_RDONLY);
	DO("sendfile", sendfile(sv[0], f, NULL, 5000));
	DO("recv-sendfile", recv(sv[1], in, 10000, 0));
	if (!pipe(p)) {
		DO("pipe", write(p[1], "piped", 5));
		DO("splice-to", splice(p[0], NULL, sv[0], NULL, 5, 0));
		DO("splice-from", splice(sv[1], NULL, p[1], NULL, 100, 0));
		DO("read-pipe", read(p[0], in, 100));
		DO("splice-empty",
		   splice(sv[1], NULL, p[1], NULL, 100, SPLICE_F_NONBLOCK));
	}
	DO("sendfile-from", sendfile(p[1], sv[1], NULL, 10));
	close(p[0]);
	close(p[1]);
	close(f);
	/* shutdown */
	signal(SIGPIPE, SIG_IGN);
	send(sv[0], "last", 4, 0);
	DO("shutdown-bad", shutdown(sv[0], 3));
	DO("shutdown-wr", shutdown(sv[0], SHUT_WR));
	DO("send-shut", send(sv[0], "x", 1, 0));
	show_poll("poll-shut-wr", sv[0]);
	show_poll("poll-peer", sv[1]);
	DO("recv-last", recv(sv[1], in, 10, 0));
	DO("recv-eof", recv(sv[1], in, 10, 0));
	DO("send-other-way", send(sv[1], "y", 1, 0));
	DO("shutdown-rd", shutdown(sv[0], SHUT_RD));
	show_poll("poll-both", sv[0]);
	DO("recv-shut-rd", recv(sv[0], in, 10, 0));
	DO("recv-shut-rd", recv(sv[0], in, 10, 0));
	DO("send-to-shut", send(sv[1], "y", 1, 0));
	close(sv[0]);
	show_poll("poll-closed", sv[1]);
	DO("send-closed", send(sv[1], "y", 1, 0));
	close(sv[1]);
	signal(SIGPIPE, SIG_DFL);
}

static void pipes(void)
{
	int sv[2], status;
	pid_t pid;

	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	pid = fork();
	if (!pid) {
		close(sv[1]);
		write(sv[0], "x", 1);
		_exit(3);
	}
	close(sv[1]);
	close(sv[0]);
	waitpid(pid, &status, 0);
	printf("SIGPIPE: signal %d\n",
	       WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	pid = fork();
	if (!pid) {
		close(sv[1]);
		for (int i = 0; i < 300; i++)
			if (write(sv[0], big, 1003) != 1003)
				_exit(1);
		_exit(0);
	}
	close(sv[0]);
	status = 0;
	for (int n; (n = (int)read(sv[1], in, 777)) > 0;)
		status += n;
	printf("streamed %d\n", status);
	waitpid(pid, &status, 0);
	printf("writer %d\n", status);
	close(sv[1]);
}

/* ---- datagrams -------------------------------------------------------------------- */

static void datagrams(int type)
{
	struct sockaddr_un a_un, b_un, from;
	socklen_t a_len = abstract_addr(&a_un, "dgram-a");
	socklen_t b_len = abstract_addr(&b_un, "dgram-b"), len;
	struct iovec iov = {in, 3};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	int sv[2], a, b, c, n, total;

	printf("-- messages %d\n", type);
	socketpair(AF_UNIX, type, 0, sv);
	DO("send", send(sv[0], "abcdef", 6, 0));
	DO("send-0", send(sv[0], "", 0, 0));
	DO("send", send(sv[0], "gh", 2, 0));
	ioctl(sv[1], FIONREAD, &n);
	printf("inq %d\n", n);
	DO("recvmsg-cut", recvmsg(sv[1], &msg, 0));
	printf("flags %x\n", (unsigned int)msg.msg_flags);
	DO("recv-0", recv(sv[1], in, 10, 0));
	DO("recv-trunc", recv(sv[1], in, 1, MSG_TRUNC));
	DO("recv-empty", recv(sv[1], in, 1, MSG_DONTWAIT));
	DO("send-big", send(sv[0], big, sizeof(big), 0));
	DO("send-large", send(sv[0], big, 100000, 0));
	DO("recv-large", recv(sv[1], in, sizeof(in), 0));
	fcntl(sv[0], F_SETFL, O_NONBLOCK);
	total = 0;
	while (send(sv[0], big, 100, 0) > 0)
		total++;
	printf("pair filled with %d %s\n", total, strerrorname_np(errno));
	show_poll("poll-full", sv[0]);
	while (recv(sv[1], in, 200, MSG_DONTWAIT) > 0)
		total--;
	printf("left %d\n", total);
	send(sv[0], "x", 1, 0);
	DO("shutdown", shutdown(sv[1], SHUT_RDWR));
	show_poll("poll-shut", sv[1]);
	show_poll("poll-peer", sv[0]);
	DO("send-shut", send(sv[0], "x", 1, MSG_NOSIGNAL));
	DO("recv-shut", recv(sv[1], in, 1, 0));
	DO("recv-shut", recv(sv[1], in, 1, 0));
	DO("recv-shut-nonblock", recv(sv[1], in, 1, MSG_DONTWAIT));
	close(sv[1]);
	show_poll("poll-closed", sv[0]);
	DO("send-closed", send(sv[0], "x", 1, MSG_NOSIGNAL));
	DO("send-closed", send(sv[0], "x", 1, MSG_NOSIGNAL));
	DO("recv-closed", recv(sv[0], in, 1, MSG_DONTWAIT));
	close(sv[0]);
	if (type != SOCK_DGRAM)
		return;
	a = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
	b = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
	c = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
	bind(a, (void *)&a_un, a_len);
	bind(b, (void *)&b_un, b_len);
	DO("send-unconnected", send(a, "x", 1, 0));
	DO("sendto", sendto(a, "to b", 4, 0, (void *)&b_un, b_len));
	len = sizeof(from);
	DO("recvfrom", recvfrom(b, in, 10, 0, (void *)&from, &len));
	printf("from len=%u %s\n", (unsigned int)len, from.sun_path + 1);
	sendto(c, "c", 1, 0, (void *)&b_un, b_len);
	len = sizeof(from);
	DO("recvfrom-unnamed", recvfrom(b, in, 10, 0, (void *)&from, &len));
	printf("from len=%u\n", (unsigned int)len);
	total = 0;
	while (sendto(c, "x", 1, 0, (void *)&b_un, b_len) > 0)
		total++;
	printf("queue takes %d %s\n", total, strerrorname_np(errno));
	DO("connect-full", connect(c, (void *)&b_un, b_len));
	show_poll("poll-full", c);
	recv(b, in, 1, 0);
	show_poll("poll-room", c);
	while (recv(b, in, 1, 0) > 0)
		;
	DO("connect-b-a", connect(b, (void *)&a_un, a_len));
	DO("send-not-peer", send(c, "x", 1, 0));
	DO("send-to-not-peer", sendto(c, "x", 1, 0, (void *)&b_un, b_len));
	show_name("peer", b, 1);
	from.sun_family = AF_UNSPEC;
	DO("disconnect", connect(b, (void *)&from, 2));
	show_name("peer", b, 1);
	DO("self", sendto(b, "me", 2, 0, (void *)&b_un, b_len));
	DO("recv-self", recv(b, in, 10, 0));
	DO("connect-c-b", connect(c, (void *)&b_un, b_len));
	close(b);
	show_poll("poll-dead", c);
	DO("send-dead", send(c, "x", 1, 0));
	DO("send-dead", send(c, "x", 1, 0));
	DO("sendto-dead", sendto(c, "x", 1, 0, (void *)&b_un, b_len));
	DO("listen", listen(a, 1));
	DO("accept", accept(a, NULL, NULL));
	close(a);
	close(c);
}

/* ---- control messages ------------------------------------------------------------- */

union control {
	struct cmsghdr align;
	char bytes[512];
};

static long send_fds(int to, const int *fds, int nr, const char *data)
{
	union control control;
	struct iovec iov = {(void *)data, strlen(data)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = CMSG_SPACE(4 * (size_t)nr)};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	memset(&control, 0, sizeof(control));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(4 * (size_t)nr);
	memcpy(CMSG_DATA(cmsg), fds, 4 * (size_t)nr);
	return sendmsg(to, &msg, 0);
}

/* Receives, shows all that came, and keeps the first descriptor. */
static int recv_fds(const char *what, int from, size_t room, int flags)
{
	union control control;
	struct iovec iov = {in, 100};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = room};
	struct cmsghdr *cmsg;
	int first = -1;
	long n;

	memset(&control, 0, sizeof(control));
	errno = 0;
	n = recvmsg(from, &msg, flags);
	printf("%s %ld %s flags=%x controllen=%u", what, n,
	       n < 0 ? strerrorname_np(errno) : "", (unsigned int)msg.msg_flags,
	       (unsigned int)msg.msg_controllen);
	for (cmsg = n < 0 ? NULL : CMSG_FIRSTHDR(&msg); cmsg;
	     cmsg = CMSG_NXTHDR(&msg, cmsg)) {
		int *data = (int *)CMSG_DATA(cmsg);

		printf(" [level=%d type=%d len=%u", cmsg->cmsg_level,
		       cmsg->cmsg_type, (unsigned int)cmsg->cmsg_len);
		if (cmsg->cmsg_type == SCM_RIGHTS) {
			int nr = (int)(cmsg->cmsg_len - CMSG_LEN(0)) / 4;

			for (int i = 0; i < nr; i++) {
				printf(" %s",
				       fcntl(data[i], F_GETFD) == FD_CLOEXEC
					       ? "cloexec"
					       : "open");
				if (first < 0)
					first = data[i];
				else
					close(data[i]);
			}
		} else {
			printf(" pid%s uid=%d gid=%d",
			       data[0] == getpid() ? "=mine"
			       : data[0]           ? "=other"
						   : "=0",
			       data[1], data[2]);
		}
		printf("]");
	}
	printf("\n");
	return first;
}

static long send_creds(int to, pid_t pid, uid_t uid, gid_t gid)
{
	union control control;
	struct iovec iov = {"c", 1};
	struct ucred cred = {pid, uid, gid};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = CMSG_SPACE(sizeof(cred))};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	memset(&control, 0, sizeof(control));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_CREDENTIALS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(cred));
	memcpy(CMSG_DATA(cmsg), &cred, sizeof(cred));
	return sendmsg(to, &msg, 0);
}

static void passing(int type)
{
	int sv[2], fds[3] = {0, 1, 2}, bad[2] = {1, 99}, p[2], got, on = 1;

	printf("-- passing %d\n", type);
	socketpair(AF_UNIX, type, 0, sv);
	if (pipe(p))
		return;
	DO("send-fd", send_fds(sv[0], p, 1, "a"));
	close(p[0]);
	got = recv_fds("recv-fd", sv[1], 100, 0);
	write(p[1], "through", 7);
	DO("read", read(got, in, 10));
	close(got);
	DO("send-3", send_fds(sv[0], fds, 3, "b"));
	close(recv_fds("recv-3-cloexec", sv[1], 100, MSG_CMSG_CLOEXEC));
	DO("send-3", send_fds(sv[0], fds, 3, "b"));
	close(recv_fds("recv-1-of-3", sv[1], CMSG_LEN(4), 0));
	DO("send-3", send_fds(sv[0], fds, 3, "b"));
	close(recv_fds("recv-no-room", sv[1], 13, 0));
	DO("send-3", send_fds(sv[0], fds, 3, "b"));
	DO("recv-plain", recv(sv[1], in, 10, 0));
	DO("send-bad", send_fds(sv[0], bad, 2, "b"));
	DO("send-3", send_fds(sv[0], fds, 3, "peek"));
	close(recv_fds("peek", sv[1], 100, MSG_PEEK));
	close(recv_fds("recv", sv[1], 100, 0));
	send(sv[0], "plain", 5, 0);
	send_fds(sv[0], fds, 1, "one");
	send(sv[0], "plain", 5, 0);
	send_fds(sv[0], fds + 1, 1, "two");
	close(recv_fds("mixed", sv[1], 100, 0));
	close(recv_fds("mixed", sv[1], 100, MSG_DONTWAIT));
	close(recv_fds("mixed", sv[1], 100, MSG_DONTWAIT));
	close(recv_fds("mixed", sv[1], 100, MSG_DONTWAIT));
	DO("passcred",
	   setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	DO("send", send(sv[0], "x", 1, 0));
	recv_fds("recv-creds", sv[1], 100, 0);
	DO("send-creds", send_creds(sv[0], getpid(), 5, 6));
	recv_fds("recv-creds", sv[1], 100, 0);
	DO("send-creds-pid", send_creds(sv[0], 1, 0, 0));
	recv_fds("recv-creds", sv[1], 100, MSG_DONTWAIT);
	DO("send-creds-none", send_creds(sv[0], 99999, 0, 0));
	send_creds(sv[0], getpid(), 1, 1);
	send_creds(sv[0], getpid(), 1, 1);
	send_creds(sv[0], getpid(), 2, 2);
	recv_fds("recv-same", sv[1], 100, 0);
	recv_fds("recv-other", sv[1], 100, MSG_DONTWAIT);
	recv_fds("recv-other", sv[1], 100, MSG_DONTWAIT);
	send_fds(sv[0], fds, 2, "both");
	close(recv_fds("recv-both", sv[1], 100, 0));
	close(sv[0]);
	close(sv[1]);
	close(p[1]);
}

static void unprivileged(void)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	struct sockaddr_un sun;
	int sv[2], status;
	pid_t pid;

	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	getsockopt(sv[0], SOL_SOCKET, SO_PEERCRED, &cred, &len);
	printf("peercred mine=%d uid=%d gid=%d len=%u\n", cred.pid == getpid(),
	       cred.uid, cred.gid, (unsigned int)len);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		int s = socket(AF_UNIX, SOCK_STREAM, 0), n = 7;

		if (setgid(7) || setuid(7))
			_exit(1);
		DO("creds-own", send_creds(sv[0], getpid(), 7, 7));
		DO("creds-uid", send_creds(sv[0], getpid(), 0, 7));
		DO("creds-gid", send_creds(sv[0], getpid(), 7, 0));
		DO("creds-pid", send_creds(sv[0], 1, 7, 7));
		len = path_addr(&sun, "/us.denied");
		DO("bind-denied", bind(s, (void *)&sun, len));
		len = path_addr(&sun, "/tmp/us.root");
		DO("connect-denied", connect(s, (void *)&sun, len));
		DO("sndbufforce",
		   setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &n, 4));
		DO("priority", setsockopt(s, SOL_SOCKET, SO_PRIORITY, &n, 4));
		DO("mark", setsockopt(s, SOL_SOCKET, SO_MARK, &n, 4));
		DO("debug", setsockopt(s, SOL_SOCKET, SO_DEBUG, &n, 4));
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	cred.pid = 5;
	len = sizeof(cred);
	{
		int s = socket(AF_UNIX, SOCK_STREAM, 0);

		getsockopt(s, SOL_SOCKET, SO_PEERCRED, &cred, &len);
		printf("no peer pid=%d uid=%d gid=%d\n", cred.pid, cred.uid,
		       cred.gid);
		close(s);
	}
	close(sv[0]);
	close(sv[1]);
}

/* ---- cycles of descriptors ---------------------------------------------------------- */

/* How many lines /proc/net/unix has, but for the first. */
static int count_unix(void)
{
	FILE *f = fopen("/proc/net/unix", "r");
	int n = -1;

	while (f && fgets(in, sizeof(in), f))
		n++;
	if (f)
		fclose(f);
	return n;
}

static void cycles(void)
{
	int before = count_unix(), sv[2], tv[2], s;
	struct sockaddr_un sun;
	socklen_t len = abstract_addr(&sun, "cycle");

	printf("-- cycles\n");
	for (int i = 0; i < 10; i++) {
		socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
		send_fds(sv[0], &sv[1], 1, "myself");
		send_fds(sv[1], &sv[1], 1, "myself");
		close(sv[0]);
		close(sv[1]);
	}
	for (int i = 0; i < 10; i++) {
		socketpair(AF_UNIX, SOCK_DGRAM, 0, sv);
		socketpair(AF_UNIX, SOCK_DGRAM, 0, tv);
		send_fds(sv[0], tv, 2, "them");
		send_fds(tv[0], sv, 2, "those");
		close(sv[0]);
		close(sv[1]);
		close(tv[0]);
		close(tv[1]);
	}
	/* one that waits to be accepted carries its listener */
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(s, (void *)&sun, len);
	listen(s, 5);
	sv[0] = socket(AF_UNIX, SOCK_STREAM, 0);
	connect(sv[0], (void *)&sun, len);
	send_fds(sv[0], &s, 1, "listener");
	close(sv[0]);
	close(s);
	/* a chain that is reached from one end */
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	for (int i = 0; i < 50; i++) {
		socketpair(AF_UNIX, SOCK_STREAM, 0, tv);
		send_fds(tv[0], &sv[1], 1, "chain");
		close(sv[1]);
		close(sv[0]);
		sv[0] = tv[0];
		sv[1] = tv[1];
	}
	printf("sockets more: %d\n", count_unix() - before);
	for (int i = 0; i < 50; i++) {
		int next = recv_fds("", sv[1], 100, MSG_DONTWAIT);

		close(sv[1]);
		sv[1] = next;
		if (i == 20)
			break;
	}
	close(sv[1]);
	close(sv[0]);
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	close(sv[0]);
	close(sv[1]);
	printf("sockets more: %d\n", count_unix() - before);
}

/* ---- many at once, and the old and new time -------------------------------------------- */

static void many(void)
{
	struct mmsghdr m[4];
	struct iovec v[4];
	struct timespec ts = {1, 0};
	char buf[4][8];
	int sv[2];

	printf("-- many\n");
	socketpair(AF_UNIX, SOCK_DGRAM, 0, sv);
	memset(m, 0, sizeof(m));
	for (int i = 0; i < 4; i++) {
		v[i] = (struct iovec){"abcdefgh", (size_t)i + 1};
		m[i].msg_hdr.msg_iov = &v[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	DO("sendmmsg", sendmmsg(sv[0], m, 4, 0));
	for (int i = 0; i < 4; i++) {
		printf("sent %u\n", m[i].msg_len);
		v[i] = (struct iovec){buf[i], 8};
	}
	DO("recvmmsg", recvmmsg(sv[1], m, 2, 0, NULL));
	DO("recvmmsg-one", recvmmsg(sv[1], m + 2, 4, MSG_WAITFORONE, NULL));
	for (int i = 0; i < 4; i++)
		printf("got %u %.*s\n", m[i].msg_len, (int)m[i].msg_len,
		       buf[i]);
	DO("recvmmsg-none", recvmmsg(sv[1], m, 4, MSG_DONTWAIT, NULL));
	send(sv[0], "x", 1, 0);
	send(sv[0], "y", 1, 0);
	DO("recvmmsg-timed", recvmmsg(sv[1], m, 2, 0, &ts));
	ts.tv_nsec = -1;
	DO("recvmmsg-bad-time", recvmmsg(sv[1], m, 2, 0, &ts));
	DO("recvmmsg-fault",
	   recvmmsg(sv[1], (void *)nowhere, 2, MSG_DONTWAIT, NULL));
	DO("recvmmsg-0", recvmmsg(sv[1], m, 0, 0, NULL));
	DO("sendmsg-fault", sendmsg(sv[0], (void *)nowhere, 0));
	m[0].msg_hdr.msg_iovlen = 1025;
	DO("sendmsg-iov", sendmsg(sv[0], &m[0].msg_hdr, 0));
	m[0].msg_hdr.msg_iovlen = 1;
	m[0].msg_hdr.msg_control = buf;
	m[0].msg_hdr.msg_controllen = 8;
	DO("sendmsg-short-control", sendmsg(sv[0], &m[0].msg_hdr, 0));
	m[0].msg_hdr.msg_controllen = 20000;
	m[0].msg_hdr.msg_control = big;
	DO("sendmsg-long-control", sendmsg(sv[0], &m[0].msg_hdr, 0));
	m[0].msg_hdr.msg_controllen = 12;
	memset(big, 0, 12);
	DO("sendmsg-bad-control", sendmsg(sv[0], &m[0].msg_hdr, 0));
	DO("socketcall", syscall(102, 1, 0));
	close(sv[0]);
	close(sv[1]);
}

static void options(void)
{
	static const int names[] = {SO_DEBUG,     SO_REUSEADDR, SO_TYPE,
				    SO_ERROR,     SO_DONTROUTE, SO_BROADCAST,
				    SO_SNDBUF,    SO_RCVBUF,    SO_KEEPALIVE,
				    SO_OOBINLINE, SO_NO_CHECK,  SO_PRIORITY,
				    SO_REUSEPORT, SO_PASSCRED,  SO_RCVLOWAT,
				    SO_SNDLOWAT,  SO_TIMESTAMP, SO_ACCEPTCONN,
				    SO_PROTOCOL,  SO_DOMAIN,    SO_MARK,
				    SO_RXQ_OVFL,  SO_PEEK_OFF,  200};
	int s = socket(AF_UNIX, SOCK_DGRAM, 0), value;
	socklen_t len;

	printf("-- options\n");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		value = 3;
		errno = 0;
		printf("option %d: preset %d", names[i],
		       get_int(s, SOL_SOCKET, names[i]));
		printf(" set %s", setsockopt(s, SOL_SOCKET, names[i], &value, 4)
					  ? strerrorname_np(errno)
					  : "ok");
		printf(" is %d\n", get_int(s, SOL_SOCKET, names[i]));
	}
	value = 1 << 30;
	setsockopt(s, SOL_SOCKET, SO_SNDBUF, &value, 4);
	setsockopt(s, SOL_SOCKET, SO_RCVBUF, &value, 4);
	printf("most %d %d\n", get_int(s, SOL_SOCKET, SO_SNDBUF),
	       get_int(s, SOL_SOCKET, SO_RCVBUF));
	DO("set-short", setsockopt(s, SOL_SOCKET, SO_SNDBUF, &value, 3));
	DO("set-fault",
	   setsockopt(s, SOL_SOCKET, SO_SNDBUF, (void *)nowhere, 4));
	DO("set-neg",
	   setsockopt(s, SOL_SOCKET, SO_SNDBUF, &value, (socklen_t)-1));
	DO("level", setsockopt(s, 6, 1, &value, 4));
	len = 2;
	DO("get-cut", getsockopt(s, SOL_SOCKET, SO_TYPE, &value, &len));
	printf("len %u\n", (unsigned int)len);
	len = (socklen_t)-1;
	DO("get-neg", getsockopt(s, SOL_SOCKET, SO_TYPE, &value, &len));
	len = 4;
	DO("get-level", getsockopt(s, 6, 1, &value, &len));
	close(s);
}

int main(void)
{
	int root = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un sun;
	socklen_t len = path_addr(&sun, "/tmp/us.root");

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	alarm(100); /* whoever waits for what will never come */
	unlink("/tmp/us.root");
	umask(077);
	bind(root, (void *)&sun, len);
	listen(root, 1);
	creating();
	naming();
	connecting(SOCK_STREAM);
	connecting(SOCK_SEQPACKET);
	streaming();
	fflush(stdout);
	pipes();
	datagrams(SOCK_DGRAM);
	datagrams(SOCK_SEQPACKET);
	passing(SOCK_STREAM);
	passing(SOCK_DGRAM);
	passing(SOCK_SEQPACKET);
	unprivileged();
	cycles();
	many();
	options();
	unlink("/tmp/us.root");
	return 0;
}
