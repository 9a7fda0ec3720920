/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oomkill [kill|files]: whom the OOM killer chooses, what it says of it, and
 * who dies with the victim; and the files by which one tells it whom to spare.
 * Prints for each contest the log's lines about it, without numbers that
 * depend on the machine, and how each of its processes ended.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define MB        (1u << 20)
#define PAGE      4096u
#define READ_ALL  3
#define CLEAR     5
#define STACK     65536u
#define MAX_RIVAL 8

static char log_text[1 << 18];
static int ready[2];

/* ---- files ------------------------------------------------------------------- */

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	int err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		err = errno;
	close(fd);
	return err;
}

static void put_number(const char *path, int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", value);
	put(path, text);
}

static int get(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -errno;
	close(fd);
	return atoi(text);
}

static const char *proc(pid_t pid, const char *file)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	return path;
}

/* ---- the log ------------------------------------------------------------------- */

static int starts(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* "[     77]     0    77      300 …     0  name": the last two words. */
static void print_row(const char *line, const char *const names[])
{
	const char *name = strrchr(line, ' ') + 1, *adj = name - 1;

	while (adj > line && *adj == ' ')
		adj--;
	while (adj > line && adj[-1] != ' ')
		adj--;
	for (; *names; names++)
		if (!strcmp(name, *names))
			printf("  row: adj %d %s\n", atoi(adj), name);
}

/* Numbers are N; what names a control group or a cpuset is left out. */
static void print_plain(char *line)
{
	char *from = strstr(line, ",cpuset="), *to = strstr(line, ",task=");

	if (!from)
		from = strstr(line, ",global_oom");
	if (from && to)
		memmove(from, to, strlen(to) + 1);
	printf("  ");
	for (char *at = line; *at;) {
		if (isdigit((unsigned char)*at)) {
			strtoul(at, &at, 0);
			putchar('N');
		} else {
			putchar(*at++);
		}
	}
	putchar('\n');
}

/* What the killer said since the log was cleared. */
static void print_log(const char *const names[])
{
	int n = klogctl(READ_ALL, log_text, sizeof(log_text) - 1);
	char *line, *rest = log_text;

	log_text[n < 0 ? 0 : n] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		char *text = strstr(line, "] ");

		if (!text)
			continue;
		text += 2;
		if (starts(text, "oom-kill:") ||
		    strstr(text, "Out of memory") ||
		    starts(text, "Tasks state") || starts(text, "[  pid") ||
		    starts(text, "oom_reaper"))
			print_plain(text);
		else if (text[0] == '[' && strstr(text, "]  "))
			print_row(text, names);
		else if (strstr(text, "invoked oom-killer"))
			printf("  invoked\n");
	}
}

/* ---- who takes part -------------------------------------------------------------- */

static void touch(uint32_t bytes)
{
	volatile char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (uint32_t i = 0; at != MAP_FAILED && i < bytes; i += PAGE)
		at[i] = 1;
}

static void eat(void)
{
	for (;;)
		touch(MB);
}

static void tell_ready(void)
{
	if (write(ready[1], "r", 1) != 1)
		_exit(9);
}

static void wait_ready(void)
{
	char c;

	if (read(ready[0], &c, 1) != 1)
		_exit(9);
}

/* Has so much, and sleeps. */
static void sit(uint32_t megabytes)
{
	touch(megabytes * MB);
	tell_ready();
	for (;;)
		pause();
}

static int sharer(void *unused)
{
	(void)unused;
	prctl(PR_SET_NAME, "sharer");
	tell_ready();
	for (;;)
		pause();
	return 0;
}

/* Another process in the same memory. */
static void eat_shared(void)
{
	if (clone(sharer, malloc(STACK) + STACK, CLONE_VM | SIGCHLD, NULL) < 0)
		_exit(8);
	wait_ready();
	eat();
}

static void eat_in_vfork(void)
{
	if (vfork() == 0) {
		prctl(PR_SET_NAME, "vforked");
		eat();
	}
}

static int thread(void *arg)
{
	prctl(PR_SET_NAME, "thread");
	if (arg)
		eat();
	tell_ready();
	for (;;)
		pause();
	return 0;
}

static void start_thread(void *arg)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			  CLONE_THREAD;

	if (clone(thread, malloc(STACK) + STACK, flags, arg) < 0)
		_exit(8);
}

static void eat_in_threads(void)
{
	start_thread(NULL);
	wait_ready();
	start_thread(&ready);
	for (;;)
		pause();
}

