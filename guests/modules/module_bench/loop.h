/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODULE_BENCH_LOOP_H
#define MODULE_BENCH_LOOP_H

/*
 * Work for @rounds rounds over a table of 4 KB: FNV-1a, read and written. By
 * itself, for what runs once is compiled to be small, with a branch more.
 */
static __attribute__((__noinline__, __hot__)) unsigned int
work(unsigned int *table, unsigned int rounds)
{
	unsigned int hash = 0x811c9dc5u;

	for (unsigned int i = 0; i < rounds; i++) {
		unsigned int *at = &table[i * 7 % 1024];

		hash = (hash ^ *at) * 0x01000193u;
		*at += hash >> 9;
	}
	return hash;
}

#endif
