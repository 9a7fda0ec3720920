/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/show_mem.h"

/*
 * Memory as Linux's reports show it (lib/show_mem.c and mm/page_alloc.c's
 * show_free_areas()), in its words and its order, so that what people have
 * learnt to read in logs, and their tools, can be used here.
 */

#include <stdio.h>

#include "kernel/lib/printk.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vmscan.h"

/* A line that is put together from pieces. */
struct line {
	char text[1000];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line,
						      const char *format, ...)
{
	va_list args;

	if (line->n >= sizeof(line->text))
		return;
	va_start(args, format);
	line->n += (size_t)vsnprintf(line->text + line->n,
				     sizeof(line->text) - line->n, format,
				     args);
	va_end(args);
}

static long long kbytes_of(int64_t pages)
{
	return (long long)pages * (PAGE_SIZE / 1024);
}

static long long pages_of(const struct kernel *k, enum vm_item item)
{
	return (long long)global_page_state(k, item);
}

static int free_pcp(const struct kernel *k, const struct zone *zone)
{
	int sum = 0;

	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
		sum += zone->pcp[cpu].count;
	return sum;
}

static void show_totals(struct kernel *k)
{
	const struct zone *zone;
	int pcp = 0;

	for_each_populated_zone(zone, k) pcp += free_pcp(k, zone);
	printk(k,
	       "active_anon:%lld inactive_anon:%lld isolated_anon:%lld\n"
	       " active_file:%lld inactive_file:%lld isolated_file:%lld\n"
	       " unevictable:%lld dirty:%lld writeback:%lld\n"
	       " slab_reclaimable:%lld slab_unreclaimable:%lld\n"
	       " mapped:%lld shmem:%lld pagetables:%lld\n"
	       " sec_pagetables:%lld bounce:%lld\n"
	       " kernel_misc_reclaimable:%lld\n"
	       " free:%lld free_pcp:%d free_cma:%lld",
	       pages_of(k, NR_ACTIVE_ANON), pages_of(k, NR_INACTIVE_ANON),
	       pages_of(k, NR_ISOLATED_ANON), pages_of(k, NR_ACTIVE_FILE),
	       pages_of(k, NR_INACTIVE_FILE), pages_of(k, NR_ISOLATED_FILE),
	       pages_of(k, NR_UNEVICTABLE), pages_of(k, NR_DIRTY),
	       pages_of(k, NR_WRITEBACK), pages_of(k, NR_SLAB_RECLAIMABLE),
	       pages_of(k, NR_SLAB_UNRECLAIMABLE), pages_of(k, NR_MAPPED),
	       pages_of(k, NR_SHMEM), pages_of(k, NR_PAGE_TABLE_PAGES),
	       pages_of(k, NR_SEC_PAGE_TABLE_PAGES), pages_of(k, NR_BOUNCE),
	       pages_of(k, NR_KERNEL_MISC_RECLAIMABLE),
	       pages_of(k, NR_FREE_PAGES), pcp, pages_of(k, NR_FREE_CMA));
}

static void show_node_items(struct kernel *k, const struct pglist_data *pgdat)
{
	static const struct {
		const char *name;
		enum vm_item item;
	} items[] = {
		{"active_anon", NR_ACTIVE_ANON},
		{"inactive_anon", NR_INACTIVE_ANON},
		{"active_file", NR_ACTIVE_FILE},
		{"inactive_file", NR_INACTIVE_FILE},
		{"unevictable", NR_UNEVICTABLE},
		{"isolated(anon)", NR_ISOLATED_ANON},
		{"isolated(file)", NR_ISOLATED_FILE},
		{"mapped", NR_MAPPED},
		{"dirty", NR_DIRTY},
		{"writeback", NR_WRITEBACK},
		{"shmem", NR_SHMEM},
		{"writeback_tmp", NR_WRITEBACK_TEMP},
		{"kernel_stack", NR_KERNEL_STACK},
		{"pagetables", NR_PAGE_TABLE_PAGES},
		{"sec_pagetables", NR_SEC_PAGE_TABLE_PAGES},
	};
	struct line line = {.n = 0};

	add(&line, "Node %d", pgdat->node_id);
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		int64_t value = pgdat->vm_stat[items[i].item];

		/* stacks are counted in KB */
		add(&line, " %s:%lldkB", items[i].name,
		    items[i].item == NR_KERNEL_STACK ? (long long)value
						     : kbytes_of(value));
	}
	printk(k, "%s all_unreclaimable? %s", line.text,
	       pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES ? "yes" : "no");
}

/* As in a Linux without NUMA: where there is one node, it isn't named. */
static void add_node(const struct kernel *k, struct line *line,
		     const struct zone *zone)
{
	if (k->mem.nr_online_nodes > 1)
		add(line, "Node %d ", zone->zone_pgdat->node_id);
}

static void add_item(struct line *line, const struct zone *zone,
		     const char *name, enum vm_item item)
{
	add(line, " %s:%lldkB", name, kbytes_of(zone->vm_stat[item]));
}

