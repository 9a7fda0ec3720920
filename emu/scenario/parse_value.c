/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of a scenario that a board doesn't have: ranges, addresses by symbol,
 * texts to be compared, names of signals, counters and events. As in
 * emu/config/value.c a refusal names place, key, value and what is allowed.
 * What only the compiled guest can tell (is there such a symbol?) is asked
 * when there is one.
 */
#define _GNU_SOURCE /* sigabbrev_np */
#include "emu/scenario/keys.h"

#include <ctype.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "emu/config/load.h"
#include "emu/fault_text.h"
#include "emu/scenario/scenario.h"

static void *field_at(const struct field *field, void *base)
{
	return (char *)base + field->key.offset;
}

/* The text of a scalar; NULL, and an error. */
static const char *word(const struct site *site, const struct field *field)
{
	if (site->node->type == YAML_SCALAR_NODE && *scalar(site->node) &&
	    strlen(scalar(site->node)) == site->node->data.scalar.length)
		return scalar(site->node);
	site_error(site, "wants %s", field->wants);
	return NULL;
}

/* ---- names --------------------------------------------------------------- */

#define TLB_COUNTS(tlb)                                               \
	"tlb." tlb ".misses", "tlb." tlb ".fetch_misses",             \
		"tlb." tlb ".evictions", "tlb." tlb ".invalidations", \
		"tlb." tlb ".flushes"

const char *const count_names[] = {
#define ABORT(name, key, sentence) key,
#define RESOLUTION(name, sentence) #name,
#define AFTERMATH(name, sentence)  #name,
#include "kernel/fault_count.def"
#define ITEM(symbol, name)  name,
#define EVENT(symbol, name) name,
#include "kernel/mm/vmstat.def"
#undef ITEM
#undef EVENT
	"numa_hit",
	"numa_miss",
	"numa_foreign",
	"numa_interleave",
	"numa_local",
	"numa_other",
	TLB_COUNTS("main"),
	TLB_COUNTS("main_i"),
	TLB_COUNTS("main_d"),
	TLB_COUNTS("micro_i"),
	TLB_COUNTS("micro_d"),
	TLB_COUNTS("micro_st"),
#define STAT(name, sentence) "walks." #name,
#include "mmu/stats.def"
#undef STAT
	NULL,
};

const char *const memory_names[] = {
#define FRAME_USE(symbol, key, label) key,
#include "kernel/frame_use.def"
#undef FRAME_USE
	NULL,
};

#define ORDERS(zone)                                                      \
	zone ".0", zone ".1", zone ".2", zone ".3", zone ".4", zone ".5", \
		zone ".6", zone ".7", zone ".8", zone ".9", zone ".10"
const char *const buddy_names[] = {ORDERS("DMA"), ORDERS("Normal"),
				   ORDERS("HighMem"), ORDERS("Movable"), NULL};

static const char *const event_names[] = {
#define TRACE_EVENT(group, name, what) #name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
	NULL,
};

/* The one of @names that @text is; NULL, and an error that calls it @what. */
static const char *one_of(const struct site *site, const char *const *names,
			  const char *text, const char *what)
{
	struct word near;

	for (int i = 0; names[i]; i++)
		if (!strcmp(names[i], text))
			return names[i];
	near = nearest_of(text, names);
	if (near.text)
		site_error(site, "'%.60s' is no %s; did you mean %.*s?", text,
			   what, near.length, near.text);
	else
		site_error(site,
			   "'%.60s' is no %s; `mmuscope test --keys` tells "
			   "where they are listed",
			   text, what);
	return NULL;
}

bool read_event(const struct site *site, const struct field *field, void *base)
{
	const char **to = field_at(field, base);
	const char *text = word(site, field);

	*to = text ? one_of(site, event_names, text, "trace event") : NULL;
	return *to;
}

bool read_signal(const struct site *site, const struct field *field, void *base)
{
	int *to = field_at(field, base);
	const char *text = word(site, field);

	if (!text)
		return false;
	*to = signal_number(text);
	return *to ||
	       site_error(site, "'%.60s' is no signal; SIGSEGV is one", text);
}

bool read_code(const struct site *site, const struct field *field, void *base)
{
	struct expected_fault *fault = base;
	const char *text = word(site, field);
	int sig;

	if (!text || !one_of(site, signal_code_names, text, "signal's code"))
		return false;
	fault->code = signal_code_number(text, &sig);
	fault->has_code = true;
	if (fault->signal && fault->signal != sig)
		return site_error(site, "%s is no code of SIG%s", text,
				  sigabbrev_np(fault->signal));
	fault->signal = sig;
	return true;
}

