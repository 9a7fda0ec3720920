/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What hostile programs once got away with, or made the kernel stumble over.
 * Each case runs in a child and prints one line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void ends_well(void)
{
}

/* A child of our parent's, which is to get a signal of our choice. */
static void sibling_signal(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGKILL, 0, 0, 0,
				   0);

	if (!pid)
		_exit(0);
	usleep(1000);
}

/* An orphan's exit signal is none that there is. */
static void orphan_signal(void)
{
	if (!syscall(SYS_clone, 200, 0, 0, 0, 0)) {
		usleep(1000);
		_exit(0);
	}
}

/* A running program, cut by who may only read it. */
static void truncate_text(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_TRUNC);

	printf("open: %s\n", fd < 0 ? strerror(errno) : "truncated");
}

/* Nothing read to nowhere. */
static void empty_vectors(void)
{
	printf("writev: %ld\n", syscall(SYS_writev, 1, NULL, 0));
	printf("setgroups: %ld\n", syscall(SYS_setgroups32, 0, NULL));
	printf("poll: %ld\n", syscall(SYS_poll, NULL, 0, 0));
}

static int exec_in_thread(void *nothing)
{
	char *argv[] = {"/proc/self/exe", "exec", NULL};

	(void)nothing;
	execv(argv[0], argv);
	_exit(1);
}

/* A thread takes its dying leader's place, which must wake it. */
static void thread_exec(void)
{
	static char stack[65536] __attribute__((aligned(8)));

	clone(exec_in_thread, stack + sizeof(stack),
	      CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, NULL);
	for (;;)
		pause();
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{"ends well", ends_well},         {"sibling signal", sibling_signal},
	{"orphan signal", orphan_signal}, {"truncate text", truncate_text},
	{"empty vectors", empty_vectors}, {"thread exec", thread_exec},
};

int main(int argc, char **argv)
{
	int status;

	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc > 1)
		return printf("%s\n", argv[1]) < 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pid_t pid = fork();

		if (!pid) {
			cases[i].run();
			_exit(0);
		}
		if (waitpid(pid, &status, __WALL) != pid)
			status = -1;
		printf("%s: %x\n", cases[i].name, status);
		while (waitpid(-1, NULL, __WALL) > 0)
			;
	}
	return 0;
}
