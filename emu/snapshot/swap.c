/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Swap areas and their slots. There may be a million of these: a piece of them
 * is read again if the kernel says that one there has changed.
 */
#include "emu/snapshot/source.h"

#include <stdio.h>
#include <string.h>

#include "emu/machine_state.h"

/* ---- areas ---------------------------------------------------------------------- */

struct areas {
	struct part_writer writer;
	uint32_t nr_pieces; /* so far */
};

static uint32_t pieces_of(uint32_t slots, uint32_t before)
{
	const uint32_t most = SNAPSHOT_MAX_SLOTS / SNAPSHOT_PIECE_SLOTS;
	const uint32_t nr = slots / SNAPSHOT_PIECE_SLOTS +
			    (slots % SNAPSHOT_PIECE_SLOTS != 0);

	return nr < most - before ? nr : most - before;
}

static void keep_area(void *arg, const struct kernel_swap *swap)
{
	struct areas *areas = arg;
	struct snapshot_swap *to = part_add(&areas->writer);

	if (!to)
		return;
	snprintf(to->name, sizeof(to->name), "%s", swap->name);
	to->area = swap->area;
	to->priority = swap->priority;
	to->slots = swap->slots;
	to->used = swap->used;
	to->first_piece = areas->nr_pieces;
	to->nr_pieces = pieces_of(swap->slots, areas->nr_pieces);
	areas->nr_pieces += to->nr_pieces;
}

struct part *take_swaps(const struct snapshot_source *source)
{
	struct areas areas = {
		.writer.element_bytes = sizeof(struct snapshot_swap)};

	kernel_for_each_swap(source->machine->kernel, keep_area, &areas);
	return part_done(&areas.writer);
}

/* ---- slots ---------------------------------------------------------------------- */

struct pieces {
	const struct kernel *kernel;
	struct snapshot_slots
		*fresh; /* NULL: look whether there is anything new */
	const struct snapshot_slots *last;
	uint32_t nr_last, nr;
	bool differs;
};

/* Counts go side by side into one number: one for each kind, 12 bits wide. */
static void read_piece(const struct kernel *kernel, struct snapshot_slots *to)
{
	uint64_t counts = 0;

	_Static_assert(SNAPSHOT_PIECE_SLOTS < 1 << 12 && KERNEL_SLOT_BAD < 5,
		       "counts fit");
	kernel_swap_slots(kernel, to->area, to->first, to->nr, to->slot);
	for (uint32_t i = 0; i < to->nr; i++)
		counts += UINT64_C(1) << 12 * to->slot[i];
	for (int kind = 0; kind <= KERNEL_SLOT_BAD; kind++)
		to->count[kind] = counts >> 12 * kind & 0xfff;
}

/* The piece behind those that were seen, which is @piece but for its slots. */
static void keep_piece(struct pieces *pieces,
		       const struct snapshot_slots *piece)
{
	const struct snapshot_slots *last = pieces->nr < pieces->nr_last
						    ? &pieces->last[pieces->nr]
						    : NULL;
	struct snapshot_slots *to;
	const bool same = last && last->changed == piece->changed &&
			  last->area == piece->area &&
			  last->first == piece->first && last->nr == piece->nr;

	pieces->nr++;
	pieces->differs |= !same;
	if (!pieces->fresh)
		return;
	to = &pieces->fresh[pieces->nr - 1];
	if (same) {
		memcpy(to, last, sizeof(*to));
		return;
	}
	to->changed = piece->changed;
	to->area = piece->area;
	to->first = piece->first;
	to->nr = piece->nr;
	read_piece(pieces->kernel, to);
}

static void keep_slots(void *arg, const struct kernel_swap *swap)
{
	struct pieces *pieces = arg;
	uint32_t nr = pieces_of(swap->slots, pieces->nr);

	for (uint32_t i = 0; i < nr; i++) {
		const uint32_t first = i * SNAPSHOT_PIECE_SLOTS;
		const uint32_t left = swap->slots - first;
		struct snapshot_slots piece = {
			.area = swap->area,
			.first = first,
			.nr = (uint16_t)(left < SNAPSHOT_PIECE_SLOTS
						 ? left
						 : SNAPSHOT_PIECE_SLOTS),
		};

		piece.changed = kernel_swap_changed(pieces->kernel, swap->area,
						    first, piece.nr);
		keep_piece(pieces, &piece);
	}
}

struct part *take_slots(const struct snapshot_source *source)
{
	struct pieces pieces = {.kernel = source->machine->kernel};
	struct part *part;

	if (source->last) {
		pieces.last = (const void *)source->last->data;
		pieces.nr_last = (uint32_t)(source->last->size_bytes /
					    sizeof(struct snapshot_slots));
	}
	kernel_for_each_swap(pieces.kernel, keep_slots, &pieces);
	if (source->last && !pieces.differs && pieces.nr == pieces.nr_last)
		return part_get((struct part *)source->last);
	part = part_create(pieces.nr * sizeof(struct snapshot_slots));
	if (!part)
		return NULL;
	pieces.fresh = (void *)part->data;
	pieces.nr = 0;
	kernel_for_each_swap(pieces.kernel, keep_slots, &pieces);
	return part;
}
