/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The snapshots to go back to: see history.h. When there is no more room, that
 * one goes which is missed least: the distance of its two neighbours is the
 * smallest part of its age. What is left lies ever closer together towards the
 * present, by a constant factor.
 *
 * Invariant: bytes is the sum, over all, of what each has that its predecessor
 * hasn't. A part is shared by a row of snapshots without a gap, so this counts
 * it once; after a section wasn't wished for in between, twice at most.
 */
#include "emu/viewer/history.h"

#include <stdlib.h>
#include <string.h>

#include "emu/snapshot/snapshot.h"

#define MAX_KEPT 4096

struct history {
	size_t max_bytes, bytes;
	size_t nr;
	struct snapshot *kept[MAX_KEPT]; /* by cycle */
};

struct history *history_create(size_t max_bytes)
{
	struct history *history = calloc(1, sizeof(*history));

	if (history)
		history->max_bytes = max_bytes;
	return history;
}

void history_destroy(struct history *history)
{
	if (!history)
		return;
	for (size_t i = 0; i < history->nr; i++)
		snapshot_put(history->kept[i]);
	free(history);
}

/* ---- what they take -------------------------------------------------------------- */

static size_t part_bytes(const struct part *part, const struct part *before)
{
	return part && part != before ? sizeof(*part) + part->size_bytes : 0;
}

/* What @snapshot has and @before, which may be NULL, hasn't. */
static size_t own_bytes(const struct snapshot *snapshot,
			const struct snapshot *before)
{
	size_t bytes = sizeof(*snapshot) +
		       snapshot->nr_blocks * sizeof(snapshot->block[0]);

	bytes += snapshot_table_bytes(snapshot, before);
	for (int i = 0; i < NR_SECTIONS; i++)
		bytes += part_bytes(snapshot->section[i],
				    before ? before->section[i] : NULL);
	for (int i = 0; i < MAX_SAMPLE_BLOCKS; i++)
		bytes += part_bytes(snapshot->samples[i],
				    before ? before->samples[i] : NULL);
	for (uint32_t n = 0; n < snapshot->nr_blocks; n++)
		bytes += part_bytes(snapshot->block[n],
				    before ? before->block[n] : NULL);
	return bytes;
}

static size_t bytes_at(const struct history *history, size_t n)
{
	return n < history->nr ? own_bytes(history->kept[n],
					   n ? history->kept[n - 1] : NULL)
			       : 0;
}

/* ---- which of them goes ------------------------------------------------------------ */

static void drop(struct history *history, size_t n)
{
	history->bytes -= bytes_at(history, n) + bytes_at(history, n + 1);
	snapshot_put(history->kept[n]);
	history->nr--;
	memmove(&history->kept[n], &history->kept[n + 1],
		(history->nr - n) * sizeof(history->kept[0]));
	history->bytes += bytes_at(history, n);
}

/* Neither the first nor the last; there are three at least. */
static size_t least_missed(const struct history *history)
{
	uint64_t now = history->kept[history->nr - 1]->cycle;
	double least = 0;
	size_t found = 0;

	for (size_t n = 1; n + 1 < history->nr; n++) {
		uint64_t gap = history->kept[n + 1]->cycle -
			       history->kept[n - 1]->cycle;
		uint64_t age = now - history->kept[n]->cycle;
		double part = (double)gap / (double)age;

		if (!found || part < least) {
			found = n;
			least = part;
		}
	}
	return found;
}

static bool is_too_much(const struct history *history)
{
	return history->nr > 2 &&
	       (history->bytes > history->max_bytes || history->nr == MAX_KEPT);
}

void history_add(struct history *history, struct snapshot *snapshot)
{
	if (history->nr &&
	    history->kept[history->nr - 1]->cycle >= snapshot->cycle)
		drop(history, history->nr - 1);
	history->kept[history->nr++] = snapshot_get(snapshot);
	history->bytes += bytes_at(history, history->nr - 1);
	while (is_too_much(history))
		drop(history, least_missed(history));
}

/* ---- finding ------------------------------------------------------------------------- */

size_t history_length(const struct history *history)
{
	return history->nr;
}

size_t history_bytes(const struct history *history)
{
	return history->bytes;
}

struct snapshot *history_at(const struct history *history, size_t n)
{
	return n < history->nr ? history->kept[n] : NULL;
}

size_t history_near(const struct history *history, uint64_t cycle)
{
	size_t low = 0, high = history->nr;

	while (low < high) { /* the first that isn't before @cycle */
		size_t middle = (low + high) / 2;

		if (history->kept[middle]->cycle < cycle)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == history->nr)
		return low ? low - 1 : 0;
	if (low && cycle - history->kept[low - 1]->cycle <
			   history->kept[low]->cycle - cycle)
		low--;
	return low;
}
