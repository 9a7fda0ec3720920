/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/binfmt.h"

/*
 * ELF programs (Linux: fs/binfmt_elf.c): segments become private file
 * mappings, .bss anonymous memory, and the stack gets argc, argv, envp and the
 * auxiliary vector. A program interpreter is mapped beside the program and
 * started in its stead.
 *
 * Headers are the file's word, so nothing in them is believed: every sum is
 * checked before it is used, and what mmap refuses ends the load. What is
 * found out before begin_new_exec() is execve's error; what only shows when
 * segments are mapped kills, for there is no program left to tell it to.
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
#include "kernel/task/personality.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef AT_HWCAP2
#define AT_HWCAP2 26
#endif

#ifndef ELFOSABI_ARM_FDPIC
#define ELFOSABI_ARM_FDPIC 65
#endif
#define HWCAP_26BIT 0x8u

enum {
	ELF_ET_DYN_BASE = 0x00400000,
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
	vaddr_t start_code, end_code, start_data, end_data;
	vaddr_t brk; /* end of memory */
	uint32_t brk_prot; /* of the segment that ends there */
	vaddr_t phdr; /* where the program headers are mapped; 0: nowhere */
};

/* ---- reading headers -------------------------------------------------------- */

/* Linux asks neither for the class nor for the byte order. */
static bool elf_check_arch(const struct kernel *k, const Elf32_Ehdr *ehdr)
{
	const uint32_t old_abi = EF_ARM_EABI_UNKNOWN;

	if (ehdr->e_machine != EM_ARM ||
	    ehdr->e_ident[EI_OSABI] == ELFOSABI_ARM_FDPIC)
		return false;
	if ((ehdr->e_entry & 3) == 2)
		return false;
	/* programs for the 26-bit modes of long ago */
	return (ehdr->e_flags & EF_ARM_EABIMASK) != old_abi ||
	       !(ehdr->e_flags & EF_ARM_APCS_26) || elf_hwcap(k) & HWCAP_26BIT;
}

static bool has_magic(const Elf32_Ehdr *ehdr)
{
	return !memcmp(ehdr->e_ident, ELFMAG, SELFMAG);
}

static bool may_be_loaded(const Elf32_Ehdr *ehdr)
{
	return ehdr->e_type == ET_EXEC || ehdr->e_type == ET_DYN;
}

/* All of it, or -EIO. */
static int elf_read(struct task_struct *curr, struct file *file, void *to,
		    uint32_t len, uint32_t offset)
{
	int32_t got = kernel_read(curr, file, to, len, offset);

	if (got < 0)
		return got;
	return (uint32_t)got == len ? 0 : -EIO;
}

/* False: there are none that can be read. */
static bool read_phdrs(struct task_struct *curr, struct elf_image *elf)
{
	uint32_t bytes = elf->ehdr.e_phnum * (uint32_t)sizeof(Elf32_Phdr);

	if (elf->ehdr.e_phentsize != sizeof(Elf32_Phdr) || !bytes ||
	    bytes > MAX_PHDRS_BYTES)
		return false;
	elf->phdrs_addr = kmalloc(curr, bytes, GFP_KERNEL);
	if (!elf->phdrs_addr)
		return false;
	elf->phdrs = kbytes(curr->k, elf->phdrs_addr);
	return !elf_read(curr, elf->file, elf->phdrs, bytes, elf->ehdr.e_phoff);
}

static void put_phdrs(struct task_struct *curr, struct elf_image *elf)
{
	if (elf->phdrs_addr)
		kfree(curr, elf->phdrs_addr);
	elf->phdrs_addr = 0;
}

/* The next header of that type behind @ph (NULL: from the first one on). */
static const Elf32_Phdr *next_phdr(const struct elf_image *elf,
				   const Elf32_Phdr *ph, uint32_t type)
{
	const Elf32_Phdr *end = elf->phdrs + elf->ehdr.e_phnum;

	for (ph = ph ? ph + 1 : elf->phdrs; ph < end; ph++)
		if (ph->p_type == type)
			return ph;
	return NULL;
}

