/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens around every object, under each allocator: the tracepoints, and
 * the books of what was asked for and what it takes, against a count by hand.
 */
#include "kernel/lib/trace.h"
#include "kernel/mm/slab_internal.h"
#include "tests/unit/kernel/mm_fixture.h"

enum {
	SLUB,
	SLAB,
	SLOB,
	NR_ALLOCATORS
};
static const char *const allocators[NR_ALLOCATORS] = {"slub", "slab", "slob"};

static char lines[64][256];
static int nr_lines;

static void keep_line(void *ctx, const struct hw_trace *event)
{
	(void)ctx;
	assert_true(nr_lines < 64);
	kernel_trace_line(event, lines[nr_lines++]);
}

static struct mm_fixture *start(int allocator)
{
	struct mm_fixture *f = fixture_create(0x60000000, 64 * MB, 0x80000000);

	f->k->params.slab_allocator = allocators[allocator];
	memblock_add(f->k, 0x60000000, 64 * MB);
	fixture_boot(f, true);
	f->k->sched.cpus[0].curr = &f->task;
	f->k->sched.in_kernel = &f->k->sched.cpus[0];
	nr_lines = 0;
	return f;
}

/* ---- tracepoints --------------------------------------------------------------- */

static void start_trace(struct mm_fixture *f)
{
	f->ops.trace = keep_line;
	f->k->hw.trace_events = TRACE_BIT(TRACE_kmalloc) |
				TRACE_BIT(TRACE_kfree) |
				TRACE_BIT(TRACE_kmem_cache_alloc) |
				TRACE_BIT(TRACE_kmem_cache_free);
}

__attribute__((format(printf, 1, 2))) static void
assert_traced(const char *format, ...)
{
	char wanted[256];
	va_list args;

	va_start(args, format);
	vsnprintf(wanted, sizeof(wanted), format, args);
	va_end(args);
	assert_int_equal(nr_lines, 1);
	assert_string_equal(lines[0], wanted);
	nr_lines = 0;
}

static void trace_bytes(struct mm_fixture *f, uint32_t nr_bytes, uint32_t room)
{
	vaddr_t object = kmalloc(&f->task, nr_bytes, GFP_KERNEL);

	assert_traced("test-0 kmalloc: call_site=trace_bytes ptr=%08x "
		      "bytes_req=%u bytes_alloc=%u gfp_flags=GFP_KERNEL "
		      "node=-1 accounted=false",
		      object, nr_bytes, room);
	kfree(&f->task, object);
	assert_traced("test-0 kfree: call_site=trace_bytes ptr=%08x", object);
}

/* A cache of 20 bytes: slub and slab align them to 8, slob to its units. */
static void trace_object(struct mm_fixture *f, uint32_t room)
{
	struct kmem_cache *cache = kmem_cache_create(&f->task, "twenty", 20, 0,
						     0, 0, NULL);
	void *object;

	nr_lines = 0;
	object = kmem_cache_zalloc(&f->task, cache, GFP_NOWAIT);
	assert_traced("test-0 kmem_cache_alloc: call_site=trace_object "
		      "ptr=%08x bytes_req=20 bytes_alloc=%u "
		      "gfp_flags=GFP_NOWAIT|__GFP_ZERO node=-1 accounted=false",
		      kbytes_addr(f->k, object), room);
	kmem_cache_free(&f->task, cache, object);
	assert_traced("test-0 kmem_cache_free: call_site=trace_object "
		      "ptr=%08x name=twenty",
		      kbytes_addr(f->k, object));
}

static void test_traces(void **state)
{
	/* of 100, 5000 and 20000 bytes, and of an object of 20 */
	static const uint32_t room[NR_ALLOCATORS][4] = {
		[SLUB] = {128, 8192, 32768, 24},
		[SLAB] = {128, 8192, 32768, 24},
		[SLOB] = {164, 8192, 32768, 20},
	};

	(void)state;
	for (int i = 0; i < NR_ALLOCATORS; i++) {
		struct mm_fixture *f = start(i);

		start_trace(f);
		trace_bytes(f, 100, room[i][0]);
		trace_bytes(f, 5000, room[i][1]);
		trace_bytes(f, 20000, room[i][2]);
		trace_object(f, room[i][3]);
		fixture_destroy(f);
	}
}

