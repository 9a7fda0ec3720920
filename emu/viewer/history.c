/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last snapshots: see history.h. */
#include "emu/viewer/history.h"

#include <stdlib.h>

#include "emu/snapshot/snapshot.h"

#define MAX_KEPT 256

struct history {
	size_t max_bytes;
	size_t first, nr;
	struct snapshot *kept[MAX_KEPT];
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
		snapshot_put(history_at(history, i));
	free(history);
}

void history_add(struct history *history, struct snapshot *snapshot)
{
	if (history->nr == MAX_KEPT) {
		snapshot_put(history_at(history, 0));
		history->first = (history->first + 1) % MAX_KEPT;
		history->nr--;
	}
	history->kept[(history->first + history->nr++) % MAX_KEPT] =
		snapshot_get(snapshot);
}

size_t history_length(const struct history *history)
{
	return history->nr;
}

struct snapshot *history_at(const struct history *history, size_t n)
{
	return n < history->nr ? history->kept[(history->first + n) % MAX_KEPT]
			       : NULL;
}
