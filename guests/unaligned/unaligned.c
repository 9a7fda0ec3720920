/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unaligned accesses, done by the core, done by the kernel in its place, or
 * refused (attempt.h): registers and memory afterwards. Then what
 * /proc/cpu/alignment counts, and what its modes change.
 *
 * Prints: ACCESS +OFFSET arm|thumb done or the signal, registers that changed,
 * and the sum of the memory when that changed.
 */
#include "attempt.h"

#include <fcntl.h>

INSTRUCTION2("ldr", "ldr r2, [r0]");
INSTRUCTION2("str", "str r2, [r0]");
INSTRUCTION2("ldrh", "ldrh r2, [r0]");
INSTRUCTION2("ldrsh", "ldrsh r2, [r0]");
INSTRUCTION2("strh", "strh r2, [r0]");
INSTRUCTION2("ldr-post", "ldr r2, [r0], #4");
INSTRUCTION2("str-pre", "str r2, [r0, #-4]!");
INSTRUCTION2("ldrt", "ldrt r2, [r0]");
INSTRUCTION2("ldm", "ldm r0, {r2-r5}");
INSTRUCTION2("ldm!", "ldm r0!, {r2, r5, r7}");
INSTRUCTION2("ldm-base", "ldm r0, {r0, r2, r3}");
INSTRUCTION2("ldm-high", "ldm r0!, {r2, r8, r12, lr}");
INSTRUCTION2("ldmdb!", "ldmdb r0!, {r2-r5}");
INSTRUCTION("ldmib", "ldmib r0, {r2-r5}", "");
INSTRUCTION("ldmda!", "ldmda r0!, {r2-r5}", "");
INSTRUCTION2("stm", "stm r0, {r2-r5}");
INSTRUCTION2("stm!", "stm r0!, {r2, r5, r7}");
INSTRUCTION2("stmdb!", "stmdb r0!, {r2-r5, lr}");
INSTRUCTION("stmib!", "stmib r0!, {r2-r5}", "");
INSTRUCTION("stmda", "stmda r0, {r2-r5}", "");
INSTRUCTION2("push", "push {r2, r3}");
INSTRUCTION2("push-lr", "push {r2, r3, lr}");
INSTRUCTION2("push-high", "push {r2, r8, r9}");
INSTRUCTION2("pop", "pop {r2, r3}");
INSTRUCTION2("pop-high", "pop {r2, r8, lr}");
INSTRUCTION("push-one", "push {r8}", "push.w {r8}");
INSTRUCTION("pop-one", "pop {r8}", "pop.w {r8}");
INSTRUCTION2("ldrd", "ldrd r2, r3, [r0]");
INSTRUCTION2("ldrd+8", "ldrd r2, r3, [r0, #8]");
INSTRUCTION2("ldrd-base", "ldrd r0, r1, [r0]");
INSTRUCTION2("ldrd-pre", "ldrd r2, r3, [r0, #8]!");
INSTRUCTION2("ldrd-pre-down", "ldrd r2, r3, [r0, #-8]!");
INSTRUCTION2("ldrd-post", "ldrd r2, r3, [r0], #8");
INSTRUCTION2("ldrd-post-down", "ldrd r2, r3, [r0], #-8");
INSTRUCTION("ldrd-any", "ldrd r4, r5, [r0, r7]", "ldrd r5, r2, [r0]");
INSTRUCTION("ldrd-register!", "ldrd r2, r3, [r0, r7]!", "");
INSTRUCTION2("strd", "strd r2, r3, [r0]");
INSTRUCTION2("strd-8", "strd r2, r3, [r0, #-8]");
INSTRUCTION2("strd-pre", "strd r2, r3, [r0, #8]!");
INSTRUCTION2("strd-post", "strd r2, r3, [r0], #16");
INSTRUCTION("strd-any", "strd r4, r5, [r0], r7", "strd r7, r1, [r0]");
INSTRUCTION2("vldr-s", "vldr s0, [r0]");
INSTRUCTION2("vldr-d", "vldr d0, [r0]");
INSTRUCTION2("vstr-d", "vstr d0, [r0]");
INSTRUCTION2("vldm!", "vldm r0!, {d0, d1}");
INSTRUCTION2("vstmdb!", "vstmdb r0!, {d0, d1}");
INSTRUCTION2("vpush", "vpush {d0}");
INSTRUCTION2("vld1.8", "vld1.8 {d0}, [r0]");
INSTRUCTION2("vld1.16", "vld1.16 {d0}, [r0]");
INSTRUCTION2("vld1.32", "vld1.32 {d0}, [r0]");
INSTRUCTION2("vld1.64", "vld1.64 {d0}, [r0]");
INSTRUCTION2("vld1.8:64", "vld1.8 {d0}, [r0:64]");
INSTRUCTION2("vld1.8:128", "vld1.8 {d0, d1}, [r0:128]!");
INSTRUCTION2("vst1.8:64", "vst1.8 {d0}, [r0:64]");
INSTRUCTION2("vld1-lane:16", "vld1.16 {d0[1]}, [r0:16]");
INSTRUCTION2("vld1-lane:32", "vld1.32 {d0[1]}, [r0:32]");
INSTRUCTION2("vld2-all", "vld2.16 {d0[], d1[]}, [r0]");
INSTRUCTION2("vld4:64", "vld4.8 {d0-d3}, [r0:64]");
INSTRUCTION2("ldrex", "ldrex r2, [r0]");
INSTRUCTION2("ldrexh", "ldrexh r2, [r0]");
INSTRUCTION2("ldrexb", "ldrexb r2, [r0]");
INSTRUCTION2("ldrexd", "ldrexd r2, r3, [r0]");
INSTRUCTION("tbh", "", "tbh [r0, r1, lsl #1]");

