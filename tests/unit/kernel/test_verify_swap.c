/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The verifier shouts about swap, migration entries and dirty pages when it
 * should: two pages, one of them swapped out and in the cache no more, the
 * other still in it, and a file of memory that has a page in a third slot.
 * The area is one without a disk: nothing is ever written.
 */

#include "tests/unit/kernel/helper_swap.h"
#include "tests/unit/kernel/helper_verify.h"

#include "kernel/mm/filemap.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swapops.h"

#define RW    (PROT_READ | PROT_WRITE)
#define VA    0x10000000u
#define SLOTS 100u

static struct swap_info_struct *area(struct user_mm *u)
{
	return u->k->swap.info[0];
}

static int setup(void **state)
{
	const uint32_t bad = 50;
	struct user_mm *u = user_mm_create(NULL);
	struct page *page;

	add_swap_area(u, 0, SLOTS, &bad);
	map(u, VA, 4 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_true(store(u, VA, 1) && store(u, VA + PAGE_SIZE, 2));
	verify_ok(u);
	/* As if it were written: reclaim takes it out of the cache. */
	page = swap_out(u, VA);
	get_page(page);
	delete_from_swap_cache(u->curr, page);
	unlock_page(u->curr, page);
	put_page(u->curr, page);
	page = swap_out(u, VA + PAGE_SIZE);
	unlock_page(u->curr, page);
	verify_ok(u);
	*state = u;
	return 0;
}

static int teardown(void **state)
{
	struct user_mm *u = *state;

	assert_int_equal(unmap(u, VA, 4 * PAGE_SIZE), 0);
	assert_int_equal(area(u)->inuse_pages, 0);
	user_mm_destroy(u);
	return 0;
}

static swp_entry_t entry_at(struct user_mm *u, vaddr_t vaddr)
{
	return pte_to_swp_entry(*pte_lookup(u->mm, vaddr));
}

static void test_slots(void **state)
{
	struct user_mm *u = *state;
	struct swap_info_struct *si = area(u);
	swap_count_t *out = &si->swap_map[swp_offset(entry_at(u, VA))];
	swap_count_t *cached =
		&si->swap_map[swp_offset(entry_at(u, VA + PAGE_SIZE))];

	assert_int_equal(*out, 1);
	assert_int_equal(*cached, SWAP_HAS_CACHE | 1);
	BREAK(u, "is counted 0x0002, named by 1 entries and 0 files", ++*out,
	      --*out);
	BREAK(u, "is counted 0x0000, named by 1 entries", --*out, ++*out);
	BREAK(u, "is counted 0x7ffe, named by 1 entries", *out = SWAP_MAP_SHMEM,
	      *out = 1);
	BREAK(u, "is counted 0x7fff, named by 1 entries", *out = SWAP_MAP_BAD,
	      *out = 1);
	/* In use, and named nowhere. */
	BREAK(u, "slot 70 of swap area 0 is counted 0x0001, named by 0 entries",
	      si->swap_map[70] = 1, si->swap_map[70] = 0);
	BREAK(u, "slot 70 of swap area 0 is counted 0x7ffe, named by 0 entries",
	      si->swap_map[70] = SWAP_MAP_SHMEM, si->swap_map[70] = 0);
	BREAK(u, "1 slots wait for the page", *out |= SWAP_HAS_CACHE, *out = 1);
	BREAK(u, "0 slots wait for the page", u->k->swap.nr_arriving++,
	      u->k->swap.nr_arriving--);
	BREAK(u, "is cached, and counted 0x0001", *cached = 1,
	      *cached |= SWAP_HAS_CACHE);
	BREAK(u, "is free, beyond 80 to", si->lowest_bit += 77,
	      si->lowest_bit -= 77);
	BREAK(u, "has 3 of 98 slots in use, counted 2 of 98", si->inuse_pages++,
	      si->inuse_pages--);
	BREAK(u, "counted 2 of 99", si->swap_map[50] = 0,
	      si->swap_map[50] = SWAP_MAP_BAD);
	BREAK(u, "nr_swap_pages is 97 of 98, by the areas 96 of 98",
	      u->k->swap.nr_swap_pages++, u->k->swap.nr_swap_pages--);
	BREAK(u, "96 of 99, by the areas", u->k->swap.total_swap_pages++,
	      u->k->swap.total_swap_pages--);
}

static void test_entries(void **state)
{
	struct user_mm *u = *state;
	pte_t *out = pte_lookup(u->mm, VA), old = *out;
	pte_t *empty = pte_lookup(u->mm, VA + 2 * PAGE_SIZE);

	BREAK(u, "counted 0x0001, named by 2 entries",
	      set_pte_at(u->mm, VA + 2 * PAGE_SIZE, empty, old),
	      pte_clear(u->mm, VA + 2 * PAGE_SIZE, empty));
	BREAK(u, "slot 60 of swap area 0 is counted 0x0000, named by 1",
	      set_pte_at(u->mm, VA, out, swp_entry_to_pte(swp_entry(0, 60))),
	      set_pte_at(u->mm, VA, out, old));
	BREAK(u, "slot 100 of area 0: no such",
	      set_pte_at(u->mm, VA, out, swp_entry_to_pte(swp_entry(0, SLOTS))),
	      set_pte_at(u->mm, VA, out, old));
	BREAK(u, "slot 1 of area 7: no such",
	      set_pte_at(u->mm, VA, out, swp_entry_to_pte(swp_entry(7, 1))),
	      set_pte_at(u->mm, VA, out, old));
	BREAK(u, "rss_stat[2] 3, counted 2", u->mm->rss_stat[MM_SWAPENTS]++,
	      u->mm->rss_stat[MM_SWAPENTS]--);
}

static void test_cache(void **state)
{
	struct user_mm *u = *state;
	const swp_entry_t entry = entry_at(u, VA + PAGE_SIZE);
	struct address_space *cache = &area(u)->cache;
	struct page *page = find_get_page(cache, swp_offset(entry));

	BREAK(u, "says it is for 0x", page->private ^= 1u << 8,
	      page->private = entry.val);
	BREAK(u, "has 2 pages cached, counted 1", cache->nrpages++,
	      cache->nrpages--);
	BREAK(u, "nr_swapcached", mod_page_state(u->k, page, NR_SWAPCACHED, 1),
	      mod_page_state(u->k, page, NR_SWAPCACHED, -1));
	BREAK(u, "1 pages say that they are in the swap cache, 0 are",
	      xa_erase(u->curr, &cache->i_pages, swp_offset(entry)),
	      xa_store(u->curr, &cache->i_pages, swp_offset(entry), page,
		       GFP_KERNEL));
	put_page(u->curr, page);
}

/* A file of memory with slot 3 at page 5. */
static void test_shmem(void **state)
{
	struct user_mm *u = *state;
	struct list_head *list = &u->k->swap.shmem_swaplist;
	struct xarray *pages = &u->inode.i_data.i_pages;
	const swp_entry_t entry = get_swap_page(u->curr);
	swap_count_t *map = &area(u)->swap_map[swp_offset(entry)];

	xa_store(u->curr, pages, 5, swp_to_radix_entry(entry), GFP_KERNEL);
	list_add(&u->inode.i_swaplist, list);
	u->inode.i_swapped = 1;
	swap_shmem_alloc(u->curr, entry);
	*map &= (swap_count_t)~SWAP_HAS_CACHE;
	verify_ok(u);
	BREAK(u, "is counted 0x0001, named by 0 entries and 1 files", *map = 1,
	      *map = SWAP_MAP_SHMEM);
	BREAK(u, "a file has 2 pages swapped, counted 1", u->inode.i_swapped++,
	      u->inode.i_swapped--);
	BREAK(u, "is counted 0x7ffe, named by 0 entries and 2 files",
	      xa_store(u->curr, pages, 6, swp_to_radix_entry(entry),
		       GFP_KERNEL),
	      xa_erase(u->curr, pages, 6));
	BREAK(u, "is counted 0x7ffe, named by 0 entries and 0 files",
	      list_del(&u->inode.i_swaplist),
	      list_add(&u->inode.i_swaplist, list));
	xa_erase(u->curr, pages, 5);
	list_del(&u->inode.i_swaplist);
	swap_free(u->curr, entry);
}

/* A page that nobody moves. */
static void test_migration_entry(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t va = VA + 3 * PAGE_SIZE;
	struct page *page;
	pte_t *pte, old;

	assert_true(store(u, va, 4));
	page = page_at(u, va);
	pte = pte_lookup(u->mm, va);
	old = *pte;
	set_pte_at(u->mm, va, pte,
		   swp_entry_to_pte(make_writable_migration_entry(
			   page_to_pfn(u->k, page))));
	shouts(u, "which nobody moves");
	set_pte_at(
		u->mm, va, pte,
		swp_entry_to_pte(make_writable_migration_entry(SWP_PFN_MASK)));
	shouts(u, "waits for pfn 0xfffff, which nobody moves");
	set_pte_at(u->mm, va, pte, old);
	verify_ok(u);
}

static void test_written(void **state)
{
	struct user_mm *u = *state;
	struct address_space *mapping = &u->inode.i_data;
	struct page *page;

	map_file(u, VA + 8 * PAGE_SIZE, PAGE_SIZE, PROT_READ,
		 MAP_PRIVATE | MAP_FIXED, 0);
	peek32(u, VA + 8 * PAGE_SIZE);
	page = page_at(u, VA + 8 * PAGE_SIZE);
	verify_ok(u);
	BREAK(u, "is dirty, in its file's marks it isn't", SetPageDirty(page),
	      ClearPageDirty(page));
	BREAK(u, "is being written, in its file's marks it isn't",
	      SetPageWriteback(page), ClearPageWriteback(page));
	BREAK(u, "page 0 of a file is marked dirty and isn't",
	      xa_set_mark(&mapping->i_pages, 0, XA_MARK_DIRTY),
	      xa_clear_mark(&mapping->i_pages, 0, XA_MARK_DIRTY));
	BREAK(u, "page 0 of a file is marked being written and isn't",
	      xa_set_mark(&mapping->i_pages, 0, XA_MARK_WRITEBACK),
	      xa_clear_mark(&mapping->i_pages, 0, XA_MARK_WRITEBACK));
	BREAK(u, "page 0 of a file is to be written, and not marked",
	      xa_set_mark(&mapping->i_pages, 0, XA_MARK_TOWRITE),
	      xa_clear_mark(&mapping->i_pages, 0, XA_MARK_TOWRITE));
	BREAK(u, "nr_dirty is 1, counted 0",
	      mod_page_state(u->k, page, NR_DIRTY, 1),
	      mod_page_state(u->k, page, NR_DIRTY, -1));
	BREAK(u, "nr_writeback is 1, counted 0",
	      mod_page_state(u->k, page, NR_WRITEBACK, 1),
	      mod_page_state(u->k, page, NR_WRITEBACK, -1));
	BREAK(u, "nr_zone_write_pending is 1, counted 0",
	      mod_page_state(u->k, page, NR_ZONE_WRITE_PENDING, 1),
	      mod_page_state(u->k, page, NR_ZONE_WRITE_PENDING, -1));
	assert_int_equal(unmap(u, VA + 8 * PAGE_SIZE, PAGE_SIZE), 0);
}

/* A second one, without bad slots, on a disk that doesn't seek. */
static struct swap_info_struct *add_solid_area(struct user_mm *u)
{
	return add_swap_area(u, 5, 3 * SWAPFILE_CLUSTER, NULL);
}

static void test_where_to_look(void **state)
{
	struct user_mm *u = *state;
	struct swap_info_struct *si = add_solid_area(u);
	struct swap_cluster_info *info = si->cluster_info;
	const uint32_t head = si->free_clusters.head;

	verify_ok(u);
	BREAK(u, "cluster 0 of swap area 1 has 1 slots in use, counted 2",
	      info[0].count++, info[0].count--);
	BREAK(u, "cluster 2 of swap area 1 has 0 slots in use, counted 0, not",
	      info[2].free = false, info[2].free = true);
	BREAK(u, "has 2 free clusters, 0 on the list",
	      si->free_clusters.head = CLUSTER_NULL,
	      si->free_clusters.head = head);
	BREAK(u, "has 2 free clusters, 3 on the list", info[2].next = 1,
	      info[2].next = CLUSTER_NULL);
	BREAK(u, "free clusters, 2 on the list", si->free_clusters.tail = 1,
	      si->free_clusters.tail = 2);
	BREAK(u, "stands behind area", si->prio = -2, si->prio = 5);
	BREAK(u, "swap area 1 has room, and is not listed",
	      del_from_avail_list(si), add_to_avail_list(&u->k->swap, si));
	BREAK(u, "have -1 and +0 too many", list_del(&si->list),
	      list_add(&si->list, &u->k->swap.active));
	drop_swap_area(u, si);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_slots),         TEST(test_entries),
		TEST(test_cache),         TEST(test_shmem),
		TEST(test_written),       TEST(test_migration_entry),
		TEST(test_where_to_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
