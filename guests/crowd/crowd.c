/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crowd [N [PAGES]]: N (1000) processes alive at once, each with PAGES (4)
 * pages of its own, which it writes, and reads again when all are there. They
 * end when the pipe that they wait at does. Prints how many lived and how many
 * still had their pages right.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS 1024

static int member(uint32_t *memory, int pages, uint32_t mine, int gate)
{
	char c;

	for (int i = 0; i < pages; i++)
		memory[i * WORDS] = mine + (uint32_t)i;
	while (read(gate, &c, 1) > 0)
		;
	for (int i = 0; i < pages; i++)
		if (memory[i * WORDS] != mine + (uint32_t)i)
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1000;
	int pages = argc > 2 ? atoi(argv[2]) : 4;
	uint32_t *memory = mmap(NULL, (size_t)pages * 4096,
				PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int gate[2], alive = 0, right = 0, status;

	if (memory == MAP_FAILED || pipe(gate))
		return 1;
	while (alive < n) {
		pid_t pid = fork();

		if (!pid) {
			close(gate[1]);
			_exit(member(memory, pages, (uint32_t)alive << 8,
				     gate[0]));
		}
		if (pid < 0)
			break;
		alive++;
	}
	close(gate[1]);
	while (wait(&status) > 0)
		right += !status;
	printf("alive %d, right %d\n", alive, right);
	return alive != n || right != n;
}
