/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eaters [KIND [N]]: programs that are hard on memory management, with the size
 * given, so that one can see how the cost grows. Each says what it found; all
 * that it wrote must be there at the end.
 *
 *   tree N      N generations, each writes some of the pages of all before
 *   bush N      N children of one who shares all its pages with them
 *   bomb N      N processes that eat until they are killed, all at once
 *   maps N      N mappings of one page, touched at random
 *   threads N   N threads, each with memory of its own
 *   locked N    N megabytes, then all there is, under mlockall()
 *   killed N    N processes killed while they allocate in each way there is
 *
 * and only when asked for:
 *
 *   lockers N   N processes that do so all at once
 *   writers N   as many that write files without end, beside one that eats
 *   swapoff N   N megabytes that don't fit without /dev/vda, which is taken away
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE       4096u
#define WORDS      (PAGE / 4)
#define MB         (1u << 20)
#define TREE_PAGES 64
#define STACK      8192u
#define RW         (PROT_READ | PROT_WRITE)
#define ANON       (MAP_PRIVATE | MAP_ANONYMOUS)

static uint32_t seed = 1;

static uint32_t next_random(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)seed * below >> 32);
}

static uint32_t *take(uint32_t bytes)
{
	uint32_t *at = mmap(NULL, bytes, RW, ANON, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static int spare_me(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);
	int ok = fd >= 0 && write(fd, "-1000", 5) == 5;

	close(fd);
	return ok;
}

/* In a child the OOM killer may have. */
static void be_prey(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (write(fd, "1000", 4) != 4)
		_exit(3);
	close(fd);
}

/* ---- fork trees --------------------------------------------------------------------- */

/* Page i belongs to the last generation that wrote it. */
static int generation(uint32_t *memory, uint32_t depth, uint32_t n)
{
	uint32_t mine[4], own = sizeof(mine) / sizeof(*mine);
	int status = 0;
	pid_t pid;

	for (uint32_t i = 0; i < own; i++) {
		mine[i] = (depth * 4 + i * 7) % TREE_PAGES;
		memory[mine[i] * WORDS] = depth;
	}
	if (depth == n)
		return 0;
	pid = fork();
	if (!pid)
		_exit(generation(memory, depth + 1, n));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	for (uint32_t i = 0; i < own; i++)
		if (memory[mine[i] * WORDS] != depth)
			return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}

static void tree(uint32_t n)
{
	uint32_t *memory = take(TREE_PAGES * PAGE);

	for (uint32_t i = 0; i < TREE_PAGES; i++)
		memory[i * WORDS] = 0;
	printf("tree: %d\n", generation(memory, 1, n));
}

static void bush(uint32_t n)
{
	uint32_t *memory = take(TREE_PAGES * PAGE), alive = 0;
	int gate[2], status, right = 0;
	char c;

	if (pipe(gate))
		return;
	for (uint32_t i = 0; i < TREE_PAGES; i++)
		memory[i * WORDS] = i;
	for (; alive < n; alive++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid)
			continue;
		be_prey();
		close(gate[1]);
		memory[alive % TREE_PAGES * WORDS] = ~alive;
		while (read(gate[0], &c, 1) > 0)
			;
		for (uint32_t i = 0; i < TREE_PAGES; i++)
			if (memory[i * WORDS] !=
			    (i == alive % TREE_PAGES ? ~alive : i))
				_exit(1);
		_exit(0);
	}
	close(gate[1]);
	while (wait(&status) > 0)
		right += !status;
	printf("bush: %s\n", right == (int)n ? "all right" : "wrong");
}

/* ---- memory that isn't there ------------------------------------------------------------- */

static void eat(void)
{
	for (;;) {
		uint32_t *at = take(MB);

		for (uint32_t i = 0; at && i < MB / 4; i += WORDS)
			at[i] = i;
	}
}

static void eat_locked(void)
{
	mlockall(MCL_CURRENT | MCL_FUTURE);
	eat();
}

static void crowd(const char *name, uint32_t n, void (*does)(void))
{
	uint32_t killed = 0;
	int status;

	for (uint32_t i = 0; i < n; i++)
		if (fork() == 0) {
			be_prey();
			does();
		}
	while (killed < n && wait(&status) > 0)
		killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	printf("%s: %s\n", name, killed == n ? "all killed" : "some not");
}

static void bomb(uint32_t n)
{
	crowd("bomb", n, eat);
}

static void lockers(uint32_t n)
{
	crowd("lockers", n, eat_locked);
}

