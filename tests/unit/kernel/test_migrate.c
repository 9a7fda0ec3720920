/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages that move: what a program sees of it (nothing but another frame), what
 * entries, caches and counters say before and after, and who keeps a page
 * where it is.
 */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>

#include <cmocka.h>

#include "tests/unit/kernel/helper_user_mm.h"

#include "kernel/mm/migrate.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/swap.h"

#define AT 0x40000000u
#define RW (PROT_READ | PROT_WRITE)

/* Moves one page elsewhere; what migrate_pages() says. */
static int move(struct user_mm *u, struct page *page, enum migrate_mode mode)
{
	struct migration_target_control mtc = {
		.nid = -1, .gfp_mask = GFP_HIGHUSER_MOVABLE};
	struct list_head list;
	int left;

	INIT_LIST_HEAD(&list);
	assert_true(isolate_for_migration(u->curr, page, &list));
	left = migrate_pages(u->curr, &list, alloc_migration_target, NULL, &mtc,
			     mode, MR_SYSCALL, NULL);
	putback_movable_pages(u->curr, &list);
	return left;
}

static uint64_t event(struct user_mm *u, enum vm_event event)
{
	return u->k->vmstat.event[event];
}

/* The entry but for the frame. */
static uint32_t rights(struct user_mm *u, vaddr_t vaddr)
{
	return pte_word(u, vaddr) & ~PAGE_MASK;
}

static void test_anonymous(void **state)
{
	struct user_mm *u = user_mm_create(&(struct fake_hw_config){0});
	const struct page *was;
	uint32_t before, rss;

	(void)state;
	map(u, AT, 2 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED);
	assert_true(store(u, AT + 8, 0x1234));
	was = page_at(u, AT);
	before = rights(u, AT);
	rss = synced_rss(u);
	assert_int_equal(move(u, page_at(u, AT), MIGRATE_ASYNC), 0);
	assert_ptr_not_equal(page_at(u, AT), was);
	assert_int_equal(rights(u, AT), before);
	assert_true(PageAnonExclusive(page_at(u, AT)));
	assert_true(PageLRU(page_at(u, AT)));
	assert_int_equal(page_count(page_at(u, AT)), 1);
	assert_int_equal(page_count(was), 0);
	assert_int_equal(peek32(u, AT + 8), 0x1234);
	assert_int_equal(synced_rss(u), rss);
	assert_int_equal(event(u, PGMIGRATE_SUCCESS), 1);
	verify_ok(u);
	/* read-only it stays read-only, and its process's alone */
	do_mprotect(u->curr, AT, PAGE_SIZE, PROT_READ);
	assert_int_equal(move(u, page_at(u, AT), MIGRATE_SYNC), 0);
	assert_false(store(u, AT, 1));
	assert_true(PageAnonExclusive(page_at(u, AT)));
	verify_ok(u);
	user_mm_destroy(u);
}

/* Two that share a page share the new one; a write still makes a copy. */
static void test_forked(void **state)
{
	struct user_mm *u = user_mm_create(&(struct fake_hw_config){0});
	struct mm_struct *parent = u->mm, *child;
	struct page *page;

	(void)state;
	map(u, AT, PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED);
	assert_true(store(u, AT, 7));
	child = fork_mm(u);
	assert_int_equal(move(u, page_at(u, AT), MIGRATE_SYNC_LIGHT), 0);
	page = page_at(u, AT);
	assert_int_equal(page_mapcount(page), 2);
	assert_false(PageAnonExclusive(page));
	verify_ok(u);
	enter_mm(u, child);
	assert_ptr_equal(page_at(u, AT), page);
	assert_true(store(u, AT, 8));
	assert_ptr_not_equal(page_at(u, AT), page);
	enter_mm(u, parent);
	assert_int_equal(peek32(u, AT), 7);
	end_mm(u, child);
	verify_ok(u);
	user_mm_destroy(u);
}

