/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_ASAN_H
#define KERNEL_LIB_ASAN_H

/*
 * Telling the address sanitizer what is off limits: the slots of free objects
 * in the object store, fields of free pages. Nothing in other builds.
 */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KERNEL_ASAN
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(KERNEL_ASAN)
#define KERNEL_ASAN
#endif

#ifdef KERNEL_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

#endif
