/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended attributes: which names there are on which file systems, who may
 * set, read and list them, sizes and flags; a program that brings its own
 * capabilities.
 */
#define _GNU_SOURCE
#include <linux/capability.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "observe.h"

#define FILE_ "/tmp/xattr"

static char value[70000], list[70000];

static const char *sets(const char *path, const char *name, const void *v,
			size_t size, int flags)
{
	return made(syscall(SYS_lsetxattr, path, name, v, size, flags));
}

static void get(const char *path, const char *name, size_t size)
{
	long n;

	memset(value, 0, sizeof(value));
	n = syscall(SYS_lgetxattr, path, name, value, size);
	if (n < 0)
		say("get %.40s of %zu: %s", name, size, made(n));
	else
		say("get %.40s of %zu: %ld %.12s", name, size, n, value);
}

static void show_list(const char *path)
{
	long n = syscall(SYS_llistxattr, path, list, sizeof(list));

	if (n < 0) {
		say("list: %s", made(n));
		return;
	}
	say("list: %ld bytes", n);
	for (const char *at = list; at < list + n; at += strlen(at) + 1)
		say("  %.60s", at);
}

static const char *removes(const char *path, const char *name)
{
	return made(syscall(SYS_lremovexattr, path, name));
}

static const char *const names[] = {
	"trusted.a",
	"trusted.",
	"trusted",
	"security.b",
	"security.",
	"user.c",
	"user.",
	"system.d",
	"none.e",
	"nothing",
	"",
	"system.posix_acl_access",
	"security.capability",
	"system.posix_acl_default",
};

static void on_path(const char *path)
{
	prefix = path;
	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		say("%s", names[i]);
		get(path, names[i], 10);
		say("remove: %s", removes(path, names[i]));
		if (strncmp(names[i], "system.", 7))
			say("set: %s", sets(path, names[i], "value", 5, 0));
		get(path, names[i], 10);
		say("remove: %s", removes(path, names[i]));
	}
	show_list(path);
}

static void kinds(void)
{
	close(open(FILE_, O_CREAT | O_RDWR, 0644));
	mkdir("/tmp/xattr-dir", 0755);
	symlink("nowhere", "/tmp/xattr-link");
	mkfifo("/tmp/xattr-fifo", 0644);
	on_path(FILE_);
	on_path("/tmp/xattr-dir");
	on_path("/tmp/xattr-link");
	on_path("/tmp/xattr-fifo");
	on_path("/etc/passwd");
	on_path("/dev/null");
	on_path("/proc/self/status");
	on_path("/proc");
}

static void values(void)
{
	static char big[65537];
	static char long_name[300] = "trusted.";

	prefix = "values";
	memset(long_name + 8, 'x', 247);
	memset(big, 'b', sizeof(big));
	say("set: %s", sets(FILE_, "trusted.1", "one", 3, 0));
	say("create: %s", sets(FILE_, "trusted.1", "one", 3, XATTR_CREATE));
	say("replace: %s", sets(FILE_, "trusted.2", "two", 3, XATTR_REPLACE));
	say("create: %s", sets(FILE_, "trusted.2", "two", 3, XATTR_CREATE));
	say("replace: %s", sets(FILE_, "trusted.1", "ONE", 3, XATTR_REPLACE));
	say("both: %s", sets(FILE_, "trusted.1", "ONE", 3, 3));
	say("flag 4: %s", sets(FILE_, "trusted.1", "ONE", 3, 4));
	say("empty: %s", sets(FILE_, "trusted.empty", "", 0, 0));
	say("no value: %s", sets(FILE_, "trusted.null", NULL, 0, 0));
	say("security: %s", sets(FILE_, "security.s", "s", 2, 0));
	show_list(FILE_);
	for (size_t size = 0; size < 5; size++)
		get(FILE_, "trusted.1", size);
	get(FILE_, "trusted.empty", 0);
	get(FILE_, "trusted.empty", 5);
	say("largest: %s", sets(FILE_, "trusted.big", big, 65536, 0));
	say("larger: %s", sets(FILE_, "trusted.big", big, 65537, 0));
	get(FILE_, "trusted.big", 0);
	get(FILE_, "trusted.big", 65535);
	get(FILE_, "trusted.big", 65536);
	get(FILE_, "trusted.big", 70000);
	say("longest name: %s", sets(FILE_, long_name, "n", 1, 0));
	long_name[255] = 'x';
	say("longer name: %s", sets(FILE_, long_name, "n", 1, 0));
	get(FILE_, long_name, 5);
	say("removed: %s %s", removes(FILE_, "trusted.2"),
	    removes(FILE_, "trusted.2"));
	show_list(FILE_);
	say("list of 0: %ld", syscall(SYS_llistxattr, FILE_, NULL, 0));
	say("list of 10: %s", made(syscall(SYS_llistxattr, FILE_, list, 10)));
	say("bad list: %s", made(syscall(SYS_llistxattr, FILE_, 16, 1000)));
	say("bad value: %s", sets(FILE_, "trusted.1", (void *)16, 3, 0));
	say("bad name: %s", sets(FILE_, (char *)16, "x", 1, 0));
	say("bad buffer: %s",
	    made(syscall(SYS_lgetxattr, FILE_, "trusted.1", 16, 10)));
	say("bad path: %s", sets("/tmp/none", "trusted.1", "x", 1, 0));
	say("bad fd: %s",
	    made(syscall(SYS_fsetxattr, 99, "trusted.1", "x", 1, 0)));
}