/* Who holds a reference keeps the page there, and all as it was. */
static void test_in_use(void **state)
{
	struct user_mm *u = user_mm_create(&(struct fake_hw_config){0});
	struct page *page;
	uint32_t word;

	(void)state;
	map(u, AT, PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED);
	assert_true(store(u, AT, 9));
	assert_int_equal(get_user_page(u->curr, AT, true, &page), 0);
	word = pte_word(u, AT);
	assert_int_equal(move(u, page, MIGRATE_SYNC), 1);
	assert_int_equal(pte_word(u, AT), word);
	assert_true(PageAnonExclusive(page) && PageLRU(page));
	assert_int_equal(event(u, PGMIGRATE_FAIL), 1);
	verify_ok(u);
	put_page(u->curr, page);
	assert_int_equal(move(u, page, MIGRATE_SYNC), 0);
	/* nor does one move whose lock is taken, unless one may wait for it */
	page = page_at(u, AT);
	lock_page(u->curr, page);
	assert_int_equal(move(u, page, MIGRATE_ASYNC), 1);
	unlock_page(u->curr, page);
	assert_int_equal(peek32(u, AT), 9);
	verify_ok(u);
	user_mm_destroy(u);
}

/* A file's page changes in the cache, for all who map it, dirty or not. */
static void test_file(void **state)
{
	struct user_mm *u = user_mm_create(&(struct fake_hw_config){0});
	struct page *was;

	(void)state;
	map_file(u, AT, 4 * PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	map_file(u, AT + (1u << 20), PAGE_SIZE, PROT_READ,
		 MAP_PRIVATE | MAP_FIXED, 0);
	assert_true(store(u, AT, 0xabcd));
	assert_int_equal(peek32(u, AT + (1u << 20)), 0xabcd);
	was = page_at(u, AT);
	assert_int_equal(move(u, was, MIGRATE_SYNC), 0);
	assert_ptr_not_equal(page_at(u, AT), was);
	assert_ptr_equal(page_at(u, AT), page_at(u, AT + (1u << 20)));
	assert_ptr_equal(xa_load(&u->inode.i_data.i_pages, 0), page_at(u, AT));
	assert_true(PageDirty(page_at(u, AT)));
	assert_int_equal(peek32(u, AT), 0xabcd);
	verify_ok(u);
	user_mm_destroy(u);
}

static void test_locked(void **state)
{
	struct user_mm *u = user_mm_create(&(struct fake_hw_config){0});

	(void)state;
	map(u, AT, PAGE_SIZE, RW,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_LOCKED);
	assert_true(store(u, AT, 5));
	assert_true(PageMlocked(page_at(u, AT)));
	assert_int_equal(move(u, page_at(u, AT), MIGRATE_SYNC), 0);
	assert_true(PageMlocked(page_at(u, AT)));
	assert_true(PageUnevictable(page_at(u, AT)));
	assert_int_equal(page_at(u, AT)->mlock_count, 1);
	assert_int_equal(global_page_state(u->k, NR_MLOCK), 1);
	verify_ok(u);
	user_mm_destroy(u);
}

static struct page *nowhere(struct task_struct *curr, struct page *page,
			    void *private)
{
	(void)curr, (void)page, (void)private;
	return NULL;
}

static void test_no_memory(void **state)
{
	struct user_mm *u = user_mm_create(&(struct fake_hw_config){0});
	unsigned int nr = 1;
	struct list_head list;

	(void)state;
	map(u, AT, PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED);
	assert_true(store(u, AT, 3));
	INIT_LIST_HEAD(&list);
	assert_true(isolate_for_migration(u->curr, page_at(u, AT), &list));
	assert_int_equal(global_page_state(u->k, NR_ISOLATED_ANON), 1);
	assert_int_equal(migrate_pages(u->curr, &list, nowhere, NULL, NULL,
				       MIGRATE_SYNC, MR_SYSCALL, &nr),
			 -ENOMEM);
	assert_int_equal(nr, 0);
	putback_movable_pages(u->curr, &list);
	assert_int_equal(global_page_state(u->k, NR_ISOLATED_ANON), 0);
	assert_int_equal(peek32(u, AT), 3);
	verify_ok(u);
	user_mm_destroy(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_forked),
		cmocka_unit_test(test_in_use),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_locked),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
