/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/fb.h"

/*
 * Colour maps (Linux: drivers/video/fbdev/core/fbcmap.c): 256 entries of 16
 * bits a colour, which programs set and read in parts.
 *
 * MODEL: transparency isn't kept, as no display of ours has any: it is taken,
 * and reads as 0.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"

static int set_entry(struct task_struct *curr, struct fb_info *info,
		     uint32_t regno)
{
	return info->fbops->fb_setcolreg(curr, info, regno,
					 info->cmap.red[regno],
					 info->cmap.green[regno],
					 info->cmap.blue[regno]);
}

void fb_set_cmap(struct task_struct *curr, struct fb_info *info)
{
	for (uint32_t i = 0; i < FB_CMAP_LEN; i++)
		if (set_entry(curr, info, i))
			return;
}

/* One entry of a program's array. 0 or -EFAULT. */
static int get_colour(struct task_struct *curr, uint16_t *to, vaddr_t array,
		      uint32_t i)
{
	return copy_from_user(curr, to, array + 2 * i, 2) ? -EFAULT : 0;
}

int fb_set_user_cmap(struct task_struct *curr, struct fb_info *info,
		     const struct fb_cmap_user *cmap)
{
	uint16_t red, green, blue;
	int err = 0;

	if (cmap->len > INT32_MAX / 2)
		return -E2BIG;
	if (cmap->start > INT32_MAX)
		return -EINVAL;
	for (uint32_t i = 0; i < cmap->len && cmap->start + i < FB_CMAP_LEN;
	     i++) {
		const uint32_t regno = cmap->start + i;

		if (get_colour(curr, &red, cmap->red, i) ||
		    get_colour(curr, &green, cmap->green, i) ||
		    get_colour(curr, &blue, cmap->blue, i))
			return -EFAULT;
		/* that may have slept: the lock is for what follows alone */
		down_write(curr, &info->lock);
		info->cmap.red[regno] = red;
		info->cmap.green[regno] = green;
		info->cmap.blue[regno] = blue;
		err = set_entry(curr, info, regno);
		up_write(curr, &info->lock);
		if (err)
			return 0; /* Linux stops there without a word, too */
	}
	return 0;
}

static int put_colour(struct task_struct *curr, vaddr_t array, uint32_t i,
		      uint16_t colour)
{
	return array && copy_to_user(curr, array + 2 * i, &colour, 2) ? -EFAULT
								      : 0;
}

int fb_cmap_to_user(struct task_struct *curr, const struct fb_info *info,
		    const struct fb_cmap_user *to)
{
	if (to->start >= FB_CMAP_LEN || !to->len)
		return -EINVAL;
	for (uint32_t i = 0; i < to->len && to->start + i < FB_CMAP_LEN; i++) {
		const uint32_t regno = to->start + i;

		if (copy_to_user(curr, to->red + 2 * i, &info->cmap.red[regno],
				 2) ||
		    copy_to_user(curr, to->green + 2 * i,
				 &info->cmap.green[regno], 2) ||
		    copy_to_user(curr, to->blue + 2 * i,
				 &info->cmap.blue[regno], 2) ||
		    put_colour(curr, to->transp, i, 0))
			return -EFAULT;
	}
	return 0;
}
