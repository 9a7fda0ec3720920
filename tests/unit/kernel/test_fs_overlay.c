/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root over the host's folder: names made, moved and removed, pages
 * written and cut off, beside a slow, obvious model; and the host unchanged.
 */
#include "tests/unit/kernel/vfs_fixture.h"

static char big[5 * 4096 + 101];

static int setup(void **state)
{
	struct vfs_fixture *f = fixture_begin();
	hw_node_t t, a, b, d, x;

	for (size_t n = 0; n < sizeof(big) - 1; n++)
		big[n] = (char)('a' + n / 4096 * 3 + n % 3);
	t = host_dir(0, "t");
	a = host_dir(t, "a");
	b = host_dir(t, "b");
	x = host_file(a, "x", "host x");
	host_link(a, "y", x);
	d = host_dir(a, "z");
	host_file(d, "x", "deep");
	host_file(b, "x", "host bx");
	host_symlink(b, "y", "../a/x");
	host_file(0, "big", big);
	for (int n = 0; n < 40; n++) {
		char *name = malloc(8);

		snprintf(name, 8, "f%02d", 39 - n);
		host_file(b, name, name);
	}
	fixture_mount(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct host_tree *host = &((struct vfs_fixture *)*state)->host;

	for (uint32_t n = 0; n < host->nr_names; n++)
		if (host->name[n].name[0] == 'f')
			free((char *)host->name[n].name);
	fixture_end(*state);
	return 0;
}

static void forget(void)
{
	evict_unused(fixture->task);
}

/* ---- by hand ----------------------------------------------------------- */

static void whiteouts(void **state)
{
	(void)state;
	assert_string_equal(t_ls("/t/a", 512), "x y z");
	assert_int_equal(t_unlink("/t/a/x"), 0);
	assert_int_equal(t_unlink("/t/a/x"), -ENOENT);
	assert_null(t_cat("/t/a/x"));
	forget();
	assert_null(t_cat("/t/a/x"));
	assert_string_equal(t_cat("/t/a/y"), "host x");
	assert_string_equal(t_ls("/t/a", 512), "y z");
	/* a new name in its place shows once, behind those of the host */
	assert_int_equal(t_put("/t/a/x", "mine"), 0);
	forget();
	assert_string_equal(t_cat("/t/a/x"), "mine");
	assert_string_equal(t_ls("/t/a", 512), "y z x");
	assert_int_equal(t_unlink("/t/a/x"), 0);
	forget();
	assert_null(t_cat("/t/a/x"));
	/* a directory of the host goes when all in it is hidden */
	assert_int_equal(t_rmdir("/t/a/z"), -ENOTEMPTY);
	assert_int_equal(t_unlink("/t/a/z/x"), 0);
	assert_int_equal(t_rmdir("/t/a/z"), 0);
	/* and what is made in its place doesn't show the old one's names */
	assert_int_equal(t_mkdir("/t/a/z"), 0);
	forget();
	assert_string_equal(t_ls("/t/a/z", 512), "");
	assert_null(t_cat("/t/a/z/x"));
}

static void renames(void **state)
{
	(void)state;
	/* a directory of the host moves with what it has on the host */
	assert_int_equal(t_rename("/t/a", "/t/new", 0), 0);
	forget();
	assert_string_equal(t_cat("/t/new/z/x"), "deep");
	assert_null(t_ls("/t/a", 512));
	assert_string_equal(t_ls("/t", 512), "b new");
	assert_int_equal(t_rename("/t/new", "/t/new/z/in", 0), -EINVAL);
	/* over a name of the host */
	assert_int_equal(t_rename("/t/new/x", "/t/b/x", 0), 0);
	forget();
	assert_string_equal(t_cat("/t/b/x"), "host x");
	assert_null(t_cat("/t/new/x"));
	assert_string_equal(t_cat("/t/new/y"), "host x");
	/* back: the whiteout makes room */
	assert_int_equal(t_rename("/t/b/x", "/t/new/x", 0), 0);
	forget();
	assert_null(t_cat("/t/b/x"));
	assert_string_equal(t_ls("/t/new", 512), "y z x");
	/* two names of one file: nothing happens */
	assert_int_equal(t_rename("/t/new/x", "/t/new/y", 0), 0);
	assert_string_equal(t_cat("/t/new/x"), "host x");
	assert_int_equal(t_rename("/t/new/x", "/t/new/z", 0), -EISDIR);
	assert_int_equal(t_rename("/t/new/z", "/t/new/x", 0), -ENOTDIR);
	assert_int_equal(t_rename("/t/new/x", "/t/new/y", RENAME_NOREPLACE),
			 -EEXIST);
	assert_int_equal(t_rename("/t/new/x", "/proc/x", 0), -EXDEV);
	assert_int_equal(t_rename("/t/new/z", "/t/b", RENAME_EXCHANGE), 0);
	forget();
	assert_string_equal(t_cat("/t/b/x"), "deep");
	assert_string_equal(t_cat("/t/new/z/f07"), "f07");
	assert_int_equal(t_rename("/proc", "/p", 0), -EBUSY);
}

/* Bytes [pos, pos + n) of /big as they should be, by what was done to it. */
static void check_big(const char *expected, uint32_t size)
{
	int fd = t_open("/big", O_RDONLY, 0);
	vaddr_t at = user_put(NULL, 32768);

	assert_true(fd >= 0);
	assert_int_equal(ksys_read(fixture->task, fd, at, 32768), size);
	assert_memory_equal(user_at(at), expected, size);
	t_close(fd);
}

static void copy_on_write(void **state)
{
	struct task_struct *curr = fixture->task;
	static char model[8 * 4096];
	int fd;

	(void)state;
	memcpy(model, big, sizeof(big) - 1);
	/* one page read: one page filled */
	fd = t_open("/big", O_RDWR, 0);
	assert_true(fd >= 0);
	assert_int_equal(do_lseek(curr, fd, 4096 + 10, SEEK_SET), 4106);
	assert_int_equal(t_write(fd, "HELLO"), 5);
	memcpy(model + 4106, "HELLO", 5);
	t_close(fd);
	forget();
	check_big(model, sizeof(big) - 1);
	/* cut off, and longer again: no byte of the host comes back */
	assert_int_equal(do_sys_truncate(curr, user_str("/big"), 5000), 0);
	forget();
	assert_int_equal(do_sys_truncate(curr, user_str("/big"), 20000), 0);
	memset(model + 5000, 0, 20000 - 5000);
	check_big(model, 20000);
	assert_int_equal(t_put("/big", ""), 0);
	forget();
	assert_string_equal(t_cat("/big"), "");
	assert_string_equal(fixture->host.file[0].content ? "" : big, big);
}

static void links_share(void **state)
{
	struct task_struct *curr = fixture->task;
	vaddr_t st = user_put(NULL, 256), st2 = user_put(NULL, 256);

	(void)state;
	assert_int_equal(t_put("/t/a/y", "written"), 0);
	forget();
	assert_string_equal(t_cat("/t/a/x"), "written");
	assert_int_equal(t_unlink("/t/a/y"), 0);
	forget();
	assert_string_equal(t_cat("/t/a/x"), "written");
	assert_string_equal(t_cat("/t/b/y"), "written");
	assert_int_equal(t_link("/t/a/x", "/t/b/third"), 0);
	forget();
	do_stat64(curr, AT_FDCWD, user_str("/t/a/x"), st, 0);
	do_stat64(curr, AT_FDCWD, user_str("/t/b/third"), st2, 0);
	assert_memory_equal(user_at(st), user_at(st2), 104);
	assert_int_equal(*(uint32_t *)user_at(st + 20), 2); /* st_nlink */
	assert_int_equal(t_link("/t/a", "/t/dir"), -EPERM);
	assert_int_equal(t_link("/t/a/x", "/t/b/third"), -EEXIST);
	assert_int_equal(t_link("/t/a/x", "/dev/shm/x"), -EXDEV);
}

static void unlinked_but_open(void **state)
{
	int fd = t_open("/t/a/z/x", O_RDWR, 0);
	struct task_struct *curr = fixture->task;
	const uint32_t inodes = curr->k->vfs.nr_inodes;

	(void)state;
	assert_int_equal(t_unlink("/t/a/z/x"), 0);
	forget();
	assert_string_equal(t_read(fd, 100), "deep");
	assert_int_equal(t_write(fd, "er"), 2);
	assert_int_equal(do_lseek(curr, fd, 0, SEEK_SET), 0);
	assert_string_equal(t_read(fd, 100), "deeper");
	t_close(fd);
	forget();
	assert_true(curr->k->vfs.nr_inodes < inodes);
}

/* rm -r reads a little, removes it, reads on: it must miss nothing. */
static void remove_while_reading(void **state)
{
	struct task_struct *curr = fixture->task;
	int fd = t_open("/t/b", O_RDONLY | O_DIRECTORY, 0), n, removed = 0;
	char path[300];

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), "/t/b/own%d", i);
		assert_int_equal(t_put(path, "x"), 0);
	}
	for (;;) {
		vaddr_t at = user_put(NULL, 80);
		uint8_t d[80];

		n = do_getdents(curr, fd, at, 80, true);
		if (n <= 0)
			break;
		memcpy(d, user_at(at), 80);
		for (int off = 0; off < n; off += d[off + 16]) {
			const char *name = (const char *)d + off + 19;

			if (!strcmp(name, ".") || !strcmp(name, ".."))
				continue;
			snprintf(path, sizeof(path), "/t/b/%s", name);
			assert_int_equal(t_unlink(path), 0);
			removed++;
			if (removed % 7 == 0)
				forget();
		}
	}
	assert_int_equal(n, 0);
	assert_int_equal(removed, 62);
	t_close(fd);
	assert_string_equal(t_ls("/t/b", 512), "");
	assert_int_equal(t_rmdir("/t/b"), 0);
}

