/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of what was expected beside lists of what was seen (align.h,
 * assign.h), judged by a slow and obvious matcher: it tries everything.
 *
 * test_align [rounds [seed]]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/scenario/align.h"
#include "emu/scenario/assign.h"
#include "emu/scenario/difference.h"

#define MOST_ITEMS 4
#define MOST_SEEN  7
#define NO_BOUND   UINT32_MAX

static unsigned int rounds = 20000;
static uint64_t seed = 1;

static unsigned int below(unsigned int n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned int)(seed >> 33) % n;
}

/*
 * Things are letters. An item is several of them: it fits those, and is near
 * to the same letter in the other case.
 */
struct letters {
	const char *const *item;
	const char *seen;
};

static unsigned int letter_differs(void *arg, size_t item, size_t seen)
{
	const struct letters *letters = arg;
	const char c = letters->seen[seen];

	if (strchr(letters->item[item], c))
		return 0;
	return strchr(letters->item[item], c ^ 0x20) ? 2 : ALIGN_FAR;
}

/* ---- the slow matcher ------------------------------------------------------- */

static bool fits_at(const struct align_problem *p, size_t item, uint32_t taken,
		    size_t seen);

/* May the @seen-th lie between? */
static bool may_pass(const struct align_problem *p, size_t seen)
{
	for (size_t i = 0; i < p->nr_items; i++)
		if (!p->differs(p->arg, i, seen) && p->item[i].high != NO_BOUND)
			return false;
	return p->others_between;
}

static bool fits_at(const struct align_problem *p, size_t item, uint32_t taken,
		    size_t seen)
{
	if (item == p->nr_items && seen == p->nr_seen)
		return true;
	if (seen < p->nr_seen && may_pass(p, seen) &&
	    fits_at(p, item, taken, seen + 1))
		return true;
	if (item == p->nr_items)
		return false;
	if (seen < p->nr_seen && taken < p->item[item].high &&
	    !p->differs(p->arg, item, seen) &&
	    fits_at(p, item, taken + 1, seen + 1))
		return true;
	return taken >= p->item[item].low && fits_at(p, item + 1, 0, seen);
}

/* The least number of changes: none near, nothing but missing and extra. */
static unsigned int least_at(const struct align_problem *p, size_t item,
			     uint32_t taken, size_t seen)
{
	unsigned int least = UINT32_MAX, cost;

	if (item == p->nr_items && seen == p->nr_seen)
		return 0;
	if (seen < p->nr_seen) {
		cost = least_at(p, item, taken, seen + 1) + !may_pass(p, seen);
		least = cost < least ? cost : least;
	}
	if (item == p->nr_items)
		return least;
	if (seen < p->nr_seen && taken < p->item[item].high &&
	    !p->differs(p->arg, item, seen)) {
		cost = least_at(p, item, taken + 1, seen + 1);
		least = cost < least ? cost : least;
	}
	cost = taken >= p->item[item].low
		       ? least_at(p, item + 1, 0, seen)
		       : least_at(p, item, taken + 1, seen) + 1;
	return cost < least ? cost : least;
}

/* Everything seen goes to an item, or to none, in all ways. */
static bool assigns_from(const struct align_problem *p, size_t seen,
			 uint32_t *has)
{
	bool must = false;

	if (seen == p->nr_seen) {
		for (size_t i = 0; i < p->nr_items; i++)
			if (has[i] < p->item[i].low || has[i] > p->item[i].high)
				return false;
		return true;
	}
	for (size_t i = 0; i < p->nr_items; i++) {
		bool good;

		if (p->differs(p->arg, i, seen))
			continue;
		must |= p->item[i].high != NO_BOUND;
		has[i]++;
		good = assigns_from(p, seen + 1, has);
		has[i]--;
		if (good)
			return true;
	}
	return !must && assigns_from(p, seen + 1, has);
}

/* ---- random problems ---------------------------------------------------------- */

