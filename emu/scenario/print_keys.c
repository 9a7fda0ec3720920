/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of keys as a page of documentation: a section for each record, in
 * the order in which one meets them.
 */
#include <stdio.h>

#include "emu/config/load.h"
#include "emu/scenario/keys.h"
#include "emu/scenario/scenario.h"

static void print_key(const struct field *field, FILE *to)
{
	const struct key *key = &field->key;
	const char *preset = key->preset ? key->preset : key->absent;
	const char *quote = key->preset ? "`" : "";

	fprintf(to, "| `%s` | ", key->path);
	if (field->read && !key->choices)
		fputs(field->wants, to);
	else
		fprintf(to, "%s: %s", value_kind_name(key),
			value_range(key).text);
	fprintf(to, " | %s%s%s | %s |\n", quote,
		key->preset && !*preset ? "\"\"" : preset, quote,
		key->sentence);
}

static void print_record(const struct record *record, FILE *to)
{
	fprintf(to,
		"\n## %s\n\n"
		"| key | value | default | meaning |\n"
		"|---|---|---|---|\n",
		record->title);
	for (size_t i = 0; i < record->nr_fields; i++)
		print_key(&record->fields[i], to);
	for (size_t i = 0; i < record->nr_fields; i++) {
		const struct record *inner = record->fields[i].record;

		/* console and log are of the same kind */
		if (inner && (!i || inner != record->fields[i - 1].record))
			print_record(inner, to);
	}
}

void scenario_print_keys(FILE *to)
{
	static const char head[] =
		"# Keys of a scenario\n"
		"\n"
		"A scenario is a file of YAML: a board, guests, and what is "
		"expected to\n"
		"happen. `mmuscope test FILE…` runs it and says whether it did. "
		"This page is\n"
		"the output of `mmuscope test --keys`.\n"
		"\n"
		"Numbers may be hexadecimal (0x40); those of cycles and counts "
		"may end in K,\n"
		"M or G: thousands, millions, thousands of millions. Of a range "
		"both ends are\n"
		"included. Symbols are those of the guest that `of` names, "
		"else of the first\n"
		"that has them.\n";

	fputs(head, to);
	print_record(&scenario_record, to);
}
