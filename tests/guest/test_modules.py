#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel modules: loaded, parametrised, using each other, unloaded; what they
compute, in ARM and in Thumb-2; what is no module, or not one of this kernel's;
nothing left behind by many loads; modules that go wrong oops and die alone."""
import os
import re
import shutil
import struct
import tempfile

from guestrun import Run, check, fail
from modulerun import MODULES, log, module, shell

def c_divide(n, d):
    """Quotient and remainder as C has them, cut towards zero."""
    quotient = abs(n) // abs(d) * (1 if (n < 0) == (d < 0) else -1)
    return quotient, n - quotient * d


def arithmetic():
    """What guests/modules/arithmetic has to print."""
    m64 = (1 << 64) - 1
    large, divisor, negative = 0x123456789abcdef, 0x12345, -1234567890123
    return [
        "u64 %d %d" % divmod(large, divisor),
        "s64 %d %d" % c_divide(negative, 77),
        "s32 %d %d" % c_divide(-1000003, 77),
        "u32 %d %d" % divmod(4000000000, 7),
        "by zero 0 7",
        "shifts %x %x %x" % (large << 37 & m64, large >> 37,
                             negative >> 37 & m64),
        "product %x" % (large * divisor & m64),
        "copy 0 0 81",
        "text abcde- 6 -1 in hay",
        "[   42|42   |0beef|+7|0xff|abc|   xy|Q|%]",
        "[44 -2 10 160 deadbeef    5 wx]",
        "[(null) (efault)]",
        "call 42",
        "in kmalloc'ed memory",
    ]


def test_life():
    run = shell("""
        insmod $1 who=you times=2; cat /proc/modules; insmod $1; rmmod hello
        cat /proc/modules; rmmod hello; dmesg""", module("hello"))
    text = run.out.decode()
    check(re.search(r"^hello \d+ 0 - Live 0x7f000000 \(O\)$", text, re.M),
          "/proc/modules", run)
    check(text.count("hello 2") == 1, "it is gone", run)
    check(log(run)[:4] == [
        "hello: loading out-of-tree module taints kernel.",
        "hello: hello, you", "hello: hello, you", "hello: goodbye, you"],
        "its lines in the log", run)
    check("File exists" in text and "No such file" in text,
          "a second one, and none", run)


def test_parameters():
    run = shell("""
        insmod $1 times=x; insmod $1 times=-1; insmod $1 times=4294967296
        insmod $1 times; insmod $1 'who="a b"' bogus=1; rmmod hello; dmesg""",
                module("hello"))
    text = "\n".join(log(run))
    for line in ("hello: `x' invalid for parameter `times'",
                 "hello: `-1' invalid for parameter `times'",
                 "hello: `4294967296' invalid for parameter `times'",
                 "hello: `' invalid for parameter `times'",
                 "hello: unknown parameter 'bogus' ignored",
                 "hello: hello, a b"):
        check(line in text, line, run)


def test_arithmetic():
    for name in ("arithmetic", "arithmetic_thumb"):
        run = shell("insmod $1; rmmod $2; dmesg", module(name), name)
        check(log(run)[1:] == arithmetic(), f"what {name} computes", run)


def test_veneers():
    """The same from where the kernel is out of a branch's reach."""
    for name in ("arithmetic", "arithmetic_thumb"):
        run = shell("insmod $1; insmod $2; cat /proc/modules; dmesg",
                    module("hoarder"), module(name))
        found = re.search(rf"^{name} .* 0x(\w+) ", run.out.decode(), re.M)
        check(found and int(found[1], 16) > 0x90000000, "far away", run)
        check(log(run)[1:] == arithmetic(), f"what {name} computes", run)


def test_dependencies():
    run = shell("""
        insmod $2; insmod $1; insmod $2; cat /proc/modules
        rmmod provider; rmmod user; rmmod provider; echo $?; dmesg""",
                module("provider"), module("user"))
    text = run.out.decode()
    check("user: Unknown symbol provider_add (err -2)" in text,
          "the user alone", run)
    check(re.search(r"^provider \d+ 1 user, Live", text, re.M), "used by",
          run)
    check("Resource temporarily unavailable" in text,
          "not while it is used", run)
    check("user: 42 after 1 call" in text and "\n0\n" in text, "the call",
          run)


