/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/trace.h"

/*
 * From a tracepoint to whoever keeps events (Linux: include/trace/, and
 * vbin_printf() of lib/vsprintf.c). An event goes out as its arguments and a
 * format that says how to read them: putting it in words costs ten times as
 * much as keeping it, and most events of most traces are read by nobody.
 *
 * Invariant: an event has one format, which is taken apart once.
 *
 * Leaves out: the ring buffer, filters and files, which are the machine's.
 */

#include <stdarg.h>
#include <string.h>

#include "kernel/task/sched.h"

static const char *const field_names[NR_TRACE_EVENTS] = {
#define TRACE_FIELDS(event, names) [TRACE_##event] = (names),
#include "kernel/trace_fields.def"
#undef TRACE_FIELDS
};

/* ---- taking a format apart ----------------------------------------------------- */

/* The next of "pfn order flags"; past the last, or too long: left empty. */
static const char *take_name(const char *names, char *name, size_t size)
{
	size_t n = strcspn(names, " ");

	if (n < size)
		memcpy(name, names, n);
	return names[n] ? names + n + 1 : names + n;
}

/* @at: behind a '%'. Returns what follows the conversion. */
static const char *take_conversion(const char *at, struct hw_trace_piece *piece)
{
	int nr_long = 0;

	for (; *at && strchr("0-#", *at); at++)
		*(*at == '0'   ? &piece->zeros
		  : *at == '-' ? &piece->left
			       : &piece->prefix) = true;
	for (; *at >= '0' && *at <= '9'; at++)
		piece->width = (uint8_t)(piece->width * 10 + (*at - '0'));
	for (; *at == 'l'; at++)
		nr_long++;
	BUG_ON(nr_long == 1 || !*at || !strchr("dixucs", *at));
	piece->kind = *at == 'i' ? 'd' : *at;
	piece->bytes = nr_long || *at == 's' ? 8 : 4;
	return at + 1;
}

static void take_apart(struct hw_trace_format *format, const char *source,
		       const char *names)
{
	struct hw_trace_piece *piece = format->piece;

	*format = (struct hw_trace_format){.source = source};
	for (;; piece++) {
		piece->literal = source;
		piece->nr_literal = (uint16_t)strcspn(source, "%");
		source += piece->nr_literal;
		if (!*source)
			return;
		BUG_ON(format->nr_args++ == HW_TRACE_ARGS);
		source = take_conversion(source + 1, piece);
		names = take_name(names, piece->name, sizeof(piece->name));
	}
}

/* The same words may lie at several places, one for each file that uses them. */
static const struct hw_trace_format *
format_of(const struct kernel *k, enum trace_event event, const char *source)
{
	/* of all that is reached by @k, nothing but this is written here */
	struct trace_state *state = (struct trace_state *)&k->trace;
	struct hw_trace_format *format = &state->format[event];

	if (likely(format->source == source))
		return format;
	if (!format->source)
		take_apart(format, source, field_names[event] ?: "");
	BUG_ON(strcmp(format->source, source) != 0);
	return format;
}

/* ---- an event -------------------------------------------------------------------- */

static void take_arguments(struct hw_trace *to, va_list args)
{
	const struct hw_trace_format *format = to->format;

	for (unsigned int i = 0; i < format->nr_args; i++) {
		const struct hw_trace_piece *piece = &format->piece[i];

		if (piece->kind == 's')
			to->arg[i].text = va_arg(args, const char *);
		else if (piece->bytes == 8)
			to->arg[i].number = va_arg(args, uint64_t);
		else if (piece->kind == 'd')
			to->arg[i].number = (uint64_t)va_arg(args, int);
		else
			to->arg[i].number = va_arg(args, uint32_t);
	}
}

static void tell(const struct kernel *k, enum trace_event event, uint64_t since,
		 const char *source, va_list args)
{
	const struct cpu *cpu = k->sched.in_kernel;
	const struct task_struct *task = cpu ? cpu->curr : NULL;
	struct hw_trace told;

	told.event = event;
	told.pid = task ? task->pid : 0;
	told.tgid = task ? task->tgid : 0;
	told.comm = task ? task->comm : "swapper";
	/* by the clock of the core on which it began: that may be ahead */
	told.since = since < local_clock(k) ? since : local_clock(k);
	told.format = format_of(k, event, source);
	take_arguments(&told, args);
	k->hw.ops->trace(k->hw.ctx, &told);
}

void trace_event(const struct kernel *k, enum trace_event event,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(k, event, 0, format, args);
	va_end(args);
}

void trace_event_since(const struct kernel *k, enum trace_event event,
		       uint64_t since, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(k, event, since, format, args);
	va_end(args);
}
