/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes by file descriptors: pidfd_open(), clone() with one, signals,
 * poll(), waitid(), pidfd_getfd() and process_madvise(), each with what is
 * wrong about its arguments, and before, during and after the other's end.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE      4096u
#define BAD       0xfffff000u
#define BY_PIDFD  ((idtype_t)3)
#define SEND      424
#define OPEN      434
#define GETFD     438
#define ADVISE    440
#define CALL(...) told(#__VA_ARGS__, syscall(__VA_ARGS__))
#define COLLAPSE  25
#define PAGES     16u

/* The number itself differs from run to run. */
static long told(const char *what, long got)
{
	if (got < 0)
		say("%s: %s", what, made(got));
	else
		say("%s: %s", what, got > 2 ? "ok" : got ? "few" : "0");
	return got;
}

static void show_poll(const char *when, int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
	int n = poll(&p, 1, 0);

	say("%s: poll %d revents %x", when, n, p.revents);
}

static void show_wait(const char *when, int fd, int options)
{
	siginfo_t info = {0};
	int got = waitid(BY_PIDFD, (id_t)fd, &info, options);

	say("%s: waitid %s code %d status %d", when,
	    got ? strerrorname_np(errno) : "ok", info.si_code, info.si_status);
}

/* One that waits to be told to end. */
static pid_t child_that_waits(int *gate)
{
	int ends[2];
	pid_t pid;
	char c;

	if (pipe(ends))
		exit(1);
	pid = fork();
	if (!pid) {
		close(ends[1]);
		_exit(read(ends[0], &c, 1) == 1 ? 7 : 8);
	}
	close(ends[0]);
	*gate = ends[1];
	return pid;
}

static volatile pid_t thread_id;
static volatile bool thread_may_end;

static void *thread(void *arg)
{
	(void)arg;
	thread_id = (pid_t)syscall(SYS_gettid);
	while (!thread_may_end)
		usleep(1000);
	return NULL;
}

static void opening(void)
{
	pthread_t t;
	int fd;

	CALL(OPEN, 0, 0);
	CALL(OPEN, -1, 0);
	CALL(OPEN, -1, 1);
	CALL(OPEN, 0x7fffffff, 0);
	CALL(OPEN, 0x7fffffff, 1);
	CALL(OPEN, getpid(), 1);
	CALL(OPEN, getpid(), O_CLOEXEC);
	fd = (int)CALL(OPEN, getpid(), O_NONBLOCK);
	say("flags %x fd %x", fcntl(fd, F_GETFL), fcntl(fd, F_GETFD));
	close(fd);
	fd = (int)CALL(OPEN, getpid(), 0);
	say("flags %x fd %x", fcntl(fd, F_GETFL), fcntl(fd, F_GETFD));
	CALL(SYS_read, fd, &fd, 4);
	CALL(SYS_write, fd, &fd, 4);
	CALL(SYS_lseek, fd, 1, 0);
	CALL(SYS_ftruncate, fd, 0);
	close(fd);
	pthread_create(&t, NULL, thread, NULL);
	while (!thread_id)
		usleep(1000);
	CALL(OPEN, thread_id, 0);
	thread_may_end = true;
	pthread_join(t, NULL);
}

static void life_and_death(void)
{
	siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
	int gate, fd, slow;
	pid_t pid = child_that_waits(&gate);

	fd = (int)CALL(OPEN, pid, 0);
	slow = (int)CALL(OPEN, pid, O_NONBLOCK);
	show_poll("alive", fd);
	show_wait("alive", fd, WEXITED | WNOHANG);
	show_wait("alive, nonblocking", slow, WEXITED);
	show_wait("no options", fd, 0);
	show_wait("negative", -1, WEXITED);
	show_wait("not open", 1000, WEXITED);
	show_wait("no pidfd", gate, WEXITED);
	CALL(SEND, fd, 0, 0, 0);
	CALL(SEND, fd, 0, 0, 1);
	CALL(SEND, fd, 65, 0, 0);
	CALL(SEND, fd, -1, 0, 0);
	CALL(SEND, gate, 0, 0, 0);
	CALL(SEND, 1000, 0, 0, 0);
	CALL(SEND, 1000, 0, BAD, 1);
	CALL(SEND, 1000, 0, BAD, 0);
	CALL(SEND, fd, 0, BAD, 0);
	CALL(SEND, fd, SIGUSR2, &info, 0);
	info.si_code = SI_USER;
	CALL(SEND, fd, SIGUSR1, &info, 0);
	info.si_code = SI_TKILL;
	CALL(SEND, fd, SIGUSR1, &info, 0);
	if (write(gate, "x", 1) != 1)
		exit(1);
	poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
	show_poll("zombie", fd);
	CALL(SEND, fd, SIGKILL, 0, 0);
	CALL(OPEN, pid, 0);
	CALL(GETFD, fd, 0, 0);
	show_wait("zombie, looked at", fd, WEXITED | WNOWAIT);
	show_wait("zombie, nonblocking", slow, WEXITED);
	show_poll("reaped", fd);
	show_wait("reaped", fd, WEXITED);
	CALL(SEND, fd, SIGKILL, 0, 0);
	CALL(SEND, fd, 65, 0, 0);
	CALL(GETFD, fd, 0, 0);
	CALL(OPEN, pid, 0);
	close(fd);
	close(slow);
	close(gate);
}

