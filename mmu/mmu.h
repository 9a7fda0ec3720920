/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_MMU_H
#define MMU_MMU_H

/*
 * The door of the MMU model: one VMSAv7 short-descriptor MMU, that of one
 * core. It knows physical memory by the words that struct mmu_port reads for
 * it, has no clock and does no I/O.
 *
 * Software drives it as it drives the chip: descriptors in memory, CP15
 * registers, c8 maintenance operations. Nothing else changes what an access
 * gets, so a forgotten TLB flush shows as it would on the chip.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mmu/types.h"

struct mmu;

/* ---- what the MMU needs from outside ---------------------------------- */

/* Memory type of a translation, resolved through TEX/C/B or PRRR/NMRR. */
enum mmu_memtype {
	MMU_STRONGLY_ORDERED,
	MMU_DEVICE,
	MMU_NORMAL
};

/* Cacheability, numbered as in TTBR.RGN and NMRR. */
enum mmu_cacheability {
	MMU_NC,
	MMU_WBWA,
	MMU_WT,
	MMU_WB
};

struct mmu_attr {
	enum mmu_memtype type;
	enum mmu_cacheability inner, outer;
	bool shareable;
	bool outer_shareable;
};

/* A hit whose translation differs from what the tables say now (A6). */
struct mmu_stale {
	vaddr_t va;
	enum mmu_kind kind;
	enum mmu_privilege privilege;
	const char *tlb; /* name of the TLB that hit */
	asid_t asid;
	bool global;
	uint32_t size_bytes;
	paddr_t cached_paddr; /* what the entry answers for va */
	uint32_t cached_l1, cached_l2; /* descriptor words when it was filled */
	bool now_faults;
	paddr_t now_paddr;
	uint32_t now_l1, now_l2;
	paddr_t l1_paddr, l2_paddr; /* where those words lie; 0: none read */
};

struct mmu_port {
	void *ctx;
	/*
	 * Reads the descriptor word at @paddr. @attr tells through which
	 * memory attributes the walk goes (TTBR.IRGN, RGN, S); @cycles takes
	 * what the read cost. False: nothing answers there (external abort).
	 */
	bool (*read_word)(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
			  uint32_t *word, uint32_t *cycles);
	/*
	 * The same for onlookers (mmu_peek, the re-walk of recheck_hits): no
	 * cache, counter or clock may notice. NULL: read_word does for both.
	 */
	bool (*peek_word)(void *ctx, paddr_t paddr, uint32_t *word);
	/*
	 * The innermost TLB that counts no longer holds the @size_bytes from
	 * @va (@size_bytes 0: it holds nothing any more, for instance since
	 * the address space changed), or no longer with the same rights.
	 * Entries of an ASID that is not the current one leave silently: the
	 * switch has announced them. May be NULL.
	 * Called from inside any function below that is not const.
	 */
	void (*dropped)(void *ctx, vaddr_t va, uint32_t size_bytes);
	/*
	 * An inner-shareable operation, done here already: to be done on the
	 * other cores, by mmu_cp15_remote(). May be NULL.
	 */
	void (*broadcast)(void *ctx, uint32_t cp15_reg, uint32_t value);
	/* Only with mmu_config.recheck_hits. May be NULL. */
	void (*stale)(void *ctx, const struct mmu_stale *stale);
};

/* ---- configuration ----------------------------------------------------- */

enum mmu_replacement {
	MMU_ROUND_ROBIN,
	MMU_RANDOM,
	MMU_FIFO,
	MMU_LRU, /* every access must reach mmu_access(), see mmu_sees_hits() */
};

struct mmu_tlb_config {
	uint32_t entries; /* 0: this TLB does not exist */
	uint32_t ways; /* 0: fully associative */
	/* Further entries, fully associative, for lockdown. */
	uint32_t lockable;
	enum mmu_replacement replacement;
	bool small_only; /* larger pages enter as 4 KB pieces */
	uint32_t hit_cycles; /* a look here, beyond the pipelined access */
};

/*
 * Levels, innermost first. A core has either `main` (unified) or `main_i`
 * and `main_d`. Micro-TLBs are optional; loads and stores share micro_d
 * unless micro_st has entries.
 */
