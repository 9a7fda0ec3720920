/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences in the manner of diff -u: marks at the left, and of what is as
 * expected only what lies next to something that isn't.
 */
#include "emu/scenario/difference.h"

#include <stdlib.h>

#define CONTEXT    2 /* lines before and after */
#define MOST_LINES 120

struct writer {
	const struct difference *difference;
	const struct alignment *alignment;
	FILE *to;
	size_t nr_hidden; /* since the last line */
	size_t nr_lines;
};

static bool is_good(const struct align_step *step)
{
	return step->kind == ALIGN_SAME || step->kind == ALIGN_OTHER;
}

/* Near one that isn't good? */
static bool is_near(const struct alignment *alignment, size_t at)
{
	size_t from = at > CONTEXT ? at - CONTEXT : 0;
	size_t end = at + CONTEXT + 1;

	if (end > alignment->nr_steps)
		end = alignment->nr_steps;
	for (size_t i = from; i < end; i++)
		if (!is_good(&alignment->step[i]))
			return true;
	return false;
}

static void say_hidden(struct writer *writer)
{
	if (writer->nr_hidden)
		fprintf(writer->to, "  … %zu as expected\n", writer->nr_hidden);
	writer->nr_hidden = 0;
}

static void begin(struct writer *writer, char mark)
{
	say_hidden(writer);
	fprintf(writer->to, "%c ", mark);
	writer->nr_lines++;
}

static void end(struct writer *writer)
{
	fputc('\n', writer->to);
}

static void say_expected(struct writer *writer, size_t item)
{
	const struct difference *difference = writer->difference;

	begin(writer, '-');
	difference->expected(difference->problem.arg, item, writer->to);
	end(writer);
}

static void say_seen(struct writer *writer, char mark, size_t seen)
{
	const struct difference *difference = writer->difference;

	begin(writer, mark);
	difference->seen(difference->problem.arg, seen, writer->to);
	end(writer);
}

static void say_unlike(struct writer *writer, const struct align_step *step)
{
	const struct difference *difference = writer->difference;

	if (!difference->unlike)
		return;
	fprintf(writer->to, "    ");
	difference->unlike(difference->problem.arg, step->item, step->seen,
			   writer->to);
	end(writer);
}

static void say(struct writer *writer, const struct align_step *step)
{
	switch (step->kind) {
	case ALIGN_SAME:
	case ALIGN_OTHER:
		say_seen(writer, ' ', step->seen);
		break;
	case ALIGN_DIFFERS:
		say_expected(writer, step->item);
		say_seen(writer, '+', step->seen);
		say_unlike(writer, step);
		break;
	case ALIGN_MISSING:
		say_expected(writer, step->item);
		break;
	case ALIGN_EXTRA:
		say_seen(writer, '+', step->seen);
		break;
	}
}

/* How many more of the same item are missing from @at on. */
static size_t missing_alike(const struct alignment *alignment, size_t at)
{
	const struct align_step *step = alignment->step;
	size_t nr = 0;

	while (at + nr < alignment->nr_steps &&
	       step[at].kind == ALIGN_MISSING &&
	       step[at + nr].kind == ALIGN_MISSING &&
	       step[at + nr].item == step[at].item)
		nr++;
	return nr;
}

static void write_steps(struct writer *writer)
{
	const struct alignment *alignment = writer->alignment;

	for (size_t i = 0; i < alignment->nr_steps; i++) {
		size_t alike = missing_alike(alignment, i);

		if (writer->nr_lines >= MOST_LINES) {
			fprintf(writer->to, "  … and more\n");
			return;
		}
		if (!is_near(alignment, i)) {
			writer->nr_hidden++;
			continue;
		}
		say(writer, &alignment->step[i]);
		if (alike > 1)
			fprintf(writer->to, "    … and %zu more of it\n",
				alike - 1);
		if (alike)
			i += alike - 1;
	}
	say_hidden(writer);
}

char *difference_text(const struct difference *difference,
		      const struct alignment *alignment)
{
	struct writer writer = {difference, alignment, NULL, 0, 0};
	char *text = NULL;
	size_t size;

	writer.to = open_memstream(&text, &size);
	if (!writer.to)
		return NULL;
	if (alignment->cut)
		fprintf(writer.to, "  … around the first difference\n");
	write_steps(&writer);
	fclose(writer.to);
	return text;
}
