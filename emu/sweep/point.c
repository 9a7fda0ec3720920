/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One point of a sweep: its configuration, its number, its run and its line.
 *
 * Invariant: two points with the same number would give the same line, but for
 * the host's seconds, as far as the root is the same.
 */
#define _GNU_SOURCE /* memfd_create, memmem */
#include "emu/sweep/sweep.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/formats.h"
#include "emu/machine.h"
#include "emu/pool.h"

/* ---- its configuration -------------------------------------------------------- */

struct config *point_load(const struct sweep *sweep, size_t point,
			  struct diag *diag)
{
	size_t nr = sweep->nr_sets + sweep->grid.nr_keys;
	const char **sets = calloc(nr + 1, sizeof(*sets));
	struct config *config = NULL;

	if (!sets) {
		diag_error(diag, NULL, "out of memory");
		return NULL;
	}
	for (size_t i = 0; i < sweep->nr_sets; i++)
		sets[i] = sweep->sets[i];
	for (size_t i = 0; i < sweep->grid.nr_keys; i++)
		sets[sweep->nr_sets + i] =
			grid_value(&sweep->grid, point, i)->set;
	config = config_load(sweep->board, sets, nr, diag);
	free(sets);
	if (config && sweep->program &&
	    !config_set_program(config, sweep->program, diag)) {
		config_destroy(config);
		return NULL;
	}
	return config;
}

/* ---- its number ------------------------------------------------------------------ */

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* FNV-1a */
static uint64_t hash_bytes(uint64_t hash, const void *data, size_t nr_bytes)
{
	const unsigned char *byte = data;

	for (size_t i = 0; i < nr_bytes; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* A file that isn't there has a number, too: the run will say so. */
static uint64_t hash_file(const char *path)
{
	FILE *file = fopen(path, "re");
	uint64_t hash = HASH_START;
	char piece[1 << 16];
	size_t n;

	while (file && (n = fread(piece, 1, sizeof(piece), file)))
		hash = hash_bytes(hash, piece, n);
	if (file)
		fclose(file);
	return hash;
}

static uint64_t hash_host_file(const char *path, struct point_ids *ids)
{
	if (!ids->path || strcmp(ids->path, path) != 0) {
		free(ids->path);
		ids->path = strdup(path);
		ids->file = hash_file(path);
	}
	return ids->file;
}

static uint64_t hash_programs(uint64_t hash, const struct config *config,
			      struct point_ids *ids)
{
	for (unsigned int i = 0; i < config->nr_run; i++)
		for (const char *const *word = config->run[i].argv; *word;
		     word++) {
			const char *path = host_program(*word);
			uint64_t file = path ? hash_host_file(path, ids) : 0;

			hash = hash_bytes(hash, &file, sizeof(file));
		}
	return hash;
}

uint64_t point_id(const struct sweep *sweep, size_t point,
		  const struct config *config, struct point_ids *ids)
{
	uint64_t hash = HASH_START;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!ids->binary)
		ids->binary = hash_file("/proc/self/exe");
	hash = hash_bytes(hash, &ids->binary, sizeof(ids->binary));
	if (to && config)
		config_print_values(config, to);
	for (size_t i = 0; to && !config && i < sweep->grid.nr_keys; i++)
		fprintf(to, "%s\n", grid_value(&sweep->grid, point, i)->set);
	if (to)
		fclose(to);
	hash = hash_bytes(hash, text, size);
	free(text);
	return config ? hash_programs(hash, config, ids) : hash;
}

/* ---- its run, in the child --------------------------------------------------------- */

/* The statistics, which machine_run() writes to a file of memory. */
static json_t *run_machine(struct machine *machine, int stats, int *status,
			   struct diag *diag)
{
	json_t *object;

	*status = machine_run(machine, diag);
	machine_destroy(machine);
	if (diag->failed)
		return json_null();
	lseek(stats, 0, SEEK_SET);
	object = json_loadfd(stats, 0, NULL);
	return object ?: json_null();
}

static json_t *run_config(const struct config *config, int *status,
			  struct diag *diag)
{
	int stats = memfd_create("statistics", MFD_CLOEXEC);
	struct machine *machine = NULL;
	char path[32];
	const struct machine_options options = {
		.quiet = true,
		.stats_path = path,
		.console_in = STDIN_FILENO,
		.console_out = STDOUT_FILENO,
	};

	snprintf(path, sizeof(path), "/proc/self/fd/%d", stats);
	if (stats < 0)
		diag_errno(diag, NULL, "no memory for statistics");
	else if (config_check_host(config, diag))
		machine = machine_create(config, &options, diag);
	return machine ? run_machine(machine, stats, status, diag)
		       : json_null();
}

void point_work(const struct sweep *sweep, size_t point, int fd)
{
	struct diag diag = {0};
	struct config *config = point_load(sweep, point, &diag);
	int status = MACHINE_EXIT_HOST;
	json_t *stats = config ? run_config(config, &status, &diag)
			       : json_null();
	json_t *object = json_object();
	char *text;

	json_object_set_new(object, "exit", json_integer(status));
	json_object_set_new(object, "error",
			    diag.failed ? json_string(diag.text) : json_null());
	json_object_set_new(object, "stats", stats);
	text = json_dumps(object, JSON_COMPACT);
	if (text)
		write_all(fd, text, strlen(text));
	free(text);
	json_decref(object);
	config_destroy(config);
}

/* ---- its line ------------------------------------------------------------------------- */

static json_t *varied(const struct sweep *sweep, size_t point)
{
	json_t *object = json_object();

	for (size_t i = 0; i < sweep->grid.nr_keys; i++) {
		const struct grid_value *v = grid_value(&sweep->grid, point, i);
		const char *text = strchr(v->set, '=') + 1;
		json_t *value = NULL;

		if (v->value.kind == CONFIG_NUMBER)
			value = json_integer((json_int_t)v->value.number);
		else if (v->value.kind == CONFIG_TRUTH)
			value = json_boolean(v->value.number);
		else
			value = json_string(text) ?: json_string("?");
		json_object_set_new(object, sweep->grid.keys[i].name, value);
	}
	return object;
}

char *point_line(const struct sweep *sweep, size_t point, uint64_t id,
		 const char *given, size_t nr_given, const char *error,
		 bool *failed)
{
	json_t *object = json_object(),
	       *body = json_loadb(given, nr_given, 0, NULL);
	json_t *member, *said = json_object_get(body, "error");
	char hex[24], *text, *line = NULL;

	snprintf(hex, sizeof(hex), "%016" PRIx64, id);
	*failed = error || !json_is_null(said);
	json_object_set_new(object, "schema", json_integer(FORMAT_SWEEP));
	json_object_set_new(object, "vary", varied(sweep, point));
	json_object_set_new(object, "id", json_string(hex));
	member = json_object_get(body, "exit");
	json_object_set(object, "exit", member ?: json_null());
	if (json_is_string(said))
		json_object_set(object, "error", said);
	else
		json_object_set_new(object, "error",
				    error ? json_string(error)
						    ?: json_string("?")
					  : json_null());
	member = json_object_get(body, "stats");
	json_object_set(object, "stats", member ?: json_null());
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
	if (!text || asprintf(&line, "%s\n", text) < 0)
		line = NULL;
	free(text);
	json_decref(object);
	json_decref(body);
	return line;
}
