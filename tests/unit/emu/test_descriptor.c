/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors taken apart, held against what the MMU model does with the same
 * words, and against the tables of the manual where it has some.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "emu/snapshot/descriptor.h"
#include "mmu/armv7.h"

#define TABLE  0x60004000u
#define SECOND 0x60000400u
#define ROUNDS 20000
#define VA     0x12345678u

/* One word of each level: all that a walk for VA reads. */
struct board {
	uint32_t l1, l2, seed;
	struct mmu *mmu;
};

static uint32_t random_word(struct board *b)
{
	b->seed = b->seed * 1664525 + 1013904223;
	return b->seed >> 16 | (b->seed * 22695477 + 1) << 16;
}

static bool read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		      uint32_t *word, uint32_t *cycles)
{
	const struct board *b = ctx;

	(void)attr;
	*cycles = 1;
	*word = paddr == l1_descriptor_paddr(TABLE, VA) ? b->l1 : b->l2;
	return true;
}

static void set_up(struct board *b, const char *core)
{
	const struct mmu_config config = {
		.core = core,
		.main = {.entries = 8, .replacement = MMU_ROUND_ROBIN},
	};
	const struct mmu_port port = {.ctx = b, .read_word = read_word};

	b->mmu = mmu_create(&config, &port);
	assert_non_null(b->mmu);
	mmu_cp15_write(b->mmu, CP15_TTBR0, TABLE);
	mmu_cp15_write(b->mmu, CP15_DACR, 0x55555555);
	mmu_cp15_write(b->mmu, CP15_SCTLR, SCTLR_ONES | SCTLR_M);
}

/* From 31 to 0 without gap or overlap. */
static void assert_covers(const struct snapshot_word *word)
{
	int next = 31;

	assert_true(word->nr_bits > 0);
	for (int i = 0; i < word->nr_bits; i++) {
		assert_int_equal(word->bits[i].high, next);
		assert_true(word->bits[i].low <= next);
		next = word->bits[i].low - 1;
	}
	assert_int_equal(next, -1);
}

static const struct snapshot_bits *bits_of(const struct snapshot_word *word,
					   const char *name)
{
	for (int i = 0; i < word->nr_bits; i++)
		if (!strcmp(word->bits[i].name, name))
			return &word->bits[i];
	return NULL;
}

/* 0 where there is none of that name. */
static uint32_t value_of(const struct snapshot_word *word, const char *name)
{
	const struct snapshot_bits *bits = bits_of(word, name);
	const uint64_t mask = bits ? (2ull << (bits->high - bits->low)) - 1 : 0;

	return bits ? (uint32_t)(word->word >> bits->low & mask) : 0;
}

static void all_bits_are_covered(void **state)
{
	static const char *const cores[] = {"cortex-a7", "cortex-a9"};
	struct board b = {.seed = 1};

	(void)state;
	for (int core = 0; core < 2; core++) {
		set_up(&b, cores[core]);
		for (int i = 0; i < ROUNDS; i++) {
			struct snapshot_word word = {.word = random_word(&b)};

			decode_l1_word(b.mmu, &word);
			assert_covers(&word);
			decode_l2_word(b.mmu, &word);
			assert_covers(&word);
			decode_ttbr(b.mmu, i & 1, &word);
			assert_covers(&word);
			for (int kind = KERNEL_LINUX_EMPTY;
			     kind <= KERNEL_LINUX_SWAP; kind++) {
				decode_linux_word((enum kernel_linux_kind)kind,
						  &word);
				assert_covers(&word);
			}
		}
		mmu_destroy(b.mmu);
	}
}

/* ---- beside the MMU ----------------------------------------------------------- */

/* "PL1 rw, PL0 r": may @privilege read, or write? */
static bool said(const char *meaning, enum mmu_privilege privilege, char what)
{
	const char *at = strstr(meaning,
				privilege == MMU_PL1 ? "PL1 " : "PL0 ");

	if (!at)
		return false;
	at += 4;
	return strncmp(at, "none", 4) != 0 &&
	       (at[0] == what || (at[0] && at[1] == what));
}

