/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * /sys: a tree that parts of the kernel build and take down while programs
 * have its files open.
 */

#include "tests/unit/kernel/vfs_fixture.h"

#include "kernel/fs/sysfs.h"

struct thing {
	int number, nr_stores;
};

static int number_show(struct seq_file *m, void *object)
{
	seq_printf(m, "%d\n", ((struct thing *)object)->number);
	return 0;
}

static int number_store(struct task_struct *curr, void *object,
			const char *text, uint32_t n)
{
	struct thing *thing = object;

	(void)curr;
	thing->nr_stores++;
	if (text[n] || text[0] < '0' || text[0] > '9')
		return -EINVAL;
	thing->number = text[0] - '0';
	return 0;
}

static int long_show(struct seq_file *m, void *object)
{
	(void)object;
	for (int i = 0; i < 100; i++)
		seq_printf(m, "%03d\n", i);
	return 0;
}

static int refuse_show(struct seq_file *m, void *object)
{
	(void)m, (void)object;
	return -EIO;
}

static const struct sysfs_attribute attributes[] = {
	{"number", 0644, number_show, number_store},
	{"fixed", 0444, number_show, NULL},
	{"trigger", 0200, NULL, number_store},
	{"long", 0400, long_show, NULL},
	{"broken", 0444, refuse_show, NULL},
};
#define NR_ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

static struct kernfs_node *make(struct thing *thing, const char *name)
{
	struct task_struct *curr = fixture->task;
	struct kernfs_node *dir = sysfs_create_dir(
		curr, sysfs_find(curr, NULL, "kernel"), name, thing);

	assert_non_null(dir);
	assert_int_equal(
		sysfs_create_files(curr, dir, attributes, NR_ATTRIBUTES), 0);
	return dir;
}

static void attributes_are_files(void **state)
{
	struct thing thing = {.number = 5};
	struct kernfs_node *dir = make(&thing, "thing");

	(void)state;
	assert_string_equal(t_ls("/sys", 500), "class devices module kernel");
	assert_string_equal(t_ls("/sys/kernel", 500), "debug thing");
	/* also through a buffer that holds two names at a time */
	assert_string_equal(t_ls("/sys/kernel/thing", 64),
			    "number fixed trigger long broken");
	assert_string_equal(t_cat("/sys/kernel/thing/number"), "5\n");
	assert_true(t_put("/sys/kernel/thing/number", "7\n") >= 0);
	assert_string_equal(t_cat("/sys/kernel/thing/number"), "7\n");
	assert_int_equal(t_put("/sys/kernel/thing/number", "x"), -EINVAL);
	assert_int_equal(thing.nr_stores, 2);
	assert_true(t_put("/sys/kernel/thing/trigger", "3") >= 0);
	assert_string_equal(t_cat("/sys/kernel/thing/fixed"), "3\n");
	assert_int_equal(strlen(t_cat("/sys/kernel/thing/long")), 400);
	assert_null(t_cat("/sys/kernel/thing/broken"));
	sysfs_remove(fixture->task, dir);
	assert_null(t_ls("/sys/kernel/thing", 500));
}

/* What the mode says binds root, too; nothing can be made or moved. */
static void rights(void **state)
{
	struct thing thing = {0};
	struct kernfs_node *dir = make(&thing, "thing");

	(void)state;
	assert_int_equal(t_open("/sys/kernel/thing/fixed", O_WRONLY, 0),
			 -EACCES);
	assert_int_equal(t_open("/sys/kernel/thing/trigger", O_RDONLY, 0),
			 -EACCES);
	assert_int_equal(t_open("/sys/kernel/new", O_CREAT | O_RDWR, 0644),
			 -EACCES);
	assert_int_equal(t_mkdir("/sys/kernel/new"), -EPERM);
	assert_int_equal(t_unlink("/sys/kernel/thing/number"), -EPERM);
	assert_int_equal(t_rmdir("/sys/kernel/thing"), -EPERM);
	sysfs_remove(fixture->task, dir);
}