/* ---- beside a model ---------------------------------------------------- */

enum kind {
	M_FILE,
	M_DIR,
	M_LINK
};
struct m_node {
	enum kind kind;
	char text[24]; /* content or target */
	int nlink;
};
#define NR_NAMES 256
struct m_name {
	char path[64];
	int node; /* -1: free */
};
static struct {
	struct m_node node[16384];
	struct m_name name[NR_NAMES];
	int nr_nodes;
} model;

static int m_find(const char *path)
{
	for (int n = 0; n < NR_NAMES; n++)
		if (model.name[n].node >= 0 &&
		    !strcmp(model.name[n].path, path))
			return n;
	return -1;
}

static struct m_node *m_get(const char *path)
{
	int n = m_find(path);

	return n < 0 ? NULL : &model.node[model.name[n].node];
}

static void m_parent(const char *path, char *to)
{
	strcpy(to, path);
	*strrchr(to, '/') = '\0';
}

static int m_parent_error(const char *path)
{
	char parent[64];
	struct m_node *node;

	m_parent(path, parent);
	if (!strcmp(parent, "/t"))
		return 0;
	node = m_get(parent);
	if (!node) {
		int err = m_parent_error(parent);

		return err ? err : -ENOENT;
	}
	return node->kind == M_DIR ? 0 : -ENOTDIR;
}

