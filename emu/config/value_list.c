/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The keys that hold lists: memory.nodes, a list of maps, run, a list of
 * programs, and detect, a list of names. A list replaces an earlier one as a whole; lists are never
 * merged. Leaves to check.c whether nodes overlap and fit the board.
 */

#include "emu/config/load.h"

#include <string.h>

#include "emu/config/schema.h"

enum {
	MAX_PROGRAMS = 64
};

static yaml_node_t *node_number(const struct site *site, int number)
{
	return yaml_document_get_node(site->source->document, number);
}

static size_t list_length(const yaml_node_t *list)
{
	return (size_t)(list->data.sequence.items.top -
			list->data.sequence.items.start);
}

static yaml_node_t *list_item(const struct site *site, size_t i)
{
	return node_number(site, site->node->data.sequence.items.start[i]);
}

/* ---- memory.nodes ------------------------------------------------------- */

bool value_read_distances(const struct site *site, const struct key *key,
			  uint32_t *distance)
{
	const struct key number = {
		.kind = KEY_U32, .low = key->low, .high = key->high};
	struct site item = *site;
	size_t nr;

	if (site->node->type != YAML_SEQUENCE_NODE)
		return site_error(site, "wants a list of distances, each %s",
				  value_range(key).text);
	nr = list_length(site->node);
	if (!nr || nr > CONFIG_MAX_NODES)
		return site_error(site, "wants one distance for each node");
	for (size_t i = 0; i < nr; i++) {
		item.node = list_item(site, i);
		if (!value_read(&item, &number, &distance[i]))
			return false;
	}
	return true;
}

bool value_read_cpus(const struct site *site, const struct key *key,
		     uint32_t *cpus)
{
	const struct key number = {.kind = KEY_U32, .high = key->high};
	struct site item = *site;

	if (site->node->type != YAML_SEQUENCE_NODE)
		return site_error(site, "wants a list of cores, each %s",
				  value_range(key).text);
	*cpus = NODE_HAS_CPUS;
	for (size_t i = 0; i < list_length(site->node); i++) {
		uint32_t cpu;

		item.node = list_item(site, i);
		if (!value_read(&item, &number, &cpu))
			return false;
		*cpus |= 1u << cpu;
	}
	return true;
}

static bool read_member(const struct site *site, yaml_node_pair_t *pair,
			struct config_node *node)
{
	yaml_node_t *name = node_number(site, pair->key);
	struct site value = *site;
	const struct key *key = NULL;
	char path[96];

	if (name->type == YAML_SCALAR_NODE) {
		snprintf(path, sizeof(path), "%s.%.60s", site->path,
			 (const char *)name->data.scalar.value);
		value.path = path;
		key = schema_find_node_key(
			(const char *)name->data.scalar.value);
	}
	value.node = name;
	if (!key)
		return site_error(&value, "unknown key; a node has base, size, "
					  "distance and cpus");
	value.node = node_number(site, pair->value);
	return value_read(&value, key, node);
}

static bool read_node(const struct site *site, struct config_node *node)
{
	yaml_node_pair_t *pair, *top;

	*node = (struct config_node){.base = UINT64_MAX};
	if (site->node->type != YAML_MAPPING_NODE)
		return site_error(site, "wants a map with base, size, distance "
					"and cpus");
	top = site->node->data.mapping.pairs.top;
	for (pair = site->node->data.mapping.pairs.start; pair < top; pair++)
		if (!read_member(site, pair, node))
			return false;
	if (!node->size_bytes)
		return site_error(site, "has no size");
	return true;
}

bool value_read_nodes(const struct site *site, struct config *config)
{
	struct load *load = site->load;
	struct site item = *site;
	size_t nr = 0;
	char path[32];

	if (site->node->type == YAML_SEQUENCE_NODE)
		nr = list_length(site->node);
	if (!nr || nr > CONFIG_MAX_NODES)
		return site_error(site,
				  "wants a list of 1 to %d nodes, each "
				  "{base: …, size: …, distance: […], "
				  "cpus: […]}",
				  CONFIG_MAX_NODES);
	item.path = path;
	for (size_t i = 0; i < nr; i++) {
		snprintf(path, sizeof(path), "memory.nodes[%zu]", i);
		item.node = list_item(site, i);
		load->node_where[i] = source_where(site->source, item.node);
		if (!read_node(&item, &config->memory.nodes[i]))
			return false;
	}
	config->memory.nr_nodes = (unsigned int)nr;
	return true;
}

/* ---- detect --------------------------------------------------------------- */