#define DATA     0x21000000u /* a page, the access in its middle */
#define DATA_MID (DATA + 2048)
#define PAIR     0x22000000u /* a page, and none behind it */

static uint8_t *const data = (uint8_t *)DATA;

static void fill(void)
{
	for (uint32_t i = 0; i < PAGE; i++)
		data[i] = (uint8_t)(i * 7 + (i >> 8));
}

static uint32_t sum(void)
{
	uint32_t value = 1;

	for (uint32_t i = 0; i < PAGE; i++)
		value = (value ^ data[i]) * 16777619;
	return value;
}

static bool has_form(const struct instruction *insn, bool thumb)
{
	return thumb ? insn->thumb != insn->thumb_end
		     : insn->arm != insn->arm_end;
}

static const struct instruction *find(const char *name)
{
	for_each_instruction(insn) if (!strcmp(insn->name, name)) return insn;
	exit(1);
}

static void preset(struct attempt *a, uint32_t address, bool thumb)
{
	attempt_preset(a, thumb);
	a->r[0] = address;
	a->r[1] = 0;
	a->r[6] = DATA;
	a->r[7] = 16;
	a->r[13] = address;
}

static void try(const struct instruction *insn, uint32_t offset, bool thumb)
{
	const uint32_t was = sum();
	struct attempt a;

	if (!has_form(insn, thumb))
		return;
	preset(&a, DATA_MID + offset, thumb);
	attempt_code_at(&a, ATTEMPT_CODE, insn);
	attempt_run(&a);
	printf("%s +%u %s", insn->name, offset, thumb ? "thumb" : "arm");
	if (sum() != was)
		printf(" memory=%08x", sum());
	attempt_report(&a, 0x7fff);
	fill();
}

/* In an IT block, and with its condition false. */
static void in_it_block(void)
{
	static const struct {
		const char *name;
		uint16_t half[6];
		int nr;
	} codes[] = {
		{"ldm-first", {0xbf08 - 4, 0xc81e, 0x3501}, 3},
		{"ldm-second", {0xbf04, 0x3501, 0xc81e}, 3},
		{"ldrd-first",
		 {0xbf01, 0xe9d0, 0x2300, 0x3501, 0x3501, 0x3501},
		 6},
		{"ldm-not", {0xbf18, 0xc81e, 0x3501}, 3},
		{"vldr-second", {0xbf02, 0x3501, 0xed90, 0x0b00, 0x3501}, 5},
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		const uint16_t end = END_THUMB;
		struct attempt a;

		preset(&a, DATA_MID + 2, true);
		a.cpsr |= 1u << 30; /* Z */
		memcpy((void *)ATTEMPT_CODE, codes[i].half, 2 * codes[i].nr);
		memcpy((void *)(ATTEMPT_CODE + 2 * codes[i].nr), &end, 2);
		a.size_bytes = 2 * codes[i].nr;
		syscall(0xf0002, ATTEMPT_CODE, ATTEMPT_CODE + 64, 0);
		attempt_run(&a);
		printf("it-block %s", codes[i].name);
		attempt_report(&a, 0x7fff);
	}
}

