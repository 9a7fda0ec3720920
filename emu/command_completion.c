/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `mmuscope completion`: a script with which bash completes command lines of
 * mmuscope. Commands, options and what these take are read from the tables
 * that argp has, keys of board files from theirs, so that nothing has to be
 * kept up to date. What an option takes is told by the word that the help has
 * for it: see kinds[].
 */
#include "emu/command.h"

#include <stdio.h>
#include <string.h>

#include "emu/config/config.h"

static const struct command *const commands[] = {
#define COMMAND(symbol) &command_##symbol,
#include "emu/commands.def"
#undef COMMAND
};
enum {
	NR_COMMANDS = sizeof(commands) / sizeof(commands[0])
};

/* How the word begins that the help has; what the script is told of it. */
static const struct {
	const char *word, *kind;
} kinds[] = {
	{"FILE", "file"},     {"TRACE", "file"}, {"DIR", "folder"},
	{"KEY=", "key"},      {"LIST", "event"}, {"MOMENT", "moment"},
	{"FORMAT", "format"},
};

static const char *kind_of(const char *word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strncmp(word, kinds[i].word, strlen(kinds[i].word)))
			return kinds[i].kind;
	return "any";
}

/* "--quiet -q --set:key", of @argp and those below it. */
static void print_options(const struct argp *argp)
{
	const struct argp_option *o = argp->options;
	const struct argp_child *child = argp->children;

	for (; o && o->name; o++) {
		const char *colon = o->arg ? ":" : "";
		const char *kind = o->arg ? kind_of(o->arg) : "";

		printf(" --%s%s%s", o->name, colon, kind);
		if (o->key > ' ' && o->key < 0x7f)
			printf(" -%c%s%s", o->key, colon, kind);
	}
	for (; child && child->argp; child++)
		print_options(child->argp);
}

/* What else stands on the line: boards, folders of scenarios, traces. */
static const char *arguments_of(const struct argp *argp)
{
	const char *doc = argp->args_doc ? argp->args_doc : "";

	if (strstr(doc, "PROGRAM"))
		return "program";
	return strstr(doc, ".yaml") ? "yaml" : "file";
}

static void print_tables(void)
{
	fputs("# bash completion of mmuscope, made by `mmuscope "
	      "completion`\n\n_mmuscope_options()\n{\n\tcase $1 in\n",
	      stdout);
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		const struct argp *argp = commands[i]->argp;

		printf("\t%s) echo '%s", commands[i]->name, arguments_of(argp));
		print_options(argp);
		fputs(" --help --usage --version' ;;\n", stdout);
	}
	fputs("\t*) echo 'command --help --usage --version' ;;\n\tesac\n}\n\n"
	      "_mmuscope_words()\n{\n\tcase $1 in\n\tcommand) echo '",
	      stdout);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		printf("%s%s", i ? " " : "", commands[i]->name);
	fputs("' ;;\n\tmoment) echo 'exit end fault: cycle:' ;;\n"
	      "\tformat) echo 'text json perfetto' ;;\n"
	      "\tevent) echo 'all",
	      stdout);
#define TRACE_EVENT(group, name, what) fputs(" " #name, stdout);
#include "kernel/trace_events.def"
#undef TRACE_EVENT
	fputs("' ;;\n\tkey) echo '", stdout);
	config_print_words(stdout);
	fputs("' ;;\n\tesac\n}\n\n", stdout);
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

static error_t parse_completion(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	(void)state;
	return key == ARGP_KEY_END ? 0 : ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.parser = parse_completion,
	.doc = "Print a script with which bash completes command lines of "
	       "mmuscope; cmake --install puts it where bash looks."
	       "\v"
	       "For this shell alone: source <(mmuscope completion)",
};

static int act(struct arguments *arguments)
{
	struct diag diag = {0};

	(void)arguments;
	print_tables();
	fputs(script, stdout);
	if (fflush(stdout) || ferror(stdout)) {
		diag_errno(&diag, NULL, "can't write to standard output");
		return command_fail(&diag);
	}
	return 0;
}

const struct command command_completion = {
	.name = "completion",
	.full_name = "mmuscope completion",
	.usage = "completion",
	.argp = &argp,
	.act = act,
};