def spoiled(folder):
    """Files that are almost modules, by what is wrong with each."""
    whole = open(os.path.join(MODULES, "hello.ko"), "rb").read()
    shoff, = struct.unpack_from("<I", whole, 32)
    shnum, shstrndx = struct.unpack_from("<HH", whole, 48)
    names = struct.unpack_from("<I", whole, shoff + 40 * shstrndx + 16)[0]

    def section(name):
        for i in range(shnum):
            at = shoff + 40 * i
            start = names + struct.unpack_from("<I", whole, at)[0]
            if whole[start:whole.index(b"\0", start)] == name:
                return at
        fail(f"hello.ko has no {name!r}")

    def patch(at, *words, form="<I"):
        data = bytearray(whole)
        for i, word in enumerate(words):
            struct.pack_into(form, data, at + struct.calcsize(form) * i, word)
        return bytes(data)

    rel = struct.unpack_from("<I", whole, section(b".rel.init.text") + 16)[0]
    symtab = struct.unpack_from("<I", whole, section(b".symtab") + 16)[0]
    files = {
        "empty": b"",
        "short": whole[:40],
        "cut": whole[:len(whole) // 2],
        "text": b"no module at all\n" * 100,
        "machine": patch(18, 3, form="<H"),
        "type": patch(16, 2, form="<H"),
        "class": patch(4, 2, form="<B"),
        "sections": patch(48, 0xffff, form="<H"),
        "beyond": patch(section(b".init.text") + 16, 0x7fffffff),
        "huge": patch(section(b".bss") + 20, 0xfffff000),
        "align": patch(section(b".init.text") + 32, 3),
        "strings": patch(section(b".symtab") + 24, 1),
        "place": patch(rel, 0x7ffffff0),
        "symbol": patch(rel + 4, 0xffffff1c),
        "kind": patch(rel + 4, 0x1fe),
        "shndx": patch(symtab + 16 * 3 + 14, 0x1234, form="<H"),
        "no_info": patch(section(b".modinfo") + 4, 8, 2, 0, 0, 0xffffffff),
        "first": patch(shoff + 4, 1, 2, 0xc0000000, 0, 4),
        "null": patch(4 + section(b".modinfo"), 0, 2, 0, 0, 0xffffffff),
        "version": whole.replace(b"vermagic=6.1.0", b"vermagic=5.9.9"),
    }
    for name, data in files.items():
        with open(os.path.join(folder, name + ".ko"), "wb") as to:
            to.write(data)
    return list(files)


def test_refused():
    """ENOEXEC, or ENOMEM where it is only too large; a line in the log."""
    with tempfile.TemporaryDirectory() as folder:
        names = spoiled(folder)
        run = shell("""
            for file; do
                dmesg -c > /dev/null; insmod $file 2>&1
                echo "$file: $? $(dmesg | wc -l)"
            done; cat /proc/modules""",
                    *("host:" + os.path.join(folder, name + ".ko")
                      for name in names))
        text = run.out.decode()
        for name in names:
            found = re.search(rf"^/host/{name}.ko: (\d+) (\d+)$", text, re.M)
            check(found and found[1] != "0", f"{name} is refused", run)
            quiet = name in ("empty", "short", "huge")
            check(quiet or found[2] != "0", f"{name}: a line in the log", run)
        check("Live" not in text, "none is there", run)


def test_nothing_left():
    run = shell("""
        cycle() { n=0; while [ $n -lt $1 ]; do
            insmod $2 times=0; rmmod hello; n=$((n + 1)); done; }
        cycle 20 $1; grep -E 'Vmalloc(Used)' /proc/meminfo; wc -l /proc/vmallocinfo
        cycle 300 $1; grep -E 'Vmalloc(Used)' /proc/meminfo; wc -l /proc/vmallocinfo
        """, module("hello"))
    lines = run.out.decode().splitlines()
    check(lines[0] == lines[2], "no vmalloc area is left", run)


def oops(name, args, *lines):
    """@name oopses in its init; the shell and the machine go on."""
    run = shell("insmod $1 $2; echo status $?; cat /proc/modules; dmesg",
                module(name), args)
    text = run.out.decode()
    check("status 139" in text, "insmod dies of it", run)
    check(re.search(rf"^{name} \d+ 1 - Loading", text, re.M),
          "the module stays half loaded", run)
    for line in lines:
        check(re.search(line, text, re.M), line, run)


def test_oops():
    oops("vmalloc_test", "overrun=1",
         r"Unable to handle kernel paging request at virtual address "
         r"[0-9a-f]{5}000",
         r"Internal error: Oops: 807 \[#1\]")
    oops("slab_user", "twice=1", r"kernel BUG: 0x[0-9a-f]{8} is given back",
         r"Internal error: Oops - BUG: 0 \[#1\]")


def test_memory():
    run = shell("""
        insmod $1 rounds=200; insmod $2 objects=1000
        grep ^slab_user_thing /proc/slabinfo; rmmod vmalloc_test slab_user
        dmesg""", module("vmalloc_test"), module("slab_user"))
    text = run.out.decode()
    check("200 areas, 0 failed, 0 words wrong" in text and
          "vmalloc_test: 0 words wrong at the end" in text, "vmalloc", run)
    check("1000 objects freed, 0 wrong" in text, "slab objects", run)


def test_leak():
    """kmemleak finds what a module has lost, areas of vmalloc's too, and
    nothing else: what only such an area points to is kept by it."""
    run = Run(["/bin/sh", "-c", "insmod $0 lose=3 areas=2; "
               "scan() { sleep 10; for i in 1 2; do "
               "echo scan > /sys/kernel/debug/kmemleak; done; "
               "grep ^unref /sys/kernel/debug/kmemleak > /tmp/leaks; "
               "grep -c 'size 1..)' /tmp/leaks; "
               "grep -c 'size 12288)' /tmp/leaks; }; "
               "scan > /dev/null; rmmod leaker; scan", module("leaker")],
              settings=["kernel.kmemleak=on"])
    check(run.out.split()[:2] == [b"3", b"2"],
          "three objects and two areas are lost", run)
    check(run.status == 126, "and still are at the end", run)
    shell("insmod $1 lose=0; rmmod leaker", module("leaker"))


if not os.path.isdir(MODULES):
    fail("no modules were built")
for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
