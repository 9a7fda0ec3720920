/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/internal.h"

/*
 * A module's file as ELF (Linux: kernel/module/main.c's elf_validity_check(),
 * setup_load_info() and the accessors around them). It lies in vmalloc'ed
 * memory, and every look at it is checked against its length here: what comes
 * after can ask for anything.
 */

#include <errno.h>
#include <string.h>

#include "kernel/arch/arm/maccess.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

/* ---- bytes ----------------------------------------------------------------------- */

static bool within(const struct load_info *info, uint32_t offset,
		   uint32_t nr_bytes)
{
	return offset <= info->len && nr_bytes <= info->len - offset;
}

bool module_image_read(const struct load_info *info, uint32_t offset, void *to,
		       uint32_t nr_bytes)
{
	return within(info, offset, nr_bytes) &&
	       !copy_from_kernel_nofault(info->curr, to, info->hdr + offset,
					 nr_bytes);
}

bool module_image_write(const struct load_info *info, uint32_t offset,
			const void *from, uint32_t nr_bytes)
{
	return within(info, offset, nr_bytes) &&
	       !copy_to_kernel_nofault(info->curr, info->hdr + offset, from,
				       nr_bytes);
}

/* ---- sections ----------------------------------------------------------------------- */

void module_image_string(const struct load_info *info, unsigned int section,
			 uint32_t offset, char *to, uint32_t size)
{
	const Elf32_Shdr *sh = &info->sechdrs[section];
	uint32_t left;

	to[0] = '\0';
	if (!section || sh->sh_type == SHT_NOBITS || offset >= sh->sh_size)
		return;
	left = sh->sh_size - offset;
	if (strncpy_from_kernel_nofault(info->curr, to,
					info->hdr + sh->sh_offset + offset,
					left < size ? left + 1 : size) < 0)
		to[0] = '\0';
}

bool module_section_is(const struct load_info *info, unsigned int section,
		       const char *name)
{
	char text[64];

	module_image_string(info, info->ehdr.e_shstrndx,
			    info->sechdrs[section].sh_name, text, sizeof(text));
	return !strcmp(text, name);
}

bool module_is_init_section(const struct load_info *info, unsigned int section)
{
	char name[32];

	module_image_string(info, info->ehdr.e_shstrndx,
			    info->sechdrs[section].sh_name, name, sizeof(name));
	return !strncmp(name, ".init", 5) ||
	       !strncmp(name, ".ARM.exidx.init", 15) ||
	       !strncmp(name, ".ARM.extab.init", 15);
}

unsigned int module_find_section(const struct load_info *info, const char *name)
{
	for (unsigned int i = 1; i < info->ehdr.e_shnum; i++)
		if ((info->sechdrs[i].sh_flags & SHF_ALLOC) &&
		    module_section_is(info, i, name))
			return i;
	return 0;
}

bool module_symbol(const struct load_info *info, uint32_t n, Elf32_Sym *sym)
{
	const Elf32_Shdr *sh = &info->sechdrs[info->index.sym];

	return n < sh->sh_size / sizeof(*sym) &&
	       module_image_read(info,
				 sh->sh_offset + n * (uint32_t)sizeof(*sym),
				 sym, sizeof(*sym));
}

/* ---- .modinfo -------------------------------------------------------------------------- */

bool module_modinfo(const struct load_info *info, const char *tag,
		    unsigned int n, char *to, uint32_t size)
{
	const Elf32_Shdr *sh = &info->sechdrs[info->index.info];
	uint32_t len = (uint32_t)strlen(tag), offset = 0;
	char start[64];

	if (!info->index.info || len + 2 > sizeof(start))
		return false;
	while (offset < sh->sh_size) {
		uint8_t byte = 0;

		module_image_string(info, info->index.info, offset, start,
				    len + 2);
		if (!strncmp(start, tag, len) && start[len] == '=' && !n--) {
			module_image_string(info, info->index.info,
					    offset + len + 1, to, size);
			return true;
		}
		do /* to the next string */
			module_image_read(info, sh->sh_offset + offset, &byte,
					  1);
		while (byte && ++offset < sh->sh_size);
		offset++;
	}
	return false;
}

/* ---- what everything relies on ---------------------------------------------------- */

static bool bad(const struct load_info *info, const char *what)
{
	printk(info->curr->k, "Module has invalid ELF structures: %s", what);
	return false;
}

static bool header_is_ours(struct load_info *info)
{
	const Elf32_Ehdr *ehdr = &info->ehdr;
	struct kernel *k = info->curr->k;

	if (!module_image_read(info, 0, &info->ehdr, sizeof(*ehdr))) {
		printk(k, "Invalid ELF header len %u", info->len);
		return false;
	}
	if (memcmp(ehdr->e_ident, ELFMAG, SELFMAG) != 0) {
		printk(k, "Invalid ELF header magic: != " ELFMAG);
		return false;
	}
	if (ehdr->e_type != ET_REL) {
		printk(k, "Invalid ELF header type: %u != %u", ehdr->e_type,
		       ET_REL);
		return false;
	}
	if (ehdr->e_machine != EM_ARM ||
	    ehdr->e_ident[EI_CLASS] != ELFCLASS32 ||
	    ehdr->e_ident[EI_DATA] != ELFDATA2LSB) {
		printk(k, "Invalid architecture in ELF header: %u",
		       ehdr->e_machine);
		return false;
	}
	if (EF_ARM_EABI_VERSION(ehdr->e_flags) != EF_ARM_EABI_VER5) {
		printk(k, "Unsupported ABI in ELF header: flags %08x",
		       ehdr->e_flags);
		return false;
	}
	if (ehdr->e_shentsize != sizeof(Elf32_Shdr)) {
		printk(k, "Invalid ELF section header size");
		return false;
	}
	return ehdr->e_shnum || bad(info, "no sections");
}

