/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Path walks: what each form of path finds, or why not; and that nothing
 * leads out of the root.
 */
#include "tests/unit/kernel/vfs_fixture.h"

static int setup(void **state)
{
	struct vfs_fixture *f = fixture_begin();
	hw_node_t etc, bin, deep;

	etc = host_dir(0, "etc");
	host_file(etc, "passwd", "root:x:0:0::/root:/bin/sh\n");
	host_symlink(etc, "self", ".");
	bin = host_dir(0, "bin");
	host_add(bin, "busybox", S_IFREG | 0755, "ELF");
	host_symlink(bin, "sh", "busybox");
	host_symlink(bin, "abs", "/bin/sh");
	host_symlink(0, "loop", "loop");
	host_symlink(0, "ping", "pong");
	host_symlink(0, "pong", "ping");
	host_symlink(0, "dangling", "nowhere/at/all");
	host_symlink(0, "newfile", "made");
	host_symlink(0, "up", "../../../../../etc");
	host_symlink(0, "slash", "/");
	host_symlink(0, "slashes", "///etc///");
	host_symlink(0, "dirlink", "a/b");
	deep = host_dir(0, "a");
	deep = host_dir(deep, "b");
	host_file(deep, "c", "deep");
	host_symlink(deep, "back", "../../etc/passwd");
	host_add(0, "secret", S_IFREG | 0600, "secret");
	host_add(0, "locked", S_IFDIR | 0700, NULL);
	fixture_mount(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

/* The path where @path leads, or the error's number as text. */
static const char *walk(const char *path, uint32_t flags)
{
	static char buf[PATH_MAX + 16];
	struct task_struct *curr = fixture->task;
	struct dentry *dentry = path_lookup(curr, AT_FDCWD, path, flags);
	const char *text;

	if (IS_ERR(dentry)) {
		snprintf(buf, sizeof(buf), "%ld", PTR_ERR(dentry));
		return buf;
	}
	text = dentry_path(dentry, curr->k->vfs.root, buf, PATH_MAX);
	dput(curr, dentry);
	return text;
}

#define ENOENT_  "-2"
#define ENOTDIR_ "-20"
#define ELOOP_   "-40"
#define ENAME_   "-36"

static void walks(void **state)
{
	static const struct {
		const char *path, *found;
		uint32_t flags;
	} table[] = {
		{"/", "/", 0},
		{"//", "/", 0},
		{".", "/", 0},
		{"..", "/", 0},
		{"", ENOENT_, 0},
		{"", "/", LOOKUP_EMPTY},
		{"/etc/passwd", "/etc/passwd", 0},
		{"etc//passwd", "/etc/passwd", 0},
		{"/etc/./passwd", "/etc/passwd", 0},
		{"/etc/../etc/passwd", "/etc/passwd", 0},
		{"/../../../etc/passwd", "/etc/passwd", 0},
		{"/etc/passwd/", ENOTDIR_, 0},
		{"/etc/passwd/.", ENOTDIR_, 0},
		{"/etc/passwd/..", ENOTDIR_, 0},
		{"/etc/passwd/x", ENOTDIR_, 0},
		{"/etc/", "/etc", 0},
		{"/etc/.", "/etc", 0},
		{"/etc/..", "/", 0},
		{"/nothing", ENOENT_, 0},
		{"/nothing/", ENOENT_, 0},
		{"/nothing/..", ENOENT_, 0},
		{"/etc", "/etc", LOOKUP_DIRECTORY},
		{"/etc/passwd", ENOTDIR_, LOOKUP_DIRECTORY},
		/* symlinks */
		{"/bin/sh", "/bin/sh", 0},
		{"/bin/sh", "/bin/busybox", LOOKUP_FOLLOW},
		{"/bin/abs", "/bin/busybox", LOOKUP_FOLLOW},
		{"/bin/sh/", ENOTDIR_, 0},
		{"/loop", "/loop", 0},
		{"/loop", ELOOP_, LOOKUP_FOLLOW},
		{"/loop/x", ELOOP_, 0},
		{"/ping", ELOOP_, LOOKUP_FOLLOW},
		{"/dangling", ENOENT_, LOOKUP_FOLLOW},
		{"/dangling", "/dangling", 0},
		{"/up/passwd", "/etc/passwd", 0},
		{"/up", "/etc", LOOKUP_FOLLOW},
		{"/slash/etc/passwd", "/etc/passwd", 0},
		{"/slash", "/", LOOKUP_FOLLOW},
		{"/slash/slash/slash/bin", "/bin", 0},
		{"/slashes/passwd", "/etc/passwd", 0},
		{"/slashes", "/etc", LOOKUP_FOLLOW},
		{"/dirlink", "/dirlink", 0},
		{"/dirlink/", "/a/b", 0},
		{"/dirlink/.", "/a/b", 0},
		{"/dirlink/..", "/a", 0},
		{"/dirlink/c", "/a/b/c", 0},
		{"/dirlink/back", "/etc/passwd", LOOKUP_FOLLOW},
		{"/dirlink/back/", ENOTDIR_, 0},
		{"/etc/self/self/self/passwd", "/etc/passwd", 0},
		/* mounts */
		{"/proc", "/proc", 0},
		{"/proc/..", "/", 0},
		{"/proc/../proc/version", "/proc/version", 0},
		{"/dev/shm/../null", "/dev/null", 0},
		{"/dev/shm/../../etc", "/etc", 0},
		{"/dev/../../../bin/sh", "/bin/busybox", LOOKUP_FOLLOW},
		/* openat2's restrictions, with the root as directory */
		{"/bin/sh", ELOOP_, LOOKUP_FOLLOW | LOOKUP_NO_SYMLINKS},
		{"/proc", "-18", LOOKUP_NO_XDEV},
		{"..", "-18", LOOKUP_BENEATH},
		{"/etc", "-18", LOOKUP_BENEATH},
		{"etc/../bin", "/bin", LOOKUP_BENEATH},
		{"bin/abs", "-18", LOOKUP_BENEATH | LOOKUP_FOLLOW},
		{"../bin/abs", "/bin/busybox", LOOKUP_IN_ROOT | LOOKUP_FOLLOW},
	};

	(void)state;
	for (size_t n = 0; n < sizeof(table) / sizeof(*table); n++) {
		const char *found = walk(table[n].path, table[n].flags);

		if (strcmp(found, table[n].found))
			fail_msg("\"%s\" (%#x): %s, not %s", table[n].path,
				 table[n].flags, found, table[n].found);
		/* and the same from the file system instead of the cache */
		evict_unused(fixture->task);
		assert_string_equal(walk(table[n].path, table[n].flags),
				    table[n].found);
	}
}

static void long_names(void **state)
{
	char path[6000];

	(void)state;
	memset(path, 'x', 255);
	path[255] = '\0';
	assert_string_equal(walk(path, 0), ENOENT_);
	memset(path, 'x', 256);
	path[256] = '\0';
	assert_string_equal(walk(path, 0), ENAME_);
	assert_int_equal(t_mkdir(path), -ENAMETOOLONG);
	assert_int_equal(t_open(path, O_CREAT | O_WRONLY, 0644), -ENAMETOOLONG);
	/* 4096 bytes with the NUL are too many for a path */
	for (int n = 0; n < 4095; n += 2)
		memcpy(path + n, "./", 2);
	path[4095] = '\0';
	assert_true(t_open(path, O_RDONLY, 0) >= 0);
	memcpy(path + 4094, "./", 3);
	assert_int_equal(t_open(path, O_RDONLY, 0), -ENAMETOOLONG);
}

/* 40 symlinks in one walk are allowed, one more is a loop. */
static void link_limit(void **state)
{
	char name[24], target[16], path[512] = "";

	(void)state;
	assert_int_equal(t_mkdir("/chain"), 0);
	assert_int_equal(t_put("/chain/l0", "end"), 0);
	for (int n = 1; n <= 41; n++) {
		snprintf(name, sizeof(name), "/chain/l%d", n);
		snprintf(target, sizeof(target), "l%d", n - 1);
		assert_int_equal(t_symlink(target, name), 0);
	}
	assert_string_equal(t_cat("/chain/l40"), "end");
	assert_int_equal(t_open("/chain/l41", O_RDONLY, 0), -ELOOP);
	for (int n = 0; n < 40; n++)
		strcat(path, "/slash");
	strcat(path, "/etc");
	assert_string_equal(walk(path, 0), "/etc");
	strcat(path, "/self/passwd");
	assert_string_equal(walk(path, 0), ELOOP_);
}

static void opens(void **state)
{
	static const struct {
		const char *path;
		uint32_t flags;
		int result; /* 0: a descriptor */
	} table[] = {
		{"/etc/passwd", O_RDONLY, 0},
		{"/etc/passwd", O_RDONLY | O_DIRECTORY, -ENOTDIR},
		{"/etc", O_RDONLY, 0},
		{"/etc", O_WRONLY, -EISDIR},
		{"/etc", O_RDWR, -EISDIR},
		{"/etc", O_RDONLY | O_CREAT, -EISDIR},
		{"/etc/", O_RDONLY | O_CREAT, -EISDIR},
		{"/none/", O_RDWR | O_CREAT, -EISDIR},
		{"/", O_RDWR | O_CREAT, -EISDIR},
		{".", O_RDWR | O_CREAT, -EISDIR},
		{"/none", O_RDWR, -ENOENT},
		{"/none/x", O_RDWR | O_CREAT, -ENOENT},
		{"/etc/passwd", O_RDWR | O_CREAT | O_EXCL, -EEXIST},
		{"/bin/sh", O_RDONLY, 0},
		{"/bin/sh", O_RDONLY | O_NOFOLLOW, -ELOOP},
		{"/bin/sh", O_PATH | O_NOFOLLOW, 0},
		{"/bin/sh", O_RDWR | O_CREAT | O_EXCL, -EEXIST},
		{"/dangling", O_RDWR | O_CREAT | O_EXCL, -EEXIST},
		{"/dangling", O_RDWR | O_CREAT, -ENOENT},
		{"/loop", O_RDONLY, -ELOOP},
		{"/loop", O_RDWR | O_CREAT, -ELOOP},
		{"/newfile", O_RDWR | O_CREAT, 0}, /* makes /made */
		{"/made", O_RDONLY, 0},
		{"/made", O_RDONLY | O_CREAT | O_DIRECTORY, -EINVAL},
		{"/dev/null", O_RDWR | O_TRUNC, 0},
		{"/dev/tty", O_RDWR, -ENXIO}, /* no terminal here */
		{"/proc/self/fd/0", O_RDWR, 0},
		{"/proc/version", O_WRONLY, 0}, /* root may try */
		{"/tmp", O_TMPFILE | O_RDONLY, -EINVAL},
	};

	(void)state;
	for (size_t n = 0; n < sizeof(table) / sizeof(*table); n++) {
		int fd = t_open(table[n].path, table[n].flags, 0644);

		if (table[n].result ? fd != table[n].result : fd < 0)
			fail_msg("open(\"%s\", %#o) = %d", table[n].path,
				 table[n].flags, fd);
		if (fd >= 0)
			t_close(fd);
	}
}

static void permissions(void **state)
{
	struct task_struct *curr = fixture->task;

	(void)state;
	assert_string_equal(t_cat("/secret"), "secret");
	curr->cred.fsuid = curr->cred.uid = 1000;
	curr->cred.fsgid = curr->cred.gid = 1000;
	curr->cred.cap_effective = curr->cred.cap_permitted = 0;
	assert_int_equal(t_open("/secret", O_RDONLY, 0), -EACCES);
	assert_int_equal(t_open("/locked/x", O_RDONLY, 0), -EACCES);
	assert_int_equal(t_open("/etc/passwd", O_WRONLY, 0), -EACCES);
	assert_int_equal(t_open("/etc/new", O_CREAT | O_WRONLY, 0644), -EACCES);
	assert_int_equal(t_unlink("/etc/passwd"), -EACCES);
	assert_int_equal(t_mkdir("/d"), -EACCES);
	assert_int_equal(t_rename("/etc/passwd", "/tmp/p", 0), -EACCES);
	assert_int_equal(t_put("/tmp/mine", "x"), 0);
	assert_int_equal(do_faccessat(curr, AT_FDCWD, user_str("/etc/passwd"),
				      MAY_READ, 0),
			 0);
	assert_int_equal(do_faccessat(curr, AT_FDCWD, user_str("/etc/passwd"),
				      MAY_READ | MAY_WRITE, 0),
			 -EACCES);
	assert_int_equal(do_fchmodat(curr, AT_FDCWD, user_str("/etc/passwd"),
				     0777),
			 -EPERM);
	assert_int_equal(do_fchownat(curr, AT_FDCWD, user_str("/tmp/mine"), 0,
				     UINT32_MAX, 0),
			 -EPERM);
	assert_int_equal(
		do_fchmodat(curr, AT_FDCWD, user_str("/tmp/mine"), 0600), 0);
	/* /tmp is sticky: another may not remove what is mine */
	curr->cred.fsuid = curr->cred.uid = 2000;
	assert_int_equal(t_unlink("/tmp/mine"), -EPERM);
	assert_int_equal(t_open("/tmp/mine", O_RDONLY, 0), -EACCES);
	curr->cred.fsuid = curr->cred.uid = 1000;
	assert_int_equal(t_unlink("/tmp/mine"), 0);
	cred_init(curr);
	/* root executes what someone may execute */
	assert_true(IS_ERR(open_exec(curr, "/etc/passwd")));
	assert_int_equal(PTR_ERR(open_exec(curr, "/etc")), -EACCES);
	assert_int_equal(PTR_ERR(open_exec(curr, "/dev/null")), -EACCES);
}

static void running_text_is_busy(void **state)
{
	struct task_struct *curr = fixture->task;
	struct file *exe = open_exec(curr, "/bin/sh");
	int fd;

	(void)state;
	assert_false(IS_ERR(exe));
	assert_int_equal(t_open("/bin/busybox", O_WRONLY, 0), -ETXTBSY);
	assert_int_equal(do_sys_truncate(curr, user_str("/bin/busybox"), 0),
			 -ETXTBSY);
	fput(curr, exe);
	fd = t_open("/bin/busybox", O_RDWR, 0);
	assert_true(fd >= 0);
	assert_int_equal(PTR_ERR(open_exec(curr, "/bin/sh")), -ETXTBSY);
	t_close(fd);
	exe = open_exec(curr, "/bin/sh");
	assert_false(IS_ERR(exe));
	fput(curr, exe);
}

static void working_directory(void **state)
{
	struct task_struct *curr = fixture->task;

	(void)state;
	assert_int_equal(do_chdir(curr, user_str("/a/b")), 0);
	assert_string_equal(t_cwd(), "/a/b");
	assert_string_equal(t_cat("c"), "deep");
	assert_int_equal(do_chdir(curr, user_str("c")), -ENOTDIR);
	assert_int_equal(do_chdir(curr, user_str("/proc/self/fd")), 0);
	assert_int_equal(do_chdir(curr, user_str("/dev/shm")), 0);
	assert_string_equal(t_cwd(), "/dev/shm");
	assert_int_equal(t_mkdir("gone"), 0);
	assert_int_equal(do_chdir(curr, user_str("gone")), 0);
	assert_int_equal(t_rmdir("/dev/shm/gone"), 0);
	assert_null(t_cwd());
	assert_int_equal(t_open("x", O_CREAT | O_RDWR, 0644), -ENOENT);
	assert_int_equal(t_mkdir("x"), -ENOENT);
	assert_string_equal(walk("..", 0), "/dev/shm");
	assert_int_equal(do_chdir(curr, user_str("/")), 0);
}

/* chroot: no path but an open descriptor from before leads out. */
static void confinement(void **state)
{
	struct task_struct *curr = fixture->task;
	vaddr_t at = user_put(NULL, 64);

	(void)state;
	assert_int_equal(do_chdir(curr, user_str("/a")), 0);
	assert_int_equal(do_chroot(curr, user_str("/a")), 0);
	assert_string_equal(t_cwd(), "/");
	assert_string_equal(t_cat("/b/c"), "deep");
	assert_string_equal(t_cat("../../../b/c"), "deep");
	assert_int_equal(t_open("/etc/passwd", O_RDONLY, 0), -ENOENT);
	/* a relative link that climbs ends at this root, too */
	assert_int_equal(t_open("/b/back", O_RDONLY, 0), -ENOENT);
	assert_int_equal(
		do_readlinkat(curr, AT_FDCWD, user_str("/b/back"), at, 64), 16);
	assert_int_equal(do_chroot(curr, user_str(".")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(walks, setup, teardown),
		cmocka_unit_test_setup_teardown(long_names, setup, teardown),
		cmocka_unit_test_setup_teardown(link_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(opens, setup, teardown),
		cmocka_unit_test_setup_teardown(permissions, setup, teardown),
		cmocka_unit_test_setup_teardown(running_text_is_busy, setup,
						teardown),
		cmocka_unit_test_setup_teardown(working_directory, setup,
						teardown),
		cmocka_unit_test_setup_teardown(confinement, setup, teardown),
	};

	return cmocka_run_group_tests_name("fs_namei", tests, NULL, NULL);
}
