/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUESTS_MODULES_HOSTILE_HOSTILE_H
#define GUESTS_MODULES_HOSTILE_HOSTILE_H

unsigned int hostile_random(void);

/* The @number-th exported function, with arguments of all sorts. */
void hostile_call(unsigned int number);
/* @rounds calls of exported functions. */
void hostile_calls(unsigned int rounds);
/* Each call is printed before it is made. */
extern unsigned int hostile_tells;

#endif
