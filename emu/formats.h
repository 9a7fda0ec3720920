/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FORMATS_H
#define EMU_FORMATS_H

/*
 * The versions of what other programs and people's files are written for;
 * docs/formats.md says what a version promises. tests/docs/formats holds the
 * names that each has: whoever takes one away or changes its meaning raises
 * the version here.
 */
enum {
	FORMAT_BOARD = 1, /* keys of board files: `schema` */
	FORMAT_SCENARIO = 1, /* keys of scenarios: `schema` */
	FORMAT_STATISTICS = 1, /* of --stats */
	FORMAT_TRACE = 1, /* of --trace: events, fields, form */
	FORMAT_SWEEP = 1, /* lines of sweep */
	FORMAT_EXPLAIN = 1 /* explain --json, the list's lines too */
};

#endif
