/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Configuration: values, precedence, provenance, the printed board read back,
 * and the schema's own invariants. Messages about bad input are tests/cli's.
 */

#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "emu/board/board.h"
#include "emu/config/config.h"
#include "emu/config/schema.h"
#include "emu/diag.h"

static const char *const shipped[] = {
	"configs/vexpress-a9.yaml", "configs/realview-pb-a8.yaml",
	"configs/raspi2.yaml",      "configs/linux-virt.yaml",
	"configs/tiny-8m.yaml",
};
#define NR_SHIPPED (sizeof(shipped) / sizeof(shipped[0]))

/* ---- helpers ------------------------------------------------------------ */

static struct config *load_good(const char *path, const char *const *sets,
				size_t nr_sets)
{
	struct diag diag = {0};
	struct config *config = config_load(path, sets, nr_sets, &diag);

	if (!config)
		fail_msg("%s", diag.text);
	return config;
}

static struct config *text_good(const char *text)
{
	struct diag diag = {0};
	struct config *config = config_load_text("text", text, strlen(text),
						 &diag);

	if (!config)
		fail_msg("%s", diag.text);
	return config;
}

static void text_bad(const char *text, const char *message)
{
	struct diag diag = {0};
	struct config *config = config_load_text("t", text, strlen(text),
						 &diag);

	assert_null(config);
	assert_true(diag.failed);
	assert_string_equal(diag.text, message);
}

static char *printed(const struct config *config)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	config_print(config, to);
	fclose(to);
	return text;
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

/* A folder of files that goes away with the test. */
struct folder {
	char path[64];
	char file[4][96];
	int nr_files;
};

static struct folder make_folder(void)
{
	struct folder folder = {.path = "/tmp/mmuscope-test-XXXXXX"};

	assert_non_null(mkdtemp(folder.path));
	return folder;
}

static const char *make_file(struct folder *folder, const char *name,
			     const char *text)
{
	char *path = folder->file[folder->nr_files++];
	FILE *file;

	strcat(strcat(strcpy(path, folder->path), "/"), name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static void remove_folder(struct folder *folder)
{
	while (folder->nr_files)
		unlink(folder->file[--folder->nr_files]);
	rmdir(folder->path);
}

/* ---- the schema itself -------------------------------------------------- */

/* As config_print() needs: a group, once left, does not come again. */
static void test_groups_stand_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < config_nr_keys; i++) {
		const char *path = config_keys[i].path;
		const char *dot = path;

		while ((dot = strchr(dot, '.'))) {
			size_t length = (size_t)(++dot - path);
			bool left = false;

			for (size_t j = i + 1; j < config_nr_keys; j++) {
				bool in = !strncmp(config_keys[j].path, path,
						   length);

				assert_false(in && left);
				left |= !in;
			}
		}
	}
}

static void test_keys_are_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < config_nr_keys; i++) {
		const struct key *key = &config_keys[i];

		assert_non_null(key->sentence);
		assert_true(key->preset || key->absent);
		assert_int_equal(key->sentence[strlen(key->sentence) - 1], '.');
		assert_ptr_equal(schema_find(key->path), key);
	}
}

static void test_choices_are_those_of_others(void **state)
{
	const char *const *boards = schema_find("board")->choices;
	const char *const *cores = schema_find("cpu.model")->choices;
	size_t i;

	(void)state;
	for (i = 0; boards[i]; i++)
		assert_string_equal(board_number(i)->name, boards[i]);
	assert_null(board_number(i));
	for (i = 0; cores[i]; i++)
		assert_true(mmu_core_known(cores[i]));
}

/* ---- values ------------------------------------------------------------- */

static void test_defaults(void **state)
{
	struct config *config = load_good(NULL, NULL, 0);

	(void)state;
	assert_string_equal(config->board->name, "vexpress-a9");
	assert_string_equal(config->cpu.model, "cortex-a9");
	assert_int_equal(config->cpu.count, 1);
	assert_int_equal(config->cpu.clock_hz, 1000000000);
	assert_int_equal(config->cpu.tlb.main.entries, 64);
	assert_int_equal(config->cpu.tlb.main.ways, 0);
	assert_int_equal(config->cpu.tlb.main.replacement, MMU_ROUND_ROBIN);
	assert_int_equal(config->cpu.tlb.micro_i.entries, 0);
	assert_int_equal(config->memory.size_bytes, 256 << 20);
	assert_int_equal(config->memory.nr_nodes, 1);
	assert_int_equal(config->memory.nodes[0].base, 0x60000000);
	assert_int_equal(config->memory.nodes[0].size_bytes, 256 << 20);
	assert_int_equal(config->memory.nodes[0].distance[0], 10);
	assert_int_equal(config->kernel.page_offset, 0x80000000);
	assert_string_equal(config->kernel.slab_allocator, "slub");
	assert_true(config->kernel.asid);
	assert_int_equal(config->seed, 1);
	assert_int_equal(config->nr_run, 1);
	assert_string_equal(config->run[0].argv[0], "/bin/sh");
	assert_null(config->run[0].argv[1]);
	config_destroy(config);
}

