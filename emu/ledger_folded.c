/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger as folded stacks: a line for each sum, "frame;frame;… NUMBER", the
 * form that flame graphs' tools read. Who is below, what and where above it,
 * and the cause is on top:
 *
 *	sqlite3-1;user;libsqlite3.so.0.8.6 r-xp;execute 1904227
 *	sqlite3-1;page fault anon_zero;[heap] rw-p;zero 66560
 *
 * MODEL: calls within a program aren't told apart; the mapping its code lies
 * in is as near as it gets.
 */
#include <ctype.h>
#include <inttypes.h>

#include "emu/ledger.h"

/* A comm or a file's name may have anything in it. */
static void put_frame(FILE *to, const char *text)
{
	for (; *text; text++)
		fputc(*text == ';' || (unsigned char)*text < ' ' ||
				      (unsigned char)*text > '~'
			      ? '_'
			      : *text,
		      to);
}

static void put_who(FILE *to, const struct ledger_line *line)
{
	put_frame(to, line->comm);
	if (line->pid > 0)
		fprintf(to, "-%d", line->pid);
	else
		fprintf(to, "/%u", line->cpu);
}

static void put_stack(FILE *to, const struct ledger_line *line,
		      const char *cause)
{
	put_who(to, line);
	fprintf(to, ";%s", ledger_what_words(line->what));
	if (*line->name) {
		fputc(' ', to);
		put_frame(to, line->name);
	}
	if (*line->place) {
		fputc(';', to);
		put_frame(to, line->place);
	}
	fputc(';', to);
	for (; *cause; cause++)
		fputc(tolower(*cause), to);
}

static void put_line(void *arg, const struct ledger_line *line)
{
	static const char *const causes[NR_CYCLE_CAUSES] = {
#define CAUSE(name, sentence) #name,
#include "kernel/cycle_cause.def"
#undef CAUSE
	};
	FILE *to = arg;

	for (int i = 0; i < NR_CYCLE_CAUSES; i++)
		if (line->cycles[i]) {
			put_stack(to, line, causes[i]);
			fprintf(to, " %" PRIu64 "\n", line->cycles[i]);
		}
}

void ledger_put_folded(const struct ledger *ledger, FILE *to)
{
	ledger_for_each(ledger, false, put_line, to);
}
