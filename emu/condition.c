/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions as people write them: see condition.h. */
#include "emu/condition.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *words;
} plain[NR_CONDITION_KINDS] = {
	[CONDITION_END] = {"end", "all programs have ended"},
	[CONDITION_LOW] = {"free-below-low",
			   "a zone has less free than its low watermark"},
	[CONDITION_OOM] = {"oom", "somebody is killed for memory"},
	[CONDITION_SWAP] = {"swap-out", "a page is swapped out"},
	[CONDITION_EXIT] = {"exit", "a program of the board's exits"},
};

const char condition_names[] =
	"end, exit[:WHO], cycle:N, fault:N, fault-in:[PID:]FIRST-LAST, "
	"free-below-low, oom and swap-out";

static bool parse_number(const char *text, uint64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*number = strtoull(text, &end, 10);
	return !*end && *number && *number <= INT64_MAX;
}

static bool parse_address(const char **text, uint32_t *va, char after)
{
	char *end;
	unsigned long long value;

	if (!isxdigit((unsigned char)**text))
		return false;
	value = strtoull(*text, &end, 16);
	if (value > UINT32_MAX || *end != after)
		return false;
	*va = (uint32_t)value;
	*text = end + (after != '\0');
	return true;
}

/* "[PID:]FIRST-LAST" */
static bool parse_range(const char *text, struct condition *to)
{
	const char *colon = strchr(text, ':');
	char *end;

	if (colon) {
		long pid = strtol(text, &end, 10);

		if (end != colon || pid < 1 || pid > INT32_MAX)
			return false;
		to->pid = (int)pid;
		text = colon + 1;
	}
	return parse_address(&text, &to->first, '-') &&
	       parse_address(&text, &to->last, '\0') && to->first <= to->last;
}

static bool parse_with_value(const char *text, struct condition *to)
{
	if (!strncmp(text, "cycle:", 6)) {
		to->kind = CONDITION_CYCLE;
		return parse_number(text + 6, &to->number);
	}
	if (!strncmp(text, "fault:", 6)) {
		to->kind = CONDITION_FAULT;
		return parse_number(text + 6, &to->number);
	}
	if (!strncmp(text, "fault-in:", 9)) {
		to->kind = CONDITION_FAULT_IN;
		return parse_range(text + 9, to);
	}
	if (!strncmp(text, "exit:", 5)) {
		to->kind = CONDITION_EXIT;
		snprintf(to->who, sizeof(to->who), "%s", text + 5);
		return text[5] && strlen(text + 5) < sizeof(to->who);
	}
	return false;
}

bool condition_parse(const char *text, struct condition *to, char *why,
		     size_t size)
{
	*to = (struct condition){0};
	for (int i = 0; i < NR_CONDITION_KINDS; i++)
		if (plain[i].name && !strcmp(text, plain[i].name)) {
			to->kind = (enum condition_kind)i;
			return true;
		}
	if (parse_with_value(text, to))
		return true;
	snprintf(why, size, "'%s' is no condition; there are %s", text,
		 condition_names);
	return false;
}

void condition_text(const struct condition *condition, char *to, size_t size)
{
	switch (condition->kind) {
	case CONDITION_CYCLE:
		snprintf(to, size, "cycle %" PRIu64, condition->number);
		return;
	case CONDITION_FAULT:
		snprintf(to, size, "fault %" PRIu64 " is done",
			 condition->number);
		return;
	case CONDITION_FAULT_IN:
		snprintf(to, size, "a fault at 0x%08" PRIx32 "-0x%08" PRIx32,
			 condition->first, condition->last);
		return;
	case CONDITION_EXIT:
		if (condition->who[0]) {
			snprintf(to, size, "%s exits", condition->who);
			return;
		}
		/* fallthrough */
	default:
		snprintf(to, size, "%s", plain[condition->kind].words ?: "");
		return;
	}
}
