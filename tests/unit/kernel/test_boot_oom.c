/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Out of memory at boot, at every stage of it: boards on which all but a
 * little RAM is reserved, that little growing in steps, and boards with less
 * and less memory. Each boot either ends as it should or panics with a word
 * about what was wanted and a look at what memory there is.
 *
 * test_boot_oom [STEP_KB [SEED]]: steps of the long sweeps, 16 unless given
 * (a page in those of reserved memory), 64 under the sanitizers;
 * the smaller, the more boards with arguments at random, too.
 */

#include "tests/unit/kernel/helper_fake_hw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/mm/memblock.h"

#define RAM ((paddr_t)0x60000000)
#define KB  ((uint64_t)1 << 10)

#ifdef __SANITIZE_ADDRESS__
static uint64_t step_kb = 64;
#else
static uint64_t step_kb = 16;
#endif

/* ---- what boots have ended with ------------------------------------------- */

#define MAX_ENDS 64

/* The words of a panic, without numbers: where the memory ran out. */
struct ends {
	char text[MAX_ENDS][96];
	unsigned int times[MAX_ENDS], nr, nr_boots, nr_halted;
};

static void note_end(struct ends *ends, const char *panic)
{
	char words[96];
	size_t n = 0;

	for (; *panic && *panic != '\n' && n + 1 < sizeof(words); panic++)
		if (*panic < '0' || *panic > '9')
			words[n++] = *panic;
	words[n] = '\0';
	for (unsigned int i = 0; i < ends->nr; i++)
		if (!strcmp(ends->text[i], words)) {
			ends->times[i]++;
			return;
		}
	assert_true(ends->nr < MAX_ENDS);
	strcpy(ends->text[ends->nr], words);
	ends->times[ends->nr++] = 1;
}

static void print_ends(const struct ends *ends, const char *what)
{
	print_message("%s: %u boots, %u to the end\n", what, ends->nr_boots,
		      ends->nr_halted);
	for (unsigned int i = 0; i < ends->nr; i++)
		print_message("  %4u  %s\n", ends->times[i], ends->text[i]);
}

/* ---- one boot ---------------------------------------------------------------- */

/* True: it came to its end. */
static bool boot(struct ends *ends, const struct fake_hw_config *config)
{
	static const char prefix[] = "Kernel panic - not syncing: ";
	struct fake_hw *f = fake_hw_create(config);
	enum kernel_verdict verdict = fake_boot(f, "/bin/nothing");
	const char *panic = strstr(f->log, prefix);

	ends->nr_boots++;
	if (verdict == KERNEL_HALTED) {
		ends->nr_halted++;
		assert_null(panic);
		assert_int_equal(kernel_verify(f->k), 0);
	} else {
		assert_int_equal(verdict, KERNEL_PANIC);
		assert_non_null(panic);
		/* of memory, one of the two */
		if (!strstr(f->log, "MEMBLOCK configuration:\n") &&
		    !strstr(f->log, "Mem-Info:\n"))
			fail_msg("no word about memory with \"%s\": %s",
				 config->bootargs ? config->bootargs : "",
				 panic);
		note_end(ends, panic + strlen(prefix));
		/* it stays where it is */
		assert_int_equal(kernel_trap(f->k, 0, &(struct trap){0}),
				 KERNEL_PANIC);
	}
	fake_hw_destroy(f);
	return verdict == KERNEL_HALTED;
}

/* ---- sweeps --------------------------------------------------------------------- */

/*
 * @left bytes of 4 MB are free beside the image, from nothing up to what is
 * enough. From then on more is never too little.
 */
static void sweep_reserved(const char *allocator, const char *args,
			   unsigned int nr_stages)
{
	struct ends ends = {0};
	bool enough = false;

	for (uint64_t left = 0; left <= 2048 * KB; left += step_kb * KB / 4) {
		bool done = boot(&ends,
				 &(struct fake_hw_config){
					 .bank = {{RAM, 4 * FAKE_MB, 0}},
					 .reserved_base = RAM + 272 * KB,
					 .reserved_bytes = 3824 * KB - left,
					 .slab_allocator = allocator,
					 .bootargs = args,
				 });

		if (enough && !done)
			fail_msg("%llu bytes don't do, where less did",
				 (unsigned long long)left);
		enough |= done;
	}
	print_ends(&ends, allocator);
	assert_true(enough);
	/* the sweep has met the stages of boot */
	assert_true(ends.nr >= nr_stages);
}

static void test_slub(void **state)
{
	(void)state;
	sweep_reserved("slub", NULL, 2);
}

