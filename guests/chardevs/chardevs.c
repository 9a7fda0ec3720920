/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uses the devices of guests/modules/chardev_*: "echo" every call on a file;
 * "frames", "faulty" every access to memory that a module shows, "registers
 * OFFSET" a device's; "bad WHAT" one call on what goes wrong, and says what it
 * gave. Prints a line a call.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE 4096u

static sigjmp_buf back;

static void caught(int sig)
{
	siglongjmp(back, sig);
}

static void told(const char *what, long got)
{
	if (got < 0)
		say("%s: %s", what, made(-1));
	else
		say("%s: %ld", what, got);
}

/* ---- echo ------------------------------------------------------------------------ */

static void polled(const char *what, int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
	int n = poll(&p, 1, 0);

	say("%s: %d %x", what, n, p.revents);
}

static void positioned(int fd)
{
	char buf[32] = "";
	struct iovec iov[2] = {{buf, 3}, {buf + 16, 5}};

	told("pwrite", pwrite(fd, "XY", 2, 1));
	told("pread", pread(fd, buf, 4, 0));
	say("  %s", buf);
	told("seek back", lseek(fd, 0, SEEK_SET));
	told("readv", readv(fd, iov, 2));
	say("  %.3s %.5s", buf, buf + 16);
	told("where", lseek(fd, 0, SEEK_CUR));
	told("seek to the end", lseek(fd, 0, SEEK_END));
	told("seek past it", lseek(fd, 1, SEEK_END));
	say("seek far: %llx",
	    (unsigned long long)lseek64(fd, 0x123456789abll, SEEK_SET));
	told("read there", read(fd, buf, 4));
	told("write there", write(fd, buf, 4));
}

static void echo(void)
{
	int fd = open("/dev/echo/0", O_RDWR), other, none = 0, length;
	char buf[16];

	told("open", fd < 0 ? fd : 0);
	polled("poll of an empty one", fd);
	told("write", write(fd, "hello, world", 12));
	polled("poll", fd);
	positioned(fd);
	told("ioctl", ioctl(fd, _IOR('e', 1, int), &length));
	say("  %d", length);
	told("ioctl to nowhere", ioctl(fd, _IOR('e', 1, int), NULL));
	told("another ioctl", ioctl(fd, 0x1234, &none));
	told("write from nowhere", write(fd, (void *)0x1000, 5));
	told("fsync", fsync(fd));
	told("map it",
	     mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1
									  : 0);
	other = open("/dev/echo/0", O_RDONLY);
	told("another's bytes", read(other, buf, 4));
	told("write to it", write(other, buf, 1));
	close(other);
	told("clear", ioctl(fd, _IO('e', 2)));
	lseek(fd, 0, SEEK_SET);
	told("13 bytes", write(fd, "0123456789abc", 13));
	told("close", close(fd));
	told("close again", close(fd));
	fd = open("/dev/echo/3", O_RDWR | O_NONBLOCK);
	told("no position: seek", lseek(fd, 0, SEEK_SET));
	told("pread", pread(fd, buf, 4, 0));
	told("read", read(fd, buf, 4));
	told("write", write(fd, "abcdef", 6));
	told("read", read(fd, buf, 4));
	told("read on", read(fd, buf, 4));
	if (!fork()) {
		told("the child's write", write(fd, "child", 5));
		_exit(0);
	}
	wait(NULL);
	told("read it", read(fd, buf, 16));
	told("close", close(fd));
	told("a number of nobody's", open("/dev/echo/4", O_RDWR));
}

/* ---- memory ---------------------------------------------------------------------- */

static int device;

static uint32_t *map(const char *what, unsigned page, unsigned nr, int prot,
		     int flags)
{
	void *p = mmap(NULL, nr * PAGE, prot, flags, device,
		       (off_t)page * PAGE);

	say("%s: %s", what, made(p == MAP_FAILED ? -1 : 0));
	return p == MAP_FAILED ? NULL : p;
}

/* The first word of page @n, or the signal. */
static void look(const char *what, uint32_t *at, unsigned n)
{
	int sig = sigsetjmp(back, 1);

	if (sig)
		say("%s %u: signal %d", what, n, sig);
	else
		say("%s %u: %x", what, n,
		    *(volatile uint32_t *)(at + n * PAGE / 4));
}

static void store(const char *what, uint32_t *at, unsigned n, uint32_t value)
{
	int sig = sigsetjmp(back, 1);

	if (sig)
		say("%s %u: signal %d", what, n, sig);
	else
		*(volatile uint32_t *)(at + n * PAGE / 4) = value;
}

static void flags_of(const void *at)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[256], want[16];
	int ours = 0;

	sprintf(want, "%08x-", (unsigned)(uintptr_t)at);
	while (fgets(line, sizeof(line), f)) {
		if (line[8] == '-')
			ours = !strncmp(line, want, 9);
		if (ours && (!strncmp(line, "Rss:", 4) ||
			     !strncmp(line, "Anonymous:", 10) ||
			     !strncmp(line, "VmFlags:", 8))) {
			line[strcspn(line, "\n")] = '\0';
			say("  %s", line);
		}
	}
	fclose(f);
}

