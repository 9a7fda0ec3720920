/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/alignment.h"

/*
 * Unaligned accesses that the core refuses, done by the kernel in its place
 * (Linux: arch/arm/mm/alignment.c). ARMv7 takes single words and halfwords at
 * any address, unless SCTLR.A is set; LDM, STM, LDRD and STRD it never does.
 * The kernel reads the instruction, makes its accesses by bytes, and lets the
 * program go on behind it. All others (VFP, NEON, exclusives) get SIGBUS.
 *
 * Narrow Thumb instructions are first put into ARM's form. The wide ones have
 * registers and the bits P, U, W and L where ARM's have them.
 *
 * A program can see some of Linux's own ways here, and they are kept: what is
 * given up as unknown leaves the pc behind the instruction; a signal by choice
 * (bit 2 of /proc/cpu/alignment) leaves the frame's fault words as they were.
 *
 * MODEL: nothing is logged, but for what bit 0 of the mode asks for.
 */

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

enum {
	UM_WARN = 1,
	UM_FIXUP = 2,
	UM_SIGNAL = 4,
	UM_MODES = 6 /* those that have a name */
};

enum fixup {
	FIXUP_LDST, /* done; its base register may be written back */
	FIXUP_DONE,
	FIXUP_FAULT, /* the memory isn't there */
	FIXUP_UNKNOWN
};

/* One access under repair. */
struct unaligned {
	struct task_struct *curr;
	struct pt_regs *regs;
	vaddr_t address; /* the lowest byte accessed, as the core told it */
	uint32_t code; /* the instruction */
	uint32_t insn; /* it in ARM's form; a wide Thumb one as it is */
	uint32_t offset; /* for writing back */
	uint8_t size_bytes;
	bool wide;
};

typedef enum fixup (*fixup_fn)(struct unaligned *u);

/* ---- fields of an instruction ---------------------------------------------- */

static bool bit(uint32_t insn, unsigned int n)
{
	return insn >> n & 1;
}

static uint32_t field(uint32_t insn, unsigned int low, uint32_t mask)
{
	return insn >> low & mask;
}

static bool is_preindexed(uint32_t insn)
{
	return bit(insn, 24);
}

static bool is_up(uint32_t insn)
{
	return bit(insn, 23);
}

static bool has_writeback(uint32_t insn)
{
	return bit(insn, 21);
}

static bool is_load(uint32_t insn)
{
	return bit(insn, 20);
}

static uint32_t rn(uint32_t insn)
{
	return field(insn, 16, 15);
}

static uint32_t rt(uint32_t insn)
{
	return field(insn, 12, 15);
}

/* ---- accesses ---------------------------------------------------------------- */

/* Up to a word between a register and memory. False: a page is bad. */
static bool move(struct unaligned *u, uint32_t reg, vaddr_t address,
		 uint32_t size_bytes, bool load)
{
	uint32_t value = 0;

	if (!load)
		return !copy_to_user(u->curr, address, &u->regs->r[reg],
				     size_bytes);
	if (copy_from_user(u->curr, &value, address, size_bytes))
		return false;
	u->regs->r[reg] = value;
	return true;
}

static enum fixup fixup_half(struct unaligned *u)
{
	bool load = is_load(u->insn), is_signed = bit(u->insn, 6);
	uint32_t *reg = &u->regs->r[rt(u->insn)];

	u->curr->k->arch.alignment.half++;
	if (!move(u, rt(u->insn), u->address, 2, load))
		return FIXUP_FAULT;
	if (load && is_signed)
		*reg = (uint32_t)(int32_t)(int16_t)*reg;
	return FIXUP_LDST;
}

static enum fixup fixup_word(struct unaligned *u)
{
	u->curr->k->arch.alignment.word++;
	return move(u, rt(u->insn), u->address, 4, is_load(u->insn))
		       ? FIXUP_LDST
		       : FIXUP_FAULT;
}

/* Both registers or neither. */
static enum fixup load_dword(struct unaligned *u, uint32_t first,
			     uint32_t second)
{
	uint32_t value[2];

	if (copy_from_user(u->curr, value, u->address, sizeof(value)))
		return FIXUP_FAULT;
	u->regs->r[first] = value[0];
	u->regs->r[second] = value[1];
	return FIXUP_LDST;
}

