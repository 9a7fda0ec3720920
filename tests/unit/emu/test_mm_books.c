/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the books tell of slab caches, LRU lists and swap areas, beside what
 * frames and processes are found to be, one by one, at moments of rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "tests/unit/emu/helper_watched.h"

#define BOARD(name) WATCHED_BOARD(name)
#define GUEST(name) WATCHED_GUEST(name)

#define MAX_NODES  4
#define MAX_CACHES 256
#define LISTS      (KERNEL_LRU_UNEVICTABLE + 1)

struct seen {
	uint64_t nr_rests, every, nr_looks;
	uint64_t lru[LISTS], slabs, active, used, awake;
};

/* One moment: what the frames are, and the processes' swapped pages. */
struct moment {
	struct seen *seen;
	struct machine *m;
	uint64_t lru[MAX_NODES][LISTS];
	uint64_t slab[MAX_CACHES]; /* frames */
	uint64_t swapped;
};

static void count_frames(struct moment *now)
{
	static struct kernel_frame frame[KERNEL_BLOCK_FRAMES];
	const struct hw *hw = &now->m->hw;

	for (uint32_t n = 0; n <= hw->ram_span_bytes >> 22; n++) {
		kernel_frames(now->m->kernel, n, frame);
		for (int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
			now->lru[frame[i].node][frame[i].lru]++;
			now->slab[frame[i].cache]++;
		}
	}
}

static void compare_lruvec(void *arg, const struct kernel_lruvec *lruvec)
{
	struct moment *now = arg;

	for (int lru = KERNEL_LRU_INACTIVE_ANON; lru < LISTS; lru++) {
		assert_int_equal(now->lru[lruvec->node][lru],
				 lruvec->pages[lru]);
		now->seen->lru[lru] += lruvec->pages[lru];
	}
}

/* It runs at once when it is woken, and seldom pauses. */
static void count_awake(void *arg, const struct kernel_lruvec *lruvec)
{
	((struct seen *)arg)->awake += lruvec->kswapd_runs;
}

static void compare_cache(void *arg, const struct kernel_cache *cache)
{
	struct moment *now = arg;

	assert_true(cache->active <= cache->objects);
	assert_true(cache->number && cache->name[0]);
	assert_int_equal(cache->slabs * cache->slab_objects, cache->objects);
	if (cache->number < 255)
		assert_int_equal(now->slab[cache->number],
				 cache->slabs * cache->slab_frames);
	now->seen->slabs += cache->slabs;
	now->seen->active += cache->active;
}

static void count_swapped(void *arg, const struct kernel_process_info *process)
{
	((struct moment *)arg)->swapped += process->swapped;
}

static void compare_swap(void *arg, const struct kernel_swap *swap)
{
	struct moment *now = arg;
	uint8_t *slot = malloc(swap->slots + 1);
	uint64_t count[KERNEL_SLOT_BAD + 1] = {0};

	assert_non_null(slot);
	assert_string_equal(swap->name, "vda");
	kernel_swap_slots(now->m->kernel, swap->area, 0, swap->slots + 1, slot);
	assert_int_equal(slot[swap->slots], KERNEL_SLOT_BAD);
	for (uint32_t i = 0; i < swap->slots; i++)
		count[slot[i]]++;
	free(slot);
	assert_int_equal(count[KERNEL_SLOT_USED] + count[KERNEL_SLOT_SHARED] +
				 count[KERNEL_SLOT_CACHED],
			 swap->used);
	assert_int_equal(count[KERNEL_SLOT_BAD], 1);
	/* a slot that a process has may be another's or in the cache, too */
	assert_true(count[KERNEL_SLOT_USED] <= now->swapped + 4096);
	if (!count[KERNEL_SLOT_CACHED] && !count[KERNEL_SLOT_SHARED])
		assert_true(now->swapped <= count[KERNEL_SLOT_USED]);
	now->seen->used += swap->used;
}

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	(void)go;
	struct seen *seen = arg;
	struct moment now = {.seen = seen, .m = m};

	kernel_for_each_lruvec(m->kernel, count_awake, seen);
	if (seen->nr_rests++ % seen->every || !seen->nr_rests)
		return;
	count_frames(&now);
	kernel_for_each_process(m->kernel, count_swapped, &now);
	kernel_for_each_lruvec(m->kernel, compare_lruvec, &now);
	kernel_for_each_cache(m->kernel, compare_cache, &now);
	kernel_for_each_swap(m->kernel, compare_swap, &now);
	seen->nr_looks++;
}

static struct seen run(const char *board, const char *const *sets,
		       size_t nr_sets, uint64_t every)
{
	struct seen seen = {.every = every};

	watched_run(board, sets, nr_sets, rest, &seen, NULL);
	assert_true(seen.nr_looks > 20);
	return seen;
}

static void swapping(void **state)
{
	static const char *const sets[] = {
		"run=[[" GUEST("swapset") ", 12, 1]]", "memory.size=16M",
		"swap.size=64M"};
	struct seen seen = run(BOARD("vexpress-a9"), sets, 3, 307);

	(void)state;
	for (int lru = KERNEL_LRU_INACTIVE_ANON; lru < LISTS; lru++)
		if (lru != KERNEL_LRU_UNEVICTABLE)
			assert_true(seen.lru[lru]);
	assert_true(seen.slabs && seen.active && seen.used && seen.awake);
}

static void two_nodes(void **state)
{
	static const char *const sets[] = {"run=[[" GUEST("locked") "]]"};

	(void)state;
	assert_true(run(BOARD("numa-2node"), sets, 1, 11)
			    .lru[KERNEL_LRU_UNEVICTABLE]);
}

static void other_allocators(void **state)
{
	static const char *const slab[] = {"run=[[" GUEST("cow") "]]",
					   "kernel.slab_allocator=slab"};
	static const char *const slob[] = {"run=[[" GUEST("cow") "]]",
					   "kernel.slab_allocator=slob"};

	(void)state;
	assert_true(run(BOARD("vexpress-a9"), slab, 2, 7).slabs);
	assert_false(run(BOARD("vexpress-a9"), slob, 2, 7).slabs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(swapping),
		cmocka_unit_test(two_nodes),
		cmocka_unit_test(other_allocators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
