/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests as command lines for a machine: what is C is compiled (compile.c) and
 * becomes "host:" and the program's file.
 */
#define _GNU_SOURCE /* asprintf */
#include "emu/scenario/guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/scenario/compile.h"
#include "emu/scenario/scenario.h"

/* What guests_free() has to free, before what the caller sees. */
struct all_guests {
	const struct scenario *scenario;
	size_t nr;
	struct built_guest guest[];
};

static struct all_guests *all_of(struct built_guest *guests)
{
	return (struct all_guests *)((char *)guests -
				     offsetof(struct all_guests, guest));
}

static bool use_program(const struct scenario_guest *guest,
			struct built_guest *to)
{
	const char *host = host_program(guest->source);

	to->host = host;
	to->path = strdup(host ?: guest->source);
	to->argv = guest->args;
	return to->path;
}

/* "host:PATH", then the guest's arguments. */
static const char *const *argv_of(const struct scenario_guest *guest,
				  const char *path)
{
	const char **argv;
	char *program;
	size_t nr = 0;

	while (guest->args && guest->args[nr])
		nr++;
	argv = calloc(nr + 2, sizeof(*argv));
	if (!argv || asprintf(&program, "host:%s", path) < 0) {
		free(argv);
		return NULL;
	}
	argv[0] = program;
	for (size_t i = 0; i < nr; i++)
		argv[i + 1] = guest->args[i];
	return argv;
}

static bool compile_program(const struct scenario *scenario,
			    const struct scenario_guest *guest,
			    const struct compiler *compiler,
			    struct built_guest *to, char **words,
			    struct diag *diag)
{
	const bool here = guest->kind == GUEST_SOURCE;
	const struct compile_source source = {
		.name = guest->name,
		.file = here ? scenario->path : guest->source,
		.line = here ? guest->where.line : 1,
		.text = here ? guest->source : NULL,
		.cflags = guest->cflags,
	};

	to->host = true;
	to->path = compile(compiler, &source, words, diag);
	to->argv = to->path ? argv_of(guest, to->path) : NULL;
	return to->argv || diag_error(diag, NULL, "out of memory");
}

struct built_guest *guests_build(const struct scenario *scenario,
				 const struct compiler *compiler, char **words,
				 struct diag *diag)
{
	struct all_guests *all = calloc(
		1, sizeof(*all) + scenario->nr_guests * sizeof(all->guest[0]));
	bool good = all || diag_error(diag, NULL, "out of memory");

	*words = NULL;
	if (all)
		all->scenario = scenario;
	for (size_t i = 0; good && i < scenario->nr_guests; i++) {
		const struct scenario_guest *guest = &scenario->guests[i];

		all->nr++;
		if (guest->kind == GUEST_RUN)
			good = use_program(guest, &all->guest[i]);
		else
			good = compile_program(scenario, guest, compiler,
					       &all->guest[i], words, diag);
	}
	if (good)
		return all->guest;
	if (all)
		guests_free(all->guest);
	return NULL;
}

void guests_free(struct built_guest *guests)
{
	struct all_guests *all;

	if (!guests)
		return;
	all = all_of(guests);
	for (size_t i = 0; i < all->nr; i++) {
		const struct built_guest *guest = &all->guest[i];

		if (guest->argv && all->scenario->guests[i].kind != GUEST_RUN) {
			free((void *)guest->argv[0]);
			free((void *)guest->argv);
		}
		free((void *)guest->path);
	}
	free(all);
}
