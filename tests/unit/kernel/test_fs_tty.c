/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The console: what the line discipline makes of keys, who gets which signal,
 * raw modes; and the plain stream where there is no terminal.
 */
#include "tests/unit/kernel/vfs_fixture.h"

#include "kernel/drivers/termios.h"

static int begin(void **state, bool is_terminal)
{
	struct vfs_fixture *f = fixture_begin();

	f->k->hw.console_is_tty = is_terminal;
	fixture_mount(f);
	f->task->blocked = ~(sigset64)0; /* so that signals stay to be seen */
	*state = f;
	return 0;
}

static int terminal(void **state)
{
	return begin(state, true);
}

static int stream(void **state)
{
	return begin(state, false);
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

static struct tty_struct *tty(void)
{
	return fixture->k->vfs.console;
}

/* Keys come in; what the line shows since the last call. */
static const char *type(const char *keys)
{
	const uint32_t before = fixture->nr_out;

	fixture->nr_in = fixture->in_at = 0;
	strcpy(fixture->in, keys);
	fixture->nr_in = (uint32_t)strlen(keys);
	console_interrupt(fixture->task);
	fixture->out[fixture->nr_out] = '\0';
	return (const char *)fixture->out + before;
}

static void set_modes(uint32_t clear, uint32_t set, uint8_t min, uint8_t time)
{
	struct ktermios t;
	vaddr_t at = user_put(NULL, sizeof(t));

	assert_int_equal(do_ioctl(fixture->task, 0, TCGETS, at), 0);
	memcpy(&t, user_at(at), sizeof(t));
	t.c_lflag = (t.c_lflag & ~clear) | set;
	t.c_cc[VMIN] = min;
	t.c_cc[VTIME] = time;
	memcpy(user_at(at), &t, sizeof(t));
	assert_int_equal(do_ioctl(fixture->task, 0, TCSETS, at), 0);
}

static void nonblock(bool on)
{
	do_fcntl(fixture->task, 0, F_SETFL, O_RDWR | (on ? O_NONBLOCK : 0));
}

/* ---- canonical --------------------------------------------------------- */

static void editing(void **state)
{
	static const struct {
		const char *keys, *shown, *line; /* NULL: none yet */
	} table[] = {
		{"ls\r", "ls\r\n", "ls\n"},
		{"ls\n", "ls\r\n", "ls\n"},
		{"lz\177s\r", "lz\b \bs\r\n", "ls\n"},
		{"\177\177a\r", "a\r\n", "a\n"},
		{"abc\025x\r", "abc\b \b\b \b\b \bx\r\n", "x\n"},
		{"one two\027x\r", "one two\b \b\b \b\b \bx\r\n", "one x\n"},
		{"one  \027x\r", "one  \b \b\b \b\b \b\b \b\b \bx\r\n", "x\n"},
		{"a\001b\r", "a^Ab\r\n", "a\001b\n"},
		{"a\001\177b\r", "a^A\b \b\b \bb\r\n", "ab\n"},
		{"\026\003x\r", "^\b^Cx\r\n", "\003x\n"},
		{"a\tb\177\177c\r", "a\tb\b \b\b\b\b\b\b\b\bc\r\n", "ac\n"},
		{"half\004", "half", "half"}, /* no newline, no end */
		{"\004", "", ""}, /* an end of file */
		{"never", "never", NULL},
		{"ended\r", "ended\r\n", "neverended\n"},
	};

	(void)state;
	nonblock(true);
	for (size_t n = 0; n < sizeof(table) / sizeof(*table); n++) {
		const char *shown = type(table[n].keys), *line;

		if (strcmp(shown, table[n].shown))
			fail_msg("%zu: shows \"%s\"", n, shown);
		line = t_read(0, 100);
		if (!table[n].line ? line != NULL
				   : !line || strcmp(line, table[n].line))
			fail_msg("%zu: reads \"%s\"", n, line);
	}
	assert_null(t_read(0, 100));
}

/* A line is read in pieces; a read never gets two lines. */
static void lines(void **state)
{
	vaddr_t at = user_put(NULL, 4);

	(void)state;
	nonblock(true);
	type("first\rsecond\rrest");
	assert_int_equal(do_ioctl(fixture->task, 0, FIONREAD, at), 0);
	assert_int_equal(*(uint32_t *)user_at(at), 13);
	assert_string_equal(t_read(0, 3), "fir");
	assert_string_equal(t_read(0, 100), "st\n");
	assert_string_equal(t_read(0, 100), "second\n");
	assert_null(t_read(0, 100));
	/* an end of file behind what just fitted belongs to it */
	type("\025abc\004x\r");
	assert_string_equal(t_read(0, 3), "abc");
	assert_string_equal(t_read(0, 3), "x\n");
	/* out of canonical mode the unfinished line is there */
	type("unfin");
	assert_null(t_read(0, 100));
	set_modes(ICANON, 0, 1, 0);
	assert_string_equal(t_read(0, 100), "unfin");
	type("ab");
	set_modes(0, ICANON, 1, 0);
	assert_string_equal(t_read(0, 100), "ab");
}

static void overlong_line(void **state)
{
	char *keys = calloc(1, 4096);
	const char *line = NULL;

	(void)state;
	nonblock(true);
	memset(keys, 'x', 4000);
	type(keys);
	memset(keys, 'y', 4000);
	type(keys);
	/* the last byte gives way to the next, so that an end still gets in */
	type("z\r");
	for (int n = 0; n < 16; n++) {
		line = t_read(0, 256);
		assert_int_equal(strlen(line), 256);
	}
	assert_string_equal(line + 253, "yy\n");
	assert_null(t_read(0, 256));
	free(keys);
}

static void echo_off(void **state)
{
	(void)state;
	set_modes(ECHO, 0, 1, 0);
	assert_string_equal(type("secret\177\r"), "");
	assert_string_equal(t_read(0, 100), "secre\n");
	set_modes(0, ECHONL, 1, 0);
	assert_string_equal(type("secret\r"), "\r\n");
	assert_string_equal(t_read(0, 100), "secret\n");
}

static void output(void **state)
{
	const uint32_t before = fixture->nr_out;

	(void)state;
	assert_int_equal(t_write(1, "a\nb\r\n"), 5);
	assert_int_equal(fixture->nr_out - before, 7);
	assert_memory_equal(fixture->out + before, "a\r\nb\r\r\n", 7);
}

/* ---- signals ----------------------------------------------------------- */

static bool got(int sig)
{
	struct sigpending *shared = &fixture->signal->shared_pending;
	const bool was = shared->signal & sig_bit(sig);

	shared->signal &= ~sig_bit(sig);
	return was;
}

static void signal_keys(void **state)
{
	(void)state;
	nonblock(true);
	assert_int_equal(tty()->pgrp, fixture->signal->pgrp);
	assert_string_equal(type("lost\003"), "lost^C");
	assert_true(got(SIGINT));
	assert_null(t_read(0, 100));
	assert_string_equal(type("\034"), "^\\");
	assert_true(got(SIGQUIT));
	assert_string_equal(type("\032"), "^Z");
	assert_true(got(SIGTSTP));
	set_modes(0, NOFLSH, 1, 0);
	type("kept\003\r");
	assert_true(got(SIGINT));
	assert_string_equal(t_read(0, 100), "kept\n");
	set_modes(ISIG, 0, 1, 0);
	type("\003\r");
	assert_false(got(SIGINT));
	assert_string_equal(t_read(0, 100), "\003\n");
}

static void job_control(void **state)
{
	struct task_struct *curr = fixture->task;
	int pgrp = fixture->signal->pgrp, other = 12345;
	vaddr_t at = user_put(&other, 4);

	(void)state;
	assert_int_equal(do_ioctl(curr, 0, TIOCGPGRP, at), 0);
	assert_int_equal(*(int *)user_at(at), pgrp);
	*(int *)user_at(at) = 12345;
	assert_int_equal(do_ioctl(curr, 0, TIOCSPGRP, at), -ESRCH);
	assert_int_equal(do_ioctl(curr, 0, TIOCGSID, at), 0);
	assert_int_equal(*(int *)user_at(at), fixture->signal->session);
	/* in the background: SIGTTIN held back is an error, SIGTTOU is not */
	tty()->pgrp = other;
	assert_null(t_read(0, 100));
	assert_int_equal(ksys_read(curr, 0, at, 1), -EIO);
	assert_int_equal(t_write(1, "x"), 1);
	/* not held back, but in an orphaned group: no one could continue it */
	curr->blocked = 0;
	assert_int_equal(ksys_read(curr, 0, at, 1), -EIO);
	curr->blocked = ~(sigset64)0;
	tty()->pgrp = pgrp;
	/* the terminal is gone with its leader */
	disassociate_ctty(curr, false);
	assert_true(got(SIGHUP));
	assert_int_equal(tty()->pgrp, 0);
	assert_int_equal(t_open("/dev/tty", O_RDWR, 0), -ENXIO);
	assert_int_equal(do_ioctl(curr, 0, TIOCGPGRP, at), -ENOTTY);
	assert_int_equal(do_ioctl(curr, 0, TIOCSCTTY, 0), 0);
	assert_int_equal(t_open("/dev/tty", O_RDWR, 0), 3);
}

/* ---- raw --------------------------------------------------------------- */

static void raw(void **state)
{
	(void)state;
	nonblock(true);
	set_modes(ICANON | ECHO | ISIG | IEXTEN, 0, 1, 0);
	assert_string_equal(type("a\177\003\004"), "");
	assert_string_equal(t_read(0, 100), "a\177\003\004");
	assert_null(t_read(0, 100));
	nonblock(false);
	/* VMIN 0, VTIME 0: never waits */
	set_modes(0, 0, 0, 0);
	assert_string_equal(t_read(0, 100), "");
	type("abc");
	assert_string_equal(t_read(0, 2), "ab");
	assert_string_equal(t_read(0, 2), "c");
	/* VMIN beyond the buffer's end counts as the buffer */
	set_modes(0, 0, 200, 0);
	type("xyz");
	assert_string_equal(t_read(0, 2), "xy");
}

static void sizes_and_names(void **state)
{
	const struct winsize size = {50, 132, 0, 0};
	vaddr_t at = user_put(&size, sizeof(size));

	(void)state;
	assert_int_equal(do_ioctl(fixture->task, 1, TIOCSWINSZ, at), 0);
	memset(user_at(at), 0, 8);
	assert_int_equal(do_ioctl(fixture->task, 1, TIOCGWINSZ, at), 0);
	assert_memory_equal(user_at(at), &size, 8);
	assert_int_equal(do_ioctl(fixture->task, 1, 0x12345678, at), -ENOTTY);
	assert_int_equal(do_ioctl(fixture->task, 1, TCGETS, 4), -EFAULT);
}

/* ---- no terminal ------------------------------------------------------- */

static void plain_stream(void **state)
{
	vaddr_t at = user_put(NULL, 64);
	char bytes[6] = {'a', '\003', '\n', '\r', '\177', 'b'};

	(void)state;
	assert_int_equal(do_ioctl(fixture->task, 0, TCGETS, at), -ENOTTY);
	assert_int_equal(do_ioctl(fixture->task, 1, TIOCGWINSZ, at), -ENOTTY);
	assert_int_equal(t_write(1, "a\nb"), 3);
	assert_memory_equal(fixture->out, "a\nb", 3);
	assert_int_equal(fixture->nr_out, 3);
	/* every byte comes through, and waits until it is asked for */
	memcpy(fixture->in, bytes, 6);
	fixture->nr_in = 6;
	fixture->in_ended = true;
	assert_int_equal(ksys_read(fixture->task, 0, at, 4), 4);
	assert_memory_equal(user_at(at), bytes, 4);
	assert_int_equal(ksys_read(fixture->task, 0, at, 64), 2);
	assert_memory_equal(user_at(at), bytes + 4, 2);
	assert_int_equal(ksys_read(fixture->task, 0, at, 64), 0);
	assert_int_equal(ksys_read(fixture->task, 0, at, 64), 0);
	assert_int_equal(fixture->nr_out, 3);
	assert_int_equal(fixture->signal->shared_pending.signal, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, terminal, teardown)
	const struct CMUnitTest tests[] = {
		T(editing),
		T(lines),
		T(overlong_line),
		T(echo_off),
		T(output),
		T(signal_keys),
		T(job_control),
		T(raw),
		T(sizes_and_names),
		cmocka_unit_test_setup_teardown(plain_stream, stream, teardown),
	};

	return cmocka_run_group_tests_name("fs_tty", tests, NULL, NULL);
}
