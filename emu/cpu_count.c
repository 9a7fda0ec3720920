/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exact count of instructions. The engine tells of each block before it
 * runs, by address and size; a block of ARM code has a quarter as many
 * instructions as bytes, one of Thumb code has to be looked at, which is
 * remembered by physical address. What a fault, an undefined instruction or a
 * breakpoint kept from running is taken back.
 *
 * Invariant: at every trap, `instructions` is the number of instructions that
 * ran to their end, failed conditions included; no cut into blocks, and no
 * hook, changes it.
 *
 * A block that crosses a page holds one instruction alone (the engine ends
 * blocks at pages, save where a 4-byte Thumb instruction lies across).
 *
 * MODEL: two translations of the same bytes, one as ARM and one as Thumb
 * code, would have to agree in size to be mistaken for each other.
 */
#include "emu/cpu_engine.h"

#include <string.h>

#include "emu/bus.h"

static uint32_t count_thumb(const uint8_t *code, uint32_t size_bytes)
{
	uint32_t n = 0;

	for (uint32_t at = 0; at < size_bytes; n++) {
		uint16_t half;

		memcpy(&half, code + at, sizeof(half));
		at += thumb_is_wide(half) ? 4 : 2;
	}
	return n;
}

/* Instructions in the @size_bytes from @paddr, all on one page. */
static uint32_t count_code(const struct cpu *cpu, paddr_t paddr,
			   uint32_t size_bytes, bool thumb)
{
	const uint8_t *code = ram_host(cpu->params.bus->ram, paddr);

	return thumb && code ? count_thumb(code, size_bytes) : size_bytes / 4;
}

static bool crosses_page(vaddr_t va, uint32_t size_bytes)
{
	return (va & (SOFT_PAGE_SIZE - 1)) + size_bytes > SOFT_PAGE_SIZE;
}

struct counted_block cpu_count_new(struct cpu *cpu, vaddr_t va,
				   uint32_t size_bytes)
{
	paddr_t paddr = cpu->fetch_frame | (va & (SOFT_PAGE_SIZE - 1));
	struct counted_block new = {counted_key(paddr, size_bytes), 1,
				    cpu_reads_thumb(cpu)};

	cpu->recount = false;
	if (crosses_page(va, size_bytes))
		return new;
	new.nr_instructions = count_code(cpu, paddr, size_bytes, new.thumb);
	*counted_slot(cpu, paddr) = new;
	return new;
}

void cpu_count_take_back(struct cpu *cpu, vaddr_t pc)
{
	struct block *block = &cpu->block;
	uint32_t ran = pc - block->start;
	uint32_t undone;

	if (ran >= block->size_bytes)
		return;
	undone = block->nr_instructions;
	if (ran)
		undone -= count_code(cpu, block->paddr, ran, block->thumb);
	cpu->instructions -= undone;
	cpu->clock->now -= undone;
	block->nr_instructions -= undone;
	block->size_bytes = ran;
}

void cpu_count_forget(struct cpu *cpu)
{
	memset(cpu->counted, 0, COUNTED_BLOCKS * sizeof(*cpu->counted));
}

void cpu_count_forget_at(struct cpu *cpu, vaddr_t va)
{
	uint32_t word = cpu->soft.page[va >> SOFT_PAGE_BITS];
	paddr_t frame = (paddr_t)(word >> SOFT_FRAME_SHIFT) << SOFT_PAGE_BITS;
	paddr_t paddr = frame | (va & (SOFT_PAGE_SIZE - 1));

	counted_slot(cpu, paddr)->key = 0;
}
