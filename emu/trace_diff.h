/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_DIFF_H
#define EMU_TRACE_DIFF_H

/* Where two traces part, and what that means. */

#include <stdbool.h>
#include <stdio.h>

struct diag;

enum trace_difference {
	TRACES_SAME,
	TRACES_DIFFER,
	TRACES_TROUBLE /* one can't be read, as @diag says */
};

/*
 * Compares the traces at @first and @second, both text or both JSON, and tells
 * of the first difference on @to: what was before, both events, which of their
 * fields differ, in words. What is named in @ignore, fields with commas
 * between them and "cycle", may differ; NULL: nothing may.
 */
enum trace_difference trace_diff(const char *first, const char *second,
				 const char *ignore, FILE *to,
				 struct diag *diag);

#endif
