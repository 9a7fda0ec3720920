/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmstat.h"

/*
 * Counting and showing memory (mm/vmstat.c, fs/proc/meminfo.c). Every item has
 * three numbers or two: of its zone or node, and of all. They change together,
 * so they always agree.
 *
 * MODEL: exact at any time; Linux gathers differences per CPU first and folds
 * them in by and by, so its numbers lag behind by up to "vm stats threshold".
 * What it does along with that is done here, too: a CPU doesn't keep pages of
 * other nodes for ever.
 */

#include "kernel/fs/seq_file.h"
#include "kernel/init.h"
#include "kernel/mm/huge_mm.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/page_watch.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/mm/writeback.h"

/* ---- counting -------------------------------------------------------------- */

void mod_page_state(struct kernel *k, const struct page *page,
		    enum vm_item item, int64_t delta)
{
	struct pglist_data *pgdat = &k->mem.node_data[page_to_nid(page)];

	if (item < NR_VM_ZONE_ITEMS)
		pgdat->node_zones[page_zonenum(page)].vm_stat[item] += delta;
	else
		pgdat->vm_stat[item] += delta;
	k->vmstat.item[item] += delta;
	page_changed(k, page);
}

void mod_global_state(struct kernel *k, enum vm_item item, int64_t delta)
{
	k->vmstat.item[item] += delta;
}

int64_t global_page_state(const struct kernel *k, enum vm_item item)
{
	return k->vmstat.item[item] > 0 ? k->vmstat.item[item] : 0;
}

void count_vm_event(struct kernel *k, enum vm_event event)
{
	k->vmstat.event[event]++;
}

void count_vm_events(struct kernel *k, enum vm_event event, uint64_t n)
{
	k->vmstat.event[event] += n;
}

/* ---- every now and then ------------------------------------------------------ */

static void refresh_pageset(struct kernel *k, struct zone *zone,
			    unsigned int cpu, bool do_pagesets)
{
	struct per_cpu_pages *pcp = &zone->pcp[cpu];

	if (pcp->used)
		pcp->expire = 3;
	pcp->used = false;
	if (!do_pagesets || !pcp->expire || !pcp->count)
		return;
	if (zone->zone_pgdat->node_id == k->mem.cpu_node[cpu])
		pcp->expire = 0;
	else if (!--pcp->expire)
		drain_zone_pages(k, zone, pcp);
}

void refresh_cpu_vm_stats(struct kernel *k, unsigned int id, bool do_pagesets)
{
	struct zone *zone;

	if (!k->mem.numa)
		return;
	for_each_populated_zone(zone, k)
		refresh_pageset(k, zone, id, do_pagesets);
}

/* 0 seconds: each jiffy; fewer: not in a lifetime. */
static uint64_t next_stat_update(const struct kernel *k)
{
	const uint32_t seconds = (uint32_t)k->sysctl.stat_interval;
	const uint64_t cycles = k->hw.clock_hz * (uint64_t)seconds;

	return sched_clock_cycles(k) + (cycles ? cycles : k->hw.clock_hz / HZ);
}

/* MODEL: for all CPUs at once, where Linux has a piece of work on each. */
static void vmstat_update(struct task_struct *curr, struct timer *timer)
{
	struct kernel *k = curr->k;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
		refresh_cpu_vm_stats(k, cpu, true);
	timer_arm(curr, timer, next_stat_update(k));
}

/* With one node there is nothing that would expire. */
void vmstat_init(struct task_struct *curr)
{
	struct kernel *k = curr->k;
	struct timer *work = &k->vmstat.work;

	if (!k->mem.numa)
		return;
	*work = (struct timer){.function = vmstat_update, .deferrable = true};
	timer_arm(curr, work, next_stat_update(k));
}

/* ---- names, and all numbers in /proc/vmstat's order --------------------------- */