#define for_each_phdr(ph, elf, type)                                \
	for (const Elf32_Phdr *ph = next_phdr(elf, NULL, type); ph; \
	     ph = next_phdr(elf, ph, type))

/* What the segments span, from the first page to the last byte; 0: nothing. */
static uint32_t total_mapping_size(const struct elf_image *elf)
{
	vaddr_t low = UINT32_MAX, high = 0;

	for_each_phdr(ph, elf, PT_LOAD)
	{
		if ((ph->p_vaddr & PAGE_MASK) < low)
			low = ph->p_vaddr & PAGE_MASK;
		if (ph->p_vaddr + ph->p_memsz > high)
			high = ph->p_vaddr + ph->p_memsz;
	}
	return low == UINT32_MAX ? 0 : high - low;
}

static enum exstack executable_stack(const struct elf_image *elf)
{
	enum exstack exstack = EXSTACK_DEFAULT;

	for_each_phdr(ph, elf, PT_GNU_STACK) exstack =
		ph->p_flags & PF_X ? EXSTACK_ENABLE_X : EXSTACK_DISABLE_X;
	return exstack;
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

/* Is this no address a program may have? (BAD_ADDR) */
static bool bad_addr(const struct task_struct *curr, vaddr_t vaddr)
{
	return vaddr >= curr->k->arch.task_size;
}

/*
 * Maps the file's part of a segment at @vaddr; the page or an error as mmap
 * returns it. @total: find room for so much, of which the segment is the
 * beginning.
 */
static uint32_t elf_map(struct task_struct *curr, const struct elf_image *elf,
			vaddr_t vaddr, const Elf32_Phdr *ph, uint32_t flags,
			uint32_t total)
{
	uint32_t head = offset_in_page(ph->p_vaddr);
	uint32_t offset = ph->p_offset - head;
	uint32_t size = PAGE_ALIGN(ph->p_filesz + head);
	uint32_t got;

	vaddr &= PAGE_MASK;
	/* a segment without bytes of the file is fine, a mapping isn't */
	if (!size)
		return vaddr;
	if (offset_in_page(offset))
		return (uint32_t)-EINVAL;
	total = PAGE_ALIGN(total);
	got = vm_mmap_pgoff(curr, elf->file, vaddr, total ? total : size,
			    segment_prot(ph), MAP_PRIVATE | flags,
			    offset >> PAGE_SHIFT);
	if (total > size && !bad_addr(curr, got))
		vm_munmap(curr, got + size, total - size);
	return got;
}

/* The bytes from @bss to the end of its page read as zero. */
static int padzero(struct task_struct *curr, vaddr_t bss)
{
	uint32_t offset = offset_in_page(bss);

	return offset && clear_user(curr, bss, PAGE_SIZE - offset) ? -EFAULT
								   : 0;
}

/* Anonymous pages for what has no bytes in the file. */
static int map_bss_pages(struct task_struct *curr, vaddr_t from, vaddr_t to,
			 uint32_t prot)
{
	from = PAGE_ALIGN(from);
	to = PAGE_ALIGN(to);
	if (to <= from)
		return 0;
	return vm_brk_flags(curr, from, to - from,
			    prot & PROT_EXEC ? VM_EXEC : 0);
}

/* Does the file reach the page of the segment's last byte in it? */
static bool ends_in_file(const struct elf_image *elf, const Elf32_Phdr *ph)
{
	int64_t last = (int64_t)ph->p_offset + ph->p_filesz - 1;

	return (last & ~(int64_t)(PAGE_SIZE - 1)) < elf->file->f_inode->i_size;
}

/* A whole segment, .bss and all; results as of elf_map(). */
static uint32_t elf_load(struct task_struct *curr, const struct elf_image *elf,
			 vaddr_t vaddr, const Elf32_Phdr *ph, uint32_t flags,
			 uint32_t total)
{
	uint32_t head = offset_in_page(ph->p_vaddr);
	vaddr_t at = vaddr & PAGE_MASK, bss = at;
	int err;

	if (ph->p_filesz) {
		at = elf_map(curr, elf, vaddr, ph, flags, total);
		if (bad_addr(curr, at))
			return at;
		bss = at + head + ph->p_filesz;
	}
	if (ph->p_memsz <= ph->p_filesz)
		return at;
	/*
	 * What the program can't write either is its own affair, and so is a
	 * page beyond the file's end. With a page that the file has it was
	 * memory that was lacking.
	 */
	if (padzero(curr, bss) && (ph->p_flags & PF_W) && ends_in_file(elf, ph))
		return (uint32_t)-ENOMEM;
	err = map_bss_pages(curr, bss, at + head + ph->p_memsz,
			    segment_prot(ph));
	return err ? (uint32_t)err : at;
}

/* Does the segment, @bias further up, stay below task_size? */
static bool segment_fits(const struct task_struct *curr, const Elf32_Phdr *ph,
			 vaddr_t bias)
{
	vaddr_t start = bias + ph->p_vaddr;
	vaddr_t task_size = curr->k->arch.task_size;

	return !bad_addr(curr, start) && ph->p_filesz <= ph->p_memsz &&
	       ph->p_memsz <= task_size && task_size - ph->p_memsz >= start;
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
	if (start + ph->p_memsz > elf->brk) {
		elf->brk = start + ph->p_memsz;
		elf->brk_prot = segment_prot(ph);
	}
}

static void note_phdr(struct elf_image *elf, const Elf32_Phdr *ph)
{
	if (ph->p_offset <= elf->ehdr.e_phoff &&
	    elf->ehdr.e_phoff < ph->p_offset + ph->p_filesz)
		elf->phdr = elf->bias + ph->p_vaddr +
			    (elf->ehdr.e_phoff - ph->p_offset);
}

static uint32_t maximum_alignment(const struct elf_image *elf)
{
	uint32_t alignment = 0;

	for_each_phdr(ph, elf,
		      PT_LOAD) if (!(ph->p_align & (ph->p_align - 1)) &&
				   ph->p_align > alignment)
		alignment = ph->p_align;
	return PAGE_ALIGN(alignment);
}

/* Where a program that fits anywhere would go; or an error, as from mmap. */
static uint32_t try_to_map(struct task_struct *curr, struct elf_image *elf,
			   const Elf32_Phdr *first, uint32_t total)
{
	uint32_t got = elf_load(curr, elf, 0, first, 0, total);

	if (!bad_addr(curr, got))
		vm_munmap(curr, got, total);
	return got;
}

/*
 * How the program's first segment is mapped: its flags, and the bias as far
 * as it is known. A position-independent program with an interpreter goes
 * low; one without wherever there is room for all of it (@total), and if it
 * wants to be aligned, below that.
 */
static int place_program(struct task_struct *curr, struct elf_image *elf,
			 bool has_interp, const Elf32_Phdr *first,
			 uint32_t *flags, uint32_t *total)
{
	uint32_t alignment = maximum_alignment(elf);

	*flags = MAP_FIXED_NOREPLACE;
	*total = 0;
	if (elf->ehdr.e_type == ET_EXEC)
		return 0;
	*total = total_mapping_size(elf);
	if (!*total)
		return -EINVAL;
	if (has_interp) {
		elf->bias = ELF_ET_DYN_BASE;
		if (randomizes_va_space(curr))
			elf->bias += arch_mmap_rnd(curr->k);
	} else if (alignment > PAGE_SIZE) {
		elf->bias = try_to_map(curr, elf, first, *total);
		if (bad_addr(curr, elf->bias))
			return map_failed(elf->bias) ? (int)elf->bias : -EINVAL;
	} else {
		*flags = 0;
	}
	if (alignment)
		elf->bias &= ~(alignment - 1);
	elf->bias = (elf->bias - first->p_vaddr) & PAGE_MASK;
	return 0;
}

static int map_segment(struct task_struct *curr, struct elf_image *elf,
		       const Elf32_Phdr *ph, bool first, bool has_interp)
{
	uint32_t flags = MAP_FIXED, total = 0, got;
	int err;

	if (first) {
		err = place_program(curr, elf, has_interp, ph, &flags, &total);
		if (err)
			return err;
	}
	got = elf_load(curr, elf, elf->bias + ph->p_vaddr, ph, flags, total);
	if (bad_addr(curr, got))
		return map_failed(got) ? (int)got : -EINVAL;
	if (first && elf->ehdr.e_type == ET_DYN)
		elf->bias += got - ((elf->bias + ph->p_vaddr) & PAGE_MASK);
	note_phdr(elf, ph);
	if (!segment_fits(curr, ph, 0))
		return -EINVAL;
	note_extent(elf, ph);
	return 0;
}

static int map_program(struct task_struct *curr, struct elf_image *elf,
		       bool has_interp)
{
	bool first = true;
	int err;

	elf->start_code = UINT32_MAX;
	for_each_phdr(ph, elf, PT_LOAD)
	{
		err = map_segment(curr, elf, ph, first, has_interp);
		if (err)
			return err;
		first = false;
	}
	return 0;
}

/* ---- the interpreter -------------------------------------------------------------- */

/* The PT_INTERP path into @path, or an empty string when there is none. */
static int interp_path(struct task_struct *curr, const struct elf_image *elf,
		       char path[PATH_MAX_BYTES])
{
	const Elf32_Phdr *ph = next_phdr(elf, NULL, PT_INTERP);
	int err;

	path[0] = '\0';
	if (!ph)
		return 0;
	if (ph->p_filesz < 2 || ph->p_filesz > PATH_MAX_BYTES)
		return -ENOEXEC;
	err = elf_read(curr, elf->file, path, ph->p_filesz, ph->p_offset);
	if (!err && path[ph->p_filesz - 1])
		err = -ENOEXEC;
	return err;
}

/* Opens and checks the interpreter before the old program is given up. */
static int open_interp(struct task_struct *curr, struct elf_image *interp,
		       const char *path)
{
	int err;

	interp->file = open_exec(curr, path);
	if (IS_ERR(interp->file)) {
		err = (int)PTR_ERR(interp->file);
		interp->file = NULL;
		return err;
	}
	err = elf_read(curr, interp->file, &interp->ehdr, sizeof(interp->ehdr),
		       0);
	if (err)
		return err;
	if (!has_magic(&interp->ehdr) ||
	    !elf_check_arch(curr->k, &interp->ehdr) ||
	    !read_phdrs(curr, interp))
		return -ELIBBAD;
	return 0;
}

/* As the program, but wherever there is room. */
static int map_interp(struct task_struct *curr, struct elf_image *interp)
{
	uint32_t total = total_mapping_size(interp);
	bool placed = interp->ehdr.e_type == ET_EXEC;

	if (!may_be_loaded(&interp->ehdr))
		return -ENOEXEC;
	if (!total)
		return -EINVAL;
	for_each_phdr(ph, interp, PT_LOAD)
	{
		uint32_t got = elf_map(curr, interp, interp->bias + ph->p_vaddr,
				       ph, placed ? MAP_FIXED : 0, total);

		if (bad_addr(curr, got))
			return map_failed(got) ? (int)got : -EINVAL;
		if (!placed)
			interp->bias = got - (ph->p_vaddr & PAGE_MASK);
		placed = true;
		total = 0;
		if (!segment_fits(curr, ph, interp->bias))
			return -ENOMEM;
		note_extent(interp, ph);
	}
	if (padzero(curr, interp->end_data))
		return -EFAULT;
	return map_bss_pages(curr, interp->end_data, interp->brk,
			     interp->brk_prot);
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
	to = random_at - v.nr * 4;
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

/* ---- all together --------------------------------------------------------------------- */

/* A page of [start, start + range). */
static vaddr_t randomize_page(struct kernel *k, vaddr_t start, uint32_t range)
{
	start = PAGE_ALIGN(start);
	return start +
	       ((get_random_u32(k) % (range >> PAGE_SHIFT)) << PAGE_SHIFT);
}

/*
 * brk begins behind the program; for one that lies among the mappings, which
 * grow down towards it, where other programs lie.
 */
static void set_layout(struct task_struct *curr, const struct elf_image *elf,
		       bool has_interp)
{
	struct mm_struct *mm = curr->mm;
	bool among_mappings = elf->ehdr.e_type == ET_DYN && !has_interp;

	mm->start_code = elf->start_code;
	mm->end_code = elf->end_code;
	mm->start_data = elf->start_data;
	mm->end_data = elf->end_data;
	mm->start_brk = among_mappings ? ELF_ET_DYN_BASE : PAGE_ALIGN(elf->brk);
	if (randomizes_va_space(curr) && curr->k->user.randomize_va_space > 1)
		mm->start_brk = randomize_page(curr->k, mm->start_brk,
					       BRK_RND_BYTES);
	mm->brk = mm->start_brk;
}

/* What the file says about how it wants to be run. */
static void elf_set_personality(struct task_struct *curr,
				const struct elf_image *elf,
				enum exstack exstack)
{
	curr->personality = (curr->personality & ~PER_MASK) | PER_LINUX;
	if ((elf->ehdr.e_flags & EF_ARM_EABIMASK) == EF_ARM_EABI_UNKNOWN &&
	    elf->ehdr.e_flags & EF_ARM_APCS_26)
		curr->personality &= ~ADDR_LIMIT_32BIT;
	else
		curr->personality |= ADDR_LIMIT_32BIT;
	/* programs that don't know of execute rights get all of them */
	if (exstack == EXSTACK_DEFAULT)
		curr->personality |= READ_IMPLIES_EXEC;
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

/* Both files into the new address space; @entry is where it begins. */
static int map_files(struct task_struct *curr, struct elf_image *elf,
		     struct elf_image *interp, vaddr_t *entry)
{
	const struct elf_image *first = interp->file ? interp : elf;
	int err = map_program(curr, elf, interp->file != NULL);

	if (err)
		return err;
	set_layout(curr, elf, interp->file != NULL);
	if (interp->file)
		err = map_interp(curr, interp);
	*entry = first->bias + first->ehdr.e_entry;
	if (!err && bad_addr(curr, *entry))
		err = -EINVAL;
	return err;
}

/* Everything past the point of no return. */
static int load_committed(struct task_struct *curr, struct linux_binprm *bprm,
			  struct elf_image *elf, struct elf_image *interp)
{
	const enum exstack exstack = executable_stack(elf);
	vaddr_t entry, sp;
	int err;

	elf_set_personality(curr, elf, exstack);
	setup_new_exec(curr, bprm);
	err = setup_arg_pages(curr, bprm, exstack);
	if (!err)
		err = map_files(curr, elf, interp, &entry);
	if (!err)
		err = arch_setup_additional_pages(curr, curr->mm);
	if (!err)
		err = create_elf_tables(curr, bprm, elf, interp, &sp);
	if (err)
		return err;
	curr->mm->start_stack = sp;
	start_thread(curr, entry, sp);
	return 0;
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
	if (!err && next_phdr(elf, NULL, PT_INTERP))
		err = open_interp(curr, interp, name);
	kfree(curr, path);
	if (!err)
		err = begin_new_exec(curr, bprm);
	if (!err)
		err = load_committed(curr, bprm, elf, interp);
	return err;
}

int load_elf_binary(struct task_struct *curr, struct linux_binprm *bprm)
{
	struct elf_image elf = {.file = bprm->file};
	struct elf_image interp = {.file = NULL};
	int err = -ENOEXEC;

	memcpy(&elf.ehdr, bprm->buf, sizeof(elf.ehdr));
	if (has_magic(&elf.ehdr) && may_be_loaded(&elf.ehdr) &&
	    elf_check_arch(curr->k, &elf.ehdr) && read_phdrs(curr, &elf))
		err = load_checked(curr, bprm, &elf, &interp);
	put_phdrs(curr, &elf);
	put_phdrs(curr, &interp);
	if (interp.file)
		fput(curr, interp.file);
	return err;
}
