/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/module.h"

/*
 * Relocations (Linux: arch/arm/kernel/module.c, module-plts.c; the meaning of
 * each is the ABI's, "ELF for the Arm Architecture", 5.6). REL sections keep
 * the addend in the place itself: S is the symbol, A the addend, P the place.
 *
 * A branch that doesn't reach its target, or can't switch between ARM and
 * Thumb on its way, goes by a veneer: "ldr pc" and the address, in the
 * branch's own instruction set. Veneers lie behind the code that needs them.
 *
 * Invariant: nothing outside of the section that is relocated gets written.
 */

#include <errno.h>
#include <stdio.h>

#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/set_memory.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/module/internal.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define ARM_LDR_PC   0xe51ff004u /* ldr pc, [pc, #-4] */
#define THUMB_LDR_PC 0xf000f8dfu /* ldr.w pc, [pc]; halves as in memory */
#define ARM_NOP      0xe320f000u

#define VENEERS_LOOKED_AT 32
#define MOST_VENEERS      (64u << 20) /* no memory is that large */

#define THUMB_NOP 0x8000f3afu /* nop.w */

/* One relocation. Lives while it is applied. */
struct reloc {
	struct load_info *const info;
	const unsigned int section; /* whose relocations these are */
	const uint32_t number, type;
	const uint32_t offset; /* in its section */
	const vaddr_t place;
	const Elf32_Sym sym;
};

/* ---- complaints -------------------------------------------------------------------- */

static int refuse(const struct reloc *r, const char *why)
{
	char name[64];

	module_image_string(r->info, r->info->index.str, r->sym.st_name, name,
			    sizeof(name));
	printk(r->info->curr->k, "%s: section %u reloc %u sym '%s': %s",
	       r->info->name, r->section, r->number, name, why);
	return -ENOEXEC;
}

static int refuse_range(const struct reloc *r)
{
	char why[64];

	snprintf(why, sizeof(why), "relocation %u out of range (%#x -> %#x)",
		 r->type, r->place, r->sym.st_value);
	return refuse(r, why);
}

/* ---- the place ------------------------------------------------------------------------ */

static uint32_t get_word(const struct reloc *r)
{
	uint32_t word = 0;

	copy_from_kernel_nofault(r->info->curr, &word, r->place, sizeof(word));
	return word;
}

static int put_word(const struct reloc *r, uint32_t word)
{
	if (copy_to_kernel_nofault(r->info->curr, r->place, &word,
				   sizeof(word)))
		return refuse(r, "out of memory's bounds");
	return 0;
}

static int32_t sign_extend(uint32_t value, unsigned int sign_bit)
{
	return (int32_t)(value << (31 - sign_bit)) >> (31 - sign_bit);
}

/* S for a function in Thumb has bit 0 set. */
static vaddr_t target(const struct reloc *r)
{
	return r->sym.st_value;
}

/*
 * A function's value says in which state it runs. What is no function, as a
 * label in the section, is in the state of whoever branches to it.
 */
static bool is_function(const struct reloc *r)
{
	return ELF32_ST_TYPE(r->sym.st_info) == STT_FUNC ||
	       r->sym.st_shndx == SHN_UNDEF;
}

static bool is_thumb_target(const struct reloc *r)
{
	return is_function(r) && r->sym.st_value & 1;
}

static bool is_arm_target(const struct reloc *r)
{
	return is_function(r) && !(r->sym.st_value & 1);
}

/* A weak function that nobody has: its calls do nothing. */
static bool is_absent(const struct reloc *r)
{
	return !r->sym.st_value && r->sym.st_shndx == SHN_UNDEF;
}

/* ---- veneers ---------------------------------------------------------------------------- */

/*
 * The veneer for @to in ARM or Thumb, a new one if need be; 0: none is left.
 * One of the last few is used again, so that a row of calls needs one, and a
 * file of a million targets takes no longer for each.
 */
static vaddr_t get_veneer(const struct reloc *r, uint32_t jump, vaddr_t to)
{
	struct load_info *info = r->info;
	const struct module *mod = info->mod;
	const bool init = r->place - mod->init.base < mod->init.size;
	struct module_veneers *veneers = init ? &info->init_veneers
					      : &info->core_veneers;
	const vaddr_t first = veneers->offset +
			      (init ? mod->init.base : mod->core.base);
	uint32_t n = veneers->used, words[2];

	for (uint32_t back = 0; n && back < VENEERS_LOOKED_AT; back++) {
		const vaddr_t at = first + --n * MODULE_VENEER_BYTES;

		copy_from_kernel_nofault(info->curr, words, at, sizeof(words));
		if (words[0] == jump && words[1] == to)
			return at;
	}
	if (veneers->used == veneers->nr)
		return 0;
	words[0] = jump;
	words[1] = to;
	n = veneers->used++;
	copy_to_kernel_nofault(info->curr, first + n * MODULE_VENEER_BYTES,
			       words, sizeof(words));
	return first + n * MODULE_VENEER_BYTES;
}

