/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts, the console's and the kernel's log: what they must be, have in them,
 * lack, or match.
 */
#define _GNU_SOURCE /* memmem */
#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "emu/scenario/difference.h"
#include "emu/scenario/judging.h"

#define MOST_LINES 4096 /* that are compared one by one */
#define MOST_SHOWN 2000 /* bytes of a text that is shown as it is */

struct line {
	const char *text;
	size_t length;
	bool ends; /* with a newline */
};

struct lines {
	struct line *line;
	size_t nr;
};

/* ---- showing ---------------------------------------------------------------- */

static void put_byte(unsigned char byte, FILE *to)
{
	if (byte == '\n' || byte == '\t' || byte >= 0x80 || isprint(byte))
		fputc(byte, to);
	else
		fprintf(to, "\\x%02x", byte);
}

static void put_bytes(const char *text, size_t nr_bytes, FILE *to)
{
	for (size_t i = 0; i < nr_bytes; i++)
		put_byte((unsigned char)text[i], to);
}

/* The end of a long text, which is mostly where it went wrong. */
static char *shown(const char *text, size_t nr_bytes)
{
	struct wording wording;
	size_t skip = nr_bytes > MOST_SHOWN ? nr_bytes - MOST_SHOWN : 0;

	if (!wording_begin(&wording))
		return NULL;
	if (skip)
		fprintf(wording.to, "(%zu bytes before) …", skip);
	put_bytes(text + skip, nr_bytes - skip, wording.to);
	if (!nr_bytes)
		fprintf(wording.to, "nothing");
	return wording_end(&wording);
}

/* ---- line by line ------------------------------------------------------------- */

struct comparison {
	struct lines expected, got;
};

static bool split(const char *text, size_t nr_bytes, struct lines *to)
{
	size_t nr = 1;

	for (size_t i = 0; i < nr_bytes; i++)
		nr += text[i] == '\n';
	*to = (struct lines){.line = calloc(nr, sizeof(*to->line))};
	if (!to->line)
		return false;
	while (nr_bytes) {
		const char *end = memchr(text, '\n', nr_bytes);
		size_t length = end ? (size_t)(end - text) : nr_bytes;

		to->line[to->nr++] = (struct line){text, length, end};
		length += end != NULL;
		text += length;
		nr_bytes -= length;
	}
	return true;
}

/* Lines that share their first third are one that was changed. */
static unsigned int line_differs(void *arg, size_t item, size_t seen)
{
	const struct comparison *comparison = arg;
	const struct line *a = &comparison->expected.line[item];
	const struct line *b = &comparison->got.line[seen];
	size_t same = 0;

	if (a->length == b->length && a->ends == b->ends &&
	    !memcmp(a->text, b->text, a->length))
		return 0;
	while (same < a->length && same < b->length &&
	       a->text[same] == b->text[same])
		same++;
	return same && same * 3 >= a->length ? 1 : ALIGN_FAR;
}

static void put_line(const struct line *line, FILE *to)
{
	put_bytes(line->text, line->length, to);
	if (!line->ends)
		fprintf(to, " (without newline)");
}

static void say_expected(void *arg, size_t item, FILE *to)
{
	put_line(&((struct comparison *)arg)->expected.line[item], to);
}

static void say_got(void *arg, size_t seen, FILE *to)
{
	put_line(&((struct comparison *)arg)->got.line[seen], to);
}

static char *line_difference(struct comparison *comparison)
{
	size_t nr = comparison->expected.nr;
	struct align_item *item = calloc(nr + 1, sizeof(*item));
	const struct difference difference = {
		.problem = {.item = item,
			    .nr_items = nr,
			    .nr_seen = comparison->got.nr,
			    .differs = line_differs,
			    .arg = comparison},
		.expected = say_expected,
		.seen = say_got,
	};
	struct alignment alignment = {0};
	char *text = NULL;

	for (size_t i = 0; item && i < nr; i++)
		item[i] = (struct align_item){1, 1};
	if (item && align(&difference.problem, &alignment))
		text = difference_text(&difference, &alignment);
	align_free(&alignment);
	free(item);
	return text;
}

char *text_difference(const char *expected, size_t nr_expected, const char *got,
		      size_t nr_got)
{
	struct comparison comparison = {.expected.nr = 0};
	char *text = NULL;

	if (split(expected, nr_expected, &comparison.expected) &&
	    split(got, nr_got, &comparison.got) &&
	    comparison.expected.nr <= MOST_LINES)
		text = line_difference(&comparison);
	free(comparison.expected.line);
	free(comparison.got.line);
	return text ?: shown(got, nr_got);
}

/* ---- judging -------------------------------------------------------------------- */

struct asked {
	struct judging *judging;
	const struct scenario_text *expected;
	const char *what, *got;
	size_t nr_bytes;
};

static void judge_exact(const struct asked *asked)
{
	const char *exact = asked->expected->exact;
	size_t nr = strlen(exact);

	if (nr == asked->nr_bytes && !memcmp(exact, asked->got, nr))
		return;
	judging_fail(asked->judging, &asked->expected->where,
		     worded("%s", asked->what), shown(exact, nr),
		     text_difference(exact, nr, asked->got, asked->nr_bytes),
		     0);
}

static void judge_part(const struct asked *asked, const char *part, bool wanted)
{
	bool there = memmem(asked->got, asked->nr_bytes, part, strlen(part));

	if (there != wanted)
		judging_fail(asked->judging, &asked->expected->where,
			     worded("%s", asked->what),
			     worded(wanted ? "has in it: %s" : "lacks: %s",
				    part),
			     shown(asked->got, asked->nr_bytes), 0);
}

static void judge_pattern(const struct asked *asked)
{
	const char *pattern = asked->expected->matches;
	/* a guest may print NUL characters: */
	regmatch_t all = {.rm_so = 0, .rm_eo = (regoff_t)asked->nr_bytes};
	char message[128];
	regex_t regex;
	int error = regcomp(&regex, pattern,
			    REG_EXTENDED | REG_NOSUB | REG_NEWLINE);

	if (error) {
		regerror(error, &regex, message, sizeof(message));
		judging_fail(asked->judging, &asked->expected->where,
			     worded("%s", asked->what),
			     worded("matches: %s", pattern),
			     worded("no regular expression: %s", message), 0);
		return;
	}
	if (regexec(&regex, asked->got, 1, &all, REG_STARTEND))
		judging_fail(asked->judging, &asked->expected->where,
			     worded("%s", asked->what),
			     worded("matches: %s", pattern),
			     shown(asked->got, asked->nr_bytes), 0);
	regfree(&regex);
}

void judge_text(struct judging *judging, const struct scenario_text *expected,
		const char *what, const char *got, size_t nr_bytes)
{
	const struct asked asked = {judging, expected, what, got, nr_bytes};

	if (expected->exact)
		judge_exact(&asked);
	for (size_t i = 0; expected->contains && expected->contains[i]; i++)
		judge_part(&asked, expected->contains[i], true);
	for (size_t i = 0; expected->lacks && expected->lacks[i]; i++)
		judge_part(&asked, expected->lacks[i], false);
	if (expected->matches)
		judge_pattern(&asked);
}
