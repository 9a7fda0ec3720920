/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores over 17 KB: 12,000 rounds of a histogram and of prefix
 * sums. Prints one of each.
 */
#include <stdint.h>
#include <stdio.h>

enum {
	WORDS = 4096
};

static uint32_t sum[WORDS], histogram[256];

int main(void)
{
	uint32_t seed = 1;

	for (int round = 0; round < 12000; round++) {
		for (int i = 0; i < WORDS; i++) {
			seed = seed * 1664525u + 1013904223u;
			sum[i] += seed >> 24;
			histogram[seed >> 24]++;
		}
		for (int i = 1; i < WORDS; i++)
			sum[i] += sum[i - 1];
	}
	printf("%u %u\n", sum[WORDS - 1], histogram[7]);
	return 0;
}
