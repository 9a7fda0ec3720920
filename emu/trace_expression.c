/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --trace-filter: read once into a tree, and asked for every event of those
 * that --trace-events chose. The tree lies in one array, children before their
 * parents, as a descent along the grammar finds them.
 */
#include "emu/trace_expression.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/nearest.h"
#include "emu/diag.h"
#include "emu/trace_filter.h"
#include "kernel/kernel.h"

enum kind {
	OR,
	AND,
	NOT,
	COMPARE,
	ANY_OF /* events */
};

enum comparison {
	EQUAL,
	UNEQUAL,
	LESS,
	NOT_MORE,
	MORE,
	NOT_LESS,
	HAS_BITS,
	LIKE
};

/* What all events have. */
enum common {
	EVENT,
	GROUP,
	TASK,
	PID,
	TGID,
	CPU,
	CYCLE,
	NR_COMMON,
	FIELD /* of the event */
};

static const char *const common_names[] = {
	[EVENT] = "event", [GROUP] = "group", [TASK] = "task",
	[PID] = "pid",     [TGID] = "tgid",   [CPU] = "cpu",
	[CYCLE] = "cycle", [NR_COMMON] = NULL};

struct node {
	enum kind kind;
	unsigned int left, right; /* NOT: left alone */
	hw_trace_mask_t events;
	enum common common;
	char name[64]; /* of a field */
	enum comparison comparison;
	bool is_number;
	int64_t low, high;
	char text[64];
};

enum {
	MOST_NODES = 256,
	MOST_DEPTH = 64
};

struct trace_expression {
	unsigned int nr, root;
	struct node node[MOST_NODES];
};

struct reader {
	const char *text, *at;
	unsigned int depth;
	struct trace_expression *to;
	struct diag *diag;
};

static const struct {
	const char *group, *name;
} events[] = {
#define TRACE_EVENT(group, name, what) {#group, #name},
#include "kernel/trace_events.def"
#undef TRACE_EVENT
};

static const char *const field_lists[] = {
#define TRACE_FIELDS(event, names) names,
#include "kernel/trace_fields.def"
#undef TRACE_FIELDS
};

/* ---- reading ---------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static bool wrong(struct reader *reader,
							const char *format, ...)
{
	char why[512];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	return diag_error(reader->diag, NULL,
			  "--trace-filter: at character %d, %s%.*s%s: %s",
			  (int)(reader->at - reader->text) + 1,
			  *reader->at ? "before '" : "the end",
			  *reader->at ? 20 : 0, reader->at,
			  *reader->at ? "'" : "", why);
}

static void skip_spaces(struct reader *reader)
{
	while (isspace((unsigned char)*reader->at))
		reader->at++;
}

/* Takes @sign if it is next. */
static bool take(struct reader *reader, const char *sign)
{
	size_t n = strlen(sign);

	skip_spaces(reader);
	if (strncmp(reader->at, sign, n) != 0)
		return false;
	/* "or" is not the beginning of "order" */
	if (isalpha((unsigned char)*sign) &&
	    (isalnum((unsigned char)reader->at[n]) || reader->at[n] == '_'))
		return false;
	reader->at += n;
	return true;
}

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_.*?-:/[]", c));
}

/* A word, or anything in quotes. False: there is none. */
static bool take_word(struct reader *reader, char *to, size_t size)
{
	size_t n = 0;

	skip_spaces(reader);
	if (*reader->at == '"' || *reader->at == '\'') {
		const char quote = *reader->at;
		const char *end = strchr(reader->at + 1, quote);

		if (!end)
			return wrong(reader, "the quote has no end");
		snprintf(to, size, "%.*s", (int)(end - reader->at - 1),
			 reader->at + 1);
		reader->at = end + 1;
		return true;
	}
	while (is_of_word(reader->at[n]))
		n++;
	if (!n)
		return false;
	snprintf(to, size, "%.*s", (int)n, reader->at);
	reader->at += n;
	return true;
}

static struct node *add(struct reader *reader, enum kind kind)
{
	struct trace_expression *to = reader->to;

	if (to->nr == MOST_NODES) {
		wrong(reader, "the expression is too long");
		return NULL;
	}
	to->node[to->nr] = (struct node){.kind = kind};
	to->root = to->nr;
	return &to->node[to->nr++];
}

/* ---- one comparison ------------------------------------------------------------------ */

/* Is @name in "address ip access"? */
static bool lists(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (; *list; list += strcspn(list, " "), list += *list == ' ')
		if (strcspn(list, " ") == n && !strncmp(list, name, n))
			return true;
	return false;
}

static bool is_field(const char *name)
{
	for (size_t i = 0; i < sizeof(field_lists) / sizeof(*field_lists); i++)
		if (lists(field_lists[i], name))
			return true;
	return false;
}

