/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PNG by libpng: 8 bits of red, green and blue, no times and no comments.
 */
#include "emu/png.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>

#include "emu/diag.h"
#include "emu/framebuffer.h"

bool png_write(const struct picture *picture, const char *path,
	       struct diag *diag)
{
	png_image image = {
		.version = PNG_IMAGE_VERSION,
		.width = picture->width,
		.height = picture->height,
		.format = PNG_FORMAT_RGB,
	};
	FILE *file = fopen(path, "wb");
	bool good;

	if (!file)
		return diag_errno(diag, NULL, "can't write to %s", path);
	errno = 0;
	good = png_image_write_to_stdio(&image, file, 0, picture->rgb, 0, NULL);
	if (!good && errno)
		diag_errno(diag, NULL, "can't write to %s", path);
	else if (!good)
		diag_error(diag, NULL, "can't write to %s: %s", path,
			   image.message);
	errno = 0;
	if (fclose(file) && good)
		good = diag_errno(diag, NULL, "can't write to %s", path);
	return good;
}
