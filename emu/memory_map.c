/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical memory for a person to look at. The books are read in one go at
 * the moment of interest (the programs have ended, what they left is still
 * there) and printed when the machine has stopped.
 */
#include "emu/memory_map.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel.h"

enum {
	MAX_ZONES = 16,
	MAX_AREAS = 8,
	FRAME_KB = 4,
	MAP_COLUMNS = 64,
	MAP_ROWS = 64 /* at most; a character stands for more frames instead */
};

struct memory_map {
	unsigned int nr_nodes; /* 0: the board has none */
	struct kernel_node_info node[KERNEL_MAX_NODES];
	unsigned int nr_zones;
	struct kernel_zone_info zone[MAX_ZONES];
	unsigned int nr_areas;
	struct kernel_cma_info area[MAX_AREAS];
	uint64_t first_pfn, end_pfn;
	uint8_t *use; /* enum frame_use + 1 by frame; 0: there is no RAM */
};

static const char signs[NR_FRAME_USES] = {
	[FRAME_FREE] = '.', [FRAME_PCP] = ',',     [FRAME_RESERVED] = 'R',
	[FRAME_SLAB] = 's', [FRAME_PGTABLE] = 't', [FRAME_STACK] = 'k',
	[FRAME_ANON] = 'a', [FRAME_FILE] = 'f',    [FRAME_SHMEM] = 'm',
	[FRAME_CMA] = 'C',  [FRAME_KERNEL] = 'K',  [FRAME_POISONED] = 'X',
};

static const char *const labels[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) label,
#include "kernel/frame_use.def"
#undef FRAME_USE
};

/* ---- taking it --------------------------------------------------------------- */

static void keep_zone(void *arg, const struct kernel_zone_info *zone)
{
	struct memory_map *map = arg;

	if (map->nr_zones < MAX_ZONES)
		map->zone[map->nr_zones++] = *zone;
}

static void keep_node(void *arg, const struct kernel_node_info *node)
{
	struct memory_map *map = arg;

	map->node[map->nr_nodes++] = *node;
}

static void keep_area(void *arg, const struct kernel_cma_info *area)
{
	struct memory_map *map = arg;

	if (map->nr_areas < MAX_AREAS)
		map->area[map->nr_areas++] = *area;
}

static void keep_run(void *arg, uint64_t pfn, uint32_t nr_frames,
		     enum frame_use use)
{
	struct memory_map *map = arg;

	memset(map->use + (pfn - map->first_pfn), (int)use + 1, nr_frames);
}

struct memory_map *memory_map_take(const struct kernel *kernel)
{
	struct memory_map *map = calloc(1, sizeof(*map));

	if (!map)
		return NULL;
	kernel_for_each_node(kernel, keep_node, map);
	kernel_for_each_zone(kernel, keep_zone, map);
	map->first_pfn = map->nr_zones ? UINT64_MAX : 0;
	for (unsigned int i = 0; i < map->nr_zones; i++) {
		const struct kernel_zone_info *zone = &map->zone[i];

		if (zone->start_pfn < map->first_pfn)
			map->first_pfn = zone->start_pfn;
		if (zone->start_pfn + zone->spanned > map->end_pfn)
			map->end_pfn = zone->start_pfn + zone->spanned;
	}
	map->use = calloc(1, map->end_pfn - map->first_pfn + 1);
	if (!map->use) {
		free(map);
		return NULL;
	}
	kernel_for_each_frame_run(kernel, keep_run, map);
	kernel_for_each_cma_area(kernel, keep_area, map);
	return map;
}

void memory_map_free(struct memory_map *map)
{
	if (!map)
		return;
	free(map->use);
	free(map);
}

/* ---- nodes ------------------------------------------------------------------- */

static void print_node(const struct kernel_node_info *node, FILE *to)
{
	char cores[16] = "", distances[32] = "";

	for (int cpu = 0; cpu < 32; cpu++)
		if (node->cpus & 1u << cpu)
			snprintf(cores + strlen(cores),
				 sizeof(cores) - strlen(cores), " %d", cpu);
	for (unsigned int i = 0; i < node->nr_nodes; i++)
		snprintf(distances + strlen(distances),
			 sizeof(distances) - strlen(distances), " %" PRIu32,
			 node->distance[i]);
	fprintf(to,
		"  %4d  %6" PRIu32 "  %-9s %-17s %11" PRIu64 " %11" PRIu64
		" %11" PRIu64 "\n",
		node->node, node->frames * FRAME_KB / 1024,
		*cores ? cores + 1 : "-", distances + 1, node->hit, node->miss,
		node->foreign);
}

