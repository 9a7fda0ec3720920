/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/amba_clcd.h"

/*
 * Driver of the display controller PL111 (Linux:
 * drivers/video/fbdev/amba-clcd.c). The pixels lie in memory that the
 * controller reads by itself: frames in a row, mapped uncached for the kernel
 * and for programs, see mm/dma_mapping.c. There is room for two pictures, if so
 * much is free in a row: programs draw one while the other is shown, pan, then
 * wait for the vertical synchronisation, with which the controller takes over
 * its base address. Linux's driver has one picture, and neither pans nor waits.
 *
 * The interrupt is unmasked only while somebody waits for it.
 *
 * MODEL: memory is taken, and the display switched on, when /dev/fb0 is opened
 * first; Linux does so when it finds the device. Boards whose programs draw
 * nothing keep all their memory.
 *
 * Leaves out STN panels and what PL110 does differently.
 */

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arm_sizes.h"
#include "kernel/drivers/amba.h"
#include "kernel/init.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

#include <string.h>

static struct clcd_fb *to_clcd(struct fb_info *info)
{
	return (struct clcd_fb *)info;
}

/* ---- on and off ---------------------------------------------------------------- */

/* msleep(20): the panel's supplies come up one after the other. */
static void clcdfb_sleep(struct task_struct *curr)
{
	schedule_timeout_uninterruptible(curr, 20 * HZ / 1000 + 1);
}

static void clcdfb_disable(struct task_struct *curr, struct clcd_fb *fb)
{
	uint32_t val = readl(curr, fb->regs + CLCD_CNTL);

	if (val & CNTL_LCDPWR) {
		val &= ~CNTL_LCDPWR;
		writel(curr, val, fb->regs + CLCD_CNTL);
		clcdfb_sleep(curr);
	}
	if (val & CNTL_LCDEN)
		writel(curr, val & ~CNTL_LCDEN, fb->regs + CLCD_CNTL);
}

static void clcdfb_enable(struct task_struct *curr, struct clcd_fb *fb)
{
	writel(curr, fb->clcd_cntl | CNTL_LCDEN, fb->regs + CLCD_CNTL);
	clcdfb_sleep(curr);
	writel(curr, fb->clcd_cntl | CNTL_LCDEN | CNTL_LCDPWR,
	       fb->regs + CLCD_CNTL);
	fb->enabled = true;
}

static int clcdfb_blank(struct task_struct *curr, struct fb_info *info,
			uint32_t blank)
{
	struct clcd_fb *fb = to_clcd(info);

	if (!blank) {
		clcdfb_enable(curr, fb);
		return 0;
	}
	clcdfb_disable(curr, fb);
	fb->enabled = false;
	wake_up_all(curr, &fb->vsync_wait); /* no more to wait for */
	return 0;
}

/* ---- formats --------------------------------------------------------------------- */

static void set_field(struct fb_bitfield *field, uint32_t offset,
		      uint32_t length)
{
	*field = (struct fb_bitfield){offset, length, 0};
}

/* Three lengths for a pixel of 16 bits: by green's, 5:6:5 if that is neither. */
static uint32_t rgb16_length(const struct fb_var_screeninfo *var)
{
	return var->green.length == 4 || var->green.length == 5
		       ? var->green.length
		       : 6;
}

/* Where the colours lie: blue lowest, unless red is asked for there. */
static void place_colours(struct fb_var_screeninfo *var, uint32_t others,
			  uint32_t green)
{
	const bool bgr = !var->blue.offset || var->red.offset;
	struct fb_bitfield *lowest = bgr ? &var->blue : &var->red;
	struct fb_bitfield *highest = bgr ? &var->red : &var->blue;

	set_field(lowest, 0, others);
	set_field(&var->green, others, green);
	set_field(highest, others + green, others);
}

