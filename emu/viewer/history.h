/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_HISTORY_H
#define EMU_VIEWER_HISTORY_H

/*
 * Snapshots to go back to, from the first to the newest, as many as fit into a
 * bound of memory; the older they are, the fewer of them are kept.
 */

#include <stddef.h>
#include <stdint.h>

struct history;
struct snapshot;

/* NULL: no memory. */
struct history *history_create(size_t max_bytes);
void history_destroy(struct history *history);
/*
 * With a reference of its own. Cycles ascend; one of the same cycle as the
 * last takes its place.
 */
void history_add(struct history *history, struct snapshot *snapshot);
size_t history_length(const struct history *history);
/* The @n-th, 0 is the oldest; NULL: there is none. No reference is added. */
struct snapshot *history_at(const struct history *history, size_t n);
/* The one nearest to @cycle; 0 where there is none at all. */
size_t history_near(const struct history *history, uint64_t cycle);
/* What they take, parts that several share counted once. */
size_t history_bytes(const struct history *history);

#endif
