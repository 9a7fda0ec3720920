/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CPU_PROBE_H
#define EMU_CPU_PROBE_H

/* What the core relies on of its engine, tried on the library that is here. */

#include <stdbool.h>
#include <stddef.h>

struct diag;

/* "Unicorn 2.1.1", of the library at run time. */
void cpu_engine_name(char *to, size_t size);

/* Whether that is the release that the figures of the documents are about. */
bool cpu_engine_is_reference(void);

/*
 * Runs a few instructions whose misses, rights and faults are known. False:
 * @diag says what the engine did otherwise; no machine can be trusted then.
 */
bool cpu_engine_try(struct diag *diag);

/*
 * Whether its hook is told of each load and store, and not of those alone that
 * its own TLB misses, as on 64-bit ARM hosts: caches can't be modelled then.
 */
bool cpu_engine_tells_accesses(void);

#endif
