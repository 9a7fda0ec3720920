/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Errors of the user and of the host, as text made where they are found.
 * Invariant: an error is one line of printable text, whatever bytes of a
 * hostile board file went into it. Says nothing of errors of our own
 * (BUG_ON) or of the guest (those are data).
 */

#include "emu/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static size_t
append(struct diag *diag, size_t length, const char *format, va_list args)
{
	size_t room = sizeof(diag->text) - length;
	int n = vsnprintf(diag->text + length, room, format, args);

	if (n < 0)
		return length;
	return (size_t)n < room ? length + (size_t)n : sizeof(diag->text) - 1;
}

__attribute__((format(printf, 3, 4))) static size_t
appendf(struct diag *diag, size_t length, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	length = append(diag, length, format, args);
	va_end(args);
	return length;
}

static size_t put_where(struct diag *diag, const struct diag_where *where)
{
	size_t length = 0;

	if (!where || !where->file)
		return 0;
	diag->located = true;
	length = appendf(diag, length, "%s:", where->file);
	if (where->line)
		length = appendf(diag, length, "%u:", where->line);
	if (where->line && where->column)
		length = appendf(diag, length, "%u:", where->column);
	return appendf(diag, length, " ");
}

static void make_printable(char *text)
{
	for (; *text; text++)
		*text = printable(*text);
}

bool diag_verror(struct diag *diag, const struct diag_where *where,
		 const char *format, va_list args)
{
	if (diag->failed)
		return false;
	diag->failed = true;
	append(diag, put_where(diag, where), format, args);
	make_printable(diag->text);
	return false;
}

bool diag_error(struct diag *diag, const struct diag_where *where,
		const char *format, ...)
{
	va_list args;

	va_start(args, format);
	diag_verror(diag, where, format, args);
	va_end(args);
	return false;
}

bool diag_errno(struct diag *diag, const struct diag_where *where,
		const char *format, ...)
{
	int error = errno;
	bool first = !diag->failed;
	va_list args;

	va_start(args, format);
	diag_verror(diag, where, format, args);
	va_end(args);
	if (first)
		appendf(diag, strlen(diag->text), ": %s", strerror(error));
	return false;
}

void diag_print(const struct diag *diag, FILE *to)
{
	if (diag->failed)
		fprintf(to, "%s%s\n",
			diag->located ? "" : "mmuscope: ", diag->text);
}