static volatile int got_signal, got_code;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	got_signal = sig;
	got_code = info->si_code;
}

static void to_oneself(void)
{
	struct sigaction action = {.sa_sigaction = on_signal,
				   .sa_flags = SA_SIGINFO};
	siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_USER};
	int fd = (int)CALL(OPEN, getpid(), 0);

	sigaction(SIGUSR1, &action, NULL);
	CALL(SEND, fd, SIGUSR1, &info, 0);
	say("signal %d code %d", got_signal, got_code);
	CALL(SEND, fd, SIGUSR1, 0, 0);
	say("signal %d code %d", got_signal, got_code);
	show_wait("oneself", fd, WEXITED | WNOHANG);
	close(fd);
}

/* A folder of /proc is as good, for signals. */
static void by_proc(void)
{
	struct sigaction action = {.sa_sigaction = on_signal,
				   .sa_flags = SA_SIGINFO};
	const char *own[] = {"/proc/self",
			     "/proc/thread-self",
			     "/proc",
			     "/proc/self/task",
			     "/proc/self/fd",
			     "/proc/self/stat",
			     "/"};
	struct iovec one = {own, sizeof(own)};
	char path[32];
	int gate, fd;
	pid_t pid;

	sigaction(SIGUSR2, &action, NULL);
	for (unsigned int i = 0; i < sizeof(own) / sizeof(*own); i++) {
		fd = open(own[i], O_RDONLY);
		got_signal = 0;
		say("%s", own[i]);
		CALL(SEND, fd, SIGUSR2, 0, 0);
		say("signal %d", got_signal);
		close(fd);
	}
	fd = open("/proc/self", O_PATH);
	CALL(SEND, fd, 0, 0, 0);
	close(fd);
	pid = child_that_waits(&gate);
	snprintf(path, sizeof(path), "/proc/%d", pid);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	CALL(SEND, fd, 0, 0, 0);
	CALL(GETFD, fd, 0, 0);
	CALL(ADVISE, fd, &one, 1, 20, 0);
	show_wait("by /proc", fd, WEXITED | WNOHANG);
	CALL(SEND, fd, SIGKILL, 0, 0);
	waitpid(pid, NULL, 0);
	CALL(SEND, fd, SIGKILL, 0, 0);
	close(fd);
	close(gate);
}

static void by_clone(void)
{
	int fd = -1, status;
	long pid;
	pid = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &fd, 0, 0);
	if (!pid)
		_exit(3);
	say("clone: %s, a descriptor %d, cloexec %d",
	    pid > 0 ? "ok" : strerrorname_np(errno), fd > 2,
	    fcntl(fd, F_GETFD));
	show_wait("clone", fd, WEXITED);
	close(fd);
	CALL(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, &fd, 0,
	     0);
	CALL(SYS_clone, CLONE_PIDFD | CLONE_DETACHED | SIGCHLD, 0, &fd, 0, 0);
	CALL(SYS_clone,
	     CLONE_PIDFD | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | SIGCHLD, 0,
	     &fd, 0, 0);
	CALL(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, BAD, 0, 0);
	say("children: %s",
	    wait(&status) < 0 ? strerrorname_np(errno) : "some");
}

