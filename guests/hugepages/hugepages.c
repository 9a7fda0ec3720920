// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Huge pages, one thing after the other: how much of 4 MB at a multiple of
 * 2 MB stands in huge pages (AnonHugePages of smaps) after each operation,
 * what the touches cost in minor faults, and whether the bytes are right.
 * Wants transparent_hugepage=madvise or always.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MB    1048576u
#define PAGE  4096u
#define HUGE  (2 * MB)
#define BYTES (2 * HUGE)

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define THP "/sys/kernel/mm/transparent_hugepage/"

static uint8_t *room;
static volatile long faults_before; /* no store is left out */

static long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/* Kilobytes of a field of smaps, over all VMAs that touch [from, to). */
static unsigned long smaps(const char *field, const uint8_t *from,
			   const uint8_t *to)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long start, end, sum = 0;
	char line[256], dash;
	int inside = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx%c%lx", &start, &dash, &end) == 3 &&
		    dash == '-')
			inside = start < (uintptr_t)to && end > (uintptr_t)from;
		else if (inside && !strncmp(line, field, strlen(field)))
			sum += strtoul(line + strlen(field) + 1, NULL, 10);
	}
	if (f)
		fclose(f);
	return sum;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		printf("%s: %s: %s\n", path, text, strerror(errno));
	close(fd);
}

static uint8_t *fresh(int advice)
{
	uint8_t *p;

	if (room)
		munmap(room, BYTES + 2 * HUGE);
	room = mmap(NULL, BYTES + 2 * HUGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	p = (uint8_t *)(((uintptr_t)room + HUGE - 1) & ~(HUGE - 1));
	madvise(room, BYTES + 2 * HUGE, advice);
	faults_before = minor_faults();
	return p;
}

static uint8_t byte_of(uint32_t offset)
{
	return (uint8_t)(offset / PAGE * 7 + 3);
}

static void fill(uint8_t *p, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i += PAGE / 2)
		p[i] = byte_of(i);
}

static int wrong_bytes(const uint8_t *p, uint32_t from, uint32_t to)
{
	int wrong = 0;

	for (uint32_t i = from; i < to; i += PAGE / 2)
		wrong += p[i] != byte_of(i);
	return wrong;
}

static void tell(const char *what, const uint8_t *p)
{
	long faults = minor_faults() - faults_before;

	printf("%-34s %4lu kB huge, %4ld faults\n", what,
	       smaps("AnonHugePages:", p, p + BYTES), faults);
	faults_before = minor_faults();
}

static void tell_bytes(const uint8_t *p, uint32_t from, uint32_t to)
{
	int wrong = wrong_bytes(p, from, to);

	if (wrong)
		printf("  %d bytes are wrong\n", wrong);
	faults_before = minor_faults();
}

static void parts(void)
{
	uint8_t *p = fresh(MADV_HUGEPAGE), *q;

	fill(p, 0, BYTES);
	tell("touched", p);
	mprotect(p, HUGE, PROT_READ);
	tell("mprotect of one", p);
	mprotect(p, HUGE, PROT_READ | PROT_WRITE);
	p[PAGE] = byte_of(PAGE);
	tell("and back, written", p);
	mprotect(p + PAGE, PAGE, PROT_READ);
	tell("mprotect of a page", p);
	tell_bytes(p, 0, BYTES);
	munmap(p + HUGE + 16 * PAGE, PAGE);
	tell("munmap of a page", p);
	tell_bytes(p, HUGE, HUGE + 16 * PAGE);
	tell_bytes(p, HUGE + 17 * PAGE, BYTES);

	p = fresh(MADV_HUGEPAGE);
	fill(p, 0, BYTES);
	faults_before = minor_faults();
	madvise(p + HUGE, HUGE, MADV_DONTNEED);
	tell("MADV_DONTNEED of one", p);
	madvise(p + 5 * PAGE, PAGE, MADV_DONTNEED);
	tell("MADV_DONTNEED of a page", p);
	printf("  %d %d\n", p[5 * PAGE], p[HUGE]);
	fill(p, 0, BYTES);
	mlock(p, 4 * PAGE);
	tell("mlock of four pages", p);
	tell_bytes(p, 0, BYTES);

	p = fresh(MADV_HUGEPAGE);
	fill(p, 0, BYTES);
	q = mremap(p, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + 8 * HUGE);
	faults_before = minor_faults();
	tell("mremap, aligned", q);
	tell_bytes(q, 0, HUGE);
	q = mremap(p + HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   p + 16 * HUGE + PAGE);
	tell("mremap, not aligned", q);
	for (uint32_t i = 0; i < HUGE; i += PAGE)
		if (q[i] != byte_of(HUGE + i)) {
			printf("  page %u is wrong\n", i / PAGE);
			break;
		}
	munmap(p + 8 * HUGE, HUGE);
	munmap(q, HUGE);
}

