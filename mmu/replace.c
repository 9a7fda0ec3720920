/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/replace.h"

#include <stdlib.h>

/*
 * The replacement policies, as a table of functions.
 *
 *   round-robin  a counter for each set walks over its ways; it moves only
 *                when it has chosen a victim
 *   random       a xorshift generator, seeded by the configuration
 *   fifo         the way filled longest ago
 *   lru          the way used longest ago
 *
 * Round-robin and FIFO agree until something is invalidated: the hole is
 * filled first, which FIFO notices and the counter does not.
 *
 * FIFO and LRU keep the ways of each set in a queue whose head leaves next;
 * a fill, and for LRU a hit, sends a way to the tail. All steps are O(1).
 *
 * MODEL: the manuals of the Cortex-A5, A7, A9 and A15 do not tell how their
 * main TLBs replace; any policy may be configured for any core.
 */

struct policy {
	uint32_t (*victim)(const struct replacement *replacement, uint32_t set);
	void (*took_victim)(struct replacement *replacement, uint32_t set);
	void (*filled)(struct replacement *replacement, uint32_t set,
		       uint32_t way);
	void (*hit)(struct replacement *replacement, uint32_t set,
		    uint32_t way);
};

/* ---- round-robin -------------------------------------------------------- */

static uint32_t turn_victim(const struct replacement *replacement, uint32_t set)
{
	return replacement->turn[set];
}

static void turn_advance(struct replacement *replacement, uint32_t set)
{
	uint32_t next = replacement->turn[set] + 1u;

	replacement->turn[set] = next == replacement->ways ? 0 : next;
}

/* ---- random ------------------------------------------------------------- */

/* The state's high bits are the better ones. */
static uint32_t random_victim(const struct replacement *replacement,
			      uint32_t set)
{
	(void)set;
	return (replacement->random >> 32) % replacement->ways;
}

/* Marsaglia's xorshift64: never zero once it isn't. */
static void random_advance(struct replacement *replacement, uint32_t set)
{
	uint64_t x = replacement->random;

	(void)set;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	replacement->random = x;
}

/* ---- FIFO and LRU ------------------------------------------------------- */

static uint32_t queue_victim(const struct replacement *replacement,
			     uint32_t set)
{
	return replacement->first[set];
}

static void queue_to_tail(struct replacement *replacement, uint32_t set,
			  uint32_t way)
{
	uint16_t *behind = replacement->behind + set * replacement->ways;
	uint16_t *before = replacement->before + set * replacement->ways;
	uint32_t last = replacement->last[set];

	if (way == last)
		return;
	if (way == replacement->first[set])
		replacement->first[set] = behind[way];
	else
		behind[before[way]] = behind[way];
	before[behind[way]] = before[way];
	behind[last] = way;
	before[way] = last;
	replacement->last[set] = way;
}

/* ---- the table ---------------------------------------------------------- */

static const struct policy policies[] = {
	[MMU_ROUND_ROBIN] = {.victim = turn_victim,
			     .took_victim = turn_advance},
	[MMU_RANDOM] = {.victim = random_victim, .took_victim = random_advance},
	[MMU_FIFO] = {.victim = queue_victim, .filled = queue_to_tail},
	[MMU_LRU] = {.victim = queue_victim,
		     .filled = queue_to_tail,
		     .hit = queue_to_tail},
};

bool replacement_init(struct replacement *replacement,
		      enum mmu_replacement policy, uint32_t sets, uint32_t ways,
		      uint64_t seed)
{
	uint32_t entries = sets * ways;
	uint16_t *memory = calloc(3 * sets + 2 * entries, sizeof(*memory));

	if (!memory)
		return false;
	replacement->policy = &policies[policy];
	replacement->ways = ways;
	replacement->memory = memory;
	replacement->turn = memory;
	replacement->first = memory + sets;
	replacement->last = memory + 2 * sets;
	replacement->behind = memory + 3 * sets;
	replacement->before = replacement->behind + entries;

	/* Any seed is good but zero; two steps apart from its neighbours. */
	replacement->random = (seed + 1) * 0x9e3779b97f4a7c15;
	if (!replacement->random)
		replacement->random = 1;
	random_advance(replacement, 0);
	random_advance(replacement, 0);

	for (uint32_t set = 0; set < sets; set++) {
		replacement->last[set] = ways - 1;
		for (uint32_t way = 0; way < ways; way++) {
			replacement->behind[set * ways + way] = way + 1;
			replacement->before[set * ways + way] = way - 1;
		}
	}
	return true;
}

void replacement_destroy(struct replacement *replacement)
{
	free(replacement->memory);
}

uint32_t replacement_victim(const struct replacement *replacement, uint32_t set)
{
	return replacement->policy->victim(replacement, set);
}

void replacement_took_victim(struct replacement *replacement, uint32_t set)
{
	if (replacement->policy->took_victim)
		replacement->policy->took_victim(replacement, set);
}

void replacement_filled(struct replacement *replacement, uint32_t set,
			uint32_t way)
{
	if (replacement->policy->filled)
		replacement->policy->filled(replacement, set, way);
}

void replacement_hit(struct replacement *replacement, uint32_t set,
		     uint32_t way)
{
	if (replacement->policy->hit)
		replacement->policy->hit(replacement, set, way);
}

bool replacement_heeds_hits(const struct replacement *replacement)
{
	return replacement->policy->hit;
}
