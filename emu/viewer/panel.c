/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of panel, by name. */
#include "emu/viewer/panel.h"

#include <string.h>

const struct panel_kind *panel_named(const char *name)
{
	static const struct panel_kind *const kinds[] = {
#define PANEL(name) &panel_##name,
#include "emu/viewer/panels.def"
#undef PANEL
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i]->name, name))
			return kinds[i];
	return NULL;
}
