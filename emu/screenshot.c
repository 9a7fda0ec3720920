/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One picture of the guest's display. Taking it changes nothing in the
 * machine: a run with it is the run without.
 */
#include "emu/screenshot.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/devices.h"
#include "emu/diag.h"
#include "emu/framebuffer.h"
#include "emu/png.h"

static bool parse_cycle(const char *text, uint64_t *cycle)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*cycle = strtoull(text, &end, 10);
	return !*end && *cycle && *cycle <= INT64_MAX;
}

bool screenshot_parse(char *text, struct screenshot_options *to,
		      struct diag *diag)
{
	char *at = strrchr(text, '@');

	to->path = text;
	to->cycle = 0;
	/* a name may have one, too */
	if (!at || (strcmp(at, "@end") && strncmp(at, "@cycle:", 7)))
		return *text ||
		       diag_error(diag, NULL, "--framebuffer wants a file");
	if (at == text)
		return diag_error(diag, NULL,
				  "--framebuffer wants a file before '%s'", at);
	if (at[1] == 'c' && !parse_cycle(at + 7, &to->cycle))
		return diag_error(diag, NULL,
				  "--framebuffer: '%s' is no moment; there "
				  "are end and cycle:N, with N from 1",
				  at + 1);
	*at = '\0';
	return true;
}

static const char *why_dark(const struct devices *devices)
{
	return devices->has_display
		       ? "the guest's display is dark: no program has opened "
			 "/dev/fb0, or it was switched off"
		       : "the board has no display";
}

void screenshot_take(struct screenshot *shot,
		     const struct screenshot_options *options,
		     const struct devices *devices, uint64_t cycle,
		     struct diag *diag)
{
	struct picture picture = {0};

	if (shot->taken)
		return;
	shot->taken = true;
	if (cycle < options->cycle)
		diag_error(diag, NULL,
			   "--framebuffer %s: the run ended before, at cycle "
			   "%" PRIu64,
			   options->path, cycle);
	else if (devices->has_display &&
		 framebuffer_read(&devices->display, &picture))
		png_write(&picture, options->path, diag);
	else
		diag_error(diag, NULL, "--framebuffer %s: %s", options->path,
			   why_dark(devices));
	picture_free(&picture);
}
