/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_IRQ_LINE_H
#define EMU_IRQ_LINE_H

/*
 * A wire from a device's interrupt output to an input of a controller's, or
 * of a core's. Whoever drives it says its level after anything that may have
 * changed it; saying the same twice does no harm.
 */

#include <stdbool.h>
#include <stddef.h>

struct irq_line {
	void (*set)(void *ctx, unsigned int input, bool up); /* NULL: loose */
	void *ctx;
	unsigned int input;
};

static inline void irq_line_set(const struct irq_line *line, bool up)
{
	if (line->set)
		line->set(line->ctx, line->input, up);
}

#endif
