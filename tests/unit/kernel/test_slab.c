/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slub, and what all allocators share: layouts as a real kernel's slabinfo has
 * them, random use against a table of what each object should hold, every kind
 * of misuse, failing allocations, and that everything comes back.
 */

#include "kernel/fs/seq_file.h"
#include "kernel/mm/slab_internal.h"
#include "tests/unit/kernel/mm_fixture.h"

/* ---- layouts ------------------------------------------------------------------ */

/* objsize, objperslab, pagesperslab of every line of the oracle's slabinfo. */
static const struct {
	uint16_t size, objects, pages;
} oracle[] = {
	{8, 512, 1},   {16, 256, 1},  {24, 170, 1},  {32, 128, 1},
	{40, 102, 1},  {48, 85, 1},   {56, 73, 1},   {64, 64, 1},
	{72, 56, 1},   {80, 51, 1},   {88, 46, 1},   {96, 42, 1},
	{128, 32, 1},  {136, 30, 1},  {184, 22, 1},  {192, 21, 1},
	{208, 19, 1},  {240, 17, 1},  {248, 16, 1},  {256, 16, 1},
	{304, 13, 1},  {384, 10, 1},  {416, 19, 2},  {432, 9, 1},
	{448, 9, 1},   {472, 17, 2},  {512, 8, 1},   {552, 14, 2},
	{576, 14, 2},  {640, 12, 2},  {752, 21, 4},  {768, 10, 2},
	{872, 9, 2},   {1024, 8, 2},  {1088, 15, 4}, {1344, 12, 4},
	{1536, 10, 4}, {2048, 8, 4},  {2112, 15, 8}, {2752, 11, 8},
	{3072, 10, 8}, {3264, 10, 8}, {4096, 8, 8},  {8192, 4, 8},
};

static void test_layouts(void **state)
{
	struct mm_fixture *f = fixture_simple(64, true);
	struct kmem_cache *cache;

	(void)state;
	for (size_t i = 0; i < sizeof(oracle) / sizeof(oracle[0]); i++) {
		cache = kmem_cache_create(&f->task, "layout", oracle[i].size, 0,
					  0, 0, NULL);
		assert_int_equal(cache->size, oracle[i].size);
		assert_int_equal(cache->objects, oracle[i].objects);
		assert_int_equal(1 << cache->order, oracle[i].pages);
		kmem_cache_destroy(&f->task, cache);
	}
	cache = kmem_cache_create(&f->task, "aligned", 100, 0, 0,
				  SLAB_HWCACHE_ALIGN, NULL);
	assert_int_equal(cache->size, 128);
	cache = kmem_cache_create(&f->task, "small", 20, 0, 0,
				  SLAB_HWCACHE_ALIGN, NULL);
	assert_int_equal(cache->size, 32);
	fixture_destroy(f);
}

static void test_slabinfo(void **state)
{
	struct mm_fixture *f = fixture_simple(64, true);
	static struct text t;
	struct seq_file m;
	struct kmem_cache *cache = kmem_cache_create(&f->task, "vm_area_struct",
						     72, 288, 0, 0, NULL);
	char *line;

	(void)state;
	t.len = 0;
	for (int i = 0; i < 57; i++)
		assert_non_null(kmem_cache_alloc(&f->task, cache, GFP_KERNEL));
	seq_open_sink(&m, f->k, to_text, &t);
	slabinfo_show(&m, NULL);
	assert_memory_equal(
		t.text,
		"slabinfo - version: 2.1\n"
		"# name            <active_objs> <num_objs> <objsize> "
		"<objperslab> <pagesperslab> : tunables <limit> <batchcount> "
		"<sharedfactor> : slabdata <active_slabs> <num_slabs> "
		"<sharedavail>\n"
		"vm_area_struct       112    112     72   56    1 : tunables "
		"   0    0    0 : slabdata      2      2      0\n",
		24 + 170 + 107);
	/* As in the oracle: the cache of caches was made first, stands last. */
	assert_true(strstr(t.text, "\nkmalloc-rcl-64 ") <
		    strstr(t.text, "\nkmalloc-8k "));
	line = strstr(t.text, "\nkmem_cache_node ");
	assert_non_null(line);
	assert_non_null(strstr(line, "\nkmem_cache  "));
	assert_non_null(strstr(t.text, "kmalloc-8k             0      0   8192 "
				       "   4    8 : tunables"));
	fixture_destroy(f);
}

