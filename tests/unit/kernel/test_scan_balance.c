/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How reclaim splits its effort (kernel/mm/vmscan.c: prepare_scan_count(),
 * vmscan_lists.c: get_scan_count(), inactive_is_low()) against a slow model in
 * plain words and floating point: lists, marks, costs and knobs at random.
 *
 *	test_scan_balance [SEED [STATES]]
 */
#include "tests/unit/kernel/mm_fixture.h"

#include "kernel/mm/vmscan.h"
#include "kernel/mm/workingset.h"

static uint64_t seed = 1;
static unsigned long states = 200000;

static uint64_t below(uint64_t n)
{
	return (((uint64_t)next_random(&seed) << 31) + next_random(&seed)) % n;
}

/* Small, medium and large numbers alike. */
static int64_t some(uint64_t most)
{
	return (int64_t)below(below(2) ? most : below(2) ? most / 500 + 1 : 40);
}

/* ---- a node in any state ------------------------------------------------------------ */

static struct pglist_data *node(struct mm_fixture *f)
{
	return &f->k->mem.node_data[0];
}

static void any_zone(struct mm_fixture *f, struct zone *zone)
{
	/* as many pages as 64 GB have, though no machine here has them */
	const uint64_t most = below(3) ? 1 << 16 : 1 << 24;

	zone->managed_pages = below(5) ? 100000 : 0;
	for (int lru = 0; lru < LRU_UNEVICTABLE; lru++) {
		int64_t n = zone->managed_pages ? some(most) : 0;

		zone->vm_stat[NR_ZONE_INACTIVE_ANON + lru] = n;
		node(f)->vm_stat[NR_INACTIVE_ANON + lru] += n;
	}
	zone->vm_stat[NR_FREE_PAGES] = zone->managed_pages ? some(5000) : 0;
	zone->_watermark[WMARK_HIGH] = (uint32_t)some(50000);
	zone->watermark_boost = below(4) ? 0 : (uint32_t)some(2000);
}

/* Just as many pages as the marks say, to a page. */
static void meet_marks(struct mm_fixture *f)
{
	struct zone *zone = &node(f)->node_zones[ZONE_NORMAL];
	int64_t there = node(f)->vm_stat[NR_INACTIVE_FILE] +
			node(f)->vm_stat[NR_ACTIVE_FILE];

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		there += node(f)->node_zones[i].vm_stat[NR_FREE_PAGES];
		node(f)->node_zones[i].watermark_boost = 0;
		node(f)->node_zones[i]._watermark[WMARK_HIGH] = 0;
	}
	zone->managed_pages = 100000;
	zone->_watermark[WMARK_HIGH] = (uint32_t)(there + below(2));
}

static void any_node(struct mm_fixture *f)
{
	struct lruvec *lruvec = &f->k->user.lruvec[0];
	struct pglist_data *pgdat = node(f);

	memset(pgdat->vm_stat, 0, sizeof(pgdat->vm_stat));
	for (int i = 0; i < MAX_NR_ZONES; i++)
		any_zone(f, &pgdat->node_zones[i]);
	if (!below(4))
		meet_marks(f);
	lruvec->anon_cost = (uint64_t)some(1 << 20);
	lruvec->file_cost = (uint64_t)some(1 << 20);
	for (int i = 0; i < 2; i++) {
		lruvec->refaults[i] = some(1000);
		pgdat->vm_stat[WORKINGSET_ACTIVATE_ANON + i] =
			lruvec->refaults[i] + (below(4) ? 0 : 3);
	}
	f->k->swap.nr_swap_pages = below(5) ? some(100000) : 0;
	f->k->sysctl.swappiness = (int32_t[]){
		0, 1, 60, 100, 199, 200, (int32_t)below(201)}[below(7)];
}

static struct scan_control any_control(struct mm_fixture *f)
{
	return (struct scan_control){
		.curr = &f->task,
		.priority = (int)below(DEF_PRIORITY + 1),
		.reclaim_idx = (enum zone_type)below(MAX_NR_ZONES),
		.may_swap = below(6),
		.force_deactivate = !below(5),
		/* what an earlier round has left */
		.may_deactivate = (uint8_t)below(4),
		.cache_trim_mode = below(2),
		.file_is_tiny = below(2),
	};
}