static void m_bind(const char *path, int node)
{
	for (int n = 0; n < NR_NAMES; n++) {
		if (model.name[n].node >= 0)
			continue;
		strcpy(model.name[n].path, path);
		model.name[n].node = node;
		model.node[node].nlink++;
		return;
	}
	fail_msg("no room in the model for %s", path);
}

static int m_new(enum kind kind, const char *text)
{
	struct m_node *node = &model.node[model.nr_nodes];

	assert_true(model.nr_nodes < 16384);
	*node = (struct m_node){.kind = kind};
	snprintf(node->text, sizeof(node->text), "%s", text);
	return model.nr_nodes++;
}

static void m_drop(const char *path)
{
	int n = m_find(path);

	model.node[model.name[n].node].nlink--;
	model.name[n].node = -1;
}

static bool m_under(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && path[len] == '/';
}

static bool m_empty(const char *dir)
{
	for (int n = 0; n < NR_NAMES; n++)
		if (model.name[n].node >= 0 && m_under(model.name[n].path, dir))
			return false;
	return true;
}

static int m_put(const char *path, const char *text)
{
	int err = m_parent_error(path);
	struct m_node *node = m_get(path);

	if (err)
		return err;
	if (!node)
		m_bind(path, m_new(M_FILE, text));
	else if (node->kind == M_DIR)
		return -EISDIR;
	else
		strcpy(node->text, text);
	return 0;
}

static int m_make(const char *path, enum kind kind, const char *text)
{
	int err = m_parent_error(path);

	if (err)
		return err;
	if (m_find(path) >= 0)
		return -EEXIST;
	m_bind(path, m_new(kind, text));
	return 0;
}

static int m_remove(const char *path, bool dir)
{
	int err = m_parent_error(path);
	struct m_node *node = m_get(path);

	if (err)
		return err;
	if (!node)
		return -ENOENT;
	if (dir && node->kind != M_DIR)
		return -ENOTDIR;
	if (!dir && node->kind == M_DIR)
		return -EISDIR;
	if (dir && !m_empty(path))
		return -ENOTEMPTY;
	m_drop(path);
	return 0;
}

static int m_link(const char *from, const char *to)
{
	int err = m_parent_error(from);
	struct m_node *node = m_get(from);

	if (err)
		return err;
	if (!node)
		return -ENOENT;
	err = m_parent_error(to);
	if (err)
		return err;
	if (m_find(to) >= 0)
		return -EEXIST;
	if (node->kind == M_DIR)
		return -EPERM;
	m_bind(to, model.name[m_find(from)].node);
	return 0;
}

