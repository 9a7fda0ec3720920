/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be done with a descriptor: files, pipes, FIFOs, devices, eventfds;
 * positions, flags, locks, readiness, limits. One line a call: the step, the
 * call's result or error, and what else it told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_IN "/tmp/descriptors"
#define FIFO_IN "/tmp/descriptors.fifo"

static void say(const char *what, long r)
{
	const char *error = strerrorname_np(errno);

	if (r < 0)
		printf("%s %s\n", what, error);
	else
		printf("%s %ld\n", what, r);
}
#define DO(what, call)                   \
	do {                             \
		errno = 0;               \
		say(what, (long)(call)); \
	} while (0)

static char big[100000];

static void positions(void)
{
	int fd = open(FILE_IN, O_RDWR | O_CREAT | O_TRUNC | O_LARGEFILE, 0644);
	struct iovec v[3] = {{"abc", 3}, {"", 0}, {"defg", 4}};
	struct iovec bad[2] = {{"abc", 3}, {(void *)8, 4}};
	struct iovec neg[2] = {{"abc", 3}, {"abc", (size_t)-1}};
	struct iovec in[2] = {{big, 2}, {big + 10, 3}};
	int a = open(FILE_IN, O_WRONLY | O_APPEND), dir;
	off64_t at;

	DO("writev", writev(fd, v, 3));
	DO("writev-fault", writev(fd, bad, 2));
	DO("writev-negative", syscall(SYS_writev, fd, neg, 2));
	DO("writev-1025", syscall(SYS_writev, fd, v, 1025));
	DO("lseek-cur", lseek(fd, 0, SEEK_CUR));
	DO("pwrite-append", pwrite(a, "XY", 2, 1));
	DO("append-pos", lseek(a, 0, SEEK_CUR));
	DO("write-append", write(a, "Z", 1));
	DO("append-pos", lseek(a, 0, SEEK_CUR));
	DO("preadv", preadv(fd, in, 2, 1));
	DO("preadv-neg", preadv(fd, in, 2, -1));
	DO("lseek-cur", lseek(fd, 0, SEEK_CUR));
	DO("preadv2-cur", syscall(SYS_preadv2, fd, in, 2, -1, -1, 0));
	DO("preadv2-flag", syscall(SYS_preadv2, fd, in, 2, 0, 0, 0x80));
	DO("preadv2-hipri", syscall(SYS_preadv2, fd, in, 2, 0, 0, 1));
	DO("preadv2-nowait", syscall(SYS_preadv2, fd, in, 2, 0, 0, 8));
	DO("pwritev2-append", syscall(SYS_pwritev2, fd, v, 3, 0, 0, 16));
	DO("pwritev2", syscall(SYS_pwritev2, fd, v, 3, 2, 0, 0));
	DO("lseek-end", lseek(fd, 0, SEEK_END));
	DO("lseek-neg", lseek(fd, -1, SEEK_SET));
	DO("lseek-bad", lseek(fd, 0, 9));
	DO("lseek-beyond", lseek(fd, 20000, SEEK_SET));
	DO("write", write(fd, "q", 1));
	DO("data-0", lseek(fd, 0, SEEK_DATA));
	DO("hole-0", lseek(fd, 0, SEEK_HOLE));
	DO("data-5000", lseek(fd, 5000, SEEK_DATA));
	DO("hole-5000", lseek(fd, 5000, SEEK_HOLE));
	DO("hole-17000", lseek(fd, 17000, SEEK_HOLE));
	DO("data-end", lseek(fd, 20001, SEEK_DATA));
	DO("hole-end", lseek(fd, 20001, SEEK_HOLE));
	at = lseek64(fd, 0x100000000ll, SEEK_SET);
	printf("lseek-4g %lld\n", (long long)at);
	DO("lseek32-4g", syscall(SYS_lseek, fd, 0, SEEK_CUR));
	DO("write-4g", write(fd, "r", 1));
	at = lseek64(fd, 0, SEEK_END);
	printf("size %lld\n", (long long)at);
	DO("truncate", ftruncate(fd, 10));
	DO("read-beyond", read(fd, big, 10));
	DO("write-only-read", read(a, big, 1));
	DO("fallocate", fallocate(fd, 0, 5000, 100));
	DO("lseek-end", lseek(fd, 0, SEEK_END));
	DO("fallocate-keep", fallocate(fd, 1, 9000, 100));
	DO("lseek-end", lseek(fd, 0, SEEK_END));
	DO("fallocate-punch", fallocate(fd, 3, 0, 4096));
	DO("read-punched", pread(fd, big, 4, 0));
	printf("punched %d\n", big[0]);
	DO("fallocate-punch-alone", fallocate(fd, 2, 0, 4096));
	DO("fallocate-zero", fallocate(fd, 16, 0, 4096));
	DO("fallocate-collapse", fallocate(fd, 8, 0, 4096));
	close(a);
	a = open(FILE_IN, O_WRONLY); /* without O_LARGEFILE */
	DO("pwrite-2g-1", syscall(SYS_pwrite64, a, "xyz", 3, 0, 0x7ffffffe, 0));
	DO("pwrite-2g", syscall(SYS_pwrite64, a, "xyz", 3, 0, 0x7fffffff, 0));
	DO("open-2g", ftruncate64(fd, 0x80000000ll));
	DO("open-2g", open(FILE_IN, O_RDONLY));
	DO("stat-2g", syscall(SYS_stat, FILE_IN, big));
	ftruncate(fd, 0);
	dir = open("/tmp", O_RDONLY | O_DIRECTORY);
	DO("getdents-small", syscall(SYS_getdents64, dir, big, 3));
	DO("getdents-fault", syscall(SYS_getdents64, dir, 8, 300));
	DO("getdents-file", syscall(SYS_getdents64, fd, big, 300));
	DO("read-dir", read(dir, big, 3));
	DO("fsync-dir", fsync(dir));
	DO("ftruncate-dir", ftruncate(dir, 0));
	close(dir);
	close(a);
	close(fd);
}