/* LDRD and STRD: two neighbours in ARM, any two in Thumb. */
static enum fixup fixup_dword(struct unaligned *u)
{
	uint32_t first = rt(u->insn), second = first + 1;
	bool load = field(u->insn, 4, 15) == 0xd;

	if (u->wide) {
		second = field(u->insn, 8, 15);
		load = is_load(u->insn);
	} else if (first & 1 || first == 14) {
		return FIXUP_UNKNOWN;
	}
	u->curr->k->arch.alignment.dword++;
	if (load)
		return load_dword(u, first, second);
	return move(u, first, u->address, 4, false) &&
			       move(u, second, u->address + 4, 4, false)
		       ? FIXUP_LDST
		       : FIXUP_FAULT;
}

/* The registers of an LDM or STM, one by one. */
static bool move_list(struct unaligned *u, vaddr_t address)
{
	for (uint32_t reg = 0; reg < 16; reg++) {
		if (!bit(u->insn, reg))
			continue;
		if (!move(u, reg, address, 4, is_load(u->insn)))
			return false;
		address += 4;
	}
	return true;
}

static enum fixup fixup_multiple(struct unaligned *u)
{
	const uint32_t pc_ahead = 4; /* of a stored pc, beyond the next */
	uint32_t list = field(u->insn, 0, 0xffff), base = rn(u->insn);
	uint32_t bytes = (uint32_t)__builtin_popcount(list) * 4;
	vaddr_t low = u->regs->r[base], end = low + bytes;

	if (bit(u->insn, 22))
		return FIXUP_UNKNOWN; /* another mode's registers */
	u->curr->k->arch.alignment.multi++;
	if (!is_up(u->insn))
		low = end = low - bytes;
	if (is_preindexed(u->insn) == is_up(u->insn))
		low += 4;
	u->regs->r[15] += pc_ahead;
	if (!move_list(u, low)) {
		u->regs->r[15] -= pc_ahead;
		return FIXUP_FAULT;
	}
	if (has_writeback(u->insn))
		u->regs->r[base] = end;
	if (!is_load(u->insn) || !bit(list, 15))
		u->regs->r[15] -= pc_ahead;
	return FIXUP_DONE;
}

static void write_back(struct unaligned *u)
{
	vaddr_t address = u->address;

	if (!is_preindexed(u->insn))
		address += is_up(u->insn) ? u->offset : -u->offset;
	if (!is_preindexed(u->insn) || has_writeback(u->insn))
		u->regs->r[rn(u->insn)] = address;
}

/* ---- ARM --------------------------------------------------------------------- */

static fixup_fn arm_extra(struct unaligned *u)
{
	uint32_t op = field(u->insn, 4, 15);

	u->offset = bit(u->insn, 22)
			    ? field(u->insn, 4, 0xf0) | field(u->insn, 0, 15)
			    : u->regs->r[field(u->insn, 0, 15)];
	if (op == 0xb || (op == 0xf && is_load(u->insn)))
		return fixup_half;
	if (op == 0xd || op == 0xf)
		return is_load(u->insn) ? NULL : fixup_dword;
	return NULL; /* SWP and exclusives */
}

static uint32_t shifted(const struct unaligned *u)
{
	uint32_t value = u->regs->r[field(u->insn, 0, 15)];
	uint32_t by = field(u->insn, 7, 31);

	if (!field(u->insn, 4, 0xff))
		return value;
	switch (field(u->insn, 5, 3)) {
	case 0:
		return value << by;
	case 1:
		return by ? value >> by : 0;
	case 2:
		return (uint32_t)((int32_t)value >> (by ? by : 31));
	default:
		if (by)
			return value >> by | value << (32 - by);
		/* RRX: the carry comes in */
		return value >> 1 | (u->regs->cpsr << 2 & 1u << 31);
	}
}

/* ---- Thumb ------------------------------------------------------------------- */

/* Loads and stores with a register for offset, by bits 11 to 9. */
static uint32_t narrow_register_form(uint32_t half)
{
	static const uint32_t form[8] = {
		0xe7800000, /* str */
		0xe18000b0, /* strh */
		0xe7c00000, /* strb */
		0xe19000d0, /* ldrsb */
		0xe7900000, /* ldr */
		0xe19000b0, /* ldrh */
		0xe7d00000, /* ldrb */
		0xe19000f0, /* ldrsh */
	};

	return form[field(half, 9, 7)] | field(half, 0, 7) << 12 |
	       field(half, 3, 7) << 16 | field(half, 6, 7);
}

