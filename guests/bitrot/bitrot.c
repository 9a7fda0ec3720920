/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Watches memory that is to fail (inject.memory_errors): a page of anonymous
 * memory and one of a file's, at fixed addresses. Each round touches new
 * memory, so that there are faults to count by; then both are read, and once by
 * the kernel. It ends when something is another than it was, or after 32
 * rounds.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE   4096u
#define ANON   ((volatile uint32_t *)0x20000000)
#define FILED  ((volatile uint32_t *)0x20100000)
#define FRESH  ((volatile uint32_t *)0x20200000)
#define ROUNDS 32u

static sigjmp_buf back;
static siginfo_t last;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	last = *info;
	siglongjmp(back, 1);
}

static void map(volatile uint32_t *at, uint32_t size, int fd)
{
	int flags = MAP_PRIVATE | MAP_FIXED | (fd < 0 ? MAP_ANONYMOUS : 0);

	if (mmap((void *)at, size, fd < 0 ? PROT_READ | PROT_WRITE : PROT_READ,
		 flags, fd, 0) == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
}

/* False: it can't be read. */
static int get(const char *name, const volatile uint32_t *at, uint32_t *value)
{
	if (sigsetjmp(back, 1)) {
		printf("%s: %s, code %d, at 0x%x\n", name,
		       strsignal(last.si_signo), last.si_code,
		       (unsigned int)(uintptr_t)last.si_addr);
		return 0;
	}
	*value = *at;
	return 1;
}

/* What the kernel reads of it. */
static int by_kernel(int fd)
{
	if (pwrite(fd, (const void *)ANON, 4, 0) == 4)
		return 1;
	printf("kernel: %s\n", strerror(errno));
	return 0;
}

int main(int argc, char **argv)
{
	const int kernel_first = argc > 1 && !strcmp(argv[1], "kernel");
	struct sigaction action = {.sa_sigaction = on_signal,
				   .sa_flags = SA_SIGINFO};
	int fd = open("/proc/self/exe", O_RDONLY);
	int out = memfd_create("copy", 0);
	uint32_t anon = 0, filed = 0, was = 0;
	int good = 1;

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	map(ANON, PAGE, -1);
	map(FILED, PAGE, fd);
	map(FRESH, ROUNDS * PAGE, -1);
	*ANON = 0x12345678;
	was = *FILED;
	for (uint32_t i = 0; i < ROUNDS && good; i++) {
		FRESH[i * PAGE / 4] = i;
		if (kernel_first)
			good = by_kernel(out);
		good &= get("anon", ANON, &anon) & get("file", FILED, &filed);
		if (good && (anon != 0x12345678 || filed != was)) {
			printf("anon 0x%08x, file %s\n", anon,
			       filed == was ? "as it was" : "changed");
			good = 0;
		}
	}
	printf("%s\n", good ? "nothing has happened" : "that was it");
	return 0;
}