static int clcdfb_set_bitfields(struct fb_var_screeninfo *var)
{
	const uint32_t bits = var->bits_per_pixel;
	uint32_t green;

	set_field(&var->transp, 0, 0);
	switch (bits) {
	case 1:
	case 2:
	case 4:
	case 8:
		set_field(&var->red, 0, bits);
		set_field(&var->green, 0, bits);
		set_field(&var->blue, 0, bits);
		return 0;
	case 16:
		green = rgb16_length(var);
		place_colours(var, green == 4 ? 4 : 5, green);
		return 0;
	case 32:
		place_colours(var, 8, 8);
		return 0;
	default:
		return -EINVAL;
	}
}

/* What the timing registers can hold. */
static bool timing_fits(const struct fb_var_screeninfo *var)
{
	return var->right_margin >= 6 && var->right_margin <= 256 &&
	       var->left_margin >= 6 && var->left_margin <= 256 &&
	       var->hsync_len >= 6 && var->hsync_len <= 256 &&
	       var->xres <= 1024 && var->lower_margin <= 255 &&
	       var->upper_margin <= 255 && var->vsync_len &&
	       var->vsync_len <= 32 && var->yres <= 1024;
}

static uint32_t line_length(const struct fb_var_screeninfo *var)
{
	return var->xres_virtual * var->bits_per_pixel / 8;
}

/* Widths are multiples of 16; all of memory's width is shown. */
static int clcdfb_check_var(struct task_struct *curr, struct fb_info *info,
			    struct fb_var_screeninfo *var)
{
	(void)curr;
	if (!timing_fits(var) || var->grayscale != info->var.grayscale ||
	    (var->vmode & FB_VMODE_MASK) != FB_VMODE_NONINTERLACED)
		return -EINVAL;
	var->xres_virtual = var->xres = (var->xres + 15) & ~15u;
	var->yres = (var->yres + 1) & ~1u;
	if (var->yres_virtual < var->yres)
		var->yres_virtual = var->yres;
	if (var->xoffset || var->yoffset > var->yres_virtual - var->yres)
		return -EINVAL;
	var->nonstd = 0;
	var->accel_flags = 0;
	if (var->bits_per_pixel > 32 ||
	    (uint64_t)line_length(var) * var->yres_virtual > info->fix.smem_len)
		return -EINVAL;
	return clcdfb_set_bitfields(var);
}

static uint32_t bpp_bits(const struct fb_var_screeninfo *var)
{
	switch (var->bits_per_pixel) {
	case 1:
		return CNTL_LCDBPP1;
	case 2:
		return CNTL_LCDBPP2;
	case 4:
		return CNTL_LCDBPP4;
	case 8:
		return CNTL_LCDBPP8;
	case 32:
		return CNTL_LCDBPP24;
	default:
		return var->green.length == 6   ? CNTL_LCDBPP16_565
		       : var->green.length == 5 ? CNTL_LCDBPP16
						: CNTL_LCDBPP16_444;
	}
}

/* The wires are for red in the lowest bits; BGR swaps. */
static uint32_t decode_cntl(const struct clcd_fb *fb)
{
	const struct fb_var_screeninfo *var = &fb->fb.var;
	uint32_t cntl = fb->panel.cntl | bpp_bits(var);

	if (var->bits_per_pixel >= 16 && var->red.offset)
		cntl |= CNTL_BGR;
	return cntl;
}

/* ---- showing it -------------------------------------------------------------------- */

static void clcdfb_set_start(struct task_struct *curr, const struct clcd_fb *fb,
			     uint32_t yoffset)
{
	const uint32_t start = fb->fb.fix.smem_start +
			       yoffset * fb->fb.fix.line_length;

	writel(curr, start, fb->regs + CLCD_UBAS);
	writel(curr, start + fb->fb.var.yres * fb->fb.fix.line_length / 2,
	       fb->regs + CLCD_LBAS);
}

