/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks that know who holds them: robust lists, good and bad, and what the end
 * of a holder does to each word; futexes of priority inheritance with every
 * answer that they can give; moving from a plain word to one of those; waiting
 * for several words at once; and the C library's mutexes made of all that.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "observe.h"

#define PAGE       4096u
#define NOWHERE    0x1000u
#define TID        0x3fffffffu
#define FUTEX(...) say("%s: %s", #__VA_ARGS__, made(futex(__VA_ARGS__)))

static uint32_t *word; /* a page that children share */

static long futex(uint32_t *at, int op, uint32_t val, const void *timeout,
		  uint32_t *at2, uint32_t val3)
{
	return syscall(SYS_futex, at, op, val, timeout, at2, val3);
}

static uint32_t me(void)
{
	return (uint32_t)syscall(SYS_gettid);
}

/* TIDs differ from run to run. */
static const char *value(uint32_t w, uint32_t who)
{
	static char text[4][64];
	static unsigned int turn;
	char *t = text[turn++ % 4];
	const uint32_t tid = w & TID;

	snprintf(t, 64, "%s%s%s", w & FUTEX_WAITERS ? "waiters|" : "",
		 w & FUTEX_OWNER_DIED ? "died|" : "",
		 !tid          ? "0"
		 : tid == who  ? "owner"
		 : tid == me() ? "me"
			       : "other");
	return t;
}

static void pause_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

/* ---- robust lists ---------------------------------------------------------- */

struct entry {
	struct entry *next;
	uint32_t w;
};

struct head {
	struct entry *next;
	int32_t offset;
	struct entry *pending;
};

static struct head *head;
static struct entry *entry;

static void robust_arguments(void)
{
	struct head *got = NULL;
	size_t len = 0;
	int pid;

	for (uint32_t n = 0; n <= 24; n += n == 11 || n == 12 ? 1 : 11)
		say("set %u: %s", n,
		    made(syscall(SYS_set_robust_list, NOWHERE, n)));
	say("get: %s", made(syscall(SYS_get_robust_list, 0, &got, &len)));
	say("  %x %u", (unsigned)(uintptr_t)got, (unsigned)len);
	say("get -1: %s", made(syscall(SYS_get_robust_list, -1, &got, &len)));
	say("get bad: %s", made(syscall(SYS_get_robust_list, 0, 0, &len)));
	say("get bad: %s", made(syscall(SYS_get_robust_list, 0, &got, 0)));
	syscall(SYS_set_robust_list, NULL, 12);
	pid = fork();
	if (!pid) {
		pause();
		_exit(0);
	}
	say("get child: %s",
	    made(syscall(SYS_get_robust_list, pid, &got, &len)));
	say("  %x %u", (unsigned)(uintptr_t)got, (unsigned)len);
	if (!fork()) {
		if (setresuid(1000, 1000, 1000))
			_exit(1);
		say("get other's: %s",
		    made(syscall(SYS_get_robust_list, pid, &got, &len)));
		_exit(0);
	}
	wait(NULL);
	kill(pid, SIGKILL);
	wait(NULL);
}

enum {
	NR_ENTRIES = 8
};

/* A ring of all, each held by the caller. */
static void make_list(void)
{
	for (int i = 0; i < NR_ENTRIES; i++) {
		entry[i].next = i + 1 < NR_ENTRIES ? &entry[i + 1]
						   : (struct entry *)head;
		entry[i].w = me();
	}
	head->next = entry;
	head->offset = 4;
	head->pending = NULL;
}

static const char *const robust_cases[] = {
	"plain",         "waiters",      "others'",   "pending in it",
	"pending alone", "pending free", "pi",        "cycle",
	"bad next",      "bad entry",    "unaligned", "no head",
	"bad offset",    "pending bad",  "offset 0",  "read-only"};

