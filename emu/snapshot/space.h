/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_SNAPSHOT_SPACE_H
#define EMU_SNAPSHOT_SPACE_H

/*
 * What those who take a process's memory keep from one snapshot to the next:
 * whose it is, and what was read of it.
 */

#include <stdint.h>

#include "emu/snapshot/section.h"

struct machine;
struct ram;
struct space;

/* NULL: no memory. */
struct space *space_create(const struct ram *ram);
void space_destroy(struct space *space);
/* For hw.changed_tables. */
uint8_t *space_changed_tables(struct space *space);

/* The next snapshot is to have nothing that is old. */
void space_read_all(struct space *space);

/* A snapshot begins. Whose memory it is to show; 0: nobody's. */
int space_turn(struct space *space, const struct machine *machine,
	       const struct snapshot_wish *wish);

#endif
