/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope completion`: a script with which a shell completes command lines of
 * mmuscope. Commands, options and what these take are read from the tables
 * that argp has, keys of board files from theirs, so that nothing has to be
 * kept up to date. What an option takes is told by the word that the help has
 * for it: see kinds[]. How each shell is told is in command_completion_SHELL.c.
 */
#include "emu/command_completion.h"

#include <stdio.h>
#include <string.h>

#include "emu/config/config.h"

const struct command *const completion_commands[] = {
#define COMMAND(symbol) &command_##symbol,
#include "emu/commands.def"
#undef COMMAND
};
const size_t nr_completion_commands = sizeof(completion_commands) /
				      sizeof(completion_commands[0]);

/* How the word begins that the help has; what the script is told of it. */
static const struct {
	const char *word, *kind;
} kinds[] = {
	{"FILE", "file"},     {"TRACE", "file"}, {"DIR", "folder"},
	{"KEY=", "key"},      {"LIST", "event"}, {"MOMENT", "moment"},
	{"FORMAT", "format"},
};

const char *completion_kind(const struct argp_option *option)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strncmp(option->arg, kinds[i].word, strlen(kinds[i].word)))
			return kinds[i].kind;
	return "any";
}

bool completion_letter(const struct argp_option *option)
{
	return option->key > ' ' && option->key < 0x7f;
}

void completion_for_each_option(const struct argp *argp,
				void (*each)(void *arg,
					     const struct argp_option *option),
				void *arg)
{
	const struct argp_option *o = argp->options;
	const struct argp_child *child = argp->children;

	for (; o && o->name; o++)
		each(arg, o);
	for (; child && child->argp; child++)
		completion_for_each_option(child->argp, each, arg);
}

const char *completion_arguments(const struct command *command)
{
	const char *doc = command->argp->args_doc;

	if (command == &command_completion)
		return "shell";
	if (strstr(doc, "PROGRAM"))
		return "program";
	return strstr(doc, ".yaml") ? "yaml" : "file";
}

size_t completion_sentence(const char *doc)
{
	size_t n = strcspn(doc, ";(:\v");

	while (n && (doc[n - 1] == ' ' || doc[n - 1] == '.'))
		n--;
	return n;
}

/* ---- words that there are ------------------------------------------------- */

static void print_commands(void)
{
	for (size_t i = 0; i < nr_completion_commands; i++)
		printf("%s%s", i ? " " : "", completion_commands[i]->name);
}

static void print_moments(void)
{
	fputs("exit end fault: cycle:", stdout);
}

static void print_formats(void)
{
	fputs("text json perfetto", stdout);
}

static void print_events(void)
{
	fputs("all", stdout);
#define TRACE_EVENT(group, name, what) fputs(" " #name, stdout);
#include "kernel/trace_events.def"
#undef TRACE_EVENT
}

static void print_keys(void)
{
	config_print_words(stdout);
}

const struct completion_words completion_words[] = {
	{"command", print_commands},
	{"moment", print_moments},
	{"format", print_formats},
	{"shell", completion_print_shells},
	{"event", print_events},
	{"key", print_keys},
	{NULL, NULL},
};

void completion_print_words_function(void)
{
	fputs("_mmuscope_words()\n{\n\tcase $1 in\n", stdout);
	for (const struct completion_words *w = completion_words; w->kind;
	     w++) {
		printf("\t%s) echo '", w->kind);
		w->print();
		fputs("' ;;\n", stdout);
	}
	fputs("\tesac\n}\n\n", stdout);
}

/* ---- the command ---------------------------------------------------------- */

static const struct {
	const char *name;
	void (*print)(void);
} shells[] = {
	{"bash", completion_bash},
	{"zsh", completion_zsh},
	{"fish", completion_fish},
};
enum {
	NR_SHELLS = sizeof(shells) / sizeof(shells[0])
};

void completion_print_shells(void)
{
	for (size_t i = 0; i < NR_SHELLS; i++)
		printf("%s%s", i ? " " : "", shells[i].name);
}

static error_t parse_completion(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	if (key != ARGP_KEY_ARG)
		return key == ARGP_KEY_END ? 0 : ARGP_ERR_UNKNOWN;
	if (arguments->shell)
		argp_error(state, "one shell at a time: '%s' is one too many",
			   arg);
	for (size_t i = 0; i < NR_SHELLS; i++)
		if (!strcmp(arg, shells[i].name))
			arguments->shell = arg;
	if (!arguments->shell)
		argp_error(state,
			   "'%s' is no shell that can be told; there "
			   "are bash, zsh and fish",
			   arg);
	return 0;
}

static const struct argp argp = {
	.parser = parse_completion,
	.args_doc = "[bash|zsh|fish]",
	.doc = "Print a script with which bash (or the shell that is named) "
	       "completes command lines of mmuscope; cmake --install puts them "
	       "where the shells look."
	       "\v"
	       "For this shell alone: source <(mmuscope completion); in fish, "
	       "mmuscope completion fish | source; in zsh, after compinit, "
	       "source <(mmuscope completion zsh).",
};

static int act(struct arguments *arguments)
{
	const char *shell = arguments->shell ? arguments->shell : "bash";
	struct diag diag = {0};

	for (size_t i = 0; i < NR_SHELLS; i++)
		if (!strcmp(shell, shells[i].name))
			shells[i].print();
	if (fflush(stdout) || ferror(stdout)) {
		diag_errno(&diag, NULL, "can't write to standard output");
		return command_fail(&diag);
	}
	return 0;
}

const struct command command_completion = {
	.name = "completion",
	.full_name = "mmuscope completion",
	.usage = "completion [bash|zsh|fish]",
	.argp = &argp,
	.act = act,
};
