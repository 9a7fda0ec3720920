# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that pretend to be programs: mutilated ELF headers, odd scripts."""
import os
import random
import struct

from guestrun import ROOT

EHDR = "<16sHHIIIIIHHHHHH"
PHDR = "<IIIIIIII"
# Position-independent, with an interpreter; and that itself.
DEBIAN = [os.path.join(ROOT, "build", "rootfs-debian", path) for path in
          ("bin/true", "lib/ld-linux-armhf.so.3")]
NASTY = [0, 1, 2, 3, 4, 0x20, 0x34, 0xfff, 0x1000, 0x1001, 0x7fff, 0x8000,
         0xffff, 0x10000, 0x7effffff, 0x7f000000, 0x7ffff000, 0x7fffffff,
         0x80000000, 0xbf000000, 0xc0000000, 0xffff0000, 0xfffff000,
         0xfffffffc, 0xffffffff]


def mutilate(original, rng):
    """Some bytes or words of the headers changed, or the file cut."""
    data = bytearray(original)
    headers = 52 + 32 * struct.unpack_from("<H", data, 44)[0]
    kind = rng.randrange(8)
    if kind == 0:
        del data[rng.randrange(len(data)) if rng.randrange(2)
                 else rng.randrange(headers + 16):]
        return bytes(data)
    for _ in range(1 + rng.randrange(3)):
        if kind < 3:
            data[rng.randrange(headers)] = rng.randrange(256)
        elif kind < 7:
            at = rng.randrange(24, headers, 4)
            value = rng.choice(NASTY) if rng.randrange(3) else \
                rng.randrange(1 << 32)
            struct.pack_into("<I", data, at, value)
        else:
            at = 52 + 32 * rng.randrange((headers - 52) // 32)
            field = rng.randrange(8)
            old = struct.unpack_from("<I", data, at + 4 * field)[0]
            change = rng.choice([1, 0x1000, 0x10000, 0x100000, -1, -0x1000])
            struct.pack_into("<I", data, at + 4 * field,
                             (old + change) & 0xffffffff)
    return bytes(data)


def elf(segments, entry=0x10100, phoff=52, phnum=None, phentsize=32,
        size=0x3000):
    head = struct.pack(EHDR, b"\x7fELF\x01\x01\x01" + bytes(9), 2, 40, 1,
                       entry, phoff, 0, 0x05000400, 52, phentsize,
                       len(segments) if phnum is None else phnum, 0, 0, 0)
    for segment in segments:
        head += struct.pack(PHDR, *segment)
    code = struct.pack("<III", 0xe3a00000, 0xe3a07001, 0xef000000)
    return head.ljust(0x100, b"\0")[:0x100] + code + bytes(size)


def interpreter(name, offset=0x200, size=None):
    load = (1, 0, 0x10000, 0x10000, 0x1000, 0x1000, 7, 0x1000)
    data = bytearray(elf([load, (3, offset, 0, 0,
                                 len(name) if size is None else size,
                                 len(name), 4, 1)]))
    data[0x200:0x200 + len(name)] = name
    return bytes(data)


def special(guest_folder):
    """Cases made on purpose, by name."""
    def load(offset, vaddr, filesz, memsz, flags=7, align=0x1000):
        return (1, offset, vaddr, vaddr, filesz, memsz, flags, align)

    text = load(0, 0x10000, 0x1000, 0x1000)
    yield "plain", elf([text])
    yield "twice", elf([text, text])
    yield "overlap", elf([text, load(0x800, 0x10800, 0x1000, 0x2000)])
    yield "downwards", elf([load(0, 0x20000, 0x1000, 0x1000), text])
    yield "huge-bss", elf([load(0, 0x10000, 0x1000, 0x7e000000)])
    yield "whole", elf([load(0, 0, 0xffffffff, 0xffffffff)])
    yield "zero", elf([load(0, 0x10000, 0, 0)])
    yield "page0", elf([load(0, 0, 0x1000, 0x1000)], entry=0x100)
    yield "vectors", elf([text, load(0, 0xffff0000, 0x1000, 0x1000)])
    yield "at-top", elf([text, load(0, 0x7efff000, 0x1000, 0x1000)])
    yield "over-top", elf([text, load(0, 0x7f000000, 0x1000, 0x2000)])
    yield "kernel", elf([load(0, 0x80008000, 0x1000, 0x1000)],
                        entry=0x80008100)
    yield "readonly-bss", elf([load(0, 0x10000, 0x800, 0x3000, 5)])
    yield "no-rights", elf([load(0, 0x10000, 0x1000, 0x1000, 0)])
    yield "unaligned", elf([load(0x10, 0x10000, 0x800, 0x1000)])
    yield "align3", elf([load(0, 0x10000, 0x1000, 0x1000, 7, 3)])
    yield "align-huge", elf([load(0, 0x10000, 0x1000, 0x1000, 7, 1 << 31)])
    yield "beyond-file", elf([load(0x10000, 0x10000, 0x1000, 0x1000)])
    yield "offset-end", elf([load(0xfffff000, 0x10000, 0x2000, 0x2000)])
    yield "entry-odd", elf([text], entry=0x10101)
    yield "entry-kernel", elf([text], entry=0xffff0000)
    yield "phoff-end", elf([text], phoff=0xffffffe0)
    yield "phoff-odd", elf([text], phoff=53)
    yield "phnum-most", elf([text], phnum=0xffff)
    yield "phentsize", elf([text], phentsize=0)
    yield "many", elf([load(0, 0x10000 + 0x2000 * i, 0x100, 0x1000)
                       for i in range(2)] * 60, size=0x10000)
    yield "stack-nx", elf([text, (0x6474e551, 0, 0, 0, 0, 0, 0, 16)])
    yield "interp-self", interpreter(b"/evil/interp-self\0")
    yield "interp-loop", interpreter(b"/evil/interp-self\0")
    yield "interp-none", interpreter(b"/nowhere/ld.so\0")
    yield "interp-open", interpreter(b"/bin/busybox")
    yield "interp-empty", interpreter(b"\0")
    yield "interp-dir", interpreter(b"/bin\0")
    yield "interp-static", interpreter(b"/bin/busybox\0")
    yield "interp-script", interpreter(b"/evil/script-true\0")
    yield "interp-huge", interpreter(b"/bin/busybox\0", size=0xffffffff)
    yield "interp-page", interpreter(b"x" * 4095 + b"\0")
    yield "interp-beyond", interpreter(b"/bin\0", offset=0x7fffffff)
    yield "interp-twice", elf([(3, 0x100, 0, 0, 4, 4, 4, 1)] * 2 + [text])
    yield "script-true", b"#!/bin/sh\nexit 0\n"
    yield "script-self", b"#!/evil/script-self\n"
    yield "script-ring-a", b"#!/evil/script-ring-b x\n"
    yield "script-ring-b", b"#!/evil/script-ring-a y\n"
    yield "script-long", b"#!" + b"/" * 5000 + b"bin/sh\n"
    yield "script-no-newline", b"#!/bin/sh"
    yield "script-edge", b"#!/bin/sh " + b"a" * 245
    yield "script-empty", b"#!"
    yield "script-blank", b"#!    \t  \n"
    yield "script-nul", b"#!/bin/sh\0\n"
    yield "script-none", b"#!/nowhere\n"
    yield "script-dir", b"#!/bin\n"
    for i in range(8):
        yield f"script-deep-{i}", f"#!/evil/script-deep-{i + 1}\n".encode()
    yield "script-deep-8", b"#!/bin/sh\n"
    for size in (0, 1, 2, 3, 4, 16, 51, 52, 53, 84):
        yield f"cut-{size}", elf([text])[:size]


def write_all(folder, guest_folder, seed, count):
    rng = random.Random(seed)
    originals = [open(os.path.join(guest_folder, name), "rb").read()
                 for name in ("hello", "cow")]
    debian = [open(path, "rb").read() for path in DEBIAN
              if os.path.exists(path)]
    files = list(special(guest_folder))
    files += [(f"m{i}", mutilate(originals[rng.randrange(8) == 0], rng))
              for i in range(count)]
    files += [(f"d{i}", mutilate(debian[i % len(debian)], rng))
              for i in range(count // 3 if debian else 0)]
    for name, content in files:
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, 0o755)
    return len(files)
