/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mmu/mmu.h"

#include <stdlib.h>

#include "mmu/armv7.h"
#include "mmu/attr.h"
#include "mmu/perm.h"
#include "mmu/state.h"
#include "mmu/walk.h"

/*
 * One MMU: its life, the path of an access, and the windows through which
 * others look at it. ARM ARM B3.1 to B3.4, B3.9.
 *
 *     access -> micro-TLB -> main TLB -> walk -> fill both -> perm.c
 *
 * The invariant kept here is inclusion: whoever caches our answers by page
 * (the soft TLB of an engine) may hold what the innermost TLB holds, and is
 * told by mmu_port.dropped as soon as that holds it no longer.
 *
 * Main and micro-TLBs are not inclusive of each other, as in hardware: a main
 * TLB may evict what a micro-TLB still answers.
 *
 * MODEL: no speculative walks, no prefetch into the TLB, one walk at a time.
 * MODEL: with SCTLR.M clear, every address is Strongly-ordered and executable.
 */

/* ---- configuration ------------------------------------------------------ */

static bool power_of_two(uint32_t n)
{
	return n && !(n & (n - 1));
}

static const char *geometry_check(uint32_t entries, uint32_t ways)
{
	if (entries > 4096)
		return "more than 4096 entries";
	if (!ways)
		return NULL;
	if (entries % ways)
		return "the number of entries is no multiple of the ways";
	if (!power_of_two(entries / ways))
		return "the number of sets is no power of two";
	return NULL;
}

static const char *tlb_config_check(const struct mmu_tlb_config *config)
{
	if (!config->entries)
		return config->lockable ? "lockable entries without a TLB"
					: NULL;
	if (config->lockable > 16)
		return "more than 16 lockable entries";
	if ((unsigned int)config->replacement > MMU_LRU)
		return "no such replacement policy";
	return geometry_check(config->entries, config->ways);
}

static const char *levels_check(const struct mmu_config *config)
{
	bool split = config->main_i.entries && config->main_d.entries;

	if (config->main.entries) {
		if (config->main_i.entries || config->main_d.entries)
			return "both a unified and a split main TLB";
	} else if (!split) {
		return "neither a unified nor a split main TLB";
	}
	if (config->micro_st.entries && !config->micro_d.entries)
		return "a micro-TLB for stores without one for loads";
	return NULL;
}

bool mmu_core_known(const char *core)
{
	return core && core_find(core);
}

bool mmu_core_multiprocessing(const char *name)
{
	const struct core *core = core_find(name);

	return core && core->multiprocessing;
}

const char *mmu_config_check(const struct mmu_config *config)
{
	const struct mmu_tlb_config *const tlbs[] = {
		&config->micro_i, &config->micro_d, &config->micro_st,
		&config->main,    &config->main_i,  &config->main_d,
	};
	const char *wrong;

	if (!mmu_core_known(config->core))
		return "no such core";
	for (size_t i = 0; i < sizeof(tlbs) / sizeof(tlbs[0]); i++) {
		wrong = tlb_config_check(tlbs[i]);
		if (wrong)
			return wrong;
	}
	wrong = levels_check(config);
	if (wrong || !config->walk_cache_entries)
		return wrong;
	return geometry_check(config->walk_cache_entries,
			      config->walk_cache_ways
				      ? config->walk_cache_ways
				      : config->walk_cache_entries);
}

/* ---- life --------------------------------------------------------------- */

static void dropped(const struct mmu *mmu, vaddr_t va, uint32_t size_bytes)
{
	if (mmu->port.dropped)
		mmu->port.dropped(mmu->port.ctx, va, size_bytes);
}

/*
 * An innermost TLB lost something. What another address space left behind is
 * no news: since the switch nobody may hold it.
 */
static void entry_gone(void *owner, const struct tlb_entry *entry)
{
	const struct mmu *mmu = owner;

	if (!entry)
		dropped(mmu, 0, 0);
	else if (entry->global || entry->asid == mmu_asid(mmu))
		dropped(mmu, entry->va, translation_size(&entry->translation));
}

