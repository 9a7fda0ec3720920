/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is kept of trace events, and how it is written: a bounded trace is the
 * end of the unbounded one, whatever its size; filters hold for what they say,
 * and tell what is wrong with them; no byte of a guest's breaks a line.
 */
#include "emu/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "emu/diag.h"
#include "emu/trace_expression.h"
#include "emu/trace_filter.h"
#include "kernel/kernel.h"

#define PATH "/tmp/test-trace-%d"

/* "address=0x%08x access=%s" */
static const struct hw_trace_format format = {
	.nr_args = 2,
	.piece = {{"address=0x", 10, 'x', 4, 8, true, false, false, "address"},
		  {" access=", 8, 's', 8, 0, false, false, false, "access"},
		  {"", 0, 0, 0, 0, false, false, false, ""}},
};

static unsigned int number_of(const char *event)
{
	unsigned int i = 0;

	while (strcmp(kernel_trace_name(i), event) != 0)
		i++;
	return i;
}

static struct hw_trace fault(uint32_t address, const char *access)
{
	return (struct hw_trace){
		.event = number_of("page_fault_user"),
		.pid = 7,
		.tgid = 7,
		.comm = "cow",
		.format = &format,
		.arg = {{.number = address}, {.text = access}},
	};
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 22);

	assert_non_null(file);
	assert_true(fread(text, 1, (1 << 22) - 1, file) < (1 << 22) - 1);
	fclose(file);
	unlink(path);
	return text;
}

/* @nr events with strings of all lengths, written with @options. */
static char *written(struct trace_options options, int nr)
{
	struct diag diag = {0};
	char path[64], access[200];
	struct trace *trace;

	snprintf(path, sizeof(path), PATH, getpid());
	options.path = path;
	trace = trace_create(&options, 1000000000, &diag);
	assert_non_null(trace);
	for (int i = 0; i < nr; i++) {
		size_t n = (size_t)(i * 37 % 150);
		struct hw_trace event;

		memset(access, 'a' + i % 26, n);
		access[n] = '\0';
		event = fault((uint32_t)i, access);
		trace_add(trace, (uint64_t)i * 10, 0, &event);
	}
	assert_true(trace_close(trace, &diag));
	return read_all(path);
}

#define TITLE "# mmuscope trace, schema 1\n"

static const char *last_lines(const char *text, int nr)
{
	const char *at = text + strlen(text);

	for (; at > text && nr >= 0; at--)
		if (at[-1] == '\n' && !nr--)
			break;
	return at;
}

/* ---- how much ------------------------------------------------------------------------ */

static void a_bounded_trace_is_the_end_of_all(void **state)
{
	static const int lasts[] = {1, 2, 3, 10, 255, 400, 1000, 2500, 5000};
	char *all = written((struct trace_options){0}, 3000);

	(void)state;
	for (size_t i = 0; i < sizeof(lasts) / sizeof(*lasts); i++) {
		int lost = lasts[i] < 3000 ? 3000 - lasts[i] : 0;
		char *some = written(
			(struct trace_options){.last = (uint64_t)lasts[i]},
			3000);
		char head[120] = TITLE;

		if (lost)
			snprintf(head, sizeof(head),
				 TITLE "# %d events before these weren't "
				       "kept\n",
				 lost);
		assert_memory_equal(some, head, strlen(head));
		assert_string_equal(some + strlen(head),
				    last_lines(all, 3000 - lost));
		free(some);
	}
	free(all);
}

/* ---- how ------------------------------------------------------------------------------- */

static char *one(struct trace_options options, const char *comm,
		 const char *access)
{
	struct diag diag = {0};
	char guests[64]; /* not the program's own, which is printable */
	struct hw_trace event = fault(0x68dc4, guests);
	char path[64];
	struct trace *trace;

	snprintf(path, sizeof(path), PATH, getpid());
	options.path = path;
	trace = trace_create(&options, 1000000000, &diag);
	assert_non_null(trace);
	snprintf(guests, sizeof(guests), "%s", access);
	event.comm = comm;
	trace_add(trace, 24, 0, &event);
	memset(guests, 'x', sizeof(guests));
	trace_note(trace, 25, 0, "a note\n");
	assert_true(trace_close(trace, &diag));
	return read_all(path);
}

