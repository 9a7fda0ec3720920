/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/PID/smaps and pagemap for mappings of each kind, in a window that
 * nothing else uses, seen from inside and from a parent. A line for each VMA:
 *
 *	step=anon-write vma=0-10 rw-p Size=64 Rss=16 … flags=rd,wr,… pages=xx..
 *
 * vma are page numbers within the window; sizes are in kB and those of 0 left
 * out; pages has a letter for each page: '.' not there, p present, x present
 * and mapped once, f present and of a file or shared, F all three.
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE   4096u
#define WINDOW 0x20000000u
#define NR     256u /* pages of the window */

#ifndef MADV_COLD
#define MADV_COLD    20
#define MADV_PAGEOUT 21
#endif

static char text[256 * 1024], other[256 * 1024];
static uint64_t map[NR];

static char *at(unsigned int page)
{
	return (char *)(uintptr_t)(WINDOW + page * PAGE);
}

/* ---- reading /proc ----------------------------------------------------- */

static int proc_open(int pid, const char *name, int flags)
{
	char path[64];

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	else
		snprintf(path, sizeof(path), "/proc/self/%s", name);
	return open(path, flags);
}

/* All of it, in pieces of @piece bytes; -1 or its length. */
static int proc_read(int pid, const char *name, char *to, size_t size,
		     size_t piece)
{
	int fd = proc_open(pid, name, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	while (len < size - 1) {
		size_t want = piece < size - 1 - len ? piece : size - 1 - len;

		n = read(fd, to + len, want);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	close(fd);
	to[len] = '\0';
	return (int)len;
}

static void read_pagemap(int pid)
{
	int fd = proc_open(pid, "pagemap", O_RDONLY);

	memset(map, 0, sizeof(map));
	if (fd < 0 || pread(fd, map, sizeof(map), WINDOW / PAGE * 8) < 0)
		printf("pagemap errno=%d\n", errno);
	close(fd);
}

/* ---- printing a VMA ---------------------------------------------------- */

static char page_letter(uint64_t entry)
{
	unsigned int bits = (unsigned int)(entry >> 55);

	switch (bits) {
	case 0:
		return '.';
	case 0x100:
		return 'p';
	case 0x102:
		return 'x';
	case 0x140:
		return 'f';
	case 0x142:
		return 'F';
	default:
		return '?';
	}
}

static void print_pages(unsigned int first, unsigned int end)
{
	unsigned int i = first;

	printf(" pages=");
	while (i < end) {
		char c = page_letter(map[i]);
		unsigned int n = 1;

		while (i + n < end && page_letter(map[i + n]) == c)
			n++;
		if (n > 3)
			printf("%c*%u,", c, n);
		else
			for (unsigned int j = 0; j < n; j++)
				putchar(c);
		i += n;
	}
	putchar('\n');
}

/* A field: "Rss:   12 kB", or the flags. */
static void print_field(char *line)
{
	char *value = strchr(line, ':');

	if (!value)
		return;
	*value++ = '\0';
	value += strspn(value, " ");
	if (!strcmp(line, "VmFlags")) {
		printf(" flags=");
		for (; *value; value++)
			if (*value != ' ' || value[1])
				putchar(*value == ' ' ? ',' : *value);
	} else if (strncmp(value, "0", 2) && strncmp(value, "0 kB", 4) &&
		   !strstr(line, "PageSize")) {
		printf(" %s=%.*s", line, (int)strcspn(value, " "), value);
	}
}

/* The VMAs of process @pid (0: this one) that lie in the window. */
static void show_of(int pid, const char *step)
{
	unsigned int start = 0, end = 0, s, e;
	char *line, *rest = text, perms[8], name[64];
	unsigned long long off;

	if (proc_read(pid, "smaps", text, sizeof(text), 65536) < 0)
		printf("step=%s errno=%d\n", step, errno);
	read_pagemap(pid);
	while ((line = strsep(&rest, "\n")) && *line) {
		name[0] = '\0';
		if (sscanf(line, "%x-%x %7s %llx %*s %*s %63[^\n]", &s, &e,
			   perms, &off, name) >= 4) {
			if (end)
				print_pages(start, end);
			end = 0;
			if (s < WINDOW || s >= WINDOW + NR * PAGE)
				continue;
			start = (s - WINDOW) / PAGE;
			end = (e - WINDOW) / PAGE;
			printf("step=%s vma=%u-%u %s off=%llx%s%s", step, start,
			       end, perms, off, *name ? " " : "", name);
		} else if (end) {
			print_field(line);
		}
	}
	if (end)
		print_pages(start, end);
}

static void show(const char *step)
{
	show_of(0, step);
}

/* ---- making mappings --------------------------------------------------- */

static void wipe(void)
{
	munmap(at(0), NR * PAGE);
}

static void *map_at(unsigned int page, unsigned int nr, int prot, int flags,
		    int fd, unsigned int pgoff)
{
	void *p = mmap(at(page), nr * PAGE, prot, flags | MAP_FIXED, fd,
		       (off_t)pgoff * PAGE);

	if (p == MAP_FAILED)
		printf("mmap page=%u errno=%d\n", page, errno);
	return p;
}

static void *anon(unsigned int page, unsigned int nr, int flags)
{
	return map_at(page, nr, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static void write_pages(unsigned int page, unsigned int nr)
{
	for (unsigned int i = page; i < page + nr; i++)
		*(volatile char *)at(i) = (char)('a' + i);
}

static void read_pages(unsigned int page, unsigned int nr)
{
	for (unsigned int i = page; i < page + nr; i++)
		(void)*(volatile char *)at(i);
}

static void advise(unsigned int page, unsigned int nr, int advice)
{
	if (madvise(at(page), nr * PAGE, advice))
		printf("madvise %d errno=%d\n", advice, errno);
}

static int make_file(const char *path, unsigned int nr_pages)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	memset(other, 'x', PAGE);
	for (unsigned int i = 0; i < nr_pages; i++)
		if (write(fd, other, PAGE) != PAGE)
			printf("write errno=%d\n", errno);
	return fd;
}

/* ---- one process alone ------------------------------------------------- */

static void anonymous(void)
{
	anon(0, 16, 0);
	show("anon");
	read_pages(0, 4);
	show("anon-read");
	write_pages(2, 4);
	show("anon-write");
	advise(3, 2, MADV_DONTNEED);
	show("anon-dontneed");
	mprotect(at(0), 8 * PAGE, PROT_READ);
	show("anon-readonly");
	mprotect(at(2), 4 * PAGE, PROT_NONE);
	show("anon-none");
	mprotect(at(0), 16 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
	show("anon-rwx");
	mremap(at(0), 16 * PAGE, 32 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
	       at(64));
	show("anon-moved");
	wipe();
	anon(0, 4, MAP_POPULATE);
	map_at(8, 4, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
	       0);
	map_at(16, 4, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
	       0);
	show("anon-populate");
	wipe();
	anon(0, 4, MAP_NORESERVE);
	map_at(8, 4, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	anon(16, 4, MAP_STACK);
	anon(24, 4, MAP_DENYWRITE | MAP_EXECUTABLE);
	show("anon-flags");
	wipe();
	anon(100, 4, MAP_GROWSDOWN);
	write_pages(103, 1);
	*(volatile char *)at(98) = 1;
	show("anon-growsdown");
	wipe();
}

static void shared(void)
{
	const int flags = MAP_SHARED | MAP_ANONYMOUS;

	map_at(0, 8, PROT_READ | PROT_WRITE, flags, -1, 0);
	show("shared");
	read_pages(0, 2);
	show("shared-read");
	write_pages(1, 3);
	show("shared-write");
	advise(2, 1, MADV_DONTNEED);
	show("shared-dontneed");
	read_pages(2, 1);
	show("shared-again");
	mprotect(at(0), 4 * PAGE, PROT_READ);
	map_at(16, 4, PROT_READ, flags | MAP_NORESERVE, -1, 0);
	map_at(24, 4, PROT_READ | PROT_WRITE, flags | MAP_POPULATE, -1, 0);
	map_at(32, 4, PROT_WRITE, flags, -1, 0);
	show("shared-flags");
	wipe();
}

static void files(void)
{
	int fd = make_file("/tmp/smaps-file", 40), ro;

	ro = open("/tmp/smaps-file", O_RDONLY);
	map_at(0, 40, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	show("private-file");
	read_pages(20, 1);
	show("private-file-read");
	write_pages(21, 2);
	write_pages(35, 1);
	show("private-file-write");
	advise(20, 2, MADV_DONTNEED);
	show("private-file-dontneed");
	wipe();
	map_at(0, 40, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	read_pages(0, 1);
	show("shared-file-read");
	write_pages(18, 2);
	show("shared-file-write");
	msync(at(0), 40 * PAGE, MS_SYNC);
	show("shared-file-synced");
	map_at(64, 4, PROT_READ, MAP_PRIVATE, ro, 2);
	map_at(80, 4, PROT_READ, MAP_SHARED, ro, 3);
	map_at(96, 4, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, ro,
	       17);
	map_at(112, 4, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 18);
	read_pages(64, 1);
	read_pages(80, 4);
	write_pages(96, 1);
	read_pages(112, 1);
	show("file-flags");
	wipe();
	map_at(0, 50, PROT_READ, MAP_SHARED, fd, 0);
	map_at(64, 16, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 24);
	read_pages(0, 40);
	write_pages(70, 2);
	show("before-truncate");
	if (ftruncate(fd, 31 * PAGE))
		printf("ftruncate errno=%d\n", errno);
	show("after-truncate");
	close(fd);
	close(ro);
	unlink("/tmp/smaps-file");
	show("file-deleted");
	wipe();
}

static void locked(void)
{
	anon(0, 8, 0);
	write_pages(0, 2);
	mlock(at(0), 4 * PAGE);
	show("mlock");
	munlock(at(1), PAGE);
	show("munlock");
	munlock(at(0), 8 * PAGE);
	show("munlock-all");
	anon(16, 4, 0);
	if (mlock2(at(16), 4 * PAGE, MLOCK_ONFAULT))
		printf("mlock2 errno=%d\n", errno);
	write_pages(17, 1);
	read_pages(18, 1);
	show("mlock-onfault");
	wipe();
	anon(0, 4, MAP_LOCKED);
	map_at(8, 4, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1,
	       0);
	map_at(16, 4, PROT_READ | PROT_WRITE,
	       MAP_SHARED | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	show("map-locked");
	wipe();
}

static void advised(void)
{
	static const struct {
		const char *name;
		int advice;
	} advices[] = {
		{"random", MADV_RANDOM},
		{"sequential", MADV_SEQUENTIAL},
		{"dontfork", MADV_DONTFORK},
		{"wipeonfork", MADV_WIPEONFORK},
		{"dontdump", MADV_DONTDUMP},
		{"hugepage", MADV_HUGEPAGE},
		{"nohugepage", MADV_NOHUGEPAGE},
		{"mergeable", MADV_MERGEABLE},
		{"unmergeable", MADV_UNMERGEABLE},
	};
	char step[32];

	for (size_t i = 0; i < sizeof(advices) / sizeof(*advices); i++) {
		snprintf(step, sizeof(step), "advice-%s", advices[i].name);
		anon(0, 6, 0);
		write_pages(0, 6);
		if (madvise(at(2), 2 * PAGE, advices[i].advice))
			printf("%s errno=%d\n", step, errno);
		show(step);
		wipe();
	}
}

static void lazily_freed(void)
{
	anon(0, 8, 0);
	write_pages(0, 6);
	advise(0, 8, MADV_FREE);
	show("free");
	printf("free-content %c%c\n", *at(0), *at(5));
	show("free-read");
	write_pages(1, 2);
	show("free-rewritten");
	advise(0, 8, MADV_FREE);
	advise(3, 1, MADV_DONTNEED);
	show("free-dontneed");
	mprotect(at(0), 8 * PAGE, PROT_READ);
	show("free-readonly");
	wipe();
	anon(0, 8, 0);
	write_pages(0, 8);
	advise(0, 4, MADV_COLD);
	show("cold");
	advise(2, 4, MADV_PAGEOUT);
	show("pageout");
	wipe();
}

/* ---- references -------------------------------------------------------- */

static void put(const char *name, const char *what)
{
	int fd = proc_open(0, name, O_WRONLY);
	ssize_t n = write(fd, what, strlen(what));

	printf("write %s '%s' %s=%d\n", name, what, n < 0 ? "errno" : "bytes",
	       n < 0 ? errno : (int)n);
	close(fd);
}

/* A fork flushes what the TLB still has of the parent's old entries. */
static void flush(void)
{
	int pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static void referenced(void)
{
	int fd = make_file("/tmp/smaps-refs", 4);

	anon(0, 4, 0);
	map_at(8, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	map_at(16, 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	       0);
	for (char type = '1'; type <= '5'; type++) {
		char what[2] = {type, 0}, step[16];

		write_pages(0, 4);
		write_pages(8, 4);
		write_pages(16, 4);
		snprintf(step, sizeof(step), "refs-%c", type);
		put("clear_refs", what);
		show(step);
		flush();
		read_pages(1, 1);
		read_pages(9, 1);
		read_pages(17, 1);
		snprintf(step, sizeof(step), "refs-%c-used", type);
		show(step);
	}
	put("clear_refs", "0");
	put("clear_refs", "6");
	put("clear_refs", "x");
	put("clear_refs", "1x");
	put("clear_refs", " 1\n");
	put("clear_refs", "");
	close(fd);
	unlink("/tmp/smaps-refs");
	wipe();
}

/* ---- two processes ----------------------------------------------------- */

static void fill_window(int fd)
{
	anon(0, 6, 0);
	write_pages(0, 4);
	read_pages(4, 1);
	map_at(8, 6, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	write_pages(8, 4);
	map_at(16, 6, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	write_pages(16, 2);
	read_pages(18, 1);
	map_at(24, 6, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	write_pages(24, 1);
	anon(32, 4, 0);
	write_pages(32, 4);
	advise(32, 2, MADV_WIPEONFORK);
	advise(34, 2, MADV_DONTFORK);
	anon(40, 4, 0);
	write_pages(40, 4);
	mlock(at(40), 2 * PAGE);
	anon(48, 4, 0);
	write_pages(48, 4);
	advise(48, 4, MADV_FREE);
}

/* Parent and child speak in turn. */
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

static void child(void)
{
	show("child");
	read_pages(0, 2);
	write_pages(1, 1);
	read_pages(8, 6);
	write_pages(17, 1);
	write_pages(25, 1);
	write_pages(32, 1);
	write_pages(41, 1);
	show("child-wrote");
	fflush(stdout);
	say(to_parent[1]);
	hear(to_child[0]);
	show("child-late");
	fflush(stdout);
	_exit(0);
}

static void forked(void)
{
	int fd = make_file("/tmp/smaps-fork", 6), pid;

	fill_window(fd);
	show("before-fork");
	if (pipe(to_child) || pipe(to_parent))
		return;
	fflush(stdout);
	pid = fork();
	if (!pid)
		child();
	hear(to_parent[0]);
	show("parent");
	show_of(pid, "child-from-outside");
	write_pages(0, 1);
	write_pages(1, 1);
	write_pages(16, 1);
	show("parent-wrote");
	fflush(stdout);
	say(to_child[1]);
	waitpid(pid, NULL, 0);
	show("parent-alone");
	close(fd);
	unlink("/tmp/smaps-fork");
	wipe();
}

/* ---- the files themselves ---------------------------------------------- */

static unsigned long field_sum(const char *from, const char *field)
{
	size_t len = strlen(field);
	unsigned long sum = 0;

	for (const char *line = from; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, field, len) && line[len] == ':')
			sum += strtoul(line + len + 1, NULL, 10);
	}
	return sum;
}

/* The rollup is the sum of all, but for rounding and the reading itself. */
static void rollup(void)
{
	static const char *const fields[] = {
		"Rss",           "Shared_Clean",  "Shared_Dirty",
		"Private_Clean", "Private_Dirty", "Anonymous",
		"LazyFree",      "Swap",
	};

	proc_read(0, "smaps", text, sizeof(text), 65536);
	proc_read(0, "smaps_rollup", other, sizeof(other), 65536);
	proc_read(0, "smaps", text, sizeof(text), 65536);
	proc_read(0, "smaps_rollup", other, sizeof(other), 65536);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		printf("rollup %s %s\n", fields[i],
		       field_sum(text, fields[i]) == field_sum(other, fields[i])
			       ? "sum"
			       : "other");
	printf("rollup pss parts %s\n",
	       labs((long)(field_sum(other, "Pss_Anon") +
			   field_sum(other, "Pss_File") +
			   field_sum(other, "Pss_Shmem") -
			   field_sum(other, "Pss"))) <= 2
		       ? "sum"
		       : "other");
	printf("rollup name %s\n",
	       strstr(other, "---p 00000000 00:00 0          [rollup]\n")
		       ? "yes"
		       : "no");
}

/* A text read in pieces is the text; a read gives whole records of a page. */
static void pieces(void)
{
	static const size_t sizes[] = {1, 100, 1000, 4095, 4096, 65536};
	static const char *const names[] = {"maps", "smaps", "smaps_rollup"};

	for (int i = 0; i < 24; i++)
		map_at((unsigned int)i * 2, 1,
		       i % 2 ? PROT_READ : PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (size_t n = 0; n < 3; n++) {
		int all = proc_read(0, names[n], text, sizeof(text), 65536);

		all = proc_read(0, names[n], text, sizeof(text), 65536);
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			int len = proc_read(0, names[n], other, sizeof(other),
					    sizes[i]);

			printf("pieces %s %zu %s\n", names[n], sizes[i],
			       len == all && !strcmp(text, other) ? "same"
								  : "other");
		}
	}
	for (size_t n = 0; n < 3; n++) {
		int fd = proc_open(0, names[n], O_RDONLY);
		ssize_t first = read(fd, text, sizeof(text));
		ssize_t second = read(fd, other, sizeof(other));

		printf("read %s page=%d whole-lines=%d more=%d\n", names[n],
		       first > 0 && first <= (ssize_t)PAGE,
		       first > 0 && text[first - 1] == '\n', second > 0);
		printf("seek %s set=%ld", names[n],
		       (long)lseek(fd, 10, SEEK_SET));
		printf(" same=%d", read(fd, other, 20) == 20 &&
					   !memcmp(other, text + 10, 20));
		printf(" cur=%ld", (long)lseek(fd, -5, SEEK_CUR));
		printf(" end=%ld", (long)lseek(fd, 0, SEEK_END));
		printf(" errno=%d\n", errno);
		close(fd);
	}
	wipe();
}

static void try_pread(int fd, size_t size, off_t pos)
{
	ssize_t n;

	errno = 0;
	n = pread(fd, map, size, pos);
	printf("pagemap size=%zu pos=0x%llx ret=%zd errno=%d\n", size,
	       (unsigned long long)pos, n, errno);
}

static void pagemap_reads(void)
{
	int fd = proc_open(0, "pagemap", O_RDONLY);
	const off_t last = 0xbeffffff / PAGE * 8;

	try_pread(fd, 8, WINDOW / PAGE * 8);
	try_pread(fd, 0, WINDOW / PAGE * 8);
	try_pread(fd, 0, 1);
	try_pread(fd, 4, 0);
	try_pread(fd, 8, 4);
	try_pread(fd, 12, 8);
	try_pread(fd, sizeof(map), last);
	try_pread(fd, 8, last + 8);
	try_pread(fd, 8, 0xc0000000u / PAGE * 8);
	try_pread(fd, 8, 0xffff0000u / PAGE * 8);
	try_pread(fd, 8, (off_t)0x100000 * 8);
	try_pread(fd, 8, (off_t)1 << 40);
	printf("pagemap seek set=%ld", (long)lseek(fd, 16, SEEK_SET));
	printf(" cur=%ld", (long)lseek(fd, 8, SEEK_CUR));
	printf(" end=%ld", (long)lseek(fd, 0, SEEK_END));
	printf(" negative=%ld", (long)lseek(fd, -8, SEEK_SET));
	printf(" errno=%d\n", errno);
	anon(0, 1, 0);
	write_pages(0, 1);
	pread(fd, map, 8, WINDOW / PAGE * 8);
	printf("pagemap root pfn=%s\n",
	       map[0] & ((1ull << 55) - 1) ? "shown" : "hidden");
	fflush(stdout);
	if (!fork()) {
		/* the file is root's, the reader isn't any more */
		if (setresuid(1000, 1000, 1000))
			_exit(1);
		pread(fd, map, 8, WINDOW / PAGE * 8);
		printf("pagemap user pfn=%s\n",
		       map[0] & ((1ull << 55) - 1) ? "shown" : "hidden");
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	wipe();
	close(fd);
}

static const char *const names[] = {
	"maps", "smaps",   "smaps_rollup", "pagemap",
	"auxv", "environ", "clear_refs",   "statm",
};
#define NR_NAMES (sizeof(names) / sizeof(*names))

static void try_open(const char *who, int pid)
{
	for (size_t i = 0; i < NR_NAMES; i++) {
		int fd = proc_open(pid, names[i],
				   strcmp(names[i], "clear_refs") ? O_RDONLY
								  : O_WRONLY);

		printf("open-as-%s %s errno=%d\n", who, names[i],
		       fd < 0 ? errno : 0);
		close(fd);
	}
}

/* Another user's process, and one that has become another user's. */
static void rights(void)
{
	int parent = getpid();

	fflush(stdout);
	if (!fork()) {
		try_open("root", parent);
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(1);
		try_open("stranger", parent);
		try_open("changeling", 0);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
}

/* A file that outlives the process it is about. */
static void orphaned(void)
{
	int fds[NR_NAMES], pid;

	fflush(stdout);
	if (pipe(to_child))
		return;
	pid = fork();
	if (!pid) {
		hear(to_child[0]);
		_exit(0);
	}
	for (size_t i = 0; i < NR_NAMES; i++)
		fds[i] = proc_open(pid, names[i],
				   strcmp(names[i], "clear_refs") ? O_RDONLY
								  : O_WRONLY);
	say(to_child[1]);
	waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT);
	for (int reaped = 0; reaped < 2; reaped++) {
		for (size_t i = 0; i < NR_NAMES; i++) {
			ssize_t n;

			errno = 0;
			n = strcmp(names[i], "clear_refs")
				    ? pread(fds[i], text, 8, 0)
				    : write(fds[i], "1", 1);
			printf("%s %s ret=%zd errno=%d\n",
			       reaped ? "gone" : "zombie", names[i], n, errno);
		}
		waitpid(pid, NULL, 0);
	}
	for (size_t i = 0; i < NR_NAMES; i++)
		close(fds[i]);
}

int main(void)
{
	memset(text, 1, sizeof(text));
	memset(other, 1, sizeof(other));
	anonymous();
	shared();
	files();
	locked();
	advised();
	lazily_freed();
	referenced();
	forked();
	rollup();
	pieces();
	pagemap_reads();
	rights();
	orphaned();
	return 0;
}
