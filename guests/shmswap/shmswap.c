/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared memory that swaps: what /proc/PID/smaps tells of it, that SHM_LOCK
 * keeps it in memory and SHM_UNLOCK gives it back, that MADV_WILLNEED reads it
 * ahead. A child that eats memory sends all to swap that can go there.
 *
 *	shmswap [KB] [MB]		what is shared, 1024; what the child eats, 26
 *
 * One line an observation; sizes in KB.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "observe.h"

enum {
	PAGE = 4096
};

static size_t bytes = 1024 * 1024, eaten = 26u << 20;

static void press(void)
{
	int status;

	if (fork() == 0) {
		char *at = mmap(NULL, eaten, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (size_t i = 0; i < 2 * eaten; i += PAGE)
			at[i % eaten] = 1;
		_exit(0);
	}
	wait(&status);
	say("press status=%d", status);
}

/* Of the mapping at @at in smaps. */
static unsigned long smaps(const void *at, const char *name)
{
	char start[16];
	const char *found;

	slurp("/proc/self/smaps");
	snprintf(start, sizeof(start), "\n%08lx-", (unsigned long)at);
	found = strstr(text, start);
	found = found ? strstr(found, name) : NULL;
	return found ? strtoul(found + strlen(name), NULL, 10) : 99999;
}

static void tell(const char *name, const void *at)
{
	unsigned long rss = smaps(at, "\nRss:"), swap = smaps(at, "\nSwap:"),
		      pss = smaps(at, "\nSwapPss:");

	say("%s rss=%lu swap=%lu swappss=%lu", name, rss, swap, pss);
}

static void fill(uint32_t *at, uint32_t seed)
{
	for (size_t i = 0; i < bytes / 4; i += PAGE / 4)
		at[i] = seed + (uint32_t)i;
}

static void check(const char *name, const uint32_t *at, uint32_t seed)
{
	unsigned int wrong = 0;

	for (size_t i = 0; i < bytes / 4; i += PAGE / 4)
		wrong += at[i] != seed + (uint32_t)i;
	say("%s wrong=%u", name, wrong);
}

/* One file: shared, half of it; read only; private, its first page written. */
static void file(void)
{
	int fd = memfd_create("shmswap", 0);
	uint32_t *shared, *half, *reader, *private;
	unsigned long cached;

	prefix = "file";
	ftruncate(fd, (off_t)bytes);
	shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	half = mmap(NULL, bytes / 2, PROT_READ, MAP_SHARED, fd,
		    (off_t)bytes / 2);
	reader = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	private = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	fill(shared, 1);
	tell("before", shared);
	private[0] = 7;
	press();
	tell("shared", shared);
	tell("half", half);
	tell("reader", reader);
	tell("private",
	     private); /* its own page is an entry: that in SwapPss */
	cached = field("/proc/meminfo", "SwapCached:");
	say("willneed %s", made(madvise(half, bytes / 2, MADV_WILLNEED)));
	/* It came into the swap cache, and is no mapping's yet. */
	usleep(100000);
	say("cached +%lu", field("/proc/meminfo", "SwapCached:") - cached);
	check("shared", shared, 1);
	say("private %u", private[0]);
	tell("after", shared);
	munmap(shared, bytes);
	munmap(half, bytes / 2);
	munmap(reader, bytes);
	munmap(private, bytes);
	close(fd);
}

static void segment(void)
{
	int id = shmget(IPC_PRIVATE, bytes, 0600);
	uint32_t *at = shmat(id, NULL, 0);
	unsigned long unevictable = field("/proc/meminfo", "Unevictable:");

	prefix = "segment";
	fill(at, 2);
	say("lock %s", made(shmctl(id, SHM_LOCK, NULL)));
	press();
	tell("locked", at);
	say("unevictable +%lu",
	    field("/proc/meminfo", "Unevictable:") - unevictable);
	say("unlock %s", made(shmctl(id, SHM_UNLOCK, NULL)));
	say("unevictable +%lu",
	    field("/proc/meminfo", "Unevictable:") - unevictable);
	press();
	tell("unlocked", at);
	check("unlocked", at, 2);
	/* Locked while it is out: it comes in locked. */
	press();
	say("lock %s", made(shmctl(id, SHM_LOCK, NULL)));
	check("again", at, 2);
	press();
	tell("again", at);
	shmctl(id, IPC_RMID, NULL);
	shmdt(at);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		bytes = (size_t)atoi(argv[1]) << 10;
	if (argc > 2)
		eaten = (size_t)atoi(argv[2]) << 20;
	file();
	segment();
	return 0;
}
