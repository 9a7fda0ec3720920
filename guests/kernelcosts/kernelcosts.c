/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernelcosts WHAT [N]: how long the kernel takes for one thing, N times (each has
 * a number of its own), as lmbench's lat_* programs ask for it:
 *
 *	null	a system call that does next to nothing: getppid
 *	fault	a load from each page of a file that is in memory, in no order,
 *		by page: most were mapped by another's fault; what mapping and
 *		unmapping the file takes without loads isn't counted
 *	prot	a store to a page that may only be read, with the signal's
 *		handler, less a signal that the program sent itself, but for
 *		kill(2) alone
 *	fork	a child that ends at once, and waiting for it
 *	pipe	a byte to a child by one pipe and back by another
 *	mmap	1 MB of a file mapped shared, a byte stored in each 16 KB of
 *		the first tenth, and unmapped
 *
 * Prints "kernelcosts WHAT N ns", one of them in nanoseconds of the guest's time.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MB        (1u << 20)
#define FILE_SIZE (8 * MB)
#define PAGE      4096u
#define CHUNK     (64u << 10)
#define SCATTER   1237u /* pages from one load to the next; odd */
#define STRIDE    (16u << 10)
#define FILE_NAME "/tmp/kernelcosts.data"

static int file;
static volatile unsigned int left; /* signals */
static volatile char *stored;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint32_t)t.tv_nsec;
}

static void open_file(void)
{
	static char chunk[CHUNK];

	file = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (file < 0)
		die(FILE_NAME);
	for (unsigned int at = 0; at < FILE_SIZE; at += sizeof(chunk))
		if (write(file, chunk, sizeof(chunk)) != sizeof(chunk))
			die("write");
}

static char *map_file(unsigned int size, int prot)
{
	char *at = mmap(NULL, size, prot, MAP_SHARED, file, 0);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

static uint64_t null(unsigned int n)
{
	uint64_t since = now();

	for (unsigned int i = 0; i < n; i++)
		syscall(SYS_getppid);
	return now() - since;
}

/* @n pages, of as many rounds as it takes; @load: or no page at all. */
static uint64_t rounds(unsigned int n, int load)
{
	const unsigned int pages = FILE_SIZE / PAGE;
	char *map = map_file(FILE_SIZE, PROT_READ);
	uint64_t since = now();

	for (unsigned int i = 0; i < n; i++) {
		if (load)
			*(volatile char *)(map + i * SCATTER % pages * PAGE);
		if ((i + 1) % pages == 0) {
			munmap(map, FILE_SIZE);
			map = map_file(FILE_SIZE, PROT_READ);
		}
	}
	since = now() - since;
	munmap(map, FILE_SIZE);
	return since;
}

static uint64_t fault(unsigned int n)
{
	uint64_t took;

	open_file();
	took = rounds(n, 1);
	return took - rounds(n, 0);
}

static void on_signal(int sig)
{
	if (--left == 0 && sig == SIGSEGV)
		mprotect((void *)stored, 4096, PROT_READ | PROT_WRITE);
}

static uint64_t sent(unsigned int n)
{
	const pid_t self = getpid();
	uint64_t since, took;

	left = n;
	since = now();
	while (left)
		kill(self, SIGUSR1);
	took = now() - since;
	since = now();
	for (unsigned int i = 0; i < n; i++)
		kill(self, 0);
	return took - (now() - since);
}

static uint64_t prot(unsigned int n)
{
	struct sigaction action = {.sa_handler = on_signal};
	uint64_t since, took;

	stored = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (stored == MAP_FAILED)
		die("mmap");
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	left = n;
	since = now();
	*stored = 1; /* again and again, until it may */
	since = now() - since;
	took = sent(n);
	return since > took ? since - took : 0;
}

static uint64_t forks(unsigned int n)
{
	uint64_t since = now();

	for (unsigned int i = 0; i < n; i++) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		if (child < 0 || waitpid(child, NULL, 0) != child)
			die("fork");
	}
	return now() - since;
}

static uint64_t pipes(unsigned int n)
{
	int there[2], back[2];
	uint64_t since;
	pid_t child;
	char byte;

	if (pipe(there) || pipe(back))
		die("pipe");
	child = fork();
	if (child < 0)
		die("fork");
	while (!child)
		if (read(there[0], &byte, 1) != 1 ||
		    write(back[1], &byte, 1) != 1)
			_exit(1);
	since = now();
	for (unsigned int i = 0; i < n; i++)
		if (write(there[1], &byte, 1) != 1 ||
		    read(back[0], &byte, 1) != 1)
			die("pipe");
	since = now() - since;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return since;
}

static uint64_t maps(unsigned int n)
{
	uint64_t since;

	open_file();
	since = now();
	for (unsigned int i = 0; i < n; i++) {
		char *map = map_file(MB, PROT_READ | PROT_WRITE);

		for (unsigned int at = 0; at < MB / 10; at += STRIDE)
			map[at] = 1;
		munmap(map, MB);
	}
	return now() - since;
}

static const struct {
	const char *name;
	uint64_t (*run)(unsigned int n);
	unsigned int n;
} all[] = {
	{"null", null, 10000}, {"fault", fault, 8192}, {"prot", prot, 1000},
	{"fork", forks, 100},  {"pipe", pipes, 1000},  {"mmap", maps, 500},
};

int main(int argc, char **argv)
{
	for (unsigned int i = 0; argc > 1 && i < sizeof(all) / sizeof(*all);
	     i++) {
		unsigned int n = all[i].n;
		uint64_t took;

		if (strcmp(argv[1], all[i].name))
			continue;
		if (argc > 2)
			n = (unsigned int)strtoul(argv[2], NULL, 10);
		if (!n)
			break;
		took = all[i].run(n);
		printf("kernelcosts %s %u %llu\n", argv[1], n,
		       (unsigned long long)(took / n));
		return 0;
	}
	fprintf(stderr, "kernelcosts null|fault|prot|fork|pipe|mmap [N]\n");
	return 2;
}
