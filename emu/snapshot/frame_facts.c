/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that the kernel knows of one frame, or of two: of that which is selected
 * and of that which is pointed at. A frame that very many processes map tells
 * of the first of them, and how many there are more.
 */
#include "emu/snapshot/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/machine_state.h"

#define MAX_MAPPERS 32

struct sink {
	struct part_writer *writer;
	uint64_t pfn;
	unsigned int nr_mappers;
	bool skips; /* what there are too many of */
};

static void put(struct sink *sink, unsigned int depth, const char *key,
		const char *value)
{
	struct snapshot_fact *fact = sink->skips ? NULL
						 : part_add(sink->writer);

	if (!fact)
		return;
	fact->pfn = (uint32_t)sink->pfn;
	fact->depth = depth;
	snprintf(fact->key, sizeof(fact->key), "%s", key);
	snprintf(fact->value, sizeof(fact->value), "%s", value);
}

static void begin(void *arg, const char *list)
{
	struct sink *sink = arg;

	if (!strcmp(list, "mapped by"))
		sink->skips = ++sink->nr_mappers > MAX_MAPPERS;
	put(sink, 0, list, "");
}

static void text(void *arg, const char *key, const char *value)
{
	put(arg, 1, key, value);
}

static void number(void *arg, const char *key, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, value);
	put(arg, 1, key, digits);
}

static void end(void *arg)
{
	(void)arg;
}

static void tell(const struct snapshot_source *source,
		 struct part_writer *writer, uint64_t pfn)
{
	struct sink sink = {.writer = writer, .pfn = pfn};
	const struct kernel_facts facts = {&sink, begin, text, number, end};
	char error[128];

	if (pfn == SNAPSHOT_NO_FRAME)
		return;
	kernel_why_page(source->machine->kernel, pfn, &facts, error,
			sizeof(error));
	if (!sink.skips)
		return;
	sink.skips = false;
	begin(&sink, "more");
	number(&sink, "mappers", sink.nr_mappers - MAX_MAPPERS);
}

struct part *take_frame_facts(const struct snapshot_source *source)
{
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_fact)};

	tell(source, &writer, source->wish->pfn);
	if (source->wish->pointed != source->wish->pfn)
		tell(source, &writer, source->wish->pointed);
	return part_done(&writer);
}
