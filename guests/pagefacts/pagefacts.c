/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of each kind, and what /proc tells of them: private memory of its own,
 * private memory shared with a child since the fork, shared memory, text.
 *
 * Prints for each "NAME PID ADDRESS PFN COUNT FLAGS": the frame by
 * /proc/self/pagemap, how often it is mapped by /proc/kpagecount, and
 * /proc/kpageflags. Then it ends, before its child does, which is told by the
 * pipe's end: who looks at that moment must find the same.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u

static uint64_t word(const char *path, uint64_t index)
{
	uint64_t value = 0;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || pread64(fd, &value, sizeof(value),
			      (off64_t)(index * sizeof(value))) < 0)
		perror(path);
	close(fd);
	return value;
}

static void tell(const char *name, const volatile void *at)
{
	uintptr_t address = (uintptr_t)at;
	uint64_t pfn = word("/proc/self/pagemap", address / PAGE) &
		       ((1ull << 55) - 1);

	printf("%s %d 0x%08lx 0x%05llx %llu 0x%llx\n", name, getpid(),
	       (unsigned long)address, (unsigned long long)pfn,
	       (unsigned long long)word("/proc/kpagecount", pfn),
	       (unsigned long long)word("/proc/kpageflags", pfn));
}

static volatile char *take(int flags)
{
	volatile char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				 MAP_ANONYMOUS | flags, -1, 0);

	if (at == MAP_FAILED)
		_exit(1);
	*at = 1;
	return at;
}

int main(void)
{
	volatile char *own = take(MAP_PRIVATE);
	volatile char *cow = take(MAP_PRIVATE);
	volatile char *shared = take(MAP_SHARED);
	int ends[2], ready[2];
	char byte;

	if (pipe(ends) || pipe(ready))
		return 1;
	if (!fork()) {
		close(ends[1]);
		*own = 2; /* the child gets a copy */
		byte = *cow;
		*shared = 2;
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		_exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
	}
	if (read(ready[0], &byte, 1) != 1)
		return 1;
	*own = 3;
	tell("own", own);
	tell("cow", cow);
	tell("shared", shared);
	tell("text", (const void *)((uintptr_t)main & ~(uintptr_t)1));
	fflush(stdout);
	_exit(0);
}
