/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * libFuzzer: any bytes as a board file. Either there is a configuration, which
 * prints and reads back, or there is a message; never both, never a crash.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/dtb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct config *config)
{
	struct diag diag = {0};
	struct config *again;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return;
	config_print(config, to);
	fclose(to);
	again = config_load_text("printed", text, size, &diag);
	if (!again) {
		fprintf(stderr, "%s\nin:\n%s\n", diag.text, text);
		abort();
	}
	config_destroy(again);
	free(text);
	free(dtb_build(config, &diag));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = {0};
	struct config *config = config_load_text("fuzz", (const char *)data,
						 size, &diag);

	if (!config == !diag.failed)
		abort();
	if (config)
		use(config);
	config_destroy(config);
	return 0;
}
