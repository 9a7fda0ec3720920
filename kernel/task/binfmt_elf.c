/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/binfmt.h"

/*
 * ELF programs (Linux: fs/binfmt_elf.c): segments become private file
 * mappings, .bss anonymous memory, and the stack gets argc, argv, envp and the
 * auxiliary vector. A program interpreter is mapped beside the program and
 * started in its stead.
 *
 * Headers are the file's word, so nothing in them is believed: every sum is
 * checked before it is used, and what mmap refuses ends the load.
 *
 * MODEL: no randomisation of the load address and brk yet.
 */

#include <elf.h>
#include <string.h>
#include <sys/mman.h> /* PROT_*, MAP_*: ARM's numbers are the same */

#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef AT_HWCAP2
#define AT_HWCAP2 26
#endif

enum {
	ELF_ET_DYN_BASE = 0x00400000,
	STACK_EXPAND = 128 * 1024, /* room below the strings from the start */
	MAX_PHDRS_BYTES = 65536,
	AUX_WORDS = 44,
	CPSR_USER = 0x10,
	CPSR_THUMB = 0x20,
	USER_HZ = 100,
};

/* One ELF file being mapped. */
struct elf_image {
	struct file *file;
	Elf32_Ehdr ehdr;
	Elf32_Phdr *phdrs; /* guest-charged; kfree() of phdrs_addr */
	vaddr_t phdrs_addr;
	vaddr_t bias; /* added to every address in the file */
	vaddr_t first, end; /* what the segments span, biased */
	vaddr_t start_code, end_code, start_data, end_data;
	vaddr_t bss, brk; /* end of file bytes, end of memory */
	uint32_t brk_prot;
	vaddr_t phdr; /* where the program headers are mapped; 0: nowhere */
};

/* ---- reading headers -------------------------------------------------------- */

static bool elf_for_us(const Elf32_Ehdr *ehdr)
{
	return !memcmp(ehdr->e_ident, ELFMAG, SELFMAG) &&
	       ehdr->e_ident[EI_CLASS] == ELFCLASS32 &&
	       ehdr->e_ident[EI_DATA] == ELFDATA2LSB &&
	       ehdr->e_machine == EM_ARM &&
	       (ehdr->e_type == ET_EXEC || ehdr->e_type == ET_DYN) &&
	       (ehdr->e_flags & EF_ARM_EABIMASK) != 0;
}

static int read_phdrs(struct task_struct *curr, struct elf_image *elf)
{
	uint32_t bytes = elf->ehdr.e_phnum * (uint32_t)sizeof(Elf32_Phdr);
	int32_t got;

	if (elf->ehdr.e_phentsize != sizeof(Elf32_Phdr) || !bytes ||
	    bytes > MAX_PHDRS_BYTES)
		return -ENOEXEC;
	elf->phdrs_addr = kmalloc(curr, bytes, GFP_KERNEL);
	if (!elf->phdrs_addr)
		return -ENOMEM;
	elf->phdrs = kbytes(curr->k, elf->phdrs_addr);
	got = kernel_read(curr, elf->file, elf->phdrs, bytes,
			  elf->ehdr.e_phoff);
	if (got < 0)
		return got;
	return (uint32_t)got == bytes ? 0 : -ENOEXEC;
}

static void put_phdrs(struct task_struct *curr, struct elf_image *elf)
{
	if (elf->phdrs_addr)
		kfree(curr, elf->phdrs_addr);
	elf->phdrs_addr = 0;
}

