# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's bash at a terminal with somebody who types (guests/typist): the
terminal shows what it shows on real Linux, character by character: editing,
jobs stopped and gone on with, read, stty, a window of another size.

typist-linux-6.1 is what typist says under Debian's 6.1 armmp kernel:
tools/linux-oracle --memory 512M --limit 100 --root build/rootfs-debian \\
    'build/guests/typist /bin/bash --norc -i'
"""
import os

from guestrun import ROOT, Run, guest, skip

DEBIAN = os.path.join(ROOT, "build", "rootfs-debian")

if not os.path.isdir(DEBIAN):
    skip(f"no {DEBIAN}: tools/setup makes it")
with open(os.path.join(ROOT, "tests", "guest", "typist-linux-6.1"),
          "rb") as real:
    said = real.read()
Run(guest("typist", "/bin/bash", "--norc", "-i"),
    settings=["rootfs.path=" + DEBIAN, "cpu.clock_hz=100MHz"]).expect(0, said)
