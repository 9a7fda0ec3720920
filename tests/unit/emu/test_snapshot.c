/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots beside the books they are taken from: what a snapshot says that
 * was read piece by piece, as things changed, is what all of memory read at
 * once says. Who looks changes nothing, and what he holds doesn't change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/emu/helper_watched.h"

#define BOARD(name) WATCHED_BOARD(name)
#define GUEST(name) WATCHED_GUEST(name)

#define NR_KEPT 8

struct look {
	uint64_t nr_rests, every;
	struct snapshot *kept[NR_KEPT]; /* the last ones */
	struct kernel_frame *copy[NR_KEPT]; /* what they said then */
	uint64_t nr_snapshots, nr_shared, nr_blocks;
	uint64_t nr_stale; /* flags or owners older than the books */
	uint64_t nr_pages; /* of processes that were seen */
	uint64_t uses[NR_FRAME_USES]; /* seen, of all snapshots */
	uint64_t nr_used_slots;
	uint64_t nr_verdicts[2]; /* of walks: faults, and what is allowed */
	uint64_t nr_tlb_entries;
};

struct swap_look {
	const struct kernel *kernel;
	const struct snapshot *snapshot;
	uint32_t nr_areas;
	uint64_t nr_used;
};

/* All but what may change unmarked. */
static struct kernel_frame marked(struct kernel_frame frame)
{
	frame.flags &= KERNEL_FRAME_RAM | KERNEL_FRAME_FIRST;
	frame.mm = 0;
	return frame;
}

static void compare_block(struct look *look, struct machine *m,
			  const struct snapshot *snapshot, uint32_t n)
{
	const struct kernel_frame *got = snapshot_frames(snapshot, n);
	static struct kernel_frame want[KERNEL_BLOCK_FRAMES];

	kernel_frames(m->kernel, n, want);
	if (!memcmp(got, want, sizeof(want)))
		return;
	look->nr_stale++;
	for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
		struct kernel_frame a = marked(got[i]), b = marked(want[i]);

		if (memcmp(&a, &b, sizeof(a)) != 0)
			fail_msg("snapshot %lu, block %u, frame %u: use %u "
				 "order %u lru %u type %u count %u cache %u, "
				 "not %u %u %u %u %u %u",
				 (unsigned long)snapshot->serial, n, i, a.use,
				 a.order, a.lru, a.migratetype, a.mapcount,
				 a.cache, b.use, b.order, b.lru, b.migratetype,
				 b.mapcount, b.cache);
	}
}

/* Pieces of slots that were shared say what all slots read at once say. */
static void compare_swap(void *arg, const struct kernel_swap *swap)
{
	struct swap_look *look = arg;
	static uint8_t want[SNAPSHOT_PIECE_SLOTS];
	uint32_t nr;
	const struct snapshot_swap *areas = snapshot_swaps(look->snapshot, &nr);
	const struct snapshot_swap *area = areas + look->nr_areas++;
	const struct snapshot_slots *piece =
		snapshot_slots(look->snapshot, &nr) + area->first_piece;
	uint32_t used = 0;

	assert_string_equal(area->name, swap->name);
	assert_int_equal(area->slots, swap->slots);
	assert_int_equal(area->used, swap->used);
	for (uint32_t i = 0; i < area->nr_pieces; i++, piece++) {
		assert_int_equal(piece->first, i * SNAPSHOT_PIECE_SLOTS);
		kernel_swap_slots(look->kernel, swap->area, piece->first,
				  piece->nr, want);
		assert_memory_equal(piece->slot, want, piece->nr);
		used += piece->count[KERNEL_SLOT_USED] +
			piece->count[KERNEL_SLOT_SHARED] +
			piece->count[KERNEL_SLOT_CACHED];
	}
	assert_int_equal(used, swap->used);
	look->nr_used += used;
}

/*
 * What was read of page tables as they changed is what they say now: but for
 * the number of other mappings, and what had to wait for the next snapshot.
 */
static void compare_pages(struct look *look, struct machine *m,
			  const struct snapshot *snapshot)
{
	static struct kernel_page want[KERNEL_TABLE_PAGES];
	const uint8_t own = (uint8_t)~KERNEL_PAGE_SHARED;

	for (uint64_t va = 0; va < UINT32_MAX;
	     va += KERNEL_TABLE_PAGES * 4096) {
		const struct snapshot_table *table =
			snapshot_table(snapshot, (uint32_t)va);

		kernel_pages(m->kernel, snapshot->pid, (uint32_t)va,
			     KERNEL_TABLE_PAGES, want);
		for (int i = 0; i < KERNEL_TABLE_PAGES; i++) {
			struct kernel_page got = {.where = KERNEL_PAGE_NOWHERE};

			if (table)
				got = table->page[i];
			got.kind &= own;
			want[i].kind &= own;
			assert_memory_equal(&got, &want[i], sizeof(got));
			look->nr_pages += !!want[i].flags;
		}
	}
}

