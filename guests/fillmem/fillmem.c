/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fillmem [MEGABYTES]: fills memory with bytes that tell where they belong,
 * and looks later whether they are still there: anonymous pages, copies after
 * a fork, a file written, read, mapped and cut off, what goes through a pipe.
 * Where a board has highmem most of it lies there, so that the kernel has to
 * map it to read or write it. One line for each, "ok" or the first page that
 * is wrong.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE           4096
#define WORDS          (PAGE / 4)
#define FILE_BYTES_MAX (8u << 20)

/* What word @word of page @page of memory @seed holds. */
static uint32_t content(uint32_t seed, uint32_t page, uint32_t word)
{
	uint32_t x = seed * 0x9e3779b9u + page * 0x85ebca6bu + word;

	x ^= x >> 15;
	x *= 0x2c1b3c6du;
	return x ^ x >> 12;
}

/* A few words of each page: first, last, and some that change from page to page. */
static void fill(uint32_t *at, uint32_t seed, uint32_t page)
{
	for (uint32_t word = page % 97; word < WORDS; word += 97)
		at[word] = content(seed, page, word);
	at[0] = content(seed, page, 0);
	at[WORDS - 1] = content(seed, page, WORDS - 1);
}

static int right(const uint32_t *at, uint32_t seed, uint32_t page)
{
	for (uint32_t word = page % 97; word < WORDS; word += 97)
		if (at[word] != content(seed, page, word))
			return 0;
	return at[0] == content(seed, page, 0) &&
	       at[WORDS - 1] == content(seed, page, WORDS - 1);
}

/* Pages [0, nr) of which each @step'th was filled with @seed. */
static uint32_t check(const uint32_t *at, uint32_t seed, uint32_t nr,
		      uint32_t step)
{
	for (uint32_t page = 0; page < nr; page += step)
		if (!right(at + page * WORDS, seed, page))
			return page;
	return nr;
}

static void tell(const char *what, uint32_t wrong, uint32_t nr)
{
	if (wrong == nr)
		printf("%s ok\n", what);
	else
		printf("%s wrong at page %u of %u\n", what, wrong, nr);
	fflush(stdout);
}

static uint32_t *map(size_t nr_bytes, int fd)
{
	uint32_t *at = mmap(NULL, nr_bytes, PROT_READ | PROT_WRITE,
			    fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED,
			    fd, 0);

	if (at != MAP_FAILED)
		return at;
	perror("mmap");
	exit(1);
}

static void anonymous(uint32_t *at, uint32_t nr)
{
	for (uint32_t page = 0; page < nr; page++)
		fill(at + page * WORDS, 1, page);
	tell("anonymous", check(at, 1, nr, 1), nr);
}

/* The child writes to every 64th page, and each has its own afterwards. */
static void copies(uint32_t *at, uint32_t nr)
{
	fflush(stdout);
	if (!fork()) {
		for (uint32_t page = 0; page < nr; page += 64)
			fill(at + page * WORDS, 2, page);
		tell("the child's copies", check(at, 2, nr, 64), nr);
		_exit(0);
	}
	wait(NULL);
	tell("the parent's pages", check(at, 1, nr, 1), nr);
}

static void file(uint32_t nr)
{
	const char *const name = "/tmp/fillmem";
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	uint32_t bytes[WORDS] = {0}, page, *at;

	for (page = 0; page < nr; page++) {
		fill(bytes, 3, page);
		if (write(fd, bytes, PAGE) != PAGE)
			break;
	}
	tell("file written", page, nr);
	lseek(fd, 0, SEEK_SET);
	for (page = 0; page < nr; page++)
		if (read(fd, bytes, PAGE) != PAGE || !right(bytes, 3, page))
			break;
	tell("file read", page, nr);
	at = map((size_t)nr * PAGE, fd);
	tell("file mapped", check(at, 3, nr, 1), nr);
	/* what lies behind the new end is zero when the file grows again */
	if (ftruncate(fd, (off_t)nr * PAGE - 100) ||
	    ftruncate(fd, (off_t)nr * PAGE))
		perror("ftruncate");
	memset(bytes, 0, PAGE);
	tell("file cut off",
	     memcmp((char *)(at + nr * WORDS) - 100, bytes, 100) ? nr - 1 : nr,
	     nr);
	munmap(at, (size_t)nr * PAGE);
	unlink(name);
	close(fd);
}

static void pipes(uint32_t nr)
{
	uint32_t bytes[WORDS] = {0}, page;
	int fd[2];

	if (pipe(fd))
		perror("pipe");
	fflush(stdout);
	if (!fork()) {
		close(fd[0]);
		for (page = 0; page < nr; page++) {
			fill(bytes, 4, page);
			if (write(fd[1], bytes, PAGE) != PAGE)
				_exit(1);
		}
		_exit(0);
	}
	close(fd[1]);
	for (page = 0; page < nr; page++) {
		uint32_t got = 0;
		ssize_t n = 1;

		while (got < PAGE && n > 0) {
			n = read(fd[0], (char *)bytes + got, PAGE - got);
			got += n > 0 ? (uint32_t)n : 0;
		}
		if (got < PAGE || !right(bytes, 4, page))
			break;
	}
	wait(NULL);
	tell("pipe", page, nr);
}

int main(int argc, char **argv)
{
	size_t nr_bytes = (size_t)(argc > 1 ? atoi(argv[1]) : 4) << 20;
	size_t file_bytes = nr_bytes / 4 < FILE_BYTES_MAX ? nr_bytes / 4
							  : FILE_BYTES_MAX;
	uint32_t *at = map(nr_bytes, -1);
	uint32_t nr = (uint32_t)(nr_bytes / PAGE);

	anonymous(at, nr);
	copies(at, nr);
	file((uint32_t)(file_bytes / PAGE));
	pipes(256);
	tell("and at last", check(at, 1, nr, 1), nr);
	return 0;
}
