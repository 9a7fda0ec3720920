/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Aborts: loads, stores and fetches of each kind, in ARM and in Thumb, at
 * addresses of each kind. What the signal and its frame tell (attempt.h), and
 * whether the base register is as it was.
 *
 * Prints: PLACE ACCESS arm|thumb done, or signal, si_code, si_addr, trap_no,
 * error_code, pc relative to the instruction; base registers that changed.
 */
#include "attempt.h"

#include <fcntl.h>

INSTRUCTION2("ldr", "ldr r2, [r0]");
INSTRUCTION2("str", "str r2, [r0]");
INSTRUCTION2("ldrb", "ldrb r2, [r0]");
INSTRUCTION2("strb", "strb r2, [r0]");
INSTRUCTION2("ldrh", "ldrh r2, [r0]");
INSTRUCTION2("strh", "strh r2, [r0]");
INSTRUCTION2("ldrsb", "ldrsb r2, [r0]");
INSTRUCTION2("ldrsh", "ldrsh r2, [r0]");
INSTRUCTION2("ldrd", "ldrd r2, r3, [r0]");
INSTRUCTION2("strd", "strd r2, r3, [r0]");
INSTRUCTION2("ldm", "ldm r0, {r2-r5}");
INSTRUCTION2("stm", "stm r0, {r2-r5}");
INSTRUCTION2("ldm!", "ldm r0!, {r2-r5}");
INSTRUCTION2("stm!", "stm r0!, {r2-r5}");
INSTRUCTION2("ldmdb!", "ldmdb r0!, {r2-r5}");
INSTRUCTION2("stmdb!", "stmdb r0!, {r2-r5}");
INSTRUCTION("ldmib", "ldmib r0, {r2-r5}", "");
INSTRUCTION("stmda", "stmda r0, {r2-r5}", "");
INSTRUCTION2("ldm-base", "ldm r0, {r0, r2-r5}");
INSTRUCTION2("ldr-pre", "ldr r2, [r0, #4]!");
INSTRUCTION2("str-pre", "str r2, [r0, #4]!");
INSTRUCTION2("ldr-post", "ldr r2, [r0], #4");
INSTRUCTION2("str-post", "str r2, [r0], #4");
INSTRUCTION2("ldrd-pre", "ldrd r2, r3, [r0, #8]!");
INSTRUCTION2("strd-post", "strd r2, r3, [r0], #8");
INSTRUCTION2("ldrh-post", "ldrh r2, [r0], #2");
INSTRUCTION2("ldr-register", "ldr r2, [r0, r7, lsl #2]");
INSTRUCTION2("ldrt", "ldrt r2, [r0]");
INSTRUCTION2("strbt", "strbt r2, [r0]");
INSTRUCTION2("push", "push {r2-r5}");
INSTRUCTION2("pop", "pop {r2-r5}");
INSTRUCTION2("pop-pc", "pop {r2, pc}");
INSTRUCTION2("vldr", "vldr d0, [r0]");
INSTRUCTION2("vstr", "vstr d0, [r0]");
INSTRUCTION2("vldm!", "vldm r0!, {d0-d2}");
INSTRUCTION2("vstm!", "vstm r0!, {d0-d2}");
INSTRUCTION2("vldmdb!", "vldmdb r0!, {d0-d2}");
INSTRUCTION2("vld1", "vld1.8 {d0, d1}, [r0]!");
INSTRUCTION2("vst1", "vst1.8 {d0, d1}, [r0]!");
INSTRUCTION2("vld4-lane", "vld4.8 {d0[1], d1[1], d2[1], d3[1]}, [r0]");
INSTRUCTION2("ldrex", "ldrex r2, [r0]");
INSTRUCTION2("ldrexd", "ldrexd r2, r3, [r0]");
INSTRUCTION2("ldrexb", "ldrexb r2, [r0]");
INSTRUCTION2("strex", "ldrex r2, [r0]; strex r3, r2, [r0]");
INSTRUCTION2("strex-alone", "clrex; strex r3, r2, [r0]");
INSTRUCTION2("strexd", "ldrexd r2, r3, [r0]; strexd r4, r2, r3, [r0]");
INSTRUCTION2("pld", "pld [r0]");
INSTRUCTION2("pldw", "pldw [r0]");
INSTRUCTION2("pli", "pli [r0]");
INSTRUCTION("tbb", "", "tbb [r0, r1]");
INSTRUCTION2("bx", "bx r0");
INSTRUCTION2("blx", "blx r0");
INSTRUCTION2("ldr-pc", "ldr pc, [r0]");

