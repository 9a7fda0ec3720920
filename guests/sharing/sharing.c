/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What two tasks share and how they stop: kcmp() of each kind of thing,
 * between relatives and strangers; unshare() of what can be left, alone and
 * with threads; setns() to where one is already.
 */
#define _GNU_SOURCE
#include <linux/kcmp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "observe.h"

static const char *const kinds[] = {"file",    "vm", "files",   "fs",
				    "sighand", "io", "sysvsem", "epoll"};

static long kcmp(int a, int b, int type, unsigned long i, unsigned long j)
{
	return syscall(SYS_kcmp, a, b, type, i, j);
}

/* Which of two different ones comes first means nothing. */
static const char *result(long got)
{
	return got == 0               ? "same"
	       : got == 1 || got == 2 ? "different"
				      : made(got);
}

static void all_kinds(const char *who, int a, int b)
{
	for (int type = 1; type < 7; type++)
		say("%s %s: %s", who, kinds[type],
		    result(kcmp(a, b, type, 0, 0)));
}

/* ---- kcmp ------------------------------------------------------------------- */

static int idle_child(int flags)
{
	const int pid = (int)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	if (pid)
		return pid;
	for (;;)
		pause();
}

static void end(int pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void files(void)
{
	const int me = getpid(), a = dup(0), b = open("/dev/null", O_RDONLY);
	int child = idle_child(0);
	const long one = kcmp(me, me, KCMP_FILE, (unsigned)a, (unsigned)b);
	const long two = kcmp(me, me, KCMP_FILE, (unsigned)b, (unsigned)a);

	say("dup: %s", result(kcmp(me, me, KCMP_FILE, 0, (unsigned)a)));
	say("other: %s, turned round %d", result(one), one + two == 3);
	say("child's: %s",
	    result(kcmp(me, child, KCMP_FILE, (unsigned)a, (unsigned)a)));
	say("child's other: %s",
	    result(kcmp(me, child, KCMP_FILE, (unsigned)a, (unsigned)b)));
	say("closed: %s", result(kcmp(me, me, KCMP_FILE, 0, 99)));
	say("closed: %s", result(kcmp(me, me, KCMP_FILE, 0x80000000, 0)));
	end(child);
	say("gone: %s", result(kcmp(me, child, KCMP_VM, 0, 0)));
	say("gone: %s", result(kcmp(child, me, 99, 0, 0)));
	say("pid 0: %s", result(kcmp(0, me, KCMP_VM, 0, 0)));
	say("type 8: %s", result(kcmp(me, me, 8, 0, 0)));
	say("type -1: %s", result(kcmp(me, me, -1, 0, 0)));
	close(a);
	close(b);
}

static void relatives(void)
{
	const int me = getpid();
	int child = idle_child(0);

	all_kinds("me", me, me);
	all_kinds("child", me, child);
	end(child);
	child = idle_child(CLONE_FILES | CLONE_FS | CLONE_IO);
	all_kinds("sharing child", me, child);
	end(child);
	child = fork();
	if (!child)
		_exit(0);
	usleep(20000);
	all_kinds("zombie", me, child);
	say("zombie file: %s", result(kcmp(me, child, KCMP_FILE, 0, 0)));
	waitpid(child, NULL, 0);
	if (!fork()) {
		if (setresuid(1000, 1000, 1000))
			_exit(1);
		say("root's: %s", result(kcmp(getpid(), me, KCMP_VM, 0, 0)));
		say("root's: %s", result(kcmp(getpid(), me, 99, 0, 0)));
		_exit(0);
	}
	wait(NULL);
}

static void epolls(void)
{
	const int me = getpid(), ep = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN};
	struct kcmp_epoll_slot slot = {.efd = (unsigned)ep};
	int pipes[2];

	if (pipe(pipes))
		exit(1);
	epoll_ctl(ep, EPOLL_CTL_ADD, pipes[0], &event);
	slot.tfd = (unsigned)pipes[0];
#define EPOLL(fd)                                           \
	result(kcmp(me, me, KCMP_EPOLL_TFD, (unsigned)(fd), \
		    (unsigned long)&slot))
	say("watched: %s", EPOLL(pipes[0]));
	say("another: %s", EPOLL(pipes[1]));
	say("closed: %s", EPOLL(99));
	slot.toff = 1;
	say("second: %s", EPOLL(pipes[0]));
	slot.toff = 0;
	slot.tfd = (unsigned)pipes[1];
	say("not watched: %s", EPOLL(pipes[1]));
	slot.efd = (unsigned)pipes[0];
	say("no epoll: %s", EPOLL(pipes[1]));
	slot.efd = 99;
	say("nothing: %s", EPOLL(pipes[1]));
	say("bad: %s", made(kcmp(me, me, KCMP_EPOLL_TFD, 0, 4)));
}

