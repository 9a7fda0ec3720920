/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Sources: a board file, with what it includes, or one --set. Each becomes a
 * libyaml document, whose marks give every message its line and column, and
 * is applied key by key to the configuration.
 *
 * Invariants: a source's own keys come after those of its includes and so win
 * over them; within one source a key stands once; no file includes itself,
 * however indirectly, so reading ends. Aliases (*name) work, since libyaml
 * resolves them; merge keys (<<) do not, include does their work.
 */

#include "emu/config/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/config/schema.h"

enum {
	MAX_BYTES = 1 << 20, /* of a board file */
	MAX_INCLUDED = 64,
	MAX_PATH = 256, /* of a key */
};

/* ---- keys --------------------------------------------------------------- */

static bool apply_map(const struct site *map);

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

	if (key->kind == KEY_INCLUDE)
		return !site->source->is_set ||
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

static bool is_null(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!node->data.scalar.length ||
		!strcmp((const char *)node->data.scalar.value, "null") ||
		!strcmp((const char *)node->data.scalar.value, "~"));
}

/* A group whose keys are all commented out is an empty one. */
static bool apply_group(const struct site *site)
{
	if (is_null(site->node))
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

static const char *scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* The pair before @pair that has the same key, or NULL. */
static yaml_node_t *same_before(yaml_document_t *document,
				const yaml_node_t *map,
				const yaml_node_pair_t *pair)
{
	yaml_node_t *name = yaml_document_get_node(document, pair->key);
	yaml_node_pair_t *other = map->data.mapping.pairs.start;

	for (; other < pair; other++) {
		yaml_node_t *before = yaml_document_get_node(document,
							     other->key);

		if (!strcmp(scalar(before), scalar(name)))
			return before;
	}
	return NULL;
}

/* The path of the key @name in the group @group; false: too long. */
static bool join(char path[MAX_PATH], const char *group, const char *name)
{
	int n = snprintf(path, MAX_PATH, "%s%s%s", group, *group ? "." : "",
			 name);

	return n >= 0 && n < MAX_PATH;
}

static bool apply_map_pair(const struct site *map, const yaml_node_pair_t *pair)
{
	yaml_document_t *document = map->source->document;
	yaml_node_t *name = yaml_document_get_node(document, pair->key);
	yaml_node_t *before;
	struct site site = *map;
	char path[MAX_PATH];

	site.node = name;
	site.path = *map->path ? map->path : "key";
	if (name->type != YAML_SCALAR_NODE)
		return site_error(&site, "a key is a word, not a list or map");
	if (strlen(scalar(name)) != name->data.scalar.length)
		return site_error(&site, "a key with a NUL character in it");
	site.path = path;
	if (!join(path, map->path, scalar(name)))
		return unknown_key(&site);
	before = same_before(document, map->node, pair);
	if (before)
		return site_error(&site, "given twice, first in line %zu",
				  before->start_mark.line + 1);
	site.node = yaml_document_get_node(document, pair->value);
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

/* ---- documents ---------------------------------------------------------- */

/* What is being parsed. */
struct input {
	const struct load *load;
	struct source *source;
	const char *text;
	size_t size_bytes;
	yaml_parser_t parser;
};

/* Bytes that are no text: libyaml tells their offset alone. */
static bool encoding_error(const struct input *in)
{
	struct diag_where where = {in->source->name, 1, 1};
	size_t offset = in->parser.problem_offset;

	for (size_t i = 0; i < offset && i < in->size_bytes; i++) {
		where.column++;
		if (in->text[i] == '\n') {
			where.line++;
			where.column = 1;
		}
	}
	if (in->source->is_set)
		where.line = 0;
	return diag_error(in->load->diag, &where, "not YAML: %s",
			  in->parser.problem);
}

/* "did not find expected key while parsing a block mapping from line 3" */
static bool syntax_error(const struct input *in)
{
	const yaml_parser_t *parser = &in->parser;
	struct diag_where where = {.file = in->source->name};
	char since[32] = "";

	if (!in->source->is_set) {
		where.line = (unsigned int)parser->problem_mark.line + 1;
		where.column = (unsigned int)parser->problem_mark.column + 1;
		snprintf(since, sizeof(since), " from line %zu",
			 parser->context_mark.line + 1);
	}
	return diag_error(in->load->diag, &where, "not YAML: %s%s%s%s",
			  parser->problem, parser->context ? " " : "",
			  parser->context ? parser->context : "",
			  parser->context ? since : "");
}

/* The next document of @in; to be deleted when true. */
static bool parse_document(struct input *in, yaml_document_t *document)
{
	if (yaml_parser_load(&in->parser, document))
		return true;
	if (in->parser.error == YAML_MEMORY_ERROR)
		return diag_error(in->load->diag, NULL, "out of memory");
	if (in->parser.error == YAML_READER_ERROR)
		return encoding_error(in);
	return syntax_error(in);
}

static bool parse_end(struct input *in)
{
	struct diag_where where;
	yaml_document_t more;
	yaml_node_t *root;

	if (!parse_document(in, &more))
		return false;
	root = yaml_document_get_root_node(&more);
	where = source_where(in->source, root);
	if (root)
		diag_error(in->load->diag, &where,
			   "a second document begins here; one is wanted");
	yaml_document_delete(&more);
	return !root;
}

/* source->document from @text, one and no more; to be deleted when true. */
static bool parse(const struct load *load, struct source *source,
		  const char *text, size_t size_bytes)
{
	struct input in = {load, source, text, size_bytes, {0}};
	bool good;

	if (!yaml_parser_initialize(&in.parser))
		return diag_error(load->diag, NULL, "out of memory");
	yaml_parser_set_input_string(&in.parser, (const unsigned char *)text,
				     size_bytes);
	good = parse_document(&in, source->document);
	if (good && !parse_end(&in)) {
		yaml_document_delete(source->document);
		good = false;
	}
	yaml_parser_delete(&in.parser);
	return good;
}

/* ---- includes ----------------------------------------------------------- */

static bool apply_path(struct load *load, const char *path,
		       const struct site *from);

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
	return path && apply_path(site->load, path, site);
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

static bool apply_document(struct load *load, struct source *source)
{
	struct site root = {.load = load, .source = source, .path = ""};
	struct diag_where where = {source->name, 1, 1};

	root.node = yaml_document_get_root_node(source->document);
	if (!root.node)
		return diag_error(load->diag, &where,
				  "empty; a board is a map of keys, such as "
				  "`board: vexpress-a9`");
	where = source_where(source, root.node);
	if (root.node->type != YAML_MAPPING_NODE)
		return diag_error(load->diag, &where,
				  "a board is a map of keys, such as `board: "
				  "vexpress-a9`");
	if (!apply_includes(&root))
		return false;
	source->serial = ++load->nr_sources;
	return apply_map(&root);
}

static bool apply_source(struct load *load, struct source *source,
			 const char *text, size_t size_bytes)
{
	yaml_document_t document;
	bool good;

	source->document = &document;
	if (!parse(load, source, text, size_bytes))
		return false;
	good = apply_document(load, source);
	yaml_document_delete(&document);
	return good;
}

bool yaml_apply_text(struct load *load, const char *name, const char *text,
		     size_t size_bytes)
{
	struct source source = {.directory = ""};

	source.name = load_join(load, name, "", "");
	return source.name && apply_source(load, &source, text, size_bytes);
}

/* "cpu.count=4" is the map {cpu.count: 4}, the value being any flow YAML. */
bool yaml_apply_set(struct load *load, const char *set)
{
	struct source source = {.directory = "", .is_set = true};
	struct diag_where where = {.file = "--set"};
	const char *equals = strchr(set, '=');
	struct site site = {.load = load, .source = &source};
	yaml_document_t document;
	bool good;

	if (!equals || equals == set)
		return diag_error(load->diag, &where,
				  "'%.60s' is not of the form key=value", set);
	source.name = load_join(load, "--set ", set, "");
	source.document = &document;
	source.serial = ++load->nr_sources;
	site.path = load_text(load, set, (size_t)(equals - set));
	if (!source.name || !site.path)
		return false;
	if (!parse(load, &source, equals + 1, strlen(equals + 1)))
		return false;
	site.node = yaml_document_get_root_node(&document);
	if (!site.node) { /* key= is the empty text */
		yaml_document_delete(&document);
		if (!parse(load, &source, "''", 2))
			return false;
		site.node = yaml_document_get_root_node(&document);
	}
	good = apply_pair(&site, site.node);
	yaml_document_delete(&document);
	return good;
}

/* ---- files -------------------------------------------------------------- */

/* An error about the file @path, which @from wants to include if not NULL. */
static bool file_error(struct load *load, const char *path,
		       const struct site *from, const char *why)
{
	if (from)
		return site_error(from, "can't read '%s': %s", path, why);
	return diag_error(load->diag, NULL, "can't read '%s': %s", path, why);
}

static bool includes_itself(const struct source *source)
{
	const struct source *s = source->includer;

	for (; s; s = s->includer)
		if (s->ino == source->ino && s->dev == source->dev)
			return true;
	return false;
}

static ssize_t read_all(int fd, char *to, size_t room)
{
	size_t length = 0;
	ssize_t n;

	while (length < room) {
		n = read(fd, to + length, room - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? n : (ssize_t)length;
		length += (size_t)n;
	}
	return (ssize_t)length;
}

static bool apply_fd(struct load *load, struct source *source, int fd,
		     const struct site *from)
{
	char *text = malloc(MAX_BYTES + 1);
	ssize_t n;
	bool good;

	if (!text)
		return diag_error(load->diag, NULL, "out of memory");
	n = read_all(fd, text, MAX_BYTES + 1);
	if (n < 0)
		good = file_error(load, source->name, from, strerror(errno));
	else if (n > MAX_BYTES)
		good = file_error(load, source->name, from,
				  "larger than 1 MB, which no board is");
	else
		good = apply_source(load, source, text, (size_t)n);
	free(text);
	return good;
}

/* The folder that @path is in, as a prefix of paths; "" for ours. */
static const char *folder_of(struct load *load, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return load_text(load, "", 0);
	return load_text(load, path, (size_t)(slash - path) + (slash == path));
}

static bool apply_path(struct load *load, const char *path,
		       const struct site *from)
{
	struct source source = {.includer = from ? from->source : NULL};
	struct stat st;
	bool good;
	int fd;

	source.name = load_join(load, path, "", "");
	source.directory = folder_of(load, path);
	if (!source.name || !source.directory)
		return false;
	/* An included pipe must not hang us; the first file may be one. */
	fd = open(path, O_RDONLY | O_CLOEXEC | (from ? O_NONBLOCK : 0));
	if (fd < 0 || fstat(fd, &st)) {
		good = file_error(load, path, from, strerror(errno));
	} else if (from && !S_ISREG(st.st_mode)) {
		good = file_error(load, path, from, "not a regular file");
	} else {
		source.dev = st.st_dev;
		source.ino = st.st_ino;
		good = includes_itself(&source)
			       ? site_error(from, "'%s' includes itself", path)
			       : apply_fd(load, &source, fd, from);
	}
	if (fd >= 0)
		close(fd);
	return good;
}

bool yaml_apply_file(struct load *load, const char *path)
{
	return apply_path(load, path, NULL);
}
