/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address spaces treated badly: threads that map, protect, move, lock and
 * unmap the same pages while others touch them and some fork; as many mappings
 * as there may be; the same page moved ten thousand times; mappings doubled
 * and left behind by the thousand; segments of shared memory attached over
 * each other.
 *
 *	maprace [SEED [ROUNDS [race]]]
 *
 * With "race", the threads alone. Prints a line a scene, with what must hold whatever the order was.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE     4096ul
#define A        0x20000000ul
#define PAGES    48ul /* over the border of two page tables */
#define RW       (PROT_READ | PROT_WRITE)
#define ANON     (MAP_PRIVATE | MAP_ANONYMOUS)
#define MAPPERS  4
#define TOUCHERS 4

static unsigned int seed = 1, rounds = 2000;
static int file, segment;
static volatile bool over;
static __thread sigjmp_buf touched;
static __thread uint32_t state;
static const unsigned long base = A + (1ul << 21) - PAGES / 2 * PAGE;

static uint32_t chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (state >> 3) % below;
}

/* ---- threads ------------------------------------------------------------------- */

static void on_fault(int sig)
{
	siglongjmp(touched, sig);
}

static unsigned long some_range(unsigned long *len)
{
	unsigned long page = chance(PAGES), pages = 1 + chance(12);

	if (page + pages > PAGES)
		pages = PAGES - page;
	*len = pages * PAGE;
	return base + page * PAGE;
}

static void map_something(unsigned long at, unsigned long len)
{
	static const int kinds[] = {ANON,
				    ANON,
				    ANON | MAP_POPULATE,
				    ANON | MAP_LOCKED,
				    MAP_SHARED | MAP_ANONYMOUS,
				    MAP_SHARED,
				    MAP_PRIVATE};
	int kind = kinds[chance(7)];

	mmap((void *)at, len, chance(5) ? RW : PROT_READ, kind | MAP_FIXED,
	     kind & MAP_ANONYMOUS ? -1 : file, 0);
}

static void change_something(void)
{
	unsigned long len, at = some_range(&len), other;

	switch (chance(12)) {
	case 0:
	case 1:
	case 2:
	case 3:
		map_something(at, len);
		break;
	case 4:
		munmap((void *)at, len);
		break;
	case 5:
		mprotect((void *)at, len, chance(2) ? RW : PROT_READ);
		break;
	case 6:
		other = some_range(&(unsigned long){0});
		mremap((void *)at, len, len, MREMAP_MAYMOVE | MREMAP_FIXED,
		       (void *)other);
		break;
	case 7:
		madvise((void *)at, len, chance(2) ? MADV_DONTNEED : MADV_FREE);
		break;
	case 8:
		mlock((void *)at, len);
		break;
	case 9:
		munlock((void *)at, len);
		break;
	case 10:
		shmat(segment, (void *)(at & ~(4 * PAGE - 1)), SHM_REMAP);
		break;
	default:
		if (chance(8))
			break;
		if (!fork()) {
			if (!sigsetjmp(touched, 1))
				*(volatile char *)at = 1;
			_exit(0);
		}
		wait(NULL);
	}
}

static void *mapper(void *number)
{
	state = 0x9e3779b9u * (seed + (uint32_t)(uintptr_t)number + 1);
	for (unsigned int i = 0; i < rounds; i++) {
		change_something();
		if (chance(2))
			sched_yield();
	}
	return NULL;
}

/* A word of each page that can be read says what page it is, or nothing. */
static void *toucher(void *number)
{
	state = 0x51ed270bu * (seed + (uint32_t)(uintptr_t)number + 1);
	while (!over) {
		volatile uint32_t *word =
			(uint32_t *)(base + chance(PAGES) * PAGE + 64);

		if (chance(8) == 0)
			sched_yield();
		if (sigsetjmp(touched, 1))
			continue;
		if (chance(2))
			*word = 0x5a5a5a5a;
		else if (*word && *word != 0x5a5a5a5a)
			printf("page of %p shows %x\n", (void *)word,
			       (unsigned int)*word);
	}
	return NULL;
}

/* A small stack, for boards with little memory. */
static pthread_t begin(void *(*act)(void *), uintptr_t number)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 16 * PAGE);
	if (pthread_create(&thread, &attr, act, (void *)number)) {
		printf("no thread\n");
		exit(2);
	}
	return thread;
}

