/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_AMBA_CLCD_H
#define KERNEL_DRIVERS_AMBA_CLCD_H

/* ARM's display controller (include/linux/amba/clcd.h). */

#include "kernel/drivers/fb.h"

/* Registers and bits (ARM DDI 0293C). */
enum {
	CLCD_TIM0 = 0x00,
	CLCD_TIM1 = 0x04,
	CLCD_TIM2 = 0x08,
	CLCD_TIM3 = 0x0c,
	CLCD_UBAS = 0x10,
	CLCD_LBAS = 0x14,
	CLCD_CNTL = 0x18,
	CLCD_IENB = 0x1c,
	CLCD_MIS = 0x24,
	CLCD_ICR = 0x28,
	CLCD_PALETTE = 0x200,
	CLCD_PERIPHID = 0xfe0,
};

#define TIM2_IVS 0x00000800u
#define TIM2_IHS 0x00001000u
#define TIM2_IPC 0x00002000u
#define TIM2_BCD 0x04000000u

#define CNTL_LCDEN        0x00001u
#define CNTL_LCDBPP1      0x00000u
#define CNTL_LCDBPP2      0x00002u
#define CNTL_LCDBPP4      0x00004u
#define CNTL_LCDBPP8      0x00006u
#define CNTL_LCDBPP16     0x00008u
#define CNTL_LCDBPP24     0x0000au
#define CNTL_LCDBPP16_565 0x0000cu
#define CNTL_LCDBPP16_444 0x0000eu
#define CNTL_LCDTFT       0x00020u
#define CNTL_BGR          0x00100u
#define CNTL_LCDPWR       0x00800u
#define CNTL_LCDVCOMP(x)  ((x) << 12)

#define CLCD_VCOMP 0x8u /* of IENB, MIS, ICR */

/* The display, as the device tree has it. */
struct clcd_panel {
	struct fb_var_screeninfo mode; /* sizes, porches, clock */
	uint32_t refresh; /* Hz, rounded down */
	uint32_t tim2, cntl;
};

struct clcd_fb {
	struct fb_info fb; /* first: the one is the other */
	struct clcd_panel panel;
	vaddr_t regs;
	uint32_t clcd_cntl; /* for when it is enabled again */
	bool enabled;
	unsigned int irq;
	uint32_t nr_vsyncs;
	struct wait_queue_head vsync_wait;
};

/*
 * Fills in @panel from @node's endpoint and what it leads to. 0; -ENODEV:
 * nothing is plugged in; -EINVAL, -ENOENT: a display that it doesn't know.
 */
int clcdfb_of_init_display(const struct kernel *k, int node,
			   struct clcd_panel *panel);

#endif
