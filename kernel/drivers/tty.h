/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_TTY_H
#define KERNEL_DRIVERS_TTY_H

/*
 * Terminals (include/linux/tty.h): the console, with a line discipline when
 * somebody sits at it and as a plain stream of bytes when the machine's input
 * and output are files or pipes; and pseudo-terminals, which are two of these
 * with their outputs in each other's input.
 */

#include "kernel/drivers/termios.h"
#include "kernel/fs/fs.h"

#define N_TTY_BUF_SIZE 4096 /* a power of two */

#define TTY_MAJOR               4
#define TTYAUX_MAJOR            5
#define UNIX98_PTY_MASTER_MAJOR 128
#define UNIX98_PTY_SLAVE_MAJOR  136
#define TTYAMA_MAJOR            204
#define TTYAMA_MINOR            64
#define NR_UNIX98_PTY_MAX       (1u << 20)

struct poll_table;
struct tty_struct;

/* The driver below a line discipline (include/linux/tty_driver.h). */
struct tty_operations {
	/* @file is being opened: 0 or -errno. NULL: always. */
	int (*open)(struct task_struct *curr, struct tty_struct *tty,
		    struct file *file);
	/* A file is closed; tty->count still has it. NULL: nothing to do. */
	void (*close)(struct task_struct *curr, struct tty_struct *tty);
	/* How many of @n bytes went out; who is told 0 waits on write_wait. */
	uint32_t (*write)(struct task_struct *curr, struct tty_struct *tty,
			  const uint8_t *bytes, uint32_t n);
	uint32_t (*write_room)(const struct tty_struct *tty);
	/* What is written and not out yet, and: it never will be. */
	uint32_t (*chars_in_buffer)(const struct tty_struct *tty);
	void (*flush_buffer)(struct task_struct *curr, struct tty_struct *tty);
	/* Output goes on, or is held back. NULL: its write() asks. */
	void (*start)(struct task_struct *curr, struct tty_struct *tty);
	void (*stop)(struct task_struct *curr, struct tty_struct *tty);
	/* A reader wants more than there is, or has made room. */
	void (*unthrottle)(struct task_struct *curr, struct tty_struct *tty);
	void (*set_termios)(struct task_struct *curr, struct tty_struct *tty,
			    const struct ktermios *old);
	void (*set_winsize)(struct task_struct *curr, struct tty_struct *tty,
			    const struct winsize *size);
	/* -ENOIOCTLCMD: not one of its own. */
	int32_t (*ioctl)(struct task_struct *curr, struct file *file,
			 struct tty_struct *tty, uint32_t cmd, uint32_t arg);
};
#define ENOIOCTLCMD 515

/*
 * One terminal. Whoever has it as its session's, and each open file, holds a
 * reference; the console's is the kernel's, too.
 *
 * Input lies between the driver, which appends at `head`, and readers, which
 * take from `tail`. In canonical mode bytes from `canon_head` on are still
 * being edited; `eol` has a bit for each byte that ends a line.
 */
struct tty_struct {
	struct kernel *k;
	const struct tty_operations *ops;
	struct tty_struct *link; /* a pseudo-terminal's other end */
	struct dentry *dentry; /* a slave's name in its devpts */
	uint32_t dev; /* what /proc/PID/stat calls it */
	int32_t refs, count; /* count: of these, open files */
	struct list_head files; /* struct tty_file_private */
	struct ktermios termios, termios_locked;
	struct winsize winsize;
	struct winsize host_size; /* as the machine told it last */
	bool is_terminal; /* false: a stream */
	bool is_pty, is_master;
	bool eof; /* the other end is gone: no more input */
	bool other_closed, io_error; /* of a pseudo-terminal */
	bool pty_lock; /* the slave may not be opened yet */
	bool exclusive;
	bool stopped, tco_stopped; /* output: by ^S; and by TCXONC */
	bool packet; /* a master in packet mode; what it has to tell: */
	uint8_t pktstatus;
	int pgrp, session; /* foreground group and session; 0: none */
	uint32_t head, tail, canon_head;
	uint32_t column, canon_column; /* of the cursor; where the line began */
	bool lnext; /* the next key is itself, whatever it is */
	bool erasing; /* ECHOPRT: between \ and / */
	bool reading, writing; /* one at a time; waited for on the queues */
	struct wait_queue_head read_wait, write_wait;
	struct fasync_struct *fasync;
	bool write_wakeup; /* of these, somebody waits for room */
	bool throttled; /* input is held back below until somebody reads */
	vaddr_t uart; /* registers; 0: no UART on this board */
	/* what a driver got and the discipline had no room for */
	vaddr_t flip; /* kmalloc'ed; 0: never needed yet */
	uint32_t flip_head, flip_tail;
	uint32_t echo_head, echo_tail;
	uint8_t buf[N_TTY_BUF_SIZE];
	uint32_t eol[N_TTY_BUF_SIZE / 32];
	uint16_t echo[N_TTY_BUF_SIZE]; /* n_tty_output.c */
	/* a serial line's output that is held back */
	uint32_t xmit_head, xmit_tail;
	uint8_t xmit[N_TTY_BUF_SIZE];
};

