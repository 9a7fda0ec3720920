/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_AIO_H
#define KERNEL_FS_AIO_H

/* Asynchronous input and output (include/linux/aio.h). A value or -errno. */

#include "kernel/fs/fs.h"

int32_t do_io_setup(struct task_struct *curr, uint32_t nr_events, vaddr_t uctx);
int32_t do_io_destroy(struct task_struct *curr, vaddr_t ctx_id);
int32_t do_io_submit(struct task_struct *curr, vaddr_t ctx_id, int32_t nr,
		     vaddr_t iocbpp);
int32_t do_io_cancel(struct task_struct *curr, vaddr_t ctx_id, vaddr_t uiocb,
		     vaddr_t result);
/* @expires is a cycle; 0: now, UINT64_MAX: never. */
int32_t do_io_getevents(struct task_struct *curr, vaddr_t ctx_id,
			int32_t min_nr, int32_t nr, vaddr_t events,
			uint64_t expires);
/* The same with another mask of signals, of struct __aio_sigset. */
int32_t do_io_pgetevents(struct task_struct *curr, vaddr_t ctx_id,
			 int32_t min_nr, int32_t nr, vaddr_t events,
			 uint64_t expires, vaddr_t usig);
/* @mm goes, and with it its contexts. */
void exit_aio(struct task_struct *curr, struct mm_struct *mm);

#endif
