/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Anonymous memory, touched in each of its ways, with the minor faults that
 * each costs as getrusage() counts them:
 *   read-first     64 faults: each page becomes the shared zero page
 *   then-write     64 faults: each leaves it for a frame of its own
 *   write-first    64 faults
 *   again           0 faults
 *   after-dontneed 64 faults, and every byte is zero again
 *   populated       0 faults
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum {
	PAGES = 64,
	PAGE = 4096
};

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static unsigned int touch(volatile uint8_t *at, int write)
{
	unsigned int sum = 0;

	for (int i = 0; i < PAGES; i++) {
		sum += at[i * PAGE];
		if (write)
			at[i * PAGE] = (uint8_t)(i + 1);
	}
	return sum;
}

static void write_only(volatile uint8_t *at)
{
	for (int i = 0; i < PAGES; i++)
		at[i * PAGE] = (uint8_t)(i + 1);
}

int main(void)
{
	long count[7];
	unsigned int sum[3];
	uint8_t *a = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *b = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *c = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	printf("anon\n"); /* stdio's own pages are there now */
	count[0] = faults();
	sum[0] = touch(a, 0);
	count[1] = faults();
	touch(a, 1);
	count[2] = faults();
	write_only(b);
	count[3] = faults();
	sum[1] = touch(b, 1);
	count[4] = faults();
	madvise(b, PAGES * PAGE, MADV_DONTNEED);
	sum[2] = touch(b, 0);
	count[5] = faults();
	write_only(c);
	count[6] = faults();
	printf("read-first %ld sum %u\n", count[1] - count[0], sum[0]);
	printf("then-write %ld\n", count[2] - count[1]);
	printf("write-first %ld\n", count[3] - count[2]);
	printf("again %ld sum %u\n", count[4] - count[3], sum[1]);
	printf("after-dontneed %ld sum %u\n", count[5] - count[4], sum[2]);
	printf("populated %ld\n", count[6] - count[5]);
	return 0;
}
