/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that explain a fault: see explain_model.h. */
#include "emu/viewer/explain_model.h"

#include <stdlib.h>
#include <string.h>

struct explain_lines explain_lines(const struct snapshot *snapshot)
{
	struct explain_lines lines = {0};

	if (!snapshot)
		return lines;
	lines.line = snapshot_explain(snapshot, &lines.nr);
	if (!lines.nr)
		return lines;
	lines.fault = strtoull(lines.line[0].value, NULL, 10);
	for (uint32_t i = 1; i < lines.nr && lines.line[i].depth; i++)
		if (!strcmp(lines.line[i].key, "address"))
			lines.address = (uint32_t)strtoul(lines.line[i].value,
							  NULL, 16);
	return lines;
}

uint32_t explain_section(const struct explain_lines *lines, const char *name)
{
	for (uint32_t i = 0; i < lines->nr; i++)
		if (!lines->line[i].depth && !strcmp(lines->line[i].key, name))
			return i;
	return EXPLAIN_NONE;
}

uint32_t explain_end(const struct explain_lines *lines, uint32_t first)
{
	uint32_t end = first + 1;

	while (end < lines->nr && lines->line[end].depth)
		end++;
	return end;
}

/* The record that line @at is in, as the how manieth of its name. */
static const char *record_of(const struct explain_lines *lines,
			     uint32_t section, uint32_t at, unsigned int *nth)
{
	const char *name = "";

	while (at > section && lines->line[at].depth != 1)
		at--;
	*nth = 0;
	if (at == section)
		return name;
	name = lines->line[at].key;
	for (uint32_t i = section + 1; i < at; i++)
		*nth += lines->line[i].depth == 1 &&
			!strcmp(lines->line[i].key, name);
	return name;
}

bool explain_differs(const struct explain_lines *lines, uint32_t section,
		     uint32_t at, uint32_t other)
{
	unsigned int nth, other_nth;
	const char *record = record_of(lines, section, at, &nth);
	const uint32_t end = explain_end(lines, other);

	for (uint32_t i = other + 1; i < end; i++)
		if (lines->line[i].depth == lines->line[at].depth &&
		    !strcmp(lines->line[i].key, lines->line[at].key) &&
		    !strcmp(record_of(lines, other, i, &other_nth), record) &&
		    other_nth == nth)
			return strcmp(lines->line[i].value,
				      lines->line[at].value) != 0;
	return true;
}

bool explain_same_page(const char *value, uint32_t address)
{
	char *end;
	unsigned long number = strtoul(value, &end, 16);

	return end != value && number >> 12 == address >> 12;
}
