/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two processes with the same virtual addresses pass a byte to and fro 1000
 * times, each touching 16 pages in between. With ASIDs their TLB entries
 * survive the switches; without, every turn refills them. Prints "turns 1000".
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TURNS = 1000,
	PAGES = 16
};

static volatile char memory[PAGES * 4096];

static void work(int in, int out, int turns)
{
	char byte = 0;

	for (int i = 0; i < turns; i++) {
		if (read(in, &byte, 1) != 1)
			_exit(1);
		for (int page = 0; page < PAGES; page++)
			memory[page * 4096]++;
		if (write(out, &byte, 1) != 1)
			_exit(1);
	}
}

int main(void)
{
	int there[2], back[2];
	char byte = 0;

	if (pipe(there) || pipe(back))
		return 1;
	if (fork() == 0) {
		work(there[0], back[1], TURNS);
		_exit(0);
	}
	if (write(there[1], &byte, 1) != 1)
		return 1;
	work(back[0], there[1], TURNS - 1);
	if (read(back[0], &byte, 1) != 1)
		return 1;
	wait(NULL);
	printf("turns %d\n", TURNS);
	return 0;
}
