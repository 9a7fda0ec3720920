/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two questions, each a flow from one side to the other: can every item have
 * its low bound? Can everything that must be had be had, within the upper
 * bounds? By Mendelsohn and Dulmage's theorem there is then one assignment
 * that does both: where each side can be served by itself, both can at once.
 *
 * What was seen is gathered into classes that are like the same items; there
 * are thousands of faults at times, but seldom many classes.
 */
#include "emu/scenario/assign.h"

#include <stdlib.h>
#include <string.h>

struct classes {
	size_t nr_items, nr;
	bool *fits; /* [class][item] */
	uint32_t *size; /* of each class */
	bool *must; /* be had */
	size_t *of; /* the class of each thing seen */
};

/* From givers, each of which has some, to takers, each with some room. */
struct flow {
	size_t nr_givers, nr_takers;
	const bool *fits; /* by giver and taker, as the strides say */
	size_t giver_stride, taker_stride;
	uint32_t *moved; /* [giver][taker] */
	uint32_t *taken; /* of each taker */
	const uint32_t *room;
	bool *visited; /* takers */
};

/* ---- classes ----------------------------------------------------------------- */

static bool classes_create(struct classes *classes,
			   const struct align_problem *problem)
{
	size_t n = problem->nr_seen + 1;

	*classes = (struct classes){
		.nr_items = problem->nr_items,
		.fits = calloc(n * (problem->nr_items + 1), sizeof(bool)),
		.size = calloc(n, sizeof(*classes->size)),
		.must = calloc(n, sizeof(*classes->must)),
		.of = calloc(n, sizeof(*classes->of)),
	};
	return classes->fits && classes->size && classes->must && classes->of;
}

static void classes_free(struct classes *classes)
{
	free(classes->fits);
	free(classes->size);
	free(classes->must);
	free(classes->of);
}

/* The next class's row is where the @seen-th thing is compared. */
static void classify(struct classes *classes,
		     const struct align_problem *problem, size_t seen)
{
	size_t m = classes->nr_items, found = 0;
	bool *row = classes->fits + classes->nr * m;
	bool must = false;

	for (size_t i = 0; i < m; i++) {
		row[i] = !problem->differs(problem->arg, i, seen);
		must |= row[i] && problem->item[i].high != UINT32_MAX;
	}
	while (found < classes->nr &&
	       memcmp(classes->fits + found * m, row, m * sizeof(*row)) != 0)
		found++;
	classes->nr += found == classes->nr;
	classes->must[found] = must;
	classes->size[found]++;
	classes->of[seen] = found;
}

/* ---- flows ------------------------------------------------------------------- */

static bool flow_create(struct flow *flow)
{
	flow->moved = calloc(flow->nr_givers * flow->nr_takers + 1,
			     sizeof(*flow->moved));
	flow->taken = calloc(flow->nr_takers + 1, sizeof(*flow->taken));
	flow->visited = calloc(flow->nr_takers + 1, sizeof(*flow->visited));
	return flow->moved && flow->taken && flow->visited;
}

static void flow_free(struct flow *flow)
{
	free(flow->moved);
	free(flow->taken);
	free(flow->visited);
}

static uint32_t *moved(struct flow *flow, size_t giver, size_t taker)
{
	return &flow->moved[giver * flow->nr_takers + taker];
}

static bool push(struct flow *flow, size_t giver);

/* Somebody who gave to @taker gives to another one instead. */
static bool make_room(struct flow *flow, size_t taker)
{
	for (size_t other = 0; other < flow->nr_givers; other++) {
		if (!*moved(flow, other, taker) || !push(flow, other))
			continue;
		--*moved(flow, other, taker);
		flow->taken[taker]--;
		return true;
	}
	return false;
}

/* One more from @giver to whoever may have it. */
static bool push(struct flow *flow, size_t giver)
{
	for (size_t taker = 0; taker < flow->nr_takers; taker++) {
		if (!flow->fits[giver * flow->giver_stride +
				taker * flow->taker_stride] ||
		    flow->visited[taker])
			continue;
		flow->visited[taker] = true;
		if (flow->taken[taker] == flow->room[taker] &&
		    !make_room(flow, taker))
			continue;
		flow->taken[taker]++;
		++*moved(flow, giver, taker);
		return true;
	}
	return false;
}

/* How many of @wanted could be given. */
static uint32_t give(struct flow *flow, size_t giver, uint32_t wanted)
{
	uint32_t nr = 0;

	for (; nr < wanted; nr++) {
		memset(flow->visited, 0, flow->nr_takers);
		if (!push(flow, giver))
			break;
	}
	return nr;
}

/* ---- the two questions ----------------------------------------------------------- */

static bool serve_items(const struct classes *classes,
			const struct align_problem *problem,
			struct assignment *to)
{
	struct flow flow = {
		.nr_givers = classes->nr_items,
		.nr_takers = classes->nr,
		.fits = classes->fits,
		.giver_stride = 1,
		.taker_stride = classes->nr_items,
		.room = classes->size,
	};
	bool good = flow_create(&flow);

	for (size_t i = 0; good && i < classes->nr_items; i++) {
		to->has[i] = give(&flow, i, problem->item[i].low);
		to->fits &= to->has[i] == problem->item[i].low;
	}
	flow_free(&flow);
	return good;
}

/* The last @nr of class @which. */
static void leave_over(const struct classes *classes, size_t which, uint32_t nr,
		       size_t nr_seen, bool *left_over)
{
	for (size_t seen = nr_seen; nr && seen--;)
		if (classes->of[seen] == which) {
			left_over[seen] = true;
			nr--;
		}
}

static bool serve_seen(const struct classes *classes,
		       const struct align_problem *problem,
		       struct assignment *to)
{
	uint32_t *room = calloc(classes->nr_items + 1, sizeof(*room));
	struct flow flow = {
		.nr_givers = classes->nr,
		.nr_takers = classes->nr_items,
		.fits = classes->fits,
		.giver_stride = classes->nr_items,
		.taker_stride = 1,
		.room = room,
	};
	bool good = room && flow_create(&flow);

	for (size_t i = 0; good && i < classes->nr_items; i++)
		room[i] = problem->item[i].high;
	for (size_t c = 0; good && c < classes->nr; c++) {
		uint32_t wanted = classes->must[c] ? classes->size[c] : 0;
		uint32_t lacks = wanted - give(&flow, c, wanted);

		to->fits &= !lacks;
		leave_over(classes, c, lacks, problem->nr_seen, to->left_over);
	}
	flow_free(&flow);
	free(room);
	return good;
}

bool assign(const struct align_problem *problem, struct assignment *to)
{
	struct classes classes;
	bool good = classes_create(&classes, problem);

	*to = (struct assignment){
		.fits = true,
		.has = calloc(problem->nr_items + 1, sizeof(*to->has)),
		.left_over = calloc(problem->nr_seen + 1,
				    sizeof(*to->left_over)),
	};
	good = good && to->has && to->left_over;
	for (size_t seen = 0; good && seen < problem->nr_seen; seen++)
		classify(&classes, problem, seen);
	good = good && serve_items(&classes, problem, to) &&
	       serve_seen(&classes, problem, to);
	classes_free(&classes);
	return good;
}

void assign_free(struct assignment *assignment)
{
	free(assignment->has);
	free(assignment->left_over);
	*assignment = (struct assignment){0};
}
