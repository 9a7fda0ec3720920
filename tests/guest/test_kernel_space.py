#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's address space of five boards as their logs print it and as
their tables have it: regions where kernel/README.md derives them, lowmem
mapped but for its holes, nothing writable that is executable, nothing open to
programs but the vectors, devices never cached."""
import os
import re
import subprocess

from guestrun import ALLOCATOR, BUILD, ROOT, check

MB = 1 << 20
FILE = "/sys/kernel/debug/kernel_page_tables"
# PAGE_OFFSET, lowmem's banks from there in MB, high_memory, VMALLOC_START
BOARDS = {
    "vexpress-a9": (0x80000000, [(0, 256)], 0x90000000, 0x90800000),
    "linux-virt": (0xc0000000, [(0, 256)], 0xd0000000, 0xd0800000),
    "numa-2node": (0x80000000, [(0, 64), (128, 192)], 0x8c000000, 0x8c800000),
    "tiny-8m": (0x80000000, [(0, 8)], 0x80800000, 0x81000000),
    "highmem": (0xc0000000, [(0, 768)], 0xf0000000, 0xf0800000),
}


def boot(board):
    """(log, regions, [(start, end, domain, rights)])"""
    command = [os.path.join(BUILD, "mmuscope"), "run",
               os.path.join(ROOT, "configs", board + ".yaml")]
    for setting in ["kernel.verify=end", *ALLOCATOR]:
        command += ["--set", setting]
    done = subprocess.run([*command, "--", "/bin/cat", FILE,
                           "/proc/vmallocinfo"], capture_output=True,
                          text=True, timeout=60)
    check(done.returncode == 0, f"{board}: {done.stdout}{done.stderr}")
    rows = [(int(start, 16), int(end, 16), domain, rights.split())
            for start, end, domain, rights in re.findall(
                r"^0x(\w{8})-0x(\w{8,9}) +\d+[KMG] (\w+) +(.*)$", done.stdout,
                re.M) if domain in ("KERNEL", "VECTORS", "USER", "IO")]
    return done.stderr, done.stdout, rows


def layout(log):
    return {name: (int(start, 16), int(end, 16)) for name, start, end in
            re.findall(r"^\[ *0\.0+\] +\.?(\w+) *: 0x(\w+) - 0x(\w+) ", log,
                       re.M)}


def mapped(rows, start, end):
    """The pages of [start, end) that are, joined."""
    spans = []
    for first, last, *_ in rows:
        first, last = max(first, start), min(last, end)
        if first < last:
            if spans and spans[-1][1] == first:
                spans[-1][1] = last
            else:
                spans.append([first, last])
    return [tuple(span) for span in spans]


for board, (offset, banks, high, vmalloc) in BOARDS.items():
    log, text, rows = boot(board)
    check({name: found for name, found in layout(log).items()
           if name in ("vector", "fixmap", "vmalloc", "lowmem", "pkmap",
                       "modules")} ==
          {"vector": (0xffff0000, 0xffff1000),
           "fixmap": (0xffc00000, 0xfff00000),
           "vmalloc": (vmalloc, 0xff800000), "lowmem": (offset, high),
           "pkmap": (offset - 2 * MB, offset),
           "modules": (offset - 16 * MB, offset - 2 * MB)},
          f"{board}: {log}")
    check(mapped(rows, offset, high) ==
          [(offset + a * MB, offset + b * MB) for a, b in banks],
          f"{board}: lowmem: {text}")
    for gap in ((0, offset - 16 * MB), (high, vmalloc),
                (0xff800000, 0xffeff000), (0xfff00000, 0xffff0000),
                (0xffff2000, 1 << 32)):
        check(mapped(rows, *gap) == [], f"{board}: {gap}: {text}")
    words = layout(log)
    for start, end, domain, rights in rows:
        where = f"{board}: {start:#x}-{end:#x} {rights}: {text}"
        check("RW" not in rights or "NX" in rights, "W^X: " + where)
        check("USR" not in rights or start == 0xffff0000, "USR: " + where)
        check("x" not in rights or domain == "VECTORS" or
              (start, end) == words["text"], "x: " + where)
        check(domain == ("VECTORS" if start >= 0xffe00000 else "KERNEL"),
              "domain: " + where)
    # of vmalloc's addresses only those of areas are mapped, but for the page
    # at the end of each; registers all of them, and as such
    areas = [(int(start, 16), int(end, 16) - 4096, "phys=" in more)
             for start, end, more in
             re.findall(r"^0x(\w+)-0x(\w+) +\d+ (.*)$", text, re.M)]
    for start, end, *_ in rows:
        check(not vmalloc <= start < 0xff800000 or
              any(a <= start and end <= b for a, b, _ in areas) or
              mapped([(a, b) for a, b, _ in areas], start, end) ==
              [(start, end)], f"{board}: nobody's {start:#x}: {text}")
    for start, end, physical in areas:
        here = [row for row in rows if row[0] < end and row[1] > start]
        if start < vmalloc or not physical:
            continue
        check(mapped(here, start, end) == [(start, end)],
              f"{board}: {start:#x}: {text}")
        check(all("SHD" in row[3] and row[3][-1] == "DEV/SHARED"
                  for row in here), f"{board}: {start:#x}: {text}")
    check(any(physical for *_, physical in areas), f"{board}: {text}")
print(f"{len(BOARDS)} boards")
