/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages that are out, step by step: memory of each kind is sent to swap by
 * MADV_PAGEOUT, and then read, written, forked, moved, locked, advised,
 * truncated and unmapped. After each step there is a line with what has
 * changed since the one before:
 *
 *	STEP rss=N swap=N pss=N [PAGES] core=PAGES min=N maj=N out=N in=N …
 *
 * of the 16 pages of the window: smaps, pagemap (a letter for each: . nothing,
 * m memory, s swap), mincore, faults, /proc/vmstat's pswpout and its like,
 * VmSwap of status. Where the numbers of two kernels may differ without either
 * being wrong (readahead by its history), page-cluster is 0.
 *
 *	swapped [PART]		anon, ahead, calls, lock, fork, many, shm, off
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "observe.h"

#ifndef MADV_COLD
#define MADV_COLD    20
#define MADV_PAGEOUT 21
#endif

enum {
	PAGE = 4096,
	NR = 16,
	BYTES = NR * PAGE,
};

#define WINDOW      ((uint8_t *)0x20000000u)
#define OTHER       ((uint8_t *)0x20100000u)
#define RW          (PROT_READ | PROT_WRITE)
#define ANON        (MAP_PRIVATE | MAP_ANONYMOUS)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* ---- counters ------------------------------------------------------------------ */

static const char *const counters[][2] = {
	{"pswpout", "out"},
	{"pswpin", "in"},
	{"swap_ra", "ra"},
	{"swap_ra_hit", "hit"},
	{"pgsteal_anon", "steal"},
	{"pgscan_anon", "scan"},
	{"pglazyfreed", "lazyfreed"},
	{"pglazyfree", "lazyfree"},
	{"pgactivate", "act"},
	{"pgdeactivate", "deact"},
	{"workingset_refault_anon", "refault"},
	{"workingset_activate_anon", "refact"},
	{"nr_swapcached", "cached"},
	{"nr_shmem", "shmem"},
	{"nr_anon_pages", "anon"},
	{"nr_unevictable", "unev"},
	{"nr_mlock", "mlock"},
};
#define NR_COUNTERS COUNT(counters)

static void *scratch; /* nothing is ever there */

/*
 * What a CPU, or a task, keeps back for a while is added up: pages on their
 * way to a list, the task's counts of its memory.
 */
static void drain(void)
{
	madvise(scratch, PAGE, MADV_COLD);
	madvise(scratch, PAGE, MADV_DONTNEED);
	slurp("/proc/sys/vm/stat_refresh");
}

static long before[NR_COUNTERS];
static struct rusage usage;

static long counter(const char *name)
{
	char line[64];
	const char *at;

	snprintf(line, sizeof(line), "\n%s ", name);
	at = strstr(text, line);
	return at ? strtol(at + strlen(line), NULL, 10) : -1;
}

static void read_counters(long *to)
{
	drain();
	slurp("/proc/vmstat");
	memmove(text + 1, text, strlen(text) + 1);
	text[0] = '\n';
	for (size_t i = 0; i < NR_COUNTERS; i++)
		to[i] = counter(counters[i][0]);
}

/* ---- where the pages are ---------------------------------------------------------- */

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

static void letters(const uint8_t *at, char *to)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t map[NR] = {0};

	pread(fd, map, sizeof(map), (off_t)((uintptr_t)at / PAGE * 8));
	close(fd);
	for (int i = 0; i < NR; i++)
		to[i] = map[i] >> 63 ? 'm' : map[i] >> 62 ? 's' : '.';
	to[NR] = '\0';
}

static void core(const uint8_t *at, char *to)
{
	unsigned char in[NR];
	long ret = mincore((void *)at, BYTES, in);

	for (int i = 0; i < NR; i++)
		to[i] = ret ? '-' : in[i] & 1 ? 'm' : '.';
	to[NR] = '\0';
}