bool value_read_choices(const struct site *site, const struct key *key,
			uint32_t *bits)
{
	struct site item = *site;

	*bits = 0;
	for (size_t i = 0; i < list_length(site->node); i++) {
		item.node = list_item(site, i);
		if (item.node->type != YAML_SCALAR_NODE)
			return site_error(&item, "wants a list of names: %s",
					  value_range(key).text);
		if (!value_read_choice_bit(
			    &item, key,
			    (const char *)item.node->data.scalar.value, bits))
			return false;
	}
	return true;
}

/* ---- run ---------------------------------------------------------------- */

/* True for a scalar that C can hold; otherwise says @what was wanted. */
static bool is_text(const struct site *site, const char *what)
{
	const yaml_node_t *node = site->node;

	if (node->type != YAML_SCALAR_NODE)
		return site_error(site, "%s", what);
	if (strlen((const char *)node->data.scalar.value) !=
	    node->data.scalar.length)
		return site_error(site, "has a NUL character in it");
	return true;
}

bool is_program(const char *path)
{
	return path[0] == '/' || host_program(path);
}

const char *host_program(const char *path)
{
	static const char prefix[] = "host:";
	size_t length = strlen(prefix);

	if (strncmp(path, prefix, length) || !path[length])
		return NULL;
	return path + length;
}

const char *value_read_argument(const struct site *site, bool first,
				const char *text)
{
	const char *host = host_program(text);
	struct load *load = site->load;

	if (host) {
		host = host_path(load, site->source, host);
		return host ? load_join(load, "host:", host, "") : NULL;
	}
	if (!first || text[0] == '/')
		return load_join(load, text, "", "");
	site_error(site, "'%.60s' is no program; " PROGRAM_HINT, text);
	return NULL;
}

/* "/bin/ls -l /": split at blanks, without any quoting. */
static bool read_command(const struct site *site,
			 struct kernel_program *program)
{
	const char *text = (const char *)site->node->data.scalar.value;
	const char **argv = load_alloc(site->load,
				       (strlen(text) / 2 + 2) * sizeof(*argv));
	char *rest, *word, *copy = load_join(site->load, text, "", "");
	size_t nr = 0;

	if (!argv || !copy)
		return false;
	if (strpbrk(text, "'\"\\|;<>&$`"))
		return site_error(site,
				  "a command line has no quotes and no shell "
				  "here; write it as a list: "
				  "[[/bin/sh, -c, '…']]");
	for (word = strtok_r(copy, " \t\n", &rest); word;
	     word = strtok_r(NULL, " \t\n", &rest)) {
		argv[nr] = value_read_argument(site, !nr, word);
		if (!argv[nr++])
			return false;
	}
	program->argv = argv;
	return nr || site_error(site, "is an empty command line");
}

static bool read_argv(const struct site *site, struct kernel_program *program)
{
	size_t nr = list_length(site->node);
	const char **argv = load_alloc(site->load, (nr + 1) * sizeof(*argv));
	struct site item = *site;

	if (!argv)
		return false;
	if (!nr)
		return site_error(site, "is an empty list of arguments");
	for (size_t i = 0; i < nr; i++) {
		item.node = list_item(site, i);
		if (!is_text(&item, "an argument is text"))
			return false;
		argv[i] = value_read_argument(
			&item, !i, (const char *)item.node->data.scalar.value);
		if (!argv[i])
			return false;
	}
	program->argv = argv;
	return true;
}

bool value_read_program(const struct site *site, struct kernel_program *program)
{
	if (site->node->type == YAML_SEQUENCE_NODE)
		return read_argv(site, program);
	return is_text(site, "a program is a command line or a list of "
			     "arguments") &&
	       read_command(site, program);
}

/* A single scalar is one program; a list is a list of programs. */
bool value_read_programs(const struct site *site, struct config *config)
{
	bool list = site->node->type == YAML_SEQUENCE_NODE;
	size_t nr = list ? list_length(site->node) : 1;
	struct kernel_program *programs;
	struct site item = *site;
	char path[32] = "run";

	if (!nr)
		return site_error(site, "is an empty list; without this key "
					"/bin/sh is run");
	if (nr > MAX_PROGRAMS)
		return site_error(site, "%zu programs are too many; at most %d",
				  nr, MAX_PROGRAMS);
	programs = load_alloc(site->load, nr * sizeof(*programs));
	if (!programs)
		return false;
	item.path = path;
	for (size_t i = 0; i < nr; i++) {
		if (list) {
			snprintf(path, sizeof(path), "run[%zu]", i);
			item.node = list_item(site, i);
		}
		if (!value_read_program(&item, &programs[i]))
			return false;
	}
	config->run = programs;
	config->nr_run = (unsigned int)nr;
	return true;
}
