/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/walk.h"

#include "mmu/armv7.h"
#include "mmu/attr.h"

/*
 * The translation table walk: ARM ARM B3.5, short-descriptor format.
 *
 *            TTBR0 or TTBR1, by TTBCR.N
 *                  |
 *                  v  VA[31:20]                      VA[19:12]
 *            first-level table --- page table ---> second-level table
 *                  |                                     |
 *              section, supersection               large, small page
 *
 * Faults come in the order in which the walk can notice them: no table
 * (TTBCR.PD), no memory under the first descriptor, nothing in it, then the
 * same one level down. What the leaf allows is for perm.c to say; QEMU asks
 * the domain before it reads the second level, the manual (B3.13.2) after.
 *
 * MODEL: TTBCR.EAE, the long-descriptor format, is left out; so are the NS
 * bits, since there is one physical address space.
 * MODEL: all 16 copies of a supersection or large page are taken to be alike;
 * the one that the address selects is used.
 */

void walk_begin(struct walk *walk, const struct core *core,
		const struct mmu_port *port, const struct mmu_regs *regs,
		const struct walk_account *account, vaddr_t va)
{
	walk->core = core;
	walk->port = port;
	walk->regs = *regs;
	walk->account = *account;
	walk->va = va;
	walk->levels = 0;
	walk->fault = MMU_FAULT_NONE;
	walk->fault_level = 0;
	walk->domain = 0;
}

static bool fail(struct walk *walk, enum mmu_fault_type fault, int level)
{
	walk->fault = fault;
	walk->fault_level = level;
	return false;
}

/* B3.5.4: which table translates this address. */
static bool table_of(const struct walk *walk, uint32_t *ttbr, paddr_t *base)
{
	uint32_t n = walk->regs.ttbcr & TTBCR_N;
	bool upper = n && walk->va >> (32 - n);
	uint32_t off = upper ? TTBCR_PD1 : TTBCR_PD0;

	if (upper) {
		*ttbr = walk->regs.ttbr1;
		*base = *ttbr & ~(L1_TABLE_BYTES - 1);
	} else {
		*ttbr = walk->regs.ttbr0;
		*base = *ttbr & ~((L1_TABLE_BYTES >> n) - 1);
	}
	return !(walk->regs.ttbcr & off);
}

/* Reads the word at @paddr as a paying walk or as an onlooker. */
static bool read_word(const struct walk *walk, paddr_t paddr,
		      const struct mmu_attr *attr, uint32_t *word)
{
	const struct mmu_port *port = walk->port;
	uint32_t cycles = 0;

	if (!walk->account.cycles && port->peek_word)
		return port->peek_word(port->ctx, paddr, word);
	if (!port->read_word(port->ctx, paddr, attr, word, &cycles))
		return false;
	if (walk->account.cycles)
		*walk->account.cycles += cycles;
	return true;
}

/* The next level's descriptor, as one more step. */
static bool read_descriptor(struct walk *walk, paddr_t paddr,
			    const struct mmu_attr *attr)
{
	struct mmu_walk_step *step = &walk->step[walk->levels];

	step->paddr = paddr;
	step->word = 0;
	if (!read_word(walk, paddr, attr, &step->word))
		return false;
	walk->levels++;
	return true;
}

/* The first-level descriptor, from the walk cache where that has it. */
static bool read_l1(struct walk *walk, paddr_t base,
		    const struct mmu_attr *attr)
{
	const struct walk_account *account = &walk->account;
	asid_t asid = contextidr_asid(walk->regs.contextidr);
	struct mmu_walk_step *step = &walk->step[0];
	paddr_t paddr = l1_descriptor_paddr(base, walk->va);

	if (account->cache &&
	    walk_cache_lookup(account->cache, walk->va, asid, &step->word)) {
		account->stats->walk_cache_hits++;
		step->paddr = paddr;
		walk->levels++;
		return true;
	}
	if (!read_descriptor(walk, paddr, attr))
		return false;
	if (account->stats)
		account->stats->l1_reads++;
	if (account->cache && l1_type(step->word) == L1_TABLE)
		walk_cache_fill(account->cache, walk->va, asid, step->word);
	return true;
}

static void found_section(struct walk *walk, uint32_t l1)
{
	bool super = l1_is_supersection(l1);
	paddr_t base = l1_section_base(l1);

	if (super)
		base = l1_supersection_base(l1);
	if (super && !walk->core->large_paddr)
		base &= 0xff000000;

	walk->found = (struct translation){
		.paddr = base,
		.shift = super ? SUPERSECTION_SHIFT : SECTION_SHIFT,
		.level = 1,
		.domain = walk->domain,
		.ap = l1_ap(l1),
		.xn = l1 & L1_XN,
		.pxn = l1 & L1_PXN,
		.global = !(l1 & L1_NG),
		.attr = attr_of_descriptor(&walk->regs, l1_texcb(l1),
					   l1 & L1_S),
		.l1 = l1,
	};
}

static void found_page(struct walk *walk, uint32_t l1, uint32_t l2)
{
	bool large = l2_type(l2) == L2_LARGE;
	uint8_t texcb = large ? l2_large_texcb(l2) : l2_small_texcb(l2);

	walk->found = (struct translation){
		.paddr = large ? l2_large_base(l2) : l2_small_base(l2),
		.shift = large ? LARGE_PAGE_SHIFT : SMALL_PAGE_SHIFT,
		.level = 2,
		.domain = walk->domain,
		.ap = l2_ap(l2),
		.xn = l2 & (large ? L2_LARGE_XN : L2_SMALL_XN),
		.pxn = (l1 & L1_TABLE_PXN) && core_has_pxn(walk->core),
		.global = !(l2 & L2_NG),
		.attr = attr_of_descriptor(&walk->regs, texcb, l2 & L2_S),
		.l1 = l1,
		.l2 = l2,
	};
}

static bool walk_level2(struct walk *walk, uint32_t l1,
			const struct mmu_attr *attr)
{
	uint32_t l2;

	if (!read_descriptor(walk,
			     l2_descriptor_paddr(l1_table_base(l1), walk->va),
			     attr))
		return fail(walk, MMU_FAULT_EXTERNAL_WALK, 2);
	if (walk->account.stats)
		walk->account.stats->l2_reads++;

	l2 = walk->step[1].word;
	if (l2_type(l2) == L2_FAULT)
		return fail(walk, MMU_FAULT_TRANSLATION, 2);
	found_page(walk, l1, l2);
	return true;
}

bool walk_tables(struct walk *walk)
{
	struct mmu_attr attr;
	uint32_t ttbr, l1;
	paddr_t base;

	if (!table_of(walk, &ttbr, &base))
		return fail(walk, MMU_FAULT_TRANSLATION, 1);
	attr = attr_of_ttbr(ttbr, walk->core->multiprocessing);
	if (!read_l1(walk, base, &attr))
		return fail(walk, MMU_FAULT_EXTERNAL_WALK, 1);

	l1 = walk->step[0].word;
	switch (l1_type(l1)) {
	case L1_TABLE:
		walk->domain = l1_domain(l1);
		return walk_level2(walk, l1, &attr);
	case L1_SECTION_PXN:
		if (!core_has_pxn(walk->core))
			break; /* reserved */
		/* fallthrough */
	case L1_SECTION:
		walk->domain = l1_domain(l1);
		found_section(walk, l1);
		return true;
	case L1_FAULT:
		break;
	}
	return fail(walk, MMU_FAULT_TRANSLATION, 1);
}
