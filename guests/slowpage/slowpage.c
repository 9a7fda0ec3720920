/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slowpage file FILE | swap: a thread touches a page that must be read, and
 * until it has it, another one maps, touches and unmaps memory of its own: how
 * often, and what the first one's fault counted as. Then two processes wait
 * for such a page, and one is killed meanwhile, the other interrupted by a
 * handler that goes on: how long each took.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE    4096u
#define APART   (128 * PAGE) /* farther than any readahead */
#define AREAS   3u
#define MORE    (32u << 20)
#define MS      1000u
#define BRIEFLY (20 * MS)
#define OWN     (PROT_READ | PROT_WRITE)
#define ANON    (MAP_PRIVATE | MAP_ANONYMOUS)

static uint8_t *area;
static volatile bool touched;

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static uint8_t *map_file(const char *path)
{
	int fd = open(path, O_RDONLY);

	return mmap(NULL, AREAS * APART, PROT_READ, MAP_PRIVATE, fd, 0);
}

/* Others want the memory more. */
static uint8_t *map_swapped(void)
{
	uint8_t *at = mmap(NULL, AREAS * APART, OWN, ANON, -1, 0);
	uint8_t *more = mmap(NULL, MORE, OWN, ANON, -1, 0);

	memset(at, 1, AREAS * APART);
	madvise(at, AREAS * APART, MADV_PAGEOUT);
	memset(more, 1, MORE);
	munmap(more, MORE);
	return at;
}

static void *toucher(void *arg)
{
	struct rusage before, after;

	(void)arg;
	getrusage(RUSAGE_THREAD, &before);
	*(volatile uint8_t *)area;
	getrusage(RUSAGE_THREAD, &after);
	touched = true;
	printf("faults: %ld minor, %ld major\n",
	       after.ru_minflt - before.ru_minflt,
	       after.ru_majflt - before.ru_majflt);
	return NULL;
}

static void beside_it(void)
{
	unsigned int n = 0;
	pthread_t t;

	pthread_create(&t, NULL, toucher, NULL);
	usleep(MS);
	while (!touched) {
		uint8_t *at = mmap(NULL, PAGE, OWN, ANON, -1, 0);

		*at = 1;
		munmap(at, PAGE);
		n++;
		usleep(MS);
	}
	pthread_join(t, NULL);
	printf("meanwhile: %s\n", n > 50 ? "many" : n > 1 ? "few" : "none");
}

static int handled;

static void on_signal(int sig)
{
	(void)sig;
	handled++;
}

/* Milliseconds until one is gone who touches area @i and gets @sig. */
static void interrupted(unsigned int i, int sig)
{
	int64_t start = now_ms();
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(((volatile uint8_t *)area)[i * APART] & handled);
	usleep(BRIEFLY);
	kill(pid, sig);
	waitpid(pid, &status, 0);
	printf("%s: %s, %s\n", strsignal(sig),
	       WIFSIGNALED(status) ? "killed" : "went on",
	       now_ms() - start < 50 ? "at once" : "when it had its page");
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return 1;
	area = argc > 2 ? map_file(argv[2]) : map_swapped();
	signal(SIGUSR1, on_signal); /* so that no child has to read that */
	beside_it();
	interrupted(1, SIGKILL);
	interrupted(2, SIGUSR1);
	return 0;
}
