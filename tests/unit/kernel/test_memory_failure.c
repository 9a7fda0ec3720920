/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Frames that fail, whatever they hold: what becomes of entries, caches, LRU
 * lists and counts, who is told, what comes back when it is touched again; and
 * that the frame is never handed out any more.
 */

#include "tests/unit/kernel/helper_verify.h"

#include <sys/prctl.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/iov_iter.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memory_failure.h"
#include "kernel/mm/mlock.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swap_internal.h"
#include "kernel/mm/swapops.h"
#include "kernel/mm/writeback.h"
#include "kernel/task/signal.h"

#define RW    (PROT_READ | PROT_WRITE)
#define VA    0x10000000u
#define SLOTS 100u

static int setup(void **state)
{
	struct user_mm *u = user_mm_create(NULL);

	u->k->params.memory_failure = true;
	u->inode.i_mode = S_IFREG;
	*state = u;
	return 0;
}

static int teardown(void **state)
{
	user_mm_destroy(*state);
	return 0;
}

static pfn_t pfn_at(struct user_mm *u, vaddr_t vaddr)
{
	const struct page *page = page_at(u, vaddr);

	assert_non_null(page);
	return page_to_pfn(u->k, page);
}

static enum frame_use use_of(struct user_mm *u, pfn_t pfn)
{
	return frame_use(u->k, pfn_to_page(u->k, pfn));
}

static int fails(struct user_mm *u, pfn_t pfn)
{
	int error;

	sync_mm_rss(u->curr, u->mm);
	u->f->log_len = 0;
	error = memory_failure(u->curr, pfn, 0);
	verify_ok(u);
	return error;
}

static void logged(struct user_mm *u, const char *what)
{
	u->f->log[u->f->log_len] = '\0';
	if (!strstr(u->f->log, what))
		fail_msg("no \"%s\" in:\n%s", what, u->f->log);
}

static swp_entry_t entry_at(struct user_mm *u, vaddr_t vaddr)
{
	return pte_to_swp_entry((pte_t){pte_word(u, vaddr)});
}

static int32_t poisoned(const struct user_mm *u)
{
	return (int32_t)u->k->memory_failure.num_poisoned_pages;
}

/* ---- what it is --------------------------------------------------------------------- */

