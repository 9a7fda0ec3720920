/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdict on a run: each expectation of the scenario beside what was
 * observed, in the scenario's order. How the run ended comes first, for much
 * of the rest may only be its echo.
 */
#define _GNU_SOURCE /* sigabbrev_np, vasprintf */
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/nearest.h"
#include "emu/machine.h"
#include "emu/scenario/judging.h"

#define MOST_EXPLAINED 3 /* each is a run of its own */
#define MOST_LINES     20 /* of a log or a trace that are shown */

/* ---- words ------------------------------------------------------------------ */

bool wording_begin(struct wording *wording)
{
	wording->to = open_memstream(&wording->text, &wording->size);
	return wording->to;
}

char *wording_end(struct wording *wording)
{
	fclose(wording->to);
	return wording->text;
}

char *worded(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	return n < 0 ? NULL : text;
}

struct place_text range_text(const struct scenario_range *range)
{
	struct place_text text = {""};
	int n = 0;

	if (range->low == range->high) {
		snprintf(text.text, sizeof(text.text), "%" PRIu64, range->low);
		return text;
	}
	if (range->low)
		n = snprintf(text.text, sizeof(text.text), "%" PRIu64,
			     range->low);
	n += snprintf(text.text + n, sizeof(text.text) - (size_t)n, "..");
	if (range->high != UINT64_MAX)
		snprintf(text.text + n, sizeof(text.text) - (size_t)n,
			 "%" PRIu64, range->high);
	return text;
}

bool range_has(const struct scenario_range *range, uint64_t number)
{
	return number >= range->low && number <= range->high;
}

bool range_allows(const struct scenario_range *range, uint64_t number)
{
	return !range->given || range_has(range, number);
}

static char *explanation(struct judging *judging, uint64_t fault)
{
	if (!fault || !judging->scenario->config ||
	    judging->nr_explained == MOST_EXPLAINED)
		return NULL;
	judging->nr_explained++;
	return observe_fault(judging->scenario, judging->guests, fault);
}

void judging_fail(struct judging *judging, const struct diag_where *where,
		  char *what, char *expected, char *got, uint64_t fault)
{
	struct failure *failure = part_add(&judging->failures);

	if (!failure) {
		free(what);
		free(expected);
		free(got);
		return;
	}
	if (where)
		failure->where = *where;
	failure->what = what ?: strdup("");
	failure->expected = expected ?: strdup("");
	failure->got = got ?: strdup("");
	failure->explain = explanation(judging, fault) ?: strdup("");
}

/* The last lines of @text. */
static const char *last_lines(const char *text)
{
	const char *at = text + strlen(text);
	int nr = 0;

	while (at > text && (at[-1] != '\n' || nr++ < MOST_LINES))
		at--;
	return at;
}

/* ---- how it ended -------------------------------------------------------------- */

static char *status_text(int status)
{
	const char *name;

	if (status <= MACHINE_EXIT_SIGNAL)
		return worded("exit status %d", status);
	name = sigabbrev_np(status - MACHINE_EXIT_SIGNAL);
	return worded("killed by SIG%s", name ?: "?");
}

static char *expected_end(const struct scenario_expect *expect)
{
	if (expect->panics)
		return worded("a panic");
	return status_text(expect->signal ? MACHINE_EXIT_SIGNAL + expect->signal
					  : expect->exit);
}

/* The run never came to its own end. */
static bool judge_trouble(struct judging *judging)
{
	const struct observation *seen = judging->seen;
	const struct scenario *scenario = judging->scenario;

	if (!seen->limit_reached && !seen->trouble[0])
		return false;
	judging_fail(judging, NULL, worded("the end of the run"),
		     expected_end(&scenario->expect),
		     seen->limit_reached
			     ? worded("not ended after %" PRIu64 " cycles\n%s",
				      scenario->limit_cycles, seen->where)
			     : worded("%s\n%s", seen->trouble, seen->where),
		     0);
	return true;
}

