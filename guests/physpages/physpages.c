/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames programs get, by /proc/self/pagemap: from highmem where there is
 * some, and shared where they should be; and what the totals of /proc/vmstat
 * make of it.
 *
 * Prints: WHAT pages=N high=N … ; frames by their zone, not by number.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE         4096u
#define BLOCK        (32u << 20)
#define PM_EXCLUSIVE (1ull << 56)
#define PM_FILE      (1ull << 61)
#define PM_PRESENT   (1ull << 63)
#define PM_PFN       ((1ull << 55) - 1)

static int pagemap;
static uint64_t first_high = UINT64_MAX;

static void find_highmem(void)
{
	const char *zone, *at;

	slurp("/proc/zoneinfo");
	zone = strstr(text, "zone  HighMem");
	at = zone ? strstr(zone, "start_pfn:") : NULL;
	/* an empty zone has no such line */
	if (at)
		first_high = strtoull(at + 10, NULL, 10);
}

static uint64_t word_of(int fd, uint64_t index)
{
	uint64_t word = 0;

	if (pread(fd, &word, sizeof(word), (off_t)(index * sizeof(word))) < 0)
		_exit(2);
	return word;
}

static void observe(const char *what, const char *from, uint32_t nr_bytes)
{
	unsigned int pages = 0, high = 0, file = 0, alone = 0;

	for (uint32_t i = 0; i < nr_bytes / PAGE; i++) {
		uint64_t entry = word_of(pagemap, (uintptr_t)from / PAGE + i);

		if (!(entry & PM_PRESENT))
			continue;
		pages++;
		high += (entry & PM_PFN) >= first_high;
		file += !!(entry & PM_FILE);
		alone += !!(entry & PM_EXCLUSIVE);
	}
	say("%s pages=%u high=%u file-or-shared=%u mapped-once=%u", what, pages,
	    high, file, alone);
}

static unsigned long vmstat(const char *name)
{
	put("/proc/sys/vm/stat_refresh", 1);
	return field("/proc/vmstat", name);
}

static void anonymous(void)
{
	unsigned long anon = vmstat("nr_anon_pages ");
	unsigned long tables = vmstat("nr_page_table_pages ");
	/* at a whole 2 MB, so that each table covers all that it can */
	char *block = mmap((void *)0x40000000, BLOCK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	pid_t child;

	memset(block, 1, BLOCK);
	observe("anonymous", block, BLOCK);
	say("anonymous nr_anon_pages=+%lu nr_page_table_pages=+%lu",
	    vmstat("nr_anon_pages ") - anon,
	    vmstat("nr_page_table_pages ") - tables);
	child = fork();
	if (!child) {
		observe("forked", block, BLOCK);
		memset(block, 2, BLOCK / 2);
		observe("copied", block, BLOCK / 2);
		observe("shared", block + BLOCK / 2, BLOCK / 2);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	observe("alone", block, BLOCK);
	munmap(block, BLOCK);
	say("unmapped nr_anon_pages=+%ld",
	    (long)(vmstat("nr_anon_pages ") - anon));
}

static void file(void)
{
	unsigned long shmem = vmstat("nr_shmem ");
	int fd = open("/tmp/physpages", O_RDWR | O_CREAT, 0600);
	char *map;

	for (uint32_t i = 0; i < BLOCK / 4; i += PAGE)
		if (pwrite(fd, "x", 1, (off_t)i) != 1)
			_exit(3);
	map = mmap(NULL, BLOCK / 4, PROT_READ, MAP_SHARED | MAP_POPULATE, fd,
		   0);
	observe("tmpfs", map, BLOCK / 4);
	say("tmpfs nr_shmem=+%lu", vmstat("nr_shmem ") - shmem);
	munmap(map, BLOCK / 4);
	close(fd);
	unlink("/tmp/physpages");
	say("removed nr_shmem=+%ld", (long)(vmstat("nr_shmem ") - shmem));
}

int main(void)
{
	prefix = "physpages";
	find_highmem();
	say("highmem %s", first_high == UINT64_MAX ? "none" : "some");
	pagemap = open("/proc/self/pagemap", O_RDONLY);
	anonymous();
	file();
	return 0;
}