static void race(void)
{
	struct sigaction action = {.sa_handler = on_fault,
				   .sa_flags = SA_NODEFER};
	pthread_t mappers[MAPPERS], touchers[TOUCHERS];
	unsigned int wrong = 0;

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	file = memfd_create("race", 0);
	segment = shmget(IPC_PRIVATE, 8 * PAGE, 0600);
	if (ftruncate(file, 8 * PAGE))
		exit(3);
	for (uintptr_t i = 0; i < TOUCHERS; i++)
		touchers[i] = begin(toucher, i);
	for (uintptr_t i = 0; i < MAPPERS; i++)
		mappers[i] = begin(mapper, i);
	for (unsigned int i = 0; i < MAPPERS; i++)
		pthread_join(mappers[i], NULL);
	over = true;
	for (unsigned int i = 0; i < TOUCHERS; i++)
		pthread_join(touchers[i], NULL);
	mmap((void *)base, PAGES * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	for (unsigned long i = 0; i < PAGES; i++)
		wrong += *(volatile uint32_t *)(base + i * PAGE + 64) != 0;
	munmap((void *)(base - 4 * PAGE), (PAGES + 16) * PAGE);
	shmctl(segment, IPC_RMID, NULL);
	close(file);
	printf("race: %u of %lu pages wrong afterwards\n", wrong, PAGES);
}

/* ---- too many --------------------------------------------------------------------- */

static unsigned long maps_limit(void)
{
	char number[16] = "";
	int fd = open("/proc/sys/vm/max_map_count", O_RDONLY);

	if (fd < 0 || read(fd, number, sizeof(number) - 1) <= 0)
		return 65530;
	close(fd);
	return strtoul(number, NULL, 10);
}

/* Every second page of one mapping, until no more may be. */
static void many(void)
{
	unsigned long limit = maps_limit(), made = 0, failed = 0;
	unsigned long pages = 2 * limit + 100;
	char *all = mmap((void *)A, pages * PAGE, PROT_NONE,
			 ANON | MAP_NORESERVE | MAP_FIXED, -1, 0);

	for (unsigned long i = 1; i < pages && failed < 20; i += 2)
		if (mprotect(all + i * PAGE, PAGE, PROT_READ))
			failed++;
		else
			made += 2;
	/* the program has a few of its own */
	printf("many: %s, then %s\n",
	       made < limit && made + 40 > limit ? "all there may be"
						 : "another number",
	       errno == ENOMEM ? "ENOMEM" : "another error");
	printf("many: split %s, map %s, unmap the middle %s\n",
	       mprotect(all + PAGE, PAGE, PROT_NONE) ? "refused" : "merged",
	       mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) ==
			       MAP_FAILED
		       ? "refused"
		       : "done",
	       munmap(all + 100 * PAGE, PAGE) ? "refused" : "done");
	printf("many: all unmapped %d\n", munmap(all, pages * PAGE));
}

/* ---- one page, moved and moved ------------------------------------------------------ */

static void moves(void)
{
	unsigned long at = A;
	unsigned int i, stays = 0;
	char *page = mmap((void *)A, PAGE, RW, ANON | MAP_FIXED, -1, 0);

	*page = 'm';
	for (i = 0; i < 10000; i++) {
		unsigned long to = A + (i * 7919u % 5000 + 1) * PAGE;

		if (mremap((void *)at, PAGE, PAGE,
			   MREMAP_MAYMOVE | MREMAP_FIXED,
			   (void *)to) == MAP_FAILED)
			break;
		at = to;
		if (i % 1000 == 0 && !fork())
			_exit(*(volatile char *)at != 'm');
	}
	while (wait(NULL) > 0)
		;
	printf("moves: %u, content %c\n", i, *(volatile char *)at);
	/* left behind, empty, at each step */
	for (i = 0; i < 2000; i++) {
		void *to = mremap((void *)at, PAGE, PAGE, MREMAP_MAYMOVE | 4,
				  NULL);

		if (to == MAP_FAILED)
			break;
		stays += *(volatile char *)at == 0;
		at = (unsigned long)to;
	}
	printf("moves: %u left behind, %u empty, content %c\n", i, stays,
	       *(volatile char *)at);
}

/* A shared page, shown at more and more places. */
static void doubles(void)
{
	char *page = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int i, right = 0;
	char *last = page;

	*page = 'd';
	for (i = 0; i < 5000; i++) {
		char *to = mremap(last, 0, PAGE, MREMAP_MAYMOVE);

		if (to == MAP_FAILED)
			break;
		right += *(volatile char *)to == 'd';
		last = to;
	}
	*last = 'D';
	printf("doubles: %u, %u right, the first shows %c\n", i, right, *page);
}

/* How often a stack can be touched below its end, before it hits another. */
static unsigned int grow(unsigned long stack, unsigned long step)
{
	static volatile unsigned long at;
	static volatile unsigned int touches;

	at = stack;
	touches = 0;
	if (sigsetjmp(touched, 1))
		return touches;
	for (;;) {
		at -= step;
		*(volatile char *)at = 1;
		touches++;
	}
}

static void stacks(void)
{
	unsigned int grown = 0;

	for (unsigned long i = 0; i < 16; i++)
		mmap((void *)(A + i * 0x200000), PAGE, RW,
		     ANON | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	for (unsigned long i = 1; i < 16; i++)
		grown += grow(A + i * 0x200000, i % 2 ? PAGE : 5 * PAGE);
	printf("stacks: grew by %u touches\n", grown);
	munmap((void *)A, 16 * 0x200000);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		seed = (unsigned int)atoi(argv[1]);
	if (argc > 2)
		rounds = (unsigned int)atoi(argv[2]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	race();
	if (argc > 3)
		return 0;
	stacks();
	many();
	moves();
	doubles();
	return 0;
}