static void copies(void)
{
	int a = open(FILE_IN, O_RDWR | O_CREAT | O_TRUNC, 0644), p[2], q[2];
	int b = open(FILE_IN ".b", O_RDWR | O_CREAT | O_TRUNC, 0644);
	int app = open(FILE_IN ".b", O_WRONLY | O_APPEND);
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);
	off_t off = 2;
	loff_t loff = 1, none = 0;

	(void)!pipe(p);
	(void)!pipe(q);
	(void)!write(a, "0123456789", 10);
	lseek(a, 0, SEEK_SET);
	DO("sendfile", sendfile(b, a, &off, 3));
	printf("offset %ld\n", (long)off);
	DO("sendfile-pos", sendfile(b, a, NULL, 4));
	DO("in", lseek(a, 0, SEEK_CUR));
	DO("out", lseek(b, 0, SEEK_CUR));
	DO("sendfile-append", sendfile(app, a, NULL, 1));
	DO("sendfile-pipe", sendfile(p[1], a, NULL, 1));
	DO("sendfile-from-pipe", sendfile(b, p[0], NULL, 1));
	DO("sendfile-null", sendfile(null, a, NULL, 2));
	DO("sendfile-zero", sendfile(b, zero, NULL, 2));
	off = -1;
	DO("sendfile-negative", sendfile(b, a, &off, 3));
	DO("sendfile-end", sendfile(b, a, NULL, 300));
	DO("sendfile-none", sendfile(b, a, NULL, 300));
	DO("range", copy_file_range(a, &loff, b, &none, 5, 0));
	DO("range-flags", copy_file_range(a, &loff, b, &none, 5, 1));
	DO("range-same", copy_file_range(a, &none, a, &loff, 5, 0));
	DO("range-append", copy_file_range(a, &none, app, NULL, 5, 0));
	DO("range-pipe", copy_file_range(p[0], NULL, b, NULL, 5, 0));
	DO("range-ro", copy_file_range(app, NULL, b, NULL, 5, 0));
	DO("splice", splice(a, &(loff_t){0}, p[1], NULL, 5, 0));
	DO("splice-out", splice(p[0], NULL, b, &(loff_t){0}, 3, 0));
	DO("splice-pipes", splice(p[0], NULL, q[1], NULL, 9, 0));
	DO("splice-empty", splice(p[0], NULL, q[1], NULL, 9, 2));
	DO("splice-files", splice(a, NULL, b, NULL, 9, 0));
	DO("splice-offset", splice(p[0], &none, b, NULL, 9, 0));
	DO("tee", tee(q[0], p[1], 9, 0));
	DO("tee-same", tee(q[0], q[1], 9, 0));
	DO("tee-file", tee(a, q[1], 9, 0));
	DO("vmsplice", vmsplice(p[1], &(struct iovec){"uvw", 3}, 1, 0));
	DO("vmsplice-file", vmsplice(a, &(struct iovec){"uvw", 3}, 1, 0));
	DO("left", read(p[0], big, 100));
	close(a), close(b), close(app), close(null), close(zero);
	close(p[0]), close(p[1]), close(q[0]), close(q[1]);
	unlink(FILE_IN ".b");
}

