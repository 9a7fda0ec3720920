/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_BITMAP_H
#define KERNEL_LIB_BITMAP_H

/*
 * Arrays of bits in 32-bit words, ARM's long (include/linux/bitmap.h,
 * bitops.h).
 */

#include <stdbool.h>
#include <stdint.h>

#define BITS_PER_WORD               32u
#define BITMAP_WORDS(nbits)         (((nbits) + BITS_PER_WORD - 1) / BITS_PER_WORD)
#define DECLARE_BITMAP(name, nbits) uint32_t name[BITMAP_WORDS(nbits)]

static inline void set_bit(uint32_t nr, uint32_t *map)
{
	map[nr / BITS_PER_WORD] |= 1u << nr % BITS_PER_WORD;
}

static inline void clear_bit(uint32_t nr, uint32_t *map)
{
	map[nr / BITS_PER_WORD] &= ~(1u << nr % BITS_PER_WORD);
}

static inline bool test_bit(uint32_t nr, const uint32_t *map)
{
	return map[nr / BITS_PER_WORD] >> nr % BITS_PER_WORD & 1;
}

static inline bool test_and_set_bit(uint32_t nr, uint32_t *map)
{
	bool was = test_bit(nr, map);

	set_bit(nr, map);
	return was;
}

static inline bool test_and_clear_bit(uint32_t nr, uint32_t *map)
{
	bool was = test_bit(nr, map);

	clear_bit(nr, map);
	return was;
}

void bitmap_zero(uint32_t *map, uint32_t nbits);
void bitmap_set(uint32_t *map, uint32_t start, uint32_t nbits);
void bitmap_clear(uint32_t *map, uint32_t start, uint32_t nbits);
uint32_t bitmap_weight(const uint32_t *map, uint32_t nbits);
/* The first set (or clear) bit at or after @from; @nbits when there is none. */
uint32_t find_next_bit(const uint32_t *map, uint32_t nbits, uint32_t from);
uint32_t find_next_zero_bit(const uint32_t *map, uint32_t nbits, uint32_t from);
/*
 * @nr clear bits in a row, the first of them a multiple of @align_mask + 1;
 * a number beyond @nbits when there are none.
 */
uint32_t bitmap_find_next_zero_area(const uint32_t *map, uint32_t nbits,
				    uint32_t start, uint32_t nr,
				    uint32_t align_mask);
/* The same where bit 0 counts as number @align_offset. */
uint32_t bitmap_find_next_zero_area_off(const uint32_t *map, uint32_t nbits,
					uint32_t start, uint32_t nr,
					uint32_t align_mask,
					uint32_t align_offset);

static inline uint32_t find_first_bit(const uint32_t *map, uint32_t nbits)
{
	return find_next_bit(map, nbits, 0);
}

static inline uint32_t find_first_zero_bit(const uint32_t *map, uint32_t nbits)
{
	return find_next_zero_bit(map, nbits, 0);
}

#define for_each_set_bit(bit, map, nbits)                         \
	for ((bit) = find_first_bit(map, nbits); (bit) < (nbits); \
	     (bit) = find_next_bit(map, nbits, (bit) + 1))

#endif
