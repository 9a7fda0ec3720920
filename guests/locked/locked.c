/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locked memory, page by page: after each step which pages /proc/kpageflags
 * calls mlocked and unevictable, what smaps and VmLck count, and by how much
 * nr_mlock, nr_unevictable and the events unevictable_pgs_* went up or down.
 *
 * Prints: STEP RESULT pages=N mlocked=N unevictable=N Locked=KB VmLck=KB, then
 * each counter that changed.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "observe.h"

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1u
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

#define PAGE 4096ul
#define A    0x20000000ul
#define B    0x21000000ul
#define N    32ul
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

#define KPF_LRU         (1ull << 5)
#define KPF_UNEVICTABLE (1ull << 18)
#define KPF_MLOCKED     (1ull << 33)
#define PM_PRESENT      (1ull << 63)
#define PM_PFN          ((1ull << 55) - 1)

static const char *const counters[] = {
	"nr_mlock",
	"nr_unevictable",
	"unevictable_pgs_culled",
	"unevictable_pgs_rescued",
	"unevictable_pgs_mlocked",
	"unevictable_pgs_munlocked",
	"unevictable_pgs_cleared",
	"unevictable_pgs_stranded",
};
#define NR_COUNTERS (sizeof(counters) / sizeof(*counters))

static int kpageflags;
static long before[NR_COUNTERS];

/* Pages that wait in a batch for their list reach it when memory is unmapped. */
static void drain(void)
{
	void *page = mmap(NULL, PAGE, PROT_NONE, ANON, -1, 0);

	munmap(page, PAGE);
}

static void read_counters(long *values)
{
	drain();
	put("/proc/sys/vm/stat_refresh", 1);
	slurp("/proc/vmstat");
	for (size_t i = 0; i < NR_COUNTERS; i++) {
		char name[40];
		const char *at;

		snprintf(name, sizeof(name), "\n%s ", counters[i]);
		at = strstr(text, name);
		values[i] = at ? atol(at + strlen(name)) : -1;
	}
}

static uint64_t word_of(int fd, uint64_t index)
{
	uint64_t word = 0;

	if (pread(fd, &word, sizeof(word), (off_t)(index * sizeof(word))) < 0)
		_exit(2);
	return word;
}

static void count_pages(unsigned long at, unsigned long pages,
			unsigned int count[3])
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY);

	for (unsigned long i = 0; i < pages; i++) {
		uint64_t entry = word_of(pagemap, at / PAGE + i), word;

		if (!(entry & PM_PRESENT))
			continue;
		word = word_of(kpageflags, entry & PM_PFN);
		count[0]++;
		count[1] += !!(word & KPF_MLOCKED);
		count[2] += !!(word & KPF_UNEVICTABLE);
	}
	close(pagemap);
}

/* "Locked:" of the mappings within the range. */
static unsigned long smaps_locked(unsigned long at, unsigned long pages)
{
	unsigned long locked = 0, from, to;
	bool inside = false;

	slurp("/proc/self/smaps");
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from < at + pages * PAGE && to > at;
		else if (inside && !strncmp(line, "Locked:", 7))
			locked += strtoul(line + 7, NULL, 10);
	}
	return locked;
}

/* What the last step, which answered @result, did to a range. */
static void look_at(const char *step, const char *result, unsigned long at,
		    unsigned long pages)
{
	unsigned int count[3] = {0};
	long now[NR_COUNTERS];
	char line[300];
	int len;

	read_counters(now);
	count_pages(at, pages, count);
	len = snprintf(line, sizeof(line),
		       "%s: %s pages=%u mlocked=%u unevictable=%u Locked=%lu "
		       "VmLck=%lu",
		       step, result, count[0], count[1], count[2],
		       smaps_locked(at, pages),
		       field("/proc/self/status", "VmLck:"));
	for (size_t i = 0; i < NR_COUNTERS; i++)
		if (now[i] != before[i])
			len += snprintf(line + len, sizeof(line) - (size_t)len,
					" %s%+ld", counters[i],
					now[i] - before[i]);
	say("%s", line);
	read_counters(before);
}

static void look(const char *step, const char *result)
{
	look_at(step, result, A, N);
}

static void start(const char *name)
{
	prefix = name;
	read_counters(before);
}

static long map(unsigned long at, unsigned long pages, int prot, int flags,
		int fd)
{
	return syscall(SYS_mmap2, at, pages * PAGE, prot, flags | MAP_FIXED, fd,
		       0);
}

static const char *anon(int flags)
{
	return made(map(A, N, RW, ANON | flags, -1));
}

static const char *lock(unsigned long first, unsigned long pages)
{
	return made(mlock((void *)(A + first * PAGE), pages * PAGE));
}

static const char *lock2(unsigned long first, unsigned long pages, int flags)
{
	return made(syscall(SYS_mlock2, A + first * PAGE, pages * PAGE, flags));
}

