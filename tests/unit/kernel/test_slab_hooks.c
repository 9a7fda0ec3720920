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

static void keep_line(void *ctx, const char *line)
{
	(void)ctx;
	assert_true(nr_lines < 64);
	snprintf(lines[nr_lines++], sizeof(lines[0]), "%s", line);
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
	f->k->hw.trace_events = 1u << TRACE_kmalloc | 1u << TRACE_kfree |
				1u << TRACE_kmem_cache_alloc |
				1u << TRACE_kmem_cache_free;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traces),
		cmocka_unit_test(test_trace_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
