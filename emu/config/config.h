/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CONFIG_CONFIG_H
#define EMU_CONFIG_CONFIG_H

/*
 * The configuration of one machine, read from board files and `--set`, in
 * plain typed fields. Every key is one row of the table in schema.c, which
 * drives parsing, checking, printing and the documentation alike.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/timing/hierarchy.h"
#include "emu/timing/profile.h"
#include "kernel/kernel.h"
#include "mmu/mmu.h"

struct board;
struct diag;
struct config_origin;

#define CONFIG_MAX_NODES 4

enum config_alignment {
	ALIGNMENT_RELAXED, /* what the engine itself traps: exclusives, SWP */
	ALIGNMENT_STANDARD, /* every rule of the instruction: SCTLR.A = 0 */
	ALIGNMENT_STRICT, /* and every rule of SCTLR.A = 1 */
};

enum config_timing {
	TIMING_COUNT, /* one cycle an instruction */
	TIMING_BLOCK, /* blocks of instructions, by the core's pipeline */
	TIMING_CACHE, /* that, and caches for fetches, data and walks */
};

enum config_bus {
	BUS_VIRTUAL, /* the kernel names pages, the machine moves them */
	BUS_MMC, /* an SD card in the board's PL180 */
};

/* A disk of the board. */
struct config_disk {
	enum config_bus bus;
	uint64_t size_bytes; /* 0: there is none */
	const char *file; /* of the host; "": kept in memory */
	uint32_t read_latency_us, write_latency_us; /* of one request */
	uint32_t mb_per_s; /* beyond that */
	const char *bad_blocks; /* "7,20-29": of 4 KB */
	const char
		*bad_reads; /* the same, of those that lose what is written */
	bool rotational; /* it says so */
};

/* One NUMA node: one range of RAM. */
struct config_node {
	uint64_t base; /* physical; resolved, also where the board says it */
	uint64_t size_bytes;
	uint32_t distance[CONFIG_MAX_NODES]; /* to each node; 10: itself */
	uint32_t cpus; /* mask of those that are near */
};

/*
 * Owned by whoever called config_load(), and constant from then on. All
 * strings, and the argv of run, live as long as the struct. Paths of the host
 * are relative to the working directory, no longer to the file they stood in.
 */
struct config {
	const char *name; /* "" when the file gives none */
	const char *description; /* "" */
	const struct board *board;
	const char *board_name;

	struct {
		const char *model; /* as mmu_config.core */
		uint32_t count, quantum;
		uint64_t clock_hz; /* fits 32 bits */
		enum config_alignment alignment;
		struct {
			struct mmu_tlb_config main; /* cpu.tlb.entries, … */
			bool split; /* main: one for fetches, one for data */
			struct mmu_tlb_config micro_i, micro_d, micro_st;
			uint32_t walk_cache_entries, walk_cache_ways;
			uint32_t walk_start_cycles;
			bool recheck;
		} tlb;
		struct pipeline pipeline;
		/* Also memory.dram; without clock and seed. */
		struct hierarchy_params caches;
	} cpu;

	struct {
		uint64_t size_bytes; /* of all nodes */
		uint64_t cma_bytes;
		struct config_node nodes[CONFIG_MAX_NODES];
		unsigned int nr_nodes; /* at least 1 */
	} memory;

	struct {
		uint32_t page_offset;
		const char *slab_allocator;
		bool asid;
		enum kernel_verify_when verify;
		enum kernel_kmemleak kmemleak;
		enum kernel_thp transparent_hugepage;
		enum kernel_spectre_v2 spectre_v2;
		bool memory_failure;
		uint32_t randomize_va_space;
		struct kernel_prices prices;
		const char *bootargs;
	} kernel;

	struct kernel_inject_setup inject;
	const char
		*memory_errors; /* as it was given; parsed in inject.memory */

	uint32_t detect; /* bits by enum kernel_detector */

	struct config_disk swap; /* all of it for swapping */
	struct config_disk disk;

	unsigned int display; /* emu/display.h's number; 0: none */

