/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/internal.h"

/*
 * Where the parts of a module lie (Linux: kernel/module/main.c's
 * layout_sections(), layout_symtab() and move_module()).
 *
 *	core:  text, veneers | rodata | data, bss, symbols
 *	init:  the same of .init sections, given back once init has run
 *
 * A section's place is decided before there is memory, so that its size is
 * known; until then sh_entsize has the offset, and its top bit says init.
 */

#include <errno.h>
#include <string.h>

#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/module.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/mm_types.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/task/sched.h"

#define INIT_OFFSET 0x80000000u
#define SH_FLAGS    (SHF_ALLOC | SHF_EXECINSTR | SHF_WRITE)

/* More than fits any modules area; sums of such sizes don't overflow. */
#define MOST_BYTES (256u << 20)

/* ---- places ---------------------------------------------------------------------- */

/* Only what the kernel reads while it loads. */
static bool stays_behind(const struct load_info *info, unsigned int n)
{
	return !(info->sechdrs[n].sh_flags & SHF_ALLOC) ||
	       n == info->index.info;
}

/* The offset of @nr_bytes at the end of @layout. */
static uint32_t place(struct module_layout *layout, uint32_t nr_bytes,
		      uint32_t align)
{
	uint32_t offset = layout->size;

	if (align > 1)
		offset = (offset + align - 1) & ~(align - 1);
	layout->size = nr_bytes > MOST_BYTES || offset > MOST_BYTES
			       ? MOST_BYTES + 1
			       : offset + nr_bytes;
	return offset;
}

/* Of the sections of one kind, those of init or the others. */
static void place_sections(struct load_info *info, uint32_t flags, bool init)
{
	struct module_layout *layout = init ? &info->init : &info->core;

	for (unsigned int i = 1; i < info->ehdr.e_shnum; i++) {
		Elf32_Shdr *sh = &info->sechdrs[i];

		if (stays_behind(info, i) ||
		    (sh->sh_flags & SH_FLAGS) != flags ||
		    module_is_init_section(info, i) != init)
			continue;
		sh->sh_entsize = place(layout, sh->sh_size, sh->sh_addralign) |
				 (init ? INIT_OFFSET : 0);
	}
	layout->size = PAGE_ALIGN(layout->size);
}

/* Symbols and their names, as they are in the file. */
static void place_symtab(struct load_info *info)
{
	info->symtab_offset = place(&info->core,
				    info->sechdrs[info->index.sym].sh_size, 4);
	info->strtab_offset = place(&info->core,
				    info->sechdrs[info->index.str].sh_size, 1);
	info->core.size = PAGE_ALIGN(info->core.size);
}

/* Code behind which rights change at a page, so each kind has its own. */
static void place_kind(struct load_info *info, bool init)
{
	struct module_layout *layout = init ? &info->init : &info->core;
	struct module_veneers *veneers = init ? &info->init_veneers
					      : &info->core_veneers;

	place_sections(info, SHF_ALLOC | SHF_EXECINSTR, init);
	veneers->nr = module_count_veneers(info, init);
	veneers->offset = place(layout, veneers->nr * MODULE_VENEER_BYTES, 8);
	layout->size = PAGE_ALIGN(layout->size);
	layout->text_size = layout->size;
	place_sections(info, SHF_ALLOC, init);
	layout->ro_size = layout->size;
	place_sections(info, SHF_ALLOC | SHF_WRITE, init);
	place_sections(info, SH_FLAGS, init);
}

void module_layout_sections(struct load_info *info)
{
	place_kind(info, false);
	place_symtab(info);
	place_kind(info, true);
}

/* ---- memory --------------------------------------------------------------------------- */

static int allocate(struct task_struct *curr, struct module_layout *to,
		    const struct module_layout *sizes)
{
	*to = *sizes;
	if (!sizes->size)
		return 0;
	if (sizes->size > MOST_BYTES)
		return -ENOMEM;
	to->base = module_alloc(curr, sizes->size);
	return to->base ? 0 : -ENOMEM;
}

/* Through a page of ours; both sides were checked. */
static int copy_bytes(const struct load_info *info, vaddr_t to, uint32_t offset,
		      uint32_t nr_bytes)
{
	uint8_t bytes[512];

	for (uint32_t done = 0, n; done < nr_bytes; done += n) {
		n = nr_bytes - done;
		if (n > sizeof(bytes))
			n = sizeof(bytes);
		if (!module_image_read(info, offset + done, bytes, n) ||
		    copy_to_kernel_nofault(info->curr, to + done, bytes, n))
			return -ENOEXEC;
	}
	return 0;
}

static int move_section(struct load_info *info, Elf32_Shdr *sh)
{
	const struct module *mod = info->mod;

	if (sh->sh_entsize & INIT_OFFSET)
		sh->sh_addr = mod->init.base + (sh->sh_entsize & ~INIT_OFFSET);
	else
		sh->sh_addr = mod->core.base + sh->sh_entsize;
	return sh->sh_type == SHT_NOBITS
		       ? 0
		       : copy_bytes(info, sh->sh_addr, sh->sh_offset,
				    sh->sh_size);
}

static int move_symtab(struct load_info *info)
{
	const Elf32_Shdr *sym = &info->sechdrs[info->index.sym];
	const Elf32_Shdr *str = &info->sechdrs[info->index.str];
	struct module *mod = info->mod;

	mod->kallsyms = (struct module_kallsyms){
		.symtab = mod->core.base + info->symtab_offset,
		.strtab = mod->core.base + info->strtab_offset,
		.nr = sym->sh_size / sizeof(Elf32_Sym),
		.strtab_bytes = str->sh_size,
	};
	return copy_bytes(info, mod->kallsyms.strtab, str->sh_offset,
			  str->sh_size);
}

int module_move(struct load_info *info)
{
	struct module *mod = info->mod;
	int err;

	err = allocate(info->curr, &mod->core, &info->core);
	if (!err)
		err = allocate(info->curr, &mod->init, &info->init);
	for (unsigned int i = 1; !err && i < info->ehdr.e_shnum; i++)
		if (!stays_behind(info, i))
			err = move_section(info, &info->sechdrs[i]);
	return err ? err : move_symtab(info);
}
