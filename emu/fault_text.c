/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fault in words: see fault_text.h. */
#define _GNU_SOURCE /* sigabbrev_np */
#include "emu/fault_text.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "emu/disassemble.h"
#include "emu/machine_state.h"
#include "mmu/mmu.h"

const char *fault_origin(enum kernel_fault_origin origin)
{
	static const char *const origins[] = {
		[FAULT_BY_PROGRAM] = "the program",
		[FAULT_FOR_PROGRAM] = "the kernel, on the program's behalf",
		[FAULT_BY_KERNEL] = "kernel code",
	};

	return origins[origin];
}

const char *fault_kind(const struct kernel_fault *fault)
{
	if (fault->fetch)
		return "fetch";
	return fault->write ? "write" : "read";
}

const char *fault_outcome_name(enum kernel_fault_outcome outcome)
{
	static const char *const names[NR_FAULT_OUTCOMES] = {
		[FAULT_RESOLVED] = "resolved",
		[FAULT_SIGNAL] = "signal",
		[FAULT_REFUSED] = "refused",
		[FAULT_OOPS] = "oops",
	};

	return names[outcome];
}

const char *fault_resolution_sentence(const char *resolution)
{
	static const struct {
		const char *name, *sentence;
	} rows[] = {
#define RESOLUTION(name, sentence) {#name, sentence},
#include "kernel/fault_count.def"
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!strcmp(rows[i].name, resolution))
			return rows[i].sentence;
	return resolution;
}

/* si_code, by Linux's numbers. */
#define CODES(CODE)                    \
	CODE(SIGSEGV, 1, SEGV_MAPERR)  \
	CODE(SIGSEGV, 2, SEGV_ACCERR)  \
	CODE(SIGBUS, 1, BUS_ADRALN)    \
	CODE(SIGBUS, 2, BUS_ADRERR)    \
	CODE(SIGBUS, 3, BUS_OBJERR)    \
	CODE(SIGBUS, 4, BUS_MCEERR_AR) \
	CODE(SIGBUS, 5, BUS_MCEERR_AO) \
	CODE(SIGTRAP, 1, TRAP_BRKPT)   \
	CODE(SIGTRAP, 4, TRAP_HWBKPT)

#define CODE_ROW(sig, code, name)  {sig, code, #name},
#define CODE_NAME(sig, code, name) #name,

static const struct {
	int sig, code;
	const char *name;
} codes[] = {CODES(CODE_ROW)};

const char *const signal_code_names[] = {CODES(CODE_NAME) NULL};

static const char *code_name(int sig, int code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].sig == sig && codes[i].code == code)
			return codes[i].name;
	return "";
}

int signal_code_number(const char *name, int *sig)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (!strcmp(codes[i].name, name)) {
			*sig = codes[i].sig;
			return codes[i].code;
		}
	return 0;
}

int signal_number(const char *name)
{
	for (int sig = 1; sig < NSIG && !strncmp(name, "SIG", 3); sig++)
		if (!strcmp(sigabbrev_np(sig) ?: "", name + 3))
			return sig;
	return 0;
}

/* "SIGSEGV, SEGV_MAPERR". Linux/ARM's signals have the host's numbers here. */
struct fault_text fault_signal(const struct kernel_fault *fault)
{
	const char *code = code_name(fault->sig, fault->code);
	const char *name = sigabbrev_np(fault->sig);
	struct fault_text text;

	snprintf(text.text, sizeof(text.text), "SIG%s%s%s", name ?: "?",
		 *code ? ", " : "", code);
	return text;
}

/* What became of it, in one line. */
struct fault_text fault_outcome(const struct kernel_fault *fault)
{
	struct fault_text text;

	if (fault->sig)
		return fault_signal(fault);
	snprintf(text.text, sizeof(text.text), "%s%s%s",
		 fault->resolution ?: fault_outcome_name(fault->outcome),
		 fault->stack_growth ? ", stack_growth" : "",
		 fault->major ? ", major" : "");
	return text;
}

/* "permission fault, level 2, domain 1" */
struct fault_text fault_status(const struct kernel_fault *fault)
{
	struct mmu_fault decoded = mmu_fault_decode(fault->fsr, fault->fetch);
	struct fault_text text;
	int n = snprintf(text.text, sizeof(text.text), "%s fault",
			 mmu_fault_name(decoded.type));

	if (decoded.level)
		n += snprintf(text.text + n, sizeof(text.text) - (size_t)n,
			      ", level %d", decoded.level);
	if (!fault->fetch)
		snprintf(text.text + n, sizeof(text.text) - (size_t)n,
			 ", domain %d", decoded.domain);
	return text;
}

/* ---- the instruction ------------------------------------------------------------ */

/* Mostly it has just run, and needn't be looked for in page tables. */
static const uint8_t *code_at(struct machine *m, int cpu, vaddr_t va)
{
	const uint8_t *held = cpu_held_code(m->cpu[cpu], va);
	struct mmu_result result;

	if (held)
		return held;
	if (!mmu_peek(m->hw.mmu[cpu], va, MMU_FETCH, MMU_PL0, &result))
		return NULL;
	return ram_host(&m->ram, result.paddr);
}

size_t fault_read_code(struct machine *m, int cpu, vaddr_t pc, uint8_t to[4])
{
	const uint8_t *at;

	pc &= ~UINT32_C(1);
	at = code_at(m, cpu, pc);
	if (!at)
		return 0;
	if (pc % 4096 <= 4092) {
		memcpy(to, at, 4);
		return 4;
	}
	memcpy(to, at, 2);
	at = code_at(m, cpu, pc + 2);
	if (!at)
		return 2;
	memcpy(to + 2, at, 2);
	return 4;
}

struct fault_text fault_instruction(const uint8_t *code, size_t nr_bytes,
				    vaddr_t pc, bool thumb)
{
	struct fault_text text = {"not in memory"};

	if (nr_bytes && !disassemble(code, nr_bytes, pc, thumb, text.text,
				     sizeof(text.text)))
		strcpy(text.text, "undefined");
	return text;
}
