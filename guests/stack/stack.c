/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stack grows on demand up to its limit: recursion over 4 MB succeeds,
 * and one without end dies of SIGSEGV, which the parent sees.
 * Prints "grown 4" and "overflow signal 11".
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each call keeps its frame: the compiler must not make a loop of it. */
static __attribute__((noinline)) unsigned int descend(unsigned int kilobytes)
{
	volatile char frame[1024];
	unsigned int below;

	frame[0] = (char)kilobytes;
	if (!kilobytes)
		return 0;
	below = descend(kilobytes - 1);
	return frame[0] == (char)kilobytes ? below + 1 : 0;
}

int main(void)
{
	int status;

	printf("grown %u\n", descend(4096) / 1024);
	fflush(stdout);
	if (fork() == 0) {
		descend(1u << 30);
		_exit(0);
	}
	wait(&status);
	printf("overflow signal %d\n",
	       WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	return 0;
}
