/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SHMEM_H
#define KERNEL_MM_SHMEM_H

/* Memory shared without a file of the program's own (mm/shmem.c). */

#include "kernel/mm/mm_types.h"

/* Backs a MAP_SHARED | MAP_ANONYMOUS VMA. 0 or -errno. */
int shmem_zero_setup(struct task_struct *curr, struct vm_area_struct *vma);

#endif