static void test_every_kind_of_value(void **state)
{
	struct config *config = text_good(
		"name: 'a name'\n"
		"board: raspi2\n"
		"cpu:\n"
		"  clock_hz: 900MHz\n"
		"  alignment: strict\n"
		"  tlb: {entries: 0x20, split: on, replacement: lru}\n"
		"memory: {size: 64M}\n"
		"kernel:\n"
		"  page_offset: 3221225472\n"
		"  asid: no\n"
		"  bootargs: \"a=1 b \\\"c\\\"\"\n"
		"seed: 18446744073709551615\n");

	(void)state;
	assert_string_equal(config->name, "a name");
	assert_string_equal(config->cpu.model, "cortex-a7");
	assert_int_equal(config->cpu.clock_hz, 900000000);
	assert_int_equal(config->cpu.alignment, ALIGNMENT_STRICT);
	assert_int_equal(config->cpu.tlb.main.entries, 32);
	assert_true(config->cpu.tlb.split);
	assert_int_equal(config->cpu.tlb.main.replacement, MMU_LRU);
	assert_int_equal(config->memory.nodes[0].base, 0);
	assert_int_equal(config->memory.nodes[0].size_bytes, 64 << 20);
	assert_int_equal(config->kernel.page_offset, 0xc0000000);
	assert_false(config->kernel.asid);
	assert_string_equal(config->kernel.bootargs, "a=1 b \"c\"");
	assert_true(config->seed == UINT64_MAX);
	config_destroy(config);
}

static void test_programs(void **state)
{
	struct config *config = text_good("run:\n"
					  "  - /bin/ls  -l\t/\n"
					  "  - [host:guest, 'a b', '']\n");
	const struct kernel_program *run = config->run;

	(void)state;
	assert_int_equal(config->nr_run, 2);
	assert_string_equal(run[0].argv[0], "/bin/ls");
	assert_string_equal(run[0].argv[1], "-l");
	assert_string_equal(run[0].argv[2], "/");
	assert_null(run[0].argv[3]);
	assert_string_equal(run[1].argv[0], "host:guest");
	assert_string_equal(run[1].argv[1], "a b");
	assert_string_equal(run[1].argv[2], "");
	assert_null(run[1].argv[3]);
	config_destroy(config);

	config = text_good("run: /bin/true");
	assert_int_equal(config->nr_run, 1);
	assert_string_equal(config->run[0].argv[0], "/bin/true");
	assert_null(config->run[0].argv[1]);
	config_destroy(config);
}

static void test_program_of_command_line(void **state)
{
	static const char *const good[] = {"/bin/ls", "-l", NULL};
	static const char *const bad[] = {"bin/ls", NULL};
	struct config *config = load_good(NULL, NULL, 0);
	struct diag diag = {0};

	(void)state;
	assert_true(config_set_program(config, good, &diag));
	assert_int_equal(config->nr_run, 1);
	assert_ptr_equal(config->run[0].argv, good);
	assert_false(config_set_program(config, bad, &diag));
	assert_contains(diag.text, "'bin/ls' is no program");
	config_destroy(config);
}

static void test_mmu_config(void **state)
{
	static const char *const sets[] = {"cpu.tlb.split=true",
					   "cpu.tlb.entries=32",
					   "cpu.tlb.micro_d.entries=8",
					   "cpu.tlb.recheck=true", "seed=7"};
	struct config *config = load_good(NULL, NULL, 0);
	struct mmu_config mmu;

	(void)state;
	config_mmu(config, 3, &mmu);
	assert_string_equal(mmu.core, "cortex-a9");
	assert_int_equal(mmu.cpu, 3);
	assert_int_equal(mmu.main.entries, 64);
	assert_int_equal(mmu.main_i.entries, 0);
	assert_int_equal(mmu.main_d.entries, 0);
	config_destroy(config);

	config = load_good(NULL, sets, 5);
	config_mmu(config, 0, &mmu);
	assert_int_equal(mmu.main.entries, 0);
	assert_int_equal(mmu.main_i.entries, 32);
	assert_int_equal(mmu.main_d.entries, 32);
	assert_int_equal(mmu.micro_d.entries, 8);
	assert_true(mmu.recheck_hits);
	assert_int_equal(mmu.seed, 7);
	config_destroy(config);
}

