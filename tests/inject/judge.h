/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_INJECT_JUDGE_H
#define TESTS_INJECT_JUDGE_H

/*
 * What a machine still holds when all its programs have ended: to be the same
 * whatever failed on the way.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct kernel;

#define MAX_HOLDINGS 160

struct holdings {
	int nr;
	struct {
		char name[28];
		int64_t value;
	} of[MAX_HOLDINGS];
};

/*
 * Gives back all that nobody needs, and then counts objects by cache, frames
 * by use, and what is promised, mounted and open.
 */
void holdings_take(struct kernel *k, struct holdings *h);
int64_t holdings_of(const struct holdings *h, const char *name);
/*
 * Writes each difference as " name+2" into @to; how many there are. What the
 * boot had to do without may be missing: @boot. So may what a program would
 * have brought: caches that come with their first user.
 */
int holdings_compare(const struct holdings *before,
		     const struct holdings *after, bool boot, char *to,
		     size_t size);

#endif
