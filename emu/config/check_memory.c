/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Memory, of which no key can tell alone: sizes and places that were left open
 * are filled in, nodes must fit the board and leave each other alone, the
 * kernel must find room for what it can't do without, and distances and cores
 * must make sense. A message about a node names the node and its place; where
 * something is too small or too large, it says what would do.
 */

#include "emu/config/load.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "emu/board/board.h"
#include "emu/config/schema.h"
#include "kernel/hw.h"

static uint64_t sum_of_nodes(const struct config *config)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < config->memory.nr_nodes; i++)
		sum += config->memory.nodes[i].size_bytes;
	return sum;
}

/* Of memory.size and memory.nodes the later counts; a tie must agree. */
static bool settle_size(struct load *load)
{
	struct config *config = load->config;
	struct config_origin *size = config_origin_of(config, "memory.size");
	struct config_origin *nodes = config_origin_of(config, "memory.nodes");
	uint64_t sum = sum_of_nodes(config);

	if (config->memory.nr_nodes && nodes->serial == size->serial &&
	    sum != config->memory.size_bytes)
		return diag_error(load->diag, &size->where,
				  "memory.size: is %s, but memory.nodes add up "
				  "to %s; leave one of them out",
				  size_text(config->memory.size_bytes).text,
				  size_text(sum).text);
	if (config->memory.nr_nodes && nodes->serial >= size->serial) {
		config->memory.size_bytes = sum;
		*size = *nodes;
		return true;
	}
	config->memory.nr_nodes = 1;
	config->memory.nodes[0] = (struct config_node){
		.base = UINT64_MAX, .size_bytes = config->memory.size_bytes};
	*nodes = *size;
	load->node_where[0] = size->where;
	load->nodes_by_size = true;
	return true;
}

/* Bases that were left out. */
static void place_nodes(struct config *config)
{
	uint64_t next = config->board->ram_base;

	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		struct config_node *node = &config->memory.nodes[i];

		if (node->base == UINT64_MAX)
			node->base = next;
		next = node->base + node->size_bytes;
	}
}

__attribute__((format(printf, 3, 4))) static bool
node_error(const struct load *load, unsigned int i, const char *format, ...)
{
	const struct config_node *node = &load->config->memory.nodes[i];
	char path[32] = "memory.size";
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!load->nodes_by_size)
		snprintf(path, sizeof(path), "memory.nodes[%u]", i);
	return diag_error(load->diag, &load->node_where[i],
			  "%s: %s at 0x%08" PRIx64 " %s", path,
			  size_text(node->size_bytes).text, node->base, text);
}

/* The same about one of a node's lists. */
static bool list_error(const struct load *load, unsigned int i,
		       const char *list, const char *text)
{
	return diag_error(load->diag, &load->node_where[i],
			  "memory.nodes[%u].%s: %s", i, list, text);
}

/* ---- distances ---------------------------------------------------------- */

static unsigned int nr_given(const uint32_t *distance)
{
	unsigned int nr = 0;

	while (nr < CONFIG_MAX_NODES && distance[nr])
		nr++;
	return nr;
}

/* A list that is there has one distance for each node, and 10 for its own. */
static bool distances_make_sense(const struct load *load, unsigned int i)
{
	const struct config *config = load->config;
	const uint32_t *distance = config->memory.nodes[i].distance;
	unsigned int nr = nr_given(distance);
	char text[128];

	if (!nr)
		return true;
	snprintf(text, sizeof(text),
		 "lists %u distance%s; allowed: %u, one for each node", nr,
		 nr == 1 ? "" : "s", config->memory.nr_nodes);
	if (nr != config->memory.nr_nodes)
		return list_error(load, i, "distance", text);
	snprintf(text, sizeof(text),
		 "is %" PRIu32 " to memory.nodes[%u] itself; allowed: 10",
		 distance[i], i);
	return distance[i] == 10 || list_error(load, i, "distance", text);
}

/* From node @i to @j: as listed, or as listed the other way round, or 20. */
static bool settle_distance(const struct load *load, unsigned int i,
			    unsigned int j)
{
	struct config_node *nodes = load->config->memory.nodes;
	uint32_t *there = &nodes[i].distance[j], *back = &nodes[j].distance[i];
	char text[128];

	if (!*there)
		*there = *back ? *back : i == j ? 10 : 20;
	if (!*back)
		*back = *there;
	if (*there == *back)
		return true;
	snprintf(text, sizeof(text),
		 "is %" PRIu32 " to memory.nodes[%u], whose distance to this "
		 "one is %" PRIu32 "; allowed: the same",
		 *there, j, *back);
	return list_error(load, i, "distance", text);
}

static bool settle_distances(const struct load *load)
{
	const unsigned int nr = load->config->memory.nr_nodes;

	for (unsigned int i = 0; i < nr; i++)
		if (!distances_make_sense(load, i))
			return false;
	for (unsigned int i = 0; i < nr; i++)
		for (unsigned int j = 0; j <= i; j++)
			if (!settle_distance(load, i, j))
				return false;
	return true;
}