/* The next TLB, or NULL where the configuration has none. */
static struct tlb *add_tlb(struct mmu *mmu, const char *name,
			   const struct mmu_tlb_config *config, bool *ok)
{
	struct tlb *tlb = &mmu->tlbs[mmu->nr_tlbs];

	if (!config->entries)
		return NULL;
	*ok &= tlb_init(tlb, name, config, mmu->config.seed + mmu->nr_tlbs);
	mmu->nr_tlbs++;
	return tlb;
}

static void set_path(struct mmu *mmu, enum mmu_kind kind, struct tlb *micro,
		     struct tlb *main)
{
	struct tlb_path *path = &mmu->path[kind];

	path->inner = micro ? micro : main;
	path->main = micro ? main : NULL;
	path->inner->gone = entry_gone;
	path->inner->owner = mmu;
}

/* For each kind, which kinds share its innermost TLB. */
static void find_shared_kinds(struct mmu *mmu)
{
	for (int kind = MMU_READ; kind <= MMU_FETCH; kind++)
		for (int other = MMU_READ; other <= MMU_FETCH; other++)
			if (mmu->path[other].inner == mmu->path[kind].inner)
				mmu->path[kind].kinds |= 1 << other;
}

static bool build_tlbs(struct mmu *mmu)
{
	const struct mmu_config *config = &mmu->config;
	bool ok = true;
	struct tlb *micro_i = add_tlb(mmu, "micro_i", &config->micro_i, &ok);
	struct tlb *micro_d = add_tlb(mmu, "micro_d", &config->micro_d, &ok);
	struct tlb *micro_st = add_tlb(mmu, "micro_st", &config->micro_st, &ok);
	struct tlb *main_i, *main_d;

	mmu->nr_micro = mmu->nr_tlbs;
	main_d = main_i = add_tlb(mmu, "main", &config->main, &ok);
	if (!main_i) {
		main_i = add_tlb(mmu, "main_i", &config->main_i, &ok);
		main_d = add_tlb(mmu, "main_d", &config->main_d, &ok);
	}
	set_path(mmu, MMU_FETCH, micro_i, main_i);
	set_path(mmu, MMU_READ, micro_d, main_d);
	set_path(mmu, MMU_WRITE, micro_st ? micro_st : micro_d, main_d);
	find_shared_kinds(mmu);
	return ok;
}

struct mmu *mmu_create(const struct mmu_config *config,
		       const struct mmu_port *port)
{
	struct mmu *mmu;
	bool ok;

	if (mmu_config_check(config))
		return NULL;
	mmu = calloc(1, sizeof(*mmu));
	if (!mmu)
		return NULL;
	mmu->config = *config;
	mmu->core = core_find(config->core);
	mmu->config.core = mmu->core->name; /* ours outlives the caller's */
	mmu->port = *port;
	ok = build_tlbs(mmu);
	if (config->walk_cache_entries)
		ok &= walk_cache_init(&mmu->walk_cache,
				      config->walk_cache_entries,
				      config->walk_cache_ways);
	if (!ok) {
		mmu_destroy(mmu);
		return NULL;
	}
	mmu->regs.sctlr = SCTLR_ONES;
	return mmu;
}

void mmu_destroy(struct mmu *mmu)
{
	if (!mmu)
		return;
	for (int i = 0; i < mmu->nr_tlbs; i++)
		tlb_destroy(&mmu->tlbs[i]);
	walk_cache_destroy(&mmu->walk_cache);
	free(mmu);
}

void mmu_reset(struct mmu *mmu)
{
	static const struct tlb_scope everything = {.kind = TLB_SCOPE_RESET};

	for (int i = 0; i < mmu->nr_tlbs; i++) {
		tlb_invalidate(&mmu->tlbs[i], &everything);
		mmu->tlbs[i].preserve = false;
		mmu->tlbs[i].lock_victim = 0;
	}
	if (mmu->walk_cache.lines)
		walk_cache_invalidate(&mmu->walk_cache, &everything);
	mmu->regs = (struct mmu_regs){.sctlr = SCTLR_ONES};
	dropped(mmu, 0, 0);
}

/* ---- an access ---------------------------------------------------------- */

static void set_fault(struct mmu_result *result, enum mmu_fault_type type,
		      int level, int domain)
{
	result->fault.type = type;
	result->fault.level = level;
	result->fault.domain = domain;
}

