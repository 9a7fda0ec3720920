/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C library's memcpy over 16 KB, 120,000 times: loads and stores of many
 * registers at once. Prints a sum of what was copied.
 */
#include <stdio.h>
#include <string.h>

enum {
	BYTES = 16384
};

static char from[BYTES], to[BYTES];

int main(void)
{
	unsigned int sum = 0;

	for (int round = 0; round < 120000; round++) {
		from[round % BYTES] = (char)round;
		memcpy(to, from, BYTES);
		sum += (unsigned char)to[round % BYTES];
	}
	printf("%u\n", sum);
	return 0;
}