/* ---- cores of nodes ----------------------------------------------------- */

/* Nobody says where cores are: one after the other. */
static void spread_cpus(struct config *config)
{
	for (uint32_t cpu = 0; cpu < config->cpu.count; cpu++)
		config->memory.nodes[cpu % config->memory.nr_nodes].cpus |=
			1u << cpu;
}

/* All of node @i's cores exist, and none of them is in *@seen. */
static bool check_node_cpus(const struct load *load, unsigned int i,
			    uint32_t *seen)
{
	const struct config *config = load->config;
	uint32_t cpus = config->memory.nodes[i].cpus;
	char text[128];

	for (uint32_t cpu = 0; cpu < NR_CPUS; cpu++) {
		if (!(cpus & 1u << cpu))
			continue;
		snprintf(text, sizeof(text),
			 "there is no core %" PRIu32 ", cpu.count is %" PRIu32,
			 cpu, config->cpu.count);
		if (cpu >= config->cpu.count)
			return list_error(load, i, "cpus", text);
		snprintf(text, sizeof(text),
			 "core %" PRIu32 " is near to another node, too", cpu);
		if (*seen & 1u << cpu)
			return list_error(load, i, "cpus", text);
	}
	*seen |= cpus;
	return true;
}

static bool settle_cpus(const struct load *load)
{
	struct config *config = load->config;
	uint32_t seen = 0, all = (1u << config->cpu.count) - 1;
	bool given = false;
	char text[128];

	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		uint32_t *cpus = &config->memory.nodes[i].cpus;

		given |= *cpus & NODE_HAS_CPUS;
		*cpus &= ~NODE_HAS_CPUS;
		if (!check_node_cpus(load, i, &seen))
			return false;
	}
	if (!given)
		spread_cpus(config);
	if (!given || seen == all)
		return true;
	snprintf(text, sizeof(text), "core %d is near to no node",
		 __builtin_ctz(all & ~seen));
	return list_error(load, config->memory.nr_nodes - 1, "cpus", text);
}

/* ---- RAM and board ------------------------------------------------------ */

static bool node_fits_board(const struct load *load, unsigned int i)
{
	const struct config_node *node = &load->config->memory.nodes[i];
	const struct board *board = load->config->board;
	uint64_t end = node->base + node->size_bytes;

	if (node->base >= board->ram_base &&
	    end <= board->ram_base + board->ram_max_bytes)
		return true;
	return node_error(load, i,
			  "does not fit: %s has room for at most %s of RAM at "
			  "0x%08" PRIx64,
			  board->name, size_text(board->ram_max_bytes).text,
			  board->ram_base);
}

static bool nodes_apart(const struct load *load, unsigned int i, unsigned int j)
{
	const struct config_node *a = &load->config->memory.nodes[i];
	const struct config_node *b = &load->config->memory.nodes[j];

	if (a->base + a->size_bytes <= b->base ||
	    b->base + b->size_bytes <= a->base)
		return true;
	return node_error(load, i,
			  "overlaps memory.nodes[%u], %s at 0x%08" PRIx64, j,
			  size_text(b->size_bytes).text, b->base);
}

/* ---- CMA ---------------------------------------------------------------- */

#define CMA_BLOCK    ((uint64_t)4 << 20) /* areas are whole pageblocks */
#define KERNEL_LEAST ((uint64_t)3 << 20) /* boots a shell, on 8 MB */

/* Room for an area in node @i: below highmem, and not where the image is. */
static uint64_t cma_room(const struct config *config, unsigned int i)
{
	const struct config_node *node = &config->memory.nodes[i];
	uint64_t end = config->board->ram_base + config_lowmem_bytes(config);
	uint64_t start = node->base;

	if (start == config->board->ram_base)
		start += CMA_BLOCK;
	start = (start + CMA_BLOCK - 1) / CMA_BLOCK * CMA_BLOCK;
	if (end > node->base + node->size_bytes)
		end = node->base + node->size_bytes;
	end = end / CMA_BLOCK * CMA_BLOCK;
	return end > start ? end - start : 0;
}

/*
 * The area is in one piece; and beside it, low memory must do for what a
 * kernel with that much RAM can't do without, mem_map foremost.
 */
static bool cma_fits(const struct load *load)
{
	const struct config *config = load->config;
	uint64_t needed = KERNEL_LEAST + config->memory.size_bytes / 64;
	uint64_t room = 0, sum = 0, most;

	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		uint64_t here = cma_room(config, i);

		sum += here;
		room = here > room ? here : room;
	}
	most = sum + CMA_BLOCK > needed ? sum + CMA_BLOCK - needed : 0;
	most = (most < room ? most : room) / CMA_BLOCK * CMA_BLOCK;
	if (config->memory.cma_bytes <= most)
		return true;
	return config_error(config, &config->memory.cma_bytes, load->diag,
			    "%s does not fit into low memory beside the "
			    "kernel; allowed: 0 to %s",
			    size_text(config->memory.cma_bytes).text,
			    size_text(most).text);
}

