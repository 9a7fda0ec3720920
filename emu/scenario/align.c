/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Least differences between what was expected and what was seen, by dynamic
 * programming as in diff(1), where an expected item may stand for several in
 * a row.
 *
 * A state is "so many were taken by this item"; states lie in one line, those
 * of an item side by side, and each thing that is seen leads from one row of
 * them to the next: taken, or passed by. Within a row one gets further without
 * seeing anything: on to the next item, or, at a price, over one that is
 * missing. The cheapest way through all rows is the alignment; if it costs
 * nothing, all is as expected. That is found out first, with two rows in
 * memory; which way it was costs a byte a state, and is asked when something
 * is wrong, around the place where it is.
 */
#include "emu/scenario/align.h"

#include <stdlib.h>
#include <string.h>

/* Two that are near are put together rather than called missing and extra. */
enum {
	COST_NEAR = 8, /* and what is different */
	COST_MISSING = 16,
	COST_EXTRA = 16,
	COST_NONE = UINT32_MAX
};

/*
 * How a state was reached; of two ways that cost the same, the former. So of
 * several alike it is the last that is one too many, or that is missing.
 */
enum way {
	PASSED, /* seen, and taken by none */
	MISSED, /* not seen */
	TAKEN, /* from the state before */
	TAKEN_AGAIN, /* from the same one: enough are taken already */
	LEFT, /* an item is done */
	BEGUN
};

#define MOST_CELLS  (UINT64_C(1) << 25)
#define CONTEXT     64 /* things seen before the first difference */
#define MOST_MISSED 4096 /* of one item, that are told of one by one */

struct grid {
	const struct align_problem *problem;
	size_t nr_states;
	size_t *base; /* the first state of each item; then the last of all */
	uint32_t *low, *top; /* top: the highest count that has a state */
	bool *open; /* more than top are taken, too */
	unsigned int *differs; /* each item from what is seen now */
};

/* Each state of one row: what it cost to get there, and the way. */
struct row {
	uint32_t *cost;
	uint8_t *way; /* NULL: isn't wanted */
	uint32_t *left; /* of each item: the count at which it was left */
};

/* ---- states ---------------------------------------------------------------- */

static uint32_t at_most(uint32_t value, size_t bound)
{
	return value < bound ? value : (uint32_t)bound;
}

/* Counts beyond what there is to see are all alike. */
static bool grid_create(struct grid *grid, const struct align_problem *problem)
{
	size_t m = problem->nr_items;

	*grid = (struct grid){
		.problem = problem,
		.base = calloc(m + 1, sizeof(*grid->base)),
		.low = calloc(m + 1, sizeof(*grid->low)),
		.top = calloc(m + 1, sizeof(*grid->top)),
		.open = calloc(m + 1, sizeof(*grid->open)),
		.differs = calloc(m + 1, sizeof(*grid->differs)),
	};
	if (!grid->base || !grid->low || !grid->top || !grid->open ||
	    !grid->differs)
		return false;
	for (size_t i = 0; i < m; i++) {
		const struct align_item *item = &problem->item[i];

		grid->low[i] = at_most(item->low,
				       problem->nr_seen + MOST_MISSED);
		grid->open[i] = item->high >= problem->nr_seen;
		grid->top[i] = grid->open[i] ? grid->low[i] : item->high;
		grid->base[i + 1] = grid->base[i] + grid->top[i] + 1;
	}
	grid->nr_states = grid->base[m] + 1;
	return true;
}

static void grid_free(struct grid *grid)
{
	free(grid->base);
	free(grid->low);
	free(grid->top);
	free(grid->open);
	free(grid->differs);
}

static bool row_create(struct row *row, const struct grid *grid)
{
	row->cost = calloc(grid->nr_states, sizeof(*row->cost));
	row->way = NULL;
	row->left = calloc(grid->problem->nr_items + 1, sizeof(*row->left));
	return row->cost && row->left;
}

static void row_free(struct row *row)
{
	free(row->cost);
	free(row->left);
}

/* ---- one row after the other ------------------------------------------------- */

static bool relax(struct row *row, size_t state, uint32_t cost, enum way way)
{
	if (cost > row->cost[state] ||
	    (cost == row->cost[state] &&
	     !(row->way && way < (enum way)row->way[state])))
		return false;
	row->cost[state] = cost;
	if (row->way)
		row->way[state] = (uint8_t)way;
	return true;
}

/* On without seeing anything. */
static void row_close(const struct grid *grid, struct row *row)
{
	for (size_t i = 0; i < grid->problem->nr_items; i++) {
		for (uint32_t c = 0; c <= grid->top[i]; c++) {
			size_t state = grid->base[i] + c;
			uint32_t cost = row->cost[state];

			if (cost == COST_NONE)
				continue;
			if (c < grid->low[i])
				relax(row, state + 1, cost + COST_MISSING,
				      MISSED);
			else if (relax(row, grid->base[i + 1], cost, LEFT))
				row->left[i] = c;
		}
	}
}

