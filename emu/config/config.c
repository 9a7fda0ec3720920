/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * From sources to a configuration: defaults first, then the board file with
 * its includes, then each --set, each later one winning; then the whole is
 * judged. Invariant: a struct config that leaves this file has passed every
 * check, and each of its values knows where it came from.
 */

#include "emu/config/config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/load.h"
#include "emu/config/schema.h"
#include "emu/diag.h"

static bool begin(struct load *load, struct diag *diag)
{
	load->diag = diag;
	load->what = "board";
	load->example = "board: vexpress-a9";
	load->config = calloc(1, sizeof(*load->config));
	if (!load->config)
		return diag_error(diag, NULL, "out of memory");
	load->arena = &load->config->arena;
	load->config->origin = load_alloc(
		load, config_nr_keys * sizeof(*load->config->origin));
	if (!load->config->origin)
		return false;
	for (size_t i = 0; i < config_nr_keys; i++)
		if (!value_preset(load, &config_keys[i], load->config))
			return false;
	return true;
}

/* Hands out what was read if it is @good and holds together. */
static struct config *finish(struct load *load, bool good)
{
	if (good && check_resolve(load))
		return load->config;
	config_destroy(load->config);
	return NULL;
}

struct config *config_load_part(const char *path, const char *const *sets,
				size_t nr_sets, const struct source *of,
				yaml_node_t *keys, struct diag *diag)
{
	struct load load = {0};
	bool good = begin(&load, diag);

	if (good && path)
		good = apply_file(&load, path);
	for (size_t i = 0; good && i < nr_sets; i++)
		good = apply_set(&load, sets[i]);
	if (good && keys)
		good = apply_part(&load, of, keys);
	return finish(&load, good);
}

struct config *config_load(const char *path, const char *const *sets,
			   size_t nr_sets, struct diag *diag)
{
	return config_load_part(path, sets, nr_sets, NULL, NULL, diag);
}

/* What the field of @key holds, as far as one number can say it. */
static void read_back(const struct key *key, const struct config *config,
		      struct config_value *value)
{
	const void *field = (const char *)config + key->offset;

	switch (key->kind) {
	case KEY_BOOL:
		value->kind = CONFIG_TRUTH;
		value->number = *(const bool *)field;
		break;
	case KEY_U32:
		value->kind = CONFIG_NUMBER;
		value->number = *(const uint32_t *)field;
		break;
	case KEY_U64:
	case KEY_SIZE:
	case KEY_HERTZ:
		value->kind = CONFIG_NUMBER;
		value->number = *(const uint64_t *)field;
		break;
	default:
		break;
	}
}

bool config_try_set(const char *option, const char *set,
		    struct config_value *value, struct diag *diag)
{
	struct load load = {0};
	bool good = begin(&load, diag) && apply_option(&load, option, set);
	char path[MAX_KEY_PATH];
	const struct key *key;

	*value = (struct config_value){.kind = CONFIG_TEXT};
	if (good) {
		snprintf(path, sizeof(path), "%.*s", (int)strcspn(set, "="),
			 set);
		key = schema_find(path);
		if (key)
			read_back(key, load.config, value);
	}
	config_destroy(load.config);
	return good;
}

struct config *config_load_text(const char *name, const char *text,
				size_t size_bytes, struct diag *diag)
{
	struct load load = {0};
	bool good = begin(&load, diag) &&
		    apply_text(&load, name, text, size_bytes);

	return finish(&load, good);
}

void config_destroy(struct config *config)
{
	if (!config)
		return;
	arena_free(config->arena);
	free(config);
}

bool config_set_program(struct config *config, const char *const *argv,
			struct diag *diag)
{
	struct load load = {
		.config = config, .arena = &config->arena, .diag = diag};
	const struct key *key = schema_find("run");
	struct kernel_program *program;

	if (!is_program(argv[0]))
		return diag_error(diag, NULL, "'%s' is no program; %s", argv[0],
				  PROGRAM_HINT);
	program = load_alloc(&load, sizeof(*program));
	if (!program)
		return false;
	program->argv = argv;
	config->run = program;
	config->nr_run = 1;
	config->origin[key - config_keys].where =
		(struct diag_where){.file = "command line"};
	return true;
}

/* The key whose field lies at @field, or NULL. */
static const struct key *key_at(const struct config *config, const void *field)
{
	size_t offset = (size_t)((const char *)field - (const char *)config);

	for (size_t i = 0; i < config_nr_keys; i++)
		if (config_keys[i].offset == offset &&
		    config_keys[i].kind != KEY_INCLUDE)
			return &config_keys[i];
	return NULL;
}

bool config_error(const struct config *config, const void *field,
		  struct diag *diag, const char *format, ...)
{
	const struct key *key = key_at(config, field);
	const struct diag_where *where = NULL;
	char text[768];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!key)
		return diag_error(diag, NULL, "%s", text);
	where = &config->origin[key - config_keys].where;
	return diag_error(diag, where, "%s: %s", key->path, text);
}

void config_caches(const struct config *config, struct hierarchy_params *params)
{
	*params = config->cpu.caches;
	params->clock_hz = config->cpu.clock_hz;
	params->seed = config->seed;
}

void config_mmu(const struct config *config, uint32_t cpu,
		struct mmu_config *mmu)
{
	*mmu = (struct mmu_config){
		.core = config->cpu.model,
		.cpu = cpu,
		.micro_i = config->cpu.tlb.micro_i,
		.micro_d = config->cpu.tlb.micro_d,
		.micro_st = config->cpu.tlb.micro_st,
		.walk_cache_entries = config->cpu.tlb.walk_cache_entries,
		.walk_cache_ways = config->cpu.tlb.walk_cache_ways,
		.walk_start_cycles = config->cpu.tlb.walk_start_cycles,
		.seed = config->seed,
		.recheck_hits = config->cpu.tlb.recheck ||
				config->detect & 1u << DETECT_STALE,
	};
	if (config->cpu.tlb.split) {
		mmu->main_i = config->cpu.tlb.main;
		mmu->main_d = config->cpu.tlb.main;
	} else {
		mmu->main = config->cpu.tlb.main;
	}
}