static void open_file_outlives_its_thing(void **state)
{
	struct task_struct *curr = fixture->task;
	struct thing thing = {.number = 1};
	struct kernfs_node *dir = make(&thing, "thing");
	int fd = t_open("/sys/kernel/thing/number", O_RDWR, 0);
	int dirfd = t_open("/sys/kernel/thing", O_RDONLY | O_DIRECTORY, 0);
	vaddr_t at = user_put("1", 2);

	(void)state;
	assert_true(fd >= 0 && dirfd >= 0);
	sysfs_remove(curr, dir);
	assert_int_equal(ksys_read(curr, fd, at, 1), -ENODEV);
	assert_int_equal(ksys_write(curr, fd, at, 1), -ENODEV);
	assert_int_equal(thing.nr_stores, 0);
	assert_int_equal(do_getdents(curr, dirfd, at, 512, true), -ENOENT);
	/* a new one of that name is another */
	thing.number = 2;
	dir = make(&thing, "thing");
	assert_int_equal(ksys_read(curr, fd, at, 1), -ENODEV);
	assert_string_equal(t_cat("/sys/kernel/thing/number"), "2\n");
	t_close(fd);
	t_close(dirfd);
	sysfs_remove(curr, dir);
}

static void links(void **state)
{
	struct task_struct *curr = fixture->task;
	struct thing a = {.number = 1}, b = {.number = 2};
	struct kernfs_node *first = make(&a, "first");
	struct kernfs_node *second = make(&b, "second");
	struct kernfs_node *class = sysfs_find(curr, NULL, "class");
	vaddr_t at = user_put(NULL, 64);
	int n;

	(void)state;
	assert_int_equal(sysfs_create_link(curr, class, "it", first), 0);
	assert_int_equal(sysfs_create_link(curr, first, "other", second), 0);
	n = do_readlinkat(curr, AT_FDCWD, user_str("/sys/class/it"), at, 63);
	assert_int_equal(n, strlen("../kernel/first"));
	assert_memory_equal(user_at(at), "../kernel/first", n);
	n = do_readlinkat(curr, AT_FDCWD, user_str("/sys/kernel/first/other"),
			  at, 63);
	assert_int_equal(n, strlen("../second"));
	assert_memory_equal(user_at(at), "../second", n);
	assert_string_equal(t_cat("/sys/class/it/number"), "1\n");
	assert_string_equal(t_cat("/sys/class/it/other/number"), "2\n");
	sysfs_remove(curr, second);
	assert_null(t_cat("/sys/kernel/first/other/number"));
	sysfs_remove(curr, sysfs_find(curr, class, "it"));
	sysfs_remove(curr, first);
	assert_string_equal(t_ls("/sys/class", 500), "");
}

static void nothing_stays(void **state)
{
	struct thing thing = {0};
	uint32_t dentries, inodes;

	(void)state;
	t_ls("/sys/kernel", 500);
	dentries = fixture->k->vfs.nr_dentry;
	inodes = fixture->k->vfs.nr_inodes;
	for (int n = 0; n < 50; n++) {
		struct kernfs_node *dir = make(&thing, "thing");
		int fd = t_open("/sys/kernel/thing/number", O_RDONLY, 0);

		t_cat("/sys/kernel/thing/none");
		sysfs_remove(fixture->task, dir);
		t_close(fd);
	}
	assert_int_equal(fixture->k->vfs.nr_dentry, dentries);
	assert_int_equal(fixture->k->vfs.nr_inodes, inodes);
}

static int setup(void **state)
{
	(void)state;
	fixture_mount(fixture_begin());
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_end(fixture);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(attributes_are_files),
		T(rights),
		T(open_file_outlives_its_thing),
		T(links),
		T(nothing_stays),
	};

	return cmocka_run_group_tests_name("fs_sysfs", tests, NULL, NULL);
}
