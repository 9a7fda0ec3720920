/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of files that few programs meet: processes that would wait for each
 * other's locks (EDEADLK), times of access under relatime, RENAME_WHITEOUT and
 * what else renameat2() refuses, sticky and setgid directories, supplementary
 * groups. Prints what happens, one thing a line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DIR "/tmp/filerules"

static void say(const char *what, long result)
{
	printf("%s: %s\n", what, result < 0 ? strerrorname_np(errno) : "fine");
}

static int make(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, "0123456789", 10) != 10)
		exit(1);
	return fd;
}

/* ---- locks ------------------------------------------------------------------- */

static long lock(int fd, int cmd, short type, off_t at)
{
	struct flock l = {.l_type = type, .l_start = at, .l_len = 1};

	return fcntl(fd, cmd, &l);
}

/* A chain of @nr processes, each waiting for the next; then the last for us. */
static void deadlock(int nr, int cmd)
{
	int fd = make("locks"), ready[2];
	pid_t child[4];
	char byte;

	if (pipe(ready))
		exit(1);
	lock(fd, F_SETLK, F_WRLCK, 0);
	for (int i = 1; i <= nr; i++) {
		child[i] = fork();
		if (child[i]) { /* its lock first, then the next one */
			(void)!read(ready[0], &byte, 1);
			continue;
		}
		lock(fd, F_SETLK, F_WRLCK, i);
		(void)!write(ready[1], "x", 1);
		_exit(lock(fd, F_SETLKW, F_WRLCK, i - 1) < 0);
	}
	usleep(100000); /* they wait now */
	printf("%d wait: ", nr);
	if (cmd == F_SETLK)
		say("no waiting", lock(fd, F_SETLK, F_WRLCK, nr));
	else
		say("one more", lock(fd, F_SETLKW, F_WRLCK, nr));
	lock(fd, F_SETLK, F_UNLCK, 0);
	for (int i = 1; i <= nr; i++)
		waitpid(child[i], NULL, 0);
	say("and then", lock(fd, F_SETLKW, F_WRLCK, nr));
	close(fd);
	close(ready[0]);
	close(ready[1]);
}

/* ---- times ------------------------------------------------------------------- */

static struct stat st_of(const char *name)
{
	struct stat st = {0};

	lstat(name, &st);
	return st;
}

static void set_times(const char *name, time_t atime, time_t mtime)
{
	const struct timespec t[2] = {{.tv_sec = atime}, {.tv_sec = mtime}};

	utimensat(AT_FDCWD, name, t, AT_SYMLINK_NOFOLLOW);
}

static void read_at(const char *what, time_t atime, time_t mtime, int flags)
{
	char byte;
	time_t before;
	int fd = open("times", O_RDONLY | flags);

	set_times("times", atime, mtime);
	before = st_of("times").st_atime;
	(void)!read(fd, &byte, 1);
	close(fd);
	printf("read, %s: atime %s\n", what,
	       st_of("times").st_atime == before ? "stays" : "moves");
}

static void times(void)
{
	char text[8];
	time_t now = time(NULL);

	close(make("times"));
	/* their ctime is now: a time of access before it is renewed */
	read_at("atime before mtime", 1000, 2000, 0);
	read_at("atime of long ago", 2000, 1000, 0);
	read_at("atime to come", now + 100, 1000, 0);
	read_at("the same, O_NOATIME", 1000, 2000, O_NOATIME);
	read_at("atime far ahead", now + 1000000, now + 2000000, 0);
	(void)!symlink("times", "link");
	set_times("link", 1000, 2000);
	(void)!readlink("link", text, sizeof(text));
	printf("readlink: atime %s\n",
	       st_of("link").st_atime == 1000 ? "stays" : "moves");
}

/* ---- renaming ---------------------------------------------------------------- */

static long rename2(const char *from, const char *to, unsigned int flags)
{
	return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

static void renames(void)
{
	struct stat st;

	close(make("a"));
	close(make("b"));
	say("RENAME_WHITEOUT", rename2("a", "c", 4));
	st = st_of("a");
	printf("left: %s %u,%u, mode %o\n",
	       S_ISCHR(st.st_mode) ? "a device" : "something else",
	       major(st.st_rdev), minor(st.st_rdev), st.st_mode & 07777);
	say("open it", open("a", O_RDONLY));
	say("over it", rename2("b", "a", 1));
	say("NOREPLACE and WHITEOUT", rename2("b", "d", 1 | 4));
	say("EXCHANGE and WHITEOUT", rename2("c", "d", 2 | 4));
	say("EXCHANGE and NOREPLACE", rename2("c", "d", 2 | 1));
	say("an unknown flag", rename2("c", "d", 8));
	mkdir("dir", 0755);
	mkdir("dir/in", 0755);
	say("into itself", rename2("dir", "dir/in/x", 0));
	say("EXCHANGE with what is in it", rename2("dir", "dir/in", 2));
	say("a directory over a file", rename2("dir", "c", 0));
	say("a file over a directory", rename2("c", "dir", 0));
	say("EXCHANGE of both", rename2("c", "dir", 2));
	printf("c is %s\n",
	       S_ISDIR(st_of("c").st_mode) ? "the directory" : "the file");
	say("over a full one", rename2("c/in", "c", 0));
	say("the last component is .", rename2("c/.", "e", 0));
}

/* ---- directories for many ---------------------------------------------------- */

static void as_user(uid_t uid, gid_t gid, gid_t more, void (*what)(void))
{
	fflush(stdout);
	if (!fork()) {
		if (setgroups(more ? 1 : 0, &more) ||
		    setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			_exit(1);
		what();
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
}

static void in_sticky(void)
{
	say("unlink another's in a sticky directory", unlink("sticky/root"));
	say("rename it", rename("sticky/root", "sticky/x"));
	close(open("sticky/mine", O_CREAT | O_WRONLY, 0644));
	say("rename mine over it", rename("sticky/mine", "sticky/root"));
	say("unlink mine", unlink("sticky/mine"));
}

static void of_group(void)
{
	say("read as one of the group", open("grouped", O_RDONLY));
	say("write as one of the group", open("grouped", O_WRONLY));
}

static void in_setgid(void)
{
	close(open("setgid/file", O_CREAT | O_WRONLY, 02755));
	mkdir("setgid/dir", 0755);
}

static void directories(void)
{
	mkdir("sticky", 0);
	chmod("sticky", 01777);
	close(make("sticky/root"));
	as_user(1000, 1000, 0, in_sticky);
	close(make("grouped"));
	chown("grouped", 5, 2000);
	chmod("grouped", 0040);
	as_user(1000, 1000, 2000, of_group);
	as_user(1000, 1000, 0, of_group);
	mkdir("setgid", 0);
	chown("setgid", 0, 2000);
	chmod("setgid", 02777);
	umask(0);
	as_user(1000, 1000, 0, in_setgid);
	printf("file in a setgid directory: group %u, mode %o\n",
	       st_of("setgid/file").st_gid, st_of("setgid/file").st_mode);
	printf("directory in it: group %u, mode %o\n",
	       st_of("setgid/dir").st_gid, st_of("setgid/dir").st_mode);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	mkdir(DIR, 0755);
	if (mount("none", DIR, "tmpfs", 0, "") || chdir(DIR))
		return 1;
	deadlock(1, F_SETLKW);
	deadlock(1, F_SETLK);
	deadlock(3, F_SETLKW);
	times();
	renames();
	directories();
	return 0;
}