/* ---- unshare ---------------------------------------------------------------- */

static volatile int step;

static void *waiting(void *arg)
{
	(void)arg;
	while (step < 1)
		usleep(1000);
	return NULL;
}

static void alone(void)
{
	static const unsigned int flags[] = {0,
					     CLONE_FS,
					     CLONE_FILES,
					     CLONE_SYSVSEM,
					     CLONE_THREAD,
					     CLONE_SIGHAND,
					     CLONE_VM,
					     CLONE_VFORK,
					     CLONE_PARENT,
					     CLONE_FS | CLONE_FILES |
						     CLONE_SYSVSEM,
					     1,
					     SIGCHLD,
					     0x80000000};
	pthread_t t;

	for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		say("%x: %s", flags[i], made(unshare((int)flags[i])));
	pthread_create(&t, NULL, waiting, NULL);
	for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		say("with a thread %x: %s", flags[i],
		    made(unshare((int)flags[i])));
	step = 1;
	pthread_join(t, NULL);
}

static void *leaves(void *arg)
{
	(void)arg;
	say("unshare: %s", made(unshare(CLONE_FS | CLONE_FILES)));
	if (chdir("/tmp"))
		say("chdir: %s", made(-1));
	umask(0);
	close(0);
	all_kinds("thread", getpid(), (int)syscall(SYS_gettid));
	return NULL;
}

static void what_is_left(void)
{
	char where[64];
	pthread_t t;

	umask(022);
	if (chdir("/proc"))
		exit(1);
	pthread_create(&t, NULL, leaves, NULL);
	pthread_join(t, NULL);
	say("umask %o in %s, 0 %s", umask(022), getcwd(where, sizeof(where)),
	    fcntl(0, F_GETFD) < 0 ? "closed" : "open");
}

static void semaphores(void)
{
	const int id = semget(IPC_PRIVATE, 1, 0600);
	struct sembuf op = {0, 1, SEM_UNDO};

	semop(id, &op, 1);
	say("value %d", semctl(id, 0, GETVAL));
	say("unshare: %s", made(unshare(CLONE_SYSVSEM)));
	say("value %d", semctl(id, 0, GETVAL));
	semctl(id, 0, IPC_RMID);
}

/* ---- setns ------------------------------------------------------------------ */

static void joining(void)
{
	static const char *const names[] = {"uts", "ipc",    "net", "pid",
					    "mnt", "cgroup", "user"};
	char path[64], where[64];
	int fd;

	say("closed: %s", made(setns(99, 0)));
	say("no namespace: %s", made(setns(0, 0)));
	for (unsigned int i = 0; i < 7; i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		say("%s: %s", names[i], made(setns(fd, 0)));
		say("%s as uts: %s", names[i], made(setns(fd, CLONE_NEWUTS)));
		close(fd);
	}
	say("stands in %s", getcwd(where, sizeof(where)));
	fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	say("pidfd: %s", made(setns(fd, 0)));
	say("pidfd uts: %s", made(setns(fd, CLONE_NEWUTS)));
	say("pidfd user: %s", made(setns(fd, CLONE_NEWUSER)));
	say("pidfd files: %s", made(setns(fd, CLONE_FILES)));
	close(fd);
	if (!fork()) {
		fd = open("/proc/self/ns/uts", O_RDONLY);
		if (setresuid(1000, 1000, 1000))
			_exit(1);
		say("user, uts: %s", made(setns(fd, 0)));
		say("user, as ipc: %s", made(setns(fd, CLONE_NEWIPC)));
		say("user, new uts: %s", made(unshare(CLONE_NEWUTS)));
		say("user, new mounts: %s", made(unshare(CLONE_NEWNS)));
		say("user, fs: %s", made(unshare(CLONE_FS)));
		_exit(0);
	}
	wait(NULL);
}

int main(void)
{
	prefix = "kcmp";
	files();
	relatives();
	epolls();
	prefix = "unshare";
	alone();
	what_is_left();
	semaphores();
	prefix = "setns";
	joining();
	return 0;
}
