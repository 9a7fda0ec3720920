/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The viewer's options as text: see viewer_options.h. What a name must be one
 * of (layouts, palettes) is asked of the viewer later, by viewer_check().
 */
#include "emu/viewer_options.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/diag.h"
#include "emu/snapshot/section.h"

const struct argp_option viewer_option_rows[] = {
	{"view", OPTION_VIEW, NULL, 0, "Open the window that shows memory live",
	 0},
	{"screenshot", OPTION_SCREENSHOT, "FILE[@WHEN]", 0,
	 "Write what the window would show as PNG, without one: at the end, "
	 "or when first end, cycle:N, fault:N, free-below-low, oom and so on "
	 "holds; may be repeated, for one moment after the other",
	 0},
	{"record", OPTION_RECORD, "DIR[@WHEN]", 0,
	 "Write a series of such pictures to DIR, from the beginning or from "
	 "WHEN on; pictures.txt there has the moment of each",
	 0},
	{"every", OPTION_EVERY, "STEP", 0,
	 "Of --record: a time of the machine's (10ms, the default; 50us, 1s, "
	 "20000cycles), or fault, syscall or switch, or every N-th of them "
	 "(fault:100)",
	 0},
	{"layout", OPTION_LAYOUT, "NAME", 0, "Which panels are in sight", 0},
	{"palette", OPTION_PALETTE, "NAME", 0, "The colours: dark or light", 0},
	{"size", OPTION_SIZE, "WIDTHxHEIGHT", 0,
	 "Of the window or the pictures, 1600x1000 for instance", 0},
	{"scale", OPTION_SCALE, "FACTOR", 0,
	 "How large texts and lines are, 0.5 to 4; 2 for pictures of twice "
	 "the pixels",
	 0},
	{"select", OPTION_SELECT, "WHAT", 0,
	 "What is looked at: process:WHO (a pid or name), "
	 "address:[WHO:]ADDRESS, frame:PFN (0x60123) or fault:N; may be "
	 "repeated",
	 0},
	{"stop", OPTION_STOP, NULL, 0,
	 "End the run when the window is closed or the last picture is taken",
	 0},
	{0},
};

void viewer_request_init(struct viewer_request *request)
{
	*request = (struct viewer_request){
		.options.pfn = SNAPSHOT_NO_FRAME,
		.options.step_kind = VIEWER_STEP_NS,
		.options.step = 10000000,
	};
}

/* ---- files and moments ------------------------------------------------------------------ */

/* A name may have an @, too: "shot@2x.png", "a@b/shot.png". */
static char *find_moment(char *text)
{
	char *at = strrchr(text, '@');

	return at && !strpbrk(at, "./") ? at : NULL;
}

/* "FILE[@CONDITION]": cuts @text. */
static bool parse_moment(const char *option, char *text,
			 struct condition *moment, struct diag *diag)
{
	char *at = find_moment(text);
	char why[200];

	if (at)
		*at = '\0';
	if (!*text)
		return diag_error(diag, NULL, "--%s wants a name%s%s", option,
				  at ? " before @" : "", at ? at + 1 : "");
	return !at || condition_parse(at + 1, moment, why, sizeof(why)) ||
	       diag_error(diag, NULL, "--%s: %s", option, why);
}

static bool parse_screenshot(char *text, struct viewer_options *to,
			     struct diag *diag)
{
	struct viewer_shot *shot = &to->shot[to->nr_shots];

	if (to->nr_shots == VIEWER_MAX_SHOTS)
		return diag_error(diag, NULL,
				  "more than %d --screenshot; --record takes "
				  "as many pictures as you like",
				  VIEWER_MAX_SHOTS);
	to->nr_shots++;
	shot->path = text;
	shot->moment.kind = CONDITION_END;
	return parse_moment("screenshot", text, &shot->moment, diag);
}

static bool parse_record(char *text, struct viewer_options *to,
			 struct diag *diag)
{
	if (to->record)
		return diag_error(diag, NULL, "--record was given twice");
	to->record = text;
	return parse_moment("record", text, &to->record_from, diag);
}

