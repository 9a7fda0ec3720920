/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/fb.h"

/*
 * /dev/fb0 (Linux: drivers/video/fbdev/core/fbmem.c): what programs do with a
 * display, whatever driver is behind it. They map its memory, or read and write
 * it as a file; they ask for another mode, and get the one that the driver
 * makes of it; they pan, blank and wait for the vertical synchronisation.
 *
 * Invariant: info->var and info->fix say what the device shows; both change
 * under info->lock alone, and only after the driver has agreed.
 *
 * Leaves out the text console on it (fbcon), acceleration, modes by name.
 */

#include <string.h>

#include "kernel/drivers/devtmpfs.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/seq_file.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/state.h"

const char *fb_get_options(const struct kernel *k, const char *name,
			   uint32_t *len)
{
	const uint32_t n = (uint32_t)strlen(name);
	const char *after = NULL, *found = NULL, *at;
	uint32_t at_len;

	while ((at = boot_param_next(k, after, "video", &at_len))) {
		if (at_len > n && !memcmp(at, name, n) && at[n] == ':') {
			found = at + n + 1;
			*len = at_len - n - 1;
		}
		after = at + at_len;
	}
	return found;
}

/* ---- modes --------------------------------------------------------------------- */

static bool can_pan_to(const struct fb_info *info,
		       const struct fb_var_screeninfo *var)
{
	const struct fb_fix_screeninfo *fix = &info->fix;
	const uint32_t ystep = var->vmode & FB_VMODE_YWRAP ? fix->ywrapstep
							   : fix->ypanstep;
	const uint32_t yres = var->vmode & FB_VMODE_YWRAP ? 0 : info->var.yres;

	if (var->yoffset && (!ystep || var->yoffset % ystep))
		return false;
	if (var->xoffset && (!fix->xpanstep || var->xoffset % fix->xpanstep))
		return false;
	return info->fbops->fb_pan_display &&
	       var->yoffset <= info->var.yres_virtual - yres &&
	       var->xoffset <= info->var.xres_virtual - info->var.xres;
}

int fb_pan_display(struct task_struct *curr, struct fb_info *info,
		   const struct fb_var_screeninfo *var)
{
	int err;

	if (!can_pan_to(info, var))
		return -EINVAL;
	err = info->fbops->fb_pan_display(curr, info, var);
	if (err)
		return err;
	info->var.xoffset = var->xoffset;
	info->var.yoffset = var->yoffset;
	info->var.vmode = (info->var.vmode & ~FB_VMODE_YWRAP) |
			  (var->vmode & FB_VMODE_YWRAP);
	return 0;
}

/* Sizes that no display has, or whose product is no number. */
static bool absurd(const struct fb_var_screeninfo *var)
{
	return var->xres < 8 || var->yres < 8 ||
	       (uint64_t)var->xres * var->yres > UINT32_MAX ||
	       (uint64_t)var->xres_virtual * var->yres_virtual > UINT32_MAX;
}

static int activate(struct task_struct *curr, struct fb_info *info,
		    const struct fb_var_screeninfo *var)
{
	const struct fb_var_screeninfo old = info->var;
	int err;

	info->var = *var;
	err = info->fbops->fb_set_par(curr, info);
	if (err) {
		info->var = old;
		return err;
	}
	fb_pan_display(curr, info, var);
	fb_set_cmap(curr, info);
	return 0;
}

int fb_set_var(struct task_struct *curr, struct fb_info *info,
	       struct fb_var_screeninfo *var)
{
	int err;

	if (var->activate & FB_ACTIVATE_INV_MODE)
		return -EINVAL; /* a mode of the list to forget: there is none */
	if (!(var->activate & FB_ACTIVATE_FORCE) &&
	    !memcmp(&info->var, var, sizeof(*var)))
		return 0;
	if (absurd(var))
		return -EINVAL;
	err = info->fbops->fb_check_var(curr, info, var);
	if (err)
		return err;
	if ((var->activate & FB_ACTIVATE_MASK) != FB_ACTIVATE_NOW)
		return 0;
	return activate(curr, info, var);
}

int fb_blank(struct task_struct *curr, struct fb_info *info, uint32_t blank)
{
	int err;

	if (blank > FB_BLANK_POWERDOWN)
		blank = FB_BLANK_POWERDOWN;
	err = info->fbops->fb_blank(curr, info, blank);
	if (!err)
		info->blank = blank;
	return err;
}

