/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_SETUP_H
#define KERNEL_ARCH_ARM_SETUP_H

/*
 * Bringing the board up and what it is (arch/arm/kernel/setup.c, devtree.c).
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct cpu;
struct file;
struct kernel;
struct mm_struct;
struct task_struct;
struct vm_area_struct;

/* What the boot loader does: image and device tree blob into RAM. */
void boot_load(struct kernel *k);
/* head.S: the first tables, and the MMU of @cpu on. */
void head_start(struct kernel *k, struct cpu *cpu);
/* Which core, from its ID registers. */
void setup_processor(struct kernel *k);
/* Board, memblock, page tables. Nothing can be allocated by pages yet. */
void setup_arch(struct kernel *k);
/* "Virtual kernel memory layout". */
void mem_init_print_layout(struct kernel *k);
/* After boot: .init memory goes to the buddy, and its addresses away. */
void free_initmem(struct task_struct *curr);

/* AT_HWCAP, AT_PLATFORM ("v7l"), and "armv7l" of uname. */
uint32_t elf_hwcap(const struct kernel *k);
const char *elf_platform(const struct kernel *k);
const char *utsname_machine(const struct kernel *k);
/* The @index'th pair of @node's reg in @fdt. False: it has not so many. */
bool of_reg(const void *fdt, int node, int index, paddr_t *base,
	    uint64_t *nr_bytes);
/* The first cell of a property; 0: there is none. */
uint32_t of_u32(const void *fdt, int node, const char *property);
/* Has it that property? */
bool of_property_read_bool(const void *fdt, int node, const char *property);
/* The frequency of the clock that @node is fed; 0: none that is known. */
uint32_t of_clock_rate(const void *fdt, int node);
/* False: its status says that it isn't to be used. */
bool of_device_is_available(const void *fdt, int node);
/* A number of @nr cells. */
uint64_t of_read_number(const uint32_t *cell, int nr);
/*
 * What the device tree says is taken, or wants to be reserved, is reserved
 * from now on. "shared-dma-pool" nodes that are "reusable" become CMA areas.
 */
void early_init_fdt_scan_reserved_mem(struct kernel *k);
/* The flattened device tree, in guest RAM. */
const void *boot_fdt(const struct kernel *k);
/* struct machine_desc's name: of any board that is all device tree. */
#define MACHINE_DESC_NAME "Generic DT based system"

const char *machine_model(const struct kernel *k);
/* Text of /proc/cpuinfo into @to; returns its length (snprintf's rule). */
int show_cpuinfo(const struct kernel *k, char *to, uint32_t size);
/*
 * The device tree's first node compatible with @compatible, and its first reg;
 * -1: none.
 */
int of_find_device(const struct kernel *k, const char *compatible,
		   paddr_t *paddr, uint32_t *nr_bytes);

/*
 * What every process sees beyond its own VMAs, as if it were one of them: the
 * vectors page. It belongs to no mm.
 */
const struct vm_area_struct *get_gate_vma(void);
/* The trampolines' frame. 0 or -ENOMEM. */
int sigpage_init(struct task_struct *curr);
/* Finds the vDSO in the kernel's image and suits it to this board. */
void vdso_init(struct kernel *k);
/* Maps [vvar] and [vdso] at @vaddr; mm->context.vdso tells whether. */
void arm_install_vdso(struct task_struct *curr, struct mm_struct *mm,
		      vaddr_t vaddr);
/* exec: all of these go into a new address space. 0 or -errno. */
int arch_setup_additional_pages(struct task_struct *curr, struct mm_struct *mm);

#endif
