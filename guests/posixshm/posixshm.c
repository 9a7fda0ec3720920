/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared memory as the C library offers it: shm_open() and named semaphores,
 * which are files in /dev/shm, beside memory that fork shares; with the faults
 * of each step, who sees whose writes, and what maps and stat tell.
 */
#define _GNU_SOURCE
#include "faultcount.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#define A 0x20000000u
#define B 0x21000000u

enum {
	N = 40
};

static const char *made(int ret)
{
	return ret < 0 ? strerrorname_np(errno) : "ok";
}

static area map_fd(uint32_t at, unsigned int pages, int prot, int flags, int fd)
{
	return mmap((void *)(uintptr_t)at, pages * PAGE, prot,
		    flags | MAP_FIXED, fd, 0);
}

static void show_maps(void)
{
	static char text[8192];
	int fd = open("/proc/self/maps", O_RDONLY);
	unsigned int len = 0;
	long n;

	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (unsigned int)n;
	close(fd);
	text[len] = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		const char *name = strchr(line, '/');

		if (line[0] == '2')
			say("maps %.22s %s\n", line, name ? name : "");
	}
}

static void child(void (*act)(void))
{
	pid_t pid;

	flush();
	pid = fork();
	if (!pid) {
		act();
		flush();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

/* ---- shm_open -------------------------------------------------------------------- */

static void child_opens(void)
{
	int fd = shm_open("/mmu", O_RDWR, 0);
	area a;

	warm();
	COUNT("child inherited", reads((area)(uintptr_t)A, N));
	a = map_fd(B, N, RW, MAP_SHARED, fd);
	COUNT("child read", reads(a, N));
	say("child sees %d\n", a[5 * PAGE]);
	COUNT("child write", writes(a, N, 7));
	say("child excl %s\n",
	    made(shm_open("/mmu", O_RDWR | O_CREAT | O_EXCL, 0600)));
}

static void opened(void)
{
	struct stat st;
	struct statfs fs;
	int fd = shm_open("/mmu", O_RDWR | O_CREAT | O_EXCL, 0640);
	area a;

	say("open %s\n", made(fd));
	fstat(fd, &st);
	say("mode %o size %ld blocks %ld\n", (unsigned int)st.st_mode,
	    (long)st.st_size, (long)st.st_blocks);
	statfs("/dev/shm", &fs);
	say("filesystem %lx block %ld\n", (unsigned long)fs.f_type,
	    (long)fs.f_bsize);
	a = map_fd(A, N, RW, MAP_SHARED, fd);
	say("size %s\n", made(ftruncate(fd, N * PAGE)));
	COUNT("read", reads(a, N));
	COUNT("write", writes(a, N, 5));
	fstat(fd, &st);
	say("size %ld blocks %ld\n", (long)st.st_size, (long)st.st_blocks);
	show_maps();
	child(child_opens);
	COUNT("read again", reads(a, N));
	say("parent sees %d\n", a[5 * PAGE]);
	say("unlink %s\n", made(shm_unlink("/mmu")));
	say("unlink again %s\n", made(shm_unlink("/mmu")));
	say("open %s\n", made(shm_open("/mmu", O_RDONLY, 0)));
	show_maps();
	say("still %d\n", a[6 * PAGE]);
	say("seals %s\n", made(fcntl(fd, 1033 + 1)));
	munmap((void *)a, N * PAGE);
	close(fd);
	say("bad name %s\n", made(shm_open("/a/b", O_RDWR | O_CREAT, 0600)));
	say("long name %s\n",
	    made(shm_open("/0123456789012345678901234567890123456789"
			  "012345678901234567890123456789012345678901234567890"
			  "123456789012345678901234567890123456789012345678901"
			  "234567890123456789012345678901234567890123456789012"
			  "34567890123456789012345678901234567890123456789012"
			  "34567890123456789",
			  O_RDWR | O_CREAT, 0600)));
}

/* ---- semaphores and mutexes ------------------------------------------------------- */

static sem_t *named;
static struct {
	pthread_mutex_t lock;
	sem_t done;
	int sum;
} * shared;

static void child_posts(void)
{
	for (int i = 0; i < 50; i++) {
		pthread_mutex_lock(&shared->lock);
		shared->sum += i;
		pthread_mutex_unlock(&shared->lock);
	}
	sem_post(named);
	sem_wait(&shared->done);
}

static void semaphores(void)
{
	pthread_mutexattr_t attr;
	pid_t pid[3];
	int value;

	named = sem_open("/sem", O_CREAT | O_EXCL, 0600, 0);
	say("sem %s\n", made(named == SEM_FAILED ? -1 : 0));
	say("file %s\n", made(access("/dev/shm/sem.sem", F_OK)));
	shared = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&shared->lock, &attr);
	sem_init(&shared->done, 1, 0);
	flush();
	for (int i = 0; i < 3; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			child_posts();
			_exit(0);
		}
	}
	for (int i = 0; i < 3; i++)
		sem_wait(named);
	say("sum %d\n", shared->sum);
	for (int i = 0; i < 3; i++)
		sem_post(&shared->done);
	for (int i = 0; i < 3; i++)
		waitpid(pid[i], NULL, 0);
	sem_getvalue(named, &value);
	say("value %d\n", value);
	sem_close(named);
	say("unlink %s\n", made(sem_unlink("/sem")));
}

/* ---- no room ----------------------------------------------------------------------- */

static void on_bus(int sig)
{
	say("signal %d\n", sig);
	flush();
	_exit(0);
}

static void child_overruns(void)
{
	int fd = shm_open("/short", O_RDWR | O_CREAT, 0600);
	area a = map_fd(A, N, RW, MAP_SHARED, fd);

	signal(SIGBUS, on_bus);
	if (ftruncate(fd, 3 * PAGE + 10))
		say("no size\n");
	writes(a, 4, 1);
	say("four pages written\n");
	a[4 * PAGE] = 1;
	say("beyond its end\n");
}

int main(void)
{
	warm();
	opened();
	semaphores();
	child(child_overruns);
	shm_unlink("/short");
	flush();
	return 0;
}
