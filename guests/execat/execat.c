/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * execveat(): a program named by a folder and a path, by a descriptor alone,
 * by a link; what it is called then; scripts whose descriptor closes.
 */
#define _GNU_SOURCE
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "observe.h"

static char *const environment[] = {"WHAT=ever", NULL};

static void attempt(const char *what, int fd, const char *path, int flags)
{
	char *const argv[] = {"execat", "child", NULL};
	int status;

	say("%s", what);
	if (!fork()) {
		syscall(SYS_execveat, fd, path, argv, environment, flags);
		say("  %s", made(-1));
		_exit(1);
	}
	wait(&status);
	say("  status %x", status);
}

static int child(int argc, char **argv)
{
	char name[17] = "", exe[256];
	const ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	const char *called = (const char *)getauxval(AT_EXECFN);

	exe[len > 0 ? len : 0] = '\0';
	prctl(PR_GET_NAME, name);
	say("  %d arguments, %s; called %s, named %s, is %s", argc, argv[1],
	    called, name, strrchr(exe, '/') + 1);
	say("  WHAT=%s", getenv("WHAT"));
	return 7;
}

static void copy_of_me(const char *to)
{
	const int in = open("/proc/self/exe", O_RDONLY);
	const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	ssize_t n;

	while ((n = read(in, text, sizeof(text))) > 0)
		if (write(out, text, (size_t)n) != n)
			exit(1);
	close(in);
	close(out);
}

static void script(const char *to)
{
	const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	static const char lines[] = "#!/bin/sh\necho script $0 $1\nexit 3\n";

	if (write(out, lines, sizeof(lines) - 1) < 0)
		exit(1);
	close(out);
}

int main(int argc, char **argv)
{
	int dir, fd, plain;

	if (argc > 1) {
		prefix = "child";
		return child(argc, argv);
	}
	prefix = "at";
	mkdir("/tmp/execat", 0755);
	if (symlink("/proc/self/fd", "/dev/fd") && errno != EEXIST)
		return 1;
	copy_of_me("/tmp/execat/program");
	script("/tmp/execat/script");
	if (symlink("program", "/tmp/execat/link"))
		say("symlink: %s", made(-1));
	dir = open("/tmp/execat", O_RDONLY | O_DIRECTORY);
	fd = open("/tmp/execat/program", O_PATH | O_CLOEXEC);
	attempt("by folder", dir, "program", 0);
	attempt("by link", dir, "link", 0);
	attempt("by link, not followed", dir, "link", AT_SYMLINK_NOFOLLOW);
	attempt("not a link", dir, "program", AT_SYMLINK_NOFOLLOW);
	attempt("absolute", 99, "/tmp/execat/program", 0);
	attempt("relative to nothing", 99, "program", 0);
	attempt("relative to a file", fd, "program", 0);
	if (chdir("/tmp"))
		return 1;
	attempt("here", AT_FDCWD, "execat/program", 0);
	attempt("itself", fd, "", AT_EMPTY_PATH);
	attempt("itself, without saying so", fd, "", 0);
	attempt("itself, with a name", fd, "/tmp/execat/link", AT_EMPTY_PATH);
	attempt("a folder itself", dir, "", AT_EMPTY_PATH);
	attempt("here itself", AT_FDCWD, "", AT_EMPTY_PATH);
	attempt("nothing itself", 99, "", AT_EMPTY_PATH);
	attempt("missing", dir, "missing", 0);
	attempt("bad flags", dir, "program", 1);
	attempt("bad flags and path", dir, "missing", 0x2000);
	attempt("bad address", dir, (const char *)4, 0);
	attempt("script", dir, "script", 0);
	plain = open("/tmp/execat/script", O_RDONLY);
	attempt("script itself", plain, "", AT_EMPTY_PATH);
	fcntl(plain, F_SETFD, FD_CLOEXEC);
	attempt("script itself, closing", plain, "", AT_EMPTY_PATH);
	fcntl(dir, F_SETFD, FD_CLOEXEC);
	attempt("script, its folder closing", dir, "script", 0);
	attempt("program, its folder closing", dir, "program", 0);
	chmod("/tmp/execat/program", 0644);
	attempt("no program", fd, "", AT_EMPTY_PATH);
	prefix = "library";
	chmod("/tmp/execat/program", 0755);
	if (!fork()) {
		fexecve(fd, (char *[]){"execat", "fexecve", NULL}, environment);
		_exit(1);
	}
	wait(NULL);
	return 0;
}
