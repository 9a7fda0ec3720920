/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Keys of sources into the configuration, one after the other: those of a
 * board file after what it includes, of a --set, of a map in another file.
 *
 * Invariants: a source's own keys come after those of its includes and so win
 * over them; within one source a key stands once. Merge keys (<<) do not work,
 * include does their work.
 */

#include "emu/config/load.h"

#include <string.h>

#include "emu/config/schema.h"

enum {
	MAX_INCLUDED = 64,
};

/* ---- keys --------------------------------------------------------------- */

static bool apply_map(const struct site *map);
static bool include_all(const struct site *site);

static bool unknown_key(const struct site *site)
{
	struct word near = schema_nearest(site->path);

	if (near.text)
		return site_error(site, "unknown key; did you mean %.*s?",
				  near.length, near.text);
	return site_error(site, "unknown key; `mmuscope config --keys` lists "
				"all keys");
}

static struct config_origin *origin_of(const struct site *site,
				       const struct key *key)
{
	return &site->load->config->origin[key - config_keys];
}

/* "cpu.count" and "count" inside "cpu" are the same key given twice. */
static bool apply_key(const struct site *site, const struct key *key)
{
	struct config_origin *origin = origin_of(site, key);
	unsigned int serial = site->source->serial;

	if (key->kind == KEY_INCLUDE && site->source->is_set)
		return include_all(site);
	if (key->kind == KEY_INCLUDE) /* of a file: read before its keys */
		return !site->source->is_part ||
		       site_error(site, "stands in board files only");
	if (origin->serial == serial)
		return site_error(site, "given twice, first in line %u",
				  origin->where.line);
	if (!value_read(site, key, site->load->config))
		return false;
	origin->serial = serial;
	origin->where = source_where(site->source, site->node);
	return true;
}

/* A group whose keys are all commented out is an empty one. */
static bool apply_group(const struct site *site)
{
	if (node_is_null(site->node))
		return true;
	if (site->node->type != YAML_MAPPING_NODE)
		return site_error(site, "is a group of keys, not a value");
	return apply_map(site);
}

/* @name is the key's node, for the place of messages about the key itself. */
static bool apply_pair(const struct site *value, yaml_node_t *name)
{
	const struct key *key = schema_find(value->path);
	struct site site = *value;

	if (key)
		return apply_key(value, key);
	if (schema_is_group(value->path))
		return apply_group(value);
	site.node = name;
	return unknown_key(&site);
}

static bool apply_map_pair(const struct site *map, const yaml_node_pair_t *pair)
{
	yaml_node_t *name = pair_name(map, pair);
	struct site site = *map;
	char path[MAX_KEY_PATH];

	if (!name)
		return false;
	site.node = name;
	site.path = path;
	if (!key_join(path, map->path, scalar(name)))
		return unknown_key(&site);
	site.node = yaml_document_get_node(map->source->document, pair->value);
	return apply_pair(&site, name);
}

static bool apply_map(const struct site *map)
{
	const yaml_node_pair_t *pair = map->node->data.mapping.pairs.start;

	for (; pair < map->node->data.mapping.pairs.top; pair++)
		if (!apply_map_pair(map, pair))
			return false;
	return true;
}

/* ---- includes ----------------------------------------------------------- */

static bool apply_root(const struct site *root);

static bool include_one(const struct site *site)
{
	const char *path;

	if (site->node->type != YAML_SCALAR_NODE || !*scalar(site->node))
		return site_error(site, "wants %s",
				  value_kind_name(schema_find("include")));
	if (++site->load->nr_included > MAX_INCLUDED)
		return site_error(site, "more than %d files are included",
				  MAX_INCLUDED);
	path = host_path(site->load, site->source, scalar(site->node));
	return path && source_read_file(site->load, path, site, apply_root);
}

static bool include_all(const struct site *site)
{
	struct site item = *site;
	yaml_node_item_t *i;

	if (site->node->type != YAML_SEQUENCE_NODE)
		return include_one(site);
	for (i = site->node->data.sequence.items.start;
	     i < site->node->data.sequence.items.top; i++) {
		item.node = yaml_document_get_node(site->source->document, *i);
		if (!include_one(&item))
			return false;
	}
	return true;
}

/* Whatever the root map includes, wherever in it that stands. */
static bool apply_includes(const struct site *root)
{
	yaml_document_t *document = root->source->document;
	yaml_node_pair_t *pair = root->node->data.mapping.pairs.start;
	struct site site = *root;

	site.path = "include";
	for (; pair < root->node->data.mapping.pairs.top; pair++) {
		yaml_node_t *name = yaml_document_get_node(document, pair->key);

		if (name->type != YAML_SCALAR_NODE ||
		    strcmp(scalar(name), "include") != 0)
			continue;
		site.node = yaml_document_get_node(document, pair->value);
		return include_all(&site);
	}
	return true;
}

/* ---- sources ------------------------------------------------------------ */

/* Includes first, so that the source's own keys win. */
static bool apply_root(const struct site *root)
{
	struct source source = *root->source;
	struct site site = *root;

	if (!apply_includes(root))
		return false;
	source.serial = ++root->load->nr_sources;
	site.source = &source;
	return apply_map(&site);
}

bool apply_file(struct load *load, const char *path)
{
	return source_read_file(load, path, NULL, apply_root);
}

bool apply_text(struct load *load, const char *name, const char *text,
		size_t size_bytes)
{
	return source_read_text(load, name, text, size_bytes, apply_root);
}

bool apply_part(struct load *load, const struct source *of, yaml_node_t *keys)
{
	struct source source = *of;
	const struct site site = {
		.load = load, .source = &source, .path = "", .node = keys};

	source.serial = ++load->nr_sources;
	source.is_part = true;
	return apply_group(&site);
}

/* "cpu.count=4" is the map {cpu.count: 4}, the value being any flow YAML. */
bool apply_option(struct load *load, const char *option, const char *set)
{
	struct source source = {.directory = "", .is_set = true};
	struct diag_where where = {.file = option};
	const char *equals = strchr(set, '=');
	struct site site = {.load = load, .source = &source};
	yaml_document_t document;
	bool good;

	if (!equals || equals == set)
		return diag_error(load->diag, &where,
				  "'%.60s' is not of the form key=value", set);
	source.name = load_join(load, option, " ", set);
	source.document = &document;
	source.serial = ++load->nr_sources;
	site.path = load_text(load, set, (size_t)(equals - set));
	if (!source.name || !site.path)
		return false;
	if (!source_parse(load, &source, equals + 1, strlen(equals + 1)))
		return false;
	site.node = yaml_document_get_root_node(&document);
	if (!site.node) { /* key= is the empty text */
		yaml_document_delete(&document);
		if (!source_parse(load, &source, "''", 2))
			return false;
		site.node = yaml_document_get_root_node(&document);
	}
	good = apply_pair(&site, site.node);
	yaml_document_delete(&document);
	return good;
}

bool apply_set(struct load *load, const char *set)
{
	return apply_option(load, "--set", set);
}
