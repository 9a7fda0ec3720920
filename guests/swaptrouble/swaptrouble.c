/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages that a disk doesn't give back: who touches one gets SIGBUS, a system
 * call EFAULT, a read of a file of memory EIO; again and again, for the page
 * is gone; and all others are there, as they were written. Filling memory
 * beyond its size sends them to swap; the board says which blocks are bad.
 *
 *	swaptrouble [MB]		24
 *
 *   private  lost=N wrong=0 signal=7 code=2 addr=ok again=N call=EFAULT
 *   shared   the same of shared anonymous memory
 *   file     lost=N wrong=0 errno=EIO
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	WORDS = PAGE / 4,
};

static sigjmp_buf out;
static siginfo_t info;

static void on_bus(int signal, siginfo_t *si, void *context)
{
	(void)signal, (void)context;
	info = *si;
	siglongjmp(out, 1);
}

static void fill(uint32_t *at, unsigned int pages, uint32_t seed)
{
	for (unsigned int i = 0; i < pages; i++)
		for (unsigned int w = 0; w < WORDS; w += 64)
			at[i * WORDS + w] = seed + i * 31u + w;
}

static int is_right(const volatile uint32_t *at, unsigned int i, uint32_t seed)
{
	for (unsigned int w = 0; w < WORDS; w += 64)
		if (at[i * WORDS + w] != seed + i * 31u + w)
			return 0;
	return 1;
}

/* What write(2) says of it. */
static const char *call_on(const void *at)
{
	int fds[2];
	ssize_t n;

	if (pipe(fds))
		return "pipe";
	n = write(fds[1], at, 16);
	close(fds[0]);
	close(fds[1]);
	return n == 16 ? "ok" : errno == EFAULT ? "EFAULT" : "other";
}

static void look_at_memory(const char *name, uint32_t *at, unsigned int pages,
			   uint32_t seed)
{
	volatile unsigned int lost = 0, wrong = 0, again = 0, addr_ok = 1, i;
	volatile int code = 0;
	const char *volatile call = "none";

	for (i = 0; i < pages; i++) {
		if (!sigsetjmp(out, 1)) {
			wrong += !is_right(at, i, seed);
			continue;
		}
		lost++;
		code = info.si_code;
		addr_ok &= info.si_addr == &at[i * WORDS];
		call = call_on(&at[i * WORDS]);
		if (!sigsetjmp(out, 1))
			wrong += *(volatile uint32_t *)&at[i * WORDS] != 0;
		else
			again++;
	}
	printf("%s lost=%u wrong=%u code=%d addr=%s again=%u call=%s\n", name,
	       lost, wrong, code, addr_ok ? "ok" : "other", again, call);
}

static void look_at_file(int fd, unsigned int pages, uint32_t seed)
{
	unsigned int lost = 0, wrong = 0;
	int error = 0;
	static uint32_t page[WORDS];

	for (unsigned int i = 0; i < pages; i++) {
		if (pread(fd, page, PAGE, (off_t)i * PAGE) == PAGE) {
			wrong += page[0] != seed + i * 31u;
		} else {
			lost++;
			error = errno;
		}
	}
	printf("file lost=%u wrong=%u errno=%s\n", lost, wrong,
	       error == EIO ? "EIO"
	       : error      ? strerror(error)
			    : "0");
}

int main(int argc, char **argv)
{
	unsigned int mb = argc > 1 ? (unsigned int)atoi(argv[1]) : 24;
	unsigned int pages = mb * 256 / 3;
	size_t bytes = (size_t)pages * PAGE;
	struct sigaction bus = {.sa_sigaction = on_bus, .sa_flags = SA_SIGINFO};
	int fd = memfd_create("swaptrouble", 0);
	uint32_t *at[3];

	sigaction(SIGBUS, &bus, NULL);
	if (fd < 0 || ftruncate(fd, (off_t)bytes))
		return 1;
	at[0] = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	at[1] = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	at[2] = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	for (uint32_t i = 0; i < 3; i++)
		fill(at[i], pages, i << 24);
	munmap(at[2], bytes);
	look_at_memory("private", at[0], pages, 0);
	look_at_memory("shared", at[1], pages, 1u << 24);
	look_at_file(fd, pages, 2u << 24);
	return 0;
}