/* ---- readiness -------------------------------------------------------------- */

static void ready(const char *what, int fd)
{
	struct pollfd p = {fd, 0x3ff, 0};
	struct timeval none = {0, 0};
	fd_set r, w, e;
	int n, m;

	n = poll(&p, 1, 0);
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_ZERO(&e);
	FD_SET(fd, &r);
	FD_SET(fd, &w);
	FD_SET(fd, &e);
	m = select(fd + 1, &r, &w, &e, &none);
	printf("%s poll=%d,%#x select=%d", what, n, p.revents & 0xffff, m);
	if (m >= 0)
		printf(",%d%d%d", !!FD_ISSET(fd, &r), !!FD_ISSET(fd, &w),
		       !!FD_ISSET(fd, &e));
	printf("\n");
}

static void pipes(void)
{
	int p[2], fd, n = 0;

	signal(SIGPIPE, SIG_IGN);
	DO("pipe2-bad", pipe2(p, 1));
	DO("pipe-fault", syscall(SYS_pipe2, 8, 0));
	DO("pipe", pipe2(p, O_NONBLOCK | O_CLOEXEC));
	DO("getfl-r", fcntl(p[0], F_GETFL));
	DO("getfl-w", fcntl(p[1], F_GETFL));
	DO("getfd", fcntl(p[0], F_GETFD));
	ready("empty-r", p[0]);
	ready("empty-w", p[1]);
	DO("read-empty", read(p[0], big, 1));
	DO("read-0", read(p[0], big, 0));
	DO("write-0", write(p[1], big, 0));
	DO("pread", pread(p[0], big, 1, 0));
	DO("lseek", lseek(p[0], 0, SEEK_CUR));
	DO("ftruncate", ftruncate(p[1], 0));
	DO("fsync", fsync(p[1]));
	DO("fallocate", fallocate(p[1], 0, 0, 1));
	DO("fadvise", posix_fadvise(p[0], 0, 1, 0));
	DO("write", write(p[1], big, 10));
	ready("some-r", p[0]);
	ready("some-w", p[1]);
	DO("fionread", ioctl(p[0], FIONREAD, &n));
	printf("fionread %d\n", n);
	DO("tcgets", ioctl(p[0], 0x5401, big));
	DO("pipe-sz", fcntl(p[0], F_GETPIPE_SZ));
	DO("pipe-sz-1", fcntl(p[0], F_SETPIPE_SZ, 1));
	DO("pipe-sz-5000", fcntl(p[0], F_SETPIPE_SZ, 5000));
	DO("pipe-sz", fcntl(p[1], F_GETPIPE_SZ));
	DO("write-much", write(p[1], big, sizeof(big)));
	ready("full-r", p[0]);
	ready("full-w", p[1]);
	DO("write-full", write(p[1], big, 1));
	DO("pipe-sz-busy", fcntl(p[0], F_SETPIPE_SZ, 4096));
	DO("pipe-sz-0", fcntl(p[0], F_SETPIPE_SZ, 0));
	DO("pipe-sz-2g", fcntl(p[0], F_SETPIPE_SZ, 0x80000000));
	DO("pipe-sz-1m", fcntl(p[0], F_SETPIPE_SZ, 1 << 20));
	DO("read-much", read(p[0], big, sizeof(big)));
	DO("write-100000", write(p[1], big, 100000));
	DO("read-1", read(p[0], big, 1));
	ready("nearly-full-w", p[1]);
	DO("read-much", read(p[0], big, sizeof(big)));
	close(p[1]);
	ready("no-writer", p[0]);
	DO("read-end", read(p[0], big, 1));
	close(p[0]);
	(void)!pipe(p);
	close(p[0]);
	ready("no-reader", p[1]);
	DO("write-broken", write(p[1], big, 1));
	DO("write-broken-0", write(p[1], big, 0));
	close(p[1]);
	/* atomicity at the edge: PIPE_BUF or less goes in as a whole */
	(void)!pipe2(p, O_NONBLOCK);
	for (n = 0; write(p[1], big, 4096) > 0; n++)
		;
	printf("pages %d\n", n);
	DO("read-2000", read(p[0], big, 2000));
	DO("write-100-after", write(p[1], big, 100));
	DO("read-2096", read(p[0], big, 2096));
	DO("write-5000-after", write(p[1], big, 5000));
	close(p[0]), close(p[1]);
	/* a FIFO */
	unlink(FIFO_IN);
	DO("mkfifo", mkfifo(FIFO_IN, 0600));
	DO("fifo-w-nonblock", open(FIFO_IN, O_WRONLY | O_NONBLOCK));
	fd = open(FIFO_IN, O_RDONLY | O_NONBLOCK);
	ready("fifo-fresh", fd);
	DO("fifo-read", read(fd, big, 1));
	n = open(FIFO_IN, O_WRONLY | O_NONBLOCK);
	ready("fifo-writer", fd);
	DO("fifo-read", read(fd, big, 1));
	close(n);
	ready("fifo-left", fd);
	DO("fifo-read", read(fd, big, 1));
	close(fd);
	fd = open(FIFO_IN, O_RDWR);
	ready("fifo-both", fd);
	close(fd);
	unlink(FIFO_IN);
}

