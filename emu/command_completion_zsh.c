/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What zsh completes with: a call of its own _arguments for each command, from
 * the tables of command_completion.h. The file is for a folder of $fpath, as
 * _mmuscope; sourced, it tells compdef itself.
 */
#include "emu/command_completion.h"

#include <stdio.h>
#include <string.h>

/* @n bytes of @text in a word between ' and ', where @special get a \. */
static void print_part(const char *text, size_t n, const char *special)
{
	for (; n--; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr(special, *text))
			putchar('\\');
		putchar(*text);
	}
}

/* '*--set=[Override a key]:KEY=VALUE: _mmuscope_take key' */
static void print_spec(const struct argp_option *option, const char *name,
		       const char *joint)
{
	printf(" \\\n\t\t\t'%s%s%s[", option->arg ? "*" : "", name,
	       option->arg ? joint : "");
	print_part(option->doc, completion_sentence(option->doc), "[]");
	putchar(']');
	if (option->arg) {
		putchar(':');
		print_part(option->arg, strlen(option->arg), ":");
		printf(": _mmuscope_take %s", completion_kind(option));
	}
	putchar('\'');
}

static void print_option(void *arg, const struct argp_option *option)
{
	const char letter[] = {'-', (char)option->key, '\0'};
	char name[64];

	(void)arg;
	snprintf(name, sizeof(name), "--%s", option->name);
	print_spec(option, name, "=");
	if (completion_letter(option))
		print_spec(option, letter, "+");
}

static void print_command(const struct command *command)
{
	const char *kind = completion_arguments(command);

	printf("\t%s)\n\t\t_arguments -S $general", command->name);
	completion_for_each_option(command->argp, print_option, NULL);
	if (!strcmp(kind, "program"))
		fputs(" \\\n\t\t\t'1:board: _mmuscope_take yaml'"
		      " \\\n\t\t\t'(-)2:program: _mmuscope_take program'"
		      " \\\n\t\t\t'*:argument: _mmuscope_take program'",
		      stdout);
	else
		printf(" \\\n\t\t\t'*:%s: _mmuscope_take %s'", kind, kind);
	fputs(" ;;\n", stdout);
}

static void print_command_list(void)
{
	fputs("_mmuscope_commands()\n{\n\tlocal -a list=(", stdout);
	for (size_t i = 0; i < nr_completion_commands; i++) {
		const struct command *command = completion_commands[i];
		const char *doc = command->argp->doc;

		printf("\n\t\t'%s:", command->name);
		print_part(doc, completion_sentence(doc), "");
		putchar('\'');
	}
	fputs(")\n\t_describe command list\n}\n\n", stdout);
}

/* What an option or argument of a kind can be. */
static const char takes[] =
	"_mmuscope_take()\n"
	"{\n"
	"\tlocal key word\n"
	"\tlocal -a found\n"
	"\n"
	"\tcase $1 in\n"
	"\tany) _message value ;;\n"
	"\tfile) _files ;;\n"
	"\tfolder) _files -/ ;;\n"
	"\tyaml) _files -g '*.yaml(-.)' ;;\n"
	"\tprogram) compset -P host:; _files ;;\n"
	"\tkey)\n"
	"\t\tif compset -P '*='; then\n"
	"\t\t\tkey=${${IPREFIX%=}##*=}\n"
	"\t\t\tfor word in ${=\"$(_mmuscope_words key)\"}; do\n"
	"\t\t\t\t[[ $word == $key=* ]] && "
	"found=(${(s:|:)word#*=})\n"
	"\t\t\tdone\n"
	"\t\t\tcompadd -a found\n"
	"\t\telse\n"
	"\t\t\tfound=(${${=\"$(_mmuscope_words key)\"}%%=*})\n"
	"\t\t\tcompadd -S = -a found\n"
	"\t\tfi ;;\n"
	"\tevent)\n"
	"\t\tcompset -P '*[,!]'\n"
	"\t\tfound=(${=\"$(_mmuscope_words event)\"})\n"
	"\t\tcompadd -qS , -a found ;;\n"
	"\t*)\n"
	"\t\tfound=(${=\"$(_mmuscope_words $1)\"})\n"
	"\t\tcompadd -S '' -a found ;;\n"
	"\tesac\n"
	"}\n\n";

void completion_zsh(void)
{
	fputs("#compdef mmuscope\n"
	      "# zsh completion of mmuscope, made by `mmuscope completion "
	      "zsh`\n\n",
	      stdout);
	completion_print_words_function();
	fputs(takes, stdout);
	print_command_list();
	fputs("_mmuscope()\n{\n"
	      "\tlocal curcontext=$curcontext state line ret=1\n"
	      "\tlocal -A opt_args\n"
	      "\tlocal -a general=('--help[Give this help list]'\n"
	      "\t\t'--usage[Give a short usage message]'\n"
	      "\t\t'--version[Print program version]')\n\n"
	      "\t_arguments -C $general '1:command:_mmuscope_commands' \\\n"
	      "\t\t'*::argument:->rest' && ret=0\n"
	      "\t[[ $state == rest ]] || return ret\n"
	      "\tcase $words[1] in\n",
	      stdout);
	for (size_t i = 0; i < nr_completion_commands; i++)
		print_command(completion_commands[i]);
	fputs("\tesac\n}\n\n"
	      "if [[ $funcstack[1] == _mmuscope ]]; then\n"
	      "\t_mmuscope \"$@\"\nelse\n\tcompdef _mmuscope mmuscope\nfi\n",
	      stdout);
}
