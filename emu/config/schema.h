/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CONFIG_SCHEMA_H
#define EMU_CONFIG_SCHEMA_H

/*
 * The table of all keys, private to emu/config/: parsing, range checks, the
 * printed board and the documentation all read this one list.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/config/nearest.h"

/* How a key is written, and the C type of its field. */
enum key_kind {
	KEY_TEXT, /* const char * */
	KEY_PATH, /* const char *: of the host, made relative to us */
	KEY_NAME, /* const char *, one of choices */
	KEY_CHOICE, /* an enum that numbers choices from 0 */
	KEY_CHOICES, /* uint32_t: bits, by the place in choices */
	KEY_BOOL, /* bool */
	KEY_U32, /* uint32_t */
	KEY_U64, /* uint64_t */
	KEY_SIZE, /* uint64_t, bytes: 256M */
	KEY_HERTZ, /* uint64_t: 1GHz */
	KEY_SPLIT, /* uint32_t, an address, one of choices */
	KEY_ADDRESS, /* uint64_t, a physical address */
	KEY_DISTANCES, /* uint32_t[CONFIG_MAX_NODES] */
	KEY_CPUS, /* uint32_t, a mask */
	KEY_NODES, /* struct config.memory.nodes and nr_nodes */
	KEY_PROGRAMS, /* struct config.run and nr_run */
	KEY_INCLUDE, /* no field: acted upon while reading */
	KEY_KINDS
};

struct key {
	const char *path; /* "cpu.tlb.entries" */
	enum key_kind kind;
	size_t offset; /* of the field in its struct */
	uint64_t low, high; /* of numbers, both allowed */
	uint64_t multiple; /* of sizes and addresses; 0: of anything */
	const char *const *choices; /* NULL-terminated */
	const char *preset; /* the default as one would write it; NULL: none */
	const char *absent; /* how the documentation puts a missing preset */
	const char *later; /* the feature that a value other than preset needs
				and that does not exist yet; NULL: it exists */
	const char *sentence;
};

/* All keys, groups together, in the order in which boards are printed. */
extern const struct key config_keys[];
extern const size_t config_nr_keys;

/* The keys of one member of memory.nodes; offsets in struct config_node. */
extern const struct key node_keys[];
extern const size_t node_nr_keys;

/* NULL when there is no such key. */
const struct key *schema_find(const char *path);
const struct key *schema_find_node_key(const char *name);

/* True when keys begin with "path.", or when @path is "". */
bool schema_is_group(const char *path);

/* The key or group of keys that @path was most likely meant to be. */
struct word schema_nearest(const char *path);

#endif
