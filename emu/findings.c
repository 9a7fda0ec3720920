/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings as text, and the list of them. A finding ends by saying where to
 * look next: `why` at the last fault before it, when all was still there.
 */
#include "emu/findings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The frame or the address, as `why` wants them. */
static void print_target(const struct kernel_finding *f, FILE *to)
{
	if (f->has_pfn)
		fprintf(to, "--page 0x%" PRIx64, f->pfn);
	else
		fprintf(to, "--va %d:%" PRIx32, f->of_pid, f->va);
}

static void print_look(const struct kernel_finding *f, FILE *to)
{
	if (!f->has_pfn && !f->of_pid)
		return;
	fprintf(to, "  see: mmuscope why BOARD.yaml ");
	print_target(f, to);
	if (f->fault)
		fprintf(to, " --at fault:%" PRIu64, f->fault);
	fputs(" -- PROGRAM\n", to);
	if (f->fault)
		fprintf(to,
			"       mmuscope explain BOARD.yaml --fault %" PRIu64
			" -- PROGRAM\n",
			f->fault);
}

static void print_story(const struct kernel_finding *f, FILE *to)
{
	const char *line = f->story;

	fprintf(to,
		"  found at cycle %" PRIu64 ", after fault %" PRIu64
		", in %.16s[%d] (%s)\n",
		f->cycle, f->fault, f->comm, f->pid, f->during);
	for (size_t n; *line; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		fprintf(to, "  %.*s\n", (int)n, line);
	}
	print_look(f, to);
}

static char *story_text(const struct kernel_finding *finding)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	print_story(finding, to);
	fclose(to);
	return text;
}

char *finding_text(const struct kernel_finding *finding)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fprintf(to, "%s: %s\n", kernel_detector_name(finding->detector),
		finding->what);
	print_story(finding, to);
	fclose(to);
	return text;
}

void findings_add(struct findings *findings,
		  const struct kernel_finding *finding)
{
	struct finding *list = realloc(findings->list,
				       (findings->nr + 1) * sizeof(*list));

	if (!list)
		return;
	findings->list = list;
	list[findings->nr++] = (struct finding){
		.detector = kernel_detector_name(finding->detector),
		.what = strdup(finding->what),
		.story = story_text(finding),
		.cycle = finding->cycle,
	};
}

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->nr; i++) {
		free(findings->list[i].what);
		free(findings->list[i].story);
	}
	free(findings->list);
}