static void descriptors(void)
{
	const int fd = open(FILE_, O_RDONLY), path = open(FILE_, O_PATH);
	const int mem = memfd_create("m", 0);
	int pipes[2];

	prefix = "descriptors";
	say("read only: %s",
	    made(syscall(SYS_fsetxattr, fd, "trusted.f", "x", 1, 0)));
	say("get: %ld", syscall(SYS_fgetxattr, fd, "trusted.f", NULL, 0));
	say("list: %ld", syscall(SYS_flistxattr, fd, NULL, 0));
	say("remove: %s", made(syscall(SYS_fremovexattr, fd, "trusted.f")));
	say("path: %s",
	    made(syscall(SYS_fsetxattr, path, "trusted.f", "x", 1, 0)));
	say("memfd: %s",
	    made(syscall(SYS_fsetxattr, mem, "trusted.f", "x", 1, 0)));
	say("list: %ld", syscall(SYS_flistxattr, mem, NULL, 0));
	say("pipe: %s", made(pipe(pipes)));
	say("set: %s",
	    made(syscall(SYS_fsetxattr, pipes[0], "trusted.f", "x", 1, 0)));
	say("list: %s", made(syscall(SYS_flistxattr, pipes[0], NULL, 0)));
	/* names and files may go, what the file has stays */
	rename(FILE_, FILE_ "2");
	show_list(FILE_ "2");
	link(FILE_ "2", FILE_);
	unlink(FILE_ "2");
	show_list(FILE_);
}

struct caps {
	uint32_t magic, permitted, inheritable, permitted2, inheritable2, root;
};

static const char *sets_caps(const char *path, uint32_t magic, uint32_t size,
			     uint32_t permitted, uint32_t inheritable,
			     uint32_t root)
{
	const struct caps c = {magic, permitted, inheritable, 0, 0, root};

	return sets(path, "security.capability", &c, size, 0);
}

static void users(void)
{
	int status;

	prefix = "user";
	if (!fork()) {
		if (setresuid(1000, 1000, 1000))
			_exit(1);
		close(open("/tmp/own", O_CREAT | O_RDWR, 0600));
		say("trusted: %s", sets("/tmp/own", "trusted.1", "x", 1, 0));
		say("security: %s", sets("/tmp/own", "security.1", "x", 1, 0));
		say("caps: %s",
		    sets("/tmp/own", "security.capability", "x", 1, 0));
		say("remove: %s", removes("/tmp/own", "security.1"));
		say("remove: %s", removes("/tmp/own", "security.capability"));
		say("remove: %s", removes("/tmp/own", "trusted.1"));
		get(FILE_, "trusted.1", 10);
		get(FILE_, "security.s", 10);
		show_list(FILE_);
		get("/etc/shadow", "security.none", 10);
		get("/etc/shadow", "user.none", 10);
		say("other's: %s", sets(FILE_, "user.x", "x", 1, 0));
		say("other's: %s", sets(FILE_, "security.x", "x", 1, 0));
		say("other's: %s", removes(FILE_, "security.x"));
		say("acl: %s", removes(FILE_, "system.posix_acl_access"));
		say("caps: %s", sets_caps("/tmp/own", 0x02000001, 20, 1, 0, 0));
		_exit(0);
	}
	wait(&status);
	say("ended %x", status);
}

