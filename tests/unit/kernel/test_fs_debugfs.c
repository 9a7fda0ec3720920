/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debugfs: files of the kernel's parts with Linux's texts and errors, and a
 * file system that outlives being unmounted.
 */
#include "tests/unit/kernel/vfs_fixture.h"

#include "kernel/fs/debugfs.h"
#include "kernel/fs/mount.h"
#include "kernel/init.h"
#include "kernel/lib/kstrtox.h"

#define DIR "/sys/kernel/debug/"

struct values {
	uint8_t u8;
	uint16_t u16;
	uint32_t u32, x32, read_only, write_only;
	uint64_t u64, x64;
	int32_t atomic;
	bool flag, fixed;
};

static int setup(void **state)
{
	struct vfs_fixture *f = fixture_begin();

	fixture_mount(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

static void test_numbers(void **state)
{
	struct vfs_fixture *f = *state;
	struct values v = {.u8 = 255,
			   .u16 = 65535,
			   .u32 = 7,
			   .x32 = 0xabc,
			   .u64 = UINT64_MAX,
			   .x64 = 0x123456789,
			   .atomic = -5,
			   .fixed = true};
	struct dentry *dir = debugfs_create_dir(f->task, "numbers", NULL);

	debugfs_create_u8(f->task, "u8", 0644, dir, &v.u8);
	debugfs_create_u16(f->task, "u16", 0644, dir, &v.u16);
	debugfs_create_u32(f->task, "u32", 0644, dir, &v.u32);
	debugfs_create_x32(f->task, "x32", 0644, dir, &v.x32);
	debugfs_create_u64(f->task, "u64", 0644, dir, &v.u64);
	debugfs_create_x64(f->task, "x64", 0644, dir, &v.x64);
	debugfs_create_u32(f->task, "ro", 0444, dir, &v.read_only);
	debugfs_create_u32(f->task, "wo", 0222, dir, &v.write_only);
	debugfs_create_atomic_t(f->task, "atomic", 0600, dir, &v.atomic);
	debugfs_create_bool(f->task, "bool", 0644, dir, &v.flag);
	debugfs_create_bool(f->task, "fixed", 0444, dir, &v.fixed);
	assert_string_equal(t_cat(DIR "numbers/u8"), "255\n");
	assert_string_equal(t_cat(DIR "numbers/u16"), "65535\n");
	assert_string_equal(t_cat(DIR "numbers/u64"), "18446744073709551615\n");
	assert_string_equal(t_cat(DIR "numbers/x32"), "0x00000abc\n");
	assert_string_equal(t_cat(DIR "numbers/x64"), "0x0000000123456789\n");
	assert_string_equal(t_cat(DIR "numbers/atomic"), "-5\n");
	assert_string_equal(t_cat(DIR "numbers/bool"), "N\n");
	assert_string_equal(t_cat(DIR "numbers/fixed"), "Y\n");

	assert_int_equal(t_put(DIR "numbers/u32", "0x10\n"), 0);
	assert_int_equal(v.u32, 16);
	assert_string_equal(t_cat(DIR "numbers/u32"), "16\n");
	/* only as many bits as there are */
	assert_int_equal(t_put(DIR "numbers/u8", "257"), 0);
	assert_int_equal(v.u8, 1);
	assert_int_equal(t_put(DIR "numbers/atomic", "-77\n"), 0);
	assert_int_equal(v.atomic, -77);
	assert_int_equal(t_put(DIR "numbers/u32", "-1"), -EINVAL);
	assert_int_equal(t_put(DIR "numbers/u32", "1 2"), -EINVAL);
	assert_int_equal(t_put(DIR "numbers/u64", "99999999999999999999"),
			 -ERANGE);
	assert_int_equal(t_put(DIR "numbers/bool", "maybe"), -EINVAL);
	assert_int_equal(t_put(DIR "numbers/bool", "on\n"), 0);
	assert_true(v.flag);

	/* root may open them for anything, and gets no further */
	assert_int_equal(t_put(DIR "numbers/ro", "1"), -EACCES);
	assert_int_equal(t_put(DIR "numbers/fixed", "0"), -EINVAL);
	assert_true(v.fixed);
	assert_null(t_cat(DIR "numbers/wo"));
	assert_int_equal(t_put(DIR "numbers/wo", "3"), 0);
	assert_int_equal(v.write_only, 3);
}

static int names_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "I am %s\n", (const char *)m->private);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(names);

static void test_names(void **state)
{
	struct vfs_fixture *f = *state;
	struct dentry *dir = debugfs_create_dir(f->task, "parts", NULL), *bad;
	const uint32_t four[] = {4, 3, 2, 1};
	const struct debugfs_u32_array array = {four, 4};

	debugfs_create_file(f->task, "one", 0400, dir, (void *)"one",
			    &names_fops);
	debugfs_create_file(f->task, "two", 0400, dir, (void *)"two",
			    &names_fops);
	debugfs_create_symlink(f->task, "uno", dir, "one");
	debugfs_create_u32_array(f->task, "array", 0444, dir, &array);
	assert_string_equal(t_cat(DIR "parts/one"), "I am one\n");
	assert_string_equal(t_cat(DIR "parts/uno"), "I am one\n");
	assert_string_equal(t_cat(DIR "parts/two"), "I am two\n");
	assert_string_equal(t_cat(DIR "parts/array"), "4 3 2 1\n");
	assert_string_equal(t_ls(DIR "parts", 512), "array uno two one");

	bad = debugfs_create_dir(f->task, "parts", NULL);
	assert_int_equal(PTR_ERR(bad), -EEXIST);
	/* below what isn't there nothing is, and nobody need ask */
	debugfs_create_u32(f->task, "lost", 0644, bad, NULL);
	assert_int_equal(PTR_ERR(debugfs_create_dir(f->task, "lost", bad)),
			 -EEXIST);

	assert_int_equal(t_mkdir(DIR "parts/mine"), -EPERM);
	assert_int_equal(t_put(DIR "parts/mine", "x"), -EACCES);
	assert_int_equal(t_unlink(DIR "parts/one"), -EPERM);
	assert_int_equal(t_rmdir(DIR "parts"), -EPERM);
	assert_int_equal(t_rename(DIR "parts/one", DIR "parts/three", 0),
			 -EPERM);
	assert_int_equal(t_put(DIR "parts/two", "x"), -EINVAL);
}

static int mount_it(struct vfs_fixture *f, const char *dir, const char *text)
{
	char options[64];
	const struct mount_args args = {"debugfs", "debugfs", 0, options};

	snprintf(options, sizeof(options), "%s", text);
	return do_mount(f->task, dir, &args);
}

static void test_mounting(void **state)
{
	struct vfs_fixture *f = *state;
	struct inode *root = f->k->vfs.debugfs_sb->s_root->d_inode;
	int fd;

	debugfs_create_dir(f->task, "here", NULL);
	assert_int_equal(root->i_mode, S_IFDIR | 0700);
	assert_int_equal(mount_it(f, "/tmp", ""), -EBUSY);
	fd = t_open("/sys/kernel/debug", O_RDONLY, 0);
	assert_int_equal(do_umount(f->task, "/sys/kernel/debug", 0), -EBUSY);
	t_close(fd);
	assert_int_equal(do_umount(f->task, "/sys/kernel/debug", 0), 0);
	assert_string_equal(t_ls("/sys/kernel/debug", 512), "");
	debugfs_create_dir(f->task, "late", NULL);
	assert_int_equal(mount_it(f, "/tmp", "uid=x,gid=5,odd,mode=750"), 0);
	assert_string_equal(t_ls("/tmp", 512), "late here");
	assert_int_equal(root->i_mode, S_IFDIR | 0750);
	assert_int_equal(root->i_gid, 5);
	assert_non_null(strstr(t_cat("/proc/mounts"),
			       "debugfs /tmp debugfs rw,relatime,gid=5,"
			       "mode=750 0 0\n"));
}

/* Each zone's line, with a number of thousandths for each order. */
static void test_extfrag(void **state)
{
	struct vfs_fixture *f = *state;
	const char *at;
	int orders = 0, whole, part;

	extfrag_debug_init(f->task);
	at = t_cat(DIR "extfrag/extfrag_index");
	assert_string_equal(at, "Node 0, zone   Normal -1.000 -1.000 -1.000 "
				"-1.000 -1.000 -1.000 -1.000 -1.000 -1.000 "
				"-1.000 -1.000 \n");
	at = t_cat(DIR "extfrag/unusable_index");
	assert_int_equal(strncmp(at, "Node 0, zone   Normal ", 22), 0);
	for (at += 22; sscanf(at, "%d.%3d ", &whole, &part) == 2; orders++) {
		assert_int_equal(at[5], ' ');
		at += 6;
	}
	assert_int_equal(orders, MAX_ORDER);
	assert_string_equal(at, "\n");
}

static void test_kstrtox(void **state)
{
	uint64_t u = 1;
	int64_t i = 1;
	uint32_t w = 1;

	(void)state;
	assert_int_equal(kstrtoull("0x1F\n", 0, &u), 0);
	assert_int_equal(u, 31);
	assert_int_equal(kstrtoull("017", 0, &u), 0);
	assert_int_equal(u, 15);
	assert_int_equal(kstrtoull("+9", 0, &u), 0);
	assert_int_equal(u, 9);
	assert_int_equal(kstrtoull("18446744073709551615", 10, &u), 0);
	assert_true(u == UINT64_MAX);
	u = 3;
	assert_int_equal(kstrtoull("18446744073709551616", 10, &u), -ERANGE);
	assert_int_equal(kstrtoull("", 0, &u), -EINVAL);
	assert_int_equal(kstrtoull(" 1", 0, &u), -EINVAL);
	assert_int_equal(kstrtoull("1\n\n", 0, &u), -EINVAL);
	assert_int_equal(kstrtoull("08", 0, &u), -EINVAL);
	assert_int_equal(kstrtoull("0x", 0, &u), -EINVAL);
	assert_int_equal(u, 3);
	assert_int_equal(kstrtoll("-9223372036854775808", 10, &i), 0);
	assert_true(i == INT64_MIN);
	assert_int_equal(kstrtoll("9223372036854775808", 10, &i), -ERANGE);
	assert_int_equal(kstrtouint("4294967296", 10, &w), -ERANGE);
	assert_int_equal(kstrtouint("ff", 16, &w), 0);
	assert_int_equal(w, 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mounting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extfrag, setup, teardown),
		cmocka_unit_test(test_kstrtox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
