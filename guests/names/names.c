/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call that takes a name, with names of every kind: open with each of
 * its flags, then calls on one name, then calls on two. One line for a call
 * and a first name (or the flags), with a result for each name:
 *
 *     root open,RDWR|CREAT f=0 d=EISDIR …
 *
 * First by root, then by a plain user. The folder is made afresh after each
 * call that succeeds. The argument says which part: open, one or two.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))
#define FOLDER   "/tmp/names"

static char too_long[300], very_long[5000];

/* f: a file, d: a folder with d/g and d/e/, l: a link to f, m: to d */
static const char *const names[] = {
	"f",     "d",      "l",       "m",      "none",   "n",      "p",
	"s/u",   "f/",     "d/",      "l/",     "m/",     "none/",  "n/",
	"d/g",   "d/e",    "m/g",     ".",      "..",     "empty",  "d/..",
	"d/e/x", "v",      "o",       "f/a",    "x/h",    "q",      "s/r",
	"p/",    "l/a",    "d/none",  "none/a", "d/.",    "/",      "",
	"d//g",  too_long, very_long, "o/a",    "x/none", "s/none",
};
/* how many of them, from the beginning, meet each other in pairs */
enum {
	NR_TWO = 22,
};

static long did; /* calls that may have changed something */

static void put(const char *name, mode_t mode)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, "hello", 5) != 5)
		_exit(97);
	fchmod(fd, mode);
	close(fd);
}