/* ---- where values come from --------------------------------------------- */

static void test_later_wins(void **state)
{
	static const char *const sets[] = {"seed=4", "cpu.tlb.entries=16",
					   "seed=5"};
	struct folder folder = make_folder();
	struct config *config;
	const char *top;
	char path[96];
	char *text;

	(void)state;
	make_file(&folder, "base.yaml",
		  "seed: 1\nname: base\ncpu: {tlb: {entries: 8, ways: 2}}\n");
	make_file(&folder, "more.yaml", "seed: 2\ndescription: more\n");
	top = make_file(&folder, "top.yaml",
			"seed: 3\ninclude: [base.yaml, more.yaml]\n"
			"rootfs: {path: root}\nrun: host:prog host:x\n");
	config = load_good(top, sets, 3);
	assert_int_equal(config->seed, 5);
	assert_string_equal(config->name, "base");
	assert_string_equal(config->description, "more");
	assert_int_equal(config->cpu.tlb.main.entries, 16);
	assert_int_equal(config->cpu.tlb.main.ways, 2);
	text = printed(config);
	assert_contains(text, "# --set seed=5\n");
	assert_contains(text, "/base.yaml:3\n");
	assert_contains(text, "/more.yaml:2\n");
	free(text);
	config_destroy(config);

	config = load_good(top, NULL, 0);
	assert_int_equal(config->seed, 3);
	snprintf(path, sizeof(path), "%s/root", folder.path);
	assert_string_equal(config->rootfs.path, path);
	snprintf(path, sizeof(path), "host:%s/prog", folder.path);
	assert_string_equal(config->run[0].argv[0], path);
	snprintf(path, sizeof(path), "host:%s/x", folder.path);
	assert_string_equal(config->run[0].argv[1], path);
	config_destroy(config);
	remove_folder(&folder);
}

static void test_size_and_nodes(void **state)
{
	static const char *const size_last[] = {"memory.nodes=[{size: 32M}]",
						"memory.size=64M"};
	static const char *const nodes_last[] = {"memory.size=64M",
						 "memory.nodes=[{size: 32M}]"};
	struct config *config = load_good(NULL, size_last, 2);

	(void)state;
	assert_int_equal(config->memory.size_bytes, 64 << 20);
	assert_int_equal(config->memory.nodes[0].size_bytes, 64 << 20);
	config_destroy(config);
	config = load_good(NULL, nodes_last, 2);
	assert_int_equal(config->memory.size_bytes, 32 << 20);
	assert_int_equal(config->memory.nodes[0].size_bytes, 32 << 20);
	assert_int_equal(config->memory.nodes[0].base, 0x60000000);
	config_destroy(config);
}

/* An override may switch off again what does not exist yet. */
static void test_refused_value_overridden(void **state)
{
	static const char *const sets[] = {"cpu.count=4", "cpu.count=1"};

	(void)state;
	config_destroy(load_good(NULL, sets, 2));
}

static void test_error_about_a_key(void **state)
{
	struct config *config = text_good("rootfs:\n  path: nowhere\n");
	struct diag diag = {0};

	(void)state;
	assert_false(config_error(config, &config->rootfs.path, &diag,
				  "is not a folder"));
	assert_string_equal(diag.text,
			    "text:2:9: rootfs.path: is not a folder");
	assert_true(diag.located);
	config_destroy(config);
}

/* ---- print and read back ------------------------------------------------ */

/* Without the comments, which tell of different places. */
static void strip_comments(char *text)
{
	char *to = text;

	for (char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		char *comment = memmem(line, length, " # ", 3);
		size_t keep = comment ? (size_t)(comment - line) : length;

		while (keep && line[keep - 1] == ' ')
			keep--;
		memmove(to, line, keep);
		to += keep;
		*to++ = '\n';
		line += length + (line[length] == '\n');
	}
	*to = '\0';
}

static void assert_reads_back(const struct config *config)
{
	char *first = printed(config);
	struct config *again = text_good(first);
	char *second = printed(again);

	strip_comments(first);
	strip_comments(second);
	assert_string_equal(first, second);
	config_destroy(again);
	free(first);
	free(second);
}

static void test_shipped_boards_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_SHIPPED; i++) {
		struct config *config = load_good(shipped[i], NULL, 0);

		assert_reads_back(config);
		config_destroy(config);
	}
}