static bool is_branch(uint32_t type)
{
	switch (type) {
	case R_ARM_PC24:
	case R_ARM_CALL:
	case R_ARM_JUMP24:
	case R_ARM_THM_PC22: /* THM_CALL */
	case R_ARM_THM_JUMP24:
		return true;
	default:
		return false;
	}
}

uint32_t module_count_veneers(const struct load_info *info, bool init)
{
	uint32_t nr = 0;
	Elf32_Rel rel;

	for (unsigned int i = 1; i < info->ehdr.e_shnum; i++) {
		const Elf32_Shdr *sh = &info->sechdrs[i];

		if (sh->sh_type != SHT_REL ||
		    sh->sh_info >= info->ehdr.e_shnum ||
		    module_is_init_section(info, sh->sh_info) != init)
			continue;
		for (uint32_t n = 0; n < sh->sh_size / sizeof(rel); n++)
			if (module_image_read(info,
					      sh->sh_offset +
						      n * (uint32_t)sizeof(rel),
					      &rel, sizeof(rel)) &&
			    is_branch(ELF32_R_TYPE(rel.r_info)) &&
			    nr < MOST_VENEERS)
				nr++;
	}
	return nr;
}

/* ---- data and addresses in parts -------------------------------------------------------- */

/* movw and movt, ARM's and Thumb's: imm16 is cut in pieces. */
static uint32_t arm_mov_imm(uint32_t insn)
{
	return (insn >> 4 & 0xf000) | (insn & 0xfff);
}
static uint32_t arm_set_mov_imm(uint32_t insn, uint32_t imm)
{
	return (insn & 0xfff0f000u) | (imm & 0xf000) << 4 | (imm & 0xfff);
}
/* With the first half in the upper half of @insn: imm4:i:imm3:imm8. */
static uint32_t thumb_mov_imm(uint32_t insn)
{
	return (insn >> 4 & 0xf000) | (insn >> 15 & 0x800) |
	       (insn >> 4 & 0x700) | (insn & 0xff);
}
static uint32_t thumb_set_mov_imm(uint32_t insn, uint32_t imm)
{
	return (insn & 0xfbf08f00u) | (imm & 0xf000) << 4 |
	       (imm & 0x800) << 15 | (imm & 0x700) << 4 | (imm & 0xff);
}

/* Thumb-2's words are two halves, first half first. */
static uint32_t swap_halves(uint32_t word)
{
	return word << 16 | word >> 16;
}

static int apply_mov(const struct reloc *r, bool thumb, bool top, bool relative)
{
	uint32_t insn = thumb ? swap_halves(get_word(r)) : get_word(r);
	uint32_t addend = (uint32_t)sign_extend(
		thumb ? thumb_mov_imm(insn) : arm_mov_imm(insn), 15);
	uint32_t value = target(r) + addend;

	if (relative)
		value -= r->place;
	if (top)
		value >>= 16;
	insn = thumb ? thumb_set_mov_imm(insn, value & 0xffff)
		     : arm_set_mov_imm(insn, value & 0xffff);
	return put_word(r, thumb ? swap_halves(insn) : insn);
}

/* 31 bits, of unwind tables. */
static int apply_prel31(const struct reloc *r)
{
	uint32_t word = get_word(r);
	uint32_t value = target(r) + (uint32_t)sign_extend(word, 30) - r->place;

	if (sign_extend(value, 30) != (int32_t)value)
		return refuse_range(r);
	return put_word(r, (word & 0x80000000u) | (value & 0x7fffffffu));
}

/* bx Rm: ARMv7 has it, so it stays. */
static int apply_v4bx(const struct reloc *r)
{
	return put_word(r, get_word(r));
}

/* ---- ARM's branches -------------------------------------------------------------------- */

#define ARM_BRANCH_REACH 0x02000000

static bool arm_reaches(int32_t offset)
{
	return offset >= -ARM_BRANCH_REACH && offset < ARM_BRANCH_REACH;
}

static bool is_blx(uint32_t insn)
{
	return (insn & 0xfe000000u) == 0xfa000000u;
}

static int put_blx(const struct reloc *r, uint32_t offset)
{
	return put_word(r, 0xfa000000u | (offset & 2) << 23 |
				   (offset >> 2 & 0xffffff));
}