static const struct {
	const char *name;
	bool is_item;
	int index;
} vmstat_text[] = {
#define ITEM(name, text)  {text, true, name},
#define EVENT(name, text) {text, false, name},
#include "kernel/mm/vmstat.def"
#undef ITEM
#undef EVENT
};
#define NR_VMSTAT (sizeof(vmstat_text) / sizeof(vmstat_text[0]))

const char *vm_item_name(enum vm_item item)
{
	static const char *const names[] = {
#define ITEM(name, text) text,
#define EVENT(name, text)
#include "kernel/mm/vmstat.def"
#undef ITEM
#undef EVENT
	};

	return names[item];
}

const char *vm_event_name(enum vm_event event)
{
	static const char *const names[] = {
#define ITEM(name, text)
#define EVENT(name, text) text,
#include "kernel/mm/vmstat.def"
#undef ITEM
#undef EVENT
	};

	return names[event];
}

static uint64_t vmstat_value(const struct kernel *k, size_t i)
{
	int index = vmstat_text[i].index;
	uint32_t background, dirty;

	global_dirty_limits(k, &background, &dirty);
	if (vmstat_text[i].is_item && index == NR_DIRTY_THRESHOLD)
		return dirty;
	if (vmstat_text[i].is_item && index == NR_DIRTY_BACKGROUND_THRESHOLD)
		return background;
	if (vmstat_text[i].is_item && index == NR_ANON_TRANSPARENT_HUGEPAGES)
		return (uint64_t)global_page_state(k, index) / HPAGE_PMD_NR;
	if (vmstat_text[i].is_item)
		return (uint64_t)global_page_state(k, (enum vm_item)index);
	if (index == PGPGIN || index == PGPGOUT)
		return k->vmstat.event[index] / 2; /* sectors, told as KB */
	return k->vmstat.event[index];
}

static bool is_item(size_t i, enum vm_item item)
{
	return vmstat_text[i].is_item && vmstat_text[i].index == (int)item;
}

/* Lines that Linux has with CONFIG_NUMA alone, where they follow line @i. */
static void show_numa(struct seq_file *m, size_t i)
{
	if (!m->k->mem.numa)
		return;
	if (!vmstat_text[i].is_item && vmstat_text[i].index == PGSTEAL_FILE)
		seq_puts(m, "zone_reclaim_failed 0\n");
	if (!is_item(i, NR_FREE_CMA))
		return;
	for (int item = 0; item < NR_VM_NUMA_EVENT_ITEMS; item++)
		seq_printf(m, "%s %llu\n",
			   numa_stat_name((enum numa_stat_item)item),
			   (unsigned long long)sum_numa_event_state(
				   m->k, (enum numa_stat_item)item));
}

/* Lines that Linux has with CONFIG_TRANSPARENT_HUGEPAGE alone. */
static bool is_thp_event(size_t i)
{
	return !vmstat_text[i].is_item &&
	       vmstat_text[i].index >= THP_FAULT_ALLOC &&
	       vmstat_text[i].index <= THP_SWPOUT_FALLBACK;
}

int vmstat_show(struct seq_file *m, void *v)
{
	(void)v;
	for (size_t i = 0; i < NR_VMSTAT; i++) {
		if (is_thp_event(i) && !m->k->thp.configured)
			continue;
		seq_printf(m, "%s %llu\n", vmstat_text[i].name,
			   (unsigned long long)vmstat_value(m->k, i));
		show_numa(m, i);
	}
	seq_puts(m, "nr_unstable 0\n");
	return 0;
}

/* ---- /proc/meminfo --------------------------------------------------------------- */

static uint64_t low_watermarks(const struct kernel *k)
{
	const struct zone *zone;
	uint64_t sum = 0;

	for_each_zone(zone, k)
		sum += zone->_watermark[WMARK_LOW];
	return sum;
}

static int64_t half_or(int64_t pages, int64_t low)
{
	return pages - (pages / 2 < low ? pages / 2 : low);
}

/*
 * Free pages beyond the reserves, and what of page cache and slab could be had
 * without much harm.
 */
