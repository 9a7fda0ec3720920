/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * Pseudo-terminals (Linux: drivers/tty/pty.c): two terminals whose outputs are
 * each other's inputs. The master is opened by /dev/ptmx and never edits; the
 * slave has a name in a devpts as long as the master is open.
 *
 * Invariant: both ends of a pair live as long as a file of either is open;
 * then each is let go, with link NULL, and stays for whoever still has it as
 * the terminal of its session.
 *
 * Leaves out BSD's pty names, which Debian's kernel has none of either.
 *
 * MODEL: driver and devpts take no memory until somebody looks for them.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/drivers/devtmpfs.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/devpts.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/walk.h"
#include "kernel/lib/bug.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

/* ---- bytes ------------------------------------------------------------- */

static uint32_t pty_write_room(const struct tty_struct *tty)
{
	if (tty->stopped || !tty->link)
		return 0;
	return tty_buffer_space_avail(tty->link);
}

static uint32_t pty_write(struct task_struct *curr, struct tty_struct *tty,
			  const uint8_t *bytes, uint32_t n)
{
	if (tty->stopped || !tty->link || !n)
		return 0;
	return tty_insert_flip_string(curr, tty->link, bytes, n);
}

/* What was written is lost, as far as it isn't received yet. */
static void pty_flush_buffer(struct task_struct *curr, struct tty_struct *tty)
{
	struct tty_struct *to = tty->link;

	if (!to)
		return;
	tty_buffer_flush(curr, to);
	if (to->packet) {
		tty->pktstatus |= TIOCPKT_FLUSHWRITE;
		wake_up_all(curr, &to->read_wait);
	}
}

/* ---- what a master in packet mode is told ------------------------------ */

static void tell_master(struct task_struct *curr, struct tty_struct *tty,
			uint8_t clear, uint8_t set)
{
	struct tty_struct *master = tty->link;

	if (!master || !master->packet)
		return;
	tty->pktstatus = (uint8_t)((tty->pktstatus & ~clear) | set);
	wake_up_all(curr, &master->read_wait);
}

static void pty_start(struct task_struct *curr, struct tty_struct *tty)
{
	tell_master(curr, tty, TIOCPKT_STOP, TIOCPKT_START);
}

static void pty_stop(struct task_struct *curr, struct tty_struct *tty)
{
	tell_master(curr, tty, TIOCPKT_START, TIOCPKT_STOP);
}

/* Is it ^S and ^Q that stop and start, so that a master may do so itself? */
static bool usual_flow(const struct ktermios *t)
{
	return t->c_iflag & IXON && t->c_cc[VSTOP] == ('S' & 0x1f) &&
	       t->c_cc[VSTART] == ('Q' & 0x1f);
}

static void pty_set_termios(struct task_struct *curr, struct tty_struct *tty,
			    const struct ktermios *old)
{
	const bool flow = usual_flow(&tty->termios);
	const uint32_t ext = (old->c_lflag ^ tty->termios.c_lflag) & EXTPROC;

	if (flow != usual_flow(old))
		tell_master(curr, tty, TIOCPKT_DOSTOP | TIOCPKT_NOSTOP,
			    flow ? TIOCPKT_DOSTOP : TIOCPKT_NOSTOP);
	if (ext || l_flag(tty, EXTPROC))
		tell_master(curr, tty, 0, TIOCPKT_IOCTL);
	tty->termios.c_cflag &= ~(CSIZE | PARENB);
	tty->termios.c_cflag |= CS8 | CREAD;
}

/* ---- open and close ---------------------------------------------------- */

static int pty_open(struct task_struct *curr, struct tty_struct *tty,
		    struct file *file)
{
	(void)curr, (void)file;
	if (!tty->link)
		return -ENODEV;
	if (tty->other_closed || tty->link->pty_lock ||
	    (!tty->is_master && tty->link->count != 1)) {
		tty->io_error = true;
		return -EIO;
	}
	tty->io_error = false;
	tty->link->other_closed = false;
	return 0;
}

static void pty_close(struct task_struct *curr, struct tty_struct *tty)
{
	struct tty_struct *other = tty->link;

	if (!tty->is_master && (tty->io_error || tty->count > 1))
		return;
	tty->io_error = true;
	wake_up_all(curr, &tty->read_wait);
	wake_up_all(curr, &tty->write_wait);
	tty->packet = false;
	if (!other)
		return;
	other->other_closed = true;
	wake_up_all(curr, &other->read_wait);
	wake_up_all(curr, &other->write_wait);
	if (!tty->is_master)
		return;
	tty->other_closed = true;
	devpts_pty_kill(curr, other);
	tty_vhangup(curr, other, false);
}

