/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and inodes that nobody uses (kernel/fs/dcache.c, inode.c, super.c): in
 * which order they go, what a second use is worth, whose pages go first, and
 * what the numbers of /proc/sys/fs say. After every test, and after each of
 * many random steps, verify_vfs() must agree; and it must see what is broken
 * by hand.
 */
#include "tests/unit/kernel/vfs_fixture.h"

#define NR_FILES 40u

static char names[NR_FILES][8];

static int setup(void **state)
{
	struct vfs_fixture *f = fixture_begin();
	const hw_node_t dir = host_dir(0, "n");
	const hw_node_t sub = host_dir(dir, "sub");

	for (uint32_t i = 0; i < NR_FILES; i++) {
		snprintf(names[i], sizeof(names[i]), "f%02u", i);
		host_file(dir, names[i], "one page");
	}
	host_file(sub, "x", "deep");
	fixture_mount(f);
	evict_unused(f->task);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	assert_int_equal(verify_vfs(fixture->k), 0);
	fixture_end(*state);
	return 0;
}

static struct super_block *root_sb(void)
{
	return fixture->k->vfs.root->d_sb;
}

static uint64_t event(enum vm_event event)
{
	return fixture->k->vmstat.event[event];
}

static uint32_t nr_pages(void)
{
	return (uint32_t)global_page_state(fixture->k, NR_FILE_PAGES);
}

static const char *path_of(uint32_t i)
{
	static char path[16];

	snprintf(path, sizeof(path), "/n/f%02u", i);
	return path;
}

static void use(uint32_t i)
{
	assert_string_equal(t_cat(path_of(i)), "one page");
}

static void use_all(void)
{
	for (uint32_t i = 0; i < NR_FILES; i++)
		use(i);
}

static uint32_t prune_names(uint32_t nr)
{
	struct shrink_control sc = {.nr_to_scan = nr};

	return prune_dcache_sb(fixture->task, root_sb(), &sc);
}

static uint32_t prune_inodes(uint32_t nr)
{
	struct shrink_control sc = {.nr_to_scan = nr};

	return prune_icache_sb(fixture->task, root_sb(), &sc);
}

static bool cached(const char *name)
{
	const struct qstr n = {"n", 1};
	const struct qstr q = {name, (uint32_t)strlen(name)};
	struct dentry *dir = d_lookup(fixture->k->vfs.root, &n);
	struct dentry *dentry = dir ? d_lookup(dir, &q) : NULL;

	/* not by dput(), which would count as a use */
	if (dentry)
		dentry->d_count--;
	if (dir)
		dir->d_count--;
	return dentry;
}

/* ---- names ----------------------------------------------------------------- */

static void oldest_name_first(void **state)
{
	const struct vfs_state *vfs = &fixture->k->vfs;

	(void)state;
	use_all();
	use(3); /* once more: it gets another round */
	assert_int_equal(vfs->nr_dentry_unused, NR_FILES);
	assert_int_equal(prune_names(6), 5);
	for (uint32_t i = 0; i < NR_FILES; i++)
		assert_int_equal(cached(names[i]), i == 3 || i > 5);
	/* the directory was in use all the time */
	assert_int_equal(vfs->nr_dentry_unused, NR_FILES - 5);
	assert_int_equal(prune_names(NR_FILES), NR_FILES - 5);
	assert_false(cached("f03"));
	/* and with the last name it went, too */
	assert_int_equal(vfs->nr_dentry_unused, 0);
	assert_false(cached("sub"));
}

/* One that is used leaves the list when it is met, and comes back. */
static void used_name_is_spared(void **state)
{
	const struct vfs_state *vfs = &fixture->k->vfs;
	int fd;

	(void)state;
	use(0);
	fd = t_open(path_of(0), O_RDONLY, 0);
	assert_int_equal(vfs->nr_dentry_unused, 1);
	assert_int_equal(prune_names(8), 1);
	assert_int_equal(vfs->nr_dentry_unused, 0);
	assert_true(cached("f00"));
	t_close(fd);
	assert_int_equal(vfs->nr_dentry_unused, 1);
}

static void negative_names(void **state)
{
	const struct vfs_state *vfs = &fixture->k->vfs;

	(void)state;
	assert_null(t_cat("/n/none"));
	assert_null(t_cat("/n/neither"));
	use(0);
	assert_int_equal(vfs->nr_dentry_negative, 2);
	assert_int_equal(vfs->nr_dentry_unused, 3);
	assert_int_equal(t_put("/n/none", "now there is"), 0);
	assert_int_equal(vfs->nr_dentry_negative, 1);
	assert_int_equal(prune_names(8), 3); /* with "none", which is in use */
	assert_int_equal(vfs->nr_dentry_negative, 0);
}

