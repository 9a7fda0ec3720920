/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DTB_H
#define EMU_DTB_H

/*
 * The device tree blob of a machine: the only thing by which the kernel
 * learns its board.
 */

#include <stddef.h>

struct config;
struct diag;

/*
 * Describes @config's cores, memory nodes, boot arguments and devices as a
 * flattened device tree. The blob comes from malloc(), its size is that in
 * its header (fdt_totalsize()). NULL when host memory is short; @diag then
 * says so.
 */
void *dtb_build(const struct config *config, struct diag *diag);

#endif
