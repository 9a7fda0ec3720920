/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario from its file: maps of keys into structs, by the table in keys.c,
 * and what no key can tell alone. The board is found and read as for
 * `mmuscope run`, then the scenario's `set` goes over it.
 *
 * Invariant: a struct scenario that leaves this file has passed every check
 * that needs no guest, and each of its parts knows the line that it came from.
 */
#define _GNU_SOURCE /* asprintf */
#include "emu/scenario/scenario.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/config/load.h"
#include "emu/scenario/keys.h"

/* A scenario while it is read; sites lead here by their load. */
struct reading {
	struct load load; /* first: reading_of() */
	struct scenario *scenario;
	const struct source *source;
	const char *board; /* as the file has it */
	struct diag_where board_where;
	yaml_node_t *set; /* NULL: nothing */
	const char *const *detect; /* NULL: not given */
};

static struct reading *reading_of(const struct site *site)
{
	return (struct reading *)site->load;
}

/* ---- records ------------------------------------------------------------- */

static const struct field *find_field(const struct record *record,
				      const char *name)
{
	for (size_t i = 0; i < record->nr_fields; i++)
		if (!strcmp(record->fields[i].key.path, name))
			return &record->fields[i];
	return NULL;
}

static bool unknown_key(const struct site *site, const struct record *record,
			const char *name)
{
	const char *names[32];
	char all[256] = "";
	struct word near;
	size_t n = 0;

	for (size_t i = 0; i < record->nr_fields; i++) {
		names[i] = record->fields[i].key.path;
		if (n < sizeof(all))
			n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s",
					      i ? ", " : "", names[i]);
	}
	names[record->nr_fields] = NULL;
	near = nearest_of(name, names);
	if (near.text)
		return site_error(site, "unknown key; did you mean %.*s?",
				  near.length, near.text);
	return site_error(site, "unknown key; there are %s", all);
}

static bool read_pair(const struct site *map, const struct record *record,
		      const yaml_node_pair_t *pair, void *base)
{
	yaml_node_t *name = pair_name(map, pair);
	const struct field *field;
	struct site site = *map;
	char path[MAX_KEY_PATH];

	if (!name)
		return false;
	key_join(path, map->path, scalar(name));
	site.path = path;
	site.node = name;
	field = find_field(record, scalar(name));
	if (!field)
		return unknown_key(&site, record, scalar(name));
	site.node = yaml_document_get_node(map->source->document, pair->value);
	if (field->read)
		return field->read(&site, field, base);
	return value_read(&site, &field->key, base);
}

static bool read_map(const struct site *site, const struct record *record,
		     void *base)
{
	yaml_node_pair_t *pair;

	if (site->node->type != YAML_MAPPING_NODE)
		return site_error(site, "wants a map of keys");
	for (pair = site->node->data.mapping.pairs.start;
	     pair < site->node->data.mapping.pairs.top; pair++)
		if (!read_pair(site, record, pair, base))
			return false;
	return !record->end || record->end(site, base);
}

static bool fill(const struct site *site, const struct record *record,
		 void *base)
{
	for (size_t i = 0; i < record->nr_fields; i++)
		if (!record->fields[i].read &&
		    !value_preset(site->load, &record->fields[i].key, base))
			return false;
	if (record->begin)
		record->begin(base);
	if (record->where != NO_WHERE)
		*(struct diag_where *)((char *)base + record->where) =
			source_where(site->source, site->node);
	return read_map(site, record, base);
}

bool read_record(const struct site *site, const struct field *field, void *base)
{
	return fill(site, field->record, (char *)base + field->key.offset);
}

static bool read_list(const struct site *site, const struct record *record,
		      char *to, size_t nr)
{
	struct site item = *site;
	char path[MAX_KEY_PATH];

	item.path = path;
	for (size_t i = 0; i < nr; i++) {
		item.node = yaml_document_get_node(
			site->source->document,
			site->node->data.sequence.items.start[i]);
		snprintf(path, sizeof(path), "%.200s[%zu]", site->path, i);
		if (!fill(&item, record, to + i * record->size_bytes))
			return false;
	}
	return true;
}

