/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root as an initramfs: everything is there before anyone asks, as shared
 * memory, and the host is never asked again.
 */
#include "tests/unit/kernel/vfs_fixture.h"

#define PAGES_OF_BIG 6

static char big[(PAGES_OF_BIG - 1) * 4096 + 101];

static int setup(void **state)
{
	struct vfs_fixture *f = fixture_begin();
	hw_node_t dir, deep, x;

	memset(big, 'b', sizeof(big) - 1);
	dir = host_dir(0, "a");
	deep = dir;
	for (int n = 0; n < 40; n++)
		deep = host_dir(deep, "d");
	host_file(deep, "leaf", "leaf");
	host_dir(dir, "z");
	x = host_file(dir, "x", "one page");
	host_link(0, "y", x);
	host_symlink(0, "link", "a/x");
	host_file(0, "big", big);
	host_file(0, "empty", "");
	host_add(0, "fifo", S_IFIFO | 0600, NULL);
	host_add(0, "null", S_IFCHR | 0666, NULL);
	f->k->params.initramfs = true;
	fixture_mount(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

static uint64_t state_of(int item)
{
	return (uint64_t)global_page_state(fixture->k, item);
}

static void all_pages_are_there(void **state)
{
	const uint64_t nr_pages = 2 + PAGES_OF_BIG;

	(void)state;
	assert_int_equal(state_of(NR_SHMEM), nr_pages);
	assert_int_equal(state_of(NR_FILE_PAGES), nr_pages);
	assert_int_equal(state_of(NR_INACTIVE_ANON), nr_pages);
	assert_int_equal(state_of(NR_INACTIVE_FILE), 0);
	assert_int_equal(state_of(NR_DIRTY), 0);
}

static void host_is_not_asked_again(void **state)
{
	const uint64_t reads = fixture->host.nr_reads;
	char path[128] = "/a";

	(void)state;
	for (int n = 0; n < 40; n++)
		strcat(path, "/d");
	strcat(path, "/leaf");
	fixture->m->ops.fs_lookup = NULL;
	fixture->m->ops.fs_getattr = NULL;
	fixture->m->ops.fs_readdir = NULL;
	fixture->m->ops.fs_readlink = NULL;
	evict_unused(fixture->task);
	assert_string_equal(t_ls("/a", 512), "z x d");
	assert_string_equal(t_cat("/a/x"), "one page");
	assert_string_equal(t_cat("/link"), "one page");
	assert_string_equal(t_cat(path), "leaf");
	assert_string_equal(t_cat("/empty"), "");
	assert_int_equal(strlen(t_cat("/big")), 16384); /* all t_cat() takes */
	assert_int_equal(fixture->host.nr_reads, reads);
}

static void hard_links_are_one_file(void **state)
{
	(void)state;
	assert_int_equal(t_put("/y", "changed"), 0);
	assert_string_equal(t_cat("/a/x"), "changed");
	assert_int_equal(t_unlink("/y"), 0);
	assert_string_equal(t_cat("/a/x"), "changed");
	assert_int_equal(t_unlink("/a/x"), 0);
	assert_null(t_cat("/link"));
	assert_int_equal(state_of(NR_SHMEM), 1 + PAGES_OF_BIG);
}

/* Nothing of the host's shines through what is removed. */
static void removed_is_gone(void **state)
{
	(void)state;
	assert_int_equal(t_rmdir("/a"), -ENOTEMPTY);
	assert_int_equal(t_rmdir("/a/z"), 0);
	assert_null(t_ls("/a/z", 512));
	assert_int_equal(t_mkdir("/a/z"), 0);
	assert_int_equal(t_unlink("/big"), 0);
	assert_int_equal(state_of(NR_SHMEM), 2);
	assert_int_equal(t_put("/big", "small"), 0);
	assert_string_equal(t_cat("/big"), "small");
}

static void special_files(void **state)
{
	(void)state;
	/* without a writer nobody waits in vain */
	assert_true(t_open("/fifo", O_RDONLY | O_NONBLOCK, 0) >= 0);
	assert_int_equal(t_open("/null", O_RDONLY, 0), -ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_pages_are_there, setup,
						teardown),
		cmocka_unit_test_setup_teardown(host_is_not_asked_again, setup,
						teardown),
		cmocka_unit_test_setup_teardown(hard_links_are_one_file, setup,
						teardown),
		cmocka_unit_test_setup_teardown(removed_is_gone, setup,
						teardown),
		cmocka_unit_test_setup_teardown(special_files, setup, teardown),
	};

	return cmocka_run_group_tests_name("fs_initramfs", tests, NULL, NULL);
}
