/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What threads on several cores rely on. It provokes lost updates, lost
 * wake-ups, translations that outlive munmap() on another core, signals that
 * don't reach who runs elsewhere, time that goes back from core to core, and
 * tasks on cores that they were sent off. For each part it prints its name and
 * a result that is the same on any number of cores; "wrong" or silence is a
 * fault of the machine.
 *
 *	cores [PART...]		by default all parts but "share", which takes
 *				two seconds
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	NR_THREADS = 6,
	ROUNDS = 2000
};

/* Where all can't run at once, spinning through a slice takes very long. */
static void relax(void)
{
	static int nr;

	if (!nr)
		nr = (int)sysconf(_SC_NPROCESSORS_ONLN);
	if (nr < 4)
		sched_yield();
}

static void wrong(const char *part, const char *what, long value)
{
	printf("%s: wrong: %s (%ld)\n", part, what, value);
	fflush(stdout);
	_exit(1);
}

static void run_threads(int nr, void *(*fn)(void *))
{
	pthread_t thread[NR_THREADS];

	for (long i = 0; i < nr; i++)
		if (pthread_create(&thread[i], NULL, fn, (void *)i))
			wrong("threads", "pthread_create", i);
	for (int i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
}

/* ---- atomics: LDREX and STREX, words, halves, bytes and pairs ------------- */

static atomic_uint words;
static _Atomic uint64_t pairs;
static _Atomic uint16_t halves;
static atomic_uchar bytes;

static void *add_all(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		atomic_fetch_add(&words, 1);
		atomic_fetch_add(&pairs, UINT64_C(0x100000001));
		atomic_fetch_add(&halves, 1);
		atomic_fetch_add(&bytes, 1);
	}
	return arg;
}

static void part_atomic(void)
{
	const unsigned int all = NR_THREADS * ROUNDS;

	run_threads(NR_THREADS, add_all);
	if (words != all || halves != (uint16_t)all || bytes != (uint8_t)all ||
	    pairs != UINT64_C(0x100000001) * all)
		wrong("atomic", "sum", (long)words);
	printf("atomic: %u\n", words);
}

/* ---- locks ---------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long locked_sum;

static void *add_locked(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&lock);
		locked_sum++;
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

static void part_mutex(void)
{
	run_threads(NR_THREADS, add_locked);
	if (locked_sum != NR_THREADS * ROUNDS)
		wrong("mutex", "sum", (long)locked_sum);
	printf("mutex: %lu\n", locked_sum);
}

static atomic_flag spin = ATOMIC_FLAG_INIT;
static unsigned long spun_sum;

static void *add_spinning(void *arg)
{
	for (int i = 0; i < ROUNDS / 4; i++) {
		while (atomic_flag_test_and_set_explicit(&spin,
							 memory_order_acquire))
			relax();
		spun_sum++;
		atomic_flag_clear_explicit(&spin, memory_order_release);
	}
	return arg;
}

static void part_spin(void)
{
	run_threads(4, add_spinning);
	if (spun_sum != ROUNDS)
		wrong("spin", "sum", (long)spun_sum);
	printf("spin: %lu\n", spun_sum);
}

/* ---- wake-ups: who waits for a turn must get it ----------------------------- */

static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static long turn, turns;

