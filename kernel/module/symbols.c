/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/internal.h"

/*
 * Binding symbols (Linux: kernel/module/main.c's find_symbol(),
 * resolve_symbol(), simplify_symbols(), ref_module()).
 *
 * Invariant: a module_use is on its user's target_list and on its used
 * module's source_list, once for a pair, and holds a reference of the used.
 */

#include <errno.h>
#include <string.h>

#include "kernel/arch/arm/maccess.h"
#include "kernel/arm_sizes.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/module/export.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define SYMBOL_BYTES 128 /* names are cut beyond */

/* ---- who has it ------------------------------------------------------------------- */

static bool find_in(struct task_struct *curr, const struct module_exports *in,
		    const char *name, vaddr_t *value)
{
	for (uint32_t i = 0; i < in->nr; i++) {
		struct arm_kernel_symbol sym;
		char text[SYMBOL_BYTES];

		if (copy_from_kernel_nofault(
			    curr, &sym, in->syms + i * (uint32_t)sizeof(sym),
			    sizeof(sym)) ||
		    strncpy_from_kernel_nofault(curr, text, sym.name,
						sizeof(text)) < 0)
			continue;
		if (!strcmp(text, name)) {
			*value = sym.value;
			return true;
		}
	}
	return false;
}

bool find_symbol(struct task_struct *curr, const char *name,
		 struct symbol_owner *to)
{
	struct module *mod;

	*to = (struct symbol_owner){0};
	if (export_find(curr->k, name, &to->value, &to->gpl_only))
		return true;
	list_for_each_entry(mod, &curr->k->modules.list, list) {
		if (mod->state == MODULE_STATE_UNFORMED)
			continue;
		to->owner = mod;
		if (find_in(curr, &mod->exports, name, &to->value))
			return true;
		to->gpl_only = true;
		if (find_in(curr, &mod->gpl_exports, name, &to->value))
			return true;
		to->gpl_only = false;
	}
	return false;
}

/* ---- who uses whom ------------------------------------------------------------------- */

static bool already_uses(const struct module *user, const struct module *used)
{
	const struct module_use *use;

	list_for_each_entry(use, &user->target_list, target_list)
		if (use->used == used)
			return true;
	return false;
}

static int ref_module(struct task_struct *curr, struct module *user,
		      struct module *used)
{
	struct module_use *use;

	if (!used || already_uses(user, used))
		return 0;
	if (used->state == MODULE_STATE_COMING)
		return -EBUSY; /* its init runs: it could yet fail */
	if (!try_module_get(used))
		return -ENODEV;
	use = kzalloc_obj(curr, ARM_SIZEOF_MODULE_USE, sizeof(*use),
			  GFP_KERNEL);
	if (!use) {
		module_put(curr, used);
		return -ENOMEM;
	}
	use->user = user;
	use->used = used;
	list_add(&use->source_list, &used->source_list);
	list_add(&use->target_list, &user->target_list);
	return 0;
}

void module_unload_free(struct task_struct *curr, struct module *mod)
{
	struct module_use *use, *next;

	list_for_each_entry_safe(use, next, &mod->target_list, target_list) {
		module_put(curr, use->used);
		list_del(&use->source_list);
		list_del(&use->target_list);
		kfree_obj(curr, use);
	}
}

/* ---- a file's symbols ------------------------------------------------------------------ */

static int resolve(struct load_info *info, const char *name, Elf32_Sym *sym)
{
	struct symbol_owner found;
	int err = -ENOENT;

	if (find_symbol(info->curr, name, &found)) {
		if (found.gpl_only && !info->mod->gpl)
			err = -ENOENT; /* as if it were not there */
		else
			err = ref_module(info->curr, info->mod, found.owner);
	}
	if (!err) {
		sym->st_value = found.value;
		return 0;
	}
	if (err == -ENOENT && ELF32_ST_BIND(sym->st_info) == STB_WEAK) {
		sym->st_value = 0;
		return 0;
	}
	printk(info->curr->k, "%s: Unknown symbol %s (err %d)", info->mod->name,
	       name, err);
	return err;
}

static int settle(struct load_info *info, Elf32_Sym *sym)
{
	char name[SYMBOL_BYTES];

	switch (sym->st_shndx) {
	case SHN_ABS:
		return 0;
	case SHN_COMMON:
		printk(info->curr->k, "%s: please compile with -fno-common",
		       info->mod->name);
		return -ENOEXEC;
	case SHN_UNDEF:
		module_image_string(info, info->index.str, sym->st_name, name,
				    sizeof(name));
		return resolve(info, name, sym);
	default:
		if (sym->st_shndx >= info->ehdr.e_shnum) {
			printk(info->curr->k,
			       "%s: a symbol of a section that isn't there",
			       info->mod->name);
			return -ENOEXEC;
		}
		sym->st_value += info->sechdrs[sym->st_shndx].sh_addr;
		return 0;
	}
}

/* Into the file, for the relocations, and into memory, for kallsyms. */
static bool put_symbol(struct load_info *info, uint32_t n, const Elf32_Sym *sym)
{
	uint32_t offset = n * (uint32_t)sizeof(*sym);

	return module_image_write(
		       info, info->sechdrs[info->index.sym].sh_offset + offset,
		       sym, sizeof(*sym)) &&
	       !copy_to_kernel_nofault(info->curr,
				       info->mod->kallsyms.symtab + offset, sym,
				       sizeof(*sym));
}

int module_resolve_symbols(struct load_info *info)
{
	Elf32_Sym sym;
	int result = 0;

	for (uint32_t i = 1; module_symbol(info, i, &sym); i++) {
		int err = settle(info, &sym);

		if (err)
			result = err;
		else if (!put_symbol(info, i, &sym))
			return -ENOEXEC;
	}
	return result;
}