static void count_uses(struct look *look, const struct machine *m,
		       const struct snapshot *snapshot)
{
	uint64_t want[NR_FRAME_USES], got[NR_FRAME_USES] = {0};

	kernel_frame_uses(m->kernel, want);
	for (uint32_t n = 0; n < snapshot->nr_blocks; n++)
		for (unsigned int i = 0; i < KERNEL_BLOCK_FRAMES; i++) {
			const struct kernel_frame *frame =
				&snapshot_frames(snapshot, n)[i];

			if (frame->flags & KERNEL_FRAME_RAM)
				got[frame->use]++;
		}
	assert_memory_equal(got, want, sizeof(got));
	for (int i = 0; i < NR_FRAME_USES; i++)
		look->uses[i] += got[i];
}

/* In place of the oldest, which must still say what it said. */
static void keep(struct look *look, struct snapshot *snapshot)
{
	const size_t bytes = KERNEL_BLOCK_FRAMES * sizeof(struct kernel_frame);
	uint64_t slot = look->nr_snapshots++ % NR_KEPT;
	struct snapshot *old = look->kept[slot];

	for (uint32_t n = 0; old && n < old->nr_blocks; n++)
		assert_memory_equal(snapshot_frames(old, n),
				    look->copy[slot] + n * KERNEL_BLOCK_FRAMES,
				    bytes);
	snapshot_put(old);
	look->kept[slot] = snapshot;
	look->copy[slot] = realloc(look->copy[slot],
				   snapshot->nr_blocks * bytes);
	for (uint32_t n = 0; n < snapshot->nr_blocks; n++)
		memcpy(look->copy[slot] + n * KERNEL_BLOCK_FRAMES,
		       snapshot_frames(snapshot, n), bytes);
}

static void count_shared(struct look *look, const struct snapshot *snapshot)
{
	const struct snapshot *before =
		look->nr_snapshots
			? look->kept[(look->nr_snapshots - 1) % NR_KEPT]
			: NULL;

	look->nr_blocks += snapshot->nr_blocks;
	for (uint32_t n = 0; before && n < snapshot->nr_blocks; n++)
		look->nr_shared += snapshot_same_block(before, snapshot, n);
}

/* What the MMU itself says there, of a process that has the core now. */
static void compare_walk(struct look *look, struct machine *m,
			 const struct snapshot *snapshot)
{
	uint32_t nr;
	const struct snapshot_walk *walk = snapshot_walk(snapshot, &nr);

	if (!nr || kernel_current(m->kernel, 0).tgid != walk->pid)
		return;
	for (int pl = 0; pl < 2; pl++)
		for (int kind = 0; kind < 3; kind++) {
			const struct snapshot_verdict *verdict =
				&walk->verdict[pl][kind];
			struct mmu_result want;
			const bool ok = mmu_peek(cpu_mmu(m->cpu[0]), walk->va,
						 (enum mmu_kind)kind,
						 (enum mmu_privilege)pl, &want);

			assert_int_equal(ok, !verdict->fault);
			if (ok) {
				assert_int_equal(walk->paddr, want.paddr);
				assert_int_equal(walk->size_bytes,
						 want.size_bytes);
			} else {
				assert_int_equal(verdict->status,
						 mmu_fault_status(&want.fault));
			}
			look->nr_verdicts[ok]++;
		}
	/* Linux's word and the hardware's speak of one frame */
	if (walk->mapped && walk->size_bytes == 4096)
		assert_int_equal(walk->linux_word.word >> 12,
				 walk->paddr >> 12);
}

