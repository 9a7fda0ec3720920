#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel mappings that are newer than an address space reach it by one fault
for each pair of first-level words, and none where the table was made later.
The TLB may put that off, since the entries are global: who has a hit needs no
table. It never shows anything old: what init_mm takes away is flushed for all.
"""
import os
import re
import tempfile

from guestrun import BUILD, ROOT, Run, check, guest

PAIR = 21  # log2 of the bytes of a pair


def module(name):
    return "host:" + os.path.join(BUILD, "guests", "modules", name + ".ko")


def faults(board, *settings):
    """The run, the area's pairs, {pid: [pair of each copy]}."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "trace")
        run = Run([*guest("lazycopy"), module("lazy_area"),
                   module("lazy_touch")],
                  board=os.path.join(ROOT, "configs", board + ".yaml"),
                  settings=["kernel.verify=fault", *settings], trace=trace,
                  events="do_translation_fault,vmalloc").expect(0)
        text = open(trace, encoding="utf-8").read()
    copies = {}
    for pid, address in re.findall(
            r"-(\d+) do_translation_fault: address=0x(\w+) ", text):
        copies.setdefault(int(pid), []).append(int(address, 16) >> PAIR)
    start, size = map(int, re.search(
        r"alloc_vmap_area: va_start: (\d+) size=(6\d{6}) ", text).groups())
    pairs = range(start >> PAIR, (start + size - 4096 - 1 >> PAIR) + 1)
    return run, list(pairs), copies


def pids(run, who):
    return sorted({int(pid) for pid in re.findall(
        rf"^{who} (\d+): ", run.out.decode(), re.M)})


for board, settings in (("vexpress-a9", ()), ("highmem", ())):
    run, pairs, copies = faults(board, *settings)
    modules = 0x7f0 >> 1 if board == "vexpress-a9" else 0xbf0 >> 1
    # the area's first pair is that of the drivers' registers: all have it
    new = pairs[1:]
    check(len(new) >= 3, f"{board}: the area has {len(pairs)} pairs", run)
    for pid in pids(run, "older"):
        check(sorted(copies.get(pid, [])) == sorted([modules, *new]),
              f"{board}: {pid} copied {copies}, not {new}", run)
    check(copies.get(pids(run, "younger")[0], []) == [],
          f"{board}: the younger one has them from its fork: {copies}", run)
    parent = copies[pids(run, "parent")[0]]
    check(sorted(parent) == sorted([modules, *new]),
          f"{board}: the parent copied {parent}", run)

# A TLB that holds it all: only the first who touches has to copy, if the
# others find its entries. They may copy less then, never more or twice.
run, pairs, copies = faults("vexpress-a9", "cpu.tlb.entries=4096")
for pid, copied in copies.items():
    check(len(copied) == len(set(copied)) and
          set(copied) <= {0x7f0 >> 1, *pairs[1:]}, f"{pid}: {copies}", run)
hits = [pid for pid in pids(run, "older") if len(copies.get(pid, [])) < 4]
check(hits, f"nobody had use of a global entry: {copies}", run)
print(f"{sum(map(len, copies.values()))} copies, {len(hits)} by way of the TLB")
