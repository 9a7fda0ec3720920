/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope doctor`: is there on this host what the commands need, and what
 * is to be done where it isn't.
 */
#include "emu/command.h"

#include <stdio.h>

#include "emu/config/config.h"
#include "emu/cpu_probe.h"
#include "emu/scenario/compile.h"

/* The state of one thing; what to do about it follows. */
enum finding {
	FINE,
	NOTE, /* some commands do without, or it is slower */
	MISSING /* no program can be run */
};

static enum finding tell(enum finding finding, const char *what,
			 const char *text, const char *remedy)
{
	static const char *const words[] = {"ok", "note", "MISSING"};

	printf("%-8s %s: %s\n", words[finding], what, text);
	if (remedy)
		printf("         %s\n", remedy);
	return finding;
}

static enum finding look_at_engine(void)
{
	struct diag diag = {0};
	char name[64];

	cpu_engine_name(name, sizeof(name));
	if (!cpu_engine_try(&diag))
		return tell(MISSING, name, diag.text,
			    "install 2.1.1: tools/setup does, on Debian 12 "
			    "and 13");
	if (!cpu_engine_is_reference())
		return tell(NOTE, name, "it does what is relied on",
			    "2.1.1 is the reference; loads and stores are many "
			    "times slower on 2.1.4 (docs/unicorn.md)");
	if (!cpu_engine_tells_accesses())
		return tell(NOTE, name,
			    "it does what is relied on, but doesn't tell of "
			    "each load and store",
			    "timing.model: cache needs that, and an x86-64 "
			    "host for it; count and block work");
	return tell(FINE, name,
		    "misses, rights and faults of its TLB are as expected",
		    NULL);
}

static enum finding look_at_compiler(void)
{
	struct compiler compiler;
	struct diag diag = {0};
	enum finding finding;

	if (compiler_find(&compiler, NULL, NULL, &diag))
		finding = tell(FINE, "cross compiler", compiler.command, NULL);
	else
		finding = tell(NOTE, "cross compiler", diag.text,
			       "`mmuscope test` needs it for scenarios with C "
			       "in them");
	compiler_forget(&compiler);
	return finding;
}

static enum finding look_at_display(void)
{
#ifdef MMUSCOPE_VIEWER
	const struct viewer_options options = {0};
	struct diag diag = {0};

	if (!viewer_check(&options, &diag))
		return tell(NOTE, "window", diag.text, NULL);
	viewer_forget();
	return tell(FINE, "window", "there is a display for --view", NULL);
#else
	return tell(NOTE, "window", "built without SDL2",
		    "for --view and pictures: apt install libsdl2-dev "
		    "libsdl2-ttf-dev, and build anew");
#endif
}

static enum finding look_at_board(const struct arguments *arguments)
{
	struct diag diag = {0};
	struct config *config = config_load(arguments->board, arguments->sets,
					    arguments->nr_sets, &diag);
	bool good = config && config_check_host(config, &diag);

	config_destroy(config);
	if (good)
		return tell(FINE, arguments->board,
			    "its keys are right, and what they name is there",
			    NULL);
	return tell(MISSING, arguments->board, diag.text, NULL);
}

static int act(struct arguments *arguments)
{
	bool good = look_at_engine() != MISSING;

	look_at_compiler();
	look_at_display();
	if (arguments->board)
		good &= look_at_board(arguments) != MISSING;
	return good ? 0 : 1;
}

static const struct argp argp = {
	.options = (const struct argp_option[]){COMMAND_SET_OPTION, {0}},
	.parser = command_parse_common,
	.args_doc = "[BOARD.yaml]",
	.doc = "Look whether this host has what mmuscope needs, and whether "
	       "BOARD.yaml can be run on it; say what to do where not. Exits "
	       "with 1 where no program can be run.",
};

const struct command command_doctor = {
	.name = "doctor",
	.full_name = "mmuscope doctor",
	.usage = "doctor [BOARD.yaml]",
	.argp = &argp,
	.act = act,
};
