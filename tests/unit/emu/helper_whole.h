/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_EMU_HELPER_WHOLE_H
#define TESTS_UNIT_EMU_HELPER_WHOLE_H

/* A whole machine from boot to halt, in this process. */

#include <jansson.h>
#include <stdbool.h>

#include "emu/machine_state.h"

#define WHOLE_GUEST(name) "host:" MMUSCOPE_BUILD_DIR "/guests/" name

struct whole {
	const char *sets[8]; /* "key=value", up to the first NULL */
	const char *argv[5]; /* the program */
	bool show_all; /* see struct machine_options */
	void (*before)(struct machine *m); /* NULL, or: it is about to boot */
	const struct machine_watcher *watcher; /* NULL: nobody looks */

	/* What whole_run() leaves; the rest is to be freed. */
	int status;
	json_t *stats; /* without host_seconds */
	char *trace;
};

/* On configs/vexpress-a9.yaml. Fails the test when there is no machine. */
void whole_run(struct whole *whole);
void whole_free(struct whole *whole);

/* The board's own program with each "1000" in it @fewer: same, but shorter. */
char *whole_main_job(const char *fewer);

/* Fails the test, with a copy of both, unless traces and statistics agree. */
void whole_expect_same(const struct whole *a, const struct whole *b,
		       const char *what);

#endif