struct random_problem {
	char text[MOST_ITEMS][4], seen[MOST_SEEN + 1];
	const char *items[MOST_ITEMS];
	struct align_item item[MOST_ITEMS];
	struct letters letters;
	struct align_problem problem;
};

static void make(struct random_problem *random, const char *alphabet)
{
	unsigned int nr_letters = (unsigned int)strlen(alphabet);
	size_t nr_items = below(MOST_ITEMS + 1), nr_seen = below(MOST_SEEN + 1);

	memset(random, 0, sizeof(*random));
	for (size_t i = 0; i < nr_items; i++) {
		uint32_t low = below(4);

		for (unsigned int n = 0; n <= below(3); n++)
			random->text[i][n] = alphabet[below(nr_letters)];
		random->items[i] = random->text[i];
		random->item[i].low = low;
		random->item[i].high = below(4) ? low + below(3) : NO_BOUND;
	}
	for (size_t i = 0; i < nr_seen; i++)
		random->seen[i] = alphabet[below(nr_letters)];
	random->letters = (struct letters){random->items, random->seen};
	random->problem = (struct align_problem){
		.item = random->item,
		.nr_items = nr_items,
		.nr_seen = nr_seen,
		.others_between = below(2),
		.differs = letter_differs,
		.arg = &random->letters,
	};
}

static void describe(const struct random_problem *random)
{
	for (size_t i = 0; i < random->problem.nr_items; i++)
		print_message("[%s]{%u,%u} ", random->items[i],
			      random->item[i].low, random->item[i].high);
	print_message("%s others=%d\n", random->seen,
		      random->problem.others_between);
}

/* Steps go through both lists once, in order, and add up to what is said. */
static unsigned int check_steps(const struct random_problem *random,
				const struct alignment *alignment)
{
	const struct align_problem *p = &random->problem;
	uint32_t taken[MOST_ITEMS] = {0}, missing[MOST_ITEMS] = {0};
	size_t seen = 0, item = 0;
	unsigned int nr_wrong = 0;

	for (size_t i = 0; i < alignment->nr_steps; i++) {
		const struct align_step *step = &alignment->step[i];
		bool has_item = step->kind != ALIGN_EXTRA &&
				step->kind != ALIGN_OTHER;
		bool has_seen = step->kind != ALIGN_MISSING;

		if (has_seen)
			assert_int_equal(step->seen, seen++);
		if (has_item) {
			assert_true(step->item >= item);
			item = step->item;
			taken[item] += has_seen;
			missing[item] += !has_seen;
		}
		if (step->kind == ALIGN_SAME)
			assert_int_equal(p->differs(p->arg, item, step->seen),
					 0);
		if (step->kind == ALIGN_DIFFERS)
			assert_int_not_equal(
				p->differs(p->arg, item, step->seen), 0);
		if (step->kind == ALIGN_OTHER)
			assert_true(may_pass(p, step->seen));
		nr_wrong += step->kind == ALIGN_MISSING ||
			    step->kind == ALIGN_EXTRA;
	}
	assert_int_equal(seen, p->nr_seen);
	for (size_t i = 0; i < p->nr_items; i++) {
		assert_true(taken[i] + missing[i] >= p->item[i].low);
		assert_true(taken[i] <= p->item[i].high);
	}
	return nr_wrong;
}

static void test_order_is_judged_as_by_trying_all(void **state)
{
	unsigned int nr_fit = 0;

	(void)state;
	for (unsigned int i = 0; i < rounds; i++) {
		struct random_problem random;
		struct alignment alignment;
		bool expected;

		make(&random, i % 2 ? "abAB" : "abc");
		expected = fits_at(&random.problem, 0, 0, 0);
		assert_true(align(&random.problem, &alignment));
		if (alignment.fits != expected)
			describe(&random);
		assert_int_equal(alignment.fits, expected);
		if (!expected)
			check_steps(&random, &alignment);
		nr_fit += expected;
		align_free(&alignment);
	}
	/* both happen often */
	assert_in_range(nr_fit, rounds / 20, rounds * 19 / 20);
}

