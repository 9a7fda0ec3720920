/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forks [N [PAGES]]: N times (1000) a child that writes to PAGES (8) pages it
 * shares with its parent, and ends. A frame lost in each would show at once.
 * Prints "forks N ok".
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int forks = argc > 1 ? atoi(argv[1]) : 1000;
	int pages = argc > 2 ? atoi(argv[2]) : 8;
	volatile char *memory = mmap(NULL, (size_t)pages * 4096,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < pages; i++)
		memory[i * 4096] = 1;
	for (int i = 0; i < forks; i++) {
		int status;
		pid_t child = fork();

		if (child < 0) {
			perror("fork");
			return 1;
		}
		if (child == 0) {
			for (int page = 0; page < pages; page++)
				memory[page * 4096] = 2;
			_exit(0);
		}
		if (waitpid(child, &status, 0) != child || status)
			return 1;
	}
	printf("forks %d ok\n", forks);
	return 0;
}
