/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_FB_H
#define KERNEL_DRIVERS_FB_H

/*
 * Displays as programs see them (include/linux/fb.h, uapi/linux/fb.h): memory
 * in which each pixel lies, and words about how. A driver fills a struct
 * fb_info and registers it; fbmem.c does the rest.
 */

#include "kernel/fs/fs.h"
#include "kernel/mm/dma_mapping.h"

struct seq_file;

#define FB_MAJOR 29

/* ---- what programs exchange with it, as on ARM ------------------------------- */

#define FBIOGET_VSCREENINFO 0x4600u
#define FBIOPUT_VSCREENINFO 0x4601u
#define FBIOGET_FSCREENINFO 0x4602u
#define FBIOGETCMAP         0x4604u
#define FBIOPUTCMAP         0x4605u
#define FBIOPAN_DISPLAY     0x4606u
#define FBIOBLANK           0x4611u
#define FBIO_WAITFORVSYNC   0x40044620u

#define FB_TYPE_PACKED_PIXELS 0
#define FB_VISUAL_TRUECOLOR   2
#define FB_VISUAL_PSEUDOCOLOR 3
#define FB_ACCEL_NONE         0

struct fb_fix_screeninfo {
	char id[16];
	uint32_t smem_start, smem_len; /* the pixels */
	uint32_t type, type_aux, visual;
	uint16_t xpanstep, ypanstep, ywrapstep; /* 0: can't */
	uint32_t line_length; /* in bytes */
	uint32_t mmio_start, mmio_len, accel;
	uint16_t capabilities, reserved[2];
};
_Static_assert(sizeof(struct fb_fix_screeninfo) == 68, "ARM's layout");

struct fb_bitfield {
	uint32_t offset, length, msb_right;
};

#define FB_ACTIVATE_NOW      0u
#define FB_ACTIVATE_MASK     15u
#define FB_ACTIVATE_FORCE    128u
#define FB_ACTIVATE_INV_MODE 256u

#define FB_SYNC_HOR_HIGH_ACT  1u
#define FB_SYNC_VERT_HIGH_ACT 2u

#define FB_VMODE_NONINTERLACED 0u
#define FB_VMODE_MASK          255u
#define FB_VMODE_YWRAP         256u

struct fb_var_screeninfo {
	uint32_t xres, yres; /* on the display */
	uint32_t xres_virtual, yres_virtual; /* in memory */
	uint32_t xoffset, yoffset; /* of the one within the other */
	uint32_t bits_per_pixel, grayscale;
	struct fb_bitfield red, green, blue, transp;
	uint32_t nonstd, activate;
	uint32_t height, width; /* in mm; ~0: not known */
	uint32_t accel_flags;
	uint32_t pixclock; /* in ps; all others in pixels and lines */
	uint32_t left_margin, right_margin, upper_margin, lower_margin;
	uint32_t hsync_len, vsync_len, sync, vmode;
	uint32_t rotate, colorspace, reserved[4];
};
_Static_assert(sizeof(struct fb_var_screeninfo) == 160, "ARM's layout");

#define FB_BLANK_UNBLANK   0u
#define FB_BLANK_POWERDOWN 4u

struct fb_cmap_user {
	uint32_t start, len;
	vaddr_t red, green, blue, transp; /* uint16_t each; transp may be 0 */
};

/* ---- drivers -------------------------------------------------------------------- */

#define FB_CMAP_LEN 256

struct fb_cmap {
	uint16_t red[FB_CMAP_LEN], green[FB_CMAP_LEN], blue[FB_CMAP_LEN];
};

struct fb_info;

/* With the info's lock held, but for wait_for_vsync(). 0 or -errno. */
struct fb_ops {
	int (*fb_open)(struct task_struct *curr, struct fb_info *info);
	/* Makes of @var what the device can do that is next to it. */
	int (*fb_check_var)(struct task_struct *curr, struct fb_info *info,
			    struct fb_var_screeninfo *var);
	/* info->var is shown from now on. */
	int (*fb_set_par)(struct task_struct *curr, struct fb_info *info);
	/* Colours of 16 bits. Not 0: there is no such entry. */
	int (*fb_setcolreg)(struct task_struct *curr, struct fb_info *info,
			    uint32_t regno, uint16_t red, uint16_t green,
			    uint16_t blue);
	int (*fb_blank)(struct task_struct *curr, struct fb_info *info,
			uint32_t blank);
	/* To var's offsets, which are within the virtual picture. */
	int (*fb_pan_display)(struct task_struct *curr, struct fb_info *info,
			      const struct fb_var_screeninfo *var);
	/* Sleeps until the next one; -ERESTARTSYS after a signal. */
	int (*fb_wait_for_vsync)(struct task_struct *curr,
				 struct fb_info *info);
	int (*fb_mmap)(struct task_struct *curr, struct fb_info *info,
		       struct vm_area_struct *vma);
};

struct fb_info {
	uint32_t node; /* of /dev/fb0 */
	struct rw_semaphore lock;
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	struct fb_cmap cmap;
	const struct fb_ops *fbops;
	vaddr_t screen_base; /* the pixels; 0: none yet */
	uint32_t blank; /* FB_BLANK_… */
};

/* "video=NAME:…": what follows the colon, @len characters; NULL: nothing. */
const char *fb_get_options(const struct kernel *k, const char *name,
			   uint32_t *len);

/*
 * @info, which lives for ever, is /dev/fb0, /sys/class/graphics/fb0 and a line
 * of /proc/fb from now on. 0, -ENXIO (there is one already), -ENOMEM.
 *
 * MODEL: one display; Linux has up to 32.
 */
int register_framebuffer(struct task_struct *curr, struct fb_info *info);

/*
 * Shows @var, or what the driver makes of it, which is in @var then. With the
 * lock held. 0 or -errno: all is as it was.
 */
int fb_set_var(struct task_struct *curr, struct fb_info *info,
	       struct fb_var_screeninfo *var);
int fb_pan_display(struct task_struct *curr, struct fb_info *info,
		   const struct fb_var_screeninfo *var);
int fb_blank(struct task_struct *curr, struct fb_info *info, uint32_t blank);

/* ---- fbcmap.c --------------------------------------------------------------------- */

/* All colours that @info has, to the device. */
void fb_set_cmap(struct task_struct *curr, struct fb_info *info);
/* FBIOPUTCMAP, FBIOGETCMAP. 0 or -errno. */
int fb_set_user_cmap(struct task_struct *curr, struct fb_info *info,
		     const struct fb_cmap_user *cmap);
int fb_cmap_to_user(struct task_struct *curr, const struct fb_info *info,
		    const struct fb_cmap_user *to);

/* ---- fbsysfs.c -------------------------------------------------------------------- */

/* 0 or -ENOMEM */
int fb_init_device(struct task_struct *curr, struct fb_info *info);

/* ---- /proc/fb ---------------------------------------------------------------------- */

int fb_proc_show(struct seq_file *m, void *v);

#endif
