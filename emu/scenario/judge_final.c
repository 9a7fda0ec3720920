/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process had as it began to exit: its pages, its mappings, and how
 * memory was used at that moment.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/scenario/judging.h"

struct leaving {
	struct judging *judging;
	const struct expected_final *expected;
	const struct observed_exit *exit;
	size_t guest; /* whose names are meant; nr_guests: nobody's */
};

static void judge_number(struct judging *judging,
			 const struct expected_number *expected,
			 const char *when, uint64_t got)
{
	if (!range_has(&expected->range, got))
		judging_fail(judging, &expected->where,
			     worded("%s%s", expected->name, when),
			     worded("%s", range_text(&expected->range).text),
			     worded("%" PRIu64, got), 0);
}

/* ---- of the process ------------------------------------------------------------ */

static uint64_t number_of(const struct kernel_process_info *info,
			  const char *name)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{"rss_anon", info->rss_anon},   {"rss_file", info->rss_file},
		{"rss_shmem", info->rss_shmem}, {"swapped", info->swapped},
		{"min_flt", info->min_flt},     {"maj_flt", info->maj_flt},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!strcmp(rows[i].name, name))
			return rows[i].value;
	return 0;
}

/* ---- mappings ------------------------------------------------------------------ */

static void perms_of(const struct kernel_vma *vma, char to[5])
{
	to[0] = vma->rights & KERNEL_VMA_READ ? 'r' : '-';
	to[1] = vma->rights & KERNEL_VMA_WRITE ? 'w' : '-';
	to[2] = vma->rights & KERNEL_VMA_EXEC ? 'x' : '-';
	to[3] = vma->rights & KERNEL_VMA_SHARED ? 's' : 'p';
	to[4] = '\0';
}

static bool is_named(const struct kernel_vma *vma, const char *name)
{
	return !strcmp(name, "anon") ? !vma->name[0] : !strcmp(vma->name, name);
}

static bool is_as_expected(const struct observed_vma *seen,
			   const struct expected_vma *expected,
			   const struct address_range *range)
{
	char perms[5];

	perms_of(&seen->vma, perms);
	return (!expected->in.first.text || (seen->vma.start <= range->first &&
					     seen->vma.end >= range->end)) &&
	       (!expected->perms || !strcmp(perms, expected->perms)) &&
	       (!expected->name || is_named(&seen->vma, expected->name)) &&
	       range_allows(&expected->pages, seen->present) &&
	       range_allows(&expected->swapped, seen->swapped);
}

void vma_say(const struct observed_vma *seen, FILE *to)
{
	char perms[5];

	perms_of(&seen->vma, perms);
	fprintf(to, "%08" PRIx32 "-%08" PRIx32 " %s %s, %u pages",
		seen->vma.start, seen->vma.end, perms,
		seen->vma.name[0] ? seen->vma.name : "anon", seen->present);
	if (seen->swapped)
		fprintf(to, ", %u swapped", seen->swapped);
	fputc('\n', to);
}

/* Those that lie there, or all where none does. */
static char *seen_text(const struct leaving *leaving,
		       const struct expected_vma *expected,
		       const struct address_range *range)
{
	struct wording wording;
	unsigned int nr = 0;

	if (!wording_begin(&wording))
		return NULL;
	for (int all = !expected->in.first.text; all < 2 && !nr; all++)
		for (size_t i = 0; i < leaving->exit->nr_vmas; i++) {
			const struct observed_vma *seen =
				&leaving->exit->vmas[i];

			if (!all && (seen->vma.start >= range->end ||
				     seen->vma.end <= range->first))
				continue;
			if (all && !nr && expected->in.first.text)
				fprintf(wording.to, "none there, but\n");
			vma_say(seen, wording.to);
			nr++;
		}
	if (!nr)
		fprintf(wording.to, "no mappings");
	return wording_end(&wording);
}

static char *expected_text(const struct expected_vma *expected)
{
	struct wording wording;

	if (!wording_begin(&wording))
		return NULL;
	fprintf(wording.to, "%s mapping", expected->absent ? "no" : "a");
	if (expected->in.first.text)
		fprintf(wording.to, " at %s%s%s", expected->in.first.text,
			expected->in.end.text ? ".." : "",
			expected->in.end.text ?: "");
	if (expected->perms)
		fprintf(wording.to, ", %s", expected->perms);
	if (expected->name)
		fprintf(wording.to, ", %s", expected->name);
	if (expected->pages.given)
		fprintf(wording.to, ", %s pages",
			range_text(&expected->pages).text);
	if (expected->swapped.given)
		fprintf(wording.to, ", %s swapped",
			range_text(&expected->swapped).text);
	return wording_end(&wording);
}

