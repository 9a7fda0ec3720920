/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memblock against a slow and obvious model: four arrays with a cell for each half
 * KB of RAM, that say whether it is memory, of which node, mapped and
 * reserved. Every operation on random ranges, allocation from both ends, so
 * many regions that their arrays double and move, and sometimes so little
 * free memory that they can't.
 *
 *	test_memblock_model [STEPS [SEED]]
 *
 * All is compared after each step, or every 1,000 steps of a run of more than
 * 100,000: a million is the long version.
 */

#include <errno.h>

#include "kernel/arm_sizes.h"
#include "tests/unit/kernel/mm_fixture.h"

static uint32_t nr_steps = 6000;
static uint64_t first_seed = 1;

enum {
	UNIT = 512,
	NR_UNITS = 8192, /* 4 MB */
	UNITS_A_PAGE = 4096 / UNIT,
	NR_NODES = 3
};
#define BASE ((paddr_t)0x60000000)

/* Units [start, start + nr). */
struct range {
	uint32_t start, nr;
};

struct model {
	struct mm_fixture *f;
	struct kernel *k;
	bool memory[NR_UNITS], nomap[NR_UNITS], reserved[NR_UNITS];
	uint8_t nid[NR_UNITS];
	struct range array[2]; /* where memblock keeps its own; nr 0: not yet */
	uint32_t step, nr_doubled, nr_full, nr_allocated, nr_refused;
	uint32_t nr_stuck; /* refusals since it last began anew */
	uint64_t random;
};