/* Where memory is, and which allocations it served or lost. */
static void print_nodes(const struct memory_map *map, FILE *to)
{
	if (!map->nr_nodes)
		return;
	fprintf(to, "  %4s  %6s  %-9s %-17s %11s %11s %11s\n", "node", "MB",
		"cores", "distances", "hits", "misses", "foreign");
	for (unsigned int i = 0; i < map->nr_nodes; i++)
		print_node(&map->node[i], to);
	fprintf(to,
		"\n  hits: allocations served as wanted; misses: wanted from "
		"another node;\n  foreign: wanted here, served by "
		"another\n\n");
}

/* ---- zones ------------------------------------------------------------------- */

static void print_uses(const struct memory_map *map, uint64_t start_pfn,
		       uint32_t nr_frames, FILE *to)
{
	const uint8_t *use = map->use + (start_pfn - map->first_pfn);
	uint32_t count[NR_FRAME_USES + 1] = {0};

	for (uint32_t i = 0; i < nr_frames; i++)
		count[use[i]]++;
	fprintf(to, "\n  %8s  %9s\n", "frames", "MB");
	for (int i = 0; i < NR_FRAME_USES; i++)
		if (count[i + 1])
			fprintf(to, "  %8" PRIu32 "  %9.1f  %s\n", count[i + 1],
				count[i + 1] * FRAME_KB / 1024.0, labels[i]);
	if (count[0])
		fprintf(to, "  %8" PRIu32 "  %9.1f  no RAM here\n", count[0],
			count[0] * FRAME_KB / 1024.0);
}

static void print_orders(FILE *to)
{
	fprintf(to, "\n  %-22s", "free blocks of");
	for (int order = 0; order < KERNEL_NR_ORDERS; order++) {
		int kb = FRAME_KB << order;
		char text[16];

		snprintf(text, sizeof(text), "%d%c", kb < 1024 ? kb : kb / 1024,
			 kb < 1024 ? 'K' : 'M');
		fprintf(to, "%6s", text);
	}
	fprintf(to, "  pageblocks\n");
}

static bool type_is_empty(const struct kernel_zone_info *zone, int type)
{
	for (int order = 0; order < KERNEL_NR_ORDERS; order++)
		if (zone->free_blocks[type][order])
			return false;
	return !zone->pageblocks[type];
}

static void print_free_blocks(const struct kernel_zone_info *zone, FILE *to)
{
	print_orders(to);
	for (int type = 0; type < KERNEL_NR_MIGRATETYPES; type++) {
		if (type_is_empty(zone, type))
			continue;
		fprintf(to, "    %-20s", kernel_migratetype_name(type));
		for (int order = 0; order < KERNEL_NR_ORDERS; order++)
			fprintf(to, "%6" PRIu32,
				zone->free_blocks[type][order]);
		fprintf(to, "  %10" PRIu32 "\n", zone->pageblocks[type]);
	}
}

static void print_indices(const struct kernel_zone_info *zone, FILE *to)
{
	fprintf(to, "  %-22s", "fragmentation index");
	for (int order = 0; order < KERNEL_NR_ORDERS; order++)
		if (zone->fragmentation_index[order] < 0)
			fprintf(to, "%6s", "-");
		else
			fprintf(to, "%6.3f",
				zone->fragmentation_index[order] / 1000.0);
	fprintf(to, "\n  %-22s", "unusable free space");
	for (int order = 0; order < KERNEL_NR_ORDERS; order++)
		fprintf(to, "%6.3f", zone->unusable_index[order] / 1000.0);
	fputc('\n', to);
}