int64_t si_mem_available(const struct kernel *k)
{
	int64_t low = (int64_t)low_watermarks(k);
	int64_t cache = global_page_state(k, NR_ACTIVE_FILE) +
			global_page_state(k, NR_INACTIVE_FILE);
	int64_t slab = global_page_state(k, NR_SLAB_RECLAIMABLE) +
		       global_page_state(k, NR_KERNEL_MISC_RECLAIMABLE);
	int64_t available = global_page_state(k, NR_FREE_PAGES) -
			    (int64_t)k->mem.totalreserve_pages;

	available += half_or(cache, low) + half_or(slab, low);
	return available > 0 ? available : 0;
}

static void show_kb(struct seq_file *m, const char *name, int64_t kbytes)
{
	seq_printf(m, "%s%8lld kB\n", name, (long long)kbytes);
}

static void show_pages(struct seq_file *m, const char *name, int64_t pages)
{
	show_kb(m, name, pages << (PAGE_SHIFT - 10));
}

static void show_item(struct seq_file *m, const char *name, enum vm_item item)
{
	show_pages(m, name, global_page_state(m->k, item));
}

static int64_t free_highpages(const struct kernel *k)
{
	const struct zone *zone;
	int64_t sum = 0;

	for_each_zone(zone, k)
		if (is_highmem(zone))
			sum += zone->vm_stat[NR_FREE_PAGES];
	return sum;
}

static void show_lru(struct seq_file *m)
{
	const struct kernel *k = m->k;
	int64_t active_anon = global_page_state(k, NR_ACTIVE_ANON);
	int64_t inactive_anon = global_page_state(k, NR_INACTIVE_ANON);
	int64_t active_file = global_page_state(k, NR_ACTIVE_FILE);
	int64_t inactive_file = global_page_state(k, NR_INACTIVE_FILE);

	show_pages(m, "Active:         ", active_anon + active_file);
	show_pages(m, "Inactive:       ", inactive_anon + inactive_file);
	show_pages(m, "Active(anon):   ", active_anon);
	show_pages(m, "Inactive(anon): ", inactive_anon);
	show_pages(m, "Active(file):   ", active_file);
	show_pages(m, "Inactive(file): ", inactive_file);
	show_item(m, "Unevictable:    ", NR_UNEVICTABLE);
	show_item(m, "Mlocked:        ", NR_MLOCK);
}

static void show_high_low(struct seq_file *m)
{
	const struct mem_state *mem = &m->k->mem;
	int64_t nr_free = global_page_state(m->k, NR_FREE_PAGES);
	int64_t high_free = free_highpages(m->k);

	show_pages(m, "HighTotal:      ", (int64_t)mem->totalhigh_pages);
	show_pages(m, "HighFree:       ", high_free);
	show_pages(m, "LowTotal:       ",
		   (int64_t)(mem->totalram_pages - mem->totalhigh_pages));
	show_pages(m, "LowFree:        ", nr_free - high_free);
}

/* MODEL: no zswap, no NFS, no bounce buffers: those lines are always 0. */
static void show_swap_and_dirty(struct seq_file *m)
{
	uint32_t total, nr_free;

	si_swapinfo(m->k, &total, &nr_free);
	show_pages(m, "SwapTotal:      ", total);
	show_pages(m, "SwapFree:       ", nr_free);
	show_kb(m, "Zswap:          ", 0);
	show_kb(m, "Zswapped:       ", 0);
	show_item(m, "Dirty:          ", NR_DIRTY);
	show_item(m, "Writeback:      ", NR_WRITEBACK);
	show_item(m, "AnonPages:      ", NR_ANON_PAGES);
	show_item(m, "Mapped:         ", NR_MAPPED);
	show_item(m, "Shmem:          ", NR_SHMEM);
}

