/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the options select at first: see choice.h. A process that is named by
 * what it is called is looked for anew each time, for it may begin late and
 * have namesakes: one that lives is better than one that is gone, an old one
 * better than a young one.
 */
#include "emu/viewer/choice.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/diag.h"
#include "emu/viewer/view.h"
#include "emu/viewer/viewer.h"

static bool is_number(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

/* 0: there is none. */
static int find_process(const struct view *view, const char *who)
{
	uint32_t nr = 0;
	const struct snapshot_process *process =
		view->now ? snapshot_processes(view->now, &nr) : NULL;
	int gone = 0;

	for (uint32_t i = 0; i < nr; i++) {
		if (is_number(who) ? process[i].pid != atoi(who)
				   : strcmp(process[i].comm, who) != 0)
			continue;
		if (process[i].mm)
			return process[i].pid;
		if (!gone)
			gone = process[i].pid;
	}
	return gone;
}

static void choose_page(struct view *view, const struct viewer_options *options,
			int pid)
{
	uint32_t va = options->va & ~UINT32_C(4095);

	if (!view->selected.has_va || view->selected.va != va ||
	    (pid && view->selected.pid != pid))
		view_select_page(view, pid, options->va);
}

bool choice_make(struct view *view, const struct viewer_options *options,
		 struct diag *diag)
{
	int pid = *options->who ? find_process(view, options->who) : 0;

	if (*options->who && !pid)
		return diag_error(diag, NULL,
				  "--select: there is no process '%s' at that "
				  "moment",
				  options->who);
	if (pid && view->selected.pid != pid)
		view_select_process(view, pid);
	if (options->has_va)
		choose_page(view, options, pid);
	if (options->pfn != SNAPSHOT_NO_FRAME) {
		if (!view_frame(view->now, options->pfn))
			return diag_error(diag, NULL,
					  "--select: there is no frame "
					  "0x%05" PRIx64,
					  options->pfn);
		if (view->selected.pfn != options->pfn)
			view_select_frame(view, options->pfn);
	}
	if (options->fault && view->selected.fault != options->fault)
		view_select_fault(view, options->fault);
	return true;
}
