#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Devices of kernel modules: every call on their files; memory that they show
to programs, raw and counted, copied, cut, forked; what is registered shows in
/dev, /proc and /sys; who oopses dies alone and gives its locks back; nothing a
module returns or maps spoils the kernel's books; unloading under open files."""
import os
import re
import sys

from guestrun import BUILD, Run, check

MODULES = os.path.join(BUILD, "guests", "modules")
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "../../guests/modules")
PROGRAM = "host:" + os.path.join(BUILD, "guests", "chardevs")


def shell(script, module, settings=()):
    """Runs @script with the module as $1 and the program as $2."""
    run = Run(["/bin/sh", "-c", script, "sh",
               "host:" + os.path.join(MODULES, module + ".ko"), PROGRAM],
              settings=["kernel.verify=fault", *settings])
    run.expect(0)
    return run


def calls(run, module):
    """The program's lines are those of the module's file `expected`."""
    lines = [line for line in run.out.decode().split("\n")
             if line.startswith(" ")]
    with open(os.path.join(SOURCES, module, "expected")) as file:
        expected = file.read().split("\n")[:-1]
    for n, (line, wanted) in enumerate(zip(lines, expected)):
        check(line == wanted, f"line {n}: {line!r}, not {wanted!r}", run)
    check(len(lines) == len(expected), "as many lines", run)


def log(run):
    return re.findall(r"^\[ *\d+\.\d+\] (.*)$", run.out.decode(), re.M)


def test_echo():
    run = shell("""
        insmod $1; echo devices: $(cat /proc/devices); ls -l /dev/echo
        cat '/sys/class/echo/echo!2/dev' /sys/dev/char/254:1/uevent
        $2 echo; exec 5<>/dev/echo/1; rmmod chardev_echo
        echo refs $(cat /sys/module/chardev_echo/refcnt); exec 5>&-
        rmmod chardev_echo; ls /dev/echo; echo then: $(cat /proc/devices)
        dmesg""", "chardev_echo")
    text = run.out.decode()
    calls(run, "chardev_echo")
    check(re.search("^devices: .* 204 ttyAMA 254 echo Block", text, re.M) and
          not re.search("^then: .*echo", text, re.M), "/proc/devices", run)
    check(re.search(r"^crw------- .* 254,\s+3 .* 3$", text, re.M), "/dev", run)
    check("\n254:2\n" in text and "DEVNAME=echo/1\n" in text, "/sys", run)
    check("Resource temporarily unavailable" in text and "\nrefs 2\n" in text,
          "not while a file is open", run)
    check("/dev/echo: No such file" in text, "its folder goes, too", run)
    check("echo: release 0 with 13 bytes" in log(run), "its last words", run)


def test_frames():
    run = shell("""
        insmod $1 device=0x10011000; echo misc: $(cat /proc/misc)
        ls -l /dev/frames; $2 frames; $2 registers fe0
        rmmod chardev_mmap; dmesg""", "chardev_mmap")
    text = run.out.decode()
    calls(run, "chardev_mmap")
    check("\nmisc: 126 registers 127 frames\n" in "\n" + text, "misc", run)
    check(re.search(r"^crw-rw-rw- .* 10, 127 ", text, re.M), "node", run)
    check("frames: f0 1000 2000 f3" in log(run), "what was written", run)


def test_faulty():
    run = shell("insmod $1; $2 faulty; rmmod chardev_fault; dmesg",
                "chardev_fault")
    calls(run, "chardev_fault")
    check("faulty: 1 1018 1010" in log(run) and
          "faulty: 2 2018 2010" in log(run), "what was written", run)


