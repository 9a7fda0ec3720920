/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/setup.h"

/*
 * The vDSO (Linux: arch/arm/kernel/vdso.c): a small shared object within the
 * kernel's image, mapped into every program behind the sigpage. AT_SYSINFO_EHDR
 * tells the C library where; it looks there for functions that tell the time
 * without a system call, which need a counter that programs can read.
 *
 * Where there is no such counter, calling them would be a detour. So Linux
 * makes their names unfindable then, and libraries go straight to the kernel.
 *
 * MODEL: that is the case on all boards: the architected timer of Cortex-A7
 * and A15 isn't there. [vvar], the functions' data, is a page of zeroes.
 */

#include <elf.h>
#include <string.h>

#include "kernel/arch/arm/image.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mm.h"
#include "kernel/state.h"

/* ---- names of the shared object ---------------------------------------- */

struct elfinfo {
	Elf32_Sym *dynsym;
	uint32_t nr_symbols;
	const char *dynstr;
};

static const Elf32_Shdr *find_section(uint8_t *base, const char *name)
{
	const Elf32_Ehdr *ehdr = (const Elf32_Ehdr *)base;
	const Elf32_Shdr *sections = (const Elf32_Shdr *)(base + ehdr->e_shoff);
	const char *names = (const char *)base +
			    sections[ehdr->e_shstrndx].sh_offset;

	for (uint32_t i = 1; i < ehdr->e_shnum; i++)
		if (!strcmp(names + sections[i].sh_name, name))
			return &sections[i];
	BUG();
}

/* Who looks for @name won't find it. */
static void nullpatch(struct elfinfo *lib, const char *name)
{
	for (uint32_t i = 0; i < lib->nr_symbols; i++)
		if (!strcmp(lib->dynstr + lib->dynsym[i].st_name, name))
			lib->dynsym[i].st_name = 0;
}

static void patch_vdso(uint8_t *base)
{
	const Elf32_Shdr *dynsym = find_section(base, ".dynsym");
	struct elfinfo lib = {
		.dynsym = (Elf32_Sym *)(base + dynsym->sh_offset),
		.nr_symbols = dynsym->sh_size / sizeof(Elf32_Sym),
		.dynstr = (const char *)base +
			  find_section(base, ".dynstr")->sh_offset,
	};

	nullpatch(&lib, "__vdso_gettimeofday");
	nullpatch(&lib, "__vdso_clock_gettime");
	nullpatch(&lib, "__vdso_clock_gettime64");
}

/* ---- its pages --------------------------------------------------------- */

static void vdso_mremap(struct vm_area_struct *new_vma)
{
	new_vma->vm_mm->context.vdso = new_vma->vm_start;
}

void vdso_init(struct kernel *k)
{
	struct arch_state *arch = &k->arch;
	vaddr_t start = image_symbol(arch->image, "vdso_start");
	vaddr_t end = image_symbol(arch->image, "vdso_end");
	vaddr_t data = image_symbol(arch->image, "vdso_data_store");

	patch_vdso(kbytes(k, start));
	arch->vdso = (struct vm_special_mapping){
		.name = "[vdso]",
		.pages = virt_to_page(k, start),
		.nr_pages = (end - start) >> PAGE_SHIFT,
		.mremap = vdso_mremap,
	};
	arch->vvar = (struct vm_special_mapping){
		.name = "[vvar]",
		.pages = virt_to_page(k, data),
		.nr_pages = 1,
	};
}

void arm_install_vdso(struct task_struct *curr, struct mm_struct *mm,
		      vaddr_t vaddr)
{
	const struct arch_state *arch = &curr->k->arch;

	mm->context.vdso = 0;
	if (install_special_mapping(curr, mm, vaddr, PAGE_SIZE,
				    VM_READ | VM_MAYREAD, &arch->vvar))
		return;
	vaddr += PAGE_SIZE;
	if (!install_special_mapping(
		    curr, mm, vaddr, arch->vdso.nr_pages << PAGE_SHIFT,
		    VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC,
		    &arch->vdso))
		mm->context.vdso = vaddr;
}
