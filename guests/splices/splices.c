/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * splice, tee and vmsplice: what moves, what stays, how much fits, when they
 * wait, and what they refuse. Prints results, positions and bytes left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int p[2], q[2], file, other;
static char big[200000] __attribute__((aligned(4096))), back[200000];

static int left(int fd)
{
	int nr = 0;

	ioctl(fd, FIONREAD, &nr);
	return nr;
}

static void say(const char *what, long result)
{
	printf("%s %ld", what, result);
	if (result < 0)
		printf(" %s", strerrorname_np(errno));
	printf(" p %d q %d at %ld %ld\n", left(p[0]), left(q[0]),
	       (long)lseek(file, 0, SEEK_CUR), (long)lseek(other, 0, SEEK_CUR));
}

#define DO(what, call)                   \
	do {                             \
		errno = 0;               \
		say(what, (long)(call)); \
	} while (0)

static void open_all(void)
{
	if (pipe(p) || pipe(q))
		exit(1);
	file = open("/tmp/splices", O_RDWR | O_CREAT | O_TRUNC, 0600);
	other = open("/tmp/splices.2", O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)('a' + i % 26);
	if (write(file, big, sizeof(big)) != (ssize_t)sizeof(big))
		exit(1);
	lseek(file, 0, SEEK_SET);
}

static void close_all(void)
{
	close(p[0]), close(p[1]), close(q[0]), close(q[1]);
	close(file), close(other);
	unlink("/tmp/splices");
	unlink("/tmp/splices.2");
}

static const char *same(const char *what, long nr, size_t from)
{
	return nr >= 0 && !memcmp(what, big + from, (size_t)nr) ? "same"
								: "different";
}

static void files(void)
{
	loff_t at = 1000, none = -1;
	long n;

	open_all();
	DO("none", splice(file, NULL, p[1], NULL, 0, 0));
	DO("in", splice(file, NULL, p[1], NULL, 5000, 0));
	DO("in at", splice(file, &at, p[1], NULL, 5000, 0));
	printf("moved to %ld\n", (long)at);
	DO("fill", splice(file, NULL, p[1], NULL, 200000, 0));
	DO("full", splice(file, NULL, p[1], NULL, 10, SPLICE_F_NONBLOCK));
	DO("out", splice(p[0], NULL, other, NULL, 5000, 0));
	at = 10000;
	DO("out at", splice(p[0], &none, other, &at, 100, 0));
	DO("out at", splice(p[0], NULL, other, &at, 5000, 0));
	printf("moved to %ld\n", (long)at);
	n = pread(other, back, 5000, 0);
	printf("content %s", same(back, n, 0));
	n = pread(other, back, 5000, 10000);
	printf(" %s\n", same(back, n, 1000));
	DO("out all", splice(p[0], NULL, other, NULL, 200000, 0));
	DO("empty", splice(p[0], NULL, other, NULL, 1, SPLICE_F_NONBLOCK));
	DO("files", splice(file, NULL, other, NULL, 1, 0));
	DO("negative", splice(file, &none, p[1], NULL, 1, 0));
	DO("bad flags", splice(file, NULL, p[1], NULL, 1, 16));
	DO("bad fd", splice(99, NULL, p[1], NULL, 1, 0));
	DO("wrong way", splice(file, NULL, p[0], NULL, 1, 0));
	DO("from write end", splice(p[1], NULL, other, NULL, 1, 0));
	DO("bad pointer", splice(file, (loff_t *)4, p[1], NULL, 1, 0));
	fcntl(other, F_SETFL, O_APPEND);
	if (write(p[1], "abc", 3) != 3)
		return;
	DO("append", splice(p[0], NULL, other, NULL, 3, 0));
	lseek(file, 0, SEEK_END);
	DO("at the end", splice(file, NULL, p[1], NULL, 100, 0));
	close(p[1]);
	DO("last", splice(p[0], NULL, q[1], NULL, 100, 0));
	DO("no writer", splice(p[0], NULL, q[1], NULL, 100, 0));
	close_all();
}

static void pipes(void)
{
	long n;

	open_all();
	if (write(p[1], big, 10000) != 10000)
		return;
	DO("tee", tee(p[0], q[1], 6000, 0));
	n = read(q[0], back, sizeof(back));
	printf("content %s\n", same(back, n, 0));
	DO("some", splice(p[0], NULL, q[1], NULL, 5000, 0));
	n = read(q[0], back, sizeof(back));
	printf("content %s\n", same(back, n, 0));
	DO("rest", splice(p[0], NULL, q[1], NULL, 50000, 0));
	n = read(q[0], back, sizeof(back));
	printf("content %s\n", same(back, n, 5000));
	DO("empty", splice(p[0], NULL, q[1], NULL, 1, SPLICE_F_NONBLOCK));
	DO("tee empty", tee(p[0], q[1], 1, SPLICE_F_NONBLOCK));
	DO("itself", splice(p[0], NULL, p[1], NULL, 1, 0));
	DO("tee itself", tee(p[0], p[1], 1, 0));
	DO("tee file", tee(file, p[1], 1, 0));
	DO("tee flags", tee(p[0], q[1], 1, 32));
	DO("tee none", tee(99, 98, 0, 0));
	DO("tee bad", tee(99, 98, 1, 0));
	for (int i = 0; i < 16; i++)
		if (write(q[1], big, 4096) != 4096)
			return;
	if (write(p[1], big, 10) != 10)
		return;
	DO("full", splice(p[0], NULL, q[1], NULL, 5, SPLICE_F_NONBLOCK));
	DO("tee full", tee(p[0], q[1], 5, SPLICE_F_NONBLOCK));
	signal(SIGPIPE, SIG_IGN);
	close(q[0]);
	DO("no reader", splice(p[0], NULL, q[1], NULL, 5, 0));
	DO("tee no reader", tee(p[0], q[1], 5, 0));
	q[0] = dup(p[0]);
	close_all();
}