bool read_records(const struct site *site, const struct field *field,
		  void *base)
{
	bool list = site->node->type == YAML_SEQUENCE_NODE;
	const yaml_node_item_t *items = site->node->data.sequence.items.start;
	size_t nr = list ? (size_t)(site->node->data.sequence.items.top - items)
			 : 1;
	void *to = load_alloc(site->load, nr * field->record->size_bytes + 1);

	if (!to)
		return false;
	*(void **)(void *)((char *)base + field->key.offset) = to;
	*(size_t *)(void *)((char *)base + field->nr_offset) = nr;
	return list ? read_list(site, field->record, to, nr)
		    : fill(site, field->record, to);
}

/* ---- the board ------------------------------------------------------------- */

bool read_board(const struct site *site, const struct field *field, void *base)
{
	const struct key key = {.kind = KEY_TEXT};
	struct reading *reading = reading_of(site);

	(void)field;
	(void)base;
	reading->board_where = source_where(site->source, site->node);
	return value_read(site, &key, &reading->board);
}

bool read_set(const struct site *site, const struct field *field, void *base)
{
	(void)field;
	(void)base;
	reading_of(site)->set = site->node;
	return site->node->type == YAML_MAPPING_NODE ||
	       node_is_null(site->node) ||
	       site_error(site, "wants keys of a board, nested as in its file");
}

/* @folder/@below/@name.yaml if there is one; to be freed. */
static char *board_in(const char *folder, int length, const char *below,
		      const char *name)
{
	char *path;

	if (asprintf(&path, "%.*s/%s/%s.yaml", length, folder, below, name) < 0)
		return NULL;
	if (!access(path, R_OK))
		return path;
	free(path);
	return NULL;
}

/* Looks in configs/ of @path's folder and of those above it. */
static char *find_upwards(const char *path, const char *name)
{
	int length = (int)strlen(path);
	char *found = NULL;

	while (!found && length) {
		while (length && path[length - 1] != '/')
			length--;
		length -= length > 0;
		found = board_in(path, length, "configs", name);
		if (!found)
			found = board_in(path, length, "share/mmuscope/configs",
					 name);
	}
	return found;
}

/* Near the scenario first, then where mmuscope itself is. */
static char *find_board(const char *scenario, const char *name)
{
	char *path = realpath(scenario, NULL);
	char *found = path ? find_upwards(path, name) : NULL;

	free(path);
	if (found)
		return found;
	path = realpath("/proc/self/exe", NULL);
	found = path ? find_upwards(path, name) : NULL;
	free(path);
	return found;
}

/* The board's file; a name is one of configs/, anything else a path. */
static const char *board_path(struct reading *reading)
{
	const char *name = reading->board ?: "vexpress-a9";
	size_t length = strlen(name);
	const char *path = NULL;
	char *found;

	if (strchr(name, '/') ||
	    (length > 5 && !strcmp(name + length - 5, ".yaml"))) {
		path = host_path(&reading->load, reading->source, name);
		if (path && access(path, R_OK))
			diag_errno(reading->load.diag, &reading->board_where,
				   "board: '%s'", path);
		return reading->load.diag->failed ? NULL : path;
	}
	found = find_board(reading->scenario->path, name);
	if (found)
		path = load_join(&reading->load, found, "", "");
	else
		diag_error(reading->load.diag, &reading->board_where,
			   "board: no configs/%s.yaml above this file or "
			   "mmuscope; a path, such as ../my.yaml, names others",
			   name);
	free(found);
	return path;
}

/* ---- detectors --------------------------------------------------------------- */

/* Those that cost little run by themselves. */
#define DETECTOR(symbol, word, is_cheap, sentence) {word, is_cheap},
static const struct {
	const char *name;
	bool cheap;
} detectors[] = {
#include "kernel/detectors.def"
};
#undef DETECTOR

static bool is_detector(const char *name)
{
	for (int i = 0; i < NR_DETECTORS; i++)
		if (!strcmp(detectors[i].name, name))
			return true;
	return false;
}

