/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/bug.h"

/*
 * The end of a run that can't be trusted any more. Says where the books were
 * found wrong and leaves a core for the debugger.
 */

#include <stdio.h>
#include <stdlib.h>

_Noreturn void bug_at(const char *file, int line, const char *what)
{
	fprintf(stderr, "mmuscope: kernel BUG at %s:%d: %s\n", file, line,
		what);
	abort();
}
