/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel/arch/arm/module.c, by the word of GNU ld: one object from the
 * assembler goes through our loader and, with every section and symbol at the
 * addresses that it got there, through the linker. What comes out is equal
 * byte by byte, but for branches that no instruction can make: there each has
 * veneers of its own, so ours is followed to its end.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/module.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/module/export.h"
#include "kernel/module/internal.h"
#include "tests/unit/kernel/helper_fake_hw.h"

/* Where other code is: a number, or so far from the start of our .text. */
struct elsewhere {
	const char *name;
	bool relative, thumb;
	int32_t at;
};

#define ARM_LOW    (8 - 0x2000000)
#define ARM_HIGH   (8 + 0x1fffffc)
#define THUMB_LOW  (4 - 0x1000000)
#define THUMB_HIGH (4 + 0xfffffe)

static const struct elsewhere elsewhere[] = {
	{"arm_near", true, false, 0x10000},
	{"thumb_near", true, true, 0x20000},
	{"thumb_half", true, true, 0x20002},
	{"arm_far", false, false, 0x12345678},
	{"thumb_far", false, true, 0x2468ace},
	{"a_low", true, false, 0x100 + ARM_LOW},
	{"a_too_low", true, false, 0x104 + ARM_LOW - 4},
	{"a_high", true, false, 0x108 + ARM_HIGH},
	{"a_too_high", true, false, 0x10c + ARM_HIGH + 4},
	{"at_low", true, true, 0x110 + ARM_LOW},
	{"at_too_low", true, true, 0x114 + ARM_LOW - 2},
	{"at_high", true, true, 0x118 + ARM_HIGH},
	{"at_too_high", true, true, 0x11c + ARM_HIGH + 4},
	{"t_low", true, true, 0x200 + THUMB_LOW},
	{"t_too_low", true, true, 0x204 + THUMB_LOW - 2},
	/* ld's reach ends a half-word before the instruction's */
	{"t_high", true, true, 0x208 + THUMB_HIGH - 2},
	{"t_highest", true, true, 0x220 + THUMB_HIGH},
	{"t_too_high", true, true, 0x20c + THUMB_HIGH + 2},
	{"ta_low", true, false, 0x210 + THUMB_LOW},
	{"ta_too_low", true, false, 0x214 + THUMB_LOW - 4},
	{"ta_high", true, false, 0x218 + THUMB_HIGH - 2},
	{"ta_too_high", true, false, 0x21c + THUMB_HIGH + 2},
	{"p_low", true, false, 0x400 - 0x40000000},
	{"p_too_low", true, false, 0x400 - 0x40000004},
	{"p_high", true, false, 0x400 + 0x3ffffffc},
	{"p_too_high", true, false, 0x400 + 0x40000000},
};
#define NR_ELSEWHERE (sizeof(elsewhere) / sizeof(*elsewhere))

/* Branches that need a veneer, by offset in .text. */
static const struct by_veneer {
	uint32_t offset;
	bool thumb; /* the branch */
	const char *to;
} by_veneer[] = {
	{0x080, false, "thumb_near"},  {0x084, false, "thumb_near"},
	{0x088, false, "arm_far"},     {0x08c, false, "thumb_far"},
	{0x090, false, "arm_far"},     {0x094, false, "thumb_far"},
	{0x098, false, "arm_far"},     {0x104, false, "a_too_low"},
	{0x10c, false, "a_too_high"},  {0x114, false, "at_too_low"},
	{0x11c, false, "at_too_high"}, {0x180, true, "arm_near"},
	{0x184, true, "thumb_far"},    {0x188, true, "arm_far"},
	{0x18c, true, "arm_far"},      {0x204, true, "t_too_low"},
	{0x20c, true, "t_too_high"},   {0x214, true, "ta_too_low"},
	{0x21c, true, "ta_too_high"},  {0x220, true, "t_highest"},
};
#define NR_BY_VENEER (sizeof(by_veneer) / sizeof(*by_veneer))

#define HEAD                                                      \
	".syntax unified\n.arch armv7-a\n"                        \
	".section .modinfo,\"a\"\n.asciz \"name=judged\"\n"       \
	".section .gnu.linkonce.this_module,\"aw\"\n.space 256\n" \
	".text\n.arm\n"

