/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hand at the panels of walks, TLBs and address spaces: what they say of
 * each place is what the snapshot has, all that it has is somewhere, and a
 * click selects what the tip names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/viewer/helper_hand.h"
#include "tests/unit/viewer/helper_scene.h"

#define FAULT 500 /* album's child copies pages */

static struct scene scene;
static struct view *const view = &scene.view;

static int set_up(void **state)
{
	(void)state;
	scene_begin(&scene);
	scene_wish(&scene, 1u << SECTION_PROCESSES | 1u << SECTION_LINK |
				   1u << SECTION_VMAS | 1u << SECTION_PAGES |
				   1u << SECTION_WALK | 1u << SECTION_TLBS |
				   1u << SECTION_TLB_ENTRIES);
	scene_fault(&scene, FAULT);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scene_end(&scene);
	return 0;
}

static struct hand at_panel(const char *name, int width, int height)
{
	struct hand hand;

	hand_begin(&hand, panel_named(name), view, width, height, 1);
	return hand;
}

/* A page of the shown process, anonymous and there, with nothing large. */
static uint32_t some_page(void)
{
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);

	for (uint32_t i = 0; i < nr; i++)
		for (uint32_t va = vma[i].start; va < vma[i].end; va += 4096) {
			const struct kernel_page *page =
				snapshot_page(view->now, va);

			if (page && page->flags & KERNEL_PAGE_PRESENT &&
			    page->kind == KERNEL_PAGE_ANON)
				return va;
		}
	fail_msg("nothing is mapped");
	return 0;
}

/* ---- the walk -------------------------------------------------------------------- */

static const struct snapshot_walk *walk_of_some_page(void)
{
	uint32_t nr;
	const struct snapshot_walk *walk;

	view_select_page(view, view->now->pid, some_page());
	scene_wish(&scene, 0);
	walk = snapshot_walk(view->now, &nr);
	assert_int_equal(nr, 1);
	assert_int_equal(walk->va, view->selected.va);
	assert_true(walk->mapped && walk->l2.there && walk->linux_word.there);
	return walk;
}

/* In binary, or hexadecimal behind 0x. */
static uint32_t number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, text[1] == 'x' ? 16 : 2);
}

/* "AP [5:4] = 11" and "of 0x6008c83f". */
static void expect_field(struct hand *hand, uint32_t word,
			 const struct snapshot_bits *bits)
{
	uint32_t want = (uint32_t)((uint64_t)word << 32 >> (32 + bits->low));
	char name[48], of[24];
	bool found = false;

	want &= (uint32_t)((UINT64_C(2) << (bits->high - bits->low)) - 1);
	if (!strcmp(bits->name, "base"))
		want <<= bits->low;
	snprintf(name, sizeof(name), "%s [%u:%u] = ",
		 bits->name[0] ? bits->name : "ignored or zero", bits->high,
		 bits->low);
	snprintf(of, sizeof(of), "of 0x%08" PRIx32, word);
	FOR_EACH_PLACE(hand, x, y, 7, 7)
	{
		const struct tip *tip = hand_point(hand, x, y);

		if (!tip || strncmp(tip->line[0], name, strlen(name)) != 0 ||
		    !tip_has(tip, of))
			continue;
		assert_int_equal(number(tip->line[0] + strlen(name)), want);
		if (bits->meaning[0])
			assert_true(tip_has(tip, bits->meaning));
		found = true;
	}
	if (!found)
		fail_msg("%sof 0x%08" PRIx32 " is nowhere", name, word);
}

static void expect_word(struct hand *hand, const struct snapshot_word *word)
{
	assert_true(word->nr_bits > 1);
	for (int i = 0; i < word->nr_bits; i++)
		expect_field(hand, word->word, &word->bits[i]);
}

static void walk_tells_each_field(void **state)
{
	const struct snapshot_walk *walk = walk_of_some_page();
	struct hand hand = at_panel("walk", 1000, 900);

	(void)state;
	expect_word(&hand, &walk->ttbr);
	expect_word(&hand, &walk->l1);
	expect_word(&hand, &walk->l2);
	expect_word(&hand, &walk->linux_word);
	hand_end(&hand);
}