/* ---- numbers --------------------------------------------------------------- */

static const struct unit no_units[] = {{"", 1}, {NULL, 0}};
/* Of cycles and counts: not those of memory. */
static const struct unit thousands[] = {
	{"", 1}, {"K", 1000}, {"M", 1000000}, {"G", 1000000000}, {NULL, 0}};

/* A number of the first @length characters; empty: @preset. */
static bool bound(const char *text, size_t length, uint64_t preset,
		  uint64_t *to)
{
	char copy[32];
	bool overflow = false;

	*to = preset;
	if (!length)
		return true;
	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return number_parse(copy, thousands, to, &overflow) && !overflow;
}

static bool parse_range(const struct site *site, struct scenario_range *to)
{
	static const char wanted[] = "wants a range: N, A..B, A.. or ..B";
	const yaml_node_t *node = site->node;
	const char *text, *dots;
	size_t length;

	if (node->type != YAML_SCALAR_NODE || !*scalar(node))
		return site_error(site, "%s", wanted);
	text = scalar(node);
	dots = strstr(text, "..");
	length = dots ? (size_t)(dots - text) : strlen(text);
	if (!bound(text, length, 0, &to->low) ||
	    (dots && !bound(dots + 2, strlen(dots + 2), UINT64_MAX, &to->high)))
		return site_error(site, "%s, not '%.60s'", wanted, text);
	if (!dots)
		to->high = to->low;
	if (to->low > to->high)
		return site_error(site, "%.60s ends before it begins", text);
	to->given = true;
	return true;
}

bool read_range(const struct site *site, const struct field *field, void *base)
{
	return parse_range(site, field_at(field, base));
}

bool read_cycles(const struct site *site, const struct field *field, void *base)
{
	uint64_t *to = field_at(field, base);
	const char *text = word(site, field);
	bool overflow;

	if (!text)
		return false;
	if (!number_parse(text, thousands, to, &overflow) || overflow || !*to)
		return site_error(site, "wants %s, not '%.60s'", field->wants,
				  text);
	return true;
}

/* Truth that may be left open: 0, 1, or as begun, -1. */
bool read_maybe(const struct site *site, const struct field *field, void *base)
{
	const struct key key = {.kind = KEY_BOOL};
	int *to = field_at(field, base);
	bool value;

	if (!value_read(site, &key, &value))
		return false;
	*to = value;
	return true;
}

/* One more element for the list at @list; the others stay where they were. */
static bool append_number(const struct site *site, const struct field *field,
			  void *base, const char *name)
{
	const struct expected_number **list = field_at(field, base);
	size_t *nr = (size_t *)(void *)((char *)base + field->nr_offset);
	struct expected_number *more = load_alloc(site->load,
						  (*nr + 1) * sizeof(*more));

	if (!more)
		return false;
	if (*nr)
		memcpy(more, *list, *nr * sizeof(*more));
	more[*nr].name = name;
	more[*nr].where = source_where(site->source, site->node);
	if (!parse_range(site, &more[*nr].range))
		return false;
	*list = more;
	++*nr;
	return true;
}

bool read_number(const struct site *site, const struct field *field, void *base)
{
	return append_number(site, field, base, field->key.path);
}

bool read_numbers(const struct site *site, const struct field *field,
		  void *base)
{
	yaml_document_t *document = site->source->document;
	yaml_node_pair_t *pair;
	char path[MAX_KEY_PATH];

	if (site->node->type != YAML_MAPPING_NODE)
		return site_error(site, "wants %s", field->wants);
	for (pair = site->node->data.mapping.pairs.start;
	     pair < site->node->data.mapping.pairs.top; pair++) {
		yaml_node_t *name = pair_name(site, pair);
		struct site item = *site;
		const char *known;

		if (!name)
			return false;
		item.node = name;
		known = one_of(&item, field->names, scalar(name),
			       "name that it knows");
		if (!known)
			return false;
		key_join(path, site->path, known);
		item.path = path;
		item.node = yaml_document_get_node(document, pair->value);
		if (!append_number(&item, field, base, known))
			return false;
	}
	return true;
}

/* ---- places ---------------------------------------------------------------- */