/* An allocation that fails has no address; one of nothing is not traced. */
static void test_trace_nothing(void **state)
{
	struct mm_fixture *f = start(SLUB);

	(void)state;
	start_trace(f);
	fault_attr_arm(&f->k->inject.failslab.attr, 1, 1);
	assert_int_equal(kmalloc(&f->task, 64, GFP_ATOMIC), 0);
	assert_traced("test-0 kmalloc: call_site=test_trace_nothing "
		      "ptr=00000000 bytes_req=64 bytes_alloc=64 "
		      "gfp_flags=GFP_ATOMIC node=-1 accounted=false");
	assert_int_equal(kmalloc(&f->task, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_int_equal(nr_lines, 0);
	kfree(&f->task, ZERO_SIZE_PTR);
	assert_traced("test-0 kfree: call_site=test_trace_nothing "
		      "ptr=00000010");
	fixture_destroy(f);
}

/* ---- books --------------------------------------------------------------------- */

static const struct kernel_slab_usage *usage(const struct mm_fixture *f)
{
	return &f->k->mem.slab.stats.now;
}

/* What @now has beyond @before. */
static void assert_more(const struct kernel_slab_usage *before,
			const struct kernel_slab_usage *now, uint64_t objects,
			uint64_t requested, uint64_t allocated)
{
	assert_int_equal(now->objects - before->objects, objects);
	assert_int_equal(now->requested - before->requested, requested);
	assert_int_equal(now->allocated - before->allocated, allocated);
}

/* 100, 5000 and 20000 bytes, as test_traces() has them. */
static void test_usage(void **state)
{
	static const uint32_t room[NR_ALLOCATORS] = {
		[SLUB] = 128 + 8192 + 32768,
		[SLAB] = 128 + 8192 + 32768,
		[SLOB] = 164 + 8192 + 32768,
	};

	(void)state;
	for (int i = 0; i < NR_ALLOCATORS; i++) {
		struct mm_fixture *f = start(i);
		const struct kernel_slab_usage before = *usage(f);
		struct kernel_slab_stats stats;
		vaddr_t objects[3];

		objects[0] = kmalloc(&f->task, 100, GFP_KERNEL);
		objects[1] = kmalloc(&f->task, 5000, GFP_KERNEL);
		objects[2] = kmalloc(&f->task, 20000, GFP_KERNEL);
		assert_more(&before, usage(f), 3, 25100, room[i]);
		assert_true(usage(f)->pages - before.pages >= 8 + 2);
		assert_int_equal(verify_slab(f->k), 0);
		for (int n = 0; n < 3; n++)
			kfree(&f->task, objects[n]);
		assert_more(&before, usage(f), 0, 0, 0);
		kernel_slab_stats(f->k, &stats);
		assert_int_equal(stats.peak.requested,
				 before.requested + 25100);
		assert_int_equal(stats.peak.objects, before.objects + 3);
		assert_int_equal(verify_slab(f->k), 0);
		fixture_destroy(f);
	}
}

/* The allocator's structures are no demand: a cache of 20 bytes, unused. */
static void test_own(void **state)
{
	(void)state;
	for (int i = 0; i < NR_ALLOCATORS; i++) {
		struct mm_fixture *f = start(i);
		const struct kernel_slab_usage before = *usage(f);
		struct kmem_cache *cache;

		cache = kmem_cache_create(&f->task, "c", 20, 0, 0, 0, NULL);
		assert_int_equal(usage(f)->objects, before.objects);
		assert_int_equal(usage(f)->requested, before.requested);
		/* the cache; slub's node; slab's node and array of a CPU */
		assert_int_equal(usage(f)->own_objects - before.own_objects,
				 i == SLUB   ? 2
				 : i == SLAB ? 3
					     : 1);
		assert_true(usage(f)->own > before.own);
		kmem_cache_destroy(&f->task, cache);
		assert_int_equal(usage(f)->own, before.own);
		assert_int_equal(usage(f)->own_objects, before.own_objects);
		fixture_destroy(f);
	}
}

/* Slabs by what is in use of them: 40 objects, of which some go again. */
static void test_kinds_of_slabs(void **state)
{
	(void)state;
	for (int i = 0; i < NR_ALLOCATORS; i++) {
		struct mm_fixture *f = start(i);
		struct kernel_slab_stats before, after;
		vaddr_t objects[40];

		kernel_slab_stats(f->k, &before);
		for (int n = 0; n < 40; n++)
			objects[n] = kmalloc(&f->task, 1024, GFP_KERNEL);
		for (int n = 0; n < 39; n++)
			kfree(&f->task, objects[n]);
		kernel_slab_stats(f->k, &after);
		/* slob has given the others back, or keeps them for others */
		assert_in_range(after.nr_partial - before.nr_partial, i != SLOB,
				1);
		if (i != SLOB)
			assert_true(after.nr_empty > before.nr_empty);
		kfree(&f->task, objects[39]);
		fixture_destroy(f);
	}
}

/* verify_slab() counts for itself, and says so when the books are wrong. */
static void test_wrong_books(void **state)
{
	(void)state;
	for (int i = 0; i < NR_ALLOCATORS; i++) {
		struct mm_fixture *f = start(i);
		struct kernel_slab_usage *now = &f->k->mem.slab.stats.now;
		uint64_t *const field[] = {&now->objects,   &now->allocated,
					   &now->capacity,  &now->pages,
					   &now->requested, &now->own};
		/* of what was asked for slob's pages know nothing */
		const int nr = i == SLOB ? 4 : 6;

		for (int n = 0; n < nr; n++) {
			assert_int_equal(verify_slab(f->k), 0);
			++*field[n];
			assert_int_equal(verify_slab(f->k), 1);
			--*field[n];
		}
		assert_non_null(strstr(f->log, "verify: slab: "));
		fixture_destroy(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traces),
		cmocka_unit_test(test_trace_nothing),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_kinds_of_slabs),
		cmocka_unit_test(test_wrong_books),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
