/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The command line, and nothing else: finds the command, lets it read its
 * arguments and act, and exits. The only file that may exit. Interfaces are
 * those of `mmuscope --help`; the commands are in command_*.c.
 */

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/command.h"

const char *argp_program_version = "mmuscope 0.1";

static const struct command *const commands[] = {
#define COMMAND(symbol) &command_##symbol,
#include "emu/commands.def"
#undef COMMAND
};
enum {
	NR_COMMANDS = sizeof(commands) / sizeof(commands[0])
};

struct chosen {
	const struct command *command;
	int index; /* of its name in argv */
	char names[256]; /* "run, memory and config" */
};

static void name_all(char *to, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < NR_COMMANDS; i++)
		n += (size_t)snprintf(to + n, size - n, "%s%s",
				      commands[i]->name,
				      i + 2 < NR_COMMANDS    ? ", "
				      : i + 2 == NR_COMMANDS ? " and "
							     : "");
}

static error_t parse_command(int key, char *arg, struct argp_state *state)
{
	struct chosen *chosen = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		for (size_t i = 0; i < NR_COMMANDS; i++)
			if (!strcmp(commands[i]->name, arg))
				chosen->command = commands[i];
		if (!chosen->command)
			argp_error(state, "'%s' is no command; there are %s",
				   arg, chosen->names);
		chosen->index = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which command? There are %s", chosen->names);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Finds the command in argv[*index], whose own arguments follow it. */
static const struct command *parse_main(int argc, char **argv, int *index)
{
	struct chosen chosen = {0};
	char usage[2048];
	const struct argp argp = {
		.parser = parse_command,
		.args_doc = usage,
		.doc = "mmuscope runs ARMv7 Linux programs on a modelled MMU "
		       "under a modelled kernel's memory manager."
		       "\v"
		       "`mmuscope COMMAND --help` tells more of each command.",
	};
	size_t n = 0;

	name_all(chosen.names, sizeof(chosen.names));
	for (size_t i = 0; i < NR_COMMANDS; i++)
		n += (size_t)snprintf(usage + n, sizeof(usage) - n, "%s%s",
				      i ? "\n" : "", commands[i]->usage);
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &chosen))
		return NULL;
	*index = chosen.index;
	return chosen.command;
}

/*
 * What was printed is on its way when a program ends, and not before; argp,
 * which ends it after --help, doesn't look. @said: what is wrong is known.
 */
static bool said;

static void close_stdout(void)
{
	if ((fflush(stdout) || ferror(stdout)) && !said) {
		fprintf(stderr,
			"mmuscope: can't write to standard output: %s\n",
			strerror(errno));
		_exit(MACHINE_EXIT_HOST);
	}
}

/*
 * A standard file that is closed is opened, so that no file of ours gets its
 * number: the first two for what they are not for, who uses them fails.
 */
static void keep_standard_files(void)
{
	static const int flags[] = {O_WRONLY, O_RDONLY, O_RDWR};

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", flags[fd]) != fd)
			_exit(MACHINE_EXIT_HOST);
}

int main(int argc, char **argv)
{
	struct arguments arguments = {.why.last = UINT32_MAX};
	const struct command *command;
	int status = MACHINE_EXIT_HOST;
	int index = 0;

	keep_standard_files();
	if (atexit(close_stdout))
		return MACHINE_EXIT_HOST;
	viewer_request_init(&arguments.viewer);
	argp_err_exit_status = MACHINE_EXIT_HOST;
	command = parse_main(argc, argv, &index);
	arguments.sets = calloc((size_t)argc, sizeof(*arguments.sets));
	if (command)
		argv[index] = (char *)command->full_name;
	/* argp itself exits on errors of usage; else it lacked memory. */
	if (!command || !arguments.sets ||
	    argp_parse(command->argp, argc - index, argv + index, ARGP_IN_ORDER,
		       NULL, &arguments))
		fputs("mmuscope: out of memory\n", stderr);
	else
		status = command->act(&arguments);
	free(arguments.sets);
	said = status == MACHINE_EXIT_HOST;
	return status;
}
