/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The upper folder: what is kept is found again, and whatever else somebody
 * writes into it, no file beside it is read.
 */
#include "emu/hostfs.h"

#include <errno.h>
#include <fcntl.h>
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

struct fixture {
	char dir[64], root[80], upper[80];
};

static void put(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	static struct fixture f;
	char path[128];

	strcpy(f.dir, "/tmp/upper-XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	snprintf(f.root, sizeof(f.root), "%s/root", f.dir);
	snprintf(f.upper, sizeof(f.upper), "%s/upper", f.dir);
	assert_int_equal(mkdir(f.root, 0755), 0);
	snprintf(path, sizeof(path), "%s/dir", f.root);
	assert_int_equal(mkdir(path, 0755), 0);
	put(f.dir, "secret", "secret");
	put(f.root, "file", "of the host");
	put(f.root, "dir/inner", "inner");
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	const struct fixture *f = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	return system(command);
}

static struct hostfs *open_both(const struct fixture *f, struct diag *diag)
{
	struct hostfs *fs = hostfs_create(f->root, diag);

	assert_non_null(fs);
	if (hostfs_set_upper(fs, f->upper, f->root, diag))
		return fs;
	hostfs_destroy(fs);
	return NULL;
}

static hw_node_t find(struct hostfs *fs, hw_node_t dir, const char *name)
{
	hw_node_t n = HW_NODE_NONE;

	return hostfs_lookup(fs, dir, name, &n) ? HW_NODE_NONE : n;
}

static void expect_text(struct hostfs *fs, hw_node_t n, const char *text)
{
	char buf[64] = "";

	assert_int_equal(hostfs_read(fs, n, 0, buf, sizeof(buf) - 1),
			 strlen(text));
	assert_string_equal(buf, text);
}

static struct hw_saved_inode told(hw_node_t node, uint32_t number,
				  uint32_t mode, int64_t kept)
{
	return (struct hw_saved_inode){
		.ref = {node, number},
		.attr = {.mode = mode, .nlink = 1, .uid = 3, .gid = 4},
		.kept_bytes = kept,
	};
}

/* A guest wrote to /file, made /new/text and /link, and removed /dir/inner. */
static void keep_something(const struct fixture *f)
{
	struct diag diag = {0};
	struct hostfs *fs = open_both(f, &diag);
	const hw_node_t file = find(fs, ROOT, "file");
	const hw_node_t dir = find(fs, ROOT, "dir");
	struct hw_saved_inode i;

	assert_int_equal(hostfs_save_begin(fs), 0);
	i = told(ROOT, 0, S_IFDIR | 0755, -1);
	hostfs_save_inode(fs, &i);
	i = told(file, 0, S_IFREG | 0600, 6);
	i.attr.size_bytes = 11;
	hostfs_save_inode(fs, &i);
	i = told(dir, 0, S_IFDIR | 0711, -1);
	hostfs_save_inode(fs, &i);
	i = told(HW_NODE_NONE, 90, S_IFDIR | 01777, -1);
	hostfs_save_inode(fs, &i);
	i = told(HW_NODE_NONE, 91, S_IFREG | 04755, 0);
	i.attr.size_bytes = 5;
	hostfs_save_inode(fs, &i);
	i = told(HW_NODE_NONE, 92, S_IFLNK | 0777, -1);
	i.target = "../secret";
	hostfs_save_inode(fs, &i);
	hostfs_save_name(fs, (struct hw_inode_ref){ROOT, 0}, "new",
			 &(struct hw_inode_ref){HW_NODE_NONE, 90});
	hostfs_save_name(fs, (struct hw_inode_ref){HW_NODE_NONE, 90}, "text",
			 &(struct hw_inode_ref){HW_NODE_NONE, 91});
	hostfs_save_name(fs, (struct hw_inode_ref){ROOT, 0}, "li nk%",
			 &(struct hw_inode_ref){HW_NODE_NONE, 92});
	hostfs_save_name(fs, (struct hw_inode_ref){dir, 0}, "inner", NULL);
	hostfs_save_page(fs, (struct hw_inode_ref){file, 0}, 6, "BYTES", 5);
	hostfs_save_page(fs, (struct hw_inode_ref){HW_NODE_NONE, 91}, 0,
			 "hello", 5);
	assert_int_equal(hostfs_save_end(fs, 0), 0);
	/* what the run itself sees is what it began with */
	expect_text(fs, file, "of the host");
	assert_true(hostfs_kept_all(fs, &diag));
	hostfs_destroy(fs);
}

static void finds_what_was_kept(void **state)
{
	const struct fixture *f = *state;
	struct diag diag = {0};
	struct hw_node_attr attr;
	struct hostfs *fs;
	char text[16] = "";
	hw_node_t n;

	keep_something(f);
	fs = open_both(f, &diag);
	expect_text(fs, find(fs, ROOT, "file"), "of theBYTES");
	n = find(fs, find(fs, ROOT, "new"), "text");
	expect_text(fs, n, "hello");
	assert_int_equal(hostfs_getattr(fs, n, &attr), 0);
	assert_int_equal(attr.mode, S_IFREG | 04755);
	assert_int_equal(attr.uid, 3);
	assert_int_equal(
		hostfs_readlink(fs, find(fs, ROOT, "li nk%"), text, 15), 9);
	assert_string_equal(text, "../secret");
	assert_int_equal(find(fs, find(fs, ROOT, "dir"), "inner"),
			 HW_NODE_NONE);
	hostfs_destroy(fs);
}

/* An end with an error leaves all as it was. */
static void keeps_nothing_after_an_error(void **state)
{
	const struct fixture *f = *state;
	struct diag diag = {0};
	struct hostfs *fs;

	keep_something(f);
	fs = open_both(f, &diag);
	assert_int_equal(hostfs_save_begin(fs), 0);
	hostfs_save_name(fs, (struct hw_inode_ref){ROOT, 0}, "file", NULL);
	assert_int_equal(hostfs_save_end(fs, -ENOMEM), -EIO);
	assert_false(hostfs_kept_all(fs, &diag));
	hostfs_destroy(fs);
	diag = (struct diag){0};
	fs = open_both(f, &diag);
	expect_text(fs, find(fs, ROOT, "file"), "of theBYTES");
	hostfs_destroy(fs);
}

static void one_run_at_a_time(void **state)
{
	const struct fixture *f = *state;
	struct diag diag = {0};
	struct hostfs *fs = open_both(f, &diag);

	assert_null(open_both(f, &diag));
	assert_non_null(strstr(diag.text, "in use by another run"));
	hostfs_destroy(fs);
}

/* ---- damaged folders -------------------------------------------------------- */

/* Everything below @dir, no deeper than the index is long. */
static void walk(struct hostfs *fs, hw_node_t dir, int depth, int *left)
{
	char name[256], text[64];
	struct hw_node_attr attr;
	hw_node_t n;

	for (uint32_t i = 0; *left > 0 && depth < 12; i++) {
		int error = hostfs_readdir(fs, dir, i, name, sizeof(name), &n);

		if (error)
			return;
		--*left;
		assert_int_equal(hostfs_getattr(fs, n, &attr), 0);
		memset(text, 0, sizeof(text));
		hostfs_read(fs, n, 0, text, 63);
		assert_null(strstr(text, "secret"));
		hostfs_readlink(fs, n, text, sizeof(text));
		if (S_ISDIR(attr.mode))
			walk(fs, n, depth + 1, left);
	}
}

static void write_index(const struct fixture *f, const char *text, size_t n)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/current/index", f->upper);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, n, file), n);
	fclose(file);
}