/* A file of the other's, with its position. */
static void a_file_of_it(void)
{
	int ends[2], gate, fd, own;
	pid_t pid;
	char c = 0;

	if (pipe(ends))
		exit(1);
	pid = child_that_waits(&gate);
	fd = (int)CALL(OPEN, pid, 0);
	close(ends[1]);
	CALL(GETFD, fd, 1000, 0);
	CALL(GETFD, fd, -1, 0);
	CALL(GETFD, fd, ends[1], 1);
	CALL(GETFD, 1000, ends[1], 0);
	CALL(GETFD, ends[0], ends[1], 0);
	own = (int)CALL(GETFD, fd, ends[1], 0);
	say("cloexec %d, wrote %s", fcntl(own, F_GETFD),
	    made(write(own, "y", 1)));
	say("read %s", made(read(ends[0], &c, 1)));
	say("byte %c", c);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd);
	close(own);
	close(ends[0]);
	close(gate);
}

static void advising(void)
{
	uint8_t *at = mmap((void *)0x20000000, PAGES * PAGE,
			   PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	struct iovec two[2] = {{at, 4 * PAGE}, {at + 8 * PAGE, 2 * PAGE}};
	struct iovec hole[2] = {{at, PAGE}, {at + 64 * PAGE, PAGE}};
	struct iovec odd = {at + 1, PAGE}, none = {at, 0}, far = {at, 1u << 31};
	static const int advices[] = {0,  1,  2,  3,  4,  8,  9,  10, 12, 14,
				      15, 18, 20, 21, 22, 23, 24, 25, 99, 100};
	int gate, fd;
	pid_t pid;

	memset(at, 1, PAGES * PAGE);
	pid = child_that_waits(&gate);
	fd = (int)CALL(OPEN, pid, 0);
	for (unsigned int i = 0; i < sizeof(advices) / sizeof(*advices); i++) {
		long got = syscall(ADVISE, fd, two, 2, advices[i], 0);

		if (advices[i] == COLLAPSE)
			continue; /* as the kernel was configured */
		say("advice %d: %ld %s", advices[i], got,
		    got < 0 ? strerrorname_np(errno) : "");
	}
	say("hole: %ld", syscall(ADVISE, fd, hole, 2, 20, 0));
	say("second first: %ld", syscall(ADVISE, fd, hole + 1, 1, 20, 0));
	CALL(ADVISE, fd, hole + 1, 1, 20, 0);
	CALL(ADVISE, fd, &odd, 1, 20, 0);
	CALL(ADVISE, fd, &none, 1, 20, 0);
	CALL(ADVISE, fd, &far, 1, 20, 0);
	CALL(ADVISE, fd, two, 0, 20, 0);
	CALL(ADVISE, fd, two, 1025, 20, 0);
	CALL(ADVISE, fd, BAD, 1, 20, 0);
	CALL(ADVISE, fd, two, 2, 20, 1);
	CALL(ADVISE, 1000, two, 2, 4, 0);
	CALL(ADVISE, 1000, BAD, 2, 4, 0);
	CALL(ADVISE, gate, two, 2, 20, 0);
	kill(pid, SIGKILL);
	poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
	CALL(ADVISE, fd, two, 2, 20, 0);
	CALL(ADVISE, fd, two, 2, 4, 0);
	waitpid(pid, NULL, 0);
	CALL(ADVISE, fd, two, 2, 20, 0);
	CALL(ADVISE, fd, two, 2, 4, 0);
	close(fd);
	close(gate);
	fd = (int)CALL(OPEN, getpid(), 0);
	say("own: %ld", syscall(ADVISE, fd, two, 2, 20, 0));
	close(fd);
}

/* Who isn't root, to root's and to his own. */
static void as_nobody(void)
{
	struct iovec one = {(void *)0x20000000, PAGE};
	int status, roots, own;
	pid_t pid;
	pid = fork();
	if (!pid) {
		roots = (int)CALL(OPEN, getppid(), 0);
		own = (int)CALL(OPEN, getpid(), 0);
		if (setgid(65534) || setuid(65534))
			_exit(1);
		CALL(SEND, roots, 0, 0, 0);
		CALL(SEND, own, 0, 0, 0);
		CALL(GETFD, roots, 0, 0);
		CALL(ADVISE, roots, &one, 1, 20, 0);
		CALL(ADVISE, own, &one, 1, 20, 0);
		CALL(ADVISE, own, &one, 1, 4, 0);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	say("nobody: %x", status);
}

int main(void)
{
	opening();
	life_and_death();
	to_oneself();
	by_proc();
	by_clone();
	a_file_of_it();
	advising();
	as_nobody();
	return 0;
}