/* The first thread has ended; the others have no leader. */
static void eat_leaderless(void)
{
	start_thread(&ready);
	syscall(SYS_exit, 0);
}

/*
 * One call that fills memory with a file, whose lock it keeps meanwhile; and
 * somebody who waits for that lock, which no signal ends.
 */
static int filled;

static void fill_file(void)
{
	static char block[MB / 4];
	static struct iovec all[1024];

	for (int i = 0; i < 1024; i++)
		all[i] = (struct iovec){block, sizeof(block)};
	while (writev(filled, all, 1024) > 0)
		;
}

static void wait_for_lock(uint32_t megabytes)
{
	touch(megabytes * MB);
	tell_ready();
	for (;;) {
		usleep(1000);
		if (pwrite(filled, "x", 1, 0) != 1)
			_exit(9);
	}
}

/* ---- contests -------------------------------------------------------------------- */

struct rival {
	const char *name;
	int adj;
	uint32_t megabytes; /* 0: eats */
	void (*eat)(void); /* the others: NULL, to sit still */
};

static pid_t start(const struct rival *rival)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_NAME, rival->name);
	put_number("/proc/self/oom_score_adj", rival->adj);
	if (rival->megabytes && rival->eat)
		wait_for_lock(rival->megabytes);
	if (rival->megabytes)
		sit(rival->megabytes);
	rival->eat();
	_exit(7);
}

/* Those who sit come first; the eaters are waited for. */
static void contest(const char *what, const struct rival *rivals)
{
	const char *names[MAX_RIVAL + 4] = {NULL};
	pid_t pid[MAX_RIVAL];
	int n = 0, status;

	printf("%s\n", what);
	fflush(stdout);
	klogctl(CLEAR, NULL, 0);
	for (; rivals[n].name; n++) {
		names[n] = rivals[n].name;
		pid[n] = start(&rivals[n]);
		if (rivals[n].megabytes)
			wait_ready();
	}
	if (filled) {
		close(filled);
		filled = 0;
	}
	names[n] = "sharer";
	names[n + 1] = "vforked";
	names[n + 2] = "thread";
	for (int i = 0; i < n; i++)
		if (!rivals[i].megabytes)
			waitpid(pid[i], &status, 0);
	usleep(200000); /* the others may be about to end */
	print_log(names);
	for (int i = 0; i < n; i++) {
		int killed = rivals[i].megabytes
				     ? waitpid(pid[i], &status, WNOHANG)
				     : 1;

		printf("  %s: %s\n", rivals[i].name,
		       !killed ? "lives"
		       : WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
			       ? "killed"
			       : "ended");
		if (!killed) {
			kill(pid[i], SIGKILL);
			waitpid(pid[i], &status, 0);
		}
	}
	/* who shared with one of them is ours by now */
	while (waitpid(-1, &status, 0) > 0)
		printf("  another: %s\n",
		       WIFSIGNALED(status) ? "killed" : "ended");
}

static void with_sysctl(const char *name, int value, const char *what,
			const struct rival *rivals)
{
	char path[64];
	int before;

	snprintf(path, sizeof(path), "/proc/sys/vm/%s", name);
	before = get(path);
	put_number(path, value);
	contest(what, rivals);
	put_number(path, before);
}

static void by_hand(void)
{
	static const struct rival big = {"big", 500, 30, NULL};
	const char *const names[] = {"big", NULL};
	pid_t pid = start(&big);
	int status;

	wait_ready();
	printf("sysrq f\n");
	klogctl(CLEAR, NULL, 0);
	put("/proc/sysrq-trigger", "f");
	waitpid(pid, &status, 0);
	print_log(names);
	printf("  big: signal %d\n", WTERMSIG(status));
}

