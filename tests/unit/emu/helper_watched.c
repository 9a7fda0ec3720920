/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that is watched: see helper_watched.h. */
#include "tests/unit/emu/helper_watched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"

void watched_run(const char *board, const char *const *sets, size_t nr_sets,
		 void (*rest)(void *arg, struct machine *m,
			      struct machine_go *go),
		 void *arg, const char *stats_path)
{
	const struct machine_watcher watcher = {.arg = arg, .rest = rest};
	struct diag diag = {0};
	struct config *config = config_load(board, (const char **)sets, nr_sets,
					    &diag);
	int null = open("/dev/null", O_RDWR);
	const struct machine_options options = {
		.quiet = true,
		.stats_path = stats_path,
		.watcher = rest ? &watcher : NULL,
		.console_in = null,
		.console_out = null,
	};
	struct machine *machine;

	assert_non_null(config);
	machine = machine_create(config, &options, &diag);
	assert_non_null(machine);
	assert_int_equal(machine_run(machine, &diag), 0);
	machine_destroy(machine);
	config_destroy(config);
	close(null);
}
