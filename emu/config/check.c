/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What no key can tell alone: what was left open is filled in from the board,
 * memory must fit it (check_memory.c), TLBs must make sense, and features that
 * do not exist yet are refused. A message names the key that was set last,
 * since that is the one the user has in mind.
 */

#include "emu/config/load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "emu/board/board.h"
#include "emu/config/schema.h"

struct config_origin *config_origin_of(const struct config *config,
				       const char *path)
{
	return &config->origin[schema_find(path) - config_keys];
}

/* ---- the rest ----------------------------------------------------------- */

/* The key below @prefix that was set last. */
static const struct config_origin *last_origin(const struct config *config,
					       const char *prefix)
{
	const struct config_origin *last = NULL;

	for (size_t i = 0; i < config_nr_keys; i++)
		if (!strncmp(config_keys[i].path, prefix, strlen(prefix)) &&
		    (!last || config->origin[i].serial > last->serial))
			last = &config->origin[i];
	return last;
}

static bool check_mmu(const struct load *load)
{
	struct mmu_config mmu;
	const char *wrong;

	config_mmu(load->config, 0, &mmu);
	wrong = mmu_config_check(&mmu);
	if (!wrong)
		return true;
	return diag_error(load->diag,
			  &last_origin(load->config, "cpu.tlb.")->where,
			  "cpu.tlb: %s", wrong);
}

/* What of the pipeline no core can have, at the key that was set last. */
static bool check_timing(const struct load *load)
{
	const struct config *config = load->config;
	const char *wrong, *key;
	char path[64];

	wrong = pipeline_check(&config->cpu.pipeline, &key);
	if (!wrong)
		return true;
	snprintf(path, sizeof(path), "cpu.pipeline.%s", key);
	return diag_error(load->diag, &config_origin_of(config, path)->where,
			  "%s: %s", path, wrong);
}

/* Which lines a core's caches have; L2 of 0 is one of the board's own. */
struct core_lines {
	const char *core;
	uint32_t l1i, l1d, l2;
};

static const struct core_lines *lines_of(const char *core)
{
	static const struct core_lines lines[] = {
		{"cortex-a5", 32, 32, 32},  {"cortex-a7", 32, 64, 64},
		{"cortex-a8", 64, 64, 64},  {"cortex-a9", 32, 32, 32},
		{"cortex-a15", 64, 64, 64},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strcmp(lines[i].core, core))
			return &lines[i];
	return NULL;
}

static bool check_line(const struct load *load, const char *path, uint32_t line,
		       uint32_t core_has)
{
	return line == core_has ||
	       diag_error(load->diag,
			  &config_origin_of(load->config, path)->where,
			  "%s: %u bytes, but a %s has lines of %u; "
			  "configs/cores/%s.yaml has all its caches",
			  path, line, load->config->cpu.model, core_has,
			  load->config->cpu.model);
}

static bool check_lines(const struct load *load)
{
	const struct hierarchy_params *caches = &load->config->cpu.caches;
	const struct core_lines *lines = lines_of(load->config->cpu.model);

	return !lines ||
	       (check_line(load, "cpu.caches.l1i.line",
			   caches->l1i.geometry.line_bytes, lines->l1i) &&
		check_line(load, "cpu.caches.l1d.line",
			   caches->l1d.geometry.line_bytes, lines->l1d) &&
		(!caches->l2.geometry.size_bytes ||
		 check_line(load, "cpu.caches.l2.line",
			    caches->l2.geometry.line_bytes, lines->l2)));
}

/* They count with one model alone, and no board of another must fit them. */
static bool check_caches(const struct load *load)
{
	struct hierarchy_params params;
	const char *wrong, *which;
	char prefix[32];

	if (load->config->timing.model != TIMING_CACHE)
		return true;
	config_caches(load->config, &params);
	wrong = hierarchy_check(&params, &which);
	if (!wrong)
		return check_lines(load);
	snprintf(prefix, sizeof(prefix), "cpu.caches.%s.", which);
	return diag_error(load->diag, &last_origin(load->config, prefix)->where,
			  "cpu.caches.%s: %s", which, wrong);
}

/* Several need a timer each, and operations that reach the others' TLBs. */
static bool check_cores(const struct load *load)
{
	const struct config *config = load->config;
	const struct board *board = config->board;
	const struct config_origin *origin = config_origin_of(config,
							      "cpu.count");

	if (config->cpu.count == 1)
		return true;
	if (!board_device(board, DEVICE_MPCORE_TIMER, 0) &&
	    !board_device(board, DEVICE_ARCH_TIMER, 0))
		return diag_error(load->diag, &origin->where,
				  "cpu.count: board %s has no timers of each "
				  "core's own, so it has one core",
				  board->name);
	if (!mmu_core_multiprocessing(config->cpu.model))
		return diag_error(load->diag, &origin->where,
				  "cpu.count: a %s comes alone",
				  config->cpu.model);
	return true;
}