/* The span of all PT_LOAD segments; they must rise and make sense. */
static int check_segments(const struct task_struct *curr, struct elf_image *elf)
{
	uint64_t low = UINT64_MAX, high = 0;

	for (int i = 0; i < elf->ehdr.e_phnum; i++) {
		const Elf32_Phdr *ph = &elf->phdrs[i];
		uint64_t end = (uint64_t)ph->p_vaddr + ph->p_memsz;

		if (ph->p_type != PT_LOAD)
			continue;
		if (ph->p_filesz > ph->p_memsz ||
		    end > curr->k->arch.task_size ||
		    offset_in_page(ph->p_vaddr) != offset_in_page(ph->p_offset))
			return -ENOEXEC;
		if (low == UINT64_MAX)
			low = ph->p_vaddr & PAGE_MASK;
		else if (ph->p_vaddr < (high & PAGE_MASK))
			return -ENOEXEC; /* overlapping or out of order */
		high = end;
	}
	if (low == UINT64_MAX)
		return -ENOEXEC;
	elf->first = (vaddr_t)low;
	elf->end = PAGE_ALIGN((vaddr_t)high);
	return elf->end > elf->first ? 0 : -ENOEXEC;
}

/* Header and segments of an opened file, checked. The caller puts phdrs. */
static int read_elf(struct task_struct *curr, struct elf_image *elf)
{
	int err;

	if (!elf_for_us(&elf->ehdr))
		return -ENOEXEC;
	err = read_phdrs(curr, elf);
	return err ? err : check_segments(curr, elf);
}

/* ---- mapping segments --------------------------------------------------------- */

static uint32_t segment_prot(const Elf32_Phdr *ph)
{
	return (ph->p_flags & PF_R ? PROT_READ : 0) |
	       (ph->p_flags & PF_W ? PROT_WRITE : 0) |
	       (ph->p_flags & PF_X ? PROT_EXEC : 0);
}

static bool map_failed(uint32_t result)
{
	return result >= (uint32_t)-MAX_ERRNO;
}

/* Bytes past the file's last one, up to the page's end, must read zero. */
static int clear_page_tail(struct task_struct *curr, vaddr_t from)
{
	uint32_t offset = offset_in_page(from);

	if (offset && clear_user(curr, from, PAGE_SIZE - offset))
		return -EFAULT;
	return 0;
}

/* .bss of a segment that another one follows. */
static int map_inner_bss(struct task_struct *curr, const Elf32_Phdr *ph,
			 vaddr_t start)
{
	vaddr_t file_end = start + ph->p_filesz;
	vaddr_t from = PAGE_ALIGN(file_end);
	vaddr_t to = PAGE_ALIGN(start + ph->p_memsz);

	if ((ph->p_flags & PF_W) && clear_page_tail(curr, file_end))
		return -EFAULT;
	if (to <= from)
		return 0;
	return vm_brk_flags(curr, from, to - from,
			    ph->p_flags & PF_X ? VM_EXEC : 0);
}

static int map_segment(struct task_struct *curr, struct elf_image *elf,
		       const Elf32_Phdr *ph)
{
	vaddr_t start = elf->bias + ph->p_vaddr;
	uint32_t head = offset_in_page(start);
	uint32_t len = PAGE_ALIGN(ph->p_filesz + head);
	uint32_t got;

	if (!ph->p_filesz)
		return map_inner_bss(curr, ph, start);
	got = vm_mmap_pgoff(curr, elf->file, start - head, len,
			    segment_prot(ph),
			    MAP_PRIVATE | MAP_FIXED_NOREPLACE | MAP_FIXED,
			    (ph->p_offset - head) >> PAGE_SHIFT);
	if (map_failed(got))
		return (int)got;
	return ph->p_memsz > ph->p_filesz ? map_inner_bss(curr, ph, start) : 0;
}

static void note_extent(struct elf_image *elf, const Elf32_Phdr *ph)
{
	vaddr_t start = elf->bias + ph->p_vaddr;
	vaddr_t file_end = start + ph->p_filesz;

	if ((ph->p_flags & PF_X) && start < elf->start_code)
		elf->start_code = start;
	if (start > elf->start_data)
		elf->start_data = start;
	if ((ph->p_flags & PF_X) && file_end > elf->end_code)
		elf->end_code = file_end;
	if (file_end > elf->end_data)
		elf->end_data = file_end;
	if (start + ph->p_memsz > elf->brk)
		elf->brk = start + ph->p_memsz;
	if (elf->ehdr.e_phoff >= ph->p_offset &&
	    elf->ehdr.e_phoff - ph->p_offset < ph->p_filesz)
		elf->phdr = start + (elf->ehdr.e_phoff - ph->p_offset);
}

