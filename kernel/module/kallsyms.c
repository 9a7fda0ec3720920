/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/kallsyms.h"

/*
 * Names of addresses in modules (Linux: kernel/module/kallsyms.c). A module
 * keeps the symbol table of its file, in memory that it could write to: what is
 * read there is a guess, and every string ends.
 *
 * MODEL: the table is kept whole, not core's functions alone; the marks of ARM
 * code, Thumb code and data ($a, $t, $d) aren't shown, nor what is undefined.
 */

#include <elf.h>
#include <string.h>

#include "kernel/arch/arm/maccess.h"
#include "kernel/module/module.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define SYMS_AT_ONCE 64

/* ---- where in a module ---------------------------------------------------------- */

/* A run of one kind in a layout. */
struct part {
	vaddr_t start, end;
	char type;
};

static bool part_of(const struct module_layout *layout, vaddr_t kaddr,
		    struct part *part)
{
	const vaddr_t offset = kaddr - layout->base;

	if (!layout->base || offset >= layout->size)
		return false;
	if (offset < layout->text_size)
		*part = (struct part){0, layout->text_size, 't'};
	else if (offset < layout->ro_size)
		*part = (struct part){layout->text_size, layout->ro_size, 'r'};
	else
		*part = (struct part){layout->ro_size, layout->size, 'd'};
	part->start += layout->base;
	part->end += layout->base;
	return true;
}

static bool find_part(const struct module *mod, vaddr_t kaddr,
		      struct part *part)
{
	return part_of(&mod->core, kaddr, part) ||
	       part_of(&mod->init, kaddr, part);
}

bool is_module_text_address(const struct kernel *k, vaddr_t kaddr)
{
	const struct module *mod = module_address(k, kaddr);
	struct part part;

	return mod && find_part(mod, kaddr, &part) && part.type == 't';
}

/* ---- the table -------------------------------------------------------------------- */

static vaddr_t symbol_value(const Elf32_Sym *sym)
{
	/* bit 0 of a function's: Thumb */
	return ELF32_ST_TYPE(sym->st_info) == STT_FUNC ? sym->st_value & ~1u
						       : sym->st_value;
}

static bool has_name(struct task_struct *curr, const struct module *mod,
		     const Elf32_Sym *sym, char name[KSYM_NAME_LEN])
{
	if (sym->st_name >= mod->kallsyms.strtab_bytes ||
	    strncpy_from_kernel_nofault(curr, name,
					mod->kallsyms.strtab + sym->st_name,
					KSYM_NAME_LEN) < 1)
		return false;
	return name[0] != '$'; /* code or data begins: see the ABI */
}

static bool is_defined(const Elf32_Sym *sym)
{
	return sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS &&
	       ELF32_ST_TYPE(sym->st_info) != STT_FILE &&
	       ELF32_ST_TYPE(sym->st_info) != STT_SECTION;
}

/* Up to SYMS_AT_ONCE symbols from the @first on; how many there are. */
static uint32_t get_symbols(struct task_struct *curr, const struct module *mod,
			    uint32_t first, Elf32_Sym syms[SYMS_AT_ONCE])
{
	uint32_t nr = mod->kallsyms.nr - first;

	if (nr > SYMS_AT_ONCE)
		nr = SYMS_AT_ONCE;
	if (copy_from_kernel_nofault(curr, syms,
				     mod->kallsyms.symtab +
					     first * (uint32_t)sizeof(*syms),
				     nr * (uint32_t)sizeof(*syms)))
		return 0;
	return nr;
}

/* ---- look-up ------------------------------------------------------------------------ */

/* The nearest symbol so far, and where the next one begins. */
struct nearest {
	vaddr_t kaddr, start, end;
	bool found;
};

static void consider(struct task_struct *curr, const struct module *mod,
		     const Elf32_Sym *sym, struct nearest *n, struct ksym *to)
{
	const vaddr_t value = symbol_value(sym);
	char name[KSYM_NAME_LEN];

	if (!is_defined(sym) || value < n->start || value >= n->end ||
	    (n->found && value == n->start) || !has_name(curr, mod, sym, name))
		return;
	if (value > n->kaddr) {
		n->end = value;
		return;
	}
	n->start = value;
	n->found = true;
	memcpy(to->name, name, sizeof(name));
}

bool module_kallsyms_lookup(struct task_struct *curr, vaddr_t kaddr,
			    struct ksym *to)
{
	const struct module *mod = module_address(curr->k, kaddr);
	Elf32_Sym syms[SYMS_AT_ONCE];
	struct nearest n = {.kaddr = kaddr};
	struct part part;
	uint32_t nr;

	if (!mod || mod->state == MODULE_STATE_UNFORMED ||
	    !find_part(mod, kaddr, &part))
		return false;
	n.start = part.start;
	n.end = part.end;
	for (uint32_t i = 0; i < mod->kallsyms.nr; i += nr) {
		nr = get_symbols(curr, mod, i, syms);
		if (!nr)
			break;
		for (uint32_t s = 0; s < nr; s++)
			consider(curr, mod, &syms[s], &n, to);
	}
	to->type = part.type;
	to->start = n.start;
	to->size = n.end - n.start;
	to->mod = mod;
	return n.found;
}

/* ---- all of them ------------------------------------------------------------------------ */

static bool is_exported(struct task_struct *curr,
			const struct module_exports *in, vaddr_t value)
{
	struct arm_kernel_symbol sym;

	for (uint32_t i = 0; i < in->nr; i++)
		if (!copy_from_kernel_nofault(
			    curr, &sym, in->syms + i * (uint32_t)sizeof(sym),
			    sizeof(sym)) &&
		    sym.value == value)
			return true;
	return false;
}

static void show(struct task_struct *curr, const struct module *mod,
		 const Elf32_Sym *sym,
		 void (*fn)(void *arg, const struct ksym *sym), void *arg)
{
	struct ksym to = {.start = symbol_value(sym), .mod = mod};
	struct part part;

	if (!is_defined(sym) || !find_part(mod, to.start, &part) ||
	    !has_name(curr, mod, sym, to.name))
		return;
	to.type = part.type;
	if (is_exported(curr, &mod->exports, sym->st_value) ||
	    is_exported(curr, &mod->gpl_exports, sym->st_value))
		to.type = (char)(part.type - 'a' + 'A');
	fn(arg, &to);
}

void module_kallsyms_for_each(struct task_struct *curr,
			      void (*fn)(void *arg, const struct ksym *sym),
			      void *arg)
{
	const struct module *mod;
	Elf32_Sym syms[SYMS_AT_ONCE];
	uint32_t nr;

	down_read(curr, &curr->k->modules.lock);
	list_for_each_entry(mod, &curr->k->modules.list, list) {
		if (mod->state == MODULE_STATE_UNFORMED)
			continue;
		for (uint32_t i = 0; i < mod->kallsyms.nr; i += nr) {
			nr = get_symbols(curr, mod, i, syms);
			if (!nr)
				break;
			for (uint32_t s = 0; s < nr; s++)
				show(curr, mod, &syms[s], fn, arg);
		}
	}
	up_read(curr, &curr->k->modules.lock);
}
