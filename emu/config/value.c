/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * One value: from its YAML node, or from the text of its preset, to its
 * field. What a value must look like is said by the key's row alone.
 * Invariant: a field is written only after its value passed all that its row
 * says, and each refusal names place, key, value and what is allowed.
 */

#include "emu/config/load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/schema.h"

struct diag_where source_where(const struct source *source,
			       const yaml_node_t *node)
{
	struct diag_where where = {.file = source->name};

	if (node && !source->is_set) {
		where.line = (unsigned int)node->start_mark.line + 1;
		where.column = (unsigned int)node->start_mark.column + 1;
	}
	return where;
}

bool site_error(const struct site *site, const char *format, ...)
{
	struct diag_where where = {.file = "schema.c"};
	char text[768];
	va_list args;

	if (site->source)
		where = source_where(site->source, site->node);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return diag_error(site->load->diag, &where, "%s: %s", site->path, text);
}

/* "wants a number (1 to 4), not …"; @text NULL: not a scalar. */
static bool wrong_type(const struct site *site, const struct key *key,
		       const char *text)
{
	static const char *const shapes[] = {
		[YAML_NO_NODE] = "nothing",
		[YAML_SCALAR_NODE] = "text",
		[YAML_SEQUENCE_NODE] = "a list",
		[YAML_MAPPING_NODE] = "a map",
	};
	const char *kind = value_kind_name(key);
	struct range range = value_range(key);

	if (text && *text)
		return site_error(site, "wants %s (%s), not '%.60s'", kind,
				  range.text, text);
	return site_error(site, "wants %s (%s), not %s", kind, range.text,
			  text ? "nothing" : shapes[site->node->type]);
}

static bool out_of_range(const struct site *site, const struct key *key,
			 const char *text)
{
	if (key->path && !strcmp(key->path, "schema"))
		return site_error(
			site,
			"%.60s is none that this mmuscope reads (%s); "
			"take a newer one, or see docs/formats.md",
			text, value_range(key).text);
	return site_error(site, "%.60s is out of range; allowed: %s", text,
			  value_range(key).text);
}

/* ---- numbers ---------------------------------------------------------- */

static const struct unit no_units[] = {{"", 1}, {NULL, 0}};
static const struct unit sizes[] = {
	{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {NULL, 0}};
static const struct unit hertz[] = {
	{"", 1},          {"Hz", 1},           {"kHz", 1000},
	{"MHz", 1000000}, {"GHz", 1000000000}, {NULL, 0}};

bool number_parse(const char *text, const struct unit *unit, uint64_t *value,
		  bool *overflow)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	char *end;

	if (!strchr("0123456789", text[0]) || !text[0])
		return false;
	errno = 0;
	*value = strtoull(text, &end, hex ? 16 : 10);
	*overflow = errno == ERANGE;
	for (; unit->name; unit++)
		if (!strcmp(end, unit->name) && end != text + hex) {
			*overflow |= __builtin_mul_overflow(
				*value, unit->factor, value);
			return true;
		}
	return false;
}

static void store_number(const struct key *key, uint64_t value, void *field)
{
	if (key->kind == KEY_U32 || key->kind == KEY_SPLIT)
		*(uint32_t *)field = (uint32_t)value;
	else
		*(uint64_t *)field = value;
}

static bool read_number(const struct site *site, const struct key *key,
			const char *text, void *field)
{
	const struct unit *units = key->kind == KEY_SIZE    ? sizes
				   : key->kind == KEY_HERTZ ? hertz
							    : no_units;
	uint64_t value;
	bool overflow;

	if (!number_parse(text, units, &value, &overflow))
		return wrong_type(site, key, text);
	if (overflow || value < key->low || value > key->high)
		return out_of_range(site, key, text);
	if (key->multiple && value % key->multiple)
		return site_error(site, "%.60s is not a multiple of %s", text,
				  size_text(key->multiple).text);
	store_number(key, value, field);
	return true;
}

/* An address that must be one of the choices, however it is written. */
static bool read_split(const struct site *site, const struct key *key,
		       const char *text, void *field)
{
	uint64_t value;
	bool overflow;

	if (!number_parse(text, no_units, &value, &overflow))
		return wrong_type(site, key, text);
	for (const char *const *choice = key->choices; *choice; choice++)
		if (!overflow && strtoull(*choice, NULL, 0) == value) {
			store_number(key, value, field);
			return true;
		}
	return out_of_range(site, key, text);
}

/* ---- words ------------------------------------------------------------ */

static bool read_bool(const struct site *site, const struct key *key,
		      const char *text, void *field)
{
	static const char *const words[2][3] = {{"false", "no", "off"},
						{"true", "yes", "on"}};

	for (int value = 0; value < 2; value++)
		for (int i = 0; i < 3; i++)
			if (!strcmp(text, words[value][i])) {
				*(bool *)field = value;
				return true;
			}
	return wrong_type(site, key, text);
}

/* The number of the choice that @text is; negative: none, and said so. */
static int read_choice(const struct site *site, const struct key *key,
		       const char *text)
{
	struct word near = nearest_of(text, key->choices);

	for (int i = 0; key->choices[i]; i++)
		if (!strcmp(key->choices[i], text))
			return i;
	if (near.text)
		site_error(site, "'%.60s' is not %s; did you mean %.*s?", text,
			   value_range(key).text, near.length, near.text);
	else
		site_error(site, "'%.60s' is not %s", text,
			   value_range(key).text);
	return -1;
}