static void try_index(const struct fixture *f, const char *text, size_t n,
		      bool good)
{
	struct diag diag = {0};
	int left = 500;
	struct hostfs *fs;

	write_index(f, text, n);
	fs = open_both(f, &diag);
	if (good)
		assert_non_null(fs);
	if (!fs) {
		assert_true(diag.failed);
		return;
	}
	walk(fs, ROOT, 0, &left);
	assert_int_equal(hostfs_save_begin(fs), 0);
	hostfs_save_end(fs, 0);
	hostfs_destroy(fs);
}

#define ATTR " 0 0 1 0 0 0.0 0.0 0.0 "
#define HEAD "mmuscope-upper 1\nobject 40755" ATTR "= - -\n"

static void refuses_bad_indexes(void **state)
{
	static const char *const bad[] = {
		"",
		"mmuscope-upper 2\nend\n",
		"mmuscope-upper 1\nend\n",
		HEAD, /* no end */
		HEAD "object 100644" ATTR "- =../secret -\nend\n",
		HEAD "object 100644" ATTR "- =files/../../secret -\nend\n",
		HEAD "object 100644" ATTR "- =link -\nend\n",
		HEAD "object 40755" ATTR "- - -\nend\n", /* hangs nowhere */
		HEAD "object 40755" ATTR "- - -\nname 1 1 =x\nend\n",
		HEAD "object 40755" ATTR "- - -\nobject 40755" ATTR
		     "- - -\nname 1 2 =x\nname 2 1 =y\nend\n",
		HEAD "object 40755" ATTR
		     "- - -\nname 0 1 =x\nname 0 1 =y\nend\n",
		HEAD "gone 0 =x\ngone 0 =x\nend\n",
		HEAD "gone 0 =..\nend\n",
		HEAD "gone 0 =a/b\nend\n",
		HEAD "gone 0 =a%2Fb\nend\n",
		HEAD "gone 0 =a%00b\nend\n",
		HEAD "gone 1 =a\nend\n",
		HEAD "name 0 0 =a\nend\n",
		HEAD "object 120777" ATTR "- - -\nend\n", /* leads nowhere */
		HEAD "object 100644" ATTR "=file - -\nobject 100644" ATTR
		     "=file - -\nend\n",
	};
	const struct fixture *f = *state;
	char path[128];

	keep_something(f);
	snprintf(path, sizeof(path), "%s/current/link", f->upper);
	assert_int_equal(symlink("../../secret", path), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct diag diag = {0};

		write_index(f, bad[i], strlen(bad[i]));
		assert_null(open_both(f, &diag));
		assert_non_null(strstr(diag.text, "the upper folder"));
	}
}

