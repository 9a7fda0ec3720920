/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where TLB entries are drawn, whose they are and what is new; and how fields
 * of a figure share its width.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "emu/viewer/figure.h"
#include "emu/viewer/tlb_model.h"

static const struct tlb_metrics metrics = {
	.width = {9, 60, 100, 300},
	.height = {9, 14, 14, 14},
	.head = 30,
	.gap = 8,
	.core = 320,
};

/* Two cores, each with a small one, and a large one in sets. */
static const struct snapshot_tlb tlbs[] = {
	{.cpu = 0, .first = 0, .entries = 10, .ways = 10, .sets = 1},
	{.cpu = 0,
	 .first = 10,
	 .entries = 132,
	 .lockable = 4,
	 .ways = 2,
	 .sets = 64},
	{.cpu = 1, .first = 142, .entries = 10, .ways = 10, .sets = 1},
	{.cpu = 1,
	 .first = 152,
	 .entries = 132,
	 .lockable = 4,
	 .ways = 2,
	 .sets = 64},
};
#define NR_TLBS 4

static bool overlap(struct box a, struct box b)
{
	return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h &&
	       b.y < a.y + a.h;
}

static bool within(struct box a, struct box b)
{
	return a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w &&
	       a.y + a.h <= b.y + b.h;
}

/* Each entry is in its TLB's box, and none covers another. */
static void check_places(const struct tlb_layout *layout)
{
	struct box seen[284];
	uint32_t nr = 0;

	for (uint32_t t = 0; t < NR_TLBS; t++) {
		struct box at = tlb_box(layout, tlbs, NR_TLBS, t);

		for (uint32_t i = 0; i < tlbs[t].entries; i++) {
			struct box box = tlb_entry_box(layout, &tlbs[t], at, i);

			/* the last cell may be cut in a very narrow box */
			if (layout->core_width >
			    metrics.width[layout->cell] + metrics.gap)
				assert_true(within(box, at));
			for (uint32_t j = 0; j < nr; j++)
				assert_false(overlap(box, seen[j]));
			seen[nr++] = box;
		}
	}
	assert_int_equal(nr, 284);
}

static void no_entry_covers_another(void **state)
{
	static const int widths[] = {20, 130, 333, 640, 641, 1000, 1900};
	static const int heights[] = {50, 400, 900, 5000};

	(void)state;
	for (int w = 0; w < 7; w++)
		for (int h = 0; h < 4; h++) {
			const struct box box = {11, 22, widths[w], heights[h]};
			const struct tlb_layout layout = tlb_layout(
				&metrics, box, tlbs, NR_TLBS, TLB_CELL_LINE);

			check_places(&layout);
		}
}

static void cells_tell_as_much_as_fits(void **state)
{
	const struct box small = {0, 0, 700, 260}, large = {0, 0, 700, 9000};
	struct tlb_layout layout = tlb_layout(&metrics, large, tlbs, NR_TLBS,
					      TLB_CELL_LINE);

	(void)state;
	assert_int_equal(layout.cell, TLB_CELL_LINE);
	assert_true(layout.height <= large.h);
	layout = tlb_layout(&metrics, large, tlbs, NR_TLBS, TLB_CELL_PAGE);
	assert_int_equal(layout.cell, TLB_CELL_PAGE);
	layout = tlb_layout(&metrics, small, tlbs, NR_TLBS, TLB_CELL_LINE);
	assert_int_equal(layout.cell, TLB_CELL_DOT);
	assert_true(layout.height <= small.h);
	assert_int_equal(layout.nr_columns, 2);
}

static void ways_stand_below_each_other(void **state)
{
	const struct box box = {0, 0, 700, 9000};
	const struct tlb_layout layout = tlb_layout(&metrics, box, tlbs,
						    NR_TLBS, TLB_CELL_PAGE);
	const struct box at = tlb_box(&layout, tlbs, NR_TLBS, 1);

	(void)state;
	for (uint32_t set = 0; set < 64; set++) {
		struct box way0 = tlb_entry_box(&layout, &tlbs[1], at, set * 2);
		struct box way1 = tlb_entry_box(&layout, &tlbs[1], at,
						set * 2 + 1);

		assert_int_equal(way0.x, way1.x);
		assert_int_equal(way0.y + way0.h, way1.y);
	}
}

/* ---- whose, and what is new -------------------------------------------------------- */

