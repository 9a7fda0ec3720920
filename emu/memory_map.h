/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_MEMORY_MAP_H
#define EMU_MEMORY_MAP_H

/* What `mmuscope memory` prints: a board's physical memory at one moment. */

#include <stdbool.h>
#include <stdio.h>

struct kernel;
struct memory_map;

/* Reads the kernel's books. NULL: no host memory. */
struct memory_map *memory_map_take(const struct kernel *kernel);
void memory_map_free(struct memory_map *map);

/* Zones with their frames by use and free blocks by order, then a picture. */
void memory_map_print(const struct memory_map *map, FILE *to);

#endif