/* B3.2: the MMU is off, and virtual addresses are physical ones. */
static bool flat_access(vaddr_t va, struct mmu_result *result)
{
	result->paddr = va;
	result->size_bytes = 1u << SMALL_PAGE_SHIFT;
	result->rights = MMU_MAY_READ | MMU_MAY_WRITE | MMU_MAY_FETCH;
	result->attr.shareable = result->attr.outer_shareable = true;
	result->source = MMU_FLAT;
	return true;
}

static void begin_result(struct mmu_result *result, vaddr_t va,
			 enum mmu_kind kind)
{
	*result = (struct mmu_result){
		.fault = {.write = kind == MMU_WRITE,
			  .fetch = kind == MMU_FETCH,
			  .far = va},
	};
}

/* The verdict, and what is to be known of the mapping either way. */
static bool judge(const struct mmu_regs *regs,
		  const struct translation *translation, vaddr_t va,
		  enum mmu_kind kind, enum mmu_privilege privilege,
		  struct mmu_result *result)
{
	enum mmu_fault_type fault = perm_check(regs, translation, kind,
					       privilege, &result->rights);

	result->paddr = translation_paddr(translation, va);
	result->size_bytes = translation_size(translation);
	result->attr = translation->attr;
	if (fault == MMU_FAULT_NONE)
		return true;
	set_fault(result, fault, translation->level, translation->domain);
	return false;
}

/*
 * Fills @tlb, which may hold 4 KB pieces alone, with @page around @va.
 * @whole_shift: of the page in the tables, of which @page may be a piece.
 */
static const struct tlb_entry *fill(struct tlb *tlb, vaddr_t va, asid_t asid,
				    const struct translation *page,
				    uint8_t whole_shift)
{
	struct translation piece;

	if (!tlb->config.small_only || page->shift == SMALL_PAGE_SHIFT)
		return tlb_insert(tlb, va, asid, page, whole_shift);
	piece = *page;
	piece.paddr = translation_paddr(page, va) & ~(paddr_t)0xfff;
	piece.shift = SMALL_PAGE_SHIFT;
	return tlb_insert(tlb, va, asid, &piece, whole_shift);
}

static void count_fill(struct mmu_stats *stats, uint8_t shift)
{
	switch (shift) {
	case SMALL_PAGE_SHIFT:
		stats->fills_small++;
		break;
	case LARGE_PAGE_SHIFT:
		stats->fills_large++;
		break;
	case SECTION_SHIFT:
		stats->fills_section++;
		break;
	case SUPERSECTION_SHIFT:
		stats->fills_supersection++;
		break;
	}
}

/*
 * A miss everywhere. What the walk finds enters the TLBs even where its rights
 * forbid this access, but not with its access flag clear (B3.10.1).
 */
static bool walk_access(struct mmu *mmu, vaddr_t va, enum mmu_kind kind,
			enum mmu_privilege privilege, struct mmu_result *result)
{
	const struct tlb_path *path = &mmu->path[kind];
	const struct walk_account account = {
		.cache = mmu->walk_cache.lines ? &mmu->walk_cache : NULL,
		.stats = &mmu->stats,
		.cycles = &result->cycles,
	};
	asid_t asid = mmu_asid(mmu);
	const struct tlb_entry *entry;
	struct walk walk;
	bool allowed;

	result->source = MMU_WALKED;
	result->cycles += mmu->config.walk_start_cycles;
	mmu->stats.walks++;
	walk_begin(&walk, mmu->core, &mmu->port, &mmu->regs, &account, va);
	if (!walk_tables(&walk)) {
		set_fault(result, walk.fault, walk.fault_level, walk.domain);
		return false;
	}
	count_fill(&mmu->stats, walk.found.shift);

	allowed = judge(&mmu->regs, &walk.found, va, kind, privilege, result);
	result->rights &= path->kinds;
	if (result->fault.type == MMU_FAULT_ACCESS_FLAG)
		return false;
	if (path->main)
		fill(path->main, va, asid, &walk.found, walk.found.shift);
	entry = fill(path->inner, va, asid, &walk.found, walk.found.shift);
	result->size_bytes = translation_size(&entry->translation);
	return allowed;
}