static const char *unlock(unsigned long first, unsigned long pages)
{
	return made(munlock((void *)(A + first * PAGE), pages * PAGE));
}

static const char *unmap(unsigned long first, unsigned long pages)
{
	return made(munmap((void *)(A + first * PAGE), pages * PAGE));
}

static const char *advise(int advice)
{
	return made(madvise((void *)A, N * PAGE, advice));
}

static const char *protect(int prot)
{
	return made(mprotect((void *)A, N * PAGE, prot));
}

static void writes(unsigned long first, unsigned long pages)
{
	for (unsigned long i = first; i < first + pages; i++)
		*(volatile char *)(A + i * PAGE) = 1;
}

static void reads(unsigned long first, unsigned long pages)
{
	for (unsigned long i = first; i < first + pages; i++)
		(void)*(volatile char *)(A + i * PAGE);
}

/* ---- anonymous memory ------------------------------------------------------ */

static void anonymous(void)
{
	start("anon");
	look("map", anon(0));
	look("lock", lock(0, N));
	look("lock again", lock(0, N));
	look("unlock half", unlock(0, N / 2));
	look("unlock all", unlock(0, N));
	look("lock touched", lock(0, N));
	look("unmap some", unmap(4, 4));
	look("unmap", unmap(0, N));
	anon(0);
	reads(0, N);
	look("lock zero pages", lock(0, N));
	unmap(0, N);
	map(A, N, PROT_READ, ANON, -1);
	look("lock read-only", lock(0, N));
	look("make writable", protect(RW));
	unmap(0, N);
	map(A, N, PROT_NONE, ANON, -1);
	look("lock none", lock(0, N));
	look("make none writable", protect(RW));
	writes(0, 3);
	look("touch", "3");
	unmap(0, N);
	look("unmap", "ok");
	anon(0);
	unmap(8, 8);
	look("lock with a hole", lock(0, N));
	look("unlock with a hole", unlock(0, N));
	unmap(0, N);
	look("MAP_LOCKED", anon(MAP_LOCKED));
	look("map over", anon(0));
	look("MAP_LOCKED again", anon(MAP_LOCKED | MAP_NONBLOCK));
	unmap(0, N);
	look("unmap", "ok");
}

static void on_fault(void)
{
	start("onfault");
	anon(0);
	writes(0, 5);
	look("lock", lock2(0, N, MLOCK_ONFAULT));
	writes(3, 5);
	look("touch 3 more", "ok");
	reads(8, 5);
	look("read 5 more", "ok");
	writes(8, 5);
	look("write them", "ok");
	look("lock as usual", lock(0, N));
	look("lock on fault", lock2(0, N, MLOCK_ONFAULT));
	look("no such flag", lock2(0, N, 2));
	look("unlock", unlock(0, N));
	unmap(0, N);
	look("unmap", "ok");
}

static void advised(void)
{
	start("advised");
	anon(MAP_LOCKED);
	look("locked", "ok");
	look("DONTNEED", advise(MADV_DONTNEED));
	look("FREE", advise(MADV_FREE));
	look("COLD", advise(MADV_COLD));
	look("PAGEOUT", advise(MADV_PAGEOUT));
	look("REMOVE", advise(MADV_REMOVE));
	look("DONTNEED_LOCKED", advise(MADV_DONTNEED_LOCKED));
	look("POPULATE_WRITE", advise(23));
	look("unlock", unlock(0, N));
	look("FREE", advise(MADV_FREE));
	look("lock free", lock(0, N));
	look("unlock free", unlock(0, N));
	unmap(0, N);
	look("unmap", "ok");
}

static long remap(unsigned long old, unsigned long new, int flags,
		  unsigned long to)
{
	return syscall(SYS_mremap, A, old * PAGE, new *PAGE, flags, to);
}

static void moved(void)
{
	start("moved");
	anon(MAP_LOCKED);
	look("locked", "ok");
	look_at("move", made(remap(N, N, MREMAP_MAYMOVE | MREMAP_FIXED, B)), B,
		N);
	munmap((void *)B, N * PAGE);
	look("unmap", "ok");
	anon(MAP_LOCKED);
	look("shrink", made(remap(N, N / 2, 0, 0)));
	look("grow", made(remap(N / 2, N, 0, 0)));
	look_at("move and grow",
		made(remap(N, 2 * N, MREMAP_MAYMOVE | MREMAP_FIXED, B)), B,
		2 * N);
	munmap((void *)B, 2 * N * PAGE);
	anon(MAP_LOCKED);
	look_at("move part",
		made(remap(N / 2, N / 2, MREMAP_MAYMOVE | MREMAP_FIXED, B)), B,
		N);
	look("what is left", "ok");
	munmap((void *)B, N * PAGE);
	unmap(0, N);
	look("unmap", "ok");
	anon(MAP_LOCKED);
	look_at("keep the old",
		made(remap(N, N,
			   MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP,
			   B)),
		B, N);
	look("the old", "ok");
	writes(0, 3);
	look("touched", "3");
	munmap((void *)B, N * PAGE);
	unmap(0, N);
	look("unmap", "ok");
}