struct mmu_config {
	const char *core; /* "cortex-a9": ID registers and features, cp15.c */
	uint32_t cpu; /* number in MPIDR */
	struct mmu_tlb_config micro_i, micro_d, micro_st;
	struct mmu_tlb_config main, main_i, main_d;
	uint32_t walk_cache_entries; /* first-level words; 0: none */
	uint32_t walk_cache_ways;
	uint32_t walk_start_cycles; /* a walk, beyond its descriptor reads */
	uint64_t seed; /* of MMU_RANDOM */
	bool recheck_hits; /* walk again at every hit; see mmu_stale */
};

/* True when @core names a known core profile. */
bool mmu_core_known(const char *core);
/* True when it has the Multiprocessing Extensions. */
bool mmu_core_multiprocessing(const char *core);

/*
 * Makes an MMU in its reset state (SCTLR.M clear: flat translation). Returns
 * NULL when memory is short or @config makes no sense; mmu_config_check()
 * says what is wrong, or returns NULL when nothing is.
 */
struct mmu *mmu_create(const struct mmu_config *config,
		       const struct mmu_port *port);
void mmu_destroy(struct mmu *mmu);
const char *mmu_config_check(const struct mmu_config *config);
void mmu_reset(struct mmu *mmu);

/* ---- an access ---------------------------------------------------------- */

/*
 * What went wrong, by meaning; fault.c encodes it into DFSR or IFSR. The
 * level is that of the descriptor at which the walk stopped.
 */
enum mmu_fault_type {
	MMU_FAULT_NONE,
	MMU_FAULT_ALIGNMENT,
	MMU_FAULT_DEBUG,
	MMU_FAULT_ACCESS_FLAG,
	MMU_FAULT_TRANSLATION,
	MMU_FAULT_DOMAIN,
	MMU_FAULT_PERMISSION,
	MMU_FAULT_EXTERNAL, /* the access itself found no memory */
	MMU_FAULT_EXTERNAL_WALK, /* a descriptor read found none */
	MMU_FAULT_PARITY, /* the memory has lost what was there */
	MMU_FAULT_TYPES
};

struct mmu_fault {
	enum mmu_fault_type type;
	uint8_t level; /* 1 or 2; 0 where it has none */
	uint8_t domain; /* as DFSR shows it; 0 where none was read */
	bool write, fetch;
	bool maintenance; /* by a cache or address-translation operation */
	vaddr_t far;
};

enum {
	MMU_MAY_READ = 1,
	MMU_MAY_WRITE = 2,
	MMU_MAY_FETCH = 4
};

/* Where the answer came from. */
enum mmu_source {
	MMU_FLAT,
	MMU_MICRO_HIT,
	MMU_MAIN_HIT,
	MMU_WALKED
};

struct mmu_result {
	struct mmu_fault fault; /* type MMU_FAULT_NONE: the rest holds */
	paddr_t paddr;
	/*
	 * The whole mapping: va and paddr down to a multiple of it. What the
	 * innermost TLB holds, so a 1 MB section may come as 4 KB.
	 */
	uint32_t size_bytes;
	/*
	 * Of MMU_MAY_*, at this privilege, under DACR now. From mmu_access(),
	 * only for those kinds of access that look in the same innermost TLB:
	 * with split TLBs, a load's answer gives no right to fetch. So whoever
	 * caches it grants nothing that another TLB would have to be asked.
	 */
	uint8_t rights;
	struct mmu_attr attr;
	enum mmu_source source;
	uint32_t cycles; /* TLB levels and walk; not the access itself */
};

/*
 * One access of @kind at @va. Looks in the TLBs, walks and fills them on a
 * miss, judges, counts. True when it is allowed; otherwise result->fault says
 * why. The fault registers are written by mmu_report_fault() alone. Faulting
 * translations are never cached, save those whose rights forbid the access.
 * May call read_word, dropped and stale.
 */
bool mmu_access(struct mmu *mmu, vaddr_t va, enum mmu_kind kind,
		enum mmu_privilege privilege, struct mmu_result *result);

/*
 * The same answer from the tables alone: no TLB, no count, no cost. For
 * debuggers, viewers and verifiers.
 */
bool mmu_peek(const struct mmu *mmu, vaddr_t va, enum mmu_kind kind,
	      enum mmu_privilege privilege, struct mmu_result *result);

/*
 * One step of the walk that mmu_peek() makes, for `explain` and the viewer:
 * the words and where they lie. Returns how many levels were read (0 to 2).
 */
struct mmu_walk_step {
	paddr_t paddr;
	uint32_t word;
};
int mmu_peek_walk(const struct mmu *mmu, vaddr_t va,
		  struct mmu_walk_step step[2]);

