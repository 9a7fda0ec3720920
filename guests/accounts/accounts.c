/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an operation changes in the accounts of memory, as far as they are
 * exact: /proc/vmstat and meminfo (after stat_refresh, which adds up what each
 * CPU has counted for itself), and the process's own status. Only differences
 * are printed, in pages (nr_…), kB (Vm…, Rss…, Committed_AS) or stacks:
 *
 *	write-16 nr_anon_pages=+16 RssAnon=+64 …
 *
 * status is read twice: as it is, since Linux adds up faults only after 64 of
 * them, and after a madvise that makes it add up.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE   4096u
#define WINDOW 0x20000000u

static const struct field {
	const char *file, *name;
} fields[] = {
	{"/proc/vmstat", "nr_anon_pages "},
	{"/proc/vmstat", "nr_mapped "},
	{"/proc/vmstat", "nr_file_pages "},
	{"/proc/vmstat", "nr_shmem "},
	{"/proc/vmstat", "nr_page_table_pages "},
	{"/proc/vmstat", "nr_kernel_stack "},
	{"/proc/meminfo", "Committed_AS:"},
	{"/proc/self/status", "VmPeak:"},
	{"/proc/self/status", "VmSize:"},
	{"/proc/self/status", "VmLck:"},
	{"/proc/self/status", "VmHWM:"},
	{"/proc/self/status", "VmRSS:"},
	{"/proc/self/status", "RssAnon:"},
	{"/proc/self/status", "RssFile:"},
	{"/proc/self/status", "RssShmem:"},
	{"/proc/self/status", "VmData:"},
	{"/proc/self/status", "VmStk:"},
	{"/proc/self/status", "VmExe:"},
	{"/proc/self/status", "VmLib:"},
	{"/proc/self/status", "VmPTE:"},
};
#define NR_FIELDS (sizeof(fields) / sizeof(*fields))

static char text[3][16384];
static const char *const files[3] = {"/proc/vmstat", "/proc/meminfo",
				     "/proc/self/status"};
static long before[NR_FIELDS], after[NR_FIELDS];
static int fds[3], refresh;

static void read_all(void)
{
	char nothing[8];

	pread(refresh, nothing, sizeof(nothing), 0);
	for (int i = 0; i < 3; i++) {
		ssize_t n = pread(fds[i], text[i], sizeof(text[i]) - 1, 0);

		text[i][n > 0 ? n : 0] = '\0';
	}
}

static void collect(long *to)
{
	read_all();
	for (size_t i = 0; i < NR_FIELDS; i++) {
		const char *at = NULL;
		char name[32];

		snprintf(name, sizeof(name), "\n%s", fields[i].name);
		for (int f = 0; f < 3; f++)
			if (!strcmp(fields[i].file, files[f]))
				at = strstr(text[f], name);
		to[i] = at ? strtol(at + strlen(name), NULL, 10) : -1;
	}
}

static void *at(unsigned int page)
{
	return (void *)(uintptr_t)(WINDOW + page * PAGE);
}

static void *scratch;

/* Unmapping a page adds up what this task has counted for itself. */
static void settle(void)
{
	madvise(scratch, PAGE, MADV_DONTNEED);
}

static void begin(void)
{
	settle();
	collect(before);
}

static void print_changes(const char *step)
{
	printf("%s", step);
	for (size_t i = 0; i < NR_FIELDS; i++)
		if (after[i] != before[i])
			printf(" %.*s=%+ld", (int)strcspn(fields[i].name, ": "),
			       fields[i].name, after[i] - before[i]);
	putchar('\n');
}

static void end(const char *step)
{
	char name[64];

	collect(after);
	snprintf(name, sizeof(name), "%s unsettled", step);
	print_changes(name);
	settle();
	collect(after);
	print_changes(step);
}

static void *map_at(unsigned int page, unsigned int nr, int prot, int flags,
		    int fd)
{
	return mmap(at(page), nr * PAGE, prot, flags | MAP_FIXED, fd, 0);
}

