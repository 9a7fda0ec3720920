/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asynchronous input and output: contexts and their rings, requests of each
 * kind, right and wrong, events taken by call and out of the ring itself, and
 * what becomes of a context at fork() and execve().
 */
#define _GNU_SOURCE
#include <linux/aio_abi.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "observe.h"

struct ring {
	unsigned id, nr, head, tail;
	unsigned magic, compat, incompat, header;
	struct io_event events[];
};

static unsigned long ctx;

static const char *setup(unsigned nr, unsigned long *to)
{
	return made(syscall(SYS_io_setup, nr, to));
}

static const char *destroy(unsigned long which)
{
	return made(syscall(SYS_io_destroy, which));
}

static struct iocb *request(int op, int fd, const void *buf, uint64_t n,
			    int64_t offset)
{
	static struct iocb cb[4];
	static unsigned turn;
	struct iocb *b = &cb[turn++ % 4];

	*b = (struct iocb){.aio_data = 100 + turn,
			   .aio_key = 7,
			   .aio_lio_opcode = (uint16_t)op,
			   .aio_fildes = (uint32_t)fd,
			   .aio_buf = (uintptr_t)buf,
			   .aio_nbytes = n,
			   .aio_offset = offset};
	return b;
}

static const char *submit(struct iocb *b)
{
	const long ret = syscall(SYS_io_submit, ctx, 1, &b);

	return ret == 1 ? "begun" : made(ret);
}

static void events(const char *what, int min, int most)
{
	struct io_event e[8];
	const struct timespec none = {0};
	const long n = syscall(SYS_io_getevents, ctx, min, most, e, &none);

	if (n < 0)
		say("%s: %s", what, made(n));
	else
		say("%s: %ld events", what, n);
	for (long i = 0; i < n; i++)
		say("  data %llu res %lld res2 %lld", e[i].data, e[i].res,
		    e[i].res2);
}

static void contexts(void)
{
	static const unsigned sizes[] = {0,          1,     2,       100,
					 126,        127,   1000,    65535,
					 65536,      65537, 1 << 22, 1 << 23,
					 0x7fffffff, ~0u};
	unsigned long other = 0, more[3] = {0};
	struct ring *r;

	prefix = "contexts";
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		ctx = 0;
		say("%u: %s", sizes[i], setup(sizes[i], &ctx));
		if (!ctx)
			continue;
		r = (struct ring *)ctx;
		say("  id %d nr %u head %u tail %u magic %x %u %u %u", r->id,
		    r->nr, r->head, r->tail, r->magic, r->compat, r->incompat,
		    r->header);
		say("  aio-nr %lu", field("/proc/sys/fs/aio-nr", ""));
		say("  destroy: %s, again: %s", destroy(ctx), destroy(ctx));
	}
	ctx = 5;
	say("not zero: %s", setup(1, &ctx));
	say("bad pointer: %s", setup(1, (void *)16));
	say("bad context: %s, %s", destroy(16), destroy((unsigned long)&ctx));
	ctx = 0;
	say("most: %s", setup(65536, &ctx));
	say("one more: %s", setup(1, &other));
	destroy(ctx);
	put("/proc/sys/fs/aio-max-nr", 20);
	ctx = 0;
	say("21 of 20: %s", setup(21, &ctx));
	say("12 of 20: %s", setup(12, &ctx));
	say("9 more: %s", setup(9, &other));
	say("8 more: %s", setup(8, &other));
	destroy(other);
	put("/proc/sys/fs/aio-max-nr", 65536);
	for (int i = 0; i < 3; i++)
		say("another: %s, id %d", setup(5, &more[i]),
		    more[i] ? (int)((struct ring *)more[i])->id : -1);
	destroy(more[1]);
	more[1] = 0;
	say("again: %s, id %d", setup(5, &more[1]),
	    (int)((struct ring *)more[1])->id);
	for (int i = 0; i < 3; i++)
		destroy(more[i]);
	destroy(ctx);
	slurp("/proc/self/maps");
	say("mapped: %s", strstr(text, "[aio]") ? "yes" : "no");
	ctx = 0;
	setup(1, &ctx);
	slurp("/proc/self/maps");
	r = (struct ring *)(strstr(text, "[aio]") ? strstr(text, "[aio]") - 1
						  : "none");
	say("mapped: %.20s", (char *)r);
	r = (struct ring *)strstr(text, "rw-s");
	say("  %.13s", (char *)r);
	destroy(ctx);
}

