/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * inject.memory_errors: a text of one line, since there are seldom more than
 * one or two.
 *
 *	ERROR[; ERROR]…
 *	ERROR	KIND PLACE[^MASK] @ MOMENT
 *	KIND	flip, descriptor, ecc, scrub
 *	PLACE	0x21000		an address of the first program's
 *		sort:0x21000	of another's, by name or number
 *		pfn:0x60123	a frame; pfn:0x60123+0x10 a word of it
 *	MASK	the bits of the word that change; of an ecc or scrub: none
 *	MOMENT	fault:N		when the N-th abort was handled
 *		cycle:N		at this cycle
 *		mapped		as soon as something is there
 */

#include "emu/config/load.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What is left of the text. */
struct reader {
	const char *at;
	const char *wrong; /* what should be here; NULL: all is well */
};

static void skip_blanks(struct reader *r)
{
	r->at += strspn(r->at, " \t");
}

static bool expect(struct reader *r, const char *text, const char *wrong)
{
	skip_blanks(r);
	if (strncmp(r->at, text, strlen(text))) {
		r->wrong = wrong;
		return false;
	}
	r->at += strlen(text);
	return true;
}

static bool has(struct reader *r, const char *text)
{
	skip_blanks(r);
	if (strncmp(r->at, text, strlen(text)))
		return false;
	r->at += strlen(text);
	return true;
}

static bool number(struct reader *r, uint64_t most, const char *wrong,
		   uint64_t *value)
{
	char *end;

	skip_blanks(r);
	errno = 0;
	*value = isdigit((unsigned char)*r->at) ? strtoull(r->at, &end, 0) : 0;
	if (!isdigit((unsigned char)*r->at) || errno || *value > most) {
		r->wrong = wrong;
		return false;
	}
	r->at = end;
	return true;
}

static bool kind(struct reader *r, struct kernel_memory_error *e)
{
	static const char *const names[] = {
		[MEMORY_FLIP] = "flip ",
		[MEMORY_DESCRIPTOR] = "descriptor ",
		[MEMORY_ECC] = "ecc ",
		[MEMORY_SCRUB] = "scrub ",
	};

	for (int i = 0; i < 4; i++)
		if (has(r, names[i])) {
			e->kind = (enum kernel_memory_error_kind)i;
			return true;
		}
	r->wrong = "flip, descriptor, ecc or scrub, and a place";
	return false;
}

/* The name before a colon, if there is one. */
static bool process(struct reader *r, struct kernel_memory_error *e)
{
	size_t length = strcspn(r->at, ": \t^@;");

	if (r->at[length] != ':')
		return true;
	if (!length || length >= sizeof(e->process)) {
		r->wrong = "a process's name of 1 to 15 characters";
		return false;
	}
	memcpy(e->process, r->at, length);
	r->at += length + 1;
	return true;
}

static bool place(struct reader *r, struct kernel_memory_error *e)
{
	uint64_t offset = 0;

	e->physical = has(r, "pfn:");
	if (!e->physical)
		return process(r, e) &&
		       number(r, UINT32_MAX, "an address of 32 bits, or pfn:N",
			      &e->address);
	if (!number(r, UINT64_C(0xfffffff), "a frame's number", &e->address))
		return false;
	if (has(r, "+") &&
	    !number(r, 4095, "a place within the frame", &offset))
		return false;
	e->address = (e->address << 12) + offset;
	if (e->kind != MEMORY_DESCRIPTOR)
		return true;
	r->wrong = "an address of a program, whose descriptor it is";
	return false;
}

static bool mask(struct reader *r, struct kernel_memory_error *e)
{
	const bool wanted = e->kind == MEMORY_FLIP ||
			    e->kind == MEMORY_DESCRIPTOR;
	uint64_t bits = 0;

	if (!wanted)
		return true;
	if (!expect(r, "^", "^ and the bits that change, as in 0x21000^0x10") ||
	    !number(r, UINT32_MAX, "bits of a word of 32", &bits))
		return false;
	e->mask = (uint32_t)bits;
	if (!bits)
		r->wrong = "at least one bit after ^";
	return bits;
}

static bool moment(struct reader *r, struct kernel_memory_error *e)
{
	if (!expect(r, "@", "@ and a moment"))
		return false;
	if (has(r, "mapped")) {
		e->when = MEMORY_WHEN_MAPPED;
		return true;
	}
	e->when = has(r, "fault:") ? MEMORY_AT_FAULT : MEMORY_AT_CYCLE;
	if (e->when == MEMORY_AT_CYCLE &&
	    !expect(r, "cycle:", "fault:N, cycle:N or mapped"))
		return false;
	return number(r, UINT64_MAX, "a number", &e->moment);
}

static bool one(struct reader *r, struct kernel_memory_error *e)
{
	*e = (struct kernel_memory_error){0};
	return kind(r, e) && place(r, e) && mask(r, e) && moment(r, e);
}

bool check_memory_errors(const struct load *load)
{
	struct kernel_inject_setup *inject = &load->config->inject;
	const char *text = load->config->memory_errors;
	struct reader r = {.at = text};

	inject->nr_memory = 0;
	for (skip_blanks(&r); *r.at && !r.wrong; skip_blanks(&r)) {
		if (inject->nr_memory == KERNEL_MEMORY_ERRORS)
			r.wrong = "no more than 16 errors";
		else if (one(&r, &inject->memory[inject->nr_memory]))
			inject->nr_memory++;
		if (!r.wrong && *(skip_blanks(&r), r.at) && !has(&r, ";"))
			r.wrong = "; between two errors";
	}
	if (!r.wrong)
		return true;
	return diag_error(
		load->diag,
		&config_origin_of(load->config, "inject.memory_errors")->where,
		"inject.memory_errors: '%s': here should be %s",
		*r.at ? r.at : "(end)", r.wrong);
}