void pty_release(struct task_struct *curr, struct tty_struct *tty)
{
	struct tty_struct *other = tty->link;

	if (!other || tty->count || other->count)
		return;
	tty->link = other->link = NULL;
	tty_kref_put(curr, other);
	tty_kref_put(curr, tty);
}

struct tty_struct *pts_lookup(const struct inode *inode)
{
	return inode->i_sb->s_magic == DEVPTS_SUPER_MAGIC ? inode->i_private
							  : NULL;
}

/* ---- ioctl ------------------------------------------------------------- */

static int32_t pty_set_lock(struct task_struct *curr, struct tty_struct *tty,
			    vaddr_t uarg)
{
	uint32_t on;

	if (get_user_u32(curr, &on, uarg))
		return -EFAULT;
	tty->pty_lock = on != 0;
	return 0;
}

static int32_t pty_set_pktmode(struct task_struct *curr, struct tty_struct *tty,
			       vaddr_t uarg)
{
	uint32_t on;

	if (get_user_u32(curr, &on, uarg))
		return -EFAULT;
	if (on && !tty->packet)
		tty->link->pktstatus = 0;
	tty->packet = on != 0;
	return 0;
}

/* The slave's group in front gets @sig, as if by a key. */
static int32_t pty_signal(struct task_struct *curr,
			  const struct tty_struct *tty, uint32_t sig)
{
	if (sig != SIGINT && sig != SIGQUIT && sig != SIGTSTP)
		return -EINVAL;
	if (tty->link->pgrp)
		kill_pgrp(curr, tty->link->pgrp, (int)sig);
	return 0;
}

/* The slave opened without its name, which may be out of reach. */
static int32_t ptm_open_peer(struct task_struct *curr,
			     const struct tty_struct *tty, uint32_t flags)
{
	struct dentry *dentry = tty->link->dentry;
	struct file *file;

	if (!dentry)
		return -EIO;
	file = dentry_open(curr, dget(dentry), flags);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	return fd_publish(curr, file, flags);
}

