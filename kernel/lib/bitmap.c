/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/bitmap.h"

/*
 * Arrays of bits (lib/bitmap.c, lib/find_bit.c). Bits past the end of a map
 * are never looked at or changed.
 */

#include <string.h>

void bitmap_zero(uint32_t *map, uint32_t nbits)
{
	memset(map, 0, BITMAP_WORDS(nbits) * sizeof(*map));
}

void bitmap_set(uint32_t *map, uint32_t start, uint32_t nbits)
{
	for (uint32_t nr = start; nr < start + nbits; nr++)
		set_bit(nr, map);
}

void bitmap_clear(uint32_t *map, uint32_t start, uint32_t nbits)
{
	for (uint32_t nr = start; nr < start + nbits; nr++)
		clear_bit(nr, map);
}

uint32_t bitmap_weight(const uint32_t *map, uint32_t nbits)
{
	uint32_t weight = 0, bit;

	for_each_set_bit(bit, map, nbits)
		weight++;
	return weight;
}

/* @flip turns the search for ones into one for zeroes. */
static uint32_t find_next(const uint32_t *map, uint32_t nbits, uint32_t from,
			  uint32_t flip)
{
	uint32_t word, at;

	while (from < nbits) {
		at = from / BITS_PER_WORD;
		word = (map[at] ^ flip) & ~0u << from % BITS_PER_WORD;
		if (word) {
			from = at * BITS_PER_WORD +
			       (uint32_t)__builtin_ctz(word);
			return from < nbits ? from : nbits;
		}
		from = (at + 1) * BITS_PER_WORD;
	}
	return nbits;
}

uint32_t find_next_bit(const uint32_t *map, uint32_t nbits, uint32_t from)
{
	return find_next(map, nbits, from, 0);
}

uint32_t find_next_zero_bit(const uint32_t *map, uint32_t nbits, uint32_t from)
{
	return find_next(map, nbits, from, ~0u);
}

uint32_t bitmap_find_next_zero_area(const uint32_t *map, uint32_t nbits,
				    uint32_t start, uint32_t nr,
				    uint32_t align_mask)
{
	return bitmap_find_next_zero_area_off(map, nbits, start, nr, align_mask,
					      0);
}

uint32_t bitmap_find_next_zero_area_off(const uint32_t *map, uint32_t nbits,
					uint32_t start, uint32_t nr,
					uint32_t align_mask,
					uint32_t align_offset)
{
	uint32_t end, set;

	for (;;) {
		start = find_next_zero_bit(map, nbits, start);
		start = ((start + align_offset + align_mask) & ~align_mask) -
			align_offset;
		end = start + nr;
		if (end > nbits || end < start)
			return nbits + 1;
		set = find_next_bit(map, end, start);
		if (set == end)
			return start;
		start = set + 1;
	}
}
