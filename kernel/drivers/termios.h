/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_DRIVERS_TERMIOS_H
#define KERNEL_DRIVERS_TERMIOS_H

/* Terminal settings and ioctl numbers (asm-generic, which ARM uses). */

#include <stdint.h>

#define TCGETS         0x5401u
#define TCSETS         0x5402u
#define TCSETSW        0x5403u
#define TCSETSF        0x5404u
#define TCGETA         0x5405u
#define TCSETA         0x5406u
#define TCSETAW        0x5407u
#define TCSETAF        0x5408u
#define TCSBRK         0x5409u
#define TCXONC         0x540au
#define TCFLSH         0x540bu
#define TIOCEXCL       0x540cu
#define TIOCNXCL       0x540du
#define TIOCSCTTY      0x540eu
#define TIOCGPGRP      0x540fu
#define TIOCSPGRP      0x5410u
#define TIOCOUTQ       0x5411u
#define TIOCSTI        0x5412u
#define TIOCGWINSZ     0x5413u
#define TIOCSWINSZ     0x5414u
#define TIOCGSOFTCAR   0x5419u
#define TIOCSSOFTCAR   0x541au
#define FIONREAD       0x541bu
#define TIOCCONS       0x541du
#define TIOCPKT        0x5420u
#define FIONBIO        0x5421u
#define FIOASYNC       0x5452u
#define TIOCNOTTY      0x5422u
#define TIOCSETD       0x5423u
#define TIOCGETD       0x5424u
#define TCSBRKP        0x5425u
#define TIOCSBRK       0x5427u
#define TIOCCBRK       0x5428u
#define TIOCGSID       0x5429u
#define TCGETS2        0x802c542au
#define TCSETS2        0x402c542bu
#define TCSETSW2       0x402c542cu
#define TCSETSF2       0x402c542du
#define TIOCGPTN       0x80045430u
#define TIOCSPTLCK     0x40045431u
#define TIOCGDEV       0x80045432u
#define TIOCSIG        0x40045436u
#define TIOCVHANGUP    0x5437u
#define TIOCGPKT       0x80045438u
#define TIOCGPTLCK     0x80045439u
#define TIOCGEXCL      0x80045440u
#define TIOCGPTPEER    0x5441u
#define FIONCLEX       0x5450u
#define FIOCLEX        0x5451u
#define TIOCGLCKTRMIOS 0x5456u
#define TIOCSLCKTRMIOS 0x5457u

/* What the first byte of a read in packet mode says. */
#define TIOCPKT_DATA       0x00u
#define TIOCPKT_FLUSHREAD  0x01u
#define TIOCPKT_FLUSHWRITE 0x02u
#define TIOCPKT_STOP       0x04u
#define TIOCPKT_START      0x08u
#define TIOCPKT_NOSTOP     0x10u
#define TIOCPKT_DOSTOP     0x20u
#define TIOCPKT_IOCTL      0x40u

/* TCFLSH, TCXONC */
enum {
	TCIFLUSH,
	TCOFLUSH,
	TCIOFLUSH
};
enum {
	TCOOFF,
	TCOON,
	TCIOFF,
	TCION
};

/* As programs have it: TCGETS2's struct termios2, TCGETS's without speeds. */
#define NCCS          19
#define TERMIOS_BYTES 36
struct ktermios {
	uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line, c_cc[NCCS];
	uint32_t c_ispeed, c_ospeed;
};
_Static_assert(sizeof(struct ktermios) == 44, "struct termios2");

/* The oldest form, of TCGETA. */
#define NCC 8
struct termio {
	uint16_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line, c_cc[NCC];
};
_Static_assert(sizeof(struct termio) == 18, "struct termio");

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
#define PARMRK  0000010u
#define ISTRIP  0000040u
#define INLCR   0000100u
#define IGNCR   0000200u
#define ICRNL   0000400u
#define IUCLC   0001000u
#define IXON    0002000u
#define IXANY   0004000u
#define IUTF8   0040000u
/* c_oflag */
#define OPOST   0000001u
#define OLCUC   0000002u
#define ONLCR   0000004u
#define OCRNL   0000010u
#define ONOCR   0000020u
#define ONLRET  0000040u
#define TABDLY  0014000u
#define XTABS   0014000u
/* c_cflag */
#define CBAUD   0010017u
#define CBAUDEX 0010000u
#define BOTHER  0010000u
#define B38400  0000017u
#define CSIZE   0000060u
#define CS8     0000060u
#define CREAD   0000200u
#define PARENB  0000400u
#define HUPCL   0002000u
#define CLOCAL  0004000u
#define IBSHIFT 16
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
#define ECHOPRT 0002000u
#define ECHOKE  0004000u
#define IEXTEN  0100000u
#define EXTPROC 0200000u

#endif