static int32_t ptm_ioctl(struct task_struct *curr, struct file *file,
			 struct tty_struct *tty, uint32_t cmd, uint32_t arg)
{
	(void)file;
	switch (cmd) {
	case TIOCSPTLCK:
		return pty_set_lock(curr, tty, arg);
	case TIOCGPTLCK:
		return put_user_u32(curr, tty->pty_lock, arg);
	case TIOCPKT:
		return pty_set_pktmode(curr, tty, arg);
	case TIOCGPKT:
		return put_user_u32(curr, tty->packet, arg);
	case TIOCGPTN:
		return put_user_u32(curr, tty->link->dev & 0xff, arg);
	case TIOCSIG:
		return pty_signal(curr, tty, arg);
	case TIOCGPTPEER:
		return ptm_open_peer(curr, tty, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

static const struct tty_operations ptm_ops = {
	.open = pty_open,
	.close = pty_close,
	.write = pty_write,
	.write_room = pty_write_room,
	.flush_buffer = pty_flush_buffer,
	.ioctl = ptm_ioctl,
};

static const struct tty_operations pts_ops = {
	.open = pty_open,
	.close = pty_close,
	.write = pty_write,
	.write_room = pty_write_room,
	.flush_buffer = pty_flush_buffer,
	.start = pty_start,
	.stop = pty_stop,
	.set_termios = pty_set_termios,
};

/* ---- a new pair -------------------------------------------------------- */

static uint32_t pty_dev(uint32_t major, uint32_t index)
{
	return new_encode_dev(MKDEV(major, index));
}

/* The master, with its slave; each with the pair's reference. NULL. */
static struct tty_struct *alloc_pair(struct task_struct *curr, uint32_t index)
{
	struct tty_struct *master = alloc_tty_struct(curr, &ptm_ops);
	struct tty_struct *slave = master ? alloc_tty_struct(curr, &pts_ops)
					  : NULL;

	if (!slave) {
		tty_kref_put(curr, master);
		return NULL;
	}
	master->link = slave;
	slave->link = master;
	master->is_pty = slave->is_pty = true;
	master->is_master = true;
	master->dev = pty_dev(UNIX98_PTY_MASTER_MAJOR, index);
	slave->dev = pty_dev(UNIX98_PTY_SLAVE_MAJOR, index);
	master->termios.c_cflag &= ~HUPCL;
	slave->termios.c_cflag &= ~HUPCL;
	master->termios.c_iflag = master->termios.c_oflag = 0;
	master->termios.c_lflag = 0;
	master->pty_lock = true;
	return master;
}

/* @file becomes the master of a new pair of @sb's. 0 or -errno. */
static int open_master(struct task_struct *curr, struct file *file,
		       struct super_block *sb, uint32_t index)
{
	struct tty_struct *tty = alloc_pair(curr, index);
	int err = tty ? 0 : -ENOMEM;

	if (!err)
		err = devpts_pty_new(curr, sb, index, tty->link);
	if (err) {
		if (tty) {
			tty_kref_put(curr, tty->link);
			tty_kref_put(curr, tty);
		}
		devpts_kill_index(curr, sb, index);
		return err;
	}
	tty->refs++;
	tty_add_file(tty, file);
	return pty_open(curr, tty, file);
}

static int ptmx_open(struct task_struct *curr, struct inode *inode,
		     struct file *file)
{
	struct super_block *sb;
	int index, err;

	(void)inode;
	file->f_mode |= FMODE_STREAM;
	sb = devpts_acquire(curr, file);
	if (IS_ERR(sb))
		return (int)PTR_ERR(sb);
	err = tty_alloc_file(curr, file);
	if (err)
		return err;
	index = devpts_new_index(curr, sb);
	err = index < 0 ? index : open_master(curr, file, sb, (uint32_t)index);
	if (err)
		tty_free_file(curr, file);
	else
		file->f_op = &tty_fops;
	return err;
}

static const struct file_operations ptmx_fops = {.open = ptmx_open};

/* ---- the driver -------------------------------------------------------- */

static int mount_devpts(struct task_struct *curr)
{
	static const struct qstr name = {"pts", 3};
	struct super_block *dev = curr->k->vfs.boot_dev, *sb;
	struct dentry *on;
	int err;

	if (!dev)
		return 0; /* somebody has unmounted it */
	down_write(curr, &dev->s_root->d_inode->i_rwsem);
	on = lookup_locked(curr, dev->s_root, &name);
	up_write(curr, &dev->s_root->d_inode->i_rwsem);
	if (IS_ERR(on))
		return (int)PTR_ERR(on);
	sb = devpts_boot_mount(curr);
	if (!sb) {
		dput(curr, on);
		return -ENOMEM;
	}
	err = on->d_inode ? attach_mount(curr, sb, on) : -ENOENT;
	dput(curr, on);
	if (err)
		kill_super(curr, sb);
	else /* listed as if it had been there from the boot on */
		list_move(&sb->s_list, &dev->s_list);
	return err == -ENOMEM ? err : 0;
}

/* All of it or nothing, so that the step can be taken again. */
static int make_dev(struct task_struct *curr, const char *name, uint32_t mode,
		    uint32_t dev)
{
	int err = devtmpfs_create_node(curr, name, mode, dev);

	if (err)
		devtmpfs_delete_node(curr, name, mode, dev);
	return err;
}

static int take_step(struct task_struct *curr, uint32_t step)
{
	const uint32_t ptmx = MKDEV(TTYAUX_MAJOR, 2);

	switch (step) {
	case 0:
		return register_chrdev_of(curr,
					  MKDEV(UNIX98_PTY_MASTER_MAJOR, 0),
					  NR_UNIX98_PTY_MAX, "ptm", &tty_fops);
	case 1:
		return register_chrdev_of(curr,
					  MKDEV(UNIX98_PTY_SLAVE_MAJOR, 0),
					  NR_UNIX98_PTY_MAX, "pts", &tty_fops);
	case 2:
		return register_chrdev_of(curr, ptmx, 1, "/dev/ptmx",
					  &ptmx_fops);
	case 3:
		return make_dev(curr, "ptmx", S_IFCHR | 0666, ptmx);
	case 4:
		return make_dev(curr, "pts", S_IFDIR | 0755, 0);
	default:
		return mount_devpts(curr);
	}
}

#define PTY_STEPS 6

int pty_demand(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;
	int err = 0;

	if (likely(vfs->pty_steps == PTY_STEPS))
		return 0;
	down_write(curr, &vfs->pty_sem);
	while (!err && vfs->pty_steps < PTY_STEPS) {
		err = take_step(curr, vfs->pty_steps);
		vfs->pty_steps += !err;
	}
	up_write(curr, &vfs->pty_sem);
	return err;
}
