/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fragment [MEGABYTES [BLOCKS]]: breaks memory up and asks for blocks of 4 MB
 * all the same. It fills so much memory, nearly all that is free if nobody
 * says how much, gives every second page back, and
 * then has the kernel allocate blocks (/sys/kernel/debug/page_blocks, so it
 * needs root): once by taking what there is, once with compaction. What it
 * has kept must still be what it was. Without a number of blocks, as many as
 * half of the free memory would make.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#define PAGE   4096u
#define BLOCKS "/sys/kernel/debug/page_blocks/"

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void put(const char *name, unsigned int value)
{
	char text[16], path[64];
	int fd;

	snprintf(path, sizeof(path), BLOCKS "%s", name);
	fd = open(path, O_WRONLY);
	snprintf(text, sizeof(text), "%u\n", value);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

/* The number after @name in the file at @path; @name NULL: its first. */
static unsigned int get(const char *path, const char *name)
{
	static char text[65536];
	int fd = open(path, O_RDONLY);
	ssize_t n, len = 0;
	const char *at;

	if (fd < 0)
		die(path);
	while ((n = read(fd, text + len, sizeof(text) - 1 - (size_t)len)) > 0)
		len += n;
	close(fd);
	text[len] = '\0';
	at = name ? strstr(text, name) : text;
	return at ? (unsigned int)strtoul(at + (name ? strlen(name) : 0), NULL,
					  10)
		  : 0;
}

static uint32_t content(uint32_t page, uint32_t word)
{
	return (page * 2654435761u) ^ (word * 40503u);
}

static void fill(uint32_t *at, uint32_t page)
{
	for (uint32_t word = 0; word < PAGE / 4; word += 31)
		at[word] = content(page, word);
}

static int right(const uint32_t *at, uint32_t page)
{
	for (uint32_t word = 0; word < PAGE / 4; word += 31)
		if (at[word] != content(page, word))
			return 0;
	return 1;
}

/*
 * Pages of @free that may be taken: what the kernel keeps back stays, the page
 * tables, and half a block more, so that whole blocks can hardly be left.
 */
static uint32_t nearly_all(uint32_t free)
{
	uint32_t kept = get("/proc/sys/vm/min_free_kbytes", NULL) / 4;

	return free - kept - free / 512 - 512;
}

static void ask(const char *how, int wait, unsigned int nr)
{
	unsigned int had;

	put("wait", (unsigned int)wait);
	put("alloc", nr);
	had = get(BLOCKS "had", NULL);
	printf("%s: %u of %u blocks of 4 MB\n", how, had, nr);
	put("free", had);
}

int main(int argc, char **argv)
{
	uint32_t nr =
		argc > 1 ? (uint32_t)atoi(argv[1]) << 8
			 : nearly_all(get("/proc/meminfo", "MemFree:") / 4);
	unsigned int blocks, wrong = 0;
	uint8_t *memory;

	setbuf(stdout, NULL);
	if (access(BLOCKS, F_OK))
		mount("none", "/sys/kernel/debug", "debugfs", 0, NULL);
	memory = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	for (uint32_t page = 0; page < nr; page++)
		fill((uint32_t *)(memory + page * PAGE), page);
	for (uint32_t page = 1; page < nr; page += 2)
		if (madvise(memory + page * PAGE, PAGE, MADV_DONTNEED))
			die("madvise");
	blocks = argc > 2 ? (unsigned int)atoi(argv[2])
			  : (get("/proc/meminfo", "MemFree:") + 4096) / 8192;
	ask("without compaction", 0, blocks);
	ask("with compaction", 1, blocks);
	for (uint32_t page = 0; page < nr; page += 2)
		wrong += !right((uint32_t *)(memory + page * PAGE), page);
	printf("%u pages wrong\n", wrong);
	printf("%u pages moved, %u stalls\n",
	       get("/proc/vmstat", "pgmigrate_success"),
	       get("/proc/vmstat", "compact_stall"));
	return wrong != 0;
}
