/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of expected faults is met or not as its order says, and what isn't
 * met is told once for the whole list: with what was seen beside it, and the
 * first fault that isn't as expected explained.
 *
 * How many an item may have: strict wants one where no count is given; ordered
 * and any want at least one, and then more may be anywhere. What is given is
 * exact in all three: of what fits an item with an upper bound, there are no
 * more than its items take.
 */
#include <stdlib.h>

#include "emu/scenario/assign.h"
#include "emu/scenario/difference.h"
#include "emu/scenario/fault_list.h"

#define MOST_SHOWN 12 /* faults that are left over */

static uint32_t bound(uint64_t value)
{
	return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static struct align_item item_of(const struct expected_faults *expected,
				 size_t i)
{
	const struct scenario_range *count = &expected->list[i].count;

	if (!count->given)
		return (struct align_item){
			1, expected->order == ORDER_STRICT ? 1 : UINT32_MAX};
	return (struct align_item){bound(count->low), bound(count->high)};
}

/* ---- callbacks ------------------------------------------------------------------ */

static unsigned int differs(void *arg, size_t item, size_t seen)
{
	return fault_differs(arg, item, seen, NULL);
}

static void say_expected(void *arg, size_t item, FILE *to)
{
	const struct fault_list *list = arg;

	fault_say_expected(&list->expected->list[item], to);
}

static void say_seen(void *arg, size_t seen, FILE *to)
{
	const struct fault_list *list = arg;

	fault_say_seen(list->judging, list->seen[seen], to);
}

static void say_unlike(void *arg, size_t item, size_t seen, FILE *to)
{
	fault_differs(arg, item, seen, to);
}

/* ---- the fault that is explained -------------------------------------------------- */

/* That which is least unlike @item; 0: none was seen. */
static uint64_t nearest(const struct fault_list *list, size_t item)
{
	unsigned int least = UINT32_MAX;
	uint64_t number = 0;

	for (size_t seen = 0; seen < list->nr_seen; seen++) {
		unsigned int unlike = fault_differs(list, item, seen, NULL);

		if (unlike && unlike < least) {
			least = unlike;
			number = list->seen[seen]->fault.number;
		}
	}
	return number;
}

static uint64_t first_wrong(const struct fault_list *list,
			    const struct alignment *alignment)
{
	for (size_t i = 0; i < alignment->nr_steps; i++) {
		const struct align_step *step = &alignment->step[i];

		if (step->kind == ALIGN_DIFFERS || step->kind == ALIGN_EXTRA)
			return list->seen[step->seen]->fault.number;
		if (step->kind == ALIGN_MISSING)
			return nearest(list, step->item);
	}
	return 0;
}

/* ---- what was expected --------------------------------------------------------------- */

static const char *order_sentence(enum scenario_order order)
{
	static const char *const sentences[] = {
		[ORDER_STRICT] = "in this order, and no others",
		[ORDER_ORDERED] = "in this order; others may be between",
		[ORDER_ANY] = "in any order; others may be there",
	};

	return sentences[order];
}

static char *expected_text(const struct fault_list *list)
{
	const struct expected_faults *expected = list->expected;
	struct wording wording;

	if (!wording_begin(&wording))
		return NULL;
	if (expected->nr)
		fprintf(wording.to, "%s:\n", order_sentence(expected->order));
	else
		fprintf(wording.to, "none");
	for (size_t i = 0; i < expected->nr; i++) {
		fprintf(wording.to, "  ");
		fault_say_expected(&expected->list[i], wording.to);
		fputc('\n', wording.to);
	}
	return wording_end(&wording);
}

/* ---- in an order ----------------------------------------------------------------------- */

static void judge_order(struct fault_list *list,
			const struct align_problem *problem)
{
	const struct difference difference = {
		.problem = *problem,
		.expected = say_expected,
		.seen = say_seen,
		.unlike = say_unlike,
	};
	struct alignment alignment = {0};

	if (align(problem, &alignment) && !alignment.fits)
		judging_fail(list->judging, &list->expected->where,
			     fault_list_title(list), expected_text(list),
			     difference_text(&difference, &alignment),
			     first_wrong(list, &alignment));
	align_free(&alignment);
}

/* ---- in none ----------------------------------------------------------------------------- */

static void say_lacking(struct fault_list *list,
			const struct align_problem *problem,
			const struct assignment *assignment, FILE *to,
			uint64_t *explained)
{
	for (size_t i = 0; i < problem->nr_items; i++) {
		if (assignment->has[i] == problem->item[i].low)
			continue;
		fprintf(to, "- ");
		say_expected(list, i, to);
		fprintf(to, "\n    seen %u times\n", assignment->has[i]);
		if (!*explained)
			*explained = nearest(list, i);
	}
}

static void say_left_over(struct fault_list *list,
			  const struct assignment *assignment, FILE *to,
			  uint64_t *explained)
{
	unsigned int nr = 0;

	for (size_t seen = 0; seen < list->nr_seen; seen++) {
		if (!assignment->left_over[seen])
			continue;
		if (!*explained)
			*explained = list->seen[seen]->fault.number;
		if (nr++ >= MOST_SHOWN)
			continue;
		fprintf(to, "+ ");
		say_seen(list, seen, to);
		fputc('\n', to);
	}
	if (nr > MOST_SHOWN)
		fprintf(to, "  … and %u more\n", nr - MOST_SHOWN);
}

static void judge_any(struct fault_list *list,
		      const struct align_problem *problem)
{
	struct assignment assignment = {0};
	struct wording wording;
	uint64_t explained = 0;

	if (assign(problem, &assignment) && !assignment.fits &&
	    wording_begin(&wording)) {
		say_lacking(list, problem, &assignment, wording.to, &explained);
		say_left_over(list, &assignment, wording.to, &explained);
		judging_fail(list->judging, &list->expected->where,
			     fault_list_title(list), expected_text(list),
			     wording_end(&wording), explained);
	}
	assign_free(&assignment);
}

void judge_faults(struct judging *judging,
		  const struct expected_faults *expected)
{
	struct fault_list list;
	struct align_item *item = calloc(expected->nr + 1, sizeof(*item));
	bool good = fault_list_create(&list, judging, expected);
	const struct align_problem problem = {
		.item = item,
		.nr_items = expected->nr,
		.nr_seen = list.nr_seen,
		.others_between = expected->order != ORDER_STRICT,
		.differs = differs,
		.arg = &list,
	};

	for (size_t i = 0; item && i < expected->nr; i++)
		item[i] = item_of(expected, i);
	if (good && item && expected->order == ORDER_ANY)
		judge_any(&list, &problem);
	else if (good && item)
		judge_order(&list, &problem);
	fault_list_free(&list);
	free(item);
}
