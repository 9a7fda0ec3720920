/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files in memory: a shared mapping and write() see each other, a private one
 * keeps its changes to itself, two processes share one page, and truncation
 * takes pages away. Prints one line each, "ok" where it is so.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *verdict(int good)
{
	return good ? "ok" : "WRONG";
}

int main(void)
{
	int fd = open("/tmp/filemap", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char buf[16] = {0}, fill[8192];
	char *shared, *private;
	int status;

	memset(fill, 'a', sizeof(fill));
	if (fd < 0 || write(fd, fill, sizeof(fill)) != (ssize_t)sizeof(fill))
		return 1;
	shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	private = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	printf("read through mapping %s\n",
	       verdict(shared[0] == 'a' && private[8191] == 'a'));
	if (pwrite(fd, "bb", 2, 10) != 2)
		return 1;
	printf("write seen by both %s\n",
	       verdict(shared[10] == 'b' && private[11] == 'b'));
	shared[20] = 'c';
	if (pread(fd, buf, 1, 20) != 1)
		return 1;
	printf("store seen by read %s\n", verdict(buf[0] == 'c'));
	private[20] = 'd';
	if (pread(fd, buf, 1, 20) != 1)
		return 1;
	printf("private store kept private %s\n",
	       verdict(buf[0] == 'c' && shared[20] == 'c' &&
		       private[20] == 'd'));
	if (fork() == 0) {
		shared[4096] = 'e';
		private[4096] = 'f';
		_exit(0);
	}
	wait(&status);
	printf("child's store %s\n",
	       verdict(shared[4096] == 'e' && private[4096] == 'e'));
	printf("msync %s\n", verdict(!msync(shared, 8192, MS_SYNC)));
	if (ftruncate(fd, 30) || ftruncate(fd, 4096))
		return 1;
	printf("zero behind truncation %s\n",
	       verdict(shared[29] == 'a' && shared[30] == 0));
	close(fd);
	unlink("/tmp/filemap");
	printf("alive without a name %s\n", verdict(shared[20] == 'c'));
	return 0;
}
