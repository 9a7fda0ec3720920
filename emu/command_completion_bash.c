/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What bash completes with: the tables of completion.h as functions, and a
 * function that finds its way in them.
 */
#include "emu/command_completion.h"

#include <stdio.h>

static void print_options(void *arg, const struct argp_option *option)
{
	const char *colon = option->arg ? ":" : "";
	const char *kind = option->arg ? completion_kind(option) : "";

	(void)arg;
	printf(" --%s%s%s", option->name, colon, kind);
	if (completion_letter(option))
		printf(" -%c%s%s", option->key, colon, kind);
}

static void print_tables(void)
{
	fputs("# bash completion of mmuscope, made by `mmuscope "
	      "completion`\n\n_mmuscope_options()\n{\n\tcase $1 in\n",
	      stdout);
	for (size_t i = 0; i < nr_completion_commands; i++) {
		const struct command *command = completion_commands[i];

		printf("\t%s) echo '%s", command->name,
		       completion_arguments(command));
		completion_for_each_option(command->argp, print_options, NULL);
		fputs(" --help --usage --version' ;;\n", stdout);
	}
	fputs("\t*) echo 'command --help --usage --version' ;;\n\tesac\n}\n\n",
	      stdout);
	completion_print_words_function();
}

/*
 * Words are split anew, at blanks alone: bash takes = and : for ends of words,
 * too, and wants back only what comes after the last of them.
 */
static const char script[] =
	"_mmuscope()\n"
	"{\n"
	"\tlocal line=${COMP_LINE:0:COMP_POINT} words word options option i\n"
	"\tlocal command= kind= given=0 value lead= tail found=\n"
	"\n"
	"\tread -ra words <<< \"$line\"\n"
	"\t[[ $line == *[[:space:]] ]] && words+=('')\n"
	"\toptions=$(_mmuscope_options '')\n"
	"\tfor ((i = 1; i < ${#words[@]} - 1; i++)); do\n"
	"\t\tword=${words[i]}\n"
	"\t\tif [[ -n $kind ]]; then\n"
	"\t\t\tkind=\n"
	"\t\telif [[ $word == -- ]]; then\n"
	"\t\t\tgiven=2\n"
	"\t\telif [[ $word == -* && $given -lt 2 ]]; then\n"
	"\t\t\tfor option in $options; do\n"
	"\t\t\t\t[[ $option == \"$word\":* ]] && kind=${option##*:}\n"
	"\t\t\tdone\n"
	"\t\telif [[ -z $command ]]; then\n"
	"\t\t\tcommand=$word\n"
	"\t\t\toptions=$(_mmuscope_options \"$command\")\n"
	"\t\telse\n"
	"\t\t\tgiven=$((given + 1))\n"
	"\t\tfi\n"
	"\tdone\n"
	"\n"
	"\tvalue=${words[${#words[@]} - 1]}\n"
	"\ttail=${COMP_WORDS[COMP_CWORD]}\n"
	"\t[[ $tail == [=:] ]] && tail=\n"
	"\tif [[ -n $kind ]]; then\n"
	"\t\t:\n"
	"\telif [[ $given -ge 2 && ${options%% *} == program ]]; then\n"
	"\t\tkind=file\n"
	"\t\tvalue=${value#host:}\n"
	"\telif [[ $value == --*=* ]]; then\n"
	"\t\tfor option in $options; do\n"
	"\t\t\t[[ $option == \"${value%%=*}\":* ]] && kind=${option##*:}\n"
	"\t\tdone\n"
	"\t\tvalue=${value#*=}\n"
	"\telif [[ $value == -* ]]; then\n"
	"\t\tfor option in ${options#* }; do\n"
	"\t\t\tfound+=\" ${option%%:*}\"\n"
	"\t\tdone\n"
	"\telse\n"
	"\t\tkind=${options%% *}\n"
	"\t\t[[ $kind == program ]] && kind=$([[ $given -gt 0 ]] && echo file "
	"|| echo yaml)\n"
	"\tfi\n"
	"\n"
	"\tcase $kind in\n"
	"\tfile)\n"
	"\t\tcompopt -o filenames 2> /dev/null\n"
	"\t\tCOMPREPLY=($(compgen -f -- \"$value\")) ;;\n"
	"\tfolder)\n"
	"\t\tcompopt -o filenames 2> /dev/null\n"
	"\t\tCOMPREPLY=($(compgen -d -- \"$value\")) ;;\n"
	"\tyaml)\n"
	"\t\tcompopt -o filenames 2> /dev/null\n"
	"\t\tCOMPREPLY=($(compgen -d -- \"$value\")\n"
	"\t\t\t$(compgen -f -X '!*.yaml' -- \"$value\")) ;;\n"
	"\tkey)\n"
	"\t\tfound=$(_mmuscope_words key)\n"
	"\t\tif [[ $value == *=* ]]; then\n"
	"\t\t\tlead=${value%%=*}=\n"
	"\t\t\tfor word in $found; do\n"
	"\t\t\t\t[[ $word == \"$lead\"* ]] && found=${word#*=}\n"
	"\t\t\tdone\n"
	"\t\t\tvalue=${value#*=}\n"
	"\t\t\tCOMPREPLY=($(compgen -W \"${found//|/ }\" -- \"$value\"))\n"
	"\t\telse\n"
	"\t\t\tcompopt -o nospace 2> /dev/null\n"
	"\t\t\tfor word in $found; do\n"
	"\t\t\t\tlead+=\" ${word%%=*}=\"\n"
	"\t\t\tdone\n"
	"\t\t\tCOMPREPLY=($(compgen -W \"$lead\" -- \"$value\"))\n"
	"\t\tfi ;;\n"
	"\tevent)\n"
	"\t\tlead=${value%\"${value##*,}\"}\n"
	"\t\tCOMPREPLY=($(compgen -P \"$lead\" -W \"$(_mmuscope_words event)\" "
	"-- \"${value##*,}\")) ;;\n"
	"\t'' | any)\n"
	"\t\tCOMPREPLY=($(compgen -W \"$found\" -- \"$value\")) ;;\n"
	"\t*)\n"
	"\t\tCOMPREPLY=($(compgen -W \"$(_mmuscope_words \"$kind\")\" -- "
	"\"$value\")) ;;\n"
	"\tesac\n"
	"\t# what bash takes for words before this one isn't to be said again\n"
	"\tif [[ $value == *[=:]* && $value == *\"$tail\" ]]; then\n"
	"\t\tlead=${value%\"$tail\"}\n"
	"\t\tCOMPREPLY=(\"${COMPREPLY[@]#\"$lead\"}\")\n"
	"\tfi\n"
	"}\n"
	"complete -F _mmuscope mmuscope\n";

void completion_bash(void)
{
	print_tables();
	fputs(script, stdout);
}