static void test_slab(void **state)
{
	(void)state;
	sweep_reserved("slab", NULL, 3);
}

static void test_slob(void **state)
{
	(void)state;
	sweep_reserved("slob", NULL, 2);
}

/* Zones that leave the kernel little. */
static void test_movable(void **state)
{
	(void)state;
	sweep_reserved("slub", "kernelcore=512K", 2);
}

static void test_mem_argument(void **state)
{
	struct ends ends = {0};
	bool enough = false;

	(void)state;
	for (uint64_t kb = 0; kb <= 6144; kb += step_kb) {
		char args[32];
		bool done;

		snprintf(args, sizeof(args), "mem=%lluK",
			 (unsigned long long)kb);
		done = boot(&ends, &(struct fake_hw_config){
					   .bank = {{RAM, 8 * FAKE_MB, 0}},
					   .bootargs = args,
				   });
		/* mem=0 is no limit */
		if (kb)
			enough |= done;
		assert_true(done || !enough);
	}
	print_ends(&ends, "mem=");
	assert_true(enough && ends.nr_halted < ends.nr_boots);
}

/* ---- arguments at random ------------------------------------------------------ */

static uint32_t seed = 1;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* A size or an address: round, odd, or nonsense. */
static int put_number(char *to, size_t size, paddr_t base)
{
	switch (rnd(6)) {
	case 0:
		return snprintf(to, size, "%#llx",
				(unsigned long long)(base + rnd(24u << 20)));
	case 1:
		return snprintf(to, size, "%uK", rnd(20 << 10));
	case 2:
		return snprintf(to, size, "%s",
				(const char *[]){"", "-1", "0", "x", "4G",
						 "16E", "50%"}[rnd(7)]);
	default:
		return snprintf(to, size, "%#llx",
				(unsigned long long)(base + rnd(24) * FAKE_MB));
	}
}

static void random_args(char *to, size_t size)
{
	static const char *const names[] = {
		"mem",     "mem", "kernelcore", "movablecore", "dma_zone",
		"vmalloc", "cma", "numa",       "highmem",
	};
	size_t n = 0;

	to[0] = '\0';
	for (uint32_t i = rnd(5); i > 0; i--) {
		const char *name = names[rnd(9)];

		n += (size_t)snprintf(to + n, size - n, "%s%s=", n ? " " : "",
				      name);
		n += (size_t)put_number(to + n, size - n, 0);
		if (!strcmp(name, "mem") && rnd(2)) {
			n += (size_t)snprintf(to + n, size - n, "@");
			n += (size_t)put_number(to + n, size - n, RAM);
		}
	}
}

static void test_random_arguments(void **state)
{
	struct ends ends = {0};

	(void)state;
	for (int i = 0; i < (int)(9600 / step_kb); i++) {
		char args[200];

		random_args(args, sizeof(args));
		boot(&ends, &(struct fake_hw_config){
				    .bank = {{RAM, (6 + rnd(8)) * FAKE_MB, 0},
					     {RAM + 16 * FAKE_MB,
					      (1 + rnd(3)) * 2 * FAKE_MB,
					      (int)rnd(2)}},
				    .bootargs = args,
			    });
	}
	print_ends(&ends, "random arguments");
	assert_true(ends.nr_halted > 0);
}

/* ---- whole boards, some of them of several nodes -------------------------------- */

static void test_small_boards(void **state)
{
	struct ends ends = {0};

	(void)state;
	for (uint64_t kb = step_kb; kb <= 5120; kb += 4 * step_kb) {
		if (kb < 320) /* image and tree must be somewhere */
			continue;
		boot(&ends,
		     &(struct fake_hw_config){.bank = {{RAM, kb * KB, 0}}});
		boot(&ends,
		     &(struct fake_hw_config){
			     .bank = {{RAM, kb * KB, 0},
				      {RAM + 8 * FAKE_MB, kb * KB, 2},
				      {RAM + 16 * FAKE_MB, kb * KB, 1}}});
	}
	print_ends(&ends, "boards");
	assert_true(ends.nr_halted > 0 && ends.nr_halted < ends.nr_boots);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slub),
		cmocka_unit_test(test_slab),
		cmocka_unit_test(test_slob),
		cmocka_unit_test(test_movable),
		cmocka_unit_test(test_mem_argument),
		cmocka_unit_test(test_random_arguments),
		cmocka_unit_test(test_small_boards),
	};

	if (argc > 1)
		step_kb = strtoull(argv[1], NULL, 0);
	if (argc > 2)
		seed = (uint32_t)strtoul(argv[2], NULL, 0);
	if (!step_kb)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