static void robust_child(unsigned int what)
{
	char *page;

	make_list();
	switch (what) {
	case 1:
		for (int i = 0; i < NR_ENTRIES; i += 2)
			entry[i].w |= FUTEX_WAITERS;
		break;
	case 2:
		entry[1].w = 1;
		entry[2].w = 0;
		entry[3].w = FUTEX_WAITERS | 1;
		entry[4].w = FUTEX_OWNER_DIED | me();
		break;
	case 3:
		head->pending = &entry[3];
		break;
	case 4:
		entry[6].next = (struct entry *)head;
		head->pending = &entry[7];
		break;
	case 5:
		entry[6].next = (struct entry *)head;
		entry[7].w = FUTEX_WAITERS;
		head->pending = &entry[7];
		break;
	case 6:
		entry[1].next = (struct entry *)((char *)entry[1].next + 1);
		entry[2].w |= FUTEX_WAITERS;
		break;
	case 7:
		entry[5].next = &entry[2];
		break;
	case 8:
		entry[3].next = (struct entry *)NOWHERE;
		head->pending = &entry[7];
		break;
	case 9:
		entry[3].next = (struct entry *)0xc0000000;
		break;
	case 10:
		entry[3].next = (struct entry *)((char *)&entry[4] + 2);
		break;
	case 11:
		head = (struct head *)NOWHERE;
		break;
	case 12:
		head->offset = 0x10000000;
		break;
	case 13:
		head->pending = (struct entry *)NOWHERE;
		break;
	case 14:
		head->offset = 0;
		break;
	case 15:
		page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		((struct entry *)page)->next = &entry[4];
		((struct entry *)page)->w = me();
		mprotect(page, PAGE, PROT_READ);
		entry[3].next = (struct entry *)page;
		break;
	default:
		break;
	}
	syscall(SYS_set_robust_list, head, 12);
	_exit(0);
}

static void robust_lists(void)
{
	for (unsigned int i = 0;
	     i < sizeof(robust_cases) / sizeof(robust_cases[0]); i++) {
		char line[400] = "";
		uint32_t pid = (uint32_t)fork();

		if (!pid)
			robust_child(i);
		waitpid((pid_t)pid, NULL, 0);
		for (int n = 0; n < NR_ENTRIES; n++) {
			strcat(line, " ");
			strcat(line, value(entry[n].w, pid));
		}
		say("%s:%s", robust_cases[i], line);
	}
}

/* How it ends: returns from main, by a signal, by execve. */
static void robust_ends(void)
{
	for (int how = 0; how < 4; how++) {
		uint32_t pid = (uint32_t)fork();
		long got;

		if (!pid) {
			make_list();
			entry[0].w |= FUTEX_WAITERS;
			syscall(SYS_set_robust_list, head, 12);
			word[0] = 1;
			pause_ms(50);
			if (how == 0)
				_exit(0);
			if (how == 1)
				raise(SIGKILL);
			if (how == 2)
				raise(SIGSEGV);
			execl("/proc/self/exe", "owners", "exec", NULL);
			_exit(1);
		}
		while (!__atomic_load_n(&word[0], __ATOMIC_SEQ_CST))
			pause_ms(1);
		got = futex(&entry[0].w, FUTEX_WAIT, entry[0].w, NULL, NULL, 0);
		say("end %d: wait %s, word %s", how, made(got),
		    value(entry[0].w, pid));
		waitpid((pid_t)pid, NULL, 0);
		word[0] = 0;
	}
}

/* ---- one word, one thread ------------------------------------------------------- */

