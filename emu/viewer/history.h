/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_HISTORY_H
#define EMU_VIEWER_HISTORY_H

/*
 * The last snapshots, as many as fit into a bound of memory, to go back to;
 * the older they are, the fewer of them are kept.
 */

#include <stddef.h>

struct history;
struct snapshot;

/* NULL: no memory. */
struct history *history_create(size_t max_bytes);
void history_destroy(struct history *history);
/* With a reference of its own. */
void history_add(struct history *history, struct snapshot *snapshot);
size_t history_length(const struct history *history);
/* The @n-th, 0 is the oldest; NULL: there is none. No reference is added. */
struct snapshot *history_at(const struct history *history, size_t n);

#endif
