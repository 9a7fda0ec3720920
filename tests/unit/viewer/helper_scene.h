/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_VIEWER_HELPER_SCENE_H
#define TESTS_UNIT_VIEWER_HELPER_SCENE_H

/* A live machine for tests of what looks at it: guests/album, on a board. */

#include "emu/live.h"
#include "emu/viewer/view.h"

struct config;

struct scene {
	const struct config *config;
	struct live *live;
	struct view view;
};

/* It stands before anything has run. */
void scene_begin(struct scene *scene);
/* Until @fault is done; what it was like then is shown. */
void scene_fault(struct scene *scene, uint64_t fault);
/*
 * What is shown has @sections from now on, besides what was wished before, and
 * knows what is selected now.
 */
void scene_wish(struct scene *scene, uint32_t sections);
/* Lets it run to its end. */
void scene_end(struct scene *scene);

#endif