static void show_kernel_memory(struct seq_file *m)
{
	const struct kernel *k = m->k;
	int64_t reclaimable = global_page_state(k, NR_SLAB_RECLAIMABLE);
	int64_t unreclaimable = global_page_state(k, NR_SLAB_UNRECLAIMABLE);

	show_pages(m, "KReclaimable:   ",
		   reclaimable +
			   global_page_state(k, NR_KERNEL_MISC_RECLAIMABLE));
	show_pages(m, "Slab:           ", reclaimable + unreclaimable);
	show_pages(m, "SReclaimable:   ", reclaimable);
	show_pages(m, "SUnreclaim:     ", unreclaimable);
	show_kb(m, "KernelStack:    ", global_page_state(k, NR_KERNEL_STACK));
	show_item(m, "PageTables:     ", NR_PAGE_TABLE_PAGES);
	show_item(m, "SecPageTables:  ", NR_SEC_PAGE_TABLE_PAGES);
	show_kb(m, "NFS_Unstable:   ", 0);
	show_item(m, "Bounce:         ", NR_BOUNCE);
	show_item(m, "WritebackTmp:   ", NR_WRITEBACK_TEMP);
}

uint32_t vm_commit_limit(const struct kernel *k)
{
	const struct user_mm_state *user = &k->user;

	if (user->overcommit_kbytes)
		return ((uint32_t)user->overcommit_kbytes >>
			(PAGE_SHIFT - 10)) +
		       (uint32_t)total_swap_pages(k);
	return (uint32_t)(k->mem.totalram_pages *
				  (uint32_t)user->overcommit_ratio / 100 +
			  (uint64_t)total_swap_pages(k));
}

static void show_limits(struct seq_file *m)
{
	const struct kernel *k = m->k;
	uint64_t vmalloc = k->arch.vmalloc_end - k->arch.vmalloc_start;

	show_pages(m, "CommitLimit:    ", vm_commit_limit(k));
	show_pages(m, "Committed_AS:   ", k->user.committed_pages);
	show_kb(m, "VmallocTotal:   ", (int64_t)(vmalloc >> 10));
	show_pages(m, "VmallocUsed:    ", vmalloc_nr_pages(m->k));
	show_kb(m, "VmallocChunk:   ", 0);
	show_kb(m, "Percpu:         ", 0);
	if (k->params.memory_failure)
		seq_printf(m, "HardwareCorrupted: %5lld kB\n",
			   (long long)k->memory_failure.num_poisoned_pages
				   << (PAGE_SHIFT - 10));
	if (k->thp.configured) {
		show_item(m, "AnonHugePages:  ", NR_ANON_TRANSPARENT_HUGEPAGES);
		show_kb(m, "ShmemHugePages: ", 0);
		show_kb(m, "ShmemPmdMapped: ", 0);
		show_kb(m, "FileHugePages:  ", 0);
		show_kb(m, "FilePmdMapped:  ", 0);
	}
	show_pages(m, "CmaTotal:       ", (int64_t)k->mem.totalcma_pages);
	show_item(m, "CmaFree:        ", NR_FREE_CMA);
}

int meminfo_show(struct seq_file *m, void *v)
{
	const struct kernel *k = m->k;

	(void)v;
	show_pages(m, "MemTotal:       ", (int64_t)k->mem.totalram_pages);
	show_item(m, "MemFree:        ", NR_FREE_PAGES);
	show_pages(m, "MemAvailable:   ", si_mem_available(k));
	show_kb(m, "Buffers:        ", 0);
	show_pages(m, "Cached:         ",
		   global_page_state(k, NR_FILE_PAGES) -
			   global_page_state(k, NR_SWAPCACHED));
	show_item(m, "SwapCached:     ", NR_SWAPCACHED);
	show_lru(m);
	show_high_low(m);
	show_swap_and_dirty(m);
	show_kernel_memory(m);
	show_limits(m);
	return 0;
}

/* ---- /proc/buddyinfo ---------------------------------------------------------------- */

/* Zones that the kernel was not built for are not shown at all. */
static bool zone_shown(const struct kernel *k, const struct zone *zone)
{
	return k->mem.zone_configured[zone->idx];
}