static void forks(void)
{
	uint8_t *p = fresh(MADV_HUGEPAGE);
	int status;
	pid_t pid;

	fill(p, 0, BYTES);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		faults_before = minor_faults();
		tell_bytes(p, 0, BYTES);
		tell("child reads", p);
		p[0] = 99;
		tell("child writes to one", p);
		tell_bytes(p, PAGE, BYTES);
		fflush(stdout);
		_exit(p[0] != 99);
	}
	waitpid(pid, &status, 0);
	/* twice: the first store may be a fault itself, a copy on write */
	faults_before = minor_faults();
	faults_before = minor_faults();
	tell("parent, child gone", p);
	p[HUGE] = byte_of(HUGE);
	tell("writes to the other", p);
	tell_bytes(p, 0, BYTES);
	printf("  status %d\n", status);
}

/* What khugepaged makes of memory that was touched page by page. */
static void background(void)
{
	uint8_t *p = fresh(MADV_NOHUGEPAGE);
	int tries = 0;

	fill(p, 0, BYTES);
	tell("page by page", p);
	write_file(THP "khugepaged/scan_sleep_millisecs", "100\n");
	madvise(p, BYTES, MADV_HUGEPAGE);
	while (smaps("AnonHugePages:", p, p + BYTES) < BYTES / 1024 &&
	       ++tries < 100)
		usleep(100000);
	faults_before = minor_faults();
	tell("after a while", p);
	tell_bytes(p, 0, BYTES);
	p[0] = byte_of(0);
	tell("written", p);
}

static void on_demand(void)
{
	uint8_t *p = fresh(MADV_NOHUGEPAGE);

	fill(p, 0, BYTES);
	faults_before = minor_faults();
	printf("MADV_COLLAPSE of what shall not: %s\n",
	       madvise(p, BYTES, MADV_COLLAPSE) ? strerror(errno) : "done");
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	p = fresh(MADV_HUGEPAGE);
	fill(p, 0, BYTES);
	tell("under PR_SET_THP_DISABLE", p);
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	printf("MADV_COLLAPSE: %s\n",
	       madvise(p, BYTES, MADV_COLLAPSE) ? strerror(errno) : "done");
	tell("after it", p);
	tell_bytes(p, 0, BYTES);
	p = fresh(MADV_HUGEPAGE);
	printf("MADV_COLLAPSE of nothing: %s\n",
	       madvise(p, BYTES, MADV_COLLAPSE) ? strerror(errno) : "done");
}

static void zeroes(void)
{
	uint8_t *p = fresh(MADV_HUGEPAGE);
	uint32_t sum = 0;

	for (uint32_t i = 0; i < BYTES; i += PAGE)
		sum += p[i];
	tell("read, never written", p);
	printf("  sum %u, %lu kB resident\n", sum, smaps("Rss:", p, p + BYTES));
	fill(p, 0, HUGE);
	tell("one of them written", p);
	tell_bytes(p, 0, HUGE);
	printf("  %d\n", p[HUGE + 17]);
}

/* The kernel reads and writes within huge pages. */
static void by_the_kernel(void)
{
	uint8_t *p = fresh(MADV_HUGEPAGE);
	uint8_t vec[8];
	int fd[2];

	fill(p, 0, BYTES);
	if (pipe(fd))
		return;
	write(fd[1], p + HUGE - 100, 200);
	read(fd[0], p + 100 * PAGE - 100, 200);
	printf("%d bytes differ\n",
	       !!memcmp(p + HUGE - 100, p + 100 * PAGE - 100, 200));
	mincore(p, 8 * PAGE, vec);
	printf("mincore %d %d\n", vec[0], vec[7]);
	fd[0] = open("/proc/self/mem", O_RDWR);
	pwrite(fd[0], "huge", 4, (long)(uintptr_t)(p + HUGE + 5 * PAGE));
	printf("%.4s\n", (char *)p + HUGE + 5 * PAGE);
	faults_before = minor_faults();
	tell("through /proc/self/mem", p);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 4096);
	parts();
	forks();
	by_the_kernel();
	zeroes();
	on_demand();
	background();
	return 0;
}