static bool expected(const struct snapshot_word *leaf, bool pxn,
		     enum mmu_kind kind, enum mmu_privilege privilege)
{
	const char *meaning = bits_of(leaf, "AP")->meaning;

	if (kind == MMU_WRITE)
		return said(meaning, privilege, 'w');
	if (!said(meaning, privilege, 'r'))
		return false;
	return kind == MMU_READ ||
	       (!value_of(leaf, "XN") && !(pxn && privilege == MMU_PL1));
}

static void compare_rights(const struct board *b,
			   const struct snapshot_word *leaf, bool pxn)
{
	const uint8_t ap = (uint8_t)(value_of(leaf, "AP2") << 2 |
				     value_of(leaf, "AP"));
	const char *rights = rights_in_short(b->mmu, ap, value_of(leaf, "XN"));

	for (int privilege = MMU_PL0; privilege <= MMU_PL1; privilege++)
		for (int kind = MMU_READ; kind <= MMU_FETCH; kind++) {
			const char letter = rights[privilege * 4 + kind];
			struct mmu_result result;
			const bool ok = mmu_peek(b->mmu, VA,
						 (enum mmu_kind)kind,
						 (enum mmu_privilege)privilege,
						 &result);

			assert_int_equal(
				ok, expected(leaf, pxn, (enum mmu_kind)kind,
					     (enum mmu_privilege)privilege));
			/* PXN isn't among the three letters */
			if (!pxn)
				assert_int_equal(ok, letter != '-');
			if (!ok)
				assert_int_equal(result.fault.type,
						 MMU_FAULT_PERMISSION);
		}
}

/* Where it leads, and how large, as the name of its kind says. */
static void compare_base(const struct board *b,
			 const struct snapshot_word *leaf)
{
	static const struct {
		const char *kind;
		uint32_t size_bytes;
	} sizes[] = {{"small page", 0x1000},
		     {"large page", 0x10000},
		     {"section", 0x100000},
		     {"supersection", 0x1000000}};
	const struct snapshot_bits *base = bits_of(leaf, "base");
	struct mmu_result result;
	uint32_t size_bytes = 0;

	if (!mmu_peek(b->mmu, VA, MMU_READ, MMU_PL1, &result))
		return;
	for (int i = 0; i < 4; i++)
		if (!strcmp(sizes[i].kind, leaf->kind))
			size_bytes = sizes[i].size_bytes;
	assert_int_equal(result.size_bytes, size_bytes);
	assert_int_equal((uint32_t)result.paddr,
			 (value_of(leaf, "base") << base->low) +
				 (VA & (size_bytes - 1)));
}

static void compare_entry(struct board *b, const struct snapshot_word *leaf)
{
	struct mmu_tlb_view view;
	struct mmu_result result;

	mmu_cp15_write(b->mmu, CP15_TLBIALL, 0);
	if (!mmu_access(b->mmu, VA, MMU_READ, MMU_PL1, &result))
		return;
	mmu_tlb_view(b->mmu, 0, 0, &view);
	assert_int_equal(view.global, !value_of(leaf, "nG"));
	assert_int_equal(view.hits, 0);
	assert_int_equal(view.xn, value_of(leaf, "XN"));
	assert_int_equal(view.ap,
			 value_of(leaf, "AP2") << 2 | value_of(leaf, "AP"));
	mmu_access(b->mmu, VA, MMU_READ, MMU_PL1, &result);
	mmu_tlb_view(b->mmu, 0, 0, &view);
	assert_int_equal(view.hits, 1);
}

