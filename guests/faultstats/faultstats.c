/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where faults are counted: getrusage(), /proc/self/stat, /proc/vmstat, for
 * each way in which one can end: resolved, refused by a signal, found invalid
 * by a system call; in threads, in children reaped, not waited for, killed.
 * One line a step with the differences of all counters that changed.
 */
#define _GNU_SOURCE
#include "faultcount.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

#define AT 0x20000000u

enum {
	N = 64
};

/* ---- all counters ----------------------------------------------------------------- */

enum {
	SELF_MIN,
	SELF_MAJ,
	CHILDREN_MIN,
	CHILDREN_MAJ,
	THREAD_MIN,
	STAT_MIN, /* /proc/self/stat: minflt, cminflt, majflt, cmajflt */
	STAT_CMIN,
	STAT_MAJ,
	STAT_CMAJ,
	TASK_MIN, /* /proc/thread-self/stat: minflt */
	VM_FAULT,
	VM_MAJFAULT,
	VM_REUSE,
	NR_COUNTERS
};

static const char *const counter_name[NR_COUNTERS] = {
	"self",    "self-major",    "children",   "children-major", "thread",
	"stat",    "stat-children", "stat-major", "stat-cmaj",      "stat-task",
	"pgfault", "pgmajfault",    "pgreuse",
};

struct sample {
	unsigned long value[NR_COUNTERS];
};

static char text[16384];
static int stat_fd, task_fd, vmstat_fd;

static const char *read_file(int fd)
{
	long n;

	lseek(fd, 0, SEEK_SET);
	n = call4(__NR_read, fd, (long)text, sizeof(text) - 1, 0);
	need(n > 0, "read");
	text[n] = 0;
	return text;
}

/* The fields minflt, cminflt, majflt, cmajflt are the tenth and on. */
static void sample_stat(int fd, unsigned long *to, int n)
{
	char *at = strrchr(read_file(fd), ')') + 2;

	for (int field = 3; field < 10; field++)
		at = strchr(at, ' ') + 1;
	for (int i = 0; i < n; i++)
		to[i] = strtoul(at, &at, 10);
}

static unsigned long vm_event(const char *all, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = all; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, name, len) && at[len] == ' ')
			return strtoul(at + len, NULL, 10);
	}
	return 0;
}

static void sample(struct sample *s)
{
	struct counts self = counts_of(RUSAGE_SELF);
	struct counts children = counts_of(RUSAGE_CHILDREN);
	struct counts thread = counts_of(RUSAGE_THREAD);
	const char *all;

	s->value[SELF_MIN] = (unsigned long)self.minor;
	s->value[SELF_MAJ] = (unsigned long)self.major;
	s->value[CHILDREN_MIN] = (unsigned long)children.minor;
	s->value[CHILDREN_MAJ] = (unsigned long)children.major;
	s->value[THREAD_MIN] = (unsigned long)thread.minor;
	sample_stat(stat_fd, &s->value[STAT_MIN], 4);
	sample_stat(task_fd, &s->value[TASK_MIN], 1);
	all = read_file(vmstat_fd);
	s->value[VM_FAULT] = vm_event(all, "pgfault");
	s->value[VM_MAJFAULT] = vm_event(all, "pgmajfault");
	s->value[VM_REUSE] = vm_event(all, "pgreuse");
}

static struct sample before, after;

static void step_ends(const char *name)
{
	sample(&after);
	say("%s", name);
	for (int i = 0; i < NR_COUNTERS; i++)
		if (after.value[i] != before.value[i])
			say(" %s=%ld", counter_name[i],
			    (long)(after.value[i] - before.value[i]));
	say("\n");
}

#define STEP(name, ...)          \
	do {                     \
		sample(&before); \
		__VA_ARGS__;     \
		step_ends(name); \
	} while (0)

/* ---- one thread ----------------------------------------------------------------------- */

static void resolved(void)
{
	int status;
	pid_t pid;
	area a;

	STEP("nothing", );
	STEP("mmap", a = anon(AT, N));
	STEP("read", reads(a, N));
	STEP("write", writes(a, N, 1));
	mprotect((void *)a, N * PAGE, PROT_READ);
	mprotect((void *)a, N * PAGE, RW);
	STEP("write-again", writes(a, N, 1));
	STEP("lazyfree", madvise((void *)a, N * PAGE, MADV_FREE));
	STEP("lazyfree-write", writes(a, N, 1));
	STEP("cold", madvise((void *)a, N * PAGE, 20));
	STEP("cold-read", reads(a, N));
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, &status, 0);
	warm();
	STEP("reuse", writes(a, N, 1));
	STEP("munmap", unmap(a, N));
	STEP("populate",
	     a = map(AT, N, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
		     0));
	unmap(a, N);
}

static sigjmp_buf back;

static void on_fault(int sig)
{
	siglongjmp(back, sig);
}

/* One access that ends in a signal. */
static void refused(const char *name, area at, int write)
{
	sample(&before);
	if (!sigsetjmp(back, 1)) {
		if (write)
			*at = 1;
		else
			(void)*at;
	}
	step_ends(name);
}

