/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a list of what a program does to names, a line each, over a
 * small root of the host's and the tmpfs that it mounts:
 *
 *	LETTER PATH [PATH]
 *
 * A path that begins with "%N:" stands for N times what follows. The letters
 * are in act(). Nothing may lead out of the root: where a walk ends is a name
 * of a file system that is mounted, and the host is asked for single names
 * only (vfs_fixture.h asserts it). In the end every file is closed, and the
 * books of names and inodes agree.
 *
 * The kernel is made for each input and ends with it, so that none sees what
 * another did.
 */
#include "tests/unit/kernel/vfs_fixture.h"

#include "kernel/fs/internal.h"
#include "kernel/fs/mount.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_LINES 64
#define LONG_PATH  (PATH_MAX + 64)

static void make_root(void)
{
	hw_node_t etc = host_dir(0, "etc"), a = host_dir(0, "a");
	hw_node_t b = host_dir(a, "b");

	host_file(etc, "passwd", "root:x:0:0::/:/bin/sh\n");
	host_symlink(etc, "self", ".");
	host_file(b, "c", "deep");
	host_symlink(b, "back", "../../etc/passwd");
	host_symlink(0, "loop", "loop");
	host_symlink(0, "ping", "pong");
	host_symlink(0, "pong", "ping");
	host_symlink(0, "up", "../../../../../etc");
	host_symlink(0, "slash", "/");
	host_symlink(0, "dirlink", "a/b");
	host_symlink(0, "new", "tmp/made");
	host_add(0, "locked", S_IFDIR | 0700, NULL);
	host_link(a, "hard", 2); /* /a again, in itself: a host's own loop */
}

/* ---- one line ------------------------------------------------------------------ */

struct line {
	char letter;
	char path[2][LONG_PATH];
};

/* Up to a blank or the line's end; what follows it. */
static const char *take_path(const char *at, const char *end, char *to)
{
	const char *last = at;
	unsigned long times = 1;
	size_t len, used = 0;

	while (last < end && *last != ' ')
		last++;
	if (at < last && *at == '%') {
		char *colon;

		times = strtoul(at + 1, &colon, 10);
		if (colon < last && *colon == ':')
			at = colon + 1;
	}
	len = (size_t)(last - at);
	while (times-- && len && used + len < LONG_PATH) {
		memcpy(to + used, at, len);
		used += len;
	}
	to[used] = '\0';
	return last < end ? last + 1 : last;
}

/* As system calls take it; NULL: they would not. */
static char *name_of(const char *path)
{
	char *name = getname(fixture->task, user_str(path));

	return IS_ERR(name) ? NULL : name;
}

static void put_name(char *name)
{
	if (name)
		putname(fixture->task, name);
}

static void walk(const char *path, uint32_t flags)
{
	static char buf[2 * PATH_MAX];
	struct task_struct *curr = fixture->task;
	struct dentry *dentry = path_lookup(curr, AT_FDCWD, path, flags), *up;

	if (IS_ERR(dentry))
		return;
	dentry_path(dentry, curr->k->vfs.root, buf, sizeof(buf));
	/* upwards from there is always a root that is mounted */
	for (up = dentry; up != up->d_parent;)
		up = up->d_parent;
	assert_ptr_equal(up, up->d_sb->s_root);
	assert_true(up == curr->k->vfs.root || up->d_sb->s_mountpoint);
	dput(curr, dentry);
}

static void open_file(const char *path, uint32_t flags)
{
	/* there is no other task that a FIFO could wait for */
	int fd = t_open(path, flags | O_NONBLOCK, 0644);

	if (fd < 0)
		return;
	t_write(fd, "text");
	do_getdents(fixture->task, fd, user_put(NULL, 256), 256, true);
	if (fd > 20)
		t_close(fd);
}

static void mount_at(const char *dir, const char *how)
{
	char options[] = "size=64k,nr_inodes=20";
	const struct mount_args args = {
		.source = how,
		.type = strstr(how, "proc") ? "proc" : "tmpfs",
		.options = strchr(how, '=') ? options : NULL,
		.flags = strchr(how, 'M')   ? 0x2000
			 : strchr(how, 'R') ? 0x20
			 : strchr(how, 'r') ? MS_RDONLY
					    : 0,
	};

	do_mount(fixture->task, dir, &args);
}

