/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forkbomb: forks children that sleep until fork fails, says why, ends them
 * all and forks once more. Prints "stopped by EAGAIN" (or ENOMEM) and
 * "afterwards ok".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t child;
	int status;

	for (;;) {
		child = fork();
		if (child < 0)
			break;
		if (child == 0) {
			for (;;)
				pause();
		}
	}
	printf("stopped by %s\n", strerrorname_np(errno));
	signal(SIGTERM, SIG_IGN); /* for the parent alone */
	kill(0, SIGTERM);
	while (wait(&status) > 0)
		;
	child = fork();
	if (child == 0)
		_exit(0);
	printf("afterwards %s\n",
	       waitpid(child, &status, 0) == child ? "ok" : "WRONG");
	return 0;
}
