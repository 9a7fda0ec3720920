/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/amba_clcd.h"

/*
 * What hangs on the display controller, by the device tree (Linux:
 * drivers/video/fbdev/amba-clcd.c, of_display_timing.c): the controller's port
 * leads to a panel with its timing, and says how the colours' wires run.
 *
 * "video=ambafb:WIDTHxHEIGHT-BITS" asks for less than the panel's own size, or
 * for other bits per pixel than memory's bandwidth suggests; Linux's driver
 * takes only "off" there.
 *
 * Leaves out panels that aren't TFT, and other wirings than 8:8:8.
 */

#include <libfdt.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/err.h"

/* The only endpoint of @node's only port; < 0: none. */
static int endpoint_of(const void *fdt, int node)
{
	const int port = fdt_subnode_offset(fdt, node, "port");

	return port < 0 ? port : fdt_subnode_offset(fdt, port, "endpoint");
}

/* The device whose endpoint @endpoint leads to; < 0: none. */
static int remote_device(const void *fdt, int endpoint)
{
	const uint32_t phandle = of_u32(fdt, endpoint, "remote-endpoint");
	int node = fdt_node_offset_by_phandle(fdt, phandle);

	/* endpoint, port, device */
	for (int i = 0; i < 2 && node >= 0; i++)
		node = fdt_parent_offset(fdt, node);
	return node;
}

static bool wired_888(const void *fdt, int endpoint)
{
	int length;
	const fdt32_t *pads = fdt_getprop(fdt, endpoint,
					  "arm,pl11x,tft-r0g0b0-pads", &length);

	return pads && length == 12 && fdt32_to_cpu(pads[0]) == 0 &&
	       fdt32_to_cpu(pads[1]) == 8 && fdt32_to_cpu(pads[2]) == 16;
}

/* ---- timing --------------------------------------------------------------------- */

static void read_timing(const void *fdt, int node,
			struct fb_var_screeninfo *mode, uint32_t *hz)
{
	*hz = of_u32(fdt, node, "clock-frequency");
	mode->xres = of_u32(fdt, node, "hactive");
	mode->left_margin = of_u32(fdt, node, "hback-porch");
	mode->right_margin = of_u32(fdt, node, "hfront-porch");
	mode->hsync_len = of_u32(fdt, node, "hsync-len");
	mode->yres = of_u32(fdt, node, "vactive");
	mode->upper_margin = of_u32(fdt, node, "vback-porch");
	mode->lower_margin = of_u32(fdt, node, "vfront-porch");
	mode->vsync_len = of_u32(fdt, node, "vsync-len");
	if (of_u32(fdt, node, "hsync-active"))
		mode->sync |= FB_SYNC_HOR_HIGH_ACT;
	if (of_u32(fdt, node, "vsync-active"))
		mode->sync |= FB_SYNC_VERT_HIGH_ACT;
}

static int read_panel(const void *fdt, int node, struct clcd_panel *panel,
		      uint32_t *hz)
{
	struct fb_var_screeninfo *mode = &panel->mode;
	const int timing = fdt_subnode_offset(fdt, node, "panel-timing");

	if (fdt_node_check_compatible(fdt, node, "panel-dpi") || timing < 0)
		return -ENOENT;
	read_timing(fdt, timing, mode, hz);
	if (*hz < 1000 || !mode->xres || !mode->yres || !mode->hsync_len)
		return -EINVAL;
	mode->pixclock = 1000000000 / (*hz / 1000);
	panel->refresh = *hz / ((mode->xres + mode->left_margin +
				 mode->right_margin + mode->hsync_len) *
				(mode->yres + mode->upper_margin +
				 mode->lower_margin + mode->vsync_len));
	/* TFT, no divider of the clock, data with its falling edge */
	panel->tim2 = TIM2_BCD | TIM2_IPC;
	panel->cntl = CNTL_LCDTFT | CNTL_LCDVCOMP(1);
	return 0;
}

/* As many as memory can deliver: a power of two, 32 at most. */
static uint32_t bits_by_bandwidth(uint32_t bandwidth, uint32_t hz)
{
	uint32_t bits = 1;

	if (!bandwidth)
		return 32;
	while (bits < 32 && (uint64_t)hz * bits * 2 <= 8ull * bandwidth)
		bits *= 2;
	return bits;
}

/* ---- video=ambafb: --------------------------------------------------------------- */

static void apply_option(const struct kernel *k, struct fb_var_screeninfo *mode)
{
	uint32_t len;
	const char *at = fb_get_options(k, "ambafb", &len);
	const char *end = at + len;
	uint64_t xres, yres, bits;

	if (!at)
		return;
	xres = memparse(at, &at);
	if (at == end || *at != 'x')
		return;
	yres = memparse(at + 1, &at);
	if (xres && yres && xres <= mode->xres && yres <= mode->yres) {
		mode->xres = (uint32_t)xres;
		mode->yres = (uint32_t)yres;
	}
	if (at < end && *at == '-') {
		bits = memparse(at + 1, &at);
		mode->bits_per_pixel = bits <= 32 ? (uint32_t)bits : 32;
	}
}

int clcdfb_of_init_display(const struct kernel *k, int node,
			   struct clcd_panel *panel)
{
	const void *fdt = boot_fdt(k);
	const int endpoint = endpoint_of(fdt, node);
	int device, err;
	uint32_t hz;

	if (endpoint < 0)
		return -ENODEV;
	device = remote_device(fdt, endpoint);
	if (device < 0)
		return -ENODEV;
	if (!wired_888(fdt, endpoint))
		return -EINVAL;
	err = read_panel(fdt, device, panel, &hz);
	if (err)
		return err;
	panel->mode.bits_per_pixel = bits_by_bandwidth(
		of_u32(fdt, node, "max-memory-bandwidth"), hz);
	apply_option(k, &panel->mode);
	return 0;
}