/* ---- inodes ----------------------------------------------------------------- */

/* An inode outlives its names, with all that is cached. */
static void inode_is_found_again(void **state)
{
	const struct vfs_state *vfs = &fixture->k->vfs;
	const uint32_t inodes = vfs->nr_inodes;
	uint64_t reads;

	(void)state;
	use_all();
	reads = fixture->host.nr_reads;
	assert_int_equal(vfs->nr_inodes_unused, 0);
	prune_names(NR_FILES);
	assert_int_equal(vfs->nr_inodes_unused, NR_FILES + 1); /* and "n" */
	assert_int_equal(vfs->nr_inodes, inodes + NR_FILES + 1);
	assert_int_equal(nr_pages(), NR_FILES);
	use_all();
	assert_int_equal(fixture->host.nr_reads, reads);
	/* They are on the list yet: until somebody looks. */
	assert_int_equal(vfs->nr_inodes_unused, NR_FILES + 1);
	assert_int_equal(prune_inodes(NR_FILES + 1), NR_FILES + 1);
	assert_int_equal(vfs->nr_inodes_unused, 0);
	assert_int_equal(vfs->nr_inodes, inodes + NR_FILES + 1);
}

/* Met first, it loses its pages; then its youth; then it dies. */
static void pages_go_first(void **state)
{
	const struct vfs_state *vfs = &fixture->k->vfs;
	const uint64_t stolen = event(PGINODESTEAL);

	(void)state;
	use_all();
	prune_names(NR_FILES);
	/* "n" has become unused last, and has no pages. */
	assert_int_equal(prune_inodes(2 * NR_FILES), 0);
	assert_int_equal(event(PGINODESTEAL) - stolen, NR_FILES);
	assert_int_equal(nr_pages(), 0);
	assert_int_equal(vfs->nr_inodes_unused, NR_FILES + 1);
	assert_int_equal(prune_inodes(NR_FILES), NR_FILES);
	assert_int_equal(vfs->nr_inodes_unused, 1);
}

static void kswapd_counts_apart(void **state)
{
	const uint64_t stolen = event(KSWAPD_INODESTEAL);
	struct reclaim_state reclaim_state = {0};

	(void)state;
	use_all();
	prune_names(NR_FILES);
	fixture->task->flags |= PF_KSWAPD;
	fixture->task->reclaim_state = &reclaim_state;
	prune_inodes(5);
	fixture->task->flags &= ~PF_KSWAPD;
	fixture->task->reclaim_state = NULL;
	/* each was met twice: with its pages, and as it was young again */
	assert_int_equal(event(KSWAPD_INODESTEAL) - stolen, 3);
	assert_int_equal(reclaim_state.reclaimed_slab, 3);
}

/* Nobody can find it any more: no use in keeping it. */
static void removed_file_dies(void **state)
{
	const struct vfs_state *vfs = &fixture->k->vfs;
	const uint32_t inodes = vfs->nr_inodes;
	int fd = t_open(path_of(0), O_RDONLY, 0);

	(void)state;
	assert_int_equal(t_unlink(path_of(0)), 0);
	t_close(fd);
	assert_int_equal(vfs->nr_inodes_unused, 0);
	assert_int_equal(vfs->nr_inodes, inodes + 1); /* "n" */
}

/* ---- the shrinker ------------------------------------------------------------ */

static uint32_t shrink(gfp_t gfp)
{
	return shrink_slab(fixture->task, gfp, 0, 0);
}

static void pressure(void **state)
{
	struct kernel *k = fixture->k;
	const uint32_t *unused = &k->vfs.nr_dentry_unused;

	(void)state;
	use_all();
	k->sysctl.vfs_cache_pressure = 0;
	assert_int_equal(shrink(GFP_KERNEL), 0);
	assert_int_equal(*unused, NR_FILES);
	/* a quarter of them seem to be there; of those all, and once more */
	k->sysctl.vfs_cache_pressure = 25;
	assert_int_equal(shrink(GFP_KERNEL), NR_FILES / 2);
	assert_int_equal(*unused, NR_FILES / 2);
	k->sysctl.vfs_cache_pressure = 100;
	assert_int_equal(shrink(GFP_KERNEL & ~__GFP_FS), 0);
	assert_int_equal(*unused, NR_FILES / 2);
	while (shrink(GFP_KERNEL))
		;
	assert_int_equal(*unused, 0);
	assert_int_equal(k->vfs.nr_inodes_unused, 0);
	assert_int_equal(nr_pages(), 0);
}