static void test_anonymous(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *parent = u->mm, *child;
	uint32_t value;
	pfn_t pfn;

	map(u, VA, 2 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_true(store(u, VA, 1) && store(u, VA + PAGE_SIZE, 2));
	pfn = pfn_at(u, VA);
	assert_int_equal(fails(u, pfn), 0);
	logged(u, "recovery action for dirty LRU page: Recovered");
	assert_true(is_hwpoison_entry(entry_at(u, VA)));
	assert_int_equal(swp_offset(entry_at(u, VA)), pfn);
	assert_int_equal(synced_counter(u, MM_ANONPAGES), 1);
	assert_int_equal(use_of(u, pfn), FRAME_POISONED);
	assert_int_equal(poisoned(u), 1);
	assert_false(load(u, VA, &value));
	assert_false(store(u, VA, 3));
	assert_int_equal(peek32(u, VA + PAGE_SIZE), 2);
	/* a child has lost it as well */
	child = fork_mm(u);
	enter_mm(u, child);
	assert_false(load(u, VA, &value));
	assert_int_equal(
		do_madvise(u->curr, u->curr->mm, VA, PAGE_SIZE, MADV_FREE), 0);
	assert_int_equal(pte_word(u, VA), 0);
	enter_mm(u, parent);
	end_mm(u, child);
	/* and where it is unmapped, there is new memory */
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	map(u, VA, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_int_equal(peek32(u, VA), 0);
	assert_int_equal(fails(u, pfn), -EHWPOISON);
	assert_int_equal(poisoned(u), 1);
	assert_int_equal(fails(u, 1), -ENXIO);
}

static void test_locked(void **state)
{
	struct user_mm *u = *state;
	uint32_t value;

	map(u, VA, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED | MAP_LOCKED);
	assert_true(store(u, VA, 1));
	assert_true(PageMlocked(page_at(u, VA)));
	assert_int_equal(fails(u, pfn_at(u, VA)), 0);
	/* its lock went with its entry: it is known by what it is now */
	logged(u, "dirty LRU page: Recovered");
	assert_int_equal(global_page_state(u->k, NR_MLOCK), 0);
	assert_false(load(u, VA, &value));
}

/* Every free page but that one can still be had. */
static void test_free_page(void **state)
{
	struct user_mm *u = *state;
	struct page *page = alloc_pages(u->curr, GFP_KERNEL, 5);
	const pfn_t pfn = page_to_pfn(u->k, page) + 13;
	int64_t before;

	__free_pages(u->curr, page, 5);
	drain_all_pages(u->k);
	before = global_page_state(u->k, NR_FREE_PAGES);
	assert_int_equal(fails(u, pfn), 0);
	logged(u, "free buddy page: Recovered");
	assert_int_equal(global_page_state(u->k, NR_FREE_PAGES), before - 1);
	assert_int_equal(use_of(u, pfn), FRAME_POISONED);
	assert_null(free_block_of(u->k, pfn));
	assert_non_null(free_block_of(u->k, pfn - 1));
	assert_non_null(free_block_of(u->k, pfn + 1));
	/* not after an error of the hardware's */
	assert_int_equal(unpoison_memory(u->curr, pfn), -EOPNOTSUPP);
	u->k->memory_failure.hw_memory_failure = false;
	assert_int_equal(unpoison_memory(u->curr, pfn), 0);
	drain_all_pages(u->k);
	assert_int_equal(global_page_state(u->k, NR_FREE_PAGES), before);
	assert_non_null(free_block_of(u->k, pfn));
	assert_int_equal(poisoned(u), 0);
	assert_int_equal(unpoison_memory(u->curr, pfn), -EBUSY);
	assert_int_equal(unpoison_memory(u->curr, 1), -EIO);
	verify_ok(u);
}

/* Nothing can be done until it is freed; then only its neighbours are. */
static void test_kernel(void **state)
{
	struct user_mm *u = *state;
	struct page *page = alloc_pages(u->curr, GFP_KERNEL | __GFP_COMP, 2);
	const pfn_t pfn = page_to_pfn(u->k, page);
	int64_t before;

	assert_int_equal(fails(u, pfn + 2), -EBUSY);
	logged(u, "unhandlable page");
	logged(u, "recovery action for unknown page: Ignored");
	assert_int_equal(unpoison_memory(u->curr, pfn + 2), -EOPNOTSUPP);
	u->k->memory_failure.hw_memory_failure = false;
	assert_int_equal(unpoison_memory(u->curr, pfn + 2), -EBUSY);
	drain_all_pages(u->k);
	before = global_page_state(u->k, NR_FREE_PAGES);
	__free_pages(u->curr, page, 2);
	drain_all_pages(u->k);
	verify_ok(u);
	assert_int_equal(global_page_state(u->k, NR_FREE_PAGES), before + 3);
	assert_int_equal(use_of(u, pfn + 2), FRAME_POISONED);
	assert_null(free_block_of(u->k, pfn + 2));
	assert_int_equal(unpoison_memory(u->curr, pfn + 2), 0);
	verify_ok(u);
}

static void test_zero_page(void **state)
{
	struct user_mm *u = *state;

	assert_int_equal(fails(u, u->k->user.zero_pfn), -EBUSY);
	ClearPageHWPoison(u->k->user.zero_page);
}

/* ---- files ------------------------------------------------------------------------- */

/* Its disk still has it: nobody notices. */
static void test_clean_file(void **state)
{
	struct user_mm *u = *state;
	pfn_t pfn;

	map_file(u, VA, 4 * PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, 0);
	assert_int_equal(peek32(u, VA), 0x01010101);
	pfn = pfn_at(u, VA);
	assert_int_equal(fails(u, pfn), 0);
	logged(u, "corrupted page was clean: dropped without side effects");
	logged(u, "clean LRU page: Recovered");
	assert_int_equal(pte_word(u, VA), 0);
	assert_null(find_cached_page(&u->inode.i_data, 0));
	assert_int_equal(use_of(u, pfn), FRAME_POISONED);
	assert_int_equal(peek32(u, VA), 0x01010101);
	assert_int_not_equal(pfn_at(u, VA), pfn);
	assert_int_equal(u->inode.i_data.wb_err, 0);
}

static void test_dirty_file(void **state)
{
	struct user_mm *u = *state;
	uint32_t value;

	map_file(u, VA, PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	assert_true(store(u, VA, 7));
	assert_int_equal(fails(u, pfn_at(u, VA)), 0);
	logged(u, "dirty LRU page: Recovered");
	assert_null(find_cached_page(&u->inode.i_data, 0));
	assert_true(is_hwpoison_entry(entry_at(u, VA)));
	assert_false(load(u, VA, &value));
	assert_int_not_equal(u->inode.i_data.wb_err, 0);
	/* who maps it now reads what the disk has */
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	map_file(u, VA, PAGE_SIZE, PROT_READ, MAP_SHARED | MAP_FIXED, 0);
	assert_int_equal(peek32(u, VA), 0x01010101);
}

/* It can't be had anew: the page stays, so that it isn't taken for a hole. */
static void test_memory_file(void **state)
{
	struct user_mm *u = *state;
	struct page *page;
	uint32_t value;

	u->inode.i_data.swap_backed = true;
	map_file(u, VA, PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 3);
	assert_true(store(u, VA, 7));
	page = page_at(u, VA);
	assert_int_equal(fails(u, page_to_pfn(u->k, page)), 0);
	logged(u, "LRU page: Recovered");
	assert_ptr_equal(find_cached_page(&u->inode.i_data, 3), page);
	assert_false(load(u, VA, &value));
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	map_file(u, VA, 4 * PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	assert_false(load(u, VA + 3 * PAGE_SIZE, &value));
	assert_true(load(u, VA, &value));
	assert_false(load(u, VA + 3 * PAGE_SIZE, &value)); /* nor around */
	verify_ok(u);
}

static void test_read_and_write(void **state)
{
	struct user_mm *u = *state;
	int64_t pos = 3 * PAGE_SIZE;
	struct iov_iter iter;
	uint32_t word = 0;

	u->inode.i_data.swap_backed = true;
	map_file(u, VA, PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 3);
	assert_true(store(u, VA, 7));
	assert_int_equal(fails(u, pfn_at(u, VA)), 0);
	iov_iter_kernel(&iter, &word, sizeof(word));
	assert_int_equal(generic_file_read_iter(u->curr, &u->file, &iter, &pos),
			 -EIO);
	assert_int_equal(generic_perform_write(u->curr, &u->file, &iter, &pos),
			 -EIO);
	verify_ok(u);
}

/* ---- swap --------------------------------------------------------------------------- */

static void add_area(struct user_mm *u)
{
	const uint32_t bad = 50;
	struct swap_info_struct *si = kzalloc_obj(
		u->curr, ARM_SIZEOF_SWAP_INFO_STRUCT, sizeof(*si), GFP_KERNEL);

	si->flags = SWP_USED;
	si->max = SLOTS;
	address_space_init(&si->cache, NULL);
	swap_init(u->curr);
	u->k->swap.info[0] = si;
	u->k->swap.nr_swapfiles = 1;
	assert_int_equal(swap_slots_init(u->curr, si, &bad, 1, true), 0);
	swap_add_to_active(&u->k->swap, si);
}

static struct page *give_slot(struct user_mm *u, vaddr_t vaddr)
{
	struct page *page = page_at(u, vaddr);

	lock_page(u->curr, page);
	assert_true(add_to_swap(u->curr, page));
	unlock_page(u->curr, page);
	return page;
}

/* The slot has other bytes: who comes back for it must not get them. */
static void test_dirty_swap_cache(void **state)
{
	struct user_mm *u = *state;
	struct page *page;
	uint32_t value;

	add_area(u);
	map(u, VA, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_true(store(u, VA, 7));
	page = give_slot(u, VA);
	assert_int_equal(fails(u, page_to_pfn(u->k, page)), 0);
	logged(u, "dirty swapcache page: Delayed");
	assert_false(non_swap_entry(entry_at(u, VA)));
	assert_true(PageSwapCache(page));
	assert_false(load(u, VA, &value));
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	assert_false(PageSwapCache(page));
	assert_int_equal(use_of(u, page_to_pfn(u->k, page)), FRAME_POISONED);
	verify_ok(u);
}

static void test_clean_swap_cache(void **state)
{
	struct user_mm *u = *state;
	struct page *page;

	add_area(u);
	map(u, VA, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_true(store(u, VA, 7));
	page = give_slot(u, VA);
	lock_page(u->curr, page);
	try_to_unmap(u->curr, page, 0);
	ClearPageDirty(page); /* as if it were written */
	unlock_page(u->curr, page);
	assert_int_equal(fails(u, page_to_pfn(u->k, page)), 0);
	logged(u, "clean swapcache page: Recovered");
	assert_false(non_swap_entry(entry_at(u, VA)));
	assert_int_equal(use_of(u, page_to_pfn(u->k, page)), FRAME_POISONED);
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
}

/* ---- huge ---------------------------------------------------------------------------- */

static void test_huge(void **state)
{
	struct user_mm *u = *state;
	uint32_t value;
	vaddr_t va;

	u->k->thp.configured = true;
	u->k->thp.orders_always = THP_ORDER_PMD;
	va = map(u, 0, 2 * PMD_SIZE, RW, MAP_PRIVATE);
	va = (va + PMD_SIZE - 1) & PMD_MASK;
	assert_true(store(u, va, 1));
	assert_true(pmd_trans_huge(*pmd_off(u->mm, va)));
	assert_int_equal(fails(u, pte_pfn(huge_subpte(*pmd_off(u->mm, va),
						      va + 5 * PAGE_SIZE))),
			 0);
	assert_false(load(u, va + 5 * PAGE_SIZE, &value));
	assert_int_equal(peek32(u, va), 1);
	assert_true(store(u, va + 6 * PAGE_SIZE, 6));
	assert_int_equal(synced_counter(u, MM_ANONPAGES), 511);
}

/* ---- who is told ----------------------------------------------------------------------- */

static void enlist(struct user_mm *u)
{
	list_add_tail(&u->curr->tasks, &u->k->task_list);
	if (list_empty(&u->curr->signal->thread_head))
		list_add_tail(&u->curr->thread_node,
			      &u->curr->signal->thread_head);
}

/* The last signal: its code and unit; 0: none has come. */
static int told(struct user_mm *u, vaddr_t vaddr)
{
	struct sigpending *pending = &u->curr->pending;
	struct sigqueue *q;
	int code;

	if (list_empty(&pending->list))
		return 0;
	q = list_first_entry(&pending->list, struct sigqueue, list);
	code = q->info.code;
	assert_int_equal(q->info.signo, SIGBUS);
	assert_int_equal(q->info.words[0], vaddr);
	assert_int_equal(q->info.words[1], PAGE_SHIFT);
	list_del(&q->list);
	kmem_cache_free(u->curr, u->k->sched.sigqueue_cachep, q);
	pending->signal = 0;
	pending->nr = 0;
	return code;
}

static pfn_t new_page(struct user_mm *u, vaddr_t vaddr)
{
	map(u, vaddr, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_true(store(u, vaddr, 1));
	return pfn_at(u, vaddr);
}

static void test_early_kill(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t at = VA + 3 * PAGE_SIZE;

	enlist(u);
	u->curr->mce_kill = PR_MCE_KILL_DEFAULT;
	assert_int_equal(fails(u, new_page(u, at)), 0);
	assert_int_equal(told(u, at), 0);
	u->k->memory_failure.early_kill = 1;
	assert_int_equal(fails(u, new_page(u, at)), 0);
	assert_int_equal(told(u, at), BUS_MCEERR_AO);
	u->curr->mce_kill = PR_MCE_KILL_LATE;
	assert_int_equal(fails(u, new_page(u, at)), 0);
	assert_int_equal(told(u, at), 0);
	u->k->memory_failure.early_kill = 0;
	u->curr->mce_kill = PR_MCE_KILL_EARLY;
	assert_int_equal(fails(u, new_page(u, at)), 0);
	assert_int_equal(told(u, at), BUS_MCEERR_AO);
	/* a clean page of a file is no loss */
	map_file(u, VA, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, 0);
	peek32(u, VA);
	assert_int_equal(fails(u, pfn_at(u, VA)), 0);
	assert_int_equal(told(u, VA), 0);
	list_del(&u->curr->tasks);
}

static void test_action_required(void **state)
{
	struct user_mm *u = *state;
	const pfn_t pfn = new_page(u, VA);

	enlist(u);
	assert_int_equal(memory_failure(u->curr, pfn, MF_ACTION_REQUIRED), 0);
	assert_int_equal(told(u, VA), BUS_MCEERR_AR);
	/* once more by another way: it is found where it was */
	assert_int_equal(memory_failure(u->curr, pfn, MF_ACTION_REQUIRED),
			 -EHWPOISON);
	assert_int_equal(told(u, VA), BUS_MCEERR_AR);
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	assert_int_equal(memory_failure(u->curr, pfn, MF_ACTION_REQUIRED),
			 -EFAULT);
	assert_int_equal(told(u, VA), 0);
	list_del(&u->curr->tasks);
	verify_ok(u);
}

/* ---- in good health ------------------------------------------------------------------- */

static void test_soft_offline(void **state)
{
	struct user_mm *u = *state;
	const pfn_t pfn = new_page(u, VA);
	struct page *held;
	pfn_t file;

	u->mm->def_flags = 0;
	assert_true(store(u, VA, 42));
	assert_int_equal(soft_offline_page(u->curr, pfn, 0), 0);
	assert_int_equal(peek32(u, VA), 42);
	assert_int_not_equal(pfn_at(u, VA), pfn);
	assert_int_equal(use_of(u, pfn), FRAME_POISONED);
	assert_int_equal(poisoned(u), 1);
	verify_ok(u);
	assert_int_equal(soft_offline_page(u->curr, pfn, 0), 0); /* known */
	assert_int_equal(poisoned(u), 1);
	/* what can't move stays in use */
	assert_int_equal(get_user_page(u->curr, VA, false, &held), 0);
	assert_int_equal(soft_offline_page(u->curr, page_to_pfn(u->k, held), 0),
			 -EBUSY);
	assert_false(PageHWPoison(held));
	assert_int_equal(peek32(u, VA), 42);
	put_page(u->curr, held);
	/* a file's page that nobody maps is dropped */
	map_file(u, VA + PMD_SIZE, PAGE_SIZE, PROT_READ,
		 MAP_PRIVATE | MAP_FIXED, 0);
	peek32(u, VA + PMD_SIZE);
	file = pfn_at(u, VA + PMD_SIZE);
	unmap(u, VA + PMD_SIZE, PAGE_SIZE);
	assert_int_equal(soft_offline_page(u->curr, file, 0), 0);
	assert_null(find_cached_page(&u->inode.i_data, 0));
	verify_ok(u);
	/* nothing failed here: all can be undone */
	assert_int_equal(unpoison_memory(u->curr, file), 0);
	assert_int_equal(unpoison_memory(u->curr, pfn), 0);
	assert_int_equal(soft_offline_page(u->curr, file, 0), 0); /* free */
	assert_int_equal(use_of(u, file), FRAME_POISONED);
	assert_int_equal(soft_offline_page(u->curr, 1, 0), -ENXIO);
	verify_ok(u);
}

/* ---- what the kernel copies ------------------------------------------------------------- */

/* The copy ends; the frame's turn comes on the way to user mode. */
static void test_copy(void **state)
{
	struct user_mm *u = *state;
	const pfn_t pfn = new_page(u, VA);
	uint32_t word = 0;

	u->k->memory_failure.any_poisoned = true;
	u->k->hw.ops->poison(u->k->hw.ctx, (paddr_t)pfn << PAGE_SHIFT);
	assert_int_equal(copy_from_user(u->curr, &word, VA, 4), 4);
	assert_int_equal(copy_to_user(u->curr, VA, &word, 4), 4);
	assert_int_equal(word, 0);
	assert_int_equal(u->k->memory_failure.nr_queued, 2);
	assert_true(pte_present((pte_t){pte_word(u, VA)}));
	sync_mm_rss(u->curr, u->mm);
	memory_failure_queue_kick(u->curr);
	assert_int_equal(u->k->memory_failure.nr_queued, 0);
	assert_true(is_hwpoison_entry(entry_at(u, VA)));
	assert_int_equal(poisoned(u), 1);
	verify_ok(u);
	for (int i = 0; i <= MEMORY_FAILURE_FIFO_SIZE; i++)
		memory_failure_queue(u->k, pfn);
	logged(u, "buffer overflow when queuing memory failure");
	u->k->memory_failure.nr_queued = 0;
}

/* Without the option nothing happens to the frame. */
static void test_copy_without(void **state)
{
	struct user_mm *u = *state;
	const pfn_t pfn = new_page(u, VA);
	uint32_t word;

	u->k->params.memory_failure = false;
	u->k->memory_failure.any_poisoned = true;
	u->k->hw.ops->poison(u->k->hw.ctx, (paddr_t)pfn << PAGE_SHIFT);
	assert_int_equal(copy_from_user(u->curr, &word, VA, 4), 4);
	assert_int_equal(u->k->memory_failure.nr_queued, 0);
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
}

/* ---- madvise() --------------------------------------------------------------------------- */

static int advise(struct user_mm *u, int what)
{
	return do_madvise(u->curr, u->curr->mm, VA, PAGE_SIZE, what);
}

static void test_madvise(void **state)
{
	struct user_mm *u = *state;
	const pfn_t pfn = new_page(u, VA);
	uint32_t value;

	assert_int_equal(advise(u, MADV_SOFT_OFFLINE), 0);
	assert_int_equal(peek32(u, VA), 1);
	assert_int_not_equal(pfn_at(u, VA), pfn);
	assert_int_equal(advise(u, MADV_HWPOISON), 0);
	assert_false(load(u, VA, &value));
	assert_int_equal(advise(u, MADV_HWPOISON), -EFAULT);
	assert_int_equal(advise(u, MADV_POPULATE_READ), -EHWPOISON);
	assert_false(u->k->memory_failure.hw_memory_failure);
	verify_ok(u);
	u->k->params.memory_failure = false;
	assert_int_equal(advise(u, MADV_HWPOISON), -EINVAL);
	assert_int_equal(advise(u, MADV_SOFT_OFFLINE), -EINVAL);
}

/* ---- the verifier ------------------------------------------------------------------------ */

static void test_verify(void **state)
{
	struct user_mm *u = *state;
	const pfn_t pfn = new_page(u, VA);

	assert_int_equal(fails(u, pfn), 0);
	BREAK(u, "has no memory error",
	      ClearPageHWPoison(pfn_to_page(u->k, pfn)),
	      SetPageHWPoison(pfn_to_page(u->k, pfn)));
}

int main(void)
{
	/* clang-format off */
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_anonymous),
		TEST(test_locked),
		TEST(test_free_page),
		TEST(test_kernel),
		TEST(test_zero_page),
		TEST(test_clean_file),
		TEST(test_dirty_file),
		TEST(test_memory_file),
		TEST(test_read_and_write),
		TEST(test_dirty_swap_cache),
		TEST(test_clean_swap_cache),
		TEST(test_huge),
		TEST(test_early_kill),
		TEST(test_action_required),
		TEST(test_soft_offline),
		TEST(test_copy),
		TEST(test_copy_without),
		TEST(test_madvise),
		TEST(test_verify),
#undef TEST
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}
