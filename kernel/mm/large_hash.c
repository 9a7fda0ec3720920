/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/large_hash.h"

/*
 * Hash tables that grow with memory (mm/page_alloc.c,
 * alloc_large_system_hash(), the part for HASH_EARLY): a bucket for each so
 * many bytes of lowmem, less what struct pages of highmem take of it. They come
 * from memblock, before there are pages, so they count as reserved.
 *
 * MODEL: a bucket is charged as Linux's (one pointer) and holds a list head of
 * two pointers in the object store.
 */

#include <stdio.h>

#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"

#define ARM_SIZEOF_BUCKET 4u

static uint64_t roundup_pow_of_two(uint64_t n)
{
	uint64_t power = 1;

	while (power < n)
		power <<= 1;
	return power;
}

/* A bucket for each 2^@scale bytes of whole megabytes; at least a page. */
static uint64_t entries_by_memory(const struct kernel *k, unsigned int scale)
{
	const uint64_t megabyte = (1u << 20) / PAGE_SIZE;
	uint64_t pages = (k->mem.nr_kernel_pages + megabyte - 1) / megabyte *
			 megabyte;
	uint64_t entries = pages >> (scale - PAGE_SHIFT);

	if (entries < PAGE_SIZE / ARM_SIZEOF_BUCKET)
		entries = PAGE_SIZE / ARM_SIZEOF_BUCKET;
	return roundup_pow_of_two(entries);
}

static uint64_t entries_wanted(const struct kernel *k, const char *param,
			       unsigned int scale)
{
	/* no table takes more than a sixteenth of memory */
	const uint64_t most = (k->mem.nr_all_pages << PAGE_SHIFT) / 16 /
			      ARM_SIZEOF_BUCKET;
	uint64_t entries = 0;

	boot_param_bytes(k, param, &entries);
	if (!entries)
		entries = entries_by_memory(k, scale);
	if (entries > most)
		entries = most;
	/* the power of two at or below it */
	return roundup_pow_of_two(entries / 2 + 1);
}

static unsigned int order_of(uint64_t size)
{
	unsigned int order = 0;

	while (PAGE_SIZE << order < size)
		order++;
	return order;
}

struct list_head *alloc_early_system_hash(struct kernel *k, const char *name,
					  const char *param, unsigned int scale,
					  uint32_t *mask)
{
	uint64_t entries = entries_wanted(k, param, scale);
	uint64_t size = entries * ARM_SIZEOF_BUCKET;
	struct list_head *table;
	vaddr_t kaddr;

	while (!(kaddr = memblock_alloc(k, size, 0)) && size > PAGE_SIZE)
		size /= 2;
	if (!kaddr)
		boot_panic(k, "Failed to allocate %s hash table", name);
	entries = size / ARM_SIZEOF_BUCKET;
	table = kobj(k, kaddr);
	/* unlike most of memblock's, it holds pointers */
	kmemleak_free_part_phys(k, virt_to_phys(k, kaddr), (uint32_t)size);
	kmemleak_alloc(k, NULL, kaddr, (uint32_t)size,
		       (uint32_t)(entries * sizeof(*table)), KMEMLEAK_GREY,
		       __func__);
	for (uint64_t i = 0; i < entries; i++)
		INIT_LIST_HEAD(&table[i]);
	*mask = (uint32_t)entries - 1;
	printk(k, "%s hash table entries: %llu (order: %u, %llu bytes, linear)",
	       name, (unsigned long long)entries, order_of(size),
	       (unsigned long long)size);
	return table;
}
