/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SCENARIO_COMPILE_H
#define EMU_SCENARIO_COMPILE_H

/*
 * C of a scenario's guests into static ARM programs. What was compiled once,
 * by the same compiler from the same text and headers with the same flags, is
 * found again in a folder of the host's.
 */

#include <stdbool.h>

struct diag;

struct compiler {
	char *command; /* "arm-linux-gnueabihf-gcc" */
	char *version; /* its words, and which C library it links */
	char *cache; /* a folder; "": there is none */
	bool for_now; /* it goes when the compiler is forgotten */
};

/* One program. */
struct compile_source {
	const char *name; /* the file's, and so the process's */
	const char *file; /* where the text is, for the compiler's messages */
	unsigned int line; /* of its first line there */
	const char *text; /* NULL: all of @file */
	const char *const *cflags; /* NULL-terminated; NULL: none */
};

/*
 * The compiler whose commands begin with @prefix; NULL: $CROSS_COMPILE, or the
 * one that the guests of this tree were built with. @cache is the folder to
 * keep programs in; NULL: mmuscope/ in $XDG_CACHE_HOME or ~/.cache, and where
 * nothing can be kept, for the time being. False, and @diag says why, when
 * there is no such compiler.
 */
bool compiler_find(struct compiler *compiler, const char *prefix,
		   const char *cache, struct diag *diag);
/* Also of one that wasn't found. */
void compiler_forget(struct compiler *compiler);

/*
 * The program of @source as a file of the host, to be freed. NULL: @diag says
 * that it failed, and *@words, to be freed, what the compiler said, if
 * anything. Several processes may compile the same.
 */
char *compile(const struct compiler *compiler,
	      const struct compile_source *source, char **words,
	      struct diag *diag);

#endif