/* Each from position 5, and where it is then. */
static void seek_far(int fd)
{
	static const off64_t by[] = {INT64_MAX, INT64_MIN, -7396559417396527272,
				     INT64_MAX / 2 + 1, -6};

	for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		lseek(fd, 5, SEEK_SET);
		DO("lseek-by", lseek64(fd, by[i], SEEK_CUR) < 0 ? -1 : 0);
		printf("at %lld\n", (long long)lseek64(fd, 0, SEEK_CUR));
	}
}

static void devices(void)
{
	static const char *const name[] = {"/dev/null",       "/dev/zero",
					   "/dev/full",       "/dev/random",
					   "/dev/urandom",    "/tmp",
					   "/proc/self/maps", FILE_IN};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		int fd = open(name[i], i == 5 || i == 6 ? O_RDONLY : O_RDWR);

		ready(name[i], fd);
		if (i != 6)
			DO("read", read(fd, big, 7));
		DO("write", write(fd, big, 0));
		DO("write", write(fd, big, i == 7 ? 0 : 7));
		DO("lseek", lseek(fd, 5, SEEK_SET));
		DO("lseek-end", lseek(fd, 0, SEEK_END) < 0 ? -1 : 0);
		seek_far(fd);
		DO("tcgets", ioctl(fd, 0x5401, big));
		DO("fionread", ioctl(fd, FIONREAD, big));
		DO("flock", flock(fd, LOCK_EX | LOCK_NB));
		close(fd);
	}
}