#define HOLE       0x20000000u /* nothing near */
#define NONE       0x21000000u /* one page each */
#define READ_ONLY  0x21010000u
#define NO_EXEC    0x21020000u
#define EXEC_ONLY  0x21030000u
#define WRITE_ONLY 0x21040000u
#define PAIR       0x22000000u /* good, bad, good */
#define FILE_MAP   0x23000000u /* three pages of a file of one and a bit */
#define CUT_MAP    0x24000000u /* of a file cut short afterwards */
#define STACK_TOP  0xbf000000u

struct place {
	const char *name;
	uint32_t address;
};

static const struct place places[] = {
	{"null", 0},
	{"null+4", 4},
	{"low", 0x1000},
	{"below-program", 0xfff0},
	{"hole", HOLE},
	{"none", NONE + 8},
	{"read-only", READ_ONLY + 8},
	{"no-exec", NO_EXEC + 8},
	{"exec-only", EXEC_ONLY + 8},
	{"write-only", WRITE_ONLY + 8},
	{"eof", FILE_MAP + 2 * PAGE + 4},
	{"within-last-page", FILE_MAP + PAGE + 2048},
	{"cut", CUT_MAP + PAGE},
	{"task-size-8", STACK_TOP - 8},
	{"task-size-2", STACK_TOP - 2},
	{"task-size", STACK_TOP},
	{"modules", 0xbfe00000},
	{"lowmem", 0xc8000000},
	{"above-lowmem", 0xd0001000},
	{"device", 0xfe000000},
	{"below-vectors", 0xfffeeffc},
	{"vectors", 0xffff0000},
	{"vectors+8", 0xffff0008},
	{"vectors-end", 0xffff0ffc},
	{"stubs", 0xffff1000},
	{"last-word", 0xfffffffc},
	{"last-byte", 0xffffffff},
};

/* Accesses that begin on one page and end on the next. */
static const struct place crossings[] = {
	{"into-none-1", PAIR + PAGE - 1},
	{"into-none-2", PAIR + PAGE - 2},
	{"into-none-3", PAIR + PAGE - 3},
	{"into-none-4", PAIR + PAGE - 4},
	{"into-none-8", PAIR + PAGE - 8},
	{"into-none-12", PAIR + PAGE - 12},
	{"at-none", PAIR + PAGE},
	{"out-of-none-1", PAIR + 2 * PAGE - 1},
	{"out-of-none-2", PAIR + 2 * PAGE - 2},
	{"out-of-none-4", PAIR + 2 * PAGE - 4},
	{"behind-none", PAIR + 2 * PAGE},
	{"behind-none+8", PAIR + 2 * PAGE + 8},
};

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))

static void map_file(uint32_t at, bool cut)
{
	const char *name = "/tmp/abort-file";
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, PAGE + 100) ||
	    mmap((void *)at, 3 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
		perror("file");
		exit(1);
	}
	if (cut) {
		memset((void *)at, 1, PAGE + 100);
		if (ftruncate(fd, PAGE))
			perror("ftruncate");
	}
	close(fd);
	unlink(name);
}

