/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes what the kernel traces. Time is the machine's, so that two runs of
 * the same machine give the same file, byte for byte.
 */
#include "emu/trace_text.h"

#include <inttypes.h>

#include "emu/diag.h"

FILE *trace_text_open(const char *path, struct diag *diag)
{
	FILE *trace = fopen(path, "we");

	if (!trace)
		diag_errno(diag, NULL, "can't write the trace to '%s'", path);
	return trace;
}

void trace_text_line(FILE *trace, uint64_t cycle, int cpu, const char *line)
{
	char text[256];
	size_t n = 0;

	for (; line[n] && n < sizeof(text) - 1; n++)
		text[n] = printable(line[n]);
	text[n] = '\0';
	fprintf(trace, "%12" PRIu64 " [%d] %s\n", cycle, cpu, text);
}

bool trace_text_close(FILE *trace, struct diag *diag)
{
	bool failed = ferror(trace);

	if (fclose(trace) || failed)
		return diag_errno(diag, NULL, "can't write the trace");
	return true;
}
