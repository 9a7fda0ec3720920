/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ioprio_set() and ioprio_get(): which priorities there are, who may have
 * them, whom a call means, and what children and threads begin with.
 */
#define _GNU_SOURCE
#include <linux/ioprio.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "observe.h"

static long set(int which, int who, int class, int level)
{
	return syscall(SYS_ioprio_set, which, who, class << 13 | level);
}

static void get(const char *what, int which, int who)
{
	const long got = syscall(SYS_ioprio_get, which, who);

	if (got < 0)
		say("%s: %s", what, made(got));
	else
		say("%s: class %ld level %ld", what, got >> 13, got & 8191);
}

static void values(void)
{
	for (int class = 0; class < 9; class ++)
		for (int level = 0; level < 10; level += level == 1 ? 6 : 1) {
			say("set %d %d: %s", class, level,
			    made(set(1, 0, class, level)));
			get("  is", 1, 0);
		}
	say("set -1: %s", made(syscall(SYS_ioprio_set, 1, 0, -1)));
	say("which 0: %s", made(set(0, 0, 2, 3)));
	say("which 4: %s", made(set(4, 0, 2, 3)));
	say("which 4, bad: %s", made(set(4, 0, 7, 3)));
	get("which 0", 0, 0);
	get("which 4", 4, 0);
	get("nobody", 1, 30000);
	say("nobody: %s", made(set(1, 30000, 2, 3)));
	get("no group", 2, 30000);
	say("no group: %s", made(set(2, 30000, 2, 3)));
	get("no user", 3, 30000);
	say("no user: %s", made(set(3, 30000, 2, 3)));
	say("user -1: %s", made(set(3, -1, 2, 3)));
	get("user -1", 3, -1);
}

static void by_nice(void)
{
	const struct sched_param rt = {.sched_priority = 5}, none = {0};

	set(1, 0, 0, 0);
	for (int nice = -20; nice < 20; nice += 4) {
		setpriority(PRIO_PROCESS, 0, nice);
		prefix = "nice";
		get("own", 1, 0);
		get("group's", 2, 0);
	}
	sched_setscheduler(0, SCHED_IDLE, &none);
	get("idle", 2, 0);
	sched_setscheduler(0, SCHED_FIFO, &rt);
	get("fifo", 2, 0);
	sched_setscheduler(0, SCHED_OTHER, &none);
	setpriority(PRIO_PROCESS, 0, 0);
}

static void *thread(void *arg)
{
	(void)arg;
	get("thread", 1, 0);
	set(1, 0, 2, 1);
	get("thread then", 1, 0);
	return NULL;
}

static void families(void)
{
	pthread_t t;
	int pid;

	prefix = "family";
	set(1, 0, 2, 6);
	if (!fork()) {
		get("child", 1, 0);
		set(1, 0, 3, 0);
		get("child then", 1, 0);
		if (!fork()) {
			get("grandchild", 1, 0);
			_exit(0);
		}
		wait(NULL);
		_exit(0);
	}
	wait(NULL);
	get("parent", 1, 0);
	pid = (int)syscall(SYS_clone, CLONE_IO | SIGCHLD, 0, 0, 0, 0);
	if (!pid) {
		set(1, 0, 2, 2);
		_exit(0);
	}
	wait(NULL);
	get("shared", 1, 0);
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	get("main", 1, 0);
}

static void groups(void)
{
	int pid[2];

	prefix = "group";
	for (int i = 0; i < 2; i++) {
		pid[i] = fork();
		if (!pid[i])
			for (;;)
				pause();
		setpgid(pid[i], pid[0]);
	}
	say("set: %s", made(set(2, pid[0], 2, 5)));
	get("first", 1, pid[0]);
	get("second", 1, pid[1]);
	set(1, pid[1], 1, 3);
	get("best", 2, pid[0]);
	get("own", 1, 0);
	if (!fork()) {
		if (setresuid(1000, 1000, 1000))
			_exit(1);
		prefix = "user";
		say("other's: %s", made(set(1, pid[0], 2, 5)));
		say("group: %s", made(set(2, pid[0], 2, 5)));
		say("rt: %s", made(set(1, 0, 1, 5)));
		say("rt, bad: %s", made(set(1, 0, 1, 9)));
		say("be: %s", made(set(1, 0, 2, 0)));
		say("idle: %s", made(set(1, 0, 3, 0)));
		get("other's", 1, pid[1]);
		get("mine", 3, 0);
		get("mine", 3, 1000);
		say("all mine: %s", made(set(3, 1000, 2, 7)));
		get("mine", 1, 0);
		say("root's: %s", made(set(3, 0, 2, 7)));
		_exit(0);
	}
	waitpid(-1, NULL, __WALL);
	kill(pid[0], SIGKILL);
	kill(pid[1], SIGKILL);
	while (wait(NULL) > 0)
		;
}

int main(void)
{
	prefix = "value";
	values();
	by_nice();
	families();
	groups();
	return 0;
}