static void eventfds(void)
{
	uint64_t v = 5;
	int fd;

	DO("eventfd-bad", eventfd(0, 1));
	DO("eventfd", fd = eventfd(0, EFD_NONBLOCK));
	ready("eventfd-0", fd);
	DO("read-0", read(fd, &v, 8));
	DO("read-short", read(fd, &v, 7));
	DO("write", write(fd, &v, 8));
	DO("write-short", write(fd, &v, 4));
	ready("eventfd-5", fd);
	DO("read", read(fd, &v, 8));
	v = UINT64_MAX;
	DO("write-max", write(fd, &v, 8));
	v--;
	DO("write-max-1", write(fd, &v, 8));
	ready("eventfd-full", fd);
	v = 1;
	DO("write-over", write(fd, &v, 8));
	DO("lseek", lseek(fd, 0, SEEK_SET));
	DO("pread", pread(fd, &v, 8, 0));
	close(fd);
	fd = eventfd(3, EFD_SEMAPHORE);
	DO("read", read(fd, &v, 8));
	printf("semaphore %d\n", (int)v);
	close(fd);
}

static void polls(void)
{
	struct pollfd p[3] = {{-1, POLLIN, 7}, {999, POLLIN, 7}, {0, 0, 7}};
	struct timespec ts = {0, 1000000000};
	struct timeval tv = {0, 0}, neg = {-1, 0};
	fd_set r;

	DO("poll", poll(p, 3, 0));
	printf("revents %x %x %x\n", p[0].revents, p[1].revents, p[2].revents);
	DO("poll-fault", syscall(SYS_poll, 8, 1, 0));
	DO("poll-many", syscall(SYS_poll, p, 5000, 0));
	DO("poll-none", poll(NULL, 0, 0));
	DO("ppoll-nsec", syscall(SYS_ppoll, p, 1, &ts, NULL, 8));
	DO("ppoll-sigsize", syscall(SYS_ppoll, p, 1, NULL, big, 4));
	FD_ZERO(&r);
	FD_SET(900, &r);
	DO("select-closed", select(901, &r, NULL, NULL, &tv));
	DO("select-neg", select(-1, &r, NULL, NULL, &tv));
	DO("select-time", select(0, NULL, NULL, NULL, &neg));
	DO("select-fault", syscall(SYS__newselect, 5, 8, 0, 0, &tv));
	DO("select-huge", syscall(SYS__newselect, 1 << 30, 0, 0, 0, &tv));
}

/* ---- descriptors and their flags ------------------------------------------------- */