/* ---- random use ------------------------------------------------------------------ */

struct thing {
	uint64_t words[20];
};

#define NR_THINGS 3000

static bool whole(const struct thing *thing, uint64_t id)
{
	for (int i = 0; i < 20; i++)
		if (thing->words[i] != id + (uint64_t)i)
			return false;
	return true;
}

static void fill(struct thing *thing, uint64_t id)
{
	for (int i = 0; i < 20; i++)
		thing->words[i] = id + (uint64_t)i;
}

static void random_use(const char *bootargs, unsigned int nr_cpus)
{
	static struct thing *things[NR_THINGS];
	struct mm_fixture *f = fixture_create(0x60000000, 64 * MB, 0x80000000);
	int64_t slabs_before;
	uint64_t seed = 5;
	struct kmem_cache *cache;

	f->k->hw.nr_cpus = nr_cpus;
	strcpy(f->k->arch.command_line, bootargs);
	memblock_add(f->k, 0x60000000, 64 * MB);
	fixture_boot(f, true);
	for (int i = 0; i < NR_CPUS; i++)
		f->k->sched.cpus[i].id = i;
	slabs_before = f->k->vmstat.item[NR_SLAB_RECLAIMABLE];
	cache = kmem_cache_create(&f->task, "thing", 40, sizeof(struct thing),
				  0, SLAB_RECLAIM_ACCOUNT, NULL);
	for (int i = 0; i < 60000; i++) {
		uint32_t n = next_random(&seed) % NR_THINGS;
		uint64_t id = (uint64_t)n << 32;

		f->task.cpu = &f->k->sched.cpus[next_random(&seed) % nr_cpus];
		if (things[n]) {
			assert_true(whole(things[n], id));
			kmem_cache_free(&f->task, cache, things[n]);
			things[n] = NULL;
		} else if (i % 20000 < 15000) { /* then it shrinks */
			things[n] = kmem_cache_alloc(&f->task, cache,
						     GFP_KERNEL);
			fill(things[n], id);
		}
		if (i % 500 == 0)
			assert_int_equal(verify_slab(f->k), 0);
	}
	for (uint32_t n = 0; n < NR_THINGS; n++)
		if (things[n]) {
			assert_true(whole(things[n], (uint64_t)n << 32));
			kmem_cache_free(&f->task, cache, things[n]);
			things[n] = NULL;
		}
	assert_int_equal(f->k->mem.slab.nr_errors, 0);
	assert_int_equal(verify_slab(f->k), 0);
	assert_int_equal(verify_page_alloc(f->k), 0);
	kmem_cache_destroy(&f->task, cache);
	assert_null(strstr(f->log, "still has objects"));
	assert_int_equal(f->k->vmstat.item[NR_SLAB_RECLAIMABLE], slabs_before);
	fixture_destroy(f);
}

static void test_random(void **state)
{
	(void)state;
	random_use("", 1);
	random_use("", 4);
	random_use("slub_debug=FZP", 1);
}

/* Freed objects stay where they are put together: no two overlap in RAM. */
static void test_overlap(void **state)
{
	struct mm_fixture *f = fixture_simple(64, true);
	vaddr_t objects[500];

	(void)state;
	for (uint32_t i = 0; i < 500; i++) {
		objects[i] = kmalloc(&f->task, 1 + i % 300, GFP_KERNEL);
		assert_int_equal(objects[i] % 64, 0);
		memset(kbytes(f->k, objects[i]), (int)(i & 0xff), 1 + i % 300);
	}
	for (uint32_t i = 0; i < 500; i++) {
		const uint8_t *bytes = kbytes(f->k, objects[i]);

		for (uint32_t j = 0; j < 1 + i % 300; j++)
			assert_int_equal(bytes[j], i & 0xff);
		kfree(&f->task, objects[i]);
	}
	fixture_destroy(f);
}

/* ---- kmalloc ---------------------------------------------------------------------- */

