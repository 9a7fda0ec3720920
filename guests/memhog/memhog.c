/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memhog: a child takes memory until there is none. The kernel kills it; the
 * parent sees signal 9 and goes on. Prints "hog signal 9".
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int status;

	if (fork() == 0) {
		for (;;) {
			volatile char *at =
				mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			if (at == MAP_FAILED)
				_exit(1);
			for (int i = 0; i < 1 << 20; i += 4096)
				at[i] = 1;
		}
	}
	wait(&status);
	if (WIFSIGNALED(status))
		printf("hog signal %d\n", WTERMSIG(status));
	else
		printf("hog exit %d\n", WEXITSTATUS(status));
	return 0;
}
