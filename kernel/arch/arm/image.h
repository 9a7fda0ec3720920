/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_IMAGE_H
#define KERNEL_ARCH_ARM_IMAGE_H

/*
 * The ARM vmlinux (kernel/image/) as the C code of the kernel sees it: a
 * table of symbols and the bytes at PHYS_OFFSET + TEXT_OFFSET.
 */

#include "kernel/kernel.h"

/* What was built in (embed.cmake); nothing without a cross compiler. */
extern const struct kernel_image kernel_images[];
extern const unsigned int nr_kernel_images;

/* The address of @name in @image; BUG when it has none. */
vaddr_t image_symbol(const struct kernel_image *image, const char *name);

#endif