int buddyinfo_show(struct seq_file *m, void *v)
{
	struct zone *zone;

	(void)v;
	for_each_populated_zone(zone, m->k)
	{
		seq_printf(m, "Node %d, zone %8s ", zone->zone_pgdat->node_id,
			   zone->name);
		for (int order = 0; order < MAX_ORDER; order++)
			seq_printf(m, "%6u ", zone->free_area[order].nr_free);
		seq_putc(m, '\n');
	}
	return 0;
}

/* ---- /proc/zoneinfo ------------------------------------------------------------------- */

/* A node's items, among them the refault counters. */
static void show_node_items(struct seq_file *m, const struct pglist_data *pgdat,
			    bool zoneinfo)
{
	bool within = false;

	for (size_t i = 0; !is_item(i, NR_DIRTY_THRESHOLD); i++) {
		int index = vmstat_text[i].index;

		within |= is_item(i, NR_INACTIVE_ANON);
		if (!within)
			continue;
		seq_printf(m, zoneinfo ? "\n      %-12s %llu" : "%s %llu\n",
			   vmstat_text[i].name,
			   vmstat_text[i].is_item
				   ? (unsigned long long)pgdat->vm_stat[index]
				   : (unsigned long long)
					     m->k->vmstat.event[index]);
	}
}

void show_node_vmstat(struct seq_file *m, const struct pglist_data *pgdat)
{
	for (int i = 0; i < NR_VM_ZONE_ITEMS; i++)
		seq_printf(m, "%s %lld\n", vm_item_name((enum vm_item)i),
			   (long long)node_page_state(pgdat, (enum vm_item)i));
	for (int i = 0; i < NR_VM_NUMA_EVENT_ITEMS; i++)
		seq_printf(m, "%s %llu\n",
			   numa_stat_name((enum numa_stat_item)i),
			   (unsigned long long)sum_zone_numa_event_state(
				   pgdat, (enum numa_stat_item)i));
	show_node_items(m, pgdat, false);
}

/* How far Linux's per-CPU differences may go on a machine of this size. */
static unsigned int stat_threshold(const struct kernel *k,
				   const struct zone *zone)
{
	uint32_t mem = zone->managed_pages >> (27 - PAGE_SHIFT);
	unsigned int threshold, fls_mem = 0, fls_cpus = 0;

	for (; mem; mem >>= 1)
		fls_mem++;
	for (unsigned int n = k->hw.nr_cpus; n; n >>= 1)
		fls_cpus++;
	threshold = 2 * fls_cpus * (1 + fls_mem);
	return threshold < 125 ? threshold : 125;
}

static void show_zone_stats(struct seq_file *m, const struct zone *zone)
{
	for (int item = 0; item < NR_VM_ZONE_ITEMS; item++)
		seq_printf(m, "\n      %-12s %lld",
			   vm_item_name((enum vm_item)item),
			   (long long)zone->vm_stat[item]);
	for (int i = 0; m->k->mem.numa && i < NR_VM_NUMA_EVENT_ITEMS; i++)
		seq_printf(m, "\n      %-12s %llu",
			   numa_stat_name((enum numa_stat_item)i),
			   (unsigned long long)zone->vm_numa_event[i]);
	seq_puts(m, "\n  pagesets");
	for (unsigned int cpu = 0; cpu < m->k->hw.nr_cpus; cpu++) {
		const struct per_cpu_pages *pcp = &zone->pcp[cpu];

		seq_printf(m,
			   "\n    cpu: %u"
			   "\n              count: %d"
			   "\n              high:  %d"
			   "\n              batch: %d"
			   "\n  vm stats threshold: %u",
			   cpu, pcp->count, pcp->high, pcp->batch,
			   stat_threshold(m->k, zone));
	}
	seq_printf(m,
		   "\n  node_unreclaimable:  %u"
		   "\n  start_pfn:           %u",
		   0, zone->zone_start_pfn);
}