static void act_on_two(char letter, const char *one, const char *two)
{
	struct task_struct *curr = fixture->task;
	char *from = name_of(one), *to = name_of(two);

	switch (from && to ? letter : 0) {
	case 0:
		break;
	case 's':
		do_symlinkat(curr, one, AT_FDCWD, to);
		break;
	case 'l':
		do_linkat(curr, AT_FDCWD, from, AT_FDCWD, to, 0);
		break;
	case 'L':
		do_linkat(curr, AT_FDCWD, from, AT_FDCWD, to,
			  AT_SYMLINK_FOLLOW);
		break;
	case 'r': /* and not over what is there, and exchanged */
		do_renameat2(curr, AT_FDCWD, from, AT_FDCWD, to, 0);
		break;
	case 'R':
		do_renameat2(curr, AT_FDCWD, from, AT_FDCWD, to, 1);
		break;
	default:
		do_renameat2(curr, AT_FDCWD, from, AT_FDCWD, to, 2);
	}
	put_name(from);
	put_name(to);
}

static void act_on_one(char letter, const char *path)
{
	struct task_struct *curr = fixture->task;
	const vaddr_t out = user_put(NULL, PATH_MAX);
	char *name = name_of(path);

	switch (name ? letter : 0) {
	case 0:
		break;
	case 'k':
		do_mkdirat(curr, AT_FDCWD, name, 0755);
		break;
	case 'n':
		do_mknodat(curr, AT_FDCWD, name, S_IFIFO | 0644, 0);
		break;
	case 'u':
		do_unlinkat(curr, AT_FDCWD, name);
		break;
	case 'd':
		do_rmdir(curr, AT_FDCWD, name);
		break;
	case 'c':
		do_chdir(curr, user_str(path));
		break;
	case 'C':
		do_chroot(curr, user_str(path));
		break;
	case 'S':
		do_stat64(curr, AT_FDCWD, user_str(path), out, 0);
		break;
	case 'K':
		do_readlinkat(curr, AT_FDCWD, user_str(path), out, 100);
		break;
	case 't':
		do_sys_truncate(curr, user_str(path), 5000);
		break;
	case 'U':
		do_umount(curr, path, 0);
		break;
	case 'D':
		do_umount(curr, path, 2 /* MNT_DETACH */);
		break;
	default:
		walk(path, LOOKUP_FOLLOW);
		walk(path, LOOKUP_DIRECTORY);
		walk(path, 0);
	}
	put_name(name);
}

static void act(const struct line *line)
{
	struct task_struct *curr = fixture->task;
	const char *one = line->path[0], *two = line->path[1];

	switch (line->letter) {
	case 's':
	case 'l':
	case 'L':
	case 'r':
	case 'R':
	case 'x':
		act_on_two(line->letter, one, two);
		break;
	case 'm':
		mount_at(one, two);
		break;
	case 'o':
		open_file(one, O_RDWR | O_CREAT);
		break;
	case 'O':
		open_file(one, (uint32_t)strtoul(two, NULL, 0));
		break;
	case 'f':
		do_fchdir(curr, atoi(one));
		break;
	case 'q':
		t_close(atoi(one));
		break;
	case 'w':
		do_getcwd(curr, user_put(NULL, PATH_MAX), PATH_MAX);
		break;
	case '#': /* another user, and root again */
		curr->cred.fsuid = curr->cred.euid = *one == '1' ? 1000 : 0;
		curr->cred.cap_effective = *one == '1' ? 0 : ~(uint64_t)0;
		break;
	case 'e':
		evict_unused(curr);
		break;
	default:
		act_on_one(line->letter, one);
	}
}

/* ---- all of them ------------------------------------------------------------------ */

static void act_all(const char *at, const char *end)
{
	static struct line line;

	for (int n = 0; at < end && n < MOST_LINES; n++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (!stop)
			stop = end;
		line.letter = at < stop ? *at++ : 'p';
		if (at < stop && *at == ' ')
			at++;
		at = take_path(at, stop, line.path[0]);
		take_path(at, stop, line.path[1]);
		act(&line);
		at = stop + 1;
	}
}

static void let_go(struct task_struct *curr)
{
	curr->cred.cap_effective = ~(uint64_t)0;
	curr->cred.fsuid = curr->cred.euid = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vfs_fixture *f = fixture_begin();
	char *text = malloc(size + 1);

	assert_non_null(text);
	memcpy(text, data, size);
	text[size] = '\0';
	make_root();
	fixture_mount(f);
	let_go(f->task);
	act_all(text, text + size);
	let_go(f->task);
	if (verify_vfs(f->k))
		fail_msg("the books don't agree:\n%s", f->m->log);
	fixture_end(f);
	free(text);
	return 0;
}