/* The closest of all fields; each list's is looked for by itself. */
static bool no_field(struct reader *reader, const char *name)
{
	const char *names[4096];
	char all[16384], *to = all;
	size_t nr = 0;

	for (int i = 0; i < NR_COMMON; i++)
		names[nr++] = common_names[i];
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		names[nr++] = events[i].name;
	for (size_t i = 0; i < sizeof(field_lists) / sizeof(*field_lists);
	     i++) {
		char *rest = to, *word;

		if (to + strlen(field_lists[i]) + 1 > all + sizeof(all))
			break;
		to = stpcpy(to, field_lists[i]) + 1;
		while (nr < 4095 && (word = strsep(&rest, " ")))
			names[nr++] = word;
	}
	names[nr] = NULL;
	if (!nearest_of(name, names).length)
		return wrong(reader,
			     "'%s' is no field, event or group "
			     "(kernel/trace_fields.def has all fields)",
			     name);
	return wrong(reader,
		     "'%s' is no field, event or group; did you mean %.*s?",
		     name, nearest_of(name, names).length,
		     nearest_of(name, names).text);
}

static bool find_field(struct reader *reader, const char *name,
		       struct node *node)
{
	static const char of_event[] = "field.";

	node->common = FIELD;
	if (strncmp(name, of_event, sizeof(of_event) - 1) == 0)
		name += sizeof(of_event) - 1;
	else
		for (int i = 0; i < NR_COMMON; i++)
			if (!strcmp(name, common_names[i]))
				node->common = (enum common)i;
	if (node->common == FIELD && !is_field(name))
		return no_field(reader, name);
	snprintf(node->name, sizeof(node->name), "%s", name);
	return true;
}

static bool take_comparison(struct reader *reader, enum comparison *comparison)
{
	static const struct {
		const char *sign;
		enum comparison comparison;
	} signs[] = {{"==", EQUAL},    {"!=", UNEQUAL}, {"<=", NOT_MORE},
		     {">=", NOT_LESS}, {"<", LESS},     {">", MORE},
		     {"&", HAS_BITS},  {"~", LIKE}};

	if (!strncmp(reader->at, "&&", 2))
		return false;
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (take(reader, signs[i].sign)) {
			*comparison = signs[i].comparison;
			return true;
		}
	return false;
}

static bool as_number(const char *text, int64_t *value)
{
	char *end;

	*value = (int64_t)strtoull(text, &end, 0);
	return end != text && !*end;
}

/* "12", "0x1000..0x1fff", "anon_new" */
static void read_value(struct node *node)
{
	char *dots = strstr(node->text, "..");
	char low[64];

	node->is_number = as_number(node->text, &node->low);
	node->high = node->low;
	if (!dots)
		return;
	snprintf(low, sizeof(low), "%.*s", (int)(dots - node->text),
		 node->text);
	node->is_number = as_number(low, &node->low) &&
			  as_number(dots + 2, &node->high);
}

static bool check_value(struct reader *reader, const struct node *node)
{
	bool range = node->is_number && node->low != node->high;

	if (range && node->comparison != EQUAL && node->comparison != UNEQUAL)
		return wrong(reader, "a range FIRST..LAST goes with == and !=");
	if (range && (uint64_t)node->low > (uint64_t)node->high)
		return wrong(reader, "the range %s is the wrong way round",
			     node->text);
	if (!node->is_number && node->comparison != EQUAL &&
	    node->comparison != UNEQUAL && node->comparison != LIKE)
		return wrong(reader, "'%s' is no number, as <, > and & want",
			     node->text);
	if (!node->is_number && node->common >= PID && node->common <= CYCLE)
		return wrong(reader, "%s is a number, and '%s' is none",
			     node->name, node->text);
	if (node->common <= GROUP && node->comparison == EQUAL &&
	    !trace_filter_events(node->text))
		return no_field(reader, node->text);
	return true;
}

static bool read_one(struct reader *reader)
{
	struct node *node;
	char word[64];

	if (!take_word(reader, word, sizeof(word)))
		return reader->diag->failed
			       ? false
			       : wrong(reader, "a field, an event or ( is "
					       "expected");
	node = add(reader, COMPARE);
	if (!node)
		return false;
	skip_spaces(reader);
	if (reader->at[0] == '=' && reader->at[1] != '=')
		return wrong(reader, "= compares nothing; did you mean ==?");
	if (!take_comparison(reader, &node->comparison)) {
		node->kind = ANY_OF;
		node->events = trace_filter_events(word);
		return node->events ||
		       (is_field(word) ? wrong(reader,
					       "== != < <= > "
					       ">= & or ~ is "
					       "expected after "
					       "'%s'",
					       word)
				       : no_field(reader, word));
	}
	if (!find_field(reader, word, node))
		return false;
	if (!take_word(reader, node->text, sizeof(node->text)))
		return reader->diag->failed
			       ? false
			       : wrong(reader, "a value is expected");
	read_value(node);
	return check_value(reader, node);
}

/* ---- the expression --------------------------------------------------------------------- */

static bool read_or(struct reader *reader);