static void judge_vma(const struct leaving *leaving,
		      const struct expected_vma *expected)
{
	struct judging *judging = leaving->judging;
	struct address_range range = {0, 0};
	struct diag why = {0};
	bool there = false;

	if (expected->in.first.text &&
	    !places_region(judging->places, leaving->guest, &expected->in,
			   &range, &why)) {
		judging_fail(judging, &expected->where,
			     worded("an address of a guest"), NULL,
			     worded("%s", why.text), 0);
		return;
	}
	for (size_t i = 0; i < leaving->exit->nr_vmas && !there; i++)
		there = is_as_expected(&leaving->exit->vmas[i], expected,
				       &range);
	if (there == expected->absent)
		judging_fail(judging, &expected->where,
			     worded("mappings of %s as it exits",
				    leaving->exit->comm),
			     expected_text(expected),
			     seen_text(leaving, expected, &range), 0);
}

/* ---- memory ---------------------------------------------------------------------- */

static uint64_t frames_of(const struct observed_exit *exit, const char *name)
{
	static const char *const names[NR_FRAME_USES] = {
#define FRAME_USE(name, key, label) key,
#include "kernel/frame_use.def"
#undef FRAME_USE
	};

	for (int i = 0; i < NR_FRAME_USES; i++)
		if (!strcmp(names[i], name))
			return exit->memory[i];
	return 0;
}

/* "Normal.3", of all nodes. */
static uint64_t blocks_of(const struct observed_exit *exit, const char *name)
{
	const char *dot = strrchr(name, '.');
	unsigned long order = dot ? strtoul(dot + 1, NULL, 10)
				  : KERNEL_NR_ORDERS;
	uint64_t nr = 0;

	for (size_t i = 0; order < KERNEL_NR_ORDERS && i < exit->nr_zones;
	     i++) {
		const struct kernel_zone_info *zone = &exit->zones[i];

		if (strlen(zone->name) != (size_t)(dot - name) ||
		    strncmp(zone->name, name, (size_t)(dot - name)) != 0)
			continue;
		for (int type = 0; type < KERNEL_NR_MIGRATETYPES; type++)
			nr += zone->free_blocks[type][order];
	}
	return nr;
}

/* ---- the whole ------------------------------------------------------------------- */

/* The board's process of a guest's name, or else the last of that name. */
static const struct observed_exit *find_exit(const struct judging *judging,
					     const char *of)
{
	const struct observation *seen = judging->seen;
	const struct observed_exit *last = NULL;

	for (size_t i = 0; i < seen->nr_exits; i++) {
		const struct observed_exit *exit = &seen->exits[i];

		if (!places_is_of(judging->places, exit->comm, of))
			continue;
		if (exit->of_board)
			return exit;
		last = exit;
	}
	return last;
}

void judge_final(struct judging *judging, const struct expected_final *expected)
{
	const char *of = expected->of ?: judging->scenario->guests[0].name;
	struct leaving leaving = {
		.judging = judging,
		.expected = expected,
		.exit = find_exit(judging, of),
	};
	char when[64];

	snprintf(when, sizeof(when), " as %s exits", of);
	if (!leaving.exit) {
		judging_fail(judging, NULL, worded("the state%s", when), NULL,
			     worded("no such process has begun to exit"), 0);
		return;
	}
	leaving.guest = places_guest_of(judging->places, leaving.exit->comm);
	for (size_t i = 0; i < expected->nr_numbers; i++)
		judge_number(judging, &expected->numbers[i], when,
			     number_of(&leaving.exit->info,
				       expected->numbers[i].name));
	for (size_t i = 0; i < expected->nr_vmas; i++)
		judge_vma(&leaving, &expected->vmas[i]);
	for (size_t i = 0; i < expected->nr_memory; i++)
		judge_number(judging, &expected->memory[i], when,
			     frames_of(leaving.exit, expected->memory[i].name));
	for (size_t i = 0; i < expected->nr_buddy; i++)
		judge_number(judging, &expected->buddy[i], when,
			     blocks_of(leaving.exit, expected->buddy[i].name));
}