/* They wait for the disk, and its end of the work for memory. */
static void writers(uint32_t n)
{
	static char bytes[16 * PAGE];
	pid_t pids[64];
	int status;

	n = n < 64 ? n : 64;
	for (uint32_t i = 0; i < n; i++) {
		char name[32];
		int fd;

		pids[i] = fork();
		if (pids[i])
			continue;
		snprintf(name, sizeof(name), "/root/eaters-%u", i);
		fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
		for (off_t at = 0;; at = (at + sizeof(bytes)) % (4 * MB))
			if (pwrite(fd, bytes, sizeof(bytes), at) <= 0)
				_exit(1);
	}
	crowd("writers", 1, eat);
	for (uint32_t i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	while (wait(&status) > 0)
		;
}

static void off(void)
{
	_exit(swapoff("/dev/vda") ? 1 : 0);
}

/* Who takes it away goes, though the other one would be the killer's choice. */
static void swap_off(uint32_t n)
{
	uint32_t wrong = 0, words = n * (MB / 4), *at = take(n * MB);
	int status, taken;

	for (uint32_t i = 0; i < words; i += WORDS)
		at[i] = i;
	if (fork() == 0)
		off();
	wait(&taken);
	if (fork() == 0) {
		be_prey();
		off();
	}
	wait(&status);
	for (uint32_t i = 0; i < words; i += WORDS)
		wrong += at[i] != i;
	printf("swapoff: %s, %s, %u wrong\n",
	       WIFSIGNALED(taken) ? "killed"
	       : taken            ? "failed"
				  : "done",
	       WIFSIGNALED(status) ? "killed"
	       : status            ? "failed"
				   : "done",
	       wrong);
}

static void locked(uint32_t n)
{
	int status;

	if (fork() == 0) {
		be_prey();
		mlockall(MCL_CURRENT | MCL_FUTURE);
		take(n * MB);
		eat();
	}
	wait(&status);
	printf("locked: %s\n", WIFSIGNALED(status) ? "killed" : "not killed");
}

/* ---- many of one thing ---------------------------------------------------------------------- */

static void maps(uint32_t n)
{
	uint8_t *at = mmap(NULL, n * PAGE, RW, ANON | MAP_NORESERVE, -1, 0);
	uint32_t made = 0, wrong = 0;

	if (at == MAP_FAILED)
		return;
	while (made < n &&
	       !mprotect(at + made * PAGE, PAGE, made & 1 ? PROT_READ : RW))
		made++;
	for (uint32_t i = 0; i < made; i++)
		at[next_random(made) / 2 * 2 * PAGE] = 1;
	for (uint32_t i = 0; i < made; i += 2)
		wrong += at[i * PAGE] > 1;
	printf("maps: %s, %u wrong, unmapped %d\n",
	       made == n || errno == ENOMEM ? "as many as may be" : "fewer",
	       wrong, munmap(at, n * PAGE));
}

static uint32_t ran;

static int thread(void *arg)
{
	uint32_t *at = take(2 * PAGE);

	(void)arg;
	if (at)
		at[0] = at[WORDS] = 1;
	__atomic_fetch_add(&ran, 1, __ATOMIC_SEQ_CST);
	for (;;)
		pause();
	return 0;
}

static void threads(uint32_t n)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			  CLONE_THREAD;
	uint32_t made = 0;
	int status;

	fflush(stdout);
	if (fork() == 0) {
		be_prey();
		while (made < n && clone(thread, (char *)take(STACK) + STACK,
					 flags, NULL) > 0)
			made++;
		while (__atomic_load_n(&ran, __ATOMIC_SEQ_CST) < made)
			usleep(1000);
		_exit(made == n ? 0 : 1);
	}
	wait(&status);
	printf("threads: %s\n", !status         ? "all ran"
				: status == 256 ? "as many as may be"
						: "killed");
}

/* ---- killed on the way ------------------------------------------------------------------------ */

static char block[4 * PAGE];

static void allocate(uint32_t kind)
{
	int fd = kind == 3 ? (int)syscall(SYS_memfd_create, "killed", 0) : -1;
	int ends[2];

	for (;;) {
		switch (kind) {
		case 0:
			munmap(mmap(NULL, 4 * PAGE, RW, ANON | MAP_POPULATE, -1,
				    0),
			       4 * PAGE);
			break;
		case 1:
			if (fork() == 0)
				_exit(0);
			wait(NULL);
			break;
		case 2:
			if (!pipe(ends)) {
				fcntl(ends[1], F_SETFL, O_NONBLOCK);
				while (write(ends[1], block, sizeof(block)) > 0)
					;
				close(ends[0]);
				close(ends[1]);
			}
			break;
		case 3:
			if (pwrite(fd, block, PAGE, next_random(4096) * PAGE) <
			    0)
				_exit(0);
			break;
		case 4:
			if (vfork() == 0)
				_exit(0);
			wait(NULL);
			break;
		default:
			sbrk((intptr_t)MB);
			memset((char *)sbrk(0) - MB, 1, MB);
			sbrk(-(intptr_t)MB);
		}
	}
}

static void killed(uint32_t n)
{
	uint32_t dead = 0;
	int status;

	for (uint32_t i = 0; i < n; i++) {
		pid_t pid = fork();

		if (!pid) {
			be_prey();
			allocate(i % 6);
		}
		usleep(next_random(100));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		dead += WIFSIGNALED(status);
	}
	printf("killed: %s\n", dead == n ? "all" : "not all");
}

static const struct {
	const char *name;
	void (*run)(uint32_t n);
	uint32_t n;
} kinds[] = {
	{"tree", tree, 100},       {"bush", bush, 100},
	{"bomb", bomb, 8},         {"maps", maps, 2000},
	{"threads", threads, 200}, {"locked", locked, 8},
	{"killed", killed, 12},    {"lockers", lockers, 0},
	{"writers", writers, 0},   {"swapoff", swap_off, 0},
};

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!spare_me())
		return 1;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (argc < 2 ? kinds[i].n != 0
			     : !strcmp(argv[1], kinds[i].name))
			kinds[i].run(argc > 2 ? (uint32_t)atoi(argv[2])
					      : kinds[i].n);
	return 0;
}