/* At .org: the rows above count on it. */
static const char branches_and_words[] = HEAD
	/* reached, with addends of either sign */
	"bl arm_near\n bl thumb_near\n bl thumb_half\n blx thumb_near\n"
	"b arm_near\n beq arm_near\n blne arm_near\n"
	"bl arm_near - 64\n bl arm_near + 0x1000\n b arm_near - 0x8000\n"
	"blx arm_near\n blx own_thumb\n"
	"bl thumb_near - 4\n bl own_thumb\n bl own_arm\n b own_arm + 4\n"
	".reloc ., R_ARM_PC24, arm_near\n .inst 0xebfffffe\n"
	".reloc ., R_ARM_PC24, arm_near\n .inst 0x0affff00\n"
	"bx lr\n bx r3\n"
	/* not reached */
	".org 0x80\n"
	"b thumb_near\n blne thumb_near\n bl arm_far\n bl thumb_far\n"
	"b arm_far\n blx thumb_far\n blx arm_far\n"
	/* on the edges */
	".org 0x100\n"
	"bl a_low\n bl a_too_low\n bl a_high\n bl a_too_high\n"
	"bl at_low\n bl at_too_low\n bl at_high\n bl at_too_high\n"
	/* movw, movt */
	"movw r0, #:lower16:arm_near\n movt r0, #:upper16:arm_near\n"
	"movw r1, #:lower16:thumb_near\n movt r1, #:upper16:thumb_near\n"
	"movw r2, #:lower16:(arm_far - 0x8000)\n"
	"movt r2, #:upper16:(arm_far - 0x8000)\n"
	"movw r3, #:lower16:(arm_far + 0x7fff)\n"
	"movt r3, #:upper16:(arm_far + 0x7fff)\n"
	"movw r12, #:lower16:(arm_near - .)\n"
	"movt r12, #:upper16:(arm_near - .)\n"
	"movw lr, #:lower16:(thumb_near - . - 8)\n"
	"movt lr, #:upper16:(thumb_near - . - 12)\n"
	"movwne r4, #:lower16:own_data\n movtne r4, #:upper16:own_data\n"
	".thumb\n"
	".org 0x180\n"
	"b.w arm_near\n b.w thumb_far\n bl arm_far\n b.w arm_far\n"
	"bl thumb_near\n b.w thumb_half\n bl arm_near\n nop\n bl arm_near\n"
	"bl thumb_near + 64\n b.w thumb_near - 0x800\n bl own_arm\n"
	"bl own_thumb\n"
	".org 0x200\n"
	"bl t_low\n bl t_too_low\n bl t_high\n bl t_too_high\n"
	"bl ta_low\n bl ta_too_low\n bl ta_high\n bl ta_too_high\n"
	"bl t_highest\n"
	"movw r0, #:lower16:arm_near\n movt r0, #:upper16:arm_near\n"
	"movw r1, #:lower16:thumb_near\n movt r1, #:upper16:thumb_near\n"
	"movw r2, #:lower16:(arm_far - 0x8000)\n"
	"movt r2, #:upper16:(arm_far - 0x8000)\n"
	"movw r3, #:lower16:(arm_far + 0x7fff)\n"
	"movt r3, #:upper16:(arm_far + 0x7fff)\n"
	"movw r12, #:lower16:(arm_near - .)\n"
	"movt r12, #:upper16:(arm_near - .)\n"
	"movw lr, #:lower16:(thumb_near - . - 8)\n"
	"movt lr, #:upper16:(thumb_near - . - 12)\n"
	"movw r4, #:lower16:own_data\n movt r4, #:upper16:own_data\n"
	/* words */
	".org 0x300\n"
	".word arm_near, thumb_near, arm_far - 0x1234, thumb_far + 0x7ffffffe\n"
	".word own_data, own_data - 4, own_arm, own_thumb\n"
	".word arm_near(target1), thumb_near(target1)\n"
	".word arm_near(target2), thumb_near(target2)\n"
	".word arm_near - ., thumb_near - . - 0x100, arm_far - . + 4\n"
	".word own_data - .\n"
	".reloc ., R_ARM_PREL31, own_data\n .word 0\n"
	".reloc ., R_ARM_PREL31, arm_near\n .word 0x80000010\n"
	".reloc ., R_ARM_PREL31, arm_near\n .word 0xfffffff0\n"
	".reloc ., R_ARM_PREL31, thumb_near\n .word 0x7ffff000\n"
	".reloc ., R_ARM_NONE, arm_near\n .word 0x12345678\n"
	".org 0x400\n .reloc 0x400, R_ARM_PREL31, p_low\n .word 0\n"
	".reloc 0x404, R_ARM_PREL31, p_high\n .word 0x7ffffffc\n"
	".section .text.own,\"ax\"\n"
	".arm\n.type own_arm, %function\nown_arm: nop\n nop\n"
	".thumb\n.thumb_func\n.type own_thumb, %function\nown_thumb: nop\n"
	".data\n.word 1, 2\nown_data: .word own_arm, own_thumb\n";

