/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's books of zones, nodes, lists and caches, as it tells of them. */
#include "emu/snapshot/source.h"

#include <stdio.h>

#include "emu/machine_state.h"

static void keep_zone(void *arg, const struct kernel_zone_info *zone)
{
	struct kernel_zone_info *to = part_add(arg);

	if (to)
		*to = *zone;
}

struct part *take_zones(const struct snapshot_source *source)
{
	struct part_writer writer = {
		.element_bytes = sizeof(struct kernel_zone_info)};

	kernel_for_each_zone(source->machine->kernel, keep_zone, &writer);
	return part_done(&writer);
}

static void keep_node(void *arg, const struct kernel_node_info *node)
{
	struct kernel_node_info *to = part_add(arg);

	if (to)
		*to = *node;
}

struct part *take_nodes(const struct snapshot_source *source)
{
	struct part_writer writer = {
		.element_bytes = sizeof(struct kernel_node_info)};

	kernel_for_each_node(source->machine->kernel, keep_node, &writer);
	return part_done(&writer);
}

static void keep_lruvec(void *arg, const struct kernel_lruvec *lruvec)
{
	struct kernel_lruvec *to = part_add(arg);

	if (to)
		*to = *lruvec;
}

struct part *take_lruvecs(const struct snapshot_source *source)
{
	struct part_writer writer = {
		.element_bytes = sizeof(struct kernel_lruvec)};

	kernel_for_each_lruvec(source->machine->kernel, keep_lruvec, &writer);
	return part_done(&writer);
}

static void keep_cache(void *arg, const struct kernel_cache *cache)
{
	struct snapshot_cache *to = part_add(arg);

	if (!to)
		return;
	snprintf(to->name, sizeof(to->name), "%s", cache->name);
	to->number = cache->number;
	to->object_size = cache->object_size;
	to->slab_frames = cache->slab_frames;
	to->slab_objects = cache->slab_objects;
	to->active = cache->active;
	to->objects = cache->objects;
	to->slabs = cache->slabs;
}

struct part *take_caches(const struct snapshot_source *source)
{
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_cache)};

	kernel_for_each_cache(source->machine->kernel, keep_cache, &writer);
	return part_done(&writer);
}

static void keep_cma(void *arg, const struct kernel_cma_info *area)
{
	struct snapshot_cma *to = part_add(arg);

	if (!to)
		return;
	snprintf(to->name, sizeof(to->name), "%s", area->name);
	to->start_pfn = area->start_pfn;
	to->nr_frames = area->nr_frames;
}

struct part *take_cma(const struct snapshot_source *source)
{
	struct part_writer writer = {
		.element_bytes = sizeof(struct snapshot_cma)};

	kernel_for_each_cma_area(source->machine->kernel, keep_cma, &writer);
	return part_done(&writer);
}
