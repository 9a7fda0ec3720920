/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables as text: a heading that says whose and when, then either the
 * lines of /sys/kernel/debug/kernel_page_tables, markers included, or each
 * word of the tables with what it means. Of a page there are two words: the
 * one that Linux thinks in and the one that hardware walks.
 */
#include "emu/page_tables.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

static const char *text_of(const json_t *record, const char *key)
{
	return json_string_value(json_object_get(record, key)) ?: "";
}

static long long number_of(const json_t *record, const char *key)
{
	return json_integer_value(json_object_get(record, key));
}

static uint64_t address_of(const json_t *record, const char *key)
{
	return strtoull(text_of(record, key), NULL, 0);
}

static void print_heading(const json_t *facts, FILE *to)
{
	const json_t *tables = json_object_get(facts, "tables");

	fprintf(to, "after %lld cycles, %lld faults\n",
		number_of(facts, "cycle"), number_of(facts, "faults"));
	if (json_object_get(tables, "pid"))
		fprintf(to,
			"process %lld (%s), first level at %s; %lld of the "
			"kernel's pairs not copied yet\n",
			number_of(tables, "pid"), text_of(tables, "comm"),
			text_of(tables, "first_level_at"),
			number_of(tables, "kernel_pairs_not_copied"));
	else
		fprintf(to, "the kernel, first level at %s\n",
			text_of(tables, "first_level_at"));
}

/* ---- stretches -------------------------------------------------------------- */

static void print_stretch(const json_t *stretch, FILE *to)
{
	const uint64_t start = address_of(stretch, "start");
	const uint64_t end = address_of(stretch, "end");
	const char *unit = "KMGTPE";
	uint64_t size = (end - start) >> 10;

	for (; !(size & 1023) && unit[1]; unit++)
		size >>= 10;
	fprintf(to,
		"0x%08" PRIx64 "-0x%08" PRIx64 "   %9" PRIu64 "%c %-7s %s\n",
		start, end, size, *unit, text_of(stretch, "domain"),
		text_of(stretch, "rights"));
}

/* The markers of the regions that begin below @vaddr. */
static void print_markers(const json_t *regions, size_t *next, uint64_t vaddr,
			  FILE *to)
{
	for (; *next < json_array_size(regions); ++*next) {
		const json_t *region = json_array_get(regions, *next);

		if (address_of(region, "start") > vaddr)
			return;
		fprintf(to, "---[ %s ]---\n", text_of(region, "name"));
	}
}

static void print_stretches(const json_t *facts, FILE *to)
{
	const json_t *regions = json_object_get(facts, "regions");
	const json_t *stretches = json_object_get(facts, "stretches");
	size_t next = 0;

	for (size_t i = 0; i < json_array_size(stretches); i++) {
		const json_t *stretch = json_array_get(stretches, i);

		print_markers(regions, &next, address_of(stretch, "start"), to);
		print_stretch(stretch, to);
	}
	print_markers(regions, &next, UINT64_MAX, to);
}

/* ---- entries ------------------------------------------------------------------ */

static void print_entry(const json_t *entry, FILE *to)
{
	const bool first = number_of(entry, "level") == 1;

	if (!first)
		fprintf(to, "  %s linux    %s at %s: %s\n             ",
			text_of(entry, "va"), text_of(entry, "linux_word"),
			text_of(entry, "linux_at"),
			text_of(entry, "linux_says"));
	else
		fprintf(to, "%s ", text_of(entry, "va"));
	fprintf(to, "%s %s at %s: %s\n", first ? "level 1   " : "hardware",
		text_of(entry, "word"), text_of(entry, "descriptor_at"),
		text_of(entry, "meaning"));
}

void page_tables_print(const json_t *facts, FILE *to)
{
	const json_t *entries = json_object_get(facts, "entries");

	print_heading(facts, to);
	if (!entries)
		print_stretches(facts, to);
	for (size_t i = 0; i < json_array_size(entries); i++)
		print_entry(json_array_get(entries, i), to);
}