static void test_odd_strings_read_back(void **state)
{
	static const char *const sets[] = {
		"name=\"quotes \\\" and \\\\ and \\e[0m, tab\\t.\"",
		"description=\"\"",
		("run=[[/bin/echo, \"a\\nb\", \"\\n\", \" x\\ny\", \"z\\n\\n\","
		 " \"p\\n\\n\\nq\\n\", \"#\", \"- y\", \"h\\xE9\", \"\"]]"),
		"kernel.bootargs='it''s: [odd] # text'",
	};
	struct config *config = load_good(NULL, sets, 4);
	struct config *again;
	char *text = printed(config);

	(void)state;
	assert_string_equal(config->kernel.bootargs, "it's: [odd] # text");
	again = text_good(text);
	assert_string_equal(again->name, config->name);
	assert_string_equal(again->kernel.bootargs, config->kernel.bootargs);
	for (int i = 0; config->run[0].argv[i]; i++)
		assert_string_equal(again->run[0].argv[i],
				    config->run[0].argv[i]);
	free(text);
	config_destroy(again);
	config_destroy(config);
}

static void test_core_profiles(void **state)
{
	static const char *const cores[] = {"cortex-a5", "cortex-a7",
					    "cortex-a8", "cortex-a9",
					    "cortex-a15"};
	char path[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cores) / sizeof(cores[0]); i++) {
		struct config *config;

		snprintf(path, sizeof(path), "configs/cores/%s.yaml", cores[i]);
		config = load_good(path, NULL, 0);
		assert_string_equal(config->cpu.model, cores[i]);
		config_destroy(config);
	}
}

/* ---- bad input that no command line can make ---------------------------- */

static void test_first_error_stays(void **state)
{
	struct diag diag = {0};

	(void)state;
	assert_false(diag_error(&diag, NULL, "first\n%c", 7));
	assert_false(diag_error(&diag, NULL, "second"));
	assert_string_equal(diag.text, "first??");
	assert_false(diag.located);
}

static void test_long_message_is_cut(void **state)
{
	struct diag diag = {0};
	static char text[100000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_false(diag_error(&diag, NULL, "%s", text));
	assert_int_equal(strlen(diag.text), sizeof(diag.text) - 1);
	text_bad(text, "t:1:1: a board is a map of keys, such as `board: "
		       "vexpress-a9`");
}

static void test_include_chain(void **state)
{
	struct folder folder = make_folder();
	struct diag diag = {0};
	const char *a = make_file(&folder, "a.yaml", "include: b.yaml\n");
	char message[256];

	(void)state;
	make_file(&folder, "b.yaml", "seed: 1\ninclude: a.yaml\n");
	assert_null(config_load(a, NULL, 0, &diag));
	snprintf(message, sizeof(message),
		 "%s/b.yaml:2:10: include: '%s/a.yaml' includes itself",
		 folder.path, folder.path);
	assert_string_equal(diag.text, message);
	remove_folder(&folder);
}

/* Two files that each include the next twice would be read 2^n times. */
static void test_includes_are_counted(void **state)
{
	struct folder folder = make_folder();
	struct diag diag = {0};
	char text[1024] = "include: [";

	(void)state;
	for (int i = 0; i < 65; i++)
		strcat(text, "a.yaml, ");
	strcat(text, "]\n");
	make_file(&folder, "a.yaml", "seed: 1\n");
	assert_null(config_load(make_file(&folder, "top.yaml", text), NULL, 0,
				&diag));
	assert_contains(diag.text, "more than 64 files are included");
	remove_folder(&folder);
}

/* Whatever a board file breaks off at, there is a message and no crash. */
static void test_truncated_boards(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_SHIPPED; i++) {
		FILE *file = fopen(shipped[i], "r");
		char text[8192];
		size_t size;

		assert_non_null(file);
		size = fread(text, 1, sizeof(text), file);
		fclose(file);
		for (size_t n = 0; n < size; n++) {
			struct diag diag = {0};
			struct config *config = config_load_text("t", text, n,
								 &diag);

			assert_true(!config == diag.failed);
			config_destroy(config);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups_stand_together),
		cmocka_unit_test(test_keys_are_documented),
		cmocka_unit_test(test_choices_are_those_of_others),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_every_kind_of_value),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_program_of_command_line),
		cmocka_unit_test(test_mmu_config),
		cmocka_unit_test(test_later_wins),
		cmocka_unit_test(test_size_and_nodes),
		cmocka_unit_test(test_refused_value_overridden),
		cmocka_unit_test(test_error_about_a_key),
		cmocka_unit_test(test_shipped_boards_read_back),
		cmocka_unit_test(test_odd_strings_read_back),
		cmocka_unit_test(test_core_profiles),
		cmocka_unit_test(test_first_error_stays),
		cmocka_unit_test(test_long_message_is_cut),
		cmocka_unit_test(test_include_chain),
		cmocka_unit_test(test_includes_are_counted),
		cmocka_unit_test(test_truncated_boards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