static bool read_not(struct reader *reader)
{
	struct node *node;
	unsigned int left;

	if (++reader->depth > MOST_DEPTH)
		return wrong(reader, "too many brackets or nots");
	if (take(reader, "!") || take(reader, "not")) {
		if (!read_not(reader))
			return false;
		left = reader->to->root;
		node = add(reader, NOT);
		if (!node)
			return false;
		node->left = left;
	} else if (take(reader, "(")) {
		if (!read_or(reader))
			return false;
		if (!take(reader, ")"))
			return wrong(reader, ") is expected, or && or ||");
	} else if (!read_one(reader)) {
		return false;
	}
	reader->depth--;
	return true;
}

static bool read_list(struct reader *reader, enum kind kind, const char *sign,
		      const char *word, bool (*read)(struct reader *reader))
{
	if (!read(reader))
		return false;
	while (take(reader, sign) || take(reader, word)) {
		unsigned int left = reader->to->root, right;
		struct node *node;

		if (!read(reader))
			return false;
		right = reader->to->root;
		node = add(reader, kind);
		if (!node)
			return false;
		node->left = left;
		node->right = right;
	}
	return true;
}

static bool read_and(struct reader *reader)
{
	return read_list(reader, AND, "&&", "and", read_not);
}

static bool read_or(struct reader *reader)
{
	return read_list(reader, OR, "||", "or", read_and);
}

struct trace_expression *trace_expression_parse(const char *text,
						struct diag *diag)
{
	struct trace_expression *to = calloc(1, sizeof(*to));
	struct reader reader = {text, text, 0, to, diag};

	if (!to) {
		diag_error(diag, NULL, "no memory for a filter");
		return NULL;
	}
	if (read_or(&reader)) {
		skip_spaces(&reader);
		if (!*reader.at)
			return to;
		wrong(&reader, "&& or || is expected");
	}
	free(to);
	return NULL;
}

void trace_expression_destroy(struct trace_expression *expression)
{
	free(expression);
}

/* ---- asking -------------------------------------------------------------------------------- */

/* One value of an event. */
struct value {
	bool is_text;
	const char *text;
	int64_t number;
};

static bool field_value(const char *name, const struct hw_trace *event,
			struct value *value)
{
	const struct hw_trace_format *format = event->format;

	for (unsigned int i = 0; i < format->nr_args; i++) {
		const struct hw_trace_piece *piece = &format->piece[i];

		if (strcmp(piece->name, name) != 0)
			continue;
		value->is_text = piece->kind == 's';
		if (value->is_text)
			value->text = event->arg[i].text;
		else
			value->number = (int64_t)event->arg[i].number;
		return true;
	}
	return false;
}

/* False: the event has no such field. */
static bool value_of(const struct node *node, uint64_t cycle, int cpu,
		     const struct hw_trace *event, struct value *value)
{
	*value = (struct value){.is_text = node->common <= TASK};
	switch (node->common) {
	case EVENT:
		value->text = events[event->event].name;
		return true;
	case GROUP:
		value->text = events[event->event].group;
		return true;
	case TASK:
		value->text = event->comm;
		return true;
	case PID:
		value->number = event->pid;
		return true;
	case TGID:
		value->number = event->tgid;
		return true;
	case CPU:
		value->number = cpu;
		return true;
	case CYCLE:
		value->number = (int64_t)cycle;
		return true;
	default:
		return field_value(node->name, event, value);
	}
}

static bool compare_text(const struct node *node, const char *text)
{
	switch (node->comparison) {
	case EQUAL:
		return !strcmp(text, node->text);
	case UNEQUAL:
		return strcmp(text, node->text) != 0;
	case LIKE:
		return !fnmatch(node->text, text, 0);
	default:
		return false;
	}
}

static bool compare_number(const struct node *node, int64_t number)
{
	bool within = number >= node->low && number <= node->high;

	switch (node->is_number ? node->comparison : LIKE) {
	case EQUAL:
		return within;
	case UNEQUAL:
		return !within;
	case LESS:
		return number < node->low;
	case NOT_MORE:
		return number <= node->low;
	case MORE:
		return number > node->low;
	case NOT_LESS:
		return number >= node->low;
	case HAS_BITS:
		return number & node->low;
	default:
		return false;
	}
}

static bool holds(const struct trace_expression *expression,
		  const struct node *node, uint64_t cycle, int cpu,
		  const struct hw_trace *event)
{
	const struct node *left = &expression->node[node->left];
	const struct node *right = &expression->node[node->right];
	struct value value;

	switch (node->kind) {
	case OR:
		return holds(expression, left, cycle, cpu, event) ||
		       holds(expression, right, cycle, cpu, event);
	case AND:
		return holds(expression, left, cycle, cpu, event) &&
		       holds(expression, right, cycle, cpu, event);
	case NOT:
		return !holds(expression, left, cycle, cpu, event);
	case ANY_OF:
		return node->events >> event->event & 1;
	default:
		break;
	}
	if (!value_of(node, cycle, cpu, event, &value))
		return false;
	return value.is_text ? compare_text(node, value.text)
			     : compare_number(node, value.number);
}

bool trace_expression_holds(const struct trace_expression *expression,
			    uint64_t cycle, int cpu,
			    const struct hw_trace *event)
{
	return holds(expression, &expression->node[expression->root], cycle,
		     cpu, event);
}
