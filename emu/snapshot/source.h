/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_SOURCE_H
#define EMU_SNAPSHOT_SOURCE_H

/* For those who take the sections, a file for each few: where from. */

#include "emu/snapshot/part.h"
#include "emu/snapshot/section.h"

struct machine;
struct space;

struct snapshot_source {
	const struct machine *machine; /* at rest; not to be changed */
	const struct snapshot_wish *wish;
	const struct part *last; /* the section as it was; or NULL */
	struct space *space; /* see space.h */
};

/* Each returns a new part with a reference; NULL: no memory. */
#define SECTION(NAME, name, type, sentence) \
	struct part *take_##name(const struct snapshot_source *source);
#include "emu/snapshot/sections.def"
#undef SECTION

#endif