static void numbers(void)
{
	int fd = open(FILE_IN, O_RDWR | O_CREAT | O_APPEND, 0600), p[2];
	struct rlimit few = {40, 4096};

	DO("dup2-same", dup2(fd, fd) == fd);
	DO("dup2-bad-same", dup2(777, 777));
	DO("dup2-bad", dup2(777, 5));
	DO("dup2-neg", dup2(fd, -1));
	DO("dup3-same", dup3(fd, fd, 0));
	DO("dup3-flag", dup3(fd, 50, O_NONBLOCK));
	DO("dup3", dup3(fd, 50, O_CLOEXEC));
	DO("getfd", fcntl(50, F_GETFD));
	DO("dupfd", fcntl(fd, F_DUPFD, 30));
	DO("dupfd-cloexec", fcntl(fd, F_DUPFD_CLOEXEC, 30));
	DO("dupfd-neg", fcntl(fd, F_DUPFD, -1));
	DO("setfl", fcntl(fd, F_SETFL, -1));
	DO("setfl-async", fcntl(fd, F_SETFL, ~(O_DIRECT | O_ASYNC)));
	DO("getfl", fcntl(fd, F_GETFL));
	DO("setfl-0", fcntl(fd, F_SETFL, 0));
	DO("getfl", fcntl(fd, F_GETFL));
	DO("fcntl-bad", fcntl(fd, 99, 0));
	DO("fcntl-closed", fcntl(777, F_GETFD));
	DO("getown", fcntl(fd, F_GETOWN));
	DO("setown", fcntl(fd, F_SETOWN, getpid()));
	DO("getown", fcntl(fd, F_GETOWN) == getpid());
	DO("setsig", fcntl(fd, F_SETSIG, 99));
	DO("setsig", fcntl(fd, F_SETSIG, SIGUSR1));
	DO("getsig", fcntl(fd, F_GETSIG));
	DO("getlease", fcntl(fd, F_GETLEASE));
	DO("setlease", fcntl(fd, F_SETLEASE, F_WRLCK));
	DO("setlease-bad", fcntl(fd, F_SETLEASE, 99));
	DO("unlease", fcntl(fd, F_SETLEASE, F_UNLCK));
	DO("seals", fcntl(fd, F_GET_SEALS));
	DO("add-seals", fcntl(fd, F_ADD_SEALS, 1));
	DO("rw-hint", fcntl(fd, F_GET_RW_HINT, big));
	DO("close-range", syscall(436, 60, 50, 0));
	DO("close-range-flag", syscall(436, 60, 70, 1));
	DO("close-range-cloexec", syscall(436, 30, 31, 4));
	DO("getfd", fcntl(30, F_GETFD));
	DO("close-range", syscall(436, 30, 60, 0));
	DO("getfd", fcntl(50, F_GETFD));
	DO("close", close(777));
	DO("close-twice", (close(fd), close(fd)));
	/* the limit bites */
	DO("setrlimit", setrlimit(RLIMIT_NOFILE, &few));
	DO("dup2-limit", dup2(1, 40));
	DO("dup2-below", dup2(1, 39));
	DO("dupfd-limit", fcntl(1, F_DUPFD, 40));
	while ((fd = dup(1)) >= 0)
		;
	DO("dup", dup(1));
	DO("open", open("/dev/null", O_RDONLY));
	DO("open-none", open("/none", O_RDONLY));
	DO("pipe", pipe(p));
	DO("eventfd", eventfd(0, 0));
	DO("dup2-open", dup2(1, 38));
	close(39);
	DO("pipe", pipe(p));
	DO("dup", dup(1));
	DO("poll", syscall(SYS_poll, big, 41, 0));
	few.rlim_cur = 1024;
	setrlimit(RLIMIT_NOFILE, &few);
	syscall(436, 3, 60, 0);
}

/* ---- locks ------------------------------------------------------------------------- */

static int lock(int fd, int cmd, int type, long start, long len)
{
	struct flock64 l = {
		.l_type = (short)type, .l_start = start, .l_len = len};
	int r = (int)syscall(SYS_fcntl64, fd, cmd, &l);

	if ((cmd == F_GETLK64 || cmd == F_OFD_GETLK) && r >= 0) {
		printf("[type=%d start=%lld len=%lld pid=%s] ", l.l_type,
		       (long long)l.l_start, (long long)l.l_len,
		       l.l_pid == getppid() ? "parent"
		       : l.l_pid == 0       ? "0"
		       : l.l_pid == -1      ? "-1"
					    : "other");
	}
	return r;
}

