/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JUnit's XML as the tools of CI read it: one suite, a test case for each
 * scenario, whose class is its topic. XML 1.0 has no room for most control
 * characters, and none for bytes that aren't UTF-8: they become '?'.
 */
#include "emu/scenario/report.h"

#include <stdint.h>
#include <string.h>

#include "emu/diag.h"
#include "emu/scenario/suite.h"

/* How many bytes at @text are one character of UTF-8 that XML allows; or 0. */
static size_t character(const unsigned char *text)
{
	static const struct {
		unsigned char mask, value, first; /* what follows is too long */
		size_t nr;
	} forms[] = {{0xe0, 0xc0, 0xc2, 2},
		     {0xf0, 0xe0, 0xe0, 3},
		     {0xf8, 0xf0, 0xf0, 4}};
	uint32_t code;

	if (text[0] < 0x80)
		return text[0] >= 0x20 || strchr("\t\n", text[0]) ? 1 : 0;
	for (int i = 0; i < 3; i++) {
		if ((text[0] & forms[i].mask) != forms[i].value ||
		    text[0] < forms[i].first)
			continue;
		code = text[0] & (unsigned char)~forms[i].mask;
		for (size_t n = 1; n < forms[i].nr; n++) {
			if ((text[n] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (text[n] & 0x3f);
		}
		if ((forms[i].nr == 3 && code < 0x800) ||
		    (forms[i].nr == 4 && (code < 0x10000 || code > 0x10ffff)) ||
		    (code >= 0xd800 && code <= 0xdfff) || code == 0xfffe ||
		    code == 0xffff)
			return 0;
		return forms[i].nr;
	}
	return 0;
}

static void put_text(const char *text, FILE *to)
{
	while (*text) {
		size_t nr = character((const unsigned char *)text);

		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		default:
			if (nr)
				fwrite(text, 1, nr, to);
			else
				putc('?', to);
		}
		text += nr ?: 1;
	}
}

static void put_attribute(const char *name, const char *value, FILE *to)
{
	fprintf(to, " %s=\"", name);
	put_text(value, to);
	putc('"', to);
}

static void put_case(const struct test *test, FILE *to)
{
	const struct outcome *outcome = &test->outcome;
	const char *slash = strrchr(test->name, '/');
	const char *kind = outcome->state == OUTCOME_ERROR ? "error"
							   : "failure";
	char topic[256] = "";

	if (slash && slash - test->name < (int)sizeof(topic))
		memcpy(topic, test->name, (size_t)(slash - test->name));
	fputs("    <testcase", to);
	put_attribute("classname", *topic ? topic : "scenarios", to);
	put_attribute("name", slash ? slash + 1 : test->name, to);
	put_attribute("file", test->path, to);
	fprintf(to, " time=\"%.3f\">\n", outcome->seconds);
	if (outcome->state != OUTCOME_PASSED) {
		fprintf(to, "      <%s", kind);
		put_attribute("message", outcome->summary, to);
		putc('>', to);
		put_text(outcome->report, to);
		fprintf(to, "</%s>\n", kind);
	}
	if (*outcome->console) {
		fputs("      <system-out>", to);
		put_text(outcome->console, to);
		fputs("</system-out>\n", to);
	}
	fputs("    </testcase>\n", to);
}

static void put_all(const struct suite *suite, double seconds, FILE *to)
{
	const size_t nr_failed = suite_count(suite, OUTCOME_FAILED);
	const size_t nr_errors = suite_count(suite, OUTCOME_ERROR);

	fprintf(to,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		"time=\"%.3f\">\n"
		"  <testsuite name=\"mmuscope\" tests=\"%zu\" "
		"failures=\"%zu\" errors=\"%zu\" skipped=\"0\" "
		"time=\"%.3f\">\n",
		suite->nr, nr_failed, nr_errors, seconds, suite->nr, nr_failed,
		nr_errors, seconds);
	for (size_t i = 0; i < suite->nr; i++)
		put_case(&suite->test[i], to);
	fputs("  </testsuite>\n</testsuites>\n", to);
}

bool junit_write(const struct suite *suite, double seconds, const char *path,
		 struct diag *diag)
{
	bool is_stdout = !strcmp(path, "-");
	FILE *to = is_stdout ? stdout : fopen(path, "we");
	bool good;

	if (!to)
		return diag_errno(diag, NULL, "can't write '%s'", path);
	put_all(suite, seconds, to);
	good = !fflush(to) && !ferror(to);
	if (!is_stdout && fclose(to))
		good = false;
	return good || diag_errno(diag, NULL, "can't write '%s'", path);
}
