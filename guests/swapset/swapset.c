/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * More memory than the board has, and every word of it accounted for: private
 * pages, pages shared with a child since a fork, shared memory, a file of
 * tmpfs. Each word is a function of its place and of how often it was
 * rewritten, so that one that comes back from swap wrong, old, or another's is
 * found. Prints what it checked; nothing else, for nothing else is the same on
 * every board.
 *
 *	swapset [MB [ROUNDS [DISK]]]		48, 3
 *
 * With DISK, all of it is sent to swap first; then that disk is taken away.
 *
 *   filled     all parts are written
 *   round N    a third of the pages, in an order that jumps, is read, compared
 *              and written anew; meanwhile a child does so with its copies
 *   child N    it found its parent's pages as they were at the fork
 *   swapoff    what that call said
 *   done       wrong=0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	WORDS = PAGE / 4,
};

struct part {
	const char *name;
	uint32_t *at;
	uint32_t seed;
	unsigned int pages;
	uint8_t *version; /* of each page: in which round it was written */
};

static unsigned long wrong;

static uint32_t word_of(const struct part *part, unsigned int page,
			unsigned int version, unsigned int word)
{
	uint32_t x = part->seed + page * 2654435761u + version * 40503u + word;

	x ^= x >> 15;
	x *= 2246822519u;
	return x ^ x >> 13;
}

/* Eight words a page are enough to tell it from every other. */
static unsigned int place(unsigned int i)
{
	return i * (WORDS / 8) + i;
}

static void write_page(struct part *part, unsigned int page,
		       unsigned int version)
{
	for (unsigned int i = 0; i < 8; i++)
		part->at[page * WORDS + place(i)] = word_of(part, page, version,
							    i);
	part->version[page] = (uint8_t)version;
}

static void check_page(const struct part *part, unsigned int page)
{
	for (unsigned int i = 0; i < 8; i++) {
		uint32_t want = word_of(part, page, part->version[page], i);
		uint32_t got = part->at[page * WORDS + place(i)];

		if (got != want && wrong++ < 8)
			printf("%s page %u word %u: 0x%08x, not 0x%08x\n",
			       part->name, page, place(i), (unsigned)got,
			       (unsigned)want);
	}
}

static void fill(struct part *part)
{
	for (unsigned int page = 0; page < part->pages; page++)
		write_page(part, page, 1);
}

/* A third of the pages, each once, far from one to the next. */
static void rework(struct part *part, unsigned int version)
{
	for (unsigned int i = version % 3; i < part->pages; i += 3) {
		unsigned int page =
			(unsigned int)((uint64_t)i * 7919u % part->pages);

		check_page(part, page);
		write_page(part, page, version);
	}
}

static void check(const struct part *part)
{
	for (unsigned int page = 0; page < part->pages; page++)
		check_page(part, page);
}

static void *map(size_t bytes, int flags, int fd)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (at == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return at;
}

static void make(struct part *part, const char *name, unsigned int pages,
		 uint32_t seed, int flags, int fd)
{
	part->name = name;
	part->pages = pages;
	part->seed = seed;
	part->at = map((size_t)pages * PAGE, flags, fd);
	part->version = map(pages, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static int tmpfs_file(size_t bytes)
{
	int fd = memfd_create("swapset", 0);

	if (fd < 0 || ftruncate(fd, (off_t)bytes)) {
		perror("memfd");
		exit(1);
	}
	return fd;
}

/* Of its private memory, which its parent changes at the same time. */
static void child(struct part *part, unsigned int round)
{
	wrong = 0;
	check(part);
	rework(part, round + 100);
	check(part);
	printf("child %u wrong=%lu\n", round, wrong);
	fflush(stdout);
	_exit(wrong != 0);
}

/* Something larger for a moment, and the rest is out. */
static void push_out(unsigned int pages)
{
	uint32_t *at = map((size_t)pages * PAGE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1);

	for (unsigned int i = 0; i < pages; i++)
		at[i * WORDS] = i;
	munmap(at, (size_t)pages * PAGE);
}

/* A child brings all back by swapoff(), while the others work. */
static pid_t take_swap_away(const char *disk)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	printf("swapoff %s\n", swapoff(disk) ? strerror(errno) : "0");
	fflush(stdout);
	_exit(0);
}

int main(int argc, char **argv)
{
	pid_t changer = -1;
	unsigned int mb = argc > 1 ? (unsigned int)atoi(argv[1]) : 48;
	unsigned int rounds = argc > 2 ? (unsigned int)atoi(argv[2]) : 3;
	unsigned int pages = mb * 256, nr = 3;
	struct part part[3];
	int status, fd = tmpfs_file((size_t)pages / 4 * PAGE);

	make(&part[0], "private", pages / 2, 1, MAP_PRIVATE | MAP_ANONYMOUS,
	     -1);
	make(&part[1], "shared", pages / 4, 2, MAP_SHARED | MAP_ANONYMOUS, -1);
	make(&part[2], "file", pages / 4, 3, MAP_SHARED, fd);
	for (unsigned int i = 0; i < nr; i++)
		fill(&part[i]);
	printf("filled\n");
	if (argc > 3) {
		push_out(2 * pages);
		changer = take_swap_away(argv[3]);
	}
	for (unsigned int round = 2; round < rounds + 2; round++) {
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (!pid)
			child(&part[0], round);
		if (pid < 0)
			perror("fork");
		for (unsigned int i = 0; i < nr; i++)
			rework(&part[i], round);
		if (pid > 0)
			waitpid(pid, &status, 0);
		if (pid > 0 && status)
			wrong++;
		printf("round %u\n", round);
	}
	for (unsigned int i = 0; i < nr; i++)
		check(&part[i]);
	if (changer > 0)
		waitpid(changer, &status, 0);
	printf("done wrong=%lu\n", wrong);
	return wrong != 0;
}