static void wipe(int at, const char *name)
{
	struct dirent *entry;
	DIR *dir;

	if (!unlinkat(at, name, 0) || errno == ENOENT)
		return;
	dir = fdopendir(openat(at, name, O_RDONLY | O_DIRECTORY));
	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			wipe(dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
	unlinkat(at, name, AT_REMOVEDIR);
}

static void clean(void)
{
	wipe(AT_FDCWD, FOLDER);
}

static void furnish(void)
{
	clean();
	mkdir(FOLDER, 0777);
	if (chdir(FOLDER))
		_exit(94);
	chmod(FOLDER, 0777);
	chown(FOLDER, 0, 0);
	put("f", 0644);
	mkdir("d", 0755);
	mkdir("d/e", 0755);
	put("d/g", 0644);
	symlink("f", "l");
	symlink("d", "m");
	symlink("none", "n");
	symlink("o", "o");
	mkfifo("p", 0644);
	mkdir("s", 0);
	chmod("s", 01777);
	put("s/r", 0644);
	put("s/u", 0644);
	chown("s/u", 1000, 1000);
	mkdir("x", 0700);
	put("x/h", 0644);
	put("q", 0444);
	mknod("v", S_IFCHR | 0666, 0x103); /* null */
	mkdir("empty", 0777);
	chmod("empty", 0777);
}

static void say(const char *name, long r)
{
	const char *text = r < 0 ? strerrorname_np(errno) : NULL;

	if (name == too_long)
		name = "255+";
	if (name == very_long)
		name = "4095+";
	if (text)
		printf(" %s=%s", *name ? name : "''", text);
	else
		printf(" %s=%ld", *name ? name : "''", r < 0 ? r : r);
	if (r >= 0)
		did++;
}

/* ---- open ---------------------------------------------------------------------- */

#define FLAGS(text, flags)  \
	{                   \
		text, flags \
	}
static const struct {
	const char *text;
	int flags;
} flags[] = {
	FLAGS("RDONLY", O_RDONLY),
	FLAGS("WRONLY", O_WRONLY | O_NONBLOCK),
	FLAGS("RDWR", O_RDWR),
	FLAGS("ACCMODE", O_ACCMODE | O_NONBLOCK),
	FLAGS("RDONLY|TRUNC", O_RDONLY | O_TRUNC),
	FLAGS("WRONLY|TRUNC", O_WRONLY | O_TRUNC | O_NONBLOCK),
	FLAGS("CREAT", O_RDWR | O_CREAT),
	FLAGS("CREAT|EXCL", O_RDWR | O_CREAT | O_EXCL),
	FLAGS("CREAT|NOFOLLOW", O_RDWR | O_CREAT | O_NOFOLLOW),
	FLAGS("CREAT|TRUNC", O_RDWR | O_CREAT | O_TRUNC),
	FLAGS("CREAT|DIRECTORY", O_RDWR | O_CREAT | O_DIRECTORY),
	FLAGS("EXCL", O_RDWR | O_EXCL),
	FLAGS("DIRECTORY", O_RDONLY | O_DIRECTORY),
	FLAGS("RDWR|DIRECTORY", O_RDWR | O_DIRECTORY),
	FLAGS("NOFOLLOW", O_RDONLY | O_NOFOLLOW),
	FLAGS("NOFOLLOW|DIRECTORY", O_NOFOLLOW | O_DIRECTORY),
	FLAGS("PATH", O_PATH),
	FLAGS("PATH|NOFOLLOW", O_PATH | O_NOFOLLOW),
	FLAGS("PATH|DIRECTORY", O_PATH | O_DIRECTORY),
	FLAGS("PATH|CREAT", O_PATH | O_CREAT | O_RDWR),
	FLAGS("TMPFILE", O_TMPFILE | O_RDWR),
	FLAGS("TMPFILE|EXCL", O_TMPFILE | O_WRONLY | O_EXCL),
	FLAGS("TMPFILE|RDONLY", O_TMPFILE | O_RDONLY),
	FLAGS("TMPFILE-bit", 020000000),
	FLAGS("APPEND|TRUNC", O_WRONLY | O_APPEND | O_TRUNC | O_NONBLOCK),
	FLAGS("DIRECT", O_RDWR | O_DIRECT),
	FLAGS("NOATIME", O_RDONLY | O_NOATIME),
	FLAGS("unknown", 0x40000000),
};

/* What an open file is, after it was opened: its flags, and its size. */
static long try_open(const char *name, int how)
{
	struct stat st;
	int fd = open(name, how, 0640), fl, bits;

	if (fd < 0)
		return -1;
	fl = fcntl(fd, F_GETFL);
	fstat(fd, &st);
	bits = (S_ISDIR(st.st_mode) ? 1 : 0) | (st.st_size == 0 ? 2 : 0);
	close(fd);
	return (long)fl * 4 + bits;
}

static void all_opens(const char *who)
{
	for (size_t i = 0; i < ARRAY(flags); i++) {
		printf("%s open,%s", who, flags[i].text);
		for (size_t n = 0; n < ARRAY(names); n++) {
			/* nobody would come to the other end */
			if (!strcmp(names[n], "p") &&
			    !(flags[i].flags &
			      (O_NONBLOCK | O_PATH | O_RDWR | O_DIRECTORY)))
				continue;
			if (did)
				return; /* never: see run() */
			say(names[n], try_open(names[n], flags[i].flags));
			if (did && getuid() == 0) {
				furnish();
				did = 0;
			}
			did = 0;
		}
		printf("\n");
	}
}

/* ---- one name ------------------------------------------------------------------- */

static char buf[5000];

static long one(int which, const char *name)
{
	static const struct timespec times[2] = {{5, 6}, {7, 8}};
	struct stat st;
	struct statx stx;
	struct statfs fs;
	char *target;

	switch (which) {
	case 0:
		return stat(name, &st) ? -1 : (long)st.st_mode;
	case 1:
		return lstat(name, &st) ? -1 : (long)st.st_mode;
	case 2:
		return syscall(SYS_statx, AT_FDCWD, name, 0, 0x7ff, &stx);
	case 3:
		return syscall(SYS_statx, AT_FDCWD, name, 0x100, 0x7ff, &stx);
	case 4:
		return statfs(name, &fs);
	case 5:
		return access(name, R_OK);
	case 6:
		return access(name, W_OK);
	case 7:
		return access(name, X_OK);
	case 8:
		return access(name, F_OK);
	case 9:
		return access(name, 8);
	case 10:
		return syscall(439, AT_FDCWD, name, W_OK, 0x100);
	case 11:
		return syscall(439, AT_FDCWD, name, 0, 0x1000);
	case 12:
		return readlink(name, buf, 3);
	case 13:
		return readlink(name, buf, 0);
	case 14:
		return unlink(name);
	case 15:
		return rmdir(name);
	case 16:
		return unlinkat(AT_FDCWD, name, 0x80);
	case 17:
		return mkdir(name, 0777);
	case 18:
		return mknod(name, S_IFREG | 0644, 0);
	case 19:
		return mknod(name, S_IFIFO | 0644, 0);
	case 20:
		return mknod(name, S_IFCHR | 0644, 0x105);
	case 21:
		return mknod(name, S_IFSOCK | 0644, 0);
	case 22:
		return mknod(name, S_IFDIR | 0644, 0);
	case 23:
		return symlink("target", name);
	case 24:
		return symlink("", name);
	case 25:
		return symlink(very_long, name);
	case 26:
		return truncate(name, 3);
	case 27:
		return truncate(name, -1);
	case 28:
		return chmod(name, 0600);
	case 29:
		return chown(name, 1000, -1);
	case 30:
		return lchown(name, -1, 1000);
	case 31:
		return chown(name, -1, -1);
	case 32:
		return syscall(SYS_fchownat, AT_FDCWD, name, 0, 0, 0x1000);
	case 33:
		return utimensat(AT_FDCWD, name, times, 0);
	case 34:
		return utimensat(AT_FDCWD, name, NULL, AT_SYMLINK_NOFOLLOW);
	case 35:
		return utimensat(AT_FDCWD, name, NULL, 1);
	case 36:
		target = getcwd(buf, sizeof(buf)) ? buf : NULL;
		if (chdir(name))
			return -1;
		return target && chdir(FOLDER) ? -2 : 0;
	case 37:
		return syscall(SYS_execve, name, NULL, NULL);
	case 38:
		return syscall(SYS_mount, "none", name, "nosuchfs", 0, 0);
	case 39:
		return syscall(SYS_umount2, name, 0);
	case 40:
		return syscall(SYS_umount2, name, 16);
	case 41:
		return syscall(SYS_getxattr, name, "user.none", buf, 9);
	case 42:
		return syscall(SYS_chroot, *name ? name : "none/none") ? -1
								       : -2;
	default:
		return -2;
	}
}

static const char *const ones[] = {
	"stat",
	"lstat",
	"statx",
	"statx-nofollow",
	"statfs",
	"access-r",
	"access-w",
	"access-x",
	"access",
	"access-8",
	"faccessat2-nofollow",
	"faccessat2-empty",
	"readlink",
	"readlink-0",
	"unlink",
	"rmdir",
	"unlinkat-80",
	"mkdir",
	"mknod",
	"mkfifo",
	"mknod-chr",
	"mknod-sock",
	"mknod-dir",
	"symlink",
	"symlink-''",
	"symlink-long",
	"truncate",
	"truncate--1",
	"chmod",
	"chown",
	"lchown",
	"chown--1",
	"fchownat-empty",
	"utimensat",
	"utimensat-now-nofollow",
	"utimensat-flag",
	"chdir",
	"execve",
	"mount",
	"umount",
	"umount-16",
	"getxattr",
};

static void all_ones(const char *who)
{
	for (size_t i = 0; i < ARRAY(ones); i++) {
		printf("%s %s", who, ones[i]);
		for (size_t n = 0; n < ARRAY(names); n++) {
			/* where /tmp is a mount differs */
			if (i == 39 &&
			    (!strcmp(names[n], "/") || !strcmp(names[n], "..")))
				continue;
			/* who owns what is above us stays so */
			if (i >= 26 && i <= 35 &&
			    (!strcmp(names[n], "/") || !strcmp(names[n], "..")))
				continue;
			say(names[n], one((int)i, names[n]));
			if (did && i >= 14 && i <= 35 && getuid() == 0)
				furnish();
			did = 0;
		}
		printf("\n");
	}
}

/* ---- two names ------------------------------------------------------------------- */

static const struct {
	const char *text;
	int nr, flags;
} twos[] = {
	{"rename", SYS_renameat2, 0},
	{"rename-noreplace", SYS_renameat2, 1},
	{"rename-exchange", SYS_renameat2, 2},
	{"rename-3", SYS_renameat2, 3},
	{"rename-8", SYS_renameat2, 8},
	{"link", SYS_linkat, 0},
	{"link-follow", SYS_linkat, 0x400},
};

static void all_twos(const char *who)
{
	for (size_t i = 0; i < ARRAY(twos); i++)
		for (size_t a = 0; a < NR_TWO; a++) {
			printf("%s %s,%s", who, twos[i].text,
			       names[a] == too_long    ? "255+"
			       : names[a] == very_long ? "4095+"
						       : names[a]);
			for (size_t b = 0; b < NR_TWO; b++) {
				say(names[b],
				    syscall(twos[i].nr, AT_FDCWD, names[a],
					    AT_FDCWD, names[b], twos[i].flags));
				if (did && getuid() == 0)
					furnish();
				did = 0;
			}
			printf("\n");
		}
}

/* ---- who -------------------------------------------------------------------------- */

/* Each call of the user's is made by a child, so that root can tidy up. */
static void as_user(void (*what)(const char *), const char *who)
{
	fflush(stdout);
	furnish();
	did = 0;
	if (!fork()) {
		if (setgid(1000) || setuid(1000))
			_exit(93);
		what(who);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOFBF, 65536);
	memset(too_long, 'a', 256);
	memset(very_long, 'b', 4096);
	for (int i = 100; i < 4096; i += 100)
		very_long[i] = '/';
	umask(0);
	furnish();
	did = 0;
	if (argc < 2 || !strcmp(argv[1], "open")) {
		all_opens("root");
		as_user(all_opens, "user");
	} else if (!strcmp(argv[1], "one")) {
		all_ones("root");
		as_user(all_ones, "user");
	} else {
		all_twos("root");
	}
	clean();
	return 0;
}
