/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel/mm/dma_mapping.c: frames in a row, from the buddy and from CMA; kind
 * of memory; content, and what is given back.
 */
#include "kernel/mm/dma_mapping.h"

#include <string.h>

#include "kernel/mm/cma.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/vmalloc.h"
#include "mmu/mmu.h"
#include "tests/unit/kernel/helper_fake_hw.h"

#define RW (MMU_MAY_READ | MMU_MAY_WRITE)

static struct fake_hw *boot(const char *bootargs)
{
	struct fake_hw *f =
		fake_hw_create(&(struct fake_hw_config){.bootargs = bootargs});

	fake_mm_init(f);
	cma_init_reserved_areas(fake_curr(f));
	return f;
}

static int64_t free_pages_now(struct fake_hw *f)
{
	drain_all_pages(f->k);
	return global_page_state(f->k, NR_FREE_PAGES);
}

/* Normal memory without caches; the kernel may write, and not run it. */
static void check_mapping(struct fake_hw *f, vaddr_t kaddr, uint32_t nr_bytes,
			  dma_addr_t handle)
{
	struct mmu_result result;

	for (uint32_t i = 0; i < nr_bytes; i += PAGE_SIZE) {
		assert_true(mmu_peek(f->hw.mmu[0], kaddr + i, MMU_WRITE,
				     MMU_PL1, &result));
		assert_int_equal(result.paddr, handle + i);
		assert_int_equal(result.rights, RW);
		assert_int_equal(result.attr.type, MMU_NORMAL);
		assert_int_equal(result.attr.inner, MMU_NC);
		assert_int_equal(result.attr.outer, MMU_NC);
	}
	assert_int_equal(peek_rights(f, kaddr, MMU_PL0), 0);
}

static void exercise(struct fake_hw *f)
{
	struct task_struct *curr = fake_curr(f);
	const int64_t before = free_pages_now(f);
	dma_addr_t a_handle = 0, b_handle = 0;
	vaddr_t a = dma_alloc_wc(curr, 5 * PAGE_SIZE - 7, &a_handle,
				 GFP_KERNEL);
	vaddr_t b = dma_alloc_coherent(curr, 1, &b_handle, GFP_KERNEL);

	assert_true(a && b);
	check_mapping(f, a, 5 * PAGE_SIZE, a_handle);
	check_mapping(f, b, PAGE_SIZE, b_handle);
	assert_int_equal(peek_rights(f, a + 5 * PAGE_SIZE, MMU_PL1), 0);
	for (uint32_t i = 0; i < 5 * PAGE_SIZE; i++)
		assert_int_equal(
			((const uint8_t *)phys_bytes(f->k, a_handle))[i], 0);
	/* for the next who gets it: zeroed again */
	memset(phys_bytes(f->k, a_handle), 0xa5, 5 * PAGE_SIZE);
	assert_int_equal(verify_vmalloc(f->k), 0);
	dma_free_wc(curr, 5 * PAGE_SIZE - 7, a, a_handle);
	a = dma_alloc_wc(curr, 5 * PAGE_SIZE, &a_handle, GFP_KERNEL);
	for (uint32_t i = 0; i < 5 * PAGE_SIZE; i++)
		assert_int_equal(
			((const uint8_t *)phys_bytes(f->k, a_handle))[i], 0);
	dma_free_wc(curr, 5 * PAGE_SIZE, a, a_handle);
	dma_free_coherent(curr, 1, b, b_handle);
	assert_int_equal(verify_vmalloc(f->k), 0);
	assert_int_equal(verify_page_alloc(f->k), 0);
	/* but for tables of the vmalloc area and slabs, which stay */
	assert_in_range(before - free_pages_now(f), 0, 4);
}

static void test_from_the_buddy(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	dma_addr_t handle;

	(void)state;
	exercise(f);
	assert_int_equal(dma_alloc_wc(curr, 0, &handle, GFP_KERNEL), 0);
	/* more than a block, and more than fits in a number */
	assert_int_equal(dma_alloc_wc(curr, 5u << 20, &handle,
				      GFP_KERNEL | __GFP_NOWARN),
			 0);
	assert_int_equal(dma_alloc_wc(curr, UINT32_MAX, &handle,
				      GFP_KERNEL | __GFP_NOWARN),
			 0);
	fake_hw_destroy(f);
}

static void test_from_cma(void **state)
{
	struct fake_hw *f = boot("cma=8M");
	struct task_struct *curr = fake_curr(f);
	const struct cma *cma = f->k->mem.cma.dma_default;
	const int64_t before = free_pages_now(f);
	dma_addr_t handle = 0;
	vaddr_t a;

	(void)state;
	assert_non_null(cma);
	exercise(f);
	/* larger than any block of the buddy's */
	a = dma_alloc_wc(curr, 6u << 20, &handle, GFP_KERNEL);
	assert_true(a);
	assert_true(handle >= cma_get_base(cma) &&
		    handle + (6u << 20) <=
			    cma_get_base(cma) + cma_get_size(cma));
	check_mapping(f, a, 6u << 20, handle);
	/* what is left of it is too little, and the buddy is not asked */
	assert_int_equal(dma_alloc_wc(curr, 4u << 20, &handle,
				      GFP_KERNEL | __GFP_NOWARN),
			 0);
	dma_free_wc(curr, 6u << 20, a, cma_get_base(cma));
	assert_in_range(before - free_pages_now(f), 0, 6);
	fake_hw_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_the_buddy),
		cmocka_unit_test(test_from_cma),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
