#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Swap files on a disk that other files are on, too: what becomes one and what
nobody may do to one; a board that swaps to a file alone; files around it stay
as they were; priorities beside a swap disk."""
import os
import re
import shutil
import tempfile

from guestrun import BUILD, ROOTFS, Run, check, guest

SMALL = ["memory.size=24M", "disk.size=64M"]

REFUSED = b"""\
holes: EINVAL
filled: ok
swapoff: ok
longer than it is: EINVAL
too short: EINVAL
never on: EINVAL
of memory: EINVAL
a folder: EISDIR
swapon: ok
swapon again: EBUSY
write: ETXTBSY
read: ok
shorter: ETXTBSY
as long: ETXTBSY
longer: ok
O_TRUNC: ETXTBSY
punch: ETXTBSY
fallocate: ETXTBSY
copy from: ETXTBSY
copy to: ETXTBSY
unlink: EPERM
rename: EPERM
rename over: EPERM
link: ok
map: ETXTBSY
store to a page that was dirty: SIGBUS
store to another: SIGBUS
loads: 7 8
swapoff: ok
the last store: 77
store afterwards: ok
write afterwards: ok
unlink: ok
"""

# Two files that grow by turns, so that both lie on the disk in pieces.
MAKE = """
for i in $(seq 0 %d); do
    dd if=/dev/zero of=/swap bs=64K seek=$i count=1 conv=notrunc
    dd if=/bin/busybox of=/beside bs=4K seek=$i count=1 conv=notrunc
    sync
done 2> /dev/null
mkswap /swap > /dev/null
"""
SUMS = "md5sum /beside /after"


def shell(script, *settings, **more):
    """In a root that has swapset in it, too."""
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(folder, "root")
        shutil.copytree(ROOTFS, root, symlinks=True)
        shutil.copy(os.path.join(BUILD, "guests", "swapset"), root)
        return Run(["/bin/sh", "-c", script],
                   settings=[*SMALL, "rootfs.path=" + root, *settings], **more)


def refusals():
    run = Run(guest("swapfile"), settings=[*SMALL, "kernel.verify=fault"],
              quiet=False)
    run.expect(0, REFUSED)
    check(run.err.count(b"swapon: swapfile has holes") == 1, "log", run)


def alone():
    """Twice the memory's bytes, through a file in pieces."""
    run = shell(MAKE % 599 + """
        dd if=/bin/busybox of=/after bs=64K count=8 2> /dev/null
        """ + SUMS + """ > /before
        swapon /swap && cat /proc/swaps && /swapset 36 1
        dd if=/bin/busybox of=/while bs=64K count=8 2> /dev/null
        cmp /after /while && rm /while && free | grep Swap
        echo 3 > /proc/sys/vm/drop_caches
        """ + SUMS + """ | cmp - /before && echo same
        swapoff /swap && cat /proc/swaps
        echo new > /swap && cat /swap && rm /swap
        echo 3 > /proc/sys/vm/drop_caches
        """ + SUMS + " | cmp - /before && echo same", quiet=False).expect(0)
    head = b"Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    check(run.out.startswith(
        head + b"/swap" + b" " * 35 + b"file\t\t38396\t\t0\t\t-2\n"),
        "/proc/swaps", run)
    check(b"done wrong=0\n" in run.out and run.out.endswith(
        b"same\n" + head + b"new\nsame\n"), "output", run)
    extents = re.search(rb"Adding 38396k swap on /swap.  Priority:-2 "
                        rb"extents:(\d+) across:(\d+)k", run.err)
    check(extents and int(extents[1]) > 300 and int(extents[2]) > 40000,
          "log", run)
    vmstat = run.stats["vmstat"]
    check(vmstat["pswpout"] > 4000 and vmstat["pswpin"] > 2000, vmstat)
    print(f"{int(extents[1])} extents, out {vmstat['pswpout']} in "
          f"{vmstat['pswpin']}")


def beside_a_disk():
    """Who came first has the higher priority and is filled first. Taken away, while pages
    of a file of memory are in it, and then while a program's are, all of it
    comes back."""
    run = shell("""
        dd if=/dev/zero of=/swap bs=1M count=4 2> /dev/null
        mkswap /swap > /dev/null && swapon /swap && cat /proc/swaps
        swapoff /dev/vda && swapoff /swap && swapon /swap && swapon /dev/vda
        mount -t tmpfs -o size=40m tmpfs /mnt
        for i in $(seq 32); do dd if=/bin/busybox bs=1M; done \\
            2> /dev/null | tee /mnt/big | md5sum
        cat /proc/swaps
        swapoff /swap && md5sum < /mnt/big && rm /mnt/big
        swapon /swap && /swapset 12 3 /swap && cat /proc/swaps && rm /swap
        """, "swap.size=48M").expect(0)
    first, second = re.findall(rb"^(\w+)  -$", run.out, re.M)
    areas = re.findall(rb"^(\S+) .*\t(\d+)\t\t(-\d)$", run.out, re.M)
    check(areas[:2] == [(b"/dev/vda", b"0", b"-2"), (b"/swap", b"0", b"-3")],
          f"{areas}", run)
    check(areas[2][::2] == (b"/swap", b"-2") and int(areas[2][1]) > 4000 and
          areas[3][::2] == (b"/dev/vda", b"-3"), f"{areas}", run)
    check(len(areas) == 5 and areas[4][0] == b"/dev/vda", f"{areas}", run)
    check(b"\nswapoff 0\n" in run.out and
          b"\ndone wrong=0\nFilename" in run.out, "output", run)


refusals()
alone()
beside_a_disk()
