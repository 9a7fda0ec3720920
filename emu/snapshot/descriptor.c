/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words taken apart: see descriptor.h. Invariant: each row begins where the
 * one before it ended, so a figure of them has neither gap nor overlap. What
 * memory a TEX.C.B means the MMU says itself, so that PRRR and NMRR count.
 */
#include "emu/snapshot/descriptor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mmu/armv7.h"

/* One more row of @word, down to bit @low. */
static void add(struct snapshot_word *word, int low, const char *name,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
static void add(struct snapshot_word *word, int low, const char *name,
		const char *format, ...)
{
	struct snapshot_bits *bits = &word->bits[word->nr_bits];
	va_list args;

	bits->high = word->nr_bits ? word->bits[word->nr_bits - 1].low - 1 : 31;
	bits->low = (uint8_t)low;
	snprintf(bits->name, sizeof(bits->name), "%s", name);
	va_start(args, format);
	vsnprintf(bits->meaning, sizeof(bits->meaning), format, args);
	va_end(args);
	word->nr_bits++;
}

static void begin(struct snapshot_word *word, const char *kind)
{
	snprintf(word->kind, sizeof(word->kind), "%s", kind);
	word->nr_bits = 0;
}

static uint32_t cp15(const struct mmu *mmu, uint32_t reg)
{
	uint32_t value = 0;

	mmu_cp15_read(mmu, reg, &value);
	return value;
}

/* ---- memory -------------------------------------------------------------------- */

static const char *cache_name(enum mmu_cacheability cache)
{
	static const char *const names[] = {
		[MMU_NC] = "non-cacheable",
		[MMU_WBWA] = "write-back write-allocate",
		[MMU_WT] = "write-through",
		[MMU_WB] = "write-back",
	};

	return names[cache];
}

static const char *short_cache_name(enum mmu_cacheability cache)
{
	static const char *const names[] = {
		[MMU_NC] = "NC",
		[MMU_WBWA] = "WBWA",
		[MMU_WT] = "WT",
		[MMU_WB] = "WB",
	};

	return names[cache];
}

void describe_memory(const struct mmu_attr *attr, char *to, size_t size)
{
	const char *share = attr->shareable ? ", shareable" : "";

	if (attr->type == MMU_STRONGLY_ORDERED)
		snprintf(to, size, "Strongly-ordered");
	else if (attr->type == MMU_DEVICE)
		snprintf(to, size, "Device%s", share);
	else if (attr->inner == attr->outer)
		snprintf(to, size, "Normal, %s%s", cache_name(attr->inner),
			 share);
	else
		snprintf(to, size, "Normal, inner %s, outer %s%s",
			 short_cache_name(attr->inner),
			 short_cache_name(attr->outer), share);
}

const char *memory_in_short(const struct mmu_attr *attr)
{
#define OUTER(inner, s)                                                 \
	{                                                               \
		[MMU_NC] = inner "/NC" s, [MMU_WBWA] = inner "/WBWA" s, \
		[MMU_WT] = inner "/WT" s, [MMU_WB] = inner "/WB" s      \
	}
#define INNER(s)                                                          \
	{                                                                 \
		[MMU_NC] = OUTER("NC", s), [MMU_WBWA] = OUTER("WBWA", s), \
		[MMU_WT] = OUTER("WT", s), [MMU_WB] = OUTER("WB", s)      \
	}
	static const char *const mixed[2][4][4] = {INNER(""), INNER(" S")};
	static const char *const same[2][4] = {
		{"NC", "WBWA", "WT", "WB"},
		{"NC S", "WBWA S", "WT S", "WB S"},
	};

	if (attr->type == MMU_STRONGLY_ORDERED)
		return "SO";
	if (attr->type == MMU_DEVICE)
		return attr->shareable ? "Dev S" : "Dev";
	if (attr->inner == attr->outer)
		return same[attr->shareable][attr->inner];
	return mixed[attr->shareable][attr->inner][attr->outer];
}

/* ---- TTBR ------------------------------------------------------------------------ */

void decode_ttbr(const struct mmu *mmu, bool upper, struct snapshot_word *word)
{
	const uint32_t ttbr = word->word;
	const uint32_t n = upper ? 0 : cp15(mmu, CP15_TTBCR) & TTBCR_N;
	const uint32_t table = ttbr & ~((L1_TABLE_BYTES >> n) - 1);

	begin(word, upper ? "TTBR1" : "TTBR0");
	add(word, 14 - (int)n, "base", "table at 0x%08x", table);
	add(word, 7, "", "%s", "");
	add(word, 6, "IRGN0", "inner: %s", cache_name(ttbr_inner(ttbr)));
	add(word, 5, "NOS", "%souter shareable", ttbr & TTBR_NOS ? "not " : "");
	add(word, 3, "RGN", "outer: %s", cache_name(ttbr_outer(ttbr)));
	add(word, 2, "", "%s", "");
	add(word, 1, "S", "%sshareable", ttbr & TTBR_S ? "" : "not ");
	add(word, 0, "IRGN1", "%s", "");
}

/* ---- what both levels have ------------------------------------------------------ */

/* Who may what; B3.7.1, with and without SCTLR.AFE. */
static const char *ap_meaning(const struct mmu *mmu, uint8_t ap)
{
	static const char *const plain[8] = {
		[AP_NONE] = "AP 000: nobody",
		[AP_RW_NONE] = "AP 001: PL1 rw, PL0 none",
		[AP_RW_RO] = "AP 010: PL1 rw, PL0 r",
		[AP_RW_RW] = "AP 011: PL1 rw, PL0 rw",
		[4] = "AP 100: reserved",
		[AP_RO_NONE] = "AP 101: PL1 r, PL0 none",
		[AP_RO_RO_OLD] = "AP 110: PL1 r, PL0 r (deprecated)",
		[AP_RO_RO] = "AP 111: PL1 r, PL0 r",
	};
	static const char *const with_flag[8] = {
		"AP 000: never used; PL1 rw",  "AP 001: PL1 rw, PL0 none",
		"AP 010: never used; both rw", "AP 011: PL1 rw, PL0 rw",
		"AP 100: never used; PL1 r",   "AP 101: PL1 r, PL0 none",
		"AP 110: never used; both r",  "AP 111: PL1 r, PL0 r",
	};

	return (cp15(mmu, CP15_SCTLR) & SCTLR_AFE ? with_flag : plain)[ap];
}

const char *rights_in_short(const struct mmu *mmu, uint8_t ap, bool xn)
{
	static const char *const rights[8][2] = {
		[AP_NONE] = {"---/---", "---/---"},
		[AP_RW_NONE] = {"---/rwx", "---/rw-"},
		[AP_RW_RO] = {"r-x/rwx", "r--/rw-"},
		[AP_RW_RW] = {"rwx/rwx", "rw-/rw-"},
		[4] = {"---/---", "---/---"},
		[AP_RO_NONE] = {"---/r-x", "---/r--"},
		[AP_RO_RO_OLD] = {"r-x/r-x", "r--/r--"},
		[AP_RO_RO] = {"r-x/r-x", "r--/r--"},
	};
	const bool flagged = cp15(mmu, CP15_SCTLR) & SCTLR_AFE;

	return rights[flagged ? ap | AP_ACCESS_FLAG : ap][xn];
}

static const char *write_meaning(uint8_t ap)
{
	return ap & 4 ? "read-only" : "writable, as AP[1:0] says";
}

static void add_tex(const struct mmu *mmu, struct snapshot_word *word, int low,
		    uint8_t texcb, bool s)
{
	const struct mmu_attr attr = mmu_attr_of(mmu, texcb, s);
	char memory[48];

	describe_memory(&attr, memory, sizeof(memory));
	add(word, low, "TEX", "%s", memory);
}

static const char *domain_name(const struct mmu *mmu, uint8_t domain)
{
	static const char *const names[] = {
		[DOMAIN_NO_ACCESS] = "no access: all faults",
		[DOMAIN_CLIENT] = "client: AP and XN count",
		[DOMAIN_RESERVED] = "reserved",
		[DOMAIN_MANAGER] = "manager: nothing is checked",
	};

	return names[dacr_access(cp15(mmu, CP15_DACR), domain)];
}

static void add_domain(const struct mmu *mmu, struct snapshot_word *word,
		       uint8_t domain)
{
	add(word, 5, "domain", "%u, %s", domain, domain_name(mmu, domain));
}

static void add_ng(struct snapshot_word *word, int low, uint32_t set)
{
	add(word, low, "nG", "%s", set ? "of one ASID" : "global: of all");
}

static void add_s(struct snapshot_word *word, int low, uint32_t set)
{
	add(word, low, "S", "%sshareable", set ? "" : "not ");
}

static void add_xn(struct snapshot_word *word, int low, uint32_t set)
{
	add(word, low, "XN", "%s",
	    set ? "no instructions from here" : "instructions may be fetched");
}

static void decode_nothing(struct snapshot_word *word)
{
	begin(word, "nothing");
	add(word, 2, "", "ignored: software's own");
	add(word, 0, "type", "no translation: the access faults");
}

/* ---- the first level ---------------------------------------------------------------- */

static bool has_pxn(const struct mmu *mmu)
{
	return (cp15(mmu, CP15_ID_MMFR0) & 15) >= 4;
}

static void add_pxn(const struct mmu *mmu, struct snapshot_word *word, int low,
		    uint32_t set)
{
	if (has_pxn(mmu))
		add(word, low, "PXN", "PL1 %s fetch here",
		    set ? "must not" : "may");
	else
		add(word, low, "", "%s", "");
}

static void decode_table(const struct mmu *mmu, struct snapshot_word *word)
{
	const uint32_t l1 = word->word;

	begin(word, "page table");
	add(word, 10, "base", "table at 0x%08x", (uint32_t)l1_table_base(l1));
	add(word, 9, "", "%s", "");
	add_domain(mmu, word, l1_domain(l1));
	add(word, 4, "", "%s", "");
	add(word, 3, "NS", "%s", l1 & L1_TABLE_NS ? "non-secure" : "secure");
	add_pxn(mmu, word, 2, l1 & L1_TABLE_PXN);
	add(word, 0, "type", "a second-level table follows");
}

/* From bit 17 to 10, where sections and supersections are alike. */
static void add_section_middle(const struct mmu *mmu,
			       struct snapshot_word *word)
{
	const uint32_t l1 = word->word;

	add_ng(word, 17, l1 & L1_NG);
	add_s(word, 16, l1 & L1_S);
	add(word, 15, "AP2", "%s", write_meaning(l1_ap(l1)));
	add_tex(mmu, word, 12, l1_texcb(l1), l1 & L1_S);
	add(word, 10, "AP", "%s", ap_meaning(mmu, l1_ap(l1)));
	add(word, 9, "", "%s", "");
}

static void add_section_end(const struct mmu *mmu, struct snapshot_word *word)
{
	const uint32_t l1 = word->word;

	add_xn(word, 4, l1 & L1_XN);
	add(word, 3, "C", "%s", "");
	add(word, 2, "B", "%s", "");
	add(word, 1, "type", "%s, no further table",
	    l1_is_supersection(l1) ? "16 MB" : "1 MB");
	add_pxn(mmu, word, 0, l1 & L1_PXN);
}

static void decode_section(const struct mmu *mmu, struct snapshot_word *word)
{
	const uint32_t l1 = word->word;

	begin(word, "section");
	add(word, 20, "base", "1 MB from 0x%08x",
	    (uint32_t)l1_section_base(l1));
	add(word, 19, "NS", "%s", l1 & L1_NS ? "non-secure" : "secure");
	add(word, 18, "super", "no: a section");
	add_section_middle(mmu, word);
	add_domain(mmu, word, l1_domain(l1));
	add_section_end(mmu, word);
}

static void decode_supersection(const struct mmu *mmu,
				struct snapshot_word *word)
{
	const uint32_t l1 = word->word;

	begin(word, "supersection");
	add(word, 24, "base", "16 MB from 0x%08x", l1 & 0xff000000);
	add(word, 20, "35:32", "of the physical address, if it has 40 bits");
	add(word, 19, "NS", "%s", l1 & L1_NS ? "non-secure" : "secure");
	add(word, 18, "super", "yes: a supersection, in domain 0");
	add_section_middle(mmu, word);
	add(word, 5, "39:36", "of the physical address, if it has 40 bits");
	add_section_end(mmu, word);
}

void decode_l1_word(const struct mmu *mmu, struct snapshot_word *word)
{
	switch (l1_type(word->word)) {
	case L1_TABLE:
		decode_table(mmu, word);
		return;
	case L1_SECTION_PXN:
		if (has_pxn(mmu))
			break;
		begin(word, "reserved");
		add(word, 2, "", "%s", "");
		add(word, 0, "type", "no such descriptor: the access faults");
		return;
	case L1_SECTION:
		break;
	case L1_FAULT:
		decode_nothing(word);
		return;
	}
	if (l1_is_supersection(word->word))
		decode_supersection(mmu, word);
	else
		decode_section(mmu, word);
}

/* ---- the second level --------------------------------------------------------------- */

static void decode_large(const struct mmu *mmu, struct snapshot_word *word)
{
	const uint32_t l2 = word->word;

	begin(word, "large page");
	add(word, 16, "base", "64 KB from 0x%08x", (uint32_t)l2_large_base(l2));
	add_xn(word, 15, l2 & L2_LARGE_XN);
	add_tex(mmu, word, 12, l2_large_texcb(l2), l2 & L2_S);
	add_ng(word, 11, l2 & L2_NG);
	add_s(word, 10, l2 & L2_S);
	add(word, 9, "AP2", "%s", write_meaning(l2_ap(l2)));
	add(word, 6, "", "%s", "");
	add(word, 4, "AP", "%s", ap_meaning(mmu, l2_ap(l2)));
	add(word, 3, "C", "%s", "");
	add(word, 2, "B", "%s", "");
	add(word, 0, "type", "a large page, in 16 words alike");
}

static void decode_small(const struct mmu *mmu, struct snapshot_word *word)
{
	const uint32_t l2 = word->word;

	begin(word, "small page");
	add(word, 12, "base", "4 KB from 0x%08x", (uint32_t)l2_small_base(l2));
	add_ng(word, 11, l2 & L2_NG);
	add_s(word, 10, l2 & L2_S);
	add(word, 9, "AP2", "%s", write_meaning(l2_ap(l2)));
	add_tex(mmu, word, 6, l2_small_texcb(l2), l2 & L2_S);
	add(word, 4, "AP", "%s", ap_meaning(mmu, l2_ap(l2)));
	add(word, 3, "C", "%s", "");
	add(word, 2, "B", "%s", "");
	add(word, 1, "type", "a small page");
	add_xn(word, 0, l2 & L2_SMALL_XN);
}

void decode_l2_word(const struct mmu *mmu, struct snapshot_word *word)
{
	switch (l2_type(word->word)) {
	case L2_FAULT:
		decode_nothing(word);
		return;
	case L2_LARGE:
		decode_large(mmu, word);
		return;
	case L2_SMALL:
		decode_small(mmu, word);
		return;
	}
}

/* ---- Linux's half --------------------------------------------------------------------- */

static const char *linux_memory_type(uint32_t mt)
{
	switch (mt) {
#define LINUX_MT(value, name) \
	case value:           \
		return name;
#include "kernel/linux_pte.def"
	default:
		return "none that Linux has";
	}
}

static void decode_present(struct snapshot_word *word)
{
	const uint32_t w = word->word;

	begin(word, "present");
#define LINUX_BITS(high, low, name, set, clear) \
	add(word, low, #name, "%s", w >> (low)&1 ? set : clear);
#include "kernel/linux_pte.def"
	for (int i = 0; i < word->nr_bits; i++) {
		struct snapshot_bits *bits = &word->bits[i];

		if (!strcmp(bits->name, "PFN"))
			snprintf(bits->meaning, sizeof(bits->meaning),
				 "page frame 0x%05x", w >> bits->low);
		if (!strcmp(bits->name, "MT"))
			snprintf(bits->meaning, sizeof(bits->meaning), "%s",
				 linux_memory_type(w >> bits->low & 15));
	}
}

void decode_linux_word(enum kernel_linux_kind kind, struct snapshot_word *word)
{
	switch (kind) {
	case KERNEL_LINUX_NO_TABLE:
		begin(word, "no table");
		return;
	case KERNEL_LINUX_EMPTY:
		begin(word, "empty");
		add(word, 0, "zero", "nothing was ever here: the VMA decides");
		return;
	case KERNEL_LINUX_SWAP:
		begin(word, "not present");
		add(word, 7, "offset", "%u: slot of the area, or frame",
		    word->word >> 7);
		add(word, 2, "type", "%u: the area, or why it is away",
		    word->word >> 2 & 31);
		add(word, 0, "zero", "not present, not empty");
		return;
	case KERNEL_LINUX_PRESENT:
		decode_present(word);
		return;
	}
}