static void judge_end(struct judging *judging)
{
	const struct scenario_expect *expect = &judging->scenario->expect;
	const struct observation *seen = judging->seen;
	int wanted = expect->signal ? MACHINE_EXIT_SIGNAL + expect->signal
				    : expect->exit;

	if (judge_trouble(judging))
		return;
	if (seen->panicked && !expect->panics)
		judging_fail(judging, NULL, worded("the end of the run"),
			     expected_end(expect),
			     worded("a panic; the end of the log:\n%s",
				    last_lines(seen->log)),
			     0);
	else if (!seen->panicked && (expect->panics || seen->status != wanted))
		judging_fail(judging, NULL, worded("the end of the run"),
			     expected_end(expect), status_text(seen->status),
			     0);
}

/* ---- numbers ---------------------------------------------------------------------- */

static struct word nearest_count(const struct observation *seen,
				 const char *name)
{
	const char **names = calloc(seen->nr_counts + 1, sizeof(*names));
	struct word near = {NULL, 0};

	for (size_t i = 0; names && i < seen->nr_counts; i++)
		names[i] = seen->counts[i].name;
	if (names)
		near = nearest_of(name, names);
	free(names);
	return near;
}

static void no_count(struct judging *judging,
		     const struct expected_number *expected)
{
	struct word near = nearest_count(judging->seen, expected->name);

	judging_fail(judging, &expected->where, worded("%s", expected->name),
		     worded("%s", range_text(&expected->range).text),
		     near.text ? worded("there is no such counter; did you "
					"mean %.*s?",
					near.length, near.text)
			       : worded("there is no such counter"),
		     0);
}

static void judge_count(struct judging *judging,
			const struct expected_number *expected)
{
	const struct observation *seen = judging->seen;

	for (size_t i = 0; i < seen->nr_counts; i++) {
		uint64_t got = seen->counts[i].range.low;

		if (strcmp(seen->counts[i].name, expected->name) != 0)
			continue;
		if (!range_has(&expected->range, got))
			judging_fail(judging, &expected->where,
				     worded("%s", expected->name),
				     worded("%s",
					    range_text(&expected->range).text),
				     worded("%" PRIu64, got), 0);
		return;
	}
	no_count(judging, expected);
}

static void judge_cycles(struct judging *judging)
{
	const struct scenario_range *range = &judging->scenario->expect.cycles;

	if (!range_allows(range, judging->seen->cycles))
		judging_fail(judging, NULL, worded("cycles of the run"),
			     worded("%s", range_text(range).text),
			     worded("%" PRIu64, judging->seen->cycles), 0);
}

/* ---- trace events ------------------------------------------------------------------ */

static const char *event_name(unsigned int event)
{
	static const char *const names[] = {
#define TRACE_EVENT(group, name, what) #name,
#include "kernel/trace_events.def"
#undef TRACE_EVENT
	};

	return event < sizeof(names) / sizeof(*names) ? names[event] : "?";
}

static bool is_traced(const struct expected_trace *expected,
		      const struct observed_trace *seen)
{
	return !strcmp(expected->event, event_name(seen->event)) &&
	       (!expected->contains || strstr(seen->text, expected->contains));
}

/* The events by that name, as they came. */
static char *traced_text(const struct judging *judging,
			 const struct expected_trace *expected, uint64_t nr)
{
	const struct observation *seen = judging->seen;
	struct wording wording;
	unsigned int nr_named = 0;

	if (!wording_begin(&wording))
		return NULL;
	fprintf(wording.to, "%" PRIu64 " of them", nr);
	for (size_t i = 0; i < seen->nr_trace; i++) {
		const struct observed_trace *trace = &seen->trace[i];

		if (strcmp(expected->event, event_name(trace->event)) != 0)
			continue;
		if (nr_named++ < MOST_LINES)
			fprintf(wording.to, "\n%c %12" PRIu64 " %s",
				is_traced(expected, trace) ? '*' : ' ',
				trace->cycle, trace->text);
	}
	if (nr_named > MOST_LINES)
		fprintf(wording.to, "\n  … and %u more", nr_named - MOST_LINES);
	return wording_end(&wording);
}