/* ---- the model -------------------------------------------------------------------------- */

static double list(struct mm_fixture *f, enum lru_list lru)
{
	return (double)node(f)->vm_stat[NR_INACTIVE_ANON + lru];
}

/* So many active pages for an inactive one: the root of 10 for each GB. */
static double ratio_of(double gigabytes)
{
	const double square = 10 * (double)(int)gigabytes;
	double ratio = 1;

	while ((ratio + 1) * (ratio + 1) <= square)
		ratio++;
	return ratio;
}

static bool model_is_low(struct mm_fixture *f, enum lru_list inactive)
{
	const double nr_inactive = list(f, inactive);
	const double nr_active = list(f, inactive + 1);
	const double gb = (nr_inactive + nr_active) * PAGE_SIZE / (1ull << 30);

	return nr_active > nr_inactive * ratio_of(gb);
}

static bool model_deactivates(struct mm_fixture *f, bool file, bool force)
{
	const int64_t refaults =
		node(f)->vm_stat[file ? WORKINGSET_ACTIVATE_FILE
				      : WORKINGSET_ACTIVATE_ANON];

	if (force || refaults != f->k->user.lruvec[0].refaults[file])
		return true;
	return model_is_low(f, file ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON);
}

static bool model_tiny(struct mm_fixture *f, const struct scan_control *sc,
		       bool deactivates_anon)
{
	double there = list(f, LRU_INACTIVE_FILE) + list(f, LRU_ACTIVE_FILE);
	double wanted = 0;

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		const struct zone *zone = &node(f)->node_zones[i];

		there += (double)zone->vm_stat[NR_FREE_PAGES];
		if (zone->managed_pages)
			wanted += (double)zone->_watermark[WMARK_HIGH] +
				  zone->watermark_boost;
	}
	return there <= wanted && !deactivates_anon &&
	       list(f, LRU_INACTIVE_ANON) >= (double)(1 << sc->priority);
}

/* The part of its share that each pair gets: 1, 0, or between the two. */
static double model_part(struct mm_fixture *f, const struct scan_control *sc,
			 bool tiny, bool trim, bool file)
{
	const double swappiness = f->k->sysctl.swappiness;
	const struct lruvec *lruvec = &f->k->user.lruvec[0];
	const double a = (double)lruvec->anon_cost;
	const double c = (double)lruvec->file_cost;
	double anon, cache;

	if (!sc->may_swap || f->k->swap.nr_swap_pages <= 0)
		return file;
	if (sc->priority == 0 && swappiness > 0)
		return 1;
	if (tiny)
		return !file;
	if (trim)
		return file;
	anon = swappiness / (2 * a + c + 1);
	cache = (200 - swappiness) / (a + 2 * c + 1);
	return (file ? cache : anon) / (anon + cache);
}

/* Only of zones that the caller can use. */
static double model_size(struct mm_fixture *f, const struct scan_control *sc,
			 int lru)
{
	double size = 0;

	for (int i = 0; i <= (int)sc->reclaim_idx; i++)
		size += (double)node(f)
				->node_zones[i]
				.vm_stat[NR_ZONE_INACTIVE_ANON + lru];
	return size;
}

static unsigned long seen[2][2][2]; /* tiny, trim, by list of its own */

