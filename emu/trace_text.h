/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_TEXT_H
#define EMU_TRACE_TEXT_H

/* The trace as text: one event a line, after its cycle and core. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct diag;

/* NULL, with the reason in @diag, when @path can't be written. */
FILE *trace_text_open(const char *path, struct diag *diag);
void trace_text_line(FILE *trace, uint64_t cycle, int cpu, const char *line);
/* False, with the reason in @diag, when not all of it reached the disk. */
bool trace_text_close(FILE *trace, struct diag *diag);

#endif
