/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/ptdump.h"

/*
 * What page tables map (Linux: arch/arm/mm/dump.c, ptdump_debugfs.c): stretches
 * that are alike by size of entry, domain and rights, between markers that
 * name the regions. Pages are shown by their Linux words, and one that isn't
 * present maps nothing. init_mm's are /sys/kernel/debug/kernel_page_tables;
 * anybody's, and entry by entry, kernel_page_tables() tells.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/why_walk.h"
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
#define NR_MARKERS 9

/* The stretch that is being looked at. */
struct pg_state {
	const struct ptdump_sink *to;
	struct marker markers[NR_MARKERS];
	const struct marker *marker;
	uint64_t start, last; /* last: of all that is looked at */
	unsigned int level;
	uint32_t prot;
	const char *domain;
};

static uint32_t level_mask(unsigned int level)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < levels[level].nr; i++)
		mask |= levels[level].bits[i].mask;
	return mask;
}

static void put_rights(const struct pg_state *st, char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < levels[st->level].nr; i++) {
		const struct prot_bits *bits = &levels[st->level].bits[i];
		const char *s = (st->prot & bits->mask) == bits->val
					? bits->set
					: bits->clear;

		if (s && n < size)
			n += (size_t)snprintf(text + n, size - n, " %s", s);
	}
}

static void put_stretch(const struct pg_state *st, uint64_t end)
{
	char rights[64] = " ";

	if (!st->prot)
		return;
	put_rights(st, rights, sizeof(rights));
	st->to->stretch(st->to->arg, st->start, end, st->domain, rights + 1);
}

static void put_marker(struct pg_state *st)
{
	st->to->marker(st->to->arg, st->marker->start, st->marker->name);
}

static void note_page(struct pg_state *st, uint64_t vaddr, unsigned int level,
		      uint32_t word, const char *domain)
{
	const uint32_t prot = word & level_mask(level);

	if (prot == st->prot && level == st->level && domain == st->domain &&
	    vaddr < st->marker[1].start)
		return;
	put_stretch(st, vaddr);
	while (vaddr >= st->marker[1].start &&
	       st->marker[1].start <= st->last) {
		++st->marker;
		put_marker(st);
	}
	st->start = vaddr;
	st->prot = prot;
	st->level = level;
	st->domain = domain;
}

static const char *domain_name(uint32_t word)
{
	switch (word & L1_DOMAIN(15)) {
	case L1_DOMAIN(DOMAIN_KERNEL):
		return "KERNEL";
	case L1_DOMAIN(DOMAIN_USER):
		return "USER";
	case L1_DOMAIN(DOMAIN_IO):
		return "IO";
	case L1_DOMAIN(DOMAIN_VECTORS):
		return "VECTORS";
	default:
		return "unknown";
	}
}

/* A swap entry's word means nothing as rights. */
static uint32_t present_word(pte_t pte)
{
	return pte_present(pte) ? pte_val(pte) : 0;
}

static void walk_pmd(struct pg_state *st, const struct kernel *k,
		     const pmd_t *pmd, uint64_t vaddr, uint64_t last)
{
	const char *domain = domain_name(pmd->pmd[0]);

	if (!pmd_table(*pmd)) {
		for (; vaddr <= last; vaddr = (vaddr | ~SECTION_MASK) + 1) {
			uint32_t word = pmd->pmd[vaddr >> 20 & 1];

			note_page(st, vaddr, 4, word, domain_name(word));
		}
		return;
	}
	for (; vaddr <= last; vaddr = (vaddr | ~PAGE_MASK) + 1)
		note_page(st, vaddr, 5,
			  present_word(*pte_offset(k, pmd, (vaddr_t)vaddr)),
			  domain);
}

static void begin(struct pg_state *st, const struct mm_struct *mm,
		  vaddr_t first)
{
	const struct arch_state *arch = &mm->k->arch;
	const struct marker markers[NR_MARKERS] = {
		{0, mm == &mm->k->init_mm ? "Modules" : "User Space"},
		{arch->modules_vaddr, "Modules"},
		{arch->page_offset, "Kernel Mapping"},
		{arch->vmalloc_start, "vmalloc() Area"},
		{VMALLOC_END, "vmalloc() End"},
		{FIXADDR_START, "Fixmap Area"},
		{VECTORS_BASE, "Vectors"},
		{VECTORS_BASE + 2 * PAGE_SIZE, "Vectors End"},
		{UINT64_MAX, NULL},
	};

	memcpy(st->markers, markers, sizeof(markers));
	/* Linux begins with the kernel's first, wherever the walk does */
	st->marker = st->markers + (mm == &mm->k->init_mm);
	while (st->marker[1].start <= first)
		st->marker++;
	put_marker(st);
}

void ptdump_walk(struct mm_struct *mm, vaddr_t first, vaddr_t last,
		 const struct ptdump_sink *to)
{
	struct pg_state st = {.to = to, .start = first, .last = last};

	begin(&st, mm, first);
	for (uint64_t vaddr = first; vaddr <= last;
	     vaddr = (vaddr | ~PMD_MASK) + 1) {
		uint64_t end = vaddr | ~PMD_MASK;

		walk_pmd(&st, mm->k, pmd_off(mm, (vaddr_t)vaddr), vaddr,
			 end < last ? end : last);
	}
	note_page(&st, (uint64_t)last + 1, 0, 0, NULL);
}

/* ---- the file ------------------------------------------------------------------ */

static void show_marker(void *arg, uint64_t start, const char *name)
{
	(void)start;
	seq_printf(arg, "---[ %s ]---\n", name);
}

static void show_stretch(void *arg, uint64_t start, uint64_t end,
			 const char *domain, const char *rights)
{
	uint64_t delta = (end - start) >> 10;
	const char *unit = "KMGTPE";

	for (; !(delta & 1023) && unit[1]; unit++)
		delta >>= 10;
	seq_printf(arg, "0x%08llx-0x%08llx   %9llu%c %-7s %s\n",
		   (unsigned long long)start, (unsigned long long)end,
		   (unsigned long long)delta, *unit, domain, rights);
}

int kernel_page_tables_show(struct seq_file *m, void *v)
{
	const struct ptdump_sink sink = {m, show_marker, show_stretch};

	(void)v;
	ptdump_walk(&m->k->init_mm, 0, UINT32_MAX, &sink);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(kernel_page_tables);

void ptdump_init(struct task_struct *curr)
{
	debugfs_create_file(curr, "kernel_page_tables", 0400, NULL, NULL,
			    &kernel_page_tables_fops);
}
