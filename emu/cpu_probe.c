/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is this engine one that a core can be built on? A handful of loads and
 * stores, for which it must ask exactly as often as the comments below say;
 * docs/unicorn.md has the list of what is relied on, and the unit tests what
 * takes longer to try.
 */
#include "emu/cpu_probe.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "emu/diag.h"

enum {
	CODE = 0x1000,
	DATA = 0x2000, /* granted for loads until somebody stores */
	OTHER = 0x3000, /* when it is asked for, DATA is dropped */
	NOWHERE = 0x4000,
	ASKED_MOST = 8,
	REFERENCE = 0x020101
};

static const uint32_t program[] = {
	0xe5910000, /* ldr r0, [r1]: DATA is asked for */
	0xe5910ffc, /* ldr r0, [r1, #0xffc]: the same page isn't */
	0xe5810000, /* str r0, [r1]: it is, for the store */
	0xe5920000, /* ldr r0, [r2]: OTHER */
	0xe5910000, /* ldr r0, [r1]: DATA again */
	0xe5930000, /* ldr r0, [r3]: NOWHERE, and the end */
};
#define EXPECTED "rworn"
#define ACCESSES 5 /* of them done */
#define END_PC   (CODE + sizeof(program) - 4)

struct probe {
	uc_engine *uc;
	char asked[ASKED_MOST +
		   1]; /* 'r', 'w' on DATA; 'o' OTHER; 'n' NOWHERE */
	bool listens; /* to loads and stores */
	int nr_told;
};

static void note(struct probe *probe, char what)
{
	size_t n = strlen(probe->asked);

	if (n < ASKED_MOST)
		probe->asked[n] = what;
}

static void drop_data(uc_engine *uc)
{
	uc_arm_cp_reg tlbimva = {
		.cp = 15, .crn = 8, .crm = 7, .opc2 = 1, .val = DATA};

	uc_reg_write(uc, UC_ARM_REG_CP_REG, &tlbimva);
}

static bool on_fill(uc_engine *uc, uint64_t va, uc_mem_type type,
		    uc_tlb_entry *entry, void *ctx)
{
	struct probe *probe = ctx;

	entry->paddr = va & ~UINT64_C(0xfff);
	entry->perms = UC_PROT_ALL;
	switch (entry->paddr) {
	case CODE:
		return true;
	case DATA:
		note(probe, type == UC_MEM_WRITE ? 'w' : 'r');
		if (type != UC_MEM_WRITE)
			entry->perms = UC_PROT_READ;
		return true;
	case OTHER:
		note(probe, 'o');
		drop_data(uc);
		return true;
	default:
		note(probe, 'n');
		return false;
	}
}

static void on_access(uc_engine *uc, uc_mem_type type, uint64_t paddr, int size,
		      int64_t value, void *ctx)
{
	struct probe *probe = ctx;

	(void)uc;
	(void)type;
	(void)paddr;
	(void)size;
	(void)value;
	probe->nr_told++;
}

static bool set_up(struct probe *probe, uint32_t page_size)
{
	const uint32_t pointer[] = {DATA, OTHER, NOWHERE};
	uc_hook hook;

	if (uc_open(UC_ARCH_ARM, UC_MODE_ARM, &probe->uc) != UC_ERR_OK)
		return false;
	uc_ctl_set_page_size(probe->uc, page_size);
	if (uc_ctl_tlb_mode(probe->uc, UC_TLB_VIRTUAL) != UC_ERR_OK ||
	    uc_ctl_exits_enable(probe->uc) != UC_ERR_OK ||
	    uc_hook_add(probe->uc, &hook, UC_HOOK_TLB_FILL, on_fill, probe, 1,
			0) != UC_ERR_OK ||
	    (probe->listens &&
	     uc_hook_add(probe->uc, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE,
			 on_access, probe, 1, 0) != UC_ERR_OK) ||
	    uc_mem_map(probe->uc, CODE, 0x4000, UC_PROT_ALL) != UC_ERR_OK ||
	    uc_mem_write(probe->uc, CODE, program, sizeof(program)) !=
		    UC_ERR_OK)
		return false;
	for (int i = 0; i < 3; i++)
		uc_reg_write(probe->uc, UC_ARM_REG_R1 + i, &pointer[i]);
	return true;
}

/* What was asked, in order; "" where it can't be run at all. */
static void run(struct probe *probe, uint32_t page_size, uc_err *end,
		uint32_t *pc)
{
	*probe = (struct probe){.listens = probe->listens};
	*end = UC_ERR_OK;
	*pc = 0;
	if (set_up(probe, page_size)) {
		*end = uc_emu_start(probe->uc, CODE, 0, 0, 0);
		uc_reg_read(probe->uc, UC_ARM_REG_PC, pc);
	}
	if (probe->uc)
		uc_close(probe->uc);
}

/* True: it asked as it should, and then ended like that. */
static bool run_as_expected(struct probe *probe, uc_err *end, uint32_t *pc)
{
	/* What the call means by a page size differs between releases. */
	static const uint32_t page_sizes[] = {4096, 2048};

	for (int i = 0; i < 2; i++) {
		run(probe, page_sizes[i], end, pc);
		if (!strcmp(probe->asked, EXPECTED))
			return true;
	}
	return false;
}

bool cpu_engine_try(struct diag *diag)
{
	struct probe probe = {.listens = false};
	uc_err end;
	uint32_t pc;

	if (!run_as_expected(&probe, &end, &pc))
		return diag_error(diag, NULL,
				  "its TLB asked \"%s\" where \"" EXPECTED
				  "\" was expected: misses can't be counted",
				  probe.asked);
	if (end == UC_ERR_EXCEPTION && pc == END_PC)
		return true;
	return diag_error(diag, NULL,
			  "a refused load ended with \"%s\" at 0x%x, not at "
			  "0x%x: it can't be run again",
			  uc_strerror(end), pc, (unsigned int)END_PC);
}

bool cpu_engine_tells_accesses(void)
{
	struct probe probe = {.listens = true};
	uc_err end;
	uint32_t pc;

	return run_as_expected(&probe, &end, &pc) && probe.nr_told == ACCESSES;
}

void cpu_engine_name(char *to, size_t size)
{
	unsigned int version = uc_version(NULL, NULL);

	snprintf(to, size, "Unicorn %u.%u.%u", version >> 24,
		 version >> 16 & 0xff, version >> 8 & 0xff);
}

bool cpu_engine_is_reference(void)
{
	return uc_version(NULL, NULL) >> 8 == REFERENCE;
}
