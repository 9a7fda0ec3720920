/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_RUN_HASH_H
#define KERNEL_LIB_RUN_HASH_H

/*
 * One number for a whole run: every abort and how it was resolved, every
 * switch of tasks, every system call with its result, each with its cycle, go
 * into it in the order in which they happen. Two runs with the same number
 * went the same way; a run that strays has another from there on. Who looks
 * on changes nothing, nor do compilers, hosts or their addresses.
 *
 * Always on: one step is a multiplication.
 */

#include <stdint.h>

struct run_hash {
	uint64_t value;
};

/* What a step is about: else one kind's numbers could be another's. */
enum run_hash_kind {
	RUN_HASH_ABORT = 1,
	RUN_HASH_RESOLVED,
	RUN_HASH_SWITCH,
	RUN_HASH_SYSCALL,
	RUN_HASH_EXIT,
};

/*
 * Each step can be undone, so none forgets what was before: an odd factor,
 * and high bits brought down to where the next factor spreads them.
 */
static inline void run_hash_word(struct run_hash *hash, uint64_t word)
{
	uint64_t value = (hash->value ^ word) * UINT64_C(0x9e3779b97f4a7c15);

	hash->value = value ^ value >> 32;
}

static inline void run_hash_step(struct run_hash *hash, enum run_hash_kind kind,
				 uint64_t cycle, int pid, uint32_t a,
				 uint32_t b)
{
	run_hash_word(hash, cycle ^ (uint64_t)kind << 60 ^
				    (uint64_t)(uint32_t)pid << 36);
	run_hash_word(hash, (uint64_t)a << 32 | b);
}

#endif
