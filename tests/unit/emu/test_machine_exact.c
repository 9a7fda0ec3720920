/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole guests twice: fast, with what the engine caches, and with every fetch,
 * load and store shown to the MMU (cpu.tlb.recheck). All statistics must be
 * the same, and no TLB entry may be stale: a broken inclusion, an uncounted
 * fetch or a forgotten flush of the kernel's would show.
 *
 * And with loads and stores told to the caches by the engine's hooks, or done
 * before it (emu/cpu_access.c): caches, clock and traces see no difference.
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
#include "emu/cpu_engine.h"
#include "emu/diag.h"
#include "emu/machine.h"

#define BOARD MMUSCOPE_SOURCE_DIR "/configs/vexpress-a9.yaml"
#define GUEST(name) \
	"run=[["    \
	"host:" MMUSCOPE_BUILD_DIR "/guests/" name "]]"

/* Runs one guest to its end and returns its statistics. */
static json_t *run_by(const char *guest, const char *const extra[2], bool slow)
{
	const char *sets[] = {guest, "rootfs.path=", extra[0], extra[1]};
	char path[64];
	int null = open("/dev/null", O_RDWR);
	struct machine_options options = {
		.quiet = true,
		.slow_accesses = slow,
		.stats_path = path,
		.console_in = null,
		.console_out = null,
	};
	struct diag diag = {0};
	struct config *config = config_load(BOARD, sets, 4, &diag);
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

static json_t *run(const char *guest, const char *extra)
{
	const char *const both[2] = {extra, "timing.model=count"};

	return run_by(guest, both, false);
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

/*
 * With few entries pages of code evict each other and their data. Signals write
 * to code and have unaligned frames; cores and faults stop accesses half-way.
 */
static void who_tells_of_accesses_shows_nowhere(void **state)
{
	static const char *const runs[][2] = {
		{GUEST("anon"), "cpu.tlb.entries=4"},
		{GUEST("asid"), "cpu.tlb.entries=4"},
		{GUEST("signals"), "cpu.tlb.entries=4"},
		{GUEST("unaligned"), "cpu.tlb.entries=64"},
		{GUEST("wildcode"), "cpu.tlb.entries=64"},
		{GUEST("alignment"), "cpu.alignment=strict"},
	};

	(void)state;
	if (!cpu_access_works())
		skip(); /* another Unicorn: hooks alone tell */
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		const char *const extra[2] = {"timing.model=cache", runs[i][1]};
		json_t *fast = run_by(runs[i][0], extra, false);
		json_t *obvious = run_by(runs[i][0], extra, true);

		assert_true(json_equal(fast, obvious));
		json_decref(fast);
		json_decref(obvious);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caching_shows_nowhere),
		cmocka_unit_test(who_tells_of_accesses_shows_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
