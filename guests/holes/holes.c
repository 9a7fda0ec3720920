/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fallocate(): each mode on a file of the root that was there before, on a new
 * one, on a tmpfs and in memory: what it answers, what the file holds then, as
 * read and as mapped, how long it is and how many blocks it has.
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <sys/mman.h>
#include <sys/stat.h>

#include "observe.h"

#define OLD "/usr/share/man/man1/busybox.1.gz"

static int file;
static int has_blocks; /* whose holes free blocks at once, here as there */

static void show(const char *what)
{
	struct stat st;
	unsigned long sum = 0, zeroes = 0, first = 0;
	long at = 0;
	ssize_t n;

	fstat(file, &st);
	while ((n = pread(file, text, sizeof(text), at)) > 0) {
		for (ssize_t i = 0; i < n; i++, at++) {
			sum = sum * 31 + (unsigned char)text[i];
			zeroes += !text[i];
			if (!text[i] && !first)
				first = (unsigned long)at;
		}
	}
	say("%s: %lld bytes, sum %lx, %lu zeroes from %lu", what,
	    (long long)st.st_size, sum, zeroes, first);
	if (has_blocks)
		say("  %lld blocks", (long long)st.st_blocks);
}

static void call(int mode, long long at, long long len)
{
	say("mode %x at %lld, %lld: %s", mode, at, len,
	    made(fallocate(file, mode, at, len)));
}

static void modes(void)
{
	for (int mode = 0; mode < 0x100;
	     mode = mode < 0x10 ? mode + 1 : mode * 2)
		call(mode, 1 << 20, 0);
	for (int mode = 4; mode < 0x100;
	     mode = mode < 0x10 ? mode + 1 : mode * 2)
		if ((mode & 3) != 3)
			call(mode, 4096, 4096);
	call(3, -1, 10);
	call(3, 10, -1);
	call(0, 1ll << 62, 1ll << 62);
	call(3, 1ll << 44, 4096);
}

static void punch(void)
{
	unsigned char *map = mmap(NULL, 16384, PROT_READ | PROT_WRITE,
				  MAP_SHARED, file, 0);
	unsigned char *own = mmap(NULL, 16384, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE, file, 0);

	show("before");
	map[5000] = 'm';
	own[9000] = 'p';
	own[0] = 'q';
	call(3, 100, 50);
	say("map %d %d %d", map[99] != 0, map[100], map[149]);
	show("within a page");
	call(3, 4000, 200);
	show("across two");
	call(3, 4096, 4096);
	say("map %d %d", map[5000], map[8191]);
	show("a page");
	map[5000] = 'M';
	show("written again");
	call(3, 8000, 5000);
	say("own %c %c %d", own[9000], own[0], own[100]);
	show("three pages");
	call(3, 15000, 1 << 20);
	show("over the end");
	call(3, 1 << 21, 4096);
	show("behind the end");
	say("advice: %s", made(madvise(map, 4096, MADV_REMOVE)));
	show("advised");
	munmap(map, 16384);
	munmap(own, 16384);
}

static void grow(void)
{
	call(1, 20000, 30000);
	show("reserved, not longer");
	call(0, 30000, 10000);
	show("longer");
	if (pwrite(file, "end", 3, 39997) != 3)
		say("write: %s", made(-1));
	show("written");
	call(3, 32768, 4096);
	call(0, 0, 4096);
	show("filled");
	say("truncate: %s", made(ftruncate(file, 10000)));
	show("shorter");
	say("truncate: %s", made(ftruncate(file, 30000)));
	show("longer");
}

static void fill(void)
{
	for (int i = 0; i < 20000; i++)
		text[i] = (char)(1 + i % 251);
	if (write(file, text, 20000) != 20000)
		say("write: %s", made(-1));
}

int main(void)
{
	int folder;

	prefix = "old";
	file = open(OLD, O_RDWR);
	modes();
	punch();
	grow();
	close(file);
	file = open(OLD, O_RDONLY);
	show("opened again");
	call(3, 0, 4096);
	close(file);

	has_blocks = 1;
	prefix = "new";
	file = open("/tmp/holes", O_CREAT | O_RDWR, 0600);
	fill();
	modes();
	punch();
	grow();
	close(file);

	prefix = "tmpfs";
	file = open("/dev/shm/holes", O_CREAT | O_RDWR, 0600);
	if (file < 0) {
		mkdir("/dev/shm", 0777);
		file = open("/dev/shm/holes", O_CREAT | O_RDWR, 0600);
	}
	fill();
	punch();
	grow();
	close(file);
	unlink("/dev/shm/holes");

	prefix = "memory";
	file = memfd_create("holes", 0);
	fill();
	punch();
	grow();
	close(file);

	prefix = "others";
	folder = open("/tmp", O_RDONLY);
	file = folder;
	call(0, 0, 10);
	file = open("/dev/null", O_RDWR);
	call(0, 0, 10);
	file = open("/proc/self/comm", O_RDWR);
	call(0, 0, 10);
	file = 99;
	call(0, 0, 10);
	unlink("/tmp/holes");
	return 0;
}
