/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/fb.h"

/*
 * /sys/class/graphics/fb0 (Linux: drivers/video/fbdev/core/fbsysfs.c): the
 * display's words as files, some of which can be written.
 *
 * Leaves out: mode (no list of modes), console, cursor, and the links of
 * Linux's device model.
 */

#include "kernel/fs/sysfs.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/lib/err.h"

/* ---- showing ------------------------------------------------------------------ */

static int name_show(struct seq_file *m, void *object)
{
	const struct fb_info *info = object;

	seq_printf(m, "%s\n", info->fix.id);
	return 0;
}

static int dev_show(struct seq_file *m, void *object)
{
	const struct fb_info *info = object;

	seq_printf(m, "%u:%u\n", FB_MAJOR, info->node);
	return 0;
}

static int bits_per_pixel_show(struct seq_file *m, void *object)
{
	const struct fb_info *info = object;

	seq_printf(m, "%u\n", info->var.bits_per_pixel);
	return 0;
}

static int virtual_size_show(struct seq_file *m, void *object)
{
	const struct fb_info *info = object;

	seq_printf(m, "%u,%u\n", info->var.xres_virtual,
		   info->var.yres_virtual);
	return 0;
}

static int stride_show(struct seq_file *m, void *object)
{
	const struct fb_info *info = object;

	seq_printf(m, "%u\n", info->fix.line_length);
	return 0;
}

static int pan_show(struct seq_file *m, void *object)
{
	const struct fb_info *info = object;

	seq_printf(m, "%u,%u\n", info->var.xoffset, info->var.yoffset);
	return 0;
}

static int rotate_show(struct seq_file *m, void *object)
{
	const struct fb_info *info = object;

	seq_printf(m, "%u\n", info->var.rotate);
	return 0;
}

/* Frames a second, as Linux computes them: rounded down at each step. */
static uint32_t refresh(const struct fb_var_screeninfo *var)
{
	const uint32_t htotal = var->xres + var->left_margin +
				var->right_margin + var->hsync_len;
	const uint32_t vtotal = var->yres + var->upper_margin +
				var->lower_margin + var->vsync_len;

	if (!var->pixclock)
		return 0;
	return 1000000000 / var->pixclock * 1000 / htotal / vtotal;
}

static int modes_show(struct seq_file *m, void *object)
{
	const struct fb_info *info = object;

	seq_printf(m, "U:%ux%up-%u\n", info->var.xres, info->var.yres,
		   refresh(&info->var));
	return 0;
}

/* ---- changing ------------------------------------------------------------------- */

static int bits_per_pixel_store(struct task_struct *curr, void *object,
				const char *text, uint32_t n)
{
	struct fb_info *info = object;
	struct fb_var_screeninfo var;
	uint32_t bits;
	int err = kstrtouint(text, 0, &bits);

	(void)n;
	if (err)
		return err;
	down_write(curr, &info->lock);
	var = info->var;
	var.bits_per_pixel = bits;
	var.activate |= FB_ACTIVATE_FORCE;
	err = info->screen_base ? fb_set_var(curr, info, &var) : -ENODEV;
	info->var.activate &= ~FB_ACTIVATE_FORCE;
	up_write(curr, &info->lock);
	return err;
}

static int blank_store(struct task_struct *curr, void *object, const char *text,
		       uint32_t n)
{
	struct fb_info *info = object;
	uint32_t blank;
	int err = kstrtouint(text, 0, &blank);

	(void)n;
	if (err)
		return err;
	down_write(curr, &info->lock);
	err = info->screen_base ? fb_blank(curr, info, blank) : -ENODEV;
	up_write(curr, &info->lock);
	return err;
}

static const struct sysfs_attribute attributes[] = {
	{"bits_per_pixel", 0644, bits_per_pixel_show, bits_per_pixel_store},
	{"blank", 0200, NULL, blank_store},
	{"dev", 0444, dev_show, NULL},
	{"modes", 0444, modes_show, NULL},
	{"name", 0444, name_show, NULL},
	{"pan", 0444, pan_show, NULL},
	{"rotate", 0444, rotate_show, NULL},
	{"stride", 0444, stride_show, NULL},
	{"virtual_size", 0444, virtual_size_show, NULL},
};

int fb_init_device(struct task_struct *curr, struct fb_info *info)
{
	struct kernfs_node *dir = sysfs_create_dir(curr, NULL, "class", NULL);

	if (dir)
		dir = sysfs_create_dir(curr, dir, "graphics", NULL);
	if (dir)
		dir = sysfs_create_dir(curr, dir, "fb0", info);
	return dir ? sysfs_create_files(curr, dir, attributes,
					sizeof(attributes) /
						sizeof(*attributes))
		   : -ENOMEM;
}
