/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The golden trace of a scenario: FILE.golden, a text that says what happened,
 * line by line, in words that mean the same on every machine. What isn't in
 * it is what one may change freely: cycles, numbers of faults, host time.
 *
 * Its first line names the format's version; the second the programs that ran,
 * by a hash of their bytes. Where one of them is another, every address may be
 * another as well, and to list that helps nobody: it is said, and that is all.
 */
#define _GNU_SOURCE /* asprintf */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/config.h"
#include "emu/fault_text.h"
#include "emu/scenario/fault_list.h"
#include "emu/scenario/guest.h"

#define TITLE          "# mmuscope golden trace, version "
#define PROGRAMS       "# programs"
#define GOLDEN_VERSION 1

/* ---- what is written ----------------------------------------------------------- */

static uint64_t hash_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	int byte;

	if (!file)
		return 0;
	while ((byte = getc(file)) != EOF)
		hash = (hash ^ (uint64_t)byte) * UINT64_C(0x100000001b3);
	fclose(file);
	return hash;
}

static uint64_t hash_guest(const struct scenario *scenario,
			   const struct built_guest *guest)
{
	uint64_t hash;
	char *path;

	if (asprintf(&path, "%s%s",
		     guest->host ? "" : scenario->config->rootfs.path,
		     guest->path) < 0)
		return 0;
	hash = hash_file(path);
	free(path);
	return hash;
}

static void write_programs(const struct scenario *scenario,
			   const struct observation *seen, FILE *to)
{
	fprintf(to, PROGRAMS);
	for (size_t i = 0; seen->guests && i < scenario->nr_guests; i++)
		fprintf(to, " %s=%016" PRIx64, scenario->guests[i].name,
			hash_guest(scenario, &seen->guests[i]));
	fputc('\n', to);
}

static void write_fault(struct judging *judging,
			const struct observed_fault *seen, FILE *to)
{
	char *line = fault_line(judging, seen);

	if (!line)
		return;
	fprintf(to, "%s\n", line);
	free(line);
}

/* Bytes of the console, a line each. */
static void write_console(const struct observation *seen, FILE *to)
{
	bool begins = true;

	for (size_t i = 0; i < seen->console_bytes; i++) {
		unsigned char byte = (unsigned char)seen->console[i];

		if (begins)
			fprintf(to, "console ");
		begins = byte == '\n';
		if (byte == '\n' || (byte >= 0x20 && byte < 0x7f))
			fputc(byte, to);
		else
			fprintf(to, "\\x%02x", byte);
	}
	if (!begins)
		fprintf(to, "\\\n");
}

static void write_exit(struct judging *judging,
		       const struct observed_exit *exit, FILE *to)
{
	const struct kernel_process_info *info = &exit->info;

	fprintf(to,
		"exit of %s-%d: rss_anon=%u rss_file=%u rss_shmem=%u "
		"swapped=%u min_flt=%" PRIu64 " maj_flt=%" PRIu64 "\n",
		exit->comm, process_number(judging, exit->pid), info->rss_anon,
		info->rss_file, info->rss_shmem, info->swapped, info->min_flt,
		info->maj_flt);
	for (size_t i = 0; i < exit->nr_vmas; i++) {
		fprintf(to, "  ");
		vma_say(&exit->vmas[i], to);
	}
}

/* How faults were resolved, in all; the rest is in `expect` if it matters. */
static void write_counts(const struct observation *seen, FILE *to)
{
	static const char *const names[] = {
#define RESOLUTION(name, sentence) #name,
#define AFTERMATH(name, sentence)  #name,
#include "kernel/fault_count.def"
	};

	for (size_t i = 0; i < seen->nr_counts; i++)
		for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
			if (!strcmp(seen->counts[i].name, names[n]) &&
			    seen->counts[i].range.low)
				fprintf(to, "count %s %" PRIu64 "\n", names[n],
					seen->counts[i].range.low);
}

static void write_body(struct judging *judging, FILE *to)
{
	const struct observation *seen = judging->seen;

	for (size_t i = 0; i < seen->nr_faults; i++)
		write_fault(judging, &seen->faults[i], to);
	write_console(seen, to);
	for (size_t i = 0; i < seen->nr_exits; i++)
		write_exit(judging, &seen->exits[i], to);
	write_counts(seen, to);
	for (size_t i = 0; seen->reports && seen->reports[i]; i++)
		fprintf(to, "report %s\n", seen->reports[i]);
	if (seen->panicked)
		fprintf(to, "panic\n");
	else
		fprintf(to, "status %d\n", seen->status);
}

