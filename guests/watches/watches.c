// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inotify: which events each operation on files brings, in which order, to
 * who watches the file and to who watches its folder; and what the calls say.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int in, dir, file;

static void say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, result);
}

static void events(const char *what)
{
	char buf[4096] __attribute__((aligned(8)));
	ssize_t n = read(in, buf, sizeof(buf));
	unsigned int first = 0;

	printf("%s:", what);
	for (ssize_t at = 0; at < n;) {
		struct inotify_event *e = (void *)(buf + at);

		if (e->cookie && !first)
			first = e->cookie;
		printf(" %d/%x%s%s%s", e->wd, e->mask, e->len ? "/" : "",
		       e->len ? e->name : "",
		       !e->cookie           ? ""
		       : e->cookie == first ? "+"
					    : "*");
		at += (ssize_t)(sizeof(*e) + e->len);
	}
	printf("%s\n", n < 0 ? " none" : "");
}

int main(void)
{
	char buf[64];
	struct pollfd p;
	int fd, bytes;

	setvbuf(stdout, NULL, _IOLBF, 0);
	mkdir("/tmp/w", 0755);
	chdir("/tmp/w");
	close(open("f", O_CREAT | O_WRONLY, 0644));
	say("flags", inotify_init1(1));
	in = inotify_init1(IN_NONBLOCK);
	say("bad fd", inotify_add_watch(-1, "f", IN_OPEN));
	say("not one", inotify_add_watch(0, "f", IN_OPEN));
	say("mask 0", inotify_add_watch(in, "f", 0));
	say("no file", inotify_add_watch(in, "none", IN_OPEN));
	say("no folder", inotify_add_watch(in, "f", IN_OPEN | IN_ONLYDIR));
	say("add or create",
	    inotify_add_watch(in, "f", IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE));
	say("bad wd", inotify_rm_watch(in, 1));
	dir = inotify_add_watch(in, ".", IN_ALL_EVENTS);
	file = inotify_add_watch(in, "f", IN_ALL_EVENTS);
	printf("watches %d %d\n", dir, file);
	say("again", inotify_add_watch(in, "f", IN_ALL_EVENTS));
	say("exists", inotify_add_watch(in, "f", IN_OPEN | IN_MASK_CREATE));
	events("quiet");
	fd = open("f", O_RDWR);
	events("open");
	write(fd, "hello", 5);
	write(fd, "hello", 5);
	events("write twice");
	pread(fd, buf, 5, 0);
	events("read");
	ftruncate(fd, 3);
	events("truncate");
	fchmod(fd, 0600);
	events("chmod");
	close(fd);
	events("close");
	close(open("f", O_RDONLY));
	events("look");
	close(open("f", O_WRONLY | O_TRUNC));
	events("open and cut");
	close(open("g", O_CREAT | O_WRONLY, 0600));
	events("create");
	mkdir("d", 0700);
	events("mkdir");
	symlink("f", "s");
	events("symlink");
	link("f", "l");
	events("link");
	rename("g", "h");
	events("rename");
	rename("f", "d/f");
	events("rename away");
	rename("d/f", "f");
	events("rename back");
	rename("h", "l");
	events("rename over");
	utimensat(AT_FDCWD, "f", NULL, 0);
	events("utimes");
	chown("f", 0, 0);
	events("chown");
	unlink("l");
	events("unlink");
	rmdir("d");
	events("rmdir");
	mkfifo("p", 0600);
	events("mkfifo");
	fd = open("f", O_RDONLY);
	events("open");
	ioctl(in, FIONREAD, &bytes);
	say("bytes", bytes);
	unlink("f");
	events("unlink open");
	p = (struct pollfd){.fd = in, .events = POLLIN};
	say("poll", poll(&p, 1, 0));
	close(fd);
	say("poll", poll(&p, 1, 0));
	ioctl(in, FIONREAD, &bytes);
	say("bytes", bytes);
	say("short", read(in, buf, 15));
	events("last close");
	say("removed with it", inotify_rm_watch(in, file));
	inotify_add_watch(in, "p", IN_ATTRIB | IN_ONESHOT);
	chmod("p", 0644);
	chmod("p", 0600);
	events("once");
	say("remove", inotify_rm_watch(in, dir));
	events("removed");
	unlink("p");
	unlink("s");
	say("wd", inotify_add_watch(in, ".", IN_CREATE));
	close(open("x", O_CREAT | O_WRONLY, 0600));
	unlink("x");
	events("only these");
	chdir("/");
	rmdir("/tmp/w");
	close(in);
	return 0;
}