static void transfers(void)
{
	struct iovec v[2] = {{text, 3}, {text + 10, 4}};
	char buf[32] = "";
	int fd = open("/tmp/aio", O_CREAT | O_RDWR | O_TRUNC, 0600);
	int pipes[2], dir = open("/tmp", O_RDONLY);
	const int reader = open("/tmp/aio", O_RDONLY);
	const int writer = open("/tmp/aio", O_WRONLY);
	struct iocb *b;

	prefix = "transfers";
	ctx = 0;
	say("setup: %s", setup(8, &ctx));
	strcpy(text, "one two three");
	b = request(IOCB_CMD_PWRITE, fd, text, 13, 0);
	say("write: %s, key %u", submit(b), b->aio_key);
	events("written", 1, 8);
	say("position %ld", (long)lseek(fd, 0, SEEK_CUR));
	say("read: %s", submit(request(IOCB_CMD_PREAD, fd, buf, 20, 4)));
	events("read", 1, 8);
	say("  %s", buf);
	say("readv: %s", submit(request(IOCB_CMD_PREADV, fd, v, 2, 1)));
	events("read", 1, 8);
	say("  %.3s %.4s", text, text + 10);
	say("writev: %s", submit(request(IOCB_CMD_PWRITEV, fd, v, 2, 20)));
	events("written", 1, 8);
	say("at the end: %s", submit(request(IOCB_CMD_PREAD, fd, buf, 9, 99)));
	events("read", 1, 8);
	say("sync: %s", submit(request(IOCB_CMD_FSYNC, fd, 0, 0, 0)));
	say("data: %s", submit(request(IOCB_CMD_FDSYNC, fd, 0, 0, 0)));
	usleep(50000); /* others may do it, while we wait */
	events("both", 0, 8);
	say("of a reader: %s",
	    submit(request(IOCB_CMD_PWRITE, reader, buf, 1, 0)));
	say("of a writer: %s",
	    submit(request(IOCB_CMD_PREAD, writer, buf, 1, 0)));
	say("of a folder: %s", submit(request(IOCB_CMD_PREAD, dir, buf, 1, 0)));
	say("of nothing: %s", submit(request(IOCB_CMD_PREAD, 99, buf, 1, 0)));
	say("offset -1: %s", submit(request(IOCB_CMD_PREAD, fd, buf, 1, -1)));
	say("2 GB: %s", submit(request(IOCB_CMD_PREAD, fd, buf, 1u << 31, 0)));
	say("64 bits: %s",
	    submit(request(IOCB_CMD_PREAD, fd, buf, 1ull << 32, 0)));
	say("kernel's: %s",
	    submit(request(IOCB_CMD_PREAD, fd, (void *)-4096, 10, 0)));
	say("unmapped: %s",
	    submit(request(IOCB_CMD_PREAD, fd, (void *)16, 10, 0)));
	events("fault", 0, 8);
	say("many: %s", submit(request(IOCB_CMD_PREADV, fd, v, 1025, 0)));
	for (int op = 4; op < 12; op++)
		if (op != IOCB_CMD_POLL && op < 7)
			say("op %d: %s", op,
			    submit(request(op, fd, buf, 1, 0)));
	say("op 9: %s", submit(request(9, fd, buf, 1, 0)));
	b = request(IOCB_CMD_PREAD, fd, buf, 1, 0);
	b->aio_reserved2 = 1;
	say("reserved: %s", submit(b));
	b = request(IOCB_CMD_PREAD, fd, buf, 1, 0);
	b->aio_rw_flags = 1 << 20;
	say("flags: %s", submit(b));
	say("sync with a buffer: %s",
	    submit(request(IOCB_CMD_FSYNC, fd, buf, 0, 0)));
	pipe(pipes);
	say("to a pipe: %s",
	    submit(request(IOCB_CMD_PWRITE, pipes[1], "pipe", 5, 0)));
	say("from a pipe: %s",
	    submit(request(IOCB_CMD_PREAD, pipes[0], buf, 20, 0)));
	events("pipe", 0, 8);
	say("  %s", buf);
	say("sync of a pipe: %s",
	    submit(request(IOCB_CMD_FSYNC, pipes[0], 0, 0, 0)));
	events("none is left", 0, 8);
	say("nr -1: %s", made(syscall(SYS_io_submit, ctx, -1, &b)));
	say("nr 0: %s", made(syscall(SYS_io_submit, ctx, 0, &b)));
	say("no context: %s", made(syscall(SYS_io_submit, 16, 1, &b)));
	say("bad list: %s", made(syscall(SYS_io_submit, ctx, 1, 16)));
	b = (struct iocb *)16;
	say("bad request: %s", made(syscall(SYS_io_submit, ctx, 1, &b)));
	b = request(IOCB_CMD_PREAD, fd, buf, 1, 0);
	say("cancel: %s", made(syscall(SYS_io_cancel, ctx, b, text)));
	b->aio_key = 0;
	say("cancel: %s", made(syscall(SYS_io_cancel, ctx, b, text)));
	say("cancel: %s", made(syscall(SYS_io_cancel, ctx, 16, text)));
	{
		struct iocb *all[3] = {request(IOCB_CMD_PREAD, fd, buf, 1, 0),
				       request(IOCB_CMD_PREAD, 99, buf, 1, 0),
				       request(IOCB_CMD_PREAD, fd, buf, 2, 0)};

		say("one of three: %s",
		    made(syscall(SYS_io_submit, ctx, 3, all)));
		events("the first", 0, 8);
	}
	close(fd);
	close(dir);
	close(reader);
	close(writer);
	close(pipes[0]);
	close(pipes[1]);
	destroy(ctx);
}