static bool starts_symbol(char c)
{
	return isalpha((unsigned char)c) || strchr("_.$", c);
}

/* "buffer", or "libc.so.6:malloc": that of another file than the program. */
static size_t symbol_length(const char *text)
{
	size_t n = 0;

	if (!text[0] || !starts_symbol(text[0]))
		return 0;
	while (text[n] &&
	       (isalnum((unsigned char)text[n]) || strchr("_.$@:", text[n])))
		n++;
	return n;
}

/* "buffer+0x1000", "buffer-4", "buffer", "0x10000". */
static bool parse_place(const struct site *site, const char *text,
			struct scenario_place *to)
{
	size_t length = symbol_length(text);
	const char *number = text + length;
	bool minus = length && *number == '-', overflow = false;

	*to = (struct scenario_place){
		.text = load_join(site->load, text, "", ""),
		.where = source_where(site->source, site->node),
	};
	if (length)
		to->symbol = load_text(site->load, text, length);
	if (!to->text || (length && !to->symbol))
		return false;
	if (length && (*number == '+' || minus))
		number++;
	else if (length && !*number)
		return true;
	else if (length)
		number = "";
	if (!number_parse(number, no_units, &to->offset, &overflow) ||
	    overflow || to->offset > UINT32_MAX)
		return site_error(site,
				  "'%.60s' is no address; wants symbol, "
				  "symbol+0x1000 or 0x10000",
				  text);
	if (minus)
		to->offset = -to->offset;
	return true;
}

bool read_place(const struct site *site, const struct field *field, void *base)
{
	const char *text = word(site, field);

	return text && parse_place(site, text, field_at(field, base));
}

bool read_region(const struct site *site, const struct field *field, void *base)
{
	struct scenario_region *to = field_at(field, base);
	const char *text = word(site, field);
	const char *dots = text ? strstr(text, "..") : NULL;
	char *first;

	if (!text)
		return false;
	if (!dots)
		return parse_place(site, text, &to->first);
	first = load_text(site->load, text, (size_t)(dots - text));
	return first && parse_place(site, first, &to->first) &&
	       parse_place(site, dots + 2, &to->end);
}

/* ---- texts ------------------------------------------------------------------ */

static const char *copy_text(const struct site *site)
{
	const struct key key = {.kind = KEY_TEXT};
	const char *copy;

	return value_read(site, &key, &copy) ? copy : NULL;
}

bool read_plain(const struct site *site, const struct field *field, void *base)
{
	const char **to = field_at(field, base);

	*to = copy_text(site);
	return *to;
}

bool read_choice(const struct site *site, const struct field *field, void *base)
{
	return value_read(site, &field->key, base);
}

bool read_words(const struct site *site, const struct field *field, void *base)
{
	const char *const **to = field_at(field, base);
	bool list = site->node->type == YAML_SEQUENCE_NODE;
	size_t nr = list ? (size_t)(site->node->data.sequence.items.top -
				    site->node->data.sequence.items.start)
			 : 1;
	const char **words = load_alloc(site->load, (nr + 1) * sizeof(*words));
	struct site item = *site;
	char path[MAX_KEY_PATH];

	*to = words;
	for (size_t i = 0; words && i < nr; i++) {
		if (list) {
			snprintf(path, sizeof(path), "%.200s[%zu]", site->path,
				 i);
			item.path = path;
			item.node = yaml_document_get_node(
				site->source->document,
				site->node->data.sequence.items.start[i]);
		}
		words[i] = copy_text(&item);
		if (!words[i])
			return false;
	}
	return words;
}

bool read_regex(const struct site *site, const struct field *field, void *base)
{
	const char **to = field_at(field, base);
	char why[128];
	regex_t regex;
	int error;

	*to = copy_text(site);
	if (!*to)
		return false;
	error = regcomp(&regex, *to, REG_EXTENDED | REG_NOSUB | REG_NEWLINE);
	if (error) {
		regerror(error, &regex, why, sizeof(why));
		return site_error(site, "'%.60s' is no regular expression: %s",
				  *to, why);
	}
	regfree(&regex);
	return true;
}

/* The text itself, or a map of what must be in it. */
bool read_match(const struct site *site, const struct field *field, void *base)
{
	struct scenario_text *to = field_at(field, base);

	if (site->node->type == YAML_MAPPING_NODE)
		return read_record(site, field, base);
	to->where = source_where(site->source, site->node);
	to->exact = copy_text(site);
	return to->exact;
}
