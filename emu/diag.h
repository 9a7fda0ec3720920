/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DIAG_H
#define EMU_DIAG_H

/*
 * Trouble that the user or the host made: a bad board file, a missing folder,
 * a full disk. Whoever finds it describes it in a struct diag and returns
 * failure; main.c alone prints it and exits.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/* A place in a file. Line and column count from 1; 0: not known. */
struct diag_where {
	const char *file; /* or an option, with its value; NULL: nowhere */
	unsigned int line, column;
};

/*
 * One error: the first stays, since what follows it is mostly its echo.
 * Lives on the stack of whoever can report it; start with `= {0}`.
 */
struct diag {
	bool failed;
	bool located; /* the text begins with a place */
	char text[1024]; /* "file:line:column: what is wrong; what to do" */
};

/*
 * Records an error found at @where (NULL: nowhere in a file) unless there is
 * one already. Returns false, so that `return diag_error(…)` fails.
 */
bool diag_error(struct diag *diag, const struct diag_where *where,
		const char *format, ...) __attribute__((format(printf, 3, 4)));
bool diag_verror(struct diag *diag, const struct diag_where *where,
		 const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* The same, with ": strerror(errno)" at the end. */
bool diag_errno(struct diag *diag, const struct diag_where *where,
		const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * A guest chooses the names of its programs and may write to the kernel's log:
 * what it puts there goes to our user's terminal or into lines of a file, so
 * control characters become '?'.
 */
static inline char printable(char byte)
{
	return (unsigned char)byte < 0x20 || byte == 0x7f ? '?' : byte;
}

/*
 * Prints the error, if there is one, as one line; "mmuscope: " comes before
 * an error that has no place.
 */
void diag_print(const struct diag *diag, FILE *to);

#endif