static void check_state(struct mm_fixture *f)
{
	struct scan_control sc = any_control(f);
	const bool force = sc.force_deactivate;
	const bool anon = model_deactivates(f, false, force);
	const bool cache = model_deactivates(f, true, force);
	const bool tiny = model_tiny(f, &sc, anon);
	const bool trim = !cache && list(f, LRU_INACTIVE_FILE) >=
					    (double)(1 << sc.priority);
	uint64_t nr[NR_LRU_LISTS] = {0};

	assert_int_equal(inactive_is_low(node(f), LRU_INACTIVE_ANON),
			 model_is_low(f, LRU_INACTIVE_ANON));
	assert_int_equal(inactive_is_low(node(f), LRU_INACTIVE_FILE),
			 model_is_low(f, LRU_INACTIVE_FILE));
	prepare_scan_count(&sc, node(f));
	assert_int_equal(!!(sc.may_deactivate & DEACTIVATE_ANON), anon);
	assert_int_equal(!!(sc.may_deactivate & DEACTIVATE_FILE), cache);
	assert_int_equal(sc.file_is_tiny, tiny);
	assert_int_equal(sc.cache_trim_mode, trim);
	get_scan_count(&sc, node(f), nr);
	for (int lru = 0; lru < LRU_UNEVICTABLE; lru++) {
		const bool file = is_file_lru((enum lru_list)lru);
		const double part = model_part(f, &sc, tiny, trim, file);
		const double share = model_size(f, &sc, lru) /
				     (double)(1 << sc.priority);
		/* whole numbers on the way: two pages, and 1 in 300 */
		const double slack = part > 0 && part < 1 ? share / 150 : 0;

		if ((double)nr[lru] > share * part + slack ||
		    (double)nr[lru] + 2 + slack < share * part)
			fail_msg("list %d: %llu, the model says %f", lru,
				 (unsigned long long)nr[lru], share * part);
	}
	seen[tiny][trim][force]++;
}

/* ---- tests --------------------------------------------------------------------------------- */

static void test_against_model(void **state)
{
	struct mm_fixture *f = fixture_simple(16, false);

	(void)state;
	for (unsigned long i = 0; i < states; i++) {
		any_node(f);
		check_state(f);
	}
	/* each kind of state was among them */
	for (int tiny = 0; tiny < 2; tiny++)
		for (int trim = 0; trim < 2; trim++)
			assert_true(seen[tiny][trim][0] > states / 1000);
	assert_true(seen[0][0][1] > states / 1000);
	fixture_destroy(f);
}

/* What memory of each size needs, as Linux's comment has it. */
static void test_ratios(void **state)
{
	static const struct {
		double gb, ratio;
	} table[] = {{0.09, 1}, {0.9, 1}, {1, 3}, {10, 10}, {100, 31}};
	struct mm_fixture *f = fixture_simple(16, false);
	int64_t *vm_stat = node(f)->vm_stat;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const double pages = table[i].gb * (1 << 18);
		const int64_t inactive =
			(int64_t)(pages / (table[i].ratio + 1));

		for (int more = -2; more <= 2; more += 4) {
			vm_stat[NR_INACTIVE_FILE] = inactive + more;
			vm_stat[NR_ACTIVE_FILE] = (int64_t)(pages + 1) -
						  inactive - more;
			assert_int_equal(inactive_is_low(node(f),
							 LRU_INACTIVE_FILE),
					 more < 0);
		}
	}
	fixture_destroy(f);
}

/* With equal costs: swappiness of 200 parts go to anonymous memory. */
static void test_swappiness(void **state)
{
	struct mm_fixture *f = fixture_simple(16, false);
	struct scan_control sc = {.curr = &f->task, .may_swap = true};
	struct zone *zone = &node(f)->node_zones[ZONE_NORMAL];

	(void)state;
	sc.priority = 1;
	sc.reclaim_idx = ZONE_NORMAL;
	f->k->swap.nr_swap_pages = 1000;
	for (int lru = 0; lru < LRU_UNEVICTABLE; lru++)
		zone->vm_stat[NR_ZONE_INACTIVE_ANON + lru] = 40000;
	for (int swappiness = 0; swappiness <= 200; swappiness++) {
		uint64_t nr[NR_LRU_LISTS];

		f->k->sysctl.swappiness = swappiness;
		get_scan_count(&sc, node(f), nr);
		assert_int_equal(nr[LRU_INACTIVE_ANON], 100 * swappiness);
		assert_int_equal(nr[LRU_ACTIVE_FILE], 100 * (200 - swappiness));
	}
	fixture_destroy(f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_model),
		cmocka_unit_test(test_ratios),
		cmocka_unit_test(test_swappiness),
	};

	if (argc > 1)
		seed = strtoull(argv[1], NULL, 0);
	if (argc > 2)
		states = strtoul(argv[2], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
