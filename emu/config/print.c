/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The resolved board as YAML, and the schema as a page of documentation.
 * Invariant: reading the printed board gives the same configuration, from
 * whatever folder (paths are printed absolute).
 */

#include "emu/config/config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/load.h"
#include "emu/config/schema.h"

enum {
	COMMENT_COLUMN = 40
};

/* ---- the board ---------------------------------------------------------- */

static void indent(int depth, FILE *to)
{
	fprintf(to, "%*s", 2 * depth, "");
}

/* How many leading groups @a and @b share: 2 for cpu.tlb.ways, cpu.tlb.x. */
static int shared_groups(const char *a, const char *b)
{
	int groups = 0;

	for (; *a && *a == *b; a++, b++)
		groups += *a == '.';
	return groups;
}

/* Opens the groups of @path from number @from on; returns their number. */
static int open_groups(const char *path, int from, FILE *to)
{
	const char *dot;
	int depth = 0;

	for (; (dot = strchr(path, '.')); path = dot + 1, depth++) {
		if (depth < from)
			continue;
		indent(depth, to);
		fprintf(to, "%.*s:\n", (int)(dot - path), path);
	}
	return depth;
}

/* "# configs/x.yaml:12", one line whatever a --set holds. */
static void print_origin(const struct config *config, const struct key *key,
			 FILE *to)
{
	const struct diag_where *where =
		&config->origin[key - config_keys].where;
	const char *file = where->file ? where->file : "default";

	fprintf(to, "# ");
	for (; *file; file++)
		putc((unsigned char)*file < 0x20 ? '?' : *file, to);
	if (where->line)
		fprintf(to, ":%u", where->line);
	putc('\n', to);
}

/* "0, 2" */
static void print_bits(uint32_t mask, FILE *to)
{
	const char *comma = "";

	for (int bit = 0; bit < 32; bit++)
		if (mask & 1u << bit) {
			fprintf(to, "%s%d", comma, bit);
			comma = ", ";
		}
}

static void print_nodes(const struct config *config, int depth, FILE *to)
{
	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		const struct config_node *node = &config->memory.nodes[i];

		indent(depth, to);
		fprintf(to, "- {base: 0x%08" PRIx64 ", size: %s, distance: [",
			node->base, size_text(node->size_bytes).text);
		for (unsigned int j = 0; j < config->memory.nr_nodes; j++)
			fprintf(to, "%s%" PRIu32, j ? ", " : "",
				node->distance[j]);
		fprintf(to, "], cpus: [");
		print_bits(node->cpus, to);
		fprintf(to, "]}\n");
	}
}

/* True for what a literal block can hold and show better than quotes. */
static bool is_script(const char *text)
{
	bool plain = strchr(text, '\n') && *text != ' ' && *text != '\n';
	size_t length = strlen(text);

	for (const char *c = text; *c; c++)
		plain = plain && ((unsigned char)*c >= 0x20 || *c == '\n') &&
			(unsigned char)*c < 0x7f;
	return plain && strcmp(text + length - 2, "\n\n") != 0;
}

