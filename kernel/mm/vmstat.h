/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VMSTAT_H
#define KERNEL_MM_VMSTAT_H

/*
 * /proc/vmstat's numbers: items that go up and down (frames by use) and
 * events that only go up. Names and order from vmstat.def.
 */

#include <stdint.h>

struct kernel;
struct page;

enum vm_item {
#define ITEM(name) name,
#define EVENT(name)
#include "kernel/mm/vmstat.def"
#undef ITEM
#undef EVENT
	NR_VM_ITEMS
};

/* As Linux spells them in code: PGFAULT becomes "pgfault". */
enum vm_event {
#define ITEM(name)
#define EVENT(name) name,
#include "kernel/mm/vmstat.def"
#undef ITEM
#undef EVENT
	NR_VM_EVENTS
};

struct vmstat {
	int64_t item[NR_VM_ITEMS];
	uint64_t event[NR_VM_EVENTS];
};

/* Frames of @page's zone and node; @delta in pages. */
void mod_page_state(struct kernel *k, const struct page *page,
		    enum vm_item item, int64_t delta);
/* The kernel's total alone, where no page is at hand. */
void mod_global_state(struct kernel *k, enum vm_item item, int64_t delta);
int64_t global_page_state(const struct kernel *k, enum vm_item item);
void count_vm_event(struct kernel *k, enum vm_event event);
void count_vm_events(struct kernel *k, enum vm_event event, uint64_t n);
/* "nr_free_pages", "pgfault", … */
const char *vm_item_name(enum vm_item item);
const char *vm_event_name(enum vm_event event);

#endif
