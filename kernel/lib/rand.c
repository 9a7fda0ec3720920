/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/rand.h"

/*
 * Seeded random numbers in place of drivers/char/random.c.
 * MODEL: splitmix64, a counter and a mixing function: the same seed gives the
 * same run, and nobody should keep secrets with it.
 */

#include <string.h>

#include "kernel/state.h"

void rand_init(struct kernel *k, uint64_t seed)
{
	k->random_state = seed;
}

uint64_t random_draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t get_random_u64(struct kernel *k)
{
	return random_draw(&k->random_state);
}

uint32_t get_random_u32(struct kernel *k)
{
	return (uint32_t)(get_random_u64(k) >> 32);
}

uint32_t get_random_u32_below(struct kernel *k, uint32_t ceil)
{
	return (uint32_t)((uint64_t)get_random_u32(k) * ceil >> 32);
}

void get_random_bytes(struct kernel *k, void *to, size_t nr_bytes)
{
	uint8_t *at = to;

	while (nr_bytes > 0) {
		uint64_t word = get_random_u64(k);
		size_t n = nr_bytes < sizeof(word) ? nr_bytes : sizeof(word);

		memcpy(at, &word, n);
		at += n;
		nr_bytes -= n;
	}
}
