// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks over anonymous memory with a stride of 4 KB, each page once a round:
 * with 4 KB pages all but the first few loads of a round miss the TLB. Prints
 * what the kernel says of the memory's pages.
 *
 *	hugewalk [MEGABYTES [ROUNDS [ADVICE]]]
 *
 * ADVICE is madvise()'s for the whole: 14 is MADV_HUGEPAGE. The memory begins
 * at a multiple of 2 MB.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define MB   1048576u
#define PAGE 4096u

static uint8_t *map_aligned(size_t bytes)
{
	uint8_t *p = mmap(NULL, bytes + 2 * MB, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return (uint8_t *)(((uintptr_t)p + 2 * MB - 1) & ~(2 * MB - 1));
}

static long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static void show(const char *path, const char *word)
{
	char line[200];
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, word, strlen(word)))
			fputs(line, stdout);
	if (f)
		fclose(f);
}

int main(int argc, char **argv)
{
	size_t bytes = (argc > 1 ? strtoul(argv[1], NULL, 0) : 32) * MB;
	int rounds = argc > 2 ? atoi(argv[2]) : 4;
	uint8_t *p = map_aligned(bytes);
	uint32_t sum = 0;
	long before;

	if (argc > 3 && madvise(p, bytes, atoi(argv[3])))
		perror("madvise");
	before = minor_faults();
	for (size_t i = 0; i < bytes; i += PAGE)
		p[i] = (uint8_t)(i / PAGE * 7);
	printf("faults %ld\n", minor_faults() - before);
	for (int round = 0; round < rounds; round++)
		for (size_t i = 0; i < bytes; i += PAGE)
			sum = sum * 31 + p[i];
	printf("sum %08x\n", sum);
	show("/proc/meminfo", "AnonHugePages");
	show("/proc/vmstat", "thp_fault");
	return 0;
}
