/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_ABI_H
#define KERNEL_MODULE_ABI_H

/*
 * Structures that lie in a module's memory and that the kernel reads and
 * writes, word for word as they are on ARM: a module's author sees them under
 * Linux's names, with pointers where numbers are here
 * (guests/modules/include/linux/).
 */

#include <stdint.h>

#define MODULE_NAME_LEN 60

/* struct module; __this_module, in section .gnu.linkonce.this_module. */
struct arm_module {
	uint32_t state;
	uint32_t list[2];
	char name[MODULE_NAME_LEN];
	uint32_t init, exit; /* functions, or 0 */
};

/* struct kernel_symbol, in __ksymtab and __ksymtab_gpl. */
struct arm_kernel_symbol {
	uint32_t value, name, namespace;
};

/* struct kernel_param, in __param. */
struct arm_kernel_param {
	uint32_t name, mod, ops;
	uint16_t perm;
	int8_t level;
	uint8_t flags;
	uint32_t arg;
};

/* struct kernel_param_ops: functions, or 0. */
struct arm_kernel_param_ops {
	uint32_t flags; /* KERNEL_PARAM_OPS_FL_… */
	uint32_t set, get, free;
};
#define KERNEL_PARAM_OPS_FL_NOARG 1u /* a name alone will do */

/* struct kparam_string and struct kparam_array, where arg points. */
struct arm_kparam_string {
	uint32_t maxlen, string;
};
struct arm_kparam_array {
	uint32_t max, elemsize;
	uint32_t num; /* of an unsigned int; 0: nobody wants to know */
	uint32_t ops, elem;
};

/* struct shrinker and struct shrink_control (linux/shrinker.h). */
struct arm_shrinker {
	uint32_t count_objects, scan_objects;
	uint32_t batch;
	int32_t seeks;
	uint32_t flags; /* SHRINKER_… */
};
#define SHRINKER_NUMA_AWARE 1u
struct arm_shrink_control {
	uint32_t gfp_mask;
	int32_t nid;
	uint32_t nr_to_scan, nr_scanned;
};

/*
 * The beginning of struct task_struct (guests/modules/include/linux/sched.h).
 * preempt_count and state are the module's to write.
 */
struct arm_task_struct {
	uint32_t flags; /* thread_info: ARM_TIF_… */
	uint32_t preempt_count;
	uint32_t cpu;
	uint32_t state; /* TASK_… */
	uint32_t task_flags; /* PF_… */
	int32_t pid, tgid;
	char comm[16];
};
#define ARM_TIF_SIGPENDING   0x1u
#define ARM_TIF_NEED_RESCHED 0x2u

/* Parts of preempt_count (include/linux/preempt.h). */
#define PREEMPT_MASK           0x000000ffu
#define SOFTIRQ_MASK           0x0000ff00u
#define SOFTIRQ_OFFSET         0x00000100u
#define SOFTIRQ_DISABLE_OFFSET 0x00000200u
#define HARDIRQ_MASK           0x000f0000u
#define HARDIRQ_OFFSET         0x00010000u

/* ---- files (include/linux/fs.h, cdev.h, miscdevice.h) ------------------------------- */

struct arm_list_head {
	uint32_t next, prev;
};

struct arm_file_operations {
	uint32_t owner; /* a struct module, or 0 */
	uint32_t llseek, read, write, poll, unlocked_ioctl, mmap, open, flush,
		release, fsync;
};

/* Ours, shown to a module as long as the file is open. */
struct arm_inode {
	uint32_t i_mode, i_uid, i_gid, i_rdev, i_ino;
	uint32_t i_cdev; /* the module's struct cdev */
	uint32_t i_private;
};
struct arm_file {
	int64_t f_pos;
	uint32_t f_mode, f_flags;
	uint32_t f_op, f_inode;
	uint32_t private_data; /* the module's own */
};
#define ARM_FMODE_READ   0x1u
#define ARM_FMODE_WRITE  0x2u
#define ARM_FMODE_LSEEK  0x4u
#define ARM_FMODE_PREAD  0x8u
#define ARM_FMODE_PWRITE 0x10u

struct arm_cdev {
	uint32_t owner, ops;
	struct arm_list_head list;
	uint32_t dev, count;
};

struct arm_miscdevice {
	uint32_t minor, name, fops;
	struct arm_list_head list;
	uint32_t parent, this_device;
	uint32_t nodename;
	uint16_t mode, unused;
};

/* ---- mappings (include/linux/mm.h, mm_types.h) ---------------------------------------- */

struct arm_vm_operations {
	uint32_t open, close, fault;
};

/* Ours, shown to a module for as long as the call lasts. */
struct arm_vm_area_struct {
	uint32_t vm_start, vm_end, vm_page_prot, vm_flags, vm_ops, vm_pgoff;
	uint32_t vm_file, vm_private_data;
};
struct arm_vm_fault {
	uint32_t vma, flags, gfp_mask, pgoff, address;
	uint32_t page; /* what the handler returns */
};

#endif
