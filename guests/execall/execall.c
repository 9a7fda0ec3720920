/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs each file of a folder as a program, one after the other, for tests of
 * what programs may be made of: execall FOLDER
 *
 * Prints how often execve failed with each errno, how often a program ended
 * with each signal, how many exited, and at the end whether this program
 * itself is still well.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int nr_errno[256], nr_signal[128], nr_exits;

/* Its errno comes back by memory: every exit status is a program's own. */
static void run(const char *path, volatile int *error)
{
	char *argv[] = {(char *)path, NULL}, *envp[] = {NULL};
	struct itimerval soon = {{0, 0}, {0, 3000}};
	int status;
	pid_t pid;

	*error = 0;
	pid = fork();
	if (!pid) {
		close(0);
		close(1);
		close(2);
		setsid();
		setitimer(ITIMER_REAL, &soon, NULL);
		execve(path, argv, envp);
		*error = errno;
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror(path);
		exit(1);
	}
	if (*error)
		nr_errno[*error & 255]++;
	else if (WIFSIGNALED(status))
		nr_signal[WTERMSIG(status)]++;
	else
		nr_exits++;
}

int main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : "/tmp";
	volatile int *error = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];

	if (!dir) {
		perror(folder);
		return 1;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		run(path, error);
	}
	closedir(dir);
	for (int i = 0; i < 256; i++)
		if (nr_errno[i])
			printf("errno %d: %d\n", i, nr_errno[i]);
	for (int i = 0; i < 128; i++)
		if (nr_signal[i])
			printf("signal %d: %d\n", i, nr_signal[i]);
	printf("exited: %d\ndone\n", nr_exits);
	return 0;
}
