/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Highmem: a page gets an address for a while, through the tables and the MMU;
 * mappings nest, survive a task switch, and a forgotten flush shows. And how
 * little of mem_map a large board writes.
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/verify.h"
#include "kernel/task/fiber.h"
#include "kernel/task/sched_core.h"
#include "tests/unit/kernel/helper_fake_hw.h"

#define RW (MMU_MAY_READ | MMU_MAY_WRITE)

/* 1.5 GB at 3G/1G: half of it is highmem. */
static struct fake_hw *boot(const char *bootargs)
{
	const struct fake_hw_config config = {
		.page_offset = 0xc0000000,
		.bootargs = bootargs,
		.bank = {{0x60000000, 1536 * FAKE_MB, 0}},
	};
	struct fake_hw *f = fake_hw_create(&config);

	fake_mm_init(f);
	return f;
}

static struct page *high_page(struct fake_hw *f)
{
	struct page *page = alloc_page(fake_curr(f), GFP_HIGHUSER);

	assert_true(PageHighMem(f->k, page));
	return page;
}

/* The frame's bytes, past all tables. */
static uint8_t *raw(struct fake_hw *f, const struct page *page)
{
	return phys_bytes(f->k, page_to_phys(f->k, page));
}

static bool aborts(void (*fn)(struct fake_hw *f), struct fake_hw *f)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		signal(SIGABRT, SIG_DFL);
		assert_non_null(freopen("/dev/null", "w", stderr));
		fn(f);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* ---- one mapping ------------------------------------------------------------ */

static void test_lowmem_needs_nothing(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	struct page *page = alloc_page(curr, GFP_KERNEL);
	unsigned int written = f->nr_descriptors;
	vaddr_t kaddr = kmap_local_page(curr, page);

	(void)state;
	assert_int_equal(kaddr, page_address(f->k, page));
	assert_ptr_equal(kmap_bytes_mut(curr, kaddr + 5), raw(f, page) + 5);
	assert_int_equal(curr->kmap_ctrl.idx, 0);
	kunmap_local(curr, kaddr);
	assert_int_equal(f->nr_descriptors, written);
	fake_hw_destroy(f);
}

static void test_window(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	struct page *page = high_page(f);
	vaddr_t kaddr = kmap_local_page(curr, page);

	(void)state;
	/* slot 1 of the fixmap: 0xfff00000 less two pages */
	assert_int_equal(kaddr, 0xffefe000);
	assert_int_equal(peek(f, kaddr, MMU_WRITE, MMU_PL1),
			 page_to_phys(f->k, page));
	assert_int_equal(peek_rights(f, kaddr, MMU_PL1), RW);
	assert_int_equal(peek_rights(f, kaddr, MMU_PL0), 0);
	strcpy(kmap_bytes_mut(curr, kaddr + 0xff0), "at the end");
	assert_string_equal((char *)raw(f, page) + 0xff0, "at the end");
	assert_int_equal(verify_kmaps(f->k), 0);
	kunmap_local(curr, kaddr + 17);
	assert_int_equal(peek_rights(f, kaddr, MMU_PL1), 0);
	assert_int_equal(verify_kmaps(f->k), 0);
	fake_hw_destroy(f);
}

static void bytes_of_highmem(struct fake_hw *f)
{
	page_bytes(f->k, high_page(f));
}

static void unmap_the_lower_first(struct fake_hw *f)
{
	vaddr_t kaddr = kmap_local_page(fake_curr(f), high_page(f));

	kmap_local_page(fake_curr(f), high_page(f));
	kunmap_local(fake_curr(f), kaddr);
}

static void unmap_twice(struct fake_hw *f)
{
	vaddr_t kaddr = kmap_local_page(fake_curr(f), high_page(f));

	kunmap_local(fake_curr(f), kaddr);
	kunmap_local(fake_curr(f), kaddr);
}

static void nest_too_deep(struct fake_hw *f)
{
	for (int i = 0; i <= KM_MAX_IDX; i++)
		kmap_local_page(fake_curr(f), high_page(f));
}

static void sleep_in_atomic(struct fake_hw *f)
{
	kmap_atomic(fake_curr(f), alloc_page(fake_curr(f), GFP_KERNEL));
	schedule(fake_curr(f));
}

static void test_misuse(void **state)
{
	struct fake_hw *f = boot(NULL);

	(void)state;
	assert_int_equal(page_address(f->k, high_page(f)), 0);
	assert_true(aborts(bytes_of_highmem, f));
	assert_true(aborts(unmap_the_lower_first, f));
	assert_true(aborts(unmap_twice, f));
	assert_true(aborts(nest_too_deep, f));
	assert_true(aborts(sleep_in_atomic, f));
	fake_hw_destroy(f);
}

