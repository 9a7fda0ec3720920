/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * "Did you mean …?": the known word at the least distance from a mistyped
 * one. Distance is Levenshtein's with a swap of neighbours counted as one
 * slip; a key that was only put into the wrong group is a slip away for each
 * group that is missing or too many.
 */

#include "emu/config/nearest.h"

#include <string.h>

#include "emu/config/schema.h"

enum {
	LONGEST = 64,
	FAR = 1000
};

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* The next row of the distance table, for the character a[0]. */
static void next_row(const char *a, bool can_swap, struct word b,
		     const unsigned int *before_last, const unsigned int *last,
		     unsigned int *row)
{
	row[0] = last[0] + 1;
	for (int j = 0; j < b.length; j++) {
		row[j + 1] = least(last[j] + (a[0] != b.text[j]),
				   least(last[j + 1], row[j]) + 1);
		if (can_swap && j && a[0] == b.text[j - 1] &&
		    a[-1] == b.text[j])
			row[j + 1] = least(row[j + 1], before_last[j - 1] + 1);
	}
}

static unsigned int distance(const char *a, struct word b)
{
	unsigned int rows[3][LONGEST + 1];
	size_t length = (size_t)b.length;
	size_t i;

	if (strlen(a) > LONGEST || length > LONGEST)
		return FAR;
	for (size_t j = 0; j <= length; j++)
		rows[0][j] = (unsigned int)j;
	for (i = 0; a[i]; i++)
		next_row(a + i, i > 0, b, rows[(i + 2) % 3], rows[i % 3],
			 rows[(i + 1) % 3]);
	return rows[i % 3][length];
}

/* How many slips one forgives in a word. */
static unsigned int tolerance(const char *word)
{
	return (unsigned int)(strlen(word) + 5) / 4;
}

struct search {
	const char *word;
	struct word best;
	unsigned int best_distance;
};

static void consider(struct search *s, struct word candidate, unsigned int d)
{
	if (d > tolerance(s->word) || d >= s->best_distance)
		return;
	s->best = candidate;
	s->best_distance = d;
}

static struct word whole(const char *text)
{
	return (struct word){text, (int)strlen(text)};
}

struct word nearest_of(const char *word, const char *const *choices)
{
	struct search s = {.word = word, .best_distance = FAR};

	for (; *choices; choices++)
		consider(&s, whole(*choices), distance(word, whole(*choices)));
	return s.best;
}

static size_t last_part(struct word path)
{
	size_t i = (size_t)path.length;

	while (i && path.text[i - 1] != '.')
		i--;
	return i;
}

static unsigned int nr_groups(struct word path)
{
	unsigned int n = 0;

	for (int i = 0; i < path.length; i++)
		n += path.text[i] == '.';
	return n;
}

/* How many groups both have, from their beginnings. */
static unsigned int first_groups(struct word a, struct word b)
{
	unsigned int n = 0;

	for (int i = 0; i < a.length && i < b.length; i++) {
		if (a.text[i] != b.text[i])
			break;
		n += a.text[i] == '.';
	}
	return n;
}

/* The same from their ends, which are equal words. */
static unsigned int last_groups(struct word a, struct word b)
{
	unsigned int n = 0;

	for (int i = 1; i <= a.length && i <= b.length; i++) {
		if (a.text[a.length - i] != b.text[b.length - i])
			return n ? n - 1 : 0;
		n += a.text[a.length - i] == '.';
	}
	return n;
}

/* Groups that are of one of two paths alone. */
static unsigned int other_groups(struct word a, struct word b)
{
	unsigned int first = first_groups(a, b), last = last_groups(a, b);

	return nr_groups(a) + nr_groups(b) - 2 * (first > last ? first : last);
}

/* Mistyped, or put into the wrong group. */
static void consider_path(struct search *s, struct word known)
{
	size_t part = last_part(known);
	size_t length = (size_t)known.length - part;
	const char *given = s->word + last_part(whole(s->word));

	consider(s, known, distance(s->word, known));
	if (strlen(given) == length &&
	    !memcmp(given, known.text + part, length))
		consider(s, known, other_groups(whole(s->word), known));
}

/* The groups that @known is in: "cpu" and "cpu.tlb" of "cpu.tlb.ways". */
static void consider_groups(struct search *s, const char *known)
{
	for (const char *dot = known; (dot = strchr(dot, '.')); dot++) {
		consider_path(s, (struct word){known, (int)(dot - known)});
	}
}

struct word schema_nearest(const char *path)
{
	struct search s = {.word = path, .best_distance = FAR};

	for (size_t i = 0; i < config_nr_keys; i++) {
		consider_path(&s, whole(config_keys[i].path));
		consider_groups(&s, config_keys[i].path);
	}
	return s.best;
}