static void set_timing(struct task_struct *curr, const struct clcd_fb *fb)
{
	const struct fb_var_screeninfo *var = &fb->fb.var;
	uint32_t tim2 = fb->panel.tim2 | (var->xres_virtual - 1) << 16;

	writel(curr,
	       (var->left_margin - 1) << 24 | (var->right_margin - 1) << 16 |
		       (var->hsync_len - 1) << 8 | (var->xres / 16 - 1) << 2,
	       fb->regs + CLCD_TIM0);
	writel(curr,
	       var->upper_margin << 24 | var->lower_margin << 16 |
		       (var->vsync_len - 1) << 10 | (var->yres - 1),
	       fb->regs + CLCD_TIM1);
	if (!(var->sync & FB_SYNC_HOR_HIGH_ACT))
		tim2 |= TIM2_IHS;
	if (!(var->sync & FB_SYNC_VERT_HIGH_ACT))
		tim2 |= TIM2_IVS;
	writel(curr, tim2, fb->regs + CLCD_TIM2);
	writel(curr, 0, fb->regs + CLCD_TIM3);
}

static int clcdfb_set_par(struct task_struct *curr, struct fb_info *info)
{
	struct clcd_fb *fb = to_clcd(info);

	info->fix.line_length = line_length(&info->var);
	info->fix.visual = info->var.bits_per_pixel <= 8 ? FB_VISUAL_PSEUDOCOLOR
							 : FB_VISUAL_TRUECOLOR;
	clcdfb_disable(curr, fb);
	set_timing(curr, fb);
	clcdfb_set_start(curr, fb, info->var.yoffset);
	fb->clcd_cntl = decode_cntl(fb);
	clcdfb_enable(curr, fb);
	return 0;
}

static int clcdfb_pan_display(struct task_struct *curr, struct fb_info *info,
			      const struct fb_var_screeninfo *var)
{
	clcdfb_set_start(curr, to_clcd(info), var->yoffset);
	return 0;
}

/* Entries are half words: red in the lowest five bits, then green and blue. */
static int clcdfb_setcolreg(struct task_struct *curr, struct fb_info *info,
			    uint32_t regno, uint16_t red, uint16_t green,
			    uint16_t blue)
{
	const vaddr_t word = to_clcd(info)->regs + CLCD_PALETTE + regno / 2 * 4;
	const uint32_t entry = (uint32_t)(red >> 11 | green >> 11 << 5 |
					  blue >> 11 << 10);
	const unsigned int shift = regno % 2 * 16;

	if (regno >= FB_CMAP_LEN)
		return 1;
	if (info->fix.visual == FB_VISUAL_PSEUDOCOLOR)
		writel(curr,
		       (readl(curr, word) & ~(0xffffu << shift)) |
			       entry << shift,
		       word);
	return 0;
}

/* ---- vertical synchronisation --------------------------------------------------------- */

static enum irqreturn clcdfb_irq(struct task_struct *curr, unsigned int irq,
				 void *dev_id)
{
	struct clcd_fb *fb = dev_id;

	(void)irq;
	if (!(readl(curr, fb->regs + CLCD_MIS) & CLCD_VCOMP))
		return IRQ_NONE;
	writel(curr, 0, fb->regs + CLCD_IENB);
	writel(curr, CLCD_VCOMP, fb->regs + CLCD_ICR);
	fb->nr_vsyncs++;
	wake_up_all(curr, &fb->vsync_wait);
	return IRQ_HANDLED;
}

static int clcdfb_wait_for_vsync(struct task_struct *curr, struct fb_info *info)
{
	struct clcd_fb *fb = to_clcd(info);
	const uint32_t seen = fb->nr_vsyncs;
	int err;

	if (!fb->enabled || !fb->irq)
		return -ENODEV;
	/* what came while nobody waited doesn't count */
	writel(curr, CLCD_VCOMP, fb->regs + CLCD_ICR);
	writel(curr, CLCD_VCOMP, fb->regs + CLCD_IENB);
	err = wait_event_interruptible(curr, &fb->vsync_wait,
				       fb->nr_vsyncs != seen || !fb->enabled);
	if (err || fb->nr_vsyncs != seen)
		return err;
	return -ENODEV;
}

