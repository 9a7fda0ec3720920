/* SPDX-License-Identifier: GPL-2.0-or-later */
/* own-page N: counts from N at an address that others use, too. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE ((volatile int *)0x20000000)

int main(int argc, char **argv)
{
	int first = atoi(argv[argc - 1]), wrong = 0;

	mmap((void *)PAGE, 4096, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	*PAGE = first;
	for (int round = 0; round < 200; round++) {
		sched_yield();
		wrong += *PAGE != first + round;
		++*PAGE;
	}
	printf("%d: wrong %d\n", first, wrong);
	return 0;
}
