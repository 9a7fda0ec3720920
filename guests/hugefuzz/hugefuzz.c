// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random operations on 16 MB of anonymous memory that may have huge pages,
 * beside a plain model: one byte for each 4 KB page, and whether the page is
 * mapped and writable. Touches, munmap and mmap again, mprotect, madvise
 * (DONTNEED, FREE, COLD, PAGEOUT, HUGEPAGE, NOHUGEPAGE, COLLAPSE), mlock,
 * mremap there and back, fork with writes on both sides, and system calls that
 * reach the memory. Every step that finds another byte than the model says so.
 *
 *	hugefuzz [SEED [STEPS]]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MB    1048576u
#define PAGE  4096u
#define BYTES (16 * MB)
#define PAGES (BYTES / PAGE)

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_COLD
#define MADV_COLD    20
#define MADV_PAGEOUT 21
#endif

static uint8_t *memory, *elsewhere;
static uint8_t model[PAGES]; /* the first byte of each page, and the last */
static uint8_t mapped[PAGES], writable[PAGES];
static uint32_t state, errors;

static uint32_t rnd(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

static void wrong(const char *what, uint32_t page, uint8_t found)
{
	printf("%s: page %u is 0x%02x, not 0x%02x\n", what, page, found,
	       model[page]);
	if (++errors > 10)
		exit(1);
}

static void check_page(const char *what, uint32_t i)
{
	const volatile uint8_t *p = memory + i * PAGE;

	if (!mapped[i])
		return;
	if (p[0] != model[i])
		wrong(what, i, p[0]);
	if (p[PAGE - 1] != model[i])
		wrong(what, i, p[PAGE - 1]);
}

static void write_page(uint32_t i)
{
	if (!mapped[i] || !writable[i])
		return;
	model[i] = (uint8_t)rnd(256);
	memory[i * PAGE] = model[i];
	memory[i * PAGE + PAGE - 1] = model[i];
}

/* Ranges that are now pages, now 64 KB, now 2 MB; aligned or not. */
static uint32_t range(uint32_t *nr)
{
	static const uint32_t units[] = {1, 16, 512};
	uint32_t unit = units[rnd(3)];
	uint32_t first = rnd(PAGES) / unit * unit;

	*nr = unit * (1 + rnd(3));
	if (!rnd(4) && first)
		first -= 1;
	if (*nr > PAGES - first)
		*nr = PAGES - first;
	return first;
}

static void do_touch(uint32_t first, uint32_t nr)
{
	for (uint32_t i = first; i < first + nr; i++) {
		check_page("touch", i);
		if (rnd(2))
			write_page(i);
	}
}

static void do_unmap(uint32_t first, uint32_t nr)
{
	munmap(memory + first * PAGE, nr * PAGE);
	memset(mapped + first, 0, nr);
}

static void do_map(uint32_t first, uint32_t nr)
{
	mmap(memory + first * PAGE, nr * PAGE, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	memset(mapped + first, 1, nr);
	memset(writable + first, 1, nr);
	memset(model + first, 0, nr);
}

/* A call that meets a hole, or locked memory, leaves the rest as it was. */
static int is_whole(uint32_t first, uint32_t nr)
{
	for (uint32_t i = first; i < first + nr; i++)
		if (!mapped[i])
			return 0;
	munlock(memory + first * PAGE, nr * PAGE);
	return 1;
}

static void do_protect(uint32_t first, uint32_t nr)
{
	int prot = rnd(2) ? PROT_READ | PROT_WRITE : PROT_READ;

	if (is_whole(first, nr) &&
	    !mprotect(memory + first * PAGE, nr * PAGE, prot))
		memset(writable + first, prot & PROT_WRITE ? 1 : 0, nr);
}

static void do_advise(uint32_t first, uint32_t nr)
{
	static const int advice[] = {MADV_DONTNEED,   MADV_COLD,
				     MADV_PAGEOUT,    MADV_HUGEPAGE,
				     MADV_NOHUGEPAGE, MADV_COLLAPSE,
				     MADV_COLLAPSE};
	int which = advice[rnd(7)];

	if (which == MADV_DONTNEED && !is_whole(first, nr))
		return;
	madvise(memory + first * PAGE, nr * PAGE, which);
	if (which == MADV_DONTNEED)
		memset(model + first, 0, nr);
}

/* What may come back as it was or as zeroes, until it is written to again. */
static void do_free(uint32_t first, uint32_t nr)
{
	if (!is_whole(first, nr) || memchr(writable + first, 0, nr) ||
	    madvise(memory + first * PAGE, nr * PAGE, MADV_FREE))
		return;
	for (uint32_t i = first; i < first + nr; i++) {
		if (memory[i * PAGE] == 0 && memory[i * PAGE + PAGE - 1] == 0)
			model[i] = 0;
		check_page("free", i);
		write_page(i);
	}
}

static void do_lock(uint32_t first, uint32_t nr)
{
	if (rnd(2))
		mlock(memory + first * PAGE, nr * PAGE);
	else
		munlock(memory + first * PAGE, nr * PAGE);
}

/* To another place, at another alignment or the same, and back. */
static void do_move(uint32_t first, uint32_t nr)
{
	uint8_t *from = memory + first * PAGE;
	uint8_t *to = elsewhere + (rnd(2) ? 0 : PAGE) + (first % 512) * PAGE;
	void *there;

	there = mremap(from, nr * PAGE, nr * PAGE,
		       MREMAP_MAYMOVE | MREMAP_FIXED, to);
	if (there == MAP_FAILED)
		return;
	for (uint32_t i = 0; i < nr; i++)
		if (to[i * PAGE] != model[first + i])
			wrong("moved", first + i, to[i * PAGE]);
	if (mremap(to, nr * PAGE, nr * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   from) != from) {
		printf("can't go back: %s\n", strerror(errno));
		exit(1);
	}
}

/* The child changes what it has and sees what it had; so does the parent. */
static void do_fork(void)
{
	uint32_t first, nr;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	first = range(&nr);
	if (!pid) {
		state ^= 0x5eed;
		do_touch(first, nr);
		first = range(&nr);
		if (rnd(2))
			do_unmap(first, nr);
		for (uint32_t i = 0; i < PAGES; i += 1 + rnd(8))
			check_page("child", i);
		_exit(errors != 0);
	}
	do_touch(first, nr);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		printf("child: status 0x%x\n", status);
		errors++;
	}
}

/* The kernel writes, and reads, on the program's behalf. */
static void do_kernel(uint32_t i)
{
	uint8_t out = (uint8_t)rnd(256), in[2];
	int fd[2];

	if (!mapped[i] || pipe(fd))
		return;
	in[0] = in[1] = out;
	if (write(fd[1], in, 2) == 2 &&
	    read(fd[0], memory + i * PAGE + PAGE - 1, 1) == 1 &&
	    read(fd[0], memory + i * PAGE, 1) == 1)
		model[i] = out;
	else if (writable[i])
		wrong("read()", i, out);
	close(fd[0]);
	close(fd[1]);
	check_page("kernel", i);
}

static void step(void)
{
	uint32_t nr, first = range(&nr);

	switch (rnd(12)) {
	case 0:
		do_unmap(first, nr);
		if (rnd(2))
			do_map(first, nr);
		break;
	case 1:
		do_map(first, nr);
		break;
	case 2:
	case 3:
		do_protect(first, nr);
		break;
	case 4:
	case 5:
		do_advise(first, nr);
		break;
	case 6:
		do_free(first, nr);
		break;
	case 7:
		do_lock(first, nr);
		break;
	case 8:
		do_move(first, nr);
		break;
	case 9:
		do_fork();
		break;
	case 10:
		do_kernel(first);
		break;
	default:
		do_touch(first, nr);
	}
}

int main(int argc, char **argv)
{
	uint32_t steps = argc > 2 ? (uint32_t)atoi(argv[2]) : 300;
	uint8_t *room;

	state = argc > 1 ? (uint32_t)atoi(argv[1]) * 2654435761u + 1 : 1;
	room = mmap(NULL, 2 * BYTES + 4 * MB, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	memory = (uint8_t *)(((uintptr_t)room + 2 * MB - 1) & ~(2 * MB - 1));
	elsewhere = memory + BYTES;
	munmap(elsewhere, BYTES + PAGE);
	do_map(0, PAGES);
	madvise(memory, BYTES, MADV_HUGEPAGE);
	do_touch(0, PAGES);
	for (uint32_t i = 0; i < steps && !errors; i++)
		step();
	for (uint32_t i = 0; i < PAGES; i++)
		check_page("end", i);
	printf("%u errors\n", errors);
	return errors != 0;
}
