/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/attr.h"

#include "mmu/armv7.h"

/*
 * Memory attributes: ARM ARM B3.8. Without TEX remap the five bits name one of
 * a fixed list of types; with it (SCTLR.TRE) three of them are an index into
 * PRRR and NMRR, and TEX[2:1] are left to the operating system.
 *
 * Device and Strongly-ordered memory counts as non-cacheable here. Strongly-
 * ordered memory is always shareable.
 *
 * MODEL: reserved and implementation-defined encodings (TEXCB 00101, 00110,
 * 01001 to 01111, PRRR type 3) are Strongly-ordered.
 * MODEL: TTBR.C, "inner cacheable", is inner write-back.
 * MODEL: SCTLR.C and SCTLR.I do not turn Normal memory uncacheable.
 */

static const struct mmu_attr strongly_ordered = {
	.type = MMU_STRONGLY_ORDERED,
	.shareable = true,
	.outer_shareable = true,
};

static struct mmu_attr device(bool shareable, bool outer_shareable)
{
	return (struct mmu_attr){
		.type = MMU_DEVICE,
		.shareable = shareable,
		.outer_shareable = shareable && outer_shareable,
	};
}

static struct mmu_attr normal(enum mmu_cacheability inner,
			      enum mmu_cacheability outer, bool shareable,
			      bool outer_shareable)
{
	return (struct mmu_attr){
		.type = MMU_NORMAL,
		.inner = inner,
		.outer = outer,
		.shareable = shareable,
		.outer_shareable = shareable && outer_shareable,
	};
}

/* Table B3-10: TEX, C and B without remap. */
static struct mmu_attr plain_attr(uint8_t texcb, bool s)
{
	if (texcb & 0x10) /* TEX[2]: C:B is the inner policy, TEX[1:0] outer */
		return normal(texcb & 3, texcb >> 2 & 3, s, s);

	switch (texcb) {
	case TEXCB_SHAREABLE_DEVICE:
		return device(true, true);
	case TEXCB_DEVICE:
		return device(false, false);
	case TEXCB_NORMAL_WT:
		return normal(MMU_WT, MMU_WT, s, s);
	case TEXCB_NORMAL_WB:
		return normal(MMU_WB, MMU_WB, s, s);
	case TEXCB_NORMAL_NC:
		return normal(MMU_NC, MMU_NC, s, s);
	case TEXCB_NORMAL_WBWA:
		return normal(MMU_WBWA, MMU_WBWA, s, s);
	default:
		return strongly_ordered;
	}
}

/* B3.8.3: TEX[0], C and B choose a field of PRRR and of NMRR. */
static struct mmu_attr remapped_attr(uint32_t prrr, uint32_t nmrr, int n,
				     bool s)
{
	bool outer = !prrr_not_outer_shareable(prrr, n);

	switch (prrr_type(prrr, n)) {
	case PRRR_DEVICE:
		return device(prrr & (s ? PRRR_DS1 : PRRR_DS0), outer);
	case PRRR_NORMAL:
		return normal(nmrr_inner(nmrr, n), nmrr_outer(nmrr, n),
			      prrr & (s ? PRRR_NS1 : PRRR_NS0), outer);
	default:
		return strongly_ordered;
	}
}

struct mmu_attr attr_of_descriptor(const struct mmu_regs *regs, uint8_t texcb,
				   bool s)
{
	if (regs->sctlr & SCTLR_TRE)
		return remapped_attr(regs->prrr, regs->nmrr, texcb & 7, s);
	return plain_attr(texcb, s);
}

struct mmu_attr attr_of_ttbr(uint32_t ttbr, bool multiprocessing)
{
	if (multiprocessing)
		return normal(ttbr_inner(ttbr), ttbr_outer(ttbr), ttbr & TTBR_S,
			      !(ttbr & TTBR_NOS));
	return normal(ttbr & TTBR_C ? MMU_WB : MMU_NC, ttbr_outer(ttbr),
		      ttbr & TTBR_S, true);
}