/* Waits until the disk has what it was told. */
static void settle(void)
{
	for (int i = 0; i < 100; i++) {
		if (!field("/proc/meminfo", "Writeback:"))
			return;
		usleep(10000);
	}
}

static void begin(void)
{
	settle();
	read_counters(before);
	getrusage(RUSAGE_SELF, &usage);
}

static void tell_of(const uint8_t *at, const char *step)
{
	char line[400], map[NR + 1], in[NR + 1];
	long now[NR_COUNTERS];
	struct rusage to;
	int len;

	getrusage(RUSAGE_SELF, &to);
	letters(at, map);
	core(at, in);
	settle();
	read_counters(now);
	len = snprintf(line, sizeof(line), "%s", step);
	if (smaps(at, "\nSize:") != 99999)
		len += snprintf(line + len, sizeof(line) - (size_t)len,
				" rss=%lu swap=%lu pss=%lu",
				smaps(at, "\nRss:"), smaps(at, "\nSwap:"),
				smaps(at, "\nSwapPss:"));
	len += snprintf(line + len, sizeof(line) - (size_t)len,
			" %s core=%s VmSwap=%lu min=%ld maj=%ld", map, in,
			field("/proc/self/status", "VmSwap:"),
			to.ru_minflt - usage.ru_minflt,
			to.ru_majflt - usage.ru_majflt);
	for (size_t i = 0; i < NR_COUNTERS; i++)
		if (now[i] != before[i])
			len += snprintf(line + len, sizeof(line) - (size_t)len,
					" %s=%+ld", counters[i][1],
					now[i] - before[i]);
	say("%s", line);
}

#define STEP_OF(at, name, ...)     \
	do {                       \
		begin();           \
		__VA_ARGS__;       \
		tell_of(at, name); \
	} while (0)
#define STEP(name, ...) STEP_OF(WINDOW, name, __VA_ARGS__)

/* ---- memory --------------------------------------------------------------------------- */

static void *map_at(void *at, size_t bytes, int prot, int flags, int fd)
{
	void *p = mmap(at, bytes, prot, flags | MAP_FIXED, fd, 0);

	if (p != at) {
		say("mmap %s", made(-1));
		_exit(1);
	}
	return p;
}

static void fill(volatile uint8_t *at, int nr)
{
	for (int i = 0; i < nr; i++)
		at[i * PAGE] = (uint8_t)(i + 1);
}

static unsigned int sum;

static void reads(const volatile uint8_t *at, int first, int end)
{
	for (int i = first; i < end; i++)
		sum += at[i * PAGE];
}

static void writes(volatile uint8_t *at, int first, int end)
{
	for (int i = first; i < end; i++)
		at[i * PAGE] = (uint8_t)(i + 1);
}

static void check(const char *name, const volatile uint8_t *at)
{
	int wrong = 0;

	for (int i = 0; i < NR; i++)
		wrong += at[i * PAGE] != i + 1;
	if (wrong)
		say("%s wrong=%d", name, wrong);
}

static void pageout(void *at, int first, int end)
{
	if (madvise((uint8_t *)at + first * PAGE, (size_t)(end - first) * PAGE,
		    MADV_PAGEOUT))
		say("pageout %s", made(-1));
}

/* 16 pages of this program alone, and out. */
static void out_again(void)
{
	munmap(WINDOW, BYTES);
	map_at(WINDOW, BYTES, RW, ANON, -1);
	fill(WINDOW, NR);
	pageout(WINDOW, 0, NR);
	settle();
}

/* ---- private memory --------------------------------------------------------------------- */

