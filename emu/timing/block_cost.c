/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a block costs: its instructions are sent through the pipeline of
 * schedule.c behind the last ones of the block before, and the time that the
 * whole takes longer is the block's. So what a block leaves undone is paid by
 * its successor, and the costs of a path sum up to the path's. Behind itself a
 * block is looked at in the steady state: what a loop costs each time round.
 *
 * Invariant: the answer depends on bytes and profile alone; it is remembered
 * by a hash of both blocks, and nothing ever makes that stale.
 *
 * MODEL: of the block before, the last CONTEXT instructions count, as if the
 * pipeline had been empty before them.
 * MODEL: two pairs of blocks whose hash of 64 bits is the same would be
 * mistaken for each other; cycles alone could be wrong then.
 */
#include "emu/timing/block_cost.h"

#include <stdlib.h>
#include <string.h>

#include "emu/timing/schedule.h"

#define CONTEXT       64u
#define REMEMBERED    32768u
#define MOST_IN_BLOCK 2048u

struct remembered {
	uint64_t hash; /* 0: nothing */
	struct block_cost cost;
};

struct block_timer {
	const struct pipeline *pipeline;
	struct insn_decoder *decoder;
	struct schedule schedule;
	struct remembered *remembered; /* by hash */
	uint16_t starts[MOST_IN_BLOCK]; /* of the context's instructions */
	struct timed_insn before[CONTEXT], block[MOST_IN_BLOCK];
};

struct block_timer *block_timer_create(const struct pipeline *pipeline)
{
	struct block_timer *timer = calloc(1, sizeof(*timer));

	if (!timer)
		return NULL;
	timer->pipeline = pipeline;
	timer->decoder = insn_decoder_create();
	timer->remembered = calloc(REMEMBERED, sizeof(*timer->remembered));
	if (timer->decoder && timer->remembered)
		return timer;
	block_timer_destroy(timer);
	return NULL;
}

void block_timer_destroy(struct block_timer *timer)
{
	if (!timer)
		return;
	insn_decoder_destroy(timer->decoder);
	free(timer->remembered);
	free(timer);
}

/* ---- running code through the pipeline ------------------------------------------ */

/* Takes @code apart. Returns how many instructions it has; @end: of the last. */
static uint32_t decode(struct block_timer *timer, struct code code,
		       struct timed_insn *insns, uint32_t most,
		       enum block_end *end)
{
	uint32_t at = 0, nr = 0;

	for (; at < code.size_bytes && nr < most; at += insns[nr++].size_bytes)
		insn_decode(timer->decoder, code.bytes + at,
			    code.size_bytes - at, code.thumb, &insns[nr], end);
	return nr;
}

static void run(struct block_timer *timer, const struct timed_insn *insns,
		uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		schedule_insn(&timer->schedule, &insns[i]);
}

static uint32_t insn_size(struct code code, uint32_t at)
{
	uint16_t half;

	if (!code.thumb)
		return 4;
	memcpy(&half, code.bytes + at, sizeof(half));
	return half >= 0xe800 ? 4 : 2;
}

/* The last CONTEXT instructions of @code. */
static struct code tail(struct block_timer *timer, struct code code)
{
	uint32_t nr = 0, at, skip;

	for (at = 0; at + 1 < code.size_bytes; at += insn_size(code, at))
		timer->starts[nr++ % MOST_IN_BLOCK] = (uint16_t)at;
	if (nr <= CONTEXT)
		return code;
	skip = timer->starts[(nr - CONTEXT) % MOST_IN_BLOCK];
	code.bytes += skip;
	code.size_bytes -= skip;
	return code;
}

static uint32_t took(struct block_timer *timer, uint64_t since)
{
	uint64_t cycles = schedule_time(&timer->schedule) - since;

	return cycles ? (uint32_t)cycles : 1;
}

static uint32_t cost_behind(struct block_timer *timer, struct code before,
			    uint32_t nr)
{
	enum block_end end;
	uint32_t nr_before = decode(timer, tail(timer, before), timer->before,
				    CONTEXT, &end);
	uint64_t since;

	schedule_begin(&timer->schedule, timer->pipeline);
	run(timer, timer->before, nr_before);
	since = schedule_time(&timer->schedule);
	run(timer, timer->block, nr);
	return took(timer, since);
}

/* Rounds of the loop, of which the latter half is the steady state. */
static uint32_t cost_again(struct block_timer *timer, uint32_t nr)
{
	uint32_t rounds = CONTEXT / nr + 1;
	uint64_t since;

	schedule_begin(&timer->schedule, timer->pipeline);
	for (uint32_t i = 0; i < rounds; i++)
		run(timer, timer->block, nr);
	since = schedule_time(&timer->schedule);
	for (uint32_t i = 0; i < rounds; i++)
		run(timer, timer->block, nr);
	return (took(timer, since) + rounds / 2) / rounds ?: 1;
}

/* ---- remembering ------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static uint64_t hash_code(uint64_t hash, struct code code)
{
	uint64_t word;
	uint32_t at = 0;

	hash = mix(hash, (uint64_t)code.size_bytes << 1 | code.thumb);
	for (; at + sizeof(word) <= code.size_bytes; at += sizeof(word)) {
		memcpy(&word, code.bytes + at, sizeof(word));
		hash = mix(hash, word);
	}
	word = 0;
	if (at < code.size_bytes)
		memcpy(&word, code.bytes + at, code.size_bytes - at);
	return mix(hash, word);
}

static struct block_cost compute(struct block_timer *timer, struct code before,
				 struct code block)
{
	struct block_cost cost = {1, 1, ENDS_STRAIGHT};
	uint32_t nr = decode(timer, block, timer->block, MOST_IN_BLOCK,
			     &cost.end);

	if (!nr)
		return cost;
	cost.again = cost_again(timer, nr);
	cost.cycles = before.size_bytes ? cost_behind(timer, before, nr)
					: cost.again;
	return cost;
}

struct block_cost block_cost(struct block_timer *timer, struct code before,
			     struct code block)
{
	uint64_t hash = hash_code(hash_code(1, before), block) | 1;
	struct remembered *slot = &timer->remembered[(hash >> 20) % REMEMBERED];

	if (slot->hash != hash) {
		slot->cost = compute(timer, before, block);
		slot->hash = hash;
	}
	return slot->cost;
}

uint32_t block_cost_prefix(struct block_timer *timer, struct code block,
			   uint32_t nr_bytes, uint32_t whole)
{
	enum block_end end;
	uint32_t cycles, nr;

	block.size_bytes = nr_bytes;
	nr = decode(timer, block, timer->block, MOST_IN_BLOCK, &end);
	if (!nr)
		return 0;
	schedule_begin(&timer->schedule, timer->pipeline);
	run(timer, timer->block, nr);
	cycles = took(timer, 0);
	return cycles < whole ? cycles : whole;
}
