/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Memory that fails, as a program meets it: madvise(MADV_HWPOISON) on memory of
 * each kind, and what the next touch, a read(), a child and fsync() then see.
 * Wants kernel.memory_failure, and a disk's file system at /mnt for the last
 * part.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif

#define PAGE 4096u
#define RW   (PROT_READ | PROT_WRITE)

static sigjmp_buf back;
static volatile uint8_t *base;
static volatile int early;

static const char *code_name(int code)
{
	switch (code) {
	case BUS_MCEERR_AR:
		return "MCEERR_AR";
	case BUS_MCEERR_AO:
		return "MCEERR_AO";
	case BUS_ADRERR:
		return "ADRERR";
	default:
		return "?";
	}
}

static void on_sigbus(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	printf("SIGBUS %s at +0x%x, 2^%d bytes\n", code_name(info->si_code),
	       (unsigned int)((volatile uint8_t *)info->si_addr - base),
	       info->si_addr_lsb);
	if (info->si_code == BUS_MCEERR_AO)
		early = 1;
	else
		siglongjmp(back, 1);
}

static void touch(const char *what, unsigned int offset)
{
	printf("%s: ", what);
	if (!sigsetjmp(back, 1))
		printf("%d\n", base[offset]);
}

static void advise(const char *what, unsigned int offset, int advice)
{
	int error = madvise((void *)(base + offset), PAGE, advice);

	printf("%s: %s\n", what, error ? strerror(errno) : "done");
}

static void *map(size_t size, int flags, int fd)
{
	void *memory = mmap(NULL, size, RW, flags, fd, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return memory;
}

static void corrupted(void)
{
	char line[128];
	FILE *file = fopen("/proc/meminfo", "r");

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "HardwareCorrupted", 17))
			fputs(line, stdout);
	if (file)
		fclose(file);
}

static void anonymous(void)
{
	int status;
	pid_t child;

	base = map(4 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (unsigned int i = 0; i < 4; i++)
		base[i * PAGE] = (uint8_t)(10 + i);
	advise("soft offline", 0, MADV_SOFT_OFFLINE);
	touch("moved", 0);
	advise("poison", PAGE, MADV_HWPOISON);
	touch("lost", PAGE + 5);
	touch("next to it", 2 * PAGE);
	advise("again", PAGE, MADV_HWPOISON);
	fflush(stdout);
	child = fork();
	if (!child) {
		touch("the child's", PAGE);
		fflush(stdout);
		signal(SIGBUS, SIG_DFL);
		_exit(base[PAGE]);
	}
	waitpid(child, &status, 0);
	printf("child: %s\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS
				      ? "killed by SIGBUS"
				      : "?");
	printf("write() of it: ");
	fflush(stdout);
	printf("%s\n", write(STDOUT_FILENO, (void *)(base + PAGE), 1) < 0
			       ? strerror(errno)
			       : "?");
	munmap((void *)(base + PAGE), PAGE);
	mmap((void *)(base + PAGE), PAGE, RW,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	touch("mapped anew", PAGE);
	munmap((void *)base, 4 * PAGE);
}

static void told_early(void)
{
	base = map(PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	base[0] = 1;
	prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0);
	advise("poison, early", 0, MADV_HWPOISON);
	printf("told: %d\n", early);
	prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0);
	munmap((void *)base, PAGE);
}

/* Files of memory keep the page, so that nobody takes it for a hole. */
static void memory_file(void)
{
	int fd = memfd_create("poisoned", 0);
	char byte;

	if (ftruncate(fd, 2 * PAGE))
		exit(1);
	base = map(2 * PAGE, MAP_SHARED, fd);
	base[0] = 1;
	base[PAGE] = 2;
	advise("poison memfd", PAGE, MADV_HWPOISON);
	touch("memfd", PAGE);
	printf("pread: %s\n",
	       pread(fd, &byte, 1, PAGE) < 0 ? strerror(errno) : "?");
	printf("pwrite: %s\n",
	       pwrite(fd, "x", 1, PAGE) < 0 ? strerror(errno) : "?");
	munmap((void *)base, 2 * PAGE);
	base = map(2 * PAGE, MAP_SHARED, fd);
	touch("mapped again", PAGE);
	munmap((void *)base, 2 * PAGE);
	if (ftruncate(fd, 0) || ftruncate(fd, 2 * PAGE))
		exit(1);
	base = map(2 * PAGE, MAP_SHARED, fd);
	touch("truncated and grown", PAGE);
	close(fd);
}

/* Clean pages of files are read anew; dirty ones are lost. */
static void disk_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, PAGE) || pwrite(fd, "\7", 1, 0) != 1 ||
	    fsync(fd)) {
		perror(path);
		exit(1);
	}
	base = map(PAGE, MAP_SHARED, fd);
	touch("disk", 0);
	advise("poison, clean", 0, MADV_HWPOISON);
	touch("read anew", 0);
	base[0] = 9;
	advise("poison, dirty", 0, MADV_HWPOISON);
	touch("dirty", 0);
	printf("fsync: %s\n", fsync(fd) ? strerror(errno) : "done");
	printf("fsync: %s\n", fsync(fd) ? strerror(errno) : "done");
	munmap((void *)base, PAGE);
	base = map(PAGE, MAP_SHARED, fd);
	touch("what the disk has", 0);
	close(fd);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = on_sigbus,
				   .sa_flags = SA_SIGINFO};

	sigaction(SIGBUS, &action, NULL);
	anonymous();
	told_early();
	memory_file();
	if (argc > 1)
		disk_file(argv[1]);
	corrupted();
	return 0;
}