static int map_segments(struct task_struct *curr, struct elf_image *elf)
{
	elf->start_code = UINT32_MAX;
	for (int i = 0; i < elf->ehdr.e_phnum; i++) {
		const Elf32_Phdr *ph = &elf->phdrs[i];
		int err;

		if (ph->p_type != PT_LOAD)
			continue;
		err = map_segment(curr, elf, ph);
		if (err)
			return err;
		note_extent(elf, ph);
	}
	return 0;
}

/*
 * Where a position-independent image goes: a program that has an interpreter
 * low, everything else wherever there is room.
 */
static int choose_bias(struct task_struct *curr, struct elf_image *elf,
		       bool program_with_interp)
{
	uint32_t got;

	if (elf->ehdr.e_type == ET_EXEC)
		return 0;
	if (program_with_interp) {
		elf->bias = ELF_ET_DYN_BASE - elf->first;
		return 0;
	}
	got = get_unmapped_area(curr, NULL, 0, elf->end - elf->first, 0,
				MAP_PRIVATE);
	if (map_failed(got))
		return (int)got;
	elf->bias = got - elf->first;
	return 0;
}

/* ---- the interpreter -------------------------------------------------------------- */

/* The PT_INTERP path into @path, or an empty string when there is none. */
static int interp_path(struct task_struct *curr, const struct elf_image *elf,
		       char path[PATH_MAX_BYTES])
{
	path[0] = '\0';
	for (int i = 0; i < elf->ehdr.e_phnum; i++) {
		const Elf32_Phdr *ph = &elf->phdrs[i];
		int32_t got;

		if (ph->p_type != PT_INTERP)
			continue;
		if (ph->p_filesz < 2 || ph->p_filesz > PATH_MAX_BYTES)
			return -ENOEXEC;
		got = kernel_read(curr, elf->file, path, ph->p_filesz,
				  ph->p_offset);
		if (got < 0)
			return got;
		if ((uint32_t)got != ph->p_filesz || path[got - 1])
			return -ENOEXEC;
		return 0;
	}
	return 0;
}

/* Opens and checks the interpreter before the old program is given up. */
static int open_interp(struct task_struct *curr, struct elf_image *interp,
		       const char *path)
{
	int32_t got;

	interp->file = open_exec(curr, path);
	if (IS_ERR(interp->file)) {
		int err = (int)PTR_ERR(interp->file);

		interp->file = NULL;
		return err;
	}
	got = kernel_read(curr, interp->file, &interp->ehdr,
			  sizeof(interp->ehdr), 0);
	if (got != (int32_t)sizeof(interp->ehdr))
		return got < 0 ? got : -ELIBBAD;
	return read_elf(curr, interp) ? -ELIBBAD : 0;
}

/* ---- the stack -------------------------------------------------------------------- */

struct aux_vector {
	uint32_t word[AUX_WORDS];
	uint32_t nr;
};

static void aux(struct aux_vector *vector, uint32_t type, uint32_t value)
{
	vector->word[vector->nr++] = type;
	vector->word[vector->nr++] = value;
}

