/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory sent away by MADV_PAGEOUT: private pages, some of which a child has,
 * too, shared memory, a file. Where there is swap, what this program alone maps
 * goes there; what a child maps as well stays, and so does a file whose owner
 * somebody else is. All of it comes back as it was.
 *
 *	pagedout [FILE]		a file, too, also by posix_fadvise(2)
 *
 *   STEP  Rss=N Swap=N		where its 32 pages are, as smaps has it
 *   STEP  wrong=N		bytes that came back as others
 *   STEP  cached=N		as mincore(2) has it
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_COLD
#define MADV_COLD    20
#define MADV_PAGEOUT 21
#endif

enum {
	PAGE = 4096,
	N = 32,
	BYTES = N * PAGE,
};

static uint8_t byte_of(unsigned int i)
{
	return (uint8_t)(i * 7 + i / PAGE * 13 + 1);
}

static void fill(uint8_t *at)
{
	for (unsigned int i = 0; i < BYTES; i++)
		at[i] = byte_of(i);
}

static unsigned int wrong(const volatile uint8_t *at)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < BYTES; i++)
		n += at[i] != byte_of(i);
	return n;
}

static void *map(int flags, int fd)
{
	void *at = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (at == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return at;
}

/* In pages; smaps has them in kilobytes. */
static void show(const char *what, const void *at)
{
	char line[256];
	unsigned int from, rss = 0, swap = 0, kb;
	int here = 0;
	FILE *f = fopen("/proc/self/smaps", "r");

	while (f && fgets(line, sizeof(line), f)) {
		unsigned int to;

		if (sscanf(line, "%x-%x ", &from, &to) == 2)
			here = from <= (uintptr_t)at && (uintptr_t)at < to;
		if (here && sscanf(line, "Rss: %u", &kb) == 1)
			rss += kb / 4;
		if (here && sscanf(line, "Swap: %u", &kb) == 1)
			swap += kb / 4;
	}
	if (f)
		fclose(f);
	printf("%-16s Rss=%u Swap=%u\n", what, rss, swap);
}

static void advise(void *at, unsigned int bytes, int advice)
{
	if (madvise(at, bytes, advice))
		printf("advice %d errno=%d\n", advice, errno);
}

/* Until the disks have done what they were told. */
static void settle(void)
{
	usleep(300000);
}

static void back(const char *what, const void *at)
{
	printf("%-16s wrong=%u\n", what, wrong(at));
	show(what, at);
}

static void private_pages(void)
{
	uint8_t *at = map(MAP_PRIVATE | MAP_ANONYMOUS, -1);

	fill(at);
	advise(at, BYTES, MADV_COLD);
	show("cold", at);
	advise(at, BYTES / 2, MADV_PAGEOUT);
	show("half", at);
	advise(at, BYTES, MADV_PAGEOUT);
	show("private", at);
	back("back", at);
	settle(); /* what is being written stays */
	advise(at, BYTES, MADV_PAGEOUT);
	show("again", at);
	back("back", at);
	at[0]++;
	advise(at, BYTES, MADV_PAGEOUT);
	at[0]--;
	printf("rewritten        wrong=%u\n", wrong(at));
	mlock(at, BYTES / 4);
	if (madvise(at, PAGE, MADV_PAGEOUT))
		printf("locked           errno=%d\n", errno);
	munmap(at, BYTES);
}

/* One program's opinion doesn't touch what another has, too. */
static void forked_pages(void)
{
	uint8_t *at = map(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int pipes[2], status;
	char c;

	fill(at);
	if (pipe(pipes))
		exit(1);
	fflush(stdout);
	if (!fork()) {
		close(pipes[1]);
		_exit(read(pipes[0], &c, 1) || wrong(at));
	}
	advise(at, BYTES, MADV_PAGEOUT);
	show("forked", at);
	close(pipes[1]);
	close(pipes[0]);
	wait(&status);
	printf("child            status=%d\n", status);
	advise(at, BYTES, MADV_PAGEOUT);
	show("alone", at);
	back("back", at);
	munmap(at, BYTES);
}

/* Out of the page tables; what is in swap then is the file's, not ours. */
static void shared_pages(void)
{
	uint8_t *at = map(MAP_SHARED | MAP_ANONYMOUS, -1);

	fill(at);
	advise(at, BYTES, MADV_PAGEOUT);
	printf("shared           wrong=%u\n", wrong(at));
	munmap(at, BYTES);
}

static int cached(void *at)
{
	unsigned char in[N];
	int n = 0;

	if (mincore(at, BYTES, in))
		return -1;
	for (int i = 0; i < N; i++)
		n += in[i] & 1;
	return n;
}

static void file_pages(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
	uint8_t *at;

	if (fd < 0 || ftruncate(fd, BYTES)) {
		perror(name);
		exit(1);
	}
	at = map(MAP_SHARED, fd);
	fill(at);
	fsync(fd);
	advise(at, BYTES, MADV_PAGEOUT);
	show("file", at);
	printf("file             cached=%d\n", cached(at));
	back("file", at);
	munmap(at, BYTES);
	at = map(MAP_SHARED, fd);
	posix_fadvise(fd, 3 * PAGE, BYTES / 2, POSIX_FADV_DONTNEED);
	printf("dontneed         cached=%d\n", cached(at));
	posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
	settle();
	printf("willneed         cached=%d\n", cached(at));
	back("file", at);
	/* Not the file's owner, nor allowed to write: no effect. */
	if (!fork()) {
		if (setuid(1000))
			_exit(1);
		munmap(at, BYTES);
		at = mmap(NULL, BYTES, PROT_READ, MAP_PRIVATE, fd, 0);
		(void)wrong(at);
		advise(at, BYTES, MADV_PAGEOUT);
		show("stranger", at);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	close(fd);
}

int main(int argc, char *argv[])
{
	setbuf(stdout, NULL);
	private_pages();
	forked_pages();
	shared_pages();
	if (argc > 1)
		file_pages(argv[1]);
	return 0;
}
