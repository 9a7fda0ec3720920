// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a change of a file does to its set-user-ID and set-group-ID bits and to
 * the capabilities of the program in it: by the superuser, by the owner, by
 * somebody else who may write.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define NAME "/tmp/privs/f"

/* struct vfs_cap_data, version 2: chown, permitted */
static const unsigned int caps[5] = {0x02000001, 1, 0, 0, 0};

static long do_write(int fd)
{
	return write(fd, "x", 1);
}
static long do_pwrite(int fd)
{
	return pwrite(fd, "x", 1, 3);
}
static long do_nothing(int fd)
{
	return write(fd, "", 0);
}
static long do_ftruncate(int fd)
{
	return ftruncate(fd, 3);
}
static long do_same_size(int fd)
{
	return ftruncate(fd, 5);
}
static long do_truncate(int fd)
{
	(void)fd;
	return truncate(NAME, 2);
}
static long do_open_trunc(int fd)
{
	(void)fd;
	return close(open(NAME, O_WRONLY | O_TRUNC));
}
static long do_fallocate(int fd)
{
	return fallocate(fd, 0, 0, 10);
}
static long do_punch(int fd)
{
	return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			 4096);
}
static long do_mmap(int fd)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	p[0] = 'm';
	return munmap(p, 4096);
}
static long do_writev(int fd)
{
	struct iovec v[2] = {{(void *)"a", 1}, {(void *)"b", 1}};

	return writev(fd, v, 2);
}
static long do_bad(int fd)
{
	return syscall(SYS_write, fd, 8, 5);
}
static long do_chown(int fd)
{
	return fchown(fd, getuid(), (gid_t)-1);
}
static long do_chown_nobody(int fd)
{
	return fchown(fd, (uid_t)-1, (gid_t)-1);
}
static long do_chgrp(int fd)
{
	return fchown(fd, (uid_t)-1, getgid());
}
static long do_utimes(int fd)
{
	return futimens(fd, NULL);
}
static long do_chmod(int fd)
{
	return fchmod(fd, 06777);
}
static long do_splice(int fd)
{
	int p[2];
	long n;

	pipe(p);
	write(p[1], "abc", 3);
	n = splice(p[0], NULL, fd, NULL, 3, 0);
	close(p[0]);
	close(p[1]);
	return n;
}

static const struct {
	const char *name;
	long (*fn)(int fd);
} ways[] = {
	{"write", do_write},
	{"pwrite", do_pwrite},
	{"write nothing", do_nothing},
	{"write from nowhere", do_bad},
	{"writev", do_writev},
	{"splice", do_splice},
	{"ftruncate", do_ftruncate},
	{"ftruncate to its size", do_same_size},
	{"truncate", do_truncate},
	{"open O_TRUNC", do_open_trunc},
	{"fallocate", do_fallocate},
	{"punch a hole", do_punch},
	{"shared mapping", do_mmap},
	{"chown", do_chown},
	{"chown of nothing", do_chown_nobody},
	{"chgrp", do_chgrp},
	{"utimes", do_utimes},
	{"chmod", do_chmod},
};

static void show(const char *way, long result, int err)
{
	struct stat st;
	char buf[64];
	long n;

	stat(NAME, &st);
	n = getxattr(NAME, "security.capability", buf, sizeof(buf));
	printf("  %s: ", way);
	if (result < 0)
		printf("%s", strerror(err));
	else
		printf("%ld", result);
	printf(", mode %o, owner %d:%d, capabilities %s\n",
	       (unsigned int)st.st_mode & 07777, (int)st.st_uid, (int)st.st_gid,
	       n < 0 ? strerror(errno) : "there");
}

/* Who does it. */
enum who {
	ROOT,
	OWNER,
	OTHER,
	GROUP
};
static const char *const names[] = {"root", "owner", "other", "group"};

