/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the TLB panel shows where: see tlb_model.h. The places of a set are one
 * above the other, a way each, and sets go from left to right; entries without
 * sets just follow each other. Those for lockdown have rows of their own.
 */
#include "emu/viewer/tlb_model.h"

static int rows_for(uint32_t nr, int columns)
{
	return ((int)nr + columns - 1) / columns;
}

static int nr_columns(const struct tlb_layout *layout)
{
	int nr = (layout->core_width - layout->metrics.gap) /
		 layout->metrics.width[layout->cell];

	return nr < 1 ? 1 : nr;
}

/* Rows of one TLB, without those for lockdown. */
static int main_rows(const struct tlb_layout *layout,
		     const struct snapshot_tlb *tlb)
{
	int columns = nr_columns(layout);

	return tlb->sets < 2 ? rows_for(tlb->entries - tlb->lockable, columns)
			     : rows_for(tlb->sets, columns) * (int)tlb->ways;
}

/* Sets that don't go on in the next row are set off from it. */
static int set_gaps(const struct tlb_layout *layout,
		    const struct snapshot_tlb *tlb)
{
	int blocks = rows_for(tlb->sets, nr_columns(layout));

	return tlb->sets < 2 ? 0 : (blocks - 1) * layout->metrics.gap / 2;
}

static int height_of(const struct tlb_layout *layout,
		     const struct snapshot_tlb *tlb)
{
	const int cell = layout->metrics.height[layout->cell];
	int height = layout->metrics.head + main_rows(layout, tlb) * cell +
		     set_gaps(layout, tlb) + layout->metrics.gap;

	if (tlb->lockable)
		height += rows_for(tlb->lockable, nr_columns(layout)) * cell +
			  layout->metrics.gap;
	return height;
}

/* Of the TLBs of core @cpu. */
static int core_height(const struct tlb_layout *layout,
		       const struct snapshot_tlb *tlb, uint32_t nr, int cpu)
{
	int height = 0;

	for (uint32_t i = 0; i < nr; i++)
		if (tlb[i].cpu == cpu)
			height += height_of(layout, &tlb[i]);
	return height;
}

static int nr_cores(const struct snapshot_tlb *tlb, uint32_t nr)
{
	return nr ? tlb[nr - 1].cpu + 1 : 0;
}

/* Cores are alike, so all rows of them are as high as the first. */
static int all_height(const struct tlb_layout *layout,
		      const struct snapshot_tlb *tlb, uint32_t nr)
{
	return core_height(layout, tlb, nr, 0) *
	       rows_for((uint32_t)nr_cores(tlb, nr), layout->nr_columns);
}

struct tlb_layout tlb_layout(const struct tlb_metrics *metrics, struct box box,
			     const struct snapshot_tlb *tlb, uint32_t nr,
			     enum tlb_cell most)
{
	struct tlb_layout layout = {*metrics, box, most, box.w, 1, 0};
	const int cores = nr_cores(tlb, nr);

	layout.nr_columns = box.w / (metrics->core ?: 1);
	if (layout.nr_columns > cores)
		layout.nr_columns = cores;
	if (layout.nr_columns < 1)
		layout.nr_columns = 1;
	layout.core_width = box.w / layout.nr_columns;
	for (int cell = most; cell >= 0; cell--) {
		layout.cell = (enum tlb_cell)cell;
		layout.height = all_height(&layout, tlb, nr);
		if (layout.height <= box.h)
			break;
	}
	return layout;
}

struct box tlb_box(const struct tlb_layout *layout,
		   const struct snapshot_tlb *tlb, uint32_t nr, uint32_t which)
{
	const int cpu = tlb[which].cpu;
	struct box box = {
		layout->box.x + cpu % layout->nr_columns * layout->core_width,
		layout->box.y + cpu / layout->nr_columns *
					core_height(layout, tlb, nr, 0),
		layout->core_width - layout->metrics.gap,
		height_of(layout, &tlb[which]) - layout->metrics.gap,
	};

	for (uint32_t i = 0; i < which; i++)
		if (tlb[i].cpu == cpu)
			box.y += height_of(layout, &tlb[i]);
	return box;
}

struct box tlb_entry_box(const struct tlb_layout *layout,
			 const struct snapshot_tlb *tlb, struct box at,
			 uint32_t index)
{
	const int columns = nr_columns(layout);
	const int width = layout->metrics.width[layout->cell];
	const int height = layout->metrics.height[layout->cell];
	const uint32_t nr_main = tlb->entries - tlb->lockable;
	int column = (int)index % columns, row = (int)index / columns, more = 0;

	if (index >= nr_main) {
		column = (int)(index - nr_main) % columns;
		row = main_rows(layout, tlb) + (int)(index - nr_main) / columns;
		more = set_gaps(layout, tlb) + layout->metrics.gap;
	} else if (tlb->sets > 1) {
		const int set = (int)(index / tlb->ways);
		const int way = (int)(index % tlb->ways);

		column = set % columns;
		row = set / columns * (int)tlb->ways + way;
		more = set / columns * layout->metrics.gap / 2;
	}
	return (struct box){at.x + column * width,
			    at.y + layout->metrics.head + row * height + more,
			    width, height};
}

/* ---- whose ---------------------------------------------------------------------- */

static bool tagged_for(const struct snapshot_tlb *tlb,
		       const struct snapshot_tlb_entry *entry,
		       const struct snapshot_process *process)
{
	return tlb->tagged ? process->asid && entry->asid == process->asid
			   : process->mm && tlb->mm == process->mm;
}

bool tlb_serves(const struct snapshot_tlb *tlb,
		const struct snapshot_tlb_entry *entry,
		const struct snapshot_process *process, uint32_t va)
{
	if (!(entry->flags & TLB_VALID) || va - entry->va >= entry->size_bytes)
		return false;
	if (entry->flags & TLB_GLOBAL)
		return true;
	return process ? tagged_for(tlb, entry, process)
		       : entry->asid == tlb->asid;
}

const struct snapshot_process *tlb_owner(const struct snapshot *snapshot,
					 const struct snapshot_tlb *tlb,
					 const struct snapshot_tlb_entry *entry)
{
	uint32_t nr;
	const struct snapshot_process *process = snapshot_processes(snapshot,
								    &nr);

	for (uint32_t i = 0; i < nr; i++)
		if (!(entry->flags & TLB_GLOBAL) && process[i].mm &&
		    tagged_for(tlb, entry, &process[i]))
			return &process[i];
	return NULL;
}

bool tlb_set_is_full(const struct snapshot_tlb *tlb,
		     const struct snapshot_tlb_entry *entries, uint32_t index)
{
	const uint32_t first = index / tlb->ways * tlb->ways;

	for (uint32_t way = 0; way < tlb->ways; way++)
		if (!(entries[first + way].flags & TLB_VALID))
			return false;
	return true;
}

enum tlb_change tlb_change(const struct snapshot_tlb_entry *before,
			   const struct snapshot_tlb_entry *now)
{
	if (!(now->flags & TLB_VALID))
		return before->flags & TLB_VALID ? TLB_GONE : TLB_SAME;
	if (now->fill != before->fill)
		return before->flags & TLB_VALID ? TLB_REPLACED : TLB_FILLED;
	return now->hits != before->hits ? TLB_HIT : TLB_SAME;
}
