/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_TERMIOS_H
#define KERNEL_DRIVERS_TERMIOS_H

/* Terminal settings and ioctl numbers (asm-generic, which ARM uses). */

#include <stdint.h>

#define TCGETS     0x5401u
#define TCSETS     0x5402u
#define TCSETSW    0x5403u
#define TCSETSF    0x5404u
#define TCSBRK     0x5409u
#define TCXONC     0x540au
#define TCFLSH     0x540bu
#define TIOCEXCL   0x540cu
#define TIOCNXCL   0x540du
#define TIOCSCTTY  0x540eu
#define TIOCGPGRP  0x540fu
#define TIOCSPGRP  0x5410u
#define TIOCOUTQ   0x5411u
#define TIOCGWINSZ 0x5413u
#define TIOCSWINSZ 0x5414u
#define FIONREAD   0x541bu
#define FIONBIO    0x5421u
#define TIOCNOTTY  0x5422u
#define TCSBRKP    0x5425u
#define TIOCGSID   0x5429u
#define FIONCLEX   0x5450u
#define FIOCLEX    0x5451u

#define NCCS 19
struct ktermios {
	uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line, c_cc[NCCS];
};
_Static_assert(sizeof(struct ktermios) == 36, "struct termios of the kernel");

struct winsize {
	uint16_t row, col, xpixel, ypixel;
};

/* c_cc */
enum {
	VINTR,
	VQUIT,
	VERASE,
	VKILL,
	VEOF,
	VTIME,
	VMIN,
	VSWTC,
	VSTART,
	VSTOP,
	VSUSP,
	VEOL,
	VREPRINT,
	VDISCARD,
	VWERASE,
	VLNEXT,
	VEOL2
};

/* c_iflag */
#define IGNBRK  0000001u
#define ISTRIP  0000040u
#define INLCR   0000100u
#define IGNCR   0000200u
#define ICRNL   0000400u
#define IUCLC   0001000u
#define IXON    0002000u
#define IUTF8   0040000u
/* c_oflag */
#define OPOST   0000001u
#define ONLCR   0000004u
#define OCRNL   0000010u
#define ONLRET  0000040u
/* c_cflag */
#define B38400  0000017u
#define CS8     0000060u
#define CREAD   0000200u
#define HUPCL   0002000u
/* c_lflag */
#define ISIG    0000001u
#define ICANON  0000002u
#define ECHO    0000010u
#define ECHOE   0000020u
#define ECHOK   0000040u
#define ECHONL  0000100u
#define NOFLSH  0000200u
#define TOSTOP  0000400u
#define ECHOCTL 0001000u
#define ECHOKE  0004000u
#define IEXTEN  0100000u

#endif