static void test_kmalloc(void **state)
{
	static const uint32_t sizes[][2] = {
		{1, 64},
		{64, 64},
		{65, 128},
		{128, 128},
		{129, 192},
		{192, 192},
		{193, 256},
		{256, 256},
		{257, 512},
		{1024, 1024},
		{4096, 4096},
		{4097, 8192},
		{8192, 8192},
		{8193, 16384},
		{16385, 32768},
		{100000, 131072},
		{4u << 20, 4u << 20},
	};
	struct mm_fixture *f = fixture_simple(64, true);
	int64_t slab = f->k->vmstat.item[NR_SLAB_UNRECLAIMABLE];
	vaddr_t object, bigger;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		object = kmalloc(&f->task, sizes[i][0], GFP_KERNEL);
		assert_int_not_equal(object, 0);
		assert_int_equal(ksize(f->k, object), sizes[i][1]);
		memset(kbytes(f->k, object), 0xff, sizes[i][1]);
		kfree(&f->task, object);
	}
	assert_int_equal(kmalloc(&f->task, (4u << 20) + 1, GFP_KERNEL), 0);
	assert_int_equal(ksize(f->k, 0), 0);
	kfree(&f->task, 0);

	object = kzalloc(&f->task, 100, GFP_KERNEL);
	for (int i = 0; i < 128; i++)
		assert_int_equal(((uint8_t *)kbytes(f->k, object))[i], 0);
	memset(kbytes(f->k, object), 7, 100);
	assert_int_equal(krealloc(&f->task, object, 128, GFP_KERNEL), object);
	bigger = krealloc(&f->task, object, 20000, GFP_KERNEL);
	assert_int_not_equal(bigger, object);
	assert_int_equal(((uint8_t *)kbytes(f->k, bigger))[99], 7);
	assert_int_equal(krealloc(&f->task, bigger, 0, GFP_KERNEL),
			 ZERO_SIZE_PTR);
	/* One slab kept by the CPU for each size that was used. */
	assert_in_range(f->k->vmstat.item[NR_SLAB_UNRECLAIMABLE] - slab, 1, 40);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

static void test_objects(void **state)
{
	struct mm_fixture *f = fixture_simple(64, true);
	struct thing *thing = kzalloc_obj(&f->task, 40, sizeof(*thing),
					  GFP_KERNEL);
	vaddr_t kaddr = kobj_addr(f->k, thing);

	(void)state;
	assert_int_equal(ksize(f->k, kaddr), 64);
	assert_int_equal(thing->words[19], 0);
	fill(thing, 9);
	kfree_obj(&f->task, thing);
	thing = kzalloc_obj(&f->task, 40, sizeof(*thing), GFP_KERNEL);
	assert_int_equal(kobj_addr(f->k, thing), kaddr);
	assert_int_equal(thing->words[0], 0);
	kfree_obj(&f->task, thing);
	kfree_obj(&f->task, NULL);
	fixture_destroy(f);
}

static void construct(void *object)
{
	fill(object, 77);
}

/* What a constructor made survives being freed, poison or not. */
static void test_constructor(void **state)
{
	struct mm_fixture *f = fixture_simple(64, true);
	struct kmem_cache *cache = kmem_cache_create(&f->task, "made", 64,
						     sizeof(struct thing), 0,
						     SLAB_POISON, construct);
	struct thing *thing[100];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++) {
			thing[i] = kmem_cache_alloc(&f->task, cache,
						    GFP_KERNEL);
			assert_true(whole(thing[i], 77));
		}
		for (int i = 0; i < 100; i++)
			kmem_cache_free(&f->task, cache, thing[i]);
	}
	fixture_destroy(f);
}

/* ---- misuse ------------------------------------------------------------------------ */

static void test_double_free(void **state)
{
	struct mm_fixture *f = fixture_simple(64, true);
	vaddr_t a = kmalloc(&f->task, 64, GFP_KERNEL);
	vaddr_t b = kmalloc(&f->task, 64, GFP_KERNEL);

	(void)state;
	kfree(&f->task, a);
	kfree(&f->task, b);
	kfree(&f->task, a); /* not the last one freed */
	assert_non_null(strstr(
		f->log, "BUG kmalloc-64 (Not tainted): Object already free\n"));
	assert_int_equal(f->k->mem.slab.nr_errors, 1);
	kfree(&f->task, a + 4);
	assert_non_null(strstr(f->log,
			       "BUG kmalloc-64 (Tainted: G    B             ): "
			       "Invalid object pointer 0x"));
	assert_int_equal(verify_slab(f->k), 0);
	/* Nobody gets the same object twice. */
	a = kmalloc(&f->task, 64, GFP_KERNEL);
	b = kmalloc(&f->task, 64, GFP_KERNEL);
	assert_int_not_equal(a, b);
	assert_int_not_equal(kmalloc(&f->task, 64, GFP_KERNEL), a);
	fixture_destroy(f);
}

