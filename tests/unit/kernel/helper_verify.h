/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_KERNEL_HELPER_VERIFY_H
#define TESTS_UNIT_KERNEL_HELPER_VERIFY_H

/* Books that are broken on purpose. */

#include "tests/unit/kernel/helper_user_mm.h"

#include <string.h>

/* One run of the verifier logs @what. */
static inline void shouts(struct user_mm *u, const char *what)
{
	size_t before = u->f->log_len;

	assert_int_not_equal(kernel_verify(u->k), 0);
	if (!strstr(u->f->log + before, what))
		fail_msg("no \"%s\" in:\n%s", what, u->f->log + before);
}

/* Broken, noticed, mended, quiet. */
#define BREAK(u, what, broken, mended) \
	do {                           \
		broken;                \
		shouts(u, what);       \
		mended;                \
		verify_ok(u);          \
	} while (0)

#endif
