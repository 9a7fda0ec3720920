/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much a kernel swaps for a program that needs more memory than there is:
 * one that goes round and round, one that jumps, one that mostly stays in a
 * part, by itself or beside a child, in private memory or in shared. Whatever
 * else the machine has, all but FREE MB are locked away first, so that two
 * machines can be compared.
 *
 *	swapload [FREE [WORK [PATTERN]]]		24, 36, all of them
 *
 *   level free_kb N	what is left
 *   PATTERN COUNTER N	what /proc/vmstat counted meanwhile, and what of this
 *			program's was in memory at the end
 *
 * Wrong bytes end it.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "observe.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum {
	PAGE = 4096,
	PAGES_PER_MB = 256,
	NEAR_KB = 128, /* as near to FREE as it gets */
	TRIES = 50,
};

static unsigned int free_mb = 24, work_mb = 36;

/* ---- counters ------------------------------------------------------------------ */

static const char *const counters[] = {
	"pswpout",
	"pswpin",
	"pgmajfault",
	"swap_ra",
	"swap_ra_hit",
	"pgscan_anon",
	"pgsteal_anon",
	"pgscan_kswapd",
	"pgscan_direct",
	"pgsteal_kswapd",
	"pgsteal_direct",
	"pgactivate",
	"pgdeactivate",
	"pgrefill",
	"allocstall_normal",
	"allocstall_dma",
	"allocstall_movable",
	"pageoutrun",
	"workingset_refault_anon",
	"workingset_activate_anon",
	"workingset_restore_anon",
	"pgrotated",
	"oom_kill",
};
static long before[COUNT(counters)];

static void read_counters(long *to)
{
	slurp("/proc/sys/vm/stat_refresh");
	slurp("/proc/vmstat");
	for (size_t i = 0; i < COUNT(counters); i++) {
		char line[64];
		const char *at;

		snprintf(line, sizeof(line), "\n%s ", counters[i]);
		at = strstr(text, line);
		to[i] = at ? strtol(at + strlen(line), NULL, 10) : -1;
	}
}

static void tell(const char *name)
{
	long now[COUNT(counters)];

	prefix = name;
	read_counters(now);
	for (size_t i = 0; i < COUNT(counters); i++)
		if (now[i] >= 0)
			say("%s %ld", counters[i], now[i] - before[i]);
	say("rss_kb %lu", field("/proc/self/status", "VmRSS:"));
}

/* ---- memory --------------------------------------------------------------------- */

static uint32_t *map(size_t bytes, int flags)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			flags | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED) {
		say("mmap %s", made(-1));
		exit(1);
	}
	return at;
}

/* Locks memory until no more than FREE is left. */
static void level(void)
{
	for (int i = 0; i < TRIES; i++) {
		unsigned long left;

		put("/proc/sys/vm/drop_caches", 3);
		left = field("/proc/meminfo", "MemFree:");
		if (left <= free_mb * 1024 + NEAR_KB)
			return;
		left -= free_mb * 1024;
		if (left > 4096)
			left -= left / 256; /* what its tables need */
		map((size_t)left * 1024 & ~(size_t)(PAGE - 1),
		    MAP_PRIVATE | MAP_LOCKED | MAP_POPULATE);
	}
}

static uint32_t *work;
static unsigned int pages;
static uint32_t seed;

static unsigned int next(unsigned int below)
{
	seed = seed * 1664525u + 1013904223u;
	return (unsigned int)((uint64_t)seed * below >> 32);
}

static void touch(unsigned int page, int write)
{
	volatile uint32_t *at = work + (size_t)page * PAGE / 4;

	if (at[3] && at[3] != page + 1) {
		say("page %u is %u", page, at[3] - 1);
		exit(1);
	}
	if (write)
		at[3] = page + 1;
}

static void fill(void)
{
	for (unsigned int page = 0; page < pages; page++)
		touch(page, 1);
}

/* ---- patterns -------------------------------------------------------------------- */

static void cyclic(void)
{
	for (int round = 0; round < 3; round++)
		fill();
}

/* Written once, then only read: what came back clean needs no writing. */
static void reader(void)
{
	for (int round = 0; round < 3; round++)
		for (unsigned int page = 0; page < pages; page++)
			touch(page, 0);
}

static void random_pages(void)
{
	for (unsigned int i = 0; i < 3 * pages; i++)
		touch(next(pages), i & 1);
}

/* Nine touches of ten go to a quarter of the pages. */
static void hot(void)
{
	for (unsigned int i = 0; i < 6 * pages; i++)
		touch(next(10) ? next(pages / 4) : next(pages), i & 1);
}

/* A child works on its copies meanwhile. */
static void beside(void)
{
	int status;
	pid_t pid = fork();

	for (unsigned int i = 0; i < pages; i++)
		touch(pid ? i : pages - 1 - i, i % 4 == 0);
	if (!pid)
		_exit(0);
	waitpid(pid, &status, 0);
	if (status)
		say("child %x", (unsigned int)status);
}

static const struct {
	const char *name;
	void (*run)(void);
	int flags;
} patterns[] = {
	{"cyclic", cyclic, MAP_PRIVATE},
	{"reader", reader, MAP_PRIVATE},
	{"random", random_pages, MAP_PRIVATE},
	{"hot", hot, MAP_PRIVATE},
	{"fork", beside, MAP_PRIVATE},
	{"shared", random_pages, MAP_SHARED},
};

int main(int argc, char **argv)
{
	if (argc > 1)
		free_mb = (unsigned int)atoi(argv[1]);
	if (argc > 2)
		work_mb = (unsigned int)atoi(argv[2]);
	put("/proc/sys/vm/min_free_kbytes", 1024);
	level();
	prefix = "level";
	say("free_kb %lu", field("/proc/meminfo", "MemFree:"));
	pages = work_mb * PAGES_PER_MB;
	for (size_t i = 0; i < COUNT(patterns); i++) {
		if (argc > 3 && strcmp(argv[3], patterns[i].name))
			continue;
		seed = 1;
		work = map((size_t)pages * PAGE, patterns[i].flags);
		fill();
		usleep(500000);
		read_counters(before);
		patterns[i].run();
		tell(patterns[i].name);
		munmap(work, (size_t)pages * PAGE);
		usleep(500000);
	}
	return 0;
}
