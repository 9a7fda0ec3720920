/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/ptdump.h"

/*
 * /sys/kernel/debug/kernel_page_tables (Linux: arch/arm/mm/dump.c,
 * ptdump_debugfs.c): what init_mm's tables map, a line for each stretch that
 * is alike, by size of entry, domain and rights. Pages are shown by their
 * Linux words.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/fs/debugfs.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/seq_file.h"
#include "kernel/mm/kobj.h"
#include "mmu/armv7.h"

/* A word shows @set where @mask of it is @val, else @clear; NULL: nothing. */
struct prot_bits {
	uint32_t mask, val;
	const char *set, *clear;
};

#define MT(type, name)                                     \
	{                                                  \
		L_PTE_MT_MASK, L_PTE_MT_##type, name, NULL \
	}
static const struct prot_bits pte_bits[] = {
	{L_PTE_USER, L_PTE_USER, "USR", "   "},
	{L_PTE_RDONLY, L_PTE_RDONLY, "ro", "RW"},
	{L_PTE_XN, L_PTE_XN, "NX", "x "},
	{L_PTE_SHARED, L_PTE_SHARED, "SHD", "   "},
	MT(UNCACHED, "SO/UNCACHED"),
	MT(BUFFERABLE, "MEM/BUFFERABLE/WC"),
	MT(WRITETHROUGH, "MEM/CACHED/WT"),
	MT(WRITEBACK, "MEM/CACHED/WBRA"),
	MT(MINICACHE, "MEM/MINICACHE"),
	MT(WRITEALLOC, "MEM/CACHED/WBWA"),
	MT(DEV_SHARED, "DEV/SHARED"),
	MT(DEV_NONSHARED, "DEV/NONSHARED"),
	MT(DEV_WC, "DEV/WC"),
	MT(DEV_CACHED, "DEV/CACHED"),
};

#define SECT_RIGHTS L1_AP(7)
static const struct prot_bits section_bits[] = {
	{SECT_RIGHTS, L1_AP(5), "    ro", NULL},
	{SECT_RIGHTS, L1_AP(1), "    RW", NULL},
	{SECT_RIGHTS, L1_AP(2), "USR ro", NULL},
	{SECT_RIGHTS, L1_AP(3), "USR RW", NULL},
	{L1_XN, L1_XN, "NX", "x "},
	{L1_S, L1_S, "SHD", "   "},
};

/* Sizes of entry, from Linux's pg_level[]; the first shows nothing. */
static const struct level {
	const struct prot_bits *bits;
	size_t nr;
} levels[] = {
	[0] = {NULL, 0},
	[4] = {section_bits, sizeof(section_bits) / sizeof(*section_bits)},
	[5] = {pte_bits, sizeof(pte_bits) / sizeof(*pte_bits)},
};

struct marker {
	uint64_t start;
	const char *name;
};
#define NR_MARKERS 8

/* The stretch that is being looked at. */
struct pg_state {
	struct seq_file *m;
	struct marker markers[NR_MARKERS];
	const struct marker *marker;
	uint64_t start;
	unsigned int level;
	uint32_t prot;
	const char *domain;
	bool begun;
};

static uint32_t level_mask(unsigned int level)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < levels[level].nr; i++)
		mask |= levels[level].bits[i].mask;
	return mask;
}

static void dump_prot(const struct pg_state *st)
{
	for (size_t i = 0; i < levels[st->level].nr; i++) {
		const struct prot_bits *bits = &levels[st->level].bits[i];
		const char *s = (st->prot & bits->mask) == bits->val
					? bits->set
					: bits->clear;

		if (s)
			seq_printf(st->m, " %s", s);
	}
}

static void dump_stretch(const struct pg_state *st, uint64_t end)
{
	uint64_t delta = (end - st->start) >> 10;
	const char *unit = "KMGTPE";

	if (!st->prot)
		return;
	for (; !(delta & 1023) && unit[1]; unit++)
		delta >>= 10;
	seq_printf(st->m, "0x%08llx-0x%08llx   %9llu%c",
		   (unsigned long long)st->start, (unsigned long long)end,
		   (unsigned long long)delta, *unit);
	if (st->domain)
		seq_printf(st->m, " %s", st->domain);
	dump_prot(st);
	seq_putc(st->m, '\n');
}

static void note_page(struct pg_state *st, uint64_t vaddr, unsigned int level,
		      uint32_t word, const char *domain)
{
	const uint32_t prot = word & level_mask(level);

	if (!st->begun) {
		st->begun = true;
		seq_printf(st->m, "---[ %s ]---\n", st->marker->name);
	} else if (prot == st->prot && level == st->level &&
		   domain == st->domain && vaddr < st->marker[1].start) {
		return;
	} else {
		dump_stretch(st, vaddr);
		while (vaddr >= st->marker[1].start)
			seq_printf(st->m, "---[ %s ]---\n",
				   (++st->marker)->name);
		st->start = vaddr;
	}
	st->prot = prot;
	st->level = level;
	st->domain = domain;
}

static const char *domain_name(uint32_t word)
{
	switch (word & L1_DOMAIN(15)) {
	case L1_DOMAIN(DOMAIN_KERNEL):
		return "KERNEL ";
	case L1_DOMAIN(DOMAIN_USER):
		return "USER   ";
	case L1_DOMAIN(DOMAIN_IO):
		return "IO     ";
	case L1_DOMAIN(DOMAIN_VECTORS):
		return "VECTORS";
	default:
		return "unknown";
	}
}

static void walk_pmd(struct pg_state *st, const pmd_t *pmd, uint64_t vaddr)
{
	const char *domain = domain_name(pmd->pmd[0]);

	if (!pmd_table(*pmd)) {
		for (unsigned int i = 0; i < 2; i++)
			note_page(st, vaddr + i * SECTION_SIZE, 4, pmd->pmd[i],
				  domain_name(pmd->pmd[i]));
		return;
	}
	for (unsigned int i = 0; i < PTRS_PER_PTE; i++)
		note_page(st, vaddr + i * PAGE_SIZE, 5,
			  pte_val(pte_offset(st->m->k, pmd, 0)[i]), domain);
}

int kernel_page_tables_show(struct seq_file *m, void *v)
{
	const struct arch_state *arch = &m->k->arch;
	struct pg_state st = {
		.m = m,
		.markers = {{arch->modules_vaddr, "Modules"},
			    {arch->page_offset, "Kernel Mapping"},
			    {arch->vmalloc_start, "vmalloc() Area"},
			    {VMALLOC_END, "vmalloc() End"},
			    {FIXADDR_START, "Fixmap Area"},
			    {VECTORS_BASE, "Vectors"},
			    {VECTORS_BASE + 2 * PAGE_SIZE, "Vectors End"},
			    {UINT64_MAX, NULL}},
	};

	(void)v;
	st.marker = st.markers;
	for (uint64_t i = 0; i < PTRS_PER_PGD; i++)
		walk_pmd(&st, &m->k->init_mm.pgd[i], i << PGDIR_SHIFT);
	note_page(&st, UINT64_C(1) << 32, 0, 0, NULL);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(kernel_page_tables);

void ptdump_init(struct task_struct *curr)
{
	debugfs_create_file(curr, "kernel_page_tables", 0400, NULL, NULL,
			    &kernel_page_tables_fops);
}
