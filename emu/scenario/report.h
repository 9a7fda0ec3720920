/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_REPORT_H
#define EMU_SCENARIO_REPORT_H

/*
 * What came of scenarios, for machines: TAP version 14 as they end
 * (testanything.org), and JUnit's XML at the end of all.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct diag;
struct suite;

void tap_begin(const struct suite *suite, FILE *to);
/* The @i-th is over, and all before it have been told of. */
void tap_test(const struct suite *suite, size_t i, FILE *to);
void tap_end(const struct suite *suite, double seconds, FILE *to);

/* False, and @diag says why: the file @path can't be written; "-": stdout. */
bool junit_write(const struct suite *suite, double seconds, const char *path,
		 struct diag *diag);

#endif