bool read_detect(const struct site *site, const struct field *field, void *base)
{
	const char *names[NR_DETECTORS + 3] = {"all", "none"};
	const char *const *list;

	for (int i = 0; i < NR_DETECTORS; i++)
		names[i + 2] = detectors[i].name;
	if (!read_words(site, field, base))
		return false;
	list = *(const char *const **)(void *)((char *)base +
					       field->key.offset);
	reading_of(site)->detect = list;
	for (; *list; list++) {
		struct word near = nearest_of(*list, names);
		bool alone = list == reading_of(site)->detect && !list[1] &&
			     (!strcmp(*list, "all") || !strcmp(*list, "none"));

		if (!alone && (!strcmp(*list, "all") || !strcmp(*list, "none")))
			return site_error(site, "%s stands alone", *list);
		if (!alone && !is_detector(*list))
			return site_error(site, "'%.60s' is no detector%s%.*s",
					  *list,
					  near.text ? "; did you mean " : "",
					  near.length, near.text ?: "");
	}
	return true;
}

static bool is_chosen(const char *const *list, int detector)
{
	if (!list)
		return detectors[detector].cheap;
	if (!strcmp(list[0] ?: "", "all"))
		return true;
	for (; *list; list++)
		if (!strcmp(*list, detectors[detector].name))
			return true;
	return false;
}

/* Of those that run: names for the scenario, a setting for its board. */
static const char *choose_detectors(struct reading *reading)
{
	const char **names = load_alloc(&reading->load,
					(NR_DETECTORS + 1) * sizeof(*names));
	const char *set = "detect=[";
	size_t nr = 0;

	for (int i = 0; names && set && i < NR_DETECTORS; i++)
		if (is_chosen(reading->detect, i)) {
			set = load_join(&reading->load, set, nr ? "," : "",
					detectors[i].name);
			names[nr++] = detectors[i].name;
		}
	reading->scenario->detect = names;
	return names && set ? load_join(&reading->load, set, "]", "") : NULL;
}

/* ---- guests ------------------------------------------------------------------- */

static bool set_kind(const struct site *site, struct scenario_guest *guest,
		     enum scenario_guest_kind kind, const char *source)
{
	if (!source)
		return false;
	if (guest->source)
		return site_error(site,
				  "a guest has one of source, file and run");
	guest->kind = kind;
	guest->source = source;
	guest->where = source_where(site->source, site->node);
	return true;
}

static const char *text_of(const struct site *site)
{
	const struct key key = {.kind = KEY_TEXT};
	const char *text;

	return value_read(site, &key, &text) ? text : NULL;
}

bool read_source(const struct site *site, const struct field *field, void *base)
{
	struct scenario_guest *guest = base;
	yaml_scalar_style_t style;

	(void)field;
	if (!set_kind(site, guest, GUEST_SOURCE, text_of(site)))
		return false;
	/* A block's text begins in the line after its | or >. */
	style = site->node->data.scalar.style;
	guest->where.line += style == YAML_LITERAL_SCALAR_STYLE ||
			     style == YAML_FOLDED_SCALAR_STYLE;
	return true;
}

bool read_file(const struct site *site, const struct field *field, void *base)
{
	const char *text = text_of(site);

	(void)field;
	return text && set_kind(site, base, GUEST_FILE,
				host_path(site->load, site->source, text));
}

bool read_run(const struct site *site, const struct field *field, void *base)
{
	struct kernel_program program = {0};
	struct scenario_guest *guest = base;

	(void)field;
	if (guest->args)
		return site_error(site, "run has its arguments in itself");
	if (!value_read_program(site, &program) ||
	    !set_kind(site, guest, GUEST_RUN, program.argv[0]))
		return false;
	guest->args = program.argv;
	return true;
}