static void map_all(void)
{
	const int rw = PROT_READ | PROT_WRITE;

	map_at(NONE, 1, PROT_NONE);
	map_at(READ_ONLY, 1, PROT_READ);
	map_at(NO_EXEC, 1, rw);
	map_at(EXEC_ONLY, 1, PROT_EXEC);
	map_at(WRITE_ONLY, 1, PROT_WRITE);
	map_at(PAIR, 3, rw);
	memset((void *)PAIR, 0, 3 * PAGE);
	mprotect((void *)(PAIR + PAGE), PAGE, PROT_NONE);
	map_file(FILE_MAP, false);
	map_file(CUT_MAP, true);
}

/* One access at one place, in one state. */
static void access_at(const struct instruction *insn, const struct place *place,
		      bool thumb)
{
	struct attempt a;

	if (thumb ? insn->thumb == insn->thumb_end : insn->arm == insn->arm_end)
		return;
	attempt_preset(&a, thumb);
	a.r[0] = place->address;
	a.r[1] = 0;
	a.r[7] = 0;
	a.r[13] = place->address;
	attempt_code_at(&a, ATTEMPT_CODE, insn);
	attempt_run(&a);
	printf("%s %s %s", place->name, insn->name, thumb ? "thumb" : "arm");
	attempt_report(&a, 1 | 1 << 13);
}

static bool is_any_of(const char *name, const char *const *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}

/* What lies there is code of the kernel's, or another's. */
static bool is_runnable(const struct place *place)
{
	return !strncmp(place->name, "vectors", 7) ||
	       !strcmp(place->name, "exec-only");
}

/* Few accesses at all places. */
static void at_places(void)
{
	static const char *const few[] = {"ldr",   "str",   "ldrd", "stm!",
					  "ldrex", "vldm!", "pld",  "bx"};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		for_each_instruction(insn)
		{
			if (!is_any_of(insn->name, few, ARRAY_SIZE(few)) ||
			    (is_runnable(&places[i]) && insn->name[0] == 'b'))
				continue;
			access_at(insn, &places[i], false);
			access_at(insn, &places[i], true);
		}
}

/* All accesses at few places. */
static void all_accesses(void)
{
	static const struct place few[] = {{"none", NONE + 0x100},
					   {"read-only", READ_ONLY + 0x100}};
	static const char *const crossing[] = {
		"ldr",     "str",      "ldrh",      "strh",  "ldrd",
		"strd",    "ldm",      "stm",       "ldm!",  "stm!",
		"ldmdb!",  "stmdb!",   "ldmib",     "stmda", "ldr-pre",
		"str-pre", "ldr-post", "str-post",  "push",  "pop",
		"vldr",    "vstr",     "vldm!",     "vstm!", "vldmdb!",
		"vld1",    "vst1",     "vld4-lane", "ldrt",  "ldrex",
		"strex",   "ldrexd",
	};

	for_each_instruction(insn) for (size_t i = 0; i < ARRAY_SIZE(few); i++)
	{
		access_at(insn, &few[i], false);
		access_at(insn, &few[i], true);
	}
	for_each_instruction(insn) for (size_t i = 0; i < ARRAY_SIZE(crossings);
					i++)
	{
		if (!is_any_of(insn->name, crossing, ARRAY_SIZE(crossing)))
			continue;
		access_at(insn, &crossings[i], false);
		access_at(insn, &crossings[i], true);
	}
}

/* The signal's return itself goes to each place. */
static void fetch_from(const struct place *place, bool thumb)
{
	struct attempt a;

	attempt_preset(&a, thumb);
	a.r[15] = place->address;
	attempt_run(&a);
	printf("%s fetch %s", place->name, thumb ? "thumb" : "arm");
	attempt_report(&a, 0);
}

static void fetches(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (is_runnable(&places[i]))
			continue;
		fetch_from(&places[i], false);
		fetch_from(&places[i], true);
	}
}