static void fill_aux(const struct task_struct *curr,
		     const struct elf_image *elf,
		     const struct elf_image *interp,
		     const struct linux_binprm *bprm, vaddr_t random,
		     vaddr_t platform, struct aux_vector *v)
{
	if (curr->mm->context.vdso)
		aux(v, AT_SYSINFO_EHDR, curr->mm->context.vdso);
	aux(v, AT_HWCAP, elf_hwcap(curr->k));
	aux(v, AT_PAGESZ, PAGE_SIZE);
	aux(v, AT_CLKTCK, USER_HZ);
	aux(v, AT_PHDR, elf->phdr);
	aux(v, AT_PHENT, sizeof(Elf32_Phdr));
	aux(v, AT_PHNUM, elf->ehdr.e_phnum);
	aux(v, AT_BASE, interp->file ? interp->bias : 0);
	aux(v, AT_FLAGS, 0);
	aux(v, AT_ENTRY, elf->bias + elf->ehdr.e_entry);
	aux(v, AT_UID, curr->cred.uid);
	aux(v, AT_EUID, curr->cred.euid);
	aux(v, AT_GID, curr->cred.gid);
	aux(v, AT_EGID, curr->cred.egid);
	aux(v, AT_SECURE, bprm->secureexec);
	aux(v, AT_RANDOM, random);
	aux(v, AT_HWCAP2, 0);
	aux(v, AT_EXECFN, bprm->exec_p);
	aux(v, AT_PLATFORM, platform);
	aux(v, AT_NULL, 0);
}

/* Where the next string after @string begins; 0 past a fault. */
static vaddr_t skip_string(struct task_struct *curr, vaddr_t string)
{
	uint8_t byte;

	do {
		if (get_user_u8(curr, &byte, string++))
			return 0;
	} while (byte);
	return string;
}

/* Pointers to @count strings from @string on, and NULL, to @to. */
static int put_pointers(struct task_struct *curr, vaddr_t *to, vaddr_t *string,
			int count)
{
	for (int i = 0; i < count; i++) {
		if (put_user_u32(curr, *string, *to))
			return -EFAULT;
		*to += 4;
		*string = skip_string(curr, *string);
		if (!*string)
			return -EFAULT;
	}
	if (put_user_u32(curr, 0, *to))
		return -EFAULT;
	*to += 4;
	return 0;
}

/* From high to low: strings, platform, 16 random bytes, aux, envp, argv, argc. */
static int create_elf_tables(struct task_struct *curr,
			     struct linux_binprm *bprm,
			     const struct elf_image *elf,
			     const struct elf_image *interp, vaddr_t *sp)
{
	const char *name = elf_platform(curr->k);
	struct mm_struct *mm = curr->mm;
	struct aux_vector v = {.nr = 0};
	vaddr_t string = bprm->p, platform, random_at, to;
	uint8_t random[16];

	get_random_bytes(curr->k, random, sizeof(random));
	platform = bprm->p - ((uint32_t)strlen(name) + 1);
	random_at = platform - sizeof(random);
	fill_aux(curr, elf, interp, bprm, random_at, platform, &v);
	memcpy(mm->saved_auxv, v.word, v.nr * 4);
	to = (random_at & ~15u) - v.nr * 4;
	to = (to - (uint32_t)(bprm->argc + bprm->envc + 3) * 4) & ~15u;
	*sp = to;
	if (copy_to_user(curr, platform, name, (uint32_t)strlen(name) + 1) ||
	    copy_to_user(curr, random_at, random, sizeof(random)) ||
	    put_user_u32(curr, (uint32_t)bprm->argc, to))
		return -EFAULT;
	to += 4;
	mm->arg_start = string;
	if (put_pointers(curr, &to, &string, bprm->argc))
		return -EFAULT;
	mm->arg_end = string;
	mm->env_start = string;
	if (put_pointers(curr, &to, &string, bprm->envc))
		return -EFAULT;
	mm->env_end = string;
	return copy_to_user(curr, to, v.word, v.nr * 4) ? -EFAULT : 0;
}