static void told(void)
{
	const int fd = open("/tmp/aio", O_RDWR), e = eventfd(0, EFD_NONBLOCK);
	uint64_t count = 0;
	char buf[8];
	struct iocb *b;

	prefix = "eventfd";
	ctx = 0;
	setup(8, &ctx);
	for (int i = 0; i < 2; i++) {
		b = request(IOCB_CMD_PREAD, fd, buf, 4, 0);
		b->aio_flags = IOCB_FLAG_RESFD;
		b->aio_resfd = (uint32_t)e;
		say("read: %s", submit(b));
	}
	read(e, &count, 8);
	say("count %llu", (unsigned long long)count);
	b->aio_resfd = (uint32_t)fd;
	say("no eventfd: %s", submit(b));
	b->aio_resfd = 99;
	say("no file: %s", submit(b));
	events("two", 0, 8);
	close(fd);
	close(e);
	destroy(ctx);
}

static void full(void)
{
	const int fd = open("/tmp/aio", O_RDWR);
	struct ring *r;
	char buf[8];
	int n = 0;

	prefix = "full";
	ctx = 0;
	setup(4, &ctx);
	r = (struct ring *)ctx;
	while (n < 1000 &&
	       !strcmp(submit(request(IOCB_CMD_PREAD, fd, buf, 4, n % 13)),
		       "begun"))
		n++;
	say("%d are begun: %s", n, made(-1));
	say("head %u tail %u of %u", r->head, r->tail, r->nr);
	say("first: data %llu res %lld", r->events[0].data, r->events[0].res);
	events("taken", 1, 3);
	say("head %u", r->head);
	say("again: %s", submit(request(IOCB_CMD_PREAD, fd, buf, 4, 0)));
	r->head = r->tail;
	say("emptied by hand: %s",
	    submit(request(IOCB_CMD_PREAD, fd, buf, 3, 0)));
	events("one", 0, 8);
	r->head = 0xfffffff0;
	r->tail = 5;
	events("spoilt", 0, 1);
	say("nr is no matter: %s",
	    (r->nr = 3, submit(request(IOCB_CMD_PREAD, fd, buf, 3, 0))));
	r->id = 77;
	say("another id: %s", submit(request(IOCB_CMD_PREAD, fd, buf, 3, 0)));
	say("destroy: %s", destroy(ctx));
	r->id = 0;
	say("destroy: %s", destroy(ctx));
	close(fd);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void waiting(void)
{
	struct timespec t = {0, 20000000};
	struct io_event e[4];
	struct sigaction sa = {.sa_handler = on_signal};
	const int fd = open("/tmp/aio", O_RDWR);
	sigset_t blocked, none;
	struct {
		const sigset_t *mask;
		unsigned size;
	} sig = {&none, 8};
	char buf[8];

	prefix = "waiting";
	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGALRM);
	sigaction(SIGALRM, &sa, NULL);
	ctx = 0;
	setup(8, &ctx);
	say("none: %ld", syscall(SYS_io_getevents, ctx, 1, 4, e, &t));
	submit(request(IOCB_CMD_PREAD, fd, buf, 4, 0));
	say("one of two: %ld", syscall(SYS_io_getevents, ctx, 2, 4, e, &t));
	ualarm(20000, 0);
	say("signal: %s", made(syscall(SYS_io_getevents, ctx, 1, 4, e, NULL)));
	submit(request(IOCB_CMD_PREAD, fd, buf, 4, 0));
	ualarm(20000, 0);
	say("one, then a signal: %ld",
	    syscall(SYS_io_getevents, ctx, 2, 4, e, NULL));
	say("min > nr: %s", made(syscall(SYS_io_getevents, ctx, 2, 1, e, &t)));
	say("min -1: %s", made(syscall(SYS_io_getevents, ctx, -1, 1, e, &t)));
	say("nr 0: %s", made(syscall(SYS_io_getevents, ctx, 0, 0, e, &t)));
	say("bad time: %s", made(syscall(SYS_io_getevents, ctx, 1, 1, e, 16)));
	say("no context: %s", made(syscall(SYS_io_getevents, 16, 1, 1, e, &t)));
	submit(request(IOCB_CMD_PREAD, fd, buf, 4, 0));
	say("bad buffer: %s",
	    made(syscall(SYS_io_getevents, ctx, 1, 1, 16, &t)));
	events("it is there still", 0, 4);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	ualarm(20000, 0);
	say("mask: %s",
	    made(syscall(SYS_io_pgetevents, ctx, 1, 4, e, NULL, &sig)));
	sig.size = 7;
	say("bad size: %s",
	    made(syscall(SYS_io_pgetevents, ctx, 1, 4, e, &t, &sig)));
	say("bad mask: %s",
	    made(syscall(SYS_io_pgetevents, ctx, 1, 4, e, &t, 16)));
	say("no mask: %ld", syscall(SYS_io_pgetevents, ctx, 1, 4, e, &t, NULL));
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	destroy(ctx);
	close(fd);
}

