/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each slab allocator against a slow and obvious model: a list of what is
 * allocated, with its place and what it should hold. Whatever is handed out
 * overlaps nothing else on the list, is aligned, lies in a slab of its cache
 * and keeps its contents; allocations fail now and then; at the end all has
 * been freed and every page is back.
 *
 *	test_slab_model [STEPS [SEED [ALLOCATOR]]]
 *
 * The books are compared after each step, or every 1,000 steps of a run of
 * more than 100,000: a million is the long version.
 */

#include "kernel/mm/slab_internal.h"
#include "tests/unit/kernel/mm_fixture.h"

static uint32_t nr_steps = 6000;
static uint64_t first_seed = 1;
static const char *only;

enum {
	MAX_LIVE = 1500,
	NR_CACHES = 9,
	KMALLOC = NR_CACHES
};

struct thing {
	uint64_t words[36];
};

static void construct_bytes(void *object)
{
	memset(object, 0xc7, 512);
}

/* Sizes that make slab keep its freelist in each of its three places. */
static const struct {
	uint32_t arm_size, host_size, align, flags;
	void (*ctor)(void *);
} kinds[NR_CACHES] = {
	{8, 0, 0, 0, NULL},
	{24, 0, 0, SLAB_RECLAIM_ACCOUNT, NULL},
	{72, sizeof(struct thing), 0, 0, NULL},
	{100, 0, 0, SLAB_HWCACHE_ALIGN, NULL},
	{208, sizeof(struct thing), 16, SLAB_RECLAIM_ACCOUNT, NULL},
	{512, 0, 0, 0, construct_bytes},
	{1344, 0, 0, 0, NULL},
	{4096, 0, 0, 0, NULL},
	{9000, 0, 64, 0, NULL},
};

/* What the model knows: @kind is a cache, or KMALLOC. */
struct live {
	vaddr_t at;
	uint32_t nr_bytes, kind;
	uint32_t asked; /* when it was allocated */
	uint8_t stamp;
};

struct model {
	struct mm_fixture *f;
	struct kernel *k;
	struct kmem_cache *caches[NR_CACHES];
	struct live live[MAX_LIVE];
	uint32_t nr_live, nr_failed;
	struct kernel_slab_usage before; /* of the kernel's own doing */
	uint64_t random;
	bool slob;
};

static uint32_t below(struct model *m, uint32_t n)
{
	return next_random(&m->random) % n;
}

/* ---- what the model demands --------------------------------------------------- */

static void check_place(struct model *m, const struct live *new, uint32_t align)
{
	for (uint32_t i = 0; i < m->nr_live; i++) {
		const struct live *old = &m->live[i];

		if (new->at < old->at + old->nr_bytes &&
		    old->at < new->at + new->nr_bytes)
			fail_msg("0x%08x, %u bytes, overlaps 0x%08x, %u",
				 new->at, new->nr_bytes, old->at,
				 old->nr_bytes);
	}
	assert_int_equal(new->at % align, 0);
	assert_true(virt_addr_valid(m->k, new->at));
	assert_true(virt_addr_valid(m->k, new->at + new->nr_bytes - 1));
	if (!m->slob && new->kind != KMALLOC) {
		struct page *page = virt_to_page(m->k, new->at);

		assert_true(PageSlab(compound_head(page)));
		assert_ptr_equal(compound_head(page)->slab_cache,
				 m->caches[new->kind]);
	}
}

static uint32_t align_of(const struct model *m, uint32_t kind)
{
	return kind == KMALLOC ? 64 : m->caches[kind]->align;
}

/* Bytes, and the C structure where the kind has one. */
static void fill(struct model *m, const struct live *live)
{
	memset(kbytes(m->k, live->at), live->stamp, live->nr_bytes);
	if (live->kind != KMALLOC && kinds[live->kind].host_size)
		memset(kobj(m->k, live->at), live->stamp ^ 0xff,
		       kinds[live->kind].host_size);
}

static void check_bytes(const uint8_t *bytes, uint8_t value, uint32_t nr_bytes)
{
	for (uint32_t i = 0; i < nr_bytes; i++)
		if (bytes[i] != value)
			fail_msg("byte %u of %u is 0x%02x, not 0x%02x", i,
				 nr_bytes, bytes[i], value);
}

static void check_whole(struct model *m, const struct live *live)
{
	check_bytes(kbytes(m->k, live->at), live->stamp, live->nr_bytes);
	if (live->kind != KMALLOC && kinds[live->kind].host_size)
		check_bytes(kobj(m->k, live->at), live->stamp ^ 0xff,
			    kinds[live->kind].host_size);
}

/* ---- the steps ------------------------------------------------------------------- */

/* As its users see it: bytes, or the C structure. */
static void *view(struct model *m, const struct live *live)
{
	return kinds[live->kind].host_size ? kobj(m->k, live->at)
					   : kbytes(m->k, live->at);
}

