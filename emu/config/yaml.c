/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * From the bytes of a file, or of a --set, to a libyaml document, whose marks
 * give every message its line and column. What the document says is others'
 * business: apply.c's of boards.
 *
 * Invariants: no file includes itself, however indirectly, so reading ends.
 * Aliases (*name) work, since libyaml resolves them.
 */

#include "emu/config/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAX_BYTES = 1 << 20, /* of a file */
};

/* ---- nodes -------------------------------------------------------------- */

bool node_is_null(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!node->data.scalar.length || !strcmp(scalar(node), "null") ||
		!strcmp(scalar(node), "~"));
}

bool key_join(char path[MAX_KEY_PATH], const char *group, const char *name)
{
	int n = snprintf(path, MAX_KEY_PATH, "%s%s%s", group, *group ? "." : "",
			 name);

	return n >= 0 && n < MAX_KEY_PATH;
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

yaml_node_t *pair_name(const struct site *map, const yaml_node_pair_t *pair)
{
	yaml_document_t *document = map->source->document;
	yaml_node_t *name = yaml_document_get_node(document, pair->key);
	yaml_node_t *before = NULL;
	struct site site = *map;
	char path[MAX_KEY_PATH];

	site.node = name;
	site.path = *map->path ? map->path : "key";
	if (name->type != YAML_SCALAR_NODE)
		site_error(&site, "a key is a word, not a list or map");
	else if (strlen(scalar(name)) != name->data.scalar.length)
		site_error(&site, "a key with a NUL character in it");
	else
		before = same_before(document, map->node, pair);
	if (before) {
		key_join(path, map->path, scalar(name));
		site.path = path;
		site_error(&site, "given twice, first in line %zu",
			   before->start_mark.line + 1);
	}
	return site.load->diag->failed ? NULL : name;
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

bool source_parse(const struct load *load, struct source *source,
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

/* ---- sources ------------------------------------------------------------ */

static bool use_document(struct load *load, const struct source *source,
			 source_use use)
{
	struct site root = {.load = load, .source = source, .path = ""};
	struct diag_where where = {source->name, 1, 1};

	root.node = yaml_document_get_root_node(source->document);
	if (root.node && root.node->type == YAML_MAPPING_NODE)
		return use(&root);
	if (root.node)
		where = source_where(source, root.node);
	return diag_error(load->diag, &where,
			  "%sa %s is a map of keys, such as `%s`",
			  root.node ? "" : "empty; ", load->what,
			  load->example);
}

static bool use_text(struct load *load, struct source *source, const char *text,
		     size_t size_bytes, source_use use)
{
	yaml_document_t document;
	bool good;

	source->document = &document;
	if (!source_parse(load, source, text, size_bytes))
		return false;
	good = use_document(load, source, use);
	yaml_document_delete(&document);
	return good;
}

bool source_read_text(struct load *load, const char *name, const char *text,
		      size_t size_bytes, source_use use)
{
	struct source source = {.directory = ""};

	source.name = load_join(load, name, "", "");
	return source.name && use_text(load, &source, text, size_bytes, use);
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

static bool too_large(struct load *load, const char *path,
		      const struct site *from)
{
	char why[64];

	snprintf(why, sizeof(why), "larger than 1 MB, which no %s is",
		 load->what);
	return file_error(load, path, from, why);
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

static bool read_fd(struct load *load, struct source *source, int fd,
		    const struct site *from, source_use use)
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
		good = too_large(load, source->name, from);
	else
		good = use_text(load, source, text, (size_t)n, use);
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

bool source_read_file(struct load *load, const char *path,
		      const struct site *from, source_use use)
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
			       : read_fd(load, &source, fd, from, use);
	}
	if (fd >= 0)
		close(fd);
	return good;
}