static void families(void)
{
	const int fd = open("/tmp/aio", O_RDWR);
	char buf[8];
	int status;

	prefix = "family";
	ctx = 0;
	setup(8, &ctx);
	submit(request(IOCB_CMD_PREAD, fd, buf, 4, 0));
	if (!fork()) {
		say("ring is seen: %u", ((struct ring *)ctx)->tail);
		say("not its own: %s",
		    submit(request(IOCB_CMD_PREAD, fd, buf, 4, 0)));
		say("destroy: %s", destroy(ctx));
		_exit(0);
	}
	wait(&status);
	events("parent's", 0, 4);
	munmap((void *)ctx, 4096);
	say("unmapped: %s", submit(request(IOCB_CMD_PREAD, fd, buf, 4, 0)));
	say("destroy: %s", destroy(ctx));
	say("aio-nr %lu", field("/proc/sys/fs/aio-nr", ""));
	if (!fork()) {
		ctx = 0;
		setup(8, &ctx);
		setup(8, &ctx);
		_exit(0);
	}
	wait(&status);
	say("after an exit: %lu", field("/proc/sys/fs/aio-nr", ""));
	if (!fork()) {
		ctx = 0;
		setup(8, &ctx);
		execl("/bin/cat", "cat", "/proc/sys/fs/aio-nr", NULL);
		_exit(1);
	}
	wait(&status);
	close(fd);
}

int main(void)
{
	contexts();
	transfers();
	told();
	full();
	waiting();
	families();
	unlink("/tmp/aio");
	return 0;
}