static void print_zone(const struct memory_map *map,
		       const struct kernel_zone_info *zone, FILE *to)
{
	uint64_t start = zone->start_pfn * FRAME_KB * 1024;
	uint64_t end = start + (uint64_t)zone->spanned * FRAME_KB * 1024;

	fprintf(to,
		"Node %d, zone %s: 0x%08" PRIx64 "-0x%08" PRIx64 "\n"
		"  %" PRIu32 " frames, %" PRIu32 " of them the allocator's; "
		"watermarks: min %" PRIu32 ", low %" PRIu32 ", high %" PRIu32
		"\n",
		zone->node, zone->name, start, end - 1, zone->present,
		zone->managed, zone->min, zone->low, zone->high);
	print_uses(map, zone->start_pfn, zone->spanned, to);
	print_free_blocks(zone, to);
	print_indices(zone, to);
	fputc('\n', to);
}

/* ---- CMA areas ------------------------------------------------------------------ */

static void print_area(const struct memory_map *map,
		       const struct kernel_cma_info *area, FILE *to)
{
	uint64_t start = area->start_pfn * FRAME_KB * 1024;
	uint64_t end = start + (uint64_t)area->nr_frames * FRAME_KB * 1024;

	fprintf(to,
		"CMA area %s: 0x%08" PRIx64 "-0x%08" PRIx64 ", %" PRIu32
		" frames of the above\n",
		area->name, start, end - 1, area->nr_frames);
	print_uses(map, area->start_pfn, area->nr_frames, to);
	fputc('\n', to);
}

/* ---- the picture ---------------------------------------------------------------- */

/* What most frames of a cell are; free only when nothing else is there. */
static char cell_sign(const uint8_t *use, uint64_t nr_frames)
{
	uint64_t count[NR_FRAME_USES + 1] = {0};
	int most = FRAME_FREE + 1;

	for (uint64_t i = 0; i < nr_frames; i++)
		count[use[i]]++;
	if (count[0] == nr_frames)
		return ' ';
	count[FRAME_FREE + 1] = 0;
	for (int i = 1; i <= NR_FRAME_USES; i++)
		if (count[i] > count[most])
			most = i;
	return signs[most - 1];
}

static uint64_t frames_a_cell(uint64_t nr_frames)
{
	uint64_t frames = 1;

	while (nr_frames > frames * MAP_COLUMNS * MAP_ROWS)
		frames *= 2;
	return frames;
}

static void print_legend(uint64_t frames, FILE *to)
{
	fprintf(to,
		"A character is %" PRIu64 " KB: what most of its frames in use "
		"are.\n\n",
		frames * FRAME_KB);
	for (int i = 0; i < NR_FRAME_USES; i++)
		fprintf(to, "  %c  %s\n", signs[i], labels[i]);
	fputc('\n', to);
}

/* The signs of up to MAP_COLUMNS cells from frame @at. */
static void make_row(const struct memory_map *map, uint64_t at, uint64_t cell,
		     char row[MAP_COLUMNS + 1])
{
	uint64_t end = map->end_pfn - map->first_pfn, n = 0;

	for (; n < MAP_COLUMNS && at < end; at += cell)
		row[n++] = cell_sign(map->use + at,
				     end - at < cell ? end - at : cell);
	row[n] = '\0';
}

/* Rows that repeat the one before are left out: a star stands for them. */
static void print_picture(const struct memory_map *map, FILE *to)
{
	uint64_t nr_frames = map->end_pfn - map->first_pfn;
	uint64_t cell = frames_a_cell(nr_frames);
	char row[MAP_COLUMNS + 1], before[MAP_COLUMNS + 1] = "";
	bool repeated = false;

	print_legend(cell, to);
	for (uint64_t at = 0; at < nr_frames; at += cell * MAP_COLUMNS) {
		bool last = at + cell * MAP_COLUMNS >= nr_frames;

		make_row(map, at, cell, row);
		if (!last && !strcmp(row, before)) {
			if (!repeated)
				fprintf(to, "  *\n");
			repeated = true;
			continue;
		}
		repeated = false;
		memcpy(before, row, sizeof(before));
		fprintf(to, "  0x%08" PRIx64 "  %s\n",
			(map->first_pfn + at) * FRAME_KB * 1024, row);
	}
}

void memory_map_print(const struct memory_map *map, FILE *to)
{
	print_nodes(map, to);
	for (unsigned int i = 0; i < map->nr_zones; i++)
		print_zone(map, &map->zone[i], to);
	for (unsigned int i = 0; i < map->nr_areas; i++)
		print_area(map, &map->area[i], to);
	print_picture(map, to);
}
