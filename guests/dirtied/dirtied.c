/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One page of a file, stored to through a shared mapping, and who says that it
 * is dirty: nr_dirty and nr_written of /proc/vmstat, smaps, kpageflags. After
 * each msync() it is clean everywhere, and the next store makes it dirty again.
 * Then errors: fsync() of a page that the disk loses, told once to each who has
 * the file open; a page that can't be read back. "dirtied BLOCK" expects block
 * BLOCK of the disk, the first file's, to be bad.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u

static uint8_t *map;
static sigjmp_buf back;

static void die(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

static int counter(const char *name)
{
	FILE *f = fopen("/proc/vmstat", "r");
	char line[64];
	int value = -1;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)) &&
		    line[strlen(name)] == ' ')
			value = atoi(line + strlen(name));
	fclose(f);
	return value;
}

/* A line of smaps about the mapping, in kB. */
static int smaps(const char *field)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[256];
	unsigned long from;
	int here = 0, value = -1;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-", &from) == 1 && strchr(line, '-'))
			here = from == (uintptr_t)map;
		if (here && !strncmp(line, field, strlen(field)))
			value = atoi(line + strlen(field) + 1);
	}
	fclose(f);
	return value;
}

static uint64_t word_of(const char *path, uint64_t index)
{
	int fd = open(path, O_RDONLY);
	uint64_t word = 0;

	if (fd < 0 || pread(fd, &word, 8, (off_t)(index * 8)) != 8)
		die(path);
	close(fd);
	return word;
}

static void show(const char *when)
{
	uint64_t entry = word_of("/proc/self/pagemap", (uintptr_t)map / PAGE);
	uint64_t flags = entry >> 63 ? word_of("/proc/kpageflags",
					       entry & 0x7fffffffffffff)
				     : 0;

	printf("%-18s nr_dirty %d, Private_Dirty %d, Private_Clean %d,%s%s\n",
	       when, counter("nr_dirty"), smaps("Private_Dirty"),
	       smaps("Private_Clean"), flags >> 4 & 1 ? " dirty" : " clean",
	       flags >> 8 & 1 ? ", being written" : "");
}

static void told(const char *what, int result)
{
	printf("%s: %s\n", what, result ? strerror(errno) : "fine");
}

static void on_bus(int sig)
{
	(void)sig;
	siglongjmp(back, 1);
}

/* Two have it open when the page is lost; a third opens it afterwards. */
static void errors(int a)
{
	int b = open("/root/dirtied", O_RDWR), c;
	char byte;

	told("fsync of one", fsync(a));
	told("again", fsync(a));
	told("fsync of the other", fsync(b));
	c = open("/root/dirtied", O_RDWR);
	told("fsync of a later one", fsync(c));
	munmap(map, PAGE);
	if (posix_fadvise(a, 0, 0, POSIX_FADV_DONTNEED))
		die("posix_fadvise");
	told("read back", pread(a, &byte, 1, 0) == 1 ? 0 : -1);
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, a, 0);
	signal(SIGBUS, on_bus);
	if (!sigsetjmp(back, 1))
		printf("load: %d\n", *(volatile uint8_t *)map);
	else
		printf("load: SIGBUS\n");
}

int main(int argc, char **argv)
{
	int fd = open("/root/dirtied", O_RDWR | O_CREAT | O_TRUNC, 0644);

	(void)argv;
	if (fd < 0 || ftruncate(fd, PAGE))
		die("/root/dirtied");
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap");
	show("mapped:");
	(void)*(volatile uint8_t *)map;
	show("loaded from:");
	*map = 1;
	show("stored to:");
	if (argc > 1) {
		errors(fd);
		return 0;
	}
	for (int round = 0; round < 2; round++) {
		if (msync(map, PAGE, MS_SYNC))
			die("msync");
		show("msync(MS_SYNC):");
		*map = 2;
		show("stored to again:");
	}
	if (sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE))
		die("sync_file_range");
	show("on its way:");
	*map = 3;
	show("stored to then:");
	sync();
	show("sync():");
	printf("written %d times\n", counter("nr_written"));
	return 0;
}