static void signalled(void)
{
	int fd = memfd_create("faultstats", 0);
	area a = map(AT, 4, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	area b;

	signal(SIGSEGV, on_fault);
	signal(SIGBUS, on_fault);
	refused("first-handler", (area)0x1000, 0); /* the sigpage's fault */
	refused("unmapped-read", (area)0x1000, 0);
	refused("unmapped-write", (area)0x1000, 1);
	refused("read-only-write", a, 1);
	(void)*a;
	refused("read-only-write-present", a, 1);
	mprotect((void *)a, 4 * PAGE, PROT_NONE);
	refused("none-read", a, 0);
	refused("none-read-untouched", a + PAGE, 0);
	refused("kernel-read", (area)0xc0008000, 0);
	unmap(a, 4);
	need(fd >= 0 && !ftruncate(fd, PAGE), "memfd");
	b = map(AT, 4, RW, MAP_SHARED, fd, 0);
	refused("beyond-file", b + PAGE, 0);
	refused("beyond-file-write", b + 2 * PAGE, 1);
	unmap(b, 4);
	b = map(AT, 4, RW, MAP_PRIVATE, fd, 0);
	refused("beyond-file-private-write", b + 2 * PAGE, 1);
	unmap(b, 4);
	STEP("bad-buffer", call4(__NR_uname, 0x1000, 0, 0, 0));
	b = map(AT, 4, RW, MAP_SHARED, fd, 0);
	STEP("bad-buffer-beyond-file", call4(__NR_uname, AT + PAGE, 0, 0, 0));
	STEP("populate-beyond-file", madvise((void *)b, 4 * PAGE, 22));
	unmap(b, 4);
	close(fd);
}

static void major(void)
{
	int fd = open("/bin/busybox", O_RDONLY);
	area a;

	need(fd >= 0, "open");
	a = map(AT, N, PROT_READ, MAP_PRIVATE, fd, 4);
	STEP("file", reads(a, N));
	unmap(a, N);
	close(fd);
}

/* ---- children --------------------------------------------------------------------------- */

static int vfork_child(void *arg)
{
	if (arg)
		writes(arg, N, 1);
	call4(__NR_exit, 0, 0, 0, 0);
	return 0;
}

static uint8_t stack[4 * PAGE] __attribute__((aligned(8)));

static pid_t start(area a)
{
	pid_t pid = clone(vfork_child, stack + sizeof(stack),
			  CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)a);

	need(pid > 0, "clone");
	return pid;
}

static void children(void)
{
	area a = anon(AT, N);
	int status;
	pid_t pid;

	writes(stack, 4, 0);
	STEP("child-runs", pid = start(a));
	STEP("child-reaped", waitpid(pid, &status, 0));
	STEP("child-idle", waitpid(start(NULL), &status, 0));
	madvise((void *)a, N * PAGE, MADV_DONTNEED);
	signal(SIGCHLD, SIG_IGN);
	STEP("child-ignored", start(a); while (waitpid(-1, &status, 0) > 0));
	signal(SIGCHLD, SIG_DFL);
	unmap(a, N);
}

/* ---- threads ------------------------------------------------------------------------------- */

static int done[2];

static int thread(void *arg)
{
	static struct sample mine_before, mine_after;
	char byte = 0;

	sample(&mine_before);
	writes(arg, N, 1);
	sample(&mine_after);
	for (int i = 0; i < NR_COUNTERS; i++)
		if (i != TASK_MIN &&
		    mine_after.value[i] != mine_before.value[i])
			say("thread-own %s=%ld\n", counter_name[i],
			    (long)(mine_after.value[i] - mine_before.value[i]));
	call4(__NR_write, done[1], (long)&byte, 1, 0);
	call4(__NR_exit, 0, 0, 0, 0);
	return 0;
}

static void threads(void)
{
	static uint8_t thread_stack[8 * PAGE] __attribute__((aligned(8)));
	area a = anon(AT, N);
	char byte;

	writes(thread_stack, 8, 0);
	need(!pipe(done), "pipe");
	STEP("thread-ended",
	     need(clone(thread, thread_stack + sizeof(thread_stack),
			CLONE_VM | CLONE_THREAD | CLONE_SIGHAND | CLONE_FS |
				CLONE_FILES,
			(void *)a) > 0,
		  "clone");
	     call4(__NR_read, done[0], (long)&byte, 1, 0));
	unmap(a, N);
}

int main(void)
{
	stat_fd = open("/proc/self/stat", O_RDONLY);
	task_fd = open("/proc/thread-self/stat", O_RDONLY);
	vmstat_fd = open("/proc/vmstat", O_RDONLY);
	need(stat_fd >= 0 && task_fd >= 0 && vmstat_fd >= 0, "open /proc");
	/* who started us has faults of its own until it sleeps */
	usleep(20000);
	warm();
	sample(&before);
	resolved();
	signalled();
	major();
	children();
	threads();
	flush();
	return 0;
}
