/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same in Thumb-2. */
#include "../arithmetic/arithmetic.c"