/* What an open file of a terminal has: file->private_data. */
struct tty_file_private {
	struct tty_struct *tty;
	struct file *file;
	struct list_head list;
};

static inline struct tty_struct *file_tty(const struct file *file)
{
	return ((struct tty_file_private *)file->private_data)->tty;
}

static inline bool l_flag(const struct tty_struct *tty, uint32_t flag)
{
	return tty->termios.c_lflag & flag;
}

static inline bool i_flag(const struct tty_struct *tty, uint32_t flag)
{
	return tty->termios.c_iflag & flag;
}

static inline bool o_flag(const struct tty_struct *tty, uint32_t flag)
{
	return tty->termios.c_oflag & flag;
}

/* Lines end in canonical mode, unless something outside edits them. */
static inline bool is_canonical(const struct tty_struct *tty)
{
	return (tty->termios.c_lflag & (ICANON | EXTPROC)) == ICANON;
}

/* ---- tty_io.c ------------------------------------------------------------- */

/* Finds the UART. At boot, before /dev. */
void console_init(struct task_struct *curr);
extern const struct file_operations tty_fops; /* /dev/tty, /dev/console, … */
/* Their numbers and nodes. At boot. */
void tty_init(struct task_struct *curr);
/* A terminal with one reference; NULL: no memory. */
struct tty_struct *alloc_tty_struct(struct task_struct *curr,
				    const struct tty_operations *ops);
void tty_kref_put(struct task_struct *curr, struct tty_struct *tty);
/* What an open file needs. 0 or -ENOMEM. */
int tty_alloc_file(struct task_struct *curr, struct file *file);
void tty_free_file(struct task_struct *curr, struct file *file);
/* From now on @file is one of @tty's, whose reference it takes over. */
void tty_add_file(struct tty_struct *tty, struct file *file);
/* Has @file's line been hung up? */
bool tty_hung_up_p(const struct file *file);
/*
 * Nobody is at the other end any more: files open now are dead, its session
 * has no terminal, and the leader learns it by SIGHUP and SIGCONT; the group
 * in front, too, when the leader exits.
 */
void tty_vhangup(struct task_struct *curr, struct tty_struct *tty,
		 bool exit_session);
/* vhangup(2). */
int32_t do_vhangup(struct task_struct *curr);
/* There may be room to write now. */
void tty_wakeup(struct task_struct *curr, struct tty_struct *tty);
/* ^S and ^Q: a master in packet mode is told. */
void stop_tty(struct task_struct *curr, struct tty_struct *tty);
void start_tty(struct task_struct *curr, struct tty_struct *tty);

/* ---- tty_buffer.c --------------------------------------------------------- */

#define TTYB_DEFAULT_MEM_LIMIT 8192u /* a pseudo-terminal's */

/* Room for what comes from below, besides the discipline's. */
uint32_t tty_buffer_space_avail(const struct tty_struct *tty);
/* How many of the bytes were taken; all that can be are passed on at once. */
uint32_t tty_insert_flip_string(struct task_struct *curr,
				struct tty_struct *tty, const uint8_t *bytes,
				uint32_t n);
/* The discipline has room again. True: something moved. */
bool flush_to_ldisc(struct task_struct *curr, struct tty_struct *tty);
void tty_buffer_flush(struct task_struct *curr, struct tty_struct *tty);
void tty_buffer_free(struct task_struct *curr, struct tty_struct *tty);

/* ---- tty_ioctl.c ---------------------------------------------------------- */

extern const struct ktermios tty_std_termios;
int32_t tty_ioctl(struct task_struct *curr, struct file *file, uint32_t cmd,
		  uint32_t arg);
/* Settings take effect; who shares them is told. */
void tty_set_termios(struct task_struct *curr, struct tty_struct *tty,
		     const struct ktermios *new);
void tty_do_resize(struct task_struct *curr, struct tty_struct *tty,
		   const struct winsize *size);

/* ---- tty_jobctrl.c -------------------------------------------------------- */