static void judge_trace(struct judging *judging,
			const struct expected_trace *expected)
{
	const struct observation *seen = judging->seen;
	uint64_t nr = 0;

	for (size_t i = 0; i < seen->nr_trace; i++)
		nr += is_traced(expected, &seen->trace[i]);
	if (!range_has(&expected->count, nr))
		judging_fail(judging, &expected->where,
			     worded("events %s%s%s", expected->event,
				    expected->contains ? " with " : "",
				    expected->contains ?: ""),
			     worded("%s of them",
				    range_text(&expected->count).text),
			     traced_text(judging, expected, nr), 0);
}

/* ---- detectors ----------------------------------------------------------------------- */

/* Who speaks in "stale: a TLB entry …". */
static bool is_by(const char *report, const char *detector)
{
	size_t n = strlen(detector);

	return !strncmp(report, detector, n) && report[n] == ':';
}

static bool is_awaited(const struct scenario_expect *expect, const char *report)
{
	for (size_t i = 0; expect->reports && expect->reports[i]; i++)
		if (is_by(report, expect->reports[i]))
			return true;
	return false;
}

static void judge_report(struct judging *judging, const char *detector)
{
	const char *const *report = judging->seen->reports;

	while (*report && !is_by(*report, detector))
		report++;
	if (!*report)
		judging_fail(judging, NULL, worded("detectors"),
			     worded("a report of %s", detector), worded("none"),
			     0);
}

static void judge_reports(struct judging *judging)
{
	const struct scenario_expect *expect = &judging->scenario->expect;
	const struct observation *seen = judging->seen;

	for (size_t i = 0; expect->reports && expect->reports[i]; i++)
		judge_report(judging, expect->reports[i]);
	for (size_t i = 0; seen->reports[i]; i++)
		if (!is_awaited(expect, seen->reports[i]))
			judging_fail(judging, NULL, worded("detectors"),
				     worded("no such report"),
				     worded("%s", seen->reports[i]), 0);
}

/* ---- the whole ------------------------------------------------------------------------ */

static void judge_all(struct judging *judging)
{
	const struct scenario_expect *expect = &judging->scenario->expect;
	const struct observation *seen = judging->seen;

	judge_end(judging);
	judge_reports(judging);
	judge_text(judging, &expect->console, "console", seen->console,
		   seen->console_bytes);
	judge_text(judging, &expect->log, "the kernel's log", seen->log,
		   strlen(seen->log));
	for (size_t i = 0; i < expect->nr_faults; i++)
		judge_faults(judging, &expect->faults[i]);
	for (size_t i = 0; i < expect->nr_counts; i++)
		judge_count(judging, &expect->counts[i]);
	for (size_t i = 0; i < expect->nr_final; i++)
		judge_final(judging, &expect->final[i]);
	for (size_t i = 0; i < expect->nr_trace; i++)
		judge_trace(judging, &expect->trace[i]);
	judge_cycles(judging);
}

/* What verdict points to is behind it. */
struct kept_verdict {
	struct verdict verdict;
	struct part_writer failures;
};

struct verdict *judge(const struct scenario *scenario,
		      const struct built_guest *guests,
		      const struct observation *observation)
{
	struct kept_verdict *kept = calloc(1, sizeof(*kept));
	struct judging judging = {
		.scenario = scenario,
		.guests = guests,
		.seen = observation,
		.places = places_create(scenario, guests, observation),
		.failures.element_bytes = sizeof(struct failure),
	};

	if (kept && judging.places)
		judge_all(&judging);
	places_destroy(judging.places);
	if (!kept)
		return NULL;
	kept->failures = judging.failures;
	kept->verdict.nr = kept->failures.nr;
	if (kept->verdict.nr)
		kept->verdict.failures = (void *)kept->failures.part->data;
	if (judging.places && !kept->failures.failed)
		return &kept->verdict;
	verdict_destroy(&kept->verdict);
	return NULL;
}

void verdict_destroy(struct verdict *verdict)
{
	struct kept_verdict *kept = (struct kept_verdict *)verdict;

	if (!verdict)
		return;
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct failure *failure = &verdict->failures[i];

		free((void *)failure->what);
		free((void *)failure->expected);
		free((void *)failure->got);
		free((void *)failure->explain);
	}
	free(kept->failures.part);
	free(kept);
}
