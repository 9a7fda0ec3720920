/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The device tree blob: read back with libfdt as the kernel does, and by dtc,
 * which knows the bindings and must have nothing to say.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libfdt.h>

#include "emu/board/board.h"
#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/dtb.h"

/* Of a board in memory; tests change it as no board file may yet. */
static struct config *load(const char *text)
{
	struct diag diag = {0};
	struct config *config = config_load_text("text", text, strlen(text),
						 &diag);

	if (!config)
		fail_msg("%s", diag.text);
	return config;
}

static void *build(const struct config *config)
{
	struct diag diag = {0};
	void *blob = dtb_build(config, &diag);

	if (!blob)
		fail_msg("%s", diag.text);
	assert_int_equal(fdt_check_full(blob, fdt_totalsize(blob)), 0);
	return blob;
}

static int node(const void *blob, const char *path)
{
	int offset = fdt_path_offset(blob, path);

	if (offset < 0)
		fail_msg("%s: %s", path, fdt_strerror(offset));
	return offset;
}

static const char *text_of(const void *blob, const char *path,
			   const char *property)
{
	const char *text = fdt_getprop(blob, node(blob, path), property, NULL);

	if (!text)
		fail_msg("%s has no %s", path, property);
	return text;
}

static void assert_cells(const void *blob, const char *path,
			 const char *property, const uint32_t *cell, size_t nr)
{
	int length;
	const fdt32_t *found = fdt_getprop(blob, node(blob, path), property,
					   &length);

	assert_non_null(found);
	assert_int_equal(length, nr * sizeof(*found));
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(fdt32_to_cpu(found[i]), cell[i]);
}
#define CELLS(blob, path, property, ...)                                    \
	assert_cells(blob, path, property, (const uint32_t[]){__VA_ARGS__}, \
		     sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

static void test_vexpress(void **state)
{
	struct config *config = load("kernel: {bootargs: console=ttyAMA0 x}\n"
				     "cpu: {clock_hz: 400MHz}\n");
	void *blob = build(config);
	int clock;

	(void)state;
	assert_string_equal(text_of(blob, "/", "compatible"),
			    "arm,vexpress,v2p-ca9");
	assert_string_equal(text_of(blob, "/chosen", "bootargs"),
			    "console=ttyAMA0 x");
	assert_string_equal(text_of(blob, "/cpus/cpu@0", "compatible"),
			    "arm,cortex-a9");
	CELLS(blob, "/cpus/cpu@0", "clock-frequency", 400000000);
	CELLS(blob, "/memory@60000000", "reg", 0x60000000, 256 << 20);
	assert_null(fdt_getprop(blob, node(blob, "/memory@60000000"),
				"numa-node-id", NULL));
	assert_true(fdt_path_offset(blob, "/distance-map") < 0);
	assert_true(fdt_path_offset(blob, "/reserved-memory") < 0);

	assert_string_equal(text_of(blob, "/aliases", "serial0"),
			    "/soc/serial@10009000");
	assert_int_equal(fdt_node_check_compatible(blob, node(blob, "serial0"),
						   "arm,primecell"),
			 0);
	CELLS(blob, "serial0", "reg", 0x10009000, 0x1000);
	CELLS(blob, "serial0", "interrupts", 0, 5, 4);
	CELLS(blob, "/soc/timer@1e000600", "interrupts", 1, 13, 0x104);
	clock = fdt_node_offset_by_phandle(
		blob, fdt32_to_cpu(*(const fdt32_t *)fdt_getprop(
			      blob, node(blob, "serial0"), "clocks", NULL)));
	assert_string_equal(fdt_get_name(blob, clock, NULL), "clock-24000000");
	free(blob);
	config_destroy(config);
}

/* The node that @path's @property points to. */
static int pointed_to(const void *blob, const char *path, const char *property)
{
	const fdt32_t *phandle = fdt_getprop(blob, node(blob, path), property,
					     NULL);

	assert_non_null(phandle);
	return fdt_node_offset_by_phandle(blob, fdt32_to_cpu(*phandle));
}

/* Controller and panel lead to each other; the clock is the panel's. */
static void test_display(void **state)
{
	struct config *config = load("display: 800x600\n");
	void *blob = build(config);
	const char *controller = "/soc/clcd@10020000";

	(void)state;
	assert_int_equal(pointed_to(blob, "/soc/clcd@10020000/port/endpoint",
				    "remote-endpoint"),
			 node(blob, "/panel/port/endpoint"));
	assert_int_equal(pointed_to(blob, "/panel/port/endpoint",
				    "remote-endpoint"),
			 node(blob, "/soc/clcd@10020000/port/endpoint"));
	CELLS(blob, "/panel/panel-timing", "hactive", 800);
	CELLS(blob, "/panel/panel-timing", "vback-porch", 23);
	CELLS(blob, "/panel/panel-timing", "clock-frequency", 40000000);
	assert_string_equal(fdt_get_name(blob,
					 pointed_to(blob, controller, "clocks"),
					 NULL),
			    "clock-40000000");
	assert_null(fdt_getprop(blob, node(blob, controller), "status", NULL));
	free(blob);
	config_destroy(config);

	config = load("display: none\n");
	blob = build(config);
	assert_string_equal(text_of(blob, controller, "status"), "disabled");
	assert_true(fdt_path_offset(blob, "/panel") < 0);
	free(blob);
	config_destroy(config);
}

static void test_raspi2(void **state)
{
	struct config *config = load("board: raspi2\nmemory: {size: 64M}\n");
	void *blob = build(config);

	(void)state;
	CELLS(blob, "/memory@0", "reg", 0, 64 << 20);
	CELLS(blob, "serial0", "interrupts", 2, 25);
	assert_true(fdt_path_offset(blob, "/timer") > 0);
	free(blob);
	config_destroy(config);
}

/* Cores, nodes, distances and CMA. */
static void test_numa(void **state)
{
	struct config *config = load("name: x\n");
	void *blob;

	(void)state;
	config->cpu.count = 2;
	config->memory.nr_nodes = 2;
	config->memory.nodes[1] = (struct config_node){
		.base = 0x70000000,
		.size_bytes = 64 << 20,
		.distance = {30, 10},
		.cpus = 2,
	};
	config->memory.nodes[0].distance[1] = 25;
	config->memory.cma_bytes = 16 << 20;
	blob = build(config);
	CELLS(blob, "/memory@60000000", "numa-node-id", 0);
	CELLS(blob, "/memory@70000000", "numa-node-id", 1);
	CELLS(blob, "/memory@70000000", "reg", 0x70000000, 64 << 20);
	CELLS(blob, "/cpus/cpu@1", "numa-node-id", 1);
	CELLS(blob, "/distance-map", "distance-matrix", 0, 0, 10, 0, 1, 25, 1,
	      0, 30, 1, 1, 10);
	CELLS(blob, "/reserved-memory/linux,cma", "size", 16 << 20);
	CELLS(blob, "/reserved-memory/linux,cma", "alloc-ranges", 0x60000000,
	      0x70000000);
	CELLS(blob, "/soc/timer@1e000600", "interrupts", 1, 13, 0x304);
	free(blob);
	config_destroy(config);
}

static void test_long_bootargs(void **state)
{
	size_t length = 200000;
	char *text = malloc(length + 64);
	struct config *config;
	void *blob;
	int n;

	(void)state;
	n = sprintf(text, "kernel: {bootargs: ");
	memset(text + n, 'x', length);
	strcpy(text + n + length, "}\n");
	config = load(text);
	blob = build(config);
	assert_int_equal(strlen(text_of(blob, "/chosen", "bootargs")), length);
	free(blob);
	free(text);
	config_destroy(config);
}

static void test_same_bytes(void **state)
{
	struct config *config = load("name: x\n");
	void *a = build(config);
	void *b = build(config);

	(void)state;
	assert_int_equal(fdt_totalsize(a), fdt_totalsize(b));
	assert_memory_equal(a, b, fdt_totalsize(a));
	free(a);
	free(b);
	config_destroy(config);
}

/* What dtc says of @blob, warnings included; empty when it is content. */
static void dtc_says(const void *blob, char *says, size_t size)
{
	char path[] = "/tmp/mmuscope-dtb-XXXXXX";
	int fd = mkstemp(path);
	char command[128];
	FILE *dtc;
	size_t n;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, blob, fdt_totalsize(blob)),
			 fdt_totalsize(blob));
	close(fd);
	snprintf(command, sizeof(command),
		 "dtc -I dtb -O dtb -o /dev/null %s 2>&1", path);
	dtc = popen(command, "r");
	assert_non_null(dtc);
	n = fread(says, 1, size - 1, dtc);
	says[n] = '\0';
	pclose(dtc);
	unlink(path);
}

static void test_dtc_is_content(void **state)
{
	const struct board *board;

	(void)state;
	if (system("dtc --version > /dev/null 2>&1"))
		skip();
	for (size_t i = 0; (board = board_number(i)); i++) {
		char text[64], says[4096];
		struct config *config;
		void *blob;

		snprintf(text, sizeof(text), "board: %s\n", board->name);
		config = load(text);
		blob = build(config);
		dtc_says(blob, says, sizeof(says));
		assert_string_equal(says, "");
		free(blob);
		config_destroy(config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vexpress),
		cmocka_unit_test(test_display),
		cmocka_unit_test(test_raspi2),
		cmocka_unit_test(test_numa),
		cmocka_unit_test(test_long_bootargs),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_dtc_is_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