/* One walk; true if it came to a translation. */
static bool compare_walk(struct board *b, bool has_pxn)
{
	struct snapshot_word l1 = {.word = b->l1}, l2 = {.word = b->l2};
	const struct snapshot_word *leaf = &l1;
	struct mmu_walk_step step[2];
	const int levels = mmu_peek_walk(b->mmu, VA, step);
	struct mmu_result result;
	bool pxn;

	decode_l1_word(b->mmu, &l1);
	decode_l2_word(b->mmu, &l2);
	assert_int_equal(levels == 2, !strcmp(l1.kind, "page table"));
	assert_int_equal(!bits_of(&l1, "PXN"),
			 !has_pxn || !bits_of(&l1, "type") ||
				 !strcmp(l1.kind, "nothing"));
	pxn = value_of(&l1, "PXN");
	if (levels == 2)
		leaf = &l2;
	if (!strcmp(leaf->kind, "nothing") || !strcmp(leaf->kind, "reserved")) {
		assert_false(mmu_peek(b->mmu, VA, MMU_READ, MMU_PL1, &result));
		assert_int_equal(result.fault.type, MMU_FAULT_TRANSLATION);
		return false;
	}
	compare_rights(b, leaf, pxn);
	compare_base(b, leaf);
	compare_entry(b, leaf);
	return true;
}

static void words_mean_what_the_mmu_does(void **state)
{
	static const char *const cores[] = {"cortex-a7", "cortex-a9"};
	struct board b = {.seed = 7};

	(void)state;
	for (int core = 0; core < 2; core++) {
		int nr_mapped = 0;

		set_up(&b, cores[core]);
		for (int i = 0; i < ROUNDS; i++) {
			b.l1 = random_word(&b);
			b.l2 = random_word(&b);
			if (i & 1) /* as often a table as all else */
				b.l1 = (b.l1 & 0x3fc) | SECOND | L1_TABLE;
			/* 40 bits are compare_base()'s to leave out */
			if (l1_is_supersection(b.l1))
				b.l1 &= 0xff0ffe1f;
			nr_mapped += compare_walk(&b, !core);
		}
		assert_true(nr_mapped > ROUNDS / 4);
		mmu_destroy(b.mmu);
	}
}

/* Domains: what DACR gives them is what is said, and what happens. */
static void domains_are_told(void **state)
{
	static const char *const says[] = {"no access", "client", "reserved",
					   "manager"};
	struct board b = {.seed = 3};

	(void)state;
	set_up(&b, "cortex-a9");
	for (uint32_t domain = 0; domain < 16; domain++)
		for (uint32_t access = 0; access < 4; access++) {
			struct snapshot_word l1 = {.word = domain << 5 |
							   L1_SECTION};
			struct mmu_result result;
			char text[32];

			b.l1 = l1.word;
			mmu_cp15_write(b.mmu, CP15_DACR, access << 2 * domain);
			decode_l1_word(b.mmu, &l1);
			snprintf(text, sizeof(text), "%u, %s", domain,
				 says[access]);
			assert_memory_equal(bits_of(&l1, "domain")->meaning,
					    text, strlen(text));
			mmu_peek(b.mmu, VA, MMU_READ, MMU_PL1, &result);
			if (access == 0)
				assert_int_equal(result.fault.type,
						 MMU_FAULT_DOMAIN);
			if (access == 1) /* AP 000 */
				assert_int_equal(result.fault.type,
						 MMU_FAULT_PERMISSION);
			if (access == 3)
				assert_int_equal(result.fault.type,
						 MMU_FAULT_NONE);
		}
	mmu_destroy(b.mmu);
}

/* ---- the manual's tables ---------------------------------------------------------- */

