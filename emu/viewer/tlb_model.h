/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_TLB_MODEL_H
#define EMU_VIEWER_TLB_MODEL_H

/* TLBs as the panel shows them: where each entry is, whose, and what is new. */

#include "emu/snapshot/snapshot.h"
#include "emu/viewer/canvas.h"

/* How much of an entry a cell has room for. */
enum tlb_cell {
	TLB_CELL_DOT,
	TLB_CELL_PAGE, /* its virtual page */
	TLB_CELL_PAIR, /* and the physical one */
	TLB_CELL_LINE, /* all of it */
	NR_TLB_CELLS
};

/* In pixels. */
struct tlb_metrics {
	int width[NR_TLB_CELLS], height[NR_TLB_CELLS]; /* of a cell */
	int head; /* the lines above a TLB's entries */
	int gap;
	int core; /* the least width that a core is shown in */
};

/* Cores from left to right and then downwards, the TLBs of each in a row. */
struct tlb_layout {
	struct tlb_metrics metrics;
	struct box box;
	enum tlb_cell cell;
	int core_width, nr_columns; /* of cores */
	int height; /* of all; more than box.h: it can be moved */
};

/* Cells of the most telling kind, but not more than @most, that fit. */
struct tlb_layout tlb_layout(const struct tlb_metrics *metrics, struct box box,
			     const struct snapshot_tlb *tlb, uint32_t nr,
			     enum tlb_cell most);
/* Where TLB @which of those is, and its entry @index, if nothing is moved. */
struct box tlb_box(const struct tlb_layout *layout,
		   const struct snapshot_tlb *tlb, uint32_t nr, uint32_t which);
struct box tlb_entry_box(const struct tlb_layout *layout,
			 const struct snapshot_tlb *tlb, struct box at,
			 uint32_t index);

/*
 * Would it translate @va for @process on this core? NULL is any whose ASID is
 * there now.
 */
bool tlb_serves(const struct snapshot_tlb *tlb,
		const struct snapshot_tlb_entry *entry,
		const struct snapshot_process *process, uint32_t va);
/* Whose it is; NULL: everybody's, or nobody's any more. */
const struct snapshot_process *
tlb_owner(const struct snapshot *snapshot, const struct snapshot_tlb *tlb,
	  const struct snapshot_tlb_entry *entry);

/* No place is left in the set of entry @index of @tlb. */
bool tlb_set_is_full(const struct snapshot_tlb *tlb,
		     const struct snapshot_tlb_entry *entries, uint32_t index);

enum tlb_change {
	TLB_SAME,
	TLB_FILLED, /* where nothing was */
	TLB_REPLACED, /* something else was there */
	TLB_HIT, /* and was found since */
	TLB_GONE /* nothing is there any more */
};
enum tlb_change tlb_change(const struct snapshot_tlb_entry *before,
			   const struct snapshot_tlb_entry *now);

#endif
