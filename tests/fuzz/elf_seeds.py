#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the seeds of fuzz_elf: small ARM programs of each kind, scripts, and
what has been spoilt before. elf_seeds.py FOLDER"""
import os
import struct
import sys

EXEC, DYN = 2, 3
LOAD, INTERP, NOTE, PHDR, STACK = 1, 3, 4, 6, 0x6474e551
CODE = struct.pack("<3I", 0xe3a00000, 0xe3a07001, 0xef000000)  # exit(0)


def segment(kind, offset, vaddr, filesz, memsz, flags=5, align=0x1000):
    return struct.pack("<8I", kind, offset, vaddr, vaddr, filesz, memsz,
                       flags, align)


def elf(kind, entry, segments, body=b"", machine=40, flags=0x05000000):
    header = b"\x7fELF" + bytes([1, 1, 1, 0]) + bytes(8)
    header += struct.pack("<HHIIIIIHHHHHH", kind, machine, 1, entry, 52, 0,
                          flags, 52, 32, len(segments), 40, 0, 0)
    return header + b"".join(segments) + body


def static(base=0x10000, bss=0x3000):
    whole = 52 + 3 * 32 + len(CODE)
    return elf(EXEC, base + 52 + 96, [
        segment(LOAD, 0, base, whole, whole),
        segment(LOAD, 0, base + 0x11000, whole, whole + bss, 6),
        segment(STACK, 0, 0, 0, 0, 6, 16)], CODE)


def pie(interp=b"", align=0x1000):
    names = interp + CODE
    at = 52 + 4 * 32
    whole = at + len(names)
    first = segment(INTERP if interp else NOTE, at, at, len(interp),
                    len(interp), 4, 1)
    return elf(DYN, at + len(interp), [
        segment(PHDR, 52, 52, 128, 128, 4, 4), first,
        segment(LOAD, 0, 0, whole, whole, 5, align),
        segment(LOAD, 0, 0x2000, whole, 0x4000, 6, align)], names)


def many():
    return elf(EXEC, 0x10000, [segment(LOAD, 0, 0x10000 + 0x1000 * n, 52, 52)
                               for n in range(200)])


def one(flags, program, other=b""):
    return bytes([flags]) + struct.pack("<H", len(program)) + program + other


SEEDS = {
    "static": one(0, static()),
    "static-args": one(1, static()),
    "static-low": one(0, static(0x1000)),
    "static-high": one(8, static(0x7ef00000)),
    "static-bss": one(0, static(bss=0x2000000)),
    "pie": one(1, pie()),
    "pie-aligned": one(1, pie(align=0x200000)),
    "pie-interp": one(1, pie(b"/b\0"), pie()),
    "pie-interp-link": one(8, pie(b"/l\0"), pie()),
    "pie-interp-static": one(0, pie(b"/b\0"), static()),
    "pie-interp-self": one(0, pie(b"/a\0")),
    "pie-interp-locked": one(2, pie(b"/b\0"), pie()),
    "pie-interp-short": one(0, pie(b"/b\0"), b"\x7fELF"),
    "no-load": one(0, elf(EXEC, 0, [segment(NOTE, 0, 0, 0, 0)])),
    "nothing": one(0, elf(EXEC, 0, [])),
    "many": one(0, many()),
    "wraps": one(0, elf(EXEC, 0, [
        segment(LOAD, 0, 0x10000, 52, 0xfffff000),
        segment(LOAD, 0xfffff000, 0xfffff000, 0x1000, 0x2000)])),
    "script": one(1, b"#!/b one two\n", static()),
    "script-spaces": one(4, b"#! \t /b \t x \n", static()),
    "script-self": one(1, b"#!/a\n"),
    "script-of-script": one(1, b"#!/b\n", b"#!/l -x\n"),
    "script-long": one(1, b"#!/" + b"b" * 300),
    "script-cut": one(1, b"#!/b " + b"x" * 300, static()),
    "empty": one(0, b""),
}

os.makedirs(sys.argv[1], exist_ok=True)
for name, seed in SEEDS.items():
    with open(os.path.join(sys.argv[1], name), "wb") as file:
        file.write(seed)
