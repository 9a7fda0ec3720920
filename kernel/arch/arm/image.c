/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/image.h"

/*
 * Finding the kernel image and what is where in it: System.map is its only
 * description, so no address stands in C.
 */

#include <stdlib.h>
#include <string.h>

#include "kernel/lib/bug.h"

const struct kernel_image *kernel_image_for(vaddr_t page_offset)
{
	for (unsigned int i = 0; i < nr_kernel_images; i++)
		if (kernel_images[i].page_offset == page_offset)
			return &kernel_images[i];
	return NULL;
}

/* A line of System.map: "80008000 T _text". */
vaddr_t image_symbol(const struct kernel_image *image, const char *name)
{
	size_t len = strlen(name);
	const char *line = image->system_map;

	while (*line) {
		const char *end = strchr(line, '\n');
		const char *symbol = end - len;

		if (symbol > line && symbol[-1] == ' ' &&
		    !memcmp(symbol, name, len))
			return (vaddr_t)strtoul(line, NULL, 16);
		line = end + 1;
	}
	BUG();
}