/* Without letters that are near each other. */
static void test_differences_are_least(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < rounds / 4; i++) {
		struct random_problem random;
		struct alignment alignment;
		unsigned int least;

		make(&random, "abc");
		least = least_at(&random.problem, 0, 0, 0);
		assert_true(align(&random.problem, &alignment));
		assert_int_equal(alignment.fits, !least);
		if (least && check_steps(&random, &alignment) != least) {
			describe(&random);
			fail_msg("not the least: %u", least);
		}
		align_free(&alignment);
	}
}

static void test_assignment_is_judged_as_by_trying_all(void **state)
{
	unsigned int nr_fit = 0;

	(void)state;
	for (unsigned int i = 0; i < rounds; i++) {
		struct random_problem random;
		struct assignment assignment;
		uint32_t has[MOST_ITEMS] = {0};
		bool expected;

		make(&random, "abc");
		random.problem.others_between = true;
		expected = assigns_from(&random.problem, 0, has);
		assert_true(assign(&random.problem, &assignment));
		if (assignment.fits != expected)
			describe(&random);
		assert_int_equal(assignment.fits, expected);
		nr_fit += expected;
		assign_free(&assignment);
	}
	assert_in_range(nr_fit, rounds / 20, rounds * 19 / 20);
}

/* ---- what a person sees --------------------------------------------------------- */

static void say_item(void *arg, size_t item, FILE *to)
{
	fputs(((struct letters *)arg)->item[item], to);
}

static void say_letter(void *arg, size_t seen, FILE *to)
{
	fputc(((struct letters *)arg)->seen[seen], to);
}

static void say_case(void *arg, size_t item, size_t seen, FILE *to)
{
	(void)arg, (void)item, (void)seen;
	fputs("other case", to);
}

/* @text: as difference_text() shows it, "" when the lists fit. */
static void expect_shown(const char *const *items, size_t nr_items,
			 const struct align_item *item, const char *seen,
			 bool others, const char *text)
{
	struct letters letters = {items, seen};
	const struct difference difference = {
		.problem = {.item = item,
			    .nr_items = nr_items,
			    .nr_seen = strlen(seen),
			    .others_between = others,
			    .differs = letter_differs,
			    .arg = &letters},
		.expected = say_item,
		.seen = say_letter,
		.unlike = say_case,
	};
	struct alignment alignment;
	char *shown;

	assert_true(align(&difference.problem, &alignment));
	assert_int_equal(alignment.fits, !*text);
	shown = difference_text(&difference, &alignment);
	assert_string_equal(shown, text);
	free(shown);
	align_free(&alignment);
}