static void in_child(void (*what)(int), int fd)
{
	fflush(stdout);
	if (!fork()) {
		what(fd);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
}

static void other_locks(int fd)
{
	int own = open(FILE_IN, O_RDWR);

	DO("child getlk", lock(fd, F_GETLK64, F_WRLCK, 0, 0));
	DO("child getlk-10", lock(fd, F_GETLK64, F_RDLCK, 10, 5));
	DO("child getlk-free", lock(fd, F_GETLK64, F_WRLCK, 50, 5));
	DO("child setlk", lock(fd, F_SETLK64, F_WRLCK, 8, 4));
	DO("child setlk-r", lock(fd, F_SETLK64, F_RDLCK, 30, 4));
	DO("child setlk-w", lock(fd, F_SETLK64, F_WRLCK, 30, 4));
	DO("child ofd-getlk", lock(own, F_OFD_GETLK, F_WRLCK, 0, 0));
	DO("child ofd-shared", lock(fd, F_OFD_SETLK, F_WRLCK, 70, 4));
	DO("child ofd-own", lock(own, F_OFD_SETLK, F_WRLCK, 70, 4));
	DO("child flock-shared", flock(fd, LOCK_EX | LOCK_NB));
	DO("child flock-own", flock(own, LOCK_SH | LOCK_NB));
	close(own);
	DO("child after-close", lock(fd, F_GETLK64, F_WRLCK, 0, 0));
}

static void locks(void)
{
	int fd = open(FILE_IN, O_RDWR | O_CREAT, 0600), ro, again;

	DO("setlk-w", lock(fd, F_SETLK64, F_WRLCK, 0, 20));
	DO("setlk-r", lock(fd, F_SETLK64, F_RDLCK, 10, 20));
	DO("setlk-u", lock(fd, F_SETLK64, F_UNLCK, 5, 2));
	DO("getlk-own", lock(fd, F_GETLK64, F_WRLCK, 0, 0));
	DO("setlk-bad-type", lock(fd, F_SETLK64, 9, 0, 0));
	DO("getlk-unlck", lock(fd, F_GETLK64, F_UNLCK, 0, 0));
	DO("setlk-negative", lock(fd, F_SETLK64, F_WRLCK, -5, 2));
	DO("setlk-back", lock(fd, F_SETLK64, F_WRLCK, 45, -5));
	DO("ofd-set", lock(fd, F_OFD_SETLK, F_WRLCK, 70, 10));
	DO("flock", flock(fd, LOCK_EX));
	DO("flock-bad", flock(fd, 3));
	in_child(other_locks, fd);
	ro = open(FILE_IN, O_RDONLY);
	DO("setlk-ro", lock(ro, F_SETLK64, F_WRLCK, 0, 5));
	DO("flock-ro", flock(ro, LOCK_EX | LOCK_NB));
	again = open(FILE_IN, O_RDWR);
	close(again); /* and all POSIX locks of ours are gone */
	in_child(other_locks, fd);
	close(ro);
	close(fd);
}

/* ---- RLIMIT_FSIZE ------------------------------------------------------------------- */

static volatile int caught;

static void on_xfsz(int sig)
{
	caught = sig;
}

static void fsize(int fd)
{
	struct rlimit l = {10, RLIM_INFINITY};

	signal(SIGXFSZ, on_xfsz);
	ftruncate(fd, 0);
	setrlimit(RLIMIT_FSIZE, &l);
	DO("write-8", pwrite(fd, big, 8, 0));
	DO("write-over", pwrite(fd, big, 8, 5));
	DO("signal", caught);
	DO("write-at", pwrite(fd, big, 8, 10));
	DO("signal", caught);
	caught = 0;
	DO("write-0", pwrite(fd, big, 0, 20));
	DO("ftruncate-10", ftruncate(fd, 10));
	DO("ftruncate-11", ftruncate(fd, 11));
	DO("signal", caught);
	DO("truncate-down", ftruncate(fd, 3));
	caught = 0;
	DO("fallocate", fallocate(fd, 0, 0, 20));
	DO("signal", caught);
	signal(SIGXFSZ, SIG_DFL);
	pwrite(fd, big, 8, 30);
	DO("alive", 0);
}

int main(void)
{
	int fd;

	setvbuf(stdout, NULL, _IOFBF, 4096);
	umask(0);
	positions();
	copies();
	pipes();
	devices();
	eventfds();
	polls();
	numbers();
	locks();
	fd = open(FILE_IN, O_RDWR | O_CREAT, 0600);
	in_child(fsize, fd);
	unlink(FILE_IN);
	return 0;
}
