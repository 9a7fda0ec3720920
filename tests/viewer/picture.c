/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures beside their references. A reference is a quarter as wide and high,
 * each of its points the mean of 4 by 4 pixels: what fonts of another version
 * do to the edges of letters drowns in that, a panel that is missing or a
 * colour that is wrong doesn't.
 *
 *	picture shrink PICTURE REFERENCE
 *	picture compare PICTURE REFERENCE
 *
 * The second prints which share of the points differs, in percent, and the
 * box that they lie in.
 */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE  4
#define CLEAR 40 /* that much of 255 is a difference one sees */

struct image {
	int width, height;
	unsigned char *rgb;
};

static void die(const char *path, const char *why)
{
	fprintf(stderr, "%s: %s\n", path, why);
	exit(2);
}

static struct image load(const char *path)
{
	png_image png = {.version = PNG_IMAGE_VERSION};
	struct image image;

	if (!png_image_begin_read_from_file(&png, path))
		die(path, png.message);
	png.format = PNG_FORMAT_RGB;
	image.width = (int)png.width;
	image.height = (int)png.height;
	image.rgb = malloc(PNG_IMAGE_SIZE(png));
	if (!image.rgb ||
	    !png_image_finish_read(&png, NULL, image.rgb, 0, NULL))
		die(path, png.message);
	return image;
}

static unsigned char mean(const struct image *image, int x, int y, int channel)
{
	int sum = 0;

	for (int i = 0; i < SIDE * SIDE; i++)
		sum += image->rgb[((y * SIDE + i / SIDE) * image->width +
				   x * SIDE + i % SIDE) *
					  3 +
				  channel];
	return (unsigned char)(sum / (SIDE * SIDE));
}

static struct image shrink(const char *path)
{
	struct image from = load(path);
	struct image to = {from.width / SIDE, from.height / SIDE, NULL};
	unsigned char *rgb = malloc((size_t)to.width * (size_t)to.height * 3);

	if (!rgb)
		die(path, "no memory");
	to.rgb = rgb;
	for (int y = 0; y < to.height; y++)
		for (int x = 0; x < to.width; x++)
			for (int channel = 0; channel < 3; channel++)
				*rgb++ = mean(&from, x, y, channel);
	free(from.rgb);
	return to;
}

static void save(const struct image *image, const char *path)
{
	png_image png = {
		.version = PNG_IMAGE_VERSION,
		.width = (png_uint_32)image->width,
		.height = (png_uint_32)image->height,
		.format = PNG_FORMAT_RGB,
	};

	if (!png_image_write_to_file(&png, path, 0, image->rgb, 0, NULL))
		die(path, png.message);
}

static int differs(const unsigned char *a, const unsigned char *b)
{
	for (int channel = 0; channel < 3; channel++)
		if (abs(a[channel] - b[channel]) > CLEAR)
			return 1;
	return 0;
}

static void compare(const struct image *a, const struct image *b)
{
	int left = a->width, right = 0, top = a->height, bottom = 0, nr = 0;

	for (int y = 0; y < a->height; y++)
		for (int x = 0; x < a->width; x++) {
			int at = (y * a->width + x) * 3;

			if (!differs(a->rgb + at, b->rgb + at))
				continue;
			nr++;
			left = x < left ? x : left;
			right = x > right ? x : right;
			top = y < top ? y : top;
			bottom = y > bottom ? y : bottom;
		}
	printf("%.3f", 100.0 * nr / (a->width * a->height));
	if (nr)
		printf(" %d,%d-%d,%d", left * SIDE, top * SIDE,
		       (right + 1) * SIDE, (bottom + 1) * SIDE);
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct image picture, reference;

	if (argc != 4)
		die(argv[0], "shrink|compare PICTURE REFERENCE");
	picture = shrink(argv[2]);
	if (!strcmp(argv[1], "shrink")) {
		save(&picture, argv[3]);
		free(picture.rgb);
		return 0;
	}
	reference = load(argv[3]);
	if (picture.width != reference.width ||
	    picture.height != reference.height)
		die(argv[3], "of another size");
	compare(&picture, &reference);
	free(picture.rgb);
	free(reference.rgb);
	return 0;
}