static void kills(void)
{
	static const struct rival adjusted[] = {{"dear", 0, 40, NULL},
						{"cheap", 900, 20, NULL},
						{"hungry", 0, 0, eat},
						{NULL, 0, 0, NULL}};
	static const struct rival spared[] = {{"sacred", -1000, 100, NULL},
					      {"saint", -500, 80, NULL},
					      {"hungry", 0, 0, eat},
					      {NULL, 0, 0, NULL}};
	static const struct rival small[] = {{"big", 0, 160, NULL},
					     {"small", 0, 0, eat},
					     {NULL, 0, 0, NULL}};
	static const struct rival stuck[] = {{"lamb", 1000, 20, NULL},
					     {"stuck", 0, 100, fill_file},
					     {"writer", 200, 0, fill_file},
					     {NULL, 0, 0, NULL}};
	static const struct rival shared[] = {{"parent", 0, 0, eat_shared},
					      {NULL, 0, 0, NULL}};
	static const struct rival vforks[] = {{"vforker", 0, 0, eat_in_vfork},
					      {NULL, 0, 0, NULL}};
	static const struct rival threads[] = {{"leader", 0, 0, eat_in_threads},
					       {NULL, 0, 0, NULL}};
	static const struct rival orphans[] = {{"gone", 0, 0, eat_leaderless},
					       {NULL, 0, 0, NULL}};

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	contest("by size and adjustment", adjusted);
	contest("the protected", spared);
	contest("two processes in one memory", shared);
	contest("between vfork and exec", vforks);
	contest("threads", threads);
	contest("threads without their leader", orphans);
	sleep(6); /* the kernel reports ten kills in five seconds */
	contest("the largest, not who asks", small);
	with_sysctl("oom_kill_allocating_task", 1, "who asks", small);
	with_sysctl("oom_dump_tasks", 0, "no table", shared);
	by_hand();
	sleep(6);
	filled = (int)syscall(SYS_memfd_create, "filled", 0);
	contest("who can't die", stuck);
}

/* ---- the files -------------------------------------------------------------------- */

static const char *const values[] = {
	"0",
	"1",
	"1000",
	"1001",
	"-1",
	"-1000",
	"-1001",
	"-17",
	"-16",
	"-18",
	"15",
	"16",
	"17",
	"0x10",
	"010",
	" 5",
	"5 ",
	"5\n",
	"5\n\n",
	"+5",
	"",
	"five",
	"5five",
	"--5",
	"5 5",
	"0000000000005",
	"99999999999",
	"-2147483648",
	"4294967296",
	"5\t\n",
	"000000000005",
};

static void try_values(const char *file, const char *who)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/%s", file);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		int err = put(path, values[i]);

		printf("%s %s <- ", who, file);
		for (const char *at = values[i]; *at; at++)
			printf(*at < ' ' ? "\\%o" : "%c", *at);
		printf(": %s, adj %d, oom_adj %d\n",
		       strerrorname_np(err) ? strerrorname_np(err) : "?",
		       get("/proc/self/oom_score_adj"),
		       get("/proc/self/oom_adj"));
	}
}

/* A user may go down to what root has last set, and no further. */
static void as_user(void)
{
	put("/proc/self/oom_score_adj", "100");
	if (setresuid(1000, 1000, 1000))
		return;
	prctl(PR_SET_DUMPABLE, 1);
	try_values("oom_score_adj", "user");
	try_values("oom_adj", "user");
	printf("user writes init's: %d\n",
	       put("/proc/1/oom_score_adj", "5") != 0);
}

static void in_child(void (*run)(void))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		run();
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void scores(void)
{
	static const int adjs[] = {-1000, -999, -500, 0, 1, 500, 999, 1000};

	for (size_t i = 0; i < sizeof(adjs) / sizeof(adjs[0]); i++) {
		int score;

		put_number("/proc/self/oom_score_adj", adjs[i]);
		score = get("/proc/self/oom_score");
		printf("adj %d: score about %d\n", adjs[i],
		       (score + 20) / 40 * 40);
	}
	printf("init's score: %d\n", get("/proc/1/oom_score"));
}

static int idle(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return 0;
}

/* Who shares memory shares the value; a thread anyway; a child has its own. */
static void sharing(void)
{
	pid_t shares = clone(idle, malloc(STACK) + STACK, CLONE_VM | SIGCHLD,
			     NULL);
	pid_t child = fork();

	if (!child)
		idle(NULL);
	put("/proc/self/oom_score_adj", "300");
	printf("sharer %d, child %d\n", get(proc(shares, "oom_score_adj")),
	       get(proc(child, "oom_score_adj")));
	put(proc(shares, "oom_score_adj"), "400");
	printf("we %d, child %d\n", get("/proc/self/oom_score_adj"),
	       get(proc(child, "oom_score_adj")));
	kill(shares, SIGKILL);
	kill(child, SIGKILL);
	while (wait(NULL) > 0)
		;
	if (vfork() == 0) {
		put("/proc/self/oom_score_adj", "500");
		_exit(0);
	}
	printf("after vfork %d\n", get("/proc/self/oom_score_adj"));
}

static void files(void)
{
	try_values("oom_score_adj", "root");
	try_values("oom_adj", "root");
	in_child(as_user);
	in_child(scores);
	in_child(sharing);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (pipe(ready))
		return 1;
	if (strcmp(what, "files"))
		kills();
	if (strcmp(what, "kill"))
		files();
	return 0;
}