/* ---- ioctl ---------------------------------------------------------------------- */

static int get_bytes(struct task_struct *curr, void *to, vaddr_t uarg,
		     uint32_t n)
{
	return copy_from_user(curr, to, uarg, n) ? -EFAULT : 0;
}

static int put_bytes(struct task_struct *curr, vaddr_t uarg, const void *from,
		     uint32_t n)
{
	return copy_to_user(curr, uarg, from, n) ? -EFAULT : 0;
}

/* What was asked for goes back as what was made of it. */
static int put_vscreeninfo(struct task_struct *curr, struct fb_info *info,
			   uint32_t cmd, vaddr_t arg)
{
	struct fb_var_screeninfo var;
	int err = get_bytes(curr, &var, arg, sizeof(var));

	if (err)
		return err;
	down_write(curr, &info->lock);
	err = cmd == FBIOPAN_DISPLAY ? fb_pan_display(curr, info, &var)
				     : fb_set_var(curr, info, &var);
	up_write(curr, &info->lock);
	return err ? err : put_bytes(curr, arg, &var, sizeof(var));
}

/* A copy under the lock: giving it to the program may sleep. */
static int get_screeninfo(struct task_struct *curr, struct fb_info *info,
			  uint32_t cmd, vaddr_t arg)
{
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;

	down_write(curr, &info->lock);
	var = info->var;
	fix = info->fix;
	up_write(curr, &info->lock);
	if (cmd == FBIOGET_VSCREENINFO)
		return put_bytes(curr, arg, &var, sizeof(var));
	return put_bytes(curr, arg, &fix, sizeof(fix));
}

static int do_cmap(struct task_struct *curr, struct fb_info *info, uint32_t cmd,
		   vaddr_t arg)
{
	struct fb_cmap_user cmap;

	if (get_bytes(curr, &cmap, arg, sizeof(cmap)))
		return -EFAULT;
	return cmd == FBIOPUTCMAP ? fb_set_user_cmap(curr, info, &cmap)
				  : fb_cmap_to_user(curr, info, &cmap);
}

static int do_blank(struct task_struct *curr, struct fb_info *info,
		    uint32_t blank)
{
	int err;

	if (blank > FB_BLANK_POWERDOWN)
		return -EINVAL;
	down_write(curr, &info->lock);
	err = fb_blank(curr, info, blank);
	up_write(curr, &info->lock);
	return err;
}

/* Of the first display, which is the only one the driver has. */
static int wait_for_vsync(struct task_struct *curr, struct fb_info *info,
			  vaddr_t arg)
{
	uint32_t crtc;

	if (get_user_u32(curr, &crtc, arg))
		return -EFAULT;
	return crtc ? -ENODEV : info->fbops->fb_wait_for_vsync(curr, info);
}

static int32_t fb_ioctl(struct task_struct *curr, struct file *file,
			uint32_t cmd, uint32_t arg)
{
	struct fb_info *info = file->private_data;

	switch (cmd) {
	case FBIOGET_VSCREENINFO:
	case FBIOGET_FSCREENINFO:
		return get_screeninfo(curr, info, cmd, arg);
	case FBIOPUT_VSCREENINFO:
	case FBIOPAN_DISPLAY:
		return put_vscreeninfo(curr, info, cmd, arg);
	case FBIOGETCMAP:
	case FBIOPUTCMAP:
		return do_cmap(curr, info, cmd, arg);
	case FBIOBLANK:
		return do_blank(curr, info, arg);
	case FBIO_WAITFORVSYNC:
		return wait_for_vsync(curr, info, arg);
	default:
		return -ENOTTY;
	}
}

/* ---- as a file -------------------------------------------------------------------- */

/* The pixels' page @i; they are the driver's for good. */
static struct page *screen_page(const struct fb_info *info,
				const struct kernel *k, uint32_t i)
{
	return pfn_to_page(k, (info->fix.smem_start >> PAGE_SHIFT) + i);
}

/* How far a page goes from @pos on, and not beyond @end. */
static uint32_t piece(int64_t pos, int64_t end)
{
	const uint32_t left = PAGE_SIZE - offset_in_page((uint32_t)pos);

	return end - pos < left ? (uint32_t)(end - pos) : left;
}

