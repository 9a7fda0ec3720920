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
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine_state.h"

#define BOARD(name) MMUSCOPE_SOURCE_DIR "/configs/" name ".yaml"
#define GUEST(name) "host:" MMUSCOPE_BUILD_DIR "/guests/" name

#define NR_KEPT 8

struct look {
	uint64_t nr_rests, every;
	struct snapshot *kept[NR_KEPT]; /* the last ones */
	struct kernel_frame *copy[NR_KEPT]; /* what they said then */
	uint64_t nr_snapshots, nr_shared, nr_blocks;
	uint64_t nr_stale; /* flags or owners older than the books */
	uint64_t uses[NR_FRAME_USES]; /* seen, of all snapshots */
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

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	static const struct snapshot_wish wish = {
		.sections = (1u << NR_SECTIONS) - 1,
	};
	struct look *look = arg;
	struct snapshot *snapshot;

	(void)go;
	if (look->nr_rests++ % look->every)
		return;
	snapshot = machine_snapshot(m, &wish);
	assert_non_null(snapshot);
	assert_int_equal(snapshot->serial, look->nr_snapshots + 1);
	for (uint32_t n = 0; n < snapshot->nr_blocks; n++)
		compare_block(look, m, snapshot, n);
	count_uses(look, m, snapshot);
	count_shared(look, snapshot);
	keep(look, snapshot);
}

/* Its statistics; with a watcher if @look. */
static json_t *run(const char *board, const char *const *sets, size_t nr_sets,
		   struct look *look)
{
	const struct machine_watcher watcher = {.arg = look, .rest = rest};
	char path[64];
	struct diag diag = {0};
	struct config *config = config_load(board, (const char **)sets, nr_sets,
					    &diag);
	int null = open("/dev/null", O_RDWR);
	const struct machine_options options = {
		.quiet = true,
		.stats_path = path,
		.watcher = look ? &watcher : NULL,
		.console_in = null,
		.console_out = null,
	};
	struct machine *machine;
	json_t *stats;

	snprintf(path, sizeof(path), "/tmp/snapshot-%d.json", (int)getpid());
	assert_non_null(config);
	machine = machine_create(config, &options, &diag);
	assert_non_null(machine);
	assert_int_equal(machine_run(machine, &diag), 0);
	machine_destroy(machine);
	config_destroy(config);
	close(null);
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
static void watch(const char *board, const char *const *sets, size_t nr_sets,
		  uint64_t every, uint32_t uses)
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
	/* most of memory stays as it is from one to the next */
	assert_true(look.nr_shared * 2 > look.nr_blocks);
	forget(&look);
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
	watch(BOARD("vexpress-a9"), sets, 3, 23, USES);
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
