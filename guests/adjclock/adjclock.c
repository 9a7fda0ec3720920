/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * adjtimex() and clock_adjtime(): what a clock is that nobody has set, who may
 * tell it what, and what it remembers.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>

#include "observe.h"

static const char *state(long got)
{
	return got < 0 ? made(-1) : got == 5 ? "error" : got == 0 ? "ok" : "?";
}

static void show(const char *what, long got, const struct timex *tx)
{
	say("%s: %s, offset %ld freq %ld max %ld est %ld status %x constant "
	    "%ld precision %ld tolerance %ld tick %ld tai %d",
	    what, state(got), (long)tx->offset, (long)tx->freq,
	    (long)tx->maxerror, (long)tx->esterror, tx->status,
	    (long)tx->constant, (long)tx->precision, (long)tx->tolerance,
	    (long)tx->tick, tx->tai);
}

static void try(const char *what, struct timex tx)
{
	const long got = adjtimex(&tx);

	if (got < 0)
		say("%s: %s", what, made(-1));
	else
		show(what, got, &tx);
}

static void settings(void)
{
	try("as it is", (struct timex){0});
	try("frequency",
	    (struct timex){.modes = ADJ_FREQUENCY, .freq = 65536 * 3 + 7});
	try("frequency",
	    (struct timex){.modes = ADJ_FREQUENCY, .freq = -65536 * 3 - 7});
	try("far", (struct timex){.modes = ADJ_FREQUENCY, .freq = 1 << 30});
	try("far", (struct timex){.modes = ADJ_FREQUENCY, .freq = -(1 << 30)});
	try("none", (struct timex){.modes = ADJ_FREQUENCY});
	try("errors", (struct timex){.modes = ADJ_ESTERROR, .esterror = 5000});
	try("errors", (struct timex){.modes = ADJ_ESTERROR, .esterror = -5});
	try("errors",
	    (struct timex){.modes = ADJ_ESTERROR, .esterror = 1 << 30});
	try("constant", (struct timex){.modes = ADJ_TIMECONST, .constant = 3});
	try("constant", (struct timex){.modes = ADJ_TIMECONST, .constant = 9});
	try("constant", (struct timex){.modes = ADJ_TIMECONST, .constant = -9});
	try("tai", (struct timex){.modes = ADJ_TAI, .constant = 37});
	try("tai", (struct timex){.modes = ADJ_TAI, .constant = -1});
	try("tai", (struct timex){.modes = ADJ_TAI, .constant = 100001});
	try("tick", (struct timex){.modes = ADJ_TICK, .tick = 9000});
	try("tick", (struct timex){.modes = ADJ_TICK, .tick = 11000});
	try("tick", (struct timex){.modes = ADJ_TICK, .tick = 8999});
	try("tick", (struct timex){.modes = ADJ_TICK, .tick = 11001});
	try("tick", (struct timex){.modes = ADJ_TICK, .tick = 10000});
	try("nano", (struct timex){.modes = ADJ_NANO});
	try("constant", (struct timex){.modes = ADJ_TIMECONST, .constant = 9});
	try("both", (struct timex){.modes = ADJ_NANO | ADJ_MICRO});
	try("status", (struct timex){.modes = ADJ_STATUS, .status = 0});
	try("status", (struct timex){.modes = ADJ_STATUS, .status = 0xff00});
	try("status",
	    (struct timex){.modes = ADJ_STATUS, .status = STA_PPSFREQ});
	try("status", (struct timex){.modes = ADJ_STATUS,
				     .status = STA_PPSFREQ | STA_PPSWANDER});
	try("status",
	    (struct timex){.modes = ADJ_STATUS, .status = STA_UNSYNC});
	try("unknown", (struct timex){.modes = 0x40});
}

static void adjusting(void)
{
	struct timeval delta = {0}, old = {5, 5};

	say("adjtime: %s", made(adjtime(NULL, &old)));
	say("  %ld %ld", (long)old.tv_sec, (long)old.tv_usec);
	say("adjtime: %s", made(adjtime(&delta, &old)));
	say("  %ld %ld", (long)old.tv_sec, (long)old.tv_usec);
	try("alone", (struct timex){.modes = 0x8000});
	try("alone", (struct timex){.modes = 0x8000 | 0x2000});
	try("step",
	    (struct timex){.modes = ADJ_SETOFFSET, .time = {0, 1000000}});
	try("step", (struct timex){.modes = ADJ_SETOFFSET, .time = {0, -1}});
	try("step", (struct timex){.modes = ADJ_SETOFFSET | ADJ_NANO,
				   .time = {0, 1000000000}});
}

static void steps(void)
{
	struct timex tx = {.modes = ADJ_SETOFFSET, .time = {1000, 0}};
	const time_t before = time(NULL);
	long got = adjtimex(&tx);
	long off;

	say("step: %s", state(got));
	off = (long)(time(NULL) - before);
	say("  by %s", off >= 1000 && off < 1003 ? "1000" : "?");
	off = (long)(tx.time.tv_sec - before);
	say("  told %s", off >= 1000 && off < 1003 ? "1000" : "?");
	tx = (struct timex){.modes = ADJ_SETOFFSET, .time = {-1000, 0}};
	got = adjtimex(&tx);
	off = (long)(time(NULL) - before);
	say("back: %s, %s", state(got), off >= 0 && off < 4 ? "0" : "?");
}

static void clocks(void)
{
	static const int ids[] = {0, 1, 2,  3,  4,  5,  6,  7,
				  8, 9, 10, 11, 12, -1, -6, -2};
	struct timex tx = {0};

	for (unsigned int i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		tx.modes = 0;
		say("clock %d: %s", ids[i], state(clock_adjtime(ids[i], &tx)));
	}
	say("nowhere: %s", made(syscall(SYS_clock_adjtime, 0, 4)));
	say("nowhere: %s", made(syscall(SYS_clock_adjtime, 99, 4)));
	say("nowhere: %s", made(syscall(405, 0, 4)));
	say("nowhere: %s", made(syscall(SYS_adjtimex, 4)));
	say("narrow: %s", state(syscall(SYS_adjtimex, text)));
	say("  status %x tick %d tai %d", ((int32_t *)text)[5],
	    ((int32_t *)text)[11], ((int32_t *)text)[20]);
}

static void by_a_user(void)
{
	if (setresuid(1000, 1000, 1000))
		_exit(1);
	prefix = "user";
	try("as it is", (struct timex){0});
	try("frequency", (struct timex){.modes = ADJ_FREQUENCY});
	try("tick", (struct timex){.modes = ADJ_TICK, .tick = 1});
	try("unknown", (struct timex){.modes = 0x40});
	try("look", (struct timex){.modes = 0xa001});
	try("set", (struct timex){.modes = 0x8001});
	try("step", (struct timex){.modes = ADJ_SETOFFSET, .time = {0, -1}});
	_exit(0);
}

int main(void)
{
	prefix = "set";
	settings();
	prefix = "adjust";
	adjusting();
	steps();
	prefix = "clock";
	clocks();
	if (!fork())
		by_a_user();
	wait(NULL);
	return 0;
}