/* The tables' frames and the page's, each somewhere; and none else. */
static void walk_selects_frames(void **state)
{
	const struct snapshot_walk *walk = walk_of_some_page();
	const uint64_t want[] = {walk->l1.paddr >> 12, walk->l2.paddr >> 12,
				 walk->paddr >> 12};
	struct hand hand = at_panel("walk", 1000, 900);
	uint32_t found = 0;

	(void)state;
	FOR_EACH_PLACE(&hand, x, y, 200, 6)
	{
		uint64_t serial = view->selected.serial;
		bool taken = hand_click(&hand, x, y);
		uint32_t which = 0;

		assert_int_equal(taken, view->selected.serial != serial);
		if (!taken)
			continue;
		assert_true(view->selected.by_frame);
		while (which < 3 && view->selected.pfn != want[which])
			which++;
		assert_true(which < 3);
		found |= 1u << which;
	}
	assert_int_equal(found, 7);
	hand_end(&hand);
}

/* d goes through four ways to show it, and comes round to what fits. */
static void walk_says_more_or_less(void **state)
{
	struct hand hand;
	uint64_t first, look[5];

	(void)state;
	walk_of_some_page();
	hand = at_panel("walk", 1000, 900);
	first = hand_look(&hand);
	for (int nr = 0; nr < 5; nr++) {
		assert_true(hand_key(&hand, SDLK_d));
		look[nr] = hand_look(&hand);
		for (int i = 0; i < nr && nr < 4; i++)
			assert_true(look[i] != look[nr]);
	}
	assert_true(look[4] == first);
	assert_false(hand_key(&hand, SDLK_e));
	hand_end(&hand);
}

static void walk_scrolls(void **state)
{
	const struct snapshot_walk *walk = walk_of_some_page();
	struct hand hand = at_panel("walk", 700, 90);
	char last[24];

	(void)state;
	for (int i = 0; i < 3; i++) /* to words without what they mean */
		hand_key(&hand, SDLK_d);
	snprintf(last, sizeof(last), "of 0x%08" PRIx32, walk->linux_word.word);
	hand_expect_scrolls(&hand, "L1 index", last);
	hand_end(&hand);
}

/* ---- TLBs ------------------------------------------------------------------------- */

struct entry {
	const struct snapshot_tlb *tlb;
	const struct snapshot_tlb_entry *entry;
	uint32_t place; /* among all */
};

/* "core 0 main: set 3, way 1", or "…: entry 5", as the tip has it. */
static struct entry named(const char *text)
{
	uint32_t nr, nr_entries, set = 0, way = 0;
	const struct snapshot_tlb *tlb = snapshot_tlbs(view->now, &nr);
	const struct snapshot_tlb_entry *entry =
		snapshot_tlb_entries(view->now, &nr_entries);
	unsigned int core;
	char name[32];

	assert_int_equal(sscanf(text, "core %u %31[^:]:", &core, name), 2);
	text = strchr(text, ':') + 2;
	for (uint32_t i = 0; i < nr; i++) {
		if (tlb[i].cpu != core || strcmp(tlb[i].name, name) != 0)
			continue;
		if (sscanf(text, "set %" SCNu32 ", way %" SCNu32, &set, &way) ==
		    2)
			set = set * tlb[i].ways + way;
		else
			assert_int_equal(sscanf(text, "entry %" SCNu32, &set),
					 1);
		assert_true(set < tlb[i].entries);
		return (struct entry){&tlb[i], &entry[tlb[i].first + set],
				      tlb[i].first + set};
	}
	fail_msg("there is no TLB '%s'", text);
	return (struct entry){0};
}

static void expect_entry(const struct tip *tip, const struct entry *at)
{
	char text[64];

	if (!(at->entry->flags & TLB_VALID)) {
		assert_true(tip_has(tip, "empty"));
		return;
	}
	snprintf(text, sizeof(text), "0x%08" PRIx32 " → 0x%08" PRIx64 ", ",
		 at->entry->va, at->entry->paddr);
	assert_true(tip_has(tip, text));
	snprintf(text, sizeof(text), "memory: %s", at->entry->memory);
	assert_true(tip_has(tip, text));
	snprintf(text, sizeof(text), "age: %" PRIu64 " fills; found %" PRIu32,
		 at->entry->age, at->entry->hits);
	assert_true(tip_has(tip, text));
	assert_int_equal(tip_has(tip, "next that has to go"),
			 (at->entry->flags & TLB_VICTIM) != 0);
	assert_int_equal(tip_has(tip, "global"),
			 (at->entry->flags & TLB_GLOBAL) != 0);
}

/* Who has its ASID; 0: nobody, or all. */
static int owner_of(const struct snapshot_tlb_entry *entry)
{
	uint32_t nr;
	const struct snapshot_process *process = snapshot_processes(view->now,
								    &nr);

	for (uint32_t i = 0; i < nr; i++)
		if (process[i].mm && process[i].asid == entry->asid &&
		    !(entry->flags & TLB_GLOBAL))
			return process[i].pid;
	return 0;
}

