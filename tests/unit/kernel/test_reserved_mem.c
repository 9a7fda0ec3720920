/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /reserved-memory: which nodes become CMA areas and where, and what the log
 * says of those that don't. And that lowmem of an area is mapped by pages.
 */

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/mm/cma.h"
#include "kernel/mm/dma_contiguous.h"
#include "tests/unit/kernel/helper_fake_hw.h"

#define MB FAKE_MB

/* A node of /reserved-memory; what is 0 or NULL isn't there. */
struct node {
	const char *name;
	uint32_t base, size; /* reg, or size alone */
	uint32_t align, from, to; /* alignment, alloc-ranges */
	const char *words; /* properties without a value */
	const char *status;
};

static void put_words(void *fdt, const char *words)
{
	char word[32];
	int n;

	for (; words && sscanf(words, " %31s%n", word, &n) == 1; words += n)
		fdt_property(fdt, word, NULL, 0);
}

static void put_pair(void *fdt, const char *name, uint32_t a, uint32_t b)
{
	fdt32_t cells[2] = {cpu_to_fdt32(a), cpu_to_fdt32(b)};

	fdt_property(fdt, name, cells, sizeof(cells));
}

static void put_node(void *fdt, const struct node *node)
{
	fdt_begin_node(fdt, node->name);
	fdt_property_string(fdt, "compatible", "shared-dma-pool");
	if (node->base)
		put_pair(fdt, "reg", node->base, node->size);
	else
		fdt_property_u32(fdt, "size", node->size);
	if (node->align)
		fdt_property_u32(fdt, "alignment", node->align);
	if (node->to)
		put_pair(fdt, "alloc-ranges", node->from,
			 node->to - node->from);
	if (node->status)
		fdt_property_string(fdt, "status", node->status);
	put_words(fdt, node->words);
	fdt_end_node(fdt);
}

static void put_all(void *fdt, const struct node *nodes, int nr)
{
	fdt_begin_node(fdt, "reserved-memory");
	fdt_property_u32(fdt, "#address-cells", 1);
	fdt_property_u32(fdt, "#size-cells", 1);
	fdt_property(fdt, "ranges", NULL, 0);
	for (int i = 0; i < nr; i++)
		put_node(fdt, &nodes[i]);
	fdt_end_node(fdt);
}

/* RAM is 256 MB at 0x60000000. */
static const struct node good[] = {
	{"default", 0, 16 << 20, 0x2000, 0x60000000, 0x68000000,
	 "reusable linux,cma-default", "okay"},
	{"aligned", 0, 8 << 20, 16 << 20, 0, 0, "reusable", NULL},
	{"placed", 0x6f000000, 4 << 20, 0, 0, 0, "reusable", NULL},
	{"off", 0, 4 << 20, 0, 0, 0, "reusable", "disabled"},
};

static void put_good(void *fdt)
{
	put_all(fdt, good, 4);
}

static struct fake_hw *boot(void (*put_nodes)(void *fdt), const char *bootargs)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){
		.put_nodes = put_nodes, .bootargs = bootargs});

	fake_setup_arch(f);
	return f;
}

static void assert_area(struct fake_hw *f, unsigned int i, const char *name,
			paddr_t base, uint64_t size)
{
	const struct cma *cma = &f->k->mem.cma.areas[i];

	assert_true(i < f->k->mem.cma.area_count);
	assert_string_equal(cma->name, name);
	assert_int_equal(cma_get_base(cma), base);
	assert_int_equal(cma_get_size(cma), size);
	assert_true(memblock_is_region_reserved(f->k, base, size));
}

static void assert_logged(struct fake_hw *f, const char *line)
{
	if (!strstr(f->log, line))
		fail_msg("no \"%s\" in:\n%s", line, f->log);
}