static void print_script(const char *text, int depth, FILE *to)
{
	bool ends = text[strlen(text) - 1] == '\n';

	fprintf(to, ends ? "|\n" : "|-\n");
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length)
			indent(depth, to);
		fprintf(to, "%.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void print_argument(const char *text, int depth, FILE *to)
{
	const char *host = host_program(text);

	if (is_script(text)) {
		print_script(text, depth + 1, to);
		return;
	}
	if (host) {
		fprintf(to, "\"host:");
		print_path(host, to);
		putc('"', to);
	} else {
		print_quoted(text, to);
	}
	putc('\n', to);
}

static void print_programs(const struct config *config, int depth, FILE *to)
{
	for (unsigned int i = 0; i < config->nr_run; i++) {
		const char *const *argv = config->run[i].argv;

		for (int j = 0; argv[j]; j++) {
			indent(depth, to);
			fprintf(to, j ? "  - " : "- - ");
			print_argument(argv[j], depth + 1, to);
		}
	}
}

static bool is_list(const struct key *key)
{
	return key->kind == KEY_NODES || key->kind == KEY_PROGRAMS;
}

/* "key: value", without the value of a list. */
static void print_value(const struct config *config, const struct key *key,
			const char *name, FILE *to)
{
	fprintf(to, "%s:", name);
	if (is_list(key))
		return;
	putc(' ', to);
	value_print(key, config, to);
}

/* A key's line, padded so that the comments stand below each other. */
static void print_with_origin(const struct config *config,
			      const struct key *key, const char *name,
			      int depth, FILE *to)
{
	char *text = NULL;
	size_t size;
	FILE *line = open_memstream(&text, &size);

	if (!line)
		return;
	print_value(config, key, name, line);
	fclose(line);
	indent(depth, to);
	fprintf(to, "%-*s ", COMMENT_COLUMN - 2 * depth, text);
	print_origin(config, key, to);
	free(text);
}

static void print_bare(const struct config *config, const struct key *key,
		       const char *name, int depth, FILE *to)
{
	indent(depth, to);
	print_value(config, key, name, to);
	putc('\n', to);
}

typedef void (*print_line)(const struct config *config, const struct key *key,
			   const char *name, int depth, FILE *to);

static void print_key(const struct config *config, const struct key *key,
		      print_line line, int depth, FILE *to)
{
	const char *dot = strrchr(key->path, '.');

	line(config, key, dot ? dot + 1 : key->path, depth, to);
	if (key->kind == KEY_NODES)
		print_nodes(config, depth + 1, to);
	else if (key->kind == KEY_PROGRAMS)
		print_programs(config, depth + 1, to);
}

static void print_keys(const struct config *config, print_line line, FILE *to)
{
	const char *before = "";

	for (size_t i = 0; i < config_nr_keys; i++) {
		const struct key *key = &config_keys[i];
		int shared = shared_groups(before, key->path);

		if (key->kind == KEY_INCLUDE)
			continue;
		print_key(config, key, line, open_groups(key->path, shared, to),
			  to);
		before = key->path;
	}
}

void config_print(const struct config *config, FILE *to)
{
	print_keys(config, print_with_origin, to);
}

void config_print_values(const struct config *config, FILE *to)
{
	print_keys(config, print_bare, to);
}

/* ---- the documentation -------------------------------------------------- */

static void document_key(const struct key *key, FILE *to)
{
	struct range range = value_range(key);
	const char *kind = value_kind_name(key);
	const char *preset = key->preset ? key->preset : key->absent;

	fprintf(to, "| `%s` | %s: %s | %s%s%s | %s", key->path, kind,
		range.text, key->preset ? "`" : "", *preset ? preset : "\"\"",
		key->preset ? "`" : "", key->sentence);
	if (key->later)
		fprintf(to, " Not yet: only the default works until %s exists.",
			key->later);
	fprintf(to, " |\n");
}

static void document_table(FILE *to)
{
	fprintf(to, "| key | value | default | meaning |\n"
		    "|---|---|---|---|\n");
}

static void document_boards(FILE *to)
{
	static const char boards[] =
		"\n"
		"## The files of this folder\n"
		"\n"
		"| file | RAM | what it is good for |\n"
		"|---|---|---|\n"
		"| `vexpress-a9.yaml` | 256 MB | The reference board: figures "
		"of the documentation are about it. |\n"
		"| `debian.yaml` | 256 MB | The same with Debian's programs "
		"(build/rootfs-debian), at addresses drawn from the seed: for "
		"trying a program off the shelf. |\n"
		"| `tiny-8m.yaml` | 8 MB | Pressure after a few programs: "
		"watermarks, fragmentation, the OOM killer. |\n"
		"| `highmem.yaml` | 2 GB | A 32-bit board with much memory at "
		"the usual 3G/1G split: 768 MB of lowmem, the rest highmem, "
		"which the kernel reaches through windows in the fixmap, by its "
		"page tables and the TLB. For zones, fallback, lowmem_reserve, "
		"and lowmem that runs out while highmem is free; `vmalloc=900M` "
		"in the boot arguments leaves little of it. |\n"
		"| `numa-2node.yaml` | 2 x 64 MB | Two NUMA nodes with a hole "
		"between them: whose memory an allocation gets. |\n"
		"| `smp-4.yaml` | 256 MB | The reference board with four "
		"cores; `cpu.count` gives other boards several, too. |\n"
		"| `raspi2.yaml` | 960 MB | RAM at 0, and a HighMem that is "
		"small beside Normal; micro-TLBs before a large TLB. |\n"
		"| `realview-pb-a8.yaml` | 256 MB | Separate TLBs for fetches "
		"and data. |\n"
		"| `linux-virt.yaml` | 256 MB | The twin of the machine on "
		"which real Linux is asked (tools/linux-oracle). |\n"
		"| `linux-virt-numa.yaml` | 4 x 128 MB | The same with four "
		"nodes (tools/linux-oracle --numa). |\n"
		"| `cores/` | | TLBs and caches of each core, to be included. |\n"
		"| `scenarios/` | | No boards: a course on fault handling, and "
		"its own README. |\n";

	fputs(boards, to);
}

void config_print_keys(FILE *to)
{
	static const char head[] =
		"# Board files\n"
		"\n"
		"A board file is YAML: a map of the keys below, where "
		"`cpu.tlb.entries` is\n"
		"`entries` in `tlb` in `cpu`. Every key has a default. `include` "
		"reads other\n"
		"files first; of several values for a key the last one counts, "
		"and `--set\n"
		"key=value` comes last of all. Lists replace each other as a "
		"whole.\n"
		"\n"
		"Relative paths, those after `host:` too, start from the folder "
		"of the file\n"
		"that they stand in; those in a `--set` from the working "
		"directory. Numbers\n"
		"may be hexadecimal (0x40), sizes end in K, M or G (powers of "
		"1024),\n"
		"frequencies in kHz, MHz or GHz.\n"
		"\n"
		"`mmuscope config BOARD.yaml` prints every key of a board with "
		"its value and\n"
		"where it came from. This page is the output of `mmuscope config "
		"--keys`.\n"
		"\n";

	fputs(head, to);
	document_table(to);
	for (size_t i = 0; i < config_nr_keys; i++)
		document_key(&config_keys[i], to);
	fprintf(to, "\nThe keys of each member of `memory.nodes`:\n\n");
	document_table(to);
	for (size_t i = 0; i < node_nr_keys; i++)
		document_key(&node_keys[i], to);
	document_boards(to);
}

void config_print_words(FILE *to)
{
	for (size_t i = 0; i < config_nr_keys; i++) {
		const struct key *key = &config_keys[i];

		fprintf(to, "%s%s=", i ? " " : "", key->path);
		if (key->kind == KEY_BOOL)
			fputs("true|false", to);
		for (size_t c = 0; key->choices && key->choices[c]; c++)
			fprintf(to, "%s%s", c ? "|" : "", key->choices[c]);
	}
}