/* ---- numbers ---------------------------------------------------------------------------- */

/* Digits at *@text, which goes on behind them; 1 to @most. */
static bool parse_count(const char **text, uint64_t most, uint64_t *to)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*to = strtoull(*text, &end, 10);
	*text = end;
	return !errno && *to && *to <= most;
}

static bool parse_hex(const char *text, uint64_t most, uint64_t *to)
{
	char *end;

	if (!isxdigit((unsigned char)*text))
		return false;
	errno = 0;
	*to = strtoull(text, &end, 16);
	return !errno && !*end && *to <= most;
}

static bool parse_time(const char *text, struct viewer_options *to)
{
	static const struct {
		const char *name;
		enum viewer_step_kind kind;
		uint64_t factor;
	} units[] = {
		{"s", VIEWER_STEP_NS, 1000000000},
		{"ms", VIEWER_STEP_NS, 1000000},
		{"us", VIEWER_STEP_NS, 1000},
		{"ns", VIEWER_STEP_NS, 1},
		{"cycles", VIEWER_STEP_CYCLES, 1},
	};

	if (!parse_count(&text, UINT32_MAX, &to->step))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (!strcmp(text, units[i].name)) {
			to->step_kind = units[i].kind;
			to->step *= units[i].factor;
			return true;
		}
	return false;
}

static bool parse_event(const char *text, struct viewer_options *to)
{
	static const struct {
		const char *name;
		enum viewer_step_kind kind;
	} events[] = {
		{"fault", VIEWER_STEP_FAULT},
		{"syscall", VIEWER_STEP_SYSCALL},
		{"switch", VIEWER_STEP_SWITCH},
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
		size_t length = strlen(events[i].name);
		const char *rest = text + length;

		if (strncmp(text, events[i].name, length))
			continue;
		to->step_kind = events[i].kind;
		to->step = 1;
		if (!*rest)
			return true;
		return *rest++ == ':' &&
		       parse_count(&rest, UINT32_MAX, &to->step) && !*rest;
	}
	return false;
}

static bool parse_every(const char *text, struct viewer_options *to,
			struct diag *diag)
{
	return parse_time(text, to) || parse_event(text, to) ||
	       diag_error(diag, NULL,
			  "--every: '%s' is no step; there are times of the "
			  "machine's (10ms, 50us, 1s, 20000cycles) and fault, "
			  "syscall and switch, or every N-th (fault:100)",
			  text);
}

static bool parse_size(const char *text, struct viewer_options *to,
		       struct diag *diag)
{
	const char *rest = text;
	uint64_t width, height;

	if (!parse_count(&rest, VIEWER_MAX_SIZE, &width) || *rest++ != 'x' ||
	    !parse_count(&rest, VIEWER_MAX_SIZE, &height) || *rest)
		return diag_error(diag, NULL,
				  "--size: '%s' is no size; WIDTHxHEIGHT is "
				  "wanted, each from 1 to %d",
				  text, VIEWER_MAX_SIZE);
	to->width = (int)width;
	to->height = (int)height;
	return true;
}

static bool parse_scale(const char *text, struct viewer_options *to,
			struct diag *diag)
{
	char *end;

	to->scale = strtod(text, &end);
	return (isdigit((unsigned char)*text) && !*end && to->scale >= 0.5 &&
		to->scale <= 4) ||
	       diag_error(diag, NULL,
			  "--scale: '%s' is no factor from 0.5 to 4", text);
}

/* ---- what is selected -------------------------------------------------------------------- */

static bool parse_who(const char *text, size_t length,
		      struct viewer_options *to)
{
	if (!length || length >= sizeof(to->who))
		return false;
	memcpy(to->who, text, length);
	to->who[length] = '\0';
	return true;
}

/* "[WHO:]ADDRESS"; names may have colons in them. */
static bool parse_address(const char *text, struct viewer_options *to)
{
	const char *colon = strrchr(text, ':');
	uint64_t va;

	if (colon && !parse_who(text, (size_t)(colon - text), to))
		return false;
	if (!parse_hex(colon ? colon + 1 : text, UINT32_MAX, &va))
		return false;
	to->has_va = true;
	to->va = (uint32_t)va;
	return true;
}