static void lines_of_text(void **state)
{
	char *text = one((struct trace_options){0}, "c\x1b\x7fw",
			 "wr\nite\x80");

	(void)state;
	assert_string_equal(text,
			    TITLE "          24 [0] c??w-7 page_fault_user: "
				  "address=0x00068dc4 access=wr?ite\x80\n"
				  "          25 [0] a note?\n");
	free(text);
}

static void lines_of_json(void **state)
{
	char *text = one((struct trace_options){.format = TRACE_JSON},
			 "c\"\\w\xe9", "write\t");

	(void)state;
	assert_string_equal(
		text,
		"{\"schema\":1}\n"
		"{\"cycle\":24,\"cpu\":0,\"task\":\"c\\\"\\\\w\\u00e9\","
		"\"pid\":7,\"tgid\":7,\"event\":\"page_fault_user\",\"fields\":"
		"{\"address\":\"0x68dc4\",\"access\":\"write?\"}}\n"
		"{\"cycle\":25,\"cpu\":0,\"note\":\"a note?\"}\n");
	free(text);
}

/* A string of the program's own, and one task's name after another's. */
static void strings_that_last(void **state)
{
	struct diag diag = {0};
	struct hw_trace event = fault(0x68dc4, "write");
	char path[64], comm[16] = "one";
	struct trace *trace;
	char *text;

	(void)state;
	snprintf(path, sizeof(path), PATH, getpid());
	trace = trace_create(&(struct trace_options){.path = path}, 1000000000,
			     &diag);
	assert_non_null(trace);
	event.comm = comm;
	trace_add(trace, 1, 0, &event);
	trace_add(trace, 2, 0, &event);
	strcpy(comm, "fifteen\tletters");
	trace_add(trace, 3, 0, &event);
	strcpy(comm, "fi");
	trace_add(trace, 4, 0, &event);
	assert_true(trace_close(trace, &diag));
	text = read_all(path);
	assert_string_equal(
		text,
		TITLE "           1 [0] one-7 page_fault_user: "
		      "address=0x00068dc4 access=write\n"
		      "           2 [0] one-7 page_fault_user: "
		      "address=0x00068dc4 access=write\n"
		      "           3 [0] fifteen?letters-7 page_fault_user: "
		      "address=0x00068dc4 access=write\n"
		      "           4 [0] fi-7 page_fault_user: "
		      "address=0x00068dc4 access=write\n");
	free(text);
}

/* ---- which: by name ----------------------------------------------------------------------- */

static hw_trace_mask_t list(const char *text)
{
	struct diag diag = {0};
	hw_trace_mask_t events;

	assert_true(trace_filter_parse(text, &events, &diag));
	return events;
}

static void lists_of_events(void **state)
{
	const hw_trace_mask_t all = list("all"), kmem = list("kmem"),
			      kfree = list("kfree");

	(void)state;
	assert_true(kmem & kfree);
	assert_true(list("kmem:kfree") == kfree);
	assert_true(list("kmem:*") == kmem);
	assert_true(list("kfre*") == kfree);
	assert_true(list("!kmem") == (all & ~kmem));
	assert_true(list("all,!kmem") == (all & ~kmem));
	assert_true(list("kmem,!kfree") == (kmem & ~kfree));
	assert_true(list("!kmem,kfree") == ((all & ~kmem) | kfree));
	assert_true(list("kmem,!kfree,kfree") == kmem);
}

/* ---- which: by what they say ------------------------------------------------------------------ */