static struct mm_fixture *debugged(const char *bootargs)
{
	struct mm_fixture *f = fixture_create(0x60000000, 64 * MB, 0x80000000);

	strcpy(f->k->arch.command_line, bootargs);
	memblock_add(f->k, 0x60000000, 64 * MB);
	f->task.pid = 7;
	f->now = 400000000;
	fixture_boot(f, true);
	return f;
}

static uint8_t *bytes_of(struct mm_fixture *f, vaddr_t object)
{
	return kbytes(f->k, object);
}

static bool logged(const struct mm_fixture *f, const char *text)
{
	return strstr(f->log, text);
}

/* Line by line what Linux prints, with functions in place of addresses. */
static void test_red_zone(void **state)
{
	struct mm_fixture *f = debugged("slub_debug quiet");
	vaddr_t object = kmalloc(&f->task, 128, GFP_KERNEL);
	vaddr_t other, again;
	char expected[400];

	(void)state;
	f->now += 40000000; /* 25 jiffies */
	memset(bytes_of(f, object), 'A', 130); /* two too many */
	kfree(&f->task, object);
	assert_true(logged(f, "BUG kmalloc-128 (Not tainted): Right Redzone "
			      "overwritten\n"));
	snprintf(expected, sizeof(expected),
		 "0x%08x-0x%08x @offset=%u. First byte 0x41 instead of 0xcc\n",
		 object + 128, object + 129, (object + 128) % 4096);
	assert_true(logged(f, expected));
	assert_true(logged(f, "Allocated in test_red_zone age=25 cpu=0 pid=7"));
	assert_false(logged(f, "Freed in"));
	assert_true(logged(f, "Slab 0x"));
	snprintf(expected, sizeof(expected),
		 "Redzone  %08x: cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc "
		 "cc  ................\n",
		 object - 64);
	assert_true(logged(f, expected));
	snprintf(expected, sizeof(expected),
		 "Object   %08x: 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 "
		 "41  AAAAAAAAAAAAAAAA\n",
		 object + 112);
	assert_true(logged(f, expected));
	snprintf(expected, sizeof(expected),
		 "Redzone  %08x: 41 41 cc cc                                  "
		 "    AA..\n",
		 object + 128);
	assert_true(logged(f, expected));
	assert_true(logged(f, "CPU: 0 PID: 7 Comm: test Not tainted 6.1.0-"));
	snprintf(
		expected, sizeof(expected),
		"FIX kmalloc-128: Restoring Right Redzone 0x%08x-0x%08x=0xcc\n",
		object + 128, object + 129);
	assert_true(logged(f, expected));
	snprintf(expected, sizeof(expected),
		 "FIX kmalloc-128: Object at 0x%08x not freed\n", object);
	assert_true(logged(f, expected));
	assert_int_equal(f->k->mem.slab.nr_errors, 1);

	other = kmalloc(&f->task, 128, GFP_KERNEL);
	bytes_of(f, other)[-1] = 1;
	kfree(&f->task, other);
	assert_true(logged(f, "BUG kmalloc-128 (Tainted: G    B             ): "
			      "Left Redzone overwritten\n"));
	/* both are whole again, and can go */
	kfree(&f->task, object);
	kfree(&f->task, other);
	again = kmalloc(&f->task, 128, GFP_KERNEL);
	assert_int_equal(again, other);
	assert_int_equal(f->k->mem.slab.nr_errors, 2);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

/* After a write to a free object nobody gets any more of its slab. */
static void test_poison(void **state)
{
	struct mm_fixture *f = debugged("slub_debug=FZPU");
	vaddr_t object = kmalloc(&f->task, 128, GFP_KERNEL), next;

	(void)state;
	assert_int_equal(bytes_of(f, object)[0], 0x6b);
	assert_int_equal(bytes_of(f, object)[127], 0xa5);
	kfree(&f->task, object);
	f->now += 3200000;
	bytes_of(f, object)[5] = 1;
	next = kmalloc(&f->task, 128, GFP_KERNEL);
	assert_int_not_equal(next, 0);
	assert_int_not_equal(next / 4096, object / 4096);
	assert_true(logged(f, "BUG kmalloc-128 (Not tainted): Poison "
			      "overwritten\n"));
	assert_true(logged(f, "First byte 0x1 instead of 0x6b\n"));
	assert_true(logged(f, "Freed in test_poison age=2 cpu=0 pid=7\n"));
	assert_true(logged(f, "FIX kmalloc-128: Marking all objects used\n"));
	kfree(&f->task, next);
	next = kmalloc(&f->task, 128, GFP_KERNEL);
	bytes_of(f, next)[128 + 4 + 4 + 40 + 1] = 1; /* behind the tracks */
	kfree(&f->task, next);
	assert_true(logged(f, "Object padding overwritten\n"));
	assert_int_equal(f->k->mem.slab.nr_errors, 2);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

static uint32_t flags_of(const char *bootargs, const char *name)
{
	struct mm_fixture *f = debugged(bootargs);
	struct kmem_cache *cache = kmem_cache_create(&f->task, name, 40, 0, 0,
						     0, NULL);
	uint32_t flags = cache->flags;

	fixture_destroy(f);
	return flags;
}

/* Letters, names, globs and blocks as Documentation/vm/slub.rst has them. */
static void test_debug_syntax(void **state)
{
	const uint32_t f = SLAB_CONSISTENCY_CHECKS, z = SLAB_RED_ZONE,
		       p = SLAB_POISON, u = SLAB_STORE_USER;

	(void)state;
	assert_int_equal(flags_of("", "dentry"), 0);
	assert_int_equal(flags_of("slub_debug", "dentry"), f | z | p | u);
	assert_int_equal(flags_of("slub_debug=", "dentry"), f | z | p | u);
	assert_int_equal(flags_of("slub_debug=fz", "dentry"), f | z);
	assert_int_equal(flags_of("slub_debug=FZ-P", "dentry"), p);
	assert_int_equal(flags_of("slub_debug=PX", "dentry"), p);
	assert_int_equal(flags_of("slub_debug=,dentry", "dentry"),
			 f | z | p | u);
	assert_int_equal(flags_of("slub_debug=,dentry", "filp"), 0);
	assert_int_equal(flags_of("slub_debug=P,dentry", "filp"), 0);
	assert_int_equal(flags_of("slub_debug=P,filp,dentry", "dentry"), p);
	assert_int_equal(flags_of("slub_debug=P,den", "dentry"), 0);
	assert_int_equal(flags_of("slub_debug=P,dentry2", "dentry"), 0);
	assert_int_equal(flags_of("slub_debug=P,den*", "dentry"), p);
	assert_int_equal(flags_of("slub_debug=P,den*;U", "dentry"), p);
	assert_int_equal(flags_of("slub_debug=P,den*;U", "filp"), u);
	assert_int_equal(flags_of("slub_debug=Z;;FU,filp;", "filp"), f | u);
	assert_int_equal(flags_of("slub_debug=Z;;FU,filp;", "dentry"), z);
}

/* A wrong pointer, of bytes: a report, and the machine goes on. */
static void test_wrong_pointers(void **state)
{
	struct mm_fixture *f = debugged("");
	struct kmem_cache *one = kmem_cache_create(&f->task, "one", 40, 0, 0, 0,
						   NULL);
	struct kmem_cache *two = kmem_cache_create(&f->task, "two", 40, 0, 0, 0,
						   NULL);
	void *object = kmem_cache_alloc(&f->task, one, GFP_KERNEL);
	vaddr_t pages = kmalloc(&f->task, 20000, GFP_KERNEL);

	(void)state;
	kmem_cache_free(&f->task, two, object);
	assert_true(logged(f, "cache_from_obj: Wrong slab cache. two but "
			      "object is from one\n"));
	kmem_cache_free(&f->task, one, object); /* it went home already */
	assert_true(logged(f, "BUG one (Tainted: G    B             ): Object "
			      "already free\n"));
	kfree(&f->task, 0x12345678);
	assert_true(logged(f, "kfree: out of range pointer 0x12345678\n"));
	kfree(&f->task, pages + 8);
	assert_true(logged(f, "was never allocated\n"));
	kfree(&f->task, pages);
	assert_int_equal(f->k->mem.slab.nr_errors, 4);
	assert_int_equal(verify_slab(f->k), 0);
	fixture_destroy(f);
}

/* A guest wrote into a free object: the model panics, nothing else happens. */
static void scribble(vaddr_t (*value)(struct mm_fixture *f, vaddr_t used))
{
	struct mm_fixture *f = fixture_simple(64, true);
	vaddr_t used = kmalloc(&f->task, 64, GFP_KERNEL);
	vaddr_t object = kmalloc(&f->task, 64, GFP_KERNEL);
	vaddr_t bad = value(f, used);

	kfree(&f->task, object);
	memcpy(kbytes(f->k, object + 32), &bad, 4);
	f->catch_panic = true;
	if (!setjmp(f->stopped)) {
		assert_int_equal(kmalloc(&f->task, 64, GFP_KERNEL), object);
		kmalloc(&f->task, 64, GFP_KERNEL);
		fail();
	}
	assert_non_null(strstr(f->log, "Kernel panic - not syncing: SLUB: "
				       "kmalloc-64: free pointer"));
	fixture_destroy(f);
}

static vaddr_t wild(struct mm_fixture *f, vaddr_t used)
{
	(void)f, (void)used;
	return 0x12345678;
}

static vaddr_t in_use(struct mm_fixture *f, vaddr_t used)
{
	(void)f;
	return used;
}

static vaddr_t misaligned(struct mm_fixture *f, vaddr_t used)
{
	(void)f;
	return used + 8;
}

static vaddr_t other_slab(struct mm_fixture *f, vaddr_t used)
{
	(void)used;
	return kmalloc(&f->task, 128, GFP_KERNEL);
}

static void test_scribbled_chain(void **state)
{
	(void)state;
	scribble(wild);
	scribble(in_use);
	scribble(misaligned);
	scribble(other_slab);
}

/* ---- out of memory -------------------------------------------------------------------- */

static void test_failures(void **state)
{
	struct mm_fixture *f = fixture_simple(32, true);
	struct kmem_cache *cache = NULL;

	(void)state;
	for (uint64_t n = 1; !cache; n++) {
		fault_attr_arm(&f->k->inject.failslab.attr, n, 1);
		cache = kmem_cache_create(&f->task, "failing", 2000, 0, 0, 0,
					  NULL);
		assert_int_equal(verify_slab(f->k), 0);
		assert_true(n < 10);
	}
	fault_attr_arm(&f->k->inject.failslab.attr, 0, 1);
	fault_attr_arm(&f->k->inject.fail_page_alloc.attr, 1, -1);
	assert_null(kmem_cache_alloc(&f->task, cache, GFP_KERNEL));
	assert_int_equal(kmalloc(&f->task, 100000, GFP_KERNEL), 0);
	fault_attr_arm(&f->k->inject.fail_page_alloc.attr, 0, 1);
	while (kmem_cache_alloc(&f->task, cache, GFP_KERNEL | __GFP_NOWARN))
		;
	assert_int_equal(verify_slab(f->k), 0);
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

/* All that slabs and seq_files took, kernel_frame_uses() sees; nothing else. */
static void test_frame_uses(void **state)
{
	struct mm_fixture *f = fixture_simple(64, true);
	uint64_t before[NR_FRAME_USES], after[NR_FRAME_USES], sum = 0;
	struct page *page;

	(void)state;
	kernel_frame_uses(f->k, before);
	for (int i = 0; i < NR_FRAME_USES; i++)
		sum += before[i];
	assert_int_equal(sum, 64 * 256);
	page = alloc_pages(&f->task, GFP_KERNEL, 1);
	__SetPageKstack(page);
	page = alloc_page(&f->task, GFP_KERNEL);
	__SetPageTable(page);
	page = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
	page->mapping = (void *)0x1001; /* an anon_vma */
	alloc_pages(&f->task, GFP_KERNEL, 5);
	kernel_frame_uses(f->k, after);
	assert_int_equal(after[FRAME_STACK], 2);
	assert_int_equal(after[FRAME_PGTABLE], 1);
	assert_int_equal(after[FRAME_ANON], 1);
	assert_int_equal(after[FRAME_KERNEL] - before[FRAME_KERNEL], 32);
	assert_int_equal(after[FRAME_SLAB], before[FRAME_SLAB]);
	assert_int_equal(after[FRAME_RESERVED], before[FRAME_RESERVED]);
	assert_int_equal(after[FRAME_FREE] + after[FRAME_PCP] + 36,
			 before[FRAME_FREE] + before[FRAME_PCP]);
	assert_int_equal(after[FRAME_FREE], f->k->vmstat.item[NR_FREE_PAGES]);
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_slabinfo),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_kmalloc),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_constructor),
		cmocka_unit_test(test_double_free),
		cmocka_unit_test(test_red_zone),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_debug_syntax),
		cmocka_unit_test(test_wrong_pointers),
		cmocka_unit_test(test_scribbled_chain),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_frame_uses),
	};

	setenv("MMUSCOPE_SLAB_ALLOCATOR", "slub", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
