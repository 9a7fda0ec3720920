/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_RAND_H
#define KERNEL_LIB_RAND_H

/*
 * The only randomness there is: a stream that the machine's seed decides
 * (getrandom, AT_RANDOM, address space layout).
 */

#include <stddef.h>
#include <stdint.h>

struct kernel;

/* The next number of the stream that *@state stands for. */
uint64_t random_draw(uint64_t *state);
/* At boot, from the board's seed. */
void rand_init(struct kernel *k, uint64_t seed);
uint64_t get_random_u64(struct kernel *k);
uint32_t get_random_u32(struct kernel *k);
/* In [0, ceil); 0 when @ceil is 0. */
uint32_t get_random_u32_below(struct kernel *k, uint32_t ceil);
void get_random_bytes(struct kernel *k, void *to, size_t nr_bytes);

#endif
