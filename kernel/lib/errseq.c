/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/errseq.h"

/*
 * One word (lib/errseq.c): the last error in the low 12 bits, above them
 * whether somebody has looked at it since, above that a counter. The counter
 * moves on only where somebody has looked: for all who haven't, one error is
 * as good as two.
 */

#define ERRNO_BITS 12
#define ERRNO_MASK ((1u << ERRNO_BITS) - 1)
#define SEEN       (1u << ERRNO_BITS)
#define STEP       (SEEN << 1)

void errseq_set(errseq_t *eseq, int error)
{
	errseq_t new = (*eseq & ~(ERRNO_MASK | SEEN)) | (uint32_t)-error;

	if (*eseq & SEEN)
		new += STEP;
	*eseq = new;
}

errseq_t errseq_sample(const errseq_t *eseq)
{
	return *eseq & SEEN ? *eseq : 0;
}

int errseq_check(const errseq_t *eseq, errseq_t since)
{
	return *eseq == since ? 0 : -(int)(*eseq & ERRNO_MASK);
}

int errseq_check_and_advance(errseq_t *eseq, errseq_t *since)
{
	int error;

	if (*eseq == *since)
		return 0;
	*eseq |= SEEN;
	error = -(int)(*eseq & ERRNO_MASK);
	*since = *eseq;
	return error;
}
