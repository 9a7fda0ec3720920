/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From --vary to points. A list is cut at commas that stand in no brackets and
 * no quotes, so that values may be lists themselves; "a..b*2" and "a..b+16"
 * between numbers are written out. Each value must be one that its key may have
 * alone; what doesn't fit together is found at the point.
 *
 * Invariant: no two points have the same texts.
 */
#define _GNU_SOURCE /* memmem */
#include "emu/sweep/grid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/load.h"
#include "emu/diag.h"

enum {
	MAX_VALUES = 10000 /* of one key */
};

static bool vary_error(struct diag *diag, const char *vary, const char *what)
{
	const struct diag_where where = {.file = "--vary"};

	return diag_error(diag, &where, "%.80s: %s", vary, what);
}

static bool no_memory(struct diag *diag)
{
	return diag_error(diag, NULL, "out of memory");
}

/* ---- one key ----------------------------------------------------------------- */

static bool is_there(const struct grid_key *key, const char *set)
{
	for (size_t i = 0; i < key->nr; i++)
		if (!strcmp(key->values[i].set, set))
			return true;
	return false;
}

static bool add_value(struct grid_key *key, const char *text, size_t length,
		      struct diag *diag)
{
	struct grid_value *more = realloc(key->values,
					  (key->nr + 1) * sizeof(*more));
	char *set = malloc(strlen(key->name) + length + 2);

	key->values = more ?: key->values;
	if (!more || !set) {
		free(set);
		return no_memory(diag);
	}
	sprintf(set, "%s=%.*s", key->name, (int)length, text);
	if (is_there(key, set)) {
		vary_error(diag, set, "given twice");
		free(set);
		return false;
	}
	more[key->nr].set = set;
	return config_try_set("--vary", set, &more[key->nr++].value, diag);
}

/* "16..256*2", taken apart. */
struct progression {
	uint64_t first, last, step;
	char by; /* '*' or '+' */
};

/* The number that the @length characters at @text are; false: none. */
static bool read_number(const char *text, size_t length, uint64_t *number)
{
	static const struct unit units[] = {
		{"", 1},          {"K", 1 << 10},      {"M", 1 << 20},
		{"G", 1 << 30},   {"Hz", 1},           {"kHz", 1000},
		{"MHz", 1000000}, {"GHz", 1000000000}, {NULL, 0}};
	char copy[32];
	bool overflow;

	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return number_parse(copy, units, number, &overflow) && !overflow;
}

/* False: it is something else, a path perhaps. */
static bool read_progression(const char *text, size_t length,
			     struct progression *to)
{
	const char *dots = memmem(text, length, "..", 2), *end, *by;

	if (!dots)
		return false;
	end = text + length;
	for (by = dots + 2; by < end && *by != '*' && *by != '+'; by++)
		;
	to->by = by < end ? *by : '+';
	to->step = 1;
	return read_number(text, (size_t)(dots - text), &to->first) &&
	       read_number(dots + 2, (size_t)(by - dots - 2), &to->last) &&
	       (by == end ||
		read_number(by + 1, (size_t)(end - by - 1), &to->step));
}

static bool add_progression(struct grid_key *key, const struct progression *p,
			    struct diag *diag)
{
	uint64_t number = p->first;
	bool beyond = false;
	char text[24];

	if (p->first > p->last)
		return vary_error(diag, key->name, "a range goes upwards");
	if (p->by == '*' ? p->step < 2 || !p->first : !p->step)
		return vary_error(diag, key->name,
				  "a range that never reaches its end");
	while (!beyond && number <= p->last) {
		int n = snprintf(text, sizeof(text), "%" PRIu64, number);

		if (key->nr >= MAX_VALUES)
			return vary_error(diag, key->name,
					  "more than 10000 values");
		if (!add_value(key, text, (size_t)n, diag))
			return false;
		beyond = p->by == '*' ? __builtin_mul_overflow(number, p->step,
							       &number)
				      : __builtin_add_overflow(number, p->step,
							       &number);
	}
	return true;
}

/* How much of @list belongs to its first value. */
static size_t value_length(const char *list)
{
	size_t depth = 0, n = 0;
	char quote = 0;

	for (; list[n] && (list[n] != ',' || depth || quote); n++) {
		if (quote)
			quote = list[n] == quote ? 0 : quote;
		else if (strchr("\"'", list[n]))
			quote = list[n];
		else if (strchr("[{", list[n]))
			depth++;
		else if (strchr("]}", list[n]) && depth)
			depth--;
	}
	return n;
}

static bool add_list(struct grid_key *key, const char *list, struct diag *diag)
{
	struct progression progression;

	for (;;) {
		size_t n = value_length(list);

		if (!n)
			return vary_error(diag, key->name,
					  "an empty value; '' is the empty "
					  "text");
		if (read_progression(list, n, &progression)) {
			if (!add_progression(key, &progression, diag))
				return false;
		} else if (!add_value(key, list, n, diag)) {
			return false;
		}
		if (!list[n])
			return true;
		list += n + 1;
	}
}

/* ---- all of them --------------------------------------------------------------- */

static bool add_key(struct grid *grid, const char *name, size_t length,
		    struct diag *diag)
{
	struct grid_key *more = realloc(grid->keys,
					(grid->nr_keys + 1) * sizeof(*more));
	char *copy = strndup(name, length);

	grid->keys = more ?: grid->keys;
	if (!more || !copy) {
		free(copy);
		return no_memory(diag);
	}
	for (size_t i = 0; i < grid->nr_keys; i++)
		if (!strcmp(more[i].name, copy)) {
			vary_error(diag, copy,
				   "varied twice; give all its "
				   "values at once");
			free(copy);
			return false;
		}
	more[grid->nr_keys++] = (struct grid_key){.name = copy};
	return true;
}

bool grid_add(struct grid *grid, const char *vary, struct diag *diag)
{
	const char *equals = strchr(vary, '=');
	struct grid_key *key;

	if (!equals || equals == vary)
		return vary_error(diag, vary, "not of the form key=a,b,c");
	if (!add_key(grid, vary, (size_t)(equals - vary), diag))
		return false;
	key = &grid->keys[grid->nr_keys - 1];
	if (!equals[1])
		return vary_error(diag, key->name,
				  "no values; give some, with "
				  "commas between");
	if (!add_list(key, equals + 1, diag))
		return false;
	if (grid->nr_keys == 1)
		grid->nr_points = 1;
	if (__builtin_mul_overflow(grid->nr_points, key->nr, &grid->nr_points))
		grid->nr_points = SIZE_MAX;
	return true;
}

const struct grid_value *grid_value(const struct grid *grid, size_t point,
				    size_t key)
{
	for (size_t i = grid->nr_keys - 1; i > key; i--)
		point /= grid->keys[i].nr;
	return &grid->keys[key].values[point % grid->keys[key].nr];
}

void grid_free(struct grid *grid)
{
	for (size_t i = 0; i < grid->nr_keys; i++) {
		for (size_t j = 0; j < grid->keys[i].nr; j++)
			free(grid->keys[i].values[j].set);
		free(grid->keys[i].values);
		free(grid->keys[i].name);
	}
	free(grid->keys);
	*grid = (struct grid){0};
}