static void expect_click_on(struct hand *hand, const struct entry *at, int x,
			    int y)
{
	const uint64_t serial = view->selected.serial;
	const bool valid = at->entry->flags & TLB_VALID;
	const int owner = owner_of(at->entry);

	assert_int_equal(hand_click(hand, x, y), valid);
	assert_int_equal(view->selected.serial != serial, valid);
	if (!valid)
		return;
	assert_true(view->selected.has_va && !view->selected.by_frame);
	assert_int_equal(view->selected.va, at->entry->va & ~0xfffu);
	if (owner)
		assert_int_equal(view->selected.pid, owner);
}

/* Each entry of each TLB is somewhere, as what it is. */
static void tlb_tells_each_entry(void **state)
{
	struct hand hand = at_panel("tlb", 900, 700);
	bool *seen, was_valid = false, was_empty = false;
	uint32_t nr, nr_seen = 0;

	(void)state;
	snapshot_tlb_entries(view->now, &nr);
	seen = calloc(nr, sizeof(*seen));
	assert_true(nr >= 64);
	FOR_EACH_PLACE(&hand, x, y, 5, 5)
	{
		const struct tip *tip = hand_point(&hand, x, y);
		struct entry at;

		if (!tip)
			continue;
		at = named(tip->line[0]);
		expect_entry(tip, &at);
		if (seen[at.place])
			continue;
		seen[at.place] = true;
		nr_seen++;
		was_valid |= at.entry->flags & TLB_VALID;
		was_empty |= !(at.entry->flags & TLB_VALID);
		expect_click_on(&hand, &at, x, y);
	}
	assert_int_equal(nr_seen, nr);
	assert_true(was_valid && was_empty);
	free(seen);
	hand_end(&hand);
}

/* Cells take less room with -, more with +, and what there was in the end. */
static void tlb_says_more_or_less(void **state)
{
	struct hand hand = at_panel("tlb", 900, 700);
	const char *first = "main: entry 0";
	uint64_t look;
	unsigned int last, now;

	(void)state;
	view_select_nothing(view);
	hand_leave(&hand);
	look = hand_look(&hand);
	last = hand_count(&hand, first, 3);
	assert_true(last > 0);
	for (int i = 0; i < 6; i++) {
		assert_true(hand_key(&hand, SDLK_MINUS));
		now = hand_count(&hand, first, 3);
		assert_true(now > 0 && now <= last);
		last = now;
	}
	assert_true(now < 20); /* a dot: 9 by 9 */
	for (int i = 0; i < 6; i++)
		assert_true(hand_key(&hand, SDLK_PLUS));
	assert_true(hand_look(&hand) == look);
	assert_false(hand_key(&hand, SDLK_d));
	hand_end(&hand);
}

static void tlb_scrolls(void **state)
{
	struct hand hand = at_panel("tlb", 130, 105);

	(void)state;
	hand_expect_scrolls(&hand, "main: entry 0", "main: entry 63");
	hand_end(&hand);
}

/* ---- an address space ----------------------------------------------------------------- */

/* The first page of what the tip is about. */
static uint32_t tip_page(const struct tip *tip, uint32_t *nr)
{
	uint32_t va = 0, end = 0;

	*nr = 1;
	if (sscanf(tip->line[0], "page %" SCNx32, &va) == 1)
		return va;
	assert_int_equal(sscanf(tip->line[0],
				"%" SCNu32 " pages, %" SCNx32 "–%" SCNx32, nr,
				&va, &end),
			 3);
	assert_int_equal(end - va, *nr * 4096);
	return va;
}

static const struct kernel_vma *vma_of(uint32_t va, uint32_t *index)
{
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);

	for (uint32_t i = 0; i < nr; i++)
		if (va >= vma[i].start && va < vma[i].end) {
			*index = i;
			return &vma[i];
		}
	fail_msg("0x%08" PRIx32 " is in no mapping", va);
	return NULL;
}

static void expect_page(const struct tip *tip, uint32_t va)
{
	const struct kernel_page *page = snapshot_page(view->now, va);
	char text[64];

	assert_int_equal(tip_has(tip, "nothing yet"), !page || !page->flags);
	if (!page || !(page->flags & KERNEL_PAGE_PRESENT))
		return;
	snprintf(text, sizeof(text), "frame %" PRIx32 ", at", page->where);
	assert_true(tip_has(tip, text));
	assert_int_equal(tip_has(tip, ", dirty, "),
			 (page->flags & KERNEL_PAGE_DIRTY) != 0);
	assert_int_equal(tip_has(tip, "not accessed lately"),
			 !(page->flags & KERNEL_PAGE_YOUNG));
}

