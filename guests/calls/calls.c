/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls WHAT [N]: N times (1000) one thing that the kernel is asked for, by
 * nothing but the calls that it takes:
 *
 *	getppid		a system call that does next to nothing
 *	pipe		a byte to a child and one back, by two pipes
 *	yield		sched_yield() of two processes that take turns
 *	exec		fork, execve of this program as "calls none", and wait
 *	write, read	64 KB of a file of 1 MB in /tmp, again and again
 *	none		nothing
 *
 * Prints "calls WHAT N ok".
 */
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK       (64 << 10)
#define FILE_CHUNKS 16
#define FILE_NAME   "/tmp/calls.data"

static const char *self;
static char chunk[CHUNK];

static bool getppids(int n)
{
	while (n-- > 0)
		if (syscall(SYS_getppid) < 0)
			return false;
	return true;
}

static bool ended_well(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && !status;
}

static bool echo(int from, int to, int n)
{
	char byte;

	while (n-- > 0)
		if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1)
			return false;
	return true;
}

static bool pipes(int n)
{
	int there[2], back[2];
	char byte = 'x';
	pid_t child;

	if (pipe(there) || pipe(back))
		return false;
	child = fork();
	if (!child)
		_exit(!echo(there[0], back[1], n));
	for (int i = 0; i < n; i++)
		if (write(there[1], &byte, 1) != 1 ||
		    read(back[0], &byte, 1) != 1)
			return false;
	return ended_well(child);
}

static bool yield(int n)
{
	while (n-- > 0)
		if (sched_yield())
			return false;
	return true;
}

static bool yields(int n)
{
	pid_t child = fork();

	if (!child)
		_exit(!yield(n));
	return yield(n) && ended_well(child);
}

static bool execs(int n)
{
	while (n-- > 0) {
		pid_t child = fork();

		if (!child) {
			execl(self, self, "none", (char *)NULL);
			_exit(1);
		}
		if (!ended_well(child))
			return false;
	}
	return true;
}

/* By write(), or by read() of what was written once. */
static bool file_io(int n, bool writes)
{
	int fd = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	bool good = fd >= 0;

	for (int i = 0; good && i < FILE_CHUNKS; i++)
		good = write(fd, chunk, CHUNK) == CHUNK;
	for (int i = 0; good && i < n; i++) {
		if (i % FILE_CHUNKS == 0)
			lseek(fd, 0, SEEK_SET);
		good = (writes ? write(fd, chunk, CHUNK)
			       : read(fd, chunk, CHUNK)) == CHUNK;
	}
	unlink(FILE_NAME);
	return good;
}

static bool writes(int n)
{
	return file_io(n, true);
}

static bool reads(int n)
{
	return file_io(n, false);
}

static bool none(int n)
{
	(void)n;
	return true;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		bool (*run)(int n);
	} what[] = {
		{"getppid", getppids}, {"pipe", pipes},   {"yield", yields},
		{"exec", execs},       {"write", writes}, {"read", reads},
		{"none", none},
	};
	int n = argc > 2 ? atoi(argv[2]) : 1000;

	self = argv[0];
	for (size_t i = 0; argc > 1 && i < sizeof(what) / sizeof(*what); i++) {
		if (strcmp(what[i].name, argv[1]))
			continue;
		if (!what[i].run(n)) {
			perror(argv[1]);
			return 1;
		}
		if (what[i].run != none)
			printf("calls %s %d ok\n", argv[1], n);
		return 0;
	}
	fprintf(stderr, "usage: calls WHAT [N]\n");
	return 2;
}