static void *anon(unsigned int page, unsigned int nr, int prot)
{
	return map_at(page, nr, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void write_pages(unsigned int page, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		*(volatile char *)at(page + i) = 1;
}

static void read_pages(unsigned int page, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		(void)*(volatile char *)at(page + i);
}

#define STEP(name, ...)      \
	do {                 \
		begin();     \
		__VA_ARGS__; \
		end(name);   \
	} while (0)

#define RW (PROT_READ | PROT_WRITE)

static void anonymous(void)
{
	STEP("map-1024", anon(0, 1024, RW));
	STEP("read-16", read_pages(0, 16));
	STEP("write-16", write_pages(0, 16));
	STEP("write-60", write_pages(16, 60));
	STEP("write-70", write_pages(76, 70));
	STEP("write-200", write_pages(146, 200));
	STEP("dontneed-100", madvise(at(0), 100 * PAGE, MADV_DONTNEED));
	STEP("readonly", mprotect(at(0), 1024 * PAGE, PROT_READ));
	STEP("none", mprotect(at(0), 1024 * PAGE, PROT_NONE));
	STEP("writable", mprotect(at(0), 1024 * PAGE, RW));
	STEP("executable", mprotect(at(0), 512 * PAGE, PROT_READ | PROT_EXEC));
	STEP("move", mremap(at(512), 512 * PAGE, 600 * PAGE,
			    MREMAP_MAYMOVE | MREMAP_FIXED, at(2048)));
	STEP("unmap-half", munmap(at(0), 256 * PAGE));
	STEP("unmap-rest", munmap(at(0), 4096 * PAGE));
	STEP("map-none", anon(0, 64, PROT_NONE));
	STEP("map-readonly", anon(64, 64, PROT_READ));
	STEP("map-noreserve",
	     map_at(128, 64, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1));
	STEP("map-populate",
	     map_at(192, 100, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
		    -1));
	STEP("map-growsdown",
	     map_at(400, 8, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN,
		    -1));
	STEP("map-locked",
	     map_at(512, 16, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1));
	STEP("mlock", mlock(at(192), 10 * PAGE));
	STEP("munlock", munlock(at(192), 4 * PAGE));
	STEP("wipe", munmap(at(0), 1024 * PAGE));
}

static void shared(void)
{
	int fd = open("/tmp/accounts-file", O_RDWR | O_CREAT | O_TRUNC, 0600);

	STEP("truncate", ftruncate(fd, 64 * PAGE));
	STEP("file-write", pwrite(fd, text[0], PAGE, 0));
	STEP("file-map-shared", map_at(0, 64, RW, MAP_SHARED, fd));
	STEP("file-read-1", read_pages(0, 1));
	STEP("file-write-8", write_pages(8, 8));
	STEP("file-map-private", map_at(64, 64, RW, MAP_PRIVATE, fd));
	STEP("private-read-10", read_pages(64, 10));
	STEP("private-write-10", write_pages(64, 10));
	STEP("shared-dontneed", madvise(at(0), 64 * PAGE, MADV_DONTNEED));
	STEP("shared-reread", read_pages(8, 1));
	STEP("private-unmap", munmap(at(64), 64 * PAGE));
	STEP("file-unmap", munmap(at(0), 64 * PAGE));
	STEP("file-truncate", ftruncate(fd, 4 * PAGE));
	unlink("/tmp/accounts-file");
	STEP("file-close", close(fd));
	STEP("anon-shared", map_at(0, 64, RW, MAP_SHARED | MAP_ANONYMOUS, -1));
	STEP("anon-shared-write", write_pages(0, 20));
	STEP("anon-shared-unmap", munmap(at(0), 64 * PAGE));
}

static int to_child[2], to_parent[2];

static void say(int fd)
{
	if (write(fd, "x", 1) != 1)
		_exit(9);
}

static void hear(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		_exit(8);
}

/* The window's share in what a fork costs: with a full one less an empty. */
static void fork_changes(const char *step, void (*in_child)(void))
{
	static long empty[NR_FIELDS];
	static int known;
	int pid;

	begin();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (in_child)
			in_child();
		say(to_parent[1]);
		hear(to_child[0]);
		_exit(0);
	}
	hear(to_parent[0]);
	settle();
	collect(after);
	if (!known)
		for (size_t i = 0; i < NR_FIELDS; i++)
			empty[i] = after[i] - before[i];
	printf("%s", step);
	for (size_t i = 0; known && i < NR_FIELDS; i++)
		if (after[i] - before[i] != empty[i])
			printf(" %.*s=%+ld", (int)strcspn(fields[i].name, ": "),
			       fields[i].name, after[i] - before[i] - empty[i]);
	putchar('\n');
	known = 1;
	say(to_child[1]);
	waitpid(pid, NULL, 0);
}

static void child_writes(void)
{
	write_pages(0, 30);
}

static void child_unmaps(void)
{
	munmap(at(0), 64 * PAGE);
}

static void forks(void)
{
	if (pipe(to_child) || pipe(to_parent))
		return;
	fork_changes("fork-empty", NULL);
	fork_changes("fork-empty-again", NULL);
	anon(0, 64, RW);
	fork_changes("fork-mapped", NULL);
	write_pages(0, 64);
	fork_changes("fork-written", NULL);
	fork_changes("fork-child-writes", child_writes);
	fork_changes("fork-child-unmaps", child_unmaps);
	madvise(at(0), 32 * PAGE, MADV_WIPEONFORK);
	fork_changes("fork-wiped", NULL);
	madvise(at(0), 32 * PAGE, MADV_DONTFORK);
	fork_changes("fork-dontfork", NULL);
	munmap(at(0), 64 * PAGE);
}

static void limits_of_rss(void)
{
	char line[64];

	anon(0, 300, RW);
	begin();
	for (unsigned int i = 0; i < 300; i++) {
		write_pages(i, 1);
		if (i % 13)
			continue;
		collect(after);
		snprintf(line, sizeof(line), "touched %u", i + 1);
		print_changes(line);
	}
	munmap(at(0), 300 * PAGE);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 65536);
	memset(text, 1, sizeof(text));
	refresh = open("/proc/sys/vm/stat_refresh", O_RDONLY);
	for (int i = 0; i < 3; i++)
		fds[i] = open(files[i], O_RDONLY);
	scratch = mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*(volatile char *)scratch = 1;
	/* what this itself needs of memory is there afterwards */
	for (int i = 0; i < 3; i++) {
		begin();
		settle();
		collect(after);
	}
	end("nothing");
	limits_of_rss();
	anonymous();
	shared();
	forks();
	return 0;
}
