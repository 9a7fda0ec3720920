/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_EXPRESSION_H
#define EMU_TRACE_EXPRESSION_H

/*
 * Which of the events are kept: an expression, in the manner of ftrace's
 * filter files, over an event's fields and what all events have.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"

struct diag;
struct trace_expression;

/*
 *	expression	one || other, one && other, !one, (one)	 or, and, not
 *	one		FIELD == != < <= > >= & VALUE; FIELD ~ PATTERN
 *			or the name of an event or group, or a pattern for some
 *	VALUE		a number, FIRST..LAST with == and !=, or a word, which
 *			may be in quotes
 *	FIELD		event, group, task, pid, tgid, cpu, cycle, or a field
 *			of the event; field.pid where both have that name
 *
 * What an event doesn't have is neither equal nor unequal to anything. NULL,
 * with the place and what was expected in @diag.
 */
struct trace_expression *trace_expression_parse(const char *text,
						struct diag *diag);
void trace_expression_destroy(struct trace_expression *expression);

bool trace_expression_holds(const struct trace_expression *expression,
			    uint64_t cycle, int cpu,
			    const struct hw_trace *event);

#endif