	struct {
		const char *path; /* folder of the host; "": none given */
		const char *upper; /* keeps changes; "": none does */
		uint32_t read_latency_us, mb_per_s; /* 0: no disk */
		bool initramfs; /* copied into guest memory at boot */
	} rootfs;

	struct {
		enum config_timing model;
	} timing;

	uint32_t schema;
	uint64_t seed;
	bool view;

	/* argv[0] is a path of the guest, or "host:" and one of the host. */
	const struct kernel_program *run;
	unsigned int nr_run; /* at least 1 */

	/* Where each key's value came from, by row of the schema. */
	struct config_origin *origin;
	void *arena;
};

/*
 * Of a word of a command line that names a file of the host, the part after
 * "host:"; NULL: it is another word.
 */
const char *host_program(const char *path);

/*
 * Reads the board file @path with all it includes, then the @nr_sets texts
 * "key=value" in their order, and checks the whole. @path NULL: defaults and
 * @sets alone. On failure returns NULL and says why in @diag: bad YAML,
 * unknown key, wrong type, out of range, contradiction, missing file, feature
 * that does not exist yet. Does not ask whether rootfs.path exists.
 */
struct config *config_load(const char *path, const char *const *sets,
			   size_t nr_sets, struct diag *diag);

/* The same for a board that lies in memory; @name stands in its errors. */
struct config *config_load_text(const char *name, const char *text,
				size_t size_bytes, struct diag *diag);

/*
 * Asks the host for what @config names: rootfs.path must be a folder and the
 * programs after "host:" files. False, with the key and its place in @diag,
 * when one is not. Only who runs the machine needs to ask.
 */
bool config_check_host(const struct config *config, struct diag *diag);

/*
 * Lets the program @argv (NULL-terminated) take the place of all of run, as
 * the command line asks. Paths after "host:" are relative to the working
 * directory. Fails, with the reason in @diag, when argv[0] is no program.
 */
bool config_set_program(struct config *config, const char *const *argv,
			struct diag *diag);

/*
 * How much RAM from the board's first on is low memory: it ends below 240 MB
 * of vmalloc area and an 8 MB hole at VMALLOC_END, 0xff800000, wherever
 * PAGE_OFFSET is (adjust_lowmem_bounds()). A bootarg vmalloc= isn't counted.
 */
static inline uint64_t config_lowmem_bytes(const struct config *config)
{
	return 0xf0000000 - config->kernel.page_offset;
}

void config_destroy(struct config *config);

/* One value of a key, for who makes figures of it. */
struct config_value {
	enum {
		CONFIG_TEXT, /* as it was written */
		CONFIG_NUMBER, /* bytes of a size, hertz of a frequency */
		CONFIG_TRUTH,
	} kind;
	uint64_t number; /* 0 or 1 of a truth */
};

/*
 * Whether "key=value", given as the option @option ("--vary"), is a key and a
 * value that it may have, were it alone; and the value. False: see @diag.
 */
bool config_try_set(const char *option, const char *set,
		    struct config_value *value, struct diag *diag);

/*
 * Prints every key with its value, and nothing else: the same for the same
 * machine, wherever its values came from.
 */
void config_print_values(const struct config *config, FILE *to);

/*
 * Prints every key with its value, as YAML that config_load() reads back to
 * the same machine, and in comments where each value came from.
 */
void config_print(const struct config *config, FILE *to);

/* The documentation of all keys, from the schema, as Markdown. */
void config_print_keys(FILE *to);

/*
 * All keys with blanks between them, each with an = and, where there is a
 * choice of words, these: "a.key= kernel.asid=true|false".
 */
void config_print_words(FILE *to);

/*
 * Records an error about the key whose value lies at @field, a member of
 * @config (for instance &config->rootfs.path), with the place where it was
 * set. Returns false.
 */
bool config_error(const struct config *config, const void *field,
		  struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* What hierarchy_create() wants. */
void config_caches(const struct config *config,
		   struct hierarchy_params *params);

/* What mmu_create() wants for core number @cpu. */
void config_mmu(const struct config *config, uint32_t cpu,
		struct mmu_config *mmu);

#endif