static vaddr_t address(struct model *m, uint32_t kind, const void *object)
{
	if (kinds[kind].host_size)
		return kobj_addr(m->k, object);
	return phys_to_virt(
		m->k,
		0x60000000 + (paddr_t)((const uint8_t *)object - m->k->hw.ram));
}

static uint32_t random_size(struct model *m)
{
	switch (below(m, 10)) {
	case 0:
		return 1 + below(m, 30000);
	case 1:
		return 1u << below(m, 13);
	default:
		return 1 + below(m, 700);
	}
}

static void step_alloc(struct model *m, uint32_t step)
{
	const bool zero = below(m, 2), failing = below(m, 40) == 0;
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;
	struct live new = {.kind = below(m, NR_CACHES + 3),
			   .stamp = (uint8_t)(step * 7 + 1)};
	struct task_struct *curr = &m->f->task;
	void *object;

	if (failing && below(m, 2))
		fault_attr_arm(&m->k->inject.failslab.attr, 1 + below(m, 2), 1);
	else if (failing)
		fault_attr_arm(&m->k->inject.fail_page_alloc.attr, 1, 1);
	if (new.kind >= KMALLOC) {
		new.kind = KMALLOC;
		new.nr_bytes = random_size(m);
		new.at = zero ? kzalloc(curr, new.nr_bytes, gfp)
			      : kmalloc(curr, new.nr_bytes, gfp);
	} else {
		new.nr_bytes = kinds[new.kind].arm_size;
		object = zero && !kinds[new.kind].ctor
				 ? kmem_cache_zalloc(curr, m->caches[new.kind],
						     gfp)
				 : kmem_cache_alloc(curr, m->caches[new.kind],
						    gfp);
		new.at = object ? address(m, new.kind, object) : 0;
	}
	fault_attr_arm(&m->k->inject.failslab.attr, 0, 1);
	fault_attr_arm(&m->k->inject.fail_page_alloc.attr, 0, 1);
	if (!new.at) {
		assert_true(failing);
		m->nr_failed++;
		return;
	}
	new.asked = new.nr_bytes;
	check_place(m, &new, align_of(m, new.kind));
	if (new.kind != KMALLOC && kinds[new.kind].ctor)
		check_bytes(kbytes(m->k, new.at), 0xc7, new.nr_bytes);
	else if (zero)
		check_bytes(new.kind == KMALLOC ? kbytes(m->k, new.at)
						: view(m, &new),
			    0, new.nr_bytes);
	fill(m, &new);
	m->live[m->nr_live++] = new;
}

static void step_free(struct model *m)
{
	uint32_t i = below(m, m->nr_live);
	struct live old = m->live[i];

	check_whole(m, &old);
	m->live[i] = m->live[--m->nr_live];
	if (old.kind == KMALLOC) {
		kfree(&m->f->task, old.at);
		return;
	}
	if (kinds[old.kind].ctor)
		kinds[old.kind].ctor(kbytes(m->k, old.at));
	kmem_cache_free(&m->f->task, m->caches[old.kind], view(m, &old));
}

static void step_realloc(struct model *m)
{
	struct live *live = &m->live[below(m, m->nr_live)], old = *live;
	uint32_t nr_bytes = random_size(m);
	vaddr_t moved;

	if (old.kind != KMALLOC)
		return;
	check_whole(m, &old);
	moved = krealloc(&m->f->task, old.at, nr_bytes, GFP_KERNEL);
	assert_int_not_equal(moved, 0);
	if (nr_bytes < old.nr_bytes)
		old.nr_bytes = nr_bytes;
	check_bytes(kbytes(m->k, moved), old.stamp, old.nr_bytes);
	*live = m->live[--m->nr_live];
	if (moved != old.at) /* in place, nothing is asked for */
		old.asked = nr_bytes;
	old.at = moved;
	old.nr_bytes = nr_bytes;
	check_place(m, &old, align_of(m, KMALLOC));
	fill(m, &old);
	m->live[m->nr_live++] = old;
}

/* A cache that comes and goes, with failures on its way. */
static void step_cache(struct model *m)
{
	struct task_struct *curr = &m->f->task;
	struct kmem_cache *cache;
	vaddr_t at;
	void *object;

	fault_attr_arm(&m->k->inject.failslab.attr, below(m, 8), 1);
	cache = kmem_cache_create(curr, "passing", 8 + below(m, 5000), 0, 0, 0,
				  NULL);
	fault_attr_arm(&m->k->inject.failslab.attr, 0, 1);
	if (!cache)
		return;
	object = kmem_cache_alloc(curr, cache, GFP_KERNEL);
	at = phys_to_virt(
		m->k, 0x60000000 + (paddr_t)((uint8_t *)object - m->k->hw.ram));
	check_place(m,
		    &(struct live){.at = at,
				   .nr_bytes = cache->object_size,
				   .kind = KMALLOC},
		    cache->align);
	kmem_cache_free(curr, cache, object);
	kmem_cache_destroy(curr, cache);
}

