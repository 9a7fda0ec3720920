/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames programs get, by /proc/self/pagemap: from highmem where there is
 * some, and shared where they should be; what /proc/kpageflags and kpagecount
 * tell of them; and what the totals of /proc/vmstat make of it.
 *
 * Prints: WHAT pages=N high=N … ; frames by their zone, not by number.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE         4096u
#define BLOCK        (32u << 20)
#define PM_EXCLUSIVE (1ull << 56)
#define PM_FILE      (1ull << 61)
#define PM_PRESENT   (1ull << 63)
#define PM_PFN       ((1ull << 55) - 1)

/* include/uapi/linux/kernel-page-flags.h */
#define KPF_UPTODATE    (1ull << 3)
#define KPF_DIRTY       (1ull << 4)
#define KPF_SLAB        (1ull << 7)
#define KPF_BUDDY       (1ull << 10)
#define KPF_MMAP        (1ull << 11)
#define KPF_ANON        (1ull << 12)
#define KPF_SWAPBACKED  (1ull << 14)
#define KPF_UNEVICTABLE (1ull << 18)
#define KPF_NOPAGE      (1ull << 20)
#define KPF_ZERO_PAGE   (1ull << 24)
#define KPF_PGTABLE     (1ull << 26)
#define KPF_MLOCKED     (1ull << 33)

static int pagemap, kpageflags, kpagecount;
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

/* Of those pages, how many have each flag, and all their mappings. */
static void observe_flags(const char *what, const char *from, uint32_t nr_bytes)
{
	static const struct {
		const char *name;
		uint64_t bit;
	} flags[] = {{"uptodate", KPF_UPTODATE},
		     {"dirty", KPF_DIRTY},
		     {"mmap", KPF_MMAP},
		     {"anon", KPF_ANON},
		     {"swapbacked", KPF_SWAPBACKED},
		     {"zero", KPF_ZERO_PAGE},
		     {"mlocked", KPF_MLOCKED},
		     {"unevictable", KPF_UNEVICTABLE},
		     {"free", KPF_BUDDY},
		     {"none", KPF_NOPAGE}};
	unsigned int nr[sizeof(flags) / sizeof(*flags)] = {0};
	unsigned long long maps = 0;
	char line[256];
	int len = 0;

	for (uint32_t i = 0; i < nr_bytes / PAGE; i++) {
		uint64_t entry = word_of(pagemap, (uintptr_t)from / PAGE + i);
		uint64_t word;

		if (!(entry & PM_PRESENT))
			continue;
		word = word_of(kpageflags, entry & PM_PFN);
		maps += word_of(kpagecount, entry & PM_PFN);
		for (size_t n = 0; n < sizeof(flags) / sizeof(*flags); n++)
			nr[n] += !!(word & flags[n].bit);
	}
	for (size_t n = 0; n < sizeof(flags) / sizeof(*flags); n++)
		if (nr[n])
			len += snprintf(line + len, sizeof(line) - (size_t)len,
					" %s=%u", flags[n].name, nr[n]);
	say("%s flags%s maps=%llu", what, line, maps);
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
	observe_flags(what, from, nr_bytes);
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
	mlock(block, BLOCK / 2);
	observe("locked", block, BLOCK);
	munlock(block, BLOCK / 4);
	observe("unlocked", block, BLOCK);
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

/* Pages that no program has: the totals are the machine's own. */
static void the_rest(void)
{
	char *zero = mmap(NULL, 4 * PAGE, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long slab = 0, table = 0, buddy = 0;
	static uint64_t words[4096];
	ssize_t n;

	for (int i = 0; i < 4; i++)
		(void)*(volatile char *)(zero + (size_t)i * PAGE);
	observe("zero", zero, 4 * PAGE);
	while ((n = read(kpageflags, words, sizeof(words))) > 0)
		for (size_t i = 0; i < (size_t)n / sizeof(*words); i++) {
			slab += !!(words[i] & KPF_SLAB);
			table += !!(words[i] & KPF_PGTABLE);
			buddy += !!(words[i] & KPF_BUDDY);
		}
	say("machine slab=%s tables=%s free=%s", slab > 16 ? "some" : "none",
	    table > 4 ? "some" : "none",
	    buddy > vmstat("nr_free_pages ") / 10 * 9 ? "as counted" : "less");
}

/* What reads of these files are refused, and where they end. */
static void reads(const char *name)
{
	int fd = open(name, O_RDONLY);
	struct stat st;
	char bytes[24];
	void *volatile bad = (void *)8;
	void *map;

	fstat(fd, &st);
	say("%s mode=%o", name, (unsigned int)st.st_mode);
	say("%s half a word: %s", name, made(pread(fd, bytes, 4, 0)));
	say("%s at half a word: %s", name, made(pread(fd, bytes, 8, 4)));
	say("%s nothing: %s", name, made(pread(fd, bytes, 0, 0)));
	say("%s two words: %s", name, made(pread(fd, bytes, 16, 0)));
	say("%s bad address: %s", name, made(pread(fd, bad, 8, 0)));
	say("%s far: %s", name, made(pread(fd, bytes, 8, 1 << 30)));
	say("%s from its end: %s", name, made(lseek(fd, 0, SEEK_END)));
	say("%s before its start: %s", name, made(lseek(fd, -8, SEEK_SET)));
	map = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	say("%s mapped: %s", name, made((long)map));
	say("%s for writing: %s", name,
	    made(open(name, O_WRONLY) < 0 ? -1 : 0));
	close(fd);
}

int main(void)
{
	prefix = "physpages";
	kpageflags = open("/proc/kpageflags", O_RDONLY);
	kpagecount = open("/proc/kpagecount", O_RDONLY);
	find_highmem();
	say("highmem %s", first_high == UINT64_MAX ? "none" : "some");
	pagemap = open("/proc/self/pagemap", O_RDONLY);
	anonymous();
	file();
	the_rest();
	reads("/proc/kpageflags");
	reads("/proc/kpagecount");
	return 0;
}
