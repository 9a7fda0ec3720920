/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The page cache: read(), write(), mappings and truncation see one content;
 * twenty programs share one copy; readahead's windows.
 */

#include "tests/unit/kernel/helper_user_mm.h"

#include <errno.h>
#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/writeback.h"

#define RW (PROT_READ | PROT_WRITE)

static int setup(void **state)
{
	*state = user_mm_create(NULL);
	return 0;
}

static int teardown(void **state)
{
	user_mm_destroy(*state);
	return 0;
}

static int32_t read_at(struct user_mm *u, int64_t pos, void *to, uint32_t len)
{
	struct iov_iter iter;

	iov_iter_kernel(&iter, to, len);
	return generic_file_read_iter(u->curr, &u->file, &iter, &pos);
}

static int32_t write_at(struct user_mm *u, int64_t pos, void *from,
			uint32_t len)
{
	struct iov_iter iter;

	iov_iter_kernel(&iter, from, len);
	return generic_file_write_iter(u->curr, &u->file, &iter, &pos);
}

static void test_read(void **state)
{
	struct user_mm *u = *state;
	uint8_t buf[3 * PAGE_SIZE];

	assert_int_equal(read_at(u, PAGE_SIZE - 1, buf, PAGE_SIZE + 2),
			 PAGE_SIZE + 2);
	assert_int_equal(buf[0], 1);
	assert_int_equal(buf[1], 2);
	assert_int_equal(buf[PAGE_SIZE], 2);
	assert_int_equal(buf[PAGE_SIZE + 1], 3);
	/* up to the end, past it, and when the disk fails */
	assert_int_equal(read_at(u, 64 * PAGE_SIZE - 5, buf, 100), 5);
	assert_int_equal(read_at(u, 64 * PAGE_SIZE, buf, 100), 0);
	assert_int_equal(read_at(u, (int64_t)1 << 40, buf, 100), 0);
	u->file_io_error = true;
	assert_int_equal(read_at(u, 40 * PAGE_SIZE, buf, 100), -EIO);
	u->file_io_error = false;
	assert_int_equal(read_at(u, 40 * PAGE_SIZE, buf, 100), 100);
	verify_ok(u);
}

static void test_readahead_window(void **state)
{
	struct user_mm *u = *state;
	uint8_t byte;

	assert_int_equal(read_at(u, 0, &byte, 1), 1);
	assert_int_equal(u->inode.i_data.nrpages, 4);
	assert_int_equal(read_at(u, 50 * PAGE_SIZE, &byte, 1), 1);
	assert_int_equal(u->inode.i_data.nrpages, 5); /* a jump */
	/* The window goes on at 4 with 8 pages, and as many as come after. */
	assert_int_equal(read_at(u, 4 * PAGE_SIZE, &byte, 1), 1);
	assert_int_equal(u->inode.i_data.nrpages, 5 + 8 + 16);
	assert_int_equal(read_at(u, 28 * PAGE_SIZE, &byte, 1), 1);
	assert_int_equal(u->inode.i_data.nrpages, 60);
}

static void test_write_and_mapping_agree(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_file(u, 0, 64 * PAGE_SIZE, RW, MAP_SHARED, 0);
	vaddr_t private = map_file(u, 0, 64 * PAGE_SIZE, RW, MAP_PRIVATE, 0);
	uint32_t word = 0xabcd1234;

	assert_int_equal(peek32(u, private + 2 * PAGE_SIZE), 0x03030303);
	assert_int_equal(write_at(u, 2 * PAGE_SIZE, &word, 4), 4);
	assert_int_equal(peek32(u, va + 2 * PAGE_SIZE), word);
	/* Not copied yet, so the private mapping sees it too. */
	assert_int_equal(peek32(u, private + 2 * PAGE_SIZE), word);
	assert_true(store(u, private + 2 * PAGE_SIZE, 1));
	assert_true(store(u, va + 2 * PAGE_SIZE, 77));
	assert_int_equal(read_at(u, 2 * PAGE_SIZE, &word, 4), 4);
	assert_int_equal(word, 77);
	assert_int_equal(peek32(u, private + 2 * PAGE_SIZE), 1);
	verify_ok(u);
}

