# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that can't be run, and programs that do their worst."""
import os
import struct
import tempfile

from guestrun import Run, check, guest

EHDR = "<16sHHIIIIIHHHHHH"
PHDR = "<IIIIIIII"


def elf(machine=40, phnum=1, filesz=0x1000, memsz=0x1000, vaddr=0x10000,
        entry=0x10054, size=0x1000, flags=0x05000400, magic=b"\x7fELF"):
    """A small program that exits with 0, bent as the arguments say."""
    head = struct.pack(EHDR, magic + b"\x01\x01\x01" + bytes(9), 2, machine,
                       1, entry, 52, 0, flags, 52, 32, phnum, 0, 0, 0)
    head += struct.pack(PHDR, 1, 0, vaddr, vaddr, filesz, memsz, 5, 0x1000)
    code = struct.pack("<III", 0xe3a00000, 0xe3a07001, 0xef000000)
    return (head + code).ljust(size, b"\0")


def run_bytes(content):
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        os.chmod(file.name, 0o755)
        return Run(["host:" + file.name])


check(run_bytes(elf()).status == 0, "the unbent program doesn't run")
for name, content in {
        "not an ELF": b"hello, I am text\n",
        "empty": b"",
        "wrong machine": elf(machine=62),
        "wrong magic": elf(magic=b"\x7fELG"),
        "no segments": elf(phnum=0),
        "more segments than file": elf(phnum=2000),
        "cut off": elf()[:60],
}.items():
    run = run_bytes(content)
    check(run.status == 125, f"{name}: status {run.status}, not 125", run)
    check(run.err.strip(), f"{name}: not a word to the user", run)
# What only shows when segments are mapped kills: the old program is gone.
for name, content in {
        "huge": elf(memsz=0xf0000000),
        "wraps": elf(vaddr=0xfffff000, memsz=0x2000),
        "file part larger than memory": elf(filesz=0x2000, memsz=0x1000),
}.items():
    run = run_bytes(content)
    check(run.status == 128 + 11, f"{name}: status {run.status}", run)

run = Run(["/bin/does-not-exist"])
check(run.status == 125 and b"does-not-exist" in run.err, "missing", run)
run = run_bytes(elf(entry=0x40000000))
check(run.status == 128 + 11, f"jump into nowhere: {run.status}", run)
Run(guest("memhog")).expect(0, b"hog signal 9\n")
run = Run(guest("forkbomb"))
check(run.status == 0 and run.out.endswith(b"afterwards ok\n"), "bomb", run)
run = Run(["/bin/sh", "-c", "kill -9 $$"]).expect(128 + 9)

# A program's name and what it writes into the kernel's log may hold anything;
# no control character of theirs gets to our terminal or splits a trace line.
EVIL = ("cd /tmp; n=$(printf 'a\\nb\\033[31m'); cp /bin/busybox \"$n\"; "
        "printf 'x\\033[31my\\n' > /dev/kmsg; exec \"./$n\" true")
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "trace")
    run = Run(["/bin/sh", "-c", EVIL], quiet=False, trace=path)
    trace = open(path, "rb").read()
for text in (run.err, trace):
    check(b"a?b?[31m" in text, "the name has gone", run)
    check(b"\033" not in text, "an escape sequence came through", run)
check(b"x?[31my" in run.err, "the log's line has gone", run)