/* What was done when the next page isn't there. */
static void across(const char *name, uint32_t before_end, bool thumb)
{
	const struct instruction *insn = find(name);
	struct attempt a;
	uint8_t *last = (uint8_t *)(PAIR + PAGE - 16);

	memset(last, 0x11, 16);
	preset(&a, PAIR + PAGE - before_end, thumb);
	a.r[6] = PAIR;
	attempt_code_at(&a, ATTEMPT_CODE, insn);
	attempt_run(&a);
	printf("across %s -%u %s memory=", name, before_end,
	       thumb ? "thumb" : "arm");
	for (int i = 0; i < 16; i++)
		printf("%02x", last[i]);
	attempt_report(&a, 0x7fff);
}

static void all_across(void)
{
	static const char *const names[] = {"ldm",       "stm",     "ldm!",
					    "stm!",      "ldrd",    "strd",
					    "ldrd-post", "push-lr", "pop",
					    "ldr",       "str"};

	map_at(PAIR, 2, PROT_READ | PROT_WRITE);
	mprotect((void *)(PAIR + PAGE), PAGE, PROT_NONE);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (uint32_t at = 1; at < 12; at += 3) {
			across(names[i], at, false);
			across(names[i], at, true);
		}
}

/* ---- /proc/cpu/alignment --------------------------------------------------- */

static const char file_name[] = "/proc/cpu/alignment";

struct counts {
	unsigned long user, skipped, half, word, dword, multi;
};

static void read_counts(struct counts *c, char *mode)
{
	FILE *f = fopen(file_name, "r");

	if (!f || fscanf(f,
			 "User: %lu System: %*u (%*[^)]) Skipped: %lu Half: "
			 "%lu Word: %lu DWord: %lu Multi: %lu User faults: "
			 "%31[^\n]",
			 &c->user, &c->skipped, &c->half, &c->word, &c->dword,
			 &c->multi, mode) != 7)
		printf("%s unreadable\n", file_name);
	if (f)
		fclose(f);
}

static int write_mode(const char *text)
{
	int fd = open(file_name, O_WRONLY);
	int got = (int)write(fd, text, strlen(text));

	close(fd);
	return got;
}

static void show_counted(const char *what, const struct counts *was)
{
	struct counts now;
	char mode[32];

	read_counts(&now, mode);
	printf("counted %s user=%lu skipped=%lu half=%lu word=%lu dword=%lu "
	       "multi=%lu mode=%s\n",
	       what, now.user - was->user, now.skipped - was->skipped,
	       now.half - was->half, now.word - was->word,
	       now.dword - was->dword, now.multi - was->multi, mode);
}

static void modes(void)
{
	static const char *const texts[] = {"0", "4",  "2\n",        "6", "x",
					    "",  "25", "4 and more", "2"};
	static const char *const names[] = {"ldr", "ldm!", "ldrd", "vldr-d",
					    "ldrex"};
	struct counts was;
	char mode[32];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int got = write_mode(texts[i]);

		read_counts(&was, mode);
		printf("mode write=%zu got=%d mode=%s\n", i, got, mode);
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
			try(find(names[n]), 2, n & 1);
		show_counted("mode", &was);
	}
}

static void file(void)
{
	char text[512];
	int fd = open(file_name, O_RDWR);
	int n = (int)read(fd, text, sizeof(text));

	printf("file opened=%d lines=", fd >= 0);
	int lines = 0;

	for (int i = 0; i < n; i++)
		lines += text[i] == '\n';
	printf("%d begins=%d\n", lines, !strncmp(text, "User:\t\t", 7));
	close(fd);
}

int main(void)
{
	static const uint32_t offsets[] = {0, 1, 2, 4, 8};
	struct counts was;
	char mode[32];

	setvbuf(stdout, NULL, _IOLBF, 0);
	attempt_init();
	map_at(DATA, 1, PROT_READ | PROT_WRITE);
	fill();
	file();
	read_counts(&was, mode);
	for_each_instruction(insn) for (size_t i = 0; i < 5; i++)
	{
		try(insn, offsets[i], false);
		try(insn, offsets[i], true);
	}
	show_counted("all", &was);
	read_counts(&was, mode);
	in_it_block();
	show_counted("it-block", &was);
	read_counts(&was, mode);
	all_across();
	show_counted("across", &was);
	modes();
	return 0;
}