static void *take_turns(void *arg)
{
	for (int i = 0; i < ROUNDS / 10; i++) {
		pthread_mutex_lock(&lock);
		while (turn != (long)arg)
			pthread_cond_wait(&turned, &lock);
		turn = (turn + 1) % NR_THREADS;
		turns++;
		pthread_cond_broadcast(&turned);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void part_cond(void)
{
	run_threads(NR_THREADS, take_turns);
	printf("cond: %ld\n", turns);
}

static pthread_barrier_t barrier;
static atomic_int at_barrier;

static void *meet(void *arg)
{
	for (int i = 1; i <= ROUNDS / 20; i++) {
		atomic_fetch_add(&at_barrier, 1);
		pthread_barrier_wait(&barrier);
		if (at_barrier != i * NR_THREADS)
			wrong("barrier", "early", at_barrier);
		pthread_barrier_wait(&barrier);
	}
	return arg;
}

static void part_barrier(void)
{
	pthread_barrier_init(&barrier, NULL, NR_THREADS);
	run_threads(NR_THREADS, meet);
	printf("barrier: %d\n", at_barrier);
}

/* Between processes, by the kernel alone. */
static void part_pipe(void)
{
	int there[2], back[2];
	uint32_t number = 0;
	pid_t pid;

	if (pipe(there) || pipe(back))
		wrong("pipe", "pipe", errno);
	pid = fork();
	if (!pid) {
		while (read(there[0], &number, 4) == 4 && number != ~0u) {
			number++;
			if (write(back[1], &number, 4) != 4)
				_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < ROUNDS / 4; i++)
		if (write(there[1], &number, 4) != 4 ||
		    read(back[0], &number, 4) != 4)
			wrong("pipe", "lost", i);
	printf("pipe: %u\n", number);
	number = ~0u;
	if (write(there[1], &number, 4) != 4)
		wrong("pipe", "end", errno);
	waitpid(pid, NULL, 0);
}

/* ---- messages: what was written before the flag is seen after it ------------ */

static uint32_t message[8];
static atomic_int full;

static void *post(void *arg)
{
	for (int i = 1; i <= ROUNDS / 20; i++) {
		while (atomic_load_explicit(&full, memory_order_acquire))
			relax();
		for (int j = 0; j < 8; j++)
			message[j] = (uint32_t)(i * j);
		atomic_store_explicit(&full, 1, memory_order_release);
	}
	return arg;
}

static void part_message(void)
{
	pthread_t thread;
	uint32_t sum = 0;

	pthread_create(&thread, NULL, post, NULL);
	for (int i = 1; i <= ROUNDS / 20; i++) {
		while (!atomic_load_explicit(&full, memory_order_acquire))
			relax();
		for (int j = 0; j < 8; j++) {
			if (message[j] != (uint32_t)(i * j))
				wrong("message", "old", i);
			sum += message[j];
		}
		atomic_store_explicit(&full, 0, memory_order_release);
	}
	pthread_join(thread, NULL);
	printf("message: %u\n", sum);
}

/* ---- affinity ------------------------------------------------------------------ */

static int field_39(void)
{
	char text[1024], *at;
	FILE *f = fopen("/proc/thread-self/stat", "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f)
		fclose(f);
	text[n] = 0;
	at = strrchr(text, ')');
	for (int field = 2; at && field < 39; field++)
		at = strchr(at + 1, ' ');
	return at ? atoi(at) : -1;
}

static void *walk(void *arg)
{
	const long nr = sysconf(_SC_NPROCESSORS_ONLN);

	for (int i = 0; i < 40; i++) {
		const int cpu = (int)((i + (long)arg) % nr);
		cpu_set_t set, got;

		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		if (sched_setaffinity(0, sizeof(set), &set))
			wrong("affinity", "sched_setaffinity", errno);
		for (int j = 0; j < 20; j++) {
			if (sched_getcpu() != cpu)
				wrong("affinity", "elsewhere", sched_getcpu());
			if (j % 5 == 0)
				sched_yield();
		}
		if (field_39() != cpu)
			wrong("affinity", "/proc", field_39());
		usleep(100);
		if (sched_getcpu() != cpu)
			wrong("affinity", "after a sleep", sched_getcpu());
		CPU_ZERO(&got);
		sched_getaffinity(0, sizeof(got), &got);
		if (CPU_COUNT(&got) != 1 || !CPU_ISSET(cpu, &got))
			wrong("affinity", "sched_getaffinity", cpu);
	}
	return arg;
}

/* One that runs is sent away by another. */
static atomic_int stop;
static atomic_int spinner_tid;
static void *spin_on(void *arg)
{
	spinner_tid = (pid_t)syscall(SYS_gettid);
	while (!stop)
		relax();
	return arg;
}

static void part_affinity(void)
{
	cpu_set_t none, one;
	pthread_t thread;
	const int last = (int)sysconf(_SC_NPROCESSORS_ONLN) - 1;

	CPU_ZERO(&none);
	if (!sched_setaffinity(0, sizeof(none), &none) || errno != EINVAL)
		wrong("affinity", "no core", errno);
	CPU_SET(31, &none);
	if (!sched_setaffinity(0, sizeof(none), &none) || errno != EINVAL)
		wrong("affinity", "core 31", errno);
	run_threads(NR_THREADS, walk);

	pthread_create(&thread, NULL, spin_on, NULL);
	while (!spinner_tid)
		sched_yield();
	for (int i = 0; i < 20; i++) {
		CPU_ZERO(&one);
		CPU_SET(i % (last + 1), &one);
		if (sched_setaffinity(spinner_tid, sizeof(one), &one))
			wrong("affinity", "of another", errno);
		usleep(50);
	}
	stop = 1;
	pthread_join(thread, NULL);
	printf("affinity: ok\n");
}

/* ---- time never goes back, wherever it is read --------------------------------- */

static uint64_t newest;

static void *look_at_clock(void *arg)
{
	for (int i = 0; i < ROUNDS / 4; i++) {
		struct timespec t;
		uint64_t ns;

		pthread_mutex_lock(&lock);
		clock_gettime(CLOCK_MONOTONIC, &t);
		ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
		if (ns < newest)
			wrong("clock", "back by", (long)(newest - ns));
		newest = ns;
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void *sleep_enough(void *arg)
{
	for (int i = 0; i < 20; i++) {
		const uint64_t before = now_ns();

		usleep(300);
		if (now_ns() - before < 300000)
			wrong("clock", "short sleep", i);
	}
	return arg;
}

static void part_clock(void)
{
	run_threads(NR_THREADS, look_at_clock);
	run_threads(NR_THREADS, sleep_enough);
	printf("clock: ok\n");
}

/* ---- what one core unmaps or protects is gone for all ---------------------------- */

#define TLB_PAGES 8
static volatile char *page;
static atomic_int tlb_round, tlb_seen, tlb_left;
static __thread sigjmp_buf out;

static void on_fault(int signal)
{
	siglongjmp(out, signal);
}

/* Stores until it may no longer. */
static void *use_pages(void *arg)
{
	for (volatile int round = 1; round <= 30; round++) {
		while (tlb_round < round)
			relax();
		if (!sigsetjmp(out, 1))
			for (;;) {
				for (int i = 0; i < TLB_PAGES; i++)
					page[i * 4096 + (long)arg]++;
				atomic_fetch_or(&tlb_seen, 1 << (long)arg);
				relax();
			}
		atomic_fetch_add(&tlb_left, 1);
	}
	return NULL;
}

static void unmap_pages(int round, int users)
{
	char before[TLB_PAGES * 4096];

	page = mmap(NULL, sizeof(before), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	tlb_seen = 0;
	tlb_left = 0;
	tlb_round = round;
	while (tlb_seen != (1 << users) - 1)
		sched_yield();
	if (round % 2) {
		mprotect((void *)page, sizeof(before), PROT_READ);
		memcpy(before, (void *)page, sizeof(before));
		for (int i = 0; i < 100; i++)
			sched_yield();
		if (memcmp(before, (void *)page, sizeof(before)))
			wrong("tlb", "stored after mprotect", round);
	} else {
		munmap((void *)page, sizeof(before));
	}
	while (tlb_left < users)
		sched_yield();
	if (round % 2)
		munmap((void *)page, sizeof(before));
}

static void part_tlb(void)
{
	struct sigaction action = {.sa_handler = on_fault};
	pthread_t thread[3];

	sigaction(SIGSEGV, &action, NULL);
	for (long i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, use_pages, (void *)i);
	for (int round = 1; round <= 30; round++)
		unmap_pages(round, 3);
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	signal(SIGSEGV, SIG_DFL);
	printf("tlb: 30\n");
}

/* ---- signals reach who runs on another core ---------------------------------------- */

static atomic_int got_signals;

static void count_signal(int signal)
{
	(void)signal;
	atomic_fetch_add(&got_signals, 1);
}

static void part_signal(void)
{
	struct sigaction action = {.sa_handler = count_signal};
	struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
	pthread_t thread;
	pid_t pid;

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	stop = 0;
	pthread_create(&thread, NULL, spin_on, NULL);
	for (int i = 1; i <= 50; i++) {
		pthread_kill(thread, SIGUSR1);
		while (got_signals < i)
			relax();
	}
	setitimer(ITIMER_REAL, &often, NULL);
	while (got_signals < 60)
		relax();
	setitimer(ITIMER_REAL, &never, NULL);
	stop = 1;
	pthread_join(thread, NULL);
	/* a process that never enters the kernel by itself */
	for (int i = 0; i < 5; i++) {
		pid = fork();
		if (!pid)
			for (;;)
				;
		usleep(200);
		kill(pid, SIGKILL);
		if (waitpid(pid, NULL, 0) != pid)
			wrong("signal", "waitpid", errno);
	}
	printf("signal: ok\n");
}

/* ---- processes come and go everywhere ------------------------------------------------ */

static void *fork_some(void *arg)
{
	for (int i = 0; i < 6; i++) {
		int status;
		pid_t pid = fork();

		if (!pid) {
			words += 1; /* its own copy */
			_exit((int)((i + (long)arg) & 63));
		}
		if (waitpid(pid, &status, 0) != pid ||
		    WEXITSTATUS(status) != ((i + (long)arg) & 63))
			wrong("fork", "status", status);
	}
	return arg;
}

static void part_fork(void)
{
	const unsigned int before = words;

	run_threads(NR_THREADS, fork_some);
	if (words != before)
		wrong("fork", "a child's store", (long)words);
	printf("fork: %d\n", NR_THREADS * 6);
}

/* ---- registers come along ---------------------------------------------------------------- */

static void *keep_floats(void *arg)
{
	const long nr = sysconf(_SC_NPROCESSORS_ONLN);
	double sum = (double)(long)arg, a = 1.5, b = 2.25, c = 3.125;

	for (int i = 0; i < ROUNDS / 4; i++) {
		cpu_set_t set;

		sum += a * b - c;
		if (i % 8)
			continue;
		CPU_ZERO(&set);
		CPU_SET((int)((i / 8 + (long)arg) % nr), &set);
		sched_setaffinity(0, sizeof(set), &set);
		if (errno == EDOM) /* thread-local: TPIDRURO comes along */
			wrong("floats", "errno", errno);
	}
	if (sum != (double)(long)arg + ROUNDS / 4 * 0.25)
		wrong("floats", "sum", (long)sum);
	return arg;
}

static void part_floats(void)
{
	run_threads(NR_THREADS, keep_floats);
	printf("floats: ok\n");
}

/* ---- real-time tasks beyond their limit ----------------------------------- */

static void set_knob(const char *name, const char *value)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/kernel/%s", name);
	file = fopen(path, "w");
	if (!file || fputs(value, file) < 0 || fclose(file))
		wrong("limit", name, errno);
}

/* More of them than cores, each out of step with the others. */
static void hog_core(int nr)
{
	const struct sched_param param = {.sched_priority = 5};
	struct timespec now;
	long end;

	usleep(3000 * (useconds_t)nr);
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		_exit(1);
	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec * 1000 + now.tv_nsec / 1000000 + 60;
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < end);
	_exit(0);
}

static void part_limit(void)
{
	int status, ended = 0;

	set_knob("sched_rt_runtime_us", "10000");
	set_knob("sched_rt_period_us", "20000");
	for (int i = 0; i < NR_THREADS; i++)
		if (!fork())
			hog_core(i);
	while (wait(&status) > 0)
		ended += status == 0;
	set_knob("sched_rt_period_us", "1000000");
	set_knob("sched_rt_runtime_us", "950000");
	printf("limit: %d\n", ended);
}

/* ---- shares -------------------------------------------------------------- */

static struct timespec share_begin;

static long ms_since(clockid_t clock, const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (now.tv_sec - begin->tv_sec) * 1000 +
	       (now.tv_nsec - begin->tv_nsec) / 1000000;
}

/* Its own time, once two seconds are over. */
static void *use_share(void *arg)
{
	static const struct timespec zero;

	(void)arg;
	while (ms_since(CLOCK_MONOTONIC, &share_begin) < 2000)
		;
	return (void *)ms_since(CLOCK_THREAD_CPUTIME_ID, &zero);
}

/* One more of them than cores: all get about as much. */
static void part_share(void)
{
	const int nr = (int)sysconf(_SC_NPROCESSORS_ONLN) + 1;
	long least = 1000000, most = 0;
	pthread_t thread[NR_THREADS];
	void *used;

	if (nr > NR_THREADS)
		wrong("share", "cores", nr);
	clock_gettime(CLOCK_MONOTONIC, &share_begin);
	for (int i = 0; i < nr; i++)
		pthread_create(&thread[i], NULL, use_share, NULL);
	for (int i = 0; i < nr; i++) {
		pthread_join(thread[i], &used);
		least = (long)used < least ? (long)used : least;
		most = (long)used > most ? (long)used : most;
	}
	if (most > least + least / 3)
		wrong("share", "least", least);
	printf("share: ok\n");
}

/* ------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*run)(void);
} parts[] = {
	{"atomic", part_atomic},   {"mutex", part_mutex},
	{"spin", part_spin},       {"cond", part_cond},
	{"barrier", part_barrier}, {"pipe", part_pipe},
	{"message", part_message}, {"affinity", part_affinity},
	{"clock", part_clock},     {"tlb", part_tlb},
	{"signal", part_signal},   {"fork", part_fork},
	{"floats", part_floats},   {"limit", part_limit},
	{"share", part_share},
};

static int wanted(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return 1;
	return argc < 2 && strcmp(name, "share");
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (wanted(argc, argv, parts[i].name)) {
			parts[i].run();
			fflush(stdout);
		}
	return 0;
}
