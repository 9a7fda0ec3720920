/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A program that sweeps its own system calls, as Linux's
 * Documentation/fault-injection shows: for n = 1, 2, 3, … it asks for the n-th
 * allocation to fail, makes the call, and looks whether that many were made.
 * For each call: how many allocations it takes and what it says when one of
 * them fails. Between, it makes itself the only task that is to fail.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail_nth;

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		printf("%s: %s\n", path, strerror(errno));
	close(fd);
}

static unsigned int get(const char *path)
{
	char text[16] = "";
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		printf("%s: %s\n", path, strerror(errno));
	close(fd);
	return (unsigned int)strtoul(text, NULL, 0);
}

static void arm(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (write(fail_nth, text, (size_t)len) != len)
		printf("fail-nth: %s\n", strerror(errno));
}

/* How many of those that were asked for are still to come. */
static unsigned int left(void)
{
	char text[16] = "";

	if (pread(fail_nth, text, sizeof(text) - 1, 0) < 0)
		printf("fail-nth: %s\n", strerror(errno));
	return (unsigned int)strtoul(text, NULL, 10);
}

static int call_pipe(void)
{
	int fd[2];

	if (pipe(fd))
		return -1;
	close(fd[0]);
	close(fd[1]);
	return 0;
}

static int call_open(void)
{
	int fd = open("/tmp/failnth", O_CREAT | O_RDWR, 0600);

	if (fd < 0)
		return -1;
	close(fd);
	unlink("/tmp/failnth");
	return 0;
}

static int call_mmap(void)
{
	void *at = mmap((void *)0x40000000, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return -1;
	return munmap(at, 4096);
}

static int call_fork(void)
{
	int pid = fork(), status;

	if (pid == 0)
		_exit(0);
	return pid < 0 || waitpid(pid, &status, 0) != pid ? -1 : 0;
}

static int call_mounts(void)
{
	static const char *const types[] = {"tmpfs", "proc", "sysfs",
					    "devtmpfs"};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (mount("none", "/mnt", types[i], 0, NULL))
			return -1;
		while (umount("/mnt"))
			; /* it may be the one that fails */
	}
	return 0;
}

static const struct {
	const char *name;
	int (*make)(void);
} calls[] = {
	{"pipe", call_pipe}, {"open", call_open},    {"mmap", call_mmap},
	{"fork", call_fork}, {"mount", call_mounts},
};

static void sweep(const char *name, int (*make)(void))
{
	unsigned int nr_refused = 0, nr_other = 0, n;
	int err = 0;

	for (n = 1; n < 200; n++) {
		int ret, now;

		arm(n);
		errno = 0;
		ret = make();
		now = errno;
		if (left())
			break;
		if (!ret)
			continue; /* it could do without */
		nr_refused++;
		nr_other += err && err != now;
		err = now;
	}
	arm(0);
	printf("%s: %s; %s; %s\n", name,
	       n > 1 && n < 200 ? "takes some" : "takes none, or no end",
	       nr_refused ? strerror(err) : "never refused",
	       nr_other ? "and other errors" : "always so");
}

#define DEBUGFS "/sys/kernel/debug/"

int main(void)
{
	char path[64];

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("presets: interval %u probability %u times %u verbose %u "
	       "min-order %u\n",
	       get(DEBUGFS "fail_page_alloc/interval"),
	       get(DEBUGFS "failslab/probability"),
	       get(DEBUGFS "failslab/times"), get(DEBUGFS "failslab/verbose"),
	       get(DEBUGFS "fail_page_alloc/min-order"));
	put(DEBUGFS "failslab/ignore-gfp-wait", "N");
	put(DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N");
	put(DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N");
	put(DEBUGFS "fail_page_alloc/min-order", "0");

	snprintf(path, sizeof(path), "/proc/self/task/%d/fail-nth", getpid());
	fail_nth = open(path, O_RDWR);
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		sweep(calls[i].name, calls[i].make);

	/* all of this task's, and of no other's */
	put("/proc/self/make-it-fail", "2");
	printf("make-it-fail %u\n", get("/proc/self/make-it-fail"));
	put(DEBUGFS "failslab/task-filter", "Y");
	put(DEBUGFS "failslab/times", "-1");
	put(DEBUGFS "failslab/probability", "100");
	printf("others: %d\n", call_pipe());
	put("/proc/self/make-it-fail", "1");
	errno = 0;
	printf("this one: %d", call_pipe());
	printf(" %s\n", strerror(errno));
	return 0;
}
