/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VMSTAT_H
#define KERNEL_MM_VMSTAT_H

/*
 * /proc/vmstat's numbers: items that go up and down (frames by use) and
 * events that only go up. Names and order from vmstat.def.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/task/timer_types.h"

struct kernel;
struct task_struct;
struct page;

enum vm_item {
#define ITEM(name, text) name,
#define EVENT(name, text)
#include "kernel/mm/vmstat.def"
#undef ITEM
#undef EVENT
	NR_VM_ITEMS,
	/* Items up to here are counted by zone, the others by node. */
	NR_VM_ZONE_ITEMS = NR_FREE_CMA + 1
};

/* As Linux spells them in code; /proc has them in small letters. */
enum vm_event {
#define ITEM(name, text)
#define EVENT(name, text) name,
#include "kernel/mm/vmstat.def"
#undef ITEM
#undef EVENT
	NR_VM_EVENTS
};

struct vmstat {
	int64_t item[NR_VM_ITEMS];
	uint64_t event[NR_VM_EVENTS];
	struct timer work; /* vmstat_update() */
};

/* Counts where @page is, its zone or node, and in all; @delta in pages. */
void mod_page_state(struct kernel *k, const struct page *page,
		    enum vm_item item, int64_t delta);
/* The kernel's total alone, where no page is at hand. */
void mod_global_state(struct kernel *k, enum vm_item item, int64_t delta);
int64_t global_page_state(const struct kernel *k, enum vm_item item);
void count_vm_event(struct kernel *k, enum vm_event event);
void count_vm_events(struct kernel *k, enum vm_event event, uint64_t n);
/*
 * What CPU @id does every vm.stat_interval seconds: of the pages of another
 * node that it keeps and hasn't touched for the last three times, a batch goes
 * back. @do_pagesets: or else only notes which it has touched.
 */
void refresh_cpu_vm_stats(struct kernel *k, unsigned int id, bool do_pagesets);
/* "nr_free_pages", "pgfault", … */
const char *vm_item_name(enum vm_item item);
const char *vm_event_name(enum vm_event event);

/*
 * What /proc shows, as in mm/vmstat.c and fs/proc/meminfo.c; each is a show
 * function for seq_file. slabinfo comes from the slab allocator.
 */
struct seq_file;
int meminfo_show(struct seq_file *m, void *v);
int vmstat_show(struct seq_file *m, void *v);
/* The same numbers as far as nodes have them: /sys/…/nodeN/vmstat. */
struct pglist_data;
void show_node_vmstat(struct seq_file *m, const struct pglist_data *pgdat);
int zoneinfo_show(struct seq_file *m, void *v);
int buddyinfo_show(struct seq_file *m, void *v);
int pagetypeinfo_show(struct seq_file *m, void *v);
int slabinfo_show(struct seq_file *m, void *v);
/* The OOM killer's table: what slabs hold that nobody can reclaim. */
void dump_unreclaimable_slab(struct kernel *k);
/* Which of the two entries is there: none under slob. */
bool slabinfo_exists(const struct kernel *k);
bool slabinfo_tunable(const struct kernel *k);
int slabinfo_store(struct task_struct *curr, struct task_struct *task,
		   const char *text);

/* Pages that a new program could have without swapping: MemAvailable. */
int64_t si_mem_available(const struct kernel *k);
/* Pages that may be promised in all, where promises count: CommitLimit. */
uint32_t vm_commit_limit(const struct kernel *k);

#endif
