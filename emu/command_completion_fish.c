/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fish completes with: a line for each option of each command, from the
 * tables of command_completion.h.
 */
#include "emu/command_completion.h"

#include <stdio.h>
#include <string.h>

/* The first words of @doc between ' and '. */
static void print_quoted(const char *doc)
{
	size_t n = completion_sentence(doc);

	putchar('\'');
	for (; n--; doc++) {
		if (*doc == '\'' || *doc == '\\')
			putchar('\\');
		putchar(*doc);
	}
	putchar('\'');
}

/* How fish is told what an option of @kind takes. */
static void print_take(const char *kind)
{
	if (!strcmp(kind, "any"))
		fputs(" -x", stdout);
	else if (!strcmp(kind, "file"))
		fputs(" -r -F", stdout);
	else if (!strcmp(kind, "folder"))
		fputs(" -x -a '(__fish_complete_directories)'", stdout);
	else
		printf(" -x -a '(__mmuscope_take %s)'", kind);
}

static void print_option(void *arg, const struct argp_option *option)
{
	const struct command *command = arg;

	printf("complete -c mmuscope -n '__mmuscope_at %s' -l %s",
	       command->name, option->name);
	if (completion_letter(option))
		printf(" -s %c", option->key);
	if (option->arg)
		print_take(completion_kind(option));
	fputs(" -d ", stdout);
	print_quoted(option->doc);
	putchar('\n');
}

static void print_command(const struct command *command)
{
	const char *kind = completion_arguments(command);

	printf("complete -c mmuscope -n '__mmuscope_at' -a %s -d ",
	       command->name);
	print_quoted(command->argp->doc);
	putchar('\n');
	completion_for_each_option(command->argp, print_option,
				   (void *)command);
	printf("complete -c mmuscope -n '__mmuscope_at %s'", command->name);
	if (!strcmp(kind, "yaml"))
		fputs(" -k -a '(__fish_complete_suffix .yaml)'", stdout);
	else if (!strcmp(kind, "shell"))
		fputs(" -a '(__mmuscope_take shell)'", stdout);
	else
		fputs(" -F", stdout);
	putchar('\n');
}

static void print_words(void)
{
	fputs("function __mmuscope_words\n\tswitch $argv[1]\n", stdout);
	for (const struct completion_words *w = completion_words; w->kind;
	     w++) {
		printf("\t\tcase %s\n\t\t\tstring split ' ' '", w->kind);
		w->print();
		fputs("'\n", stdout);
	}
	fputs("\tend\nend\n\n", stdout);
}

/*
 * At which command the line is; and what it takes: of a list what is before
 * its last comma is said again, as fish wants whole words.
 */
static const char functions[] =
	"function __mmuscope_at\n"
	"\tset -l command ''\n"
	"\tfor word in (commandline -opc)[2..]\n"
	"\t\tif not string match -q -- '-*' $word\n"
	"\t\t\tset command $word\n"
	"\t\t\tbreak\n"
	"\t\tend\n"
	"\tend\n"
	"\ttest \"$argv[1]\" = \"$command\"\n"
	"end\n\n"
	"function __mmuscope_take\n"
	"\tset -l value (commandline -ct | string replace -r '^--[a-z-]+=' '')\n"
	"\tswitch $argv[1]\n"
	"\t\tcase event\n"
	"\t\t\tset -l lead (string replace -r '[^,!]*$' '' -- \"$value\")\n"
	"\t\t\tprintf '%s\\n' $lead(__mmuscope_words event)\n"
	"\t\tcase key\n"
	"\t\t\tfor word in (__mmuscope_words key)\n"
	"\t\t\t\tset -l part (string split -m 1 = $word)\n"
	"\t\t\t\techo $part[1]=\n"
	"\t\t\t\tif string match -q -- \"$part[1]=*\" $value\n"
	"\t\t\t\t\tfor choice in (string split '|' -- $part[2])\n"
	"\t\t\t\t\t\techo $part[1]=$choice\n"
	"\t\t\t\t\tend\n"
	"\t\t\t\tend\n"
	"\t\t\tend\n"
	"\t\tcase '*'\n"
	"\t\t\t__mmuscope_words $argv[1]\n"
	"\tend\n"
	"end\n\n";

void completion_fish(void)
{
	fputs("# fish completion of mmuscope, made by `mmuscope completion "
	      "fish`\n\n",
	      stdout);
	print_words();
	fputs(functions, stdout);
	fputs("complete -c mmuscope -f\n"
	      "complete -c mmuscope -l help -d 'Give this help list'\n"
	      "complete -c mmuscope -l usage -d 'Give a short usage message'\n"
	      "complete -c mmuscope -l version -d 'Print program version'\n",
	      stdout);
	for (size_t i = 0; i < nr_completion_commands; i++)
		print_command(completion_commands[i]);
}