static uint32_t narrow_multiple(uint32_t half)
{
	uint32_t load = bit(half, 11), base = field(half, 8, 7);
	uint32_t list = field(half, 0, 0xff);
	bool keeps_loaded = load && bit(list, base);

	return 0xe8800000 | (keeps_loaded ? 0 : 1u << 21) | load << 20 |
	       base << 16 | list;
}

static uint32_t narrow_stack(uint32_t half)
{
	uint32_t list = field(half, 0, 0xff), last = bit(half, 8);

	if (bit(half, 11))
		return 0xe8bd0000 | last << 15 | list;
	return 0xe92d0000 | last << 14 | list;
}

/* A narrow instruction in ARM's form; 0: it has none. */
static uint32_t thumb2arm(uint32_t half)
{
	uint32_t load = (uint32_t)bit(half, 11) << 20;
	uint32_t low = field(half, 0, 7) << 12 | field(half, 3, 7) << 16;
	uint32_t imm5 = field(half, 6, 31);

	switch (field(half, 12, 15)) {
	case 5:
		return narrow_register_form(half);
	case 6:
		return 0xe5800000 | load | low | imm5 << 2;
	case 7:
		return 0xe5c00000 | load | low | imm5;
	case 8:
		return 0xe1c000b0 | load | low | (imm5 << 1 & 15) |
		       imm5 >> 3 << 8;
	case 9:
		return 0xe58d0000 | load | field(half, 8, 7) << 12 |
		       field(half, 0, 0xff) << 2;
	case 11:
		return field(half, 9, 3) == 2 ? narrow_stack(half) : 0;
	case 12:
		return narrow_multiple(half);
	default:
		return 0;
	}
}

static fixup_fn thumb_wide(struct unaligned *u)
{
	switch (field(u->insn, 16, 0xffe0)) {
	case 0xe880:
	case 0xe8a0:
	case 0xe900:
	case 0xe920:
		return fixup_multiple;
	case 0xf840: /* push or pop of one register */
		if (rn(u->insn) != 13 || (u->insn & 0x9ff) != 0x904)
			return NULL;
		u->insn = (is_load(u->insn) ? 0xe8bd0000 : 0xe92d0000) |
			  1u << rt(u->insn);
		return fixup_multiple;
	case 0xe860:
	case 0xe960:
	case 0xe8e0:
	case 0xe9e0:
		u->offset = field(u->insn, 0, 0xff) << 2;
		return fixup_dword;
	case 0xe940:
	case 0xe9c0:
		return fixup_dword;
	default:
		return NULL; /* up to a word: ARMv7 does that itself */
	}
}

/* Reads the instruction at the pc. False: its page is gone. */
static bool read_insn(struct unaligned *u)
{
	const vaddr_t pc = u->regs->r[15];
	uint16_t half = 0, second = 0;

	u->size_bytes = 4;
	if (!(u->regs->cpsr & PSR_T)) {
		bool found = !get_user_u32(u->curr, &u->code, pc);

		u->insn = u->code;
		return found;
	}
	if (copy_from_user(u->curr, &half, pc, 2))
		return false;
	u->wide = half >= 0xe800;
	if (!u->wide) {
		u->size_bytes = 2;
		u->code = half;
		u->insn = thumb2arm(half);
		return true;
	}
	if (copy_from_user(u->curr, &second, pc + 2, 2))
		return false;
	u->insn = u->code = (uint32_t)half << 16 | second;
	return true;
}

static fixup_fn find_fixup(struct unaligned *u)
{
	if (!u->insn)
		return NULL;
	switch (field(u->insn, 25, 7)) {
	case 0:
		return arm_extra(u);
	case 2:
		if (u->insn >> 28 == 15)
			return NULL; /* VLD1 and its kin */
		u->offset = field(u->insn, 0, 0xfff);
		return fixup_word;
	case 3:
		u->offset = shifted(u);
		return fixup_word;
	case 4:
		return u->wide ? thumb_wide(u) : fixup_multiple;
	default:
		return NULL;
	}
}