/* ---- fork ------------------------------------------------------------------- */

static void in_child(void (*act)(void))
{
	pid_t child = fork();

	if (!child) {
		act();
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static void child_looks(void)
{
	look("child", "ok");
	writes(0, 4);
	look("child wrote 4", "ok");
	look("child locks", lock(0, N));
	look("child unlocks", unlock(0, N));
	look("child locks", lock(0, N));
}

static void forked(void)
{
	start("forked");
	anon(MAP_LOCKED);
	look("locked", "ok");
	in_child(child_looks);
	look("child is gone", "ok");
	writes(0, N);
	look("written", "ok");
	unmap(0, N);
	look("unmap", "ok");
}

/* ---- files ------------------------------------------------------------------ */

static int file;

static void child_locks_file(void)
{
	look("child", "ok");
	look("child locks", lock(0, N));
	look("parent's and child's", "ok");
}

static void files(void)
{
	start("file");
	file = open("/tmp/locked", O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || ftruncate(file, N * PAGE))
		_exit(3);
	map(A, N, RW, MAP_SHARED, file);
	look("shared", lock(0, N));
	map(B, N, RW, MAP_SHARED | MAP_LOCKED, file);
	look("locked twice", "ok");
	look("unlock once", unlock(0, N));
	munmap((void *)B, N * PAGE);
	look("unmap the other", "ok");
	look("lock", lock(0, N));
	in_child(child_locks_file);
	look("child is gone", "ok");
	look("punch", made(fallocate(file, 3, 4 * PAGE, 4 * PAGE)));
	look("truncate", made(ftruncate(file, N * PAGE / 2)));
	look("lock beyond", lock(0, N));
	if (ftruncate(file, N * PAGE))
		_exit(3);
	reads(0, N);
	look("read all", "ok");
	unmap(0, N);
	look("unmap", "ok");
	map(A, N, RW, MAP_PRIVATE, file);
	look("private", lock(0, N));
	unmap(0, N);
	map(A, N, PROT_READ, MAP_PRIVATE, file);
	look("private read-only", lock(0, N));
	look("made writable", protect(RW));
	unmap(0, N);
	look("unmap", "ok");
	map(A, N, RW, MAP_SHARED | MAP_LOCKED, file);
	close(file);
	unlink("/tmp/locked");
	look("deleted", "ok");
	unmap(0, N);
	look("unmap", "ok");
	map(A, N, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_LOCKED, -1);
	look("shared anonymous", "ok");
	unmap(0, N);
	look("unmap", "ok");
}

/* ---- all of it ------------------------------------------------------------- */

/* Of all the process: what depends on its size is left out. */
static void look_all(const char *step, const char *result)
{
	unsigned int count[3] = {0};

	drain();
	count_pages(A, N, count);
	say("%s: %s pages=%u mlocked=%u unevictable=%u Locked=%lu", step,
	    result, count[0], count[1], count[2], smaps_locked(A, N));
}

static void everything(void)
{
	static const int flags[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

	prefix = "all";
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		char step[40];
		const char *result;

		anon(0);
		writes(0, 3);
		snprintf(step, sizeof(step), "mlockall %d", flags[i]);
		result = made(mlockall(flags[i]));
		look_all(step, result);
		unmap(0, N);
		anon(0);
		look_all("mapped then", "ok");
		writes(0, 3);
		look_all("written then", "ok");
		unmap(0, N);
		map(A, N, PROT_NONE, ANON, -1);
		look_all("mapped for none", "ok");
		unmap(0, N);
		result = made(munlockall());
		say("munlockall %s VmLck=%lu", result,
		    field("/proc/self/status", "VmLck:"));
		anon(0);
		look_all("mapped after", "ok");
		unmap(0, N);
	}
}

/* A new program has locked nothing, whatever the old one asked for. */
static void executed(char **argv)
{
	pid_t child;

	prefix = "exec";
	child = fork();
	if (!child) {
		mlockall(MCL_CURRENT | MCL_FUTURE);
		execl("/proc/self/exe", argv[0], "again", NULL);
		_exit(4);
	}
	waitpid(child, NULL, 0);
}

static void again(void)
{
	prefix = "exec";
	say("VmLck=%lu", field("/proc/self/status", "VmLck:"));
	anon(0);
	look_all("mapped", "ok");
}

int main(int argc, char **argv)
{
	kpageflags = open("/proc/kpageflags", O_RDONLY);
	if (argc > 1) {
		again();
		return 0;
	}
	anonymous();
	on_fault();
	advised();
	moved();
	forked();
	files();
	everything();
	executed(argv);
	start("end");
	look("all gone", "ok");
	return 0;
}