static void show_zone_items(struct kernel *k, const struct zone *zone)
{
	const int cpu = kernel_cpu(k)->id;
	struct line line = {.n = 0};

	add_node(k, &line, zone);
	add(&line,
	    "%s free:%lldkB boost:%lldkB min:%lldkB low:%lldkB high:%lldkB "
	    "reserved_highatomic:%lldKB",
	    zone->name, kbytes_of(zone->vm_stat[NR_FREE_PAGES]),
	    kbytes_of(zone->watermark_boost),
	    kbytes_of(wmark_pages(zone, WMARK_MIN)),
	    kbytes_of(wmark_pages(zone, WMARK_LOW)),
	    kbytes_of(wmark_pages(zone, WMARK_HIGH)),
	    kbytes_of(zone->nr_reserved_highatomic));
	add_item(&line, zone, "active_anon", NR_ZONE_ACTIVE_ANON);
	add_item(&line, zone, "inactive_anon", NR_ZONE_INACTIVE_ANON);
	add_item(&line, zone, "active_file", NR_ZONE_ACTIVE_FILE);
	add_item(&line, zone, "inactive_file", NR_ZONE_INACTIVE_FILE);
	add_item(&line, zone, "unevictable", NR_ZONE_UNEVICTABLE);
	add_item(&line, zone, "writepending", NR_ZONE_WRITE_PENDING);
	add(&line, " present:%lldkB managed:%lldkB",
	    kbytes_of(zone->present_pages), kbytes_of(zone->managed_pages));
	add_item(&line, zone, "mlocked", NR_MLOCK);
	add_item(&line, zone, "bounce", NR_BOUNCE);
	add(&line, " free_pcp:%lldkB local_pcp:%lldkB",
	    kbytes_of(free_pcp(k, zone)), kbytes_of(zone->pcp[cpu].count));
	add_item(&line, zone, "free_cma", NR_FREE_CMA);
	printk(k, "%s", line.text);
}

static void show_lowmem_reserve(struct kernel *k, const struct zone *zone)
{
	struct line line = {.n = 0};

	for (int i = 0; i < MAX_NR_ZONES; i++)
		if (k->mem.zone_configured[i])
			add(&line, " %u", zone->lowmem_reserve[i]);
	printk(k, "lowmem_reserve[]:%s", line.text);
}

/* "1*4kB (U) 2*8kB (UM) … = 123kB" */
static void show_free_blocks(struct kernel *k, const struct zone *zone)
{
	static const char letters[MIGRATE_TYPES] = {
		[MIGRATE_UNMOVABLE] = 'U',   [MIGRATE_MOVABLE] = 'M',
		[MIGRATE_RECLAIMABLE] = 'E', [MIGRATE_HIGHATOMIC] = 'H',
		[MIGRATE_CMA] = 'C',         [MIGRATE_ISOLATE] = 'I',
	};
	struct line line = {.n = 0};
	int64_t total = 0;

	add_node(k, &line, zone);
	add(&line, "%s: ", zone->name);
	for (int order = 0; order < MAX_ORDER; order++) {
		const struct free_area *area = &zone->free_area[order];

		total += (int64_t)area->nr_free << order;
		add(&line, "%u*%lldkB ", area->nr_free, kbytes_of(1 << order));
		if (!area->nr_free)
			continue;
		add(&line, "(");
		for (int type = 0; type < MIGRATE_TYPES; type++)
			if (!list_empty(&area->free_list[type]))
				add(&line, "%c", letters[type]);
		add(&line, ") ");
	}
	printk(k, "%s= %lldkB", line.text, kbytes_of(total));
}

static void show_free_areas(struct kernel *k, nodemask_t nodes)
{
	const struct pglist_data *pgdat;
	const struct zone *zone;

	show_totals(k);
	for_each_online_pgdat(pgdat,
			      k) if (!nodes || nodes >> pgdat->node_id & 1)
		show_node_items(k, pgdat);
	for_each_populated_zone(zone, k)
	{
		if (!node_allowed(nodes, zone))
			continue;
		show_zone_items(k, zone);
		show_lowmem_reserve(k, zone);
	}
	for_each_populated_zone(zone, k) if (node_allowed(nodes, zone))
		show_free_blocks(k, zone);
	printk(k, "%lld total pagecache pages", pages_of(k, NR_FILE_PAGES));
	printk(k, "%lld pages in swap cache", pages_of(k, NR_SWAPCACHED));
	/* Negative while swapoff brings back what is still out, as in Linux. */
	printk(k, "Free swap  = %lldkB", kbytes_of(get_nr_swap_pages(k)));
	printk(k, "Total swap = %lldkB", kbytes_of(total_swap_pages(k)));
}

void show_mem_nodes(struct kernel *k, nodemask_t nodes)
{
	uint64_t total = 0, reserved = 0, highmem = 0;
	const struct zone *zone;

	printk(k, "Mem-Info:");
	show_free_areas(k, nodes);
	for_each_populated_zone(zone, k)
	{
		total += zone->present_pages;
		reserved += zone->present_pages - zone->managed_pages;
		if (is_highmem(zone) || zone->idx == ZONE_MOVABLE)
			highmem += zone->present_pages;
	}
	printk(k, "%llu pages RAM", (unsigned long long)total);
	printk(k, "%llu pages HighMem/MovableOnly",
	       (unsigned long long)highmem);
	printk(k, "%llu pages reserved", (unsigned long long)reserved);
	printk(k, "%llu pages cma reserved",
	       (unsigned long long)k->mem.totalcma_pages);
}

void show_mem(struct kernel *k)
{
	show_mem_nodes(k, 0);
}
