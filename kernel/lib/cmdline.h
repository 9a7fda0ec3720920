/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_CMDLINE_H
#define KERNEL_LIB_CMDLINE_H

/* Boot arguments: words, or names with values, with blanks between them. */

#include <stdbool.h>
#include <stdint.h>

struct kernel;

/* "root=/dev/ram console=ttyAMA0"; in the kernel's own copy. */
const char *boot_command_line(const struct kernel *k);
/*
 * The boot argument "@name=…" up to a blank; with length 0 for a bare word,
 * behind which no "=" stands. NULL when absent. Of several the last. Not
 * terminated: @len says how long.
 */
const char *boot_param(const struct kernel *k, const char *name, uint32_t *len);
/*
 * The same for those that may be given several times: the first, or the first
 * from @after on, which is where the one before ended.
 */
const char *boot_param_next(const struct kernel *k, const char *after,
			    const char *name, uint32_t *len);
/*
 * The number that @text begins with, in any base, with K, M, G, T, P or E after
 * it; *@end: what follows.
 */
uint64_t memparse(const char *text, const char **end);
/* "@name=64M" in bytes, with K, M or G. False: absent, *@value untouched. */
bool boot_param_bytes(const struct kernel *k, const char *name,
		      uint64_t *value);

#endif