static void row_clear(const struct grid *grid, struct row *row)
{
	for (size_t state = 0; state < grid->nr_states; state++)
		row->cost[state] = COST_NONE;
	if (row->way)
		memset(row->way, BEGUN, grid->nr_states);
}

static void row_begin(const struct grid *grid, struct row *row)
{
	row_clear(grid, row);
	row->cost[0] = 0;
	row_close(grid, row);
}

/* The @seen-th is one of those of which there may be only so many. */
static bool is_bound(const struct align_problem *problem, size_t item,
		     unsigned int differs)
{
	return !differs && problem->item[item].high != UINT32_MAX;
}

static void compare(struct grid *grid, size_t seen, uint32_t *passing)
{
	const struct align_problem *problem = grid->problem;
	bool bound = !problem->others_between;

	for (size_t i = 0; i < problem->nr_items; i++) {
		grid->differs[i] = problem->differs(problem->arg, i, seen);
		bound |= is_bound(problem, i, grid->differs[i]);
	}
	*passing = bound ? COST_EXTRA : 0;
}

static void take(const struct grid *grid, size_t i, uint32_t c, uint32_t cost,
		 struct row *to)
{
	size_t state = grid->base[i] + c;
	unsigned int differs = grid->differs[i];

	if (differs >= ALIGN_FAR)
		return;
	if (differs)
		cost += COST_NEAR + differs;
	if (c < grid->top[i])
		relax(to, state + 1, cost, TAKEN);
	else if (grid->open[i])
		relax(to, state, cost, TAKEN_AGAIN);
}

/* The row after @from, when the @seen-th thing was seen. */
static void row_next(struct grid *grid, size_t seen, const struct row *from,
		     struct row *to)
{
	size_t m = grid->problem->nr_items;
	uint32_t passing;

	compare(grid, seen, &passing);
	row_clear(grid, to);
	for (size_t i = 0; i < m; i++)
		for (uint32_t c = 0; c <= grid->top[i]; c++) {
			size_t state = grid->base[i] + c;

			if (from->cost[state] == COST_NONE)
				continue;
			take(grid, i, c, from->cost[state], to);
			relax(to, state, from->cost[state] + passing, PASSED);
		}
	relax(to, grid->base[m], from->cost[grid->base[m]] + passing, PASSED);
	row_close(grid, to);
}

static bool costs_nothing(const struct grid *grid, const struct row *row)
{
	for (size_t state = 0; state < grid->nr_states; state++)
		if (!row->cost[state])
			return true;
	return false;
}

static void swap(struct row *a, struct row *b)
{
	struct row keep = *a;

	*a = *b;
	*b = keep;
}

/*
 * Goes on from @now as long as nothing costs anything, up to row @end, and
 * says how far: @now is then the last such row.
 */
static size_t go_without_cost(struct grid *grid, struct row *now,
			      struct row *next, size_t from, size_t end)
{
	for (; from < end; from++) {
		row_next(grid, from, now, next);
		if (!costs_nothing(grid, next))
			return from;
		swap(now, next);
	}
	return from;
}

/* ---- the way ------------------------------------------------------------------ */

/* Rows that know the way, from the one after things [0, first) to the last. */
struct window {
	size_t first, nr; /* nr: of things seen within */
	uint8_t *way;
	uint32_t *left;
};

static bool window_create(struct window *window, const struct grid *grid)
{
	size_t rows = window->nr + 1;

	window->way = malloc(rows * grid->nr_states);
	window->left = calloc(rows * (grid->problem->nr_items + 1),
			      sizeof(*window->left));
	return window->way && window->left;
}

static void window_free(struct window *window)
{
	free(window->way);
	free(window->left);
}

static void keep(struct window *window, const struct grid *grid, size_t row,
		 const struct row *from)
{
	memcpy(window->left + row * (grid->problem->nr_items + 1), from->left,
	       grid->problem->nr_items * sizeof(*from->left));
}

/* @now: the row at the window's begin. Afterwards the row at its end. */
static void window_fill(struct window *window, struct grid *grid,
			struct row *now, struct row *next)
{
	/* it begins in any state that nothing had to be paid for */
	for (size_t state = 0; state < grid->nr_states; state++)
		if (now->cost[state])
			now->cost[state] = COST_NONE;
	now->way = window->way;
	memset(now->way, BEGUN, grid->nr_states);
	if (!window->first)
		row_begin(grid, now);
	else
		row_close(grid, now);
	keep(window, grid, 0, now);
	for (size_t k = 0; k < window->nr; k++) {
		next->way = window->way + (k + 1) * grid->nr_states;
		row_next(grid, window->first + k, now, next);
		keep(window, grid, k + 1, next);
		swap(now, next);
	}
	now->way = next->way = NULL;
}