/* A call may change its state, bl to blx and back; no other branch can. */
static int apply_arm_branch(const struct reloc *r)
{
	uint32_t insn = get_word(r);
	bool blx = is_blx(insn), call = blx || insn >> 24 == 0xeb;
	bool to_thumb = is_thumb_target(r) || (blx && !is_arm_target(r));
	uint32_t half = blx ? insn >> 23 & 2 : 0;
	int32_t addend = sign_extend(insn & 0xffffff, 23) * 4;
	vaddr_t to = target(r) + (uint32_t)addend + half;
	int32_t offset = (int32_t)(to - r->place);

	if (is_absent(r))
		return put_word(r, ARM_NOP);
	if (to_thumb && call && arm_reaches(offset & ~1))
		return put_blx(r, (uint32_t)offset);
	if (to_thumb || !arm_reaches(offset)) {
		vaddr_t veneer = get_veneer(r, ARM_LDR_PC, (to + 8) | to_thumb);

		offset = (int32_t)(veneer - 8 - r->place);
		if (!veneer || !arm_reaches(offset))
			return refuse_range(r);
	}
	if (offset & 3)
		return refuse_range(r);
	return put_word(r, (blx ? 0xeb000000u : insn & 0xff000000u) |
				   ((uint32_t)offset >> 2 & 0xffffff));
}

/* ---- Thumb's branches -------------------------------------------------------------------- */

#define THUMB_BRANCH_REACH 0x01000000
#define THUMB_BLX_MASK     0x1000u /* clear: bl became blx */

static bool thumb_reaches(int32_t offset)
{
	return offset >= -THUMB_BRANCH_REACH && offset < THUMB_BRANCH_REACH;
}

/* S:I1:I2:imm10:imm11:0, with I = NOT(J XOR S). */
static int32_t thumb_branch_offset(uint32_t insn)
{
	uint32_t s = insn >> 26 & 1;
	uint32_t i1 = ~(insn >> 13 ^ s) & 1, i2 = ~(insn >> 11 ^ s) & 1;

	return sign_extend(s << 24 | i1 << 23 | i2 << 22 |
				   (insn >> 16 & 0x3ff) << 12 |
				   (insn & 0x7ff) << 1,
			   24);
}

static uint32_t thumb_set_branch_offset(uint32_t insn, int32_t offset)
{
	uint32_t o = (uint32_t)offset, s = o >> 24 & 1;
	uint32_t j1 = s ^ (~o >> 23 & 1), j2 = s ^ (~o >> 22 & 1);

	return (insn & 0xf800d000u) | s << 26 | (o >> 12 & 0x3ff) << 16 |
	       j1 << 13 | j2 << 11 | (o >> 1 & 0x7ff);
}

/* A call of ARM code, from Thumb: bl becomes blx, which counts from a word. */
static bool thumb_call_to_arm(const struct reloc *r, uint32_t insn, vaddr_t to,
			      uint32_t *blx)
{
	int32_t offset = (int32_t)(to - (r->place & ~3u));

	if (r->type != R_ARM_THM_PC22 || !is_arm_target(r) ||
	    !thumb_reaches(offset))
		return false;
	*blx = thumb_set_branch_offset(insn, offset) & ~THUMB_BLX_MASK;
	return true;
}

static int apply_thumb_branch(const struct reloc *r)
{
	uint32_t insn = swap_halves(get_word(r));
	vaddr_t to = target(r) + (uint32_t)thumb_branch_offset(insn);
	int32_t offset = (int32_t)((to & ~1u) - r->place);

	if (is_absent(r))
		return put_word(r, THUMB_NOP);
	if (thumb_call_to_arm(r, insn, to, &insn))
		return put_word(r, swap_halves(insn));
	if (is_arm_target(r) || !thumb_reaches(offset)) {
		vaddr_t veneer = get_veneer(r, THUMB_LDR_PC,
					    (to + 4) | !is_arm_target(r));

		offset = (int32_t)(veneer - 4 - r->place);
		if (!veneer || !thumb_reaches(offset))
			return refuse_range(r);
	}
	return put_word(r, swap_halves(thumb_set_branch_offset(insn, offset)));
}

/* ---- the table ----------------------------------------------------------------------------- */

/* A word is written, whole within the section. */
static int check_bounds(const struct reloc *r)
{
	const struct load_info *info = r->info;
	const uint32_t size =
		info->sechdrs[info->sechdrs[r->section].sh_info].sh_size;
	char why[80];

	if (size >= 4 && r->offset <= size - 4)
		return 0;
	snprintf(why, sizeof(why),
		 "out of bounds relocation, offset %d size %u", (int)r->offset,
		 size);
	return refuse(r, why);
}