static void memory(void)
{
	struct iovec two[2] = {{big, 100}, {big + 100, 5000}};
	struct iovec huge = {big + 324, sizeof(big) - 324},
		     to = {back, sizeof(back)};
	struct iovec bad = {(void *)4, 10};

	open_all();
	DO("in", vmsplice(p[1], two, 2, 0));
	DO("out", vmsplice(p[0], &to, 1, 0));
	printf("content %s\n", same(back, 5100, 0));
	DO("huge", vmsplice(p[1], &huge, 1, SPLICE_F_NONBLOCK));
	DO("full", vmsplice(p[1], two, 1, SPLICE_F_NONBLOCK));
	DO("out", vmsplice(p[0], &to, 1, 0));
	DO("empty", vmsplice(p[0], &to, 1, SPLICE_F_NONBLOCK));
	DO("bad memory", vmsplice(p[1], &bad, 1, 0));
	DO("bad list", vmsplice(p[1], (void *)4, 1, 0));
	DO("too many", vmsplice(p[1], two, 2000, 0));
	DO("none", vmsplice(p[1], two, 0, 0));
	DO("file", vmsplice(file, two, 2, 0));
	DO("bad fd", vmsplice(99, two, 2, 0));
	DO("flags", vmsplice(p[1], two, 2, 64));
	close_all();
}

/* What can be read so at all: not each file in /proc, not each device. */
static void sources(void)
{
	static const char *const paths[] = {
		"/proc/self/maps",
		"/proc/self/smaps",
		"/proc/self/status",
		"/proc/self/stat",
		"/proc/self/comm",
		"/proc/self/cmdline",
		"/proc/self/environ",
		"/proc/self/auxv",
		"/proc/self/limits",
		"/proc/self/mounts",
		"/proc/self/mountinfo",
		"/proc/self/oom_score_adj",
		"/proc/self/pagemap",
		"/proc/self/fdinfo/0",
		"/proc/meminfo",
		"/proc/vmstat",
		"/proc/cpuinfo",
		"/proc/stat",
		"/proc/version",
		"/proc/uptime",
		"/proc/filesystems",
		"/proc/zoneinfo",
		"/proc/pagetypeinfo",
		"/proc/slabinfo",
		"/proc/swaps",
		"/proc/loadavg",
		"/proc/cpu/alignment",
		"/proc/sys/vm/swappiness",
		"/proc/sys/kernel/hostname",
		"/dev/zero",
		"/dev/null",
		"/dev/full",
		"/dev/urandom",
		"/dev/random",
		"/dev/kmsg",
		"/bin/busybox",
	};

	open_all();
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int fd = open(paths[i], O_RDONLY | O_NONBLOCK);
		long n;

		if (fd < 0) {
			printf("%s %s\n", paths[i], strerrorname_np(errno));
			continue;
		}
		errno = 0;
		n = splice(fd, NULL, p[1], NULL, 4, SPLICE_F_NONBLOCK);
		printf("%s splice %s", paths[i],
		       n < 0 ? strerrorname_np(errno) : "ok");
		lseek(fd, 0, SEEK_SET);
		n = sendfile(other, fd, NULL, 4);
		printf(" sendfile %s\n", n < 0 ? strerrorname_np(errno) : "ok");
		if (left(p[0]) && read(p[0], back, sizeof(back)) < 0)
			return;
		close(fd);
	}
	close_all();
}

/* Who waits goes on when bytes or room come. */
static void waits(void)
{
	int status;

	open_all();
	fflush(stdout);
	if (fork() == 0) {
		usleep(50000);
		_exit(write(p[1], "hello", 5) != 5);
	}
	DO("waited for bytes", splice(p[0], NULL, q[1], NULL, 100, 0));
	wait(&status);
	for (int i = 0; i < 16; i++)
		if (write(p[1], big, 4096) != 4096)
			return;
	fflush(stdout);
	if (fork() == 0) {
		usleep(50000);
		_exit(read(p[0], back, 4096) != 4096);
	}
	DO("waited for room", splice(file, NULL, p[1], NULL, 100, 0));
	wait(&status);
	close_all();
}

int main(void)
{
	files();
	pipes();
	memory();
	sources();
	waits();
	return 0;
}
