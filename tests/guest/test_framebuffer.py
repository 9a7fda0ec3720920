#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
The display: what guests draw on /dev/fb0 and what --framebuffer then shows,
pixel by pixel; interrupts on virtual time; the kind of memory that is mapped;
and what the calls answer, as a real kernel's driver does.

    test_framebuffer.py [--all]     every format, by mapping and by write()

framebuffer-linux-6.1 is what `fbdraw calls` says under Debian's 6.1 armmp
kernel on QEMU's vexpress-a9, with the same display in the device tree.
"""
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

import guestrun
from guestrun import BUILD, ROOT, Run, fail, guest

SMALL = ["display=320x240"]
BOARD = os.path.join(ROOT, "configs", "vexpress-a9.yaml")
FORMATS = ["1", "2", "4", "8", "444", "555", "565", "888", "rgb444", "rgb555",
           "rgb565", "rgb888"]
# What of our driver's is otherwise: it can show a part of what is in memory,
# and knows of vertical synchronisation.
OTHERWISE = {
    "640x100 of 640x100 at 0,0, 16 bits, grey 0":
        "640x100 of 640x480 at 0,0, 16 bits, grey 0",
    "another display's vsync: Inappropriate ioctl for device":
        "another display's vsync: No such device",
}


# ---- PNG ----------------------------------------------------------------------

def chunks(data):
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        crc, = struct.unpack(">I", data[at + 8 + length:at + 12 + length])
        if crc != zlib.crc32(kind + body):
            fail(f"PNG: {kind} has another sum")
        yield kind, body
        at += 12 + length


def unfilter(kind, line, above):
    """One line as it was before libpng's filter."""
    for i in range(len(line)):
        left = line[i - 3] if i >= 3 else 0
        up = above[i]
        corner = above[i - 3] if i >= 3 else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            guess = min((abs(up - corner), 0, left),
                        (abs(left - corner), 1, up),
                        (abs(left + up - 2 * corner), 2, corner))[2]
        line[i] = (line[i] + guess) & 0xff
    return line


def read_png(path):
    """Width, height, and lines of bytes."""
    data = open(path, "rb").read()
    parts = list(chunks(data))
    if data[:8] != b"\x89PNG\r\n\x1a\n" or \
            [kind for kind, _ in parts if kind not in
             (b"IHDR", b"sRGB", b"IDAT", b"IEND")]:
        fail(f"PNG: parts {[kind for kind, _ in parts]}")
    width, height, depth, colour = struct.unpack(">IIBB", parts[0][1][:10])
    if (depth, colour) != (8, 2):
        fail(f"PNG: {depth} bits of kind {colour}")
    raw = zlib.decompress(b"".join(body for kind, body in parts
                                   if kind == b"IDAT"))
    lines, above = [], bytearray(3 * width)
    for y in range(height):
        at = y * (3 * width + 1)
        line = bytearray(raw[at + 1:at + 1 + 3 * width])
        above = unfilter(raw[at], line, above) if raw[at] else line
        lines.append(bytes(above))
    return width, height, lines


# ---- what should be there ---------------------------------------------------------

def widen(value, bits):
    """A colour of some bits as 8: it repeats itself."""
    text = format(value, f"0{bits}b")
    return int((text * 8)[:8], 2)


def colour(x, y, width, height):
    half = height // 2
    if y < half:
        bar = x * 8 // width
        return [255 if bar & bit else 0 for bit in (4, 2, 1)]
    return [x * 255 // (width - 1), (y - half) * 255 // (half - 1),
            (x ^ y) & 255]


def palette(i):
    return [widen(((i * a + b) & 0xff) >> 3, 5)
            for a, b in ((97, 31), (57, 83), (29, 147))]