bool read_args(const struct site *site, const struct field *field, void *base)
{
	struct scenario_guest *guest = base;
	const char **args;

	if (guest->kind == GUEST_RUN && guest->source)
		return site_error(site, "run has its arguments in itself");
	if (!read_words(site, field, base))
		return false;
	args = (const char **)guest->args;
	for (; *args; args++) {
		*args = value_read_argument(site, false, *args);
		if (!*args)
			return false;
	}
	return true;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What the kernel will call it: at most 15 characters, as in comm. */
static bool check_name(const struct site *site, const char *name)
{
	size_t length = strlen(name);

	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			length = 0;
	return (length && length < 16 && name[0] != '.') ||
	       site_error(site,
			  "'%.60s' is no name for a process: 1 to 15 letters, "
			  "digits, and ._- (name: gives it another)",
			  name);
}

/* As the kernel would cut it. */
static const char *default_name(const struct reading *reading,
				const struct scenario_guest *guest)
{
	const char *program = host_program(guest->source);
	const char *name = last_part(reading->scenario->name);
	size_t length;

	if (guest->kind == GUEST_RUN)
		name = last_part(program ? program : guest->source);
	length = strlen(name);
	return load_text((struct load *)&reading->load, name,
			 length < 16 ? length : 15);
}

bool guest_end(const struct site *site, void *base)
{
	struct scenario_guest *guest = base;
	bool given;

	if (!guest->source)
		return site_error(site, "is no guest without source, file or "
					"run");
	if (guest->kind == GUEST_RUN && guest->cflags)
		return site_error(site, "cflags are for source and file");
	given = guest->name || guest->kind != GUEST_RUN;
	if (!guest->name)
		guest->name = default_name(reading_of(site), guest);
	return guest->name && (!given || check_name(site, guest->name));
}

static bool check_guests(const struct reading *reading)
{
	const struct scenario *s = reading->scenario;
	const struct diag_where top = {s->path, 1, 1};

	if (!s->nr_guests)
		return diag_error(reading->load.diag, &top,
				  "guests: wants at least one");
	for (size_t i = 0; i < s->nr_guests; i++)
		for (size_t j = 0; j < i; j++)
			if (!strcmp(s->guests[i].name, s->guests[j].name))
				return diag_error(
					reading->load.diag, &s->guests[i].where,
					"guests[%zu]: is called %s, as another "
					"is; name: tells them apart",
					i, s->guests[i].name);
	return true;
}

/* ---- expectations ---------------------------------------------------------------- */

bool read_exit(const struct site *site, const struct field *field, void *base)
{
	const struct key key = {.kind = KEY_U32, .high = 255};
	struct scenario_expect *expect = base;
	uint32_t status;

	(void)field;
	expect->panics = site->node->type == YAML_SCALAR_NODE &&
			 !strcmp(scalar(site->node), "panic");
	if (expect->panics)
		return true;
	if (!value_read(site, &key, &status))
		return false;
	expect->exit = (int)status;
	return true;
}

/* "rw-p", as in /proc/PID/maps. */
bool read_perms(const struct site *site, const struct field *field, void *base)
{
	static const char *const letters[] = {"r-", "w-", "x-", "ps"};
	const char **to =
		(const char **)(void *)((char *)base + field->key.offset);
	bool good;

	*to = text_of(site);
	good = *to && strlen(*to) == 4;
	for (int i = 0; good && i < 4; i++)
		good = strchr(letters[i], (*to)[i]);
	return good || site_error(site, "wants %s", field->wants);
}

bool read_origin(const struct site *site, const struct field *field, void *base)
{
	static const char *const origins[] = {[FAULT_BY_PROGRAM] = "program",
					      [FAULT_FOR_PROGRAM] = "kernel",
					      [FAULT_BY_KERNEL] = "module",
					      NULL};
	const struct key key = {.kind = KEY_CHOICE, .choices = origins};
	struct expected_fault *fault = base;
	unsigned int origin;

	(void)field;
	if (!value_read(site, &key, &origin))
		return false;
	fault->by = origin;
	fault->has_by = true;
	return true;
}

bool read_fsr(const struct site *site, const struct field *field, void *base)
{
	const struct key key = {.kind = KEY_U32, .high = UINT32_MAX};
	struct expected_fault *fault = base;

	(void)field;
	fault->has_fsr = true;
	return value_read(site, &key, &fault->fsr);
}

void fault_begin(void *base)
{
	struct expected_fault *fault = base;

	fault->major = fault->stack_growth = -1;
	fault->count = (struct scenario_range){.low = 1, .high = 1};
}

bool fault_end(const struct site *site, void *base)
{
	struct expected_fault *fault = base;

	if (fault->signal && fault->is && strcmp(fault->is, "signal") != 0)
		return site_error(site, "has a signal, but is %s", fault->is);
	if (fault->signal)
		fault->is = "signal";
	if (fault->addr.text && (!fault->is || strcmp(fault->is, "signal")))
		return site_error(site, "has an addr, which is a signal's, but "
					"no signal");
	return true;
}

void faults_begin(void *base)
{
	((struct expected_faults *)base)->given = true;
}

void final_begin(void *base)
{
	((struct expected_final *)base)->given = true;
}

void trace_begin(void *base)
{
	((struct expected_trace *)base)->count =
		(struct scenario_range){.low = 1, .high = UINT64_MAX};
}

bool trace_end(const struct site *site, void *base)
{
	return ((struct expected_trace *)base)->event ||
	       site_error(site, "names no event");
}

bool expect_end(const struct site *site, void *base)
{
	const struct scenario_expect *expect = base;

	return !expect->signal || !(expect->exit || expect->panics) ||
	       site_error(site, "has exit and signal, and a program ends once");
}

void scenario_begin(void *base)
{
	((struct scenario *)base)->limit_cycles = UINT64_C(20000000000);
}

/* ---- all of it --------------------------------------------------------------------- */

/* "cow/order" of "configs/scenarios/cow/order.yaml". */
static const char *name_of(struct load *load, const char *path)
{
	const char *file = last_part(path);
	const char *folder = file;
	size_t length = strlen(path);

	while (folder > path && folder[-1] == '/')
		folder--;
	while (folder > path && folder[-1] != '/')
		folder--;
	if (folder[0] == '.')
		folder = file;
	length -= (size_t)(folder - path);
	if (length > 5 && !strcmp(path + strlen(path) - 5, ".yaml"))
		length -= 5;
	return load_text(load, folder, length);
}

/* Guests take the place of the board's programs; nobody else may. */
static bool check_run(const struct reading *reading,
		      const struct config *config)
{
	struct diag_where *where = &config_origin_of(config, "run")->where;

	if (where->file == reading->source->name)
		return diag_error(reading->load.diag, where,
				  "run: guests: says what is run");
	*where = reading->scenario->guests[0].where;
	return true;
}

static bool load_board(struct reading *reading)
{
	const char *path = board_path(reading);
	const char *detect = path ? choose_detectors(reading) : NULL;
	struct config *config = NULL;

	if (detect)
		config = config_load_part(path, &detect, 1, reading->source,
					  reading->set, reading->load.diag);
	reading->scenario->config = config;
	return config && check_run(reading, config);
}

static bool read_root(const struct site *root)
{
	struct reading *reading = reading_of(root);

	reading->source = root->source;
	return fill(root, &scenario_record, reading->scenario) &&
	       check_guests(reading) && load_board(reading);
}

struct scenario *scenario_load(const char *path, struct diag *diag)
{
	struct reading reading = {
		.load = {.diag = diag,
			 .what = "scenario",
			 .example = "about: what it shows"},
		.scenario = calloc(1, sizeof(*reading.scenario)),
	};
	struct scenario *scenario = reading.scenario;

	if (!scenario) {
		diag_error(diag, NULL, "out of memory");
		return NULL;
	}
	reading.load.arena = &scenario->arena;
	scenario->path = load_join(&reading.load, path, "", "");
	scenario->name = name_of(&reading.load, path);
	if (scenario->path && scenario->name &&
	    source_read_file(&reading.load, path, NULL, read_root))
		return scenario;
	scenario_destroy(scenario);
	return NULL;
}

void scenario_destroy(struct scenario *scenario)
{
	if (!scenario)
		return;
	config_destroy((struct config *)scenario->config);
	arena_free(scenario->arena);
	free(scenario);
}
