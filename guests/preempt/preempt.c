/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who runs first, where it is determined: a task that has used the core for a
 * while wakes one that has slept. If that one is to have the core at once it
 * writes its letter first. Then real-time tasks among themselves (who is
 * preempted stays first of its equals, who yields goes last), the limit on
 * their time, sched_rr_get_interval(2), and the knobs of /proc/sys/kernel. All
 * on core 0. Prints who came when.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What tasks have written, one letter each. */
static struct {
	volatile int nr;
	volatile char letter[64];
	volatile unsigned int turns;
} * book;

static void put(char letter)
{
	book->letter[__sync_fetch_and_add(&book->nr, 1) % 64] = letter;
}

static void tell(const char *what)
{
	book->letter[book->nr] = '\0';
	printf("%s: %s\n", what, (const char *)book->letter);
	fflush(stdout);
	book->nr = 0;
}

static uint64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Of its own time. */
static void burn(unsigned int ms)
{
	const uint64_t until = clock_ms(CLOCK_THREAD_CPUTIME_ID) + ms;

	while (clock_ms(CLOCK_THREAD_CPUTIME_ID) < until)
		for (volatile int i = 0; i < 1000; i++)
			;
}

/* @level: a real-time priority, or else a nice level. */
static void be(int policy, int level)
{
	struct sched_param param = {0};

	if (policy == SCHED_FIFO || policy == SCHED_RR)
		param.sched_priority = level;
	else if (setpriority(PRIO_PROCESS, 0, level))
		perror("setpriority");
	if (sched_setscheduler(0, policy, &param))
		perror("sched_setscheduler");
}

static void wait_all(void)
{
	while (wait(NULL) > 0)
		;
}

static void take_byte(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		_exit(1);
}

static void give_byte(int fd)
{
	if (write(fd, "x", 1) != 1)
		_exit(1);
}

struct who {
	const char *name;
	int policy, level;
};

/* ---- one wakes another --------------------------------------------------------- */

static void sleeper(const struct who *who, int fd)
{
	be(who->policy, who->level);
	take_byte(fd);
	put('S');
	_exit(0);
}

static void waker(const struct who *who, int fd)
{
	usleep(30000); /* the other one sleeps by then */
	be(who->policy, who->level);
	burn(30);
	give_byte(fd);
	put('W');
	_exit(0);
}

static void wakes(const struct who *first, const struct who *second)
{
	char what[80];
	int fds[2];

	if (pipe(fds))
		exit(1);
	if (!fork())
		sleeper(second, fds[0]);
	if (!fork())
		waker(first, fds[1]);
	wait_all();
	close(fds[0]);
	close(fds[1]);
	snprintf(what, sizeof(what), "%s wakes %s", first->name, second->name);
	tell(what);
}

