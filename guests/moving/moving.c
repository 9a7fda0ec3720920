/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * moving [ROUNDS]: memory that moves while it is used. Four processes read,
 * write, copy, protect, unmap and fork memory of every kind, private, shared,
 * a file's, locked; the first one meanwhile compacts all memory, and where
 * there is a CMA area takes it and gives it back, so that their pages move
 * all the time. Each knows what its pages must hold. Needs root.
 */
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE    4096u
#define WORDS   (PAGE / 4)
#define PAGES   256u /* of each kind */
#define CMA     "/sys/kernel/debug/cma/cma-*/"
#define WORKERS 4

static uint32_t random_state;

static uint32_t rnd(uint32_t below)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % below;
}

/* What a page holds: its number and how often it was written, over and over. */
static void write_page(volatile uint32_t *at, uint32_t page, uint32_t age)
{
	for (uint32_t word = 0; word < WORDS; word += 64) {
		at[word] = page;
		at[word + 1] = age;
	}
}

static void check_page(const volatile uint32_t *at, uint32_t page, uint32_t age,
		       const char *what)
{
	for (uint32_t word = 0; word < WORDS; word += 64)
		if (at[word] != page || at[word + 1] != age) {
			printf("%s page %u: %u/%u, not %u/%u\n", what, page,
			       at[word], at[word + 1], page, age);
			_exit(1);
		}
}

struct area {
	const char *name;
	uint8_t *memory;
	uint32_t age[PAGES]; /* 0: never written, or given back */
	int droppable; /* MADV_DONTNEED makes it zeroes */
};

static volatile uint32_t *page_of(const struct area *a, uint32_t page)
{
	return (volatile uint32_t *)(a->memory + page * PAGE);
}

static void check_area(const struct area *a)
{
	for (uint32_t page = 0; page < PAGES; page++)
		check_page(page_of(a, page), a->age[page] ? page : 0,
			   a->age[page], a->name);
}

static void touch(struct area *a)
{
	uint32_t page = rnd(PAGES);

	check_page(page_of(a, page), a->age[page] ? page : 0, a->age[page],
		   a->name);
	write_page(page_of(a, page), page, ++a->age[page]);
}

/* Read-only for a while, and back. */
static void protect(struct area *a)
{
	uint32_t page = rnd(PAGES - 16);

	mprotect(a->memory + page * PAGE, 16 * PAGE, PROT_READ);
	check_page(page_of(a, page), a->age[page] ? page : 0, a->age[page],
		   a->name);
	mprotect(a->memory + page * PAGE, 16 * PAGE, PROT_READ | PROT_WRITE);
}

static void drop(struct area *a)
{
	uint32_t page = rnd(PAGES - 4);

	if (!a->droppable)
		return;
	madvise(a->memory + page * PAGE, 4 * PAGE, MADV_DONTNEED);
	memset(a->age + page, 0, 4 * sizeof(a->age[0]));
}

/* A child sees what was there, and what it writes is its own alone. */
static void fork_and_check(struct area *a)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		for (int i = 0; i < 8; i++)
			touch(a);
		check_area(a);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		_exit(1);
}

static void *map(int flags, int fd)
{
	void *memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags,
			    fd, 0);

	if (memory == MAP_FAILED)
		_exit(2);
	return memory;
}

static void work(int number, int rounds)
{
	static struct area area[4];
	char path[32];
	int fd;

	random_state = (uint32_t)number * 77777u + 1;
	snprintf(path, sizeof(path), "/tmp/moving%d", number);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, PAGES * PAGE))
		_exit(2);
	area[0] = (struct area){
		"anonymous", map(MAP_PRIVATE | MAP_ANONYMOUS, -1), {0}, 1};
	area[1] = (struct area){
		"shared", map(MAP_SHARED | MAP_ANONYMOUS, -1), {0}, 0};
	area[2] = (struct area){"file", map(MAP_SHARED, fd), {0}, 0};
	area[3] = (struct area){
		"locked", map(MAP_PRIVATE | MAP_ANONYMOUS, -1), {0}, 0};
	mlock(area[3].memory, PAGES * PAGE);
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < 4; i++) {
			for (int n = 0; n < 64; n++)
				touch(&area[i]);
			protect(&area[i]);
			drop(&area[i]);
			check_area(&area[i]);
		}
		fork_and_check(&area[0]);
		fork_and_check(&area[3]);
	}
	unlink(path);
	_exit(0);
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	close(fd);
	return n > 0;
}

/* All that is in the first CMA area moves out of it. */
static void take_cma(void)
{
	glob_t alloc, release;

	if (glob(CMA "alloc", 0, NULL, &alloc) ||
	    glob(CMA "free", 0, NULL, &release))
		return;
	if (put(alloc.gl_pathv[0], "1024\n"))
		put(release.gl_pathv[0], "1024\n");
}

static unsigned long moved(void)
{
	static char text[65536];
	FILE *file = fopen("/proc/vmstat", "r");
	size_t n = fread(text, 1, sizeof(text) - 1, file);
	const char *at;

	fclose(file);
	text[n] = '\0';
	at = strstr(text, "pgmigrate_success ");
	return at ? strtoul(at + 18, NULL, 10) : 0;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 20, left = WORKERS, failed = 0;
	unsigned int turns = 0;

	setbuf(stdout, NULL);
	if (access("/sys/kernel/debug/cma", F_OK))
		mount("none", "/sys/kernel/debug", "debugfs", 0, NULL);
	for (int i = 0; i < WORKERS; i++)
		if (fork() == 0)
			work(i, rounds);
	while (left) {
		int status;
		pid_t pid = waitpid(-1, &status, WNOHANG);

		if (pid > 0) {
			left--;
			failed += status != 0;
			continue;
		}
		put("/proc/sys/vm/compact_memory", "1\n");
		take_cma();
		turns++;
		usleep(1000);
	}
	printf("%d workers failed\n", failed);
	printf("%u turns, %lu pages moved\n", turns, moved());
	return failed != 0;
}