/* ---- several ------------------------------------------------------------------- */

static void test_nesting(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	struct page *page[KM_MAX_IDX];
	vaddr_t kaddr[KM_MAX_IDX];

	(void)state;
	for (int i = 0; i < KM_MAX_IDX; i++) {
		page[i] = high_page(f);
		kaddr[i] = kmap_local_page(curr, page[i]);
		*(uint32_t *)kmap_bytes_mut(curr, kaddr[i]) = (uint32_t)i;
	}
	for (int i = 0; i < KM_MAX_IDX; i++) {
		assert_int_equal(*(uint32_t *)raw(f, page[i]), i);
		assert_int_equal(*(uint32_t *)kmap_bytes(curr, kaddr[i]), i);
	}
	assert_int_equal(verify_kmaps(f->k), 0);
	for (int i = KM_MAX_IDX; i--;)
		kunmap_local(curr, kaddr[i]);
	assert_int_equal(curr->kmap_ctrl.idx, 0);
	fake_hw_destroy(f);
}

/* A task that maps what it is given, sleeps, and looks again. */
struct sleeper {
	struct fake_hw *f;
	struct task_struct task;
	struct page *page[2];
	unsigned int nr_rounds; /* how often it found all as it was */
};

static void check_mappings(const struct sleeper *s, const vaddr_t kaddr[2])
{
	for (int i = 0; i < 2; i++) {
		assert_int_equal(peek(s->f, kaddr[i], MMU_WRITE, MMU_PL1),
				 page_to_phys(s->f->k, s->page[i]));
		assert_ptr_equal(kmap_bytes((struct task_struct *)&s->task,
					    kaddr[i]),
				 raw(s->f, s->page[i]));
	}
	assert_int_equal(verify_kmaps(s->f->k), 0);
}

static void sleep_once(struct task_struct *curr)
{
	curr->state = TASK_UNINTERRUPTIBLE;
	schedule(curr);
}

static void sleeper_main(void *arg)
{
	struct sleeper *s = arg;
	struct task_struct *curr = &s->task;

	for (;;) {
		vaddr_t kaddr[2] = {kmap_local_page(curr, s->page[0]),
				    kmap_local_page(curr, s->page[1])};

		/* each task begins with the first slot */
		assert_int_equal(kaddr[0], arch_kmap_slot(curr, 0));
		check_mappings(s, kaddr);
		sleep_once(curr);
		check_mappings(s, kaddr);
		kunmap_local(curr, kaddr[1]);
		sleep_once(curr);
		kunmap_local(curr, kaddr[0]);
		s->nr_rounds++;
	}
}

static struct sleeper *sleeper_create(struct fake_hw *f)
{
	struct sleeper *s = calloc(1, sizeof(*s));

	s->f = f;
	s->task = *fake_curr(f);
	s->task.state = TASK_UNINTERRUPTIBLE;
	s->task.stack = fiber_create(&f->k->sched.fibers, sleeper_main, s);
	s->page[0] = high_page(f);
	s->page[1] = high_page(f);
	wake_up_process(fake_curr(f), &s->task);
	return s;
}

/* Three sleepers, and the idle task that lets them run. */
static void test_task_switch(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *idle = fake_curr(f);
	struct sleeper *s[3];
	vaddr_t kaddr;

	(void)state;
	idle->stack = fiber_of_caller();
	for (int i = 0; i < 3; i++)
		s[i] = sleeper_create(f);
	kaddr = kmap_local_page(idle, high_page(f));
	for (int round = 0; round < 12; round++) {
		schedule(idle); /* they run one after the other */
		assert_ptr_equal(f->k->sched.cpus[0].curr, idle);
		assert_int_equal(verify_kmaps(f->k), 0);
		for (int i = 0; i < 3; i++)
			wake_up_process(idle, &s[(i + round) % 3]->task);
	}
	kunmap_local(idle, kaddr);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(s[i]->nr_rounds, 5);
		fiber_destroy(&f->k->sched.fibers, s[i]->task.stack);
		free(s[i]);
	}
	fiber_pool_drain(&f->k->sched.fibers);
	free(idle->stack);
	fake_hw_destroy(f);
}

