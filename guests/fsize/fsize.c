/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RLIMIT_FSIZE: how far write(), pwrite(), ftruncate(), truncate() and
 * fallocate() go, when SIGXFSZ comes, and what is left of the file, on the
 * root, in /dev/shm and of memfd_create().
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "observe.h"

#define LIMIT 10000

static volatile int signals, code;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	signals++;
	code = info->si_code;
}

static void limit(rlim_t to)
{
	const struct rlimit both = {to, RLIM_INFINITY};

	if (setrlimit(RLIMIT_FSIZE, &both))
		say("setrlimit %s", made(-1));
}

static int file;

static void then(const char *what, long got)
{
	const char *result = made(got);
	struct stat st;

	fstat(file, &st);
	say("%s: %s, size %ld, signals %d code %x", what, result,
	    (long)st.st_size, signals, code);
	signals = code = 0;
}

#define TRY(call) then(#call, call)

static void writes(void)
{
	static char buffer[LIMIT];
	struct iovec two[2] = {{buffer, 600}, {buffer, 600}};

	TRY(pwrite(file, buffer, 100, LIMIT - 40));
	TRY(pwrite(file, buffer, 1, LIMIT - 1));
	TRY(pwrite(file, buffer, 1, LIMIT));
	TRY(pwrite(file, buffer, 0, LIMIT));
	TRY(pwrite(file, buffer, 1, LIMIT + 5));
	TRY(pwritev(file, two, 2, LIMIT - 700));
	TRY(lseek(file, LIMIT - 3, SEEK_SET));
	TRY(write(file, buffer, 10));
	TRY(write(file, buffer, 10));
	TRY(lseek(file, 0, SEEK_CUR));
	fcntl(file, F_SETFL, O_APPEND);
	TRY(write(file, buffer, 1));
	fcntl(file, F_SETFL, 0);
}

static void sizes(void)
{
	TRY(ftruncate(file, 100));
	TRY(ftruncate(file, LIMIT));
	TRY(ftruncate(file, LIMIT + 1));
	TRY(ftruncate(file, 1ll << 45));
	limit(RLIM_INFINITY);
	TRY(ftruncate(file, 3 * LIMIT));
	TRY(ftruncate(file, 1ll << 45));
	limit(LIMIT);
	TRY(ftruncate(file, 3 * LIMIT));
	TRY(ftruncate(file, 2 * LIMIT));
	TRY(ftruncate(file, 2 * LIMIT + 1));
	TRY(ftruncate(file, 50));
}

static void room(void)
{
	TRY(fallocate(file, 0, 0, LIMIT));
	TRY(fallocate(file, 0, 0, LIMIT + 1));
	TRY(fallocate(file, 0, LIMIT, 1));
	TRY(fallocate(file, FALLOC_FL_KEEP_SIZE, 0, LIMIT + 1));
	TRY(fallocate(file, FALLOC_FL_KEEP_SIZE, 1ll << 40, 1));
	TRY(fallocate(file, 0, 1ll << 45, 1));
	limit(RLIM_INFINITY);
	TRY(ftruncate(file, 2 * LIMIT));
	limit(LIMIT);
	TRY(fallocate(file, 0, LIMIT, LIMIT));
	TRY(fallocate(file, FALLOC_FL_KEEP_SIZE, LIMIT, LIMIT));
	TRY(fallocate(file, 0, LIMIT, LIMIT + 1));
}

static void all_of(const char *where, int fd)
{
	prefix = where;
	file = fd;
	if (fd < 0) {
		say("%s", made(-1));
		return;
	}
	limit(LIMIT);
	writes();
	sizes();
	room();
	limit(0);
	TRY(write(file, "x", 1));
	limit(RLIM_INFINITY);
	close(fd);
}

/* Nobody handles it. */
static void killed(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		signal(SIGXFSZ, SIG_DFL);
		limit(LIMIT);
		_exit(ftruncate(file, LIMIT + 1) ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	say("killed by %d", WTERMSIG(status));
	signal(SIGXFSZ, SIG_IGN);
	limit(LIMIT);
	TRY(ftruncate(file, LIMIT + 1));
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = on_signal,
				   .sa_flags = SA_SIGINFO | SA_RESTART};

	sigaction(SIGXFSZ, &action, NULL);
	all_of("root", open("/fsize", O_RDWR | O_CREAT | O_TRUNC, 0600));
	all_of("shm", open("/dev/shm/fsize", O_RDWR | O_CREAT | O_TRUNC, 0600));
	all_of("memfd", memfd_create("fsize", 0));
	prefix = "default";
	file = memfd_create("fsize", 0);
	killed();
	unlink("/fsize");
	unlink("/dev/shm/fsize");
	return 0;
}
