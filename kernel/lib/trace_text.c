/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

/*
 * Trace events in words (Linux: bstr_printf() of lib/vsprintf.c). What printf
 * would make of the same format and arguments, at a fraction of its price:
 * formats come taken apart, and a number is no more than its digits.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/lib/trace_state.h"
#include "kernel/syscall/absent.h"
#include "kernel/syscall/syscall.h"

/* What of a string is shown: a path may be longer. */
#define MAX_TEXT 160

_Static_assert(128 + 4 * (MAX_TEXT + 1) + 12 * 24 + 320 < KERNEL_TRACE_LINE,
	       "head, strings, numbers, and what stands between");

static const char *const event_names[NR_TRACE_EVENTS] = {
#define TRACE_EVENT(group, name, what) #name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
};

const char *kernel_trace_name(unsigned int event)
{
	return event < NR_TRACE_EVENTS ? event_names[event] : NULL;
}

const char *kernel_syscall_name(uint32_t number)
{
	const struct syscall_desc *desc = syscall_lookup(number);

	return desc ? desc->name : absent_syscall_name(number);
}

/* Digits from the right, two at a time; returns where they begin. */
static char *digits(char *end, uint64_t value)
{
	static const char pairs[] =
		"00010203040506070809101112131415161718192021222324"
		"25262728293031323334353637383940414243444546474849"
		"50515253545556575859606162636465666768697071727374"
		"75767778798081828384858687888990919293949596979899";
	char *const last = end;

	for (; value >= 10; value /= 100) {
		end -= 2;
		memcpy(end, &pairs[value % 100 * 2], 2);
	}
	if (value || end == last)
		*--end = (char)('0' + value);
	return end;
}

static char *hex_digits(char *end, uint64_t value)
{
	do {
		*--end = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	return end;
}

/* Without the fill; @room: for digits. */
static const char *value_text(const struct hw_trace_piece *piece,
			      union hw_trace_arg arg, char room[24], size_t *n)
{
	char *const end = room + 24;
	char *at;

	switch (piece->kind) {
	case 's':
		*n = strnlen(arg.text, MAX_TEXT);
		return arg.text;
	case 'c':
		at = end - 1;
		*at = (char)arg.number;
		break;
	case 'x':
		at = hex_digits(end, arg.number);
		if (piece->prefix && arg.number) {
			*--at = 'x';
			*--at = '0';
		}
		break;
	case 'd':
		if ((int64_t)arg.number >= 0) {
			at = digits(end, arg.number);
			break;
		}
		at = digits(end, -arg.number) - 1;
		*at = '-';
		break;
	default:
		at = digits(end, arg.number);
	}
	*n = (size_t)(end - at);
	return at;
}

size_t kernel_trace_value(const struct hw_trace_piece *piece,
			  union hw_trace_arg arg, char *to)
{
	char room[24];
	size_t n, fill, sign = 0;
	const char *text = value_text(piece, arg, room, &n);

	fill = piece->width > n ? piece->width - n : 0;
	if (fill && piece->zeros && *text == '-') {
		*to++ = '-'; /* in front of them */
		text++;
		n--;
		sign = 1;
	}
	if (!piece->left)
		memset(to, piece->zeros ? '0' : ' ', fill);
	memcpy(piece->left ? to : to + fill, text, n);
	if (piece->left)
		memset(to + n, ' ', fill);
	to[n + fill] = '\0';
	return sign + n + fill;
}

size_t kernel_trace_text(const struct hw_trace_format *format,
			 const union hw_trace_arg *args, char *to)
{
	const struct hw_trace_piece *piece = format->piece;
	char *at = to;

	for (;; piece++) {
		memcpy(at, piece->literal, piece->nr_literal);
		at += piece->nr_literal;
		if (!piece->kind)
			break;
		at += kernel_trace_value(piece, *args++, at);
	}
	*at = '\0';
	return (size_t)(at - to);
}

size_t kernel_trace_line(const struct hw_trace *event, char *to)
{
	int n = snprintf(to, 128, "%s-%d %s: ", event->comm, event->pid,
			 kernel_trace_name(event->event));

	return (size_t)n + kernel_trace_text(event->format, event->arg, to + n);
}