/* ---- the machine ---------------------------------------------------------------- */

struct judged {
	struct fake_hw *f;
	struct load_info info;
	struct module mod;
	char dir[128];
};

static vaddr_t text_base; /* of the one being loaded, for export_find() */

static vaddr_t address_of(const struct elsewhere *e)
{
	return (e->relative ? text_base : 0) + (uint32_t)e->at;
}

/* In place of the kernel's: what it exports is elsewhere. */
bool export_find(const struct kernel *k, const char *name, vaddr_t *value,
		 bool *gpl_only)
{
	(void)k;
	*gpl_only = false;
	for (size_t i = 0; i < NR_ELSEWHERE; i++)
		if (!strcmp(name, elsewhere[i].name)) {
			*value = address_of(&elsewhere[i]) | elsewhere[i].thumb;
			return true;
		}
	return false;
}

static void write_file(const struct judged *j, const char *name,
		       const char *text)
{
	char path[192];
	FILE *to;

	snprintf(path, sizeof(path), "%s/%s", j->dir, name);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static uint32_t read_file(const struct judged *j, const char *name,
			  uint8_t *bytes, uint32_t size)
{
	char path[192];
	FILE *from;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", j->dir, name);
	from = fopen(path, "rb");
	assert_non_null(from);
	n = fread(bytes, 1, size, from);
	fclose(from);
	assert_true(n && n < size);
	return (uint32_t)n;
}

/* A tool of the cross binutils', in the test's folder. Its exit code. */
static int tool(const struct judged *j, const char *command)
{
	char line[512];

	snprintf(line, sizeof(line), "cd %s && " ARM_PREFIX "%s", j->dir,
		 command);
	return system(line);
}

static void start(struct judged *j)
{
	memset(j, 0, sizeof(*j));
	j->f = fake_hw_create(&(struct fake_hw_config){
		.bank = {{0x60000000, 16 * FAKE_MB, 0}}});
	fake_mm_init(j->f);
	modules_init(j->f->k);
	strcpy(j->dir, "/tmp/module_reloc.XXXXXX");
	assert_non_null(mkdtemp(j->dir));
}

static void stop(struct judged *j)
{
	char line[192];

	module_image_free(&j->info);
	fake_hw_destroy(j->f);
	snprintf(line, sizeof(line), "rm -r %s", j->dir);
	assert_int_equal(system(line), 0);
}

/* ---- our loader ------------------------------------------------------------------- */

static unsigned int section(const struct judged *j, const char *name)
{
	unsigned int n = module_find_section(&j->info, name);

	assert_int_not_equal(n, 0);
	return n;
}

/* All steps of loading up to relocations. 0 or -errno */
static int load(struct judged *j, const char *source)
{
	static uint8_t bytes[1 << 16];
	struct load_info *info = &j->info;
	int err = 0;

	write_file(j, "a.s", source);
	assert_int_equal(tool(j, "as --fix-v4bx a.s -o a.o"), 0);
	info->curr = fake_curr(j->f);
	info->mod = &j->mod;
	info->len = read_file(j, "a.o", bytes, sizeof(bytes));
	INIT_LIST_HEAD(&j->mod.source_list);
	INIT_LIST_HEAD(&j->mod.target_list);
	info->hdr = vmalloc(info->curr, info->len);
	assert_int_equal(copy_to_kernel_nofault(info->curr, info->hdr, bytes,
						info->len),
			 0);
	assert_int_equal(module_image_check(info), 0);
	module_layout_sections(info);
	assert_int_equal(module_move(info), 0);
	text_base = info->sechdrs[section(j, ".text")].sh_addr;
	assert_int_equal(module_resolve_symbols(info), 0);
	for (unsigned int i = 1; !err && i < info->ehdr.e_shnum; i++)
		if (info->sechdrs[i].sh_type == SHT_REL)
			err = apply_relocate(info, i);
	return err;
}

static uint32_t ours(const struct judged *j, vaddr_t at)
{
	uint32_t word = 0;

	assert_int_equal(copy_from_kernel_nofault(j->info.curr, &word, at,
						  sizeof(word)),
			 0);
	return word;
}

/* ---- GNU ld ----------------------------------------------------------------------- */

static void write_world(const struct judged *j)
{
	char text[8192];
	size_t n = (size_t)snprintf(text, sizeof(text),
				    ".syntax unified\n.arch armv7-a\n");

	for (size_t i = 0; i < NR_ELSEWHERE; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n,
			".section .w%zu,\"ax\"\n.%s\n.balign 2\n.global %s\n"
			".type %s, %%function\n%s: nop\n",
			i, elsewhere[i].thumb ? "thumb" : "arm",
			elsewhere[i].name, elsewhere[i].name,
			elsewhere[i].name);
	assert_true(n < sizeof(text));
	write_file(j, "world.s", text);
	assert_int_equal(tool(j, "as world.s -o world.o"), 0);
}

static void write_script(const struct judged *j)
{
	static const char *const sections[] = {".text", ".text.own", ".data"};
	char text[8192];
	size_t n = (size_t)snprintf(text, sizeof(text), "SECTIONS {\n");

	for (size_t i = 0; i < 3; i++)
		if (module_find_section(&j->info, sections[i]))
			n += (size_t)snprintf(
				text + n, sizeof(text) - n,
				"%s 0x%x : { a.o(%s) }\n", sections[i],
				j->info.sechdrs[section(j, sections[i])]
					.sh_addr,
				sections[i]);
	for (size_t i = 0; i < NR_ELSEWHERE; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      ".w%zu 0x%x : SUBALIGN(2) { "
				      "world.o(.w%zu) }\n",
				      i, address_of(&elsewhere[i]), i);
	n += (size_t)snprintf(text + n, sizeof(text) - n,
			      "/DISCARD/ : { *(*) } }\n");
	assert_true(n < sizeof(text));
	write_file(j, "script", text);
}

/* What it says, by exit code. */
static int link_it(const struct judged *j)
{
	write_world(j);
	write_script(j);
	return tool(j, "ld --no-check-sections --target1-abs --target2=rel "
		       "-e 0 -T script a.o world.o -o linked 2>messages");
}

/* ---- comparison -------------------------------------------------------------------- */

static const struct by_veneer *veneer_row(uint32_t offset)
{
	for (size_t i = 0; i < NR_BY_VENEER; i++)
		if (by_veneer[i].offset == offset)
			return &by_veneer[i];
	return NULL;
}

/* Where a branch goes; an ARM one's condition is of no interest. */
static vaddr_t goes_to(vaddr_t at, bool thumb, uint32_t word)
{
	uint32_t first = word & 0xffff, second = word >> 16, s, i1, i2;

	if (!thumb)
		return at + 8 + (uint32_t)((int32_t)(word << 8) >> 6);
	s = first >> 10 & 1;
	i1 = (second >> 13 & 1) == s;
	i2 = (second >> 11 & 1) == s;
	return at + 4 +
	       (uint32_t)((int32_t)(s << 31 | i1 << 30 | i2 << 29 |
				    (first & 0x3ff) << 19 |
				    (second & 0x7ff) << 8) >>
			  7);
}

static void check_veneer(const struct judged *j, const struct by_veneer *row,
			 uint32_t ld_word)
{
	const vaddr_t at = text_base + row->offset;
	const vaddr_t veneer = goes_to(at, row->thumb, ours(j, at));
	vaddr_t want;
	bool gpl_only;

	assert_true(export_find(j->f->k, row->to, &want, &gpl_only));
	if (!strcmp(row->to, "t_highest")) { /* ours reaches it */
		assert_int_equal(veneer, want & ~1u);
		return;
	}
	assert_int_equal(ours(j, veneer), row->thumb ? 0xf000f8df : 0xe51ff004);
	assert_int_equal(ours(j, veneer + 4), want);
	/* nor has ld gone there by itself */
	assert_int_not_equal(goes_to(at, row->thumb, ld_word), want & ~1u);
}

static void compare(const struct judged *j, const char *name)
{
	static uint8_t bytes[1 << 16];
	const Elf32_Shdr *sh = &j->info.sechdrs[section(j, name)];
	unsigned int nr_wrong = 0;
	char command[64];

	snprintf(command, sizeof(command),
		 "objcopy -O binary -j %s linked bytes", name);
	assert_int_equal(tool(j, command), 0);
	assert_true(read_file(j, "bytes", bytes, sizeof(bytes)) >= sh->sh_size);
	for (uint32_t i = 0; i + 4 <= sh->sh_size; i += 4) {
		const struct by_veneer *row = strcmp(name, ".text")
						      ? NULL
						      : veneer_row(i);
		uint32_t word;

		memcpy(&word, bytes + i, sizeof(word));
		if (row) {
			check_veneer(j, row, word);
		} else if (ours(j, sh->sh_addr + i) != word) {
			print_error("%s+%#x: %08x, by ld %08x\n", name, i,
				    ours(j, sh->sh_addr + i), word);
			nr_wrong++;
		}
	}
	assert_int_equal(nr_wrong, 0);
}

static void what_ld_makes_of_it_is_what_we_do(void **state)
{
	struct judged j;

	(void)state;
	start(&j);
	if (load(&j, branches_and_words))
		fail_msg("%s", j.f->log);
	assert_int_equal(link_it(&j), 0);
	compare(&j, ".text");
	compare(&j, ".text.own");
	compare(&j, ".data");
	stop(&j);
}

/* ---- refused ----------------------------------------------------------------------- */

static void refused_as_linux_does(const char *body, const char *message,
				  bool ld_refuses)
{
	char source[1024];
	struct judged j;

	start(&j);
	snprintf(source, sizeof(source), HEAD "%s", body);
	assert_int_equal(load(&j, source), -ENOEXEC);
	if (!strstr(j.f->log, message))
		fail_msg("not \"%s\" but:\n%s", message, j.f->log);
	assert_int_equal(!!link_it(&j), ld_refuses);
	stop(&j);
}

static void what_is_out_of_range_is_refused(void **state)
{
	(void)state;
	refused_as_linux_does(".org 0x400\n"
			      ".reloc 0x400, R_ARM_PREL31, p_too_low\n"
			      ".word 0\n",
			      "reloc 0 sym 'p_too_low': relocation 42 out of "
			      "range (0x",
			      true);
	refused_as_linux_does(".org 0x400\n"
			      ".reloc 0x400, R_ARM_PREL31, p_too_high\n"
			      ".word 0\n",
			      "reloc 0 sym 'p_too_high': relocation 42 out of "
			      "range (0x",
			      true);
}

/* ld knows more than a loader of modules needs, as Linux's. */
static void what_linux_does_not_know_is_refused(void **state)
{
	(void)state;
	refused_as_linux_does(".thumb\n beq.w thumb_near\n",
			      ": unknown relocation: 51", false);
	refused_as_linux_does(".reloc 0, R_ARM_ABS16, p_low\n .word 0\n",
			      ": unknown relocation: 5", true);
}

static void what_is_not_whole_within_its_section_is_refused(void **state)
{
	unsigned int text, rel = 1;
	struct judged j;

	(void)state;
	start(&j);
	assert_int_equal(load(&j, HEAD ".space 60\n.word arm_near\n"), 0);
	text = section(&j, ".text");
	while (j.info.sechdrs[rel].sh_type != SHT_REL)
		rel++;
	assert_int_equal(j.info.sechdrs[rel].sh_info, text);
	assert_int_equal(apply_relocate(&j.info, rel), 0);
	j.info.sechdrs[text].sh_size -= 2;
	assert_int_equal(apply_relocate(&j.info, rel), -ENOEXEC);
	assert_non_null(strstr(j.f->log, "reloc 0 sym 'arm_near': out of "
					 "bounds relocation, offset 60 size "
					 "62"));
	stop(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_ld_makes_of_it_is_what_we_do),
		cmocka_unit_test(what_is_out_of_range_is_refused),
		cmocka_unit_test(what_linux_does_not_know_is_refused),
		cmocka_unit_test(
			what_is_not_whole_within_its_section_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
