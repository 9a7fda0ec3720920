/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope diff`: two traces side by side until an event of one isn't the
 * other's. Then some lines are read ahead in both, to tell an event that one
 * has more from one that came out otherwise, and both are put in words.
 *
 * Lines are compared as they stand, and taken apart only when they differ; so
 * millions of equal ones cost no more than reading them.
 */
#define _GNU_SOURCE /* strchrnul */
#include "emu/trace_diff.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "emu/diag.h"
#include "emu/formats.h"
#include "kernel/kernel.h"

enum {
	CONTEXT = 5, /* lines before the difference */
	AHEAD = 200, /* lines behind it in which the traces may meet again */
	SHOWN = 5, /* of events that one has more */
	MEET = 3, /* so many equal events in a row are no accident */
	MOST_FIELDS = 24
};

struct event {
	bool good;
	char cycle[24], who[48], name[64];
	int nr;
	char key[MOST_FIELDS][24], value[MOST_FIELDS][96];
};

/* A trace, and lines of it that have been read ahead. */
struct side {
	const char *path;
	FILE *file;
	bool json;
	int schema; /* as its first line says; 0: it doesn't */
	char *line[AHEAD + MEET];
	int nr; /* of these */
	unsigned long long at; /* the first one's number */
};

struct comparison {
	struct side side[2];
	const char *ignore;
	char *before[CONTEXT];
	int nr_before;
	FILE *to;
};

static const struct {
	const char *name, *what;
} event_words[] = {
#define TRACE_EVENT(group, name, what) {#name, what},
#include "kernel/trace_events.def"
#undef TRACE_EVENT
};

static const struct {
	const char *name, *what;
} resolution_words[] = {
#define RESOLUTION(name, sentence) {#name, sentence},
#include "kernel/fault_count.def"
};

/* ---- taking lines apart --------------------------------------------------------- */

static void add_field(struct event *event, const char *key, size_t nr_key,
		      const char *value, size_t nr_value)
{
	if (event->nr == MOST_FIELDS)
		return;
	snprintf(event->key[event->nr], sizeof(event->key[0]), "%.*s",
		 (int)nr_key, key);
	snprintf(event->value[event->nr++], sizeof(event->value[0]), "%.*s",
		 (int)nr_value, value);
}

/* Words with a = are fields; of others the place is the name. */
static void parse_words(struct event *event, const char *at)
{
	bool fault = !strncmp(event->name, "page_fault_", 11);
	char place[24];

	for (int nr = 1; *(at += strspn(at, " ")); nr++) {
		size_t n = strcspn(at, " ");
		const char *equals = memchr(at, '=', n);

		snprintf(place, sizeof(place), "word %d", nr);
		if (equals)
			add_field(event, at, (size_t)(equals - at), equals + 1,
				  n - (size_t)(equals - at) - 1);
		else if (fault)
			add_field(event, at[n] ? "access" : "how",
				  at[n] ? 6 : 3, at, n);
		else
			add_field(event, place, strlen(place), at, n);
		at += n;
	}
}

/* "   24 [0] cow-2 page_fault_user: address=…"; a comm may have spaces. */
static void parse_text(struct event *event, const char *line)
{
	const char *end = line + strspn(line, " "), *who, *colon, *name;

	snprintf(event->cycle, sizeof(event->cycle), "%.*s",
		 (int)strcspn(end, " "), end);
	who = strchr(line, ']');
	colon = strstr(line, ": ");
	if (!isdigit((unsigned char)*end) || !who || !colon || colon < who)
		return;
	for (name = colon; name > who && name[-1] != ' '; name--)
		;
	if (name <= who + 2)
		return;
	snprintf(event->who, sizeof(event->who), "%.*s", (int)(name - who - 3),
		 who + 2);
	snprintf(event->name, sizeof(event->name), "%.*s", (int)(colon - name),
		 name);
	parse_words(event, colon + 2);
	event->good = true;
}

static void json_text(const json_t *value, char *to, size_t size)
{
	if (json_is_string(value))
		snprintf(to, size, "%s", json_string_value(value));
	else
		snprintf(to, size, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
}

static void parse_json(struct event *event, const char *line)
{
	json_t *object = json_loads(line, 0, NULL), *value;
	const char *key;
	char text[96];

	json_text(json_object_get(object, "cycle"), event->cycle,
		  sizeof(event->cycle));
	snprintf(event->who, sizeof(event->who), "%s-%d",
		 json_string_value(json_object_get(object, "task")) ?: "?",
		 (int)json_integer_value(json_object_get(object, "pid")));
	snprintf(event->name, sizeof(event->name), "%s",
		 json_string_value(json_object_get(object, "event")) ?: "");
	value = json_object_get(object, "cycles");
	if (value) {
		json_text(value, text, sizeof(text));
		add_field(event, "cycles", 6, text, strlen(text));
	}
	json_object_foreach(json_object_get(object, "fields"), key, value)
	{
		json_text(value, text, sizeof(text));
		add_field(event, key, strlen(key), text, strlen(text));
	}
	event->good = *event->name;
	json_decref(object);
}

static void parse(const struct side *side, const char *line,
		  struct event *event)
{
	*event = (struct event){.nr = 0};
	if (side->json)
		parse_json(event, line);
	else
		parse_text(event, line);
}

static const char *value_of(const struct event *event, const char *key)
{
	for (int i = 0; i < event->nr; i++)
		if (!strcmp(event->key[i], key))
			return event->value[i];
	return NULL;
}

/* ---- comparing ---------------------------------------------------------------------- */

static bool ignores(const struct comparison *c, const char *key)
{
	size_t n = strlen(key);

	for (const char *at = c->ignore ?: ""; *at;
	     at = strchrnul(at, ','), at += *at == ',')
		if (strcspn(at, ",") == n && !strncmp(at, key, n))
			return true;
	return false;
}

static bool fields_differ(const struct comparison *c, const struct event *a,
			  const struct event *b)
{
	if (a->nr != b->nr)
		return true;
	for (int i = 0; i < a->nr; i++)
		if (strcmp(a->key[i], b->key[i]) != 0 ||
		    (strcmp(a->value[i], b->value[i]) != 0 &&
		     !ignores(c, a->key[i])))
			return true;
	return false;
}

/* @timed: their cycles count, too. */
static bool same(const struct comparison *c, const char *first,
		 const char *second, bool timed)
{
	struct event a, b;

	if (!strcmp(first, second))
		return true;
	if (timed && !c->ignore)
		return false;
	parse(&c->side[0], first, &a);
	parse(&c->side[1], second, &b);
	return a.good && b.good && !strcmp(a.who, b.who) &&
	       !strcmp(a.name, b.name) && !fields_differ(c, &a, &b) &&
	       (!timed || ignores(c, "cycle") || !strcmp(a.cycle, b.cycle));
}

/* ---- reading -------------------------------------------------------------------------- */

static int schema_of(const char *line)
{
	int schema = 0;

	if (sscanf(line, "# mmuscope trace, schema %d", &schema) != 1)
		sscanf(line, "{\"schema\":%d", &schema);
	return schema;
}

static bool is_event(const char *line)
{
	return *line && *line != '#' && strncmp(line, "{\"schema\"", 9) != 0;
}

/* Reads ahead until there are @nr lines, or no more. */
static void read_ahead(struct side *side, int nr)
{
	while (side->nr < nr) {
		char *line = NULL;
		size_t size = 0;
		ssize_t n = getline(&line, &size, side->file);

		if (n < 0) {
			free(line);
			return;
		}
		line[strcspn(line, "\n")] = '\0';
		/* a line that begins with a null byte is none of a trace */
		if (!is_event(line) && (*line || n <= 1)) {
			side->schema = side->schema ?: schema_of(line);
			free(line);
			continue;
		}
		side->line[side->nr++] = line;
	}
}

static char *take(struct side *side)
{
	char *line = side->line[0];

	memmove(&side->line[0], &side->line[1],
		(size_t)--side->nr * sizeof(side->line[0]));
	side->at++;
	return line;
}

static bool open_side(struct side *side, const char *path, struct diag *diag)
{
	struct event event;

	side->path = path;
	side->at = 1;
	side->file = fopen(path, "re");
	if (!side->file)
		return diag_errno(diag, NULL, "can't read '%s'", path);
	read_ahead(side, 1);
	if (ferror(side->file))
		return diag_errno(diag, NULL, "can't read '%s'", path);
	if (side->schema > FORMAT_TRACE)
		return diag_error(diag, NULL,
				  "'%s' has schema %d, of a newer mmuscope; "
				  "this one knows %d: compare them with that",
				  path, side->schema, FORMAT_TRACE);
	if (!side->nr)
		return true;
	side->json = side->line[0][0] == '{';
	parse(side, side->line[0], &event);
	return event.good ||
	       diag_error(diag, NULL,
			  "'%s' doesn't begin as a trace in text or JSON "
			  "does",
			  path);
}

/* ---- in words --------------------------------------------------------------------------- */

static const char *what_event(const char *name)
{
	for (size_t i = 0; i < sizeof(event_words) / sizeof(*event_words); i++)
		if (!strcmp(event_words[i].name, name))
			return event_words[i].what;
	return "an event that this version doesn't have";
}

static const char *what_resolution(const char *name)
{
	for (size_t i = 0;
	     i < sizeof(resolution_words) / sizeof(*resolution_words); i++)
		if (!strcmp(resolution_words[i].name, name))
			return resolution_words[i].what;
	return name;
}

/* What it means that field @key isn't the same; NULL: it says so itself. */
static const char *what_field(const char *key)
{
	static const struct {
		const char *key, *what;
	} rows[] = {
		{"address", "the program touched another address: it went "
			    "another way before, or has another layout"},
		{"ip", "another instruction did it"},
		{"error_code", "the MMU gave another reason"},
		{"cycles", "it took another time"},
		{"access", "it was another kind of access"},
		{"pte", "the entry is another: another frame, or other rights"},
		{"pfn", "the allocator gave another frame"},
		{"page", "the allocator gave another frame"},
		{"ptr", "the slab allocator gave another object"},
		{"next_pid", "the scheduler chose another task"},
		{"prev_state", "the task that goes does so for another reason"},
		{"ret", "the system call came to another result"},
		{"NR", "the program made another system call"},
		{"sig", "it is another signal"},
		{"code", "the signal has another cause"},
		{"sector", "the disk is asked for another place"},
		{"nr_reclaimed", "reclaim had another success"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!strcmp(rows[i].key, key))
			return rows[i].what;
	return NULL;
}

static void tell_resolution(FILE *to, const char *a, const char *b)
{
	fprintf(to,
		"    the fault was resolved otherwise\n"
		"      first:  %s\n      second: %s\n",
		what_resolution(a), what_resolution(b));
}

static void tell_field(const struct comparison *c, const char *key,
		       const char *a, const char *b)
{
	const char *what = what_field(key);

	fprintf(c->to, "  %s: %s in the first, %s in the second\n", key,
		a ?: "nothing", b ?: "nothing");
	if (!strcmp(key, "how") && a && b)
		tell_resolution(c->to, a, b);
	else if (what)
		fprintf(c->to, "    %s\n", what);
}

static void tell_cycles(const struct comparison *c, const struct event *a,
			const struct event *b)
{
	long long apart = atoll(b->cycle) - atoll(a->cycle);

	fprintf(c->to,
		"  the second is %lld cycles %s: since the event before, more "
		"ran or was\n  charged in the %s\n",
		apart < 0 ? -apart : apart, apart < 0 ? "earlier" : "later",
		apart < 0 ? "first" : "second");
}

/* The same happens to the same task, but comes out otherwise. */
static void tell_fields(const struct comparison *c, const struct event *a,
			const struct event *b)
{
	const char *number = value_of(a, "NR");
	const char *call = number ? kernel_syscall_name((uint32_t)atoi(number))
				  : NULL;

	fprintf(c->to, "%s has the same event in both, %s%s%s%s%s:\n", a->who,
		a->name, call ? " of " : "", call ?: "",
		fields_differ(c, a, b) ? ", with other values"
				       : ", at another time",
		"");
	for (int i = 0; i < a->nr; i++) {
		const char *other = value_of(b, a->key[i]);

		if ((!other || strcmp(other, a->value[i]) != 0) &&
		    !ignores(c, a->key[i]))
			tell_field(c, a->key[i], a->value[i], other);
	}
	for (int i = 0; i < b->nr; i++)
		if (!value_of(a, b->key[i]) && !ignores(c, b->key[i]))
			tell_field(c, b->key[i], NULL, b->value[i]);
	if (strcmp(a->cycle, b->cycle) != 0 && !ignores(c, "cycle"))
		tell_cycles(c, a, b);
}

static void tell_events(const struct comparison *c, const struct event *a,
			const struct event *b)
{
	if (strcmp(a->who, b->who) != 0)
		fprintf(c->to,
			"Another task is at work: %s in the first, %s in the "
			"second.\n",
			a->who, b->who);
	else
		fprintf(c->to, "%s goes another way:\n", a->who);
	fprintf(c->to, "  first:  %s: %s\n  second: %s: %s\n", a->name,
		what_event(a->name), b->name, what_event(b->name));
}

/* ---- one has more -------------------------------------------------------------------------- */

/* Do the traces go on alike @i lines on in the first, @j in the second? */
static bool meet_at(const struct comparison *c, int i, int j)
{
	const struct side *a = &c->side[0], *b = &c->side[1];

	if (i >= a->nr || j >= b->nr)
		return false;
	for (int k = 0; k < MEET; k++) {
		bool end = i + k >= a->nr, other = j + k >= b->nr;

		if (end || other)
			return end && other;
		if (!same(c, a->line[i + k], b->line[j + k], false))
			return false;
	}
	return true;
}

/* How many events @who's trace has that the other lacks; 0: it isn't so. */
static int nr_more(const struct comparison *c, int who)
{
	for (int n = 1; n < c->side[who].nr; n++)
		if (who ? meet_at(c, 0, n) : meet_at(c, n, 0))
			return n;
	return 0;
}

static bool tell_more(const struct comparison *c, int who)
{
	const struct side *side = &c->side[who];
	int n = nr_more(c, who);

	if (!n)
		return false;
	fprintf(c->to,
		"The %s has %d event%s here that the %s lacks; then both go "
		"on alike%s:\n",
		who ? "second" : "first", n, n > 1 ? "s" : "",
		who ? "first" : "second",
		ignores(c, "cycle") ? "" : ", but for the time");
	for (int i = 0; i < n && i < SHOWN; i++) {
		struct event event;

		parse(side, side->line[i], &event);
		fprintf(c->to, "  %s %s: %s\n", event.who, event.name,
			what_event(event.name));
	}
	if (n > SHOWN)
		fprintf(c->to, "  and %d more\n", n - SHOWN);
	return true;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void tell_context(const struct comparison *c)
{
	const struct side *a = &c->side[0], *b = &c->side[1];

	if (a->at == b->at)
		fprintf(c->to, "%llu events are the same; then, line %llu:\n\n",
			a->at - 1, a->at);
	for (int i = 0; i < c->nr_before; i++)
		fprintf(c->to, "  %s\n", c->before[i]);
	fprintf(c->to, "- %s\n+ %s\n\n", a->nr ? a->line[0] : "(the end)",
		b->nr ? b->line[0] : "(the end)");
}

static void tell_difference(struct comparison *c)
{
	struct side *a = &c->side[0], *b = &c->side[1];
	struct event first, second;

	read_ahead(a, AHEAD + MEET);
	read_ahead(b, AHEAD + MEET);
	tell_context(c);
	if (!a->nr || !b->nr) {
		int n = a->nr ?: b->nr;

		fprintf(c->to,
			"The %s ends here; the %s goes on for %s%d event%s.\n",
			a->nr ? "second" : "first", a->nr ? "first" : "second",
			n == AHEAD + MEET ? "more than " : "", n,
			n > 1 ? "s" : "");
		return;
	}
	parse(a, a->line[0], &first);
	parse(b, b->line[0], &second);
	if (!first.good || !second.good)
		fprintf(c->to, "One of these lines is no event.\n");
	else if (!strcmp(first.who, second.who) &&
		 !strcmp(first.name, second.name) && !nr_more(c, 0) &&
		 !nr_more(c, 1))
		tell_fields(c, &first, &second);
	else if (!tell_more(c, 0) && !tell_more(c, 1))
		tell_events(c, &first, &second);
	if (c->nr_before) {
		parse(a, c->before[c->nr_before - 1], &first);
		fprintf(c->to,
			"\nBoth runs are the same until cycle %s: `mmuscope "
			"why` and `page-tables` look\nat them there by --at "
			"cycle:%s.\n",
			first.cycle, first.cycle);
	}
}

