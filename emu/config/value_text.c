/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Values, kinds and ranges as text, for messages, for the printed board and
 * for the documentation. Invariant: what value_print() writes, value_read()
 * reads back to the same field.
 */

#include "emu/config/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct size_text size_text(uint64_t size_bytes)
{
	static const struct {
		int shift;
		const char *name;
	} units[] = {{30, "G"}, {20, "M"}, {10, "K"}};
	struct size_text size;

	for (size_t i = 0; i < 3; i++) {
		if (!size_bytes || size_bytes & ((1ull << units[i].shift) - 1))
			continue;
		snprintf(size.text, sizeof(size.text), "%" PRIu64 "%s",
			 size_bytes >> units[i].shift, units[i].name);
		return size;
	}
	snprintf(size.text, sizeof(size.text), "%" PRIu64, size_bytes);
	return size;
}

static struct size_text hertz_text(uint64_t hertz)
{
	static const struct {
		uint64_t factor;
		const char *name;
	} units[] = {{1000000000, "GHz"}, {1000000, "MHz"}, {1000, "kHz"}};
	struct size_text text;

	for (size_t i = 0; i < 3; i++) {
		if (!hertz || hertz % units[i].factor)
			continue;
		snprintf(text.text, sizeof(text.text), "%" PRIu64 "%s",
			 hertz / units[i].factor, units[i].name);
		return text;
	}
	snprintf(text.text, sizeof(text.text), "%" PRIu64 "Hz", hertz);
	return text;
}

static struct size_text number_text(const struct key *key, uint64_t value)
{
	struct size_text text;

	if (key->kind == KEY_SIZE)
		return size_text(value);
	if (key->kind == KEY_HERTZ)
		return hertz_text(value);
	snprintf(text.text, sizeof(text.text),
		 key->kind == KEY_SPLIT || key->kind == KEY_ADDRESS
			 ? "0x%08" PRIx64
			 : "%" PRIu64,
		 value);
	return text;
}

const char *value_kind_name(const struct key *key)
{
	static const char *const names[KEY_KINDS] = {
		[KEY_TEXT] = "text",
		[KEY_PATH] = "a path",
		[KEY_NAME] = "a name",
		[KEY_CHOICE] = "a name",
		[KEY_CHOICES] = "a list of names",
		[KEY_BOOL] = "a truth value",
		[KEY_U32] = "a number",
		[KEY_U64] = "a number",
		[KEY_SIZE] = "a size",
		[KEY_HERTZ] = "a frequency",
		[KEY_SPLIT] = "an address",
		[KEY_ADDRESS] = "an address",
		[KEY_DISTANCES] = "a list of numbers",
		[KEY_CPUS] = "a list of numbers",
		[KEY_NODES] = "a list of nodes",
		[KEY_PROGRAMS] = "a list of programs",
		[KEY_INCLUDE] = "a file or a list of files",
	};

	return names[key->kind];
}

static struct range choices_range(const struct key *key)
{
	const bool bits = key->kind == KEY_CHOICES;
	struct range range;
	size_t used;

	snprintf(range.text, sizeof(range.text), "%s",
		 bits ? "all, none, or some of " : "one of ");
	used = strlen(range.text);

	for (int i = 0; key->choices[i]; i++) {
		snprintf(range.text + used, sizeof(range.text) - used, "%s%s",
			 i ? ", " : "", key->choices[i]);
		used = strlen(range.text);
	}
	return range;
}

static struct range numbers_range(const struct key *key)
{
	struct range range;
	int used;

	used = snprintf(range.text, sizeof(range.text), "%s to %s",
			number_text(key, key->low).text,
			number_text(key, key->high).text);
	if (key->multiple)
		snprintf(range.text + used, sizeof(range.text) - (size_t)used,
			 ", a multiple of %s", size_text(key->multiple).text);
	return range;
}

struct range value_range(const struct key *key)
{
	static const char *const fixed[KEY_KINDS] = {
		[KEY_TEXT] = "any",
		[KEY_PATH] = "of the host",
		[KEY_BOOL] = "true or false",
		[KEY_PROGRAMS] = "at most 64",
		[KEY_NODES] = "1 to 4",
		[KEY_INCLUDE] = "at most 64 files in all",
	};
	struct range range;

	if (key->choices)
		return choices_range(key);
	if (!fixed[key->kind])
		return numbers_range(key);
	snprintf(range.text, sizeof(range.text), "%s", fixed[key->kind]);
	return range;
}

static void print_escaped(const char *text, FILE *to)
{
	static const char escaped[] = "\"\\\n\t\r";
	static const char letters[] = "\"\\ntr";

	for (; *text; text++) {
		const char *escape = strchr(escaped, *text);
		unsigned char c = (unsigned char)*text;

		if (escape)
			fprintf(to, "\\%c", letters[escape - escaped]);
		else if (c < 0x20 || c == 0x7f)
			fprintf(to, "\\x%02x", c);
		else
			putc(c, to);
	}
}

void print_quoted(const char *text, FILE *to)
{
	putc('"', to);
	print_escaped(text, to);
	putc('"', to);
}

void print_path(const char *path, FILE *to)
{
	char *real = *path ? realpath(path, NULL) : NULL;
	char *folder = NULL;

	if (!real && *path && *path != '/')
		folder = realpath(".", NULL);
	if (folder) {
		print_escaped(folder, to);
		putc('/', to);
	}
	print_escaped(real ? real : path, to);
	free(folder);
	free(real);
}

static void print_choices(const struct key *key, uint32_t bits, FILE *to)
{
	const char *before = "[";

	for (int i = 0; key->choices[i]; i++)
		if (bits >> i & 1) {
			fprintf(to, "%s%s", before, key->choices[i]);
			before = ", ";
		}
	fputs(bits ? "]" : "none", to);
}

void value_print(const struct key *key, const void *base, FILE *to)
{
	const void *field = (const char *)base + key->offset;

	switch (key->kind) {
	case KEY_TEXT:
		print_quoted(*(const char *const *)field, to);
		break;
	case KEY_PATH:
		putc('"', to);
		print_path(*(const char *const *)field, to);
		putc('"', to);
		break;
	case KEY_NAME:
		fputs(*(const char *const *)field, to);
		break;
	case KEY_CHOICE:
		fputs(key->choices[*(const unsigned int *)field], to);
		break;
	case KEY_CHOICES:
		print_choices(key, *(const uint32_t *)field, to);
		break;
	case KEY_BOOL:
		fputs(*(const bool *)field ? "true" : "false", to);
		break;
	case KEY_U32:
	case KEY_SPLIT:
		fputs(number_text(key, *(const uint32_t *)field).text, to);
		break;
	default:
		fputs(number_text(key, *(const uint64_t *)field).text, to);
	}
}