/* ---- a fault ------------------------------------------------------------------- */

/* The IT state of the next instruction. */
static void it_advance(struct pt_regs *regs)
{
	uint32_t it = (regs->cpsr >> 25 & 3) | (regs->cpsr >> 8 & 0xfc);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	regs->cpsr &= ~PSR_IT;
	regs->cpsr |= (it & 3) << 25 | (it & 0xfc) << 8;
}

static bool fix_up(struct unaligned *u, uint32_t fsr)
{
	fixup_fn fixup;
	enum fixup result = FIXUP_UNKNOWN;

	u->regs->r[15] += u->size_bytes;
	fixup = find_fixup(u);
	if (fixup) {
		result = fixup(u);
		if (result == FIXUP_FAULT || result == FIXUP_UNKNOWN)
			u->regs->r[15] -= u->size_bytes;
	}
	switch (result) {
	case FIXUP_UNKNOWN:
		u->curr->k->arch.alignment.skipped++;
		return false;
	case FIXUP_FAULT:
		do_bad_area(u->curr, u->address, fsr);
		return true;
	case FIXUP_LDST:
		write_back(u);
		break;
	default:
		break;
	}
	if (u->regs->cpsr & PSR_T)
		it_advance(u->regs);
	return true;
}

static void warn(const struct unaligned *u, uint32_t fsr)
{
	printk(u->curr->k,
	       "Alignment trap: %s (%d) PC=0x%08x Instr=0x%0*x "
	       "Address=0x%08x FSR 0x%03x",
	       u->curr->comm, u->curr->pid, u->regs->r[15], 2 * u->size_bytes,
	       u->code, u->address, fsr);
}

bool do_alignment(struct task_struct *curr, vaddr_t address, uint32_t fsr)
{
	struct alignment_state *state = &curr->k->arch.alignment;
	struct unaligned u = {
		.curr = curr,
		.regs = task_regs_mut(curr),
		.address = address,
	};

	if (!read_insn(&u)) {
		do_bad_area(curr, address, fsr);
		return true;
	}
	state->user++;
	if (state->usermode & UM_WARN)
		warn(&u, fsr);
	if (state->usermode & UM_FIXUP)
		return fix_up(&u, fsr);
	curr->k->faults.signalled++;
	force_sig_fault(curr, SIGBUS, BUS_ADRALN, address);
	return true;
}

/* ---- the mode -------------------------------------------------------------------- */

static void set_usermode(struct kernel *k, uint32_t mode)
{
	/* an access that is ignored would fault for ever */
	if (!(mode & (UM_FIXUP | UM_SIGNAL)))
		mode |= UM_FIXUP;
	k->arch.alignment.usermode = mode;
}

void alignment_init(struct kernel *k)
{
	uint32_t len;
	const char *text = boot_param(k, "alignment", &len);

	set_usermode(k, text && len == 1 && *text >= '0' && *text <= '5'
				? (uint32_t)(*text - '0')
				: 0);
}

int alignment_proc_show(struct seq_file *m, void *v)
{
	static const char *const names[UM_MODES] = {"ignored", "warn",
						    "fixup",   "fixup+warn",
						    "signal",  "signal+warn"};
	const struct alignment_state *state = &m->k->arch.alignment;

	(void)v;
	seq_printf(m, "User:\t\t%u\n", state->user);
	seq_printf(m, "System:\t\t0 (0x0)\n"); /* the kernel's own: none */
	seq_printf(m, "Skipped:\t%u\n", state->skipped);
	seq_printf(m, "Half:\t\t%u\n", state->half);
	seq_printf(m, "Word:\t\t%u\n", state->word);
	seq_printf(m, "DWord:\t\t%u\n", state->dword);
	seq_printf(m, "Multi:\t\t%u\n", state->multi);
	seq_printf(m, "User faults:\t%u (%s)\n", state->usermode,
		   names[state->usermode]);
	return 0;
}

/* The first character counts; what is no mode changes nothing. */
int alignment_proc_write(struct task_struct *curr, struct task_struct *task,
			 const char *text)
{
	(void)task;
	if (*text >= '0' && *text <= '5')
		set_usermode(curr->k, (uint32_t)(*text - '0'));
	return 0;
}