/* ---- memory -------------------------------------------------------------------------------- */

static int clcdfb_mmap(struct task_struct *curr, struct fb_info *info,
		       struct vm_area_struct *vma)
{
	const uint32_t nr = info->fix.smem_len >> PAGE_SHIFT;

	if (vma->vm_pgoff > nr || vma_pages(vma) > nr - vma->vm_pgoff)
		return -EINVAL;
	return dma_mmap_wc(curr, vma, info->screen_base, info->fix.smem_start,
			   info->fix.smem_len);
}

/* clcdfb_of_dma_setup(), for so many pictures. */
static int alloc_pictures(struct task_struct *curr, struct fb_info *info,
			  uint32_t nr, gfp_t gfp)
{
	const struct fb_var_screeninfo *mode = &to_clcd(info)->panel.mode;
	const uint32_t size = PAGE_ALIGN(nr * mode->xres * mode->yres *
					 mode->bits_per_pixel / 8);
	dma_addr_t dma;
	vaddr_t base = dma_alloc_wc(curr, size, &dma, gfp);

	if (!base)
		return -ENOMEM;
	info->fix.smem_start = (uint32_t)dma;
	info->fix.smem_len = size;
	info->screen_base = base;
	return 0;
}

/* Two may be more in a row than there is. */
static int alloc_screen(struct task_struct *curr, struct fb_info *info)
{
	return alloc_pictures(curr, info, 2, GFP_KERNEL | __GFP_NOWARN)
		       ? alloc_pictures(curr, info, 1, GFP_KERNEL)
		       : 0;
}

static void free_screen(struct task_struct *curr, struct fb_info *info)
{
	dma_free_wc(curr, info->fix.smem_len, info->screen_base,
		    info->fix.smem_start);
	info->screen_base = 0;
	info->fix.smem_start = info->fix.smem_len = 0;
}

static int clcdfb_open(struct task_struct *curr, struct fb_info *info)
{
	struct fb_var_screeninfo var = info->var;
	int err;

	if (info->screen_base)
		return 0;
	err = alloc_screen(curr, info);
	if (err)
		return err;
	var.activate = FB_ACTIVATE_FORCE;
	err = fb_set_var(curr, info, &var);
	info->var.activate = FB_ACTIVATE_NOW;
	if (err)
		free_screen(curr, info);
	return err;
}

/* ---- finding it ------------------------------------------------------------------------------ */

static const struct fb_ops clcdfb_ops = {
	.fb_open = clcdfb_open,
	.fb_check_var = clcdfb_check_var,
	.fb_set_par = clcdfb_set_par,
	.fb_setcolreg = clcdfb_setcolreg,
	.fb_blank = clcdfb_blank,
	.fb_pan_display = clcdfb_pan_display,
	.fb_wait_for_vsync = clcdfb_wait_for_vsync,
	.fb_mmap = clcdfb_mmap,
};

/* fb_default_cmap(): the 16 colours of text terminals. */
static void default_cmap(struct fb_cmap *cmap)
{
	static const uint16_t levels[] = {0, 0xaaaa, 0x5555, 0xffff};

	for (uint32_t i = 0; i < 16; i++) {
		const uint32_t bright = i & 8 ? 2 : 0;

		cmap->red[i] = levels[bright + !!(i & 4)];
		cmap->green[i] = levels[bright + !!(i & 2)];
		cmap->blue[i] = levels[bright + (i & 1)];
	}
	cmap->green[6] = 0x5555; /* brown */
}