/* Room below the strings, so that the first calls don't fault for it. */
static int setup_arg_pages(struct task_struct *curr,
			   const struct linux_binprm *bprm)
{
	struct vm_area_struct *stack = find_vma(curr->mm, bprm->p);
	uint32_t limit = curr->signal->rlim[RLIMIT_STACK].rlim_cur & PAGE_MASK;
	uint32_t size, room = STACK_EXPAND;

	if (!stack)
		return -EFAULT;
	size = stack->vm_end - stack->vm_start;
	if (size + room > limit)
		room = limit > size ? limit - size : 0;
	if (room)
		expand_stack(curr, stack, stack->vm_start - room);
	curr->mm->start_stack = bprm->p;
	return 0;
}

/* ---- all together --------------------------------------------------------------------- */

static void set_layout(struct mm_struct *mm, const struct elf_image *elf)
{
	mm->start_code = elf->start_code;
	mm->end_code = elf->end_code;
	mm->start_data = elf->start_data;
	mm->end_data = elf->end_data;
	mm->start_brk = PAGE_ALIGN(elf->brk);
	mm->brk = mm->start_brk;
}

static void start_thread(struct task_struct *curr, vaddr_t entry, vaddr_t sp)
{
	struct pt_regs *regs = &curr->regs;

	memset(regs, 0, sizeof(*regs));
	regs->r[13] = sp;
	regs->r[15] = entry & ~1u;
	regs->cpsr = CPSR_USER | (entry & 1 ? CPSR_THUMB : 0);
	curr->regs_loaded = true;
	curr->regs_dirty = true;
	curr->syscall_nr = -1; /* execve's result must not touch r0 */
}

/* Everything past the point of no return. */
static int load_committed(struct task_struct *curr, struct linux_binprm *bprm,
			  struct elf_image *elf, struct elf_image *interp)
{
	const struct elf_image *first = interp->file ? interp : elf;
	vaddr_t sp;
	int err;

	err = choose_bias(curr, elf, interp->file != NULL);
	if (!err)
		err = setup_arg_pages(curr, bprm);
	if (!err)
		err = map_segments(curr, elf);
	if (err)
		return err;
	set_layout(curr->mm, elf);
	if (interp->file) {
		err = choose_bias(curr, interp, false);
		if (!err)
			err = map_segments(curr, interp);
		if (err)
			return err;
	}
	err = arch_setup_additional_pages(curr, curr->mm);
	if (!err)
		err = create_elf_tables(curr, bprm, elf, interp, &sp);
	if (!err)
		start_thread(curr, first->bias + first->ehdr.e_entry, sp);
	return err;
}

/* EABI programs have all 32 bits of addresses, as old ones had 26. */
static void elf_set_personality(struct task_struct *curr)
{
	enum {
		PER_MASK = 0xff,
		ADDR_LIMIT_32BIT = 0x800000
	};

	curr->personality = (curr->personality & ~(uint32_t)PER_MASK) |
			    ADDR_LIMIT_32BIT;
}

static int load_checked(struct task_struct *curr, struct linux_binprm *bprm,
			struct elf_image *elf, struct elf_image *interp)
{
	vaddr_t path = kmalloc(curr, PATH_MAX_BYTES, GFP_KERNEL);
	char *name;
	int err;

	if (!path)
		return -ENOMEM;
	name = kbytes(curr->k, path);
	err = interp_path(curr, elf, name);
	if (!err && name[0])
		err = open_interp(curr, interp, name);
	kfree(curr, path);
	if (!err)
		err = begin_new_exec(curr, bprm);
	if (!err)
		elf_set_personality(curr);
	if (!err)
		err = load_committed(curr, bprm, elf, interp);
	return err;
}

int load_elf_binary(struct task_struct *curr, struct linux_binprm *bprm)
{
	struct elf_image elf = {.file = bprm->file};
	struct elf_image interp = {.file = NULL};
	int err;

	memcpy(&elf.ehdr, bprm->buf, sizeof(elf.ehdr));
	err = read_elf(curr, &elf);
	if (!err)
		err = load_checked(curr, bprm, &elf, &interp);
	put_phdrs(curr, &elf);
	put_phdrs(curr, &interp);
	if (interp.file)
		fput(curr, interp.file);
	return err;
}
