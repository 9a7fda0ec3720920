/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_COMMAND_COMPLETION_H
#define EMU_COMMAND_COMPLETION_H

/*
 * What there is to complete, for the shells that are told of it: one list of
 * commands, options and words, and a file for each shell.
 */

#include "emu/command.h"

extern const struct command *const completion_commands[];
extern const size_t nr_completion_commands;

/* What @option takes: file, folder, key, event, moment, format; or any. */
const char *completion_kind(const struct argp_option *option);
/* Whether it can be said by a letter, which is its key. */
bool completion_letter(const struct argp_option *option);
/* Calls @each for the options of @argp and of those below it. */
void completion_for_each_option(const struct argp *argp,
				void (*each)(void *arg,
					     const struct argp_option *option),
				void *arg);
/*
 * What stands on the line but for options: yaml (a board, a folder of
 * scenarios), program (a board, then files), file (traces) or shell.
 */
const char *completion_arguments(const struct command *command);
/* How much of @doc says in a few words what it is about. */
size_t completion_sentence(const char *doc);

/* The words of a kind, blanks between them. Of key: NAME=CHOICE|CHOICE. */
struct completion_words {
	const char *kind;
	void (*print)(void);
};
/* Ends with one whose kind is NULL. */
extern const struct completion_words completion_words[];
/* The same as a function of bash's and zsh's, _mmuscope_words KIND. */
void completion_print_words_function(void);
void completion_print_shells(void);

/* The scripts, on standard output. */
void completion_bash(void);
void completion_zsh(void);
void completion_fish(void);

#endif
