/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_EXPLAIN_MODEL_H
#define EMU_VIEWER_EXPLAIN_MODEL_H

/* The lines that explain a fault: sections, and what differs between two. */

#include <stdbool.h>
#include <stdint.h>

#include "emu/snapshot/snapshot.h"

#define EXPLAIN_NONE UINT32_MAX

struct explain_lines {
	const struct snapshot_explain *line;
	uint32_t nr; /* 0: nothing is explained */
	uint64_t fault; /* its number */
	uint32_t address; /* what it is about */
};

/* Those of @snapshot, which must outlive them. */
struct explain_lines explain_lines(const struct snapshot *snapshot);

/* The section whose heading is @name; EXPLAIN_NONE: there is none. */
uint32_t explain_section(const struct explain_lines *lines, const char *name);
/* Past the last line of the section that begins at @first. */
uint32_t explain_end(const struct explain_lines *lines, uint32_t first);

/*
 * True: line @at of the section at @section has no line in the section at
 * @other, in the like record by the same key, that says the same.
 */
bool explain_differs(const struct explain_lines *lines, uint32_t section,
		     uint32_t at, uint32_t other);

/* @value, "0x76fee010", is an address in the page of @address. */
bool explain_same_page(const char *value, uint32_t address);

#endif
