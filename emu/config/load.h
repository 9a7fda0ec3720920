/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CONFIG_LOAD_H
#define EMU_CONFIG_LOAD_H

/*
 * What the files of emu/config/ share while one configuration is read. A
 * source is a board file or one --set; its serial number is its precedence.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <yaml.h>

#include "emu/config/config.h"
#include "emu/config/schema.h"
#include "emu/diag.h"

/* Where the value of one key came from. */
struct config_origin {
	struct diag_where where; /* file NULL: the default */
	unsigned int serial; /* of its source; 0: the default */
};

struct source {
	const char *name; /* as errors show it; in the arena */
	const char *directory; /* which its paths are relative to; "": ours */
	bool is_set; /* a --set, which has no lines */
	bool is_part; /* a map in another file, which includes nothing */
	unsigned int serial;
	const struct source *includer; /* NULL: nobody */
	dev_t dev;
	ino_t ino; /* both 0: not a file */
	yaml_document_t *document;
};

struct load {
	struct config *config; /* NULL: it is another kind of file */
	void **arena; /* where what is read goes */
	const char *what, *example; /* a "board", a key of one */
	struct diag *diag;
	unsigned int nr_sources, nr_included;
	/* Where the members of memory.nodes stand. */
	struct diag_where node_where[CONFIG_MAX_NODES];
	bool nodes_by_size; /* memory.size made the only one */
};

/* One value in one source: what a message about it needs. */
struct site {
	struct load *load;
	const struct source *source; /* NULL: a preset */
	const char *path; /* of the key: "memory.nodes[1].size" */
	yaml_node_t *node;
};

/* -- arena.c: memory that lives as long as the configuration -- */

/* Zeroed; NULL when host memory is short, which load->diag then says. */
void *load_alloc(struct load *load, size_t size_bytes);
/* A copy of @length characters. */
char *load_text(struct load *load, const char *text, size_t length);
char *load_join(struct load *load, const char *a, const char *b, const char *c);
void arena_free(void *arena);

/* -- value.c: one value -- */

/* The place of @node in @source. */
struct diag_where source_where(const struct source *source,
			       const yaml_node_t *node);

