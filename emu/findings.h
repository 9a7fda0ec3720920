/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FINDINGS_H
#define EMU_FINDINGS_H

/*
 * What the detectors of a run have found, theirs of the kernel's and the one
 * that the machine has itself (stale), kept and told in one form.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "kernel/kernel.h"

struct findings {
	struct finding {
		const char *detector; /* "freed-mapped" */
		char *what; /* one sentence */
		char *story; /* lines: who did it, when, where to look */
		uint64_t cycle;
	} * list;
	size_t nr;
};

/* Copies it. Without memory it is told, but not kept. */
void findings_add(struct findings *findings,
		  const struct kernel_finding *finding);
void findings_free(struct findings *findings);

/* As text: what, and indented below it the story. To be freed; or NULL. */
char *finding_text(const struct kernel_finding *finding);

#endif