def expected(form, width, height):
    digits = form.replace("rgb", "")
    if len(digits) == 1:
        colours = [bytes(palette(i)) for i in range(1 << int(digits))]
        return [b"".join(colours[(x // 8 + y // 8) % len(colours)]
                         for x in range(width)) for y in range(height)]
    shown = [[widen(value >> (8 - int(bits)), int(bits))
              for value in range(256)] for bits in digits]
    return [bytes(shown[i][value] for x in range(width)
                  for i, value in enumerate(colour(x, y, width, height)))
            for y in range(height)]


def compare(name, got, want):
    width, height, lines = got
    if (width, height) != (len(want[0]) // 3, len(want)):
        fail(f"{name}: {width}x{height}")
    for y, (line, right) in enumerate(zip(lines, want)):
        for x in range(width):
            if line[3 * x:3 * x + 3] != right[3 * x:3 * x + 3]:
                fail(f"{name}: at {x},{y} {line[3 * x:3 * x + 3].hex()}, not "
                     f"{right[3 * x:3 * x + 3].hex()}")


# ---- runs ---------------------------------------------------------------------------

def shot(folder, argv, settings=SMALL, moment="", status=0):
    """Output and picture of a run whose books are compared."""
    path = os.path.join(folder, "shot.png")
    command = [os.path.join(BUILD, "mmuscope"), "run", "-q", BOARD,
               "--framebuffer", path + moment]
    for setting in ["kernel.verify=end", "kernel.kmemleak=end", *settings]:
        command += ["--set", setting]
    done = subprocess.run(command + ["--", *argv], capture_output=True,
                          timeout=guestrun.TIMEOUT)
    if done.returncode != status:
        fail(f"{argv}: status {done.returncode}: {done.stderr.decode()}")
    if status:
        return done.stderr.decode(), None
    return done.stdout.decode(), read_png(path)


def pictures(folder, every):
    """Each format once; each other one by write()."""
    for n, form in enumerate(FORMATS):
        for how in ([], ["write"]) if every else ([[], ["write"]][n % 2],):
            _, got = shot(folder, guest("fbdraw", form, *how))
            compare(f"fbdraw {form} {how}", got, expected(form, 320, 240))


def the_display_of_the_board(folder):
    """Its size, and bits per pixel by the bootargs."""
    out, got = shot(folder, guest("fbdraw"), settings=["display=1024x768"])
    if "1024x768, 16 bits" not in out:
        fail(out)
    compare("1024x768", got, expected("565", 1024, 768))
    # two pictures would be more than the buddy's largest block
    out, _ = shot(folder, guest("fbdraw"), settings=[
        "display=1024x768", "kernel.bootargs=video=ambafb:1024x768-32"])
    if "1024x768, 32 bits" not in out:
        fail(out)
    out, got = shot(folder, guest("fbdraw"), settings=SMALL + [
        "kernel.bootargs=video=ambafb:160x100-32", "memory.cma=8M"])
    if "160x100, 32 bits" not in out:
        fail(out)
    compare("160x100-32", got, expected("888", 160, 100))


def two_processes(folder):
    out, got = shot(folder, guest("fbdraw", "share"))
    compare("share", got, expected("565", 320, 240))
    if out != "child 1, the last pixel fffa, by read() fffa\n":
        fail(out)


def pages_turned(folder):
    """60 frames a second, and an interrupt for each that is waited for."""
    out, got = shot(folder, ["/bin/sh", "-c", "$0 flip 30; grep clcd "
                             "/proc/interrupts", *guest("fbdraw")],
                    settings=["display=640x480"])
    us = int(re.match(r"30 pages in (\d+) us\n", out).group(1))
    if abs(us - 30 * 1e6 * 800 * 525 / 25175000) > 2:
        fail(f"30 frames took {us} us")
    if not re.search(r"\n +\d+: +31 GIC-0 +76 Level +clcd-pl11x\n", out):
        fail(out)
    last = 30 * 0x0841 & 0xffff
    pixel = bytes([widen(last >> 11, 5), widen(last >> 5 & 63, 6),
                   widen(last & 31, 5)])
    compare("flip", got, [pixel * 640] * 480)
    # while one is shown the next is drawn, where nobody sees it
    for cycle in (250000000, 251000000, 262000000):
        lines = shot(folder, guest("fbdraw", "flip", "30"),
                     settings=["display=640x480"], moment=f"@cycle:{cycle}")
        seen = {lines[1][2][y][3 * x:3 * x + 3] for y in range(480)
                for x in (0, 320, 639)}
        if len(seen) != 1 or seen == {pixel}:
            fail(f"at cycle {cycle}: colours {seen}")


def kind_of_memory():
    """Normal memory that isn't cached: for the program and the kernel."""
    done = subprocess.run(
        [os.path.join(BUILD, "mmuscope"), "page-tables", "--pid", "fbdraw",
         "--set", SMALL[0], BOARD, "--", *guest("fbdraw", "flip", "1")],
        capture_output=True, timeout=guestrun.TIMEOUT)
    rows = re.findall(r"^0x([0-9a-f]{8})-\S+ +(\w+) (.*)/WC$",
                      done.stdout.decode(), re.M)
    if [(size, rights.split()) for at, size, rights in rows] != [
            ("300K", "USER USR RW NX MEM/BUFFERABLE".split()),
            ("300K", "KERNEL RW NX MEM/BUFFERABLE".split())]:
        fail(f"mapped as {rows}")


def as_a_real_kernel_answers():
    got = Run(guest("fbdraw", "calls"), board=BOARD,
              settings=["kernel.verify=fault"]).expect()
    path = os.path.join(ROOT, "tests", "guest", "framebuffer-linux-6.1")
    want = [OTHERWISE.get(line, line) for line in
            open(path).read().splitlines()]
    lines = got.out.decode().splitlines()
    for n, (line, right) in enumerate(zip(lines, want)):
        if line != right:
            fail(f"calls, line {n + 1}: '{line}', not '{right}'")
    if len(lines) != len(want):
        fail(f"calls: {len(lines)} lines, not {len(want)}")


def pixels_as_code():
    Run(guest("fbdraw", "code"), board=BOARD, settings=SMALL).expect(
        0, b"code says 42\nafter write() 7\n")


def in_proc_and_sys():
    Run(["/bin/sh", "-c", "cat /proc/fb; grep fb /proc/devices; cd "
         "/sys/class/graphics/fb0; cat name dev modes virtual_size "
         "bits_per_pixel; exec 3<>/dev/fb0; echo 8 > bits_per_pixel; cat "
         "stride; echo 9 2>/dev/null > bits_per_pixel; echo 4 > blank"],
        board=BOARD, settings=SMALL).expect(
            0, b"0 CLCD FB\n 29 fb\nCLCD FB\n29:0\nU:320x240p-60\n320,240\n"
            b"16\n320\n")


def nothing_to_see(folder):
    said, _ = shot(folder, ["/bin/true"], status=125)
    if "is dark: no program has opened /dev/fb0" not in said:
        fail(said)
    Run(["/bin/sh", "-c", "cat /proc/fb; ls /dev/fb0 2>/dev/null; true"],
        board=BOARD, settings=["display=none"]).expect(0, b"")
    # no memory in a row for it: an answer, not an end
    Run(["/bin/sh", "-c", "exec 3</dev/fb0"], board=BOARD, settings=[
        "inject.page_alloc.probability=100", "inject.page_alloc.callers="
        "alloc_pages_exact", "display=1024x768"]).expect(1)


def main():
    with tempfile.TemporaryDirectory() as folder:
        pictures(folder, "--all" in sys.argv)
        the_display_of_the_board(folder)
        two_processes(folder)
        pages_turned(folder)
        nothing_to_see(folder)
    kind_of_memory()
    as_a_real_kernel_answers()
    pixels_as_code()
    in_proc_and_sys()


main()