/* The entry that answers, and the level it lies in; NULL after misses. */
static const struct tlb_entry *look_in_tlbs(struct mmu *mmu, vaddr_t va,
					    enum mmu_kind kind,
					    const struct tlb **where,
					    struct mmu_result *result)
{
	const struct tlb_path *path = &mmu->path[kind];
	asid_t asid = mmu_asid(mmu);
	const struct tlb_entry *entry;

	*where = path->inner;
	result->cycles = path->inner->config.hit_cycles;
	result->source = path->main ? MMU_MICRO_HIT : MMU_MAIN_HIT;
	entry = tlb_lookup(path->inner, va, asid, kind);
	if (entry || !path->main)
		return entry;

	*where = path->main;
	result->cycles += path->main->config.hit_cycles;
	result->source = MMU_MAIN_HIT;
	entry = tlb_lookup(path->main, va, asid, kind);
	if (entry)
		entry = fill(path->inner, va, entry->asid, &entry->translation,
			     entry->whole_shift);
	return entry;
}

bool mmu_access(struct mmu *mmu, vaddr_t va, enum mmu_kind kind,
		enum mmu_privilege privilege, struct mmu_result *result)
{
	const struct tlb_entry *entry;
	const struct tlb *where;
	bool allowed;

	begin_result(result, va, kind);
	if (!(mmu->regs.sctlr & SCTLR_M))
		return flat_access(va, result);
	entry = look_in_tlbs(mmu, va, kind, &where, result);
	if (!entry)
		return walk_access(mmu, va, kind, privilege, result);

	allowed = judge(&mmu->regs, &entry->translation, va, kind, privilege,
			result);
	result->rights &= mmu->path[kind].kinds;
	if (mmu->config.recheck_hits)
		mmu_recheck(mmu, where, entry, va, kind, privilege);
	return allowed;
}

bool mmu_peek(const struct mmu *mmu, vaddr_t va, enum mmu_kind kind,
	      enum mmu_privilege privilege, struct mmu_result *result)
{
	const struct walk_account nobody = {0};
	struct walk walk;

	begin_result(result, va, kind);
	if (!(mmu->regs.sctlr & SCTLR_M))
		return flat_access(va, result);
	result->source = MMU_WALKED;
	walk_begin(&walk, mmu->core, &mmu->port, &mmu->regs, &nobody, va);
	if (walk_tables(&walk))
		return judge(&mmu->regs, &walk.found, va, kind, privilege,
			     result);
	set_fault(result, walk.fault, walk.fault_level, walk.domain);
	return false;
}

bool mmu_peek_as(const struct mmu *mmu, uint32_t ttbr0, vaddr_t va,
		 enum mmu_kind kind, enum mmu_privilege privilege,
		 struct mmu_result *result, struct mmu_walk_step step[2],
		 int *levels)
{
	const struct walk_account nobody = {0};
	struct mmu_regs regs = mmu->regs;
	struct walk walk;
	bool found;

	regs.ttbr0 = ttbr0;
	begin_result(result, va, kind);
	result->source = MMU_WALKED;
	walk_begin(&walk, mmu->core, &mmu->port, &regs, &nobody, va);
	found = walk_tables(&walk);
	*levels = walk.levels;
	for (int i = 0; i < walk.levels; i++)
		step[i] = walk.step[i];
	if (found)
		return judge(&regs, &walk.found, va, kind, privilege, result);
	set_fault(result, walk.fault, walk.fault_level, walk.domain);
	return false;
}

int mmu_peek_walk(const struct mmu *mmu, vaddr_t va,
		  struct mmu_walk_step step[2])
{
	const struct walk_account nobody = {0};
	struct walk walk;

	if (!(mmu->regs.sctlr & SCTLR_M))
		return 0;
	walk_begin(&walk, mmu->core, &mmu->port, &mmu->regs, &nobody, va);
	walk_tables(&walk);
	for (int i = 0; i < walk.levels; i++)
		step[i] = walk.step[i];
	return walk.levels;
}

bool mmu_strict_alignment(const struct mmu *mmu)
{
	return mmu->regs.sctlr & SCTLR_A;
}

bool mmu_sees_hits(const struct mmu *mmu)
{
	for (int kind = MMU_READ; kind <= MMU_FETCH; kind++)
		if (mmu->path[kind].inner->heeds_hits)
			return true;
	return false;
}

