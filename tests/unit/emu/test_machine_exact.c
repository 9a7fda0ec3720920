/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole guests twice: fast, with what the engine caches, and with every fetch,
 * load and store shown to the MMU (cpu.tlb.recheck). All statistics must be
 * the same, and no TLB entry may be stale: a broken inclusion, an uncounted
 * fetch or a forgotten flush of the kernel's would show.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine.h"

#define BOARD MMUSCOPE_SOURCE_DIR "/configs/vexpress-a9.yaml"
#define GUEST(name) \
	"run=[["    \
	"host:" MMUSCOPE_BUILD_DIR "/guests/" name "]]"

/* Runs one guest to its end and returns its statistics. */
static json_t *run(const char *guest, const char *extra)
{
	const char *sets[] = {guest, "rootfs.path=", extra};
	char path[64];
	int null = open("/dev/null", O_RDWR);
	struct machine_options options = {
		.quiet = true,
		.stats_path = path,
		.console_in = null,
		.console_out = null,
	};
	struct diag diag = {0};
	struct config *config = config_load(BOARD, sets, 3, &diag);
	struct machine *machine;
	json_t *stats;

	snprintf(path, sizeof(path), "/tmp/exact-%d.json", (int)getpid());
	assert_non_null(config);
	machine = machine_create(config, &options, &diag);
	assert_non_null(machine);
	assert_int_equal(machine_run(machine, &diag), 0);
	machine_destroy(machine);
	config_destroy(config);
	close(null);
	stats = json_load_file(path, 0, NULL);
	unlink(path);
	assert_non_null(stats);
	json_object_del(stats, "host_seconds");
	return stats;
}

static void caching_shows_nowhere(void **state)
{
	static const char *const guests[] = {GUEST("hello"), GUEST("anon"),
					     GUEST("cow"), GUEST("asid")};

	(void)state;
	for (size_t i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		json_t *fast = run(guests[i], "cpu.tlb.recheck=false");
		json_t *obvious = run(guests[i], "cpu.tlb.recheck=true");
		json_t *stale = json_object_get(obvious, "stale_hits");

		assert_int_equal(json_integer_value(stale), 0);
		assert_true(json_equal(fast, obvious));
		json_decref(fast);
		json_decref(obvious);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caching_shows_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
