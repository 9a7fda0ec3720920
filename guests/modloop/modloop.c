/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modloop ROUNDS: the loop of guests/modules/module_bench in user mode, for
 * tools/bench to compare them. Prints its hash.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../modules/module_bench/loop.h"

static unsigned int table[1024];

int main(int argc, char **argv)
{
	unsigned int rounds = argc > 1 ? (unsigned int)atol(argv[1]) : 0;

	printf("%08x\n", work(table, rounds));
	return 0;
}
