/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * touch [MEGABYTES [ROUNDS]]: first touch of anonymous memory, one write a
 * page, mapped anew each round. Prints how many pages were touched.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	size_t bytes = (size_t)(argc > 1 ? atoi(argv[1]) : 64) << 20;
	int rounds = argc > 2 ? atoi(argv[2]) : 10;
	unsigned long touched = 0;

	for (int round = 0; round < rounds; round++) {
		volatile uint8_t *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (at == MAP_FAILED)
			return 1;
		for (size_t i = 0; i < bytes; i += 4096, touched++)
			at[i] = 1;
		munmap((void *)at, bytes);
	}
	printf("touched %lu\n", touched);
	return 0;
}