/* To be freed. NULL: no memory. */
static char *golden_text(const struct scenario *scenario,
			 const struct observation *seen)
{
	struct judging judging = {
		.scenario = scenario,
		.guests = seen->guests,
		.seen = seen,
		.places = places_create(scenario, seen->guests, seen),
	};
	struct wording wording;
	char *text = NULL;

	if (judging.places && wording_begin(&wording)) {
		fprintf(wording.to, TITLE "%d\n", GOLDEN_VERSION);
		write_programs(scenario, seen, wording.to);
		write_body(&judging, wording.to);
		text = wording_end(&wording);
	}
	places_destroy(judging.places);
	free(judging.pids.part);
	return text;
}

/* ---- files ------------------------------------------------------------------------ */

static char *golden_path(const struct scenario *scenario)
{
	return worded("%s.golden", scenario->path);
}

bool golden_write(const struct scenario *scenario,
		  const struct observation *observation, struct diag *diag)
{
	char *path = golden_path(scenario);
	char *text = golden_text(scenario, observation);
	FILE *to = path && text ? fopen(path, "w") : NULL;
	bool good = to && fputs(text, to) >= 0;

	if (to && fclose(to))
		good = false;
	if (!good)
		diag_errno(diag, NULL, "%s", path ?: scenario->path);
	free(path);
	free(text);
	return good;
}

/* All of a file, to be freed; NULL: it can't be read. */
static char *read_text(FILE *from)
{
	struct wording wording;
	int byte;

	if (!wording_begin(&wording))
		return NULL;
	while ((byte = getc(from)) != EOF)
		fputc(byte, wording.to);
	return wording_end(&wording);
}

/* ---- comparing ----------------------------------------------------------------------- */

/* The line after the one at @text. */
static const char *next_line(const char *text)
{
	text += strcspn(text, "\n");
	return text + (*text == '\n');
}

static bool same_line(const char *a, const char *b)
{
	size_t n = strcspn(a, "\n");

	return n == strcspn(b, "\n") && !memcmp(a, b, n);
}

static enum golden_state other_version(const char *golden, char **difference)
{
	size_t n = strlen(TITLE);

	if (strncmp(golden, TITLE, n) != 0) {
		*difference = worded("its golden trace isn't one");
		return GOLDEN_ERROR;
	}
	*difference = worded("its golden trace has version %.*s, and this "
			     "mmuscope writes %d: record it anew",
			     (int)strcspn(golden + n, "\n"), golden + n,
			     GOLDEN_VERSION);
	return GOLDEN_OTHER_VERSION;
}

/* The programs' line, without its title. */
static struct place_text programs_of(const char *line)
{
	size_t n = strlen(PROGRAMS);
	struct place_text text;

	if (!strncmp(line, PROGRAMS, n))
		line += n + (line[n] == ' ');
	snprintf(text.text, sizeof(text.text), "%.*s", (int)strcspn(line, "\n"),
		 line);
	return text;
}

static enum golden_state compare(const char *golden, const char *now,
				 char **difference)
{
	const char *old_programs = next_line(golden);
	const char *new_programs = next_line(now);
	const char *a = next_line(old_programs), *b = next_line(new_programs);

	if (!same_line(golden, now))
		return other_version(golden, difference);
	if (!strcmp(a, b))
		return GOLDEN_SAME;
	if (!same_line(old_programs, new_programs)) {
		*difference =
			worded("its golden trace was recorded with other "
			       "programs, by another compiler perhaps: %s; "
			       "now %s",
			       programs_of(old_programs).text,
			       programs_of(new_programs).text);
		return GOLDEN_OTHER_VERSION;
	}
	*difference = text_difference(a, strlen(a), b, strlen(b));
	return GOLDEN_DIFFERS;
}

enum golden_state golden_compare(const struct scenario *scenario,
				 const struct observation *observation,
				 char **difference)
{
	char *path = golden_path(scenario);
	FILE *from = path ? fopen(path, "r") : NULL;
	char *golden = from ? read_text(from) : NULL;
	char *now = golden ? golden_text(scenario, observation) : NULL;
	enum golden_state state = from ? GOLDEN_ERROR : GOLDEN_NONE;

	*difference = NULL;
	if (now)
		state = compare(golden, now, difference);
	if (from)
		fclose(from);
	free(path);
	free(golden);
	free(now);
	return state;
}
