# SPDX-License-Identifier: GPL-2.0-or-later
"""
A shell at a terminal: keys, signals of keys, job control, the window's size;
and the host's terminal as it was before, however the run ended.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

from guestrun import BOARD, BUILD, fail, skip

PROMPT = b"/ # "

try:
    for end in pty.openpty():
        os.close(end)
except OSError:
    skip("this host has no pseudo-terminals (is /dev/pts mounted?)")


class Terminal:
    """mmuscope run … -- /bin/sh, and somebody who types."""

    def __init__(self):
        self.master, self.slave = pty.openpty()
        self.resize(33, 101)
        self.before = termios.tcgetattr(self.slave)
        self.said = b""
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "mmuscope"), "run", BOARD, "-q", "--set",
             "kernel.verify=end", "--", "/bin/sh"],
            stdin=self.slave, stdout=self.slave, stderr=self.slave,
            env=os.environ | {"ASAN_OPTIONS": "handle_segv=0"},
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(
                self.slave, termios.TIOCSCTTY, 0))
        self.wait_for(PROMPT)

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def wait_for(self, text, seconds=20):
        """Reads on until text has come; what came before it is gone."""
        end = time.monotonic() + seconds
        while text not in self.said:
            if not select.select([self.master], [], [], 0.1)[0]:
                if time.monotonic() > end:
                    print(self.said.decode(errors="replace"))
                    fail(f"waited for {text!r} in vain")
                continue
            self.said += os.read(self.master, 4096)
        before, self.said = self.said.split(text, 1)
        return before

    def type(self, keys):
        os.write(self.master, keys)

    def command(self, line, answer):
        """The line is echoed, so the answer must differ from it."""
        self.type(line + b"\n")
        self.wait_for(answer)
        self.wait_for(PROMPT)

    def expect_end(self, status):
        got = self.process.wait(20)
        if got != status:
            fail(f"status {got}, not {status}")
        if termios.tcgetattr(self.slave) != self.before:
            fail(f"status {status}: the terminal isn't what it was")
        os.close(self.master)
        os.close(self.slave)


shell = Terminal()
if termios.tcgetattr(shell.slave) == shell.before:
    fail("the host's terminal edits lines, and so does the guest's")
shell.command(b"echo a$((1 + 1))b", b"\r\na2b\r\n")
shell.command(b"stty size", b"\r\n33 101\r\n")
shell.type(b"sleep 100; echo not$((6 * 7))\n")
shell.wait_for(b"not$((6 * 7))")
time.sleep(0.3)
shell.type(b"\x03")
if b"not42" in shell.wait_for(PROMPT):
    fail("Ctrl-C ended sleep, and the line went on")
shell.type(b"sleep 100\n")
time.sleep(0.3)
shell.type(b"\x1a")
shell.wait_for(b"Stopped")
shell.wait_for(PROMPT)
shell.type(b"fg\n")
shell.wait_for(b"sleep 100\r\n")
time.sleep(0.3)
shell.type(b"\x03")
shell.wait_for(PROMPT)
shell.type(b"cat\n")
time.sleep(0.3)
shell.type(b"mirror\x7f\x7fs\n")  # corrected: the line ends in "mirrs"
shell.wait_for(b"\r\nmirrs\r\n")
shell.type(b"\x04")
shell.wait_for(PROMPT)
shell.type(b"sh -c 'trap \"stty size\" WINCH; echo re$((0))ady; "
           b"while sleep 0.1; do :; done'\n")
shell.wait_for(b"re0ady")
shell.resize(50, 90)
shell.wait_for(b"\r\n50 90\r\n")
shell.type(b"\x03")
shell.wait_for(PROMPT)
shell.command(b"(exit 5)", b"\r\n")
shell.type(b"\x04")
shell.expect_end(5)

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSEGV,
               signal.SIGABRT):
    shell = Terminal()
    os.kill(shell.process.pid, number)
    shell.expect_end(-number)
    print("ok", number)