static void wakeups(void)
{
	static const struct who normal = {"normal", SCHED_OTHER, 0},
				nice = {"nice 19", SCHED_OTHER, 19},
				ten = {"nice 10", SCHED_OTHER, 10},
				batch = {"batch", SCHED_BATCH, 0},
				idle = {"idle", SCHED_IDLE, 0},
				fifo5 = {"fifo 5", SCHED_FIFO, 5},
				fifo6 = {"fifo 6", SCHED_FIFO, 6},
				rr5 = {"rr 5", SCHED_RR, 5};
	static const struct who *const pairs[][2] = {
		{&normal, &normal}, {&normal, &nice},  {&normal, &ten},
		{&nice, &normal},   {&normal, &batch}, {&batch, &normal},
		{&batch, &batch},   {&normal, &idle},  {&idle, &normal},
		{&idle, &batch},    {&idle, &idle},    {&idle, &nice},
		{&batch, &idle},    {&normal, &fifo5}, {&idle, &rr5},
		{&fifo5, &normal},  {&rr5, &idle},     {&fifo5, &fifo6},
		{&fifo6, &fifo5},   {&fifo5, &rr5},    {&rr5, &fifo6},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		wakes(pairs[i][0], pairs[i][1]);
}

/* ---- real-time tasks among themselves ------------------------------------------- */

/* Runs and writes, once the byte has come. */
static void stand_by(int priority, int fd, char letter)
{
	if (fork())
		return;
	be(SCHED_FIFO, priority);
	take_byte(fd);
	put(letter);
	_exit(0);
}

/* @act between two letters of its own, with an equal waiting since before. */
static void among_equals(const char *what, void (*act)(int fd))
{
	int equal[2], better[2];

	if (pipe(equal) || pipe(better))
		exit(1);
	stand_by(5, equal[0], 'e');
	stand_by(8, better[0], 'b');
	usleep(50000);
	be(SCHED_FIFO, 5);
	give_byte(equal[1]);
	put('1');
	act(better[1]);
	put('2');
	usleep(50000);
	be(SCHED_OTHER, 0);
	give_byte(better[1]);
	wait_all();
	for (int i = 0; i < 2; i++) {
		close(equal[i]);
		close(better[i]);
	}
	tell(what);
}

static void act_wake(int fd)
{
	give_byte(fd);
}
static void act_yield(int fd)
{
	(void)fd;
	sched_yield();
}
static void act_sleep(int fd)
{
	(void)fd;
	usleep(1000);
}
static void act_down(int fd)
{
	(void)fd;
	be(SCHED_FIFO, 4);
}
static void act_up_and_down(int fd)
{
	(void)fd;
	be(SCHED_FIFO, 7);
	be(SCHED_FIFO, 5);
}
static void act_same(int fd)
{
	(void)fd;
	be(SCHED_FIFO, 5);
}
static void act_to_fair(int fd)
{
	(void)fd;
	be(SCHED_OTHER, 0);
}

/* Two equals that never sleep: each writes when it finds itself the next. */
static void take_turns(const char *what, int policy)
{
	int fds[2];

	if (pipe(fds))
		exit(1);
	book->turns = 0;
	for (int i = 0; i < 2; i++) {
		if (fork())
			continue;
		be(policy, 5);
		take_byte(fds[0]);
		for (int n = 0; n < 2; n++) {
			put((char)('a' + i));
			burn(150);
		}
		_exit(0);
	}
	usleep(50000);
	be(SCHED_FIFO, 9);
	give_byte(fds[1]);
	give_byte(fds[1]);
	be(SCHED_OTHER, 0);
	wait_all();
	close(fds[0]);
	close(fds[1]);
	tell(what);
}

static void interval(const char *what, int policy, int level)
{
	struct timespec slice;

	be(policy, level);
	if (sched_rr_get_interval(0, &slice))
		perror("sched_rr_get_interval");
	else
		printf("%s: %ld ms\n", what, slice.tv_nsec / 1000000);
	be(SCHED_OTHER, 0);
}

static void real_time(void)
{
	among_equals("woke a better one", act_wake);
	among_equals("yielded", act_yield);
	among_equals("slept", act_sleep);
	among_equals("went down", act_down);
	among_equals("went up and down", act_up_and_down);
	among_equals("stayed", act_same);
	among_equals("became normal", act_to_fair);
	take_turns("fifo", SCHED_FIFO);
	take_turns("rr", SCHED_RR);
	interval("slice of rr", SCHED_RR, 5);
	interval("slice of fifo", SCHED_FIFO, 5);
}

/* ---- their limit -------------------------------------------------------------------- */

static void knob(const char *name, const char *value)
{
	char path[80], text[32] = "";
	int fd, n = 0;

	snprintf(path, sizeof(path), "/proc/sys/kernel/%s", name);
	fd = open(path, value ? O_RDWR : O_RDONLY);
	if (fd < 0) {
		printf("%s: %s\n", name, strerror(errno));
		return;
	}
	if (value && write(fd, value, strlen(value)) < 0)
		printf("%s = %s: %s\n", name, value, strerror(errno));
	lseek(fd, 0, SEEK_SET);
	n = (int)read(fd, text, sizeof(text) - 1);
	printf("%s: %.*s", name, n < 0 ? 0 : n, text);
	close(fd);
}

/* A real-time task runs for so long: does another one get the core meanwhile? */
static void runaway(const char *what, unsigned int ms)
{
	const pid_t child = fork();
	uint64_t until;

	if (!child)
		for (;;)
			book->turns++;
	be(SCHED_FIFO, 50);
	book->turns = 0;
	until = clock_ms(CLOCK_MONOTONIC) + ms;
	while (clock_ms(CLOCK_MONOTONIC) < until)
		;
	printf("%s: the other one %s\n", what,
	       book->turns ? "ran" : "had to wait");
	be(SCHED_OTHER, 0);
	kill(child, SIGKILL);
	wait_all();
}

static void limits(void)
{
	static const char runtime[] = "sched_rt_runtime_us",
			  period[] = "sched_rt_period_us",
			  rr[] = "sched_rr_timeslice_ms";

	knob(period, NULL);
	knob(runtime, NULL);
	knob(rr, NULL);
	sleep(2); /* what came before is paid back by then */
	runaway("below the limit", 500);
	knob(runtime, "-1");
	knob(period, "100000");
	knob(runtime, "100001");
	knob(runtime, "50000");
	knob(period, "40000");
	knob(period, "0");
	knob(runtime, "-2");
	runaway("half of the time", 250);
	knob(runtime, "-1");
	runaway("without a limit", 250);
	knob(period, "1000000");
	knob(runtime, "950000");
	knob(rr, "30");
	interval("shorter slice of rr", SCHED_RR, 5);
	knob(rr, "0");
	interval("usual slice of rr", SCHED_RR, 5);
	knob(rr, "-5");
	knob(rr, "x");
	knob(rr, "100");
}

/* Goes on until it is told that it went on for too long. */
static void rttime(void)
{
	struct rlimit limit = {100000, 200000};
	int status;

	if (!fork()) {
		setrlimit(RLIMIT_RTTIME, &limit);
		signal(SIGXCPU, SIG_DFL);
		be(SCHED_FIFO, 5);
		burn(500);
		_exit(0);
	}
	wait(&status);
	printf("RLIMIT_RTTIME: %s\n",
	       WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "no end");
	if (!fork()) {
		setrlimit(RLIMIT_RTTIME, &limit);
		signal(SIGXCPU, SIG_IGN);
		be(SCHED_FIFO, 5);
		burn(500);
		_exit(0);
	}
	wait(&status);
	printf("RLIMIT_RTTIME, hard: %s\n",
	       WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "no end");
}

int main(int argc, char **argv)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	book = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (book == MAP_FAILED)
		return 1;
	if (argc < 2 || !strcmp(argv[1], "wake"))
		wakeups();
	if (argc < 2 || !strcmp(argv[1], "rt"))
		real_time();
	if (argc < 2 || !strcmp(argv[1], "limit")) {
		limits();
		rttime();
	}
	return 0;
}
