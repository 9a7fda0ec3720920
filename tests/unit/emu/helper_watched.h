/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_EMU_HELPER_WATCHED_H
#define TESTS_UNIT_EMU_HELPER_WATCHED_H

/* A whole machine that somebody watches at each rest, as a viewer does. */

#include <stddef.h>

#include "emu/machine_state.h"

#define WATCHED_BOARD(name) MMUSCOPE_SOURCE_DIR "/configs/" name ".yaml"
#define WATCHED_GUEST(name) "host:" MMUSCOPE_BUILD_DIR "/guests/" name

/*
 * From boot to halt, which must go well; its console is nobody's. @rest: as
 * machine_watcher's; NULL: nobody watches. @stats_path: a file; or NULL.
 */
void watched_run(const char *board, const char *const *sets, size_t nr_sets,
		 void (*rest)(void *arg, struct machine *m,
			      struct machine_go *go),
		 void *arg, const char *stats_path);

#endif
