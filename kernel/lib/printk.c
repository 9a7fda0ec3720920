/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/printk.h"

/*
 * The kernel log (kernel/printk/printk.c, kernel/panic.c). The ring holds the
 * text as dmesg shows it: the newest LOG_BUF_BYTES bytes, of which a reader
 * gets whole lines. Time is the machine's own, so two runs log the same.
 *
 * MODEL: no log levels and no continuation lines; everything also goes to the
 * machine's log, never to the guest's console.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/state.h"
#include "kernel/task/sched_core.h"

static void emit_line(struct kernel *k, size_t len)
{
	struct printk_state *log = &k->log;

	for (size_t i = 0; i < len; i++)
		log->ring[log->head++ % LOG_BUF_BYTES] = log->line[i];
	k->hw.ops->log(k->hw.ctx, log->line, len);
}

void vprintk(struct kernel *k, const char *format, va_list args)
{
	struct printk_state *log = &k->log;
	uint64_t now = k->hw.ops->now(k->hw.ctx), hz = k->hw.clock_hz;
	char *text = log->text;
	int len;

	vsnprintf(text, sizeof(log->text), format, args);
	do {
		size_t n = strcspn(text, "\n");

		len = snprintf(log->line, sizeof(log->line),
			       "[%5llu.%06llu] %.*s\n",
			       (unsigned long long)(now / hz),
			       (unsigned long long)(now % hz * 1000000 / hz),
			       (int)n, text);
		emit_line(k, (size_t)len);
		text += n + (text[n] == '\n');
	} while (*text);
}

void printk(struct kernel *k, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintk(k, format, args);
	va_end(args);
}

uint64_t printk_first(const struct kernel *k, size_t size, uint64_t since)
{
	const struct printk_state *log = &k->log;
	uint64_t from = since;

	if (size > LOG_BUF_BYTES - 1) /* the byte before must be known */
		size = LOG_BUF_BYTES - 1;
	if (log->head > since + size) { /* from the first line that is whole */
		from = log->head - size;
		while (from < log->head &&
		       log->ring[(from - 1) % LOG_BUF_BYTES] != '\n')
			from++;
	}
	return from;
}

size_t printk_read(const struct kernel *k, char *to, size_t size, uint64_t from)
{
	const struct printk_state *log = &k->log;
	size_t n = 0;

	while (n < size && from + n < log->head) {
		to[n] = log->ring[(from + n) % LOG_BUF_BYTES];
		n++;
	}
	return n;
}

void panic(struct kernel *k, const char *format, ...)
{
	char why[512];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	printk(k, "Kernel panic - not syncing: %s", why);
	sched_panic_stop(k);
}