/* Code that runs off its page, and a wide instruction that lies on both. */
static void at_page_end(void)
{
	static const struct {
		const char *name;
		uint32_t offset;
		bool thumb;
		uint16_t half[2];
		int nr_halves;
	} codes[] = {
		{"arm-runs-off", PAGE - 4, false, {0x0000, 0xe1a0}, 2},
		{"thumb-runs-off", PAGE - 2, true, {0xbf00}, 1},
		{"wide-across", PAGE - 2, true, {0xf8d0}, 1},
		{"wide-it-across", PAGE - 4, true, {0xbf08, 0xf8d0}, 2},
	};
	const int all = PROT_READ | PROT_WRITE | PROT_EXEC;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		struct attempt a;

		map_at(ATTEMPT_CODE, 2, all);
		mprotect((void *)(ATTEMPT_CODE + PAGE), PAGE, PROT_NONE);
		attempt_preset(&a, codes[i].thumb);
		a.r[15] = ATTEMPT_CODE + codes[i].offset;
		memcpy((void *)a.r[15], codes[i].half, 2 * codes[i].nr_halves);
		attempt_run(&a);
		printf("page-end %s", codes[i].name);
		attempt_report(&a, 0);
	}
	map_at(ATTEMPT_CODE, 2, all);
}

/* Faults in an IT block show where in it they happened. */
static void in_it_block(void)
{
	static const struct {
		const char *name;
		uint16_t half[4];
	} codes[] = {
		{"first-of-four", {0xbf01, 0x6802, 0xbf00, 0xbf00}},
		{"second-of-four", {0xbf01, 0xbf00, 0x6802, 0xbf00}},
		{"last-of-three", {0xbf02, 0xbf00, 0xbf00, 0x6802}},
		{"else-not-taken", {0xbf0c, 0xbf00, 0x6802, 0xbf00}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		struct attempt a;
		const uint16_t end = END_THUMB;

		attempt_preset(&a, true);
		a.cpsr |= 1u << 30; /* Z: the condition holds */
		a.r[0] = NONE;
		memcpy((void *)ATTEMPT_CODE, codes[i].half, 8);
		memcpy((void *)(ATTEMPT_CODE + 8), &end, 2);
		syscall(0xf0002, ATTEMPT_CODE, ATTEMPT_CODE + 64, 0);
		attempt_run(&a);
		printf("it-block %s", codes[i].name);
		attempt_report(&a, 0);
	}
}

/* What a fault in big-endian state tells. */
static void big_endian(void)
{
	for_each_instruction(insn) if (!strcmp(insn->name, "ldr"))
	{
		struct attempt a;

		attempt_preset(&a, false);
		a.cpsr |= CPSR_E;
		a.r[0] = NONE;
		attempt_code_at(&a, ATTEMPT_CODE, insn);
		attempt_run(&a);
		printf("big-endian ldr");
		attempt_report(&a, 0);
	}
}

/* "[sigpage]" and the like: may be read and run. */
static void special_page(const char *name)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[256];
	unsigned long start = 0;

	while (maps && fgets(line, sizeof(line), maps))
		if (strstr(line, name))
			sscanf(line, "%lx", &start);
	fclose(maps);
	if (!start)
		return;
	for_each_instruction(insn)
	{
		struct attempt a;

		/* read first, so that the page is there to be written */
		if (strcmp(insn->name, "ldrb") && strcmp(insn->name, "strb") &&
		    strcmp(insn->name, "strex"))
			continue;
		attempt_preset(&a, false);
		a.r[0] = start;
		attempt_code_at(&a, ATTEMPT_CODE, insn);
		attempt_run(&a);
		a.addr -= start;
		a.fault_address -= start;
		printf("%s %s", name, insn->name);
		attempt_report(&a, 0);
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	attempt_init();
	map_all();
	at_places();
	all_accesses();
	fetches();
	at_page_end();
	in_it_block();
	big_endian();
	special_page("[sigpage]");
	return 0;
}