/*
 * Both at once, with @ttbr0 in TTBR0's place: what would a program find that
 * doesn't run now, but under these registers otherwise? *@levels: steps read.
 */
bool mmu_peek_as(const struct mmu *mmu, uint32_t ttbr0, vaddr_t va,
		 enum mmu_kind kind, enum mmu_privilege privilege,
		 struct mmu_result *result, struct mmu_walk_step step[2],
		 int *levels);

/* Alignment by SCTLR.A and, for exclusives, always: no translation needed. */
bool mmu_strict_alignment(const struct mmu *mmu);

/*
 * Writes DFSR and DFAR, or IFSR and IFAR, from @fault, as exception entry
 * does. Returns the status register's value.
 */
uint32_t mmu_report_fault(struct mmu *mmu, const struct mmu_fault *fault);

/* The status register's value for @fault, writing nothing. */
uint32_t mmu_fault_status(const struct mmu_fault *fault);

/*
 * Back from a status register's value to its meaning, as far as it has it: no
 * address. Type MMU_FAULT_NONE: none that mmu_fault_status() gives.
 */
struct mmu_fault mmu_fault_decode(uint32_t status, bool fetch);

/*
 * True when a hit in an innermost TLB changes the replacement state (LRU), so
 * that whoever caches answers must not: every access has to come here. The
 * stale detector (recheck_hits) can do with less; it checks what does come.
 */
bool mmu_sees_hits(const struct mmu *mmu);

/* ---- CP15 ---------------------------------------------------------------- */

/* Numbers as MRC and MCR give them; names in mmu/armv7.h (CP15_TTBR0 …). */
#define CP15_REG(crn, opc1, crm, opc2) \
	((uint32_t)((crn) << 12 | (opc1) << 8 | (crm) << 4 | (opc2)))

/*
 * MCR/MRC at PL1. Covers the MMU's registers, the c8 TLB operations (as
 * writes), c7 address translation (PAR), lockdown where the core has it, and
 * the ID registers. False: no such register here (undefined instruction).
 */
bool mmu_cp15_write(struct mmu *mmu, uint32_t reg, uint32_t value);
bool mmu_cp15_read(const struct mmu *mmu, uint32_t reg, uint32_t *value);

/* A maintenance operation that another core broadcast. */
void mmu_cp15_remote(struct mmu *mmu, uint32_t reg, uint32_t value);

/* ---- looking ---------------------------------------------------------------- */

struct mmu_tlb_stats {
	const char *name; /* "main", "micro_i", … */
	uint32_t entries;
#define STAT(name, sentence) uint64_t name;
#include "mmu/tlb_stats.def"
#undef STAT
};

struct mmu_stats {
#define STAT(name, sentence) uint64_t name;
#include "mmu/stats.def"
#undef STAT
};

const struct mmu_stats *mmu_stats(const struct mmu *mmu);
/* How many TLBs there are, and each by number, innermost first. */
int mmu_nr_tlbs(const struct mmu *mmu);
const struct mmu_tlb_stats *mmu_tlb_stats(const struct mmu *mmu, int tlb);

/* One TLB entry as the viewer shows it. */
struct mmu_tlb_view {
	bool valid, locked, next_victim;
	vaddr_t va;
	paddr_t paddr;
	uint32_t size_bytes;
	asid_t asid;
	bool global;
	uint8_t domain, ap; /* AP[2:0] */
	bool xn, pxn;
	struct mmu_attr attr;
	uint64_t age; /* fills of this TLB since it was filled */
	/* Which fill of this TLB it came by, from 1: no two have the same. */
	uint64_t fill;
	/*
	 * Lookups that reached this TLB and found it. What a program does
	 * between two of them an inner TLB or the engine may answer.
	 */
	uint32_t hits;
};
void mmu_tlb_view(const struct mmu *mmu, int tlb, uint32_t index,
		  struct mmu_tlb_view *view);

/* Its geometry, as in mmu_config. */
const struct mmu_tlb_config *mmu_tlb_geometry(const struct mmu *mmu, int tlb);
/* What TEX[2:0]:C:B and S of a descriptor mean under the registers of now. */
struct mmu_attr mmu_attr_of(const struct mmu *mmu, uint8_t texcb, bool s);

/* "translation", "permission", …: as statistics and traces spell it. */
const char *mmu_fault_name(enum mmu_fault_type type);

#endif