uint32_t mmu_report_fault(struct mmu *mmu, const struct mmu_fault *fault)
{
	uint32_t status = mmu_fault_status(fault);

	if (fault->fetch) {
		mmu->regs.ifsr = status;
		mmu->regs.ifar = fault->far;
	} else {
		mmu->regs.dfsr = status;
		mmu->regs.dfar = fault->far;
	}
	return status;
}

/* ---- what cp15.c sets in motion ----------------------------------------- */

static void empty_micro_tlbs(struct mmu *mmu)
{
	static const struct tlb_scope all = {.kind = TLB_SCOPE_ALL};

	for (int i = 0; i < mmu->nr_micro; i++)
		tlb_invalidate(&mmu->tlbs[i], &all);
}

void mmu_context_changed(struct mmu *mmu)
{
	if (!mmu->core->tagged_micro)
		empty_micro_tlbs(mmu);
	dropped(mmu, 0, 0);
}

static enum mmu_side sides_of(const struct mmu *mmu, const struct tlb *tlb)
{
	const struct tlb_path *fetch = &mmu->path[MMU_FETCH];
	const struct tlb_path *store = &mmu->path[MMU_WRITE];
	const struct tlb_path *load = &mmu->path[MMU_READ];
	int sides = 0;

	if (tlb == fetch->inner || tlb == fetch->main)
		sides |= MMU_SIDE_I;
	if (tlb == load->inner || tlb == store->inner || tlb == load->main)
		sides |= MMU_SIDE_D;
	return sides;
}

/*
 * Micro-TLBs first: a plain one is emptied whatever the operation asks for,
 * and whichever side it names.
 */
void mmu_maintain(struct mmu *mmu, enum mmu_side side,
		  const struct tlb_scope *scope)
{
	int i = 0;

	if (!mmu->core->tagged_micro) {
		empty_micro_tlbs(mmu);
		for (; i < mmu->nr_micro; i++)
			mmu->tlbs[i].stats.flushes++;
	}
	for (; i < mmu->nr_tlbs; i++) {
		struct tlb *tlb = &mmu->tlbs[i];

		if (!(sides_of(mmu, tlb) & side))
			continue;
		tlb->stats.flushes++;
		tlb_invalidate(tlb, scope);
	}
	if (mmu->walk_cache.lines)
		walk_cache_invalidate(&mmu->walk_cache, scope);
}

/* ---- looking ------------------------------------------------------------ */

const struct mmu_stats *mmu_stats(const struct mmu *mmu)
{
	return &mmu->stats;
}

int mmu_nr_tlbs(const struct mmu *mmu)
{
	return mmu->nr_tlbs;
}

const struct mmu_tlb_stats *mmu_tlb_stats(const struct mmu *mmu, int tlb)
{
	return &mmu->tlbs[tlb].stats;
}

void mmu_tlb_view(const struct mmu *mmu, int tlb, uint32_t index,
		  struct mmu_tlb_view *view)
{
	const struct tlb *from = &mmu->tlbs[tlb];
	const struct tlb_entry *entry = &from->entries[index];
	const struct translation *translation = &entry->translation;

	*view = (struct mmu_tlb_view){
		.valid = entry->valid,
		.next_victim = tlb_is_next_victim(from, index),
	};
	if (!entry->valid)
		return;
	view->locked = entry->locked;
	view->va = entry->va;
	view->paddr = translation->paddr;
	view->size_bytes = translation_size(translation);
	view->asid = entry->asid;
	view->global = entry->global;
	view->domain = translation->domain;
	view->ap = translation->ap;
	view->xn = translation->xn;
	view->pxn = translation->pxn;
	view->attr = translation->attr;
	view->age = from->fills - entry->filled_at;
	view->fill = entry->filled_at;
	view->hits = entry->hits;
}

const struct mmu_tlb_config *mmu_tlb_geometry(const struct mmu *mmu, int tlb)
{
	return &mmu->tlbs[tlb].config;
}

struct mmu_attr mmu_attr_of(const struct mmu *mmu, uint8_t texcb, bool s)
{
	return attr_of_descriptor(&mmu->regs, texcb, s);
}