#define DEMAND(m, condition)                                                \
	do {                                                                \
		if (!(condition)) {                                         \
			fputs((m)->f->log, stderr);                         \
			fail_msg("seed %llu, step %u, line %d: %s",         \
				 (unsigned long long)first_seed, (m)->step, \
				 __LINE__, #condition);                     \
		}                                                           \
	} while (0)

static uint32_t below(struct model *m, uint32_t n)
{
	return next_random(&m->random) % n;
}

static paddr_t paddr_of(uint32_t unit)
{
	return BASE + (paddr_t)unit * UNIT;
}

static uint32_t unit_of(paddr_t paddr)
{
	return (uint32_t)((paddr - BASE) / UNIT);
}

static struct range random_range(struct model *m)
{
	static const uint32_t longest[] = {1, 2, 6, 60};
	struct range r;

	r.start = below(m, NR_UNITS);
	r.nr = 1 + below(m, longest[below(m, 4)]);
	if (r.nr > NR_UNITS - r.start)
		r.nr = NR_UNITS - r.start;
	return r;
}

static bool overlap(struct range a, struct range b)
{
	return a.start < b.start + b.nr && b.start < a.start + a.nr;
}

/* ---- where memblock puts its own arrays --------------------------------------------- */

static void set_reserved(struct model *m, struct range r, bool to)
{
	memset(&m->reserved[r.start], to, r.nr);
}

/* They move when they double; both the old and the new place are known. */
static void follow_arrays(struct model *m)
{
	struct memblock *mb = &m->k->mem.memblock;
	struct memblock_type *const types[] = {&mb->memory, &mb->reserved};

	for (int i = 0; i < 2; i++) {
		const struct memblock_type *type = types[i];
		struct range now = {0, 0};

		if (type->regions != type->init_regions) {
			now.start = unit_of(virt_to_phys(
				m->k, kobj_addr(m->k, type->regions)));
			now.nr = (type->max * ARM_SIZEOF_MEMBLOCK_REGION +
				  PAGE_SIZE - 1) /
				 PAGE_SIZE * UNITS_A_PAGE;
		}
		if (now.start == m->array[i].start && now.nr == m->array[i].nr)
			continue;
		m->nr_doubled++;
		DEMAND(m, now.start % UNITS_A_PAGE == 0);
		for (uint32_t u = now.start; u < now.start + now.nr; u++)
			DEMAND(m,
			       m->memory[u] && !m->nomap[u] && !m->reserved[u]);
		set_reserved(m, now, true);
		set_reserved(m, m->array[i], false);
		m->array[i] = now;
	}
}

/* ---- what must hold ---------------------------------------------------------------------- */

static void check_shape(struct model *m, const struct memblock_type *type)
{
	paddr_t total = 0;

	DEMAND(m, type->cnt <= type->max);
	for (uint32_t i = 0; i < type->cnt; i++) {
		const struct memblock_region *r = &type->regions[i];
		const paddr_t before = i ? r[-1].base + r[-1].size : 0;

		total += r->size;
		DEMAND(m, r->size > 0 && before <= r->base);
		DEMAND(m, !i || before < r->base || r[-1].nid != r->nid ||
				  r[-1].flags != r->flags);
	}
	DEMAND(m, total == type->total_size);
}

static void check_regions(struct model *m)
{
	const struct memblock *mb = &m->k->mem.memblock;
	static bool seen[NR_UNITS];
	const struct memblock_region *r;

	memset(seen, 0, sizeof(seen));
	for_each_mem_region(r, m->k) for (uint32_t u = unit_of(r->base);
					  u < unit_of(r->base + r->size); u++)
	{
		seen[u] = true;
		DEMAND(m, m->memory[u] && r->nid == m->nid[u]);
		DEMAND(m, !(r->flags & MEMBLOCK_NOMAP) == !m->nomap[u]);
	}
	DEMAND(m, !memcmp(seen, m->memory, sizeof(seen)));
	memset(seen, 0, sizeof(seen));
	for_each_reserved_mem_region(r, m->k)
		memset(&seen[unit_of(r->base)], true, r->size / UNIT);
	DEMAND(m, !memcmp(seen, m->reserved, sizeof(seen)));
	check_shape(m, &mb->memory);
	check_shape(m, &mb->reserved);
}

static bool is_free(const struct model *m, uint32_t u, int nid)
{
	return m->memory[u] && !m->nomap[u] && !m->reserved[u] &&
	       (nid == NUMA_NO_NODE || m->nid[u] == nid);
}

/* Both iterations see exactly what is free, in order. */
static void check_free(struct model *m, int nid)
{
	static bool up[NR_UNITS], down[NR_UNITS];
	uint64_t cursor = 0;
	paddr_t start, end, last = 0;

	memset(up, 0, sizeof(up));
	memset(down, 0, sizeof(down));
	while (memblock_next_free_range(m->k, &cursor, nid, &start, &end)) {
		DEMAND(m, start >= last && start < end);
		last = end;
		memset(&up[unit_of(start)], true, (end - start) / UNIT);
	}
	cursor = UINT64_MAX;
	while (memblock_next_free_range_rev(m->k, &cursor, nid, &start, &end)) {
		DEMAND(m, end <= last && start < end);
		last = start;
		memset(&down[unit_of(start)], true, (end - start) / UNIT);
	}
	for (uint32_t u = 0; u < NR_UNITS; u++)
		DEMAND(m, up[u] == is_free(m, u, nid) && down[u] == up[u]);
}

static void check_questions(struct model *m)
{
	const struct range r = random_range(m);
	bool all = true, any = false;
	uint32_t total = 0;

	for (uint32_t u = 0; u < NR_UNITS; u++)
		total += m->memory[u];
	DEMAND(m, memblock_phys_mem_size(m->k) == (paddr_t)total * UNIT);
	for (uint32_t u = r.start; u < r.start + r.nr; u++) {
		all &= m->memory[u];
		any |= m->reserved[u];
	}
	DEMAND(m, memblock_is_memory(m->k, paddr_of(r.start)) ==
			  m->memory[r.start]);
	DEMAND(m, memblock_is_reserved(m->k, paddr_of(r.start)) ==
			  m->reserved[r.start]);
	DEMAND(m, memblock_is_region_reserved(m->k, paddr_of(r.start),
					      r.nr * UNIT) == any);
	if (!all) /* of one region, Linux says; all may be several */
		DEMAND(m, !memblock_is_region_memory(m->k, paddr_of(r.start),
						     r.nr * UNIT));
}

static void verify_all(struct model *m)
{
	check_regions(m);
	check_free(m, NUMA_NO_NODE);
	check_free(m, (int)below(m, NR_NODES));
	check_questions(m);
}

/* ---- ranges come and go --------------------------------------------------------------------- */

struct wish {
	uint32_t nr, align; /* units */
	uint32_t from, to;
	int nid;
	bool up;
};

/*
 * The highest place, or the lowest, whose units are all free. They are of one
 * node: memory of two never makes one region. NR_UNITS: none.
 */
static uint32_t find_slowly(const struct model *m, const struct wish *w,
			    uint32_t from, int nid)
{
	uint32_t found = NR_UNITS;

	for (uint32_t u = from; u + w->nr <= w->to; u++) {
		bool fits = u % w->align == 0;

		for (uint32_t i = u; fits && i < u + w->nr; i++)
			fits = is_free(m, i, nid) && m->nid[i] == m->nid[u];
		if (fits)
			found = u;
		if (fits && w->up)
			break;
	}
	return found;
}

/* A place for the larger array, but not within @busy, whose change it is for. */
static bool can_double(struct model *m, const struct memblock_type *type,
		       struct range busy)
{
	struct wish w = {.nr = (type->max * 2 * ARM_SIZEOF_MEMBLOCK_REGION +
				PAGE_SIZE - 1) /
			       PAGE_SIZE * UNITS_A_PAGE,
			 .align = UNITS_A_PAGE,
			 .to = NR_UNITS};

	if (!m->k->mem.memblock.can_resize)
		return false;
	if (type == &m->k->mem.memblock.memory)
		return find_slowly(m, &w, 0, NUMA_NO_NODE) < NR_UNITS;
	if (find_slowly(m, &w, busy.start + busy.nr, NUMA_NO_NODE) < NR_UNITS)
		return true;
	w.to = busy.start;
	return find_slowly(m, &w, 0, NUMA_NO_NODE) < NR_UNITS;
}

/*
 * -ENOMEM is right when so many more regions than there was room for, at most,
 * would have come of it, and the array could not grow.
 */
static bool refused(struct model *m, const struct memblock_type *type, int err,
		    uint32_t more, struct range busy)
{
	if (!err)
		return false;
	DEMAND(m, err == -ENOMEM && type->cnt + more > type->max);
	DEMAND(m, !can_double(m, type, busy));
	m->nr_full++;
	m->nr_stuck++;
	return true;
}

static void step_add(struct model *m)
{
	const struct range r = random_range(m);
	const int nid = (int)below(m, NR_NODES);
	const bool nomap = below(m, 8) == 0;
	int err = memblock_add_node(m->k, paddr_of(r.start), r.nr * UNIT, nid,
				    nomap ? MEMBLOCK_NOMAP : MEMBLOCK_NONE);

	follow_arrays(m);
	if (refused(m, &m->k->mem.memblock.memory, err, r.nr / 2 + 1, r))
		return;
	for (uint32_t u = r.start; u < r.start + r.nr; u++) {
		if (m->memory[u]) /* what is there stays as it is */
			continue;
		m->memory[u] = true;
		m->nid[u] = (uint8_t)nid;
		m->nomap[u] = nomap;
	}
}

static void step_remove(struct model *m)
{
	const struct range r = random_range(m);
	int err = memblock_remove(m->k, paddr_of(r.start), r.nr * UNIT);

	follow_arrays(m);
	if (!refused(m, &m->k->mem.memblock.memory, err, 2, r)) {
		memset(&m->memory[r.start], false, r.nr);
		memset(&m->nomap[r.start], false, r.nr);
	}
}

static void step_reserve(struct model *m)
{
	const struct range r = random_range(m);
	int err = memblock_reserve(m->k, paddr_of(r.start), r.nr * UNIT);

	follow_arrays(m);
	if (!refused(m, &m->k->mem.memblock.reserved, err, r.nr / 2 + 1, r))
		set_reserved(m, r, true);
}

static void step_free(struct model *m)
{
	const struct range r = random_range(m);
	int err;

	/* nobody frees what isn't his */
	if (overlap(r, m->array[0]) || overlap(r, m->array[1]))
		return;
	err = memblock_phys_free(m->k, paddr_of(r.start), r.nr * UNIT);
	follow_arrays(m);
	if (!refused(m, &m->k->mem.memblock.reserved, err, 2, r))
		set_reserved(m, r, false);
}

static void step_nomap(struct model *m)
{
	const struct range r = random_range(m);
	int err = memblock_mark_nomap(m->k, paddr_of(r.start), r.nr * UNIT);

	follow_arrays(m);
	if (refused(m, &m->k->mem.memblock.memory, err, 2, r))
		return;
	for (uint32_t u = r.start; u < r.start + r.nr; u++)
		m->nomap[u] = m->memory[u];
}

static void step_set_node(struct model *m)
{
	const struct range r = random_range(m);
	const int nid = (int)below(m, NR_NODES);
	int err = memblock_set_node(m->k, paddr_of(r.start), r.nr * UNIT, nid);

	follow_arrays(m);
	if (refused(m, &m->k->mem.memblock.memory, err, 2, r))
		return;
	for (uint32_t u = r.start; u < r.start + r.nr; u++)
		if (m->memory[u])
			m->nid[u] = (uint8_t)nid;
}

/* Cuts off what lies beyond the first so many units of memory. */
static void step_limit(struct model *m)
{
	const struct memblock *mb = &m->k->mem.memblock;
	const uint32_t wanted = NR_UNITS * 3 / 4 + below(m, NR_UNITS / 4);
	uint32_t left = wanted, u;

	for (u = 0; u < NR_UNITS && left; u++)
		left -= m->memory[u];
	/* no result tells whether there was room for it */
	if (mb->memory.cnt + 2 > mb->memory.max ||
	    mb->reserved.cnt + 2 > mb->reserved.max)
		return;
	for (int i = 0; i < 2 && !left; i++)
		if (m->array[i].start + m->array[i].nr > u)
			return;
	memblock_enforce_memory_limit(m->k, (paddr_t)wanted * UNIT);
	if (left) /* there is less than that */
		return;
	memset(&m->memory[u], false, NR_UNITS - u);
	memset(&m->nomap[u], false, NR_UNITS - u);
	memset(&m->reserved[u], false, NR_UNITS - u);
}

/* ---- allocation -------------------------------------------------------------------------------- */

static struct wish random_wish(struct model *m)
{
	struct wish w = {.nr = 1 + below(m, below(m, 6) ? 5 : 60),
			 .align = 1u << below(m, 5),
			 .from = below(m, 3) ? 0 : below(m, NR_UNITS),
			 .nid = (int)below(m, NR_NODES + 1) - 1,
			 .up = below(m, 2)};

	w.to = below(m, 2) ? NR_UNITS
			   : w.from + below(m, NR_UNITS - w.from) + 1;
	return w;
}

static uint32_t find_in_turn(const struct model *m, const struct wish *w)
{
	const uint32_t starts[] = {w->from, w->from, 0, 0};
	const int nids[] = {w->nid, NUMA_NO_NODE, w->nid, NUMA_NO_NODE};

	for (int i = 0; i < 4; i++) {
		uint32_t found = find_slowly(m, w, starts[i], nids[i]);

		if (found < NR_UNITS)
			return found;
	}
	return NR_UNITS;
}

/* What was got is what the model would have given. */
static void settle(struct model *m, const struct wish *w, uint32_t want,
		   uint32_t got)
{
	const struct memblock_type *reserved = &m->k->mem.memblock.reserved;

	follow_arrays(m);
	if (got == NR_UNITS && want < NR_UNITS) { /* no room to note it */
		DEMAND(m, reserved->cnt + 1 > reserved->max);
		DEMAND(m,
		       !can_double(m, reserved, (struct range){want, w->nr}));
		m->nr_full++;
		m->nr_stuck++;
		return;
	}
	DEMAND(m, got == want);
	if (got == NR_UNITS) {
		m->nr_refused++;
		return;
	}
	for (uint32_t u = got; u < got + w->nr; u++)
		DEMAND(m, !m->reserved[u]);
	set_reserved(m, (struct range){got, w->nr}, true);
	m->nr_allocated++;
}

static void step_phys_alloc(struct model *m)
{
	const struct wish w = random_wish(m);
	const uint32_t want = find_slowly(m, &w, w.from, NUMA_NO_NODE);
	paddr_t got;

	memblock_set_bottom_up(m->k, w.up);
	got = memblock_find_in_range(m->k, paddr_of(w.from), paddr_of(w.to),
				     w.nr * UNIT, w.align * UNIT);
	DEMAND(m, got == (want < NR_UNITS ? paddr_of(want) : 0));
	got = memblock_phys_alloc_range(m->k, w.nr * UNIT, w.align * UNIT,
					paddr_of(w.from), paddr_of(w.to));
	settle(m, &w, want, got ? unit_of(got) : NR_UNITS);
}

static void step_alloc(struct model *m)
{
	const struct wish w = random_wish(m);
	const uint32_t want = find_in_turn(m, &w);
	const bool zero = below(m, 2);
	uint8_t *bytes;
	vaddr_t got;

	memblock_set_bottom_up(m->k, w.up);
	if (want < NR_UNITS) {
		bytes = phys_bytes(m->k, paddr_of(want));
		memset(bytes, 0xaa, w.nr * UNIT);
	}
	got = zero ? memblock_alloc_try_nid(m->k, w.nr * UNIT, w.align * UNIT,
					    paddr_of(w.from), paddr_of(w.to),
					    w.nid)
		   : memblock_alloc_try_nid_raw(m->k, w.nr * UNIT,
						w.align * UNIT,
						paddr_of(w.from),
						paddr_of(w.to), w.nid);
	settle(m, &w, want, got ? unit_of(virt_to_phys(m->k, got)) : NR_UNITS);
	if (!got)
		return;
	bytes = kbytes(m->k, got);
	for (uint32_t i = 0; i < w.nr * UNIT; i++)
		DEMAND(m, bytes[i] == (zero ? 0 : 0xaa));
}

/* ---- a run ----------------------------------------------------------------------------------------- */

/* Nothing can be changed any more where not even a cut finds room. */
static void begin(struct model *m)
{
	const bool can_resize = m->k->mem.memblock.can_resize;

	memblock_init(m->k);
	if (can_resize)
		memblock_allow_resize(m->k);
	memset(m->memory, 0, sizeof(m->memory));
	memset(m->nomap, 0, sizeof(m->nomap));
	memset(m->reserved, 0, sizeof(m->reserved));
	memset(m->array, 0, sizeof(m->array));
	m->nr_stuck = 0;
}

static void step(struct model *m)
{
	/* waves: it is cut to pieces, and grows together again */
	const bool sparse = m->step / 700 % 2;
	const uint32_t what = below(m, 100);

	if (m->nr_stuck > 30)
		begin(m);
	if (what < (sparse ? 10 : 22))
		step_add(m);
	else if (what < 30)
		step_remove(m);
	else if (what < (sparse ? 40 : 60))
		step_reserve(m);
	else if (what < 70)
		step_free(m);
	else if (what < 73)
		step_nomap(m);
	else if (what < 79)
		step_set_node(m);
	else if (what < 80 && below(m, 4) == 0)
		step_limit(m);
	else if (what < 90)
		step_phys_alloc(m);
	else
		step_alloc(m);
}

static void run(bool can_resize)
{
	static struct model model;
	struct model *m = &model;
	const uint32_t often = nr_steps > 100000 ? 1000 : 1;

	memset(m, 0, sizeof(*m));
	m->random = first_seed;
	m->f = fixture_create(BASE, NR_UNITS * UNIT, 0x80000000);
	m->k = m->f->k;
	print_message("%u steps, seed %llu, arrays that %s\n", nr_steps,
		      (unsigned long long)first_seed,
		      can_resize ? "grow" : "don't grow");
	if (can_resize)
		memblock_allow_resize(m->k);
	for (m->step = 0; m->step < nr_steps; m->step++) {
		step(m);
		if (m->step % often == 0)
			verify_all(m);
	}
	verify_all(m);
	print_message("  %u doublings, %u times no room for more regions, "
		      "%u allocations, %u in vain\n",
		      m->nr_doubled, m->nr_full, m->nr_allocated,
		      m->nr_refused);
	DEMAND(m, can_resize ? m->nr_doubled > 0 : m->nr_full > 0);
	DEMAND(m, m->nr_allocated > 0 && m->nr_refused > 0);
	fixture_destroy(m->f);
}

static void test_growing(void **state)
{
	(void)state;
	run(true);
}

/* As before memblock_allow_resize(). */
static void test_fixed(void **state)
{
	(void)state;
	run(false);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_fixed),
	};

	if (argc > 1)
		nr_steps = (uint32_t)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		first_seed = strtoull(argv[2], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
