/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the swap panel has which slot: see swap_model.h. */
#include "emu/viewer/swap_model.h"

#include <string.h>

#define MAX_CELL 48

static int rows_of(uint32_t cells, int columns)
{
	return (int)((cells + (uint32_t)columns - 1) / (uint32_t)columns);
}

static void set_cell(struct swap_map *map, int cell, uint32_t slots)
{
	const uint32_t cells = (map->nr_slots + slots - 1) / slots;

	map->cell = cell;
	map->slots = slots;
	map->columns = map->box.w / cell > 0 ? map->box.w / cell : 1;
	/* rows of a power of two of slots, where that costs little room */
	for (int whole = 16; whole <= map->columns; whole *= 2)
		if (whole * 8 >= map->columns * 7)
			map->columns = whole;
	map->rows = rows_of(cells, map->columns);
}

void swap_map_plan(struct swap_map *map, struct box box, uint32_t nr_slots,
		   int zoom)
{
	uint32_t slots = 1;
	int cell = MAX_CELL;

	*map = (struct swap_map){.box = box, .nr_slots = nr_slots};
	if (box.w < 1 || box.h < 1 || !nr_slots)
		return;
	if (nr_slots < 2048) /* a few needn't be posters */
		cell = 24;
	for (set_cell(map, cell, 1); swap_map_height(map) > box.h && cell > 2;
	     set_cell(map, --cell, 1))
		;
	if (swap_map_height(map) > box.h)
		slots = (uint32_t)((uint64_t)nr_slots * (uint64_t)cell *
				   (uint64_t)cell /
				   ((uint64_t)box.w * (uint64_t)box.h)) +
			1;
	for (set_cell(map, cell, slots);
	     swap_map_height(map) > box.h && slots < nr_slots;
	     set_cell(map, cell, slots += 1 + slots / 64))
		;
	for (; zoom > 0 && map->cell < MAX_CELL; zoom--) {
		if (map->slots > 1)
			set_cell(map, map->cell, map->slots / 2);
		else
			set_cell(map,
				 map->cell + 1 + map->cell / 4 < MAX_CELL
					 ? map->cell + 1 + map->cell / 4
					 : MAX_CELL,
				 1);
	}
}

int swap_map_height(const struct swap_map *map)
{
	return map->rows * map->cell;
}

uint32_t swap_map_at(const struct swap_map *map, int x, int y, int scrolled)
{
	uint32_t column, row, slot;

	if (!map->columns || !box_has(map->box, x, y))
		return UINT32_MAX;
	column = (uint32_t)((x - map->box.x) / map->cell);
	row = (uint32_t)((y - map->box.y + scrolled) / map->cell);
	if (column >= (uint32_t)map->columns || row >= (uint32_t)map->rows)
		return UINT32_MAX;
	slot = (row * (uint32_t)map->columns + column) * map->slots;
	return slot < map->nr_slots ? slot : UINT32_MAX;
}

struct box swap_map_cell(const struct swap_map *map, uint32_t slot,
			 int scrolled)
{
	const uint32_t cell = slot / map->slots;

	return (struct box){
		map->box.x + (int)(cell % (uint32_t)map->columns) * map->cell,
		map->box.y + (int)(cell / (uint32_t)map->columns) * map->cell -
			scrolled,
		map->cell, map->cell};
}

static const struct snapshot_slots *piece_of(const struct snapshot *snapshot,
					     const struct snapshot_swap *area,
					     uint32_t slot)
{
	uint32_t nr, n = slot / SNAPSHOT_PIECE_SLOTS;
	const struct snapshot_slots *piece = snapshot_slots(snapshot, &nr);

	if (n >= area->nr_pieces || area->first_piece + n >= nr)
		return NULL;
	return &piece[area->first_piece + n];
}

unsigned int swap_slot(const struct snapshot *snapshot,
		       const struct snapshot_swap *area, uint32_t slot)
{
	const struct snapshot_slots *piece = piece_of(snapshot, area, slot);

	return piece && slot < area->slots
		       ? piece->slot[slot % SNAPSHOT_PIECE_SLOTS]
		       : KERNEL_SLOT_BAD + 1;
}

void swap_count(const struct snapshot *snapshot,
		const struct snapshot_swap *area, uint32_t first, uint32_t nr,
		uint32_t count[KERNEL_SLOT_BAD + 1])
{
	const uint32_t end = nr < area->slots - first ? first + nr
						      : area->slots;

	memset(count, 0, (KERNEL_SLOT_BAD + 1) * sizeof(*count));
	for (uint32_t i = first; i < end;) {
		const struct snapshot_slots *piece = piece_of(snapshot, area,
							      i);

		if (!piece)
			return;
		if (i == piece->first && end - i >= piece->nr) {
			for (int s = 0; s <= KERNEL_SLOT_BAD; s++)
				count[s] += piece->count[s];
			i += piece->nr;
			continue;
		}
		count[piece->slot[i % SNAPSHOT_PIECE_SLOTS]]++;
		i++;
	}
}