static void become(enum who who)
{
	const gid_t one = 2000;

	if (who == ROOT)
		return;
	setgroups(who == GROUP, &one);
	setresgid(1000, 1000, 1000);
	setresuid(who == OWNER ? 1000 : 1001, who == OWNER ? 1000 : 1001,
		  who == OWNER ? 1000 : 1001);
}

static void try(enum who who, mode_t mode, bool with_caps, size_t way)
{
	int fd, result[2] = {-1, 0}, p[2];

	unlink(NAME);
	fd = open(NAME, O_CREAT | O_RDWR, 0600);
	write(fd, "12345", 5);
	fchown(fd, 1000, 2000);
	if (with_caps)
		setxattr(NAME, "security.capability", caps, sizeof(caps), 0);
	fchmod(fd, mode);
	lseek(fd, 0, SEEK_SET);
	pipe(p);
	if (!fork()) {
		become(who);
		result[0] = (int)ways[way].fn(fd);
		result[1] = errno;
		write(p[1], result, sizeof(result));
		_exit(0);
	}
	wait(NULL);
	read(p[0], result, sizeof(result));
	close(p[0]);
	close(p[1]);
	close(fd);
	show(ways[way].name, result[0], result[1]);
}

static void kinds(void)
{
	static const struct {
		mode_t mode;
		bool caps;
	} kinds[] = {
		{06777, false}, {02767, false}, {04777, true}, {0777, true}};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		for (int who = ROOT; who <= GROUP; who++) {
			printf("%s, %o%s\n", names[who],
			       (unsigned int)kinds[k].mode,
			       kinds[k].caps ? ", capabilities" : "");
			for (size_t w = 0; w < sizeof(ways) / sizeof(*ways);
			     w++)
				try(who, kinds[k].mode, kinds[k].caps, w);
		}
}

/* The group's bit by chmod: only with the group, or CAP_FSETID. */
static void chmods(void)
{
	struct stat st;

	for (int who = ROOT; who <= GROUP; who++) {
		unlink(NAME);
		close(open(NAME, O_CREAT | O_RDWR, 0600));
		chown(NAME, who == GROUP ? 1001 : 1000, 2000);
		if (!fork()) {
			become(who);
			if (chmod(NAME, 06775))
				printf("%s: %s\n", names[who], strerror(errno));
			_exit(0);
		}
		wait(NULL);
		stat(NAME, &st);
		printf("chmod 6775 by %s: %o\n", names[who],
		       (unsigned int)st.st_mode & 07777);
	}
}

static void folders(void)
{
	struct stat st;

	mkdir("/tmp/privs/d", 0755);
	chmod("/tmp/privs/d", 06777);
	chown("/tmp/privs/d", 1000, 2000);
	stat("/tmp/privs/d", &st);
	printf("a folder's, after chown: %o\n",
	       (unsigned int)st.st_mode & 07777);
	rmdir("/tmp/privs/d");
}

/* Who watches is told. */
static void watched(void)
{
	char buf[512] __attribute__((aligned(8)));
	int in = inotify_init1(IN_NONBLOCK), fd;
	ssize_t n;

	unlink(NAME);
	fd = open(NAME, O_CREAT | O_RDWR, 0777);
	fchown(fd, 1000, 1000);
	fchmod(fd, 04777);
	inotify_add_watch(in, NAME, IN_ALL_EVENTS);
	if (!fork()) {
		become(OWNER);
		write(fd, "x", 1);
		write(fd, "x", 1);
		_exit(0);
	}
	wait(NULL);
	n = read(in, buf, sizeof(buf));
	printf("events:");
	for (ssize_t at = 0; at < n;) {
		struct inotify_event *e = (void *)(buf + at);

		printf(" %x", e->mask);
		at += (ssize_t)(sizeof(*e) + e->len);
	}
	puts("");
	close(fd);
	close(in);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	umask(0);
	mkdir("/tmp/privs", 0777);
	kinds();
	chmods();
	folders();
	watched();
	unlink(NAME);
	rmdir("/tmp/privs");
	return 0;
}