static void show_zone(struct seq_file *m, const struct zone *zone)
{
	seq_printf(m,
		   "\n  pages free     %lld"
		   "\n        boost    %u"
		   "\n        min      %u"
		   "\n        low      %u"
		   "\n        high     %u"
		   "\n        spanned  %u"
		   "\n        present  %u"
		   "\n        managed  %u"
		   "\n        cma      %u",
		   (long long)zone->vm_stat[NR_FREE_PAGES],
		   zone->watermark_boost, wmark_pages(zone, WMARK_MIN),
		   wmark_pages(zone, WMARK_LOW), wmark_pages(zone, WMARK_HIGH),
		   zone->spanned_pages, zone->present_pages,
		   zone->managed_pages, zone->cma_pages);
	seq_puts(m, "\n        protection: (");
	for (int i = 0, n = 0; i < MAX_NR_ZONES; i++)
		if (m->k->mem.zone_configured[i])
			seq_printf(m, n++ ? ", %u" : "%u",
				   zone->lowmem_reserve[i]);
	seq_putc(m, ')');
	if (populated_zone(zone))
		show_zone_stats(m, zone);
	seq_putc(m, '\n');
}

int zoneinfo_show(struct seq_file *m, void *v)
{
	const struct pglist_data *pgdat;

	(void)v;
	for_each_online_pgdat(pgdat, m->k)
	{
		bool first = true;

		for (int i = 0; i < MAX_NR_ZONES; i++) {
			const struct zone *zone = &pgdat->node_zones[i];

			if (!zone_shown(m->k, zone))
				continue;
			seq_printf(m, "Node %d, zone %8s", pgdat->node_id,
				   zone->name);
			if (first && populated_zone(zone)) {
				seq_puts(m, "\n  per-node stats");
				show_node_items(m, pgdat, true);
				first = false;
			}
			show_zone(m, zone);
		}
	}
	return 0;
}

/* ---- /proc/pagetypeinfo ------------------------------------------------------------------ */

static void show_free_types(struct seq_file *m, const struct zone *zone)
{
	for (int type = 0; type < MIGRATE_TYPES; type++) {
		seq_printf(m, "Node %4d, zone %8s, type %12s ",
			   zone->zone_pgdat->node_id, zone->name,
			   kernel_migratetype_name(type));
		for (unsigned int order = 0; order < MAX_ORDER; order++)
			seq_printf(m, "%6u ",
				   nr_free_blocks(zone, order,
						  (enum migratetype)type));
		seq_putc(m, '\n');
	}
}

static void show_block_types(struct seq_file *m, const struct zone *zone)
{
	uint32_t count[MIGRATE_TYPES];

	count_pageblocks(m->k, zone, count);
	seq_printf(m, "Node %d, zone %8s ", zone->zone_pgdat->node_id,
		   zone->name);
	for (int type = 0; type < MIGRATE_TYPES; type++)
		seq_printf(m, "%12u ", count[type]);
	seq_putc(m, '\n');
}

int pagetypeinfo_show(struct seq_file *m, void *v)
{
	struct zone *zone;

	(void)v;
	seq_printf(m, "Page block order: %d\n", pageblock_order);
	seq_printf(m, "Pages per block:  %u\n\n", pageblock_nr_pages);
	seq_printf(m, "%-43s ", "Free pages count per migrate type at order");
	for (int order = 0; order < MAX_ORDER; order++)
		seq_printf(m, "%6d ", order);
	seq_putc(m, '\n');
	for_each_populated_zone(zone, m->k) show_free_types(m, zone);
	seq_printf(m, "\n%-23s", "Number of blocks type ");
	for (int type = 0; type < MIGRATE_TYPES; type++)
		seq_printf(m, "%12s ", kernel_migratetype_name(type));
	seq_putc(m, '\n');
	for_each_populated_zone(zone, m->k) show_block_types(m, zone);
	return 0;
}