/* A path that leads out, of a file that should be in the root folder. */
static void leaves_no_root(void **state)
{
	static const char *const ways[] = {"../secret", "dir/../../secret",
					   "/../secret", "out/secret"};
	const struct fixture *f = *state;
	char text[256], link[128];

	snprintf(link, sizeof(link), "%s/out", f->root);
	assert_int_equal(symlink("..", link), 0);
	keep_something(f);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		snprintf(text, sizeof(text),
			 HEAD "object 100644" ATTR
			      "=%s - -\nname 0 1 =way\nend\n",
			 ways[i]);
		try_index(f, text, strlen(text), true);
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void survives_damage(void **state)
{
	static const char spice[] = "0123456789 =-%/.\nabdegjmnot";
	const struct fixture *f = *state;
	const char *wish = getenv("MMUSCOPE_UPPER_ROUNDS");
	const int rounds = wish ? atoi(wish) : 2000;
	uint32_t seed = 20260101;
	char path[128], good[4096], text[4096];
	size_t n;
	FILE *file;

	keep_something(f);
	snprintf(path, sizeof(path), "%s/current/index", f->upper);
	file = fopen(path, "r");
	n = fread(good, 1, sizeof(good), file);
	fclose(file);
	for (int round = 0; round < rounds; round++) {
		size_t len = n;

		memcpy(text, good, n);
		for (uint32_t hits = next_random(&seed) % 4 + 1; hits; hits--) {
			size_t at = next_random(&seed) % len;
			size_t to = next_random(&seed) % len;
			size_t some = next_random(&seed) % 9;

			if (next_random(&seed) % 4)
				text[at] = spice[next_random(&seed) %
						 (sizeof(spice) - 1)];
			else if (at + some < len && to + some < len)
				memmove(text + to, text + at, some);
		}
		try_index(f, text, len, false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_what_was_kept, setup,
						teardown),
		cmocka_unit_test_setup_teardown(keeps_nothing_after_an_error,
						setup, teardown),
		cmocka_unit_test_setup_teardown(one_run_at_a_time, setup,
						teardown),
		cmocka_unit_test_setup_teardown(refuses_bad_indexes, setup,
						teardown),
		cmocka_unit_test_setup_teardown(leaves_no_root, setup,
						teardown),
		cmocka_unit_test_setup_teardown(survives_damage, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