# What goes wrong: a line of what the program prints before it ends, its
# status, and how often the module oopses.
BAD = {
    "none": ("close: 0", 0, 0),
    "open": ("", 139, 1), "release": ("ioctl: 0", 139, 1),
    "flush": ("ioctl: 0", 139, 1), "read": ("open: 0", 139, 1),
    "write": ("read: 8", 139, 1), "llseek": ("write: 8", 139, 1),
    "poll": ("seek: 5", 139, 1), "ioctl": ("poll: 1 3d", 139, 1),
    "mmap": ("open: 0", 139, 1), "close": ("read 1: signal 7", 139, 1),
    "fault": ("shared: ok", 139, 1),
    "open-positive": ("open: EINVAL", 0, 0),
    "open-large": ("open: EINVAL", 0, 0),
    "read-long": ("read: 1008", 0, 0), "read-pos": ("read: 8", 0, 0),
    "mmap-positive": ("private: EINVAL", 0, 0),
    "mmap-flags": ("private: ok", 0, 0),
    "mmap-pfn": ("the child's then 1: 5", 0, 0),
    "mmap-half": ("read 1: signal 7", 0, 0),
    "mmap-twice": ("open: 0", 139, 1), "mmap-outside": ("shared: EINVAL", 0, 0),
    "mmap-oops": ("open: 0", 139, 1), "mmap-other": ("open: 0", 139, 1),
    "mmap-both": ("open: 0", 139, 1), "mmap-wild": ("read 0: signal 7", 0, 0),
    "fault-null": ("read 0: signal 7", 0, 0),
    "fault-wild": ("read 0: signal 7", 0, 0),
    "fault-none": ("read 0: signal 7", 0, 0),
    "fault-slab": ("read 0: signal 7", 0, 0),
    "fault-retry": ("read 0: signal 7", 0, 0),
    "fault-bits": ("read 0: signal 7", 0, 0),
    "fault-remap": ("shared: ok", 139, 1),
    "fault-insert": ("shared: ok", 139, 1),
}


def test_bad():
    run = shell(f"""
        for w in {" ".join(BAD)}; do
            echo "== $w"; insmod $1 where=$w; $2 bad $w; echo "status $?"
            rmmod chardev_bad || echo still there
        done; dmesg""", "chardev_bad")
    text = run.out.decode()
    parts = dict(re.findall(r"^== (\S+)\n(.*?^status \d+\n)", text,
                            re.M | re.S))
    for what, (line, status, _) in BAD.items():
        check(f"status {status}\n" in parts[what] and
              (not line or f" {line}\n" in parts[what]), what, run)
    oopses = sum(line.startswith("Internal error: Oops") for line in log(run))
    check(oopses == sum(bad[2] for bad in BAD.values()),
          f"{oopses} oopses", run)
    check("still there" not in text, "no reference is lost", run)
    for line in (r"0x.* is mapped already", r"0x.* is no VMA that was handed",
                 r"raw frames in a VMA with pages",
                 r"a VMA becomes another kind in a fault"):
        check(any(re.match("kernel BUG.*" + line, entry)
                  for entry in log(run)), line, run)


def test_unloaded():
    """Gone while it is open, and what it forgot; kernel memory, seen raw."""
    run = shell("""
        insmod $1 forget=1; mkfifo /tmp/go; $2 bad hold </tmp/go &
        exec 6>/tmp/go; sleep 1; rmmod chardev_bad; ls /dev/bad
        echo misc: $(cat /proc/misc); echo >&6; wait
        insmod $1 where=mmap-pfn pfn=0x60004; $2 bad mmap-pfn; rmmod chardev_bad
        insmod $1 where=mmap-pfn pfn=0x60008; $2 bad mmap-pfn; rmmod chardev_bad
        dmesg""", "chardev_bad")
    text = run.out.decode()
    check("chardev_bad: unloaded with 1 device still registered" in log(run),
          "it is told", run)
    check("/dev/bad: No such file" in text and "\nmisc:\n" in "\n" + text,
          "its device is gone", run)
    check(" go on\n read: EINVAL\n ioctl: ENOTTY\n close: 0\n open: ENOENT\n"
          in text, "its file has no operations any more", run)


if __name__ == "__main__":
    for name, test in sorted(globals().items()):
        if name.startswith("test_") and (len(sys.argv) < 2 or
                                         name in sys.argv[1:]):
            test()
