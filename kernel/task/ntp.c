/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/ntp.h"

/*
 * adjtimex(2) (Linux: kernel/time/ntp.c, timekeeping_validate_timex()): the
 * figures of who keeps the clock in step with others, and steps of it.
 *
 * MODEL: the clock is exact and isn't slewed. Frequency, tick and adjtime()'s
 * rest are checked, remembered and told again, and change no clock's pace; a
 * phase-locked loop (ADJ_OFFSET) has nothing to lock. The error grows by what
 * Linux says a quartz may be off, until somebody tells a smaller one.
 */

#include <linux/timex.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"
#include "kernel/task/sys.h"

#define NSEC_PER_SEC    1000000000
#define USEC_PER_SEC    1000000
#define NTP_PHASE_LIMIT 16000000 /* us: half a second, 32 times */
#define MAXFREQ         32768000 /* 500 ppm, in 2^-16 ppm */
#define MAX_TAI_OFFSET  100000
#define MAX_CONSTANT    10
#define TICK_USEC       10000
#define ADJ_ADJTIME     0x8000u
#define ADJ_SINGLESHOT  0x0001u
#define ADJ_READONLY    0x2000u

/* struct __kernel_timex; what of it has another width in struct timex. */
struct timex_words {
	uint32_t modes;
	int64_t offset, freq, maxerror, esterror;
	int32_t status;
	int64_t constant, precision, tolerance, sec, usec, tick;
	int32_t tai;
};

/* ---- as programs lay it out ------------------------------------------------- */

enum {
	NR_WORDS = 32, /* of the narrow one; of the wide one, with pads */
	NR_WIDE_WORDS = 52
};

/* Where it lies in the narrow and in the wide one, in words. */
static const struct field {
	uint8_t narrow, wide;
	bool grows; /* it has 64 bits in the wide one */
} fields[] = {
	{0, 0, false},   {1, 2, true},   {2, 4, true},   {3, 6, true},
	{4, 8, true},    {5, 10, false}, {6, 12, true},  {7, 14, true},
	{8, 16, true},   {9, 18, true},  {10, 20, true}, {11, 22, true},
	{20, 40, false},
};

enum {
	NR_FIELDS = sizeof(fields) / sizeof(fields[0])
};

static int64_t get_field(const uint32_t *word, unsigned int n, bool wide)
{
	const struct field *f = &fields[n];

	if (!wide)
		return (int32_t)word[f->narrow];
	if (!f->grows)
		return (int32_t)word[f->wide];
	return (int64_t)((uint64_t)word[f->wide + 1] << 32 | word[f->wide]);
}

static void put_field(uint32_t *word, unsigned int n, bool wide, int64_t value)
{
	const struct field *f = &fields[n];

	if (!wide) {
		word[f->narrow] = (uint32_t)value;
		return;
	}
	word[f->wide] = (uint32_t)value;
	if (f->grows)
		word[f->wide + 1] = (uint32_t)((uint64_t)value >> 32);
}

static int get_timex(struct task_struct *curr, vaddr_t from, bool wide,
		     struct timex_words *tx)
{
	uint32_t word[NR_WIDE_WORDS];
	int64_t v[NR_FIELDS];

	if (copy_from_user(curr, word, from,
			   (wide ? NR_WIDE_WORDS : NR_WORDS) * 4))
		return -EFAULT;
	for (unsigned int n = 0; n < NR_FIELDS; n++)
		v[n] = get_field(word, n, wide);
	*tx = (struct timex_words){.modes = (uint32_t)v[0],
				   .offset = v[1],
				   .freq = v[2],
				   .maxerror = v[3],
				   .esterror = v[4],
				   .status = (int32_t)v[5],
				   .constant = v[6],
				   .precision = v[7],
				   .tolerance = v[8],
				   .sec = v[9],
				   .usec = v[10],
				   .tick = v[11],
				   .tai = (int32_t)v[12]};
	return 0;
}

