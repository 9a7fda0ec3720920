/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What memory costs, for the timing models to be compared with published
 * figures: a chain of pointers over more and more memory, each load waiting
 * for the one before (steps at the reach of L1, L2 and DRAM); one line of each
 * of more and more pages (steps at the reach of each TLB); and how fast memory
 * is read, filled and copied one line after the other. Prints a line for each:
 * what, over how many KB, and picoseconds a load, or MB (10^6) a second.
 *
 * latency [most-KB]
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define LINE  64u
#define PAGE  4096u
#define LOADS 16384u

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint32_t below(uint32_t n)
{
	static uint64_t seed = 1;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % n);
}

/* Where item @n of a chain lies. */
static char *line_at(char *memory, uint32_t n)
{
	return memory + n * LINE;
}

/* In each page another line, at random: else all meet in few sets of a cache. */
static char *page_at(char *memory, uint32_t n)
{
	return memory + n * PAGE +
	       (n * 2654435769u >> 16) % (PAGE / LINE) * LINE;
}

/* One ring through all @nr items in random order. */
static void **make_chain(char *memory, uint32_t nr,
			 char *(*at)(char *, uint32_t))
{
	uint32_t *order = malloc(nr * sizeof(*order));
	void **first;

	for (uint32_t i = 0; i < nr; i++)
		order[i] = i;
	for (uint32_t i = nr - 1; i; i--) {
		uint32_t other = below(i + 1), was = order[i];

		order[i] = order[other];
		order[other] = was;
	}
	for (uint32_t i = 0; i < nr; i++)
		*(void **)at(memory, order[i]) = at(memory,
						    order[(i + 1) % nr]);
	first = (void **)at(memory, order[0]);
	free(order);
	return first;
}

static void **follow(void **p, uint32_t nr_loads)
{
	for (uint32_t i = 0; i < nr_loads; i += 16)
		__asm__ volatile(".rept 16\n\tldr %0, [%0]\n\t.endr"
				 : "+r"(p)
				 :
				 : "memory");
	return p;
}

static void chase(const char *what, char *memory, uint32_t nr,
		  uint32_t nr_bytes, char *(*at)(char *, uint32_t))
{
	void **p = make_chain(memory, nr, at);
	uint64_t begin;

	p = follow(p, nr); /* once round: it is where it can be */
	begin = now_ns();
	follow(p, LOADS);
	printf("%s %u KB: %llu ps\n", what, nr_bytes >> 10,
	       (unsigned long long)((now_ns() - begin) * 1000 / LOADS));
}

static void read_all(const char *p, uint32_t nr_bytes)
{
	for (const char *end = p + nr_bytes; p < end;)
		__asm__ volatile("ldmia %0!, {r3-r10}\n\tldmia %0!, {r3-r10}"
				 : "+r"(p)
				 :
				 : "r3", "r4", "r5", "r6", "r7", "r8", "r9",
				   "r10", "memory");
}

static void fill(char *p, uint32_t nr_bytes)
{
	for (const char *end = p + nr_bytes; p < end;)
		__asm__ volatile("stmia %0!, {r3-r10}\n\tstmia %0!, {r3-r10}"
				 : "+r"(p)
				 :
				 : "memory");
}

static void tell_rate(const char *what, uint32_t nr_bytes, uint64_t begin)
{
	printf("%s %u KB: %llu MB/s\n", what, nr_bytes >> 10,
	       (unsigned long long)(nr_bytes * 1000ull / (now_ns() - begin)));
}

static void rates(char *memory, uint32_t nr_bytes)
{
	uint64_t begin = now_ns();

	read_all(memory, nr_bytes);
	tell_rate("read", nr_bytes, begin);
	begin = now_ns();
	fill(memory, nr_bytes);
	tell_rate("fill", nr_bytes, begin);
	begin = now_ns();
	memcpy(memory, memory + nr_bytes / 2, nr_bytes / 2);
	tell_rate("copy", nr_bytes / 2, begin);
}

int main(int argc, char **argv)
{
	const uint32_t most = (argc > 1 ? (uint32_t)atoi(argv[1]) : 4096) << 10;
	char *memory = mmap(NULL, most, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	memset(memory, 1, most);
	for (uint32_t size = 8 << 10; size <= most; size *= 2)
		chase("chain", memory, size / LINE, size, line_at);
	for (uint32_t pages = 8; pages <= most / PAGE; pages *= 2)
		chase("pages", memory, pages, pages * PAGE, page_at);
	rates(memory, most);
	return 0;
}
