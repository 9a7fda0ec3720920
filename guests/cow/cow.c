/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copy on write: parent and child write to the same 64 pages after a fork and
 * neither sees the other's. Prints what each found, the faults of the
 * parent's writes while the child holds the pages (64 copies), and after it
 * is gone (none: it writes to frames that are its own by then).
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAGES = 64,
	PAGE = 4096
};

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static void fill(volatile uint8_t *at, int value)
{
	for (int i = 0; i < PAGES; i++)
		at[i * PAGE] = (uint8_t)value;
}

static int all(const volatile uint8_t *at, int value)
{
	for (int i = 0; i < PAGES; i++)
		if (at[i * PAGE] != value)
			return 0;
	return 1;
}

int main(void)
{
	volatile uint8_t *a = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int go[2], done[2], status;
	long before, shared, alone;
	char byte = 0;
	pid_t child;

	fill(a, 1);
	if (pipe(go) || pipe(done))
		return 1;
	child = fork();
	if (child == 0) {
		int kept, own;

		if (write(done[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1)
			_exit(1);
		kept = all(a, 1); /* the parent has written by now */
		fill(a, 3);
		own = all(a, 3);
		_exit(kept && own ? 0 : 2);
	}
	if (read(done[0], &byte, 1) != 1)
		return 1;
	before = faults();
	fill(a, 2);
	shared = faults() - before;
	if (write(go[1], &byte, 1) != 1)
		return 1;
	waitpid(child, &status, 0);
	before = faults();
	fill(a, 4);
	alone = faults() - before;
	printf("child %d parent %d\n", WEXITSTATUS(status), all(a, 4));
	printf("faults while shared %ld alone %ld\n", shared, alone);
	return 0;
}