static void anon(void)
{
	prefix = "anon";
	map_at(WINDOW, BYTES, RW, ANON, -1);
	STEP("write", fill(WINDOW, NR));
	STEP("out 4", pageout(WINDOW, 0, 4));
	STEP("out all", pageout(WINDOW, 0, NR));
	STEP("out twice", pageout(WINDOW, 0, NR));
	STEP("read 4", reads(WINDOW, 0, 4));
	STEP("read them again", reads(WINDOW, 0, 4));
	STEP("write 4", writes(WINDOW, 4, 8));
	STEP("write what was read", writes(WINDOW, 0, 4));
	STEP("out clean and dirty", pageout(WINDOW, 0, NR));
	STEP("read all", reads(WINDOW, 0, NR));
	STEP("out unchanged", pageout(WINDOW, 0, NR));
	STEP("read backwards",
	     for (int i = NR - 1; i >= 0; i--) reads(WINDOW, i, i + 1));
	check("anon", WINDOW);
	STEP("cold", madvise(WINDOW, BYTES, MADV_COLD));
	STEP("out cold", pageout(WINDOW, 0, NR));
	STEP("protect", mprotect(WINDOW, BYTES / 2, PROT_READ));
	STEP("read protected", reads(WINDOW, 0, 2));
	STEP("unprotect", mprotect(WINDOW, BYTES / 2, RW));
	STEP("write unprotected", writes(WINDOW, 0, 2));
	STEP("no access", mprotect(WINDOW, BYTES / 2, PROT_NONE));
	STEP("access", mprotect(WINDOW, BYTES / 2, RW));
	STEP("unmap half", munmap(WINDOW + BYTES / 2, BYTES / 2));
	STEP("unmap", munmap(WINDOW, BYTES));
	/* Zero pages, and pages never touched, have nothing to be swapped. */
	map_at(WINDOW, BYTES, RW, ANON, -1);
	STEP("read zeroes", reads(WINDOW, 0, 8));
	STEP("out zeroes", pageout(WINDOW, 0, NR));
	STEP("write over", writes(WINDOW, 4, 8));
	STEP("out some", pageout(WINDOW, 0, NR));
	STEP("unmap zeroes", munmap(WINDOW, BYTES));
}

/* Reading ahead: how much, as the hits go. */
static void ahead(void)
{
	prefix = "ahead";
	out_again();
	put("/proc/sys/vm/page-cluster", 3);
	STEP("read 0", reads(WINDOW, 0, 1));
	STEP("read 1", reads(WINDOW, 1, 2));
	STEP("read 2", reads(WINDOW, 2, 3));
	STEP("read 3", reads(WINDOW, 3, 4));
	STEP("read 4", reads(WINDOW, 4, 5));
	STEP("read 5", reads(WINDOW, 5, 6));
	STEP("read the rest", reads(WINDOW, 6, NR));
	pageout(WINDOW, 0, NR);
	settle();
	STEP("read all", reads(WINDOW, 0, NR));
	pageout(WINDOW, 0, NR);
	settle();
	STEP("read backwards",
	     for (int i = NR - 1; i >= 0; i--) reads(WINDOW, i, i + 1));
	pageout(WINDOW, 0, NR);
	settle();
	STEP("read here and there",
	     for (int i = 0; i < NR; i++)
		     reads(WINDOW, i * 7 % NR, i * 7 % NR + 1));
	pageout(WINDOW, 0, NR);
	settle();
	STEP("willneed", madvise(WINDOW, BYTES, MADV_WILLNEED); usleep(100000));
	STEP("read it", reads(WINDOW, 0, NR));
	check("ahead", WINDOW);
	put("/proc/sys/vm/page-cluster", 0);
	munmap(WINDOW, BYTES);
}

/* ---- advice --------------------------------------------------------------------------------- */