static void entries_serve_whom_they_are_for(void **state)
{
	const struct snapshot_tlb tlb = {.asid = 3, .tagged = true, .mm = 77};
	const struct snapshot_tlb shared = {.asid = 1, .mm = 77};
	const struct snapshot_process mine = {.asid = 3, .mm = 77};
	const struct snapshot_process other = {.asid = 4, .mm = 78};
	const struct snapshot_process fresh = {.asid = 0, .mm = 79};
	struct snapshot_tlb_entry entry = {.flags = TLB_VALID,
					   .asid = 3,
					   .va = 0xfffff000,
					   .size_bytes = 4096};

	(void)state;
	assert_true(tlb_serves(&tlb, &entry, &mine, 0xffffffff));
	assert_false(tlb_serves(&tlb, &entry, &mine, 0xffffefff));
	assert_false(tlb_serves(&tlb, &entry, &mine, 0));
	assert_false(tlb_serves(&tlb, &entry, &other, 0xffffffff));
	assert_true(tlb_serves(&tlb, &entry, NULL, 0xfffff000));
	/* without ASIDs, that of whose tables are in use */
	assert_true(tlb_serves(&shared, &entry, &mine, 0xfffff000));
	assert_false(tlb_serves(&shared, &entry, &other, 0xfffff000));
	entry.asid = 0;
	assert_false(tlb_serves(&tlb, &entry, &fresh, 0xfffff000));
	entry.flags |= TLB_GLOBAL;
	assert_true(tlb_serves(&tlb, &entry, &other, 0xfffff000));
	entry.flags = TLB_GLOBAL;
	assert_false(tlb_serves(&tlb, &entry, &other, 0xfffff000));
}

static void changes_are_told_apart(void **state)
{
	const struct snapshot_tlb_entry none = {0};
	const struct snapshot_tlb_entry one = {.flags = TLB_VALID, .fill = 5};
	const struct snapshot_tlb_entry hit = {
		.flags = TLB_VALID, .fill = 5, .hits = 1};
	const struct snapshot_tlb_entry next = {.flags = TLB_VALID, .fill = 9};

	(void)state;
	assert_int_equal(tlb_change(&none, &none), TLB_SAME);
	assert_int_equal(tlb_change(&one, &one), TLB_SAME);
	assert_int_equal(tlb_change(&none, &one), TLB_FILLED);
	assert_int_equal(tlb_change(&one, &hit), TLB_HIT);
	assert_int_equal(tlb_change(&hit, &next), TLB_REPLACED);
	assert_int_equal(tlb_change(&next, &none), TLB_GONE);
}

static void a_set_is_full_without_holes(void **state)
{
	const struct snapshot_tlb tlb = {.entries = 4, .ways = 2, .sets = 2};
	const struct snapshot_tlb_entry entries[] = {{.flags = TLB_VALID},
						     {.flags = TLB_VALID},
						     {.flags = TLB_VALID},
						     {0}};

	(void)state;
	assert_true(tlb_set_is_full(&tlb, entries, 0));
	assert_true(tlb_set_is_full(&tlb, entries, 1));
	assert_false(tlb_set_is_full(&tlb, entries, 2));
	assert_false(tlb_set_is_full(&tlb, entries, 3));
}

/* ---- figures ------------------------------------------------------------------------- */

static void fields_share_all_of_the_width(void **state)
{
	const struct snapshot_word word = {
		.nr_bits = 4,
		.word = 0x6009f83f,
		.bits = {{31, 12, "base", ""},
			 {11, 11, "nG", ""},
			 {10, 4, "x", ""},
			 {3, 0, "y", ""}},
	};
	static const int need[] = {60, 40, 30, 20};
	char text[16];

	(void)state;
	for (int width = 4; width < 900; width++) {
		int share[4], sum = 0;
		const bool fits = figure_share(&word, need, width, share);

		assert_int_equal(fits, width >= 150);
		for (int i = 0; i < 4; i++) {
			sum += share[i];
			if (fits)
				assert_true(share[i] >= need[i]);
			else
				assert_true(share[i] >= 0);
		}
		assert_int_equal(sum, width);
	}
	figure_value_text(word.word, &word.bits[0], text, sizeof(text));
	assert_string_equal(text, "0x6009f000");
	figure_value_text(word.word, &word.bits[1], text, sizeof(text));
	assert_string_equal(text, "1");
	figure_value_text(word.word, &word.bits[2], text, sizeof(text));
	assert_string_equal(text, "0x03");
	figure_value_text(word.word, &word.bits[3], text, sizeof(text));
	assert_string_equal(text, "1111");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_entry_covers_another),
		cmocka_unit_test(cells_tell_as_much_as_fits),
		cmocka_unit_test(ways_stand_below_each_other),
		cmocka_unit_test(entries_serve_whom_they_are_for),
		cmocka_unit_test(changes_are_told_apart),
		cmocka_unit_test(a_set_is_full_without_holes),
		cmocka_unit_test(fields_share_all_of_the_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
