/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layouts: see layout.h. */
#include "emu/viewer/layout.h"

#include <string.h>

static const struct layout layouts[] = {
	{"overview",
	 "physical memory, whose it is, what happens to it",
	 6,
	 {{"memory", 0, 0, 60, 48},
	  {"space", 0, 48, 60, 24},
	  {"events", 0, 72, 60, 28},
	  {"processes", 60, 0, 40, 22},
	  {"walk", 60, 22, 40, 42},
	  {"curves", 60, 64, 40, 36}}},
	{"reclaim",
	 "memory that runs short: lists, watermarks, swap, and how it went",
	 4,
	 {{"lru", 0, 0, 50, 55},
	  {"memory", 50, 0, 50, 55},
	  {"curves", 0, 55, 50, 45},
	  {"swap", 50, 55, 50, 45}}},
	{"screen",
	 "the guest's display, and what drawing on it costs",
	 3,
	 {{"screen", 0, 0, 62, 100},
	  {"memory", 62, 0, 38, 40},
	  {"curves", 62, 40, 38, 60}}},
	{"time", "curves over virtual time", 1, {{"curves", 0, 0, 100, 100}}},
	{"events",
	 "what happened, and one fault explained",
	 2,
	 {{"events", 0, 0, 60, 100}, {"explain", 60, 0, 40, 100}}},
	{"process",
	 "a process's memory, and who else there is",
	 2,
	 {{"space", 0, 0, 66, 100}, {"processes", 66, 0, 34, 100}}},
	{"translation",
	 "an address through its tables, and what the TLBs keep of that",
	 2,
	 {{"walk", 0, 0, 54, 100}, {"tlb", 54, 0, 46, 100}}},
	{"walk", "the walk of an address alone", 1, {{"walk", 0, 0, 100, 100}}},
	{"tlb", "the TLBs alone", 1, {{"tlb", 0, 0, 100, 100}}},
	{"books",
	 "the memory manager's books: free blocks, slab caches, reclaim, swap",
	 4,
	 {{"buddy", 0, 0, 55, 45},
	  {"slab", 55, 0, 45, 45},
	  {"lru", 0, 45, 55, 55},
	  {"swap", 55, 45, 45, 55}}},
	{"memory",
	 "physical memory, and all about one frame of it",
	 2,
	 {{"memory", 0, 0, 74, 100}, {"frame", 74, 0, 26, 100}}},
};

const struct layout *layout_number(unsigned int number)
{
	return number < sizeof(layouts) / sizeof(*layouts) ? &layouts[number]
							   : NULL;
}

const struct layout *layout_named(const char *name)
{
	const struct layout *layout;

	for (unsigned int i = 0; (layout = layout_number(i)); i++)
		if (!strcmp(layout->name, name))
			return layout;
	return NULL;
}

struct box layout_box(const struct layout_place *place, struct box box)
{
	int left = box.x + box.w * place->x / 100;
	int top = box.y + box.h * place->y / 100;

	return (struct box){
		left,
		top,
		box.x + box.w * (place->x + place->w) / 100 - left,
		box.y + box.h * (place->y + place->h) / 100 - top,
	};
}