/* ---- RAM and kernel ----------------------------------------------------- */

#define KB ((uint64_t)1 << 10)
#define MB ((uint64_t)1 << 20)

/* What is in mem_map's way: tables, and in the first node the image. */
#define TABLE_ROOM (32 * KB)
#define IMAGE_ROOM (256 * KB)
/* A kernel boots and runs a small program in that much beside mem_map. */
#define LEAST_ROOM (1 * MB)

/* Of node @i, what the kernel can reach at once and mem_map could lie in. */
static uint64_t lowmem_of(const struct config *config, unsigned int i)
{
	const struct config_node *node = &config->memory.nodes[i];
	uint64_t end = config->board->ram_base + 0xf0000000 -
		       config->kernel.page_offset;

	if (end > node->base + node->size_bytes)
		end = node->base + node->size_bytes;
	return end > node->base ? end - node->base : 0;
}

static uint64_t room_of(const struct config *config, unsigned int i)
{
	uint64_t room = lowmem_of(config, i), taken = TABLE_ROOM;

	if (config->memory.nodes[i].base == config->board->ram_base)
		taken += IMAGE_ROOM;
	return room > taken ? room - taken : 0;
}

/* From the first node to the last, holes included. */
static uint64_t span_bytes(const struct config *config)
{
	uint64_t end = 0;

	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		const struct config_node *node = &config->memory.nodes[i];

		if (node->base + node->size_bytes > end)
			end = node->base + node->size_bytes;
	}
	return end - config->board->ram_base;
}

static uint64_t round_up(uint64_t bytes, uint64_t multiple)
{
	return (bytes + multiple - 1) / multiple * multiple;
}

/*
 * mem_map has 32 bytes for each frame of the span, made whole blocks of 4 MB,
 * and lies in one piece of low memory.
 */
static bool has_room(const struct config *config)
{
	uint64_t map = round_up(span_bytes(config), 4 * MB) / 128;
	uint64_t most = 0, all = 0;

	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		all += lowmem_of(config, i);
		if (room_of(config, i) > most)
			most = room_of(config, i);
	}
	return map <= most && map + LEAST_ROOM <= all;
}

/* How far node @i can grow: to the next node, or to the end of the board. */
static uint64_t most_of(const struct config *config, unsigned int i)
{
	const struct config_node *nodes = config->memory.nodes;
	uint64_t end = config->board->ram_base + config->board->ram_max_bytes;

	for (unsigned int j = 0; j < config->memory.nr_nodes; j++)
		if (nodes[j].base > nodes[i].base && nodes[j].base < end)
			end = nodes[j].base;
	return end - nodes[i].base;
}

/* The size of node @i with which there is room; 0: none will do. */
static uint64_t least_of(struct config *config, unsigned int i)
{
	struct config_node *node = &config->memory.nodes[i];
	const uint64_t size = node->size_bytes, most = most_of(config, i);
	uint64_t least = 0;

	/* its own growth may need a larger mem_map */
	for (; !least && node->size_bytes <= most; node->size_bytes += 2 * MB)
		if (has_room(config))
			least = node->size_bytes;
	node->size_bytes = size;
	return least;
}

static bool mem_map_fits(const struct load *load)
{
	struct config *config = load->config;
	uint64_t least = 0;
	unsigned int which = 0;

	if (has_room(config))
		return true;
	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		uint64_t size = least_of(config, i);

		if (size && (!least || size < least)) {
			least = size;
			which = i;
		}
	}
	return node_error(load, which,
			  "is too small for the %s from the first node to the "
			  "last, of which each page, also in holes, needs a "
			  "description; allowed: at least %s, or smaller holes",
			  size_text(span_bytes(config)).text,
			  size_text(least).text);
}

static bool nodes_fit(const struct load *load)
{
	const struct config *config = load->config;
	unsigned int lowest = 0;

	for (unsigned int i = 0; i < config->memory.nr_nodes; i++) {
		if (!node_fits_board(load, i))
			return false;
		if (config->memory.nodes[i].base <
		    config->memory.nodes[lowest].base)
			lowest = i;
		for (unsigned int j = 0; j < i; j++)
			if (!nodes_apart(load, i, j))
				return false;
	}
	if (config->memory.nodes[lowest].base != config->board->ram_base)
		return node_error(load, lowest,
				  "leaves the start of RAM, 0x%08" PRIx64
				  ", empty, where the kernel is put",
				  config->board->ram_base);
	return true;
}

/* ---- all of it ---------------------------------------------------------- */

bool check_memory(struct load *load)
{
	if (!settle_size(load))
		return false;
	place_nodes(load->config);
	return nodes_fit(load) && mem_map_fits(load) && cma_fits(load) &&
	       settle_distances(load) && settle_cpus(load);
}
