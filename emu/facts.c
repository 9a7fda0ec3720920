/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of records become arrays of objects; what there can be only one of, an
 * object. The text is made from the JSON, so that both say the same.
 */
#include "emu/facts.h"

#include <string.h>

/* ---- collecting ------------------------------------------------------------ */

struct facts_key facts_key(const char *name, char from, char to)
{
	struct facts_key key = {""};

	for (size_t i = 0; name[i] && i < sizeof(key.text) - 1; i++)
		key.text[i] = name[i] == from ? to : name[i];
	return key;
}

/* One frame, one address, whose tables; of all else there may be several. */
static bool is_single(const char *list)
{
	return !strcmp(list, "frame") || !strcmp(list, "address") ||
	       !strcmp(list, "around") || !strcmp(list, "tables");
}

static void fact_begin(void *arg, const char *list)
{
	struct facts *facts = arg;
	struct facts_key key = facts_key(list, ' ', '_');
	json_t *array = json_object_get(facts->object, key.text);

	facts->record = json_object();
	if (is_single(list)) {
		json_object_set_new(facts->object, key.text, facts->record);
		return;
	}
	if (!array) {
		array = json_array();
		json_object_set_new(facts->object, key.text, array);
	}
	json_array_append_new(array, facts->record);
}

static void fact_text(void *arg, const char *key, const char *value)
{
	struct facts *facts = arg;

	json_object_set_new(facts->record, facts_key(key, ' ', '_').text,
			    json_string(value) ?: json_string("(not UTF-8)"));
}

static void fact_number(void *arg, const char *key, int64_t value)
{
	struct facts *facts = arg;

	json_object_set_new(facts->record, facts_key(key, ' ', '_').text,
			    json_integer(value));
}

static void fact_end(void *arg)
{
	((struct facts *)arg)->record = NULL;
}

struct kernel_facts facts_sink(struct facts *facts)
{
	return (struct kernel_facts){
		.arg = facts,
		.begin = fact_begin,
		.text = fact_text,
		.number = fact_number,
		.end = fact_end,
	};
}

/* ---- for a person ------------------------------------------------------------ */

static void print_field(const char *key, const json_t *value, FILE *to)
{
	fprintf(to, "  %-24s ", facts_key(key, '_', ' ').text);
	if (json_is_string(value))
		fprintf(to, "%s\n", json_string_value(value));
	else if (json_is_boolean(value))
		fprintf(to, "%s\n", json_is_true(value) ? "yes" : "no");
	else
		fprintf(to, "%" JSON_INTEGER_FORMAT "\n",
			json_integer_value(value));
}

static void print_record(json_t *record, FILE *to)
{
	const char *key;
	json_t *value;

	json_object_foreach(record, key, value) print_field(key, value, to);
}

static void print_list(const char *key, const json_t *list, FILE *to)
{
	size_t i;
	json_t *record;

	fprintf(to, "\n%s: %zu\n", facts_key(key, '_', ' ').text,
		json_array_size(list));
	json_array_foreach(list, i, record)
	{
		if (i)
			fputc('\n', to);
		print_record(record, to);
	}
}

void facts_print(json_t *facts, FILE *to)
{
	const char *key;
	json_t *value;

	json_object_foreach(facts, key, value)
	{
		if (json_is_array(value)) {
			print_list(key, value, to);
		} else if (json_is_object(value)) {
			fprintf(to, "\n%s\n", facts_key(key, '_', ' ').text);
			print_record(value, to);
		} else {
			fprintf(to, "%-26s %" JSON_INTEGER_FORMAT "\n", key,
				json_integer_value(value));
		}
	}
}