static void calls(void)
{
	static const struct {
		const char *name;
		int advice;
	} list[] = {
		{"normal", MADV_NORMAL},         {"random", MADV_RANDOM},
		{"sequential", MADV_SEQUENTIAL}, {"willneed", MADV_WILLNEED},
		{"dontneed", MADV_DONTNEED},     {"free", MADV_FREE},
		{"remove", MADV_REMOVE},         {"dontfork", MADV_DONTFORK},
		{"mergeable", MADV_MERGEABLE},   {"cold", MADV_COLD},
		{"pageout", MADV_PAGEOUT},       {"populate_read", 22},
		{"populate_write", 23},          {"dontneed_locked", 24},
	};
	uint8_t *at;

	prefix = "advice";
	for (size_t i = 0; i < COUNT(list); i++) {
		out_again();
		reads(WINDOW, 0, 4);
		STEP(list[i].name,
		     say("%s %s", list[i].name,
			 made(madvise(WINDOW, BYTES, list[i].advice))));
		STEP("read", reads(WINDOW, 0, NR));
	}
	prefix = "calls";
	out_again();
	munmap(OTHER, 2 * BYTES);
	STEP_OF(OTHER, "mremap",
		mremap(WINDOW, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED,
		       OTHER));
	STEP_OF(OTHER, "grow", mremap(OTHER, BYTES, 2 * BYTES, 0));
	STEP_OF(OTHER, "shrink", mremap(OTHER, 2 * BYTES, BYTES, 0));
	STEP_OF(OTHER, "leave",
		mremap(OTHER, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED | 4,
		       WINDOW));
	STEP("left behind", (void)0);
	STEP("read moved", reads(WINDOW, 0, NR));
	check("calls", WINDOW);
	munmap(OTHER, BYTES);
	out_again();
	STEP("map over half", map_at(WINDOW, BYTES / 2, RW, ANON, -1));
	out_again();
	STEP("read by a call",
	     write(open("/dev/null", O_WRONLY), WINDOW, BYTES));
	out_again();
	STEP("write by a call",
	     read(open("/dev/zero", O_RDONLY), WINDOW, 3 * PAGE));
	out_again();
	STEP("by /proc/self/mem", pread(open("/proc/self/mem", O_RDONLY), text,
					1, (off_t)(uintptr_t)WINDOW));
	at = WINDOW + PAGE;
	STEP("futex", syscall(SYS_futex, at, 1, 0, 0, 0, 0));
	STEP("futex wait", syscall(SYS_futex, at, 0, 0, 0, 0, 0));
	munmap(WINDOW, BYTES);
}

/* ---- locked ------------------------------------------------------------------------------------- */

static void lock(void)
{
	prefix = "lock";
	out_again();
	STEP("mlock 4", say("%s", made(mlock(WINDOW, 4 * PAGE))));
	STEP("out locked",
	     say("%s", made(madvise(WINDOW, 4 * PAGE, MADV_PAGEOUT))));
	STEP("out across",
	     say("%s", made(madvise(WINDOW, BYTES, MADV_PAGEOUT))));
	STEP("munlock", munlock(WINDOW, 4 * PAGE));
	STEP("out unlocked", pageout(WINDOW, 0, NR));
	STEP("mlock on fault",
	     say("%s", made(syscall(SYS_mlock2, WINDOW, BYTES, 1))));
	STEP("read", reads(WINDOW, 0, 4));
	STEP("munlock", munlock(WINDOW, BYTES));
	munmap(WINDOW, BYTES);
	out_again();
	STEP("mlockall", say("%s", made(mlockall(MCL_CURRENT))));
	STEP("munlockall", munlockall());
	munmap(WINDOW, BYTES);
}

/* ---- fork ------------------------------------------------------------------------------------------ */

static int to_child[2], to_parent[2];

static void tell_other(int fd)
{
	if (write(fd, "x", 1) != 1)
		_exit(1);
}

static void hear(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		_exit(1);
}

static void child(void)
{
	prefix = "child";
	tell_other(to_parent[1]);
	hear(to_child[0]);
	STEP("begins", (void)0);
	STEP("read 4", reads(WINDOW, 0, 4));
	STEP("write 4", writes(WINDOW, 4, 8));
	STEP("out", pageout(WINDOW, 0, NR));
	check("child", WINDOW);
	tell_other(to_parent[1]);
	hear(to_child[0]);
	STEP("after its parent", reads(WINDOW, 8, 12));
	STEP("out", pageout(WINDOW, 0, NR));
	tell_other(to_parent[1]);
	hear(to_child[0]);
	_exit(0);
}

