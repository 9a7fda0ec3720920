/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes a swap file, and what nobody may do to one: each call's error
 * by name. All files are made in the root, which must be on a disk.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	PAGES = 64,
};

static sigjmp_buf out;

static void on_bus(int signum)
{
	(void)signum;
	siglongjmp(out, 1);
}

static void say(const char *what, long result)
{
	printf("%s: %s\n", what, result < 0 ? strerrorname_np(errno) : "ok");
}

/* A header as mkswap writes it, for @pages. */
static void header(int fd, uint32_t pages)
{
	uint32_t words[] = {1, pages - 1, 0};
	char magic[] = "SWAPSPACE2";

	pwrite(fd, words, sizeof(words), 1024);
	pwrite(fd, magic, 10, PAGE - 10);
}

/* A file of PAGES pages, each of which is written or, in a hole, isn't. */
static int make(const char *path, int hole)
{
	static char page[PAGE];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	for (int i = 0; i < PAGES; i++) {
		memset(page, i, PAGE);
		if (i != hole)
			pwrite(fd, page, PAGE, (off_t)i * PAGE);
	}
	header(fd, PAGES);
	return fd;
}

static void refused(void)
{
	int fd = make("/holes", PAGES / 2);

	say("holes", swapon("/holes", 0));
	pwrite(fd, "", 1, PAGES / 2 * PAGE);
	say("filled", swapon("/holes", 0));
	say("swapoff", swapoff("/holes"));
	header(fd, PAGES + 1);
	say("longer than it is", swapon("/holes", 0));
	ftruncate(fd, PAGE / 2);
	say("too short", swapon("/holes", 0));
	say("never on", swapoff("/holes"));
	unlink("/holes");
	close(fd);
	close(make("/dev/memory", -1));
	say("of memory", swapon("/dev/memory", 0));
	unlink("/dev/memory");
	say("a folder", swapon("/", 0));
}

static void store(const char *what, volatile char *at)
{
	if (!sigsetjmp(out, 1)) {
		*at = 1;
		printf("%s: ok\n", what);
	} else {
		printf("%s: SIGBUS\n", what);
	}
}

static void changed(int fd, volatile char *map)
{
	int other = open("/other", O_RDWR | O_CREAT | O_TRUNC, 0600);
	off64_t from = 0, to = 0;
	char byte = 0;

	say("swapon again", swapon("/swap", 0));
	say("write", pwrite(fd, &byte, 1, 0));
	say("read", pread(fd, &byte, 1, 5 * PAGE));
	say("shorter", ftruncate(fd, PAGE));
	say("as long", ftruncate(fd, PAGES * PAGE));
	say("longer", ftruncate(fd, (PAGES + 1) * PAGE));
	say("O_TRUNC", open("/swap", O_RDWR | O_TRUNC));
	say("punch",
	    fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE));
	say("fallocate", fallocate(fd, 0, 0, PAGE));
	say("copy from", copy_file_range(fd, &from, other, &to, PAGE, 0));
	say("copy to", copy_file_range(other, &from, fd, &to, PAGE, 0));
	say("unlink", unlink("/swap"));
	say("rename", rename("/swap", "/elsewhere"));
	say("rename over", rename("/other", "/swap"));
	say("link", link("/swap", "/linked"));
	say("map", mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			0) == MAP_FAILED
			   ? -1
			   : 0);
	store("store to a page that was dirty", map + 7 * PAGE);
	store("store to another", map + 8 * PAGE);
	printf("loads: %d %d\n", map[7 * PAGE + 1], map[8 * PAGE]);
	close(other);
}

int main(void)
{
	const struct sigaction bus = {.sa_handler = on_bus};
	volatile char *map;
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGBUS, &bus, NULL);
	refused();
	fd = make("/swap", -1);
	map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   0);
	map[7 * PAGE] = 77; /* goes to the disk before anything else does */
	say("swapon", swapon("/swap", SWAP_FLAG_PREFER | 5));
	changed(fd, map);
	say("swapoff", swapoff("/swap"));
	printf("the last store: %d\n", map[7 * PAGE]);
	store("store afterwards", map + 7 * PAGE);
	say("write afterwards", pwrite(fd, "", 1, 0));
	say("unlink", unlink("/swap"));
	unlink("/linked");
	unlink("/other");
	return 0;
}