static int32_t fb_read(struct task_struct *curr, struct file *file,
		       struct iov_iter *to, int64_t *pos)
{
	const struct fb_info *info = file->private_data;
	const int64_t size = info->fix.smem_len, from = *pos;
	int64_t end = from + to->count;

	if (from >= size)
		return 0;
	end = end < size ? end : size;
	while (*pos < end) {
		const uint32_t want = piece(*pos, end);
		uint32_t n = copy_page_to_iter(
			curr,
			screen_page(info, curr->k,
				    (uint32_t)(*pos >> PAGE_SHIFT)),
			offset_in_page((uint32_t)*pos), want, to);

		*pos += n;
		if (n < want)
			break;
	}
	return *pos == from ? -EFAULT : (int32_t)(*pos - from);
}

/* Why not all of @count is taken at @pos; 0: it is. */
static int write_error(int64_t size, int64_t pos, uint32_t count)
{
	if (count > size)
		return -EFBIG;
	return pos + count > size ? -ENOSPC : 0;
}

static int32_t fb_write(struct task_struct *curr, struct file *file,
			struct iov_iter *from, int64_t *pos)
{
	const struct fb_info *info = file->private_data;
	const int64_t size = info->fix.smem_len, first = *pos;
	const int err = write_error(size, first, from->count);
	int64_t end = first + from->count;

	if (first > size)
		return -EFBIG;
	end = end < size ? end : size;
	while (*pos < end) {
		const uint32_t want = piece(*pos, end);
		struct page *page = screen_page(info, curr->k,
						(uint32_t)(*pos >> PAGE_SHIFT));
		uint32_t n = copy_page_from_iter(
			curr, page, offset_in_page((uint32_t)*pos), want, from);

		page_code_changed(curr->k, page);
		*pos += n;
		if (n < want)
			return *pos == first ? -EFAULT
					     : (int32_t)(*pos - first);
	}
	return *pos == first ? err : (int32_t)(*pos - first);
}

/* There is no size to count from. */
static int64_t fb_llseek(struct task_struct *curr, struct file *file,
			 int64_t offset, int whence)
{
	return generic_llseek(curr, file, offset, whence, 0);
}

static int fb_mmap(struct task_struct *curr, struct file *file,
		   struct vm_area_struct *vma)
{
	struct fb_info *info = file->private_data;

	return info->fbops->fb_mmap(curr, info, vma);
}

/* What is written is where the controller reads it. */
static int fb_fsync(struct task_struct *curr, struct file *file, pgoff_t start,
		    pgoff_t last)
{
	(void)curr, (void)file, (void)start, (void)last;
	return 0;
}

static int fb_open(struct task_struct *curr, struct inode *inode,
		   struct file *file)
{
	struct fb_info *info = curr->k->vfs.registered_fb;
	int err;

	if (!info || MINOR(inode->i_rdev) != info->node)
		return -ENODEV;
	file->private_data = info;
	down_write(curr, &info->lock);
	err = info->fbops->fb_open(curr, info);
	up_write(curr, &info->lock);
	return err;
}

static const struct file_operations fb_fops = {
	.open = fb_open,
	.read_iter = fb_read,
	.write_iter = fb_write,
	.llseek = fb_llseek,
	.ioctl = fb_ioctl,
	.mmap = fb_mmap,
	.fsync = fb_fsync,
};

/* ---- registration -------------------------------------------------------------------- */

int fb_proc_show(struct seq_file *m, void *v)
{
	const struct fb_info *info = m->k->vfs.registered_fb;

	(void)v;
	if (info)
		seq_printf(m, "%u %s\n", info->node, info->fix.id);
	return 0;
}

int register_framebuffer(struct task_struct *curr, struct fb_info *info)
{
	int err;

	if (curr->k->vfs.registered_fb)
		return -ENXIO;
	init_rwsem(&info->lock);
	info->node = 0;
	err = register_chrdev_of(curr, MKDEV(FB_MAJOR, 0), CHRDEV_MINORS, "fb",
				 &fb_fops);
	if (err)
		return err;
	curr->k->vfs.registered_fb = info;
	err = devtmpfs_create_node(curr, "fb0", S_IFCHR | 0600,
				   MKDEV(FB_MAJOR, info->node));
	return err ? err : fb_init_device(curr, info);
}
