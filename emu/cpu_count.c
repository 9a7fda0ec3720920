/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exact count of instructions. The engine tells of each block before it
 * runs, by address and size; a block of ARM code has a quarter as many
 * instructions as bytes, one of Thumb code has to be looked at, which is
 * remembered. What a fault, an undefined instruction or a breakpoint kept
 * from running is taken back.
 *
 * Invariant: at every trap the count is that of the instructions that ran to
 * their end, failed conditions included; no cut into blocks, and no hook,
 * changes it.
 *
 * A block that crosses a page holds one instruction alone (the engine ends
 * blocks at pages, save where a 4-byte Thumb instruction lies across).
 *
 * MODEL: two translations of the same bytes, one as ARM and one as Thumb
 * code, would have to agree in address and size to be mistaken for each other.
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

const struct block *cpu_count_block(struct cpu *cpu, vaddr_t va,
				    uint32_t size_bytes)
{
	struct block *block = block_at(cpu, va);
	uint32_t word = cpu->soft.page[va >> SOFT_PAGE_BITS] & SOFT_CODE_MASK;
	bool crosses = crosses_page(va, size_bytes);
	struct block before;
	uint32_t cpsr;

	if (block->start == va && block->size_bytes == size_bytes &&
	    block->code == word)
		return block;
	before = *block_at(cpu, cpu->block);
	block->start = va;
	block->size_bytes = size_bytes;
	block->code = word;
	cpsr = cpu_reg(cpu, UC_ARM_REG_CPSR);
	block->thumb = cpsr & CPSR_THUMB;
	block->it = cpsr_it(cpsr);
	block->nr_instructions = crosses ? 1
					 : count_code(cpu, block_paddr(block),
						      size_bytes, block->thumb);
	if (crosses || !(word & GRANT_FETCH) || cpu->params.forget_each_block)
		block->code |= BLOCK_STALE;
	if (cpu->params.check_alignment)
		cpu_alignment_look(cpu, block);
	if (cpu->timing.timer)
		cpu_timing_look(cpu, block, &before);
	return block;
}

void cpu_count_take_back(struct cpu *cpu, vaddr_t pc)
{
	const struct block *block = block_at(cpu, cpu->block);
	uint32_t ran = pc - block->start;
	uint32_t nr;

	if (ran >= block->size_bytes)
		return;
	nr = ran ? count_code(cpu, block_paddr(block), ran, block->thumb) : 0;
	if (cpu->timing.timer)
		cpu_timing_take_back(cpu, block, ran, nr);
	else
		cpu->clock.left += block->nr_instructions - nr;
}

void cpu_count_forget(struct cpu *cpu)
{
	for (int i = 0; i < NR_BLOCKS; i++)
		cpu->blocks[i].code |= BLOCK_STALE;
}

void cpu_count_forget_at(struct cpu *cpu, vaddr_t va)
{
	block_at(cpu, va)->code |= BLOCK_STALE;
}
