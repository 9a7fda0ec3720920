/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_TLB_CELLS_H
#define EMU_VIEWER_TLB_CELLS_H

/* A TLB drawn: its head, and a cell for each entry. */

#include "emu/viewer/canvas.h"
#include "emu/viewer/palette.h"
#include "emu/viewer/tlb_model.h"

struct view;

#define TLB_GLOBAL_KIND 7 /* of the palette's kinds */

/* What happened last to each entry, and when it was seen. */
struct tlb_marks {
	uint64_t serial; /* of the snapshot looked at */
	uint32_t nr;
	struct tlb_mark {
		uint8_t change; /* enum tlb_change */
		uint64_t serial, ms;
	} * mark;
};

/* To be called before each picture: looks once at each snapshot shown. */
void tlb_look_for_changes(struct tlb_marks *marks, const struct view *view);

/* In hues that neighbours don't share, and never that of global entries. */
colour_t tlb_asid_colour(const struct palette *palette, uint8_t asid);

struct tlb_brush {
	const struct tlb_layout *layout;
	const struct tlb_marks *marks;
	struct view *view;
	struct canvas *canvas;
	const struct snapshot_tlb *tlb;
	const struct snapshot_tlb_entry *entries; /* its own */
};
void tlb_draw(const struct tlb_brush *brush, struct box at);

#endif
