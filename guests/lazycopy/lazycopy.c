/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lazycopy AREA.ko TOUCH.ko: kernel memory that is younger than the processes
 * that touch it. Three children are there when the parent loads AREA.ko, which
 * takes an area of vmalloc's. Each of them then has TOUCH.ko touch all of it,
 * twice, and so does a fourth that is forked only now; at last the parent.
 * With --trace-events do_translation_fault, who had to copy what is to be seen.
 *
 * Prints a line for each: the pid and what finit_module() said.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;

	close(fd);
	return err;
}

static void touch(const char *who, const char *path)
{
	for (int i = 0; i < 2; i++)
		printf("%s %d: %s\n", who, getpid(), strerror(load(path)));
	fflush(stdout);
}

/* A child that waits for a byte and touches then. */
static int child(const char *who, const char *path, int *go)
{
	int fds[2], pid;
	char byte;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (pid) {
		close(fds[0]);
		*go = fds[1];
		return pid;
	}
	close(fds[1]);
	if (read(fds[0], &byte, 1) == 1)
		touch(who, path);
	_exit(0);
}

int main(int argc, char **argv)
{
	int go[4], pid[4];

	if (argc != 3)
		return 1;
	setvbuf(stdout, NULL, _IOFBF, 4096);
	for (int i = 0; i < 3; i++)
		pid[i] = child("older", argv[2], &go[i]);
	printf("area %d: %s\n", getpid(), strerror(load(argv[1])));
	fflush(stdout);
	pid[3] = child("younger", argv[2], &go[3]);
	for (int i = 0; i < 4; i++) {
		if (write(go[i], "", 1) != 1)
			return 1;
		waitpid(pid[i], NULL, 0);
	}
	touch("parent", argv[2]);
	return 0;
}