static void test_append_and_grow(void **state)
{
	struct user_mm *u = *state;
	char text[] = "tail", got[8] = "";

	u->file.f_flags = O_APPEND;
	assert_int_equal(write_at(u, 0, text, 4), 4);
	assert_int_equal(u->inode.i_size, 64 * PAGE_SIZE + 4);
	assert_int_equal(read_at(u, 64 * PAGE_SIZE, got, 8), 4);
	assert_string_equal(got, "tail");
	u->file.f_flags = 0;
	assert_int_equal(write_at(u, 100 * PAGE_SIZE - 2, text, 4), 4);
	assert_int_equal(u->inode.i_size, 100 * PAGE_SIZE + 2);
	assert_int_equal(write_at(u, (int64_t)1 << 44, text, 4), -EFBIG);
	verify_ok(u);
}

/* A shorter file, then a longer one: what was cut off reads as zeroes. */
static void test_truncate(void **state)
{
	struct user_mm *u = *state;
	uint8_t buf[8];

	u->inode.i_data.swap_backed = true;
	assert_int_equal(write_at(u, 0, (uint8_t[]){9, 9, 9, 9}, 4), 4);
	truncate_setsize(u->curr, &u->inode, 2);
	assert_int_equal(u->inode.i_data.nrpages, 1);
	truncate_setsize(u->curr, &u->inode, PAGE_SIZE);
	assert_int_equal(read_at(u, 0, buf, 8), 8);
	assert_memory_equal(buf, ((uint8_t[]){9, 9, 0, 0, 0, 0, 0, 0}), 8);
	truncate_setsize(u->curr, &u->inode, 0);
	assert_int_equal(u->inode.i_data.nrpages, 0);
	assert_int_equal(global_page_state(u->k, NR_SHMEM), 0);
	verify_ok(u);
}

/* write() from a mapping of the very page that it writes to. */
static void test_write_from_itself(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va = map_file(u, 0, PAGE_SIZE, RW, MAP_SHARED, 5);
	struct iovec_user iov = {.base = va + 100, .len = 50};
	struct iov_iter iter;
	int64_t pos = 5 * PAGE_SIZE;

	iov_iter_user(&iter, &iov, 1);
	assert_int_equal(
		generic_file_write_iter(u->curr, &u->file, &iter, &pos), 50);
	assert_int_equal(pos, 5 * PAGE_SIZE + 50);
	/* From nowhere: -EFAULT, and nothing is dirtier for it. */
	iov = (struct iovec_user){.base = 0x50000000, .len = 50};
	iov_iter_user(&iter, &iov, 1);
	assert_int_equal(generic_file_write_iter(u->curr, &u->file, &iter,
						 &pos),
			 -EFAULT);
	assert_int_equal(pos, 5 * PAGE_SIZE + 50);
	verify_ok(u);
}

/* Shared memory that is touched here and there isn't filled in between. */
static void test_sparse_shared_memory(void **state)
{
	struct user_mm *u = *state;
	vaddr_t va;

	u->inode.i_data.swap_backed = true;
	va = map_file(u, 0, 64 * PAGE_SIZE, RW, MAP_SHARED, 0);
	assert_true(store(u, va + 7 * PAGE_SIZE, 1));
	peek32(u, va + 40 * PAGE_SIZE);
	assert_int_equal(u->inode.i_data.nrpages, 2);
	assert_int_equal(u->curr->maj_flt, 0);
	assert_int_equal(u->curr->min_flt, 2);
	assert_int_equal(global_page_state(u->k, NR_SHMEM), 2);
	verify_ok(u);
}