static void pi_alone(void)
{
	const struct timespec soon = {0, 1000000}, bad = {0, 1000000000};
	uint32_t w = 0;
	pid_t pid;

	FUTEX(&w, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	say("word %s", value(w, 0));
	FUTEX(&w, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	FUTEX(&w, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0);
	FUTEX(&w, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
	say("word %s", value(w, 0));
	FUTEX(&w, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
	FUTEX(&w, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	say("word %s", value(w, 0));
	w |= FUTEX_WAITERS;
	FUTEX(&w, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	say("word %s", value(w, 0));
	w = FUTEX_OWNER_DIED;
	FUTEX(&w, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	say("word %s", value(w, 0));
	FUTEX(&w, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
	w = FUTEX_WAITERS;
	FUTEX(&w, FUTEX_LOCK_PI2, 0, NULL, NULL, 0);
	say("word %s", value(w, 0));
	w = 30000; /* nobody */
	FUTEX(&w, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	say("waiters %u", w >> 31);
	FUTEX(&w, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0);
	w = 2; /* kthreadd */
	FUTEX(&w, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	pid = fork();
	if (!pid)
		for (;;)
			pause();
	w = (uint32_t)pid;
	FUTEX(&w, FUTEX_LOCK_PI, 0, &soon, NULL, 0);
	say("word %s", value(w, (uint32_t)pid));
	FUTEX(&w, FUTEX_LOCK_PI2, 0, &soon, NULL, 0);
	FUTEX(&w, FUTEX_LOCK_PI, 0, &bad, NULL, 0);
	FUTEX(&w, FUTEX_TRYLOCK_PI, 0, &bad, NULL, 0);
	say("word %s", value(w, (uint32_t)pid));
	FUTEX(&w, FUTEX_LOCK_PI | FUTEX_CLOCK_REALTIME, 0, &soon, NULL, 0);
	FUTEX(&w, FUTEX_LOCK_PI2 | FUTEX_CLOCK_REALTIME, 0, &soon, NULL, 0);
	FUTEX((uint32_t *)((char *)&w + 1), FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	FUTEX((uint32_t *)NOWHERE, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	FUTEX((uint32_t *)NOWHERE, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
	FUTEX((uint32_t *)NOWHERE, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0);
	FUTEX((uint32_t *)0xc0000000, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	FUTEX((uint32_t *)pi_alone, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
	FUTEX(&w, 14, 0, NULL, NULL, 0);
	kill(pid, SIGKILL);
	wait(NULL);
}

/* ---- one word, two threads --------------------------------------------------------- */

static volatile uint32_t lock_word, other_word, cond_word;
static volatile uint32_t thread_tid;
static volatile long thread_got, thread_errno;
static volatile bool thread_locked;

#define LOCK ((uint32_t *)&lock_word)
#define TWO  ((uint32_t *)&other_word)
#define COND ((uint32_t *)&cond_word)

static void *locker(void *arg)
{
	thread_tid = me();
	thread_got = futex(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, arg, NULL, 0);
	thread_errno = errno;
	thread_locked = true;
	return NULL;
}

static pthread_t start(void *(*fn)(void *), void *arg)
{
	pthread_t t;

	thread_tid = 0;
	thread_locked = false;
	if (pthread_create(&t, NULL, fn, arg))
		exit(1);
	while (!thread_tid)
		pause_ms(1);
	pause_ms(20);
	return t;
}

static const char *thread_result(void)
{
	return thread_got < 0 ? strerrorname_np((int)thread_errno) : "ok";
}

static void handed_over(void)
{
	pthread_t t;

	FUTEX(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	t = start(locker, NULL);
	say("held: word %s locked %d", value(lock_word, thread_tid),
	    thread_locked);
	FUTEX(LOCK, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	FUTEX(LOCK, FUTEX_REQUEUE_PRIVATE, 1, (void *)1, TWO, 0);
	FUTEX(LOCK, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	say("let go: word %s", value(lock_word, thread_tid));
	pthread_join(t, NULL);
	say("thread %s, word %s", thread_result(),
	    value(lock_word, thread_tid));
	/* its thread ended with it, and nobody was told */
	FUTEX(LOCK, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	lock_word = 0;
}

static void spoilt(void)
{
	pthread_t t;

	FUTEX(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	t = start(locker, NULL);
	lock_word = 1 | FUTEX_WAITERS;
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	FUTEX(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	lock_word = 0;
	FUTEX(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	lock_word = me(); /* without its bit */
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	pthread_join(t, NULL);
	say("thread %s, word %s", thread_result(),
	    value(lock_word, thread_tid));
	lock_word = 0;
}

static void *plain_waiter(void *arg)
{
	(void)arg;
	thread_tid = me();
	thread_got = futex(LOCK, FUTEX_WAIT_PRIVATE, lock_word, NULL, NULL, 0);
	thread_errno = errno;
	return NULL;
}

/* Somebody waits there who wants no owner. */
static void mixed(void)
{
	pthread_t t;

	lock_word = me() | FUTEX_WAITERS;
	t = start(plain_waiter, NULL);
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	lock_word = 0;
	FUTEX(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	FUTEX(LOCK, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	pthread_join(t, NULL);
	say("thread %s", thread_result());
}

static void *holder(void *arg)
{
	(void)arg;
	futex(TWO, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	thread_tid = me();
	thread_got = futex(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	thread_errno = errno;
	return NULL; /* with both */
}

static void deadlock(void)
{
	pthread_t t;

	lock_word = other_word = 0;
	FUTEX(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	t = start(holder, NULL);
	FUTEX(TWO, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	FUTEX(TWO, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	say("words %s %s", value(lock_word, thread_tid),
	    value(other_word, thread_tid));
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	pthread_join(t, NULL);
	say("thread %s, words %s %s", thread_result(),
	    value(lock_word, thread_tid), value(other_word, thread_tid));
	lock_word = other_word = 0;
}

static void *dies_with_it(void *arg)
{
	(void)arg;
	futex(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	thread_tid = me();
	pause_ms(200);
	return NULL;
}

static void owner_dies(void)
{
	pthread_t t = start(dies_with_it, NULL);

	FUTEX(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	say("word %s", value(lock_word, thread_tid));
	pthread_join(t, NULL);
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	say("word %s", value(lock_word, thread_tid));
}

static void nothing(int sig)
{
	(void)sig;
}

static void cut_short(void)
{
	const struct sigaction sa = {.sa_handler = nothing};
	struct timespec until;
	pthread_t t;

	sigaction(SIGUSR1, &sa, NULL);
	FUTEX(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	t = start(locker, &until);
	pthread_kill(t, SIGUSR1);
	pause_ms(20);
	say("signal: locked %d", thread_locked);
	pthread_join(t, NULL);
	say("timed out: thread %s, word %s", thread_result(),
	    value(lock_word, thread_tid));
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}

/* ---- from one word to another ------------------------------------------------------------ */

static void *cond_waiter(void *arg)
{
	thread_tid = me();
	thread_got = futex(COND, FUTEX_WAIT_REQUEUE_PI_PRIVATE, cond_word, arg,
			   LOCK, 0);
	thread_errno = errno;
	return NULL;
}

static void requeue(void)
{
	const struct timespec past = {0, 1000};
	pthread_t t;

	lock_word = other_word = cond_word = 0;
	FUTEX(COND, FUTEX_WAIT_REQUEUE_PI, 0, NULL, COND, 0);
	FUTEX(COND, FUTEX_WAIT_REQUEUE_PI, 1, NULL, LOCK, 0);
	FUTEX(COND, FUTEX_WAIT_REQUEUE_PI, 0, &past, LOCK, 0);
	FUTEX(COND, FUTEX_WAIT_REQUEUE_PI, 0, NULL, (uint32_t *)NOWHERE, 0);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI, 1, NULL, LOCK, 0);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI, 1, (void *)1, LOCK, 1);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI, 0, NULL, LOCK, 0);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI, 2, NULL, LOCK, 0);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI, 1, NULL, COND, 0);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI, 1, (void *)-1, LOCK, 0);

	t = start(cond_waiter, NULL);
	FUTEX(COND, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	FUTEX(COND, FUTEX_REQUEUE_PRIVATE, 1, (void *)1, LOCK, 0);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, (void *)1, TWO, 0);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, NULL, LOCK, 0);
	pthread_join(t, NULL);
	say("free lock: thread %s, word %s", thread_result(),
	    value(lock_word, thread_tid));

	lock_word = 0;
	t = start(cond_waiter, NULL);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, (void *)1, LOCK, 0);
	pthread_join(t, NULL);
	say("free lock, more: thread %s, word %s", thread_result(),
	    value(lock_word, thread_tid));

	lock_word = 0;
	futex(LOCK, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	t = start(cond_waiter, NULL);
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, NULL, LOCK, 0);
	say("held: word %s", value(lock_word, thread_tid));
	FUTEX(COND, FUTEX_CMP_REQUEUE_PI_PRIVATE, 1, NULL, LOCK, 0);
	FUTEX(LOCK, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	FUTEX(LOCK, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	pthread_join(t, NULL);
	say("held: thread %s, word %s", thread_result(),
	    value(lock_word, thread_tid));
}

/* ---- several words ---------------------------------------------------------------------------- */

struct waitv {
	uint64_t val, uaddr;
	uint32_t flags, reserved;
};

static struct waitv wv[130];

#define WAITV(...) \
	say("waitv(%s): %s", #__VA_ARGS__, made(syscall(449, __VA_ARGS__)))

static void *waiter_of_many(void *arg)
{
	(void)arg;
	thread_tid = me();
	thread_got = syscall(449, wv, 128, 0, NULL, 0);
	thread_errno = errno;
	return NULL;
}

static void many(void)
{
	static uint32_t w[130];
	const struct {
		int64_t sec, nsec;
	} past = {0, 1000}, bad = {0, -1};
	pthread_t t;

	for (int i = 0; i < 130; i++)
		wv[i] = (struct waitv){.uaddr = (uintptr_t)&w[i],
				       .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG};
	WAITV(wv, 0, 0, NULL, 0);
	WAITV(wv, 129, 0, NULL, 0);
	WAITV(NULL, 1, 0, NULL, 0);
	WAITV(wv, 1, 1, NULL, 0);
	WAITV(NOWHERE, 1, 0, NULL, 0);
	WAITV(wv, 3, 0, &past, CLOCK_MONOTONIC);
	WAITV(wv, 3, 0, &past, CLOCK_REALTIME);
	WAITV(wv, 3, 0, &past, 7);
	WAITV(wv, 3, 0, &bad, CLOCK_REALTIME);
	WAITV(wv, 3, 0, NOWHERE, CLOCK_REALTIME);
	w[2] = 1;
	WAITV(wv, 3, 0, NULL, 0);
	w[2] = 0;
	wv[2].flags = FUTEX_PRIVATE_FLAG;
	WAITV(wv, 3, 0, NULL, 0);
	wv[2].flags = FUTEX_32 | 0x40;
	WAITV(wv, 3, 0, NULL, 0);
	wv[2].flags = FUTEX_32;
	wv[2].reserved = 1;
	WAITV(wv, 3, 0, NULL, 0);
	wv[2].reserved = 0;
	wv[2].uaddr++;
	WAITV(wv, 3, 0, NULL, 0);
	wv[2].uaddr = NOWHERE;
	WAITV(wv, 3, 0, NULL, 0);
	wv[2].uaddr = (uintptr_t)&w[2];
	t = start(waiter_of_many, NULL);
	FUTEX(&w[100], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	pthread_join(t, NULL);
	say("woken: %ld", thread_got);
	FUTEX(&w[100], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	t = start(waiter_of_many, NULL);
	FUTEX(&w[2], FUTEX_WAKE, 1, NULL, NULL, 0);
	pthread_join(t, NULL);
	say("woken: %ld", thread_got);
}

/* ---- the C library's ------------------------------------------------------------------------------- */

static pthread_mutex_t mutex;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static volatile int counter;

static void make_mutex(pthread_mutex_t *m, bool robust, bool pi, bool shared)
{
	pthread_mutexattr_t a;

	pthread_mutexattr_init(&a);
	if (robust)
		pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	if (pi)
		pthread_mutexattr_setprotocol(&a, PTHREAD_PRIO_INHERIT);
	if (shared)
		pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
	say("init %d", pthread_mutex_init(m, &a));
	pthread_mutexattr_destroy(&a);
}

static void *counting(void *arg)
{
	(void)arg;
	for (int i = 0; i < 300; i++) {
		int seen;

		pthread_mutex_lock(&mutex);
		seen = counter;
		if (i % 8 == 0)
			sched_yield();
		counter = seen + 1;
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static void *leaves_it(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&mutex);
	return NULL;
}

static const char *err(int e)
{
	return e ? strerrorname_np(e) : "ok";
}

static void library(void)
{
	for (int i = 0; i < 4; i++) {
		const bool robust = i & 1, pi = i & 2;
		pthread_t t[4];

		prefix = (const char *[]){"plain", "robust", "pi",
					  "robust pi"}[i];
		make_mutex(&mutex, robust, pi, false);
		counter = 0;
		for (int n = 0; n < 4; n++)
			pthread_create(&t[n], NULL, counting, NULL);
		for (int n = 0; n < 4; n++)
			pthread_join(t[n], NULL);
		say("counted %d", counter);
		pthread_mutex_lock(&mutex);
		say("again: %s", err(pthread_mutex_lock(&mutex)));
		say("unlock: %s", err(pthread_mutex_unlock(&mutex)));
		say("not mine: %s", err(pthread_mutex_unlock(&mutex)));
		if (!robust)
			continue;
		pthread_create(&t[0], NULL, leaves_it, NULL);
		pthread_join(t[0], NULL);
		say("left: %s", err(pthread_mutex_lock(&mutex)));
		say("consistent: %s", err(pthread_mutex_consistent(&mutex)));
		say("unlock: %s", err(pthread_mutex_unlock(&mutex)));
		pthread_create(&t[0], NULL, leaves_it, NULL);
		pthread_join(t[0], NULL);
		say("left: %s", err(pthread_mutex_lock(&mutex)));
		say("unlock: %s", err(pthread_mutex_unlock(&mutex)));
		say("lost: %s", err(pthread_mutex_lock(&mutex)));
	}
}

/* A process is killed while others wait. */
static void killed_holder(bool pi)
{
	pthread_mutex_t *m = (void *)(word + 256);
	int pid;

	make_mutex(m, true, pi, true);
	pid = fork();
	if (!pid) {
		pthread_mutex_lock(m);
		word[0] = 1;
		for (;;)
			pause();
	}
	while (!__atomic_load_n(&word[0], __ATOMIC_SEQ_CST))
		pause_ms(1);
	if (!fork()) {
		pause_ms(50);
		kill(pid, SIGKILL);
		_exit(0);
	}
	say("holder killed: %s", err(pthread_mutex_lock(m)));
	say("consistent: %s", err(pthread_mutex_consistent(m)));
	say("unlock: %s", err(pthread_mutex_unlock(m)));
	word[0] = 0;
	while (wait(NULL) > 0)
		;
}

static void *waits_for_it(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&mutex);
	counter++;
	pthread_cond_wait(&cond, &mutex);
	counter += 10;
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static void condition(void)
{
	pthread_t t[3];

	make_mutex(&mutex, false, true, false);
	counter = 0;
	for (int n = 0; n < 3; n++)
		pthread_create(&t[n], NULL, waits_for_it, NULL);
	while (counter < 3)
		pause_ms(1);
	pthread_mutex_lock(&mutex);
	pthread_cond_broadcast(&cond);
	pthread_mutex_unlock(&mutex);
	for (int n = 0; n < 3; n++)
		pthread_join(t[n], NULL);
	say("counted %d", counter);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return 0;
	word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	head = (struct head *)(word + 64);
	entry = (struct entry *)(word + 128);
	prefix = "robust";
	robust_arguments();
	robust_lists();
	robust_ends();
	prefix = "alone";
	pi_alone();
	prefix = "handed";
	handed_over();
	prefix = "spoilt";
	spoilt();
	prefix = "mixed";
	mixed();
	prefix = "deadlock";
	deadlock();
	prefix = "dies";
	owner_dies();
	prefix = "cut";
	cut_short();
	prefix = "requeue";
	requeue();
	prefix = "many";
	many();
	library();
	prefix = "killed";
	killed_holder(false);
	killed_holder(true);
	prefix = "condition";
	condition();
	return 0;
}