/* The size of a card is told in steps of 512 KB, see emu/sd_card.c. */
#define CARD_BYTES (512u << 10)

static bool check_card(const struct load *load, const char *bus,
		       const char *size, uint64_t size_bytes)
{
	const struct config *config = load->config;

	if (!board_device(config->board, DEVICE_PL180, 0))
		return diag_error(load->diag,
				  &config_origin_of(config, bus)->where,
				  "%s: board %s has no PL180 for a card", bus,
				  config->board->name);
	if (size_bytes % CARD_BYTES)
		return diag_error(load->diag,
				  &config_origin_of(config, size)->where,
				  "%s: a card's is a multiple of 512K", size);
	return true;
}

static bool check_cards(const struct load *load)
{
	const struct config *config = load->config;
	const bool swap = config->swap.size_bytes &&
			  config->swap.bus == BUS_MMC;
	const bool disk = config->disk.size_bytes &&
			  config->disk.bus == BUS_MMC;

	if (swap && disk)
		return diag_error(load->diag,
				  &config_origin_of(config, "disk.bus")->where,
				  "disk.bus: the board's one slot for cards "
				  "has that of swap in it");
	if (swap)
		return check_card(load, "swap.bus", "swap.size",
				  config->swap.size_bytes);
	return !disk || check_card(load, "disk.bus", "disk.size",
				   config->disk.size_bytes);
}

static bool refuse(const struct load *load, const struct key *key,
		   const char *what, const char *instead)
{
	const struct config_origin *from = config_origin_of(load->config,
							    key->path);

	return diag_error(load->diag, &from->where,
			  "%s: %s does not exist yet, a later version brings "
			  "it; %s%s",
			  key->path, what,
			  *instead ? "leave it at " : "leave it empty",
			  instead);
}

/* Values whose feature comes later. */
static bool refuse_later(const struct load *load)
{
	const struct config *config = load->config;

	for (size_t i = 0; i < config_nr_keys; i++) {
		const struct key *key = &config_keys[i];

		if (key->later && !value_is_preset(key, config))
			return refuse(load, key, key->later, key->preset);
	}
	return true;
}

/* Without run: a shell, interactive at a terminal. */
static bool default_program(struct load *load)
{
	static const char *const shell[] = {"/bin/sh", NULL};
	struct kernel_program *program;

	if (load->config->nr_run)
		return true;
	program = load_alloc(load, sizeof(*program));
	if (!program)
		return false;
	program->argv = shell;
	load->config->run = program;
	load->config->nr_run = 1;
	return true;
}

/* A copy in memory is nothing that could be laid over. */
static bool check_upper(const struct load *load)
{
	const struct config *config = load->config;

	return !config->rootfs.initramfs || !*config->rootfs.upper ||
	       config_error(config, &config->rootfs.upper, load->diag,
			    "rootfs.upper keeps changes of a folder, not of a "
			    "copy of it: leave rootfs.initramfs at false");
}

bool check_resolve(struct load *load)
{
	struct config *config = load->config;

	config->board = board_find(config->board_name);
	if (!config->cpu.model)
		config->cpu.model = config->board->core;
	return check_cores(load) && check_memory(load) && check_mmu(load) &&
	       check_timing(load) && check_caches(load) && check_cards(load) &&
	       check_memory_errors(load) && check_upper(load) &&
	       refuse_later(load) && default_program(load);
}

/* ---- the host ----------------------------------------------------------- */

/* Why @path is not there, or is not of type @type (S_IFDIR …); NULL: it is. */
static const char *host_lacks(const char *path, mode_t type)
{
	struct stat st;

	if (stat(path, &st))
		return strerror(errno);
	if ((st.st_mode & S_IFMT) == type)
		return NULL;
	return type == S_IFDIR ? "not a folder" : "not a file";
}

/* Those that a command line names. */
static bool check_host_files(const struct config *config,
			     const char *const *argv, struct diag *diag)
{
	for (; *argv; argv++) {
		const char *path = host_program(*argv);
		const char *wrong = path ? host_lacks(path, S_IFREG) : NULL;

		if (wrong)
			return config_error(config, &config->run, diag,
					    "'host:%s': %s", path, wrong);
	}
	return true;
}

bool config_check_host(const struct config *config, struct diag *diag)
{
	const char *path = config->rootfs.path;
	const char *wrong = *path ? host_lacks(path, S_IFDIR) : NULL;

	if (wrong)
		return config_error(config, &config->rootfs.path, diag,
				    "'%s': %s; tools/rootfs makes one", path,
				    wrong);
	for (unsigned int i = 0; i < config->nr_run; i++)
		if (!check_host_files(config, config->run[i].argv, diag))
			return false;
	return true;
}
