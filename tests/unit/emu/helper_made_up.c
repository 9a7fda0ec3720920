/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/emu/helper_made_up.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "emu/scenario/symbols.h"

#define DEMO MMUSCOPE_BUILD_DIR "/guests/cow"

static const struct scenario_guest the_guest = {.name = "demo"};
const char *const made_up_no_reports[] = {NULL};

static void make_fault(struct observed_fault *fault, uint64_t number,
		       uint32_t far, const char *resolution)
{
	*fault = (struct observed_fault){
		.fault = {.number = number,
			  .pid = 6,
			  .comm = "cow",
			  .write = true,
			  .far = far,
			  .fsr = 0x817,
			  .resolution = resolution},
		.vma = "[heap]",
		.vma_start = 0x1000,
		.vma_end = 0xf0000000,
		.over = true,
	};
}

static void make_exit(struct made_up *run)
{
	struct observed_exit *exits = run->exits;
	struct observed_vma *vmas = run->vmas;

	vmas[0] = (struct observed_vma){.vma = {.start = 0x10000,
						.end = 0x20000,
						.rights = KERNEL_VMA_READ |
							  KERNEL_VMA_EXEC,
						.name = "/host/cow"},
					.present = 12};
	vmas[1] = (struct observed_vma){.vma = {.start = 0x50000,
						.end = 0x54000,
						.rights = KERNEL_VMA_READ |
							  KERNEL_VMA_WRITE},
					.present = 3,
					.swapped = 1};
	run->zone = (struct kernel_zone_info){.name = "Normal"};
	run->zone.free_blocks[0][3] = 2;
	run->zone.free_blocks[1][3] = 5;
	exits[0] = (struct observed_exit){
		.pid = 6,
		.comm = "cow",
		.of_board = true,
		.info = {.rss_anon = 11,
			 .rss_file = 20,
			 .rss_shmem = 1,
			 .swapped = 2,
			 .min_flt = 30,
			 .maj_flt = 4},
		.vmas = vmas,
		.nr_vmas = 2,
		.zones = &run->zone,
		.nr_zones = 1,
	};
	exits[0].memory[FRAME_SLAB] = 77;
}

void made_up_run(struct made_up *run)
{
	struct observed_fault *faults = run->faults;
	static const struct expected_number counts[] = {
		NUMBER("anon_new", 5, 0), NUMBER("pgmajfault", 0, 0)};
	static const struct observed_trace trace[] = {
		{100, 0, "demo-6 page_fault_user: address=0x1000"},
		{200, 0, "demo-6 page_fault_user: address=0x2000"}};
	struct diag diag = {0};
	struct symbols *symbols = symbols_read(DEMO, &diag);

	assert_non_null(symbols);
	run->main_at = symbols_find(symbols, "main")->start;
	symbols_free(symbols);
	make_fault(&faults[0], 11, run->main_at, "anon_new");
	make_fault(&faults[1], 12, run->main_at + 4, "cow_copy");
	make_fault(&faults[2], 13, 0x7efff123, "anon_zero");
	faults[2].fault.write = false;
	make_exit(run);
	run->program = (struct built_guest){.path = DEMO, .host = true};
	run->seen = (struct observation){
		.guests = &run->program,
		.trouble = "",
		.where = "",
		.console = "one\ntwo\n",
		.console_bytes = 8,
		.log = "Booting Linux\nreboot: System halted\n",
		.faults = faults,
		.nr_faults = 3,
		.exits = run->exits,
		.nr_exits = 1,
		.counts = counts,
		.nr_counts = 2,
		.trace = trace,
		.nr_trace = 2,
		.cycles = 1000,
		.reports = made_up_no_reports,
	};
	run->scenario = (struct scenario){
		.path = "demo.yaml",
		.name = "demo",
		.guests = &the_guest,
		.nr_guests = 1,
		.limit_cycles = 5000,
	};
}