static int read_sections(struct load_info *info)
{
	uint32_t nr_bytes = info->ehdr.e_shnum * (uint32_t)sizeof(Elf32_Shdr);

	if (!within(info, info->ehdr.e_shoff, nr_bytes)) {
		bad(info, "the section headers are not within the file");
		return -ENOEXEC;
	}
	info->sechdrs_addr = kmalloc(info->curr, nr_bytes, GFP_KERNEL);
	if (!info->sechdrs_addr)
		return -ENOMEM;
	info->sechdrs = kbytes(info->curr->k, info->sechdrs_addr);
	module_image_read(info, info->ehdr.e_shoff, info->sechdrs, nr_bytes);
	return 0;
}

static bool section_is_sound(const struct load_info *info, unsigned int n)
{
	const Elf32_Shdr *sh = &info->sechdrs[n];

	if (sh->sh_type == SHT_NULL)
		return !(sh->sh_flags & SHF_ALLOC) ||
		       bad(info, "a section that isn't there wants memory");
	if (sh->sh_addralign & (sh->sh_addralign - 1))
		return bad(info, "a section's alignment is no power of two");
	if (sh->sh_type != SHT_NOBITS &&
	    !within(info, sh->sh_offset, sh->sh_size))
		return bad(info, "a section is not within the file");
	if (sh->sh_addralign > PAGE_SIZE)
		return bad(info,
			   "a section wants more than a page's alignment");
	return true;
}

/* What names things must be a string table, with a NUL at the end. */
static bool is_string_table(const struct load_info *info, unsigned int n)
{
	const Elf32_Shdr *sh;
	uint8_t last = 1;

	if (!n || n >= info->ehdr.e_shnum)
		return false;
	sh = &info->sechdrs[n];
	return sh->sh_type == SHT_STRTAB && sh->sh_size &&
	       module_image_read(info, sh->sh_offset + sh->sh_size - 1, &last,
				 1) &&
	       !last;
}

/* Read here only: it gets no memory, so nothing is relocated in it. */
static bool find_modinfo(struct load_info *info)
{
	unsigned int n = module_find_section(info, ".modinfo");

	info->index.info = n;
	if (n)
		info->sechdrs[n].sh_flags &= ~(uint32_t)SHF_ALLOC;
	return info->sechdrs[n].sh_type != SHT_NOBITS;
}

/* Each relocation is looked at, so a file has no more than it has bytes for. */
static bool relocations_fit(const struct load_info *info)
{
	uint64_t nr_bytes = 0;

	for (unsigned int i = 1; i < info->ehdr.e_shnum; i++)
		if (info->sechdrs[i].sh_type == SHT_REL)
			nr_bytes += info->sechdrs[i].sh_size;
	return nr_bytes <= info->len || bad(info, "relocations overlap");
}

static bool find_sections(struct load_info *info)
{
	unsigned int nr_symtabs = 0;

	for (unsigned int i = 1; i < info->ehdr.e_shnum; i++) {
		if (info->sechdrs[i].sh_type != SHT_SYMTAB)
			continue;
		nr_symtabs++;
		info->index.sym = i;
		info->index.str = info->sechdrs[i].sh_link;
	}
	if (nr_symtabs != 1)
		return bad(info, "it must have one symbol table");
	if (!is_string_table(info, info->index.str))
		return bad(info, "its symbols' names are no string table");
	if (!find_modinfo(info))
		return bad(info, "its .modinfo has no bytes");
	info->index.mod = module_find_section(info,
					      ".gnu.linkonce.this_module");
	if (!info->index.mod ||
	    info->sechdrs[info->index.mod].sh_type == SHT_NOBITS ||
	    info->sechdrs[info->index.mod].sh_size < sizeof(struct arm_module))
		return bad(info, "no .gnu.linkonce.this_module section");
	return true;
}

/* From .modinfo, or else from struct module itself. */
static bool find_name(struct load_info *info)
{
	const Elf32_Shdr *mod = &info->sechdrs[info->index.mod];

	if (!module_modinfo(info, "name", 0, info->name, sizeof(info->name)))
		module_image_read(info,
				  mod->sh_offset +
					  offsetof(struct arm_module, name),
				  info->name, sizeof(info->name));
	info->name[sizeof(info->name) - 1] = '\0';
	return info->name[0] || bad(info, "it has no name");
}

int module_image_check(struct load_info *info)
{
	int err;

	if (!header_is_ours(info))
		return -ENOEXEC;
	err = read_sections(info);
	if (err)
		return err;
	if (info->sechdrs[0].sh_type != SHT_NULL) {
		bad(info, "section 0 is one");
		return -ENOEXEC;
	}
	for (unsigned int i = 0; i < info->ehdr.e_shnum; i++)
		if (!section_is_sound(info, i))
			return -ENOEXEC;
	if (!is_string_table(info, info->ehdr.e_shstrndx)) {
		bad(info, "its sections' names are no string table");
		return -ENOEXEC;
	}
	return relocations_fit(info) && find_sections(info) && find_name(info)
		       ? 0
		       : -ENOEXEC;
}

void module_image_free(struct load_info *info)
{
	kfree(info->curr, info->sechdrs_addr);
	info->sechdrs = NULL;
}