static void init_info(struct clcd_fb *fb, paddr_t paddr, uint32_t nr_bytes)
{
	struct fb_info *info = &fb->fb;

	info->fbops = &clcdfb_ops;
	strcpy(info->fix.id, "CLCD FB");
	info->fix.type = FB_TYPE_PACKED_PIXELS;
	info->fix.ypanstep = 1;
	info->fix.mmio_start = (uint32_t)paddr;
	info->fix.mmio_len = nr_bytes;
	info->fix.accel = FB_ACCEL_NONE;
	info->var = fb->panel.mode;
	info->var.xres_virtual = info->var.xres;
	info->var.yres_virtual = info->var.yres;
	info->var.height = info->var.width = UINT32_MAX;
	clcdfb_set_bitfields(&info->var);
	info->fix.line_length = line_length(&info->var);
	default_cmap(&info->cmap);
}

static void request_vsync_irq(struct task_struct *curr, struct clcd_fb *fb,
			      int node)
{
	fb->irq = irq_of_parse_and_map(curr, node, 0);
	if (fb->irq &&
	    request_irq(curr, fb->irq, clcdfb_irq, 0, "clcd-pl11x", fb))
		fb->irq = 0; /* programs can draw, and not wait */
}

/* Who made it and which it is, by its identification registers. */
static void tell_id(struct task_struct *curr, const struct clcd_fb *fb,
		    paddr_t paddr)
{
	uint32_t id = 0;

	for (uint32_t i = 0; i < 4; i++)
		id |= readl(curr, fb->regs + CLCD_PERIPHID + 4 * i) << 8 * i;
	printk(curr->k,
	       "clcd-pl11x %08x.clcd: PL%03x designer %02x rev%u at 0x%08x",
	       (uint32_t)paddr, id & 0xfff, id >> 12 & 0xff, id >> 20 & 0xf,
	       (uint32_t)paddr);
}

static int clcdfb_register(struct task_struct *curr, struct clcd_fb *fb,
			   int node, paddr_t paddr, uint32_t nr_bytes)
{
	fb->regs = ioremap(curr, paddr, nr_bytes);
	if (!fb->regs)
		return -ENOMEM;
	tell_id(curr, fb, paddr);
	init_waitqueue_head(&fb->vsync_wait);
	init_info(fb, paddr, nr_bytes);
	writel(curr, 0, fb->regs + CLCD_IENB);
	request_vsync_irq(curr, fb, node);
	printk(curr->k,
	       "clcd-pl11x %08x.clcd: clcd@%08x hardware, %ux%u@%u display",
	       (uint32_t)paddr, (uint32_t)paddr, fb->panel.mode.xres,
	       fb->panel.mode.yres, fb->panel.refresh);
	return register_framebuffer(curr, &fb->fb);
}

static bool switched_off(const struct kernel *k)
{
	uint32_t len;
	const char *option = fb_get_options(k, "ambafb", &len);

	return option && len == 3 && !memcmp(option, "off", 3);
}

static int clcdfb_probe(struct task_struct *curr, int node, paddr_t paddr,
			uint32_t nr_bytes)
{
	struct clcd_fb *fb = kzalloc_obj(curr, ARM_SIZEOF_CLCD_FB, sizeof(*fb),
					 GFP_KERNEL);
	int err;

	if (!fb)
		return -ENOMEM;
	if (amba_request_regions(curr, node, "clcd-pl11x")) {
		kfree_obj(curr, fb);
		return -EBUSY;
	}
	err = clcdfb_of_init_display(curr->k, node, &fb->panel);
	if (!err)
		err = clcdfb_register(curr, fb, node, paddr, nr_bytes);
	/* with an interrupt of its own it must stay */
	if (err && !fb->regs)
		kfree_obj(curr, fb);
	return err;
}

void amba_clcdfb_init(struct task_struct *curr)
{
	uint32_t nr_bytes;
	paddr_t paddr;
	int err, node = of_find_device(curr->k, "arm,pl111", &paddr, &nr_bytes);

	if (node < 0 || !of_device_is_available(boot_fdt(curr->k), node) ||
	    switched_off(curr->k))
		return;
	err = clcdfb_probe(curr, node, paddr, nr_bytes);
	if (err)
		printk(curr->k,
		       "clcd-pl11x: probe of %08x.clcd failed with error %d",
		       (uint32_t)paddr, err);
}