static int put_timex(struct task_struct *curr, vaddr_t to, bool wide,
		     const struct timex_words *tx)
{
	const int64_t v[NR_FIELDS] = {
		tx->modes,     tx->offset, tx->freq,     tx->maxerror,
		tx->esterror,  tx->status, tx->constant, tx->precision,
		tx->tolerance, tx->sec,    tx->usec,     tx->tick,
		tx->tai};
	uint32_t word[NR_WIDE_WORDS] = {0};

	for (unsigned int n = 0; n < NR_FIELDS; n++)
		put_field(word, n, wide, v[n]);
	return copy_to_user(curr, to, word,
			    (wide ? NR_WIDE_WORDS : NR_WORDS) * 4)
		       ? -EFAULT
		       : 0;
}

/* ---- rules ------------------------------------------------------------------ */

static int validate(const struct task_struct *curr,
		    const struct timex_words *tx)
{
	const bool may = capable(curr, CAP_SYS_TIME);
	const int32_t unit = tx->modes & ADJ_NANO ? NSEC_PER_SEC : USEC_PER_SEC;

	if (tx->modes & ADJ_ADJTIME) {
		if (!(tx->modes & ADJ_SINGLESHOT))
			return -EINVAL;
		if (!(tx->modes & ADJ_READONLY) && !may)
			return -EPERM;
	} else {
		if (tx->modes && !may)
			return -EPERM;
		if (tx->modes & ADJ_TICK && (tx->tick < TICK_USEC / 10 * 9 ||
					     tx->tick > TICK_USEC / 10 * 11))
			return -EINVAL;
	}
	if (!(tx->modes & ADJ_SETOFFSET))
		return 0;
	if (!may)
		return -EPERM;
	return tx->usec < 0 || tx->usec >= unit ? -EINVAL : 0;
}