static void forks(void)
{
	pid_t pid;
	int status;

	prefix = "fork";
	if (pipe(to_child) || pipe(to_parent))
		_exit(1);
	out_again();
	reads(WINDOW, 14, 16);
	begin();
	pid = fork();
	if (!pid)
		child();
	hear(to_parent[0]);
	getrusage(RUSAGE_SELF, &usage); /* who was first on which page? */
	tell_of(WINDOW, "forked");
	tell_other(to_child[1]);
	hear(to_parent[0]);
	STEP("after its child", (void)0);
	STEP("read what it read", reads(WINDOW, 0, 4));
	STEP("write what it wrote", writes(WINDOW, 4, 8));
	STEP("write what it has", writes(WINDOW, 0, 2));
	STEP("read alone", reads(WINDOW, 8, 10));
	STEP("out", pageout(WINDOW, 0, NR));
	tell_other(to_child[1]);
	hear(to_parent[0]);
	STEP("out again", pageout(WINDOW, 0, NR));
	STEP("its child ends", tell_other(to_child[1]);
	     waitpid(pid, &status, 0));
	STEP("out alone", pageout(WINDOW, 0, NR));
	STEP("write all", writes(WINDOW, 0, NR));
	check("fork", WINDOW);
	munmap(WINDOW, BYTES);
}

/* Shared by more than the count of a slot has bits for. */
static void many_forks(void)
{
	enum {
		CHILDREN = 70
	};
	int go[2], status, bad = 0;
	char c;

	prefix = "many";
	if (pipe(go))
		_exit(1);
	out_again();
	for (int i = 0; i < CHILDREN; i++) {
		if (!fork()) {
			close(go[1]);
			tell_other(to_parent[1]);
			if (read(go[0], &c, 1))
				_exit(1);
			for (int j = 0; j < NR; j++)
				if (WINDOW[j * PAGE] != j + 1)
					_exit(2);
			_exit(0);
		}
		hear(to_parent[0]);
	}
	STEP("forked", (void)0);
	close(go[0]);
	close(go[1]);
	while (wait(&status) > 0)
		bad += status != 0;
	say("bad=%d", bad);
	STEP("all gone", reads(WINDOW, 0, NR));
	munmap(WINDOW, BYTES);
}

/* ---- shared memory ------------------------------------------------------------------------------------ */

static void shm_facts(const char *name)
{
	struct shm_info info;
	int ret = shmctl(0, SHM_INFO, (struct shmid_ds *)&info);

	say("%s %s tot=%lu rss=%lu swp=%lu", name, ret < 0 ? made(-1) : "ok",
	    info.shm_tot, info.shm_rss, info.shm_swp);
}

static void file(const char *name, int fd, int flags)
{
	struct stat st;

	prefix = name;
	map_at(WINDOW, BYTES, RW, flags, fd);
	STEP("write", fill(WINDOW, NR));
	STEP("out", pageout(WINDOW, 0, NR));
	STEP("read 4", reads(WINDOW, 0, 4));
	STEP("write 4", writes(WINDOW, 4, 8));
	STEP("out again", pageout(WINDOW, 0, NR));
	STEP("unmap, map", munmap(WINDOW, BYTES);
	     map_at(WINDOW, BYTES, RW, flags, fd));
	if (fd >= 0) {
		STEP("read()", pread(fd, text, PAGE, 0));
		STEP("write()", pwrite(fd, "\2", 1, PAGE));
		STEP("punch", fallocate(fd, 3, 2 * PAGE, 2 * PAGE));
		STEP("truncate", ftruncate(fd, 8 * PAGE));
		STEP("extend", ftruncate(fd, BYTES));
		fstat(fd, &st);
		say("blocks %ld", (long)st.st_blocks);
		STEP("remove", madvise(WINDOW + 4 * PAGE, PAGE, MADV_REMOVE));
		STEP("private", map_at(WINDOW, BYTES, RW, MAP_PRIVATE, fd));
		STEP("read private", reads(WINDOW, 0, 8));
		STEP("write private", writes(WINDOW, 0, 4));
		STEP("out private", pageout(WINDOW, 0, NR));
		STEP("read private", reads(WINDOW, 0, 8));
	}
	STEP("willneed", madvise(WINDOW, BYTES, MADV_WILLNEED));
	STEP("cold", madvise(WINDOW, BYTES, MADV_COLD));
	STEP("dontneed", madvise(WINDOW, BYTES, MADV_DONTNEED));
	STEP("unmap", munmap(WINDOW, BYTES));
	if (fd >= 0)
		STEP("close", close(fd));
}