/* Writes in a child, and what the parent sees of it. */
static void forked(uint32_t *p, unsigned n, uint32_t value)
{
	if (!fork()) {
		look("the child's", p, n);
		store("its write", p, n, value);
		look("the child's then", p, n);
		_exit(0);
	}
	wait(NULL);
	look("the parent's", p, n);
}

static void shared(unsigned page, unsigned nr)
{
	uint32_t *p = map("shared", page, nr, PROT_READ | PROT_WRITE,
			  MAP_SHARED);
	uint32_t *q;

	if (!p)
		return;
	look("read", p, 0);
	look("read", p, nr - 1);
	store("write", p, 1, 0x1000 + page);
	flags_of(p);
	q = map("once more", page + 1, 1, PROT_READ, MAP_SHARED);
	if (q)
		look("its other name", q, 0);
	forked(p, 2, 0x2000 + page);
	told("lock", mlock(p, PAGE));
	told("no rights", mprotect(p, PAGE, PROT_NONE));
	look("then", p, 0);
	told("reading", mprotect(p, PAGE, PROT_READ));
	store("write", p, 0, 1);
	told("the middle gone", munmap(p + PAGE / 4, PAGE));
	look("gone", p, 1);
	look("stays", p, 2);
	q = mremap(p + 2 * PAGE / 4, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   p + PAGE / 4);
	look("moved", q, 0);
	told("grown",
	     mremap(q, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0);
	munmap(p, nr * PAGE);
}

static void private(unsigned page, unsigned nr)
{
	uint32_t *p = map("private", page, nr, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE);

	if (!p)
		return;
	look("read", p, 0);
	store("write", p, 0, 0xc0c0);
	look("read", p, 0);
	look("read", p, 1);
	flags_of(p);
	forked(p, 0, 0xc1c1);
	forked(p, 1, 0xc2c2);
	told("half gone", munmap(p, 2 * PAGE));
	store("write", p, 2, 0xc3c3);
	look("read", p, 2);
	munmap(p, nr * PAGE);
}

static void memory(const char *path)
{
	device = open(path, O_RDWR);
	told(path, device < 0 ? -1 : 0);
}

static void frames(void)
{
	uint32_t *p;

	memory("/dev/frames");
	shared(0, 4);
	private(0, 4);
	map("too much", 2, 4, PROT_READ, MAP_SHARED);
	p = map("the end", 3, 1, PROT_READ, MAP_SHARED);
	close(device);
	look("closed", p, 0);
}

static void faulty(void)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		memory("/dev/faulty");
		shared(8 * kind, 8);
		told("shown", ioctl(device, 1));
		private(8 * kind, 8);
		told("shown", ioctl(device, 1));
		map("beyond", 8 * kind + 4, 8, PROT_READ, MAP_SHARED);
		close(device);
	}
}

static void registers(const char *offset)
{
	uint32_t *p;

	memory("/dev/registers");
	p = map("a device", 0, 1, PROT_READ, MAP_SHARED);
	if (p)
		say("its register: %x",
		    *(volatile uint32_t *)((char *)p +
					   strtoul(offset, NULL, 16)));
	map("two pages of one", 0, 2, PROT_READ, MAP_SHARED);
}

/* ---- what goes wrong ------------------------------------------------------------------ */

static void bad(const char *what)
{
	int fd = open("/dev/bad", O_RDWR);
	char buf[16] = "";
	uint32_t *p;

	told("open", fd < 0 ? -1 : 0);
	if (fd < 0)
		return;
	device = fd;
	if (!strcmp(what, "hold")) {
		say("%s", read(0, buf, 1) < 0 ? "?" : "go on");
		told("read", read(fd, buf, 8));
		told("ioctl", ioctl(fd, 1, 0));
		told("close", close(fd));
		told("open", open("/dev/bad", O_RDWR));
		return;
	}
	if (!strncmp(what, "mmap", 4) || !strncmp(what, "fault", 5) ||
	    !strcmp(what, "close")) {
		p = map("shared", 0, 2, PROT_READ | PROT_WRITE, MAP_SHARED);
		if (p) {
			look("read", p, 0);
			look("read", p, 1);
			munmap(p, 2 * PAGE);
		}
		p = map("private", 0, 2, PROT_READ | PROT_WRITE, MAP_PRIVATE);
		if (p) {
			store("write", p, 0, 1);
			look("read", p, 1);
			forked(p, 1, 5);
		}
	}
	told("read", read(fd, buf, 8));
	told("write", write(fd, buf, 8));
	told("seek", lseek(fd, 5, SEEK_SET));
	polled("poll", fd);
	told("ioctl", ioctl(fd, 1, 0));
	told("close", close(fd));
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "echo";

	signal(SIGBUS, caught);
	signal(SIGSEGV, caught);
	if (!strcmp(what, "echo"))
		echo();
	else if (!strcmp(what, "frames"))
		frames();
	else if (!strcmp(what, "faulty"))
		faulty();
	else if (argc > 2 && !strcmp(what, "registers"))
		registers(argv[2]);
	else if (argc > 2)
		bad(argv[2]);
	return 0;
}