/*
 * May @curr read (@sig SIGTTIN), or change things or write (SIGTTOU)? 0, or
 * -ERESTARTSYS after its group was stopped, or -EIO.
 */
int tty_check_change(struct task_struct *curr, struct tty_struct *tty, int sig);
/* @curr's session gets @tty as its terminal. */
void proc_set_tty(struct task_struct *curr, struct tty_struct *tty);
/* Nobody of the session has one. */
void session_clear_tty(struct task_struct *curr, int session);
/* What a file that is opened without O_NOCTTY becomes to a leader. */
void tty_open_proc_set_tty(struct task_struct *curr, struct file *file,
			   struct tty_struct *tty);
/* A hangup: everybody of its session loses it. */
void tty_signal_session_leader(struct task_struct *curr, struct tty_struct *tty,
			       bool exit_session);
/* -ENOIOCTLCMD: none of sessions and groups. */
int32_t tty_jobctrl_ioctl(struct task_struct *curr, struct file *file,
			  struct tty_struct *tty, struct tty_struct *real_tty,
			  uint32_t cmd, uint32_t arg);

/* ---- n_tty.c -------------------------------------------------------------- */

/* Bytes from the line, maybe in interrupt context. How many it had room for. */
uint32_t n_tty_receive_buf(struct task_struct *curr, struct tty_struct *tty,
			   const uint8_t *bytes, uint32_t n);
/* The buffer is full, and the line may hold its bytes back. */
bool n_tty_must_wait(const struct tty_struct *tty);
/* Is there something for a reader? @poll: enough to wake one for. */
bool n_tty_input_available(const struct tty_struct *tty, bool poll);
int32_t n_tty_read(struct task_struct *curr, struct tty_struct *tty,
		   struct file *file, struct iov_iter *to);
uint32_t n_tty_poll(struct task_struct *curr, struct tty_struct *tty,
		    struct file *file, struct poll_table *table);
/* How many bytes a read could take now. */
uint32_t n_tty_chars_in_buffer(const struct tty_struct *tty);
/* Settings have become what they are. */
void n_tty_set_termios(struct task_struct *curr, struct tty_struct *tty,
		       const struct ktermios *old);
/* Input that nobody has read is lost; a master in packet mode is told. */
void n_tty_flush_buffer(struct task_struct *curr, struct tty_struct *tty);
void reset_buffer_flags(struct tty_struct *tty);

/* ---- n_tty_output.c ------------------------------------------------------- */

/*
 * Writes with output processing, and waits for room. Bytes taken from @bytes,
 * or -errno when none could be.
 */
int32_t n_tty_write(struct task_struct *curr, struct tty_struct *tty,
		    struct file *file, const uint8_t *bytes, uint32_t n);
/* A key's echo: as itself; or seen, if it is a control byte. */
void echo_char_raw(struct tty_struct *tty, uint8_t c);
void echo_char(struct tty_struct *tty, uint8_t c);
/* What isn't text: the line begins here; back over @n columns of a tab. */
void echo_set_canon_col(struct tty_struct *tty);
void echo_move_back_col(struct tty_struct *tty);
void echo_erase_tab(struct tty_struct *tty, uint32_t columns, bool after_tab);
/* Shows as much of all that as there is room for. */
void process_echoes(struct task_struct *curr, struct tty_struct *tty);
/* Neither control bytes nor the tails of UTF-8 take room. */
bool is_continuation(const struct tty_struct *tty, uint8_t c);
bool is_cntrl(uint8_t c);

/* ---- pty.c ---------------------------------------------------------------- */

/*
 * Numbers and nodes, and a devpts on the boot's /dev/pts, unless they are
 * there already. 0 or -ENOMEM, and what is missing is made the next time. May
 * sleep.
 */
int pty_demand(struct task_struct *curr);
/* A file of @tty's was closed: the last of a pair's takes both along. */
void pty_release(struct task_struct *curr, struct tty_struct *tty);
/* The slave that @inode of a devpts names; NULL: it has gone. */
struct tty_struct *pts_lookup(const struct inode *inode);

/* ---- the driver below: pl011.c -------------------------------------------- */

void uart_probe(struct task_struct *curr, struct tty_struct *tty);
void uart_write(struct task_struct *curr, struct tty_struct *tty,
		const uint8_t *bytes, uint32_t n);
/* Takes what came; true when no more will come. */
bool uart_receive(struct task_struct *curr, struct tty_struct *tty);
/* Ask the line for input, or leave it alone. */
void uart_listen(struct task_struct *curr, struct tty_struct *tty, bool on);

#endif
