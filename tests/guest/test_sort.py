# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's sort in less memory than it needs: the libraries of the guest root, as
text in base64, are written to /tmp and sorted, all at once (pages go to swap),
in pieces through files of its own (-S), by several threads, and by a key. Each
result has the checksum of the lines as Python sorts them. 8 MB on a board of
12 MB; with MMUSCOPE_LONG=1 50 MB on one of 64 MB.
"""
import base64
import glob
import hashlib
import os
import sys

import guestrun
from guestrun import BOARD, ROOT, Run, check, skip

DEBIAN = os.path.join(ROOT, "build", "rootfs-debian")
LONG = bool(os.environ.get("MMUSCOPE_LONG"))
RAM, SWAP, SIZE = ("64M", "256M", 37_500_000) if LONG else \
                  ("12M", "64M", 6_000_000)
WIDTH = 60


def source():
    """What the guest's cat gives of /usr/lib/*/lib*.so.*, up to SIZE bytes."""
    data = b""
    for path in sorted(glob.glob(os.path.join(
            DEBIAN, "usr", "lib", "*", "lib*.so.*"))):
        if len(data) < SIZE and not os.path.islink(path):
            with open(path, "rb") as file:
                data += file.read()
    return data[:SIZE]


def lines_of(data):
    text = base64.b64encode(data)
    return [text[at:at + WIDTH] for at in range(0, len(text), WIDTH)]


def digest(lines):
    return hashlib.md5(b"".join(line + b"\n" for line in lines)).hexdigest()


# Arguments of sort, and the same by Python.
SORTS = {
    "": sorted,
    "-S 1M -T /tmp": sorted,
    "-r -u --parallel=4 -S 4M": lambda ls: sorted(set(ls), reverse=True),
    "-s -k 1.30,1.33": lambda ls: sorted(ls, key=lambda l: l[29:33]),
}
SHORT = ("", "-r -u --parallel=4 -S 4M")


def script(arguments):
    return f"""cd /tmp; export LC_ALL=C
for f in /usr/lib/*/lib*.so.*; do [ -L $f ] || cat $f; done |
	head -c {SIZE} | base64 -w {WIDTH} > text
sort {arguments} text > sorted; echo $?; md5sum < sorted
ls /tmp | wc -l
"""


if not os.path.isdir(DEBIAN):
    skip(f"no {DEBIAN}: tools/setup makes it")
guestrun.TIMEOUT = 1200 if LONG else 120
lines = lines_of(source())
for arguments, as_python in SORTS.items():
    if arguments not in (sys.argv[1:] or SHORT) and not LONG:
        continue
    run = Run(["/bin/bash", "-c", script(arguments)], board=BOARD,
              settings=["rootfs.path=" + DEBIAN, "memory.size=" + RAM,
                        "swap.size=" + SWAP])
    run.expect(0, f"0\n{digest(as_python(lines))}  -\n2\n".encode())
    vmstat = run.stats["vmstat"]
    check(not vmstat["oom_kill"], f"sort {arguments}: killed", run)
    check(vmstat["pswpout"] > 500,
          f"sort {arguments}: nothing was swapped", run)
    print(f"sort {arguments}: {vmstat['pswpout']} pages out,",
          f"{vmstat['pswpin']} in", flush=True)