/* B3.8.2, TEX[2:0]:C:B without remapping, and Linux's use of PRRR and NMRR. */
static void memory_types_are_the_manuals(void **state)
{
	static const struct {
		uint32_t texcb;
		const char *plain;
	} types[] = {
		{0x00, "Strongly-ordered"},
		{0x01, "Device, shareable"},
		{0x02, "Normal, write-through"},
		{0x03, "Normal, write-back"},
		{0x04, "Normal, non-cacheable"},
		{0x07, "Normal, write-back write-allocate"},
		{0x08, "Device"},
		{0x16, "Normal, inner WT, outer WBWA"},
	};
	static const char *const remapped[] = {
		"Strongly-ordered",
		"Normal, non-cacheable",
		"Normal, write-through",
		"Normal, write-back",
		"Device",
		NULL,
		NULL,
		"Normal, write-back write-allocate",
	};
	struct board b = {.seed = 5};

	(void)state;
	set_up(&b, "cortex-a9");
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct snapshot_word word = {
			.word = L2_SMALL | L2_SMALL_TEXCB(types[i].texcb)};

		decode_l2_word(b.mmu, &word);
		assert_string_equal(bits_of(&word, "TEX")->meaning,
				    types[i].plain);
	}
	mmu_cp15_write(b.mmu, CP15_PRRR, 0xff0a81a8);
	mmu_cp15_write(b.mmu, CP15_NMRR, 0x40e040e0);
	mmu_cp15_write(b.mmu, CP15_SCTLR, SCTLR_ONES | SCTLR_M | SCTLR_TRE);
	for (uint32_t n = 0; n < 8; n++) {
		struct snapshot_word word = {.word = L2_SMALL |
						     L2_SMALL_TEXCB(n)};

		decode_l2_word(b.mmu, &word);
		if (remapped[n])
			assert_string_equal(bits_of(&word, "TEX")->meaning,
					    remapped[n]);
	}
	mmu_destroy(b.mmu);
}

/* TTBR0 of an SMP Linux, and of one for a single core. */
static void table_bases_are_the_manuals(void **state)
{
	struct snapshot_word word = {.word = 0x6000406a};
	struct board b = {.seed = 5};

	(void)state;
	set_up(&b, "cortex-a9");
	decode_ttbr(b.mmu, false, &word);
	assert_string_equal(bits_of(&word, "base")->meaning,
			    "table at 0x60004000");
	assert_string_equal(bits_of(&word, "IRGN0")->meaning,
			    "inner: write-back write-allocate");
	assert_string_equal(bits_of(&word, "RGN")->meaning,
			    "outer: write-back write-allocate");
	assert_string_equal(bits_of(&word, "S")->meaning, "shareable");
	word.word = 0x60004059;
	decode_ttbr(b.mmu, false, &word);
	assert_string_equal(bits_of(&word, "IRGN0")->meaning,
			    "inner: write-back");
	assert_string_equal(bits_of(&word, "S")->meaning, "not shareable");
	mmu_cp15_write(b.mmu, CP15_TTBCR, 2); /* the table is a quarter */
	word.word = 0x6000506a;
	decode_ttbr(b.mmu, false, &word);
	assert_string_equal(bits_of(&word, "base")->meaning,
			    "table at 0x60005000");
	assert_int_equal(bits_of(&word, "base")->low, 12);
	mmu_destroy(b.mmu);
}

/* A program's page, written and used, shared, not to be run. */
static void linux_words_have_linuxs_bits(void **state)
{
	struct snapshot_word word = {.word = 0x6009f75f};

	(void)state;
	decode_linux_word(KERNEL_LINUX_PRESENT, &word);
	assert_int_equal(value_of(&word, "PFN"), 0x6009f);
	assert_int_equal(value_of(&word, "NONE"), 0);
	assert_int_equal(value_of(&word, "SHARED"), 1);
	assert_int_equal(value_of(&word, "XN"), 1);
	assert_int_equal(value_of(&word, "USER"), 1);
	assert_int_equal(value_of(&word, "RDONLY"), 0);
	assert_int_equal(value_of(&word, "DIRTY"), 1);
	assert_int_equal(value_of(&word, "MT"), 7);
	assert_int_equal(value_of(&word, "YOUNG"), 1);
	assert_int_equal(value_of(&word, "PRESENT"), 1);
	assert_string_equal(bits_of(&word, "MT")->meaning,
			    "write-back, allocate on write");
	word.word = 0x1234 << 7 | 3 << 2;
	decode_linux_word(KERNEL_LINUX_SWAP, &word);
	assert_int_equal(value_of(&word, "offset"), 0x1234);
	assert_int_equal(value_of(&word, "type"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_bits_are_covered),
		cmocka_unit_test(words_mean_what_the_mmu_does),
		cmocka_unit_test(domains_are_told),
		cmocka_unit_test(memory_types_are_the_manuals),
		cmocka_unit_test(table_bases_are_the_manuals),
		cmocka_unit_test(linux_words_have_linuxs_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