/* Slot 0 shows one page, then another, without the TLB being told. */
static const uint8_t *other_page_unflushed(struct fake_hw *f, uint32_t forget)
{
	struct task_struct *curr = fake_curr(f);
	vaddr_t kaddr = kmap_local_page(curr, high_page(f));
	const uint8_t *bytes;

	*(uint8_t *)kmap_bytes_mut(curr, kaddr) = 1;
	f->k->arch.forget_kinds = 1u << FLUSH_KERNEL_PAGE;
	f->k->arch.forget_flushes = forget;
	kunmap_local(curr, kaddr);
	kaddr = kmap_local_page(curr, high_page(f));
	bytes = kmap_bytes(curr, kaddr);
	kunmap_local(curr, kaddr);
	return bytes;
}

static void test_forgotten_flush(void **state)
{
	struct fake_hw *f = boot(NULL);

	(void)state;
	assert_int_equal(*other_page_unflushed(f, 0), 0);
	assert_int_equal(*other_page_unflushed(f, 1),
			 0); /* one of two will do */
	assert_int_equal(*other_page_unflushed(f, 2), 1);
	fake_hw_destroy(f);
}

static void test_verifier(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);

	(void)state;
	kmap_local_page(curr, high_page(f));
	curr->kmap_ctrl.pfn[0]++;
	assert_int_equal(verify_kmaps(f->k), 1);
	curr->kmap_ctrl.idx = 0; /* a task that forgot its mapping */
	assert_int_equal(verify_kmaps(f->k), 1);
	arch_kmap_clear(curr, 0);
	assert_int_equal(verify_kmaps(f->k), 0);
	fake_hw_destroy(f);
}

/* ---- kmap() ---------------------------------------------------------------------- */

/* The second-level table below lowmem: 512 slots from 0xbfe00000 on. */
#define PKMAP 0xbfe00000u

static void test_kmap(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	struct page *page = high_page(f), *low = alloc_page(curr, GFP_KERNEL);
	vaddr_t kaddr = kmap(curr, page);

	(void)state;
	assert_int_equal(kmap(curr, low), page_address(f->k, low));
	kunmap(curr, low);
	assert_int_equal(kaddr, PKMAP + PAGE_SIZE);
	assert_int_equal(kmap(curr, page), kaddr); /* one is enough */
	assert_int_equal(page_address(f->k, page), kaddr);
	assert_int_equal(peek(f, kaddr, MMU_WRITE, MMU_PL1),
			 page_to_phys(f->k, page));
	assert_int_equal(peek_rights(f, kaddr, MMU_PL1), RW);
	assert_int_equal(peek_rights(f, kaddr, MMU_PL0), 0);
	strcpy(kmap_bytes_mut(curr, kaddr + 0xff0), "at the end");
	assert_string_equal((char *)raw(f, page) + 0xff0, "at the end");
	kunmap(curr, page);
	kunmap(curr, page);
	/* it stays until the slots have come round, and is found again */
	assert_int_equal(peek_rights(f, kaddr, MMU_PL1), RW);
	assert_int_equal(kmap(curr, page), kaddr);
	kunmap(curr, page);
	for (uint32_t i = 0; i < 512; i++) {
		struct page *other = high_page(f);

		kmap(curr, other);
		assert_int_equal(verify_pkmaps(f->k), 0);
		kunmap(curr, other);
	}
	assert_int_equal(page_address(f->k, page), 0);
	assert_int_equal(f->k->pkmap.count[1], 1);
	f->k->pkmap.count[1] = 0;
	assert_int_equal(verify_pkmaps(f->k), 1);
	fake_hw_destroy(f);
}

static void test_kmap_refused(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *curr = fake_curr(f);
	struct page *page = high_page(f), *low = alloc_page(curr, GFP_KERNEL);

	(void)state;
	curr->in_interrupt++;
	assert_int_equal(kmap(curr, page), 0);
	assert_int_equal(kmap(curr, low), page_address(f->k, low));
	curr->in_interrupt--;
	assert_non_null(strstr(f->log, "BUG: sleeping function called from "
				       "invalid context at kmap"));
	assert_int_equal(page_address(f->k, page), 0);
	kmap_atomic(curr, low);
	assert_int_equal(kmap(curr, page), 0);
	kunmap_atomic(curr, page_address(f->k, low));
	assert_int_not_equal(kmap(curr, page), 0);
	fake_hw_destroy(f);
}

/* All 512 are taken: the next sleeps until one is given back, and gets it. */
struct waiter {
	struct task_struct task;
	struct page *page;
	vaddr_t kaddr;
};