/* Every mapping, and of each cell what it has; a click selects its page. */
static void space_tells_each_page(void **state)
{
	struct hand hand = at_panel("space", 800, 700);
	uint32_t nr_vmas, seen = 0, nr_pages = 0;

	(void)state;
	snapshot_vmas(view->now, &nr_vmas);
	assert_in_range(nr_vmas, 4, 31);
	FOR_EACH_PLACE(&hand, x, y, 5, 5)
	{
		const struct tip *tip = hand_point(&hand, x, y);
		const struct kernel_vma *vma;
		uint32_t va, nr, index;
		char range[32];

		if (!tip)
			continue;
		va = tip_page(tip, &nr);
		vma = vma_of(va, &index);
		seen |= 1u << index;
		assert_true(va + nr * 4096 <= vma->end);
		snprintf(range, sizeof(range), "%08" PRIx32 "–%08" PRIx32,
			 vma->start, vma->end);
		assert_true(tip_has(tip, range));
		if (nr == 1)
			expect_page(tip, va);
		if (nr_pages++ % 64)
			continue;
		assert_true(hand_click(&hand, x, y));
		assert_true(view->selected.has_va);
		assert_int_equal(view->selected.va, va);
		assert_int_equal(view->selected.pid, view->now->pid);
	}
	assert_int_equal(seen, (1u << nr_vmas) - 1);
	hand_end(&hand);
}

/* Another place in the same panel: what is there now? 0: nothing. */
static uint32_t page_at(struct hand *hand, int x, int y)
{
	const struct tip *tip = hand_point(hand, x, y);
	uint32_t nr;

	return tip ? tip_page(tip, &nr) : 0;
}

/* The page stays under the pointer, and gets more room. */
static void space_zooms(void **state)
{
	struct hand hand = at_panel("space", 800, 300);
	const uint32_t va = some_page();
	uint64_t look = hand_look(&hand);
	char text[24];
	int x, y;

	(void)state;
	snprintf(text, sizeof(text), "page %08" PRIx32, va);
	assert_true(hand_wheel(&hand, 400, 150, 1));
	assert_true(hand_look(&hand) != look);
	assert_true(hand_key(&hand, SDLK_0));
	hand_leave(&hand);
	assert_true(hand_look(&hand) == look);
	/* into the page itself, wherever it is then */
	view_select_page(view, view->now->pid, va);
	for (int i = 0; i < 4; i++)
		assert_true(hand_key(&hand, SDLK_PLUS));
	view_select_page(view, view->now->pid, va); /* scrolls to it */
	hand_look(&hand);
	assert_true(hand_find(&hand, text, &x, &y));
	x += 3;
	y += 3;
	for (int i = 0; i < 2; i++) {
		unsigned int before = hand_count(&hand, text, 3);

		hand_wheel(&hand, x, y, 1);
		assert_int_equal(page_at(&hand, x, y), va);
		assert_true(hand_count(&hand, text, 3) >= before);
	}
	hand_end(&hand);
}

/* What is selected elsewhere comes into sight here. */
static void space_shows_what_is_selected(void **state)
{
	struct hand hand = at_panel("space", 700, 160);
	uint32_t nr;
	const struct kernel_vma *vma = snapshot_vmas(view->now, &nr);
	char text[24];
	int x, y;

	(void)state;
	for (int i = 0; i < 5; i++)
		hand_key(&hand, SDLK_PLUS);
	for (uint32_t i = nr; i--;) {
		view_select_page(view, view->now->pid, vma[i].start);
		snprintf(text, sizeof(text), "%08" PRIx32 "–", vma[i].start);
		hand_look(&hand);
		assert_true(hand_find(&hand, text, &x, &y));
	}
	hand_end(&hand);
}

/* A drag moves all by as much, and selects nothing. */
static void space_is_dragged(void **state)
{
	struct hand hand = at_panel("space", 700, 200);
	uint64_t serial = view->selected.serial;
	uint32_t va = 0;
	int x = 0, y = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		hand_key(&hand, SDLK_PLUS);
	FOR_EACH_PLACE(&hand, px, py, 8, 4)
	if (py > 120 && !va && page_at(&hand, px, py)) {
		va = page_at(&hand, px, py);
		x = px;
		y = py;
	}
	assert_true(va != 0);
	hand_drag(&hand, x, y, 0, -40);
	assert_int_equal(page_at(&hand, x, y - 40), va);
	assert_true(view->selected.serial == serial);
	hand_end(&hand);
}