/* All names at or below @from get @to in its place, marked as moved. */
static void m_move(const char *from, const char *to)
{
	const size_t len = strlen(from);

	for (int n = 0; n < NR_NAMES; n++) {
		struct m_name *name = &model.name[n];
		char path[160];

		if (name->node < 0 || name->path[0] == '*' ||
		    (strcmp(name->path, from) && !m_under(name->path, from)))
			continue;
		snprintf(path, sizeof(path), "*%s%s", to, name->path + len);
		assert_true(strlen(path) < sizeof(name->path));
		strcpy(name->path, path);
	}
}

static void m_moved(void)
{
	for (int n = 0; n < NR_NAMES; n++)
		if (model.name[n].path[0] == '*')
			memmove(model.name[n].path, model.name[n].path + 1,
				strlen(model.name[n].path));
}

static int m_rename(const char *from, const char *to, uint32_t flags)
{
	int err = m_parent_error(from);
	struct m_node *a = m_get(from), *b = m_get(to);

	if (!err)
		err = m_parent_error(to);
	if (err)
		return err;
	if (!a)
		return -ENOENT;
	if (b && flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (!b && flags & RENAME_EXCHANGE)
		return -ENOENT;
	if (m_under(to, from))
		return -EINVAL;
	if (m_under(from, to))
		return flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
	if (a == b)
		return 0;
	if (b && !(flags & RENAME_EXCHANGE)) {
		if (a->kind == M_DIR && b->kind != M_DIR)
			return -ENOTDIR;
		if (a->kind != M_DIR && b->kind == M_DIR)
			return -EISDIR;
		if (b->kind == M_DIR && !m_empty(to))
			return -ENOTEMPTY;
		m_drop(to);
	}
	m_move(from, to);
	if (flags & RENAME_EXCHANGE)
		m_move(to, from);
	m_moved();
	return 0;
}

static void m_begin(void)
{
	static const struct {
		const char *path, *text;
		enum kind kind;
	} host[] = {
		{"/t/a", "", M_DIR},          {"/t/b", "", M_DIR},
		{"/t/a/x", "host x", M_FILE}, {"/t/a/z", "", M_DIR},
		{"/t/a/z/x", "deep", M_FILE}, {"/t/b/x", "host bx", M_FILE},
		{"/t/b/y", "../a/x", M_LINK},
	};

	memset(&model, 0, sizeof(model));
	for (int n = 0; n < NR_NAMES; n++)
		model.name[n].node = -1;
	for (size_t n = 0; n < sizeof(host) / sizeof(*host); n++)
		m_bind(host[n].path, m_new(host[n].kind, host[n].text));
	m_bind("/t/a/y", model.name[m_find("/t/a/x")].node);
}

/* A random path of one to three components below /t. */
static void random_path(uint64_t *seed, char *to)
{
	static const char *const names[] = {"a", "b", "x", "y", "z"};
	uint32_t depth = 1 + next_random(seed) % 3;

	strcpy(to, "/t");
	while (depth--) {
		strcat(to, "/");
		strcat(to, names[next_random(seed) % 5]);
	}
}

/* Is something before the last component a symlink? */
static bool through_link(const char *path)
{
	char part[64];

	for (const char *at = path + 3; (at = strchr(at, '/')); at++) {
		snprintf(part, sizeof(part), "%.*s", (int)(at - path), path);
		if (m_get(part) && m_get(part)->kind == M_LINK)
			return true;
	}
	return false;
}

static int depth(const char *path)
{
	int n = 0;

	while ((path = strchr(path + 1, '/')))
		n++;
	return n;
}

/* Folders only move up or sideways, or the tree would grow for ever. */
static bool sinks(const char *from, const char *to, uint32_t flags)
{
	return depth(to) > depth(from) ||
	       (flags & RENAME_EXCHANGE && depth(to) != depth(from));
}

static bool is_link(const char *path)
{
	return m_get(path) && m_get(path)->kind == M_LINK;
}

static void check_node(const char *path, const struct m_node *node)
{
	struct task_struct *curr = fixture->task;
	vaddr_t st = user_put(NULL, 256), to = user_put(NULL, 256);
	int32_t len;

	if (do_stat64(curr, AT_FDCWD, user_str(path), st, AT_SYMLINK_NOFOLLOW))
		fail_msg("%s is gone", path);
	if (node->kind != M_DIR)
		assert_int_equal(*(uint32_t *)user_at(st + 20), node->nlink);
	if (node->kind == M_FILE) {
		assert_int_equal(*(uint64_t *)user_at(st + 48),
				 strlen(node->text));
		assert_string_equal(t_cat(path), node->text);
	} else if (node->kind == M_LINK) {
		len = do_readlinkat(curr, AT_FDCWD, user_str(path), to, 255);
		assert_int_equal(len, strlen(node->text));
		assert_memory_equal(user_at(to), node->text, len);
	}
}

/* Directories list exactly the model's names, each once. */
static void check_dir(const char *dir)
{
	const char *list = t_ls(dir, 200);
	char name[300];
	int in_model = 0, in_list = 0;

	assert_non_null(list);
	for (int n = 0; n < NR_NAMES; n++)
		if (model.name[n].node >= 0 &&
		    m_under(model.name[n].path, dir) &&
		    !strchr(model.name[n].path + strlen(dir) + 1, '/'))
			in_model++;
	while (*list) {
		int len = (int)strcspn(list, " ");

		snprintf(name, sizeof(name), "%s/%.*s", dir, len, list);
		if (list[0] != 'f') { /* the forty */
			if (m_find(name) < 0)
				fail_msg("%s should not be", name);
			in_list++;
		}
		list += len;
		list += strspn(list, " ");
	}
	if (in_list != in_model)
		fail_msg("%s: %d names, not %d", dir, in_list, in_model);
}

static void check_all(void)
{
	check_dir("/t");
	for (int n = 0; n < NR_NAMES; n++) {
		const struct m_name *name = &model.name[n];

		if (name->node < 0)
			continue;
		check_node(name->path, &model.node[name->node]);
		if (model.node[name->node].kind == M_DIR)
			check_dir(name->path);
	}
}

static void beside_model(void **state)
{
	static const uint32_t flags[] = {0, 0, RENAME_NOREPLACE,
					 RENAME_EXCHANGE};
	uint64_t seed = 20260;
	int done[8] = {0};

	(void)state;
	/* the forty would never be found again under a moved folder */
	for (int n = 0; n < 40; n++) {
		char path[32];

		snprintf(path, sizeof(path), "/t/b/f%02d", n);
		assert_int_equal(t_unlink(path), 0);
	}
	m_begin();
	check_all();
	for (int n = 0; n < 80000; n++) {
		char a[64], b[64], text[24];
		uint32_t op = next_random(&seed) % 8, flag;
		int real, expected;

		random_path(&seed, a);
		random_path(&seed, b);
		flag = flags[next_random(&seed) % 4];
		snprintf(text, sizeof(text), "text %d", n);
		/* symlinks within paths are test_fs_namei's business */
		if (through_link(a) || through_link(b) ||
		    (op == 0 && is_link(a)) || (op == 6 && sinks(a, b, flag)) ||
		    (op == 5 && next_random(&seed) % 4))
			op = 7;
		switch (op) {
		case 0:
			expected = m_put(a, text);
			real = t_put(a, text);
			break;
		case 1:
			expected = m_make(a, M_DIR, "");
			real = t_mkdir(a);
			break;
		case 2:
			expected = m_remove(a, false);
			real = t_unlink(a);
			break;
		case 3:
			expected = m_remove(a, true);
			real = t_rmdir(a);
			break;
		case 4:
			expected = m_link(a, b);
			real = t_link(a, b);
			break;
		case 5:
			expected = m_make(a, M_LINK, "nowhere");
			real = t_symlink("nowhere", a);
			break;
		case 6:
			expected = m_rename(a, b, flag);
			real = t_rename(a, b, flag);
			break;
		default:
			forget();
			expected = real = 0;
		}
		if (real != expected)
			fail_msg("step %d: op %u(%s, %s, %u) = %d, not %d", n,
				 op, a, b, flag, real, expected);
		done[op] += !real;
		if (n % 16 == 0)
			check_all();
	}
	check_all();
	for (int n = 0; n < 7; n++)
		if (done[n] < 100)
			fail_msg("op %d succeeded %d times", n, done[n]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whiteouts, setup, teardown),
		cmocka_unit_test_setup_teardown(renames, setup, teardown),
		cmocka_unit_test_setup_teardown(copy_on_write, setup, teardown),
		cmocka_unit_test_setup_teardown(links_share, setup, teardown),
		cmocka_unit_test_setup_teardown(unlinked_but_open, setup,
						teardown),
		cmocka_unit_test_setup_teardown(remove_while_reading, setup,
						teardown),
		cmocka_unit_test_setup_teardown(beside_model, setup, teardown),
	};

	return cmocka_run_group_tests_name("fs_overlay", tests, NULL, NULL);
}
