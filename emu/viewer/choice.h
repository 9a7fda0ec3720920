/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_CHOICE_H
#define EMU_VIEWER_CHOICE_H

/* What the options select at first. */

#include <stdbool.h>

struct diag;
struct view;
struct viewer_options;

/*
 * Selects it in what @view shows. False, as @diag says: a process or frame
 * that isn't there.
 */
bool choice_make(struct view *view, const struct viewer_options *options,
		 struct diag *diag);

#endif
