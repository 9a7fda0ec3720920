/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * Terminals in /proc: tty/drivers, by which ps names them, tty/ldiscs and
 * consoles (Linux: fs/proc/proc_tty.c, consoles.c; n_tty's name).
 */

#include "kernel/drivers/tty.h"
#include "kernel/state.h"

int proc_tty_drivers(struct seq_file *m, void *v)
{
	static const struct {
		const char *driver, *node;
		uint32_t major;
		const char *minors, *type;
	} row[] = {
		{"/dev/tty", "tty", TTYAUX_MAJOR, "      0", "system:/dev/tty"},
		{"/dev/console", "console", TTYAUX_MAJOR, "      1",
		 "system:console"},
		{"/dev/ptmx", "ptmx", TTYAUX_MAJOR, "      2", "system"},
		{"pty_slave", "pts", UNIX98_PTY_SLAVE_MAJOR, "0-1048575",
		 "pty:slave"},
		{"pty_master", "ptm", UNIX98_PTY_MASTER_MAJOR, "0-1048575",
		 "pty:master"},
		{"ttyAMA", "ttyAMA", TTYAMA_MAJOR, "64-77", "serial"},
	};

	(void)v;
	for (size_t n = 0; n < sizeof(row) / sizeof(*row); n++)
		seq_printf(m, "%-20s /dev/%-8s %3u %s %s\n", row[n].driver,
			   row[n].node, row[n].major, row[n].minors,
			   row[n].type);
	return 0;
}

int proc_tty_ldiscs(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "n_tty       0\n");
	return 0;
}

/* Written to, enabled, preferred, and printed to from anywhere. */
int proc_consoles(struct seq_file *m, void *v)
{
	(void)v;
	if (m->k->vfs.console->uart)
		seq_printf(m, "ttyAMA0              -W- (EC p a)  %3u:%u\n",
			   TTYAMA_MAJOR, TTYAMA_MINOR);
	return 0;
}