static bool holds(const char *text, const struct hw_trace *event)
{
	struct diag diag = {0};
	struct trace_expression *e = trace_expression_parse(text, &diag);
	bool result;

	if (!e)
		fail_msg("%s: %s", text, diag.text);
	result = trace_expression_holds(e, 1000, 2, event);
	trace_expression_destroy(e);
	return result;
}

static void expressions(void **state)
{
	static const struct {
		const char *text;
		bool holds;
	} rows[] = {
		{"page_fault_user", true},
		{"page_fault_*", true},
		{"exceptions", true},
		{"kmem", false},
		{"!kmem", true},
		{"not kmem and not vmscan", true},
		{"event == page_fault_user", true},
		{"group != exceptions", false},
		{"event ~ \"*_user\"", true},
		{"task == cow", true},
		{"task == 'cow'", true},
		{"task ~ \"c?w\"", true},
		{"task == co", false},
		{"pid == 7 && tgid == 7 && cpu == 2 && cycle == 1000", true},
		{"pid == 8 || pid == 7", true},
		{"pid == 7 && pid == 8 || cpu == 2", true},
		{"pid == 7 && (pid == 8 || cpu == 3)", false},
		{"!(pid == 7 && pid == 8)", true},
		{"!pid == 8", true},
		{"address == 0x68dc4", true},
		{"address == 429508", true},
		{"address == 0x68000..0x68fff", true},
		{"address != 0x68000..0x68fff", false},
		{"address == 0x69000..0x69fff", false},
		{"address < 0x68dc4", false},
		{"address <= 0x68dc4", true},
		{"address > 0x68dc3", true},
		{"address >= 0x68dc5", false},
		{"address & 4", true},
		{"address & 3", false},
		{"access == write", true},
		{"access != write", false},
		{"access ~ \"w*\"", true},
		/* what isn't there is neither the same nor another */
		{"pfn == 1", false},
		{"pfn != 1", false},
		{"!(pfn == 1)", true},
		{"field.pid == 7", false},
		{"order==1 or address==0x68dc4", true},
	};
	const struct hw_trace event = fault(0x68dc4, "write");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (holds(rows[i].text, &event) != rows[i].holds)
			fail_msg("%s: %d", rows[i].text, !rows[i].holds);
}

static void bad_expressions(void **state)
{
	static const char *const rows[][2] = {
		{"", "a field, an event or ( is expected"},
		{"pid ==", "a value is expected"},
		{"pid == x", "pid is a number, and 'x' is none"},
		{"pid = 7", "did you mean ==?"},
		{"adress == 7", "did you mean address?"},
		{"event == kmallok", "did you mean kmalloc?"},
		{"address", "is expected after 'address'"},
		{"kmem kmem", "&& or || is expected"},
		{"(kmem", ") is expected"},
		{"kmem)", "&& or || is expected"},
		{"task == \"x", "the quote has no end"},
		{"pid == 9..3", "the wrong way round"},
		{"pid < 3..9", "goes with == and !="},
		{"kmem &&", "the end: a field"},
	};
	char deep[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag diag = {0};

		assert_null(trace_expression_parse(rows[i][0], &diag));
		if (!strstr(diag.text, rows[i][1]))
			fail_msg("%s: %s", rows[i][0], diag.text);
	}
	for (size_t n = 1; n < sizeof(deep) - 8; n *= 3) {
		struct diag diag = {0};
		struct trace_expression *e;

		memset(deep, '!', n);
		strcpy(deep + n, "kmem");
		e = trace_expression_parse(deep, &diag);
		assert_true(e || strstr(diag.text, "too many"));
		trace_expression_destroy(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bounded_trace_is_the_end_of_all),
		cmocka_unit_test(lines_of_text),
		cmocka_unit_test(lines_of_json),
		cmocka_unit_test(strings_that_last),
		cmocka_unit_test(lists_of_events),
		cmocka_unit_test(expressions),
		cmocka_unit_test(bad_expressions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
