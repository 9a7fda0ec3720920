/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/eventpoll.h"

/*
 * Epoll instances that watch each other (Linux: fs/eventpoll.c, the checks of
 * EPOLL_CTL_ADD). An event travels from a file up through all instances that
 * watch it: so these must form no ring, no tower of more than five; and from
 * no file may more ways lead upwards than path_limits says for their length.
 *
 * The caller holds eventpoll.mutex, so that no second change comes between.
 */

#include <string.h>

#include "kernel/fs/internal.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

#define PATH_ARR_SIZE 5
#define MANY          100 /* levels: more than there may be */

/* So many ways of length n + 1; of length 1 any number. */
static const int path_limits[PATH_ARR_SIZE] = {1000, 500, 100, 50, 10};

#define for_each_item(epi, node, ep)                                    \
	for ((node) = rb_first(&(ep)->rbr);                             \
	     (node) && ((epi) = rb_entry(node, struct epitem, rbn), 1); \
	     (node) = rb_next(node))

/* How many levels of instances are below @ep; too many, or with @into: many. */
static int depth_below(struct eventpoll *into, struct eventpoll *ep,
		       uint64_t gen, int depth)
{
	struct rb_node *node;
	struct epitem *epi;
	int most = 0;

	if (ep->gen == gen)
		return ep->depth;
	for_each_item(epi, node, ep)
	{
		struct eventpoll *next = epi->file->private_data;
		int below = MANY;

		if (!is_file_epoll(epi->file))
			continue;
		if (next != into && depth <= EP_MAX_NESTS)
			below = depth_below(into, next, gen, depth + 1) + 1;
		if (below > most)
			most = below;
		if (most > EP_MAX_NESTS)
			break;
	}
	ep->gen = gen;
	ep->depth = most;
	return most;
}

static int depth_above(struct eventpoll *ep, uint64_t gen)
{
	const struct epitem *epi;
	int most = 0;

	if (ep->gen == gen)
		return ep->depth;
	list_for_each_entry(epi, &ep->file->f_ep, fllink) {
		const int above = depth_above(epi->ep, gen) + 1;

		if (above > most)
			most = above;
	}
	ep->gen = gen;
	ep->depth = most;
	return most;
}

int ep_loop_check(struct kernel *k, struct eventpoll *ep, struct eventpoll *to)
{
	uint64_t *gen = &k->vfs.eventpoll.loop_check_gen;
	const int below = depth_below(ep, to, ++*gen, 0);

	if (below > EP_MAX_NESTS)
		return -ELOOP;
	return below + 1 + depth_above(ep, ++*gen) > EP_MAX_NESTS ? -ELOOP : 0;
}

/* All ways up from @file, which are @depth long already. */
static bool too_many_ways(const struct file *file, int count[PATH_ARR_SIZE],
			  int depth)
{
	const struct epitem *epi;

	if (depth > EP_MAX_NESTS)
		return true;
	list_for_each_entry(epi, &file->f_ep, fllink) {
		const struct file *up = epi->ep->file;

		if (!list_empty(&up->f_ep)) {
			if (too_many_ways(up, count, depth + 1))
				return true;
		} else if (depth && ++count[depth] > path_limits[depth]) {
			return true;
		}
	}
	return false;
}

static bool check_leaf(const struct file *file)
{
	int count[PATH_ARR_SIZE];

	memset(count, 0, sizeof(count));
	return too_many_ways(file, count, 0);
}

/* Of all files that are watched below @ep. */
static bool check_leaves(struct eventpoll *ep, uint64_t gen)
{
	struct rb_node *node;
	struct epitem *epi;

	ep->gen = gen;
	for_each_item(epi, node, ep)
	{
		struct eventpoll *next = epi->file->private_data;

		if (!is_file_epoll(epi->file)) {
			if (check_leaf(epi->file))
				return true;
		} else if (next->gen != gen && check_leaves(next, gen)) {
			return true;
		}
	}
	return false;
}

int ep_path_check(struct kernel *k, struct file *file)
{
	bool bad;

	if (is_file_epoll(file))
		bad = check_leaves(file->private_data,
				   ++k->vfs.eventpoll.loop_check_gen);
	else
		bad = check_leaf(file);
	return bad ? -EINVAL : 0;
}