static void test_one_more_doesnt_shift_the_rest(void **state)
{
	static const char *const items[] = {"a", "b", "c", "d", "e"};
	static const struct align_item one[] = {
		{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};

	(void)state;
	expect_shown(items, 5, one, "abcde", false, "");
	expect_shown(items, 5, one, "abxcde", false,
		     "  a\n  b\n+ x\n  c\n  d\n  … 1 as expected\n");
	expect_shown(items, 5, one, "abde", false, "  a\n  b\n- c\n  d\n  e\n");
	expect_shown(items, 5, one, "abCde", false,
		     "  a\n  b\n- c\n+ C\n    other case\n  d\n  e\n");
}

static void test_the_last_of_many_is_one_too_many(void **state)
{
	static const char *const items[] = {"a", "b"};
	static const struct align_item three[] = {{3, 3}, {1, 1}};
	static const struct align_item range[] = {{2, 4}, {1, NO_BOUND}};

	(void)state;
	expect_shown(items, 2, three, "aaab", false, "");
	expect_shown(items, 2, three, "aaaab", false,
		     "  … 1 as expected\n  a\n  a\n+ a\n  b\n");
	expect_shown(items, 2, three, "b", false,
		     "- a\n    … and 2 more of it\n  b\n");
	expect_shown(items, 2, range, "aabbbbb", false, "");
	expect_shown(items, 2, range, "aaaabbbbb", false, "");
	expect_shown(items, 2, range, "ab", false, "  a\n- a\n  b\n");
}

/* Others lie between; but of what has a bound there are no more. */
static void test_others_may_lie_between(void **state)
{
	static const char *const items[] = {"a", "b"};
	static const struct align_item open[] = {{1, NO_BOUND}, {1, NO_BOUND}};
	static const struct align_item one[] = {{1, 1}, {1, NO_BOUND}};

	(void)state;
	expect_shown(items, 2, open, "xaxaybz", true, "");
	expect_shown(items, 2, open, "aba", true, "");
	expect_shown(items, 2, open, "xbx", true,
		     "- a\n  x\n  b\n  … 1 as expected\n");
	expect_shown(items, 2, one, "xaxb", true, "");
	expect_shown(items, 2, one, "aba", true, "  a\n  b\n+ a\n");
}

/* So long that only what lies around the first difference is looked at. */
static void test_long_lists_are_cut(void **state)
{
	enum {
		NR = 120000
	};
	static const char *const items[] = {"a", "b"};
	static const struct align_item item[] = {{400, NO_BOUND}, {1, 1}};
	char *seen = malloc(NR + 1);
	struct letters letters = {items, seen};
	const struct align_problem problem = {
		.item = item,
		.nr_items = 2,
		.nr_seen = NR,
		.differs = letter_differs,
		.arg = &letters,
	};
	struct alignment alignment;

	(void)state;
	assert_non_null(seen);
	memset(seen, 'a', NR);
	seen[NR] = '\0';
	seen[NR - 1] = 'b';
	assert_true(align(&problem, &alignment));
	assert_true(alignment.fits);
	align_free(&alignment);

	seen[60000] = 'x';
	assert_true(align(&problem, &alignment));
	assert_false(alignment.fits);
	assert_true(alignment.cut);
	for (size_t i = 0; i < alignment.nr_steps; i++)
		assert_int_equal(alignment.step[i].kind,
				 alignment.step[i].seen == 60000 ? ALIGN_EXTRA
								 : ALIGN_SAME);
	assert_in_range(60000, alignment.step[0].seen,
			alignment.step[alignment.nr_steps - 1].seen);
	align_free(&alignment);
	free(seen);
}

static void test_assignment_says_what_lacks(void **state)
{
	static const char *const items[] = {"ab", "a", "c"};
	static const struct align_item item[] = {{2, 2}, {1, NO_BOUND}, {1, 1}};
	struct letters letters = {items, "xbabac"};
	struct align_problem problem = {
		.item = item,
		.nr_items = 3,
		.nr_seen = 6,
		.others_between = true,
		.differs = letter_differs,
		.arg = &letters,
	};
	struct assignment assignment;

	(void)state;
	assert_true(assign(&problem, &assignment));
	assert_true(assignment.fits);
	assign_free(&assignment);

	letters.seen = "bbbcxa"; /* a third b is nobody's */
	assert_true(assign(&problem, &assignment));
	assert_false(assignment.fits);
	assert_true(assignment.left_over[2]);
	assert_false(assignment.left_over[0] || assignment.left_over[4]);
	assign_free(&assignment);

	letters.seen = "bxxxaa"; /* no c */
	assert_true(assign(&problem, &assignment));
	assert_false(assignment.fits);
	assert_int_equal(assignment.has[0], 2);
	assert_int_equal(assignment.has[1], 1);
	assert_int_equal(assignment.has[2], 0);
	assign_free(&assignment);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_is_judged_as_by_trying_all),
		cmocka_unit_test(test_differences_are_least),
		cmocka_unit_test(test_assignment_is_judged_as_by_trying_all),
		cmocka_unit_test(test_one_more_doesnt_shift_the_rest),
		cmocka_unit_test(test_the_last_of_many_is_one_too_many),
		cmocka_unit_test(test_others_may_lie_between),
		cmocka_unit_test(test_long_lists_are_cut),
		cmocka_unit_test(test_assignment_says_what_lacks),
	};

	if (argc > 1)
		rounds = (unsigned int)strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	print_message("seed %llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