static void show_caps(void)
{
	struct caps c = {0};
	const long n = syscall(SYS_lgetxattr, "/tmp/self",
			       "security.capability", &c, sizeof(c));

	if (n < 0)
		say("caps: %s", made(n));
	else
		say("caps: %ld bytes, %x %x %x %x %x %d", n, c.magic,
		    c.permitted, c.inheritable, c.permitted2, c.inheritable2,
		    c.root);
}

static void run(const char *what, int uid, int nnp)
{
	int status = 0;

	say("%s", what);
	if (!fork()) {
		if (nnp)
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (uid && setresuid(uid, uid, uid))
			_exit(1);
		execl("/tmp/self", "self", "caps", NULL);
		say("exec: %s", made(-1));
		_exit(2);
	}
	wait(&status);
	say("ended %x", status);
}

static void copy_self(const char *to)
{
	const int in = open("/proc/self/exe", O_RDONLY);
	const int out = open(to, O_CREAT | O_WRONLY | O_TRUNC, 0755);
	ssize_t n;

	while ((n = read(in, text, sizeof(text))) > 0)
		if (write(out, text, (size_t)n) != n)
			_exit(1);
	close(in);
	close(out);
}

static void capabilities(void)
{
	prefix = "caps";
	copy_self("/tmp/self");
	say("short: %s", sets_caps("/tmp/self", 0x02000000, 12, 1, 0, 0));
	say("v1: %s", sets_caps("/tmp/self", 0x01000000, 12, 1, 0, 0));
	say("v2 of 24: %s", sets_caps("/tmp/self", 0x02000000, 24, 1, 0, 0));
	say("v3 of 20: %s", sets_caps("/tmp/self", 0x03000000, 20, 1, 0, 0));
	say("root -1: %s", sets_caps("/tmp/self", 0x03000000, 24, 1, 0, ~0u));
	say("v3 of 7: %s", sets_caps("/tmp/self", 0x03000001, 24, 1, 2, 7));
	show_caps();
	run("another's", 1000, 0);
	say("v3 of 0: %s", sets_caps("/tmp/self", 0x03000001, 24, 1, 2, 0));
	show_caps();
	say("v2: %s", sets_caps("/tmp/self", 0x02000001, 20, 0x2021, 0, 0));
	show_caps();
	run("effective", 1000, 0);
	run("by root", 0, 0);
	run("no new privileges", 1000, 1);
	say("permitted: %s",
	    sets_caps("/tmp/self", 0x02000000, 20, 0x21, 4, 0));
	run("permitted", 1000, 0);
	chmod("/tmp/self", 04755);
	run("setuid, too", 1000, 0);
	chmod("/tmp/self", 0755);
	prctl(PR_CAPBSET_DROP, 5, 0, 0, 0);
	run("not bound", 1000, 0);
	say("all of them: %s",
	    sets_caps("/tmp/self", 0x02000001, 20, 0x21, 0, 0));
	run("effective, not bound", 1000, 0);
	say("remove: %s", removes("/tmp/self", "security.capability"));
	run("without", 1000, 0);
}

static void show_own_caps(void)
{
	char *at, *end;

	prefix = "self";
	slurp("/proc/self/status");
	for (at = strstr(text, "CapInh"); at && !strncmp(at, "Cap", 3);
	     at = end + 1) {
		end = strchr(at, '\n');
		say("%.*s", (int)(end - at), at);
	}
	say("secure %d, uid %d %d", (int)prctl(PR_GET_DUMPABLE, 0, 0, 0, 0),
	    getuid(), geteuid());
}

int main(int argc, char **argv)
{
	(void)argv;
	umask(0);
	if (argc > 1) {
		show_own_caps();
		return 0;
	}
	kinds();
	values();
	descriptors();
	users();
	capabilities();
	return 0;
}