/* Records "where: path: …"; returns false. */
bool site_error(const struct site *site, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Reads @site's node into the field of @key in the struct at @base. */
bool value_read(const struct site *site, const struct key *key, void *base);

/* What may stand after a number, and what it multiplies by. */
struct unit {
	const char *name; /* NULL: the end of the list */
	uint64_t factor;
};
/*
 * All of @text as a number, decimal or 0x…, and one of the units from @unit
 * on. False: it is none. @overflow: it is one, but too large.
 */
bool number_parse(const char *text, const struct unit *unit, uint64_t *value,
		  bool *overflow);

/* Puts @key's default there. */
bool value_preset(struct load *load, const struct key *key, void *base);

/* True when the field of @key at @base holds its default. */
bool value_is_preset(const struct key *key, const void *base);

/* Adds to @bits the choice that @text is; all and none are words for it, too. */
bool value_read_choice_bit(const struct site *site, const struct key *key,
			   const char *text, uint32_t *bits);

/* -- value_list.c: memory.nodes, run and detect -- */

/* Bits, one for each name of a list. */
bool value_read_choices(const struct site *site, const struct key *key,
			uint32_t *bits);

bool value_read_nodes(const struct site *site, struct config *config);
bool value_read_programs(const struct site *site, struct config *config);
/* One of them: a command line, or a list of arguments. */
bool value_read_program(const struct site *site,
			struct kernel_program *program);
/*
 * @text as an argument of a program: after "host:" a path as seen from where we
 * are. The first is its path, or a file of the host.
 */
const char *value_read_argument(const struct site *site, bool first,
				const char *text);
/* Leaves out what the list leaves out: 0. check.c fills it in. */
bool value_read_distances(const struct site *site, const struct key *key,
			  uint32_t *distance);
/* A mask, with NODE_HAS_CPUS. */
bool value_read_cpus(const struct site *site, const struct key *key,
		     uint32_t *cpus);
#define NODE_HAS_CPUS 0x80000000u /* the key is there, be the list empty */

/* True for a path in the guest's root, or "host:" and one of the host. */
bool is_program(const char *path);
#define PROGRAM_HINT                                                         \
	"wants a path in the guest's root (/bin/sh) or host: and a file of " \
	"the host"

/* A path of the host as seen from @source: relative ones from its folder. */
const char *host_path(struct load *load, const struct source *source,
		      const char *path);

/* -- value_text.c: values and ranges as text -- */

struct range {
	char text[256];
};
struct size_text {
	char text[24];
};

/* What @key allows, in words: "1 to 4096", "true or false". */
struct range value_range(const struct key *key);
/* "a number", "a size", …, as messages and documentation call @key's kind. */
const char *value_kind_name(const struct key *key);
/* Bytes with the largest unit that divides them: 256M. */
struct size_text size_text(uint64_t size_bytes);
/* The value of a scalar key in the struct at @base, as YAML. */
void value_print(const struct key *key, const void *base, FILE *to);
/* @text as a double-quoted YAML scalar. */
void print_quoted(const char *text, FILE *to);
/*
 * A path that is right wherever the printed board is put: absolute, and
 * without detours when it exists. For the inside of double quotes.
 */
void print_path(const char *path, FILE *to);

/* -- yaml.c: sources and the documents in them -- */

/*
 * What is done with a source: @root is the map that it consists of. The
 * document is gone afterwards.
 */
typedef bool (*source_use)(const struct site *root);

/* @from wants to include it; NULL: the user named it. */
bool source_read_file(struct load *load, const char *path,
		      const struct site *from, source_use use);
bool source_read_text(struct load *load, const char *name, const char *text,
		      size_t size_bytes, source_use use);
/* source->document from @text, one and no more; to be deleted when true. */
bool source_parse(const struct load *load, struct source *source,
		  const char *text, size_t size_bytes);

/* Of a scalar node. */
static inline const char *scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}
#define MAX_KEY_PATH 256
/* The path of the key @name in the group @group; false: too long. */
bool key_join(char path[MAX_KEY_PATH], const char *group, const char *name);

/* Nothing, "null" or "~". */
bool node_is_null(const yaml_node_t *node);
/*
 * The name of the pair @pair in @map's node. NULL, and an error, when it is no
 * word or stands there twice.
 */
yaml_node_t *pair_name(const struct site *map, const yaml_node_pair_t *pair);

/* -- apply.c: keys of boards -- */

bool apply_file(struct load *load, const char *path);
bool apply_text(struct load *load, const char *name, const char *text,
		size_t size_bytes);
bool apply_set(struct load *load, const char *set);
/* The same, of another option than --set. */
bool apply_option(struct load *load, const char *option, const char *set);
/* The map @keys (or nothing) in the file @of, which may be of another kind. */
bool apply_part(struct load *load, const struct source *of, yaml_node_t *keys);

/* -- config.c -- */

/*
 * config_load() for a file of another kind with keys of a board in it: the
 * board file @path, the @nr_sets texts @sets, then the map @keys, NULL: none,
 * in the file @of, whose name must live as long as the configuration.
 */
struct config *config_load_part(const char *path, const char *const *sets,
				size_t nr_sets, const struct source *of,
				yaml_node_t *keys, struct diag *diag);

/* -- check.c: what no key can tell alone -- */

/* Fills in what was left open (core, nodes), then judges the whole. */
bool check_resolve(struct load *load);
/* Where the value of the key @path came from. */
struct config_origin *config_origin_of(const struct config *config,
				       const char *path);

/* -- check_memory.c -- */

/* Sizes, places, distances and cores of nodes; and whether all of it fits. */
bool check_memory(struct load *load);

/* -- memory_errors.c: inject.memory_errors, from text to inject.memory -- */
bool check_memory_errors(const struct load *load);

#endif
