/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_KSTRTOX_H
#define KERNEL_LIB_KSTRTOX_H

/*
 * A text that is a number and nothing else (include/linux/kstrtox.h); a
 * newline may follow it. @base 0: as C writes it, 0x…, 0…, or decimal. 0;
 * -EINVAL: no such number; -ERANGE: too large. *res is only written on 0.
 */

#include <stdbool.h>
#include <stdint.h>

int kstrtoull(const char *s, unsigned int base, uint64_t *res);
int kstrtoll(const char *s, unsigned int base, int64_t *res);
int kstrtoint(const char *s, unsigned int base, int32_t *res);
int kstrtouint(const char *s, unsigned int base, uint32_t *res);
/* y, Y, 1, on; n, N, 0, off: by its first one or two letters. */
int kstrtobool(const char *s, bool *res);

#endif