/* Reclaimed pages leave values behind, which are no pages. */
static void test_shadows(void **state)
{
	struct user_mm *u = *state;
	struct address_space *mapping = &u->inode.i_data;
	struct page *page;
	pgoff_t index = 0;

	for (pgoff_t i = 0; i < 3; i++) {
		page = read_mapping_page(u->curr, mapping, i, &u->file);
		lock_page(u->curr, page);
		__delete_from_page_cache(u->curr, page, xa_mk_value(i));
		unlock_page(u->curr, page);
		put_page(u->curr, page); /* the cache's */
		put_page(u->curr, page); /* ours */
	}
	assert_int_equal(mapping->nrpages, 0);
	assert_null(find_get_page(mapping, 1));
	assert_null(next_cached_page(mapping, &index, UINT32_MAX));
	verify_ok(u);
	page = read_mapping_page(u->curr, mapping, 1, &u->file);
	put_page(u->curr, page);
	index = 0;
	assert_ptr_equal(next_cached_page(mapping, &index, UINT32_MAX), page);
	assert_int_equal(index, 1);
	assert_int_equal(mapping->nrpages, 1);
	/* a page and a shadow */
	assert_int_equal(invalidate_mapping_pages(u->curr, mapping, 0, 1), 2);
	assert_int_equal(mapping->nrpages, 0);
	assert_false(xa_empty(&mapping->i_pages));
	truncate_setsize(u->curr, &u->inode, 0);
	assert_true(xa_empty(&mapping->i_pages));
	verify_ok(u);
}

/* The page goes to its disk and arrives. */
static void write_page(struct user_mm *u, struct page *page, bool wanted)
{
	lock_page(u->curr, page);
	assert_true(clear_page_dirty_for_io(u->curr, page));
	set_page_writeback(u->curr, page);
	if (wanted)
		SetPageReclaim(page); /* reclaim has met it */
	unlock_page(u->curr, page);
	page_cache_async_readahead(u->curr, page->mapping, &u->file, page, 4);
	verify_ok(u);
	end_page_writeback(u->curr, page);
	assert_false(PageReclaim(page));
}

/* One bit says both "read ahead" and "reclaim wants it". */
static void test_bit_of_two_meanings(void **state)
{
	struct user_mm *u = *state;
	struct address_space *mapping = &u->inode.i_data;
	struct page *page = read_mapping_page(u->curr, mapping, 0, &u->file);
	const uint64_t *rotated = &u->k->vmstat.event[PGROTATED];
	const uint32_t nrpages = mapping->nrpages;

	u->file.f_ra.ra_pages = 8;
	activate_page(u->k, page);
	SetPageReadahead(page);
	assert_true(set_page_dirty(u->curr, page));
	assert_false(PageReadahead(page));
	write_page(u, page, false);
	assert_true(PageActive(page));
	assert_int_equal(*rotated, 0);
	assert_true(set_page_dirty(u->curr, page));
	write_page(u, page, true);
	assert_false(PageActive(page));
	assert_int_equal(*rotated, 1);
	/* Who came by while it was being written took it for no mark. */
	assert_int_equal(mapping->nrpages, nrpages);
	SetPageReadahead(page);
	page_cache_async_readahead(u->curr, mapping, &u->file, page, 4);
	assert_false(PageReadahead(page));
	assert_true(mapping->nrpages > nrpages);
	put_page(u->curr, page);
	verify_ok(u);
}

static void test_twenty_share_one_copy(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *mm[20];
	struct page *page;

	for (int i = 0; i < 20; i++) {
		mm[i] = mm_alloc(u->curr);
		enter_mm(u, mm[i]);
		arch_pick_mmap_layout(u->curr, mm[i], 8 << 20);
		map_file(u, 0x10000, 32 * PAGE_SIZE, PROT_READ | PROT_EXEC,
			 MAP_PRIVATE | MAP_FIXED, 0);
		assert_int_equal(peek32(u, 0x10000), 0x01010101);
	}
	assert_int_equal(u->curr->maj_flt, 1);
	assert_int_equal(global_page_state(u->k, NR_FILE_PAGES), 32);
	page = page_at(u, 0x10000);
	assert_int_equal(page_mapcount(page), 20);
	assert_int_equal(page_count(page), 21);
	verify_ok(u);
	enter_mm(u, u->mm);
	for (int i = 0; i < 20; i++)
		end_mm(u, mm[i]);
	assert_int_equal(page_mapcount(page), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_read),
		TEST(test_readahead_window),
		TEST(test_write_and_mapping_agree),
		TEST(test_append_and_grow),
		TEST(test_truncate),
		TEST(test_write_from_itself),
		TEST(test_sparse_shared_memory),
		TEST(test_shadows),
		TEST(test_bit_of_two_meanings),
		TEST(test_twenty_share_one_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