/* What is scanned is split between names and inodes by their numbers. */
static void shares(void **state)
{
	const struct vfs_state *vfs = &fixture->k->vfs;
	struct shrinker *shrinker = &root_sb()->s_shrink;
	struct shrink_control sc = {.gfp_mask = GFP_KERNEL, .nr_to_scan = 20};

	(void)state;
	use_all();
	prune_names(NR_FILES / 4);
	use_all();
	use_all(); /* names are young, a quarter of the inodes is listed */
	assert_int_equal(vfs->nr_dentry_unused, NR_FILES);
	assert_int_equal(vfs->nr_inodes_unused, NR_FILES / 4);
	shrinker->scan(fixture->task, shrinker, &sc);
	/* 20 * 40 / 51 + 1 = 16 lost their youth, 20 * 10 / 51 + 1 = 4 left */
	assert_int_equal(vfs->nr_inodes_unused, NR_FILES / 4 - 4);
	assert_int_equal(prune_names(NR_FILES - 16), 0);
	assert_int_equal(prune_names(16), 16);
}

/* ---- at random ------------------------------------------------------------------ */

static void random_steps(void **state)
{
	uint64_t random = 7;
	int fds[8] = {-1, -1, -1, -1, -1, -1, -1, -1};

	(void)state;
	for (int step = 0; step < 4000; step++) {
		const uint32_t n = next_random(&random) % NR_FILES;
		int *fd = &fds[n % 8];

		fixture->user_top = 0;
		switch (next_random(&random) % 9) {
		case 0:
		case 1:
			t_cat(path_of(n));
			break;
		case 2:
			if (*fd >= 0)
				t_close(*fd);
			*fd = t_open(path_of(n), O_RDWR, 0);
			break;
		case 3:
			t_unlink(path_of(n));
			break;
		case 4:
			t_put(path_of(n), "new");
			break;
		case 5:
			prune_names(n);
			break;
		case 6:
			prune_inodes(n);
			break;
		case 7:
			t_rename(path_of(n), "/n/sub/y", 0);
			break;
		case 8:
			if (n < 4)
				evict_unused(fixture->task);
			else
				shrink_slab(fixture->task, GFP_KERNEL, 0, 3);
			break;
		}
		assert_int_equal(verify_vfs(fixture->k), 0);
	}
	for (int i = 0; i < 8; i++)
		if (fds[i] >= 0)
			t_close(fds[i]);
}

/* ---- what the verifier sees -------------------------------------------------------- */

static struct dentry *some_name(void)
{
	return list_first_entry(&root_sb()->s_dentry_lru.node[0].list,
				struct dentry, d_lru);
}

static struct inode *some_inode(void)
{
	return list_first_entry(&root_sb()->s_inode_lru.node[0].list,
				struct inode, i_lru);
}

static void verifier_sees(void **state)
{
	struct kernel *k = fixture->k;
	uint32_t *const counters[] = {
		&k->vfs.nr_dentry_unused,
		&k->vfs.nr_dentry_negative,
		&k->vfs.nr_inodes,
		&k->vfs.nr_inodes_unused,
		&root_sb()->s_dentry_lru.node[0].nr_items,
		&root_sb()->s_inode_lru.node[0].nr_items,
	};
	struct list_head *item;

	(void)state;
	use_all();
	prune_names(4);
	assert_int_equal(verify_vfs(k), 0);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		++*counters[i];
		assert_true(verify_vfs(k));
		--*counters[i];
	}
	some_name()->d_flags ^= DCACHE_LRU_LIST;
	assert_true(verify_vfs(k));
	some_name()->d_flags ^= DCACHE_LRU_LIST;
	some_name()->d_parent->d_count -= 30;
	assert_true(verify_vfs(k));
	some_name()->d_parent->d_count += 30;
	/* off its list, and the numbers agree */
	item = &some_inode()->i_lru;
	list_lru_del(k, &root_sb()->s_inode_lru, item);
	k->vfs.nr_inodes_unused--;
	assert_int_equal(verify_vfs(k), 1);
	list_lru_add(k, &root_sb()->s_inode_lru, item);
	k->vfs.nr_inodes_unused++;
	/* on another node's list */
	list_lru_isolate_move(&root_sb()->s_inode_lru.node[0], item,
			      &root_sb()->s_inode_lru.node[1].list);
	root_sb()->s_inode_lru.node[1].nr_items++;
	assert_int_equal(verify_vfs(k), 1);
	list_lru_isolate(&root_sb()->s_inode_lru.node[1], item);
	list_lru_add(k, &root_sb()->s_inode_lru, item);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(oldest_name_first),
		TEST(used_name_is_spared),
		TEST(negative_names),
		TEST(inode_is_found_again),
		TEST(pages_go_first),
		TEST(kswapd_counts_apart),
		TEST(removed_file_dies),
		TEST(pressure),
		TEST(shares),
		TEST(random_steps),
		TEST(verifier_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