static bool parse_fault(const char *text, struct viewer_options *to)
{
	return parse_count(&text, INT64_MAX, &to->fault) && !*text;
}

static bool parse_what(const char *text, struct viewer_options *to)
{
	if (!strncmp(text, "process:", 8))
		return parse_who(text + 8, strlen(text + 8), to);
	if (!strncmp(text, "address:", 8))
		return parse_address(text + 8, to);
	if (!strncmp(text, "frame:", 6))
		return parse_hex(text + 6, UINT32_MAX, &to->pfn);
	if (!strncmp(text, "fault:", 6))
		return parse_fault(text + 6, to);
	return false;
}

static bool parse_select(const char *text, struct viewer_options *to,
			 struct diag *diag)
{
	return parse_what(text, to) ||
	       diag_error(diag, NULL,
			  "--select: '%s' is nothing to select; there are "
			  "process:WHO, address:[WHO:]ADDRESS (hexadecimal), "
			  "frame:PFN (such as 0x60123) and fault:N",
			  text);
}

/* ---- all ------------------------------------------------------------------------------------ */

static const char *option_name(int key)
{
	for (const struct argp_option *row = viewer_option_rows; row->name;
	     row++)
		if (row->key == key)
			return row->name;
	return NULL;
}

bool viewer_option(int key, char *value, struct viewer_request *request,
		   struct diag *diag)
{
	struct viewer_options *to = &request->options;

	if (!request->first)
		request->first = option_name(key);
	switch (key) {
	case OPTION_VIEW:
		request->view = true;
		return true;
	case OPTION_SCREENSHOT:
		return parse_screenshot(value, to, diag);
	case OPTION_RECORD:
		return parse_record(value, to, diag);
	case OPTION_EVERY:
		request->every = true;
		return parse_every(value, to, diag);
	case OPTION_LAYOUT:
		to->layout = value;
		return true;
	case OPTION_PALETTE:
		to->palette = value;
		return true;
	case OPTION_SIZE:
		return parse_size(value, to, diag);
	case OPTION_SCALE:
		return parse_scale(value, to, diag);
	case OPTION_SELECT:
		return parse_select(value, to, diag);
	default:
		to->stop = true;
		return true;
	}
}

static bool go_together(const struct viewer_request *request,
			bool board_wants_window, struct diag *diag)
{
	const struct viewer_options *options = &request->options;

	if (options->nr_shots && options->record)
		return diag_error(
			diag, NULL,
			"--screenshot and --record don't go together: "
			"a series has pictures enough");
	if (request->view && viewer_is_headless(options))
		return diag_error(diag, NULL,
				  "--view opens a window, --%s takes pictures "
				  "without one: give one of the two",
				  options->record ? "record" : "screenshot");
	if (request->every && !options->record)
		return diag_error(diag, NULL, "--every wants --record DIR");
	if (request->first && !request->view && !board_wants_window &&
	    !viewer_is_headless(options))
		return diag_error(diag, NULL,
				  "--%s wants --view, --screenshot FILE.png or "
				  "--record DIR",
				  request->first);
	return true;
}

bool viewer_request_check(const struct viewer_request *request,
			  bool board_wants_window, bool has_viewer,
			  struct diag *diag)
{
	if (!go_together(request, board_wants_window, diag))
		return false;
	if (has_viewer || (!request->first && !board_wants_window))
		return true;
	if (request->first)
		return diag_error(diag, NULL,
				  "--%s: this mmuscope was built without its "
				  "viewer; build it with -DMMUSCOPE_SDL=ON, or "
				  "see what memory, why, page-tables and "
				  "explain print",
				  request->first);
	return diag_error(diag, NULL,
			  "the board says view: true, but this mmuscope was "
			  "built without its viewer; build it with "
			  "-DMMUSCOPE_SDL=ON, or run it with --set view=false");
}
