/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SWEEP_GRID_H
#define EMU_SWEEP_GRID_H

/*
 * The points of a sweep: every combination of the values of the keys that are
 * varied, the last key's values next to each other.
 */

#include <stdbool.h>
#include <stddef.h>

#include "emu/config/config.h"

struct diag;

struct grid_value {
	char *set; /* "cpu.tlb.entries=64" */
	struct config_value value;
};

struct grid_key {
	char *name; /* "cpu.tlb.entries" */
	struct grid_value *values;
	size_t nr;
};

struct grid {
	struct grid_key *keys;
	size_t nr_keys;
	size_t nr_points; /* SIZE_MAX: even more */
};

/*
 * Adds "key=a,b,c", or "key=16..256*2" and "key=1..9+2" among these. False,
 * with the reason in @diag: unknown key, a value that it can't have, nothing
 * to vary, a key or a value twice.
 */
bool grid_add(struct grid *grid, const char *vary, struct diag *diag);
/* Value number 0 to nr_keys - 1 of @point. */
const struct grid_value *grid_value(const struct grid *grid, size_t point,
				    size_t key);
void grid_free(struct grid *grid);

#endif
