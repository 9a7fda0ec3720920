/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root folder: what a guest sees of it, and that there is no way out.
 */
#include "emu/hostfs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "emu/diag.h"

#define ROOT 0u

/* A folder "root" with a secret beside it, and a hostfs on it. */
struct fixture {
	char dir[64];
	struct hostfs *fs;
};

static void path_of(const struct fixture *f, const char *name, char *path)
{
	snprintf(path, 256, "%s/%s", f->dir, name);
}

static void put_file(const struct fixture *f, const char *name,
		     const char *text)
{
	char path[256];
	FILE *file;

	path_of(f, name, path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_dir(const struct fixture *f, const char *name)
{
	char path[256];

	path_of(f, name, path);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void put_link(const struct fixture *f, const char *name,
		     const char *target)
{
	char path[256];

	path_of(f, name, path);
	assert_int_equal(symlink(target, path), 0);
}

static int setup(void **state)
{
	static struct fixture f;
	struct diag diag = {0};
	char from[256], to[256];

	strcpy(f.dir, "/tmp/hostfs-XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	put_dir(&f, "root");
	put_file(&f, "secret", "secret");
	put_file(&f, "root/b", "bee");
	put_file(&f, "root/a", "");
	put_file(&f, "root/B", "");
	put_dir(&f, "root/dir");
	put_file(&f, "root/dir/inner", "inner text");
	put_link(&f, "root/out", "../secret");
	put_link(&f, "root/outdir", "..");
	put_link(&f, "root/etc", "/etc");
	path_of(&f, "root/b", from);
	path_of(&f, "root/dir/hard", to);
	assert_int_equal(link(from, to), 0);
	path_of(&f, "root/fifo", to);
	assert_int_equal(mkfifo(to, 0644), 0);
	path_of(&f, "root", to);
	f.fs = hostfs_create(to, &diag);
	assert_non_null(f.fs);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	hostfs_destroy(f->fs);
	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	return system(command);
}

static hw_node_t find(struct hostfs *fs, hw_node_t dir, const char *name)
{
	hw_node_t node = UINT32_MAX;

	assert_int_equal(hostfs_lookup(fs, dir, name, &node), 0);
	return node;
}

static void expect_text(struct hostfs *fs, hw_node_t node, const char *text)
{
	char buffer[64] = "";

	assert_int_equal(hostfs_read(fs, node, 0, buffer, 63), strlen(text));
	assert_string_equal(buffer, text);
}

static void names_come_in_byte_order(void **state)
{
	static const char *const names[] = {"B",   "a",    "b",   "dir",
					    "etc", "fifo", "out", "outdir"};
	struct fixture *f = *state;
	hw_node_t node, again;
	char name[64];

	for (uint32_t i = 0; i < 8; i++) {
		assert_int_equal(hostfs_readdir(f->fs, ROOT, i, name,
						sizeof(name), &node),
				 0);
		assert_string_equal(name, names[i]);
		again = find(f->fs, ROOT, name);
		assert_int_equal(node, again);
	}
	assert_int_equal(hostfs_readdir(f->fs, ROOT, 8, name, sizeof(name),
					&node),
			 -ENOENT);
}

static void a_hard_link_is_the_same_node(void **state)
{
	struct fixture *f = *state;
	hw_node_t dir = find(f->fs, ROOT, "dir");
	struct hw_node_attr attr;

	assert_int_equal(find(f->fs, dir, "hard"), find(f->fs, ROOT, "b"));
	expect_text(f->fs, find(f->fs, dir, "hard"), "bee");
	assert_int_equal(hostfs_getattr(f->fs, find(f->fs, ROOT, "b"), &attr),
			 0);
	assert_int_equal(attr.nlink, 2);
	assert_int_equal(attr.uid, 0);
	assert_int_equal(attr.size_bytes, 3);
	assert_true(attr.mtime_sec == HOSTFS_TIME_SEC);
}

static void reads_are_short_at_the_end_alone(void **state)
{
	struct fixture *f = *state;
	hw_node_t inner = find(f->fs, find(f->fs, ROOT, "dir"), "inner");
	char buffer[16];

	assert_int_equal(hostfs_read(f->fs, inner, 6, buffer, 16), 4);
	assert_memory_equal(buffer, "text", 4);
	assert_int_equal(hostfs_read(f->fs, inner, 10, buffer, 16), 0);
	assert_int_equal(hostfs_read(f->fs, inner, UINT32_MAX, buffer, 16), 0);
}

static void no_name_leads_out(void **state)
{
	static const char *const names[] = {
		"..", ".", "", "/", "../secret", "dir/inner", "/etc/passwd",
	};
	struct fixture *f = *state;
	hw_node_t node;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(hostfs_lookup(f->fs, ROOT, names[i], &node),
				 -ENOENT);
	assert_int_equal(hostfs_lookup(f->fs, find(f->fs, ROOT, "b"), "x",
				       &node),
			 -ENOTDIR);
	assert_int_equal(hostfs_lookup(f->fs, 12345, "x", &node), -ENOTDIR);
}

static void links_are_text_and_never_followed(void **state)
{
	struct fixture *f = *state;
	hw_node_t out = find(f->fs, ROOT, "out"), node;
	char buffer[64] = "";

	assert_int_equal(hostfs_readlink(f->fs, out, buffer, 64), 9);
	assert_string_equal(buffer, "../secret");
	assert_int_equal(hostfs_read(f->fs, out, 0, buffer, 64), -EINVAL);
	assert_int_equal(hostfs_lookup(f->fs, find(f->fs, ROOT, "outdir"),
				       "secret", &node),
			 -ENOTDIR);
	assert_int_equal(hostfs_lookup(f->fs, find(f->fs, ROOT, "etc"),
				       "passwd", &node),
			 -ENOTDIR);
}

/* A file that turns into a link between two calls is a stranger. */
static void a_race_is_no_way_out(void **state)
{
	struct fixture *f = *state;
	hw_node_t b = find(f->fs, ROOT, "a"), dir = find(f->fs, ROOT, "dir");
	hw_node_t inner;
	char path[256], buffer[64];

	path_of(f, "root/a", path);
	unlink(path);
	put_link(f, "root/a", "../secret");
	assert_true(hostfs_read(f->fs, b, 0, buffer, 64) < 0);
	path_of(f, "root/dir", path);
	strcpy(buffer, path);
	strcat(buffer, ".old");
	assert_int_equal(rename(path, buffer), 0);
	put_link(f, "root/dir", "..");
	assert_true(hostfs_lookup(f->fs, dir, "secret", &inner) < 0);
}

static void special_files_are_not_opened(void **state)
{
	struct fixture *f = *state;
	hw_node_t fifo = find(f->fs, ROOT, "fifo");
	struct hw_node_attr attr;
	char buffer[4];

	assert_int_equal(hostfs_getattr(f->fs, fifo, &attr), 0);
	assert_true(S_ISFIFO(attr.mode));
	assert_int_equal(hostfs_read(f->fs, fifo, 0, buffer, 4), -EINVAL);
}

static void host_programs_lie_in_a_folder_of_their_own(void **state)
{
	struct fixture *f = *state;
	struct diag diag = {0};
	struct hw_node_attr attr;
	char path[256], name[64];
	hw_node_t host, node;

	path_of(f, "secret", path);
	assert_string_equal(hostfs_add_file(f->fs, path, &diag),
			    "/host/secret");
	assert_string_equal(hostfs_add_file(f->fs, path, &diag),
			    "/host/2-secret");
	host = find(f->fs, ROOT, "host");
	assert_int_equal(hostfs_readdir(f->fs, host, 1, name, 64, &node), 0);
	assert_string_equal(name, "secret");
	assert_int_equal(node, find(f->fs, host, "secret"));
	expect_text(f->fs, node, "secret");
	assert_int_equal(hostfs_getattr(f->fs, node, &attr), 0);
	assert_int_equal(attr.mode & 0111, 0111);
	assert_int_equal(hostfs_readdir(f->fs, ROOT, 6, name, 64, &node), 0);
	assert_string_equal(name, "host");

	path_of(f, "root", path);
	assert_null(hostfs_add_file(f->fs, path, &diag));
	assert_true(diag.failed);
	assert_null(hostfs_add_file(f->fs, "/nowhere", &diag));
}

static void there_may_be_no_root_at_all(void **state)
{
	struct diag diag = {0};
	struct hostfs *fs = hostfs_create("", &diag);
	hw_node_t node;
	char name[64];

	(void)state;
	assert_non_null(fs);
	assert_int_equal(hostfs_lookup(fs, ROOT, "bin", &node), -ENOENT);
	assert_int_equal(hostfs_readdir(fs, ROOT, 0, name, 64, &node), -ENOENT);
	hostfs_destroy(fs);
	assert_null(hostfs_create("/nowhere/at/all", &diag));
	assert_true(diag.failed);
}

enum {
	DEPTH = 4000,
	SMALL_STACK = 128 * 1024
};

/* Goes down to the bottom, elsewhere, and to the bottom once more. */
static void *visit_bottom(void *arg)
{
	struct fixture *f = arg;
	hw_node_t dir[DEPTH + 1] = {ROOT}, file;
	char c = 0;

	for (int i = 0; i < DEPTH; i++)
		assert_int_equal(hostfs_lookup(f->fs, dir[i], "d", &dir[i + 1]),
				 0);
	for (int i = 1; i < 100; i++) /* these push the deep ones out */
		assert_int_equal(hostfs_lookup(f->fs, dir[i], "x", &file),
				 -ENOENT);
	assert_int_equal(hostfs_lookup(f->fs, dir[DEPTH], "bottom", &file), 0);
	assert_int_equal(hostfs_read(f->fs, file, 0, &c, 1), 1);
	assert_int_equal(c, '!');
	return NULL;
}

static int make_deep(int dir, int depth)
{
	int next;

	for (; depth; depth--) {
		assert_int_equal(mkdirat(dir, "d", 0755), 0);
		next = openat(dir, "d", O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(dir);
		dir = next;
	}
	return dir;
}

/* The kernel's stacks are small, and a root of any depth is legal. */
static void a_deep_root_needs_no_deep_stack(void **state)
{
	struct fixture *f = *state;
	pthread_attr_t attr;
	pthread_t thread;
	char path[256];
	int dir, file;

	path_of(f, "root", path);
	dir = make_deep(open(path, O_RDONLY | O_DIRECTORY), DEPTH);
	file = openat(dir, "bottom", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(write(file, "!", 1), 1);
	close(file);
	close(dir);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, SMALL_STACK);
	assert_int_equal(pthread_create(&thread, &attr, visit_bottom, f), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(names_come_in_byte_order),
		TEST(a_hard_link_is_the_same_node),
		TEST(reads_are_short_at_the_end_alone),
		TEST(no_name_leads_out),
		TEST(links_are_text_and_never_followed),
		TEST(a_race_is_no_way_out),
		TEST(special_files_are_not_opened),
		TEST(host_programs_lie_in_a_folder_of_their_own),
		TEST(there_may_be_no_root_at_all),
		TEST(a_deep_root_needs_no_deep_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
