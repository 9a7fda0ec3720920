/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_ERR_H
#define KERNEL_LIB_ERR_H

/*
 * Error numbers inside pointers, as include/linux/err.h has them. The errno
 * names come from <errno.h>: on every Linux host they have ARM Linux's values
 * (asm-generic), which tests/unit/kernel checks.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#define MAX_ERRNO 4095

static inline void *ERR_PTR(long error)
{
	return (void *)(intptr_t)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)(intptr_t)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return (uintptr_t)ptr >= (uintptr_t)-MAX_ERRNO;
}

static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

/* Kernel-internal results of system calls that a signal cut short. */
#define ERESTARTSYS           512
#define ERESTARTNOINTR        513
#define ERESTARTNOHAND        514
#define ERESTART_RESTARTBLOCK 516

#endif