static void waiter_main(void *arg)
{
	struct waiter *w = arg;

	w->kaddr = kmap(&w->task, w->page);
	for (;;)
		sleep_once(&w->task);
}

static void test_kmap_sleeps(void **state)
{
	struct fake_hw *f = boot(NULL);
	struct task_struct *idle = fake_curr(f);
	struct page *page[512];
	struct waiter *w[2];

	(void)state;
	idle->stack = fiber_of_caller();
	for (int i = 0; i < 512; i++) {
		page[i] = high_page(f);
		assert_int_not_equal(kmap(idle, page[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		w[i] = calloc(1, sizeof(**w));
		w[i]->task = *idle;
		w[i]->task.state = TASK_UNINTERRUPTIBLE;
		w[i]->task.stack = fiber_create(&f->k->sched.fibers,
						waiter_main, w[i]);
		w[i]->page = i ? w[0]->page : high_page(f);
		wake_up_process(idle, &w[i]->task);
	}
	schedule(idle);
	assert_true(!w[0]->kaddr && !w[1]->kaddr);
	kunmap(idle, page[300]);
	schedule(idle);
	/* both want the same page: one slot does for both */
	assert_int_equal(w[0]->kaddr, PKMAP + 301 * PAGE_SIZE);
	assert_int_equal(w[1]->kaddr, w[0]->kaddr);
	assert_int_equal(peek(f, w[0]->kaddr, MMU_READ, MMU_PL1),
			 page_to_phys(f->k, w[0]->page));
	assert_int_equal(verify_pkmaps(f->k), 0);
	for (int i = 0; i < 2; i++) {
		fiber_destroy(&f->k->sched.fibers, w[i]->task.stack);
		free(w[i]);
	}
	fiber_pool_drain(&f->k->sched.fibers);
	free(idle->stack);
	fake_hw_destroy(f);
}

/* ---- copying, beside arrays -------------------------------------------------------- */

#define NR_PAGES 12

struct twin {
	struct fake_hw *f;
	struct page *page[NR_PAGES]; /* some low, some high */
	uint8_t model[NR_PAGES][PAGE_SIZE];
	uint64_t random;
};

static uint32_t below(struct twin *t, uint32_t n)
{
	t->random = t->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(t->random >> 33) % n;
}

static void random_copy(struct twin *t)
{
	struct task_struct *curr = fake_curr(t->f);
	uint32_t to = below(t, NR_PAGES), from = below(t, NR_PAGES);
	uint32_t at = below(t, PAGE_SIZE), source = below(t, PAGE_SIZE);
	uint32_t most = PAGE_SIZE - (at > source ? at : source);
	uint32_t len = 1 + below(t, most);
	uint8_t bytes[PAGE_SIZE];
	struct iov_iter i;

	if (to == from)
		return;
	switch (below(t, 6)) {
	case 0:
		memzero_page(curr, t->page[to], at, len);
		memset(t->model[to] + at, 0, len);
		return;
	case 1:
		memset(bytes, (int)below(t, 256), len);
		memcpy_to_page(curr, t->page[to], at, bytes, len);
		memcpy(t->model[to] + at, bytes, len);
		return;
	case 2:
		memcpy_from_page(curr, bytes, t->page[from], source, len);
		assert_memory_equal(bytes, t->model[from] + source, len);
		return;
	case 3:
		copy_highpage(curr, t->page[to], t->page[from]);
		memcpy(t->model[to], t->model[from], PAGE_SIZE);
		return;
	case 4:
		iov_iter_kernel(&i, bytes, len);
		assert_int_equal(copy_page_to_iter(curr, t->page[from], source,
						   len, &i),
				 len);
		iov_iter_kernel(&i, bytes, len);
		assert_int_equal(copy_page_from_iter(curr, t->page[to], at, len,
						     &i),
				 len);
		break;
	default:
		memcpy_page(curr, t->page[to], at, t->page[from], source, len);
	}
	memcpy(t->model[to] + at, t->model[from] + source, len);
}

static void test_copies(void **state)
{
	struct fake_hw *f = boot(NULL);
	static struct twin t;

	(void)state;
	t = (struct twin){.f = f, .random = 20240229};
	for (int i = 0; i < NR_PAGES; i++) {
		t.page[i] = alloc_page(fake_curr(f),
				       i % 3 ? GFP_HIGHUSER : GFP_KERNEL);
		clear_highpage(fake_curr(f), t.page[i]);
	}
	for (int step = 0; step < 20000; step++) {
		uint32_t i = below(&t, NR_PAGES);

		random_copy(&t);
		assert_memory_equal(raw(f, t.page[i]), t.model[i], PAGE_SIZE);
	}
	assert_int_equal(verify_kmaps(f->k), 0);
	fake_hw_destroy(f);
}

/* ---- mem_map ----------------------------------------------------------------------- */

/* Any frame, down to the last, without waiting for one. */
#define ALL_OF_IT \
	(__GFP_HIGHMEM | __GFP_MOVABLE | __GFP_MEMALLOC | __GFP_NOWARN)

/* Host pages of mem_map that have been written. */
static uint32_t pages_written(const struct fake_hw *f)
{
	const struct mem_state *mem = &f->k->mem;
	uintptr_t start = (uintptr_t)mem->mem_map & ~(uintptr_t)4095;
	size_t nr_bytes = (uintptr_t)(mem->mem_map + mem->map_end_pfn -
				      mem->map_base_pfn) -
			  start;
	size_t nr_pages = (nr_bytes + 4095) / 4096;
	unsigned char *resident = malloc(nr_pages);
	uint32_t n = 0;

	assert_int_equal(mincore((void *)start, nr_bytes, resident), 0);
	for (size_t i = 0; i < nr_pages; i++)
		n += resident[i] & 1;
	free(resident);
	return n;
}

/* Each frame of one zone, whole blocks and single ones, is what it should be. */
static uint32_t take_all(struct fake_hw *f, gfp_t gfp, unsigned int order)
{
	struct page *page;
	uint32_t n = 0;

	while ((page = alloc_pages(fake_curr(f), gfp, order)))
		for (uint32_t i = 0; i < 1u << order; i++, n++) {
			assert_int_equal(page[i]._mapcount, -1);
			assert_int_equal(page[i]._refcount, !i);
			assert_int_equal(page_zonenum(&page[i]),
					 page_zonenum(page));
			assert_false(PageDeferred(&page[i]));
		}
	return n;
}

static void test_mem_map_is_written_late(void **state)
{
	struct fake_hw *f = boot(NULL);
	uint32_t n, nr_free;

	(void)state;
	/*
	 * 48 MB of mem_map: a host page for the first of each block of 4 MB,
	 * 384; and of the few blocks that boot has something in, 32 each.
	 */
	assert_in_range(pages_written(f), 384, 384 + 16 * 32);
	assert_int_equal(kernel_verify(f->k), 0);
	drain_all_pages(f->k);
	nr_free = (uint32_t)global_page_state(f->k, NR_FREE_PAGES);
	assert_in_range(nr_free, 1520 * 256, 1536 * 256);
	n = take_all(f, ALL_OF_IT, MAX_ORDER - 1);
	n += take_all(f, ALL_OF_IT, 3);
	n += take_all(f, ALL_OF_IT, 0);
	assert_int_equal(n, nr_free);
	assert_in_range(pages_written(f), 12288 - 32, 12289);
	assert_int_equal(kernel_verify(f->k), 0);
	fake_hw_destroy(f);
}

/* A border of zones within a block: nothing of it is left to later. */
static void test_odd_border(void **state)
{
	struct fake_hw *f = boot("vmalloc=300000001");
	const struct zone *node = f->k->mem.node_data[0].node_zones;
	pfn_t border = node[ZONE_HIGHMEM].zone_start_pfn;

	(void)state;
	assert_int_not_equal(border % MAX_ORDER_NR_PAGES, 0);
	assert_int_equal(zone_end_pfn(&node[ZONE_NORMAL]), border);
	assert_int_equal(page_zonenum(pfn_to_page(f->k, border - 1)),
			 ZONE_NORMAL);
	assert_int_equal(page_zonenum(pfn_to_page(f->k, border)), ZONE_HIGHMEM);
	assert_int_equal(node[ZONE_HIGHMEM].managed_pages,
			 node[ZONE_HIGHMEM].present_pages);
	assert_int_equal(kernel_verify(f->k), 0);
	take_all(f, ALL_OF_IT, 0);
	assert_int_equal(kernel_verify(f->k), 0);
	fake_hw_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lowmem_needs_nothing),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_task_switch),
		cmocka_unit_test(test_forgotten_flush),
		cmocka_unit_test(test_verifier),
		cmocka_unit_test(test_kmap),
		cmocka_unit_test(test_kmap_refused),
		cmocka_unit_test(test_kmap_sleeps),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_mem_map_is_written_late),
		cmocka_unit_test(test_odd_border),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