static void compare_tlbs(struct look *look, struct machine *m,
			 const struct snapshot *snapshot)
{
	uint32_t nr, nr_entries, seen = 0;
	const struct snapshot_tlb *tlb = snapshot_tlbs(snapshot, &nr);
	const struct snapshot_tlb_entry *entry =
		snapshot_tlb_entries(snapshot, &nr_entries);
	const struct mmu *mmu = cpu_mmu(m->cpu[0]);

	assert_int_equal(nr, mmu_nr_tlbs(mmu));
	for (uint32_t t = 0; t < nr; t++)
		for (uint32_t i = 0; i < tlb[t].entries; i++) {
			struct mmu_tlb_view want;

			mmu_tlb_view(mmu, (int)t, i, &want);
			assert_int_equal(!!(entry[seen].flags & TLB_VALID),
					 want.valid);
			assert_int_equal(entry[seen].va, want.va);
			assert_int_equal(entry[seen].fill, want.fill);
			look->nr_tlb_entries += want.valid;
			seen++;
		}
	assert_int_equal(seen, nr_entries);
}

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	static const struct snapshot_wish wish = {
		.sections = (1u << NR_SECTIONS) - 1,
	};
	struct look *look = arg;
	struct swap_look swap = {.kernel = m->kernel};
	struct snapshot *snapshot;

	(void)go;
	if (look->nr_rests++ % look->every)
		return;
	snapshot = machine_snapshot(m, &wish);
	assert_non_null(snapshot);
	assert_int_equal(snapshot->serial, look->nr_snapshots + 1);
	for (uint32_t n = 0; n < snapshot->nr_blocks; n++)
		compare_block(look, m, snapshot, n);
	if (look->nr_snapshots % 16 == 0)
		compare_pages(look, m, snapshot);
	count_uses(look, m, snapshot);
	swap.snapshot = snapshot;
	kernel_for_each_swap(m->kernel, compare_swap, &swap);
	look->nr_used_slots += swap.nr_used;
	compare_walk(look, m, snapshot);
	compare_tlbs(look, m, snapshot);
	count_shared(look, snapshot);
	keep(look, snapshot);
}

/* Its statistics; with a watcher if @look. */
static json_t *run(const char *board, const char *const *sets, size_t nr_sets,
		   struct look *look)
{
	char path[64];
	json_t *stats;

	snprintf(path, sizeof(path), "/tmp/snapshot-%d.json", (int)getpid());
	watched_run(board, sets, nr_sets, look ? rest : NULL, look, path);
	stats = json_load_file(path, 0, NULL);
	assert_non_null(stats);
	json_object_del(stats, "host_seconds");
	unlink(path);
	return stats;
}

static void forget(struct look *look)
{
	for (int i = 0; i < NR_KEPT; i++) {
		snapshot_put(look->kept[i]);
		free(look->copy[i]);
	}
}

/* @uses: those that the program must have brought about. */
static struct look watch(const char *board, const char *const *sets,
			 size_t nr_sets, uint64_t every, uint32_t uses)
{
	struct look look = {.every = every};
	json_t *watched = run(board, sets, nr_sets, &look);
	json_t *alone = run(board, sets, nr_sets, NULL);

	assert_true(json_equal(watched, alone));
	json_decref(watched);
	json_decref(alone);
	assert_true(look.nr_snapshots > 50);
	for (int i = 0; i < NR_FRAME_USES; i++)
		if (uses & 1u << i)
			assert_true(look.uses[i]);
	assert_true(look.nr_verdicts[0] && look.nr_verdicts[1]);
	assert_true(look.nr_tlb_entries);
	/* most of memory stays as it is from one to the next */
	assert_true(look.nr_shared * 2 > look.nr_blocks);
	assert_true(look.nr_pages > 0);
	forget(&look);
	return look;
}

#define USES                                                          \
	(1u << FRAME_FREE | 1u << FRAME_PCP | 1u << FRAME_RESERVED |  \
	 1u << FRAME_SLAB | 1u << FRAME_PGTABLE | 1u << FRAME_STACK | \
	 1u << FRAME_ANON | 1u << FRAME_FILE)

static void forks_and_copies(void **state)
{
	static const char *const sets[] = {"run=[[" GUEST("cow") "]]",
					   "memory.size=64M"};

	(void)state;
	watch(BOARD("vexpress-a9"), sets, 2, 1, USES);
}

static void swapping(void **state)
{
	static const char *const sets[] = {
		"run=[[" GUEST("swapset") ", 12, 1]]", "memory.size=16M",
		"swap.size=64M"};

	(void)state;
	assert_true(
		watch(BOARD("vexpress-a9"), sets, 3, 5, USES).nr_used_slots);
}

static void nodes_and_shared_memory(void **state)
{
	static const char *const sets[] = {"run=[[" GUEST("posixshm") "]]"};

	(void)state;
	watch(BOARD("numa-2node"), sets, 1, 5, USES | 1u << FRAME_SHMEM);
}

static void huge_pages(void **state)
{
	static const char *const sets[] = {
		"run=[[" GUEST("hugewalk") "]]",
		"kernel.transparent_hugepage=always"};

	(void)state;
	watch(BOARD("vexpress-a9"), sets, 2, 1, USES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forks_and_copies),
		cmocka_unit_test(swapping),
		cmocka_unit_test(nodes_and_shared_memory),
		cmocka_unit_test(huge_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