static int apply_one(const struct reloc *r)
{
	if (check_bounds(r))
		return -ENOEXEC;
	switch (r->type) {
	case R_ARM_NONE:
		return 0;
	case R_ARM_ABS32:
	case R_ARM_TARGET1:
		return put_word(r, get_word(r) + target(r));
	case R_ARM_REL32:
	case R_ARM_TARGET2: /* as GNU/Linux has it */
		return put_word(r, get_word(r) + target(r) - r->place);
	case R_ARM_PREL31:
		return apply_prel31(r);
	case R_ARM_V4BX:
		return apply_v4bx(r);
	case R_ARM_PC24:
	case R_ARM_CALL:
	case R_ARM_JUMP24:
		return apply_arm_branch(r);
	case R_ARM_THM_PC22:
	case R_ARM_THM_JUMP24:
		return apply_thumb_branch(r);
	case R_ARM_MOVW_ABS_NC:
	case R_ARM_MOVT_ABS:
		return apply_mov(r, false, r->type == R_ARM_MOVT_ABS, false);
	case R_ARM_MOVW_PREL_NC:
	case R_ARM_MOVT_PREL:
		return apply_mov(r, false, r->type == R_ARM_MOVT_PREL, true);
	case R_ARM_THM_MOVW_ABS_NC:
	case R_ARM_THM_MOVT_ABS:
		return apply_mov(r, true, r->type == R_ARM_THM_MOVT_ABS, false);
	case R_ARM_THM_MOVW_PREL_NC:
	case R_ARM_THM_MOVT_PREL:
		return apply_mov(r, true, r->type == R_ARM_THM_MOVT_PREL, true);
	default:
		printk(r->info->curr->k, "%s: unknown relocation: %u",
		       r->info->name, r->type);
		return -ENOEXEC;
	}
}

int apply_relocate(struct load_info *info, unsigned int relsec)
{
	const Elf32_Shdr *sh = &info->sechdrs[relsec];
	const Elf32_Shdr *dst = &info->sechdrs[sh->sh_info];
	Elf32_Rel rel;
	int err = 0;

	for (uint32_t n = 0; !err && n < sh->sh_size / sizeof(rel); n++) {
		Elf32_Sym sym;

		module_image_read(info,
				  sh->sh_offset + n * (uint32_t)sizeof(rel),
				  &rel, sizeof(rel));
		if (!module_symbol(info, ELF32_R_SYM(rel.r_info), &sym)) {
			printk(info->curr->k,
			       "%s: section %u reloc %u: bad relocation sym "
			       "offset",
			       info->name, relsec, n);
			return -ENOEXEC;
		}
		err = apply_one(&(struct reloc){
			.info = info,
			.section = relsec,
			.number = n,
			.type = ELF32_R_TYPE(rel.r_info),
			.offset = rel.r_offset,
			.place = dst->sh_addr + rel.r_offset,
			.sym = sym,
		});
	}
	return err;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static vaddr_t alloc_within(struct task_struct *curr, uint32_t nr_bytes,
			    vaddr_t start, vaddr_t end)
{
	return __vmalloc_node_range(curr, nr_bytes, 1, start, end,
				    GFP_KERNEL | __GFP_NOWARN | __GFP_ZERO,
				    page_kernel_exec(curr->k), 0, NUMA_NO_NODE,
				    "module_alloc");
}

vaddr_t module_alloc(struct task_struct *curr, uint32_t nr_bytes)
{
	const struct arch_state *arch = &curr->k->arch;
	vaddr_t near = alloc_within(curr, nr_bytes, arch->modules_vaddr,
				    arch->modules_end);

	return near ? near
		    : alloc_within(curr, nr_bytes, arch->vmalloc_start,
				   arch->vmalloc_end);
}

void module_memfree(struct task_struct *curr, vaddr_t kaddr)
{
	vfree(curr, kaddr);
}

static void protect(struct task_struct *curr,
		    const struct module_layout *layout)
{
	if (!layout->size)
		return;
	set_vm_flush_reset_perms(curr->k, layout->base);
	set_memory_ro(curr, layout->base, layout->ro_size >> PAGE_SHIFT);
	set_memory_nx(curr, layout->base + layout->text_size,
		      (layout->size - layout->text_size) >> PAGE_SHIFT);
}

void module_finalize(struct task_struct *curr, const struct module *mod)
{
	protect(curr, &mod->core);
	protect(curr, &mod->init);
}