static void space_scrolls(void **state)
{
	struct hand hand = at_panel("space", 700, 200);
	uint64_t top, last;

	(void)state;
	for (int i = 0; i < 5; i++)
		hand_key(&hand, SDLK_PLUS);
	do {
		last = hand_look(&hand);
		assert_true(hand_key(&hand, SDLK_PAGEUP));
	} while (hand_look(&hand) != last);
	top = last;
	assert_true(hand_key(&hand, SDLK_DOWN));
	assert_true(hand_look(&hand) != top);
	assert_true(hand_key(&hand, SDLK_UP));
	assert_true(hand_look(&hand) == top);
	assert_true(hand_key(&hand, SDLK_PAGEDOWN));
	assert_true(hand_look(&hand) != top);
	hand_end(&hand);
}

/* Somewhere above the bands: all addresses, from 0 at the left to 4 GB. */
static void space_goes_where_the_map_says(void **state)
{
	struct hand hand = at_panel("space", 700, 400);
	const uint64_t serial = view->selected.serial;
	uint64_t top, bottom;
	int y = hand.box.y;

	(void)state;
	for (int i = 0; i < 7; i++)
		hand_key(&hand, SDLK_PLUS);
	for (int i = 0; i < 100; i++)
		hand_key(&hand, SDLK_PAGEUP);
	top = hand_look(&hand);
	for (; y < hand.box.y + 90 && hand_look(&hand) == top; y++)
		hand_click(&hand, hand.box.x + 680, y);
	bottom = hand_look(&hand);
	assert_true(bottom != top);
	hand_key(&hand, SDLK_PAGEDOWN);
	assert_true(hand_look(&hand) == bottom);
	hand_click(&hand, hand.box.x + 6, y - 1);
	assert_true(hand_look(&hand) == top);
	assert_true(view->selected.serial == serial);
	hand_end(&hand);
}

static void space_is_coloured(void **state)
{
	struct hand hand = at_panel("space", 800, 600);
	static const char *const names[] = {"accessed", "mapped", "entry",
					    "what it is"};
	uint64_t first = hand_look(&hand);

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_true(hand_key(&hand, SDLK_c));
		assert_non_null(strstr(hand_heard(&hand), names[i]));
		assert_int_equal(hand_look(&hand) == first, i == 3);
	}
	assert_false(hand_key(&hand, SDLK_e));
	hand_end(&hand);
}

/* u: on until a fault in the mapping under the pointer. The last test here. */
static void space_runs_until_a_fault(void **state)
{
	struct hand hand = at_panel("space", 800, 700);
	struct live_status status;
	const struct tip *tip = hand_point(&hand, 410, 360);
	const int pid = view->now->pid;
	uint32_t va, nr, index;
	struct kernel_vma vma;

	(void)state;
	if (!tip) /* between two mappings */
		FOR_EACH_PLACE(&hand, x, y, 40, 40)
	if (!tip)
		tip = hand_point(&hand, x, y);
	assert_non_null(tip);
	va = tip_page(tip, &nr);
	vma = *vma_of(va, &index);
	assert_true(hand.kind->event(hand.state, view,
				     &(struct panel_event){.kind = PANEL_KEY,
							   .key = SDLK_u,
							   .x = tip->x,
							   .y = tip->y,
							   .box = hand.box}));
	view_arrive(view, live_wait(view->live));
	status = live_status(view->live);
	assert_int_equal(status.go, LIVE_UNTIL);
	assert_int_equal(status.until.kind, CONDITION_FAULT_IN);
	assert_int_equal(status.until.first, vma.start);
	assert_int_equal(status.until.last, vma.end - 1);
	assert_int_equal(status.until.pid, pid);
	assert_non_null(strstr(hand_heard(&hand), "runs until a fault"));
	hand_end(&hand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walk_tells_each_field),
		cmocka_unit_test(walk_selects_frames),
		cmocka_unit_test(walk_says_more_or_less),
		cmocka_unit_test(walk_scrolls),
		cmocka_unit_test(tlb_tells_each_entry),
		cmocka_unit_test(tlb_says_more_or_less),
		cmocka_unit_test(tlb_scrolls),
		cmocka_unit_test(space_tells_each_page),
		cmocka_unit_test(space_zooms),
		cmocka_unit_test(space_shows_what_is_selected),
		cmocka_unit_test(space_is_dragged),
		cmocka_unit_test(space_scrolls),
		cmocka_unit_test(space_goes_where_the_map_says),
		cmocka_unit_test(space_is_coloured),
		cmocka_unit_test(space_runs_until_a_fault),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