static void keep_before(struct comparison *c, char *line)
{
	if (c->nr_before == CONTEXT) {
		free(c->before[0]);
		memmove(&c->before[0], &c->before[1],
			--c->nr_before * sizeof(c->before[0]));
	}
	c->before[c->nr_before++] = line;
}

static enum trace_difference compare(struct comparison *c)
{
	struct side *a = &c->side[0], *b = &c->side[1];

	for (;;) {
		read_ahead(a, 1);
		read_ahead(b, 1);
		if (!a->nr && !b->nr) {
			fprintf(c->to, "%llu events, all the same\n",
				a->at - 1);
			return TRACES_SAME;
		}
		if (!a->nr || !b->nr || !same(c, a->line[0], b->line[0], true))
			break;
		keep_before(c, take(a));
		free(take(b));
	}
	tell_difference(c);
	return TRACES_DIFFER;
}

static void close_side(struct side *side)
{
	for (int i = 0; i < side->nr; i++)
		free(side->line[i]);
	if (side->file)
		fclose(side->file);
}

enum trace_difference trace_diff(const char *first, const char *second,
				 const char *ignore, FILE *to,
				 struct diag *diag)
{
	struct comparison c = {.ignore = ignore, .to = to};
	enum trace_difference difference = TRACES_TROUBLE;

	if (open_side(&c.side[0], first, diag) &&
	    open_side(&c.side[1], second, diag)) {
		if (c.side[0].nr && c.side[1].nr &&
		    c.side[0].json != c.side[1].json)
			diag_error(diag, NULL,
				   "one trace is text, the other JSON");
		else
			difference = compare(&c);
	}
	for (int i = 0; i < c.nr_before; i++)
		free(c.before[i]);
	close_side(&c.side[0]);
	close_side(&c.side[1]);
	return difference;
}