static bool read_name(const struct site *site, const struct key *key,
		      const char *text, void *field)
{
	int choice = read_choice(site, key, text);

	if (choice < 0)
		return false;
	*(const char **)field = key->choices[choice];
	return true;
}

static bool read_enum(const struct site *site, const struct key *key,
		      const char *text, void *field)
{
	int choice = read_choice(site, key, text);

	if (choice < 0)
		return false;
	*(unsigned int *)field = (unsigned int)choice;
	return true;
}

bool value_read_choice_bit(const struct site *site, const struct key *key,
			   const char *text, uint32_t *bits)
{
	const bool all = !strcmp(text, "all");
	int choice;

	for (int i = 0; all && key->choices[i]; i++)
		*bits |= 1u << i;
	if (all || !strcmp(text, "none"))
		return true;
	choice = read_choice(site, key, text);
	if (choice < 0)
		return false;
	*bits |= 1u << choice;
	return true;
}

const char *host_path(struct load *load, const struct source *source,
		      const char *path)
{
	bool as_is = path[0] == '/' || !path[0] || !source ||
		     !source->directory[0];

	return as_is ? load_join(load, path, "", "")
		     : load_join(load, source->directory, "/", path);
}

static bool read_text(const struct site *site, const struct key *key,
		      const char *text, void *field)
{
	const char *copy = key->kind == KEY_PATH
				   ? host_path(site->load, site->source, text)
				   : load_join(site->load, text, "", "");

	*(const char **)field = copy;
	return copy;
}

/* ---- any -------------------------------------------------------------- */

static bool read_scalar(const struct site *site, const struct key *key,
			const char *text, void *field)
{
	switch (key->kind) {
	case KEY_TEXT:
	case KEY_PATH:
		return read_text(site, key, text, field);
	case KEY_NAME:
		return read_name(site, key, text, field);
	case KEY_CHOICE:
		return read_enum(site, key, text, field);
	case KEY_CHOICES:
		*(uint32_t *)field = 0;
		return value_read_choice_bit(site, key, text, field);
	case KEY_BOOL:
		return read_bool(site, key, text, field);
	case KEY_SPLIT:
		return read_split(site, key, text, field);
	default:
		return read_number(site, key, text, field);
	}
}

/* The text of a scalar node; NULL, and an error, when it can't be one. */
static const char *scalar_text(const struct site *site, const struct key *key)
{
	const yaml_node_t *node = site->node;
	bool words = key->kind == KEY_TEXT || key->kind == KEY_PATH ||
		     key->kind == KEY_NAME || key->kind == KEY_CHOICE ||
		     key->kind == KEY_CHOICES;
	const char *text;

	if (node->type != YAML_SCALAR_NODE) {
		wrong_type(site, key, NULL);
		return NULL;
	}
	text = (const char *)node->data.scalar.value;
	if (strlen(text) != node->data.scalar.length) {
		site_error(site, "has a NUL character in it");
		return NULL;
	}
	/* "64" in quotes is text in YAML, where a number is wanted. */
	if (!words && node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
		site_error(site, "wants %s, not text in quotes",
			   value_kind_name(key));
		return NULL;
	}
	return text;
}

bool value_read(const struct site *site, const struct key *key, void *base)
{
	void *field = (char *)base + key->offset;
	const char *text;

	switch (key->kind) {
	case KEY_NODES:
		return value_read_nodes(site, base);
	case KEY_PROGRAMS:
		return value_read_programs(site, base);
	case KEY_DISTANCES:
		return value_read_distances(site, key, field);
	case KEY_CPUS:
		return value_read_cpus(site, key, field);
	case KEY_CHOICES:
		if (site->node->type == YAML_SEQUENCE_NODE)
			return value_read_choices(site, key, field);
		/* fall through */
	default:
		text = scalar_text(site, key);
		return text && read_scalar(site, key, text, field);
	}
}

bool value_preset(struct load *load, const struct key *key, void *base)
{
	struct site site = {.load = load, .path = key->path};

	return !key->preset ||
	       read_scalar(&site, key, key->preset, (char *)base + key->offset);
}

bool value_is_preset(const struct key *key, const void *base)
{
	struct config scratch = {0};
	struct diag diag = {0};
	struct load load = {
		.config = &scratch, .arena = &scratch.arena, .diag = &diag};
	const void *field = (const char *)base + key->offset;
	const void *preset = (const char *)&scratch + key->offset;
	bool same = value_preset(&load, key, &scratch);

	switch (key->kind) {
	case KEY_TEXT:
	case KEY_PATH:
	case KEY_NAME:
		same = same && !strcmp(*(const char *const *)field,
				       *(const char *const *)preset);
		break;
	case KEY_BOOL:
		same = same && *(const bool *)field == *(const bool *)preset;
		break;
	case KEY_U32:
	case KEY_SPLIT:
	case KEY_CHOICE:
	case KEY_CHOICES:
		same = same && !memcmp(field, preset, sizeof(uint32_t));
		break;
	default:
		same = same && !memcmp(field, preset, sizeof(uint64_t));
	}
	arena_free(scratch.arena);
	return same;
}