static int64_t clamp64(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

static uint64_t uptime_ns(struct task_struct *curr)
{
	uint64_t ns = 0;

	clock_read(curr, CLOCK_MONOTONIC, &ns);
	return ns;
}

static struct ntp_state *ntp_of(struct task_struct *curr)
{
	struct ntp_state *ntp = &curr->k->sched.ntp;

	if (!ntp->begun)
		*ntp = (struct ntp_state){.begun = true,
					  .status = STA_UNSYNC,
					  .constant = 2,
					  .maxerror = NTP_PHASE_LIMIT,
					  .esterror = NTP_PHASE_LIMIT,
					  .tick = TICK_USEC};
	return ntp;
}

/* 500 us worse each second, and then nobody believes it any more. */
static int64_t maxerror_now(struct task_struct *curr, struct ntp_state *ntp)
{
	const uint64_t sec = uptime_ns(curr) / NSEC_PER_SEC -
			     ntp->maxerror_at / NSEC_PER_SEC;
	const int64_t error = ntp->maxerror + (int64_t)sec * 500;

	if (error <= NTP_PHASE_LIMIT)
		return error;
	ntp->status |= STA_UNSYNC;
	return NTP_PHASE_LIMIT;
}

static void set_status(struct ntp_state *ntp, int32_t status)
{
	if (ntp->status & STA_PLL && !(status & STA_PLL))
		ntp->status = STA_UNSYNC;
	ntp->status = (ntp->status & STA_RONLY) | (status & ~STA_RONLY);
}

static void set_constant(struct ntp_state *ntp, int64_t constant)
{
	constant = clamp64(constant, 0, MAX_CONSTANT);
	if (!(ntp->status & STA_NANO))
		constant = clamp64(constant + 4, 0, MAX_CONSTANT);
	ntp->constant = (int32_t)constant;
}

static void process_modes(struct task_struct *curr, struct ntp_state *ntp,
			  const struct timex_words *tx)
{
	if (tx->modes & ADJ_STATUS)
		set_status(ntp, tx->status);
	if (tx->modes & ADJ_NANO)
		ntp->status |= STA_NANO;
	if (tx->modes & ADJ_MICRO)
		ntp->status &= ~STA_NANO;
	if (tx->modes & ADJ_FREQUENCY)
		ntp->freq = clamp64(tx->freq, -MAXFREQ, MAXFREQ);
	if (tx->modes & ADJ_MAXERROR) {
		ntp->maxerror = clamp64(tx->maxerror, 0, NTP_PHASE_LIMIT);
		ntp->maxerror_at = uptime_ns(curr);
	}
	if (tx->modes & ADJ_ESTERROR)
		ntp->esterror = clamp64(tx->esterror, 0, NTP_PHASE_LIMIT);
	if (tx->modes & ADJ_TIMECONST)
		set_constant(ntp, tx->constant);
	if (tx->modes & ADJ_TAI && tx->constant >= 0 &&
	    tx->constant <= MAX_TAI_OFFSET)
		ntp->tai = (int32_t)tx->constant;
	if (tx->modes & ADJ_TICK)
		ntp->tick = tx->tick;
}

/* The clock is not to be believed. No CONFIG_NTP_PPS: nothing pulses. */
static bool is_error_status(int32_t status)
{
	return status & (STA_UNSYNC | STA_CLOCKERR);
}

static int step_clock(struct task_struct *curr, const struct timex_words *tx)
{
	const int64_t nsec = tx->modes & ADJ_NANO ? tx->usec : tx->usec * 1000;
	uint64_t now;
	int64_t sec;

	clock_read(curr, CLOCK_REALTIME, &now);
	sec = (int64_t)(now / NSEC_PER_SEC);
	/* before 1970, or where nanoseconds can't tell any more */
	if (tx->sec < -sec || tx->sec > (INT64_MAX / NSEC_PER_SEC) / 2 - sec)
		return -EINVAL;
	return clock_set_realtime(
		curr, now + (uint64_t)(tx->sec * NSEC_PER_SEC + nsec));
}

static int32_t process_timex(struct task_struct *curr, struct timex_words *tx)
{
	struct ntp_state *ntp = ntp_of(curr);
	uint64_t now;
	int err = validate(curr, tx);

	if (!err && tx->modes & ADJ_SETOFFSET)
		err = step_clock(curr, tx);
	if (err)
		return err;
	if (tx->modes & ADJ_ADJTIME) {
		const int64_t before = ntp->adjust;

		if (!(tx->modes & ADJ_READONLY))
			ntp->adjust = tx->offset;
		tx->offset = before;
	} else {
		process_modes(curr, ntp, tx);
		tx->offset = 0;
	}
	clock_read(curr, CLOCK_REALTIME, &now);
	tx->freq = ntp->freq;
	tx->maxerror = maxerror_now(curr, ntp);
	tx->esterror = ntp->esterror;
	tx->status = ntp->status;
	tx->constant = ntp->constant;
	tx->precision = 1;
	tx->tolerance = MAXFREQ;
	tx->tick = ntp->tick;
	tx->tai = ntp->tai;
	tx->sec = (int64_t)(now / NSEC_PER_SEC);
	tx->usec = (int64_t)(now % NSEC_PER_SEC) /
		   (ntp->status & STA_NANO ? 1 : 1000);
	return is_error_status(ntp->status) ? TIME_ERROR : TIME_OK;
}

/* ---- the calls -------------------------------------------------------------- */

int32_t do_clock_adjtime(struct task_struct *curr, int clock, vaddr_t utimex,
			 bool wide)
{
	struct timex_words tx;
	uint64_t ns;
	int32_t state;

	if (get_timex(curr, utimex, wide, &tx))
		return -EFAULT;
	if (clock < 0 ? (clock & 7) == 3 : clock_read(curr, clock, &ns))
		return -EINVAL;
	if (clock != CLOCK_REALTIME)
		return -EOPNOTSUPP;
	state = process_timex(curr, &tx);
	if (state >= 0 && put_timex(curr, utimex, wide, &tx))
		return -EFAULT;
	return state;
}

int32_t do_adjtimex(struct task_struct *curr, vaddr_t utimex, bool wide)
{
	return do_clock_adjtime(curr, CLOCK_REALTIME, utimex, wide);
}