static void shm(void)
{
	int id = shmget(IPC_PRIVATE, BYTES, 0600);

	file("shared", -1, MAP_SHARED | MAP_ANONYMOUS);
	int fd = memfd_create("swapped", 0);

	ftruncate(fd, BYTES);
	file("memfd", fd, MAP_SHARED);
	fd = open("/tmp/swapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
	ftruncate(fd, BYTES);
	file("tmpfs", fd, MAP_SHARED);
	unlink("/tmp/swapped");
	prefix = "sysv";
	shmat(id, WINDOW, SHM_REMAP);
	STEP("write", fill(WINDOW, NR));
	shm_facts("written");
	STEP("out", pageout(WINDOW, 0, NR));
	shm_facts("out");
	STEP("lock", say("%s", made(shmctl(id, SHM_LOCK, NULL))));
	shm_facts("locked");
	STEP("read", reads(WINDOW, 0, 8));
	shm_facts("read");
	STEP("out locked", pageout(WINDOW, 0, NR));
	STEP("unlock", shmctl(id, SHM_UNLOCK, NULL));
	STEP("out", pageout(WINDOW, 0, NR));
	shm_facts("out");
	STEP("remove", shmctl(id, IPC_RMID, NULL));
	STEP("detach", shmdt(WINDOW));
	shm_facts("end");
}

/* ---- swapoff ------------------------------------------------------------------------------------------- */

static void off_and_on(void)
{
	uint8_t *shared;

	prefix = "off";
	out_again();
	shared = map_at(OTHER, BYTES, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
	fill(shared, NR);
	pageout(shared, 0, NR);
	STEP("swapoff", say("%s", made(swapoff("/dev/vda"))));
	STEP_OF(OTHER, "shared", (void)0);
	STEP("read", reads(WINDOW, 0, NR));
	STEP_OF(OTHER, "read", reads(OTHER, 0, NR));
	STEP("out without swap", pageout(WINDOW, 0, NR));
	STEP("cold without swap", madvise(WINDOW, BYTES, MADV_COLD));
	STEP("swapon", say("%s", made(swapon("/dev/vda", 0))));
	STEP("out", pageout(WINDOW, 0, NR));
	STEP_OF(OTHER, "out", pageout(OTHER, 0, NR));
	check("off", WINDOW);
	check("off shared", OTHER);
	munmap(WINDOW, BYTES);
	munmap(OTHER, BYTES);
}

static const struct {
	const char *name;
	void (*run)(void);
} parts[] = {
	{"anon", anon}, {"ahead", ahead},    {"calls", calls},
	{"lock", lock}, {"fork", forks},     {"many", many_forks},
	{"shm", shm},   {"off", off_and_on},
};

int main(int argc, char **argv)
{
	scratch = mmap(NULL, PAGE, RW, ANON, -1, 0);
	put("/proc/sys/vm/page-cluster", 0);
	for (size_t i = 0; i < COUNT(parts); i++)
		if (argc < 2 || !strcmp(argv[1], parts[i].name))
			parts[i].run();
	return sum == 1;
}