static void step(struct model *m, uint32_t n)
{
	/* waves: it fills up, stays a while, and empties */
	static const uint8_t chance[] = {75, 60, 50, 45, 25};
	uint32_t what = below(m, 1000);
	uint32_t grow = chance[n / 700 % sizeof(chance)];

	m->f->now += 1000000;
	m->f->task.cpu = &m->k->sched.cpus[below(m, m->k->hw.nr_cpus)];
	if (what < 2)
		step_cache(m);
	else if (what < 4)
		kmem_cache_shrink(&m->f->task, m->caches[below(m, NR_CACHES)]);
	else if (what < 10)
		cache_reap(&m->f->task);
	else if (what < 30 && m->nr_live)
		step_realloc(m);
	else if (m->nr_live < MAX_LIVE && below(m, 100) < grow)
		step_alloc(m, n);
	else if (m->nr_live)
		step_free(m);
}

/* ---- a run ---------------------------------------------------------------------------- */

/* The books of what was asked for are the list's. */
static void check_usage(const struct model *m, uint32_t step)
{
	const struct kernel_slab_usage *now = &m->k->mem.slab.stats.now;
	uint64_t asked = m->before.requested;

	for (uint32_t i = 0; i < m->nr_live; i++)
		asked += m->live[i].asked;
	if (now->objects != m->before.objects + m->nr_live ||
	    now->requested != asked)
		fail_msg("%llu objects, %llu bytes asked for; not %llu after "
			 "step %u",
			 (unsigned long long)now->objects,
			 (unsigned long long)now->requested,
			 (unsigned long long)asked, step);
}

static void verify_all(struct model *m, uint32_t step)
{
	check_usage(m, step);
	if (verify_slab(m->k) || verify_page_alloc(m->k) ||
	    m->k->mem.slab.nr_errors) {
		fputs(m->f->log, stderr);
		fail_msg("books differ after step %u", step);
	}
}

/* Pages that are free when no cache keeps an empty slab. */
static uint64_t free_when_shrunk(struct model *m)
{
	uint32_t count[MAX_ORDER];
	struct kmem_cache *cache;

	/* what one gives back may be another's object */
	for (int i = 0; i < 3; i++)
		list_for_each_entry(cache, &m->k->mem.slab.slab_caches, list)
			kmem_cache_shrink(&m->f->task, cache);
	return free_blocks(m->k, count);
}

static void start(struct model *m, const char *name, unsigned int nr_cpus,
		  uint64_t seed)
{
	memset(m, 0, sizeof(*m));
	m->f = fixture_create(0x60000000, 128 * MB, 0x80000000);
	m->k = m->f->k;
	m->random = seed;
	m->slob = !strcmp(name, "slob");
	m->k->hw.nr_cpus = nr_cpus;
	m->k->params.slab_allocator = name;
	memblock_add(m->k, 0x60000000, 128 * MB);
	fixture_boot(m->f, true);
	for (int i = 0; i < NR_CPUS; i++)
		m->k->sched.cpus[i].id = i;
	m->before = m->k->mem.slab.stats.now;
}

static void run(const char *name, unsigned int nr_cpus)
{
	static struct model model;
	struct model *m = &model;
	uint32_t often = nr_steps > 100000 ? 1000 : 1;
	uint64_t before, seed = first_seed;

	if (only && strcmp(only, name))
		return;
	print_message("%s, %u CPUs, %u steps, seed %llu\n", name, nr_cpus,
		      nr_steps, (unsigned long long)seed);
	start(m, name, nr_cpus, seed);
	before = free_when_shrunk(m);
	for (uint32_t i = 0; i < NR_CACHES; i++)
		m->caches[i] = kmem_cache_create(&m->f->task, "model",
						 kinds[i].arm_size,
						 kinds[i].host_size,
						 kinds[i].align, kinds[i].flags,
						 kinds[i].ctor);
	for (uint32_t i = 0; i < nr_steps; i++) {
		step(m, i);
		if (i % often == 0)
			verify_all(m, i);
	}
	assert_true(m->nr_failed > 0);
	while (m->nr_live)
		step_free(m);
	for (uint32_t i = 0; i < NR_CACHES; i++)
		kmem_cache_destroy(&m->f->task, m->caches[i]);
	assert_int_equal(free_when_shrunk(m), before);
	verify_all(m, nr_steps);
	fixture_destroy(m->f);
}

static void test_slub(void **state)
{
	(void)state;
	run("slub", 1);
	run("slub", 3);
}

static void test_slab(void **state)
{
	(void)state;
	run("slab", 1);
	run("slab", 3);
}

static void test_slob(void **state)
{
	(void)state;
	run("slob", 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slub),
		cmocka_unit_test(test_slab),
		cmocka_unit_test(test_slob),
	};

	if (argc > 1)
		nr_steps = (uint32_t)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		first_seed = strtoull(argv[2], NULL, 0);
	if (argc > 3)
		only = argv[3];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
