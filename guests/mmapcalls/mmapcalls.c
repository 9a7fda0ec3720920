/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What mmap and its family refuse and accept, by errno; and how VMAs merge
 * and split, by the lines of /proc/self/maps that lie in one reserved range.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096ul

static char *base;

static void show(const char *what)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[256];

	printf("%s:", what);
	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long from, to;
		char rights[8];

		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 ||
		    from < (unsigned long)base ||
		    to > (unsigned long)base + 16 * PAGE)
			continue;
		printf(" %lu-%lu%s", (from - (unsigned long)base) / PAGE,
		       (to - (unsigned long)base) / PAGE, rights);
	}
	printf("\n");
	if (maps)
		fclose(maps);
}

static void result(const char *what, long value)
{
	printf("%s %s\n", what, value == -1 ? strerrorname_np(errno) : "ok");
}

static void *anon(unsigned long page, unsigned long pages, int prot, int flags)
{
	return mmap(base + page * PAGE, pages * PAGE, prot,
		    MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

int main(void)
{
	base = mmap(NULL, 18 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	munmap(base, 18 * PAGE);
	base += PAGE; /* a hole on both sides: nothing merges with it */
	anon(0, 4, PROT_READ | PROT_WRITE, MAP_FIXED);
	show("four pages");
	anon(4, 4, PROT_READ | PROT_WRITE, MAP_FIXED);
	show("merged with four more");
	mprotect(base + 2 * PAGE, 2 * PAGE, PROT_READ);
	show("two read-only");
	mprotect(base + 2 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE);
	show("and back");
	munmap(base + 3 * PAGE, PAGE);
	show("a hole");
	anon(3, 1, PROT_READ | PROT_WRITE, MAP_FIXED_NOREPLACE);
	show("filled");
	result("noreplace on something",
	       (long)anon(3, 1, PROT_READ, MAP_FIXED_NOREPLACE));
	result("length zero", (long)mmap(NULL, 0, PROT_READ,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	result("no type",
	       (long)mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
	result("fixed and unaligned",
	       (long)mmap(base + 1, PAGE, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	result("bad descriptor",
	       (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0));
	result("too long", (long)mmap(NULL, 0xf0000000ul, PROT_READ,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	result("unmap unaligned", munmap(base + 1, PAGE));
	result("unmap nothing", munmap(base + 10 * PAGE, PAGE));
	result("protect a hole",
	       mprotect(base + 7 * PAGE, 2 * PAGE, PROT_READ));
	result("madvise bad advice", madvise(base, PAGE, 12345));
	result("madvise a hole",
	       madvise(base + 12 * PAGE, PAGE, MADV_DONTNEED));
	return 0;
}
