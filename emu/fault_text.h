/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_FAULT_TEXT_H
#define EMU_FAULT_TEXT_H

/*
 * What a fault was and what became of it, in words: the same wherever one is
 * told of (`mmuscope explain`, the viewer's panels).
 */

#include <stddef.h>
#include <stdint.h>

#include "kernel/kernel.h"

struct machine;

struct fault_text {
	char text[96];
};

const char *fault_origin(enum kernel_fault_origin origin);
const char *fault_kind(const struct kernel_fault *fault); /* "read" */
const char *fault_outcome_name(enum kernel_fault_outcome outcome);
/* What a RESOLUTION of fault_count.def means. */
const char *fault_resolution_sentence(const char *resolution);

/* "permission fault, level 2, domain 1" */
struct fault_text fault_status(const struct kernel_fault *fault);
/* "SIGSEGV, SEGV_MAPERR" */
struct fault_text fault_signal(const struct kernel_fault *fault);
/* Numbers of "SIGSEGV", and of "SEGV_MAPERR" and its signal; 0: it is none. */
int signal_number(const char *name);
int signal_code_number(const char *name, int *sig);
/* Names of such codes, NULL-terminated. */
extern const char *const signal_code_names[];
/* What became of it, in one line. */
struct fault_text fault_outcome(const struct kernel_fault *fault);

/* Code at @pc as the program would fetch it; how many bytes there are. */
size_t fault_read_code(struct machine *m, int cpu, vaddr_t pc, uint8_t to[4]);
/* What these are, or why it can't be told. */
struct fault_text fault_instruction(const uint8_t *code, size_t nr_bytes,
				    vaddr_t pc, bool thumb);

#endif
