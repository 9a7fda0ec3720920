/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_TTY_H
#define KERNEL_DRIVERS_TTY_H

/*
 * The console, as a terminal with a line discipline when somebody sits at it,
 * and as a plain stream of bytes when the machine's input and output are
 * files or pipes (include/linux/tty.h).
 */

#include "kernel/drivers/termios.h"
#include "kernel/fs/fs.h"

#define N_TTY_BUF_SIZE 4096 /* a power of two */

#define TTY_MAJOR    4
#define TTYAUX_MAJOR 5
#define TTYAMA_MAJOR 204
#define TTYAMA_MINOR 64

/*
 * Input between the driver, which appends at `head`, and readers, which take
 * from `tail`. In canonical mode bytes from `canon_head` on are still being
 * edited; `eol` has a bit for each byte that ends a line.
 */
struct tty {
	struct kernel *k;
	struct ktermios termios;
	struct winsize winsize;
	struct winsize host_size; /* as the machine told it last */
	bool is_terminal; /* false: a stream */
	bool eof; /* the other end is gone: no more input */
	int pgrp, session; /* foreground group and session; 0: none */
	uint32_t head, tail, canon_head;
	uint32_t column, canon_column; /* of the cursor; where the line began */
	bool lnext; /* the next key is itself, whatever it is */
	struct wait_queue_head read_wait;
	struct rw_semaphore read_lock;
	vaddr_t uart; /* registers; 0: no UART on this board */
	uint8_t buf[N_TTY_BUF_SIZE];
	uint32_t eol[N_TTY_BUF_SIZE / 32];
};

/* Finds the UART. At boot, before /dev. */
void console_init(struct task_struct *curr);
extern const struct file_operations tty_fops; /* /dev/tty, /dev/console, … */
/* Their numbers and nodes. At boot. */
void tty_init(struct task_struct *curr);

/* ---- n_tty.c ----------------------------------------------------------- */

void n_tty_reset(struct tty *tty);
/* One byte from the line, in interrupt context. */
void n_tty_receive_char(struct task_struct *curr, struct tty *tty, uint8_t c);
/* The buffer is full, and the line may hold its bytes back. */
bool n_tty_must_wait(const struct tty *tty);
/* Is there something for a reader? */
bool n_tty_input_available(const struct tty *tty);
/*
 * Takes up to @max bytes of one line, or of what is there, by mode. Bytes;
 * *@ends: the line, or an end of file, ends here. Never sleeps.
 */
uint32_t n_tty_take(struct tty *tty, uint8_t *to, uint32_t max, bool *ends);
/* How many bytes a read could take now. */
uint32_t n_tty_chars_in_buffer(const struct tty *tty);
/* Output processing (ONLCR, columns), then to the line. */
void n_tty_output(struct task_struct *curr, struct tty *tty,
		  const uint8_t *bytes, uint32_t n);
void n_tty_set_termios(struct task_struct *curr, struct tty *tty,
		       const struct ktermios *termios);
void n_tty_flush_input(struct tty *tty);

/* ---- the driver below: pl011.c ----------------------------------------- */

void uart_probe(struct task_struct *curr, struct tty *tty);
void uart_write(struct task_struct *curr, struct tty *tty, const uint8_t *bytes,
		uint32_t n);
/* Takes what came; true when no more will come. */
bool uart_receive(struct task_struct *curr, struct tty *tty);
/* Ask the line for input, or leave it alone. */
void uart_listen(struct task_struct *curr, struct tty *tty, bool on);

#endif