/* What has a place comes first; below the ends of ranges, from the top. */
static void test_areas(void **state)
{
	struct fake_hw *f = boot(put_good, "quiet");

	(void)state;
	assert_int_equal(f->k->mem.cma.area_count, 3);
	assert_area(f, 0, "placed", 0x6f000000, 4 * MB);
	assert_area(f, 1, "default", 0x67000000, 16 * MB);
	/* 16 MB below the placed one */
	assert_area(f, 2, "aligned", 0x6e000000, 8 * MB);
	assert_ptr_equal(f->k->mem.cma.dma_default, &f->k->mem.cma.areas[1]);
	assert_int_equal(f->k->mem.totalcma_pages, 28 * 256);
	assert_logged(f, "Reserved memory: created CMA memory pool at "
			 "0x67000000, size 16 MiB\n");
	assert_logged(f, "OF: reserved mem: initialized node default, "
			 "compatible id shared-dma-pool\n");
	fake_hw_destroy(f);
}

/* The command line has the last word about the default, also for none. */
static void test_command_line(void **state)
{
	struct fake_hw *f = boot(put_good, "cma=8M");

	(void)state;
	assert_logged(f, "Reserved memory: bypass default node, using cmdline "
			 "CMA params instead\n");
	assert_logged(f, "OF: reserved mem: node default compatible matching "
			 "fail\n");
	assert_int_equal(f->k->mem.cma.area_count, 3);
	assert_area(f, 2, "reserved", 0x6f800000, 8 * MB);
	assert_ptr_equal(f->k->mem.cma.dma_default, &f->k->mem.cma.areas[2]);
	assert_false(memblock_is_region_reserved(f->k, 0x67000000, 16 * MB));
	fake_hw_destroy(f);
	f = boot(put_good, "cma=0");
	assert_int_equal(f->k->mem.cma.area_count, 2);
	assert_null(f->k->mem.cma.dma_default);
	fake_hw_destroy(f);
}

static const struct node bad[] = {
	{"huge", 0, 300 << 20, 0, 0, 0, "reusable", NULL},
	{"unaligned", 0x62100000, 4 << 20, 0, 0, 0, "reusable", NULL},
	{"no-map", 0x63000000, 4 << 20, 0, 0, 0, "reusable no-map", NULL},
	{"private", 0, 4 << 20, 0, 0, 0, NULL, NULL},
	{"odd", 0, 6 << 20, 0, 0, 0, "reusable", NULL},
};

static void put_bad(void *fdt)
{
	put_all(fdt, bad, 5);
}

static void test_bad_nodes(void **state)
{
	struct fake_hw *f = boot(put_bad, "quiet");

	(void)state;
	assert_int_equal(f->k->mem.cma.area_count, 0);
	assert_int_equal(f->k->mem.totalcma_pages, 0);
	assert_logged(f, "OF: reserved mem: failed to allocate memory for node "
			 "'huge'\n");
	assert_logged(f,
		      "Reserved memory: incorrect alignment of CMA region\n");
	for (int i = 1; i < 5; i++) {
		char line[80];

		snprintf(line, sizeof(line),
			 "OF: reserved mem: node %s compatible matching fail\n",
			 bad[i].name);
		assert_logged(f, line);
	}
	/* What became no area is memory like all other. */
	assert_false(memblock_is_region_reserved(f->k, 0x62000000, 32 * MB));
	fake_hw_destroy(f);
}

/* Sections beside an area, a table for each 2 MB of it, all rights alike. */
static void test_mapping(void **state)
{
	struct fake_hw *f = boot(NULL, "cma=4M@0x64000000");
	const uint32_t *word = (const uint32_t *)f->k->init_mm.pgd;

	(void)state;
	assert_area(f, 0, "reserved", 0x64000000, 4 * MB);
	assert_int_equal(word[0x83f], 0x63f0041e);
	for (int i = 0x840; i < 0x844; i++)
		assert_int_equal(word[i] & 0x3ff, 0x011);
	assert_int_equal(word[0x844], 0x6440041e);
	for (vaddr_t vaddr = 0x84000000; vaddr < 0x84400000; vaddr += 4096) {
		assert_int_equal(peek(f, vaddr, MMU_WRITE, MMU_PL1),
				 vaddr - 0x20000000);
		assert_int_equal(peek_rights(f, vaddr, MMU_PL1),
				 peek_rights(f, 0x83f00000, MMU_PL1));
	}
	fake_hw_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_areas),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_bad_nodes),
		cmocka_unit_test(test_mapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