static size_t item_of(const struct grid *grid, size_t state)
{
	size_t i = 0;

	while (i < grid->problem->nr_items && state >= grid->base[i + 1])
		i++;
	return i;
}

/* A step back in @row from @state, which it changes with @row. */
static struct align_step step_back(const struct grid *grid,
				   const struct window *window, size_t *row,
				   size_t *state, bool *silent)
{
	const struct align_problem *problem = grid->problem;
	enum way way = window->way[*row * grid->nr_states + *state];
	size_t i = item_of(grid, *state);
	size_t seen = window->first + *row - 1;

	*silent = false;
	switch (way) {
	case TAKEN:
	case TAKEN_AGAIN:
		*row -= 1;
		*state -= way == TAKEN;
		i = item_of(grid, *state);
		return (struct align_step){
			problem->differs(problem->arg, i, seen) ? ALIGN_DIFFERS
								: ALIGN_SAME,
			i, seen};
	case PASSED:
		*row -= 1;
		return (struct align_step){ALIGN_EXTRA, 0, seen};
	case MISSED:
		*state -= 1;
		return (struct align_step){ALIGN_MISSING, i, 0};
	default:
		*silent = true;
		*state = grid->base[i - 1] +
			 window->left[*row * (problem->nr_items + 1) + i - 1];
		return (struct align_step){0};
	}
}

/* What was passed by at no cost. */
static bool is_other(const struct align_problem *problem, size_t seen)
{
	for (size_t i = 0; problem->others_between && i < problem->nr_items;
	     i++)
		if (is_bound(problem, i,
			     problem->differs(problem->arg, i, seen)))
			return false;
	return problem->others_between;
}

static void reverse(struct alignment *alignment)
{
	for (size_t a = 0, b = alignment->nr_steps; a + 1 < b; a++) {
		struct align_step keep_a = alignment->step[a];

		b--;
		alignment->step[a] = alignment->step[b];
		alignment->step[b] = keep_a;
	}
}

static bool trace_back(const struct grid *grid, const struct window *window,
		       size_t state, struct alignment *to)
{
	size_t row = window->nr;

	to->step = calloc(window->nr + grid->nr_states + 1, sizeof(*to->step));
	if (!to->step)
		return false;
	while (row || state) {
		struct align_step step;
		bool silent;

		if (window->way[row * grid->nr_states + state] == BEGUN)
			break;
		step = step_back(grid, window, &row, &state, &silent);
		if (step.kind == ALIGN_EXTRA &&
		    is_other(grid->problem, step.seen))
			step.kind = ALIGN_OTHER;
		if (!silent)
			to->step[to->nr_steps++] = step;
	}
	reverse(to);
	return true;
}

/* Where the window ends: with all, or where it is cheapest so far. */
static size_t end_state(const struct grid *grid, const struct row *row,
			bool is_end)
{
	size_t best = grid->nr_states - 1;

	for (size_t state = 0; !is_end && state < grid->nr_states; state++)
		if (row->cost[state] < row->cost[best])
			best = state;
	return best;
}

/* Things that fit into memory, @bad, which the first trouble is at, included. */
static struct window around(const struct grid *grid, size_t bad)
{
	size_t nr_seen = grid->problem->nr_seen;
	uint64_t most = MOST_CELLS / grid->nr_states + CONTEXT;
	struct window window = {.nr = nr_seen};

	if (nr_seen <= most)
		return window;
	window.first = bad > CONTEXT ? bad - CONTEXT : 0;
	window.nr = nr_seen - window.first;
	if (window.nr > most)
		window.nr = (size_t)most;
	return window;
}

static bool find_way(struct grid *grid, struct row *now, struct row *next,
		     size_t bad, struct alignment *to)
{
	struct window window = around(grid, bad);
	bool is_end = window.first + window.nr == grid->problem->nr_seen;
	bool good = window_create(&window, grid);

	if (good) {
		row_begin(grid, now);
		go_without_cost(grid, now, next, 0, window.first);
		window_fill(&window, grid, now, next);
		to->cut = window.first || !is_end;
		good = trace_back(grid, &window, end_state(grid, now, is_end),
				  to);
	}
	window_free(&window);
	return good;
}

bool align(const struct align_problem *problem, struct alignment *to)
{
	struct grid grid;
	struct row now = {0}, next = {0};
	bool good = grid_create(&grid, problem) && row_create(&now, &grid) &&
		    row_create(&next, &grid);
	size_t bad;

	*to = (struct alignment){0};
	if (good) {
		row_begin(&grid, &now);
		bad = go_without_cost(&grid, &now, &next, 0, problem->nr_seen);
		to->fits = bad == problem->nr_seen &&
			   !now.cost[grid.nr_states - 1];
		good = to->fits || find_way(&grid, &now, &next, bad, to);
	}
	row_free(&now);
	row_free(&next);
	grid_free(&grid);
	return good;
}

void align_free(struct alignment *alignment)
{
	free(alignment->step);
	*alignment = (struct alignment){0};
}
