/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_ERRSEQ_H
#define KERNEL_LIB_ERRSEQ_H

/*
 * An error that many want to hear of once each (include/linux/errseq.h):
 * whoever watches keeps a copy of the value, and compares.
 */

#include <stdint.h>

typedef uint32_t errseq_t; /* starts as 0 */

/* An error (-errno) has happened. */
void errseq_set(errseq_t *eseq, int error);
/*
 * To watch from now on. An error that nobody has seen yet will still be told,
 * lest it be lost.
 */
errseq_t errseq_sample(const errseq_t *eseq);
/* Has one happened since @since? It, as -errno, or 0. */
int errseq_check(const errseq_t *eseq, errseq_t since);
/* The same, and *@since is now: it won't be told again. */
int errseq_check_and_advance(errseq_t *eseq, errseq_t *since);

#endif
