/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arithmetic as a compiler makes it: 300 million rounds of MurmurHash3's
 * mixing, all in registers. Prints the hash.
 */
#include <stdint.h>
#include <stdio.h>

static uint32_t rotate(uint32_t x, int by)
{
	return x << by | x >> (32 - by);
}

int main(void)
{
	uint32_t hash = 1;

	for (uint32_t i = 0; i < 300000000; i++) {
		uint32_t k = rotate(i * 0xcc9e2d51u, 15) * 0x1b873593u;

		hash = rotate(hash ^ k, 13) * 5 + 0xe6546b64u;
	}
	printf("%08x\n", hash);
	return 0;
}
