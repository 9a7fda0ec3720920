/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_INTERNAL_H
#define KERNEL_MODULE_INTERNAL_H

/* What the steps of loading a module share (kernel/module/internal.h). */

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/module/module.h"

struct task_struct;

/* Room for the veneers of a layout's code, behind it. */
struct module_veneers {
	uint32_t offset; /* in the layout */
	uint32_t nr, used; /* at most; so far */
};

/*
 * A module being loaded: the file as it came, in kernel memory, and what is
 * known of it. Sections are named by their index; sechdrs[0] is none, so that
 * an index of 0 means that there is no such section.
 *
 * Nothing in the file is believed: it is read through module_image_read(),
 * which knows where it ends.
 */
struct load_info {
	struct task_struct *curr;
	vaddr_t hdr; /* vmalloc'ed */
	uint32_t len;
	Elf32_Ehdr ehdr;
	Elf32_Shdr *sechdrs; /* kmalloc'ed copy; sh_addr is where each went */
	vaddr_t sechdrs_addr;
	char name[MODULE_NAME_LEN];
	struct {
		unsigned int sym, str, mod, info;
	} index;
	struct module *mod;
	struct module_layout core, init; /* sizes, before there is memory */
	uint32_t symtab_offset, strtab_offset; /* in core: for kallsyms */
	struct module_veneers core_veneers, init_veneers;
};

/* ---- module/elf_image.c --------------------------------------------------------- */

/* Reads or changes the file's bytes. False: it has none there. */
bool module_image_read(const struct load_info *info, uint32_t offset, void *to,
		       uint32_t nr_bytes);
bool module_image_write(const struct load_info *info, uint32_t offset,
			const void *from, uint32_t nr_bytes);
/*
 * A NUL-terminated string of section @section at @offset into @to, cut to its
 * size; "" where there is none.
 */
void module_image_string(const struct load_info *info, unsigned int section,
			 uint32_t offset, char *to, uint32_t size);
/* Does the section's name equal @name? */
bool module_section_is(const struct load_info *info, unsigned int section,
		       const char *name);
/* Does it go once init has run? By its name. */
bool module_is_init_section(const struct load_info *info, unsigned int section);
/* The one that is called @name and takes memory; 0: none. */
unsigned int module_find_section(const struct load_info *info,
				 const char *name);
/*
 * Checks the file's headers as far as everything else relies on them, and
 * fills in ehdr, sechdrs, index, name. 0, -ENOEXEC with a line in the log, or
 * -ENOMEM. module_image_free() in any case.
 */
int module_image_check(struct load_info *info);
void module_image_free(struct load_info *info);
/* The @n-th value of "tag=value" in .modinfo, into @to. False: none. */
bool module_modinfo(const struct load_info *info, const char *tag,
		    unsigned int n, char *to, uint32_t size);

/* A symbol of the file. False: there is none of this number. */
bool module_symbol(const struct load_info *info, uint32_t n, Elf32_Sym *sym);

/* ---- module/layout.c --------------------------------------------------------------- */

/* Where each section will lie, by offset in core or init (in sh_entsize). */
void module_layout_sections(struct load_info *info);
/* Memory for both layouts, filled; sh_addr set. 0, -ENOMEM, -ENOEXEC. */
int module_move(struct load_info *info);

/* ---- module/symbols.c ---------------------------------------------------------------- */

/*
 * All symbols of the file get their final values, in the file. 0, -ENOENT or
 * -ENOEXEC with a line in the log for each that is wrong.
 */
int module_resolve_symbols(struct load_info *info);
/* An exported symbol of the kernel's or a module's. */
struct symbol_owner {
	vaddr_t value;
	bool gpl_only;
	struct module *owner; /* NULL: the kernel */
};
bool find_symbol(struct task_struct *curr, const char *name,
		 struct symbol_owner *to);
/* ---- module/sysfs.c ------------------------------------------------------------------ */

/* /sys/module/NAME, while the file's sections are still known. 0 or -ENOMEM. */
int module_add_sysfs(struct load_info *info);
/* It goes; half of it, or none, will do. */
void module_remove_sysfs(struct task_struct *curr, struct module *mod);

/* Nobody uses @mod any more, and it uses nobody. */
void module_unload_free(struct task_struct *curr, struct module *mod);

/* ---- module/cleanup.c ------------------------------------------------------------ */

/* The threads that modules' softirqs and works need. 0 or -ENOMEM. */
int module_services_start(struct task_struct *curr);
/*
 * Its memory goes: what would still call its code, or lies there, is reported
 * and taken away.
 */
void module_take_away(struct task_struct *curr, const struct module *mod);
/* Does @kaddr lie in its code or data? */
bool module_has(const struct module *mod, vaddr_t kaddr);
/* export_irq.c: the same for its interrupts. */
void module_free_irqs(struct task_struct *curr, const struct module *mod);

#endif
