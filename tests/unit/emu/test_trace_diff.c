/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where two traces part, and whether it is told for what it is. */
#include "emu/trace_diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "emu/diag.h"

#define FAULT(cycle, address, how)                                  \
	"  " #cycle " [0] a b-2 page_fault_user: address=" #address \
	" ip=0x00010686 error_code=0x81f write pte=0x6004f34f " #how "\n"
#define SWITCH(cycle, next)                                              \
	"  " #cycle " [0] cow-2 sched_switch: prev_comm=cow prev_pid=2 " \
	"prev_state=S ==> next_comm=cow next_pid=" #next "\n"

static char path_a[64], path_b[64];

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* What is told of the two; to be freed. */
static char *told(const char *a, const char *b, const char *ignore,
		  enum trace_difference expected)
{
	struct diag diag = {0};
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	enum trace_difference got;

	write_file(path_a, a);
	write_file(path_b, b);
	got = trace_diff(path_a, path_b, ignore, to, &diag);
	fputs(diag.text, to);
	fclose(to);
	unlink(path_a);
	unlink(path_b);
	if (got != expected)
		fail_msg("%d, not %d: %s", got, expected, text);
	return text;
}

static void expect(const char *a, const char *b, const char *ignore,
		   enum trace_difference expected, const char *part)
{
	char *text = told(a, b, ignore, expected);

	if (!text || !strstr(text, part))
		fail_msg("'%s' isn't in: %s", part, text ? text : "");
	free(text);
}

static void the_same(void **state)
{
	(void)state;
	expect("", "", NULL, TRACES_SAME, "0 events");
	expect(FAULT(5, 0x1000, anon_new), FAULT(5, 0x1000, anon_new), NULL,
	       TRACES_SAME, "1 events, all the same");
	/* what says how many were lost is no event */
	expect("# 7 events before these weren't kept\n" SWITCH(5, 3),
	       SWITCH(5, 3), NULL, TRACES_SAME, "1 events");
}

static void other_values(void **state)
{
	(void)state;
	expect(SWITCH(4, 3) FAULT(5, 0x1000, cow_copy),
	       SWITCH(4, 3) FAULT(5, 0x1000, cow_reuse), NULL, TRACES_DIFFER,
	       "1 events are the same; then, line 2:");
	expect(FAULT(5, 0x1000, cow_copy), FAULT(5, 0x1000, cow_reuse), NULL,
	       TRACES_DIFFER,
	       "how: cow_copy in the first, cow_reuse in the second");
	expect(FAULT(5, 0x1000, cow_copy), FAULT(5, 0x1000, cow_reuse), NULL,
	       TRACES_DIFFER, "second: write to a page shared no more: kept");
	expect(FAULT(5, 0x1000, cow_copy), FAULT(5, 0x2000, cow_copy), NULL,
	       TRACES_DIFFER, "a b-2 has the same event in both");
	expect(FAULT(5, 0x1000, cow_copy), FAULT(5, 0x2000, cow_copy), NULL,
	       TRACES_DIFFER, "the program touched another address");
	expect(SWITCH(5, 3), SWITCH(5, 4), NULL, TRACES_DIFFER,
	       "the scheduler chose another task");
	expect(SWITCH(5, 3), SWITCH(8, 3), NULL, TRACES_DIFFER,
	       "3 cycles later");
	expect(SWITCH(5, 3), FAULT(5, 0x1000, cow_copy), NULL, TRACES_DIFFER,
	       "Another task is at work: cow-2 in the first, a b-2");
	expect(SWITCH(4, 3) SWITCH(5, 3), SWITCH(4, 3) SWITCH(5, 4), NULL,
	       TRACES_DIFFER, "--at cycle:4");
}

static void what_may_differ(void **state)
{
	(void)state;
	expect(FAULT(5, 0x1000, cow_copy), FAULT(5, 0x2000, cow_copy),
	       "address", TRACES_SAME, "");
	expect(FAULT(5, 0x1000, cow_copy), FAULT(9, 0x2000, cow_copy),
	       "address", TRACES_DIFFER, "4 cycles later");
	expect(FAULT(5, 0x1000, cow_copy), FAULT(9, 0x2000, cow_copy),
	       "cycle,address", TRACES_SAME, "");
	expect(FAULT(5, 0x1000, cow_copy), FAULT(5, 0x1000, cow_reuse),
	       "cycle,address,cycles", TRACES_DIFFER, "how");
}

static void one_has_more(void **state)
{
#define REST FAULT(7, 0x1000, a) FAULT(8, 0x2000, b) FAULT(9, 0x3000, c)
	(void)state;
	expect(SWITCH(5, 3) SWITCH(6, 4) REST, SWITCH(5, 3) REST, NULL,
	       TRACES_DIFFER, "The first has 1 event here that the second");
	expect(SWITCH(5, 3) REST, SWITCH(5, 3) SWITCH(6, 4) SWITCH(6, 5) REST,
	       NULL, TRACES_DIFFER, "The second has 2 events here");
	expect(SWITCH(5, 3) REST, SWITCH(5, 3), NULL, TRACES_DIFFER,
	       "The second ends here; the first goes on for 3 events");
	expect("", REST, NULL, TRACES_DIFFER, "The first ends here");
}

static void lines_of_json(void **state)
{
#define JSON(how)                                                             \
	"{\"cycle\":5,\"cpu\":0,\"task\":\"a\",\"pid\":2,\"tgid\":2,"         \
	"\"event\":\"page_fault_user\",\"cycles\":3,\"fields\":{\"address\":" \
	"\"0x1\",\"how\":\"" how "\"}}\n"
	(void)state;
	expect(JSON("cow_copy"), JSON("cow_reuse"), NULL, TRACES_DIFFER,
	       "how: cow_copy in the first");
	expect(JSON("cow_copy"), JSON("cow_reuse"), "how", TRACES_SAME, "");
	expect(JSON("cow_copy"), SWITCH(5, 3), NULL, TRACES_TROUBLE,
	       "one trace is text, the other JSON");
}

static void no_traces(void **state)
{
	struct diag diag = {0};

	(void)state;
	expect("hello\n", SWITCH(5, 3), NULL, TRACES_TROUBLE,
	       "doesn't begin as a trace");
	expect("{\n", "{\n", NULL, TRACES_TROUBLE, "doesn't begin as a trace");
	expect(SWITCH(5, 3) "rubbish\n", SWITCH(5, 3) SWITCH(6, 3), NULL,
	       TRACES_DIFFER, "no event");
	assert_int_equal(trace_diff("/none", "/none", NULL, stdout, &diag),
			 TRACES_TROUBLE);
	assert_non_null(strstr(diag.text, "can't read '/none'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same),
		cmocka_unit_test(other_values),
		cmocka_unit_test(what_may_differ),
		cmocka_unit_test(one_has_more),
		cmocka_unit_test(lines_of_json),
		cmocka_unit_test(no_traces),
	};

	snprintf(path_a, sizeof(path_a), "/tmp/test-trace-diff-%d-a", getpid());
	snprintf(path_b, sizeof(path_b), "/tmp/test-trace-diff-%d-b", getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
